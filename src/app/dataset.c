/* Which files belong to a dataset, and the digest over them that `sha256sum | sha256sum` reproduces (BORDERS B5). */
#include "app/scan_job.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypto/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Files of ours that lie among the data. */
static int
list_own_files(const struct project *p, const char *const *outputs, size_t n_outputs, char ***ret, size_t *ret_n)
{
	const char *own[] = {p->state, p->manifest_path, p->access_path, p->waivers_path, p->allow_path, p->trust_path, p->extra_path};
	size_t n = 0;
	char **list = base_calloc(BASE_COUNT(own) + n_outputs + 1, sizeof *list);

	if (!list)
		return ASSAY_NOMEM;
	for (size_t i = 0; i < BASE_COUNT(own); i++)
		if (own[i] && (list[n] = base_strdup(own[i])) != NULL)
			n++;
	for (size_t i = 0; i < n_outputs; i++)
		if ((list[n] = base_path_absolute(outputs[i])) != NULL)
			n++;
	*ret = list;
	*ret_n = n;
	return ASSAY_OK;
}

static const struct manifest_data *
find_data(const struct manifest *m, const char *name)
{
	const struct manifest_data *read = NULL;

	for (size_t i = 0; i < manifest_data_count(m); i++) {
		const struct manifest_data *data = manifest_data_at(m, i);
		if (!base_glob_matches(data->path, name))
			continue;
		/* what is skipped is skipped, whatever wider pattern also names it */
		if (data->skip)
			return data;
		if (!read)
			read = data;
	}
	return read;
}

static void
sort_out(const struct project *p, bool declared_only, struct dataset *dataset)
{
	bool has_data = p->manifest && manifest_data_count(p->manifest) > 0;

	for (size_t i = 0; i < dataset->list.n; i++) {
		struct dataset_file *file = &dataset->files[i];
		file->entry = &dataset->list.entries[i];
		file->data = has_data ? find_data(p->manifest, file->entry->name) : NULL;
		file->part = file->data && file->data->skip             ? DATASET_SKIPPED
			     : declared_only && has_data && !file->data ? DATASET_OUTSIDE
									: DATASET_READ;
	}
}

/* Does a file begin as our own reports and spans files do? */
static bool
looks_like_ours(const char *path)
{
	static const char *const marks[] = {"urn:assay:report:", "<title>Assay", "{\"v\":1,\"kind\":\"", "{\"v\":1,\"resource\":\""};
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char head[4097];
	ssize_t n = fd < 0 ? 0 : read(fd, head, sizeof head - 1);

	if (n <= 0)
		return true; /* nothing is lost */
	head[n] = '\0';
	for (size_t i = 0; i < BASE_COUNT(marks); i++)
		if (strstr(head, marks[i]))
			return true;
	return false;
}

static bool
lies_below(const char *folder, const char *path)
{
	const char *below = base_path_below(folder, path);

	return below != path && strcmp(below, ".") != 0;
}

/* Where an output would do harm: in the place of a key, of a declaration or of data, or among data that a gate will look at. */
static int
check_output(
	const struct project *p, const char *path, const char *const *roots, size_t n_roots, bool use_manifest, struct assay_error *err)
{
	const char *own[] = {p->manifest_path, p->access_path, p->waivers_path, p->allow_path, p->trust_path, p->extra_path};
	/* read when they are there, so not to be made by accident either */
	static const char *const usual[] = {
		"assay.yaml", "access.yaml", "assay.waivers.yaml", "assay.allow.yaml", "trust.yaml", "assay.checkpoint"};
	const char *name = base_path_below(p->root, path);
	bool is_taken = lies_below(p->state, path), is_read = false;

	for (size_t i = 0; i < BASE_COUNT(usual); i++)
		is_taken = is_taken || strcmp(name, usual[i]) == 0;

	for (size_t i = 0; i < BASE_COUNT(own); i++)
		is_taken = is_taken || (own[i] && strcmp(own[i], path) == 0);
	if (is_taken)
		return base_error_at(err, ASSAY_USAGE, name, 0, 0, "is a file of the project itself, and cannot be an output");
	for (size_t i = 0; i < n_roots; i++) {
		_cleanup_free_ char *root = base_path_absolute(roots[i]);
		if (!root)
			return base_error_nomem(err);
		is_read = is_read || strcmp(root, path) == 0 || lies_below(root, path);
	}
	if (use_manifest && p->manifest && manifest_data_count(p->manifest) > 0 && name != path) {
		const struct manifest_data *data = find_data(p->manifest, name);
		if (data && !data->skip) {
			base_error_at(err, ASSAY_USAGE, name, 0, 0,
				"lies among the declared data: the gate would take it for data that nobody audited");
			base_error_hint(err, "write it to another folder");
			return ASSAY_USAGE;
		}
		is_read = is_read && data;
	}
	if (is_read && !looks_like_ours(path)) {
		base_error_at(err, ASSAY_USAGE, name, 0, 0, "holds something else than a report, and lies among what is read");
		base_error_hint(err, "name another file, or remove this one yourself");
		return ASSAY_USAGE;
	}
	return ASSAY_OK;
}

