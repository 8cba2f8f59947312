/* lineage show: the edges that the ledger holds. */
#include "app/project.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "lineage/lineage.h"

#include <jansson.h>
#include <string.h>

struct reading {
	struct lineage *lineage;
	struct assay_error *err;
	uint64_t n_erased;
};

static int
read_row(void *context, const struct ledger_row *row)
{
	struct reading *reading = context;
	json_t *entry = row->json ? json_loads(row->json, 0, NULL) : NULL;
	const char *type = json_string_value(json_object_get(entry, "type"));
	int r = ASSAY_OK;

	reading->n_erased += !row->json;
	if (type && strcmp(type, "lineage") == 0) {
		char *body = json_dumps(json_object_get(entry, "body"), JSON_COMPACT);
		r = body ? lineage_add(reading->lineage, row->seq, base_span_of(body), reading->err) : base_error_nomem(reading->err);
		free(body);
	}
	json_decref(entry);
	return r;
}

struct listing {
	const struct app_sink *sink;
	bool json;
};

static int
show_edge(void *context, const struct lineage_edge *edge)
{
	const struct listing *listing = context;
	struct base_buffer line;
	int r;

	base_buffer_init(&line, LIMIT_ENTRY);
	if (listing->json)
		lineage_edge_json(edge, &line);
	else
		lineage_edge_text(edge, &line);
	r = sink_buffer(listing->sink, &line);
	base_buffer_dispose(&line);
	return r;
}

/* What no row says: that there is none, and that erased entries may have held some. */
static int
show_rest(const struct app_sink *sink, const struct reading *reading)
{
	int r = ASSAY_OK;

	if (lineage_run_count(reading->lineage) == 0)
		r = sink_format(sink, "no run is recorded here\n");
	if (r == ASSAY_OK && reading->n_erased > 0)
		r = sink_format(sink, "%llu entries are erased: what they held is not shown\n", (unsigned long long)reading->n_erased);
	return r;
}

int
app_lineage_show(struct project *p, bool json, const struct app_sink *sink, struct assay_error *err)
{
	_cleanup_(ledger_reader_close_at) struct ledger_reader *reader = NULL;
	_cleanup_(lineage_free_at) struct lineage *lineage = NULL;
	struct listing listing = {sink, json};
	struct reading reading = {.err = err};
	int r;

	if (!base_file_exists(p->ledger_path) && !base_file_exists(p->checkpoint_path)) {
		base_error_at(err, ASSAY_USAGE, p->ledger_path, 0, 0, "there is no ledger here");
		base_error_hint(err, "'assay run' records lineage");
		return ASSAY_USAGE;
	}
	r = ledger_reader_open(&p->ledger, &reader, err);
	r = r < 0 ? r : lineage_new(&lineage, err);
	if (r < 0)
		return r;
	reading.lineage = lineage;
	r = ledger_reader_each(reader, 0, ledger_reader_size(reader), read_row, &reading, err);
	if (r < 0)
		return r;
	if (!json && lineage_run_count(lineage) > 0)
		r = sink_format(sink, "%6s  input@sha256  ->  output@sha256  by job\n", "entry");
	r = r < 0 ? r : lineage_each_edge(lineage, show_edge, &listing);
	if (r == ASSAY_OK && !json)
		r = show_rest(sink, &reading);
	return r < 0 ? base_error(err, r, "cannot write the list") : ASSAY_OK;
}
