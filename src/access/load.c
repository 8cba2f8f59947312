/* Reading access.yaml. What a rule could never match, or would match other than it looks, is refused: a deny that misses is a hole. */
#include "access/internal.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/digest.h"

#include <string.h>

static const char *const actions[ACCESS_ACTIONS] = {"read", "write", "declare", "waive", "decide", "run"};

const char *
access_action_at(size_t i)
{
	return i < ACCESS_ACTIONS ? actions[i] : NULL;
}

int
access_action_index(const char *action)
{
	for (int i = 0; action && i < ACCESS_ACTIONS; i++)
		if (strcmp(actions[i], action) == 0)
			return i;
	return -1;
}

struct reader {
	struct access *a;
	struct assay_error *err;
};

static int
refuse(const struct reader *r, const struct base_yaml_node *at, const char *message)
{
	return base_yaml_error(r->a->yaml, at, r->err, ASSAY_CONFIG, "%s", message);
}

static int
refuse_word(const struct reader *r, const struct base_yaml_node *at, const char *what, const char *const *words, size_t n)
{
	const char *near = base_suggest(at->text, words, n);

	base_yaml_error(r->a->yaml, at, r->err, ASSAY_CONFIG, "unknown %s '%s'", what, at->text);
	if (near)
		base_error_hint(r->err, "did you mean '%s'?", near);
	return ASSAY_CONFIG;
}

/* Zeroed, at least one element, so that NULL means out of memory. */
static void *
new_items(const struct reader *r, size_t n, size_t size)
{
	return base_arena_alloc(r->a->arena, (n + 1) * size);
}

/* A child that must be a list of texts without empty ones; *ret NULL when there is none. */
static int
read_list(const struct reader *r, const struct base_yaml_node *map, const char *key, const struct base_yaml_node **ret)
{
	const struct base_yaml_node *list = base_yaml_get(map, key);

	*ret = NULL;
	if (!list)
		return ASSAY_OK;
	if (list->kind != YAML_LIST || list->count == 0)
		return base_yaml_error(r->a->yaml, list, r->err, ASSAY_CONFIG, "'%s' must be a list of at least one text", key);
	for (const struct base_yaml_node *item = list->first; item; item = item->next)
		if (item->kind != YAML_TEXT || item->size == 0)
			return base_yaml_error(r->a->yaml, item, r->err, ASSAY_CONFIG, "'%s' must hold texts", key);
	*ret = list;
	return ASSAY_OK;
}

/* A section of the file: absent and empty are the same. */
static int
read_section(const struct reader *r, const char *key, enum base_yaml_kind kind, const struct base_yaml_node **ret)
{
	const struct base_yaml_node *section = base_yaml_get(r->a->yaml->root, key);

	*ret = NULL;
	if (!section || section->kind == YAML_NULL)
		return ASSAY_OK;
	if (section->kind != kind)
		return base_yaml_error(
			r->a->yaml, section, r->err, ASSAY_CONFIG, "'%s' must be a %s", key, kind == YAML_MAP ? "map" : "list");
	*ret = section;
	return ASSAY_OK;
}

static int
find_role(const struct reader *r, const struct base_yaml_node *at, uint32_t *ret)
{
	_cleanup_free_ const char **names = NULL;

	if (access_find(r->a->role_names, at->text, ret))
		return ASSAY_OK;
	names = base_calloc(r->a->n_roles + 1, sizeof *names);
	if (!names)
		return base_error_nomem(r->err);
	for (size_t i = 0; i < r->a->n_roles; i++)
		names[i] = r->a->roles[i].name;
	return refuse_word(r, at, "role", names, r->a->n_roles);
}

/* ---- scopes ---- */

/* Why a glob would not do what it looks like, or NULL. */
static const char *
glob_fault(const char *glob)
{
	unsigned stars = 0;

	if (strlen(glob) > ACCESS_GLOB_MAX)
		return "the glob is too long";
	if (glob[0] == '/')
		return "a glob is relative to the project root and does not begin with '/'";
	if (glob[0] == '!')
		return "a glob cannot be negated: write a rule under 'deny'";
	if (strpbrk(glob, "[]{}\\"))
		return "a glob knows '*', '**' and '?' only: no classes, braces or escapes";
	for (const char *part = glob; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL) {
		size_t n = strcspn(part, "/");
		if (n == 0)
			return part[0] == '\0' ? "a glob does not end in '/': write '/**' for all that lies below"
					       : "a glob does not hold '//'";
		if (strncmp(part, "..", n) == 0 && n <= 2)
			return "a glob does not hold the parts '.' or '..'";
	}
	for (const char *p = glob; *p; p++)
		stars += *p == '*' && p[1] != '*';
	return stars > ACCESS_STARS_MAX ? "the glob has too many '*'" : NULL;
}

