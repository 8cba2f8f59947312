/* Measuring a parsed pattern. Each measure errs to the safe side: widths up, sets larger, literals only where certain. */
#include "rules/pattern_tree.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

struct width {
	uint64_t min, max;
};

static const struct byte_set all_bytes = {{~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0)}};
static const struct byte_set word_bytes = {{UINT64_C(0x03ff000000000000), UINT64_C(0x07fffffe87fffffe), 0, 0}};

static void
set_join(struct byte_set *to, const struct byte_set *from)
{
	for (size_t i = 0; i < 4; i++)
		to->bits[i] |= from->bits[i];
}

static bool
sets_meet(const struct byte_set *a, const struct byte_set *b)
{
	for (size_t i = 0; i < 4; i++)
		if (a->bits[i] & b->bits[i])
			return true;
	return false;
}

static bool
is_subset(const struct byte_set *a, const struct byte_set *b)
{
	for (size_t i = 0; i < 4; i++)
		if (a->bits[i] & ~b->bits[i])
			return false;
	return true;
}

static struct width
width_of(const struct pattern_node *node)
{
	struct width w = {0, 0};

	switch (node->kind) {
	case NODE_SET:
		return (struct width){1, 1};
	case NODE_CAT:
		for (const struct pattern_node *c = node->first; c; c = c->next) {
			struct width inner = width_of(c);
			w.min += inner.min;
			w.max += inner.max;
		}
		return w;
	case NODE_ALT:
		w.min = UINT64_MAX;
		for (const struct pattern_node *c = node->first; c; c = c->next) {
			struct width inner = width_of(c);
			w.min = inner.min < w.min ? inner.min : w.min;
			w.max = inner.max > w.max ? inner.max : w.max;
		}
		return w;
	case NODE_REPEAT:
		w = width_of(node->first);
		w.min *= node->min;
		w.max = w.max > PATTERN_WIDTH_MAX ? w.max : w.max * node->max;
		return w;
	default:
		return w;
	}
}

static const struct byte_set digit_bytes = {{UINT64_C(0x03ff000000000000), 0, 0, 0}};

/* Digits that each match holds at least. */
static uint64_t
digits_of(const struct pattern_node *node)
{
	uint64_t n = 0;

	switch (node->kind) {
	case NODE_SET:
		return is_subset(&node->set, &digit_bytes);
	case NODE_CAT:
		for (const struct pattern_node *c = node->first; c; c = c->next)
			n += digits_of(c);
		return n;
	case NODE_ALT:
		n = UINT64_MAX;
		for (const struct pattern_node *c = node->first; c; c = c->next) {
			uint64_t inner = digits_of(c);
			n = inner < n ? inner : n;
		}
		return n;
	case NODE_REPEAT:
		return node->min * digits_of(node->first);
	default:
		return 0;
	}
}

/* Look-around extents: the widest look-behind and look-ahead anywhere. */
static void
look_of(const struct pattern_node *node, struct pattern_facts *f)
{
	if (node->kind == NODE_LOOK) {
		uint64_t max = width_of(node->first).max;
		uint32_t w = max > PATTERN_WIDTH_MAX ? PATTERN_WIDTH_MAX + 1 : (uint32_t)max;
		uint32_t *extent = node->is_behind ? &f->look_behind : &f->look_ahead;
		if (w > *extent)
			*extent = w;
	}
	if (node->kind >= NODE_BOUNDARY) {
		f->look_behind = f->look_behind > 1 ? f->look_behind : 1;
		f->look_ahead = f->look_ahead > 1 ? f->look_ahead : 1;
	}
	for (const struct pattern_node *c = node->first; c; c = c->next)
		look_of(c, f);
}

/* Walks a set of possible offsets (bit i = offset i, the last bit = that many or more) through the node and notes which bytes can
 * stand at each; returns the possible offsets after it. */
