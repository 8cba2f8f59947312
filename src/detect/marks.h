/* Marking bytes at which some pattern may start: the first look of the number lane, 32 bytes at a time where the processor can.
 *
 * Each byte gets a class of 16. Patterns lie in buckets; for the byte before a match and each of its first bytes a bucket has a set of
 * classes. A start is marked when some bucket allows all of them (the idea of Teddy, Hyperscan paper, NSDI'19, on classes instead of
 * half bytes). */
#ifndef DETECT_MARKS_H
#define DETECT_MARKS_H

#include <stddef.h>
#include <stdint.h>

enum {
	MARK_CLASSES = 16,
	MARK_EDGE = 15,     /* no byte has this class: the edge of a value */
	MARK_POSITIONS = 8, /* bytes from the start on */
	MARK_BUCKETS = 8,   /* of one set */
	MARK_SETS = 4,
	MARK_PAD = 64 /* classes that can be written before and after */
};

struct start_marks {
	uint8_t before[MARK_CLASSES], at[MARK_POSITIONS][MARK_CLASSES]; /* bit b: bucket b */
};

/* Class of a byte: digits, letters up to f and the others in both cases, bytes beyond ASCII, and the signs among which numbers stand. */
uint8_t mark_class(uint8_t byte);

/* Sets bit i of ${ret} (n bits, rounded up to whole words) where data[i] may be a start under one of the sets, and classes[i] to the class
 * of data[i] for -1 <= i < n + 16 at least. 64 bytes before data[0] and past data[n-1] can be read, MARK_PAD around classes[0..n) written.
 */
typedef void marks_function(const struct start_marks sets[MARK_SETS], const uint8_t *data, size_t n, uint8_t *classes, uint64_t *ret);
marks_function marks_plain, marks_avx2;

enum marks_level { MARKS_PLAIN, MARKS_AVX2 };
/* The best that this processor has, no better than ${most}; *ret_name: "plain" or "avx2". */
marks_function *marks_choose(enum marks_level most, const char **ret_name);

#endif
