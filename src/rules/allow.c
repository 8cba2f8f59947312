/* Reading allow-lists and asking them. */
#include "rules/allow.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/yaml.h"
#include "crypto/digest.h"

#include <string.h>

/* More entries than a person can know and accept: CONFIG. A value of a span fits into PATTERN_WIDTH_MAX. */
enum { ENTRIES_MAX = 10000, KEY_ID_SIZE = 8, PATTERN_SIZE_MAX = 1024, VALUE_MAX = 8192 };

struct allow {
	struct base_yaml *yaml; /* texts borrow from it */
	struct allow_entry *items;
	size_t n;
	const char *key_id; /* NULL: not said */
	struct rules_place key_at;
	uint8_t sha256[CRYPTO_SHA256_SIZE];
};

static int
refuse(const struct allow *a, const struct base_yaml_node *at, struct assay_error *err, const char *message, const char *hint)
{
	base_yaml_error(a->yaml, at, err, ASSAY_CONFIG, "%s", message);
	base_error_hint(err, "%s", hint);
	return ASSAY_CONFIG;
}

/* The whole value: \A and \z around it. What matches the empty text matches by leaving parts out, which nobody means. */
static int
compile(const struct allow *a, const struct base_yaml_node *at, struct allow_entry *entry, struct assay_error *err)
{
	_cleanup_free_ char *whole = base_format("\\A(?:%s)\\z", entry->text);
	pcre2_match_data *data;
	PCRE2_UCHAR message[128];
	PCRE2_SIZE place;
	int code, found;

	if (strlen(entry->text) > PATTERN_SIZE_MAX)
		return base_yaml_error(a->yaml, at, err, ASSAY_CONFIG, "the pattern is longer than %d bytes", PATTERN_SIZE_MAX);
	if (!whole)
		return base_error_nomem(err);
	entry->code = pcre2_compile((PCRE2_SPTR)whole, PCRE2_ZERO_TERMINATED,
		PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NO_AUTO_CAPTURE | PCRE2_NEVER_BACKSLASH_C, &code, &place,
		NULL);
	if (!entry->code) {
		/* \A(?: goes before it, and what is missing is noticed behind it */
		size_t byte = place > 5 ? place - 5 : 1, size = strlen(entry->text);
		byte = byte < size ? byte : size;
		pcre2_get_error_message(code, message, sizeof message);
		base_yaml_error(a->yaml, at, err, ASSAY_CONFIG, "pattern byte %zu: %s", byte, message);
		base_error_hint(err, "PCRE2 syntax; the pattern stands for the whole value");
		return ASSAY_CONFIG;
	}
	(void)pcre2_jit_compile(entry->code, PCRE2_JIT_COMPLETE);
	data = pcre2_match_data_create(1, NULL);
	if (!data)
		return base_error_nomem(err);
	found = pcre2_match(entry->code, (PCRE2_SPTR) "", 0, 0, 0, data, NULL);
	pcre2_match_data_free(data);
	if (found >= 0)
		return refuse(a, at, err, "the pattern matches the empty text", "say what the value must hold");
	return ASSAY_OK;
}

static int
read_kind(const struct allow *a, const struct base_yaml_node *node, struct allow_entry *entry, struct assay_error *err)
{
	static const char *const kinds[] = {"exact", "pattern", "hmac"};
	const struct base_yaml_node *found = NULL;

	for (size_t i = 0; i < BASE_COUNT(kinds); i++) {
		const struct base_yaml_node *child = base_yaml_get(node, kinds[i]);
		if (!child)
			continue;
		if (found)
			return refuse(a, child, err, "an entry names one thing only", "make two entries of it");
		if (child->kind != YAML_TEXT || child->size == 0)
			return refuse(a, child, err, "expected a text", "numbers stand in quotes where zeros or blanks count");
		found = child;
		entry->kind = (enum allow_kind)i;
		entry->text = child->text;
	}
	if (!found)
		return refuse(a, node, err, "an entry needs one of 'exact', 'pattern', 'hmac'", "as in - {exact: '4000 0566 5566 5556'}");
	entry->at = (struct rules_place){found->line, found->column};
	if (entry->kind == ALLOW_PATTERN)
		return compile(a, found, entry, err);
	if (entry->kind == ALLOW_EXACT)
		return found->size <= VALUE_MAX ? ASSAY_OK : refuse(a, found, err, "no value is that long", "");
	if (!base_unhex(base_span_of(entry->text), entry->fingerprint, sizeof entry->fingerprint))
		return refuse(
			a, found, err, "not a fingerprint (32 hex digits)", "'assay rules allow' prints one for a value that it reads");
	entry->text = NULL;
	return ASSAY_OK;
}

