/* Context words: which rules does the text around a match, or the name of a column, speak for or against?
 *
 * Words match whole tokens only. A token is a run of letters or a run of digits; `_ - .` and other separators, a change between letters and
 * digits, and camelCase end it. Letters are folded to lower case (ASCII; in UTF-8 Latin-1, Latin Extended-A, Greek and Cyrillic); a final
 * 's' may be added. */
#ifndef RULES_CONTEXT_H
#define RULES_CONTEXT_H

#include "base/span.h"

enum { CONTEXT_PHRASE = 5, CONTEXT_TOKEN = 32, CONTEXT_TOKENS = 512 };

struct context_token {
	uint32_t start, end; /* bytes in the text */
	uint8_t size;
	char text[CONTEXT_TOKEN]; /* folded; cut if longer (a cut token matches nothing) */
};

/* Splits text into at most ${max} tokens; returns their number. */
size_t context_tokens(struct base_span text, struct context_token *ret, size_t max);

struct context_index;

/* Bits per rule, n_words * 64 of them. */
struct context_bits {
	uint64_t *for_rule, *against_rule;
};

/* A phrase in a text: its first and last byte, and its row of rules. Phrases that begin with the same token are rows of their own. */
struct context_hit {
	uint32_t start, end, row;
};
struct context_hits {
	struct context_hit *items;
	size_t n, capacity;
};

struct rules_rule;
/* Index over the words of n rules. NULL when out of memory. */
struct context_index *context_index_new(const struct rules_rule *const *rules, size_t n);
void context_index_free(struct context_index *index);
/* 64-bit words per bit set. */
size_t context_index_words(const struct context_index *index);
/* Appends the phrases whose first token begins in text[from, to), in order; what is found does not depend on how a text is cut into such
 * ranges. 0 or ASSAY_NOMEM. */
int context_scan(const struct context_index *index, struct base_span text, uint32_t from, uint32_t to, struct context_hits *ret);
/* Rows: which rules a phrase speaks for and against, n_words * 64 bits each. */
size_t context_rows(const struct context_index *index);
struct context_bits context_row(const struct context_index *index, size_t row);
/* Sets bits of all rules that a column name (or JSON path) speaks for or against. A column phrase that begins with '=' is the whole name.
 */
void context_column(const struct context_index *index, struct base_span name, struct context_bits *ret);

struct rules_texts;
/* Which of a rule's words a phrase found in a text is; NULL: none. For telling, not for speed. */
const char *context_word_of(const struct rules_texts *words, struct base_span phrase);
/* Which of a rule's words or column phrases a column's name holds; columns may be NULL. */
const char *context_column_of(const struct rules_texts *words, const struct rules_texts *columns, struct base_span name);

#endif
