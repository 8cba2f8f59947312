/* The ledger with each allocation failing in turn, SQLite's and OpenSSL's included: an append that fails leaves a ledger that verifies. */
#include "../support_oom.h"

#include "base/text.h"
#include "ledger/ledger.h"

struct job {
	char *folder, *database, *checkpoint, *extra;
	struct ledger_paths paths;
	struct crypto_key *key;
	struct note_vkey vkey;
	struct assay_env env;
	uint64_t seed, size;
};

static int
append(void *context, struct assay_error *err)
{
	struct job *job = context;
	struct ledger *ledger = NULL;
	struct ledger_entry entries[] = {
		{"note", "{\"text\":\"one\"}", "uid:1000", NULL}, {"note", "{\"text\":\"two\"}", "uid:1000", NULL}};
	uint64_t seq;
	int r = ledger_open(&job->paths, "example.com/log", &job->env, &ledger, err);

	r = r < 0 ? r : ledger_append(ledger, entries, 2, job->key, &seq, err);
	ledger_close(ledger);
	/* at the commit itself nobody knows, and SQLite does not always say why: must_be_whole looks */
	if (r == ASSAY_OUTCOME_UNKNOWN)
		r = err->code = ASSAY_NOMEM;
	return r;
}

static int
verify(void *context, struct assay_error *err)
{
	struct job *job = context;
	struct ledger_trust trust = {&job->vkey, 1};
	struct ledger_report report;
	int r = ledger_verify(&job->paths, &trust, &report, err);

	if (r == ASSAY_OK)
		assert_true(report.size == job->size && report.is_signed && report.is_pinned);
	return r;
}

static int
count_row(void *context, const struct ledger_row *row)
{
	uint64_t *n = context;

	*n += row->json != NULL;
	return 0;
}

static int
read_back(void *context, struct assay_error *err)
{
	struct job *job = context;
	struct ledger_reader *reader = NULL;
	struct base_buffer receipt;
	uint64_t n = 0;
	int r = ledger_reader_open(&job->paths, &reader, err);

	base_buffer_init(&receipt, 64 << 10);
	r = r < 0 ? r : ledger_reader_each(reader, 0, job->size, count_row, &n, err);
	if (r == ASSAY_OK)
		assert_int_equal(n, job->size);
	r = r < 0 ? r : ledger_reader_receipt(reader, 1, &receipt, err);
	base_buffer_dispose(&receipt);
	ledger_reader_close(reader);
	return r;
}

static void
remove_ledger(struct job *job)
{
	static const char *const endings[] = {
		"ledger.db", "ledger.db-journal", "ledger.lock", "ledger.sum", "checkpoint", "outside.checkpoint"};

	for (size_t i = 0; i < BASE_COUNT(endings); i++) {
		_cleanup_free_ char *path = base_path_join(job->folder, endings[i]);
		(void)unlink(path);
	}
}

static int
without_ledger(void *context)
{
	remove_ledger(context);
	return 0;
}

static int
with_ledger(void *context)
{
	struct assay_error err = {0};

	remove_ledger(context);
	return append(context, &err);
}

/* Whatever failed, what is on disk is whole: nothing, or a ledger that can be verified and continued. */
static void
must_be_whole(void *context)
{
	struct job *job = context;
	struct ledger_trust trust = {&job->vkey, 1};
	struct ledger_report report;
	struct assay_error err = {0};

	assert_ok(append(job, &err));
	assert_ok(ledger_verify(&job->paths, &trust, &report, &err));
	assert_true(report.is_signed && report.is_pinned && report.size >= 3);
}

static void
the_ledger_survives(void **state)
{
	/* a folder in memory, where there is one: each of these many commits waits for the disk otherwise */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	struct job job = {.folder = support_folder()};
	struct assay_error err = {0};
	uint8_t seed[32] = {42};

	(void)state;
	job.database = base_path_join(job.folder, "ledger.db");
	job.checkpoint = base_path_join(job.folder, "checkpoint");
	job.extra = base_path_join(job.folder, "outside.checkpoint");
	job.paths = (struct ledger_paths){job.database, job.checkpoint, job.extra};
	job.env = support_env(&job.seed);
	assert_ok(crypto_key_from_seed(seed, &job.key, &err));
	assert_ok(note_vkey_make("example.com/log", crypto_key_public(job.key), &job.vkey));
	for (int mode = OOM_ONCE; mode <= OOM_ON; mode++) {
		assert_true(oom_each(OOM_OWN, (enum oom_mode)mode, without_ledger, append, must_be_whole, &job) > 10);
		assert_true(oom_each_step(37, OOM_ALL, (enum oom_mode)mode, without_ledger, append, must_be_whole, &job) > 500);
		assert_true(oom_each_step(41, OOM_ALL, (enum oom_mode)mode, with_ledger, append, must_be_whole, &job) > 500);
		assert_int_equal(with_ledger(&job), 0);
		job.size = 3; /* genesis and two notes */
		assert_true(oom_each(OOM_OWN, (enum oom_mode)mode, NULL, verify, NULL, &job) > 5);
		assert_true(oom_each_step(5, OOM_ALL, (enum oom_mode)mode, NULL, verify, NULL, &job) > 100);
		assert_true(oom_each_step(3, OOM_ALL, (enum oom_mode)mode, NULL, read_back, NULL, &job) > 100);
	}
	crypto_key_free(job.key);
	free(job.database);
	free(job.checkpoint);
	free(job.extra);
	support_remove(job.folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ledger_survives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
