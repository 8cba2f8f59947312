/* Recursive descent over the pattern subset. Case is resolved here: under (?i) a letter becomes the set of both its forms. */
#include "rules/pattern_tree.h"

#include "base/error.h"

#include <string.h>

enum { DEPTH_MAX = 64, REPEAT_MAX = PATTERN_WIDTH_MAX };

struct parser {
	const char *text;
	size_t at, depth;
	bool caseless;
	struct base_arena *arena;
	struct assay_error *err;
};

static struct pattern_node *parse_alternatives(struct parser *p);

static struct pattern_node *
refuse(struct parser *p, size_t at, const char *message)
{
	base_error(p->err, ASSAY_PACK, "pattern byte %zu: %s", at + 1, message);
	return NULL;
}

static struct pattern_node *
new_node(struct parser *p, enum node_kind kind)
{
	struct pattern_node *node = base_arena_alloc(p->arena, sizeof *node);

	if (!node) {
		base_error_nomem(p->err);
		return NULL;
	}
	node->kind = kind;
	node->at = p->at;
	return node;
}

static void
add_range(struct byte_set *set, unsigned from, unsigned to)
{
	for (unsigned c = from; c <= to; c++)
		byte_set_add(set, (uint8_t)c);
}

static void
fold_case(struct byte_set *set)
{
	for (unsigned c = 'A'; c <= 'Z'; c++)
		if (byte_set_has(set, (uint8_t)c) || byte_set_has(set, (uint8_t)(c | 0x20))) {
			byte_set_add(set, (uint8_t)c);
			byte_set_add(set, (uint8_t)(c | 0x20));
		}
}

static void
invert(struct byte_set *set)
{
	for (size_t i = 0; i < 4; i++)
		set->bits[i] = ~set->bits[i];
}

/* \d \w \s and their opposites; false when c names no class. */
static bool
class_of(char c, struct byte_set *set)
{
	struct byte_set made = {0};

	switch (c | 0x20) {
	case 'd':
		add_range(&made, '0', '9');
		break;
	case 'w':
		add_range(&made, '0', '9');
		add_range(&made, 'A', 'Z');
		add_range(&made, 'a', 'z');
		byte_set_add(&made, '_');
		break;
	case 's':
		add_range(&made, '\t', '\r');
		byte_set_add(&made, ' ');
		break;
	default:
		return false;
	}
	if (base_is_upper((uint8_t)c))
		invert(&made);
	for (size_t i = 0; i < 4; i++)
		set->bits[i] |= made.bits[i];
	return true;
}

