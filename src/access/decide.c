/* Decisions: default deny, an explicit deny wins, and a resource is matched under its one normal name. */
#include "access/internal.h"

#include "base/memory.h"
#include "base/text.h"

#include <string.h>

const char *
access_outcome_name(enum access_outcome outcome)
{
	static const char *const names[] = {
		"allowed", "no-grant", "expired", "not-yet", "no-permission", "other-data", "other-purpose", "denied-rule", "outside"};

	return (unsigned)outcome < BASE_COUNT(names) ? names[outcome] : "unknown";
}

bool
access_find(const struct base_map *map, const char *name, uint32_t *ret)
{
	return name && base_map_find(map, base_span_of(name), ret);
}

bool
access_normalise(const char *resource, char ret[static ACCESS_RESOURCE_MAX + 1])
{
	size_t n = 0;

	if (!resource || resource[0] == '\0' || resource[0] == '/' || strlen(resource) > ACCESS_RESOURCE_MAX)
		return false;
	for (const char *p = resource; *p;) {
		size_t length = strcspn(p, "/");
		if (length == 2 && memcmp(p, "..", 2) == 0) {
			if (n == 0)
				return false;
			while (n > 0 && ret[--n] != '/')
				;
		} else if (length > 0 && !(length == 1 && *p == '.')) {
			if (n > 0)
				ret[n++] = '/';
			memcpy(ret + n, p, length);
			n += length;
		}
		p += length;
		p += *p == '/';
	}
	ret[n] = '\0';
	return true;
}

/* "keys" followed by a slash and two stars also names the folder keys itself. */
static bool
glob_has(const char *glob, const char *name)
{
	size_t n = strlen(name);

	return base_glob_matches(glob, name) || (strncmp(glob, name, n) == 0 && n > 0 && strcmp(glob + n, "/**") == 0);
}

bool
access_scope_has_data(const struct access_scope *scope, const char *name)
{
	for (size_t i = 0; i < scope->n_data; i++)
		if (glob_has(scope->data[i], name))
			return true;
	return false;
}

/* A deny also covers what lies below a folder that it names. */
static bool
deny_has_data(const struct access_scope *scope, const char *name)
{
	char above[ACCESS_RESOURCE_MAX + 1];
	size_t n = strlen(name);

	memcpy(above, name, n + 1);
	for (;;) {
		char *slash;
		if (access_scope_has_data(scope, above))
			return true;
		slash = strrchr(above, '/');
		if (!slash)
			return false;
		*slash = '\0';
	}
}

bool
access_scope_has_purpose(const struct access_scope *scope, uint32_t purpose)
{
	for (size_t i = 0; i < scope->n_purposes; i++)
		if (scope->purposes[i] == purpose)
			return true;
	return scope->n_purposes == 0;
}

/* What of the policy matters for one request. */
struct view {
	const struct access *a;
	const struct access_request *request;
	uint32_t purpose; /* ACCESS_NONE: named by no rule */
	int action;
	uint64_t held[ACCESS_WORDS_MAX];   /* all roles of the principal at that time */
	uint64_t active[ACCESS_WORDS_MAX]; /* those that count: of the asked role, else all held */
};

/* Collects roles from live grants. Returns the outcome when nothing counts, else ACCESS_ALLOWED. */
static enum access_outcome
collect(struct view *v, struct access_finding *f)
{
	const struct access *a = v->a;
	uint32_t over = ACCESS_NONE, ahead = ACCESS_NONE;
	bool counts = false;

	if (!access_find(a->principal_names, v->request->principal, &f->principal))
		return ACCESS_NO_GRANT;
	for (uint32_t i = a->principals[f->principal].first; i != ACCESS_NONE; i = a->grants[i].next) {
		const struct access_grant *grant = &a->grants[i];
		const uint64_t *closure = a->roles[grant->role].closure;
		bool fits = !v->request->role || (f->asked != ACCESS_NONE && access_set_has(closure, f->asked));
		if (access_is_live(grant, v->request->at_ms)) {
			access_set_join(v->held, closure, a->n_words);
			counts = counts || fits;
			if (fits && f->grant == ACCESS_NONE)
				f->grant = i;
		} else if (fits && v->request->at_ms < grant->from_ms)
			ahead = ahead == ACCESS_NONE || grant->from_ms < a->grants[ahead].from_ms ? i : ahead;
		else if (fits)
			over = over == ACCESS_NONE || grant->end_ms > a->grants[over].end_ms ? i : over;
	}
	if (counts) {
		access_set_join(v->active, f->asked != ACCESS_NONE ? a->roles[f->asked].closure : v->held, a->n_words);
		return ACCESS_ALLOWED;
	}
	f->grant = ahead != ACCESS_NONE ? ahead : over;
	return ahead != ACCESS_NONE ? ACCESS_NOT_YET : over != ACCESS_NONE ? ACCESS_EXPIRED : ACCESS_NO_GRANT;
}

/* The first live grant that brings the role (and the asked one, unless a deny is explained). */
static uint32_t
grant_of(const struct view *v, const struct access_finding *f, uint32_t role)
{
	const struct access *a = v->a;

	for (uint32_t i = a->principals[f->principal].first; i != ACCESS_NONE; i = a->grants[i].next) {
		const struct access_grant *grant = &a->grants[i];
		const uint64_t *closure = a->roles[grant->role].closure;
		if (access_is_live(grant, v->request->at_ms) && access_set_has(closure, role)
			&& (f->asked == ACCESS_NONE || f->deny != ACCESS_NONE || access_set_has(closure, f->asked)))
			return i;
	}
	return ACCESS_NONE;
}

