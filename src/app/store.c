/* Filling the facts database. */
#include "app/store.h"

#include "app/spans.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "policy/facts.h"
#include "policy/policy.h"

#include <string.h>

/* An entity of a user's own pack: personal until the taxonomy says otherwise, so that no control overlooks it. */
static int
add_unknown_entities(sqlite3 *db, const struct rules *rules, const struct policy_set *set, struct assay_error *err)
{
	static const char *const jurisdictions[] = {"eu", "uk", "us-ca"};
	int r = ASSAY_OK;

	for (size_t i = 0; i < rules->n_entities && r == ASSAY_OK; i++) {
		if (policy_entity_category(set, rules->entities[i]))
			continue;
		r = facts_insert(db, "entity", err, "tttitt", rules->entities[i], "other", "other", (int64_t)0, NULL, NULL);
		for (size_t k = 0; k < BASE_COUNT(jurisdictions) && r == ASSAY_OK; k++)
			r = facts_insert(db, "entity_class", err, "ttttt", rules->entities[i], jurisdictions[k], "personal", NULL,
				"entity of a custom pack");
	}
	return r;
}

/* What the scan's packs can find, and whether it was asked for: an absence is worth as much as the recall of what was looked for. */
static int
add_sought(sqlite3 *db, const struct rules *rules, struct assay_error *err)
{
	_cleanup_free_ bool *looked_for = base_calloc(rules->n_entities + 1, sizeof *looked_for);
	int r = looked_for ? ASSAY_OK : base_error_nomem(err);

	for (size_t i = 0; i < rules->n && r == ASSAY_OK; i++)
		looked_for[rules->rule[i].entity] |= !rules->rule[i].is_silent;
	for (size_t i = 0; i < rules->n_entities && r == ASSAY_OK; i++)
		r = facts_insert(db, "sought", err, "ti", rules->entities[i], (int64_t)looked_for[i]);
	return r;
}

/* Declared in the manifest's columns: section, or plainly prose. */
static const char *
field_role(const struct manifest *m, const struct scan_resource *resource, const struct scan_field *field)
{
	static const char *const roles[] = {"subject_id", "collected_at"};
	const char *name = field->name[0] == '/' ? field->name + 1 : field->name, *declared;

	for (size_t i = 0; m && i < BASE_COUNT(roles); i++) {
		char pointer[40];
		snprintf(pointer, sizeof pointer, "/columns/%s", roles[i]);
		declared = manifest_get(m, pointer);
		if (declared && strcmp(declared[0] == '/' ? declared + 1 : declared, name) == 0)
			return roles[i];
	}
	for (size_t i = 0; m && i < LIMIT_FIELDS; i++) {
		char pointer[40];
		snprintf(pointer, sizeof pointer, "/columns/free_text/%zu", i);
		declared = manifest_get(m, pointer);
		if (!declared)
			break;
		if (strcmp(declared[0] == '/' ? declared + 1 : declared, name) == 0)
			return "free_text";
	}
	if (strcmp(resource->kind, "text") == 0)
		return "free_text";
	/* one cell in twenty reads like a sentence: then a name or an address may stand anywhere in it */
	return field->n_prose > 0 && field->n_prose * 20 >= field->n_values ? "free_text" : NULL;
}

static int
store_resource(
	sqlite3 *db, const struct scan_job *job, const struct project *project, size_t i, int64_t *next_field, struct assay_error *err)
{
	const struct scan_resource *resource = &job->result->resources[i];
	int r = facts_insert(db, "resource", err,
		"ittt"
		"tiiib"
		"tt",
		(int64_t)i + 1, resource->name, resource->kind, resource->encoding, cover_name(resource->state),
		(int64_t)resource->bytes_stored, (int64_t)resource->n_records, (int64_t)resource->n_bad_utf8,
		resource->has_sha256 ? resource->sha256 : NULL, (size_t)32, i < job->n_splits ? job->splits[i] : NULL, resource->note);

	for (size_t k = 0; k < resource->n_fields && r == ASSAY_OK; k++)
		r = facts_insert(db, "field", err, "iitti", (*next_field)++, (int64_t)i + 1, resource->fields[k].name,
			field_role(project->manifest, resource, &resource->fields[k]), (int64_t)resource->fields[k].n_values);
	return r;
}

/* No samples of what may never be shown, not even masked. */
static bool
may_show(const struct policy_set *set, const char *entity)
{
	static const char *const hidden[] = {"health", "biometric", "genetic", "religion", "ethnicity", "politics", "union",
		"sexual-orientation", "criminal", "credential"};
	const char *category = policy_entity_category(set, entity);

	if (policy_entity_is_secret(set, entity))
		return false;
	for (size_t i = 0; category && i < BASE_COUNT(hidden); i++)
		if (strcmp(category, hidden[i]) == 0)
			return false;
	return true;
}

