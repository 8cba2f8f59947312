/* Recognition from the first bytes: what cannot be read as text, pointers to data that is elsewhere, and the format of the rest. */
#include "source/internal.h"

#include "base/file.h"
#include "source/csv.h"
#include "source/json.h"

#include <string.h>
#include <strings.h>

/* Containers that this build does not look into. Names for the report; the ratio of control bytes finds what the table does not know. */
static const struct {
	const char *name;
	unsigned at, size;
	const char *magic;
} magics[] = {
	{"zip archive or office document", 0, 4, "PK\3\4"},
	{"zip archive", 0, 4, "PK\5\6"},
	{"PDF document", 0, 5, "%PDF-"},
	{"Parquet file", 0, 4, "PAR1"},
	{"ORC file", 0, 3, "ORC"},
	{"Arrow file", 0, 6, "ARROW1"},
	{"Avro file", 0, 4, "Obj\1"},
	{"SQLite database", 0, 16, "SQLite format 3"},
	{"xz stream", 0, 6, "\3757zXZ\0"},
	{"bzip2 stream", 0, 10, "BZh91AY&SY"},
	{"7z archive", 0, 6, "7z\xbc\xaf\x27\x1c"},
	{"tar archive", 257, 5, "ustar"},
	{"HDF5 file", 0, 8, "\x89HDF\r\n\x1a\n"},
	{"NumPy array", 0, 6, "\x93NUMPY"},
	{"Python pickle", 0, 2, "\x80\4"},
	{"PNG image", 0, 8, "\x89PNG\r\n\x1a\n"},
	{"JPEG image", 0, 3, "\xff\xd8\xff"},
	{"GIF image", 0, 4, "GIF8"},
	{"program", 0, 4, "\177ELF"},
	{"gzip stream in a compressed stream", 0, 3, "\x1f\x8b\x08"},
};

/* More than one byte in a hundred is NUL, or one in twenty a control character that text has no use for: of random bytes it is one in
 * eleven. */
static bool
is_binary(struct base_span s)
{
	size_t zeros = 0, controls = 0;

	for (size_t i = 0; i < s.size; i++) {
		uint8_t c = s.data[i];
		zeros += c == 0;
		controls += c < 0x20 && !(c >= 7 && c <= 13) && c != 0x1b;
	}
	return zeros * 100 > s.size || controls * 20 > s.size;
}

const char *
sniff_pointer(struct base_span text)
{
	enum { POINTER_MAX = 1024 };

	if (text.size > POINTER_MAX)
		return NULL;
	if (base_span_starts_with(text, "version https://git-lfs.github.com/spec/v1") && memmem(text.data, text.size, "\noid sha256:", 12))
		return "git lfs pull";
	/* unlocked files of git-annex hold the path of their object */
	if (base_span_starts_with(text, "/annex/objects/"))
		return "git annex get";
	return NULL;
}

const char *
sniff_unreadable(struct base_span prefix, bool is_whole, char detail[static 64])
{
	const char *fetch = is_whole ? sniff_pointer(prefix) : NULL;

	if (fetch) {
		snprintf(detail, 64, "a pointer without its data: %s", fetch);
		return "pointer";
	}
	for (size_t i = 0; i < BASE_COUNT(magics); i++)
		if (prefix.size >= magics[i].at + magics[i].size && memcmp(prefix.data + magics[i].at, magics[i].magic, magics[i].size) == 0
			&& (magics[i].size > 4 || is_binary(prefix))) {
			snprintf(detail, 64, "%s: not read by this build", magics[i].name);
			return "binary";
		}
	if (is_binary(prefix)) {
		snprintf(detail, 64, "binary data of an unknown kind");
		return "binary";
	}
	return NULL;
}

static bool
has_suffix(const char *words, struct base_span suffix)
{
	for (const char *p = words; *p;) {
		size_t n = strcspn(p, " ");
		if (n == suffix.size && strncasecmp(p, (const char *)suffix.data, n) == 0)
			return true;
		p += n + (p[n] == ' ');
	}
	return false;
}

/* Part of the name behind its last dot, compression suffixes cut off. */
static struct base_span
suffix_of(const char *name)
{
	struct base_span s = base_span_of(name ? base_path_name(name) : NULL);

	for (;;) {
		const uint8_t *dot = s.size > 0 ? memrchr(s.data, '.', s.size) : NULL;
		if (!dot)
			return (struct base_span){0};
		struct base_span suffix = {dot + 1, s.size - (size_t)(dot + 1 - s.data)};
		if (!has_suffix("gz gzip zst zstd", suffix))
			return suffix;
		s.size = (size_t)(dot - s.data);
	}
}

const struct source_ops *
sniff_format(const char *name, struct base_span prefix, bool is_whole)
{
	struct base_span suffix = suffix_of(name);
	const struct source_ops *ops = NULL;

	for (size_t i = 0; suffix.size > 0 && !ops && source_format(i); i++)
		if (has_suffix(source_format(i)->suffixes, suffix))
			ops = source_format(i);
	if (ops == &source_json || ops == &source_jsonl) {
		enum json_shape shape = json_sniff(prefix, is_whole);
		return shape == JSON_SHAPE_LINES ? &source_jsonl : shape == JSON_SHAPE_DOCUMENT ? &source_json : ops;
	}
	if (ops)
		return ops;
	switch (json_sniff(prefix, is_whole)) {
	case JSON_SHAPE_LINES:
		return &source_jsonl;
	case JSON_SHAPE_DOCUMENT:
	case JSON_SHAPE_EITHER:
		return &source_json;
	default:
		return csv_sniff_content(prefix, is_whole) ? &source_csv : &source_text;
	}
}
