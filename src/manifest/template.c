/* A starting manifest: what is known stands as declared, what was drafted stands under proposed: until the owner moves it out. */
#include "manifest/internal.h"

#include "base/limits.h"
#include "base/text.h"

#include <string.h>

enum { TEMPLATE_MAX = 1 << 20, ID_SIZE = 129 };

/* A text in single quotes; what YAML or a terminal could stumble over becomes ${other}. */
static void
write_quoted(struct base_buffer *out, const char *text, char other)
{
	struct base_span s = base_span_of(text);

	base_buffer_char(out, '\'');
	while (s.size > 0) {
		uint32_t c = 0;
		size_t n = base_utf8_decode(s, &c);
		/* non-characters, C1 controls and line separators are no letters either */
		if (n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff || (c & 0xfffe) == 0xfffe) {
			n = n ? n : 1;
			for (size_t i = 0; i < n; i++)
				base_buffer_char(out, other);
		} else {
			base_buffer_append(out, s.data, n);
			if (c == '\'')
				base_buffer_char(out, '\'');
		}
		s.data += n;
		s.size -= n;
	}
	base_buffer_char(out, '\'');
}

/* A folder's name made into an id. */
static void
make_id(const char *text, char ret[static ID_SIZE])
{
	size_t n = 0;

	for (; text && *text && n < ID_SIZE - 1; text++) {
		char one[2] = {*text, '\0'};
		if (scalar_is_id(one) || (n > 0 && strchr("._:-", *text)))
			ret[n++] = *text;
		else if (n > 0 && ret[n - 1] != '-')
			ret[n++] = '-';
	}
	while (n > 0 && ret[n - 1] == '-')
		n--;
	ret[n] = '\0';
	if (n == 0)
		memcpy(ret, "dataset", sizeof "dataset");
}

static void
write_data(struct base_buffer *out, const struct manifest_draft *draft)
{
	base_buffer_text(out,
		"# The files that belong to it. '*' stays in one folder, '**' crosses folders. skip: \"reason\" leaves files out visibly.\n"
		"data:\n");
	if (draft->n_data == 0)
		base_buffer_text(out, "  - path: '**'\n");
	for (size_t i = 0; i < draft->n_data; i++) {
		base_buffer_text(out, "  - path: ");
		write_quoted(out, draft->data[i], '?');
		base_buffer_char(out, '\n');
	}
}

static void
write_proposed(struct base_buffer *out, const struct manifest_draft *draft)
{
	base_buffer_text(out, "# Drafted, not declared: controls treat all of this as missing. Check each line, correct it, and move it "
			      "out of 'proposed'\n"
			      "# (two spaces to the left). The first seven keys decide most controls; docs/manifest.md lists all of them.\n"
			      "proposed:\n"
			      "  jurisdictions: [eu]               # whose law applies: eu, uk, us-ca, br, or a country like de\n");
	base_buffer_text(out, "  categories: [");
	if (draft->n_categories == 0)
		base_buffer_text(out, "none");
	for (size_t i = 0; i < draft->n_categories; i++)
		base_buffer_format(out, "%s%s", i ? ", " : "", draft->categories[i]);
	base_buffer_text(out, draft->n_categories ? "]   # found by a sample; there may be more\n"
						  : "]                # a sample found nothing; that proves little\n");
	base_buffer_text(out, "  subjects: {who: [customers]}      # the people whom the data is about\n"
			      "  purposes:\n"
			      "    - id: train-model\n"
			      "      text: Say in one sentence what is trained and what the model will do\n"
			      "      basis: legitimate-interest    # consent, contract, legal-obligation, vital-interest, public-task, "
			      "legitimate-interest\n"
			      "      art9: none                    # condition for health, religion and other special categories\n"
			      "  source: {kind: direct}            # indirect, web, purchased, licensed, synthetic\n"
			      "  retention: {keep: P24M}           # and delete_by: a date\n"
			      "  storage: {country: DE, at_rest: disk, environment: non-production}\n"
			      "  ai: {use: train, generative: false, automated_decisions: false}\n");
	if (draft->today) {
		base_buffer_text(out, "  dataset: {declared_by: ");
		write_quoted(out, draft->owner && *draft->owner ? draft->owner : "your name", '?');
		base_buffer_format(out, ", declared_on: %s}   # when you have checked it\n", draft->today);
	}
}

char *
manifest_template(const struct manifest_draft *draft)
{
	struct base_buffer out;
	char id[ID_SIZE], *text;

	make_id(draft->dataset_id, id);
	base_buffer_init(&out, TEMPLATE_MAX);
	base_buffer_format(&out,
		"# What this dataset is and what it may be used for. Every key: docs/manifest.md\nassay: 1\ndataset:\n  id: '%s'\n", id);
	if (draft->owner && *draft->owner) {
		base_buffer_text(&out, "  owner: ");
		write_quoted(&out, draft->owner, '?');
		base_buffer_char(&out, '\n');
	}
	base_buffer_char(&out, '\n');
	write_data(&out, draft);
	base_buffer_text(&out, "\naudit:\n  profile: pre-training               # what stops the gate\n");
	if (draft->vkey) {
		base_buffer_text(&out, "  vkey: ");
		write_quoted(&out, draft->vkey, '?');
		base_buffer_text(&out, "   # the key that must have signed the ledger\n");
	}
	base_buffer_char(&out, '\n');
	write_proposed(&out, draft);
	text = base_buffer_take(&out);
	base_buffer_dispose(&out);
	return text;
}
