/* Reading control packs, profiles, taxonomy and countries. */
#include "policy/policy.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "policy/evidence.h"
#include "policy/facts.h"

#include <string.h>

extern const struct base_asset policy_assets[];

struct reader {
	struct policy_set *set;
	const struct base_yaml *yaml;
	struct policy_pack *pack;
	struct assay_error *err;
	size_t capacity, packs_capacity;
};

static int
refuse(struct reader *r, const struct base_yaml_node *at, const char *message)
{
	return base_yaml_error(r->yaml, at, r->err, ASSAY_PACK, "%s", message);
}

static int
read_list(struct reader *r, const struct base_yaml_node *map, const char *key, const char **ret, size_t max, size_t *ret_n)
{
	const struct base_yaml_node *list = base_yaml_get(map, key);

	*ret_n = 0;
	if (!list || list->kind == YAML_NULL)
		return ASSAY_OK;
	if (list->kind != YAML_LIST || list->count > max)
		return base_yaml_error(r->yaml, list, r->err, ASSAY_PACK, "'%s' must be a list of at most %zu texts", key, max);
	for (const struct base_yaml_node *item = list->first; item; item = item->next) {
		if (item->kind != YAML_TEXT)
			return refuse(r, item, "expected a text");
		ret[(*ret_n)++] = item->text;
	}
	return ASSAY_OK;
}

static int
check_word(struct reader *r, const struct base_yaml_node *node, const char *key, const char *value, const char *const *words, size_t n)
{
	const char *near;

	for (size_t i = 0; value && i < n; i++)
		if (strcmp(value, words[i]) == 0)
			return ASSAY_OK;
	base_yaml_error(r->yaml, base_yaml_get(node, key) ? base_yaml_get(node, key) : node, r->err, ASSAY_PACK,
		"'%s' has the unknown word '%s'", key, value ? value : "");
	near = value ? base_suggest(value, words, n) : NULL;
	if (near)
		base_error_hint(r->err, "did you mean '%s'?", near);
	return ASSAY_PACK;
}

static int
join_cites(struct reader *r, const struct base_yaml_node *node, const char **ret)
{
	const char *cites[POLICY_CITES];
	struct base_buffer text;
	size_t n;
	int e = read_list(r, node, "cite", cites, POLICY_CITES, &n);

	if (e < 0)
		return e;
	base_buffer_init(&text, LIMIT_SQL);
	for (size_t i = 0; i < n; i++)
		base_buffer_format(&text, "%s%s", i > 0 ? "; " : "", cites[i]);
	*ret = base_arena_strdup(r->set->arena, text.data ? text.data : "");
	base_buffer_dispose(&text);
	return *ret ? ASSAY_OK : base_error_nomem(r->err);
}

/* A need that no evidence answers to would be missing for ever, and nobody would know why. */
static int
check_needs(struct reader *r, const struct base_yaml_node *at, const char *const *needs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!evidence_is_known(needs[i])) {
			base_yaml_error(r->yaml, at, r->err, ASSAY_PACK, "'needs' names the unknown evidence '%s'", needs[i]);
			base_error_hint(r->err, "known: findings, ledger, access, access-log, lineage, manifest:/POINTER, "
						"declared:/POINTER, rights:LIST, document:/POINTER");
			return ASSAY_PACK;
		}
	return ASSAY_OK;
}

static int
read_needs(struct reader *r, const struct base_yaml_node *node, struct policy_control *c)
{
	static const char *const keys[] = {"required", "optional"};
	const struct base_yaml_node *needs = base_yaml_get(node, "needs");
	int e;

	if (!needs)
		return refuse(r, node, "a control needs 'needs'");
	e = base_yaml_check_keys(r->yaml, needs, keys, BASE_COUNT(keys), ASSAY_PACK, r->err);
	e = e < 0 ? e : read_list(r, needs, "required", c->required, POLICY_NEEDS, &c->n_required);
	e = e < 0 ? e : read_list(r, needs, "optional", c->optional, POLICY_NEEDS, &c->n_optional);
	e = e < 0 ? e : check_needs(r, needs, c->required, c->n_required);
	return e < 0 ? e : check_needs(r, needs, c->optional, c->n_optional);
}

