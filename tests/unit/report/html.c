/* The HTML report: one file that loads and runs nothing, well formed whatever the data is called, and careful with its words. */
#include "fixture.h"

#include "base/text.h"
#include "crypto/digest.h"

#include <ctype.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>

static xmlDocPtr
parse(const struct rendered *page, const char *name)
{
	xmlDocPtr doc = xmlReadMemory(page->bytes.data, (int)page->bytes.size, "report.html", NULL, XML_PARSE_NONET);

	if (!doc)
		print_error("not well formed: %s\n", name);
	assert_non_null(doc);
	return doc;
}

static int
count(xmlDocPtr doc, const char *path)
{
	xmlXPathContextPtr context = xmlXPathNewContext(doc);
	xmlXPathObjectPtr found = xmlXPathEvalExpression((const xmlChar *)path, context);
	int n;

	assert_non_null(found);
	n = found->nodesetval ? found->nodesetval->nodeNr : 0;
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(context);
	return n;
}

static void
test_well_formed(void **state)
{
	(void)state;
	for (size_t i = 0; i < FIXTURE_CASES; i++) {
		sqlite3 *db = fixture_cases[i].make();
		struct rendered page = render(db, "html");
		xmlDocPtr doc = parse(&page, fixture_cases[i].name);
		assert_true(base_utf8_is_valid((struct base_span){(const uint8_t *)page.bytes.data, page.bytes.size}));
		assert_int_equal(count(doc, "//h1"), 1);
		assert_int_equal(count(doc, "//main"), 1);
		/* every table names itself and its columns; every row has a head */
		assert_int_equal(count(doc, "//table[not(caption)]"), 0);
		assert_int_equal(count(doc, "//th[not(@scope)]"), 0);
		assert_int_equal(count(doc, "//tbody/tr[not(th[@scope='row'])]"), 0);
		/* no id twice, no fragment that leads nowhere */
		assert_int_equal(count(doc, "//*[@id and @id=preceding::*/@id]"), 0);
		assert_int_equal(count(doc, "//a[not(starts-with(@href, '#'))]"), 0);
		assert_int_equal(count(doc, "//a[not(substring(@href, 2)=//@id)]"), 0);
		xmlFreeDoc(doc);
		rendered_free(&page);
		sqlite3_close(db);
	}
}

static void
test_loads_and_runs_nothing(void **state)
{
	static const char *const never[] = {"<script", "javascript:", "http:", "https:", " src=", "url(", "@import", "<iframe", "<object",
		"<link", "<img", " onload", " onclick", " style="};

	(void)state;
	for (size_t i = 0; i < FIXTURE_CASES; i++) {
		sqlite3 *db = fixture_cases[i].make();
		struct rendered page = render(db, "html");
		for (size_t k = 0; k < sizeof never / sizeof never[0]; k++)
			if (strstr(page.bytes.data, never[k]))
				fail_msg("%s holds '%s'", fixture_cases[i].name, never[k]);
		rendered_free(&page);
		sqlite3_close(db);
	}
}

/* The policy admits the style sheet of the page and nothing else. */
static void
test_policy_matches_the_style(void **state)
{
	sqlite3 *db = fixture_audit();
	struct rendered page = render(db, "html");
	const char *start = strstr(page.bytes.data, "<style>"), *end = start ? strstr(start, "</style>") : NULL;
	struct base_buffer wanted;
	uint8_t sha256[32];

	(void)state;
	assert_non_null(end);
	start += strlen("<style>");
	OK(crypto_sha256(start, (size_t)(end - start), sha256));
	base_buffer_init(&wanted, 512);
	base_buffer_text(&wanted, "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-");
	base_base64(&wanted, (struct base_span){sha256, sizeof sha256});
	base_buffer_text(&wanted, "'\"");
	if (!strstr(page.bytes.data, wanted.data))
		fail_msg("run: cd reports && sha256sum report.css > report.css.sha256");
	/* the same bytes for an XML and an HTML parser */
	assert_null(memchr(start, '&', (size_t)(end - start)));
	assert_null(memchr(start, '<', (size_t)(end - start)));
	base_buffer_dispose(&wanted);
	rendered_free(&page);
	sqlite3_close(db);
}

static void
test_hostile_names_stay_text(void **state)
{
	static const char *const never[] = {"\x1b", "\xe2\x80\xae", "\xff", "\xef\xbf\xbe", "alert(1)</script>", "]]>"};
	sqlite3 *db = fixture_hostile();
	struct rendered page = render(db, "html");

	(void)state;
	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
		assert_null(strstr(page.bytes.data, never[i]));
	/* they are shown, spelt out */
	assert_non_null(strstr(page.bytes.data,
		"a&lt;script&gt;alert(1)&lt;/"
		"script&gt;]]&gt;&quot;&#39;&amp;amp;\\n\\x1B[31mred\\u{202E}txt.exe\\xFF\\u{FFFE}{{}}`$(id)`\\\\"));
	rendered_free(&page);
	sqlite3_close(db);
}

