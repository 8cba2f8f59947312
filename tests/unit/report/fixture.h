/* Stored results to render, and the bytes that come out. Invented data only. */
#ifndef TEST_REPORT_FIXTURE_H
#define TEST_REPORT_FIXTURE_H

#include "base/buffer.h"
#include "policy/facts.h"
#include "report/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A call that must succeed; says why when it does not. */
#define OK(call)                                                                                                                           \
	do {                                                                                                                               \
		int ok_ = (call);                                                                                                          \
		if (ok_ < 0)                                                                                                               \
			print_error("%s: %s\n", fixture_error.subject, fixture_error.message);                                             \
		assert_int_equal(ok_, 0);                                                                                                  \
	} while (0)

static struct assay_error fixture_error;
#define ERR (&fixture_error)

static inline sqlite3 *
fixture_new(void)
{
	sqlite3 *db = NULL;

	OK(facts_create(":memory:", &db, ERR));
	return db;
}

static inline void
fixture_properties(sqlite3 *db, const char *const (*properties)[2])
{
	for (; (*properties)[0]; properties++)
		OK(facts_set_property(db, (*properties)[0], (*properties)[1], ERR));
}

static inline void
fixture_resource(sqlite3 *db, int id, const char *name, const char *kind, const char *state, int records, const char *note)
{
	static const uint8_t sha256[32] = {0xab, 0xcd};

	OK(facts_insert(db, "resource", ERR, "ittttiiibtt", (int64_t)id, name, kind, "utf-8", state, (int64_t)records * 40,
		(int64_t)records, (int64_t)0, strcmp(state, "complete") == 0 ? sha256 : NULL, (size_t)32, NULL, note));
}

static inline void
fixture_field(sqlite3 *db, int id, int resource, const char *name, const char *role)
{
	OK(facts_insert(db, "field", ERR, "iitti", (int64_t)id, (int64_t)resource, name, role, (int64_t)100));
}

static inline void
fixture_finding(
	sqlite3 *db, int id, int field, const char *entity, const char *state, bool validated, int confidence, int count, int share_ppm)
{
	OK(facts_insert(db, "finding", ERR, "iitttiiiiiiiin", (int64_t)id, (int64_t)field, entity, state, "format,context",
		(int64_t)validated, (int64_t)confidence, (int64_t)count, (int64_t)count, (int64_t)share_ppm, (int64_t)count, (int64_t)count,
		(int64_t)0));
}

static inline void
fixture_example(sqlite3 *db, int finding, int record, const char *masked)
{
	OK(facts_insert(db, "example", ERR,
		"iiiititt"
		"n",
		(int64_t)finding, (int64_t)record, (int64_t)0, (int64_t)9, "global/x", (int64_t)85, "format", masked));
}

static inline void
fixture_control(sqlite3 *db, const char *id, const char *law, const char *cite, const char *title, const char *severity, bool blocks,
	const char *question)
{
	OK(facts_insert(db, "control", ERR, "ttttttitttt", id, law, title, cite, severity, "reviewed", (int64_t)blocks,
		"Remove or mask the columns, or declare them.", "2018-05-25", NULL, question));
}

static inline void
fixture_verdict(sqlite3 *db, const char *control, const char *resource, const char *field, const char *entity, const char *status,
	const char *basis, const char *disposition, const char *severity, bool blocks, const char *reason)
{
	OK(facts_insert(db, "verdict", ERR, "tttttttttitt", control, resource, field, entity, status, basis, disposition,
		strcmp(disposition, "open") == 0 ? NULL : "W-2026-01", severity, (int64_t)blocks, reason, field ? "{\"n\":\"3\"}" : NULL));
}

static inline void
fixture_entities(sqlite3 *db)
{
	OK(facts_insert(db, "entity", ERR, "tttitt", "EMAIL_ADDRESS", "contact", "direct", (int64_t)0, NULL, NULL));
	OK(facts_insert(db, "entity", ERR, "tttitt", "ICD10_CODE", "health", "sensitive", (int64_t)0, NULL, NULL));
	OK(facts_insert(db, "entity", ERR, "tttitt", "PHONE_NUMBER", "contact", "direct", (int64_t)0, NULL, NULL));
	OK(facts_insert(db, "entity", ERR, "tttitt", "CREDIT_CARD", "payment-card", "sensitive", (int64_t)0, NULL, NULL));
}

