/* The table of keys against everything that depends on it: schema and docs, taxonomy, control packs, the code that reads pointers. */
#include "../support.h"

#include "base/buffer.h"
#include "base/yaml.h"
#include "manifest/keys.h"
#include "manifest/manifest.h"
#include "manifest/schema.h"

#include <dirent.h>
#include <jansson.h>

enum { TEXT_MAX = 1 << 20, PATH_SIZE = 160, CHILDREN_MAX = 64 };

static char *
read_project_file(const char *name)
{
	struct assay_error err = {0};
	char *path = base_format("%s/%s", ASSAY_SOURCE_DIR, name), *text = NULL;
	size_t n;

	assert_ok(base_file_read(path, TEXT_MAX, &text, &n, &err));
	free(path);
	return text;
}

static void
write_project_file(const char *name, const char *text)
{
	struct assay_error err = {0};
	char *path = base_format("%s/%s", ASSAY_SOURCE_DIR, name);

	assert_ok(base_file_replace(path, text, strlen(text), 0644, &err));
	free(path);
}

static void
complain(const char *name)
{
	fail_msg("%s is not what src/manifest/keys.c says; refresh it: ASSAY_REFRESH=1 ctest -R unit.manifest.schema", name);
}

static void
schema_file_is_generated(void **state)
{
	struct base_buffer out;

	(void)state;
	base_buffer_init(&out, TEXT_MAX);
	assert_int_equal(manifest_schema(&out), 0);
	if (getenv("ASSAY_REFRESH"))
		write_project_file("docs/assay.schema.json", out.data);
	char *text = read_project_file("docs/assay.schema.json");
	if (strcmp(text, out.data) != 0)
		complain("docs/assay.schema.json");
	free(text);
	base_buffer_dispose(&out);
}

static void
docs_hold_the_reference(void **state)
{
	static const char begin[] = "<!-- keys: begin -->\n", end[] = "<!-- keys: end -->";
	struct base_buffer out;
	char *text = read_project_file("docs/manifest.md"), *from = strstr(text, begin), *to = strstr(text, end);

	(void)state;
	assert_non_null(from);
	assert_non_null(to);
	from += strlen(begin);
	base_buffer_init(&out, TEXT_MAX);
	assert_int_equal(manifest_reference(&out), 0);
	if (strlen(out.data) != (size_t)(to - from) || memcmp(from, out.data, out.size) != 0) {
		if (!getenv("ASSAY_REFRESH"))
			complain("docs/manifest.md");
		*from = '\0';
		char *whole = base_format("%s%s%s%s", text, out.data, end, to + strlen(end));
		write_project_file("docs/manifest.md", whole);
		free(whole);
	}
	base_buffer_dispose(&out);
	free(text);
}

static const json_t *
resolve(const json_t *root, const json_t *schema)
{
	const char *ref = json_string_value(json_object_get(schema, "$ref"));

	if (!ref)
		return schema;
	assert_memory_equal(ref, "#/$defs/", 8);
	schema = json_object_get(json_object_get(root, "$defs"), ref + 8);
	if (!schema)
		fail_msg("%s leads nowhere", ref);
	return schema;
}

/* Schema of a key's path, or NULL. */
static const json_t *
walk(const json_t *root, const char *path)
{
	const json_t *at = root;
	char part[64];

	while (at && *path) {
		size_t n = strcspn(path + 1, "/");
		assert_true(n < sizeof part);
		memcpy(part, path + 1, n);
		part[n] = '\0';
		path += n + 1;
		at = strcmp(part, "*") == 0 ? json_object_get(at, "items") : json_object_get(json_object_get(at, "properties"), part);
		at = at ? resolve(root, at) : NULL;
	}
	return at;
}

/* Every map is closed, and every reference leads somewhere. */
static void
check_closed(const json_t *root, const json_t *schema)
{
	const char *key;
	const json_t *value;
	size_t i;

	if (json_is_object(schema)) {
		const char *type = json_string_value(json_object_get(schema, "type"));
		if (type && strcmp(type, "object") == 0)
			assert_true(json_is_false(json_object_get(schema, "additionalProperties")));
		if (json_is_string(json_object_get(schema, "$ref")))
			(void)resolve(root, schema);
		json_object_foreach((json_t *)(uintptr_t)schema, key, value) check_closed(root, value);
	} else
		json_array_foreach(schema, i, value) check_closed(root, value);
}

static void
schema_is_json_and_knows_every_key(void **state)
{
	char *text = read_project_file("docs/assay.schema.json");
	json_error_t why;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &why);

	(void)state;
	if (!root)
		fail_msg("docs/assay.schema.json:%d: %s", why.line, why.text);
	assert_string_equal(json_string_value(json_object_get(root, "$schema")), "https://json-schema.org/draft/2020-12/schema");
	for (size_t i = 0; i < manifest_keys_count; i++)
		if (!walk(root, manifest_keys[i].path))
			fail_msg("%s is missing", manifest_keys[i].path);
	assert_non_null(walk(root, "/proposed/purposes/*/basis"));
	assert_null(walk(root, "/proposed/extends"));
	assert_null(walk(root, "/proposed/proposed"));
	check_closed(root, root);
	json_decref(root);
	free(text);
}

