/* assay.yaml: what the owner declares about a dataset (DESIGN section 8).
 *
 * Reads, resolves `extends:` (child values win; a child may tighten, never loosen), checks every key and type against one table
 * (manifest_keys in keys.c, from which docs/assay.schema.json is made), and offers the result as pointer -> value rows. `proposed:` is kept
 * apart and counts as not declared. */
#ifndef MANIFEST_MANIFEST_H
#define MANIFEST_MANIFEST_H

#include "assay/error.h"
#include "base/span.h"
#include "base/yaml.h"

struct manifest;

/* Loads ${path}. CONFIG with file:line:column and a suggestion for an unknown key or word; ${as_of} decides nothing here. */
int manifest_load(const char *path, struct manifest **ret, struct assay_error *err);
void manifest_free(struct manifest *m);

const char *manifest_path(const struct manifest *m);
/* SHA-256 of the file's bytes as read, and of every file that it extends in order, 32 bytes. */
const uint8_t *manifest_sha256(const struct manifest *m);

/* One row per scalar and per container, in pointer order ("/purposes/0/basis"). Lists of scalars also give a row of the list's own pointer
 * with type "list" and value = members joined by ','; maps give type "map" with value NULL. type: text int date duration bool list map. */
struct manifest_value {
	const char *pointer, *type, *value;
};
size_t manifest_count(const struct manifest *m);
const struct manifest_value *manifest_at(const struct manifest *m, size_t i);
/* Value at a pointer, or NULL when not declared. */
const char *manifest_get(const struct manifest *m, const char *pointer);

/* data[] in order. skip: reason or NULL. expect_*: -1 = not stated; records may be a minimum (">=N"). */
struct manifest_data {
	const char *path, *split, *skip;
	int64_t expect_files, expect_records;
	bool expect_files_min, expect_records_min;
	uint32_t line;
};
size_t manifest_data_count(const struct manifest *m);
const struct manifest_data *manifest_data_at(const struct manifest *m, size_t i);

/* True for plain-word aliases and DPV terms of lawful bases; *ret is the canonical term ("eu-gdpr:A6-1-f"). For facts and lint. */
bool manifest_basis_term(const char *word, const char **ret);
/* The closed list of category words (DESIGN section 1). NULL past the end. */
const char *manifest_category_at(size_t i);

/* Writes a starting manifest with ${dataset_id}; drafted values stand under `proposed:`. malloc'ed text. */
struct manifest_draft {
	const char *dataset_id, *owner, *today /* YYYY-MM-DD */, *vkey /* or NULL */;
	const char *const *data; /* globs */
	size_t n_data;
	const char *const *categories; /* found by a sample; proposed */
	size_t n_categories;
};
char *manifest_template(const struct manifest_draft *draft);

#endif
