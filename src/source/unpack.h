/* Decompression by magic: gzip (RFC 1952, several members) and zstd (RFC 8878, several frames, skippable ones too). What comes before a
 * fault is delivered; the fault is kept for the report. */
#ifndef SOURCE_UNPACK_H
#define SOURCE_UNPACK_H

#include "source/input.h"

#include <zlib.h>
#include <zstd.h>

enum unpack_kind { UNPACK_NONE, UNPACK_GZIP, UNPACK_ZSTD };
enum unpack_fault { UNPACK_WHOLE, UNPACK_TRUNCATED, UNPACK_CORRUPT, UNPACK_TRAILING, UNPACK_BOMB, UNPACK_WINDOW };

struct unpack {
	struct input *input;
	enum unpack_kind kind;
	enum unpack_fault fault;
	uint8_t *in; /* stored bytes; [at, size) not yet used */
	size_t at, size;
	bool in_member; /* within a gzip member or zstd frame */
	bool at_end;
	bool z_is_open;
	z_stream z;
	ZSTD_DStream *zstd;
	uint64_t n_members, n_used, n_out;
};

/* Reads the first bytes and recognises the kind. */
int unpack_open(struct unpack *unpack, struct input *input, struct assay_error *err);
void unpack_close(struct unpack *unpack);
/* Decompressed bytes into ${ret}; *ret_n is 0 only at the end. NOMEM on failure. */
int unpack_read(struct unpack *unpack, uint8_t *ret, size_t room, size_t *ret_n, struct assay_error *err);
/* "" "gzip" "zstd" */
const char *unpack_kind_name(enum unpack_kind kind);

#endif
