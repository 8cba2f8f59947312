/* Planning second looks: tokens of a value, blocks, pieces; and the way back from a piece to the value. */
#include "detect/decoded.h"

#include "base/batch.h"
#include "base/error.h"
#include "base/memory.h"

#include "crypto/digest.h"

#include <string.h>

void
decoded_dispose(struct decoded *d)
{
	if (d->bytes)
		crypto_wipe(d->bytes, d->bytes_capacity);
	free(d->bytes);
	free(d->segments);
	free(d->pieces);
	free(d->tokens);
	*d = (struct decoded){0};
}

/* ---- tokens ---- */

/* The first marked byte from ${at} on, or the text's size. */
static size_t
next_mark(const struct decoded_source *s, size_t at)
{
	while (at < s->text.size) {
		uint64_t bit = s->first_mark + at, word = s->marks[bit / 64] >> (bit % 64);
		if (word) {
			at += (size_t)__builtin_ctzll(word);
			return at < s->text.size ? at : s->text.size;
		}
		at += 64 - bit % 64;
	}
	return s->text.size;
}

static int
add_token(struct decoded *d, const struct decoded_source *s, size_t at)
{
	struct decoded_token t = {.at = (uint32_t)at};

	if (!decode_token(s->text, at, &t.token))
		return ASSAY_OK;
	t.is_wanted = decode_is_wanted(s->text, at, &t.token);
	t.is_sure_qp = decode_is_sure_qp(s->text, at, &t.token);
	t.is_lone_qp = decode_is_lone_qp(s->text, at, &t.token);
	if (!t.is_wanted && !t.is_sure_qp && !t.is_lone_qp)
		return ASSAY_OK;
	if (base_grow(&d->tokens, &d->tokens_capacity, d->n_tokens + 1, sizeof *d->tokens) < 0)
		return ASSAY_NOMEM;
	d->tokens[d->n_tokens++] = t;
	return ASSAY_OK;
}

/* ---- pieces ---- */

/* Room for n more bytes and the guards around them. */
static int
reserve(struct decoded *d, size_t n)
{
	return base_grow(&d->bytes, &d->bytes_capacity, d->n_bytes + n + 2 * BATCH_PAD, 1);
}

static void
put(struct decoded *d, const void *data, size_t n)
{
	if (n > 0)
		memcpy(d->bytes + d->n_bytes, data, n);
	d->n_bytes += n;
}

static int
begin_piece(struct decoded *d, size_t most, struct decoded_piece *ret)
{
	if (reserve(d, most) < 0 || base_grow(&d->pieces, &d->pieces_capacity, d->n_pieces + 1, sizeof *d->pieces) < 0)
		return ASSAY_NOMEM;
	if (d->n_bytes == 0) {
		memset(d->bytes, BATCH_GUARD, BATCH_PAD);
		d->n_bytes = BATCH_PAD;
	}
	ret->bytes = (uint32_t)d->n_bytes;
	ret->segment = (uint32_t)d->n_segments;
	return ASSAY_OK;
}

static void
end_piece(struct decoded *d, struct decoded_piece *p)
{
	p->size = (uint32_t)d->n_bytes - p->bytes;
	p->n_segments = (uint32_t)d->n_segments - p->segment;
	d->bytes[d->n_bytes++] = BATCH_GUARD;
	d->pieces[d->n_pieces++] = *p;
}

static int
put_segment(struct decoded *d, const struct decoded_piece *p, uint32_t from, const struct decode_token *t)
{
	if (base_grow(&d->segments, &d->segments_capacity, d->n_segments + 1, sizeof *d->segments) < 0)
		return ASSAY_NOMEM;
	d->segments[d->n_segments++] = (struct decoded_segment){(uint32_t)d->n_bytes - p->bytes, t->n, from, t->size, t->kind};
	put(d, t->bytes, t->n);
	return ASSAY_OK;
}