static int
read_date(struct reader *r, const struct base_yaml_node *map, const char *key, const char **ret)
{
	const struct base_yaml_node *node = base_yaml_get(map, key);
	int64_t ms;

	if (!node || node->kind == YAML_NULL)
		return ASSAY_OK;
	if (node->kind != YAML_TEXT || !base_date_parse(base_span_of(node->text), &ms))
		return base_yaml_error(r->yaml, node, r->err, ASSAY_PACK, "'%s' is not a date (YYYY-MM-DD)", key);
	*ret = node->text;
	return ASSAY_OK;
}

/* in_force: {from, to}; both open when absent. */
static int
read_force(struct reader *r, const struct base_yaml_node *node, struct policy_control *c)
{
	static const char *const keys[] = {"from", "to"};
	const struct base_yaml_node *force = base_yaml_get(node, "in_force");
	int e = force ? base_yaml_check_keys(r->yaml, force, keys, BASE_COUNT(keys), ASSAY_PACK, r->err) : ASSAY_OK;

	e = e < 0 ? e : read_date(r, force, "from", &c->from);
	return e < 0 ? e : read_date(r, force, "to", &c->to);
}

static int
read_words(struct reader *r, const struct base_yaml_node *node, struct policy_control *c)
{
	static const char *const severities[] = {"critical", "high", "medium", "low"}, *const statuses[] = {"reviewed", "draft"},
				 *const scopes[] = {"resource", "dataset"}, *const bases[] = {"data", "log", "declared", "document"};
	int e = check_word(r, node, "severity", c->severity, severities, BASE_COUNT(severities));

	e = e < 0 ? e : check_word(r, node, "status", c->status, statuses, BASE_COUNT(statuses));
	e = e < 0 ? e : check_word(r, node, "scope", c->scope, scopes, BASE_COUNT(scopes));
	e = e < 0 ? e : check_word(r, node, "basis", c->basis, bases, BASE_COUNT(bases));
	c->is_draft = c->status && strcmp(c->status, "draft") == 0;
	return e;
}

static int
read_control(struct reader *r, const struct base_yaml_node *node, struct policy_control *c)
{
	static const char *const keys[] = {"id", "title", "cite", "law", "severity", "status", "in_force", "scope", "needs", "basis",
		"absence", "applies", "na", "sql", "remedy", "question", "waivable", "tests", "source", "note"};
	static const struct {
		const char *key;
		size_t offset;
	} texts[] = {{"id", offsetof(struct policy_control, id)}, {"title", offsetof(struct policy_control, title)},
		{"severity", offsetof(struct policy_control, severity)}, {"status", offsetof(struct policy_control, status)},
		{"scope", offsetof(struct policy_control, scope)}, {"basis", offsetof(struct policy_control, basis)},
		{"sql", offsetof(struct policy_control, sql)}, {"applies", offsetof(struct policy_control, applies)},
		{"na", offsetof(struct policy_control, na)}, {"remedy", offsetof(struct policy_control, remedy)},
		{"question", offsetof(struct policy_control, question)}};
	int e = base_yaml_check_keys(r->yaml, node, keys, BASE_COUNT(keys), ASSAY_PACK, r->err);

	*c = (struct policy_control){
		.yaml = r->yaml, .node = node, .basis = "data", .scope = "dataset", .status = "draft", .is_waivable = true};
	for (size_t i = 0; i < BASE_COUNT(texts) && e == ASSAY_OK; i++)
		e = base_yaml_read_text(r->yaml, node, texts[i].key, (const char **)((char *)c + texts[i].offset), ASSAY_PACK, r->err);
	e = e < 0 ? e : base_yaml_read_bool(r->yaml, node, "absence", &c->absence, ASSAY_PACK, r->err);
	e = e < 0 ? e : base_yaml_read_bool(r->yaml, node, "waivable", &c->is_waivable, ASSAY_PACK, r->err);
	if (e == ASSAY_OK && (!c->id || !c->title || !c->sql))
		e = refuse(r, node, "a control needs 'id', 'title' and 'sql'");
	e = e < 0 ? e : read_words(r, node, c);
	e = e < 0 ? e : read_needs(r, node, c);
	e = e < 0 ? e : join_cites(r, node, &c->cite);
	e = e < 0 ? e : read_force(r, node, c);
	c->tests = base_yaml_get(node, "tests");
	return e;
}

