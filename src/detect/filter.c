/* The start filter: which patterns can begin at a byte? Tables of byte classes for the byte before and the first bytes after each start,
 * and the number of digits that follow. Sound, because pattern_measure over-approximates each set; whatever is left over is tried by PCRE2.
 */
#include "detect/internal.h"

#include "base/memory.h"

#include <string.h>

/* Bytes among which numbers are written: a pattern that holds only these needs its digits before the first other byte. */
static bool
is_number_byte(unsigned c)
{
	/* ' ' ( ) + , - . / digits : */
	return c >= ' ' && c <= ':' && (UINT64_C(0x7fffb01) >> (c - ' ') & 1);
}

static bool
holds_only_number_bytes(const struct pattern_facts *facts)
{
	for (unsigned c = 0; c < 256; c++)
		if (byte_set_has(&facts->prefix, (uint8_t)c) && !is_number_byte(c))
			return false;
	return true;
}

/* Similar patterns stand together, so that few words are looked at for a start. */
static int
by_first_bytes(const void *a, const void *b, void *context)
{
	const struct rules *rules = context;
	const struct pattern_facts *x = &rules->pattern[*(const uint32_t *)a].facts, *y = &rules->pattern[*(const uint32_t *)b].facts;

	for (size_t i = 0; i < 4; i++) {
		int order = memcmp(&x->at[i], &y->at[i], sizeof x->at[i]);
		if (order)
			return order;
	}
	return *(const uint32_t *)a < *(const uint32_t *)b ? -1 : 1;
}

/* Do all sets of all patterns treat two bytes alike? */
static bool
are_alike(const struct start_filter *f, const struct rules *rules, uint8_t a, uint8_t b)
{
	for (size_t p = 0; p < f->n; p++) {
		const struct pattern_facts *facts = &rules->pattern[f->pattern[p]].facts;
		if (byte_set_has(&facts->before, a) != byte_set_has(&facts->before, b))
			return false;
		for (size_t i = 0; i < PATTERN_POSITIONS; i++)
			if (byte_set_has(&facts->at[i], a) != byte_set_has(&facts->at[i], b))
				return false;
	}
	return true;
}

/* Bytes that no set tells apart are one class. A sum over the sets that hold a byte finds candidates; only those are compared. */
static void
find_classes(struct start_filter *f, const struct rules *rules)
{
	uint64_t sum[256] = {0}, weight = 1;
	uint8_t one_of[256]; /* a byte of each class */
	size_t n = 0;

	for (size_t p = 0; p < f->n; p++) {
		const struct pattern_facts *facts = &rules->pattern[f->pattern[p]].facts;
		for (size_t i = 0; i <= PATTERN_POSITIONS; i++) {
			const struct byte_set *set = i < PATTERN_POSITIONS ? &facts->at[i] : &facts->before;
			weight = weight * UINT64_C(6364136223846793005) + 1442695040888963407u;
			for (size_t k = 0; k < 4; k++)
				for (uint64_t bits = set->bits[k]; bits; bits &= bits - 1)
					sum[k * 64 + (size_t)__builtin_ctzll(bits)] += weight;
		}
	}
	for (unsigned c = 0; c < 256; c++) {
		size_t k = 0;
		while (k < n && (sum[one_of[k]] != sum[c] || !are_alike(f, rules, one_of[k], (uint8_t)c)))
			k++;
		if (k == n)
			one_of[n++] = (uint8_t)c;
		f->class_of[c] = (uint8_t)k;
	}
	f->n_classes = n;
}

/* ---- buckets of the first look ---- */

/* Which classes of bytes a pattern, or all patterns of a bucket, allow before the start and at each of the first bytes; and how often a
 * text will be marked for it. */
struct bucket {
	uint16_t before, at[MARK_POSITIONS];
	double cost;
};

/* How often bytes of one class follow bytes of another, in thousandths: counted over logs, source code, tables and prose, a row per class
 * of mark_class. Only the proportions matter, and only to the choice of buckets. */
