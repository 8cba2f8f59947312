/* Files through a whole scan, and everything that came out as one text: two runs are the same when their texts are. */
#ifndef TESTS_SCAN_RUN_H
#define TESTS_SCAN_RUN_H

#include "../support.h"

#include "base/buffer.h"
#include "base/text.h"
#include "scan/scan.h"

#define RUN_RULE(id, entity, pattern, more)                                                                                                \
	"  - id: " id "\n    entity: " entity "\n    patterns: '" pattern "'\n    examples: {match: [a, b], no_match: [c, d]}\n" more

static const uint8_t run_key[32] = {7, 8, 9};

struct run {
	struct rules *rules;
	struct detect_engine *engine;
	struct assay_env env;
	uint64_t seed;
	char *folder;
	struct scan_options options;
};

struct run_result {
	struct scan *scan;
	const struct scan_result *result;
	struct base_buffer spans;
};

/* pack NULL: the packs of the default countries. */
static inline void
run_open(struct run *run, const char *pack)
{
	struct rules_options selection = {.no_builtin = pack != NULL, .texts = &pack, .n_texts = pack != NULL};
	struct detect_options options = {.fingerprint_key = run_key, .min_confidence = 65};
	struct assay_error err = {0};

	*run = (struct run){.folder = support_folder()};
	run->env = support_env(&run->seed);
	assert_ok(rules_compile(&selection, &run->rules, &err));
	assert_ok(detect_engine_new(run->rules, &options, &run->engine, &err));
	run->options = (struct scan_options){.engine = run->engine, .rules = run->rules, .fingerprint_key = run_key, .threads = 1};
}

static inline void
run_close(struct run *run)
{
	detect_engine_free(run->engine);
	rules_free(run->rules);
	support_remove(run->folder);
}

static inline void
run_write(struct run *run, const char *name, const void *data, size_t n)
{
	struct assay_error err = {0};
	_cleanup_free_ char *path = base_path_join(run->folder, name);

	assert_ok(base_file_replace(path, data, n, 0600, &err));
}

static inline void
run_write_text(struct run *run, const char *name, const char *text)
{
	run_write(run, name, text, strlen(text));
}

static inline void
run_put_span(struct base_buffer *out, const struct span *s)
{
	base_buffer_format(out,
		"record %lld %lld..%lld raw %lld..%lld field %u rule %u entity %u confidence %u state %u reasons %x mask %.*s fp ",
		(long long)s->record, (long long)s->start, (long long)s->end, (long long)s->raw_start, (long long)s->raw_end, s->field,
		s->rule, s->entity, s->confidence, s->state, s->reasons, s->mask_len, (const char *)s->mask);
	for (size_t i = 0; i < sizeof s->fingerprint; i++)
		base_buffer_format(out, "%02x", s->fingerprint[i]);
	base_buffer_char(out, '\n');
}

static inline int
run_on_span(void *context, const struct scan_resource *resource, const char *field, const struct span *span)
{
	struct base_buffer *out = context;

	base_buffer_format(out, "%s | %s | ", resource->name, field);
	run_put_span(out, span);
	return 0;
}

/* Scans files of the folder under their own names; nothing here may fail. End with run_done. */
static inline struct run_result
run_scan(struct run *run, const char *const *names, size_t n)
{
	struct run_result ret = {0};
	struct scan_options options = run->options;
	struct assay_error err = {0};
	/* spans are collected through a pointer that stays where it is */
	struct base_buffer *spans = malloc(sizeof *spans);

	assert_non_null(spans);
	base_buffer_init(spans, 256 << 20);
	base_buffer_text(spans, "");
	options.on_span = run_on_span;
	options.span_context = spans;
	assert_ok(scan_new(&options, &run->env, &ret.scan, &err));
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *path = base_path_join(run->folder, names[i]);
		assert_ok(scan_source(ret.scan, path, -1, names[i], NULL, &err));
	}
	assert_ok(scan_finish(ret.scan, &ret.result, &err));
	ret.spans = *spans;
	free(spans);
	return ret;
}

static inline void
run_done(struct run_result *r)
{
	scan_free(r->scan);
	base_buffer_dispose(&r->spans);
}

static inline void
run_put_hex(struct base_buffer *out, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		base_buffer_format(out, "%02x", bytes[i]);
}