static int
read_entry(struct allow *a, const struct base_yaml_node *node, struct allow_entry *entry, struct assay_error *err)
{
	static const char *const keys[] = {"exact", "pattern", "hmac", "entity", "reason"};
	int r = base_yaml_check_keys(a->yaml, node, keys, BASE_COUNT(keys), ASSAY_CONFIG, err);

	r = r < 0 ? r : base_yaml_read_text(a->yaml, node, "entity", &entry->entity, ASSAY_CONFIG, err);
	r = r < 0 ? r : base_yaml_read_text(a->yaml, node, "reason", &entry->reason, ASSAY_CONFIG, err);
	return r < 0 ? r : read_kind(a, node, entry, err);
}

static int
read_list(struct allow *a, const struct base_yaml_node *list, struct assay_error *err)
{
	if (!list || list->kind != YAML_LIST || list->count == 0 || list->count > ENTRIES_MAX)
		return refuse(a, list ? list : a->yaml->root, err, "'allow' must be a list of at most 10000 entries",
			"as in allow: [{exact: '4000 0566 5566 5556', reason: test card of the shop}]");
	a->items = base_calloc(list->count, sizeof *a->items);
	if (!a->items)
		return base_error_nomem(err);
	for (const struct base_yaml_node *node = list->first; node; node = node->next) {
		int r = read_entry(a, node, &a->items[a->n++], err);
		if (r < 0)
			return r;
	}
	return ASSAY_OK;
}

static int
read_root(struct allow *a, struct assay_error *err)
{
	static const char *const keys[] = {"assay_allow", "key_id", "allow"};
	const struct base_yaml_node *root = a->yaml->root, *version, *key;
	uint8_t id[KEY_ID_SIZE];
	int r = base_yaml_check_keys(a->yaml, root, keys, BASE_COUNT(keys), ASSAY_CONFIG, err);

	if (r < 0)
		return r;
	version = base_yaml_get(root, "assay_allow");
	if (!version || version->kind != YAML_TEXT || strcmp(version->text, "1") != 0)
		return refuse(a, version ? version : root, err, "an allow-list must begin with 'assay_allow: 1'",
			"docs/allow-lists.md shows one");
	key = base_yaml_get(root, "key_id");
	r = base_yaml_read_text(a->yaml, root, "key_id", &a->key_id, ASSAY_CONFIG, err);
	if (r == ASSAY_OK && key && !base_unhex(base_span_of(a->key_id), id, sizeof id))
		return refuse(a, key, err, "not the id of a fingerprint key (16 hex digits)", "'assay rules allow' prints it");
	if (key)
		a->key_at = (struct rules_place){key->line, key->column};
	return r < 0 ? r : read_list(a, base_yaml_get(root, "allow"), err);
}

int
allow_parse(const char *name, const char *text, size_t n, struct allow **ret, struct assay_error *err)
{
	_cleanup_(allow_free_at) struct allow *a = calloc(1, sizeof *a);
	int r = a ? base_yaml_parse(name, text, n, &a->yaml, err) : base_error_nomem(err);

	if (r == ASSAY_CONFIG && err && !err->hint[0])
		base_error_hint(err, "patterns and texts with ': ', ' #' or brackets stand in single quotes");
	r = r < 0 ? r : read_root(a, err);
	r = r < 0 ? r : crypto_sha256(text, n, a->sha256);
	if (r < 0) {
		if (r == ASSAY_CONFIG && err && !err->hint[0])
			base_error_hint(err, "docs/allow-lists.md shows every key");
		return r;
	}
	*ret = BASE_STEAL(a);
	return ASSAY_OK;
}

int
allow_load(const char *path, struct allow **ret, struct assay_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t n;
	int r = base_file_read(path, LIMIT_CONFIG_FILE, &text, &n, err);

	return r < 0 ? r : allow_parse(path, text, n, ret, err);
}

