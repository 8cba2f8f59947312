/* What many unit tests need: cmocka in the right order, a temporary folder, a fixed environment. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include "assay/env.h"
#include "assay/error.h"
#include "base/file.h"
#include "base/memory.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define assert_ok(expression)                                                                                                              \
	do {                                                                                                                               \
		int ok_ = (expression);                                                                                                    \
		if (ok_ != ASSAY_OK)                                                                                                       \
			fail_msg("%s: %d %s: %s (%s)", #expression, ok_, err.subject, err.message, err.hint);                              \
	} while (0)

/* Folder of public vectors, or NULL with a line that says what is skipped. */
static inline const char *
support_shared(const char *what)
{
	const char *folder = getenv("ASSAY_SHARED");

	if (folder && base_file_exists(folder))
		return folder;
	print_message("skipped: %s (the folder of shared test data is not here)\n", what);
	return NULL;
}

static inline int64_t
support_now(void *context)
{
	(void)context;
	return INT64_C(1763892000000); /* 2025-11-23T10:00:00Z */
}

/* A counter, so that ids and nonces differ and stay the same from run to run. */
static inline int
support_random(void *context, uint8_t *ret, size_t n)
{
	uint64_t *state = context;

	for (size_t i = 0; i < n; i++) {
		*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
		ret[i] = (uint8_t)(*state >> 56);
	}
	return ASSAY_OK;
}

static inline void
support_log(void *context, enum assay_log_level level, const char *text)
{
	(void)context;
	(void)level;
	(void)text;
}

static inline struct assay_env
support_env(uint64_t *seed)
{
	return (struct assay_env){
		.size = sizeof(struct assay_env), .context = seed, .now_ms = support_now, .random = support_random, .log = support_log};
}

/* A new folder under TMPDIR; remove it with support_remove. */
static inline char *
support_folder(void)
{
	const char *base = getenv("TMPDIR");
	char *path = base_format("%s/assay-test-XXXXXX", base ? base : "/tmp");

	assert_non_null(path);
	assert_non_null(mkdtemp(path));
	return path;
}

static inline int
support_remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static inline void
support_remove(char *folder)
{
	assert_non_null(strstr(folder, "assay-test-"));
	assert_int_equal(nftw(folder, support_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	free(folder);
}

#endif
