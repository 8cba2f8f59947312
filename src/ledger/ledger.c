/* Appending: one IMMEDIATE transaction reads the head, inserts, completes nodes and stores the checkpoint that covers them. */
#include "ledger/ledger.h"

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/digest.h"
#include "ledger/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct ledger {
	char *database, *checkpoint, *checkpoint_extra;
	char origin[NOTE_NAME_MAX];
	struct assay_env *env;
	sqlite3 *db;
	int lock;
	uint64_t size;
	int64_t last_time;
	struct merkle_range range;
};

static const char *const types[] = {"genesis", "audit", "scan", "access", "run", "lineage", "grant", "manifest", "waiver", "decision",
	"review", "erase", "key", "note", "import"};

int
ledger_commitment(const uint8_t nonce[32], const char *json, size_t n, uint8_t ret[32])
{
	static const char prefix[] = "assay-entry/v1\n";
	struct crypto_sha256 *hash = crypto_sha256_new();
	int r = hash ? ASSAY_OK : ASSAY_NOMEM;

	r = r < 0 ? r : crypto_sha256_update(hash, prefix, sizeof prefix - 1);
	r = r < 0 ? r : crypto_sha256_update(hash, nonce, 32);
	r = r < 0 ? r : crypto_sha256_update(hash, json, n);
	r = r < 0 ? r : crypto_sha256_final(hash, ret);
	crypto_sha256_free(hash);
	return r;
}

static int
take_lock(struct ledger *l, struct assay_error *err)
{
	_cleanup_free_ char *path = base_format("%s.lock", l->database);

	if (!path)
		return base_error_nomem(err);
	l->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (l->lock < 0)
		return base_error_errno(err, ASSAY_IO, path, "cannot open the lock file");
	/* writers are short: wait a little rather than fail */
	for (int tries = 0; flock(l->lock, LOCK_EX | LOCK_NB) < 0; tries++) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return base_error_errno(err, ASSAY_IO, path, "cannot lock the ledger");
		if (tries == 300) {
			base_error_at(err, ASSAY_BUSY, l->database, 0, 0, "another process writes to the ledger");
			base_error_hint(err, "wait for it to end, then try again");
			return ASSAY_BUSY;
		}
		usleep(100000);
	}
	return ASSAY_OK;
}

/* The database must hold what the outside copy says was there. */
static int
check_outside(struct ledger *l, const char *path, struct assay_error *err)
{
	_cleanup_free_ char *note = NULL;
	struct store_nodes nodes = {l->db, NULL};
	struct merkle_source source = {&nodes, store_node};
	struct note_checkpoint c;
	struct merkle_hash root;
	const char *end;
	size_t n;
	int r;

	if (!path || !base_file_exists(path))
		return ASSAY_OK;
	r = base_file_read(path, LIMIT_NOTE, &note, &n, err);
	if (r < 0)
		return r;
	end = strstr(note, "\n\n");
	r = end ? note_checkpoint_parse((struct base_span){(const uint8_t *)note, (size_t)(end - note) + 1}, &c, err) : ASSAY_FORMAT;
	if (r == ASSAY_NOMEM)
		return r;
	if (r < 0)
		return base_error_at(err, ASSAY_VERIFY, path, 0, 0, "the outside checkpoint is damaged");
	if (strcmp(c.origin, l->origin) != 0)
		return base_error_at(err, ASSAY_VERIFY, path, 0, 0, "the outside checkpoint belongs to another log");
	if (c.size > l->size)
		return base_error_at(err, ASSAY_VERIFY, l->database, 0, 0,
			"the ledger holds %llu entries, the outside checkpoint %llu: entries are gone", (unsigned long long)l->size,
			(unsigned long long)c.size);
	r = merkle_root_of(&source, 0, c.size, &root);
	sqlite3_finalize(nodes.statement);
	if (r < 0 || memcmp(root.bytes, c.root.bytes, MERKLE_HASH) != 0)
		return store_tree_error(r, l->database, err, "the ledger does not continue the outside checkpoint of size %llu",
			(unsigned long long)c.size);
	return ASSAY_OK;
}