static inline void
fixture_data(sqlite3 *db)
{
	fixture_entities(db);
	fixture_resource(db, 1, "data/users.csv", "csv", "complete", 20, NULL);
	fixture_resource(db, 2, "data/visits.csv", "csv", "complete", 1200, NULL);
	fixture_resource(db, 3, "data/notes.txt", "text", "complete", 14, NULL);
	fixture_resource(db, 4, "dump.bin", "unknown", "unread", 0, "a format that this build does not read");
	fixture_resource(db, 5, "media/shot.png", "unknown", "excluded", 0, "screenshots, not used in training");
	fixture_field(db, 1, 1, "email", NULL);
	fixture_field(db, 2, 1, "phone", NULL);
	fixture_field(db, 3, 2, "dx", NULL);
	fixture_field(db, 4, 2, "order_no", NULL);
	fixture_field(db, 5, 3, "text", "free_text");
	fixture_finding(db, 1, 1, "EMAIL_ADDRESS", "reported", true, 85, 20, 1000000);
	fixture_example(db, 1, 1, "a***@***");
	fixture_example(db, 1, 2, "b***@***");
	fixture_finding(db, 2, 2, "PHONE_NUMBER", "reported", false, 75, 19, 950000);
	fixture_example(db, 2, 1, "+1***");
	fixture_finding(db, 3, 3, "ICD10_CODE", "reported", true, 85, 1180, 983333);
	fixture_example(db, 3, 4, NULL);
	fixture_finding(db, 4, 4, "CREDIT_CARD", "suppressed", false, 40, 121, 100833);
	fixture_finding(db, 5, 5, "EMAIL_ADDRESS", "sample", true, 85, 2, 142857);
	fixture_finding(db, 6, 5, "PHONE_NUMBER", "reported", false, 65, 1, 500);
	OK(facts_insert(db, "change", ERR, "ttttttt", "verdict", "changed", NULL, NULL, "gdpr-a9.1-1", "review", "fail"));
	OK(facts_insert(db, "change", ERR, "ttttttt", "finding", "new", "data/visits.csv", "dx", "ICD10_CODE", NULL, "3 values"));
	OK(facts_set_property(db, "changes.since", "20261101T100000Z-00112233", ERR));
	OK(facts_insert(
		db, "issue", ERR, "ittiiit", (int64_t)4, "unsupported", NULL, (int64_t)0, (int64_t)-1, (int64_t)1, "not a known format"));
	OK(facts_insert(
		db, "issue", ERR, "ittiiit", (int64_t)2, "ragged", NULL, (int64_t)17, (int64_t)640, (int64_t)3, "rows with fewer cells"));
}

