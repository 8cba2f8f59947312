/* Policies that must not load, each with its place, message and hint; and those that must. */
#include "../support.h"

#include "access/access.h"
#include "crypto/digest.h"

#define HEAD "assay_access: 1\n"
#define ROLES HEAD "roles:\n  a: {can: [read], data: ['x/**']}\n  b: {inherits: [a]}\n  c: {can: [write], data: [y]}\n"

static const struct {
	const char *text;
	uint32_t line, column; /* 0: not looked at (places of quoted and of empty texts are the YAML reader's) */
	const char *message, *hint;
} broken[] = {
	{"", 1, 1, "the file is empty", ""},
	{"[]", 1, 1, "expected a map of keys", ""},
	{"roles: {}\n", 1, 1, "'assay_access' is missing", ""},
	{"assay_access: 2\n", 1, 15, "'assay_access' is '2', and this program reads version 1", ""},
	{HEAD "grant: []\n", 2, 1, "unknown key 'grant'", "did you mean 'grants'?"},
	{HEAD "grants: {}\n", 2, 9, "'grants' must be a list", ""},
	{HEAD "roles: []\n", 2, 8, "'roles' must be a map", ""},
	{HEAD "roles:\n  a: {can: [read], data: ['x']}\n  a: {can: [read], data: ['x']}\n", 4, 3, "the key 'a' occurs twice", ""},
	{HEAD "roles:\n  a: read\n", 3, 6, "expected a map of keys", ""},
	{HEAD "roles:\n  a: {cn: [read]}\n", 3, 7, "unknown key 'cn'", "did you mean 'can'?"},
	{HEAD "roles:\n  a: {can: [raed], data: [x]}\n", 3, 13, "unknown action 'raed'", "did you mean 'read'?"},
	{HEAD "roles:\n  a: {can: ['*'], data: [x]}\n", 3, 0, "unknown action '*'", ""},
	{HEAD "roles:\n  a: {can: read, data: [x]}\n", 3, 12, "'can' must be a list of at least one text", ""},
	{HEAD "roles:\n  a: {can: [], data: [x]}\n", 3, 12, "'can' must be a list of at least one text", ""},
	{HEAD "roles:\n  a: {can: [read]}\n", 3, 6, "'can' needs 'data': on what", ""},
	{HEAD "roles:\n  a: {data: [x]}\n", 3, 6, "'data' and 'for' need 'can': which actions", ""},
	{HEAD "roles:\n  a: {can: [read], data: [x, [y]]}\n", 3, 30, "'data' must hold texts", ""},
	{HEAD "roles:\n  a: {can: [read], data: ['']}\n", 3, 0, "'data' must hold texts", ""},
	{HEAD "roles:\n  a: {can: [read], data: [/x]}\n", 3, 27, "a glob is relative to the project root and does not begin with '/'", ""},
	{HEAD "roles:\n  a: {can: [read], data: [x/]}\n", 3, 27, "a glob does not end in '/': write '/**' for all that lies below", ""},
	{HEAD "roles:\n  a: {can: [read], data: [x//y]}\n", 3, 27, "a glob does not hold '//'", ""},
	{HEAD "roles:\n  a: {can: [read], data: [./x]}\n", 3, 27, "a glob does not hold the parts '.' or '..'", ""},
	{HEAD "roles:\n  a: {can: [read], data: [x/../y]}\n", 3, 27, "a glob does not hold the parts '.' or '..'", ""},
	{HEAD "roles:\n  a: {can: [read], data: ['x[ab]']}\n", 3, 0, "a glob knows '*', '**' and '?' only: no classes, braces or escapes",
		""},
	{HEAD "roles:\n  a: {can: [read], data: ['!x']}\n", 3, 0, "a glob cannot be negated: write a rule under 'deny'", ""},
	{HEAD "roles:\n  a: {can: [read], data: ['*a*a*a*a*a*a*a*a*']}\n", 3, 0, "the glob has too many '*'", ""},
	{HEAD "roles:\n  steward: {can: [read], data: [x]}\n  b: {inherits: [stewart]}\n", 4, 18, "unknown role 'stewart'",
		"did you mean 'steward'?"},
	{HEAD "roles:\n  a: {inherits: [a]}\n", 3, 3, "roles inherit each other: 'a' inherits 'a'", ""},
	{HEAD "roles:\n  x: {inherits: [a]}\n  a: {inherits: [b]}\n  b: {inherits: [c]}\n  c: {inherits: [a]}\n", 4, 3,
		"roles inherit each other: 'a' inherits 'b' inherits 'c' inherits 'a'", ""},
	{ROLES "deny: [{role: a, can: [read]}]\n", 6, 8, "'can' needs 'data': on what", ""},
	{ROLES "deny: [{role: a, why: no}]\n", 6, 8, "a deny needs 'can' and 'data'", ""},
	{ROLES "deny: [{role: zzzz, can: [read], data: [x]}]\n", 6, 15, "unknown role 'zzzz'", ""},
	{ROLES "deny: [{can: [read], data: [x]}]\n", 6, 8, "'role' is missing", ""},
	{ROLES "deny: [{role: a, can: [read], data: ['keys/']}]\n", 6, 0, "a glob does not end in '/': write '/**' for all that lies below",
		""},
	{ROLES "grants: [{role: a}]\n", 6, 10, "'who' is missing", ""},
	{ROLES "grants: [{who: w}]\n", 6, 10, "'role' is missing", ""},
	{ROLES "grants: [{who: [w], role: a}]\n", 6, 16, "'who' must be a text", ""},
	{ROLES "grants: [{who: 'w*', role: a}]\n", 6, 0, "'who' names one principal: patterns are not supported", ""},
	{ROLES "grants: [{who: w, role: a, untill: 2027-01-01}]\n", 6, 28, "unknown key 'untill'", "did you mean 'until'?"},
	{ROLES "grants: [{who: w, role: a, until: 2027-02-29}]\n", 6, 35, "'until' must be a date like 2027-03-31", ""},
	{ROLES "grants: [{who: w, role: a, until: 2027-02-28T10:00:00Z}]\n", 6, 35, "'until' must be a date like 2027-03-31", ""},
	{ROLES "grants: [{who: w, role: a, until: 31.3.2027}]\n", 6, 35, "'until' must be a date like 2027-03-31", ""},
	{ROLES "grants: [{who: w, role: a, until: }]\n", 0, 0, "'until' must be a date like 2027-03-31", ""},
	{ROLES "grants: [{who: w, role: a, from: 2027-01-02, until: 2027-01-01}]\n", 6, 53, "'until' lies before 'from'", ""},
	{ROLES "grants: [{who: alice, role: a, as: [alise]}]\n", 6, 37, "unknown principal 'alise'", "did you mean 'alice'?"},
	{ROLES "identity: {accept: [keys]}\n", 6, 21, "unknown kind of identity 'keys'", "did you mean 'key'?"},
	{ROLES "separate: [{id: s, roles: [a]}]\n", 6, 27, "'roles' must name at least two roles to keep apart", ""},
	{ROLES "separate: [{id: s, roles: [a, a]}]\n", 6, 27, "'roles' must name at least two roles to keep apart", ""},
	{ROLES "separate: [{roles: [a, c]}]\n", 6, 12, "'id' is missing", ""},
	/* separation: direct, through inheritance, in one role, for overlapping days */
	{ROLES "separate: [{id: s, roles: [a, c]}]\ngrants:\n  - {who: w, role: a}\n  - {who: v, role: c}\n  - {who: w, role: c}\n", 10, 5,
		"'w' would hold the roles 'a' and 'c', which 's' keeps apart (other grant: line 8)",
		"grant one of them to somebody else, or let one end before the other begins"},
	{ROLES "separate: [{id: s, roles: [a, c]}]\ngrants:\n  - {who: w, role: b}\n  - {who: w, role: c}\n", 9, 5,
		"'w' would hold the roles 'a' and 'c', which 's' keeps apart (other grant: line 8)",
		"grant one of them to somebody else, or let one end before the other begins"},
	{ROLES "separate: [{id: s, roles: [a, b]}]\n", 4, 3, "the role 'b' joins 'a' and 'b', which 's' keeps apart", ""},
	{ROLES "  d: {inherits: [b, c]}\nseparate: [{id: s, roles: [a, c]}]\n", 6, 3,
		"the role 'd' joins 'a' and 'c', which 's' keeps apart", ""},
	{ROLES "separate: [{id: s, roles: [a, c]}]\ngrants:\n  - {who: w, role: a, until: 2026-06-30}\n  - {who: w, role: c, from: "
	       "2026-06-30}\n",
		9, 5, "'w' would hold the roles 'a' and 'c', which 's' keeps apart (other grant: line 8)",
		"grant one of them to somebody else, or let one end before the other begins"},
	{HEAD "roles: {a: &x {can: [read], data: [y]}}\n", 2, 0, "anchors and tags are not supported", ""},
};

