/* Inside of the manifest layer: from a YAML tree to rows, one file over another. */
#ifndef MANIFEST_INTERNAL_H
#define MANIFEST_INTERNAL_H

#include "base/arena.h"
#include "manifest/keys.h"
#include "manifest/manifest.h"

enum {
	/* Files of one chain of extends:. Nobody nests deeper on purpose: CONFIG. */
	MANIFEST_DEPTH = 8,
	/* One text of a manifest; longer ones belong into a document that is referred to: CONFIG. */
	MANIFEST_TEXT_MAX = 8192,
};

/* A declared value and where it stands. Texts live in the arena, in the YAML tree or in the program. */
struct row {
	struct manifest_value value;
	const struct manifest_key *key;
	const struct base_yaml *yaml;
	const struct base_yaml_node *node;
};

/* Sorted by pointer once made. */
struct rows {
	struct row *items;
	size_t n, capacity;
};

/* Checks one scalar against its key. *ret_value is the text as kept (aliases resolved), *ret_type a word of manifest_value.type. */
int scalar_read(const struct base_yaml *yaml, const struct base_yaml_node *node, const struct manifest_key *key, const char **ret_value,
	const char **ret_type, struct assay_error *err);
/* Whether ${text} may stand under an id key. */
bool scalar_is_id(const char *text);
/* Control characters, which YAML lets in through escapes and a terminal must not meet. Line breaks and tabs may stand in a text. */
bool text_has_control(const char *text);

/* Checks a whole file against the table and appends its rows, sorted; `proposed:` is checked and gives none. Relative names of files
 * get ${prefix} (a folder, NULL = none) in front. rows->items is malloc'ed. */
int tree_read(const struct base_yaml *yaml, const char *prefix, struct base_arena *arena, struct rows *rows, struct assay_error *err);

/* Row of a pointer, or NULL. */
const struct row *rows_find(const struct rows *rows, const char *pointer);
/* Lays ${child} over ${parent}: replaces child's rows by both, sorted. CONFIG at the child's place where it would loosen. */
int rows_merge(struct rows *child, const struct rows *parent, struct assay_error *err);
/* What no single key can say: unique names, names that must exist, order of dates. */
int rows_check(const struct rows *rows, const struct base_yaml *yaml, struct assay_error *err);

#endif
