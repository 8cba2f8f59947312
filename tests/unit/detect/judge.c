/* Confidence and what speaks for or against: the fixed table of BORDERS B2, check digits, context, columns, documentation values, the part
 * of a match that is the value, and places where a limit was reached. */
#include "engine.h"

#include "base/limits.h"

enum {
	P = 1 << REASON_PATTERN,
	K = 1 << REASON_CHECK,
	F = 1 << REASON_CHECK_FAILED,
	C = 1 << REASON_CONTEXT,
	COL = 1 << REASON_COLUMN,
	N = 1 << REASON_NOT_WORD,
	S = 1 << REASON_SAMPLE,
	LOW = 1 << REASON_LOW_CONFIDENCE
};

#define PACK                                                                                                                               \
	ENGINE_PACK                                                                                                                        \
	ENGINE_RULE("plain", "PLAIN", "(?<!\\w)PL\\d{4}(?!\\w)", "    context: {words: [plain, pl], not: [never]}\n")                      \
	ENGINE_RULE("check", "CHECKED", "(?<![\\w-])\\d{8}(?!\\w)",                                                                        \
		"    check: luhn\n    context: {words: [card], columns: [card_no], not: [order]}\n    samples: ['9999-9997', "             \
		"'99999999']\n")                                                                                                           \
	ENGINE_RULE("collides", "COLLIDES", "(?<!\\w)[A-Z]{3}\\d{3}(?!\\w)",                                                               \
		"    collides: true\n    context: {words: [plate], columns: [plate_no]}\n")                                                \
	ENGINE_RULE("group", "GROUP", "pw=(?<value>[a-z]{8,12});", "")                                                                     \
	ENGINE_RULE("optional", "OPTIONAL", "op=[a-z]{3}(?<value>\\d{8})?;", "")

struct expected {
	const char *column, *text;
	unsigned confidence; /* 0: nothing is found */
	enum span_state state;
	unsigned reasons;
};

static void
expect(struct world *w, const struct expected *e)
{
	struct found found;

	find_in_cell(w, e->column, e->text, &found);
	if (found.n != (e->confidence > 0))
		fail_msg("'%s': %zu spans", e->text, found.n);
	if (found.n == 0)
		return;
	if (found.spans[0].confidence != e->confidence || found.spans[0].state != e->state || found.spans[0].reasons != e->reasons)
		fail_msg("'%s' in '%s': confidence %u, state %s, reasons 0x%x", e->text, e->column ? e->column : "-",
			found.spans[0].confidence, span_state_name((enum span_state)found.spans[0].state), found.spans[0].reasons);
}

static void
confidence_follows_the_table(void **state)
{
	static const struct expected cases[] = {
		{NULL, "PL1234", 65, SPAN_REPORTED, P},
		{NULL, "plain PL1234", 75, SPAN_REPORTED, P | C},
		{NULL, "never PL1234", 40, SPAN_SUPPRESSED, P | N | LOW},
		{NULL, "plain never PL1234", 40, SPAN_SUPPRESSED, P | C | N | LOW},
		{"text", "PL1234", 65, SPAN_REPORTED, P},
		{"plain", "PL1234", 75, SPAN_REPORTED, P | COL},
		{"never", "PL1234", 40, SPAN_SUPPRESSED, P | N | LOW},
		{"plain", "plain PL1234", 75, SPAN_REPORTED, P | C | COL},
		{NULL, "12345674", 75, SPAN_REPORTED, P | K},
		{NULL, "card 12345674", 85, SPAN_REPORTED, P | K | C},
		{NULL, "12345674 is my card", 85, SPAN_REPORTED, P | K | C},
		{NULL, "order 12345674", 40, SPAN_SUPPRESSED, P | K | N | LOW},
		{NULL, "card order 12345674", 75, SPAN_REPORTED, P | K | C | N},
		{"card_no", "12345674", 85, SPAN_REPORTED, P | K | COL},
		{"theCardNo", "12345674", 85, SPAN_REPORTED, P | K | COL},
		{"order_id", "12345674", 40, SPAN_SUPPRESSED, P | K | N | LOW},
		{"order_card_no", "12345674", 85, SPAN_REPORTED, P | K | COL}, /* a column's own for goes before its against */
		{NULL, "12345675", 0, SPAN_REPORTED, 0},
		{NULL, "card 12345675", 40, SPAN_SUPPRESSED, P | F | C | LOW},
		{"card_no", "12345675", 40, SPAN_SUPPRESSED, P | F | COL | LOW},
		{NULL, "order 12345675", 0, SPAN_REPORTED, 0},
		{NULL, "card order 12345675", 40, SPAN_SUPPRESSED, P | F | C | N | LOW},
		{NULL, "ABC123", 0, SPAN_REPORTED, 0},
		{NULL, "plate ABC123", 75, SPAN_REPORTED, P | C},
		{"plate_no", "ABC123", 75, SPAN_REPORTED, P | COL},
		{"other", "ABC123", 0, SPAN_REPORTED, 0},
		{NULL, "99999997", 75, SPAN_SAMPLE, P | K | S},
		{NULL, "card 99999999", 40, SPAN_SAMPLE, P | F | C | S},
		{"card_no", "99999997", 85, SPAN_SAMPLE, P | K | COL | S},
	};
	struct world w = world_open(PACK, NULL);

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++)
		expect(&w, &cases[i]);
	world_close(&w);
}

