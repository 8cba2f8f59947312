/* The second look at a value: its encoded parts, decoded, go through the same lanes, patterns and checks as plain bytes do; what matches is
 * brought back to where it lies in the value. */
#include "detect/second.h"

#include "base/error.h"
#include "base/memory.h"

int
second_begin(struct detect_scanner *s, const struct batch *b)
{
	s->n_cut = 0;
	if (base_grow(&s->encoded, &s->encoded_capacity, b->size / 64 + 1, sizeof *s->encoded) < 0)
		return ASSAY_NOMEM;
	s->has_encoded = b->size > 0 && s->engine->mark_encoded(b->data, b->size, s->encoded);
	return ASSAY_OK;
}

/* Is a bit set among those of a value? */
static bool
has_mark(const uint64_t *marks, uint32_t from, uint32_t size)
{
	uint32_t last = from + size - 1;
	uint64_t first_mask = UINT64_MAX << (from % 64), last_mask = UINT64_MAX >> (63 - last % 64);

	if (size == 0)
		return false;
	if (from / 64 == last / 64)
		return (marks[from / 64] & first_mask & last_mask) != 0;
	if (marks[from / 64] & first_mask || marks[last / 64] & last_mask)
		return true;
	for (uint32_t w = from / 64 + 1; w < last / 64; w++)
		if (marks[w])
			return true;
	return false;
}

static void
note_cut(struct detect_scanner *s, const struct subject *v)
{
	if (s->decoded.n_cut == 0)
		return;
	if (s->n_cut == 0) {
		s->cut_record = record_at(v, s->decoded.first_cut);
		s->cut_raw = v->raw == BATCH_UNMAPPED || v->map ? UINT64_MAX : v->raw + s->decoded.first_cut;
	}
	s->n_cut += s->decoded.n_cut;
	s->met_limit = true;
}

int
second_look(struct detect_scanner *s, const struct subject *v)
{
	struct decoded *d = &s->decoded;
	struct decoded_source source = {{v->data, v->size}, s->encoded, v->batch_offset, v->value_base, v->own_start, v->own_end};
	int r;

	if (!has_mark(s->encoded, v->batch_offset, v->size))
		return ASSAY_OK;
	if (decoded_plan(d, &source) < 0)
		return ASSAY_NOMEM;
	note_cut(s, v);
	if (d->n_pieces == 0)
		return ASSAY_OK;
	r = look_fill(s, &s->decoded_look, d->bytes + BATCH_PAD, (uint32_t)(d->n_bytes - BATCH_PAD), NULL);
	s->look = &s->decoded_look;
	for (size_t i = 0; i < d->n_pieces && r == ASSAY_OK; i++) {
		const struct decoded_piece *p = &d->pieces[i];
		struct subject piece = {.data = d->bytes + p->bytes,
			.size = p->size,
			.own_start = p->starts_from,
			.own_end = p->starts_to,
			.field = v->field,
			.batch_offset = p->bytes - BATCH_PAD,
			.value_base = v->value_base,
			.record = v->record,
			.raw = BATCH_UNMAPPED,
			.piece = p,
			.origin = v};
		r = scan_through(s, &piece);
	}
	s->look = &s->batch_look;
	return r;
}

/* A match that is wider than what was decoded for it. What the plain look finds at its start all the same is not lost. */
static void
note_wide(struct detect_scanner *s, const struct subject *v, const struct hot_pattern *p, uint32_t at)
{
	if (run_pattern(s, p, v, at) >= 0)
		return;
	if (s->wide[p->rule]++ == 0)
		s->wide_record[p->rule] = record_at(v, at);
	s->met_limit = true;
}

bool
second_place(struct detect_scanner *s, const struct subject *piece, const struct hot_pattern *pattern, const PCRE2_SIZE *bounds,
	struct detect_match *m, uint32_t *start, uint32_t *end, uint32_t *ret_reasons)
{
	const struct decoded_piece *p = piece->piece;
	bool is_beside;
	uint32_t first, last = decoded_end(&s->decoded, p, (uint32_t)bounds[1]);
	uint32_t kinds = decoded_kinds(&s->decoded, p, (uint32_t)bounds[0], (uint32_t)bounds[1], &first, &is_beside);

	if (kinds == 0 || first < p->own_from || first >= p->own_to)
		return false;
	if (last > p->to) {
		note_wide(s, piece->origin, pattern, first);
		return false;
	}
	m->start = piece->value_base + first;
	m->end = piece->value_base + last;
	m->sight = is_beside || kinds & (1u << DECODE_PERCENT | 1u << DECODE_BASE64) ? SIGHT_BESIDE : SIGHT_DECODED;
	m->decoded_at = p->bytes + *start;
	m->decoded_size = *end - *start;
	*start = decoded_start(&s->decoded, p, *start);
	*end = decoded_end(&s->decoded, p, *end);
	*ret_reasons = kinds << REASON_DECODED_HTML;
	_Static_assert(REASON_DECODED_BASE64 - REASON_DECODED_HTML == DECODE_BASE64, "one reason for each kind, in the same order");
	return true;
}

int
second_end(struct detect_scanner *s, uint32_t resource, struct issue_sink *issues)
{
	const struct rules *rules = s->engine->rules;
	int r = ASSAY_OK;

	/* one by one, so that the sums do not depend on batches */
	for (; s->n_cut > 0 && r == ASSAY_OK; s->n_cut--)
		r = issue_emit(issues, resource, ISSUE_LIMIT, ISSUE_NO_RULE, s->cut_record, s->cut_raw,
			"base64 of text: only the first %d characters were looked at", LIMIT_BASE64);
	for (size_t i = 0; i < rules->n; i++)
		for (; s->wide[i] > 0 && r == ASSAY_OK; s->wide[i]--)
			r = issue_emit(issues, resource, ISSUE_LIMIT, (uint16_t)i, s->wide_record[i], UINT64_MAX,
				"rule %s: wider than the %d bytes that are decoded around an escape", rules->rule[i].def->name,
				LIMIT_DECODED_WIDTH);
	return r;
}
