/* Decisions as a table: default deny, hierarchy, deny, purposes, days, names of resources. */
#include "../support.h"

#include "access/access.h"
#include "base/time.h"

static const char policy[] =
	"assay_access: 1\n"
	"identity: {accept: [key, ci-oidc]}\n"
	"roles:\n"
	"  evaluator: {can: [read], data: ['eval/**'], for: [train-assistant]}\n"
	"  trainer: {inherits: [evaluator], can: [read], data: ['train/**', 'keys/**'], for: [train-assistant]}\n"
	"  lead: {inherits: [trainer], can: [write], data: ['models/*.bin']}\n"
	"  steward: {inherits: [evaluator], can: [read, write, declare], data: ['**'], for: [support, train-assistant]}\n"
	"  approver: {can: [waive, decide], data: ['**']}\n"
	"  group: {inherits: [approver]}\n"
	"deny:\n"
	"  - {role: trainer, can: [read], data: ['keys/**', 'lists/**'], why: the pseudonym key stays apart}\n"
	"  - {role: evaluator, can: [read], data: ['eval/held-out'], for: [train-assistant]}\n"
	"separate: [{id: maker-checker, roles: [steward, approver]}]\n"
	"grants:\n"
	"  - {who: ci, role: trainer, until: 2027-03-31, by: m.rossi, ticket: SEC-412}\n"
	"  - {who: boss, role: lead}\n"
	"  - {who: ann, role: steward}\n"
	"  - {who: ben, role: group}\n"
	"  - {who: temp, role: evaluator, from: 2026-02-01, until: 2026-02-28}\n"
	"  - {who: temp, role: approver, until: 2025-12-31}\n"
	"  - {who: temp, role: trainer, from: 2027-01-01}\n"
	"  - {who: both, role: trainer}\n"
	"  - {who: both, role: steward}\n"
	"  - {who: bot, role: evaluator, until: 2026-06-30, as: [ci, ann]}\n";

enum { EVALUATOR = 4, TRAINER = 5, LEAD = 6, STEWARD = 7, APPROVER = 8, DENY_1 = 11, DENY_2 = 12, GRANT_1 = 15 };

