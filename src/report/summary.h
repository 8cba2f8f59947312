/* The numbers and facts of a result that stand on the first screen: computed once, shown by every format. */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "assay/error.h"
#include "base/buffer.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

enum report_basis { BASIS_DATA, BASIS_LOG, BASIS_DECLARED, BASIS_DOCUMENT, BASIS_COUNT };
enum report_status { STATUS_FAIL, STATUS_REVIEW, STATUS_NOTEVAL, STATUS_ERROR, STATUS_PASS, STATUS_NA, STATUS_COUNT };
enum report_cover { COVERED_COMPLETE, COVERED_SAMPLED, COVERED_INCOMPLETE, COVERED_UNREAD, COVERED_EXCLUDED, COVERED_COUNT };
enum report_disposition { DISPOSED_OPEN, DISPOSED_WAIVED, DISPOSED_BASELINE, DISPOSED_DECIDED, DISPOSED_COUNT };

extern const char *const report_basis_names[BASIS_COUNT],
	*const report_status_names[STATUS_COUNT], *const report_cover_names[COVERED_COUNT], *const report_disposition_names[DISPOSED_COUNT];

/* Texts of the table property; NULL = not set. options is valid JSON. */
struct report_facts {
	char *kind, *id, *profile, *dataset, *dataset_version, *owner, *dataset_sha256, *as_of, *tool, *result_sha256, *key_id, *exit_code,
		*exit_codes, *simulated, *unprotected_key, *strict, *fail_on, *not_judged, *controls_evaluated, *controls_total, *packs,
		*options, *allow, *allow_applied, *waivers_idle, *waivers_applied, *vkey, *ledger_state, *ledger_seq, *ledger_size,
		*ledger_root, *ledger_checkpoint, *ledger_signer, *ledger_owner, *ledger_pinned, *ledger_time, *changes_since,
		*changes_since_as_of;
};

/* Open roll-ups: what contradicts, what lacks evidence, what a person has to judge. */
struct report_open {
	int64_t contradictions, missing, person;
};

struct report_summary {
	struct report_facts facts;
	bool is_audit, is_judged, is_blocked;
	bool is_signed, is_unsigned, is_broken; /* neither signed nor unsigned: the block was left out */
	bool is_unpinned, is_simulated, is_unprotected;
	bool exits[6];                               /* exits[n]: status n applies */
	int64_t verdicts[BASIS_COUNT][STATUS_COUNT]; /* roll-ups, never added across bases */
	int64_t disposed[DISPOSED_COUNT];            /* roll-ups */
	struct report_open profile, other;           /* profile: controls that block under it; other: all the rest */
	int64_t blockers;
	int64_t covered[COVERED_COUNT], resources;
	int64_t findings, validated, values, columns, resources_with; /* reported ones; values: single matches */
	int64_t samples, suppressed, undecided;                       /* findings in another state */
	int64_t changed, added, gone;                                 /* since the audit before */
	int64_t issues, issue_count, rights, events, events_refused, edges;
};

int report_summary_load(sqlite3 *db, struct report_summary *ret, struct assay_error *err);
void report_summary_dispose(struct report_summary *summary);

/* "Blocked for 'pre-training': 3 contradictions, 2 missing evidence, 5 for a person." Names are made printable. */
void report_headline(const struct report_summary *s, struct base_buffer *out);
/* "3 contradictions, 2 missing evidence, 5 for a person" */
void report_open_line(const struct report_open *open, struct base_buffer *out);
/* What stands outside the profile, and what else stops the gate; empty when nothing. */
void report_subline(const struct report_summary *s, struct base_buffer *out);
/* Coverage as a sentence: "4 complete, 1 unread". */
void report_coverage_line(const struct report_summary *s, struct base_buffer *out);
/* "since ID (2026-11-23): 3 new, 1 gone, 2 changed", or that nothing changed, or that there is no audit before. */
void report_changes_line(const struct report_summary *s, struct base_buffer *out);
/* What was found, as a sentence. */
void report_findings_line(const struct report_summary *s, struct base_buffer *out);

/* A banner that no format may leave out: NULL past the end. ${n} counts those that apply. */
struct report_banner {
	const char *word, *text;
	bool (*applies)(const struct report_summary *s);
};
const struct report_banner *report_banner_at(const struct report_summary *s, size_t n);

#define REPORT_NOTICE "This report contains pseudonymised personal data: handle it as personal data."
#define REPORT_ADVICE "Evidence, not legal advice."

#endif
