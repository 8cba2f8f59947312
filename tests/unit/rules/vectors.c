/* Vectors of every check, from tests/data/checks/FAMILY.tsv: check, class, text, why.
 *
 * valid: the text holds. digit, swap, length, date, other: it does not, because of a changed digit, of two neighbours the wrong way round,
 * of a character too few or too many, of a day that no calendar has, or of something else; each "?" stands for all ten digits in turn, so
 * that no check digit makes it good. classes: which of these the check sees and must have a vector of. unseen: of all single digits
 * changed, neighbours swapped, lengths changed and fillers that the valid texts give rise to, how many pass.
 *
 * The published chance of a check is held against random numbers of its shape: what a pattern of a rule with that check takes. And every
 * check, those of secrets too, bears every piece of every text, and bytes that are no text. */
#include "../support.h"

#include "rules/check_family.h"
#include "rules/rules.h"

#include <dirent.h>

enum { TEXT_MAX = 256, ROWS_MAX = 8192, SHAPES_MAX = 128, LETTERS_MIN = 8 };
enum kind { VALID, DIGIT, SWAP, LENGTH, DATE, OTHER, CLASSES, UNSEEN, KIND_COUNT };
static const char *const kind_names[KIND_COUNT] = {"valid", "digit", "swap", "length", "date", "other", "classes", "unseen"};

struct row {
	const struct rules_check *check;
	enum kind kind;
	const char *text;
};

struct vectors {
	struct row *rows;
	size_t n;
	char **files;
	size_t n_files;
};

/* ---- reading ---- */

static const char *
family_of(const struct rules_check *check)
{
#define LOOK_AT(family)                                                                                                                    \
	if (check >= rules_checks_##family && check < rules_checks_##family + rules_checks_##family##_count)                               \
		return #family;
	RULES_CHECK_FAMILIES(LOOK_AT)
#undef LOOK_AT
	return "";
}

static void
read_row(struct vectors *v, char *line, const char *file)
{
	char *field[4] = {line, NULL, NULL, NULL};
	struct row *row = &v->rows[v->n++];
	size_t kind = 0;

	assert_true(v->n < ROWS_MAX);
	for (size_t i = 1; i < 4; i++) {
		char *tab = strchr(field[i - 1], '\t');
		if (!tab)
			fail_msg("%s: a row without four fields: '%s'", file, line);
		*tab = '\0';
		field[i] = tab + 1;
	}
	while (kind < KIND_COUNT && strcmp(kind_names[kind], field[1]) != 0)
		kind++;
	*row = (struct row){rules_check_find(base_span_of(field[0])), (enum kind)kind, field[2]};
	if (!row->check || kind == KIND_COUNT || strchr(field[3], '\t') || !field[3][0] || strlen(field[2]) + 40 > TEXT_MAX)
		fail_msg("%s: no such check or class, no reason, or too long a text: '%s' '%s' '%s'", file, field[0], field[1], field[2]);
	if (strcmp(family_of(row->check), file) != 0)
		fail_msg("%s is of %s and stands in %s.tsv", field[0], family_of(row->check), file);
}

static int
read_files(void **state)
{
	static struct vectors v;
	struct assay_error err = {0};
	DIR *folder = opendir(ASSAY_SOURCE_DIR "/tests/data/checks");

	assert_non_null(folder);
	v.rows = calloc(ROWS_MAX, sizeof *v.rows);
	v.files = calloc(256, sizeof *v.files);
	assert_true(v.rows && v.files);
	for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		char path[512], *text, *end = strstr(entry->d_name, ".tsv");
		size_t n;
		if (!end)
			continue;
		snprintf(path, sizeof path, ASSAY_SOURCE_DIR "/tests/data/checks/%s", entry->d_name);
		*end = '\0';
		assert_ok(base_file_read(path, 1 << 20, &text, &n, &err));
		v.files[v.n_files++] = text;
		for (char *line = text, *next; *line; line = next) {
			next = line + strcspn(line, "\n");
			if (!*next)
				fail_msg("%s: no line feed at the end", path);
			*next++ = '\0';
			if (*line && *line != '#')
				read_row(&v, line, entry->d_name);
		}
	}
	closedir(folder);
	*state = &v;
	return 0;
}

