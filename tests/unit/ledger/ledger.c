/* The ledger as a whole: what it keeps, and every way of tampering that verification must notice. */
#include "../support.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "ledger/ledger.h"

#include <sqlite3.h>
#include <sys/wait.h>

struct fixture {
	char *folder, *database, *checkpoint, *extra;
	struct ledger_paths paths;
	struct crypto_key *key;
	struct note_vkey vkey;
	struct assay_env env;
	uint64_t seed;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct assay_error err = {0};
	uint8_t seed[32] = {42};

	f->folder = support_folder();
	f->database = base_path_join(f->folder, "ledger.db");
	f->checkpoint = base_path_join(f->folder, "checkpoint");
	f->extra = base_path_join(f->folder, "outside.checkpoint");
	f->paths = (struct ledger_paths){f->database, f->checkpoint, f->extra};
	f->env = support_env(&f->seed);
	assert_ok(crypto_key_from_seed(seed, &f->key, &err));
	assert_ok(note_vkey_make("example.com/log", crypto_key_public(f->key), &f->vkey));
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	crypto_key_free(f->key);
	free(f->database);
	free(f->checkpoint);
	free(f->extra);
	support_remove(f->folder);
	free(f);
	return 0;
}

static void
append(struct fixture *f, const char *text)
{
	struct assay_error err = {0};
	struct ledger *ledger;
	_cleanup_free_ char *body = base_format("{\"text\":\"%s\"}", text);
	struct ledger_entry entry = {"note", body, "uid:1000", NULL};
	uint64_t seq;

	assert_ok(ledger_open(&f->paths, "example.com/log", &f->env, &ledger, &err));
	assert_ok(ledger_append(ledger, &entry, 1, f->key, &seq, &err));
	ledger_close(ledger);
}

static int
verify(struct fixture *f, struct ledger_report *report, struct assay_error *err)
{
	struct ledger_trust trust = {&f->vkey, 1};

	return ledger_verify(&f->paths, &trust, report, err);
}

static void
must_refuse(struct fixture *f, const char *what)
{
	struct assay_error err = {0};
	struct ledger_report report;
	int r = verify(f, &report, &err);

	if (r != ASSAY_VERIFY)
		fail_msg("%s: %d instead of VERIFY (%s)", what, r, err.message);
	assert_int_equal(assay_code_exit(r), 5);
	assert_true(err.message[0] && err.subject[0]);
}

static void
exec(struct fixture *f, const char *sql)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(f->database, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	sqlite3_close(db);
}

static void
copy(const char *from, const char *to)
{
	struct assay_error err = {0};
	_cleanup_free_ char *data = NULL;
	size_t n;

	assert_ok(base_file_read(from, 64 << 20, &data, &n, &err));
	assert_ok(base_file_replace(to, data, n, 0600, &err));
}

