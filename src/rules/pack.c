/* Reading packs: strict keys, strict types, every mistake with its place. */
#include "rules/pack.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/country.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/yaml.h"
#include "crypto/digest.h"

#include <stdio.h>
#include <string.h>

extern const struct base_asset rules_assets[];

enum { CONTEXT_BEFORE = 50, CONTEXT_AFTER = 20, CONTEXT_MAX = 300, EXAMPLES_MIN = 2 };

struct reader {
	const struct base_yaml *yaml;
	struct rules_pack *pack;
	struct assay_error *err;
};

static int
refuse(struct reader *r, const struct base_yaml_node *at, const char *message)
{
	return base_yaml_error(r->yaml, at, r->err, ASSAY_PACK, "%s", message);
}

/* Copies text; examples know one escape: "{+}" vanishes, so that a public file holds no live-looking token. */
static const char *
copy_text(struct reader *r, const char *text)
{
	char *copy = base_arena_strdup(r->pack->arena, text), *mark;

	while (copy && (mark = strstr(copy, "{+}")))
		memmove(mark, mark + 3, strlen(mark + 3) + 1);
	return copy;
}

static struct rules_place
place_of(const struct base_yaml_node *node)
{
	return (struct rules_place){node->line, node->column};
}

/* A text, or a list of texts. */
static int
read_texts(struct reader *r, const struct base_yaml_node *node, struct rules_texts *ret)
{
	const struct base_yaml_node *item = node;
	struct rules_place *places;
	const char **texts;
	size_t n = 0, count;

	if (!node)
		return ASSAY_OK;
	if (node->kind == YAML_MAP || node->kind == YAML_NULL)
		return refuse(r, node, "expected a text or a list of texts");
	count = node->kind == YAML_LIST ? node->count : 1;
	texts = base_arena_alloc(r->pack->arena, (count + 1) * sizeof *texts);
	places = base_arena_alloc(r->pack->arena, (count + 1) * sizeof *places);
	if (!texts || !places)
		return base_error_nomem(r->err);
	if (node->kind == YAML_LIST)
		item = node->first;
	for (; n < count; item = item->next) {
		if (item->kind != YAML_TEXT || item->size == 0)
			return refuse(r, item, "expected a text");
		places[n] = place_of(item);
		texts[n] = copy_text(r, item->text);
		if (!texts[n++])
			return base_error_nomem(r->err);
	}
	ret->text = texts;
	ret->at = places;
	ret->n = n;
	return ASSAY_OK;
}

/* The refusal of a word, at its place, with the one that was probably meant, else all of them where they are few. */
static int
refuse_word(struct reader *r, struct rules_place at, const char *kind, const char *word, const char *const *known, size_t n)
{
	enum { FEW = 8 };
	const char *near = base_suggest(word, known, n);
	struct base_buffer list;

	base_error_at(r->err, ASSAY_PACK, r->yaml->name, at.line, at.column, "unknown %s '%s'", kind, word);
	base_buffer_init(&list, LIMIT_NAME);
	for (size_t i = 0; i < n && n <= FEW; i++)
		base_buffer_format(&list, "%s%s", i ? ", " : "", known[i]);
	if (near)
		base_error_hint(r->err, "did you mean '%s'?", near);
	else if (list.size > 0)
		base_error_hint(r->err, "one of %s", list.data);
	base_buffer_dispose(&list);
	return ASSAY_PACK;
}

static int
read_checks(struct reader *r, const struct base_yaml_node *node, struct rules_rule *rule)
{
	enum { CHECKS_MAX = 512 };
	struct rules_texts names = {0};
	int e = read_texts(r, node, &names);

	if (e < 0)
		return e;
	if (names.n > RULE_CHECKS)
		return base_yaml_error(r->yaml, node, r->err, ASSAY_PACK, "more than %d checks", RULE_CHECKS);
	for (size_t i = 0; i < names.n; i++) {
		rule->checks[i] = rules_check_find(base_span_of(names.text[i]));
		if (rule->checks[i])
			continue;
		const char *known[CHECKS_MAX];
		size_t n = 0;
		for (const struct rules_check *c; n < BASE_COUNT(known) && (c = rules_check_at(n)); n++)
			known[n] = c->name;
		refuse_word(r, names.at[i], "check", names.text[i], known, n);
		if (r->err && !r->err->hint[0])
			base_error_hint(r->err, "'assay rules list' shows the checks that rules use");
		return ASSAY_PACK;
	}
	rule->n_checks = names.n;
	return ASSAY_OK;
}

