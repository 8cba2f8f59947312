/* Running the examples of a pack. */
#include "app/examples.h"

#include "app/attempt.h"
#include "base/error.h"
#include "base/memory.h"

#include <string.h>

static const struct detect_options as_usual = {.min_confidence = 65};

struct examples {
	const struct rules *rules;
	struct attempt *attempt;
	void (*tell)(void *context, const struct rules_rule *rule, const char *kind, const char *text, const char *why);
	void *context;
	struct examples_result result;
	struct rules_place first; /* of the first example that failed */
};

/* Why a text has no reported span of a rule: overlaid, suppressed or never matched. */
static const char *
why_not(const struct examples *e, uint16_t rule, const struct span *spans, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (spans[i].rule == rule)
			return spans[i].reasons & 1U << REASON_LOW_CONFIDENCE ? "below 65"
			       : spans[i].reasons & 1U << REASON_FILTER       ? "filtered"
									      : "suppressed";
	for (size_t i = 0; i < n; i++)
		if (spans[i].state == SPAN_REPORTED || spans[i].state == SPAN_SAMPLE)
			return e->rules->rule[spans[i].rule].def->name;
	return "nothing matched";
}

static int
run_text(struct examples *e, uint16_t rule, const char *column, const char *text, struct rules_place at, bool must_match,
	struct assay_error *err)
{
	const struct rules_rule *def = e->rules->rule[rule].def;
	const struct span *spans;
	bool found = false;
	size_t n;
	int r = attempt_run(e->attempt, column, base_span_of(text), &spans, &n, err);

	if (r < 0)
		return r;
	e->result.texts++;
	for (size_t i = 0; i < n; i++)
		found = found || (spans[i].rule == rule && (spans[i].state == SPAN_REPORTED || spans[i].state == SPAN_SAMPLE));
	if (found != must_match) {
		if (e->result.failed++ == 0)
			e->first = at;
		e->tell(e->context, def, must_match ? "match" : "no_match", text, must_match ? why_not(e, rule, spans, n) : "it matched");
	}
	return ASSAY_OK;
}

static int
run_texts(struct examples *e, uint16_t rule, const char *column, const struct rules_texts *texts, bool must_match, struct assay_error *err)
{
	for (size_t i = 0; i < texts->n; i++) {
		int r = run_text(e, rule, column, texts->text[i], texts->at[i], must_match, err);
		if (r < 0)
			return r;
	}
	return ASSAY_OK;
}

static int
run_rule(struct examples *e, uint16_t rule, struct assay_error *err)
{
	const struct rules_rule *def = e->rules->rule[rule].def;
	int r = run_texts(e, rule, NULL, &def->match, true, err);

	r = r < 0 ? r : run_texts(e, rule, NULL, &def->no_match, false, err);
	for (size_t i = 0; i < def->n_example_columns && r == ASSAY_OK; i++) {
		const struct rules_example_column *column = &def->example_columns[i];
		r = run_texts(e, rule, column->name, &column->match, true, err);
		r = r < 0 ? r : run_texts(e, rule, column->name, &column->no_match, false, err);
	}
	e->result.rules++;
	return r;
}

/* Rules of one pack that are reported under these options; a rule that is off by default is asked for by its entity. */
static int
run_set(struct examples *e, const struct rules_options *options, const char *pack, const char *only_entity, struct assay_error *err)
{
	_cleanup_(rules_free_at) struct rules *rules = NULL;
	_cleanup_(attempt_free_at) struct attempt *attempt = NULL;
	int r = rules_compile(options, &rules, err);

	r = r < 0 ? r : attempt_new(rules, &as_usual, &attempt, err);
	e->rules = rules;
	e->attempt = attempt;
	for (size_t i = 0; r == ASSAY_OK && i < rules->n; i++) {
		const struct rules_compiled *rule = &rules->rule[i];
		bool wanted = only_entity ? !rule->def->is_default && strcmp(rule->def->entity, only_entity) == 0 : rule->def->is_default;
		if (strcmp(rule->pack->name, pack) == 0 && wanted && !rule->def->is_guard)
			r = run_rule(e, (uint16_t)i, err);
	}
	return r;
}

int
examples_run(const struct rules_options *options, const struct rules_pack *pack,
	void (*tell)(void *context, const struct rules_rule *rule, const char *kind, const char *text, const char *why), void *context,
	struct examples_result *ret, struct assay_error *err)
{
	struct rules_options local = *options;
	struct examples e = {.tell = tell, .context = context};
	int r;

	local.countries = &pack->country;
	local.n_countries = 1;
	local.entities = NULL;
	local.n_entities = 0;
	r = run_set(&e, &local, pack->name, NULL, err);
	for (size_t i = 0; r == ASSAY_OK && i < pack->n; i++) {
		const char *entity = pack->rules[i].entity;
		bool repeated = pack->rules[i].is_default;
		for (size_t k = 0; k < i && !repeated; k++)
			repeated = !pack->rules[k].is_default && strcmp(pack->rules[k].entity, entity) == 0;
		if (repeated)
			continue;
		local.entities = &entity;
		local.n_entities = 1;
		r = run_set(&e, &local, pack->name, entity, err);
	}
	if (r == ASSAY_OK)
		*ret = e.result;
	return r;
}

struct contradiction {
	char text[ASSAY_ERROR_MESSAGE_MAX];
};

static void
keep_first(void *context, const struct rules_rule *rule, const char *kind, const char *text, const char *why)
{
	struct contradiction *c = context;

	if (!c->text[0])
		snprintf(c->text, sizeof c->text, "rule '%s': its example '%.100s' %s%.100s", rule->id, text,
			strcmp(kind, "match") == 0 ? "must match and does not: " : "must not match and does",
			strcmp(kind, "match") == 0 ? why : "");
}

int
examples_check_added(const struct rules *rules, struct assay_error *err)
{
	_cleanup_(attempt_free_at) struct attempt *attempt = NULL;
	struct contradiction found = {0};
	struct examples e = {.rules = rules, .tell = keep_first, .context = &found};
	int r = ASSAY_OK;

	for (size_t i = 0; i < rules->n && r == ASSAY_OK && e.result.failed == 0; i++) {
		const struct rules_compiled *rule = &rules->rule[i];
		if (!rule->is_added || rule->is_silent)
			continue;
		r = attempt ? ASSAY_OK : attempt_new(rules, &as_usual, &attempt, err);
		e.attempt = attempt;
		r = r < 0 ? r : run_rule(&e, (uint16_t)i, err);
		if (r < 0 || e.result.failed == 0)
			continue;
		base_error_at(err, ASSAY_PACK, rule->pack->file, e.first.line, e.first.column, "%s", found.text);
		base_error_hint(err, "'assay rules test FILE' shows every example that fails");
		r = ASSAY_PACK;
	}
	return r;
}
