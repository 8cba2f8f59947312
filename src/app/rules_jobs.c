/* rules list, show, test, lint. */
#include "app/examples.h"
#include "app/rules_lanes.h"
#include "app/scan_job.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

/* Every rule of every pack asked for, those that are off by default included. *ret_names is what the options borrow: free it last. */
static int
compile_unproved(const struct scan_request *request, struct rules **ret, struct assay_error *err)
{
	static const char *const every_country[] = {"all"};
	struct rules_options options = {.files = request->rule_files,
		.n_files = request->n_rule_files,
		.countries = request->countries,
		.n_countries = request->n_countries,
		.entities = request->entities,
		.n_entities = request->n_entities};
	_cleanup_(rules_free_at) struct rules *first = NULL;
	_cleanup_free_ const char **entities = NULL;
	size_t n = 0, total = 0;
	int r;

	if (options.n_countries == 0) {
		options.countries = every_country;
		options.n_countries = 1;
	}
	r = rules_compile(&options, &first, err);
	if (r < 0)
		return r;
	if (request->n_entities > 0 || request->n_countries > 0) {
		*ret = BASE_STEAL(first);
		return ASSAY_OK;
	}
	for (size_t i = 0; i < first->n_packs; i++)
		total += first->packs[i]->n;
	entities = base_calloc(total + 1, sizeof *entities);
	if (!entities)
		return base_error_nomem(err);
	for (size_t i = 0; i < first->n_packs; i++)
		for (size_t k = 0; k < first->packs[i]->n; k++)
			entities[n++] = first->packs[i]->rules[k].entity;
	options.entities = entities;
	options.n_entities = n;
	return rules_compile(&options, ret, err);
}

/* The same; what an added pack's examples say holds. */
static int
compile_all(const struct scan_request *request, struct rules **ret, struct assay_error *err)
{
	_cleanup_(rules_free_at) struct rules *rules = NULL;
	int r = compile_unproved(request, &rules, err);

	r = r < 0 ? r : examples_check_added(rules, err);
	if (r == ASSAY_OK)
		*ret = BASE_STEAL(rules);
	return r;
}

/* Lanes of a rule's patterns, each once: "L", "LN". */
static void
lanes_of(const struct rules *rules, const struct rules_compiled *rule, char ret[4])
{
	size_t n = 0;

	for (int lane = LANE_LITERAL; lane <= LANE_PATTERN; lane++)
		for (uint32_t i = 0; i < rule->n_patterns; i++)
			if ((int)rules->pattern[rule->first_pattern + i].lane == lane) {
				ret[n++] = rules_lane_name((enum rules_lane)lane)[0];
				break;
			}
	ret[n] = '\0';
}

static void
checks_of(const struct rules_rule *def, struct base_buffer *out)
{
	for (size_t i = 0; i < def->n_checks; i++)
		base_buffer_format(out, "%s%s", i ? "," : "", def->checks[i]->name);
	if (def->n_checks == 0)
		base_buffer_text(out, "-");
}

/* With --entity the others take part in overlaps only. */
static bool
is_listed(const struct scan_request *request, const struct rules_compiled *rule)
{
	return request->n_entities == 0 || !rule->is_silent;
}

static void
list_rule_json(struct base_json *j, const struct rules *rules, const struct rules_compiled *rule)
{
	const struct rules_rule *def = rule->def;
	char lanes[4];

	lanes_of(rules, rule, lanes);
	base_json_open_object(j);
	base_json_member_text(j, "rule", def->name);
	base_json_member_text(j, "entity", def->entity);
	base_json_member_text(j, "title", def->title);
	base_json_member_text(j, "pack", rule->pack->name);
	base_json_member_text(j, "country", rule->pack->country);
	base_json_key(j, "checks");
	base_json_open_array(j);
	for (size_t i = 0; i < def->n_checks; i++)
		base_json_text(j, def->checks[i]->name);
	base_json_close_array(j);
	base_json_member_text(j, "lane", lanes);
	base_json_member_bool(j, "default", def->is_default);
	base_json_member_bool(j, "guard", def->is_guard);
	base_json_member_bool(j, "collides", def->collides);
	base_json_close_object(j);
}