static int
store_examples(
	sqlite3 *db, const struct scan_job *job, const struct policy_set *set, const struct finding *f, int64_t id, struct assay_error *err)
{
	struct base_buffer reasons;
	bool shown = may_show(set, job->rules->entities[f->entity]);
	int r = ASSAY_OK;

	base_buffer_init(&reasons, LIMIT_NAME);
	for (uint32_t i = 0; i < f->n_examples && r == ASSAY_OK; i++) {
		const struct span *span = &f->examples[i];
		char mask[sizeof span->mask + 1];
		memcpy(mask, span->mask, sizeof span->mask);
		mask[span->mask_len < sizeof span->mask ? span->mask_len : sizeof span->mask] = '\0';
		base_buffer_reset(&reasons);
		span_reasons_text(span->reasons, &reasons);
		r = facts_insert(db, "example", err,
			"iiiititt"
			"b",
			id, (int64_t)span->record, (int64_t)span->start, (int64_t)span->end, job->rules->rule[span->rule].def->name,
			(int64_t)span->confidence, reasons.data ? reasons.data : "", shown ? mask : NULL,
			span->has_fingerprint ? span->fingerprint : NULL, sizeof span->fingerprint);
	}
	base_buffer_dispose(&reasons);
	return r;
}

static int
store_finding(sqlite3 *db, const struct scan_job *job, const struct policy_set *set, const struct finding *f, const int64_t *first_field,
	int64_t id, struct assay_error *err)
{
	const struct scan_resource *resource = &job->result->resources[f->resource];
	uint64_t records = resource->n_records > 0 ? resource->n_records : 1, count = f->state == SPAN_REPORTED ? f->n_spans
										      : f->state == SPAN_SAMPLE ? f->n_sample
														: f->n_all_suppressed;
	int64_t share = f->n_records >= records ? 1000000 : (int64_t)(f->n_records * 1000000 / records);
	struct base_buffer reasons;
	int r;

	base_buffer_init(&reasons, LIMIT_NAME);
	span_reasons_text(f->reasons, &reasons);
	r = facts_insert(db, "finding", err,
		"iittt"
		"iiiiiiii"
		"b",
		id, first_field[f->resource] + f->field, job->rules->entities[f->entity], span_state_name((enum span_state)f->state),
		reasons.data ? reasons.data : "", (int64_t)finding_is_validated(f), (int64_t)f->confidence, (int64_t)count,
		(int64_t)f->n_records, share, (int64_t)f->n_tried, (int64_t)f->n_passed, (int64_t)f->n_sample,
		f->has_digest ? f->content_digest : NULL, sizeof f->content_digest);
	base_buffer_dispose(&reasons);
	return r < 0 ? r : store_examples(db, job, set, f, id, err);
}

static int
store_issues(sqlite3 *db, const struct scan_job *job, struct assay_error *err)
{
	_cleanup_free_ char *lines = base_strndup(job->expectations.data, job->expectations.size);
	int r = lines ? ASSAY_OK : base_error_nomem(err);

	for (size_t i = 0; i < job->result->n_issues && r == ASSAY_OK; i++) {
		const struct issue *issue = &job->result->issues[i];
		r = facts_insert(db, "issue", err, "ittiiit", (int64_t)issue->resource + 1, issue_code_name((enum issue_code)issue->code),
			issue->rule == ISSUE_NO_RULE ? NULL : job->rules->rule[issue->rule].def->name, (int64_t)issue->record,
			issue->raw == UINT64_MAX ? (int64_t)-1 : (int64_t)issue->raw, (int64_t)issue->count, issue->detail);
	}
	for (char *line = lines, *end; r == ASSAY_OK && line && *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			break;
		*end = '\0';
		r = facts_insert(
			db, "issue", err, "nttiiit", issue_code_name(ISSUE_EXPECT), NULL, (int64_t)0, (int64_t)-1, (int64_t)1, line);
	}
	return r;
}

int
store_scan(sqlite3 *db, const struct scan_job *job, const struct project *project, const struct policy_set *set, struct assay_error *err)
{
	_cleanup_free_ int64_t *first_field = base_calloc(job->result->n_resources + 1, sizeof *first_field);
	int64_t next_field = 1;
	int r = first_field ? policy_fill_taxonomy(set, db, err) : base_error_nomem(err);

	r = r < 0 ? r : add_unknown_entities(db, job->rules, set, err);
	r = r < 0 ? r : add_sought(db, job->rules, err);
	for (size_t i = 0; i < job->result->n_resources && r == ASSAY_OK; i++) {
		first_field[i] = next_field;
		r = store_resource(db, job, project, i, &next_field, err);
	}
	for (size_t i = 0; i < job->result->n_findings && r == ASSAY_OK; i++)
		r = store_finding(db, job, set, &job->result->findings[i], first_field, (int64_t)i + 1, err);
	return r < 0 ? r : store_issues(db, job, err);
}

/* One value of a canonical row: its length, a colon, its bytes. NULL is "-". */
static int
digest_value(struct crypto_sha256 *digest, sqlite3_stmt *statement, int column)
{
	const void *data = sqlite3_column_blob(statement, column);
	size_t n = (size_t)sqlite3_column_bytes(statement, column);
	char head[32];
	int r;

	if (sqlite3_column_type(statement, column) == SQLITE_NULL)
		return crypto_sha256_update(digest, "-", 1);
	snprintf(head, sizeof head, "%zu:", n);
	r = crypto_sha256_update(digest, head, strlen(head));
	return r < 0 || n == 0 ? r : crypto_sha256_update(digest, data, n);
}

