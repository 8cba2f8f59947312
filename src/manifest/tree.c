/* A file against the table of keys, turned into rows. */
#include "manifest/internal.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

enum { CHILDREN_MAX = 64 }; /* keys of one map, for suggestions; the table has fewer (a test counts) */

struct walk {
	const struct base_yaml *yaml;
	const char *prefix;
	struct base_arena *arena;
	struct rows *rows;
	struct assay_error *err;
	bool is_proposed;
};

/* How errors call a node: by its own key, a member by its list's. */
static const char *
name_of(const struct manifest_key *key, const struct base_yaml_node *node, int *ret_size)
{
	if (!node->key)
		return manifest_key_name(key, ret_size);
	*ret_size = (int)strlen(node->key);
	return node->key;
}

static int read_node(struct walk *w, const struct manifest_key *key, const struct base_yaml_node *node, const char *pointer);

static int
add_row(struct walk *w, const struct manifest_key *key, const struct base_yaml_node *node, const char *pointer, const char *type,
	const char *value)
{
	if (!*pointer)
		return ASSAY_OK;
	if (base_grow(&w->rows->items, &w->rows->capacity, w->rows->n + 1, sizeof *w->rows->items) < 0)
		return base_error_nomem(w->err);
	w->rows->items[w->rows->n++] = (struct row){{pointer, type, value}, key, w->yaml, node};
	return ASSAY_OK;
}

static int
refuse_key(struct walk *w, const struct manifest_key *map, const struct base_yaml_node *node)
{
	const struct manifest_key *known = manifest_key_child(map, node->key), *key = NULL;
	const char *names[CHILDREN_MAX], *near;
	size_t n = 0, skip = strlen(map->path) + 1;

	if (known)
		return base_error_at(w->err, ASSAY_CONFIG, w->yaml->name, node->key_line, node->key_column,
			"'%s' has no meaning under 'proposed'", node->key);
	while (n < CHILDREN_MAX && (key = manifest_key_next(map, key)))
		names[n++] = key->path + skip;
	base_error_at(w->err, ASSAY_CONFIG, w->yaml->name, node->key_line, node->key_column, "unknown key '%.128s'", node->key);
	near = base_suggest(node->key, names, n);
	if (near)
		base_error_hint(w->err, "did you mean '%s'?", near);
	return ASSAY_CONFIG;
}

static int
read_map(struct walk *w, const struct manifest_key *map, const struct base_yaml_node *node, const char *pointer)
{
	const struct manifest_key *key = NULL;
	int size, r;
	const char *name = name_of(map, node, &size);

	if (node->kind != YAML_MAP)
		return base_yaml_error(w->yaml, node, w->err, ASSAY_CONFIG,
			*name ? "'%.*s' must be a map of keys" : "expected a map of keys%.*s", size, name);
	if (node->count == 0)
		return base_yaml_error(w->yaml, node, w->err, ASSAY_CONFIG, "'%.*s' is an empty map", size, name);
	while ((key = manifest_key_next(map, key)))
		if (key->flags & KEY_REQUIRED && !base_yaml_get(node, key->path + strlen(map->path) + 1))
			return base_yaml_error(w->yaml, node, w->err, ASSAY_CONFIG, "a member of '%.*s' needs '%s'", size, name,
				key->path + strlen(map->path) + 1);
	r = add_row(w, map, node, pointer, "map", NULL);
	for (const struct base_yaml_node *child = node->first; child && r == ASSAY_OK; child = child->next) {
		key = manifest_key_child(map, child->key);
		if (!key || (w->is_proposed && key->flags & KEY_ROOT_ONLY))
			return refuse_key(w, map, child);
		const char *at = base_arena_format(w->arena, "%s/%s", pointer, child->key);
		r = at ? read_node(w, key, child, at) : base_error_nomem(w->err);
	}
	return r;
}

/* Members of a list of scalars, joined by ','; a word that stands twice is a slip. */
static int
join_members(struct walk *w, const struct base_yaml_node *list, size_t first, const char **ret)
{
	struct base_map *seen = base_map_new();
	struct base_buffer text;
	int r = seen ? ASSAY_OK : base_error_nomem(w->err);

	base_buffer_init(&text, LIMIT_CONFIG_FILE);
	for (size_t i = first; i < w->rows->n && r == ASSAY_OK; i++) {
		const struct row *row = &w->rows->items[i];
		int fresh = base_map_insert(seen, base_span_of(row->value.value), 0);
		if (i > first)
			base_buffer_char(&text, ',');
		base_buffer_text(&text, row->value.value);
		if (fresh == 0)
			r = base_yaml_error(w->yaml, row->node, w->err, ASSAY_CONFIG, "'%.128s' stands twice in '%s'", row->value.value,
				list->key ? list->key : "");
		else if (fresh < 0)
			r = base_error_nomem(w->err);
	}
	*ret = r == ASSAY_OK && !text.failed ? base_arena_strndup(w->arena, text.data ? text.data : "", text.size) : NULL;
	r = r < 0 || *ret ? r : base_error_nomem(w->err);
	base_buffer_dispose(&text);
	base_map_free(seen);
	return r;
}