int
app_rules_list(const struct scan_request *request, bool json, const struct app_sink *sink, struct assay_error *err)
{
	_cleanup_(rules_free_at) struct rules *rules = NULL;
	struct base_buffer out;
	struct base_json j;
	int r = compile_all(request, &rules, err);

	if (r < 0)
		return r;
	base_buffer_init(&out, LIMIT_CONFIG_FILE);
	if (json) {
		base_json_init(&j, &out);
		base_json_open_array(&j);
		for (size_t i = 0; i < rules->n; i++)
			if (is_listed(request, &rules->rule[i]))
				list_rule_json(&j, rules, &rules->rule[i]);
		base_json_close_array(&j);
		base_buffer_char(&out, '\n');
	} else {
		base_buffer_format(&out, "%-28s %-32s %-7s %-34s %-4s %s\n", "ENTITY", "RULE", "COUNTRY", "CHECK", "LANE", "DEFAULT");
		for (size_t i = 0; i < rules->n; i++) {
			const struct rules_rule *def = rules->rule[i].def;
			struct base_buffer checks;
			char lanes[4];
			if (!is_listed(request, &rules->rule[i]))
				continue;
			base_buffer_init(&checks, LIMIT_NAME);
			checks_of(def, &checks);
			lanes_of(rules, &rules->rule[i], lanes);
			base_buffer_format(&out, "%-28s %-32s %-7s %-34s %-4s %s\n", def->entity, def->name, rules->rule[i].pack->country,
				checks.data ? checks.data : "-", lanes,
				def->is_guard     ? "guard"
				: def->is_default ? "yes"
						  : "no");
			base_buffer_dispose(&checks);
		}
	}
	r = json ? sink_buffer(sink, &out) : sink_shown(sink, &out);
	base_buffer_dispose(&out);
	return r < 0 ? base_error(err, r, "cannot write the list") : ASSAY_OK;
}

static bool
is_named(const struct rules_rule *def, const char *name)
{
	return strcmp(def->name, name) == 0 || strcmp(def->id, name) == 0 || strcmp(def->entity, name) == 0;
}

static void
show_texts(struct base_buffer *out, const char *title, const struct rules_texts *texts)
{
	if (texts->n == 0)
		return;
	base_buffer_format(out, "  %s: ", title);
	for (size_t i = 0; i < texts->n; i++) {
		base_buffer_text(out, i ? ", " : "");
		append_shown(out, texts->text[i]);
	}
	base_buffer_char(out, '\n');
}

/* meter NULL: without lanes. */
static int
show_rule(struct base_buffer *out, const struct rules_compiled *rule, struct lane_meter *meter, struct assay_error *err)
{
	const struct rules_rule *def = rule->def;

	base_buffer_format(out, "%s  %s\n  %s\n  pack %s %s, country %s, priority %u%s%s%s\n", def->name, def->entity,
		def->title ? def->title : "", rule->pack->name, rule->pack->version, rule->pack->country, def->priority,
		def->collides ? ", needs a context word or column name" : "", def->is_guard ? ", guard: never reported" : "",
		def->is_default ? "" : ", off unless asked for with --entity");
	for (size_t i = 0; i < def->n_checks; i++)
		base_buffer_format(out, "  check %s: %s; %.3g of random values pass\n", def->checks[i]->name, def->checks[i]->source,
			def->checks[i]->chance);
	show_texts(out, "words for", &def->words);
	show_texts(out, "words against", &def->not_words);
	show_texts(out, "columns", &def->columns);
	show_texts(out, "documentation values", &def->samples);
	for (size_t i = 0; i < def->patterns.n; i++) {
		base_buffer_text(out, "  pattern ");
		append_shown(out, def->patterns.text[i]);
		base_buffer_char(out, '\n');
		int r = meter ? lane_meter_show(meter, rule->first_pattern + (uint32_t)i, out, err) : ASSAY_OK;
		if (r < 0)
			return r;
	}
	return ASSAY_OK;
}

static int
refuse_name(const struct rules *rules, const char *name, struct assay_error *err)
{
	_cleanup_free_ const char **known = base_calloc(3 * rules->n + 1, sizeof *known);
	const char *near;
	size_t n = 0;

	for (size_t i = 0; known && i < rules->n; i++) {
		known[n++] = rules->rule[i].def->name;
		known[n++] = rules->rule[i].def->id;
		known[n++] = rules->rule[i].def->entity;
	}
	near = known ? base_suggest(name, known, n) : NULL;
	base_error_at(err, ASSAY_USAGE, name, 0, 0, "no such rule or entity");
	base_error_hint(err, near ? "did you mean '%s'?" : "'assay rules list' shows what there is", near);
	return ASSAY_USAGE;
}

int
app_rules_show(const struct scan_request *request, const char *name, bool lanes, struct assay_env *env, const struct app_sink *sink,
	struct assay_error *err)
{
	_cleanup_(rules_free_at) struct rules *rules = NULL;
	_cleanup_(lane_meter_free_at) struct lane_meter *meter = NULL;
	struct base_buffer out;
	int r = compile_all(request, &rules, err);

