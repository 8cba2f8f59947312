/* What the command line has to know of a project before it starts a job. */
#include "app/project.h"

#include "base/file.h"
#include "crypto/key.h"

#include <string.h>

bool
project_option_at(const struct project *p, size_t i, const char **ret_name, const char **ret_value)
{
	static const char prefix[] = "/options/";
	size_t length = sizeof prefix - 1;

	for (size_t k = 0; p->manifest && k < manifest_count(p->manifest); k++) {
		const struct manifest_value *row = manifest_at(p->manifest, k);
		/* members of lists have rows of their own; the list's row joins them */
		if (strncmp(row->pointer, prefix, length) != 0 || strchr(row->pointer + length, '/') || !row->value)
			continue;
		if (i-- > 0)
			continue;
		*ret_name = row->pointer + length;
		*ret_value = row->value;
		return true;
	}
	return false;
}

const uint8_t *
project_fingerprint_key(const struct project *p)
{
	return p->has_fingerprint ? p->fingerprint_key : NULL;
}

int
project_key_state(const struct project *p, enum project_key *ret, struct assay_error *err)
{
	bool is_protected;
	int r;

	if (!base_file_exists(p->signing_path)) {
		*ret = PROJECT_KEY_ABSENT;
		return ASSAY_OK;
	}
	r = crypto_key_is_protected(p->signing_path, &is_protected, err);
	if (r == ASSAY_OK)
		*ret = is_protected ? PROJECT_KEY_PROTECTED : PROJECT_KEY_OPEN;
	return r;
}
