/* Lists of persons who used a right (erased, objected, opted_out, limited, withdrawn, restricted) as keyed fingerprints, compared with what
 * a scan finds.
 *
 * File: header lines "name: value" up to a line "---", then one fingerprint of 32 hex digits a line.
 *   assay-list: 1
 *   entity: EMAIL_ADDRESS
 *   column: *                      a column name, or * for all
 *   normalisation: assay-fp/v1
 *   key: 9f2c...                   key_id of the fingerprint key (16 hex digits)
 *   check: <hex>                   first 16 bytes of HMAC-SHA-256(K, "assay-list/v1")
 *   made: 2026-11-19 */
#ifndef APP_RIGHTS_H
#define APP_RIGHTS_H

#include "app/project.h"
#include "base/map.h"
#include "scan/scan.h"

/* Requests have to be answered within a month, extendable by two (GDPR Art. 12(3)): a list older than that says nothing about today. */
enum { RIGHTS_LISTS = 6, RIGHTS_MAX_AGE_DAYS = 92 };

struct rights_list {
	const char *name; /* as under rights: in the manifest */
	bool is_declared;
	const char *state; /* ok empty stale missing incomparable; static */
	char *entity, *column, *detail;
	struct base_map *fingerprints; /* 16 bytes each */
	uint64_t n_entries, n_compared, n_hits;
};

struct rights {
	struct rights_list lists[RIGHTS_LISTS];
	bool has_lists;     /* some list is declared */
	uint8_t sha256[32]; /* of names and files of the declared lists: which state of them was compared */
};

/* Reads the lists that the manifest names. KEY when a list was made under another key, CONFIG when its form is wrong. */
int rights_load(const struct project *project, const char *as_of, struct rights *ret, struct assay_error *err);
void rights_dispose(struct rights *rights);
/* True for a pointer of the manifest whose value is a file that has to exist. */
bool store_is_document(const char *pointer);
/* Digest of the declared lists and documents as they lie there now; *ret_any: false when none is declared. What cannot be read counts as
 * missing. */
int rights_digest(const struct project *project, uint8_t ret[32], bool *ret_any, struct assay_error *err);
/* Looks one span up. */
void rights_compare(struct rights *rights, const char *entity, const char *field, const struct span *span);

#endif
