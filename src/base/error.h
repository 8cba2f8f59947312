/* Filling struct assay_error. Messages: lower case, no full stop, what failed first, the subject apart. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "assay/error.h"

#include <stdarg.h>

/* Sets code and message and clears subject, hint and position. Returns ${code}, so `return base_error(...)` reads well.
 * ${err} may be NULL. Control characters and broken UTF-8 in the formatted text become '?'. */
int base_error(struct assay_error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* As above with a subject and a place in it (line and column from 1; 0 = none). */
int base_error_at(struct assay_error *err, int code, const char *subject, uint32_t line, uint32_t column, const char *format, ...)
	__attribute__((format(printf, 6, 7)));
/* "cannot open: No such file or directory" from errno; ${what} is the verb phrase. EACCES etc. stay IO. */
int base_error_errno(struct assay_error *err, int code, const char *subject, const char *what);
int base_error_nomem(struct assay_error *err);
/* Adds a hint to an error that was just set. */
void base_error_hint(struct assay_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
void base_error_subject(struct assay_error *err, const char *subject);

#endif
