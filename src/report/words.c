/* The sentences of the first screen, the same in every format. Assay never claims more here than that something was, or was not, found,
 * declared or recorded: what that means in law is for a person to say (DESIGN section 9). */
#include "report/summary.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

/* "1 resource", "2 resources" */
static void
plural(struct base_buffer *out, int64_t n, const char *noun)
{
	base_buffer_format(out, "%" PRId64 " %s%s", n, noun, n == 1 ? "" : "s");
}

void
report_open_line(const struct report_open *open, struct base_buffer *out)
{
	plural(out, open->contradictions, "contradiction");
	base_buffer_format(out, ", %" PRId64 " missing evidence, %" PRId64 " for a person", open->missing, open->person);
}

void
report_findings_line(const struct report_summary *s, struct base_buffer *out)
{
	int64_t examined = s->covered[COVERED_COMPLETE] + s->covered[COVERED_SAMPLED] + s->covered[COVERED_INCOMPLETE];

	if (s->findings == 0) {
		base_buffer_text(out, "These rules found nothing in ");
		plural(out, examined, "examined resource");
		return;
	}
	plural(out, s->findings, "finding");
	base_buffer_text(out, " in ");
	plural(out, s->columns, "column");
	base_buffer_text(out, " of ");
	plural(out, s->resources_with, "resource");
	base_buffer_format(out, ", %" PRId64 " validated", s->validated);
}

void
report_headline(const struct report_summary *s, struct base_buffer *out)
{
	const char *text = s->facts.not_judged;

	if (!s->is_audit) {
		report_findings_line(s, out);
		base_buffer_char(out, '.');
		return;
	}
	if (text) {
		/* "not judged: no assay.yaml; 3 of 40 controls evaluated" */
		base_buffer_char(out, (char)base_upper((uint8_t)text[0]));
		if (text[0])
			base_text_printable(out, base_span_of(text + 1));
		base_buffer_char(out, '.');
		return;
	}
	base_buffer_text(out, s->is_blocked ? "Blocked for `" : "Not blocked for `");
	base_text_printable(out, base_span_of(s->facts.profile ? s->facts.profile : "no profile"));
	base_buffer_text(out, "`: ");
	report_open_line(&s->profile, out);
	base_buffer_char(out, '.');
}

static void
sentence(struct base_buffer *out, size_t start)
{
	if (out->size > start)
		base_buffer_char(out, ' ');
}

void
report_subline(const struct report_summary *s, struct base_buffer *out)
{
	int64_t unread = s->covered[COVERED_UNREAD] + s->covered[COVERED_INCOMPLETE];
	size_t start = out->size;

	if (!s->is_audit) {
		base_buffer_text(out, "A scan looks and does not judge.");
		return;
	}
	if (s->exits[5])
		base_buffer_text(out, "A signature, a proof or the ledger does not verify.");
	if (unread > 0) {
		sentence(out, start);
		plural(out, unread, "resource");
		base_buffer_text(out, " could not be read in full.");
	}
	if (s->exits[4] && unread == 0 && s->profile.missing == 0 && s->is_judged) {
		sentence(out, start);
		base_buffer_text(out, "The audit is incomplete: see the issues and limits.");
	}
	if (!s->is_judged && s->exits[1]) {
		sentence(out, start);
		base_buffer_text(out, "Validated secrets were found.");
	}
	if (s->is_judged && s->other.contradictions + s->other.missing + s->other.person > 0) {
		sentence(out, start);
		base_buffer_text(out, "Beside what blocks: ");
		report_open_line(&s->other, out);
		base_buffer_char(out, '.');
	}
	if (s->disposed[DISPOSED_WAIVED] + s->disposed[DISPOSED_BASELINE] + s->disposed[DISPOSED_DECIDED] > 0) {
		sentence(out, start);
		base_buffer_format(out, "%" PRId64 " waived, %" PRId64 " carried in a baseline, %" PRId64 " decided.",
			s->disposed[DISPOSED_WAIVED], s->disposed[DISPOSED_BASELINE], s->disposed[DISPOSED_DECIDED]);
	}
}

void
report_changes_line(const struct report_summary *s, struct base_buffer *out)
{
	const struct report_facts *f = &s->facts;

	if (!f->changes_since) {
		base_buffer_text(out, "no earlier audit of this dataset and these paths is stored here");
		return;
	}
	base_buffer_text(out, s->added + s->gone + s->changed > 0 ? "since " : "none since ");
	base_text_printable(out, base_span_of(f->changes_since));
	if (f->changes_since_as_of) {
		base_buffer_text(out, " as of ");
		base_text_printable(out, base_span_of(f->changes_since_as_of));
	}
	if (s->added + s->gone + s->changed > 0)
		base_buffer_format(out, ": %" PRId64 " new, %" PRId64 " gone, %" PRId64 " changed", s->added, s->gone, s->changed);
}

void
report_coverage_line(const struct report_summary *s, struct base_buffer *out)
{
	plural(out, s->resources, "resource");
	base_buffer_text(out, ": ");
	for (int i = 0; i < COVERED_COUNT; i++)
		base_buffer_format(out, "%s%" PRId64 " %s", i ? ", " : "", s->covered[i], report_cover_names[i]);
}

static bool
is_unsigned(const struct report_summary *s)
{
	return s->is_unsigned && !s->is_broken;
}
static bool
is_broken(const struct report_summary *s)
{
	return s->is_broken;
}
static bool
is_simulated(const struct report_summary *s)
{
	return s->is_simulated;
}
static bool
is_unprotected(const struct report_summary *s)
{
	return s->is_unprotected;
}
static bool
is_unpinned(const struct report_summary *s)
{
	return s->is_unpinned;
}
static bool
is_incomplete(const struct report_summary *s)
{
	return s->covered[COVERED_UNREAD] + s->covered[COVERED_INCOMPLETE] > 0;
}

const struct report_banner *
report_banner_at(const struct report_summary *s, size_t n)
{
	static const struct report_banner banners[] = {
		{"BROKEN LEDGER", "The ledger did not verify before this audit: nothing was appended to it and this result is not signed.",
			is_broken},
		{"UNSIGNED", "No key signed this result: it proves nothing to anyone else, and the gate refuses it.", is_unsigned},
		{"SIMULATED", "Judged as of another day than the one it ran on: it never opens the gate.", is_simulated},
		{"UNPROTECTED KEY", "The signing key is stored without a passphrase: whoever can read that file can sign.", is_unprotected},
		{"UNPINNED KEY", "The signing key was found only beside the log: nothing outside it says whose key it is.", is_unpinned},
		{"INCOMPLETE", "Part of the data could not be read: what is not shown there was not looked for.", is_incomplete},
	};

	for (size_t i = 0; i < sizeof banners / sizeof banners[0]; i++)
		if (banners[i].applies(s) && n-- == 0)
			return &banners[i];
	return NULL;
}
