/* The engine against the oracle: every pattern tried at every start, the same later stages. Equality after matching and after merging, for
 * windows of all sizes, with and without Vectorscan, over text made of every shipped rule's own examples, mutated and glued together. */
#include "../support.h"

#include "base/batch.h"
#include "base/limits.h"
#include "detect/detect.h"

#include <sys/mman.h>

struct list {
	struct span *items;
	size_t n, capacity;
};

static int
keep(void *context, const struct span *span)
{
	struct list *list = context;

	assert_int_equal(base_grow(&list->items, &list->capacity, list->n + 1, sizeof *list->items), 0);
	list->items[list->n++] = *span;
	return 0;
}

static int
ignore_issue(void *context, const struct issue *issue)
{
	(void)context;
	(void)issue;
	return 0;
}

static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* A copy of text whose end, after the pad, touches a page that cannot be read. */
struct guarded {
	uint8_t *map, *data;
	size_t map_size;
};

static struct guarded
guard(const uint8_t *text, size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = (n + 2 * BATCH_PAD + page - 1) / page * page + page;
	struct guarded g = {.map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), .map_size = size};

	assert_ptr_not_equal(g.map, MAP_FAILED);
	assert_int_equal(mprotect(g.map + size - page, page, PROT_NONE), 0);
	g.data = g.map + size - page - BATCH_PAD - n;
	memset(g.data - BATCH_PAD, BATCH_GUARD, BATCH_PAD);
	memcpy(g.data, text, n);
	memset(g.data + n, BATCH_GUARD, BATCH_PAD);
	return g;
}

static struct detect_engine *
engine_of(const struct rules *rules, bool all_starts, bool no_vectorscan, bool unmerged)
{
	static const uint8_t key[32] = {1, 2, 3};
	struct detect_options options = {.min_confidence = 65,
		.fingerprint_key = key,
		.all_starts = all_starts,
		.no_vectorscan = no_vectorscan,
		.cpu_level = no_vectorscan ? DETECT_CPU_PLAIN : DETECT_CPU_BEST,
		.unmerged = unmerged};
	struct assay_error err = {0};
	struct detect_engine *engine;

	assert_ok(detect_engine_new(rules, &options, &engine, &err));
	return engine;
}

/* Text through windows of a size, as the text reader cuts them. */
static struct list
scan_text(const struct detect_engine *engine, const uint8_t *text, size_t n, size_t window)
{
	struct assay_error err = {0};
	struct detect_scanner *scanner;
	struct detect_drain *drain = detect_drain_new(engine);
	struct detect_field *field = detect_field_new(engine, base_span_of("text"));
	const struct detect_field *fields[] = {field};
	struct detect_output out = {0};
	struct list list = {0};
	struct span_sink spans = {&list, keep};
	struct issue_sink issues = {NULL, ignore_issue};
	size_t reach = detect_engine_reach(engine);

	assert_non_null(drain);
	assert_non_null(field);
	assert_ok(detect_scanner_new(engine, &scanner, &err));
	for (size_t at = 0; at < n; at += window) {
		size_t own = n - at < window ? n - at : window, lead = at < reach ? at : reach;
		size_t tail = n - at - own < reach ? n - at - own : reach;
		struct guarded g = guard(text + at - lead, lead + own + tail);
		struct batch batch = {.data = g.data,
			.size = (uint32_t)(lead + own + tail),
			.lead = (uint32_t)lead,
			.tail = (uint32_t)tail,
			.raw_base = at - lead,
			.value_base = at - lead,
			.first_record = 1};
		for (size_t k = 0; k < at - lead; k++)
			batch.first_record += text[k] == '\n';
		assert_ok(detect_batch(scanner, &batch, fields, &out, &err));
		assert_ok(detect_drain_add(drain, &out, &spans, &issues, &err));
		munmap(g.map, g.map_size);
	}
	assert_ok(detect_drain_end(drain, &spans, &issues, &err));
	detect_output_dispose(&out);
	detect_scanner_free(scanner);
	detect_drain_free(drain);
	free(field);
	return list;
}

static int
by_all(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	return memcmp(x, y, sizeof *x);
}

/* Two patterns of one rule may find the same place: one of them is enough before merging. */
static void
sort_unique(struct list *list)
{
	size_t kept = 0;

	if (list->n > 1)
		qsort(list->items, list->n, sizeof *list->items, by_all);
	for (size_t i = 0; i < list->n; i++)
		if (kept == 0 || memcmp(&list->items[kept - 1], &list->items[i], sizeof *list->items) != 0)
			list->items[kept++] = list->items[i];
	list->n = kept;
}

