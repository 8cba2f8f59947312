/* Creating and filling the facts database. */
#include "policy/facts.h"

#include "base/asset.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

extern const struct base_asset policy_assets[];

static int
sql_error(sqlite3 *db, int rc, const char *what, struct assay_error *err)
{
	int code = (rc & 0xff) == SQLITE_NOMEM                                       ? ASSAY_NOMEM
		   : (rc & 0xff) == SQLITE_CONSTRAINT || (rc & 0xff) == SQLITE_ERROR ? ASSAY_INTERNAL
										     : ASSAY_IO;

	return base_error(err, code, "%s: %s", what, db ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
}

int
facts_exec(sqlite3 *db, const char *sql, struct assay_error *err)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ASSAY_OK : sql_error(db, rc, "cannot write the stored result", err);
}

static const char *
asset_text(const char *name)
{
	for (size_t i = 0; policy_assets[i].name; i++)
		if (strstr(policy_assets[i].name, name))
			return policy_assets[i].data;
	return NULL;
}

int
facts_create(const char *path, sqlite3 **ret, struct assay_error *err)
{
	const char *schema = asset_text("schema.sql"), *recall = asset_text("recall.sql");
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW, NULL), r;

	if (rc != SQLITE_OK)
		r = sql_error(db, rc, "cannot create the stored result", err);
	else {
		sqlite3_extended_result_codes(db, 1);
		r = facts_exec(db,
			"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA secure_delete=ON; PRAGMA application_id=0x41535252; "
			"PRAGMA user_version=1;",
			err);
		r = r < 0 ? r : facts_exec(db, schema, err);
		r = r < 0 ? r : facts_exec(db, recall, err);
	}
	if (r < 0) {
		sqlite3_close(db);
		return r;
	}
	*ret = db;
	return ASSAY_OK;
}

int
facts_open(const char *path, sqlite3 **ret, struct assay_error *err)
{
	sqlite3 *db = NULL;
	int64_t id = 0, version = 0;
	int rc = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), r = ASSAY_OK;

	if (rc != SQLITE_OK)
		r = base_error_at(err, ASSAY_IO, path, 0, 0, "cannot open: %s", sqlite3_errstr(rc));
	else {
		sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		if (facts_int(db, "PRAGMA application_id", &id, NULL) < 0 || id != 0x41535252)
			r = base_error_at(err, ASSAY_FORMAT, path, 0, 0, "not a stored audit");
		else if (facts_int(db, "PRAGMA user_version", &version, NULL) < 0 || version != 1)
			r = base_error_at(
				err, ASSAY_FORMAT, path, 0, 0, "a stored audit of format %lld is not supported", (long long)version);
	}
	if (r < 0) {
		sqlite3_close(db);
		return r;
	}
	*ret = db;
	return ASSAY_OK;
}

static int
bind_all(sqlite3_stmt *statement, const char *format, va_list args)
{
	int rc = SQLITE_OK;

	for (int i = 1; *format && rc == SQLITE_OK; format++, i++) {
		const void *blob;
		const char *text;
		switch (*format) {
		case 'i':
			rc = sqlite3_bind_int64(statement, i, va_arg(args, int64_t));
			break;
		case 't':
			text = va_arg(args, const char *);
			rc = text ? sqlite3_bind_text(statement, i, text, -1, SQLITE_TRANSIENT) : sqlite3_bind_null(statement, i);
			break;
		case 'b': {
			blob = va_arg(args, const void *);
			size_t n = va_arg(args, size_t);
			rc = blob ? sqlite3_bind_blob64(statement, i, blob, n, SQLITE_TRANSIENT) : sqlite3_bind_null(statement, i);
			break;
		}
		default:
			rc = sqlite3_bind_null(statement, i);
			break;
		}
	}
	return rc;
}

int
facts_insert(sqlite3 *db, const char *table, struct assay_error *err, const char *format, ...)
{
	char sql[256];
	size_t n = (size_t)snprintf(sql, sizeof sql, "INSERT INTO %s VALUES(", table);
	sqlite3_stmt *statement = NULL;
	va_list args;
	int rc;

	for (size_t i = 0; format[i] && n < sizeof sql - 4; i++) {
		sql[n++] = i > 0 ? ',' : ' ';
		sql[n++] = '?';
	}
	sql[n++] = ')';
	sql[n] = '\0';
	rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (rc == SQLITE_OK) {
		va_start(args, format);
		rc = bind_all(statement, format, args);
		va_end(args);
	}
	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? ASSAY_OK : sql_error(db, rc, "cannot write the stored result", err);
}

int
facts_begin(sqlite3 *db, struct assay_error *err)
{
	return facts_exec(db, "BEGIN", err);
}

int
facts_commit(sqlite3 *db, struct assay_error *err)
{
	return facts_exec(db, "COMMIT", err);
}

int
facts_text(sqlite3 *db, char **ret, struct assay_error *err, const char *sql, size_t n, const char *const *parameters)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	char *text = NULL;

	for (size_t i = 0; i < n && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_text(statement, (int)i + 1, parameters[i], -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW && sqlite3_column_type(statement, 0) != SQLITE_NULL) {
		text = base_strdup((const char *)sqlite3_column_text(statement, 0));
		if (!text)
			rc = SQLITE_NOMEM;
	}
	sqlite3_finalize(statement);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sql_error(db, rc, "cannot read the stored result", err);
	*ret = text;
	return ASSAY_OK;
}

int
facts_int(sqlite3 *db, const char *sql, int64_t *ret, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*ret = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? ASSAY_OK : sql_error(db, rc, "cannot read the stored result", err);
}

int
facts_set_property(sqlite3 *db, const char *name, const char *value, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO property VALUES(?, ?)", -1, &statement, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
		if (value)
			sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
		rc = sqlite3_step(statement);
	}
	sqlite3_finalize(statement);
	return rc == SQLITE_DONE ? ASSAY_OK : sql_error(db, rc, "cannot write the stored result", err);
}
