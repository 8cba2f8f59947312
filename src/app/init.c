/* init: a starting manifest, keys and an empty ledger. */
#include "app/masker.h"
#include "app/scan_job.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "policy/policy.h"

#include <string.h>

enum { CATEGORIES_MAX = 64, GLOBS_MAX = 256 };

struct draft {
	const char *categories[CATEGORIES_MAX];
	size_t n_categories;
	char *globs[GLOBS_MAX];
	size_t n_globs;
};

static void
draft_dispose(struct draft *draft)
{
	for (size_t i = 0; i < draft->n_globs; i++)
		free(draft->globs[i]);
}

static void
add_category(struct draft *draft, const char *category)
{
	for (size_t i = 0; i < draft->n_categories; i++)
		if (strcmp(draft->categories[i], category) == 0)
			return;
	if (draft->n_categories < CATEGORIES_MAX)
		draft->categories[draft->n_categories++] = category;
}

/* data[] entries: what the user named, relative to the root; a folder stands for everything in it. */
static int
add_globs(const struct project *project, const struct init_request *request, struct draft *draft, struct assay_error *err)
{
	for (size_t i = 0; i < request->n_paths && i < GLOBS_MAX; i++) {
		_cleanup_free_ char *absolute = base_path_absolute(request->paths[i]),
				    *inside = absolute ? base_path_join(absolute, ".") : NULL;
		const char *below;
		if (!absolute || !inside)
			return base_error_nomem(err);
		below = base_path_below(project->root, absolute);
		bool is_folder = base_file_exists(inside);
		draft->globs[draft->n_globs] =
			strcmp(below, ".") == 0 ? base_strdup("**") : base_format("%s%s", below, is_folder ? "/**" : "");
		if (!draft->globs[draft->n_globs++])
			return base_error_nomem(err);
	}
	return ASSAY_OK;
}

/* What a look at the data suggests; the owner has to confirm it. */
static int
look_at_data(struct project *project, const struct init_request *request, const struct policy_set *set, struct assay_env *env,
	struct draft *draft, struct assay_error *err)
{
	struct scan_request scan;
	struct scan_job job = {0};
	int r;

	scan_request_defaults(&scan);
	scan.paths = request->paths;
	scan.n_paths = request->n_paths;
	r = scan_job_run(project, &scan, false, env, &job, err);
	for (size_t i = 0; r == ASSAY_OK && i < job.result->n_findings; i++) {
		const struct finding *f = &job.result->findings[i];
		const char *category = f->state == SPAN_REPORTED ? policy_entity_category(set, job.rules->entities[f->entity]) : NULL;
		if (category)
			add_category(draft, category);
	}
	scan_job_dispose(&job);
	return r;
}

static int
tell(const struct project *project, const struct app_sink *sink, const char *what, const char *path)
{
	int r = sink_format(sink, "%s ", what);

	r = r < 0 ? r : sink_printable(sink, base_path_below(project->root, path));
	return r < 0 ? r : sink_format(sink, "\n");
}

static int
write_manifest(
	struct project *project, const struct init_request *request, const struct draft *draft, const char *path, struct assay_error *err)
{
	_cleanup_(masker_free_at) struct masker *masker = NULL;
	_cleanup_free_ char *vkey = NULL, *text = NULL, *folder = NULL, *actor = NULL;
	char today[11];
	size_t n;
	/* what the user did not state himself is masked: reports show it */
	int r = masker_new(project->env->cache_folder, &masker, err);

	r = r < 0 ? r : masker_mask(masker, base_path_name(project->root), &folder, err);
	r = r < 0 ? r : masker_mask(masker, project->actor, &actor, err);
	if (r < 0)
		return r;
	struct manifest_draft m = {.dataset_id = request->dataset_id ? request->dataset_id : folder,
		.owner = request->owner ? request->owner : actor,
		.today = today,
		.data = (const char *const *)draft->globs,
		.n_data = draft->n_globs,
		.categories = draft->categories,
		.n_categories = draft->n_categories};
	project_today(project, today);
	if (base_file_read(project->vkey_path, 4096, &vkey, &n, NULL) == ASSAY_OK) {
		vkey[strcspn(vkey, "\n")] = '\0';
		m.vkey = vkey;
	}
	text = manifest_template(&m);
	return text ? base_file_replace(path, text, strlen(text), 0644, err) : base_error_nomem(err);
}

