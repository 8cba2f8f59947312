/* rules allow: an entry of an allow-list that does not hold the value. */
#include "app/scan_job.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

/* A rule of the entity whose canonical form no rule before it has: each form has a fingerprint of its own. */
static bool
is_new_form(const struct rules *rules, size_t rule)
{
	for (size_t i = 0; i < rule; i++)
		if (strcmp(rules->rule[i].def->entity, rules->rule[rule].def->entity) == 0
			&& rules->rule[i].def->canonical == rules->rule[rule].def->canonical)
			return false;
	return true;
}

int
app_rules_allow(struct project *p, const struct scan_request *request, const char *entity, const char *value, size_t size,
	const struct app_sink *sink, struct assay_error *err)
{
	struct rules_options options = {.files = request->rule_files,
		.n_files = request->n_rule_files,
		.countries = (const char *const[]){"all"},
		.n_countries = 1,
		.entities = &entity,
		.n_entities = 1};
	_cleanup_(rules_free_at) struct rules *rules = NULL;
	struct crypto_hmac *hmac;
	int r = rules_compile(&options, &rules, err);

	if (r < 0)
		return r;
	if (!p->has_fingerprint) {
		base_error_at(err, ASSAY_KEY, p->fingerprint_path, 0, 0, "there is no fingerprint key");
		base_error_hint(err, "'assay init' makes one; --state or ASSAY_FINGERPRINT_KEY_FILE says where it is");
		return ASSAY_KEY;
	}
	hmac = crypto_hmac_new(p->fingerprint_key, sizeof p->fingerprint_key);
	r = hmac ? sink_format(sink, "# key_id: %s\n", p->key_id) : base_error_nomem(err);
	for (size_t i = 0; i < rules->n && r >= 0; i++) {
		const struct rules_rule *def = rules->rule[i].def;
		uint8_t fingerprint[ALLOW_FINGERPRINT];
		char hex[2 * ALLOW_FINGERPRINT + 1];
		if (def->is_guard || strcmp(def->entity, entity) != 0 || !is_new_form(rules, i))
			continue;
		r = detect_fingerprint(hmac, def, (struct base_span){(const uint8_t *)value, size}, fingerprint);
		base_hex((struct base_span){fingerprint, sizeof fingerprint}, hex);
		r = r < 0 ? r : sink_format(sink, "  - {hmac: %s, entity: %s}\n", hex, entity);
	}
	crypto_hmac_free(hmac);
	return r < 0 && (!err || err->code == ASSAY_OK) ? base_error(err, r, "cannot write the entry") : r;
}