static const struct {
	const char *who, *role, *action, *resource, *purpose, *at;
	enum access_outcome outcome;
	const char *by_role, *grant;
	uint32_t line;
} cases[] = {
#define NOW "2026-11-23T10:00:00Z"
#define TRAIN "train-assistant"
	/* the chain */
	{"ci", NULL, "read", "train/a.csv", TRAIN, NOW, ACCESS_ALLOWED, "trainer", "SEC-412", TRAINER},
	{"ci", "trainer", "read", "train/sub/a.csv", TRAIN, NOW, ACCESS_ALLOWED, "trainer", "SEC-412", TRAINER},
	{"ci", NULL, "read", "eval/a.csv", TRAIN, NOW, ACCESS_ALLOWED, "evaluator", "SEC-412", EVALUATOR},
	{"ci", "evaluator", "read", "eval/a.csv", TRAIN, NOW, ACCESS_ALLOWED, "evaluator", "SEC-412", EVALUATOR},
	{"boss", NULL, "read", "eval/a.csv", TRAIN, NOW, ACCESS_ALLOWED, "evaluator", "grant 2", EVALUATOR},
	{"boss", "lead", "write", "models/m.bin", TRAIN, NOW, ACCESS_ALLOWED, "lead", "grant 2", LEAD},
	{"boss", NULL, "write", "models/m.bin", NULL, NOW, ACCESS_ALLOWED, "lead", "grant 2", LEAD},
	{"boss", NULL, "write", "models/m.bin", "a purpose that no rule names", NOW, ACCESS_ALLOWED, "lead", "grant 2", LEAD},
	{"ben", NULL, "waive", "any/where", NULL, NOW, ACCESS_ALLOWED, "approver", "grant 4", APPROVER},
	{"ci", NULL, "read", "train/a.csv", NULL, NOW, ACCESS_ALLOWED, "trainer", "SEC-412", TRAINER},
	/* default deny */
	{"nobody", NULL, "read", "train/a.csv", TRAIN, NOW, ACCESS_NO_GRANT, NULL, NULL, 0},
	{"trainer", NULL, "read", "train/a.csv", TRAIN, NOW, ACCESS_NO_GRANT, NULL, NULL, 0},
	{"CI", NULL, "read", "train/a.csv", TRAIN, NOW, ACCESS_NO_GRANT, NULL, NULL, 0},
	{"", NULL, "read", "train/a.csv", TRAIN, NOW, ACCESS_NO_GRANT, NULL, NULL, 0},
	{NULL, NULL, "read", "train/a.csv", TRAIN, NOW, ACCESS_NO_GRANT, NULL, NULL, 0},
	{"ci", "steward", "read", "train/a.csv", TRAIN, NOW, ACCESS_NO_GRANT, NULL, NULL, 0},
	{"ci", "lead", "read", "train/a.csv", TRAIN, NOW, ACCESS_NO_GRANT, NULL, NULL, 0},
	{"ci", "no such role", "read", "train/a.csv", TRAIN, NOW, ACCESS_NO_GRANT, NULL, NULL, 0},
	{"ci", NULL, "write", "train/a.csv", TRAIN, NOW, ACCESS_NO_PERMISSION, "trainer", "SEC-412", GRANT_1},
	{"ci", NULL, "fly", "train/a.csv", TRAIN, NOW, ACCESS_NO_PERMISSION, "trainer", "SEC-412", GRANT_1},
	{"ci", NULL, NULL, "train/a.csv", TRAIN, NOW, ACCESS_NO_PERMISSION, "trainer", "SEC-412", GRANT_1},
	{"ci", "evaluator", "read", "train/a.csv", TRAIN, NOW, ACCESS_OTHER_DATA, "evaluator", "SEC-412", EVALUATOR},
	{"ci", NULL, "read", "models/m.bin", TRAIN, NOW, ACCESS_OTHER_DATA, "evaluator", "SEC-412", EVALUATOR},
	{"ci", NULL, "read", "trai", TRAIN, NOW, ACCESS_OTHER_DATA, "trainer", "SEC-412", TRAINER},
	{"ci", NULL, "read", "trainer", TRAIN, NOW, ACCESS_OTHER_DATA, "trainer", "SEC-412", TRAINER},
	{"boss", NULL, "write", "models/sub/m.bin", TRAIN, NOW, ACCESS_OTHER_DATA, "lead", "grant 2", LEAD},
	{"ci", NULL, "read", "train/a.csv", "support", NOW, ACCESS_OTHER_PURPOSE, "trainer", "SEC-412", TRAINER},
	{"ci", NULL, "read", "train/a.csv", "", NOW, ACCESS_OTHER_PURPOSE, "trainer", "SEC-412", TRAINER},
	{"ci", NULL, "read", "train/a.csv", "train-assistan", NOW, ACCESS_OTHER_PURPOSE, "trainer", "SEC-412", TRAINER},
	{"ann", NULL, "read", "train/a.csv", "support", NOW, ACCESS_ALLOWED, "steward", "grant 3", STEWARD},
	/* deny: on the role, on those that inherit it, and whichever role is asked for */
	{"ci", NULL, "read", "keys/k", TRAIN, NOW, ACCESS_DENIED_RULE, "trainer", "SEC-412", DENY_1},
	{"boss", NULL, "read", "keys/k", TRAIN, NOW, ACCESS_DENIED_RULE, "trainer", "grant 2", DENY_1},
	{"boss", "lead", "read", "keys/k", TRAIN, NOW, ACCESS_DENIED_RULE, "trainer", "grant 2", DENY_1},
	{"ann", NULL, "read", "keys/k", TRAIN, NOW, ACCESS_ALLOWED, "steward", "grant 3", STEWARD},
	{"both", NULL, "read", "keys/k", TRAIN, NOW, ACCESS_DENIED_RULE, "trainer", "grant 8", DENY_1},
	{"both", "steward", "read", "keys/k", TRAIN, NOW, ACCESS_DENIED_RULE, "trainer", "grant 8", DENY_1},
	{"both", "steward", "write", "keys/k", TRAIN, NOW, ACCESS_ALLOWED, "steward", "grant 9", STEWARD},
	{"ci", NULL, "read", "eval/held-out", TRAIN, NOW, ACCESS_DENIED_RULE, "evaluator", "SEC-412", DENY_2},
	{"ci", NULL, "read", "eval/held-out/deep/a.csv", TRAIN, NOW, ACCESS_DENIED_RULE, "evaluator", "SEC-412", DENY_2},
	{"ci", NULL, "read", "eval/held-out2/a.csv", TRAIN, NOW, ACCESS_ALLOWED, "evaluator", "SEC-412", EVALUATOR},
	{"ann", NULL, "read", "eval/held-out/a.csv", "support", NOW, ACCESS_ALLOWED, "steward", "grant 3", STEWARD},
	{"ann", NULL, "read", "eval/held-out/a.csv", TRAIN, NOW, ACCESS_DENIED_RULE, "evaluator", "grant 3", DENY_2},
	{"ann", NULL, "read", "eval/held-out/a.csv", NULL, NOW, ACCESS_DENIED_RULE, "evaluator", "grant 3", DENY_2},
	/* a folder is named by what stands for all below it */
	{"ci", NULL, "read", "train", TRAIN, NOW, ACCESS_ALLOWED, "trainer", "SEC-412", TRAINER},
	{"ci", NULL, "read", "keys", TRAIN, NOW, ACCESS_DENIED_RULE, "trainer", "SEC-412", DENY_1},
	{"ann", NULL, "read", ".", "support", NOW, ACCESS_ALLOWED, "steward", "grant 3", STEWARD},
	{"ci", NULL, "read", ".", TRAIN, NOW, ACCESS_OTHER_DATA, "evaluator", "SEC-412", EVALUATOR},
	/* other spellings of the same name */
	{"ci", NULL, "read", "./train/a.csv", TRAIN, NOW, ACCESS_ALLOWED, "trainer", "SEC-412", TRAINER},
	{"ci", NULL, "read", "train/../keys/k", TRAIN, NOW, ACCESS_DENIED_RULE, "trainer", "SEC-412", DENY_1},
	{"ci", NULL, "read", "train/x/../../keys/k", TRAIN, NOW, ACCESS_DENIED_RULE, "trainer", "SEC-412", DENY_1},
	{"ci", NULL, "read", "keys//k", TRAIN, NOW, ACCESS_DENIED_RULE, "trainer", "SEC-412", DENY_1},
	{"ci", NULL, "read", "keys/./k", TRAIN, NOW, ACCESS_DENIED_RULE, "trainer", "SEC-412", DENY_1},
	{"ci", NULL, "read", ".//keys/", TRAIN, NOW, ACCESS_DENIED_RULE, "trainer", "SEC-412", DENY_1},
	{"ci", NULL, "read", "train/..", TRAIN, NOW, ACCESS_OTHER_DATA, "evaluator", "SEC-412", EVALUATOR},
	{"ann", NULL, "read", "train/../../other/train/a", "support", NOW, ACCESS_OUTSIDE, NULL, NULL, 0},
	{"ann", NULL, "read", "..", "support", NOW, ACCESS_OUTSIDE, NULL, NULL, 0},
	{"ann", NULL, "read", "../x", "support", NOW, ACCESS_OUTSIDE, NULL, NULL, 0},
	{"ann", NULL, "read", "/etc/passwd", "support", NOW, ACCESS_OUTSIDE, NULL, NULL, 0},
	{"ann", NULL, "read", "", "support", NOW, ACCESS_OUTSIDE, NULL, NULL, 0},
	{"ann", NULL, "read", NULL, "support", NOW, ACCESS_OUTSIDE, NULL, NULL, 0},
	{"ann", NULL, "read", "...", "support", NOW, ACCESS_ALLOWED, "steward", "grant 3", STEWARD},
	{"ann", NULL, "read", "..x/.y", "support", NOW, ACCESS_ALLOWED, "steward", "grant 3", STEWARD},
	/* days count whole, in UTC */
	{"ci", NULL, "read", "train/a", TRAIN, "2027-03-31T23:59:59.999Z", ACCESS_ALLOWED, "trainer", "SEC-412", TRAINER},
	{"ci", NULL, "read", "train/a", TRAIN, "2027-04-01T00:00:00Z", ACCESS_EXPIRED, "trainer", "SEC-412", GRANT_1},
	{"ci", NULL, "read", "train/a", TRAIN, "2027-04-01T01:59:59+02:00", ACCESS_ALLOWED, "trainer", "SEC-412", TRAINER},
	{"temp", NULL, "read", "eval/a", TRAIN, "2026-01-31T23:59:59.999Z", ACCESS_NOT_YET, "evaluator", "grant 5", 19},
	{"temp", NULL, "read", "eval/a", TRAIN, "2026-02-01T00:00:00Z", ACCESS_ALLOWED, "evaluator", "grant 5", EVALUATOR},
	{"temp", NULL, "read", "eval/a", TRAIN, "2026-02-28T23:59:59.999Z", ACCESS_ALLOWED, "evaluator", "grant 5", EVALUATOR},
	{"temp", NULL, "read", "eval/a", TRAIN, "2026-03-01T00:00:00Z", ACCESS_NOT_YET, "trainer", "grant 7", 21},
	{"temp", "approver", "waive", "eval/a", TRAIN, "2026-03-01T00:00:00Z", ACCESS_EXPIRED, "approver", "grant 6", 20},
	{"temp", "evaluator", "read", "eval/a", TRAIN, "2026-03-01T00:00:00Z", ACCESS_NOT_YET, "trainer", "grant 7", 21},
	{"temp", "steward", "read", "eval/a", TRAIN, "2026-02-10T00:00:00Z", ACCESS_NO_GRANT, NULL, NULL, 0},
};

