/* Escaping and the small blocks of the page. */
#include "report/html.h"

#include "base/text.h"
#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void
html_raw(struct report *r, const char *markup)
{
	base_buffer_text(&r->out, markup);
}

/* Escapes printable text. U+FFFE and U+FFFF are no characters: XML forbids them, so they are spelt out. */
static void
escape(struct base_buffer *out, struct base_span s)
{
	for (size_t i = 0; i < s.size; i++) {
		const uint8_t *p = s.data + i;
		if (*p == '<')
			base_buffer_text(out, "&lt;");
		else if (*p == '>')
			base_buffer_text(out, "&gt;");
		else if (*p == '&')
			base_buffer_text(out, "&amp;");
		else if (*p == '"')
			base_buffer_text(out, "&quot;");
		else if (*p == '\'')
			base_buffer_text(out, "&#39;");
		else if (s.size - i >= 3 && p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe) {
			base_buffer_text(out, p[2] == 0xbe ? "\\u{FFFE}" : "\\u{FFFF}");
			i += 2;
		} else
			base_buffer_char(out, (char)*p);
	}
}

void
html_text(struct report *r, struct base_span value)
{
	struct base_buffer printable;

	base_buffer_init(&printable, r->out.max);
	base_text_printable(&printable, value);
	report_absorb(r, &printable);
	escape(&r->out, (struct base_span){(const uint8_t *)printable.data, printable.size});
	base_buffer_dispose(&printable);
}

void
html_string(struct report *r, const char *value)
{
	html_text(r, base_span_of(value));
}

void
html_number(struct report *r, int64_t n)
{
	char digits[24];
	size_t size = (size_t)snprintf(digits, sizeof digits, "%" PRId64, n);

	for (size_t i = 0; i < size; i++) {
		base_buffer_char(&r->out, digits[i]);
		if (base_is_digit((uint8_t)digits[i]) && i + 1 < size && (size - i - 1) % 3 == 0)
			base_buffer_char(&r->out, ',');
	}
}

void
html_time(struct report *r, int64_t ms)
{
	char text[BASE_TIME_TEXT];

	base_time_format(ms, text);
	base_buffer_format(&r->out, "<time datetime=\"%s\">%.10s %.5s UTC</time>", text, text, text + 11);
}

void
html_id(struct report *r, const char *prefix, struct base_span value)
{
	html_raw(r, prefix);
	for (size_t i = 0; i < value.size; i++) {
		uint8_t c = value.data[i];
		if (base_is_alnum(c) || c == '.' || c == '-')
			base_buffer_char(&r->out, (char)c);
		else
			base_buffer_format(&r->out, "_%02X", c);
	}
}

static void
nothing(struct report *r)
{
	html_raw(r, "<span class=\"none\" aria-label=\"none\">\xe2\x80\x93</span>");
}

void
html_cell(struct report *r, sqlite3_stmt *row, int column)
{
	html_raw(r, "<td>");
	if (report_column(row, column).size == 0)
		nothing(r);
	else
		html_text(r, report_column(row, column));
	html_raw(r, "</td>");
}

void
html_number_cell(struct report *r, sqlite3_stmt *row, int column)
{
	html_raw(r, "<td class=\"n\">");
	if (report_is_null(row, column))
		nothing(r);
	else
		html_number(r, sqlite3_column_int64(row, column));
	html_raw(r, "</td>");
}

void
html_sha256_cell(struct report *r, sqlite3_stmt *row, int column)
{
	html_raw(r, "<td class=\"hash\">");
	if (report_column(row, column).size != 32)
		nothing(r);
	else {
		char hex[65];
		base_hex(report_column(row, column), hex);
		html_raw(r, hex);
	}
	html_raw(r, "</td>");
}

void
html_row_head(struct report *r, sqlite3_stmt *row, int column)
{
	html_raw(r, "<th scope=\"row\">");
	if (report_column(row, column).size == 0)
		nothing(r);
	else
		html_text(r, report_column(row, column));
	html_raw(r, "</th>");
}

