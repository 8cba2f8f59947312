/* The XML report is valid against its own schema, whatever names the data brings. */
#include "fixture.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <libxml/xmlschemastypes.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

static xmlSchemaPtr
load_schema(void)
{
	xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(ASSAY_SOURCE_DIR "/reports/assay-report-1.xsd");
	xmlSchemaPtr schema = parser ? xmlSchemaParse(parser) : NULL;

	xmlSchemaFreeParserCtxt(parser);
	assert_non_null(schema);
	return schema;
}

static int
validate(xmlSchemaPtr schema, xmlDocPtr doc)
{
	xmlSchemaValidCtxtPtr context = xmlSchemaNewValidCtxt(schema);
	int r = xmlSchemaValidateDoc(context, doc);

	xmlSchemaFreeValidCtxt(context);
	return r;
}

static void
test_valid(void **state)
{
	xmlSchemaPtr schema = load_schema();

	(void)state;
	for (size_t i = 0; i < FIXTURE_CASES; i++) {
		sqlite3 *db = fixture_cases[i].make();
		struct rendered xml = render(db, "xml");
		xmlDocPtr doc = xmlReadMemory(xml.bytes.data, (int)xml.bytes.size, "report.xml", NULL, XML_PARSE_NONET);
		if (!doc || validate(schema, doc) != 0)
			fail_msg("not valid: %s", fixture_cases[i].name);
		xmlFreeDoc(doc);
		rendered_free(&xml);
		sqlite3_close(db);
	}
	xmlSchemaFree(schema);
}

