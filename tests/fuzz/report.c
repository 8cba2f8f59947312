/* Reports of stored results whose every text is the input's: HTML and XML are well-formed, XML is valid against its schema, JSON parses,
 * the terminal gets no control character, no format has a script in it, and all show as many findings.
 *
 * Input: decisions and texts in turn; a text is a length byte and its bytes, or one of a list of hostile pieces. */
#include "fuzz.h"

#include "policy/facts.h"
#include "report/report.h"

#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

enum { OUT_MAX = 64 << 20, TEXTS = 512 };

#define WORD(take, ...) one_of(take, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

struct maker {
	struct take take;
	sqlite3 *db;
	char *texts[TEXTS]; /* owned until the database is done with them */
	size_t n_texts, n_findings;
	struct assay_error err;
};

static const char *
one_of(struct take *take, const char *const *words, size_t n)
{
	return words[take_below(take, (uint32_t)n)];
}

static char *
keep(struct maker *m, char *text)
{
	must(text && m->n_texts < TEXTS, "no room for a text");
	m->texts[m->n_texts++] = text;
	return text;
}

/* Any text at all; it stays until maker_done. */
static const char *
any_text(struct maker *m)
{
	static const char *const pieces[] = {"", "<script>alert(1)</script>", "]]>", "\"'&<>", "\x1b[31m", "\xe2\x80\xae", "\xff\xfe",
		"\xef\xbf\xbe", "\xed\xa0\x80", "\\", "--", "{{x}}", "\x7f\x01\x1f", "\r\n\t", "a,b@1, c", "&#0;", "<!--", "\xc2\x85",
		"</style>", "\xf4\x8f\xbf\xbf", "\xf4\x90\x80\x80", "Art. 5(1)(c)", "a\nb\nc", "\xe2\x80\xa8"};
	uint32_t n = take_below(&m->take, 96);

	if (n < BASE_COUNT(pieces))
		return pieces[n];
	n -= BASE_COUNT(pieces);
	/* long ones must be cut or wrapped, not lost */
	if (n == 71) {
		struct base_span unit = take_span(&m->take, 3);
		size_t size = 40 * (size_t)take_byte(&m->take);
		char *text = keep(m, malloc(size + 1));
		for (size_t i = 0; i < size; i++)
			text[i] = unit.size > 0 && unit.data[i % unit.size] ? (char)unit.data[i % unit.size] : '<';
		text[size] = '\0';
		return text;
	}
	return keep(m, fuzz_text(take_span(&m->take, n)));
}

static const char *
maybe_text(struct maker *m)
{
	return take_below(&m->take, 4) == 0 ? NULL : any_text(m);
}

/* A text that no other row has. */
static const char *
own_text(struct maker *m, int64_t id)
{
	return keep(m, base_format("%s%" PRId64, any_text(m), id));
}

static int64_t
number(struct maker *m)
{
	static const int64_t numbers[] = {0, 1, 2, 19, 1000, 999999, 1000000, INT32_MAX, INT64_C(1) << 40, (INT64_C(1) << 53) - 1};

	return numbers[take_below(&m->take, BASE_COUNT(numbers))];
}

static void
done(struct maker *m, int r)
{
	must(r == 0, "%s: %s", m->err.subject, m->err.message);
}

/* ---- a stored result ---- */

static void
make_properties(struct maker *m)
{
	static const char *const names[] = {"dataset", "dataset_version", "owner", "tool", "packs", "waivers.idle", "waivers.applied",
		"vkey", "ledger.signer", "ledger.owner", "ledger.checkpoint", "profile", "options", "id", "key_id", "not_judged",
		"law.gdpr", "window"};
	struct take *t = &m->take;

	done(m, facts_set_property(m->db, "kind", WORD(t, "audit", "scan"), &m->err));
	done(m, facts_set_property(m->db, "as_of", "2026-11-23", &m->err));
	done(m, facts_set_property(m->db, "exit_code", WORD(t, "0", "1", "4"), &m->err));
	done(m, facts_set_property(m->db, "exit_codes", WORD(t, "0", "1,4", "5,3,2,1,4"), &m->err));
	done(m, facts_set_property(m->db, "ledger.state", WORD(t, "signed", "unsigned", "broken"), &m->err));
	done(m, facts_set_property(m->db, "ledger.pinned", WORD(t, "0", "1"), &m->err));
	done(m, facts_set_property(m->db, "simulated", WORD(t, "0", "1"), &m->err));
	done(m, facts_set_property(m->db, "fail_on", WORD(t, "high", "low"), &m->err));
	for (size_t i = 0; i < BASE_COUNT(names); i++)
		if (take_below(t, 3) > 0)
			done(m, facts_set_property(m->db, names[i], any_text(m), &m->err));
}

