/* Bytes to a descriptor through a buffer, and files that take their place only when they are finished. */
#ifndef CLI_STREAM_H
#define CLI_STREAM_H

#include "assay/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { STREAM_SIZE = 1 << 16 };

struct stream {
	int fd;
	int error; /* errno of the first failed write; nothing is written after it */
	size_t n;
	char *data; /* STREAM_SIZE bytes, made at the first write */
};

/* Shape of app_sink.write. 0, ASSAY_NOMEM or ASSAY_IO. */
int stream_write(void *stream, const void *data, size_t n);
int stream_flush(struct stream *stream);
void stream_dispose(struct stream *stream); /* frees; the descriptor stays */

struct output {
	const char *path; /* as the user gave it, for messages; borrowed */
	char *target;     /* file to be replaced; NULL: a device or pipe, written in place */
	char *temporary;  /* name of the unfinished file; NULL: it has none yet */
	struct stream stream;
};

/* Opens. The unfinished file has no name where the file system allows that, so that a scan of its folder does not meet it. is_private: mode
 * 0600, and DENIED for a device that is no terminal. */
int output_open(struct output *output, const char *path, bool is_private, struct assay_error *err);
/* Flushes and moves the file to its place, durably. */
int output_publish(struct output *output, struct assay_error *err);
/* Closes; removes what was not published. */
void output_dispose(struct output *output);
/* May values be shown on this descriptor? Only a terminal, or a regular file that its owner alone can read. */
bool output_is_private(int fd);

#endif
