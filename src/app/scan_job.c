/* Drives one scan for the commands. */
#include "app/scan_job.h"

#include "app/examples.h"
#include "app/spans.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypto/digest.h"

#include <string.h>
#include <unistd.h>

void
scan_request_defaults(struct scan_request *ret)
{
	*ret = (struct scan_request){.min_confidence = 65};
}

/* Words of `jurisdictions:` -> countries of packs. "eu" is every country pack of the Union that exists. */
static const char *const eu_countries[] = {"at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "hu", "ie", "it",
	"lt", "lu", "lv", "mt", "nl", "pl", "pt", "ro", "se", "si", "sk"};
enum { COUNTRIES_MAX = 256 };

bool
scan_job_is_eea(const char *place)
{
	static const char *const others[] = {"eu", "is", "li", "no"};
	bool found = false;

	for (size_t i = 0; i < BASE_COUNT(eu_countries); i++)
		found = found || strcmp(place, eu_countries[i]) == 0;
	for (size_t i = 0; i < BASE_COUNT(others); i++)
		found = found || strcmp(place, others[i]) == 0;
	return found;
}

struct countries {
	const char *items[COUNTRIES_MAX];
	char words[COUNTRIES_MAX][3];
	size_t n;
};

static bool
pack_has_country(const char *country)
{
	struct rules_builtin builtin;

	for (size_t i = 0; rules_builtin_at(i, &builtin); i++) {
		const char *name = base_path_name(builtin.name);
		if (strncmp(name, country, strlen(country)) == 0 && strcmp(name + strlen(country), ".yaml") == 0)
			return true;
	}
	return false;
}

static void
add_country(struct countries *c, const char *word)
{
	if (c->n == COUNTRIES_MAX || !pack_has_country(word))
		return;
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->items[i], word) == 0)
			return;
	snprintf(c->words[c->n], sizeof c->words[0], "%.2s", word);
	c->items[c->n] = c->words[c->n];
	c->n++;
}

/* The manifest's places decide the packs: "us-ca" is "us". Numbers of an undeclared place must still be seen (a control asks about them),
 * so the default set is always in. */
static void
declared_countries(const struct manifest *m, struct countries *c)
{
	add_country(c, "us");
	add_country(c, "uk");
	for (size_t i = 0; i < BASE_COUNT(eu_countries); i++)
		add_country(c, eu_countries[i]);
	for (size_t i = 0; i < COUNTRIES_MAX; i++) {
		char pointer[40], two[3];
		snprintf(pointer, sizeof pointer, "/jurisdictions/%zu", i);
		const char *word = manifest_get(m, pointer);
		if (!word)
			break;
		snprintf(two, sizeof two, "%.2s", word);
		if (word[0] && word[1] && (word[2] == '\0' || word[2] == '-'))
			add_country(c, two);
	}
}

int
scan_job_rules(const struct project *project, const struct scan_request *request, struct rules **ret, struct assay_error *err)
{
	struct countries countries = {0};
	struct rules_options options = {.files = request->rule_files,
		.n_files = request->n_rule_files,
		.countries = request->countries,
		.n_countries = request->n_countries,
		.entities = request->entities,
		.n_entities = request->n_entities};

	if (project && project->manifest && request->n_countries == 0) {
		declared_countries(project->manifest, &countries);
		options.countries = countries.items;
		options.n_countries = countries.n;
	}
	int r = rules_compile(&options, ret, err);
	if (r == ASSAY_OK && request->n_rule_files > 0 && (r = examples_check_added(*ret, err)) < 0) {
		rules_free(*ret);
		*ret = NULL;
	}
	return r;
}

/* Spans go to the rights lists and to the spans file. */
static int
take_span(void *context, const struct scan_resource *resource, const char *field, const struct span *span)
{
	struct scan_job *job = context;

	if (job->compare && span->state == SPAN_REPORTED)
		job->compare(job->compare_context, job->rules->entities[span->entity], field, span);
	if (span->allowed > 0 && job->n_allowed)
		job->n_allowed[span->allowed - 1]++;
	if (job->see) {
		int r = job->see(job->see_context, resource, field, span);
		if (r < 0)
			return r;
	}
	return job->writer.sink ? span_writer_emit(&job->writer, resource, field, span) : ASSAY_OK;
}

