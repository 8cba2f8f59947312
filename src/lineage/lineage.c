/* Bodies of lineage entries, written canonically (RFC 8785: members in byte order) and read back into a graph. */
#include "lineage/lineage.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"

#include <jansson.h>
#include <string.h>

/* Runs: datasets by number, inputs first. */
struct run {
	uint64_t seq;
	const char *job;
	uint32_t *datasets;
	size_t n_inputs, n_outputs;
};

struct lineage {
	struct base_arena *arena;
	struct base_map *known; /* name NUL digest -> number; the digest is left out when unknown */
	struct lineage_dataset *datasets;
	uint32_t *first_writer; /* per dataset: number of the first run that wrote it, NO_RUN = none */
	struct run *runs;
	size_t n_datasets, datasets_capacity, writers_capacity, n_runs, runs_capacity;
};

#define NO_RUN UINT32_MAX

/* ---- writing ---- */

static void
write_dataset(struct base_json *j, const struct lineage_dataset *d)
{
	base_json_open_object(j);
	base_json_member_text(j, "name", d->name);
	if (d->sha256)
		base_json_member_hex(j, "sha256", (struct base_span){d->sha256, 32});
	else
		base_json_member_text(j, "sha256", NULL);
	base_json_close_object(j);
}

static void
write_datasets(struct base_json *j, const char *key, const struct lineage_dataset *datasets, size_t n)
{
	base_json_key(j, key);
	base_json_open_array(j);
	for (size_t i = 0; i < n; i++)
		write_dataset(j, &datasets[i]);
	base_json_close_array(j);
}

int
lineage_write(const struct lineage_run *run, struct base_buffer *out, struct assay_error *err)
{
	struct base_json j;
	int r;

	base_json_init_canonical(&j, out);
	base_json_open_object(&j);
	write_datasets(&j, "inputs", run->inputs, run->n_inputs);
	base_json_member_text(&j, "job", run->job);
	write_datasets(&j, "outputs", run->outputs, run->n_outputs);
	base_json_close_object(&j);
	r = base_buffer_status(out);
	return r == ASSAY_NOMEM ? base_error_nomem(err)
	       : r < 0          ? base_error(err, r, "too many inputs and outputs for one lineage entry")
				: ASSAY_OK;
}

/* ---- the graph ---- */

int
lineage_new(struct lineage **ret, struct assay_error *err)
{
	struct lineage *g = calloc(1, sizeof *g);

	if (!g || !(g->arena = base_arena_new()) || !(g->known = base_map_new())) {
		lineage_free(g);
		return base_error_nomem(err);
	}
	*ret = g;
	return ASSAY_OK;
}

void
lineage_free(struct lineage *g)
{
	if (!g)
		return;
	base_map_free(g->known);
	base_arena_free(g->arena);
	free(g->datasets);
	free(g->first_writer);
	free(g->runs);
	free(g);
}

size_t
lineage_dataset_count(const struct lineage *g)
{
	return g->n_datasets;
}
size_t
lineage_run_count(const struct lineage *g)
{
	return g->n_runs;
}

/* Number of a dataset, made known where it is new. */
static int
intern(struct lineage *g, const char *name, const uint8_t *sha256, uint32_t *ret)
{
	size_t n = strlen(name), size = n + 1 + (sha256 ? 32 : 0);
	uint8_t *key = base_arena_alloc(g->arena, size);
	uint32_t number = (uint32_t)g->n_datasets;

	if (!key)
		return ASSAY_NOMEM;
	memcpy(key, name, n + 1);
	if (sha256)
		memcpy(key + n + 1, sha256, 32);
	if (base_map_find(g->known, (struct base_span){key, size}, ret))
		return ASSAY_OK;
	if (base_grow(&g->datasets, &g->datasets_capacity, g->n_datasets + 1, sizeof *g->datasets) < 0
		|| base_grow(&g->first_writer, &g->writers_capacity, g->n_datasets + 1, sizeof *g->first_writer) < 0
		|| base_map_insert(g->known, (struct base_span){key, size}, number) < 0)
		return ASSAY_NOMEM;
	g->datasets[number] = (struct lineage_dataset){(const char *)key, sha256 ? key + n + 1 : NULL};
	g->first_writer[number] = NO_RUN;
	g->n_datasets++;
	*ret = number;
	return ASSAY_OK;
}

static bool
is_dataset(const json_t *item)
{
	const json_t *sha256 = json_object_get(item, "sha256");
	uint8_t digest[32];

	return json_string_length(json_object_get(item, "name")) > 0
	       && (!sha256 || json_is_null(sha256)
		       || (json_is_string(sha256) && base_unhex(base_span_of(json_string_value(sha256)), digest, sizeof digest)));
}

static bool
is_body(const json_t *body)
{
	static const char *const sides[] = {"inputs", "outputs"};

	if (!json_is_string(json_object_get(body, "job")))
		return false;
	for (size_t s = 0; s < BASE_COUNT(sides); s++) {
		const json_t *list = json_object_get(body, sides[s]);
		if (!json_is_array(list))
			return false;
		for (size_t i = 0; i < json_array_size(list); i++)
			if (!is_dataset(json_array_get(list, i)))
				return false;
	}
	return true;
}

