/* JSON Lines: one value a line; the record is the number of the line. A line that is no JSON is delivered as text, so nothing goes
 * unscanned. */
#include "source/json.h"

#include "base/error.h"

#include <string.h>

static bool
is_blank(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!base_is_space(p[i]))
			return false;
	return true;
}

/* The line data[at, end), whole in memory. Values of a broken one are taken back: the text holds them. */
static int
take_line(struct source *s, struct json_parser *p, const uint8_t *data, size_t at, size_t end)
{
	size_t before = s->values.n, stop = at;
	uint32_t field;
	int r;

	p->record++;
	if (is_blank(data + at, end - at))
		return ASSAY_OK;
	s->stats.n_records++;
	json_parser_reset(p);
	r = json_parse(p, data, end, true, SIZE_MAX, &stop);
	if (r == JSON_DONE && is_blank(data + stop, end - stop))
		return ASSAY_OK;
	if (r < 0)
		return r;
	if (r == JSON_DONE) {
		p->fault = "not valid JSON: text behind the value";
		p->fault_code = ISSUE_FORMAT;
	}
	json_reader_note(s, p, stop);
	s->values.n = before;
	end -= end > at && data[end - 1] == '\r';
	if (json_tree_text_field(p->tree, &field) < 0)
		return ASSAY_NOMEM;
	return values_push(&s->values, field, 0, at, end - at, (uint32_t)(p->record - p->first_record)) ? ASSAY_OK : ASSAY_NOMEM;
}

/* Whole lines until a batch is full. *ret_at: bytes used; 0 when the first line does not end within what is unread. */
static int
take_lines(struct source *s, struct json_parser *p, size_t *ret_at)
{
	const uint8_t *data = feed_data(&s->feed);
	size_t size = feed_size(&s->feed), at = 0;

	while (at < size && at < s->spec.window_bytes) {
		size_t limit = size - at <= LIMIT_VALUE ? size - at : LIMIT_VALUE;
		const uint8_t *line_end = memchr(data + at, '\n', limit);
		if (!line_end && (!s->feed.at_end || size - at > LIMIT_VALUE))
			break;
		size_t end = line_end ? (size_t)(line_end - data) : size;
		int r = take_line(s, p, data, at, end);
		if (r < 0)
			return r;
		at = line_end ? end + 1 : end;
	}
	*ret_at = at;
	return ASSAY_OK;
}

/* Part of a line that is too long to be held whole. */
static int
next_in_line(struct source *s, struct json_reader *reader, struct batch *batch, struct assay_error *err)
{
	struct json_parser *p = &reader->parser;
	const uint8_t *data = feed_data(&s->feed), *line_end = memchr(data, '\n', feed_size(&s->feed));
	size_t size = line_end ? (size_t)(line_end - data) : feed_size(&s->feed), at = 0;
	bool is_final = line_end || s->feed.at_end;
	int r;

	p->first_record = p->record;
	r = json_parse(p, data, size, is_final, s->spec.window_bytes, &at);
	if (r < 0)
		return base_error_nomem(err);
	if (r == JSON_DONE) {
		while (at < size && base_is_space(data[at]))
			at++;
		if (at < size) {
			p->fault = "not valid JSON: text behind the value";
			p->fault_code = ISSUE_FORMAT;
			r = JSON_BROKEN;
		}
	}
	if (r == JSON_BROKEN)
		json_reader_note(s, p, at);
	if (r == JSON_MORE)
		r = at == 0 ? json_reader_grow(s, reader) : ASSAY_OK;
	else if (at < size)
		r = json_long_text(s, p, &reader->rest);
	else {
		r = ASSAY_OK;
		reader->in_line = !is_final;
		at += line_end != NULL;
	}
	if (r < 0)
		return base_error_nomem(err);
	return at > 0 ? json_reader_give(s, reader, at, batch, err) : 0;
}

static void
begin_line(struct source *s, struct json_reader *reader)
{
	reader->in_line = true;
	reader->parser.record++;
	s->stats.n_records++;
	json_parser_reset(&reader->parser);
}

static int
step(struct source *s, struct json_reader *reader, struct batch *batch, struct assay_error *err)
{
	struct json_parser *p = &reader->parser;
	size_t at;

	if (reader->in_line)
		return next_in_line(s, reader, batch, err);
	p->first_record = p->record;
	if (take_lines(s, p, &at) < 0)
		return base_error_nomem(err);
	if (at > 0)
		return json_reader_give(s, reader, at, batch, err);
	if (feed_size(&s->feed) > LIMIT_VALUE)
		begin_line(s, reader);
	else
		reader->want = feed_size(&s->feed) * 2;
	return 0;
}

/* A long line may end between two tokens that were already taken. */
static void
finish(struct source *s, struct json_reader *reader)
{
	struct json_parser *p = &reader->parser;

	if (reader->in_line && (p->depth > 0 || p->state != JSON_AFTER)) {
		p->fault = "not valid JSON: it ends too early";
		p->fault_code = ISSUE_FORMAT;
		json_reader_note(s, p, 0);
	}
	reader->in_line = false;
}

static int
jsonl_next(struct source *s, struct batch *batch, struct assay_error *err)
{
	struct json_reader *reader = s->state;
	int r;

	for (reader->want = s->spec.window_bytes;;) {
		if (reader->rest.kind != JSON_LONG_NONE) {
			r = json_long_next(s, &reader->parser, &reader->rest, batch, err);
			reader->in_line = !(reader->rest.kind == JSON_LONG_NONE && reader->rest.line_ended);
			return r;
		}
		r = feed_want(&s->feed, reader->want, err);
		if (r < 0)
			return r;
		if (feed_size(&s->feed) == 0) {
			finish(s, reader);
			return 0;
		}
		r = step(s, reader, batch, err);
		if (r != 0)
			return r;
		r = source_check_cancelled(s, err);
		if (r < 0)
			return r;
	}
}

static int
jsonl_open(struct source *s, struct assay_error *err)
{
	int r = json_reader_open(s, err);

	if (r == ASSAY_OK)
		((struct json_reader *)s->state)->rest.in_line = true;
	return r;
}

const struct source_ops source_jsonl = {
	.name = "jsonl",
	.kind = "jsonl",
	.media_types = "application/jsonl application/x-ndjson",
	.suffixes = "jsonl ndjson jsonlines",
	.open = jsonl_open,
	.next = jsonl_next,
	.close = json_reader_close,
};
