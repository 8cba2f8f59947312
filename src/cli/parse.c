/* From argv to a command, its options and its arguments. */
#include "cli/cli.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

#include <string.h>

enum { NAMES_MAX = 128 };

/* ---- commands ---- */

static int
refuse_command(struct cli *cli, const char *word)
{
	const char *names[NAMES_MAX], *near;
	const struct command_family *family;
	const struct command_row *row;
	size_t n = 0;

	for (size_t i = 0; (row = command_at(i)) != NULL && n < NAMES_MAX; i++)
		names[n++] = row->name;
	for (size_t i = 0; (family = command_family_at(i)) != NULL && n < NAMES_MAX; i++)
		names[n++] = family->name;
	base_error(&cli->err, ASSAY_USAGE, "unknown command '%s'", cli_printable(cli, word));
	near = base_suggest(word, names, n);
	if (base_file_exists(word))
		base_error_hint(&cli->err, "to look into it: assay scan %s", cli_printable(cli, word));
	else if (near)
		base_error_hint(&cli->err, "did you mean 'assay %s'?", near);
	else
		base_error_hint(&cli->err, "'assay help' lists the commands");
	return ASSAY_USAGE;
}

static int
refuse_second_word(struct cli *cli, const struct command_family *family, const char *word)
{
	const char *names[NAMES_MAX], *near = NULL;
	const struct command_row *row;
	struct base_buffer list;
	size_t n = 0;

	base_buffer_init(&list, LIMIT_NAME);
	for (size_t i = 0; (row = command_at(i)) != NULL && n < NAMES_MAX; i++)
		if (command_is_of(row, family)) {
			names[n] = row->name + strlen(family->name) + 1;
			base_buffer_format(&list, "%s%s", n ? ", " : "", names[n]);
			n++;
		}
	if (word) {
		base_error(&cli->err, ASSAY_USAGE, "unknown command '%s %s'", family->name, cli_printable(cli, word));
		near = base_suggest(word, names, n);
	} else
		base_error(&cli->err, ASSAY_USAGE, "'assay %s' needs one of: %s", family->name, list.data ? list.data : "");
	if (near)
		base_error_hint(&cli->err, "did you mean 'assay %s %s'?", family->name, near);
	else if (word)
		base_error_hint(&cli->err, "there are: %s", list.data ? list.data : "");
	else
		base_error_hint(&cli->err, "'assay help %s' says what they do", family->name);
	base_buffer_dispose(&list);
	return ASSAY_USAGE;
}

static bool
is_help(const char *word)
{
	return word && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0);
}

static int
add_argument(struct cli *cli, const char *text)
{
	if (base_grow(&cli->arguments, &cli->arguments_capacity, cli->n_arguments + 1, sizeof *cli->arguments) < 0)
		return base_error_nomem(&cli->err);
	cli->arguments[cli->n_arguments++] = text;
	return ASSAY_OK;
}

/* `assay X --help` is `assay help X`. */
static int
turn_into_help(struct cli *cli, const char *name)
{
	const char *space = name ? strchr(name, ' ') : NULL;
	const char *first = space ? base_arena_strndup(cli->arena, name, (size_t)(space - name)) : name;
	int r = ASSAY_OK;

	cli->command = command_find("help", NULL);
	cli->n_arguments = 0;
	cli->child = NULL;
	if (space && !first)
		return base_error_nomem(&cli->err);
	if (first)
		r = add_argument(cli, first);
	if (space)
		r = r < 0 ? r : add_argument(cli, space + 1);
	return r;
}

/* Sets the command; *ret_next is the index of the first word behind it. */
static int
find_command(struct cli *cli, int argc, char **argv, int *ret_next)
{
	const char *first = argv[1], *second = argc > 2 ? argv[2] : NULL;
	const struct command_family *family;

	*ret_next = argc;
	if (is_help(first))
		return turn_into_help(cli, NULL);
	if (strcmp(first, "--version") == 0) {
		cli->command = command_find("version", NULL);
		*ret_next = 2;
		return ASSAY_OK;
	}
	if (first[0] == '-') {
		base_error(&cli->err, ASSAY_USAGE, "option '%s' stands before the command", cli_printable(cli, first));
		base_error_hint(&cli->err, "the command comes first: assay COMMAND [options]");
		return ASSAY_USAGE;
	}
	family = command_family_find(first);
	if (family && is_help(second))
		return turn_into_help(cli, family->name);
	cli->command = command_find(first, second);
	if (!cli->command)
		return family ? refuse_second_word(cli, family, second && second[0] != '-' ? second : NULL) : refuse_command(cli, first);
	*ret_next = family ? 3 : 2;
	return ASSAY_OK;
}

/* ---- options ---- */

static const struct option_row *
find_option(enum command command, const char *name, size_t n, char letter)
{
	const struct option_row *row;

	for (size_t i = 0; (row = option_at(i)) != NULL; i++) {
		if ((row->flags & ONLY_ENVIRONMENT) || !option_is_of(row, command))
			continue;
		if (name ? strlen(row->name) == n && memcmp(row->name, name, n) == 0 : row->letter && row->letter == letter)
			return row;
	}
	return NULL;
}