int
scan_job_check_allow(const struct project *p, const struct rules *rules, struct assay_error *err)
{
	_cleanup_free_ const char **entities = NULL;
	size_t n = 0, total = 0;

	for (size_t i = 0; i < rules->n_packs; i++)
		total += rules->packs[i]->n;
	entities = base_calloc(total + 1, sizeof *entities);
	if (!entities)
		return base_error_nomem(err);
	for (size_t i = 0; i < rules->n_packs; i++)
		for (size_t k = 0; k < rules->packs[i]->n; k++)
			entities[n++] = rules->packs[i]->rules[k].entity;
	return p->allow ? allow_check(p->allow, p->has_fingerprint ? p->key_id : "", entities, n, err) : ASSAY_OK;
}

static int
start(struct project *project, const struct scan_request *request, struct assay_env *env, struct scan_job *job, struct assay_error *err)
{
	struct detect_options detect = {.min_confidence = (uint8_t)request->min_confidence,
		.no_vectorscan = request->plain_cpu,
		.cpu_level = request->plain_cpu ? DETECT_CPU_PLAIN : DETECT_CPU_BEST,
		.fingerprint_key = project->has_fingerprint ? project->fingerprint_key : NULL,
		.cache_folder = env->cache_folder,
		.why = request->why ? DETECT_WHY_SPANS : DETECT_WHY_NONE};
	struct scan_options options = {.fingerprint_key = detect.fingerprint_key,
		.window_bytes = request->window_bytes,
		.on_progress = request->on_progress,
		.context = request->progress_context};
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int r = scan_job_rules(project, request, &job->rules, err);

	if (r == ASSAY_OK && project->allow) {
		r = scan_job_check_allow(project, job->rules, err);
		job->n_allowed = base_calloc(allow_count(project->allow), sizeof *job->n_allowed);
		r = r < 0 ? r : job->n_allowed ? ASSAY_OK : base_error_nomem(err);
		detect.allow = project->allow;
	}
	r = r < 0 ? r : detect_engine_new(job->rules, &detect, &job->engine, err);
	if (r < 0)
		return r;
	if (job->see_rules)
		*job->see_rules = job->rules;
	options.engine = job->engine;
	options.rules = job->rules;
	options.threads = request->threads ? request->threads : processors < 1 ? 1 : processors > 64 ? 64 : (unsigned)processors;
	if (request->timeout_ms > 0)
		options.deadline_ms = env->now_ms(env->context) + request->timeout_ms;
	span_writer_init(&job->writer, request, job->rules);
	options.on_span = take_span;
	options.span_context = job;
	return scan_new(&options, env, &job->scan, err);
}

static int
add_entry(struct scan *scan, const struct dataset_file *file, struct assay_error *err)
{
	static const struct {
		enum cover cover;
		int code;
		const char *note;
	} states[] = {
		[ENTRY_FILE] = {COVER_UNREAD, -1, NULL},
		[ENTRY_EXCLUDED] = {COVER_EXCLUDED, -1, "never scanned"},
		[ENTRY_POINTER] = {COVER_UNREAD, ISSUE_POINTER, "a pointer without its data"},
		[ENTRY_DANGLING] = {COVER_UNREAD, ISSUE_LINK, "the link leads nowhere"},
		[ENTRY_UNREADABLE] = {COVER_UNREAD, ISSUE_UNREADABLE, "cannot be read"},
		[ENTRY_EMPTY_DIR] = {COVER_UNREAD, ISSUE_EMPTY, "a folder without files"},
		[ENTRY_SPECIAL] = {COVER_UNREAD, ISSUE_UNSUPPORTED, "neither a file nor a folder"},
	};
	const struct source_entry *entry = file->entry;

	if (entry->state == ENTRY_FILE && file->part == DATASET_READ)
		return scan_source(scan, entry->path, -1, entry->name, NULL, err);
	if (file->part == DATASET_SKIPPED && entry->state != ENTRY_EXCLUDED) {
		_cleanup_free_ char *note = base_format("not examined: %s", file->data->skip);
		return note ? scan_add_unscanned(scan, entry->name, COVER_EXCLUDED, -1, note, err) : base_error_nomem(err);
	}
	if (file->part == DATASET_OUTSIDE && entry->state != ENTRY_EXCLUDED)
		return scan_add_unscanned(scan, entry->name, COVER_EXCLUDED, -1, "not part of the declared data", err);
	return scan_add_unscanned(scan, entry->name, states[entry->state].cover, states[entry->state].code,
		entry->detail ? entry->detail : states[entry->state].note, err);
}

