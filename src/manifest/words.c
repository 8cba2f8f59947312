/* Closed lists. Bases, conditions and transfer grounds carry the terms of DPV's eu-gdpr extension, so both ways of writing are one. */
#include "manifest/words.h"

#include "base/country.h"
#include "base/memory.h"
#include "base/span.h"
#include "base/text.h"
#include "manifest/manifest.h"

#include <string.h>

enum { SUGGESTIONS_MAX = 64 };

#define LIST(id, title) const struct manifest_words words_##id = {title, id, BASE_COUNT(id)}

static const struct manifest_word basis[] = {
	{"consent", "eu-gdpr:A6-1-a"},
	{"contract", "eu-gdpr:A6-1-b"},
	{"legal-obligation", "eu-gdpr:A6-1-c"},
	{"vital-interest", "eu-gdpr:A6-1-d"},
	{"vital-interests", "eu-gdpr:A6-1-d"},
	{"public-task", "eu-gdpr:A6-1-e"},
	{"public-interest", "eu-gdpr:A6-1-e"},
	{"legitimate-interest", "eu-gdpr:A6-1-f"},
	{"legitimate-interests", "eu-gdpr:A6-1-f"},
};
LIST(basis, "basis");

static const struct manifest_word art9[] = {
	{"none", NULL},
	{"explicit-consent", "eu-gdpr:A9-2-a"},
	{"employment", "eu-gdpr:A9-2-b"},
	{"vital-interest", "eu-gdpr:A9-2-c"},
	{"vital-interests", "eu-gdpr:A9-2-c"},
	{"non-profit", "eu-gdpr:A9-2-d"},
	{"made-public", "eu-gdpr:A9-2-e"},
	{"legal-claims", "eu-gdpr:A9-2-f"},
	{"public-interest", "eu-gdpr:A9-2-g"},
	{"health-care", "eu-gdpr:A9-2-h"},
	{"public-health", "eu-gdpr:A9-2-i"},
	{"research", "eu-gdpr:A9-2-j"},
};
LIST(art9, "art9");

static const struct manifest_word ground[] = {
	{"adequacy", "eu-gdpr:A45-3"},
	{"dpf", NULL},
	{"public-instrument", "eu-gdpr:A46-2-a"},
	{"bcr", "eu-gdpr:A46-2-b"},
	{"scc", "eu-gdpr:A46-2-c"},
	{"authority-scc", "eu-gdpr:A46-2-d"},
	{"code-of-conduct", "eu-gdpr:A46-2-e"},
	{"certification", "eu-gdpr:A46-2-f"},
	{"ad-hoc-clauses", "eu-gdpr:A46-3-a"},
	{"administrative-arrangement", "eu-gdpr:A46-3-b"},
	{"idta", NULL},
	{"uk-addendum", NULL},
	{"derogation-consent", "eu-gdpr:A49-1-a"},
	{"derogation-contract", "eu-gdpr:A49-1-b"},
	{"derogation-contract-in-interest", "eu-gdpr:A49-1-c"},
	{"derogation-public-interest", "eu-gdpr:A49-1-d"},
	{"derogation-legal-claims", "eu-gdpr:A49-1-e"},
	{"derogation-vital-interest", "eu-gdpr:A49-1-f"},
	{"derogation-register", "eu-gdpr:A49-1-g"},
	{"derogation-compelling-interest", "eu-gdpr:A49-2"},
};
LIST(ground, "ground");

/* the same words, in the same order, as categories: of policies/taxonomy.yaml (a test compares) */
static const struct manifest_word category[] = {{"contact", NULL}, {"account", NULL}, {"identity", NULL}, {"government-id", NULL},
	{"financial", NULL}, {"payment-card", NULL}, {"health", NULL}, {"biometric", NULL}, {"genetic", NULL}, {"location", NULL},
	{"device", NULL}, {"network", NULL}, {"conversation", NULL}, {"employment", NULL}, {"education", NULL}, {"demographic", NULL},
	{"date-of-birth", NULL}, {"religion", NULL}, {"ethnicity", NULL}, {"politics", NULL}, {"union", NULL}, {"sexual-orientation", NULL},
	{"criminal", NULL}, {"credential", NULL}, {"vehicle", NULL}, {"web-activity", NULL}, {"other", NULL}, {"none", NULL}};
LIST(category, "category");

static const struct manifest_word role[] = {{"controller", NULL}, {"joint-controller", NULL}, {"processor", NULL}};
LIST(role, "role");
static const struct manifest_word source[] = {
	{"direct", NULL}, {"indirect", NULL}, {"web", NULL}, {"purchased", NULL}, {"licensed", NULL}, {"synthetic", NULL}};
LIST(source, "source-kind");
static const struct manifest_word ip[] = {
	{"none", NULL}, {"public-domain", NULL}, {"copyright", NULL}, {"trademark", NULL}, {"patent", NULL}};
LIST(ip, "ip");
static const struct manifest_word exemption[] = {{"already-informed", "eu-gdpr:A14-5-a"}, {"disproportionate-effort", "eu-gdpr:A14-5-b"},
	{"laid-down-by-law", "eu-gdpr:A14-5-c"}, {"professional-secrecy", "eu-gdpr:A14-5-d"}};
