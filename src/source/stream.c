/* Encodings: UTF-8 is passed on and counted, UTF-16 with a byte order mark is transcoded. */
#include "source/stream.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "source/bytes.h"

#include <string.h>

enum { UNITS_BYTES = 64 << 10, UTF8_MAX = 4 };

const char *
encoding_name(enum encoding encoding)
{
	static const char *const names[] = {"utf-8", "utf-8-bom", "utf-16le", "utf-16be"};

	return names[encoding];
}

static void
note_bad(struct utf8_check *check, uint64_t at)
{
	if (check->n_bad++ == 0)
		check->first_bad = at;
}

/* Length of the character at p (4 readable bytes), 0 = invalid. The two common shapes are decided here, the rest by base. */
static inline size_t
character(const uint8_t *p)
{
	uint32_t code_point;

	if (p[0] >= 0xc2 && p[0] < 0xe0 && (p[1] & 0xc0) == 0x80)
		return 2;
	if (p[0] > 0xe0 && p[0] < 0xf0 && p[0] != 0xed && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80)
		return 3;
	return base_utf8_decode((struct base_span){p, UTF8_MAX}, &code_point);
}

/* Judges data while at least UTF8_MAX bytes are left, or an ASCII byte; returns how many bytes were judged. */
static size_t
judge(struct utf8_check *check, const uint8_t *data, size_t n)
{
	size_t i = 0;

	while (i < n) {
		if (i + 64 <= n) {
			uint64_t high = bytes_high(data + i);
			if (high == 0) {
				i += 64;
				continue;
			}
			i += (size_t)__builtin_ctzll(high);
		} else if (data[i] < 0x80) {
			i++;
			continue;
		}
		while (i + UTF8_MAX <= n && data[i] >= 0x80) {
			size_t length = character(data + i);
			if (length == 0)
				note_bad(check, check->at + i);
			i += length > 0 ? length : 1;
		}
		if (i < n && data[i] >= 0x80)
			break;
	}
	return i;
}

void
utf8_check_add(struct utf8_check *check, const uint8_t *data, size_t n)
{
	size_t done = 0;

	while (check->n_pending > 0 && done < n) {
		/* at most UTF8_MAX - 1 bytes wait: join them with as many new ones as decide about the first */
		check->pending[check->n_pending++] = data[done++];
		size_t judged = judge(check, check->pending, check->n_pending);
		check->at += judged;
		check->n_pending -= judged;
		memmove(check->pending, check->pending + judged, check->n_pending);
	}
	if (done == n)
		return;
	size_t judged = judge(check, data + done, n - done);
	check->at += judged;
	check->n_pending = n - done - judged;
	memcpy(check->pending, data + done + judged, check->n_pending);
}

void
utf8_check_end(struct utf8_check *check)
{
	for (size_t i = 0; i < check->n_pending;) {
		uint32_t code_point;
		size_t length = base_utf8_decode((struct base_span){check->pending + i, check->n_pending - i}, &code_point);
		if (length == 0)
			note_bad(check, check->at + i);
		i += length > 0 ? length : 1;
	}
	check->at += check->n_pending;
	check->n_pending = 0;
}

int
stream_open(struct stream *s, const struct source_spec *spec, struct assay_error *err)
{
	const uint8_t *h = s->head;
	size_t n = 1;
	int r;

	*s = (struct stream){0};
	r = input_open(&s->input, spec, err);
	r = r < 0 ? r : unpack_open(&s->unpack, &s->input, err);
	while (r == ASSAY_OK && s->head_n < sizeof s->head && n > 0) {
		r = unpack_read(&s->unpack, s->head + s->head_n, sizeof s->head - s->head_n, &n, err);
		s->head_n += r < 0 ? 0 : n;
	}
	if (r < 0) {
		stream_close(s);
		return r;
	}
	if (s->head_n >= 3 && h[0] == 0xef && h[1] == 0xbb && h[2] == 0xbf)
		s->encoding = ENCODING_UTF8_BOM;
	/* FF FE 00 00 is UTF-32: left as it is, and recognised as binary by its zeros */
	else if (s->head_n >= 2 && h[0] == 0xff && h[1] == 0xfe && !(s->head_n == 4 && h[2] == 0 && h[3] == 0))
		s->encoding = ENCODING_UTF16LE;
	else if (s->head_n >= 2 && h[0] == 0xfe && h[1] == 0xff)
		s->encoding = ENCODING_UTF16BE;
	if (s->encoding >= ENCODING_UTF16LE && !(s->units = malloc(UNITS_BYTES))) {
		stream_close(s);
		return base_error_nomem(err);
	}
	return ASSAY_OK;
}

