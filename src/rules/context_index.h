/* Inside of the index of context words: shared by what builds and asks it and what goes through texts. */
#ifndef RULES_CONTEXT_INDEX_H
#define RULES_CONTEXT_INDEX_H

#include "rules/context.h"

#define CONTEXT_NO_ROW UINT32_MAX

enum { CONTEXT_QUICK = 1 << 16, CONTEXT_QUICK_SIZE = 16 };

/* A token that is a phrase, or begins one. */
struct context_word {
	const char *text;   /* NULL: free slot */
	uint32_t hash, row; /* row: of the phrase that is this token alone, or CONTEXT_NO_ROW */
	uint64_t next;      /* context_first of the second tokens of phrases that begin with this one; 0: none */
	uint8_t size;
};

/* A word of ASCII up to CONTEXT_QUICK_SIZE, or such a word with a final 's', as its bytes with bit 5 set (blanks beyond). */
struct context_known {
	uint64_t low, high, next;
	uint32_t row; /* as in context_word */
	bool is_used;
};

struct context_phrase {
	uint64_t *for_rule, *against_rule; /* one bit per rule */
};

/* A column phrase: tokens that must all occur in order. */
struct column_phrase {
	uint32_t rule;
	bool is_exact; /* nothing else in the name but numbers */
	size_t n;
	struct context_token *tokens;
};

struct context_index {
	struct base_arena *arena;
	struct base_map *phrases; /* joined text -> index into rows */
	struct context_phrase *rows;
	size_t n_rows, rows_capacity, n_words;
	struct column_phrase *columns;
	size_t n_columns, columns_capacity;
	bool has_digits;            /* some phrase begins with digits */
	struct context_word *words; /* open addressing, by hash; capacity a power of two */
	size_t n_used, words_capacity;
	struct context_known *known; /* open addressing, by context_quick_hash; capacity a power of two */
	size_t known_capacity;
	uint64_t quick[CONTEXT_QUICK / 64]; /* bit of context_quick_hash of each known word */
};

enum letter { LETTER_NONE, LETTER_LOWER, LETTER_UPPER, LETTER_DIGIT };

/* Kind of the character at text[i]; writes its folded form and length. Bytes of UTF-8 beyond ASCII count as letters. */
enum letter context_classify(struct base_span text, size_t i, char ret[4], size_t *ret_size);
/* Does a new token begin between kinds a and b (next: the kind after b)? */
bool context_splits(enum letter a, enum letter b, enum letter next);
/* The slot of a token: its own, or the free one where it would go. */
struct context_word *context_slot(const struct context_index *x, const char *folded, size_t size);
/* The phrase of exactly these tokens, also with or without a final 's'; NULL: none. */
const struct context_phrase *context_lookup(const struct context_index *x, const struct context_token *tokens, size_t n);

/* A bit for the byte that a token begins with; bytes beyond ASCII share one. */
static inline uint64_t
context_first(uint8_t c)
{
	return UINT64_C(1) << (c >= 0x80 ? 63 : base_is_digit(c) ? 32 + (c - '0') : c & 31);
}

/* Of the bytes of a known word. */
static inline unsigned
context_quick_hash(uint64_t low, uint64_t high)
{
	low = (low ^ high << 7) * UINT64_C(0x9e3779b97f4a7c15);
	return (unsigned)((low ^ high * UINT64_C(0xff51afd7ed558ccd)) >> 48);
}

/* Where a known word is, or would go. */
static inline struct context_known *
context_known_slot(const struct context_index *x, uint64_t low, uint64_t high, unsigned hash)
{
	size_t at = hash & (x->known_capacity - 1);

	while (x->known[at].is_used && !(x->known[at].low == low && x->known[at].high == high))
		at = (at + 1) & (x->known_capacity - 1);
	return &x->known[at];
}

#endif
