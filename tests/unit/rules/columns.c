/* People and special categories: what a column's name and the shape of its cells make of them, what a column's name may not do, and that a
 * word in prose is nothing. */
#include "../detect/engine.h"

#define COLUMN_RULE(id, entity, context)                                                                                                   \
	"  - id: " id "\n    entity: " entity "\n    patterns: '\\A[a-z]{3,9}\\z'\n    examples: {match: [a, b], no_match: [c, d]}\n"      \
	"    collides: true\n    context: " context "\n"

static const char pack[] = ENGINE_PACK COLUMN_RULE("whole", "WHOLE", "{columns: ['=name', '=card-holder']}") COLUMN_RULE("part", "PART",
	"{columns: [owner_name], not: [file]}") COLUMN_RULE("worded", "WORDED", "{columns: [pet], words: [cat], not: [shop]}");

/* Entity of the best reported span; NULL: none. */
static const char *
entity_of(struct world *w, const char *column, const char *cell)
{
	struct found found;
	const struct span *best = NULL;

	find_in_cell(w, column, cell, &found);
	for (size_t i = 0; i < found.n; i++)
		if (found.spans[i].state == SPAN_REPORTED && (!best || found.spans[i].confidence > best->confidence))
			best = &found.spans[i];
	return best ? engine_entity(w, best) : NULL;
}

struct expected {
	const char *column, *cell, *entity;
};

static void
expect_all(struct world *w, const struct expected *rows, size_t n)
{
	size_t failed = 0;

	for (size_t i = 0; i < n; i++) {
		const char *came = entity_of(w, rows[i].column, rows[i].cell);
		if (came == rows[i].entity || (came && rows[i].entity && strcmp(came, rows[i].entity) == 0))
			continue;
		failed++;
		print_error("%s: '%s': expected %s, came %s\n", rows[i].column, rows[i].cell, rows[i].entity ? rows[i].entity : "nothing",
			came ? came : "nothing");
	}
	assert_int_equal(failed, 0);
}

static void
an_equals_sign_asks_for_the_whole_name(void **state)
{
	static const struct expected rows[] = {
		{"name", "abc", "WHOLE"},
		{"Name", "abc", "WHOLE"},
		{"names", "abc", "WHOLE"},
		{"name#2", "abc", "WHOLE"},
		{"/name", "abc", "WHOLE"},
		{"name_3", "abc", "WHOLE"},
		{"card_holder", "abc", "WHOLE"},
		{"CardHolder", "abc", "WHOLE"},
		{"company_name", "abc", NULL},
		{"name_of_file", "abc", NULL},
		{"/company/name", "abc", NULL},
		{"card", "abc", NULL},
		{"holder_card", "abc", NULL},
	};
	struct world w = world_open(pack, NULL);

	(void)state;
	expect_all(&w, rows, BASE_COUNT(rows));
	world_close(&w);
}

static void
a_word_against_takes_a_column_from_rules_that_know_only_columns(void **state)
{
	static const struct expected rows[] = {
		{"owner_name", "abc", "PART"},
		{"owner_full_name", "abc", "PART"},
		{"owner_file_name", "abc", NULL},
		{"files/owner/name", "abc", NULL},
		{"pet", "abc", "WORDED"},
		{"pet_shop", "abc", "WORDED"},
	};
	struct world w = world_open(pack, NULL);

	(void)state;
	expect_all(&w, rows, BASE_COUNT(rows));
	world_close(&w);
}

static void
a_header_does_not_speak_for_itself(void **state)
{
	static const char text[] = "Full Name";
	enum { SIZE = sizeof text - 1 };
	uint8_t data[SIZE + 2 * BATCH_PAD] = {0}, flags[] = {VALUE_HEADER};
	uint32_t off = 0, len = SIZE;
	struct batch_column column = {.n = 1, .off = &off, .len = &len, .flags = flags};
	struct batch batch = {.data = data + BATCH_PAD, .size = SIZE, .n_records = 1, .n_columns = 1, .columns = &column};
	struct world w = world_open(NULL, NULL);
	struct found found;

	(void)state;
	memcpy(data + BATCH_PAD, text, SIZE);
	engine_run(&w, &batch, text, &found);
	assert_int_equal(found.n, 0);
	flags[0] = 0;
	engine_run(&w, &batch, text, &found);
	assert_int_equal(found.n, 1);
	assert_string_equal(engine_entity(&w, &found.spans[0]), "PERSON");
	world_close(&w);
}

