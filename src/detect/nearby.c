/* Context words near a place: the text is looked through once, piece by piece and only where something may start, and kept as a list of
 * phrases.
 *
 * Two uses: which patterns of rules that need context are worth trying at all (by piece, erring to the safe side), and what a match has
 * around it (exactly: whole tokens outside of the match, within the rule's reach). */
#include "detect/why.h"

#include "base/memory.h"

#include <string.h>

int
nearby_plan_init(struct nearby_plan *plan, const struct detect_engine *e)
{
	const struct start_filter *f = &e->filter;
	size_t rows = context_rows(e->rules->context);

	*plan = (struct nearby_plan){0};
	plan->always = base_calloc(f->words + 1, sizeof(uint64_t));
	plan->row = base_calloc(rows * f->words + 1, sizeof(uint64_t));
	plan->possible = base_calloc(f->words + 1, sizeof(uint64_t));
	if (!plan->always || !plan->row || !plan->possible)
		return ASSAY_NOMEM;
	for (size_t bit = 0; bit < f->n; bit++) {
		const struct rules_pattern *p = &e->rules->pattern[f->pattern[bit]];
		const struct rules_rule *def = e->rules->rule[p->rule].def;
		uint64_t mask = UINT64_C(1) << (bit % 64);
		/* the pieces on both sides of the one that holds the start are looked at */
		bool fits = def->words.n == 0 || (def->before <= NEARBY_PIECE && p->facts.width_max + def->after <= NEARBY_PIECE);
		/* without words a column must speak for it: confirm_at would say the same, later */
		if (!def->collides || def->words.n > 0)
			plan->possible[bit / 64] |= mask;
		if (!def->collides || !fits) {
			plan->always[bit / 64] |= mask;
			continue;
		}
		for (size_t row = 0; row < rows; row++)
			if (context_row(e->rules->context, row).for_rule[p->rule / 64] >> (p->rule % 64) & 1)
				plan->row[row * f->words + bit / 64] |= mask;
	}
	return ASSAY_OK;
}

void
nearby_plan_dispose(struct nearby_plan *plan)
{
	free(plan->always);
	free(plan->row);
	free(plan->possible);
}

void
nearby_dispose(struct nearby *n)
{
	free(n->pieces);
	free(n->masks);
	free(n->hits.items);
	free(n->allowed);
}

int
nearby_begin(struct nearby *n, const struct detect_engine *e, struct base_span text)
{
	size_t pieces = text.size / NEARBY_PIECE + 1;

	if (base_grow(&n->pieces, &n->pieces_capacity, pieces, sizeof *n->pieces) < 0
		|| base_grow(&n->masks, &n->masks_capacity, pieces * e->filter.words + 1, sizeof *n->masks) < 0
		|| (!n->allowed && !(n->allowed = base_calloc(e->filter.words + 1, sizeof *n->allowed))))
		return ASSAY_NOMEM;
	memset(n->pieces, 0, pieces * sizeof *n->pieces);
	n->engine = e;
	n->text = text;
	n->n_pieces = pieces;
	n->hits.n = 0;
	n->allowed_piece = SIZE_MAX;
	return ASSAY_OK;
}

/* Looks one piece through, if that was not done before. */
static int
look_through(struct nearby *n, size_t piece)
{
	struct nearby_piece *p = &n->pieces[piece];
	const struct nearby_plan *plan = &n->engine->plan;
	size_t words = n->engine->filter.words, to = (piece + 1) * NEARBY_PIECE;
	uint64_t *mask = n->masks + piece * words;

	if (p->is_done)
		return ASSAY_OK;
	p->first = (uint32_t)n->hits.n;
	if (context_scan(n->engine->rules->context, n->text, (uint32_t)(piece * NEARBY_PIECE),
		    (uint32_t)(to < n->text.size ? to : n->text.size), &n->hits)
		< 0)
		return ASSAY_NOMEM;
	p->n = (uint32_t)n->hits.n - p->first;
	p->is_done = true;
	memset(mask, 0, words * sizeof *mask);
	for (uint32_t i = 0; i < p->n; i++) {
		const uint64_t *row = plan->row + (size_t)n->hits.items[p->first + i].row * words;
		for (size_t w = 0; w < words; w++)
			mask[w] |= row[w];
	}
	return ASSAY_OK;
}

