/* Enumeration: which files belong to what the user named.
 *
 * Real folders are walked first, links to folders afterwards, so that a file is listed under its own name wherever it has one; each folder
 * (device and inode) is entered once. */
#include "source/list.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

struct identity {
	dev_t device;
	ino_t inode;
};

struct walk {
	const struct source_list_options *options;
	struct source_list list;
	size_t capacity;
	struct identity *excluded; /* of options->exclude, where they exist */
	size_t n_excluded;
	struct base_map *entered; /* folders, by identity */
	char **links;             /* to folders, not yet followed */
	size_t n_links, links_capacity;
	struct assay_error *err;
};

static int
out_of_memory(struct walk *w)
{
	return base_error_nomem(w->err);
}

/* Appends an entry with no state yet; *ret is good until the next one. */
static int
add(struct walk *w, const char *path, struct source_entry **ret)
{
	struct source_entry entry = {0};

	if (w->list.n >= LIMIT_RESOURCES)
		return base_error(w->err, ASSAY_LIMIT, "more than %d files", LIMIT_RESOURCES);
	if (base_grow(&w->list.entries, &w->capacity, w->list.n + 1, sizeof *w->list.entries) < 0)
		return out_of_memory(w);
	entry.path = base_strdup(path);
	entry.name = base_strdup(base_path_below(w->options->root, path));
	if (!entry.path || !entry.name) {
		free(entry.path);
		free(entry.name);
		return out_of_memory(w);
	}
	w->list.entries[w->list.n] = entry;
	*ret = &w->list.entries[w->list.n++];
	return ASSAY_OK;
}

static int
add_as(struct walk *w, const char *path, enum source_entry_state state, const char *detail)
{
	struct source_entry *entry = NULL;
	int r = add(w, path, &entry);

	if (r < 0)
		return r;
	entry->state = state;
	entry->detail = detail ? base_strdup(detail) : NULL;
	return detail && !entry->detail ? out_of_memory(w) : ASSAY_OK;
}

static bool
is_excluded(const struct walk *w, const char *path, const struct stat *st)
{
	if (list_is_never_scanned(path))
		return true;
	for (size_t i = 0; i < w->options->n_exclude; i++)
		if (strcmp(w->options->exclude[i], path) == 0)
			return true;
	/* the same file under another name: through a link above it, say */
	for (size_t i = 0; st && i < w->n_excluded; i++)
		if (w->excluded[i].device == st->st_dev && w->excluded[i].inode == st->st_ino)
			return true;
	return false;
}

static int
add_file(struct walk *w, const char *path, const struct stat *st)
{
	struct source_entry *entry;
	int r = add(w, path, &entry);

	if (r < 0)
		return r;
	entry->size = (uint64_t)st->st_size;
	return list_judge_file(entry, st) < 0 ? out_of_memory(w) : ASSAY_OK;
}

/* 1 = not entered before. */
static int
enter(struct walk *w, const struct stat *st)
{
	struct identity id;
	int r;

	memset(&id, 0, sizeof id);
	id.device = st->st_dev;
	id.inode = st->st_ino;
	r = base_map_insert(w->entered, (struct base_span){(const uint8_t *)&id, sizeof id}, 0);
	return r < 0 ? out_of_memory(w) : r;
}

static int walk_folder(struct walk *w, const char *path, unsigned depth);

static int
remember_link(struct walk *w, const char *path)
{
	char *copy;

	if (base_grow(&w->links, &w->links_capacity, w->n_links + 1, sizeof *w->links) < 0 || !(copy = base_strdup(path)))
		return out_of_memory(w);
	w->links[w->n_links++] = copy;
	return ASSAY_OK;
}

