/* Writing spans as JSON Lines. */
#include "app/spans.h"

#include "app/why.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/memory.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

const char *
span_level(uint8_t confidence)
{
	return confidence < 65 ? "low" : confidence < 85 ? "medium" : "high";
}

void
span_reasons_text(uint32_t reasons, struct base_buffer *out)
{
	bool more = false;

	for (unsigned i = 0; i < REASON_COUNT; i++)
		if (reasons & 1U << i) {
			base_buffer_format(out, "%s%s", more ? "," : "", reason_name((enum reason)i));
			more = true;
		}
}

void
span_writer_init(struct span_writer *w, const struct scan_request *request, const struct rules *rules)
{
	*w = (struct span_writer){
		.sink = request->spans, .rules = rules, .reveal = request->reveal, .min_confidence = request->min_confidence, .fd = -1};
	base_buffer_init(&w->line, LIMIT_ENTRY);
}

void
span_writer_dispose(struct span_writer *w)
{
	if (w->sink && w->fd >= 0)
		close(w->fd);
	base_buffer_dispose(&w->line);
}

/* The value itself, only when the user asked: read again from a file whose stored bytes are its decoded bytes. */
static void
write_value(struct span_writer *w, const struct scan_resource *resource, const struct span *span, struct base_json *j)
{
	enum { VALUE_MAX = 64 << 10 };
	_cleanup_free_ uint8_t *value = NULL;
	size_t n;

	if (!w->reveal || span->raw_end <= span->raw_start || span->raw_start == UINT64_MAX || span->raw_end - span->raw_start > VALUE_MAX
		|| resource->compression[0] || strncmp(resource->encoding, "utf-16", 6) == 0)
		return;
	if (w->path != resource->path) {
		if (w->fd >= 0)
			close(w->fd);
		w->fd = resource->path ? open(resource->path, O_RDONLY | O_CLOEXEC) : -1;
		w->path = resource->path;
	}
	n = (size_t)(span->raw_end - span->raw_start);
	value = malloc(n);
	if (w->fd < 0 || !value || pread(w->fd, value, n, (off_t)span->raw_start) != (ssize_t)n)
		return;
	base_json_key(j, "value");
	base_json_string(j, (struct base_span){value, n});
}

static void
write_raw(struct base_json *j, const char *key, uint64_t raw)
{
	base_json_key(j, key);
	if (raw == UINT64_MAX)
		base_json_null(j);
	else
		base_json_uint(j, raw);
}

const char *
span_decoded(uint32_t reasons)
{
	if (!(reasons & REASONS_DECODED))
		return NULL;
	return reason_name((enum reason)__builtin_ctz(reasons & REASONS_DECODED)) + strlen("decoded-");
}

void
span_write_members(struct base_json *j, const struct rules *rules, const struct span *span)
{
	base_json_member_text(j, "entity", rules->entities[span->entity]);
	base_json_member_text(j, "rule", rules->rule[span->rule].def->name);
	base_json_member_int(j, "confidence", span->confidence);
	base_json_member_text(j, "level", span_level(span->confidence));
	base_json_member_text(j, "state", span_state_name((enum span_state)span->state));
	base_json_key(j, "reasons");
	base_json_open_array(j);
	for (unsigned i = 0; i < REASON_COUNT; i++)
		if (span->reasons & 1U << i)
			base_json_text(j, reason_name((enum reason)i));
	base_json_close_array(j);
	if (span->allowed > 0)
		base_json_member_int(j, "allow_entry", (int64_t)span->allowed);
	if (span->reasons & REASONS_DECODED)
		base_json_member_text(j, "decoded", span_decoded(span->reasons));
	base_json_key(j, "masked");
	base_json_string(j, (struct base_span){span->mask, span->mask_len});
	if (span->has_fingerprint)
		base_json_member_hex(j, "fingerprint", (struct base_span){span->fingerprint, sizeof span->fingerprint});
}

int
span_writer_emit(void *writer, const struct scan_resource *resource, const char *field, const struct span *span)
{
	struct span_writer *w = writer;
	struct base_json j;
	int r;

	if (w->rules->rule[span->rule].is_silent)
		return ASSAY_OK;
	base_buffer_reset(&w->line);
	base_json_init(&j, &w->line);
	base_json_open_object(&j);
	base_json_member_int(&j, "v", 1);
	base_json_member_text(&j, "resource", resource->name);
	base_json_key(&j, "record");
	base_json_uint(&j, span->record);
	base_json_member_text(&j, "column", field);
	base_json_key(&j, "start");
	base_json_uint(&j, span->start);
	base_json_key(&j, "end");
	base_json_uint(&j, span->end);
	write_raw(&j, "raw_start", span->raw_start);
	write_raw(&j, "raw_end", span->raw_end);
	span_write_members(&j, w->rules, span);
	write_value(w, resource, span, &j);
	why_write_json(w->rules, span, w->min_confidence, &j);
	base_json_close_object(&j);
	base_buffer_char(&w->line, '\n');
	r = base_buffer_status(&w->line);
	return r < 0 ? r : w->sink->write(w->sink->context, w->line.data, w->line.size);
}
