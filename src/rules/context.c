/* One hash map from phrases (tokens joined by a blank) to the rules that use them. */
#include "rules/context_index.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/memory.h"
#include "rules/pack.h"

#include <string.h>

#define HASH_START 2166136261u

/* The small form of a capital of Latin-1, Latin Extended-A, Greek or Cyrillic (Unicode), else the letter itself. */
static unsigned
small_letter(unsigned c)
{
	if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9 && c != 0x3a2) || (c >= 0x410 && c <= 0x42f))
		return c + 32;
	if (c >= 0x400 && c <= 0x40f)
		return c + 80;
	/* pairs, the capital first: even numbers but for two runs of odd ones */
	if ((c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14a && c <= 0x177))
		return c | 1;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
		return c & 1 ? c + 1 : c;
	return c;
}

/* Kind of the character at text[i]; writes its folded form and length. Bytes of UTF-8 beyond ASCII count as letters. */
enum letter
context_classify(struct base_span text, size_t i, char ret[4], size_t *ret_size)
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
	if (c >= 0xc3 && c <= 0xd0 && i + 1 < text.size && (text.data[i + 1] & 0xc0) == 0x80) {
		unsigned capital = (c & 31u) << 6 | (text.data[i + 1] & 63u), small = small_letter(capital);
		if (small != capital) {
			*ret_size = 2;
			ret[0] = (char)(0xc0 | small >> 6);
			ret[1] = (char)(0x80 | (small & 63));
			return LETTER_UPPER;
		}
	}
	/* general punctuation and no-break space separate */
	if (c == 0xc2 && i + 1 < text.size && text.data[i + 1] >= 0x80 && text.data[i + 1] < 0xaa) {
		*ret_size = 2;
		return LETTER_NONE;
	}
	if (c == 0xe2 && i + 2 < text.size && text.data[i + 1] == 0x80 && (text.data[i + 2] & 0xc0) == 0x80) {
		*ret_size = 3;
		return LETTER_NONE;
	}
	ret[0] = (char)c;
	return LETTER_LOWER;
}

/* Does a new token begin between kinds a and b (next: the kind after b)? */
bool
context_splits(enum letter a, enum letter b, enum letter next)
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
		enum letter kind = context_classify(text, i, folded, &step), next = LETTER_NONE;
		size_t next_step;
		if (i + step < text.size)
			next = context_classify(text, i + step, spare, &next_step);
		if (kind == LETTER_NONE) {
			token = NULL;
			last = kind;
			continue;
		}
		if (!token || context_splits(last, kind, next)) {
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

/* One step of FNV-1a over the folded bytes of a token. */
static uint32_t
hash_step(uint32_t hash, char c)
{
	return (hash ^ (uint8_t)c) * 16777619u;
}

static uint32_t
hash_token(const char *folded, size_t size)
{
	uint32_t hash = HASH_START;

	for (size_t i = 0; i < size; i++)
		hash = hash_step(hash, folded[i]);
	return hash;
}

/* The slot of a token: its own, or the free one where it would go. */
static struct context_word *
slot_of(const struct context_index *x, const char *folded, size_t size, uint32_t hash)
{
	size_t at = (hash ^ hash >> 15) & (x->words_capacity - 1);

	while (x->words[at].text
		&& !(x->words[at].hash == hash && x->words[at].size == size && memcmp(x->words[at].text, folded, size) == 0))
		at = (at + 1) & (x->words_capacity - 1);
	return &x->words[at];
}

struct context_word *
context_slot(const struct context_index *x, const char *folded, size_t size)
{
	return slot_of(x, folded, size, hash_token(folded, size));
}

/* At most a quarter full, so that most tokens meet a free slot at once. */
static int
words_grow(struct context_index *x)
{
	struct context_index grown = *x;

	if (x->n_used * 4 < x->words_capacity)
		return ASSAY_OK;
	grown.words_capacity = x->words_capacity ? x->words_capacity * 2 : 1024;
	grown.words = base_calloc(grown.words_capacity, sizeof *grown.words);
	if (!grown.words)
		return ASSAY_NOMEM;
	for (size_t i = 0; i < x->words_capacity; i++)
		if (x->words[i].text)
			*slot_of(&grown, x->words[i].text, x->words[i].size, x->words[i].hash) = x->words[i];
	free(x->words);
	*x = grown;
	return ASSAY_OK;
}

static int
add_word(struct context_index *x, const struct context_token *token, uint32_t row, uint64_t next)
{
	uint32_t hash = hash_token(token->text, token->size);
	struct context_word *word;

	if (words_grow(x) < 0)
		return ASSAY_NOMEM;
	word = slot_of(x, token->text, token->size, hash);
	if (!word->text) {
		char *text = base_arena_alloc(x->arena, token->size);
		if (!text)
			return ASSAY_NOMEM;
		memcpy(text, token->text, token->size);
		*word = (struct context_word){.text = text, .hash = hash, .row = CONTEXT_NO_ROW, .size = token->size};
		x->n_used++;
	}
	word->row = row != CONTEXT_NO_ROW ? row : word->row;
	word->next |= next;
	x->has_digits = x->has_digits || base_is_digit((uint8_t)token->text[0]);
	return ASSAY_OK;
}

static struct context_phrase *
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
	if (add_word(x, &tokens[0], n == 1 ? (uint32_t)x->n_rows : CONTEXT_NO_ROW, n > 1 ? context_first((uint8_t)tokens[1].text[0]) : 0)
		< 0)
		return NULL;
	struct context_phrase *row = &x->rows[x->n_rows];
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
		struct context_phrase *row = phrase_of(x, tokens, n);
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
		x->columns[x->n_columns++] = (struct column_phrase){(uint32_t)rule, columns->text[i][0] == '=', n, copy};
	}
	return 0;
}

