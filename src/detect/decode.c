/* One encoded character at a time. */
#include "detect/decode.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { NEAR_BYTES = 32, TOUCH_BYTES = 4, BACKSLASHES_MAX = 4 };

/* ---- look-alikes ---- */

/* First of ten digits each (general category Nd), sorted. */
static const uint32_t zeros[] = {0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
	0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900,
	0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0x104a0, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730,
	0x118e0, 0x11c50, 0x11d50, 0x16a60, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e950, 0x1fbf0};

enum { FOLD_NOT = -1, FOLD_AWAY = 0 };

static int
fold_digit(uint32_t c)
{
	size_t low = 0, high = BASE_COUNT(zeros);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (zeros[middle] <= c)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && c - zeros[low - 1] < 10 ? (int)('0' + (c - zeros[low - 1])) : FOLD_NOT;
}

/* General punctuation, where most of them are. */
static int
fold_punctuation(uint32_t c)
{
	if (c <= 0x200a || c == 0x202f || c == 0x205f)
		return ' ';
	if (c <= 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x206f))
		return FOLD_AWAY;
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2043)
		return '-';
	return c == 0x2024 ? '.' : c == 0x2044 ? '/' : FOLD_NOT;
}

/* The ASCII character that a character stands for, FOLD_AWAY where it shows nothing, else FOLD_NOT. */
static int
fold(uint32_t c)
{
	if (c >= 0x2000 && c < 0x2070)
		return fold_punctuation(c);
	if (c >= 0xff01 && c <= 0xff5e)
		return (int)(c - 0xff01 + '!');
	switch (c) {
	case 0xa0:
	case 0x1680:
	case 0x3000:
		return ' ';
	case 0xad:
	case 0x34f:
	case 0x180e:
	case 0xfeff:
		return FOLD_AWAY;
	case 0x2212:
	case 0xfe58:
	case 0xfe63:
		return '-';
	case 0xfe52:
	case 0xff61:
		return '.';
	case 0xfe6b:
		return '@';
	default:
		return c < 0x660 || (c >= 0x1c60 && c < 0xa620) ? FOLD_NOT : fold_digit(c);
	}
}

static uint8_t
pull_of(int c, enum decode_kind kind)
{
	if (base_is_digit((uint8_t)c) || c == '@')
		return PULL_ALWAYS;
	if (c == FOLD_AWAY)
		return PULL_NEAR;
	if (base_is_alpha((uint8_t)c) || (c != 0 && strchr(".:=_+-", c)))
		return kind == DECODE_UNICODE && c == '-' ? PULL_TOUCHED : PULL_NEAR;
	return PULL_TOUCHED;
}

/* A token that stands for one character. */
static bool
stand_for(struct decode_token *t, uint32_t c, enum decode_kind kind, size_t size)
{
	int folded = c < 0x80 ? (int)c : fold(c);

	t->kind = (uint8_t)kind;
	t->size = (uint32_t)size;
	if (c < 0x80 && (c < 0x20 || c == 0x7f) && c != '\t' && c != '\n' && c != '\r')
		return false;
	if (folded == FOLD_NOT) {
		t->n = (uint8_t)base_utf8_encode(c, t->bytes);
		t->pull = PULL_NEVER;
		return t->n > 0;
	}
	t->n = folded != FOLD_AWAY;
	t->bytes[0] = (uint8_t)folded;
	t->pull = pull_of(folded, kind);
	return true;
}

static bool
unicode_token(struct base_span text, size_t at, struct decode_token *ret)
{
	uint32_t c;
	size_t n = base_utf8_decode((struct base_span){text.data + at, text.size - at}, &c);

	return n > 1 && fold(c) != FOLD_NOT && stand_for(ret, c, DECODE_UNICODE, n);
}

/* ---- hexadecimal ---- */

