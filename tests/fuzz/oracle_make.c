/* Generating packs and texts from input bytes. */
#include "oracle_make.h"

#include "rules/pattern_tree.h"

/* ---- words ---- */

/* few, so that packs, texts and columns meet; with what tokens are made of: camelCase, digits, final s, letters beyond ASCII */
static const char *const words[] = {"card", "card no", "cards", "cardNumber", "ID", "id", "a", "ssn", "no", "tax id number",
	"\xc3\xbc"
	"ber",
	"\xc3\x9c"
	"BER",
	"caf\xc3\xa9", "pin2", "2fa", "x_y", "tel.", "s", "ABc", "iPhone",
	"stra\xc3\x9f"
	"e",
	"k-v"};

const char *
make_word(struct take *take)
{
	return words[take_below(take, BASE_COUNT(words))];
}

/* ---- patterns ---- */

struct pattern_maker {
	struct take *take;
	struct base_buffer *out;
	unsigned depth, items;
	bool has_value;
};

static void make_alternatives(struct pattern_maker *m);

static void
literal(struct pattern_maker *m)
{
	static const char *const texts[] = {"0", "1", "4", "9", "a", "b", "k", "s", "A", "K", "Z", "-", "_", "@", ":", "/", " ", ",", "\\.",
		"\\+", "\\(", "=", "#", "\\xc3\\xa9", "\\n", "\\t", "\\x00", "\\xff", "sk", "ABC", "key", "00", "4111", "a@b", "id:", "://",
		"xx", "SsN", "-----", "\\\\"};

	base_buffer_text(m->out, texts[take_below(m->take, BASE_COUNT(texts))]);
}

static void
one_set(struct pattern_maker *m)
{
	static const char *const sets[] = {"\\d", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", ".", "[A-Z]", "[a-z]", "[0-9a-f]", "[A-Z0-9]",
		"[\\w.-]", "[ -]", "[^@]", "[^\\d]", "[^\\n,]", "[aeiou]", "[1-9]", "[.,;:]", "[\\x80-\\xff]", "[^\\w\\s]", "[Kk4]",
		"[-\\]]", "[\\s\\d]", "[@#]"};

	base_buffer_text(m->out, sets[take_below(m->take, BASE_COUNT(sets))]);
}

static void
group(struct pattern_maker *m)
{
	static const char *const heads[] = {"(", "(?:", "(?:", "(?i:", "(?-i:", "(?>"};
	uint32_t head = take_below(m->take, BASE_COUNT(heads) + 1);

	if (head == BASE_COUNT(heads) && !m->has_value) {
		m->has_value = true;
		base_buffer_text(m->out, "(?<value>");
	} else
		base_buffer_text(m->out, heads[head % BASE_COUNT(heads)]);
	make_alternatives(m);
	base_buffer_char(m->out, ')');
}

/* Looks back over sets only: PCRE2 wants a known width there. */
static void
look(struct pattern_maker *m)
{
	static const char *const heads[] = {"(?=", "(?!", "(?<=", "(?<!"};
	uint32_t head = take_below(m->take, BASE_COUNT(heads)), n = 1 + take_below(m->take, 3);

	base_buffer_text(m->out, heads[head]);
	for (uint32_t i = 0; i < n; i++) {
		if (i > 0 && take_below(m->take, 2))
			base_buffer_char(m->out, '|');
		if (head < 2 && m->depth < 2 && take_below(m->take, 4) == 0)
			make_alternatives(m);
		else if (take_below(m->take, 3) == 0)
			literal(m);
		else
			one_set(m);
	}
	base_buffer_char(m->out, ')');
}

static void
quantifier(struct pattern_maker *m, bool of_group)
{
	static const char *const ends[] = {"", "", "", "?", "+"};
	static const uint16_t counts[] = {0, 1, 2, 3, 4, 5, 8, 12, 16, 17, 20, 40, 64, 300};
	uint32_t most = of_group ? 5 : BASE_COUNT(counts);

	switch (take_below(m->take, 6)) {
	case 0:
		base_buffer_char(m->out, '?');
		break;
	case 1:
		base_buffer_format(m->out, "{%u}", counts[take_below(m->take, most)] + 1u);
		break;
	case 2: {
		uint32_t least = counts[take_below(m->take, most)];
		base_buffer_format(m->out, "{%u,%u}", least, least + counts[take_below(m->take, most)]);
		break;
	}
	default:
		return;
	}
	base_buffer_text(m->out, ends[take_below(m->take, BASE_COUNT(ends))]);
}