/* The slot of a word, with a final 's' or without, among the known ones; NULL: it is too long or not ASCII. */
static struct context_known *
know(struct context_index *x, const struct context_word *word, bool with_s)
{
	uint8_t bytes[CONTEXT_QUICK_SIZE];
	uint64_t low, high;
	unsigned hash;

	if (word->size + (with_s ? 1u : 0u) > CONTEXT_QUICK_SIZE)
		return NULL;
	memset(bytes, ' ', sizeof bytes);
	for (size_t i = 0; i < word->size; i++) {
		bytes[i] = (uint8_t)word->text[i];
		if (bytes[i] >= 0x80)
			return NULL;
	}
	if (with_s)
		bytes[word->size] = 's';
	memcpy(&low, bytes, 8);
	memcpy(&high, bytes + 8, 8);
	hash = context_quick_hash(low, high);
	struct context_known *known = context_known_slot(x, low, high, hash);
	if (!known->is_used)
		*known = (struct context_known){low, high, 0, CONTEXT_NO_ROW, true};
	x->quick[hash / 64] |= UINT64_C(1) << (hash % 64);
	return known;
}

/* The words as they stand first: their own meaning goes before the one of another with an 's'. */
static int
fill_known(struct context_index *x)
{
	struct context_known *known;

	x->known_capacity = x->words_capacity * 2;
	x->known = base_calloc(x->known_capacity, sizeof *x->known);
	if (!x->known)
		return ASSAY_NOMEM;
	for (size_t i = 0; i < x->words_capacity; i++)
		if (x->words[i].text && (known = know(x, &x->words[i], false))) {
			known->row = x->words[i].row;
			known->next = x->words[i].next;
		}
	for (size_t i = 0; i < x->words_capacity; i++)
		if (x->words[i].text && x->words[i].row != CONTEXT_NO_ROW && x->words[i].size >= 3 && (known = know(x, &x->words[i], true))
			&& known->row == CONTEXT_NO_ROW)
			known->row = x->words[i].row;
	return ASSAY_OK;
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
	if (!x->arena || !x->phrases || words_grow(x) < 0)
		goto fail;
	for (size_t i = 0; i < n; i++)
		if (add_words(x, &rules[i]->words, i, false) < 0 || add_words(x, &rules[i]->not_words, i, true) < 0
			|| add_columns(x, &rules[i]->columns, i) < 0)
			goto fail;
	if (fill_known(x) < 0)
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
	free(x->words);
	free(x->known);
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
const struct context_phrase *
context_lookup(const struct context_index *x, const struct context_token *tokens, size_t n)
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
#define EACH_PHRASE(x, tokens, n, row)                                                                                                     \
	for (size_t i_ = 0; i_ < (n); i_++)                                                                                                \
		for (size_t k_ = 1, last_ = last_length((x), (tokens), (n), i_); k_ <= last_; k_++)                                        \
			if (((row) = context_lookup((x), (tokens) + i_, k_)))

static size_t
last_length(const struct context_index *x, const struct context_token *tokens, size_t n, size_t i)
{
	size_t left = n - i;

	const struct context_word *word = slot_of(x, tokens[i].text, tokens[i].size, hash_token(tokens[i].text, tokens[i].size));

	if (!word->text || word->next == 0)
		return 1;
	return left < CONTEXT_PHRASE ? left : CONTEXT_PHRASE;
}

size_t
context_rows(const struct context_index *x)
{
	return x->n_rows;
}

struct context_bits
context_row(const struct context_index *x, size_t row)
{
	return (struct context_bits){x->rows[row].for_rule, x->rows[row].against_rule};
}

static bool
same_token(const struct context_token *wanted, const struct context_token *token)
{
	size_t n = token->size;

	if (n == wanted->size + 1u && n > 3 && token->text[n - 1] == 's')
		n--;
	return n == wanted->size && memcmp(token->text, wanted->text, n) == 0;
}

/* Do all tokens of the phrase occur in order, other tokens between them allowed unless it is exact? */
static bool
occurs(const struct column_phrase *phrase, const struct context_token *tokens, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (k < phrase->n && same_token(&phrase->tokens[k], &tokens[i]))
			k++;
		else if (phrase->is_exact && !base_is_digit((uint8_t)tokens[i].text[0]))
			return false;
	}
	return k == phrase->n;
}

