/* The RBAC decision cases of the casbin project (Apache-2.0, see the data file), each policy rewritten as access.yaml.
 *
 * How: a domain is a purpose; a role of casbin is one role per domain that inherits one small role per `p` line; a user with `p` lines of
 * its own holds a personal role; a `g` line between roles is inheritance, else a grant; `p … deny` is a deny. Users and roles share no
 * names here. */
#include "../support.h"

#include "access/internal.h"

#include <jansson.h>

enum { FIELDS = 5, LINES = 64 };

/* One group: its lines split into fields, and how many of them name a domain. */
struct group {
	char *lines[LINES], *fields[LINES][FIELDS + 1];
	size_t n, counts[LINES];
	bool has_domains;
	struct access *a;
};

static void
split(struct group *g, const char *line)
{
	char *rest = base_strdup(line);
	size_t *n = &g->counts[g->n];

	assert_non_null(rest);
	assert_in_range(g->n, 0, LINES - 1);
	g->lines[g->n] = rest;
	while (rest) {
		char *comma = strstr(rest, ", ");
		if (comma)
			*comma = '\0';
		assert_in_range(*n, 0, FIELDS);
		g->fields[g->n][(*n)++] = rest;
		rest = comma ? comma + 2 : NULL;
	}
	g->n++;
}

/* Is the name given to somebody by a g line? Then it is a role. */
static bool
is_role(const struct group *g, const char *name)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->fields[i][0][0] == 'g' && strcmp(g->fields[i][2], name) == 0)
			return true;
	return false;
}

/* Name of the role that stands for a subject in a domain. */
static const char *
role_of(const struct group *g, const char *subject, const char *domain, char ret[static 64])
{
	snprintf(ret, 64, "%s%s%s%s", is_role(g, subject) ? "" : "self-", subject, domain ? "@" : "", domain ? domain : "");
	return ret;
}

static const char *
domain_of(const struct group *g, size_t line)
{
	if (!g->has_domains)
		return NULL;
	return g->fields[line][0][0] == 'p' ? g->fields[line][2] : g->fields[line][3];
}

static bool
is_deny(const struct group *g, size_t line)
{
	return g->fields[line][0][0] == 'p' && strcmp(g->fields[line][g->counts[line] - 1], "deny") == 0;
}

/* Same subject and domain in an earlier p line, or a role that a g line named before. */
static bool
is_first(const struct group *g, size_t line, const char *role)
{
	char name[64];

	for (size_t i = 0; i < line; i++) {
		const char kind = g->fields[i][0][0];
		if (strcmp(role_of(g, g->fields[i][1], domain_of(g, i), name), role) == 0 && (kind == 'p' || is_role(g, g->fields[i][1])))
			return false;
		if (kind == 'g' && strcmp(role_of(g, g->fields[i][2], domain_of(g, i), name), role) == 0)
			return false;
	}
	return true;
}

static void
write_role(const struct group *g, const char *role, struct base_buffer *out)
{
	char name[64];
	const char *separator = "";

	base_buffer_format(out, "  '%s': {", role);
	for (size_t i = 0; i < g->n; i++) {
		bool permits = g->fields[i][0][0] == 'p' && !is_deny(g, i);
		bool inherits = g->fields[i][0][0] == 'g' && is_role(g, g->fields[i][1]);
		if ((!permits && !inherits) || strcmp(role_of(g, g->fields[i][1], domain_of(g, i), name), role) != 0)
			continue;
		base_buffer_text(out, separator[0] ? separator : "inherits: [");
		if (permits)
			base_buffer_format(out, "p%zu", i);
		else
			base_buffer_format(out, "'%s'", role_of(g, g->fields[i][2], domain_of(g, i), name));
		separator = ", ";
	}
	base_buffer_text(out, separator[0] ? "]}\n" : "}\n");
}

