/* Reading packs: a whole rule as it was written, and every mistake with file, line, column and, where there is one, a hint. */
#include "../support.h"

#include "rules/pack.h"
#include "rules/rules.h"

#define HEAD "pack: p\nversion: 1\nrules:\n"
#define RULE "  - id: a\n    entity: A_B\n    patterns: 'a\\d{3}'\n"
#define YAML_HINT "a text with ': ', ' #' or brackets stands in single quotes, patterns always do"
#define EXAMPLES "    examples: {match: [a123, a124], no_match: [b, c]}\n"

static struct rules_pack *
parse(const char *text)
{
	struct assay_error err = {0};
	struct rules_pack *pack;

	assert_ok(rules_pack_parse("p.yaml", text, strlen(text), &pack, &err));
	return pack;
}

static void
a_rule_is_read_whole(void **state)
{
	struct rules_pack *pack = parse("pack: x\nversion: 2.0\ntitle: T\ncountry: de\nrules:\n  - id: card-1.a\n    entity: CREDIT_CARD\n "
					"   title: Card\n    patterns: ['4\\d{3}', '5\\d{4}']\n"
					"    check: luhn\n    context: {words: [card, credit card], columns: [card_no], not: order, "
					"before: 0, after: 300}\n    collides: true\n    priority: 70\n    guard: false\n"
					"    default: false\n    samples: ['4{+}111']\n    jurisdictions: [any]\n    mask: whole\n    "
					"examples:\n      match: ['4{+}012']\n      no_match: [x, y]\n"
					"      columns: [{name: card_no, match: ['4012'], no_match: ['4']}]\n");
	const struct rules_rule *r = &pack->rules[0];

	(void)state;
	assert_string_equal(pack->name, "x");
	assert_string_equal(pack->version, "2.0");
	assert_string_equal(pack->country, "de");
	assert_string_equal(pack->file, "p.yaml");
	assert_int_equal(pack->n, 1);
	assert_string_equal(r->id, "card-1.a");
	assert_string_equal(r->name, "x/card-1.a");
	assert_string_equal(r->entity, "CREDIT_CARD");
	assert_int_equal(r->patterns.n, 2);
	assert_string_equal(r->patterns.text[1], "5\\d{4}");
	assert_int_equal(r->patterns.at[1].line, 9);
	assert_int_equal(r->at.line, 6);
	assert_int_equal(r->n_checks, 1);
	assert_string_equal(r->checks[0]->name, "luhn");
	assert_int_equal(r->words.n, 2);
	assert_string_equal(r->columns.text[0], "card_no");
	assert_string_equal(r->not_words.text[0], "order");
	assert_true(r->before == 0 && r->after == 300 && r->priority == 70);
	assert_true(r->collides && !r->is_guard && !r->is_default);
	assert_string_equal(r->samples.text[0], "4111"); /* "{+}" keeps live-looking texts out of public files */
	assert_string_equal(r->match.text[0], "4012");
	assert_string_equal(r->example_columns[0].name, "card_no");
	assert_true(r->mask == MASK_WHOLE && r->canonical == CANONICAL_VERBATIM);
	rules_pack_free(pack);
	rules_pack_free(NULL);
}

static void
defaults_depend_on_the_entity(void **state)
{
	static const struct {
		const char *entity, *more;
		enum rules_mask mask;
		enum rules_canonical canonical;
	} cases[] = {
		{"EMAIL_ADDRESS", "", MASK_EMAIL, CANONICAL_LOWER},
		{"URL", "", MASK_TAIL, CANONICAL_LOWER},
		{"A_B", "", MASK_TAIL, CANONICAL_ALNUM},
		{"A_B", "    mask: whole\n", MASK_WHOLE, CANONICAL_VERBATIM},
		{"A_B", "    mask: whole\n    canonical: alnum\n", MASK_WHOLE, CANONICAL_ALNUM},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		_cleanup_free_ char *text =
			base_format(HEAD "  - id: a\n    entity: %s\n    patterns: 'a\\d{3}'\n%s" EXAMPLES, cases[i].entity, cases[i].more);
		struct rules_pack *pack = parse(text);
		const struct rules_rule *r = &pack->rules[0];
		assert_true(r->mask == cases[i].mask && r->canonical == cases[i].canonical);
		assert_true(r->before == 50 && r->after == 20 && r->priority == 50 && r->is_default && !r->collides && !r->is_guard);
		rules_pack_free(pack);
	}
	struct rules_pack *pack = parse("mask: whole\n" HEAD RULE EXAMPLES);
	assert_int_equal(pack->rules[0].mask, MASK_WHOLE);
	rules_pack_free(pack);
}

