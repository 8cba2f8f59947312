/* The decoded stream of a source: stored bytes -> decompression -> UTF-8. Raw offsets are byte offsets of what comes out here. */
#ifndef SOURCE_STREAM_H
#define SOURCE_STREAM_H

#include "source/unpack.h"

enum encoding { ENCODING_UTF8, ENCODING_UTF8_BOM, ENCODING_UTF16LE, ENCODING_UTF16BE };

/* Counts bytes that belong to no valid UTF-8 character, over any cutting of the stream into chunks. */
struct utf8_check {
	uint8_t pending[8]; /* bytes that may begin a character which the next chunk ends */
	size_t n_pending;
	uint64_t at; /* bytes judged so far */
	uint64_t n_bad, first_bad;
};
void utf8_check_add(struct utf8_check *check, const uint8_t *data, size_t n);
void utf8_check_end(struct utf8_check *check);

struct stream {
	struct input input;
	struct unpack unpack;
	enum encoding encoding;
	uint8_t head[4]; /* first bytes, read ahead for the BOM */
	size_t head_at, head_n;
	uint8_t *units; /* UTF-16 bytes not yet transcoded */
	size_t units_at, units_n;
	struct utf8_check utf8;
	uint64_t n_out;
};

enum { STREAM_ROOM_MIN = 16 };
int stream_open(struct stream *stream, const struct source_spec *spec, struct assay_error *err);
void stream_close(struct stream *stream);
/* Decoded bytes into ${ret} (room >= STREAM_ROOM_MIN); *ret_n is 0 only at the end. NOMEM on failure. */
int stream_read(struct stream *stream, uint8_t *ret, size_t room, size_t *ret_n, struct assay_error *err);
const char *encoding_name(enum encoding encoding);

#endif
