/* Questions, laws and articles, exceptions. */
#include "report/html.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One list per addressee; rows come sorted by it. */
struct questions {
	bool has_owner, has_person;
	int64_t n;
};

static int
question_row(struct report *r, sqlite3_stmt *row, void *context)
{
	struct questions *q = context;
	bool for_owner = report_is(report_column(row, QUESTION_FOR), "owner"), *has = for_owner ? &q->has_owner : &q->has_person;
	int64_t n = sqlite3_column_int64(row, QUESTION_CONTROLS), blocks = sqlite3_column_int64(row, QUESTION_BLOCKS);

	if (!*has) {
		html_raw(r, q->n > 0 ? "</ul>\n<h3>" : "<h3>");
		if (for_owner && r->summary->facts.owner) {
			html_raw(r, "For ");
			html_string(r, r->summary->facts.owner);
			html_raw(r, " to declare or provide");
		} else
			html_raw(r, for_owner ? "For the owner to declare or provide" : "For a person to judge");
		html_raw(r, "</h3>\n<ul class=\"questions\">\n");
		*has = true;
	}
	q->n++;
	html_raw(r, "<li><p>");
	html_text(r, report_column(row, QUESTION_TEXT));
	base_buffer_format(&r->out, "</p><p class=\"where\">decides %" PRId64 " control%s", n, n == 1 ? "" : "s");
	if (blocks > 0)
		base_buffer_format(&r->out, ", %" PRId64 " of the profile", blocks);
	html_raw(r, ": ");
	html_text(r, report_column(row, QUESTION_IDS));
	html_raw(r, "</p></li>\n");
	return ASSAY_OK;
}

int
html_questions(struct report *r)
{
	struct questions q = {0};
	int e;

	html_section(r, "questions", "Questions", "What would decide open controls, those that decide most first.");
	e = report_each(r, report_questions, question_row, &q);
	html_raw(r, q.n > 0 ? "</ul>\n" : "<p class=\"nothing\">No open question.</p>\n");
	html_section_end(r);
	return e;
}

/* The law of the row before, to know where a new one begins. */
struct laws {
	char law[64];
	bool is_open;
};

static bool
is_new_law(struct laws *l, sqlite3_stmt *row)
{
	char law[sizeof l->law];
	struct base_span s = report_column(row, CONTROL_LAW);

	snprintf(law, sizeof law, "%.*s", s.size < sizeof law ? (int)s.size : (int)sizeof law - 1, s.data ? (const char *)s.data : "");
	if (l->is_open && strcmp(law, l->law) == 0)
		return false;
	memcpy(l->law, law, sizeof law);
	return true;
}

/* "Art. 5(1)(c)" of "Art. 5(1)(c); Art. 25(1)" */
static struct base_span
first_cite(struct base_span cites)
{
	const uint8_t *end = cites.size > 0 ? memchr(cites.data, ';', cites.size) : NULL;

	return (struct base_span){cites.data, end ? (size_t)(end - cites.data) : cites.size};
}

static int
tile_row(struct report *r, sqlite3_stmt *row, void *context)
{
	struct laws *l = context;
	struct base_span status = report_column(row, CONTROL_STATUS), basis = report_column(row, CONTROL_BASIS);
	struct base_span disposition = report_column(row, CONTROL_DISPOSITION);

	if (is_new_law(l, row)) {
		html_raw(r, l->is_open ? "</ul></td></tr>\n<tr><th scope=\"row\" class=\"law\">" : "<tr><th scope=\"row\" class=\"law\">");
		html_text(r, report_column(row, CONTROL_LAW));
		html_raw(r, "</th><td><ul class=\"tiles\">\n");
		l->is_open = true;
	}
	base_buffer_format(&r->out, "<li><a class=\"tile %s\" href=\"#", html_tone(status, basis, disposition));
	html_id(r, "c-", report_column(row, CONTROL_ID));
	html_raw(r, "\" title=\"");
	html_text(r, report_column(row, CONTROL_TITLE));
	html_raw(r, "\"><b>");
	html_text(r, first_cite(report_column(row, CONTROL_CITE)));
	html_raw(r, "</b> <span>");
	html_text(r, report_is(disposition, "open") ? status : disposition);
	html_raw(r, "</span> <small>");
	html_text(r, basis);
	html_raw(r, "</small></a></li>\n");
	return ASSAY_OK;
}

static int
write_matrix(struct report *r)
{
	struct laws l = {0};
	int e;

	html_table(r, "Law by article: one tile per control. Green only where data or the log shows it, never for a declaration",
		"Law|Articles");
	e = report_each(r, report_controls, tile_row, &l);
	html_raw(r, l.is_open ? "</ul></td></tr>\n" : "");
	html_table_end(r);
	return e;
}

