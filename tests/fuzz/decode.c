/* Decoding of what is encoded in a text: tokens stay within the text, whatever is one is marked, pieces find their way back, and a window of
 * the text makes the pieces that the whole text makes.
 *
 * Input: two decisions for the window, then the text. */
#include "fuzz.h"

#include "base/batch.h"
#include "detect/decoded.h"

struct text {
	uint8_t *data; /* padded */
	uint32_t n;
	uint64_t *marks;
};

static struct text
text_new(const uint8_t *data, size_t n)
{
	struct text t = {.n = (uint32_t)n};
	uint8_t *padded = malloc(n + 2 * BATCH_PAD);

	t.marks = base_calloc(n / 64 + 1, sizeof *t.marks);
	must(padded && t.marks, "out of memory");
	memset(padded, BATCH_GUARD, n + 2 * BATCH_PAD);
	t.data = padded + BATCH_PAD;
	if (n > 0)
		memcpy(t.data, data, n);
	return t;
}

static void
text_free(struct text *t)
{
	free(t->data - BATCH_PAD);
	free(t->marks);
}

static bool
is_marked(const uint64_t *marks, size_t at)
{
	return marks[at / 64] >> (at % 64) & 1;
}

static void
check_tokens(const struct text *t)
{
	struct base_span text = {t->data, t->n};
	_cleanup_free_ uint64_t *fast = base_calloc(t->n / 64 + 1, sizeof *fast);
	bool has_fast = __builtin_cpu_supports("avx2") != 0;

	must(fast, "out of memory");
	if (has_fast)
		decode_marks_avx2(t->data, t->n, fast);
	for (size_t at = 0; at < t->n; at++) {
		struct decode_token token;
		if (!decode_token(text, at, &token))
			continue;
		must(token.size > 0 && token.size <= t->n - at && token.size <= DECODE_LOOK, "%u bytes at %zu of %u", token.size, at, t->n);
		must(token.n <= DECODE_TOKEN_BYTES && token.n <= token.size, "%u bytes from %u", token.n, token.size);
		must(is_marked(t->marks, at), "the token at %zu is not marked", at);
		must(!has_fast || is_marked(fast, at), "the token at %zu is not marked by wide instructions", at);
	}
}

static void
check_piece(const struct decoded *d, const struct decoded_piece *p, const struct text *t)
{
	uint32_t last_start = 0, last_end = 0;

	must(p->bytes >= BATCH_PAD && p->bytes + p->size < d->n_bytes, "bytes %u+%u of %zu", p->bytes, p->size, d->n_bytes);
	must(p->from <= p->own_from && p->own_from < p->own_to && p->own_to <= p->to && p->to <= t->n, "%u <= %u < %u <= %u <= %u", p->from,
		p->own_from, p->own_to, p->to, t->n);
	must(p->starts_from <= p->starts_to && p->starts_to <= p->size, "starts %u..%u of %u", p->starts_from, p->starts_to, p->size);
	for (uint32_t i = 0; i < p->size; i++) {
		uint32_t start = decoded_start(d, p, i), end = decoded_end(d, p, i + 1), first;
		bool is_beside;
		must(start < end && end <= t->n && start >= last_start && end >= last_end, "byte %u: %u..%u after %u..%u", i, start, end,
			last_start, last_end);
		uint32_t kinds = decoded_kinds(d, p, i, i + 1, &first, &is_beside);
		must(kinds >> DECODE_KINDS == 0 && first <= start, "kinds %x from %u", kinds, first);
		must(kinds || end == start + 1, "byte %u is decoded without a kind", i);
		must((kinds && !is_beside) || d->bytes[p->bytes + i] == t->data[start], "byte %u has changed", i);
		last_start = start;
		last_end = end;
	}
}

/* A piece of the whole text that is the same as one of a window that begins at ${base}. */
static bool
has_piece(const struct decoded *all, const struct decoded *d, const struct decoded_piece *p, uint32_t base)
{
	for (size_t i = 0; i < all->n_pieces; i++) {
		const struct decoded_piece *q = &all->pieces[i];
		if (q->from == p->from + base && q->to == p->to + base && q->origin == p->origin + base && q->size == p->size
			&& q->n_segments == p->n_segments && memcmp(all->bytes + q->bytes, d->bytes + p->bytes, p->size) == 0)
			return true;
	}
	return false;
}

static void
check_window(const struct text *t, const struct decoded *all, uint32_t own_start, uint32_t own_end)
{
	uint32_t lead = own_start < DECODED_REACH ? own_start : DECODED_REACH;
	uint32_t tail = t->n - own_end < DECODED_REACH ? t->n - own_end : DECODED_REACH, base = own_start - lead;
	struct text w = text_new(t->data + base, lead + (own_end - own_start) + tail);
	struct decoded d = {0};

	decode_marks_plain(w.data, w.n, w.marks);
	must(decoded_plan(&d, &(struct decoded_source){{w.data, w.n}, w.marks, 0, base, lead, lead + (own_end - own_start)}) == 0,
		"out of memory");
	for (size_t i = 0; i < d.n_pieces; i++)
		must(has_piece(all, &d, &d.pieces[i], base), "window %u..%u of %u: piece %zu at %u is not of the whole", own_start, own_end,
			t->n, i, d.pieces[i].from + base);
	/* and none is missing that has starts of the window's own */
	for (size_t i = 0; i < all->n_pieces; i++) {
		const struct decoded_piece *q = &all->pieces[i];
		bool found = q->own_from >= own_end || q->own_to <= own_start;
		for (size_t k = 0; k < d.n_pieces && !found; k++)
			found = d.pieces[k].from + base == q->from && d.pieces[k].to + base == q->to && d.pieces[k].size == q->size;
		must(found, "window %u..%u of %u: the piece at %u is missing", own_start, own_end, t->n, q->from);
	}
	decoded_dispose(&d);
	text_free(&w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { TEXT_MAX = 64 << 10 };
	struct take take = {data, data + size};
	uint32_t from = take_below(&take, 65536), width = take_below(&take, 65536);
	struct base_span input = take_rest(&take);
	struct text t = text_new(input.data, input.size < TEXT_MAX ? input.size : TEXT_MAX);
	struct decoded d = {0};

	decode_marks_plain(t.data, t.n, t.marks);
	check_tokens(&t);
	must(decoded_plan(&d, &(struct decoded_source){{t.data, t.n}, t.marks, 0, 0, 0, t.n}) == 0, "out of memory");
	for (size_t i = 0; i < d.n_pieces; i++)
		check_piece(&d, &d.pieces[i], &t);
	if (t.n > 0) {
		from %= t.n;
		check_window(&t, &d, from, from + 1 + width % (t.n - from));
	}
	decoded_dispose(&d);
	text_free(&t);
	return 0;
}
