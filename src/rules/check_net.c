/* Checks of network names and addresses: the domain of an e-mail address, host names, IPv4 (RFC 791), IPv6 (RFC 4291), MAC. */
#include "rules/check_parts.h"

#include "base/memory.h"

enum { LABEL_MAX = 63, NAME_MAX_SIZE = 253, LOCAL_MAX = 64, GROUPS_MAX = 8 };

static bool
is_label_byte(uint8_t c)
{
	return base_is_alnum(c) || c == '-' || c >= 0x80;
}

/* Letters of other scripts, plain or as punycode: their shape is all there is to judge. */
static bool
is_foreign_tld(struct base_span label)
{
	if (label.size > 4 && base_lower(label.data[0]) == 'x' && base_lower(label.data[1]) == 'n' && label.data[2] == '-'
		&& label.data[3] == '-')
		return true;
	for (size_t i = 0; i < label.size; i++)
		if (label.data[i] < 0x80)
			return false;
	return label.size >= 4;
}

/* Two labels or more of legal form (rfc1035 2.3.1, rfc5890 2.3.1); *ret_last is the last one. */
static bool
read_host(struct base_span host, struct base_span *ret_last)
{
	size_t start = 0, labels = 0;

	if (host.size == 0 || host.size > NAME_MAX_SIZE)
		return false;
	for (size_t i = 0; i <= host.size; i++) {
		if (i < host.size && host.data[i] != '.') {
			if (!is_label_byte(host.data[i]))
				return false;
			continue;
		}
		if (i == start || i - start > LABEL_MAX || host.data[start] == '-' || host.data[i - 1] == '-')
			return false;
		*ret_last = (struct base_span){host.data + start, i - start};
		labels++;
		start = i + 1;
	}
	return labels >= 2;
}

/* rfc5322 3.2.3: dots stand between atoms; rfc5321 4.5.3.1: up to 64 bytes. */
static bool
is_local_part(struct base_span s)
{
	for (size_t i = 0; i < s.size; i++)
		if (s.data[i] == '.' && (i == 0 || i + 1 == s.size || s.data[i - 1] == '.'))
			return false;
	return s.size > 0 && s.size <= LOCAL_MAX;
}

/* In a zone that exists, and not a name under which others get theirs. */
static bool
is_registrable(struct base_span host, struct base_span last)
{
	return (check_is_public_tld(last) || is_foreign_tld(last)) && !check_is_public_suffix(host);
}

/* A local part, then a domain that exists or is set apart for use inside. */
bool
check_email(struct base_span match)
{
	struct base_span domain, last;
	size_t at = match.size, skip = 1;

	while (at > 0 && match.data[at - 1] != '@')
		at--;
	if (at == 0) {
		/* in a query string the sign is written %40 */
		const uint8_t *encoded = memmem(match.data, match.size, "%40", 3);

		if (!encoded)
			return false;
		at = (size_t)(encoded - match.data) + 3;
		skip = 3;
	}
	if (!is_local_part((struct base_span){match.data, at - skip}))
		return false;
	domain = (struct base_span){match.data + at, match.size - at};
	return read_host(domain, &last) && (check_is_private_tld(last) || is_registrable(domain, last));
}

bool
check_domain(struct base_span match)
{
	struct base_span last;

	return read_host(match, &last) && is_registrable(match, last);
}

/* Four numbers up to 255 without leading zeros. */
static bool
read_ipv4(struct base_span text, uint8_t ret[static 4])
{
	size_t at = 0;

	for (size_t i = 0; i < 4; i++) {
		size_t from = at;
		unsigned value = 0;

		while (at < text.size && at - from < 3 && base_is_digit(text.data[at]))
			value = value * 10 + (unsigned)(text.data[at++] - '0');
		if (at == from || value > 255 || (at - from > 1 && text.data[from] == '0'))
			return false;
		if (i < 3 && (at >= text.size || text.data[at++] != '.'))
			return false;
		ret[i] = (uint8_t)value;
	}
	return at == text.size;
}

/* "This" network, the machine itself, masks and broadcast are nobody's address (rfc6890 2.2.2). */
static bool
is_ipv4_of_somebody(const uint8_t b[static 4])
{
	return b[0] != 0 && b[0] != 127 && !(b[0] == 255 && (b[1] == 255 || b[1] == 0));
}

static bool
is_hex(uint8_t c)
{
	return base_is_digit(c) || (base_lower(c) >= 'a' && base_lower(c) <= 'f');
}

/* rfc4291 2.2: eight groups of up to four hexadecimal digits, one run of zeros as "::", the last two groups as IPv4. */
static bool
read_ipv6(struct base_span text, size_t *ret_pairs, bool *ret_digit)
{
	size_t groups = 0, at = 0, gap = SIZE_MAX, pairs = 0;
	bool has_digit = false;

	if (text.size >= 2 && text.data[0] == ':' && text.data[1] == ':') {
		gap = 0;
		at = 2;
	}
	while (at < text.size) {
		size_t from = at;
		uint8_t quad[4];

		for (; at < text.size && is_hex(text.data[at]); at++)
			has_digit = has_digit || base_is_digit(text.data[at]);
		if (at < text.size && text.data[at] == '.') {
			groups += 2;
			at = text.size;
			if (!read_ipv4((struct base_span){text.data + from, text.size - from}, quad))
				return false;
			break;
		}
		if (at == from || at - from > 4 || ++groups > GROUPS_MAX)
			return false;
		pairs += at - from == 2;
		if (at == text.size)
			break;
		if (text.data[at++] != ':' || at == text.size)
			return false;
		if (text.data[at] == ':') {
			if (gap != SIZE_MAX)
				return false;
			gap = groups;
			at++;
		}
	}
	*ret_pairs = pairs;
	*ret_digit = has_digit;
	return gap == SIZE_MAX ? groups == GROUPS_MAX : groups < GROUPS_MAX && groups > 0;
}

bool
check_ip(struct base_span match)
{
	uint8_t quad[4];
	size_t pairs;
	bool has_digit;

	if (!memchr(match.data, ':', match.size))
		return read_ipv4(match, quad) && is_ipv4_of_somebody(quad);
	/* eight pairs are a hardware address or a fingerprint, words without digits a name with scopes; ::1 is the machine itself */
	if (!read_ipv6(match, &pairs, &has_digit) || pairs == GROUPS_MAX || !has_digit)
		return false;
	return !(match.size == 3 && match.data[2] == '1');
}

/* Twelve hexadecimal digits that are not all the same: 00:… and ff:… stand for nothing and for everybody. */
bool
check_mac(struct base_span match)
{
	uint8_t first = 0;
	size_t n = 0;
	bool varies = false;

	for (size_t i = 0; i < match.size; i++) {
		uint8_t c = base_lower(match.data[i]);

		if (!is_hex(c))
			continue;
		first = n++ == 0 ? c : first;
		varies = varies || c != first;
	}
	return n == 12 && varies;
}
