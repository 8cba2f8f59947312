/* The engine against the oracle on packs and texts that the input makes: every pattern tried at every start, the same later stages.
 * Equality of spans (after matching or after merging), of tallies, for both literal lanes, for windows, cells and values in pieces,
 * whatever lies in the padding.
 *
 * Input: 'y', the YAML of a pack, a zero byte, a text; or a mode byte, two bytes size of the pack's part, the pack's part, then the text's.
 * One mode uses the shipped packs instead of a made one. */
#include "fuzz_rules.h"
#include "oracle_read.h"

enum { SPANS_MAX = 12000, WINDOWS = 4, WINDOW_WORK = 1 << 20 };

enum mode_bit { MODE_MERGED = 1, MODE_LOW = 2, MODE_SHIPPED = 28 /* all of these */ };

/* ---- comparing ---- */

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
		got->n = oracle_sort_unique(got->items, got->n);
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
		want->n = oracle_sort_unique(want->items, want->n);
	return true;
}

/* ${take} decides how the cells lie. */
static void
compare(const struct world *w, const size_t windows[WINDOWS], const uint32_t *ends, size_t n_ends, struct take *take)
{
	struct table *table = malloc(sizeof *table);
	struct result want;

	must(table, "out of memory");
	for (int in_pieces = 0; in_pieces < 2; in_pieces++) {
		want = scan_text(w, w->oracle, w->n, in_pieces);
		for (size_t i = 0; is_certain(w, &want) && i < WINDOWS; i++) {
			size_t window = windows[i];
			/* tiny windows that borrow kilobytes are slow and show nothing more */
			while (w->n / window * detect_engine_reach(w->best) > WINDOW_WORK)
				window *= 2;
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
	table_dispose(table);
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
	if (w->n > 0) {
		size_t windows[WINDOWS] = {w->n, 1 + take_below(&layout, 4), 1 + take_below(&layout, 64), 1 + take_below(&layout, 2000)};
		compare(w, windows, ends, n_ends, &layout);
	}
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

/* ${text} as it is, or (NULL) made of what is left. */
static void
run_pack(const char *pack, struct take *take, uint8_t mode, const struct base_span *text)
{
	struct rules *rules = fuzz_rules(pack);
	struct world w = {.rules = rules, .merged = mode & MODE_MERGED, .pack = pack};
	struct detect_engine *engines[3];

	if (!rules)
		return;
	for (int i = 0; i < 3; i++)
		engines[i] = engine_of(rules, i == 0, i == 2, mode);
	w.oracle = engines[0];
	w.best = engines[1];
	w.plain = engines[2];
	if (text && text->size > 0) {
		const size_t windows[WINDOWS] = {text->size, 1, 2, 7};
		uint32_t ends[WORLD_ENDS];
		size_t n = 0;
		w.text = text->data;
		w.n = text->size;
		/* lines as cells */
		for (size_t i = 0; i < text->size && n < WORLD_ENDS; i++)
			if (text->data[i] == '\n' || i + 1 == text->size)
				ends[n++] = (uint32_t)i + (text->data[i] != '\n');
		compare(&w, windows, ends, n, take);
	} else if (!text)
		run_world(&w, take, rules->reach > 2000 ? WORLD_TEXT : 2500);
	for (int i = 0; i < 3; i++)
		detect_engine_free(engines[i]);
	rules_free(rules);
}

static void
run_written(struct base_span input)
{
	const uint8_t *zero = memchr(input.data, 0, input.size);
	size_t n = zero ? (size_t)(zero - input.data) : input.size;
	struct base_span text = zero ? (struct base_span){zero + 1, input.size - n - 1} : (struct base_span){(const uint8_t *)"", 0};
	_cleanup_free_ char *pack = fuzz_text((struct base_span){input.data, n});

	if (text.size > WORLD_TEXT)
		text.size = WORLD_TEXT;
	for (uint8_t mode = 0; mode <= MODE_MERGED; mode++)
		run_pack(pack, &(struct take){0}, mode, &text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct take take = {data, data + size}, pack_take;
	uint8_t mode = take_byte(&take);
	struct base_buffer pack;

	if (mode == 'y') {
		run_written(take_rest(&take));
		return 0;
	}
	if ((mode & MODE_SHIPPED) == MODE_SHIPPED) {
		run_shipped(&take, mode);
		return 0;
	}
	struct base_span part = take_span(&take, take_below(&take, 600));
	pack_take = (struct take){part.data, part.data + part.size};
	base_buffer_init(&pack, 1 << 16);
	make_pack(&pack_take, &pack);
	must(!pack.failed, "the pack is too long");
	run_pack(pack.data, &take, mode, NULL);
	base_buffer_dispose(&pack);
	return 0;
}