/* The first byte of a piece that comes from value byte ${at} or from behind it. */
static uint32_t
piece_byte(const struct decoded *d, const struct decoded_piece *p, uint32_t at)
{
	uint32_t from = p->origin, byte = 0;

	for (uint32_t i = 0; i < p->n_segments; i++) {
		const struct decoded_segment *s = &d->segments[p->segment + i];
		if (s->from >= at)
			break;
		from = s->from + s->size;
		byte = s->at + s->n;
	}
	byte += at > from ? at - from : 0;
	return byte < p->size ? byte : p->size;
}

/* Value bytes from p->origin to ${end}, decoded. */
static int
decode_range(struct decoded *d, const struct decoded_source *s, uint32_t end, bool qp, struct decoded_piece *p)
{
	size_t at = p->origin;

	if (begin_piece(d, end - p->origin, p) < 0)
		return ASSAY_NOMEM;
	while (at < end) {
		size_t mark = next_mark(s, at);
		struct decode_token t;
		mark = mark < end ? mark : end;
		put(d, s->text.data + at, mark - at);
		at = mark;
		if (at == end)
			break;
		if (decode_token(s->text, at, &t) && (t.kind != DECODE_QP || qp || decode_is_lone_qp(s->text, at, &t))) {
			if (put_segment(d, p, (uint32_t)at, &t) < 0)
				return ASSAY_NOMEM;
			at += t.size;
		} else
			put(d, s->text.data + at++, 1);
	}
	end_piece(d, p);
	/* a match may begin with the escape that stands before it */
	p = &d->pieces[d->n_pieces - 1];
	p->starts_from = piece_byte(d, p, p->own_from);
	p->starts_to = piece_byte(d, p, p->own_to);
	p->starts_to += p->starts_to < p->size;
	return ASSAY_OK;
}

static uint32_t
width_of(const struct decode_token *t)
{
	return t->pull == PULL_TOUCHED && t->kind == DECODE_UNICODE ? DECODED_SEPARATED : LIMIT_DECODED_WIDTH;
}

static uint32_t
minus(uint32_t a, uint32_t b)
{
	return a > b ? a - b : 0;
}

/* One block, in offsets of the text: tokens that can be part of what begins in it, those near each other in one piece. */
struct block {
	uint32_t start, end;
	size_t first; /* token that may be the first one */
	bool qp;
};

static bool
is_of_block(const struct block *b, const struct decoded_token *t)
{
	if (!t->is_wanted || (t->token.kind == DECODE_QP && !b->qp && !t->is_lone_qp))
		return false;
	return t->at + t->token.size >= b->start && t->at < b->end + width_of(&t->token);
}

static int
add_block_piece(struct decoded *d, const struct decoded_source *s, const struct block *b, uint32_t from, uint32_t to)
{
	struct decoded_piece p = {.from = from, .to = to < s->text.size ? to : (uint32_t)s->text.size};
	uint32_t end = to + DECODED_CONTEXT;

	p.own_from = b->start > s->own_start ? b->start : s->own_start;
	p.own_from = p.own_from > from ? p.own_from : from;
	p.own_to = b->end < s->own_end ? b->end : s->own_end;
	p.own_to = p.own_to < p.to ? p.own_to : p.to;
	if (p.own_from >= p.own_to)
		return ASSAY_OK;
	p.origin = minus(from > b->start ? from : b->start, DECODED_CONTEXT);
	return decode_range(d, s, end < s->text.size ? end : (uint32_t)s->text.size, b->qp, &p);
}

static int
add_block(struct decoded *d, const struct decoded_source *s, const struct block *b)
{
	uint32_t from = 0, to = 0;
	bool is_open = false;

	for (size_t i = b->first; i < d->n_tokens && d->tokens[i].at < b->end + LIMIT_DECODED_WIDTH; i++) {
		const struct decoded_token *t = &d->tokens[i];
		uint32_t width = width_of(&t->token);
		if (!is_of_block(b, t))
			continue;
		if (is_open && minus(t->at, width) > to + 2 * DECODED_CONTEXT) {
			if (add_block_piece(d, s, b, from, to) < 0)
				return ASSAY_NOMEM;
			is_open = false;
		}
		if (!is_open || minus(t->at, width) < from)
			from = minus(t->at, width);
		if (!is_open || t->at + t->token.size + width > to)
			to = t->at + t->token.size + width;
		is_open = true;
	}
	return is_open ? add_block_piece(d, s, b, from, to) : ASSAY_OK;
}

