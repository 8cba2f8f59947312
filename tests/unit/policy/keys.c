/* Every key that a control, a view or a case reads stands in the table of keys: a misspelt one would be missing for ever. */
#include "../support.h"

#include "base/asset.h"
#include "manifest/keys.h"
#include "policy/policy.h"

extern const struct base_asset policy_assets[];

static struct policy_set *set;

static int
load_packs(void **state)
{
	struct assay_error err = {0};

	(void)state;
	return policy_load(NULL, 0, &set, &err);
}

static int
free_packs(void **state)
{
	(void)state;
	policy_free(set);
	return 0;
}

/* "/purposes/0/basis" and "/purposes/[0-9]*" as the table writes them. */
static void
as_pattern(const char *pointer, size_t n, char ret[static 256])
{
	size_t at = 0;

	for (size_t i = 0; i < n && at < 254; i++) {
		bool is_member = i > 0 && pointer[i - 1] == '/';
		size_t digits = strspn(pointer + i, "0123456789");
		if (is_member && strncmp(pointer + i, "[0-9]*", 6) == 0) {
			ret[at++] = '*';
			i += 5;
		} else if (is_member && digits > 0 && (i + digits == n || pointer[i + digits] == '/')) {
			ret[at++] = '*';
			i += digits - 1;
		} else
			ret[at++] = pointer[i];
	}
	ret[at] = '\0';
}

/* A whole key, the front or the end of one: SQL joins pointers from pieces. */
static bool
is_known(const char *pattern)
{
	size_t n = strlen(pattern);

	for (size_t i = 0; i < manifest_keys_count; i++) {
		const char *path = manifest_keys[i].path;
		size_t size = strlen(path);
		if (strcmp(path, pattern) == 0 || (size > n && strcmp(path + size - n, pattern) == 0))
			return true;
		if (n > 0 && pattern[n - 1] == '/' && strncmp(path, pattern, n) == 0)
			return true;
	}
	return false;
}

static size_t
check_literals(const char *where, const char *sql)
{
	char pattern[256];
	size_t n = 0;

	for (const char *at = strstr(sql, "'/"); at; at = strstr(at + 1, "'/")) {
		const char *end = strchr(at + 1, '\'');
		assert_non_null(end);
		as_pattern(at + 1, (size_t)(end - at) - 1, pattern);
		if (strstr(pattern, "*/*/*") || strcmp(pattern, "/ref") == 0)
			continue;
		if (!is_known(pattern))
			fail_msg("%s reads '%s', which no manifest can hold", where, pattern);
		n++;
	}
	return n;
}

static void
needs_name_known_keys(void **state)
{
	char pattern[256];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < set->n; i++) {
		const struct policy_control *c = &set->controls[i];
		for (size_t k = 0; k < c->n_required + c->n_optional; k++) {
			const char *need = k < c->n_required ? c->required[k] : c->optional[k - c->n_required];
			const char *pointer = strchr(need, '/');
			if (strncmp(need, "rights:", 7) == 0) {
				snprintf(pattern, sizeof pattern, "/rights/%.200s", need + 7);
				pointer = pattern;
			}
			if (pointer && !manifest_key_find(pointer))
				fail_msg("%s needs '%s', which no manifest can hold", c->id, need);
			n += pointer != NULL;
		}
	}
	assert_true(n > 80);
}

static void
sql_reads_known_keys(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < set->n; i++) {
		n += check_literals(set->controls[i].id, set->controls[i].sql);
		n += set->controls[i].applies ? check_literals(set->controls[i].id, set->controls[i].applies) : 0;
	}
	assert_true(n > 60);
	for (size_t i = 0; policy_assets[i].name; i++)
		if (strstr(policy_assets[i].name, "schema.sql"))
			assert_true(check_literals("schema.sql", strstr(policy_assets[i].data, "CREATE VIEW manifest")) > 60);
}

/* Keys and words of the manifests in the cases; a case that no owner could write proves nothing. */
static void
check_manifest(const struct policy_control *c, const struct base_yaml_node *node, const char *path)
{
	const struct manifest_key *key = manifest_key_find(path);

	if (!key)
		fail_msg("%s, line %u: a case declares '%s', which no manifest can hold", c->id, node->line, path);
	if (node->kind == YAML_TEXT && key->type == KEY_WORD && !words_find(key->words, node->text))
		fail_msg("%s, line %u: '%s' is no word for '%s'", c->id, node->line, node->text, path);
	if (node->kind == YAML_TEXT && key->type == KEY_BOOL && strcmp(node->text, "true") != 0 && strcmp(node->text, "false") != 0)
		fail_msg("%s, line %u: '%s' is neither true nor false", c->id, node->line, path);
	if ((key->type == KEY_LIST) != (node->kind == YAML_LIST) || (key->type == KEY_MAP) != (node->kind == YAML_MAP))
		fail_msg("%s, line %u: '%s' is of another kind", c->id, node->line, path);
	for (const struct base_yaml_node *child = node->first; child; child = child->next) {
		_cleanup_free_ char *below = base_format("%s/%s", path, child->key ? child->key : "*");
		assert_non_null(below);
		check_manifest(c, child, below);
	}
}

static void
cases_declare_what_can_be_declared(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < set->n; i++)
		for (const struct base_yaml_node *test = set->controls[i].tests->first; test; test = test->next) {
			const struct base_yaml_node *manifest = base_yaml_get(base_yaml_get(test, "facts"), "manifest");
			if (manifest)
				check_manifest(&set->controls[i], manifest, "");
			n += manifest != NULL;
		}
	assert_true(n > 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(needs_name_known_keys), cmocka_unit_test(sql_reads_known_keys),
		cmocka_unit_test(cases_declare_what_can_be_declared)};

	return cmocka_run_group_tests_name("policy keys", tests, load_packs, free_packs);
}
