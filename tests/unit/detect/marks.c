/* The two ways of marking starts: the same bits for random tables and bytes, any length and place, without a byte read beyond what is
 * promised. */
#include "../support.h"

#include "detect/marks.h"

#include <sys/mman.h>

enum { AFTER = 64 };

static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 11;
}

/* Two pages between two that cannot be read. */
struct fence {
	uint8_t *map;
	size_t page;
};

static struct fence
fence_make(void)
{
	struct fence f = {.page = (size_t)sysconf(_SC_PAGESIZE)};

	f.map = mmap(NULL, 4 * f.page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(f.map, MAP_FAILED);
	assert_int_equal(mprotect(f.map + f.page, 2 * f.page, PROT_READ | PROT_WRITE), 0);
	return f;
}

static void
random_tables(uint64_t *seed, struct start_marks sets[MARK_SETS])
{
	/* from hardly anything to nearly everything */
	unsigned density = 3 + next(seed) % 5;

	memset(sets, 0, MARK_SETS * sizeof *sets);
	for (size_t k = 0; k < MARK_SETS; k++)
		for (size_t c = 0; c < MARK_CLASSES; c++)
			for (unsigned bit = 0; bit < 8; bit++) {
				sets[k].before[c] |= (uint8_t)((next(seed) % 8 < density) << bit);
				for (size_t i = 0; i < MARK_POSITIONS; i++)
					sets[k].at[i][c] |= (uint8_t)((next(seed) % 8 < density) << bit);
			}
}

static void
random_bytes(uint64_t *seed, uint8_t *data, size_t n)
{
	static const char text[] = "abcXYZ0189_-./ @[`{/:@\x7f\x80\xff\xc3\xa9\n";

	for (size_t i = 0; i < n; i++)
		data[i] = next(seed) % 4 ? (uint8_t)text[next(seed) % (sizeof text - 1)] : (uint8_t)next(seed);
}

static size_t
compare(marks_function *other, const struct start_marks sets[MARK_SETS], const uint8_t *data, size_t n)
{
	enum { AHEAD = 16 };
	size_t words = (n + 63) / 64, marked = 0;
	/* of their own size, so that writing past them is seen; filled, so that a word left out is seen */
	uint64_t *want = malloc(words * 8 + 1), *got = malloc(words * 8 + 1);
	uint8_t *plain = malloc(n + 2 * MARK_PAD), *wide = malloc(n + 2 * MARK_PAD);

	assert_true(want && got && plain && wide);
	memset(want, 0xaa, words * 8);
	memset(got, 0x55, words * 8);
	memset(plain, 0xaa, n + 2 * MARK_PAD);
	memset(wide, 0x55, n + 2 * MARK_PAD);
	marks_plain(sets, data, n, plain + MARK_PAD, want);
	other(sets, data, n, wide + MARK_PAD, got);
	for (size_t w = 0; w < words; w++) {
		if (want[w] != got[w])
			fail_msg("%zu bytes: word %zu is %016llx instead of %016llx", n, w, (unsigned long long)got[w],
				(unsigned long long)want[w]);
		marked += (size_t)__builtin_popcountll(want[w]);
	}
	assert_memory_equal(plain + MARK_PAD - 1, wide + MARK_PAD - 1, n + 1 + AHEAD);
	free(want);
	free(got);
	free(plain);
	free(wide);
	return marked;
}

/* What a mark means, said a third time, for one byte. */
static bool
is_start(const struct start_marks sets[MARK_SETS], const uint8_t *at)
{
	for (size_t k = 0; k < MARK_SETS; k++)
		for (unsigned bucket = 0; bucket < MARK_BUCKETS; bucket++) {
			bool all = sets[k].before[mark_class(at[-1])] >> bucket & 1;
			for (size_t i = 0; i < MARK_POSITIONS; i++)
				all = all && (sets[k].at[i][mark_class(at[i])] >> bucket & 1);
			if (all)
				return true;
		}
	return false;
}

static void
plain_and_avx2_agree(void **state)
{
	const char *name = "";
	marks_function *best = marks_choose(MARKS_AVX2, &name);
	struct fence fence = fence_make();
	uint64_t seed = 3;
	size_t marked = 0, seen = 0;

	(void)state;
	if (best != marks_avx2)
		print_message("skipped: this processor has no AVX2, only the plain way is compared with itself\n");
	for (int round = 0; round < 2000; round++) {
		struct start_marks sets[MARK_SETS];
		size_t n = next(&seed) % (round % 10 ? 200 : 3000);
		random_tables(&seed, sets);
		/* the 64 bytes before the data are the first that can be read, or the 64 after it the last */
		uint8_t *data = fence.map + fence.page + AFTER;
		if (round % 2)
			data = fence.map + 3 * fence.page - AFTER - n;
		random_bytes(&seed, data - AFTER, n + 2 * AFTER);
		marked += compare(best, sets, data, n);
		seen += n;
	}
	/* neither nothing nor everything was marked */
	assert_true(marked > seen / 50 && marked < seen / 50 * 49);
	munmap(fence.map, 4 * fence.page);
}

static void
marks_mean_what_they_say(void **state)
{
	uint8_t buffer[AFTER + 300 + AFTER], classes[300 + 2 * MARK_PAD];
	uint64_t seed = 11, ret[5];

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct start_marks sets[MARK_SETS];
		random_tables(&seed, sets);
		random_bytes(&seed, buffer, sizeof buffer);
		marks_plain(sets, buffer + AFTER, 300, classes + MARK_PAD, ret);
		for (size_t i = 0; i < 300; i++)
			assert_int_equal(ret[i / 64] >> (i % 64) & 1, is_start(sets, buffer + AFTER + i));
		assert_int_equal(ret[4] >> (300 % 64), 0);
	}
}

