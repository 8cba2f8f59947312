/* Characters that are written as something else: character references of HTML (WHATWG HTML 13.5), escapes of JSON (RFC 8259 7), of
 * quoted-printable (RFC 2045 6.7) and of URLs (RFC 3986 2.1), look-alikes of digits, letters, dashes and blanks in Unicode, and base64
 * (RFC 4648). Nothing here knows of rules or windows; every look is bounded, so that its outcome does not depend on where a window ends. */
#ifndef DETECT_DECODE_H
#define DETECT_DECODE_H

#include "base/span.h"

enum decode_kind { DECODE_HTML, DECODE_JSON, DECODE_QP, DECODE_PERCENT, DECODE_UNICODE, DECODE_BASE64, DECODE_KINDS };

/* What a character that is met makes worth a second look. */
enum decode_pull {
	PULL_NEVER,   /* decoded where something else is */
	PULL_TOUCHED, /* a blank or a dash: digits stand right beside it */
	PULL_NEAR,    /* without width, a letter, or a sign between parts: a digit or '@' stands near */
	PULL_ALWAYS
};

enum {
	DECODE_LOOK = 80,       /* bytes that decide over one token, before and behind it */
	DECODE_BASE64_MIN = 16, /* characters of a run */
	DECODE_TOKEN_BYTES = 4  /* at most, decoded */
};

struct decode_token {
	uint32_t size; /* bytes that it takes up */
	uint8_t kind, pull, n, bytes[DECODE_TOKEN_BYTES];
};

/* The token that begins at byte ${at}; false: what stands there stands for itself. */
bool decode_token(struct base_span text, size_t at, struct decode_token *ret);
/* Is it worth a second look where it stands? */
bool decode_is_wanted(struct base_span text, size_t at, const struct decode_token *token);
/* Quoted-printable is only believed where more of it stands, with digits that no assignment would have. */
bool decode_is_sure_qp(struct base_span text, size_t at, const struct decode_token *token);
/* "=40" between letters or digits needs no such company, nor the break of a full line. */
bool decode_is_lone_qp(struct base_span text, size_t at, const struct decode_token *token);

/* Could the DECODE_BASE64_MIN characters of base64 at a place be text? A quick look: names in code are not. */
bool decode_base64_may_be_text(const uint8_t *run);
/* A run of base64 that begins at ${at}, both alphabets, padding not counted. *ret_cut: it is longer than ${max}. */
size_t decode_base64_run(struct base_span text, size_t at, size_t max, bool *ret_cut);
/* Decodes a run, strictly; room for three quarters of it. False: it is no base64, or not of text. */
bool decode_base64_text(struct base_span run, uint8_t *ret, size_t *ret_n);

/* Sets bit i of ${ret} (n bits, rounded up to whole words) where a token may begin at data[i], or where a run of DECODE_BASE64_MIN
 * characters of base64 begins. 64 bytes behind data[n-1] can be read; they count. True: some bit is set. */
typedef bool decode_marks_function(const uint8_t *data, size_t n, uint64_t *ret);
bool decode_marks_plain(const uint8_t *data, size_t n, uint64_t *ret);
bool decode_marks_avx2(const uint8_t *data, size_t n, uint64_t *ret);

#endif
