/* A pack's own examples as tests: every `match` text must give a reported span of its rule, every `no_match` text none. */
#ifndef APP_EXAMPLES_H
#define APP_EXAMPLES_H

#include "rules/rules.h"

struct examples_result {
	size_t rules, texts, failed;
};
/* Runs the examples of one pack, which is built in or among ${options}, with the rules of its own country beside it. tell is called for
 * each failure. */
int examples_run(const struct rules_options *options, const struct rules_pack *pack,
	void (*tell)(void *context, const struct rules_rule *rule, const char *kind, const char *text, const char *why), void *context,
	struct examples_result *ret, struct assay_error *err);
/* PACK with the place of the first example of an added pack that its rule contradicts. Rules that are not reported are left out. */
int examples_check_added(const struct rules *rules, struct assay_error *err);

#endif
