/* Plain text: overlapping windows over the decoded stream, one column `text`. A window owns the bytes between lead and tail. */
#include "source/internal.h"

#include "base/arena.h"
#include "base/error.h"
#include "source/bytes.h"

#include <string.h>

struct text {
	size_t lead;   /* unread bytes at the front that earlier windows own */
	uint64_t line; /* number of the line that the first unread byte stands in */
	uint64_t n_newlines;
};

static int
text_open(struct source *s, struct assay_error *err)
{
	struct text *text = calloc(1, sizeof *text);
	uint32_t field;

	if (!text || source_add_field(s, base_span_of("text"), &field) < 0) {
		free(text);
		return base_error_nomem(err);
	}
	text->line = 1;
	s->state = text;
	return ASSAY_OK;
}

static void
text_close(struct source *s)
{
	free(s->state);
}

static int
fill(struct source *s, size_t size, struct batch *batch)
{
	uint8_t *data = base_arena_alloc(batch->arena, size + 2 * (size_t)BATCH_PAD);

	if (!data)
		return ASSAY_NOMEM;
	memcpy(data + BATCH_PAD, feed_data(&s->feed), size);
	batch->data = data + BATCH_PAD;
	batch->size = (uint32_t)size;
	batch->raw_base = s->feed.raw;
	/* offsets of the value count from behind the byte order mark */
	batch->value_base = s->feed.raw - s->bom;
	return ASSAY_OK;
}

static int
text_next(struct source *s, struct batch *batch, struct assay_error *err)
{
	struct text *text = s->state;
	size_t reach = s->spec.reach, window = s->spec.window_bytes, left, own, tail, keep, drop;
	int r = feed_want(&s->feed, text->lead + window + reach, err);

	if (r < 0)
		return r;
	left = feed_size(&s->feed) - text->lead;
	if (left == 0) {
		s->stats.n_records = text->line + bytes_count_all(feed_data(&s->feed), text->lead, '\n');
		if (text->lead > 0 && feed_data(&s->feed)[text->lead - 1] == '\n')
			s->stats.n_records--;
		return 0;
	}
	own = left < window ? left : window;
	tail = left - own < reach ? left - own : reach;
	if (fill(s, text->lead + own + tail, batch) < 0)
		return base_error_nomem(err);
	batch->lead = (uint32_t)text->lead;
	batch->tail = (uint32_t)tail;
	batch->first_record = text->line;
	/* at least one byte stays, so that the end knows how the last line ended */
	keep = reach > 0 ? reach : 1;
	keep = text->lead + own < keep ? text->lead + own : keep;
	drop = text->lead + own - keep;
	text->line += bytes_count_all(feed_data(&s->feed), drop, '\n');
	feed_take(&s->feed, drop);
	text->lead = keep;
	s->stats.n_values = 1;
	return 1;
}

const struct source_ops source_text = {
	.name = "text",
	.kind = "text",
	.media_types = "text/plain text/markdown text/html text/x-log",
	.suffixes = "txt text log md rst html htm yaml yml ini cfg conf sql py js c h sh tex",
	.open = text_open,
	.next = text_next,
	.close = text_close,
};
