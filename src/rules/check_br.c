/* Checks of Brazil: CPF, CNPJ, PIS, driving licence, voter title, health card, vehicle register, telephone. */
#include "rules/check_family.h"

#include "base/memory.h"
#include "rules/check_digits.h"

/* 11 less the rest by 11 of a sum, two digits becoming 0. */
static unsigned
from_eleven(unsigned sum)
{
	return sum % 11 < 2 ? 0 : 11 - sum % 11;
}

static bool
cpf(struct base_span match)
{
	static const uint8_t weights[10] = {11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
	char text[CHECK_MAX];

	return check_digits(match, text, 11) && !check_is_repeated(text, 11)
	       && from_eleven(check_weighted(text, weights + 1, 9)) == check_value(text[9])
	       && from_eleven(check_weighted(text, weights, 10)) == check_value(text[10]);
}

/* Digits, and since 2026 letters, which count as their place in ASCII behind the 0; the two check digits are digits. */
static bool
cnpj(struct base_span match)
{
	static const uint8_t weights[13] = {6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2};
	char text[CHECK_MAX];
	unsigned first = 0, second = 0;

	if (check_compact(match, text) != 14 || !check_is_digits(text + 12, 2) || check_is_repeated(text, 14))
		return false;
	for (size_t i = 0; i < 12; i++) {
		first += (unsigned)(text[i] - '0') * weights[i + 1];
		second += (unsigned)(text[i] - '0') * weights[i];
	}
	second += check_value(text[12]) * weights[12];
	return from_eleven(first) == check_value(text[12]) && from_eleven(second) == check_value(text[13]);
}

static bool
pis(struct base_span match)
{
	static const uint8_t weights[10] = {3, 2, 9, 8, 7, 6, 5, 4, 3, 2};
	char text[CHECK_MAX];

	return check_digits(match, text, 11) && !check_is_repeated(text, 11)
	       && from_eleven(check_weighted(text, weights, 10)) == check_value(text[10]);
}

/* Two sums by 11 of which a 10 becomes 0; where the first did, the second is two less. */
static bool
driving_licence(struct base_span match)
{
	static const uint8_t down[9] = {9, 8, 7, 6, 5, 4, 3, 2, 1}, up[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
	char text[CHECK_MAX];
	unsigned first, second;

	if (!check_digits(match, text, 11) || check_is_repeated(text, 11))
		return false;
	first = check_weighted(text, down, 9) % 11;
	second = check_weighted(text, up, 9) % 11;
	if (first % 10 != check_value(text[9]))
		return false;
	/* programs differ on what a second 10 becomes then */
	if (first == 10 && second == 10)
		return text[10] == '0' || text[10] == '8';
	return (first == 10 ? (second + 9) % 11 : second) % 10 == check_value(text[10]);
}

/* Number, state, two sums by 11; in Sao Paulo and Minas Gerais a rest of 0 becomes 1. */
static bool
voter_title(struct base_span match)
{
	static const uint8_t weights[8] = {2, 3, 4, 5, 6, 7, 8, 9}, state_weights[3] = {7, 8, 9};
	char text[CHECK_MAX];
	uint64_t state;
	unsigned first, second;

	if (!check_digits(match, text, 12) || check_number(text, 8) == 0)
		return false;
	state = check_number(text + 8, 2);
	first = check_weighted(text, weights, 8) % 11;
	second = check_weighted(text + 8, state_weights, 3) % 11;
	if (state <= 2) {
		first = first == 0 ? 1 : first;
		/* that this holds of the second digit too is not said by all */
		if (second == 0 && text[11] == '1')
			second = 1;
	}
	return state >= 1 && state <= 28 && first % 10 == check_value(text[10]) && second % 10 == check_value(text[11]);
}

/* 1 and 2 begin numbers made from the PIS, 7 to 9 those given out for a time or for good. */
static bool
health_card(struct base_span match)
{
	static const uint8_t weights[15] = {15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
	char text[CHECK_MAX];

	if (!check_digits(match, text, 15) || !strchr("12789", text[0]) || check_is_repeated(text, 15))
		return false;
	if (text[0] <= '2' && (memcmp(text + 11, "00", 2) != 0 || text[13] > '1'))
		return false;
	return check_weighted(text, weights, 15) % 11 == 0;
}

static bool
vehicle_register(struct base_span match)
{
	static const uint8_t weights[10] = {3, 2, 9, 8, 7, 6, 5, 4, 3, 2};
	char text[CHECK_MAX];

	return check_digits(match, text, 11) && !check_is_repeated(text, 11)
	       && check_weighted(text, weights, 10) * 10 % 11 % 10 == check_value(text[10]);
}

/* Area codes have no zero; behind them eight digits, or nine that begin with 9. */
static bool
phone(struct base_span match)
{
	char text[CHECK_MAX], *digits = text;
	size_t n = check_compact(match, text);

	if (n == 0 || !check_is_digits(text, n))
		return false;
	if (n >= 12 && memcmp(text, "55", 2) == 0)
		digits += 2;
	else if (text[0] == '0')
		digits++;
	n -= (size_t)(digits - text);
	if (n < 10 || n > 11 || digits[0] == '0' || digits[1] == '0' || check_is_repeated(digits + 2, n - 2))
		return false;
	return n == 11 ? digits[2] == '9' : digits[2] >= '2' && digits[2] <= '5';
}

const struct rules_check rules_checks_br[] = {
	{"br-cnh", driving_licence, 0.01, "Senatran, registro da CNH; as programs compute it, no published rule"},
	{"br-cnpj", cnpj, 0.01, "Receita Federal, IN RFB 2.119/2022 and 2.229/2024"},
	{"br-cns", health_card, 0.096, "DATASUS, Cartao Nacional de Saude"},
	{"br-cpf", cpf, 0.01, "Receita Federal, CPF"},
	{"br-phone", phone, 0.7, "Anatel, plano de numeracao"},
	{"br-pis", pis, 1.0 / 10, "Caixa, PIS/PASEP/NIS"},
	{"br-renavam", vehicle_register, 1.0 / 10, "Senatran, codigo Renavam"},
	{"br-titulo", voter_title, 0.003, "TSE, Resolucao 21.538/2003"},
};

const size_t rules_checks_br_count = BASE_COUNT(rules_checks_br);
