/* Scalars: texts until their key says what they are. */
#include "manifest/internal.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"

#include <string.h>

enum { INT_DIGITS = 16, ID_MAX = 128 };

/* How each type is named in rows, and what a reader of an error should write instead. */
static const struct {
	const char *row, *wanted;
} types[KEY_TYPE_COUNT] = {
	[KEY_MAP] = {"map", NULL},
	[KEY_LIST] = {"list", NULL},
	[KEY_TEXT] = {"text", "a text"},
	[KEY_ID] = {"text", "a name of letters, digits, '.', '_', ':' and '-' that begins with a letter or digit"},
	[KEY_VERSION] = {"int", "1, the version of the format that this program reads"},
	[KEY_INT] = {"int", "a whole number"},
	[KEY_COUNT] = {"text", "a number like 12 or a least number like '>=12'"},
	[KEY_DATE] = {"date", "a date like 2026-11-24"},
	[KEY_DURATION] = {"duration", "a duration like P36M, P1Y6M or P30D"},
	[KEY_PERIOD] = {"text", "two dates in order, like 2023-01-01/2026-10-31"},
	[KEY_BOOL] = {"bool", "true or false"},
	[KEY_WORD] = {"text", "a known word"},
	[KEY_JURISDICTION] = {"text", "eu, uk, us, us-ca, us-hipaa, br or a country's code in small letters like de"},
	[KEY_COUNTRY] = {"text", "a country's code in capitals like DE (ISO 3166-1 alpha-2)"},
	[KEY_GLOB] = {"text", "a pattern below the project root, like train/**"},
	[KEY_FILE] = {"text", "the name of a file"},
	[KEY_DOCUMENT] = {"text", "the name of a file, or an address"},
	[KEY_COLUMN] = {"text", "the name of a column, or a JSON pointer like /customer/id"},
	[KEY_PACK] = {"text", "the name of a pack, like gdpr or gdpr@1"},
	[KEY_VKEY] = {"text", "a verifier key: name+key id+base64, one line of .assay/keys/signing.vkey"},
};

