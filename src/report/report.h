/* Writers of a stored result: every format iterates the same database (policy/schema.sql), so none can show what another hides.
 *
 * To add a format: one file with a writer, one row in the table of report.c, cases in tests/unit/report. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "assay/error.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

struct report_options {
	size_t size;    /* sizeof(struct report_options) */
	bool color;     /* text only: ANSI colours */
	unsigned width; /* text only: columns of the terminal, 0 = 100 */
};

/* Streams the result at ${db} in a format of the table ("html" "xml" "json" "text"). USAGE with a suggestion for an unknown one; a negative
 * code of
 * ${write} stops and is returned. Memory does not grow with the number of findings. */
int report_write(sqlite3 *db, const char *format, const struct report_options *options,
	int (*write)(void *context, const void *data, size_t n), void *context, struct assay_error *err);
/* "report.html" -> "html"; NULL when no format has that ending. */
const char *report_format_of(const char *file_name);
/* Names of the formats, NULL past the end. */
const char *report_format_at(size_t i);

#endif
