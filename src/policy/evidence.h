/* Which evidence a control needs, and whether the facts hold it (the words of `needs:`, docs/policies.md). */
#ifndef POLICY_EVIDENCE_H
#define POLICY_EVIDENCE_H

#include "base/buffer.h"
#include "policy/policy.h"

/* What a predicate may rest on (declarations and findings) comes before it; lists, documents and logs are asked for only where the control
 * applies. */
enum evidence_stage { EVIDENCE_OF_PREDICATE, EVIDENCE_OF_VERDICT };

/* A word that `needs:` may hold. */
bool evidence_is_known(const char *need);
/* Does it name a declaration of the manifest? */
bool evidence_is_declared(const char *need);
/* Appends why the verdict cannot be given for each required need of that stage that is absent; *ret: any is. */
int evidence_find_missing(sqlite3 *db, const struct policy_control *control, enum evidence_stage stage, struct base_buffer *reason,
	bool *ret, struct assay_error *err);

#endif
