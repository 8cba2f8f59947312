/* Pieces of the terminal report: cells that fit, paragraphs that wrap, and colours that can be switched off. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "report/rows.h"

enum text_style { TEXT_PLAIN, TEXT_BOLD, TEXT_DIM, TEXT_RED, TEXT_YELLOW, TEXT_GREEN };

struct text {
	struct report *report;
	struct base_buffer scratch; /* one value, made printable */
	size_t width;
};

void text_raw(struct text *t, const char *text);
void text_style(struct text *t, enum text_style style); /* TEXT_PLAIN ends a style */
void text_styled(struct text *t, enum text_style style, const char *text);
/* Columns that a value takes on a terminal once it is printable. */
size_t text_width(struct text *t, struct base_span value);
/* The value printable, cut in its middle to ${width} columns and padded to it (to the right if ${is_number}); width 0: as it is. */
void text_cell(struct text *t, struct base_span value, size_t width, bool is_number);
/* Words of a printable value, wrapped; continued lines begin with ${indent} spaces. ${at} columns are used already. Ends the line. */
void text_wrap(struct text *t, struct base_span value, size_t indent, size_t at);
void text_heading(struct text *t, const char *text);

/* Findings by column: two walks, one to measure, one to print. */
int text_findings(struct text *t);

#endif
