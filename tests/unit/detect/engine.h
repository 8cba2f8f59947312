/* What tests of the engine need: rules from a text, one value or one text through it, and what came out. */
#ifndef TESTS_DETECT_ENGINE_H
#define TESTS_DETECT_ENGINE_H

#include "../support.h"

#include "base/batch.h"
#include "detect/detect.h"

#define ENGINE_PACK "pack: p\nversion: 1\nrules:\n"
/* A rule with the examples that every rule must have; ${more} are further lines. */
#define ENGINE_RULE(id, entity, pattern, more)                                                                                             \
	"  - id: " id "\n    entity: " entity "\n    patterns: '" pattern "'\n    examples: {match: [a, b], no_match: [c, d]}\n" more

static const uint8_t engine_key[32] = {1, 2, 3};

struct world {
	struct rules *rules;
	struct detect_engine *engine;
	struct detect_scanner *scanner;
};

enum { FOUND_MAX = 128 };
struct found {
	struct span spans[FOUND_MAX];
	struct issue issues[FOUND_MAX];
	struct detect_tally tallies[FOUND_MAX];
	size_t n, n_issues, n_tallies;
};

static inline struct detect_options
engine_options(void)
{
	return (struct detect_options){.fingerprint_key = engine_key, .min_confidence = 65};
}

/* pack NULL: the packs that are built in, those of every country. */
static inline struct world
world_open(const char *pack, const struct detect_options *options)
{
	static const char *const all[] = {"all"};
	struct rules_options selection = {
		.no_builtin = pack != NULL, .texts = &pack, .n_texts = pack != NULL, .countries = all, .n_countries = !pack};
	struct detect_options standard = engine_options();
	struct assay_error err = {0};
	struct world w = {0};

	assert_ok(rules_compile(&selection, &w.rules, &err));
	assert_ok(detect_engine_new(w.rules, options ? options : &standard, &w.engine, &err));
	assert_ok(detect_scanner_new(w.engine, &w.scanner, &err));
	return w;
}

static inline void
world_close(struct world *w)
{
	detect_scanner_free(w->scanner);
	detect_engine_free(w->engine);
	rules_free(w->rules);
}

static inline int
engine_keep_span(void *context, const struct span *span)
{
	struct found *found = context;

	assert_true(found->n < FOUND_MAX);
	found->spans[found->n++] = *span;
	return 0;
}

static inline int
engine_keep_issue(void *context, const struct issue *issue)
{
	struct found *found = context;

	assert_true(found->n_issues < FOUND_MAX);
	found->issues[found->n_issues++] = *issue;
	return 0;
}

/* One batch through scanner and drain. */
static inline void
engine_run(struct world *w, const struct batch *batch, const char *column, struct found *ret)
{
	struct assay_error err = {0};
	struct detect_output out = {0};
	struct detect_drain *drain = detect_drain_new(w->engine);
	struct detect_field *field = column ? detect_field_new(w->engine, base_span_of(column)) : NULL;
	const struct detect_field *fields[] = {field};
	struct span_sink spans = {ret, engine_keep_span};
	struct issue_sink issues = {ret, engine_keep_issue};

	*ret = (struct found){0};
	assert_non_null(drain);
	assert_ok(detect_batch(w->scanner, batch, fields, &out, &err));
	assert_true(out.n_tallies <= FOUND_MAX);
	for (size_t i = 0; i < out.n_tallies; i++)
		ret->tallies[ret->n_tallies++] = out.tallies[i];
	assert_ok(detect_drain_add(drain, &out, &spans, &issues, &err));
	assert_ok(detect_drain_end(drain, &spans, &issues, &err));
	detect_output_dispose(&out);
	detect_drain_free(drain);
	free(field);
}

/* Cells one below the other in a column of a name (NULL: none). Ends at NULL. */
static inline void
find_in_cells(struct world *w, const char *column, const char *const *cells, struct found *ret)
{
	uint32_t off[64], len[64], n = 0, size = 0;
	uint8_t *data = calloc(1, 64 * 1024);

	assert_non_null(data);
	memset(data, BATCH_GUARD, BATCH_PAD);
	for (; cells[n]; n++) {
		off[n] = size;
		len[n] = (uint32_t)strlen(cells[n]);
		memcpy(data + BATCH_PAD + size, cells[n], len[n]);
		size += len[n];
		data[BATCH_PAD + size++] = BATCH_GUARD;
	}
	memset(data + BATCH_PAD + size, BATCH_GUARD, BATCH_PAD);
	struct batch_column c = {.n = n, .off = off, .len = len};
	struct batch batch = {.data = data + BATCH_PAD, .size = size, .first_record = 1, .n_records = n, .n_columns = 1, .columns = &c};
	engine_run(w, &batch, column, ret);
	free(data);
}

static inline void
find_in_cell(struct world *w, const char *column, const char *cell, struct found *ret)
{
	find_in_cells(w, column, (const char *const[]){cell, NULL}, ret);
}

static inline void
find_in_text(struct world *w, const char *text, struct found *ret)
{
	size_t n = strlen(text);
	uint8_t *data = calloc(1, n + 2 * BATCH_PAD);
	struct batch batch = {.data = data + BATCH_PAD, .size = (uint32_t)n, .first_record = 1};

	assert_non_null(data);
	memcpy(data + BATCH_PAD, text, n);
	engine_run(w, &batch, "text", ret);
	free(data);
}

static inline const char *
engine_entity(const struct world *w, const struct span *span)
{
	return w->rules->entities[span->entity];
}

#endif