static inline void
fixture_judgement(sqlite3 *db)
{
	static const uint8_t sha256[32] = {0x11, 0x22};

	fixture_control(db, "gdpr-a9.1-1", "gdpr", "Art. 9(1)", "Special categories are declared with a ground", "critical", true,
		"Which ground of Art. 9(2) applies?");
	fixture_control(db, "gdpr-a5.1c-1", "gdpr", "Art. 5(1)(c)", "Only declared categories are held", "high", true, NULL);
	fixture_control(db, "gdpr-a17.1-1", "gdpr", "Art. 17(1)", "Erased persons are absent", "critical", true,
		"Where is the list of erased persons?");
	fixture_control(db, "gdpr-a30.1-1", "gdpr", "Art. 30(1)", "A record of processing exists", "medium", false,
		"Where is the list of erased persons?");
	fixture_control(db, "gdpr-a25.1-1", "gdpr", "Art. 25(1)", "Direct identifiers are reduced", "medium", false,
		"Are direct identifiers needed for training?");
	fixture_control(db, "gdpr-a32.1b-1", "gdpr", "Art. 32(1)(b); Art. 5(1)(f)", "Access is limited to roles", "high", false, NULL);
	fixture_control(db, "ccpa-120-1", "ccpa", "Civ. Code 1798.120", "Opted-out persons are absent", "critical", true, NULL);
	fixture_control(db, "ccpa-100a1-1", "ccpa", "Civ. Code 1798.100(a)(1)", "A notice at collection is declared", "high", false, NULL);
	fixture_verdict(db, "gdpr-a9.1-1", "", NULL, NULL, "fail", "data", "open", "critical", true,
		"dx holds 1180 ICD10_CODE and no ground is declared");
	fixture_verdict(db, "gdpr-a9.1-1", "data/visits.csv", "dx", "ICD10_CODE", "fail", "data", "open", "critical", true,
		"dx holds 1180 ICD10_CODE");
	fixture_verdict(db, "gdpr-a5.1c-1", "", NULL, NULL, "fail", "data", "waived", "high", true, "phone holds 19 PHONE_NUMBER");
	fixture_verdict(db, "gdpr-a5.1c-1", "data/users.csv", "phone", "PHONE_NUMBER", "fail", "data", "waived", "high", true,
		"phone holds 19 PHONE_NUMBER");
	fixture_verdict(
		db, "gdpr-a17.1-1", "", NULL, NULL, "noteval", "data", "open", "critical", true, "no comparable list of 'erased' persons");
	fixture_verdict(db, "gdpr-a30.1-1", "", NULL, NULL, "noteval", "document", "open", "medium", false,
		"no comparable list of 'erased' persons; missing: document:/record");
	fixture_verdict(db, "gdpr-a25.1-1", "", NULL, NULL, "review", "data", "open", "medium", false, "email is a direct identifier");
	fixture_verdict(db, "gdpr-a25.1-1", "data/users.csv", "email", "EMAIL_ADDRESS", "review", "data", "open", "medium", false,
		"email is a direct identifier");
	fixture_verdict(db, "gdpr-a32.1b-1", "", NULL, NULL, "pass", "log", "open", "high", false, "Access is limited to roles");
	fixture_verdict(db, "ccpa-120-1", "", NULL, NULL, "na", "declared", "open", "critical", true,
		"the manifest declares that nothing is sold or shared");
	fixture_verdict(
		db, "ccpa-100a1-1", "", NULL, NULL, "pass", "declared", "open", "high", false, "A notice at collection is declared");
	OK(facts_insert(
		db, "access_right", ERR, "ttttttnt", "ci:github:acme/support", "trainer", "read", "train/**", "train", "allow", "g1"));
	OK(facts_insert(db, "access_event", ERR, "iitttttt", (int64_t)3, (int64_t)1795000000000, "uid:1000", "trainer", "read", "**",
		"audit", "allowed"));
	OK(facts_insert(db, "access_event", ERR, "iitttttt", (int64_t)5, (int64_t)1795000100000, "uid:1000", "trainer", "read", "**",
		"audit", "no-grant"));
	OK(facts_insert(db, "lineage_edge", ERR, "itbtbti", (int64_t)4, "raw/users.csv", sha256, (size_t)32, "data/users.csv", sha256,
		(size_t)32, "mask.py", (int64_t)0));
	OK(facts_insert(db, "rights_list", ERR, "ttttiiit", "objected", "ok", "EMAIL_ADDRESS", "email", (int64_t)40, (int64_t)20,
		(int64_t)0, NULL));
	OK(facts_insert(db, "document", ERR, "ttib", "/purposes/1/lia", "docs/lia.pdf", (int64_t)1, sha256, (size_t)32));
	OK(facts_insert(db, "document", ERR, "ttib", "/ai/dpia/ref", "docs/dpia.pdf", (int64_t)0, NULL, (size_t)32));
}

