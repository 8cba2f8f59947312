/* Verification trusts nothing in the database but what hashes to what a trusted key has signed. */
#include "ledger/ledger.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/digest.h"
#include "ledger/store.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#define ERASED_WITH_REASON UINT64_MAX

struct verifier {
	const struct ledger_paths *paths;
	const struct ledger_trust *trust;
	sqlite3 *db;
	struct merkle_range range;
	struct ledger_report report;
	int64_t last_time;
	uint64_t *erased; /* numbers of entries without text, until an erase entry accounts for them */
	size_t erased_capacity;
	struct assay_error *err;
};

static int
differs(struct verifier *v, uint64_t seq, const char *what)
{
	return base_error_at(v->err, ASSAY_VERIFY, v->paths->database, 0, 0, "entry %" PRIu64 ": %s", seq, what);
}

static int
check_integrity(struct verifier *v)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(v->db, "PRAGMA integrity_check(1)", -1, &statement, NULL), r = ASSAY_OK;
	const char *text;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc != SQLITE_ROW)
		r = store_error(v->db, rc, v->paths->database, "cannot read the ledger", true, v->err);
	else if (!(text = (const char *)sqlite3_column_text(statement, 0)))
		r = base_error_nomem(v->err);
	else if (strcmp(text, "out of memory") == 0) /* the check says so of itself as if it were damage */
		r = base_error_nomem(v->err);
	else if (strcmp(text, "ok") != 0)
		r = base_error_at(v->err, ASSAY_VERIFY, v->paths->database, 0, 0, "damaged: %s", text);
	sqlite3_finalize(statement);
	return r;
}

/* An entry of type erase accounts for the erased ones that its body lists: {"seq":[…]}. */
static void
account_for_erased(struct verifier *v, uint64_t by, const json_t *entry)
{
	const char *type = json_string_value(json_object_get(entry, "type"));
	const json_t *list = json_object_get(json_object_get(entry, "body"), "seq");

	for (size_t i = 0; type && strcmp(type, "erase") == 0 && i < json_array_size(list); i++)
		for (uint64_t k = 0; k < v->report.erased; k++)
			if (v->erased[k] < by && json_is_integer(json_array_get(list, i))
				&& (json_int_t)v->erased[k] == json_integer_value(json_array_get(list, i)))
				v->erased[k] = ERASED_WITH_REASON;
}

/* Time must not run backwards, the entry must be an object of version 1. */
static int
check_entry_text(struct verifier *v, uint64_t seq, const char *json, size_t n)
{
	json_t *entry = json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL);
	const char *time = json_string_value(json_object_get(entry, "time"));
	int64_t ms;
	int r = ASSAY_OK;

	if (json_integer_value(json_object_get(entry, "v")) != 1 || !json_is_string(json_object_get(entry, "type")) || !time
		|| !base_time_parse(base_span_of(time), &ms))
		r = differs(v, seq, "is not an entry of this format");
	else if (ms < v->last_time)
		r = differs(v, seq, "is dated before the entry before it");
	else
		v->last_time = ms;
	account_for_erased(v, seq, entry);
	json_decref(entry);
	return r;
}

/* Text may go, but a signed entry has to say so: else somebody took it away. */
static int
check_erased(const struct verifier *v)
{
	for (uint64_t i = 0; i < v->report.erased; i++)
		if (v->erased[i] != ERASED_WITH_REASON)
			return base_error_at(v->err, ASSAY_VERIFY, v->paths->database, 0, 0,
				"the text of entry %" PRIu64 " is gone, and no later entry says that it was erased", v->erased[i]);
	return ASSAY_OK;
}

static int
check_entry(struct verifier *v, sqlite3_stmt *statement)
{
	uint64_t seq = v->range.size;
	const void *stored = sqlite3_column_blob(statement, 1), *nodes = sqlite3_column_blob(statement, 2),
		   *nonce = sqlite3_column_blob(statement, 3);
	size_t n_nodes = (size_t)sqlite3_column_bytes(statement, 2), n;
	const char *json = (const char *)sqlite3_column_text(statement, 4);
	struct merkle_hash leaf, completed[64];
	uint8_t commitment[32];

	if ((uint64_t)sqlite3_column_int64(statement, 0) != seq)
		return differs(v, seq, "is missing");
	if (!stored || sqlite3_column_bytes(statement, 1) != 32)
		return differs(v, seq, "has no commitment");
	if (json) {
		size_t size = (size_t)sqlite3_column_bytes(statement, 4);
		int r = nonce ? ledger_commitment(nonce, json, size, commitment) : ASSAY_OK;
		if (r < 0)
			return base_error_at(v->err, r, v->paths->database, 0, 0, "an entry cannot be digested");
		if (!nonce || sqlite3_column_bytes(statement, 3) != 32 || memcmp(commitment, stored, 32) != 0)
			return differs(v, seq, "its text does not fit its commitment");
		r = check_entry_text(v, seq, json, size);
		if (r < 0)
			return r;
	} else if (base_grow(&v->erased, &v->erased_capacity, v->report.erased + 1, sizeof *v->erased) < 0)
		return base_error_nomem(v->err);
	else
		v->erased[v->report.erased++] = seq;
	if (merkle_leaf(stored, 32, &leaf) < 0 || merkle_range_append(&v->range, &leaf, completed, &n) < 0)
		return base_error_nomem(v->err);
	if (n_nodes != n * MERKLE_HASH || (n > 0 && memcmp(nodes, completed, n_nodes) != 0))
		return differs(v, seq, "its tree nodes do not fit");
	v->report.entries_checked++;
	return ASSAY_OK;
}