/* Commands that do have the option, for the hint. */
static bool
hint_owner(struct cli *cli, const char *name)
{
	const struct command_row *command;

	for (size_t i = 0; (command = command_at(i)) != NULL; i++)
		if (find_option(command->id, name, strlen(name), 0)) {
			base_error_hint(&cli->err, "it is an option of 'assay %s'", command->name);
			return true;
		}
	return false;
}

static int
refuse_option(struct cli *cli, const char *word, const char *name, size_t n)
{
	const char *names[OPTION_COUNT], *near;
	const struct option_row *row;
	size_t count = 0;

	/* without the value: it may be a secret */
	word = base_arena_strndup(cli->arena, word, name ? 2 + n : strlen(word));
	base_error(&cli->err, ASSAY_USAGE, "unknown option '%s' of 'assay %s'", word ? cli_printable(cli, word) : "", cli->command->name);
	for (size_t i = 0; (row = option_at(i)) != NULL; i++)
		if (!(row->flags & ONLY_ENVIRONMENT) && option_is_of(row, cli->command->id))
			names[count++] = row->name;
	name = name ? base_arena_strndup(cli->arena, name, n) : NULL;
	near = name ? base_suggest(name, names, count) : NULL;
	if (name && hint_owner(cli, name))
		return ASSAY_USAGE;
	if (near)
		base_error_hint(&cli->err, "did you mean '--%s'?", near);
	else
		base_error_hint(&cli->err, "'assay help %s' lists its options", cli->command->name);
	return ASSAY_USAGE;
}

/* Takes the option at argv[*at] with its value. */
static int
take_option(struct cli *cli, int argc, char **argv, int *at)
{
	const char *word = argv[*at], *name = NULL, *value = NULL, *where;
	const struct option_row *row;
	size_t n = 0;

	if (word[1] == '-') {
		name = word + 2;
		n = strcspn(name, "=");
		value = name[n] ? name + n + 1 : NULL;
		row = find_option(cli->command->id, name, n, 0);
	} else
		row = word[2] == '\0' ? find_option(cli->command->id, NULL, 0, word[1]) : NULL;
	if (!row)
		return refuse_option(cli, word, name, n);
	if (row->id == OPTION_HELP)
		return turn_into_help(cli, cli->command->name);
	where = base_arena_format(cli->arena, "option '--%s'", row->name);
	if (!where)
		return base_error_nomem(&cli->err);
	if (row->kind == KIND_SWITCH)
		return value ? base_error(&cli->err, ASSAY_USAGE, "%s takes no value", where) : cli_set(cli, row, "1", ORIGIN_FLAG, where);
	if (!value && *at + 1 >= argc) {
		base_error(&cli->err, ASSAY_USAGE, "%s needs a value", where);
		base_error_hint(&cli->err, "--%s %s: %s", row->name, row->argument, row->help);
		return ASSAY_USAGE;
	}
	return cli_set(cli, row, value ? value : argv[++*at], ORIGIN_FLAG, where);
}

static int
check_arguments(struct cli *cli)
{
	const struct command_row *row = cli->command;
	size_t n = cli->n_arguments;

	if (row->takes_command) {
		bool has_child = cli->child && cli->child[0];
		if (n > 0)
			base_error(&cli->err, ASSAY_USAGE, "unexpected argument '%s' of 'assay %s'", cli_printable(cli, cli->arguments[0]),
				row->name);
		else if (!has_child)
			base_error(&cli->err, ASSAY_USAGE, "'assay %s' needs a command behind '--'", row->name);
		if (n == 0 && has_child)
			return ASSAY_OK;
	} else if (n < row->min)
		base_error(&cli->err, ASSAY_USAGE, "'assay %s' needs %s", row->name, row->synopsis);
	else if (row->max != ARGUMENTS_ANY && n > row->max)
		base_error(&cli->err, ASSAY_USAGE, "unexpected argument '%s' of 'assay %s'", cli_printable(cli, cli->arguments[row->max]),
			row->name);
	else {
		/* an unset variable of a script must not become the current folder */
		for (size_t i = 0; i < n; i++)
			if (!*cli->arguments[i])
				return base_error(&cli->err, ASSAY_USAGE, "an argument of 'assay %s' is empty", row->name);
		return ASSAY_OK;
	}
	base_error_hint(&cli->err, "usage: assay %s [options]%s%s", row->name, *row->synopsis ? " " : "", row->synopsis);
	return ASSAY_USAGE;
}

int
cli_parse(struct cli *cli, int argc, char **argv)
{
	int at, r = find_command(cli, argc, argv, &at);
	const struct command_row *asked = cli->command;
	bool options_are_over = false;

	for (; at < argc && r == ASSAY_OK && cli->command == asked; at++) {
		const char *word = argv[at];
		if (options_are_over || word[0] != '-' || word[1] == '\0')
			r = add_argument(cli, word);
		else if (strcmp(word, "--") != 0)
			r = take_option(cli, argc, argv, &at);
		else if (asked->takes_command) {
			cli->child = argv + at + 1;
			break;
		} else
			options_are_over = true;
	}
	return r < 0 ? r : check_arguments(cli);
}
