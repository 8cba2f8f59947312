/* Bump allocator: many small objects, freed together. Reset keeps the first block. Not thread safe. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct base_arena;

struct base_arena *base_arena_new(void);
void base_arena_free(struct base_arena *arena);
void base_arena_reset(struct base_arena *arena);
/* 16-byte aligned, zeroed; NULL when out of memory. Lives until reset or free. */
void *base_arena_alloc(struct base_arena *arena, size_t n);
/* NUL-terminated copy. */
char *base_arena_strndup(struct base_arena *arena, const void *text, size_t n);
char *base_arena_strdup(struct base_arena *arena, const char *text);
char *base_arena_format(struct base_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
