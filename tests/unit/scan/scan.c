/* Coverage: what became of each resource, names that must not tell, time and cancellation, sinks that say no, and what was never scanned.
 */
#include "run.h"

#include "base/limits.h"
#include "crypto/digest.h"

#include <fcntl.h>

#define PACK                                                                                                                               \
	"pack: p\nversion: 1\nrules:\n" RUN_RULE("mail", "EMAIL_ADDRESS", "(?<!\\w)[a-z0-9]{2,12}@example\\.com(?!\\w)", "")               \
		RUN_RULE("num", "NUM", "(?<![\\w-])\\d{8}(?!\\w)", "    check: luhn\n    context: {words: [card]}\n")                      \
			RUN_RULE("word", "WORD", "ward[a-z]{4}", "")

static void
each_resource_has_its_state(void **state)
{
	static const char csv[] = "who\nann@example.com\n";
	static const char *const names[] = {"a.csv", "b.csv", "c.bin", "d.txt", "missing.csv", "e.json"};
	uint8_t sha256[32];
	struct run run;

	(void)state;
	run_open(&run, PACK);
	run_write_text(&run, "a.csv", csv);
	run_write_text(&run, "b.csv", "who\nann@example.com\n\"never closed\n");
	run_write(&run, "c.bin", "\0\1\2\3\4\5\6\7\0\0\0\0", 12);
	run_write_text(&run, "d.txt", "");
	run_write_text(&run, "e.json", "{\"a\": \"ann@example.com\", ");
	struct run_result r = run_scan(&run, names, BASE_COUNT(names));
	const struct scan_resource *s = r.result->resources;
	assert_int_equal(r.result->n_resources, 6);
	assert_int_equal(s[0].state, COVER_COMPLETE);
	assert_null(s[0].note);
	assert_int_equal(crypto_sha256(csv, sizeof csv - 1, sha256), 0);
	assert_true(s[0].has_sha256 && s[0].bytes_stored == sizeof csv - 1 && s[0].n_records == 1);
	assert_memory_equal(s[0].sha256, sha256, 32);
	assert_string_equal(s[0].kind, "csv");
	assert_int_equal(s[1].state, COVER_INCOMPLETE);
	assert_non_null(run_issue(&r, 1, ISSUE_FORMAT));
	assert_non_null(s[1].note);
	assert_non_null(run_finding(&run, &r, 1, "who", "EMAIL_ADDRESS")); /* what could be read was read */
	assert_int_equal(s[2].state, COVER_UNREAD);
	assert_non_null(run_issue(&r, 2, ISSUE_UNSUPPORTED));
	assert_int_equal(s[3].state, COVER_COMPLETE);
	assert_non_null(run_issue(&r, 3, ISSUE_EMPTY));
	assert_int_equal(s[4].state, COVER_UNREAD);
	assert_non_null(run_issue(&r, 4, ISSUE_UNREADABLE));
	assert_false(s[4].has_sha256);
	assert_non_null(strstr(s[4].note, "No such file"));
	assert_int_equal(s[5].state, COVER_INCOMPLETE);
	assert_non_null(run_finding(&run, &r, 5, "/a", "EMAIL_ADDRESS"));
	run_done(&r);
	run_close(&run);
}

static void
names_are_masked_and_unique(void **state)
{
	static const char *const names[] = {
		"ann@example.com.csv", "anna@example.com.csv", "x/ann@example.com/b.csv", "same.csv", "same.csv", "same.csv"};
	static const char *const shown[] = {"a***@***.csv", "a***@***.csv#2", "x/a***@***/b.csv", "same.csv", "same.csv#2", "same.csv#3"};
	static const char csv[] = "wardenth,wardelth,id,id\n1,2,3,4\n";
	struct assay_error err = {0};
	const struct scan_result *result;
	struct scan *scan;
	struct run run;

	(void)state;
	run_open(&run, PACK);
	run_write_text(&run, "f.csv", csv);
	_cleanup_free_ char *path = base_path_join(run.folder, "f.csv");
	assert_ok(scan_new(&run.options, &run.env, &scan, &err));
	for (size_t i = 0; i < BASE_COUNT(names); i++)
		assert_ok(scan_source(scan, path, -1, names[i], NULL, &err));
	assert_ok(scan_finish(scan, &result, &err));
	for (size_t i = 0; i < BASE_COUNT(names); i++) {
		const struct scan_resource *s = &result->resources[i];
		assert_string_equal(s->name, shown[i]);
		assert_string_equal(s->raw_name, names[i]);
		assert_string_equal(s->path, path);
		assert_int_equal(s->n_fields, 4);
		assert_string_equal(s->fields[0].name, "***th");
		assert_string_equal(s->fields[1].name, "***th#2");
		assert_string_equal(s->fields[2].name, "id");
		assert_string_equal(s->fields[3].name, "id#2");
	}
	_cleanup_free_ char *text = NULL;
	assert_ok(scan_mask_text(scan, "by ann@example.com", &text, &err));
	assert_string_equal(text, "by a***@***");
	scan_free(scan);
	run_close(&run);
}