static void
make_finding(struct maker *m, int64_t id)
{
	struct take *t = &m->take;
	const char *entity = own_text(m, id);

	if (take_below(t, 2))
		done(m, facts_insert(m->db, "entity", &m->err, "tttitt", entity, any_text(m),
				WORD(t, "direct", "quasi", "sensitive", "secret", "other"), (int64_t)take_below(t, 2), maybe_text(m),
				maybe_text(m)));
	done(m, facts_insert(m->db, "finding", &m->err, "iitttiiiiiiiin", id, id, entity,
			WORD(t, "reported", "sample", "suppressed", "undecided"), maybe_text(m), (int64_t)take_below(t, 2),
			(int64_t)take_below(t, 101), number(m), number(m), (int64_t)take_below(t, 1001) * 1000, number(m), number(m),
			number(m)));
	for (uint32_t i = take_below(t, 3); i > 0; i--)
		done(m, facts_insert(m->db, "example", &m->err,
				"iiiititt"
				"n",
				id, number(m), (int64_t)0, (int64_t)9, maybe_text(m), (int64_t)85, maybe_text(m), maybe_text(m)));
	m->n_findings++;
}

static void
make_resources(struct maker *m)
{
	static const uint8_t sha256[32] = {0xab};
	struct take *t = &m->take;
	int64_t n = 1 + take_below(t, 3);

	for (int64_t i = 1; i <= n; i++) {
		done(m, facts_insert(m->db, "resource", &m->err, "ittttiiibtt", i, own_text(m, i), any_text(m), maybe_text(m),
				WORD(t, "complete", "sampled", "incomplete", "unread", "excluded"), number(m), number(m), number(m),
				take_below(t, 2) ? sha256 : NULL, (size_t)32, maybe_text(m), maybe_text(m)));
		done(m, facts_insert(m->db, "field", &m->err, "iitti", i, i, any_text(m), WORD(t, "free_text", "direct", "subject_id"),
				number(m)));
		make_finding(m, i);
		if (take_below(t, 2))
			done(m, facts_insert(m->db, "issue", &m->err, "ittiiit", i, any_text(m), maybe_text(m), number(m), number(m),
					number(m), maybe_text(m)));
	}
}

static void
make_judgement(struct maker *m)
{
	struct take *t = &m->take;
	int64_t n = take_below(t, 4);

	for (int64_t i = 0; i < n; i++) {
		const char *id = own_text(m, i), *severity = WORD(t, "critical", "high", "medium", "low"),
			   *status = WORD(t, "pass", "fail", "review", "na", "noteval", "error");
		const char *basis = WORD(t, "data", "log", "declared", "document"),
			   *disposition = WORD(t, "open", "waived", "baseline", "decided");
		int64_t blocks = take_below(t, 2);
		done(m, facts_insert(m->db, "control", &m->err, "ttttttitttt", id, any_text(m), any_text(m), any_text(m), severity,
				WORD(t, "reviewed", "draft"), blocks, maybe_text(m), WORD(t, NULL, "2018-05-25", "2026-12-01"), NULL,
				maybe_text(m)));
		for (uint32_t places = take_below(t, 3), k = 0; k <= places; k++)
			done(m, facts_insert(m->db, "verdict", &m->err, "tttttttttitt", id, k == 0 ? "" : any_text(m),
					k == 0 ? NULL : maybe_text(m), k == 0 ? NULL : maybe_text(m), status, basis, disposition,
					maybe_text(m), severity, blocks, any_text(m), maybe_text(m)));
	}
}

static void
make_logs(struct maker *m)
{
	static const uint8_t sha256[32] = {0x11};
	struct take *t = &m->take;

	for (uint32_t i = take_below(t, 3); i > 0; i--) {
		done(m, facts_insert(m->db, "access_right", &m->err, "ttttttnt", maybe_text(m), maybe_text(m), maybe_text(m), maybe_text(m),
				maybe_text(m), maybe_text(m), maybe_text(m)));
		done(m, facts_insert(m->db, "access_event", &m->err, "iitttttt", number(m), (int64_t)take_below(t, 60000) * 1000000,
				maybe_text(m), maybe_text(m), maybe_text(m), maybe_text(m), maybe_text(m), maybe_text(m)));
		done(m, facts_insert(m->db, "lineage_edge", &m->err, "itbtbti", number(m), maybe_text(m), take_below(t, 2) ? sha256 : NULL,
				(size_t)32, maybe_text(m), sha256, (size_t)32, maybe_text(m), (int64_t)take_below(t, 2)));
		done(m, facts_insert(m->db, "rights_list", &m->err, "ttttiiit", own_text(m, i), any_text(m), maybe_text(m), maybe_text(m),
				number(m), number(m), number(m), maybe_text(m)));
		done(m, facts_insert(m->db, "document", &m->err, "ttib", own_text(m, i), any_text(m), (int64_t)take_below(t, 2),
				take_below(t, 2) ? sha256 : NULL, (size_t)32));
	}
}

/* ---- what comes out ---- */

