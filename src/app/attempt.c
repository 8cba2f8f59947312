/* Runs the engine over a single value. */
#include "app/attempt.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

struct attempt {
	struct detect_engine *engine;
	struct detect_scanner *scanner;
	struct detect_output output;
	struct span *spans;
	struct span_why *whys; /* one per span, where asked for */
	size_t n, capacity, whys_capacity;
};

int
attempt_new(const struct rules *rules, const struct detect_options *options, struct attempt **ret, struct assay_error *err)
{
	struct attempt *a = calloc(1, sizeof *a);
	int r;

	if (!a)
		return base_error_nomem(err);
	r = detect_engine_new(rules, options, &a->engine, err);
	r = r < 0 ? r : detect_scanner_new(a->engine, &a->scanner, err);
	if (r < 0) {
		attempt_free(a);
		return r;
	}
	*ret = a;
	return ASSAY_OK;
}

void
attempt_free(struct attempt *a)
{
	if (!a)
		return;
	detect_output_dispose(&a->output);
	detect_scanner_free(a->scanner);
	detect_engine_free(a->engine);
	free(a->spans);
	free(a->whys);
	free(a);
}

static int
keep_span(void *context, const struct span *span)
{
	struct attempt *a = context;
	int r = base_grow(&a->spans, &a->capacity, a->n + 1, sizeof *a->spans);

	if (r == ASSAY_OK && span->why)
		r = base_grow(&a->whys, &a->whys_capacity, a->n + 1, sizeof *a->whys);
	if (r < 0)
		return r;
	if (span->why)
		a->whys[a->n] = *span->why;
	a->spans[a->n++] = *span;
	return ASSAY_OK;
}

static int
drop_issue(void *context, const struct issue *issue)
{
	(void)context;
	(void)issue;
	return ASSAY_OK;
}

int
attempt_run(struct attempt *a, const char *column, struct base_span text, const struct span **ret, size_t *ret_n, struct assay_error *err)
{
	_cleanup_free_ uint8_t *padded = base_calloc(text.size + 2 * BATCH_PAD, 1);
	_cleanup_free_ struct detect_field *field = detect_field_new(a->engine, base_span_of(column ? column : "text"));
	const struct detect_field *fields[] = {field};
	uint32_t off = 0, len = (uint32_t)text.size;
	struct batch_column cell = {.n = 1, .off = &off, .len = &len};
	struct batch batch = {.size = len, .first_record = 1, .n_records = 1, .columns = &cell, .n_columns = column ? 1 : 0};
	struct span_sink spans = {a, keep_span};
	struct issue_sink issues = {a, drop_issue};
	struct detect_drain *drain = detect_drain_new(a->engine);
	int r;

	if (!padded || !field || !drain) {
		detect_drain_free(drain);
		return base_error_nomem(err);
	}
	memset(padded, BATCH_GUARD, BATCH_PAD);
	if (text.size)
		memcpy(padded + BATCH_PAD, text.data, text.size);
	memset(padded + BATCH_PAD + text.size, BATCH_GUARD, BATCH_PAD);
	batch.data = padded + BATCH_PAD;
	a->n = 0;
	r = detect_batch(a->scanner, &batch, fields, &a->output, err);
	r = r < 0 ? r : detect_drain_add(drain, &a->output, &spans, &issues, err);
	r = r < 0 ? r : detect_drain_end(drain, &spans, &issues, err);
	detect_drain_free(drain);
	for (size_t i = 0; i < a->n; i++)
		a->spans[i].why = a->spans[i].why ? &a->whys[i] : NULL;
	if (r == ASSAY_OK) {
		*ret = a->spans;
		*ret_n = a->n;
	}
	return r;
}
