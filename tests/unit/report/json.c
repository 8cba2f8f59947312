/* The JSON report has the shape of DESIGN section 12 and is JSON whatever the data is called. */
#include "fixture.h"

#include <jansson.h>

static json_t *
load(sqlite3 *db, const char *name)
{
	struct rendered out = render(db, "json");
	json_error_t why;
	json_t *root = json_loadb(out.bytes.data, out.bytes.size, JSON_REJECT_DUPLICATES, &why);

	if (!root)
		print_error("%s: %s at %d\n", name, why.text, why.position);
	assert_non_null(root);
	rendered_free(&out);
	return root;
}

static void
test_parses(void **state)
{
	(void)state;
	for (size_t i = 0; i < FIXTURE_CASES; i++) {
		sqlite3 *db = fixture_cases[i].make();
		json_t *root = load(db, fixture_cases[i].name);
		assert_int_equal(json_integer_value(json_object_get(root, "v")), 1);
		assert_true(json_is_string(json_object_get(root, "headline")));
		assert_true(json_is_array(json_object_get(root, "findings")));
		json_decref(root);
		sqlite3_close(db);
	}
}

static const char *
text(const json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));

	if (!s)
		fail_msg("no text: %s", name);
	return s;
}

static json_int_t
number(const json_t *object, const char *name)
{
	assert_true(json_is_integer(json_object_get(object, name)));
	return json_integer_value(json_object_get(object, name));
}

static void
test_audit(void **state)
{
	sqlite3 *db = fixture_audit();
	json_t *root = load(db, "audit"), *codes = json_object_get(json_object_get(root, "exit"), "codes"),
	       *ledger = json_object_get(root, "ledger");
	json_t *coverage = json_object_get(root, "coverage"), *verdict = json_array_get(json_object_get(root, "verdicts"), 5);

	(void)state;
	assert_string_equal(text(root, "kind"), "audit");
	assert_string_equal(text(root, "tool"), "0.1.0");
	assert_string_equal(text(root, "as_of"), "2026-11-23");
	assert_string_equal(text(root, "id"), "20261123T100000Z-9f2c41aa");
	assert_string_equal(text(root, "profile"), "pre-training");
	assert_string_equal(text(root, "key_id"), "9f2c41aab3d4e5f6");
	assert_true(json_is_false(json_object_get(root, "simulated")));
	assert_int_equal(number(json_object_get(root, "exit"), "code"), 1);
	assert_int_equal(json_array_size(codes), 2);
	assert_int_equal(json_integer_value(json_array_get(codes, 1)), 4);
	assert_int_equal(number(coverage, "complete"), 3);
	assert_int_equal(number(coverage, "excluded"), 1);
	assert_int_equal(json_array_size(json_object_get(root, "verdicts")), 11);
	/* after the roll-up of gdpr-a25.1-1 its one place */
	assert_string_equal(text(verdict, "control"), "gdpr-a30.1-1");
	verdict = json_array_get(json_object_get(root, "verdicts"), 4);
	assert_string_equal(text(verdict, "control"), "gdpr-a25.1-1");
	assert_string_equal(text(verdict, "column"), "email");
	assert_string_equal(text(verdict, "status"), "review");
	assert_string_equal(text(verdict, "basis"), "data");
	assert_string_equal(text(verdict, "disposition"), "open");
	assert_string_equal(text(json_object_get(verdict, "dims"), "n"), "3");
	assert_string_equal(text(ledger, "state"), "signed");
	assert_int_equal(number(ledger, "seq"), 7);
	assert_non_null(strchr(text(ledger, "checkpoint"), '\n'));
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(json_object_get(root, "options"), "min_confidence"), "value")), 65);
	json_decref(root);
	sqlite3_close(db);
}

