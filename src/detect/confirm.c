/* From a start to a match: anchored PCRE2 with limits, the check table, context, the fixed scale of confidence. */
#include "detect/second.h"
#include "detect/why.h"

#include "base/memory.h"
#include "crypto/digest.h"

#include <string.h>

int
matches_push(struct detect_matches *m, const struct detect_match *item)
{
	if (base_grow(&m->items, &m->capacity, m->n + 1, sizeof *m->items) < 0)
		return ASSAY_NOMEM;
	m->items[m->n++] = *item;
	return ASSAY_OK;
}

static bool
bit_of(const uint64_t *bits, size_t i)
{
	return bits[i / 64] >> (i % 64) & 1;
}

/* What speaks for and against a rule at a place. */
struct evidence {
	bool word, column, against;
};

static bool
column_speaks_for(const struct detect_scanner *scanner, size_t rule)
{
	return scanner->field && bit_of(scanner->field->for_rule, rule);
}

static int
gather(struct detect_scanner *scanner, uint32_t start, uint32_t end, size_t rule, struct evidence *ret)
{
	unsigned words;

	if (nearby_words(&scanner->nearby, start, end, rule, &words) < 0)
		return ASSAY_NOMEM;
	ret->word = words & 1;
	ret->column = column_speaks_for(scanner, rule);
	ret->against = words & 2 || (scanner->field && bit_of(scanner->field->against_rule, rule) && !ret->column);
	return ASSAY_OK;
}

/* Reasons and confidence from what was gathered. False: nothing to report. */
static bool
judge(const struct rules_compiled *r, const struct evidence *e, struct detect_match *m)
{
	bool has_check = r->def->n_checks > 0, context = e->word || e->column;

	if (!m->passed && !context)
		return false;
	m->span.reasons = 1u << REASON_PATTERN | (e->word ? 1u << REASON_CONTEXT : 0) | (e->column ? 1u << REASON_COLUMN : 0)
			  | (e->against ? 1u << REASON_NOT_WORD : 0);
	if (has_check)
		m->span.reasons |= 1u << (m->passed ? REASON_CHECK : REASON_CHECK_FAILED);
	if (!m->passed)
		m->span.confidence = 40;
	else if (has_check)
		m->span.confidence = context ? 85 : 75;
	else
		m->span.confidence = context ? 75 : 65;
	if (e->against)
		m->span.confidence = m->span.confidence == 85 ? 75 : 40;
	return true;
}

/* Checks and context of a match; adds it when it counts. */
static int
weigh(struct detect_scanner *scanner, const struct rules_compiled *r, uint32_t pattern, struct base_span value, uint32_t start,
	struct detect_match *m)
{
	struct evidence evidence = {0};
	size_t rule = scanner->engine->hot[pattern].rule;
	bool plain_guard = r->def->is_guard && !r->def->collides;
	bool tells = scanner->engine->options.why != DETECT_WHY_NONE;

	if (!plain_guard && gather(scanner, start, start + (uint32_t)value.size, rule, &evidence) < 0)
		return ASSAY_NOMEM;
	if (tells && why_note(scanner, pattern, value, start, m) < 0)
		return ASSAY_NOMEM;
	/* bare digits without anything beside them: not even checked */
	if (r->def->collides && !evidence.word && !evidence.column) {
		if (tells)
			why_idle(scanner, WHY_BARE, m);
		return tells;
	}
	m->passed = true;
	for (size_t i = 0; i < r->def->n_checks && m->passed; i++)
		m->passed = r->def->checks[i]->holds(value);
	scanner->tried[rule]++;
	scanner->passed[rule] += m->passed;
	if (base_grow(&scanner->notes.items, &scanner->notes.capacity, scanner->notes.n + 1, sizeof *scanner->notes.items) < 0)
		return ASSAY_NOMEM;
	scanner->notes.items[scanner->notes.n++] = (struct tally_note){(uint16_t)rule, m->passed};
	if (plain_guard) {
		m->span.confidence = r->def->n_checks > 0 ? 75 : 65;
		return m->passed;
	}
	if (judge(r, &evidence, m))
		return 1;
	if (tells)
		why_idle(scanner, WHY_CHECK, m);
	return tells;
}

/* The last row of the value's map that begins at or before byte at. Starts come in order, so the walk goes on where it last ended. */
static const struct batch_map *
map_row(struct detect_scanner *scanner, const struct subject *s, uint32_t at)
{
	const struct batch_map *row = scanner->map_row && scanner->map_row->off <= at ? scanner->map_row : s->map;

	/* the final row stands at the value's end */
	while (row->off < s->size && row[1].off <= at)
		row++;
	scanner->map_row = row;
	return row;
}

