/* extends: what is inherited, what a child may not do, and where a chain ends. */
#include "files.h"

#include "crypto/digest.h"

static const char org[] =
	"assay: 1\n"
	"dataset: {owner: privacy-office}\n"
	"controller: {name: Example Ltd, contact: privacy@example.com, country: DE}\n"
	"dpo: {contact: dpo@example.com}\n"
	"processors: [{name: gpu-cloud, contract: contracts/gpu.pdf, country: IE}, {name: labels, contract: 'https://example.com/c'}]\n"
	"jurisdictions: [eu, uk]\n"
	"retention: {keep: P24M, delete_by: 2027-12-31}\n"
	"rights: {erased: lists/erased.hmac}\n"
	"audit: {profile: pre-training, packs: [gdpr@1], period: P1Y}\n"
	"proposed: {categories: [health]}\n";

static void
child_lies_over_its_parent(void **state)
{
	static const char child[] =
		"assay: 1\nextends: ../governance/org.yaml\ndataset: {id: chat}\nprocessors: [{name: only-one}]\n"
		"jurisdictions: [us-ca, uk, eu]\nretention: {keep: P2Y}\naudit: {packs: [ccpa@1, gdpr@1]}\ncategories: [contact]\n";
	static const struct {
		const char *pointer, *value;
	} rows[] = {
		{"/dataset/id", "chat"},
		{"/dataset/owner", "privacy-office"},
		{"/dpo/contact", "dpo@example.com"},
		{"/processors/0/name", "only-one"},
		{"/processors/0/contract", NULL},
		{"/processors/1/name", NULL},
		{"/jurisdictions", "us-ca,uk,eu"},
		{"/jurisdictions/2", "eu"},
		{"/retention/keep", "P2Y"},
		{"/retention/delete_by", "2027-12-31"},
		{"/audit/profile", "pre-training"},
		{"/audit/packs", "ccpa@1,gdpr@1"},
		{"/rights/erased", "../governance/lists/erased.hmac"},
		{"/categories", "contact"},
		{"/extends", "../governance/org.yaml"},
	};
	struct assay_error err = {0};
	struct manifest *m = NULL;
	uint8_t digests[64], digest[32];
	char *folder = support_folder();

	(void)state;
	write_file(folder, "governance/org.yaml", org);
	write_file(folder, "chat/assay.yaml", child);
	assert_ok(load(folder, "chat/assay.yaml", &m, &err));
	for (size_t i = 0; i < BASE_COUNT(rows); i++) {
		const char *value = manifest_get(m, rows[i].pointer);
		if ((value != NULL) != (rows[i].value != NULL) || (value && strcmp(value, rows[i].value) != 0))
			fail_msg("%s is '%s'", rows[i].pointer, value ? value : "(none)");
	}
	for (size_t i = 1; i < manifest_count(m); i++)
		assert_true(strcmp(manifest_at(m, i - 1)->pointer, manifest_at(m, i)->pointer) < 0);
	assert_int_equal(crypto_sha256(child, strlen(child), digests), 0);
	assert_int_equal(crypto_sha256(org, strlen(org), digests + 32), 0);
	assert_int_equal(crypto_sha256(digests, 64, digest), 0);
	assert_memory_equal(manifest_sha256(m), digest, 32);
	manifest_free(m);
	support_remove(folder);
}

static void
inherited_documents_keep_their_place(void **state)
{
	struct assay_error err = {0};
	struct manifest *m = NULL;
	char *folder = support_folder();

	(void)state;
	write_file(folder, "governance/org.yaml", org);
	write_file(folder, "teams/a/team.yaml", "assay: 1\nextends: ../../governance/org.yaml\nropa: {ref: docs/ropa.pdf}\n");
	write_file(folder, "chat/assay.yaml", "assay: 1\nextends: ../teams/a/team.yaml\ndataset: {id: chat}\n");
	assert_ok(load(folder, "chat/assay.yaml", &m, &err));
	assert_string_equal(manifest_get(m, "/ropa/ref"), "../teams/a/docs/ropa.pdf");
	assert_string_equal(manifest_get(m, "/processors/0/contract"), "../teams/a/../../governance/contracts/gpu.pdf");
	assert_string_equal(manifest_get(m, "/processors/1/contract"), "https://example.com/c");
	assert_null(manifest_get(m, "/categories"));
	manifest_free(m);
	support_remove(folder);
}

