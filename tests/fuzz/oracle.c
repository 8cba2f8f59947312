/* The engine against the oracle on packs and texts that the input makes: every pattern tried at every start, the same later stages.
 * Equality of spans (after matching or after merging), of tallies, for both literal lanes, for windows, cells and values in pieces,
 * whatever lies in the padding.
 *
 * Input: mode byte, two bytes size of the pack's part, the pack's part, then the text's. One mode uses the shipped packs instead of a made
 * one. */
#include "oracle_make.h"

#include "base/batch.h"
#include "detect/detect.h"

#include <sanitizer/asan_interface.h>

enum { FIELDS = 3, SPANS_MAX = 12000, ROOM = 1 << 17, CELLS = WORLD_ENDS };

enum mode_bit { MODE_MERGED = 1, MODE_LOW = 2, MODE_SHIPPED = 28 /* all of these */ };

/* What one way of reading gave. */
struct result {
	struct span *items;
	size_t n, capacity, n_issues, n_rules;
	uint64_t *tried, *passed; /* [FIELDS * n_rules] */
};

struct world {
	const struct rules *rules;
	const struct detect_engine *oracle, *best, *plain;
	bool merged;
	const uint8_t *text;
	size_t n;
	uint8_t pad;      /* what lies before and behind the data */
	uint32_t slack;   /* borrowed beyond the reach */
	const char *pack; /* for the report of a fault */
};

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

static void
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

/* Text cut as the text reader cuts it, or (in_pieces) one long cell as a table's reader cuts that. */
static struct result
scan_text(const struct world *w, const struct detect_engine *engine, size_t window, bool in_pieces)
{
	struct reading r = reading_new(w, engine, text_names);
	size_t reach = w->rules->reach + w->slack;

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

/* Cells of up to three columns, in one batch or several. */
struct table {
	struct base_buffer data;
	size_t n; /* values */
	uint32_t off[CELLS], len[CELLS], field[CELLS], row[CELLS];
	const struct batch_map *map[CELLS];
	struct base_arena *arena;
	const char *names[FIELDS];
	uint32_t rows_per_batch;
};

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

static void
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

static struct result
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

/* ---- comparing ---- */

static int
by_all(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->record != y->record)
		return x->record < y->record ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return memcmp(x, y, sizeof *x);
}

/* Before merging, two patterns of one rule may find the same place: once is enough, in any order. */
static void
sort_unique(struct result *r)
{
	size_t kept = 0;

	if (r->n > 1)
		qsort(r->items, r->n, sizeof *r->items, by_all);
	for (size_t i = 0; i < r->n; i++)
		if (kept == 0 || memcmp(&r->items[kept - 1], &r->items[i], sizeof *r->items) != 0)
			r->items[kept++] = r->items[i];
	r->n = kept;
}

static void
show_span(const struct world *w, const char *who, const struct span *s)
{
	if (s)
		fprintf(stderr,
			"  %s: %s %" PRIu64 "..%" PRIu64 " raw %" PRId64 "..%" PRId64 " record %" PRIu64
			" field %u confidence %u state %u reasons %x\n",
			who, w->rules->rule[s->rule].def->name, s->start, s->end, (int64_t)s->raw_start, (int64_t)s->raw_end, s->record,
			s->field, s->confidence, s->state, s->reasons);
	else
		fprintf(stderr, "  %s: nothing\n", who);
}

static void
show_world(const struct world *w)
{
	fprintf(stderr, "reach %u, slack %u, pad %02x, %s\n%s\ntext of %zu bytes: \"", w->rules->reach, w->slack, w->pad,
		w->merged ? "merged" : "unmerged", w->pack ? w->pack : "(shipped packs)", w->n);
	for (size_t i = 0; i < w->n; i++)
		if (w->text[i] >= 0x20 && w->text[i] < 0x7f && w->text[i] != '"' && w->text[i] != '\\')
			fputc(w->text[i], stderr);
		else
			fprintf(stderr, "\\x%02x", w->text[i]);
	fprintf(stderr, "\"\n");
}

static void
must_equal(const struct world *w, struct result *want, struct result *got, const char *way, size_t window)
{
	if (!w->merged)
		sort_unique(got);
	for (size_t i = 0; i < want->n || i < got->n; i++) {
		const struct span *a = i < want->n ? &want->items[i] : NULL, *b = i < got->n ? &got->items[i] : NULL;
		if (a && b && memcmp(a, b, sizeof *a) == 0)
			continue;
		fprintf(stderr, "\n%s, %zu: span %zu differs\n", way, window, i);
		show_span(w, "oracle", a);
		show_span(w, "engine", b);
		show_world(w);
		fuzz_fail(__FILE__, __LINE__, "engine equals oracle", "%s", way);
	}
	for (size_t i = 0; i < FIELDS * want->n_rules; i++)
		if (want->tried[i] != got->tried[i] || want->passed[i] != got->passed[i]) {
			fprintf(stderr,
				"\n%s, %zu: tallies of %s: oracle tried %" PRIu64 " passed %" PRIu64 ", engine %" PRIu64 " and %" PRIu64
				"\n",
				way, window, w->rules->rule[i % want->n_rules].def->name, want->tried[i], want->passed[i], got->tried[i],
				got->passed[i]);
			show_world(w);
			fuzz_fail(__FILE__, __LINE__, "tallies equal the oracle's", "%s", way);
		}
	if (got->n_issues != want->n_issues) {
		show_world(w);
		fuzz_fail(__FILE__, __LINE__, "no issue that the oracle has not", "%s, %zu", way, window);
	}
	result_free(got);
}