/* Raw places of value bytes start..end. */
static void
place(struct detect_scanner *scanner, const struct subject *s, uint32_t start, uint32_t end, struct span *span)
{
	span->start = s->value_base + start;
	span->end = s->value_base + end;
	span->raw_start = span->raw_end = UINT64_MAX;
	if (s->raw == BATCH_UNMAPPED)
		return;
	if (!s->map) {
		span->raw_start = s->raw + start;
		span->raw_end = s->raw + end;
		return;
	}
	const struct batch_map *row = map_row(scanner, s, start);
	span->raw_start = row->raw + (start - row->off);
	/* the raw end of a decoded character is the raw start of the next one */
	row = map_row(scanner, s, end);
	span->raw_end = row->raw + (end - row->off);
}

static bool
is_sample(const struct rules_rule *def, struct base_span value)
{
	for (size_t i = 0; i < def->samples.n; i++) {
		const char *sample = def->samples.text[i];
		size_t k = 0;
		while (k < value.size || *sample) {
			if (k < value.size && !base_is_alnum(value.data[k])) {
				k++;
				continue;
			}
			if (*sample && !base_is_alnum((uint8_t)*sample)) {
				sample++;
				continue;
			}
			if (k >= value.size || !*sample || base_lower(value.data[k]) != base_lower((uint8_t)*sample))
				break;
			k++;
			sample++;
		}
		if (k == value.size && !*sample)
			return true;
	}
	return false;
}

int
run_pattern(struct detect_scanner *scanner, const struct hot_pattern *p, const struct subject *s, uint32_t at)
{
	if (p->has_jit)
		return pcre2_jit_match(p->code, s->data, s->size, at, 0, scanner->match_data, scanner->match_context);
	return pcre2_match(p->code, s->data, s->size, at, 0, scanner->match_data, scanner->match_context);
}

uint64_t
record_at(const struct subject *s, uint32_t at)
{
	uint64_t record = s->record;

	if (s->piece)
		return record_at(s->origin, s->piece->origin);
	for (uint32_t i = 0; s->counts_lines && i < at; i++)
		record += s->data[i] == '\n';
	return record;
}

int
confirm_at(struct detect_scanner *scanner, const struct subject *s, uint32_t pattern, uint32_t at)
{
	const struct detect_engine *e = scanner->engine;
	const struct hot_pattern *p = &e->hot[pattern];
	const struct rules_compiled *r;
	struct detect_match m;
	const PCRE2_SIZE *bounds;
	uint32_t start, end;
	int found;

	if (p->needs_column && !column_speaks_for(scanner, p->rule) && e->options.why == DETECT_WHY_NONE)
		return ASSAY_OK;
	if (s->size - at < p->width_min || (at > 0 && !byte_set_has(&p->before, s->data[at - 1])))
		return ASSAY_OK;
	found = run_pattern(scanner, p, s, at);
	if (found == PCRE2_ERROR_NOMATCH)
		return ASSAY_OK;
	if (found < 0) {
		if (found == PCRE2_ERROR_NOMEMORY)
			return ASSAY_NOMEM;
		scanner->met_limit = true;
		if (scanner->limited[p->rule]++ == 0) {
			scanner->limited_record[p->rule] = record_at(s, at);
			scanner->limited_raw[p->rule] = s->raw == BATCH_UNMAPPED || s->map || s->piece ? UINT64_MAX : s->raw + at;
		}
		return ASSAY_OK;
	}
	r = &e->rules->rule[p->rule];
	m = (struct detect_match){.priority = r->def->priority, .is_silent = r->is_silent, .sight = SIGHT_PLAIN};
	bounds = pcre2_get_ovector_pointer(scanner->match_data);
	start = (uint32_t)bounds[0];
	end = (uint32_t)bounds[1];
	m.start = s->value_base + start;
	m.end = s->value_base + end;
	if (p->value_group > 0 && (uint32_t)found > p->value_group && bounds[2 * p->value_group] != PCRE2_UNSET) {
		start = (uint32_t)bounds[2 * p->value_group];
		end = (uint32_t)bounds[2 * p->value_group + 1];
	}
	if (end <= start)
		return ASSAY_OK;
	struct base_span value = {s->data + start, end - start};
	uint32_t from = start, decoded = 0;
	if (s->piece && !second_place(scanner, s, p, bounds, &m, &start, &end, &decoded))
		return ASSAY_OK;
	int counts = weigh(scanner, r, pattern, value, from, &m);
	if (counts <= 0)
		return counts;
	m.span.reasons |= decoded;
	m.span.field = s->field;
	m.span.record = s->record;
	m.span.rule = p->rule;
	m.span.entity = r->entity;
	place(scanner, s->piece ? s->origin : s, start, end, &m.span);
	m.span.state = SPAN_REPORTED;
	if (m.is_idle) {
		m.span.state = SPAN_SUPPRESSED;
	} else if (is_sample(r->def, value)) {
		m.span.state = SPAN_SAMPLE;
		m.span.reasons |= 1u << REASON_SAMPLE;
	} else if (m.span.confidence < e->options.min_confidence) {
		m.span.state = SPAN_SUPPRESSED;
		m.span.reasons |= 1u << REASON_LOW_CONFIDENCE;
	}
	return matches_push(&scanner->matches, &m);
}

