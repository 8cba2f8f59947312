/* Why: the chain that allows, or the nearest miss; and the list of all rights. */
#include "access/internal.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"

#include <string.h>

struct story {
	const struct access *a;
	const struct access_request *request;
	const struct access_finding *found;
	struct base_buffer *out;
};

static void
put(struct story *s, const char *text)
{
	base_text_printable(s->out, base_span_of(text));
}

static void
quote(struct story *s, const char *before, const char *name, const char *after)
{
	base_buffer_format(s->out, "%s'", before);
	put(s, name);
	base_buffer_format(s->out, "'%s", after);
}

/* "  access.yaml:12: " */
static void
place(struct story *s, uint32_t line)
{
	base_buffer_text(s->out, "  ");
	put(s, base_path_name(s->a->yaml->name));
	base_buffer_format(s->out, ":%u: ", line);
}

static void
put_date(struct story *s, const char *before, int64_t ms)
{
	char date[BASE_DATE_TEXT];

	base_date_format(ms, date);
	base_buffer_format(s->out, "%s%s", before, date);
}

static void
tell_grant(struct story *s, const struct access_grant *grant)
{
	place(s, grant->line);
	base_buffer_text(s->out, strncmp(grant->label, "grant ", 6) == 0 ? "" : "grant ");
	put(s, grant->label);
	quote(s, " gives ", s->a->principals[grant->principal].name, "");
	quote(s, " the role ", s->a->roles[grant->role].name, "");
	if (grant->from_ms != INT64_MIN)
		put_date(s, " from ", grant->from_ms);
	if (grant->end_ms != INT64_MAX)
		put_date(s, " until ", grant->end_ms - 1);
	if (grant->by)
		quote(s, ", by ", grant->by, "");
	base_buffer_char(s->out, '\n');
}

/* One step a line from a granted role down to the role that decided; the first way in file order. */
static void
tell_chain(struct story *s, uint32_t from, uint32_t to)
{
	while (from != to) {
		const struct access_role *role = &s->a->roles[from];
		size_t k = 0;
		while (k < role->n_inherits && !access_set_has(s->a->roles[role->inherits[k]].closure, to))
			k++;
		if (k == role->n_inherits)
			return;
		place(s, role->node->key_line);
		quote(s, "the role ", role->name, "");
		quote(s, " inherits ", s->a->roles[role->inherits[k]].name, "\n");
		from = role->inherits[k];
	}
}

/* "read, write eval/a, eval/b for x, y" */
static void
put_scope(struct story *s, const struct access_scope *scope)
{
	const char *separator = "";

	for (size_t i = 0; i < ACCESS_ACTIONS; i++)
		if (scope->actions >> i & 1) {
			base_buffer_format(s->out, "%s%s", separator, access_action_at(i));
			separator = ", ";
		}
	separator = " ";
	for (size_t i = 0; i < scope->n_data; i++, separator = ", ") {
		base_buffer_text(s->out, separator);
		put(s, scope->data[i]);
	}
	separator = " for ";
	for (size_t i = 0; i < scope->n_purposes; i++, separator = ", ") {
		base_buffer_text(s->out, separator);
		put(s, s->a->purposes[scope->purposes[i]]);
	}
	if (scope->n_purposes == 0)
		base_buffer_text(s->out, " for any purpose");
}

static void
tell_permission(struct story *s, uint32_t role, const char *end)
{
	const struct access_role *r = &s->a->roles[role];

	place(s, r->node->key_line);
	quote(s, "the role ", r->name, " may ");
	put_scope(s, &r->scope);
	base_buffer_format(s->out, "%s\n", end);
}

static void
tell_deny(struct story *s)
{
	const struct access_deny *deny = &s->a->denies[s->found->deny];

	place(s, deny->line);
	base_buffer_text(s->out, deny->label);
	quote(s, " forbids the role ", s->a->roles[deny->role].name, " to ");
	put_scope(s, &deny->scope);
	if (deny->why) {
		base_buffer_text(s->out, ": ");
		put(s, deny->why);
	}
	base_buffer_char(s->out, '\n');
}