static void
test_first_screen(void **state)
{
	static const char *const wanted[] = {"<h1>Blocked for <code>pre-training</code>: <span id=\"n-profile\">1 contradiction, 1 "
					     "missing evidence, 0 for a person.</span>",
		"<strong>Evidence, not legal advice.</strong>", "pseudonymised personal data", "<b>INCOMPLETE</b>", "support-chat",
		"team-support", "5f1d2c3b4a59687786958473625140fedcba98765432100123456789abcdef01", "acme.example/audit",
		"Data office, Acme Example",
		"assay log verify --vkey &#39;acme.example/audit+1a2b3c4d+AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=&#39;",
		"assay log prove 7", "assay explain gdpr-a9.1-1", "W-2026-02: expired", "1 new, 0 gone, 1 changed.",
		"What was found, by entity", "not selected", "Remove or mask the columns"};
	sqlite3 *db = fixture_audit();
	struct rendered page = render(db, "html");
	xmlDocPtr doc = parse(&page, "audit");

	(void)state;
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		if (!strstr(page.bytes.data, wanted[i]))
			fail_msg("missing: %s", wanted[i]);
	assert_int_equal(count(doc, "//ol[@class='blockers']/li"), 2);
	assert_int_equal(count(doc, "//section"), 12);
	/* a health code is never shown, not even masked */
	assert_int_equal(count(doc, "//tr[@id='f-e170d5dcb457842b']/td[last()][contains(., 'never shown')]"), 1);
	xmlFreeDoc(doc);
	rendered_free(&page);
	sqlite3_close(db);
}

/* Green is for what data or the log shows. */
static void
test_declared_passes_are_not_green(void **state)
{
	sqlite3 *db = fixture_audit();
	struct rendered page = render(db, "html");
	xmlDocPtr doc = parse(&page, "audit");

	(void)state;
	assert_int_equal(count(doc, "//a[contains(@class, 'tile good')]"), 1);
	assert_int_equal(count(doc, "//a[contains(@class, 'tile good')][@href='#c-gdpr-a32.1b-1']"), 1);
	assert_int_equal(count(doc, "//a[contains(@class, 'tile plain')][@href='#c-ccpa-100a1-1']"), 1);
	assert_int_equal(count(doc, "//*[contains(@class, 'good')][contains(@id, 'declared') or contains(@id, 'document')]"), 0);
	assert_int_equal(count(doc, "//tr[@id='c-ccpa-100a1-1']//*[contains(@class, 'good')]"), 0);
	/* a waived failure is neither red nor green */
	assert_int_equal(count(doc, "//a[contains(@class, 'tile aside')][@href='#c-gdpr-a5.1c-1']"), 1);
	xmlFreeDoc(doc);
	rendered_free(&page);
	sqlite3_close(db);
}

static void
test_banners(void **state)
{
	static const struct {
		const char *property, *value, *word;
	} cases[] = {{"ledger.state", "unsigned", "UNSIGNED"}, {"ledger.state", "broken", "BROKEN LEDGER"}, {"simulated", "1", "SIMULATED"},
		{"unprotected_key", "1", "UNPROTECTED KEY"}, {"ledger.pinned", "0", "UNPINNED KEY"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		static const char *const formats[] = {"html", "json", "xml", "text"};
		sqlite3 *db = fixture_audit();
		for (size_t k = 0; k < sizeof formats / sizeof formats[0]; k++) {
			struct rendered before = render(db, formats[k]);
			assert_null(strstr(before.bytes.data, cases[i].word));
			rendered_free(&before);
		}
		OK(facts_set_property(db, cases[i].property, cases[i].value, ERR));
		for (size_t k = 0; k < sizeof formats / sizeof formats[0]; k++) {
			struct rendered after = render(db, formats[k]);
			if (!strstr(after.bytes.data, cases[i].word))
				fail_msg("%s does not say %s", formats[k], cases[i].word);
			rendered_free(&after);
		}
		sqlite3_close(db);
	}
}

/* Assay's own voice promises nothing: the words of DESIGN section 9, in every format. */
static void
test_words_never_said(void **state)
{
	static const char *const never[] = {"compliant", "certified", "lawful", "safe", "anonymous", "no personal data"},
				 *const formats[] = {"html", "xml", "json", "text"};

	(void)state;
	for (size_t i = 0; i < FIXTURE_CASES; i++)
		for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
			sqlite3 *db = fixture_cases[i].make();
			struct rendered out = render(db, formats[f]);
			for (char *p = out.bytes.data; *p; p++)
				*p = (char)tolower((unsigned char)*p);
			for (size_t k = 0; k < sizeof never / sizeof never[0]; k++)
				if (strstr(out.bytes.data, never[k]))
					fail_msg("%s of '%s' says '%s'", formats[f], fixture_cases[i].name, never[k]);
			rendered_free(&out);
			sqlite3_close(db);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_well_formed),
		cmocka_unit_test(test_loads_and_runs_nothing),
		cmocka_unit_test(test_policy_matches_the_style),
		cmocka_unit_test(test_hostile_names_stay_text),
		cmocka_unit_test(test_first_screen),
		cmocka_unit_test(test_declared_passes_are_not_green),
		cmocka_unit_test(test_banners),
		cmocka_unit_test(test_words_never_said),
	};
	int r = cmocka_run_group_tests(tests, NULL, NULL);

	xmlCleanupParser();
	return r;
}
