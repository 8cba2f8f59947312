/* Rule packs as read from YAML (docs/rule-packs.md): plain data, immutable, owned by the pack. */
#ifndef RULES_PACK_H
#define RULES_PACK_H

#include "assay/error.h"
#include "rules/check.h"

#include <stdint.h>

enum { RULE_CHECKS = 6 };
enum rules_canonical { CANONICAL_ALNUM, CANONICAL_LOWER, CANONICAL_VERBATIM };
enum rules_mask { MASK_TAIL, MASK_EMAIL, MASK_WHOLE };

/* A place in a pack file; line 0: not from a file. */
struct rules_place {
	uint32_t line, column;
};

struct rules_texts {
	const char *const *text;
	size_t n;
	const struct rules_place *at; /* of each text */
};

/* A lane that a rule insists on; LANE_WISH_ANY: it does not. */
enum rules_lane_wish { LANE_WISH_ANY, LANE_WISH_L, LANE_WISH_N, LANE_WISH_P };

struct rules_example_column {
	const char *name;
	struct rules_texts match, no_match;
};

struct rules_rule {
	const char *id, *name, *entity, *title; /* name: pack/id */
	struct rules_texts patterns, words, columns, not_words, samples, match, no_match, jurisdictions;
	const struct rules_check *checks[RULE_CHECKS];
	size_t n_checks;
	const struct rules_example_column *example_columns;
	size_t n_example_columns;
	uint32_t before, after; /* context window in bytes */
	uint8_t priority;
	bool collides, is_guard, is_default;
	enum rules_canonical canonical;
	enum rules_mask mask;
	enum rules_lane_wish lane;
	struct rules_place at, entity_at; /* in the pack file */
};

struct rules_pack {
	const char *name, *version, *title, *country, *file;
	struct rules_place name_at;
	struct rules_texts entities; /* that it declares: kinds of data that no built-in pack has */
	const struct rules_rule *rules;
	size_t n;
	uint8_t sha256[32]; /* of the file's bytes */
	struct base_arena *arena;
};

/* PACK with file:line:column and a hint. ${name} is the file name for messages. */
int rules_pack_parse(const char *name, const char *text, size_t n, struct rules_pack **ret, struct assay_error *err);
int rules_pack_load(const char *path, struct rules_pack **ret, struct assay_error *err);
void rules_pack_free(struct rules_pack *pack);

/* Packs built into the program; NULL past the end. Text ends with a NUL byte. */
struct rules_builtin {
	const char *name, *text;
	size_t size;
};
bool rules_builtin_at(size_t i, struct rules_builtin *ret);

#endif
