/* One thread's scanner: goes through the values of a batch, collects candidate starts from the lanes, has them confirmed and settles what
 * lies wholly inside the batch. */
#include "detect/second.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "crypto/digest.h"

#include <string.h>

enum { JIT_STACK_MIN = 32 << 10, JIT_STACK_MAX = 1 << 20 };

int
detect_scanner_new(const struct detect_engine *engine, struct detect_scanner **ret, struct assay_error *err)
{
	struct detect_scanner *s = calloc(1, sizeof *s);
	size_t n = engine->rules->n;

	if (!s)
		return base_error_nomem(err);
	s->engine = engine;
	s->match_data = pcre2_match_data_create(16, NULL);
	s->match_context = pcre2_match_context_create(NULL);
	s->jit_stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, NULL);
	s->tried = base_calloc(n, sizeof *s->tried);
	s->passed = base_calloc(n, sizeof *s->passed);
	s->limited = base_calloc(n, sizeof *s->limited);
	s->limited_record = base_calloc(n, sizeof *s->limited_record);
	s->limited_raw = base_calloc(n, sizeof *s->limited_raw);
	s->wide = base_calloc(n, sizeof *s->wide);
	s->wide_record = base_calloc(n, sizeof *s->wide_record);
	s->by_column = base_calloc(engine->filter.words + 1, sizeof *s->by_column);
	s->possible = base_calloc(engine->filter.words + 1, sizeof *s->possible);
	s->live = base_calloc(engine->filter.words + 1, sizeof *s->live);
	s->shapes = base_calloc(SHAPES_KEPT, sizeof *s->shapes);
	s->shape_live = base_calloc(SHAPES_KEPT * (engine->filter.words + 1), sizeof *s->shape_live);
	s->replay = replay_new();
	if (engine->options.fingerprint_key)
		s->hmac = crypto_hmac_new(engine->options.fingerprint_key, 32);
	if (!s->match_data || !s->match_context || !s->jit_stack || !s->tried || !s->passed || !s->limited || !s->limited_record
		|| !s->limited_raw || !s->wide || !s->wide_record || !s->by_column || !s->replay || !s->possible || !s->live || !s->shapes
		|| !s->shape_live || (engine->options.fingerprint_key && !s->hmac)) {
		detect_scanner_free(s);
		return base_error_nomem(err);
	}
	/* all slots hold the shape 0 */
	for (size_t i = 0; i < SHAPES_KEPT; i++)
		s->shapes[i].groups = start_filter_shape(&engine->filter, 0, s->shape_live + i * engine->filter.words);
	pcre2_set_match_limit(s->match_context, LIMIT_PCRE2_MATCH);
	pcre2_set_depth_limit(s->match_context, LIMIT_PCRE2_DEPTH);
	pcre2_set_heap_limit(s->match_context, LIMIT_PCRE2_HEAP_KIB);
	pcre2_jit_stack_assign(s->match_context, NULL, s->jit_stack);
	if (engine->literals) {
		int r = literal_scratch_new(engine->literals, &s->literal_scratch, err);
		if (r < 0) {
			detect_scanner_free(s);
			return r;
		}
	}
	*ret = s;
	return ASSAY_OK;
}

static void
look_dispose(struct look *look)
{
	free(look->hits.items);
	free(look->starts);
	free(look->classes);
}

void
detect_scanner_free(struct detect_scanner *s)
{
	if (!s)
		return;
	pcre2_match_data_free(s->match_data);
	pcre2_match_context_free(s->match_context);
	pcre2_jit_stack_free(s->jit_stack);
	crypto_hmac_free(s->hmac);
	literal_scratch_free(s->literal_scratch);
	free(s->candidates.items);
	look_dispose(&s->batch_look);
	look_dispose(&s->decoded_look);
	free(s->encoded);
	decoded_dispose(&s->decoded);
	free(s->matches.items);
	free(s->tried);
	free(s->passed);
	free(s->limited);
	free(s->limited_record);
	free(s->limited_raw);
	free(s->wide);
	free(s->wide_record);
	free(s->notes.items);
	replay_free(s->replay);
	free(s->by_column);
	free(s->possible);
	free(s->live);
	free(s->shapes);
	free(s->shape_live);
	nearby_dispose(&s->nearby);
	free(s);
}

static int
scan_subject(struct detect_scanner *s, const struct subject *v)
{
	int r;

	s->matches.n = s->notes.n = 0;
	s->met_limit = false;
	s->look = &s->batch_look;
	r = scan_through(s, v);
	if (r == ASSAY_OK && s->has_encoded)
		r = second_look(s, v);
	if (r == ASSAY_OK)
		matches_sort(s->matches.items, s->matches.n);
	return r;
}

