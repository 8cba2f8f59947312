/* Batches as readers make them, fed through an engine and its drain. */
#include "oracle_read.h"

#include <sanitizer/asan_interface.h>

enum { ROOM = 1 << 17 };

static int
keep(void *context, const struct span *span)
{
	struct result *r = context;

	must(base_grow(&r->items, &r->capacity, r->n + 1, sizeof *r->items) == 0, "out of memory");
	r->items[r->n++] = *span;
	return 0;
}

static int
count_issue(void *context, const struct issue *issue)
{
	(void)issue;
	((struct result *)context)->n_issues++;
	return 0;
}

static struct result
result_new(const struct world *w)
{
	struct result r = {.n_rules = w->rules->n};

	r.tried = base_calloc(FIELDS * r.n_rules, sizeof *r.tried);
	r.passed = base_calloc(FIELDS * r.n_rules, sizeof *r.passed);
	must(r.tried && r.passed, "out of memory");
	return r;
}

void
result_free(struct result *r)
{
	free(r->items);
	free(r->tried);
	free(r->passed);
}

/* ---- batches ---- */

/* A copy whose padding ends at a page that cannot be read, and begins behind bytes that must not be. */
static const uint8_t *
place(const uint8_t *text, size_t n, uint8_t pad)
{
	static uint8_t *room;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	must(n + 2 * BATCH_PAD <= ROOM, "text of %zu bytes", n);
	if (!room) {
		room = mmap(NULL, ROOM + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		must(room != MAP_FAILED && mprotect(room + ROOM, page, PROT_NONE) == 0, "no memory with a guard");
	}
	ASAN_UNPOISON_MEMORY_REGION(room, ROOM);
	uint8_t *data = room + ROOM - BATCH_PAD - n;
	memset(data - BATCH_PAD, pad, BATCH_PAD);
	memcpy(data, text, n);
	memset(data + n, pad, BATCH_PAD);
	ASAN_POISON_MEMORY_REGION(room, (size_t)(data - BATCH_PAD - room));
	return data;
}

struct reading {
	const struct world *world;
	struct detect_scanner *scanner;
	struct detect_drain *drain;
	struct detect_field *fields[FIELDS];
	struct detect_output out;
	struct result result;
};

static struct reading
reading_new(const struct world *w, const struct detect_engine *engine, const char *const names[FIELDS])
{
	struct reading r = {.world = w, .drain = detect_drain_new(engine), .result = result_new(w)};
	struct assay_error err = {0};

	must(r.drain && detect_scanner_new(engine, &r.scanner, &err) == 0, "%s", err.message);
	for (size_t i = 0; i < FIELDS; i++)
		must((r.fields[i] = detect_field_new(engine, base_span_of(names[i]))), "out of memory");
	return r;
}

static void
read_batch(struct reading *r, const struct batch *batch)
{
	const struct detect_field *const *fields = (const struct detect_field *const *)r->fields;
	struct span_sink spans = {&r->result, keep};
	struct issue_sink issues = {&r->result, count_issue};
	struct assay_error err = {0};

	must(detect_batch(r->scanner, batch, fields, &r->out, &err) == 0, "%s", err.message);
	for (size_t i = 0; i < r->out.n_tallies; i++) {
		const struct detect_tally *t = &r->out.tallies[i];
		must(t->field < FIELDS && t->rule < r->result.n_rules, "tally of field %u, rule %u", t->field, t->rule);
		r->result.tried[t->field * r->result.n_rules + t->rule] += t->tried;
		r->result.passed[t->field * r->result.n_rules + t->rule] += t->passed;
	}
	must(detect_drain_add(r->drain, &r->out, &spans, &issues, &err) == 0, "%s", err.message);
}

static struct result
reading_end(struct reading *r)
{
	struct span_sink spans = {&r->result, keep};
	struct issue_sink issues = {&r->result, count_issue};
	struct assay_error err = {0};

	must(detect_drain_end(r->drain, &spans, &issues, &err) == 0, "%s", err.message);
	detect_output_dispose(&r->out);
	detect_scanner_free(r->scanner);
	detect_drain_free(r->drain);
	for (size_t i = 0; i < FIELDS; i++)
		free(r->fields[i]);
	return r->result;
}

static const char *const text_names[FIELDS] = {"text", "x", "y"};

struct result
scan_text(const struct world *w, const struct detect_engine *engine, size_t window, bool in_pieces)
{
	struct reading r = reading_new(w, engine, text_names);
	size_t reach = detect_engine_reach(engine) + w->slack;

	for (size_t at = 0; at < w->n; at += window) {
		size_t own = w->n - at < window ? w->n - at : window, lead = at < reach ? at : reach,
		       tail = w->n - at - own < reach ? w->n - at - own : reach;
		uint32_t off = 0, len = (uint32_t)(lead + own + tail);
		uint8_t flags = (uint8_t)((at > 0 ? VALUE_CONT_PREV : 0) | (at + own < w->n ? VALUE_CONT_NEXT : 0));
		struct batch_column column = {.n = 1, .off = &off, .len = &len, .flags = &flags};
		struct batch batch = {.size = len,
			.lead = (uint32_t)lead,
			.tail = (uint32_t)tail,
			.raw_base = at - lead,
			.value_base = at - lead,
			.first_record = 1,
			.n_records = 1};
		if (in_pieces) {
			/* a value is always followed by a guard */
			uint8_t *guarded = malloc(len + 1);
			must(guarded, "out of memory");
			memcpy(guarded, w->text + at - lead, len);
			guarded[len] = BATCH_GUARD;
			batch.data = place(guarded, len + 1, w->pad);
			batch.n_columns = 1;
			batch.columns = &column;
			free(guarded);
		} else {
			for (size_t k = 0; k < at - lead; k++)
				batch.first_record += w->text[k] == '\n';
			batch.data = place(w->text + at - lead, len, w->pad);
		}
		read_batch(&r, &batch);
	}
	return reading_end(&r);
}

/* ---- cells ---- */

/* Every third byte stands for an escape of six. */
static const struct batch_map *
make_map(struct base_arena *arena, uint32_t len, uint64_t raw)
{
	struct batch_map *map = base_arena_alloc(arena, (2 * (size_t)len + 2) * sizeof *map);
	size_t n = 0;

	must(map, "out of memory");
	map[n++] = (struct batch_map){0, raw};
	for (uint32_t i = 0; i < len; i++) {
		raw += i % 3 == 2 ? 6 : 1;
		if (i % 3 == 2 && i + 1 < len)
			map[n++] = (struct batch_map){i + 1, raw};
	}
	map[n] = (struct batch_map){len, raw};
	return map;
}

void
make_table(struct table *t, const struct world *w, const uint32_t *ends, size_t n_ends, struct take *take)
{
	uint32_t columns = 1 + take_below(take, FIELDS), from = 0, row = 0, maps = take_byte(take);

	memset(t, 0, sizeof *t);
	t->rows_per_batch = 1 + take_below(take, 20);
	t->arena = base_arena_new();
	must(t->arena, "out of memory");
	base_buffer_init(&t->data, ROOM);
	for (size_t i = 0; i < FIELDS; i++)
		t->names[i] = make_word(take);
	for (size_t i = 0; i < n_ends; i++) {
		uint32_t end = ends[i], field = (uint32_t)t->n % columns;
		/* now and then a cell holds two parts */
		if ((maps >> (i % 8) & 1) && i + 1 < n_ends && i % 3 == 0)
			continue;
		if (end > w->n)
			end = (uint32_t)w->n;
		if (end < from)
			continue;
		t->off[t->n] = (uint32_t)t->data.size;
		t->len[t->n] = i % 29 == 28 ? BATCH_NULL : end - from;
		t->field[t->n] = field;
		t->row[t->n] = row;
		t->map[t->n] = i % 4 == 1 && end > from ? make_map(t->arena, end - from, 1000 * i) : NULL;
		base_buffer_append(&t->data, w->text + from, end - from);
		base_buffer_char(&t->data, BATCH_GUARD);
		from = end;
		row += field + 1 == columns;
		t->n++;
	}
	must(!t->data.failed, "table of %zu bytes", t->data.size);
}

void
table_dispose(struct table *t)
{
	base_buffer_dispose(&t->data);
	base_arena_free(t->arena);
}

/* Rows [from, to) as one batch. */
static void
read_rows(struct reading *r, const struct table *t, size_t first, size_t end, const uint8_t *data)
{
	static uint32_t off[FIELDS][CELLS], len[FIELDS][CELLS], row[FIELDS][CELLS];
	static uint64_t raw[FIELDS][CELLS];
	static uint8_t flags[FIELDS][CELLS];
	static const struct batch_map *map[FIELDS][CELLS];
	struct batch_column columns[FIELDS] = {0};
	uint32_t n[FIELDS] = {0}, n_columns = 0, first_row = t->row[first];

	for (size_t i = first; i < end; i++) {
		uint32_t f = t->field[i], k = n[f]++;
		off[f][k] = t->off[i];
		len[f][k] = t->len[i];
		row[f][k] = t->row[i] - first_row;
		map[f][k] = t->map[i];
		flags[f][k] = t->map[i] ? VALUE_DECODED : 0;
		raw[f][k] = t->map[i] ? t->map[i]->raw : i % 5 == 4 ? BATCH_UNMAPPED : t->off[i];
	}
	for (uint32_t f = 0; f < FIELDS; f++)
		if (n[f] > 0)
			columns[n_columns++] = (struct batch_column){.field = f,
				.n = n[f],
				.off = off[f],
				.len = len[f],
				.row = row[f],
				.raw = raw[f],
				.flags = flags[f],
				.map = map[f]};
	struct batch batch = {.data = data,
		.size = (uint32_t)t->data.size,
		.first_record = 1 + first_row,
		.n_records = t->row[end - 1] - first_row + 1,
		.n_columns = n_columns,
		.columns = columns};
	read_batch(r, &batch);
}

struct result
scan_cells(const struct world *w, const struct detect_engine *engine, const struct table *t)
{
	struct reading r = reading_new(w, engine, t->names);
	const uint8_t *data = place((const uint8_t *)t->data.data, t->data.size, w->pad);

	for (size_t first = 0; first < t->n;) {
		size_t end = first + 1;
		while (end < t->n && t->row[end] - t->row[first] < t->rows_per_batch)
			end++;
		read_rows(&r, t, first, end, data);
		first = end;
	}
	return reading_end(&r);
}
