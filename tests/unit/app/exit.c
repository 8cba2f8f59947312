/* Exit statuses: their rank, what coverage alone asks for, and what an audit without manifest and the gate after it come to. */
#include "../support.h"

#include "app/judge.h"
#include "policy/facts.h"

/* DESIGN section 4: when several apply, 5, 3, 2, 1, 4. */
static void
the_gravest_status_wins(void **state)
{
	static const int ranks[] = {5, 3, 2, 1, 4};

	(void)state;
	for (unsigned set = 0; set < 1u << 6; set++) {
		struct app_outcome outcome = {0};
		int want = 0;
		for (int n = 0; n < 6; n++)
			outcome.exits[n] = set >> n & 1;
		for (size_t i = BASE_COUNT(ranks); i-- > 0;)
			if (set >> ranks[i] & 1)
				want = ranks[i];
		assert_int_equal(app_exit_code(&outcome), want);
	}
}

static void
coverage_alone_can_be_incomplete(void **state)
{
	static const struct {
		const char *rows;
		bool incomplete;
	} cases[] = {
		{"", true}, /* nothing was read */
		{"INSERT INTO resource(id,name,kind,bytes,state) VALUES(1,'a','csv',9,'complete')", false},
		{"INSERT INTO resource(id,name,kind,bytes,state) VALUES(1,'a','csv',0,'complete')", true},
		{"INSERT INTO resource(id,name,kind,bytes,state) VALUES(1,'a','csv',9,'sampled')", false},
		{"INSERT INTO resource(id,name,kind,state) VALUES(1,'a','csv','incomplete')", true},
		{"INSERT INTO resource(id,name,kind,bytes,state) VALUES(1,'a','csv',9,'complete'),(2,'b','csv',0,'unread')", true},
		{"INSERT INTO resource(id,name,kind,bytes,state) VALUES(1,'a','csv',9,'complete'),(2,'.git','file',0,'excluded')", false},
		{"INSERT INTO resource(id,name,kind,state) VALUES(1,'.git','file','excluded')", true},
		{"INSERT INTO resource(id,name,kind,bytes,state) VALUES(1,'a','csv',9,'complete');INSERT INTO "
		 "issue(resource_id,code,count) "
		 "VALUES(1,'ragged-rows',3)",
			false},
		{"INSERT INTO resource(id,name,kind,bytes,state) VALUES(1,'a','csv',9,'complete');INSERT INTO "
		 "issue(resource_id,code,count) "
		 "VALUES(NULL,'fewer-than-expected',1)",
			true},
		{"INSERT INTO resource(id,name,kind,bytes,state) VALUES(1,'a','csv',9,'complete');INSERT INTO "
		 "issue(resource_id,code,count) "
		 "VALUES(1,'regex-limit',1)",
			true},
	};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(cases); i++) {
		struct assay_error err = {0};
		struct app_outcome outcome = {0};
		char *folder = support_folder();
		_cleanup_free_ char *path = base_path_join(folder, "facts.db");
		sqlite3 *db;
		assert_ok(facts_create(path, &db, &err));
		if (cases[i].rows[0])
			assert_ok(facts_exec(db, cases[i].rows, &err));
		assert_ok(judge_coverage(db, &outcome, &err));
		if (outcome.exits[APP_EXIT_INCOMPLETE] != cases[i].incomplete)
			fail_msg("%s", cases[i].rows);
		for (int n = 0; n < 6; n++)
			assert_true(n == APP_EXIT_INCOMPLETE || !outcome.exits[n]);
		sqlite3_close(db);
		support_remove(folder);
	}
}

struct world {
	char *folder, *data, *was;
	struct assay_env env;
	uint64_t seed;
	struct project *project;
};

static void
open_project(struct world *w)
{
	_cleanup_free_ char *state = base_path_join(w->folder, ".assay");
	struct project_options options = {.first_path = w->data, .state = state, .unprotected_key = true, .actor = "uid:1000"};
	struct assay_error err = {0};

	assert_ok(project_open(&options, &w->env, &w->project, &err));
}

static void
world_open(struct world *w, const char *text)
{
	struct assay_error err = {0};

	*w = (struct world){.folder = support_folder()};
	w->env = support_env(&w->seed);
	/* without a manifest the root is the current folder */
	w->was = getcwd(NULL, 0);
	assert_int_equal(chdir(w->folder), 0);
	w->data = base_path_join(w->folder, "notes.txt");
	assert_ok(base_file_replace(w->data, text, strlen(text), 0600, &err));
	open_project(w);
}

