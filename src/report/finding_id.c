/* Fowler, Noll, Vo: FNV-1a, 64 bit (RFC 9923). */
#include "report/finding_id.h"

#include <inttypes.h>
#include <stdio.h>

static uint64_t
mix(uint64_t hash, const uint8_t *data, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ data[i]) * UINT64_C(0x100000001b3);
	return hash;
}

void
report_finding_id(struct base_span resource, struct base_span column, struct base_span entity, char ret[static REPORT_FINDING_ID])
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	hash = mix(hash, resource.data, resource.size);
	hash = mix(hash, (const uint8_t *)"", 1);
	hash = mix(hash, column.data, column.size);
	hash = mix(hash, (const uint8_t *)"", 1);
	hash = mix(hash, entity.data, entity.size);
	snprintf(ret, REPORT_FINDING_ID, "f-%016" PRIx64, hash);
}