static void
test_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < BASE_COUNT(broken); i++) {
		struct access *a = NULL;
		struct assay_error err = {0};
		int r = access_parse("access.yaml", broken[i].text, strlen(broken[i].text), &a, &err);
		if (r != ASSAY_CONFIG || a)
			fail_msg("case %zu loads or fails otherwise: %d %s", i, r, err.message);
		if ((broken[i].line && err.line != broken[i].line) || (broken[i].column && err.column != broken[i].column)
			|| strcmp(err.subject, "access.yaml") != 0)
			fail_msg("case %zu: %s:%u:%u: %s", i, err.subject, err.line, err.column, err.message);
		if (strcmp(err.message, broken[i].message) != 0 || strcmp(err.hint, broken[i].hint) != 0)
			fail_msg("case %zu: '%s' '%s'", i, err.message, err.hint);
	}
}

static const char *const good[] = {
	HEAD,
	ROLES,
	/* one after the other is no joint holding */
	ROLES
	"separate: [{id: s, roles: [a, c]}]\ngrants:\n  - {who: w, role: a, until: 2026-06-30}\n  - {who: w, role: c, from: 2026-07-01}\n",
	ROLES
	"separate: [{id: s, roles: [a, c]}]\ngrants:\n  - {who: w, role: c, from: 2026-07-01}\n  - {who: w, role: a, until: 2026-06-30}\n",
	ROLES "separate: [{id: s, roles: [a, c]}]\ngrants:\n  - {who: w, role: a}\n  - {who: v, role: c}\n",
	/* two ways to one role, and the same grant renewed */
	ROLES "  d: {inherits: [a, b]}\ngrants:\n  - {who: w, role: d, until: 2026-06-30}\n  - {who: w, role: d, until: 2027-06-30}\n",
	/* a role may be used before it is written */
	HEAD "roles:\n  b: {inherits: [a]}\n  a: {can: [read], data: ['*a*a*a*a*a*a*a*a']}\n",
	ROLES "grants:\n  - {who: bot, role: a, as: [human]}\n  - {who: human, role: c, from: 2026-01-01, until: 2026-01-01}\n",
};

