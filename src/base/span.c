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

/* Eight bytes at a time: those that are zero after the exclusive or keep their upper bit clear. */
size_t
base_count_byte(const uint8_t *data, size_t n, uint8_t byte)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f), all = byte * UINT64_C(0x0101010101010101);
	size_t count = 0, i = 0;

	for (; i + 8 <= n; i += 8) {
		uint64_t x;
		memcpy(&x, data + i, 8);
		x ^= all;
		/* the upper bits, one down to each byte's lowest, summed up in the topmost byte */
		count += (size_t)((((~(((x & low) + low) | x) & ~low) >> 7) * UINT64_C(0x0101010101010101)) >> 56);
	}
	for (; i < n; i++)
		count += data[i] == byte;
	return count;
}
