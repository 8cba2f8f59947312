/* Countries by their ISO 3166-1 alpha-2 codes. */
#ifndef BASE_COUNTRY_H
#define BASE_COUNTRY_H

#include <stddef.h>

/* Codes in capitals, in order. NULL past the end. */
const char *base_country_at(size_t i);
/* The table's own text of a code in either case, or NULL. */
const char *base_country_find(const char *code);
/* As base_country_find, and what people write for a code that is another one: UK and EL. */
const char *base_country_suggest(const char *code);

#endif
