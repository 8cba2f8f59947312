/* The token parser (RFC 8259). It notes where strings, numbers and literals lie and copies nothing; escapes are checked here and resolved
 * when the batch is laid out. Python's NaN and Infinity pass, since data is full of them, and so do raw control characters in strings. */
#include "source/json.h"

#include "base/error.h"
#include "base/text.h"
#include "source/bytes.h"

#include <string.h>

void
json_parser_reset(struct json_parser *p)
{
	p->depth = 0;
	p->state = JSON_VALUE;
	p->node = 0;
}

static int
broken(struct json_parser *p, enum issue_code code, const char *fault)
{
	p->fault = fault;
	p->fault_code = code;
	return JSON_BROKEN;
}

static bool
hex4(const uint8_t *p, uint32_t *ret)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < 4; i++) {
		uint8_t c = base_lower(p[i]);
		if (base_is_digit(c))
			value = value << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uint32_t)(c - 'a' + 10);
		else
			return false;
	}
	*ret = value;
	return true;
}

/* What a backslash and this letter mean; 0 = nothing by themselves. */
static const uint8_t meanings[256] = {
	['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};

size_t
json_escape(const uint8_t *p, size_t n, uint8_t ret[4], size_t *ret_n)
{
	enum { UNIT = 6, PAIR = 12 };
	uint32_t c, low;

	if (n < 2)
		return 0;
	if (meanings[p[1]]) {
		ret[0] = meanings[p[1]];
		*ret_n = 1;
		return 2;
	}
	if (p[1] != 'u' || n < UNIT || !hex4(p + 2, &c))
		return 0;
	if (c >= 0xd800 && c < 0xdc00 && n >= PAIR && p[6] == '\\' && p[7] == 'u' && hex4(p + 8, &low) && low >= 0xdc00 && low < 0xe000) {
		*ret_n = base_utf8_encode(0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00), ret);
		return PAIR;
	}
	/* a lone surrogate stands for no character */
	*ret_n = base_utf8_encode(c >= 0xd800 && c < 0xe000 ? 0xfffd : c, ret);
	return UNIT;
}

uint32_t
json_escapes(const uint8_t *value, uint32_t len)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < len; i++)
		n += value[i] == '\\';
	return n;
}

uint32_t
json_decode(uint8_t *value, uint32_t len, uint64_t raw, struct batch_map *map, uint32_t *ret_n)
{
	uint32_t in = 0, out = 0, rows = 0;

	map[rows++] = (struct batch_map){0, raw};
	while (in < len) {
		uint8_t bytes[4];
		size_t n = 0, used;
		if (value[in] != '\\') {
			value[out++] = value[in++];
			continue;
		}
		used = json_escape(value + in, len - in, bytes, &n);
		/* never 0 for what the parser let through */
		in += (uint32_t)(used > 0 ? used : len - in);
		for (size_t i = 0; i < n; i++)
			value[out++] = bytes[i];
		map[rows++] = (struct batch_map){out, raw + in};
	}
	if (map[rows - 1].off < out)
		map[rows++] = (struct batch_map){out, raw + len};
	*ret_n = rows;
	return out;
}

/* From behind the opening quote to the closing one. NULL: it does not end here, or *ret_bad. */
static inline const uint8_t *
string_end(const uint8_t *p, const uint8_t *end, bool *ret_escaped, bool *ret_bad)
{
	*ret_escaped = false;
	while (p < end) {
		uint32_t mask = bytes_any2(p, '"', '\\');
		if (mask == 0) {
			p += 16;
			continue;
		}
		p += __builtin_ctz(mask);
		if (p >= end)
			return NULL;
		if (*p == '"')
			return p;
		if (end - p >= 2 && meanings[p[1]]) {
			*ret_escaped = true;
			p += 2;
			continue;
		}
		uint8_t bytes[4];
		size_t n, used = json_escape(p, (size_t)(end - p), bytes, &n);
		*ret_escaped = true;
		if (used == 0) {
			enum { WHOLE = 6 };
			*ret_bad = end - p >= WHOLE || (end - p >= 2 && p[1] != 'u');
			return NULL;
		}
		p += used;
	}
	return NULL;
}

