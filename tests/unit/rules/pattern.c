/* Measuring patterns: exact widths and extents on known ones, refusals with their place, and on thousands of made-up ones that no fact ever
 * contradicts what PCRE2 matches: a fact that is too narrow would be a value that is silently not found. */
#include "../support.h"

#include "base/buffer.h"
#include "rules/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

static void
widths_and_extents(void **state)
{
	static const struct {
		const char *pattern;
		unsigned min, max, behind, ahead, digits;
	} cases[] = {
		{"abc", 3, 3, 0, 0, 0},
		{"a{2,5}b?", 2, 6, 0, 0, 0},
		{"\\bfoo\\d{3}\\b", 6, 6, 1, 1, 3},
		{"(?<![\\w.-])x{3}(?!\\d\\d)", 3, 3, 1, 2, 0},
		{"(?:ab|cde)f", 3, 4, 0, 0, 0},
		{"(?:\\d{3}|\\d{5}x)", 3, 6, 0, 0, 3},
		{"(?<value>\\d{2})(?=abc)", 2, 2, 0, 3, 2},
		{"\\A\\d\\z", 1, 1, 1, 1, 1},
		{"(?i)a(?-i:b)c", 3, 3, 0, 0, 0},
		{"(?>a{1,3}+)b", 2, 4, 0, 0, 0},
		{"(?<=ab|cde)x", 1, 1, 3, 0, 0},
		{"[0-5][\\d]{2,4}?", 3, 5, 0, 0, 3},
		{"\\x41\\n.", 3, 3, 0, 0, 0},
		{"x{8192}", 8192, 8192, 0, 0, 0},
		{"(?:a|b|)c", 1, 2, 0, 0, 0},
		{"[]a]x", 2, 2, 0, 0, 0},
		{"a{0}b", 1, 1, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct assay_error err = {0};
		struct pattern_facts f;
		assert_ok(pattern_measure(cases[i].pattern, &f, &err));
		if (f.width_min != cases[i].min || f.width_max != cases[i].max || f.look_behind != cases[i].behind
			|| f.look_ahead != cases[i].ahead || f.digits_min != cases[i].digits)
			fail_msg("'%s': width %u..%u, behind %u, ahead %u, digits %u", cases[i].pattern, f.width_min, f.width_max,
				f.look_behind, f.look_ahead, f.digits_min);
	}
}

static void
required_texts(void **state)
{
	static const struct {
		const char *pattern, *literals; /* separated by blanks, "" = none */
		unsigned min, max;
		bool caseless;
	} cases[] = {
		{"key_[a-z]{5}", "key_", 0, 0, false},
		{"(?i)Key_\\d", "key_", 0, 0, true},
		{"\\d{1,4}tok_", "tok_", 1, 4, false},
		{"(?:ab|cde)f", "abf cdef", 0, 0, false},
		{"\\d{16}", "", 0, 0, false},
		{"\\w{1,20}@\\w{1,20}", "@", 1, 20, false},
		{"(?:sk|pk)_(?:live|test)_\\d", "sk_live_ sk_test_ pk_live_ pk_test_", 0, 0, false},
		{"(?:foo|\\d{3})", "", 0, 0, false},
		{"0{3}x", "000x", 0, 0, false},
		{"(?:foo)?bar", "bar", 0, 3, false},
		{"a[xy]bc", "axbc aybc", 0, 0, false},
		{"(?:foo\\d|bar)x", "foo bar", 0, 0, false},
		{"(?:foo){1,2}x", "foo", 0, 0, false},
		{"(?:foo|bar\\d{1,3})baz", "foo bar", 0, 0, false},
		{"\\d(?:-?)abc\\bdef", "abcdef", 1, 2, false},
		{"(?:\\dabc|\\d{3}abd)", "abc abd", 1, 3, false},
		{"\\x00{4}\\d", "", 0, 0, false}, /* an empty text to Vectorscan */
		{"\\d\\x00abc", "", 0, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct assay_error err = {0};
		struct pattern_facts f;
		struct base_buffer got;
		assert_ok(pattern_measure(cases[i].pattern, &f, &err));
		base_buffer_init(&got, 4096);
		base_buffer_text(&got, "");
		for (size_t k = 0; k < f.n_literals; k++) {
			base_buffer_format(&got, "%s%.*s", k ? " " : "", f.literals[k].size, (const char *)f.literals[k].text);
			assert_int_equal(f.literals[k].is_caseless, cases[i].caseless);
		}
		if (strcmp(got.data, cases[i].literals) != 0
			|| (f.n_literals && (f.literal_min != cases[i].min || f.literal_max != cases[i].max)))
			fail_msg("'%s': '%s' at %u..%u", cases[i].pattern, got.data, f.literal_min, f.literal_max);
		base_buffer_dispose(&got);
	}
}

/* What leads to a required text is less than what a match may hold: a run of '@' leads to no start. */
static void
bytes_that_lead_to_a_text(void **state)
{
	static const struct {
		const char *pattern, *yes, *no;
	} cases[] = {
		{"[a-z.]{1,20}@[a-z0-9]{1,20}", "a.", "@0"},
		{"(?:ab?|[0-9]{1,3})x_tok", "ab0", "xt_"},
		{"(?:[0-9]foo|-{1,4}bar)[a-z]", "0-", "fz"},
		{"(?:[0-9]{2}key=){1,3}[a-f]", "0", "ka"},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct assay_error err = {0};
		struct pattern_facts f;
		assert_ok(pattern_measure(cases[i].pattern, &f, &err));
		assert_true(f.n_literals > 0);
		for (const char *c = cases[i].yes; *c; c++)
			if (!byte_set_has(&f.to_literal, (uint8_t)*c))
				fail_msg("'%s': '%c' cannot lead to the text", cases[i].pattern, *c);
		for (const char *c = cases[i].no; *c; c++)
			if (byte_set_has(&f.to_literal, (uint8_t)*c))
				fail_msg("'%s': '%c' can lead to the text", cases[i].pattern, *c);
	}
}

static void
bytes_before_a_start(void **state)
{
	static const struct {
		const char *pattern, *yes, *no; /* bytes that can and cannot stand before */
	} cases[] = {
		{"\\babc", " -\xc3", "aZ0_"},
		{"abc", " -aZ0_\xff", ""},
		{"(?<![\\w.-])\\d", " \xff", "a_.-9"},
		{"(?<=\\$)\\d", "$", " a9"},
		{"\\A\\d", "", " a9$"},
		{"(?<=ab|c|de\\d)\\d", "bc5", "ade$"},
		{"(?<=ab|(?=x)c)\\d", "bc5", ""},
		{"(?<![a-c]|xy)\\d", " xyz", "abc"},
		{"(?:\\bx|\\by)", " ", "a"},
		{"(?:\\bx|y)", " a", ""},
		{"\\b-x|y", " ay", ""},
		{"(?<!\\d)(?<!-)x", " a", "5-"},
		{"x?(?<!y)z", " yx", ""},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct assay_error err = {0};
		struct pattern_facts f;
		assert_ok(pattern_measure(cases[i].pattern, &f, &err));
		for (const char *c = cases[i].yes; *c; c++)
			if (!byte_set_has(&f.before, (uint8_t)*c))
				fail_msg("'%s' does not begin after '%c'", cases[i].pattern, *c);
		for (const char *c = cases[i].no; *c; c++)
			if (byte_set_has(&f.before, (uint8_t)*c))
				fail_msg("'%s' begins after '%c'", cases[i].pattern, *c);
	}
}

static void
refusals_name_the_place(void **state)
{
	static const struct {
		const char *pattern, *message;
	} cases[] = {
		{"ab*", "pattern byte 3: an unbounded repeat: give it an upper bound, e.g. {0,64}"},
		{"ab+", "pattern byte 3: an unbounded repeat"},
		{"a{2,}", "pattern byte 2: an unbounded repeat"},
		{"^a", "pattern byte 1: use \\A and \\z"},
		{"a$", "pattern byte 2: use \\A and \\z"},
		{"(a)\\1", "pattern byte 5: unknown escape"},
		{"(?R)", "pattern byte 1: this kind of group"},
		{"a(?#x)", "pattern byte 2: this kind of group"},
		{"\\p{L}", "pattern byte 2: unknown escape"},
		{"(*ACCEPT)", "pattern byte 1: verbs"},
		{"(a", "pattern byte 1: the group is not closed"},
		{"a)", "pattern byte 2: a parenthesis that was never opened"},
		{"[ab", "pattern byte 1: the class is not closed"},
		{"x[[:digit:]]", "pattern byte 3: POSIX classes"},
		{"[b-a]", "runs backwards"},
		{"[\\d-x]", NULL},
		{"[\\q]", "unknown escape in a class"},
		{"?a", "pattern byte 1: a quantifier without anything"},
		{"a{3,2}", "a repeat count out of range"},
		{"a{9000}", "a repeat count out of range"},
		{"a??b", NULL},
		{"a?*", "pattern byte 3: a quantifier on a quantifier"},
		{"a{2}{3}", "a quantifier on a quantifier"},
		{"", "matches the empty text"},
		{"a?", "matches the empty text"},
		{"(?=a)", "matches the empty text"},
		{"a|", "matches the empty text"},
		{"(?:a{8000}){2}", "wider than 8192"},
		{"(?<=a{8000}a{8000})b", "wider than 8192"},
		{"(?:a{1,9}){1,9}b", "a repeat of a repeat can be cut in too many ways (9 times 9; 64 at most)"},
		{"x(?:(?:a{1,9}|b)-?){9}", "pattern byte 22: a repeat of a repeat"},
		{"(?:a{1,9}-){1,9}b", NULL},
		{"(?:a{9}){1,9}b", NULL},
		{"(?:\\d{1,3}[ -]?){1,5}", NULL},
		{"\\b-\\d{3}", "\\b before a byte that is no word character"},
		{"\\b(?:\\+|-)1", "\\b before a byte"},
		{"\\x4", "unknown escape"},
		{"\\", "unknown escape"},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct assay_error err = {0};
		struct pattern_facts f;
		int r = pattern_measure(cases[i].pattern, &f, &err);
		if (r != (cases[i].message ? ASSAY_PACK : ASSAY_OK) || (cases[i].message && !strstr(err.message, cases[i].message)))
			fail_msg("'%s': %d '%s'", cases[i].pattern, r, err.message);
		assert_int_equal(pattern_measure(cases[i].pattern, &f, NULL), r);
	}
	/* nesting is bounded, whatever the input */
	_cleanup_free_ char *deep = malloc(100001);
	struct assay_error err = {0};
	struct pattern_facts f;
	assert_non_null(deep);
	memset(deep, '(', 100000);
	deep[100000] = '\0';
	assert_int_equal(pattern_measure(deep, &f, &err), ASSAY_PACK);
	assert_non_null(strstr(err.message, "nested too deeply"));
}

/* ---- made-up patterns against PCRE2 ---- */

static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 11;
}

#define PICK(seed, list) ((list)[next(seed) % BASE_COUNT(list)])

static void
make_class(uint64_t *seed, struct base_buffer *out)
{
	static const char *const classes[] = {"a", "b", "1", "A", "@", "-", "\\d", "\\w", "\\s", "\\W", "[ab]", "[^a]", "[a-c1]", ".",
		"\\x41", "\\.", "[aA]", "[\\d-]", "_", "abc", "1ab"};

	base_buffer_text(out, PICK(seed, classes));
}

static void
make_pattern(uint64_t *seed, struct base_buffer *out, int depth)
{
	static const char *const quantifiers[] = {"?", "{2}", "{0,2}", "{1,3}", "{1,3}?", "{1,2}+", "{3}", "??"};
	static const char *const looks[] = {"(?=", "(?!", "(?<=", "(?<!"}, *const groups[] = {"(?:", "(", "(?i:", "(?>", "(?<value>"};
	size_t n = 1 + next(seed) % 4;

	for (size_t i = 0; i < n; i++) {
		switch (next(seed) % 9) {
		case 0:
			base_buffer_text(out, next(seed) % 4 ? "\\b" : "\\B");
			continue;
		case 1:
			base_buffer_text(out, PICK(seed, looks));
			make_class(seed, out);
			if (next(seed) % 3 == 0)
				make_class(seed, out);
			base_buffer_text(out, ")");
			continue;
		case 2:
		case 3:
			if (depth > 0) {
				/* names must not occur twice */
				const char *head =
					groups[next(seed)
						% (depth == 3 && !memmem(out->data ? out->data : "", out->size, "(?<v", 4) ? 5 : 4)];
				base_buffer_text(out, head);
				make_pattern(seed, out, depth - 1);
				while (next(seed) % 2) {
					base_buffer_char(out, '|');
					make_pattern(seed, out, depth - 1);
				}
				base_buffer_char(out, ')');
				break;
			}
			/* fallthrough */
		default:
			make_class(seed, out);
			break;
		}
		if (next(seed) % 3 == 0)
			base_buffer_text(out, PICK(seed, quantifiers));
	}
}

static bool
literal_stands(const struct pattern_literal *l, const uint8_t *at)
{
	for (size_t i = 0; i < l->size; i++)
		if (l->is_caseless ? base_lower(l->text[i]) != base_lower(at[i]) : l->text[i] != at[i])
			return false;
	return true;
}

/* Some literal lies in the match at an allowed distance, and only bytes that may lead to it stand before it. */
static bool
has_literal(const struct pattern_facts *f, const uint8_t *match, size_t size)
{
	for (size_t at = 0; at < size; at++) {
		for (size_t k = 0; k < f->n_literals && at >= f->literal_min && at <= f->literal_max; k++)
			if (at + f->literals[k].size <= size && literal_stands(&f->literals[k], match + at))
				return true;
		if (!byte_set_has(&f->to_literal, match[at]))
			return false;
	}
	return false;
}

static void
check_match(const char *pattern, const struct pattern_facts *f, const uint8_t *text, size_t size, size_t start, size_t end)
{
	const char *wrong = NULL;
	unsigned digits = 0;

	for (size_t i = start; i < end; i++) {
		digits += base_is_digit(text[i]);
		if (!byte_set_has(&f->prefix, text[i]))
			wrong = "prefix";
	}
	if (end - start < f->width_min || end - start > f->width_max)
		wrong = "width";
	for (size_t i = 0; i < PATTERN_POSITIONS && start + i < size; i++)
		if (!byte_set_has(&f->at[i], text[start + i]))
			wrong = "at";
	if (start > 0 && !byte_set_has(&f->before, text[start - 1]))
		wrong = "before";
	if (digits < f->digits_min)
		wrong = "digits";
	if (f->n_literals > 0 && !has_literal(f, text + start, end - start))
		wrong = "literal";
	if (wrong)
		fail_msg("'%s' matches '%.*s' in '%.*s', which its %s excludes", pattern, (int)(end - start), text + start, (int)size, text,
			wrong);
}

/* Where the pattern matches from a start on; false when it does not. */
static bool
match_at(const pcre2_code *code, pcre2_match_data *data, const uint8_t *text, size_t size, size_t start, size_t *ret_start, size_t *ret_end)
{
	int n = pcre2_match(code, text, size, start, 0, data, NULL);

	if (n < 0)
		return false;
	*ret_start = pcre2_get_ovector_pointer(data)[0];
	*ret_end = pcre2_get_ovector_pointer(data)[1];
	return true;
}

/* At every start of a text: the facts hold, and nothing beyond the extents changes the match. */
static size_t
try_text(const char *pattern, const struct pattern_facts *f, const pcre2_code *code, pcre2_match_data *data, const uint8_t *text,
	size_t size)
{
	size_t matches = 0;

	for (size_t at = 0; at < size; at++) {
		size_t start, end, from = at > f->look_behind ? at - f->look_behind : 0, start2, end2;
		size_t to = at + f->width_max + f->look_ahead < size ? at + f->width_max + f->look_ahead : size;
		bool found = match_at(code, data, text, size, at, &start, &end);
		bool again = match_at(code, data, text + from, to - from, at - from, &start2, &end2);
		if (found != again || (found && (start != start2 + from || end != end2 + from)))
			fail_msg("'%s' at %zu of '%.*s' depends on more than its extents", pattern, at, (int)size, text);
		if (found && end > start) {
			check_match(pattern, f, text, size, start, end);
			matches++;
		}
	}
	return matches;
}

static size_t
try_pattern(const char *pattern, uint64_t *seed, size_t *ret_accepted)
{
	static const char alphabet[] = "aabbc11A@-_ .9B\xc3\n";
	struct assay_error err = {0};
	struct pattern_facts f;
	size_t matches = 0, offset;
	int code_number;

	if (pattern_measure(pattern, &f, &err) < 0) {
		assert_true(err.code == ASSAY_PACK && err.message[0]);
		return 0;
	}
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
		PCRE2_ANCHORED | PCRE2_NEVER_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NO_AUTO_CAPTURE, &code_number, &offset, NULL);
	if (!code)
		fail_msg("'%s' was measured, but PCRE2 refuses it at %zu", pattern, offset);
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
	++*ret_accepted;
	for (int round = 0; round < 6; round++) {
		uint8_t *text = malloc(40); /* of its own size, so that reading past it is seen */
		size_t size = 5 + next(seed) % 35;
		assert_non_null(text);
		for (size_t i = 0; i < size; i++)
			text[i] = (uint8_t)alphabet[next(seed) % (sizeof alphabet - 1)];
		for (size_t i = next(seed) % 8; i + 3 <= size; i += 3 + next(seed) % 8)
			memcpy(text + i, next(seed) % 2 ? "abc" : "1ab", 3);
		matches += try_text(pattern, &f, code, data, text, size);
		free(text);
	}
	pcre2_match_data_free(data);
	pcre2_code_free(code);
	return matches;
}

static void
no_fact_contradicts_pcre2(void **state)
{
	enum { PATTERNS = 6000 };
	uint64_t seed = UINT64_C(0x1234567);
	size_t accepted = 0, matches = 0;

	(void)state;
	for (int i = 0; i < PATTERNS; i++) {
		struct base_buffer pattern;
		base_buffer_init(&pattern, 4096);
		make_pattern(&seed, &pattern, 3);
		if (!pattern.failed)
			matches += try_pattern(pattern.data, &seed, &accepted);
		base_buffer_dispose(&pattern);
	}
	/* the test means something only if there was much to contradict */
	assert_true(accepted > PATTERNS / 2);
	assert_true(matches > 20000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths_and_extents),
		cmocka_unit_test(required_texts),
		cmocka_unit_test(bytes_that_lead_to_a_text),
		cmocka_unit_test(bytes_before_a_start),
		cmocka_unit_test(refusals_name_the_place),
		cmocka_unit_test(no_fact_contradicts_pcre2),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
