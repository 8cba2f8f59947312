/* Why a span is what it is, as JSON and as lines. */
#include "app/why.h"

#include "app/project.h"
#include "app/spans.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* The fixed scale (docs/rule-packs.md). What a word against it takes away depends on the rest, so it is what is left over. */
size_t
why_parts(const struct span *span, struct why_part ret[static WHY_PARTS])
{
	enum { PATTERN = 65, CHECK = 10, CONTEXT = 10, FAILED = -35 };
	size_t n = 0;
	int sum = PATTERN;

	ret[n++] = (struct why_part){"pattern", PATTERN};
	if (span->reasons >> REASON_CHECK & 1)
		ret[n++] = (struct why_part){"check", CHECK};
	if (span->reasons & (1u << REASON_CONTEXT | 1u << REASON_COLUMN))
		ret[n++] = (struct why_part){span->reasons >> REASON_CONTEXT & 1 ? "context" : "column", CONTEXT};
	if (span->reasons >> REASON_CHECK_FAILED & 1)
		ret[n++] = (struct why_part){"check-failed", FAILED};
	for (size_t i = 1; i < n; i++)
		sum += ret[i].points;
	if (sum != span->confidence && n < WHY_PARTS)
		ret[n++] = (struct why_part){"not-word", span->confidence - sum};
	return n;
}

const char *
why_suppressed(const struct span *span)
{
	static const enum reason order[] = {REASON_ALLOW, REASON_OVERLAP, REASON_CHANCE, REASON_FILTER, REASON_LIMIT, REASON_BARE,
		REASON_LOW_CONFIDENCE, REASON_CHECK_FAILED};

	if (span->state != SPAN_SUPPRESSED && span->state != SPAN_UNDECIDED)
		return NULL;
	for (size_t i = 0; i < BASE_COUNT(order); i++)
		if (span->reasons >> order[i] & 1)
			return reason_name(order[i]);
	return "unknown";
}

const struct rules_rule *
why_winner(const struct rules *rules, const struct span *span)
{
	for (uint32_t i = 0; span->why && span->reasons >> REASON_OVERLAP & 1 && i < span->why->n_tries; i++)
		if (span->why->tries[i].fate == WHY_WON)
			return rules->rule[span->why->tries[i].rule].def;
	return NULL;
}

static void
write_words(struct base_json *j, const char *key, const struct why_words *words)
{
	base_json_key(j, key);
	base_json_open_array(j);
	for (uint32_t i = 0; i < words->n; i++)
		base_json_text(j, words->word[i]);
	base_json_close_array(j);
}

static void
member_uint(struct base_json *j, const char *key, uint64_t n)
{
	base_json_key(j, key);
	base_json_uint(j, n);
}

static void
write_context(struct base_json *j, const struct span_why *why)
{
	base_json_key(j, "context");
	base_json_open_object(j);
	write_words(j, "words", &why->words);
	base_json_member_text(j, "column", why->column);
	write_words(j, "not", &why->against);
	base_json_member_text(j, "not_column", why->column_against);
	base_json_close_object(j);
}

static void
write_confidence(struct base_json *j, const struct span *span)
{
	struct why_part parts[WHY_PARTS];
	size_t n = span->why->fate == WHY_WON ? why_parts(span, parts) : 0;

	base_json_key(j, "confidence");
	base_json_open_array(j);
	for (size_t i = 0; i < n; i++) {
		base_json_open_object(j);
		base_json_member_text(j, "because", parts[i].because);
		base_json_member_int(j, "points", parts[i].points);
		base_json_close_object(j);
	}
	base_json_close_array(j);
}

static void
write_suppressed(struct base_json *j, const struct rules *rules, const struct span *span, unsigned min_confidence)
{
	const char *reason = why_suppressed(span);
	const struct rules_rule *winner = why_winner(rules, span);

	base_json_key(j, "suppressed");
	if (!reason) {
		base_json_null(j);
		return;
	}
	base_json_open_object(j);
	base_json_member_text(j, "reason", reason);
	if (winner)
		base_json_member_text(j, "by", winner->name);
	if (span->allowed > 0)
		base_json_member_int(j, "entry", (int64_t)span->allowed);
	if (span->reasons >> REASON_LOW_CONFIDENCE & 1)
		base_json_member_int(j, "min_confidence", (int64_t)min_confidence);
	base_json_close_object(j);
}

