/* Slices of bytes. */
#include "base/span.h"

#include <string.h>

struct base_span
base_span_of(const char *text)
{
	return (struct base_span){(const uint8_t *)text, text ? strlen(text) : 0};
}

bool
base_span_equals(struct base_span a, struct base_span b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool
base_span_starts_with(struct base_span s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.size >= n && (n == 0 || memcmp(s.data, prefix, n) == 0);
}

bool
base_span_ends_with(struct base_span s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.size >= n && (n == 0 || memcmp(s.data + s.size - n, suffix, n) == 0);
}

int
base_span_compare(struct base_span a, struct base_span b)
{
	size_t n = a.size < b.size ? a.size : b.size;
	int order = n > 0 ? memcmp(a.data, b.data, n) : 0;

	if (order != 0)
		return order;
	return (a.size > b.size) - (a.size < b.size);
}

struct base_span
base_span_trim(struct base_span s)
{
	while (s.size > 0 && base_is_space(s.data[0])) {
		s.data++;
		s.size--;
	}
	while (s.size > 0 && base_is_space(s.data[s.size - 1]))
		s.size--;
	return s;
}
