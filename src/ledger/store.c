/* Schema and access of the ledger's database. */
#include "ledger/store.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypto/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const ledger_schema[] = {
	"CREATE TABLE log(id INTEGER PRIMARY KEY CHECK(id=1), origin TEXT NOT NULL) STRICT",
	"CREATE TABLE entry(seq INTEGER PRIMARY KEY, commitment BLOB NOT NULL CHECK(length(commitment)=32), "
	"nodes BLOB NOT NULL CHECK(length(nodes)%32=0), nonce BLOB CHECK(length(nonce)=32), json TEXT, CHECK((nonce IS NULL)=(json IS "
	"NULL))) STRICT",
	"CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, note BLOB NOT NULL, tst BLOB) STRICT",
	"CREATE TABLE key(vkey TEXT PRIMARY KEY, from_seq INT NOT NULL, to_seq INT) STRICT",
	NULL,
};

int
store_error(sqlite3 *db, int rc, const char *path, const char *what, bool verifying, struct assay_error *err)
{
	int base = rc & 0xff, code = ASSAY_IO;

	if (base == SQLITE_NOMEM)
		return base_error_nomem(err);
	if (base == SQLITE_BUSY || base == SQLITE_LOCKED)
		code = ASSAY_BUSY;
	else if (base == SQLITE_CORRUPT || base == SQLITE_NOTADB)
		code = ASSAY_VERIFY;
	else if (base == SQLITE_CONSTRAINT || base == SQLITE_MISMATCH || base == SQLITE_ERROR)
		code = verifying ? ASSAY_VERIFY : ASSAY_INTERNAL;
	return base_error_at(err, code, path, 0, 0, "%s: %s", what, db ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
}

static int
run(sqlite3 *db, const char *path, const char *sql, struct assay_error *err)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ASSAY_OK : store_error(db, rc, path, "ledger", false, err);
}

/* A writer that was cut off leaves its journal; only a connection that may write can roll it back, after which the ledger is as before that
 * writer. SQLite's own locks keep this from a writer that is still at work. */