/* Verifies one note against the trusted keys and this log; *ret is the checkpoint. */
static int
open_checkpoint(struct verifier *v, const char *subject, struct base_span note, struct note_checkpoint *ret)
{
	struct base_span text;
	size_t key;
	int r = note_open(note, v->trust->keys, v->trust->n, &text, &key, v->err);

	r = r < 0 ? r : note_checkpoint_parse(text, ret, v->err);
	if (r < 0) {
		if (v->err && r == ASSAY_FORMAT)
			v->err->code = ASSAY_VERIFY;
		base_error_subject(v->err, subject);
		return r == ASSAY_FORMAT ? ASSAY_VERIFY : r;
	}
	if (strcmp(ret->origin, v->report.origin) != 0)
		return base_error_at(v->err, ASSAY_VERIFY, subject, 0, 0, "the checkpoint belongs to the log '%s'", ret->origin);
	v->report.key = key;
	return ASSAY_OK;
}

/* Root of the first size entries must be the checkpoint's. */
static int
check_root(struct verifier *v, const char *subject, const struct note_checkpoint *c)
{
	struct store_nodes nodes = {v->db, NULL};
	struct merkle_source source = {&nodes, store_node};
	struct merkle_hash root;
	int r;

	if (c->size > v->range.size)
		return base_error_at(v->err, ASSAY_VERIFY, subject, 0, 0,
			"a checkpoint of size %" PRIu64 " was seen, the ledger holds %" PRIu64 " entries: entries are gone", c->size,
			v->range.size);
	r = merkle_root_of(&source, 0, c->size, &root);
	sqlite3_finalize(nodes.statement);
	if (r < 0 || memcmp(root.bytes, c->root.bytes, MERKLE_HASH) != 0)
		return store_tree_error(r, subject, v->err, "the ledger does not fit the checkpoint of size %" PRIu64, c->size);
	return ASSAY_OK;
}

static int
check_entries(struct verifier *v)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(v->db, "SELECT seq, commitment, nodes, nonce, json FROM entry ORDER BY seq", -1, &statement, NULL),
	    r = ASSAY_OK;

	while (r == ASSAY_OK && rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		r = check_entry(v, statement);
		rc = SQLITE_OK;
	}
	if (r == ASSAY_OK && rc != SQLITE_DONE)
		r = store_error(v->db, rc, v->paths->database, "cannot read the ledger", true, v->err);
	sqlite3_finalize(statement);
	if (r < 0)
		return r;
	r = check_erased(v);
	if (r < 0)
		return r;
	v->report.size = v->range.size;
	if (v->range.size == 0)
		return base_error_at(v->err, ASSAY_VERIFY, v->paths->database, 0, 0, "the ledger holds no entry");
	return merkle_range_root(&v->range, &v->report.root) < 0 ? base_error_nomem(v->err) : ASSAY_OK;
}

static int
check_checkpoints(struct verifier *v)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(v->db, "SELECT size, note FROM checkpoint ORDER BY size", -1, &statement, NULL), r = ASSAY_OK;
	struct note_checkpoint c = {0};

	while (r == ASSAY_OK && rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		struct base_span note = {sqlite3_column_blob(statement, 1), (size_t)sqlite3_column_bytes(statement, 1)};
		r = open_checkpoint(v, v->paths->database, note, &c);
		if (r == ASSAY_OK && (uint64_t)sqlite3_column_int64(statement, 0) != c.size)
			r = base_error_at(v->err, ASSAY_VERIFY, v->paths->database, 0, 0, "a checkpoint is filed under another size");
		r = r < 0 ? r : check_root(v, v->paths->database, &c);
		v->report.checkpoints_checked++;
		rc = SQLITE_OK;
	}
	if (r == ASSAY_OK && rc != SQLITE_DONE)
		r = store_error(v->db, rc, v->paths->database, "cannot read the ledger", true, v->err);
	sqlite3_finalize(statement);
	if (r < 0)
		return r;
	if (v->report.checkpoints_checked == 0 || c.size != v->range.size) {
		base_error_at(v->err, ASSAY_VERIFY, v->paths->database, 0, 0, "the newest %" PRIu64 " entries are not signed",
			v->range.size - (v->report.checkpoints_checked ? c.size : 0));
		base_error_hint(v->err, "'assay log checkpoint --sign' signs the present head after an interrupted writer");
		return ASSAY_VERIFY;
	}
	v->report.is_signed = true;
	return ASSAY_OK;
}