void
stream_close(struct stream *s)
{
	unpack_close(&s->unpack);
	input_close(&s->input);
	free(s->units);
	s->units = NULL;
}

/* Bytes before any transcoding. */
static int
read_plain(struct stream *s, uint8_t *ret, size_t room, size_t *ret_n, struct assay_error *err)
{
	size_t n = s->head_n - s->head_at;

	if (n == 0)
		return unpack_read(&s->unpack, ret, room, ret_n, err);
	n = n < room ? n : room;
	memcpy(ret, s->head + s->head_at, n);
	s->head_at += n;
	*ret_n = n;
	return ASSAY_OK;
}

static uint32_t
unit_at(const struct stream *s, size_t at)
{
	const uint8_t *p = s->units + at;

	return s->encoding == ENCODING_UTF16LE ? (uint32_t)p[0] | (uint32_t)p[1] << 8 : (uint32_t)p[1] | (uint32_t)p[0] << 8;
}

/* Reads more UTF-16; false at the end. */
static int
fill_units(struct stream *s, bool *ret_more, struct assay_error *err)
{
	size_t got;
	int r;

	memmove(s->units, s->units + s->units_at, s->units_n - s->units_at);
	s->units_n -= s->units_at;
	s->units_at = 0;
	r = read_plain(s, s->units + s->units_n, UNITS_BYTES - s->units_n, &got, err);
	if (r < 0)
		return r;
	s->units_n += got;
	*ret_more = got > 0;
	return ASSAY_OK;
}

/* Transcodes what stands in units; stops before a surrogate whose partner is not there yet unless ${is_last}. A lone surrogate or an odd
 * byte at the end is counted and becomes U+FFFD. */
static size_t
transcode(struct stream *s, bool is_last, uint8_t *ret, size_t room)
{
	size_t n = 0;

	while (s->units_at + 2 <= s->units_n && room - n >= UTF8_MAX) {
		uint32_t c = unit_at(s, s->units_at);
		if (c < 0x80) {
			ret[n++] = (uint8_t)c;
			s->units_at += 2;
			continue;
		}
		if (c >= 0xd800 && c < 0xdc00) {
			if (s->units_at + 4 > s->units_n && !is_last)
				break;
			uint32_t low = s->units_at + 4 <= s->units_n ? unit_at(s, s->units_at + 2) : 0;
			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				s->units_at += 2;
			}
		}
		s->units_at += 2;
		if (c >= 0xd800 && c < 0xe000) {
			note_bad(&s->utf8, s->n_out + n);
			c = 0xfffd;
		}
		n += base_utf8_encode(c, ret + n);
	}
	if (is_last && s->units_at + 1 == s->units_n && room - n >= UTF8_MAX) {
		note_bad(&s->utf8, s->n_out + n);
		n += base_utf8_encode(0xfffd, ret + n);
		s->units_at++;
	}
	return n;
}

int
stream_read(struct stream *s, uint8_t *ret, size_t room, size_t *ret_n, struct assay_error *err)
{
	bool more = true;
	size_t n = 0;
	int r = ASSAY_OK;

	if (s->encoding < ENCODING_UTF16LE) {
		r = read_plain(s, ret, room, &n, err);
		if (r < 0)
			return r;
		if (n > 0)
			utf8_check_add(&s->utf8, ret, n);
		else
			utf8_check_end(&s->utf8);
	} else
		while (n == 0 && r == ASSAY_OK && more) {
			n = transcode(s, false, ret, room);
			if (n == 0)
				r = fill_units(s, &more, err);
			if (r == ASSAY_OK && !more)
				n = transcode(s, true, ret, room);
		}
	if (r < 0)
		return r;
	s->n_out += n;
	*ret_n = n;
	return ASSAY_OK;
}
