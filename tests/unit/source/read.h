/* Reads a source as the scan does and puts its values together again, checking on the way what base/batch.h promises of every batch. */
#ifndef TESTS_SOURCE_READ_H
#define TESTS_SOURCE_READ_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "source/source.h"

#include "../support.h"

#include <fcntl.h>

struct got_value {
	uint32_t field, flags;
	uint64_t record;
	uint8_t *data;
	size_t size, capacity, raw_capacity;
	bool is_null;
	uint64_t *raw; /* of each byte, and of the end */
};

struct got {
	struct base_arena *arena;
	struct got_value *values;
	size_t n, capacity;
	char **fields;
	size_t n_fields;
	struct base_buffer text;     /* owned bytes of text windows */
	uint64_t text_raw;           /* raw offset of its first byte */
	uint64_t line, line_at;      /* line feeds before line_at */
	struct base_buffer borrowed; /* tail that the next window must own */
	struct issue *issues;
	size_t n_issues, issues_capacity;
	struct source_stats stats;
	struct base_buffer stored;
	size_t n_batches, largest;
	bool in_value;
};

struct read_options {
	uint32_t window, reach;
	const char *format, *name;
	int fd;
	bool (*key_is_sensitive)(void *context, struct base_span key);
	void (*after_batch)(void *context, size_t n);
	void *context;
};

static inline int
got_issue(void *context, const struct issue *issue)
{
	struct got *got = context;

	assert_int_equal(base_grow(&got->issues, &got->issues_capacity, got->n_issues + 1, sizeof *got->issues), 0);
	got->issues[got->n_issues++] = *issue;
	return ASSAY_OK;
}

static inline const struct issue *
got_find_issue(const struct got *got, enum issue_code code)
{
	for (size_t i = 0; i < got->n_issues; i++)
		if (got->issues[i].code == code)
			return &got->issues[i];
	return NULL;
}

static inline void
got_stored(void *context, const void *data, size_t n)
{
	assert_true(base_buffer_append(&((struct got *)context)->stored, data, n));
}

/* As confirm.c maps the end of a match. */
static inline uint64_t
raw_end_of(const struct batch_map *map, uint32_t end)
{
	const struct batch_map *last = map;

	while (last->off < end)
		last++;
	if (last->off > end)
		last--;
	return last->raw + (end - last->off);
}

static inline void
check_map(const struct batch_map *map, uint32_t len)
{
	assert_int_equal(map[0].off, 0);
	for (size_t i = 0; map[i].off < len; i++) {
		assert_true(map[i + 1].off >= map[i].off);
		assert_true(map[i + 1].raw >= map[i].raw + (map[i + 1].off - map[i].off));
	}
}

/* Adds bytes [from, to) of a delivered value. */
static inline void
add_bytes(struct got_value *v, const struct batch *b, const struct batch_column *c, uint32_t i, uint32_t from, uint32_t to)
{
	const uint8_t *data = b->data + c->off[i];
	uint64_t raw = c->raw ? c->raw[i] : b->raw_base + c->off[i];
	const struct batch_map *map = c->map ? c->map[i] : NULL;

	assert_int_equal(base_grow(&v->data, &v->capacity, v->size + (to - from) + 1, 1), 0);
	assert_int_equal(base_grow(&v->raw, &v->raw_capacity, v->size + (to - from) + 1, sizeof *v->raw), 0);
	memcpy(v->data + v->size, data + from, to - from);
	/* the row is carried along: the maps of long values have many */
	const struct batch_map *row = map;
	for (uint32_t k = from; k < to; k++) {
		while (map && row[1].off <= k)
			row++;
		v->raw[v->size + (k - from)] = map ? row->raw + (k - row->off) : raw + k;
	}
	v->size += to - from;
	v->raw[v->size] = map && to > 0 ? raw_end_of(map, to) : raw + to;
}

