/* Reading trust.yaml. */
#include "ledger/trust.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "base/yaml.h"

#include <string.h>

int
trust_add(struct trust *trust, const char *vkey, enum trust_source source, const char *owner, struct assay_error *err)
{
	struct trust_key *key = &trust->keys[trust->n];
	int r;

	if (trust->n == TRUST_KEYS_MAX)
		return base_error(err, ASSAY_LIMIT, "more than %d trusted keys", TRUST_KEYS_MAX);
	r = note_vkey_parse(base_span_of(vkey), &key->vkey, err);
	if (r < 0)
		return r;
	key->source = source;
	snprintf(key->owner, sizeof key->owner, "%s", owner ? owner : "");
	trust->vkeys[trust->n++] = key->vkey;
	return ASSAY_OK;
}

static int
read_date(const struct base_yaml *yaml, const struct base_yaml_node *node, const char *key, int64_t fallback, int64_t *ret,
	struct assay_error *err)
{
	const char *text = base_yaml_get_text(node, key);

	*ret = fallback;
	if (text && !base_date_parse(base_span_of(text), ret))
		return base_yaml_error(yaml, base_yaml_get(node, key), err, ASSAY_CONFIG, "'%s' must be a date like 2026-11-24", key);
	return ASSAY_OK;
}

int
trust_load(struct trust *trust, const char *path, int64_t as_of_ms, struct assay_error *err)
{
	static const char *const roots[] = {"assay_trust", "keys"}, *const keys[] = {"vkey", "owner", "role", "from", "until", "confirmed"};
	_cleanup_(base_yaml_free_at) struct base_yaml *yaml = NULL;
	const struct base_yaml_node *list;
	int r = base_yaml_load(path, &yaml, err);

	r = r < 0 ? r : base_yaml_check_keys(yaml, yaml->root, roots, BASE_COUNT(roots), ASSAY_CONFIG, err);
	if (r < 0)
		return r;
	list = base_yaml_get(yaml->root, "keys");
	if (!list || list->kind != YAML_LIST)
		return base_yaml_error(yaml, list ? list : yaml->root, err, ASSAY_CONFIG, "expected a list of 'keys'");
	for (const struct base_yaml_node *node = list->first; node && r == ASSAY_OK; node = node->next) {
		const char *vkey = base_yaml_get_text(node, "vkey");
		int64_t from, until;
		r = base_yaml_check_keys(yaml, node, keys, BASE_COUNT(keys), ASSAY_CONFIG, err);
		if (r == ASSAY_OK && !vkey)
			r = base_yaml_error(yaml, node, err, ASSAY_CONFIG, "a trusted key needs 'vkey'");
		r = r < 0 ? r : read_date(yaml, node, "from", INT64_MIN, &from, err);
		r = r < 0 ? r : read_date(yaml, node, "until", INT64_MAX - BASE_DAY_MS, &until, err);
		/* until counts at the end of its day */
		if (r == ASSAY_OK && as_of_ms >= from && as_of_ms < until + BASE_DAY_MS) {
			r = trust_add(trust, vkey, TRUST_FILE, base_yaml_get_text(node, "owner"), err);
			if (r == ASSAY_KEY)
				r = base_yaml_error(yaml, base_yaml_get(node, "vkey"), err, ASSAY_CONFIG,
					"'vkey' is not a verifier key (name+id+base64)");
		}
	}
	return r;
}

bool
trust_is_pinned(const struct trust *trust)
{
	for (size_t i = 0; i < trust->n; i++)
		if (trust->keys[i].source != TRUST_BESIDE)
			return true;
	return false;
}

const char *
trust_source_name(enum trust_source source)
{
	static const char *const names[] = {"--vkey", "the manifest", "trust.yaml", "a file beside the log only (unpinned)"};

	return (unsigned)source < BASE_COUNT(names) ? names[source] : "unknown";
}

char *
trust_template(const char *vkey, const char *owner, const char *date)
{
	struct base_buffer shown;
	char *text;

	base_buffer_init(&shown, 1024);
	base_text_printable(&shown, base_span_of(owner));
	for (size_t i = 0; i < shown.size; i++)
		if (shown.data[i] == '\'')
			shown.data[i] = '_';
	text = base_format("# Whose keys sign this project's ledger. Commit this file: whoever replaces the ledger must change it too.\n"
			   "assay_trust: 1\n"
			   "keys:\n"
			   "  - vkey: '%s'\n"
			   "    owner: '%s'\n"
			   "    from: %s\n"
			   "    confirmed: written when the key was made\n",
		vkey, shown.data ? shown.data : "", date);
	base_buffer_dispose(&shown);
	return text;
}