static int
hex_digit(char c)
{
	if (base_is_digit((uint8_t)c))
		return c - '0';
	c = (char)base_lower((uint8_t)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One escaped byte after the backslash (p->at is on the letter); -1 when it is none. */
static int
escaped_byte(struct parser *p)
{
	char c = p->text[p->at];

	if (c == 'x') {
		int high = hex_digit(p->text[p->at + 1]), low = high < 0 ? -1 : hex_digit(p->text[p->at + 2]);
		if (low < 0)
			return -1;
		p->at += 3;
		return high << 4 | low;
	}
	if (c == '\0' || base_is_alnum((uint8_t)c)) {
		static const char letters[] = "tnrfe", bytes[] = "\t\n\r\f\x1b";
		const char *found = c ? strchr(letters, c) : NULL;
		if (!found)
			return -1;
		p->at++;
		return bytes[found - letters];
	}
	p->at++;
	return (uint8_t)c;
}

/* One end of a range or one member of a class; returns the byte, -1 on error, -2 when a class was added instead. */
static int
class_member(struct parser *p, struct byte_set *set)
{
	uint8_t c = (uint8_t)p->text[p->at];

	if (c != '\\') {
		p->at++;
		return c;
	}
	p->at++;
	if (class_of(p->text[p->at], set)) {
		p->at++;
		return -2;
	}
	return escaped_byte(p);
}

static struct pattern_node *
parse_class(struct parser *p)
{
	struct pattern_node *node = new_node(p, NODE_SET);
	size_t open = p->at++;
	bool negative = false;

	if (!node)
		return NULL;
	if (p->text[p->at] == '^') {
		negative = true;
		p->at++;
	}
	for (bool is_first = true; p->text[p->at] != ']' || is_first; is_first = false) {
		if (!p->text[p->at])
			return refuse(p, open, "the class is not closed");
		if (p->text[p->at] == '[' && p->text[p->at + 1] == ':')
			return refuse(p, p->at, "POSIX classes are not supported");
		int from = class_member(p, &node->set);
		if (from == -1)
			return refuse(p, p->at, "unknown escape in a class");
		if (from == -2)
			continue;
		int to = from;
		if (p->text[p->at] == '-' && p->text[p->at + 1] && p->text[p->at + 1] != ']') {
			p->at++;
			to = class_member(p, &node->set);
			if (to < from)
				return refuse(p, p->at, "a range of a class runs backwards");
		}
		add_range(&node->set, (unsigned)from, (unsigned)to);
	}
	p->at++;
	if (p->caseless)
		fold_case(&node->set);
	if (negative)
		invert(&node->set);
	return node;
}

static struct pattern_node *
parse_escape(struct parser *p)
{
	struct pattern_node *node = new_node(p, NODE_SET);
	char c = p->text[++p->at];
	int byte;

	if (!node)
		return NULL;
	switch (c) {
	case 'b':
	case 'B':
	case 'A':
	case 'z':
		p->at++;
		node->kind = c == 'b' ? NODE_BOUNDARY : c == 'B' ? NODE_NOT_BOUNDARY : c == 'A' ? NODE_BEGIN : NODE_END;
		return node;
	default:
		break;
	}
	if (class_of(c, &node->set)) {
		p->at++;
		return node;
	}
	byte = escaped_byte(p);
	if (byte < 0)
		return refuse(p, p->at, "unknown escape");
	byte_set_add(&node->set, (uint8_t)byte);
	if (p->caseless)
		fold_case(&node->set);
	return node;
}

/* After "(?": flags, look-around, named group. Sets *ret_look for look-around. */
static bool
parse_group_head(struct parser *p, struct pattern_node *look, bool *ret_is_flags)
{
	const char *t = p->text + p->at;

	if (strncmp(t, "<=", 2) == 0 || strncmp(t, "<!", 2) == 0) {
		look->kind = NODE_LOOK;
		look->is_behind = true;
		look->is_negative = t[1] == '!';
		p->at += 2;
		return true;
	}
	if (*t == '=' || *t == '!') {
		look->kind = NODE_LOOK;
		look->is_negative = *t == '!';
		p->at++;
		return true;
	}
	if (*t == ':' || *t == '>') {
		p->at++;
		return true;
	}
	if (*t == '<' && base_is_alpha((uint8_t)t[1])) {
		size_t n = strspn(t + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
		if (t[n + 1] != '>')
			return false;
		p->at += n + 2;
		return true;
	}
	if (strncmp(t, "i)", 2) == 0 || strncmp(t, "i:", 2) == 0 || strncmp(t, "-i:", 3) == 0 || strncmp(t, "-i)", 3) == 0) {
		p->caseless = *t == 'i';
		p->at += *t == 'i' ? 1 : 2;
		*ret_is_flags = p->text[p->at] == ')';
		p->at++;
		return true;
	}
	return false;
}

static struct pattern_node *
parse_group(struct parser *p)
{
	size_t open = p->at++;
	bool caseless = p->caseless, is_flags = false;
	struct pattern_node *look = new_node(p, NODE_EMPTY), *inner;

	if (!look)
		return NULL;
	if (p->text[p->at] == '?') {
		p->at++;
		if (!parse_group_head(p, look, &is_flags))
			return refuse(p, open, "this kind of group is not supported");
		if (is_flags)
			return look; /* holds to the end of the enclosing group */
	} else if (p->text[p->at] == '*')
		return refuse(p, open, "verbs are not supported");
	if (++p->depth > DEPTH_MAX)
		return refuse(p, open, "groups nested too deeply");
	inner = parse_alternatives(p);
	p->depth--;
	if (!inner)
		return NULL;
	if (p->text[p->at] != ')')
		return refuse(p, open, "the group is not closed");
	p->at++;
	p->caseless = caseless;
	if (look->kind != NODE_LOOK)
		return inner;
	look->first = inner;
	return look;
}

static struct pattern_node *
parse_atom(struct parser *p)
{
	struct pattern_node *node;
	uint8_t c = (uint8_t)p->text[p->at];

	switch (c) {
	case '(':
		return parse_group(p);
	case '[':
		return parse_class(p);
	case '\\':
		return parse_escape(p);
	case '^':
	case '$':
		return refuse(p, p->at, "use \\A and \\z instead of ^ and $");
	case '*':
	case '+':
	case '?':
		return refuse(p, p->at, "a quantifier without anything before it");
	default:
		break;
	}
	node = new_node(p, NODE_SET);
	if (!node)
		return NULL;
	p->at++;
	byte_set_add(&node->set, c);
	if (c == '.') {
		memset(&node->set, 0xff, sizeof node->set);
		node->set.bits[0] &= ~(UINT64_C(1) << '\n');
	} else if (p->caseless)
		fold_case(&node->set);
	return node;
}

/* {n} {n,} {n,m}; false when the brace is a literal. */
static bool
parse_braces(struct parser *p, uint32_t *ret_min, uint32_t *ret_max, bool *ret_unbounded)
{
	const char *t = p->text + p->at + 1;
	uint32_t bounds[2] = {0, 0};
	int n = 0;

	*ret_unbounded = false;
	for (; n < 2; n++) {
		size_t digits = strspn(t, "0123456789");
		if (digits > 5)
			return false;
		for (size_t i = 0; i < digits; i++)
			bounds[n] = bounds[n] * 10 + (uint32_t)(t[i] - '0');
		if (n == 0 && digits == 0)
			return false;
		if (n == 1 && digits == 0)
			*ret_unbounded = true;
		t += digits;
		if (n == 0 && *t == '}') {
			bounds[1] = bounds[0];
			break;
		}
		if (n == 0 && *t++ != ',')
			return false;
	}
	if (*t != '}')
		return false;
	p->at = (size_t)(t - p->text) + 1;
	*ret_min = bounds[0];
	*ret_max = bounds[1];
	return true;
}

static struct pattern_node *
parse_quantified(struct parser *p)
{
	struct pattern_node *atom = parse_atom(p), *repeat;
	uint32_t min = 1, max = 1;
	bool unbounded = false;
	size_t at = p->at;

	if (!atom)
		return NULL;
	switch (p->text[p->at]) {
	case '?':
		min = 0;
		p->at++;
		break;
	case '*':
	case '+':
		unbounded = true;
		break;
	case '{':
		if (!parse_braces(p, &min, &max, &unbounded))
			return atom;
		break;
	default:
		return atom;
	}
	if (unbounded)
		return refuse(p, at, "an unbounded repeat: give it an upper bound, e.g. {0,64}");
	if (max < min || max > REPEAT_MAX)
		return refuse(p, at, "a repeat count out of range");
	if (p->text[p->at] == '?' || p->text[p->at] == '+')
		p->at++;
	if (strchr("*+?{", p->text[p->at]) && p->text[p->at])
		return refuse(p, p->at, "a quantifier on a quantifier");
	repeat = new_node(p, NODE_REPEAT);
	if (!repeat)
		return NULL;
	repeat->min = min;
	repeat->max = max;
	repeat->first = atom;
	return repeat;
}

static struct pattern_node *
parse_sequence(struct parser *p)
{
	struct pattern_node *cat = new_node(p, NODE_CAT), **last;

	if (!cat)
		return NULL;
	last = &cat->first;
	while (p->text[p->at] && p->text[p->at] != '|' && p->text[p->at] != ')') {
		struct pattern_node *item = parse_quantified(p);
		if (!item)
			return NULL;
		/* an inner group may be returned as it is; it is linked only here */
		struct pattern_node *link = new_node(p, NODE_CAT);
		if (!link)
			return NULL;
		link->first = item;
		*last = link;
		last = &link->next;
	}
	return cat;
}

static struct pattern_node *
parse_alternatives(struct parser *p)
{
	struct pattern_node *alt = new_node(p, NODE_ALT), **last;

	if (!alt)
		return NULL;
	last = &alt->first;
	for (;;) {
		struct pattern_node *branch = parse_sequence(p);
		if (!branch)
			return NULL;
		*last = branch;
		last = &branch->next;
		if (p->text[p->at] != '|')
			return alt;
		p->at++;
	}
}

int
pattern_parse(const char *pattern, struct base_arena *arena, struct pattern_node **ret, struct assay_error *err)
{
	struct assay_error own;
	struct parser p = {.text = pattern, .arena = arena, .err = err ? err : &own};
	struct pattern_node *root = parse_alternatives(&p);

	if (root && p.text[p.at] == ')')
		root = refuse(&p, p.at, "a parenthesis that was never opened");
	if (!root)
		return p.err->code == ASSAY_NOMEM ? ASSAY_NOMEM : ASSAY_PACK;
	*ret = root;
	return ASSAY_OK;
}
