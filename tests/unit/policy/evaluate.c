/* From rows to verdicts: roll-up, basis, absence, gates in their order, profiles, dates. */
#include "world.h"

#define NO_NEEDS "    needs: {required: []}\n"
#define ROWS(...)                                                                                                                          \
	NO_NEEDS "    sql: SELECT column1 AS resource, column2 AS status, column3 AS reason, column4 AS basis FROM (VALUES" __VA_ARGS__    \
		 ")\n"

static const struct {
	const char *members, *want;
} roll_ups[] = {
	{ROWS("('a','fail','f1','data'),('b','review','r1','data'),('c','pass','p1','data')"), "fail data 0: f1"},
	{ROWS("('a','fail','f1','data'),('b','fail','f2','data')"), "fail data 0: 2 contradictions; first: f1"},
	{ROWS("('a','review','r1','data'),('b','review','r2','data')"), "review data 0: 2 to be judged by a person; first: r1"},
	/* without evidence is worse than a question, and a contradiction is worse than both */
	{ROWS("('a','review','r1','data'),('b','noteval','n1','log')"), "noteval log 0: n1"},
	{ROWS("('a','noteval','n1','log'),('b','fail','f1','data')"), "fail data 0: f1"},
	{ROWS("('a','noteval','n1','log'),('b','noteval','n2','log')"), "noteval log 0: 2 without evidence; first: n1"},
	{ROWS("('a','pass','p1','data'),('b','na','x','data')"), "pass data 0: p1"},
	{ROWS("('a','pass','p1','data'),('b','pass','p2','data')"), "pass data 0: A title"},
	{ROWS("('a','na','x','declared'),('b','na','y','declared')"), "na declared 0: x"},
	/* the weakest basis among the rows that decide: data, log, declared, document */
	{ROWS("('a','fail','f1','data'),('b','fail','f2','document'),('c','fail','f3','log')"),
		"fail document 0: 3 contradictions; first: f1"},
	{ROWS("('a','pass','p1','data'),('b','pass','p2','declared')"), "pass declared 0: A title"},
	{ROWS("('a','fail','f1','data'),('b','pass','p1','document')"), "fail data 0: f1"},
	/* a row without a basis has the control's */
	{"    basis: declared\n" ROWS("('a','fail','f1',NULL),('b','fail','f2','data')"), "fail declared 0: 2 contradictions; first: f1"},
	{NO_NEEDS "    sql: SELECT 'a' AS resource, 'pass' AS status, 'x' AS reason WHERE 0\n", "pass data 0: A title"},
	{NO_NEEDS "    basis: log\n    sql: SELECT 'a' AS resource, 'pass' AS status, 'x' AS reason WHERE 0\n", "pass log 0: A title"},
};

static void
roll_ups_take_the_worst_status_and_the_weakest_basis(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	for (size_t i = 0; i < BASE_COUNT(roll_ups); i++) {
		world_judge(&w, roll_ups[i].members, (struct policy_options){0});
		world_expect_roll_up(&w, roll_ups[i].want);
		world_expect(&w, "SELECT count(*) FROM verdict WHERE resource=''", "1");
	}
	world_close(&w);
}

static void
rows_keep_place_and_dimensions(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_judge(&w,
		NO_NEEDS "    sql: SELECT '' AS resource, 'fail' AS status, 'why' AS reason, 'mail' AS field, 'EMAIL_ADDRESS' AS entity, "
			 "'US' AS country, 3 AS n\n",
		(struct policy_options){0});
	world_expect(&w,
		"SELECT resource || ' ' || field || ' ' || entity || ' ' || basis || ' ' || severity || ' ' || dims FROM verdict WHERE "
		"resource<>''",
		". mail EMAIL_ADDRESS data high {\"country\":\"US\",\"n\":\"3\"}");
	world_expect(&w, "SELECT count(*) FROM verdict", "2");
	world_close(&w);
}

