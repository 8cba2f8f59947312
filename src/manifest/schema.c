/* From the table of keys to JSON Schema and Markdown.
 *
 * Editors read YAML with their own guesses (41000 is a number there, a text here), so scalars are described in both forms. */
#include "manifest/schema.h"

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/memory.h"
#include "manifest/keys.h"

#include <string.h>

enum { SCHEMA_MAX = 1 << 20, INDENT_MAX = 64 };

/* The scalar types as definitions: everything but words, which have lists, and numbers, which have a range. */
static const struct {
	const char *name, *json, *docs;
} types[KEY_TYPE_COUNT] = {
	[KEY_MAP] = {NULL, NULL, "map"},
	[KEY_LIST] = {NULL, NULL, "list"},
	[KEY_TEXT] = {"text", "{\"type\":[\"string\",\"number\",\"boolean\"],\"minLength\":1,\"maxLength\":8192}", "text"},
	[KEY_ID] = {"id", "{\"type\":[\"string\",\"number\"],\"pattern\":\"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$\"}", "name"},
	[KEY_VERSION] = {"version", "{\"enum\":[1,\"1\"]}", "1"},
	[KEY_INT] = {NULL, NULL, "number"},
	[KEY_COUNT] = {"count", "{\"type\":[\"integer\",\"string\"],\"minimum\":0,\"pattern\":\"^(>=)?(0|[1-9][0-9]{0,15})$\"}",
		"number or >=number"},
	[KEY_DATE] = {"date", "{\"type\":\"string\",\"format\":\"date\",\"pattern\":\"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\"}", "date"},
	[KEY_DURATION] = {"duration",
		"{\"type\":\"string\",\"format\":\"duration\",\"pattern\":\"^P([0-9]{1,5}Y)?([0-9]{1,5}M)?([0-9]{1,5}W)?([0-9]{1,5}D)?$\","
		"\"minLength\":3}",
		"duration"},
	[KEY_PERIOD] = {"period", "{\"type\":\"string\",\"pattern\":\"^[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]{4}-[0-9]{2}-[0-9]{2}$\"}",
		"date/date"},
	[KEY_BOOL] = {"bool", "{\"enum\":[true,false,\"true\",\"false\"]}", "true or false"},
	[KEY_WORD] = {NULL, NULL, "word"},
	[KEY_JURISDICTION] = {NULL, NULL, "jurisdiction"},
	[KEY_COUNTRY] = {NULL, NULL, "country"},
	[KEY_GLOB] = {"glob",
		"{\"type\":\"string\",\"minLength\":1,\"maxLength\":1024,\"not\":{\"pattern\":\"^/|/$|//|(^|/)\\\\.{1,2}(/|$)\"}}",
		"pattern"},
	[KEY_FILE] = {"file", "{\"type\":\"string\",\"minLength\":1,\"maxLength\":1024,\"not\":{\"pattern\":\"://\"}}", "file"},
	[KEY_DOCUMENT] = {"document", "{\"type\":\"string\",\"minLength\":1,\"maxLength\":1024}", "file or address"},
	[KEY_COLUMN] = {"column", "{\"type\":\"string\",\"minLength\":1,\"maxLength\":1024}", "column"},
	[KEY_PACK] = {"pack", "{\"type\":\"string\",\"pattern\":\"^[a-z0-9][a-z0-9-]*(@[0-9.]+)?$\"}", "pack"},
	[KEY_VKEY] = {"vkey", "{\"type\":\"string\",\"pattern\":\"^[^+\\\\s]+\\\\+[0-9a-f]{8}\\\\+[A-Za-z0-9+/=]{44,}$\"}", "verifier key"},
};

static const struct manifest_words *const all_words[] = {&words_basis, &words_art9, &words_ground, &words_category, &words_role,
	&words_source, &words_ip, &words_exemption, &words_start, &words_at_rest, &words_environment, &words_recipient, &words_claim,
	&words_use, &words_effect, &words_level, &words_dpia_part, &words_color};

/* What a child of extends: may do, for people. */
static const char *const merges[] = {
	[MERGE_REPLACE] = "",
	[MERGE_KEEP] = "same",
	[MERGE_GROW] = "may grow",
	[MERGE_SHORTER] = "may be shorter",
	[MERGE_EARLIER] = "may be earlier",
	[MERGE_DATA] = "may grow",
};

static void
write_ref(struct base_json *j, const char *name)
{
	_cleanup_free_ char *ref = base_format("#/$defs/%s", name);

	base_json_member_text(j, "$ref", ref);
}

static void write_key(struct base_json *j, const struct manifest_key *key);

