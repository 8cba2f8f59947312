/* What the writers share: the result being written, a bounded output buffer, and walking over rows. */
#ifndef REPORT_INTERNAL_H
#define REPORT_INTERNAL_H

#include "base/buffer.h"
#include "base/span.h"
#include "report/report.h"
#include "report/summary.h"

struct report {
	sqlite3 *db;
	const struct report_options *options;
	const struct report_summary *summary;
	struct base_buffer out; /* what was not handed to write yet */
	int status;             /* why a buffer beside out failed; 0 = none did */
	int (*write)(void *context, const void *data, size_t n);
	void *context;
	struct assay_error *err;
};

/* A writer fills out, row by row; 0 or a negative code. */
int report_write_html(struct report *r);
int report_write_json(struct report *r);
int report_write_text(struct report *r);
int report_write_xml(struct report *r);

/* Hands out what has gathered once it is worth a call (flush: in any case). LIMIT or NOMEM when a row did not fit. */
int report_drain(struct report *r);
/* A buffer of a writer's own: its failure becomes the report's. */
void report_absorb(struct report *r, const struct base_buffer *b);
int report_flush(struct report *r);

/* Called for each row; drained after each. Returns 0 or a negative code that stops. */
typedef int report_row(struct report *r, sqlite3_stmt *row, void *context);
int report_each(struct report *r, const char *sql, report_row *each, void *context);

/* Bytes of a column, borrowed until the next step; empty for null. */
struct base_span report_column(sqlite3_stmt *row, int column);
bool report_is_null(sqlite3_stmt *row, int column);
bool report_is(struct base_span s, const char *word);
/* A file of reports/ as built in; empty when there is none. */
struct base_span report_asset(const char *name);

#endif
