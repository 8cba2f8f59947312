/* assay.waivers.yaml: complete waivers are read, incomplete ones refused at their place. */
#include "../support.h"

#include "crypto/digest.h"
#include "manifest/waivers.h"

#define HEAD "assay_waivers: 1\nwaivers:\n"
#define BY "reason: r, owner: m.rossi, approver: a.kim, until: 2027-01-31"
#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define COLUMN "scope: column, resource: data/users.csv, column: phone, entity: PHONE_NUMBER, max_count: 40"
#define CONTROL "scope: control, control: gdpr-a5.1c-1, evidence: '" DIGEST "'"
#define VALUE "scope: value, fingerprint: '0123456789abcdef0123456789abcdef', key_id: '0123456789abcdef'"

static int
load_text(const char *text, struct waivers **ret, struct assay_error *err)
{
	char *folder = support_folder(), *path = base_path_join(folder, "assay.waivers.yaml");
	int r;

	assert_int_equal(base_file_replace(path, text, strlen(text), 0600, err), 0);
	r = waivers_load(path, ret, err);
	free(path);
	support_remove(folder);
	return r;
}

static void
each_scope_is_read(void **state)
{
	static const char text[] = HEAD "  - {id: W-1, " COLUMN ", " BY "}\n"
					"  - {id: W-2, " CONTROL ", " BY "}\n"
					"  - {id: W-3, control: ccpa-105-1, entity: EMAIL_ADDRESS, " VALUE ", " BY "}\n";
	struct assay_error err = {0};
	struct waivers *w = NULL;
	uint8_t digest[32];

	(void)state;
	assert_ok(load_text(text, &w, &err));
	assert_int_equal(waivers_count(w), 3);
	assert_null(waivers_at(w, 3));
	assert_int_equal(crypto_sha256(text, strlen(text), digest), 0);
	assert_memory_equal(waivers_sha256(w), digest, 32);
	const struct waiver *one = waivers_at(w, 0), *two = waivers_at(w, 1), *three = waivers_at(w, 2);
	assert_int_equal(one->scope, WAIVER_COLUMN);
	assert_string_equal(one->id, "W-1");
	assert_null(one->control);
	assert_string_equal(one->resource, "data/users.csv");
	assert_string_equal(one->column, "phone");
	assert_string_equal(one->entity, "PHONE_NUMBER");
	assert_int_equal(one->max_count, 40);
	assert_string_equal(one->reason, "r");
	assert_string_equal(one->owner, "m.rossi");
	assert_string_equal(one->approver, "a.kim");
	assert_int_equal(one->until_ms, INT64_C(1801353600000));
	assert_int_equal(one->line, 3);
	assert_int_equal(two->scope, WAIVER_CONTROL);
	assert_string_equal(two->control, "gdpr-a5.1c-1");
	assert_string_equal(two->evidence, DIGEST);
	assert_null(two->resource);
	assert_int_equal(three->scope, WAIVER_VALUE);
	assert_string_equal(three->fingerprint, "0123456789abcdef0123456789abcdef");
	assert_string_equal(three->key_id, "0123456789abcdef");
	assert_string_equal(three->control, "ccpa-105-1");
	assert_string_equal(three->entity, "EMAIL_ADDRESS");
	assert_int_equal(three->line, 5);
	waivers_free(w);
}

static void
no_waivers_is_a_file_too(void **state)
{
	static const char *const texts[] = {"assay_waivers: 1\n", "assay_waivers: 1\nwaivers: []\n", "assay_waivers: 1\nwaivers:\n"};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(texts); i++) {
		struct assay_error err = {0};
		struct waivers *w = NULL;
		assert_ok(load_text(texts[i], &w, &err));
		assert_int_equal(waivers_count(w), 0);
		waivers_free(w);
	}
}

