/* Names through the engine. */
#include "app/masker.h"

#include "base/error.h"
#include "base/memory.h"
#include "detect/detect.h"

struct masker {
	struct rules *rules;
	struct detect_engine *engine;
	struct detect_scanner *scanner;
};

int
masker_new(const char *cache_folder, struct masker **ret, struct assay_error *err)
{
	struct masker *m = calloc(1, sizeof *m);
	struct rules_options options = {0};
	struct detect_options detect = {.min_confidence = 65, .cache_folder = cache_folder};
	int r = m ? rules_compile(&options, &m->rules, err) : base_error_nomem(err);

	r = r < 0 ? r : detect_engine_new(m->rules, &detect, &m->engine, err);
	r = r < 0 ? r : detect_scanner_new(m->engine, &m->scanner, err);
	if (r < 0) {
		masker_free(m);
		return r;
	}
	*ret = m;
	return ASSAY_OK;
}

void
masker_free(struct masker *m)
{
	if (!m)
		return;
	detect_scanner_free(m->scanner);
	detect_engine_free(m->engine);
	rules_free(m->rules);
	free(m);
}

int
masker_mask(struct masker *m, const char *text, char **ret, struct assay_error *err)
{
	return detect_mask_path(m->scanner, base_span_of(text), ret, err);
}
