/* Topics of help, and the pages under docs/ that the tables give. */
#include "cli/help.h"

#include "assay/error.h"
#include "base/memory.h"

#include <string.h>

/* One meaning each. rank: which one wins when several apply. */
static const struct {
	int status;
	const char *means, *so;
} statuses[] = {
	{0, "clean", "Everything was read, and nothing blocks."},
	{1, "a blocking violation",
		"scan: something was found. explain TEXT: a scan of it would find something. audit: a control at or above --fail-on "
		"failed. gate and access: refused. rules test, policies test: an example failed."},
	{2, "usage, configuration, key or pack error",
		"Nothing was done: the command line, a manifest, a policy, a rule pack or a key is not right."},
	{3, "run-time error", "No memory, no disk, no permission, a busy ledger. Nothing can be concluded about the data."},
	{4, "incomplete",
		"Something could not be read, a limit or a signal cut the work, required evidence is missing, or nothing was evaluated."},
	{5, "a signature, proof or chain does not verify",
		"The ledger, its checkpoint or an outside copy was changed, or the key is another one."},
};

static const char precedence[] =
	"An option's value is taken from the command line, else from its variable, else from 'options:' of the manifest, else it "
	"is the default. What loosens a gate, reveals values or names packs, keys or files is never taken from a manifest, "
	"because that lies among the data. 'assay scan' reads no manifest. A switch is 1, true, yes, on or 0, false, no, off. An "
	"empty variable counts as unset.";
static const char several[] =
	"When several apply, the process ends with the first of 5, 3, 2, 1, 4; the JSON report lists all of them.\n\n'assay run' "
	"passes the status of its command through (128 + signal when it was killed). What Assay itself refuses there is 110 + "
	"the status above, usage errors included: 111 refused by the access policy, 112 usage or configuration, 113 run time, "
	"115 the ledger does not verify.\n\n'assay report' ends with 0 when the report could be written, whatever verdict stands "
	"in it; so does 'assay explain' of a finding or a control. A reader that goes away ('| head') is no error.";

static void
write_exit_codes(struct base_buffer *out, bool markdown)
{
	base_buffer_text(out, markdown ? "# Exit codes\n\nMade by `assay help --markdown exit-codes`; a test compares.\n\n| status | means "
					 "| so |\n|---|---|---|\n"
				       : "Exit statuses, one meaning each:\n\n");
	for (size_t i = 0; i < BASE_COUNT(statuses); i++)
		if (markdown)
			base_buffer_format(out, "| **%d** | %s | %s |\n", statuses[i].status, statuses[i].means, statuses[i].so);
		else {
			base_buffer_format(out, "  %d  %s\n     ", statuses[i].status, statuses[i].means);
			help_wrapped(out, statuses[i].so, 5);
		}
	base_buffer_char(out, '\n');
	help_wrapped(out, several, 0);
	base_buffer_text(out,
		markdown ? "\nNamed errors and their status:\n\n| error | status |\n|---|---|\n" : "\nNamed errors and their status:\n\n");
	for (int code = ASSAY_OK; code >= ASSAY_INTERNAL; code--)
		base_buffer_format(out, markdown ? "| `%s` | %d |\n" : "  %-16s %d\n", assay_code_name(code), assay_code_exit(code));
}

static void
write_variable(const struct option_row *row, struct base_buffer *out, bool markdown)
{
	enum { COLUMN = 30 };
	bool in_manifest = (row->flags & FROM_MANIFEST) != 0;
	char variable[OPTION_VARIABLE_MAX];

	option_variable(row, variable);
	if (markdown)
		base_buffer_format(out, "| `%s` | %s | %s |\n", variable, in_manifest ? "yes" : "", row->help);
	else {
		base_buffer_format(out, "%c %-*s", in_manifest ? '*' : ' ', COLUMN - 2, variable);
		help_wrapped(out, row->help, COLUMN);
	}
}