static const uint16_t follows[MARK_CLASSES][MARK_CLASSES] = {
	{97, 90, 4, 18, 36, 32, 1, 509, 6, 3, 2, 26, 1, 49, 126, 0},
	{34, 696, 3, 30, 1, 4, 1, 39, 46, 55, 3, 78, 1, 6, 5, 0},
	{11, 84, 220, 445, 40, 90, 1, 31, 2, 6, 2, 20, 35, 12, 1, 0},
	{13, 72, 188, 405, 51, 111, 1, 42, 1, 6, 4, 28, 34, 45, 1, 0},
	{6, 9, 2, 1, 159, 560, 1, 185, 1, 14, 8, 13, 9, 31, 3, 0},
	{7, 5, 1, 1, 265, 493, 1, 155, 2, 7, 6, 15, 9, 31, 3, 0},
	{3, 35, 1, 3, 7, 20, 629, 292, 1, 2, 7, 1, 1, 3, 1, 0},
	{41, 45, 10, 30, 103, 282, 5, 403, 1, 2, 6, 1, 2, 70, 1, 0},
	{22, 792, 4, 6, 30, 66, 1, 28, 51, 1, 1, 1, 1, 1, 1, 0},
	{5, 505, 8, 22, 114, 154, 1, 77, 1, 8, 1, 1, 49, 17, 41, 0},
	{110, 171, 20, 24, 62, 158, 2, 113, 2, 26, 77, 41, 5, 43, 147, 0},
	{1, 198, 83, 45, 9, 22, 1, 419, 1, 1, 32, 1, 1, 64, 128, 0},
	{4, 2, 112, 165, 119, 522, 1, 5, 1, 2, 14, 2, 52, 2, 1, 0},
	{294, 51, 14, 35, 83, 301, 1, 5, 1, 1, 10, 136, 1, 16, 51, 0},
	{160, 119, 3, 6, 7, 3, 1, 617, 12, 1, 1, 1, 1, 1, 70, 0},
};
static const uint16_t occurs[MARK_CLASSES] = {34, 138, 18, 40, 137, 317, 4, 203, 8, 13, 7, 25, 8, 36, 14, 0};

/* The share of all places of a text where a bucket marks. */
static double
cost_of(const struct bucket *bucket)
{
	double now[MARK_CLASSES], sum = 0;

	for (unsigned c = 0; c < MARK_CLASSES; c++)
		now[c] = bucket->before >> c & 1 ? occurs[c] * 1e-3 : 0;
	for (size_t i = 0; i < MARK_POSITIONS; i++) {
		double next[MARK_CLASSES] = {0};
		for (unsigned from = 0; from < MARK_CLASSES; from++)
			for (unsigned to = 0; now[from] > 0 && to < MARK_CLASSES; to++)
				next[to] += bucket->at[i] >> to & 1 ? now[from] * follows[from][to] * 1e-3 : 0;
		memcpy(now, next, sizeof now);
	}
	for (unsigned c = 0; c < MARK_CLASSES; c++)
		sum += now[c];
	return sum;
}

static struct bucket
bucket_joined(const struct bucket *a, const struct bucket *b)
{
	struct bucket joined = {.before = a->before | b->before, .cost = a->cost};
	bool grew = joined.before != a->before;

	for (size_t i = 0; i < MARK_POSITIONS; i++) {
		joined.at[i] = a->at[i] | b->at[i];
		grew = grew || joined.at[i] != a->at[i];
	}
	if (grew)
		joined.cost = cost_of(&joined);
	return joined;
}

/* The bucket of one pattern alone. */
static struct bucket
bucket_of(const struct pattern_facts *facts)
{
	struct bucket alone = {0};

	for (unsigned c = 0; c < 256; c++) {
		uint16_t bit = (uint16_t)(1u << mark_class((uint8_t)c));
		alone.before |= byte_set_has(&facts->before, (uint8_t)c) ? bit : 0;
		for (size_t i = 0; i < MARK_POSITIONS; i++)
			alone.at[i] |= byte_set_has(&facts->at[i], (uint8_t)c) ? bit : 0;
	}
	alone.cost = cost_of(&alone);
	return alone;
}

