/* Context words: what a token is, what a phrase meets, and that what is found in a text does not depend on how it is cut into ranges. */
#include "../support.h"

#include "base/buffer.h"
#include "rules/context.h"
#include "rules/pack.h"

static void
tokens_split_as_documented(void **state)
{
	static const struct {
		const char *text, *tokens;
	} cases[] = {
		{"customerID", "customer|id"},
		{"HTTPServer2Name", "http|server|2|name"},
		{"card_no.a-b", "card|no|a|b"},
		{"Stra\xc3\x9f"
		 "e \xc3\x89TAT",
			"stra\xc3\x9f"
			"e|\xc3\xa9tat"},
		{"na\xc3\xafve", "na\xc3\xafve"},
		{"a\xc2\xa0"
		 "b",
			"a|b"},
		{"a\xe2\x80\x94"
		 "b",
			"a|b"},
		{"", ""},
		{" -_. ", ""},
		{"SSN", "ssn"},
		{"userSSN", "user|ssn"},
		{"x1y22z", "x|1|y|22|z"},
		{"/data/*/eMail", "data|e|mail"},
		{"\xce\xb1\xce\xb2 \xce\xb3", "\xce\xb1\xce\xb2|\xce\xb3"},
		{"a\xff"
		 "b",
			"a\xff"
			"b"},
		{"caf\xc3\xa9s", "caf\xc3\xa9s"},
		{"\xc3\x97", "\xc3\x97"},
		{"IBAN:DE89", "iban|de|89"},
		{"iPhone", "i|phone"},
		{"A", "a"},
		{"\xc3", "\xc3"},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct context_token tokens[16];
		struct base_span text = base_span_of(cases[i].text);
		size_t n = context_tokens(text, tokens, 16), end = 0;
		struct base_buffer got;
		base_buffer_init(&got, 256);
		base_buffer_text(&got, "");
		for (size_t k = 0; k < n; k++) {
			base_buffer_format(&got, "%s%.*s", k ? "|" : "", tokens[k].size, tokens[k].text);
			assert_true(tokens[k].start >= end && tokens[k].end > tokens[k].start && tokens[k].end <= text.size);
			end = tokens[k].end;
		}
		if (strcmp(got.data, cases[i].tokens) != 0)
			fail_msg("'%s': '%s' instead of '%s'", cases[i].text, got.data, cases[i].tokens);
		base_buffer_dispose(&got);
	}
	struct context_token tokens[3];
	assert_int_equal(context_tokens(base_span_of("a b c d e"), tokens, 3), 3);
	assert_int_equal(context_tokens(base_span_of("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"), tokens, 3), 1);
	assert_int_equal(tokens[0].size, CONTEXT_TOKEN);
	assert_int_equal(tokens[0].end, 52);
}

static const char *const words0[] = {"card", "credit card", "social security number", "id"},
			 *const words1[] = {"gyermek sz\xc3\xa1m", "iban", "\xc3\xa9tat", "no 5", "key"},
			 *const nots[] = {"order", "tracking", "card holder"}, *const columns[] = {"card_no", "ssn", "Kreditkarte"};

static struct context_index *
make_index(void)
{
	static struct rules_rule first, second;
	const struct rules_rule *rules[] = {&first, &second};
	struct context_index *index;

	first = (struct rules_rule){
		.words = {words0, BASE_COUNT(words0)}, .not_words = {nots, BASE_COUNT(nots)}, .columns = {columns, BASE_COUNT(columns)}};
	second = (struct rules_rule){.words = {words1, BASE_COUNT(words1)}};
	index = context_index_new(rules, 2);
	assert_non_null(index);
	assert_int_equal(context_index_words(index), 1);
	return index;
}

/* Which rules a text speaks for (low bits) and against (from bit 4 on). */
static unsigned
speaks(const struct context_index *index, const char *text)
{
	struct context_hits hits = {0};
	struct base_span span = base_span_of(text);
	unsigned all = 0;

	assert_int_equal(context_scan(index, span, 0, (uint32_t)span.size, &hits), ASSAY_OK);
	for (size_t i = 0; i < hits.n; i++) {
		struct context_bits bits = context_row(index, hits.items[i].row);
		all |= (unsigned)bits.for_rule[0] | (unsigned)bits.against_rule[0] << 4;
		assert_true(hits.items[i].row < context_rows(index));
	}
	free(hits.items);
	return all;
}

