/* From spans to findings: counters per (resource, field, entity), examples, the order-free content digest, and the column verdict. */
#include "scan/internal.h"

#include "base/error.h"
#include "base/memory.h"

#include <string.h>

struct finding_key {
	uint32_t resource, field, entity;
};

static int
find_or_add(struct scan *scan, uint32_t resource, uint32_t field, uint16_t entity, struct finding **ret)
{
	struct finding_key key = {resource, field, entity};
	struct base_span bytes = {(const uint8_t *)&key, sizeof key};
	uint32_t at;

	if (!base_map_find(scan->finding_index, bytes, &at)) {
		if (base_grow(&scan->result.findings, &scan->findings_capacity, scan->result.n_findings + 1, sizeof *scan->result.findings)
			< 0)
			return ASSAY_NOMEM;
		at = (uint32_t)scan->result.n_findings;
		if (base_map_insert(scan->finding_index, bytes, at) < 0)
			return ASSAY_NOMEM;
		scan->result.findings[scan->result.n_findings++] = (struct finding){.resource = resource,
			.field = field,
			.entity = entity,
			.state = SPAN_SUPPRESSED,
			.first_record = UINT64_MAX,
			.last_record = UINT64_MAX};
	}
	*ret = &scan->result.findings[at];
	return ASSAY_OK;
}

/* Adds HMAC(K, fingerprint) to the digest as a 256-bit big-endian number. */
static int
add_digest(struct scan *scan, struct finding *f, const struct span *span)
{
	uint8_t mac[32];
	unsigned carry = 0;
	struct crypto_piece piece = {span->fingerprint, sizeof span->fingerprint};
	int r;

	if (!scan->hmac || !span->has_fingerprint)
		return ASSAY_OK;
	r = crypto_hmac_of(scan->hmac, &piece, 1, mac);
	if (r < 0)
		return r;
	for (size_t i = 32; i-- > 0;) {
		carry += f->content_digest[i] + mac[i];
		f->content_digest[i] = (uint8_t)carry;
		carry >>= 8;
	}
	f->has_digest = true;
	return ASSAY_OK;
}

static void
add_suppressed(struct finding *f, const struct span *span)
{
	f->n_all_suppressed++;
	for (unsigned i = REASON_NOT_WORD; i < REASON_DECODED_HTML; i++)
		if (span->reasons >> i & 1)
			f->n_suppressed[i]++;
	if (span->reasons >> REASON_CHECK_FAILED & 1)
		f->n_suppressed[REASON_CHECK_FAILED]++;
}

static int
add_reported(struct scan *scan, struct finding *f, const struct span *span)
{
	f->n_spans++;
	f->n_level[span->confidence < 65 ? 0 : span->confidence < 85 ? 1 : 2]++;
	f->n_validated += (span->reasons >> REASON_CHECK & 1) != 0;
	if (span->confidence > f->confidence)
		f->confidence = span->confidence;
	if (f->first_record == UINT64_MAX)
		f->first_record = span->record;
	if (f->n_records == 0 || f->last_record != span->record)
		f->n_records++;
	f->last_record = span->record;
	return add_digest(scan, f, span);
}

int
findings_add_span(void *context, const struct span *span)
{
	struct scan *scan = context;
	const struct slot *slot = &scan->slots[scan->drained % scan->n_slots];
	struct scan_resource *resource = &scan->result.resources[slot->resource];
	struct finding *f;
	int r = find_or_add(scan, slot->resource, span->field, span->entity, &f);

	if (r < 0)
		return r;
	f->reasons |= span->reasons;
	switch (span->state) {
	case SPAN_REPORTED:
		r = add_reported(scan, f, span);
		break;
	case SPAN_SAMPLE:
		f->n_sample++;
		break;
	default:
		add_suppressed(f, span);
		break;
	}
	if (span->state <= SPAN_SAMPLE && f->n_examples < SCAN_EXAMPLES) {
		f->examples[f->n_examples] = *span;
		f->examples[f->n_examples++].why = NULL;
	}
	if (r == ASSAY_OK && scan->options.on_span)
		r = scan->options.on_span(scan->options.span_context, resource, resource->fields[span->field].name, span);
	return r;
}

