/* Controls: requirements as SELECTs over the facts database, loaded from packs, evaluated in a sandbox (DESIGN section 9). */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "assay/error.h"
#include "base/yaml.h"

#include <sqlite3.h>

enum { POLICY_NEEDS = 16, POLICY_CITES = 12, POLICY_JURISDICTIONS = 40 };

struct policy_pack {
	const char *law, *version, *title, *file;
	const char *jurisdictions[POLICY_JURISDICTIONS];
	size_t n_jurisdictions;
	const char *prefixes[POLICY_JURISDICTIONS]; /* of entities that belong to these places ("US_") */
	size_t n_prefixes;
	const char *text; /* the pack file, for its digest */
	size_t size;
};

struct policy_control {
	const struct policy_pack *pack;
	const char *id, *title, *cite, *severity, *status, *scope, *basis, *sql, *applies, *na, *remedy, *question, *from, *to;
	const char *required[POLICY_NEEDS], *optional[POLICY_NEEDS];
	size_t n_required, n_optional;
	bool absence, is_waivable, is_draft;
	const struct base_yaml *yaml; /* of the pack; for places and tests */
	const struct base_yaml_node *node, *tests;
};

struct policy_profile {
	const char *name, *title;
	const char **blocks;
	size_t n_blocks;
	bool integrity;
};

struct policy_set {
	struct policy_control *controls; /* sorted by id */
	size_t n;
	struct policy_pack *packs;
	size_t n_packs;
	struct policy_profile *profiles;
	size_t n_profiles;
	struct base_yaml *taxonomy, *countries, *profiles_yaml;
	struct base_yaml **files;
	size_t n_files;
	struct base_arena *arena;
};

/* Built-in packs, taxonomy, profiles, countries, and ${files}. PACK with file:line:column. */
int policy_load(const char *const *files, size_t n_files, struct policy_set **ret, struct assay_error *err);
void policy_free(struct policy_set *set);
static inline void
policy_free_at(struct policy_set **p)
{
	policy_free(*p);
}
const struct policy_control *policy_find(const struct policy_set *set, const char *id);
const struct policy_profile *policy_profile_find(const struct policy_set *set, const char *name);

/* What the taxonomy says about an entity: category word, or NULL when unknown. */
const char *policy_entity_category(const struct policy_set *set, const char *entity);
bool policy_entity_is_secret(const struct policy_set *set, const char *entity);
/* Fills entity, entity_class and adequate_country. */
int policy_fill_taxonomy(const struct policy_set *set, sqlite3 *db, struct assay_error *err);

struct policy_options {
	const char *path;        /* of the facts database, for the read-only connection (file name or URI) */
	const char *as_of;       /* YYYY-MM-DD */
	const char *profile;     /* NULL: none blocks */
	const char *const *laws; /* NULL = all */
	size_t n_laws;
	const char *only;  /* one control id, for tests */
	int64_t max_steps; /* 0 = LIMIT_SQL_STEPS */
	bool has_manifest;
	bool ignores_jurisdiction; /* tests of a control */
};
struct policy_counts {
	size_t evaluated, total, not_applicable;
};
/* Evaluates the controls and writes the tables control and verdict through ${db}. Problems of a control are verdicts 'error', never an
 * error here. */
int policy_evaluate(const struct policy_set *set, sqlite3 *db, const struct policy_options *options, struct policy_counts *ret,
	struct assay_error *err);

/* Runs a query of a user (policies query) in the same sandbox; each row's columns as text. */
int policy_query(const char *path, const char *as_of, const char *sql,
	int (*each)(void *context, int n, const char *const *names, const char *const *values), void *context, struct assay_error *err);

/* Runs the control's own tests; each result is told. Returns the number of failed ones or a negative code. */
int policy_test(const struct policy_set *set, const struct policy_control *control,
	void (*tell)(void *context, const struct policy_control *control, const char *test, bool passed, const char *detail), void *context,
	struct assay_error *err);

#endif
