/* The engine beside the oracle (every pattern at every start, the same later stages) on much data: spans, their order and the tallies of
 * tries must be the same, before and after merging, with and without Vectorscan and wide instructions, for windows of 4 KiB up to the whole
 * text, from buffers that end at a page which cannot be read.
 *
 *   bench-oracle [-c COUNTRY,…|all] FILE…             each file as a text, and as values where it is read as a table
 *   bench-oracle [-c COUNTRY,…|all] -a ROUNDS          identifiers of every rule, side by side and as cells, whole and mutated
 *
 * Prints one line of JSON per text. Exit 1 at the first difference, which is shown. */
#include "oracle_make.h"

#include "base/batch.h"
#include "base/file.h"
#include "base/limits.h"
#include "detect/detect.h"
#include "source/source.h"

#include <stdlib.h>
#include <time.h>

enum { CHUNK = 128 << 10, VARIANTS = 4, ROWS = 8 };

/* What one reading gave. */
struct reading {
	struct span *spans;
	size_t n, capacity, n_rules, n_values;
	uint64_t *tried, *passed; /* per rule, of all fields */
};

static int
keep(void *context, const struct span *span)
{
	struct reading *r = context;

	must(base_grow(&r->spans, &r->capacity, r->n + 1, sizeof *r->spans) == 0, "out of memory");
	r->spans[r->n++] = *span;
	return 0;
}

/* The oracle meets limits of work at starts that the engine knows to lead nowhere: issues are not compared. */
static int
ignore_issue(void *context, const struct issue *issue)
{
	(void)context;
	(void)issue;
	return 0;
}

static void
reading_free(struct reading *r)
{
	free(r->spans);
	free(r->tried);
	free(r->passed);
}

/* ---- one thread's way through batches ---- */

struct way {
	const struct detect_engine *engine;
	struct detect_scanner *scanner;
	struct detect_drain *drain;
	struct detect_field **fields;
	size_t n_fields, fields_capacity;
	struct detect_output out;
	struct reading result;
};

static struct way
way_new(const struct detect_engine *engine, const struct rules *rules)
{
	struct way w = {.engine = engine, .drain = detect_drain_new(engine), .result = {.n_rules = rules->n}};
	struct assay_error err = {0};

	w.result.tried = base_calloc(rules->n, sizeof *w.result.tried);
	w.result.passed = base_calloc(rules->n, sizeof *w.result.passed);
	must(w.drain && w.result.tried && w.result.passed && detect_scanner_new(engine, &w.scanner, &err) == 0, "out of memory");
	return w;
}

static void
way_field(struct way *w, struct base_span name)
{
	must(base_grow(&w->fields, &w->fields_capacity, w->n_fields + 1, sizeof *w->fields) == 0, "out of memory");
	must((w->fields[w->n_fields++] = detect_field_new(w->engine, name)), "out of memory");
}

/* ${batch} from a copy whose padding ends at a page that cannot be read. */
static void
way_batch(struct way *w, struct batch batch)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = (batch.size + 2 * BATCH_PAD + page - 1) / page * page + page;
	uint8_t *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *data;
	struct span_sink spans = {&w->result, keep};
	struct issue_sink issues = {NULL, ignore_issue};
	struct assay_error err = {0};

	must(map != MAP_FAILED && mprotect(map + size - page, page, PROT_NONE) == 0, "no memory with a guard");
	data = map + size - page - BATCH_PAD - batch.size;
	memset(data - BATCH_PAD, BATCH_GUARD, BATCH_PAD);
	memcpy(data, batch.data, batch.size);
	memset(data + batch.size, BATCH_GUARD, BATCH_PAD);
	batch.data = data;
	must(detect_batch(w->scanner, &batch, (const struct detect_field *const *)w->fields, &w->out, &err) == 0, "%s", err.message);
	for (size_t i = 0; i < w->out.n_tallies; i++) {
		w->result.tried[w->out.tallies[i].rule] += w->out.tallies[i].tried;
		w->result.passed[w->out.tallies[i].rule] += w->out.tallies[i].passed;
	}
	must(detect_drain_add(w->drain, &w->out, &spans, &issues, &err) == 0, "%s", err.message);
	munmap(map, size);
}

