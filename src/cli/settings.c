/* Values of options: flag > ASSAY_* > `options:` of the manifest > default. A value is checked when it is taken, so that reading it cannot
 * fail. */
#include "cli/cli.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Choices of one option, and values of one list: more is a mistake. */
enum { CHOICES_MAX = 64, VALUES_MAX = 4096 };

static int
refuse(struct cli *cli, enum origin origin, const char *where, const char *wanted, const char *text)
{
	return base_error(&cli->err, origin == ORIGIN_FLAG ? ASSAY_USAGE : ASSAY_CONFIG, "%s wants %s, not '%s'", where, wanted,
		cli_printable(cli, text));
}

static int
append(struct cli *cli, struct setting *s, const char *text)
{
	if (s->n == VALUES_MAX)
		return base_error(&cli->err, ASSAY_USAGE, "more than %d values of one option", VALUES_MAX);
	if (base_grow(&s->texts, &s->capacity, s->n + 1, sizeof *s->texts) < 0)
		return base_error_nomem(&cli->err);
	s->texts[s->n++] = text;
	return ASSAY_OK;
}

/* Digits, for bytes with K or M behind them. */
static bool
read_number(const struct option_row *row, const char *text, uint64_t *ret)
{
	uint64_t n = 0, unit = 1;
	const char *p = text;

	for (; base_is_digit((uint8_t)*p); p++) {
		uint64_t digit = (uint64_t)(*p - '0');
		if (n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	if (row->kind == KIND_BYTES && (*p == 'K' || *p == 'M'))
		unit = *p++ == 'K' ? 1 << 10 : 1 << 20;
	if (p == text || *p || n > UINT64_MAX / unit || n * unit < row->min || n * unit > row->max)
		return false;
	*ret = n * unit;
	return true;
}

static int
set_number(struct cli *cli, const struct option_row *row, struct setting *s, const char *text, enum origin origin, const char *where)
{
	uint64_t n;
	char wanted[96];

	if (read_number(row, text, &n)) {
		s->number = n;
		s->n = 0;
		return append(cli, s, text);
	}
	if (row->max == INT64_MAX)
		snprintf(wanted, sizeof wanted, "a number%s", row->min ? " from 1" : "");
	else
		snprintf(wanted, sizeof wanted, "a number%s from %llu to %llu", row->kind == KIND_BYTES ? " of bytes" : "",
			(unsigned long long)row->min, (unsigned long long)row->max);
	return refuse(cli, origin, where, wanted, text);
}

static int
set_word(struct cli *cli, const struct option_row *row, struct setting *s, const char *text, size_t size, enum origin origin,
	const char *where)
{
	const char *known[CHOICES_MAX], *choice, *near;
	size_t n = 0, length;
	struct base_buffer wanted;

	base_buffer_init(&wanted, LIMIT_NAME);
	for (; n < CHOICES_MAX && option_choice(row, n, &choice, &length); n++) {
		known[n] = base_arena_strndup(cli->arena, choice, length);
		if (!known[n]) {
			base_buffer_dispose(&wanted);
			return base_error_nomem(&cli->err);
		}
		if (length == size && memcmp(choice, text, size) == 0) {
			base_buffer_dispose(&wanted);
			if (!option_repeats(row))
				s->n = 0;
			return append(cli, s, known[n]);
		}
		base_buffer_format(&wanted, "%s%s", n ? ", " : "one of ", known[n]);
	}
	text = base_arena_strndup(cli->arena, text, size);
	near = text ? base_suggest(text, known, n) : NULL;
	if (text)
		refuse(cli, origin, where, wanted.data ? wanted.data : "nothing", text);
	else
		base_error_nomem(&cli->err);
	if (near)
		base_error_hint(&cli->err, "did you mean '%s'?", near);
	base_buffer_dispose(&wanted);
	return cli->err.code;
}

/* Values with commas between them. */
static int
set_words(struct cli *cli, const struct option_row *row, struct setting *s, const char *text, enum origin origin, const char *where)
{
	int r = ASSAY_OK;

	for (const char *at = text; r == ASSAY_OK; at++) {
		size_t n = strcspn(at, ",");
		struct base_span word = base_span_trim((struct base_span){(const uint8_t *)at, n});
		if (word.size == 0)
			return refuse(cli, origin, where, "words with commas between them", text);
		if (row->kind == KIND_FORMAT)
			r = set_word(cli, row, s, (const char *)word.data, word.size, origin, where);
		else {
			const char *copy = base_arena_strndup(cli->arena, word.data, word.size);
			r = copy ? append(cli, s, copy) : base_error_nomem(&cli->err);
		}
		at += n;
		if (!*at)
			break;
	}
	return r;
}

static int
set_switch(struct cli *cli, struct setting *s, const char *text, enum origin origin, const char *where)
{
	static const char *const on[] = {"1", "true", "yes", "on"}, *const off[] = {"0", "false", "no", "off"};

	for (size_t i = 0; i < BASE_COUNT(on); i++)
		if (strcmp(text, on[i]) == 0 || strcmp(text, off[i]) == 0) {
			s->number = strcmp(text, on[i]) == 0;
			return ASSAY_OK;
		}
	return refuse(cli, origin, where, "true or false", text);
}

int
cli_set(struct cli *cli, const struct option_row *row, const char *text, enum origin origin, const char *where)
{
	struct setting *s = &cli->settings[row->id];
	int64_t day;

	if (s->origin > origin)
		return ASSAY_OK;
	if (s->origin < origin)
		s->n = 0;
	s->origin = origin;
	if (row->kind == KIND_SWITCH)
		return set_switch(cli, s, text, origin, where);
	if (!*text)
		return refuse(cli, origin, where, "a value", text);
	switch (row->kind) {
	case KIND_NUMBER:
	case KIND_BYTES:
		return set_number(cli, row, s, text, origin, where);
	case KIND_WORD:
		return set_word(cli, row, s, text, strlen(text), origin, where);
	case KIND_WORDS:
	case KIND_FORMAT:
		return set_words(cli, row, s, text, origin, where);
	case KIND_DATE:
		if (strlen(text) != BASE_DATE_TEXT - 1 || !base_date_parse(base_span_of(text), &day))
			return refuse(cli, origin, where, "a day as YYYY-MM-DD", text);
		break;
	default:
		break;
	}
	if (!option_repeats(row))
		s->n = 0;
	return append(cli, s, text);
}

void
cli_set_defaults(struct cli *cli)
{
	const struct option_row *row;

	for (size_t i = 0; (row = option_at(i)) != NULL; i++)
		if (row->fallback)
			(void)cli_set(cli, row, row->fallback, ORIGIN_DEFAULT, row->name);
}

static bool
is_known(const char *name, const char *const *known, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, known[i]) == 0)
			return true;
	return false;
}