static struct access *
parse(const char *text)
{
	struct access *a = NULL;
	struct assay_error err = {0};

	assert_ok(access_parse("access.yaml", text, strlen(text), &a, &err));
	return a;
}

static int64_t
time_of(const char *text)
{
	int64_t ms = 0;

	assert_true(base_time_parse(base_span_of(text), &ms));
	return ms;
}

#define assert_text(actual, expected)                                                                                                      \
	do {                                                                                                                               \
		const char *actual_ = (actual), *expected_ = (expected);                                                                   \
		if ((actual_ == NULL) != (expected_ == NULL) || (actual_ && strcmp(actual_, expected_) != 0))                              \
			fail_msg(                                                                                                          \
				"case %zu: %s is '%s', not '%s'", i, #actual, actual_ ? actual_ : "NULL", expected_ ? expected_ : "NULL"); \
	} while (0)

static void
test_cases(void **state)
{
	_cleanup_(access_free_at) struct access *a = parse(policy);

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct access_request q = {
			cases[i].who, cases[i].role, cases[i].action, cases[i].resource, cases[i].purpose, time_of(cases[i].at)};
		struct access_decision d = access_decide(a, &q);
		assert_text(access_outcome_name(d.outcome), access_outcome_name(cases[i].outcome));
		assert_text(d.role, cases[i].by_role);
		assert_text(d.grant, cases[i].grant);
		if (d.line != cases[i].line)
			fail_msg("case %zu: line %u, not %u", i, d.line, cases[i].line);
	}
}

