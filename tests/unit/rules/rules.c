/* From packs to a compiled set: what is selected, what is silent, what a wrong selection says, and when two sets are the same. */
#include "../support.h"

#include "base/limits.h"
#include "rules/rules.h"

#define RULE(id, entity, pattern, more)                                                                                                    \
	"  - id: " id "\n    entity: " entity "\n    patterns: '" pattern "'\n    examples: {match: [a, b], no_match: [c, d]}\n" more

static struct rules *
compile_text(const char *text)
{
	struct assay_error err = {0};
	struct rules_options options = {.no_builtin = true, .texts = &text, .n_texts = 1};
	struct rules *rules;

	assert_ok(rules_compile(&options, &rules, &err));
	return rules;
}

static bool
has_rule(const struct rules *rules, const char *name, bool silent)
{
	for (size_t i = 0; i < rules->n; i++)
		if (strcmp(rules->rule[i].def->name, name) == 0 && rules->rule[i].is_silent == silent)
			return true;
	return false;
}

static void
wrong_selections_get_a_suggestion(void **state)
{
	static const struct {
		const char *country, *entity, *subject, *message, *hint;
	} cases[] = {
		{"xx", NULL, "xx", "unknown country", NULL},
		{"DE", NULL, "DE", "unknown country", "did you mean 'de'?"},
		{"gb", NULL, "gb", "unknown country", "did you mean 'uk'?"},
		{NULL, "email_address", "email_address", "unknown entity", "did you mean 'EMAIL_ADDRESS'?"},
		{NULL, "EMAIL_ADRESS", "EMAIL_ADRESS", "unknown entity", "did you mean 'EMAIL_ADDRESS'?"},
		{NULL, "HELICOPTER", "HELICOPTER", "unknown entity", "'assay rules list' shows what there is"},
		{NULL, "", "", "unknown entity", NULL},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct rules_options options = {.countries = &cases[i].country,
			.n_countries = cases[i].country != NULL,
			.entities = &cases[i].entity,
			.n_entities = cases[i].entity != NULL};
		struct assay_error err = {0};
		struct rules *rules = NULL;
		assert_int_equal(rules_compile(&options, &rules, &err), ASSAY_USAGE);
		assert_null(rules);
		assert_string_equal(err.subject, cases[i].subject);
		assert_string_equal(err.message, cases[i].message);
		if (cases[i].hint && strcmp(err.hint, cases[i].hint) != 0)
			fail_msg("'%s': '%s'", cases[i].subject, err.hint);
	}
}

static void
countries_select_packs(void **state)
{
	const char *fr[] = {"fr"}, *all[] = {"all"};
	struct assay_error err = {0};
	struct rules *standard, *french, *every;

	(void)state;
	assert_ok(rules_compile(&(struct rules_options){0}, &standard, &err));
	assert_ok(rules_compile(&(struct rules_options){.countries = fr, .n_countries = 1}, &french, &err));
	assert_ok(rules_compile(&(struct rules_options){.countries = all, .n_countries = 1}, &every, &err));
	assert_true(has_rule(standard, "us/ssn", false) && has_rule(standard, "global/email", false));
	assert_true(!has_rule(french, "us/ssn", false) && has_rule(french, "global/email", false));
	assert_true(french->n < standard->n && standard->n <= every->n);
	for (size_t i = 0; i < standard->n; i++)
		assert_string_not_equal(standard->rule[i].pack->country, "no");
	assert_memory_not_equal(standard->sha256, french->sha256, 32);
	rules_free(standard);
	rules_free(french);
	rules_free(every);
	rules_free(NULL);
}

