/* Growing byte buffer. */
#include "base/buffer.h"

#include "assay/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
base_buffer_init(struct base_buffer *b, size_t max)
{
	*b = (struct base_buffer){.max = max};
}

void
base_buffer_dispose(struct base_buffer *b)
{
	free(b->data);
	b->data = NULL;
	b->size = b->capacity = 0;
}

void
base_buffer_reset(struct base_buffer *b)
{
	b->size = 0;
	b->failed = false;
	if (b->data)
		b->data[0] = '\0';
}

static bool
reserve(struct base_buffer *b, size_t n)
{
	size_t need, capacity = b->capacity > 0 ? b->capacity : 256;
	char *grown;

	if (b->failed || n > b->max - b->size) {
		b->failed = true;
		return false;
	}
	need = b->size + n + 1;
	if (need <= b->capacity)
		return true;
	while (capacity < need)
		capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
	grown = realloc(b->data, capacity);
	if (!grown) {
		b->failed = true;
		return false;
	}
	b->data = grown;
	b->capacity = capacity;
	return true;
}

bool
base_buffer_append(struct base_buffer *b, const void *data, size_t n)
{
	if (!reserve(b, n))
		return false;
	if (n > 0)
		memcpy(b->data + b->size, data, n);
	b->size += n;
	b->data[b->size] = '\0';
	return true;
}

bool
base_buffer_text(struct base_buffer *b, const char *text)
{
	return base_buffer_append(b, text, strlen(text));
}

bool
base_buffer_char(struct base_buffer *b, char c)
{
	return base_buffer_append(b, &c, 1);
}

bool
base_buffer_format(struct base_buffer *b, const char *format, ...)
{
	va_list args, again;
	int n;
	bool done = false;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	if (n < 0)
		b->failed = true;
	else if (reserve(b, (size_t)n)) {
		vsnprintf(b->data + b->size, (size_t)n + 1, format, again);
		b->size += (size_t)n;
		done = true;
	}
	va_end(again);
	va_end(args);
	return done;
}

char *
base_buffer_take(struct base_buffer *b)
{
	char *data;

	if (!b->failed)
		base_buffer_append(b, "", 0);
	data = b->failed ? NULL : b->data;
	if (!data)
		free(b->data);
	b->data = NULL;
	b->size = b->capacity = 0;
	return data;
}

int
base_buffer_status(const struct base_buffer *b)
{
	if (!b->failed)
		return ASSAY_OK;
	return b->size >= b->max / 2 ? ASSAY_LIMIT : ASSAY_NOMEM;
}
