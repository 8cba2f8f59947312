/* The ledger's database: schema, opening, statements. Shared by writer, reader and verifier. */
#ifndef LEDGER_STORE_H
#define LEDGER_STORE_H

#include "ledger/ledger.h"

#include <sqlite3.h>

extern const char *const ledger_schema[]; /* CREATE statements, NULL terminated, as sqlite_schema keeps them */
enum { LEDGER_APPLICATION_ID = 0x41535359, LEDGER_USER_VERSION = 1 };

/* Is a database there? 1, 0, NOMEM. A file without a byte and without its sum is what a first writer leaves that was cut off before its
 * commit: nothing was ever kept in it. */
int store_exists(const char *path, struct assay_error *err);
/* Opens with every defence on. Existing files only unless ${create}. */
int store_open(const char *path, bool create, bool read_only, sqlite3 **ret, struct assay_error *err);
int store_create_schema(sqlite3 *db, const char *origin, struct assay_error *err);
/* VERIFY unless application id, version and every schema text are exactly ours. */
int store_check_schema(sqlite3 *db, const char *path, struct assay_error *err);
/* Turns a SQLite result into our code; ${verifying}: CORRUPT and NOTADB are VERIFY. */
int store_error(sqlite3 *db, int rc, const char *path, const char *what, bool verifying, struct assay_error *err);
int store_origin(sqlite3 *db, const char *path, char ret[NOTE_NAME_MAX], struct assay_error *err);
int store_size(sqlite3 *db, const char *path, uint64_t *ret, struct assay_error *err);
/* merkle_source over the entry table; context is struct store_nodes. */
struct store_nodes {
	sqlite3 *db;
	sqlite3_stmt *statement;
};
int store_node(void *context, unsigned level, uint64_t index, struct merkle_hash *ret);
/* What a walk over those nodes ended with, told: VERIFY with ${what} unless the nodes could not be read at all. */
int store_tree_error(int code, const char *subject, struct assay_error *err, const char *what, ...) __attribute__((format(printf, 4, 5)));
/* Newest checkpoint note as malloc'ed text; *ret NULL when there is none. */
int store_checkpoint(sqlite3 *db, const char *path, char **ret, struct assay_error *err);

/* SHA-256 of the database file, kept in a small file beside it: a flipped bit in a free byte of a page is seen too. */
int store_sum_write(const char *database, uint64_t size, struct assay_error *err);
/* *ret: 1 same, 0 differs, -1 no sum there; *ret_size the log size that it was made for. */
int store_sum_check(const char *database, int *ret, uint64_t *ret_size, struct assay_error *err);

#endif
