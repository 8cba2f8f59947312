/* The decoded stream in a buffer: unread bytes lie together, SOURCE_PAD readable bytes behind them. */
#ifndef SOURCE_FEED_H
#define SOURCE_FEED_H

#include "source/stream.h"

struct feed {
	struct stream *stream;
	uint8_t *buffer;
	size_t capacity, start, end; /* [start, end) unread */
	uint64_t raw;                /* raw offset of the byte at start */
	bool at_end;                 /* the stream has nothing more than what is unread */
};

/* Has at least n unread bytes, or all there are. NOMEM on failure. Moves the data: take pointers anew. */
int feed_want(struct feed *feed, size_t n, struct assay_error *err);
void feed_dispose(struct feed *feed);

static inline const uint8_t *
feed_data(const struct feed *feed)
{
	return feed->buffer + feed->start;
}

static inline size_t
feed_size(const struct feed *feed)
{
	return feed->end - feed->start;
}

static inline void
feed_take(struct feed *feed, size_t n)
{
	feed->start += n;
	feed->raw += n;
}

#endif
