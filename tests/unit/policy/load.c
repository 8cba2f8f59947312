/* What is read from packs and tables, what is refused, and the runner of a control's own cases. */
#include "world.h"

#define NO_NEEDS "    needs: {required: []}\n"

/* ---- the taxonomy as facts ---- */

static void
classes_differ_by_jurisdiction(void **state)
{
	struct assay_error err = {0};
	struct world w;

	(void)state;
	world_open(&w);
	assert_ok(policy_load(NULL, 0, &w.set, &err));
	assert_ok(policy_fill_taxonomy(w.set, w.db, &err));
	world_sql(&w, "INSERT INTO resource(id, name, kind, state) VALUES(1, 'a.csv', 'csv', 'complete'); INSERT INTO field VALUES(1, 1, "
		      "'x', NULL, 3);"
		      "INSERT INTO finding SELECT row_number() OVER (), 1, entity, 'reported', NULL, 1, 85, 3, 3, 1000000, 0, 0, 0, NULL "
		      "FROM entity");
	world_expect(&w, "SELECT count(*) FROM special_category_finding WHERE entity='POLITICAL_OPINION'", "1");
	world_expect(&w, "SELECT count(*) FROM ccpa_sensitive_finding WHERE entity='POLITICAL_OPINION'", "0");
	world_expect(&w, "SELECT count(*) FROM special_category_finding WHERE entity='CITIZENSHIP'", "0");
	world_expect(&w, "SELECT count(*) FROM ccpa_sensitive_finding WHERE entity='CITIZENSHIP'", "1");
	world_expect(&w, "SELECT certain FROM ccpa_sensitive_finding WHERE entity='CREDIT_CARD'", "0");
	world_expect(&w, "SELECT certain FROM ccpa_sensitive_finding WHERE entity='US_SSN'", "1");
	world_expect(&w, "SELECT certain FROM personal_finding WHERE entity='URL'", "0");
	world_expect(&w, "SELECT count(*) FROM criminal_finding", "1");
	world_expect(&w, "SELECT count(*)>20 FROM secret_finding", "1");
	world_sql(&w, "UPDATE finding SET validated=0");
	world_expect(&w, "SELECT sum(certain) FROM personal_finding", "0");
	world_close(&w);
}

static void
countries_come_with_ground_and_dates(void **state)
{
	struct assay_error err = {0};
	struct world w;

	(void)state;
	world_open(&w);
	assert_ok(policy_load(NULL, 0, &w.set, &err));
	assert_ok(policy_fill_taxonomy(w.set, w.db, &err));
	world_expect(&w, "SELECT count(*) FROM adequate_country WHERE ground='eea' AND country NOT IN('EL')", "30");
	world_expect(&w, "SELECT ground || valid_from FROM adequate_country WHERE country='BR'", "adequacy2026-01-26");
	world_expect(&w, "SELECT ground FROM adequate_country WHERE country='US'", "dpf");
	world_expect(&w, "SELECT ground FROM adequate_country WHERE country='CA'", "commercial");
	world_expect(&w, "SELECT group_concat(valid_to) FROM adequate_country WHERE country IN('GB','UK')", "2031-12-27,2031-12-27");
	world_expect(&w, "SELECT ground FROM adequate_country WHERE country='EL'", "eea");
	world_close(&w);
}

static const struct {
	const char *word, *letter;
} bases[] = {{"consent", "a"}, {"contract", "b"}, {"legal-obligation", "c"}, {"vital-interest", "d"}, {"public-task", "e"},
	{"legitimate-interest", "f"}, {"eu-gdpr:A6-1-f", "f"}, {"eu-gdpr:A6-1-a-explicit-consent", "a"}, {"because", "?"}};