static uint32_t
positions_of(const struct pattern_node *node, uint32_t starts, struct byte_set at[PATTERN_POSITIONS])
{
	enum { LAST = 1u << PATTERN_POSITIONS };
	uint32_t ends = 0, now;

	switch (node->kind) {
	case NODE_SET:
		for (size_t i = 0; i < PATTERN_POSITIONS; i++)
			if (starts >> i & 1)
				set_join(&at[i], &node->set);
		return (starts << 1 | (starts & LAST)) & (2 * LAST - 1);
	case NODE_CAT:
		for (const struct pattern_node *c = node->first; c; c = c->next)
			starts = positions_of(c, starts, at);
		return starts;
	case NODE_ALT:
		for (const struct pattern_node *c = node->first; c; c = c->next)
			ends |= positions_of(c, starts, at);
		return ends;
	case NODE_REPEAT:
		now = starts;
		ends = node->min == 0 ? starts : 0;
		for (uint32_t n = 1; n <= node->max; n++) {
			uint32_t next = positions_of(node->first, now, at);
			if (n >= node->min || next == now)
				ends |= next;
			/* where it leads nowhere new, more rounds do not either */
			if (next == now)
				break;
			now = next;
		}
		return ends;
	default:
		return starts;
	}
}

static bool
has_assertion(const struct pattern_node *node)
{
	if (node->kind >= NODE_LOOK)
		return true;
	for (const struct pattern_node *c = node->first; c; c = c->next)
		if (has_assertion(c))
			return true;
	return false;
}

/* Bytes that a look-behind forbids before the start, alternative by alternative, as they may differ in width. */
static struct byte_set
forbidden_by_look(const struct pattern_node *body, bool is_negative)
{
	struct byte_set made = is_negative ? (struct byte_set){0} : all_bytes, at[PATTERN_POSITIONS] = {0};
	struct width w = width_of(body);

	if (body->kind == NODE_ALT) {
		for (const struct pattern_node *c = body->first; c; c = c->next) {
			struct byte_set inner = forbidden_by_look(c, is_negative);
			for (size_t i = 0; i < 4; i++)
				made.bits[i] = is_negative ? made.bits[i] | inner.bits[i] : made.bits[i] & inner.bits[i];
		}
		return made;
	}
	if (w.min != w.max || w.max == 0 || w.max > PATTERN_POSITIONS || has_assertion(body))
		return (struct byte_set){0};
	positions_of(body, 1, at);
	/* (?<![...]): a single byte; (?<=...): what is not the last byte */
	if (is_negative)
		return w.max == 1 ? at[0] : made;
	for (size_t i = 0; i < 4; i++)
		made.bits[i] = ~at[w.max - 1].bits[i];
	return made;
}

/* Bytes that cannot stand before the start, as leading assertions say; *ret_consumes tells whether the node takes a byte for certain. */
static struct byte_set
forbidden_before(const struct pattern_node *node, const struct byte_set *first, bool *ret_consumes)
{
	struct byte_set none = {0}, made = {0};

	*ret_consumes = false;
	switch (node->kind) {
	case NODE_SET:
		*ret_consumes = true;
		return none;
	case NODE_BOUNDARY:
		/* the byte after it is a word byte in every match, so the one before is not */
		return is_subset(first, &word_bytes) ? word_bytes : none;
	case NODE_BEGIN:
		return all_bytes;
	case NODE_LOOK:
		return node->is_behind ? forbidden_by_look(node->first, node->is_negative) : none;
	case NODE_CAT:
		for (const struct pattern_node *c = node->first; c && !*ret_consumes; c = c->next) {
			struct byte_set inner = forbidden_before(c, first, ret_consumes);
			set_join(&made, &inner);
			if (!*ret_consumes && width_of(c).max > 0)
				return made; /* may take bytes: what follows no longer stands at the start */
		}
		return made;
	case NODE_ALT:
		made = all_bytes;
		*ret_consumes = true;
		for (const struct pattern_node *c = node->first; c; c = c->next) {
			bool consumes;
			struct byte_set inner = forbidden_before(c, first, &consumes);
			for (size_t i = 0; i < 4; i++)
				made.bits[i] &= inner.bits[i];
			*ret_consumes = *ret_consumes && consumes;
		}
		return made;
	case NODE_REPEAT:
		if (node->min == 0)
			return none;
		return forbidden_before(node->first, first, ret_consumes);
	default:
		return none;
	}
}