static void
suggest(struct story *s, const char *text, const char *const *words, size_t n)
{
	const char *near = text ? base_suggest(text, words, n) : NULL;

	if (near)
		quote(s, "  did you mean ", near, "?\n");
}

static int
tell_no_grant(struct story *s)
{
	const struct access *a = s->a;
	size_t n = a->n_roles > a->n_principals ? a->n_roles : a->n_principals;
	_cleanup_free_ const char **names = base_calloc(n + 1, sizeof *names);

	if (!names)
		return ASSAY_NOMEM;
	if (s->found->principal == ACCESS_NONE) {
		quote(s, "  no grant names ", s->request->principal ? s->request->principal : "", "\n");
		for (size_t i = 0; i < a->n_principals; i++)
			names[i] = a->principals[i].name;
		suggest(s, s->request->principal, names, a->n_principals);
		return ASSAY_OK;
	}
	if (s->request->role && s->found->asked == ACCESS_NONE) {
		quote(s, "  there is no role ", s->request->role, "\n");
		for (size_t i = 0; i < a->n_roles; i++)
			names[i] = a->roles[i].name;
		suggest(s, s->request->role, names, a->n_roles);
	}
	for (uint32_t i = a->principals[s->found->principal].first; i != ACCESS_NONE; i = a->grants[i].next)
		tell_grant(s, &a->grants[i]);
	return ASSAY_OK;
}

/* The first role in the file that would allow what no held role does. */
static void
tell_who_could(struct story *s)
{
	int action = access_action_index(s->request->action);
	uint32_t purpose = ACCESS_NONE;

	access_find(s->a->purpose_names, s->request->purpose, &purpose);
	for (uint32_t i = 0; i < s->a->n_roles; i++) {
		const struct access_scope *scope = &s->a->roles[i].scope;
		if (!(scope->actions >> action & 1) || !access_scope_has_data(scope, s->found->name)
			|| (s->request->purpose && !access_scope_has_purpose(scope, purpose)))
			continue;
		tell_permission(s, i, ", but is not held");
		return;
	}
	base_buffer_text(s->out, "  no role of this policy allows it\n");
}

static int
tell_refusal(struct story *s)
{
	const struct access *a = s->a;
	const struct access_finding *f = s->found;

	switch (f->outcome) {
	case ACCESS_OUTSIDE:
		base_buffer_text(s->out, "  the name is empty, too long, absolute or leaves the project root: no rule can allow it\n");
		break;
	case ACCESS_NO_GRANT:
		return tell_no_grant(s);
	case ACCESS_EXPIRED:
	case ACCESS_NOT_YET:
		tell_grant(s, &a->grants[f->grant]);
		put_date(s, f->outcome == ACCESS_EXPIRED ? "  it is over on " : "  it has not begun on ", s->request->at_ms);
		base_buffer_char(s->out, '\n');
		break;
	case ACCESS_NO_PERMISSION:
		tell_grant(s, &a->grants[f->grant]);
		tell_who_could(s);
		break;
	case ACCESS_OTHER_PURPOSE:
		tell_permission(s, f->role, ": another purpose");
		suggest(s, s->request->purpose, a->purposes, a->n_purposes);
		break;
	case ACCESS_OTHER_DATA:
		tell_permission(s, f->role, ": other data");
		break;
	case ACCESS_DENIED_RULE:
		tell_deny(s);
		break;
	case ACCESS_ALLOWED:
		break;
	}
	return ASSAY_OK;
}

static void
tell_head(struct story *s)
{
	const struct access_request *q = s->request;
	bool is_allowed = s->found->outcome == ACCESS_ALLOWED;

	base_buffer_format(s->out, "%s:", access_outcome_name(s->found->outcome));
	quote(s, " ", q->principal ? q->principal : "", is_allowed ? " may " : " may not ");
	base_buffer_text(s->out, q->action);
	quote(s, " ", q->resource ? q->resource : "", "");
	if (q->purpose)
		quote(s, " for ", q->purpose, "");
	if (q->role)
		quote(s, " as ", q->role, "");
	base_buffer_char(s->out, '\n');
	if (q->resource && s->found->outcome != ACCESS_OUTSIDE && strcmp(q->resource, s->found->name) != 0)
		quote(s, "  the resource is ", s->found->name[0] ? s->found->name : ".", "\n");
}