static void
assert_same(const struct rules *rules, const struct list *want, const struct list *got, const uint8_t *text, const char *what)
{
	size_t n = want->n < got->n ? want->n : got->n;

	for (size_t i = 0; i <= n; i++) {
		const struct span *a = i < want->n ? &want->items[i] : NULL, *b = i < got->n ? &got->items[i] : NULL;
		if (!a && !b)
			return;
		if (a && b && memcmp(a, b, sizeof *a) == 0)
			continue;
		const struct span *at = a && (!b || a->start <= b->start) ? a : b;
		uint64_t from = at->start > 40 ? at->start - 40 : 0;
		for (size_t k = 0; a && b && k < sizeof *a; k++)
			if (((const uint8_t *)a)[k] != ((const uint8_t *)b)[k])
				print_message("byte %zu of the span differs\n", k);
		fail_msg("%s: span %zu differs: oracle %s %llu..%llu conf %u line %llu, engine %s %llu..%llu conf %u line %llu; near "
			 "'%.80s'",
			what, i, a ? rules->rule[a->rule].def->name : "-", a ? (unsigned long long)a->start : 0,
			a ? (unsigned long long)a->end : 0, a ? a->confidence : 0, a ? (unsigned long long)a->record : 0,
			b ? rules->rule[b->rule].def->name : "-", b ? (unsigned long long)b->start : 0, b ? (unsigned long long)b->end : 0,
			b ? b->confidence : 0, b ? (unsigned long long)b->record : 0, (const char *)text + from);
	}
}

/* Examples of every rule, a tenth of them mutated, glued with what stands between values in real text, sometimes with nothing. */
static size_t
make_adjacent(const struct rules *rules, uint8_t *text, size_t max, uint64_t seed)
{
	static const char *const glue[] = {
		" ", "\n", ",", ";", "/", "-", ".", "", " - ", "(", ")", "\"", "_", ": ", "\t", "=", "  ", "'", "|", "\r\n", "@", "+"};
	static const char *const encoded[] = {"&nbsp;", "&#64;", "\\u0040", "%20", "%40", "=2D", "\xc2\xa0", "\xe2\x80\x8b", "\xe2\x80\x91",
		"\xef\xbc\x91", " IG1haWwgdG8gYm9iQGV4YW1wbGUuY29tIA== "};
	size_t n = 0;

	while (n + 400 < max) {
		const struct rules_rule *def = rules->rule[next(&seed) % rules->n].def;
		const struct rules_texts *texts = next(&seed) % 4 == 0 ? &def->no_match : &def->match;
		if (texts->n == 0) /* a guard */
			continue;
		const char *example = texts->text[next(&seed) % texts->n], *between = glue[next(&seed) % BASE_COUNT(glue)];
		if (next(&seed) % 8 == 0)
			between = encoded[next(&seed) % BASE_COUNT(encoded)];
		size_t size = strlen(example) < 300 ? strlen(example) : 300;
		memcpy(text + n, example, size);
		if (next(&seed) % 10 == 0 && size > 0)
			text[n + next(&seed) % size] = (uint8_t)next(&seed);
		n += size;
		if (next(&seed) % 12 == 0 && n > 3)
			n -= next(&seed) % 3; /* cut short */
		memcpy(text + n, between, strlen(between));
		n += strlen(between);
		if (next(&seed) % 5 == 0 && def->words.n > 0) {
			const char *word = def->words.text[next(&seed) % def->words.n];
			memcpy(text + n, word, strlen(word) < 60 ? strlen(word) : 60);
			n += strlen(word) < 60 ? strlen(word) : 60;
			text[n++] = ' ';
		}
	}
	text[n] = '\0';
	return n;
}

static struct rules *
every_rule(void)
{
	static const char *const all[] = {"all"};
	struct rules_options options = {.countries = all, .n_countries = 1};
	struct assay_error err = {0};
	struct rules *rules;

	assert_ok(rules_compile(&options, &rules, &err));
	return rules;
}

static void
compare_text(const struct rules *rules, const uint8_t *text, size_t n)
{
	static const size_t windows[] = {4096, 5001, 16384, 65536};

	for (int unmerged = 1; unmerged >= 0; unmerged--) {
		struct detect_engine *oracle = engine_of(rules, true, true, unmerged);
		struct list want = scan_text(oracle, text, n, n);
		sort_unique(&want);
		for (int plain = 0; plain < 2; plain++) {
			struct detect_engine *engine = engine_of(rules, false, plain, unmerged);
			struct list got = scan_text(engine, text, n, n);
			sort_unique(&got);
			assert_same(rules, &want, &got, text, plain ? "plain, whole" : "vectorscan, whole");
			free(got.items);
			for (size_t w = 0; w < BASE_COUNT(windows) && windows[w] < n; w++) {
				char what[64];
				snprintf(what, sizeof what, "%s, window %zu%s", plain ? "plain" : "vectorscan", windows[w],
					unmerged ? ", unmerged" : "");
				got = scan_text(engine, text, n, windows[w]);
				sort_unique(&got);
				assert_same(rules, &want, &got, text, what);
				free(got.items);
			}
			detect_engine_free(engine);
		}
		free(want.items);
		detect_engine_free(oracle);
	}
}

