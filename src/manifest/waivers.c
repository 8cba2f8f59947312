/* Reading assay.waivers.yaml. A waiver that is not complete is an error, not a waiver that never matches. */
#include "manifest/waivers.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "base/yaml.h"
#include "crypto/digest.h"
#include "manifest/internal.h"

#include <string.h>

enum {
	/* More waivers than anyone can answer for: CONFIG. */
	WAIVERS_MAX = 10000,
	FINGERPRINT_SIZE = 16,
	KEY_ID_SIZE = 8,
};

struct waivers {
	struct base_yaml *yaml; /* texts borrow from it */
	struct waiver *items;
	size_t n;
	uint8_t sha256[CRYPTO_SHA256_SIZE];
};

/* In the order of the members of struct waiver: where each text goes, and which scopes need it. */
enum {
	OF_VALUE = 1 << WAIVER_VALUE,
	OF_COLUMN = 1 << WAIVER_COLUMN,
	OF_CONTROL = 1 << WAIVER_CONTROL,
	OF_ALL = OF_VALUE | OF_COLUMN | OF_CONTROL
};
static const struct {
	const char *key;
	size_t place;
	unsigned needed, allowed;
} texts[] = {
	{"id", offsetof(struct waiver, id), OF_ALL, OF_ALL},
	{"control", offsetof(struct waiver, control), OF_CONTROL, OF_ALL},
	{"resource", offsetof(struct waiver, resource), OF_COLUMN, OF_COLUMN | OF_VALUE},
	{"column", offsetof(struct waiver, column), OF_COLUMN, OF_COLUMN | OF_VALUE},
	{"entity", offsetof(struct waiver, entity), OF_COLUMN, OF_COLUMN | OF_VALUE},
	{"evidence", offsetof(struct waiver, evidence), OF_CONTROL, OF_CONTROL},
	{"fingerprint", offsetof(struct waiver, fingerprint), OF_VALUE, OF_VALUE},
	{"key_id", offsetof(struct waiver, key_id), OF_VALUE, OF_VALUE},
	{"reason", offsetof(struct waiver, reason), OF_ALL, OF_ALL},
	{"owner", offsetof(struct waiver, owner), OF_ALL, OF_ALL},
	{"approver", offsetof(struct waiver, approver), OF_ALL, OF_ALL},
};
static const char *const keys[] = {"id", "scope", "control", "resource", "column", "entity", "max_count", "evidence", "fingerprint",
	"key_id", "reason", "owner", "approver", "until"};
static const char *const scopes[] = {[WAIVER_VALUE] = "value", [WAIVER_COLUMN] = "column", [WAIVER_CONTROL] = "control"};

static int
read_scope(const struct base_yaml *yaml, const struct base_yaml_node *node, enum waiver_scope *ret, struct assay_error *err)
{
	const char *text = base_yaml_get_text(node, "scope"), *near;

	for (size_t i = 0; text && i < BASE_COUNT(scopes); i++)
		if (strcmp(text, scopes[i]) == 0) {
			*ret = (enum waiver_scope)i;
			return ASSAY_OK;
		}
	base_yaml_error(yaml, base_yaml_get(node, "scope") ? base_yaml_get(node, "scope") : node, err, ASSAY_CONFIG,
		"'scope' must be column, control or value");
	near = text ? base_suggest(text, scopes, BASE_COUNT(scopes)) : NULL;
	if (near)
		base_error_hint(err, "did you mean '%s'?", near);
	return ASSAY_CONFIG;
}

