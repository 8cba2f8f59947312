/* Running out of memory on purpose: a program that includes this once has every malloc, calloc, realloc, reallocarray and vasprintf of the
 * process go through here, those of the libraries it uses too, and each of them can be made to fail in turn.
 *
 * No link option is needed: a definition in the program goes before the ones of the C library, and what is not to fail is handed on to the
 * sanitizer's allocator where there is one, else to the C library's. */
#ifndef TESTS_SUPPORT_OOM_H
#define TESTS_SUPPORT_OOM_H

#include "support.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>

/* names of the sanitizers' runtimes and of the C library */
extern void *__interceptor_malloc(size_t n) __attribute__((weak));
extern void *__interceptor_calloc(size_t n, size_t size) __attribute__((weak));
extern void *__interceptor_realloc(void *p, size_t n) __attribute__((weak));
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);
/* the program's own code, from the linker */
extern const char __executable_start[], etext[];

/* ALL: calls of libraries too, but for those that do not bear it (oom_spared). OWN: calls of our own code only. */
enum oom_scope { OOM_ALL, OOM_OWN };
/* ONCE: one allocation fails. ON: that one and all after it. */
enum oom_mode { OOM_ONCE, OOM_ON };

static struct {
	atomic_bool armed, happened, is_mute;
	atomic_long left;
	enum oom_scope scope;
	enum oom_mode mode;
} oom;

/* The loader allocates before a sanitizer has set itself up: nothing here is instrumented. */
#define OOM_PLAIN __attribute__((no_sanitize("address", "undefined", "thread"), noinline))

/* Does a library call that does not bear it? libfyaml 0.7 crashes when it gets no memory, whether it asks itself or the C library does for
 * it (asprintf); Vectorscan says of a compilation only that it failed. What our own code asks of the C library comes by vasprintf below. */
OOM_PLAIN static bool
is_from(const void *caller, const char *const *names)
{
	Dl_info info;

	if (!dladdr(caller, &info) || !info.dli_fname)
		return false;
	for (; *names; names++)
		if (strstr(info.dli_fname, *names))
			return true;
	return false;
}
static const char *const oom_spared[] = {"/libc.so", "/libfyaml", "/libhs.", "/libstdc++", NULL};
/* These say that something failed, not that it was for want of memory: any error will do, as long as it is told. */
static const char *const oom_mute[] = {"/libcrypto", "/libjansson", "/ld-linux", NULL};

/* Should the allocation that returns to ${caller} fail? */
OOM_PLAIN static bool
oom_strikes(const void *caller)
{
	const char *at = caller;
	bool is_own = at >= __executable_start && at < etext;
	long left;

	if (!atomic_load_explicit(&oom.armed, memory_order_relaxed))
		return false;
	if (!is_own && (oom.scope == OOM_OWN || is_from(caller, oom_spared)))
		return false;
	left = atomic_fetch_sub(&oom.left, 1);
	if (left > 0 || (left < 0 && oom.mode == OOM_ONCE))
		return false;
	atomic_store(&oom.happened, true);
	if (!is_own && is_from(caller, oom_mute))
		atomic_store(&oom.is_mute, true);
	errno = ENOMEM;
	return true;
}

OOM_PLAIN __attribute__((visibility("default"))) void *
malloc(size_t n)
{
	if (oom_strikes(__builtin_return_address(0)))
		return NULL;
	return __interceptor_malloc ? __interceptor_malloc(n) : __libc_malloc(n);
}

OOM_PLAIN __attribute__((visibility("default"))) void *
calloc(size_t n, size_t size)
{
	if (oom_strikes(__builtin_return_address(0)))
		return NULL;
	return __interceptor_calloc ? __interceptor_calloc(n, size) : __libc_calloc(n, size);
}

