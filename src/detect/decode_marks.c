/* Marking what may be encoded, in plain C. */
#include "detect/decode.h"
#include "detect/decode_runs.h"

static bool
is_hexadecimal(uint8_t c)
{
	return base_is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

static bool
may_begin(const uint8_t *p)
{
	switch (p[0]) {
	case '%':
		return is_hexadecimal(p[1]);
	case '=':
		return (is_hexadecimal(p[1]) && !base_is_lower(p[1])) || p[1] == '\n' || p[1] == '\r';
	case '&':
		return p[1] == '#' || base_is_alpha(p[1]);
	case '\\':
		return p[1] == 'u' || p[1] == '/' || p[1] == '\\';
	default:
		return p[0] >= 0xc2 && (p[1] & 0xc0) == 0x80 && decode_may_lead(p[0]);
	}
}

bool
decode_marks_plain(const uint8_t *data, size_t n, uint64_t *ret)
{
	struct decode_runs runs = {0};

	for (size_t w = 0; w < (n + 63) / 64; w++) {
		uint64_t tokens = 0, letters = 0;
		for (size_t i = 0; i < 64 && w * 64 + i < n; i++) {
			const uint8_t *p = data + w * 64 + i;
			tokens |= (uint64_t)may_begin(p) << i;
			letters |= (uint64_t)(base_is_alnum(*p) || *p == '+' || *p == '/' || *p == '-' || *p == '_') << i;
		}
		decode_runs_add(&runs, ret, w, tokens, letters);
	}
	return decode_runs_end(&runs, ret, (n + 63) / 64);
}