static int
read_texts(const struct base_yaml *yaml, const struct base_yaml_node *node, struct waiver *w, struct assay_error *err)
{
	unsigned scope = 1u << w->scope;

	for (size_t i = 0; i < BASE_COUNT(texts); i++) {
		const struct base_yaml_node *child = base_yaml_get(node, texts[i].key);
		if (!child && texts[i].needed & scope)
			return base_yaml_error(
				yaml, node, err, ASSAY_CONFIG, "a waiver of scope '%s' needs '%s'", scopes[w->scope], texts[i].key);
		if (!child)
			continue;
		if (!(texts[i].allowed & scope))
			return base_yaml_error(yaml, child, err, ASSAY_CONFIG, "'%s' has no meaning in a waiver of scope '%s'",
				texts[i].key, scopes[w->scope]);
		if (child->kind != YAML_TEXT || base_span_trim(base_span_of(child->text)).size == 0 || strlen(child->text) > LIMIT_NAME
			|| text_has_control(child->text))
			return base_yaml_error(yaml, child, err, ASSAY_CONFIG,
				"'%s' must be a text of 1 to %d bytes without control characters", texts[i].key, LIMIT_NAME);
		*(const char **)((char *)w + texts[i].place) = child->text;
	}
	return ASSAY_OK;
}

/* One person, however the capitals fall. */
static bool
is_same_person(const char *a, const char *b)
{
	struct base_span x = base_span_trim(base_span_of(a)), y = base_span_trim(base_span_of(b));

	if (x.size != y.size)
		return false;
	for (size_t i = 0; i < x.size; i++)
		if (base_lower(x.data[i]) != base_lower(y.data[i]))
			return false;
	return true;
}

/* Hexadecimal digits of exactly n bytes, in small letters as everything prints them. */
static bool
is_hex(const char *text, size_t n)
{
	return strlen(text) == 2 * n && strspn(text, "0123456789abcdef") == 2 * n;
}

static int
check_forms(const struct base_yaml *yaml, const struct base_yaml_node *node, const struct waiver *w, struct assay_error *err)
{
	const char *digest = w->evidence && strncmp(w->evidence, "sha256:", 7) == 0 ? w->evidence + 7 : "";

	if (w->evidence && !is_hex(digest, CRYPTO_SHA256_SIZE)) {
		base_yaml_error(
			yaml, base_yaml_get(node, "evidence"), err, ASSAY_CONFIG, "'evidence' must be sha256: and 64 hexadecimal digits");
		base_error_hint(err, "'assay explain %s' prints it", w->control);
		return ASSAY_CONFIG;
	}
	if (w->fingerprint && !is_hex(w->fingerprint, FINGERPRINT_SIZE))
		return base_yaml_error(yaml, base_yaml_get(node, "fingerprint"), err, ASSAY_CONFIG,
			"'fingerprint' must be 32 hexadecimal digits in small letters");
	if (w->key_id && !is_hex(w->key_id, KEY_ID_SIZE))
		return base_yaml_error(
			yaml, base_yaml_get(node, "key_id"), err, ASSAY_CONFIG, "'key_id' must be 16 hexadecimal digits in small letters");
	if (is_same_person(w->owner, w->approver))
		return base_yaml_error(yaml, base_yaml_get(node, "approver"), err, ASSAY_CONFIG,
			"the approver of a waiver must be another person than its owner");
	return ASSAY_OK;
}

static int
read_limits(const struct base_yaml *yaml, const struct base_yaml_node *node, struct waiver *w, struct assay_error *err)
{
	const struct base_yaml_node *until = base_yaml_get(node, "until"), *max_count = base_yaml_get(node, "max_count");

	if (w->scope == WAIVER_COLUMN && !max_count)
		return base_yaml_error(yaml, node, err, ASSAY_CONFIG, "a waiver of scope 'column' needs 'max_count'");
	if (w->scope != WAIVER_COLUMN && max_count)
		return base_yaml_error(
			yaml, max_count, err, ASSAY_CONFIG, "'max_count' has no meaning in a waiver of scope '%s'", scopes[w->scope]);
	if (!until)
		return base_yaml_error(yaml, node, err, ASSAY_CONFIG, "a waiver needs 'until': no exception is for ever");
	if (until->kind != YAML_TEXT || !base_date_parse(base_span_of(until->text), &w->until_ms))
		return base_yaml_error(yaml, until, err, ASSAY_CONFIG, "'until' must be a date like 2026-11-24");
	return base_yaml_read_uint(yaml, node, "max_count", (uint64_t)1 << 53, &w->max_count, ASSAY_CONFIG, err);
}