static void
ignore(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

/* The schema is not so wide that it accepts anything. */
static void
test_schema_refuses(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {{"status=\"fail\"", "status=\"bad\""}, {"basis=\"data\"", "basis=\"luck\""}, {"kind=\"audit\"", "kind=\"look\""},
		{"count=\"20\"", "count=\"-1\""}, {"share=\"0.95\"", "share=\"1.95\""}, {"level=\"high\"", "level=\"huge\""},
		{"id=\"f-", "id=\"g-"}, {"as_of=\"2026-11-23\"", "as_of=\"2026-13-23\""}, {"<notice>", "<motice>"}};
	xmlSchemaPtr schema = load_schema();
	sqlite3 *db = fixture_audit();
	struct rendered xml = render(db, "xml");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *copy = strdup(xml.bytes.data), *at = strstr(copy, cases[i].from);
		if (!at)
			fail_msg("nothing to change: %s", cases[i].from);
		assert_int_equal(strlen(cases[i].from) >= strlen(cases[i].to), 1);
		memset(at, ' ', strlen(cases[i].from));
		memcpy(at, cases[i].to, strlen(cases[i].to));
		xmlDocPtr doc = xmlReadMemory(copy, (int)strlen(copy), "report.xml", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
		if (doc) {
			xmlSchemaValidCtxtPtr context = xmlSchemaNewValidCtxt(schema);
			xmlSchemaSetValidStructuredErrors(context, ignore, NULL);
			if (xmlSchemaValidateDoc(context, doc) == 0)
				fail_msg("accepted: %s", cases[i].to);
			xmlSchemaFreeValidCtxt(context);
			xmlFreeDoc(doc);
		}
		free(copy);
	}
	rendered_free(&xml);
	sqlite3_close(db);
	xmlSchemaFree(schema);
}

static char *
text_at(xmlDocPtr doc, const char *path)
{
	xmlXPathContextPtr context = xmlXPathNewContext(doc);
	xmlXPathObjectPtr found;
	char *text;

	xmlXPathRegisterNs(context, (const xmlChar *)"a", (const xmlChar *)"urn:assay:report:1");
	found = xmlXPathEvalExpression((const xmlChar *)path, context);
	assert_non_null(found);
	text = (char *)xmlXPathCastToString(found);
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(context);
	return text;
}

static void
test_hostile_names_are_kept_visibly(void **state)
{
	sqlite3 *db = fixture_hostile();
	struct rendered xml = render(db, "xml");
	xmlDocPtr doc = xmlReadMemory(xml.bytes.data, (int)xml.bytes.size, "report.xml", NULL, XML_PARSE_NONET);
	char *name = text_at(doc, "string(//a:finding/@column)");

	(void)state;
	/* line break and reordering mark are characters of XML and stay; escape, broken byte and U+FFFE are spelt out */
	assert_string_equal(name, "a<script>alert(1)</script>]]>\"'&amp;\n\\x1B[31mred\xe2\x80\xaetxt.exe\\xFF\\u{FFFE}{{}}`$(id)`\\");
	xmlFree(name);
	xmlFreeDoc(doc);
	rendered_free(&xml);
	sqlite3_close(db);
}

static void
test_rows(void **state)
{
	static const struct {
		const char *path, *text;
	} cases[] = {{"string(//a:finding[@entity='ICD10_CODE']/@id)", "f-e170d5dcb457842b"},
		{"string(//a:finding[@column='phone']/@share)", "0.95"}, {"count(//a:finding)", "6"},
		{"count(//a:finding[@state='reported'])", "4"}, {"count(//a:finding[@column='email']/a:example)", "2"},
		{"string(//a:finding[@column='email']/a:example[2]/@masked)", "b***@***"},
		{"count(//a:finding[@column='dx']/a:example)", "1"}, {"count(//a:finding[@column='dx']/a:example/@masked)", "0"},
		{"count(//a:verdict)", "11"}, {"count(//a:control[@blocker='true'])", "2"},
		{"string(//a:control[1]/@article)", "Civ. Code 1798.100"}, {"string(//a:control[3]/@article)", "Art. 5"},
		{"string(//a:control[last()]/@control)", "gdpr-a32.1b-1"}, {"string(//a:exit/@codes)", "1 4"},
		{"string(//a:ledger/@seq)", "7"}, {"count(//a:pack)", "4"}, {"string(//a:pack[1])", "ccpa@1.0.0"},
		{"string(//a:idle)", "W-2026-02: expired"}, {"string(//a:event[1]/@first)", "2026-11-18T11:06:40.000Z"},
		{"string(//a:question[1]/@ids)", "gdpr-a17.1-1, gdpr-a30.1-1"}, {"string(//a:question[1]/@in_profile)", "1"},
		{"string(//a:question[1]/@question)", "no comparable list of 'erased' persons"},
		{"string(//a:question[2]/@question)", "missing: document:/record"},
		{"string(//a:question[3]/@question)", "Are direct identifiers needed for training?"},
		{"string(//a:question[3]/@for)", "person"}, {"count(//a:question)", "3"}, {"string(//a:issue[2]/@offset)", ""}};
	sqlite3 *db = fixture_audit();
	struct rendered xml = render(db, "xml");
	xmlDocPtr doc = xmlReadMemory(xml.bytes.data, (int)xml.bytes.size, "report.xml", NULL, XML_PARSE_NONET);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *text = text_at(doc, cases[i].path);
		if (strcmp(text, cases[i].text) != 0)
			fail_msg("%s is '%s', not '%s'", cases[i].path, text, cases[i].text);
		xmlFree(text);
	}
	xmlFreeDoc(doc);
	rendered_free(&xml);
	sqlite3_close(db);
}

/* Words that the database does not check are checked before they could make the document invalid. */
static void
test_damaged_result_is_refused(void **state)
{
	static const char *const damage[] = {"UPDATE finding SET state='gone' WHERE id=1", "UPDATE control SET severity='awful'",
		"UPDATE verdict SET severity='high low'"};

	(void)state;
	for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
		sqlite3 *db = fixture_audit();
		struct rendered sink = {.counts_only = true};
		OK(facts_exec(db, damage[i], ERR));
		assert_int_equal(report_write(db, "xml", NULL, rendered_write, &sink, ERR), ASSAY_FORMAT);
		assert_non_null(strstr(fixture_error.message, "damaged"));
		sqlite3_close(db);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_schema_refuses),
		cmocka_unit_test(test_hostile_names_are_kept_visibly),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_damaged_result_is_refused),
	};
	int r = cmocka_run_group_tests(tests, NULL, NULL);

	xmlSchemaCleanupTypes();
	xmlCleanupParser();
	return r;
}
