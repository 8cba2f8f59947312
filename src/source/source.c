/* Opening a source, the table of formats, the field table, and the end of reading with its issues. */
#include "source/internal.h"

#include "base/arena.h"
#include "base/error.h"

#include <stdarg.h>
#include <string.h>

static const struct source_ops *const formats[] = {&source_text, &source_csv, &source_tsv, &source_json, &source_jsonl};

const struct source_ops *
source_format(size_t i)
{
	return i < BASE_COUNT(formats) ? formats[i] : NULL;
}

int
source_add_field(struct source *s, struct base_span name, uint32_t *ret)
{
	enum { MARK = 4 };
	size_t size = name.size < LIMIT_NAME ? name.size : LIMIT_NAME;
	char *copy;

	if (base_grow(&s->fields, &s->fields_capacity, s->n_fields + 1, sizeof *s->fields) < 0)
		return ASSAY_NOMEM;
	copy = base_arena_strndup(s->arena, name.data + (name.size - size), size);
	if (!copy)
		return ASSAY_NOMEM;
	if (size < name.size)
		memcpy(copy, "/...", MARK);
	s->name_bytes += size;
	s->fields[s->n_fields] = (struct base_span){(const uint8_t *)copy, size};
	*ret = (uint32_t)s->n_fields++;
	return ASSAY_OK;
}

void
source_note(struct source *s, enum issue_code code, uint64_t record, uint64_t raw, uint64_t count, const char *format, ...)
{
	struct source_tally tally = {.code = code, .record = record, .raw = raw, .count = count};
	va_list args;

	va_start(args, format);
	vsnprintf(tally.detail, sizeof tally.detail, format, args);
	va_end(args);
	if (issue_code_is_incomplete(code))
		s->stats.is_incomplete = true;
	for (size_t i = 0; i < s->n_tallies; i++)
		if (s->tallies[i].code == code && strcmp(s->tallies[i].detail, tally.detail) == 0) {
			s->tallies[i].count += count;
			return;
		}
	/* details come from a handful of messages; should the table ever be full, the last row stands for the rest */
	if (s->n_tallies == SOURCE_TALLIES)
		s->tallies[SOURCE_TALLIES - 1].count += count;
	else
		s->tallies[s->n_tallies++] = tally;
}

int
source_check_cancelled(const struct source *s, struct assay_error *err)
{
	if (s->env && s->env->cancelled && atomic_load(s->env->cancelled))
		return base_error(err, ASSAY_CANCELLED, "cancelled");
	return ASSAY_OK;
}

int
source_give_piece(struct source *s, struct batch *batch, bool *ret_last, struct assay_error *err)
{
	int r = pieces_to_batch(&s->pieces, s->spec.window_bytes, s->spec.reach, batch, ret_last, err);

	if (r < 0)
		return r;
	s->stats.n_values += *ret_last;
	return 1;
}

int
source_give_values(struct source *s, const struct values_block *how, size_t size, struct batch *batch, struct assay_error *err)
{
	struct values_block block = *how;
	int r;

	block.data = feed_data(&s->feed);
	block.size = size;
	block.raw = s->feed.raw;
	r = values_to_batch(&s->values, &block, batch, &s->stats.n_values, err);
	if (r < 0)
		return r;
	feed_take(&s->feed, size);
	return 1;
}

