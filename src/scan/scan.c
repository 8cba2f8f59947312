/* Reading resources into slots, keeping their coverage. */
#include "scan/internal.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

const char *
cover_name(enum cover state)
{
	static const char *const names[] = {"complete", "sampled", "incomplete", "unread", "excluded"};

	return (unsigned)state < BASE_COUNT(names) ? names[state] : "unread";
}

int
scan_new(const struct scan_options *options, struct assay_env *env, struct scan **ret, struct assay_error *err)
{
	struct scan *scan = calloc(1, sizeof *scan);
	int r;

	if (!scan)
		return base_error_nomem(err);
	scan->options = *options;
	scan->env = env;
	pthread_mutex_init(&scan->lock, NULL);
	pthread_cond_init(&scan->work, NULL);
	pthread_cond_init(&scan->done, NULL);
	scan->drain = detect_drain_new(options->engine);
	scan->names = base_map_new();
	scan->finding_index = base_map_new();
	scan->issue_index = base_map_new();
	if (options->fingerprint_key)
		scan->hmac = crypto_hmac_new(options->fingerprint_key, 32);
	if (!scan->drain || !scan->names || !scan->finding_index || !scan->issue_index || (options->fingerprint_key && !scan->hmac))
		r = base_error_nomem(err);
	else
		r = detect_scanner_new(options->engine, &scan->name_scanner, err);
	r = r < 0 ? r : pool_start(scan, err);
	if (r < 0) {
		scan_free(scan);
		return r;
	}
	*ret = scan;
	return ASSAY_OK;
}

static void
free_resource(struct scan_resource *resource)
{
	for (size_t i = 0; i < resource->n_fields; i++)
		free(resource->fields[i].name);
	free(resource->fields);
	free(resource->name);
	free(resource->raw_name);
	free(resource->path);
	free(resource->note);
}

void
scan_free(struct scan *scan)
{
	if (!scan)
		return;
	pool_stop(scan);
	for (size_t i = 0; i < scan->result.n_resources; i++) {
		free_resource(&scan->result.resources[i]);
		for (size_t k = 0; scan->evidence && k < scan->n_evidence[i]; k++)
			free(scan->evidence[i][k]);
		if (scan->evidence)
			free(scan->evidence[i]);
	}
	free(scan->evidence);
	free(scan->n_evidence);
	free(scan->result.resources);
	free(scan->result.findings);
	free(scan->result.issues);
	base_map_free(scan->names);
	base_map_free(scan->finding_index);
	base_map_free(scan->issue_index);
	detect_drain_free(scan->drain);
	detect_scanner_free(scan->name_scanner);
	crypto_hmac_free(scan->hmac);
	crypto_sha256_free(scan->reading.hash);
	pthread_mutex_destroy(&scan->lock);
	pthread_cond_destroy(&scan->work);
	pthread_cond_destroy(&scan->done);
	free(scan);
}

/* Masked form of a name that no other in ${taken} has: "#2" and so on are added. */
static int
unique_name(struct scan *scan, struct base_map *taken, struct base_span raw, char **ret, struct assay_error *err)
{
	_cleanup_free_ char *masked = NULL;
	int r = detect_mask_path(scan->name_scanner, raw, &masked, err);

	for (unsigned n = 2; r == ASSAY_OK; n++) {
		char *name = n == 2 ? base_strdup(masked) : base_format("%s#%u", masked, n - 1);
		int fresh = name ? base_map_insert(taken, base_span_of(name), 0) : ASSAY_NOMEM;
		if (fresh == 1) {
			*ret = name;
			return ASSAY_OK;
		}
		free(name);
		if (fresh < 0)
			r = base_error_nomem(err);
	}
	return r;
}

int
scan_mask_text(struct scan *scan, const char *text, char **ret, struct assay_error *err)
{
	return detect_mask_name(scan->name_scanner, base_span_of(text), ret, NULL, err);
}

