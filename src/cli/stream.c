/* Buffered writing and unfinished files. */
#include "cli/stream.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
stream_flush(struct stream *s)
{
	if (s->error == 0 && s->n > 0 && base_write_all(s->fd, s->data, s->n) < 0)
		s->error = errno ? errno : EIO;
	s->n = 0;
	return s->error ? ASSAY_IO : ASSAY_OK;
}

int
stream_write(void *stream, const void *data, size_t n)
{
	struct stream *s = stream;
	const char *p = data;

	if (!s->data && !(s->data = malloc(STREAM_SIZE)))
		return ASSAY_NOMEM;
	while (n > 0) {
		size_t part = n < STREAM_SIZE - s->n ? n : STREAM_SIZE - s->n;
		memcpy(s->data + s->n, p, part);
		s->n += part;
		p += part;
		n -= part;
		if (s->n == STREAM_SIZE && stream_flush(s) < 0)
			return ASSAY_IO;
	}
	return s->error ? ASSAY_IO : ASSAY_OK;
}

void
stream_dispose(struct stream *s)
{
	free(s->data);
	s->data = NULL;
	s->n = 0;
}

bool
output_is_private(int fd)
{
	struct stat st;

	return isatty(fd) || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) == 0);
}

static mode_t
user_mask(void)
{
	mode_t mask = umask(077);

	umask(mask);
	return mask;
}

/* A file without a name in the folder of the target; -1 where that does not work. */
static int
open_unnamed(const char *target, mode_t mode)
{
	_cleanup_free_ char *dir = base_path_dir(target);
	struct stat st;

	/* it gets its name through this folder */
	if (!dir || stat("/proc/self/fd", &st) < 0)
		return -1;
	return open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
}

static int
open_named(struct output *o, mode_t mode, struct assay_error *err)
{
	o->temporary = base_format("%s.XXXXXX", o->target);
	if (!o->temporary)
		return base_error_nomem(err);
	o->stream.fd = mkostemp(o->temporary, O_CLOEXEC);
	if (o->stream.fd < 0) {
		base_error_errno(err, ASSAY_IO, o->path, "cannot create");
		free(o->temporary);
		o->temporary = NULL;
		return ASSAY_IO;
	}
	return fchmod(o->stream.fd, mode & ~user_mask()) < 0 ? base_error_errno(err, ASSAY_IO, o->path, "cannot create") : ASSAY_OK;
}

static int
open_in_place(struct output *o, bool is_private, struct assay_error *err)
{
	o->stream.fd = open(o->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (o->stream.fd < 0)
		return base_error_errno(err, ASSAY_IO, o->path, "cannot open");
	return !is_private || isatty(o->stream.fd)
		       ? ASSAY_OK
		       : base_error_at(err, ASSAY_DENIED, o->path, 0, 0, "values are shown on a terminal only, or in a file");
}

int
output_open(struct output *o, const char *path, bool is_private, struct assay_error *err)
{
	mode_t mode = is_private ? 0600 : 0666;
	struct stat st;
	bool exists = stat(path, &st) == 0;

	*o = (struct output){.path = path, .stream = {.fd = -1}};
	if (exists && S_ISDIR(st.st_mode))
		return base_error_at(err, ASSAY_USAGE, path, 0, 0, "is a folder");
	if (exists && !S_ISREG(st.st_mode))
		return open_in_place(o, is_private, err);
	/* a link keeps pointing to the file that is replaced */
	o->target = exists ? realpath(path, NULL) : base_strdup(path);
	if (!o->target)
		return base_error_errno(err, ASSAY_IO, path, "cannot create");
	o->stream.fd = open_unnamed(o->target, mode);
	return o->stream.fd >= 0 ? ASSAY_OK : open_named(o, mode, err);
}

/* Gives the unnamed file a name beside its target. */
static int
name_it(struct output *o, struct assay_error *err)
{
	enum { ATTEMPTS = 100 };
	char self[32];

	snprintf(self, sizeof self, "/proc/self/fd/%d", o->stream.fd);
	for (int i = 0; i < ATTEMPTS; i++) {
		char *name = base_format("%s.%ld-%d", o->target, (long)getpid(), i);
		if (!name)
			return base_error_nomem(err);
		if (linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0) {
			o->temporary = name;
			return ASSAY_OK;
		}
		free(name);
		if (errno != EEXIST)
			break;
	}
	return base_error_errno(err, ASSAY_IO, o->path, "cannot create");
}

int
output_publish(struct output *o, struct assay_error *err)
{
	int r = stream_flush(&o->stream);

	if (r < 0) {
		errno = o->stream.error;
		return base_error_errno(err, ASSAY_IO, o->path, "cannot write");
	}
	if (!o->target)
		return ASSAY_OK;
	r = o->temporary ? ASSAY_OK : name_it(o, err);
	r = r < 0 ? r : base_file_publish(o->temporary, o->target, err);
	if (r == ASSAY_OK) {
		free(o->temporary);
		o->temporary = NULL;
	}
	return r;
}

void
output_dispose(struct output *o)
{
	if (o->temporary)
		unlink(o->temporary);
	if (o->stream.fd > STDERR_FILENO)
		close(o->stream.fd);
	free(o->temporary);
	free(o->target);
	stream_dispose(&o->stream);
	*o = (struct output){.stream = {.fd = -1}};
}