static void
the_threshold_is_an_option(void **state)
{
	static const struct expected all[] = {{NULL, "card 12345675", 40, SPAN_REPORTED, P | F | C},
		{NULL, "PL1234", 65, SPAN_REPORTED, P}},
				     high[] = {{NULL, "12345674", 75, SPAN_SUPPRESSED, P | K | LOW},
					     {NULL, "card 12345674", 85, SPAN_REPORTED, P | K | C}};
	struct detect_options options = engine_options();

	(void)state;
	options.min_confidence = 0;
	struct world w = world_open(PACK, &options);
	for (size_t i = 0; i < BASE_COUNT(all); i++)
		expect(&w, &all[i]);
	world_close(&w);
	options.min_confidence = 85;
	w = world_open(PACK, &options);
	for (size_t i = 0; i < BASE_COUNT(high); i++)
		expect(&w, &high[i]);
	world_close(&w);
}

/* Context reaches 50 bytes back and 20 on, counts whole words outside of the match, and never comes from the next cell. */
static void
context_has_its_reach(void **state)
{
	static const struct {
		int before, after; /* blanks between word and value; -1: no word */
		unsigned confidence;
	} cases[] = {{1, -1, 85}, {46, -1, 85}, {47, -1, 75}, {-1, 1, 85}, {-1, 16, 85}, {-1, 17, 75}, {300, 300, 75}};
	struct world w = world_open(PACK, NULL);

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		_cleanup_free_ char *text =
			base_format("%s%*s12345674%*s%s", cases[i].before >= 0 ? "card" : "", cases[i].before > 0 ? cases[i].before : 0, "",
				cases[i].after > 0 ? cases[i].after : 0, "", cases[i].after >= 0 ? "card" : "");
		struct found found;
		find_in_cell(&w, NULL, text, &found);
		assert_int_equal(found.n, 1);
		if (found.spans[0].confidence != cases[i].confidence)
			fail_msg("%d before, %d after: %u", cases[i].before, cases[i].after, found.spans[0].confidence);
	}
	/* 'pl' speaks for PL1234, but not as part of it */
	expect(&w, &(struct expected){NULL, "PL1234", 65, SPAN_REPORTED, P});
	struct found found;
	find_in_cells(&w, NULL, (const char *const[]){"card", "12345674", "card", NULL}, &found);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.spans[0].confidence, 75);
	assert_int_equal(found.spans[0].record, 2);
	world_close(&w);
}

