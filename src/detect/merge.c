/* Settling overlaps. A cluster is a chain of matches each of which overlaps an earlier one; clusters are independent of each other, so
 * what a cluster yields does not depend on where a window began. */
#include "detect/why.h"

#include "base/limits.h"
#include "base/memory.h"

#include <string.h>

static int
by_place(const void *a, const void *b)
{
	const struct detect_match *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->span.rule != y->span.rule)
		return x->span.rule < y->span.rule ? -1 : 1;
	if (x->passed != y->passed)
		return x->passed ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1;
	if (x->span.start != y->span.start)
		return x->span.start < y->span.start ? -1 : 1;
	if (x->span.end != y->span.end)
		return x->span.end > y->span.end ? -1 : 1;
	return (x->sight > y->sight) - (x->sight < y->sight);
}

/* As spans are told: a value may begin later than the match that it is a part of. */
static int
by_span(const void *a, const void *b)
{
	const struct detect_match *x = a, *y = b;

	if (x->span.start != y->span.start)
		return x->span.start < y->span.start ? -1 : 1;
	return x->span.rule != y->span.rule ? (x->span.rule < y->span.rule ? -1 : 1) : by_place(a, b);
}

/* They come nearly in order: what is out of place is moved back a little; when that gets too much, all is sorted. */
static void
sort(struct detect_match *items, size_t n, int (*compare)(const void *a, const void *b))
{
	size_t moves = 0;

	for (size_t i = 1; i < n; i++) {
		size_t to = i;
		while (to > 0 && compare(&items[to - 1], &items[i]) > 0)
			to--;
		if (to == i)
			continue;
		moves += i - to;
		if (moves > 16 * n) {
			qsort(items, n, sizeof *items, compare);
			return;
		}
		struct detect_match item = items[i];
		memmove(items + to + 1, items + to, (i - to) * sizeof *items);
		items[to] = item;
	}
}

void
matches_sort(struct detect_match *items, size_t n)
{
	sort(items, n, by_place);
}

/* rule, then passing before failing, then leftmost, then longest */
static int
by_rule(const void *a, const void *b)
{
	const struct detect_match *x = a, *y = b;

	if (x->span.rule != y->span.rule)
		return x->span.rule < y->span.rule ? -1 : 1;
	if (x->passed != y->passed)
		return x->passed ? -1 : 1;
	return by_place(a, b);
}

/* Who wins: the sure before the unsure, then the rule's priority, then confidence, then what plain bytes say, then length, then place. */
static int
by_rank(const void *a, const void *b)
{
	const struct detect_match *x = a, *y = b;
	bool sure_x = x->span.confidence >= 65, sure_y = y->span.confidence >= 65;
	uint64_t size_x = x->end - x->start, size_y = y->end - y->start;

	if (sure_x != sure_y)
		return sure_x ? -1 : 1;
	if (x->priority != y->priority)
		return x->priority > y->priority ? -1 : 1;
	if (x->span.confidence != y->span.confidence)
		return x->span.confidence > y->span.confidence ? -1 : 1;
	if ((x->sight == SIGHT_BESIDE) != (y->sight == SIGHT_BESIDE))
		return y->sight == SIGHT_BESIDE ? -1 : 1;
	if (size_x != size_y)
		return size_x > size_y ? -1 : 1;
	return by_place(a, b);
}

struct interval {
	uint64_t start, end;
	uint16_t entity, rule;
};

struct intervals {
	struct interval *items; /* sorted, disjoint */
	size_t n;
};

/* Index of the first interval that ends after start. */
static size_t
find(const struct intervals *set, uint64_t start)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (set->items[middle].end > start)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static const struct interval *
overlapping(const struct intervals *set, const struct detect_match *m)
{
	size_t at = find(set, m->start);

	return at < set->n && set->items[at].start < m->end ? &set->items[at] : NULL;
}

static void
take(struct intervals *set, const struct detect_match *m)
{
	size_t at = find(set, m->start);

	memmove(set->items + at + 1, set->items + at, (set->n - at) * sizeof *set->items);
	set->items[at] = (struct interval){m->start, m->end, m->span.entity, m->span.rule};
	set->n++;
}

