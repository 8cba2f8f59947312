/* Lanes, layouts, required texts, widths and the measured cost of patterns. */
#include "app/rules_lanes.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

enum { SAMPLE_BYTES = 64 << 10, MEASURE_MS = 8, MEASURE_ROUNDS = 1 << 12 };

struct lane_meter {
	const struct rules *rules;
	struct assay_env *env;
	struct detect_engine *engine;
	struct detect_scanner *scanner;
	struct base_buffer sample;
};

/* ---- the sample ---- */

static uint32_t
next(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static void
add_words(struct base_buffer *out, uint64_t *state, unsigned n)
{
	static const char *const words[] = {"the", "order", "of", "number", "was", "sent", "to", "customer", "and", "status", "with",
		"account", "name", "in", "for", "phone", "error", "request", "is", "value", "on", "date", "city", "we", "Street", "Monday",
		"Paris", "key"};

	while (n-- > 0)
		base_buffer_format(out, "%s ", words[next(state) % BASE_COUNT(words)]);
}

/* Lines of four kinds in turn: a log, a table, prose, source code. */
static void
make_sample(struct base_buffer *out)
{
	uint64_t state = 1;

	for (unsigned line = 0; out->size < SAMPLE_BYTES && !out->failed; line++) {
		unsigned a = next(&state), b = next(&state);
		switch (line % 4) {
		case 0:
			base_buffer_format(out, "2026-%02u-%02uT%02u:%02u:%02uZ host-%u app[%u]: ", 1 + a % 12, 1 + b % 28, a % 24, b % 60,
				a % 60, a % 40, b % 65536);
			add_words(out, &state, 8);
			base_buffer_format(
				out, "id=%u took %u.%03u ms https://example.com/%x user%u@example.org", a, b % 1000, a % 1000, b, a % 1000);
			break;
		case 1:
			base_buffer_format(out, "%u,%08u,%c%c%07u,%u.%02u,%05u,\"", line, a % 100000000, 'A' + (char)(a % 26),
				'A' + (char)(b % 26), b % 10000000, a % 5000, b % 100, b % 100000);
			add_words(out, &state, 3);
			base_buffer_text(out, "\",x");
			break;
		case 2:
			add_words(out, &state, 14);
			break;
		default:
			base_buffer_format(out, "\tif (table[%u].count_%u > 0x%x) { run_%u(\"%u-%u\", &", a % 64, b % 8, a, b % 100,
				a % 1000, b % 1000);
			add_words(out, &state, 2);
			base_buffer_text(out, "); }");
		}
		base_buffer_char(out, '\n');
	}
}

int
lane_meter_new(const struct rules *rules, struct assay_env *env, struct lane_meter **ret, struct assay_error *err)
{
	static const char pad[BATCH_PAD];
	struct lane_meter *m = calloc(1, sizeof *m);
	struct detect_options options = {.min_confidence = 65, .cache_folder = env->cache_folder};
	int r;

	if (!m)
		return base_error_nomem(err);
	m->rules = rules;
	m->env = env;
	base_buffer_init(&m->sample, 2 * SAMPLE_BYTES);
	base_buffer_append(&m->sample, pad, sizeof pad);
	make_sample(&m->sample);
	base_buffer_append(&m->sample, pad, sizeof pad);
	r = m->sample.failed ? base_error_nomem(err) : detect_engine_new(rules, &options, &m->engine, err);
	r = r < 0 ? r : detect_scanner_new(m->engine, &m->scanner, err);
	if (r < 0) {
		lane_meter_free(m);
		return r;
	}
	*ret = m;
	return ASSAY_OK;
}

void
lane_meter_free(struct lane_meter *m)
{
	if (!m)
		return;
	detect_scanner_free(m->scanner);
	detect_engine_free(m->engine);
	base_buffer_dispose(&m->sample);
	free(m);
}

/* ---- layouts ---- */

static void
show_byte(struct base_buffer *out, unsigned c)
{
	if (c > ' ' && c < 0x7f)
		base_buffer_char(out, (char)c);
	else
		base_buffer_format(out, "\\x%02x", c);
}

/* Bytes as ranges: "0-9A-F"; of large sets what is not in them. */
static void
show_ranges(struct base_buffer *out, const struct byte_set *set, bool in)
{
	for (unsigned c = 0, end; c < 256; c = end + 1) {
		end = c;
		if (byte_set_has(set, (uint8_t)c) != in)
			continue;
		while (end + 1 < 256 && byte_set_has(set, (uint8_t)(end + 1)) == in)
			end++;
		show_byte(out, c);
		if (end > c + 1)
			base_buffer_char(out, '-');
		if (end > c)
			show_byte(out, end);
	}
}

static void
show_position(struct base_buffer *out, const struct byte_set *set)
{
	size_t n = 0;

	for (size_t i = 0; i < BASE_COUNT(set->bits); i++)
		n += (size_t)__builtin_popcountll(set->bits[i]);
	if (n == 256) {
		base_buffer_text(out, " any");
		return;
	}
	base_buffer_text(out, n == 1 ? " " : n > 128 ? " [^" : " [");
	show_ranges(out, set, n <= 128);
	base_buffer_text(out, n == 1 ? "" : "]");
}

/* What the filter asks of the first bytes: equal positions in a row are counted. */
static void
show_layout(struct base_buffer *out, const struct pattern_facts *f)
{
	size_t n = f->width_min < PATTERN_POSITIONS ? f->width_min : PATTERN_POSITIONS, same;

	base_buffer_text(out, "    layout");
	for (size_t i = 0; i < n; i += same) {
		for (same = 1; i + same < n && memcmp(&f->at[i], &f->at[i + same], sizeof f->at[i]) == 0; same++)
			;
		show_position(out, &f->at[i]);
		if (same > 1)
			base_buffer_format(out, "{%zu}", same);
	}
	if (f->width_max > n)
		base_buffer_text(out, " ...");
	base_buffer_text(out, ", after");
	show_position(out, &f->before);
	base_buffer_format(out, "%s; at least %u digits\n", f->before.bits[0] == UINT64_MAX ? " byte" : " or the edge", f->digits_min);
}

static void
show_texts(struct base_buffer *out, const struct pattern_facts *f)
{
	if (f->n_literals == 0)
		return;
	base_buffer_format(out, "    text at %u..%u:", f->literal_min, f->literal_max);
	for (size_t i = 0; i < f->n_literals; i++) {
		base_buffer_text(out, i ? " | '" : " '");
		base_text_printable(out, (struct base_span){f->literals[i].text, f->literals[i].size});
		base_buffer_text(out, f->literals[i].is_caseless ? "' (any case)" : "'");
	}
	base_buffer_char(out, '\n');
}

/* ---- cost ---- */

/* Rounds are doubled until the clock has moved enough. */
static int
show_cost(struct lane_meter *m, uint32_t pattern, struct base_buffer *out, struct assay_error *err)
{
	struct base_span text = {(const uint8_t *)m->sample.data + BATCH_PAD, m->sample.size - 2 * (size_t)BATCH_PAD};
	double kilobytes = (double)text.size / 1024;
	size_t starts, spans = 0;
	int64_t took = 0;
	uint64_t rounds = 1;
	int r = detect_probe_starts(m->scanner, pattern, text, &starts, err);

	if (r < 0)
		return r;
	for (;; rounds *= 2) {
		int64_t from = m->env->now_ms(m->env->context);
		for (uint64_t i = 0; i < rounds; i++)
			if (detect_probe_try(m->scanner, text, &spans) < 0)
				return base_error_nomem(err);
		took = m->env->now_ms(m->env->context) - from;
		if (took >= MEASURE_MS || rounds >= MEASURE_ROUNDS)
			break;
	}
	base_buffer_format(out, "    cost per KB of mixed text: %.2f starts tried, %.2f spans, %.2f us\n", (double)starts / kilobytes,
		(double)spans / kilobytes, (double)(took > 0 ? took : 0) * 1000 / (double)rounds / kilobytes);
	return ASSAY_OK;
}

int
lane_meter_show(struct lane_meter *m, uint32_t pattern, struct base_buffer *out, struct assay_error *err)
{
	const struct rules_pattern *p = &m->rules->pattern[pattern];

	base_buffer_format(out, "    lane %s, width %u..%u, looks %u back and %u ahead%s\n", rules_lane_name(p->lane), p->facts.width_min,
		p->facts.width_max, p->facts.look_behind, p->facts.look_ahead, p->has_jit ? "" : ", interpreted (no JIT)");
	show_texts(out, &p->facts);
	show_layout(out, &p->facts);
	return show_cost(m, pattern, out, err);
}