/* What a child may not do; ${parent} stands in place of org when given. */
static const struct {
	const char *parent, *child;
	uint32_t line, column;
	const char *message;
} loose[] = {
	{NULL, "jurisdictions: [eu]", 4, 16, "'jurisdictions' leaves out 'uk'"},
	{NULL, "audit: {packs: [ccpa@1]}", 4, 16, "leaves out 'gdpr@1'"},
	{NULL, "audit: {packs: [gdpr@2]}", 4, 16, "leaves out 'gdpr@1'"},
	{NULL, "audit: {profile: relaxed}", 4, 18, "'profile' differs from 'pre-training'"},
	{NULL, "audit: {period: P13M}", 4, 17, "is longer than 'P1Y'"},
	{NULL, "retention: {keep: P25M}", 4, 19, "is longer than 'P24M'"},
	{NULL, "retention: {keep: P732D}", 4, 19, "is longer than 'P24M'"},
	{NULL, "retention: {delete_by: 2028-01-01}", 4, 24, "is later than '2027-12-31'"},
	{NULL, "rights: {erased: lists/empty.hmac}", 4, 18, "differs from"},
	{"assay: 1\nretention: {keep: P1M}\n", "retention: {keep: P30D}", 4, 19, "is longer than 'P1M'"},
	{"assay: 1\nretention: {keep: P365D}\n", "retention: {keep: P1Y}", 4, 19, "is longer than 'P365D'"},
	{"assay: 1\naccess: access.yaml\n", "access: mine.yaml", 4, 9, "'access' differs from 'access.yaml'"},
	{"assay: 1\nwaivers: w.yaml\n", "waivers: mine.yaml", 4, 10, "'waivers' differs"},
	{"assay: 1\naudit: {lock: a.lock}\n", "audit: {lock: b.lock}", 4, 15, "'lock' differs"},
	{"assay: 1\ndata: [{path: a}, {path: b}]\n", "data: [{path: a}, {path: c}]", 4, 7, "'data' leaves out 'b'"},
	{"assay: 1\ndata: [{path: a}, {path: b}]\n", "data: [{path: a}, {path: b, skip: why not}]", 4, 35, "'skip' hides 'b'"},
};
static const struct {
	const char *parent, *child;
} tight[] = {
	{NULL, "jurisdictions: [eu, uk, us-ca]"},
	{NULL, "retention: {keep: P730D, delete_by: 2027-12-31}"},
	{NULL, "audit: {period: P6M, packs: [ccpa@1, gdpr@1], profile: pre-training}"},
	{"assay: 1\ndata: [{path: a}, {path: b, skip: broken}]\n", "data: [{path: c}, {path: a}]"},
	{"assay: 1\naccess: access.yaml\n", "access: access.yaml"},
	{NULL, "dpo: {contact: other@example.com}"},
};

static int
load_pair(const char *parent, const char *child, struct manifest **ret, struct assay_error *err)
{
	char *folder = support_folder(), *text = base_format("assay: 1\nextends: org.yaml\ndataset: {id: x}\n%s\n", child);
	int r;

	write_file(folder, "org.yaml", parent ? parent : org);
	write_file(folder, "assay.yaml", text);
	r = load(folder, "assay.yaml", ret, err);
	support_remove(folder);
	free(text);
	return r;
}

static void
child_may_tighten_never_loosen(void **state)
{
	(void)state;
	for (size_t i = 0; i < BASE_COUNT(loose); i++) {
		struct assay_error err = {0};
		struct manifest *m = NULL;
		if (load_pair(loose[i].parent, loose[i].child, &m, &err) != ASSAY_CONFIG)
			fail_msg("accepted: %s", loose[i].child);
		if (!strstr(err.message, loose[i].message) || err.line != loose[i].line || err.column != loose[i].column)
			fail_msg("%s: %u:%u %s", loose[i].child, err.line, err.column, err.message);
		assert_non_null(strstr(err.subject, "/assay.yaml"));
		assert_non_null(strstr(err.hint, "tighten"));
	}
	for (size_t i = 0; i < BASE_COUNT(tight); i++) {
		struct assay_error err = {0};
		struct manifest *m = NULL;
		if (load_pair(tight[i].parent, tight[i].child, &m, &err) < 0)
			fail_msg("refused: %s: %s", tight[i].child, err.message);
		manifest_free(m);
	}
}

static void
chains_end(void **state)
{
	struct assay_error err = {0};
	struct manifest *m = NULL;
	char *folder = support_folder(), name[32], text[128];

	(void)state;
	for (int i = 0; i < 9; i++) {
		snprintf(name, sizeof name, "%d.yaml", i);
		snprintf(text, sizeof text, i < 8 ? "assay: 1\nextends: ./%d.yaml\ndataset: {id: x}\n" : "assay: 1\ndataset: {id: y}\n",
			i + 1);
		write_file(folder, name, text);
	}
	assert_int_equal(load(folder, "0.yaml", &m, &err), ASSAY_CONFIG);
	assert_non_null(strstr(err.message, "8 files deep"));
	assert_non_null(strstr(err.subject, "7.yaml"));
	assert_ok(load(folder, "1.yaml", &m, &err));
	assert_string_equal(manifest_get(m, "/dataset/id"), "x");
	manifest_free(m);
	m = NULL;
	write_file(folder, "a.yaml", "assay: 1\nextends: b.yaml\ndataset: {id: x}\n");
	write_file(folder, "b.yaml", "assay: 1\nextends: sub/../a.yaml\n");
	assert_int_equal(load(folder, "a.yaml", &m, &err), ASSAY_CONFIG);
	assert_non_null(strstr(err.message, "leads back"));
	assert_non_null(strstr(err.subject, "b.yaml"));
	assert_int_equal(err.line, 2);
	/* an error in the parent names the parent */
	write_file(folder, "c.yaml", "assay: 1\nextends: d.yaml\ndataset: {id: x}\n");
	write_file(folder, "d.yaml", "assay: 1\n\nretension: {keep: P1Y}\n");
	assert_int_equal(load(folder, "c.yaml", &m, &err), ASSAY_CONFIG);
	assert_non_null(strstr(err.subject, "d.yaml"));
	assert_int_equal(err.line, 3);
	assert_string_equal(err.hint, "did you mean 'retention'?");
	support_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(child_lies_over_its_parent),
		cmocka_unit_test(inherited_documents_keep_their_place),
		cmocka_unit_test(child_may_tighten_never_loosen),
		cmocka_unit_test(chains_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
