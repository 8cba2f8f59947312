/* access check, explain, list. */
#include "app/project.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/time.h"

#include <string.h>

static int
need_access(const struct project *p, struct assay_error *err)
{
	if (p->access)
		return ASSAY_OK;
	base_error_at(err, ASSAY_CONFIG, p->root, 0, 0, "there is no access policy");
	base_error_hint(err, "write access.yaml beside assay.yaml, or name it with --access");
	return ASSAY_CONFIG;
}

/* The name of the file itself where links lead away from the name that was given; *ret is NULL where they do not. */
static int
real_name(const struct project *p, const char *resource, char **ret, struct assay_error *err)
{
	_cleanup_free_ char *joined = base_path_join(p->root, resource ? resource : ""), *path = joined ? base_path_absolute(joined) : NULL;
	_cleanup_free_ char *real_root = NULL, *real = NULL;
	const char *given, *found;
	int r = path ? base_path_follow(p->root, &real_root, err) : base_error_nomem(err);

	r = r < 0 ? r : base_path_follow(path, &real, err);
	if (r < 0)
		return r;
	given = base_path_below(p->root, path);
	found = base_path_below(real_root, real);
	/* a name that leaves the root is refused as it stands, and an absolute one */
	if (given[0] == '/' || strcmp(given, found) == 0)
		return ASSAY_OK;
	*ret = base_strdup(found);
	return *ret ? ASSAY_OK : base_error_nomem(err);
}

static void
say_link(struct assay_env *env, const char *given, const char *real)
{
	_cleanup_free_ char *text = base_format("'%s' leads to '%s': both names have to be allowed", given, real);

	if (text)
		env->log(env->context, ASSAY_LOG_WARNING, text);
}

int
app_access_check(struct project *p, const struct access_question *question, struct assay_env *env, bool explain,
	const struct app_sink *sink, struct app_outcome *outcome, struct assay_error *err)
{
	struct access_request request = {.principal = question->principal ? question->principal : p->actor,
		.role = question->role,
		.action = question->action ? question->action : "read",
		.resource = question->resource,
		.purpose = question->purpose,
		.at_ms = env->now_ms(env->context)};
	_cleanup_free_ char *real = NULL;
	struct access_decision decision;
	struct base_buffer out;
	int r = need_access(p, err);

	r = r < 0 ? r : real_name(p, question->resource, &real, err);
	if (r < 0)
		return r;
	decision = access_decide(p->access, &request);
	/* as `run` decides: a link opens no door */
	if (real) {
		say_link(env, question->resource, real);
		if (decision.outcome == ACCESS_ALLOWED) {
			request.resource = real;
			decision = access_decide(p->access, &request);
		}
	}
	base_buffer_init(&out, LIMIT_ENTRY);
	if (explain)
		r = access_explain(p->access, &request, &out, err);
	else
		base_buffer_format(&out, "%s\n", access_outcome_name(decision.outcome));
	r = r < 0 ? r : sink_buffer(sink, &out);
	base_buffer_dispose(&out);
	if (r < 0)
		return r;
	*outcome = (struct app_outcome){.exits = {[APP_EXIT_VIOLATION] = decision.outcome != ACCESS_ALLOWED}};
	return ASSAY_OK;
}

struct listing {
	const struct app_sink *sink;
	bool json;
};

static int
list_json(const struct app_sink *sink, const struct access_right *right)
{
	struct base_buffer out;
	struct base_json j;
	char until[BASE_DATE_TEXT] = "";
	int r;

	if (right->expires_ms != INT64_MAX)
		base_date_format(right->expires_ms, until);
	base_buffer_init(&out, LIMIT_ENTRY);
	base_json_init(&j, &out);
	base_json_open_object(&j);
	base_json_member_text(&j, "principal", right->principal);
	base_json_member_text(&j, "role", right->role);
	base_json_member_text(&j, "action", right->action);
	base_json_member_text(&j, "data", right->resource);
	base_json_member_text(&j, "purpose", right->purpose);
	base_json_member_text(&j, "effect", right->effect);
	base_json_member_text(&j, "until", until[0] ? until : NULL);
	base_json_member_text(&j, "grant", right->grant);
	base_json_close_object(&j);
	base_buffer_char(&out, '\n');
	r = sink_buffer(sink, &out);
	base_buffer_dispose(&out);
	return r;
}

static int
list_text(const struct app_sink *sink, const struct access_right *right)
{
	const char *cells[] = {right->effect, right->principal && *right->principal ? right->principal : "(any)", right->role,
		right->action, right->resource, right->purpose && *right->purpose ? right->purpose : "(any purpose)"};
	char until[BASE_DATE_TEXT] = "";
	int r = ASSAY_OK;

	for (size_t i = 0; i < BASE_COUNT(cells) && r == ASSAY_OK; i++) {
		r = i ? sink_format(sink, "  ") : ASSAY_OK;
		r = r < 0 ? r : sink_printable(sink, cells[i] ? cells[i] : "-");
	}
	if (right->expires_ms != INT64_MAX)
		base_date_format(right->expires_ms, until);
	return r < 0 ? r : sink_format(sink, "%s%s\n", until[0] ? "  until " : "", until);
}

static int
list_one(void *context, const struct access_right *right)
{
	const struct listing *listing = context;

	return listing->json ? list_json(listing->sink, right) : list_text(listing->sink, right);
}

int
app_access_list(struct project *p, bool json, const struct app_sink *sink, struct assay_error *err)
{
	struct listing listing = {sink, json};
	int r = need_access(p, err);

	r = r < 0 ? r : access_each_right(p->access, list_one, &listing);
	return r < 0 && err->code == ASSAY_OK ? base_error(err, r, "cannot write the list") : r;
}
