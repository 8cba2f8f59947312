/* The default environment: system clock, system randomness, silent log. */
#include "assay/env.h"

#include "assay/error.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

static int64_t
system_now_ms(void *context)
{
	struct timespec now;

	(void)context;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
system_random(void *context, uint8_t *ret, size_t n)
{
	(void)context;
	while (n > 0) {
		ssize_t got = getrandom(ret, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return ASSAY_IO;
		ret += got;
		n -= (size_t)got;
	}
	return ASSAY_OK;
}

static void
drop_log(void *context, enum assay_log_level level, const char *text)
{
	(void)context;
	(void)level;
	(void)text;
}

void
assay_env_defaults(struct assay_env *ret)
{
	*ret = (struct assay_env){.size = sizeof *ret, .now_ms = system_now_ms, .random = system_random, .log = drop_log};
}