/* A JSON key that is an address becomes no column: it is scanned as a value, and its name is shown nowhere. */
static void
keys_that_are_personal_become_values(void **state)
{
	static const char *const names[] = {"k.json"};
	struct run run;

	(void)state;
	run_open(&run, PACK);
	run_write_text(&run, "k.json", "{\"users\":{\"ann@example.com\":{\"n\":1},\"bob@example.com\":{\"n\":2}}}");
	struct run_result r = run_scan(&run, names, 1);
	_cleanup_free_ char *text = run_text(&r);
	const struct finding *f = run_finding(&run, &r, 0, "/users/#key", "EMAIL_ADDRESS");
	assert_non_null(f);
	assert_int_equal(f->n_spans, 2);
	assert_null(strstr(text, "ann@"));
	assert_null(strstr(text, "bob@"));
	run_done(&r);
	run_close(&run);
}

static void
unscanned_entries_are_listed(void **state)
{
	struct assay_error err = {0};
	const struct scan_result *result;
	struct scan *scan;
	struct run run;

	(void)state;
	run_open(&run, PACK);
	assert_ok(scan_new(&run.options, &run.env, &scan, &err));
	assert_ok(scan_add_unscanned(scan, ".git", COVER_EXCLUDED, -1, NULL, &err));
	assert_ok(scan_add_unscanned(
		scan, "big.bin", COVER_UNREAD, ISSUE_POINTER, "fetch it: git lfs pull --include 'ann@example.com'", &err));
	assert_ok(scan_add_unscanned(scan, "media", COVER_EXCLUDED, ISSUE_LIMIT, "not used", &err));
	assert_ok(scan_add_issue(scan, 1, ISSUE_EXPECT, "3 of 4 files", &err));
	assert_ok(scan_add_issue(scan, 1, ISSUE_EXPECT, "again", &err));
	assert_ok(scan_finish(scan, &result, &err));
	assert_int_equal(result->n_resources, 3);
	assert_int_equal(result->resources[0].state, COVER_EXCLUDED);
	assert_null(result->resources[0].note);
	assert_int_equal(result->resources[1].state, COVER_UNREAD);
	assert_string_equal(result->resources[1].note, "fetch it: git lfs pull --include 'a***@***'");
	assert_int_equal(result->resources[2].state, COVER_EXCLUDED); /* an issue does not make it more than that */
	assert_int_equal(result->n_issues, 3);
	assert_int_equal(result->n_findings, 0);
	for (size_t i = 0; i < result->n_issues; i++)
		assert_null(strstr(result->issues[i].detail, "ann@"));
	assert_int_equal(result->issues[1].code, ISSUE_EXPECT);
	assert_int_equal(result->issues[1].count, 2);
	assert_string_equal(result->issues[1].detail, "3 of 4 files");
	scan_free(scan);
	scan_free(NULL);
	run_close(&run);
}

