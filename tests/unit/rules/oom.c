/* Compiling a pack with each allocation failing in turn. */
#include "../support_oom.h"

#include "rules/rules.h"

static const char pack[] = "pack: p\nversion: 1\nrules:\n"
			   "  - id: a\n    entity: A_B\n    patterns: ['key_[a-z]{5}', '(?i)tok\\d{1,3}(?:x|yz)']\n    context: {words: "
			   "[card, credit card], columns: [card_no], not: [order]}\n"
			   "    examples: {match: [a, b], no_match: [c, d]}\n"
			   "  - id: b\n    entity: C\n    patterns: '[a-z]{3}(?<value>[aeiou]{2})'\n    check: luhn\n    samples: ['1']\n  "
			   "  examples: {match: [a, b], no_match: [c, d], columns: [{name: x, match: [a]}]}\n";

struct made {
	uint8_t sha256[32];
	size_t n_warnings;
	bool has_first;
};

static int
compile(void *context, struct assay_error *err)
{
	struct made *made = context;
	const char *texts[] = {pack};
	struct rules_options options = {.no_builtin = true, .texts = texts, .n_texts = 1};
	struct rules *rules = NULL;
	int r = rules_compile(&options, &rules, err);

	if (r < 0) {
		assert_null(rules);
		return r;
	}
	/* what is made in spite of a failure is what is made without one */
	assert_int_equal(rules->n, 2);
	assert_int_equal(rules->n_patterns, 3);
	if (!made->has_first) {
		memcpy(made->sha256, rules->sha256, 32);
		made->n_warnings = rules->n_warnings;
		made->has_first = true;
	}
	assert_memory_equal(made->sha256, rules->sha256, 32);
	assert_int_equal(rules->n_warnings, made->n_warnings);
	rules_free(rules);
	return r;
}

static int
refuse(void *context, struct assay_error *err)
{
	static const char text[] = "pack: p\nversion: 1\nrules:\n  - id: a\n    entity: A\n    patterns: 'a'\n    check: lun\n";
	struct rules_pack *unused = NULL;
	int r = rules_pack_parse("p.yaml", text, sizeof text - 1, &unused, err);

	(void)context;
	assert_null(unused);
	return r == ASSAY_PACK ? ASSAY_OK : r;
}

static void
compiling_a_pack_survives(void **state)
{
	struct made made = {.has_first = false};

	(void)state;
	assert_true(oom_each(OOM_ALL, OOM_ONCE, NULL, compile, NULL, &made) > 30);
	assert_true(oom_each(OOM_ALL, OOM_ON, NULL, compile, NULL, &made) > 30);
	assert_true(oom_each(OOM_ALL, OOM_ONCE, NULL, refuse, NULL, NULL) > 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compiling_a_pack_survives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
