/* The literal lane: one Vectorscan block database of the texts that must occur in each match, each text once. The texts found in a batch
 * are kept as they come; what starts they propose is worked out value by value: those that the text's distance from the start allows,
 * walking left only over bytes that the pattern can hold. */
#include "detect/internal.h"

#include "base/error.h"
#include "base/memory.h"
#include "crypto/digest.h"
#include "detect/lane_cache.h"

#include <string.h>

#ifdef ASSAY_HAVE_VECTORSCAN

#include <hs/hs.h>

/* A text and the patterns that need it. */
struct literal_row {
	const struct pattern_literal *text;
	uint32_t first, n; /* in users */
};

struct literal_lane {
	const struct rules *rules;
	struct literal_row *rows; /* by id */
	uint32_t *users;
	size_t n_rows;
	hs_database_t *database;
	hs_scratch_t *prototype;
	bool was_cached;
};

struct literal_scratch {
	hs_scratch_t *scratch;
};

struct scan_state {
	struct literal_hits *ret;
	bool failed;
};

/* A text of one pattern, before equal texts are joined. */
struct need {
	const struct pattern_literal *text;
	uint32_t pattern;
};

static int
by_text(const void *a, const void *b)
{
	const struct need *x = a, *y = b;
	int order = memcmp(x->text->text, y->text->text, sizeof x->text->text);

	if (order)
		return order;
	if (x->text->size != y->text->size)
		return x->text->size < y->text->size ? -1 : 1;
	if (x->text->is_caseless != y->text->is_caseless)
		return x->text->is_caseless ? 1 : -1;
	return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

static bool
is_same_text(const struct pattern_literal *a, const struct pattern_literal *b)
{
	return a->size == b->size && a->is_caseless == b->is_caseless && memcmp(a->text, b->text, a->size) == 0;
}

/* Rows from what the patterns need; at most n of each. */
static int
join_texts(struct literal_lane *lane, size_t n)
{
	_cleanup_free_ struct need *needs = base_calloc(n, sizeof *needs);
	size_t at = 0;

	lane->rows = base_calloc(n, sizeof *lane->rows);
	lane->users = base_calloc(n, sizeof *lane->users);
	if (!needs || !lane->rows || !lane->users)
		return ASSAY_NOMEM;
	for (size_t i = 0; i < lane->rules->n_patterns; i++) {
		const struct pattern_facts *f = &lane->rules->pattern[i].facts;
		for (size_t k = 0; lane->rules->pattern[i].lane == LANE_LITERAL && k < f->n_literals; k++)
			needs[at++] = (struct need){&f->literals[k], (uint32_t)i};
	}
	qsort(needs, n, sizeof *needs, by_text);
	for (size_t i = 0; i < n; i++) {
		struct literal_row *row = lane->n_rows > 0 ? &lane->rows[lane->n_rows - 1] : NULL;
		if (!row || !is_same_text(row->text, needs[i].text)) {
			row = &lane->rows[lane->n_rows++];
			*row = (struct literal_row){needs[i].text, (uint32_t)i, 0};
		}
		/* a pattern can name a text twice */
		if (row->n > 0 && lane->users[row->first + row->n - 1] == needs[i].pattern)
			continue;
		lane->users[row->first + row->n++] = needs[i].pattern;
	}
	return ASSAY_OK;
}

static int
compile_database(struct literal_lane *lane, struct assay_error *err)
{
	size_t n = lane->n_rows;
	_cleanup_free_ const char **texts = base_calloc(n, sizeof *texts);
	_cleanup_free_ unsigned *flags = base_calloc(n, sizeof *flags), *ids = base_calloc(n, sizeof *ids);
	_cleanup_free_ size_t *sizes = base_calloc(n, sizeof *sizes);
	hs_compile_error_t *problem = NULL;

	if (!texts || !flags || !ids || !sizes)
		return base_error_nomem(err);
	for (size_t i = 0; i < n; i++) {
		texts[i] = (const char *)lane->rows[i].text->text;
		sizes[i] = lane->rows[i].text->size;
		flags[i] = lane->rows[i].text->is_caseless ? HS_FLAG_CASELESS : 0;
		ids[i] = (unsigned)i;
	}
	if (hs_compile_lit_multi(texts, flags, ids, sizes, (unsigned)n, HS_MODE_BLOCK, NULL, &lane->database, &problem) != HS_SUCCESS) {
		base_error(err, ASSAY_INTERNAL, "cannot compile the literal lane: %s", problem ? problem->message : "unknown");
		hs_free_compile_error(problem);
		return ASSAY_INTERNAL;
	}
	return ASSAY_OK;
}

/* All that decides what the database is: library, processor, texts. */
static int
digest_of(const struct literal_lane *lane, uint8_t ret[static CRYPTO_SHA256_SIZE])
{
	struct crypto_sha256 *hash = crypto_sha256_new();
	const char *version = hs_version();
	hs_platform_info_t platform;
	int r = hash && hs_populate_platform(&platform) == HS_SUCCESS ? ASSAY_OK : ASSAY_NOMEM;

	if (r == ASSAY_OK) {
		const unsigned long long about[] = {lane->n_rows, strlen(version), platform.tune, platform.cpu_features};
		r = crypto_sha256_update(hash, about, sizeof about);
		r = r < 0 ? r : crypto_sha256_update(hash, version, strlen(version));
	}
	for (size_t i = 0; i < lane->n_rows && r == ASSAY_OK; i++) {
		const struct pattern_literal *text = lane->rows[i].text;
		const uint8_t about[] = {text->size, text->is_caseless};
		r = crypto_sha256_update(hash, about, sizeof about);
		r = r < 0 ? r : crypto_sha256_update(hash, text->text, text->size);
	}
	r = r < 0 ? r : crypto_sha256_final(hash, ret);
	crypto_sha256_free(hash);
	return r;
}

/* The library checks version, processor and sum once more. */
static bool
take_cached(struct literal_lane *lane, const char *folder, const uint8_t key[static CRYPTO_SHA256_SIZE])
{
	_cleanup_free_ char *data = NULL;
	size_t size;

	return lane_cache_load(folder, key, &data, &size) && hs_deserialize_database(data, size, &lane->database) == HS_SUCCESS;
}

static void
keep(const struct literal_lane *lane, const char *folder, const uint8_t key[static CRYPTO_SHA256_SIZE])
{
	char *data = NULL;
	size_t size;

	if (hs_serialize_database(lane->database, &data, &size) != HS_SUCCESS)
		return;
	lane_cache_store(folder, key, data, size);
	free(data);
}

static int
get_database(struct literal_lane *lane, const char *folder, struct assay_error *err)
{
	uint8_t key[CRYPTO_SHA256_SIZE];
	int r;

	if (!folder || digest_of(lane, key) < 0)
		return compile_database(lane, err);
	lane->was_cached = take_cached(lane, folder, key);
	if (lane->was_cached)
		return ASSAY_OK;
	r = compile_database(lane, err);
	if (r == ASSAY_OK)
		keep(lane, folder, key);
	return r;
}

int
literal_lane_new(const struct rules *rules, const char *cache_folder, struct literal_lane **ret, struct assay_error *err)
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
	if (!lane)
		return base_error_nomem(err);
	lane->rules = rules;
	r = join_texts(lane, n) < 0 ? base_error_nomem(err) : get_database(lane, cache_folder, err);
	if (r == ASSAY_OK && hs_alloc_scratch(lane->database, &lane->prototype) != HS_SUCCESS)
		r = base_error_nomem(err);
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
	free(lane->users);
	free(lane);
}

