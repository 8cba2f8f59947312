/* Marking starts, in plain C, and the choice between this and its faster twins. */
#include "detect/marks.h"

#include "base/span.h"

#include <string.h>

uint8_t
mark_class(uint8_t c)
{
	if (base_is_digit(c))
		return 1;
	if (base_is_upper(c))
		return c <= 'F' ? 2 : 3;
	if (base_is_lower(c))
		return c <= 'f' ? 4 : 5;
	switch (c) {
	case ' ':
		return 7;
	case '-':
		return 8;
	case '.':
	case '/':
		return 9;
	case '(':
	case ')':
	case '+':
		return 10;
	case ',':
		return 11;
	case '_':
		return 12;
	case '"':
	case '\'':
		return 13;
	case '\t':
	case '\n':
	case '\r':
		return 14;
	default:
		return c >= 0x80 ? 6 : 0;
	}
}

static uint8_t
buckets_at(const struct start_marks *m, const uint8_t *classes)
{
	uint8_t buckets = m->before[classes[-1]];

	for (size_t i = 0; i < MARK_POSITIONS && buckets; i++)
		buckets &= m->at[i][classes[i]];
	return buckets;
}

void
marks_plain(const struct start_marks sets[MARK_SETS], const uint8_t *data, size_t n, uint8_t *classes, uint64_t *ret)
{
	enum { AROUND = 32 };
	uint8_t class_of[256];

	for (unsigned c = 0; c < 256; c++)
		class_of[c] = mark_class((uint8_t)c);
	for (ptrdiff_t i = -AROUND; i < (ptrdiff_t)n + AROUND; i++)
		classes[i] = class_of[data[i]];
	memset(ret, 0, (n + 63) / 64 * sizeof *ret);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < MARK_SETS; k++)
			if (buckets_at(&sets[k], classes + i)) {
				ret[i / 64] |= UINT64_C(1) << (i % 64);
				break;
			}
}

marks_function *
marks_choose(enum marks_level most, const char **ret_name)
{
#if defined(__x86_64__)
	if (most >= MARKS_AVX2 && __builtin_cpu_supports("avx2")) {
		*ret_name = "avx2";
		return marks_avx2;
	}
#endif
	(void)most;
	*ret_name = "plain";
	return marks_plain;
}