/* Line numbers, counted forward once over the sorted matches. */
static void
count_lines(struct detect_scanner *s, const struct subject *v)
{
	uint64_t line = v->record, at = v->value_base;

	for (size_t i = 0; i < s->matches.n; i++) {
		struct detect_match *m = &s->matches.items[i];
		/* sorted by the whole match's start; a span's own start may lie a little further */
		line += base_count_byte(v->data + (at - v->value_base), (size_t)(m->start - at), '\n');
		at = m->start;
		m->span.record = line;
		for (uint64_t k = m->start; k < m->span.start; k++)
			m->span.record += v->data[k - v->value_base] == '\n';
	}
}

static int
finish_range(struct detect_scanner *s, const struct subject *v, struct detect_match *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct base_span value = {
			v->data + (items[i].span.start - v->value_base), (size_t)(items[i].span.end - items[i].span.start)};
		/* equal values are equal however they were written */
		if (items[i].decoded_size > 0)
			value = (struct base_span){s->decoded.bytes + items[i].decoded_at, items[i].decoded_size};
		int r = finish_match(s, &items[i], value);
		if (r < 0)
			return r;
	}
	return ASSAY_OK;
}

static int
append_open(struct detect_scanner *s, const struct subject *v, struct detect_match *items, size_t n, struct detect_matches *ret)
{
	int r = finish_range(s, v, items, n);

	for (size_t i = 0; i < n && r == ASSAY_OK; i++)
		r = matches_push(ret, &items[i]);
	return r;
}

/* Settles one cluster of this value and masks what is left. A chain longer than the limit is cut, and an issue says so. */
static int
settle(struct detect_scanner *s, const struct subject *v, struct detect_match *items, size_t n, struct detect_output *out)
{
	for (size_t at = 0; at < n; at += LIMIT_CLUSTER) {
		size_t part = n - at < LIMIT_CLUSTER ? n - at : LIMIT_CLUSTER, first = out->done.n;
		s->met_limit = s->met_limit || at > 0;
		if (at > 0 && s->limited[items[at].span.rule]++ == 0)
			s->limited_record[items[at].span.rule] = items[at].span.record;
		int r = merge_cluster(s->engine, items + at, part, &out->whys, &out->done);
		r = r < 0 ? r : finish_range(s, v, out->done.items + first, out->done.n - first);
		if (r < 0)
			return r;
	}
	return ASSAY_OK;
}

/* Cuts the sorted matches of one value into clusters. Those that a match from the piece before can reach are left open when the value goes
 * on to the left, the last one when it goes on to the right. */
static int
cluster(struct detect_scanner *s, const struct subject *v, bool joins_prev, bool joins_next, struct detect_output *out)
{
	struct detect_match *items = s->matches.items;
	size_t n = s->matches.n, from = 0;
	uint64_t reached = v->value_base + v->own_start + detect_engine_reach(s->engine);

	while (from < n) {
		uint64_t end = items[from].end;
		size_t to = from + 1;
		int r;
		for (; to < n && items[to].start < end; to++)
			end = items[to].end > end ? items[to].end : end;
		if (joins_prev && items[from].start < reached)
			r = append_open(s, v, items + from, to - from, &out->head);
		else if (to == n && joins_next)
			r = append_open(s, v, items + from, to - from, &out->tail);
		else
			r = settle(s, v, items + from, to - from, out);
		if (r < 0)
			return r;
		from = to;
	}
	return ASSAY_OK;
}

static int
flush_tallies(struct detect_scanner *s, uint32_t field, struct detect_output *out)
{
	for (size_t i = 0; i < s->engine->rules->n; i++) {
		if (s->tried[i] == 0)
			continue;
		if (base_grow(&out->tallies, &out->tallies_capacity, out->n_tallies + 1, sizeof *out->tallies) < 0)
			return ASSAY_NOMEM;
		out->tallies[out->n_tallies++] = (struct detect_tally){field, (uint16_t)i, s->tried[i], s->passed[i]};
		s->tried[i] = s->passed[i] = 0;
	}
	return ASSAY_OK;
}

static int
keep_issue(void *context, const struct issue *issue)
{
	struct detect_output *out = context;

	if (base_grow(&out->issues, &out->issues_capacity, out->n_issues + 1, sizeof *out->issues) < 0)
		return ASSAY_NOMEM;
	out->issues[out->n_issues++] = *issue;
	return ASSAY_OK;
}

