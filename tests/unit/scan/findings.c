/* From spans to findings: the column verdict about chance, counters, examples, documentation values, shares, and digests that do not depend
 * on order. */
#include "run.h"

#include "crypto/digest.h"

#define PACK                                                                                                                               \
	"pack: p\nversion: 1\nrules:\n" RUN_RULE("num", "NUM", "(?<!\\w)\\d{8}(?!\\w)",                                                    \
		"    check: luhn\n    context: {words: [card], columns: [card_no], not: [order]}\n    samples: ['99999997']\n")            \
		RUN_RULE("mail", "MAIL", "(?<!\\w)[a-z0-9]{2,12}@example\\.com", "    context: {words: [mail]}\n")                         \
			RUN_RULE("code", "CODE", "(?<!\\w)[A-Z]{2}\\d{2}(?!\\w)", "")

/* Eight digits whose check holds, or not. */
static unsigned
number(unsigned i, bool holds)
{
	unsigned n = 1000000 + i * 7919 % 8000000, sum = 0;

	for (unsigned rest = n, k = 0; rest; rest /= 10, k++) {
		unsigned d = rest % 10 * (k % 2 ? 1 : 2);
		sum += d / 10 + d % 10;
	}
	return n * 10 + (10 - sum % 10 + (holds ? 0 : 1 + i % 9)) % 10;
}

/* A column of numbers, the first ${passing} of which hold. */
static struct run_result
scan_numbers(struct run *run, const char *column, unsigned n, unsigned passing, const char *more)
{
	static const char *const names[] = {"n.csv"};
	struct base_buffer out;

	base_buffer_init(&out, 1 << 20);
	base_buffer_format(&out, "%s,other\n", column);
	for (unsigned i = 0; i < n; i++)
		base_buffer_format(&out, "%08u,x\n", number(i, i < passing));
	base_buffer_text(&out, more);
	run_write(run, "n.csv", out.data, out.size);
	base_buffer_dispose(&out);
	return run_scan(run, names, 1);
}

/* BORDERS B3: suppressed when tried >= 20, no name evidence, passed/tried <= p0 + 3 sigma. For the Luhn digit p0 is 0.1. */
static void
a_column_that_passes_by_chance_is_suppressed(void **state)
{
	static const struct {
		const char *column;
		unsigned tried, passed;
		bool is_chance;
	} cases[] = {
		{"num", 19, 1, false},
		{"num", 20, 1, true},
		{"num", 20, 6, true},
		{"num", 20, 7, false},
		{"num", 100, 10, true},
		{"num", 100, 19, true},
		{"num", 100, 20, false},
		{"num", 1000, 128, true},
		{"num", 1000, 129, false},
		{"num", 100, 100, false},
		{"num", 100, 1, true},
		{"card_no", 100, 10, false},
		{"num", 2000, 240, true},
		{"num", 2000, 241, false},
	};
	struct run run;

	(void)state;
	run_open(&run, PACK);
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct run_result r = scan_numbers(&run, cases[i].column, cases[i].tried, cases[i].passed, "");
		const struct finding *f = run_finding(&run, &r, 0, cases[i].column, "NUM");
		assert_non_null(f);
		if ((f->state == SPAN_SUPPRESSED) != cases[i].is_chance || (f->reasons >> REASON_CHANCE & 1) != cases[i].is_chance)
			fail_msg("%u of %u in '%s': state %s", cases[i].passed, cases[i].tried, cases[i].column,
				span_state_name((enum span_state)f->state));
		assert_int_equal(f->n_tried, cases[i].tried);
		assert_int_equal(f->n_passed, cases[i].passed);
		/* the verdict is about the finding, never about its spans */
		assert_int_equal(f->n_spans, cases[i].passed);
		assert_int_equal(f->n_suppressed[REASON_CHANCE], cases[i].is_chance ? cases[i].passed : 0);
		assert_int_equal(finding_is_validated(f), !cases[i].is_chance);
		run_done(&r);
	}
	/* a word beside one of the numbers is evidence, and so is a rule without check */
	struct run_result r = scan_numbers(&run, "num", 100, 10, "card 12345674,AB12\n");
	assert_int_equal(run_finding(&run, &r, 0, "num", "NUM")->state, SPAN_REPORTED);
	run_done(&r);
	/* the column's name is evidence even where each cell has a word against it */
	struct base_buffer more;
	base_buffer_init(&more, 1 << 16);
	for (unsigned i = 0; i < 30; i++)
		base_buffer_format(&more, "order %08u,x\n", number(i, i < 3));
	r = scan_numbers(&run, "card_no", 0, 0, more.data);
	const struct finding *f = run_finding(&run, &r, 0, "card_no", "NUM");
	assert_true(f->state == SPAN_REPORTED && f->n_tried == 30 && f->n_passed == 3 && f->n_level[1] == 3 && f->n_level[2] == 0);
	run_done(&r);
	base_buffer_dispose(&more);
	run_close(&run);
}