static int
append(void *context, const void *data, size_t n)
{
	return base_buffer_append(context, data, n) ? ASSAY_OK : ASSAY_NOMEM;
}

static struct base_buffer
render(struct maker *m, const char *format, bool color, unsigned width)
{
	struct report_options options = {.size = sizeof options, .color = color, .width = width};
	struct base_buffer out;
	int r;

	base_buffer_init(&out, OUT_MAX);
	r = report_write(m->db, format, &options, append, &out, &m->err);
	fuzz_check_error(r, &m->err);
	must(r == 0 && out.size > 0, "%s: %s", format, m->err.message);
	must(base_utf8_is_valid((struct base_span){(const uint8_t *)out.data, out.size}), "%s is not UTF-8", format);
	return out;
}

static size_t
count_elements(const xmlNode *node, const char *name)
{
	size_t n = 0;

	for (; node; node = node->next) {
		n += node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
		n += count_elements(node->children, name);
	}
	return n;
}

static xmlDocPtr
parse_xml(const struct base_buffer *out, const char *format)
{
	xmlDocPtr doc = xmlReadMemory(out->data, (int)out->size, format, NULL, XML_PARSE_NONET | XML_PARSE_HUGE);

	must(doc, "%s is not well-formed:\n%.3000s", format, out->data);
	return doc;
}

static void
check_xml(struct maker *m)
{
	static xmlSchemaPtr schema;
	struct base_buffer out = render(m, "xml", false, 0);
	xmlDocPtr doc = parse_xml(&out, "xml");

	if (!schema) {
		xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(ASSAY_SOURCE_DIR "/reports/assay-report-1.xsd");
		must(parser && (schema = xmlSchemaParse(parser)), "no schema");
		xmlSchemaFreeParserCtxt(parser);
	}
	xmlSchemaValidCtxtPtr valid = xmlSchemaNewValidCtxt(schema);
	must(valid && xmlSchemaValidateDoc(valid, doc) == 0, "not valid:\n%.3000s", out.data);
	xmlSchemaFreeValidCtxt(valid);
	must(count_elements(xmlDocGetRootElement(doc), "finding") == m->n_findings, "XML lost a finding");
	xmlFreeDoc(doc);
	base_buffer_dispose(&out);
}

static void
check_html(struct maker *m)
{
	struct base_buffer out = render(m, "html", false, 0);
	xmlDocPtr doc = parse_xml(&out, "html");
	const xmlNode *root = xmlDocGetRootElement(doc);

	must(count_elements(root, "script") == 0 && !strcasestr(out.data, "<script"), "a script in HTML:\n%.3000s",
		strcasestr(out.data, "<script"));
	must(count_elements(root, "main") == 1 && count_elements(root, "h1") == 1 && count_elements(root, "style") <= 1,
		"a text became markup");
	must(count_elements(root, "img") + count_elements(root, "iframe") + count_elements(root, "link") == 0, "a text became markup");
	xmlFreeDoc(doc);
	base_buffer_dispose(&out);
}

static void
check_json(struct maker *m)
{
	struct base_buffer out = render(m, "json", false, 0);
	json_error_t why;
	json_t *root = json_loadb(out.data, out.size, JSON_ALLOW_NUL, &why);

	must(root, "%s at %d: %.400s", why.text, why.position, out.data + (why.position > 200 ? why.position - 200 : 0));
	must(json_array_size(json_object_get(root, "findings")) == m->n_findings, "JSON lost a finding");
	json_decref(root);
	base_buffer_dispose(&out);
}

static void
check_text(struct maker *m, bool color, unsigned width)
{
	struct base_buffer out = render(m, "text", color, width);
	struct base_span rest = {(const uint8_t *)out.data, out.size};
	uint32_t c;

	for (size_t n; (n = base_utf8_decode(rest, &c)) > 0; rest.data += n, rest.size -= n) {
		if (color && c == 0x1b) {
			size_t end = strspn((const char *)rest.data + 1, "[0123456789;");
			must(rest.data[1] == '[' && rest.data[1 + end] == 'm' && end < 8,
				"an escape sequence of a text reaches the terminal");
			continue;
		}
		must((c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0)) || c == '\n', "control character %x reaches the terminal", c);
		must(!(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069), "a text can turn the line round");
	}
	base_buffer_dispose(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct maker *m = calloc(1, sizeof *m);

	must(m, "out of memory");
	m->take = (struct take){data, data + size};
	done(m, facts_create(":memory:", &m->db, &m->err));
	make_properties(m);
	make_resources(m);
	make_judgement(m);
	make_logs(m);
	unsigned width = take_byte(&m->take);
	check_xml(m);
	check_html(m);
	check_json(m);
	check_text(m, false, width);
	check_text(m, true, 0);
	sqlite3_close(m->db);
	for (size_t i = 0; i < m->n_texts; i++)
		free(m->texts[i]);
	free(m);
	return 0;
}
