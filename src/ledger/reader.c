/* Reading entries, proofs and receipts from one snapshot. */
#include "ledger/ledger.h"

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "ledger/store.h"

#include <inttypes.h>
#include <string.h>

struct ledger_reader {
	sqlite3 *db;
	char *path, *checkpoint;
	char origin[NOTE_NAME_MAX];
	uint64_t size;
	struct store_nodes nodes;
};

int
ledger_reader_open(const struct ledger_paths *paths, struct ledger_reader **ret, struct assay_error *err)
{
	struct ledger_reader *r;
	int rc, e;

	e = store_exists(paths->database, err);
	if (e < 0)
		return e;
	if (e == 0) {
		if ((paths->checkpoint && base_file_exists(paths->checkpoint))
			|| (paths->checkpoint_extra && base_file_exists(paths->checkpoint_extra)))
			return base_error_at(
				err, ASSAY_VERIFY, paths->database, 0, 0, "the ledger is gone, but an outside checkpoint of it exists");
		base_error_at(err, ASSAY_UNSUPPORTED, paths->database, 0, 0, "there is no ledger");
		base_error_hint(err, "'assay init' or the first 'assay audit' makes one");
		return ASSAY_UNSUPPORTED;
	}
	r = calloc(1, sizeof *r);
	if (!r || !(r->path = base_strdup(paths->database))) {
		free(r);
		return base_error_nomem(err);
	}
	e = store_open(r->path, false, true, &r->db, err);
	if (e == ASSAY_OK) {
		rc = sqlite3_exec(r->db, "BEGIN", NULL, NULL, NULL);
		e = rc == SQLITE_OK ? ASSAY_OK : store_error(r->db, rc, r->path, "cannot read the ledger", true, err);
	}
	e = e < 0 ? e : store_check_schema(r->db, r->path, err);
	e = e < 0 ? e : store_origin(r->db, r->path, r->origin, err);
	e = e < 0 ? e : store_size(r->db, r->path, &r->size, err);
	e = e < 0 ? e : store_checkpoint(r->db, r->path, &r->checkpoint, err);
	if (e < 0) {
		ledger_reader_close(r);
		return e;
	}
	r->nodes.db = r->db;
	*ret = r;
	return ASSAY_OK;
}

void
ledger_reader_close(struct ledger_reader *r)
{
	if (!r)
		return;
	sqlite3_finalize(r->nodes.statement);
	sqlite3_close(r->db);
	free(r->path);
	free(r->checkpoint);
	free(r);
}

uint64_t
ledger_reader_size(const struct ledger_reader *r)
{
	return r->size;
}
const char *
ledger_reader_origin(const struct ledger_reader *r)
{
	return r->origin;
}
const char *
ledger_reader_checkpoint(const struct ledger_reader *r)
{
	return r->checkpoint;
}

int
ledger_reader_each(struct ledger_reader *r, uint64_t first, uint64_t n, int (*each)(void *context, const struct ledger_row *row),
	void *context, struct assay_error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(
		    r->db, "SELECT seq, json, hex(nonce) FROM entry WHERE seq>=? ORDER BY seq LIMIT ?", -1, &statement, NULL),
	    stop = 0;

	if (rc == SQLITE_OK) {
		sqlite3_bind_int64(statement, 1, (sqlite3_int64)first);
		sqlite3_bind_int64(statement, 2, n > INT64_MAX ? INT64_MAX : (sqlite3_int64)n);
	}
	while (rc == SQLITE_OK && stop == 0 && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		struct ledger_row row = {.seq = (uint64_t)sqlite3_column_int64(statement, 0)};
		if (sqlite3_column_type(statement, 1) != SQLITE_NULL) {
			row.json = (const char *)sqlite3_column_text(statement, 1);
			row.nonce_hex = (const char *)sqlite3_column_text(statement, 2);
			rc = row.json && row.nonce_hex ? SQLITE_OK : SQLITE_NOMEM;
		} else
			rc = SQLITE_OK;
		if (rc == SQLITE_OK)
			stop = each(context, &row);
	}
	sqlite3_finalize(statement);
	if (stop != 0)
		return stop;
	return rc == SQLITE_DONE ? ASSAY_OK : store_error(r->db, rc, r->path, "cannot read the ledger", true, err);
}

static void
write_hashes(const struct merkle_hash *hashes, size_t n, struct base_buffer *out)
{
	for (size_t i = 0; i < n; i++) {
		base_base64(out, (struct base_span){hashes[i].bytes, MERKLE_HASH});
		base_buffer_char(out, '\n');
	}
}

