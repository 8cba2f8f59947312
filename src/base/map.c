/* Open addressing, linear probing, FNV-1a; keys lie in one arena. */
#include "base/map.h"

#include "assay/error.h"
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

struct slot {
	const uint8_t *key; /* NULL = free */
	uint32_t size, number;
	uint64_t hash;
};

struct base_map {
	struct slot *slots;
	size_t capacity, count; /* capacity is a power of two or 0 */
	struct base_arena *arena;
};

static uint64_t
hash_of(struct base_span key)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < key.size; i++)
		h = (h ^ key.data[i]) * UINT64_C(1099511628211);
	return h ^ h >> 29;
}

struct base_map *
base_map_new(void)
{
	struct base_map *map = calloc(1, sizeof *map);

	if (!map)
		return NULL;
	map->arena = base_arena_new();
	if (!map->arena) {
		free(map);
		return NULL;
	}
	return map;
}

void
base_map_free(struct base_map *map)
{
	if (!map)
		return;
	base_arena_free(map->arena);
	free(map->slots);
	free(map);
}

static struct slot *
find_slot(const struct base_map *map, struct base_span key, uint64_t hash)
{
	size_t mask = map->capacity - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		struct slot *s = &map->slots[i];
		if (!s->key || (s->hash == hash && s->size == key.size && (key.size == 0 || memcmp(s->key, key.data, key.size) == 0)))
			return s;
	}
}

bool
base_map_find(const struct base_map *map, struct base_span key, uint32_t *ret)
{
	struct slot *s;

	if (map->capacity == 0)
		return false;
	s = find_slot(map, key, hash_of(key));
	if (!s->key)
		return false;
	if (ret)
		*ret = s->number;
	return true;
}

static int
grow(struct base_map *map)
{
	struct base_map grown = *map;

	grown.capacity = map->capacity > 0 ? map->capacity * 2 : 16;
	grown.slots = calloc(grown.capacity, sizeof *grown.slots);
	if (!grown.slots)
		return ASSAY_NOMEM;
	for (size_t i = 0; i < map->capacity; i++) {
		struct slot *s = &map->slots[i];
		if (s->key)
			*find_slot(&grown, (struct base_span){s->key, s->size}, s->hash) = *s;
	}
	free(map->slots);
	*map = grown;
	return ASSAY_OK;
}

int
base_map_insert(struct base_map *map, struct base_span key, uint32_t number)
{
	uint64_t hash = hash_of(key);
	struct slot *s;

	if (key.size > UINT32_MAX - 1)
		return ASSAY_NOMEM;
	if (map->count * 4 >= map->capacity * 3 && grow(map) < 0)
		return ASSAY_NOMEM;
	s = find_slot(map, key, hash);
	if (s->key)
		return 0;
	char *copy = base_arena_strndup(map->arena, key.data, key.size);
	if (!copy)
		return ASSAY_NOMEM;
	*s = (struct slot){(const uint8_t *)copy, (uint32_t)key.size, number, hash};
	map->count++;
	return 1;
}

size_t
base_map_count(const struct base_map *map)
{
	return map->count;
}