static int
read_data(const struct reader *r, const struct base_yaml_node *map, struct access_scope *scope)
{
	const struct base_yaml_node *list;
	int e = read_list(r, map, "data", &list);

	if (e < 0 || !list)
		return e;
	scope->data = new_items(r, list->count, sizeof *scope->data);
	if (!scope->data)
		return base_error_nomem(r->err);
	for (const struct base_yaml_node *item = list->first; item; item = item->next) {
		const char *fault = glob_fault(item->text);
		if (fault)
			return refuse(r, item, fault);
		scope->data[scope->n_data++] = item->text;
	}
	return ASSAY_OK;
}

static int
read_actions(const struct reader *r, const struct base_yaml_node *map, struct access_scope *scope)
{
	const struct base_yaml_node *list;
	int e = read_list(r, map, "can", &list);

	if (e < 0 || !list)
		return e;
	for (const struct base_yaml_node *item = list->first; item; item = item->next) {
		int i = access_action_index(item->text);
		if (i < 0)
			return refuse_word(r, item, "action", actions, ACCESS_ACTIONS);
		scope->actions |= 1U << i;
	}
	return ASSAY_OK;
}

static int
read_purposes(const struct reader *r, const struct base_yaml_node *map, struct access_scope *scope)
{
	struct access *a = r->a;
	const struct base_yaml_node *list;
	int e = read_list(r, map, "for", &list);

	if (e < 0 || !list)
		return e;
	scope->purposes = new_items(r, list->count, sizeof *scope->purposes);
	if (!scope->purposes)
		return base_error_nomem(r->err);
	for (const struct base_yaml_node *item = list->first; item; item = item->next) {
		uint32_t *number = &scope->purposes[scope->n_purposes++];
		if (access_find(a->purpose_names, item->text, number))
			continue;
		if (a->n_purposes == ACCESS_PURPOSES_MAX)
			return refuse(r, item, "too many purposes");
		*number = (uint32_t)a->n_purposes;
		a->purposes[a->n_purposes++] = item->text;
		if (base_map_insert(a->purpose_names, base_span_of(item->text), *number) < 0)
			return base_error_nomem(r->err);
	}
	return ASSAY_OK;
}

/* can, data, for: what and on what go together. */
static int
read_scope(const struct reader *r, const struct base_yaml_node *map, struct access_scope *scope)
{
	int e = read_actions(r, map, scope);

	e = e < 0 ? e : read_data(r, map, scope);
	e = e < 0 ? e : read_purposes(r, map, scope);
	if (e < 0)
		return e;
	if (scope->actions && scope->n_data == 0)
		return refuse(r, map, "'can' needs 'data': on what");
	if (!scope->actions && (scope->n_data > 0 || scope->n_purposes > 0))
		return refuse(r, map, "'data' and 'for' need 'can': which actions");
	return ASSAY_OK;
}

/* ---- roles and denies ---- */

static int
name_roles(struct reader *r, const struct base_yaml_node *roles)
{
	struct access *a = r->a;

	if (roles->count > ACCESS_ROLES_MAX)
		return refuse(r, roles, "too many roles");
	a->roles = new_items(r, roles->count, sizeof *a->roles);
	if (!a->roles)
		return base_error_nomem(r->err);
	for (const struct base_yaml_node *node = roles->first; node; node = node->next) {
		a->roles[a->n_roles] = (struct access_role){.name = node->key, .node = node};
		if (base_map_insert(a->role_names, base_span_of(node->key), (uint32_t)a->n_roles++) < 0)
			return base_error_nomem(r->err);
	}
	a->n_words = (a->n_roles + 63) / 64;
	return ASSAY_OK;
}

static int
read_role(const struct reader *r, struct access_role *role)
{
	static const char *const keys[] = {"inherits", "can", "data", "for"};
	const struct base_yaml_node *list;
	int e = base_yaml_check_keys(r->a->yaml, role->node, keys, BASE_COUNT(keys), ASSAY_CONFIG, r->err);

	e = e < 0 ? e : read_list(r, role->node, "inherits", &list);
	e = e < 0 ? e : read_scope(r, role->node, &role->scope);
	if (e < 0)
		return e;
	role->inherits = new_items(r, list ? list->count : 0, sizeof *role->inherits);
	if (!role->inherits)
		return base_error_nomem(r->err);
	for (const struct base_yaml_node *item = list ? list->first : NULL; item && e == ASSAY_OK; item = item->next)
		e = find_role(r, item, &role->inherits[role->n_inherits++]);
	return e;
}

