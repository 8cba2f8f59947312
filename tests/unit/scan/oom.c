/* A whole scan with each allocation failing in turn, in the reading thread and in the worker: it succeeds with the same result, or says so.
 */
#include "../support_oom.h"

#include "run.h"

#define PACK                                                                                                                               \
	"pack: p\nversion: 1\nrules:\n" RUN_RULE("mail", "EMAIL_ADDRESS", "(?<!\\w)[a-z0-9]{2,12}@example\\.com(?!\\w)", "")               \
		RUN_RULE("num", "NUM", "(?<![\\w-])\\d{8}(?!\\w)", "    check: luhn\n    context: {words: [card], not: [order]}\n")

struct job {
	struct run run;
	char *paths[5];
	char *want;
};

static const char *const names[] = {"ann@example.com.csv", "b.jsonl", "c.txt", "d.json", "e.csv.gz"};

/* As run_scan, but every step may fail. */
static int
scan_all(void *context, struct assay_error *err)
{
	struct job *job = context;
	struct scan *scan = NULL;
	const struct scan_result *result = NULL;
	int r = scan_new(&job->run.options, &job->run.env, &scan, err);

	for (size_t i = 0; i < BASE_COUNT(names) && r == ASSAY_OK; i++)
		r = scan_source(scan, job->paths[i], -1, names[i], NULL, err);
	r = r < 0 ? r : scan_add_unscanned(scan, ".git", COVER_EXCLUDED, -1, NULL, err);
	r = r < 0 ? r : scan_add_unscanned(scan, "x.bin", COVER_UNREAD, ISSUE_POINTER, "fetch it from bob@example.com", err);
	r = r < 0 ? r : scan_finish(scan, &result, err);
	if (r == ASSAY_OK) {
		oom_pause();
		struct run_result all = {.scan = scan, .result = result};
		base_buffer_init(&all.spans, 16);
		base_buffer_text(&all.spans, "");
		char *got = run_text(&all);
		base_buffer_dispose(&all.spans);
		if (!job->want)
			job->want = BASE_STEAL(got);
		else
			run_assert_same(job->want, got, "out of memory in between");
		free(got);
	}
	scan_free(scan);
	return r;
}

static void
a_scan_survives(void **state)
{
	static const uint8_t gz[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0x4c, 0x4a, 0xe6, 2, 0, 0x4e, 0x81, 0x88, 0x47, 4, 0, 0, 0};
	struct job job = {.want = NULL};

	(void)state;
	run_open(&job.run, PACK);
	run_write_text(&job.run, names[0],
		"id,who,num,num\n1,bob@example.com,card 12345674,x\n2,\"carl@example.com \"\"q\"\"\",order 12345674,12345675\n3,x,y\n");
	run_write_text(
		&job.run, names[1], "{\"a\":\"b\\u006fb@example.com\",\"dan@example.com\":[1,{\"c\":\"card 12345675\"}]}\n{\"a\":null\n");
	run_write_text(&job.run, names[2], "write to eve@example.com\nor \xff call\n");
	run_write_text(&job.run, names[3], "{\"x\":{\"y\":\"fay@example.com\"},\"z\":\"card 12345674\"}");
	run_write(&job.run, names[4], gz, sizeof gz);
	for (size_t i = 0; i < BASE_COUNT(names); i++)
		job.paths[i] = base_path_join(job.run.folder, names[i]);
	assert_true(oom_each(OOM_ALL, OOM_ONCE, NULL, scan_all, NULL, &job) > 100);
	assert_true(oom_each(OOM_ALL, OOM_ON, NULL, scan_all, NULL, &job) > 100);
	for (size_t i = 0; i < BASE_COUNT(names); i++)
		free(job.paths[i]);
	free(job.want);
	run_close(&job.run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scan_survives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
