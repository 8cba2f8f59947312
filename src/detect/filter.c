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

/* A bucket as it grows: which half bytes its patterns allow at each position, and how often text will be marked for it. */
struct bucket {
	uint16_t low[MARK_POSITIONS], high[MARK_POSITIONS];
	double share[MARK_POSITIONS];
	bool after_word;
	double cost;
};

/* How often a byte stands in text, roughly: only the proportions matter, and only to the choice of buckets. */
static double
weight_of(unsigned c)
{
	return base_is_lower((uint8_t)c)   ? 0.022
	       : c == ' '                  ? 0.15
	       : base_is_digit((uint8_t)c) ? 0.01
	       : base_is_upper((uint8_t)c) ? 0.003
					   : 0.0008;
}

/* How often a byte has one of these low and one of these high halves. */
static double
share_of(uint16_t low, uint16_t high)
{
	double sum = 0;

	for (unsigned h = 0; h < 16; h++)
		for (unsigned l = 0; high >> h & 1 && l < 16; l++)
			sum += low >> l & 1 ? weight_of(h << 4 | l) : 0;
	return sum < 1 ? sum : 1;
}

static void
bucket_join(struct bucket *bucket, const struct bucket *other)
{
	bucket->after_word = bucket->after_word || other->after_word;
	bucket->cost = bucket->after_word ? 1 : 0.25;
	for (size_t i = 0; i < MARK_POSITIONS; i++) {
		uint16_t low = bucket->low[i] | other->low[i], high = bucket->high[i] | other->high[i];
		if (low != bucket->low[i] || high != bucket->high[i])
			bucket->share[i] = share_of(low, high);
		bucket->low[i] = low;
		bucket->high[i] = high;
		bucket->cost *= bucket->share[i];
	}
}

/* The bucket of one pattern alone. */
static struct bucket
bucket_of(const struct pattern_facts *facts)
{
	struct bucket alone = {0}, none = {0};

	for (unsigned c = 0; c < 256; c++) {
		alone.after_word = alone.after_word || (base_is_word((uint8_t)c) && byte_set_has(&facts->before, (uint8_t)c));
		for (size_t i = 0; i < MARK_POSITIONS; i++)
			if (byte_set_has(&facts->at[i], (uint8_t)c)) {
				alone.low[i] |= (uint16_t)(1u << (c & 15));
				alone.high[i] |= (uint16_t)(1u << (c >> 4));
			}
	}
	bucket_join(&none, &alone);
	return none;
}

static void
fill_marks(struct start_marks marks[MARK_SETS], const struct bucket *buckets)
{
	for (size_t b = 0; b < MARK_SETS * MARK_BUCKETS; b++) {
		struct start_marks *m = &marks[b / MARK_BUCKETS];
		uint8_t bit = (uint8_t)(1u << b % MARK_BUCKETS);
		m->after_word |= buckets[b].after_word ? bit : 0;
		for (size_t i = 0; i < MARK_POSITIONS; i++)
			for (unsigned half = 0; half < 16; half++) {
				m->low[i][half] |= buckets[b].low[i] >> half & 1 ? bit : 0;
				m->high[i][half] |= buckets[b].high[i] >> half & 1 ? bit : 0;
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
		for (size_t b = 0; b < BASE_COUNT(buckets); b++) {
			struct bucket joined = buckets[b];
			bucket_join(&joined, &order[k].alone);
			if (joined.cost - buckets[b].cost < least) {
				least = joined.cost - buckets[b].cost;
				best = b;
			}
		}
		bucket_join(&buckets[best], &order[k].alone);
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
	}
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
	f->pattern = base_calloc(f->n + 1, sizeof *f->pattern);
	f->all = base_calloc(f->words + 1, sizeof(uint64_t));
	f->digits = base_calloc((FILTER_DIGITS + 1) * (f->words + 1), sizeof(uint64_t));
	if (!f->pattern || !f->all || !f->digits)
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

bool
start_filter_look(const struct start_filter *f, const uint8_t *data, bool at_edge, uint64_t *live)
{
	const uint64_t *before = at_edge ? f->all : f->before + f->class_of[data[-1]] * f->words, *row[PATTERN_POSITIONS], *digits = NULL;
	uint64_t any = 0;

	for (size_t i = 0; i < PATTERN_POSITIONS; i++)
		row[i] = f->at[i] + f->class_of[data[i]] * f->words;
	/* similar patterns share a word, so most words are empty after the first few bytes */
	for (size_t w = 0; w < f->words; w++) {
		uint64_t bits = before[w] & row[0][w] & row[1][w] & row[2][w];
		for (size_t i = 3; i < PATTERN_POSITIONS && bits; i++)
			bits &= row[i][w];
		if (bits) {
			if (!digits)
				digits = f->digits + count_digits(data) * f->words;
			bits &= digits[w];
		}
		live[w] = bits;
		any |= bits;
	}
	return any != 0;
}
