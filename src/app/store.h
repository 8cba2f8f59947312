/* From memory into the facts database: coverage, findings, declarations, rights and the log (BORDERS B4). */
#ifndef APP_STORE_H
#define APP_STORE_H

#include "app/scan_job.h"

#include <sqlite3.h>

struct policy_set;

/* resource, field, finding, example, issue. set: taxonomy for category and secrecy; entities that it lacks are added. */
int store_scan(
	sqlite3 *db, const struct scan_job *job, const struct project *project, const struct policy_set *set, struct assay_error *err);
/* manifest_value, jurisdiction, document. */
int store_manifest(sqlite3 *db, const struct project *project, struct assay_error *err);
struct rights;
/* rights_list; a list against which nothing could be compared is not in order. */
int store_rights(sqlite3 *db, const struct rights *rights, struct assay_error *err);
/* access_right. */
int store_access(sqlite3 *db, const struct project *project, struct assay_error *err);
/* ledger_state, access_event, lineage_edge. */
int store_ledger(sqlite3 *db, struct project *project, struct assay_error *err);
/* SHA-256 over canonical rows of what was found, declared and judged; without ledger data and row ids (BORDERS B4). */
int store_result_digest(sqlite3 *db, uint8_t ret[32], struct assay_error *err);
/* SHA-256 over the canonical rows of one query: "n:text" per value, rows ended by newline. */
int store_query_digest(sqlite3 *db, const char *sql, size_t n, const char *const *parameters, uint8_t ret[32], struct assay_error *err);
/* f- and 16 hex digits. */
enum { STORE_FINDING_ID = 20 };

#endif
