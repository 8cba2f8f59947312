/* Small worlds for the oracle target: a rule pack of the documented subset, and text in which its rules find, nearly find and do not find
 * something. Both are decided by input bytes alone. */
#ifndef TESTS_FUZZ_ORACLE_MAKE_H
#define TESTS_FUZZ_ORACLE_MAKE_H

#include "fuzz.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/match.h"
#include "rules/rules.h"

enum { WORLD_RULES = 5, WORLD_TEXT = 6000 };

/* YAML of a pack of one to WORLD_RULES rules; NUL terminated in ret. Not every pack loads: a pattern may be refused. */
void make_pack(struct take *take, struct base_buffer *ret);

/* A word that packs, texts and column names are made of. */
const char *make_word(struct take *take);

/* A text that ${pattern} matches, but for what its assertions forbid; stops when ret holds ${max} bytes. */
void make_match(struct take *take, const char *pattern, size_t max, struct base_buffer *ret);

/* Text of at most ${max} bytes, made of matches of the rules' patterns, whole and spoilt, of words and of what stands between; stops with
 * the input. Ends of parts, where a text could be cut into cells, go to ends[0..*ret_n). */
enum { WORLD_ENDS = 256 };
void make_text(struct take *take, const struct rules *rules, size_t max, struct base_buffer *ret, uint32_t ends[WORLD_ENDS], size_t *ret_n);

/* Before merging, two patterns of one rule may find the same place: once is enough, in any order. Returns how many are left. */
size_t oracle_sort_unique(struct span *spans, size_t n);

#endif
