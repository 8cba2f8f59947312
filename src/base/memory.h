/* Cleanup attributes and overflow-checked allocation. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Frees a malloc'ed pointer at the end of its scope: `_cleanup_free_ char *text = NULL;` */
static inline void
base_free_at(void *p)
{
	free(*(void **)p);
}
static inline void
base_fclose_at(FILE **p)
{
	if (*p)
		fclose(*p);
}
void base_close_at(int *fd);
#define _cleanup_(f) __attribute__((cleanup(f)))
#define _cleanup_free_ _cleanup_(base_free_at)
#define _cleanup_close_ _cleanup_(base_close_at)
#define _cleanup_fclose_ _cleanup_(base_fclose_at)
/* Moves ownership out of a cleanup variable. */
#define BASE_STEAL(p)                                                                                                                      \
	__extension__({                                                                                                                    \
		__typeof__(p) stolen_ = (p);                                                                                               \
		(p) = NULL;                                                                                                                \
		stolen_;                                                                                                                   \
	})
#define BASE_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Zeroed array of n elements; NULL when out of memory or on overflow. */
void *base_calloc(size_t n, size_t size);
/* Grows *items (capacity in elements) so that it holds at least ${need}; doubles. 0 or ASSAY_NOMEM; *items unchanged on failure. */
int base_grow(void *items, size_t *capacity, size_t need, size_t size);
/* malloc'ed copy of n bytes plus a terminating NUL. NULL when out of memory. */
char *base_strndup(const void *text, size_t n);
char *base_strdup(const char *text);
/* malloc'ed printf; NULL when out of memory. */
char *base_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
