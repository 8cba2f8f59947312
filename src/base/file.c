/* Files and paths. */
#include "base/file.h"

#include "base/error.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
base_file_read(const char *path, size_t max, char **ret, size_t *ret_size, struct assay_error *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_free_ char *data = NULL;
	size_t size = 0, capacity = 0;

	if (fd < 0)
		return base_error_errno(err, ASSAY_IO, path, "cannot open");
	for (;;) {
		if (base_grow(&data, &capacity, size + 4096, 1) < 0)
			return base_error_nomem(err);
		ssize_t n = read(fd, data + size, capacity - size - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return base_error_errno(err, ASSAY_IO, path, "cannot read");
		if (n == 0)
			break;
		size += (size_t)n;
		if (size > max)
			return base_error_at(err, ASSAY_LIMIT, path, 0, 0, "larger than the limit of %zu bytes", max);
	}
	data[size] = '\0';
	*ret = BASE_STEAL(data);
	*ret_size = size;
	return ASSAY_OK;
}

int
base_write_all(int fd, const void *data, size_t n)
{
	const char *p = data;

	while (n > 0) {
		ssize_t done = write(fd, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return ASSAY_IO;
		p += done;
		n -= (size_t)done;
	}
	return ASSAY_OK;
}

static int
sync_dir_of(const char *path, struct assay_error *err)
{
	_cleanup_free_ char *dir = base_path_dir(path);

	if (!dir)
		return base_error_nomem(err);
	_cleanup_close_ int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL))
		return base_error_errno(err, ASSAY_IO, dir, "cannot sync folder");
	return ASSAY_OK;
}

int
base_file_replace(const char *path, const void *data, size_t n, unsigned mode, struct assay_error *err)
{
	_cleanup_free_ char *temporary = base_format("%s.XXXXXX", path);
	int fd, r = ASSAY_OK;

	if (!temporary)
		return base_error_nomem(err);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return base_error_errno(err, ASSAY_IO, path, "cannot create");
	if (fchmod(fd, (mode_t)mode) < 0 || base_write_all(fd, data, n) < 0 || fsync(fd) < 0)
		r = base_error_errno(err, ASSAY_IO, path, "cannot write");
	if (close(fd) < 0 && r == ASSAY_OK)
		r = base_error_errno(err, ASSAY_IO, path, "cannot write");
	if (r == ASSAY_OK && rename(temporary, path) < 0)
		r = base_error_errno(err, ASSAY_IO, path, "cannot replace");
	if (r < 0) {
		unlink(temporary);
		return r;
	}
	return sync_dir_of(path, err);
}

int
base_file_reserve(const char *path, unsigned mode, struct assay_error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode);

	if (fd < 0)
		return errno == EEXIST ? 0 : base_error_errno(err, ASSAY_IO, path, "cannot create");
	close(fd);
	return 1;
}

int
base_file_publish(const char *temporary, const char *path, struct assay_error *err)
{
	_cleanup_close_ int fd = open(temporary, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return base_error_errno(err, ASSAY_IO, path, "cannot write");
	if (rename(temporary, path) < 0)
		return base_error_errno(err, ASSAY_IO, path, "cannot replace");
	return sync_dir_of(path, err);
}

int
base_dir_make(const char *path, unsigned mode, struct assay_error *err)
{
	_cleanup_free_ char *copy = base_strdup(path);
	struct stat st;

	if (!copy)
		return base_error_nomem(err);
	for (char *p = copy + 1;; p++) {
		char was = *p;
		if (was != '/' && was != '\0')
			continue;
		*p = '\0';
		if (mkdir(copy, (mode_t)mode) < 0 && errno != EEXIST)
			return base_error_errno(err, ASSAY_IO, copy, "cannot create folder");
		*p = was;
		if (was == '\0')
			break;
	}
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return base_error_at(err, ASSAY_IO, path, 0, 0, "is not a folder");
	return ASSAY_OK;
}

bool
base_file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

char *
base_path_join(const char *dir, const char *name)
{
	if (name[0] == '/' || dir[0] == '\0' || strcmp(dir, ".") == 0)
		return base_strdup(name);
	return base_format("%s%s%s", dir, dir[strlen(dir) - 1] == '/' ? "" : "/", name);
}

char *
base_path_absolute(const char *path)
{
	_cleanup_free_ char *whole = NULL;
	char *out;
	size_t n = 0;

	if (path[0] == '/')
		whole = base_strdup(path);
	else {
		_cleanup_free_ char *cwd = getcwd(NULL, 0);
		whole = cwd ? base_format("%s/%s", cwd, path) : NULL;
	}
	out = whole ? malloc(strlen(whole) + 2) : NULL;
	if (!out)
		return NULL;
	for (const char *p = whole; *p;) {
		size_t length = strcspn(p, "/");
		if (length == 2 && memcmp(p, "..", 2) == 0) {
			while (n > 0 && out[--n] != '/')
				;
		} else if (length > 0 && !(length == 1 && *p == '.')) {
			out[n++] = '/';
			memcpy(out + n, p, length);
			n += length;
		}
		p += length;
		p += *p == '/';
	}
	if (n == 0)
		out[n++] = '/';
	out[n] = '\0';
	return out;
}

int
base_path_follow(const char *path, char **ret, struct assay_error *err)
{
	_cleanup_free_ char *head = base_strdup(path);
	struct stat st;

	if (!head)
		return base_error_nomem(err);
	for (size_t n = strlen(head); n > 0;) {
		_cleanup_free_ char *real = realpath(head, NULL);
		if (real) {
			const char *rest = path + n;
			*ret = *rest ? base_path_join(real, rest + (*rest == '/')) : BASE_STEAL(real);
			return *ret ? ASSAY_OK : base_error_nomem(err);
		}
		if (errno == ENOMEM)
			return base_error_nomem(err);
		/* a link to nowhere would be written through */
		if ((errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG) || lstat(head, &st) == 0)
			return base_error_errno(err, ASSAY_IO, path, "cannot follow the path");
		while (n > 1 && head[--n] != '/')
			;
		head[n] = '\0';
		if (n == 1 && head[0] == '/')
			break;
	}
	*ret = base_strdup(path);
	return *ret ? ASSAY_OK : base_error_nomem(err);
}

char *
base_path_dir(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return base_strdup(".");
	return slash == path ? base_strdup("/") : base_strndup(path, (size_t)(slash - path));
}

const char *
base_path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *
base_path_below(const char *root, const char *path)
{
	size_t n = strlen(root);

	if (strcmp(root, "/") == 0 && path[0] == '/')
		return path[1] ? path + 1 : ".";
	if (strncmp(root, path, n) != 0)
		return path;
	if (path[n] == '\0')
		return ".";
	return path[n] == '/' ? path + n + 1 : path;
}