static int
add_resource(struct scan *scan, const char *name, uint32_t *ret, struct assay_error *err)
{
	struct scan_result *result = &scan->result;
	size_t n = result->n_resources, capacity = scan->resources_capacity;
	struct scan_resource *resource;
	int r;

	if (n >= LIMIT_RESOURCES)
		return base_error(err, ASSAY_LIMIT, "more than %d resources", LIMIT_RESOURCES);
	/* drained slots index the array by number: growing it is safe in this one thread */
	if (base_grow(&result->resources, &scan->resources_capacity, n + 1, sizeof *result->resources) < 0)
		return base_error_nomem(err);
	if (scan->resources_capacity != capacity) {
		struct detect_field ***evidence = reallocarray(scan->evidence, scan->resources_capacity, sizeof *evidence);
		if (evidence)
			scan->evidence = evidence;
		size_t *counts = reallocarray(scan->n_evidence, scan->resources_capacity, sizeof *counts);
		if (counts)
			scan->n_evidence = counts;
		if (!evidence || !counts)
			return base_error_nomem(err);
	}
	scan->evidence[n] = NULL;
	scan->n_evidence[n] = 0;
	resource = &result->resources[n];
	*resource = (struct scan_resource){.kind = "file", .encoding = "", .compression = "", .state = COVER_UNREAD};
	resource->raw_name = base_strdup(name);
	r = resource->raw_name ? unique_name(scan, scan->names, base_span_of(name), &resource->name, err) : base_error_nomem(err);
	if (r < 0) {
		free_resource(resource);
		return r;
	}
	result->n_resources++;
	*ret = (uint32_t)n;
	return ASSAY_OK;
}

int
scan_add_issue(struct scan *scan, uint32_t resource, enum issue_code code, const char *detail, struct assay_error *err)
{
	struct issue_sink sink = {scan, findings_add_issue};

	return issue_emit(&sink, resource, code, ISSUE_NO_RULE, 0, UINT64_MAX, "%s", detail) < 0 ? base_error_nomem(err) : ASSAY_OK;
}

int
scan_add_unscanned(struct scan *scan, const char *name, enum cover state, int code, const char *note, struct assay_error *err)
{
	uint32_t resource;
	int r = add_resource(scan, name, &resource, err);

	if (r < 0)
		return r;
	scan->result.resources[resource].state = state;
	/* a note may repeat the name (a command that fetches it): masked like the name */
	if (note) {
		r = detect_mask_name(scan->name_scanner, base_span_of(note), &scan->result.resources[resource].note, NULL, err);
		if (r < 0)
			return r;
	}
	return code < 0 ? ASSAY_OK
			: scan_add_issue(scan, resource, (enum issue_code)code,
				scan->result.resources[resource].note ? scan->result.resources[resource].note : "", err);
}

static void
on_stored(void *context, const void *data, size_t n)
{
	struct scan *scan = context;

	if (scan->reading.hash)
		(void)crypto_sha256_update(scan->reading.hash, data, n);
	scan->bytes += n;
}

static bool
key_is_sensitive(void *context, struct base_span key)
{
	struct scan *scan = context;
	_cleanup_free_ char *masked = NULL;
	bool changed = false;

	/* a key that could not be looked at counts as sensitive until read_source hands the error on */
	return detect_mask_name(scan->name_scanner, key, &masked, &changed, &scan->key_error) < 0 || changed;
}