void
context_column(const struct context_index *x, struct base_span name, struct context_bits *ret)
{
	struct context_token tokens[64];
	size_t n = context_tokens(name, tokens, BASE_COUNT(tokens));
	const struct context_phrase *row;

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

/* The tokens of a listed phrase at the beginning of ${tokens}; the last one with or without a final 's'. */
static bool
begins_with(const struct context_token *wanted, size_t n_wanted, const struct context_token *tokens, size_t n)
{
	if (n_wanted == 0 || n < n_wanted)
		return false;
	for (size_t i = 0; i + 1 < n_wanted; i++)
		if (wanted[i].size != tokens[i].size || memcmp(wanted[i].text, tokens[i].text, wanted[i].size) != 0)
			return false;
	return same_token(&wanted[n_wanted - 1], &tokens[n_wanted - 1]);
}

const char *
context_word_of(const struct rules_texts *words, struct base_span phrase)
{
	struct context_token tokens[CONTEXT_PHRASE], wanted[CONTEXT_PHRASE];
	size_t n = context_tokens(phrase, tokens, CONTEXT_PHRASE);

	for (size_t i = 0; i < words->n; i++) {
		size_t n_wanted = context_tokens(base_span_of(words->text[i]), wanted, CONTEXT_PHRASE);
		if (n_wanted == n && begins_with(wanted, n_wanted, tokens, n))
			return words->text[i];
	}
	return NULL;
}

const char *
context_column_of(const struct rules_texts *words, const struct rules_texts *columns, struct base_span name)
{
	struct context_token tokens[64], wanted[CONTEXT_PHRASE];
	size_t n = context_tokens(name, tokens, BASE_COUNT(tokens));

	for (size_t i = 0; columns && i < columns->n; i++) {
		struct column_phrase phrase = {.is_exact = columns->text[i][0] == '=', .tokens = wanted};
		phrase.n = context_tokens(base_span_of(columns->text[i]), wanted, CONTEXT_PHRASE);
		if (phrase.n > 0 && occurs(&phrase, tokens, n))
			return columns->text[i];
	}
	for (size_t i = 0; i < words->n; i++) {
		size_t n_wanted = context_tokens(base_span_of(words->text[i]), wanted, CONTEXT_PHRASE);
		for (size_t at = 0; at < n; at++)
			if (begins_with(wanted, n_wanted, tokens + at, n - at))
				return words->text[i];
	}
	return NULL;
}
