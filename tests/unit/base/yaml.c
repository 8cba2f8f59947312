/* YAML as data: what is read, where each node stands, and that everything surprising is refused with its place. */
#include "../support.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "base/yaml.h"

static struct base_yaml *
parse(const char *text)
{
	struct assay_error err = {0};
	struct base_yaml *yaml;

	assert_ok(base_yaml_parse("x.yaml", text, strlen(text), &yaml, &err));
	return yaml;
}

static void
scalars_keep_their_letters(void **state)
{
	static const struct {
		const char *key, *text;
	} cases[] = {{"a", "NO"}, {"b", "2026.10"}, {"c", "01234"}, {"d", "true"}, {"e", "1e3"}, {"f", "null"}, {"g", "~"},
		{"h", "two words"}, {"i", "x: y"}, {"k", ""}};
	struct base_yaml *yaml = parse(
		"a: NO\nb: 2026.10\nc: 01234\nd: true\ne: 1e3\nf: 'null'\ng: \"~\"\nh: two words\ni: 'x: y'\nk: ''\nl: null\nm: ~\nn:\n");

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++)
		assert_string_equal(base_yaml_get_text(yaml->root, cases[i].key), cases[i].text);
	for (const char *key = "lmn"; *key; key++) {
		const struct base_yaml_node *node = base_yaml_get(yaml->root, (char[]){*key, '\0'});
		assert_non_null(node);
		assert_int_equal(node->kind, YAML_NULL);
	}
	assert_true(base_yaml_get(yaml->root, "f")->quoted);
	assert_false(base_yaml_get(yaml->root, "a")->quoted);
	assert_null(base_yaml_get(yaml->root, "z"));
	assert_null(base_yaml_get(NULL, "a"));
	assert_null(base_yaml_get_text(base_yaml_get(yaml->root, "a"), "a"));
	base_yaml_free(yaml);
	base_yaml_free(NULL);
}

static void
nodes_know_their_place(void **state)
{
	struct base_yaml *yaml = parse("# first\nlist:\n  - one\n  - {two: 2, three: [x, y]}\nblock: |\n  a\n  b\n");
	const struct base_yaml_node *list = base_yaml_get(yaml->root, "list"), *map = list->first->next,
				    *three = base_yaml_get(map, "three");

	(void)state;
	assert_int_equal(yaml->root->count, 2);
	assert_int_equal(list->kind, YAML_LIST);
	assert_int_equal(list->count, 2);
	assert_int_equal(list->key_line, 2);
	assert_int_equal(list->key_column, 1);
	assert_int_equal(list->first->line, 3);
	assert_int_equal(list->first->column, 5);
	assert_int_equal(map->kind, YAML_MAP);
	assert_ptr_equal(map->parent, list);
	assert_int_equal(three->key_line, 4);
	assert_int_equal(three->key_column, 14);
	assert_int_equal(three->first->next->column, 25);
	assert_null(three->first->key);
	assert_string_equal(base_yaml_get_text(yaml->root, "block"), "a\nb\n");
	assert_true(base_yaml_get(yaml->root, "block")->quoted);
	base_yaml_free(yaml);
}

