/* The engine: what all scanners share, made once from the rules; and the small things that come out of it. */
#include "detect/internal.h"

#include "base/error.h"
#include "base/memory.h"
#include "crypto/digest.h"

#include <string.h>

int
detect_engine_new(const struct rules *rules, const struct detect_options *options, struct detect_engine **ret, struct assay_error *err)
{
	struct detect_engine *e = calloc(1, sizeof *e);
	int r = ASSAY_OK;

	if (!e)
		return base_error_nomem(err);
	e->rules = rules;
	e->options = *options;
	e->n_words = context_index_words(rules->context);
	if (options->fingerprint_key) {
		memcpy(e->key, options->fingerprint_key, sizeof e->key);
		e->options.fingerprint_key = e->key;
	}
	e->hot = base_calloc(rules->n_patterns + 1, sizeof *e->hot);
	if (!e->hot)
		r = base_error_nomem(err);
	for (size_t i = 0; i < rules->n_patterns && r == ASSAY_OK; i++) {
		const struct rules_pattern *p = &rules->pattern[i];
		const struct rules_rule *def = rules->rule[p->rule].def;
		e->hot[i] = (struct hot_pattern){p->facts.before, p->code, p->facts.width_min, p->value_group, p->rule, p->has_jit,
			def->collides && def->words.n == 0};
	}
	if (r == ASSAY_OK && !options->no_vectorscan)
		r = literal_lane_new(rules, options->cache_folder, &e->literals, err);
	if (r == ASSAY_OK && (start_filter_init(&e->filter, rules, !e->literals) < 0 || nearby_plan_init(&e->plan, e) < 0))
		r = base_error_nomem(err);
	e->mark = marks_choose(options->cpu_level == DETECT_CPU_PLAIN ? MARKS_PLAIN : MARKS_AVX2, &e->level);
	e->mark_encoded = e->mark == marks_plain ? decode_marks_plain : decode_marks_avx2;
	if (r < 0) {
		detect_engine_free(e);
		return r;
	}
	*ret = e;
	return ASSAY_OK;
}

void
detect_engine_free(struct detect_engine *e)
{
	if (!e)
		return;
	literal_lane_free(e->literals);
	start_filter_dispose(&e->filter);
	nearby_plan_dispose(&e->plan);
	free(e->hot);
	crypto_wipe(e->key, sizeof e->key);
	free(e);
}

uint32_t
detect_engine_reach(const struct detect_engine *e)
{
	return e->rules->reach > DECODED_REACH ? e->rules->reach : DECODED_REACH;
}

const char *
detect_engine_backend(const struct detect_engine *e)
{
	return e->literals ? literal_lane_version() : "plain";
}

bool
detect_engine_was_cached(const struct detect_engine *e)
{
	return e->literals && literal_lane_was_cached(e->literals);
}

const char *
detect_engine_level(const struct detect_engine *e)
{
	return e->level;
}

struct detect_field *
detect_field_new(const struct detect_engine *e, struct base_span name)
{
	struct detect_field *field = calloc(1, sizeof *field + 2 * e->n_words * sizeof(uint64_t) + name.size);

	if (!field)
		return NULL;
	field->for_rule = (uint64_t *)(field + 1);
	field->against_rule = field->for_rule + e->n_words;
	field->name = (struct base_span){(uint8_t *)(field->against_rule + e->n_words), name.size};
	if (name.size > 0)
		memcpy(field->against_rule + e->n_words, name.data, name.size);
	context_column(e->rules->context, name, &(struct context_bits){field->for_rule, field->against_rule});
	/* a rule that knows columns only has nothing else to go by: a word against it takes the name's support away */
	for (size_t i = 0; i < e->rules->n; i++)
		if (e->rules->rule[i].def->collides && e->rules->rule[i].def->words.n == 0)
			field->for_rule[i / 64] &= ~(field->against_rule[i / 64] & UINT64_C(1) << (i % 64));
	return field;
}

void
detect_output_dispose(struct detect_output *out)
{
	free(out->head.items);
	free(out->done.items);
	free(out->tail.items);
	free(out->tallies);
	free(out->issues);
	free(out->whys.items);
	*out = (struct detect_output){0};
}
