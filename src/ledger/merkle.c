/* RFC 6962 trees. */
#include "ledger/merkle.h"

#include "crypto/digest.h"

#include <string.h>

int
merkle_leaf(const void *data, size_t n, struct merkle_hash *ret)
{
	static const uint8_t prefix = 0;
	struct crypto_sha256 *hash = crypto_sha256_new();
	int r = hash ? ASSAY_OK : ASSAY_NOMEM;

	r = r < 0 ? r : crypto_sha256_update(hash, &prefix, 1);
	r = r < 0 ? r : crypto_sha256_update(hash, data, n);
	r = r < 0 ? r : crypto_sha256_final(hash, ret->bytes);
	crypto_sha256_free(hash);
	return r;
}

int
merkle_node(const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *ret)
{
	uint8_t data[1 + 2 * MERKLE_HASH] = {1};

	memcpy(data + 1, left->bytes, MERKLE_HASH);
	memcpy(data + 1 + MERKLE_HASH, right->bytes, MERKLE_HASH);
	return crypto_sha256(data, sizeof data, ret->bytes);
}

int
merkle_empty(struct merkle_hash *ret)
{
	return crypto_sha256("", 0, ret->bytes);
}

int
merkle_range_append(struct merkle_range *r, const struct merkle_hash *leaf, struct merkle_hash ret_completed[64], size_t *ret_n)
{
	struct merkle_hash now = *leaf;
	size_t n = 0, edges = r->n;

	/* as many merges as the size has trailing one bits */
	for (uint64_t size = r->size; size & 1; size >>= 1) {
		int e = merkle_node(&r->edge[--edges], &now, &now);
		if (e < 0)
			return e;
		ret_completed[n++] = now;
	}
	r->edge[edges++] = now;
	r->n = edges;
	r->size++;
	*ret_n = n;
	return ASSAY_OK;
}

int
merkle_range_root(const struct merkle_range *r, struct merkle_hash *ret)
{
	struct merkle_hash now;
	int e = ASSAY_OK;

	if (r->n == 0)
		return merkle_empty(ret);
	now = r->edge[r->n - 1];
	for (size_t i = r->n - 1; i-- > 0 && e == ASSAY_OK;)
		e = merkle_node(&r->edge[i], &now, &now);
	if (e == ASSAY_OK)
		*ret = now;
	return e;
}

/* Largest power of two below n (n >= 2). */
static uint64_t
split_of(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

int
merkle_root_of(const struct merkle_source *source, uint64_t first, uint64_t end, struct merkle_hash *ret)
{
	uint64_t n = end - first;
	struct merkle_hash left, right;
	int e;

	if (n == 0)
		return merkle_empty(ret);
	if ((n & (n - 1)) == 0) {
		unsigned level = (unsigned)__builtin_ctzll(n);
		return source->node(source->context, level, first >> level, ret);
	}
	e = merkle_root_of(source, first, first + split_of(n), &left);
	e = e < 0 ? e : merkle_root_of(source, first + split_of(n), end, &right);
	return e < 0 ? e : merkle_node(&left, &right, ret);
}

/* PATH(m, D[first:end]) of rfc6962 2.1.1, from the leaf upward. */
static int
inclusion_path(const struct merkle_source *source, uint64_t m, uint64_t first, uint64_t end, struct merkle_hash *ret, size_t *n)
{
	uint64_t k;
	int e;

	if (end - first == 1)
		return ASSAY_OK;
	k = first + split_of(end - first);
	e = m < k ? inclusion_path(source, m, first, k, ret, n) : inclusion_path(source, m, k, end, ret, n);
	if (e < 0 || *n >= MERKLE_PROOF_MAX)
		return e < 0 ? e : ASSAY_LIMIT;
	e = m < k ? merkle_root_of(source, k, end, &ret[*n]) : merkle_root_of(source, first, k, &ret[*n]);
	++*n;
	return e;
}

int
merkle_prove_inclusion(
	const struct merkle_source *source, uint64_t index, uint64_t size, struct merkle_hash ret[MERKLE_PROOF_MAX], size_t *ret_n)
{
	*ret_n = 0;
	if (index >= size)
		return ASSAY_USAGE;
	return inclusion_path(source, index, 0, size, ret, ret_n);
}

/* SUBPROOF(m, D[first:end], b) of rfc6962 2.1.2; is_whole: the old tree is exactly this subtree so far. */
static int
consistency_path(
	const struct merkle_source *source, uint64_t m, uint64_t first, uint64_t end, bool is_whole, struct merkle_hash *ret, size_t *n)
{
	uint64_t k;
	int e;

	if (*n >= MERKLE_PROOF_MAX)
		return ASSAY_LIMIT;
	if (m == end) {
		if (is_whole)
			return ASSAY_OK;
		return merkle_root_of(source, first, end, &ret[(*n)++]);
	}
	k = first + split_of(end - first);
	if (m <= k) {
		e = consistency_path(source, m, first, k, is_whole, ret, n);
		return e < 0 || *n >= MERKLE_PROOF_MAX ? (e < 0 ? e : ASSAY_LIMIT) : merkle_root_of(source, k, end, &ret[(*n)++]);
	}
	e = consistency_path(source, m, k, end, false, ret, n);
	return e < 0 || *n >= MERKLE_PROOF_MAX ? (e < 0 ? e : ASSAY_LIMIT) : merkle_root_of(source, first, k, &ret[(*n)++]);
}

int
merkle_prove_consistency(
	const struct merkle_source *source, uint64_t old_size, uint64_t new_size, struct merkle_hash ret[MERKLE_PROOF_MAX], size_t *ret_n)
{
	*ret_n = 0;
	if (old_size > new_size)
		return ASSAY_USAGE;
	if (old_size == 0 || old_size == new_size)
		return ASSAY_OK;
	return consistency_path(source, old_size, 0, new_size, true, ret, ret_n);
}

static bool
same(const struct merkle_hash *a, const struct merkle_hash *b)
{
	return memcmp(a->bytes, b->bytes, MERKLE_HASH) == 0;
}

/* rfc9162 2.1.3.2 */
bool
merkle_verify_inclusion(uint64_t index, uint64_t size, const struct merkle_hash *leaf, const struct merkle_hash *proof, size_t n,
	const struct merkle_hash *root)
{
	uint64_t fn = index, sn = size - 1;
	struct merkle_hash r = *leaf;

	if (size == 0 || index >= size)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			if (merkle_node(&proof[i], &r, &r) < 0)
				return false;
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else if (merkle_node(&r, &proof[i], &r) < 0)
			return false;
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && same(&r, root);
}

/* rfc9162 2.1.4.2 */
bool
merkle_verify_consistency(uint64_t old_size, uint64_t new_size, const struct merkle_hash *proof, size_t n,
	const struct merkle_hash *old_root, const struct merkle_hash *new_root)
{
	uint64_t fn, sn;
	struct merkle_hash fr, sr;
	size_t i = 0;

	if (old_size > new_size || old_size == 0)
		return false;
	if (old_size == new_size)
		return n == 0 && same(old_root, new_root);
	fn = old_size - 1;
	sn = new_size - 1;
	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	if ((old_size & (old_size - 1)) == 0)
		fr = sr = *old_root;
	else if (n == 0)
		return false;
	else
		fr = sr = proof[i++];
	for (; i < n; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			if (merkle_node(&proof[i], &fr, &fr) < 0 || merkle_node(&proof[i], &sr, &sr) < 0)
				return false;
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else if (merkle_node(&sr, &proof[i], &sr) < 0)
			return false;
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && same(&fr, old_root) && same(&sr, new_root);
}
