/* The why-verb: a finding, a control's verdicts, or a text against the rules. */
#include "app/explain.h"

#include "app/result.h"
#include "app/waive.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "policy/facts.h"

#include <string.h>

const char *
explain_column(sqlite3_stmt *statement, int i)
{
	const char *text = (const char *)sqlite3_column_text(statement, i);

	return text ? text : "";
}

void
explain_line(struct base_buffer *out, const char *title, const char *text)
{
	if (!text || !*text)
		return;
	base_buffer_format(out, "  %-12s ", title);
	base_text_printable(out, base_span_of(text));
	base_buffer_char(out, '\n');
}

static int
explain_control(sqlite3 *db, const struct policy_control *c, struct base_buffer *out, struct assay_error *err)
{
	sqlite3_stmt *s = NULL;
	char evidence[65];
	bool any = false;
	int r = ASSAY_OK;

	base_buffer_format(out, "%s  %s\n", c->id, c->title);
	explain_line(out, "cite", c->cite);
	explain_line(out, "severity", c->severity);
	explain_line(out, "remedy", c->remedy);
	explain_line(out, "question", c->question);
	if (!db)
		return ASSAY_OK;
	if (sqlite3_prepare_v2(db,
		    "SELECT resource, field, entity, status, basis, disposition, reason, blocks FROM verdict WHERE control=? ORDER BY "
		    "resource, field, entity",
		    -1, &s, NULL)
		!= SQLITE_OK)
		return base_error(err, ASSAY_INTERNAL, "cannot read the verdicts: %s", sqlite3_errmsg(db));
	sqlite3_bind_text(s, 1, c->id, -1, SQLITE_STATIC);
	while (sqlite3_step(s) == SQLITE_ROW) {
		any = true;
		base_buffer_format(out, "  %-8s %-9s %-9s ", explain_column(s, 3), explain_column(s, 4), explain_column(s, 5));
		base_text_printable(out, base_span_of(*explain_column(s, 0) ? explain_column(s, 0) : "(in all)"));
		if (*explain_column(s, 1)) {
			base_buffer_char(out, ' ');
			base_text_printable(out, base_span_of(explain_column(s, 1)));
		}
		base_buffer_text(out, ": ");
		base_text_printable(out, base_span_of(explain_column(s, 6)));
		base_buffer_text(out, sqlite3_column_int(s, 7) && !*explain_column(s, 0) ? " [blocking]\n" : "\n");
	}
	sqlite3_finalize(s);
	if (!any)
		explain_line(out, "verdict", "the newest audit did not evaluate it");
	r = waive_evidence(db, c->id, evidence, err);
	if (r == ASSAY_OK && any && c->is_waivable)
		base_buffer_format(out, "  %-12s sha256:%s (for a waiver of scope 'control')\n", "evidence", evidence);
	return r;
}

static int
write_verdicts(sqlite3 *db, const char *control, struct base_json *j, struct assay_error *err)
{
	static const char *const keys[] = {"resource", "column", "entity", "status", "basis", "disposition", "reason"};
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db,
		    "SELECT resource, field, entity, status, basis, disposition, reason, blocks FROM verdict WHERE control=? ORDER BY "
		    "resource, field, entity",
		    -1, &s, NULL)
		!= SQLITE_OK)
		return base_error(err, ASSAY_INTERNAL, "cannot read the verdicts: %s", sqlite3_errmsg(db));
	sqlite3_bind_text(s, 1, control, -1, SQLITE_STATIC);
	while (sqlite3_step(s) == SQLITE_ROW) {
		base_json_open_object(j);
		for (size_t i = 0; i < BASE_COUNT(keys); i++)
			base_json_member_text(j, keys[i], (const char *)sqlite3_column_text(s, (int)i));
		base_json_member_bool(j, "blocks", sqlite3_column_int(s, BASE_COUNT(keys)));
		base_json_close_object(j);
	}
	sqlite3_finalize(s);
	return ASSAY_OK;
}

static int
write_control(sqlite3 *db, const struct policy_control *c, struct base_json *j, struct assay_error *err)
{
	int r = ASSAY_OK;

	base_json_member_text(j, "control", c->id);
	base_json_member_text(j, "title", c->title);
	base_json_member_text(j, "cite", c->cite);
	base_json_member_text(j, "severity", c->severity);
	base_json_member_text(j, "remedy", c->remedy);
	base_json_member_text(j, "question", c->question);
	base_json_key(j, "verdicts");
	base_json_open_array(j);
	if (db)
		r = write_verdicts(db, c->id, j, err);
	base_json_close_array(j);
	return r;
}

static bool
is_finding_id(const char *what)
{
	return strncmp(what, "f-", 2) == 0 && strlen(what) == 18 && strspn(what + 2, "0123456789abcdef") == 16;
}

static int
explain(struct explaining *e, struct app_outcome *outcome, struct assay_error *err)
{
	_cleanup_(policy_free_at) struct policy_set *set = NULL;
	_cleanup_(result_close_at) struct result *result = NULL;
	const char *what = e->request->what;
	const struct policy_control *control;
	struct app_outcome ignored = {0};
	size_t reported = 0;
	int r = policy_load(NULL, 0, &set, err);

	if (r < 0)
		return r;
	control = policy_find(set, what);
	if (is_finding_id(what)) {
		r = app_result_open(e->project, NULL, &result, &ignored, err);
		return r < 0 ? r : explain_finding(e, result->db, what, err);
	}
	if (!control) {
		r = explain_text(e, &reported, err);
		outcome->exits[APP_EXIT_VIOLATION] = reported > 0;
		return r;
	}
	/* without a stored audit the control itself can still be explained */
	if (app_result_open(e->project, NULL, &result, &ignored, NULL) < 0)
		result = NULL;
	if (e->request->json)
		return write_control(result ? result->db : NULL, control, &e->json, err);
	return explain_control(result ? result->db : NULL, control, &e->out, err);
}

int
app_explain(struct project *project, const struct explain_request *request, struct assay_env *env, const struct app_sink *sink,
	struct app_outcome *outcome, struct assay_error *err)
{
	struct explaining e = {.project = project, .request = request, .env = env};
	struct app_outcome found = {0};
	int r;

	base_buffer_init(&e.out, LIMIT_CONFIG_FILE);
	if (request->json) {
		base_json_init(&e.json, &e.out);
		base_json_open_object(&e.json);
		base_json_member_int(&e.json, "v", 1);
		base_json_member_text(&e.json, "kind", "explain");
	}
	r = explain(&e, &found, err);
	if (request->json) {
		base_json_close_object(&e.json);
		base_buffer_char(&e.out, '\n');
	}
	if (r == ASSAY_OK && sink_buffer(sink, &e.out) < 0)
		r = base_error(err, ASSAY_IO, "cannot write the explanation");
	base_buffer_dispose(&e.out);
	if (r == ASSAY_OK)
		*outcome = found;
	return r;
}
