/* The statements that every format walks. Joins are written in the order in which the unique indices already sort, so that a million
 * findings need no sorting; smaller tables are sorted by SQLite, which spills instead of growing. */
#include "report/rows.h"

#include "report/finding_id.h"
#include "report/sql.h"

#include <stdio.h>
#include <string.h>

const char report_resources[] =
	"SELECT name, kind, encoding, state, bytes, records, bad_utf8, sha256, split, note FROM resource ORDER BY name";

const char report_findings[] =
	"SELECT r.name, c.name, f.entity, e.category, e.role, f.state, f.reason, f.validated, f.confidence, f.count, f.records, "
	"f.share_ppm, f.id, r.id, x.record, x.masked, x.rule, x.finding_id "
	"FROM resource r CROSS JOIN field c ON c.resource_id=r.id CROSS JOIN finding f ON f.field_id=c.id "
	"LEFT JOIN entity e ON e.entity=f.entity LEFT JOIN example x ON x.finding_id=f.id "
	"ORDER BY r.name, c.name, f.entity";

const char report_entities[] =
	"SELECT f.entity, coalesce(e.category, '-'), coalesce(e.role, 'other') AS rank, sum(f.count), count(*), count(DISTINCT "
	"c.resource_id) "
	"FROM finding f JOIN field c ON c.id=f.field_id LEFT JOIN entity e ON e.entity=f.entity WHERE f.state='reported' GROUP BY f.entity "
	"ORDER BY CASE rank WHEN 'secret' THEN 0 WHEN 'sensitive' THEN 1 WHEN 'direct' THEN 2 WHEN 'quasi' THEN 3 ELSE 4 END, 4 DESC, "
	"f.entity";

const char report_issues[] =
	"SELECT r.name, i.code, i.rule, i.record, i.raw, i.count, i.detail FROM issue i LEFT JOIN resource r ON r.id=i.resource_id "
	"ORDER BY r.name IS NULL, r.name, i.code, i.rule, i.record, i.raw, i.detail";

/* The article that a control stands under: its first citation up to the first bracket; sorted by the number in it. */
#define SQL_FIRST_CITE "substr(k.cite||';', 1, instr(k.cite||';', ';')-1)"
#define SQL_ARTICLE "trim(substr(" SQL_FIRST_CITE "||'(', 1, instr(" SQL_FIRST_CITE "||'(', '(')-1))"
#define SQL_NUMBER "CAST(ltrim(c.article, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz .\302\247') AS REAL)"
#define SQL_CONTROL "(SELECT k.*, " SQL_ARTICLE " AS article FROM control k) c"
#define SQL_BY_ARTICLE "c.law, " SQL_NUMBER ", c.article, c.id"

/* Places: details with the state of the roll-up; min() makes SQLite take field from the same row. */
#define SQL_PLACES                                                                                                                         \
	"(SELECT control, status, disposition, count(*) AS n, min(resource) AS place, field FROM verdict WHERE resource<>'' "              \
	"GROUP BY control, status, disposition) d"
#define SQL_CONTROLS                                                                                                                       \
	"SELECT c.id, c.law, c.article, c.title, c.cite, c.severity, c.status='draft', c.blocking, c.remedy, c.question, "                 \
	"c.in_force_from, v.status, v.basis, v.disposition, v.exception, v.reason, " SQL_IS_BLOCKER " AS is_blocker, coalesce(d.n, 0), "   \
	"d.place, d.field FROM " SQL_CONTROL " JOIN verdict v ON v.control=c.id AND v.resource='' "                                        \
	"LEFT JOIN " SQL_PLACES " ON d.control=c.id AND d.status=v.status AND d.disposition=v.disposition "

const char report_controls[] = SQL_CONTROLS "ORDER BY " SQL_BY_ARTICLE;
const char report_blockers[] =
	SQL_CONTROLS "WHERE is_blocker ORDER BY CASE v.status WHEN 'fail' THEN 0 WHEN 'review' THEN 2 ELSE 1 END, " SQL_RANK(
		"v.severity") ", coalesce(d.n, 0) DESC, c.id";

