/* JSON as we write it: a streaming writer into a buffer. Members come out in the order of the calls. What a terminal could take for a
 * command or hide from the eye (base_text_is_harmful) is escaped, which changes no value. Canonical JSON (RFC 8785) escapes only what it
 * must: for bytes that are signed or digested, never shown; the caller writes members in byte order of their names, integers only. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/buffer.h"
#include "base/span.h"

struct base_json {
	struct base_buffer *out;
	uint64_t has_member; /* bit per depth: something was already written at this level */
	unsigned depth;      /* at most 63 */
	bool after_key, is_canonical;
};

void base_json_init(struct base_json *j, struct base_buffer *out);
void base_json_init_canonical(struct base_json *j, struct base_buffer *out);
void base_json_open_object(struct base_json *j);
void base_json_close_object(struct base_json *j);
void base_json_open_array(struct base_json *j);
void base_json_close_array(struct base_json *j);
void base_json_key(struct base_json *j, const char *key);
/* Invalid UTF-8 becomes U+FFFD. */
void base_json_string(struct base_json *j, struct base_span s);
void base_json_text(struct base_json *j, const char *text /* NULL = null */);
void base_json_int(struct base_json *j, int64_t n);
void base_json_uint(struct base_json *j, uint64_t n);
void base_json_bool(struct base_json *j, bool b);
void base_json_null(struct base_json *j);
/* A share given in parts per million, as 0.123456 without trailing zeros. */
void base_json_ppm(struct base_json *j, uint32_t ppm);
/* Bytes that are JSON already. */
void base_json_raw(struct base_json *j, struct base_span json);
/* Appends JSON, canonical or not, as it may be shown: the same values. */
void base_json_shown(struct base_buffer *out, struct base_span json);
/* key and value in one call */
void base_json_member_text(struct base_json *j, const char *key, const char *text);
void base_json_member_int(struct base_json *j, const char *key, int64_t n);
void base_json_member_bool(struct base_json *j, const char *key, bool b);
void base_json_member_hex(struct base_json *j, const char *key, struct base_span bytes);

#endif