static void
world_close(struct world *w)
{
	project_free(w->project);
	free(w->data);
	assert_int_equal(chdir(w->was), 0);
	free(w->was);
	support_remove(w->folder);
}

static struct app_outcome
audit(struct world *w)
{
	const char *paths[] = {w->data};
	struct assay_error err = {0};
	struct audit_request request;
	struct app_outcome outcome = {0};
	struct result *result = NULL;

	audit_request_defaults(&request);
	request.scan.paths = paths;
	request.scan.n_paths = 1;
	request.scan.threads = 1;
	assert_ok(app_audit(w->project, &request, &w->env, &result, &outcome, &err));
	result_close(result);
	return outcome;
}

static int
gate(struct world *w, char **ret_line)
{
	const char *paths[] = {w->data};
	struct gate_request request = {.paths = paths, .n_paths = 1};
	struct assay_error err = {0};
	struct app_outcome outcome = {0};

	assert_ok(app_gate(w->project, &request, &w->env, ret_line, &outcome, &err));
	return app_exit_code(&outcome);
}

/* Without a manifest nothing is judged: 4; a validated secret outranks that. */
static void
audits_without_manifest(void **state)
{
	/* built here, so that the file holds no live-looking token */
	_cleanup_free_ char *secret = base_format("aws_access_key_id = %s%s\nnothing else\n", "AKIA", "Q7ZK3MB5TXRW2J4D");
	const char *texts[] = {"nothing here\n", secret};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct world w;
		world_open(&w, texts[i]);
		struct app_outcome outcome = audit(&w);
		assert_true(outcome.exits[APP_EXIT_INCOMPLETE]);
		assert_int_equal(outcome.exits[APP_EXIT_VIOLATION], i == 1);
		assert_int_equal(app_exit_code(&outcome), i == 1 ? 1 : 4);
		assert_int_equal(strlen(outcome.result_sha256), 64);
		assert_true(outcome.id[0]);
		world_close(&w);
	}
}

/* The clock stands still and the data is the same: three results all the same, and each can be opened. */
static void
audits_of_one_second_have_ids_of_their_own(void **state)
{
	struct assay_error err = {0};
	struct app_outcome first, again, opened;
	struct result *result = NULL;
	struct world w;

	(void)state;
	world_open(&w, "nothing here\n");
	/* the very first one finds no ledger, which is another result */
	audit(&w);
	first = audit(&w);
	audit(&w);
	again = audit(&w);
	assert_string_equal(first.result_sha256, again.result_sha256);
	assert_memory_equal(first.id, again.id, strlen(first.id));
	assert_string_equal(again.id + strlen(first.id), "-3");
	assert_ok(app_result_open(w.project, again.id, &result, &opened, &err));
	assert_string_equal(opened.id, again.id);
	result_close(result);
	world_close(&w);
}

static void
the_gate_admits_nothing_unjudged(void **state)
{
	struct assay_error err = {0};
	struct world w;

	(void)state;
	world_open(&w, "nothing here\n");
	_cleanup_free_ char *before = NULL, *beside = NULL, *after = NULL, *changed = NULL;
	assert_int_equal(gate(&w, &before), APP_EXIT_INCOMPLETE);
	assert_string_equal(before, "refused: there is no ledger: nothing was audited here yet");
	audit(&w);
	assert_int_equal(gate(&w, &after), APP_EXIT_INCOMPLETE);
	assert_non_null(strstr(after, "was not complete"));
	/* the key is trusted by trust.yaml alone: without it, it only lies beside the log */
	_cleanup_free_ char *trust = base_path_join(w.folder, "trust.yaml");
	assert_int_equal(unlink(trust), 0);
	project_free(w.project);
	open_project(&w);
	assert_int_equal(gate(&w, &beside), APP_EXIT_VERIFY);
	assert_non_null(strstr(beside, "refused: the signing key is not trusted"));
	world_close(&w);
	/* one byte */
	world_open(&w, "nothing here\n");
	audit(&w);
	assert_ok(base_file_replace(w.data, "nothing hers\n", 13, 0600, &err));
	assert_int_equal(gate(&w, &changed), APP_EXIT_INCOMPLETE);
	assert_string_equal(changed, "refused: no audit covers exactly these bytes");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_gravest_status_wins),
		cmocka_unit_test(coverage_alone_can_be_incomplete),
		cmocka_unit_test(audits_without_manifest),
		cmocka_unit_test(audits_of_one_second_have_ids_of_their_own),
		cmocka_unit_test(the_gate_admits_nothing_unjudged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