static void
table_is_in_order(void **state)
{
	(void)state;
	for (size_t i = 1; i < manifest_keys_count; i++) {
		const struct manifest_key *key = &manifest_keys[i];
		char above[PATH_SIZE];
		size_t n_children = 0;
		for (const struct manifest_key *child = NULL; (child = manifest_key_next(key, child));)
			n_children++;
		assert_true(n_children < CHILDREN_MAX);
		assert_ptr_equal(manifest_key_find(key->path), key); /* no path twice */
		snprintf(above, sizeof above, "%.*s", (int)(strrchr(key->path, '/') - key->path), key->path);
		const struct manifest_key *parent = manifest_key_find(above);
		if (!parent || parent > key || manifest_key_child(parent, strrchr(key->path, '/') + 1) != key)
			fail_msg("%s does not stand below its parent", key->path);
		assert_true(parent->type == KEY_MAP || parent->type == KEY_LIST);
		assert_int_equal(parent->type == KEY_LIST, strcmp(strrchr(key->path, '/'), "/*") == 0);
		assert_true((key->type == KEY_MAP || key->type == KEY_LIST) == (n_children > 0) || strcmp(key->path, "/proposed") == 0);
		assert_int_equal(key->type == KEY_WORD, key->words != NULL);
		assert_int_equal(key->type == KEY_INT, key->max > 1);
		assert_true(key->about || strcmp(strrchr(key->path, '/'), "/*") == 0);
		/* members of lists have no fixed pointer: only whole lists can be protected */
		assert_true(key->merge == MERGE_REPLACE || !strchr(key->path, '*'));
		/* no key that YAML 1.1 reads as true or false */
		for (size_t k = 0; k < 4; k++)
			assert_string_not_equal(strrchr(key->path, '/') + 1, ((const char *const[]){"on", "off", "yes", "no"})[k]);
	}
}

static void
categories_are_those_of_the_taxonomy(void **state)
{
	struct assay_error err = {0};
	struct base_yaml *yaml = NULL;
	size_t i = 0;

	(void)state;
	assert_ok(base_yaml_load(ASSAY_SOURCE_DIR "/policies/taxonomy.yaml", &yaml, &err));
	for (const struct base_yaml_node *node = base_yaml_get(yaml->root, "categories")->first; node; node = node->next, i++) {
		assert_non_null(manifest_category_at(i));
		assert_string_equal(manifest_category_at(i), node->key);
	}
	assert_true(i > 20);
	assert_null(manifest_category_at(i));
	base_yaml_free(yaml);
}

static void
countries_and_jurisdictions_are_known(void **state)
{
	struct assay_error err = {0};
	struct base_yaml *yaml = NULL;
	size_t n = 0;

	(void)state;
	assert_ok(base_yaml_load(ASSAY_SOURCE_DIR "/policies/countries.yaml", &yaml, &err));
	for (const struct base_yaml_node *list = yaml->root->first; list; list = list->next)
		for (const struct base_yaml_node *node = list->kind == YAML_LIST ? list->first : NULL; node; node = node->next, n++)
			if (!words_is_country(base_yaml_get_text(node, "country")))
				fail_msg("%s is no country", base_yaml_get_text(node, "country"));
	assert_true(n > 40);
	base_yaml_free(yaml);
	yaml = NULL;
	assert_ok(base_yaml_load(ASSAY_SOURCE_DIR "/policies/taxonomy.yaml", &yaml, &err));
	for (const struct base_yaml_node *entity = base_yaml_get(yaml->root, "entities")->first; entity; entity = entity->next) {
		const struct base_yaml_node *classes = base_yaml_get(entity, "classes");
		for (const struct base_yaml_node *node = classes ? classes->first : NULL; node; node = node->next)
			if (!words_is_jurisdiction(node->key))
				fail_msg("%s is no jurisdiction", node->key);
	}
	base_yaml_free(yaml);
	for (size_t i = 1; words_country_at(i); i++)
		assert_true(strcmp(words_country_at(i - 1), words_country_at(i)) < 0);
	assert_false(words_is_jurisdiction("gb"));
	assert_false(words_is_jurisdiction("DE"));
	assert_true(words_is_jurisdiction("de"));
	assert_false(words_is_country("UK"));
}

static void
bases_have_terms(void **state)
{
	static const struct {
		const char *word, *term;
	} bases[] = {{"consent", "eu-gdpr:A6-1-a"}, {"contract", "eu-gdpr:A6-1-b"}, {"legal-obligation", "eu-gdpr:A6-1-c"},
		{"vital-interest", "eu-gdpr:A6-1-d"}, {"public-task", "eu-gdpr:A6-1-e"}, {"legitimate-interest", "eu-gdpr:A6-1-f"},
		{"eu-gdpr:A6-1-c", "eu-gdpr:A6-1-c"}};
	const char *term = NULL;

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(bases); i++) {
		assert_true(manifest_basis_term(bases[i].word, &term));
		assert_string_equal(term, bases[i].term);
	}
	assert_false(manifest_basis_term("eu-gdpr:A6-1-g", &term));
	assert_false(manifest_basis_term("", &term));
}

