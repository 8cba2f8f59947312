/* Values that come again in a column: the same spans, places and tallies as when each is looked at, whatever else changes between. */
#include "engine.h"

#define PACK                                                                                                                               \
	ENGINE_PACK ENGINE_RULE("mail", "MAIL", "[a-z]{3,9}@[a-z]{3,9}\\.com", "") ENGINE_RULE(                                            \
		"code", "CODE", "(?<!\\w)\\d{4}(?!\\w)", "    collides: true\n    context: {words: [code], columns: [code]}\n")            \
		ENGINE_RULE("card", "CARD", "(?<!\\w)\\d{16}(?!\\w)", "    check: luhn\n")

static const char *const values[] = {"bob@example.com", "anna@test.com", "code 1234", "1234", "nothing here", "4012888888881881",
	"4012888888881882", "x bob@example.com, anna@test.com", "", "-"};

static void
assert_same_found(const struct found *a, const struct found *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++)
		assert_memory_equal(&a->spans[i], &b->spans[i], sizeof a->spans[i]);
	assert_int_equal(a->n_tallies, b->n_tallies);
	for (size_t i = 0; i < a->n_tallies; i++) {
		assert_int_equal(a->tallies[i].rule, b->tallies[i].rule);
		assert_int_equal(a->tallies[i].tried, b->tallies[i].tried);
		assert_int_equal(a->tallies[i].passed, b->tallies[i].passed);
	}
}

/* One scanner goes through all batches and remembers; for the other every batch is the first. */
static void
repeats_change_nothing(void **state)
{
	static const char *const columns[] = {"plain", "code", "note"};
	struct world remembers = world_open(PACK, NULL);
	uint64_t seed = 77;
	size_t found = 0;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct world fresh = world_open(PACK, NULL);
		const char *cells[41] = {NULL}, *column = columns[round / 7 % 3];
		struct found a, b;
		for (size_t i = 0; i < 40; i++) {
			seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
			cells[i] = values[(seed >> 33) % BASE_COUNT(values)];
		}
		find_in_cells(&remembers, column, cells, &a);
		find_in_cells(&fresh, column, cells, &b);
		assert_same_found(&b, &a);
		found += a.n;
		world_close(&fresh);
	}
	assert_true(found > 1000);
	world_close(&remembers);
}

/* With every start tried nothing is remembered: the plain way to the same end. */
static void
the_plain_way_agrees(void **state)
{
	struct detect_options all = engine_options();
	all.all_starts = true;
	struct world quick = world_open(PACK, NULL), plain = world_open(PACK, &all);
	const char *cells[] = {values[7], values[7], values[2], values[5], values[5], values[6], values[7], values[2], NULL};
	struct found a, b;

	(void)state;
	find_in_cells(&quick, "plain", cells, &a);
	find_in_cells(&plain, "plain", cells, &b);
	assert_int_equal(a.n, 3 * 2 + 2 + 2);
	assert_same_found(&b, &a);
	/* each where it is, not where it was first */
	for (size_t i = 1; i < a.n; i++)
		assert_true(a.spans[i].record > a.spans[i - 1].record || a.spans[i].start > a.spans[i - 1].start);
	world_close(&quick);
	world_close(&plain);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeats_change_nothing),
		cmocka_unit_test(the_plain_way_agrees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
