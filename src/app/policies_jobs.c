/* policies list, show, test, lint, query. */
#include "app/result.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "policy/facts.h"
#include "policy/policy.h"
#include "policy/sandbox.h"

#include <string.h>

static bool
is_chosen(const struct audit_request *request, const struct policy_control *c)
{
	for (size_t i = 0; i < request->n_laws; i++)
		if (strcmp(request->laws[i], c->pack->law) == 0)
			return true;
	return request->n_laws == 0;
}

static int
check_laws(const struct policy_set *set, const struct audit_request *request, struct assay_error *err)
{
	_cleanup_free_ const char **known = base_calloc(set->n_packs + 1, sizeof *known);
	const char *near;

	if (!known)
		return base_error_nomem(err);
	for (size_t i = 0; i < set->n_packs; i++)
		known[i] = set->packs[i].law;
	for (size_t i = 0; i < request->n_laws; i++) {
		bool found = false;
		for (size_t k = 0; k < set->n_packs; k++)
			found = found || strcmp(known[k], request->laws[i]) == 0;
		if (found)
			continue;
		near = base_suggest(request->laws[i], known, set->n_packs);
		base_error_at(err, ASSAY_USAGE, request->laws[i], 0, 0, "no such control pack");
		base_error_hint(err, near ? "did you mean '%s'?" : "'assay policies list' shows what there is", near);
		return ASSAY_USAGE;
	}
	return ASSAY_OK;
}

static int
load(const struct audit_request *request, struct policy_set **ret, struct assay_error *err)
{
	int r = policy_load(request->policy_files, request->n_policy_files, ret, err);

	if (r < 0)
		return r;
	r = check_laws(*ret, request, err);
	if (r < 0) {
		policy_free(*ret);
		*ret = NULL;
	}
	return r;
}

static void
list_categories(const struct policy_set *set, bool json, struct base_buffer *out)
{
	const struct base_yaml_node *map = base_yaml_get(set->taxonomy->root, "categories");
	struct base_json j;

	base_json_init(&j, out);
	if (json)
		base_json_open_array(&j);
	for (const struct base_yaml_node *x = map ? map->first : NULL; x; x = x->next) {
		if (!json) {
			const char *title = base_yaml_get_text(x, "title");
			base_buffer_format(out, "%-20s %s\n", x->key, title ? title : "");
			continue;
		}
		base_json_open_object(&j);
		base_json_member_text(&j, "category", x->key);
		base_json_member_text(&j, "title", base_yaml_get_text(x, "title"));
		base_json_member_text(&j, "dpv", base_yaml_get_text(x, "dpv"));
		base_json_close_object(&j);
	}
	if (json)
		base_json_close_array(&j);
}

static void
list_controls(const struct policy_set *set, const struct audit_request *request, bool json, struct base_buffer *out)
{
	struct base_json j;

	base_json_init(&j, out);
	if (json)
		base_json_open_array(&j);
	else
		base_buffer_format(out, "%-18s %-9s %-9s %-9s %s\n", "CONTROL", "SEVERITY", "STATUS", "BASIS", "TITLE");
	for (size_t i = 0; i < set->n; i++) {
		const struct policy_control *c = &set->controls[i];
		if (!is_chosen(request, c))
			continue;
		if (!json) {
			base_buffer_format(
				out, "%-18s %-9s %-9s %-9s %s (%s)\n", c->id, c->severity, c->status, c->basis, c->title, c->cite);
			continue;
		}
		base_json_open_object(&j);
		base_json_member_text(&j, "control", c->id);
		base_json_member_text(&j, "law", c->pack->law);
		base_json_member_text(&j, "title", c->title);
		base_json_member_text(&j, "cite", c->cite);
		base_json_member_text(&j, "severity", c->severity);
		base_json_member_text(&j, "status", c->status);
		base_json_member_text(&j, "basis", c->basis);
		base_json_member_text(&j, "in_force_from", c->from);
		base_json_member_text(&j, "in_force_to", c->to);
		base_json_member_bool(&j, "absence", c->absence);
		base_json_member_bool(&j, "waivable", c->is_waivable);
		base_json_close_object(&j);
	}
	if (json)
		base_json_close_array(&j);
}

int
app_policies_list(const struct audit_request *request, bool categories, bool json, const struct app_sink *sink, struct assay_error *err)
{
	_cleanup_(policy_free_at) struct policy_set *set = NULL;
	struct base_buffer out;
	int r = load(request, &set, err);

	if (r < 0)
		return r;
	base_buffer_init(&out, LIMIT_CONFIG_FILE);
	if (categories)
		list_categories(set, json, &out);
	else
		list_controls(set, request, json, &out);
	if (json)
		base_buffer_char(&out, '\n');
	r = json ? sink_buffer(sink, &out) : sink_shown(sink, &out);
	base_buffer_dispose(&out);
	return r < 0 ? base_error(err, r, "cannot write the list") : ASSAY_OK;
}

