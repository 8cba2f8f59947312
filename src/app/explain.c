/* The why-verb: a finding, a control's verdicts, or a text against the rules. */
#include "app/attempt.h"
#include "app/result.h"
#include "app/scan_job.h"
#include "app/waive.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "policy/facts.h"
#include "policy/policy.h"
#include "report/finding_id.h"

#include <string.h>

static const char *
column(sqlite3_stmt *statement, int i)
{
	const char *text = (const char *)sqlite3_column_text(statement, i);

	return text ? text : "";
}

static void
line(struct base_buffer *out, const char *title, const char *text)
{
	if (!text || !*text)
		return;
	base_buffer_format(out, "  %-12s ", title);
	base_text_printable(out, base_span_of(text));
	base_buffer_char(out, '\n');
}

/* ---- a finding ---- */

static void
explain_examples(sqlite3 *db, int64_t finding, struct base_buffer *out)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(db,
		    "SELECT record, coalesce(masked, '(not shown)'), rule, confidence, reasons FROM example WHERE finding_id=? ORDER BY "
		    "record, start",
		    -1, &statement, NULL)
		!= SQLITE_OK)
		return;
	sqlite3_bind_int64(statement, 1, finding);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		base_buffer_format(out, "  record %lld  ", (long long)sqlite3_column_int64(statement, 0));
		base_text_printable(out, base_span_of(column(statement, 1)));
		base_buffer_format(out, "  rule %s, confidence %d, because of %s\n", column(statement, 2), sqlite3_column_int(statement, 3),
			column(statement, 4));
	}
	sqlite3_finalize(statement);
}

static void
explain_verdicts_of(sqlite3 *db, const char *resource, const char *field, const char *entity, struct base_buffer *out)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(db,
		    "SELECT control, status, basis, disposition, reason FROM verdict WHERE resource=? AND field=? AND (entity IS NULL OR "
		    "entity=?) "
		    "ORDER BY control",
		    -1, &statement, NULL)
		!= SQLITE_OK)
		return;
	sqlite3_bind_text(statement, 1, resource, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, field, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, entity, -1, SQLITE_STATIC);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		base_buffer_format(
			out, "  %s: %s (%s, %s): ", column(statement, 0), column(statement, 1), column(statement, 2), column(statement, 3));
		base_text_printable(out, base_span_of(column(statement, 4)));
		base_buffer_char(out, '\n');
	}
	sqlite3_finalize(statement);
}

static void
explain_row(sqlite3 *db, sqlite3_stmt *s, const char *id, struct base_buffer *out)
{
	char text[64];

	base_buffer_format(out, "%s  %s in ", id, column(s, 3));
	base_text_printable(out, base_span_of(column(s, 1)));
	base_buffer_text(out, ", column ");
	base_text_printable(out, base_span_of(column(s, 2)));
	base_buffer_char(out, '\n');
	line(out, "state", column(s, 4));
	line(out, "because of", column(s, 5));
	snprintf(text, sizeof text, "%d%s", sqlite3_column_int(s, 7), sqlite3_column_int(s, 6) ? ", validated" : "");
	line(out, "confidence", text);
	snprintf(text, sizeof text, "%lld in %lld records", (long long)sqlite3_column_int64(s, 8), (long long)sqlite3_column_int64(s, 9));
	line(out, "count", text);
	snprintf(text, sizeof text, "%lld of %lld candidates pass the check", (long long)sqlite3_column_int64(s, 11),
		(long long)sqlite3_column_int64(s, 10));
	line(out, "checks", text);
	explain_examples(db, sqlite3_column_int64(s, 0), out);
	explain_verdicts_of(db, column(s, 1), column(s, 2), column(s, 3), out);
}

static int
explain_finding(sqlite3 *db, const char *id, struct base_buffer *out, struct assay_error *err)
{
	sqlite3_stmt *s = NULL;
	bool found = false;
	int rc = sqlite3_prepare_v2(db,
		"SELECT f.id, r.name, c.name, f.entity, f.state, f.reason, f.validated, f.confidence, f.count, f.records, f.tried, "
		"f.passed "
		"FROM finding f JOIN field c ON c.id=f.field_id JOIN resource r ON r.id=c.resource_id",
		-1, &s, NULL);

	if (rc != SQLITE_OK)
		return base_error(err, ASSAY_INTERNAL, "cannot read the findings: %s", sqlite3_errmsg(db));
	while (!found && sqlite3_step(s) == SQLITE_ROW) {
		char own[REPORT_FINDING_ID];
		report_finding_id(base_span_of(column(s, 1)), base_span_of(column(s, 2)), base_span_of(column(s, 3)), own);
		found = strcmp(own, id) == 0;
		if (found)
			explain_row(db, s, id, out);
	}
	sqlite3_finalize(s);
	if (found)
		return ASSAY_OK;
	base_error_at(err, ASSAY_USAGE, id, 0, 0, "the newest audit has no such finding");
	base_error_hint(err, "'assay report --format json' lists the ids");
	return ASSAY_USAGE;
}

/* ---- a control ---- */

