/* Stored bytes of a source as they come from read(2): handed to the digest in order, compared with fstat at both ends. */
#ifndef SOURCE_INPUT_H
#define SOURCE_INPUT_H

#include "source/source.h"

#include <sys/stat.h>

struct input {
	int fd;
	bool is_owned; /* opened here, closed here */
	bool at_end;
	int error; /* errno of a read that failed, 0 = none */
	struct stat before;
	uint64_t offset, n_read; /* where reading began; bytes read since */
	void (*on_stored)(void *context, const void *data, size_t n);
	void *context;
};

/* IO when the path cannot be opened or is no regular file. */
int input_open(struct input *input, const struct source_spec *spec, struct assay_error *err);
void input_close(struct input *input);
/* Bytes read into ${ret}; 0 at the end or after an error (input->error). Short reads are normal. */
size_t input_read(struct input *input, void *ret, size_t n);
/* Once at the end: the file is not the one that was opened any more (size, time), or gave another number of bytes. */
bool input_has_changed(const struct input *input);

#endif