/* Mistakes that reading finds. */
static const struct {
	const char *text, *message;
	unsigned line, column;
	const char *hint;
} mistakes[] = {
	{HEAD RULE "    check: lun\n" EXAMPLES, "unknown check 'lun'", 7, 12, "did you mean 'luhn'?"},
	{HEAD RULE "    check: [luhn, nothinglikeit]\n" EXAMPLES, "unknown check 'nothinglikeit'", 7, 19,
		"'assay rules list' shows the checks that rules use"},
	{HEAD RULE "    contxt: {words: [a]}\n" EXAMPLES, "unknown key 'contxt'", 7, 5, "did you mean 'context'?"},
	{HEAD RULE "    context: {word: [a]}\n" EXAMPLES, "unknown key 'word'", 7, 15, "did you mean 'words'?"},
	{"pak: p\nversion: 1\nrules: []\n", "unknown key 'pak'", 1, 1, "did you mean 'pack'?"},
	{"version: 1\nrules: []\n", "a pack needs 'pack' and 'version'", 1, 1, ""},
	{"pack: p\nversion: 1\n", "a pack needs a list of 'rules'", 1, 1, ""},
	{"pack: p\nversion: 1\nrules: []\n", "a pack needs a list of 'rules'", 3, 8, ""},
	{"pack: p\nversion: 1\nrules: {a: b}\n", "a pack needs a list of 'rules'", 3, 8, ""},
	{HEAD "  - entity: A\n", "a rule needs 'id' and 'entity'", 4, 5, ""},
	{HEAD "  - text\n", "expected a map of keys", 4, 5, ""},
	{HEAD "  - {id: A b, entity: A}\n", "an id has only a-z", 4, 10, ""},
	{HEAD "  - {id: a, entity: Email}\n", "an entity has only A-Z", 4, 21, "as in EMAIL_ADDRESS"},
	{HEAD "  - {id: a, entity: A}\n", "a rule needs 'patterns'", 4, 5, ""},
	{HEAD "  - {id: a, entity: A, patterns: []}\n", "expected 1 to 64 patterns", 4, 34, ""},
	{HEAD "  - {id: a, entity: A, patterns: {a: b}}\n", "expected a text or a list of texts", 4, 34, ""},
	{HEAD RULE, "a rule needs 'examples'", 4, 5, ""},
	{HEAD RULE "    examples: {match: [a123], no_match: [b, c]}\n", "at least two examples that match and two that do not", 7, 15, ""},
	{HEAD RULE "    examples: {match: [a123, a124], no_match: [b]}\n", "at least two examples", 7, 15, ""},
	{HEAD RULE "    examples: {match: [a123, {a: b}], no_match: [b, c]}\n", "expected a text", 7, 30, ""},
	{HEAD RULE "    examples: {matches: [a123], no_match: [b]}\n", "unknown key 'matches'", 7, 16, "did you mean 'match'?"},
	{HEAD RULE "    examples: {match: [a123, a124], no_match: [b, c], columns: [{match: [a]}]}\n", "an example column needs a name", 7,
		65, ""},
	{HEAD RULE "    priority: 101\n" EXAMPLES, "'priority' must be a whole number from 0 to 100", 7, 15, ""},
	{HEAD RULE "    collides: yes\n" EXAMPLES, "'collides' must be true or false", 7, 15, ""},
	{HEAD RULE "    collides: true\n" EXAMPLES, "a rule that collides needs context words or columns", 4, 5, ""},
	{HEAD RULE "    context: {before: 301}\n" EXAMPLES, "'before' must be a whole number from 0 to 300", 7, 23, ""},
	{HEAD RULE "    mask: some\n" EXAMPLES, "unknown mask 'some'", 7, 11, "one of tail, email, whole"},
	{HEAD RULE "    canonical: [lower]\n" EXAMPLES, "'canonical' must be a text", 7, 16, ""},
	{HEAD RULE "    check: [luhn, luhn, luhn, luhn, luhn, luhn, luhn]\n" EXAMPLES, "more than 6 checks", 7, 12, ""},
	{HEAD RULE EXAMPLES RULE EXAMPLES, "the id 'a' was used on line 4", 8, 9,
		"ids are unique within a pack; several patterns of one rule stand in one list"},
	{HEAD RULE "    id: b\n" EXAMPLES, "the key 'id' occurs twice", 7, 5, YAML_HINT},
	{"pack: [\n", "not valid YAML", 0, 0, YAML_HINT},
	{"", "the file is empty", 1, 1, YAML_HINT},
	{"- a\n", "expected a map of keys", 1, 1, ""},
	{"pack: p\nversion: newest\n", "'version' must be numbers with dots, not 'newest'", 2, 10, "as in 1.0.0"},
	{"pack: p\nversion: 1.\n", "'version' must be numbers with dots", 2, 10, "as in 1.0.0"},
	{"pack: p\nversion: 1.0.0.0\n", "'version' must be numbers with dots", 2, 10, "as in 1.0.0"},
	{"country: DE\npack: p\nversion: 1\n", "unknown country 'DE'", 1, 10, "did you mean 'de'?"},
	{"country: gb\npack: p\nversion: 1\n", "unknown country 'gb'", 1, 10, "did you mean 'uk'?"},
	{"country: qq\npack: p\nversion: 1\n", "unknown country 'qq'", 1, 10, "a code of ISO 3166 in lower case such as 'de', or 'any'"},
	{"entities: [A]\n" HEAD RULE EXAMPLES, "expected a map: NAME: what it is", 1, 11, ""},
	{"entities: {A: }\n" HEAD RULE EXAMPLES, "say in a few words what 'A' is", 1, 0, ""},
	{"entities:\n  a: b\n" HEAD RULE EXAMPLES, "an entity has only A-Z", 2, 3, "as in EMAIL_ADDRESS"},
	{HEAD RULE "    lane: W\n" EXAMPLES, "unknown lane 'W'", 7, 11, "did you mean 'L'?"},
};