/* Bytes that a match of the node can hold, or more. */
static void
bytes_of(const struct pattern_node *node, struct byte_set *ret)
{
	if (node->kind == NODE_SET)
		set_join(ret, &node->set);
	if (node->kind == NODE_LOOK)
		return;
	for (const struct pattern_node *c = node->first; c; c = c->next)
		bytes_of(c, ret);
}

/* ---- required literals ---- */

struct literals {
	struct pattern_literal row[PATTERN_LITERALS];
	size_t n;               /* 0 = no knowledge */
	uint64_t min, max;      /* offset of the literal in the node */
	struct byte_set before; /* bytes that can stand between the node's start and the literal */
	bool is_exact;          /* the node matches exactly these texts and nothing else */
};

/* A letter in both cases counts as one caseless letter. Returns the number of members, 0 when there are more than a few. */
static size_t
set_members(const struct byte_set *set, uint8_t ret[8], bool *ret_caseless)
{
	size_t n = 0;

	*ret_caseless = false;
	for (unsigned c = 0; c < 256; c++) {
		if (!byte_set_has(set, (uint8_t)c))
			continue;
		if (base_is_upper((uint8_t)c) && byte_set_has(set, base_lower((uint8_t)c))) {
			*ret_caseless = true;
			continue;
		}
		if (n == 8)
			return 0;
		ret[n++] = (uint8_t)c;
	}
	return n;
}

/* Joins every text of b behind every text of a; false when that is too many or too long. */
static bool
literals_product(struct literals *a, const struct literals *b)
{
	_cleanup_free_ struct literals *made = calloc(1, sizeof *made);

	if (!made || a->n * b->n > PATTERN_LITERALS)
		return false;
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++) {
			struct pattern_literal *row = &made->row[made->n++];
			*row = a->row[i];
			if (row->size + b->row[k].size > PATTERN_LITERAL_MAX)
				return false;
			memcpy(row->text + row->size, b->row[k].text, b->row[k].size);
			row->size = (uint8_t)(row->size + b->row[k].size);
			row->is_caseless = row->is_caseless || b->row[k].is_caseless;
		}
	memcpy(a->row, made->row, sizeof a->row);
	a->n = made->n;
	return true;
}

/* Worth of a set of literals: its shortest member. One '@' is rare enough to count as much as three bytes. */
static size_t
literals_worth(const struct literals *l)
{
	size_t worth = SIZE_MAX;

	for (size_t i = 0; i < l->n; i++) {
		size_t size = l->row[i].size;
		if (size < 3 && memchr(l->row[i].text, '@', size))
			size = 3;
		worth = size < worth ? size : worth;
	}
	return l->n > 0 ? worth : 0;
}

static void literals_of(const struct pattern_node *node, struct literals *ret);

static void
literals_of_set(const struct pattern_node *node, struct literals *ret)
{
	uint8_t members[8];
	bool caseless;
	size_t n = set_members(&node->set, members, &caseless);

	if (n == 0 || n > 4)
		return;
	for (size_t i = 0; i < n; i++) {
		ret->row[i].text[0] = caseless ? base_lower(members[i]) : members[i];
		ret->row[i].size = 1;
		ret->row[i].is_caseless = caseless;
	}
	ret->n = n;
	ret->is_exact = true;
}

static void
keep_better(struct literals *best, const struct literals *other)
{
	if (literals_worth(other) > literals_worth(best))
		*best = *other;
}

/* Runs of exact items are joined; the best run or inner literal wins. Its offset counts the items before it. */
static void
literals_of_sequence(const struct pattern_node *node, struct literals *ret)
{
	_cleanup_free_ struct literals *run = calloc(1, sizeof *run), *item = calloc(1, sizeof *item);
	struct width before = {0, 0};
	struct byte_set passed = {0};
	bool is_one_run = true;

	if (!run || !item)
		return;
	for (const struct pattern_node *c = node->first; c; c = c->next) {
		struct width w = width_of(c);
		memset(item, 0, sizeof *item);
		if (w.max == 0)
			continue; /* assertions do not interrupt a run of text */
		literals_of(c, item);
		item->min += before.min;
		item->max += before.max;
		set_join(&item->before, &passed);
		bytes_of(c, &passed);
		is_one_run = is_one_run && item->is_exact;
		if (!(item->is_exact && run->n > 0 && literals_product(run, item))) {
			is_one_run = is_one_run && before.max == 0;
			keep_better(ret, run);
			memset(run, 0, sizeof *run);
			if (item->is_exact)
				*run = *item;
			else
				keep_better(ret, item);
		}
		before.min += w.min;
		before.max += w.max;
	}
	keep_better(ret, run);
	if (is_one_run && run->n > 0)
		*ret = *run;
	ret->is_exact = is_one_run && run->n > 0;
}