static const struct {
	const char *text;
	uint32_t line, column;
	const char *message, *hint;
} bad[] = {
	{"waivers: []\n", 1, 1, "assay_waivers: 1", ""},
	{"assay_waivers: 2\n", 1, 16, "assay_waivers: 1", ""},
	{"assay_waivers: 1\nwaiver: []\n", 2, 1, "unknown key 'waiver'", "'waivers'"},
	{"assay_waivers: 1\nwaivers: {id: W-1}\n", 2, 10, "must be a list", ""},
	{HEAD "  - W-1\n", 3, 5, "map of keys", ""},
	{HEAD "  - {id: W-1, " COLUMN ", untill: 2027-01-01, " BY "}\n", 3, 0, "unknown key 'untill'", "'until'"},
	{HEAD "  - {id: W-1, scope: colum, " BY "}\n", 3, 22, "'scope' must be", "'column'"},
	{HEAD "  - {id: W-1, " BY "}\n", 3, 5, "'scope' must be", ""},
	{HEAD "  - {" COLUMN ", " BY "}\n", 3, 5, "needs 'id'", ""},
	{HEAD "  - {id: W-1, scope: column, column: a, entity: E, max_count: 1, " BY "}\n", 3, 5, "needs 'resource'", ""},
	{HEAD "  - {id: W-1, scope: column, resource: a, entity: E, max_count: 1, " BY "}\n", 3, 5, "needs 'column'", ""},
	{HEAD "  - {id: W-1, scope: column, resource: a, column: a, max_count: 1, " BY "}\n", 3, 5, "needs 'entity'", ""},
	{HEAD "  - {id: W-1, scope: column, resource: a, column: a, entity: E, " BY "}\n", 3, 5, "needs 'max_count'", ""},
	{HEAD "  - {id: W-1, scope: column, resource: a, column: a, entity: E, max_count: many, " BY "}\n", 3, 0, "whole number", ""},
	{HEAD "  - {id: W-1, scope: control, control: c, " BY "}\n", 3, 5, "needs 'evidence'", ""},
	{HEAD "  - {id: W-1, scope: control, evidence: '" DIGEST "', " BY "}\n", 3, 5, "needs 'control'", ""},
	{HEAD "  - {id: W-1, scope: control, control: c-1, evidence: 'sha256:abc', " BY "}\n", 3, 0, "64 hexadecimal", "assay explain c-1"},
	{HEAD "  - {id: W-1, " CONTROL ", column: a, " BY "}\n", 3, 0, "'column' has no meaning", ""},
	{HEAD "  - {id: W-1, " CONTROL ", max_count: 3, " BY "}\n", 3, 0, "'max_count' has no meaning", ""},
	{HEAD "  - {id: W-1, " COLUMN ", evidence: '" DIGEST "', " BY "}\n", 3, 0, "'evidence' has no meaning", ""},
	{HEAD "  - {id: W-1, scope: value, key_id: '0123456789abcdef', " BY "}\n", 3, 5, "needs 'fingerprint'", ""},
	{HEAD "  - {id: W-1, scope: value, fingerprint: '0123456789abcdef0123456789abcdef', " BY "}\n", 3, 5, "needs 'key_id'", ""},
	{HEAD "  - {id: W-1, scope: value, fingerprint: '0123456789ABCDEF0123456789ABCDEF', key_id: '0123456789abcdef', " BY "}\n", 3, 0,
		"'fingerprint'", ""},
	{HEAD "  - {id: W-1, scope: value, fingerprint: '0123456789abcdef0123456789abcdef', key_id: '12', " BY "}\n", 3, 0, "'key_id'", ""},
	{HEAD "  - {id: W-1, " COLUMN ", owner: a, approver: b, until: 2027-01-01}\n", 3, 5, "needs 'reason'", ""},
	{HEAD "  - {id: W-1, " COLUMN ", reason: r, approver: b, until: 2027-01-01}\n", 3, 5, "needs 'owner'", ""},
	{HEAD "  - {id: W-1, " COLUMN ", reason: r, owner: b, until: 2027-01-01}\n", 3, 5, "needs 'approver'", ""},
	{HEAD "  - {id: W-1, " COLUMN ", reason: r, owner: a, approver: b}\n", 3, 5, "needs 'until'", ""},
	{HEAD "  - {id: W-1, " COLUMN ", reason: r, owner: a, approver: b, until: never}\n", 3, 0, "'until' must be a date", ""},
	{HEAD "  - {id: W-1, " COLUMN ", reason: r, owner: a, approver: b, until: 2027-02-29}\n", 3, 0, "'until' must be a date", ""},
	{HEAD "  - {id: W-1, " COLUMN ", reason: r, owner: M.rossi, approver: ' m.Rossi', until: 2027-01-01}\n", 3, 0, "another person",
		""},
	{HEAD "  - {id: W-1, " COLUMN ", reason: ' ', owner: a, approver: b, until: 2027-01-01}\n", 3, 0, "'reason' must be a text", ""},
	{HEAD "  - {id: W-1, " COLUMN ", reason: \"\\u001b[2J\", owner: a, approver: b, until: 2027-01-01}\n", 3, 0,
		"'reason' must be a text", ""},
	{HEAD "  - {id: W-1, " COLUMN ", reason: [r], owner: a, approver: b, until: 2027-01-01}\n", 3, 0, "'reason' must be a text", ""},
	{HEAD "  - {id: W-1, " COLUMN ", " BY "}\n  - {id: W-1, " CONTROL ", " BY "}\n", 4, 10, "'W-1' stands twice", ""},
};

static void
bad_waivers_are_refused_at_their_place(void **state)
{
	size_t n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(bad); i++) {
		struct assay_error err = {0};
		struct waivers *w = NULL;
		int r = load_text(bad[i].text, &w, &err);
		if (r == ASSAY_CONFIG && err.code == ASSAY_CONFIG && !w && err.line == bad[i].line
			&& (!bad[i].column || err.column == bad[i].column) && strstr(err.message, bad[i].message)
			&& strstr(err.hint, bad[i].hint))
			continue;
		print_error("%s\tgave %d at %u:%u '%s' (%s)\n", bad[i].text, r, err.line, err.column, err.message, err.hint);
		n_wrong++;
		waivers_free(w);
	}
	assert_int_equal(n_wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_scope_is_read),
		cmocka_unit_test(no_waivers_is_a_file_too),
		cmocka_unit_test(bad_waivers_are_refused_at_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
