/* One pattern alone over a text: where the lanes would have it tried, and what trying costs. */
#include "detect/internal.h"

#include "base/error.h"

#include <string.h>

static int
filtered_starts(struct detect_scanner *s, uint32_t pattern, const struct subject *v)
{
	const struct start_filter *f = &s->engine->filter;
	size_t bit = 0;

	while (bit < f->n && f->pattern[bit] != pattern)
		bit++;
	for (uint32_t at = 0; bit < f->n && at < v->size; at++) {
		memset(s->live, 0, f->words * sizeof *s->live);
		s->live[bit / 64] = UINT64_C(1) << (bit % 64);
		if (start_filter_narrow(f, v->data + at, at == 0, UINT64_C(1) << (bit / 64 / f->group), s->live)
			&& candidates_push(&s->candidates, at, pattern) < 0)
			return ASSAY_NOMEM;
	}
	return ASSAY_OK;
}

static int
literal_starts(struct detect_scanner *s, uint32_t pattern, const struct subject *v, struct assay_error *err)
{
	struct candidates *all = &s->candidates;
	size_t kept = 0;
	int r = literal_lane_scan(s->engine->literals, s->literal_scratch, v->data, v->size, &s->batch_look.hits, err);

	if (r < 0)
		return r;
	if (literal_lane_starts(s->engine->literals, &s->batch_look.hits, v, all) < 0)
		return ASSAY_NOMEM;
	for (size_t i = 0; i < all->n; i++)
		if (all->items[i].pattern == pattern)
			all->items[kept++] = all->items[i];
	all->n = kept;
	return ASSAY_OK;
}

static struct subject
subject_of(struct base_span text)
{
	return (struct subject){.data = text.data, .size = (uint32_t)text.size, .own_end = (uint32_t)text.size};
}

int
detect_probe_starts(struct detect_scanner *s, uint32_t pattern, struct base_span text, size_t *ret, struct assay_error *err)
{
	struct subject v = subject_of(text);
	bool literal = s->engine->literals && s->engine->rules->pattern[pattern].lane == LANE_LITERAL;
	int r;

	s->candidates.n = 0;
	r = literal ? literal_starts(s, pattern, &v, err) : filtered_starts(s, pattern, &v);
	*ret = s->candidates.n;
	return r == ASSAY_NOMEM ? base_error_nomem(err) : r;
}

int
detect_probe_try(struct detect_scanner *s, struct base_span text, size_t *ret)
{
	struct subject v = subject_of(text);
	int r = nearby_begin(&s->nearby, s->engine, text);

	s->matches.n = s->notes.n = 0;
	s->field = NULL;
	s->map_row = NULL;
	for (size_t i = 0; i < s->candidates.n && r == ASSAY_OK; i++)
		r = confirm_at(s, &v, s->candidates.items[i].pattern, s->candidates.items[i].at);
	*ret = s->matches.n;
	return r;
}
