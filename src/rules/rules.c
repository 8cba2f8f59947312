/* From packs to a compiled set: selection, measuring, PCRE2, lanes. */
#include "rules/rules.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypto/digest.h"

#include <string.h>
#include <strings.h>

static const char *const default_countries[] = {"us", "uk", "at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr",
	"hu", "ie", "it", "lt", "lu", "lv", "mt", "nl", "pl", "pt", "ro", "se", "si", "sk", "eu"};

const char *
rules_lane_name(enum rules_lane lane)
{
	return lane == LANE_LITERAL ? "L" : lane == LANE_NUMBER ? "N" : "P";
}

static int
add_pack(struct rules *rules, struct rules_pack *pack, struct assay_error *err)
{
	struct rules_pack **grown;

	for (size_t i = 0; i < rules->n_packs; i++)
		if (strcmp(rules->packs[i]->name, pack->name) == 0) {
			base_error_at(err, ASSAY_PACK, pack->file, pack->name_at.line, pack->name_at.column,
				"a pack named '%s' is already loaded from '%s'", pack->name, rules->packs[i]->file);
			base_error_hint(err, "a rule is named PACK/ID, so each pack needs a name of its own");
			rules_pack_free(pack);
			return ASSAY_PACK;
		}
	grown = reallocarray(rules->packs, rules->n_packs + 1, sizeof(*grown));
	if (!grown) {
		rules_pack_free(pack);
		return base_error_nomem(err);
	}
	rules->packs = grown;
	rules->packs[rules->n_packs++] = pack;
	return ASSAY_OK;
}

