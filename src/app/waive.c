/* Waivers against verdicts. */
#include "app/waive.h"

#include "app/store.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "policy/facts.h"
#include "policy/policy.h"

#include <string.h>

int
waive_evidence(sqlite3 *db, const char *control, char ret[static 65], struct assay_error *err)
{
	uint8_t digest[32];
	int r = store_query_digest(db,
		"SELECT resource, field, entity, status, reason FROM verdict WHERE control=?1 AND resource<>'' AND status='fail' "
		"ORDER BY resource, field, entity, reason",
		1, &control, digest, err);

	if (r == ASSAY_OK)
		base_hex((struct base_span){digest, sizeof digest}, ret);
	return r;
}

/* Runs an UPDATE with text parameters; *ret rows changed. */
static int
update(sqlite3 *db, const char *sql, size_t n, const char *const *parameters, int *ret, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	for (size_t i = 0; i < n && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_text(statement, (int)i + 1, parameters[i], -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	sqlite3_finalize(statement);
	if (rc != SQLITE_DONE)
		return base_error(err, ASSAY_INTERNAL, "cannot apply a waiver: %s", sqlite3_errmsg(db));
	*ret = sqlite3_changes(db);
	return ASSAY_OK;
}

/* Column scope: the entity in that column, up to the ceiling that was signed off; secrets are never covered. */
static int
waive_column(sqlite3 *db, const struct waiver *w, int *ret, struct assay_error *err)
{
	char ceiling[24];
	const char *parameters[] = {w->id, w->control ? w->control : "", w->resource ? w->resource : "", w->column ? w->column : "",
		w->entity ? w->entity : "", ceiling};

	snprintf(ceiling, sizeof ceiling, "%llu", (unsigned long long)w->max_count);
	return update(db,
		"UPDATE verdict SET disposition='waived', exception=?1 WHERE status='fail' AND resource<>'' AND disposition='open' AND "
		"(?2='' OR control=?2) "
		"AND resource=?3 AND field=?4 AND entity=?5 AND EXISTS(SELECT 1 FROM reported_finding f WHERE f.resource=?3 AND f.field=?4 "
		"AND f.entity=?5 "
		"AND NOT f.is_secret AND f.count<=CAST(?6 AS INT)) AND control IN (SELECT id FROM temp.waivable)",
		6, parameters, ret, err);
}

/* Control scope: exactly the evidence that was looked at when the waiver was given. */
static int
waive_control(sqlite3 *db, const struct waiver *w, int *ret, struct assay_error *err)
{
	char evidence[65];
	const char *parameters[] = {w->id, w->control}, *stated = w->evidence ? w->evidence : "";
	int r = waive_evidence(db, w->control, evidence, err);

	*ret = 0;
	if (strncmp(stated, "sha256:", 7) == 0)
		stated += 7;
	if (r < 0 || strcmp(evidence, stated) != 0)
		return r;
	return update(db,
		"UPDATE verdict SET disposition='waived', exception=?1 WHERE control=?2 AND status='fail' AND resource<>'' AND "
		"disposition='open' "
		"AND control IN (SELECT id FROM temp.waivable)",
		2, parameters, ret, err);
}

/* Value scope: every value of the finding is the one that was looked at. */
static int
waive_value(sqlite3 *db, const struct project *project, const struct waiver *w, int *ret, struct assay_error *err)
{
	const char *parameters[] = {w->id, w->control ? w->control : "", w->fingerprint ? w->fingerprint : "",
		w->resource ? w->resource : "", w->column ? w->column : "", w->entity ? w->entity : ""};

	*ret = 0;
	if (!w->key_id || strcmp(w->key_id, project->key_id) != 0)
		return ASSAY_OK;
	return update(db,
		"UPDATE verdict SET disposition='waived', exception=?1 WHERE status='fail' AND resource<>'' AND disposition='open' AND "
		"(?2='' OR control=?2) "
		"AND (?4='' OR resource=?4) AND (?5='' OR field=?5) AND (?6='' OR entity=?6) AND control IN (SELECT id FROM temp.waivable) "
		"AND EXISTS(SELECT 1 FROM reported_finding f WHERE f.resource=verdict.resource AND f.field=verdict.field AND "
		"f.entity=verdict.entity "
		"AND NOT f.is_secret AND f.count=(SELECT count(*) FROM example e WHERE e.finding_id=f.finding_id AND "
		"lower(hex(e.fingerprint))=lower(?3)))",
		6, parameters, ret, err);
}

static const char *
why_idle(const struct waiver *w, const struct policy_set *set, bool over)
{
	const struct policy_control *control = w->control ? policy_find(set, w->control) : NULL;

	if (over)
		return "expired";
	if (w->control && !control)
		return "no such control";
	if (control && !control->is_waivable)
		return "the control is not waivable";
	return w->scope == WAIVER_CONTROL ? "the evidence is another than was waived, or nothing failed"
					  : "nothing that it covers failed, or its ceiling is passed";
}

static int
list_waivable(sqlite3 *db, const struct policy_set *set, struct assay_error *err)
{
	int r = facts_exec(db, "CREATE TEMP TABLE waivable(id TEXT PRIMARY KEY)", err);

	for (size_t i = 0; i < set->n && r == ASSAY_OK; i++)
		if (set->controls[i].is_waivable)
			r = facts_insert(db, "temp.waivable", err, "t", set->controls[i].id);
	return r;
}

static int
apply_one(sqlite3 *db, const struct project *project, const struct waiver *w, int *ret, struct assay_error *err)
{
	switch (w->scope) {
	case WAIVER_COLUMN:
		return waive_column(db, w, ret, err);
	case WAIVER_CONTROL:
		return waive_control(db, w, ret, err);
	default:
		return waive_value(db, project, w, ret, err);
	}
}

/* One line a waiver: what reports show beside the verdicts that it covers. */
static void
tell_applied(struct base_buffer *out, const struct waiver *w)
{
	static const char *const scopes[] = {[WAIVER_VALUE] = "value", [WAIVER_COLUMN] = "column", [WAIVER_CONTROL] = "control"};
	char until[BASE_DATE_TEXT];

	base_date_format(w->until_ms, until);
	base_buffer_format(out, "%s: scope %s, owner ", w->id, scopes[w->scope]);
	base_text_printable(out, base_span_of(w->owner));
	base_buffer_text(out, ", approver ");
	base_text_printable(out, base_span_of(w->approver));
	base_buffer_format(out, ", until %s, reason: ", until);
	base_text_printable(out, base_span_of(w->reason));
	base_buffer_char(out, '\n');
}

int
waive_apply(sqlite3 *db, const struct project *project, const struct policy_set *set, const char *as_of, struct assay_error *err)
{
	struct base_buffer idle, applied;
	int64_t today = 0;
	int r;

	if (!project->waivers)
		return ASSAY_OK;
	(void)base_date_parse(base_span_of(as_of), &today);
	base_buffer_init(&idle, LIMIT_ENTRY);
	base_buffer_init(&applied, LIMIT_ENTRY);
	r = list_waivable(db, set, err);
	for (size_t i = 0; i < waivers_count(project->waivers) && r == ASSAY_OK; i++) {
		const struct waiver *w = waivers_at(project->waivers, i);
		bool over = today > w->until_ms;
		int changed = 0;
		if (!over)
			r = apply_one(db, project, w, &changed, err);
		if (r == ASSAY_OK && changed == 0)
			base_buffer_format(&idle, "%s: %s\n", w->id, why_idle(w, set, over));
		else if (r == ASSAY_OK)
			tell_applied(&applied, w);
	}
	/* a control is waived when no failing row is left open */
	r = r < 0 ? r
		  : facts_exec(db,
			  "UPDATE verdict SET disposition='waived', exception=(SELECT group_concat(DISTINCT exception) FROM verdict d "
			  "WHERE d.control=verdict.control AND d.disposition='waived') WHERE resource='' AND status='fail' "
			  "AND EXISTS(SELECT 1 FROM verdict d WHERE d.control=verdict.control AND d.resource<>'' AND d.status='fail') "
			  "AND NOT EXISTS(SELECT 1 FROM verdict d WHERE d.control=verdict.control AND d.resource<>'' AND d.status='fail' "
			  "AND d.disposition='open')",
			  err);
	r = r < 0 ? r : facts_exec(db, "DROP TABLE temp.waivable", err);
	if (r == ASSAY_OK && idle.size > 0)
		r = facts_set_property(db, "waivers.idle", idle.data, err);
	if (r == ASSAY_OK && applied.size > 0)
		r = facts_set_property(db, "waivers.applied", applied.data, err);
	base_buffer_dispose(&idle);
	base_buffer_dispose(&applied);
	return r;
}