/* Keeps per rule the leftmost-longest passing matches, then failing ones that stand clear of them; returns how many. */
static size_t
select_per_rule(struct detect_match *items, size_t n, struct intervals *set)
{
	size_t kept = 0;

	qsort(items, n, sizeof *items, by_rule);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || items[i].span.rule != items[i - 1].span.rule)
			set->n = 0;
		if (overlapping(set, &items[i]))
			continue;
		take(set, &items[i]);
		if (kept != i)
			items[kept] = items[i];
		kept++;
	}
	set->n = 0;
	return kept;
}

static int
push_all(const struct detect_match *items, size_t n, struct detect_matches *ret)
{
	for (size_t i = 0; i < n; i++)
		if (matches_push(ret, &items[i]) < 0)
			return ASSAY_NOMEM;
	return ASSAY_OK;
}

/* Settles matches that are in order of rank; survivors go to ret. */
static int
settle_ranked(struct detect_match *items, size_t n, bool silent_too, struct intervals *set, struct detect_matches *ret)
{
	for (size_t i = 0; i < n; i++) {
		struct detect_match *m = &items[i];
		const struct interval *winner = overlapping(set, m);
		if (!winner) {
			take(set, m);
		} else if (winner->entity == m->span.entity || m->is_silent) {
			continue; /* the same thing seen by two rules: nothing is lost */
		} else {
			m->span.state = SPAN_SUPPRESSED;
			m->span.reasons |= 1u << REASON_OVERLAP;
		}
		if ((silent_too || !m->is_silent) && matches_push(ret, m) < 0)
			return ASSAY_NOMEM;
	}
	return ASSAY_OK;
}

/* As merge_cluster; idle matches stand aside, and what comes out is told what else was there. */
static int
merge_telling(
	const struct detect_engine *engine, struct detect_match *items, size_t n, struct detect_whys *whys, struct detect_matches *ret)
{
	_cleanup_free_ struct detect_match *all = base_calloc(n, sizeof *all);
	_cleanup_free_ struct interval *intervals = base_calloc(n, sizeof *intervals);
	_cleanup_free_ struct why_place *winners = base_calloc(n, sizeof *winners);
	struct intervals set = {intervals, 0};
	size_t first = ret->n, awake = 0;
	int r;

	if (!all || !intervals || !winners)
		return ASSAY_NOMEM;
	memcpy(all, items, n * sizeof *all);
	for (size_t i = 0; i < n; i++)
		if (!all[i].is_idle)
			items[awake++] = all[i];
	awake = select_per_rule(items, awake, &set);
	qsort(items, awake, sizeof *items, by_rank);
	r = settle_ranked(items, awake, engine->options.why == DETECT_WHY_ALL, &set, ret);
	for (size_t i = 0; i < set.n; i++)
		winners[i] = (struct why_place){set.items[i].start, set.items[i].end, set.items[i].rule};
	r = r < 0 ? r : why_settle(engine, all, n, winners, set.n, whys, ret, first);
	sort(ret->items + first, ret->n - first, by_span);
	return r;
}

int
merge_cluster(
	const struct detect_engine *engine, struct detect_match *items, size_t n, struct detect_whys *whys, struct detect_matches *ret)
{
	_cleanup_free_ struct interval *intervals = NULL;
	struct intervals set = {0};
	size_t first = ret->n, kept;
	int r;

	if (engine->options.unmerged)
		return push_all(items, n, ret);
	if (engine->options.why != DETECT_WHY_NONE)
		return merge_telling(engine, items, n, whys, ret);
	if (n == 1)
		return items[0].is_silent ? ASSAY_OK : matches_push(ret, &items[0]);
	intervals = base_calloc(n, sizeof *intervals);
	if (!intervals)
		return ASSAY_NOMEM;
	set.items = intervals;
	kept = select_per_rule(items, n, &set);
	qsort(items, kept, sizeof *items, by_rank);
	r = settle_ranked(items, kept, false, &set, ret);
	if (r == ASSAY_OK)
		sort(ret->items + first, ret->n - first, by_span);
	return r;
}