	r = r < 0 || !lanes ? r : lane_meter_new(rules, env, &meter, err);
	if (r < 0)
		return r;
	base_buffer_init(&out, LIMIT_CONFIG_FILE);
	for (size_t i = 0; i < rules->n && r == ASSAY_OK; i++)
		if (!name || is_named(rules->rule[i].def, name))
			r = show_rule(&out, &rules->rule[i], meter, err);
	if (r == ASSAY_OK && out.size == 0)
		r = refuse_name(rules, name, err);
	else if (r == ASSAY_OK) {
		base_buffer_format(&out, "reach of all loaded rules: %u bytes\n", rules->reach);
		r = sink_shown(sink, &out) < 0 ? base_error(err, ASSAY_IO, "cannot write the rule") : ASSAY_OK;
	}
	base_buffer_dispose(&out);
	return r;
}

struct telling {
	const struct app_sink *sink;
	int result;
};

static void
tell_failure(void *context, const struct rules_rule *rule, const char *kind, const char *text, const char *why)
{
	struct telling *t = context;

	if (t->result < 0)
		return;
	t->result = sink_format(t->sink, "FAIL %s: %s '", rule->name, kind);
	t->result = t->result < 0 ? t->result : sink_printable(t->sink, text);
	t->result = t->result < 0 ? t->result : sink_format(t->sink, "': %s\n", why);
}

/* Names of the packs under test: those of --rules, else every built-in one. */
static int
packs_under_test(const struct scan_request *request, struct rules_pack **loaded, size_t *ret_n, struct assay_error *err)
{
	struct rules_builtin builtin;
	int r = ASSAY_OK;
	size_t n = 0;

	for (size_t i = 0; i < request->n_rule_files && r == ASSAY_OK; i++)
		r = rules_pack_load(request->rule_files[i], &loaded[n], err), n += r == ASSAY_OK;
	for (size_t i = 0; request->n_rule_files == 0 && r == ASSAY_OK && rules_builtin_at(i, &builtin); i++)
		r = rules_pack_parse(builtin.name, builtin.text, builtin.size, &loaded[n], err), n += r == ASSAY_OK;
	*ret_n = n;
	return r;
}

/* Packs that do not go together are refused before any of them is tried. */
static int
check_together(const struct rules_options *options, struct assay_error *err)
{
	static const char *const every_country[] = {"all"};
	struct rules_options all = *options;
	_cleanup_(rules_free_at) struct rules *rules = NULL;

	all.countries = every_country;
	all.n_countries = BASE_COUNT(every_country);
	return rules_compile(&all, &rules, err);
}

int
app_rules_test(const struct scan_request *request, const struct app_sink *sink, struct app_outcome *outcome, struct assay_error *err)
{
	struct rules_options options = {.files = request->rule_files, .n_files = request->n_rule_files};
	struct examples_result total = {0}, one;
	struct telling telling = {.sink = sink};
	struct rules_builtin builtin;
	size_t max = request->n_rule_files, n = 0;
	int r;

	for (size_t i = 0; rules_builtin_at(i, &builtin); i++)
		max++;
	_cleanup_free_ struct rules_pack **packs = base_calloc(max + 1, sizeof(*packs));
	if (!packs)
		return base_error_nomem(err);
	r = packs_under_test(request, packs, &n, err);
	r = r < 0 ? r : check_together(&options, err);
	for (size_t i = 0; i < n; i++) {
		one = (struct examples_result){0};
		if (r == ASSAY_OK)
			r = examples_run(&options, packs[i], tell_failure, &telling, &one, err);
		if (r == ASSAY_OK)
			r = sink_format(
				sink, "%-10s %4zu rules %5zu examples %4zu failed\n", packs[i]->name, one.rules, one.texts, one.failed);
		total.rules += one.rules;
		total.texts += one.texts;
		total.failed += one.failed;
		rules_pack_free(packs[i]);
	}
	r = r < 0 ? r : telling.result;
	r = r < 0 ? r : sink_format(sink, "%zu rules, %zu examples, %zu failed\n", total.rules, total.texts, total.failed);
	*outcome = (struct app_outcome){.exits = {[APP_EXIT_VIOLATION] = total.failed > 0}};
	return r < 0 && (!err || err->code == ASSAY_OK) ? base_error(err, r, "cannot write the list") : r;
}

int
app_rules_lint(const struct scan_request *request, const struct app_sink *sink, struct app_outcome *outcome, struct assay_error *err)
{
	_cleanup_(rules_free_at) struct rules *rules = NULL;
	int r = compile_all(request, &rules, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < rules->n_warnings && r == ASSAY_OK; i++)
		r = sink_format(sink, "warning: %s\n", rules->warnings[i]);
	r = r < 0 ? r
		  : sink_format(sink, "%zu packs, %zu rules, %zu patterns, %zu warnings\n", rules->n_packs, rules->n, rules->n_patterns,
			  rules->n_warnings);
	*outcome = (struct app_outcome){0};
	return r < 0 ? base_error(err, r, "cannot write the list") : ASSAY_OK;
}
