/* Globs, safe printing, suggestions. */
#include "../support.h"

#include "base/buffer.h"
#include "base/text.h"

static void
globs_match_as_documented(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool matches;
	} cases[] = {
		{"a", "a", true},
		{"a", "b", false},
		{"", "", true},
		{"", "a", false},
		{"*", "a.csv", true},
		{"*", "a/b", false},
		{"**", "a/b/c", true},
		{"**", "", true},
		{"a/**", "a/b", true},
		{"a/**", "a/b/c", true},
		{"a/**", "a", false},
		{"**/x", "x", true},
		{"**/x", "a/x", true},
		{"**/x", "a/b/x", true},
		{"**/x", "ax", false},
		{"**/x", "a/bx", false},
		{"a/**/b", "a/b", true},
		{"a/**/b", "a/x/y/b", true},
		{"a/**/b", "a/xb", false},
		{"*.csv", "a.csv", true},
		{"*.csv", "d/a.csv", false},
		{"d/*.csv", "d/a.csv", true},
		{"?", "a", true},
		{"?", "/", false},
		{"a?c", "abc", true},
		{"*a*b*c", "xxaxxbxxc", true},
		{"*a*b*c", "xxaxxbxx", false},
		{"train/*.jsonl.zst", "train/p1.jsonl.zst", true},
		{"**/*.csv", "a/b/c.csv", true},
		{"**b", "a/b", true},
		{"a**", "abc/d", true},
		{"media/**", "media/a/b.png", true},
		{"media/**", "mediax/a", false},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++)
		if (base_glob_matches(cases[i].pattern, cases[i].path) != cases[i].matches)
			fail_msg("'%s' on '%s'", cases[i].pattern, cases[i].path);
}

/* A pattern of many stars ends, however long the path. */
static void
stars_do_not_explode(void **state)
{
	char path[2001];

	(void)state;
	memset(path, 'a', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	assert_false(base_glob_matches("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", path));
	assert_false(base_glob_matches("**a**a**a**a**a**a**a**a**a**a**a**a**a**a**b", path));
}

static void
terminals_are_not_harmed(void **state)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{"plain", "plain"},
		{"a\nb", "a\\nb"},
		{"\x1b[31mred", "\\x1B[31mred"},
		{"a\\b", "a\\\\b"},
		{"\xc3\xa9", "\xc3\xa9"},
		{"\xff", "\\xFF"},
		{"\xe2\x80\xae"
		 "evil",
			"\\u{202E}evil"},
		{"\xc2\x9b"
		 "x",
			"\\x9Bx"},
		{"\x7f", "\\x7F"},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct base_buffer out;
		base_buffer_init(&out, 1024);
		base_text_printable(&out, base_span_of(cases[i].text));
		assert_string_equal(out.data, cases[i].shown);
		base_buffer_dispose(&out);
	}
}

static void
slips_of_the_pen_are_suggested(void **state)
{
	static const char *const words[] = {"EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE"};

	(void)state;
	assert_string_equal(base_suggest("EMAIL_ADRESS", words, 3), "EMAIL_ADDRESS");
	assert_string_equal(base_suggest("CREDITCARD", words, 3), "CREDIT_CARD");
	assert_null(base_suggest("HELICOPTER", words, 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(globs_match_as_documented),
		cmocka_unit_test(stars_do_not_explode),
		cmocka_unit_test(terminals_are_not_harmed),
		cmocka_unit_test(slips_of_the_pen_are_suggested),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