int
findings_add_issue(void *context, const struct issue *issue)
{
	struct scan *scan = context;
	struct {
		uint32_t resource;
		uint16_t code, rule;
	} key = {issue->resource, issue->code, issue->rule};
	struct base_span bytes = {(const uint8_t *)&key, sizeof key};
	uint32_t at;

	if (base_map_find(scan->issue_index, bytes, &at)) {
		scan->result.issues[at].count += issue->count;
		return ASSAY_OK;
	}
	if (base_grow(&scan->result.issues, &scan->issues_capacity, scan->result.n_issues + 1, sizeof *scan->result.issues) < 0)
		return ASSAY_NOMEM;
	if (base_map_insert(scan->issue_index, bytes, (uint32_t)scan->result.n_issues) < 0)
		return ASSAY_NOMEM;
	scan->result.issues[scan->result.n_issues++] = *issue;
	return ASSAY_OK;
}

int
findings_add_tallies(struct scan *scan, uint32_t resource, const struct detect_output *output)
{
	for (size_t i = 0; i < output->n_tallies; i++) {
		const struct detect_tally *t = &output->tallies[i];
		const struct rules_compiled *rule = &scan->options.rules->rule[t->rule];
		struct finding *f;
		if (rule->is_silent || rule->def->n_checks == 0 || rule->chance > 0.25)
			continue;
		int r = find_or_add(scan, resource, t->field, rule->entity, &f);
		if (r < 0)
			return r;
		f->n_tried += t->tried;
		f->n_expected_ppm += t->tried * (uint64_t)(rule->chance * 1e6 + 0.5);
		f->n_passed += t->passed;
	}
	return ASSAY_OK;
}

int
findings_drain(struct scan *scan, struct slot *slot, struct assay_error *err)
{
	struct span_sink spans = {scan, findings_add_span};
	struct issue_sink issues = {scan, findings_add_issue};
	int r;

	if (slot->is_end)
		r = detect_drain_end(scan->drain, &spans, &issues, err);
	else if (slot->result < 0) {
		*err = slot->error;
		return slot->result;
	} else {
		r = detect_drain_add(scan->drain, &slot->output, &spans, &issues, err);
		r = r < 0 ? r : findings_add_tallies(scan, slot->resource, &slot->output);
	}
	if (r < 0 && err && err->code == ASSAY_OK)
		base_error(err, r, r == ASSAY_NOMEM ? "out of memory" : "cannot take in the results of a scan");
	return r;
}

/* A column of numbers passes a check as often as chance would have it: passed <= n p0 + 3 sigma, in integers. Where several rules of an
 * entity were tried, p0 is the mean of theirs; its sigma is never less than that of the sum. */
static bool
is_chance(const struct finding *f)
{
	enum { TRIED_MIN = 20, PPM = 1000000 };
	__int128 expected = (__int128)f->n_expected_ppm, tried = (__int128)f->n_tried, over;

	if (f->n_tried < TRIED_MIN || f->n_expected_ppm == 0 || f->reasons & (1u << REASON_COLUMN) || f->n_level[2] > 0)
		return false;
	over = (__int128)f->n_passed * PPM - expected;
	return over <= 0 || over * over <= 9 * expected * (PPM * tried - expected) / tried;
}

static int
by_key(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->resource != y->resource)
		return x->resource < y->resource ? -1 : 1;
	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	return (x->entity > y->entity) - (x->entity < y->entity);
}

static int
by_issue(const void *a, const void *b)
{
	const struct issue *x = a, *y = b;

	if (x->resource != y->resource)
		return x->resource < y->resource ? -1 : 1;
	if (x->code != y->code)
		return x->code < y->code ? -1 : 1;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

void
findings_settle(struct scan *scan)
{
	size_t kept = 0;

	for (size_t i = 0; i < scan->result.n_findings; i++) {
		struct finding *f = &scan->result.findings[i];
		if (f->n_spans + f->n_sample + f->n_all_suppressed == 0)
			continue; /* only tallies: checks tried and failed without any context */
		f->state = f->n_spans > 0 ? SPAN_REPORTED : f->n_sample > 0 ? SPAN_SAMPLE : SPAN_SUPPRESSED;
		if (f->state == SPAN_REPORTED && is_chance(f)) {
			f->state = SPAN_SUPPRESSED;
			f->n_suppressed[REASON_CHANCE] = f->n_spans;
			f->n_all_suppressed += f->n_spans;
			f->reasons |= 1u << REASON_CHANCE;
		}
		scan->result.findings[kept++] = *f;
	}
	scan->result.n_findings = kept;
	if (kept > 1)
		qsort(scan->result.findings, kept, sizeof *scan->result.findings, by_key);
	if (scan->result.n_issues > 1)
		qsort(scan->result.issues, scan->result.n_issues, sizeof *scan->result.issues, by_issue);
}

bool
finding_is_validated(const struct finding *f)
{
	return f->state == SPAN_REPORTED && f->n_validated > 0;
}