LIST(exemption, "notice-exemption");
static const struct manifest_word start[] = {
	{"collected", NULL}, {"updated", NULL}, {"last-contact", NULL}, {"contract-end", NULL}, {"account-closed", NULL}};
LIST(start, "retention-start");
static const struct manifest_word at_rest[] = {
	{"none", NULL}, {"disk", NULL}, {"database", NULL}, {"object-store", NULL}, {"file", NULL}, {"column", NULL}};
LIST(at_rest, "at-rest");
static const struct manifest_word environment[] = {{"production", NULL}, {"non-production", NULL}};
LIST(environment, "environment");
static const struct manifest_word recipient[] = {{"service-provider", NULL}, {"contractor", NULL}, {"third-party", NULL},
	{"controller", NULL}, {"group-company", NULL}, {"public-body", NULL}};
LIST(recipient, "recipient-kind");
static const struct manifest_word claim[] = {
	{"none", NULL}, {"pseudonymised", NULL}, {"deidentified", NULL}, {"anonymised", NULL}, {"aggregated", NULL}};
LIST(claim, "deidentification");
static const struct manifest_word use[] = {{"none", NULL}, {"train", NULL}, {"fine-tune", NULL}, {"evaluate", NULL}, {"retrieve", NULL}};
LIST(use, "ai-use");
static const struct manifest_word effect[] = {{"none", NULL}, {"legal", NULL}, {"similar", NULL}};
LIST(effect, "decision-effect");
static const struct manifest_word level[] = {{"low", NULL}, {"medium", NULL}, {"high", NULL}};
LIST(level, "risk-level");
static const struct manifest_word dpia_part[] = {{"description", NULL}, {"necessity", NULL}, {"risks", NULL}, {"measures", NULL}};
LIST(dpia_part, "dpia-part");
static const struct manifest_word color[] = {{"auto", NULL}, {"always", NULL}, {"never", NULL}};
LIST(color, "color");
/* places that are no country of ISO 3166 or have a law of their own; every country's code counts as well */
static const struct manifest_word jurisdiction[] = {
	{"eu", NULL}, {"uk", NULL}, {"us", NULL}, {"us-ca", NULL}, {"us-hipaa", NULL}, {"br", NULL}};
LIST(jurisdiction, "jurisdiction");

static const char *
first_with_term(const struct manifest_words *words, const char *term)
{
	for (size_t i = 0; i < words->n; i++)
		if (words->items[i].term && strcmp(words->items[i].term, term) == 0)
			return words->items[i].word;
	return NULL;
}

const char *
words_find(const struct manifest_words *words, const char *text)
{
	for (size_t i = 0; i < words->n; i++)
		if (strcmp(words->items[i].word, text) == 0)
			return words->items[i].term ? first_with_term(words, words->items[i].term) : words->items[i].word;
	return first_with_term(words, text);
}

const char *
words_suggest(const struct manifest_words *words, const char *text)
{
	const char *candidates[SUGGESTIONS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < words->n && n < SUGGESTIONS_MAX; i++)
		candidates[n++] = words->items[i].word;
	for (size_t i = 0; i < words->n && n < SUGGESTIONS_MAX; i++)
		if (words->items[i].term)
			candidates[n++] = words->items[i].term;
	return base_suggest(text, candidates, n);
}

const char *
words_country_at(size_t i)
{
	return base_country_at(i);
}

bool
words_is_country(const char *code)
{
	return base_country_find(code) && base_is_upper((uint8_t)code[0]) && base_is_upper((uint8_t)code[1]);
}

const char *
words_country_suggest(const char *code)
{
	return base_country_suggest(code);
}

bool
words_is_jurisdiction(const char *code)
{
	if (words_find(&words_jurisdiction, code))
		return true;
	return strcmp(code, "gb") != 0 && base_is_lower((uint8_t)code[0]) && base_is_lower((uint8_t)code[1]) && base_country_find(code);
}

const char *
words_jurisdiction_suggest(const char *code)
{
	static const struct {
		const char *written, *meant;
	} slips[] = {{"gb", "uk"}, {"GB", "uk"}, {"gdpr", "eu"}, {"ccpa", "us-ca"}, {"ca-us", "us-ca"}, {"california", "us-ca"},
		{"hipaa", "us-hipaa"}, {"lgpd", "br"}, {"usa", "us"}};

	for (size_t i = 0; i < BASE_COUNT(slips); i++)
		if (strcmp(code, slips[i].written) == 0)
			return slips[i].meant;
	return words_suggest(&words_jurisdiction, code);
}

bool
manifest_basis_term(const char *word, const char **ret)
{
	for (size_t i = 0; i < BASE_COUNT(basis); i++)
		if (strcmp(basis[i].word, word) == 0 || strcmp(basis[i].term, word) == 0) {
			*ret = basis[i].term;
			return true;
		}
	return false;
}

const char *
manifest_category_at(size_t i)
{
	return i < BASE_COUNT(category) ? category[i].word : NULL;
}
