/* access.yaml: users, roles, permissions by action x data x purpose, deny, expiry; default deny (DESIGN section 11, docs/access.md).
 *
 * Compiled once into closures over the role hierarchy; immutable afterwards and safe to share between threads. */
#ifndef ACCESS_ACCESS_H
#define ACCESS_ACCESS_H

#include "assay/error.h"
#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct access;

/* CONFIG with file:line:column for unknown keys, roles and actions (with a suggestion), cycles, bad dates and globs, and principals or
 * roles that join what `separate` keeps apart. */
int access_load(const char *path, struct access **ret, struct assay_error *err);
/* The same from memory; ${name} stands in errors. */
int access_parse(const char *name, const char *text, size_t n, struct access **ret, struct assay_error *err);
void access_free(struct access *a);
static inline void
access_free_at(struct access **p)
{
	access_free(*p);
}
const uint8_t *access_sha256(const struct access *a); /* 32 bytes, of the file as read */

/* The closed list of actions: read write declare waive decide run. NULL past the end. */
const char *access_action_at(size_t i);

enum access_outcome {
	ACCESS_ALLOWED,
	ACCESS_NO_GRANT, /* the principal holds no role (or not the asked one) */
	ACCESS_EXPIRED,  /* grant is over at that time */
	ACCESS_NOT_YET,
	ACCESS_NO_PERMISSION, /* no role of the principal has the action */
	ACCESS_OTHER_DATA,    /* has the action, not on this data */
	ACCESS_OTHER_PURPOSE,
	ACCESS_DENIED_RULE, /* an explicit deny */
	ACCESS_OUTSIDE,     /* the resource is empty, too long, absolute or leaves the project root: no rule can name it */
};

enum {
	/* Longest resource name in bytes; longer ones are ACCESS_OUTSIDE. */
	ACCESS_RESOURCE_MAX = 4096,
};

/* resource: relative to the project root; "." parts, ".." and doubled slashes are resolved by name alone before anything is matched. */
struct access_request {
	const char *principal, *role /* NULL = any role held */, *action, *resource, *purpose /* NULL = any */;
	int64_t at_ms;
};

struct access_decision {
	enum access_outcome outcome;
	const char *role;  /* the role that decided, borrowed; may be NULL */
	const char *grant; /* ticket or "grant N"; may be NULL */
	uint32_t line;     /* of the deciding rule in access.yaml, 0 = none */
};

const char *access_outcome_name(enum access_outcome outcome); /* "allowed" "no-grant" ... */
/* Deterministic. Grant expiry counts at the end of the day UTC. A deny hits every principal whose live grants reach its role, whichever
 * role was asked for. */
struct access_decision access_decide(const struct access *a, const struct access_request *request);
/* The chain principal -> role -> inherited role -> permission (allow), or the nearest miss (deny), one step a line. USAGE for an unknown
 * action. */
int access_explain(const struct access *a, const struct access_request *request, struct base_buffer *out, struct assay_error *err);
/* May ${actor} act under the name of ${principal}? Only when a live grant of the actor lists it under `as`. *ret_grant (may be NULL): that
 * grant. */
bool access_may_act_as(const struct access *a, const char *actor, const char *principal, int64_t at_ms, const char **ret_grant);

/* Every effective right, one callback a row, in file order, the rows of `deny` last: for `access list` and the facts database. role is the
 * role that holds the permission (granted or inherited). expires_ms: last millisecond, INT64_MAX = never. purpose "" = any. effect is
 * "allow" or "deny"; principal "" for a deny row. Returns the first non-zero of the callback. */
struct access_right {
	const char *principal, *role, *action, *resource, *purpose, *effect, *grant;
	int64_t expires_ms;
};
int access_each_right(const struct access *a, int (*each)(void *context, const struct access_right *right), void *context);

#endif