static const struct {
	const char *fact, *want;
} absences[] = {
	{"SELECT 1", "pass data 0: A title"},
	{"INSERT INTO field VALUES(9, 1, 'note', 'free_text', 3)",
		"review data 0: nothing found, but not everything was examined: a.csv (free text column note)"},
	{"UPDATE resource SET kind='text'", "review data 0: nothing found, but not everything was examined: a.csv (free text column x)"},
	{"UPDATE resource SET state='sampled'", "review data 0: nothing found, but not everything was examined: a.csv (sampled)"},
	{"INSERT INTO resource(id, name, kind, state, note) VALUES(2, 'b.bin', 'file', 'unread', 'cannot be read')",
		"review data 0: nothing found, but not everything was examined: b.bin (cannot be read)"},
	{"INSERT INTO resource(id, name, kind, state, note) VALUES(2, 'media/x.png', 'file', 'excluded', 'not examined: screenshots')",
		"review data 0: nothing found, but not everything was examined: media/x.png (not examined: screenshots)"},
	{"INSERT INTO resource(id, name, kind, state) "
	 "VALUES(2,'b','x','unread'),(3,'c','x','unread'),(4,'d','x','unread'),(5,'e','x','unread')",
		"review data 0: nothing found, but not everything was examined: b (unread), c (unread), d (unread) and 1 more"},
	{"INSERT INTO issue VALUES(NULL, 'expect', NULL, 0, -1, 1, '10 of 12 records')",
		"review data 0: nothing found, but not everything was examined: . (10 of 12 records)"},
	{"INSERT INTO finding VALUES(1, 1, 'US_SSN', 'undecided', NULL, 0, 0, 1, 1, 0, 0, 0, 0, NULL)",
		"review data 0: nothing found, but not everything was examined: a.csv (US_SSN in x undecided)"},
	/* Assay's own files, and what was never declared as data, are no part of the dataset */
	{"INSERT INTO resource(id, name, kind, state, note) VALUES(2, '.git', 'folder', 'excluded', 'never scanned')",
		"pass data 0: A title"},
	{"INSERT INTO resource(id, name, kind, state, note) VALUES(2, 'README', 'file', 'excluded', 'not part of the declared data')",
		"pass data 0: A title"},
};

static void
absence_passes_only_where_everything_was_seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < BASE_COUNT(absences); i++) {
		struct world w;
		world_open(&w);
		world_sql(&w, "INSERT INTO resource(id, name, kind, state) VALUES(1, 'a.csv', 'csv', 'complete'); INSERT INTO field "
			      "VALUES(1, 1, 'x', NULL, 3)");
		world_sql(&w, absences[i].fact);
		world_judge(&w,
			"    needs: {required: [findings]}\n    absence: true\n    sql: SELECT 'a' AS resource, 'fail' AS status, 'x' AS "
			"reason WHERE 0\n",
			(struct policy_options){0});
		world_expect_roll_up(&w, absences[i].want);
		world_close(&w);
	}
}

static const struct {
	const char *sought, *want;
} recalls[] = {
	/* as the scan fills it: an e-mail address has a published recall, a diagnosis is no part of the class that is asked for */
	{"('EMAIL_ADDRESS', 1), ('HEALTH_TERM', 0)", "pass data 0: A title"},
	{"('EMAIL_ADDRESS', 0), ('CREDIT_CARD', 1)",
		"review data 0: nothing found, but 1 of 2 kinds of values were not looked for or have no "
		"published recall: EMAIL_ADDRESS"},
	{"('EMAIL_ADDRESS', 1), ('X_LOW', 1)", "review data 0: nothing found, but 1 of 2 kinds of values were not looked for or have no "
					       "published recall: X_LOW"},
	{"('A', 1), ('B', 1), ('C', 1), ('D', 1)",
		"review data 0: nothing found, but 4 of 4 kinds of values were not looked for or have no "
		"published recall: A, B, C and 1 more"},
};

