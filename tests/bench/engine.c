/* Speed of the engine alone: one thread, confirm, checks, context, merging and counting included, reading and digest excluded.
 *
 *   bench-engine [-c COUNTRY,…|all] [-w WINDOW] [-r REPEAT] [-p] FILE…   text windows, as the text reader cuts them; -p: plain C
 *   bench-engine … -s FILE…                                              as values: CSV, JSON and JSON Lines read by the source layer
 * (reading not timed) bench-engine [-c COUNTRY,…|all] -l                                   the patterns, one a line
 *
 * Prints one line of JSON per file: bytes, spans, GB/s of the best of REPEAT passes. */
#include "base/arena.h"
#include "base/batch.h"
#include "base/file.h"
#include "base/memory.h"
#include "detect/detect.h"
#include "source/source.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct tally {
	uint64_t spans, reported, issues;
};

static int
count_span(void *context, const struct span *span)
{
	struct tally *tally = context;

	tally->spans++;
	tally->reported += span->state == SPAN_REPORTED;
	return 0;
}

static int
count_issue(void *context, const struct issue *issue)
{
	((struct tally *)context)->issues += issue->count;
	return 0;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); /* other work on the machine does not count */
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int
pass(const struct detect_engine *engine, const uint8_t *data, size_t n, size_t window, struct tally *tally, struct assay_error *err)
{
	struct detect_scanner *scanner = NULL;
	struct detect_drain *drain = detect_drain_new(engine);
	struct detect_field *field = detect_field_new(engine, (struct base_span){(const uint8_t *)"text", 4});
	const struct detect_field *fields[] = {field};
	struct detect_output out = {0};
	struct span_sink spans = {tally, count_span};
	struct issue_sink issues = {tally, count_issue};
	size_t reach = detect_engine_reach(engine);
	int r = detect_scanner_new(engine, &scanner, err);

	for (size_t at = 0; at < n && r == 0; at += window) {
		size_t own = n - at < window ? n - at : window, lead = at < reach ? at : reach;
		size_t tail = n - at - own < reach ? n - at - own : reach;
		struct batch batch = {.data = data + at - lead,
			.size = (uint32_t)(lead + own + tail),
			.lead = (uint32_t)lead,
			.tail = (uint32_t)tail,
			.raw_base = at - lead,
			.value_base = at - lead,
			.first_record = 1};
		r = detect_batch(scanner, &batch, fields, &out, err);
		r = r < 0 ? r : detect_drain_add(drain, &out, &spans, &issues, err);
	}
	r = r < 0 ? r : detect_drain_end(drain, &spans, &issues, err);
	detect_output_dispose(&out);
	detect_scanner_free(scanner);
	detect_drain_free(drain);
	free(field);
	return r;
}

struct fields {
	struct detect_field **items;
	size_t n, capacity;
};

static int
know_fields(const struct detect_engine *engine, const struct source *source, struct fields *fields)
{
	for (; fields->n < source_field_count(source); fields->n++) {
		if (base_grow(&fields->items, &fields->capacity, fields->n + 1, sizeof *fields->items) < 0)
			return -1;
		fields->items[fields->n] = detect_field_new(engine, source_field_name(source, fields->n));
		if (!fields->items[fields->n])
			return -1;
	}
	return 0;
}

/* Values of a file, batch by batch; only the engine's part is timed. */
static int
run_values(const struct detect_engine *engine, const char *path, struct assay_error *err)
{
	struct assay_env env;
	struct source_spec spec = {.path = path, .fd = -1, .name = path, .reach = detect_engine_reach(engine)};
	struct source *source = NULL;
	struct tally tally = {0};
	struct issue_sink issues = {&tally, count_issue};
	struct span_sink spans = {&tally, count_span};
	struct batch batch = {.arena = base_arena_new()};
	struct detect_scanner *scanner = NULL;
	struct detect_drain *drain = detect_drain_new(engine);
	struct detect_output out = {0};
	struct fields fields = {0};
	double seconds = 0;
	int r;

	assay_env_defaults(&env);
	r = detect_scanner_new(engine, &scanner, err);
	r = r < 0 ? r : source_open(&spec, &env, &source, err);
	while (r >= 0 && (r = source_next(source, &batch, &issues, err)) > 0) {
		double start;
		r = know_fields(engine, source, &fields);
		start = now();
		r = r < 0 ? r : detect_batch(scanner, &batch, (const struct detect_field *const *)fields.items, &out, err);
		r = r < 0 ? r : detect_drain_add(drain, &out, &spans, &issues, err);
		seconds += now() - start;
	}
	r = r < 0 ? r : detect_drain_end(drain, &spans, &issues, err);
	if (r == 0)
		printf("{\"file\":\"%s\",\"bytes\":%llu,\"spans\":%llu,\"reported\":%llu,\"issues\":%llu,"
		       "\"seconds\":%.4f,\"gb_per_s\":%.3f}\n",
			base_path_name(path), (unsigned long long)source_stats(source)->bytes_decoded, (unsigned long long)tally.spans,
			(unsigned long long)tally.reported, (unsigned long long)tally.issues, seconds,
			(double)source_stats(source)->bytes_decoded / seconds / 1e9);
	for (size_t i = 0; i < fields.n; i++)
		free(fields.items[i]);
	free(fields.items);
	source_close(source);
	base_arena_free(batch.arena);
	detect_output_dispose(&out);
	detect_scanner_free(scanner);
	detect_drain_free(drain);
	return r;
}