static void
mistakes_have_their_place(void **state)
{
	/* where nothing better is known */
	static const char usual[] = "docs/rule-packs.md shows a whole pack with every key";

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(mistakes); i++) {
		struct assay_error err = {0};
		struct rules_pack *pack = NULL;
		int r = rules_pack_parse("p.yaml", mistakes[i].text, strlen(mistakes[i].text), &pack, &err);
		if (r != ASSAY_PACK || err.code != ASSAY_PACK || !strstr(err.message, mistakes[i].message)
			|| strcmp(err.hint, *mistakes[i].hint ? mistakes[i].hint : usual) != 0)
			fail_msg("case %zu: %d '%s' (%s)", i, r, err.message, err.hint);
		if ((mistakes[i].line && err.line != mistakes[i].line) || (mistakes[i].column && err.column != mistakes[i].column))
			fail_msg("case %zu '%s': at %u:%u", i, err.message, err.line, err.column);
		assert_string_equal(err.subject, "p.yaml");
		assert_null(pack);
		assert_int_equal(rules_pack_parse("p.yaml", mistakes[i].text, strlen(mistakes[i].text), &pack, NULL), ASSAY_PACK);
	}
}

/* Mistakes that only compiling finds: they name file and line of the pattern. */
static void
patterns_that_do_not_compile_have_their_line(void **state)
{
	static const struct {
		const char *patterns, *message, *hint;
		unsigned line;
	} cases[] = {
		{"'a*'", "rule 'a': pattern byte 2: an unbounded repeat", "", 6},
		{"\n      - 'ab'\n      - 'a{3,}'", "rule 'a': pattern byte 2: an unbounded repeat", "", 8},
		{"'\\b-\\d{3}'", "\\b before a byte that is no word character", "use (?<!\\w) instead", 6},
		{"'a?'", "rule 'a': the pattern matches the empty text", "let at least one byte of it be needed", 6},
		{"'[b-a]'", "runs backwards", "", 6},
		{"'a\\d{3}'\n    lane: L", "rule 'a': the pattern is of lane N, not L",
			"lane L needs a text of three bytes that every match holds, N rare first bytes", 6},
		{"'(?:a|a1|\\d|\\d\\d|\\d{3}){2,60}z'", "rule 'a': slower than its budget: more than 20000 steps at one place",
			"where a part can stand for the same text in several ways, repeat it less often or make it possessive", 6},
		{"'(?<n>a)(?<n>b)'", "two named subpatterns have the same name", "", 6},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		_cleanup_free_ char *text = base_format(HEAD "  - id: a\n    entity: A_B\n    patterns: %s\n" EXAMPLES, cases[i].patterns);
		const char *texts[] = {text};
		struct rules_options options = {.no_builtin = true, .texts = texts, .n_texts = 1};
		struct assay_error err = {0};
		struct rules *rules = NULL;
		int r = rules_compile(&options, &rules, &err);
		if (r != ASSAY_PACK || !strstr(err.message, cases[i].message) || strcmp(err.hint, cases[i].hint) != 0
			|| err.line != cases[i].line)
			fail_msg("case %zu: %d '%s' (%s) on line %u", i, r, err.message, err.hint, err.line);
		assert_string_equal(err.subject, "text");
		assert_null(rules);
	}
}

static void
files_are_loaded(void **state)
{
	static const char text[] = HEAD RULE EXAMPLES;
	struct assay_error err = {0};
	char *folder = support_folder();
	_cleanup_free_ char *path = base_path_join(folder, "mine.yaml");
	struct rules_pack *pack = NULL, *same = parse(text);

	(void)state;
	assert_int_equal(rules_pack_load(path, &pack, &err), ASSAY_IO);
	assert_string_equal(err.subject, path);
	assert_ok(base_file_replace(path, text, sizeof text - 1, 0600, &err));
	assert_ok(rules_pack_load(path, &pack, &err));
	assert_string_equal(pack->file, path);
	assert_memory_equal(pack->sha256, same->sha256, 32);
	rules_pack_free(pack);
	rules_pack_free(same);
	/* a built-in pack ends with a NUL byte */
	struct rules_builtin builtin;
	assert_true(rules_builtin_at(0, &builtin));
	assert_int_equal(strlen(builtin.text), builtin.size);
	size_t n = 0;
	while (rules_builtin_at(n, &builtin))
		n++;
	assert_true(n >= 10);
	support_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_is_read_whole),
		cmocka_unit_test(defaults_depend_on_the_entity),
		cmocka_unit_test(mistakes_have_their_place),
		cmocka_unit_test(patterns_that_do_not_compile_have_their_line),
		cmocka_unit_test(files_are_loaded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