static void
fact(struct report *r, const char *name, const char *value, const char *open, const char *close)
{
	if (!value || !*value)
		return;
	base_buffer_format(&r->out, "<div><dt>%s</dt><dd>%s", name, open);
	html_string(r, value);
	base_buffer_format(&r->out, "%s</dd></div>\n", close);
}

void
html_fact(struct report *r, const char *name, const char *value)
{
	fact(r, name, value, "", "");
}
void
html_code_fact(struct report *r, const char *name, const char *value)
{
	fact(r, name, value, "<code>", "</code>");
}

const char *
html_tone(struct base_span status, struct base_span basis, struct base_span disposition)
{
	if (disposition.size > 0 && !report_is(disposition, "open"))
		return "aside";
	if (report_is(status, "fail") || report_is(status, "error"))
		return "bad";
	if (report_is(status, "review"))
		return "warn";
	if (report_is(status, "noteval"))
		return "gap";
	if (report_is(status, "pass"))
		return report_is(basis, "data") || report_is(basis, "log") ? "good" : "plain";
	return "faint";
}

void
html_status(struct report *r, sqlite3_stmt *row, int status, int basis, int disposition)
{
	struct base_span s = report_column(row, status), b = report_column(row, basis), d = report_column(row, disposition);

	base_buffer_format(&r->out, "<span class=\"pill %s\">", html_tone(s, b, d));
	html_text(r, s);
	html_raw(r, "</span> <small>");
	html_text(r, b);
	if (d.size > 0 && !report_is(d, "open")) {
		html_raw(r, ", ");
		html_text(r, d);
	}
	html_raw(r, "</small>");
}

void
html_bar(struct report *r, int64_t ppm)
{
	int width = ppm >= 1000000 ? 100 : ppm <= 0 ? 0 : ppm < 10000 ? 1 : (int)(ppm / 10000);

	base_buffer_format(&r->out,
		"<svg class=\"bar\" viewBox=\"0 0 100 8\" width=\"50\" height=\"4\" aria-hidden=\"true\">"
		"<rect class=\"track\" width=\"100\" "
		"height=\"8\" rx=\"4\"/><rect class=\"value\" width=\"%d\" height=\"8\" rx=\"4\"/></svg>",
		width);
}

void
html_section(struct report *r, const char *id, const char *title, const char *intro)
{
	base_buffer_format(&r->out, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">%s</h2>\n", id, id, id, title);
	if (intro)
		base_buffer_format(&r->out, "<p class=\"intro\">%s</p>\n", intro);
}

void
html_section_end(struct report *r)
{
	html_raw(r, "</section>\n");
}

void
html_table(struct report *r, const char *caption, const char *heads)
{
	base_buffer_format(&r->out,
		"<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		"aria-label=\"%s\"><table>\n<caption>%s</caption>\n<thead><tr>",
		caption, caption);
	while (*heads) {
		size_t n = strcspn(heads, "|");
		bool is_number = *heads == '#';
		base_buffer_format(
			&r->out, "<th scope=\"col\"%s>%.*s</th>", is_number ? " class=\"n\"" : "", (int)n - is_number, heads + is_number);
		heads += n + (heads[n] == '|');
	}
	html_raw(r, "</tr></thead>\n<tbody>\n");
}

void
html_table_end(struct report *r)
{
	html_raw(r, "</tbody></table></div>\n");
}

static int
first_opens(struct report *r, sqlite3_stmt *row, void *context)
{
	struct html_rows *rows = context;

	if (rows->n++ == 0)
		html_table(r, rows->caption, rows->heads);
	return rows->each(r, row, rows);
}

int
html_table_of(struct report *r, const char *sql, struct html_rows *rows)
{
	int e = report_each(r, sql, first_opens, rows);

	if (rows->n > 0)
		html_table_end(r);
	else if (rows->nothing)
		base_buffer_format(&r->out, "<p class=\"nothing\">%s</p>\n", rows->nothing);
	return e;
}
