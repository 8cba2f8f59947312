/* Finding structural bytes 16 or 64 at a time. Each step has a plain twin of the same meaning; SSE2 is part of every x86-64, so the choice
 * falls at compile time. All of them read their whole block: callers keep SOURCE_PAD readable bytes behind their data. */
#ifndef SOURCE_BYTES_H
#define SOURCE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { SOURCE_PAD = 64 };

/* Bit i: p[i] is one of the three. */
static inline uint64_t
bytes_any3_plain(const uint8_t p[static 64], uint8_t a, uint8_t b, uint8_t c)
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < 64; i++)
		mask |= (uint64_t)(p[i] == a || p[i] == b || p[i] == c) << i;
	return mask;
}

/* Bit i: p[i] has its highest bit set, so it is not ASCII. */
static inline uint64_t
bytes_high_plain(const uint8_t p[static 64])
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < 64; i++)
		mask |= (uint64_t)(p[i] >> 7) << i;
	return mask;
}

/* Bit i of 16: p[i] is one of the two. */
static inline uint32_t
bytes_any2_plain(const uint8_t p[static 16], uint8_t a, uint8_t b)
{
	uint32_t mask = 0;

	for (unsigned i = 0; i < 16; i++)
		mask |= (uint32_t)(p[i] == a || p[i] == b) << i;
	return mask;
}

/* How many of the 64 bytes are c. */
static inline unsigned
bytes_count_plain(const uint8_t p[static 64], uint8_t c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < 64; i++)
		n += p[i] == c;
	return n;
}

#ifdef __SSE2__

static inline __m128i
bytes_load(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline uint64_t
bytes_any3(const uint8_t p[static 64], uint8_t a, uint8_t b, uint8_t c)
{
	const __m128i x = _mm_set1_epi8((char)a), y = _mm_set1_epi8((char)b), z = _mm_set1_epi8((char)c);
	uint64_t mask = 0;

	for (unsigned i = 0; i < 4; i++) {
		__m128i v = bytes_load(p + 16 * i);
		__m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, x), _mm_cmpeq_epi8(v, y)), _mm_cmpeq_epi8(v, z));
		mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(hit) << (16 * i);
	}
	return mask;
}

static inline uint64_t
bytes_high(const uint8_t p[static 64])
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < 4; i++)
		mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(bytes_load(p + 16 * i)) << (16 * i);
	return mask;
}

static inline uint32_t
bytes_any2(const uint8_t p[static 16], uint8_t a, uint8_t b)
{
	__m128i v = bytes_load(p);
	__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8((char)a)), _mm_cmpeq_epi8(v, _mm_set1_epi8((char)b)));

	return (uint32_t)_mm_movemask_epi8(hit);
}

static inline unsigned
bytes_count(const uint8_t p[static 64], uint8_t c)
{
	const __m128i x = _mm_set1_epi8((char)c);
	__m128i sum = _mm_setzero_si128();

	for (unsigned i = 0; i < 4; i++)
		sum = _mm_sub_epi8(sum, _mm_cmpeq_epi8(bytes_load(p + 16 * i), x));
	sum = _mm_sad_epu8(sum, _mm_setzero_si128());
	return (unsigned)(_mm_cvtsi128_si32(sum) + _mm_cvtsi128_si32(_mm_srli_si128(sum, 8)));
}

#else

static inline uint64_t
bytes_any3(const uint8_t p[static 64], uint8_t a, uint8_t b, uint8_t c)
{
	return bytes_any3_plain(p, a, b, c);
}

static inline uint64_t
bytes_high(const uint8_t p[static 64])
{
	return bytes_high_plain(p);
}

static inline uint32_t
bytes_any2(const uint8_t p[static 16], uint8_t a, uint8_t b)
{
	return bytes_any2_plain(p, a, b);
}

static inline unsigned
bytes_count(const uint8_t p[static 64], uint8_t c)
{
	return bytes_count_plain(p, c);
}

#endif

/* Occurrences of c in n bytes; reads no further than n. */
static inline uint64_t
bytes_count_all(const uint8_t *p, size_t n, uint8_t c)
{
	uint64_t count = 0;
	size_t i = 0;

	for (; i + 64 <= n; i += 64)
		count += bytes_count(p + i, c);
	for (; i < n; i++)
		count += p[i] == c;
	return count;
}

#endif
