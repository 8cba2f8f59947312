/* One result, the same numbers in every format (a table and a page that disagree are worth nothing). */
#include "fixture.h"

#include <inttypes.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

struct formats {
	sqlite3 *db;
	json_t *json;
	xmlDocPtr xml, html;
	struct rendered text;
};

static xmlDocPtr
parse(sqlite3 *db, const char *format)
{
	struct rendered out = render(db, format);
	xmlDocPtr doc = xmlReadMemory(out.bytes.data, (int)out.bytes.size, format, NULL, XML_PARSE_NONET);

	assert_non_null(doc);
	rendered_free(&out);
	return doc;
}

static struct formats
open_all(sqlite3 *db)
{
	struct formats f = {.db = db, .xml = parse(db, "xml"), .html = parse(db, "html"), .text = render(db, "text")};
	struct rendered json = render(db, "json");

	f.json = json_loadb(json.bytes.data, json.bytes.size, 0, NULL);
	assert_non_null(f.json);
	rendered_free(&json);
	return f;
}

static void
close_all(struct formats *f)
{
	json_decref(f->json);
	xmlFreeDoc(f->xml);
	xmlFreeDoc(f->html);
	rendered_free(&f->text);
	sqlite3_close(f->db);
}

static char *
evaluate(xmlDocPtr doc, const char *path)
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

/* A number in a document; thousands commas dropped. */
static int64_t
number_at(xmlDocPtr doc, const char *path)
{
	char *text = evaluate(doc, path), *to = text;
	int64_t n;

	for (const char *p = text; *p; p++)
		if (*p != ',')
			*to++ = *p;
	*to = '\0';
	if (!*text)
		fail_msg("nothing at %s", path);
	n = strtoll(text, NULL, 10);
	xmlFree(text);
	return n;
}

static int64_t
json_at(json_t *json, const char *path)
{
	char copy[128], *part, *rest = copy;

	snprintf(copy, sizeof copy, "%s", path);
	while ((part = strsep(&rest, ".")) != NULL)
		json = json_object_get(json, part);
	if (!json_is_integer(json))
		fail_msg("no number at %s", path);
	return json_integer_value(json);
}

static void
test_bases(void **state)
{
	static const char *const bases[] = {"data", "log", "declared", "document"}, *const statuses[] = {"fail", "review", "noteval",
											    "error", "pass", "na"};
	struct formats f = open_all(fixture_audit());
	int64_t total = 0, controls;

	(void)state;
	for (size_t b = 0; b < 4; b++) {
		char line[128];
		int n = snprintf(line, sizeof line, "  %-10s", bases[b]);
		for (size_t s = 0; s < 6; s++) {
			char json[64], xml[96], html[96];
			int64_t wanted;
			snprintf(json, sizeof json, "summary.by_basis.%s.%s", bases[b], statuses[s]);
			snprintf(xml, sizeof xml, "string(//a:by_basis/a:%s/@%s)", bases[b], statuses[s]);
			snprintf(html, sizeof html, "string(//*[@id='n-%s-%s'])", bases[b], statuses[s]);
			wanted = json_at(f.json, json);
			assert_int_equal(number_at(f.xml, xml), wanted);
			assert_int_equal(number_at(f.html, html), wanted);
			n += snprintf(line + n, sizeof line - (size_t)n, "%9" PRId64, wanted);
			total += wanted;
		}
		if (!strstr(f.text.bytes.data, line))
			fail_msg("the text report lacks '%s'", line);
	}
	OK(facts_int(f.db, "SELECT count(*) FROM control", &controls, ERR));
	assert_int_equal(total, controls);
	assert_int_equal(json_at(f.json, "summary.by_basis.data.fail"), 2);
	close_all(&f);
}

static void
test_counts(void **state)
{
	static const struct {
		const char *json, *xml, *html;
		int64_t wanted;
	} cases[] = {
		{"coverage.complete", "string(//a:coverage/@complete)", "string(//*[@id='n-complete'])", 3},
		{"coverage.sampled", "string(//a:coverage/@sampled)", "string(//*[@id='n-sampled'])", 0},
		{"coverage.incomplete", "string(//a:coverage/@incomplete)", "string(//*[@id='n-incomplete'])", 0},
		{"coverage.unread", "string(//a:coverage/@unread)", "string(//*[@id='n-unread'])", 1},
		{"coverage.excluded", "string(//a:coverage/@excluded)", "string(//*[@id='n-excluded'])", 1},
		{"summary.findings", "string(//a:summary/@findings)", "string(//*[@id='n-findings'])", 4},
		{"summary.validated", "string(//a:summary/@validated)", "string(//*[@id='n-validated'])", 2},
		{"summary.values", "string(//a:summary/@values)", "string(//*[@id='n-values'])", 1220},
		{"summary.samples", "string(//a:summary/@samples)", "string(//*[@id='n-samples'])", 1},
		{"summary.suppressed", "string(//a:summary/@suppressed)", "string(//*[@id='n-suppressed'])", 1},
		{"summary.undecided", "string(//a:summary/@undecided)", "string(//*[@id='n-undecided'])", 0},
	};
	static const char *const kinds[] = {"audit", "scan"};

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct formats f = open_all(k == 0 ? fixture_audit() : fixture_scan());
		for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
			if (json_at(f.json, cases[i].json) != cases[i].wanted)
				fail_msg("%s: %s", kinds[k], cases[i].json);
			assert_int_equal(number_at(f.xml, cases[i].xml), cases[i].wanted);
			assert_int_equal(number_at(f.html, cases[i].html), cases[i].wanted);
		}
		assert_non_null(strstr(f.text.bytes.data, "4 findings in 4 columns of 3 resources, 2 validated"));
		assert_non_null(strstr(f.text.bytes.data, "3 complete, 0 sampled, 0 incomplete, 1 unread, 1 excluded"));
		close_all(&f);
	}
}