/* The first entries: genesis, and whose key signs from here on. */
static int
start_ledger(struct project *project, struct assay_error *err)
{
	_cleanup_(masker_free_at) struct masker *masker = NULL;
	_cleanup_free_ char *vkey = NULL, *actor = NULL;
	struct base_buffer body;
	struct base_json j;
	uint64_t seq;
	size_t n;
	int r;

	if (base_file_exists(project->ledger_path))
		return ASSAY_OK;
	r = base_file_read(project->vkey_path, 4096, &vkey, &n, err);
	r = r < 0 ? r : masker_new(project->env->cache_folder, &masker, err);
	r = r < 0 ? r : masker_mask(masker, project->actor, &actor, err);
	if (r < 0)
		return r;
	vkey[strcspn(vkey, "\n")] = '\0';
	base_buffer_init(&body, LIMIT_NAME * 4);
	base_json_init_canonical(&j, &body);
	base_json_open_object(&j);
	base_json_member_text(&j, "vkey", vkey);
	base_json_close_object(&j);
	struct ledger_entry entry = {"key", body.data, actor, NULL};
	r = base_buffer_status(&body) < 0 ? base_error_nomem(err) : project_append(project, &entry, 1, &seq, err);
	base_buffer_dispose(&body);
	return r;
}

static int
write_ci(const struct app_sink *sink)
{
	return sink_format(sink, "\n# CI: admit data to training only with a fresh, trusted, passing audit\n"
				 "- name: data gate\n"
				 "  run: assay gate --profile pre-training\n"
				 "# where the audit itself runs in CI (the passphrase comes from the CI's secret store):\n"
				 "- name: data audit\n"
				 "  env:\n"
				 "    ASSAY_PASSPHRASE: ${{ secrets.ASSAY_PASSPHRASE }}\n"
				 "  run: assay audit --output assay-report.html --output assay-report.xml\n");
}

int
app_init(struct project *project, const struct init_request *request, struct assay_env *env, const struct app_sink *sink,
	struct assay_error *err)
{
	_cleanup_(policy_free_at) struct policy_set *set = NULL;
	_cleanup_free_ char *path = base_path_join(project->root, "assay.yaml");
	_cleanup_(draft_dispose) struct draft draft = {0};
	int r;

	if (!path)
		return base_error_nomem(err);
	if (base_file_exists(path)) {
		base_error_at(err, ASSAY_USAGE, path, 0, 0, "there is a manifest already");
		base_error_hint(err, "'assay audit' uses it as it stands");
		return ASSAY_USAGE;
	}
	r = policy_load(NULL, 0, &set, err);
	r = r < 0 ? r : project_ensure_keys(project, err);
	r = r < 0 ? r : add_globs(project, request, &draft, err);
	if (r == ASSAY_OK && request->n_paths > 0)
		r = look_at_data(project, request, set, env, &draft, err);
	r = r < 0 ? r : write_manifest(project, request, &draft, path, err);
	r = r < 0 ? r : start_ledger(project, err);
	r = r < 0 ? r : tell(project, sink, "wrote", path);
	r = r < 0 ? r : tell(project, sink, "keys and ledger in", project->state);
	if (r == ASSAY_OK && base_file_exists(project->trust_path))
		r = tell(project, sink, "the verifier key is pinned in", project->trust_path);
	if (r == ASSAY_OK)
		r = sink_format(sink, "next: answer the questions in assay.yaml, then run 'assay audit'\n");
	if (r == ASSAY_OK && request->ci)
		r = write_ci(sink);
	return r < 0 && (!err || err->code == ASSAY_OK) ? base_error(err, r, "cannot write what was made") : r;
}
