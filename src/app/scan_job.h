/* One scan of a project's data: which files, which rules, where spans go. Shared by scan, audit and init. */
#ifndef APP_SCAN_JOB_H
#define APP_SCAN_JOB_H

#include "app/project.h"
#include "app/spans.h"
#include "crypto/digest.h"
#include "scan/scan.h"

struct scan_job {
	struct rules *rules;
	struct detect_engine *engine;
	struct scan *scan;
	const struct scan_result *result; /* belongs to scan */
	const char **splits;              /* per resource: split of the data[] entry, or NULL; borrowed from the manifest */
	size_t n_splits;
	struct base_buffer expectations; /* one line per declared count that was not met */
	uint8_t dataset_sha256[32];      /* of the sorted list "hash  name\n" of all files that were read */
	uint64_t n_files, n_bytes;       /* in that list */
	/* Set by the caller before the run: sees every reported span. May be NULL. */
	void (*compare)(void *context, const char *entity, const char *field, const struct span *span);
	void *compare_context;
	/* Set by the caller before the run: sees every span, and learns the rules. May be NULL. */
	int (*see)(void *context, const struct scan_resource *resource, const char *field, const struct span *span);
	void *see_context;
	const struct rules **see_rules;
	struct span_writer writer;
	uint64_t *n_allowed; /* spans per entry of the project's allow-list; NULL: there is none */
};

/* Is a word of `jurisdictions:` the Union, a member, or of the European Economic Area? */
bool scan_job_is_eea(const char *place);
/* Compiles the rules that the request and the manifest's jurisdictions ask for. */
int scan_job_rules(const struct project *project, const struct scan_request *request, struct rules **ret, struct assay_error *err);
/* The project's allow-list against these rules and the project's key. */
int scan_job_check_allow(const struct project *project, const struct rules *rules, struct assay_error *err);
/* Runs the whole scan. ${use_manifest}: data[] decides what is skipped, split and expected. */
int scan_job_run(struct project *project, const struct scan_request *request, bool use_manifest, struct assay_env *env,
	struct scan_job *job, struct assay_error *err);
void scan_job_dispose(struct scan_job *job);

/* ---- dataset.c: which files belong to a dataset, and their digest ---- */

enum dataset_part { DATASET_READ, DATASET_SKIPPED, DATASET_OUTSIDE };
struct dataset_file {
	const struct source_entry *entry;
	enum dataset_part part;
	const struct manifest_data *data; /* the data[] entry that names it; may be NULL */
};
struct dataset {
	struct source_list list;
	struct dataset_file *files; /* one per entry, same order */
};
/* USAGE for an output in the place of a key, of a declaration or of data, or among data that a gate will look at. */
int dataset_check_outputs(const struct project *p, const struct scan_request *request, bool use_manifest, struct assay_error *err);
/* paths: n = 0 means the declared data (all below the root when nothing is declared). */
int dataset_make(const struct project *project, const char *const *paths, size_t n_paths, const char *const *outputs, size_t n_outputs,
	bool use_manifest, struct dataset *ret, struct assay_error *err);
void dataset_dispose(struct dataset *dataset);
/* Adds one line of `sha256sum` to a digest: "hash  name\n", names with newline, return or backslash escaped as coreutils does. */
int dataset_digest_line(struct crypto_sha256 *digest, const uint8_t sha256[32], const char *name);
/* Reads every file of the dataset and digests as a scan would; *ret_n files. For the gate. */
int dataset_digest(const struct dataset *dataset, struct assay_env *env, uint8_t ret[32], uint64_t *ret_n, struct assay_error *err);
/* SHA-256 of one file's bytes. */
int dataset_file_sha256(const char *path, uint8_t ret[32], struct assay_error *err);

#endif