int
ledger_reader_receipt(struct ledger_reader *r, uint64_t seq, struct base_buffer *out, struct assay_error *err)
{
	struct merkle_source source = {&r->nodes, store_node};
	struct merkle_hash proof[MERKLE_PROOF_MAX];
	struct note_checkpoint c;
	const char *end = r->checkpoint ? strstr(r->checkpoint, "\n\n") : NULL;
	size_t n;
	int e;

	if (seq >= r->size)
		return base_error_at(
			err, ASSAY_USAGE, r->path, 0, 0, "there is no entry %" PRIu64 "; the log holds %" PRIu64, seq, r->size);
	if (!end)
		return base_error_at(err, ASSAY_VERIFY, r->path, 0, 0, "the ledger is not signed");
	e = note_checkpoint_parse((struct base_span){(const uint8_t *)r->checkpoint, (size_t)(end - r->checkpoint) + 1}, &c, err);
	if (e < 0)
		return e;
	if (seq >= c.size)
		return base_error_at(err, ASSAY_VERIFY, r->path, 0, 0, "entry %" PRIu64 " is newer than the newest checkpoint", seq);
	e = merkle_prove_inclusion(&source, seq, c.size, proof, &n);
	if (e < 0)
		return store_tree_error(e, r->path, err, "a tree node of the ledger is missing");
	base_buffer_format(out, "c2sp.org/tlog-proof@v1\nindex %" PRIu64 "\n", seq);
	write_hashes(proof, n, out);
	base_buffer_format(out, "\n%s", r->checkpoint);
	return base_buffer_status(out) < 0 ? base_error_nomem(err) : ASSAY_OK;
}

int
ledger_reader_consistency(struct ledger_reader *r, uint64_t old_size, uint64_t new_size, struct base_buffer *out, struct assay_error *err)
{
	struct merkle_source source = {&r->nodes, store_node};
	struct merkle_hash proof[MERKLE_PROOF_MAX];
	size_t n;
	int e;

	if (new_size > r->size || old_size > new_size)
		return base_error_at(err, ASSAY_USAGE, r->path, 0, 0, "sizes must rise and be at most %" PRIu64, r->size);
	e = merkle_prove_consistency(&source, old_size, new_size, proof, &n);
	if (e < 0)
		return store_tree_error(e, r->path, err, "a tree node of the ledger is missing");
	write_hashes(proof, n, out);
	return base_buffer_status(out) < 0 ? base_error_nomem(err) : ASSAY_OK;
}

static bool
take_line(struct base_span *rest, struct base_span *ret)
{
	const uint8_t *end = memchr(rest->data, '\n', rest->size);

	if (!end)
		return false;
	*ret = (struct base_span){rest->data, (size_t)(end - rest->data)};
	rest->data = end + 1;
	rest->size -= ret->size + 1;
	return true;
}

static bool
parse_index(struct base_span line, uint64_t *ret)
{
	static const char prefix[] = "index ";
	uint64_t v = 0;
	size_t n = sizeof prefix - 1;

	if (!base_span_starts_with(line, prefix) || line.size == n || line.size > n + 19 || (line.data[n] == '0' && line.size > n + 1))
		return false;
	for (size_t i = n; i < line.size; i++) {
		if (!base_is_digit(line.data[i]))
			return false;
		v = v * 10 + (uint64_t)(line.data[i] - '0');
	}
	*ret = v;
	return true;
}

int
ledger_receipt_verify(
	struct base_span receipt, const uint8_t commitment[32], const struct note_vkey *keys, size_t n, struct assay_error *err)
{
	struct base_span rest = receipt, line, text;
	struct merkle_hash proof[MERKLE_PROOF_MAX], leaf;
	struct note_checkpoint c;
	struct base_buffer hash;
	uint64_t index = 0;
	size_t n_proof = 0, key;
	bool good = take_line(&rest, &line) && base_span_equals(line, base_span_of("c2sp.org/tlog-proof@v1")) && take_line(&rest, &line);
	int e;

	if (good && base_span_starts_with(line, "extra "))
		good = take_line(&rest, &line);
	good = good && parse_index(line, &index);
	base_buffer_init(&hash, 256);
	while (good && (good = take_line(&rest, &line)) && line.size > 0) {
		base_buffer_reset(&hash);
		good = n_proof < MERKLE_PROOF_MAX && base_unbase64(line, &hash) && hash.size == MERKLE_HASH;
		if (good)
			memcpy(proof[n_proof++].bytes, hash.data, MERKLE_HASH);
	}
	e = base_buffer_status(&hash);
	base_buffer_dispose(&hash);
	if (!good)
		return e == ASSAY_NOMEM ? base_error_nomem(err) : base_error(err, ASSAY_FORMAT, "not a tlog-proof receipt");
	e = note_open(rest, keys, n, &text, &key, err);
	e = e < 0 ? e : note_checkpoint_parse(text, &c, err);
	if (e < 0)
		return e;
	e = merkle_leaf(commitment, 32, &leaf);
	if (e < 0)
		return base_error(err, e, "cannot digest an entry");
	if (!merkle_verify_inclusion(index, c.size, &leaf, proof, n_proof, &c.root))
		return base_error(err, ASSAY_VERIFY, "the proof does not place this entry under the checkpoint of size %" PRIu64, c.size);
	return ASSAY_OK;
}
