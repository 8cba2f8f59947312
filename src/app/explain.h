/* The parts of explain: each writes lines for people, or members of one JSON object. */
#ifndef APP_EXPLAIN_H
#define APP_EXPLAIN_H

#include "app/scan_job.h"
#include "policy/policy.h"

#include <sqlite3.h>

struct explaining {
	struct project *project;
	const struct explain_request *request;
	struct assay_env *env;
	struct base_buffer out;
	struct base_json json; /* into out, an object that is open */
};

/* A text against all rules; *ret_reported: spans that a scan would report. */
int explain_text(struct explaining *e, size_t *ret_reported, struct assay_error *err);
/* A finding of a stored audit; looks at the data again where it is still the same. USAGE when there is no such finding. */
int explain_finding(struct explaining *e, sqlite3 *db, const char *id, struct assay_error *err);
/* A span, whose bytes lie in ${text} when that is known. where: "bytes 5..17" stands after it. */
void explain_span(struct explaining *e, const struct rules *rules, const struct span *span, struct base_span text);

/* "  title        text" */
void explain_line(struct base_buffer *out, const char *title, const char *text);
/* Of a row; "" for NULL. */
const char *explain_column(sqlite3_stmt *statement, int i);

#endif