static int
read_list(struct walk *w, const struct manifest_key *list, const struct base_yaml_node *node, const char *pointer)
{
	const struct manifest_key *member = manifest_key_child(list, "*");
	size_t i = 0, first = w->rows->n;
	const char *joined = NULL;
	int size, r = ASSAY_OK;
	const char *name = name_of(list, node, &size);

	if (node->kind != YAML_LIST) {
		base_yaml_error(w->yaml, node, w->err, ASSAY_CONFIG, "'%.*s' must be a list", size, name);
		if (node->kind == YAML_TEXT && member->type != KEY_MAP)
			base_error_hint(w->err, "write [%.128s]", node->text);
		return ASSAY_CONFIG;
	}
	if (node->count == 0 && !(list->flags & KEY_EMPTY))
		return base_yaml_error(w->yaml, node, w->err, ASSAY_CONFIG, "'%.*s' is an empty list", size, name);
	for (const struct base_yaml_node *child = node->first; child && r == ASSAY_OK; child = child->next, i++) {
		const char *at = base_arena_format(w->arena, "%s/%zu", pointer, i);
		r = at ? read_node(w, member, child, at) : base_error_nomem(w->err);
	}
	if (r == ASSAY_OK && member->type != KEY_MAP)
		r = join_members(w, node, first, &joined);
	return r < 0 ? r : add_row(w, list, node, pointer, "list", joined);
}

/* Names of files are kept as seen from the first manifest of the chain, whichever file they stand in. */
static int
place_file(struct walk *w, const char *value, const char **ret)
{
	_cleanup_free_ char *joined = NULL;

	*ret = value;
	if (!w->prefix || strstr(value, "://"))
		return ASSAY_OK;
	joined = base_path_join(w->prefix, value);
	*ret = joined ? base_arena_strdup(w->arena, joined) : NULL;
	return *ret ? ASSAY_OK : base_error_nomem(w->err);
}

static int
read_node(struct walk *w, const struct manifest_key *key, const struct base_yaml_node *node, const char *pointer)
{
	const char *value, *type;
	int size, r;
	const char *name = name_of(key, node, &size);

	if (node->kind == YAML_NULL && *pointer) {
		/* what is not written has no place of its own */
		if (node->key)
			base_error_at(
				w->err, ASSAY_CONFIG, w->yaml->name, node->key_line, node->key_column, "'%s' has no value", node->key);
		else
			base_yaml_error(w->yaml, node->parent, w->err, ASSAY_CONFIG, "a member of '%.*s' has no value", size, name);
		base_error_hint(w->err, "leave the key out until it is known: what is not declared is reported as such");
		return ASSAY_CONFIG;
	}
	if (strcmp(key->path, "/proposed") == 0) {
		struct walk proposed = *w;
		struct rows dropped = {0};
		proposed.is_proposed = true;
		proposed.rows = &dropped;
		r = read_map(&proposed, &manifest_keys[0], node, "");
		free(dropped.items);
		return r;
	}
	if (key->type == KEY_MAP)
		return read_map(w, key, node, pointer);
	if (key->type == KEY_LIST)
		return read_list(w, key, node, pointer);
	r = scalar_read(w->yaml, node, key, &value, &type, w->err);
	if (r == ASSAY_OK && (key->type == KEY_FILE || key->type == KEY_DOCUMENT))
		r = place_file(w, value, &value);
	return r < 0 ? r : add_row(w, key, node, pointer, type, value);
}

static int
compare_rows(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->value.pointer, ((const struct row *)b)->value.pointer);
}

int
tree_read(const struct base_yaml *yaml, const char *prefix, struct base_arena *arena, struct rows *rows, struct assay_error *err)
{
	struct walk w = {yaml, prefix, arena, rows, err, false};
	int r;

	if (yaml->root->kind != YAML_MAP || !base_yaml_get(yaml->root, "assay"))
		return base_yaml_error(yaml, yaml->root, err, ASSAY_CONFIG, "not a manifest: it must begin with 'assay: 1'");
	r = read_node(&w, &manifest_keys[0], yaml->root, "");
	if (r == ASSAY_OK)
		qsort(rows->items, rows->n, sizeof *rows->items, compare_rows);
	return r;
}

const struct row *
rows_find(const struct rows *rows, const char *pointer)
{
	struct row key = {.value = {.pointer = pointer}};

	return rows->n ? bsearch(&key, rows->items, rows->n, sizeof key, compare_rows) : NULL;
}
