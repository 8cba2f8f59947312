/* Rule packs of a stranger. A pack is refused with a reason or it loads, and then what was measured of its patterns holds for every match
 * that PCRE2 finds.
 *
 * Input: 'y' and the YAML of a pack; or any other byte, then a pattern, a zero byte and a text in which it is tried at every start. */
#include "fuzz_rules.h"

#include "base/batch.h"
#include "base/buffer.h"
#include "detect/detect.h"
#include "rules/pattern.h"

enum { TEXT_MAX = 2000 };

/* One rule with this pattern; NUL terminated in ret. */
static void
wrap(struct base_span pattern, struct base_buffer *ret)
{
	base_buffer_text(ret, "pack: fuzz\nversion: 1.0.0\nrules:\n  - id: r\n    entity: URL\n    patterns:\n      - \"");
	for (size_t i = 0; i < pattern.size; i++)
		if (pattern.data[i] >= 0x20 && pattern.data[i] < 0x7f && pattern.data[i] != '"' && pattern.data[i] != '\\')
			base_buffer_char(ret, (char)pattern.data[i]);
		else if (pattern.data[i] < 0x80)
			base_buffer_format(ret, "\\x%02x", pattern.data[i]);
		else
			base_buffer_format(ret, "\\u%04x", pattern.data[i]);
	base_buffer_text(ret, "\"\n    examples: {match: [x, y], no_match: [x, y]}\n");
}

static uint32_t
count_digits(struct base_span s)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s.size; i++)
		n += base_is_digit(s.data[i]);
	return n;
}

/* A literal stands in the match, no further from its start than the facts say, over bytes that a match can hold. */
static bool
holds_literal(const struct pattern_facts *f, struct base_span match)
{
	for (size_t i = 0; i < f->n_literals; i++) {
		const struct pattern_literal *l = &f->literals[i];
		for (size_t at = f->literal_min; at <= f->literal_max && at + l->size <= match.size; at++) {
			size_t k = 0;
			while (k < l->size && (l->is_caseless ? base_lower(match.data[at + k]) : match.data[at + k]) == l->text[k])
				k++;
			if (k == l->size)
				return true;
		}
	}
	return f->n_literals == 0;
}

static void
check_match(const char *pattern, const struct pattern_facts *f, struct base_span text, size_t start, size_t end)
{
	struct base_span match = {text.data + start, end - start};

	/* \K is no part of the subset, so a match begins where it was tried */
	must(match.size >= f->width_min && match.size <= f->width_max, "'%s' matches %zu bytes, measured %u..%u", pattern, match.size,
		f->width_min, f->width_max);
	for (size_t i = 0; i < PATTERN_POSITIONS && start + i < text.size; i++)
		must(byte_set_has(&f->at[i], text.data[start + i]), "'%s' matches with %02x at byte %zu", pattern, text.data[start + i], i);
	must(start == 0 || byte_set_has(&f->before, text.data[start - 1]), "'%s' matches behind %02x", pattern, text.data[start - 1]);
	for (size_t i = 0; i < match.size; i++)
		must(byte_set_has(&f->prefix, match.data[i]), "'%s' matches over %02x", pattern, match.data[i]);
	must(count_digits(match) >= f->digits_min, "'%s' matches %u digits, measured %u", pattern, count_digits(match), f->digits_min);
	must(holds_literal(f, match), "'%s' matches without its literal", pattern);
}