static void
write_tries(struct base_json *j, const struct rules *rules, const struct span_why *why)
{
	base_json_key(j, "tried");
	base_json_open_array(j);
	for (uint32_t i = 0; i < why->n_tries; i++) {
		const struct why_try *t = &why->tries[i];
		const struct rules_rule *def = rules->rule[t->rule].def;
		base_json_open_object(j);
		base_json_member_text(j, "rule", def->name);
		base_json_member_text(j, "entity", def->entity);
		member_uint(j, "start", t->start);
		member_uint(j, "end", t->end);
		base_json_member_text(j, "outcome", why_fate_name((enum why_fate)t->fate));
		if (t->confidence)
			base_json_member_int(j, "confidence", t->confidence);
		base_json_close_object(j);
	}
	base_json_close_array(j);
	if (why->n_more)
		member_uint(j, "tried_more", why->n_more);
}

void
why_write_json(const struct rules *rules, const struct span *span, unsigned min_confidence, struct base_json *j)
{
	const struct span_why *why = span->why;
	const struct rules_rule *def = rules->rule[span->rule].def;

	if (!why)
		return;
	base_json_key(j, "why");
	base_json_open_object(j);
	member_uint(j, "match_start", why->match_start);
	member_uint(j, "match_end", why->match_end);
	member_uint(j, "pattern", why->pattern + 1u);
	base_json_key(j, "checks");
	base_json_open_array(j);
	for (size_t i = 0; i < def->n_checks; i++) {
		base_json_open_object(j);
		base_json_member_text(j, "check", def->checks[i]->name);
		base_json_member_bool(j, "holds", why->checks >> i & 1);
		base_json_close_object(j);
	}
	base_json_close_array(j);
	write_context(j, why);
	write_confidence(j, span);
	write_suppressed(j, rules, span, min_confidence);
	write_tries(j, rules, why);
	base_json_close_object(j);
}

/* ---- for people ---- */

static void
title(struct base_buffer *out, const char *text)
{
	base_buffer_format(out, "    %-12s ", text);
}

static void
list_words(struct base_buffer *out, const struct why_words *words, const char *column, const char *near)
{
	for (uint32_t i = 0; i < words->n; i++) {
		base_buffer_text(out, i ? ", '" : "'");
		append_shown(out, words->word[i]);
		base_buffer_char(out, '\'');
	}
	if (words->n > 0)
		base_buffer_format(out, " %s", near);
	if (column) {
		base_buffer_text(out, words->n ? "; the column's name holds '" : "the column's name holds '");
		append_shown(out, column);
		base_buffer_char(out, '\'');
	}
	base_buffer_char(out, '\n');
}

static void
tell_checks(const struct rules_rule *def, const struct span_why *why, struct base_buffer *out)
{
	if (def->n_checks == 0)
		return;
	title(out, "checks");
	for (size_t i = 0; i < def->n_checks; i++)
		base_buffer_format(out, "%s%s %s", i ? ", " : "", def->checks[i]->name, why->checks >> i & 1 ? "holds" : "fails");
	base_buffer_char(out, '\n');
}

static void
tell_confidence(const struct span *span, unsigned min_confidence, struct base_buffer *out)
{
	struct why_part parts[WHY_PARTS];
	size_t n = why_parts(span, parts);

	title(out, "confidence");
	base_buffer_format(out, "%u =", span->confidence);
	for (size_t i = 0; i < n; i++)
		base_buffer_format(out,
			i == 0                ? " %s %d"
			: parts[i].points < 0 ? " - %s %d"
					      : " + %s %d",
			parts[i].because, abs(parts[i].points));
	if (span->reasons >> REASON_LOW_CONFIDENCE & 1)
		base_buffer_format(out, "; reported from %u on", min_confidence);
	base_buffer_char(out, '\n');
}

static void
tell_suppressed(const struct rules *rules, const struct span *span, struct base_buffer *out)
{
	static const char *const said[REASON_COUNT] = {[REASON_LOW_CONFIDENCE] = "its confidence is too low",
		[REASON_CHANCE] = "numbers of this column pass the check as often as chance would have it",
		[REASON_FILTER] = "a placeholder, no secret",
		[REASON_LIMIT] = "a limit of work was reached: undecided",
		[REASON_SAMPLE] = "a documentation value"};
	const struct rules_rule *winner = why_winner(rules, span);

	if (span->reasons >> REASON_OVERLAP & 1) {
		title(out, "because");
		base_buffer_format(out, "another rule holds these bytes%s%s\n", winner ? ": " : "", winner ? winner->name : "");
	}
	if (span->allowed > 0) {
		title(out, "because");
		base_buffer_format(out, "the allow-list names it: entry %llu\n", (unsigned long long)span->allowed);
	}
	for (size_t i = 0; i < REASON_COUNT; i++)
		if (said[i] && span->state != SPAN_REPORTED && span->reasons >> i & 1) {
			title(out, "because");
			base_buffer_format(out, "%s\n", said[i]);
		}
}