static int
read_waiver(const struct base_yaml *yaml, const struct base_yaml_node *node, struct waiver *w, struct assay_error *err)
{
	int r = base_yaml_check_keys(yaml, node, keys, BASE_COUNT(keys), ASSAY_CONFIG, err);

	w->line = node->line;
	r = r < 0 ? r : read_scope(yaml, node, &w->scope, err);
	r = r < 0 ? r : read_texts(yaml, node, w, err);
	r = r < 0 ? r : read_limits(yaml, node, w, err);
	return r < 0 ? r : check_forms(yaml, node, w, err);
}

static int
read_list(struct waivers *w, const struct base_yaml_node *list, struct assay_error *err)
{
	struct base_map *ids = base_map_new();
	int r = ids ? ASSAY_OK : base_error_nomem(err);

	w->items = base_calloc(list->count + 1, sizeof *w->items);
	if (!w->items)
		r = base_error_nomem(err);
	for (const struct base_yaml_node *node = list->first; node && r == ASSAY_OK; node = node->next) {
		struct waiver *item = &w->items[w->n];
		r = read_waiver(w->yaml, node, item, err);
		int fresh = r < 0 ? 1 : base_map_insert(ids, base_span_of(item->id), 0);
		if (fresh < 0)
			r = base_error_nomem(err);
		else if (fresh == 0)
			r = base_yaml_error(
				w->yaml, base_yaml_get(node, "id"), err, ASSAY_CONFIG, "the waiver '%s' stands twice", item->id);
		w->n += r == ASSAY_OK;
	}
	base_map_free(ids);
	return r;
}

static int
read_root(struct waivers *w, struct assay_error *err)
{
	static const char *const roots[] = {"assay_waivers", "waivers"};
	const struct base_yaml_node *root = w->yaml->root, *list, *version;
	int r = base_yaml_check_keys(w->yaml, root, roots, BASE_COUNT(roots), ASSAY_CONFIG, err);

	if (r < 0)
		return r;
	version = base_yaml_get(root, "assay_waivers");
	if (!version || version->kind != YAML_TEXT || strcmp(version->text, "1") != 0)
		return base_yaml_error(
			w->yaml, version ? version : root, err, ASSAY_CONFIG, "a file of waivers must begin with 'assay_waivers: 1'");
	list = base_yaml_get(root, "waivers");
	if (!list || list->kind == YAML_NULL)
		return ASSAY_OK;
	if (list->kind != YAML_LIST || list->count > WAIVERS_MAX)
		return base_yaml_error(w->yaml, list, err, ASSAY_CONFIG, "'waivers' must be a list of at most %d", WAIVERS_MAX);
	return read_list(w, list, err);
}

int
waivers_load(const char *path, struct waivers **ret, struct assay_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct waivers *w = calloc(1, sizeof *w);
	size_t n = 0;
	int r = w ? base_file_read(path, LIMIT_CONFIG_FILE, &text, &n, err) : base_error_nomem(err);

	if (r == ASSAY_LIMIT) {
		r = ASSAY_CONFIG;
		if (err)
			err->code = r;
	}
	r = r < 0 ? r : base_yaml_parse(path, text, n, &w->yaml, err);
	if (r == ASSAY_OK && crypto_sha256(text, n, w->sha256) < 0)
		r = base_error_at(err, ASSAY_INTERNAL, path, 0, 0, "cannot digest the waivers");
	r = r < 0 ? r : read_root(w, err);
	if (r < 0) {
		waivers_free(w);
		return r;
	}
	*ret = w;
	return ASSAY_OK;
}

void
waivers_free(struct waivers *w)
{
	if (!w)
		return;
	base_yaml_free(w->yaml);
	free(w->items);
	free(w);
}

const uint8_t *
waivers_sha256(const struct waivers *w)
{
	return w->sha256;
}
size_t
waivers_count(const struct waivers *w)
{
	return w->n;
}
const struct waiver *
waivers_at(const struct waivers *w, size_t i)
{
	return i < w->n ? &w->items[i] : NULL;
}