static int
digest_query(sqlite3 *db, struct crypto_sha256 *digest, const char *sql, size_t n, const char *const *parameters, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL), r = ASSAY_OK;

	for (size_t i = 0; i < n && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_text(statement, (int)i + 1, parameters[i], -1, SQLITE_STATIC);
	while (rc == SQLITE_OK || rc == SQLITE_ROW) {
		rc = sqlite3_step(statement);
		if (rc != SQLITE_ROW)
			break;
		for (int i = 0; i < sqlite3_column_count(statement) && r == ASSAY_OK; i++)
			r = digest_value(digest, statement, i);
		r = r < 0 ? r : crypto_sha256_update(digest, "\n", 1);
		if (r < 0)
			break;
	}
	sqlite3_finalize(statement);
	if (r < 0)
		return base_error(err, r, "cannot digest the result");
	return rc == SQLITE_DONE ? ASSAY_OK : base_error(err, ASSAY_INTERNAL, "cannot digest the result: %s", sqlite3_errmsg(db));
}

int
store_query_digest(sqlite3 *db, const char *sql, size_t n, const char *const *parameters, uint8_t ret[32], struct assay_error *err)
{
	struct crypto_sha256 *digest = crypto_sha256_new();
	int r = digest ? digest_query(db, digest, sql, n, parameters, err) : base_error_nomem(err);

	r = r < 0 ? r : crypto_sha256_final(digest, ret);
	crypto_sha256_free(digest);
	return r;
}

int
store_result_digest(sqlite3 *db, uint8_t ret[32], struct assay_error *err)
{
	/* names instead of ids; ledger-dependent parts are left out so that two audits of the same data under the same rules agree */
	static const char *const parts[] = {
		"SELECT 'audit', as_of, tool, hex(inputs_sha256), hex(manifest_sha256), hex(access_sha256), hex(waivers_sha256), key_id "
		"FROM audit",
		"SELECT 'packs', value FROM property WHERE name IN('allow','packs','profile') ORDER BY name",
		"SELECT 'resource', name, kind, encoding, state, bytes, records, bad_utf8, hex(sha256), split, note FROM resource ORDER BY "
		"name",
		"SELECT 'field', r.name, f.name, f.role, f.n_values FROM field f JOIN resource r ON r.id=f.resource_id ORDER BY r.name, "
		"f.name",
		"SELECT 'finding', r.name, c.name, f.entity, f.state, f.reason, f.validated, f.confidence, f.count, f.records, "
		"f.share_ppm, f.tried, f.passed, "
		"f.samples, hex(f.content_digest) FROM finding f JOIN field c ON c.id=f.field_id JOIN resource r ON r.id=c.resource_id "
		"ORDER BY r.name, c.name, f.entity",
		"SELECT 'example', r.name, c.name, f.entity, e.record, e.start, e.\"end\", e.rule, e.confidence, e.reasons, e.masked, "
		"hex(e.fingerprint) "
		"FROM example e JOIN finding f ON f.id=e.finding_id JOIN field c ON c.id=f.field_id JOIN resource r ON r.id=c.resource_id "
		"ORDER BY r.name, c.name, f.entity, e.record, e.start, e.\"end\", e.rule",
		"SELECT 'issue', coalesce(r.name, ''), i.code, i.rule, i.record, i.raw, i.count, i.detail FROM issue i LEFT JOIN resource "
		"r ON r.id=i.resource_id "
		"ORDER BY 2, 3, 4, 5, 6, 8",
		"SELECT 'manifest', pointer, type, value FROM manifest_value ORDER BY pointer",
		"SELECT 'document', pointer, path, present, hex(sha256) FROM document ORDER BY pointer",
		"SELECT 'rights', name, state, entity, field, entries, compared, hits FROM rights_list ORDER BY name",
		"SELECT 'access', principal, role, action, resource, purpose, effect, expires, grant_id FROM access_right ORDER BY 2, 3, "
		"4, 5, 6, 7, 8, 9",
		"SELECT 'verdict', control, resource, field, entity, status, basis, disposition, exception, severity, blocks, "
		"iif(basis='log', '', reason), iif(basis='log', '', dims) FROM verdict "
		"WHERE NOT (basis='log' AND resource<>'') ORDER BY control, resource, field, entity, status, 12, 13",
	};
	struct crypto_sha256 *digest = crypto_sha256_new();
	int r = digest ? ASSAY_OK : base_error_nomem(err);

	for (size_t i = 0; i < BASE_COUNT(parts) && r == ASSAY_OK; i++)
		r = digest_query(db, digest, parts[i], 0, NULL, err);
	r = r < 0 ? r : crypto_sha256_final(digest, ret);
	crypto_sha256_free(digest);
	return r;
}
