/* Terminal text: measuring, cutting, wrapping. Every value goes through base_text_printable first, so it cannot move the cursor. */
#include "report/text.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6"

void
text_raw(struct text *t, const char *text)
{
	base_buffer_text(&t->report->out, text);
}

void
text_style(struct text *t, enum text_style style)
{
	static const char *const codes[] = {"\033[0m", "\033[1m", "\033[2m", "\033[1;31m", "\033[33m", "\033[32m"};

	if (t->report->options->color)
		text_raw(t, codes[style]);
}

void
text_styled(struct text *t, enum text_style style, const char *text)
{
	text_style(t, style);
	text_raw(t, text);
	text_style(t, TEXT_PLAIN);
}

/* Columns of one character: the wide blocks of East Asian scripts and emoji take two, combining marks none (Unicode TR 11, in short). */
static size_t
char_width(uint32_t c)
{
	static const struct {
		uint32_t first, last;
		size_t width;
	} ranges[] = {{0x300, 0x36f, 0}, {0x1100, 0x115f, 2}, {0x20d0, 0x20ff, 0}, {0x2e80, 0xa4cf, 2}, {0xac00, 0xd7a3, 2},
		{0xf900, 0xfaff, 2}, {0xfe00, 0xfe0f, 0}, {0xfe20, 0xfe2f, 0}, {0xfe30, 0xfe6f, 2}, {0xff00, 0xff60, 2},
		{0xffe0, 0xffe6, 2}, {0x1f300, 0x1faff, 2}, {0x20000, 0x3fffd, 2}};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0] && c >= ranges[i].first; i++)
		if (c <= ranges[i].last)
			return ranges[i].width;
	return 1;
}

static size_t
next_char(struct base_span s, size_t *ret_width)
{
	uint32_t c = 0;
	size_t n = base_utf8_decode(s, &c);

	*ret_width = n == 0 ? 1 : char_width(c);
	return n == 0 ? 1 : n;
}

static size_t
width_of(struct base_span s)
{
	size_t width = 0, w;

	for (size_t n; s.size > 0; s.data += n, s.size -= n, width += w)
		n = next_char(s, &w);
	return width;
}

/* Longest prefix of at most ${width} columns, in bytes. */
static size_t
prefix(struct base_span s, size_t width)
{
	size_t bytes = 0, w;

	while (s.size > 0) {
		size_t n = next_char(s, &w);
		if (w > width)
			break;
		width -= w;
		bytes += n;
		s.data += n;
		s.size -= n;
	}
	return bytes;
}

static struct base_span
printable(struct text *t, struct base_span value)
{
	base_buffer_reset(&t->scratch);
	base_text_printable(&t->scratch, value);
	report_absorb(t->report, &t->scratch);
	return (struct base_span){(const uint8_t *)t->scratch.data, t->scratch.failed ? 0 : t->scratch.size};
}

size_t
text_width(struct text *t, struct base_span value)
{
	return width_of(printable(t, value));
}

static void
pad(struct text *t, size_t n)
{
	base_buffer_format(&t->report->out, "%*s", (int)(n > 1000 ? 1000 : n), "");
}

/* Beginning, ellipsis, end: both ends of a path say something. */
static void
cut(struct text *t, struct base_span s, size_t width)
{
	size_t whole = width_of(s), head, skipped, used;

	if (width < 3) {
		base_buffer_append(&t->report->out, s.data, prefix(s, width));
		return;
	}
	head = prefix(s, (width - 1) / 2);
	used = width_of((struct base_span){s.data, head});
	base_buffer_append(&t->report->out, s.data, head);
	base_buffer_text(&t->report->out, ELLIPSIS);
	skipped = prefix(s, whole - (width - 1 - used));
	/* a wide character may straddle the cut: leave it out */
	if (width_of((struct base_span){s.data + skipped, s.size - skipped}) > width - 1 - used) {
		size_t w;
		skipped += next_char((struct base_span){s.data + skipped, s.size - skipped}, &w);
	}
	base_buffer_append(&t->report->out, s.data + skipped, s.size - skipped);
	pad(t, width - 1 - used - width_of((struct base_span){s.data + skipped, s.size - skipped}));
}

void
text_cell(struct text *t, struct base_span value, size_t width, bool is_number)
{
	struct base_span s = printable(t, value);
	size_t whole = width_of(s);

	if (width > 0 && whole > width) {
		cut(t, s, width);
		return;
	}
	if (is_number && width > 0)
		pad(t, width - whole);
	base_buffer_append(&t->report->out, s.data, s.size);
	if (!is_number && width > 0)
		pad(t, width - whole);
}

void
text_wrap(struct text *t, struct base_span value, size_t indent, size_t at)
{
	struct base_span s = printable(t, value);
	bool is_first = true;

	while (s.size > 0) {
		size_t n = 0, w;
		while (n < s.size && s.data[n] != ' ')
			n++;
		w = width_of((struct base_span){s.data, n});
		if (!is_first && at + 1 + w > t->width) {
			text_raw(t, "\n");
			pad(t, indent);
			at = indent;
		} else if (!is_first) {
			text_raw(t, " ");
			at++;
		}
		base_buffer_append(&t->report->out, s.data, n);
		at += w;
		is_first = false;
		while (n < s.size && s.data[n] == ' ')
			n++;
		s.data += n;
		s.size -= n;
	}
	text_raw(t, "\n");
}

void
text_heading(struct text *t, const char *text)
{
	text_raw(t, "\n");
	text_styled(t, TEXT_BOLD, text);
	text_raw(t, "\n");
}
