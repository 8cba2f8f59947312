/* JSON documents, read token by token: nothing depends on how large a document is. Several values one after the other are several
 * documents. */
#include "source/json.h"

#include "base/error.h"

#include <string.h>

int
json_reader_open(struct source *s, struct assay_error *err)
{
	struct json_reader *reader = calloc(1, sizeof *reader);

	if (!reader)
		return base_error_nomem(err);
	s->state = reader;
	if (json_tree_init(&reader->tree, s) < 0)
		return base_error_nomem(err);
	reader->parser.tree = &reader->tree;
	reader->parser.values = &s->values;
	json_parser_reset(&reader->parser);
	return ASSAY_OK;
}

void
json_reader_close(struct source *s)
{
	struct json_reader *reader = s->state;

	json_tree_dispose(&reader->tree);
	free(reader);
	s->state = NULL;
}

void
json_reader_note(struct source *s, const struct json_parser *p, size_t at)
{
	source_note(s, p->fault_code, p->record > 0 ? p->record : 1, s->feed.raw + at, 1, "%s; read as text", p->fault);
}

int
json_reader_grow(struct source *s, struct json_reader *reader)
{
	struct json_parser *p = &reader->parser;
	size_t size = feed_size(&s->feed);

	if (size <= LIMIT_VALUE) {
		reader->want = size * 2;
		return ASSAY_OK;
	}
	if (feed_data(&s->feed)[0] == '"')
		return json_long_string(s, p, &reader->rest);
	p->fault = "not valid JSON: value";
	p->fault_code = ISSUE_FORMAT;
	json_reader_note(s, p, 0);
	return json_long_text(s, p, &reader->rest);
}

int
json_reader_give(struct source *s, struct json_reader *reader, size_t at, struct batch *batch, struct assay_error *err)
{
	const struct values_block how = {.record = reader->parser.first_record, .decode = json_decode, .escapes = json_escapes};

	reader->want = s->spec.window_bytes;
	if (s->values.n > 0)
		return source_give_values(s, &how, at, batch, err);
	feed_take(&s->feed, at);
	return 0;
}

/* As many values as a batch should hold. */
static int
parse_some(struct json_parser *p, const uint8_t *data, size_t size, bool is_final, size_t enough, size_t *ret_at)
{
	int r;

	*ret_at = 0;
	for (;;) {
		r = json_parse(p, data, size, is_final, enough, ret_at);
		if (r != JSON_DONE)
			return r;
		json_parser_reset(p);
		if (*ret_at >= enough)
			return JSON_MORE;
	}
}

static int
finish(struct source *s, struct json_parser *p)
{
	if (p->depth > 0 || p->state != JSON_VALUE) {
		p->fault = "not valid JSON: it ends too early";
		p->fault_code = ISSUE_FORMAT;
		json_reader_note(s, p, 0);
		json_parser_reset(p);
	}
	s->stats.n_records = p->record;
	return 0;
}

static int
json_next(struct source *s, struct batch *batch, struct assay_error *err)
{
	struct json_reader *reader = s->state;
	struct json_parser *p = &reader->parser;
	size_t window = s->spec.window_bytes, at;
	int r;

	for (reader->want = window;;) {
		if (reader->rest.kind != JSON_LONG_NONE)
			return json_long_next(s, p, &reader->rest, batch, err);
		r = feed_want(&s->feed, reader->want, err);
		if (r < 0)
			return r;
		if (feed_size(&s->feed) == 0)
			return finish(s, p);
		p->first_record = p->record;
		r = parse_some(p, feed_data(&s->feed), feed_size(&s->feed), s->feed.at_end, window, &at);
		if (r < 0)
			return base_error_nomem(err);
		if (r == JSON_BROKEN) {
			json_reader_note(s, p, at);
			r = at < feed_size(&s->feed) ? json_long_text(s, p, &reader->rest) : ASSAY_OK;
			json_parser_reset(p);
		} else if (at == 0)
			r = json_reader_grow(s, reader);
		if (r < 0)
			return base_error_nomem(err);
		if (at > 0) {
			r = json_reader_give(s, reader, at, batch, err);
			if (r != 0)
				return r;
		}
		r = source_check_cancelled(s, err);
		if (r < 0)
			return r;
	}
}

static int
json_open(struct source *s, struct assay_error *err)
{
	int r = json_reader_open(s, err);

	if (r == ASSAY_OK)
		((struct json_reader *)s->state)->parser.counts_elements = true;
	return r;
}

static size_t
skip_blank(struct base_span s, size_t at)
{
	while (at < s.size && base_is_space(s.data[at]))
		at++;
	return at;
}

static bool
begins_json(struct base_span s, size_t at)
{
	return at < s.size && (s.data[at] == '{' || s.data[at] == '[');
}

enum json_shape
json_sniff(struct base_span prefix, bool is_whole)
{
	struct json_parser p = {0};
	size_t from = skip_blank(prefix, 0), at = from, next;
	const uint8_t *line_end;
	int r;

	if (!begins_json(prefix, from))
		return JSON_SHAPE_NONE;
	line_end = memchr(prefix.data + from, '\n', prefix.size - from);
	r = json_parse(&p, prefix.data, line_end ? (size_t)(line_end - prefix.data) : prefix.size, line_end || is_whole, SIZE_MAX, &at);
	next = skip_blank(prefix, at);
	if (r == JSON_DONE && next == prefix.size)
		return JSON_SHAPE_EITHER;
	if (r == JSON_DONE && line_end && prefix.data + next > line_end)
		return JSON_SHAPE_LINES;
	if (!line_end)
		return r == JSON_MORE ? JSON_SHAPE_EITHER : JSON_SHAPE_NONE;
	json_parser_reset(&p);
	at = from;
	r = json_parse(&p, prefix.data, prefix.size, is_whole, SIZE_MAX, &at);
	next = skip_blank(prefix, at);
	if (r == JSON_MORE || (r == JSON_DONE && (next == prefix.size || begins_json(prefix, next))))
		return JSON_SHAPE_DOCUMENT;
	return JSON_SHAPE_NONE;
}

const struct source_ops source_json = {
	.name = "json",
	.kind = "json",
	.media_types = "application/json",
	.suffixes = "json geojson",
	.open = json_open,
	.next = json_next,
	.close = json_reader_close,
};
