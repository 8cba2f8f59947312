/* The facts database: what an audit knows, as tables that controls query and writers iterate (schema.sql, BORDERS B4). */
#ifndef POLICY_FACTS_H
#define POLICY_FACTS_H

#include "assay/error.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

/* Creates the schema in a new database at ${path} (a file name or a "file:" URI). No journal: the file is renamed into place when whole. */
int facts_create(const char *path, sqlite3 **ret, struct assay_error *err);
/* Opens a stored result for reading. FORMAT when it is none. */
int facts_open(const char *path, sqlite3 **ret, struct assay_error *err);

/* One row into a table: ${format} has one letter per column of the VALUES list: i int64_t · t text or NULL · b blob pointer (NULL = null)
 * then size_t · n null. The first column list is the table's own order. */
int facts_insert(sqlite3 *db, const char *table, struct assay_error *err, const char *format, ...);
int facts_begin(sqlite3 *db, struct assay_error *err);
int facts_commit(sqlite3 *db, struct assay_error *err);
/* Runs SQL of ours. */
int facts_exec(sqlite3 *db, const char *sql, struct assay_error *err);
/* First column of the first row of a query of ours with text parameters; *ret malloc'ed, NULL when there is no row or it is null. */
int facts_text(sqlite3 *db, char **ret, struct assay_error *err, const char *sql, size_t n, const char *const *parameters);
int facts_int(sqlite3 *db, const char *sql, int64_t *ret, struct assay_error *err);
int facts_set_property(sqlite3 *db, const char *name, const char *value, struct assay_error *err);

#endif