/* Evidence and masked names for fields that appeared in this batch. */
static int
note_fields(struct scan *scan, struct base_map *taken, const struct source *source, uint32_t index, struct assay_error *err)
{
	struct scan_resource *resource = &scan->result.resources[index];
	size_t n = source_field_count(source);

	if (n == resource->n_fields)
		return ASSAY_OK;
	struct scan_field *fields = reallocarray(resource->fields, n, sizeof *fields);
	if (!fields)
		return base_error_nomem(err);
	resource->fields = fields;
	struct detect_field **evidence = reallocarray(scan->evidence[index], n, sizeof *evidence);
	if (!evidence)
		return base_error_nomem(err);
	scan->evidence[index] = evidence;
	for (size_t i = resource->n_fields; i < n; i++) {
		struct base_span name = source_field_name(source, i);
		char *shown;
		int r = unique_name(scan, taken, name.size > 0 ? name : base_span_of("/"), &shown, err);
		if (r < 0)
			return r;
		fields[i] = (struct scan_field){.name = shown};
		resource->n_fields++;
		evidence[i] = detect_field_new(scan->options.engine, name);
		if (!evidence[i])
			return base_error_nomem(err);
		scan->n_evidence[index]++;
	}
	return ASSAY_OK;
}

/* A cell of at least this many bytes counts as prose. */
enum { PROSE_BYTES = 80 };

static void
count_values(struct scan_resource *resource, const struct batch *batch)
{
	if (batch->n_columns == 0 && resource->n_fields > 0)
		resource->fields[0].n_values = 1;
	for (uint32_t i = 0; i < batch->n_columns; i++) {
		const struct batch_column *column = &batch->columns[i];
		struct scan_field *field = &resource->fields[column->field];
		for (uint32_t k = 0; k < column->n; k++) {
			/* a long value comes in pieces and counts once */
			bool counts = column->len[k] != BATCH_NULL
				      && !(column->flags && column->flags[k] & (VALUE_CONT_PREV | VALUE_KEY | VALUE_HEADER));
			field->n_values += counts;
			field->n_prose += counts && column->len[k] >= PROSE_BYTES;
		}
	}
}

/* Reads one source to its end. */
static int
read_source(struct scan *scan, struct source *source, uint32_t index, struct assay_error *err)
{
	struct issue_sink issues = {scan, findings_add_issue};
	struct base_map *taken = base_map_new();
	int r = taken ? ASSAY_OK : base_error_nomem(err);

	while (r == ASSAY_OK) {
		struct slot *slot;
		if (scan->env->cancelled && atomic_load(scan->env->cancelled)) {
			r = base_error(err, ASSAY_CANCELLED, "cancelled");
			break;
		}
		if (scan->options.deadline_ms && scan->env->now_ms(scan->env->context) > scan->options.deadline_ms) {
			scan->timed_out = true;
			r = scan_add_issue(scan, index, ISSUE_TIMEOUT, "the time given was used up", err);
			break;
		}
		r = pool_slot(scan, &slot, err);
		if (r < 0)
			break;
		r = source_next(source, &slot->batch, &issues, err);
		if (scan->key_error.code != ASSAY_OK) {
			*err = scan->key_error;
			r = scan->key_error.code;
		}
		if (r <= 0)
			break;
		slot->resource = index;
		slot->batch.resource = index;
		r = note_fields(scan, taken, source, index, err);
		if (r < 0)
			break;
		count_values(&scan->result.resources[index], &slot->batch);
		size_t n = scan->n_evidence[index];
		slot->fields = base_arena_alloc(slot->batch.arena, n * sizeof(*slot->fields));
		if (!slot->fields) {
			r = base_error_nomem(err);
			break;
		}
		memcpy(slot->fields, scan->evidence[index], n * sizeof *slot->fields);
		pool_post(scan, slot);
		if (scan->options.on_progress)
			scan->options.on_progress(scan->options.context, scan->bytes);
	}
	base_map_free(taken);
	return r;
}

static int
post_end(struct scan *scan, uint32_t index, struct assay_error *err)
{
	struct slot *slot;
	int r = pool_slot(scan, &slot, err);

	if (r < 0)
		return r;
	slot->is_end = true;
	slot->resource = index;
	pool_post(scan, slot);
	return ASSAY_OK;
}

