/* Loading assay.yaml with everything that it extends. */
#include "manifest/internal.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "crypto/digest.h"

#include <string.h>

struct manifest {
	char *path;
	struct base_yaml *yamls[MANIFEST_DEPTH]; /* in the order of the chain; rows borrow from them */
	uint8_t digests[MANIFEST_DEPTH][CRYPTO_SHA256_SIZE], sha256[CRYPTO_SHA256_SIZE];
	char *places[MANIFEST_DEPTH]; /* absolute names: a chain must not return to one */
	size_t n_files, n_data;
	struct base_arena *arena;
	struct rows rows;
	struct manifest_data *data;
};

/* Reads the next file of the chain once: what is digested is what is parsed. */
static int
read_file(struct manifest *m, const char *path, const struct base_yaml **ret, struct assay_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t n = 0, i = m->n_files;
	int r = base_file_read(path, LIMIT_CONFIG_FILE, &text, &n, err);

	if (r == ASSAY_LIMIT && err)
		err->code = ASSAY_CONFIG;
	if (r < 0)
		return r == ASSAY_LIMIT ? ASSAY_CONFIG : r;
	r = base_yaml_parse(path, text, n, &m->yamls[i], err);
	if (r < 0)
		return r;
	m->n_files++;
	r = crypto_sha256(text, n, m->digests[i]);
	if (r < 0)
		return base_error(err, r, "cannot digest the manifest");
	m->places[i] = base_path_absolute(path);
	*ret = m->yamls[i];
	return m->places[i] ? ASSAY_OK : base_error_nomem(err);
}

/* Is the file that ${node} names one that may come next? */
static int
check_next(const struct manifest *m, const struct base_yaml *yaml, const struct base_yaml_node *node, const char *path,
	struct assay_error *err)
{
	_cleanup_free_ char *place = base_path_absolute(path);

	if (!place)
		return base_error_nomem(err);
	for (size_t i = 0; i < m->n_files; i++)
		if (strcmp(m->places[i], place) == 0)
			return base_yaml_error(yaml, node, err, ASSAY_CONFIG, "'extends' leads back to '%s'", m->yamls[i]->name);
	if (m->n_files == MANIFEST_DEPTH)
		return base_yaml_error(yaml, node, err, ASSAY_CONFIG, "'extends' goes more than %d files deep", MANIFEST_DEPTH);
	if (!base_file_exists(path))
		return base_yaml_error(yaml, node, err, ASSAY_CONFIG, "'extends' names '%s', which is not there", path);
	return ASSAY_OK;
}

/* Rows of a file and of all that it extends. ${prefix}: its folder as seen from the first file's, NULL for the first itself. */
static int
read_chain(struct manifest *m, const char *path, const char *prefix, struct rows *rows, struct assay_error *err)
{
	_cleanup_free_ char *dir = NULL, *next = NULL, *named_dir = NULL, *next_prefix = NULL;
	const struct base_yaml *yaml = NULL;
	const struct base_yaml_node *extends;
	struct rows parent = {0};
	int r = read_file(m, path, &yaml, err);

	r = r < 0 ? r : tree_read(yaml, prefix, m->arena, rows, err);
	extends = r < 0 ? NULL : base_yaml_get(yaml->root, "extends");
	if (!extends)
		return r;
	dir = base_path_dir(path);
	next = dir ? base_path_join(dir, extends->text) : NULL;
	named_dir = base_path_dir(extends->text);
	next_prefix = named_dir ? base_path_join(prefix ? prefix : ".", named_dir) : NULL;
	if (!next || !next_prefix)
		return base_error_nomem(err);
	r = check_next(m, yaml, extends, next, err);
	r = r < 0 ? r : read_chain(m, next, next_prefix, &parent, err);
	r = r < 0 ? r : rows_merge(rows, &parent, err);
	free(parent.items);
	return r;
}

/* One file: its own digest, so that sha256sum shows the same. Several: the digest over theirs, in order. */
static int
set_sha256(struct manifest *m, struct assay_error *err)
{
	int r = ASSAY_OK;

	if (m->n_files == 1)
		memcpy(m->sha256, m->digests[0], sizeof m->sha256);
	else
		r = crypto_sha256(m->digests, m->n_files * CRYPTO_SHA256_SIZE, m->sha256);
	return r < 0 ? base_error(err, r, "cannot digest the manifest") : ASSAY_OK;
}

static int64_t
read_count(const char *text, bool *ret_min)
{
	*ret_min = text && text[0] == '>';
	return text ? (int64_t)strtoll(text + (*ret_min ? 2 : 0), NULL, 10) : -1;
}

static const char *
data_text(const struct rows *rows, size_t i, const char *member)
{
	char pointer[64];
	const struct row *row;

	snprintf(pointer, sizeof pointer, "/data/%zu%s", i, member);
	row = rows_find(rows, pointer);
	return row ? row->value.value : NULL;
}

static int
set_data(struct manifest *m, struct assay_error *err)
{
	size_t n = 0;

	while (data_text(&m->rows, n, "/path"))
		n++;
	m->data = base_calloc(n + 1, sizeof *m->data);
	if (!m->data)
		return base_error_nomem(err);
	for (size_t i = 0; i < n; i++) {
		struct manifest_data *data = &m->data[i];
		char pointer[64];
		snprintf(pointer, sizeof pointer, "/data/%zu", i);
		data->path = data_text(&m->rows, i, "/path");
		data->split = data_text(&m->rows, i, "/split");
		data->skip = data_text(&m->rows, i, "/skip");
		data->expect_files = read_count(data_text(&m->rows, i, "/expect/files"), &data->expect_files_min);
		data->expect_records = read_count(data_text(&m->rows, i, "/expect/records"), &data->expect_records_min);
		data->line = rows_find(&m->rows, pointer)->node->line;
	}
	m->n_data = n;
	return ASSAY_OK;
}

int
manifest_load(const char *path, struct manifest **ret, struct assay_error *err)
{
	struct manifest *m = calloc(1, sizeof *m);
	int r;

	if (!m || !(m->path = base_strdup(path)) || !(m->arena = base_arena_new())) {
		manifest_free(m);
		return base_error_nomem(err);
	}
	r = read_chain(m, path, NULL, &m->rows, err);
	r = r < 0 ? r : rows_check(&m->rows, m->yamls[0], err);
	r = r < 0 ? r : set_sha256(m, err);
	r = r < 0 ? r : set_data(m, err);
	if (r < 0) {
		manifest_free(m);
		return r;
	}
	*ret = m;
	return ASSAY_OK;
}

void
manifest_free(struct manifest *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n_files; i++) {
		base_yaml_free(m->yamls[i]);
		free(m->places[i]);
	}
	base_arena_free(m->arena);
	free(m->rows.items);
	free(m->data);
	free(m->path);
	free(m);
}

const char *
manifest_path(const struct manifest *m)
{
	return m->path;
}
const uint8_t *
manifest_sha256(const struct manifest *m)
{
	return m->sha256;
}
size_t
manifest_count(const struct manifest *m)
{
	return m->rows.n;
}
const struct manifest_value *
manifest_at(const struct manifest *m, size_t i)
{
	return i < m->rows.n ? &m->rows.items[i].value : NULL;
}
size_t
manifest_data_count(const struct manifest *m)
{
	return m->n_data;
}
const struct manifest_data *
manifest_data_at(const struct manifest *m, size_t i)
{
	return i < m->n_data ? &m->data[i] : NULL;
}

const char *
manifest_get(const struct manifest *m, const char *pointer)
{
	const struct row *row = rows_find(&m->rows, pointer);

	return row ? row->value.value : NULL;
}
