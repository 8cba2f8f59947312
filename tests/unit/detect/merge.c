/* Overlaps: leftmost-longest passing matches per rule, then priorities between rules; guards; nothing lost between windows; and how the
 * shipped rules settle an e-mail address inside a URL. */
#include "engine.h"

#include "base/limits.h"

/* "ENTITY start..end state" of every span, in the order they came. */
static void
assert_found(struct world *w, const char *text, const char *want)
{
	struct found found;
	char got[1024] = "";
	size_t n = 0;

	find_in_cell(w, NULL, text, &found);
	for (size_t i = 0; i < found.n; i++)
		n += (size_t)snprintf(got + n, sizeof got - n, "%s%s %d..%d%s", i ? ", " : "", engine_entity(w, &found.spans[i]),
			(int)found.spans[i].start, (int)found.spans[i].end,
			found.spans[i].reasons >> REASON_OVERLAP & 1 ? " overlap"
			: found.spans[i].state == SPAN_SUPPRESSED    ? " suppressed"
								     : "");
	if (strcmp(got, want) != 0)
		fail_msg("'%s': '%s' instead of '%s'", text, got, want);
}

static void
leftmost_longest_of_a_rule(void **state)
{
	static const char pack[] =
		ENGINE_PACK ENGINE_RULE("a", "A", "a[0-9]{1,3}b?", "") "  - id: b\n    entity: B\n    patterns: ['x[0-9]{2}', 'x[0-9]{4}', "
								       "'[0-9]{4}x']\n    examples: {match: [a, b], no_match: [c, d]}\n";
	struct world w = world_open(pack, NULL);

	(void)state;
	assert_found(&w, "a1a22ba333", "A 0..2, A 2..6, A 6..10");
	assert_found(&w, "x1234", "B 0..5");
	assert_found(&w, "x123", "B 0..3");
	assert_found(&w, "1234x5678", "B 0..5");
	assert_found(&w, "-x12345678x", "B 1..6, B 6..11");
	world_close(&w);
}

/* A failing match never swallows a passing one, and one that stands clear of it is kept beside it. */
static void
passing_goes_before_failing(void **state)
{
	static const char pack[] =
		ENGINE_PACK "  - id: num\n    entity: NUM\n    patterns: ['(?<!\\w)\\d{8}', '\\d{12}(?!\\w)']\n    check: luhn\n    "
			    "context: {words: [card]}\n    examples: {match: [a, b], no_match: [c, d]}\n";
	struct world w = world_open(pack, NULL);

	(void)state;
	/* the first eight fail (40 with context), the last twelve overlap them and pass */
	assert_found(&w, "card 1234567500000000", "NUM 5..13 suppressed");
	assert_found(&w, "card 1234123456781234560", "NUM 5..13 suppressed");
	unsigned n_passing = 0;
	for (int digit = 0; digit < 10; digit++) {
		char text[32];
		struct found found;
		/* 16 digits: 0..8 fails always; 4..16 passes for one last digit */
		snprintf(text, sizeof text, "card 111111115555555%d", digit);
		find_in_cell(&w, NULL, text, &found);
		bool passes = false;
		for (size_t i = 0; i < found.n; i++)
			passes = passes || found.spans[i].state == SPAN_REPORTED;
		if (passes)
			assert_true(found.n == 1 && found.spans[0].start == 9 && found.spans[0].end == 21);
		else
			assert_true(found.n == 1 && found.spans[0].start == 5 && found.spans[0].state == SPAN_SUPPRESSED);
		n_passing += passes;
	}
	assert_int_equal(n_passing, 1);
	world_close(&w);
}

static void
priorities_settle_between_rules(void **state)
{
	static const char pack[] = ENGINE_PACK ENGINE_RULE("mail", "MAIL", "[a-z]{1,20}@[a-z]{1,20}\\.com", "    priority: 80\n")
		ENGINE_RULE("url", "URL", "https://[a-z@./]{1,60}", "    priority: 60\n")
			ENGINE_RULE("domain", "DOMAIN", "[a-z]{1,20}\\.com", "    priority: 40\n")
				ENGINE_RULE("long", "LONG", "same[a-z]{4}", "") ENGINE_RULE("short", "SHORT", "same[a-z]{2}", "");
	static const char twice[] = ENGINE_PACK ENGINE_RULE("domain", "DOMAIN", "[a-z]{1,20}\\.com", "")
		ENGINE_RULE("host", "DOMAIN", "[a-z]{1,20}\\.com?", "    priority: 30\n");
	struct world w = world_open(pack, NULL);

	(void)state;
	assert_found(&w, "bob@example.com", "MAIL 0..15, DOMAIN 4..15 overlap");
	assert_found(&w, "https://example.com/a", "URL 0..21, DOMAIN 8..19 overlap");
	assert_found(&w, "https://bob@example.com/a", "URL 0..25 overlap, MAIL 8..23, DOMAIN 12..23 overlap");
	assert_found(&w, "sameabcd", "LONG 0..8, SHORT 0..6 overlap");
	world_close(&w);
	w = world_open(twice, NULL);
	assert_found(&w, "example.com", "DOMAIN 0..11"); /* the same thing seen by two rules is told once */
	world_close(&w);
}

static void
the_sure_win_over_the_unsure(void **state)
{
	static const char pack[] =
		ENGINE_PACK ENGINE_RULE("weak", "WEAK", "\\d{8}", "    priority: 90\n    check: luhn\n    context: {words: [weak]}\n")
			ENGINE_RULE("sure", "SURE", "\\d{4}", "    priority: 10\n");
	struct world w = world_open(pack, NULL);

	(void)state;
	assert_found(&w, "12345674", "WEAK 0..8, SURE 0..4 overlap, SURE 4..8 overlap");
	/* its check fails: 40, although its priority is higher */
	assert_found(&w, "weak 12345675", "WEAK 5..13 overlap, SURE 5..9, SURE 9..13");
	world_close(&w);
}

