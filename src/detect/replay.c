/* Values seen before: in a column the same value gives the same matches, so what was found in it is kept and comes out again with the place
 * of the new one. Only what a value's own bytes and its column decide is kept: no value that goes on in another batch or was decoded,
 * none that met a limit. */
#include "detect/internal.h"

#include "base/memory.h"
#include "crypto/digest.h"

#include <string.h>

enum {
	FIELDS = 256,          /* columns with a memory, by field modulo this */
	SLOTS = 1 << 14,       /* per column; half of them at most are used */
	VALUE_MAX = 256,       /* longer values seldom come again */
	TRIAL = 8192,          /* values after which a column whose values do not come again is left alone */
	BYTES_MAX = 16 << 20,  /* of all values kept by one scanner */
	MATCHES_MAX = 64 << 10 /* of all matches kept */
};

struct kept_value {
	uint64_t hash; /* 0: free slot */
	uint32_t bytes, size, match, n_matches, note, n_notes;
};

struct column_memory {
	struct kept_value *slots; /* NULL: not yet, or given up */
	uint32_t field, used, asked, found;
	uint64_t evidence; /* of the column's name */
	bool is_given_up;
};

struct replay {
	uint32_t resource;
	bool has_resource;
	struct column_memory *columns;
	uint8_t *bytes;
	size_t n_bytes, bytes_capacity;
	struct detect_match *matches;
	size_t n_matches, matches_capacity;
	struct tally_note *notes;
	size_t n_notes, notes_capacity;
};

struct replay *
replay_new(void)
{
	struct replay *r = calloc(1, sizeof *r);

	if (r && !(r->columns = base_calloc(FIELDS, sizeof *r->columns))) {
		free(r);
		return NULL;
	}
	return r;
}

static void
forget(struct replay *r)
{
	for (size_t i = 0; i < FIELDS; i++) {
		free(r->columns[i].slots);
		r->columns[i] = (struct column_memory){0};
	}
	if (r->bytes)
		crypto_wipe(r->bytes, r->n_bytes);
	r->n_bytes = r->n_matches = r->n_notes = 0;
}

void
replay_free(struct replay *r)
{
	if (!r)
		return;
	forget(r);
	free(r->columns);
	free(r->bytes);
	free(r->matches);
	free(r->notes);
	free(r);
}

void
replay_begin(struct replay *r, uint32_t resource)
{
	if (r->has_resource && r->resource == resource)
		return;
	forget(r);
	r->resource = resource;
	r->has_resource = true;
}

static uint64_t
hash_of(struct base_span value)
{
	uint64_t hash = value.size * UINT64_C(0x9e3779b97f4a7c15), part;
	size_t i = 0;

	for (; i + 8 <= value.size; i += 8) {
		memcpy(&part, value.data + i, 8);
		hash = (hash ^ part) * UINT64_C(0xff51afd7ed558ccd);
		hash ^= hash >> 32;
	}
	part = 0;
	if (i < value.size)
		memcpy(&part, value.data + i, value.size - i);
	hash = (hash ^ part) * UINT64_C(0xc4ceb9fe1a85ec53);
	hash ^= hash >> 29;
	return hash ? hash : 1;
}

void
replay_begin_column(struct replay *r, uint32_t field, const struct detect_field *evidence, size_t n_words)
{
	struct column_memory *c = &r->columns[field % FIELDS];
	struct base_span bits = {(const uint8_t *)(evidence ? evidence->for_rule : NULL), evidence ? 2 * n_words * sizeof(uint64_t) : 0};
	uint64_t hash = hash_of(bits);

	if (c->slots && c->field == field && c->evidence != hash) {
		free(c->slots);
		*c = (struct column_memory){0};
	}
	if (!c->slots)
		c->evidence = hash;
}

/* The memory of a column, or NULL when it has none. */
static struct column_memory *
memory_of(struct replay *r, uint32_t field)
{
	struct column_memory *c = &r->columns[field % FIELDS];

	if (c->is_given_up || (c->slots && c->field != field))
		return NULL;
	if (c->slots)
		return c;
	c->field = field;
	c->slots = base_calloc(SLOTS, sizeof *c->slots);
	c->is_given_up = !c->slots; /* without memory it is only slower */
	return c->slots ? c : NULL;
}