static inline void
take_value(struct got *got, const struct batch *b, const struct batch_column *c, uint32_t i, uint32_t reach)
{
	uint8_t flags = c->flags ? c->flags[i] : 0;
	uint32_t lead = flags & VALUE_CONT_PREV ? b->lead : 0, tail = flags & VALUE_CONT_NEXT ? b->tail : 0;
	struct got_value *v;

	if (!(flags & VALUE_CONT_PREV)) {
		assert_false(got->in_value);
		assert_int_equal(base_grow(&got->values, &got->capacity, got->n + 1, sizeof *got->values), 0);
		got->values[got->n++] = (struct got_value){.field = c->field,
			.flags = flags & (VALUE_HEADER | VALUE_KEY),
			.record = b->first_record + (c->row ? c->row[i] : i),
			.is_null = c->len[i] == BATCH_NULL};
	}
	v = &got->values[got->n - 1];
	assert_true(c->field < 0xffffff);
	if (c->row)
		assert_true(c->row[i] < b->n_records);
	if (c->len[i] == BATCH_NULL)
		return;
	assert_true(c->off[i] + c->len[i] <= b->size);
	assert_int_equal(b->data[c->off[i] + c->len[i]], BATCH_GUARD);
	assert_int_equal((flags & VALUE_DECODED) != 0, c->map && c->map[i]);
	if (c->map && c->map[i] && c->len[i] > 0)
		check_map(c->map[i], c->len[i]);
	if (flags & (VALUE_CONT_PREV | VALUE_CONT_NEXT)) {
		const uint8_t *data = b->data + c->off[i];
		assert_int_equal(b->n_columns, 1);
		assert_int_equal(c->n, 1);
		assert_int_equal(c->field, v->field);
		assert_int_equal(b->value_base + lead, v->size);
		assert_true(lead >= reach || b->value_base == 0);
		assert_true(lead == 0 || memcmp(v->data + v->size - lead, data, lead) == 0);
		size_t own = c->len[i] - lead - tail, promised = got->borrowed.size < own ? got->borrowed.size : own;
		assert_true(own > 0);
		assert_true(got->borrowed.size == 0 || memcmp(got->borrowed.data, data + lead, promised) == 0);
		base_buffer_reset(&got->borrowed);
		base_buffer_append(&got->borrowed, data + c->len[i] - tail, tail);
	}
	add_bytes(v, b, c, i, lead, c->len[i] - tail);
	got->in_value = flags & VALUE_CONT_NEXT;
}

static inline void
take_window(struct got *got, const struct batch *b, uint32_t reach)
{
	size_t own = b->size - b->lead - b->tail, promised = got->borrowed.size < own ? got->borrowed.size : own;

	assert_true(own > 0);
	if (got->text.size == 0)
		got->text_raw = b->raw_base;
	assert_int_equal(b->value_base + b->lead, got->text.size);
	assert_int_equal(b->raw_base, b->value_base + got->text_raw);
	assert_true(b->lead >= reach || b->value_base == 0);
	assert_true(b->lead == 0 || memcmp(got->text.data + got->text.size - b->lead, b->data, b->lead) == 0);
	while (got->line_at < b->value_base)
		got->line += got->text.data[got->line_at++] == '\n';
	assert_int_equal(b->first_record, got->line + 1);
	assert_true(got->borrowed.size == 0 || memcmp(got->borrowed.data, b->data + b->lead, promised) == 0);
	base_buffer_reset(&got->borrowed);
	base_buffer_append(&got->borrowed, b->data + b->size - b->tail, b->tail);
	assert_true(base_buffer_append(&got->text, b->data + b->lead, own));
}

static inline void
take_batch(struct got *got, const struct batch *b, uint32_t reach)
{
	volatile uint8_t edge = b->data[-BATCH_PAD];

	edge = b->data[b->size + BATCH_PAD - 1];
	(void)edge;
	got->n_batches++;
	got->largest = b->size > got->largest ? b->size : got->largest;
	if (b->n_columns == 0)
		take_window(got, b, reach);
	for (uint32_t k = 0; k < b->n_columns; k++) {
		const struct batch_column *c = &b->columns[k];
		assert_true(c->n > 0);
		assert_true(k == 0 || b->columns[k - 1].field < c->field);
		for (uint32_t i = 0; i < c->n; i++) {
			assert_true(i == 0 || !c->row || c->row[i] >= c->row[i - 1]);
			take_value(got, b, c, i, reach);
		}
	}
}

static inline int
by_place(const void *a, const void *b)
{
	const struct got_value *x = a, *y = b;

	if (x->record != y->record)
		return x->record < y->record ? -1 : 1;
	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	uint64_t p = x->raw ? x->raw[0] : 0, q = y->raw ? y->raw[0] : 0;
	return p != q ? (p < q ? -1 : 1) : (x->size > y->size) - (x->size < y->size);
}

