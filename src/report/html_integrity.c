/* How to check this result without trusting this page, and what it was made with. */
#include "report/html.h"

#include "base/time.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A word for a POSIX shell. */
static void
shell_word(struct report *r, const char *text)
{
	struct base_buffer word;

	base_buffer_init(&word, r->out.max);
	base_buffer_char(&word, '\'');
	for (const char *p = text; *p; p++)
		if (*p == '\'')
			base_buffer_text(&word, "'\\''");
		else
			base_buffer_char(&word, *p);
	base_buffer_char(&word, '\'');
	report_absorb(r, &word);
	html_string(r, word.data);
	base_buffer_dispose(&word);
}

/* Lines keep their breaks; everything else is escaped as any value. */
static void
preformatted(struct report *r, const char *text)
{
	struct base_span rest = base_span_of(text), line;

	html_raw(r, "<pre>");
	while (report_next_line(&rest, &line)) {
		html_text(r, line);
		html_raw(r, "\n");
	}
	html_raw(r, "</pre>\n");
}

static void
write_signature(struct report *r)
{
	const struct report_facts *f = &r->summary->facts;

	html_raw(r, "<dl class=\"facts\">\n");
	html_fact(r, "State", f->ledger_state);
	html_fact(r, "Log entry", f->ledger_seq);
	html_fact(r, "Checkpoint size", f->ledger_size);
	html_code_fact(r, "Root", f->ledger_root);
	html_fact(r, "Signed by", f->ledger_signer);
	html_fact(r, "Key belongs to", f->ledger_owner);
	if (f->ledger_time) {
		html_raw(r, "<div><dt>Time</dt><dd>");
		html_time(r, strtoll(f->ledger_time, NULL, 10));
		html_raw(r, "</dd></div>\n");
	}
	html_raw(r, "</dl>\n");
	if (f->ledger_checkpoint) {
		html_raw(r, "<h3>Checkpoint</h3>\n");
		preformatted(r, f->ledger_checkpoint);
	}
}

static void
write_commands(struct report *r)
{
	const struct report_facts *f = &r->summary->facts;

	html_raw(r, "<h3>Check it yourself</h3>\n<p>The whole log, with the key that you trust (take it from its owner, not from this "
		    "page):</p>\n<pre>assay log verify");
	if (f->vkey) {
		html_raw(r, " --vkey ");
		shell_word(r, f->vkey);
	}
	html_raw(r, "</pre>\n");
	if (f->ledger_seq) {
		html_raw(r, "<p>A receipt that this entry is under the checkpoint:</p>\n<pre>assay log prove ");
		html_string(r, f->ledger_seq);
		html_raw(r, "</pre>\n");
	}
}

int
html_integrity(struct report *r)
{
	const struct report_summary *s = r->summary;
	const struct report_facts *f = &s->facts;

	html_section(r, "integrity", "Integrity", "A signature proves possession of a key, nothing more.");
	if (s->is_signed) {
		write_signature(r);
		write_commands(r);
	} else if (s->is_unsigned)
		html_raw(r, "<p>This result is not signed. Nothing here can be verified against a log.</p>\n");
	else
		html_raw(r, "<p>The integrity block was left out, so that the same input gives the same file "
			    "(<code>--reproducible</code>).</p>\n");
	if (f->dataset_sha256) {
		html_raw(r, "<p>The dataset digest is the SHA-256 of the <code>sha256sum</code> list of its files, in byte order of their "
			    "names, "
			    "from the folder of the manifest:</p>\n<pre>sha256sum FILE\xe2\x80\xa6 | sha256sum\n");
		html_string(r, f->dataset_sha256);
		html_raw(r, "  -</pre>\n");
	}
	html_section_end(r);
	return ASSAY_OK;
}

static void
write_packs(struct report *r)
{
	struct base_span rest = base_span_of(r->summary->facts.packs), pack;

	html_raw(r, "<h3>Packs</h3>\n<ul class=\"packs\">");
	while (report_next_part(&rest, &pack)) {
		html_raw(r, "<li><code>");
		html_text(r, pack);
		html_raw(r, "</code></li>");
	}
	html_raw(r, "</ul>\n");
}

static void
write_words(struct report *r)
{
	html_raw(r,
		"<h3>Words</h3>\n<dl class=\"words\">\n"
		"<div><dt>fail</dt><dd>data, log or declaration contradict the control</dd></div>\n"
		"<div><dt>review</dt><dd>a person has to judge</dd></div>\n"
		"<div><dt>noteval</dt><dd>required evidence is missing, so nothing was concluded</dd></div>\n"
		"<div><dt>pass</dt><dd>nothing contradicts the control on the basis that stands beside it</dd></div>\n"
		"<div><dt>na</dt><dd>does not apply to what was declared</dd></div>\n"
		"<div><dt>error</dt><dd>the control itself could not be run</dd></div>\n"
		"<div><dt>data, log</dt><dd>seen in the data, or in the signed log</dd></div>\n"
		"<div><dt>declared, document</dt><dd>said by the owner, or a file that exists; neither was checked for truth</dd></div>\n"
		"</dl>\n");
}

int
html_appendix(struct report *r)
{
	const struct report_facts *f = &r->summary->facts;

	html_section(r, "appendix", "Appendix", NULL);
	html_raw(r, "<dl class=\"facts\">\n");
	html_fact(r, "Assay", f->tool);
	html_code_fact(r, "Key id of fingerprints", f->key_id);
	html_fact(r, "Fails from severity", f->fail_on);
	html_fact(r, "Strict", f->strict ? "review and noteval count as violations" : NULL);
	html_fact(r, "Controls evaluated", f->controls_evaluated);
	html_fact(r, "Controls in all", f->controls_total);
	html_raw(r, "</dl>\n");
	write_packs(r);
	if (f->options) {
		html_raw(r, "<h3>Options</h3>\n");
		preformatted(r, f->options);
	}
	if (r->summary->is_audit)
		write_words(r);
	html_section_end(r);
	return ASSAY_OK;
}