static int
read_context(struct reader *r, const struct base_yaml_node *node, struct rules_rule *rule)
{
	static const char *const keys[] = {"words", "columns", "not", "before", "after"};
	uint64_t before = CONTEXT_BEFORE, after = CONTEXT_AFTER;
	int e;

	if (node) {
		e = base_yaml_check_keys(r->yaml, node, keys, BASE_COUNT(keys), ASSAY_PACK, r->err);
		e = e < 0 ? e : read_texts(r, base_yaml_get(node, "words"), &rule->words);
		e = e < 0 ? e : read_texts(r, base_yaml_get(node, "columns"), &rule->columns);
		e = e < 0 ? e : read_texts(r, base_yaml_get(node, "not"), &rule->not_words);
		e = e < 0 ? e : base_yaml_read_uint(r->yaml, node, "before", CONTEXT_MAX, &before, ASSAY_PACK, r->err);
		e = e < 0 ? e : base_yaml_read_uint(r->yaml, node, "after", CONTEXT_MAX, &after, ASSAY_PACK, r->err);
		if (e < 0)
			return e;
	}
	rule->before = (uint32_t)before;
	rule->after = (uint32_t)after;
	return ASSAY_OK;
}

static int
read_example_columns(struct reader *r, const struct base_yaml_node *node, struct rules_rule *rule)
{
	static const char *const keys[] = {"name", "match", "no_match"};
	struct rules_example_column *columns;

	if (!node)
		return ASSAY_OK;
	if (node->kind != YAML_LIST)
		return refuse(r, node, "expected a list");
	columns = base_arena_alloc(r->pack->arena, (node->count + 1) * sizeof *columns);
	if (!columns)
		return base_error_nomem(r->err);
	for (const struct base_yaml_node *item = node->first; item; item = item->next) {
		struct rules_example_column *column = &columns[rule->n_example_columns];
		int e = base_yaml_check_keys(r->yaml, item, keys, BASE_COUNT(keys), ASSAY_PACK, r->err);
		const char *name = base_yaml_get_text(item, "name");
		if (e == ASSAY_OK && !name)
			e = refuse(r, item, "an example column needs a name");
		e = e < 0 ? e : read_texts(r, base_yaml_get(item, "match"), &column->match);
		e = e < 0 ? e : read_texts(r, base_yaml_get(item, "no_match"), &column->no_match);
		if (e < 0)
			return e;
		column->name = base_arena_strdup(r->pack->arena, name);
		if (!column->name)
			return base_error_nomem(r->err);
		rule->n_example_columns++;
	}
	rule->example_columns = columns;
	return ASSAY_OK;
}

static int
read_examples(struct reader *r, const struct base_yaml_node *node, struct rules_rule *rule)
{
	static const char *const keys[] = {"match", "no_match", "columns"};
	const struct base_yaml_node *examples = base_yaml_get(node, "examples");
	size_t match = 0, no_match = 0;
	int e;

	if (!examples)
		return refuse(r, node, "a rule needs 'examples'");
	e = base_yaml_check_keys(r->yaml, examples, keys, BASE_COUNT(keys), ASSAY_PACK, r->err);
	e = e < 0 ? e : read_texts(r, base_yaml_get(examples, "match"), &rule->match);
	e = e < 0 ? e : read_texts(r, base_yaml_get(examples, "no_match"), &rule->no_match);
	e = e < 0 ? e : read_example_columns(r, base_yaml_get(examples, "columns"), rule);
	if (e < 0)
		return e;
	match = rule->match.n;
	no_match = rule->no_match.n;
	for (size_t i = 0; i < rule->n_example_columns; i++) {
		match += rule->example_columns[i].match.n;
		no_match += rule->example_columns[i].no_match.n;
	}
	if ((match < EXAMPLES_MIN && !rule->is_guard) || no_match < EXAMPLES_MIN)
		return refuse(r, examples, "a rule needs at least two examples that match and two that do not");
	return ASSAY_OK;
}

