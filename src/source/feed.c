/* Buffering the decoded stream. The buffer grows only as bytes come, so a large window costs nothing on a small file. */
#include "source/feed.h"

#include "base/error.h"
#include "source/bytes.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_MIN = 64 << 10, ROOM_MIN = 16 << 10 };

static int
make_room(struct feed *feed, size_t need)
{
	size_t capacity = feed->capacity ? feed->capacity : CAPACITY_MIN, size = feed_size(feed);
	uint8_t *grown;

	if (feed->start > 0) {
		memmove(feed->buffer, feed->buffer + feed->start, size);
		feed->start = 0;
		feed->end = size;
	}
	while (capacity < need)
		capacity *= 2;
	if (capacity == feed->capacity)
		return ASSAY_OK;
	grown = realloc(feed->buffer, capacity + SOURCE_PAD);
	if (!grown)
		return ASSAY_NOMEM;
	feed->buffer = grown;
	feed->capacity = capacity;
	memset(grown + feed->end, 0, capacity - feed->end + SOURCE_PAD);
	return ASSAY_OK;
}

int
feed_want(struct feed *feed, size_t n, struct assay_error *err)
{
	while (!feed->at_end && feed_size(feed) < n) {
		size_t missing = n - feed_size(feed), got, room;
		int r;
		/* grows at most by doubling, and only when what is there is full */
		if (feed->capacity - feed->end < ROOM_MIN && make_room(feed, feed_size(feed) + ROOM_MIN) < 0)
			return base_error_nomem(err);
		/* no more than is asked for: what stays behind for the next call has to be moved */
		room = feed->capacity - feed->end;
		room = missing < ROOM_MIN ? ROOM_MIN : missing < room ? missing : room;
		r = stream_read(feed->stream, feed->buffer + feed->end, room, &got, err);
		if (r < 0)
			return r;
		feed->end += got;
		feed->at_end = got == 0;
	}
	if (!feed->buffer && make_room(feed, 1) < 0)
		return base_error_nomem(err);
	return ASSAY_OK;
}

void
feed_dispose(struct feed *feed)
{
	free(feed->buffer);
	feed->buffer = NULL;
}