void
allow_free(struct allow *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n; i++)
		pcre2_code_free(a->items[i].code);
	free(a->items);
	base_yaml_free(a->yaml);
	free(a);
}

size_t
allow_count(const struct allow *a)
{
	return a->n;
}

const struct allow_entry *
allow_at(const struct allow *a, size_t i)
{
	return &a->items[i];
}

const uint8_t *
allow_sha256(const struct allow *a)
{
	return a->sha256;
}

static int
check_key(const struct allow *a, const struct allow_entry *entry, const char *key_id, struct assay_error *err)
{
	struct rules_place at = a->key_id ? a->key_at : entry->at;

	if (*key_id && (!a->key_id || strcmp(a->key_id, key_id) == 0))
		return ASSAY_OK;
	if (!*key_id) {
		base_error_at(err, ASSAY_CONFIG, a->yaml->name, at.line, at.column, "there is no fingerprint key to compare 'hmac' under");
		base_error_hint(err, "'assay init' makes one; --state or ASSAY_FINGERPRINT_KEY_FILE says where it is");
	} else {
		base_error_at(err, ASSAY_CONFIG, a->yaml->name, at.line, at.column,
			"made under the fingerprint key %s, this project uses %s", a->key_id, key_id);
		base_error_hint(err, "fingerprints of different keys cannot be compared: 'assay rules allow' makes them anew");
	}
	return ASSAY_CONFIG;
}

int
allow_check(const struct allow *a, const char *key_id, const char *const *entities, size_t n_entities, struct assay_error *err)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct allow_entry *entry = &a->items[i];
		bool known = !entry->entity;
		int r = entry->kind == ALLOW_HMAC ? check_key(a, entry, key_id, err) : ASSAY_OK;
		if (r < 0)
			return r;
		for (size_t k = 0; k < n_entities && !known; k++)
			known = strcmp(entities[k], entry->entity) == 0;
		if (known)
			continue;
		const char *near = base_suggest(entry->entity, entities, n_entities);
		base_error_at(err, ASSAY_CONFIG, a->yaml->name, entry->at.line, entry->at.column, "unknown entity '%s'", entry->entity);
		base_error_hint(err, near ? "did you mean '%s'?" : "'assay rules list' shows what there is", near);
		return ASSAY_CONFIG;
	}
	return ASSAY_OK;
}

size_t
rules_canonical_form(struct base_span value, enum rules_canonical form, uint8_t *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < value.size; i++) {
		uint8_t c = value.data[i];
		if (form == CANONICAL_ALNUM && !base_is_alnum(c) && c < 0x80)
			continue;
		ret[n++] = form == CANONICAL_VERBATIM ? c : form == CANONICAL_LOWER ? base_lower(c) : base_upper(c);
	}
	return n;
}

/* The next byte of the canonical form from *at on; -1 at the end. */
static int
next_byte(struct base_span text, enum rules_canonical form, size_t *at)
{
	while (*at < text.size) {
		struct base_span one = {text.data + (*at)++, 1};
		uint8_t c;
		if (rules_canonical_form(one, form, &c) == 1)
			return c;
	}
	return -1;
}

static bool
is_same(struct base_span a, struct base_span b, enum rules_canonical form)
{
	size_t at_a = 0, at_b = 0;

	for (;;) {
		int x = next_byte(a, form, &at_a), y = next_byte(b, form, &at_b);
		if (x != y)
			return false;
		if (x < 0)
			return true;
	}
}

static bool
names(const struct allow_entry *entry, const struct allow_value *v)
{
	if (entry->entity && strcmp(entry->entity, v->entity) != 0)
		return false;
	switch (entry->kind) {
	case ALLOW_EXACT:
		return is_same(base_span_of(entry->text), v->value, v->canonical);
	case ALLOW_HMAC:
		return v->fingerprint && memcmp(entry->fingerprint, v->fingerprint, sizeof entry->fingerprint) == 0;
	default:
		return pcre2_match(entry->code, v->value.data, v->value.size, 0, 0, v->match_data, v->match_context) >= 0;
	}
}

size_t
allow_find(const struct allow *a, const struct allow_value *value)
{
	for (size_t i = 0; i < a->n; i++)
		if (names(&a->items[i], value))
			return i + 1;
	return 0;
}