/* Only the class that the control's view draws on counts, without entities that hold under a condition. */
static void
absence_passes_only_with_a_published_recall(void **state)
{
	(void)state;
	for (size_t i = 0; i < BASE_COUNT(recalls); i++) {
		struct world w;
		_cleanup_free_ char *sql = base_format("DELETE FROM entity_class; INSERT INTO sought VALUES%s", recalls[i].sought);

		assert_non_null(sql);
		world_open(&w);
		world_sql(&w, "INSERT INTO resource(id, name, kind, state) VALUES(1, 'a.csv', 'csv', 'complete')");
		world_sql(&w, sql);
		world_sql(&w, "INSERT INTO entity_class SELECT entity, 'eu', iif(entity = 'HEALTH_TERM', 'special', 'personal'), NULL, "
			      "NULL FROM sought");
		world_sql(&w, "INSERT INTO recall VALUES('X_LOW', 'column', 'good', 100, 100, 963000), ('X_LOW', 'column', 'bad', 100, 50, "
			      "403000)");
		world_judge(&w,
			"    needs: {required: [findings]}\n    absence: true\n    sql: SELECT resource, 'fail' AS status, 'x' AS reason "
			"FROM "
			"personal_finding\n",
			(struct policy_options){0});
		world_expect_roll_up(&w, recalls[i].want);
		world_close(&w);
	}
}

/* A finding stands even where not everything was read. */
static void
absence_does_not_soften_a_contradiction(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_sql(&w, "INSERT INTO resource(id, name, kind, state) VALUES(1, 'a.csv', 'csv', 'complete'), (2, 'b', 'x', 'unread')");
	world_judge(&w,
		"    needs: {required: [findings]}\n    absence: true\n    sql: SELECT 'a.csv' AS resource, 'fail' AS status, 'found' AS "
		"reason\n",
		(struct policy_options){0});
	world_expect_roll_up(&w, "fail data 0: found");
	world_close(&w);
}

#define GATED                                                                                                                              \
	"    needs: {required: [manifest:/ai/use, access-log]}\n    applies: SELECT 1 FROM manifest WHERE ai_use='train'\n    na: no "     \
	"training is declared\n"                                                                                                           \
	"    sql: SELECT 'a' AS resource, 'fail' AS status, 'found' AS reason\n"

/* Declarations first, then the predicate that rests on them, then the evidence for the verdict itself. */
static void
gates_stand_in_their_order(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_judge(&w, GATED, (struct policy_options){.has_manifest = true});
	world_expect_roll_up(&w, "noteval data 0: not declared: /ai/use");
	world_sql(&w, "INSERT INTO manifest_value VALUES('/ai/use', 'text', NULL)");
	world_evaluate(&w, (struct policy_options){.has_manifest = true});
	world_expect_roll_up(&w, "noteval data 0: not declared: /ai/use");
	world_sql(
		&w, "UPDATE manifest_value SET value='none'; INSERT INTO manifest_value VALUES('/dataset/declared_by', 'text', 'm.rossi')");
	world_evaluate(&w, (struct policy_options){.has_manifest = true});
	world_expect_roll_up(&w, "na declared 0: no training is declared (declared by m.rossi)");
	assert_int_equal(w.counts.evaluated, 0);
	assert_int_equal(w.counts.not_applicable, 1);
	world_sql(&w, "UPDATE manifest_value SET value='train' WHERE pointer='/ai/use'");
	world_evaluate(&w, (struct policy_options){.has_manifest = true});
	world_expect_roll_up(&w, "noteval data 0: no access is recorded in the ledger");
	world_sql(&w, "INSERT INTO access_event VALUES(1, 1, 'a', 'r', 'read', 'x', 'p', 'allowed')");
	world_evaluate(&w, (struct policy_options){.has_manifest = true});
	world_expect_roll_up(&w, "fail data 0: found");
	assert_int_equal(w.counts.evaluated, 1);
	world_close(&w);
}

