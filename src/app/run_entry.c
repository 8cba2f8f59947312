/* What a run leaves in the ledger: members in byte order of their names, integers only (RFC 8785). Every name is masked. */
#include "app/run.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/digest.h"
#include "lineage/lineage.h"

#include <string.h>

/* Members as in an audit's entry (audit_access_body). */
static int
write_access(const struct run *run, const char *action, const char *decision, const char *resource, const char *role, int64_t n_allowed,
	int64_t n_refused, struct base_buffer *out, struct assay_error *err)
{
	struct base_json j;

	base_json_init_canonical(&j, out);
	base_json_open_object(&j);
	base_json_member_text(&j, "action", action);
	base_json_member_int(&j, "allowed", n_allowed);
	base_json_member_text(&j, "decision", decision);
	base_json_member_text(&j, "principal", run->masked_principal);
	base_json_member_text(&j, "purpose", run->purpose);
	base_json_member_int(&j, "refused", n_refused);
	base_json_member_text(&j, "resource", resource);
	base_json_member_text(&j, "role", role);
	base_json_close_object(&j);
	return base_buffer_status(out) < 0 ? base_error(err, base_buffer_status(out), "an entry of the ledger is too long") : ASSAY_OK;
}

/* SHA-256 of the arguments joined by NUL, as `printf 'a\0b' | sha256sum` gives it. */
static int
digest_argv(char *const *argv, char ret[static 7 + 65], struct assay_error *err)
{
	struct crypto_sha256 *hash = crypto_sha256_new();
	uint8_t digest[32];
	int r = hash ? ASSAY_OK : ASSAY_NOMEM;

	for (size_t i = 0; argv[i] && r == ASSAY_OK; i++) {
		r = i > 0 ? crypto_sha256_update(hash, "", 1) : ASSAY_OK;
		r = r < 0 ? r : crypto_sha256_update(hash, argv[i], strlen(argv[i]));
	}
	r = r < 0 ? r : crypto_sha256_final(hash, digest);
	crypto_sha256_free(hash);
	if (r < 0)
		return base_error(err, r, "cannot digest the arguments");
	snprintf(ret, 8, "sha256:");
	base_hex((struct base_span){digest, 32}, ret + 7);
	return ASSAY_OK;
}

static void
write_state(const struct run *run, struct base_json *j, const char *state)
{
	base_json_key(j, state);
	base_json_open_array(j);
	for (size_t i = 0; i < run->n_items; i++)
		if (run->items[i].state && strcmp(run->items[i].state, state) == 0)
			base_json_text(j, run->items[i].masked);
	base_json_close_array(j);
}

static int
write_run(const struct run *run, int status, struct base_buffer *out, struct assay_error *err)
{
	char argv[7 + 65], access[7 + 65] = "sha256:", started[BASE_TIME_TEXT], ended[BASE_TIME_TEXT];
	struct base_json j;
	int r = digest_argv(run->request->argv, argv, err);

	if (r < 0)
		return r;
	base_hex((struct base_span){access_sha256(run->project->access), 32}, access + 7);
	base_time_format(run->started_ms, started);
	base_time_format(run->ended_ms, ended);
	base_json_init_canonical(&j, out);
	base_json_open_object(&j);
	base_json_member_text(&j, "access", access);
	base_json_member_text(&j, "argv", argv);
	base_json_member_text(&j, "argv0", run->argv0);
	write_state(run, &j, "changed");
	base_json_member_text(&j, "ended", ended);
	base_json_member_text(&j, "principal", run->masked_principal);
	base_json_member_text(&j, "purpose", run->purpose);
	base_json_member_text(&j, "role", run->role);
	base_json_member_text(&j, "sandbox", "observe");
	base_json_member_text(&j, "started", started);
	base_json_member_int(&j, "status", status);
	write_state(run, &j, "undigested");
	base_json_close_object(&j);
	return base_buffer_status(out) < 0 ? base_error(err, base_buffer_status(out), "an entry of the ledger is too long") : ASSAY_OK;
}