int
access_explain(const struct access *a, const struct access_request *request, struct base_buffer *out, struct assay_error *err)
{
	struct access_finding found;
	struct story s = {a, request, &found, out};
	int r;

	if (access_action_index(request->action) < 0) {
		const char *words[ACCESS_ACTIONS], *near;
		for (size_t i = 0; i < ACCESS_ACTIONS; i++)
			words[i] = access_action_at(i);
		base_error_at(err, ASSAY_USAGE, request->action, 0, 0, "no such action");
		near = request->action ? base_suggest(request->action, words, ACCESS_ACTIONS) : NULL;
		if (near)
			base_error_hint(err, "did you mean '%s'?", near);
		return ASSAY_USAGE;
	}
	access_resolve(a, request, &found);
	tell_head(&s);
	if (found.role != ACCESS_NONE && found.grant != ACCESS_NONE) {
		tell_grant(&s, &a->grants[found.grant]);
		tell_chain(&s, a->grants[found.grant].role, found.role);
	}
	if (found.outcome == ACCESS_ALLOWED)
		tell_permission(&s, found.role, "");
	r = found.outcome == ACCESS_ALLOWED ? ASSAY_OK : tell_refusal(&s);
	if (a->n_accept > 0) {
		base_buffer_text(out, "  the name is claimed, not proven (accepted as proof:");
		for (size_t i = 0; i < a->n_accept; i++)
			base_buffer_format(out, "%s %s", i ? "," : "", a->accept[i]);
		base_buffer_text(out, ")\n");
	}
	r = r < 0 ? r : base_buffer_status(out);
	return r == ASSAY_NOMEM ? base_error_nomem(err) : r < 0 ? base_error(err, r, "the explanation is too long") : ASSAY_OK;
}

/* One row per action, glob and purpose of a scope. */
static int
each_in_scope(const struct access *a, const struct access_scope *scope, struct access_right *right,
	int (*each)(void *context, const struct access_right *right), void *context)
{
	int r = 0;

	for (size_t k = 0; k < ACCESS_ACTIONS; k++)
		for (size_t i = 0; (scope->actions >> k & 1) && i < scope->n_data; i++)
			for (size_t p = 0; r == 0 && p < (scope->n_purposes ? scope->n_purposes : 1); p++) {
				right->action = access_action_at(k);
				right->resource = scope->data[i];
				right->purpose = scope->n_purposes ? a->purposes[scope->purposes[p]] : "";
				r = each(context, right);
			}
	return r;
}

int
access_each_right(const struct access *a, int (*each)(void *context, const struct access_right *right), void *context)
{
	int r = 0;

	for (size_t g = 0; g < a->n_grants; g++) {
		const struct access_grant *grant = &a->grants[g];
		struct access_right right = {.principal = a->principals[grant->principal].name,
			.effect = "allow",
			.grant = grant->label,
			.expires_ms = grant->end_ms == INT64_MAX ? INT64_MAX : grant->end_ms - 1};
		for (uint32_t i = 0; i < a->n_roles && r == 0; i++)
			if (access_set_has(a->roles[grant->role].closure, i)) {
				right.role = a->roles[i].name;
				r = each_in_scope(a, &a->roles[i].scope, &right, each, context);
			}
	}
	for (size_t i = 0; i < a->n_denies && r == 0; i++) {
		struct access_right right = {.principal = "",
			.role = a->roles[a->denies[i].role].name,
			.effect = "deny",
			.grant = a->denies[i].label,
			.expires_ms = INT64_MAX};
		r = each_in_scope(a, &a->denies[i].scope, &right, each, context);
	}
	return r;
}
