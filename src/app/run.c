/* run: decides, records the decisions, runs a command without a shell, and records what it read and wrote (docs/run.md).
 *
 * The decisions are in the ledger before the command starts, so that a crash leaves a trace; run and lineage follow in one batch when it
 * has ended. The command is observed, not confined: it can open what nobody declared. */
#include "app/run.h"

#include "app/scan_job.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
run_dispose(struct run *run)
{
	for (size_t i = 0; i < run->n_items; i++) {
		free(run->items[i].path);
		free(run->items[i].real);
		free(run->items[i].masked);
	}
	free(run->items);
	free(run->real_root);
	free(run->actor);
	free(run->masked_principal);
	free(run->purpose);
	free(run->role);
	free(run->argv0);
	masker_free(run->masker);
}

static void __attribute__((format(printf, 3, 4))) say(struct run *run, enum assay_log_level level, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (text)
		run->env->log(run->env->context, level, text);
}

/* ---- what is asked ---- */

static int
check_sandbox(const char *sandbox, struct assay_error *err)
{
	static const char *const levels[] = {"observe", "inputs-ro", "strict"};
	const char *near;

	if (!sandbox || strcmp(sandbox, levels[0]) == 0)
		return ASSAY_OK;
	for (size_t i = 1; i < BASE_COUNT(levels); i++)
		if (strcmp(sandbox, levels[i]) == 0)
			return base_error_at(err, ASSAY_UNSUPPORTED, sandbox, 0, 0, "this build cannot confine a command");
	near = base_suggest(sandbox, levels, BASE_COUNT(levels));
	base_error_at(err, ASSAY_USAGE, sandbox, 0, 0, "no such sandbox");
	if (near)
		base_error_hint(err, "did you mean '%s'?", near);
	return ASSAY_USAGE;
}

static int
check_request(const struct run *run, struct assay_error *err)
{
	const struct run_request *q = run->request;

	if (!q->argv || !q->argv[0] || !q->argv[0][0])
		return base_error(err, ASSAY_USAGE, "there is no command to run");
	if (!q->role || !q->role[0] || !q->purpose || !q->purpose[0])
		return base_error(err, ASSAY_USAGE, "a run needs a role and a purpose");
	if (q->n_inputs + q->n_outputs == 0) {
		base_error(err, ASSAY_USAGE, "nothing to decide: no input and no output is named");
		base_error_hint(err, "name what the command reads with --in and what it writes with --out");
		return ASSAY_USAGE;
	}
	if (q->n_inputs > RUN_ITEMS_MAX || q->n_outputs > RUN_ITEMS_MAX - q->n_inputs)
		return base_error(err, ASSAY_USAGE, "more than %d inputs and outputs: name their folder", (int)RUN_ITEMS_MAX);
	if (!run->project->access) {
		base_error_at(err, ASSAY_CONFIG, run->project->root, 0, 0, "there is no access policy, and without one nothing is allowed");
		base_error_hint(err, "write access.yaml beside assay.yaml, or name it with --access");
		return ASSAY_CONFIG;
	}
	return check_sandbox(q->sandbox, err);
}

static int
add_item(struct run *run, const char *given, bool is_output, struct assay_error *err)
{
	struct run_item *item = &run->items[run->n_items++];
	int r;

	*item = (struct run_item){.given = given, .is_output = is_output, .path = base_path_absolute(given)};
	if (!item->path)
		return base_error_nomem(err);
	r = masker_mask(run->masker, base_path_below(run->project->root, item->path), &item->masked, err);
	if (r == ASSAY_OK && given[0] == '\0')
		r = base_error(err, ASSAY_USAGE, "an input or output has an empty name");
	r = r < 0 ? r : base_path_follow(item->path, &item->real, err);
	if (r < 0 && item->masked)
		base_error_subject(err, item->masked);
	return r;
}

static int
run_open(struct run *run, struct assay_error *err)
{
	const struct run_request *q = run->request;
	int r = check_request(run, err);

	r = r < 0 ? r : project_ensure_keys(run->project, err);
	r = r < 0 ? r : masker_new(run->env->cache_folder, &run->masker, err);
	run->principal = q->as ? q->as : run->project->actor;
	r = r < 0 ? r : masker_mask(run->masker, run->project->actor, &run->actor, err);
	r = r < 0 ? r
		  : masker_mask_principal(run->masker, project_fingerprint_key(run->project), run->principal, &run->masked_principal, err);
	r = r < 0 ? r : masker_mask(run->masker, q->purpose, &run->purpose, err);
	r = r < 0 ? r : masker_mask(run->masker, q->role, &run->role, err);
	r = r < 0 ? r : masker_mask(run->masker, q->argv[0], &run->argv0, err);
	r = r < 0 ? r : base_path_follow(run->project->root, &run->real_root, err);
	if (r < 0)
		return r;
	run->items = base_calloc(q->n_inputs + q->n_outputs, sizeof *run->items);
	if (!run->items)
		return base_error_nomem(err);
	for (size_t i = 0; i < q->n_inputs && r == ASSAY_OK; i++)
		r = add_item(run, q->inputs[i], false, err);
	for (size_t i = 0; i < q->n_outputs && r == ASSAY_OK; i++)
		r = add_item(run, q->outputs[i], true, err);
	return r;
}

