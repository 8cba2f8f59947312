/* One hash map from phrases (tokens joined by a blank) to the rules that use them. */
#include "rules/context.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/memory.h"
#include "rules/pack.h"

#include <string.h>

struct phrase {
	uint64_t *for_rule, *against_rule;   /* one bit per rule */
};

/* A column phrase: tokens that must all occur in order. */
struct column_phrase {
	uint32_t rule;
	size_t n;
	struct context_token *tokens;
};

struct context_index {
	struct base_arena *arena;
	struct base_map *phrases;    /* joined text -> index into rows */
	struct base_map *starts;     /* first tokens of phrases of several words */
	struct phrase *rows;
	size_t n_rows, rows_capacity, n_words;
	struct column_phrase *columns;
	size_t n_columns, columns_capacity;
};

enum letter { LETTER_NONE, LETTER_LOWER, LETTER_UPPER, LETTER_DIGIT };

/* Kind of the character at text[i]; writes its folded form and length. Bytes of UTF-8 beyond ASCII count as letters. */
static enum letter
classify(struct base_span text, size_t i, char ret[4], size_t *ret_size)
{
	uint8_t c = text.data[i];

	*ret_size = 1;
	ret[0] = (char)base_lower(c);
	if (base_is_digit(c))
		return LETTER_DIGIT;
	if (base_is_upper(c))
		return LETTER_UPPER;
	if (base_is_lower(c))
		return LETTER_LOWER;
	if (c < 0x80)
		return LETTER_NONE;
	if (c == 0xc3 && i + 1 < text.size && text.data[i + 1] >= 0x80 && text.data[i + 1] <= 0x9e && text.data[i + 1] != 0x97) {
		*ret_size = 2;
		ret[0] = (char)c;
		ret[1] = (char)(text.data[i + 1] + 0x20);
		return LETTER_UPPER;
	}
	/* general punctuation and no-break space separate */
	if ((c == 0xe2 && i + 1 < text.size && text.data[i + 1] == 0x80) || (c == 0xc2 && i + 1 < text.size && text.data[i + 1] < 0xaa)) {
		*ret_size = c == 0xe2 && i + 2 < text.size ? 3 : 2;
		return LETTER_NONE;
	}
	ret[0] = (char)c;
	return LETTER_LOWER;
}

/* Does a new token begin between kinds a and b (next: the kind after b)? */
static bool
splits(enum letter a, enum letter b, enum letter next)
{
	if ((a == LETTER_DIGIT) != (b == LETTER_DIGIT))
		return true;
	if (a == LETTER_LOWER && b == LETTER_UPPER)
		return true;
	return a == LETTER_UPPER && b == LETTER_UPPER && next == LETTER_LOWER;
}

size_t
context_tokens(struct base_span text, struct context_token *ret, size_t max)
{
	enum letter last = LETTER_NONE;
	struct context_token *token = NULL;
	size_t n = 0, step = 1;

	for (size_t i = 0; i < text.size; i += step) {
		char folded[4], spare[4];
		enum letter kind = classify(text, i, folded, &step), next = LETTER_NONE;
		size_t next_step;
		if (i + step < text.size)
			next = classify(text, i + step, spare, &next_step);
		if (kind == LETTER_NONE) {
			token = NULL;
			last = kind;
			continue;
		}
		if (!token || splits(last, kind, next)) {
			if (n == max)
				return n;
			token = &ret[n++];
			*token = (struct context_token){.start = (uint32_t)i};
		}
		size_t bytes = step > 2 ? 1 : step;
		if (token->size + bytes <= CONTEXT_TOKEN) {
			memcpy(token->text + token->size, folded, bytes);
			token->size = (uint8_t)(token->size + bytes);
		}
		token->end = (uint32_t)(i + step);
		last = kind;
	}
	return n;
}

static size_t
join(const struct context_token *tokens, size_t n, char ret[static CONTEXT_PHRASE * (CONTEXT_TOKEN + 1)])
{
	size_t size = 0;

	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			ret[size++] = ' ';
		memcpy(ret + size, tokens[i].text, tokens[i].size);
		size += tokens[i].size;
	}
	return size;
}

static struct phrase *
phrase_of(struct context_index *x, const struct context_token *tokens, size_t n)
{
	char text[CONTEXT_PHRASE * (CONTEXT_TOKEN + 1)];
	struct base_span key = {(const uint8_t *)text, join(tokens, n, text)};
	uint32_t at;

	if (base_map_find(x->phrases, key, &at))
		return &x->rows[at];
	if (base_grow(&x->rows, &x->rows_capacity, x->n_rows + 1, sizeof *x->rows) < 0)
		return NULL;
	if (base_map_insert(x->phrases, key, (uint32_t)x->n_rows) < 0)
		return NULL;
	if (n > 1 && base_map_insert(x->starts, (struct base_span){(const uint8_t *)tokens[0].text, tokens[0].size}, 0) < 0)
		return NULL;
	struct phrase *row = &x->rows[x->n_rows];
	row->for_rule = base_arena_alloc(x->arena, x->n_words * sizeof(uint64_t));
	row->against_rule = base_arena_alloc(x->arena, x->n_words * sizeof(uint64_t));
	if (!row->for_rule || !row->against_rule)
		return NULL;
	x->n_rows++;
	return row;
}

