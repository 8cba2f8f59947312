/* Shared between the scan's files. */
#ifndef SCAN_INTERNAL_H
#define SCAN_INTERNAL_H

#include "base/map.h"
#include "crypto/digest.h"
#include "scan/scan.h"

#include <pthread.h>

enum slot_state { SLOT_FREE, SLOT_FILLED, SLOT_TAKEN, SLOT_DONE };

struct slot {
	enum slot_state state;
	bool is_end; /* end of a resource, no batch */
	uint32_t resource;
	struct batch batch;
	const struct detect_field **fields;
	struct detect_output output;
	int result;
	struct assay_error error;
};

struct worker {
	pthread_t thread;
	struct scan *scan;
	struct detect_scanner *scanner;
	bool started;
};

/* State of the resource that is being read. */
struct reading {
	uint32_t resource;
	struct detect_field **evidence;
	size_t n_evidence, capacity;
	struct crypto_sha256 *hash;
};

struct scan {
	struct scan_options options;
	struct assay_env *env;
	struct worker *workers;
	size_t n_workers;
	struct slot *slots;
	size_t n_slots;
	uint64_t filled, taken, drained; /* tickets */
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	bool stopping;

	struct detect_scanner *name_scanner;
	struct detect_drain *drain;
	struct crypto_hmac *hmac;
	struct reading reading;
	struct detect_field ***evidence; /* per resource, freed at the end */
	size_t *n_evidence;

	struct base_map *names; /* masked resource names in use */
	struct scan_result result;
	size_t resources_capacity, findings_capacity, issues_capacity;
	struct base_map *finding_index, *issue_index;
	uint64_t bytes;
	bool timed_out;
	struct assay_error key_error; /* of a JSON key that could not be looked at */
};

int pool_start(struct scan *scan, struct assay_error *err);
void pool_stop(struct scan *scan);
/* A free slot, draining finished ones meanwhile. */
int pool_slot(struct scan *scan, struct slot **ret, struct assay_error *err);
void pool_post(struct scan *scan, struct slot *slot);
int pool_drain_all(struct scan *scan, struct assay_error *err);

/* findings.c */
int findings_add_span(void *scan, const struct span *span);
int findings_add_issue(void *scan, const struct issue *issue);
int findings_add_tallies(struct scan *scan, uint32_t resource, const struct detect_output *output);
void findings_settle(struct scan *scan);
/* drains one finished slot in ticket order */
int findings_drain(struct scan *scan, struct slot *slot, struct assay_error *err);

#endif
