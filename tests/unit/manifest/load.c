/* assay.yaml: what is accepted and as which rows, what is refused where and with which words. */
#include "files.h"

#include "crypto/digest.h"

/* the manifest of DESIGN section 8, without its extends */
static const char sample[] = "assay: 1\n"
			     "dataset: {id: support-chat, version: \"2026.11\", owner: team-support, declared_by: m.rossi, declared_on: "
			     "2026-11-20, valid_until: 2027-05-20}\n"
			     "data:\n"
			     "  - {path: \"train/*.jsonl.zst\", split: train, expect: {files: 12, records: \">=400000\"}}\n"
			     "  - {path: \"media/**\", skip: \"screenshots, not used in training\"}\n"
			     "columns: {subject_id: /customer_id, collected_at: /created_at, free_text: [/messages/*/content]}\n"
			     "jurisdictions: [eu, uk, us-ca]\n"
			     "subjects: {who: [customers], count: 41000, min_age: 18}\n"
			     "categories: [contact, account, conversation]\n"
			     "purposes:\n"
			     "  - {id: support, text: Answer customers' tickets, basis: contract}\n"
			     "  - {id: train-assistant, text: Fine-tune our own support assistant, basis: legitimate-interest, lia: "
			     "docs/lia.pdf, from: support,\n"
			     "     compatibility: docs/compat.pdf, art9: none}\n"
			     "source: {kind: direct, period: 2023-01-01/2026-10-31, notice: {ref: docs/notice-v7.html, date: 2022-11-01, "
			     "categories: [contact, account,\n"
			     "  conversation], sensitive: []}}\n"
			     "retention: {keep: P36M, delete_by: 2027-06-30}\n"
			     "storage: {country: DE, at_rest: file, environment: non-production}\n"
			     "transfers: [{country: US, recipient: gpu-cloud, ground: scc, ref: docs/scc.pdf, assessment: docs/tia.pdf, "
			     "review_by: 2027-02-01}]\n"
			     "rights: {applied_on: 2026-11-19, erased: lists/erased.hmac, objected: lists/objected.hmac, opted_out: "
			     "lists/optout.hmac, limited: lists/limit.hmac}\n"
			     "claims: {deidentification: pseudonymised, key_holder: trust-and-safety}\n"
			     "ai: {use: fine-tune, generative: true, automated_decisions: false, dpia: {ref: docs/dpia.pdf, date: "
			     "2026-03-02, review_by: 2027-03-01}}\n"
			     "audit: {profile: pre-training, packs: [gdpr@1, ccpa@1, secrets@1], lock: assay.lock}\n";

static const struct {
	const char *pointer, *type, *value;
} sample_rows[] = {
	{"/assay", "int", "1"},
	{"/dataset", "map", NULL},
	{"/dataset/version", "text", "2026.11"},
	{"/dataset/declared_on", "date", "2026-11-20"},
	{"/data", "list", NULL},
	{"/data/0/expect/files", "int", "12"},
	{"/data/0/expect/records", "text", ">=400000"},
	{"/columns/free_text", "list", "/messages/*/content"},
	{"/columns/free_text/0", "text", "/messages/*/content"},
	{"/jurisdictions", "list", "eu,uk,us-ca"},
	{"/jurisdictions/2", "text", "us-ca"},
	{"/subjects/count", "int", "41000"},
	{"/categories", "list", "contact,account,conversation"},
	{"/purposes", "list", NULL},
	{"/purposes/1", "map", NULL},
	{"/purposes/1/basis", "text", "legitimate-interest"},
	{"/purposes/1/art9", "text", "none"},
	{"/source/period", "text", "2023-01-01/2026-10-31"},
	{"/source/notice/sensitive", "list", ""},
	{"/retention/keep", "duration", "P36M"},
	{"/storage/country", "text", "DE"},
	{"/transfers/0/ground", "text", "scc"},
	{"/rights/erased", "text", "lists/erased.hmac"},
	{"/ai/generative", "bool", "true"},
	{"/audit/packs", "list", "gdpr@1,ccpa@1,secrets@1"},
};

