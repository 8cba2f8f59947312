/* Streaming JSON writer. Canonical escapes: RFC 8785, section 3.2.2.2. */
#include "base/json.h"

#include "base/text.h"

#include <inttypes.h>

void
base_json_init(struct base_json *j, struct base_buffer *out)
{
	*j = (struct base_json){.out = out};
}

void
base_json_init_canonical(struct base_json *j, struct base_buffer *out)
{
	*j = (struct base_json){.out = out, .is_canonical = true};
}

static void
before_value(struct base_json *j)
{
	uint64_t bit = UINT64_C(1) << j->depth;

	if (!j->after_key && (j->has_member & bit))
		base_buffer_char(j->out, ',');
	j->has_member |= bit;
	j->after_key = false;
}

static void
open_level(struct base_json *j, char c)
{
	before_value(j);
	base_buffer_char(j->out, c);
	if (j->depth >= 62) {
		j->out->failed = true;
		return;
	}
	j->depth++;
	j->has_member &= ~(UINT64_C(1) << j->depth);
}

static void
close_level(struct base_json *j, char c)
{
	if (j->depth > 0)
		j->depth--;
	base_buffer_char(j->out, c);
}

void
base_json_open_object(struct base_json *j)
{
	open_level(j, '{');
}
void
base_json_close_object(struct base_json *j)
{
	close_level(j, '}');
}
void
base_json_open_array(struct base_json *j)
{
	open_level(j, '[');
}
void
base_json_close_array(struct base_json *j)
{
	close_level(j, ']');
}

/* UTF-16 units, as JSON has them. */
static void
escaped(struct base_buffer *out, uint32_t c)
{
	if (c >= 0x10000) {
		c -= 0x10000;
		base_buffer_format(out, "\\u%04x\\u%04x", 0xd800 + (unsigned)(c >> 10), 0xdc00 + (unsigned)(c & 0x3ff));
	} else
		base_buffer_format(out, "\\u%04x", (unsigned)c);
}

static void
quoted(struct base_json *j, struct base_span s)
{
	struct base_buffer *out = j->out;

	base_buffer_char(out, '"');
	while (s.size > 0) {
		uint32_t c = 0;
		size_t n = base_utf8_decode(s, &c);
		if (n == 0) {
			base_buffer_text(out, "\xef\xbf\xbd");
			n = 1;
		} else if (c == '"' || c == '\\') {
			base_buffer_char(out, '\\');
			base_buffer_char(out, (char)c);
		} else if (c == '\b' || c == '\f' || c == '\n' || c == '\r' || c == '\t')
			base_buffer_text(out, c == '\b' ? "\\b" : c == '\f' ? "\\f" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t");
		else if (c < 0x20 || (!j->is_canonical && base_text_is_harmful(c)))
			escaped(out, c);
		else
			base_buffer_append(out, s.data, n);
		s.data += n;
		s.size -= n;
	}
	base_buffer_char(out, '"');
}

void
base_json_key(struct base_json *j, const char *key)
{
	before_value(j);
	quoted(j, base_span_of(key));
	base_buffer_char(j->out, ':');
	j->after_key = true;
}

void
base_json_string(struct base_json *j, struct base_span s)
{
	before_value(j);
	quoted(j, s);
}

void
base_json_text(struct base_json *j, const char *text)
{
	if (!text) {
		base_json_null(j);
		return;
	}
	base_json_string(j, base_span_of(text));
}

void
base_json_int(struct base_json *j, int64_t n)
{
	before_value(j);
	base_buffer_format(j->out, "%" PRId64, n);
}

void
base_json_uint(struct base_json *j, uint64_t n)
{
	before_value(j);
	base_buffer_format(j->out, "%" PRIu64, n);
}

void
base_json_bool(struct base_json *j, bool b)
{
	before_value(j);
	base_buffer_text(j->out, b ? "true" : "false");
}

void
base_json_null(struct base_json *j)
{
	before_value(j);
	base_buffer_text(j->out, "null");
}

void
base_json_ppm(struct base_json *j, uint32_t ppm)
{
	char text[32];
	int n = snprintf(text, sizeof text, "%u.%06u", ppm / 1000000, ppm % 1000000);

	while (n > 2 && text[n - 1] == '0' && text[n - 2] != '.')
		text[--n] = '\0';
	before_value(j);
	base_buffer_text(j->out, text);
}

void
base_json_raw(struct base_json *j, struct base_span json)
{
	before_value(j);
	base_buffer_append(j->out, json.data, json.size);
}

void
base_json_member_text(struct base_json *j, const char *key, const char *text)
{
	base_json_key(j, key);
	base_json_text(j, text);
}

void
base_json_member_int(struct base_json *j, const char *key, int64_t n)
{
	base_json_key(j, key);
	base_json_int(j, n);
}

void
base_json_member_bool(struct base_json *j, const char *key, bool b)
{
	base_json_key(j, key);
	base_json_bool(j, b);
}

void
base_json_member_hex(struct base_json *j, const char *key, struct base_span bytes)
{
	char text[2 * 64 + 1];

	base_json_key(j, key);
	if (bytes.size > 64) {
		j->out->failed = true;
		return;
	}
	base_hex(bytes, text);
	base_json_text(j, text);
}

void
base_json_shown(struct base_buffer *out, struct base_span json)
{
	while (json.size > 0) {
		uint32_t c = 0;
		size_t n = base_utf8_decode(json, &c);
		/* blanks between tokens are of C0; anything else that is harmful can only stand in a string */
		if (n == 0) {
			base_buffer_text(out, "\xef\xbf\xbd");
			n = 1;
		} else if (c >= 0x7f && base_text_is_harmful(c))
			escaped(out, c);
		else
			base_buffer_append(out, json.data, n);
		json.data += n;
		json.size -= n;
	}
}