static inline void
run_put_finding(struct base_buffer *out, const struct finding *f)
{
	base_buffer_format(out,
		"finding %u/%u/%u confidence %u state %u reasons %x spans %lld records %lld tried %lld passed %lld samples %lld levels "
		"%lld %lld %lld all %lld "
		"first %lld last %lld validated %lld digest ",
		f->resource, f->field, f->entity, f->confidence, f->state, f->reasons, (long long)f->n_spans, (long long)f->n_records,
		(long long)f->n_tried, (long long)f->n_passed, (long long)f->n_sample, (long long)f->n_level[0], (long long)f->n_level[1],
		(long long)f->n_level[2], (long long)f->n_all_suppressed, (long long)f->first_record, (long long)f->last_record,
		(long long)f->n_validated);
	run_put_hex(out, f->content_digest, sizeof f->content_digest);
	for (size_t i = 0; i < REASON_COUNT; i++)
		base_buffer_format(out, " %lld", (long long)f->n_suppressed[i]);
	base_buffer_char(out, '\n');
	for (size_t i = 0; i < f->n_examples; i++) {
		base_buffer_text(out, "  example ");
		run_put_span(out, &f->examples[i]);
	}
}

/* All that a scan says, spans included; malloc'ed. */
static inline char *
run_text(const struct run_result *r)
{
	struct base_buffer out;
	char *text;

	base_buffer_init(&out, 256 << 20);
	for (size_t i = 0; i < r->result->n_resources; i++) {
		const struct scan_resource *s = &r->result->resources[i];
		base_buffer_format(&out,
			"resource %s kind %s encoding %s compression '%s' state %s note '%s' bytes %lld %lld records %lld values %lld bad "
			"%lld sha256 ",
			s->name, s->kind, s->encoding, s->compression, cover_name(s->state), s->note ? s->note : "",
			(long long)s->bytes_stored, (long long)s->bytes_decoded, (long long)s->n_records, (long long)s->n_values,
			(long long)s->n_bad_utf8);
		run_put_hex(&out, s->sha256, s->has_sha256 ? 32 : 0);
		base_buffer_char(&out, '\n');
		for (size_t k = 0; k < s->n_fields; k++)
			base_buffer_format(&out, "  field %s values %lld prose %lld\n", s->fields[k].name, (long long)s->fields[k].n_values,
				(long long)s->fields[k].n_prose);
	}
	for (size_t i = 0; i < r->result->n_findings; i++)
		run_put_finding(&out, &r->result->findings[i]);
	for (size_t i = 0; i < r->result->n_issues; i++) {
		const struct issue *s = &r->result->issues[i];
		base_buffer_format(&out, "issue %u %s rule %u record %lld raw %lld count %lld '%s'\n", s->resource,
			issue_code_name((enum issue_code)s->code), s->rule, (long long)s->record, (long long)s->raw, (long long)s->count,
			s->detail);
	}
	base_buffer_append(&out, r->spans.data, r->spans.size);
	assert_false(out.failed);
	text = base_buffer_take(&out);
	assert_non_null(text);
	return text;
}

/* Finding of an entity in a column, or NULL. column NULL: any. */
static inline const struct finding *
run_finding(const struct run *run, const struct run_result *r, size_t resource, const char *column, const char *entity)
{
	for (size_t i = 0; i < r->result->n_findings; i++) {
		const struct finding *f = &r->result->findings[i];
		if (f->resource == resource && strcmp(run->rules->entities[f->entity], entity) == 0
			&& (!column || strcmp(r->result->resources[resource].fields[f->field].name, column) == 0))
			return f;
	}
	return NULL;
}

static inline const struct issue *
run_issue(const struct run_result *r, size_t resource, enum issue_code code)
{
	for (size_t i = 0; i < r->result->n_issues; i++)
		if (r->result->issues[i].resource == resource && r->result->issues[i].code == code)
			return &r->result->issues[i];
	return NULL;
}

/* The first line in which two texts differ, for messages. */
static inline void
run_assert_same(const char *want, const char *got, const char *what)
{
	/* line by line only when it matters: sanitizers look at the whole text for each line */
	if (strcmp(want, got) == 0)
		return;
	while (*want && *got) {
		size_t a = strcspn(want, "\n"), b = strcspn(got, "\n");
		if (a != b || memcmp(want, got, a) != 0)
			fail_msg("%s:\n%.*s\ninstead of\n%.*s", what, (int)b, got, (int)a, want);
		want += a + (want[a] != '\0');
		got += b + (got[b] != '\0');
	}
	if (*want || *got)
		fail_msg("%s: one text is longer:\n%.300s", what, *want ? want : got);
}

#endif