static bool
speaks_for_qp(const struct decoded_token *t)
{
	return t->is_sure_qp || t->is_lone_qp;
}

/* Is there enough of quoted-printable around a block to believe the rest of it? */
static bool
has_qp(const struct decoded *d, const struct block *b)
{
	enum { ENOUGH = 2 };
	size_t n = 0;

	for (size_t i = b->first; i > 0 && d->tokens[i - 1].at + DECODED_CONTEXT >= b->start; i--)
		n += speaks_for_qp(&d->tokens[i - 1]);
	for (size_t i = b->first; n < ENOUGH && i < d->n_tokens && d->tokens[i].at < b->end + LIMIT_DECODED_WIDTH; i++)
		n += speaks_for_qp(&d->tokens[i]) && d->tokens[i].at + DECODED_CONTEXT >= b->start;
	return n >= ENOUGH;
}

static int
add_blocks(struct decoded *d, const struct decoded_source *s)
{
	/* the block of the first own byte begins at an offset of the value that is a multiple of the size */
	uint64_t skipped = s->base + s->own_start;
	uint32_t start = s->own_start - (uint32_t)(skipped % DECODED_BLOCK < s->own_start ? skipped % DECODED_BLOCK : s->own_start);
	uint32_t end = s->own_start + DECODED_BLOCK - (uint32_t)(skipped % DECODED_BLOCK);
	struct block b = {.start = start, .end = end};

	for (; b.start < s->own_end; b.start = b.end, b.end += DECODED_BLOCK) {
		while (b.first < d->n_tokens && d->tokens[b.first].at + d->tokens[b.first].token.size < b.start)
			b.first++;
		if (b.first == d->n_tokens)
			break;
		b.qp = has_qp(d, &b);
		if (add_block(d, s, &b) < 0)
			return ASSAY_NOMEM;
	}
	return ASSAY_OK;
}

/* ---- base64 ---- */

static uint32_t
line_start(struct base_span text, uint32_t at)
{
	uint32_t from = at;

	while (from > 0 && at - from < DECODED_LINE && text.data[from - 1] != '\n')
		from--;
	return from;
}

static int
add_base64(struct decoded *d, const struct decoded_source *s, uint32_t at)
{
	struct decoded_piece p = {.origin = line_start(s->text, at), .own_from = s->own_start, .own_to = s->own_end};
	struct base_span run = {s->text.data + at, 0};
	size_t n;
	bool cut;

	/* a run that began before the window is not ours, nor is one out of whose bytes nothing of ours can be made */
	if ((at == 0 && s->base > 0) || p.origin >= s->own_end || at + LIMIT_BASE64 <= s->own_start)
		return ASSAY_OK;
	run.size = decode_base64_run(s->text, at, LIMIT_BASE64, &cut);
	p.from = p.origin;
	p.to = at + (uint32_t)run.size;
	p.own_from = p.own_from > p.from ? p.own_from : p.from;
	p.own_to = p.own_to < p.to ? p.own_to : p.to;
	if (p.to <= s->own_start || begin_piece(d, p.to - p.origin, &p) < 0)
		return p.to <= s->own_start ? ASSAY_OK : ASSAY_NOMEM;
	if (!decode_base64_text(run, d->bytes + p.bytes + (at - p.origin), &n))
		return ASSAY_OK;
	if (cut && at >= s->own_start && at < s->own_end && d->n_cut++ == 0)
		d->first_cut = at;
	put(d, s->text.data + p.origin, at - p.origin);
	if (base_grow(&d->segments, &d->segments_capacity, d->n_segments + 1, sizeof *d->segments) < 0)
		return ASSAY_NOMEM;
	d->segments[d->n_segments++] = (struct decoded_segment){at - p.origin, (uint32_t)n, at, (uint32_t)run.size, DECODE_BASE64};
	d->n_bytes += n;
	p.starts_to = (uint32_t)d->n_bytes - p.bytes;
	end_piece(d, &p);
	return ASSAY_OK;
}

