/* What a listed path is: data, a pointer to data that is elsewhere, or something that cannot be read. */
#include "source/list.h"

#include "base/file.h"
#include "base/memory.h"
#include "source/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool
list_is_never_scanned(const char *path)
{
	static const char *const names[] = {".git", ".assay", "__pycache__", ".DS_Store"}, dvc_cache[] = "/.dvc/cache";
	const char *name = base_path_name(path);
	size_t n = strlen(path), suffix = sizeof dvc_cache - 1;

	for (size_t i = 0; i < BASE_COUNT(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return (n >= suffix && strcmp(path + n - suffix, dvc_cache) == 0) || strcmp(path, dvc_cache + 1) == 0;
}

static int
set(struct source_entry *entry, enum source_entry_state state, const char *detail)
{
	entry->state = state;
	entry->detail = base_strdup(detail);
	return entry->detail ? ASSAY_OK : ASSAY_NOMEM;
}

int
list_dvc_target(const char *path, char **ret)
{
	size_t n = strlen(path);

	*ret = NULL;
	if (n <= 4 || strcmp(path + n - 4, ".dvc") != 0 || path[n - 5] == '/')
		return ASSAY_OK;
	*ret = base_strndup(path, n - 4);
	return *ret ? ASSAY_OK : ASSAY_NOMEM;
}

/* A small file is opened to see whether it is a pointer, and every file to see whether it can be. */
static int
judge_regular(struct source_entry *entry, const struct stat *st)
{
	enum { HEAD = 1024 };
	uint8_t head[HEAD];
	_cleanup_close_ int fd = open(entry->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	_cleanup_free_ char *data = NULL;
	struct stat other;
	const char *fetch = NULL;
	ssize_t n;

	if (fd < 0)
		return set(entry, ENTRY_UNREADABLE, strerrordesc_np(errno));
	if (st->st_size > 0 && st->st_size <= HEAD) {
		n = read(fd, head, sizeof head);
		if (n > 0)
			fetch = sniff_pointer((struct base_span){head, (size_t)n});
	}
	if (fetch)
		return set(entry, ENTRY_POINTER, fetch);
	if (list_dvc_target(entry->path, &data) < 0)
		return ASSAY_NOMEM;
	if (data && lstat(data, &other) < 0 && errno == ENOENT)
		return set(entry, ENTRY_POINTER, "dvc pull");
	entry->state = ENTRY_FILE;
	return ASSAY_OK;
}

int
list_judge_file(struct source_entry *entry, const struct stat *st)
{
	switch (st->st_mode & S_IFMT) {
	case S_IFREG:
		return judge_regular(entry, st);
	case S_IFIFO:
		return set(entry, ENTRY_SPECIAL, "a named pipe");
	case S_IFSOCK:
		return set(entry, ENTRY_SPECIAL, "a socket");
	default:
		return set(entry, ENTRY_SPECIAL, "a device");
	}
}

int
list_judge_dangling(struct source_entry *entry)
{
	char target[4096];
	ssize_t n = readlink(entry->path, target, sizeof target - 1);

	/* git-annex: a locked file is a link to its object, which is not here */
	if (n > 0 && memmem(target, (size_t)n, ".git/annex/objects/", 19))
		return set(entry, ENTRY_POINTER, "git annex get");
	return set(entry, ENTRY_DANGLING, "the link leads nowhere");
}
