/* A stored result: the facts database with its verdicts and properties. */
#ifndef APP_RESULT_H
#define APP_RESULT_H

#include "app/project.h"

#include <sqlite3.h>

struct result {
	sqlite3 *db;
};

/* Path of a stored audit: by id, or the newest. malloc'ed. UNSUPPORTED when there is none, USAGE for an id that is no file name. */
int result_find(const struct project *project, const char *id, char **ret, struct assay_error *err);
/* Whether the stored audit at ${path} is what its digest says and, where it was signed, what the ledger says. VERIFY when not. */
int result_check(struct project *project, const char *path, struct assay_error *err);
/* Sets one property from a number. */
int result_set_int(sqlite3 *db, const char *name, int64_t value, struct assay_error *err);
/* Text of a property or NULL; malloc'ed. */
int result_property(sqlite3 *db, const char *name, char **ret, struct assay_error *err);
/* exit_code and exit_codes from what is in the outcome. */
int result_set_exits(sqlite3 *db, const struct app_outcome *outcome, struct assay_error *err);
void result_get_exits(sqlite3 *db, struct app_outcome *ret);

static inline void
result_close_at(struct result **p)
{
	result_close(*p);
}

#endif
