/* Merkle tree hashing and proofs of RFC 6962 section 2.1 / RFC 9162, SHA-256. */
#ifndef LEDGER_MERKLE_H
#define LEDGER_MERKLE_H

#include "assay/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MERKLE_HASH = 32, MERKLE_PROOF_MAX = 64 };

struct merkle_hash {
	uint8_t bytes[MERKLE_HASH];
};

/* rfc6962 2.1: leaf = H(0x00 || data), node = H(0x01 || left || right), empty tree = H(""). */
int merkle_leaf(const void *data, size_t n, struct merkle_hash *ret);
int merkle_node(const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *ret);
int merkle_empty(struct merkle_hash *ret);

/* The right edge of a growing tree: roots of its complete subtrees, largest first. */
struct merkle_range {
	uint64_t size;
	struct merkle_hash edge[64];
	size_t n;
};
/* Appends one leaf hash. ret_completed[0..*ret_n) are the interior nodes that it completes, level 1 upward (at most 63). */
int merkle_range_append(struct merkle_range *r, const struct merkle_hash *leaf, struct merkle_hash ret_completed[64], size_t *ret_n);
int merkle_range_root(const struct merkle_range *r, struct merkle_hash *ret);

/* Reads node ${index} of ${level} (level 0 = leaf hashes): all complete subtrees. Returns 0 or a negative code. */
struct merkle_source {
	void *context;
	int (*node)(void *context, unsigned level, uint64_t index, struct merkle_hash *ret);
};
/* Hash of the leaves first..end-1 as a tree of its own, from complete subtrees. first must be the start of a subtree that can hold them. */
int merkle_root_of(const struct merkle_source *source, uint64_t first, uint64_t end, struct merkle_hash *ret);
/* Proofs. *ret_n at most MERKLE_PROOF_MAX. USAGE when index or sizes are out of range. */
int merkle_prove_inclusion(
	const struct merkle_source *source, uint64_t index, uint64_t size, struct merkle_hash ret[MERKLE_PROOF_MAX], size_t *ret_n);
int merkle_prove_consistency(
	const struct merkle_source *source, uint64_t old_size, uint64_t new_size, struct merkle_hash ret[MERKLE_PROOF_MAX], size_t *ret_n);

/* Exact verification; false for anything but a proof of exactly this. Size 0 is the caller's matter: a proof from size 0 is refused, as the
 * reference vectors do (C2SP witnesses accept old size 0 with an empty proof outside the verifier). */
bool merkle_verify_inclusion(uint64_t index, uint64_t size, const struct merkle_hash *leaf, const struct merkle_hash *proof, size_t n,
	const struct merkle_hash *root);
bool merkle_verify_consistency(uint64_t old_size, uint64_t new_size, const struct merkle_hash *proof, size_t n,
	const struct merkle_hash *old_root, const struct merkle_hash *new_root);

#endif