static int
find_control(const struct policy_set *set, const char *id, const struct policy_control **ret, struct assay_error *err)
{
	_cleanup_free_ const char **known = base_calloc(set->n + 1, sizeof *known);
	const char *near;

	*ret = policy_find(set, id);
	if (*ret)
		return ASSAY_OK;
	for (size_t i = 0; known && i < set->n; i++)
		known[i] = set->controls[i].id;
	near = known ? base_suggest(id, known, set->n) : NULL;
	base_error_at(err, ASSAY_USAGE, id, 0, 0, "no such control");
	base_error_hint(err, near ? "did you mean '%s'?" : "'assay policies list' shows what there is", near);
	return ASSAY_USAGE;
}

static void
show_line(struct base_buffer *out, const char *title, const char *text)
{
	if (text && *text)
		base_buffer_format(out, "%-11s %s\n", title, text);
}

static void
show_needs(struct base_buffer *out, const char *title, const char *const *needs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		show_line(out, i ? "" : title, needs[i]);
}

static void
blocked_by(const struct policy_set *set, const struct policy_control *c, struct base_buffer *out)
{
	for (size_t i = 0; i < set->n_profiles; i++)
		for (size_t k = 0; k < set->profiles[i].n_blocks; k++)
			if (strcmp(set->profiles[i].blocks[k], c->id) == 0)
				show_line(out, c->is_draft ? "listed in" : "blocks", set->profiles[i].name);
}

int
app_policies_show(const struct audit_request *request, const char *id, const struct app_sink *sink, struct assay_error *err)
{
	_cleanup_(policy_free_at) struct policy_set *set = NULL;
	const struct policy_control *c;
	struct base_buffer out;
	int r = load(request, &set, err);

	r = r < 0 ? r : find_control(set, id, &c, err);
	if (r < 0)
		return r;
	base_buffer_init(&out, LIMIT_ENTRY);
	base_buffer_format(&out, "%s  %s\n", c->id, c->title);
	show_line(&out, "law", c->pack->title ? c->pack->title : c->pack->law);
	show_line(&out, "cite", c->cite);
	show_line(&out, "severity", c->severity);
	show_line(&out, "status", c->status);
	show_line(&out, "basis", c->basis);
	show_line(&out, "scope", c->scope);
	show_line(&out, "from", c->from);
	show_line(&out, "to", c->to);
	blocked_by(set, c, &out);
	show_needs(&out, "needs", c->required, c->n_required);
	show_needs(&out, "uses", c->optional, c->n_optional);
	show_line(&out, "absence", c->absence ? "asserts that something is not there: passes only where everything was examined" : NULL);
	show_line(&out, "waivable", c->is_waivable ? "yes" : "no");
	show_line(&out, "applies", c->applies);
	show_line(&out, "question", c->question);
	show_line(&out, "remedy", c->remedy);
	show_line(&out, "sql", c->sql);
	r = sink_shown(sink, &out);
	base_buffer_dispose(&out);
	return r < 0 ? base_error(err, r, "cannot write the control") : ASSAY_OK;
}

struct telling {
	const struct app_sink *sink;
	size_t cases, failed;
	int result;
};

static void
tell_case(void *context, const struct policy_control *control, const char *test, bool passed, const char *detail)
{
	struct telling *t = context;

	t->cases++;
	t->failed += !passed;
	if (passed || t->result < 0)
		return;
	t->result = sink_format(t->sink, "FAIL %s: %s: ", control->id, test);
	t->result = t->result < 0 ? t->result : sink_printable(t->sink, detail);
	t->result = t->result < 0 ? t->result : sink_format(t->sink, "\n");
}

int
app_policies_test(const struct audit_request *request, const char *id, const struct app_sink *sink, struct app_outcome *outcome,
	struct assay_error *err)
{
	_cleanup_(policy_free_at) struct policy_set *set = NULL;
	const struct policy_control *only = NULL;
	struct telling telling = {.sink = sink};
	size_t n = 0;
	int r = load(request, &set, err);

	if (r == ASSAY_OK && id)
		r = find_control(set, id, &only, err);
	for (size_t i = 0; r >= 0 && i < set->n; i++) {
		const struct policy_control *c = &set->controls[i];
		if ((only && only != c) || !is_chosen(request, c))
			continue;
		n++;
		r = policy_test(set, c, tell_case, &telling, err);
	}
	if (r < 0)
		return r;
	r = telling.result < 0 ? telling.result
			       : sink_format(sink, "%zu controls, %zu cases, %zu failed\n", n, telling.cases, telling.failed);
	*outcome = (struct app_outcome){.exits = {[APP_EXIT_VIOLATION] = telling.failed > 0, [APP_EXIT_INCOMPLETE] = telling.cases == 0}};
	return r < 0 ? base_error(err, r, "cannot write the list") : ASSAY_OK;
}