static void
guards_keep_others_away_unseen(void **state)
{
	static const char pack[] = ENGINE_PACK ENGINE_RULE("uuid", "UUID", "[0-9a-f]{8}-[0-9a-f]{4}", "    guard: true\n    priority: 90\n")
		ENGINE_RULE("phone", "PHONE", "\\d{3}-\\d{4}", "") ENGINE_RULE("strong", "STRONG", "f-\\d{4}", "    priority: 95\n");
	struct world w = world_open(pack, NULL);

	(void)state;
	assert_found(&w, "555-0123", "PHONE 0..8");
	assert_found(&w, "abcde555-0123", "PHONE 5..13 overlap");
	assert_found(&w, "abcdef55-0123", "");
	assert_found(&w, "0123456f-1234", "STRONG 7..13");
	world_close(&w);
}

/* Of a part that is the value, the part's place counts, in text as in cells, and in a cell that comes in pieces. */
static void
spans_come_in_the_order_of_their_starts(void **state)
{
	static const char pack[] =
		ENGINE_PACK ENGINE_RULE("key", "KEY", "key=(?<value>[0-9]{4})", "") ENGINE_RULE("eq", "EQ", "y=[0-9]{2}", "");
	struct world w = world_open(pack, NULL);
	struct found text, cell;

	(void)state;
	find_in_text(&w, "a key=1234 b", &text);
	find_in_cell(&w, "text", "a key=1234 b", &cell);
	assert_true(text.n == 2 && cell.n == 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(text.spans[i].start, i == 0 ? 4 : 6);
		assert_memory_equal(&text.spans[i], &cell.spans[i], sizeof text.spans[i]);
	}
	world_close(&w);
}

/* BORDERS: e-mail over URL over domain, with the rules that are shipped. */
static void
shipped_rules_report_an_address_once(void **state)
{
	static const struct {
		const char *text, *entity;
		int start, end;
	} cases[] = {
		{"write to jane.doe@example.com today", "EMAIL_ADDRESS", 9, 29},
		{"see https://www.example.com/help?x=1 there", "URL", 4, 36},
		{"card 4012 8888 8888 1881 ok", "CREDIT_CARD", 5, 24},
		{"host 192.0.2.17 up", "IP_ADDRESS", 5, 15},
	};
	struct world w = world_open(NULL, NULL);

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct found found;
		size_t reported = 0;
		find_in_cell(&w, NULL, cases[i].text, &found);
		for (size_t k = 0; k < found.n; k++) {
			const struct span *s = &found.spans[k];
			if (s->state > SPAN_SAMPLE)
				continue;
			reported++;
			if (strcmp(engine_entity(&w, s), cases[i].entity) != 0 || (int)s->start != cases[i].start
				|| (int)s->end != cases[i].end)
				fail_msg("'%s': %s %d..%d", cases[i].text, engine_entity(&w, s), (int)s->start, (int)s->end);
		}
		assert_int_equal(reported, 1);
	}
	struct found found;
	bool email = false;
	find_in_cell(&w, NULL, "https://example.com/reset?mail=jane.doe@example.com", &found);
	for (size_t k = 0; k < found.n; k++) {
		email = email
			|| (strcmp(engine_entity(&w, &found.spans[k]), "EMAIL_ADDRESS") == 0 && found.spans[k].state == SPAN_REPORTED);
		if (strcmp(engine_entity(&w, &found.spans[k]), "URL") == 0)
			assert_true(found.spans[k].reasons >> REASON_OVERLAP & 1);
	}
	assert_true(email);
	world_close(&w);
}

/* A chain of overlaps without end is cut at the limit, with an issue, and in linear room. */
static void
a_chain_without_end_is_cut_with_an_issue(void **state)
{
	static const char pack[] = ENGINE_PACK ENGINE_RULE("pair", "PAIR", "aa", "");
	enum { SIZE = LIMIT_CLUSTER + 5000 };
	struct world w = world_open(pack, NULL);
	struct assay_error err = {0};
	struct detect_output out = {0};
	uint8_t *data = malloc(SIZE + 2 * BATCH_PAD);
	struct batch batch = {.data = data + BATCH_PAD, .size = SIZE, .first_record = 1};
	struct detect_field *field = detect_field_new(w.engine, base_span_of("text"));
	const struct detect_field *fields[] = {field};

	(void)state;
	assert_non_null(data);
	memset(data, '\n', SIZE + 2 * BATCH_PAD);
	memset(data + BATCH_PAD, 'a', SIZE);
	assert_ok(detect_batch(w.scanner, &batch, fields, &out, &err));
	assert_int_equal(out.n_issues, 1);
	assert_true(issue_code_is_incomplete((enum issue_code)out.issues[0].code));
	assert_true(out.done.n >= SIZE / 2 - 1);
	for (size_t i = 1; i < out.done.n; i++)
		assert_true(out.done.items[i].span.start >= out.done.items[i - 1].span.start);
	detect_output_dispose(&out);
	free(field);
	free(data);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leftmost_longest_of_a_rule),
		cmocka_unit_test(passing_goes_before_failing),
		cmocka_unit_test(priorities_settle_between_rules),
		cmocka_unit_test(the_sure_win_over_the_unsure),
		cmocka_unit_test(guards_keep_others_away_unseen),
		cmocka_unit_test(spans_come_in_the_order_of_their_starts),
		cmocka_unit_test(shipped_rules_report_an_address_once),
		cmocka_unit_test(a_chain_without_end_is_cut_with_an_issue),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
