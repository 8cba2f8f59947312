/* YAML as data: a tree of maps, lists and texts with the place of each node.
 *
 * Scalars are text and stay text (no guessing: NO, 2026.10 and 01234 keep their letters); an empty plain scalar, `~` and `null`
 * written plain are of kind YAML_NULL. Duplicate keys, aliases, anchors, tags, merge keys and several documents are errors, so a small
 * file stays a small tree. Depth, node count and file size are limited (base/limits.h). The tree lives until base_yaml_free. */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include "assay/error.h"
#include "base/span.h"

enum base_yaml_kind { YAML_NULL, YAML_TEXT, YAML_LIST, YAML_MAP };

struct base_yaml_node {
	enum base_yaml_kind kind;
	bool quoted;           /* text written in quotes or as a block */
	uint32_t line, column; /* of the node's first character, from 1 */
	const char *text;      /* YAML_TEXT: NUL terminated */
	size_t size;           /* of text in bytes */
	const char *key;       /* the node's own name when its parent is a map, else NULL */
	uint32_t key_line, key_column;
	const struct base_yaml_node *parent, *next; /* next sibling, in file order */
	const struct base_yaml_node *first;         /* first child of a map or list */
	size_t count;                               /* children */
};

struct base_yaml {
	char *name; /* as errors show it */
	struct base_yaml_node *root;
	struct base_arena *arena;
};

/* Parses text of n bytes; ${name} stands in errors. CONFIG with line and column on failure. */
int base_yaml_parse(const char *name, const char *text, size_t n, struct base_yaml **ret, struct assay_error *err);
int base_yaml_load(const char *path, struct base_yaml **ret, struct assay_error *err);
void base_yaml_free(struct base_yaml *yaml);
static inline void
base_yaml_free_at(struct base_yaml **p)
{
	base_yaml_free(*p);
}

/* Child of a map by name, or NULL (also for node NULL or no map). */
const struct base_yaml_node *base_yaml_get(const struct base_yaml_node *map, const char *key);
/* Text of a child, or NULL when absent or not text. */
const char *base_yaml_get_text(const struct base_yaml_node *map, const char *key);
/* Error at a node's place. */
int base_yaml_error(const struct base_yaml *yaml, const struct base_yaml_node *at, struct assay_error *err, int code, const char *format,
	...) __attribute__((format(printf, 5, 6)));
/* Refuses keys of a map outside ${keys}, with a suggestion. 0 or ${code}. */
int base_yaml_check_keys(const struct base_yaml *yaml, const struct base_yaml_node *map, const char *const *keys, size_t n, int code,
	struct assay_error *err);
/* Strict readers; each says what it wanted and where. A missing child is not an error: *ret stays as it was. */
int base_yaml_read_text(
	const struct base_yaml *, const struct base_yaml_node *map, const char *key, const char **ret, int code, struct assay_error *);
int base_yaml_read_uint(const struct base_yaml *, const struct base_yaml_node *map, const char *key, uint64_t max, uint64_t *ret, int code,
	struct assay_error *);
int base_yaml_read_bool(
	const struct base_yaml *, const struct base_yaml_node *map, const char *key, bool *ret, int code, struct assay_error *);

#endif