/* Does some test of the control expect this status? */
static bool
has_case(const struct policy_control *c, const char *status)
{
	for (const struct base_yaml_node *test = c->tests ? c->tests->first : NULL; test; test = test->next) {
		const struct base_yaml_node *expect = base_yaml_get(test, "expect");
		for (const struct base_yaml_node *row = expect ? expect->first : NULL; row; row = row->next) {
			const char *word = base_yaml_get_text(row, "status");
			if (word && strcmp(word, status) == 0)
				return true;
		}
	}
	return false;
}

static int
lint_control(const struct policy_control *c, struct sandbox *sandbox, const struct app_sink *sink, size_t *warnings)
{
	/* a control that only ever asks a person has no failing case, one that needs nothing lacks nothing, good practice has no first day
	 */
	const struct {
		const char *status;
		bool is_due;
	} cases[] = {
		{"fail", strstr(c->sql, "'fail'") != NULL}, {"pass", strstr(c->sql, "'fail'") != NULL}, {"noteval", c->n_required > 0}};
	const char *const texts[][2] = {{"a remedy", c->remedy}, {"a question", c->question}, {"a citation", c->cite},
		{"in_force.from", c->pack->n_jurisdictions > 0 ? c->from : "-"}};
	const char *const sqls[] = {c->sql, c->applies};
	int r = ASSAY_OK;

	for (size_t i = 0; i < BASE_COUNT(sqls) && r == ASSAY_OK; i++) {
		struct assay_error why = {0};
		sqlite3_stmt *statement = NULL;
		if (!sqls[i])
			continue;
		if (sandbox_prepare(sandbox, sqls[i], &statement, &why) < 0) {
			r = sink_format(sink, "warning: %s: its %s does not run: %s\n", c->id, i ? "applies" : "sql", why.message);
			++*warnings;
		}
		sqlite3_finalize(statement);
	}
	for (size_t i = 0; i < BASE_COUNT(texts) && r == ASSAY_OK; i++)
		if (!texts[i][1] || !*texts[i][1]) {
			r = sink_format(sink, "warning: %s: lacks %s\n", c->id, texts[i][0]);
			++*warnings;
		}
	for (size_t i = 0; i < BASE_COUNT(cases) && r == ASSAY_OK; i++)
		if (cases[i].is_due && !has_case(c, cases[i].status)) {
			r = sink_format(sink, "warning: %s: has no case that expects '%s'\n", c->id, cases[i].status);
			++*warnings;
		}
	return r;
}

int
app_policies_lint(const struct audit_request *request, const struct app_sink *sink, struct app_outcome *outcome, struct assay_error *err)
{
	_cleanup_(policy_free_at) struct policy_set *set = NULL;
	static const char path[] = "file:/assay-lint?vfs=memdb";
	struct sandbox *sandbox = NULL;
	sqlite3 *db = NULL;
	size_t warnings = 0, n = 0;
	int r = load(request, &set, err);

	r = r < 0 ? r : facts_create(path, &db, err);
	r = r < 0 ? r : sandbox_open(path, "2026-01-01", 0, &sandbox, err);
	for (size_t i = 0; r == ASSAY_OK && i < set->n; i++)
		if (is_chosen(request, &set->controls[i])) {
			n++;
			r = lint_control(&set->controls[i], sandbox, sink, &warnings);
		}
	sandbox_close(sandbox);
	sqlite3_close(db);
	r = r < 0 ? r : sink_format(sink, "%zu packs, %zu controls, %zu warnings\n", set->n_packs, n, warnings);
	*outcome = (struct app_outcome){.exits = {[APP_EXIT_VIOLATION] = warnings > 0}};
	return r < 0 && (!err || err->code == ASSAY_OK) ? base_error(err, r, "cannot write the list") : r;
}

struct table {
	const struct app_sink *sink;
	bool has_header;
};

static int
write_row(const struct app_sink *sink, int n, const char *const *cells)
{
	int r = ASSAY_OK;

	for (int i = 0; i < n && r == ASSAY_OK; i++) {
		r = i ? sink_format(sink, "\t") : ASSAY_OK;
		r = r < 0 ? r : sink_printable(sink, cells[i] ? cells[i] : "");
	}
	return r < 0 ? r : sink_format(sink, "\n");
}

static int
each_row(void *context, int n, const char *const *names, const char *const *values)
{
	struct table *t = context;
	int r = t->has_header ? ASSAY_OK : write_row(t->sink, n, names);

	t->has_header = true;
	return r < 0 ? r : write_row(t->sink, n, values);
}

int
app_policies_query(struct project *project, const char *id, const char *sql, const struct app_sink *sink, struct assay_error *err)
{
	_cleanup_free_ char *path = NULL;
	struct table table = {.sink = sink};
	char today[11];
	int r = result_find(project, id, &path, err);

	if (r < 0)
		return r;
	project_today(project, today);
	return policy_query(path, today, sql, each_row, &table, err);
}