static int
free_files(void **state)
{
	struct vectors *v = *state;

	for (size_t i = 0; i < v->n_files; i++)
		free(v->files[i]);
	free(v->files);
	free(v->rows);
	return 0;
}

/* Checks of secrets read text that must not lie about in files: check_secret.c makes theirs. */
static bool
is_for_vectors(const struct rules_check *check)
{
	return strcmp(family_of(check), "secret") != 0;
}

/* A number plan has no check digit, however few numbers it lets pass. */
static bool
is_algorithm(const struct rules_check *check)
{
	return check->chance <= 0.25 && !strstr(check->name, "phone");
}

/* The text lies in a block of exactly its size, so that a read past the end is seen. */
static bool
holds(const struct rules_check *check, const char *text, size_t n)
{
	uint8_t *exact = malloc(n ? n : 1);
	bool result;

	assert_non_null(exact);
	memcpy(exact, text, n);
	result = check->holds((struct base_span){exact, n});
	free(exact);
	return result;
}

/* ---- the rows themselves ---- */

static void
valid_texts_hold(void **state)
{
	struct vectors *v = *state;
	size_t bad = 0;

	for (size_t i = 0; i < v->n; i++)
		if (v->rows[i].kind == VALID && !holds(v->rows[i].check, v->rows[i].text, strlen(v->rows[i].text))) {
			print_error("%s refuses '%s'\n", v->rows[i].check->name, v->rows[i].text);
			bad++;
		}
	assert_int_equal(bad, 0);
}

/* Each "?" counts through the digits, the last one fastest. Returns how many pass. */
static size_t
pass_of_pattern(const struct rules_check *check, const char *pattern)
{
	size_t tried = 1, passed = 0, n = strlen(pattern);
	char text[TEXT_MAX];

	for (const char *c = pattern; *c; c++)
		tried *= *c == '?' ? 10 : 1;
	assert_true(tried <= 10000);
	for (size_t k = 0; k < tried; k++) {
		size_t rest = k;
		for (size_t i = n; i-- > 0;) {
			text[i] = pattern[i] == '?' ? (char)('0' + rest % 10) : pattern[i];
			rest /= pattern[i] == '?' ? 10 : 1;
		}
		passed += holds(check, text, n);
	}
	return passed;
}

static void
invalid_texts_do_not(void **state)
{
	struct vectors *v = *state;
	size_t bad = 0;

	for (size_t i = 0; i < v->n; i++)
		if (v->rows[i].kind >= DIGIT && v->rows[i].kind <= OTHER && pass_of_pattern(v->rows[i].check, v->rows[i].text)) {
			print_error("%s lets '%s' pass\n", v->rows[i].check->name, v->rows[i].text);
			bad++;
		}
	assert_int_equal(bad, 0);
}

static bool
has_row(const struct vectors *v, const struct rules_check *check, enum kind kind)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->rows[i].check == check && v->rows[i].kind == kind)
			return true;
	return false;
}