static void
counters_add_up(void **state)
{
	static const char csv[] = "who,num\nann@example.com,12345674\nbob@example.com mail cat@example.com,card 12345674\n,order "
				  "12345674\nann@example.com,card 12345675\nx,99999997\n";
	static const char *const names[] = {"c.csv"};
	struct run run;

	(void)state;
	run_open(&run, PACK);
	run_write_text(&run, "c.csv", csv);
	struct run_result r = run_scan(&run, names, 1);
	const struct scan_resource *s = &r.result->resources[0];
	const struct finding *mail = run_finding(&run, &r, 0, "who", "MAIL"), *num = run_finding(&run, &r, 0, "num", "NUM");
	assert_int_equal(r.result->n_findings, 2);
	assert_int_equal(s->n_records, 5);
	assert_true(mail->n_spans == 4 && mail->n_records == 3 && mail->n_level[1] == 4 && mail->n_level[2] == 0 && mail->confidence == 75);
	assert_true(mail->first_record == 1 && mail->last_record == 4 && mail->n_examples == 4 && mail->n_validated == 0);
	assert_false(finding_is_validated(mail));
	assert_true(num->n_spans == 2 && num->n_records == 2 && num->n_level[1] == 1 && num->n_level[2] == 1 && num->confidence == 85);
	assert_true(num->n_sample == 1 && num->n_all_suppressed == 2 && num->n_validated == 2 && num->n_tried == 5 && num->n_passed == 4);
	assert_true(num->n_suppressed[REASON_NOT_WORD] == 1 && num->n_suppressed[REASON_CHECK_FAILED] == 1
		    && num->n_suppressed[REASON_LOW_CONFIDENCE] == 2);
	assert_true(finding_is_validated(num));
	assert_int_equal(num->n_examples, 3); /* the sample is one of them, with its state */
	assert_int_equal(num->examples[2].state, SPAN_SAMPLE);
	assert_true(s->n_fields == 2 && s->fields[0].n_values == 5 && s->fields[1].n_values == 5);
	run_done(&r);
	run_close(&run);
}

static void
samples_and_failures_alone_report_nothing(void **state)
{
	static const char *const names[] = {"s.txt", "f.txt", "t.txt"};
	struct run run;

	(void)state;
	run_open(&run, PACK);
	run_write_text(&run, "s.txt", "test number 99999997\n");
	run_write_text(&run, "f.txt", "card 12345675\n");
	run_write_text(&run, "t.txt", "12345675 12345676\n");
	struct run_result r = run_scan(&run, names, 3);
	assert_int_equal(run_finding(&run, &r, 0, "text", "NUM")->state, SPAN_SAMPLE);
	assert_int_equal(run_finding(&run, &r, 1, "text", "NUM")->state, SPAN_SUPPRESSED);
	assert_null(run_finding(&run, &r, 2, NULL, "NUM")); /* tried, failed, nothing spoke for them */
	assert_int_equal(r.result->n_findings, 2);
	assert_false(finding_is_validated(&r.result->findings[0]));
	run_done(&r);
	run_close(&run);
}

static void
examples_are_the_first_five(void **state)
{
	static const char *const names[] = {"e.txt"};
	struct base_buffer out;
	struct run run;

	(void)state;
	run_open(&run, PACK);
	base_buffer_init(&out, 1 << 20);
	for (int i = 0; i < 4000; i++)
		base_buffer_format(&out, "u%03d@example.com\n", i % 1000);
	run_write(&run, "e.txt", out.data, out.size);
	base_buffer_dispose(&out);
	run.options.threads = 4;
	run.options.window_bytes = 4096;
	struct run_result r = run_scan(&run, names, 1);
	const struct finding *f = run_finding(&run, &r, 0, "text", "MAIL");
	assert_true(f->n_spans == 4000 && f->n_records == 4000 && f->first_record == 1 && f->last_record == 4000);
	assert_int_equal(f->n_examples, SCAN_EXAMPLES);
	for (size_t i = 0; i < SCAN_EXAMPLES; i++)
		assert_int_equal(f->examples[i].record, i + 1);
	run_done(&r);
	run_close(&run);
}

