/* Marking bytes at which some pattern may start: the first look of the number lane, 32 bytes at a time where the processor can.
 *
 * Patterns lie in buckets; for each of the first bytes of a match a bucket has a set of bytes, held as two tables of half bytes whose
 * product is that set or a little more. A start is marked when some bucket allows all of them and the byte before (the idea of Teddy,
 * Hyperscan paper, NSDI'19). */
#ifndef DETECT_MARKS_H
#define DETECT_MARKS_H

#include <stddef.h>
#include <stdint.h>

enum { MARK_POSITIONS = 5 /* bytes from the start on */, MARK_BUCKETS = 8, MARK_SETS = 2 };

struct start_marks {
	uint8_t low[MARK_POSITIONS][16], high[MARK_POSITIONS][16]; /* bit b: bucket b */
	uint8_t after_word;                                        /* buckets that can begin right after a letter, digit or '_' */
};

/* Sets bit i of ${ret} (n bits, rounded up to whole words) where data[i] may be a start under one of the sets. data[-1] and 64 bytes past
 * data[n-1] can be read. */
typedef void marks_function(const struct start_marks sets[MARK_SETS], const uint8_t *data, size_t n, uint64_t *ret);
marks_function marks_plain, marks_avx2;

enum marks_level { MARKS_PLAIN, MARKS_AVX2 };
/* The best that this processor has, no better than ${most}; *ret_name: "plain" or "avx2". */
marks_function *marks_choose(enum marks_level most, const char **ret_name);

#endif
