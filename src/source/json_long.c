/* What is too long to be held: strings, keys, and the text behind a fault. Goes out in pieces. */
#include "source/json.h"

#include "base/error.h"
#include "source/bytes.h"

#include <string.h>

enum { CHUNK = 64 << 10 };

int
json_long_string(struct source *s, struct json_parser *p, struct json_long *l)
{
	uint32_t field, node;
	int r;

	l->kind = JSON_LONG_STRING;
	l->is_key = p->state == JSON_KEY || p->state == JSON_KEY_OR_END;
	l->line_ended = false;
	if (l->is_key) {
		node = p->levels[p->depth - 1].node;
		r = json_tree_others(p->tree, node, &p->node);
		r = r < 0 ? r : json_tree_key_field(p->tree, node, &field);
	} else {
		if (p->counts_elements && (p->depth == 0 || (p->depth == 1 && p->levels[0].is_array)))
			p->record++;
		r = json_tree_field(p->tree, p->node, &field);
	}
	if (r < 0)
		return r;
	feed_take(&s->feed, 1);
	pieces_begin(&s->pieces, field, l->is_key ? VALUE_KEY : 0, p->record);
	return ASSAY_OK;
}

int
json_long_text(struct source *s, struct json_parser *p, struct json_long *l)
{
	uint32_t field;

	if (json_tree_text_field(p->tree, &field) < 0)
		return ASSAY_NOMEM;
	l->kind = JSON_LONG_TEXT;
	l->line_ended = false;
	pieces_begin(&s->pieces, field, 0, p->record > 0 ? p->record : 1);
	return ASSAY_OK;
}

static int
append(struct source *s, size_t n)
{
	int r = pieces_append(&s->pieces, feed_data(&s->feed), n, s->feed.raw, s->feed.raw + n);

	feed_take(&s->feed, n);
	return r;
}

/* Bytes before the next quote or backslash. */
static size_t
run_of(const uint8_t *data, size_t n)
{
	size_t i = 0;

	for (; i < n; i += 16) {
		uint32_t mask = bytes_any2(data + i, '"', '\\');
		if (mask) {
			i += (size_t)__builtin_ctz(mask);
			break;
		}
	}
	return i < n ? i : n;
}

static void
break_off(struct source *s, struct json_parser *p)
{
	p->fault = "not valid JSON: a string never ends";
	p->fault_code = ISSUE_FORMAT;
	json_reader_note(s, p, 0);
	json_parser_reset(p);
	s->pieces.is_whole = true;
}

static int
step_escape(struct source *s, struct json_parser *p)
{
	uint8_t bytes[4];
	size_t n, used = json_escape(feed_data(&s->feed), feed_size(&s->feed), bytes, &n);
	int r;

	if (used == 0) {
		/* what was delivered cannot be taken back: the string goes on */
		p->fault = "not valid JSON: escape";
		p->fault_code = ISSUE_FORMAT;
		json_reader_note(s, p, 0);
		return append(s, 1);
	}
	r = pieces_append(&s->pieces, bytes, n, s->feed.raw, s->feed.raw + used);
	feed_take(&s->feed, used);
	return r;
}

static int
step_string(struct source *s, struct json_parser *p, struct json_long *l)
{
	const uint8_t *data = feed_data(&s->feed);
	size_t run = run_of(data, feed_size(&s->feed) < CHUNK ? feed_size(&s->feed) : CHUNK);
	const uint8_t *line_end = l->in_line ? memchr(data, '\n', run) : NULL;

	if (line_end)
		run = (size_t)(line_end - data);
	if (run > 0)
		return append(s, run);
	if (line_end) {
		break_off(s, p);
		feed_take(&s->feed, 1);
		l->line_ended = true;
		return ASSAY_OK;
	}
	if (*data == '\\')
		return step_escape(s, p);
	feed_take(&s->feed, 1);
	s->pieces.is_whole = true;
	p->state = l->is_key ? JSON_COLON : JSON_AFTER;
	return ASSAY_OK;
}

static int
step_text(struct source *s, struct json_long *l)
{
	const uint8_t *data = feed_data(&s->feed);
	size_t n = feed_size(&s->feed) < CHUNK ? feed_size(&s->feed) : CHUNK;
	const uint8_t *line_end = l->in_line ? memchr(data, '\n', n) : NULL;
	int r = append(s, line_end ? (size_t)(line_end - data) : n);

	if (line_end) {
		feed_take(&s->feed, 1);
		s->pieces.is_whole = l->line_ended = true;
	}
	return r;
}

int
json_long_next(struct source *s, struct json_parser *p, struct json_long *l, struct batch *batch, struct assay_error *err)
{
	bool is_last;
	int r;

	while (!pieces_is_ready(&s->pieces, s->spec.window_bytes, s->spec.reach)) {
		r = feed_want(&s->feed, CHUNK, err);
		if (r < 0)
			return r;
		if (feed_size(&s->feed) == 0) {
			if (l->kind == JSON_LONG_STRING)
				break_off(s, p);
			s->pieces.is_whole = true;
			l->line_ended = l->in_line;
			break;
		}
		r = l->kind == JSON_LONG_STRING ? step_string(s, p, l) : step_text(s, l);
		if (r < 0)
			return base_error_nomem(err);
	}
	r = source_give_piece(s, batch, &is_last, err);
	if (r == 1 && is_last) {
		if (l->kind == JSON_LONG_TEXT)
			json_parser_reset(p);
		l->kind = JSON_LONG_NONE;
	}
	return r;
}