/* An issue that says "incomplete" makes a complete resource incomplete, others do not. */
static void
issues_make_incomplete(void **state)
{
	for (int code = 0; code < ISSUE_CODE_COUNT; code++) {
		struct assay_error err = {0};
		const struct scan_result *result;
		struct scan *scan;
		struct run run;
		(void)state;
		run_open(&run, PACK);
		run_write_text(&run, "a.txt", "hello\n");
		_cleanup_free_ char *path = base_path_join(run.folder, "a.txt");
		assert_ok(scan_new(&run.options, &run.env, &scan, &err));
		assert_ok(scan_source(scan, path, -1, "a.txt", NULL, &err));
		/* one that makes nothing incomplete stands before or after it, and is not the reason */
		assert_ok(scan_add_issue(scan, 0, ISSUE_RAGGED, "rows", &err));
		assert_ok(scan_add_issue(scan, 0, (enum issue_code)code, "why", &err));
		assert_ok(scan_finish(scan, &result, &err));
		bool incomplete = issue_code_is_incomplete((enum issue_code)code);
		assert_int_equal(result->resources[0].state, incomplete ? COVER_INCOMPLETE : COVER_COMPLETE);
		if (incomplete) {
			_cleanup_free_ char *want = base_format("%s: why", issue_code_name((enum issue_code)code));
			assert_string_equal(result->resources[0].note, want);
		}
		scan_free(scan);
		run_close(&run);
	}
}

/* A clock that goes on by a second each time it is asked. */
static int64_t
ticking(void *context)
{
	int64_t *now = context;

	return *now += 1000;
}

static void
write_long_text(struct run *run, const char *name, int lines)
{
	struct base_buffer out;

	base_buffer_init(&out, 64 << 20);
	for (int i = 0; i < lines; i++)
		base_buffer_format(&out, "u%06d@example.com is on line %d\n", i, i + 1);
	run_write(run, name, out.data, out.size);
	base_buffer_dispose(&out);
}

static void
time_runs_out(void **state)
{
	static const char *const names[] = {"first.txt", "long.txt", "later.txt"};
	int64_t now = 0;
	struct run run;

	(void)state;
	run_open(&run, PACK);
	run_write_text(&run, "first.txt", "ann@example.com\n");
	write_long_text(&run, "long.txt", 20000);
	run_write_text(&run, "later.txt", "bob@example.com\n");
	run.env.now_ms = ticking;
	run.env.context = &now;
	run.options.window_bytes = 4096;
	run.options.threads = 2;
	run.options.deadline_ms = 20000;
	struct run_result r = run_scan(&run, names, 3);
	const struct scan_resource *s = r.result->resources;
	assert_int_equal(s[0].state, COVER_COMPLETE);
	assert_true(s[0].has_sha256);
	assert_int_equal(s[1].state, COVER_INCOMPLETE);
	assert_false(s[1].has_sha256); /* a digest of half a file would pass for one of the whole */
	assert_non_null(run_issue(&r, 1, ISSUE_TIMEOUT));
	assert_int_equal(s[2].state, COVER_UNREAD);
	assert_non_null(run_issue(&r, 2, ISSUE_TIMEOUT));
	/* what was read before counts */
	const struct finding *f = run_finding(&run, &r, 1, "text", "EMAIL_ADDRESS");
	assert_true(f && f->n_spans > 100 && f->n_spans < 19000);
	run_done(&r);
	run_close(&run);
}

static void
cancelling_stops(void **state)
{
	struct assay_error err = {0};
	struct scan *scan;
	assay_flag cancelled = false;
	struct run run;

	(void)state;
	run_open(&run, PACK);
	write_long_text(&run, "long.txt", 20000);
	_cleanup_free_ char *path = base_path_join(run.folder, "long.txt");
	run.env.cancelled = &cancelled;
	run.options.threads = 4;
	run.options.window_bytes = 4096;
	assert_ok(scan_new(&run.options, &run.env, &scan, &err));
	assert_ok(scan_source(scan, path, -1, "long.txt", NULL, &err));
	atomic_store(&cancelled, true);
	assert_int_equal(scan_source(scan, path, -1, "again.txt", NULL, &err), ASSAY_CANCELLED);
	assert_int_equal(err.code, ASSAY_CANCELLED);
	scan_free(scan); /* with work still in hand */
	run_close(&run);
}

struct stopper {
	int left;
	assay_flag *cancelled;
};

static int
stop_after(void *context, const struct scan_resource *resource, const char *field, const struct span *span)
{
	struct stopper *stopper = context;

	assert_true(resource->name && field && span->mask_len > 0);
	return --stopper->left < 0 ? ASSAY_IO : 0;
}

static void
cancel_now(void *context, uint64_t bytes)
{
	struct stopper *stopper = context;

	assert_true(bytes > 0);
	if (--stopper->left < 0)
		atomic_store(stopper->cancelled, true);
}

