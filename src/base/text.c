/* UTF-8, safe printing, spelling suggestions, globs. */
#include "base/text.h"

#include "base/memory.h"

#include <string.h>

size_t
base_utf8_decode(struct base_span s, uint32_t *ret_code_point)
{
	static const struct {
		uint8_t mask, lead;
		uint32_t min;
	} forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

	if (s.size == 0)
		return 0;
	for (size_t extra = 0; extra < BASE_COUNT(forms); extra++) {
		uint32_t c = s.data[0] & (uint8_t)~forms[extra].mask;
		if ((s.data[0] & forms[extra].mask) != forms[extra].lead)
			continue;
		if (s.size <= extra)
			return 0;
		for (size_t i = 1; i <= extra; i++) {
			if ((s.data[i] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (s.data[i] & 0x3f);
		}
		if (c < forms[extra].min || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
			return 0;
		*ret_code_point = c;
		return extra + 1;
	}
	return 0;
}

size_t
base_utf8_encode(uint32_t c, uint8_t ret[4])
{
	if (c < 0x80) {
		ret[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		ret[0] = (uint8_t)(0xc0 | c >> 6);
		ret[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c >= 0xd800 && c <= 0xdfff)
		return 0;
	if (c < 0x10000) {
		ret[0] = (uint8_t)(0xe0 | c >> 12);
		ret[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		ret[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	if (c > 0x10ffff)
		return 0;
	ret[0] = (uint8_t)(0xf0 | c >> 18);
	ret[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	ret[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	ret[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

size_t
base_utf8_valid_prefix(struct base_span s)
{
	struct base_span rest = s;

	while (rest.size > 0) {
		uint32_t c;
		size_t n = rest.data[0] < 0x80 ? 1 : base_utf8_decode(rest, &c);
		if (n == 0)
			break;
		rest.data += n;
		rest.size -= n;
	}
	return s.size - rest.size;
}

bool
base_utf8_is_valid(struct base_span s)
{
	return base_utf8_valid_prefix(s) == s.size;
}

size_t
base_utf8_count(struct base_span s)
{
	size_t count = 0;

	while (s.size > 0) {
		uint32_t c;
		size_t n = base_utf8_decode(s, &c);
		if (n == 0)
			n = 1;
		s.data += n;
		s.size -= n;
		count++;
	}
	return count;
}

bool
base_text_is_harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e)
	       || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe007f);
}

void
base_text_printable(struct base_buffer *out, struct base_span s)
{
	while (s.size > 0) {
		uint32_t c = 0;
		size_t n = base_utf8_decode(s, &c);
		if (n == 0) {
			base_buffer_format(out, "\\x%02X", s.data[0]);
			n = 1;
		} else if (c == '\\')
			base_buffer_text(out, "\\\\");
		else if (c == '\n')
			base_buffer_text(out, "\\n");
		else if (c == '\t')
			base_buffer_text(out, "\\t");
		else if (c == '\r')
			base_buffer_text(out, "\\r");
		else if (base_text_is_harmful(c))
			base_buffer_format(out, c < 0x100 ? "\\x%02X" : "\\u{%X}", (unsigned)c);
		else
			base_buffer_append(out, s.data, n);
		s.data += n;
		s.size -= n;
	}
}

enum { SUGGEST_MAX = 64 };

/* Optimal string alignment distance (a swap of neighbours counts one), case folded; both at most SUGGEST_MAX bytes. */
static size_t
edit_distance(const char *a, size_t na, const char *b, size_t nb)
{
	size_t rows[3][SUGGEST_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];

	for (size_t j = 0; j <= nb; j++)
		last[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t *spare = before;
		uint8_t ca = base_lower((uint8_t)a[i - 1]);
		now[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			uint8_t cb = base_lower((uint8_t)b[j - 1]);
			size_t best = last[j - 1] + (ca != cb);
			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && ca == base_lower((uint8_t)b[j - 2]) && base_lower((uint8_t)a[i - 2]) == cb
				&& before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[nb];
}

const char *
base_suggest(const char *text, const char *const *candidates, size_t n)
{
	size_t size = strlen(text), best = SIZE_MAX;
	const char *found = NULL;

	if (size == 0 || size > SUGGEST_MAX)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t length = strlen(candidates[i]);
		if (length > SUGGEST_MAX)
			continue;
		size_t distance = edit_distance(text, size, candidates[i], length);
		if (distance < best) {
			best = distance;
			found = candidates[i];
		}
	}
	return best <= (size < 4 ? 1 : size / 3 + (size < 6)) ? found : NULL;
}

/* Positions of a pattern that a prefix of the path can have reached. */
struct glob_states {
	bool at[BASE_GLOB_MAX + 1];
};

/* Adds a position and those that it reaches without a byte of the path. ${entered}: it was not already there before the last byte. */
static void
glob_add(struct glob_states *states, const char *pattern, size_t at, bool entered)
{
	for (;;) {
		bool is_any = pattern[at] == '*' && pattern[at + 1] == '*';
		if (states->at[at] && !entered)
			return;
		states->at[at] = true;
		/* "**" followed by '/' also matches no folder at all */
		if (is_any && entered && pattern[at + 2] == '/')
			glob_add(states, pattern, at + 3, true);
		if (pattern[at] != '*')
			return;
		at += is_any ? 2 : 1;
		entered = true;
	}
}

bool
base_glob_matches(const char *pattern, const char *path)
{
	struct glob_states now = {0}, next;
	size_t n = strlen(pattern);

	if (n > BASE_GLOB_MAX)
		return false;
	glob_add(&now, pattern, 0, true);
	for (; *path; path++) {
		bool any = false;
		memset(next.at, 0, n + 1);
		for (size_t i = 0; i < n; i++) {
			if (!now.at[i])
				continue;
			any = true;
			if (pattern[i] == '*' && (pattern[i + 1] == '*' || *path != '/'))
				glob_add(&next, pattern, i, false);
			else if (pattern[i] != '*' && (pattern[i] == *path || (pattern[i] == '?' && *path != '/')))
				glob_add(&next, pattern, i + 1, true);
		}
		if (!any)
			return false;
		now = next;
	}
	return now.at[n];
}

void
base_hex(struct base_span s, char *ret)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < s.size; i++) {
		ret[2 * i] = digits[s.data[i] >> 4];
		ret[2 * i + 1] = digits[s.data[i] & 15];
	}
	ret[2 * s.size] = '\0';
}

static int
hex_value(uint8_t c)
{
	if (base_is_digit(c))
		return c - '0';
	c = base_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
base_unhex(struct base_span text, uint8_t *ret, size_t n)
{
	if (text.size != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_value(text.data[2 * i]), low = hex_value(text.data[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base_base64(struct base_buffer *out, struct base_span s)
{
	for (size_t i = 0; i < s.size; i += 3) {
		size_t left = s.size - i;
		uint32_t v = (uint32_t)s.data[i] << 16 | (left > 1 ? (uint32_t)s.data[i + 1] << 8 : 0) | (left > 2 ? s.data[i + 2] : 0);
		char quad[4] = {base64_digits[v >> 18], base64_digits[v >> 12 & 63], left > 1 ? base64_digits[v >> 6 & 63] : '=',
			left > 2 ? base64_digits[v & 63] : '='};
		base_buffer_append(out, quad, sizeof quad);
	}
}

static int
base64_value(uint8_t c)
{
	const char *at = c ? strchr(base64_digits, c) : NULL;

	return at ? (int)(at - base64_digits) : -1;
}

bool
base_unbase64(struct base_span text, struct base_buffer *out)
{
	if (text.size % 4 != 0)
		return false;
	for (size_t i = 0; i < text.size; i += 4) {
		const uint8_t *quad = text.data + i;
		bool is_last = i + 4 == text.size;
		size_t pad = is_last && quad[3] == '=' ? (quad[2] == '=' ? 2 : 1) : 0;
		uint32_t v = 0;
		for (size_t k = 0; k < 4; k++) {
			int digit = k >= 4 - pad ? 0 : base64_value(quad[k]);
			if (digit < 0)
				return false;
			v = v << 6 | (uint32_t)digit;
		}
		if ((pad == 1 && (v & 0xff)) || (pad == 2 && (v & 0xffff)))
			return false;
		uint8_t bytes[3] = {(uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
		base_buffer_append(out, bytes, 3 - pad);
	}
	return !out->failed;
}