static void
write_roles(const struct group *g, struct base_buffer *out)
{
	base_buffer_text(out, "assay_access: 1\nroles:\n");
	for (size_t i = 0; i < g->n; i++) {
		char *const *f = g->fields[i] + (g->has_domains ? 1 : 0);
		if (g->fields[i][0][0] != 'p' || is_deny(g, i))
			continue;
		base_buffer_format(out, "  p%zu: {can: [%s], data: [%s]", i, f[3], f[2]);
		base_buffer_format(out, g->has_domains ? ", for: [%s]}\n" : "}\n", domain_of(g, i));
	}
	for (size_t i = 0; i < g->n; i++) {
		char role[64];
		if ((g->fields[i][0][0] == 'p' || is_role(g, g->fields[i][1]))
			&& is_first(g, i, role_of(g, g->fields[i][1], domain_of(g, i), role)))
			write_role(g, role, out);
		if (g->fields[i][0][0] == 'g' && is_first(g, i, role_of(g, g->fields[i][2], domain_of(g, i), role))
			&& strcmp(g->fields[i][1], g->fields[i][2]) != 0)
			write_role(g, role, out);
	}
}

static void
write_rest(const struct group *g, struct base_buffer *out)
{
	char role[64];

	base_buffer_text(out, "deny:\n");
	for (size_t i = 0; i < g->n; i++)
		if (is_deny(g, i))
			base_buffer_format(out, "  - {role: '%s', can: [%s], data: [%s]}\n", role_of(g, g->fields[i][1], NULL, role),
				g->fields[i][3], g->fields[i][2]);
	base_buffer_text(out, "grants:\n");
	for (size_t i = 0; i < g->n; i++) {
		const char *subject = g->fields[i][1], *target = g->fields[i][0][0] == 'g' ? g->fields[i][2] : subject;
		role_of(g, target, domain_of(g, i), role);
		if (is_role(g, subject) || (target == subject && !is_first(g, i, role)))
			continue;
		base_buffer_format(out, "  - {who: '%s', role: '%s'}\n", subject, role);
	}
}

static void
load_group(struct group *g, const json_t *json)
{
	const json_t *policy = json_object_get(json, "policy");
	struct assay_error err = {0};
	struct base_buffer text;

	g->has_domains = strstr(json_string_value(json_object_get(json, "model")), "g = _, _, _") != NULL;
	for (size_t i = 0; i < json_array_size(policy); i++)
		split(g, json_string_value(json_array_get(policy, i)));
	base_buffer_init(&text, 1 << 16);
	write_roles(g, &text);
	write_rest(g, &text);
	if (access_parse("casbin.yaml", text.data, text.size, &g->a, &err) != ASSAY_OK)
		fail_msg("%s: %u:%u: %s\n%s", json_string_value(json_object_get(json, "id")), err.line, err.column, err.message, text.data);
	base_buffer_dispose(&text);
}

static const char *
word(const json_t *list, size_t i)
{
	return json_string_value(json_array_get(list, i));
}

static bool
holds(const struct group *g, const char *who, const char *role, const char *domain)
{
	char name[64];
	struct access_request q = {who, role_of(g, role, domain, name), "read", "x", domain, 0};

	return is_role(g, role) && access_decide(g->a, &q).outcome != ACCESS_NO_GRANT;
}

static bool
is_granted(const struct group *g, const char *who, uint32_t role)
{
	for (size_t i = 0; i < g->a->n_grants; i++)
		if (g->a->grants[i].role == role && (!who || strcmp(g->a->principals[g->a->grants[i].principal].name, who) == 0))
			return true;
	return false;
}

/* Roles of casbin (not the helpers) in a domain that somebody holds: directly, or through inheritance too. */
static json_t *
roles_of(const struct group *g, const char *who, const char *domain, bool is_implicit)
{
	json_t *found = json_array();

	for (uint32_t i = 0; i < g->a->n_roles; i++) {
		const char *name = g->a->roles[i].name, *at = strrchr(name, '@');
		_cleanup_free_ char *plain = base_strndup(name, at ? (size_t)(at - name) : strlen(name));
		if (!is_role(g, plain) || (domain ? !at || strcmp(at + 1, domain) != 0 : at != NULL))
			continue;
		if (is_implicit ? holds(g, who, plain, domain) : is_granted(g, who, i))
			json_array_append_new(found, json_string(plain));
	}
	return found;
}