/* Sum of HMAC(K, fingerprint): computed here anew from the spans, and the same for another order of rows. */
static void
digests_do_not_depend_on_order(void **state)
{
	static const char *const names[] = {"a.csv", "b.csv", "c.csv"};
	struct crypto_hmac *hmac = crypto_hmac_new(run_key, sizeof run_key);
	uint8_t sum[32] = {0}, mac[32];
	struct run run;

	(void)state;
	assert_non_null(hmac);
	run_open(&run, PACK);
	run_write_text(&run, "a.csv", "m\nann@example.com\nbob@example.com\nbob@example.com\n");
	run_write_text(&run, "b.csv", "m\nbob@example.com\nann@example.com\nbob@example.com\n");
	run_write_text(&run, "c.csv", "m\nbob@example.com\nann@example.com\nann@example.com\n");
	struct run_result r = run_scan(&run, names, 3);
	const struct finding *a = run_finding(&run, &r, 0, "m", "MAIL"), *b = run_finding(&run, &r, 1, "m", "MAIL"),
			     *c = run_finding(&run, &r, 2, "m", "MAIL");
	for (size_t i = 0; i < a->n_examples; i++) {
		struct crypto_piece piece = {a->examples[i].fingerprint, 16};
		unsigned carry = 0;
		assert_int_equal(crypto_hmac_of(hmac, &piece, 1, mac), 0);
		for (size_t k = 32; k-- > 0; carry >>= 8) {
			carry += sum[k] + mac[k];
			sum[k] = (uint8_t)carry;
		}
	}
	assert_true(a->has_digest);
	assert_memory_equal(a->content_digest, sum, 32);
	assert_memory_equal(a->content_digest, b->content_digest, 32);
	assert_memory_not_equal(a->content_digest, c->content_digest, 32);
	run_done(&r);
	/* without key there is neither digest nor any trace of one */
	static const uint8_t zero[32];
	run.options.fingerprint_key = NULL;
	r = run_scan(&run, names, 1);
	assert_false(r.result->findings[0].has_digest);
	assert_memory_equal(r.result->findings[0].content_digest, zero, 32);
	run_done(&r);
	crypto_hmac_free(hmac);
	run_close(&run);
}

static void
findings_are_sorted_and_kept_apart(void **state)
{
	static const char *const names[] = {"z.csv", "a.txt", "m.jsonl"};
	struct run run;

	(void)state;
	run_open(&run, PACK);
	run_write_text(&run, "z.csv", "a,b\nAB12,ann@example.com\nann@example.com,AB12 ann@example.com\n");
	run_write_text(&run, "a.txt", "ann@example.com AB12 12345674\n");
	run_write_text(&run, "m.jsonl", "{\"x\":{\"y\":\"ann@example.com\"}}\n{\"x\":{\"y\":\"AB12\"},\"z\":[\"ann@example.com\"]}\n");
	struct run_result r = run_scan(&run, names, 3);
	assert_int_equal(r.result->n_findings, 4 + 3 + 3);
	for (size_t i = 1; i < r.result->n_findings; i++) {
		const struct finding *x = &r.result->findings[i - 1], *y = &r.result->findings[i];
		assert_true(x->resource < y->resource
			    || (x->resource == y->resource && (x->field < y->field || (x->field == y->field && x->entity < y->entity))));
	}
	assert_int_equal(run_finding(&run, &r, 2, "/x/y", "MAIL")->n_records, 1);
	assert_int_equal(run_finding(&run, &r, 2, "/z/*", "MAIL")->first_record, 2);
	assert_int_equal(run_finding(&run, &r, 0, "b", "MAIL")->n_spans, 2);
	run_done(&r);
	run_close(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_column_that_passes_by_chance_is_suppressed),
		cmocka_unit_test(counters_add_up),
		cmocka_unit_test(samples_and_failures_alone_report_nothing),
		cmocka_unit_test(examples_are_the_first_five),
		cmocka_unit_test(digests_do_not_depend_on_order),
		cmocka_unit_test(findings_are_sorted_and_kept_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