static void
words_match_whole_tokens_only(void **state)
{
	static const struct {
		const char *text;
		unsigned speaks;
	} cases[] = {
		{"my card:", 1},
		{"my cards:", 1},
		{"MY CARD", 1},
		{"cardss", 0},
		{"discard", 0},
		{"card5", 1},
		{"card_no", 1},
		{"theCard", 1},
		{"cardiac", 0},
		{"credit  -  card", 1},
		{"social security", 0},
		{"Social-Security Numbers", 1},
		{"social security the number", 0},
		{"id", 1},
		{"ids", 0},
		{"tracking", 0x10},
		{"orders", 0x10},
		{"card holder", 0x11},
		{"iban", 2},
		{"\xc3\x89tat", 2},
		{"\xc3\xa9tats", 2},
		{"etat", 0},
		{"gyermek sz\xc3\xa1m", 2},
		{"no. 5", 2},
		{"no 55", 0},
		{"keys", 2},
		{"keyss", 0},
		{"", 0},
	};
	struct context_index *index = make_index();

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++)
		if (speaks(index, cases[i].text) != cases[i].speaks)
			fail_msg("'%s' speaks 0x%x", cases[i].text, speaks(index, cases[i].text));
	context_index_free(index);
}

static void
column_names_speak(void **state)
{
	static const struct {
		const char *name;
		unsigned speaks;
	} cases[] = {
		{"card_no", 1},
		{"cardNo", 1},
		{"CARD-NO", 1},
		{"/user/card/no", 1},
		{"card_old_no", 1},
		{"card", 1},
		{"no_card", 1},
		{"SSN", 1},
		{"user.ssn", 1},
		{"ssns", 1},
		{"kreditkarte", 1},
		{"kreditkarten", 0},
		{"passno", 0},
		{"order_id", 0x11},
		{"iban", 2},
		{"text", 0},
		{"cardNumber", 1},
		{"/a/*/credit/card", 1},
	};
	struct context_index *index = make_index();

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		uint64_t for_rule = 0, against = 0;
		struct context_bits bits = {&for_rule, &against};
		context_column(index, base_span_of(cases[i].name), &bits);
		if ((for_rule | against << 4) != cases[i].speaks)
			fail_msg("'%s' speaks 0x%x", cases[i].name, (unsigned)(for_rule | against << 4));
	}
	context_index_free(index);
}

static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 11;
}

/* Words of the index, words like them, accents, punctuation and broken bytes, glued in every way. */
static size_t
make_text(uint64_t *seed, uint8_t *text, size_t max)
{
	static const char *const parts[] = {"card", "Card", "CARDS", "credit", "social", "security", "number", "id", "gyermek",
		"sz\xc3\xa1m", "SZ\xc3\x81M", "iban", "IBAN", "\xc3\xa9tat", "\xc3\x89TAT", "no", "5", "key", "keys", "order", "tracking",
		"holder", "x", "carde", "soci", "1234", "\xe2\x80\x94", "\xc2\xa0", "\xff", "\xc3", "\xe2\x80",
		"averyveryverylongtokenthatiscutoff", "\xce\xb1"};
	static const char *const glue[] = {" ", "", "_", "-", " ", " ", "\n", ". ", "\xc2\xa0", "  "};
	size_t n = 0;

	while (n + 64 < max) {
		const char *part = parts[next(seed) % BASE_COUNT(parts)], *between = glue[next(seed) % BASE_COUNT(glue)];
		memcpy(text + n, part, strlen(part));
		n += strlen(part);
		memcpy(text + n, between, strlen(between));
		n += strlen(between);
	}
	return n;
}

static void
assert_same_hits(const struct context_hits *want, const struct context_hits *got)
{
	assert_int_equal(want->n, got->n);
	for (size_t i = 0; i < want->n; i++)
		assert_memory_equal(&want->items[i], &got->items[i], sizeof want->items[i]);
}

