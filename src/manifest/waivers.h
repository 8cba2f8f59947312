/* assay.waivers.yaml: exceptions from verdicts, each with an owner, an approver and an end (DESIGN section 9).
 *
 *   assay_waivers: 1
 *   waivers:
 *     - id: W-2026-01
 *       scope: column                   # column | control | value
 *       control: gdpr-a5.1c-1           # column and value: optional; control: required
 *       resource: data/users.csv        # column: required together with column, entity and max_count
 *       column: phone
 *       entity: PHONE_NUMBER
 *       max_count: 40
 *       evidence: sha256:...            # control: required; digest of the rows that were looked at (`assay explain CONTROL` prints it)
 *       fingerprint: ...                # value: required together with key_id
 *       key_id: ...
 *       reason: why the risk is accepted
 *       owner: m.rossi                  # asks for it and answers for it
 *       approver: a.kim                 # another person
 *       until: 2027-01-31               # last day, end of day UTC
 *
 * A waiver stops the gate, not the law. */
#ifndef MANIFEST_WAIVERS_H
#define MANIFEST_WAIVERS_H

#include "assay/error.h"

#include <stddef.h>
#include <stdint.h>

enum waiver_scope { WAIVER_VALUE, WAIVER_COLUMN, WAIVER_CONTROL };

/* Texts are NULL where the file does not say; borrowed from the list. */
struct waiver {
	const char *id, *control, *resource, *column, *entity, *evidence, *fingerprint, *key_id, *reason, *owner, *approver;
	enum waiver_scope scope;
	uint64_t max_count;
	int64_t until_ms; /* midnight UTC that begins the last day */
	uint32_t line;
};

struct waivers;
/* CONFIG with file:line:column: unknown key, missing member of its scope, approver who is the owner, bad date, duplicate id. */
int waivers_load(const char *path, struct waivers **ret, struct assay_error *err);
void waivers_free(struct waivers *w);
const uint8_t *waivers_sha256(const struct waivers *w); /* 32 bytes, of the file as read */
size_t waivers_count(const struct waivers *w);
const struct waiver *waivers_at(const struct waivers *w, size_t i);

#endif