bool
scalar_is_id(const char *text)
{
	size_t n = strlen(text);

	if (n == 0 || n > ID_MAX || !base_is_alnum((uint8_t)text[0]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!base_is_alnum((uint8_t)text[i]) && !strchr("._:-", text[i]))
			return false;
	return true;
}

/* Digits without a leading zero, at most max. */
static bool
is_int(const char *text, uint64_t max)
{
	size_t n = strlen(text);
	uint64_t v = 0;

	if (n == 0 || n > INT_DIGITS || (n > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!base_is_digit((uint8_t)text[i]))
			return false;
		v = v * 10 + (uint64_t)(text[i] - '0');
	}
	return v <= max;
}

static bool
is_period(const char *text)
{
	const char *slash = strchr(text, '/');
	int64_t from, to;

	return slash && base_date_parse((struct base_span){(const uint8_t *)text, (size_t)(slash - text)}, &from)
	       && base_date_parse(base_span_of(slash + 1), &to) && from <= to;
}

static bool
is_duration(const char *text)
{
	int months, days;

	return base_duration_parse(base_span_of(text), &months, &days) && (months > 0 || days > 0);
}

/* A pattern that can match: resources are named without leading '/' and without '.' and '..' parts. */
static bool
is_glob(const char *text)
{
	for (const char *part = text;;) {
		size_t n = strcspn(part, "/");
		if (n == 0 || (n == 1 && part[0] == '.') || (n == 2 && part[0] == '.' && part[1] == '.'))
			return false;
		if (!part[n])
			return true;
		part += n + 1;
	}
}

static bool
is_pack(const char *text)
{
	size_t n = strcspn(text, "@");

	if (n == 0 || !base_is_alnum((uint8_t)text[0]) || strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
		return false;
	return !text[n] || (text[n + 1] && strspn(text + n + 1, "0123456789.") == strlen(text + n + 1));
}

/* Its shape only; who trusts it reads it in full. */
static bool
is_vkey(const char *text)
{
	const char *id = strchr(text, '+');

	return id && id > text && strspn(id + 1, "0123456789abcdef") == 8 && id[9] == '+' && strlen(id + 10) >= 44
	       && !strpbrk(text, " \t\n");
}

static bool
is_line(const char *text)
{
	return strlen(text) <= LIMIT_NAME && !strpbrk(text, "\n\t");
}

static bool
is_a(const struct manifest_key *key, const char *text)
{
	int64_t ms;

	switch (key->type) {
	case KEY_ID:
		return scalar_is_id(text);
	case KEY_VERSION:
		return strcmp(text, "1") == 0;
	case KEY_INT:
		return is_int(text, key->max);
	case KEY_COUNT:
		return is_int(text + (strncmp(text, ">=", 2) == 0 ? 2 : 0), (uint64_t)1 << 53);
	case KEY_DATE:
		return base_date_parse(base_span_of(text), &ms);
	case KEY_DURATION:
		return is_duration(text);
	case KEY_PERIOD:
		return is_period(text);
	case KEY_BOOL:
		return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
	case KEY_WORD:
		return words_find(key->words, text) != NULL;
	case KEY_JURISDICTION:
		return words_is_jurisdiction(text);
	case KEY_COUNTRY:
		return words_is_country(text);
	case KEY_GLOB:
		return is_line(text) && is_glob(text);
	case KEY_FILE:
		return is_line(text) && !strstr(text, "://");
	case KEY_PACK:
		return is_pack(text);
	case KEY_VKEY:
		return is_line(text) && is_vkey(text);
	case KEY_TEXT:
		return true;
	default:
		return is_line(text);
	}
}

/* The value that was probably meant, or NULL. */
static const char *
suggest(const struct manifest_key *key, const char *text)
{
	static const struct {
		const char *written, *meant;
	} bools[] = {{"yes", "true"}, {"on", "true"}, {"True", "true"}, {"TRUE", "true"}, {"no", "false"}, {"off", "false"},
		{"False", "false"}, {"FALSE", "false"}, {"NO", "false"}, {"YES", "true"}};

	switch (key->type) {
	case KEY_WORD:
		return words_suggest(key->words, text);
	case KEY_JURISDICTION:
		return words_jurisdiction_suggest(text);
	case KEY_COUNTRY:
		return words_country_suggest(text);
	case KEY_GLOB:
		while (strncmp(text, "./", 2) == 0)
			text += 2;
		return is_glob(text) ? text : NULL;
	case KEY_BOOL:
		for (size_t i = 0; i < sizeof bools / sizeof bools[0]; i++)
			if (strcmp(text, bools[i].written) == 0)
				return bools[i].meant;
		return NULL;
	default:
		return NULL;
	}
}

/* All words of a short list, so that nobody has to look them up. */
static void
hint_words(const struct manifest_words *words, struct assay_error *err)
{
	char text[ASSAY_ERROR_HINT_MAX] = "one of:";
	size_t at = strlen(text);

	for (size_t i = 0; i < words->n; i++) {
		int n = snprintf(text + at, sizeof text - at, "%s %s", i ? "," : "", words->items[i].word);
		if (n < 0 || at + (size_t)n >= sizeof text) {
			base_error_hint(err, "docs/manifest.md lists the words of '%s'", words->name);
			return;
		}
		at += (size_t)n;
	}
	base_error_hint(err, "%s", text);
}

static int
refuse(const struct base_yaml *yaml, const struct base_yaml_node *node, const struct manifest_key *key, struct assay_error *err)
{
	int size;
	const char *name = manifest_key_name(key, &size), *near = suggest(key, node->text);

	if (key->type == KEY_WORD)
		base_yaml_error(yaml, node, err, ASSAY_CONFIG, "'%.*s' has the unknown word '%.128s'", size, name, node->text);
	else if (key->type == KEY_INT)
		base_yaml_error(yaml, node, err, ASSAY_CONFIG, "'%.*s' must be a whole number from 0 to %llu", size, name,
			(unsigned long long)key->max);
	else
		base_yaml_error(yaml, node, err, ASSAY_CONFIG, "'%.*s' must be %s", size, name, types[key->type].wanted);
	if (near)
		base_error_hint(err, "did you mean '%s'?", near);
	else if (key->type == KEY_WORD)
		hint_words(key->words, err);
	return ASSAY_CONFIG;
}

bool
text_has_control(const char *text)
{
	for (const char *at = text; *at; at++)
		if (((uint8_t)*at < 0x20 && *at != '\n' && *at != '\t') || *at == 0x7f)
			return true;
	return false;
}

int
scalar_read(const struct base_yaml *yaml, const struct base_yaml_node *node, const struct manifest_key *key, const char **ret_value,
	const char **ret_type, struct assay_error *err)
{
	int size;
	const char *name = manifest_key_name(key, &size);

	if (node->kind != YAML_TEXT)
		return base_yaml_error(yaml, node, err, ASSAY_CONFIG, "'%.*s' must be %s, not a %s", size, name, types[key->type].wanted,
			node->kind == YAML_LIST ? "list" : "map");
	if (node->size == 0)
		return base_yaml_error(yaml, node, err, ASSAY_CONFIG, "'%.*s' is an empty text", size, name);
	if (node->size > MANIFEST_TEXT_MAX)
		return base_yaml_error(yaml, node, err, ASSAY_CONFIG, "'%.*s' is longer than %d bytes", size, name, MANIFEST_TEXT_MAX);
	if (text_has_control(node->text))
		return base_yaml_error(yaml, node, err, ASSAY_CONFIG, "'%.*s' holds a control character", size, name);
	if (!is_a(key, node->text))
		return refuse(yaml, node, key, err);
	*ret_value = key->type == KEY_WORD ? words_find(key->words, node->text) : node->text;
	*ret_type = key->type == KEY_COUNT && node->text[0] != '>' ? "int" : types[key->type].row;
	return ASSAY_OK;
}