static void
make_item(struct pattern_maker *m)
{
	static const char *const assertions[] = {"\\b", "\\b", "\\b", "\\B", "\\A", "\\z"};
	uint32_t kind = take_below(m->take, 16);

	if (kind >= 12 && (m->depth > 3 || m->items == 0))
		kind -= 12;
	m->items -= m->items > 0;
	if (kind < 4) {
		literal(m);
		quantifier(m, false);
	} else if (kind < 9) {
		one_set(m);
		quantifier(m, false);
	} else if (kind < 11)
		base_buffer_text(m->out, assertions[take_below(m->take, BASE_COUNT(assertions))]);
	else if (kind == 11)
		look(m);
	else if (kind == 12 && m->depth == 0)
		base_buffer_text(m->out, "(?i)");
	else {
		group(m);
		quantifier(m, true);
	}
}

static void
make_alternatives(struct pattern_maker *m)
{
	uint32_t branches = take_below(m->take, 3) == 2 ? 2 + take_below(m->take, 2) : 1;

	m->depth++;
	for (uint32_t i = 0; i < branches; i++) {
		uint32_t n = 1 + take_below(m->take, m->depth > 2 ? 2 : 5);
		if (i > 0)
			base_buffer_char(m->out, '|');
		for (uint32_t k = 0; k < n; k++)
			make_item(m);
	}
	m->depth--;
}

/* ---- packs ---- */

static uint32_t
word_list(struct take *take, const char *key, struct base_buffer *out)
{
	uint32_t n = take_below(take, 4);

	if (n == 0)
		return 0;
	base_buffer_format(out, "%s: [", key);
	for (uint32_t i = 0; i < n; i++)
		base_buffer_format(out, "%s'%s'", i > 0 ? ", " : "", make_word(take));
	base_buffer_text(out, "], ");
	return n;
}

/* Would a pack load with it? One refused pattern takes its whole pack along. */
static bool
is_usable(const char *pattern)
{
	struct pattern_facts facts;
	PCRE2_SIZE at;
	int code;
	pcre2_code *compiled = pattern_measure(pattern, &facts, NULL) < 0
				       ? NULL
				       : pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
					       PCRE2_ANCHORED | PCRE2_NEVER_UTF | PCRE2_NO_AUTO_CAPTURE, &code, &at, NULL);

	pcre2_code_free(compiled);
	return compiled != NULL;
}

static void
make_pattern(struct take *take, struct base_buffer *out)
{
	static const char *const plain[] = {"\\d{4}", "[A-Z]{2}\\d{3,8}", "key\\w{1,5}", "(?<!\\w)\\d{3}-\\d{4}(?!\\w)"};
	struct base_buffer pattern;
	struct pattern_maker m = {.take = take, .out = &pattern, .items = 8};

	base_buffer_init(&pattern, 1 << 14);
	make_alternatives(&m);
	must(!pattern.failed, "the pattern is too long");
	/* now and then what is refused shows that the refusal is clean */
	if (!is_usable(pattern.data) && take_below(take, 16) != 15)
		base_buffer_text(out, plain[take_below(take, BASE_COUNT(plain))]);
	else
		base_buffer_text(out, pattern.data);
	base_buffer_dispose(&pattern);
}