static void
take_stats(struct scan_resource *resource, const struct source_stats *stats, bool cut)
{
	resource->kind = stats->kind ? stats->kind : "file";
	resource->encoding = stats->encoding ? stats->encoding : "";
	resource->compression = stats->compression ? stats->compression : "";
	resource->bytes_stored = stats->bytes_stored;
	resource->bytes_decoded = stats->bytes_decoded;
	resource->n_records = stats->n_records;
	resource->n_values = stats->n_values;
	resource->n_bad_utf8 = stats->n_bad_utf8;
	resource->state = stats->is_unread ? COVER_UNREAD : stats->is_incomplete || cut ? COVER_INCOMPLETE : COVER_COMPLETE;
}

int
scan_source(struct scan *scan, const char *path, int fd, const char *name, const char *format, struct assay_error *err)
{
	uint32_t reach = detect_engine_reach(scan->options.engine);
	struct source_spec spec = {.path = path,
		.fd = fd,
		.format = format,
		.window_bytes = scan->options.window_bytes,
		.reach = reach,
		.on_stored = on_stored,
		.key_is_sensitive = key_is_sensitive,
		.context = scan};
	struct assay_error why = {0};
	struct source *source;
	uint32_t index;
	int r = add_resource(scan, name, &index, err);

	if (r < 0)
		return r;
	if (path && !(scan->result.resources[index].path = base_strdup(path)))
		return base_error_nomem(err);
	/* the raw name: a masked one may have lost the suffix that says the format. Of what source_open says only the message is kept, not
	 * the subject */
	spec.name = scan->result.resources[index].raw_name;
	spec.resource = index;
	if (scan->timed_out)
		return scan_add_issue(scan, index, ISSUE_TIMEOUT, "not read: the time given was used up", err);
	scan->reading.hash = crypto_sha256_new();
	if (!scan->reading.hash)
		return base_error_nomem(err);
	r = source_open(&spec, scan->env, &source, &why);
	if (r < 0) {
		crypto_sha256_free(scan->reading.hash);
		scan->reading.hash = NULL;
		if (r == ASSAY_NOMEM) {
			*err = why;
			return r;
		}
		scan->result.resources[index].note = base_strdup(why.message);
		if (!scan->result.resources[index].note)
			return base_error_nomem(err);
		return scan_add_issue(scan, index, ISSUE_UNREADABLE, why.message, err);
	}
	r = read_source(scan, source, index, err);
	if (r == ASSAY_OK) {
		take_stats(&scan->result.resources[index], source_stats(source), scan->timed_out);
		r = crypto_sha256_final(scan->reading.hash, scan->result.resources[index].sha256);
		scan->result.resources[index].has_sha256 = r == ASSAY_OK && !scan->timed_out;
	}
	source_close(source);
	crypto_sha256_free(scan->reading.hash);
	scan->reading.hash = NULL;
	return r < 0 ? r : post_end(scan, index, err);
}

/* Why a resource is not complete: its first issue of the kind that makes it so, else its first one. */
static int
take_notes(struct scan *scan, bool incomplete, struct assay_error *err)
{
	for (size_t i = 0; i < scan->result.n_issues; i++) {
		const struct issue *issue = &scan->result.issues[i];
		struct scan_resource *resource = &scan->result.resources[issue->resource];
		if (issue_code_is_incomplete((enum issue_code)issue->code) != incomplete)
			continue;
		if (incomplete && resource->state == COVER_COMPLETE)
			resource->state = COVER_INCOMPLETE;
		if (resource->state == COVER_COMPLETE || resource->state == COVER_EXCLUDED || resource->note)
			continue;
		resource->note = base_format("%s: %s", issue_code_name((enum issue_code)issue->code), issue->detail);
		if (!resource->note)
			return base_error_nomem(err);
	}
	return ASSAY_OK;
}

int
scan_finish(struct scan *scan, const struct scan_result **ret, struct assay_error *err)
{
	int r = pool_drain_all(scan, err);

	if (r < 0)
		return r;
	findings_settle(scan);
	r = take_notes(scan, true, err);
	r = r < 0 ? r : take_notes(scan, false, err);
	if (r == ASSAY_OK)
		*ret = &scan->result;
	return r;
}