static inline void
fixture_audit_properties(sqlite3 *db)
{
	static const char *const properties[][2] = {{"kind", "audit"}, {"tool", "0.1.0"}, {"id", "20261123T100000Z-9f2c41aa"},
		{"as_of", "2026-11-23"}, {"profile", "pre-training"}, {"dataset", "support-chat"}, {"dataset_version", "2026.11"},
		{"owner", "team-support"}, {"dataset_sha256", "5f1d2c3b4a59687786958473625140fedcba98765432100123456789abcdef01"},
		{"result_sha256", "9f2c41aab3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e"}, {"key_id", "9f2c41aab3d4e5f6"},
		{"exit_code", "1"}, {"exit_codes", "1,4"}, {"fail_on", "high"}, {"controls_evaluated", "6"}, {"controls_total", "8"},
		{"packs", "ccpa@1.0.0, gdpr@1.0.0, global@1.0.0, us@1.0.0"},
		{"options", "{\"min_confidence\":{\"from\":\"default\",\"value\":65}}"},
		{"waivers.idle", "W-2026-02: "
				 "expired\n"},
		{"vkey", "acme.example/audit+1a2b3c4d+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="}, {"ledger.state", "signed"},
		{"ledger.seq", "7"}, {"ledger.size", "8"}, {"ledger.root", "3q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu8="},
		{"ledger.checkpoint", "acme.example/audit\n8\n3q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu8=\n\n\xe2\x80\x94 "
				      "acme.example/audit GisXYZ==\n"},
		{"ledger.signer", "acme.example/audit"}, {"ledger.owner", "Data office, Acme Example"}, {"ledger.pinned", "1"},
		{"ledger.time", "1795000000000"}, {"law.ccpa", "selected"}, {"law.gdpr", "selected"}, {"law.lgpd", "not selected"},
		{NULL, NULL}};

	fixture_properties(db, properties);
}

static inline sqlite3 *
fixture_audit(void)
{
	sqlite3 *db = fixture_new();

	fixture_data(db);
	fixture_judgement(db);
	fixture_audit_properties(db);
	return db;
}

static inline sqlite3 *
fixture_scan(void)
{
	static const char *const properties[][2] = {{"kind", "scan"}, {"tool", "0.1.0"}, {"as_of", "2026-11-23"}, {"exit_code", "1"},
		{"exit_codes", "1,4"}, {"result_sha256", "9f2c41aab3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e"},
		{"packs", "global@1.0.0"}, {"options", "{}"}, {NULL, NULL}};
	sqlite3 *db = fixture_new();

	fixture_data(db);
	fixture_properties(db, properties);
	return db;
}

/* Nothing at all was stored but the kind. */
static inline sqlite3 *
fixture_empty(const char *kind)
{
	sqlite3 *db = fixture_new();

	OK(facts_set_property(db, "kind", kind, ERR));
	return db;
}

/* Names that attack a reader: markup, CDATA ends, quotes, line breaks, terminal escapes, reordering, broken and forbidden characters. */
#define HOSTILE_NAME "a<script>alert(1)</script>]]>\"'&amp;\n\x1b[31mred\xe2\x80\xaetxt.exe\xff\xef\xbf\xbe{{}}`$(id)`"
/* HOSTILE ends in '\\' as well: one escape must not swallow a quote. */
#define HOSTILE_END "\\"

static inline sqlite3 *
fixture_hostile(void)
{
	static const char *const words[] = {"dataset", "dataset_version", "owner", "tool", "packs", "waivers.idle", "waivers.applied",
		"vkey", "ledger.signer", "ledger.owner", "ledger.checkpoint", "profile", "options", "id", "key_id"};
	const char *bad = HOSTILE_NAME HOSTILE_END;
	sqlite3 *db = fixture_new();

	fixture_audit_properties(db);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		OK(facts_set_property(db, words[i], bad, ERR));
	fixture_resource(db, 1, bad, bad, "complete", 3, bad);
	fixture_resource(db, 2, "b" HOSTILE_NAME, "text", "incomplete", 3, bad);
	fixture_field(db, 1, 1, bad, "free_text");
	fixture_finding(db, 1, 1, bad, "reported", true, 85, 3, 1000000);
	fixture_example(db, 1, 1, bad);
	OK(facts_insert(db, "change", ERR, "ttttttt", "finding", "new", bad, bad, bad, bad, bad));
	OK(facts_insert(db, "issue", ERR, "ittiiit", (int64_t)1, bad, bad, (int64_t)1, (int64_t)-1, (int64_t)1, bad));
	fixture_control(db, bad, bad, bad, bad, "high", true, bad);
	fixture_verdict(db, bad, "", NULL, NULL, "fail", "data", "open", "high", true, bad);
	fixture_verdict(db, bad, bad, bad, bad, "fail", "data", "open", "high", true, bad);
	fixture_control(db, "c2", bad, bad, bad, "high", true, bad);
	fixture_verdict(db, "c2", "", NULL, NULL, "noteval", "declared", "waived", "high", true, bad);
	OK(facts_insert(db, "access_right", ERR, "ttttttnt", bad, bad, bad, bad, bad, bad, bad));
	OK(facts_insert(db, "access_event", ERR, "iitttttt", (int64_t)3, (int64_t)0, bad, bad, bad, bad, bad, bad));
	OK(facts_insert(db, "lineage_edge", ERR, "itntnti", (int64_t)4, bad, bad, bad, (int64_t)0));
	OK(facts_insert(db, "rights_list", ERR, "ttttiiit", bad, bad, bad, bad, (int64_t)1, (int64_t)1, (int64_t)1, bad));
	OK(facts_insert(db, "document", ERR, "ttin", bad, bad, (int64_t)0));
	return db;
}

