/* Checks of Spain: DNI, NIE, CIF, social security number, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

static char
control_letter(uint64_t number)
{
	return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23];
}

/* Eight digits and the letter of their rest by 23; K, L and M before seven digits for people without a DNI. */
static bool
nif(struct base_span match)
{
	char text[CHECK_MAX];

	if (check_drop_prefix(text, check_compact(match, text), "ES") != 9)
		return false;
	if (strchr("KLM", text[0]))
		text[0] = '0';
	return check_is_digits(text, 8) && !check_is_repeated(text, 8) && text[8] == control_letter(check_number(text, 8));
}

/* X, Y and Z count as 0, 1 and 2 before seven digits. */
static bool
nie(struct base_span match)
{
	char text[CHECK_MAX];

	if (check_drop_prefix(text, check_compact(match, text), "ES") != 9 || text[0] < 'X' || text[0] > 'Z')
		return false;
	text[0] = (char)('0' + text[0] - 'X');
	return check_is_digits(text, 8) && text[8] == control_letter(check_number(text, 8));
}

/* Form of the organisation, seven digits, control: a digit for some forms, a letter for others, for the rest either. */
static bool
cif(struct base_span match)
{
	char text[CHECK_MAX];
	unsigned control;

	if (check_drop_prefix(text, check_compact(match, text), "ES") != 9 || !strchr("ABCDEFGHJNPQRSUVW", text[0])
		|| !check_is_digits(text + 1, 7) || check_is_repeated(text + 1, 7))
		return false;
	/* the place of the control digit, as zero, makes the sum that of Luhn */
	char body[8] = {text[1], text[2], text[3], text[4], text[5], text[6], text[7], '0'};
	control = (10 - check_luhn_sum(body, 8) % 10) % 10;
	if (text[8] == (char)('0' + control))
		return !strchr("NPQRSW", text[0]);
	return text[8] == "JABCDEFGHI"[control] && !strchr("ABEH", text[0]);
}

/* Province, number, and the rest of both by 97; below ten million the number is joined to the province with seven digits. */
static bool
social_security(struct base_span match)
{
	char text[CHECK_MAX];
	uint64_t province, number;

	if (!check_digits(match, text, 12))
		return false;
	province = check_number(text, 2);
	number = check_number(text + 2, 8);
	if (province == 0 || province > 66 || number == 0)
		return false;
	number += province * (number < 10000000 ? 10000000 : 100000000);
	return number % 97 == check_number(text + 10, 2);
}

static bool
phone(struct base_span match)
{
	static const char plan[] =
		"09:400,6,70-74,78,800,803,806-807,81,820-828,83,841-849,85-86,871-888,900-902,91,920-928,93,941-949,95-96,971-988";

	return check_phone_plan(match, "34", NULL, plan);
}

const struct rules_check rules_checks_es[] = {
	{"es-cif", cif, 0.07, "Orden EHA/451/2008"},
	{"es-nie", nie, 1.0 / 26, "Orden INT/2058/2008"},
	{"es-nif", nif, 1.0 / 26, "Real Decreto 1065/2007, articles 19 and 20"},
	{"es-phone", phone, 0.97, "CNMC, plan nacional de numeracion"},
	{"es-social-security", social_security, 0.007, "TGSS, numero de la Seguridad Social"},
};

const size_t rules_checks_es_count = BASE_COUNT(rules_checks_es);
