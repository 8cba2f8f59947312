/* gzip and zstd streams with limits against bombs. */
#include "source/unpack.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/memory.h"

#include <string.h>
#include <zstd_errors.h>

enum { IN_BYTES = 128 << 10, MAGIC_BYTES = 4 };

const char *
unpack_kind_name(enum unpack_kind kind)
{
	static const char *const names[] = {"", "gzip", "zstd"};

	return names[kind];
}

/* Makes up to n bytes stand at u->in + u->at; returns how many do. */
static size_t
peek(struct unpack *u, size_t n)
{
	if (u->size - u->at >= n)
		return u->size - u->at;
	memmove(u->in, u->in + u->at, u->size - u->at);
	u->size -= u->at;
	u->at = 0;
	while (u->size < n) {
		size_t got = input_read(u->input, u->in + u->size, IN_BYTES - u->size);
		if (got == 0)
			break;
		u->size += got;
	}
	return u->size;
}

static bool
is_gzip(const uint8_t *p, size_t n)
{
	return n >= 2 && p[0] == 0x1f && p[1] == 0x8b;
}

static bool
is_zstd(const uint8_t *p, size_t n)
{
	uint32_t magic;

	if (n < MAGIC_BYTES)
		return false;
	magic = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
	return magic == ZSTD_MAGICNUMBER || (magic & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START;
}

int
unpack_open(struct unpack *u, struct input *input, struct assay_error *err)
{
	*u = (struct unpack){.input = input, .in = malloc(IN_BYTES)};
	if (!u->in)
		return base_error_nomem(err);
	size_t n = peek(u, MAGIC_BYTES);
	/* the third byte of gzip is the method: 8 is the only one there is */
	if (is_gzip(u->in, n) && n >= 3 && u->in[2] == 8) {
		u->kind = UNPACK_GZIP;
		if (inflateInit2(&u->z, 15 + 16) != Z_OK)
			return base_error_nomem(err);
		u->z_is_open = true;
	} else if (is_zstd(u->in, n)) {
		u->kind = UNPACK_ZSTD;
		u->zstd = ZSTD_createDStream();
		if (!u->zstd)
			return base_error_nomem(err);
	}
	return ASSAY_OK;
}

void
unpack_close(struct unpack *u)
{
	if (u->z_is_open)
		inflateEnd(&u->z);
	ZSTD_freeDStream(u->zstd);
	free(u->in);
	*u = (struct unpack){.at_end = true};
}

static void
stop(struct unpack *u, enum unpack_fault fault)
{
	u->at_end = true;
	/* a read error is reported as such, not as what it did to the stream */
	if (u->input->error == 0)
		u->fault = fault;
}

/* Between members: true when another one begins. Zeros may pad the end (tapes, block devices); anything else is reported. */
static bool
begin_member(struct unpack *u)
{
	size_t n = peek(u, MAGIC_BYTES);
	bool begins = u->kind == UNPACK_GZIP ? is_gzip(u->in + u->at, n) : is_zstd(u->in + u->at, n);

	if (begins) {
		if (u->kind == UNPACK_GZIP && u->n_members > 0)
			(void)inflateReset(&u->z);
		u->in_member = true;
		u->n_members++;
		return true;
	}
	while (u->kind == UNPACK_GZIP && n > 0) {
		while (u->at < u->size && u->in[u->at] == 0)
			u->at++;
		if (u->at < u->size)
			break;
		n = peek(u, 1);
	}
	stop(u, n > 0 ? UNPACK_TRAILING : UNPACK_WHOLE);
	return false;
}

/* More stored bytes; false and stopped at their end. */
static bool
refill(struct unpack *u)
{
	if (u->at < u->size || peek(u, 1) > 0)
		return true;
	stop(u, UNPACK_TRUNCATED);
	return false;
}

static int
step_gzip(struct unpack *u, uint8_t *ret, size_t room, size_t *ret_n)
{
	int r;

	*ret_n = 0;
	if (!refill(u))
		return ASSAY_OK;
	u->z.next_in = u->in + u->at;
	u->z.avail_in = (uInt)(u->size - u->at);
	u->z.next_out = ret;
	u->z.avail_out = room > UINT32_MAX ? UINT32_MAX : (uInt)room;
	r = inflate(&u->z, Z_NO_FLUSH);
	*ret_n = (size_t)(u->z.next_out - ret);
	u->n_used += (u->size - u->at) - u->z.avail_in;
	u->at = u->size - u->z.avail_in;
	if (r == Z_MEM_ERROR)
		return ASSAY_NOMEM;
	if (r == Z_STREAM_END)
		u->in_member = false;
	else if (r != Z_OK && r != Z_BUF_ERROR)
		stop(u, UNPACK_CORRUPT);
	return ASSAY_OK;
}

static int
step_zstd(struct unpack *u, uint8_t *ret, size_t room, size_t *ret_n)
{
	ZSTD_inBuffer in = {u->in, u->size, u->at};
	ZSTD_outBuffer out = {ret, room, 0};
	size_t r = ZSTD_decompressStream(u->zstd, &out, &in);
	bool moved = in.pos > u->at || out.pos > 0;

	*ret_n = out.pos;
	u->n_used += in.pos - u->at;
	u->at = in.pos;
	if (ZSTD_isError(r)) {
		ZSTD_ErrorCode code = ZSTD_getErrorCode(r);
		if (code == ZSTD_error_memory_allocation)
			return ASSAY_NOMEM;
		stop(u, code == ZSTD_error_frameParameter_windowTooLarge ? UNPACK_WINDOW : UNPACK_CORRUPT);
	} else if (r == 0)
		u->in_member = false;
	else if (!moved)
		(void)refill(u);
	return ASSAY_OK;
}

int
unpack_read(struct unpack *u, uint8_t *ret, size_t room, size_t *ret_n, struct assay_error *err)
{
	size_t n = 0;

	*ret_n = 0;
	if (u->kind == UNPACK_NONE) {
		n = u->size - u->at < room ? u->size - u->at : room;
		memcpy(ret, u->in + u->at, n);
		u->at += n;
		*ret_n = n > 0 ? n : input_read(u->input, ret, room);
		return ASSAY_OK;
	}
	while (n == 0 && !u->at_end) {
		if (!u->in_member && !begin_member(u))
			break;
		int r = u->kind == UNPACK_GZIP ? step_gzip(u, ret, room, &n) : step_zstd(u, ret, room, &n);
		if (r < 0)
			return base_error_nomem(err);
		u->n_out += n;
		if (u->n_out > LIMIT_EXPANSION_FREE && u->n_out / LIMIT_EXPANSION_RATIO > u->n_used)
			stop(u, UNPACK_BOMB);
	}
	*ret_n = n;
	return ASSAY_OK;
}
