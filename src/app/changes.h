/* What is new, gone or other than in the audit before: findings, verdicts, resources, and what the audit rests on. */
#ifndef APP_CHANGES_H
#define APP_CHANGES_H

#include "app/project.h"

#include <sqlite3.h>

/* Fills the table change and the properties scope, changes.since and changes.since_as_of of a judged result. Compared is the newest stored
 * audit that this ledger signed for the same dataset and the same paths, as of its own day; without one the table stays empty and
 * changes.since unset. No part of the result's digest: it depends on what was audited here before. */
int changes_store(sqlite3 *db, struct project *project, const char *const *paths, size_t n_paths, struct assay_error *err);

#endif