/* Every byte alone: the classes that both ways give it, and what they stand for. */
static void
classes_are_the_same_for_both(void **state)
{
	static const char *const alike[] = {"0123456789", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ", "abcdef", "ghijklmnopqrstuvwxyz", " ", "-",
		"./", "()+", ",", "_", "\"'", "\t\n\r", "!#$%&*:;<=>?@[\\]^`{|}~\x01\x1f\x7f"};
	struct start_marks sets[MARK_SETS];
	uint8_t buffer[AFTER + 256 + AFTER] = {0}, classes[256 + 2 * MARK_PAD];
	uint64_t ret[4];
	unsigned seen = 0;
	const char *name;

	(void)state;
	memset(sets, 0xff, sizeof sets);
	for (size_t i = 0; i < 256; i++)
		buffer[AFTER + i] = (uint8_t)i;
	marks_choose(MARKS_AVX2, &name)(sets, buffer + AFTER, 256, classes + MARK_PAD, ret);
	for (size_t i = 0; i < 256; i++)
		assert_int_equal(classes[MARK_PAD + i], mark_class((uint8_t)i));
	for (size_t k = 0; k < BASE_COUNT(alike); k++) {
		unsigned class = mark_class((uint8_t)alike[k][0]);
		assert_true(class != MARK_EDGE && !(seen >> class & 1));
		seen |= 1u << class;
		for (const char *c = alike[k]; *c; c++)
			assert_int_equal(mark_class((uint8_t)*c), class);
	}
	assert_true(mark_class(0x80) == mark_class(0xff) && !(seen >> mark_class(0x80) & 1));
}

static void
the_level_is_chosen(void **state)
{
	const char *name = NULL;

	(void)state;
	assert_ptr_equal(marks_choose(MARKS_PLAIN, &name), marks_plain);
	assert_string_equal(name, "plain");
	marks_function *best = marks_choose(MARKS_AVX2, &name);
	assert_string_equal(name, best == marks_avx2 ? "avx2" : "plain");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_and_avx2_agree),
		cmocka_unit_test(marks_mean_what_they_say),
		cmocka_unit_test(classes_are_the_same_for_both),
		cmocka_unit_test(the_level_is_chosen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