static int
flush_limits(struct detect_scanner *s, uint32_t resource, struct detect_output *out)
{
	struct issue_sink sink = {out, keep_issue};

	for (size_t i = 0; i < s->engine->rules->n; i++) {
		if (s->limited[i] == 0)
			continue;
		int r = issue_emit(&sink, resource, ISSUE_REGEX_LIMIT, (uint16_t)i, s->limited_record[i], s->limited_raw[i],
			"rule %s reached a limit of work here: undecided, not absent", s->engine->rules->rule[i].def->name);
		if (r < 0)
			return r;
		out->issues[out->n_issues - 1].count = s->limited[i];
		s->limited[i] = 0;
	}
	return second_end(s, resource, &sink);
}

/* The column at hand: its name may allow patterns that need context. */
static void
set_field(struct detect_scanner *s, const struct detect_field *field)
{
	const struct start_filter *f = &s->engine->filter;

	s->field = field;
	memcpy(s->by_column, s->engine->plan.always, f->words * sizeof *s->by_column);
	memcpy(s->possible, s->engine->plan.possible, f->words * sizeof *s->possible);
	/* who asks why is told what was tried in vain too */
	for (size_t w = 0; s->engine->options.why != DETECT_WHY_NONE && w < f->words; w++)
		s->by_column[w] = s->possible[w] = f->all[w];
	for (size_t bit = 0; field && bit < f->n; bit++) {
		size_t rule = s->engine->rules->pattern[f->pattern[bit]].rule;
		if (field->for_rule[rule / 64] >> (rule % 64) & 1)
			s->by_column[bit / 64] |= UINT64_C(1) << (bit % 64);
		s->possible[bit / 64] |= s->by_column[bit / 64] & UINT64_C(1) << (bit % 64);
	}
}

static int
scan_window(struct detect_scanner *s, const struct batch *b, const struct detect_field *field, struct detect_output *out)
{
	struct subject v = {.data = b->data,
		.size = b->size,
		.own_start = b->lead,
		.own_end = b->size - b->tail,
		.value_base = b->value_base,
		.record = b->first_record,
		.raw = b->raw_base,
		.counts_lines = true};
	int r;

	set_field(s, field);
	out->joins_prev = b->lead > 0;
	out->joins_next = b->tail > 0;
	r = scan_subject(s, &v);
	if (r < 0)
		return r;
	count_lines(s, &v);
	r = cluster(s, &v, out->joins_prev, out->joins_next, out);
	return r < 0 ? r : flush_tallies(s, 0, out);
}

/* Is the value one of those seen before in this column? Then 1, and all that it brings is there. */
static int
look_back(struct detect_scanner *s, const struct subject *v, struct detect_output *out)
{
	struct tally_notes notes;
	int r = replay_find(s->replay, v, &out->done, &notes);

	for (size_t i = 0; r > 0 && i < notes.n; i++) {
		s->tried[notes.items[i].rule]++;
		s->passed[notes.items[i].rule] += notes.items[i].passed;
	}
	return r;
}

static int
scan_value(struct detect_scanner *s, const struct batch *b, const struct batch_column *c, uint32_t i, struct detect_output *out)
{
	uint8_t flags = c->flags ? c->flags[i] : 0;
	bool joins_prev = flags & VALUE_CONT_PREV, joins_next = flags & VALUE_CONT_NEXT;
	struct subject v = {.data = b->data + c->off[i],
		.size = c->len[i],
		.own_end = c->len[i],
		.field = c->field,
		.batch_offset = c->off[i],
		.record = b->first_record + (c->row ? c->row[i] : i),
		.raw = c->raw ? c->raw[i] : b->raw_base + c->off[i],
		.map = c->map ? c->map[i] : NULL};
	int r;

	if (joins_prev || joins_next) {
		v.value_base = b->value_base;
		v.own_start = joins_prev ? b->lead : 0;
		v.own_end -= joins_next ? b->tail : 0;
		out->joins_prev = joins_prev;
		out->joins_next = joins_next;
	}
	if (flags & VALUE_HEADER)
		v.record = 0;
	bool can_repeat =
		!joins_prev && !joins_next && !v.map && !s->engine->options.all_starts && s->engine->options.why == DETECT_WHY_NONE;
	size_t first = out->done.n;
	r = can_repeat ? look_back(s, &v, out) : 0;
	if (r != 0)
		return r < 0 ? r : ASSAY_OK;
	r = scan_subject(s, &v);
	r = r < 0 || s->matches.n == 0 ? r : cluster(s, &v, joins_prev, joins_next, out);
	if (r == ASSAY_OK && can_repeat && !s->met_limit)
		r = replay_keep(s->replay, &v, out->done.items + first, out->done.n - first, s->notes.items, s->notes.n);
	return r;
}