static void
write_map(struct base_json *j, const struct manifest_key *map)
{
	const struct manifest_key *key = NULL;
	size_t skip = strlen(map->path) + 1;
	bool has_required = false;

	base_json_member_text(j, "type", "object");
	base_json_member_bool(j, "additionalProperties", false);
	base_json_member_int(j, "minProperties", 1);
	while ((key = manifest_key_next(map, key)))
		has_required = has_required || key->flags & KEY_REQUIRED;
	if (has_required) {
		base_json_key(j, "required");
		base_json_open_array(j);
		while ((key = manifest_key_next(map, key)))
			if (key->flags & KEY_REQUIRED)
				base_json_text(j, key->path + skip);
		base_json_close_array(j);
	}
	base_json_key(j, "properties");
	base_json_open_object(j);
	while ((key = manifest_key_next(map, key))) {
		base_json_key(j, key->path + skip);
		base_json_open_object(j);
		write_key(j, key);
		base_json_close_object(j);
	}
	base_json_close_object(j);
}

static void
write_list(struct base_json *j, const struct manifest_key *list)
{
	const struct manifest_key *member = manifest_key_child(list, "*");

	base_json_member_text(j, "type", "array");
	if (!(list->flags & KEY_EMPTY))
		base_json_member_int(j, "minItems", 1);
	if (member->type != KEY_MAP)
		base_json_member_bool(j, "uniqueItems", true);
	base_json_key(j, "items");
	base_json_open_object(j);
	write_key(j, member);
	base_json_close_object(j);
}

/* Members of the schema of one key, into an open object. */
static void
write_key(struct base_json *j, const struct manifest_key *key)
{
	if (key->about)
		base_json_member_text(j, "description", key->about);
	switch (key->type) {
	case KEY_MAP:
		write_map(j, key);
		break;
	case KEY_LIST:
		write_list(j, key);
		break;
	case KEY_INT:
		base_json_key(j, "type");
		base_json_raw(j, base_span_of("[\"integer\",\"string\"]"));
		base_json_member_int(j, "minimum", 0);
		base_json_member_int(j, "maximum", (int64_t)key->max);
		base_json_member_text(j, "pattern", "^(0|[1-9][0-9]{0,15})$");
		break;
	case KEY_WORD:
		write_ref(j, key->words->name);
		break;
	case KEY_JURISDICTION:
		write_ref(j, words_jurisdiction.name);
		break;
	case KEY_COUNTRY:
		write_ref(j, "country");
		break;
	default:
		write_ref(j, types[key->type].name);
	}
}

static void
write_words(struct base_json *j, const struct manifest_words *words)
{
	base_json_key(j, words->name);
	base_json_open_object(j);
	base_json_key(j, "enum");
	base_json_open_array(j);
	for (size_t i = 0; i < words->n; i++)
		base_json_text(j, words->items[i].word);
	for (size_t i = 0; i < words->n; i++)
		if (words->items[i].term && strcmp(words_find(words, words->items[i].term), words->items[i].word) == 0)
			base_json_text(j, words->items[i].term);
	base_json_close_array(j);
	base_json_close_object(j);
}

static void
write_countries(struct base_json *j)
{
	base_json_key(j, "country");
	base_json_open_object(j);
	base_json_key(j, "enum");
	base_json_open_array(j);
	for (size_t i = 0; words_country_at(i); i++)
		base_json_text(j, words_country_at(i));
	base_json_close_array(j);
	base_json_close_object(j);
	base_json_key(j, words_jurisdiction.name);
	base_json_open_object(j);
	base_json_key(j, "enum");
	base_json_open_array(j);
	for (size_t i = 0; i < words_jurisdiction.n; i++)
		base_json_text(j, words_jurisdiction.items[i].word);
	for (size_t i = 0; words_country_at(i); i++) {
		const char *code = words_country_at(i);
		char small[3] = {(char)base_lower((uint8_t)code[0]), (char)base_lower((uint8_t)code[1]), '\0'};
		if (words_is_jurisdiction(small) && !words_find(&words_jurisdiction, small))
			base_json_text(j, small);
	}
	base_json_close_array(j);
	base_json_close_object(j);
}

/* Sections stand once under $defs: the file and its proposed: part share them. */
static void
write_sections(struct base_json *j, bool is_proposed)
{
	const struct manifest_key *key = NULL;

	base_json_member_text(j, "type", "object");
	base_json_member_bool(j, "additionalProperties", false);
	base_json_key(j, "properties");
	base_json_open_object(j);
	while ((key = manifest_key_next(&manifest_keys[0], key))) {
		_cleanup_free_ char *name = base_format("section:%s", key->path + 1);
		if (is_proposed && key->flags & KEY_ROOT_ONLY)
			continue;
		base_json_key(j, key->path + 1);
		base_json_open_object(j);
		write_ref(j, name ? name : "");
		base_json_close_object(j);
	}
	base_json_close_object(j);
}

static void
write_definitions(struct base_json *j)
{
	const struct manifest_key *key = NULL;

	base_json_key(j, "$defs");
	base_json_open_object(j);
	while ((key = manifest_key_next(&manifest_keys[0], key))) {
		_cleanup_free_ char *name = base_format("section:%s", key->path + 1);
		base_json_key(j, name ? name : "");
		base_json_open_object(j);
		if (strcmp(key->path, "/proposed") == 0) {
			base_json_member_text(j, "description", key->about);
			write_sections(j, true);
		} else
			write_key(j, key);
		base_json_close_object(j);
	}
	for (size_t i = 0; i < KEY_TYPE_COUNT; i++)
		if (types[i].json) {
			base_json_key(j, types[i].name);
			base_json_raw(j, base_span_of(types[i].json));
		}
	for (size_t i = 0; i < BASE_COUNT(all_words); i++)
		write_words(j, all_words[i]);
	write_countries(j);
	base_json_close_object(j);
}

