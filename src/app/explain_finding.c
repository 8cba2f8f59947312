/* A finding of a stored audit. The result holds counts, reasons and a few masked examples; which words stood near and what else was tried
 * is looked up in the data itself, where its bytes are still those that were audited. */
#include "app/explain.h"

#include "app/why.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/finding_id.h"

#include <string.h>

enum { SHOWN_MAX = 5 };

/* Columns of the query below. */
enum {
	ROW_ID,
	ROW_RESOURCE,
	ROW_FIELD,
	ROW_ENTITY,
	ROW_STATE,
	ROW_REASON,
	ROW_VALIDATED,
	ROW_CONFIDENCE,
	ROW_COUNT,
	ROW_RECORDS,
	ROW_TRIED,
	ROW_PASSED,
	ROW_SAMPLES,
	ROW_SHA256
};
static const char finding_query[] = "SELECT f.id, r.name, c.name, f.entity, f.state, f.reason, f.validated, f.confidence, f.count, "
				    "f.records, f.tried, f.passed, f.samples, "
				    "r.sha256 FROM finding f JOIN field c ON c.id=f.field_id JOIN resource r ON r.id=c.resource_id";

static void
tell_row(struct explaining *e, sqlite3_stmt *s, const char *id)
{
	struct base_buffer *out = &e->out;
	char text[96];

	base_buffer_format(out, "%s  %s in ", id, explain_column(s, ROW_ENTITY));
	base_text_printable(out, base_span_of(explain_column(s, ROW_RESOURCE)));
	base_buffer_text(out, ", column ");
	base_text_printable(out, base_span_of(explain_column(s, ROW_FIELD)));
	base_buffer_char(out, '\n');
	explain_line(out, "state", explain_column(s, ROW_STATE));
	explain_line(out, "because of", explain_column(s, ROW_REASON));
	snprintf(text, sizeof text, "%d%s", sqlite3_column_int(s, ROW_CONFIDENCE),
		sqlite3_column_int(s, ROW_VALIDATED) ? ", validated" : "");
	explain_line(out, "confidence", text);
	snprintf(text, sizeof text, "%lld in %lld records", (long long)sqlite3_column_int64(s, ROW_COUNT),
		(long long)sqlite3_column_int64(s, ROW_RECORDS));
	explain_line(out, "count", text);
	if (sqlite3_column_int64(s, ROW_SAMPLES) > 0) {
		snprintf(text, sizeof text, "%lld documentation values", (long long)sqlite3_column_int64(s, ROW_SAMPLES));
		explain_line(out, "samples", text);
	}
	if (sqlite3_column_int64(s, ROW_TRIED) == 0)
		return;
	snprintf(text, sizeof text, "%lld of %lld candidates pass the check", (long long)sqlite3_column_int64(s, ROW_PASSED),
		(long long)sqlite3_column_int64(s, ROW_TRIED));
	explain_line(out, "checks", text);
}

static void
write_row(struct explaining *e, sqlite3_stmt *s, const char *id)
{
	static const struct {
		const char *key;
		int column;
	} texts[] = {{"resource", ROW_RESOURCE}, {"column", ROW_FIELD}, {"entity", ROW_ENTITY}, {"state", ROW_STATE},
		{"reasons", ROW_REASON}},
	  numbers[] = {{"confidence", ROW_CONFIDENCE}, {"count", ROW_COUNT}, {"records", ROW_RECORDS}, {"tried", ROW_TRIED},
		  {"passed", ROW_PASSED}, {"samples", ROW_SAMPLES}};

	base_json_member_text(&e->json, "id", id);
	for (size_t i = 0; i < BASE_COUNT(texts); i++)
		base_json_member_text(&e->json, texts[i].key, explain_column(s, texts[i].column));
	base_json_member_bool(&e->json, "validated", sqlite3_column_int(s, ROW_VALIDATED));
	for (size_t i = 0; i < BASE_COUNT(numbers); i++)
		base_json_member_int(&e->json, numbers[i].key, sqlite3_column_int64(s, numbers[i].column));
}

static void
explain_examples(struct explaining *e, sqlite3 *db, int64_t finding)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db,
		    "SELECT record, coalesce(masked, '(not shown)'), rule, confidence, reasons FROM example WHERE finding_id=? ORDER BY "
		    "record, start",
		    -1, &s, NULL)
		!= SQLITE_OK)
		return;
	sqlite3_bind_int64(s, 1, finding);
	while (sqlite3_step(s) == SQLITE_ROW) {
		base_buffer_format(&e->out, "  record %lld  ", (long long)sqlite3_column_int64(s, 0));
		base_text_printable(&e->out, base_span_of(explain_column(s, 1)));
		base_buffer_format(&e->out, "  rule %s, confidence %d, because of %s\n", explain_column(s, 2), sqlite3_column_int(s, 3),
			explain_column(s, 4));
	}
	sqlite3_finalize(s);
}

static void
explain_verdicts(struct explaining *e, sqlite3 *db, sqlite3_stmt *row)
{
	static const char *const keys[] = {"control", "status", "basis", "disposition", "reason"};
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db,
		    "SELECT control, status, basis, disposition, reason FROM verdict WHERE resource=? AND field=? AND (entity IS NULL OR "
		    "entity=?) ORDER BY control",
		    -1, &s, NULL)
		!= SQLITE_OK)
		return;
	for (int i = 0; i < 3; i++)
		sqlite3_bind_text(s, i + 1, explain_column(row, ROW_RESOURCE + i), -1, SQLITE_TRANSIENT);
	while (sqlite3_step(s) == SQLITE_ROW) {
		if (e->request->json) {
			base_json_open_object(&e->json);
			for (size_t i = 0; i < BASE_COUNT(keys); i++)
				base_json_member_text(&e->json, keys[i], explain_column(s, (int)i));
			base_json_close_object(&e->json);
			continue;
		}
		base_buffer_format(&e->out, "  %s: %s (%s, %s): ", explain_column(s, 0), explain_column(s, 1), explain_column(s, 2),
			explain_column(s, 3));
		base_text_printable(&e->out, base_span_of(explain_column(s, 4)));
		base_buffer_char(&e->out, '\n');
	}
	sqlite3_finalize(s);
}

