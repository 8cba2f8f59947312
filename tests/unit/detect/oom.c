/* The engine with each allocation failing in turn: making it, a text, cells with a map, a name. What is found in spite of a failure is what
 * is found without. */
#include "../support_oom.h"

#include "engine.h"

static const char pack[] = ENGINE_PACK ENGINE_RULE("mail", "MAIL", "[a-z]{3,9}@[a-z]{3,9}\\.com", "    priority: 80\n")
	ENGINE_RULE("host", "HOST", "[a-z]{3,9}\\.com", "") ENGINE_RULE(
		"num", "NUM", "(?<!\\d)\\d{8}(?!\\d)", "    check: luhn\n    context: {words: [card], not: [order]}\n")
		ENGINE_RULE("plate", "PLATE", "[A-Z]{3}\\d{3}", "    collides: true\n    context: {words: [plate], columns: [plate_no]}\n")
			ENGINE_RULE("bomb", "BOMB", "(?:k|kk|kkk){1,40}(?:j|jj|jjj){1,40}[cd]", "");

struct job {
	struct rules *rules;
	struct detect_engine *engine;
	struct detect_scanner *scanner;
	char *cache; /* folder of compiled lanes, or NULL */
	size_t n_spans, n_issues;
	uint8_t data[1200];
	uint32_t size;
};

static int
count_span(void *context, const struct span *span)
{
	struct job *job = context;

	job->n_spans++;
	return span->mask_len > 0 ? 0 : ASSAY_INTERNAL;
}

static int
count_issue(void *context, const struct issue *issue)
{
	struct job *job = context;

	job->n_issues += issue->count > 0;
	return 0;
}

static int
make_engine(void *context, struct assay_error *err)
{
	struct job *job = context;
	struct detect_options options = engine_options();
	struct detect_engine *engine = NULL;
	struct detect_scanner *scanner = NULL;
	struct detect_field *field = NULL;
	int r;

	options.cache_folder = job->cache;
	r = detect_engine_new(job->rules, &options, &engine, err);
	r = r < 0 ? r : detect_scanner_new(engine, &scanner, err);
	if (r == ASSAY_OK && !(field = detect_field_new(engine, base_span_of("plate_no")))) {
		/* it has no error object: NULL says it */
		r = err->code = ASSAY_NOMEM;
		memcpy(err->message, "field", 6);
	}
	free(field);
	detect_scanner_free(scanner);
	detect_engine_free(engine);
	return r;
}

static int
empty_cache(void *context)
{
	struct job *job = context;

	support_remove(job->cache);
	job->cache = support_folder();
	return 0;
}

/* Everything that grows with the data starts from nothing each time. */
static int
fresh_scanner(void *context)
{
	struct job *job = context;
	struct assay_error err = {0};

	job->n_spans = job->n_issues = 0;
	return detect_scanner_new(job->engine, &job->scanner, &err);
}

static void
drop_scanner(void *context)
{
	struct job *job = context;

	detect_scanner_free(job->scanner);
	job->scanner = NULL;
}

static int
run_batch(struct job *job, const struct batch *batch, struct assay_error *err)
{
	struct detect_output out = {0};
	struct detect_drain *drain = detect_drain_new(job->engine);
	struct span_sink spans = {job, count_span};
	struct issue_sink issues = {job, count_issue};
	const struct detect_field *fields[] = {NULL};
	int r;

	if (!drain) {
		err->code = ASSAY_NOMEM;
		memcpy(err->message, "drain", 6);
		return ASSAY_NOMEM;
	}
	r = detect_batch(job->scanner, batch, fields, &out, err);
	if (r == ASSAY_OK) {
		r = detect_drain_add(drain, &out, &spans, &issues, err);
		r = r < 0 ? r : detect_drain_end(drain, &spans, &issues, err);
		/* the drain leaves the words to its caller */
		if (r < 0 && err->code == ASSAY_OK) {
			err->code = r;
			memcpy(err->message, "drain", 6);
		}
	}
	detect_output_dispose(&out);
	detect_drain_free(drain);
	return r;
}

static int
scan_text(void *context, struct assay_error *err)
{
	struct job *job = context;
	struct batch batch = {.data = job->data + BATCH_PAD, .size = job->size, .first_record = 1};
	int r = run_batch(job, &batch, err);

	if (r == ASSAY_OK)
		assert_true(job->n_spans == 6 && job->n_issues == 1);
	return r;
}

static int
scan_window(void *context, struct assay_error *err)
{
	struct job *job = context;
	/* in the middle of a text: what lies near the edges is left open for the drain */
	struct batch batch = {.data = job->data + BATCH_PAD, .size = job->size, .lead = 20, .tail = 20, .first_record = 1};

	return run_batch(job, &batch, err);
}

static int
mask_name(void *context, struct assay_error *err)
{
	struct job *job = context;
	_cleanup_free_ char *masked = NULL;
	bool changed = false;
	int r = detect_mask_name(job->scanner, base_span_of("x/bob@example.com/card 12345674"), &masked, &changed, err);

	if (r == ASSAY_OK)
		assert_string_equal(masked, "x/***com/card ***74");
	return r;
}

static int
mask_path(void *context, struct assay_error *err)
{
	struct job *job = context;
	_cleanup_free_ char *masked = NULL;
	int r = detect_mask_path(job->scanner, base_span_of("x/12345674.csv"), &masked, err);

	if (r == ASSAY_OK)
		assert_string_equal(masked, "x/***74.csv");
	return r;
}

static void
the_engine_survives(void **state)
{
	static const char text[] = "bob@example.com, card 12345674, order 12345674\nplate ABC123 card "
				   "12345675\nkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj!\n";
	struct world w = world_open(pack, NULL);
	struct job job = {.rules = w.rules, .engine = w.engine, .size = sizeof text - 1};

	(void)state;
	memset(job.data, BATCH_GUARD, sizeof job.data);
	memcpy(job.data + BATCH_PAD, text, sizeof text - 1);
	for (int mode = OOM_ONCE; mode <= OOM_ON; mode++) {
		assert_true(oom_each(OOM_ALL, (enum oom_mode)mode, NULL, make_engine, NULL, &job) > 20);
		job.cache = support_folder();
		assert_true(oom_each_step(3, OOM_ALL, (enum oom_mode)mode, empty_cache, make_engine, NULL, &job) > 30);
		assert_true(oom_each(OOM_ALL, (enum oom_mode)mode, NULL, make_engine, NULL, &job) > 20);
		support_remove(job.cache);
		job.cache = NULL;
		assert_true(oom_each(OOM_ALL, (enum oom_mode)mode, fresh_scanner, scan_text, drop_scanner, &job) > 5);
		assert_true(oom_each(OOM_ALL, (enum oom_mode)mode, fresh_scanner, scan_window, drop_scanner, &job) > 5);
		assert_true(oom_each(OOM_ALL, (enum oom_mode)mode, fresh_scanner, mask_name, drop_scanner, &job) > 3);
		assert_true(oom_each(OOM_ALL, (enum oom_mode)mode, fresh_scanner, mask_path, drop_scanner, &job) > 3);
	}
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_engine_survives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
