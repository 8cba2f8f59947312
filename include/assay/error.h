/* Error codes and the error object that every fallible function fills.
 *
 * A function returns 0 or one of the negative codes below and, on failure, describes what went wrong in the object that
 * its last parameter points to. The object is plain data, owned by the caller, never allocates and is untouched on success. */
#ifndef ASSAY_ERROR_H
#define ASSAY_ERROR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum assay_code {
	ASSAY_OK = 0,
	ASSAY_NOMEM = -1,
	ASSAY_USAGE = -2,
	ASSAY_CONFIG = -3,
	ASSAY_PACK = -4,
	ASSAY_KEY = -5,
	ASSAY_IO = -6,
	ASSAY_BUSY = -7,
	ASSAY_OUTCOME_UNKNOWN = -8,
	ASSAY_FORMAT = -9,
	ASSAY_LIMIT = -10,
	ASSAY_UNSUPPORTED = -11,
	ASSAY_DENIED = -12,
	ASSAY_VERIFY = -13,
	ASSAY_CANCELLED = -14,
	ASSAY_INTERNAL = -15,
};

enum { ASSAY_ERROR_SUBJECT_MAX = 512, ASSAY_ERROR_MESSAGE_MAX = 512, ASSAY_ERROR_HINT_MAX = 256 };

/* subject: file, key or argument that the message is about, may be empty; line and column start at 1, 0 = none.
 * All texts are UTF-8 without control characters (assay_error_set replaces them). */
struct assay_error {
	int code;
	uint32_t line, column;
	char subject[ASSAY_ERROR_SUBJECT_MAX];
	char message[ASSAY_ERROR_MESSAGE_MAX];
	char hint[ASSAY_ERROR_HINT_MAX];
};

/* Name of a code as it stands in documents ("NOMEM", "CONFIG" ...). Static; never NULL. Thread safe. */
const char *assay_code_name(int code);

/* Process exit status that stands for a code (docs/exit-codes.md). Thread safe. */
int assay_code_exit(int code);

#ifdef __cplusplus
}
#endif

#endif