size_t
detect_mask(struct base_span value, enum rules_mask style, uint8_t ret[24])
{
	enum { STARS = 3, SHOWN_MAX = 4, WHOLE_BELOW = 8 };
	size_t characters = value.size, shown, n = 0;
	const uint8_t *at = style == MASK_EMAIL ? memchr(value.data, '@', value.size) : NULL;

	/* an upper bound of bytes per character keeps the shown share small for any encoding */
	for (size_t i = 0; i < value.size; i++)
		characters -= (value.data[i] & 0xc0) == 0x80;
	if (style == MASK_WHOLE || characters < WHOLE_BELOW) {
		memset(ret, '*', STARS);
		return STARS;
	}
	if (at) {
		ret[n++] = base_is_alnum(value.data[0]) ? value.data[0] : '?';
		memset(ret + n, '*', STARS);
		n += STARS;
		ret[n++] = '@';
		memset(ret + n, '*', STARS);
		return n + STARS;
	}
	memset(ret, '*', STARS);
	n = STARS;
	shown = characters / 4 < SHOWN_MAX ? characters / 4 : SHOWN_MAX;
	for (size_t i = value.size - shown; i < value.size; i++)
		ret[n++] = value.data[i] > 0x20 && value.data[i] < 0x7f && value.data[i] != '\\' ? value.data[i] : '?';
	return n;
}

int
detect_fingerprint(struct crypto_hmac *hmac, const struct rules_rule *rule, struct base_span value, uint8_t ret[16])
{
	static const char label[] = "assay-fp/v1";
	uint8_t form[PATTERN_WIDTH_MAX], mac[CRYPTO_SHA256_SIZE];
	size_t n = rules_canonical_form(value, rule->canonical, form);
	struct crypto_piece pieces[] = {{label, sizeof label}, {rule->entity, strlen(rule->entity) + 1}, {form, n}};
	int r = crypto_hmac_of(hmac, pieces, BASE_COUNT(pieces), mac);

	crypto_wipe(form, n);
	if (r == ASSAY_OK)
		memcpy(ret, mac, 16);
	return r;
}

/* A value that the allow-list names keeps its place among overlaps, and is no finding. */
static void
look_up_allowed(struct detect_scanner *scanner, struct detect_match *m, struct base_span value)
{
	const struct rules_rule *def = scanner->engine->rules->rule[m->span.rule].def;
	struct allow_value asked = {.entity = def->entity,
		.value = value,
		.canonical = def->canonical,
		.fingerprint = m->span.has_fingerprint ? m->span.fingerprint : NULL,
		.match_data = scanner->match_data,
		.match_context = scanner->match_context};

	m->span.allowed = allow_find(scanner->engine->options.allow, &asked);
	if (m->span.allowed == 0)
		return;
	m->span.state = SPAN_SUPPRESSED;
	m->span.reasons |= 1u << REASON_ALLOW;
}

int
finish_match(struct detect_scanner *scanner, struct detect_match *m, struct base_span value)
{
	const struct rules_compiled *r = &scanner->engine->rules->rule[m->span.rule];

	if (m->is_silent)
		return ASSAY_OK;
	m->span.mask_len = (uint8_t)detect_mask(value, r->def->mask, m->span.mask);
	if (scanner->hmac) {
		int e = detect_fingerprint(scanner->hmac, r->def, value, m->span.fingerprint);
		if (e < 0)
			return e;
		m->span.has_fingerprint = 1;
	}
	if (scanner->engine->options.allow && m->span.state == SPAN_REPORTED)
		look_up_allowed(scanner, m, value);
	return ASSAY_OK;
}
