/* Rules out of a made pack, for the targets that run them. */
#ifndef TESTS_FUZZ_FUZZ_RULES_H
#define TESTS_FUZZ_FUZZ_RULES_H

#include "fuzz.h"

#include "rules/rules.h"

/* NULL: the pack is refused, as packs are. */
static inline struct rules *
fuzz_rules(const char *pack)
{
	const char *texts[] = {pack};
	struct rules_options options = {.no_builtin = true, .texts = texts, .n_texts = 1};
	struct assay_error err = {0};
	struct rules *rules = NULL;
	int r = rules_compile(&options, &rules, &err);

	fuzz_check_error(r, &err);
	must(r == 0 || r == ASSAY_PACK || r == ASSAY_USAGE, "code %d: %s", r, err.message);
	return r == 0 ? rules : NULL;
}

#endif
