/* Applying waivers to verdicts: a waiver stops the gate, not the law (DESIGN section 9). */
#ifndef APP_WAIVE_H
#define APP_WAIVE_H

#include "app/project.h"

#include <sqlite3.h>

struct policy_set;

/* Sets disposition and exception of verdicts that a valid waiver covers; a control whose failing rows are all covered is waived as a whole.
 * Waivers that do not apply (expired, stale, not waivable, nothing to waive) are listed with their reason in the property `waivers.idle`.
 */
int waive_apply(sqlite3 *db, const struct project *project, const struct policy_set *set, const char *as_of, struct assay_error *err);
/* Digest of a control's failing evidence as a control waiver names it, hex in ret. */
int waive_evidence(sqlite3 *db, const char *control, char ret[static 65], struct assay_error *err);

#endif
