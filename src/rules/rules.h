/* Compiled packs: immutable, shared by all threads. A scanner per thread (detect/) reads them; there is no third state. */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include "rules/context.h"
#include "rules/pack.h"
#include "rules/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* How a pattern's starts are found: by a text that must occur; by its first bytes, which few places of a text have (digits, capitals, the
 * edge of a value); or the same with hardly any help, which a warning says. */
enum rules_lane { LANE_LITERAL, LANE_NUMBER, LANE_PATTERN };

struct rules_pattern {
	uint16_t rule;
	enum rules_lane lane;
	struct pattern_facts facts;
	pcre2_code *code;     /* anchored, JIT compiled */
	uint32_t value_group; /* number of the group `value`, 0 = the whole match */
	bool has_jit;
};

struct rules_compiled {
	const struct rules_rule *def;
	const struct rules_pack *pack;
	uint16_t entity; /* index into entities */
	uint32_t first_pattern, n_patterns;
	bool is_added;  /* of a pack that is not built in */
	bool is_silent; /* a guard, or not asked for: takes part in overlaps, is never reported */
	/* the smallest of its checks' chances; 1 without check. Not their product: numbers of a column often share what the other checks
	 * ask for, such as one issuer's first digits. */
	double chance;
};

struct rules {
	struct rules_compiled *rule;
	size_t n;
	struct rules_pattern *pattern;
	size_t n_patterns;
	const char **entities;
	size_t n_entities;
	struct context_index *context;
	uint32_t reach;            /* widest match + look-around + context of all rules, bytes */
	struct rules_pack **packs; /* owned */
	size_t n_packs;
	uint8_t sha256[32]; /* of pack digests and selection: the same rules have the same digest */
	char **warnings;
	size_t n_warnings;
};

struct rules_options {
	const char *const *files; /* packs besides the built-in ones */
	size_t n_files;
	const char *const *countries; /* lower-case codes; NULL and n = 0: us, uk and the EU's; {"all"}: every one */
	size_t n_countries;
	const char *const *entities; /* only these; n = 0: all defaults */
	size_t n_entities;
	bool no_builtin;          /* tests: only ${files} and ${texts} */
	const char *const *texts; /* packs as text (tests) */
	size_t n_texts;
};

/* PACK or USAGE (unknown country or entity, with a suggestion) on failure. */
int rules_compile(const struct rules_options *options, struct rules **ret, struct assay_error *err);
void rules_free(struct rules *rules);
static inline void
rules_free_at(struct rules **p)
{
	rules_free(*p);
}
const char *rules_lane_name(enum rules_lane lane);

/* ---- budget.c ---- */

/* Tries a pattern at every start of texts that are made to lead it astray: its rule's examples, cut and then going on with what stood last.
 * PACK when one start takes more than LIMIT_RULE_STEPS; NOMEM. For packs that are not built in: those are tried by a test. */
int rules_budget_check(const struct rules_rule *def, const struct rules_pattern *pattern, struct assay_error *err);

#endif
