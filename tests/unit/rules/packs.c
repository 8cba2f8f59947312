/* Every pack that is built in: its own examples, run by the engine as a user's text would be, and its entities, which the taxonomy must
 * know or no control could judge them. */
#include "app/examples.h"
#include "policy/policy.h"
#include "rules/pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { PACKS_MIN = 10 };

static void
print_failure(void *context, const struct rules_rule *rule, const char *kind, const char *text, const char *why)
{
	(void)context;
	print_error("%s: %s '%s': %s\n", rule->name, kind, text, why);
}

static struct rules_pack *
pack_at(size_t i)
{
	struct assay_error err = {0};
	struct rules_builtin builtin;
	struct rules_pack *pack;

	if (!rules_builtin_at(i, &builtin))
		return NULL;
	if (rules_pack_parse(builtin.name, builtin.text, builtin.size, &pack, &err) < 0)
		fail_msg("%s:%u:%u: %s", err.subject, err.line, err.column, err.message);
	return pack;
}

static void
examples_of_all_packs_hold(void **state)
{
	struct rules_options options = {0};
	struct rules_pack *pack;
	size_t failed = 0, n = 0;

	(void)state;
	for (; (pack = pack_at(n)) != NULL; n++) {
		struct examples_result result = {0};
		struct assay_error err = {0};

		if (examples_run(&options, pack, print_failure, NULL, &result, &err) < 0)
			fail_msg("%s: %s:%u: %s", pack->name, err.subject, err.line, err.message);
		if (result.failed > 0)
			print_error("pack %s: %zu of %zu texts failed\n", pack->name, result.failed, result.texts);
		assert_true(result.rules > 0 && result.texts >= 4 * result.rules);
		failed += result.failed;
		rules_pack_free(pack);
	}
	assert_true(n >= PACKS_MIN);
	assert_int_equal(failed, 0);
}

/* A guard is never reported, so its entity needs no place in law. */
static void
entities_of_all_packs_are_in_the_taxonomy(void **state)
{
	struct assay_error err = {0};
	struct policy_set *set = NULL;
	struct rules_pack *pack;
	size_t missing = 0;

	(void)state;
	if (policy_load(NULL, 0, &set, &err) < 0)
		fail_msg("%s:%u: %s", err.subject, err.line, err.message);
	for (size_t i = 0; (pack = pack_at(i)) != NULL; i++) {
		for (size_t k = 0; k < pack->n; k++) {
			if (pack->rules[k].is_guard || policy_entity_category(set, pack->rules[k].entity))
				continue;
			missing++;
			print_error("%s: the taxonomy lacks %s\n", pack->rules[k].name, pack->rules[k].entity);
		}
		rules_pack_free(pack);
	}
	assert_null(policy_entity_category(set, "NO_SUCH_ENTITY"));
	policy_free(set);
	assert_int_equal(missing, 0);
}

/* Built-in rules must be findable: one that is tried at nearly every byte would slow down every scan. */
static void
built_in_rules_have_a_sharp_start(void **state)
{
	enum { FIRST_MAX = 128 };
	const char *countries[] = {"all"};
	struct rules_options options = {.countries = countries, .n_countries = 1};
	struct assay_error err = {0};
	struct rules *rules = NULL;

	(void)state;
	if (rules_compile(&options, &rules, &err) < 0)
		fail_msg("%s:%u: %s", err.subject, err.line, err.message);
	for (size_t i = 0; i < rules->n_patterns; i++) {
		const struct rules_pattern *p = &rules->pattern[i];
		unsigned first = 0;

		for (unsigned c = 0; c < 256; c++)
			first += byte_set_has(&p->facts.at[0], (uint8_t)c);
		if (p->lane != LANE_LITERAL && first > FIRST_MAX && strncmp(rules->rule[p->rule].def->name, "secrets/", 8) != 0)
			fail_msg("%s can start with %u bytes", rules->rule[p->rule].def->name, first);
		assert_true(p->has_jit);
	}
	rules_free(rules);
}

/* What is asked of a pack that is added holds for those that are built in. */
static void
built_in_rules_keep_the_budget(void **state)
{
	const char *countries[] = {"all"};
	struct rules_options options = {.countries = countries, .n_countries = 1};
	struct assay_error err = {0};
	struct rules *rules = NULL;
	size_t slow = 0;

	(void)state;
	if (rules_compile(&options, &rules, &err) < 0)
		fail_msg("%s:%u: %s", err.subject, err.line, err.message);
	for (size_t i = 0; i < rules->n_patterns; i++) {
		const struct rules_rule *def = rules->rule[rules->pattern[i].rule].def;
		if (rules_budget_check(def, &rules->pattern[i], &err) == 0)
			continue;
		slow++;
		print_error(
			"%s: %s: %s\n", def->name, err.message, def->patterns.text[i - rules->rule[rules->pattern[i].rule].first_pattern]);
	}
	rules_free(rules);
	assert_int_equal(slow, 0);
}

/* Rules of named services: in packs beside `secrets`, whole masked, with a check, found by a text of three bytes or by rare first bytes,
 * and loaded without being asked for, because their packs belong to no country. */
static void
services_have_rules_for_their_secrets(void **state)
{
	enum { SERVICES_MIN = 300, NOT_BY_TEXT_MAX = 4 };
	struct rules_options options = {0};
	struct assay_error err = {0};
	struct rules *rules = NULL;
	size_t n = 0, not_by_text = 0;

	(void)state;
	if (rules_compile(&options, &rules, &err) < 0)
		fail_msg("%s:%u: %s", err.subject, err.line, err.message);
	for (size_t i = 0; i < rules->n; i++) {
		const struct rules_compiled *rule = &rules->rule[i];

		if (strncmp(rule->pack->name, "secrets-", 8) != 0)
			continue;
		n++;
		if (rule->is_silent || rule->def->n_checks == 0 || rule->def->mask != MASK_WHOLE)
			fail_msg("%s is silent, without check or not masked", rule->def->name);
		for (uint32_t k = 0; k < rule->n_patterns; k++)
			not_by_text += rules->pattern[rule->first_pattern + k].lane != LANE_LITERAL;
	}
	assert_true(n >= SERVICES_MIN);
	assert_true(not_by_text <= NOT_BY_TEXT_MAX);
	rules_free(rules);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_of_all_packs_hold),
		cmocka_unit_test(entities_of_all_packs_are_in_the_taxonomy),
		cmocka_unit_test(built_in_rules_have_a_sharp_start),
		cmocka_unit_test(built_in_rules_keep_the_budget),
		cmocka_unit_test(services_have_rules_for_their_secrets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