static int
roll_back_interrupted(const char *path, struct assay_error *err)
{
	_cleanup_free_ char *journal = base_format("%s-journal", path);
	sqlite3 *db = NULL;
	int rc;

	if (!journal)
		return base_error_nomem(err);
	if (!base_file_exists(journal))
		return ASSAY_OK;
	rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_busy_timeout(db, 10000);
		rc = sqlite3_exec(db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
	}
	sqlite3_close(db);
	/* what is wrong with the file itself is said by whoever reads it next */
	if (rc == SQLITE_OK || (rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB)
		return ASSAY_OK;
	if ((rc & 0xff) == SQLITE_NOMEM)
		return base_error_nomem(err);
	base_error_at(err, ASSAY_IO, path, 0, 0, "an interrupted write cannot be rolled back: %s", sqlite3_errstr(rc));
	base_error_hint(err, "run this once as a user who may write to the folder of the ledger");
	return ASSAY_IO;
}

int
store_open(const char *path, bool create, bool read_only, sqlite3 **ret, struct assay_error *err)
{
	int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
	sqlite3 *db = NULL;
	/* SQLite would make the file readable by others */
	int fd = create ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	if (fd >= 0)
		close(fd);
	int rc, r = read_only ? roll_back_interrupted(path, err) : ASSAY_OK;

	if (r < 0)
		return r;
	rc = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_PRIVATECACHE, NULL);
	if (rc != SQLITE_OK) {
		r = store_error(db, rc, path, "cannot open the ledger", read_only, err);
		sqlite3_close(db);
		return r;
	}
	sqlite3_extended_result_codes(db, 1);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_busy_timeout(db, 10000);
	r = run(db, path, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA foreign_keys=ON;", err);
	if (r == ASSAY_OK && !read_only)
		r = run(db, path, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA secure_delete=ON;", err);
	if (r < 0) {
		sqlite3_close(db);
		return r;
	}
	*ret = db;
	return ASSAY_OK;
}

int
store_create_schema(sqlite3 *db, const char *origin, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int r = run(db, "ledger", "PRAGMA application_id=0x41535359; PRAGMA user_version=1;", err), rc;

	for (size_t i = 0; r == ASSAY_OK && ledger_schema[i]; i++)
		r = run(db, "ledger", ledger_schema[i], err);
	if (r < 0)
		return r;
	rc = sqlite3_prepare_v2(db, "INSERT INTO log VALUES(1, ?)", -1, &statement, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(statement, 1, origin, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? ASSAY_OK : store_error(db, rc, "ledger", "cannot create the ledger", false, err);
}

static int
read_int(sqlite3 *db, const char *path, const char *sql, int64_t *ret, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*ret = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? ASSAY_OK : store_error(db, rc, path, "cannot read the ledger", true, err);
}

int
store_check_schema(sqlite3 *db, const char *path, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int64_t id = 0, version = 0;
	size_t seen = 0;
	int r = read_int(db, path, "PRAGMA application_id", &id, err), rc;

	r = r < 0 ? r : read_int(db, path, "PRAGMA user_version", &version, err);
	if (r < 0)
		return r;
	if (id != LEDGER_APPLICATION_ID)
		return base_error_at(err, ASSAY_VERIFY, path, 0, 0, "not an Assay ledger");
	if (version != LEDGER_USER_VERSION)
		return base_error_at(err, ASSAY_VERIFY, path, 0, 0, "ledger format %lld is not supported", (long long)version);
	rc = sqlite3_prepare_v2(
		db, "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_autoindex_%' ORDER BY rowid", -1, &statement, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *sql = (const char *)sqlite3_column_text(statement, 0);
		if (!sql && sqlite3_errcode(db) == SQLITE_NOMEM) {
			rc = SQLITE_NOMEM;
			break;
		}
		if (!ledger_schema[seen] || !sql || strcmp(sql, ledger_schema[seen]) != 0) {
			sqlite3_finalize(statement);
			return base_error_at(err, ASSAY_VERIFY, path, 0, 0, "the schema of the ledger was changed");
		}
		seen++;
		rc = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	if (rc != SQLITE_DONE)
		return store_error(db, rc, path, "cannot read the ledger", true, err);
	return ledger_schema[seen] ? base_error_at(err, ASSAY_VERIFY, path, 0, 0, "a table of the ledger is missing") : ASSAY_OK;
}

int
store_origin(sqlite3 *db, const char *path, char ret[NOTE_NAME_MAX], struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT origin FROM log", -1, &statement, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW) {
		const char *origin = (const char *)sqlite3_column_text(statement, 0);
		if (origin)
			snprintf(ret, NOTE_NAME_MAX, "%s", origin);
		else
			rc = SQLITE_NOMEM;
	}
	sqlite3_finalize(statement);
	if (rc == SQLITE_DONE)
		return base_error_at(err, ASSAY_VERIFY, path, 0, 0, "the ledger has no origin");
	return rc == SQLITE_ROW ? ASSAY_OK : store_error(db, rc, path, "cannot read the ledger", true, err);
}

int
store_size(sqlite3 *db, const char *path, uint64_t *ret, struct assay_error *err)
{
	int64_t last = -1;
	int r = read_int(db, path, "SELECT coalesce(max(seq), -1) FROM entry", &last, err);

	if (r < 0)
		return r;
	if (last < -1)
		return base_error_at(err, ASSAY_VERIFY, path, 0, 0, "an entry has a negative number");
	*ret = (uint64_t)(last + 1);
	return ASSAY_OK;
}

/* node (level, i) lies in row ((i+1) << level) - 1, bytes 32*(level-1) */
int
store_node(void *context, unsigned level, uint64_t index, struct merkle_hash *ret)
{
	struct store_nodes *nodes = context;
	uint64_t row = ((index + 1) << level) - 1;
	int r = ASSAY_VERIFY, rc = SQLITE_OK;

	if (!nodes->statement)
		rc = sqlite3_prepare_v2(nodes->db, "SELECT commitment, nodes FROM entry WHERE seq=?", -1, &nodes->statement, NULL);
	rc = rc != SQLITE_OK ? rc : sqlite3_bind_int64(nodes->statement, 1, (sqlite3_int64)row);
	rc = rc != SQLITE_OK ? rc : sqlite3_step(nodes->statement);
	if (rc == SQLITE_ROW) {
		const void *blob = sqlite3_column_blob(nodes->statement, level == 0 ? 0 : 1);
		size_t n = (size_t)sqlite3_column_bytes(nodes->statement, level == 0 ? 0 : 1);
		if (level == 0 && blob && n == 32)
			r = merkle_leaf(blob, n, ret);
		else if (level > 0 && blob && n >= 32u * level) {
			memcpy(ret->bytes, (const uint8_t *)blob + 32u * (level - 1), MERKLE_HASH);
			r = ASSAY_OK;
		} else if (!blob && sqlite3_errcode(nodes->db) == SQLITE_NOMEM)
			r = ASSAY_NOMEM;
	} else if ((rc & 0xff) == SQLITE_NOMEM)
		r = ASSAY_NOMEM;
	else if (rc != SQLITE_DONE && (rc & 0xff) != SQLITE_CORRUPT && (rc & 0xff) != SQLITE_NOTADB)
		r = ASSAY_IO;
	sqlite3_reset(nodes->statement);
	return r;
}

int
store_tree_error(int code, const char *subject, struct assay_error *err, const char *what, ...)
{
	char text[ASSAY_ERROR_MESSAGE_MAX];
	va_list args;

	if (code == ASSAY_NOMEM)
		return base_error_nomem(err);
	if (code == ASSAY_IO || code == ASSAY_INTERNAL)
		return base_error_at(err, code, subject, 0, 0, "cannot read the tree of the ledger");
	va_start(args, what);
	vsnprintf(text, sizeof text, what, args);
	va_end(args);
	return base_error_at(err, ASSAY_VERIFY, subject, 0, 0, "%s", text);
}

int
store_checkpoint(sqlite3 *db, const char *path, char **ret, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1", -1, &statement, NULL);
	char *note = NULL;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW) {
		note = base_strndup(sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0));
		if (!note)
			rc = SQLITE_NOMEM;
	}
	sqlite3_finalize(statement);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return store_error(db, rc, path, "cannot read the ledger", true, err);
	*ret = note;
	return ASSAY_OK;
}

static int
digest_file(const char *path, char ret[65], struct assay_error *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct crypto_sha256 *hash;
	uint8_t chunk[64 << 10], digest[32];
	ssize_t n;
	int r = ASSAY_OK;

	if (fd < 0)
		return base_error_errno(err, ASSAY_IO, path, "cannot open");
	hash = crypto_sha256_new();
	if (!hash)
		return base_error_nomem(err);
	while (r == ASSAY_OK && (n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno != EINTR)
			r = base_error_errno(err, ASSAY_IO, path, "cannot read");
		else if (n > 0)
			r = crypto_sha256_update(hash, chunk, (size_t)n);
	}
	if (r == ASSAY_OK)
		r = crypto_sha256_final(hash, digest);
	crypto_sha256_free(hash);
	if (r == ASSAY_INTERNAL)
		return base_error_at(err, r, path, 0, 0, "cannot be digested");
	if (r == ASSAY_OK)
		base_hex((struct base_span){digest, 32}, ret);
	return r;
}

static char *
sum_path(const char *database)
{
	size_t n = strlen(database);

	return base_format("%.*s.sum", (int)(n > 3 && strcmp(database + n - 3, ".db") == 0 ? n - 3 : n), database);
}

int
store_exists(const char *path, struct assay_error *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return 0;
	if (st.st_size > 0 || !S_ISREG(st.st_mode))
		return 1;
	_cleanup_free_ char *sum = sum_path(path);
	return sum ? base_file_exists(sum) : base_error_nomem(err);
}

int
store_sum_write(const char *database, uint64_t size, struct assay_error *err)
{
	_cleanup_free_ char *path = sum_path(database);
	char digest[65], text[128];
	int n, r;

	if (!path)
		return base_error_nomem(err);
	r = digest_file(database, digest, err);
	if (r < 0)
		return r;
	n = snprintf(text, sizeof text, "%s  %" PRIu64 "\n", digest, size);
	return base_file_replace(path, text, (size_t)n, 0600, err);
}

int
store_sum_check(const char *database, int *ret, uint64_t *ret_size, struct assay_error *err)
{
	_cleanup_free_ char *path = sum_path(database), *text = NULL;
	char digest[65];
	size_t n;
	int r;

	*ret = -1;
	*ret_size = 0;
	if (!path)
		return base_error_nomem(err);
	if (!base_file_exists(path))
		return ASSAY_OK;
	r = base_file_read(path, 256, &text, &n, err);
	r = r < 0 ? r : digest_file(database, digest, err);
	if (r < 0)
		return r;
	*ret = n > 66 && memcmp(text, digest, 64) == 0;
	*ret_size = n > 66 ? strtoull(text + 66, NULL, 10) : 0;
	return ASSAY_OK;
}
