/* The literal lane: one Vectorscan block database of the texts that must occur in each match. A hit proposes the starts that the text's
 * distance from the start allows, walking left only over bytes that the pattern can hold. */
#include "detect/internal.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

#ifdef ASSAY_HAVE_VECTORSCAN

#include <hs/hs.h>

struct literal_row {
	uint32_t pattern;
	uint8_t size;
};

struct literal_lane {
	const struct rules *rules;
	struct literal_row *rows; /* by id */
	size_t n;
	hs_database_t *database;
	hs_scratch_t *prototype;
};

struct literal_scratch {
	hs_scratch_t *scratch;
};

struct scan_state {
	const struct literal_lane *lane;
	const uint8_t *data;
	struct candidates *ret;
	bool failed;
};

static int
compile_database(struct literal_lane *lane, struct assay_error *err)
{
	_cleanup_free_ const char **texts = base_calloc(lane->n, sizeof *texts);
	_cleanup_free_ unsigned *flags = base_calloc(lane->n, sizeof *flags), *ids = base_calloc(lane->n, sizeof *ids);
	_cleanup_free_ size_t *sizes = base_calloc(lane->n, sizeof *sizes);
	hs_compile_error_t *problem = NULL;
	size_t n = 0;

	if (!texts || !flags || !ids || !sizes)
		return base_error_nomem(err);
	for (size_t i = 0; i < lane->rules->n_patterns; i++) {
		const struct pattern_facts *f = &lane->rules->pattern[i].facts;
		if (lane->rules->pattern[i].lane != LANE_LITERAL)
			continue;
		for (size_t k = 0; k < f->n_literals; k++) {
			texts[n] = (const char *)f->literals[k].text;
			sizes[n] = f->literals[k].size;
			flags[n] = f->literals[k].is_caseless ? HS_FLAG_CASELESS : 0;
			ids[n] = (unsigned)n;
			lane->rows[n++] = (struct literal_row){(uint32_t)i, f->literals[k].size};
		}
	}
	if (hs_compile_lit_multi(texts, flags, ids, sizes, (unsigned)n, HS_MODE_BLOCK, NULL, &lane->database, &problem) != HS_SUCCESS) {
		base_error(err, ASSAY_INTERNAL, "cannot compile the literal lane: %s", problem ? problem->message : "unknown");
		hs_free_compile_error(problem);
		return ASSAY_INTERNAL;
	}
	if (hs_alloc_scratch(lane->database, &lane->prototype) != HS_SUCCESS)
		return base_error_nomem(err);
	return ASSAY_OK;
}

int
literal_lane_new(const struct rules *rules, struct literal_lane **ret, struct assay_error *err)
{
	struct literal_lane *lane;
	size_t n = 0;
	int r;

	for (size_t i = 0; i < rules->n_patterns; i++)
		if (rules->pattern[i].lane == LANE_LITERAL)
			n += rules->pattern[i].facts.n_literals;
	if (n == 0 || hs_valid_platform() != HS_SUCCESS) {
		*ret = NULL;
		return ASSAY_OK;
	}
	lane = calloc(1, sizeof *lane);
	if (!lane || !(lane->rows = base_calloc(n, sizeof *lane->rows))) {
		free(lane);
		return base_error_nomem(err);
	}
	lane->rules = rules;
	lane->n = n;
	r = compile_database(lane, err);
	if (r < 0) {
		literal_lane_free(lane);
		return r;
	}
	*ret = lane;
	return ASSAY_OK;
}

void
literal_lane_free(struct literal_lane *lane)
{
	if (!lane)
		return;
	hs_free_scratch(lane->prototype);
	hs_free_database(lane->database);
	free(lane->rows);
	free(lane);
}

const char *
literal_lane_version(void)
{
	return hs_version();
}

int
literal_scratch_new(const struct literal_lane *lane, struct literal_scratch **ret, struct assay_error *err)
{
	struct literal_scratch *s = calloc(1, sizeof *s);

	if (!s || hs_clone_scratch(lane->prototype, &s->scratch) != HS_SUCCESS) {
		free(s);
		return base_error_nomem(err);
	}
	*ret = s;
	return ASSAY_OK;
}