static int
read_roles(struct reader *r)
{
	const struct base_yaml_node *roles;
	int e = read_section(r, "roles", YAML_MAP, &roles);

	if (e < 0 || !roles)
		return e;
	e = name_roles(r, roles);
	for (size_t i = 0; i < r->a->n_roles && e == ASSAY_OK; i++)
		e = read_role(r, &r->a->roles[i]);
	return e;
}

/* A text that a map must have. */
static int
need_text(const struct reader *r, const struct base_yaml_node *map, const char *key, const struct base_yaml_node **ret)
{
	const struct base_yaml_node *node = base_yaml_get(map, key);

	if (node && node->kind == YAML_TEXT && node->size > 0) {
		*ret = node;
		return ASSAY_OK;
	}
	base_yaml_error(r->a->yaml, node ? node : map, r->err, ASSAY_CONFIG, node ? "'%s' must be a text" : "'%s' is missing", key);
	return ASSAY_CONFIG;
}

static int
read_deny(struct reader *r, const struct base_yaml_node *node)
{
	static const char *const keys[] = {"role", "can", "data", "for", "why"};
	struct access_deny *deny = &r->a->denies[r->a->n_denies];
	const struct base_yaml_node *role = NULL;
	int e = base_yaml_check_keys(r->a->yaml, node, keys, BASE_COUNT(keys), ASSAY_CONFIG, r->err);

	*deny = (struct access_deny){.line = node->line};
	e = e < 0 ? e : need_text(r, node, "role", &role);
	e = e < 0 ? e : find_role(r, role, &deny->role);
	e = e < 0 ? e : base_yaml_read_text(r->a->yaml, node, "why", &deny->why, ASSAY_CONFIG, r->err);
	e = e < 0 ? e : read_scope(r, node, &deny->scope);
	if (e < 0)
		return e;
	if (!deny->scope.actions)
		return refuse(r, node, "a deny needs 'can' and 'data'");
	deny->label = base_arena_format(r->a->arena, "deny %zu", ++r->a->n_denies);
	return deny->label ? ASSAY_OK : base_error_nomem(r->err);
}

static int
read_denies(struct reader *r)
{
	const struct base_yaml_node *list;
	int e = read_section(r, "deny", YAML_LIST, &list);

	if (e < 0 || !list)
		return e;
	r->a->denies = new_items(r, list->count, sizeof *r->a->denies);
	if (!r->a->denies)
		return base_error_nomem(r->err);
	for (const struct base_yaml_node *node = list->first; node && e == ASSAY_OK; node = node->next)
		e = read_deny(r, node);
	return e;
}

/* ---- grants ---- */

static int
read_date(const struct reader *r, const struct base_yaml_node *map, const char *key, int64_t *ret)
{
	const struct base_yaml_node *node = base_yaml_get(map, key);

	if (!node)
		return ASSAY_OK;
	if (node->kind != YAML_TEXT || !base_date_parse(base_span_of(node->text), ret))
		return base_yaml_error(r->a->yaml, node, r->err, ASSAY_CONFIG, "'%s' must be a date like 2027-03-31", key);
	return ASSAY_OK;
}

/* Appends the grant to its principal's list. */
static int
add_grant(struct reader *r, const struct base_yaml_node *who, struct access_grant *grant)
{
	struct access *a = r->a;
	uint32_t number = (uint32_t)a->n_grants;
	struct access_principal *principal;

	if (!access_find(a->principal_names, who->text, &grant->principal)) {
		grant->principal = (uint32_t)a->n_principals++;
		a->principals[grant->principal] = (struct access_principal){.name = who->text, .first = number, .last = number};
		if (base_map_insert(a->principal_names, base_span_of(who->text), grant->principal) < 0)
			return base_error_nomem(r->err);
	}
	principal = &a->principals[grant->principal];
	if (principal->n++ == ACCESS_HELD_MAX)
		return refuse(r, who, "too many grants to one principal");
	if (principal->last != number)
		a->grants[principal->last].next = number;
	principal->last = number;
	a->n_grants++;
	return ASSAY_OK;
}

