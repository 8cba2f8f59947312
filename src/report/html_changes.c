/* What is new, gone or other since the audit before. */
#include "report/html.h"

static int
change_row(struct report *r, sqlite3_stmt *row, void *context)
{
	(void)context;
	html_raw(r, "<tr>");
	html_row_head(r, row, CHANGE_WHAT);
	html_cell(r, row, CHANGE_KIND);
	html_cell(r, row, CHANGE_SUBJECT);
	html_cell(r, row, CHANGE_RESOURCE);
	html_cell(r, row, CHANGE_COLUMN);
	html_cell(r, row, CHANGE_BEFORE);
	html_cell(r, row, CHANGE_AFTER);
	html_raw(r, "</tr>\n");
	return ASSAY_OK;
}

int
html_changes(struct report *r)
{
	enum { OPEN_MAX = 30 };
	const struct report_summary *s = r->summary;
	struct html_rows rows = {
		.caption = "Changes since the audit before", .heads = "What|Kind|Of|Resource|Column|Before|Now", .each = change_row};
	int64_t n = s->added + s->gone + s->changed;
	struct base_buffer words;
	int e = ASSAY_OK;

	html_section(r, "changes", "Changes", NULL);
	base_buffer_init(&words, r->out.max);
	report_changes_line(s, &words);
	report_absorb(r, &words);
	html_raw(r, "<p>");
	html_string(r, words.data);
	html_raw(r, ".</p>\n");
	base_buffer_dispose(&words);
	if (n > 0) {
		html_raw(r, n > OPEN_MAX ? "<details><summary>All changes</summary>\n"
					 : "<details open=\"open\"><summary>All changes</summary>\n");
		e = html_table_of(r, report_changes, &rows);
		html_raw(r, "</details>\n");
	}
	html_section_end(r);
	return e;
}