int
decoded_plan(struct decoded *d, const struct decoded_source *s)
{
	d->n_bytes = d->n_segments = d->n_pieces = d->n_tokens = 0;
	d->n_cut = 0;
	for (size_t at = next_mark(s, 0); at < s->text.size; at = next_mark(s, at + 1)) {
		uint8_t c = s->text.data[at];
		bool is_letter = base_is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
		if (is_letter && (s->text.size - at < DECODE_BASE64_MIN || !decode_base64_may_be_text(s->text.data + at)))
			continue;
		if ((is_letter ? add_base64(d, s, (uint32_t)at) : add_token(d, s, at)) < 0)
			return ASSAY_NOMEM;
	}
	if (d->n_tokens > 0 && add_blocks(d, s) < 0)
		return ASSAY_NOMEM;
	if (d->n_pieces > 0)
		memset(d->bytes + d->n_bytes, BATCH_GUARD, BATCH_PAD);
	return ASSAY_OK;
}

/* ---- the way back ---- */

/* The last segment that begins at or before a byte of a piece, or NULL. */
static const struct decoded_segment *
segment_before(const struct decoded *d, const struct decoded_piece *p, uint32_t at)
{
	const struct decoded_segment *segments = d->segments + p->segment;
	uint32_t low = 0, high = p->n_segments;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (segments[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &segments[low - 1] : NULL;
}

uint32_t
decoded_start(const struct decoded *d, const struct decoded_piece *p, uint32_t at)
{
	const struct decoded_segment *s = segment_before(d, p, at);

	if (!s)
		return p->origin + at;
	if (at >= s->at + s->n)
		return s->from + s->size + (at - s->at - s->n);
	/* byte k of three begins in character k of four */
	return s->kind == DECODE_BASE64 ? s->from + (at - s->at) / 3 * 4 + (at - s->at) % 3 : s->from;
}

uint32_t
decoded_end(const struct decoded *d, const struct decoded_piece *p, uint32_t end)
{
	const struct decoded_segment *s = end > 0 ? segment_before(d, p, end - 1) : NULL;

	if (!s)
		return p->origin + end;
	if (end > s->at + s->n)
		return s->from + s->size + (end - s->at - s->n);
	return s->kind == DECODE_BASE64 ? s->from + (end - 1 - s->at) / 3 * 4 + (end - 1 - s->at) % 3 + 2 : s->from + s->size;
}

uint32_t
decoded_kinds(
	const struct decoded *d, const struct decoded_piece *p, uint32_t start, uint32_t end, uint32_t *ret_start, bool *ret_is_beside)
{
	const struct decoded_segment *first = d->segments + p->segment, *last = first + p->n_segments;
	const struct decoded_segment *s = segment_before(d, p, start);
	uint32_t inside = 0, beside = 0;

	*ret_start = decoded_start(d, p, start);
	/* segments without bytes may stand one behind the other at one place */
	while (s && s > first && s[-1].at + s[-1].n >= start)
		s--;
	for (s = s ? s : first; s < last && s->at <= end; s++) {
		if (s->at + s->n < start)
			continue;
		bool is_inside = s->n > 0 ? s->at < end && s->at + s->n > start : s->at > start && s->at < end;
		inside |= is_inside ? 1u << s->kind : 0;
		beside |= s->kind != DECODE_BASE64 ? 1u << s->kind : 0;
		/* the plain look takes the last digits of an escape for the first ones of what follows */
		if (!is_inside && s->at + s->n == start && s->from + s->size == *ret_start
			&& (s->kind == DECODE_PERCENT || s->kind == DECODE_QP || s->kind == DECODE_JSON))
			*ret_start = s->from;
	}
	*ret_is_beside = inside == 0;
	return inside ? inside : beside;
}
