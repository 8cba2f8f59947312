/* What the library may know of the world: clock, randomness, cancellation and a place for log lines.
 *
 * Nothing below the command line reads the clock, the environment or a random device by itself; it asks this object, so a
 * test decides what time it is. Owned by the caller, must outlive every object made with it; its functions must be thread safe. */
#ifndef ASSAY_ENV_H
#define ASSAY_ENV_H

#ifdef __cplusplus
#include <atomic>
typedef std::atomic<bool> assay_flag;
#else
#include <stdatomic.h>
typedef atomic_bool assay_flag;
#endif
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum assay_log_level { ASSAY_LOG_ERROR, ASSAY_LOG_WARNING, ASSAY_LOG_INFO, ASSAY_LOG_DEBUG };

struct assay_env {
	size_t size;                                                              /* sizeof(struct assay_env), set by assay_env_defaults */
	void *context;                                                            /* handed to each function below */
	int64_t (*now_ms)(void *context);                                         /* milliseconds since 1970-01-01 UTC */
	int (*random)(void *context, uint8_t *ret, size_t n);                     /* fills n bytes; 0 or a negative assay_code */
	void (*log)(void *context, enum assay_log_level level, const char *text); /* text is one line without '\n' */
	assay_flag *cancelled;                                                    /* NULL: cannot be cancelled */
	const char *cache_folder; /* may be made and written to; NULL: nothing is kept between runs */
};

/* Fills ${ret} with the system clock, the system's random source and a log sink that drops everything. */
void assay_env_defaults(struct assay_env *ret);

#ifdef __cplusplus
}
#endif

#endif