static struct reading
way_end(struct way *w)
{
	struct span_sink spans = {&w->result, keep};
	struct issue_sink issues = {NULL, ignore_issue};
	struct assay_error err = {0};

	must(detect_drain_end(w->drain, &spans, &issues, &err) == 0, "%s", err.message);
	detect_output_dispose(&w->out);
	detect_scanner_free(w->scanner);
	detect_drain_free(w->drain);
	for (size_t i = 0; i < w->n_fields; i++)
		free(w->fields[i]);
	free(w->fields);
	return w->result;
}

/* ---- what is read ---- */

/* A table with a column for each rule, row after row. */
struct cells {
	uint32_t *off, *len; /* [ROWS * rules->n] */
	const char **names;  /* [rules->n] */
};

struct input {
	const struct rules *rules;
	const char *name, *path; /* path: as values; NULL: the text, as cells where there are some */
	struct base_span text;
	const struct cells *cells;
};

/* As the text reader cuts it. */
static struct reading
read_text(const struct detect_engine *engine, const struct input *input, size_t window)
{
	struct way w = way_new(engine, input->rules);
	size_t n = input->text.size, reach = detect_engine_reach(engine);
	uint64_t line = 1, counted = 0;

	way_field(&w, base_span_of("text"));
	for (size_t at = 0; at < n; at += window) {
		size_t own = n - at < window ? n - at : window, lead = at < reach ? at : reach,
		       tail = n - at - own < reach ? n - at - own : reach;
		for (; counted < at - lead; counted++)
			line += input->text.data[counted] == '\n';
		way_batch(&w, (struct batch){.data = input->text.data + at - lead,
				      .size = (uint32_t)(lead + own + tail),
				      .lead = (uint32_t)lead,
				      .tail = (uint32_t)tail,
				      .raw_base = at - lead,
				      .value_base = at - lead,
				      .first_record = line});
	}
	w.result.n_values = 1;
	return way_end(&w);
}

/* As the source layer reads it. */
static struct reading
read_values(const struct detect_engine *engine, const struct input *input, size_t window)
{
	struct way w = way_new(engine, input->rules);
	struct source_spec spec = {
		.path = input->path, .fd = -1, .name = input->path, .reach = detect_engine_reach(engine), .window_bytes = (uint32_t)window};
	struct issue_sink issues = {NULL, ignore_issue};
	struct batch batch = {.arena = base_arena_new()};
	struct source *source = NULL;
	struct assay_error err = {0};
	struct assay_env env;
	int r;

	assay_env_defaults(&env);
	must(batch.arena && source_open(&spec, &env, &source, &err) == 0, "%s: %s", input->path, err.message);
	while ((r = source_next(source, &batch, &issues, &err)) > 0) {
		while (w.n_fields < source_field_count(source))
			way_field(&w, source_field_name(source, w.n_fields));
		way_batch(&w, batch);
	}
	must(r == 0, "%s: %s", input->path, err.message);
	w.result.n_values = source_stats(source)->n_values;
	source_close(source);
	base_arena_free(batch.arena);
	return way_end(&w);
}

/* Rows as one batch as long as they fit into ${window} bytes. */
static struct reading
read_cells(const struct detect_engine *engine, const struct input *input, size_t window)
{
	const struct cells *c = input->cells;
	struct way w = way_new(engine, input->rules);
	size_t n = input->rules->n, to;
	struct batch_column *columns = base_calloc(n, sizeof *columns);
	uint32_t *off = base_calloc(n * ROWS, sizeof *off), *len = base_calloc(n * ROWS, sizeof *len);

	must(columns && off && len, "out of memory");
	for (size_t i = 0; i < n; i++)
		way_field(&w, base_span_of(c->names[i]));
	for (size_t from = 0; from < ROWS; from = to) {
		uint32_t base = c->off[from * n];
		for (to = from + 1; to < ROWS && c->off[to * n] - base < window; to++)
			;
		for (size_t i = 0; i < n; i++) {
			columns[i] = (struct batch_column){
				.field = (uint32_t)i, .n = (uint32_t)(to - from), .off = off + i * ROWS, .len = len + i * ROWS};
			for (size_t row = from; row < to; row++) {
				off[i * ROWS + row - from] = c->off[row * n + i] - base;
				len[i * ROWS + row - from] = c->len[row * n + i];
			}
		}
		way_batch(&w, (struct batch){.data = input->text.data + base,
				      .size = c->off[to * n - 1] + c->len[to * n - 1] + 1 - base,
				      .first_record = 1 + from,
				      .n_records = (uint32_t)(to - from),
				      .n_columns = (uint32_t)n,
				      .columns = columns,
				      .raw_base = base});
	}
	free(columns);
	free(off);
	free(len);
	w.result.n_values = n * ROWS;
	return way_end(&w);
}

