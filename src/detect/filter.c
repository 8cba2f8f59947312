/* The start filter: which patterns can begin at a byte? Tables of byte classes for the byte before and the first bytes after each start, and the
 * number of digits that follow. Sound, because pattern_measure over-approximates each set; whatever is left over is tried by PCRE2. */
#include "detect/internal.h"

#include "base/memory.h"

#include <string.h>

/* Bytes among which numbers are written: a pattern that holds only these needs its digits before the first other byte. */
static bool
is_number_byte(unsigned c)
{
	return (c >= '0' && c <= '9') || (c < 0x80 && c && strchr(" -./()+,:", (int)c));
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

/* Bytes that no set tells apart are one class. */
static void
find_classes(struct start_filter *f, const struct rules *rules)
{
	uint8_t one_of[256];   /* a byte of each class */
	size_t n = 0;

	for (unsigned c = 0; c < 256; c++) {
		size_t k = 0;
		for (; k < n; k++) {
			bool same = true;
			for (size_t p = 0; p < f->n && same; p++) {
				const struct pattern_facts *facts = &rules->pattern[f->pattern[p]].facts;
				same = byte_set_has(&facts->before, (uint8_t)c) == byte_set_has(&facts->before, one_of[k]);
				for (size_t i = 0; i < PATTERN_POSITIONS && same; i++)
					same = byte_set_has(&facts->at[i], (uint8_t)c) == byte_set_has(&facts->at[i], one_of[k]);
			}
			if (same)
				break;
		}
		if (k == n)
			one_of[n++] = (uint8_t)c;
		f->class_of[c] = (uint8_t)k;
	}
	f->n_classes = n;
}

/* ---- buckets of the first look ---- */

/* A bucket as it grows: which bytes its patterns allow at each position, and how often text will be marked for it. */
struct bucket {
	struct byte_set at[MARK_POSITIONS];
	bool after_word;
	double cost;
};

/* How often a byte stands in text, roughly: only the proportions matter, and only to the choice of buckets. */
static double
weight_of(unsigned c)
{
	return base_is_lower((uint8_t)c) ? 0.022 : c == ' ' ? 0.15 : base_is_digit((uint8_t)c) ? 0.01 : base_is_upper((uint8_t)c) ? 0.003 : 0.0008;
}

/* The set that two tables of half bytes can hold: every low half with every high half. */
static double
share_of(const struct byte_set *set)
{
	bool low[16] = {false}, high[16] = {false};
	double sum = 0;

	for (unsigned c = 0; c < 256; c++)
		if (byte_set_has(set, (uint8_t)c))
			low[c & 15] = high[c >> 4] = true;
	for (unsigned c = 0; c < 256; c++)
		sum += low[c & 15] && high[c >> 4] ? weight_of(c) : 0;
	return sum < 1 ? sum : 1;
}

static void
bucket_join(struct bucket *bucket, const struct pattern_facts *facts)
{
	bool after_word = false;

	for (unsigned c = 0; c < 256; c++)
		after_word = after_word || (base_is_word((uint8_t)c) && byte_set_has(&facts->before, (uint8_t)c));
	bucket->after_word = bucket->after_word || after_word;
	bucket->cost = bucket->after_word ? 1 : 0.25;
	for (size_t i = 0; i < MARK_POSITIONS; i++) {
		for (size_t k = 0; k < 4; k++)
			bucket->at[i].bits[k] |= facts->at[i].bits[k];
		bucket->cost *= share_of(&bucket->at[i]);
	}
}

static void
fill_marks(struct start_marks marks[MARK_SETS], const struct bucket *buckets)
{
	for (size_t b = 0; b < MARK_SETS * MARK_BUCKETS; b++) {
		struct start_marks *m = &marks[b / MARK_BUCKETS];
		uint8_t bit = (uint8_t)(1u << b % MARK_BUCKETS);
		m->after_word |= buckets[b].after_word ? bit : 0;
		for (size_t i = 0; i < MARK_POSITIONS; i++)
			for (unsigned c = 0; c < 256; c++)
				if (byte_set_has(&buckets[b].at[i], (uint8_t)c)) {
					m->low[i][c & 15] |= bit;
					m->high[i][c >> 4] |= bit;
				}
	}
}

static bool
is_empty(const struct byte_set *set)
{
	return !(set->bits[0] | set->bits[1] | set->bits[2] | set->bits[3]);
}

struct costly {
	double cost;
	const struct pattern_facts *facts;
};

static int
by_cost(const void *a, const void *b)
{
	const struct costly *x = a, *y = b;

	return x->cost != y->cost ? (x->cost > y->cost ? -1 : 1) : (x->facts > y->facts) - (x->facts < y->facts);
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
		struct bucket alone = {0};
		/* what begins at the edge of a value only is tried there without a mark */
		if (is_empty(&facts->before))
			continue;
		bucket_join(&alone, facts);
		order[n++] = (struct costly){alone.cost, facts};
	}
	qsort(order, n, sizeof *order, by_cost);
	for (size_t k = 0; k < n; k++) {
		size_t best = 0;
		double least = 1e9;
		for (size_t b = 0; b < BASE_COUNT(buckets); b++) {
			struct bucket joined = buckets[b];
			bucket_join(&joined, order[k].facts);
			if (joined.cost - buckets[b].cost < least) {
				least = joined.cost - buckets[b].cost;
				best = b;
			}
		}
		bucket_join(&buckets[best], order[k].facts);
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
	const uint64_t *row = at_edge ? f->all : f->before + f->class_of[data[-1]] * f->words, *first = f->at[0] + f->class_of[data[0]] * f->words;
	uint64_t any = 0;

	for (size_t w = 0; w < f->words; w++) {
		live[w] = row[w] & first[w];
		any |= live[w];
	}
	for (size_t i = 1; i < PATTERN_POSITIONS && any; i++) {
		row = f->at[i] + f->class_of[data[i]] * f->words;
		any = 0;
		for (size_t w = 0; w < f->words; w++) {
			live[w] &= row[w];
			any |= live[w];
		}
	}
	if (!any)
		return false;
	row = f->digits + count_digits(data) * f->words;
	any = 0;
	for (size_t w = 0; w < f->words; w++) {
		live[w] &= row[w];
		any |= live[w];
	}
	return any != 0;
}