static int
load_packs(struct rules *rules, const struct rules_options *o, struct assay_error *err)
{
	struct rules_pack *pack;
	struct rules_builtin builtin;
	int r;

	for (size_t i = 0; !o->no_builtin && rules_builtin_at(i, &builtin); i++) {
		r = rules_pack_parse(builtin.name, builtin.text, builtin.size, &pack, err);
		r = r < 0 ? r : add_pack(rules, pack, err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < o->n_files; i++) {
		r = rules_pack_load(o->files[i], &pack, err);
		r = r < 0 ? r : add_pack(rules, pack, err);
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < o->n_texts; i++) {
		r = rules_pack_parse("text", o->texts[i], strlen(o->texts[i]), &pack, err);
		r = r < 0 ? r : add_pack(rules, pack, err);
		if (r < 0)
			return r;
	}
	return ASSAY_OK;
}

static bool
is_listed(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

static int
refuse_unknown(const char *kind, const char *word, const char *const *known, size_t n, struct assay_error *err)
{
	const char *near = base_suggest(word, known, n);

	/* in the other case it is no slip of the pen but the same word */
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(word, known[i]) == 0)
			near = known[i];
	if (strcasecmp(word, "gb") == 0 && is_listed("uk", known, n))
		near = "uk";
	base_error_at(err, ASSAY_USAGE, word, 0, 0, "unknown %s", kind);
	if (near)
		base_error_hint(err, "did you mean '%s'?", near);
	else
		base_error_hint(err, "'assay rules list' shows what there is");
	return ASSAY_USAGE;
}

/* A country or an entity that no pack has is an error, never an empty result. */
static int
check_selection(const struct rules *rules, const struct rules_options *o, struct assay_error *err)
{
	size_t total = 0, n = 0;
	int r = ASSAY_OK;

	for (size_t i = 0; i < rules->n_packs; i++)
		total += rules->packs[i]->n + 1;
	_cleanup_free_ const char **known = base_calloc(total + 1, sizeof *known);
	if (!known)
		return base_error_nomem(err);
	for (size_t i = 0; i < rules->n_packs; i++)
		known[n++] = rules->packs[i]->country;
	known[n++] = "all";
	for (size_t i = 0; i < o->n_countries && r == ASSAY_OK; i++)
		if (!is_listed(o->countries[i], known, n))
			r = refuse_unknown("country", o->countries[i], known, n, err);
	n = 0;
	for (size_t i = 0; i < rules->n_packs; i++)
		for (size_t k = 0; k < rules->packs[i]->n; k++)
			known[n++] = rules->packs[i]->rules[k].entity;
	for (size_t i = 0; i < o->n_entities && r == ASSAY_OK; i++)
		if (!is_listed(o->entities[i], known, n))
			r = refuse_unknown("entity", o->entities[i], known, n, err);
	return r;
}

static size_t
builtin_count(const struct rules_options *o)
{
	struct rules_builtin builtin;
	size_t n = 0;

	while (!o->no_builtin && rules_builtin_at(n, &builtin))
		n++;
	return n;
}

/* An entity of an added pack that neither the built-in packs have nor an added one declares is most often a slip of the pen. */
static int
check_entities(const struct rules *rules, size_t n_builtin, struct assay_error *err)
{
	size_t total = 0, n = 0;
	const char *near;

	for (size_t i = 0; i < rules->n_packs; i++)
		total += rules->packs[i]->n + rules->packs[i]->entities.n;
	_cleanup_free_ const char **known = base_calloc(total + 1, sizeof *known);
	if (!known)
		return base_error_nomem(err);
	for (size_t i = 0; i < rules->n_packs; i++) {
		for (size_t k = 0; i < n_builtin && k < rules->packs[i]->n; k++)
			known[n++] = rules->packs[i]->rules[k].entity;
		for (size_t k = 0; k < rules->packs[i]->entities.n; k++)
			known[n++] = rules->packs[i]->entities.text[k];
	}
	for (size_t i = n_builtin; i < rules->n_packs; i++)
		for (size_t k = 0; k < rules->packs[i]->n; k++) {
			const struct rules_rule *def = &rules->packs[i]->rules[k];
			if (is_listed(def->entity, known, n))
				continue;
			near = base_suggest(def->entity, known, n);
			base_error_at(err, ASSAY_PACK, rules->packs[i]->file, def->entity_at.line, def->entity_at.column,
				"unknown entity '%s'", def->entity);
			if (near)
				base_error_hint(err, "did you mean '%s'? A new one is declared in the pack: 'entities: {%s: what it is}'",
					near, def->entity);
			else
				base_error_hint(err, "a new entity is declared in the pack: 'entities: {%s: what it is}'", def->entity);
			return ASSAY_PACK;
		}
	return ASSAY_OK;
}

static bool
is_selected(const struct rules_pack *pack, const struct rules_rule *rule, const struct rules_options *o, bool is_builtin)
{
	const char *const *countries = o->n_countries > 0 ? o->countries : default_countries;
	size_t n = o->n_countries > 0 ? o->n_countries : BASE_COUNT(default_countries);

	if (is_listed(rule->entity, o->entities, o->n_entities))
		return true;
	if (!rule->is_default)
		return false;
	return !is_builtin || strcmp(pack->country, "any") == 0 || is_listed(pack->country, countries, n) || is_listed("all", countries, n);
}

static int
intern_entity(struct rules *rules, const char *entity, uint16_t *ret)
{
	const char **grown;

	for (size_t i = 0; i < rules->n_entities; i++)
		if (strcmp(rules->entities[i], entity) == 0) {
			*ret = (uint16_t)i;
			return ASSAY_OK;
		}
	grown = reallocarray(rules->entities, rules->n_entities + 1, sizeof(*grown));
	if (!grown)
		return ASSAY_NOMEM;
	rules->entities = grown;
	*ret = (uint16_t)rules->n_entities;
	rules->entities[rules->n_entities++] = entity;
	return ASSAY_OK;
}

static int
select_rules(struct rules *rules, const struct rules_options *o, struct assay_error *err)
{
	size_t total = 0, n_builtin = builtin_count(o), n_patterns = 0;

	for (size_t i = 0; i < rules->n_packs; i++)
		for (size_t k = 0; k < rules->packs[i]->n; k++) {
			total++;
			n_patterns += rules->packs[i]->rules[k].patterns.n;
		}
	if (total > LIMIT_RULES)
		return base_error(err, ASSAY_PACK, "more than %d rules", LIMIT_RULES);
	rules->rule = base_calloc(total, sizeof *rules->rule);
	rules->pattern = base_calloc(n_patterns, sizeof *rules->pattern);
	if (!rules->rule || !rules->pattern)
		return base_error_nomem(err);
	for (size_t i = 0; i < rules->n_packs; i++)
		for (size_t k = 0; k < rules->packs[i]->n; k++) {
			const struct rules_rule *def = &rules->packs[i]->rules[k];
			struct rules_compiled *rule = &rules->rule[rules->n];
			if (!is_selected(rules->packs[i], def, o, i < n_builtin))
				continue;
			*rule = (struct rules_compiled){.def = def, .pack = rules->packs[i], .chance = 1.0, .is_added = i >= n_builtin};
			rule->is_silent = def->is_guard || (o->n_entities > 0 && !is_listed(def->entity, o->entities, o->n_entities));
			for (size_t c = 0; c < def->n_checks; c++)
				rule->chance = def->checks[c]->chance < rule->chance ? def->checks[c]->chance : rule->chance;
			if (intern_entity(rules, def->entity, &rule->entity) < 0)
				return base_error_nomem(err);
			rules->n++;
		}
	if (rules->n == 0)
		return base_error(err, ASSAY_USAGE, "the selection leaves no rule");
	return ASSAY_OK;
}

/* How often text has a byte of the set, roughly. */
static double
share_of(const struct byte_set *set)
{
	double sum = 0;

	for (unsigned c = 0; c < 256; c++)
		if (byte_set_has(set, (uint8_t)c))
			sum += base_is_lower((uint8_t)c)   ? 0.022
			       : c == ' '                  ? 0.15
			       : base_is_digit((uint8_t)c) ? 0.01
			       : base_is_upper((uint8_t)c) ? 0.003
							   : 0.0008;
	return sum < 1 ? sum : 1;
}

/* By required text; by its first bytes, when few places of a text have them; else as it comes. */
static enum rules_lane
lane_of(const struct pattern_facts *f)
{
	enum { LOOKED_AT = 5 };
	static const struct byte_set word_bytes = {{UINT64_C(0x03ff000000000000), UINT64_C(0x07fffffe87fffffe), 0, 0}};
	double places = 1;
	bool after_word = false, anywhere = false;

	for (size_t i = 0; i < 4; i++) {
		after_word = after_word || (f->before.bits[i] & word_bytes.bits[i]);
		anywhere = anywhere || f->before.bits[i];
	}
	/* \A: tried at the edge of a value and nowhere else, however common its text is */
	if (!anywhere)
		return LANE_NUMBER;
	if (f->n_literals > 0)
		return LANE_LITERAL;
	for (size_t i = 0; i < LOOKED_AT; i++)
		places *= share_of(&f->at[i]);
	return f->has_digit_floor || places * (after_word ? 1 : 0.25) < 0.001 ? LANE_NUMBER : LANE_PATTERN;
}

static int
pattern_error(const struct rules_rule *def, const struct rules_pack *pack, size_t i, struct assay_error *err)
{
	char message[ASSAY_ERROR_MESSAGE_MAX];

	if (!err)
		return ASSAY_PACK;
	snprintf(message, sizeof message, "rule '%s': %.400s", def->id, err->message);
	char hint[ASSAY_ERROR_HINT_MAX];
	snprintf(hint, sizeof hint, "%s", err->hint);
	base_error_at(err, ASSAY_PACK, pack->file, def->patterns.at[i].line, def->patterns.at[i].column, "%s", message);
	if (hint[0])
		base_error_hint(err, "%s", hint);
	return ASSAY_PACK;
}

/* Byte mode, anchored at compile time: PCRE2_ANCHORED at match time would silently turn the JIT off. No start optimisation: it would look
 * for a required byte far ahead of each start that is tried, which costs more than the match itself. */
static int
compile_pcre2(const char *text, struct rules_pattern *p, struct assay_error *err)
{
	int code, n;
	PCRE2_SIZE at;
	PCRE2_UCHAR message[128];

	p->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
		PCRE2_ANCHORED | PCRE2_NO_START_OPTIMIZE | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NO_AUTO_CAPTURE
			| PCRE2_NEVER_BACKSLASH_C,
		&code, &at, NULL);
	if (!p->code) {
		if (code == PCRE2_ERROR_HEAP_FAILED)
			return base_error_nomem(err);
		pcre2_get_error_message(code, message, sizeof message);
		return base_error(err, ASSAY_PACK, "pattern byte %zu: %s", at + 1, message);
	}
	/* Without JIT (a platform or a policy that forbids it) matching falls back to the interpreter: slower, same results. */
	p->has_jit = pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE) == 0;
	n = pcre2_substring_number_from_name(p->code, (PCRE2_SPTR) "value");
	p->value_group = n > 0 ? (uint32_t)n : 0;
	return ASSAY_OK;
}