static void
words_and_terms_of_a_basis_are_one(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	for (size_t i = 0; i < BASE_COUNT(bases); i++) {
		_cleanup_free_ char *sql = base_format("DELETE FROM manifest_value; INSERT INTO manifest_value VALUES('/purposes/12/id', "
						       "'text', 'train'), ('/purposes/12/basis', 'text', '%s')",
			bases[i].word);
		world_sql(&w, sql);
		world_expect(&w, "SELECT coalesce(lawful_basis, '?') FROM purpose WHERE n=12 AND id='train'", bases[i].letter);
	}
	world_sql(&w, "INSERT INTO manifest_value VALUES('/processors/3/name', 'text', 'cloud'), ('/processors/3/contract', 'text', "
		      "'c.pdf'), ('/processors/3/subs/0/name', 'text', 'sub'),"
		      "('/transfers/10/country', 'text', 'US'), ('/transfers/10/ground', 'text', 'scc')");
	world_expect(&w, "SELECT group_concat(n || name || contract || prefix) FROM processor", "3cloudc.pdf/processors/3");
	world_expect(&w, "SELECT n || country || ground FROM transfer", "10USscc");
	world_close(&w);
}

/* ---- packs that do not load ---- */

static const struct {
	const char *text, *message;
	uint32_t line;
} faults[] = {
	{"policy: test\nversion: 1\ncontrols:\n  - {id: a, title: T, cite: [x], severity: high, status: draft, needs: {required: "
	 "[finding]}, sql: SELECT 1}\n",
		"'needs' names the unknown evidence 'finding'", 4},
	{"policy: test\nversion: 1\ncontrols:\n  - {id: a, title: T, cite: [x], severity: high, status: draft, needs: {required: "
	 "['manifest:purposes']}, sql: SELECT 1}\n",
		"'needs' names the unknown evidence 'manifest:purposes'", 4},
	{"policy: test\nversion: 1\ncontrols:\n  - {id: a, title: T, cite: [x], severity: high, status: draft, needs: {optional: "
	 "['rights:']}, sql: SELECT 1}\n",
		"'needs' names the unknown evidence 'rights:'", 4},
	{"policy: test\nversion: 1\ncontrols:\n  - {id: a, title: T, cite: [x], severity: high, status: draft, sql: SELECT 1}\n",
		"a control needs 'needs'", 4},
	{"policy: test\nversion: 1\ncontrols:\n  - {id: a, title: T, severity: high, status: draft, needs: {required: []}}\n",
		"a control needs 'id', 'title' and 'sql'", 4},
	{"policy: test\nversion: 1\ncontrols:\n  - {id: a, title: T, severity: hihg, status: draft, needs: {required: []}, sql: SELECT "
	 "1}\n",
		"'severity' has the unknown word 'hihg'", 4},
	{"policy: test\nversion: 1\ncontrols:\n  - {id: a, title: T, severity: high, status: draft, basis: rumour, needs: {required: []}, "
	 "sql: SELECT 1}\n",
		"'basis' has the unknown word 'rumour'", 4},
	{"policy: test\nversion: 1\ncontrols:\n  - {id: a, titel: T, severity: high, status: draft, needs: {required: []}, sql: SELECT "
	 "1}\n",
		"titel", 4},
	{"policy: test\nversion: 1\ncontrols:\n  - {id: a, title: T, severity: high, status: draft, in_force: {from: 2026-02-30}, needs: "
	 "{required: []}, sql: SELECT 1}\n",
		"'from' is not a date (YYYY-MM-DD)", 4},
	{"policy: test\nversion: 1\ncontrols:\n  - {id: a, title: T, law: gdpr, severity: high, status: draft, needs: {required: []}, sql: "
	 "SELECT 1}\n",
		"'law' differs from the pack's 'test'", 4},
	{"policy: test\nversion: 1\ncontrols:\n  - {id: gdpr-a14-1, title: T, severity: high, status: draft, needs: {required: []}, sql: "
	 "SELECT 1}\n",
		"the control 'gdpr-a14-1' is defined twice", 4},
	{"policy: test\nversion: 1\n", "a policy needs 'policy', 'version' and a list of 'controls'", 1},
	{"profiles:\n  mine: {blocks: [no-such-control]}\n", "the profile 'mine' names the unknown control 'no-such-control'", 0},
	{"profiles:\n  pre-training: {blocks: [gdpr-a14-1]}\n", "the profile 'pre-training' is defined twice", 2},
	{"something: else\n", "neither a policy nor a table that policies use", 1},
	{"policy: test\n  version: [\n", "not valid YAML", 1},
};

