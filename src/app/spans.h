/* The spans file: one JSON object a line (DESIGN section 4). */
#ifndef APP_SPANS_H
#define APP_SPANS_H

#include "app/app.h"
#include "base/buffer.h"
#include "base/json.h"
#include "scan/scan.h"

struct span_writer {
	struct app_sink *sink;
	const struct rules *rules;
	struct base_buffer line;
	bool reveal;
	unsigned min_confidence;
	const char *path; /* of the file that is open in fd */
	int fd;
};

void span_writer_init(struct span_writer *writer, const struct scan_request *request, const struct rules *rules);
void span_writer_dispose(struct span_writer *writer);
/* on_span of a scan. */
int span_writer_emit(void *writer, const struct scan_resource *resource, const char *field, const struct span *span);

/* Members of one span that do not depend on where it stands: entity, rule, confidence, level, state, reasons, masked, fingerprint. */
void span_write_members(struct base_json *j, const struct rules *rules, const struct span *span);
/* "pattern,check,context" or one JSON string per reason. */
void span_reasons_text(uint32_t reasons, struct base_buffer *out);
const char *span_level(uint8_t confidence);
/* How the value was decoded ("html"), of several ways the first; NULL: it stands there plainly. */
const char *span_decoded(uint32_t reasons);

#endif