static int
add_warning(struct rules *rules, char *text)
{
	char **grown = text ? reallocarray(rules->warnings, rules->n_warnings + 1, sizeof(*grown)) : NULL;

	if (!grown) {
		free(text);
		return ASSAY_NOMEM;
	}
	rules->warnings = grown;
	rules->warnings[rules->n_warnings++] = text;
	return ASSAY_OK;
}

/* The pattern's lane, and whether that is the one that the rule insists on. */
static int
choose_lane(struct rules *rules, const struct rules_compiled *rule, size_t i, struct rules_pattern *p, struct assay_error *err)
{
	const struct rules_rule *def = rule->def;
	struct rules_place at = def->patterns.at[i];

	p->lane = lane_of(&p->facts);
	if (def->lane != LANE_WISH_ANY && (int)def->lane - 1 != (int)p->lane) {
		base_error_at(err, ASSAY_PACK, rule->pack->file, at.line, at.column, "rule '%s': the pattern is of lane %s, not %s",
			def->id, rules_lane_name(p->lane), rules_lane_name((enum rules_lane)(def->lane - 1)));
		base_error_hint(err, "lane L needs a text of three bytes that every match holds, N rare first bytes");
		return ASSAY_PACK;
	}
	if (p->lane == LANE_PATTERN
		&& add_warning(rules, base_format("%s:%u: rule '%s' has neither required text nor rare first bytes to find it by: "
						  "it is tried at many places",
					      rule->pack->file, at.line, def->id))
			   < 0)
		return base_error_nomem(err);
	return ASSAY_OK;
}