/* Rows: as many in each, and the sentence of the first screen word for word. */
static void
test_rows_and_headline(void **state)
{
	struct formats f = open_all(fixture_audit());
	const char *headline = json_string_value(json_object_get(f.json, "headline"));
	char *xml = evaluate(f.xml, "string(//a:headline)"), *html = evaluate(f.html, "string(//h1)"), bare[256];
	size_t n = 0;

	(void)state;
	assert_string_equal(xml, headline);
	for (const char *p = headline; *p; p++)
		if (*p != '`')
			bare[n++] = *p;
	bare[n] = '\0';
	assert_string_equal(html, bare);
	assert_int_equal(strncmp(f.text.bytes.data, headline, strlen(headline)), 0);
	assert_int_equal(json_array_size(json_object_get(f.json, "findings")), number_at(f.xml, "count(//a:finding)"));
	assert_int_equal(json_array_size(json_object_get(f.json, "findings")), number_at(f.html, "count(//tr[starts-with(@id, 'f-')])"));
	assert_int_equal(json_array_size(json_object_get(f.json, "verdicts")), number_at(f.xml, "count(//a:verdict)"));
	assert_int_equal(json_array_size(json_object_get(f.json, "controls")), number_at(f.xml, "count(//a:control)"));
	assert_int_equal(json_array_size(json_object_get(f.json, "controls")), number_at(f.html, "count(//tr[starts-with(@id, 'c-')])"));
	assert_int_equal(json_array_size(json_object_get(f.json, "controls")), number_at(f.html, "count(//a[contains(@class, 'tile')])"));
	assert_int_equal(json_at(f.json, "summary.blockers"), number_at(f.html, "count(//ol[@class='blockers']/li)"));
	assert_int_equal(json_at(f.json, "summary.blockers"), number_at(f.xml, "count(//a:control[@blocker='true'])"));
	xmlFree(xml);
	xmlFree(html);
	close_all(&f);
}

/* What blocks follows the exit code's rule: severity from --fail-on, open, of the profile; with --strict everything open. */
static void
test_what_blocks(void **state)
{
	static const struct {
		const char *change;
		int64_t blockers, contradictions, missing, person, beside;
	} cases[] = {
		{"SELECT 1", 2, 1, 1, 0, 0},
		{"UPDATE property SET value='critical' WHERE name='fail_on'", 2, 1, 1, 0, 0},
		{"UPDATE verdict SET severity='high' WHERE control='gdpr-a9.1-1'; UPDATE property SET value='critical' WHERE "
		 "name='fail_on'",
			1, 0, 1, 0, 1},
		{"UPDATE verdict SET disposition='open' WHERE disposition='waived'", 3, 2, 1, 0, 0},
		{"UPDATE verdict SET disposition='waived' WHERE status='fail'", 1, 0, 1, 0, 0},
		{"UPDATE verdict SET blocks=1 WHERE status='review'", 2, 1, 1, 1, 0},
		{"INSERT INTO property VALUES('strict','1')", 4, 1, 2, 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		sqlite3 *db = fixture_audit();
		OK(facts_exec(db, cases[i].change, ERR));
		struct formats f = open_all(db);
		print_message("case %zu\n", i);
		assert_int_equal(json_at(f.json, "summary.blockers"), cases[i].blockers);
		assert_int_equal(json_at(f.json, "summary.in_profile.contradictions"), cases[i].contradictions);
		assert_int_equal(json_at(f.json, "summary.in_profile.missing"), cases[i].missing);
		assert_int_equal(json_at(f.json, "summary.in_profile.person"), cases[i].person);
		assert_int_equal(json_at(f.json, "summary.beside.contradictions"), cases[i].beside);
		assert_int_equal(number_at(f.xml, "count(//a:control[@blocker='true'])"), cases[i].blockers);
		close_all(&f);
	}
}

static void
test_not_blocked(void **state)
{
	sqlite3 *db = fixture_audit();
	struct rendered out;

	(void)state;
	OK(facts_exec(db,
		"DELETE FROM verdict WHERE status IN('fail','noteval'); DELETE FROM resource WHERE state='unread';"
		"UPDATE property SET value='0' WHERE name IN('exit_code','exit_codes')",
		ERR));
	out = render(db, "text");
	assert_int_equal(
		strncmp(out.bytes.data, "Not blocked for `pre-training`: 0 contradictions, 0 missing evidence, 0 for a person.", 80), 0);
	rendered_free(&out);
	/* blocked by what could not be read, although no control says so */
	OK(facts_exec(db, "UPDATE property SET value='4' WHERE name IN('exit_code','exit_codes')", ERR));
	out = render(db, "text");
	assert_int_equal(strncmp(out.bytes.data, "Blocked for `pre-training`: 0 contradictions", 40), 0);
	assert_non_null(strstr(out.bytes.data, "The audit is incomplete"));
	rendered_free(&out);
	sqlite3_close(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bases),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_rows_and_headline),
		cmocka_unit_test(test_what_blocks),
		cmocka_unit_test(test_not_blocked),
	};
	int r = cmocka_run_group_tests(tests, NULL, NULL);

	xmlCleanupParser();
	return r;
}