static const struct {
	const char *need, *fact, *missing;
} needs[] = {
	{"findings", "INSERT INTO resource(id, name, kind, state) VALUES(1, 'a', 'csv', 'incomplete')", "no data was examined"},
	{"manifest:/retention", "INSERT INTO manifest_value VALUES('/retention', 'map', NULL)", "not declared: /retention"},
	{"manifest:/recipients", "INSERT INTO manifest_value VALUES('/recipients', 'list', NULL)", "not declared: /recipients"},
	{"ledger", "INSERT INTO ledger_state VALUES('ok', 5, 1, NULL)", "no ledger with a pinned, verified checkpoint"},
	{"access", "INSERT INTO access_right VALUES('a', 'r', 'read', 'x', NULL, 'allow', NULL, NULL)", "no access policy (access.yaml)"},
	{"lineage", "INSERT INTO lineage_edge VALUES(1, 'a', NULL, 'b', NULL, 'j', 0)", "no lineage is recorded in the ledger"},
	{"rights:erased", "INSERT INTO rights_list VALUES('erased', 'ok', 'EMAIL_ADDRESS', '*', 1, 1, 0, NULL)",
		"no list of 'erased' persons is declared (rights.erased)"},
	{"document:/ai/dpia/ref", "INSERT INTO document VALUES('/ai/dpia/ref', 'd.pdf', 1, NULL)", "no such document: /ai/dpia/ref"},
};

static void
each_need_is_asked_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < BASE_COUNT(needs); i++) {
		_cleanup_free_ char *members =
			base_format("    needs: {required: [\"%s\"]}\n    sql: SELECT 'a' AS resource, 'pass' AS status, 'ok' AS reason\n",
				needs[i].need);
		_cleanup_free_ char *missing = base_format("noteval data 0: %s", needs[i].missing);
		struct world w;
		world_open(&w);
		world_judge(&w, members, (struct policy_options){0});
		world_expect_roll_up(&w, missing);
		world_sql(&w, needs[i].fact);
		world_evaluate(&w, (struct policy_options){0});
		world_expect_roll_up(&w, "pass data 0: ok");
		world_close(&w);
	}
}

/* A key that matters only under a condition is not asked for elsewhere. */
static void
conditional_declarations_are_asked_for_after_the_predicate(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_judge(&w,
		"    needs: {required: ['declared:/consent/purposes']}\n    applies: SELECT 1 FROM purpose WHERE lawful_basis='a'\n    na: "
		"no consent\n"
		"    sql: SELECT 'a' AS resource, 'fail' AS status, 'found' AS reason\n",
		(struct policy_options){.has_manifest = true});
	world_expect_roll_up(&w, "na declared 0: no consent");
	world_sql(&w, "INSERT INTO manifest_value VALUES('/purposes/0/id', 'text', 'x'), ('/purposes/0/basis', 'text', 'consent')");
	world_evaluate(&w, (struct policy_options){.has_manifest = true});
	world_expect_roll_up(&w, "noteval data 0: not declared: /consent/purposes");
	world_sql(&w, "INSERT INTO manifest_value VALUES('/consent/purposes', 'list', 'x')");
	world_evaluate(&w, (struct policy_options){.has_manifest = true});
	world_expect_roll_up(&w, "fail data 0: found");
	world_close(&w);
}