static int
compile_pattern(struct rules *rules, const struct rules_compiled *rule, size_t i, struct rules_pattern *p, struct assay_error *err)
{
	const struct rules_rule *def = rule->def;
	uint64_t reach;
	int r = pattern_measure(def->patterns.text[i], &p->facts, err);

	if (r == ASSAY_OK)
		r = compile_pcre2(def->patterns.text[i], p, err);
	if (r == ASSAY_OK && rule->is_added)
		r = rules_budget_check(def, p, err);
	if (r == ASSAY_PACK)
		return pattern_error(def, rule->pack, i, err);
	r = r < 0 ? r : choose_lane(rules, rule, i, p, err);
	if (r < 0)
		return r;
	reach = (uint64_t)p->facts.width_max + p->facts.look_behind + p->facts.look_ahead + def->before + def->after;
	if (reach > LIMIT_REACH)
		return base_error_at(err, ASSAY_PACK, rule->pack->file, def->patterns.at[i].line, def->patterns.at[i].column,
			"rule '%s' reaches over %llu bytes, more than %d", def->id, (unsigned long long)reach, LIMIT_REACH);
	if (reach > rules->reach)
		rules->reach = (uint32_t)reach;
	return ASSAY_OK;
}

static int
compile_rule(struct rules *rules, size_t index, struct assay_error *err)
{
	struct rules_compiled *rule = &rules->rule[index];
	int r = ASSAY_OK;

	rule->first_pattern = (uint32_t)rules->n_patterns;
	for (size_t i = 0; i < rule->def->patterns.n && r == ASSAY_OK; i++) {
		struct rules_pattern *p = &rules->pattern[rules->n_patterns];
		p->rule = (uint16_t)index;
		rules->n_patterns++;
		rule->n_patterns++;
		r = compile_pattern(rules, rule, i, p, err);
	}
	return r;
}

static int
index_context(struct rules *rules, struct assay_error *err)
{
	_cleanup_free_ const struct rules_rule **defs = base_calloc(rules->n, sizeof *defs);

	if (!defs)
		return base_error_nomem(err);
	for (size_t i = 0; i < rules->n; i++)
		defs[i] = rules->rule[i].def;
	rules->context = context_index_new(defs, rules->n);
	return rules->context ? ASSAY_OK : base_error_nomem(err);
}

static int
digest_selection(struct rules *rules, struct assay_error *err)
{
	struct crypto_sha256 *hash = crypto_sha256_new();
	int r = hash ? ASSAY_OK : ASSAY_NOMEM;

	for (size_t i = 0; i < rules->n && r == ASSAY_OK; i++) {
		r = crypto_sha256_update(hash, rules->rule[i].pack->sha256, 32);
		if (r == ASSAY_OK)
			r = crypto_sha256_update(hash, rules->rule[i].def->name, strlen(rules->rule[i].def->name) + 1);
		if (r == ASSAY_OK)
			r = crypto_sha256_update(hash, rules->rule[i].is_silent ? "s" : "r", 1);
	}
	if (r == ASSAY_OK)
		r = crypto_sha256_final(hash, rules->sha256);
	crypto_sha256_free(hash);
	return r < 0 ? base_error(err, r, "cannot digest the rule packs") : ASSAY_OK;
}

int
rules_compile(const struct rules_options *options, struct rules **ret, struct assay_error *err)
{
	struct rules *rules = calloc(1, sizeof *rules);
	int r;

	if (!rules)
		return base_error_nomem(err);
	r = load_packs(rules, options, err);
	if (r == ASSAY_OK && !options->no_builtin)
		r = check_entities(rules, builtin_count(options), err);
	r = r < 0 ? r : check_selection(rules, options, err);
	r = r < 0 ? r : select_rules(rules, options, err);
	for (size_t i = 0; i < rules->n && r == ASSAY_OK; i++)
		r = compile_rule(rules, i, err);
	r = r < 0 ? r : index_context(rules, err);
	r = r < 0 ? r : digest_selection(rules, err);
	if (r < 0) {
		rules_free(rules);
		return r;
	}
	*ret = rules;
	return ASSAY_OK;
}

void
rules_free(struct rules *rules)
{
	if (!rules)
		return;
	for (size_t i = 0; i < rules->n_patterns; i++)
		pcre2_code_free(rules->pattern[i].code);
	for (size_t i = 0; i < rules->n_packs; i++)
		rules_pack_free(rules->packs[i]);
	for (size_t i = 0; i < rules->n_warnings; i++)
		free(rules->warnings[i]);
	context_index_free(rules->context);
	free(rules->warnings);
	free(rules->packs);
	free(rules->rule);
	free(rules->pattern);
	free(rules->entities);
	free(rules);
}