static struct kept_value *
slot_of(const struct replay *r, const struct column_memory *c, struct base_span value, uint64_t hash)
{
	size_t at = hash & (SLOTS - 1);

	for (;; at = (at + 1) & (SLOTS - 1)) {
		struct kept_value *kept = &c->slots[at];
		if (kept->hash == 0
			|| (kept->hash == hash && kept->size == value.size && memcmp(r->bytes + kept->bytes, value.data, value.size) == 0))
			return kept;
	}
}

/* Matches of a kept value, as the new one would have them. */
static int
emit(const struct replay *r, const struct kept_value *kept, const struct subject *v, struct detect_matches *ret)
{
	for (uint32_t i = 0; i < kept->n_matches; i++) {
		struct detect_match m = r->matches[kept->match + i];
		m.span.record = v->record;
		m.span.raw_start = v->raw == BATCH_UNMAPPED ? UINT64_MAX : v->raw + m.span.start;
		m.span.raw_end = v->raw == BATCH_UNMAPPED ? UINT64_MAX : v->raw + m.span.end;
		if (matches_push(ret, &m) < 0)
			return ASSAY_NOMEM;
	}
	return ASSAY_OK;
}

int
replay_find(struct replay *r, const struct subject *v, struct detect_matches *ret, struct tally_notes *notes)
{
	struct base_span value = {v->data, v->size};
	struct column_memory *c = value.size <= VALUE_MAX ? memory_of(r, v->field) : NULL;
	const struct kept_value *kept;

	if (!c)
		return 0;
	c->asked++;
	kept = slot_of(r, c, value, hash_of(value));
	if (kept->hash == 0) {
		if (c->asked == TRIAL && c->found * 8 < c->asked) {
			free(c->slots);
			c->slots = NULL;
			c->is_given_up = true;
		}
		return 0;
	}
	c->found++;
	notes->items = r->notes ? r->notes + kept->note : NULL;
	notes->n = kept->n_notes;
	return emit(r, kept, v, ret) < 0 ? ASSAY_NOMEM : 1;
}

int
replay_keep(struct replay *r, const struct subject *v, const struct detect_match *matches, size_t n_matches, const struct tally_note *notes,
	size_t n_notes)
{
	struct base_span value = {v->data, v->size};
	struct column_memory *c = value.size <= VALUE_MAX ? memory_of(r, v->field) : NULL;

	if (!c || c->used >= SLOTS / 2 || r->n_bytes + value.size > BYTES_MAX || r->n_matches + n_matches > MATCHES_MAX
		|| r->n_notes + n_notes > MATCHES_MAX)
		return ASSAY_OK;
	if (base_grow(&r->bytes, &r->bytes_capacity, r->n_bytes + value.size, 1) < 0
		|| base_grow(&r->matches, &r->matches_capacity, r->n_matches + n_matches, sizeof *r->matches) < 0
		|| base_grow(&r->notes, &r->notes_capacity, r->n_notes + n_notes, sizeof *r->notes) < 0)
		return ASSAY_NOMEM;
	uint64_t hash = hash_of(value);
	struct kept_value *kept = slot_of(r, c, value, hash);
	if (kept->hash != 0)
		return ASSAY_OK;
	memcpy(r->bytes + r->n_bytes, value.data, value.size);
	if (n_matches > 0)
		memcpy(r->matches + r->n_matches, matches, n_matches * sizeof *matches);
	if (n_notes > 0)
		memcpy(r->notes + r->n_notes, notes, n_notes * sizeof *notes);
	*kept = (struct kept_value){hash, (uint32_t)r->n_bytes, (uint32_t)value.size, (uint32_t)r->n_matches, (uint32_t)n_matches,
		(uint32_t)r->n_notes, (uint32_t)n_notes};
	r->n_bytes += value.size;
	r->n_matches += n_matches;
	r->n_notes += n_notes;
	c->used++;
	return ASSAY_OK;
}