static void
people_are_told_by_column_and_cell(void **state)
{
	static const struct expected rows[] = {
		{"full_name", "Jane Roe", "PERSON"},
		{"firstName", "Zoë", "PERSON"},
		{"Last Name", "O'Example", "PERSON"},
		{"LAST", "ROE", "PERSON"},
		{"customer-name", "jane roe", "PERSON"},
		{"/patient/name", "Roe, Jane", "PERSON"},
		{"Nachname", "Mustermann", "PERSON"},
		{"Prénom", "Chloé", "PERSON"},
		{"PRÉNOM", "CHLOÉ", "PERSON"},
		{"Primer apellido", "Ejemplo", "PERSON"},
		{"cognome", "Esempio", "PERSON"},
		{"achternaam", "Van der Test", "PERSON"},
		{"sobrenome", "Exemplo", "PERSON"},
		{"nazwisko", "Przykładowa", "PERSON"},
		{"name", "Kevin Example", "PERSON"},
		{"author", "Max Muster", "PERSON"},
		{"created_by", "Max Muster", "PERSON"},
		{"full_name", "12345", NULL},
		{"full_name", "N/A", NULL},
		{"full_name", "Example Widgets Inc", NULL},
		{"name", "Wireless Lamp", NULL},
		{"name", "New Zealand", NULL},
		{"author", "Sales Department", NULL},
		{"username", "jroe_85", "USERNAME"},
		{"username", "12345", NULL},
		{"user_agent", "Jane Roe", NULL},
		{"age", "34", "AGE"},
		{"Alter", "34", "AGE"},
		{"wiek", "34", "AGE"},
		{"age_group", "25-34", "AGE"},
		{"age", "134", NULL},
		{"page", "34", NULL},
		{"account_age", "34", NULL},
		{"gender", "female", "GENDER"},
		{"Geschlecht", "weiblich", "GENDER"},
		{"płeć", "kobieta", "GENDER"},
		{"title", "Mrs.", "GENDER"},
		{"title", "Manager", NULL},
		{"nationality", "Canadian", "CITIZENSHIP"},
		{"obywatelstwo", "polskie", "CITIZENSHIP"},
		{"CountryCode", "DE", NULL},
		{"country", "Germany", NULL},
		{"Familienstand", "ledig", "MARITAL_STATUS"},
		{"status", "single", NULL},
		{"birth_year", "1985", "DATE_OF_BIRTH"},
		{"year", "1985", NULL},
		{"address", "12 Oak Street, Springfield, IL 62704", "STREET_ADDRESS"},
		{"shippingAddress", "Musterstraße 5", "STREET_ADDRESS"},
		{"dirección", "Calle Mayor, 8", "STREET_ADDRESS"},
		{"Straße", "Musterstraße", "STREET_ADDRESS"},
		{"address", "0x52908400098527886E0F7030069857D2E4169EE7", "CRYPTO"},
		{"address_count", "12 of 13 rows", NULL},
		{"city", "Springfield", "LOCATION"},
		{"Wohnort", "Musterstadt", "LOCATION"},
		{"capacity", "Springfield", NULL},
		{"state", "New York", "LOCATION"},
		{"state", "active", NULL},
		{"company_name", "Jane Roe", NULL},
		{"file_name", "Jane Roe", NULL},
		{"product_name", "Jane Roe", NULL},
		{"host_name", "Jane Roe", NULL},
		{"event_name", "Jane Roe", NULL},
		{"column_name", "Jane Roe", NULL},
	};
	struct world w = world_open(NULL, NULL);

	(void)state;
	expect_all(&w, rows, BASE_COUNT(rows));
	world_close(&w);
}

static void
special_categories_are_told_by_column_and_cell(void **state)
{
	static const struct expected rows[] = {
		{"diagnosis", "Asthma", "HEALTH_TERM"},
		{"Vorerkrankungen", "Asthma", "HEALTH_TERM"},
		{"current_medications", "Examplinol 5 mg", "HEALTH_TERM"},
		{"allergies", "none", NULL},
		{"condition", "Used, good", NULL},
		{"has_diabetes", "no", "HEALTH_TERM"},
		{"blood_type", "AB+", "HEALTH_TERM"},
		{"icd10", "E11.9", "ICD10_CODE"},
		{"diagnosis", "F32.1", "ICD10_CODE"},
		{"product_code", "E11.9", NULL},
		{"mrn", "MRN-0044821", "MEDICAL_RECORD"},
		{"Behinderung", "blind", "DISABILITY"},
		{"religion", "Zoroastrian", "RELIGION"},
		{"wyznanie", "katolickie", "RELIGION"},
		{"faith", "Muslim", "RELIGION"},
		{"faith", "good", NULL},
		{"ethnicity", "Kurdish", "ETHNICITY"},
		{"race", "White", "ETHNICITY"},
		{"race", "Grand Prix", NULL},
		{"color", "White", NULL},
		{"political_affiliation", "Example Party", "POLITICAL_OPINION"},
		{"Partei", "SPD", "POLITICAL_OPINION"},
		{"party", "Birthday", NULL},
		{"union_member", "yes", "TRADE_UNION"},
		{"credit_union", "yes", NULL},
		{"vakbond", "FNV", "TRADE_UNION"},
		{"union", "select", NULL},
		{"sexual_orientation", "bisexual", "SEXUAL_ORIENTATION"},
		{"orientation", "landscape", NULL},
		{"fingerprint_template", "Rk1SACAyMAAAAADk", "BIOMETRIC"},
		{"ssh_fingerprint_data", "Rk1SACAyMAAAAADk", NULL},
		{"rsid", "rs0000001", "GENETIC"},
		{"genetic_algorithm", "fast one", NULL},
		{"prior_convictions", "2", "CRIMINAL_RECORD"},
		{"Vorstrafen", "Diebstahl", "CRIMINAL_RECORD"},
		{"charge", "late fee", NULL},
	};
	struct world w = world_open(NULL, NULL);

	(void)state;
	expect_all(&w, rows, BASE_COUNT(rows));
	world_close(&w);
}