static void
surprises_are_refused_with_their_place(void **state)
{
	static const struct {
		const char *text, *message;
		unsigned line, column;
	} cases[] = {
		{"a: 1\nb: 2\na: 3\n", "the key 'a' occurs twice", 3, 1},
		{"a: {b: 1, b: 2}\n", "the key 'b' occurs twice", 1, 11},
		{"a: &x 1\nb: *x\n", "anchors and tags are not supported", 1, 0},
		{"a: !!str 1\n", "anchors and tags are not supported", 1, 0},
		{"a: 1\n<<: {b: 2}\n", "merge keys are not supported", 2, 1},
		{"a: 1\n---\nb: 2\n", "more than one document in the file", 3, 1},
		{"? [a, b]\n: 1\n", "a key must be plain text", 1, 0},
		{"'': 1\n", "an empty or unprintable key", 1, 1},
		{"a: \"x\\0y\"\n", "a NUL byte in a text", 1, 4},
		{"a: [1, 2\n", "not valid YAML", 0, 0},
		{"a: b: c\n", "not valid YAML", 1, 0},
		{"a:\n\t- b\n", "not valid YAML", 0, 0},
		{"", "the file is empty", 1, 1},
		{"# nothing\n", "the file is empty", 1, 1},
		{"a: 1\nb: \xff\n", "not valid UTF-8", 2, 0},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct assay_error err = {0};
		struct base_yaml *yaml = NULL;
		int r = base_yaml_parse("x.yaml", cases[i].text, strlen(cases[i].text), &yaml, &err);
		if (r != ASSAY_CONFIG || err.code != ASSAY_CONFIG || !strstr(err.message, cases[i].message))
			fail_msg("case %zu: %d '%s'", i, r, err.message);
		assert_null(yaml);
		assert_string_equal(err.subject, "x.yaml");
		if (cases[i].line && (err.line != cases[i].line || (cases[i].column && err.column != cases[i].column)))
			fail_msg("case %zu: '%s' at %u:%u", i, err.message, err.line, err.column);
		/* without an error object the code is the same */
		assert_int_equal(base_yaml_parse("x.yaml", cases[i].text, strlen(cases[i].text), &yaml, NULL), ASSAY_CONFIG);
	}
	struct assay_error err = {0};
	struct base_yaml *yaml = NULL;
	assert_int_equal(base_yaml_parse("x.yaml", "a: 1\nb\0: 2\n", 11, &yaml, &err), ASSAY_CONFIG);
	assert_string_equal(err.message, "holds a NUL byte");
	assert_int_equal(err.line, 2);
}

/* "[[[...]]]" of a depth. */
static int
parse_nested(unsigned depth, struct assay_error *err)
{
	struct base_yaml *yaml = NULL;
	struct base_buffer text;
	int r;

	base_buffer_init(&text, 1 << 20);
	for (unsigned i = 0; i < depth; i++)
		base_buffer_char(&text, '[');
	base_buffer_char(&text, 'x');
	for (unsigned i = 0; i < depth; i++)
		base_buffer_char(&text, ']');
	assert_false(text.failed);
	r = base_yaml_parse("deep.yaml", text.data, text.size, &yaml, err);
	base_buffer_dispose(&text);
	base_yaml_free(yaml);
	return r;
}

static void
depth_is_limited(void **state)
{
	struct assay_error err = {0};

	(void)state;
	assert_ok(parse_nested(LIMIT_YAML_DEPTH, &err));
	assert_int_equal(parse_nested(LIMIT_YAML_DEPTH + 1, &err), ASSAY_CONFIG);
	assert_int_equal(parse_nested(50000, &err), ASSAY_CONFIG);
}

