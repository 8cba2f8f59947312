/* A text against all rules: what a scan would find in it, and what was tried in vain. */
#include "app/explain.h"

#include "app/attempt.h"
#include "app/why.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

/* What became of it, in a word. */
static const char *
state_of(const struct rules *rules, const struct span *span)
{
	if (rules->rule[span->rule].def->is_guard)
		return "guard";
	return span_state_name((enum span_state)span->state);
}

static void
write_span(struct explaining *e, const struct rules *rules, const struct span *span, struct base_span text)
{
	struct base_json *j = &e->json;

	base_json_open_object(j);
	base_json_key(j, "start");
	base_json_uint(j, span->start);
	base_json_key(j, "end");
	base_json_uint(j, span->end);
	span_write_members(j, rules, span);
	if (e->request->scan.reveal && span->end <= text.size) {
		base_json_key(j, "value");
		base_json_string(j, (struct base_span){text.data + span->start, (size_t)(span->end - span->start)});
	}
	why_write_json(rules, span, e->request->scan.min_confidence, j);
	base_json_close_object(j);
}

void
explain_span(struct explaining *e, const struct rules *rules, const struct span *span, struct base_span text)
{
	struct base_buffer *out = &e->out;

	if (e->request->json) {
		write_span(e, rules, span, text);
		return;
	}
	base_buffer_format(out, "%-10s %-24s bytes %llu..%llu", state_of(rules, span), rules->rule[span->rule].def->entity,
		(unsigned long long)span->start, (unsigned long long)span->end);
	base_buffer_text(out, span->mask_len > 0 ? "  " : "");
	if (e->request->scan.reveal && span->end <= text.size)
		base_text_printable(out, (struct base_span){text.data + span->start, (size_t)(span->end - span->start)});
	else
		base_text_printable(out, (struct base_span){span->mask, span->mask_len});
	base_buffer_char(out, '\n');
	why_write_text(rules, span, e->request->scan.min_confidence, out);
}

static bool
is_idle(const struct span *span)
{
	return span->why && span->why->fate != WHY_WON;
}

/* At the same place, with the same fate. */
static bool
is_same_try(const struct rules *rules, const struct span *a, const struct span *b)
{
	return is_idle(b) && a->why->match_start == b->why->match_start && a->why->match_end == b->why->match_end
	       && why_fate_text(rules->rule[a->rule].def, (enum why_fate)a->why->fate)
			  == why_fate_text(rules->rule[b->rule].def, (enum why_fate)b->why->fate);
}

/* What was tried in vain at a place, one line per fate. */
static void
tell_idle(struct explaining *e, const struct rules *rules, const struct span *spans, size_t n)
{
	struct base_buffer *out = &e->out;

	for (size_t i = 0; i < n; i++) {
		const char *fate =
			is_idle(&spans[i]) ? why_fate_text(rules->rule[spans[i].rule].def, (enum why_fate)spans[i].why->fate) : NULL;
		bool is_told = !fate;
		size_t column;
		for (size_t k = 0; k < i && !is_told; k++)
			is_told = is_same_try(rules, &spans[i], &spans[k]);
		if (is_told)
			continue;
		base_buffer_format(out, "nothing    bytes %llu..%llu", (unsigned long long)spans[i].why->match_start,
			(unsigned long long)spans[i].why->match_end);
		base_buffer_format(out, "\n    %s: ", fate);
		column = strlen(fate) + 6;
		for (size_t k = i; k < n; k++)
			if (is_same_try(rules, &spans[i], &spans[k]))
				why_list(out, &column, k == i, rules->rule[spans[k].rule].def->name);
		base_buffer_char(out, '\n');
	}
}

/* Guards are told, rules that were not asked for are not. */
static bool
is_shown(const struct rules *rules, const struct span *span)
{
	return span->why && (!rules->rule[span->rule].is_silent || rules->rule[span->rule].def->is_guard);
}

int
explain_text(struct explaining *e, size_t *ret_reported, struct assay_error *err)
{
	const struct scan_request *request = &e->request->scan;
	struct base_span text = base_span_of(e->request->what);
	struct detect_options options = {
		.min_confidence = (uint8_t)request->min_confidence, .why = DETECT_WHY_ALL, .cache_folder = e->project->env->cache_folder};
	_cleanup_(rules_free_at) struct rules *rules = NULL;
	_cleanup_(attempt_free_at) struct attempt *attempt = NULL;
	const struct span *spans;
	size_t n = 0, reported = 0;
	int r = scan_job_rules(e->project, request, &rules, err);

	if (e->project->allow) {
		r = r < 0 ? r : scan_job_check_allow(e->project, rules, err);
		options.allow = e->project->allow;
		options.fingerprint_key = e->project->has_fingerprint ? e->project->fingerprint_key : NULL;
	}
	r = r < 0 ? r : attempt_new(rules, &options, &attempt, err);
	r = r < 0 ? r : attempt_run(attempt, NULL, text, &spans, &n, err);
	if (r < 0)
		return r;
	if (e->request->json) {
		base_json_key(&e->json, "spans");
		base_json_open_array(&e->json);
	}
	for (size_t i = 0; i < n; i++) {
		reported += spans[i].state == SPAN_REPORTED && !rules->rule[spans[i].rule].is_silent;
		if (is_shown(rules, &spans[i]) && (e->request->json || !is_idle(&spans[i])))
			explain_span(e, rules, &spans[i], text);
	}
	if (!e->request->json)
		tell_idle(e, rules, spans, n);
	if (e->request->json) {
		base_json_close_array(&e->json);
		base_json_member_int(&e->json, "rules", (int64_t)rules->n);
		base_json_member_int(&e->json, "reported", (int64_t)reported);
		base_json_member_int(&e->json, "min_confidence", request->min_confidence);
	} else
		base_buffer_format(
			&e->out, "%zu rules tried, %zu reported, confidence from %u on\n", rules->n, reported, request->min_confidence);
	*ret_reported = reported;
	return ASSAY_OK;
}
