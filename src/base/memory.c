/* Allocation helpers. */
#include "base/memory.h"

#include "assay/error.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

void
base_close_at(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

void *
base_calloc(size_t n, size_t size)
{
	return calloc(n > 0 ? n : 1, size);
}

int
base_grow(void *items, size_t *capacity, size_t need, size_t size)
{
	size_t wanted = *capacity > 0 ? *capacity : 8;
	void *grown;

	if (need <= *capacity)
		return ASSAY_OK;
	while (wanted < need) {
		if (wanted > SIZE_MAX / 2)
			return ASSAY_NOMEM;
		wanted *= 2;
	}
	if (wanted > SIZE_MAX / size)
		return ASSAY_NOMEM;
	grown = realloc(*(void **)items, wanted * size);
	if (!grown)
		return ASSAY_NOMEM;
	*(void **)items = grown;
	*capacity = wanted;
	return ASSAY_OK;
}

char *
base_strndup(const void *text, size_t n)
{
	char *copy = n < SIZE_MAX ? malloc(n + 1) : NULL;

	if (!copy)
		return NULL;
	if (n > 0)
		memcpy(copy, text, n);
	copy[n] = '\0';
	return copy;
}

char *
base_strdup(const char *text)
{
	return base_strndup(text, strlen(text));
}

char *
base_format(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	return text;
}