static void
test_findings(void **state)
{
	sqlite3 *db = fixture_audit();
	json_t *root = load(db, "audit"), *findings = json_object_get(root, "findings"), *f, *examples;
	static const char *const order[] = {
		"data/notes.txt", "data/notes.txt", "data/users.csv", "data/users.csv", "data/visits.csv", "data/visits.csv"};

	(void)state;
	assert_int_equal(json_array_size(findings), 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(text(json_array_get(findings, i), "resource"), order[i]);
	f = json_array_get(findings, 2);
	examples = json_object_get(f, "examples");
	assert_string_equal(text(f, "id"), "f-59853073f00ffe6b");
	assert_string_equal(text(f, "column"), "email");
	assert_string_equal(text(f, "entity"), "EMAIL_ADDRESS");
	assert_string_equal(text(f, "category"), "contact");
	assert_string_equal(text(f, "level"), "high");
	assert_string_equal(text(f, "state"), "reported");
	assert_string_equal(text(f, "role"), "direct");
	assert_true(json_is_true(json_object_get(f, "validated")));
	assert_int_equal(number(f, "count"), 20);
	assert_int_equal(number(f, "records"), 20);
	assert_true(json_real_value(json_object_get(f, "share")) == 1.0);
	assert_int_equal(json_array_size(examples), 2);
	assert_string_equal(text(json_array_get(examples, 1), "masked"), "b***@***");
	f = json_array_get(findings, 4);
	assert_string_equal(text(f, "column"), "dx");
	assert_true(json_is_null(json_object_get(json_array_get(json_object_get(f, "examples"), 0), "masked")));
	json_decref(root);
	sqlite3_close(db);
}

/* The rows of a finding's examples stay with it when examples were stored in another order. */
static void
test_examples_follow_their_finding(void **state)
{
	sqlite3 *db = fixture_scan();
	json_t *root, *findings;

	(void)state;
	OK(facts_exec(db, "DELETE FROM example", ERR));
	fixture_example(db, 6, 9, "six");
	fixture_example(db, 1, 1, "one-a");
	fixture_example(db, 3, 2, "three");
	fixture_example(db, 1, 5, "one-b");
	root = load(db, "scan");
	findings = json_object_get(root, "findings");
	for (size_t i = 0; i < json_array_size(findings); i++) {
		static const struct {
			const char *column, *entity, *first;
			size_t n;
		} wanted[] = {{"text", "EMAIL_ADDRESS", NULL, 0}, {"text", "PHONE_NUMBER", "six", 1},
			{"email", "EMAIL_ADDRESS", "one-a", 2}, {"phone", "PHONE_NUMBER", NULL, 0}, {"dx", "ICD10_CODE", "three", 1},
			{"order_no", "CREDIT_CARD", NULL, 0}};
		json_t *f = json_array_get(findings, i), *examples = json_object_get(f, "examples");
		assert_string_equal(text(f, "column"), wanted[i].column);
		assert_string_equal(text(f, "entity"), wanted[i].entity);
		assert_int_equal(json_array_size(examples), wanted[i].n);
		if (wanted[i].first)
			assert_string_equal(text(json_array_get(examples, 0), "masked"), wanted[i].first);
	}
	json_decref(root);
	sqlite3_close(db);
}

static void
test_scan_has_no_verdicts(void **state)
{
	sqlite3 *db = fixture_scan();
	json_t *root = load(db, "scan");

	(void)state;
	assert_string_equal(text(root, "kind"), "scan");
	assert_null(json_object_get(root, "verdicts"));
	assert_null(json_object_get(root, "controls"));
	assert_null(json_object_get(root, "ledger"));
	assert_null(json_object_get(root, "profile"));
	assert_true(json_is_null(json_object_get(root, "key_id")));
	assert_int_equal(json_array_size(json_object_get(root, "resources")), 5);
	assert_int_equal(json_array_size(json_object_get(root, "issues")), 2);
	json_decref(root);
	sqlite3_close(db);
}

/* Rendering twice gives the same bytes, in every format. */
static void
test_deterministic(void **state)
{
	(void)state;
	for (size_t i = 0; report_format_at(i); i++) {
		sqlite3 *db = fixture_audit();
		struct rendered one = render(db, report_format_at(i)), two = render(db, report_format_at(i));
		assert_int_equal(one.bytes.size, two.bytes.size);
		assert_memory_equal(one.bytes.data, two.bytes.data, one.bytes.size);
		rendered_free(&one);
		rendered_free(&two);
		sqlite3_close(db);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parses),
		cmocka_unit_test(test_audit),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_examples_follow_their_finding),
		cmocka_unit_test(test_scan_has_no_verdicts),
		cmocka_unit_test(test_deterministic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