static int
add_words(struct context_index *x, const struct rules_texts *words, size_t rule, bool is_against)
{
	struct context_token tokens[CONTEXT_PHRASE];

	for (size_t i = 0; i < words->n; i++) {
		size_t n = context_tokens(base_span_of(words->text[i]), tokens, CONTEXT_PHRASE);
		if (n == 0)
			continue;
		struct phrase *row = phrase_of(x, tokens, n);
		if (!row)
			return -1;
		uint64_t *bits = is_against ? row->against_rule : row->for_rule;
		bits[rule / 64] |= UINT64_C(1) << (rule % 64);
	}
	return 0;
}

static int
add_columns(struct context_index *x, const struct rules_texts *columns, size_t rule)
{
	for (size_t i = 0; i < columns->n; i++) {
		struct context_token tokens[CONTEXT_PHRASE];
		size_t n = context_tokens(base_span_of(columns->text[i]), tokens, CONTEXT_PHRASE);
		if (n == 0)
			continue;
		if (base_grow(&x->columns, &x->columns_capacity, x->n_columns + 1, sizeof *x->columns) < 0)
			return -1;
		struct context_token *copy = base_arena_alloc(x->arena, n * sizeof *copy);
		if (!copy)
			return -1;
		memcpy(copy, tokens, n * sizeof *copy);
		x->columns[x->n_columns++] = (struct column_phrase){(uint32_t)rule, n, copy};
	}
	return 0;
}

struct context_index *
context_index_new(const struct rules_rule *const *rules, size_t n)
{
	struct context_index *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	x->n_words = (n + 63) / 64;
	x->arena = base_arena_new();
	x->phrases = base_map_new();
	x->starts = base_map_new();
	if (!x->arena || !x->phrases || !x->starts)
		goto fail;
	for (size_t i = 0; i < n; i++)
		if (add_words(x, &rules[i]->words, i, false) < 0 || add_words(x, &rules[i]->not_words, i, true) < 0
			|| add_columns(x, &rules[i]->columns, i) < 0)
			goto fail;
	return x;
fail:
	context_index_free(x);
	return NULL;
}

void
context_index_free(struct context_index *x)
{
	if (!x)
		return;
	base_arena_free(x->arena);
	base_map_free(x->phrases);
	base_map_free(x->starts);
	free(x->rows);
	free(x->columns);
	free(x);
}

size_t
context_index_words(const struct context_index *x)
{
	return x->n_words;
}

/* The phrase of exactly these tokens, also with or without a final 's'. */
static const struct phrase *
lookup(const struct context_index *x, const struct context_token *tokens, size_t n)
{
	char text[CONTEXT_PHRASE * (CONTEXT_TOKEN + 1) + 1];
	struct base_span key = {(const uint8_t *)text, join(tokens, n, text)};
	uint32_t at;

	if (base_map_find(x->phrases, key, &at))
		return &x->rows[at];
	if (key.size > 3 && text[key.size - 1] == 's') {
		key.size--;
		if (base_map_find(x->phrases, key, &at))
			return &x->rows[at];
	}
	return NULL;
}

/* Calls for each phrase that occurs in the tokens. */
#define EACH_PHRASE(x, tokens, n, row)                                                                                                        \
	for (size_t i_ = 0; i_ < (n); i_++)                                                                                                   \
		for (size_t k_ = 1, last_ = last_length((x), (tokens), (n), i_); k_ <= last_; k_++)                                           \
			if (((row) = lookup((x), (tokens) + i_, k_)))

static size_t
last_length(const struct context_index *x, const struct context_token *tokens, size_t n, size_t i)
{
	size_t left = n - i;

	if (!base_map_find(x->starts, (struct base_span){(const uint8_t *)tokens[i].text, tokens[i].size}, NULL))
		return 1;
	return left < CONTEXT_PHRASE ? left : CONTEXT_PHRASE;
}

unsigned
context_find(const struct context_index *x, const struct context_token *tokens, size_t n, size_t rule)
{
	const struct phrase *row;
	unsigned found = 0;

	EACH_PHRASE(x, tokens, n, row)
	{
		found |= (unsigned)(row->for_rule[rule / 64] >> (rule % 64) & 1);
		found |= (unsigned)(row->against_rule[rule / 64] >> (rule % 64) & 1) << 1;
	}
	return found;
}

static bool
same_token(const struct context_token *wanted, const struct context_token *token)
{
	size_t n = token->size;

	if (n == wanted->size + 1u && n > 3 && token->text[n - 1] == 's')
		n--;
	return n == wanted->size && memcmp(token->text, wanted->text, n) == 0;
}

/* Do all tokens of the phrase occur in order, other tokens between them allowed? */
static bool
occurs(const struct column_phrase *phrase, const struct context_token *tokens, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n && k < phrase->n; i++)
		k += same_token(&phrase->tokens[k], &tokens[i]);
	return k == phrase->n;
}

void
context_column(const struct context_index *x, struct base_span name, struct context_bits *ret)
{
	struct context_token tokens[64];
	size_t n = context_tokens(name, tokens, BASE_COUNT(tokens));
	const struct phrase *row;

	EACH_PHRASE(x, tokens, n, row)
	{
		for (size_t w = 0; w < x->n_words; w++) {
			ret->for_rule[w] |= row->for_rule[w];
			ret->against_rule[w] |= row->against_rule[w];
		}
	}
	for (size_t i = 0; i < x->n_columns; i++)
		if (occurs(&x->columns[i], tokens, n))
			ret->for_rule[x->columns[i].rule / 64] |= UINT64_C(1) << (x->columns[i].rule % 64);
}