/* A receiver that fails, and a flag that is set, in the middle of a file: the code comes back, nothing hangs or leaks. */
static void
stopping_in_the_middle(void **state)
{
	struct assay_error err = {0};
	struct run run;

	(void)state;
	run_open(&run, PACK);
	write_long_text(&run, "long.txt", 20000);
	_cleanup_free_ char *path = base_path_join(run.folder, "long.txt");
	run.options.window_bytes = 4096;
	for (unsigned threads = 1; threads <= 8; threads *= 2)
		for (int left = 0; left < 2000; left += 700) {
			assay_flag cancelled = false;
			struct stopper stopper = {left, &cancelled}, progress = {left / 100, &cancelled};
			struct scan_options options = run.options;
			struct scan *scan;
			options.threads = threads;
			options.on_span = stop_after;
			options.span_context = &stopper;
			assert_ok(scan_new(&options, &run.env, &scan, &err));
			assert_int_equal(scan_source(scan, path, -1, "long.txt", NULL, &err), ASSAY_IO);
			scan_free(scan);
			options.on_span = NULL;
			options.on_progress = cancel_now;
			options.context = &progress;
			run.env.cancelled = &cancelled;
			assert_ok(scan_new(&options, &run.env, &scan, &err));
			assert_int_equal(scan_source(scan, path, -1, "long.txt", NULL, &err), ASSAY_CANCELLED);
			scan_free(scan);
			run.env.cancelled = NULL;
		}
	run_close(&run);
}

static void
streams_are_scanned(void **state)
{
	struct assay_error err = {0};
	const struct scan_result *result;
	struct scan *scan;
	struct run run;
	int fds[2];

	(void)state;
	run_open(&run, PACK);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(base_write_all(fds[1], "who,x\nann@example.com,1\n", 24), 0);
	close(fds[1]);
	assert_ok(scan_new(&run.options, &run.env, &scan, &err));
	assert_ok(scan_source(scan, NULL, fds[0], "-", "csv", &err));
	assert_ok(scan_finish(scan, &result, &err));
	assert_true(fcntl(fds[0], F_GETFD) >= 0); /* stays the caller's */
	close(fds[0]);
	assert_int_equal(result->resources[0].state, COVER_COMPLETE);
	assert_null(result->resources[0].path);
	assert_int_equal(result->n_findings, 1);
	scan_free(scan);
	/* nothing at all */
	assert_ok(scan_new(&run.options, &run.env, &scan, &err));
	assert_ok(scan_finish(scan, &result, &err));
	assert_true(result->n_resources == 0 && result->n_findings == 0 && result->n_issues == 0);
	scan_free(scan);
	assert_string_equal(cover_name(COVER_EXCLUDED), "excluded");
	assert_string_equal(cover_name((enum cover)99), "unread");
	run_close(&run);
}

/* Cells of 80 bytes and more are prose; a long value in pieces, a header and a null count as what they are. */
static void
values_are_counted(void **state)
{
	static const char *const names[] = {"v.csv"};
	struct base_buffer out;
	struct run run;

	(void)state;
	run_open(&run, PACK);
	base_buffer_init(&out, 16 << 20);
	base_buffer_text(&out, "short,long\n");
	for (int i = 0; i < 10; i++)
		base_buffer_format(&out, "x,%0*d\n", i < 4 ? 79 : 80, 1);
	base_buffer_format(&out, "y,%0*d\n", LIMIT_VALUE * 5, 1);
	run_write(&run, "v.csv", out.data, out.size);
	base_buffer_dispose(&out);
	struct run_result r = run_scan(&run, names, 1);
	const struct scan_field *fields = r.result->resources[0].fields;
	assert_true(fields[0].n_values == 11 && fields[0].n_prose == 0);
	assert_true(fields[1].n_values == 11 && fields[1].n_prose == 7);
	run_done(&r);
	run_close(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_resource_has_its_state),
		cmocka_unit_test(names_are_masked_and_unique),
		cmocka_unit_test(keys_that_are_personal_become_values),
		cmocka_unit_test(unscanned_entries_are_listed),
		cmocka_unit_test(issues_make_incomplete),
		cmocka_unit_test(time_runs_out),
		cmocka_unit_test(cancelling_stops),
		cmocka_unit_test(stopping_in_the_middle),
		cmocka_unit_test(streams_are_scanned),
		cmocka_unit_test(values_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
