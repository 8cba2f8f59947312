/* The words of `access explain`: the chain when it is allowed, the nearest miss when it is not. */
#include "../support.h"

#include "access/access.h"
#include "base/time.h"

static const char policy[] = "assay_access: 1\n"
			     "roles:\n"
			     "  evaluator: {can: [read], data: ['eval/**'], for: [train-assistant]}\n"
			     "  trainer: {inherits: [evaluator], can: [read], data: ['train/**'], for: [train-assistant]}\n"
			     "  lead: {inherits: [trainer]}\n"
			     "  steward: {can: [read, write], data: ['**'], for: [support, train-assistant]}\n"
			     "deny:\n"
			     "  - {role: trainer, can: [read], data: ['train/keys/**'], why: the key stays apart}\n"
			     "grants:\n"
			     "  - {who: ci, role: lead, until: 2027-03-31, by: m.rossi, ticket: SEC-412}\n"
			     "  - {who: \"b\\u001B[2Jen\", role: evaluator, from: 2026-12-01}\n"
			     "  - {who: old, role: evaluator, until: 2025-01-31}\n";

#define GRANT "  access.yaml:10: grant SEC-412 gives 'ci' the role 'lead' until 2027-03-31, by 'm.rossi'\n"

static const struct {
	const char *who, *role, *action, *resource, *purpose, *expected;
} cases[] = {
	{"ci", NULL, "read", "eval/a.csv", "train-assistant",
		"allowed: 'ci' may read 'eval/a.csv' for 'train-assistant'\n" GRANT "  access.yaml:5: the role 'lead' inherits 'trainer'\n"
		"  access.yaml:4: the role 'trainer' inherits 'evaluator'\n"
		"  access.yaml:3: the role 'evaluator' may read eval/** for train-assistant\n"},
	{"ci", "trainer", "read", "eval/../train//a", "train-assistant",
		"allowed: 'ci' may read 'eval/../train//a' for 'train-assistant' as 'trainer'\n  the resource is 'train/a'\n" GRANT
		"  access.yaml:5: the role 'lead' inherits 'trainer'\n  access.yaml:4: the role 'trainer' may read train/** for "
		"train-assistant\n"},
	{"ci", NULL, "read", "train/keys/k", NULL,
		"denied-rule: 'ci' may not read 'train/keys/k'\n" GRANT "  access.yaml:5: the role 'lead' inherits 'trainer'\n"
		"  access.yaml:8: deny 1 forbids the role 'trainer' to read train/keys/** for any purpose: the key stays apart\n"},
	{"ci", NULL, "write", "train/a", "support",
		"no-permission: 'ci' may not write 'train/a' for 'support'\n" GRANT
		"  access.yaml:6: the role 'steward' may read, write ** for support, train-assistant, but is not held\n"},
	{"ci", NULL, "run", "train/a", "support",
		"no-permission: 'ci' may not run 'train/a' for 'support'\n" GRANT "  no role of this policy allows it\n"},
	{"ci", NULL, "read", "train.csv", "train-assistant",
		"other-data: 'ci' may not read 'train.csv' for 'train-assistant'\n" GRANT
		"  access.yaml:5: the role 'lead' inherits 'trainer'\n"
		"  access.yaml:4: the role 'trainer' may read train/** for train-assistant: other data\n"},
	{"ci", NULL, "read", "train/a", "train-asistant",
		"other-purpose: 'ci' may not read 'train/a' for 'train-asistant'\n" GRANT
		"  access.yaml:5: the role 'lead' inherits 'trainer'\n"
		"  access.yaml:4: the role 'trainer' may read train/** for train-assistant: another purpose\n  did you mean "
		"'train-assistant'?\n"},
	{"olb", NULL, "read", "eval/a", NULL, "no-grant: 'olb' may not read 'eval/a'\n  no grant names 'olb'\n  did you mean 'old'?\n"},
	{"ci", "stewrad", "read", "eval/a", NULL,
		"no-grant: 'ci' may not read 'eval/a' as 'stewrad'\n  there is no role 'stewrad'\n  did you mean 'steward'?\n" GRANT},
	{"ci", "steward", "read", "eval/a", NULL, "no-grant: 'ci' may not read 'eval/a' as 'steward'\n" GRANT},
	{"old", NULL, "read", "eval/a", NULL,
		"expired: 'old' may not read 'eval/a'\n  access.yaml:12: grant 3 gives 'old' the role 'evaluator' until 2025-01-31\n  it "
		"is over on 2026-11-23\n"},
	{"b\x1b[2Jen", NULL, "read", "eval/a", NULL,
		"not-yet: 'b\\x1B[2Jen' may not read 'eval/a'\n  access.yaml:11: grant 2 gives 'b\\x1B[2Jen' the role 'evaluator' from "
		"2026-12-01\n"
		"  it has not begun on 2026-11-23\n"},
	{"ci", NULL, "read", "../\n", NULL,
		"outside: 'ci' may not read '../\\n'\n  the name is empty, too long, absolute or leaves the project root: no rule can "
		"allow it\n"},
};

static int
explain(const char *text, const struct access_request *q, struct base_buffer *out, struct assay_error *ret_error)
{
	_cleanup_(access_free_at) struct access *a = NULL;
	struct assay_error err = {0};

	assert_ok(access_parse("some/folder/access.yaml", text, strlen(text), &a, &err));
	return access_explain(a, q, out, ret_error);
}

static void
test_cases(void **state)
{
	int64_t at = 0;

	(void)state;
	assert_true(base_time_parse(base_span_of("2026-11-23T10:00:00Z"), &at));
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct access_request q = {cases[i].who, cases[i].role, cases[i].action, cases[i].resource, cases[i].purpose, at};
		struct assay_error err = {0};
		struct base_buffer out;
		base_buffer_init(&out, 1 << 16);
		assert_ok(explain(policy, &q, &out, &err));
		if (strcmp(out.data, cases[i].expected) != 0)
			fail_msg("case %zu:\n%s", i, out.data);
		base_buffer_dispose(&out);
	}
}

static void
test_action_and_identity(void **state)
{
	static const char text[] = "assay_access: 1\nidentity: {accept: [key, ci-oidc]}\n";
	struct access_request q = {"ci", NULL, "reda", "a", NULL, 0};
	struct assay_error err = {0};
	struct base_buffer out;

	(void)state;
	base_buffer_init(&out, 1 << 16);
	assert_int_equal(explain(text, &q, &out, &err), ASSAY_USAGE);
	assert_string_equal(err.message, "no such action");
	assert_string_equal(err.hint, "did you mean 'read'?");
	assert_int_equal(out.size, 0);
	q.action = "read";
	assert_ok(explain(text, &q, &out, &err));
	assert_string_equal(out.data, "no-grant: 'ci' may not read 'a'\n  no grant names 'ci'\n  the name is claimed, not proven (accepted "
				      "as proof: key, ci-oidc)\n");
	base_buffer_dispose(&out);
}

static void
test_small_room(void **state)
{
	struct access_request q = {"ci", NULL, "read", "eval/a", NULL, 0};
	struct assay_error err = {0};
	struct base_buffer out;

	(void)state;
	base_buffer_init(&out, 40);
	assert_int_equal(explain(policy, &q, &out, &err), ASSAY_LIMIT);
	assert_string_equal(err.message, "the explanation is too long");
	base_buffer_dispose(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_action_and_identity), cmocka_unit_test(test_small_room)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