/* What was not asked for still takes part in overlaps, silently. */
static void
entities_make_the_rest_silent(void **state)
{
	static const char text[] = "pack: p\nversion: 1\nrules:\n" RULE("a", "A", "a\\d{3}", "")
		RULE("b", "B", "b\\d{3}", "    default: false\n") RULE("g", "G", "g\\d{3}", "    guard: true\n");
	const char *texts[] = {text}, *b[] = {"B", "A"};
	struct rules_options options = {.no_builtin = true, .texts = texts, .n_texts = 1};
	struct assay_error err = {0};
	struct rules *standard, *only_b, *both;

	(void)state;
	assert_ok(rules_compile(&options, &standard, &err));
	options.entities = b;
	options.n_entities = 1;
	assert_ok(rules_compile(&options, &only_b, &err));
	options.n_entities = 2;
	assert_ok(rules_compile(&options, &both, &err));
	assert_int_equal(standard->n, 2);
	assert_true(has_rule(standard, "p/a", false) && has_rule(standard, "p/g", true));
	assert_int_equal(only_b->n, 3);
	assert_true(has_rule(only_b, "p/a", true) && has_rule(only_b, "p/b", false) && has_rule(only_b, "p/g", true));
	assert_true(has_rule(both, "p/a", false) && both->n == 3);
	assert_memory_not_equal(standard->sha256, only_b->sha256, 32);
	assert_memory_not_equal(both->sha256, only_b->sha256, 32); /* the same rules, one of them silent */
	rules_free(standard);
	rules_free(only_b);
	rules_free(both);
}

static void
same_rules_have_the_same_digest(void **state)
{
	static const char one[] = "pack: p\nversion: 1\nrules:\n" RULE("a", "A", "a\\d{3}", ""),
			  two[] = "pack: p\nversion: 1\nrules:\n" RULE("a", "A", "a\\d{4}", "");
	struct rules *a = compile_text(one), *b = compile_text(one), *c = compile_text(two);

	(void)state;
	assert_memory_equal(a->sha256, b->sha256, 32);
	assert_memory_not_equal(a->sha256, c->sha256, 32);
	rules_free(a);
	rules_free(b);
	rules_free(c);
}

static void
lanes_reach_and_groups(void **state)
{
	static const char text[] = "pack: p\nversion: 1\nrules:\n" RULE("lit", "A", "key_[a-z]{5}", "")
		RULE("num", "A", "(?<!\\d)\\d{4}-\\d{4}", "    check: [luhn]\n") RULE(
			"pat", "C", "(?=.{0,9}x)[a-z]{30,40}(?<value>[aeiou]{2})", "    context: {words: [w], before: 300, after: 200}\n");
	struct rules *rules = compile_text(text);

	(void)state;
	assert_int_equal(rules->n_patterns, 3);
	assert_int_equal(rules->pattern[0].lane, LANE_LITERAL);
	assert_int_equal(rules->pattern[1].lane, LANE_NUMBER);
	assert_int_equal(rules->pattern[2].lane, LANE_PATTERN);
	assert_string_equal(rules_lane_name(LANE_LITERAL), "L");
	assert_string_equal(rules_lane_name(LANE_NUMBER), "N");
	assert_string_equal(rules_lane_name(LANE_PATTERN), "P");
	assert_int_equal(rules->pattern[2].value_group, 1);
	assert_int_equal(rules->pattern[0].value_group, 0);
	assert_int_equal(rules->reach, 42 + 10 + 300 + 200);
	assert_int_equal(rules->n_entities, 2);
	assert_int_equal(rules->rule[1].entity, rules->rule[0].entity);
	assert_true(rules->rule[1].chance > 0.09 && rules->rule[1].chance < 0.11);
	assert_true(rules->rule[0].chance == 1.0);
	assert_int_equal(rules->n_warnings, 1);
	assert_non_null(strstr(rules->warnings[0], "'pat'"));
	rules_free(rules);
}

static void
sets_that_cannot_be(void **state)
{
	static const struct {
		const char *texts[2], *message;
		int code;
	} cases[] = {
		{{"pack: p\nversion: 1\nrules:\n" RULE("a", "A", "a\\d{3}", ""),
			 "pack: p\nversion: 2\nrules:\n" RULE("b", "A", "a\\d{3}", "")},
			"a pack named 'p' is already loaded", ASSAY_PACK},
		{{"pack: p\nversion: 1\nrules:\n" RULE("a", "A", "a{8000}(?=b{8192})", ""), NULL}, NULL, ASSAY_OK},
		{{"pack: p\nversion: 1\nrules:\n" RULE("a", "A", "(?<=c{8000})a{8000}(?=b{8000})", ""), NULL},
			"rule 'a' reaches over 24070 bytes, more than 16384", ASSAY_PACK},
		{{"pack: p\nversion: 1\nrules:\n" RULE("a", "A", "a\\d{3}", "    default: false\n"), NULL}, "the selection leaves no rule",
			ASSAY_USAGE},
		{{NULL, NULL}, "the selection leaves no rule", ASSAY_USAGE},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct rules_options options = {.no_builtin = true,
			.texts = cases[i].texts,
			.n_texts = cases[i].texts[1]   ? 2
				   : cases[i].texts[0] ? 1
						       : 0};
		struct assay_error err = {0};
		struct rules *rules = NULL;
		int r = rules_compile(&options, &rules, &err);
		if (r != cases[i].code || (cases[i].message && !strstr(err.message, cases[i].message)))
			fail_msg("case %zu: %d '%s'", i, r, err.message);
		rules_free(rules);
	}
}

