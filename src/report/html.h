/* Pieces of the HTML report. What is written is well-formed XML too, so that a parser without recovery can read it back. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report/rows.h"

/* Our own markup, as it is. */
void html_raw(struct report *r, const char *markup);
/* A value: printable (base_text_printable), then escaped for text and attributes. The only way for a value into the page. */
void html_text(struct report *r, struct base_span value);
void html_string(struct report *r, const char *value /* NULL: nothing */);
/* 1234567 as 1,234,567 */
void html_number(struct report *r, int64_t n);
void html_time(struct report *r, int64_t ms);
/* id or fragment made of a value: letters, digits, '.', '-'; anything else as _HH. */
void html_id(struct report *r, const char *prefix, struct base_span value);
/* <td>…</td>; a null column is an em dash that screen readers skip. */
void html_cell(struct report *r, sqlite3_stmt *row, int column);
void html_number_cell(struct report *r, sqlite3_stmt *row, int column);
void html_sha256_cell(struct report *r, sqlite3_stmt *row, int column);
void html_row_head(struct report *r, sqlite3_stmt *row, int column);
/* <dt>name</dt><dd>value</dd>; nothing when there is no value. code: set in a fixed-width face. */
void html_fact(struct report *r, const char *name, const char *value);
void html_code_fact(struct report *r, const char *name, const char *value);
/* Status with its basis. Green is only for a pass that data or the log shows. */
void html_status(struct report *r, sqlite3_stmt *row, int status, int basis, int disposition);
const char *html_tone(struct base_span status, struct base_span basis, struct base_span disposition);
/* A bar of one share in parts per million; words stand beside it. */
void html_bar(struct report *r, int64_t ppm);

void html_section(struct report *r, const char *id, const char *title, const char *intro /* or NULL */);
void html_section_end(struct report *r);
/* Table in a box that scrolls sideways. heads: separated by '|', a leading '#' for numbers. */
void html_table(struct report *r, const char *caption, const char *heads);
void html_table_end(struct report *r);

/* A table whose rows are counted, so that an empty one says so instead. */
struct html_rows {
	const char *caption, *heads, *nothing;
	report_row *each; /* context: the struct html_rows */
	int64_t n;
	void *context;
};
int html_table_of(struct report *r, const char *sql, struct html_rows *rows);

/* Sections, in the order of the page. */
int html_first_screen(struct report *r);
int html_changes(struct report *r);
int html_questions(struct report *r);
int html_findings(struct report *r);
int html_laws(struct report *r);
int html_exceptions(struct report *r);
int html_access(struct report *r);
int html_lineage(struct report *r);
int html_evidence(struct report *r);
int html_limits(struct report *r);
int html_integrity(struct report *r);
int html_appendix(struct report *r);

#endif
