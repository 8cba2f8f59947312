/* Files of compiled databases: magic, key, digest of the content, content. */
#include "detect/lane_cache.h"

#include "assay/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".hsdb"

struct head {
	char magic[16];
	uint8_t key[CRYPTO_SHA256_SIZE], sha256[CRYPTO_SHA256_SIZE];
};

static const char magic[16] = "assay-lane/1";

static char *
path_of(const char *folder, const uint8_t key[static CRYPTO_SHA256_SIZE])
{
	char name[2 * CRYPTO_SHA256_SIZE + 1];

	base_hex((struct base_span){key, CRYPTO_SHA256_SIZE}, name);
	return base_format("%s/%s" SUFFIX, folder, name);
}

/* Could somebody else have written it? */
static bool
is_ours(const struct stat *st)
{
	return st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

/* The whole file, if it is a plain one of ours. */
static bool
read_ours(const char *path, char **ret, size_t *ret_size)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	_cleanup_free_ char *data = NULL;
	struct stat st;
	size_t n = 0;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || !is_ours(&st) || st.st_size < (off_t)sizeof(struct head)
		|| st.st_size > LIMIT_LANE_CACHE || !(data = malloc((size_t)st.st_size)))
		return false;
	while (n < (size_t)st.st_size) {
		ssize_t got = read(fd, data + n, (size_t)st.st_size - n);
		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	*ret = BASE_STEAL(data);
	*ret_size = n;
	return true;
}

bool
lane_cache_load(const char *folder, const uint8_t key[static CRYPTO_SHA256_SIZE], char **ret, size_t *ret_size)
{
	_cleanup_free_ char *path = path_of(folder, key), *data = NULL;
	uint8_t sha256[CRYPTO_SHA256_SIZE];
	struct head head;
	struct stat st;
	size_t size;

	if (!path || stat(folder, &st) < 0 || !is_ours(&st) || !read_ours(path, &data, &size))
		return false;
	memcpy(&head, data, sizeof head);
	size -= sizeof head;
	if (memcmp(head.magic, magic, sizeof magic) != 0 || memcmp(head.key, key, sizeof head.key) != 0
		|| crypto_sha256(data + sizeof head, size, sha256) < 0 || memcmp(head.sha256, sha256, sizeof sha256) != 0)
		return false;
	memmove(data, data + sizeof head, size);
	*ret = BASE_STEAL(data);
	*ret_size = size;
	return true;
}

static bool
is_cache_name(const char *name)
{
	size_t n = strlen(name);

	return n > strlen(SUFFIX) && strcmp(name + n - strlen(SUFFIX), SUFFIX) == 0;
}

/* Removes the oldest file when there are too many: each change of the packs leaves one behind. */
static void
drop_oldest(const char *folder)
{
	_cleanup_free_ char *oldest = NULL;
	struct timespec least = {0};
	DIR *dir = opendir(folder);
	size_t n = 0;

	for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
		struct stat st;
		if (!is_cache_name(entry->d_name) || fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		n++;
		if (oldest
			&& (st.st_mtim.tv_sec > least.tv_sec || (st.st_mtim.tv_sec == least.tv_sec && st.st_mtim.tv_nsec >= least.tv_nsec)))
			continue;
		free(oldest);
		oldest = base_strdup(entry->d_name);
		least = st.st_mtim;
	}
	if (n > LIMIT_LANE_CACHE_FILES && oldest)
		unlinkat(dirfd(dir), oldest, 0);
	if (dir)
		closedir(dir);
}

void
lane_cache_store(const char *folder, const uint8_t key[static CRYPTO_SHA256_SIZE], const char *data, size_t size)
{
	_cleanup_free_ char *path = path_of(folder, key), *file = malloc(sizeof(struct head) + size);
	struct assay_error ignored;
	struct stat st;
	struct head head;

	memcpy(head.magic, magic, sizeof magic);
	memcpy(head.key, key, sizeof head.key);
	if (!path || !file || crypto_sha256(data, size, head.sha256) < 0 || base_dir_make(folder, 0700, &ignored) < 0
		|| stat(folder, &st) < 0 || !is_ours(&st))
		return;
	memcpy(file, &head, sizeof head);
	memcpy(file + sizeof head, data, size);
	if (base_file_replace(path, file, sizeof head + size, 0600, &ignored) == ASSAY_OK)
		drop_oldest(folder);
}
