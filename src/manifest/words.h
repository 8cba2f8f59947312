/* The closed lists of words that a manifest may use.
 *
 * A word may be an alias: then it is stored as the first word of the list that has the same DPV term, so facts know one spelling. */
#ifndef MANIFEST_WORDS_H
#define MANIFEST_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct manifest_word {
	const char *word;
	const char *term; /* W3C DPV 2.3 term that stands for the same, accepted in its place; NULL = none */
};
struct manifest_words {
	const char *name; /* of its definition in the JSON Schema */
	const struct manifest_word *items;
	size_t n;
};

extern const struct manifest_words words_basis, words_art9, words_ground, words_category, words_role, words_source, words_ip,
	words_exemption, words_start, words_at_rest, words_environment, words_recipient, words_claim, words_use, words_effect, words_level,
	words_dpia_part, words_color, words_jurisdiction;

/* The word under which ${text} (a word, an alias or a term) is kept; NULL when it is none of the list. */
const char *words_find(const struct manifest_words *words, const char *text);
/* Nearest word, or NULL. */
const char *words_suggest(const struct manifest_words *words, const char *text);

/* ISO 3166-1 alpha-2 codes in capitals, in order. NULL past the end. */
const char *words_country_at(size_t i);
bool words_is_country(const char *code);
/* What someone may have meant who wrote another code ("UK", "de"), or NULL. */
const char *words_country_suggest(const char *code);
/* "eu", "us-ca" ... or a country's code in small letters; never "gb", which is "uk" here. */
bool words_is_jurisdiction(const char *code);
const char *words_jurisdiction_suggest(const char *code);

#endif