/* A name of the longest length is decided, one byte more is not. */
static void
test_long_names(void **state)
{
	_cleanup_(access_free_at) struct access *a = parse(policy);
	_cleanup_free_ char *name = malloc(ACCESS_RESOURCE_MAX + 2);
	struct access_request q = {"ann", NULL, "read", name, "support", support_now(NULL)};

	(void)state;
	assert_non_null(name);
	memset(name, 'a', ACCESS_RESOURCE_MAX + 1);
	name[ACCESS_RESOURCE_MAX + 1] = '\0';
	assert_int_equal(access_decide(a, &q).outcome, ACCESS_OUTSIDE);
	name[ACCESS_RESOURCE_MAX] = '\0';
	assert_int_equal(access_decide(a, &q).outcome, ACCESS_ALLOWED);
	for (size_t i = 1; i < ACCESS_RESOURCE_MAX; i += 2)
		name[i] = '/';
	assert_int_equal(access_decide(a, &q).outcome, ACCESS_ALLOWED);
}

static void
test_acting_for_others(void **state)
{
	_cleanup_(access_free_at) struct access *a = parse(policy);
	const char *grant = NULL;
	int64_t day = time_of("2026-06-30T23:59:59.999Z");

	(void)state;
	assert_true(access_may_act_as(a, "bot", "ci", day, &grant));
	assert_string_equal(grant, "grant 10");
	assert_true(access_may_act_as(a, "bot", "ann", day, NULL));
	assert_false(access_may_act_as(a, "bot", "ci", day + 1, NULL));
	assert_false(access_may_act_as(a, "bot", "boss", day, NULL));
	assert_false(access_may_act_as(a, "ci", "bot", day, NULL));
	assert_false(access_may_act_as(a, "nobody", "ci", day, NULL));
	assert_false(access_may_act_as(a, "bot", NULL, day, NULL));
}

