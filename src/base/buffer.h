/* A growing byte buffer with a mandatory maximum: whoever makes one says how large it may ever be.
 *
 * An append that would pass the maximum, or that finds no memory, sets `failed` and appends nothing; so do all later appends.
 * Check `failed` once at the end. The bytes are always NUL terminated after the first append. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct base_buffer {
	char *data;
	size_t size, capacity, max;
	bool failed;
};

void base_buffer_init(struct base_buffer *b, size_t max);
void base_buffer_dispose(struct base_buffer *b);
void base_buffer_reset(struct base_buffer *b);
bool base_buffer_append(struct base_buffer *b, const void *data, size_t n);
bool base_buffer_text(struct base_buffer *b, const char *text);
bool base_buffer_char(struct base_buffer *b, char c);
bool base_buffer_format(struct base_buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Hands the malloc'ed, NUL-terminated bytes over and empties the buffer; NULL if it failed. */
char *base_buffer_take(struct base_buffer *b);
/* 0, ASSAY_NOMEM or ASSAY_LIMIT. */
int base_buffer_status(const struct base_buffer *b);

#endif