static void
readers_are_strict(void **state)
{
	static const char *const keys[] = {"size", "name", "is_on", "list", "empty"};
	struct base_yaml *yaml = parse("size: 12\nname: n\nis_on: true\nlist: [1]\nempty:\n");
	struct assay_error err = {0};
	uint64_t n = 7;
	bool on = false;
	const char *text = "was";

	(void)state;
	assert_ok(base_yaml_read_uint(yaml, yaml->root, "size", 12, &n, ASSAY_PACK, &err));
	assert_int_equal(n, 12);
	assert_int_equal(base_yaml_read_uint(yaml, yaml->root, "size", 11, &n, ASSAY_PACK, &err), ASSAY_PACK);
	assert_string_equal(err.message, "'size' must be a whole number from 0 to 11");
	assert_int_equal(err.line, 1);
	assert_int_equal(err.column, 7);
	assert_int_equal(base_yaml_read_uint(yaml, yaml->root, "name", 11, &n, ASSAY_PACK, &err), ASSAY_PACK);
	assert_int_equal(base_yaml_read_uint(yaml, yaml->root, "empty", 11, &n, ASSAY_PACK, &err), ASSAY_PACK);
	assert_ok(base_yaml_read_uint(yaml, yaml->root, "absent", 11, &n, ASSAY_PACK, &err));
	assert_int_equal(n, 12);
	assert_ok(base_yaml_read_bool(yaml, yaml->root, "is_on", &on, ASSAY_CONFIG, &err));
	assert_true(on);
	assert_int_equal(base_yaml_read_bool(yaml, yaml->root, "name", &on, ASSAY_CONFIG, &err), ASSAY_CONFIG);
	assert_ok(base_yaml_read_text(yaml, yaml->root, "name", &text, ASSAY_CONFIG, &err));
	assert_string_equal(text, "n");
	assert_int_equal(base_yaml_read_text(yaml, yaml->root, "list", &text, ASSAY_CONFIG, &err), ASSAY_CONFIG);
	assert_string_equal(text, "n");
	assert_ok(base_yaml_check_keys(yaml, yaml->root, keys, BASE_COUNT(keys), ASSAY_CONFIG, &err));
	assert_int_equal(base_yaml_check_keys(
				 yaml, yaml->root, (const char *const[]){"size", "nam", "is_on", "list", "empty"}, 5, ASSAY_CONFIG, &err),
		ASSAY_CONFIG);
	assert_string_equal(err.message, "unknown key 'name'");
	assert_string_equal(err.hint, "did you mean 'nam'?");
	assert_int_equal(err.line, 2);
	assert_int_equal(err.column, 1);
	assert_int_equal(base_yaml_check_keys(yaml, base_yaml_get(yaml->root, "list"), keys, 5, ASSAY_CONFIG, &err), ASSAY_CONFIG);
	base_yaml_free(yaml);
}

static void
numbers_that_do_not_fit_are_refused(void **state)
{
	static const char *const bad[] = {
		"x: -1", "x: 1.5", "x: 0x10", "x: 1 2", "x: 99999999999999999999", "x: 18446744073709551616", "x: ''", "x: [1]"};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(bad); i++) {
		struct assay_error err = {0};
		struct base_yaml *yaml = parse(bad[i]);
		uint64_t n = 5;
		if (base_yaml_read_uint(yaml, yaml->root, "x", UINT64_MAX, &n, ASSAY_CONFIG, &err) != ASSAY_CONFIG || n != 5)
			fail_msg("'%s' was read as %llu", bad[i], (unsigned long long)n);
		base_yaml_free(yaml);
	}
}

static void
files_are_loaded(void **state)
{
	struct assay_error err = {0};
	char *folder = support_folder();
	_cleanup_free_ char *path = base_path_join(folder, "a.yaml");
	struct base_yaml *yaml = NULL;

	(void)state;
	assert_int_equal(base_yaml_load(path, &yaml, &err), ASSAY_IO);
	assert_string_equal(err.subject, path);
	assert_ok(base_file_replace(path, "a: b\n", 5, 0600, &err));
	assert_ok(base_yaml_load(path, &yaml, &err));
	assert_string_equal(base_yaml_get_text(yaml->root, "a"), "b");
	assert_string_equal(yaml->name, path);
	base_yaml_free(yaml);
	_cleanup_free_ char *large = malloc(LIMIT_CONFIG_FILE + 2);
	assert_non_null(large);
	memset(large, '#', LIMIT_CONFIG_FILE + 2);
	assert_ok(base_file_replace(path, large, LIMIT_CONFIG_FILE + 2, 0600, &err));
	assert_int_equal(base_yaml_load(path, &yaml, &err), ASSAY_CONFIG);
	assert_int_equal(err.code, ASSAY_CONFIG);
	support_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scalars_keep_their_letters),
		cmocka_unit_test(nodes_know_their_place),
		cmocka_unit_test(surprises_are_refused_with_their_place),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(readers_are_strict),
		cmocka_unit_test(numbers_that_do_not_fit_are_refused),
		cmocka_unit_test(files_are_loaded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