/* Asking for a smaller role does not get around a deny on the larger one that is held, even where no deny names the smaller. */
static void
test_smaller_role(void **state)
{
	_cleanup_(access_free_at) struct access *a =
		parse("assay_access: 1\nroles:\n  helper: {can: [decide], data: ['**']}\n  chief: {inherits: [helper]}\n"
		      "deny: [{role: chief, can: [decide], data: ['secret/**']}]\ngrants:\n  - {who: cara, role: chief}\n  - {who: hal, "
		      "role: helper}\n");
	struct access_request q = {"cara", "helper", "decide", "secret/x", NULL, 0};

	(void)state;
	assert_int_equal(access_decide(a, &q).outcome, ACCESS_DENIED_RULE);
	q.resource = "open/x";
	assert_int_equal(access_decide(a, &q).outcome, ACCESS_ALLOWED);
	q = (struct access_request){"hal", "helper", "decide", "secret/x", NULL, 0};
	assert_int_equal(access_decide(a, &q).outcome, ACCESS_ALLOWED);
}

/* Nothing granted, nothing allowed: an empty policy is no open door. */
static void
test_empty_policy(void **state)
{
	_cleanup_(access_free_at) struct access *a = parse("assay_access: 1\nroles:\ngrants:\ndeny:\nseparate:\nidentity:\n");
	struct access_request q = {"ann", NULL, "read", "a", NULL, 0};

	(void)state;
	assert_int_equal(access_decide(a, &q).outcome, ACCESS_NO_GRANT);
	q.role = "r";
	assert_int_equal(access_decide(a, &q).outcome, ACCESS_NO_GRANT);
}