/* Within a record as its bytes lie: a record may be cut between two batches, and several of its values may be of one field. */
static int
by_record(const void *a, const void *b)
{
	const struct detect_match *x = a, *y = b;

	if (x->span.record != y->span.record)
		return x->span.record < y->span.record ? -1 : 1;
	if (x->span.raw_start != y->span.raw_start)
		return x->span.raw_start < y->span.raw_start ? -1 : 1;
	if (x->span.field != y->span.field)
		return x->span.field < y->span.field ? -1 : 1;
	if (x->span.start != y->span.start)
		return x->span.start < y->span.start ? -1 : 1;
	return (x->span.rule > y->span.rule) - (x->span.rule < y->span.rule);
}

static int
scan_columns(struct detect_scanner *s, const struct batch *b, const struct detect_field *const *fields, struct detect_output *out)
{
	replay_begin(s->replay, b->resource);
	for (uint32_t k = 0; k < b->n_columns; k++) {
		const struct batch_column *c = &b->columns[k];
		/* a header cell is its column's name and cannot speak for itself */
		bool is_header = c->flags && c->n > 0 && c->flags[0] & VALUE_HEADER;
		const struct detect_field *field = is_header ? NULL : fields[c->field];
		set_field(s, field);
		replay_begin_column(s->replay, c->field, field, s->engine->n_words);
		for (uint32_t i = 0; i < c->n; i++) {
			if (c->len[i] == BATCH_NULL || c->len[i] == 0)
				continue;
			int r = scan_value(s, b, c, i, out);
			if (r < 0)
				return r;
		}
		int r = flush_tallies(s, c->field, out);
		if (r < 0)
			return r;
	}
	if (out->done.n > 1)
		qsort(out->done.items, out->done.n, sizeof *out->done.items, by_record);
	return ASSAY_OK;
}

int
detect_batch(struct detect_scanner *s, const struct batch *b, const struct detect_field *const *fields, struct detect_output *out,
	struct assay_error *err)
{
	int r;

	out->ticket = b->ticket;
	out->resource = b->resource;
	out->head.n = out->done.n = out->tail.n = out->n_tallies = out->n_issues = out->whys.n = 0;
	s->whys = &out->whys;
	out->joins_prev = out->joins_next = false;
	if (second_begin(s, b) < 0)
		return base_error_nomem(err);
	r = look_fill(s, &s->batch_look, b->data, b->size, err);
	if (r == ASSAY_OK) {
		r = b->n_columns == 0 ? scan_window(s, b, fields[0], out) : scan_columns(s, b, fields, out);
		if (r == ASSAY_OK)
			r = flush_limits(s, b->resource, out);
		if (r < 0)
			base_error(err, r, r == ASSAY_NOMEM ? "out of memory" : "the engine failed");
	}
	return r;
}

int
detect_mask_name(struct detect_scanner *s, struct base_span name, char **ret, bool *ret_changed, struct assay_error *err)
{
	struct detect_output out = {0};
	struct base_buffer text;
	uint32_t off = 0, len = (uint32_t)(name.size < LIMIT_NAME ? name.size : LIMIT_NAME);
	struct batch_column column = {.n = 1, .off = &off, .len = &len};
	struct batch batch = {.size = len, .n_records = 1, .n_columns = 1, .columns = &column};
	const struct detect_field *no_field = NULL;
	_cleanup_free_ uint8_t *padded = base_calloc(1, len + 2u * BATCH_PAD);
	size_t at = 0;
	int r;

	if (!padded)
		return base_error_nomem(err);
	if (len > 0)
		memcpy(padded + BATCH_PAD, name.data, len);
	batch.data = padded + BATCH_PAD;
	r = detect_batch(s, &batch, &no_field, &out, err);
	base_buffer_init(&text, LIMIT_NAME * 4);
	if (ret_changed)
		*ret_changed = false;
	for (size_t i = 0; r == ASSAY_OK && i < out.done.n; i++) {
		const struct span *span = &out.done.items[i].span;
		if (span->confidence < 65 || span->start < at || (span->state == SPAN_SUPPRESSED && span->reasons >> REASON_OVERLAP & 1))
			continue;
		base_buffer_append(&text, padded + BATCH_PAD + at, span->start - at);
		base_buffer_append(&text, span->mask, span->mask_len);
		at = span->end;
		if (ret_changed)
			*ret_changed = true;
	}
	base_buffer_append(&text, padded + BATCH_PAD + at, len - at);
	detect_output_dispose(&out);
	crypto_wipe(padded, len + 2u * BATCH_PAD);
	*ret = r == ASSAY_OK ? base_buffer_take(&text) : NULL;
	base_buffer_dispose(&text);
	return r < 0 ? r : *ret ? ASSAY_OK : base_error_nomem(err);
}
