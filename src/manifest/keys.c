/* The table of keys. To add one: a row here, then ASSAY_REFRESH=1 with the unit test `manifest schema` writes the schema and the docs anew.
 */
#include "manifest/keys.h"

#include "base/memory.h"

#include <string.h>

#define BIG ((uint64_t)1 << 53)

const struct manifest_key manifest_keys[] = {
	{"", KEY_MAP, "What the owner of a dataset declares about it", 0, NULL, 0, 0},
	{"/assay", KEY_VERSION, "Version of this format", KEY_ROOT_ONLY, NULL, 1, 0},
	{"/extends", KEY_FILE, "Manifest whose declarations hold here too, relative to this file; may be tightened, never loosened",
		KEY_ROOT_ONLY, NULL, 0, 0},

	{"/dataset", KEY_MAP, "Which dataset this is and who answers for the declaration", 0, NULL, 0, 0},
	{"/dataset/id", KEY_ID, "Its name, in reports and in the ledger; needed here or in an extended file", 0, NULL, 0, 0},
	{"/dataset/version", KEY_TEXT, "Its version, any text", 0, NULL, 0, 0},
	{"/dataset/title", KEY_TEXT, "Its name for people", 0, NULL, 0, 0},
	{"/dataset/owner", KEY_TEXT, "Team or person that answers questions", 0, NULL, 0, 0},
	{"/dataset/declared_by", KEY_TEXT, "Who made these declarations", 0, NULL, 0, 0},
	{"/dataset/declared_on", KEY_DATE, "When they were made", 0, NULL, 0, 0},
	{"/dataset/valid_until", KEY_DATE, "Last day on which they may be relied on", 0, NULL, 0, 0},
	{"/dataset/first_used", KEY_DATE, "First use for training (Cal. Civ. Code 3111)", 0, NULL, 0, 0},
	{"/dataset/published", KEY_BOOL, "The data was made public: erasure then also means telling others (GDPR 17(2))", 0, NULL, 0, 0},

	{"/data", KEY_LIST, "The files that belong to the dataset, as patterns below the project root", 0, NULL, 0, MERGE_DATA},
	{"/data/*", KEY_MAP, NULL, 0, NULL, 0, 0},
	{"/data/*/path", KEY_GLOB, "'*' within one folder, '**' across folders, '?' one character", KEY_REQUIRED, NULL, 0, 0},
	{"/data/*/split", KEY_ID, "Part that the files play: train, test, eval ...", 0, NULL, 0, 0},
	{"/data/*/expect", KEY_MAP, "What must be there: a shortfall makes the audit incomplete", 0, NULL, 0, 0},
	{"/data/*/expect/files", KEY_COUNT, "Number of files, or '>=N'", 0, NULL, 0, 0},
	{"/data/*/expect/records", KEY_COUNT, "Number of records, or '>=N'", 0, NULL, 0, 0},
	{"/data/*/skip", KEY_TEXT, "Why the files are not examined; they are reported so, never as clean", 0, NULL, 0, 0},

	{"/columns", KEY_MAP, "Columns with a meaning that controls need", 0, NULL, 0, 0},
	{"/columns/subject_id", KEY_COLUMN, "Identifies the person that a record is about: compared with the rights lists", 0, NULL, 0, 0},
	{"/columns/collected_at", KEY_COLUMN, "When a record was collected: its age counts from here (GDPR 5(1)(e))", 0, NULL, 0, 0},
	{"/columns/age", KEY_COLUMN, "Age or year of birth of the person (GDPR 8; CCPA 1798.120(c))", 0, NULL, 0, 0},
	{"/columns/free_text", KEY_LIST, "Prose, in which absence is hard to prove", 0, NULL, 0, 0},
	{"/columns/free_text/*", KEY_COLUMN, NULL, 0, NULL, 0, 0},

	{"/jurisdictions", KEY_LIST, "Whose law applies: eu, uk, us, us-ca, us-hipaa, br or a country's code in small letters", 0, NULL, 0,
		MERGE_GROW},
	{"/jurisdictions/*", KEY_JURISDICTION, NULL, 0, NULL, 0, 0},
	{"/role", KEY_WORD, "What the declaring organisation is (GDPR 4(7), 4(8), 26)", 0, &words_role, 0, 0},
	{"/controller", KEY_MAP, "Who decides why and how the data is processed (GDPR 30(1)(a))", 0, NULL, 0, 0},
	{"/controller/name", KEY_TEXT, "Name of the organisation", 0, NULL, 0, 0},
	{"/controller/contact", KEY_TEXT, "How people reach it", 0, NULL, 0, 0},
	{"/controller/country", KEY_COUNTRY, "Where it is established", 0, NULL, 0, 0},
	{"/controller/representative", KEY_MAP, "Representative in the Union of a controller outside (GDPR 27)", 0, NULL, 0, 0},
	{"/controller/representative/name", KEY_TEXT, "Name", 0, NULL, 0, 0},
	{"/controller/representative/contact", KEY_TEXT, "How people reach it", 0, NULL, 0, 0},
	{"/controller/joint", KEY_LIST, "Names of joint controllers (GDPR 26)", 0, NULL, 0, 0},
	{"/controller/joint/*", KEY_TEXT, NULL, 0, NULL, 0, 0},
	{"/controller/arrangement", KEY_MAP, "Arrangement between joint controllers (GDPR 26(1))", 0, NULL, 0, 0},
	{"/controller/arrangement/ref", KEY_DOCUMENT, "The document", 0, NULL, 0, 0},
	{"/controller/arrangement/date", KEY_DATE, "Its date", 0, NULL, 0, 0},
	{"/dpo", KEY_MAP, "Data protection officer (GDPR 37)", 0, NULL, 0, 0},
	{"/dpo/name", KEY_TEXT, "Name or office", 0, NULL, 0, 0},
	{"/dpo/contact", KEY_TEXT, "How people reach them (GDPR 37(7))", 0, NULL, 0, 0},
	{"/ropa", KEY_MAP, "Record of processing activities (GDPR 30)", 0, NULL, 0, 0},
	{"/ropa/ref", KEY_DOCUMENT, "The record, or its entry for this dataset", 0, NULL, 0, 0},
	{"/ropa/date", KEY_DATE, "Date of its last change", 0, NULL, 0, 0},
	{"/breaches", KEY_MAP, "Register of personal data breaches (GDPR 33(5))", 0, NULL, 0, 0},
	{"/breaches/ref", KEY_DOCUMENT, "The register", 0, NULL, 0, 0},

	{"/subjects", KEY_MAP, "The people whom the data is about", 0, NULL, 0, 0},
	{"/subjects/who", KEY_LIST, "Kinds of people: customers, employees, patients ... (GDPR 30(1)(c))", 0, NULL, 0, 0},
	{"/subjects/who/*", KEY_ID, NULL, 0, NULL, 0, 0},
	{"/subjects/count", KEY_INT, "About how many: decides what counts as large scale (GDPR 35, 37)", 0, NULL, BIG, 0},
	{"/subjects/min_age", KEY_INT, "Age of the youngest (GDPR 8; CCPA 1798.120(c); 11 CCR 7001)", 0, NULL, 150, 0},
	{"/subjects/vulnerable", KEY_BOOL, "Some cannot easily object: employees, patients, children (GDPR 35)", 0, NULL, 0, 0},
	{"/categories", KEY_LIST, "Categories of personal data that it is meant to hold; [none] declares that it holds nothing personal", 0,
		NULL, 0, 0},
	{"/categories/*", KEY_WORD, NULL, 0, &words_category, 0, 0},

	{"/purposes", KEY_LIST, "What the data is used for", 0, NULL, 0, 0},
	{"/purposes/*", KEY_MAP, NULL, 0, NULL, 0, 0},
	{"/purposes/*/id", KEY_ID, "Its name, also in access.yaml under 'for'", KEY_REQUIRED, NULL, 0, 0},
	{"/purposes/*/text", KEY_TEXT, "What is done and to what end, in a sentence (GDPR 5(1)(b))", 0, NULL, 0, 0},
	{"/purposes/*/basis", KEY_WORD, "Legal basis (GDPR 6(1))", 0, &words_basis, 0, 0},
	{"/purposes/*/law", KEY_TEXT, "Law behind a legal duty or public task, or for criminal data (GDPR 6(3), 9(2), 10)", 0, NULL, 0, 0},
	{"/purposes/*/authority", KEY_TEXT, "Official authority that controls the use of criminal data (GDPR 10)", 0, NULL, 0, 0},
	{"/purposes/*/lia", KEY_DOCUMENT, "Assessment that weighs a legitimate interest (GDPR 6(1)(f))", 0, NULL, 0, 0},
	{"/purposes/*/art9", KEY_WORD, "Condition for special categories; none = no special category is used (GDPR 9(2))", 0, &words_art9,
		0, 0},
	{"/purposes/*/from", KEY_ID, "Purpose for which the data was collected, when this one came later (GDPR 6(4))", 0, NULL, 0, 0},
	{"/purposes/*/compatibility", KEY_DOCUMENT, "Assessment that both are compatible (GDPR 6(4); 11 CCR 7002)", 0, NULL, 0, 0},
	{"/purposes/*/necessity", KEY_LIST, "Categories that it cannot do without, direct identifiers included (GDPR 5(1)(c))", 0, NULL, 0,
		0},
	{"/purposes/*/necessity/*", KEY_WORD, NULL, 0, &words_category, 0, 0},
	{"/purposes/*/marketing", KEY_BOOL, "Direct marketing (GDPR 21(2))", 0, NULL, 0, 0},
	{"/purposes/*/profiling", KEY_BOOL, "Evaluates people systematically (GDPR 35(3)(a))", 0, NULL, 0, 0},
	{"/purposes/*/monitoring", KEY_BOOL,
		"Watches people systematically: in public, at work, in school (GDPR 35(3)(c); 11 CCR 7150(b)(4))", 0, NULL, 0, 0},
	{"/purposes/*/infers_traits", KEY_BOOL, "Infers characteristics of people (CCPA 1798.121(d); 11 CCR 7150(b)(4), (5))", 0, NULL, 0,
		0},
	{"/purposes/*/research", KEY_BOOL, "Scientific or historical research, statistics or archive (GDPR 89(1))", 0, NULL, 0, 0},
	{"/purposes/*/no_identification", KEY_BOOL, "Nobody needs to be identified for it (GDPR 11)", 0, NULL, 0, 0},
	{"/purposes/*/sold_or_shared", KEY_BOOL, "Data leaves for money or for cross-context advertising (CCPA 1798.120)", 0, NULL, 0, 0},

	{"/source", KEY_MAP, "Where the data comes from", 0, NULL, 0, 0},
	{"/source/kind", KEY_WORD, "How it was obtained; direct = from the people themselves (GDPR 13, 14)", 0, &words_source, 0, 0},
	{"/source/supplier", KEY_TEXT, "From whom, when not from the people themselves (GDPR 14(2)(f))", 0, NULL, 0, 0},
	{"/source/period", KEY_PERIOD, "First and last day of collection", 0, NULL, 0, 0},
	{"/source/contract", KEY_DOCUMENT, "Purchase or licence agreement", 0, NULL, 0, 0},
	{"/source/licence", KEY_TEXT, "Licence under which the data may be used", 0, NULL, 0, 0},
	{"/source/ip", KEY_LIST, "Rights of others in the data (Cal. Civ. Code 3111(a))", 0, NULL, 0, 0},
	{"/source/ip/*", KEY_WORD, NULL, 0, &words_ip, 0, 0},
	{"/source/public", KEY_BOOL, "Publicly available in the sense of CCPA 1798.140(v)(2)", 0, NULL, 0, 0},
	{"/source/synthetic", KEY_BOOL, "Holds generated records as well", 0, NULL, 0, 0},
	{"/source/cleaning", KEY_TEXT, "How it was cleaned or changed, and to what end (Cal. Civ. Code 3111(a))", 0, NULL, 0, 0},
	{"/source/domains", KEY_MAP, "Web sites that were read", 0, NULL, 0, 0},
	{"/source/domains/ref", KEY_DOCUMENT, "List of their domains", 0, NULL, 0, 0},
	{"/source/tdm", KEY_MAP, "Opt-outs from text and data mining", 0, NULL, 0, 0},
	{"/source/tdm/checked", KEY_BOOL, "They were looked for and honoured", 0, NULL, 0, 0},
	{"/source/tdm/protocols", KEY_LIST, "Which ones: robots.txt, tdmrep ...", 0, NULL, 0, 0},
	{"/source/tdm/protocols/*", KEY_TEXT, NULL, 0, NULL, 0, 0},
	{"/source/tdm/date", KEY_DATE, "When", 0, NULL, 0, 0},
	{"/source/tdm/ref", KEY_DOCUMENT, "Record of it", 0, NULL, 0, 0},
	{"/source/notice", KEY_MAP, "What the people were told (GDPR 13, 14; CCPA 1798.100(a))", 0, NULL, 0, 0},
	{"/source/notice/ref", KEY_DOCUMENT, "The notice", 0, NULL, 0, 0},
	{"/source/notice/date", KEY_DATE, "Since when it holds", 0, NULL, 0, 0},
	{"/source/notice/categories", KEY_LIST, "Categories of data that it names", KEY_EMPTY, NULL, 0, 0},
	{"/source/notice/categories/*", KEY_WORD, NULL, 0, &words_category, 0, 0},
	{"/source/notice/sensitive", KEY_LIST, "Sensitive categories that it names apart (CCPA 1798.100(a)(2))", KEY_EMPTY, NULL, 0, 0},
	{"/source/notice/sensitive/*", KEY_WORD, NULL, 0, &words_category, 0, 0},
	{"/source/notice/purposes", KEY_LIST, "Purposes that it names (GDPR 13(3), 14(4))", KEY_EMPTY, NULL, 0, 0},
	{"/source/notice/purposes/*", KEY_ID, NULL, 0, NULL, 0, 0},
	{"/source/notice/exemption", KEY_WORD, "Why people need not be told (GDPR 14(5))", 0, &words_exemption, 0, 0},

	{"/consent", KEY_MAP, "Proof of consent (GDPR 7)", 0, NULL, 0, 0},
	{"/consent/ref", KEY_DOCUMENT, "Record of who consented and when (GDPR 7(1))", 0, NULL, 0, 0},
	{"/consent/version", KEY_TEXT, "Version of the wording", 0, NULL, 0, 0},
	{"/consent/date", KEY_DATE, "Since when that wording is used", 0, NULL, 0, 0},
	{"/consent/purposes", KEY_LIST, "Purposes that the wording names (GDPR 7(2))", 0, NULL, 0, 0},
	{"/consent/purposes/*", KEY_ID, NULL, 0, NULL, 0, 0},
	{"/consent/explicit", KEY_BOOL, "Explicit in the sense of GDPR 9(2)(a)", 0, NULL, 0, 0},
	{"/consent/parental", KEY_MAP, "Consent of parents, or opt-in of minors (GDPR 8; CCPA 1798.120(c))", 0, NULL, 0, 0},
	{"/consent/parental/ref", KEY_DOCUMENT, "Record of it", 0, NULL, 0, 0},
	{"/age_gate", KEY_MAP, "How age and parental authority are checked (GDPR 8(2))", 0, NULL, 0, 0},
	{"/age_gate/method", KEY_TEXT, "The method", 0, NULL, 0, 0},
	{"/age_gate/ref", KEY_DOCUMENT, "Its description", 0, NULL, 0, 0},

	{"/retention", KEY_MAP, "How long the data is kept (GDPR 5(1)(e); CCPA 1798.100(a)(3))", 0, NULL, 0, 0},
	{"/retention/keep", KEY_DURATION, "Longest time for a record", 0, NULL, 0, MERGE_SHORTER},
	{"/retention/from", KEY_WORD, "Event from which that time counts", 0, &words_start, 0, 0},
	{"/retention/criteria", KEY_TEXT, "What decides it, when no time can be given", 0, NULL, 0, 0},
	{"/retention/delete_by", KEY_DATE, "Last day on which the dataset may exist", 0, NULL, 0, MERGE_EARLIER},
	{"/retention/by_category", KEY_LIST, "Other times for single categories", 0, NULL, 0, 0},
	{"/retention/by_category/*", KEY_MAP, NULL, 0, NULL, 0, 0},
	{"/retention/by_category/*/category", KEY_WORD, "The category", KEY_REQUIRED, &words_category, 0, 0},
	{"/retention/by_category/*/keep", KEY_DURATION, "Its longest time", 0, NULL, 0, 0},
	{"/retention/by_category/*/criteria", KEY_TEXT, "What decides it", 0, NULL, 0, 0},
	{"/retention/hold", KEY_MAP, "Legal hold that overrides the deadline", 0, NULL, 0, 0},
	{"/retention/hold/ref", KEY_DOCUMENT, "The order", 0, NULL, 0, 0},
	{"/retention/hold/reason", KEY_TEXT, "Why", 0, NULL, 0, 0},
	{"/retention/hold/until", KEY_DATE, "Last day", 0, NULL, 0, 0},

	{"/storage", KEY_MAP, "Where and how the data lies", 0, NULL, 0, 0},
	{"/storage/country", KEY_COUNTRY, "Country of storage (GDPR 44)", 0, NULL, 0, 0},
	{"/storage/at_rest", KEY_WORD, "What is encrypted at rest (GDPR 32(1)(a))", 0, &words_at_rest, 0, 0},
	{"/storage/environment", KEY_WORD, "Whether this is a live system", 0, &words_environment, 0, 0},
	{"/storage/attestation", KEY_MAP, "Proof of encryption that a program cannot see, such as that of a disk", 0, NULL, 0, 0},
	{"/storage/attestation/ref", KEY_DOCUMENT, "The document", 0, NULL, 0, 0},
	{"/security", KEY_MAP, "Technical and organisational measures (GDPR 30(1)(g), 32; CCPA 1798.100(e))", 0, NULL, 0, 0},
	{"/security/ref", KEY_DOCUMENT, "Their description", 0, NULL, 0, 0},
	{"/security/measures", KEY_LIST, "Their names", 0, NULL, 0, 0},
	{"/security/measures/*", KEY_TEXT, NULL, 0, NULL, 0, 0},
	{"/security/tested_on", KEY_DATE, "When they were last tested (GDPR 32(1)(d))", 0, NULL, 0, 0},

	{"/recipients", KEY_LIST, "Who receives the data (GDPR 30(1)(d); CCPA 1798.100(d), 1798.115); [] = nobody", KEY_EMPTY, NULL, 0, 0},
	{"/recipients/*", KEY_MAP, NULL, 0, NULL, 0, 0},
	{"/recipients/*/name", KEY_TEXT, "Name or kind of recipient", KEY_REQUIRED, NULL, 0, 0},
	{"/recipients/*/kind", KEY_WORD, "What it is to you", 0, &words_recipient, 0, 0},
	{"/recipients/*/country", KEY_COUNTRY, "Where it is", 0, NULL, 0, 0},
	{"/recipients/*/purpose", KEY_ID, "For which purpose", 0, NULL, 0, 0},
	{"/recipients/*/categories", KEY_LIST, "Which categories it receives", 0, NULL, 0, 0},
	{"/recipients/*/categories/*", KEY_WORD, NULL, 0, &words_category, 0, 0},
	{"/recipients/*/contract", KEY_DOCUMENT, "Contract with it", 0, NULL, 0, 0},
	{"/processors", KEY_LIST, "Who processes the data on your behalf (GDPR 28); [] = nobody", KEY_EMPTY, NULL, 0, 0},
	{"/processors/*", KEY_MAP, NULL, 0, NULL, 0, 0},
	{"/processors/*/name", KEY_TEXT, "Name of the organisation", KEY_REQUIRED, NULL, 0, 0},
	{"/processors/*/country", KEY_COUNTRY, "Where it works (GDPR 44)", 0, NULL, 0, 0},
	{"/processors/*/contract", KEY_DOCUMENT, "Processing agreement (GDPR 28(3))", 0, NULL, 0, 0},
	{"/processors/*/date", KEY_DATE, "First day of the agreement", 0, NULL, 0, 0},
	{"/processors/*/until", KEY_DATE, "Its last day: copies must be gone then (GDPR 28(3)(g))", 0, NULL, 0, 0},
	{"/processors/*/principals", KEY_LIST, "Names under which it appears in access.yaml and in the log", 0, NULL, 0, 0},
	{"/processors/*/principals/*", KEY_TEXT, NULL, 0, NULL, 0, 0},
	{"/processors/*/subs", KEY_LIST, "Its own processors (GDPR 28(2), (4)); [] = none", KEY_EMPTY, NULL, 0, 0},
	{"/processors/*/subs/*", KEY_MAP, NULL, 0, NULL, 0, 0},
	{"/processors/*/subs/*/name", KEY_TEXT, "Name", KEY_REQUIRED, NULL, 0, 0},
	{"/processors/*/subs/*/country", KEY_COUNTRY, "Where it works", 0, NULL, 0, 0},
	{"/processors/*/subs/*/contract", KEY_DOCUMENT, "Agreement that passes the duties on", 0, NULL, 0, 0},
	{"/processors/*/subs/*/authorised_on", KEY_DATE, "When it was authorised", 0, NULL, 0, 0},
	{"/transfers", KEY_LIST, "Ways into countries outside the EEA or UK (GDPR 44-49); [] = none", KEY_EMPTY, NULL, 0, 0},
	{"/transfers/*", KEY_MAP, NULL, 0, NULL, 0, 0},
	{"/transfers/*/country", KEY_COUNTRY, "Country of the recipient", KEY_REQUIRED, NULL, 0, 0},
	{"/transfers/*/recipient", KEY_TEXT, "Who receives it there", 0, NULL, 0, 0},
	{"/transfers/*/ground", KEY_WORD, "What allows it", 0, &words_ground, 0, 0},
	{"/transfers/*/ref", KEY_DOCUMENT, "The signed safeguard (GDPR 46)", 0, NULL, 0, 0},
	{"/transfers/*/date", KEY_DATE, "When it was signed", 0, NULL, 0, 0},
	{"/transfers/*/module", KEY_TEXT, "Module of the standard clauses", 0, NULL, 0, 0},
	{"/transfers/*/listed_on", KEY_DATE, "When the recipient was last seen on the Data Privacy Framework list", 0, NULL, 0, 0},
	{"/transfers/*/assessment", KEY_DOCUMENT, "Transfer impact assessment (C-311/18)", 0, NULL, 0, 0},
	{"/transfers/*/review_by", KEY_DATE, "When it must be looked at again", 0, NULL, 0, 0},
	{"/transfers/*/recurrent", KEY_BOOL, "Happens again and again: derogations are for exceptions (GDPR 49)", 0, NULL, 0, 0},

	{"/rights", KEY_MAP, "Requests of people, and how they reach the data", 0, NULL, 0, 0},
	{"/rights/applied_on", KEY_DATE, "Day up to which all requests were carried out in this copy", 0, NULL, 0, 0},
	{"/rights/erased", KEY_FILE, "List of erased persons (GDPR 17; CCPA 1798.105)", 0, NULL, 0, MERGE_KEEP},
	{"/rights/objected", KEY_FILE, "List of objections (GDPR 21)", 0, NULL, 0, MERGE_KEEP},
	{"/rights/opted_out", KEY_FILE, "List of opt-outs from sale and sharing (CCPA 1798.120)", 0, NULL, 0, MERGE_KEEP},
	{"/rights/limited", KEY_FILE, "List of limits on sensitive data (CCPA 1798.121)", 0, NULL, 0, MERGE_KEEP},
	{"/rights/withdrawn", KEY_FILE, "List of withdrawn consents (GDPR 7(3))", 0, NULL, 0, MERGE_KEEP},
	{"/rights/restricted", KEY_FILE, "List of restrictions (GDPR 18)", 0, NULL, 0, MERGE_KEEP},
	{"/rights/corrected", KEY_FILE, "List of corrections (GDPR 16; CCPA 1798.106)", 0, NULL, 0, MERGE_KEEP},
	{"/rights/process", KEY_MAP, "How requests are taken and answered (GDPR 12, 15)", 0, NULL, 0, 0},
	{"/rights/process/ref", KEY_DOCUMENT, "Its description", 0, NULL, 0, 0},
	{"/rights/log", KEY_MAP, "Requests and answers with their dates (GDPR 12(3); 11 CCR 7101)", 0, NULL, 0, 0},
	{"/rights/log/ref", KEY_DOCUMENT, "The log", 0, NULL, 0, 0},
	{"/rights/log/keep", KEY_DURATION, "How long it is kept", 0, NULL, 0, 0},
	{"/rights/exceptions", KEY_MAP, "Requests that were lawfully refused (GDPR 17(3), 21(1); CCPA 1798.105(d))", 0, NULL, 0, 0},
	{"/rights/exceptions/ref", KEY_DOCUMENT, "Record of them", 0, NULL, 0, 0},
	{"/rights/contact", KEY_TEXT, "Where people send requests", 0, NULL, 0, 0},
	{"/rights/opt_out_link", KEY_TEXT, "Where people opt out or limit (CCPA 1798.135)", 0, NULL, 0, 0},
	{"/rights/signals", KEY_BOOL, "Opt-out signals of browsers are honoured (11 CCR 7025)", 0, NULL, 0, 0},

	{"/claims", KEY_MAP, "What is said about identifiability", 0, NULL, 0, 0},
	{"/claims/deidentification", KEY_WORD, "State of the data (GDPR 4(5), recital 26; CCPA 1798.140(m))", 0, &words_claim, 0, 0},
	{"/claims/key_holder", KEY_TEXT, "Who holds the key or table that leads back to people (GDPR 25(1), 4(5))", 0, NULL, 0, 0},
	{"/claims/standard", KEY_TEXT, "Standard or method that was followed", 0, NULL, 0, 0},
	{"/claims/ref", KEY_DOCUMENT, "Report that supports the claim", 0, NULL, 0, 0},
	{"/claims/commitment", KEY_MAP, "Public promise not to re-identify (CCPA 1798.140(m)(2))", 0, NULL, 0, 0},
	{"/claims/commitment/ref", KEY_DOCUMENT, "Where it stands", 0, NULL, 0, 0},

	{"/ai", KEY_MAP, "What models do with the data", 0, NULL, 0, 0},
	{"/ai/use", KEY_WORD, "Kind of use", 0, &words_use, 0, 0},
	{"/ai/generative", KEY_BOOL, "The model generates content (Cal. Civ. Code 3110)", 0, NULL, 0, 0},
	{"/ai/automated_decisions", KEY_BOOL, "The model decides about people (GDPR 22; 11 CCR 7150(b)(3), (6))", 0, NULL, 0, 0},
	{"/ai/effect", KEY_WORD, "Effect of such decisions on people (GDPR 22(1))", 0, &words_effect, 0, 0},
	{"/ai/biometric_training", KEY_BOOL, "Trains recognition of faces, emotions, identity or bodies (11 CCR 7150(b)(6))", 0, NULL, 0,
		0},
	{"/ai/sensitive_places", KEY_BOOL, "Infers traits from presence in a sensitive place (11 CCR 7150(b)(5))", 0, NULL, 0, 0},
	{"/ai/oversight", KEY_MAP, "How a person can step in (GDPR 22(3))", 0, NULL, 0, 0},
	{"/ai/oversight/ref", KEY_DOCUMENT, "Its description", 0, NULL, 0, 0},
	{"/ai/pre_use_notice", KEY_MAP, "Notice, opt-out and access before automated decisions (11 CCR 7220-7222)", 0, NULL, 0, 0},
	{"/ai/pre_use_notice/ref", KEY_DOCUMENT, "The notice", 0, NULL, 0, 0},
	{"/ai/model_test", KEY_MAP, "Test that the model does not give personal data away (EDPB Opinion 28/2024; CCPA 1798.140(v)(4))", 0,
		NULL, 0, 0},
	{"/ai/model_test/ref", KEY_DOCUMENT, "Its report", 0, NULL, 0, 0},
	{"/ai/summary", KEY_MAP, "Public summary of the training data (Cal. Civ. Code 3111)", 0, NULL, 0, 0},
	{"/ai/summary/ref", KEY_DOCUMENT, "The summary", 0, NULL, 0, 0},
	{"/ai/dpia", KEY_MAP, "Data protection impact assessment (GDPR 35)", 0, NULL, 0, 0},
	{"/ai/dpia/ref", KEY_DOCUMENT, "The document", 0, NULL, 0, 0},
	{"/ai/dpia/date", KEY_DATE, "Its date", 0, NULL, 0, 0},
	{"/ai/dpia/review_by", KEY_DATE, "When it must be looked at again (GDPR 35(11))", 0, NULL, 0, 0},
	{"/ai/dpia/outcome", KEY_WORD, "Risk that remains (GDPR 36(1))", 0, &words_level, 0, 0},
	{"/ai/dpia/covers", KEY_LIST, "Parts that it has (GDPR 35(7))", 0, NULL, 0, 0},
	{"/ai/dpia/covers/*", KEY_WORD, NULL, 0, &words_dpia_part, 0, 0},
	{"/ai/dpia/consultation", KEY_MAP, "Consultation of the authority (GDPR 36)", 0, NULL, 0, 0},
	{"/ai/dpia/consultation/ref", KEY_DOCUMENT, "The document", 0, NULL, 0, 0},
	{"/ai/risk_assessment", KEY_MAP, "Risk assessment (11 CCR 7150-7157)", 0, NULL, 0, 0},
	{"/ai/risk_assessment/ref", KEY_DOCUMENT, "The document", 0, NULL, 0, 0},
	{"/ai/risk_assessment/date", KEY_DATE, "Its date", 0, NULL, 0, 0},
	{"/ai/risk_assessment/review_by", KEY_DATE, "When it must be looked at again (11 CCR 7155)", 0, NULL, 0, 0},
	{"/ai/risk_assessment/approver", KEY_TEXT, "Who approved it, with authority to decide (11 CCR 7152(a)(9))", 0, NULL, 0, 0},
	{"/ai/risk_assessment/started_on", KEY_DATE, "First day of the processing that it is about", 0, NULL, 0, 0},
	{"/quality", KEY_MAP, "Accuracy and fitness (GDPR 5(1)(d))", 0, NULL, 0, 0},
	{"/quality/max_age", KEY_DURATION, "How old a copy may become", 0, NULL, 0, 0},
	{"/quality/stats", KEY_MAP, "Statistics of the data", 0, NULL, 0, 0},
	{"/quality/stats/ref", KEY_DOCUMENT, "The document", 0, NULL, 0, 0},
	{"/quality/bias", KEY_MAP, "Examination for bias", 0, NULL, 0, 0},
	{"/quality/bias/ref", KEY_DOCUMENT, "The document", 0, NULL, 0, 0},
	{"/quality/gaps", KEY_MAP, "Known gaps", 0, NULL, 0, 0},
	{"/quality/gaps/ref", KEY_DOCUMENT, "The document", 0, NULL, 0, 0},
	{"/exemptions", KEY_LIST, "Laws that take this data out of another's scope (CCPA 1798.145)", 0, NULL, 0, 0},
	{"/exemptions/*", KEY_MAP, NULL, 0, NULL, 0, 0},
	{"/exemptions/*/law", KEY_TEXT, "The law: HIPAA, FCRA, GLBA ...", KEY_REQUIRED, NULL, 0, 0},
	{"/exemptions/*/ref", KEY_DOCUMENT, "Why it applies", 0, NULL, 0, 0},
	{"/broker", KEY_MAP, "Duties of a data broker (Cal. Civ. Code 1798.99.86)", 0, NULL, 0, 0},
	{"/broker/drop_run", KEY_DATE, "Last deletion run", 0, NULL, 0, 0},

	{"/audit", KEY_MAP, "How this dataset is audited", 0, NULL, 0, 0},
	{"/audit/profile", KEY_ID, "What stops the gate (policies/profiles.yaml)", 0, NULL, 0, MERGE_KEEP},
	{"/audit/packs", KEY_LIST, "Control and rule packs, with a version after '@'", 0, NULL, 0, MERGE_GROW},
	{"/audit/packs/*", KEY_PACK, NULL, 0, NULL, 0, 0},
	{"/audit/lock", KEY_FILE, "File that pins digests of packs and tool", 0, NULL, 0, MERGE_KEEP},
	{"/audit/vkey", KEY_VKEY, "Key that must have signed the ledger (.assay/keys/signing.vkey)", 0, NULL, 0, MERGE_KEEP},
	{"/audit/period", KEY_DURATION, "Longest time between two audits (GDPR 32(1)(d))", 0, NULL, 0, MERGE_SHORTER},
	{"/access", KEY_FILE, "Access policy, when it is not access.yaml in the project root", 0, NULL, 0, MERGE_KEEP},
	{"/allow", KEY_FILE, "Allow-list, when it is not in assay.allow.yaml in the project root", 0, NULL, 0, MERGE_KEEP},
	{"/waivers", KEY_FILE, "Waivers, when they are not in assay.waivers.yaml in the project root", 0, NULL, 0, MERGE_KEEP},
	{"/options", KEY_MAP, "Defaults for options of the command line that can loosen nothing", KEY_ROOT_ONLY, NULL, 0, 0},
	{"/options/threads", KEY_INT, "--threads", 0, NULL, 4096, 0},
	{"/options/timeout", KEY_INT, "--timeout, in seconds", 0, NULL, 31536000, 0},
	{"/options/quiet", KEY_BOOL, "--quiet", 0, NULL, 0, 0},
	{"/options/verbose", KEY_BOOL, "--verbose", 0, NULL, 0, 0},
	{"/options/color", KEY_WORD, "--color", 0, &words_color, 0, 0},
	{"/proposed", KEY_MAP, "Drafted values, in the same shape: checked, but not declared until you move them out", KEY_ROOT_ONLY, NULL,
		0, 0},
};
const size_t manifest_keys_count = BASE_COUNT(manifest_keys);

