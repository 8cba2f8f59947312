/* Hash map from byte strings to 32-bit numbers: interning of names, sets of words. Insert order is kept by the numbers. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/span.h"

struct base_map;

struct base_map *base_map_new(void);
void base_map_free(struct base_map *map);
/* Number stored under key; returns false when absent. */
bool base_map_find(const struct base_map *map, struct base_span key, uint32_t *ret);
/* Stores a copy of key. Returns 1 if it was new, 0 if it existed (its number is kept), ASSAY_NOMEM. */
int base_map_insert(struct base_map *map, struct base_span key, uint32_t number);
size_t base_map_count(const struct base_map *map);

#endif