static int
read_grant(struct reader *r, const struct base_yaml_node *node)
{
	static const char *const keys[] = {"who", "role", "from", "until", "by", "ticket", "as"};
	struct access_grant *grant = &r->a->grants[r->a->n_grants];
	const struct base_yaml_node *who = NULL, *role = NULL;
	int64_t until_ms = INT64_MAX;
	int e = base_yaml_check_keys(r->a->yaml, node, keys, BASE_COUNT(keys), ASSAY_CONFIG, r->err);

	*grant = (struct access_grant){.line = node->line, .next = ACCESS_NONE, .from_ms = INT64_MIN, .end_ms = INT64_MAX, .node = node};
	e = e < 0 ? e : need_text(r, node, "who", &who);
	e = e < 0 ? e : need_text(r, node, "role", &role);
	e = e < 0 ? e : find_role(r, role, &grant->role);
	e = e < 0 ? e : read_date(r, node, "from", &grant->from_ms);
	e = e < 0 ? e : read_date(r, node, "until", &until_ms);
	e = e < 0 ? e : base_yaml_read_text(r->a->yaml, node, "by", &grant->by, ASSAY_CONFIG, r->err);
	e = e < 0 ? e : base_yaml_read_text(r->a->yaml, node, "ticket", &grant->label, ASSAY_CONFIG, r->err);
	if (e < 0)
		return e;
	if (strpbrk(who->text, "*?"))
		return refuse(r, who, "'who' names one principal: patterns are not supported");
	/* until counts to the end of its day */
	if (until_ms != INT64_MAX)
		grant->end_ms = until_ms + BASE_DAY_MS;
	if (grant->from_ms >= grant->end_ms)
		return refuse(r, base_yaml_get(node, "until"), "'until' lies before 'from'");
	if (!grant->label)
		grant->label = base_arena_format(r->a->arena, "grant %zu", r->a->n_grants + 1);
	return grant->label ? add_grant(r, who, grant) : base_error_nomem(r->err);
}

/* Whom the holder may act for. Read last: each must be a principal with a grant of its own, or it is a slip of the pen. */
static int
read_as(const struct reader *r, struct access_grant *grant)
{
	const struct base_yaml_node *list;
	int e = read_list(r, grant->node, "as", &list);
	uint32_t number;

	if (e < 0 || !list)
		return e;
	grant->as = new_items(r, list->count, sizeof *grant->as);
	if (!grant->as)
		return base_error_nomem(r->err);
	for (const struct base_yaml_node *item = list->first; item; item = item->next) {
		if (!access_find(r->a->principal_names, item->text, &number)) {
			_cleanup_free_ const char **names = base_calloc(r->a->n_principals + 1, sizeof *names);
			for (size_t i = 0; names && i < r->a->n_principals; i++)
				names[i] = r->a->principals[i].name;
			return names ? refuse_word(r, item, "principal", names, r->a->n_principals) : base_error_nomem(r->err);
		}
		grant->as[grant->n_as++] = item->text;
	}
	return ASSAY_OK;
}

static int
read_grants(struct reader *r)
{
	const struct base_yaml_node *list;
	struct access *a = r->a;
	int e = read_section(r, "grants", YAML_LIST, &list);

	if (e < 0 || !list)
		return e;
	a->grants = new_items(r, list->count, sizeof *a->grants);
	a->principals = new_items(r, list->count, sizeof *a->principals);
	if (!a->grants || !a->principals)
		return base_error_nomem(r->err);
	for (const struct base_yaml_node *node = list->first; node && e == ASSAY_OK; node = node->next)
		e = read_grant(r, node);
	for (size_t i = 0; i < a->n_grants && e == ASSAY_OK; i++)
		e = read_as(r, &a->grants[i]);
	return e;
}

/* ---- the rest of the file ---- */

static int
read_separation(struct reader *r, const struct base_yaml_node *node)
{
	static const char *const keys[] = {"id", "roles"};
	struct access_separation *separation = &r->a->separations[r->a->n_separations++];
	const struct base_yaml_node *id = NULL, *list = NULL;
	size_t n = 0;
	int e = base_yaml_check_keys(r->a->yaml, node, keys, BASE_COUNT(keys), ASSAY_CONFIG, r->err);

	e = e < 0 ? e : need_text(r, node, "id", &id);
	e = e < 0 ? e : read_list(r, node, "roles", &list);
	if (e < 0)
		return e;
	*separation = (struct access_separation){.id = id->text, .node = node, .roles = access_set_new(r->a)};
	if (!separation->roles)
		return base_error_nomem(r->err);
	for (const struct base_yaml_node *item = list ? list->first : NULL; item; item = item->next) {
		uint32_t role;
		e = find_role(r, item, &role);
		if (e < 0)
			return e;
		n += !access_set_has(separation->roles, role);
		access_set_add(separation->roles, role);
	}
	return n < 2 ? refuse(r, list ? list : node, "'roles' must name at least two roles to keep apart") : ASSAY_OK;
}