/* A path found in a folder or named by the user; known to exist. */
static int
visit(struct walk *w, const char *path, unsigned depth)
{
	struct stat st, target;
	struct source_entry *entry;
	int r;

	if (lstat(path, &st) < 0)
		return add_as(w, path, ENTRY_UNREADABLE, strerrordesc_np(errno));
	if (is_excluded(w, path, &st)) {
		/* counts as entered: no link shall lead into it either */
		r = S_ISDIR(st.st_mode) ? enter(w, &st) : ASSAY_OK;
		return r < 0 ? r : add_as(w, path, ENTRY_EXCLUDED, "never scanned");
	}
	if (S_ISDIR(st.st_mode)) {
		r = enter(w, &st);
		return r <= 0 ? r : walk_folder(w, path, depth);
	}
	if (!S_ISLNK(st.st_mode))
		return add_file(w, path, &st);
	if (stat(path, &target) < 0) {
		if (errno == EACCES)
			return add_as(w, path, ENTRY_UNREADABLE, strerrordesc_np(errno));
		if (errno == ELOOP)
			return add_as(w, path, ENTRY_DANGLING, "the link leads to itself");
		r = add(w, path, &entry);
		return r < 0 ? r : list_judge_dangling(entry) < 0 ? out_of_memory(w) : ASSAY_OK;
	}
	if (is_excluded(w, path, &target))
		return add_as(w, path, ENTRY_EXCLUDED, "never scanned");
	return S_ISDIR(target.st_mode) ? remember_link(w, path) : add_file(w, path, &target);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
free_names(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

/* Names in a folder, sorted. Returns 0, NOMEM, or 1 with errno set when the folder cannot be read. */
static int
read_folder(const char *path, char ***ret, size_t *ret_n)
{
	DIR *folder = opendir(path);
	char **names = NULL;
	size_t n = 0, capacity = 0;
	const struct dirent *item;
	int r = ASSAY_OK, failure;

	if (!folder)
		return 1;
	for (;;) {
		errno = 0;
		item = readdir(folder);
		if (!item)
			break;
		if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
			continue;
		if (base_grow(&names, &capacity, n + 1, sizeof *names) < 0 || !(names[n] = base_strdup(item->d_name))) {
			r = ASSAY_NOMEM;
			break;
		}
		n++;
	}
	failure = errno;
	closedir(folder);
	if (r == ASSAY_OK && failure != 0) {
		errno = failure;
		r = 1;
	}
	if (r != ASSAY_OK) {
		free_names(names, n);
		errno = failure;
		return r;
	}
	if (n > 1)
		qsort(names, n, sizeof *names, by_name);
	*ret = names;
	*ret_n = n;
	return ASSAY_OK;
}

static int
walk_folder(struct walk *w, const char *path, unsigned depth)
{
	char **names;
	size_t n;
	int r;

	if (depth >= LIMIT_DIR_DEPTH)
		return add_as(w, path, ENTRY_UNREADABLE, "folders nested too deeply");
	r = read_folder(path, &names, &n);
	if (r < 0)
		return out_of_memory(w);
	if (r > 0)
		return add_as(w, path, ENTRY_UNREADABLE, strerrordesc_np(errno));
	for (size_t i = 0; i < n && r == ASSAY_OK; i++) {
		_cleanup_free_ char *child = base_path_join(path, names[i]);
		r = child ? visit(w, child, depth + 1) : out_of_memory(w);
	}
	free_names(names, n);
	return r;
}

/* True when ${folder} is the folder that the link stands in, or above it. Both real paths. */
static bool
leads_up(const char *folder, const char *parent)
{
	return strcmp(folder, parent) == 0 || strcmp(base_path_below(folder, parent), parent) != 0;
}

static int
follow_link(struct walk *w, const char *link)
{
	_cleanup_free_ char *folder = realpath(link, NULL), *dir = base_path_dir(link), *parent = dir ? realpath(dir, NULL) : NULL;
	struct stat st;
	int r;

	if (!dir)
		return out_of_memory(w);
	if (!folder || !parent || stat(folder, &st) < 0)
		return add_as(w, link, ENTRY_DANGLING, "the link leads nowhere");
	if (leads_up(folder, parent))
		return add_as(w, link, ENTRY_DANGLING, "the link leads back to a folder above it");
	if (is_excluded(w, folder, &st))
		return add_as(w, link, ENTRY_EXCLUDED, "never scanned");
	r = enter(w, &st);
	if (r == 0)
		return add_as(w, link, ENTRY_EXCLUDED, "its folder stands in the list under another name");
	return r < 0 ? r : walk_folder(w, link, 0);
}

/* Follows the links to folders that were met; links in those folders come after. */
static int
follow_links(struct walk *w)
{
	int r = ASSAY_OK;

	for (size_t i = 0; i < w->n_links && r == ASSAY_OK; i++)
		r = follow_link(w, w->links[i]);
	return r;
}

/* A folder or file of ours, or inside one: any part of its name below the root counts. */
static bool
lies_in_excluded(const struct walk *w, const char *path)
{
	size_t root = strlen(w->options->root);
	_cleanup_free_ char *part = base_strdup(path);

	for (size_t i = root + 1; part && i < strlen(path); i++) {
		if (path[i] != '/')
			continue;
		part[i] = '\0';
		if (strncmp(path, w->options->root, root) == 0 && is_excluded(w, part, NULL))
			return true;
		part[i] = '/';
	}
	return false;
}

static bool
holds_files(const struct walk *w, size_t from)
{
	for (size_t i = from; i < w->list.n; i++)
		if (w->list.entries[i].state != ENTRY_EXCLUDED)
			return true;
	return false;
}

static int
add_named(struct walk *w, const char *name)
{
	_cleanup_free_ char *path = base_path_absolute(name);
	size_t before = w->list.n, entered = base_map_count(w->entered);
	struct stat st, link;
	bool is_folder;
	int r;

	if (!path)
		return out_of_memory(w);
	if (lstat(path, &link) < 0)
		return base_error_errno(w->err, ASSAY_IO, name, "cannot open");
	if (lies_in_excluded(w, path))
		return add_as(w, path, ENTRY_EXCLUDED, "never scanned");
	is_folder = stat(path, &st) == 0 && S_ISDIR(st.st_mode);
	if (is_folder && S_ISLNK(link.st_mode) && !is_excluded(w, path, &st)) {
		/* named itself, so it is no detour */
		r = enter(w, &st);
		r = r == 1 ? walk_folder(w, path, 0) : r;
	} else
		r = visit(w, path, 0);
	r = r < 0 ? r : follow_links(w);
	free_names(w->links, w->n_links);
	w->links = NULL;
	w->n_links = w->links_capacity = 0;
	if (r < 0 || !is_folder || is_excluded(w, path, &st) || holds_files(w, before) || base_map_count(w->entered) == entered)
		return r;
	return add_as(w, path, ENTRY_EMPTY_DIR, NULL);
}

static int
by_entry(const void *a, const void *b)
{
	const struct source_entry *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	return r != 0 ? r : (x->state > y->state) - (x->state < y->state);
}

static void
free_entry(struct source_entry *entry)
{
	free(entry->path);
	free(entry->name);
	free(entry->detail);
}

static void
sort_and_unite(struct source_list *list)
{
	size_t kept = 0;

	if (list->n > 1)
		qsort(list->entries, list->n, sizeof *list->entries, by_entry);
	for (size_t i = 0; i < list->n; i++) {
		if (kept > 0 && strcmp(list->entries[kept - 1].name, list->entries[i].name) == 0)
			free_entry(&list->entries[i]);
		else
			list->entries[kept++] = list->entries[i];
	}
	list->n = kept;
}

int
source_list_make(const struct source_list_options *options, struct source_list *ret, struct assay_error *err)
{
	struct walk w = {.options = options, .err = err};
	struct stat st;
	int r = ASSAY_OK;

	w.entered = base_map_new();
	w.excluded = base_calloc(options->n_exclude, sizeof *w.excluded);
	if (!w.entered || !w.excluded)
		r = out_of_memory(&w);
	for (size_t i = 0; r == ASSAY_OK && i < options->n_exclude; i++)
		if (stat(options->exclude[i], &st) == 0)
			w.excluded[w.n_excluded++] = (struct identity){st.st_dev, st.st_ino};
	for (size_t i = 0; r == ASSAY_OK && i < options->n_paths; i++)
		r = add_named(&w, options->paths[i]);
	base_map_free(w.entered);
	free(w.excluded);
	free_names(w.links, w.n_links);
	if (r < 0) {
		source_list_dispose(&w.list);
		return r;
	}
	sort_and_unite(&w.list);
	*ret = w.list;
	return ASSAY_OK;
}

void
source_list_dispose(struct source_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free_entry(&list->entries[i]);
	free(list->entries);
	*list = (struct source_list){0};
}