static void
engine_equals_oracle_on_adjacent_examples(void **state)
{
	enum { SIZE = 48 << 10 };
	struct rules *rules = every_rule();
	uint8_t *text = malloc(SIZE + 512);

	(void)state;
	assert_non_null(text);
	for (uint64_t seed = 1; seed <= 2; seed++)
		compare_text(rules, text, make_adjacent(rules, text, SIZE, seed * UINT64_C(0x9e3779b97f4a7c15)));
	free(text);
	rules_free(rules);
}

/* Long runs of what rules begin with: the same answers, and an end. */
static void
engine_equals_oracle_on_floods(void **state)
{
	static const char *const floods[] = {"eyJ", "@", "1", "A1", "4111 1111 1111 1111 ", "a@b.co,", "0x", "https://", "-----BEGIN ",
		"12/12/2012 ", "1.2.3.4.", "::1:"};
	enum { SIZE = 9000 };
	struct rules *rules = every_rule();
	uint8_t text[SIZE + 1];

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(floods); i++) {
		size_t size = strlen(floods[i]);
		for (size_t k = 0; k < SIZE; k++)
			text[k] = (uint8_t)floods[i][k % size];
		text[SIZE] = '\0';
		compare_text(rules, text, SIZE);
	}
	rules_free(rules);
}

/* Cells: each example a value of its own under a column of its own rule's names. */
static void
cells_equal_the_oracle(void **state)
{
	enum { CELLS = 600, SIZE = 256 << 10 };
	struct rules *rules = every_rule();
	struct assay_error err = {0};
	uint8_t *text = calloc(1, SIZE);
	uint32_t off[CELLS], len[CELLS];
	uint64_t seed = 77;
	size_t n = 0, used = 0;

	(void)state;
	for (; n < CELLS; n++) {
		const struct rules_rule *def = rules->rule[next(&seed) % rules->n].def;
		while (def->match.n == 0)
			def = rules->rule[next(&seed) % rules->n].def;
		const char *example = def->match.text[next(&seed) % def->match.n];
		off[n] = (uint32_t)used;
		len[n] = (uint32_t)strlen(example);
		memcpy(text + used, example, len[n]);
		if (next(&seed) % 6 == 0)
			text[used + next(&seed) % len[n]] = (uint8_t)next(&seed);
		used += len[n];
		text[used++] = BATCH_GUARD;
	}
	struct guarded g = guard(text, used);
	for (int pass = 0; pass < 2; pass++) {
		struct list lists[2] = {0};
		for (int k = 0; k < 2; k++) {
			struct detect_engine *engine = engine_of(rules, k == 0, pass == 1, false);
			struct detect_scanner *scanner;
			struct detect_drain *drain = detect_drain_new(engine);
			struct detect_field *field = detect_field_new(engine, base_span_of("number"));
			const struct detect_field *fields[] = {field};
			struct batch_column column = {.n = CELLS, .off = off, .len = len};
			struct batch batch = {.data = g.data,
				.size = (uint32_t)used,
				.first_record = 1,
				.n_records = CELLS,
				.n_columns = 1,
				.columns = &column};
			struct detect_output out = {0};
			struct span_sink spans = {&lists[k], keep};
			struct issue_sink issues = {NULL, ignore_issue};
			assert_ok(detect_scanner_new(engine, &scanner, &err));
			assert_ok(detect_batch(scanner, &batch, fields, &out, &err));
			assert_ok(detect_drain_add(drain, &out, &spans, &issues, &err));
			detect_output_dispose(&out);
			detect_scanner_free(scanner);
			detect_drain_free(drain);
			free(field);
			detect_engine_free(engine);
		}
		assert_true(lists[0].n > CELLS / 4);
		assert_same(rules, &lists[0], &lists[1], text, pass ? "cells, plain" : "cells");
		free(lists[0].items);
		free(lists[1].items);
	}
	munmap(g.map, g.map_size);
	free(text);
	rules_free(rules);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(engine_equals_oracle_on_adjacent_examples),
		cmocka_unit_test(engine_equals_oracle_on_floods),
		cmocka_unit_test(cells_equal_the_oracle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
