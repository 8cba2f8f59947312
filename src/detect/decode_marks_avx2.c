/* Marking what may be encoded with AVX2: the twin of decode_marks_plain, compiled for this level alone and called only where the processor
 * has it. It may mark a little more; what is marked is looked at exactly. */
#include "detect/decode.h"

#if defined(__x86_64__)

#include "detect/decode_runs.h"

#include <immintrin.h>

/* Kinds of bytes are products of a set of low and a set of high half bytes; bit k: kind k. A token may begin where a byte and its
 * successor have a kind in common. */
struct half_sets {
	uint16_t low, high;
};
static const struct half_sets first_bytes[8] = {
	{1 << 5, 1 << 2},  /* % */
	{1 << 6, 1 << 2},  /* & before a letter */
	{1 << 13, 1 << 3}, /* = */
	{1 << 12, 1 << 5}, /* \ */
	{1 << 6, 1 << 2},  /* & before # */
	{1 << 2, 1 << 12}, /* C2 */
	{0x8a00, 1 << 13}, /* D9 DB DF */
	{0x840f, 0xc000},  /* E0-E3 EA EF F0, and F1-F3 FA FF */
};
static const struct half_sets second_bytes[8] = {
	{0x03ff, 0x0058},  /* hexadecimal digits, a little more */
	{0xffff, 0x00f0},  /* letters, a little more */
	{0x27ff, 0x0019},  /* hexadecimal digits in capitals and line ends, a little more */
	{0x9020, 0x00a4},  /* u / \, a little more */
	{1 << 3, 1 << 2},  /* # */
	{0x2001, 1 << 10}, /* A0 AD */
	{0x03ff, 0x0d00},  /* 80-89 A0-A9 B0-B9 */
	{0xffff, 0x0f00},  /* any byte that goes on */
};
static const struct half_sets letters[8] = {
	{0x03ff, 1 << 3}, /* digits */
	{0xfffe, 1 << 4}, /* A-O */
	{0x07ff, 1 << 5}, /* P-Z */
	{0xfffe, 1 << 6}, /* a-o */
	{0x07ff, 1 << 7}, /* p-z */
	{0xa800, 1 << 2}, /* + - / */
	{0x8000, 1 << 5}, /* _ */
	{0, 0},
};

struct half_tables {
	__m256i low, high;
};

__attribute__((target("avx2"))) static struct half_tables
make_tables(const struct half_sets sets[8])
{
	uint8_t low[16] = {0}, high[16] = {0};
	struct half_tables t;

	for (unsigned k = 0; k < 8; k++)
		for (unsigned half = 0; half < 16; half++) {
			low[half] |= (uint8_t)((sets[k].low >> half & 1) << k);
			high[half] |= (uint8_t)((sets[k].high >> half & 1) << k);
		}
	t.low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)low));
	t.high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)high));
	return t;
}

/* Bytes in halves. */
struct halves {
	__m256i low, high;
};

__attribute__((target("avx2"))) static inline struct halves
halves_at(const uint8_t *p)
{
	const __m256i half = _mm256_set1_epi8(15);
	__m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)p);

	return (struct halves){_mm256_and_si256(bytes, half), _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half)};
}

__attribute__((target("avx2"))) static inline __m256i
kinds_of(const struct half_tables *t, struct halves h)
{
	return _mm256_and_si256(_mm256_shuffle_epi8(t->low, h.low), _mm256_shuffle_epi8(t->high, h.high));
}

__attribute__((target("avx2"))) static inline uint32_t
none_of(__m256i kinds)
{
	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(kinds, _mm256_setzero_si256()));
}

__attribute__((target("avx2"))) bool
decode_marks_avx2(const uint8_t *data, size_t n, uint64_t *ret)
{
	const struct half_tables first = make_tables(first_bytes), second = make_tables(second_bytes), letter = make_tables(letters);
	size_t n_words = (n + 63) / 64;
	struct decode_runs runs = {0};

	for (size_t w = 0; w < n_words; w++) {
		uint64_t no_token = 0, no_letter = 0, inside = n - w * 64 < 64 ? (UINT64_C(1) << (n - w * 64)) - 1 : UINT64_MAX;
		for (size_t half = 0; half < 64; half += 32) {
			const uint8_t *p = data + w * 64 + half;
			struct halves here = halves_at(p);
			__m256i tokens = _mm256_and_si256(kinds_of(&first, here), kinds_of(&second, halves_at(p + 1)));
			no_token |= (uint64_t)none_of(tokens) << half;
			no_letter |= (uint64_t)none_of(kinds_of(&letter, here)) << half;
		}
		decode_runs_add(&runs, ret, w, ~no_token & inside, ~no_letter & inside);
	}
	return decode_runs_end(&runs, ret, n_words);
}

#else

bool
decode_marks_avx2(const uint8_t *data, size_t n, uint64_t *ret)
{
	return decode_marks_plain(data, n, ret);
}

#endif
