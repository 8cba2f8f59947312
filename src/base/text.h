/* Text that is shown or compared: UTF-8 validation, safe printing, spelling suggestions, globs, hex and base64. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buffer.h"
#include "base/span.h"

/* Length in bytes of the valid UTF-8 prefix of s (RFC 3629: no surrogates, no overlong forms). */
size_t base_utf8_valid_prefix(struct base_span s);
bool base_utf8_is_valid(struct base_span s);
/* Decodes one character; returns its length in bytes, 0 if invalid or at the end. */
size_t base_utf8_decode(struct base_span s, uint32_t *ret_code_point);
/* Encodes; returns the length 1..4 written to ret, 0 for a surrogate or out of range. */
size_t base_utf8_encode(uint32_t code_point, uint8_t ret[4]);
/* Number of characters; an invalid byte counts as one. */
size_t base_utf8_count(struct base_span s);

/* Characters that move the cursor, hide or reorder text: C0, DEL, C1, bidirectional controls, what has no width, tags. */
bool base_text_is_harmful(uint32_t code_point);
/* Appends s so that a terminal or a log line cannot be harmed: control characters (C0, DEL, C1), bidirectional overrides and
 * invalid bytes become \n \t \xNN \u{...}; a backslash becomes "\\". */
void base_text_printable(struct base_buffer *out, struct base_span s);

/* Closest of n candidates to ${text} by edit distance, or NULL when none is near enough to be a slip of the pen. */
const char *base_suggest(const char *text, const char *const *candidates, size_t n);

/* Path glob: '*' within one part, '**' across parts, '?' one character of a part. Both are '/'-separated, byte-wise. Time is the product of
 * both lengths; a pattern of more than BASE_GLOB_MAX bytes matches nothing. */
enum { BASE_GLOB_MAX = 1024 };
bool base_glob_matches(const char *pattern, const char *path);

void base_hex(struct base_span s, char *ret /* 2 * size + 1 */);
/* Exact: even length, 0-9a-fA-F only, result of exactly n bytes. */
bool base_unhex(struct base_span text, uint8_t *ret, size_t n);
/* RFC 4648 section 4, padded. */
void base_base64(struct base_buffer *out, struct base_span s);
/* Strict: canonical padding, no whitespace, zero trailing bits. Returns false otherwise. */
bool base_unbase64(struct base_span text, struct base_buffer *out);

#endif
