/* The compiled access policy. Everything but the closures borrows its texts from the YAML tree. */
#ifndef ACCESS_INTERNAL_H
#define ACCESS_INTERNAL_H

#include "access/access.h"
#include "base/map.h"
#include "base/yaml.h"

enum {
	ACCESS_ACTIONS = 6,
	/* Roles of one policy. Sets of roles lie on the stack during a decision. */
	ACCESS_ROLES_MAX = 1024,
	ACCESS_WORDS_MAX = ACCESS_ROLES_MAX / 64,
	/* Grants of one principal: separation compares each with each. */
	ACCESS_HELD_MAX = 1024,
	ACCESS_SEPARATIONS_MAX = 256,
	/* Distinct purposes: each has a set of roles. */
	ACCESS_PURPOSES_MAX = 1024,
	/* Bytes of a glob, and runs of '*' in it: each multiplies the work of a match. */
	ACCESS_GLOB_MAX = 1024,
	ACCESS_STARS_MAX = 8,
};

/* What a role permits or a deny forbids. */
struct access_scope {
	uint32_t actions;   /* bit per action */
	const char **data;  /* globs */
	uint32_t *purposes; /* numbers; none = any purpose */
	size_t n_data, n_purposes;
};

struct access_role {
	const char *name;
	const struct base_yaml_node *node;
	struct access_scope scope; /* actions 0: the role only inherits */
	uint32_t *inherits;
	size_t n_inherits;
	uint64_t *closure; /* itself and all that it inherits */
};

struct access_deny {
	struct access_scope scope;
	uint32_t role, line;
	const char *why, *label; /* why may be NULL; label "deny N" */
};

#define ACCESS_NONE UINT32_MAX
struct access_grant {
	uint32_t principal, role, line;
	uint32_t next;           /* of the same principal, ACCESS_NONE at the end */
	int64_t from_ms, end_ms; /* live while from <= t < end */
	const char *label, *by;  /* label: ticket or "grant N"; by may be NULL */
	const char **as;
	size_t n_as;
	const struct base_yaml_node *node;
};

struct access_principal {
	const char *name;
	uint32_t first, last, n; /* grants */
};

struct access_separation {
	const char *id;
	uint64_t *roles;
	const struct base_yaml_node *node;
};

struct access {
	struct base_yaml *yaml;
	struct base_arena *arena;
	uint8_t sha256[32];
	const char *accept[4]; /* identity.accept */
	size_t n_accept;
	struct access_role *roles;
	struct access_deny *denies;
	struct access_grant *grants;
	struct access_principal *principals;
	struct access_separation *separations;
	const char *purposes[ACCESS_PURPOSES_MAX];
	size_t n_roles, n_denies, n_grants, n_principals, n_separations, n_purposes;
	size_t n_words;                             /* of a set of roles */
	uint64_t *has_action[ACCESS_ACTIONS];       /* roles whose own permission has the action */
	uint64_t *denied_action[ACCESS_ACTIONS];    /* roles that a deny of the action names */
	uint64_t *has_purpose[ACCESS_PURPOSES_MAX]; /* roles that name it or are open to any */
	uint64_t *has_any;                          /* roles open to any purpose */
	struct base_map *role_names, *purpose_names, *principal_names;
};

/* ---- sets of roles ---- */

static inline void
access_set_add(uint64_t *set, uint32_t i)
{
	set[i / 64] |= UINT64_C(1) << i % 64;
}
static inline bool
access_set_has(const uint64_t *set, uint32_t i)
{
	return set[i / 64] >> i % 64 & 1;
}
static inline void
access_set_join(uint64_t *set, const uint64_t *other, size_t n_words)
{
	for (size_t i = 0; i < n_words; i++)
		set[i] |= other[i];
}
uint64_t *access_set_new(const struct access *a);

/* closure.c: fills closures (CONFIG on a cycle) and the sets by action and purpose; refuses what `separate` keeps apart. */
int access_close(struct access *a, struct assay_error *err);
int access_separate(const struct access *a, struct assay_error *err);

/* decide.c */
bool access_find(const struct base_map *map, const char *name, uint32_t *ret);
int access_action_index(const char *action); /* -1 = unknown */
/* Resolves ".", ".." and doubled slashes by name alone; the root is "". False when the result leaves the root. */
bool access_normalise(const char *resource, char ret[static ACCESS_RESOURCE_MAX + 1]);
bool access_scope_has_data(const struct access_scope *scope, const char *name);
bool access_scope_has_purpose(const struct access_scope *scope, uint32_t purpose);
static inline bool
access_is_live(const struct access_grant *grant, int64_t at_ms)
{
	return at_ms >= grant->from_ms && at_ms < grant->end_ms;
}

/* A decision with the places that led to it; ACCESS_NONE where there is none. */
struct access_finding {
	enum access_outcome outcome;
	uint32_t principal, asked, grant, role, deny;
	char name[ACCESS_RESOURCE_MAX + 1];
};
void access_resolve(const struct access *a, const struct access_request *request, struct access_finding *ret);

#endif
