/* What was looked at before a span was judged, for `--why` and `explain`: which words, which checks, what else was tried at the place. The
 * matches themselves, also those that count for nothing, go the usual way through clusters and windows, so that what is told does not
 * depend on where a window begins. */
#include "detect/why.h"

#include "base/memory.h"

#include <string.h>

static struct span_why *
new_row(struct detect_whys *whys, struct detect_match *m)
{
	if (base_grow(&whys->items, &whys->capacity, whys->n + 1, sizeof *whys->items) < 0)
		return NULL;
	m->why = (uint32_t)++whys->n;
	return memset(&whys->items[whys->n - 1], 0, sizeof *whys->items);
}

int
why_note(struct detect_scanner *scanner, uint32_t pattern, struct base_span value, uint32_t start, struct detect_match *m)
{
	const struct rules *rules = scanner->engine->rules;
	size_t rule = rules->pattern[pattern].rule;
	const struct rules_rule *def = rules->rule[rule].def;
	struct span_why *why = new_row(scanner->whys, m);

	if (!why)
		return ASSAY_NOMEM;
	why->match_start = m->start;
	why->match_end = m->end;
	why->pattern = (uint16_t)(pattern - rules->rule[rule].first_pattern);
	for (size_t i = 0; i < def->n_checks; i++)
		why->checks |= (uint8_t)(def->checks[i]->holds(value) << i);
	if (scanner->field) {
		why->column = context_column_of(&def->words, &def->columns, scanner->field->name);
		why->column_against = why->column ? NULL : context_column_of(&def->not_words, NULL, scanner->field->name);
	}
	return nearby_tell(&scanner->nearby, start, start + (uint32_t)value.size, def, rule, why);
}

void
why_idle(struct detect_scanner *scanner, enum why_fate fate, struct detect_match *m)
{
	scanner->whys->items[m->why - 1].fate = (uint8_t)fate;
	m->is_idle = true;
	m->span.reasons = 1u << REASON_PATTERN | 1u << (fate == WHY_BARE ? REASON_BARE : REASON_CHECK_FAILED);
}

static bool
overlap(const struct detect_match *a, const struct detect_match *b)
{
	return a->start < b->end && b->start < a->end;
}

static enum why_fate
fate_of(const struct detect_match *m, const struct detect_match *span, const struct why_place *winners, size_t n,
	const struct detect_whys *whys)
{
	if (m->is_idle)
		return (enum why_fate)whys->items[m->why - 1].fate;
	if (m->span.rule == span->span.rule)
		return WHY_READING;
	for (size_t i = 0; i < n; i++)
		if (winners[i].rule == m->span.rule && winners[i].start == m->start && winners[i].end == m->end)
			return WHY_WON;
	return m->span.entity == span->span.entity ? WHY_SAME : WHY_LOST;
}

static void
tell_tries(const struct detect_match *span, const struct detect_match *all, size_t n, const struct why_place *winners, size_t n_winners,
	struct detect_whys *whys)
{
	struct span_why *why = &whys->items[span->why - 1];

	/* what decided goes before what counted for nothing, so that this is what is left out of a long list */
	for (unsigned fate = 0; fate < WHY_FATE_COUNT; fate++)
		for (size_t i = 0; i < n; i++) {
			const struct detect_match *m = &all[i];
			if (!overlap(m, span) || m->why == span->why || fate_of(m, span, winners, n_winners, whys) != fate)
				continue;
			if (why->n_tries == WHY_TRIES)
				why->n_more++;
			else
				why->tries[why->n_tries++] = (struct why_try){
					m->start, m->end, m->span.rule, (uint8_t)fate, m->is_idle ? 0 : m->span.confidence};
		}
}

/* Idle matches where nothing came out, each rule once at a place. */
static int
add_idle(const struct detect_match *all, size_t n, struct detect_matches *ret, size_t first)
{
	for (size_t i = 0; i < n; i++) {
		bool is_told = !all[i].is_idle;
		for (size_t k = first; k < ret->n && !is_told; k++)
			is_told =
				overlap(&ret->items[k], &all[i]) && (!ret->items[k].is_idle || ret->items[k].span.rule == all[i].span.rule);
		if (!is_told && matches_push(ret, &all[i]) < 0)
			return ASSAY_NOMEM;
	}
	return ASSAY_OK;
}

int
why_settle(const struct detect_engine *engine, const struct detect_match *all, size_t n, const struct why_place *winners, size_t n_winners,
	struct detect_whys *whys, struct detect_matches *ret, size_t first)
{
	for (size_t i = first; i < ret->n; i++)
		tell_tries(&ret->items[i], all, n, winners, n_winners, whys);
	return engine->options.why == DETECT_WHY_ALL ? add_idle(all, n, ret, first) : ASSAY_OK;
}

int
why_move(const struct detect_whys *from, struct detect_whys *to, struct detect_match *m)
{
	const struct span_why *row = m->why ? &from->items[m->why - 1] : NULL;
	struct span_why *copy = row ? new_row(to, m) : NULL;

	if (row && !copy)
		return ASSAY_NOMEM;
	if (row)
		*copy = *row;
	return ASSAY_OK;
}

struct span
why_span(const struct detect_whys *whys, const struct detect_match *m)
{
	struct span span = m->span;

	span.why = m->why ? &whys->items[m->why - 1] : NULL;
	return span;
}