static void
entries_verify_and_can_be_proved(void **state)
{
	struct fixture *f = *state;
	struct assay_error err = {0};
	struct ledger_report report;
	struct ledger_reader *reader;
	struct base_buffer receipt;

	for (int i = 0; i < 9; i++)
		append(f, "hello");
	assert_ok(verify(f, &report, &err));
	assert_int_equal(report.size, 10);
	assert_true(report.is_signed && report.is_pinned);
	assert_ok(ledger_reader_open(&f->paths, &reader, &err));
	for (uint64_t seq = 0; seq < 10; seq++) {
		sqlite3 *db;
		sqlite3_stmt *statement;
		uint8_t commitment[32];
		base_buffer_init(&receipt, 64 << 10);
		assert_ok(ledger_reader_receipt(reader, seq, &receipt, &err));
		assert_int_equal(sqlite3_open_v2(f->database, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
		assert_int_equal(sqlite3_prepare_v2(db, "SELECT commitment FROM entry WHERE seq=?", -1, &statement, NULL), SQLITE_OK);
		sqlite3_bind_int64(statement, 1, (sqlite3_int64)seq);
		assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
		memcpy(commitment, sqlite3_column_blob(statement, 0), 32);
		sqlite3_finalize(statement);
		sqlite3_close(db);
		assert_ok(ledger_receipt_verify((struct base_span){(uint8_t *)receipt.data, receipt.size}, commitment, &f->vkey, 1, &err));
		commitment[3] ^= 4;
		assert_int_equal(
			ledger_receipt_verify((struct base_span){(uint8_t *)receipt.data, receipt.size}, commitment, &f->vkey, 1, NULL),
			ASSAY_VERIFY);
		base_buffer_dispose(&receipt);
	}
	ledger_reader_close(reader);
}

/* commitment = SHA-256("assay-entry/v1\n" || nonce || json), as the documents tell an auditor with coreutils. */
static void
commitment_is_as_documented(void **state)
{
	static const char prefix[] = "assay-entry/v1\n";
	uint8_t nonce[32] = {1, 2, 3}, data[15 + 32 + 2], want[32], got[32];

	(void)state;
	memcpy(data, prefix, 15);
	memcpy(data + 15, nonce, 32);
	memcpy(data + 47, "{}", 2);
	assert_int_equal(crypto_sha256(data, sizeof data, want), 0);
	assert_int_equal(ledger_commitment(nonce, "{}", 2, got), 0);
	assert_memory_equal(want, got, 32);
}

/* Every bit of the database file, and of the outside copy. */
static void
any_flipped_bit_is_noticed(void **state)
{
	struct fixture *f = *state;
	struct assay_error err = {0};
	struct ledger_report report;
	_cleanup_free_ char *data = NULL;
	size_t n, step;

	for (int i = 0; i < 3; i++)
		append(f, "hello");
	assert_ok(base_file_read(f->database, 64 << 20, &data, &n, &err));
	step = n > 4000 ? n / 997 : 1; /* about a thousand places, another bit in each */
	for (size_t at = 0; at < n; at += step) {
		data[at] ^= (char)(1 << at % 8);
		assert_ok(base_file_replace(f->database, data, n, 0600, &err));
		if (verify(f, &report, &err) != ASSAY_VERIFY)
			fail_msg("byte %zu flipped, and the ledger still verifies", at);
		data[at] ^= (char)(1 << at % 8);
	}
	assert_ok(base_file_replace(f->database, data, n, 0600, &err));
	assert_ok(verify(f, &report, &err));
	free(BASE_STEAL(data));
	assert_ok(base_file_read(f->checkpoint, 64 << 10, &data, &n, &err));
	for (size_t at = 0; at < n; at++) {
		data[at] ^= 1;
		assert_ok(base_file_replace(f->checkpoint, data, n, 0600, &err));
		must_refuse(f, "a flipped bit of the outside copy");
		data[at] ^= 1;
	}
}

static void
truncated_and_replaced_files_are_noticed(void **state)
{
	struct fixture *f = *state;
	struct assay_error err = {0};
	_cleanup_free_ char *old = base_path_join(f->folder, "old.db"), *data = NULL;
	size_t n;

	append(f, "one");
	copy(f->database, old);
	append(f, "two");
	assert_ok(base_file_read(f->database, 64 << 20, &data, &n, &err));
	for (size_t keep = 0; keep < n; keep += 1024) {
		assert_ok(base_file_replace(f->database, data, keep, 0600, &err));
		must_refuse(f, "a truncated ledger");
	}
	copy(old, f->database);
	must_refuse(f, "an older copy restored");
	unlink(f->database);
	must_refuse(f, "the ledger removed");
}

/* A first writer that is cut off before its commit leaves a file without a byte: the next one begins there. */
static void
a_ledger_that_was_never_committed_is_none(void **state)
{
	struct fixture *f = *state;
	struct assay_error err = {0};
	struct ledger_report report;

	assert_ok(base_file_replace(f->database, "", 0, 0600, &err));
	assert_int_equal(verify(f, &report, &err), ASSAY_UNSUPPORTED);
	append(f, "one");
	assert_ok(verify(f, &report, &err));
	assert_int_equal(report.size, 2);
	/* emptied later it is a broken one, outside copies or not */
	unlink(f->checkpoint);
	unlink(f->extra);
	assert_ok(base_file_replace(f->database, "", 0, 0600, &err));
	must_refuse(f, "an emptied ledger");
}

static void
edits_through_sql_are_noticed(void **state)
{
	static const char *const edits[] = {
		"DELETE FROM entry WHERE seq=2",
		"DELETE FROM entry WHERE seq=(SELECT max(seq) FROM entry)",
		"UPDATE entry SET json=replace(json, 'hello', 'jello') WHERE seq=1",
		"UPDATE entry SET nonce=zeroblob(32) WHERE seq=1",
		"UPDATE entry SET commitment=zeroblob(32) WHERE seq=1",
		"UPDATE entry SET nodes=zeroblob(length(nodes)) WHERE length(nodes)>0",
		"INSERT INTO entry SELECT max(seq)+1, zeroblob(32), x'', zeroblob(32), '{}' FROM entry",
		"UPDATE checkpoint SET note=CAST(replace(CAST(note AS TEXT), 'example', 'exemple') AS BLOB)",
		"DELETE FROM checkpoint",
		"UPDATE log SET origin='example.com/other'",
		"CREATE TABLE extra(x)",
		"CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM checkpoint; END",
		"DROP TABLE key",
		"PRAGMA user_version=2",
		"PRAGMA application_id=1",
	};
	struct fixture *f = *state;
	_cleanup_free_ char *good = base_path_join(f->folder, "good.db");

	for (int i = 0; i < 4; i++)
		append(f, "hello");
	copy(f->database, good);
	for (size_t i = 0; i < BASE_COUNT(edits); i++) {
		exec(f, edits[i]);
		must_refuse(f, edits[i]);
		copy(good, f->database);
	}
}

/* A whole new history, signed by the same key, does not continue the outside copy. */
static void
rewritten_history_is_noticed(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *kept = base_path_join(f->folder, "kept.checkpoint"), *sum = base_path_join(f->folder, "ledger.sum");
	struct assay_error err = {0};
	struct ledger *ledger;

	append(f, "one");
	append(f, "two");
	copy(f->extra, kept);
	unlink(f->database);
	unlink(f->checkpoint);
	unlink(f->extra);
	unlink(sum);
	append(f, "uno");
	append(f, "due");
	append(f, "tre");
	copy(kept, f->extra);
	must_refuse(f, "a rewritten history");
	assert_int_equal(ledger_open(&f->paths, "example.com/log", &f->env, &ledger, &err), ASSAY_VERIFY);
}

static void
another_key_is_refused(void **state)
{
	struct fixture *f = *state;
	uint8_t seed[32] = {9};
	struct crypto_key *other;
	struct note_vkey vkey;
	struct ledger_trust trust = {&vkey, 1};
	struct ledger_report report;
	struct assay_error err = {0};

	append(f, "one");
	assert_ok(crypto_key_from_seed(seed, &other, &err));
	assert_ok(note_vkey_make("example.com/log", crypto_key_public(other), &vkey));
	crypto_key_free(other);
	assert_int_equal(ledger_verify(&f->paths, &trust, &report, &err), ASSAY_VERIFY);
}

/* Writers in several processes at once: every entry is there, in one history. */
static void
writers_take_turns(void **state)
{
	struct fixture *f = *state;
	struct assay_error err = {0};
	struct ledger_report report;

	for (int i = 0; i < 4; i++) {
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			f->seed = (uint64_t)i + 100;
			for (int k = 0; k < 5; k++)
				append(f, "hello");
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++) {
		int status;
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_ok(verify(f, &report, &err));
	assert_int_equal(report.size, 21);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(entries_verify_and_can_be_proved, setup, teardown),
		cmocka_unit_test(commitment_is_as_documented),
		cmocka_unit_test_setup_teardown(any_flipped_bit_is_noticed, setup, teardown),
		cmocka_unit_test_setup_teardown(truncated_and_replaced_files_are_noticed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_ledger_that_was_never_committed_is_none, setup, teardown),
		cmocka_unit_test_setup_teardown(edits_through_sql_are_noticed, setup, teardown),
		cmocka_unit_test_setup_teardown(rewritten_history_is_noticed, setup, teardown),
		cmocka_unit_test_setup_teardown(another_key_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(writers_take_turns, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
