/* Runs of base64 from masks of 64 bytes each: shared by both ways of marking. */
#ifndef DETECT_DECODE_RUNS_H
#define DETECT_DECODE_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First bytes of characters that have something in the table of look-alikes: the others are never looked at. */
static inline bool
decode_may_lead(uint8_t byte)
{
	return byte == 0xc2 || byte == 0xd9 || byte == 0xdb || byte == 0xdf || (byte >= 0xe0 && byte <= 0xe3) || byte == 0xea
	       || byte == 0xef || byte == 0xf0;
}

struct decode_runs {
	uint64_t letters, before; /* of the word that waits for its successor; of the word before it: the last bit */
	uint64_t any;
};

/* Bits at which 16 letters begin that are no part of a longer run. */
static inline uint64_t
decode_runs_of(uint64_t letters, uint64_t next, uint64_t before)
{
	unsigned __int128 run = (unsigned __int128)next << 64 | letters;

	run &= run >> 1;
	run &= run >> 2;
	run &= run >> 4;
	run &= run >> 8;
	return (uint64_t)run & ~(letters << 1 | before);
}

/* Takes the masks of word ${w}; the runs of the word before it become known. */
static inline void
decode_runs_add(struct decode_runs *r, uint64_t *ret, size_t w, uint64_t tokens, uint64_t letters)
{
	if (w > 0) {
		ret[w - 1] |= decode_runs_of(r->letters, letters, r->before);
		r->any |= ret[w - 1];
		r->before = r->letters >> 63;
	}
	ret[w] = tokens;
	r->letters = letters;
}

static inline bool
decode_runs_end(struct decode_runs *r, uint64_t *ret, size_t n_words)
{
	if (n_words == 0)
		return false;
	ret[n_words - 1] |= decode_runs_of(r->letters, 0, r->before);
	return (r->any | ret[n_words - 1]) != 0;
}

#endif