/* Right edge of the tree and the time of the last entry that still has its text. */
static int
read_head(struct ledger *l, struct assay_error *err)
{
	struct store_nodes nodes = {l->db, NULL};
	sqlite3_stmt *statement = NULL;
	uint64_t at = 0;
	int r = store_size(l->db, l->database, &l->size, err), rc;

	if (r < 0)
		return r;
	l->range = (struct merkle_range){.size = l->size};
	for (int level = 62; level >= 0 && r == ASSAY_OK; level--)
		if (l->size >> level & 1) {
			r = store_node(&nodes, (unsigned)level, at >> level, &l->range.edge[l->range.n++]);
			at += UINT64_C(1) << level;
		}
	sqlite3_finalize(nodes.statement);
	if (r < 0)
		return store_tree_error(r, l->database, err, "a tree node of the ledger is missing");
	rc = sqlite3_prepare_v2(l->db, "SELECT json FROM entry WHERE json IS NOT NULL ORDER BY seq DESC LIMIT 1", -1, &statement, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	l->last_time = INT64_MIN;
	if (rc == SQLITE_ROW) {
		const char *json = (const char *)sqlite3_column_text(statement, 0);
		const char *time = json ? strstr(json, "\"time\":\"") : NULL;
		rc = json ? rc : SQLITE_NOMEM;
		/* the last one: a body may hold the same words, but "time" follows "body" in canonical order */
		for (const char *next = time; next; next = strstr(next + 1, "\"time\":\""))
			time = next;
		if (time && strlen(time) > 8 + 24)
			base_time_parse((struct base_span){(const uint8_t *)time + 8, 24}, &l->last_time);
	}
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ASSAY_OK : store_error(l->db, rc, l->database, "cannot read the ledger", true, err);
}

/* Bytes that nobody wrote through us. After a writer that was cut off between commit and sum the log is longer than the sum says: that
 * heals. */
static int
check_sum(struct ledger *l, struct assay_error *err)
{
	uint64_t size;
	int same, r = store_sum_check(l->database, &same, &size, err);

	if (r == ASSAY_OK && same == 0 && size == l->size)
		return base_error_at(err, ASSAY_VERIFY, l->database, 0, 0, "the file was changed since its last writer");
	return r;
}

static int
open_existing(struct ledger *l, struct assay_error *err)
{
	int r = store_open(l->database, false, false, &l->db, err);

	r = r < 0 ? r : store_check_schema(l->db, l->database, err);
	r = r < 0 ? r : store_origin(l->db, l->database, l->origin, err);
	r = r < 0 ? r : read_head(l, err);
	r = r < 0 ? r : check_sum(l, err);
	r = r < 0 ? r : check_outside(l, l->checkpoint, err);
	return r < 0 ? r : check_outside(l, l->checkpoint_extra, err);
}

static int
create_new(struct ledger *l, const char *origin, struct assay_error *err)
{
	int r, rc;

	if ((l->checkpoint && base_file_exists(l->checkpoint)) || (l->checkpoint_extra && base_file_exists(l->checkpoint_extra))) {
		base_error_at(err, ASSAY_VERIFY, l->database, 0, 0, "the ledger is gone, but an outside checkpoint of it exists");
		base_error_hint(err, "restore the database; to begin a new log, move the old checkpoint away yourself");
		return ASSAY_VERIFY;
	}
	if (!note_name_is_valid(base_span_of(origin)))
		return base_error(err, ASSAY_USAGE, "'%s' cannot name a log", origin);
	snprintf(l->origin, sizeof l->origin, "%s", origin);
	r = store_open(l->database, true, false, &l->db, err);
	if (r < 0)
		return r;
	rc = sqlite3_exec(l->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return store_error(l->db, rc, l->database, "cannot create the ledger", false, err);
	r = store_create_schema(l->db, origin, err);
	rc = sqlite3_exec(l->db, r < 0 ? "ROLLBACK" : "COMMIT", NULL, NULL, NULL);
	if (r == ASSAY_OK && rc != SQLITE_OK)
		r = store_error(l->db, rc, l->database, "cannot create the ledger", false, err);
	l->last_time = INT64_MIN;
	return r;
}

int
ledger_open(const struct ledger_paths *paths, const char *origin, struct assay_env *env, struct ledger **ret, struct assay_error *err)
{
	struct ledger *l = calloc(1, sizeof *l);
	int r;

	if (!l)
		return base_error_nomem(err);
	l->lock = -1;
	l->env = env;
	l->database = base_strdup(paths->database);
	l->checkpoint = paths->checkpoint ? base_strdup(paths->checkpoint) : NULL;
	l->checkpoint_extra = paths->checkpoint_extra ? base_strdup(paths->checkpoint_extra) : NULL;
	r = l->database ? take_lock(l, err) : base_error_nomem(err);
	r = r < 0 ? r : store_exists(l->database, err);
	if (r >= 0)
		r = r > 0 ? open_existing(l, err) : create_new(l, origin, err);
	if (r < 0) {
		ledger_close(l);
		return r;
	}
	*ret = l;
	return ASSAY_OK;
}

void
ledger_close(struct ledger *l)
{
	if (!l)
		return;
	sqlite3_close(l->db);
	if (l->lock >= 0)
		close(l->lock);
	free(l->database);
	free(l->checkpoint);
	free(l->checkpoint_extra);
	free(l);
}

const char *
ledger_origin(const struct ledger *l)
{
	return l->origin;
}
uint64_t
ledger_size(const struct ledger *l)
{
	return l->size;
}

/* {"actor":{"claimed":…,"proven_by":…},"body":…,"time":…,"type":…,"v":1}: members in byte order of their names. */
static int
compose(const struct ledger_entry *entry, int64_t time, struct base_buffer *out, struct assay_error *err)
{
	struct base_json j;
	char text[BASE_TIME_TEXT];
	bool known = false;

	for (size_t i = 0; i < BASE_COUNT(types); i++)
		known = known || strcmp(types[i], entry->type) == 0;
	if (!known)
		return base_error(err, ASSAY_INTERNAL, "unknown entry type '%s'", entry->type);
	base_time_format(time, text);
	base_json_init_canonical(&j, out);
	base_json_open_object(&j);
	base_json_key(&j, "actor");
	base_json_open_object(&j);
	base_json_member_text(&j, "claimed", entry->actor);
	base_json_member_text(&j, "proven_by", entry->proven_by);
	base_json_close_object(&j);
	base_json_key(&j, "body");
	base_json_raw(&j, base_span_of(entry->body));
	base_json_member_text(&j, "time", text);
	base_json_member_text(&j, "type", entry->type);
	base_json_member_int(&j, "v", 1);
	base_json_close_object(&j);
	return base_buffer_status(out) < 0 ? base_error(err, base_buffer_status(out), "a ledger entry is too large") : ASSAY_OK;
}

static int
insert_entry(struct ledger *l, sqlite3_stmt *statement, const struct ledger_entry *entry, int64_t time, struct assay_error *err)
{
	struct merkle_hash leaf, completed[64];
	uint8_t nonce[32], commitment[32];
	struct base_buffer json;
	size_t n;
	int r, rc;

	base_buffer_init(&json, LIMIT_ENTRY);
	r = compose(entry, time, &json, err);
	r = r < 0 ? r : l->env->random(l->env->context, nonce, sizeof nonce);
	r = r < 0 ? r : ledger_commitment(nonce, json.data, json.size, commitment);
	r = r < 0 ? r : merkle_leaf(commitment, sizeof commitment, &leaf);
	r = r < 0 ? r : merkle_range_append(&l->range, &leaf, completed, &n);
	if (r == ASSAY_OK) {
		sqlite3_reset(statement);
		rc = sqlite3_bind_int64(statement, 1, (sqlite3_int64)(l->range.size - 1));
		rc = rc != SQLITE_OK ? rc : sqlite3_bind_blob(statement, 2, commitment, sizeof commitment, SQLITE_TRANSIENT);
		rc = rc != SQLITE_OK ? rc
				     : sqlite3_bind_blob(
					     statement, 3, n > 0 ? (const void *)completed : "", (int)(n * MERKLE_HASH), SQLITE_TRANSIENT);
		rc = rc != SQLITE_OK ? rc : sqlite3_bind_blob(statement, 4, nonce, sizeof nonce, SQLITE_TRANSIENT);
		rc = rc != SQLITE_OK ? rc : sqlite3_bind_text(statement, 5, json.data, (int)json.size, SQLITE_TRANSIENT);
		rc = rc != SQLITE_OK ? rc : sqlite3_step(statement);
		if (rc != SQLITE_DONE)
			r = store_error(l->db, rc, l->database, "cannot append to the ledger", false, err);
	} else if (err && err->code != r)
		base_error(err, r, "cannot append to the ledger");
	base_buffer_dispose(&json);
	return r;
}

static int
exec_bound(struct ledger *l, const char *sql, int64_t a, const void *blob, size_t n, bool is_text, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(l->db, sql, -1, &statement, NULL);

	rc = rc != SQLITE_OK ? rc : sqlite3_bind_int64(statement, 1, a);
	if (rc == SQLITE_OK && blob)
		rc = is_text ? sqlite3_bind_text(statement, 2, blob, (int)n, SQLITE_STATIC)
			     : sqlite3_bind_blob(statement, 2, blob, (int)n, SQLITE_STATIC);
	rc = rc != SQLITE_OK ? rc : sqlite3_step(statement);
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? ASSAY_OK
						     : store_error(l->db, rc, l->database, "cannot write to the ledger", false, err);
}

/* Signs the head and stores the note in the open transaction; the note goes to ${ret} for the outside copies. */
static int
store_signed_head(struct ledger *l, const struct crypto_key *key, struct base_buffer *ret, struct assay_error *err)
{
	struct note_checkpoint c = {.size = l->range.size};
	struct note_vkey vkey;
	struct base_buffer text, name;
	int r;

	memcpy(c.origin, l->origin, sizeof c.origin);
	r = merkle_range_root(&l->range, &c.root);
	if (r < 0)
		return store_tree_error(r, l->database, err, "the root of the ledger cannot be computed");
	base_buffer_init(&text, LIMIT_NOTE);
	base_buffer_init(&name, LIMIT_NOTE);
	if (r == ASSAY_OK && !note_checkpoint_format(&c, &text))
		r = base_error(err, base_buffer_status(&text), "cannot write a checkpoint");
	r = r < 0 ? r : note_sign((struct base_span){(uint8_t *)text.data, text.size}, l->origin, key, ret, err);
	if (r == ASSAY_OK && (r = note_vkey_make(l->origin, crypto_key_public(key), &vkey)) < 0)
		base_error(err, r, "cannot digest the name of a key");
	if (r == ASSAY_OK && !note_vkey_format(&vkey, &name))
		r = base_error(err, base_buffer_status(&name), "cannot write a key's name");
	if (r == ASSAY_OK)
		r = exec_bound(l, "INSERT INTO key(from_seq, vkey) VALUES(?1, ?2) ON CONFLICT(vkey) DO NOTHING", (int64_t)l->size,
			name.data, name.size, true, err);
	/* kept checkpoints: the newest, and stamped ones */
	r = r < 0 ? r : exec_bound(l, "DELETE FROM checkpoint WHERE tst IS NULL AND size<?1", (int64_t)c.size, NULL, 0, false, err);
	r = r < 0 ? r
		  : exec_bound(l, "INSERT OR REPLACE INTO checkpoint(size, note) VALUES(?1, ?2)", (int64_t)c.size, ret->data, ret->size,
			  false, err);
	base_buffer_dispose(&text);
	base_buffer_dispose(&name);
	return r;
}

static int
write_outside(struct ledger *l, const struct base_buffer *note, struct assay_error *err)
{
	int r = ASSAY_OK;

	if (note->size > 0 && l->checkpoint)
		r = base_file_replace(l->checkpoint, note->data, note->size, 0644, err);
	if (r == ASSAY_OK && note->size > 0 && l->checkpoint_extra)
		r = base_file_replace(l->checkpoint_extra, note->data, note->size, 0644, err);
	return r < 0 ? r : store_sum_write(l->database, l->range.size, err);
}

static int
append_in_transaction(struct ledger *l, const struct ledger_entry *entries, size_t n, const struct crypto_key *key,
	struct base_buffer *note, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int64_t now = l->env->now_ms(l->env->context);
	uint64_t size;
	int r = store_size(l->db, l->database, &size, err), rc;

	if (r == ASSAY_OK && size != l->size)
		return base_error_at(err, ASSAY_BUSY, l->database, 0, 0, "the ledger grew behind its lock");
	/* entry.time = max(now, previous) */
	if (now < l->last_time)
		now = l->last_time;
	rc = sqlite3_prepare_v2(l->db, "INSERT INTO entry(seq, commitment, nodes, nonce, json) VALUES(?,?,?,?,?)", -1, &statement, NULL);
	if (rc != SQLITE_OK)
		return store_error(l->db, rc, l->database, "cannot append to the ledger", false, err);
	if (l->size == 0) {
		static const char body[] = "{\"format\":1,\"tool\":\"assay\"}";
		struct ledger_entry genesis = {"genesis", body, entries[0].actor, entries[0].proven_by};
		r = insert_entry(l, statement, &genesis, now, err);
	}
	for (size_t i = 0; i < n && r == ASSAY_OK; i++)
		r = insert_entry(l, statement, &entries[i], now, err);
	sqlite3_finalize(statement);
	if (r == ASSAY_OK)
		l->last_time = now;
	return r < 0 || !key ? r : store_signed_head(l, key, note, err);
}

int
ledger_append(struct ledger *l, const struct ledger_entry *entries, size_t n, const struct crypto_key *key, uint64_t *ret_first_seq,
	struct assay_error *err)
{
	struct merkle_range before = l->range;
	struct base_buffer note;
	int rc, r;

	if (n == 0 || n > LEDGER_BATCH_MAX)
		return base_error(err, ASSAY_INTERNAL, "a batch of %zu ledger entries", n);
	base_buffer_init(&note, LIMIT_NOTE);
	rc = sqlite3_exec(l->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return store_error(l->db, rc, l->database, "cannot append to the ledger", false, err);
	r = append_in_transaction(l, entries, n, key, &note, err);
	if (r < 0) {
		sqlite3_exec(l->db, "ROLLBACK", NULL, NULL, NULL);
		l->range = before;
		goto out;
	}
	rc = sqlite3_exec(l->db, "COMMIT", NULL, NULL, NULL);
	if (rc != SQLITE_OK) {
		/* the rows may be there all the same: only a fresh look can tell */
		sqlite3_exec(l->db, "ROLLBACK", NULL, NULL, NULL);
		l->range = before;
		base_error_at(err, ASSAY_OUTCOME_UNKNOWN, l->database, 0, 0,
			"an error at commit (%s): whether the entry was kept is unknown", sqlite3_errstr(rc));
		base_error_hint(err, "run 'assay log verify', then look at the last entries");
		r = ASSAY_OUTCOME_UNKNOWN;
		goto out;
	}
	*ret_first_seq = l->size + (l->size == 0);
	l->size = l->range.size;
	r = write_outside(l, &note, err);
out:
	base_buffer_dispose(&note);
	return r;
}

int
ledger_sign(struct ledger *l, const struct crypto_key *key, struct assay_error *err)
{
	struct base_buffer note;
	int r, rc;

	if (l->size == 0)
		return base_error_at(err, ASSAY_USAGE, l->database, 0, 0, "the ledger is empty");
	base_buffer_init(&note, LIMIT_NOTE);
	rc = sqlite3_exec(l->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		return store_error(l->db, rc, l->database, "cannot sign the ledger", false, err);
	r = store_signed_head(l, key, &note, err);
	rc = sqlite3_exec(l->db, r < 0 ? "ROLLBACK" : "COMMIT", NULL, NULL, NULL);
	if (r == ASSAY_OK && rc != SQLITE_OK)
		r = store_error(l->db, rc, l->database, "cannot sign the ledger", false, err);
	r = r < 0 ? r : write_outside(l, &note, err);
	base_buffer_dispose(&note);
	return r;
}