static void
make_rule(struct take *take, uint32_t i, struct base_buffer *out)
{
	static const char *const entities[] = {"EMAIL_ADDRESS", "US_SSN", "PHONE_NUMBER", "URL"},
				 *const masks[] = {"tail", "email", "whole"}, *const canonicals[] = {"alnum", "lower", "verbatim"};
	static const uint16_t distances[] = {50, 20, 0, 1, 2, 5, 12, 100, 300};
	uint32_t patterns = 1 + take_below(take, 3), priority = take_below(take, 5) * 20, flags = take_byte(take), n;
	const struct rules_check *check;

	base_buffer_format(out, "  - id: r%u\n    entity: %s\n    priority: %u\n    mask: %s\n    canonical: %s\n    patterns:\n", i,
		entities[take_below(take, BASE_COUNT(entities))], priority, masks[take_below(take, BASE_COUNT(masks))],
		canonicals[take_below(take, BASE_COUNT(canonicals))]);
	for (uint32_t k = 0; k < patterns; k++) {
		base_buffer_text(out, "      - '");
		make_pattern(take, out);
		base_buffer_text(out, "'\n");
	}
	if ((flags & 3) == 1 && (check = rules_check_at(take_below(take, 120))))
		base_buffer_format(out, "    check: [%s]\n", check->name);
	base_buffer_text(out, "    context: {");
	n = word_list(take, "words", out);
	if (flags & 4)
		n += word_list(take, "columns", out);
	if (flags & 8)
		word_list(take, "not", out);
	base_buffer_format(out, "before: %u, ", distances[take_below(take, BASE_COUNT(distances))]);
	base_buffer_format(out, "after: %u}\n", distances[take_below(take, BASE_COUNT(distances))]);
	/* a rule that collides is refused without words */
	base_buffer_format(out, "    collides: %s\n    guard: %s\n", n > 0 && flags & 16 ? "true" : "false",
		(flags & 0xe0) == 0xe0 ? "true" : "false");
	base_buffer_text(out, "    samples: ['4111', '00', 'k']\n    examples: {match: [x, y], no_match: [x, y]}\n");
}

void
make_pack(struct take *take, struct base_buffer *ret)
{
	uint32_t n = 1 + take_below(take, WORLD_RULES);

	base_buffer_text(ret, "pack: fuzz\nversion: 1.0.0\nrules:\n");
	for (uint32_t i = 0; i < n; i++)
		make_rule(take, i, ret);
}

/* ---- texts ---- */

static uint8_t
member(struct take *take, const struct byte_set *set)
{
	uint8_t all[256], shown[256];
	size_t n = 0, n_shown = 0;

	for (unsigned c = 0; c < 256; c++)
		if (byte_set_has(set, (uint8_t)c)) {
			all[n++] = (uint8_t)c;
			if (c > 0x20 && c < 0x7f)
				shown[n_shown++] = (uint8_t)c;
		}
	uint8_t choice = take_byte(take);
	if (n_shown > 0 && choice < 224)
		return shown[choice % n_shown];
	return n > 0 ? all[choice % n] : 'x';
}

/* A text that the pattern matches, but for what its assertions forbid. */
static void
sample(struct take *take, const struct pattern_node *node, size_t max, struct base_buffer *out)
{
	uint32_t n = 0, pick;

	if (out->size >= max)
		return;
	switch (node->kind) {
	case NODE_SET:
		base_buffer_char(out, (char)member(take, &node->set));
		break;
	case NODE_CAT:
		for (const struct pattern_node *c = node->first; c; c = c->next)
			sample(take, c, max, out);
		break;
	case NODE_ALT:
		for (const struct pattern_node *c = node->first; c; c = c->next)
			n++;
		pick = n > 1 ? take_below(take, n) : 0;
		for (const struct pattern_node *c = node->first; c; c = c->next)
			if (pick-- == 0)
				sample(take, c, max, out);
		break;
	case NODE_REPEAT:
		n = node->min + (node->max > node->min ? take_below(take, node->max - node->min + 1) : 0);
		for (uint32_t i = 0; i < n && out->size < max; i++)
			sample(take, node->first, max, out);
		break;
	case NODE_LOOK:
		if (!node->is_negative && take_below(take, 2))
			sample(take, node->first, max, out);
		break;
	default:
		break;
	}
}

void
make_match(struct take *take, const char *pattern, size_t max, struct base_buffer *ret)
{
	struct base_arena *arena = base_arena_new();
	struct pattern_node *root;

	must(arena, "out of memory");
	must(pattern_parse(pattern, arena, &root, NULL) == 0, "a loaded pattern does not parse: %s", pattern);
	sample(take, root, max, ret);
	base_arena_free(arena);
}