/* Sets wider than one word: the last role inherits all, and each gives its own folder. */
static void
test_many_roles(void **state)
{
	enum { N = 300 };
	_cleanup_(access_free_at) struct access *a = NULL;
	struct base_buffer text;

	(void)state;
	base_buffer_init(&text, 1 << 20);
	base_buffer_text(&text, "assay_access: 1\nroles:\n");
	for (int i = N - 1; i >= 0; i--) {
		base_buffer_format(&text, "  r%d: {can: [read], data: ['d%d/*'], for: [p%d]", i, i, i % 7);
		base_buffer_format(&text, i > 0 ? ", inherits: [r%d]}\n" : "}\n", i - 1);
	}
	base_buffer_format(&text,
		"deny: [{role: r150, can: [read], data: ['d7/*']}]\ngrants: [{who: top, role: r%d}, {who: low, role: r100}]\n", N - 1);
	a = parse(text.data);
	base_buffer_dispose(&text);
	for (int i = 0; i < N; i++) {
		char name[16], purpose[8];
		snprintf(name, sizeof name, "d%d/x", i);
		snprintf(purpose, sizeof purpose, "p%d", i % 7);
		struct access_request q = {"top", NULL, "read", name, purpose, 0};
		assert_int_equal(access_decide(a, &q).outcome, i == 7 ? ACCESS_DENIED_RULE : ACCESS_ALLOWED);
		q.principal = "low";
		assert_int_equal(access_decide(a, &q).outcome, i <= 100 ? ACCESS_ALLOWED : ACCESS_OTHER_DATA);
		q.principal = "top";
		q.purpose = i % 7 == 0 ? "p1" : "p0";
		assert_int_equal(access_decide(a, &q).outcome, i == 7 ? ACCESS_DENIED_RULE : ACCESS_OTHER_PURPOSE);
	}
}

struct rows {
	struct base_buffer text;
	int left;
};

static int
take_row(void *context, const struct access_right *r)
{
	struct rows *rows = context;
	char day[BASE_DATE_TEXT] = "-";

	if (r->expires_ms != INT64_MAX)
		base_date_format(r->expires_ms, day);
	base_buffer_format(&rows->text, "%s|%s|%s|%s|%s|%s|%s|%s\n", r->effect, r->principal, r->role, r->action, r->resource, r->purpose,
		day, r->grant);
	return --rows->left == 0 ? 77 : 0;
}

static void
test_rights(void **state)
{
	_cleanup_(access_free_at) struct access *a =
		parse("assay_access: 1\nroles:\n  low: {can: [read, write], data: [a, 'b/*'], for: [x, y]}\n"
		      "  high: {inherits: [low], can: [run], data: ['**']}\ndeny:\n  - {role: low, can: [write], data: [a]}\n"
		      "grants:\n  - {who: w, role: high, until: 2026-02-28}\n  - {who: v, role: low, ticket: T}\n");
	struct rows rows = {.left = -1};

	(void)state;
	base_buffer_init(&rows.text, 1 << 16);
	assert_int_equal(access_each_right(a, take_row, &rows), 0);
	assert_string_equal(rows.text.data,
		"allow|w|low|read|a|x|2026-02-28|grant 1\nallow|w|low|read|a|y|2026-02-28|grant 1\nallow|w|low|read|b/*|x|2026-02-28|grant "
		"1\n"
		"allow|w|low|read|b/*|y|2026-02-28|grant 1\nallow|w|low|write|a|x|2026-02-28|grant "
		"1\nallow|w|low|write|a|y|2026-02-28|grant 1\n"
		"allow|w|low|write|b/*|x|2026-02-28|grant 1\nallow|w|low|write|b/*|y|2026-02-28|grant "
		"1\nallow|w|high|run|**||2026-02-28|grant 1\n"
		"allow|v|low|read|a|x|-|T\nallow|v|low|read|a|y|-|T\nallow|v|low|read|b/*|x|-|T\nallow|v|low|read|b/*|y|-|T\n"
		"allow|v|low|write|a|x|-|T\nallow|v|low|write|a|y|-|T\nallow|v|low|write|b/*|x|-|T\nallow|v|low|write|b/*|y|-|T\n"
		"deny||low|write|a||-|deny 1\n");
	base_buffer_reset(&rows.text);
	rows.left = 3;
	assert_int_equal(access_each_right(a, take_row, &rows), 77);
	assert_string_equal(rows.text.data, "allow|w|low|read|a|x|2026-02-28|grant 1\nallow|w|low|read|a|y|2026-02-28|grant 1\n"
					    "allow|w|low|read|b/*|x|2026-02-28|grant 1\n");
	base_buffer_dispose(&rows.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_acting_for_others), cmocka_unit_test(test_smaller_role), cmocka_unit_test(test_empty_policy),
		cmocka_unit_test(test_many_roles), cmocka_unit_test(test_rights)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