static void
check_pattern(const struct rules *rules, struct base_span text)
{
	const struct rules_pattern *p = &rules->pattern[0];
	pcre2_match_data *data = pcre2_match_data_create(16, NULL);
	pcre2_match_context *context = pcre2_match_context_create(NULL);

	must(data && context, "out of memory");
	pcre2_set_match_limit(context, 20000);
	for (size_t at = 0; at < text.size; at++) {
		int found = pcre2_match(p->code, text.data, text.size, at, PCRE2_NO_JIT, data, context);
		if (found == PCRE2_ERROR_MATCHLIMIT)
			break;
		must(found >= PCRE2_ERROR_NOMATCH || found == PCRE2_ERROR_DEPTHLIMIT || found == PCRE2_ERROR_HEAPLIMIT, "PCRE2 error %d",
			found);
		if (found < 0)
			continue;
		const PCRE2_SIZE *bounds = pcre2_get_ovector_pointer(data);
		must(bounds[0] == at && bounds[1] > at, "'%s' tried at %zu matches %zu..%zu", rules->rule[0].def->patterns.text[0], at,
			bounds[0], bounds[1]);
		check_match(rules->rule[0].def->patterns.text[0], &p->facts, text, bounds[0], bounds[1]);
	}
	pcre2_match_data_free(data);
	pcre2_match_context_free(context);
}

/* What loads can be scanned with. */
static void
check_engine(const struct rules *rules, struct base_span text)
{
	uint32_t off = 0, len = (uint32_t)text.size;
	struct batch_column column = {.n = 1, .off = &off, .len = &len};
	struct batch batch = {.size = len, .first_record = 1, .n_records = 1, .n_columns = 1, .columns = &column};
	uint8_t *data = calloc(1, text.size + 2 * BATCH_PAD);
	const struct detect_field *no_field = NULL;
	struct detect_output out = {0};
	struct detect_scanner *scanner;
	struct detect_engine *engine;
	struct assay_error err = {0};

	must(rules->reach > 0 && data, "reach %u", rules->reach);
	memcpy(data + BATCH_PAD, text.data, text.size);
	data[BATCH_PAD + text.size] = BATCH_GUARD;
	batch.data = data + BATCH_PAD;
	must(detect_engine_new(rules, &(struct detect_options){.min_confidence = 65}, &engine, &err) == 0, "%s", err.message);
	must(detect_scanner_new(engine, &scanner, &err) == 0, "%s", err.message);
	must(detect_batch(scanner, &batch, &no_field, &out, &err) == 0, "%s", err.message);
	for (size_t i = 0; i < out.done.n; i++)
		must(out.done.items[i].span.end <= text.size && out.done.items[i].span.start < out.done.items[i].span.end, "span %zu", i);
	detect_output_dispose(&out);
	detect_scanner_free(scanner);
	detect_engine_free(engine);
	free(data);
}

static void
run_pattern(struct base_span pattern, struct base_span text)
{
	struct base_buffer pack;
	struct rules *rules;

	base_buffer_init(&pack, 1 << 20);
	wrap(pattern, &pack);
	must(!pack.failed, "a pattern of %zu bytes", pattern.size);
	rules = fuzz_rules(pack.data);
	if (rules) {
		check_pattern(rules, text);
		check_engine(rules, text);
	}
	rules_free(rules);
	base_buffer_dispose(&pack);
}

static void
run_yaml(struct base_span yaml)
{
	_cleanup_free_ char *text = fuzz_text(yaml);
	struct assay_error err = {0};
	struct rules_pack *pack = NULL;
	struct rules *rules;
	int r = rules_pack_parse("fuzz.yaml", (const char *)yaml.data, yaml.size, &pack, &err);

	fuzz_check_error(r, &err);
	must(r == 0 || r == ASSAY_PACK, "code %d: %s", r, err.message);
	for (size_t i = 0; r == 0 && i < pack->n; i++)
		must(pack->rules[i].patterns.n > 0 && pack->rules[i].entity[0] && pack->rules[i].priority <= 100, "rule %zu", i);
	rules_pack_free(pack);
	rules = fuzz_rules(text);
	if (rules)
		check_engine(rules, yaml);
	rules_free(rules);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct take take = {data, data + size};

	if (take_byte(&take) == 'y') {
		run_yaml(take_rest(&take));
		return 0;
	}
	const uint8_t *zero = memchr(take.at, 0, take_left(&take));
	struct base_span pattern = take_span(&take, zero ? (size_t)(zero - take.at) : take_left(&take));
	take_byte(&take);
	if (pattern.size < 4096)
		run_pattern(pattern, take_span(&take, TEXT_MAX));
	return 0;
}