/* The oracle says nothing certain where PCRE2 gave up or a chain was cut. */
static bool
is_certain(const struct world *w, struct result *want)
{
	if (want->n_issues > 0 || want->n > SPANS_MAX)
		return false;
	if (!w->merged)
		sort_unique(want);
	return true;
}

static void
compare(const struct world *w, const uint32_t *ends, size_t n_ends, struct take *take)
{
	size_t windows[3] = {w->n, 1 + take_below(take, 64), 1 + take_below(take, 2000)};
	struct table *table = malloc(sizeof *table);
	struct result want;

	must(table, "out of memory");
	for (int in_pieces = 0; in_pieces < 2; in_pieces++) {
		want = scan_text(w, w->oracle, w->n, in_pieces);
		for (size_t i = 0; is_certain(w, &want) && i < BASE_COUNT(windows); i++) {
			/* tiny windows that borrow kilobytes are slow and show nothing more */
			size_t window = windows[i] * 12 < w->rules->reach ? w->rules->reach / 12 : windows[i];
			struct result got = scan_text(w, w->best, window, in_pieces);
			must_equal(w, &want, &got, in_pieces ? "pieces" : "window", window);
			got = scan_text(w, w->plain, window, in_pieces);
			must_equal(w, &want, &got, in_pieces ? "plain pieces" : "plain window", window);
		}
		result_free(&want);
	}
	make_table(table, w, ends, n_ends, take);
	want = scan_cells(w, w->oracle, table);
	if (is_certain(w, &want)) {
		struct result got = scan_cells(w, w->best, table);
		must_equal(w, &want, &got, "cells", table->n);
		got = scan_cells(w, w->plain, table);
		must_equal(w, &want, &got, "plain cells", table->n);
	}
	result_free(&want);
	base_buffer_dispose(&table->data);
	base_arena_free(table->arena);
	free(table);
}

/* ---- worlds ---- */

static struct detect_engine *
engine_of(const struct rules *rules, bool all_starts, bool plain, uint8_t mode)
{
	static const uint8_t key[32] = {1, 2, 3};
	struct detect_options options = {.min_confidence = mode & MODE_LOW ? 40 : 65,
		.fingerprint_key = key,
		.all_starts = all_starts,
		.no_vectorscan = all_starts || plain,
		.cpu_level = plain ? DETECT_CPU_PLAIN : DETECT_CPU_BEST,
		.unmerged = !(mode & MODE_MERGED)};
	struct assay_error err = {0};
	struct detect_engine *engine;

	must(detect_engine_new(rules, &options, &engine, &err) == 0, "%s", err.message);
	return engine;
}

/* Every rule that is built in, made once. */
static const struct rules *
shipped(void)
{
	static const char *const all[] = {"all"};
	static struct rules *rules;
	struct rules_options options = {.countries = all, .n_countries = 1};
	struct assay_error err = {0};

	if (!rules)
		must(rules_compile(&options, &rules, &err) == 0, "%s: %s", err.subject, err.message);
	return rules;
}

static void
run_world(struct world *w, struct take *take, size_t max)
{
	uint32_t ends[WORLD_ENDS];
	struct base_buffer text;
	size_t n_ends;
	struct take layout = {.at = take->at};

	w->pad = take_byte(take);
	w->slack = take_below(take, 4) == 3 ? take_byte(take) : 0;
	layout.end = layout.at + (take_left(take) < 12 ? take_left(take) : 12);
	base_buffer_init(&text, 4 * WORLD_TEXT);
	make_text(take, w->rules, max, &text, ends, &n_ends);
	must(!text.failed, "the text is too long");
	w->text = (const uint8_t *)text.data;
	w->n = text.size;
	if (w->n > 0)
		compare(w, ends, n_ends, &layout);
	base_buffer_dispose(&text);
}

static void
run_shipped(struct take *take, uint8_t mode)
{
	static const struct detect_engine *engines[4][3];
	struct world w = {.rules = shipped(), .merged = mode & MODE_MERGED};
	const struct detect_engine **e = engines[mode & (MODE_MERGED | MODE_LOW)];

	for (int i = 0; i < 3; i++)
		if (!e[i])
			e[i] = engine_of(w.rules, i == 0, i == 2, mode);
	w.oracle = e[0];
	w.best = e[1];
	w.plain = e[2];
	run_world(&w, take, 500);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct take take = {data, data + size}, pack_take;
	uint8_t mode = take_byte(&take);
	struct assay_error err = {0};
	struct rules *rules;
	struct base_buffer pack;

	if ((mode & MODE_SHIPPED) == MODE_SHIPPED) {
		run_shipped(&take, mode);
		return 0;
	}
	struct base_span part = take_span(&take, take_below(&take, 600));
	pack_take = (struct take){part.data, part.data + part.size};
	base_buffer_init(&pack, 1 << 16);
	make_pack(&pack_take, &pack);
	const char *texts[] = {pack.data};
	struct rules_options options = {.no_builtin = true, .texts = texts, .n_texts = 1};
	must(!pack.failed, "the pack is too long");
	if (rules_compile(&options, &rules, &err) == 0) {
		struct detect_engine *oracle = engine_of(rules, true, true, mode), *best = engine_of(rules, false, false, mode),
				     *plain = engine_of(rules, false, true, mode);
		struct world w = {
			.rules = rules, .oracle = oracle, .best = best, .plain = plain, .merged = mode & MODE_MERGED, .pack = pack.data};
		run_world(&w, &take, rules->reach > 2000 ? WORLD_TEXT : 2500);
		detect_engine_free(oracle);
		detect_engine_free(best);
		detect_engine_free(plain);
		rules_free(rules);
	} else
		must(err.code == ASSAY_PACK && err.message[0], "a refusal without a reason:\n%s", pack.data);
	base_buffer_dispose(&pack);
	return 0;
}