/* Inputs as they were before, outputs as they are after the command; an output that is not there is no dataset. */
static int
write_lineage(const struct run *run, struct base_buffer *out, struct assay_error *err)
{
	_cleanup_free_ struct lineage_dataset *datasets = base_calloc(run->n_items + 1, sizeof *datasets);
	size_t n = 0, n_inputs = run->request->n_inputs;

	if (!datasets)
		return base_error_nomem(err);
	for (size_t i = 0; i < run->n_items; i++)
		if (!run->items[i].is_output || run->items[i].has_sha256)
			datasets[n++] =
				(struct lineage_dataset){run->items[i].masked, run->items[i].has_sha256 ? run->items[i].sha256 : NULL};
	return lineage_write(
		&(struct lineage_run){base_path_name(run->argv0), datasets, datasets + n_inputs, n_inputs, n - n_inputs}, out, err);
}

/* Entries of one batch with the buffers that hold their bodies. */
struct batch_of_entries {
	struct ledger_entry *entries;
	struct base_buffer *bodies;
	size_t n;
};

static void
batch_dispose(struct batch_of_entries *b)
{
	for (size_t i = 0; i < b->n; i++)
		base_buffer_dispose(&b->bodies[i]);
	free(b->entries);
	free(b->bodies);
}

static int
batch_init(struct batch_of_entries *b, size_t n, struct assay_error *err)
{
	*b = (struct batch_of_entries){.entries = base_calloc(n, sizeof *b->entries), .bodies = base_calloc(n, sizeof *b->bodies)};
	return b->entries && b->bodies ? ASSAY_OK : base_error_nomem(err);
}

static struct base_buffer *
batch_next(struct batch_of_entries *b)
{
	base_buffer_init(&b->bodies[b->n], LIMIT_ENTRY);
	return &b->bodies[b->n++];
}

static int
batch_append(struct run *run, struct batch_of_entries *b, const char *type, const char *last_type, struct assay_error *err)
{
	uint64_t seq;

	for (size_t i = 0; i < b->n; i++)
		b->entries[i] = (struct ledger_entry){i + 1 < b->n || !last_type ? type : last_type, b->bodies[i].data, run->actor, NULL};
	return project_append(run->project, b->entries, b->n, &seq, err);
}

int
run_record_decisions(struct run *run, bool is_refused, struct assay_error *err)
{
	_cleanup_(batch_dispose) struct batch_of_entries b = {0};
	int r = batch_init(&b, run->n_items + 1, err);

	for (size_t i = 0; i < run->n_items && r == ASSAY_OK; i++) {
		const struct run_item *item = &run->items[i];
		r = write_access(run, item->is_output ? "write" : "read", access_outcome_name(item->decision.outcome), item->masked,
			item->decision.role ? item->decision.role : run->role, item->n_allowed, item->n_refused, batch_next(&b), err);
	}
	if (r == ASSAY_OK && is_refused)
		r = write_run(run, RUN_REFUSAL + assay_code_exit(ASSAY_DENIED), batch_next(&b), err);
	return r < 0 ? r : batch_append(run, &b, "access", is_refused ? "run" : NULL, err);
}

int
run_record_impostor(struct run *run, struct assay_error *err)
{
	_cleanup_(batch_dispose) struct batch_of_entries b = {0};
	int r = batch_init(&b, 2, err);

	r = r < 0 ? r : write_access(run, "run", "may-not-act-as", "**", run->role, 0, 1, batch_next(&b), err);
	r = r < 0 ? r : write_run(run, RUN_REFUSAL + assay_code_exit(ASSAY_DENIED), batch_next(&b), err);
	return r < 0 ? r : batch_append(run, &b, "access", "run", err);
}

int
run_record_end(struct run *run, int status, bool has_lineage, struct assay_error *err)
{
	_cleanup_(batch_dispose) struct batch_of_entries b = {0};
	int r = batch_init(&b, 2, err);

	r = r < 0 ? r : write_run(run, status, batch_next(&b), err);
	if (r == ASSAY_OK && has_lineage)
		r = write_lineage(run, batch_next(&b), err);
	return r < 0 ? r : batch_append(run, &b, "run", has_lineage ? "lineage" : NULL, err);
}