const char *
why_fate_text(const struct rules_rule *def, enum why_fate fate)
{
	static const char *const said[WHY_FATE_COUNT] = {[WHY_WON] = "holds the place",
		[WHY_LOST] = "gave way",
		[WHY_SAME] = "says the same",
		[WHY_READING] = "this rule, read otherwise",
		[WHY_CHECK] = "check fails",
		[WHY_BARE] = "would need a word near it or a column's name"};

	return fate == WHY_BARE && def->words.n == 0 ? "counts only in a column of that name" : said[fate];
}

void
why_list(struct base_buffer *out, size_t *column, bool is_first, const char *text)
{
	enum { INDENT = 17, WIDTH = 110 };
	size_t n = strlen(text) + (is_first ? 0 : 2);

	if (!is_first)
		base_buffer_char(out, ',');
	if (*column + n > WIDTH) {
		base_buffer_format(out, "\n%*s", INDENT, "");
		*column = INDENT;
	} else if (!is_first)
		base_buffer_char(out, ' ');
	base_buffer_text(out, text);
	*column += n;
}

/* One line per fate; the place stands with a rule where it is not the span's own. */
static void
tell_tries(const struct rules *rules, const struct span_why *why, struct base_buffer *out)
{
	const char *said = NULL;
	size_t column = 0, hidden = why->n_more;

	for (uint32_t i = 0; i < why->n_tries; i++) {
		const struct why_try *t = &why->tries[i];
		const struct rules_rule *def = rules->rule[t->rule].def;
		const char *fate = why_fate_text(def, (enum why_fate)t->fate);
		bool is_first = !said || strcmp(said, fate) != 0, is_here = t->start == why->match_start && t->end == why->match_end;
		char place[64] = "", text[256];
		/* what would have counted elsewhere only is no news */
		if (t->fate == WHY_BARE && !is_here) {
			hidden++;
			continue;
		}
		if (is_first) {
			base_buffer_text(out, said ? "\n" : "");
			title(out, said ? "" : "also tried");
			base_buffer_format(out, "%s: ", fate);
			column = 17 + strlen(fate) + 2;
			said = fate;
		}
		if (!is_here)
			snprintf(place, sizeof place, " (bytes %llu..%llu)", (unsigned long long)t->start, (unsigned long long)t->end);
		snprintf(text, sizeof text, "%.120s%s%s", def->name, def->is_guard ? " (a guard)" : "", place);
		why_list(out, &column, is_first, text);
	}
	if (said)
		base_buffer_char(out, '\n');
	if (hidden > 0) {
		title(out, said ? "" : "also tried");
		base_buffer_format(out, "%zu more without a word near them or a column's name\n", hidden);
	}
}

void
why_write_text(const struct rules *rules, const struct span *span, unsigned min_confidence, struct base_buffer *out)
{
	const struct rules_rule *def = rules->rule[span->rule].def;
	const struct span_why *why = span->why;

	title(out, "rule");
	base_buffer_format(out, "%s", def->name);
	if (def->title && *def->title) {
		base_buffer_text(out, ": ");
		append_shown(out, def->title);
	}
	base_buffer_char(out, '\n');
	title(out, "matched");
	base_buffer_format(out, "bytes %llu..%llu by pattern %u of %zu\n", (unsigned long long)why->match_start,
		(unsigned long long)why->match_end, why->pattern + 1u, def->patterns.n);
	if (span_decoded(span->reasons)) {
		title(out, "decoded");
		base_buffer_format(out, "%s: checks and fingerprint are of what the bytes stand for\n", span_decoded(span->reasons));
	}
	tell_checks(def, why, out);
	if (why->words.n > 0 || why->column) {
		title(out, "for it");
		list_words(out, &why->words, why->column, "near it");
	}
	if (why->against.n > 0 || why->column_against) {
		title(out, "against it");
		list_words(out, &why->against, why->column_against, "near it");
	}
	tell_confidence(span, min_confidence, out);
	tell_suppressed(rules, span, out);
	tell_tries(rules, why, out);
}