/* ---- looking again ---- */

struct seen {
	const char *field, *entity;
	const struct rules *rules;
	struct span spans[2 * SHOWN_MAX];
	struct span_why whys[2 * SHOWN_MAX];
	size_t n, n_reported;
};

/* The first few that are reported, and the first few that are not. */
static int
see(void *context, const struct scan_resource *resource, const char *field, const struct span *span)
{
	struct seen *seen = context;
	bool is_reported = span->state == SPAN_REPORTED;

	(void)resource;
	if (!span->why || strcmp(field, seen->field) != 0 || strcmp(seen->rules->entities[span->entity], seen->entity) != 0
		|| (is_reported ? seen->n_reported : seen->n - seen->n_reported) == SHOWN_MAX)
		return ASSAY_OK;
	seen->whys[seen->n] = *span->why;
	seen->spans[seen->n] = *span;
	seen->spans[seen->n].why = &seen->whys[seen->n];
	seen->n++;
	seen->n_reported += is_reported;
	return ASSAY_OK;
}

/* NULL: the file is not here, or its bytes are others. */
static char *
unchanged_file(const struct project *project, const char *name, sqlite3_stmt *row)
{
	const void *wanted = sqlite3_column_blob(row, ROW_SHA256);
	char *path = name[0] == '/' ? base_strdup(name) : base_path_join(project->root, name);
	uint8_t sha256[32];

	if (path && wanted && sqlite3_column_bytes(row, ROW_SHA256) == sizeof sha256 && base_file_exists(path)
		&& dataset_file_sha256(path, sha256, NULL) == ASSAY_OK && memcmp(sha256, wanted, sizeof sha256) == 0)
		return path;
	free(path);
	return NULL;
}

static void
show_seen(struct explaining *e, const struct seen *seen)
{
	for (size_t i = 0; i < seen->n; i++) {
		if (!e->request->json)
			base_buffer_format(&e->out, "record %llu: ", (unsigned long long)seen->spans[i].record);
		explain_span(e, seen->rules, &seen->spans[i], (struct base_span){NULL, 0});
	}
}

static int
look_again(struct explaining *e, sqlite3_stmt *row, bool *ret_done, struct assay_error *err)
{
	_cleanup_free_ char *path = unchanged_file(e->project, explain_column(row, ROW_RESOURCE), row);
	_cleanup_free_ struct seen *seen = base_calloc(1, sizeof *seen);
	const char *paths[] = {path};
	struct scan_request request = e->request->scan;
	struct scan_job job = {.see = see, .see_context = seen};
	int r;

	*ret_done = path != NULL;
	if (!seen)
		return base_error_nomem(err);
	if (!path)
		return ASSAY_OK;
	request.paths = paths;
	request.n_paths = 1;
	request.why = true;
	seen->field = explain_column(row, ROW_FIELD);
	seen->entity = explain_column(row, ROW_ENTITY);
	job.see_rules = &seen->rules;
	r = scan_job_run(e->project, &request, false, e->env, &job, err);
	if (r == ASSAY_OK)
		show_seen(e, seen);
	scan_job_dispose(&job);
	return r;
}

static int
explain_row(struct explaining *e, sqlite3 *db, sqlite3_stmt *s, const char *id, struct assay_error *err)
{
	bool looked = false;
	int r;

	if (e->request->json) {
		write_row(e, s, id);
		base_json_key(&e->json, "verdicts");
		base_json_open_array(&e->json);
		explain_verdicts(e, db, s);
		base_json_close_array(&e->json);
		base_json_key(&e->json, "spans");
		base_json_open_array(&e->json);
		r = look_again(e, s, &looked, err);
		base_json_close_array(&e->json);
		base_json_member_bool(&e->json, "looked_again", looked);
		return r;
	}
	tell_row(e, s, id);
	explain_verdicts(e, db, s);
	r = look_again(e, s, &looked, err);
	if (r == ASSAY_OK && !looked) {
		explain_examples(e, db, sqlite3_column_int64(s, ROW_ID));
		base_buffer_text(&e->out, "  The data is not here as it was audited: words near it and other rules tried are not shown.\n");
	}
	return r;
}

int
explain_finding(struct explaining *e, sqlite3 *db, const char *id, struct assay_error *err)
{
	sqlite3_stmt *s = NULL;
	bool found = false;
	int r = sqlite3_prepare_v2(db, finding_query, -1, &s, NULL) == SQLITE_OK
			? ASSAY_OK
			: base_error(err, ASSAY_INTERNAL, "cannot read the findings: %s", sqlite3_errmsg(db));

	while (r == ASSAY_OK && !found && sqlite3_step(s) == SQLITE_ROW) {
		char own[REPORT_FINDING_ID];
		report_finding_id(base_span_of(explain_column(s, ROW_RESOURCE)), base_span_of(explain_column(s, ROW_FIELD)),
			base_span_of(explain_column(s, ROW_ENTITY)), own);
		found = strcmp(own, id) == 0;
		if (found)
			r = explain_row(e, db, s, id, err);
	}
	sqlite3_finalize(s);
	if (r < 0 || found)
		return r;
	base_error_at(err, ASSAY_USAGE, id, 0, 0, "the newest audit has no such finding");
	base_error_hint(err, "'assay report --format json' lists the ids");
	return ASSAY_USAGE;
}
