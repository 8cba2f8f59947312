/* What the fuzz targets share: reading decisions from the input, saying what broke, and files that never touch a disk.
 *
 * A target is one file with LLVMFuzzerTestOneInput. It is built twice: with libFuzzer (preset `fuzz`), and with replay.c, which only runs
 * the files that it is given (any compiler; CTest does that with the corpora). A target that finds a fault prints it and aborts. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "assay/error.h"
#include "base/memory.h"
#include "base/span.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline _Noreturn void __attribute__((format(printf, 4, 5)))
fuzz_fail(const char *file, int line, const char *condition, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "\n%s:%d: not so: %s\n", file, line, condition);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

/* A property that must hold for every input; the rest says what was seen. */
#define must(condition, ...)                                                                                                               \
	do {                                                                                                                               \
		if (!(condition))                                                                                                          \
			fuzz_fail(__FILE__, __LINE__, #condition, __VA_ARGS__);                                                            \
	} while (0)

/* Input bytes as a row of decisions, from the front. Behind the end every decision is 0. */
struct take {
	const uint8_t *at, *end;
};

static inline size_t
take_left(const struct take *t)
{
	return (size_t)(t->end - t->at);
}

static inline uint8_t
take_byte(struct take *t)
{
	return t->at < t->end ? *t->at++ : 0;
}

/* 0..n-1; one byte of input up to 256, else two. */
static inline uint32_t
take_below(struct take *t, uint32_t n)
{
	uint32_t byte = take_byte(t);

	if (n > 256)
		byte = byte << 8 | take_byte(t);
	return n > 0 ? byte % n : 0;
}

/* The next n bytes, or what is left of them. */
static inline struct base_span
take_span(struct take *t, size_t n)
{
	struct base_span s = {t->at, n < take_left(t) ? n : take_left(t)};

	t->at += s.size;
	return s;
}

static inline struct base_span
take_rest(struct take *t)
{
	return take_span(t, take_left(t));
}

/* What every function promises of its result (assay/error.h): a known code with a text that can be printed, or an object that was left
 * alone. */
static inline void
fuzz_check_error(int result, const struct assay_error *err)
{
	const char *const texts[] = {err->subject, err->message, err->hint};

	if (result >= 0) {
		must(err->code == 0 && !err->message[0], "success left the error %d '%s'", err->code, err->message);
		return;
	}
	must(result >= ASSAY_INTERNAL && err->code == result, "returned %d, set %d '%s'", result, err->code, err->message);
	must(result != ASSAY_INTERNAL && err->message[0], "code %d, message '%s'", result, err->message);
	for (size_t i = 0; i < BASE_COUNT(texts); i++) {
		must(base_utf8_is_valid(base_span_of(texts[i])), "'%s' is not UTF-8", texts[i]);
		for (const char *p = texts[i]; *p; p++)
			must((uint8_t)*p >= 0x20 && *p != 0x7f, "control character %02x in '%s'", (uint8_t)*p, texts[i]);
	}
}

/* A file of these bytes that lies in memory, to be read from its beginning. */
static inline int
fuzz_file(const void *data, size_t n)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	must(fd >= 0, "cannot make a file in memory");
	for (size_t done = 0; done < n;) {
		ssize_t wrote = write(fd, (const uint8_t *)data + done, n - done);
		must(wrote > 0, "cannot write a file in memory");
		done += (size_t)wrote;
	}
	must(lseek(fd, 0, SEEK_SET) == 0, "cannot rewind a file in memory");
	return fd;
}

/* Its name for functions that open by path; ret holds 32 bytes. */
static inline const char *
fuzz_path(int fd, char ret[static 32])
{
	snprintf(ret, 32, "/proc/self/fd/%d", fd);
	return ret;
}

/* NUL-terminated copy with zero bytes turned into '?', as texts of configurations and databases are; free it. */
static inline char *
fuzz_text(struct base_span s)
{
	char *text = base_strndup(s.data ? (const void *)s.data : "", s.size);

	must(text, "out of memory");
	for (size_t i = 0; i < s.size; i++)
		if (text[i] == '\0')
			text[i] = '?';
	return text;
}

#endif