static void
cuts_change_nothing(void **state)
{
	enum { SIZE = 400 };
	struct context_index *index = make_index();
	uint64_t seed = 99;
	size_t found = 0;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		uint8_t *text = malloc(SIZE);
		size_t n = make_text(&seed, text, SIZE);
		/* its own size, so that reading past it is seen */
		text = realloc(text, n);
		assert_non_null(text);
		struct base_span span = {text, n};
		struct context_hits whole = {0}, parts = {0};
		assert_int_equal(context_scan(index, span, 0, (uint32_t)n, &whole), ASSAY_OK);
		for (size_t at = 0; at < n;) {
			size_t to = at + 1 + next(&seed) % 30;
			to = to < n ? to : n;
			assert_int_equal(context_scan(index, span, (uint32_t)at, (uint32_t)to, &parts), ASSAY_OK);
			at = to;
		}
		assert_same_hits(&whole, &parts);
		found += whole.n;
		free(whole.items);
		free(parts.items);
		free(text);
	}
	assert_true(found > 10000);
	context_index_free(index);
}

/* The plain way: every run of tokens, joined, is looked for among the phrases; a final s may be added. */
static void
naive_scan(struct base_span text, struct context_hits *ret)
{
	struct context_token tokens[CONTEXT_TOKENS];
	size_t n = context_tokens(text, tokens, CONTEXT_TOKENS);

	assert_true(n < CONTEXT_TOKENS);
	for (size_t i = 0; i < n; i++) {
		char joined[512];
		size_t size = 0;
		for (size_t k = i; k < n && k < i + CONTEXT_PHRASE; k++) {
			uint64_t found[2] = {0, 0};
			struct context_bits bits = {&found[0], &found[1]};
			size += (size_t)snprintf(
				joined + size, sizeof joined - size, "%s%.*s", k > i ? " " : "", tokens[k].size, tokens[k].text);
			/* exactly this phrase and no part of it: both lists of the test are small enough to ask them */
			for (size_t list = 0; list < 3; list++) {
				static const char *const *const lists[] = {words0, words1, nots};
				static const size_t sizes[] = {BASE_COUNT(words0), BASE_COUNT(words1), BASE_COUNT(nots)};
				for (size_t w = 0; w < sizes[list]; w++) {
					size_t length = strlen(lists[list][w]);
					if (memcmp(joined, lists[list][w], length) == 0
						&& (size == length || (size == length + 1 && length >= 3 && joined[length] == 's')))
						*(list == 2 ? bits.against_rule : bits.for_rule) |= list == 1 ? 2u : 1u;
				}
			}
			if (found[0] | found[1]) {
				assert_int_equal(base_grow(&ret->items, &ret->capacity, ret->n + 1, sizeof *ret->items), 0);
				ret->items[ret->n++] =
					(struct context_hit){tokens[i].start, tokens[k].end, (uint32_t)(found[0] | found[1] << 4)};
			}
		}
	}
}

static void
the_fast_way_finds_what_the_plain_way_finds(void **state)
{
	enum { SIZE = 300 };
	struct context_index *index = make_index();
	uint64_t seed = 4;
	size_t found = 0;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		uint8_t text[SIZE];
		struct base_span span = {text, make_text(&seed, text, SIZE)};
		struct context_hits fast = {0}, plain = {0};
		assert_int_equal(context_scan(index, span, 0, (uint32_t)span.size, &fast), ASSAY_OK);
		naive_scan(span, &plain);
		for (size_t i = 0; i < fast.n; i++) {
			struct context_bits bits = context_row(index, fast.items[i].row);
			fast.items[i].row = (uint32_t)(bits.for_rule[0] | bits.against_rule[0] << 4);
		}
		if (fast.n != plain.n)
			fail_msg("'%.*s': %zu hits instead of %zu", (int)span.size, text, fast.n, plain.n);
		assert_same_hits(&plain, &fast);
		found += fast.n;
		free(fast.items);
		free(plain.items);
	}
	assert_true(found > 5000);
	context_index_free(index);
	context_index_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_split_as_documented),
		cmocka_unit_test(words_match_whole_tokens_only),
		cmocka_unit_test(column_names_speak),
		cmocka_unit_test(cuts_change_nothing),
		cmocka_unit_test(the_fast_way_finds_what_the_plain_way_finds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