/* Every check but those of secrets has valid texts, says which errors it sees, and has a text of each. */
static void
no_class_is_forgotten(void **state)
{
	struct vectors *v = *state;
	const struct rules_check *check;
	size_t missing = 0;

	for (size_t i = 0; (check = rules_check_at(i)) != NULL; i++) {
		if (!is_for_vectors(check))
			continue;
		if (has_row(v, check, VALID) && has_row(v, check, CLASSES) && (!is_algorithm(check) || has_row(v, check, UNSEEN)))
			continue;
		print_error("%s: tests/data/checks/%s.tsv needs rows of valid, classes, and unseen for a check digit\n", check->name,
			family_of(check));
		missing++;
	}
	for (size_t i = 0; i < v->n; i++) {
		char list[TEXT_MAX];
		if (v->rows[i].kind != CLASSES)
			continue;
		snprintf(list, sizeof list, " %s ", v->rows[i].text);
		for (size_t kind = DIGIT; kind <= OTHER; kind++) {
			char word[16];
			snprintf(word, sizeof word, " %s ", kind_names[kind]);
			if (strstr(list, word) && !has_row(v, v->rows[i].check, (enum kind)kind)) {
				print_error("%s has no text of class %s\n", v->rows[i].check->name, kind_names[kind]);
				missing++;
			}
		}
	}
	assert_int_equal(missing, 0);
}

/* ---- errors made from valid texts ---- */

struct share {
	unsigned passed, made;
};

struct unseen {
	struct share digit, swap, length, filler;
};

static void
try_text(const struct rules_check *check, const char *text, size_t n, struct share *share)
{
	share->made++;
	share->passed += holds(check, text, n);
}

static void
change_digits(const struct rules_check *check, char *text, size_t n, struct unseen *u)
{
	for (size_t i = 0; i < n; i++) {
		char was = text[i], next = text[i + 1];
		if (!base_is_digit((uint8_t)was))
			continue;
		for (char c = '0'; c <= '9'; c++) {
			text[i] = c;
			if (c != was)
				try_text(check, text, n, &u->digit);
		}
		text[i] = was;
		if (!base_is_digit((uint8_t)next) || next == was)
			continue;
		text[i] = next;
		text[i + 1] = was;
		try_text(check, text, n, &u->swap);
		text[i] = was;
		text[i + 1] = next;
	}
}

/* A digit more, a character less at either end, and far more than any number has. */
static void
change_length(const struct rules_check *check, char *text, size_t n, struct unseen *u)
{
	char tail[TEXT_MAX];

	memcpy(tail, text, n);
	memset(tail + n, '7', 30);
	try_text(check, tail, n + 1, &u->length);
	try_text(check, tail, n + 30, &u->length);
	try_text(check, text, n - 1, &u->length);
	try_text(check, text + 1, n - 1, &u->length);
}

static void
fill(const struct rules_check *check, char *text, size_t n, struct unseen *u)
{
	for (char c = '0'; c <= '9'; c++) {
		for (size_t i = 0; i < n; i++)
			text[i] = base_is_digit((uint8_t)text[i]) ? c : text[i];
		try_text(check, text, n, &u->filler);
	}
}

static struct unseen
count_unseen(const struct vectors *v, const struct rules_check *check)
{
	struct unseen u = {0};

	for (size_t i = 0; i < v->n; i++) {
		char text[TEXT_MAX];
		size_t n = strlen(v->rows[i].text);
		if (v->rows[i].check != check || v->rows[i].kind != VALID)
			continue;
		memcpy(text, v->rows[i].text, n + 1);
		change_digits(check, text, n, &u);
		change_length(check, text, n, &u);
		fill(check, text, n, &u);
	}
	return u;
}