int
dataset_check_outputs(const struct project *p, const struct scan_request *request, bool use_manifest, struct assay_error *err)
{
	const char *whole[] = {p->root};
	const char *const *roots = request->n_paths ? request->paths : whole, *const *outputs = request->outputs;
	size_t n_roots = request->n_paths ? request->n_paths : 1, n = request->n_outputs;
	int r = ASSAY_OK;

	for (size_t i = 0; i < n && r == ASSAY_OK; i++) {
		_cleanup_free_ char *path = base_path_absolute(outputs[i]);
		r = path ? check_output(p, path, roots, n_roots, use_manifest, err) : base_error_nomem(err);
	}
	return r;
}

int
dataset_make(const struct project *project, const char *const *paths, size_t n_paths, const char *const *outputs, size_t n_outputs,
	bool use_manifest, struct dataset *ret, struct assay_error *err)
{
	const char *whole[] = {project->root};
	struct dataset dataset = {0};
	struct source_list_options options = {.root = project->root, .paths = n_paths ? paths : whole, .n_paths = n_paths ? n_paths : 1};
	struct project without = *project;
	char **own = NULL;
	size_t n_own = 0;
	int r = list_own_files(project, outputs, n_outputs, &own, &n_own);

	if (r < 0)
		return base_error_nomem(err);
	options.exclude = (const char *const *)own;
	options.n_exclude = n_own;
	r = source_list_make(&options, &dataset.list, err);
	for (size_t i = 0; i < n_own; i++)
		free(own[i]);
	free(own);
	if (r < 0)
		return r;
	dataset.files = base_calloc(dataset.list.n + 1, sizeof *dataset.files);
	if (!dataset.files) {
		source_list_dispose(&dataset.list);
		return base_error_nomem(err);
	}
	if (!use_manifest)
		without.manifest = NULL;
	sort_out(&without, n_paths == 0, &dataset);
	*ret = dataset;
	return ASSAY_OK;
}

void
dataset_dispose(struct dataset *dataset)
{
	source_list_dispose(&dataset->list);
	free(dataset->files);
	*dataset = (struct dataset){0};
}

int
dataset_digest_line(struct crypto_sha256 *digest, const uint8_t sha256[32], const char *name)
{
	char hex[65];
	bool is_escaped = strpbrk(name, "\\\n\r") != NULL;
	int r;

	base_hex((struct base_span){sha256, 32}, hex);
	r = is_escaped ? crypto_sha256_update(digest, "\\", 1) : ASSAY_OK;
	r = r < 0 ? r : crypto_sha256_update(digest, hex, 64);
	r = r < 0 ? r : crypto_sha256_update(digest, "  ", 2);
	for (const char *p = name; *p && r == ASSAY_OK; p++) {
		const char *text = *p == '\\' ? "\\\\" : *p == '\n' ? "\\n" : *p == '\r' ? "\\r" : NULL;
		r = text ? crypto_sha256_update(digest, text, 2) : crypto_sha256_update(digest, p, 1);
	}
	return r < 0 ? r : crypto_sha256_update(digest, "\n", 1);
}

int
dataset_file_sha256(const char *path, uint8_t ret[32], struct assay_error *err)
{
	enum { CHUNK = 1 << 16 };
	_cleanup_free_ uint8_t *chunk = malloc(CHUNK);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct crypto_sha256 *hash;
	ssize_t n = 0;
	int r = ASSAY_OK;

	if (fd < 0)
		return base_error_errno(err, ASSAY_IO, path, "cannot open");
	hash = crypto_sha256_new();
	if (!chunk || !hash) {
		crypto_sha256_free(hash);
		return base_error_nomem(err);
	}
	while (r == ASSAY_OK && ((n = read(fd, chunk, CHUNK)) > 0 || (n < 0 && errno == EINTR)))
		r = n > 0 ? crypto_sha256_update(hash, chunk, (size_t)n) : ASSAY_OK;
	if (r == ASSAY_OK && n < 0)
		r = base_error_errno(err, ASSAY_IO, path, "cannot read");
	r = r < 0 ? r : crypto_sha256_final(hash, ret);
	crypto_sha256_free(hash);
	return r;
}

int
dataset_digest(const struct dataset *dataset, struct assay_env *env, uint8_t ret[32], uint64_t *ret_n, struct assay_error *err)
{
	struct crypto_sha256 *digest = crypto_sha256_new();
	uint64_t n = 0;
	int r = digest ? ASSAY_OK : base_error_nomem(err);

	for (size_t i = 0; i < dataset->list.n && r == ASSAY_OK; i++) {
		const struct dataset_file *file = &dataset->files[i];
		uint8_t sha256[32];
		if (file->entry->state != ENTRY_FILE || file->part != DATASET_READ)
			continue;
		if (env->cancelled && atomic_load(env->cancelled)) {
			r = base_error(err, ASSAY_CANCELLED, "cancelled");
			break;
		}
		r = dataset_file_sha256(file->entry->path, sha256, err);
		r = r < 0 ? r : dataset_digest_line(digest, sha256, file->entry->name);
		n++;
	}
	r = r < 0 ? r : crypto_sha256_final(digest, ret);
	crypto_sha256_free(digest);
	if (r == ASSAY_OK)
		*ret_n = n;
	return r;
}
