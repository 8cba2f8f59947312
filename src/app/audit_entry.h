/* The ledger entry of an audit and what an audit records about access. */
#ifndef APP_AUDIT_ENTRY_H
#define APP_AUDIT_ENTRY_H

#include "app/scan_job.h"

#include <sqlite3.h>

struct rights;
struct audit_facts {
	const struct scan_job *job;
	const char *as_of, *profile, *packs_json; /* canonical JSON list */
	const struct rights *rights;
	const char *result_sha256; /* hex */
	uint8_t options_sha256[32];
	bool is_simulated;
	const char *narrowed_by; /* option, or NULL */
	const struct app_outcome *outcome;
};
/* Canonical JSON body (BORDERS B5). */
int audit_entry_body(
	sqlite3 *db, const struct project *project, const struct audit_facts *facts, struct base_buffer *out, struct assay_error *err);
/* Body of the access entry: the auditor's own right to read this data for the purpose "audit". */
int audit_access_body(
	const struct project *project, const struct scan_job *job, const char *actor, struct base_buffer *out, struct assay_error *err);

#endif
