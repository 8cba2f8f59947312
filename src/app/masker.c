/* Names through the engine. */
#include "app/masker.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "detect/detect.h"

#include <string.h>

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

int
masker_tag_principal(const uint8_t *key, const char *name, const char *masked, char **ret, struct assay_error *err)
{
	static const char label[] = "assay-principal/v1";
	struct crypto_piece pieces[] = {{label, sizeof label}, {name, strlen(name)}};
	uint8_t digest[CRYPTO_SHA256_SIZE];
	struct crypto_hmac *hmac;
	char hex[13];
	int r;

	if (!key || strcmp(masked, name) == 0) {
		*ret = base_strdup(masked);
		return *ret ? ASSAY_OK : base_error_nomem(err);
	}
	hmac = crypto_hmac_new(key, 32);
	r = hmac ? crypto_hmac_of(hmac, pieces, BASE_COUNT(pieces), digest) : ASSAY_NOMEM;
	crypto_hmac_free(hmac);
	if (r < 0)
		return base_error(err, r, "cannot digest a name");
	base_hex((struct base_span){digest, 6}, hex);
	*ret = base_format("%s#%s", masked, hex);
	return *ret ? ASSAY_OK : base_error_nomem(err);
}

int
masker_mask_principal(struct masker *m, const uint8_t *key, const char *name, char **ret, struct assay_error *err)
{
	_cleanup_free_ char *masked = NULL;
	int r = masker_mask(m, name, &masked, err);

	return r < 0 ? r : masker_tag_principal(key, name, masked, ret, err);
}