/* A ledger that is there but proves nothing, an excluded file, a document that is gone. */
static void
useless_evidence_is_none(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_sql(&w, "INSERT INTO ledger_state VALUES('unpinned', 5, 0, NULL); INSERT INTO resource(id, name, kind, state) VALUES(1, 'a', "
		      "'csv', 'excluded');"
		      "INSERT INTO document VALUES('/ai/dpia/ref', 'd.pdf', 0, NULL); INSERT INTO rights_list VALUES('erased', 'stale', "
		      "'X', '*', 1, 1, 0, 'made on 2026-01-01')");
	world_judge(&w,
		"    needs: {required: [ledger, 'rights:erased', 'document:/ai/dpia/ref']}\n    sql: SELECT 'a' AS resource, 'pass' AS "
		"status, 'ok' AS reason\n",
		(struct policy_options){0});
	world_expect_roll_up(&w, "noteval data 0: no ledger with a pinned, verified checkpoint; the list of 'erased' persons is too old to "
				 "say anything about today "
				 "(made on 2026-01-01); no such document: /ai/dpia/ref");
	world_judge(&w, "    needs: {required: [findings]}\n    sql: SELECT 'a' AS resource, 'pass' AS status, 'ok' AS reason\n",
		(struct policy_options){0});
	world_expect_roll_up(&w, "noteval data 0: no data was examined");
	world_close(&w);
}

#define DATED                                                                                                                              \
	NO_NEEDS "    in_force: {from: 2027-01-01, to: 2030-01-01}\n    sql: SELECT 'a' AS resource, 'fail' AS status, 'found' AS "        \
		 "reason\n"

static void
controls_hold_between_their_dates(void **state)
{
	static const struct {
		const char *as_of, *want;
	} days[] = {{"2026-11-24", "na data 0: in force from 2027-01-01"}, {"2026-12-31", "na data 0: in force from 2027-01-01"},
		{"2027-01-01", "fail data 0: found"}, {"2029-12-31", "fail data 0: found"},
		{"2030-01-01", "na data 0: no longer in force since 2030-01-01"}};
	struct world w;

	(void)state;
	world_open(&w);
	world_judge(&w, DATED, (struct policy_options){0});
	for (size_t i = 0; i < BASE_COUNT(days); i++) {
		world_evaluate(&w, (struct policy_options){.as_of = days[i].as_of});
		world_expect_roll_up(&w, days[i].want);
	}
	world_expect(&w, "SELECT in_force_from || ' ' || in_force_to FROM control WHERE id='test-1'", "2027-01-01 2030-01-01");
	world_close(&w);
}

static void
sql_sees_the_day_of_the_audit(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_judge(&w,
		NO_NEEDS "    sql: SELECT 'a' AS resource, iif(as_of() > '2027-06-30', 'fail', 'pass') AS status, as_of() AS reason\n",
		(struct policy_options){0});
	world_expect_roll_up(&w, "pass data 0: 2026-11-24");
	world_evaluate(&w, (struct policy_options){.as_of = "2027-07-01"});
	world_expect_roll_up(&w, "fail data 0: 2027-07-01");
	world_close(&w);
}

/* ---- places ---- */

#define PLACED "jurisdictions: [eu, de]\nidentifiers: [DE_]\n"

static void
laws_hold_where_they_are_declared(void **state)
{
	static const struct {
		const char *fact, *want;
	} places[] = {
		{"SELECT 1", "noteval declared 0: not declared: /jurisdictions"},
		{"INSERT INTO jurisdiction VALUES('us-ca', 'ccpa')",
			"na declared 0: the manifest does not declare eu (declared by m.rossi on 2026-11-20)"},
		{"INSERT INTO jurisdiction VALUES('eu', 'gdpr')", "fail data 0: found"},
		{"INSERT INTO jurisdiction VALUES('de', '')", "fail data 0: found"},
		{"INSERT INTO jurisdiction VALUES('eur', '')",
			"na declared 0: the manifest does not declare eu (declared by m.rossi on 2026-11-20)"},
	};
	_cleanup_free_ char *text = world_pack(PLACED, NO_NEEDS "    sql: SELECT 'a' AS resource, 'fail' AS status, 'found' AS reason\n");
	struct assay_error err = {0};

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(places); i++) {
		struct world w;
		world_open(&w);
		assert_ok(world_load(&w, text, &err));
		world_sql(&w, "INSERT INTO manifest_value VALUES('/dataset/declared_by', 'text', 'm.rossi'), ('/dataset/declared_on', "
			      "'date', '2026-11-20')");
		world_sql(&w, places[i].fact);
		world_evaluate(&w, (struct policy_options){.has_manifest = true});
		world_expect_roll_up(&w, places[i].want);
		/* without a manifest nothing turns a law off */
		world_evaluate(&w, (struct policy_options){.has_manifest = false});
		world_expect_roll_up(&w, "fail data 0: found");
		world_close(&w);
	}
}

