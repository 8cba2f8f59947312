/* One `assay run`, shared by deciding (run.c), recording (run_entry.c) and the command itself (run_child.c). */
#ifndef APP_RUN_H
#define APP_RUN_H

#include "app/masker.h"
#include "app/project.h"

#include <stdatomic.h>

enum {
	RUN_REFUSAL = 110, /* added to the exit status of an error of ours */
	/* Inputs and outputs of one run: each decision is an entry, and all of them are one batch of the ledger. */
	RUN_ITEMS_MAX = 1024,
};

/* One --in or --out. */
struct run_item {
	const char *given;
	char *path, *real; /* absolute: by name alone, and with links followed */
	char *masked;      /* name for messages and the ledger */
	bool is_output;
	const char *state;               /* what went wrong with it: NULL, "changed" or "undigested" */
	struct access_decision decision; /* the first refusal, else the first permission */
	int64_t n_allowed, n_refused;    /* names decided: of a folder, each file in it */
	uint8_t sha256[32];              /* of an input before, of an output after the command */
	bool has_sha256;
};

struct run {
	struct project *project;
	const struct run_request *request;
	struct assay_env *env;
	struct masker *masker;
	struct run_item *items; /* inputs first */
	size_t n_items;
	char *real_root;
	const char *principal;
	char *actor, *masked_principal, *purpose, *role, *argv0; /* masked */
	int64_t started_ms, ended_ms;
};

/* ---- run_entry.c ---- */

/* One `access` entry per input and output; after a refusal also the `run` that did not happen. */
int run_record_decisions(struct run *run, bool is_refused, struct assay_error *err);
/* The actor may not act for the principal of --as: an `access` entry with the action run, and the `run` that did not happen. */
int run_record_impostor(struct run *run, struct assay_error *err);
/* `run` and, when the command was started, `lineage`. */
int run_record_end(struct run *run, int status, bool has_lineage, struct assay_error *err);

/* ---- run_child.c ---- */

/* Runs the command with the standard streams and the environment of this process (without the ledger's passphrase) and waits for it.
 * SIGINT, SIGTERM, SIGHUP and SIGQUIT that somebody sends to this process are handed on; ${cancelled} (may be NULL) counts as SIGTERM.
 * *ret_status: its status, 128 + signal when it was killed, 127 when it does not exist, 126 when it cannot be executed; *ret_why (static)
 * is NULL once it has run, else why it did not. IO, NOMEM when there is no new process. Changes the signal mask of the calling thread while
 * it waits. */
int run_child(char *const *argv, atomic_bool *cancelled, int *ret_status, const char **ret_why, struct assay_error *err);

#endif