/* A million would take minutes under the sanitizers; growth with n shows at this size as well. */
static inline sqlite3 *
fixture_many(int resources, int columns)
{
	sqlite3 *db = fixture_new();
	char sql[1024];

	fixture_entities(db);
	snprintf(sql, sizeof sql,
		"BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<%d) INSERT INTO resource "
		"SELECT i, printf('data/part-%%06d.csv', i), 'csv', 'utf-8', 'complete', 40000, 1000, 0, NULL, NULL, NULL FROM n;",
		resources);
	OK(facts_exec(db, sql, ERR));
	snprintf(sql, sizeof sql,
		"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM n WHERE i<%d) INSERT INTO field "
		"SELECT 1+i, 1+i/%d, printf('column-%%04d', i%%%d), NULL, 1000 FROM n;",
		resources * columns - 1, columns, columns);
	OK(facts_exec(db, sql, ERR));
	OK(facts_exec(db,
		"INSERT INTO finding SELECT id, id, 'EMAIL_ADDRESS', 'reported', 'format', 1, 85, 7, 7, 7000, 7, 7, 0, NULL "
		"FROM field;"
		"INSERT INTO example SELECT id, 1, 0, 9, 'global/email', 85, 'format', 'a***@***', NULL FROM finding;"
		"INSERT INTO property VALUES('kind', 'scan'); COMMIT",
		ERR));
	return db;
}

/* What a sink has seen: all bytes, and the largest single piece. */
struct rendered {
	struct base_buffer bytes;
	size_t largest, calls;
	bool counts_only;
	int answer; /* what write returns; 0 = taken */
};

static inline int
rendered_write(void *context, const void *data, size_t n)
{
	struct rendered *r = context;

	r->calls++;
	r->largest = n > r->largest ? n : r->largest;
	if (!r->counts_only && !base_buffer_append(&r->bytes, data, n))
		return ASSAY_NOMEM;
	return r->answer;
}

static inline struct rendered
render_with(sqlite3 *db, const char *format, bool color, unsigned width)
{
	struct report_options options = {.size = sizeof options, .color = color, .width = width};
	struct rendered r = {0};

	base_buffer_init(&r.bytes, SIZE_MAX / 2);
	OK(report_write(db, format, &options, rendered_write, &r, ERR));
	assert_non_null(r.bytes.data);
	return r;
}

static inline struct rendered
render(sqlite3 *db, const char *format)
{
	return render_with(db, format, false, 0);
}

static inline void
rendered_free(struct rendered *r)
{
	base_buffer_dispose(&r->bytes);
}

/* Every stored result above, by name. */
struct fixture_case {
	const char *name;
	sqlite3 *(*make)(void);
};

static inline sqlite3 *
fixture_empty_audit(void)
{
	return fixture_empty("audit");
}
static inline sqlite3 *
fixture_empty_scan(void)
{
	return fixture_empty("scan");
}
static inline sqlite3 *
fixture_unjudged(void)
{
	sqlite3 *db = fixture_audit();

	OK(facts_set_property(db, "not_judged", "not judged: no assay.yaml; 3 of 8 controls evaluated", ERR));
	OK(facts_set_property(db, "ledger.state", "unsigned", ERR));
	OK(facts_set_property(db, "exit_codes", "4", ERR));
	return db;
}

static const struct fixture_case fixture_cases[] = {{"audit", fixture_audit}, {"scan", fixture_scan}, {"empty audit", fixture_empty_audit},
	{"empty scan", fixture_empty_scan}, {"unjudged", fixture_unjudged}, {"hostile", fixture_hostile}};
enum { FIXTURE_CASES = sizeof fixture_cases / sizeof fixture_cases[0] };

#endif