static const struct manifest_value *
find(const struct manifest *m, const char *pointer)
{
	for (size_t i = 0; i < manifest_count(m); i++)
		if (strcmp(manifest_at(m, i)->pointer, pointer) == 0)
			return manifest_at(m, i);
	return NULL;
}

static void
sample_manifest_gives_rows(void **state)
{
	struct assay_error err = {0};
	struct manifest *m = NULL;
	uint8_t digest[32];

	(void)state;
	assert_ok(load_text(sample, &m, &err));
	for (size_t i = 0; i < BASE_COUNT(sample_rows); i++) {
		const struct manifest_value *v = find(m, sample_rows[i].pointer);
		if (!v)
			fail_msg("no row %s", sample_rows[i].pointer);
		assert_string_equal(v->type, sample_rows[i].type);
		if (sample_rows[i].value)
			assert_string_equal(v->value, sample_rows[i].value);
		else
			assert_null(v->value);
		assert_ptr_equal(manifest_get(m, sample_rows[i].pointer), v->value);
	}
	for (size_t i = 1; i < manifest_count(m); i++)
		assert_true(strcmp(manifest_at(m, i - 1)->pointer, manifest_at(m, i)->pointer) < 0);
	assert_null(manifest_at(m, manifest_count(m)));
	assert_null(manifest_get(m, "/audit/vkey"));
	assert_null(manifest_get(m, ""));
	assert_int_equal(crypto_sha256(sample, strlen(sample), digest), 0);
	assert_memory_equal(manifest_sha256(m), digest, 32);
	manifest_free(m);
}

static void
sample_manifest_gives_data(void **state)
{
	struct assay_error err = {0};
	struct manifest *m = NULL;
	const struct manifest_data *data;

	(void)state;
	assert_ok(load_text(sample, &m, &err));
	assert_int_equal(manifest_data_count(m), 2);
	data = manifest_data_at(m, 0);
	assert_string_equal(data->path, "train/*.jsonl.zst");
	assert_string_equal(data->split, "train");
	assert_null(data->skip);
	assert_int_equal(data->expect_files, 12);
	assert_false(data->expect_files_min);
	assert_int_equal(data->expect_records, 400000);
	assert_true(data->expect_records_min);
	assert_int_equal(data->line, 4);
	data = manifest_data_at(m, 1);
	assert_string_equal(data->skip, "screenshots, not used in training");
	assert_int_equal(data->expect_files, -1);
	assert_int_equal(data->expect_records, -1);
	assert_null(manifest_data_at(m, 2));
	manifest_free(m);
}

#define HEAD "assay: 1\ndataset: {id: x}\n"

/* Lines that stand below HEAD, the pointer to look at, and what must be there. */
static const struct {
	const char *text, *pointer, *value;
} good[] = {
	{"controller: {country: NO}", "/controller/country", "NO"},
	{"source: {licence: 01234}", "/source/licence", "01234"},
	{"source: {licence: 2026.10}", "/source/licence", "2026.10"},
	{"source: {licence: \"null\"}", "/source/licence", "null"},
	{"source: {licence: yes}", "/source/licence", "yes"},
	{"source: {licence: 1e3}", "/source/licence", "1e3"},
	{"categories: [none]", "/categories", "none"},
	{"jurisdictions: [eu, de, fr, us, br, us-hipaa]", "/jurisdictions", "eu,de,fr,us,br,us-hipaa"},
	{"purposes: [{id: a, basis: eu-gdpr:A6-1-f}]", "/purposes/0/basis", "legitimate-interest"},
	{"purposes: [{id: a, basis: legitimate-interests}]", "/purposes/0/basis", "legitimate-interest"},
	{"purposes: [{id: a, art9: eu-gdpr:A9-2-a}]", "/purposes/0/art9", "explicit-consent"},
	{"purposes: [{id: a, sold_or_shared: true}]", "/purposes/0/sold_or_shared", "true"},
	{"transfers: [{country: BR, ground: eu-gdpr:A46-2-c}]", "/transfers/0/ground", "scc"},
	{"transfers: []", "/transfers", NULL},
	{"retention: {keep: P1Y6M}", "/retention/keep", "P1Y6M"},
	{"audit: {vkey: 'assay.local/1+0123abcd+ATZKLqgDZKJzX5AZyJhsx3A1YmmVmkjpLGbFiFQpsMjR'}", "/audit/vkey",
		"assay.local/1+0123abcd+ATZKLqgDZKJzX5AZyJhsx3A1YmmVmkjpLGbFiFQpsMjR"},
	{"access: policy/access.yaml\nwaivers: policy/waivers.yaml", "/waivers", "policy/waivers.yaml"},
	{"data: [{path: '**', expect: {records: 0}}]", "/data/0/expect/records", "0"},
	{"ropa: {ref: 'https://records.example.com/7'}", "/ropa/ref", "https://records.example.com/7"},
	{"proposed: {categories: [health], audit: {profile: other}}", "/categories", NULL},
	{"proposed: {categories: [health]}\ncategories: [none]", "/categories", "none"},
	{"options: {threads: 4}", "/options/threads", "4"},
};