static void
identifiers_of_an_undeclared_place_are_a_question(void **state)
{
	_cleanup_free_ char *text = world_pack(PLACED, NO_NEEDS "    sql: SELECT 'a' AS resource, 'fail' AS status, 'found' AS reason\n");
	struct assay_error err = {0};
	struct world w;

	(void)state;
	world_open(&w);
	assert_ok(world_load(&w, text, &err));
	assert_ok(policy_fill_taxonomy(w.set, w.db, &err));
	world_sql(&w, "INSERT INTO jurisdiction VALUES('us-ca', 'ccpa'); INSERT INTO resource(id, name, kind, state) VALUES(1, 'a.csv', "
		      "'csv', 'complete');"
		      "INSERT INTO field VALUES(1, 1, 'x', NULL, 3); INSERT INTO finding VALUES(1, 1, 'DE_TAX_ID', 'reported', NULL, 0, "
		      "65, 3, 3, 1000000, 0, 0, 0, NULL)");
	world_evaluate(&w, (struct policy_options){.has_manifest = true});
	world_expect_roll_up(&w, "na declared 0: the manifest does not declare eu");
	world_sql(&w, "UPDATE finding SET validated=1");
	world_evaluate(&w, (struct policy_options){.has_manifest = true});
	world_expect_roll_up(&w, "review data 0: identifiers of this jurisdiction were found, yet the manifest does not declare eu");
	world_close(&w);
}

/* ---- profiles ---- */

static void
load_with_profile(struct world *w, const char *profile, const char *members)
{
	_cleanup_free_ char *pack = world_pack("", members), *first = world_file(w, "pack.yaml", pack),
			    *second = world_file(w, "profiles.yaml", profile);
	const char *files[] = {first, second};
	struct assay_error err = {0};

	policy_free(w->set);
	w->set = NULL;
	assert_ok(policy_load(files, 2, &w->set, &err));
}

static void
profiles_say_what_blocks(void **state)
{
	static const char profile[] = "profiles:\n  mine: {title: T, blocks: [test-1]}\n  theirs: {title: T, blocks: [gdpr-a5.1a-1]}\n";
	static const char found[] = NO_NEEDS "    sql: SELECT 'a' AS resource, 'fail' AS status, 'found' AS reason\n";
	struct world w;

	(void)state;
	world_open(&w);
	load_with_profile(&w, profile, found);
	assert_non_null(policy_profile_find(w.set, "pre-training"));
	world_evaluate(&w, (struct policy_options){.profile = "mine"});
	world_expect_roll_up(&w, "fail data 1: found");
	world_expect(&w, "SELECT group_concat(blocks) FROM verdict", "1,1");
	world_expect(&w, "SELECT blocking FROM control WHERE id='test-1'", "1");
	world_evaluate(&w, (struct policy_options){.profile = "theirs"});
	world_expect_roll_up(&w, "fail data 0: found");
	world_evaluate(&w, (struct policy_options){0});
	world_expect_roll_up(&w, "fail data 0: found");
	/* missing evidence of a blocking control blocks as well */
	load_with_profile(
		&w, profile, "    needs: {required: [access]}\n    sql: SELECT 'a' AS resource, 'fail' AS status, 'found' AS reason\n");
	world_evaluate(&w, (struct policy_options){.profile = "mine"});
	world_expect_roll_up(&w, "noteval data 1: no access policy (access.yaml)");
	/* what is not in force yet does not */
	load_with_profile(&w, profile, DATED);
	world_evaluate(&w, (struct policy_options){.profile = "mine"});
	world_expect_roll_up(&w, "na data 0: in force from 2027-01-01");
	world_evaluate(&w, (struct policy_options){.profile = "mine", .as_of = "2027-01-01"});
	world_expect_roll_up(&w, "fail data 1: found");
	world_close(&w);
}

