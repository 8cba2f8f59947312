/* The page: one file, no scripts, nothing loaded. The policy in its head allows one thing, the style sheet built in, by its digest. */
#include "report/html.h"

#include "base/error.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

#define STYLE "reports/report.css"
#define STYLE_SHA256 "reports/report.css.sha256" /* as sha256sum writes it; a test keeps it true */

enum { BLOCKERS_SHOWN = 5, UNEXAMINED_SHOWN = 5 };

static int
write_head(struct report *r)
{
	struct base_span style = report_asset(STYLE), stated = report_asset(STYLE_SHA256);
	const struct report_facts *f = &r->summary->facts;
	uint8_t sha256[32];

	if (style.size == 0 || stated.size < 64 || !base_unhex((struct base_span){stated.data, 64}, sha256, sizeof sha256))
		return base_error(r->err, ASSAY_INTERNAL, "the style sheet of the report is not built in");
	html_raw(r, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta http-equiv=\"Content-Security-Policy\" "
		    "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-");
	base_base64(&r->out, (struct base_span){sha256, sizeof sha256});
	html_raw(r, "'\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		    "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
		    "<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>");
	html_raw(r, r->summary->is_audit ? "Audit" : "Scan");
	html_raw(r, f->dataset ? " of " : "");
	html_string(r, f->dataset);
	html_raw(r, f->as_of ? ", " : "");
	html_string(r, f->as_of);
	html_raw(r, "</title>\n<style>");
	base_buffer_append(&r->out, style.data, style.size);
	html_raw(r, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#verdict\">Skip to the result</a>\n");
	return ASSAY_OK;
}

static void
write_masthead(struct report *r)
{
	const struct report_facts *f = &r->summary->facts;

	html_raw(r, "<header class=\"page\"><p class=\"brand\"><b>Assay</b> ");
	html_raw(r, r->summary->is_audit ? "audit report" : "scan report");
	html_raw(r, "</p><p class=\"about\">");
	html_string(r, f->dataset);
	html_raw(r, f->dataset && f->dataset_version ? " " : "");
	html_string(r, f->dataset_version);
	html_raw(r, f->dataset && f->as_of ? " \xc2\xb7 " : "");
	if (f->as_of) {
		html_raw(r, "as of ");
		html_string(r, f->as_of);
	}
	html_raw(r, "</p></header>\n");
}

static void
write_sentence(struct report *r, void (*say)(const struct report_summary *, struct base_buffer *))
{
	struct base_buffer words;

	base_buffer_init(&words, r->out.max);
	say(r->summary, &words);
	report_absorb(r, &words);
	html_string(r, words.data);
	base_buffer_dispose(&words);
}

/* The headline, its first half in larger type. Judged: "Blocked for pre-training: 3 contradictions, ..." */
static void
write_headline(struct report *r)
{
	const struct report_summary *s = r->summary;

	if (!s->is_judged) {
		html_raw(r, "<h1>");
		write_sentence(r, report_headline);
		html_raw(r, "</h1>\n");
		return;
	}
	html_raw(r, s->is_blocked ? "<h1>Blocked for <code>" : "<h1>Not blocked for <code>");
	html_string(r, s->facts.profile ? s->facts.profile : "no profile");
	html_raw(r, "</code>: <span id=\"n-profile\">");
	struct base_buffer words;
	base_buffer_init(&words, r->out.max);
	report_open_line(&s->profile, &words);
	report_absorb(r, &words);
	html_string(r, words.data);
	base_buffer_dispose(&words);
	html_raw(r, ".</span></h1>\n");
}

static void
write_verdict(struct report *r)
{
	const struct report_summary *s = r->summary;
	const struct report_banner *banner;
	const char *tone = s->is_blocked ? "blocked" : s->is_judged ? "open" : "unjudged";

	base_buffer_format(&r->out, "<div class=\"verdict %s\">\n", tone);
	write_headline(r);
	html_raw(r, "<p class=\"more\">");
	if (s->is_audit)
		html_raw(r, "<strong>" REPORT_ADVICE "</strong> ");
	write_sentence(r, report_subline);
	html_raw(r, "</p>\n");
	for (size_t i = 0; (banner = report_banner_at(s, i)) != NULL; i++)
		base_buffer_format(&r->out, "<p class=\"banner\" role=\"note\"><b>%s</b> %s</p>\n", banner->word, banner->text);
	html_raw(r, "</div>\n");
}

struct shown {
	int64_t n;
};

static int
blocker_row(struct report *r, sqlite3_stmt *row, void *context)
{
	struct shown *shown = context;
	int64_t places = sqlite3_column_int64(row, CONTROL_PLACES);

	if (shown->n++ >= BLOCKERS_SHOWN)
		return ASSAY_OK;
	if (shown->n == 1)
		html_raw(r, "<ol class=\"blockers\">\n");
	html_raw(r, "<li><p class=\"what\">");
	html_status(r, row, CONTROL_STATUS, CONTROL_BASIS, CONTROL_DISPOSITION);
	html_raw(r, " <a href=\"#");
	html_id(r, "c-", report_column(row, CONTROL_ID));
	html_raw(r, "\">");
	html_text(r, report_column(row, CONTROL_TITLE));
	html_raw(r, "</a></p>\n<p>");
	html_text(r, report_column(row, CONTROL_REASON));
	html_raw(r, "</p>\n<p class=\"where\">");
	if (places > 0) {
		html_raw(r, "<code>");
		html_text(r, report_column(row, CONTROL_RESOURCE));
		html_raw(r, "</code>");
		if (!report_is_null(row, CONTROL_COLUMN)) {
			html_raw(r, ", column <code>");
			html_text(r, report_column(row, CONTROL_COLUMN));
			html_raw(r, "</code>");
		}
		if (places > 1)
			base_buffer_format(&r->out, " and %" PRId64 " more place%s", places - 1, places == 2 ? "" : "s");
		html_raw(r, " \xc2\xb7 ");
	}
	html_text(r, report_column(row, CONTROL_CITE));
	html_raw(r, " \xc2\xb7 ");
	html_text(r, report_column(row, CONTROL_SEVERITY));
	html_raw(r, "</p>\n");
	if (report_fix(row).size > 0) {
		html_raw(r, "<p class=\"fix\"><b>Fix</b> ");
		html_text(r, report_fix(row));
		html_raw(r, "</p>\n");
	}
	html_raw(r, "<p class=\"fix\"><b>Why</b> <code>assay explain ");
	html_text(r, report_column(row, CONTROL_ID));
	html_raw(r, "</code></p></li>\n");
	return ASSAY_OK;
}

static int
write_blockers(struct report *r)
{
	const struct report_summary *s = r->summary;
	struct shown shown = {0};
	int e;

	html_raw(r, "<div class=\"card\"><h2>What blocks</h2>\n");
	e = report_each(r, report_blockers, blocker_row, &shown);
	if (shown.n > 0)
		html_raw(r, "</ol>\n");
	else
		html_raw(r, "<p class=\"nothing\">No control of this profile blocks.</p>\n");
	if (shown.n > BLOCKERS_SHOWN)
		base_buffer_format(&r->out, "<p class=\"rest\">and <a href=\"#laws\">%" PRId64 " more</a></p>\n", shown.n - BLOCKERS_SHOWN);
	if (s->facts.owner && shown.n > 0) {
		html_raw(r, "<p class=\"rest\">Owner of the dataset: <b>");
		html_string(r, s->facts.owner);
		html_raw(r, "</b></p>\n");
	}
	html_raw(r, "</div>\n");
	return e;
}

static void
write_bases(struct report *r)
{
	static const char *const meaning[BASIS_COUNT] = {
		"seen in the data", "seen in the signed log", "the owner says so", "a document exists"};
	const struct report_summary *s = r->summary;

	html_raw(r, "<div class=\"card\"><h2>Controls by basis</h2>\n");
	html_table(r, "Controls by basis of evidence; never added across bases", "Basis|#fail|#review|#noteval|#error|#pass|#na");
	for (int b = 0; b < BASIS_COUNT; b++) {
		base_buffer_format(&r->out, "<tr><th scope=\"row\">%s <small>%s</small></th>", report_basis_names[b], meaning[b]);
		for (int i = 0; i < STATUS_COUNT; i++) {
			int64_t n = s->verdicts[b][i];
			const char *tone = n == 0 ? "none"
						  : html_tone(base_span_of(report_status_names[i]), base_span_of(report_basis_names[b]),
							  base_span_of("open"));
			base_buffer_format(&r->out, "<td class=\"n\"><span id=\"n-%s-%s\" class=\"count %s\">", report_basis_names[b],
				report_status_names[i], tone);
			html_number(r, n);
			html_raw(r, "</span></td>");
		}
		html_raw(r, "</tr>\n");
	}
	html_table_end(r);
	html_raw(r, "</div>\n");
}

static int
unexamined_row(struct report *r, sqlite3_stmt *row, void *context)
{
	struct shown *shown = context;

	if (shown->n++ >= UNEXAMINED_SHOWN)
		return ASSAY_OK;
	html_raw(r, shown->n == 1 ? "<p class=\"unexamined\">Not fully examined:</p><ul class=\"unexamined\">\n<li><code>" : "<li><code>");
	html_text(r, report_column(row, UNEXAMINED_RESOURCE));
	html_raw(r, "</code> ");
	html_text(r, report_column(row, UNEXAMINED_WHY));
	html_raw(r, "</li>\n");
	return ASSAY_OK;
}

static int
write_coverage(struct report *r)
{
	const struct report_summary *s = r->summary;
	struct shown shown = {0};
	int64_t total = s->resources > 0 ? s->resources : 1;
	int x = 0, e;

	html_raw(r, "<div class=\"card\"><h2>Coverage</h2>\n<svg class=\"stack\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" "
		    "aria-hidden=\"true\">"
		    "<rect class=\"track\" width=\"1000\" height=\"10\"/>");
	for (int i = 0; i < COVERED_COUNT; i++) {
		int width = (int)(s->covered[i] * 1000 / total);
		base_buffer_format(&r->out, "<rect class=\"%s\" x=\"%d\" width=\"%d\" height=\"10\"/>", report_cover_names[i], x, width);
		x += width;
	}
	html_raw(r, "</svg>\n<ul class=\"legend\">");
	for (int i = 0; i < COVERED_COUNT; i++) {
		base_buffer_format(&r->out, "<li class=\"%s%s\"><b id=\"n-%s\">", report_cover_names[i], s->covered[i] ? "" : " none",
			report_cover_names[i]);
		html_number(r, s->covered[i]);
		base_buffer_format(&r->out, "</b> %s</li>", report_cover_names[i]);
	}
	html_raw(r, "</ul>\n<p>");
	write_sentence(r, report_findings_line);
	html_raw(r, ".</p>\n");
	e = report_each(r, report_unexamined, unexamined_row, &shown);
	html_raw(r, shown.n > 0 ? "</ul>\n" : "");
	if (shown.n > UNEXAMINED_SHOWN)
		base_buffer_format(
			&r->out, "<p class=\"rest\">and <a href=\"#limits\">%" PRId64 " more</a></p>\n", shown.n - UNEXAMINED_SHOWN);
	html_raw(r, "</div>\n");
	return e;
}

static void
write_facts(struct report *r)
{
	const struct report_summary *s = r->summary;
	const struct report_facts *f = &s->facts;

	html_raw(r, "<div class=\"card\"><h2>This result</h2>\n<dl class=\"facts\">\n");
	html_fact(r, "Dataset", f->dataset);
	html_fact(r, "Version", f->dataset_version);
	html_fact(r, "Owner", f->owner);
	html_code_fact(r, "Dataset digest", f->dataset_sha256);
	html_fact(r, "Profile", f->profile);
	html_fact(r, "As of", f->as_of);
	if (s->is_signed) {
		html_fact(r, "Signed by", f->ledger_signer);
		html_fact(r, "Key belongs to", f->ledger_owner);
		html_fact(r, "Log entry", f->ledger_seq);
		html_fact(r, "Checkpoint size", f->ledger_size);
		html_code_fact(r, "Checkpoint root", f->ledger_root);
	} else if (s->is_audit)
		html_fact(r, "Signature", s->is_unsigned ? "UNSIGNED" : "left out (reproducible output)");
	html_code_fact(r, "Audit", f->id);
	html_code_fact(r, "Result digest", f->result_sha256);
	html_fact(r, "Exit status", f->exit_codes);
	html_raw(r, "</dl></div>\n");
}

int
html_first_screen(struct report *r)
{
	int e = ASSAY_OK;

	html_raw(r, "<section id=\"verdict\" aria-label=\"Result\">\n");
	write_verdict(r);
	html_raw(r, "<div class=\"grid\">\n<div class=\"wide\">\n");
	if (r->summary->is_audit)
		write_bases(r);
	if (r->summary->is_judged)
		e = write_blockers(r);
	html_raw(r, r->summary->is_audit ? "</div>\n<div class=\"side\">\n" : "");
	e = e < 0 ? e : write_coverage(r);
	html_raw(r, r->summary->is_audit ? "" : "</div>\n<div class=\"side\">\n");
	write_facts(r);
	html_raw(r, "</div>\n</div>\n</section>\n");
	return e;
}

/* The sections after the first screen; some only an audit has. */
static const struct {
	const char *id, *title;
	int (*write)(struct report *r);
	bool is_judgement;
} sections[] = {
	{"changes", "Changes", html_changes, true},
	{"questions", "Questions", html_questions, true},
	{"findings", "Findings", html_findings, false},
	{"laws", "Laws and articles", html_laws, true},
	{"exceptions", "Exceptions", html_exceptions, true},
	{"access", "Access", html_access, true},
	{"lineage", "Lineage", html_lineage, true},
	{"evidence", "Evidence", html_evidence, true},
	{"limits", "Limits", html_limits, false},
	{"integrity", "Integrity", html_integrity, true},
	{"appendix", "Appendix", html_appendix, false},
};

static void
write_contents(struct report *r)
{
	html_raw(r, "<nav aria-label=\"Sections\"><ul>");
	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
		if (!sections[i].is_judgement || r->summary->is_audit)
			base_buffer_format(&r->out, "<li><a href=\"#%s\">%s</a></li>", sections[i].id, sections[i].title);
	html_raw(r, "</ul></nav>\n");
}

int
report_write_html(struct report *r)
{
	int e = write_head(r);

	if (e < 0)
		return e;
	write_masthead(r);
	write_contents(r);
	html_raw(r, "<main>\n");
	e = html_first_screen(r);
	for (size_t i = 0; i < sizeof sections / sizeof sections[0] && e == ASSAY_OK; i++)
		if (!sections[i].is_judgement || r->summary->is_audit)
			e = sections[i].write(r);
	html_raw(r, "</main>\n<footer><p>" REPORT_NOTICE "</p><p>" REPORT_ADVICE " Assay ");
	html_string(r, r->summary->facts.tool);
	html_raw(r, "</p></footer>\n</body>\n</html>\n");
	return e;
}