static void
fill_marks(struct start_marks marks[MARK_SETS], const struct bucket *buckets)
{
	for (size_t b = 0; b < MARK_SETS * MARK_BUCKETS; b++) {
		struct start_marks *m = &marks[b / MARK_BUCKETS];
		uint8_t bit = (uint8_t)(1u << b % MARK_BUCKETS);
		for (unsigned c = 0; c < MARK_CLASSES; c++) {
			m->before[c] |= buckets[b].before >> c & 1 ? bit : 0;
			for (size_t i = 0; i < MARK_POSITIONS; i++)
				m->at[i][c] |= buckets[b].at[i] >> c & 1 ? bit : 0;
		}
	}
}

static bool
is_empty(const struct byte_set *set)
{
	return !(set->bits[0] | set->bits[1] | set->bits[2] | set->bits[3]);
}

struct costly {
	struct bucket alone;
	size_t pattern;
};

static int
by_cost(const void *a, const void *b)
{
	const struct costly *x = a, *y = b;

	if (x->alone.cost != y->alone.cost)
		return x->alone.cost > y->alone.cost ? -1 : 1;
	return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

/* The costly first, each into the bucket that becomes dearer by the least. */
static int
choose_buckets(struct start_filter *f, const struct rules *rules)
{
	struct bucket buckets[MARK_SETS * MARK_BUCKETS] = {0};
	_cleanup_free_ struct costly *order = base_calloc(f->n + 1, sizeof *order);
	size_t n = 0;

	if (!order)
		return ASSAY_NOMEM;
	for (size_t p = 0; p < f->n; p++) {
		const struct pattern_facts *facts = &rules->pattern[f->pattern[p]].facts;
		/* what begins at the edge of a value only is tried there without a mark */
		if (is_empty(&facts->before))
			continue;
		order[n++] = (struct costly){bucket_of(facts), p};
	}
	qsort(order, n, sizeof *order, by_cost);
	for (size_t k = 0; k < n; k++) {
		size_t best = 0;
		double least = 1e9;
		if (k > 0 && memcmp(&order[k].alone, &order[k - 1].alone, sizeof order[k].alone) == 0)
			continue; /* its bucket holds this one too */
		for (size_t b = 0; b < BASE_COUNT(buckets); b++) {
			struct bucket joined = bucket_joined(&buckets[b], &order[k].alone);
			if (joined.cost - buckets[b].cost < least) {
				least = joined.cost - buckets[b].cost;
				best = b;
			}
		}
		buckets[best] = bucket_joined(&buckets[best], &order[k].alone);
	}
	fill_marks(f->marks, buckets);
	return ASSAY_OK;
}

static void
add_pattern(struct start_filter *f, size_t bit, const struct pattern_facts *facts)
{
	uint64_t mask = UINT64_C(1) << (bit % 64);
	uint32_t floor = facts->width_max <= BATCH_PAD && holds_only_number_bytes(facts) ? facts->digits_min : 0;

	for (unsigned c = 0; c < 256; c++) {
		size_t row = (size_t)f->class_of[c] * f->words + bit / 64;
		for (size_t i = 0; i < PATTERN_POSITIONS; i++)
			if (byte_set_has(&facts->at[i], (uint8_t)c))
				f->at[i][row] |= mask;
		if (byte_set_has(&facts->before, (uint8_t)c))
			f->before[row] |= mask;
		for (size_t i = 0; i < SHAPE_POSITIONS; i++)
			if (byte_set_has(i == 0 ? &facts->before : &facts->at[i - 1], (uint8_t)c))
				f->shape[(i * MARK_CLASSES + mark_class((uint8_t)c)) * f->words + bit / 64] |= mask;
	}
	f->shape[(size_t)MARK_EDGE * f->words + bit / 64] |= mask;
	f->all[bit / 64] |= mask;
	for (size_t d = floor; d <= FILTER_DIGITS; d++)
		f->digits[d * f->words + bit / 64] |= mask;
	if (floor > FILTER_DIGITS)
		f->digits[(size_t)FILTER_DIGITS * f->words + bit / 64] |= mask;
}

int
start_filter_init(struct start_filter *f, const struct rules *rules, bool literals_too)
{
	size_t n = 0;

	*f = (struct start_filter){0};
	for (size_t i = 0; i < rules->n_patterns; i++)
		f->n += literals_too || rules->pattern[i].lane != LANE_LITERAL;
	f->words = (f->n + 63) / 64;
	f->group = f->words / 64 + 1;
	f->words = (f->words / f->group + 1) * f->group;
	f->pattern = base_calloc(f->n + 1, sizeof *f->pattern);
	f->all = base_calloc(f->words + 1, sizeof(uint64_t));
	f->digits = base_calloc((FILTER_DIGITS + 1) * (f->words + 1), sizeof(uint64_t));
	f->shape = base_calloc((size_t)SHAPE_POSITIONS * MARK_CLASSES * (f->words + 1), sizeof(uint64_t));
	if (!f->pattern || !f->all || !f->digits || !f->shape)
		return ASSAY_NOMEM;
	for (size_t i = 0; i < rules->n_patterns; i++)
		if (literals_too || rules->pattern[i].lane != LANE_LITERAL)
			f->pattern[n++] = (uint32_t)i;
	qsort_r(f->pattern, f->n, sizeof *f->pattern, by_first_bytes, (void *)(uintptr_t)rules);
	find_classes(f, rules);
	f->before = base_calloc(f->n_classes * f->words + 1, sizeof(uint64_t));
	if (!f->before)
		return ASSAY_NOMEM;
	for (size_t i = 0; i < PATTERN_POSITIONS; i++) {
		f->at[i] = base_calloc(f->n_classes * f->words + 1, sizeof(uint64_t));
		if (!f->at[i])
			return ASSAY_NOMEM;
	}
	for (size_t bit = 0; bit < f->n; bit++)
		add_pattern(f, bit, &rules->pattern[f->pattern[bit]].facts);
	return choose_buckets(f, rules);
}

void
start_filter_dispose(struct start_filter *f)
{
	for (size_t i = 0; i < PATTERN_POSITIONS; i++)
		free(f->at[i]);
	free(f->pattern);
	free(f->before);
	free(f->all);
	free(f->digits);
	free(f->shape);
}

/* Digits from here to the first byte that no number holds, at most FILTER_DIGITS. */
static size_t
count_digits(const uint8_t *data)
{
	enum { LOOK = BATCH_PAD };
	size_t digits = 0;

	for (size_t i = 0; i < LOOK && is_number_byte(data[i]); i++)
		if (base_is_digit(data[i]) && ++digits == FILTER_DIGITS)
			return digits;
	return digits;
}

uint64_t
start_filter_shape(const struct start_filter *f, uint64_t shape, uint64_t *live)
{
	uint64_t groups = 0;

	for (size_t w = 0; w < f->words; w++) {
		const uint64_t *row = f->shape + w;
		uint64_t bits = UINT64_MAX;
		/* similar patterns share a word, so most words are soon empty */
		for (size_t i = 0; i < SHAPE_POSITIONS && bits; i++, row += MARK_CLASSES * f->words)
			bits &= row[(shape >> i * 4 & 15) * f->words];
		live[w] = bits;
		groups |= (uint64_t)(bits != 0) << w / f->group;
	}
	return groups;
}

uint64_t
start_filter_narrow(const struct start_filter *f, const uint8_t *data, bool at_edge, uint64_t groups, uint64_t *live)
{
	const uint64_t *before = at_edge ? f->all : f->before + f->class_of[data[-1]] * f->words, *digits = NULL;
	size_t row[PATTERN_POSITIONS];
	uint64_t left = 0;

	for (size_t i = 0; i < PATTERN_POSITIONS; i++)
		row[i] = f->class_of[data[i]] * f->words;
	for (; groups; groups &= groups - 1) {
		size_t group = (size_t)__builtin_ctzll(groups);
		for (size_t w = group * f->group; w < (group + 1) * f->group; w++) {
			uint64_t bits = live[w] & before[w];
			for (size_t i = 0; i < PATTERN_POSITIONS && bits; i++)
				bits &= f->at[i][row[i] + w];
			if (bits) {
				if (!digits)
					digits = f->digits + count_digits(data) * f->words;
				bits &= digits[w];
			}
			live[w] = bits;
			left |= (uint64_t)(bits != 0) << group;
		}
	}
	return left;
}