static int
add_control(struct reader *r, const struct base_yaml_node *node)
{
	struct policy_set *set = r->set;
	struct policy_control c;
	int e = read_control(r, node, &c);

	if (e < 0)
		return e;
	const char *law = base_yaml_get_text(node, "law");
	if (law && strcmp(law, set->packs[set->n_packs - 1].law) != 0)
		return base_yaml_error(r->yaml, base_yaml_get(node, "law"), r->err, ASSAY_PACK, "'law' differs from the pack's '%s'",
			set->packs[set->n_packs - 1].law);
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->controls[i].id, c.id) == 0)
			return base_yaml_error(r->yaml, node, r->err, ASSAY_PACK, "the control '%s' is defined twice", c.id);
	if (base_grow(&set->controls, &r->capacity, set->n + 1, sizeof *set->controls) < 0)
		return base_error_nomem(r->err);
	/* packs move while they grow: keep the index, turned into a pointer at the end */
	c.pack = (const struct policy_pack *)(uintptr_t)(set->n_packs - 1);
	set->controls[set->n++] = c;
	return ASSAY_OK;
}

static int
read_policy(struct reader *r, const char *text, size_t size)
{
	static const char *const keys[] = {
		"policy", "version", "title", "jurisdictions", "identifiers", "source", "controls", "notes", "note"};
	const struct base_yaml_node *root = r->yaml->root, *controls = base_yaml_get(root, "controls");
	struct policy_pack pack = {.file = r->yaml->name, .text = text, .size = size};
	int e = base_yaml_check_keys(r->yaml, root, keys, BASE_COUNT(keys), ASSAY_PACK, r->err);

	e = e < 0 ? e : base_yaml_read_text(r->yaml, root, "policy", &pack.law, ASSAY_PACK, r->err);
	e = e < 0 ? e : base_yaml_read_text(r->yaml, root, "version", &pack.version, ASSAY_PACK, r->err);
	e = e < 0 ? e : base_yaml_read_text(r->yaml, root, "title", &pack.title, ASSAY_PACK, r->err);
	e = e < 0 ? e : read_list(r, root, "jurisdictions", pack.jurisdictions, POLICY_JURISDICTIONS, &pack.n_jurisdictions);
	e = e < 0 ? e : read_list(r, root, "identifiers", pack.prefixes, POLICY_JURISDICTIONS, &pack.n_prefixes);
	if (e == ASSAY_OK && (!pack.law || !pack.version || !controls || controls->kind != YAML_LIST))
		e = refuse(r, root, "a policy needs 'policy', 'version' and a list of 'controls'");
	if (e < 0)
		return e;
	if (base_grow(&r->set->packs, &r->packs_capacity, r->set->n_packs + 1, sizeof *r->set->packs) < 0)
		return base_error_nomem(r->err);
	r->set->packs[r->set->n_packs++] = pack;
	for (const struct base_yaml_node *node = controls->first; node && e == ASSAY_OK; node = node->next)
		e = add_control(r, node);
	return e;
}

static int
read_profile(struct reader *r, const struct base_yaml_node *node)
{
	static const char *const keys[] = {"title", "blocks", "integrity", "note"};
	struct policy_profile *p = &r->set->profiles[r->set->n_profiles];
	const struct base_yaml_node *blocks = base_yaml_get(node, "blocks");
	int e = base_yaml_check_keys(r->yaml, node, keys, BASE_COUNT(keys), ASSAY_PACK, r->err);

	if (e == ASSAY_OK && policy_profile_find(r->set, node->key))
		e = base_yaml_error(r->yaml, node, r->err, ASSAY_PACK, "the profile '%s' is defined twice", node->key);
	*p = (struct policy_profile){.name = node->key, .title = base_yaml_get_text(node, "title")};
	e = e < 0 ? e : base_yaml_read_bool(r->yaml, node, "integrity", &p->integrity, ASSAY_PACK, r->err);
	if (e == ASSAY_OK && blocks) {
		p->blocks = base_arena_alloc(r->set->arena, (blocks->count + 1) * sizeof *p->blocks);
		e = p->blocks ? read_list(r, node, "blocks", p->blocks, blocks->count, &p->n_blocks) : base_error_nomem(r->err);
	}
	return e;
}