static void
good_texts_keep_their_letters(void **state)
{
	(void)state;
	for (size_t i = 0; i < BASE_COUNT(good); i++) {
		struct assay_error err = {0};
		struct manifest *m = NULL;
		char *text;
		text = base_format(HEAD "%s\n", good[i].text);
		if (load_text(text, &m, &err) < 0)
			fail_msg("%s: %s (%s)", good[i].text, err.message, err.hint);
		if (good[i].value) {
			assert_non_null(manifest_get(m, good[i].pointer));
			assert_string_equal(manifest_get(m, good[i].pointer), good[i].value);
		} else
			assert_null(manifest_get(m, good[i].pointer));
		assert_null(find(m, "/proposed"));
		manifest_free(m);
		free(text);
	}
}

/* Whole files; line or column 0 = any (quoted texts: the parser counts from inside the quotes). The message and the hint must hold these
 * words. */
static const struct {
	const char *text;
	uint32_t line, column;
	const char *message, *hint;
} bad[] = {
	{"", 1, 1, "empty", ""},
	{"- a\n", 1, 1, "assay: 1", ""},
	{"dataset: {id: x}\n", 1, 1, "assay: 1", ""},
	{"assay: 2\ndataset: {id: x}\n", 1, 8, "'assay' must be 1", ""},
	{"assay: 1\n", 1, 1, "no 'id'", "a-short-name"},
	{"assay: 1\ndataset: {owner: x}\n", 2, 10, "no 'id'", ""},
	{HEAD "categoris: [contact]\n", 3, 1, "unknown key 'categoris'", "'categories'"},
	{HEAD "M.categories: [contact]\n", 3, 1, "unknown key", "'categories'"},
	{HEAD "xyzzy: [contact]\n", 3, 1, "unknown key 'xyzzy'", ""},
	{HEAD "source:\n  notise: {ref: a}\n", 4, 3, "unknown key 'notise'", "'notice'"},
	{HEAD "purposes:\n  - {id: a, bases: contract}\n", 4, 13, "unknown key 'bases'", "'basis'"},
	{HEAD "categories: [contact, contcat]\n", 3, 23, "unknown word 'contcat'", "'contact'"},
	{HEAD "categories: [contact, contact]\n", 3, 23, "stands twice", ""},
	{HEAD "categories: contact\n", 3, 13, "must be a list", "[contact]"},
	{HEAD "categories: []\n", 3, 13, "empty list", ""},
	{HEAD "categories: [contact, none]\n", 3, 23, "'none' stands beside", ""},
	{HEAD "categories:\n", 3, 1, "no value", "leave the key out"},
	{HEAD "categories:\n  - contact\n  -\n", 4, 3, "a member of 'categories' has no value", ""},
	{HEAD "retention: {keep: ~}\n", 3, 13, "no value", ""},
	{HEAD "retention: {}\n", 3, 12, "empty map", ""},
	{HEAD "retention: P3Y\n", 3, 12, "must be a map", ""},
	{HEAD "retention: {keep: 36 months}\n", 3, 19, "duration", ""},
	{HEAD "retention: {keep: P0D}\n", 3, 19, "duration", ""},
	{HEAD "retention: {keep: [P3Y]}\n", 3, 19, "not a list", ""},
	{HEAD "retention: {delete_by: 2027-02-30}\n", 3, 24, "date like", ""},
	{HEAD "retention: {delete_by: 30.06.2027}\n", 3, 24, "date like", ""},
	{HEAD "source: {period: 2026-01-01/2025-01-01}\n", 3, 18, "two dates in order", ""},
	{HEAD "source: {period: 2026-01-01}\n", 3, 18, "two dates", ""},
	{HEAD "subjects: {count: -1}\n", 3, 19, "whole number", ""},
	{HEAD "subjects: {count: 041}\n", 3, 19, "whole number", ""},
	{HEAD "subjects: {count: 41k}\n", 3, 19, "whole number", ""},
	{HEAD "subjects: {min_age: 151}\n", 3, 21, "0 to 150", ""},
	{HEAD "subjects: {count: 99999999999999999999999999}\n", 3, 19, "whole number", ""},
	{HEAD "ai: {generative: yes}\n", 3, 18, "true or false", "'true'"},
	{HEAD "ai: {generative: maybe}\n", 3, 18, "true or false", ""},
	{HEAD "ai: {use: finetune}\n", 3, 11, "unknown word", "'fine-tune'"},
	{HEAD "ai: {use: divination}\n", 3, 11, "unknown word", "one of: none, train"},
	{HEAD "storage: {country: de}\n", 3, 20, "in capitals", "'DE'"},
	{HEAD "storage: {country: UK}\n", 3, 20, "in capitals", "'GB'"},
	{HEAD "storage: {country: XX}\n", 3, 20, "in capitals", ""},
	{HEAD "jurisdictions: [gb]\n", 3, 17, "country's code", "'uk'"},
	{HEAD "jurisdictions: [us-cal]\n", 3, 17, "country's code", "'us-ca'"},
	{HEAD "jurisdictions: [EU]\n", 3, 17, "country's code", "'eu'"},
	{HEAD "jurisdictions: [xx]\n", 3, 17, "country's code", ""},
	{HEAD "purposes: [{text: without a name}]\n", 3, 12, "needs 'id'", ""},
	{HEAD "purposes: [{id: a}, {id: a}]\n", 3, 26, "'a' stands twice in 'purposes'", ""},
	{HEAD "purposes: [{id: a, from: b}]\n", 3, 26, "no purpose here", ""},
	{HEAD "purposes: [{id: a, from: a}]\n", 3, 26, "its own purpose", ""},
	{HEAD "purposes: [{id: a, basis: legitimate-intrest}]\n", 3, 27, "unknown word", "'legitimate-interest'"},
	{HEAD "purposes: [{id: a, basis: eu-gdpr:A6-1-g}]\n", 3, 27, "unknown word", "eu-gdpr:A6-1-"},
	{HEAD "purposes: [a]\n", 3, 12, "must be a map", ""},
	{HEAD "data: [{split: train}]\n", 3, 8, "needs 'path'", ""},
	{HEAD "data: [{path: ./train/**}]\n", 3, 15, "pattern", "'train/**'"},
	{HEAD "data: [{path: /srv/train}]\n", 3, 15, "pattern", ""},
	{HEAD "data: [{path: a/../../b}]\n", 3, 15, "pattern", ""},
	{HEAD "data: [{path: train/}]\n", 3, 15, "pattern", ""},
	{HEAD "data: [{path: a}, {path: a}]\n", 3, 26, "stands twice", ""},
	{HEAD "data: [{path: a, skip: no, expect: {files: 1}}]\n", 3, 36, "nothing there is counted", ""},
	{HEAD "data: [{path: a, expect: {records: \"> 3\"}}]\n", 3, 0, "least number", ""},
	{HEAD "data: [{path: a, skip: ''}]\n", 3, 0, "empty text", ""},
	{HEAD "access: https://example.com/access.yaml\n", 3, 9, "name of a file", ""},
	{HEAD "audit: {packs: [GDPR]}\n", 3, 17, "name of a pack", ""},
	{HEAD "audit: {packs: ['gdpr@']}\n", 3, 0, "name of a pack", ""},
	{HEAD "audit: {vkey: abc}\n", 3, 15, "verifier key", ""},
	{HEAD "controller: {name: \"a\\u001b[2J\"}\n", 3, 0, "control character", ""},
	{HEAD "proposed: {categoris: [contact]}\n", 3, 12, "unknown key", "'categories'"},
	{HEAD "proposed: {extends: a.yaml}\n", 3, 12, "no meaning under 'proposed'", ""},
	{HEAD "proposed: {proposed: {ai: {use: none}}}\n", 3, 12, "no meaning under 'proposed'", ""},
	{HEAD "proposed: {categories: [contact, contact]}\n", 3, 34, "stands twice", ""},
	{HEAD "proposed: {}\n", 3, 11, "empty map", ""},
	{HEAD "dataset: {id: y}\n", 3, 1, "occurs twice", ""},
	{HEAD "ai: {use: train, use: none}\n", 3, 18, "occurs twice", ""},
	{HEAD "ai: &a {use: train}\n", 0, 0, "anchors", ""},
	{HEAD "ai: {use: train\n", 0, 0, "", ""},
	{"assay: 1\ndataset: {id: a b}\n", 2, 15, "a name of letters", ""},
	{"assay: 1\ndataset: {id: x, declared_on: 2026-02-01, valid_until: 2026-01-01}\n", 2, 56, "lies before", ""},
	{HEAD "extends: missing.yaml\n", 3, 10, "not there", ""},
	{HEAD "extends: assay.yaml\n", 3, 10, "leads back", ""},
};