static void
literals_of_alternatives(const struct pattern_node *node, struct literals *ret)
{
	_cleanup_free_ struct literals *branch = calloc(1, sizeof *branch);

	if (!branch)
		return;
	ret->is_exact = true;
	ret->min = UINT64_MAX;
	for (const struct pattern_node *c = node->first; c; c = c->next) {
		memset(branch, 0, sizeof *branch);
		literals_of(c, branch);
		if (branch->n == 0 || ret->n + branch->n > PATTERN_LITERALS) {
			memset(ret, 0, sizeof *ret);
			return;
		}
		memcpy(ret->row + ret->n, branch->row, branch->n * sizeof *branch->row);
		ret->n += branch->n;
		ret->min = branch->min < ret->min ? branch->min : ret->min;
		ret->max = branch->max > ret->max ? branch->max : ret->max;
		set_join(&ret->before, &branch->before);
		ret->is_exact = ret->is_exact && branch->is_exact;
	}
}

static void
literals_of(const struct pattern_node *node, struct literals *ret)
{
	switch (node->kind) {
	case NODE_SET:
		literals_of_set(node, ret);
		break;
	case NODE_CAT:
		literals_of_sequence(node, ret);
		break;
	case NODE_ALT:
		if (node->first && !node->first->next)
			literals_of(node->first, ret);
		else
			literals_of_alternatives(node, ret);
		break;
	case NODE_REPEAT:
		if (node->min == 0)
			break;
		literals_of(node->first, ret);
		if (node->max == 1 && node->min == 1)
			break;
		/* {n} of one exact text of one byte: "0{3}" */
		if (node->min == node->max && ret->is_exact && ret->n == 1 && (size_t)ret->row[0].size * node->min <= PATTERN_LITERAL_MAX) {
			size_t size = ret->row[0].size;
			for (uint32_t i = 1; i < node->min; i++)
				memcpy(ret->row[0].text + i * size, ret->row[0].text, size);
			ret->row[0].size = (uint8_t)(size * node->min);
		} else
			ret->is_exact = false;
		break;
	default:
		break;
	}
}

static void
note_literals(const struct pattern_node *root, struct pattern_facts *f)
{
	_cleanup_free_ struct literals *found = calloc(1, sizeof *found);

	if (!found)
		return;
	literals_of(root, found);
	if (literals_worth(found) < 3 || found->max > PATTERN_WIDTH_MAX)
		return;
	/* Vectorscan takes a text that begins with a zero byte for an empty one, and refuses it */
	for (size_t i = 0; i < found->n; i++)
		if (found->row[i].text[0] == '\0')
			return;
	memcpy(f->literals, found->row, sizeof f->literals);
	f->n_literals = found->n;
	for (size_t i = 0; i < f->n_literals; i++)
		for (size_t k = 0; f->literals[i].is_caseless && k < f->literals[i].size; k++)
			f->literals[i].text[k] = base_lower(f->literals[i].text[k]);
	f->literal_min = (uint32_t)found->min;
	f->literal_max = (uint32_t)found->max;
	f->to_literal = found->before;
}

/* ---- lint ---- */

/* A \b that stands first with a byte after it that is no word byte, or last with one before it, asks for a word byte outside. */
static int
lint_boundary(const struct pattern_node *root, const struct byte_set *first, struct assay_error *err)
{
	const struct pattern_node *node = root;

	while (node && (node->kind == NODE_CAT || (node->kind == NODE_ALT && node->first && !node->first->next)))
		node = node->first;
	if (node && node->kind == NODE_BOUNDARY && !sets_meet(first, &word_bytes)) {
		base_error(err, ASSAY_PACK, "pattern byte %zu: \\b before a byte that is no word character matches only inside a word",
			node->at);
		base_error_hint(err, "use (?<!\\w) instead");
		return ASSAY_PACK;
	}
	return ASSAY_OK;
}