/* A variable that looks like one of ours and is none: a slip that would go unnoticed. Only a warning: it may belong to another program. */
static void
warn_of_unknown_variables(struct cli *cli)
{
	static const size_t prefix = sizeof "ASSAY_" - 1;
	char names[OPTION_COUNT][OPTION_VARIABLE_MAX];
	const char *known[OPTION_COUNT];
	const struct option_row *row;
	size_t n = 0;

	for (size_t i = 0; (row = option_at(i)) != NULL; i++)
		if (row->flags & FROM_ENVIRONMENT) {
			option_variable(row, names[n]);
			known[n] = names[n] + prefix;
			n++;
		}
	for (char **at = environ; *at; at++) {
		size_t length = strcspn(*at, "=");
		const char *name, *near;
		if (strncmp(*at, "ASSAY_", prefix) != 0 || !(name = base_arena_strndup(cli->arena, *at, length)))
			continue;
		if (is_known(name + prefix, known, n))
			continue;
		near = base_suggest(name + prefix, known, n);
		if (near)
			cli_say(cli, "warning: the variable '%s' means nothing here; did you mean 'ASSAY_%s'?", cli_printable(cli, name),
				near);
		else
			cli_say(cli, "warning: the variable '%s' means nothing here; 'assay help environment' lists what does",
				cli_printable(cli, name));
	}
}

/* Out of the environment, and out of the memory where the environment lies. */
static int
take_passphrase(struct cli *cli, const char *variable)
{
	char *text = getenv(variable);
	int r = ASSAY_OK;

	if (!text)
		return ASSAY_OK;
	if (*text && !(cli->passphrase = base_strdup(text)))
		r = base_error_nomem(&cli->err);
	explicit_bzero(text, strlen(text));
	unsetenv(variable);
	return r;
}

/* XDG Base Directory Specification: a path that is not absolute counts as not set. */
static int
set_cache_folder(struct cli *cli)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && cache[0] == '/')
		cli->env.cache_folder = base_arena_format(cli->arena, "%s/assay", cache);
	else if (home && home[0] == '/')
		cli->env.cache_folder = base_arena_format(cli->arena, "%s/.cache/assay", home);
	else
		return ASSAY_OK;
	return cli->env.cache_folder ? ASSAY_OK : base_error_nomem(&cli->err);
}

