/* Bump allocator in blocks; reset keeps the largest block, so a steady user stops allocating. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_MIN = 16 << 10, ALIGNMENT = 16 };

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(ALIGNMENT) uint8_t data[];
};

struct base_arena {
	struct block *blocks; /* newest first */
};

struct base_arena *
base_arena_new(void)
{
	return calloc(1, sizeof(struct base_arena));
}

void
base_arena_free(struct base_arena *arena)
{
	if (!arena)
		return;
	for (struct block *b = arena->blocks, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	free(arena);
}

void
base_arena_reset(struct base_arena *arena)
{
	struct block *largest = arena->blocks;

	for (struct block *b = arena->blocks; b; b = b->next)
		if (b->size > largest->size)
			largest = b;
	for (struct block *b = arena->blocks, *next; b; b = next) {
		next = b->next;
		if (b != largest)
			free(b);
	}
	arena->blocks = largest;
	if (largest) {
		largest->next = NULL;
		largest->used = 0;
	}
}

void *
base_arena_alloc(struct base_arena *arena, size_t n)
{
	struct block *b = arena->blocks;
	void *p;

	if (n > SIZE_MAX / 2)
		return NULL;
	n = (n + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (!b || b->size - b->used < n) {
		size_t size = b ? b->size : BLOCK_MIN;
		if (size < ((size_t)1 << 20))
			size *= 2;
		if (size < n)
			size = n;
		b = malloc(sizeof *b + size);
		if (!b)
			return NULL;
		b->size = size;
		b->used = 0;
		b->next = arena->blocks;
		arena->blocks = b;
	}
	p = b->data + b->used;
	b->used += n;
	memset(p, 0, n);
	return p;
}

char *
base_arena_strndup(struct base_arena *arena, const void *text, size_t n)
{
	char *copy = n < SIZE_MAX ? base_arena_alloc(arena, n + 1) : NULL;

	if (copy && n > 0)
		memcpy(copy, text, n);
	return copy;
}

char *
base_arena_strdup(struct base_arena *arena, const char *text)
{
	return base_arena_strndup(arena, text, strlen(text));
}

char *
base_arena_format(struct base_arena *arena, const char *format, ...)
{
	va_list args, again;
	char *text;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	text = n >= 0 ? base_arena_alloc(arena, (size_t)n + 1) : NULL;
	if (text)
		vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	va_end(args);
	return text;
}
