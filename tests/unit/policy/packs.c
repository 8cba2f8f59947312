/* The control packs: every control's own cases, and what each control must come with. */
#include "../support.h"

#include "policy/policy.h"

static struct policy_set *set;

static int
load_packs(void **state)
{
	struct assay_error err = {0};

	(void)state;
	if (policy_load(NULL, 0, &set, &err) < 0) {
		print_error("%s:%u:%u: %s (%s)\n", err.subject, err.line, err.column, err.message, err.hint);
		return -1;
	}
	return 0;
}

static int
free_packs(void **state)
{
	(void)state;
	policy_free(set);
	return 0;
}

static void
tell(void *context, const struct policy_control *control, const char *test, bool passed, const char *detail)
{
	size_t *failed = context;

	if (passed)
		return;
	print_error("%s, %s: %s\n", control->id, test, detail);
	++*failed;
}

static void
every_control_passes_its_own_cases(void **state)
{
	size_t failed = 0;

	(void)state;
	for (size_t i = 0; i < set->n; i++) {
		struct assay_error err = {0};
		int r = policy_test(set, &set->controls[i], tell, &failed, &err);
		if (r < 0)
			fail_msg("%s: %s:%u:%u: %s (%s)", set->controls[i].id, err.subject, err.line, err.column, err.message, err.hint);
	}
	assert_int_equal(failed, 0);
}

static bool
expects(const struct base_yaml_node *test, const char *status)
{
	const struct base_yaml_node *expect = base_yaml_get(test, "expect");

	for (const struct base_yaml_node *row = expect ? expect->first : NULL; row; row = row->next) {
		const char *text = base_yaml_get_text(row, "status");
		if (text && strcmp(text, status) == 0)
			return true;
	}
	return false;
}

static size_t
count_cases(const struct policy_control *control, const char *status)
{
	size_t n = 0;

	for (const struct base_yaml_node *test = control->tests ? control->tests->first : NULL; test; test = test->next)
		n += expects(test, status);
	return n;
}

/* A control that only asks a person has no case that fails; its finding is the review. One that needs nothing lacks nothing. */
static void
every_control_shows_finding_pass_and_gap(void **state)
{
	(void)state;
	for (size_t i = 0; i < set->n; i++) {
		const struct policy_control *c = &set->controls[i];
		size_t found = count_cases(c, "fail") + (strstr(c->sql, "'fail'") ? 0 : count_cases(c, "review"));
		bool can_lack = c->n_required > 0 || strstr(c->sql, "'noteval'");
		if (found == 0 || count_cases(c, "pass") == 0 || (can_lack && count_cases(c, "noteval") == 0))
			fail_msg("%s: %zu cases that find something, %zu that pass, %zu without evidence", c->id, found,
				count_cases(c, "pass"), count_cases(c, "noteval"));
		if (c->applies && count_cases(c, "na") == 0)
			fail_msg("%s: no case in which it does not apply", c->id);
		if (c->absence && count_cases(c, "review") == 0)
			fail_msg("%s: no case in which not everything was examined", c->id);
	}
}

static void
every_control_is_described(void **state)
{
	(void)state;
	for (size_t i = 0; i < set->n; i++) {
		const struct policy_control *c = &set->controls[i];
		if (!c->cite[0] || !c->remedy || !c->question || (c->applies && !c->na))
			fail_msg("%s: citation, remedy, question or the text of 'na' is missing", c->id);
		if (strncmp(c->id, c->pack->law, strlen(c->pack->law)) != 0)
			fail_msg("%s does not carry the name of its law '%s'", c->id, c->pack->law);
		if (!c->is_waivable
			!= (strstr(c->sql, "rights_list") || strstr(c->sql, "secret_finding") || strstr(c->sql, "ledger_state")))
			fail_msg("%s: rights lists, secrets and the ledger are what no waiver covers", c->id);
	}
}

static void
the_first_controls_are_there(void **state)
{
	static const char *const ids[] = {"gdpr-a5.1a-1", "gdpr-a5.1a-2", "gdpr-a5.1b-3", "gdpr-a5.1c-1", "gdpr-a5.1e-2", "gdpr-a5.1f-2",
		"gdpr-a5.2-2", "gdpr-a9.1-1", "gdpr-a14-1", "gdpr-a17.1-1", "gdpr-a25.1-1", "gdpr-a30.1-1", "gdpr-a32.1b-1", "gdpr-a44-1",
		"gdpr-a7.3-1", "gdpr-a10-1", "gdpr-a21.1-1", "gdpr-rec26-1", "ccpa-100a1-1", "ccpa-100a2-1", "ccpa-105-1", "ccpa-120-1",
		"ccpa-121-1", "ccpa-r7150-3", "secrets-1", "integrity-1"};
	size_t gdpr = 0, ccpa = 0;

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(ids); i++) {
		const struct policy_control *c = policy_find(set, ids[i]);
		if (!c)
			fail_msg("there is no control '%s'", ids[i]);
		if (c->is_draft || count_cases(c, "fail") == 0 || count_cases(c, "pass") == 0 || count_cases(c, "noteval") == 0)
			fail_msg("'%s' is a draft, or lacks a case that fails, passes or has no evidence", ids[i]);
	}
	for (size_t i = 0; i < set->n; i++) {
		gdpr += strcmp(set->controls[i].pack->law, "gdpr") == 0;
		ccpa += strcmp(set->controls[i].pack->law, "ccpa") == 0;
	}
	assert_true(gdpr >= 40 && ccpa >= 20);
}

/* A draft informs; a gate that rests on one would stop nothing. */
static void
profiles_block_on_reviewed_controls(void **state)
{
	const struct policy_profile *p = policy_profile_find(set, "pre-training");

	(void)state;
	assert_non_null(p);
	assert_true(p->integrity);
	for (size_t i = 0; i < p->n_blocks; i++)
		assert_false(policy_find(set, p->blocks[i])->is_draft);
}

/* Titles, reasons and remedies are Assay's own voice. */
static void
no_control_promises_anything(void **state)
{
	static const char *const words[] = {"compliant", "certified", "lawful ", "is safe", "guarantee"};

	(void)state;
	for (size_t i = 0; i < set->n; i++) {
		const struct policy_control *c = &set->controls[i];
		const char *texts[] = {c->title, c->remedy, c->na ? c->na : "", c->sql};
		for (size_t w = 0; w < BASE_COUNT(words); w++)
			for (size_t t = 0; t < BASE_COUNT(texts); t++)
				if (strstr(texts[t], words[w]) && !strstr(texts[t], "lawful basis"))
					fail_msg("%s says '%s'", c->id, words[w]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_control_passes_its_own_cases),
		cmocka_unit_test(every_control_shows_finding_pass_and_gap), cmocka_unit_test(every_control_is_described),
		cmocka_unit_test(the_first_controls_are_there), cmocka_unit_test(profiles_block_on_reviewed_controls),
		cmocka_unit_test(no_control_promises_anything)};

	return cmocka_run_group_tests_name("policy packs", tests, load_packs, free_packs);
}