static bool
is_of(const struct world *w, const struct span *span, const char *pack_name)
{
	return strcmp(w->rules->rule[span->rule].pack->name, pack_name) == 0;
}

static void
words_in_prose_are_nothing(void **state)
{
	static const char *const texts[] = {
		"Jane, who is a Catholic, met a gay couple; they voted Labour and have diabetes.",
		"Her diagnosis was depression. The patient takes aspirin and is HIV positive.",
		"He was convicted of theft and joined the union. Race, religion and gender are protected.",
		"male, 34, married, German, Berlin",
		"Dear Sir or Madam, Mr. President, the Dr. Pepper is in room 12 Main.",
		"In 2024 The Way was long. Via GitHub, at 5 Star Hotel, Sr. Software Engineer.",
		"Springfield",
		"Asthma",
	};
	struct world w = world_open(NULL, NULL);
	struct found found;

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(texts); i++) {
		find_in_text(&w, texts[i], &found);
		for (size_t k = 0; k < found.n; k++)
			if (found.spans[k].state == SPAN_REPORTED
				&& (is_of(&w, &found.spans[k], "people") || is_of(&w, &found.spans[k], "special")))
				fail_msg("'%s': %s", texts[i], engine_entity(&w, &found.spans[k]));
		find_in_cell(&w, "comment", texts[i], &found);
		for (size_t k = 0; k < found.n; k++)
			assert_false(found.spans[k].state == SPAN_REPORTED && is_of(&w, &found.spans[k], "special"));
	}
	world_close(&w);
}

static void
sure_forms_in_prose_are_found_with_exact_ends(void **state)
{
	static const struct {
		const char *text, *entity, *value;
	} rows[] = {
		{"please ask Mr. Jan van der Test about it", "PERSON", "Jan van der Test"},
		{"Frau Prof. Dr. Mustermann kommt", "PERSON", "Mustermann"},
		{"My name is Vera P. Example but", "PERSON", "Vera P. Example"},
		{"je m'appelle Zoé Exemple.", "PERSON", "Zoé Exemple"},
		{"Dear Jane,\nthank you", "PERSON", "Jane"},
		{"moved to 12b Oak Lane, Apt 4, Springfield in May", "STREET_ADDRESS", "12b Oak Lane, Apt 4, Springfield"},
		{"wohnt in der Musterstraße 12a seit", "STREET_ADDRESS", "Musterstraße 12a"},
		{"au 5 bis rue de l'Exemple depuis", "STREET_ADDRESS", "5 bis rue de l'Exemple"},
		{"vive en Calle del Ejemplo, 15 desde", "STREET_ADDRESS", "Calle del Ejemplo, 15"},
		{"abita in Via Giuseppe Esempio 71 da", "STREET_ADDRESS", "Via Giuseppe Esempio 71"},
		{"woont in de Voorbeeldstraat 17 sinds", "STREET_ADDRESS", "Voorbeeldstraat 17"},
		{"write to P.O. Box 104 today", "STREET_ADDRESS", "P.O. Box 104"},
		{"code ICD-10: F32.1 was noted", "ICD10_CODE", "F32.1"},
		{"MRN: 00412345 was seen", "MEDICAL_RECORD", "00412345"},
	};
	struct world w = world_open(NULL, NULL);
	struct found found;

	(void)state;
	for (size_t i = 0; i < BASE_COUNT(rows); i++) {
		const struct span *hit = NULL;
		find_in_text(&w, rows[i].text, &found);
		for (size_t k = 0; k < found.n; k++)
			if (found.spans[k].state == SPAN_REPORTED && strcmp(engine_entity(&w, &found.spans[k]), rows[i].entity) == 0)
				hit = &found.spans[k];
		if (!hit)
			fail_msg("'%s': nothing", rows[i].text);
		else if (hit->end - hit->start != strlen(rows[i].value)
			 || memcmp(rows[i].text + hit->start, rows[i].value, strlen(rows[i].value)) != 0)
			fail_msg("'%s': '%.*s'", rows[i].text, (int)(hit->end - hit->start), rows[i].text + hit->start);
	}
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_equals_sign_asks_for_the_whole_name),
		cmocka_unit_test(a_word_against_takes_a_column_from_rules_that_know_only_columns),
		cmocka_unit_test(a_header_does_not_speak_for_itself),
		cmocka_unit_test(people_are_told_by_column_and_cell),
		cmocka_unit_test(special_categories_are_told_by_column_and_cell),
		cmocka_unit_test(words_in_prose_are_nothing),
		cmocka_unit_test(sure_forms_in_prose_are_found_with_exact_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
