/* Reading stored bytes. */
#include "source/input.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

static int
open_path(struct input *input, const char *path, struct assay_error *err)
{
	/* O_NONBLOCK: a named pipe that nobody writes to must not hold the audit up before fstat can refuse it */
	input->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (input->fd < 0)
		return base_error_errno(err, ASSAY_IO, path, "cannot open");
	input->is_owned = true;
	if (fstat(input->fd, &input->before) < 0)
		return base_error_errno(err, ASSAY_IO, path, "cannot open");
	if (!S_ISREG(input->before.st_mode))
		return base_error_at(err, ASSAY_IO, path, 0, 0, S_ISDIR(input->before.st_mode) ? "is a folder" : "is not a regular file");
	return ASSAY_OK;
}

int
input_open(struct input *input, const struct source_spec *spec, struct assay_error *err)
{
	off_t at;

	*input = (struct input){.fd = spec->fd, .on_stored = spec->on_stored, .context = spec->context};
	if (spec->fd < 0) {
		int r = open_path(input, spec->path, err);
		if (r < 0) {
			input_close(input);
			return r;
		}
	} else if (fstat(spec->fd, &input->before) < 0)
		return base_error_errno(err, ASSAY_IO, spec->name, "cannot read");
	at = lseek(input->fd, 0, SEEK_CUR);
	input->offset = at > 0 ? (uint64_t)at : 0;
	if (S_ISREG(input->before.st_mode))
		(void)posix_fadvise(input->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return ASSAY_OK;
}

void
input_close(struct input *input)
{
	if (input->is_owned && input->fd >= 0)
		close(input->fd);
	input->fd = -1;
	input->is_owned = false;
}

size_t
input_read(struct input *input, void *ret, size_t n)
{
	ssize_t got;

	if (input->at_end)
		return 0;
	for (;;) {
		got = read(input->fd, ret, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			struct pollfd ready = {.fd = input->fd, .events = POLLIN};
			(void)poll(&ready, 1, -1);
			continue;
		}
		break;
	}
	if (got <= 0) {
		input->error = got < 0 ? errno : 0;
		input->at_end = true;
		return 0;
	}
	input->n_read += (uint64_t)got;
	if (input->on_stored)
		input->on_stored(input->context, ret, (size_t)got);
	return (size_t)got;
}

bool
input_has_changed(const struct input *input)
{
	const struct stat *before = &input->before;
	struct stat after;

	if (!S_ISREG(before->st_mode) || input->error != 0 || fstat(input->fd, &after) < 0)
		return false;
	if (after.st_size != before->st_size || after.st_mtim.tv_sec != before->st_mtim.tv_sec
		|| after.st_mtim.tv_nsec != before->st_mtim.tv_nsec)
		return true;
	/* files of the kernel (/proc) state the size 0 and hold something all the same */
	return before->st_size > 0 && input->offset + input->n_read != (uint64_t)before->st_size;
}