/* A pointer as it stands in a pack, in SQL or in C, made into a path of the table: numbers and their patterns become '*'.
 * Returns its length in ${text}, 0 when it is no whole pointer (a prefix, or something else with a slash). */
static size_t
read_pointer(const char *text, char ret[static PATH_SIZE])
{
	static const char *const members[] = {"[0-9]*", "%zu"};
	size_t n = 0, at = 0;

	while (text[at] == '/') {
		if (n + 2 >= PATH_SIZE)
			return 0;
		ret[n++] = text[at++];
		size_t word = strspn(text + at, "abcdefghijklmnopqrstuvwxyz0123456789_"), skip = 0;
		for (size_t i = 0; word == 0 && i < BASE_COUNT(members) && !skip; i++)
			if (strncmp(text + at, members[i], strlen(members[i])) == 0)
				skip = strlen(members[i]);
		if (word + skip == 0 || n + word + 2 >= PATH_SIZE)
			return 0;
		if (skip || strspn(text + at, "0123456789") == word)
			ret[n++] = '*';
		else {
			memcpy(ret + n, text + at, word);
			n += word;
		}
		at += word + skip;
	}
	ret[n] = '\0';
	return at;
}

static bool
ends_some_key(const char *ending)
{
	for (size_t i = 0; i < manifest_keys_count; i++) {
		size_t n = strlen(manifest_keys[i].path), size = strlen(ending);
		if (n > size && strcmp(manifest_keys[i].path + n - size, ending) == 0)
			return true;
	}
	return false;
}

/* Pointers in quotes, and after "manifest:" or "document:". Returns how many were seen. */
static size_t
check_pointers(const char *name, const char *text)
{
	char path[PATH_SIZE];
	size_t count = 0;

	for (const char *at = text; (at = strchr(at, '/')); at++) {
		bool is_need = at - text >= 9 && (memcmp(at - 9, "manifest:", 9) == 0 || memcmp(at - 9, "document:", 9) == 0);
		bool is_quoted = at > text && strchr("'\"", at[-1]);
		/* joined to what stands before it: the end of a pointer */
		bool is_ending = is_quoted && at - text >= 5 && memcmp(at - 4, "|| ", 3) == 0;
		if (!is_need && !is_quoted)
			continue;
		size_t n = read_pointer(at, path);
		/* a quoted word is a whole pointer only when the quote closes right behind it */
		if (n == 0 || (!is_need && at[n] != at[-1]))
			continue;
		count++;
		if (is_ending ? !ends_some_key(path) : !manifest_key_find(path))
			fail_msg("%s reads %s, which no manifest may hold", name, path);
	}
	return count;
}

static void
every_pointer_that_controls_read_is_a_key(void **state)
{
	DIR *dir = opendir(ASSAY_SOURCE_DIR "/policies");
	struct dirent *entry;
	size_t n = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		size_t size = strlen(entry->d_name);
		if (size < 5 || strcmp(entry->d_name + size - 5, ".yaml") != 0)
			continue;
		char *name = base_format("policies/%s", entry->d_name), *text = read_project_file(name);
		n += check_pointers(name, text);
		free(text);
		free(name);
	}
	closedir(dir);
	print_message("%zu pointers in policies/\n", n);
	char *sql = read_project_file("src/policy/schema.sql");
	assert_true(check_pointers("src/policy/schema.sql", sql) >= 20);
	free(sql);
}

static void
pointers_are_found_in_text(void **state)
{
	char path[PATH_SIZE];

	(void)state;
	assert_int_equal(read_pointer("/purposes/[0-9]*/id'", path), 19);
	assert_string_equal(path, "/purposes/*/id");
	assert_int_equal(read_pointer("/jurisdictions/%zu\"", path), 18);
	assert_string_equal(path, "/jurisdictions/*");
	assert_int_equal(read_pointer("/source/notice/ref]", path), 18);
	assert_string_equal(path, "/source/notice/ref");
	assert_int_equal(read_pointer("/Users", path), 0);
	assert_int_equal(
		check_pointers("text", "needs: [manifest:/categories, document:/ai/dpia/ref] x='/retention/keep' y='/tmp/' z=a || '/lia'"),
		4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schema_file_is_generated),
		cmocka_unit_test(docs_hold_the_reference),
		cmocka_unit_test(schema_is_json_and_knows_every_key),
		cmocka_unit_test(table_is_in_order),
		cmocka_unit_test(categories_are_those_of_the_taxonomy),
		cmocka_unit_test(countries_and_jurisdictions_are_known),
		cmocka_unit_test(bases_have_terms),
		cmocka_unit_test(pointers_are_found_in_text),
		cmocka_unit_test(every_pointer_that_controls_read_is_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