static void
a_group_named_value_is_the_span(void **state)
{
	struct world w = world_open(PACK, NULL);
	struct found found;

	(void)state;
	find_in_cell(&w, NULL, "x pw=secretword; y", &found);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.spans[0].start, 5);
	assert_int_equal(found.spans[0].end, 15);
	assert_memory_equal(found.spans[0].mask, "***rd", found.spans[0].mask_len);
	find_in_cell(&w, NULL, "op=abc12345678;", &found);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.spans[0].start, 6);
	assert_int_equal(found.spans[0].end, 14);
	/* the group did not take part: the whole match */
	find_in_cell(&w, NULL, "op=abc;", &found);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.spans[0].start, 0);
	assert_int_equal(found.spans[0].end, 7);
	world_close(&w);
}

static void
tries_are_counted(void **state)
{
	struct world w = world_open(PACK, NULL);
	struct found found;

	(void)state;
	find_in_cells(
		&w, NULL, (const char *const[]){"12345674", "12345675", "12345676", "card 12345677", "ABC123", "PL1234", NULL}, &found);
	assert_int_equal(found.n, 3); /* the one that holds, the one with context, and PL1234 */
	for (size_t i = 0; i < found.n_tallies; i++) {
		const char *id = w.rules->rule[found.tallies[i].rule].def->id;
		if (strcmp(id, "check") == 0)
			assert_true(found.tallies[i].tried == 4 && found.tallies[i].passed == 1);
		else if (strcmp(id, "plain") == 0)
			assert_true(found.tallies[i].tried == 1 && found.tallies[i].passed == 1);
		else
			fail_msg("rule '%s' was tried %llu times", id, (unsigned long long)found.tallies[i].tried);
	}
	assert_int_equal(found.n_tallies, 2);
	world_close(&w);
}

/* A pattern that backtracks without end: an issue with rule, place and count, and the other rules go on. */
static void
a_limit_is_an_issue_never_no_match(void **state)
{
	static const char pack[] = ENGINE_PACK ENGINE_RULE("bomb", "BOMB", "(?:k|kk|kkk){1,40}(?:j|jj|jjj){1,40}[cd]", "")
		ENGINE_RULE("plain", "PLAIN", "PL\\d{4}", "");
	struct world w = world_open(pack, NULL);
	char text[700];
	struct found found;

	(void)state;
	memset(text, 'k', 300);
	memset(text + 300, 'j', 300);
	memcpy(text + 600, "! PL1234", 9);
	for (int as_text = 0; as_text < 2; as_text++) {
		if (as_text)
			find_in_text(&w, text, &found);
		else
			find_in_cell(&w, NULL, text, &found);
		assert_int_equal(found.n_issues, 1);
		assert_int_equal(found.issues[0].code, ISSUE_REGEX_LIMIT);
		assert_true(issue_code_is_incomplete((enum issue_code)found.issues[0].code));
		assert_string_equal(w.rules->rule[found.issues[0].rule].def->id, "bomb");
		assert_int_equal(found.issues[0].record, 1);
		assert_true(found.issues[0].count >= 1 && found.issues[0].raw < 300);
		assert_non_null(strstr(found.issues[0].detail, "p/bomb"));
		assert_int_equal(found.n, 1);
		assert_int_equal(found.spans[0].start, 602);
	}
	/* and the next value starts afresh */
	find_in_cell(&w, NULL, "kkjjc", &found);
	assert_int_equal(found.n_issues, 0);
	assert_int_equal(found.n, 1);
	world_close(&w);
}

/* Every pattern is found by a text of its own, none by its first bytes: nothing has to be asked of the context beforehand. */
static void
context_is_there_for_literals_alone(void **state)
{
	struct world w = world_open(ENGINE_PACK ENGINE_RULE("tok", "TOK", "tok_[a-z]{8}", "    context: {words: [token]}\n"), NULL);
	struct found found;

	(void)state;
	find_in_cell(&w, NULL, "my token tok_abcdefgh", &found);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.spans[0].reasons, P | C);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(confidence_follows_the_table),
		cmocka_unit_test(the_threshold_is_an_option),
		cmocka_unit_test(context_has_its_reach),
		cmocka_unit_test(context_is_there_for_literals_alone),
		cmocka_unit_test(a_group_named_value_is_the_span),
		cmocka_unit_test(tries_are_counted),
		cmocka_unit_test(a_limit_is_an_issue_never_no_match),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