void
literal_scratch_free(struct literal_scratch *s)
{
	if (!s)
		return;
	hs_free_scratch(s->scratch);
	free(s);
}

static bool
start_is_possible(const struct pattern_facts *f, const uint8_t *data, uint32_t at)
{
	uint32_t n = f->width_min < PATTERN_POSITIONS ? f->width_min : PATTERN_POSITIONS;

	for (uint32_t i = 0; i < n; i++)
		if (!byte_set_has(&f->at[i], data[at + i]))
			return false;
	return true;
}

/* The byte before a start is judged in the value, by confirm_at: here the neighbour may belong to another value. */
static int
on_literal(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	struct scan_state *s = context;
	const struct literal_row *row = &s->lane->rows[id];
	const struct pattern_facts *f = &s->lane->rules->pattern[row->pattern].facts;
	uint32_t literal = (uint32_t)to - row->size, back = 0;

	(void)from;
	(void)flags;
	for (; back <= f->literal_max && back <= literal; back++) {
		uint32_t at = literal - back;
		if (back > 0 && !byte_set_has(&f->prefix, s->data[at]))
			break;
		if (back < f->literal_min || !start_is_possible(f, s->data, at))
			continue;
		if (base_grow(&s->ret->items, &s->ret->capacity, s->ret->n + 1, sizeof *s->ret->items) < 0) {
			s->failed = true;
			return 1;
		}
		s->ret->items[s->ret->n++] = (struct candidate){at, row->pattern};
	}
	return 0;
}

static int
by_place(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

/* Texts are found in the order of their ends, so starts are nearly in order. */
static void
sort(struct candidate *items, size_t n)
{
	size_t moves = 0;

	for (size_t i = 1; i < n; i++) {
		struct candidate item = items[i];
		size_t to = i;
		for (; to > 0 && by_place(&items[to - 1], &item) > 0; to--)
			items[to] = items[to - 1];
		items[to] = item;
		moves += i - to;
		if (moves > 32 * n) {
			qsort(items, n, sizeof *items, by_place);
			return;
		}
	}
}

int
literal_lane_scan(const struct literal_lane *lane, struct literal_scratch *scratch, const uint8_t *data, uint32_t size,
	struct candidates *ret, struct assay_error *err)
{
	struct scan_state state = {lane, data, ret, false};
	size_t kept = 0;
	hs_error_t e;

	if (size == 0)
		return ASSAY_OK;
	e = hs_scan(lane->database, (const char *)data, size, 0, scratch->scratch, on_literal, &state);
	if (state.failed)
		return base_error_nomem(err);
	if (e != HS_SUCCESS)
		return base_error(err, ASSAY_INTERNAL, "the literal lane failed with code %d", e);
	sort(ret->items, ret->n);
	for (size_t i = 0; i < ret->n; i++)
		if (kept == 0 || by_place(&ret->items[kept - 1], &ret->items[i]) != 0)
			ret->items[kept++] = ret->items[i];
	ret->n = kept;
	return ASSAY_OK;
}

#else

int
literal_lane_new(const struct rules *rules, struct literal_lane **ret, struct assay_error *err)
{
	(void)rules;
	(void)err;
	*ret = NULL;
	return ASSAY_OK;
}

void
literal_lane_free(struct literal_lane *lane)
{
	(void)lane;
}
const char *
literal_lane_version(void)
{
	return NULL;
}
int
literal_scratch_new(const struct literal_lane *lane, struct literal_scratch **ret, struct assay_error *err)
{
	(void)lane;
	(void)ret;
	return base_error(err, ASSAY_INTERNAL, "no literal lane in this build");
}
void
literal_scratch_free(struct literal_scratch *s)
{
	(void)s;
}
int
literal_lane_scan(const struct literal_lane *lane, struct literal_scratch *scratch, const uint8_t *data, uint32_t size,
	struct candidates *ret, struct assay_error *err)
{
	(void)lane;
	(void)scratch;
	(void)data;
	(void)size;
	(void)ret;
	return base_error(err, ASSAY_INTERNAL, "no literal lane in this build");
}

#endif