static inline const uint8_t *
skip_space(const uint8_t *p, const uint8_t *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

static inline int
push(struct json_parser *p, uint32_t field, uint8_t flags, size_t off, size_t len)
{
	return values_push(p->values, field, flags, off, len, (uint32_t)(p->record - p->first_record)) ? ASSAY_OK : ASSAY_NOMEM;
}

static inline int
push_value(struct json_parser *p, uint8_t flags, size_t off, size_t len)
{
	uint32_t field;

	if (!p->tree)
		return ASSAY_OK;
	field = p->tree->nodes[p->node].field;
	if (field == JSON_NO_FIELD && json_tree_field(p->tree, p->node, &field) < 0)
		return ASSAY_NOMEM;
	return push(p, field, flags, off, len);
}

/* A key by the long way: decoded, looked up, perhaps a value itself. */
static int
other_key(struct json_parser *p, struct json_level *level, const uint8_t *data, size_t off, size_t len, bool is_escaped)
{
	struct json_tree *t = p->tree;
	struct base_span name = {data + off, len};
	uint32_t key, field;

	if (is_escaped) {
		base_buffer_reset(&t->scratch);
		for (size_t i = 0; i < len;) {
			uint8_t bytes[4] = {data[off + i]};
			size_t n = 1, used = data[off + i] == '\\' ? json_escape(data + off + i, len - i, bytes, &n) : 1;
			base_buffer_append(&t->scratch, bytes, n);
			i += used > 0 ? used : 1;
		}
		/* too long for the buffer is too long for a name: data in any case */
		name = (struct base_span){(const uint8_t *)t->scratch.data, t->scratch.failed ? (size_t)LIMIT_NAME + 1 : t->scratch.size};
	}
	if (json_tree_key(t, level->node, name, &key) < 0)
		return ASSAY_NOMEM;
	level->expected = key ? t->keys[key].next : 0;
	if (key && !t->keys[key].is_data) {
		p->node = t->keys[key].node;
		return ASSAY_OK;
	}
	if (json_tree_others(t, level->node, &p->node) < 0 || json_tree_key_field(t, level->node, &field) < 0)
		return ASSAY_NOMEM;
	return push(p, field, (uint8_t)(VALUE_KEY | (is_escaped ? VALUE_DECODED : 0)), off, len);
}

static inline int
take_key(struct json_parser *p, const uint8_t *data, size_t off, size_t len, bool is_escaped)
{
	struct json_level *level = &p->levels[p->depth - 1];
	const struct json_key *key;

	if (!p->tree)
		return ASSAY_OK;
	key = &p->tree->keys[level->expected];
	if (level->expected && key->size == len && !is_escaped && !key->is_data && memcmp(key->name, data + off, len) == 0) {
		level->expected = key->next;
		p->node = key->node;
		return ASSAY_OK;
	}
	return other_key(p, level, data, off, len, is_escaped);
}

static int
open_level(struct json_parser *p, bool is_array)
{
	struct json_level *level = &p->levels[p->depth];

	*level = (struct json_level){.node = p->node, .is_array = is_array};
	p->depth++;
	p->state = is_array ? JSON_VALUE_OR_END : JSON_KEY_OR_END;
	if (!p->tree)
		return ASSAY_OK;
	if (is_array)
		return json_tree_elements(p->tree, p->node, &p->node);
	level->expected = p->tree->nodes[p->node].first_key;
	return ASSAY_OK;
}

/* A record begins with an outermost value, or with each element of an outermost array. */
static inline void
begin_value(struct json_parser *p, uint8_t c)
{
	if (p->counts_elements && ((p->depth == 0 && c != '[') || (p->depth == 1 && p->levels[0].is_array)))
		p->record++;
}

static size_t
number_size(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *at = p;

	while (at < end && (base_is_digit(*at) || *at == '-' || *at == '+' || *at == '.' || *at == 'e' || *at == 'E'))
		at++;
	return (size_t)(at - p);
}

/* RFC 8259 section 6. */
static bool
is_number(const uint8_t *p, size_t n)
{
	size_t i = n > 0 && p[0] == '-', from = i;

	while (i < n && base_is_digit(p[i]))
		i++;
	if (i == from || (p[from] == '0' && i > from + 1))
		return false;
	if (i < n && p[i] == '.') {
		from = ++i;
		while (i < n && base_is_digit(p[i]))
			i++;
		if (i == from)
			return false;
	}
	if (i < n && (p[i] == 'e' || p[i] == 'E')) {
		i++;
		i += i < n && (p[i] == '+' || p[i] == '-');
		from = i;
		while (i < n && base_is_digit(p[i]))
			i++;
		if (i == from)
			return false;
	}
	return i == n;
}

/* Number or literal at ${p}: its size; 0 = does not end here; SIZE_MAX = none. */
static size_t
scalar_size(const uint8_t *p, const uint8_t *end, bool is_final)
{
	static const char *const literals[] = {"true", "false", "null", "NaN", "Infinity", "-Infinity"};
	size_t left = (size_t)(end - p), n;

	for (size_t i = 0; i < BASE_COUNT(literals) && !base_is_digit(*p); i++) {
		size_t size = strlen(literals[i]), common = size < left ? size : left;
		if (*p != (uint8_t)literals[i][0] || memcmp(p, literals[i], common) != 0)
			continue;
		return common == size ? size : is_final ? SIZE_MAX : 0;
	}
	n = number_size(p, end);
	if (n == left && !is_final)
		return 0;
	return is_number(p, n) ? n : SIZE_MAX;
}

/* A string without its closing quote in reach. */
static int
without_end(struct json_parser *p, bool is_bad, bool is_final)
{
	if (is_bad)
		return broken(p, ISSUE_FORMAT, "not valid JSON: escape");
	return is_final ? broken(p, ISSUE_FORMAT, "not valid JSON: a string never ends") : JSON_MORE;
}

/* The value at *at. JSON_DONE: taken; *at behind it. */
static int
take_value(struct json_parser *p, const uint8_t *data, size_t size, bool is_final, size_t *at)
{
	const uint8_t *begin = data + *at, *end = data + size;
	uint8_t c = *begin;
	size_t n;
	int r;

	if (c == '"') {
		bool is_escaped, is_bad = false;
		const uint8_t *close = string_end(begin + 1, end, &is_escaped, &is_bad);
		if (!close)
			return without_end(p, is_bad, is_final);
		begin_value(p, c);
		r = push_value(p, is_escaped ? VALUE_DECODED : 0, *at + 1, (size_t)(close - begin) - 1);
		*at = (size_t)(close - data) + 1;
	} else if (c == '{' || c == '[') {
		if (p->depth == LIMIT_JSON_DEPTH)
			return broken(p, ISSUE_LIMIT, "JSON nested too deeply");
		begin_value(p, c);
		++*at;
		r = open_level(p, c == '[');
		return r < 0 ? r : JSON_DONE;
	} else {
		n = scalar_size(begin, end, is_final);
		if (n == 0)
			return JSON_MORE;
		if (n == SIZE_MAX)
			return broken(p, ISSUE_FORMAT, "not valid JSON: value");
		begin_value(p, c);
		r = push_value(p, 0, *at, c == 'n' ? BATCH_NULL : n);
		*at += n;
	}
	p->state = JSON_AFTER;
	return r < 0 ? r : JSON_DONE;
}

static int
take_name(struct json_parser *p, const uint8_t *data, size_t size, bool is_final, size_t *at)
{
	bool is_escaped, is_bad = false;
	const uint8_t *close;
	int r;

	if (data[*at] != '"')
		return broken(p, ISSUE_FORMAT, "not valid JSON: key");
	close = string_end(data + *at + 1, data + size, &is_escaped, &is_bad);
	if (!close)
		return without_end(p, is_bad, is_final);
	r = take_key(p, data, *at + 1, (size_t)(close - (data + *at)) - 1, is_escaped);
	*at = (size_t)(close - data) + 1;
	p->state = JSON_COLON;
	/* what follows nearly always: spares a round */
	if (*at < size && data[*at] == ':') {
		++*at;
		p->state = JSON_VALUE;
	}
	return r < 0 ? r : JSON_DONE;
}

static void
close_level(struct json_parser *p)
{
	p->depth--;
	p->state = JSON_AFTER;
}

/* The node of the next element is the same as that of the one before. */
static int
next_in_level(struct json_parser *p)
{
	const struct json_level *level = &p->levels[p->depth - 1];

	p->state = level->is_array ? JSON_VALUE : JSON_KEY;
	return level->is_array && p->tree ? json_tree_elements(p->tree, level->node, &p->node) : ASSAY_OK;
}

int
json_parse(struct json_parser *p, const uint8_t *data, size_t size, bool is_final, size_t enough, size_t *at)
{
	for (;;) {
		int r = JSON_DONE;
		if (p->state == JSON_AFTER && p->depth == 0)
			return JSON_DONE;
		if (*at < size && data[*at] <= ' ')
			*at = (size_t)(skip_space(data + *at, data + size) - data);
		if (*at == size && is_final && (p->depth > 0 || p->state != JSON_VALUE))
			return broken(p, ISSUE_FORMAT, "not valid JSON: it ends too early");
		if (*at == size)
			return JSON_MORE;
		uint8_t c = data[*at];
		switch (p->state) {
		case JSON_VALUE_OR_END:
		case JSON_KEY_OR_END:
			if (c == (p->state == JSON_VALUE_OR_END ? ']' : '}')) {
				++*at;
				close_level(p);
				break;
			}
			r = p->state == JSON_VALUE_OR_END ? take_value(p, data, size, is_final, at)
							  : take_name(p, data, size, is_final, at);
			break;
		case JSON_VALUE:
			r = take_value(p, data, size, is_final, at);
			break;
		case JSON_KEY:
			r = take_name(p, data, size, is_final, at);
			break;
		case JSON_COLON:
			if (c != ':')
				return broken(p, ISSUE_FORMAT, "not valid JSON: ':' expected");
			++*at;
			p->state = JSON_VALUE;
			break;
		case JSON_AFTER:
			if (c == ',') {
				++*at;
				r = next_in_level(p);
				r = r < 0 ? r : *at >= enough ? JSON_MORE : JSON_DONE;
			} else if (c == (p->levels[p->depth - 1].is_array ? ']' : '}')) {
				++*at;
				close_level(p);
			} else
				return broken(p, ISSUE_FORMAT, "not valid JSON: ',' or end expected");
			break;
		}
		if (r != JSON_DONE)
			return r;
	}
}