/* Reads path to its end. Fails the test on any error. Values come out in order of record, field and place. */
static inline struct got
read_all(const char *path, struct read_options options)
{
	struct assay_error err = {0};
	struct assay_env env = {.size = sizeof env};
	struct got got = {.arena = base_arena_new()};
	struct issue_sink sink = {&got, got_issue};
	struct source_spec spec = {.path = path,
		.fd = options.fd > 0 ? options.fd : -1,
		.name = options.name ? options.name : path,
		.resource = 7,
		.format = options.format,
		.window_bytes = options.window,
		.reach = options.reach,
		.on_stored = got_stored,
		.context = &got,
		.key_is_sensitive = options.key_is_sensitive};
	struct batch batch = {.ticket = 42, .arena = base_arena_new()};
	struct source *source;
	int r;

	assert_non_null(got.arena);
	assert_non_null(batch.arena);
	base_buffer_init(&got.text, (size_t)1 << 31);
	base_buffer_init(&got.borrowed, (size_t)1 << 31);
	base_buffer_init(&got.stored, (size_t)1 << 31);
	assert_ok(source_open(&spec, &env, &source, &err));
	while ((r = source_next(source, &batch, &sink, &err)) == 1) {
		assert_int_equal(batch.ticket, 42);
		assert_int_equal(batch.resource, 7);
		take_batch(&got, &batch, options.reach);
		if (options.after_batch)
			options.after_batch(options.context, got.n_batches);
	}
	assert_ok(r);
	assert_int_equal(source_next(source, &batch, &sink, &err), 0);
	assert_false(got.in_value);
	got.stats = *source_stats(source);
	got.n_fields = source_field_count(source);
	got.fields = base_arena_alloc(got.arena, (got.n_fields + 1) * sizeof *got.fields);
	for (size_t i = 0; i < got.n_fields; i++) {
		struct base_span name = source_field_name(source, i);
		got.fields[i] = base_arena_strndup(got.arena, name.data, name.size);
	}
	for (size_t i = 0; i < got.n_issues; i++)
		assert_int_equal(got.issues[i].resource, 7);
	source_close(source);
	base_arena_free(batch.arena);
	if (got.n > 1)
		qsort(got.values, got.n, sizeof *got.values, by_place);
	return got;
}

static inline void
got_dispose(struct got *got)
{
	for (size_t i = 0; i < got->n; i++) {
		free(got->values[i].data);
		free(got->values[i].raw);
	}
	base_arena_free(got->arena);
	free(got->values);
	free(got->issues);
	base_buffer_dispose(&got->text);
	base_buffer_dispose(&got->borrowed);
	base_buffer_dispose(&got->stored);
}

/* ---- files ---- */

static inline char *
write_file(const char *folder, const char *name, const void *data, size_t n)
{
	char *path = base_format("%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(base_write_all(fd, data, n), 0);
	close(fd);
	return path;
}

/* Writes, reads, removes. */
static inline struct got
read_bytes(const char *name, const void *data, size_t n, struct read_options options)
{
	char *folder = support_folder(), *path = write_file(folder, name, data, n);
	struct got got = read_all(path, options);

	assert_int_equal(got.stored.size, n);
	assert_true(n == 0 || memcmp(got.stored.data, data, n) == 0);
	free(path);
	support_remove(folder);
	return got;
}

static inline struct got
read_text(const char *name, const char *text, struct read_options options)
{
	return read_bytes(name, text, strlen(text), options);
}

/* The only value of a field and record, or a failure. */
static inline const struct got_value *
got_at(const struct got *got, uint64_t record, const char *field)
{
	const struct got_value *found = NULL;

	for (size_t i = 0; i < got->n; i++)
		if (got->values[i].record == record && strcmp(got->fields[got->values[i].field], field) == 0) {
			assert_null(found);
			found = &got->values[i];
		}
	if (!found)
		fail_msg("no value of '%s' in record %llu", field, (unsigned long long)record);
	return found;
}

#define assert_value(got, record, field, text)                                                                                             \
	do {                                                                                                                               \
		const struct got_value *value_ = got_at(got, record, field);                                                               \
		assert_int_equal(value_->size, strlen(text));                                                                              \
		assert_memory_equal(value_->data, text, strlen(text));                                                                     \
	} while (0)

/* Finds text in the value and cuts the decoded stream where the value's raw offsets say: that must be ${raw}. */
static inline void
check_cut(const struct got_value *v, const char *text, const char *stream, size_t stream_size, const char *raw)
{
	const uint8_t *at = memmem(v->data, v->size, text, strlen(text));
	size_t off, from, to;

	assert_non_null(at);
	off = (size_t)(at - v->data);
	from = v->raw[off];
	to = v->raw[off + strlen(text)];
	assert_true(from <= to && to <= stream_size);
	assert_int_equal(to - from, strlen(raw));
	assert_memory_equal(stream + from, raw, strlen(raw));
}

#endif