int
cli_read_environment(struct cli *cli)
{
	const struct option_row *row;
	int r = set_cache_folder(cli);

	for (size_t i = 0; (row = option_at(i)) != NULL && r == ASSAY_OK; i++) {
		char variable[OPTION_VARIABLE_MAX];
		const char *text;
		option_variable(row, variable);
		if (row->id == OPTION_PASSPHRASE)
			r = take_passphrase(cli, variable);
		else if ((row->flags & FROM_ENVIRONMENT) && option_is_of(row, cli->command->id) && (text = getenv(variable)) != NULL
			 && *text)
			r = cli_set(cli, row, text, ORIGIN_ENVIRONMENT, variable);
	}
	if (r == ASSAY_OK)
		warn_of_unknown_variables(cli);
	return r;
}

static const struct option_row *
find_manifest_option(const struct cli *cli, const char *name, bool *ret_is_known)
{
	const struct option_row *row, *found = NULL;

	*ret_is_known = false;
	for (size_t i = 0; (row = option_at(i)) != NULL; i++) {
		if (!(row->flags & FROM_MANIFEST) || strcmp(row->name, name) != 0)
			continue;
		*ret_is_known = true;
		if (option_is_of(row, cli->command->id))
			found = row;
	}
	return found;
}

int
cli_read_manifest(struct cli *cli, const struct project *project)
{
	const char *name, *value;
	int r = ASSAY_OK;

	for (size_t i = 0; r == ASSAY_OK && project_option_at(project, i, &name, &value); i++) {
		bool is_known;
		const struct option_row *row = find_manifest_option(cli, name, &is_known);
		char where[96];
		snprintf(where, sizeof where, "'options: %s' of the manifest", name);
		if (row)
			r = cli_set(cli, row, value, ORIGIN_MANIFEST, where);
		else if (!is_known) {
			r = base_error(&cli->err, ASSAY_CONFIG, "%s is not taken from there", where);
			base_error_hint(&cli->err, "what loosens a gate, reveals values or names packs, keys or files is said on the "
						   "command line or by ASSAY_*");
		}
	}
	return r;
}

bool
cli_is_given(const struct cli *cli, enum option option)
{
	return cli->settings[option].origin != ORIGIN_DEFAULT;
}

bool
cli_is_on(const struct cli *cli, enum option option)
{
	return cli->settings[option].number != 0;
}

const char *
cli_text(const struct cli *cli, enum option option)
{
	const struct setting *s = &cli->settings[option];

	return s->n ? s->texts[s->n - 1] : NULL;
}

uint64_t
cli_number(const struct cli *cli, enum option option)
{
	return cli->settings[option].number;
}

const char *const *
cli_texts(const struct cli *cli, enum option option, size_t *ret_n)
{
	*ret_n = cli->settings[option].n;
	return cli->settings[option].texts;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(const struct option_row *const *)a)->name, (*(const struct option_row *const *)b)->name);
}

static void
write_value(struct base_json *j, const struct option_row *row, const struct setting *s)
{
	switch (row->kind) {
	case KIND_SWITCH:
		base_json_bool(j, s->number != 0);
		break;
	case KIND_NUMBER:
	case KIND_BYTES:
		base_json_uint(j, s->number);
		break;
	case KIND_WORDS:
		base_json_open_array(j);
		for (size_t i = 0; i < s->n; i++)
			base_json_text(j, s->texts[i]);
		base_json_close_array(j);
		break;
	case KIND_FILE:
	case KIND_FILES:
		/* paths can name people; what the files held is pinned by their digests */
		base_json_text(j, "named");
		break;
	default:
		base_json_text(j, s->texts[s->n - 1]);
	}
}

const char *
cli_options_json(struct cli *cli)
{
	static const char *const origins[] = {"default", "manifest", "environment", "flag"};
	const struct option_row *rows[OPTION_COUNT], *row;
	struct base_buffer out;
	struct base_json j;
	const char *text = NULL;
	size_t n = 0;

	for (size_t i = 0; (row = option_at(i)) != NULL; i++) {
		const struct setting *s = &cli->settings[row->id];
		bool has_value = row->kind == KIND_SWITCH ? s->origin != ORIGIN_DEFAULT : s->n > 0;
		if ((row->flags & IN_RESULT) && option_is_of(row, cli->command->id) && has_value)
			rows[n++] = row;
	}
	qsort(rows, n, sizeof rows[0], by_name);
	base_buffer_init(&out, LIMIT_ENTRY);
	base_json_init(&j, &out);
	base_json_open_object(&j);
	for (size_t i = 0; i < n; i++) {
		const struct setting *s = &cli->settings[rows[i]->id];
		base_json_key(&j, rows[i]->name);
		base_json_open_object(&j);
		base_json_member_text(&j, "origin", origins[s->origin]);
		base_json_key(&j, "value");
		write_value(&j, rows[i], s);
		base_json_close_object(&j);
	}
	base_json_close_object(&j);
	if (!out.failed)
		text = base_arena_strndup(cli->arena, out.data, out.size);
	base_buffer_dispose(&out);
	return text;
}