static int
read_word(struct reader *r, const struct base_yaml_node *node, const char *key, const char *const *words, size_t n, int *ret)
{
	const struct base_yaml_node *child = base_yaml_get(node, key);

	if (!child)
		return ASSAY_OK;
	if (child->kind != YAML_TEXT)
		return base_yaml_error(r->yaml, child, r->err, ASSAY_PACK, "'%s' must be a text", key);
	for (size_t i = 0; i < n; i++)
		if (strcmp(child->text, words[i]) == 0) {
			*ret = (int)i;
			return ASSAY_OK;
		}
	return refuse_word(r, place_of(child), key, child->text, words, n);
}

/* How a value is masked and brought to its canonical form, unless the rule says so itself. */
static int
read_display(struct reader *r, const struct base_yaml_node *node, struct rules_rule *rule, int pack_mask)
{
	static const char *const canonicals[] = {"alnum", "lower", "verbatim"}, *const masks[] = {"tail", "email", "whole"};
	bool is_email = strcmp(rule->entity, "EMAIL_ADDRESS") == 0;
	int canonical = -1, mask = pack_mask;
	int e = read_word(r, node, "canonical", canonicals, BASE_COUNT(canonicals), &canonical);

	e = e < 0 ? e : read_word(r, node, "mask", masks, BASE_COUNT(masks), &mask);
	if (e < 0)
		return e;
	if (mask < 0)
		mask = is_email ? MASK_EMAIL : MASK_TAIL;
	if (canonical < 0)
		canonical = mask == MASK_WHOLE                             ? CANONICAL_VERBATIM
			    : is_email || strcmp(rule->entity, "URL") == 0 ? CANONICAL_LOWER
									   : CANONICAL_ALNUM;
	rule->mask = (enum rules_mask)mask;
	rule->canonical = (enum rules_canonical)canonical;
	return ASSAY_OK;
}