static bool
is_denied(const struct view *v, struct access_finding *f)
{
	const struct access *a = v->a;
	uint64_t any = 0;

	for (size_t w = 0; w < a->n_words; w++)
		any |= v->held[w] & a->denied_action[v->action][w];
	for (uint32_t i = 0; any && i < a->n_denies; i++) {
		const struct access_deny *deny = &a->denies[i];
		/* a request for any purpose is also one for the purpose that is denied */
		if ((deny->scope.actions >> v->action & 1) && access_set_has(v->held, deny->role)
			&& (!v->request->purpose || access_scope_has_purpose(&deny->scope, v->purpose))
			&& deny_has_data(&deny->scope, f->name)) {
			f->deny = i;
			f->role = deny->role;
			return true;
		}
	}
	return false;
}

/* Bytes that the nearest glob of a role shares with the name from the start: how near a miss was. */
static size_t
nearness(const struct access_scope *scope, const char *name)
{
	size_t best = 0;

	for (size_t i = 0; i < scope->n_data; i++) {
		size_t n = 0;
		while (name[n] && scope->data[i][n] == name[n])
			n++;
		best = n > best ? n : best;
	}
	return best;
}

/* Searches the roles that count and have the action. */
static enum access_outcome
search(const struct view *v, struct access_finding *f)
{
	const struct access *a = v->a;
	const uint64_t *purposes = v->purpose == ACCESS_NONE ? a->has_any : a->has_purpose[v->purpose];
	uint32_t near = ACCESS_NONE, other = ACCESS_NONE;
	size_t best = 0;

	for (uint32_t w = 0; w < a->n_words; w++)
		for (uint64_t bits = v->active[w] & a->has_action[v->action][w]; bits; bits &= bits - 1) {
			uint32_t role = w * 64 + (uint32_t)__builtin_ctzll(bits);
			bool fits = !v->request->purpose || access_set_has(purposes, role);
			if (!access_scope_has_data(&a->roles[role].scope, f->name)) {
				size_t n = nearness(&a->roles[role].scope, f->name);
				if (near == ACCESS_NONE || n > best) {
					near = role;
					best = n;
				}
			} else if (fits) {
				f->role = role;
				return ACCESS_ALLOWED;
			} else if (other == ACCESS_NONE)
				other = role;
		}
	f->role = other != ACCESS_NONE ? other : near;
	return other != ACCESS_NONE ? ACCESS_OTHER_PURPOSE : near != ACCESS_NONE ? ACCESS_OTHER_DATA : ACCESS_NO_PERMISSION;
}

void
access_resolve(const struct access *a, const struct access_request *request, struct access_finding *f)
{
	struct view v = {.a = a, .request = request, .purpose = ACCESS_NONE, .action = access_action_index(request->action)};

	*f = (struct access_finding){
		.principal = ACCESS_NONE, .asked = ACCESS_NONE, .grant = ACCESS_NONE, .role = ACCESS_NONE, .deny = ACCESS_NONE};
	access_find(a->role_names, request->role, &f->asked);
	access_find(a->purpose_names, request->purpose, &v.purpose);
	if (!access_normalise(request->resource, f->name)) {
		access_find(a->principal_names, request->principal, &f->principal);
		f->outcome = ACCESS_OUTSIDE;
		return;
	}
	f->outcome = collect(&v, f);
	if (f->outcome != ACCESS_ALLOWED)
		return;
	if (v.action < 0) {
		f->outcome = ACCESS_NO_PERMISSION;
		return;
	}
	f->outcome = is_denied(&v, f) ? ACCESS_DENIED_RULE : search(&v, f);
	if (f->role != ACCESS_NONE)
		f->grant = grant_of(&v, f, f->role);
}

struct access_decision
access_decide(const struct access *a, const struct access_request *request)
{
	struct access_finding f;
	struct access_decision d;

	access_resolve(a, request, &f);
	d = (struct access_decision){.outcome = f.outcome};
	if (f.grant != ACCESS_NONE) {
		d.grant = a->grants[f.grant].label;
		d.line = a->grants[f.grant].line;
		d.role = a->roles[a->grants[f.grant].role].name;
	}
	if (f.role != ACCESS_NONE) {
		d.role = a->roles[f.role].name;
		d.line = a->roles[f.role].node->key_line;
	}
	if (f.deny != ACCESS_NONE)
		d.line = a->denies[f.deny].line;
	return d;
}

bool
access_may_act_as(const struct access *a, const char *actor, const char *principal, int64_t at_ms, const char **ret_grant)
{
	uint32_t number;

	if (!principal || !access_find(a->principal_names, actor, &number))
		return false;
	for (uint32_t i = a->principals[number].first; i != ACCESS_NONE; i = a->grants[i].next)
		for (size_t k = 0; access_is_live(&a->grants[i], at_ms) && k < a->grants[i].n_as; k++)
			if (strcmp(a->grants[i].as[k], principal) == 0) {
				if (ret_grant)
					*ret_grant = a->grants[i].label;
				return true;
			}
	return false;
}
