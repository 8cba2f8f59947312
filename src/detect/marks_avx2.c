/* Marking starts with AVX2: the twin of marks_plain, compiled for this level alone and called only where the processor has it. */
#include "detect/marks.h"

#if defined(__x86_64__)

#include <immintrin.h>

/* Buckets that allow data[i - 1 .. i + MARK_POSITIONS - 2], for 32 starts. */
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
	__m256i low[MARK_SETS][MARK_POSITIONS], high[MARK_SETS][MARK_POSITIONS], bytes[MARK_POSITIONS];
	const __m256i zero = _mm256_setzero_si256();

	for (int k = 0; k < MARK_SETS; k++)
		for (int i = 0; i < MARK_POSITIONS; i++) {
			low[k][i] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)sets[k].low[i]));
			high[k][i] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)sets[k].high[i]));
		}
	for (size_t at = 0; at < n; at += 64) {
		uint64_t word = 0;
		for (size_t half = 0; half < 64; half += 32) {
			uint32_t none = UINT32_MAX;
			if (at + half >= n)
				break;
			for (int i = 0; i < MARK_POSITIONS; i++)
				bytes[i] = _mm256_loadu_si256((const __m256i *)(data + at + half + i - 1));
			for (int k = 0; k < MARK_SETS; k++)
				none &= (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets_of(low[k], high[k], bytes), zero));
			word |= (uint64_t)~none << half;
		}
		ret[at / 64] = word;
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