static const struct source_ops *
find_format(const char *name)
{
	for (size_t i = 0; i < BASE_COUNT(formats); i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

/* Decides what the source is and opens its reader. */
static int
recognise(struct source *s, struct assay_error *err)
{
	struct base_span prefix;
	const char *unreadable = NULL;
	char detail[64];
	int r = feed_want(&s->feed, SNIFF_BYTES, err);

	if (r < 0)
		return r;
	s->bom = s->stream.encoding == ENCODING_UTF8 ? 0 : 3;
	prefix = (struct base_span){feed_data(&s->feed), feed_size(&s->feed)};
	if (prefix.size <= s->bom) {
		s->stats.kind = "empty";
		if (s->stream.input.error == 0 && s->stream.unpack.fault == UNPACK_WHOLE)
			source_note(s, ISSUE_EMPTY, 0, 0, 1, "holds no bytes");
		return ASSAY_OK;
	}
	prefix.data += s->bom;
	prefix.size -= s->bom;
	/* whoever names a format wants it read as that */
	if (s->spec.format)
		s->ops = find_format(s->spec.format);
	else
		unreadable = sniff_unreadable(prefix, s->feed.at_end, detail);
	if (s->spec.format && !s->ops)
		return base_error_at(err, ASSAY_UNSUPPORTED, s->spec.format, 0, 0, "is not the name of a format");
	if (unreadable) {
		s->stats.kind = unreadable;
		s->stats.is_unread = true;
		if (strcmp(unreadable, "binary") == 0)
			s->stats.encoding = "binary";
		source_note(s, strcmp(unreadable, "binary") == 0 ? ISSUE_UNSUPPORTED : ISSUE_POINTER, 0, 0, 1, "%s", detail);
		return ASSAY_OK;
	}
	if (!s->ops)
		s->ops = sniff_format(s->spec.name, prefix, s->feed.at_end);
	s->stats.kind = s->ops->kind;
	feed_take(&s->feed, s->bom);
	return s->ops->open(s, err);
}

int
source_open(const struct source_spec *spec, struct assay_env *env, struct source **ret, struct assay_error *err)
{
	struct source *s = calloc(1, sizeof *s);
	int r;

	if (!s)
		return base_error_nomem(err);
	s->spec = *spec;
	s->env = env;
	if (s->spec.window_bytes == 0)
		s->spec.window_bytes = LIMIT_WINDOW_DEFAULT;
	if (s->spec.window_bytes < LIMIT_WINDOW_MIN)
		s->spec.window_bytes = LIMIT_WINDOW_MIN;
	if (s->spec.window_bytes > LIMIT_WINDOW_MAX)
		s->spec.window_bytes = LIMIT_WINDOW_MAX;
	s->stream.input.fd = -1;
	s->feed.stream = &s->stream;
	s->arena = base_arena_new();
	r = s->arena ? stream_open(&s->stream, &s->spec, err) : base_error_nomem(err);
	if (r == ASSAY_OK) {
		s->stats.encoding = encoding_name(s->stream.encoding);
		s->stats.compression = unpack_kind_name(s->stream.unpack.kind);
		r = recognise(s, err);
	}
	/* names and paths are the caller's and needed no longer */
	s->spec.path = s->spec.name = NULL;
	if (r < 0) {
		source_close(s);
		return r;
	}
	*ret = s;
	return ASSAY_OK;
}

void
source_close(struct source *s)
{
	if (!s)
		return;
	if (s->ops && s->state)
		s->ops->close(s);
	stream_close(&s->stream);
	feed_dispose(&s->feed);
	values_dispose(&s->values);
	pieces_dispose(&s->pieces);
	free(s->fields);
	base_arena_free(s->arena);
	free(s);
}

static void
take_stats(struct source *s)
{
	s->stats.bytes_stored = s->stream.input.n_read;
	s->stats.bytes_decoded = s->stream.n_out;
	s->stats.n_bad_utf8 = s->stats.is_unread ? 0 : s->stream.utf8.n_bad;
}

/* Reads what no reader asked for, so that the digest of the stored bytes is that of the whole file. */
static int
drain_input(struct source *s, struct assay_error *err)
{
	enum { CHUNK = 64 << 10 };
	_cleanup_free_ uint8_t *chunk = malloc(CHUNK);
	int r = chunk ? ASSAY_OK : base_error_nomem(err);

	while (r == ASSAY_OK && input_read(&s->stream.input, chunk, CHUNK) > 0)
		r = source_check_cancelled(s, err);
	return r;
}

static void
note_end(struct source *s)
{
	static const struct {
		enum issue_code code;
		const char *detail;
	} faults[] = {
		[UNPACK_TRUNCATED] = {ISSUE_FORMAT, "ends in the middle of the stream"},
		[UNPACK_CORRUPT] = {ISSUE_FORMAT, "stream is damaged: what follows was not read"},
		[UNPACK_TRAILING] = {ISSUE_FORMAT, "bytes after the end of the stream were not read"},
		[UNPACK_BOMB] = {ISSUE_LIMIT, "stream expands beyond the limit: the rest was not read"},
		[UNPACK_WINDOW] = {ISSUE_UNSUPPORTED, "stream needs a larger window than this build gives"},
	};
	const struct input *input = &s->stream.input;
	const struct unpack *unpack = &s->stream.unpack;

	if (unpack->fault != UNPACK_WHOLE)
		source_note(
			s, faults[unpack->fault].code, 0, s->stream.n_out, 1, "%s %s", s->stats.compression, faults[unpack->fault].detail);
	if (input->error != 0) {
		source_note(s, ISSUE_UNREADABLE, 0, s->stream.n_out, 1, "reading failed: %s", strerrordesc_np(input->error));
		s->stats.is_unread = s->stats.is_unread || s->stream.n_out == 0;
	}
	if (input_has_changed(input))
		source_note(s, ISSUE_SHRANK, 0, s->stream.n_out, 1, "changed while it was read");
	if (s->stats.n_bad_utf8 > 0)
		source_note(s, ISSUE_BAD_UTF8, 0, s->stream.utf8.first_bad, s->stats.n_bad_utf8,
			"bytes that are no valid %s, scanned all the same", s->stream.encoding < ENCODING_UTF16LE ? "UTF-8" : "UTF-16");
}

/* Puts the count into an issue on its way. */
struct counted {
	struct issue_sink *to;
	uint64_t count;
};

static int
emit_counted(void *context, const struct issue *issue)
{
	const struct counted *counted = context;
	struct issue whole = *issue;

	whole.count = counted->count;
	return counted->to->emit(counted->to->context, &whole);
}

static int
end(struct source *s, struct issue_sink *issues, struct assay_error *err)
{
	int r = drain_input(s, err);

	if (r < 0)
		return r;
	s->is_done = true;
	take_stats(s);
	note_end(s);
	for (size_t i = 0; i < s->n_tallies && r == ASSAY_OK; i++) {
		const struct source_tally *t = &s->tallies[i];
		struct counted counted = {issues, t->count};
		struct issue_sink sink = {&counted, emit_counted};
		r = issue_emit(&sink, s->spec.resource, t->code, ISSUE_NO_RULE, t->record, t->raw, "%s", t->detail);
	}
	return r < 0 ? base_error(err, r, "cannot take in an issue") : 0;
}

int
source_next(struct source *s, struct batch *batch, struct issue_sink *issues, struct assay_error *err)
{
	struct base_arena *arena = batch->arena;
	uint64_t ticket = batch->ticket;
	int r = source_check_cancelled(s, err);

	base_arena_reset(arena);
	*batch = (struct batch){.ticket = ticket, .arena = arena, .resource = s->spec.resource};
	if (r < 0 || s->is_done)
		return r;
	r = s->ops ? s->ops->next(s, batch, err) : 0;
	take_stats(s);
	return r == 0 ? end(s, issues, err) : r;
}

const struct source_stats *
source_stats(const struct source *s)
{
	return &s->stats;
}

size_t
source_field_count(const struct source *s)
{
	return s->n_fields;
}

struct base_span
source_field_name(const struct source *s, size_t field)
{
	return field < s->n_fields ? s->fields[field] : (struct base_span){0};
}
