/* Second looks: the places of a value that hold something encoded, decoded and with the way back.
 *
 * Which bytes are decoded together must not depend on where a window ends. So a value is cut into blocks that are counted from its first
 * byte; a block is looked at for matches that begin in it, with as much around its tokens as the widest match and its context may need.
 * Only matches that hold a decoded byte, or stand right beside one, are new; the others were seen in the plain bytes. */
#ifndef DETECT_DECODED_H
#define DETECT_DECODED_H

#include "base/limits.h"
#include "detect/decode.h"

enum {
	DECODED_BLOCK = 2048,
	DECODED_CONTEXT = 256,  /* around what a match may take up */
	DECODED_SEPARATED = 96, /* width of identifiers with blanks and dashes in between */
	DECODED_LINE = 64,      /* before a base64 run: the name of what it is */
	/* What a window has to borrow on both sides: a whole run, or a block with everything around it. */
	DECODED_REACH = LIMIT_BASE64 + DECODED_CONTEXT
};
_Static_assert(LIMIT_BASE64 >= DECODED_BLOCK + 2 * (int)LIMIT_DECODED_WIDTH + 2 * (int)DECODE_LOOK, "a block fits into the reach");
_Static_assert((int)DECODED_REACH <= (int)LIMIT_REACH && LIMIT_BASE64 % 4 == 0, "windows can borrow that much; a cut run is base64");

/* ${n} decoded bytes from ${at} of a piece on come from ${size} bytes of the value from ${from} on. Between segments bytes are the same. */
struct decoded_segment {
	uint32_t at, n, from, size;
	uint8_t kind;
};

/* One text to look at. */
struct decoded_piece {
	uint32_t bytes, size;            /* in decoded.bytes */
	uint32_t segment, n_segments;    /* in decoded.segments */
	uint32_t origin;                 /* value byte from which its first byte comes */
	uint32_t from, to;               /* value bytes among which a match must lie */
	uint32_t own_from, own_to;       /* among which it must begin */
	uint32_t starts_from, starts_to; /* bytes of the piece at which it may begin */
};

struct decoded_token {
	uint32_t at;
	struct decode_token token;
	bool is_wanted, is_sure_qp, is_lone_qp;
};

struct decoded {
	uint8_t *bytes; /* pieces between guards */
	size_t n_bytes, bytes_capacity;
	struct decoded_segment *segments;
	size_t n_segments, segments_capacity;
	struct decoded_piece *pieces;
	size_t n_pieces, pieces_capacity;
	struct decoded_token *tokens;
	size_t n_tokens, tokens_capacity;
	uint64_t n_cut; /* base64 runs that are text and longer than the limit */
	uint32_t first_cut;
};

/* A value or a window of one, as decoded_plan needs it. */
struct decoded_source {
	struct base_span text;
	const uint64_t *marks; /* of decode_marks_function */
	uint64_t first_mark;   /* bit of the text's first byte */
	uint64_t base;         /* offset of the text's first byte in its value */
	uint32_t own_start, own_end;
};

/* Makes the pieces of a value. Bytes have 64 guards before the first and behind the last piece, and one in between. */
int decoded_plan(struct decoded *d, const struct decoded_source *source);
void decoded_dispose(struct decoded *d);

/* Value bytes of ${at}..${end} of a piece. */
uint32_t decoded_start(const struct decoded *d, const struct decoded_piece *p, uint32_t at);
uint32_t decoded_end(const struct decoded *d, const struct decoded_piece *p, uint32_t end);
/* Kinds (1 << enum decode_kind) of what a match holds, or else of what stands right beside it (*ret_is_beside); 0: nothing of it was
 * decoded. *ret_start: where it begins in the value, with the escape before it where plain bytes would be taken from that one. */
uint32_t decoded_kinds(
	const struct decoded *d, const struct decoded_piece *p, uint32_t start, uint32_t end, uint32_t *ret_start, bool *ret_is_beside);

#endif