static int
read_profiles(struct reader *r)
{
	const struct base_yaml_node *profiles = base_yaml_get(r->yaml->root, "profiles");
	struct policy_profile *all;

	if (!profiles || profiles->kind != YAML_MAP)
		return refuse(r, r->yaml->root, "expected 'profiles'");
	all = base_arena_alloc(r->set->arena, (r->set->n_profiles + profiles->count) * sizeof *all);
	if (!all)
		return base_error_nomem(r->err);
	for (size_t i = 0; i < r->set->n_profiles; i++)
		all[i] = r->set->profiles[i];
	r->set->profiles = all;
	for (const struct base_yaml_node *node = profiles->first; node; node = node->next) {
		int e = read_profile(r, node);
		if (e < 0)
			return e;
		r->set->n_profiles++;
	}
	return ASSAY_OK;
}

static int
load_text(struct reader *r, const char *name, const char *text, size_t size)
{
	struct base_yaml *yaml, **files = reallocarray(r->set->files, r->set->n_files + 1, sizeof(struct base_yaml *));
	const struct base_yaml_node *root;
	int e;

	if (!files)
		return base_error_nomem(r->err);
	r->set->files = files;
	e = base_yaml_parse(name, text, size, &yaml, r->err);
	if (e < 0) {
		if (r->err && e == ASSAY_CONFIG)
			r->err->code = ASSAY_PACK;
		return e == ASSAY_CONFIG ? ASSAY_PACK : e;
	}
	r->set->files[r->set->n_files++] = yaml;
	r->yaml = yaml;
	root = yaml->root;
	if (base_yaml_get(root, "policy"))
		return read_policy(r, text, size);
	if (base_yaml_get(root, "taxonomy"))
		r->set->taxonomy = yaml;
	else if (base_yaml_get(root, "profiles"))
		return read_profiles(r);
	else if (base_yaml_get(root, "eea") || base_yaml_get(root, "countries"))
		r->set->countries = yaml;
	else
		return refuse(r, root, "neither a policy nor a table that policies use");
	return ASSAY_OK;
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct policy_control *)a)->id, ((const struct policy_control *)b)->id);
}

static int
check_profiles(const struct policy_set *set, struct assay_error *err)
{
	for (size_t i = 0; i < set->n_profiles; i++)
		for (size_t k = 0; k < set->profiles[i].n_blocks; k++)
			if (!policy_find(set, set->profiles[i].blocks[k]))
				return base_error(err, ASSAY_PACK, "the profile '%s' names the unknown control '%s'", set->profiles[i].name,
					set->profiles[i].blocks[k]);
	return ASSAY_OK;
}

int
policy_load(const char *const *files, size_t n_files, struct policy_set **ret, struct assay_error *err)
{
	struct policy_set *set = calloc(1, sizeof *set);
	struct reader r = {.set = set, .err = err};
	int e = ASSAY_OK;

	if (!set || !(set->arena = base_arena_new())) {
		free(set);
		return base_error_nomem(err);
	}
	for (size_t i = 0; policy_assets[i].name && e == ASSAY_OK; i++)
		if (base_span_ends_with(base_span_of(policy_assets[i].name), ".yaml"))
			e = load_text(
				&r, policy_assets[i].name, policy_assets[i].data, (size_t)(policy_assets[i].end - policy_assets[i].data));
	for (size_t i = 0; i < n_files && e == ASSAY_OK; i++) {
		_cleanup_free_ char *text = NULL;
		size_t size;
		e = base_file_read(files[i], LIMIT_CONFIG_FILE, &text, &size, err);
		char *copy = e == ASSAY_OK ? base_arena_strndup(set->arena, text, size) : NULL;
		if (e == ASSAY_OK)
			e = copy ? load_text(&r, files[i], copy, size) : base_error_nomem(err);
	}
	for (size_t i = 0; i < set->n; i++)
		set->controls[i].pack = &set->packs[(uintptr_t)set->controls[i].pack];
	if (set->n > 1)
		qsort(set->controls, set->n, sizeof *set->controls, by_id);
	e = e < 0 ? e : check_profiles(set, err);
	if (e < 0) {
		policy_free(set);
		return e;
	}
	*ret = set;
	return ASSAY_OK;
}

void
policy_free(struct policy_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->n_files; i++)
		base_yaml_free(set->files[i]);
	free(set->files);
	free(set->controls);
	free(set->packs);
	base_arena_free(set->arena);
	free(set);
}