static int
control_row(struct report *r, sqlite3_stmt *row, void *context)
{
	struct laws *l = context;

	if (is_new_law(l, row)) {
		if (l->is_open)
			html_table_end(r);
		html_raw(r, "<h3 class=\"law\">");
		html_text(r, report_column(row, CONTROL_LAW));
		html_raw(r, "</h3>\n");
		html_table(r, "Controls of this law", "Citation|Control|Result|What was found|Fix");
		l->is_open = true;
	}
	html_raw(r, "<tr id=\"");
	html_id(r, "c-", report_column(row, CONTROL_ID));
	html_raw(r, sqlite3_column_int(row, CONTROL_IS_BLOCKER) ? "\" class=\"blocker\">" : "\">");
	html_row_head(r, row, CONTROL_CITE);
	html_raw(r, "<td>");
	html_text(r, report_column(row, CONTROL_TITLE));
	html_raw(r, " <small class=\"below\"><code>");
	html_text(r, report_column(row, CONTROL_ID));
	html_raw(r, "</code>, ");
	html_text(r, report_column(row, CONTROL_SEVERITY));
	html_raw(r, sqlite3_column_int(row, CONTROL_BLOCKING) ? ", blocks" : ", informs");
	html_raw(r, sqlite3_column_int(row, CONTROL_IS_DRAFT) ? ", draft</small></td><td>" : "</small></td><td>");
	html_status(r, row, CONTROL_STATUS, CONTROL_BASIS, CONTROL_DISPOSITION);
	html_raw(r, "</td>");
	html_cell(r, row, CONTROL_REASON);
	html_raw(r, "<td>");
	html_text(r, report_fix(row));
	html_raw(r, "</td></tr>\n");
	return ASSAY_OK;
}

static int
write_controls(struct report *r)
{
	struct laws l = {0};
	int e = report_each(r, report_controls, control_row, &l);

	if (l.is_open)
		html_table_end(r);
	else
		html_raw(r, "<p class=\"nothing\">No control was selected.</p>\n");
	return e;
}

static int
place_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, VERDICT_CONTROL);
	html_cell(r, row, VERDICT_RESOURCE);
	html_cell(r, row, VERDICT_COLUMN);
	html_cell(r, row, VERDICT_ENTITY);
	html_raw(r, "<td>");
	html_status(r, row, VERDICT_STATUS, VERDICT_BASIS, VERDICT_DISPOSITION);
	html_raw(r, "</td>");
	html_cell(r, row, VERDICT_REASON);
	html_raw(r, "</tr>\n");
	return ASSAY_OK;
}

int
html_laws(struct report *r)
{
	struct html_rows places = {.caption = "Every place that failed or waits for a person",
		.heads = "Control|Resource|Column|Entity|Result|Reason",
		.nothing = "No place failed or waits for a person.",
		.each = place_row};
	int e;

	html_section(r, "laws", "Laws and articles",
		"A pass on <b>declared</b> or <b>document</b> says what the owner claims; it is not evidence that it is so, and is "
		"never green.");
	e = write_matrix(r);
	e = e < 0 ? e : write_controls(r);
	html_raw(r, "<details class=\"places\" open=\"open\"><summary>Places</summary>\n");
	e = e < 0 ? e : html_table_of(r, report_details, &places);
	html_raw(r, "</details>\n");
	html_section_end(r);
	return e;
}

static int
exception_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, VERDICT_EXCEPTION);
	html_cell(r, row, VERDICT_DISPOSITION);
	html_cell(r, row, VERDICT_CONTROL);
	html_raw(r, "<td>");
	if (report_column(row, VERDICT_RESOURCE).size > 0)
		html_text(r, report_column(row, VERDICT_RESOURCE));
	else
		html_raw(r, "the control as a whole");
	html_raw(r, "</td>");
	html_cell(r, row, VERDICT_COLUMN);
	html_cell(r, row, VERDICT_ENTITY);
	html_cell(r, row, VERDICT_STATUS);
	html_cell(r, row, VERDICT_REASON);
	html_raw(r, "</tr>\n");
	return ASSAY_OK;
}

static void
write_lines(struct report *r, const char *title, const char *text)
{
	struct base_span rest = base_span_of(text), line;

	if (rest.size == 0)
		return;
	base_buffer_format(&r->out, "<h3>%s</h3>\n<ul>\n", title);
	while (report_next_line(&rest, &line)) {
		html_raw(r, "<li>");
		html_text(r, line);
		html_raw(r, "</li>\n");
	}
	html_raw(r, "</ul>\n");
}

int
html_exceptions(struct report *r)
{
	struct html_rows rows = {.caption = "Verdicts with an exception or a decision",
		.heads = "Exception|Kind|Control|Resource|Column|Entity|Was|Reason",
		.nothing = "No verdict is waived, carried in a baseline or decided.",
		.each = exception_row};
	int e;

	html_section(r, "exceptions", "Exceptions and decisions", "A waiver stops the gate, not the law.");
	e = html_table_of(r, report_exceptions, &rows);
	write_lines(r, "Values that the allow-list accepts", r->summary->facts.allow_applied);
	write_lines(r, "Waivers in use", r->summary->facts.waivers_applied);
	write_lines(r, "Waivers that do not apply", r->summary->facts.waivers_idle);
	html_section_end(r);
	return e;
}