static int
explain_control(sqlite3 *db, const struct policy_control *c, struct base_buffer *out, struct assay_error *err)
{
	sqlite3_stmt *s = NULL;
	char evidence[65];
	bool any = false;
	int r = ASSAY_OK;

	base_buffer_format(out, "%s  %s\n", c->id, c->title);
	line(out, "cite", c->cite);
	line(out, "severity", c->severity);
	line(out, "remedy", c->remedy);
	line(out, "question", c->question);
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
		base_buffer_format(out, "  %-8s %-9s %-9s ", column(s, 3), column(s, 4), column(s, 5));
		base_text_printable(out, base_span_of(*column(s, 0) ? column(s, 0) : "(in all)"));
		if (*column(s, 1)) {
			base_buffer_char(out, ' ');
			base_text_printable(out, base_span_of(column(s, 1)));
		}
		base_buffer_text(out, ": ");
		base_text_printable(out, base_span_of(column(s, 6)));
		base_buffer_text(out, sqlite3_column_int(s, 7) && !*column(s, 0) ? " [blocking]\n" : "\n");
	}
	sqlite3_finalize(s);
	if (!any)
		line(out, "verdict", "the newest audit did not evaluate it");
	r = waive_evidence(db, c->id, evidence, err);
	if (r == ASSAY_OK && any && c->is_waivable)
		base_buffer_format(out, "  %-12s sha256:%s (for a waiver of scope 'control')\n", "evidence", evidence);
	return r;
}

/* ---- a text ---- */

static void
explain_span(const struct rules *rules, const struct span *span, struct base_span text, bool reveal, struct base_buffer *out)
{
	const struct rules_rule *def = rules->rule[span->rule].def;

	base_buffer_format(out, "%-10s %-24s bytes %llu..%llu  ", span_state_name((enum span_state)span->state), def->entity,
		(unsigned long long)span->start, (unsigned long long)span->end);
	if (reveal && span->end <= text.size)
		base_text_printable(out, (struct base_span){text.data + span->start, (size_t)(span->end - span->start)});
	else
		base_text_printable(out, (struct base_span){span->mask, span->mask_len});
	base_buffer_format(out, "\n           rule %s, confidence %u (%s)", def->name, span->confidence, span_level(span->confidence));
	for (size_t i = 0; i < def->n_checks; i++)
		base_buffer_format(out, "%s%s", i ? ", " : "; checks ", def->checks[i]->name);
	if (def->n_checks > 0)
		base_buffer_text(out, span->reasons >> REASON_CHECK & 1 ? " hold" : " do not hold");
	base_buffer_text(out, "; because of ");
	span_reasons_text(span->reasons, out);
	base_buffer_char(out, '\n');
}

static int
explain_text(const struct project *project, const struct scan_request *request, const char *what, bool reveal, struct base_buffer *out,
	struct app_outcome *outcome, struct assay_error *err)
{
	_cleanup_(rules_free_at) struct rules *rules = NULL;
	_cleanup_(attempt_free_at) struct attempt *attempt = NULL;
	const struct span *spans;
	size_t n = 0, reported = 0;
	int r = scan_job_rules(project, request, &rules, err);

	r = r < 0 ? r : attempt_new(rules, (uint8_t)request->min_confidence, NULL, project->env->cache_folder, &attempt, err);
	r = r < 0 ? r : attempt_run(attempt, NULL, base_span_of(what), &spans, &n, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		if (rules->rule[spans[i].rule].is_silent)
			continue;
		explain_span(rules, &spans[i], base_span_of(what), reveal, out);
		reported += spans[i].state == SPAN_REPORTED;
	}
	base_buffer_format(out, "%zu rules tried, %zu reported, confidence from %u on\n", rules->n, reported, request->min_confidence);
	outcome->exits[APP_EXIT_VIOLATION] = reported > 0;
	return ASSAY_OK;
}

static bool
is_finding_id(const char *what)
{
	return strncmp(what, "f-", 2) == 0 && strlen(what) == 18 && strspn(what + 2, "0123456789abcdef") == 16;
}

int
app_explain(struct project *project, const struct scan_request *request, const char *what, bool reveal, const struct app_sink *sink,
	struct app_outcome *outcome, struct assay_error *err)
{
	_cleanup_(policy_free_at) struct policy_set *set = NULL;
	struct app_outcome found = {0}, ignored = {0};
	struct result *result = NULL;
	const struct policy_control *control;
	struct base_buffer out;
	int r = policy_load(NULL, 0, &set, err);

	if (r < 0)
		return r;
	base_buffer_init(&out, LIMIT_CONFIG_FILE);
	control = policy_find(set, what);
	if (is_finding_id(what)) {
		r = app_result_open(project, NULL, &result, &ignored, err);
		r = r < 0 ? r : explain_finding(result->db, what, &out, err);
	} else if (control) {
		/* without a stored audit the control itself can still be explained */
		if (app_result_open(project, NULL, &result, &ignored, NULL) < 0)
			result = NULL;
		r = explain_control(result ? result->db : NULL, control, &out, err);
	} else
		r = explain_text(project, request, what, reveal, &out, &found, err);
	result_close(result);
	if (r == ASSAY_OK && sink_buffer(sink, &out) < 0)
		r = base_error(err, ASSAY_IO, "cannot write the explanation");
	base_buffer_dispose(&out);
	if (r == ASSAY_OK)
		*outcome = found;
	return r;
}