/* ---- decisions ---- */

static void
decide_name(const struct run *run, struct run_item *item, const char *name)
{
	struct access_request q = {
		run->principal, run->request->role, item->is_output ? "write" : "read", name, run->request->purpose, run->started_ms};
	struct access_decision d = access_decide(run->project->access, &q);

	if (d.outcome != ACCESS_ALLOWED ? item->n_refused++ == 0 : item->n_allowed++ == 0 && item->n_refused == 0)
		item->decision = d;
}

/* Under the name that was given and, where a link leads elsewhere, under that of the file itself: a link opens no door. */
static void
decide_path(const struct run *run, struct run_item *item, const char *path, const char *real)
{
	const char *name = base_path_below(run->project->root, path), *real_name = base_path_below(run->real_root, real);

	decide_name(run, item, name);
	if (strcmp(name, real_name) != 0)
		decide_name(run, item, real_name);
}

/* Files that were found in a folder, whatever their state: the command sees them all. */
static int
decide_folder(const struct run *run, struct run_item *item, struct assay_error *err)
{
	const char *const paths[] = {item->path};
	struct dataset dataset = {0};
	int r = dataset_make(run->project, paths, 1, NULL, 0, false, &dataset, err);

	for (size_t i = 0; i < dataset.list.n && r == ASSAY_OK; i++) {
		_cleanup_free_ char *real = realpath(dataset.list.entries[i].path, NULL);
		decide_path(run, item, dataset.list.entries[i].path, real ? real : dataset.list.entries[i].path);
	}
	dataset_dispose(&dataset);
	return r;
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
decide_all(struct run *run, struct assay_error *err)
{
	int r = ASSAY_OK;

	for (size_t i = 0; i < run->n_items && r == ASSAY_OK; i++) {
		struct run_item *item = &run->items[i];
		decide_path(run, item, item->path, item->real);
		if (item->n_refused == 0 && is_folder(item->path))
			r = decide_folder(run, item, err);
		if (r < 0)
			base_error_subject(err, item->masked);
	}
	return r;
}

/* Whoever acts for somebody else needs a grant that says so; then every input and output. DENIED after it is recorded. */
static int
decide(struct run *run, struct assay_error *err)
{
	const struct run_item *refused = NULL;
	int r;

	if (strcmp(run->principal, run->project->actor) != 0
		&& !access_may_act_as(run->project->access, run->project->actor, run->principal, run->started_ms, NULL)) {
		r = run_record_impostor(run, err);
		if (r < 0)
			return r;
		base_error(err, ASSAY_DENIED, "'%s' may not act as '%s'", run->actor, run->masked_principal);
		base_error_hint(err, "a grant of the actor has to name that principal under 'as'");
		return ASSAY_DENIED;
	}
	r = decide_all(run, err);
	for (size_t i = 0; i < run->n_items && !refused; i++)
		if (run->items[i].n_refused > 0)
			refused = &run->items[i];
	r = r < 0 ? r : run_record_decisions(run, refused != NULL, err);
	if (r < 0 || !refused)
		return r;
	base_error_at(err, ASSAY_DENIED, refused->masked, 0, 0, "'%s' may not %s it for '%s' as '%s': %s", run->masked_principal,
		refused->is_output ? "write" : "read", run->purpose, run->role, access_outcome_name(refused->decision.outcome));
	base_error_hint(err, "'assay access explain' with the same words shows the nearest miss");
	return ASSAY_DENIED;
}

/* ---- digests ---- */

/* Does the command write it, too? */
static bool
is_written(const struct run *run, const struct run_item *item)
{
	for (size_t i = 0; i < run->n_items; i++) {
		const char *out = run->items[i].real;
		if (run->items[i].is_output && (strcmp(out, item->real) == 0 || base_path_below(out, item->real) != item->real))
			return true;
	}
	return item->is_output;
}

/* Files that have no bytes of their own (pointers, links to nowhere, pipes): a digest would speak for more than it saw. */
static int
check_files(const struct dataset *dataset, bool needs_files, struct assay_error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < dataset->list.n; i++) {
		const struct source_entry *entry = &dataset->list.entries[i];
		n += entry->state == ENTRY_FILE;
		if (entry->state != ENTRY_FILE && entry->state != ENTRY_EXCLUDED && entry->state != ENTRY_EMPTY_DIR)
			return base_error(err, ASSAY_UNSUPPORTED, "its data cannot be read%s%s", entry->detail ? ": " : "",
				entry->detail ? entry->detail : "");
	}
	return needs_files && n == 0 ? base_error(err, ASSAY_UNSUPPORTED, "the folder has no files") : ASSAY_OK;
}