bool
literal_lane_was_cached(const struct literal_lane *lane)
{
	return lane->was_cached;
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

/* The value is as wide as the pattern at least, from the start on. */
static bool
start_is_possible(const struct pattern_facts *f, const uint8_t *start)
{
	uint32_t n = f->width_min < PATTERN_POSITIONS ? f->width_min : PATTERN_POSITIONS;

	for (uint32_t i = 0; i < n; i++)
		if (!byte_set_has(&f->at[i], start[i]))
			return false;
	return true;
}

static int
on_literal(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
	struct scan_state *s = context;
	struct literal_hits *ret = s->ret;

	(void)from;
	(void)flags;
	if (base_grow(&ret->items, &ret->capacity, ret->n + 1, sizeof *ret->items) < 0) {
		s->failed = true;
		return 1;
	}
	ret->items[ret->n++] = (struct literal_hit){(uint32_t)to, id};
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

/* Texts come in the order of their ends, so starts are nearly in order. */
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
	struct literal_hits *ret, struct assay_error *err)
{
	struct scan_state state = {ret, false};
	hs_error_t e;

	ret->n = 0;
	if (size == 0)
		return ASSAY_OK;
	e = hs_scan(lane->database, (const char *)data, size, 0, scratch->scratch, on_literal, &state);
	if (state.failed)
		return base_error_nomem(err);
	if (e != HS_SUCCESS)
		return base_error(err, ASSAY_INTERNAL, "the literal lane failed with code %d", e);
	return ASSAY_OK;
}

/* Starts of one pattern whose text stands at v->data + literal. */
static int
propose(const struct subject *v, const struct pattern_facts *f, uint32_t pattern, uint32_t literal, struct candidates *ret)
{
	for (uint32_t back = 0; back <= f->literal_max && back <= literal; back++) {
		uint32_t at = literal - back;
		if ((back > 0 && !byte_set_has(&f->to_literal, v->data[at])) || at < v->own_start)
			break;
		if (back < f->literal_min || at >= v->own_end || v->size - at < f->width_min)
			continue;
		if ((at > 0 && !byte_set_has(&f->before, v->data[at - 1])) || !start_is_possible(f, v->data + at))
			continue;
		if (candidates_push(ret, at, pattern) < 0)
			return ASSAY_NOMEM;
	}
	return ASSAY_OK;
}

/* The first hit that ends after byte ${at} of the batch. */
static size_t
first_hit(const struct literal_hits *hits, uint32_t at)
{
	size_t low = 0, high = hits->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (hits->items[middle].end <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int
literal_lane_starts(const struct literal_lane *lane, const struct literal_hits *hits, const struct subject *v, struct candidates *ret)
{
	uint64_t end = (uint64_t)v->batch_offset + v->size;
	size_t kept = 0;

	ret->n = 0;
	for (size_t i = first_hit(hits, v->batch_offset); i < hits->n && hits->items[i].end <= end; i++) {
		const struct literal_row *row = &lane->rows[hits->items[i].id];
		uint32_t stop = hits->items[i].end - v->batch_offset;
		if (stop < row->text->size)
			continue; /* begins before the value */
		for (uint32_t k = 0; k < row->n; k++) {
			uint32_t pattern = lane->users[row->first + k];
			if (propose(v, &lane->rules->pattern[pattern].facts, pattern, stop - row->text->size, ret) < 0)
				return ASSAY_NOMEM;
		}
	}
	sort(ret->items, ret->n);
	for (size_t i = 0; i < ret->n; i++)
		if (kept == 0 || by_place(&ret->items[kept - 1], &ret->items[i]) != 0)
			ret->items[kept++] = ret->items[i];
	ret->n = kept;
	return ASSAY_OK;
}

#else

int
literal_lane_new(const struct rules *rules, const char *cache_folder, struct literal_lane **ret, struct assay_error *err)
{
	(void)rules;
	(void)cache_folder;
	(void)err;
	*ret = NULL;
	return ASSAY_OK;
}

void
literal_lane_free(struct literal_lane *lane)
{
	(void)lane;
}
bool
literal_lane_was_cached(const struct literal_lane *lane)
{
	(void)lane;
	return false;
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
	struct literal_hits *ret, struct assay_error *err)
{
	(void)lane;
	(void)scratch;
	(void)data;
	(void)size;
	(void)ret;
	return base_error(err, ASSAY_INTERNAL, "no literal lane in this build");
}
int
literal_lane_starts(const struct literal_lane *lane, const struct literal_hits *hits, const struct subject *v, struct candidates *ret)
{
	(void)lane;
	(void)hits;
	(void)v;
	ret->n = 0;
	return ASSAY_OK;
}

#endif
