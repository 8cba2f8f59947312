/* The report for a terminal: fits its width, colours only when asked, and passes no control character on. */
#include "fixture.h"

#include "base/text.h"

static void
assert_holds(const struct rendered *out, const char *wanted)
{
	if (!strstr(out->bytes.data, wanted))
		fail_msg("missing: %s\nin:\n%s", wanted, out->bytes.data);
}

static void
test_scan_table(void **state)
{
	sqlite3 *db = fixture_scan();
	struct rendered out = render(db, "text");

	(void)state;
	assert_holds(&out, "  COLUMN  ENTITY         COUNT   SHARE  CONFIDENCE  VALID  EXAMPLE\n");
	assert_holds(&out, "data/users.csv\n  email   EMAIL_ADDRESS     20   100 %  high 85     yes    a***@***\n");
	assert_holds(&out, "  phone   PHONE_NUMBER      19  95.0 %  medium 75   -      +1***\n");
	assert_holds(&out, "  dx      ICD10_CODE      1180  98.3 %  high 85     yes\n");
	assert_holds(&out, "4 findings in 4 columns of 3 resources, 2 validated.\n");
	assert_holds(&out, "documentation samples 1, suppressed with a reason 1, undecided 0");
	assert_holds(&out, "dump.bin: a format that this build does not read");
	assert_holds(&out, "data/visits.csv:17: ragged, rows with fewer cells (3 times)");
	/* not reported, so not in the table */
	assert_null(strstr(out.bytes.data, "order_no"));
	rendered_free(&out);
	sqlite3_close(db);
}

static void
test_audit(void **state)
{
	static const char start[] = "Blocked for `pre-training`: 1 contradiction, 1 missing evidence, 0 for a person.\nEvidence, not "
				    "legal advice.\n";
	sqlite3 *db = fixture_audit();
	struct rendered out = render(db, "text");

	(void)state;
	assert_int_equal(strncmp(out.bytes.data, start, strlen(start)), 0);
	assert_holds(&out, "  1. fail  gdpr-a9.1-1, critical, data/visits.csv column dx\n     dx holds 1180 ICD10_CODE and no ground is "
			   "declared\n"
			   "     fix: Remove or mask the columns, or declare them.\n");
	assert_holds(&out, "  2. noteval  gdpr-a17.1-1, critical\n     no comparable list of 'erased' persons\n"
			   "     fix: Declare or provide what is missing, then audit again.\n");
	assert_holds(&out, "  data              2        1        1        0        0        0\n");
	assert_holds(&out, "    2 controls  no comparable list of 'erased' persons\n    1 control   missing: document:/record\n");
	assert_holds(&out, "What was found, what weighs most first\n  sensitive  ICD10_CODE              ");
	assert_holds(&out, "What changed\n  changed  verdict gdpr-a9.1-1: review -> fail\n  new      finding ICD10_CODE in "
			   "data/visits.csv, dx: 3 values\n");
	assert_holds(&out, "  W-2026-02: expired\n");
	assert_holds(&out, "coverage  5 resources: 3 complete, 0 sampled, 0 incomplete, 1 unread, 1 excluded\n");
	rendered_free(&out);
	sqlite3_close(db);
}

/* Without a manifest: findings first, then why nothing was judged, and the questions. */
static void
test_not_judged(void **state)
{
	sqlite3 *db = fixture_unjudged();
	struct rendered out = render(db, "text");
	const char *table = strstr(out.bytes.data, "  COLUMN "),
		   *why = strstr(out.bytes.data, "Not judged: no assay.yaml; 3 of 8 controls evaluated.");

	(void)state;
	assert_non_null(table);
	assert_non_null(why);
	assert_true(table < why);
	assert_holds(&out, "2 controls  no comparable list of 'erased' persons");
	assert_holds(&out, "UNSIGNED");
	assert_null(strstr(out.bytes.data, "Blocked for"));
	rendered_free(&out);
	sqlite3_close(db);
}

static size_t
longest_line(const char *text)
{
	size_t longest = 0;

	while (*text) {
		size_t n = strcspn(text, "\n"), width = base_utf8_count((struct base_span){(const uint8_t *)text, n});
		longest = width > longest ? width : longest;
		text += n + (text[n] == '\n');
	}
	return longest;
}

static void
test_table_fits(void **state)
{
	static const unsigned widths[] = {90, 100, 120};

	(void)state;
	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
		sqlite3 *db = fixture_scan();
		struct rendered out;
		OK(facts_exec(db,
			"UPDATE field SET "
			"name='/customer/contact/preferences/addresses/\xe4\xbd\x8f\xe6\x89\x80/electronic/primary/email' WHERE id=1",
			ERR));
		OK(facts_exec(db, "UPDATE example SET masked='a***************************************************@***'", ERR));
		out = render_with(db, "text", false, widths[i]);
		assert_in_range(longest_line(out.bytes.data), 1, widths[i]);
		/* both ends of the name are still there */
		assert_holds(&out, "  /cus");
		assert_holds(&out, "email  EMAIL_ADDRESS");
		assert_holds(&out, "\xe2\x80\xa6");
		rendered_free(&out);
		sqlite3_close(db);
	}
}

static void
test_colour_only_when_asked(void **state)
{
	(void)state;
	for (size_t i = 0; i < FIXTURE_CASES; i++) {
		sqlite3 *db = fixture_cases[i].make();
		struct rendered plain = render(db, "text"), colored = render_with(db, "text", true, 0);
		size_t kept = 0;
		for (const char *p = plain.bytes.data; *p; p++)
			assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
		assert_non_null(strstr(colored.bytes.data, "\033["));
		/* without its colours the coloured report is the plain one */
		for (const char *p = colored.bytes.data; *p; p++)
			if (*p == '\033')
				p = strchr(p, 'm');
			else
				colored.bytes.data[kept++] = *p;
		colored.bytes.data[kept] = '\0';
		assert_string_equal(colored.bytes.data, plain.bytes.data);
		rendered_free(&plain);
		rendered_free(&colored);
		sqlite3_close(db);
	}
}

static void
test_hostile_names_are_spelt_out(void **state)
{
	sqlite3 *db = fixture_hostile();
	struct rendered out = render(db, "text");

	(void)state;
	assert_null(strchr(out.bytes.data, '\033'));
	assert_null(strstr(out.bytes.data, "\xe2\x80\xae"));
	assert_true(base_utf8_is_valid((struct base_span){(const uint8_t *)out.bytes.data, out.bytes.size}));
	assert_holds(&out, "\\n\\x1B[31mred\\u{202E}txt.exe\\xFF");
	rendered_free(&out);
	sqlite3_close(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan_table),
		cmocka_unit_test(test_audit),
		cmocka_unit_test(test_not_judged),
		cmocka_unit_test(test_table_fits),
		cmocka_unit_test(test_colour_only_when_asked),
		cmocka_unit_test(test_hostile_names_are_spelt_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