#define SQL_VERDICTS                                                                                                                       \
	"SELECT v.control, v.resource, v.field, v.entity, v.status, v.basis, v.disposition, v.exception, v.severity, v.blocks, "           \
	"v.reason, iif(json_valid(v.dims), v.dims, NULL), c.title "
#define SQL_BY_PLACE "v.resource, v.field, v.entity, v.status, v.reason, v.dims"

const char report_verdicts[] = SQL_VERDICTS "FROM verdict v LEFT JOIN control c ON c.id=v.control ORDER BY v.control, " SQL_BY_PLACE;
const char report_details[] =
	SQL_VERDICTS "FROM " SQL_CONTROL " JOIN verdict v ON v.control=c.id WHERE v.resource<>'' AND v.status IN('fail','review') "
		     "ORDER BY " SQL_BY_ARTICLE ", " SQL_BY_PLACE;
const char report_exceptions[] = SQL_VERDICTS "FROM verdict v LEFT JOIN control c ON c.id=v.control WHERE v.disposition<>'open' "
					      "ORDER BY v.control, " SQL_BY_PLACE;

/* What a control lacks stands in its reason, several things joined by "; " (src/policy/evaluate.c): they are counted apart, so that the one
 * declaration that decides twenty controls comes first. A window instead of GROUP BY, for it alone gives group_concat an order. */
const char report_questions[] =
	"WITH RECURSIVE open AS (SELECT c.id AS id, v.status AS status, " SQL_IN_PROFILE " AS p, coalesce(v.reason, c.title) AS reason, "
	"coalesce(c.question, c.title) AS question FROM control c JOIN verdict v ON v.control=c.id AND v.resource='' "
	"WHERE v.disposition='open' AND v.status IN('noteval','review')), "
	"lacks(id, p, q, rest) AS (SELECT id, p, '', reason||'; ' FROM open WHERE status='noteval' UNION ALL "
	"SELECT id, p, substr(rest, 1, instr(rest, '; ')-1), substr(rest, instr(rest, '; ')+2) FROM lacks WHERE rest<>''), "
	"asked AS (SELECT DISTINCT q, 'owner' AS who, id, p FROM lacks WHERE q<>'' "
	"UNION ALL SELECT question, 'person', id, p FROM open WHERE status='review') "
	"SELECT q, who, n, blocks, ids FROM (SELECT q, who, count(*) OVER w AS n, sum(p) OVER w AS blocks, group_concat(id, ', ') OVER w "
	"AS ids, "
	"row_number() OVER (PARTITION BY who, q ORDER BY id) AS i FROM asked "
	"WINDOW w AS (PARTITION BY who, q ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) "
	"WHERE i=1 ORDER BY who, n DESC, blocks DESC, q";

const char report_access_events[] = "SELECT principal, role, action, purpose, decision, count(*), min(time), max(time) FROM access_event "
				    "GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5";
const char report_access_rights[] =
	"SELECT role, action, effect, count(*), count(DISTINCT principal) FROM access_right GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
const char report_lineage[] = "SELECT seq, input, input_sha256, output, output_sha256, job FROM lineage_edge ORDER BY seq, input, output";
const char report_rights_lists[] = "SELECT name, state, entity, entries, compared, hits, detail FROM rights_list ORDER BY name";
const char report_documents[] = "SELECT pointer, path, present, sha256 FROM document ORDER BY pointer";
const char report_changes[] =
	"SELECT kind, what, resource, field, subject, before, after FROM change ORDER BY CASE kind WHEN 'verdict' THEN 0 WHEN 'finding' "
	"THEN 1 WHEN "
	"'input' THEN 2 ELSE 3 END, CASE what WHEN 'new' THEN 0 WHEN 'changed' THEN 1 ELSE 2 END, resource, field, subject";