/* End of the string that begins at s; s[0] is a quote. */
static const char *
string_end(const char *s)
{
	for (s++; *s && *s != '"'; s++)
		if (*s == '\\' && s[1])
			s++;
	return *s ? s + 1 : s;
}

/* Closing bracket of an array without containers in it, or NULL. */
static const char *
flat_end(const char *s)
{
	for (s++; *s && *s != ']'; s++) {
		if (*s == '"')
			s = string_end(s) - 1;
		else if (*s == '[' || *s == '{')
			return NULL;
	}
	return *s ? s : NULL;
}

static void
new_line(struct base_buffer *out, int depth)
{
	base_buffer_char(out, '\n');
	for (int i = 0; i < depth && i < INDENT_MAX; i++)
		base_buffer_text(out, "  ");
}

/* One member a line, flat arrays in one: a change of the table is a change of few lines. */
static void
write_pretty(struct base_buffer *out, const char *s)
{
	int depth = 0;

	while (*s) {
		const char *end = *s == '"' ? string_end(s) : *s == '[' ? flat_end(s) : NULL;
		if (end) {
			size_t n = (size_t)(end - s) + (*s == '[');
			base_buffer_append(out, s, n);
			s += n;
			continue;
		}
		if (*s == '}' || *s == ']')
			new_line(out, --depth);
		base_buffer_char(out, *s);
		if (*s == '{' || *s == '[')
			new_line(out, ++depth);
		else if (*s == ',')
			new_line(out, depth);
		else if (*s == ':')
			base_buffer_char(out, ' ');
		s++;
	}
	base_buffer_char(out, '\n');
}

int
manifest_schema(struct base_buffer *out)
{
	struct base_buffer compact;
	struct base_json j;

	base_buffer_init(&compact, SCHEMA_MAX);
	base_json_init(&j, &compact);
	base_json_open_object(&j);
	base_json_member_text(&j, "$schema", "https://json-schema.org/draft/2020-12/schema");
	base_json_member_text(&j, "$id", "urn:assay:manifest:1");
	base_json_member_text(&j, "title", "assay.yaml");
	base_json_member_text(&j, "description", manifest_keys[0].about);
	base_json_key(&j, "required");
	base_json_open_array(&j);
	base_json_text(&j, "assay");
	base_json_close_array(&j);
	write_sections(&j, false);
	write_definitions(&j);
	base_json_close_object(&j);
	int r = base_buffer_status(&compact);
	if (r == ASSAY_OK)
		write_pretty(out, compact.data);
	base_buffer_dispose(&compact);
	return r < 0 ? r : base_buffer_status(out);
}

/* "/purposes/" star "/basis" as people write it: purposes[].basis */
static void
write_name(struct base_buffer *out, const char *path)
{
	for (const char *at = path + 1; *at; at++) {
		if (at[0] == '/' && at[1] == '*') {
			base_buffer_text(out, "[]");
			at++;
		} else
			base_buffer_char(out, *at == '/' ? '.' : *at);
	}
}

static void
write_type(struct base_buffer *out, const struct manifest_key *key)
{
	if (key->type == KEY_LIST) {
		const struct manifest_key *member = manifest_key_child(key, "*");
		base_buffer_text(out, "list of ");
		write_type(out, member);
		if (member->type != KEY_WORD)
			base_buffer_char(out, 's');
	} else if (key->type == KEY_WORD)
		base_buffer_format(out, "[%s](#words)", key->words->name);
	else
		base_buffer_text(out, types[key->type].docs);
}

int
manifest_reference(struct base_buffer *out)
{
	base_buffer_text(out, "| key | type | what it is for | under `extends` |\n|---|---|---|---|\n");
	for (size_t i = 1; i < manifest_keys_count; i++) {
		const struct manifest_key *key = &manifest_keys[i];
		if (!key->about)
			continue;
		base_buffer_text(out, "| `");
		write_name(out, key->path);
		base_buffer_text(out, "` | ");
		write_type(out, key);
		base_buffer_format(out, " | %s%s | %s |\n", key->about, key->flags & KEY_REQUIRED ? " (needed)" : "", merges[key->merge]);
	}
	base_buffer_text(out, "\n<a id=\"words\"></a>\n\n| list | words |\n|---|---|\n");
	for (size_t i = 0; i < BASE_COUNT(all_words); i++) {
		base_buffer_format(out, "| %s | ", all_words[i]->name);
		for (size_t k = 0; k < all_words[i]->n; k++) {
			const struct manifest_word *word = &all_words[i]->items[k];
			base_buffer_format(out, "%s`%s`", k ? ", " : "", word->word);
			if (word->term)
				base_buffer_format(out, " (`%s`)", word->term);
		}
		base_buffer_text(out, " |\n");
	}
	return base_buffer_status(out);
}