int
nearby_allowed(struct nearby *n, uint32_t at, const uint64_t *by_column, const uint64_t **ret)
{
	size_t piece = at / NEARBY_PIECE, words = n->engine->filter.words;
	size_t from = piece > 0 ? piece - 1 : 0, to = piece + 1 < n->n_pieces ? piece + 1 : n->n_pieces - 1;

	*ret = n->allowed;
	if (piece == n->allowed_piece)
		return ASSAY_OK;
	memcpy(n->allowed, by_column, words * sizeof *n->allowed);
	for (size_t i = from; i <= to; i++) {
		if (look_through(n, i) < 0)
			return ASSAY_NOMEM;
		for (size_t w = 0; w < words; w++)
			n->allowed[w] |= n->masks[i * words + w];
	}
	n->allowed_piece = piece;
	return ASSAY_OK;
}

/* Does a phrase speak for (bit 0) or against (bit 1) the rule, and stand outside of the match and within reach? */
static unsigned
speaks(const struct nearby *n, const struct context_hit *hit, uint32_t from, uint32_t start, uint32_t end, uint32_t to, size_t rule)
{
	if (!(hit->start >= from && hit->end <= start) && !(hit->start >= end && hit->end <= to))
		return 0;
	struct context_bits bits = context_row(n->engine->rules->context, hit->row);
	return (unsigned)(bits.for_rule[rule / 64] >> (rule % 64) & 1) | (unsigned)(bits.against_rule[rule / 64] >> (rule % 64) & 1) << 1;
}

/* How far a rule looks around a match. */
static void
window_of(const struct nearby *n, const struct rules_rule *def, uint32_t start, uint32_t end, uint32_t *ret_from, uint32_t *ret_to)
{
	*ret_from = start > def->before ? start - def->before : 0;
	*ret_to = (uint32_t)n->text.size - end > def->after ? end + def->after : (uint32_t)n->text.size;
}

int
nearby_words(struct nearby *n, uint32_t start, uint32_t end, size_t rule, unsigned *ret)
{
	const struct rules_rule *def = n->engine->rules->rule[rule].def;
	uint32_t from, to;

	window_of(n, def, start, end, &from, &to);
	*ret = 0;
	if (def->words.n + def->not_words.n == 0)
		return ASSAY_OK;
	for (size_t piece = from / NEARBY_PIECE; piece < n->n_pieces && piece * NEARBY_PIECE < to; piece++) {
		if (look_through(n, piece) < 0)
			return ASSAY_NOMEM;
		for (uint32_t i = 0; i < n->pieces[piece].n; i++)
			*ret |= speaks(n, &n->hits.items[n->pieces[piece].first + i], from, start, end, to, rule);
	}
	return ASSAY_OK;
}

static void
keep_word(struct why_words *words, const char *word)
{
	for (uint32_t i = 0; word && i < words->n; i++)
		if (words->word[i] == word)
			return;
	if (word && words->n < WHY_WORDS)
		words->word[words->n++] = word;
}

int
nearby_tell(struct nearby *n, uint32_t start, uint32_t end, const struct rules_rule *def, size_t rule, struct span_why *why)
{
	uint32_t from, to;

	window_of(n, def, start, end, &from, &to);
	for (size_t piece = from / NEARBY_PIECE; piece < n->n_pieces && piece * NEARBY_PIECE < to; piece++) {
		if (look_through(n, piece) < 0)
			return ASSAY_NOMEM;
		for (uint32_t i = 0; i < n->pieces[piece].n; i++) {
			const struct context_hit *hit = &n->hits.items[n->pieces[piece].first + i];
			struct base_span text = {n->text.data + hit->start, hit->end - hit->start};
			unsigned said = speaks(n, hit, from, start, end, to, rule);
			if (said & 1)
				keep_word(&why->words, context_word_of(&def->words, text));
			if (said & 2)
				keep_word(&why->against, context_word_of(&def->not_words, text));
		}
	}
	return ASSAY_OK;
}
