/* Error objects: names and exit statuses of every code, texts that cannot harm a terminal, nothing touched on success. */
#include "../support.h"

#include "base/error.h"
#include "base/match.h"
#include "base/text.h"

#include <errno.h>

static void
codes_have_names_and_exits(void **state)
{
	static const struct {
		int code, exit;
		const char *name;
	} cases[] = {
		{ASSAY_OK, 0, "OK"},
		{ASSAY_NOMEM, 3, "NOMEM"},
		{ASSAY_USAGE, 2, "USAGE"},
		{ASSAY_CONFIG, 2, "CONFIG"},
		{ASSAY_PACK, 2, "PACK"},
		{ASSAY_KEY, 2, "KEY"},
		{ASSAY_IO, 3, "IO"},
		{ASSAY_BUSY, 3, "BUSY"},
		{ASSAY_OUTCOME_UNKNOWN, 3, "OUTCOME_UNKNOWN"},
		{ASSAY_FORMAT, 4, "FORMAT"},
		{ASSAY_LIMIT, 4, "LIMIT"},
		{ASSAY_UNSUPPORTED, 4, "UNSUPPORTED"},
		{ASSAY_DENIED, 1, "DENIED"},
		{ASSAY_VERIFY, 5, "VERIFY"},
		{ASSAY_CANCELLED, 4, "CANCELLED"},
		{ASSAY_INTERNAL, 3, "INTERNAL"},
		{-99, 3, "INTERNAL"},
		{7, 3, "INTERNAL"},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		assert_string_equal(assay_code_name(cases[i].code), cases[i].name);
		assert_int_equal(assay_code_exit(cases[i].code), cases[i].exit);
	}
}

static void
texts_are_harmless(void **state)
{
	struct assay_error err = {0};

	(void)state;
	assert_int_equal(base_error_at(&err, ASSAY_CONFIG, "a\n\x1b[31mb", 3, 4, "bad '%s'", "x\ty\x7f\xff\xe2\x80\xaez"), ASSAY_CONFIG);
	assert_int_equal(err.code, ASSAY_CONFIG);
	assert_int_equal(err.line, 3);
	assert_int_equal(err.column, 4);
	assert_string_equal(err.subject, "a??[31mb");
	assert_string_equal(err.message, "bad 'x?y?\?\?\?\?z'");
	base_error_hint(&err, "say %s",
		"\x9b\xc2\x9b"
		"ok \xc3\xa9");
	assert_string_equal(err.hint, "say ?\?\?ok \xc3\xa9");
	base_error_subject(&err, "new\r");
	assert_string_equal(err.subject, "new?");
	/* a new error leaves nothing of the old one */
	assert_int_equal(base_error(&err, ASSAY_IO, "gone"), ASSAY_IO);
	assert_string_equal(err.subject, "");
	assert_string_equal(err.hint, "");
	assert_int_equal(err.line, 0);
	base_error_subject(&err, NULL);
	assert_string_equal(err.subject, "");
	assert_int_equal(base_error(NULL, ASSAY_IO, "nobody listens"), ASSAY_IO);
	base_error_hint(NULL, "x");
	base_error_subject(NULL, "x");
	assert_int_equal(base_error_nomem(&err), ASSAY_NOMEM);
}

/* A text may speak of the error it replaces, and is cut where it is too long, never within a character. */
static void
texts_are_cut_and_may_overlap(void **state)
{
	struct assay_error err = {0};
	char longer[2000];

	(void)state;
	for (size_t i = 0; i + 1 < sizeof longer; i += 2)
		memcpy(longer + i, "\xc3\xa9", 2);
	longer[sizeof longer - 2] = '\0';
	base_error_at(&err, ASSAY_PACK, longer, 1, 1, "x%s", longer);
	base_error_hint(&err, "%s", longer);
	assert_int_equal(strlen(err.message), ASSAY_ERROR_MESSAGE_MAX - 1);
	assert_true(base_utf8_is_valid(base_span_of(err.message)));
	assert_true(base_utf8_is_valid(base_span_of(err.subject)));
	assert_true(base_utf8_is_valid(base_span_of(err.hint)));
	base_error_at(&err, ASSAY_IO, "file", 0, 0, "cannot read");
	base_error_at(&err, ASSAY_IO, err.subject, 0, 0, "again: %s", err.message);
	assert_string_equal(err.message, "again: cannot read");
	assert_string_equal(err.subject, "file");
}

static void
system_errors_are_told(void **state)
{
	struct assay_error err = {0};

	(void)state;
	errno = ENOENT;
	assert_int_equal(base_error_errno(&err, ASSAY_IO, "a.csv", "cannot open"), ASSAY_IO);
	assert_string_equal(err.message, "cannot open: No such file or directory");
	assert_string_equal(err.subject, "a.csv");
}

struct kept {
	struct issue issue;
	int n;
};

static int
keep(void *context, const struct issue *issue)
{
	struct kept *kept = context;

	kept->issue = *issue;
	kept->n++;
	return 7;
}

static void
names_are_complete_and_issues_harmless(void **state)
{
	struct kept kept = {.n = 0};
	struct issue_sink sink = {&kept, keep};
	char longer[300];

	(void)state;
	for (int i = 0; i < ISSUE_CODE_COUNT; i++) {
		assert_non_null(issue_code_name((enum issue_code)i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(issue_code_name((enum issue_code)i), issue_code_name((enum issue_code)k));
	}
	for (int i = 0; i < REASON_COUNT; i++)
		assert_non_null(reason_name((enum reason)i));
	assert_string_equal(issue_code_name((enum issue_code)99), "unknown");
	assert_true(issue_code_is_incomplete((enum issue_code)99));
	assert_true(issue_code_is_incomplete(ISSUE_REGEX_LIMIT) && !issue_code_is_incomplete(ISSUE_RAGGED));
	assert_string_equal(reason_name(REASON_COUNT), "unknown");
	assert_string_equal(span_state_name(SPAN_SUPPRESSED), "suppressed");
	assert_string_equal(span_state_name((enum span_state)9), "unknown");
	assert_int_equal(issue_emit(&sink, 3, ISSUE_FORMAT, 4, 5, 6, "a\nb\x1b%s", "\xc3\xa9"), 7);
	assert_string_equal(kept.issue.detail, "a?b??\?");
	assert_true(
		kept.issue.resource == 3 && kept.issue.rule == 4 && kept.issue.record == 5 && kept.issue.raw == 6 && kept.issue.count == 1);
	memset(longer, 'x', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	issue_emit(&sink, 0, ISSUE_FORMAT, ISSUE_NO_RULE, 0, 0, "%s", longer);
	assert_int_equal(strlen(kept.issue.detail), sizeof kept.issue.detail - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_have_names_and_exits),
		cmocka_unit_test(texts_are_harmless),
		cmocka_unit_test(texts_are_cut_and_may_overlap),
		cmocka_unit_test(system_errors_are_told),
		cmocka_unit_test(names_are_complete_and_issues_harmless),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
