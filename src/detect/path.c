/* Names of files: personal data may stand right before a suffix. */
#include "detect/detect.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"

#include <string.h>

int
detect_mask_path(struct detect_scanner *scanner, struct base_span raw, char **ret, struct assay_error *err)
{
	_cleanup_free_ char *whole = NULL;
	struct base_buffer out;
	int r = detect_mask_name(scanner, raw, &whole, NULL, err);

	base_buffer_init(&out, LIMIT_ENTRY);
	for (const char *part = whole; r == ASSAY_OK && part;) {
		size_t size = strcspn(part, "/"), stem = size;
		bool changed = false;
		for (int tries = 0; tries < 3 && !changed && r == ASSAY_OK; tries++) {
			_cleanup_free_ char *masked = NULL;
			while (stem > 0 && part[stem - 1] != '.')
				stem--;
			if (stem < 2)
				break;
			stem--;
			r = detect_mask_name(scanner, (struct base_span){(const uint8_t *)part, stem}, &masked, &changed, err);
			if (r == ASSAY_OK && changed) {
				base_buffer_text(&out, masked);
				base_buffer_append(&out, part + stem, size - stem);
			}
		}
		if (!changed)
			base_buffer_append(&out, part, size);
		if (part[size])
			base_buffer_char(&out, '/');
		part = part[size] ? part + size + 1 : NULL;
	}
	if (r == ASSAY_OK)
		base_buffer_char(&out, '\0');
	if (r == ASSAY_OK && !(*ret = base_buffer_take(&out)))
		r = base_error_nomem(err);
	base_buffer_dispose(&out);
	return r;
}