static void
test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < BASE_COUNT(good); i++) {
		struct access *a = NULL;
		struct assay_error err = {0};
		if (access_parse("access.yaml", good[i], strlen(good[i]), &a, &err) != ASSAY_OK)
			fail_msg("case %zu: %u:%u: %s", i, err.line, err.column, err.message);
		access_free(a);
	}
}

static void
test_file(void **state)
{
	static const char text[] = ROLES;
	_cleanup_(access_free_at) struct access *a = NULL;
	char *folder = support_folder();
	_cleanup_free_ char *path = base_path_join(folder, "access.yaml");
	struct assay_error err = {0};
	uint8_t digest[32];

	(void)state;
	assert_int_equal(access_load(path, &a, &err), ASSAY_IO);
	assert_string_equal(err.subject, path);
	assert_ok(base_file_replace(path, text, sizeof text - 1, 0644, &err));
	assert_ok(access_load(path, &a, &err));
	assert_ok(crypto_sha256(text, sizeof text - 1, digest));
	assert_memory_equal(access_sha256(a), digest, 32);
	support_remove(folder);
}

static void
test_too_many(void **state)
{
	struct base_buffer text;
	struct access *a = NULL;
	struct assay_error err = {0};

	(void)state;
	base_buffer_init(&text, 1 << 20);
	base_buffer_text(&text, HEAD "roles:\n");
	for (int i = 0; i < 1025; i++)
		base_buffer_format(&text, "  r%d: {}\n", i);
	assert_int_equal(access_parse("access.yaml", text.data, text.size, &a, &err), ASSAY_CONFIG);
	assert_string_equal(err.message, "too many roles");
	base_buffer_reset(&text);
	base_buffer_text(&text, ROLES "grants:\n");
	for (int i = 0; i < 1025; i++)
		base_buffer_text(&text, "  - {who: w, role: a}\n");
	assert_int_equal(access_parse("access.yaml", text.data, text.size, &a, &err), ASSAY_CONFIG);
	assert_string_equal(err.message, "too many grants to one principal");
	assert_int_equal(err.line, 6 + 1025);
	base_buffer_dispose(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_broken), cmocka_unit_test(test_good), cmocka_unit_test(test_file), cmocka_unit_test(test_too_many)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