static int
read_separations(struct reader *r)
{
	const struct base_yaml_node *list;
	int e = read_section(r, "separate", YAML_LIST, &list);

	if (e < 0 || !list)
		return e;
	if (list->count > ACCESS_SEPARATIONS_MAX)
		return refuse(r, list, "too many separations");
	r->a->separations = new_items(r, list->count, sizeof *r->a->separations);
	if (!r->a->separations)
		return base_error_nomem(r->err);
	for (const struct base_yaml_node *node = list->first; node && e == ASSAY_OK; node = node->next)
		e = read_separation(r, node);
	return e;
}

static int
read_identity(struct reader *r)
{
	static const char *const keys[] = {"accept"}, *const kinds[] = {"key", "ci-oidc"};
	const struct base_yaml_node *identity, *list;
	int e = read_section(r, "identity", YAML_MAP, &identity);

	if (e < 0 || !identity)
		return e;
	e = base_yaml_check_keys(r->a->yaml, identity, keys, BASE_COUNT(keys), ASSAY_CONFIG, r->err);
	e = e < 0 ? e : read_list(r, identity, "accept", &list);
	for (const struct base_yaml_node *item = e == ASSAY_OK && list ? list->first : NULL; item && e == ASSAY_OK; item = item->next) {
		size_t i = 0;
		while (i < BASE_COUNT(kinds) && strcmp(kinds[i], item->text) != 0)
			i++;
		if (i == BASE_COUNT(kinds))
			e = refuse_word(r, item, "kind of identity", kinds, BASE_COUNT(kinds));
		else if (r->a->n_accept == BASE_COUNT(kinds))
			e = refuse(r, item, "named twice");
		else
			r->a->accept[r->a->n_accept++] = kinds[i];
	}
	return e;
}

static int
read_version(const struct reader *r)
{
	static const char *const keys[] = {"assay_access", "identity", "roles", "deny", "separate", "grants"};
	const struct base_yaml_node *root = r->a->yaml->root, *version = NULL;
	int e = base_yaml_check_keys(r->a->yaml, root, keys, BASE_COUNT(keys), ASSAY_CONFIG, r->err);

	e = e < 0 ? e : need_text(r, root, "assay_access", &version);
	if (e == ASSAY_OK && strcmp(version->text, "1") != 0)
		e = base_yaml_error(r->a->yaml, version, r->err, ASSAY_CONFIG, "'assay_access' is '%s', and this program reads version 1",
			version->text);
	return e;
}

int
access_parse(const char *name, const char *text, size_t n, struct access **ret, struct assay_error *err)
{
	struct access *a = calloc(1, sizeof *a);
	struct reader r = {a, err};
	int e;

	if (!a || !(a->arena = base_arena_new()) || !(a->role_names = base_map_new()) || !(a->purpose_names = base_map_new())
		|| !(a->principal_names = base_map_new())) {
		access_free(a);
		return base_error_nomem(err);
	}
	e = crypto_sha256(text, n, a->sha256);
	if (e < 0)
		base_error(err, e, "cannot digest the access policy");
	e = e < 0 ? e : base_yaml_parse(name, text, n, &a->yaml, err);
	e = e < 0 ? e : read_version(&r);
	e = e < 0 ? e : read_identity(&r);
	e = e < 0 ? e : read_roles(&r);
	e = e < 0 ? e : read_denies(&r);
	e = e < 0 ? e : read_separations(&r);
	e = e < 0 ? e : read_grants(&r);
	e = e < 0 ? e : access_close(a, err);
	e = e < 0 ? e : access_separate(a, err);
	if (e < 0) {
		access_free(a);
		return e;
	}
	*ret = a;
	return ASSAY_OK;
}

int
access_load(const char *path, struct access **ret, struct assay_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t n;
	int r = base_file_read(path, LIMIT_CONFIG_FILE, &text, &n, err);

	if (r == ASSAY_LIMIT)
		return base_error_at(err, ASSAY_CONFIG, path, 0, 0, "larger than %d bytes: not an access policy", (int)LIMIT_CONFIG_FILE);
	return r < 0 ? r : access_parse(path, text, n, ret, err);
}

void
access_free(struct access *a)
{
	if (!a)
		return;
	base_map_free(a->role_names);
	base_map_free(a->purpose_names);
	base_map_free(a->principal_names);
	base_arena_free(a->arena);
	base_yaml_free(a->yaml);
	free(a);
}

const uint8_t *
access_sha256(const struct access *a)
{
	return a->sha256;
}