/* ---- the drain: windows back into one resource ---- */

struct detect_drain {
	const struct detect_engine *engine;
	struct detect_matches open, settled;
	struct detect_whys whys; /* of open */
	uint64_t open_end;
	uint32_t resource;
	bool limit_reported;
};

struct detect_drain *
detect_drain_new(const struct detect_engine *engine)
{
	struct detect_drain *drain = calloc(1, sizeof *drain);

	if (drain)
		drain->engine = engine;
	return drain;
}

void
detect_drain_free(struct detect_drain *drain)
{
	if (!drain)
		return;
	free(drain->open.items);
	free(drain->settled.items);
	free(drain->whys.items);
	free(drain);
}

static int
emit_all(const struct detect_matches *m, const struct detect_whys *whys, struct span_sink *spans)
{
	for (size_t i = 0; i < m->n; i++) {
		struct span span = why_span(whys, &m->items[i]);
		int r = spans->emit(spans->context, &span);
		if (r < 0)
			return r;
	}
	return ASSAY_OK;
}

static int
flush(struct detect_drain *drain, struct span_sink *spans)
{
	int r;

	if (drain->open.n == 0)
		return ASSAY_OK;
	drain->settled.n = 0;
	r = merge_cluster(drain->engine, drain->open.items, drain->open.n, &drain->whys, &drain->settled);
	r = r < 0 ? r : emit_all(&drain->settled, &drain->whys, spans);
	drain->open.n = 0;
	drain->open_end = 0;
	drain->whys.n = 0;
	return r;
}

static int
push(struct detect_drain *drain, struct detect_match *m, const struct detect_whys *whys, struct span_sink *spans, struct issue_sink *issues)
{
	int r = ASSAY_OK;

	if (drain->open.n > 0 && m->start >= drain->open_end)
		r = flush(drain, spans);
	else if (drain->open.n >= LIMIT_CLUSTER) {
		r = flush(drain, spans);
		if (r == ASSAY_OK && !drain->limit_reported) {
			drain->limit_reported = true;
			r = issue_emit(issues, drain->resource, ISSUE_LIMIT, m->span.rule, m->span.record, m->span.raw_start,
				"more than %d matches overlap in one chain", LIMIT_CLUSTER);
		}
	}
	r = r < 0 ? r : why_move(whys, &drain->whys, m);
	if (r == ASSAY_OK)
		r = matches_push(&drain->open, m);
	if (m->end > drain->open_end)
		drain->open_end = m->end;
	return r;
}

int
detect_drain_add(
	struct detect_drain *drain, struct detect_output *out, struct span_sink *spans, struct issue_sink *issues, struct assay_error *err)
{
	int r = ASSAY_OK;

	(void)err;
	drain->resource = out->resource;
	if (!out->joins_prev)
		r = flush(drain, spans);
	for (size_t i = 0; i < out->head.n && r == ASSAY_OK; i++)
		r = push(drain, &out->head.items[i], &out->whys, spans, issues);
	if (r == ASSAY_OK && (out->done.n > 0 || out->tail.n > 0))
		r = flush(drain, spans);
	if (r == ASSAY_OK)
		r = emit_all(&out->done, &out->whys, spans);
	for (size_t i = 0; i < out->tail.n && r == ASSAY_OK; i++)
		r = push(drain, &out->tail.items[i], &out->whys, spans, issues);
	if (r == ASSAY_OK && !out->joins_next)
		r = flush(drain, spans);
	for (size_t i = 0; i < out->n_issues && r == ASSAY_OK; i++)
		r = issues->emit(issues->context, &out->issues[i]);
	return r;
}

int
detect_drain_end(struct detect_drain *drain, struct span_sink *spans, struct issue_sink *issues, struct assay_error *err)
{
	(void)issues;
	(void)err;
	drain->limit_reported = false;
	return flush(drain, spans);
}