static void
drafts_never_block(void **state)
{
	struct assay_error err = {0};
	struct world w;
	_cleanup_free_ char *path = NULL, *profiles = NULL;

	(void)state;
	world_open(&w);
	path = world_file(&w, "draft.yaml",
		"policy: test\nversion: 1.0.0\ncontrols:\n  - {id: test-1, title: T, cite: [x], severity: critical, status: draft, needs: "
		"{required: []}, "
		"sql: \"SELECT 'a' AS resource, 'fail' AS status, 'found' AS reason\"}\n");
	profiles = world_file(&w, "profiles.yaml", "profiles:\n  mine: {title: T, blocks: [test-1]}\n");
	const char *files[] = {path, profiles};
	assert_ok(policy_load(files, 2, &w.set, &err));
	world_evaluate(&w, (struct policy_options){.profile = "mine"});
	world_expect_roll_up(&w, "fail data 0: found");
	world_expect(&w, "SELECT blocking || status FROM control WHERE id='test-1'", "0draft");
	world_close(&w);
}

/* A log that does not verify blocks; one that nobody pinned yet does not, or no first audit could pass. */
static void
a_broken_ledger_blocks_and_an_unpinned_one_does_not(void **state)
{
	static const char *const ids[] = {"gdpr-a5.2-2", "integrity-1"};
	struct assay_error err = {0};
	struct world w;

	(void)state;
	world_open(&w);
	assert_ok(policy_load(NULL, 0, &w.set, &err));
	for (size_t i = 0; i < BASE_COUNT(ids); i++) {
		struct policy_options options = {.only = ids[i], .profile = "pre-training", .ignores_jurisdiction = true};
		world_sql(&w, "DELETE FROM ledger_state; INSERT INTO ledger_state VALUES('broken', 5, 1, 'entry 3 does not fit')");
		world_evaluate(&w, options);
		world_expect(&w, "SELECT status || blocks || ' ' || reason FROM verdict WHERE resource=''",
			"fail1 the ledger does not verify: entry 3 does not fit");
		world_sql(&w, "UPDATE ledger_state SET state='unpinned', pinned=0");
		world_evaluate(&w, options);
		world_expect(&w, "SELECT status || blocks FROM verdict WHERE resource=''", "noteval0");
		world_sql(&w, "UPDATE ledger_state SET state='ok', pinned=1");
		world_evaluate(&w, options);
		world_expect(&w, "SELECT status || blocks FROM verdict WHERE resource=''", "pass1");
	}
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(roll_ups_take_the_worst_status_and_the_weakest_basis),
		cmocka_unit_test(rows_keep_place_and_dimensions), cmocka_unit_test(absence_passes_only_where_everything_was_seen),
		cmocka_unit_test(absence_passes_only_with_a_published_recall), cmocka_unit_test(absence_does_not_soften_a_contradiction),
		cmocka_unit_test(gates_stand_in_their_order), cmocka_unit_test(each_need_is_asked_for),
		cmocka_unit_test(conditional_declarations_are_asked_for_after_the_predicate), cmocka_unit_test(useless_evidence_is_none),
		cmocka_unit_test(controls_hold_between_their_dates), cmocka_unit_test(sql_sees_the_day_of_the_audit),
		cmocka_unit_test(laws_hold_where_they_are_declared), cmocka_unit_test(identifiers_of_an_undeclared_place_are_a_question),
		cmocka_unit_test(profiles_say_what_blocks), cmocka_unit_test(drafts_never_block),
		cmocka_unit_test(a_broken_ledger_blocks_and_an_unpinned_one_does_not)};

	return cmocka_run_group_tests_name("policy evaluation", tests, NULL, NULL);
}
