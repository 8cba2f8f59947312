/* How slow can a pattern get? It is tried on texts that lead it astray: its rule's own examples, cut at each byte, and from there on more
 * of what stood last. That is where a pattern that can read the same bytes in several ways tries them all. Steps are counted, not time. */
#include "rules/rules.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"

#include <string.h>

/* Examples looked at, bytes of each, how far the text goes on, and how many bytes are repeated. */
enum { EXAMPLES_MAX = 4, CUT_MAX = 64, TAIL = 320, UNIT_MAX = 3 };

struct probe {
	const struct rules_pattern *pattern;
	pcre2_match_data *data;
	pcre2_match_context *context;
	bool is_slow;
};

/* Every start of the part that comes from the example. */
static int
try_text(struct probe *p, const uint8_t *text, size_t size, size_t starts)
{
	for (size_t at = 0; at < starts && !p->is_slow; at++) {
		int found = pcre2_match(p->pattern->code, text, size, at, PCRE2_NO_JIT, p->data, p->context);
		if (found == PCRE2_ERROR_NOMEMORY)
			return ASSAY_NOMEM;
		p->is_slow = found == PCRE2_ERROR_MATCHLIMIT || found == PCRE2_ERROR_DEPTHLIMIT || found == PCRE2_ERROR_HEAPLIMIT;
	}
	return ASSAY_OK;
}

static int
try_example(struct probe *p, struct base_span example)
{
	uint8_t text[CUT_MAX + TAIL];
	size_t longest = example.size < CUT_MAX ? example.size : CUT_MAX;
	int r = ASSAY_OK;

	for (size_t cut = 1; cut <= longest && r == ASSAY_OK && !p->is_slow; cut++)
		for (size_t unit = 1; unit <= UNIT_MAX && unit <= cut && r == ASSAY_OK && !p->is_slow; unit++) {
			memcpy(text, example.data, cut);
			for (size_t i = cut; i < cut + TAIL; i++)
				text[i] = text[i - unit];
			r = try_text(p, text, cut + TAIL, cut);
		}
	return r;
}

static int
try_all(struct probe *p, const struct rules_rule *def)
{
	size_t tried = 0;
	int r = ASSAY_OK;

	for (size_t i = 0; i < def->match.n && tried < EXAMPLES_MAX && r == ASSAY_OK; i++, tried++)
		r = try_example(p, base_span_of(def->match.text[i]));
	for (size_t i = 0; i < def->n_example_columns && r == ASSAY_OK; i++)
		for (size_t k = 0; k < def->example_columns[i].match.n && tried < EXAMPLES_MAX && r == ASSAY_OK; k++, tried++)
			r = try_example(p, base_span_of(def->example_columns[i].match.text[k]));
	return r;
}

int
rules_budget_check(const struct rules_rule *def, const struct rules_pattern *pattern, struct assay_error *err)
{
	struct probe p = {pattern, pcre2_match_data_create_from_pattern(pattern->code, NULL), pcre2_match_context_create(NULL), false};
	int r = p.data && p.context ? ASSAY_OK : ASSAY_NOMEM;

	if (r == ASSAY_OK) {
		pcre2_set_match_limit(p.context, LIMIT_RULE_STEPS);
		pcre2_set_depth_limit(p.context, LIMIT_PCRE2_DEPTH);
		pcre2_set_heap_limit(p.context, LIMIT_PCRE2_HEAP_KIB);
		r = try_all(&p, def);
	}
	pcre2_match_data_free(p.data);
	pcre2_match_context_free(p.context);
	if (r < 0)
		return base_error_nomem(err);
	if (!p.is_slow)
		return ASSAY_OK;
	base_error(err, ASSAY_PACK, "slower than its budget: more than %d steps at one place", LIMIT_RULE_STEPS);
	base_error_hint(err, "where a part can stand for the same text in several ways, repeat it less often or make it possessive");
	return ASSAY_PACK;
}
