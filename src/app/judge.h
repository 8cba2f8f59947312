/* From facts to verdicts, dispositions and exit codes: the middle of an audit. */
#ifndef APP_JUDGE_H
#define APP_JUDGE_H

#include "app/project.h"
#include "policy/policy.h"

#include <sqlite3.h>

enum { JUDGE_LAWS = 64 };

/* What is judged, settled from the request, the manifest and defaults. */
struct judge {
	struct policy_set *set;
	const char *profile;
	const char *laws[JUDGE_LAWS]; /* n_laws = 0: all */
	size_t n_laws;
	char as_of[11];
	bool is_simulated;
	int fail_on; /* rank: 0 critical .. 3 low */
	const char *fail_on_word;
	const char *narrowed_by; /* option that makes this audit see or weigh less than the manifest and the defaults do; NULL = none */
};

/* PACK, USAGE (unknown profile, law, severity or date, with a suggestion). */
int judge_init(struct judge *judge, const struct project *project, const struct audit_request *request, struct assay_error *err);
void judge_dispose(struct judge *judge);
/* Evaluates over the facts at ${path}, applies waivers, sets the outcome's exits and the properties about it. */
int judge_run(struct judge *judge, const struct project *project, const struct audit_request *request, const char *path, sqlite3 *db,
	struct app_outcome *outcome, struct assay_error *err);
/* Exits that follow from coverage alone: 4 when something was not read, or nothing was. */
int judge_coverage(sqlite3 *db, struct app_outcome *outcome, struct assay_error *err);

#endif
