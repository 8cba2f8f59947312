/* Marking starts with AVX2: the twin of marks_plain, compiled for this level alone and called only where the processor has it. */
#include "detect/marks.h"

#if defined(__x86_64__)

#include <immintrin.h>

/* 0xff where a byte is a letter, a digit or '_'. */
__attribute__((target("avx2"))) static inline __m256i
words_of(__m256i bytes)
{
	/* folding case takes '_' to 0x7f, which no letter is: it is compared by itself */
	__m256i letter = _mm256_sub_epi8(_mm256_or_si256(bytes, _mm256_set1_epi8(0x20)), _mm256_set1_epi8((char)('a' + 128)));
	__m256i digit = _mm256_sub_epi8(bytes, _mm256_set1_epi8((char)('0' + 128)));

	letter = _mm256_cmpgt_epi8(_mm256_set1_epi8(-128 + 26), letter);
	digit = _mm256_cmpgt_epi8(_mm256_set1_epi8(-128 + 10), digit);
	return _mm256_or_si256(_mm256_or_si256(letter, digit), _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('_')));
}

/* Buckets that allow the bytes from each of 32 starts on. */
__attribute__((target("avx2"))) static inline __m256i
buckets_of(const __m256i low[MARK_POSITIONS], const __m256i high[MARK_POSITIONS], const __m256i bytes[MARK_POSITIONS])
{
	const __m256i half = _mm256_set1_epi8(15);
	__m256i buckets = _mm256_set1_epi8(-1);

	for (int i = 0; i < MARK_POSITIONS; i++) {
		__m256i lower = _mm256_shuffle_epi8(low[i], _mm256_and_si256(bytes[i], half));
		__m256i upper = _mm256_shuffle_epi8(high[i], _mm256_and_si256(_mm256_srli_epi16(bytes[i], 4), half));
		buckets = _mm256_and_si256(buckets, _mm256_and_si256(lower, upper));
	}
	return buckets;
}

__attribute__((target("avx2"))) void
marks_avx2(const struct start_marks sets[MARK_SETS], const uint8_t *data, size_t n, uint64_t *ret)
{
	__m256i low[MARK_SETS][MARK_POSITIONS], high[MARK_SETS][MARK_POSITIONS], bytes[MARK_POSITIONS], not_after_word[MARK_SETS];
	const __m256i zero = _mm256_setzero_si256();

	for (int k = 0; k < MARK_SETS; k++) {
		not_after_word[k] = _mm256_set1_epi8((char)~sets[k].after_word);
		for (int i = 0; i < MARK_POSITIONS; i++) {
			low[k][i] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)sets[k].low[i]));
			high[k][i] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)sets[k].high[i]));
		}
	}
	for (size_t at = 0; at < n; at += 64) {
		uint64_t marked = 0;
		for (size_t half = 0; half < 64; half += 32) {
			uint32_t none = UINT32_MAX;
			if (at + half >= n)
				break;
			for (int i = 0; i < MARK_POSITIONS; i++)
				bytes[i] = _mm256_loadu_si256((const __m256i *)(data + at + half + i));
			__m256i word = words_of(_mm256_loadu_si256((const __m256i *)(data + at + half - 1)));
			for (int k = 0; k < MARK_SETS; k++) {
				__m256i buckets =
					_mm256_andnot_si256(_mm256_and_si256(word, not_after_word[k]), buckets_of(low[k], high[k], bytes));
				none &= (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, zero));
			}
			marked |= (uint64_t)~none << half;
		}
		ret[at / 64] = marked;
	}
	if (n % 64)
		ret[n / 64] &= (UINT64_C(1) << (n % 64)) - 1;
}

#else

void
marks_avx2(const struct start_marks sets[MARK_SETS], const uint8_t *data, size_t n, uint64_t *ret)
{
	marks_plain(sets, data, n, ret);
}

#endif
