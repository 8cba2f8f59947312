/* Lineage: which datasets a run read and which it wrote, as the body of a `lineage` ledger entry and as a graph over many entries.
 *
 * A dataset is a name and the digest of its bytes: the same name with other bytes is another dataset. Memory only. An object belongs to one
 * thread. */
#ifndef LINEAGE_LINEAGE_H
#define LINEAGE_LINEAGE_H

#include "assay/error.h"
#include "base/buffer.h"
#include "base/span.h"

struct lineage_dataset {
	const char *name;
	const uint8_t *sha256; /* 32 bytes; NULL when unknown */
};

/* One run: every output depends on every input. */
struct lineage_run {
	const char *job;
	const struct lineage_dataset *inputs, *outputs;
	size_t n_inputs, n_outputs;
};

/* Appends the canonical body {"inputs":[{"name","sha256"}],"job","outputs":[…]}; digests in hex or null. */
int lineage_write(const struct lineage_run *run, struct base_buffer *out, struct assay_error *err);

struct lineage;
int lineage_new(struct lineage **ret, struct assay_error *err);
void lineage_free(struct lineage *lineage);
static inline void
lineage_free_at(struct lineage **p)
{
	lineage_free(*p);
}
/* Adds the body of entry ${seq}. FORMAT when it is no such body (nothing is added then); members that v1 does not know are passed over. */
int lineage_add(struct lineage *lineage, uint64_t seq, struct base_span body, struct assay_error *err);

size_t lineage_dataset_count(const struct lineage *lineage);
size_t lineage_run_count(const struct lineage *lineage);

/* One input of a run to one output of it. A run without inputs or outputs gives edges whose input or output has name NULL. Borrowed. */
struct lineage_edge {
	uint64_t seq;
	const char *job;
	struct lineage_dataset input, output;
	bool is_derived; /* an earlier run in this graph wrote exactly this input */
};
/* Every edge, runs in the order they were added. Returns the first non-zero of the callback. */
int lineage_each_edge(const struct lineage *lineage, int (*each)(void *context, const struct lineage_edge *edge), void *context);

/* One line with '\n': for people (names made harmless for terminals), and JSON. */
void lineage_edge_text(const struct lineage_edge *edge, struct base_buffer *out);
void lineage_edge_json(const struct lineage_edge *edge, struct base_buffer *out);

#endif