/* Of a file its SHA-256, of a folder its dataset digest; what the command writes into an input folder does not count as input. */
static int
digest_item(const struct run *run, const struct run_item *item, uint8_t ret[32], struct assay_error *err)
{
	const char *const paths[] = {item->path};
	bool is_input = !is_written(run, item);
	struct dataset dataset = {0};
	struct stat st;
	uint64_t n;
	int r;

	if (stat(item->path, &st) < 0)
		return base_error_errno(err, ASSAY_IO, item->masked, "cannot open");
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return base_error_at(err, ASSAY_UNSUPPORTED, item->masked, 0, 0, "is neither a file nor a folder");
	r = dataset_make(run->project, paths, 1, is_input ? run->request->outputs : NULL, is_input ? run->request->n_outputs : 0, false,
		&dataset, err);
	r = r < 0 ? r : check_files(&dataset, S_ISDIR(st.st_mode), err);
	if (r == ASSAY_OK)
		r = S_ISDIR(st.st_mode) ? dataset_digest(&dataset, run->env, ret, &n, err) : dataset_file_sha256(item->path, ret, err);
	dataset_dispose(&dataset);
	if (r < 0)
		base_error_subject(err, item->masked);
	return r;
}

static int
digest_inputs(struct run *run, struct assay_error *err)
{
	int r = ASSAY_OK;

	for (size_t i = 0; i < run->n_items && r == ASSAY_OK; i++)
		if (!run->items[i].is_output) {
			r = digest_item(run, &run->items[i], run->items[i].sha256, err);
			run->items[i].has_sha256 = r == ASSAY_OK;
		}
	return r;
}

/* After the command: outputs, and inputs again. Notes what is wrong and goes on; the first of it in ${err}. */
static int
digest_again(struct run *run, struct assay_error *err)
{
	int found = ASSAY_OK;

	for (size_t i = 0; i < run->n_items; i++) {
		struct run_item *item = &run->items[i];
		struct assay_error why = {0};
		uint8_t sha256[32];
		int r = digest_item(run, item, sha256, &why);
		if (r == ASSAY_OK && item->is_output) {
			memcpy(item->sha256, sha256, sizeof sha256);
			item->has_sha256 = true;
		} else if (r == ASSAY_OK && memcmp(item->sha256, sha256, sizeof sha256) != 0 && !is_written(run, item)) {
			item->state = "changed";
			r = base_error_at(&why, ASSAY_FORMAT, item->masked, 0, 0, "the input changed while the command ran");
		} else if (r < 0)
			item->state = "undigested";
		if (r == ASSAY_OK)
			continue;
		say(run, ASSAY_LOG_WARNING, "%s: %s", item->masked, why.message);
		if (found == ASSAY_OK)
			found = base_error_at(err, ASSAY_FORMAT, item->masked, 0, 0, "%s%s",
				why.code == ASSAY_FORMAT ? "" : "not digested after the command: ", why.message);
	}
	return found;
}

/* ---- the run ---- */

/* A run that was allowed and did not start: it is recorded, and the reason stays in ${err}. */
static int
give_up(struct run *run, int code)
{
	struct assay_error why = {0};

	run->ended_ms = run->env->now_ms(run->env->context);
	if (run_record_end(run, RUN_REFUSAL + assay_code_exit(code), false, &why) < 0)
		say(run, ASSAY_LOG_ERROR, "the refused run could not be recorded: %s", why.message);
	return code;
}

static int
run_command(struct run *run, int *ret_status, struct assay_error *err)
{
	struct assay_error incomplete = {0}, unrecorded = {0};
	const char *why = NULL;
	int status = 0, found = ASSAY_OK, r = run_child(run->request->argv, run->env->cancelled, &status, &why, err);

	if (r < 0)
		return give_up(run, r);
	if (why)
		say(run, ASSAY_LOG_ERROR, "%s: %s", run->argv0, why);
	else
		found = digest_again(run, &incomplete);
	run->ended_ms = run->env->now_ms(run->env->context);
	r = run_record_end(run, status, !why, &unrecorded);
	if (r < 0) {
		base_error_at(err, r, unrecorded.subject, unrecorded.line, unrecorded.column,
			"the command ended with status %d but is not in the ledger: %s", status, unrecorded.message);
		if (unrecorded.hint[0])
			base_error_hint(err, "%s", unrecorded.hint);
		return r;
	}
	if (found < 0 && status == 0) {
		*err = incomplete;
		return found;
	}
	*ret_status = status;
	return ASSAY_OK;
}

int
app_run(struct project *project, const struct run_request *request, struct assay_env *env, int *ret_status, struct assay_error *err)
{
	int64_t now = env->now_ms(env->context);
	struct run run = {.project = project, .request = request, .env = env, .started_ms = now, .ended_ms = now};
	int status = 0, r = run_open(&run, err);

	r = r < 0 ? r : decide(&run, err);
	if (r == ASSAY_OK) {
		r = digest_inputs(&run, err);
		if (r == ASSAY_OK && env->cancelled && atomic_load(env->cancelled))
			r = base_error(err, ASSAY_CANCELLED, "cancelled before the command started");
		r = r < 0 ? give_up(&run, r) : run_command(&run, &status, err);
	}
	run_dispose(&run);
	/* a caller that only looks at the status must not take a refusal for success */
	*ret_status = r < 0 ? RUN_REFUSAL + assay_code_exit(r) : status;
	return r;
}