static int
scan_files(struct scan_job *job, const struct dataset *dataset, struct assay_error *err)
{
	int r = ASSAY_OK;

	job->splits = base_calloc(dataset->list.n + 1, sizeof *job->splits);
	if (!job->splits)
		return base_error_nomem(err);
	for (size_t i = 0; i < dataset->list.n && r == ASSAY_OK; i++) {
		job->splits[i] = dataset->files[i].data ? dataset->files[i].data->split : NULL;
		r = add_entry(job->scan, &dataset->files[i], err);
	}
	job->n_splits = dataset->list.n;
	return r;
}

/* Declared counts against what was read. */
static void
check_expectations(const struct manifest *m, const struct dataset *dataset, struct scan_job *job)
{
	for (size_t i = 0; i < manifest_data_count(m); i++) {
		const struct manifest_data *data = manifest_data_at(m, i);
		int64_t files = 0, records = 0;
		if (data->skip)
			continue;
		for (size_t k = 0; k < dataset->list.n; k++)
			if (dataset->files[k].entry->state == ENTRY_FILE && base_glob_matches(data->path, dataset->files[k].entry->name)) {
				files++;
				records += (int64_t)job->result->resources[k].n_records;
			}
		if (files == 0)
			base_buffer_format(&job->expectations, "data[%zu]: no file matches\n", i);
		else if (data->expect_files >= 0 && (data->expect_files_min ? files < data->expect_files : files != data->expect_files))
			base_buffer_format(&job->expectations, "data[%zu]: %lld files, declared %s%lld\n", i, (long long)files,
				data->expect_files_min ? ">=" : "", (long long)data->expect_files);
		if (files > 0 && data->expect_records >= 0
			&& (data->expect_records_min ? records < data->expect_records : records != data->expect_records))
			base_buffer_format(&job->expectations, "data[%zu]: %lld records, declared %s%lld\n", i, (long long)records,
				data->expect_records_min ? ">=" : "", (long long)data->expect_records);
	}
}

static int
digest_result(struct scan_job *job, struct assay_error *err)
{
	struct crypto_sha256 *digest = crypto_sha256_new();
	int r = digest ? ASSAY_OK : base_error_nomem(err);

	for (size_t i = 0; i < job->result->n_resources && r == ASSAY_OK; i++) {
		const struct scan_resource *resource = &job->result->resources[i];
		if (!resource->has_sha256)
			continue;
		r = dataset_digest_line(digest, resource->sha256, resource->raw_name);
		job->n_files++;
		job->n_bytes += resource->bytes_stored;
	}
	r = r < 0 ? r : crypto_sha256_final(digest, job->dataset_sha256);
	crypto_sha256_free(digest);
	return r;
}

static bool
reads_standard_input(const struct scan_request *request)
{
	for (size_t i = 0; i < request->n_paths; i++)
		if (strcmp(request->paths[i], "-") == 0)
			return true;
	return false;
}

int
scan_job_run(struct project *project, const struct scan_request *request, bool use_manifest, struct assay_env *env, struct scan_job *job,
	struct assay_error *err)
{
	struct dataset dataset = {0};
	int r;

	base_buffer_init(&job->expectations, LIMIT_ENTRY);
	r = dataset_check_outputs(project, request, use_manifest, err);
	r = r < 0 ? r : start(project, request, env, job, err);
	if (r == ASSAY_OK && reads_standard_input(request))
		r = request->n_paths == 1 ? scan_source(job->scan, NULL, STDIN_FILENO, "-", NULL, err)
					  : base_error(err, ASSAY_USAGE, "standard input cannot be combined with other paths");
	else if (r == ASSAY_OK) {
		r = dataset_make(
			project, request->paths, request->n_paths, request->outputs, request->n_outputs, use_manifest, &dataset, err);
		r = r < 0 ? r : scan_files(job, &dataset, err);
	}
	r = r < 0 ? r : scan_finish(job->scan, &job->result, err);
	r = r < 0 ? r : digest_result(job, err);
	if (r == ASSAY_OK && use_manifest && project->manifest && request->n_paths == 0)
		check_expectations(project->manifest, &dataset, job);
	if (r == ASSAY_OK && job->expectations.failed)
		r = base_error_nomem(err);
	dataset_dispose(&dataset);
	return r;
}

void
scan_job_dispose(struct scan_job *job)
{
	scan_free(job->scan);
	detect_engine_free(job->engine);
	rules_free(job->rules);
	free(job->splits);
	free(job->n_allowed);
	span_writer_dispose(&job->writer);
	base_buffer_dispose(&job->expectations);
	*job = (struct scan_job){0};
}