static int
check_entity(struct reader *r, struct rules_place at, const char *entity)
{
	if (*entity && strspn(entity, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(entity))
		return ASSAY_OK;
	base_error_at(r->err, ASSAY_PACK, r->yaml->name, at.line, at.column, "an entity has only A-Z, 0-9 and '_'");
	base_error_hint(r->err, "as in EMAIL_ADDRESS");
	return ASSAY_PACK;
}

static int
read_names(struct reader *r, const struct base_yaml_node *node, struct rules_rule *rule)
{
	static const char *const keys[] = {"id", "entity", "title", "patterns", "check", "context", "collides", "priority", "guard",
		"default", "samples", "examples", "jurisdictions", "mask", "canonical", "lane"};
	const char *id = NULL, *entity = NULL, *title = "";
	int e = base_yaml_check_keys(r->yaml, node, keys, BASE_COUNT(keys), ASSAY_PACK, r->err);

	e = e < 0 ? e : base_yaml_read_text(r->yaml, node, "id", &id, ASSAY_PACK, r->err);
	e = e < 0 ? e : base_yaml_read_text(r->yaml, node, "entity", &entity, ASSAY_PACK, r->err);
	e = e < 0 ? e : base_yaml_read_text(r->yaml, node, "title", &title, ASSAY_PACK, r->err);
	if (e < 0)
		return e;
	if (!id || !entity)
		return refuse(r, node, "a rule needs 'id' and 'entity'");
	if (strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-.") != strlen(id))
		return refuse(r, base_yaml_get(node, "id"), "an id has only a-z, 0-9, '-' and '.'");
	e = check_entity(r, place_of(base_yaml_get(node, "entity")), entity);
	if (e < 0)
		return e;
	rule->at = place_of(base_yaml_get(node, "id"));
	rule->entity_at = place_of(base_yaml_get(node, "entity"));
	rule->id = base_arena_strdup(r->pack->arena, id);
	rule->entity = base_arena_strdup(r->pack->arena, entity);
	rule->title = base_arena_strdup(r->pack->arena, title);
	rule->name = base_arena_format(r->pack->arena, "%s/%s", r->pack->name, id);
	return rule->id && rule->entity && rule->title && rule->name ? ASSAY_OK : base_error_nomem(r->err);
}

static int
read_patterns(struct reader *r, const struct base_yaml_node *node, struct rules_rule *rule)
{
	const struct base_yaml_node *patterns = base_yaml_get(node, "patterns");
	int e;

	if (!patterns)
		return refuse(r, node, "a rule needs 'patterns'");
	e = read_texts(r, patterns, &rule->patterns);
	if (e < 0)
		return e;
	if (rule->patterns.n == 0 || rule->patterns.n > LIMIT_PATTERNS)
		return base_yaml_error(r->yaml, patterns, r->err, ASSAY_PACK, "expected 1 to %d patterns", LIMIT_PATTERNS);
	return ASSAY_OK;
}

static int
read_rule(struct reader *r, const struct base_yaml_node *node, struct rules_rule *rule, int pack_mask)
{
	static const char *const lanes[] = {"L", "N", "P"};
	uint64_t priority = 50;
	bool is_default = true;
	int lane = -1;
	int e = read_names(r, node, rule);

	e = e < 0 ? e : base_yaml_read_uint(r->yaml, node, "priority", 100, &priority, ASSAY_PACK, r->err);
	e = e < 0 ? e : base_yaml_read_bool(r->yaml, node, "collides", &rule->collides, ASSAY_PACK, r->err);
	e = e < 0 ? e : base_yaml_read_bool(r->yaml, node, "guard", &rule->is_guard, ASSAY_PACK, r->err);
	e = e < 0 ? e : base_yaml_read_bool(r->yaml, node, "default", &is_default, ASSAY_PACK, r->err);
	e = e < 0 ? e : read_patterns(r, node, rule);
	e = e < 0 ? e : read_checks(r, base_yaml_get(node, "check"), rule);
	e = e < 0 ? e : read_context(r, base_yaml_get(node, "context"), rule);
	e = e < 0 ? e : read_texts(r, base_yaml_get(node, "samples"), &rule->samples);
	e = e < 0 ? e : read_texts(r, base_yaml_get(node, "jurisdictions"), &rule->jurisdictions);
	e = e < 0 ? e : read_word(r, node, "lane", lanes, BASE_COUNT(lanes), &lane);
	e = e < 0 ? e : read_display(r, node, rule, pack_mask);
	e = e < 0 ? e : read_examples(r, node, rule);
	if (e < 0)
		return e;
	rule->priority = (uint8_t)priority;
	rule->is_default = is_default;
	rule->lane = (enum rules_lane_wish)(lane + 1);
	if (rule->collides && rule->words.n + rule->columns.n == 0)
		return refuse(r, node, "a rule that collides needs context words or columns");
	return ASSAY_OK;
}

static int
read_rules(struct reader *r, const struct base_yaml_node *list, int pack_mask)
{
	struct rules_rule *rules;

	if (!list || list->kind != YAML_LIST || list->count == 0)
		return refuse(r, list ? list : r->yaml->root, "a pack needs a list of 'rules'");
	rules = base_arena_alloc(r->pack->arena, list->count * sizeof *rules);
	if (!rules)
		return base_error_nomem(r->err);
	r->pack->rules = rules;
	for (const struct base_yaml_node *node = list->first; node; node = node->next) {
		struct rules_rule *rule = &rules[r->pack->n];
		int e = read_rule(r, node, rule, pack_mask);
		if (e < 0)
			return e;
		for (size_t i = 0; i < r->pack->n; i++)
			if (strcmp(rules[i].id, rule->id) == 0) {
				base_yaml_error(r->yaml, base_yaml_get(node, "id"), r->err, ASSAY_PACK, "the id '%s' was used on line %u",
					rule->id, rules[i].at.line);
				base_error_hint(r->err, "ids are unique within a pack; several patterns of one rule stand in one list");
				return ASSAY_PACK;
			}
		r->pack->n++;
	}
	return ASSAY_OK;
}

/* `any`, `eu`, `uk`, or a code of ISO 3166 in lower case. */
static int
check_country(struct reader *r, const struct base_yaml_node *node, const char *country)
{
	const char *near = base_country_suggest(country);

	if (!node || strcmp(country, "any") == 0 || strcmp(country, "eu") == 0 || strcmp(country, "uk") == 0
		|| (base_country_find(country) && base_is_lower((uint8_t)country[0]) && base_is_lower((uint8_t)country[1])
			&& strcmp(country, "gb") != 0))
		return ASSAY_OK;
	base_yaml_error(r->yaml, node, r->err, ASSAY_PACK, "unknown country '%s'", country);
	if (near && strcmp(near, "GB") != 0)
		base_error_hint(r->err, "did you mean '%c%c'?", base_lower((uint8_t)near[0]), base_lower((uint8_t)near[1]));
	else if (near)
		base_error_hint(r->err, "did you mean 'uk'?");
	else
		base_error_hint(r->err, "a code of ISO 3166 in lower case such as 'de', or 'any'");
	return ASSAY_PACK;
}

/* One to three numbers with dots between them. */
static int
check_version(struct reader *r, const struct base_yaml_node *node, const char *version)
{
	size_t dots = 0;
	bool good = true;

	for (const char *p = version; *p && good; p++) {
		dots += *p == '.';
		good = *p == '.' ? p > version && p[-1] != '.' && p[1] : base_is_digit((uint8_t)*p);
	}
	if (good && *version && dots <= 2 && strlen(version) <= 32)
		return ASSAY_OK;
	base_yaml_error(r->yaml, node, r->err, ASSAY_PACK, "'version' must be numbers with dots, not '%s'", version);
	base_error_hint(r->err, "as in 1.0.0");
	return ASSAY_PACK;
}

/* `entities: {NAME: what it is}`. */
static int
read_entities(struct reader *r, const struct base_yaml_node *node)
{
	struct rules_place *places;
	const char **names;
	size_t n = 0;

	if (!node)
		return ASSAY_OK;
	if (node->kind != YAML_MAP)
		return refuse(r, node, "expected a map: NAME: what it is");
	names = base_arena_alloc(r->pack->arena, node->count * sizeof *names);
	places = base_arena_alloc(r->pack->arena, node->count * sizeof *places);
	if (!names || !places)
		return base_error_nomem(r->err);
	for (const struct base_yaml_node *item = node->first; item; item = item->next) {
		int e;
		places[n] = (struct rules_place){item->key_line, item->key_column};
		e = check_entity(r, places[n], item->key);
		if (e < 0)
			return e;
		if (item->kind != YAML_TEXT || item->size == 0)
			return base_yaml_error(r->yaml, item, r->err, ASSAY_PACK, "say in a few words what '%s' is", item->key);
		if (!(names[n++] = base_arena_strdup(r->pack->arena, item->key)))
			return base_error_nomem(r->err);
	}
	r->pack->entities = (struct rules_texts){names, n, places};
	return ASSAY_OK;
}

static int
read_pack(struct reader *r)
{
	static const char *const keys[] = {
		"pack", "version", "title", "country", "entities", "rules", "mask", "source", "sources", "notes"};
	static const char *const masks[] = {"tail", "email", "whole"};
	const struct base_yaml_node *root = r->yaml->root;
	const char *name = NULL, *version = NULL, *title = "", *country = "any";
	int mask = -1;
	int e = base_yaml_check_keys(r->yaml, root, keys, BASE_COUNT(keys), ASSAY_PACK, r->err);

	e = e < 0 ? e : base_yaml_read_text(r->yaml, root, "pack", &name, ASSAY_PACK, r->err);
	e = e < 0 ? e : base_yaml_read_text(r->yaml, root, "version", &version, ASSAY_PACK, r->err);
	e = e < 0 ? e : base_yaml_read_text(r->yaml, root, "title", &title, ASSAY_PACK, r->err);
	e = e < 0 ? e : base_yaml_read_text(r->yaml, root, "country", &country, ASSAY_PACK, r->err);
	e = e < 0 ? e : read_word(r, root, "mask", masks, BASE_COUNT(masks), &mask);
	if (e < 0)
		return e;
	if (!name || !version)
		return refuse(r, root, "a pack needs 'pack' and 'version'");
	e = check_version(r, base_yaml_get(root, "version"), version);
	e = e < 0 ? e : check_country(r, base_yaml_get(root, "country"), country);
	e = e < 0 ? e : read_entities(r, base_yaml_get(root, "entities"));
	if (e < 0)
		return e;
	r->pack->name_at = place_of(base_yaml_get(root, "pack"));
	r->pack->name = base_arena_strdup(r->pack->arena, name);
	r->pack->version = base_arena_strdup(r->pack->arena, version);
	r->pack->title = base_arena_strdup(r->pack->arena, title);
	r->pack->country = base_arena_strdup(r->pack->arena, country);
	r->pack->file = base_arena_strdup(r->pack->arena, r->yaml->name);
	if (!r->pack->name || !r->pack->version || !r->pack->title || !r->pack->country || !r->pack->file)
		return base_error_nomem(r->err);
	return read_rules(r, base_yaml_get(root, "rules"), mask);
}

/* Where nothing better was said. */
static void
add_hint(struct assay_error *err, const char *hint)
{
	if (err && !err->hint[0])
		base_error_hint(err, "%s", hint);
}

int
rules_pack_parse(const char *name, const char *text, size_t n, struct rules_pack **ret, struct assay_error *err)
{
	_cleanup_(base_yaml_free_at) struct base_yaml *yaml = NULL;
	struct rules_pack *pack;
	int e = base_yaml_parse(name, text, n, &yaml, err);

	if (e < 0) {
		if (err && e == ASSAY_CONFIG) {
			err->code = ASSAY_PACK;
			add_hint(err, "a text with ': ', ' #' or brackets stands in single quotes, patterns always do");
		}
		return e == ASSAY_CONFIG ? ASSAY_PACK : e;
	}
	pack = calloc(1, sizeof *pack);
	if (!pack || !(pack->arena = base_arena_new())) {
		free(pack);
		return base_error_nomem(err);
	}
	e = read_pack(&(struct reader){yaml, pack, err});
	if (e == ASSAY_OK && (e = crypto_sha256(text, n, pack->sha256)) < 0)
		base_error_at(err, e, name, 0, 0, "cannot digest the rule pack");
	if (e < 0) {
		if (e == ASSAY_PACK)
			add_hint(err, "docs/rule-packs.md shows a whole pack with every key");
		rules_pack_free(pack);
		return e;
	}
	*ret = pack;
	return ASSAY_OK;
}

int
rules_pack_load(const char *path, struct rules_pack **ret, struct assay_error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t n;
	int e = base_file_read(path, LIMIT_CONFIG_FILE, &text, &n, err);

	return e < 0 ? e : rules_pack_parse(path, text, n, ret, err);
}

void
rules_pack_free(struct rules_pack *pack)
{
	if (!pack)
		return;
	base_arena_free(pack->arena);
	free(pack);
}

bool
rules_builtin_at(size_t i, struct rules_builtin *ret)
{
	if (!rules_assets[i].name)
		return false;
	*ret = (struct rules_builtin){rules_assets[i].name, rules_assets[i].data, (size_t)(rules_assets[i].end - rules_assets[i].data)};
	return true;
}