static void
bad_texts_are_refused_at_their_place(void **state)
{
	size_t n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(bad); i++) {
		struct assay_error err = {0};
		struct manifest *m = NULL;
		int r = load_text(bad[i].text, &m, &err);
		bool is_placed = !bad[i].line || (err.line == bad[i].line && (!bad[i].column || err.column == bad[i].column));
		/* no hint expected: then none that leads astray */
		bool is_hinted = bad[i].hint[0] ? strstr(err.hint, bad[i].hint) != NULL : !strstr(err.hint, "did you mean");
		if (r == ASSAY_CONFIG && err.code == ASSAY_CONFIG && !m && is_placed && is_hinted && strstr(err.message, bad[i].message)
			&& strstr(err.subject, "assay.yaml"))
			continue;
		print_error("%s\tgave %d at %u:%u '%s' (%s)\n", bad[i].text, r, err.line, err.column, err.message, err.hint);
		n_wrong++;
		manifest_free(m);
	}
	assert_int_equal(n_wrong, 0);
}

static void
long_and_missing_files_are_refused(void **state)
{
	struct assay_error err = {0};
	struct manifest *m = NULL;
	char *folder = support_folder(), *text = malloc(20000), *whole;

	(void)state;
	assert_int_equal(load(folder, "none.yaml", &m, &err), ASSAY_IO);
	memset(text, 'a', 9000);
	text[9000] = '\0';
	whole = base_format(HEAD "source: {licence: %s}\n", text);
	assert_int_equal(load_text(whole, &m, &err), ASSAY_CONFIG);
	assert_non_null(strstr(err.message, "longer than"));
	free(whole);
	whole = base_format(HEAD "ropa: {ref: %.2000s}\n", text);
	assert_int_equal(load_text(whole, &m, &err), ASSAY_CONFIG);
	free(whole);
	free(text);
	support_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sample_manifest_gives_rows),
		cmocka_unit_test(sample_manifest_gives_data),
		cmocka_unit_test(good_texts_keep_their_letters),
		cmocka_unit_test(bad_texts_are_refused_at_their_place),
		cmocka_unit_test(long_and_missing_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
