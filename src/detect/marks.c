/* Marking starts, in plain C, and the choice between this and its faster twins. */
#include "detect/marks.h"

#include "base/span.h"

#include <string.h>

static uint8_t
buckets_at(const struct start_marks *m, const uint8_t *data)
{
	uint8_t buckets = base_is_word(data[-1]) ? m->after_word : 0xff;

	for (size_t i = 0; i < MARK_POSITIONS; i++) {
		uint8_t c = data[i];
		buckets &= m->low[i][c & 15] & m->high[i][c >> 4];
	}
	return buckets;
}

void
marks_plain(const struct start_marks sets[MARK_SETS], const uint8_t *data, size_t n, uint64_t *ret)
{
	memset(ret, 0, (n + 63) / 64 * sizeof *ret);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < MARK_SETS; k++)
			if (buckets_at(&sets[k], data + i)) {
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