/* Where a repeat stands alone in the body of another one, with at most optional parts beside it, n equal bytes can be cut in up to
 * 2^(n-1) ways, n being at most the product of both counts: from 18 on that is more than a confirm may try (LIMIT_PCRE2_MATCH). The bound
 * is wider than that: short bodies have far fewer ways. */
enum { NESTED_MAX = 64 };

/* The largest count of a varying repeat that can be all of ${body}; 0 = none can. */
static uint64_t
lone_repeat(const struct pattern_node *body)
{
	uint64_t most = 0, other;

	if (body->kind == NODE_REPEAT && body->min != body->max && body->max > 1)
		return body->max;
	if (body->kind == NODE_ALT)
		for (const struct pattern_node *c = body->first; c; c = c->next) {
			other = lone_repeat(c);
			most = other > most ? other : most;
		}
	for (const struct pattern_node *c = body->kind == NODE_CAT ? body->first : NULL; c; c = c->next) {
		bool is_alone = true;
		for (const struct pattern_node *d = body->first; d; d = d->next)
			is_alone = is_alone && (d == c || width_of(d).min == 0);
		other = is_alone ? lone_repeat(c) : 0;
		most = other > most ? other : most;
	}
	return most;
}

static int
lint_nested(const struct pattern_node *node, struct assay_error *err)
{
	if (node->kind == NODE_REPEAT && node->max > 1) {
		uint64_t inner = lone_repeat(node->first);
		if (inner * node->max > NESTED_MAX) {
			base_error(err, ASSAY_PACK,
				"pattern byte %zu: a repeat of a repeat can be cut in too many ways (%llu times %u; %d at most)", node->at,
				(unsigned long long)inner, node->max, (int)NESTED_MAX);
			base_error_hint(err, "put something that is always there between them, or join the two repeats");
			return ASSAY_PACK;
		}
	}
	for (const struct pattern_node *c = node->first; c; c = c->next) {
		int r = lint_nested(c, err);
		if (r < 0)
			return r;
	}
	return ASSAY_OK;
}

int
pattern_measure(const char *pattern, struct pattern_facts *ret, struct assay_error *err)
{
	struct base_arena *arena = base_arena_new();
	struct pattern_node *root;
	struct byte_set forbidden;
	struct width w;
	bool consumes;
	int r;

	if (!arena)
		return base_error_nomem(err);
	memset(ret, 0, sizeof *ret);
	r = pattern_parse(pattern, arena, &root, err);
	if (r < 0)
		goto out;
	w = width_of(root);
	look_of(root, ret);
	if (w.min == 0) {
		r = base_error(err, ASSAY_PACK, "the pattern matches the empty text");
		base_error_hint(err, "let at least one byte of it be needed");
	} else if (w.max > PATTERN_WIDTH_MAX || ret->look_behind > PATTERN_WIDTH_MAX || ret->look_ahead > PATTERN_WIDTH_MAX)
		r = base_error(err, ASSAY_PACK, "a match can be wider than %d bytes", PATTERN_WIDTH_MAX);
	else
		r = lint_nested(root, err);
	if (r < 0)
		goto out;
	ret->width_min = (uint32_t)w.min;
	ret->width_max = (uint32_t)w.max;
	positions_of(root, 1, ret->at);
	for (size_t i = w.min; i < PATTERN_POSITIONS; i++)
		ret->at[i] = all_bytes;
	forbidden = forbidden_before(root, &ret->at[0], &consumes);
	for (size_t i = 0; i < 4; i++)
		ret->before.bits[i] = ~forbidden.bits[i];
	note_literals(root, ret);
	bytes_of(root, &ret->prefix);
	for (size_t i = 0; i < PATTERN_POSITIONS && i < w.min; i++)
		ret->has_digit_floor = ret->has_digit_floor || is_subset(&ret->at[i], &digit_bytes);
	ret->digits_min = (uint32_t)digits_of(root);
	r = lint_boundary(root, &ret->at[0], err);
out:
	base_arena_free(arena);
	return r;
}