static void
write_environment(struct base_buffer *out, bool markdown)
{
	const struct option_row *row;

	base_buffer_text(out, markdown ? "## Environment and manifest\n\n" : "");
	help_wrapped(out, precedence, 0);
	base_buffer_text(out, markdown ? "\n| variable | manifest | means |\n|---|---|---|\n" : "\n");
	for (size_t i = 0; (row = option_at(i)) != NULL; i++)
		if ((row->flags & FROM_ENVIRONMENT) && row->id != OPTION_LISTING)
			write_variable(row, out, markdown);
	base_buffer_text(out, markdown ? "\n" : "\n* may also stand in the manifest, as 'options: {name: value}'\n\n");
	help_wrapped(out,
		"NO_COLOR (any value) turns colours off unless --color says otherwise. TERM=dumb turns the progress line off. "
		"What is compiled from the rules is kept in XDG_CACHE_HOME/assay (without it HOME/.cache/assay) and can be deleted at "
		"any time; a file that others could have written is not used.",
		0);
}

static const struct help_topic topics[] = {
	{"exit-codes", "what each exit status means", write_exit_codes},
	{"environment", "variables and the manifest's options", write_environment},
};

const struct help_topic *
help_topic_at(size_t i)
{
	return i < BASE_COUNT(topics) ? &topics[i] : NULL;
}

/* '|' would end a cell; '<' would begin a tag. */
static void
append_cell(struct base_buffer *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '|' || text[i] == '<')
			base_buffer_char(out, '\\');
		base_buffer_char(out, text[i]);
	}
}

static void
markdown_option(const struct option_row *row, struct base_buffer *out)
{
	struct base_buffer name, text;

	base_buffer_init(&name, 256);
	base_buffer_init(&text, 4096);
	help_option_name(row, &name);
	help_option_text(row, &text);
	base_buffer_text(out, "| `");
	append_cell(out, name.data ? name.data : "", name.size);
	base_buffer_text(out, "` | ");
	append_cell(out, text.data ? text.data : "", text.size);
	base_buffer_text(out, " |\n");
	base_buffer_dispose(&name);
	base_buffer_dispose(&text);
}

static void
markdown_command(const struct command_row *row, struct base_buffer *out)
{
	const struct option_row *option;

	base_buffer_format(out, "\n### assay %s\n\n`assay %s [options]%s%s`\n\n%c%s.\n", row->name, row->name, *row->synopsis ? " " : "",
		row->synopsis, row->summary[0] >= 'a' && row->summary[0] <= 'z' ? row->summary[0] - 'a' + 'A' : row->summary[0],
		row->summary + 1);
	if (*row->text)
		base_buffer_format(out, "\n%s\n", row->text);
	base_buffer_text(out, "\n| option | means |\n|---|---|\n");
	for (size_t i = 0; (option = option_at(i)) != NULL; i++)
		if (!(option->flags & ONLY_ENVIRONMENT) && option_is_of(option, row->id))
			markdown_option(option, out);
	if (row->example)
		base_buffer_format(out, "\n```sh\n%s\n```\n", row->example);
}

void
help_markdown(struct base_buffer *out)
{
	const struct command_group *group;
	const struct command_row *row;

	base_buffer_text(out, "# Commands\n\nMade by `assay help --markdown` from the tables in `src/cli`; a test compares. Exit statuses: "
			      "[exit-codes.md](exit-codes.md).\n\n"
			      "The product of a command goes to standard output, talk to standard error. Errors read `assay: SUBJECT:LINE: "
			      "message`, then `hint: ...`.\n"
			      "`--` ends the options. A long option's value stands behind a space or `=`.\n");
	for (size_t i = 0; (group = command_group_at(i)) != NULL; i++) {
		base_buffer_format(out, "\n## %s\n", group->title);
		for (size_t k = 0; (row = command_at(k)) != NULL; k++)
			if (row->id >= group->first && row->id <= group->last)
				markdown_command(row, out);
	}
	base_buffer_char(out, '\n');
	write_environment(out, true);
}