const char report_unexamined[] = "SELECT resource, state, why FROM unexamined ORDER BY resource, state, why";
const char report_laws[] = "SELECT substr(name, 5), value='selected' FROM property WHERE name GLOB 'law.*' ORDER BY name";
const char report_coming[] = "SELECT id, title, in_force_from, in_force_from<=date(" SQL_PROPERTY(
	"as_of") ", '+30 days') FROM control "
		 "WHERE in_force_from>" SQL_PROPERTY("as_of") " ORDER BY in_force_from, id";

struct walk {
	const struct report_finding_visitor *visitor;
	int64_t id;
	bool is_open;
};

static int
visit(struct report *r, sqlite3_stmt *row, void *context)
{
	struct walk *w = context;
	const struct report_finding_visitor *v = w->visitor;
	int64_t id = sqlite3_column_int64(row, FINDING_ID);
	int e = ASSAY_OK;

	if (!w->is_open || id != w->id) {
		if (w->is_open && v->end)
			e = v->end(r, v->context);
		e = e < 0 ? e : v->begin(r, row, v->context);
		w->is_open = true;
		w->id = id;
	}
	if (e == ASSAY_OK && v->example && !report_is_null(row, FINDING_EXAMPLE))
		e = v->example(r, row, v->context);
	return e;
}

int
report_each_finding(struct report *r, const struct report_finding_visitor *visitor)
{
	struct walk w = {.visitor = visitor};
	int e = report_each(r, report_findings, visit, &w);

	if (e == ASSAY_OK && w.is_open && visitor->end)
		e = visitor->end(r, visitor->context);
	return e;
}

struct base_span
report_fix(sqlite3_stmt *row)
{
	struct base_span status = report_column(row, CONTROL_STATUS);

	if (!report_is(report_column(row, CONTROL_DISPOSITION), "open"))
		return (struct base_span){0};
	if (report_is(status, "fail") || report_is(status, "review"))
		return report_column(row, CONTROL_REMEDY);
	/* a remedy speaks to what was found: here nothing could be looked for */
	if (report_is(status, "noteval"))
		return base_span_of("Declare or provide what is missing, then audit again.");
	return base_span_of(report_is(status, "error") ? "Repair the control: 'assay policies test' runs its own cases." : NULL);
}

const char *
report_level(int64_t confidence)
{
	return confidence >= 85 ? "high" : confidence >= 65 ? "medium" : "low";
}

void
report_row_id(sqlite3_stmt *row, char *ret)
{
	report_finding_id(
		report_column(row, FINDING_RESOURCE), report_column(row, FINDING_COLUMN), report_column(row, FINDING_ENTITY), ret);
}

static bool
next_piece(struct base_span *rest, const char *separator, size_t n, struct base_span *ret)
{
	size_t at = 0;

	if (rest->size == 0)
		return false;
	while (at < rest->size && (rest->size - at < n || memcmp(rest->data + at, separator, n) != 0))
		at++;
	*ret = (struct base_span){rest->data, at};
	at = at < rest->size ? at + n : at;
	*rest = (struct base_span){rest->data + at, rest->size - at};
	return true;
}

bool
report_next_line(struct base_span *rest, struct base_span *ret_line)
{
	return next_piece(rest, "\n", 1, ret_line);
}
bool
report_next_part(struct base_span *rest, struct base_span *ret_part)
{
	return next_piece(rest, ", ", 2, ret_part);
}

void
report_share(int64_t ppm, char ret[static 16])
{
	if (ppm >= 1000000)
		snprintf(ret, 16, "100 %%");
	else if (ppm > 0 && ppm < 1000)
		snprintf(ret, 16, "<0.1 %%");
	else
		snprintf(ret, 16, "%d.%d %%", (int)(ppm < 0 ? 0 : ppm / 10000), (int)(ppm < 0 ? 0 : ppm / 1000 % 10));
}