/* What no hash covers: the list of keys holds trusted ones of this log only, and there are no time stamps, which this version cannot check.
 */
static int
check_side_tables(struct verifier *v)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(
		v->db, "SELECT vkey, 0 FROM key UNION ALL SELECT '', 1 FROM checkpoint WHERE tst IS NOT NULL", -1, &statement, NULL);
	int r = ASSAY_OK;

	while (r == ASSAY_OK && rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(statement, 0);
		struct note_vkey vkey;
		bool known = false;
		rc = SQLITE_OK;
		int parsed = text ? note_vkey_parse(base_span_of(text), &vkey, NULL) : ASSAY_NOMEM;
		if (parsed == ASSAY_NOMEM)
			r = base_error_nomem(v->err);
		else if (parsed == ASSAY_OK && sqlite3_column_int(statement, 1) == 0)
			for (size_t i = 0; i < v->trust->n; i++)
				known = known
					|| (memcmp(v->trust->keys[i].public_key, vkey.public_key, CRYPTO_PUBLIC_SIZE) == 0
						&& strcmp(v->trust->keys[i].name, vkey.name) == 0);
		if (!known && r == ASSAY_OK)
			r = base_error_at(v->err, ASSAY_VERIFY, v->paths->database, 0, 0,
				sqlite3_column_int(statement, 1) ? "a checkpoint carries a time stamp that nobody here made"
								 : "the ledger lists a key that is not trusted");
	}
	if (r == ASSAY_OK && rc != SQLITE_DONE)
		r = store_error(v->db, rc, v->paths->database, "cannot read the ledger", true, v->err);
	sqlite3_finalize(statement);
	return r;
}

static int
check_outside(struct verifier *v, const char *path)
{
	_cleanup_free_ char *note = NULL;
	struct note_checkpoint c;
	size_t n;
	int r;

	if (!path || !base_file_exists(path))
		return ASSAY_OK;
	r = base_file_read(path, LIMIT_NOTE, &note, &n, v->err);
	r = r < 0 ? r : open_checkpoint(v, path, (struct base_span){(const uint8_t *)note, n}, &c);
	r = r < 0 ? r : check_root(v, path, &c);
	if (r < 0)
		return r;
	v->report.is_pinned = true;
	snprintf(v->report.outside, sizeof v->report.outside, "checkpoint of size %" PRIu64, c.size);
	return ASSAY_OK;
}

static int
check_sum(struct verifier *v)
{
	uint64_t size;
	int same, r = store_sum_check(v->paths->database, &same, &size, v->err);

	if (r < 0 || same != 0 || size < v->range.size)
		return r;
	base_error_at(v->err, ASSAY_VERIFY, v->paths->database, 0, 0, "the file was changed since its last writer, outside of any entry");
	base_error_hint(v->err, "restore it from a copy; its entries still fit the checkpoint");
	return ASSAY_VERIFY;
}

int
ledger_verify(const struct ledger_paths *paths, const struct ledger_trust *trust, struct ledger_report *ret, struct assay_error *err)
{
	struct verifier v = {.paths = paths, .trust = trust, .last_time = INT64_MIN, .err = err};
	int r, rc;

	r = store_exists(paths->database, err);
	if (r < 0)
		return r;
	if (r == 0) {
		if ((paths->checkpoint && base_file_exists(paths->checkpoint))
			|| (paths->checkpoint_extra && base_file_exists(paths->checkpoint_extra)))
			return base_error_at(
				err, ASSAY_VERIFY, paths->database, 0, 0, "the ledger is gone, but an outside checkpoint of it exists");
		return base_error_at(err, ASSAY_UNSUPPORTED, paths->database, 0, 0, "there is no ledger");
	}
	r = store_open(paths->database, false, true, &v.db, err);
	if (r == ASSAY_OK) {
		rc = sqlite3_exec(v.db, "BEGIN", NULL, NULL, NULL);
		r = rc == SQLITE_OK ? ASSAY_OK : store_error(v.db, rc, paths->database, "cannot read the ledger", true, err);
	}
	r = r < 0 ? r : store_check_schema(v.db, paths->database, err);
	r = r < 0 ? r : check_integrity(&v);
	r = r < 0 ? r : store_origin(v.db, paths->database, v.report.origin, err);
	r = r < 0 ? r : check_entries(&v);
	r = r < 0 ? r : check_checkpoints(&v);
	r = r < 0 ? r : check_side_tables(&v);
	r = r < 0 ? r : check_outside(&v, paths->checkpoint);
	r = r < 0 ? r : check_outside(&v, paths->checkpoint_extra);
	r = r < 0 ? r : check_sum(&v);
	sqlite3_close(v.db);
	free(v.erased);
	if (r < 0)
		return r;
	if (!v.report.is_pinned)
		snprintf(v.report.outside, sizeof v.report.outside, "no outside checkpoint");
	*ret = v.report;
	return ASSAY_OK;
}