struct search {
	const char *resource, *domain;
	json_t *found;
};

static int
take_right(void *context, const struct access_right *right)
{
	struct search *s = context;

	if (strcmp(right->resource, s->resource) == 0 && strcmp(right->purpose, s->domain) == 0)
		json_array_append_new(s->found, json_pack("[ssss]", right->principal, right->purpose, right->resource, right->action));
	return 0;
}

static json_t *
answer(const struct group *g, const char *kind, const json_t *query)
{
	size_t n = json_array_size(query);

	if (strcmp(kind, "enforce") == 0) {
		struct access_request q = {
			word(query, 0), NULL, word(query, n - 1), word(query, n - 2), g->has_domains ? word(query, 1) : NULL, 0};
		return json_boolean(access_decide(g->a, &q).outcome == ACCESS_ALLOWED);
	}
	if (strcmp(kind, "has_role") == 0)
		return json_boolean(holds(g, word(query, 0), word(query, 1), word(query, 2)));
	if (strcmp(kind, "roles_for_user") == 0)
		return roles_of(g, word(query, 0), word(query, 1), false);
	if (strcmp(kind, "implicit_roles_for_user") == 0)
		return roles_of(g, word(query, 0), word(query, 1), true);
	if (strcmp(kind, "all_roles_by_domain") == 0)
		return roles_of(g, NULL, word(query, 0), false);
	if (strcmp(kind, "implicit_users_for_resource") == 0) {
		struct search s = {word(query, 0), word(query, 1), json_array()};
		access_each_right(g->a, take_right, &s);
		return s.found;
	}
	fail_msg("a kind of case that this test does not know: %s", kind);
	return NULL;
}

/* The data's lists are sorted; ours come in the order of the file. */
static bool
is_same(const json_t *a, const json_t *b)
{
	if (!json_is_array(a) || !json_is_array(b))
		return json_equal(a, b);
	if (json_array_size(a) != json_array_size(b))
		return false;
	for (size_t i = 0; i < json_array_size(a); i++) {
		size_t k = 0;
		while (k < json_array_size(b) && !json_equal(json_array_get(a, i), json_array_get(b, k)))
			k++;
		if (k == json_array_size(b))
			return false;
	}
	return true;
}

static void
test_cases(void **state)
{
	const char *shared = support_shared("the RBAC cases of casbin");
	_cleanup_free_ char *path = shared ? base_path_join(shared, "data/casbin/rbac_cases.json") : NULL;
	json_t *file = path ? json_load_file(path, 0, NULL) : NULL;
	const json_t *groups = json_object_get(file, "groups");
	size_t n_cases = 0;

	(void)state;
	if (!shared)
		skip();
	assert_int_equal(json_array_size(groups), 11);
	for (size_t i = 0; i < json_array_size(groups); i++) {
		const json_t *json = json_array_get(groups, i), *cases = json_object_get(json, "cases");
		struct group g = {0};
		load_group(&g, json);
		for (size_t k = 0; k < json_array_size(cases); k++, n_cases++) {
			const json_t *one = json_array_get(cases, k);
			json_t *got = answer(&g, json_string_value(json_object_get(one, "kind")), json_object_get(one, "query"));
			if (!is_same(got, json_object_get(one, "expected"))) {
				_cleanup_free_ char *text = json_dumps(got, JSON_ENCODE_ANY), *all = json_dumps(one, JSON_ENCODE_ANY);
				fail_msg("%s: got %s for %s", json_string_value(json_object_get(json, "id")), text, all);
			}
			json_decref(got);
		}
		access_free(g.a);
		for (size_t k = 0; k < g.n; k++)
			free(g.lines[k]);
	}
	assert_int_equal(n_cases, 59);
	json_decref(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