/* An extra pack is used whatever countries were asked for. */
static void
files_join_the_built_in_packs(void **state)
{
	static const char text[] =
		"pack: mine\nversion: 1\ncountry: aq\nentities: {MY_OWN: a number of ours}\nrules:\n" RULE("a", "MY_OWN", "a\\d{3}", "");
	struct assay_error err = {0};
	char *folder = support_folder();
	_cleanup_free_ char *path = base_path_join(folder, "mine.yaml");
	const char *files[] = {path}, *missing[] = {"/nowhere/x.yaml"}, *fr[] = {"fr"}, *aq[] = {"aq"};
	struct rules_options options = {.files = files, .n_files = 1, .countries = fr, .n_countries = 1};
	struct rules *rules = NULL;

	(void)state;
	assert_ok(base_file_replace(path, text, sizeof text - 1, 0600, &err));
	assert_ok(rules_compile(&options, &rules, &err));
	assert_true(has_rule(rules, "mine/a", false) && has_rule(rules, "global/email", false));
	rules_free(rules);
	rules = NULL;
	options.countries = aq;
	assert_ok(rules_compile(&options, &rules, &err));
	rules_free(rules);
	rules = NULL;
	options.files = missing;
	assert_int_equal(rules_compile(&options, &rules, &err), ASSAY_IO);
	assert_string_equal(err.subject, missing[0]);
	support_remove(folder);
}

/* An entity that nobody knows is a slip, unless a pack declares it. */
static void
added_packs_use_known_entities(void **state)
{
	static const struct {
		const char *entities, *entity, *hint;
	} cases[] = {
		{"", "EMIAL_ADDRESS",
			"did you mean 'EMAIL_ADDRESS'? A new one is declared in the pack: 'entities: {EMIAL_ADDRESS: what it is}'"},
		{"", "MY_OWN", "a new entity is declared in the pack: 'entities: {MY_OWN: what it is}'"},
		{"entities: {MY_OTHER: x}\n", "MY_OWN", NULL},
		{"entities: {MY_OWN: x}\n", "MY_OWN", ""},
		{"", "EMAIL_ADDRESS", ""},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		_cleanup_free_ char *text = base_format("pack: mine\nversion: 1\n%srules:\n  - {id: a, entity: %s, patterns: 'a\\d{3}', "
							"examples: {match: [a123, a124], no_match: [b, c]}}\n",
			cases[i].entities, cases[i].entity);
		const char *texts[] = {text};
		struct rules_options options = {.texts = texts, .n_texts = 1};
		struct assay_error err = {0};
		struct rules *rules = NULL;
		bool good = cases[i].hint && !*cases[i].hint;
		assert_int_equal(rules_compile(&options, &rules, &err), good ? ASSAY_OK : ASSAY_PACK);
		rules_free(rules);
		if (good)
			continue;
		assert_non_null(strstr(err.message, "unknown entity '"));
		assert_int_equal(err.line, *cases[i].entities ? 5 : 4);
		assert_int_equal(err.column, 21);
		if (cases[i].hint)
			assert_string_equal(err.hint, cases[i].hint);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_selections_get_a_suggestion),
		cmocka_unit_test(countries_select_packs),
		cmocka_unit_test(entities_make_the_rest_silent),
		cmocka_unit_test(same_rules_have_the_same_digest),
		cmocka_unit_test(lanes_reach_and_groups),
		cmocka_unit_test(sets_that_cannot_be),
		cmocka_unit_test(files_join_the_built_in_packs),
		cmocka_unit_test(added_packs_use_known_entities),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