static int
run(const struct detect_engine *engine, const char *path, size_t window, int repeat, struct assay_error *err)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_free_ uint8_t *padded = NULL;
	struct tally tally;
	double best = 1e9;
	size_t n;
	int r = base_file_read(path, (size_t)4 << 30, &text, &n, err);

	if (r < 0)
		return r;
	padded = malloc(n + 2 * BATCH_PAD);
	if (!padded)
		return -1;
	memset(padded, BATCH_GUARD, BATCH_PAD);
	memcpy(padded + BATCH_PAD, text, n);
	memset(padded + BATCH_PAD + n, BATCH_GUARD, BATCH_PAD);
	free(BASE_STEAL(text));
	for (int i = 0; i < repeat && r == 0; i++) {
		double start = now();
		tally = (struct tally){0};
		r = pass(engine, padded + BATCH_PAD, n, window, &tally, err);
		best = now() - start < best ? now() - start : best;
	}
	if (r == 0)
		printf("{\"file\":\"%s\",\"bytes\":%zu,\"spans\":%llu,\"reported\":%llu,\"issues\":%llu,"
		       "\"seconds\":%.4f,\"gb_per_s\":%.3f}\n",
			base_path_name(path), n, (unsigned long long)tally.spans, (unsigned long long)tally.reported,
			(unsigned long long)tally.issues, best, (double)n / best / 1e9);
	return r;
}

int
main(int argc, char **argv)
{
	struct rules_options options = {0};
	const char *countries[64];
	struct assay_error err = {0};
	struct detect_options detect = {.min_confidence = 65};
	struct detect_engine *engine = NULL;
	struct rules *rules = NULL;
	size_t window = 256 << 10;
	int option, repeat = 3, r;
	bool lists = false, values = false;

	while ((option = getopt(argc, argv, "c:w:r:pls")) != -1)
		if (option == 'c') {
			for (char *word = optarg, *next; word && options.n_countries < BASE_COUNT(countries); word = next) {
				next = strchr(word, ',');
				if (next)
					*next++ = '\0';
				countries[options.n_countries++] = word;
			}
			options.countries = countries;
		} else if (option == 'w')
			window = strtoull(optarg, NULL, 10);
		else if (option == 'r')
			repeat = (int)strtol(optarg, NULL, 10);
		else if (option == 'p')
			detect = (struct detect_options){.min_confidence = 65, .no_vectorscan = true, .cpu_level = DETECT_CPU_PLAIN};
		else if (option == 's')
			values = true;
		else if (option == 'l')
			lists = true;
		else
			return 2;
	double start = now();
	r = rules_compile(&options, &rules, &err);
	double compiled = now();
	r = r < 0 ? r : detect_engine_new(rules, &detect, &engine, &err);
	if (r == 0)
		fprintf(stderr, "%zu rules, %zu patterns, reach %u; rules %.0f ms, engine %.0f ms\n", rules->n, rules->n_patterns,
			rules->reach, (compiled - start) * 1e3, (now() - compiled) * 1e3);
	for (size_t i = 0; lists && r == 0 && i < rules->n; i++)
		for (size_t k = 0; k < rules->rule[i].def->patterns.n; k++)
			puts(rules->rule[i].def->patterns.text[k]);
	for (int i = optind; i < argc && r == 0; i++)
		r = values ? run_values(engine, argv[i], &err) : run(engine, argv[i], window, repeat, &err);
	if (r < 0)
		fprintf(stderr, "bench-engine: %s: %s\n", err.subject, err.message);
	detect_engine_free(engine);
	rules_free(rules);
	return r < 0;
}