static void
sample_of_rules(struct take *take, const struct rules *rules, size_t max, struct base_buffer *out)
{
	uint32_t at = take_below(take, (uint32_t)rules->n_patterns);
	const struct rules_rule *def = rules->rule[rules->pattern[at].rule].def;
	uint32_t k = at - rules->rule[rules->pattern[at].rule].first_pattern;

	must(k < def->patterns.n, "pattern %u of rule %s", k, def->name);
	make_match(take, def->patterns.text[k], max, out);
}

static void
context_word(struct take *take, const struct rules *rules, struct base_buffer *out)
{
	const struct rules_rule *def = rules->rule[take_below(take, (uint32_t)rules->n)].def;
	const struct rules_texts *list = take_below(take, 4) == 0 ? &def->not_words : &def->words;
	const char *word = list->n > 0 ? list->text[take_below(take, (uint32_t)list->n)] : make_word(take);
	uint32_t how = take_below(take, 8);

	for (const char *p = word; *p; p++) {
		uint8_t c = (uint8_t)*p;
		if (how == 1 || (how == 2 && p == word))
			c = base_upper(c);
		if (c == ' ' && how > 4)
			c = (uint8_t) "_-."[how - 5];
		base_buffer_char(out, (char)c);
	}
	if (how == 3)
		base_buffer_char(out, 's');
}

/* A long run of one short text: what lies far apart, and chains of starts. */
static void
filler(struct take *take, size_t max, struct base_buffer *out)
{
	static const char *const units[] = {" ", ".", "a", "1", "\n", "-", "\xc3\xa9", "ab ", "\xe2\x80\x93", "A", "4-", "\xff"};
	const char *unit = units[take_below(take, BASE_COUNT(units))];
	uint32_t n = take_below(take, 700);

	for (uint32_t i = 0; i < n && out->size < max; i++)
		base_buffer_text(out, unit);
}

static void
spoil(struct take *take, size_t from, struct base_buffer *out)
{
	size_t n = out->size - from;

	if (n == 0)
		return;
	size_t at = from + take_below(take, (uint32_t)(n < 256 ? n : 256));
	if (take_below(take, 3) == 0)
		out->size = at;
	else
		out->data[at] = (char)take_byte(take);
}

void
make_text(struct take *take, const struct rules *rules, size_t max, struct base_buffer *ret, uint32_t ends[WORLD_ENDS], size_t *ret_n)
{
	static const char *const glue[] = {
		" ", "\n", "", ",", "-", ".", ":", "_", "/", "\t", "@", "\r\n", "=", "\xc2\xa0", "\"", "  ", "\xe2\x80\x94", "#"};
	size_t n = 0;

	while (take_left(take) > 0 && ret->size + 8 < max) {
		size_t from = ret->size;
		uint32_t op = take_below(take, 16);
		if (op < 6)
			sample_of_rules(take, rules, max, ret);
		else if (op < 8) {
			sample_of_rules(take, rules, max, ret);
			spoil(take, from, ret);
		} else if (op < 11)
			context_word(take, rules, ret);
		else if (op < 13) {
			struct base_span raw = take_span(take, 1 + take_below(take, 16));
			base_buffer_append(ret, raw.data, raw.size);
		} else if (op == 13)
			filler(take, max, ret);
		else if (op == 14 && ret->size > 0) {
			/* something again, from a little further back */
			size_t back = 1 + take_below(take, (uint32_t)(ret->size < 600 ? ret->size : 600)), size = take_below(take, 100);
			for (size_t i = 0; i < size && ret->size < max; i++)
				base_buffer_char(ret, ret->data[ret->size - back]);
		}
		base_buffer_text(ret, glue[take_below(take, BASE_COUNT(glue))]);
		if (n < WORLD_ENDS && ret->size > from)
			ends[n++] = (uint32_t)ret->size;
	}
	*ret_n = n;
}

static int
by_all(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->record != y->record)
		return x->record < y->record ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return memcmp(x, y, sizeof *x);
}

size_t
oracle_sort_unique(struct span *spans, size_t n)
{
	size_t kept = 0;

	if (n > 1)
		qsort(spans, n, sizeof *spans, by_all);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || memcmp(&spans[kept - 1], &spans[i], sizeof *spans) != 0)
			spans[kept++] = spans[i];
	return kept;
}
