/* A connection on which SQL of a stranger can do nothing but read facts. */
#ifndef POLICY_SANDBOX_H
#define POLICY_SANDBOX_H

#include "assay/error.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct sandbox;

int sandbox_open(const char *path, const char *as_of, int64_t max_steps, struct sandbox **ret, struct assay_error *err);
void sandbox_close(struct sandbox *sandbox);
/* Prepares one SELECT; refuses writes, a second statement, unknown functions and tables. The reason stands in err. */
int sandbox_prepare(struct sandbox *sandbox, const char *sql, sqlite3_stmt **ret, struct assay_error *err);
/* SQLITE_ROW, SQLITE_DONE, or a negative code with the reason ("more than n steps"). */
int sandbox_step(struct sandbox *sandbox, sqlite3_stmt *statement, struct assay_error *err);

#endif