OOM_PLAIN __attribute__((visibility("default"))) void *
realloc(void *p, size_t n)
{
	if (oom_strikes(__builtin_return_address(0)))
		return NULL;
	return __interceptor_realloc ? __interceptor_realloc(p, n) : __libc_realloc(p, n);
}

OOM_PLAIN __attribute__((visibility("default"))) void *
reallocarray(void *p, size_t n, size_t size)
{
	if (oom_strikes(__builtin_return_address(0)))
		return NULL;
	if (size > 0 && n > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return __interceptor_realloc ? __interceptor_realloc(p, n * size) : __libc_realloc(p, n * size);
}

OOM_PLAIN __attribute__((visibility("default"), format(printf, 2, 0))) int
vasprintf(char **ret, const char *format, va_list args)
{
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0 || oom_strikes(__builtin_return_address(0)))
		return -1;
	*ret = __interceptor_malloc ? __interceptor_malloc((size_t)n + 1) : __libc_malloc((size_t)n + 1);
	return *ret ? vsnprintf(*ret, (size_t)n + 1, format, args) : -1;
}

/* From now on allocation number ${left} (from 0) fails. */
static inline void
oom_arm(long left, enum oom_scope scope, enum oom_mode mode)
{
	oom.scope = scope;
	oom.mode = mode;
	atomic_store(&oom.happened, false);
	atomic_store(&oom.is_mute, false);
	atomic_store(&oom.left, left);
	atomic_store(&oom.armed, true);
}

/* Ends it; did an allocation fail? */
static inline bool
oom_disarm(void)
{
	atomic_store(&oom.armed, false);
	return atomic_load(&oom.happened);
}

/* For the end of a piece of work that looks at what it made: from here on nothing fails, and what happened stays known. */
static inline void
oom_pause(void)
{
	atomic_store(&oom.armed, false);
}

/* NOMEM, said in the error object too. */
static inline bool
oom_is_told(int r, const struct assay_error *err)
{
	return r == err->code && err->message[0] && (r == ASSAY_NOMEM || atomic_load(&oom.is_mute));
}

/* Runs ${work} with each of its allocations failing in turn (of many alike every ${step}th; ASSAY_OOM_STEP=1 asks for all), until it gets
 * by without: every time it must succeed or say NOMEM. Before it, ${prepare} makes a fresh world, after it ${clean} takes it away (both may
 * be NULL). Returns the number of the allocation that it got by without. */
static inline long
oom_each_step(long step, enum oom_scope scope, enum oom_mode mode, int (*prepare)(void *context),
	int (*work)(void *context, struct assay_error *err), void (*clean)(void *context), void *context)
{
	enum { MAX = 200000 };
	struct assay_error err = {0};
	const char *asked = getenv("ASSAY_OOM_STEP");

	if (asked && strtol(asked, NULL, 10) > 0)
		step = strtol(asked, NULL, 10);
	/* once without: what libraries set up for good is set up, and the work is known to succeed */
	if (prepare)
		assert_int_equal(prepare(context), 0);
	assert_ok(work(context, &err));
	if (clean)
		clean(context);
	for (long n = 0; n < MAX; n += step) {
		struct assay_error why = {0};
		bool happened;
		int r;
		if (prepare)
			assert_int_equal(prepare(context), 0);
		oom_arm(n, scope, mode);
		r = work(context, &why);
		happened = oom_disarm();
		if (clean)
			clean(context);
		if (r != ASSAY_OK && (!happened || !oom_is_told(r, &why)))
			fail_msg("allocation %ld failed: %d, told as %s '%s'", n, r, assay_code_name(why.code), why.message);
		if (!happened)
			return n;
	}
	fail_msg("more than %d allocations", MAX);
	return MAX;
}

static inline long
oom_each(enum oom_scope scope, enum oom_mode mode, int (*prepare)(void *context), int (*work)(void *context, struct assay_error *err),
	void (*clean)(void *context), void *context)
{
	return oom_each_step(1, scope, mode, prepare, work, clean, context);
}

#endif
