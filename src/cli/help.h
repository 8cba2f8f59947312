/* Help, pages of docs/ and completion, all made from the two tables. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/buffer.h"
#include "cli/table.h"

void help_overview(struct base_buffer *out);
void help_command(const struct command_row *row, struct base_buffer *out);
void help_family(const struct command_family *family, struct base_buffer *out);
/* Words of ${text} in lines that begin at ${column}, where the first one stands already; an empty line ends a paragraph. */
void help_wrapped(struct base_buffer *out, const char *text, size_t column);
/* Topics: a name and what writes its page, as text or Markdown. NULL past the end. */
struct help_topic {
	const char *name, *summary;
	void (*write)(struct base_buffer *out, bool markdown);
};
const struct help_topic *help_topic_at(size_t i);
/* docs/commands.md */
void help_markdown(struct base_buffer *out);
/* "-o, --output FILE" */
void help_option_name(const struct option_row *row, struct base_buffer *out);
/* Summary with choices and default. */
void help_option_text(const struct option_row *row, struct base_buffer *out);
void completion_bash(struct base_buffer *out);

#endif