static struct reading
read_input(const struct detect_engine *engine, const struct input *input, size_t window)
{
	return input->cells  ? read_cells(engine, input, window)
	       : input->path ? read_values(engine, input, window)
			     : read_text(engine, input, window);
}

/* ---- comparing ---- */

static void
show_span(const struct input *input, const char *who, const struct span *s)
{
	if (!s) {
		fprintf(stderr, "  %s: nothing\n", who);
		return;
	}
	fprintf(stderr, "  %s: %s %" PRIu64 "..%" PRIu64 " record %" PRIu64 " field %u confidence %u state %u reasons %x", who,
		input->rules->rule[s->rule].def->name, s->start, s->end, s->record, s->field, s->confidence, s->state, s->reasons);
	if (!input->path && !input->cells)
		fprintf(stderr, " '%.*s'", (int)(s->end - s->start), (const char *)input->text.data + s->start);
	fputc('\n', stderr);
}

static void
must_equal(const struct input *input, const struct reading *want, const struct reading *got, const char *variant, size_t window)
{
	for (size_t i = 0; i < want->n || i < got->n; i++) {
		const struct span *a = i < want->n ? &want->spans[i] : NULL, *b = i < got->n ? &got->spans[i] : NULL;
		if (a && b && memcmp(a, b, sizeof *a) == 0)
			continue;
		fprintf(stderr, "%s, %s, window %zu: span %zu differs\n", input->name, variant, window, i);
		show_span(input, "oracle", a);
		show_span(input, "engine", b);
		exit(1);
	}
	for (size_t i = 0; i < want->n_rules; i++)
		if (want->tried[i] != got->tried[i] || want->passed[i] != got->passed[i]) {
			fprintf(stderr, "%s, %s, window %zu: %s: %" PRIu64 " tries, the oracle's are %" PRIu64 "\n", input->name, variant,
				window, input->rules->rule[i].def->name, got->tried[i], want->tried[i]);
			exit(1);
		}
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static struct detect_engine *
engine_of(const struct rules *rules, bool all_starts, unsigned variant, bool unmerged)
{
	static const uint8_t key[32] = {1, 2, 3};
	struct detect_options options = {.min_confidence = 65,
		.fingerprint_key = key,
		.all_starts = all_starts,
		.no_vectorscan = variant & 1,
		.cpu_level = variant & 2 ? DETECT_CPU_PLAIN : DETECT_CPU_BEST,
		.unmerged = unmerged};
	struct assay_error err = {0};
	struct detect_engine *engine;

	must(detect_engine_new(rules, &options, &engine, &err) == 0, "%s", err.message);
	return engine;
}

/* Rules that tried something are marked in ${seen}, which may be NULL. */
static void
compare(const struct input *input, bool *seen)
{
	static const size_t windows[] = {4096, 5001, 16384, 65536, 256 << 10, LIMIT_WINDOW_MAX};
	double oracle_seconds = 0, engine_seconds = 0, start;
	size_t n_readings = 0, n_spans = 0, n_values = 0;

	for (int unmerged = 1; unmerged >= 0; unmerged--) {
		struct detect_engine *oracle = engine_of(input->rules, true, 3, unmerged);
		start = now();
		struct reading want = read_input(oracle, input, LIMIT_WINDOW_MAX);
		oracle_seconds += now() - start;
		detect_engine_free(oracle);
		if (unmerged)
			want.n = oracle_sort_unique(want.spans, want.n);
		for (size_t i = 0; seen && i < want.n_rules; i++)
			seen[i] = seen[i] || want.tried[i] > 0;
		for (unsigned variant = 0; variant < VARIANTS; variant++) {
			struct detect_engine *engine = engine_of(input->rules, false, variant, unmerged);
			char name[64];
			snprintf(name, sizeof name, "%s, %s%s", detect_engine_backend(engine), detect_engine_level(engine),
				unmerged ? ", unmerged" : "");
			for (size_t w = 0; w < BASE_COUNT(windows); w++) {
				/* larger ones are the same as the whole */
				if (!input->path && windows[w] >= input->text.size && windows[w] != LIMIT_WINDOW_MAX)
					continue;
				start = now();
				struct reading got = read_input(engine, input, windows[w]);
				engine_seconds += now() - start;
				if (unmerged)
					got.n = oracle_sort_unique(got.spans, got.n);
				must_equal(input, &want, &got, name, windows[w]);
				reading_free(&got);
				n_readings++;
			}
			detect_engine_free(engine);
		}
		n_spans = want.n;
		n_values = want.n_values;
		reading_free(&want);
	}
	printf("{\"input\":\"%s\",\"as\":\"%s\",\"bytes\":%zu,\"values\":%zu,\"readings\":%zu,\"spans\":%zu,"
	       "\"oracle_s\":%.3f,\"engine_s\":%.3f}\n",
		input->name,
		input->cells  ? "cells"
		: input->path ? "values"
			      : "text",
		input->text.size, n_values, n_readings, n_spans, oracle_seconds / 2, engine_seconds / (double)n_readings);
	fflush(stdout);
}

static int
compare_file(const struct rules *rules, const char *path)
{
	_cleanup_free_ char *text = NULL;
	struct assay_error err = {0};
	struct input input = {.rules = rules, .name = base_path_name(path)};
	size_t n;

	if (base_file_read(path, (size_t)1 << 30, &text, &n, &err) < 0) {
		fprintf(stderr, "bench-oracle: %s: %s\n", path, err.message);
		return 2;
	}
	input.text = (struct base_span){(const uint8_t *)text, n};
	compare(&input, NULL);
	if (strstr(input.name, ".csv") || strstr(input.name, ".json")) {
		input.path = path;
		compare(&input, NULL);
	}
	return 0;
}

/* ---- identifiers ---- */

static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* One byte goes, becomes another or changes its case, or the last one comes twice. */
static void
mutate(struct base_buffer *out, size_t from, uint64_t *seed)
{
	static const char others[] = "0123456789 -./AZaz_@:,";
	size_t n = out->size - from;

	if (n < 2)
		return;
	char *at = out->data + from + next(seed) % n;
	switch (next(seed) % 4) {
	case 0:
		memmove(at, at + 1, (size_t)(out->data + out->size - at) - 1);
		out->size--;
		break;
	case 1:
		base_buffer_char(out, out->data[out->size - 1]);
		break;
	case 2:
		*at = others[next(seed) % (sizeof others - 1)];
		break;
	default:
		*at = base_is_lower((uint8_t)*at) ? (char)base_upper((uint8_t)*at) : (char)base_lower((uint8_t)*at);
		break;
	}
}

/* One identifier of a rule: an example, or a text grown from one of its patterns. */
static void
add_identifier(const struct rules_rule *def, size_t round, uint64_t *seed, struct base_buffer *out)
{
	const struct rules_texts *examples = round % 8 == 7 ? &def->no_match : &def->match;
	uint8_t decisions[256];
	size_t from;

	if (next(seed) % (def->collides ? 2 : 4) == 0 && def->words.n > 0)
		base_buffer_format(out, "%s ", def->words.text[next(seed) % def->words.n]);
	from = out->size;
	if (round % 2 == 1 && examples->n > 0)
		base_buffer_text(out, examples->text[next(seed) % examples->n]);
	else {
		for (size_t i = 0; i < sizeof decisions; i++)
			decisions[i] = (uint8_t)(next(seed) >> 32);
		make_match(&(struct take){decisions, decisions + sizeof decisions}, def->patterns.text[round / 2 % def->patterns.n],
			out->size + 400, out);
	}
	if (next(seed) % 4 == 0)
		mutate(out, from, seed);
}

static void
add_glue(uint64_t *seed, struct base_buffer *out)
{
	static const char *const glue[] = {" ", " ", " ", "\n", ",", ", ", "-", ".", "/", "\"", "_", "a", "X", "(", ") ", "  ", ": ", "\t",
		"\xc3\xa9", ";", "|", "=", "", "'", "@", "\r\n", "7"};

	base_buffer_text(out, glue[next(seed) % BASE_COUNT(glue)]);
}

/* A table: under a header of each rule its identifiers, each a cell, now and then two in one. */
static void
compare_cells(const struct rules *rules, size_t round, uint64_t *seed, bool *seen)
{
	struct cells cells = {base_calloc(ROWS * rules->n, sizeof *cells.off), base_calloc(ROWS * rules->n, sizeof *cells.len),
		base_calloc(rules->n, sizeof *cells.names)};
	struct base_buffer out;
	char name[32];

	must(cells.off && cells.len && cells.names, "out of memory");
	base_buffer_init(&out, 8 << 20);
	for (size_t i = 0; i < rules->n; i++) {
		const struct rules_texts *columns = &rules->rule[i].def->columns;
		const char *column = columns->n > 0 ? columns->text[round % columns->n] : "value";
		cells.names[i] = column + (column[0] == '=');
	}
	for (size_t i = 0; i < ROWS * rules->n; i++) {
		cells.off[i] = (uint32_t)out.size;
		add_identifier(rules->rule[i % rules->n].def, round + i / rules->n, seed, &out);
		if (next(seed) % 8 == 0) {
			add_glue(seed, &out);
			add_identifier(rules->rule[next(seed) % rules->n].def, round, seed, &out);
		}
		cells.len[i] = (uint32_t)out.size - cells.off[i];
		base_buffer_char(&out, BATCH_GUARD);
	}
	must(!out.failed, "a table of identifiers is too long");
	snprintf(name, sizeof name, "table-%zu", round + 1);
	compare(&(struct input){.rules = rules, .name = name, .text = {(const uint8_t *)out.data, out.size}, .cells = &cells}, seen);
	base_buffer_dispose(&out);
	free(cells.off);
	free(cells.len);
	free(cells.names);
}

/* Every rule in every round, in an order of its own each time, so that each stands beside many others. */
static void
compare_identifiers(const struct rules *rules, size_t rounds)
{
	_cleanup_free_ bool *seen = base_calloc(rules->n, sizeof *seen);
	_cleanup_free_ size_t *order = base_calloc(rules->n, sizeof *order);
	uint64_t seed = UINT64_C(0x9e3779b97f4a7c15);
	struct base_buffer out;
	size_t n_seen = 0, n = 0;
	char name[32];

	must(seen && order, "out of memory");
	for (size_t i = 0; i < rules->n; i++)
		order[i] = i;
	base_buffer_init(&out, 2 * CHUNK);
	for (size_t round = 0; round < rounds; round++) {
		for (size_t i = rules->n; i-- > 1;) {
			size_t k = next(&seed) % (i + 1), other = order[i];
			order[i] = order[k];
			order[k] = other;
		}
		for (size_t i = 0; i < rules->n; i++) {
			add_identifier(rules->rule[order[i]].def, round, &seed, &out);
			add_glue(&seed, &out);
			if (out.size < CHUNK && (i + 1 < rules->n || round + 1 < rounds))
				continue;
			must(!out.failed, "a text of identifiers is too long");
			snprintf(name, sizeof name, "identifiers-%zu", ++n);
			compare(&(struct input){.rules = rules, .name = name, .text = {(const uint8_t *)out.data, out.size}}, seen);
			base_buffer_reset(&out);
		}
		if (round % ROWS == 0)
			compare_cells(rules, round, &seed, seen);
	}
	base_buffer_dispose(&out);
	for (size_t i = 0; i < rules->n; i++) {
		n_seen += seen[i];
		if (!seen[i])
			fprintf(stderr, "bench-oracle: rule %s was never tried\n", rules->rule[i].def->name);
	}
	printf("{\"rules\":%zu,\"tried\":%zu}\n", rules->n, n_seen);
}

int
main(int argc, char **argv)
{
	struct rules_options options = {0};
	const char *countries[64];
	struct assay_error err = {0};
	struct rules *rules = NULL;
	size_t rounds = 0;
	int option, r = 0;

	while ((option = getopt(argc, argv, "c:a:")) != -1)
		if (option == 'c') {
			for (char *word = optarg, *after; word && options.n_countries < BASE_COUNT(countries); word = after) {
				after = strchr(word, ',');
				if (after)
					*after++ = '\0';
				countries[options.n_countries++] = word;
			}
			options.countries = countries;
		} else if (option == 'a')
			rounds = strtoull(optarg, NULL, 10);
		else
			return 2;
	if (rules_compile(&options, &rules, &err) < 0) {
		fprintf(stderr, "bench-oracle: %s: %s\n", err.subject, err.message);
		return 2;
	}
	if (rounds > 0)
		compare_identifiers(rules, rounds);
	for (int i = optind; i < argc && r == 0; i++)
		r = compare_file(rules, argv[i]);
	rules_free(rules);
	return r;
}