static void
errors_go_unseen_as_often_as_stated(void **state)
{
	struct vectors *v = *state;
	unsigned made = 0, passed = 0;
	size_t bad = 0;

	for (size_t i = 0; i < v->n; i++) {
		struct unseen u;
		char text[TEXT_MAX];
		if (v->rows[i].kind != UNSEEN)
			continue;
		u = count_unseen(v, v->rows[i].check);
		snprintf(text, sizeof text, "digit %u/%u swap %u/%u length %u/%u filler %u/%u", u.digit.passed, u.digit.made, u.swap.passed,
			u.swap.made, u.length.passed, u.length.made, u.filler.passed, u.filler.made);
		if (is_algorithm(v->rows[i].check)) {
			made += u.digit.made + u.swap.made;
			passed += u.digit.passed + u.swap.passed;
		}
		if (strcmp(text, v->rows[i].text) != 0) {
			print_error("%s\tunseen\t%s\tnot: %s\n", v->rows[i].check->name, text, v->rows[i].text);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
	assert_true(made > 50000 && passed < made / 10);
}

/* ---- chance ---- */

struct shape {
	const pcre2_code *code[SHAPES_MAX];
	size_t n;
	pcre2_match_data *match;
};

static bool
fits(const struct shape *shape, const char *text, size_t n)
{
	for (size_t i = 0; i < shape->n; i++) {
		const PCRE2_SIZE *at;
		if (pcre2_match(shape->code[i], (PCRE2_SPTR)text, n, 0, PCRE2_ANCHORED, shape->match, NULL) < 0)
			continue;
		at = pcre2_get_ovector_pointer(shape->match);
		if (at[0] == 0 && at[1] == n)
			return true;
	}
	return false;
}

static void
shape_of(const struct rules *rules, const struct rules_check *check, struct shape *shape)
{
	shape->n = 0;
	for (size_t i = 0; i < rules->n; i++)
		for (size_t c = 0; c < rules->rule[i].def->n_checks; c++)
			for (uint32_t p = 0; rules->rule[i].def->checks[c] == check && p < rules->rule[i].n_patterns; p++) {
				assert_true(shape->n < SHAPES_MAX);
				shape->code[shape->n++] = rules->pattern[rules->rule[i].first_pattern + p].code;
			}
}

static uint32_t
random_below(uint64_t *seed, uint32_t n)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)((*seed >> 32) * n >> 32);
}

/* Which characters of the same kind may stand at text[i]. Returns how many. */
static size_t
choices_at(const struct shape *shape, char *text, size_t n, size_t i, char ret[static 26])
{
	char was = text[i], first = base_is_digit((uint8_t)was) ? '0' : base_is_upper((uint8_t)was) ? 'A' : 'a';
	size_t found = 0, all = base_is_digit((uint8_t)was) ? 10 : 26;

	for (size_t k = 0; k < all && base_is_alnum((uint8_t)was); k++) {
		text[i] = (char)(first + (char)k);
		if (fits(shape, text, n))
			ret[found++] = text[i];
	}
	text[i] = was;
	return found;
}

/* Random texts like ${like} that fit; counts those and how many of them hold. A digit or letter that alone may stand in its place is part
 * of the form, and so are a few letters. */
static void
sample(const struct shape *shape, const struct rules_check *check, const char *like, size_t tries, uint64_t *seed, struct share *share)
{
	char text[TEXT_MAX], choices[TEXT_MAX][26];
	size_t n = strlen(like), n_choices[TEXT_MAX];

	memcpy(text, like, n + 1);
	for (size_t i = 0; i < n; i++)
		n_choices[i] = choices_at(shape, text, n, i, choices[i]);
	for (size_t k = 0; k < tries; k++) {
		for (size_t i = 0; i < n; i++) {
			if (base_is_digit((uint8_t)like[i]))
				text[i] = n_choices[i] == 1 ? like[i] : (char)('0' + random_below(seed, 10));
			else if (n_choices[i] >= LETTERS_MIN)
				text[i] = choices[i][random_below(seed, (uint32_t)n_choices[i])];
		}
		if (fits(shape, text, n))
			try_text(check, text, n, share);
	}
}

/* Passed as often as the table says, within a factor of two and some luck. */
static bool
is_near(double chance, struct share share)
{
	double expected = chance * share.made;

	return share.made >= 200 && share.passed <= 2 * expected + 12 && share.passed >= expected / 2 - 12;
}

