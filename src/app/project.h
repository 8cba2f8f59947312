/* The project as the app's files see it. */
#ifndef APP_PROJECT_H
#define APP_PROJECT_H

#include "access/access.h"
#include "app/app.h"
#include "base/buffer.h"
#include "base/json.h"
#include "ledger/ledger.h"
#include "ledger/trust.h"
#include "manifest/manifest.h"
#include "manifest/waivers.h"
#include "rules/allow.h"

struct project {
	char *root, *state, *manifest_path, *access_path, *waivers_path, *allow_path, *trust_path, *passphrase, *actor, *fingerprint_file;
	char *ledger_path, *checkpoint_path, *extra_path, *signing_path, *vkey_path, *fingerprint_path, *audits_path;
	bool unprotected_key, has_fingerprint;
	struct manifest *manifest;
	struct access *access;
	struct waivers *waivers;
	struct allow *allow;
	struct trust trust;
	struct ledger_paths ledger;
	uint8_t fingerprint_key[32];
	char key_id[17]; /* hex; empty without fingerprint key */
	struct assay_env *env;
};

/* Makes STATE, the fingerprint key and the signing key where they are missing. KEY with a hint when a new key would need a passphrase. */
int project_ensure_keys(struct project *project, struct assay_error *err);
/* The fingerprint key if there is one. */
int project_load_fingerprint(struct project *project, struct assay_error *err);
/* 32 bytes, or NULL. */
const uint8_t *project_fingerprint_key(const struct project *project);
int project_load_signing_key(struct project *project, struct crypto_key **ret, bool *ret_protected, struct assay_error *err);
/* Trusted keys: --vkey and files were added at open; this adds the key beside the log when there is no other. */
int project_load_trust(struct project *project, struct assay_error *err);
/* Whether a log was ever kept here: a checkpoint that outlived its database counts, it is then the proof that something is gone. */
bool project_has_log(const struct project *project);
/* Appends entries under the signing key. */
int project_append(struct project *project, const struct ledger_entry *entries, size_t n, uint64_t *ret_seq, struct assay_error *err);
/* Today, YYYY-MM-DD. */
void project_today(const struct project *project, char ret[static 11]);

/* printf into a sink */
int sink_format(const struct app_sink *sink, const char *format, ...) __attribute__((format(printf, 2, 3)));
int sink_buffer(const struct app_sink *sink, struct base_buffer *buffer);
/* Text of a pack for a terminal: lines and backslashes stay, everything harmful is escaped. */
void append_shown(struct base_buffer *out, const char *text);
/* Writes a buffer of such text and empties it. */
int sink_shown(const struct app_sink *sink, struct base_buffer *buffer);
/* text with everything harmful for a terminal escaped */
int sink_printable(const struct app_sink *sink, const char *text);

#endif
