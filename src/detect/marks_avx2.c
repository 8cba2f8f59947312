/* Marking starts with AVX2: the twin of marks_plain, compiled for this level alone and called only where the processor has it. */
#include "detect/marks.h"

#if defined(__x86_64__)

#include <immintrin.h>

/* Kinds of bytes are products of a set of low and a set of high half bytes; a byte is of one kind at most, and each kind has its bit. */
struct kind {
	uint16_t low, high; /* sets of half bytes */
	uint8_t class;
};
static const struct kind kinds[2][8] = {
	{
		{0x03ff, 1 << 3, 1}, /* digits */
		{0x007e, 1 << 4, 2}, /* A-F */
		{0xff80, 1 << 4, 3}, /* G-O */
		{0x07ff, 1 << 5, 3}, /* P-Z */
		{0x007e, 1 << 6, 4}, /* a-f */
		{0xff80, 1 << 6, 5}, /* g-o */
		{0x07ff, 1 << 7, 5}, /* p-z */
		{0xffff, 0xff00, 6}, /* beyond ASCII */
	},
	{
		{0x0001, 1 << 2, 7},  /* blank */
		{0x2000, 1 << 2, 8},  /* - */
		{0xc000, 1 << 2, 9},  /* . / */
		{0x0b00, 1 << 2, 10}, /* ( ) + */
		{0x1000, 1 << 2, 11}, /* , */
		{0x8000, 1 << 5, 12}, /* _ */
		{0x0084, 1 << 2, 13}, /* quotes */
		{0x2600, 1 << 0, 14}, /* tab, line ends */
	},
};

/* Per half of the kinds: bits by low and high half byte, class by the low and the high half of the bits. */
struct class_tables {
	__m256i low[2], high[2], class_low[2], class_high[2];
};

__attribute__((target("avx2"))) static inline __m256i
twice(const uint8_t table[16])
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

__attribute__((target("avx2"))) static struct class_tables
make_tables(void)
{
	struct class_tables t;

	for (int h = 0; h < 2; h++) {
		uint8_t low[16] = {0}, high[16] = {0}, class_low[16] = {0}, class_high[16] = {0};
		for (unsigned k = 0; k < 8; k++) {
			for (unsigned half = 0; half < 16; half++) {
				low[half] |= (uint8_t)((kinds[h][k].low >> half & 1) << k);
				high[half] |= (uint8_t)((kinds[h][k].high >> half & 1) << k);
			}
			(k < 4 ? class_low : class_high)[1u << k % 4] = kinds[h][k].class;
		}
		t.low[h] = twice(low);
		t.high[h] = twice(high);
		t.class_low[h] = twice(class_low);
		t.class_high[h] = twice(class_high);
	}
	return t;
}

__attribute__((target("avx2"))) static inline __m256i
classes_of(const struct class_tables *t, __m256i bytes)
{
	const __m256i half = _mm256_set1_epi8(15);
	__m256i low = _mm256_and_si256(bytes, half), high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half);
	__m256i classes = _mm256_setzero_si256();

	for (int h = 0; h < 2; h++) {
		__m256i bits = _mm256_and_si256(_mm256_shuffle_epi8(t->low[h], low), _mm256_shuffle_epi8(t->high[h], high));
		__m256i class_low = _mm256_shuffle_epi8(t->class_low[h], _mm256_and_si256(bits, half));
		__m256i class_high = _mm256_shuffle_epi8(t->class_high[h], _mm256_and_si256(_mm256_srli_epi16(bits, 4), half));
		classes = _mm256_or_si256(classes, _mm256_or_si256(class_low, class_high));
	}
	return classes;
}

__attribute__((target("avx2"))) static inline __m256i
load(const uint8_t *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* Adds the marks of one set for the starts of one block; n is not more than a whole block. */
__attribute__((target("avx2"))) static void
mark_set(const struct start_marks *m, const uint8_t *classes, size_t n, uint64_t *ret)
{
	const __m256i zero = _mm256_setzero_si256(), before = twice(m->before);
	__m256i at[MARK_POSITIONS];

	for (int i = 0; i < MARK_POSITIONS; i++)
		at[i] = twice(m->at[i]);
	for (size_t place = 0; place < n; place += 32) {
		__m256i buckets = _mm256_shuffle_epi8(before, load(classes + place - 1));
		for (int i = 0; i < MARK_POSITIONS; i++)
			buckets = _mm256_and_si256(buckets, _mm256_shuffle_epi8(at[i], load(classes + place + i)));
		uint32_t none = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, zero));
		ret[place / 64] |= (uint64_t)~none << place % 64;
	}
}

/* Block by block, so that the classes are near when they are looked at again; what a block needs of the next one is made first. */
__attribute__((target("avx2"))) void
marks_avx2(const struct start_marks sets[MARK_SETS], const uint8_t *data, size_t n, uint8_t *classes, uint64_t *ret)
{
	enum { BLOCK = 4096, STEP = 32 };
	const struct class_tables tables = make_tables();
	ptrdiff_t done = -STEP;

	for (size_t w = 0; w < (n + 63) / 64; w++)
		ret[w] = 0;
	for (size_t from = 0; from < n || from == 0; from += BLOCK) {
		size_t size = n - from < BLOCK ? n - from : BLOCK;
		for (; done < (ptrdiff_t)(from + size + STEP); done += STEP)
			_mm256_storeu_si256((__m256i *)(void *)(classes + done), classes_of(&tables, load(data + done)));
		for (int k = 0; k < MARK_SETS; k++)
			mark_set(&sets[k], classes + from, size, ret + from / 64);
	}
	if (n % 64)
		ret[n / 64] &= (UINT64_C(1) << (n % 64)) - 1;
}

#else

void
marks_avx2(const struct start_marks sets[MARK_SETS], const uint8_t *data, size_t n, uint8_t *classes, uint64_t *ret)
{
	marks_plain(sets, data, n, classes, ret);
}

#endif
