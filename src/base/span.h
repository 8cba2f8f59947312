/* A slice of bytes: pointer and size, borrowed, not terminated. The currency of every parser here. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct base_span {
	const uint8_t *data;
	size_t size;
};

/* Wraps a C string (NULL gives the empty slice). */
struct base_span base_span_of(const char *text);
bool base_span_equals(struct base_span a, struct base_span b);
bool base_span_starts_with(struct base_span s, const char *prefix);
bool base_span_ends_with(struct base_span s, const char *suffix);
/* Byte order of memcmp, the shorter first when one is a prefix of the other. */
int base_span_compare(struct base_span a, struct base_span b);
struct base_span base_span_trim(struct base_span s);
/* How often a byte stands among n. */
size_t base_count_byte(const uint8_t *data, size_t n, uint8_t byte);

static inline bool
base_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}
static inline bool
base_is_upper(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}
static inline bool
base_is_lower(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}
static inline bool
base_is_alpha(uint8_t c)
{
	return base_is_upper(c) || base_is_lower(c);
}
static inline bool
base_is_alnum(uint8_t c)
{
	return base_is_digit(c) || base_is_alpha(c);
}
/* ASCII only, as PCRE2's \w in byte mode. */
static inline bool
base_is_word(uint8_t c)
{
	return base_is_alnum(c) || c == '_';
}
static inline bool
base_is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}
static inline uint8_t
base_lower(uint8_t c)
{
	return base_is_upper(c) ? (uint8_t)(c | 0x20) : c;
}
static inline uint8_t
base_upper(uint8_t c)
{
	return base_is_lower(c) ? (uint8_t)(c & 0xdf) : c;
}

#endif