static int
intern_list(struct lineage *g, const json_t *list, uint32_t *ret)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const char *hex = json_string_value(json_object_get(item, "sha256"));
		uint8_t digest[32];
		bool has_digest = hex && base_unhex(base_span_of(hex), digest, sizeof digest);
		if (intern(g, json_string_value(json_object_get(item, "name")), has_digest ? digest : NULL, &ret[i]) < 0)
			return ASSAY_NOMEM;
	}
	return ASSAY_OK;
}

static int
add_run(struct lineage *g, uint64_t seq, const json_t *body)
{
	const json_t *inputs = json_object_get(body, "inputs"), *outputs = json_object_get(body, "outputs");
	struct run run = {.seq = seq, .n_inputs = json_array_size(inputs), .n_outputs = json_array_size(outputs)};

	run.job = base_arena_strdup(g->arena, json_string_value(json_object_get(body, "job")));
	run.datasets = base_arena_alloc(g->arena, (run.n_inputs + run.n_outputs + 1) * sizeof *run.datasets);
	if (!run.job || !run.datasets || base_grow(&g->runs, &g->runs_capacity, g->n_runs + 1, sizeof *g->runs) < 0)
		return ASSAY_NOMEM;
	if (intern_list(g, inputs, run.datasets) < 0 || intern_list(g, outputs, run.datasets + run.n_inputs) < 0)
		return ASSAY_NOMEM;
	for (size_t i = 0; i < run.n_outputs; i++) {
		uint32_t *writer = &g->first_writer[run.datasets[run.n_inputs + i]];
		if (*writer == NO_RUN)
			*writer = (uint32_t)g->n_runs;
	}
	g->runs[g->n_runs++] = run;
	return ASSAY_OK;
}

int
lineage_add(struct lineage *g, uint64_t seq, struct base_span body, struct assay_error *err)
{
	json_t *json = json_loadb((const char *)body.data, body.size, JSON_REJECT_DUPLICATES, NULL);
	int r;

	if (is_body(json))
		r = add_run(g, seq, json) < 0 ? base_error_nomem(err) : ASSAY_OK;
	else
		r = base_error(err, ASSAY_FORMAT, "entry %llu is not a lineage entry that can be read", (unsigned long long)seq);
	json_decref(json);
	return r;
}

/* ---- reading ---- */

int
lineage_each_edge(const struct lineage *g, int (*each)(void *context, const struct lineage_edge *edge), void *context)
{
	int r = 0;

	for (size_t n = 0; n < g->n_runs && r == 0; n++) {
		const struct run *run = &g->runs[n];
		size_t rows = run->n_inputs ? run->n_inputs : 1, columns = run->n_outputs ? run->n_outputs : 1;
		for (size_t i = 0; i < rows; i++)
			for (size_t k = 0; k < columns && r == 0 && run->n_inputs + run->n_outputs > 0; k++) {
				struct lineage_edge edge = {.seq = run->seq, .job = run->job};
				if (run->n_inputs) {
					edge.input = g->datasets[run->datasets[i]];
					edge.is_derived = g->first_writer[run->datasets[i]] < n;
				}
				if (run->n_outputs)
					edge.output = g->datasets[run->datasets[run->n_inputs + k]];
				r = each(context, &edge);
			}
	}
	return r;
}

/* "name@1f2e3d4c5b6a" */
static void
put_dataset(struct base_buffer *out, const struct lineage_dataset *d)
{
	char hex[65] = "?";

	if (!d->name) {
		base_buffer_char(out, '-');
		return;
	}
	if (d->sha256)
		base_hex((struct base_span){d->sha256, 32}, hex);
	base_text_printable(out, base_span_of(d->name));
	base_buffer_format(out, "@%.12s", hex);
}

void
lineage_edge_text(const struct lineage_edge *edge, struct base_buffer *out)
{
	base_buffer_format(out, "%6llu  ", (unsigned long long)edge->seq);
	put_dataset(out, &edge->input);
	base_buffer_text(out, edge->is_derived ? " (derived)  ->  " : "  ->  ");
	put_dataset(out, &edge->output);
	base_buffer_text(out, "  by ");
	base_text_printable(out, base_span_of(edge->job));
	base_buffer_char(out, '\n');
}

void
lineage_edge_json(const struct lineage_edge *edge, struct base_buffer *out)
{
	const struct {
		const char *key;
		const struct lineage_dataset *dataset;
	} sides[] = {{"input", &edge->input}, {"output", &edge->output}};
	struct base_json j;

	base_json_init(&j, out);
	base_json_open_object(&j);
	base_json_member_bool(&j, "derived", edge->is_derived);
	for (size_t i = 0; i < BASE_COUNT(sides); i++) {
		base_json_key(&j, sides[i].key);
		if (sides[i].dataset->name)
			write_dataset(&j, sides[i].dataset);
		else
			base_json_null(&j);
		if (i == 0)
			base_json_member_text(&j, "job", edge->job);
	}
	base_json_member_int(&j, "seq", (int64_t)edge->seq);
	base_json_close_object(&j);
	base_buffer_char(out, '\n');
}