static void
chance_is_what_random_numbers_show(void **state)
{
	enum { TRIES = 40000 };
	static const char *const all[] = {"all"};
	struct vectors *v = *state;
	struct assay_error err = {0};
	struct rules_options options = {.countries = all, .n_countries = 1};
	struct rules *rules;
	const struct rules_check *check;
	struct shape shape = {.match = pcre2_match_data_create(32, NULL)};
	size_t bad = 0;

	assert_non_null(shape.match);
	assert_ok(rules_compile(&options, &rules, &err));
	for (size_t i = 0; (check = rules_check_at(i)) != NULL; i++) {
		struct share share = {0, 0};
		uint64_t seed = UINT64_C(0x9e3779b97f4a7c15);
		size_t texts = 0;
		if (!is_for_vectors(check))
			continue;
		shape_of(rules, check, &shape);
		for (size_t k = 0; k < v->n; k++)
			texts += v->rows[k].check == check && v->rows[k].kind == VALID;
		for (size_t k = 0; k < v->n; k++)
			if (v->rows[k].check == check && v->rows[k].kind == VALID)
				sample(&shape, check, v->rows[k].text, TRIES / texts, &seed, &share);
		if (shape.n == 0 || is_near(check->chance, share))
			continue; /* no rule has it yet, or all is well */
		print_error("%s: %u of %u random numbers pass, %.5f, not %.5f\n", check->name, share.passed, share.made,
			share.made ? (double)share.passed / share.made : 0, check->chance);
		bad++;
	}
	pcre2_match_data_free(shape.match);
	rules_free(rules);
	assert_int_equal(bad, 0);
}

/* ---- any bytes ---- */

static void
pieces_and_bytes_are_safe(void **state)
{
	struct vectors *v = *state;
	const struct rules_check *check;
	uint8_t bytes[129];
	size_t held = 0, tried = 0;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)(i * 167 + 3);
	for (size_t k = 0; (check = rules_check_at(k)) != NULL; k++) {
		for (size_t i = k % 31; i < v->n; i += 31)
			for (size_t n = 0; n <= strlen(v->rows[i].text); n++, tried++)
				held += holds(check, v->rows[i].text, n);
		for (size_t n = 0; n < sizeof bytes; n++, tried++)
			held += holds(check, (const char *)bytes, n);
	}
	assert_true(held > 0 && held < tried);
}

static void
long_values_are_safe(void **state)
{
	static const char *const fills[] = {"7", "A", "1.", "a:", "9-", "(0)", "@a", "\xc3\xa4"};
	enum { SIZE = 4096 };
	const struct rules_check *check;
	size_t passed = 0;
	char *text = malloc(SIZE);

	(void)state;
	assert_non_null(text);
	for (size_t f = 0; f < BASE_COUNT(fills); f++) {
		for (size_t i = 0; i < SIZE; i++)
			text[i] = fills[f][i % strlen(fills[f])];
		for (size_t k = 0; (check = rules_check_at(k)) != NULL; k++)
			passed += holds(check, text, SIZE) && is_for_vectors(check);
	}
	free(text);
	assert_true(passed <= 2); /* coordinates are two numbers with anything behind them */
}

static void
table_is_sound(void **state)
{
	const struct rules_check *check;
	size_t n = 0;

	(void)state;
	for (; (check = rules_check_at(n)) != NULL; n++) {
		assert_true(check->chance > 0 && check->chance <= 1);
		assert_true(check->source && check->source[0]);
		if (rules_check_find(base_span_of(check->name)) != check)
			fail_msg("two checks are named '%s'", check->name);
	}
	assert_true(n > 100);
	assert_null(rules_check_find(base_span_of("no-such-check")));
	assert_null(rules_check_find(base_span_of("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_texts_hold),
		cmocka_unit_test(invalid_texts_do_not),
		cmocka_unit_test(no_class_is_forgotten),
		cmocka_unit_test(errors_go_unseen_as_often_as_stated),
		cmocka_unit_test(pieces_and_bytes_are_safe),
		cmocka_unit_test(long_values_are_safe),
		cmocka_unit_test(table_is_sound),
		cmocka_unit_test(chance_is_what_random_numbers_show),
	};

	return cmocka_run_group_tests(tests, read_files, free_files);
}