static int
digit_of(uint8_t c)
{
	if (base_is_digit(c))
		return c - '0';
	c = base_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* n digits at a place, or -1. */
static int64_t
number_at(struct base_span text, size_t at, size_t n)
{
	int64_t number = 0;

	if (at > text.size || text.size - at < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int d = digit_of(text.data[at + i]);
		if (d < 0)
			return -1;
		number = number << 4 | d;
	}
	return number;
}

/* The value of a character of base64, of either alphabet, or -1. */
static int
sextet(uint8_t c)
{
	/* from '+' on, one more each */
	static const uint8_t values[] = {63, 0, 63, 0, 64, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7,
		8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 0, 0, 0, 0, 64, 0, 27, 28, 29, 30, 31, 32, 33, 34,
		35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52};
	size_t at = (size_t)c - '+';

	return c >= '+' && at < BASE_COUNT(values) ? values[at] - 1 : -1;
}

/* ---- percent and quoted-printable: bytes, which may be those of one character ---- */

/* The byte written at a place, or -1. Quoted-printable has capitals only (RFC 2045 6.7 rule 1). */
static int
byte_at(struct base_span text, size_t at, uint8_t sign)
{
	int64_t byte = at < text.size && text.data[at] == sign ? number_at(text, at + 1, 2) : -1;

	if (byte >= 0 && sign == '=' && (base_is_lower(text.data[at + 1]) || base_is_lower(text.data[at + 2])))
		return -1;
	return (int)byte;
}

static bool
bytes_token(struct base_span text, size_t at, uint8_t sign, struct decode_token *ret)
{
	enum decode_kind kind = sign == '%' ? DECODE_PERCENT : DECODE_QP;
	uint8_t bytes[4];
	size_t n = 0;
	uint32_t c;

	for (int byte; n < sizeof bytes && (byte = byte_at(text, at + n * 3, sign)) >= 0; n++)
		bytes[n] = (uint8_t)byte;
	n = base_utf8_decode((struct base_span){bytes, n}, &c);
	return n > 0 && stand_for(ret, c, kind, n * 3);
}

/* Does a sign that ends a line complete a group of four, as the padding of base64 does? */
static bool
is_padding(struct base_span text, size_t at)
{
	size_t n = 0;

	while (n < DECODE_LOOK && n < at && sextet(text.data[at - 1 - n]) >= 0)
		n++;
	return n == DECODE_LOOK || (n >= 7 && n % 4 == 3);
}

/* A line that goes on behind its end (RFC 2045 6.7 rule 5), within a word. */
static bool
soft_break(struct base_span text, size_t at, struct decode_token *ret)
{
	size_t next = at + 1;

	if (next < text.size && text.data[next] == '\r')
		next++;
	if (at == 0 || next + 1 >= text.size || text.data[next] != '\n' || !base_is_word(text.data[at - 1])
		|| !(base_is_word(text.data[next + 1]) || text.data[next + 1] == '=') || is_padding(text, at))
		return false;
	*ret = (struct decode_token){(uint32_t)(next + 1 - at), DECODE_QP, PULL_NEAR, 0, {0}};
	return true;
}

/* ---- HTML ---- */

struct entity {
	const char *name;
	uint32_t c;
};
/* Those that stand in or between the parts of identifiers; sorted. */
static const struct entity entities[] = {{"NewLine", '\n'}, {"Tab", '\t'}, {"UnderBar", '_'}, {"amp", '&'}, {"apos", '\''}, {"ast", '*'},
	{"bsol", '\\'}, {"colon", ':'}, {"comma", ','}, {"commat", '@'}, {"dash", 0x2010}, {"dollar", '$'}, {"emsp", 0x2003},
	{"ensp", 0x2002}, {"equals", '='}, {"excl", '!'}, {"gt", '>'}, {"hairsp", 0x200a}, {"horbar", 0x2015}, {"hyphen", 0x2010},
	{"lowbar", '_'}, {"lpar", '('}, {"lt", '<'}, {"mdash", 0x2014}, {"minus", 0x2212}, {"nbsp", 0xa0}, {"ndash", 0x2013}, {"num", '#'},
	{"numsp", 0x2007}, {"percnt", '%'}, {"period", '.'}, {"plus", '+'}, {"puncsp", 0x2008}, {"quest", '?'}, {"quot", '"'},
	{"rpar", ')'}, {"semi", ';'}, {"shy", 0xad}, {"sol", '/'}, {"thinsp", 0x2009}, {"zwj", 0x200d}, {"zwnj", 0x200c}};

static bool
named_entity(struct base_span text, size_t at, struct decode_token *ret)
{
	enum { NAME_MAX_BYTES = 8 };
	size_t n = 0, low = 0, high = BASE_COUNT(entities);
	const uint8_t *name = text.data + at + 1;

	while (at + 1 + n < text.size && n <= NAME_MAX_BYTES && base_is_alpha(name[n]))
		n++;
	if (n == 0 || n > NAME_MAX_BYTES || at + 1 + n >= text.size || name[n] != ';')
		return false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = base_span_compare(base_span_of(entities[middle].name), (struct base_span){name, n});
		if (order == 0)
			return stand_for(ret, entities[middle].c, DECODE_HTML, n + 2);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* The semicolon may be left out, as browsers allow. */
static bool
numbered_entity(struct base_span text, size_t at, struct decode_token *ret)
{
	enum { DIGITS_MAX = 10 };
	bool is_hex = at + 2 < text.size && base_lower(text.data[at + 2]) == 'x';
	size_t from = at + 2 + is_hex, i = from;
	uint64_t c = 0;

	for (; i < text.size && i - from <= DIGITS_MAX; i++) {
		int d = digit_of(text.data[i]);
		if (d < 0 || (!is_hex && d > 9))
			break;
		c = c * (is_hex ? 16 : 10) + (unsigned)d;
	}
	if (i == from || i - from > DIGITS_MAX || c > 0x10ffff)
		return false;
	i += i < text.size && text.data[i] == ';';
	return stand_for(ret, (uint32_t)c, DECODE_HTML, i - at);
}

/* ---- JSON ---- */

static bool
json_token(struct base_span text, size_t at, struct decode_token *ret)
{
	size_t i = at;

	/* strings in strings: the backslash itself is escaped */
	while (i < text.size && i - at < BACKSLASHES_MAX && text.data[i] == '\\')
		i++;
	if (i >= text.size)
		return false;
	if (text.data[i] == '/')
		return stand_for(ret, '/', DECODE_JSON, i + 1 - at);
	if (text.data[i] != 'u')
		return false;
	int64_t c = number_at(text, i + 1, 4), low;
	i += 5;
	if (c >= 0xd800 && c < 0xdc00) {
		while (i < text.size && i - at < 2 * BACKSLASHES_MAX + 5 && text.data[i] == '\\')
			i++;
		low = i < text.size && text.data[i - 1] == '\\' && text.data[i] == 'u' ? number_at(text, i + 1, 4) : -1;
		if (low < 0xdc00 || low > 0xdfff)
			return false;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		i += 5;
	}
	return c >= 0 && stand_for(ret, (uint32_t)c, DECODE_JSON, i - at);
}

bool
decode_token(struct base_span text, size_t at, struct decode_token *ret)
{
	switch (text.data[at]) {
	case '%':
		return bytes_token(text, at, '%', ret);
	case '=':
		return bytes_token(text, at, '=', ret) || soft_break(text, at, ret);
	case '&':
		return at + 1 < text.size && text.data[at + 1] == '#' ? numbered_entity(text, at, ret) : named_entity(text, at, ret);
	case '\\':
		return json_token(text, at, ret);
	default:
		return text.data[at] >= 0xc2 && unicode_token(text, at, ret);
	}
}

/* ---- which of them matter ---- */

/* Does a digit belong to an escape? */
static bool
is_of_escape(struct base_span text, size_t at)
{
	for (size_t i = 1; i <= 2 && i <= at; i++)
		if (text.data[at - i] == '%' || text.data[at - i] == '=' || text.data[at - i] == '#')
			return true;
	return false;
}

static bool
has_digit(struct base_span text, size_t from, size_t to, bool or_at)
{
	for (size_t i = from; i < to && i < text.size; i++)
		if ((base_is_digit(text.data[i]) && !is_of_escape(text, i)) || (or_at && text.data[i] == '@'))
			return true;
	return false;
}

bool
decode_is_wanted(struct base_span text, size_t at, const struct decode_token *t)
{
	size_t around = t->pull == PULL_TOUCHED ? TOUCH_BYTES : NEAR_BYTES;
	bool or_at = t->pull == PULL_NEAR;

	if (t->pull == PULL_NEVER || t->pull == PULL_ALWAYS)
		return t->pull == PULL_ALWAYS;
	return has_digit(text, at < around ? 0 : at - around, at, or_at) || has_digit(text, at + t->size, at + t->size + around, or_at);
}

bool
decode_is_sure_qp(struct base_span text, size_t at, const struct decode_token *t)
{
	if (t->kind != DECODE_QP)
		return false;
	return t->n > 0 && (base_is_alpha(text.data[at + 1]) || base_is_alpha(text.data[at + 2]));
}

/* Lines that are broken are nearly as long as they may be (RFC 2045 6.7 rule 5). */
static bool
ends_full_line(struct base_span text, size_t at)
{
	enum { LEAST = 60, MOST = 76 };
	size_t n = 0;

	while (n <= MOST && n < at && text.data[at - 1 - n] != '\n')
		n++;
	return n >= LEAST && n < MOST;
}

bool
decode_is_lone_qp(struct base_span text, size_t at, const struct decode_token *t)
{
	if (t->kind != DECODE_QP || at == 0)
		return false;
	if (t->n == 0)
		return ends_full_line(text, at);
	return t->n == 1 && t->bytes[0] == '@' && at + 3 < text.size && base_is_alnum(text.data[at - 1])
	       && base_is_alnum(text.data[at + 3]);
}

/* ---- base64 ---- */

size_t
decode_base64_run(struct base_span text, size_t at, size_t max, bool *ret_cut)
{
	size_t n = 0;

	while (at + n < text.size && n < max && sextet(text.data[at + n]) >= 0)
		n++;
	*ret_cut = n == max && at + n < text.size && sextet(text.data[at + n]) >= 0;
	return n;
}

/* Can a byte of text follow, when ${left} bytes of a character are still to come? */
static bool
is_text_byte(uint8_t c, unsigned *left)
{
	if (*left > 0) {
		--*left;
		return (c & 0xc0) == 0x80;
	}
	*left = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc2 ? 1 : 0;
	return c >= 0xc2 ? c < 0xf5 : (c >= 0x20 && c < 0x7f) || c == '\t' || c == '\n' || c == '\r';
}

bool
decode_base64_may_be_text(const uint8_t *run)
{
	unsigned left = 0;

	for (size_t i = 0; i < DECODE_BASE64_MIN; i += 4) {
		uint32_t bits = 0;
		for (size_t k = 0; k < 4; k++)
			bits = bits << 6 | (uint32_t)sextet(run[i + k]);
		for (unsigned shift = 24; shift > 0; shift -= 8)
			if (!is_text_byte((uint8_t)(bits >> (shift - 8)), &left))
				return false;
	}
	return true;
}

bool
decode_base64_text(struct base_span run, uint8_t *ret, size_t *ret_n)
{
	uint32_t bits = 0;
	unsigned n_bits = 0, left = 0;
	size_t n = 0;

	if (run.size % 4 == 1)
		return false;
	for (size_t i = 0; i < run.size; i++) {
		bits = bits << 6 | (uint32_t)sextet(run.data[i]);
		n_bits += 6;
		if (n_bits < 8)
			continue;
		n_bits -= 8;
		ret[n] = (uint8_t)(bits >> n_bits);
		/* nearly all of what is no base64 ends here, after a few bytes */
		if (!is_text_byte(ret[n++], &left))
			return false;
	}
	if (bits & ((1u << n_bits) - 1))
		return false;
	*ret_n = n;
	return base_utf8_is_valid((struct base_span){ret, n});
}