static void
faulty_packs_do_not_load(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	for (size_t i = 0; i < BASE_COUNT(faults); i++) {
		struct assay_error err = {0};
		int r = world_load(&w, faults[i].text, &err);
		if (r != ASSAY_PACK || err.code != ASSAY_PACK || !strstr(err.message, faults[i].message)
			|| (faults[i].line && err.line < faults[i].line))
			fail_msg("%s\n  gives %d, line %u: %s", faults[i].text, r, err.line, err.message);
		assert_null(w.set);
	}
	world_close(&w);
}

/* ---- the runner of cases: it must see what is wrong ---- */

struct told {
	size_t n, failed;
	char detail[256];
};

static void
tell(void *context, const struct policy_control *control, const char *test, bool passed, const char *detail)
{
	struct told *told = context;

	(void)control;
	(void)test;
	told->n++;
	if (passed)
		return;
	told->failed++;
	snprintf(told->detail, sizeof told->detail, "%s", detail);
}

static const struct {
	const char *expect;
	bool passes;
} cases[] = {
	{"[{status: fail, resource: a.csv}, {status: fail, resource: ''}]", true},
	{"[{status: fail, resource: a.csv}]", true},
	{"[{status: fail, resource: a.csv, field: mail, entity: EMAIL_ADDRESS, basis: data, severity: high, reason: mail}]", true},
	{"[{status: pass}]", false},
	{"[{status: review, resource: a.csv}, {status: fail, resource: ''}]", false},
	{"[{status: fail, resource: b.csv}, {status: fail, resource: ''}]", false},
	{"[{status: fail, resource: ''}]", false},
	{"[]", false},
	{"[{status: fail, resource: a.csv}, {status: fail, resource: ''}, {status: fail}]", false},
	{"[{status: fail, resource: a.csv, basis: declared}]", false},
};

static void
cases_that_do_not_come_out_are_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		_cleanup_free_ char *members = base_format("    needs: {required: [findings]}\n    sql: SELECT resource, 'fail' AS status, "
							   "field AS reason, field, entity FROM personal_finding\n"
							   "    tests: [{name: t, facts: {resources: [{name: a.csv, fields: [{name: mail, "
							   "findings: [{entity: EMAIL_ADDRESS}]}]}]}, expect: %s}]\n",
			cases[i].expect);
		_cleanup_free_ char *text = world_pack("", members);
		struct assay_error err = {0};
		struct told told = {0};
		struct world w;
		world_open(&w);
		assert_ok(world_load(&w, text, &err));
		int r = policy_test(w.set, policy_find(w.set, "test-1"), tell, &told, &err);
		if (r != (cases[i].passes ? 0 : 1) || told.n != 1 || told.failed != (cases[i].passes ? 0 : 1)
			|| (told.failed && !told.detail[0]))
			fail_msg("expect: %s gives %d: %s", cases[i].expect, r, told.detail);
		world_close(&w);
	}
}

static void
misspelt_facts_are_refused(void **state)
{
	static const char *const facts[] = {"{resorces: []}", "{resources: [{nam: a}]}", "{resources: [{fields: [{findngs: []}]}]}",
		"{resources: [{fields: [{findings: [{entty: X}]}]}]}", "{documents: {docs/x.pdf: true}}"};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(facts); i++) {
		_cleanup_free_ char *members = base_format(NO_NEEDS "    sql: SELECT 'a' AS resource, 'pass' AS status, 'x' AS reason\n    "
								    "tests: [{facts: %s, expect: [{status: pass}]}]\n",
			facts[i]);
		_cleanup_free_ char *text = world_pack("", members);
		struct assay_error err = {0};
		struct told told = {0};
		struct world w;
		world_open(&w);
		assert_ok(world_load(&w, text, &err));
		assert_int_equal(policy_test(w.set, policy_find(w.set, "test-1"), tell, &told, &err), ASSAY_PACK);
		assert_true(err.line > 0 && err.message[0]);
		world_close(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(classes_differ_by_jurisdiction),
		cmocka_unit_test(countries_come_with_ground_and_dates), cmocka_unit_test(words_and_terms_of_a_basis_are_one),
		cmocka_unit_test(faulty_packs_do_not_load), cmocka_unit_test(cases_that_do_not_come_out_are_told),
		cmocka_unit_test(misspelt_facts_are_refused)};

	return cmocka_run_group_tests_name("policy loading", tests, NULL, NULL);
}
