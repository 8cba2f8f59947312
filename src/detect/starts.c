/* From places where something may start to matches: what the lanes marked, looked at more closely, and tried in the order of the text. */
#include "detect/second.h"

#include "base/error.h"
#include "base/memory.h"

int
candidates_push(struct candidates *c, uint32_t at, uint32_t pattern)
{
	if (base_grow(&c->items, &c->capacity, c->n + 1, sizeof *c->items) < 0)
		return ASSAY_NOMEM;
	c->items[c->n++] = (struct candidate){at, pattern};
	return ASSAY_OK;
}

int
look_fill(struct detect_scanner *s, struct look *look, const uint8_t *data, uint32_t size, struct assay_error *err)
{
	look->hits.n = 0;
	if (s->engine->options.all_starts)
		return ASSAY_OK;
	if (base_grow(&look->starts, &look->starts_capacity, size / 64 + 1, sizeof *look->starts) < 0
		|| base_grow(&look->classes, &look->classes_capacity, size + 2 * MARK_PAD, sizeof *look->classes) < 0)
		return base_error_nomem(err);
	s->engine->mark(s->engine->filter.marks, data, size, look->classes + MARK_PAD, look->starts);
	return s->engine->literals ? literal_lane_scan(s->engine->literals, s->literal_scratch, data, size, &look->hits, err) : ASSAY_OK;
}

/* What the classes of the bytes around a start allow, remembered from the last time that they came along. */
static const struct shape_slot *
look_at_shape(struct detect_scanner *s, const struct subject *v, uint32_t at, const uint64_t **ret_live)
{
	uint64_t shape = start_shape(s->look->classes + MARK_PAD + v->batch_offset + at, at == 0);
	size_t place = shape * UINT64_C(0x9e3779b97f4a7c15) >> 52;
	struct shape_slot *slot = &s->shapes[place];
	uint64_t *live = s->shape_live + place * s->engine->filter.words;

	_Static_assert(SHAPES_KEPT == 1 << 12, "the slot is made of the twelve upper bits");
	if (slot->shape != shape) {
		slot->shape = shape;
		slot->groups = start_filter_shape(&s->engine->filter, shape, live);
	}
	*ret_live = live;
	return slot;
}

/* Patterns that the shape of a start leaves and its context allows, into s->live; *ret: the groups in which there are some. */
static int
look_around(struct detect_scanner *s, const struct subject *v, uint32_t at, uint64_t *ret)
{
	const struct start_filter *f = &s->engine->filter;
	const uint64_t *allowed = s->by_column, *live;
	const struct shape_slot *slot = look_at_shape(s, v, at, &live);
	uint64_t asks = 0, possible = 0;

	*ret = 0;
	for (uint64_t groups = slot->groups; groups; groups &= groups - 1) {
		size_t group = (size_t)__builtin_ctzll(groups);
		for (size_t w = group * f->group; w < (group + 1) * f->group; w++) {
			uint64_t bits = live[w] & s->possible[w];
			possible |= (uint64_t)(bits != 0) << group;
			asks |= bits & ~s->by_column[w];
		}
	}
	if (asks && nearby_allowed(&s->nearby, at, s->by_column, &allowed) < 0)
		return ASSAY_NOMEM;
	for (; possible; possible &= possible - 1) {
		size_t group = (size_t)__builtin_ctzll(possible);
		for (size_t w = group * f->group; w < (group + 1) * f->group; w++)
			*ret |= (uint64_t)((s->live[w] = live[w] & allowed[w]) != 0) << group;
	}
	return ASSAY_OK;
}

/* Patterns that can start here, tried one after the other. */
static int
try_start(struct detect_scanner *s, const struct subject *v, uint32_t at)
{
	const struct start_filter *f = &s->engine->filter;
	uint64_t groups;
	int r = look_around(s, v, at, &groups);

	if (r < 0 || !groups)
		return r;
	groups = start_filter_narrow(f, v->data + at, at == 0, groups, s->live);
	for (; groups && r == ASSAY_OK; groups &= groups - 1) {
		size_t group = (size_t)__builtin_ctzll(groups);
		for (size_t w = group * f->group; w < (group + 1) * f->group; w++)
			for (uint64_t bits = s->live[w]; bits && r == ASSAY_OK; bits &= bits - 1)
				r = confirm_at(s, v, f->pattern[w * 64 + (size_t)__builtin_ctzll(bits)], at);
	}
	return r;
}

/* Candidates of the literal lane before byte ${to} of the value, so that matches come nearly in order. */
static int
try_literals(struct detect_scanner *s, const struct subject *v, size_t *next, uint32_t to)
{
	const struct candidate *items = s->candidates.items;
	int r = ASSAY_OK;

	for (; *next < s->candidates.n && items[*next].at < to && r == ASSAY_OK; ++*next)
		r = confirm_at(s, v, items[*next].pattern, items[*next].at);
	return r;
}

/* Starts that were marked in the batch, and the value's own edge. Bytes after the value may belong to another one: they can only let more
 * through. */
static int
scan_filtered(struct detect_scanner *s, const struct subject *v)
{
	uint64_t from = (uint64_t)v->batch_offset + v->own_start, to = (uint64_t)v->batch_offset + v->own_end;
	size_t literal = 0;
	int r = ASSAY_OK;

	if (s->engine->literals)
		r = literal_lane_starts(s->engine->literals, &s->look->hits, v, &s->candidates);
	if (v->own_start == 0 && v->own_end > 0) {
		r = r < 0 ? r : try_start(s, v, 0);
		from++;
	}
	for (uint64_t at = from; at < to && r == ASSAY_OK;) {
		uint64_t bits = s->look->starts[at / 64] >> (at % 64);
		if (bits == 0) {
			at = (at / 64 + 1) * 64;
			continue;
		}
		at += (uint64_t)__builtin_ctzll(bits);
		if (at >= to)
			break;
		r = try_literals(s, v, &literal, (uint32_t)(at - v->batch_offset));
		r = r < 0 ? r : try_start(s, v, (uint32_t)(at - v->batch_offset));
		at++;
	}
	return r < 0 ? r : try_literals(s, v, &literal, v->own_end);
}

static int
scan_all_starts(struct detect_scanner *s, const struct subject *v)
{
	for (uint32_t at = v->own_start; at < v->own_end; at++)
		for (size_t i = 0; i < s->engine->rules->n_patterns; i++) {
			int r = confirm_at(s, v, (uint32_t)i, at);
			if (r < 0)
				return r;
		}
	return ASSAY_OK;
}

int
scan_through(struct detect_scanner *s, const struct subject *v)
{
	int r = nearby_begin(&s->nearby, s->engine, (struct base_span){v->data, v->size});

	s->map_row = NULL;
	if (r < 0)
		return r;
	return s->engine->options.all_starts ? scan_all_starts(s, v) : scan_filtered(s, v);
}