const struct policy_control *
policy_find(const struct policy_set *set, const char *id)
{
	struct policy_control key = {.id = id};

	return set->n > 0 ? bsearch(&key, set->controls, set->n, sizeof *set->controls, by_id) : NULL;
}

const struct policy_profile *
policy_profile_find(const struct policy_set *set, const char *name)
{
	for (size_t i = 0; i < set->n_profiles; i++)
		if (strcmp(set->profiles[i].name, name) == 0)
			return &set->profiles[i];
	return NULL;
}

static const struct base_yaml_node *
entity_node(const struct policy_set *set, const char *entity)
{
	return set->taxonomy ? base_yaml_get(base_yaml_get(set->taxonomy->root, "entities"), entity) : NULL;
}

const char *
policy_entity_category(const struct policy_set *set, const char *entity)
{
	return base_yaml_get_text(entity_node(set, entity), "category");
}

bool
policy_entity_is_secret(const struct policy_set *set, const char *entity)
{
	const char *secret = base_yaml_get_text(entity_node(set, entity), "secret");

	return secret && strcmp(secret, "true") == 0;
}

static int
fill_classes(sqlite3 *db, const struct base_yaml_node *entity, struct assay_error *err)
{
	const struct base_yaml_node *classes = base_yaml_get(entity, "classes");
	int e = ASSAY_OK;

	if (!classes || classes->kind != YAML_MAP)
		return ASSAY_OK;
	for (const struct base_yaml_node *place = classes->first; place; place = place->next)
		for (const struct base_yaml_node *c = place->kind == YAML_LIST ? place->first : NULL; c && e == ASSAY_OK; c = c->next)
			e = facts_insert(db, "entity_class", err, "ttttt", entity->key, place->key, base_yaml_get_text(c, "class"),
				base_yaml_get_text(c, "clause"), base_yaml_get_text(c, "condition"));
	return e;
}

static int
insert_country(sqlite3 *db, const char *name, const struct base_yaml_node *c, struct assay_error *err)
{
	const char *ground = base_yaml_get_text(c, "ground");

	return name && ground ? facts_insert(db, "adequate_country", err, "tttt", name, ground, base_yaml_get_text(c, "valid_from"),
		       base_yaml_get_text(c, "valid_to"))
			      : ASSAY_OK;
}

/* Countries under their code, and under what people write for it (UK for GB). */
static int
fill_countries(const struct policy_set *set, sqlite3 *db, struct assay_error *err)
{
	static const char *const lists[] = {"eea", "adequacy"};
	const struct base_yaml_node *root = set->countries ? set->countries->root : NULL, *aliases = base_yaml_get(root, "aliases");
	int e = ASSAY_OK;

	for (size_t i = 0; i < BASE_COUNT(lists); i++) {
		const struct base_yaml_node *list = base_yaml_get(root, lists[i]);
		for (const struct base_yaml_node *c = list ? list->first : NULL; c && e == ASSAY_OK; c = c->next) {
			const char *code = base_yaml_get_text(c, "country");
			e = insert_country(db, code, c, err);
			for (const struct base_yaml_node *a = aliases ? aliases->first : NULL; a && code && e == ASSAY_OK; a = a->next)
				if (a->text && strcmp(a->text, code) == 0)
					e = insert_country(db, a->key, c, err);
		}
	}
	return e;
}

int
policy_fill_taxonomy(const struct policy_set *set, sqlite3 *db, struct assay_error *err)
{
	const struct base_yaml_node *entities = set->taxonomy ? base_yaml_get(set->taxonomy->root, "entities") : NULL;
	int e = ASSAY_OK;

	for (const struct base_yaml_node *node = entities ? entities->first : NULL; node && e == ASSAY_OK; node = node->next) {
		const char *role = base_yaml_get_text(node, "role"), *category = base_yaml_get_text(node, "category");
		e = facts_insert(db, "entity", err, "tttitt", node->key, category ? category : "other", role ? role : "other",
			(int64_t)policy_entity_is_secret(set, node->key), base_yaml_get_text(node, "dpv"),
			base_yaml_get_text(node, "fides"));
		e = e < 0 ? e : fill_classes(db, node, err);
	}
	return e < 0 ? e : fill_countries(set, db, err);
}