const struct manifest_key *
manifest_key_find(const char *path)
{
	for (size_t i = 0; i < manifest_keys_count; i++)
		if (strcmp(manifest_keys[i].path, path) == 0)
			return &manifest_keys[i];
	return NULL;
}

const struct manifest_key *
manifest_key_next(const struct manifest_key *parent, const struct manifest_key *last)
{
	size_t n = strlen(parent->path);

	for (const struct manifest_key *key = last ? last + 1 : parent + 1; key < manifest_keys + manifest_keys_count; key++) {
		if (strncmp(key->path, parent->path, n) != 0 || key->path[n] != '/')
			return NULL;
		if (!strchr(key->path + n + 1, '/'))
			return key;
	}
	return NULL;
}

const struct manifest_key *
manifest_key_child(const struct manifest_key *parent, const char *name)
{
	const struct manifest_key *key = NULL;
	size_t n = strlen(parent->path);

	while ((key = manifest_key_next(parent, key)))
		if (strcmp(key->path + n + 1, name) == 0)
			return key;
	return NULL;
}

const char *
manifest_key_name(const struct manifest_key *key, int *ret_size)
{
	const char *end = key->path + strlen(key->path), *at;

	while (end - key->path >= 2 && end[-1] == '*' && end[-2] == '/')
		end -= 2;
	for (at = end; at > key->path && at[-1] != '/';)
		at--;
	*ret_size = (int)(end - at);
	return at;
}
