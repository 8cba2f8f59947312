/* Checks of secrets: token checksums and complete formats, and what gives away a value that is no secret at all.
 *
 * A secret has no check digit as a card has one; most of what looks like `password = value` in text is a variable, a template or
 * advice. So half of the rows here refuse: they hold for everything except values of a known harmless kind. All arithmetic is
 * in integers, so a verdict is the same on every machine. */
#include "rules/check_family.h"

#include "base/memory.h"

#include <string.h>

enum { Q16 = 1 << 16 };

/* Binary logarithm in 16 fractional bits, by repeated squaring. The fraction depends on the leading digits alone, so eight letters
 * in equal shares are 3 bits however often they repeat. */
static uint64_t
log2_q16(size_t n)
{
	uint64_t whole = 0, mantissa, fraction = 0;

	for (size_t m = n; m > 1; m >>= 1)
		whole++;
	mantissa = whole <= 31 ? (uint64_t)n << (31 - whole) : (uint64_t)n >> (whole - 31); /* 1.0 is 2^31 */
	for (int bit = 15; bit >= 0; bit--) {
		mantissa = (mantissa * mantissa) >> 31;
		if (mantissa >> 32) {
			mantissa >>= 1;
			fraction |= UINT64_C(1) << bit;
		}
	}
	return whole << 16 | fraction;
}

/* Shannon entropy over the bytes of the value: H = log2 n - sum(c log2 c) / n, compared as n H so that nothing is divided. */
static bool
entropy_reaches(struct base_span value, uint64_t bits_q16)
{
	uint32_t counts[256] = {0};
	uint64_t spread, sum = 0;

	if (value.size == 0)
		return false;
	for (size_t i = 0; i < value.size; i++)
		counts[value.data[i]]++;
	for (size_t c = 0; c < 256; c++)
		if (counts[c] > 1)
			sum += counts[c] * log2_q16(counts[c]);
	spread = value.size * log2_q16(value.size);
	return spread >= sum + value.size * bits_q16;
}

static bool entropy_3(struct base_span value) { return entropy_reaches(value, 3 * Q16); }
static bool entropy_3_5(struct base_span value) { return entropy_reaches(value, 7 * Q16 / 2); }
static bool entropy_4(struct base_span value) { return entropy_reaches(value, 4 * Q16); }

static bool
is_in(uint8_t c, const char *set)
{
	return c != 0 && strchr(set, c) != NULL;
}

static bool
equals_fold(struct base_span a, struct base_span lower)
{
	if (a.size != lower.size)
		return false;
	for (size_t i = 0; i < a.size; i++)
		if (base_lower(a.data[i]) != lower.data[i])
			return false;
	return true;
}

static bool
contains_fold(struct base_span s, struct base_span lower)
{
	for (size_t i = 0; i + lower.size <= s.size; i++)
		if (equals_fold((struct base_span){s.data + i, lower.size}, lower))
			return true;
	return false;
}

static bool
is_one_of(struct base_span s, const char *const *words)
{
	while (*words && !equals_fold(s, base_span_of(*words)))
		words++;
	return *words != NULL;
}

/* What programs write for "nothing here". */
static const char *const absent_words[] = {
	"", "-", "--", "?", "n/a", "na", "nan", "nil", "none", "null", "undefined", "unknown", "unset", "empty", "blank", "true", "false", "yes",
	"no", "on", "off", "redacted", "[redacted]", "removed", "hidden", "masked", "filtered", "[filtered]", "deleted", "encrypted", "hashed",
	"required", "optional", "default", "todo", "tbd", NULL,
};

/* Short stand-ins that the letter-pair test is too coarse for. */
static const char *const stand_in_words[] = {
	"abc", "abc123", "abcd", "admin", "api", "apikey", "bar", "baz", "bool", "char", "demo", "foo", "foobar", "guest", "int", "key", "my_pwd",
	"pass", "passwd", "password", "password1", "password123", "pwd", "qwerty", "root", "secret", "secret123", "str", "string", "test",
	"test123", "testing", "text", "token", "user", "uuid", "value", "varchar", NULL,
};

/* Nobody's random token holds one of these. */
static const char *const placeholder_parts[] = {
	"example", "placeholder", "changeme", "change_me", "change-me", "changeit", "change_this", "change-this", "replace", "redacted", "your_",
	"your-", "<your", "yourpass", "yourtoken", "yourkey", "yoursecret", "yourapi", "mypassword", "my_password", "my-password", "insert",
	"dummy", "-fake-", "fake_", "fake-", "afake", "sample", "xxxx", "****", "...", "____", "----", "fixme", "notreal", "not_real", "not-real",
	"_here", "-here", "keyhere", "tokenhere", "foobar", "lorem", "deadbeef", "todo_", "test_only", "undefined", "https://", "http://", NULL,
};

static bool
has_one_of(struct base_span s, const char *const *parts)
{
	while (*parts && !contains_fold(s, base_span_of(*parts)))
		parts++;
	return *parts != NULL;
}

/* Brackets of template languages, and whether they must frame the whole value to count. */
static const struct template_mark {
	const char *open, *close;
	bool is_frame;
} template_marks[] = {
	{"${", "}", false}, {"{{", "}}", false}, {"#{", "}", false}, {"%{", "}", false}, {"$(", ")", false}, {"<%", "%>", false},
	{"@{", "}", false}, {"%(", ")s", false}, {"<", ">", true}, {"{", "}", true}, {"[", "]", true}, {"%", "%", true}, {"__", "__", true},
	{"$$", "", true}, {"%s", "", true}, {"%d", "", true},
};

static bool
is_template_byte(uint8_t c)
{
	return base_is_word(c) || is_in(c, " .:-/|,'\"()[]=?@");
}

/* True when a mark opens at the start of s and closes after nothing but a name or a simple expression. */
static bool
is_marked(struct base_span s, const struct template_mark *mark)
{
	struct base_span close = base_span_of(mark->close);
	size_t i = strlen(mark->open);

	if (!base_span_starts_with(s, mark->open))
		return false;
	if (mark->is_frame)
		return s.size > i + close.size && base_span_ends_with(s, mark->close);
	for (; i + close.size <= s.size; i++) {
		if (memcmp(s.data + i, close.data, close.size) == 0)
			return true;
		if (!is_template_byte(s.data[i]))
			return false;
	}
	return false;
}

static bool
is_template(struct base_span value)
{
	for (size_t m = 0; m < BASE_COUNT(template_marks); m++) {
		if (is_marked(value, &template_marks[m]))
			return true;
		if (template_marks[m].is_frame)
			continue;
		for (size_t i = 1; i < value.size; i++)
			if (is_marked((struct base_span){value.data + i, value.size - i}, &template_marks[m]))
				return true;
	}
	return false;
}

enum { WORD_PERCENT = 85 };

/* Letter pairs that make up 97.5 % of the pairs inside English words and program identifiers, and `pw`, `wd`; bit = second letter. */
static const uint32_t common_pairs[26] = {
	0x1febd6e, 0x116cb15, 0x11e5d9d, 0x11ee93f, 0x1fffd7f, 0x11e4939, 0x01669d1, 0x01a6111, 0x2aef87f,
	0x0104010, 0x0440911, 0x11ce93d, 0x01cd91b, 0x13cfd7d, 0x0fefd6f, 0x15ec9bd, 0x0100000, 0x17efd7f,
	0x15efdfd, 0x15ef9bd, 0x00ef97f, 0x0004111, 0x0066199, 0x0088115, 0x00cf910, 0x0000110,
};

/* True for words, identifiers and dotted names: pieces of two and a half letters or more on average, at least that percentage of
 * letter pairs common, few digits, only joining punctuation. A change from lower to upper case starts a new piece. Random letters
 * have about half of their pairs in the table, and short pieces. */
static bool
is_word_like(struct base_span s, size_t percent)
{
	size_t digits = 0, letters = 0, pieces = 0, pairs = 0, common = 0;

	for (size_t i = 0; i < s.size; i++) {
		uint8_t c = s.data[i], was = i > 0 ? s.data[i - 1] : 0;

		digits += base_is_digit(c);
		if (!base_is_alnum(c) && !is_in(c, "_-./:\\ "))
			return false;
		if (!base_is_alpha(c))
			continue;
		letters++;
		if (!base_is_alpha(was) || (base_is_lower(was) && base_is_upper(c))) {
			pieces++;
			continue;
		}
		pairs++;
		common += common_pairs[base_lower(was) - 'a'] >> (base_lower(c) - 'a') & 1;
	}
	return digits * 5 <= s.size && letters * 2 >= pieces * 5 && common * 100 >= pairs * percent;
}

/* An absolute or relative path; the names of folders are less like words than other names. */
static bool
is_path(struct base_span s)
{
	size_t skip = s.size > 3 && (s.data[0] == '~' || s.data[1] == ':') ? 1 : 0;

	while (skip < s.size && is_in(s.data[skip], ".:"))
		skip++;
	return skip < s.size && is_in(s.data[skip], "/\\") && is_word_like((struct base_span){s.data + skip, s.size - skip}, 60);
}

/* One character over and over, two in turn, or a run up or down an alphabet for four steps in five. */
static bool
is_monotonous(struct base_span s)
{
	bool seen[256] = {false};
	size_t distinct = 0, small = 0;

	for (size_t i = 0; i < s.size; i++) {
		distinct += !seen[s.data[i]];
		seen[s.data[i]] = true;
		if (i > 0 && s.data[i] + 1 >= s.data[i - 1] && s.data[i] <= s.data[i - 1] + 1)
			small++;
	}
	return distinct <= 2 || (s.size > 4 && small * 5 >= (s.size - 1) * 4);
}

/* `$name`, `#selector`, `getenv("X")`, `config.token[0]`, `this->secret`: a place where the secret is fetched from. */
static bool
is_reference(struct base_span s)
{
	size_t head = 0;

	if (s.size >= 2 && is_in(s.data[0], "$@&#")) {
		struct base_span name = {s.data + 1, s.size - 1};

		return is_word_like(name, WORD_PERCENT) || (base_is_alpha(name.data[0]) && is_reference(name));
	}
	while (head < s.size && (base_is_word(s.data[head]) || is_in(s.data[head], ".:>-")))
		head++;
	if (head == 0 || head == s.size)
		return head > 0 && contains_fold(s, base_span_of("->"));
	/* a call that the closing quote of its argument cut off has no closing bracket at all */
	return (s.data[head] == '(' && (s.data[s.size - 1] == ')' || !memchr(s.data, ')', s.size))) ||
	       (s.data[head] == '[' && s.data[s.size - 1] == ']');
}

/* Somebody's address behind the word "credentials": the rule for addresses reports it. */
static bool
is_address(struct base_span s)
{
	size_t at = s.size, dot = 0;

	for (size_t i = 0; i < s.size; i++) {
		if (s.data[i] == '@' && at == s.size)
			at = i;
		else if (!base_is_word(s.data[i]) && !is_in(s.data[i], ".+-"))
			return false;
		if (s.data[i] == '.')
			dot = i;
	}
	return at > 0 && dot > at + 1 && dot + 2 < s.size && !base_is_digit(s.data[s.size - 1]);
}

static bool
is_hex(struct base_span s)
{
	for (size_t i = 0; i < s.size; i++)
		if (!base_is_digit(s.data[i]) && (base_lower(s.data[i]) < 'a' || base_lower(s.data[i]) > 'f'))
			return false;
	return s.size > 0;
}

/* Stored digests: crypt(3) and LDAP schemes, framework prefixes, and bare hexadecimal of a digest's length. */
static bool
is_digest(struct base_span s)
{
	static const char *const schemes[] = {"pbkdf2", "bcrypt", "scrypt", "argon2", "sha1$", "sha256", "sha512", "md5$"};
	static const size_t hex_lengths[] = {32, 40, 48, 56, 64, 96, 128};

	for (size_t i = 0; i < BASE_COUNT(schemes); i++)
		if (base_span_starts_with(s, schemes[i]) && s.size > 24)
			return true;
	if (s.size > 2 && (s.data[0] == '$' || s.data[0] == '{')) {
		uint8_t close = s.data[0] == '$' ? '$' : '}';
		size_t i = 1;

		while (i < s.size && (base_is_alnum(s.data[i]) || s.data[i] == '-'))
			i++;
		if (i > 1 && i < s.size && s.data[i] == close)
			return true;
	}
	if (s.size == 41 && s.data[0] == '*')
		return is_hex((struct base_span){s.data + 1, 40});
	for (size_t i = 0; i < BASE_COUNT(hex_lengths); i++)
		if (s.size == hex_lengths[i])
			return is_hex(s);
	return false;
}

/* 2024-05-01, with or without a time behind it. */
static bool
is_date(struct base_span s)
{
	const char *shape = "dddd-dd-dd";

	for (size_t i = 0; i < s.size && *shape; i++, shape++)
		if (*shape == 'd' ? !base_is_digit(s.data[i]) : s.data[i] != '-')
			return false;
	return *shape == '\0';
}

static bool
is_mask(struct base_span s)
{
	for (size_t i = 0; i < s.size; i++)
		if (!is_in(s.data[i], "*xX.#-_?0 \xe2\x80\xa2\xc2\xb7")) /* the bullet and the middle dot, bytewise */
			return false;
	return true;
}

/* For values named key, token or secret: machine made, so words are no secrets. */
static bool
not_placeholder(struct base_span value)
{
	return value.size >= 4 && !is_one_of(value, absent_words) &&
	       !is_one_of(value, stand_in_words) && !has_one_of(value, placeholder_parts) && !is_template(value) &&
	       !is_monotonous(value) && !is_reference(value) && !is_word_like(value, WORD_PERCENT) && !is_path(value) &&
	       !is_address(value);
}

/* For values named password: people choose words and runs of digits, so only what cannot be a password is refused. */
static bool
password_value(struct base_span value)
{
	return value.size >= 3 && !is_one_of(value, absent_words) && !is_mask(value) && !is_template(value) &&
	       !is_digest(value) && !is_date(value) && !is_reference(value) && !is_path(value);
}

/* Value of a character of the standard or the URL alphabet, 64 for any other. */
static unsigned
sextet(uint8_t c)
{
	if (base_is_upper(c))
		return c - 'A';
	if (base_is_lower(c))
		return c - 'a' + 26u;
	if (base_is_digit(c))
		return c - '0' + 52u;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : 64;
}

/* Decodes text, padded or not, into at most cap bytes; false when it is no base64, or longer. */
static bool
decode64(struct base_span text, uint8_t *ret, size_t cap, size_t *ret_size)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	for (int pad = 0; pad < 2 && text.size > 0 && text.data[text.size - 1] == '='; pad++)
		text.size--;
	if (text.size % 4 == 1)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		unsigned six = sextet(text.data[i]);

		if (six == 64)
			return false;
		bits = bits << 6 | six;
		have += 6;
		if (have < 8)
			continue;
		if (n == cap)
			return false;
		have -= 8;
		ret[n++] = (uint8_t)(bits >> have);
	}
	*ret_size = n;
	return true;
}

/* A key as a program prints it: padded, no stray bits behind the last byte (RFC 4648 section 3.5), 16 bytes or more. */
static bool
base64_key(struct base_span value)
{
	size_t pad = 0;
	unsigned last;

	if (value.size < 24 || value.size % 4 != 0)
		return false;
	while (pad < 2 && value.data[value.size - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < value.size - pad; i++)
		if (sextet(value.data[i]) == 64)
			return false;
	last = sextet(value.data[value.size - 1 - pad]);
	return (last & ((1u << (2 * pad)) - 1)) == 0;
}

/* A secret access key of AWS: 40 characters of base64 that are neither a digest in hexadecimal nor one word. */
static bool
aws_secret(struct base_span value)
{
	bool upper = false, lower = false, digit = false;

	if (value.size != 40)
		return false;
	for (size_t i = 0; i < value.size; i++) {
		uint8_t c = value.data[i];

		if (!base_is_alnum(c) && c != '/' && c != '+')
			return false;
		upper |= base_is_upper(c);
		lower |= base_is_lower(c);
		digit |= base_is_digit(c);
	}
	return upper && lower && digit && !is_hex(value);
}

/* rfc7617 2: the credentials are user-id ':' password in base64, without control characters. */
static bool
basic_auth(struct base_span value)
{
	enum { PAIR_MAX = 512 };
	uint8_t pair[PAIR_MAX];
	size_t n, colon = 0;

	if (!decode64(value, pair, sizeof pair, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (pair[i] < 0x20 || pair[i] == 0x7f)
			return false;
		if (pair[i] == ':' && colon == 0)
			colon = i;
	}
	return colon > 0 && colon + 1 < n;
}

/* Steps over a JSON string that opens at *at; false when it does not end. */
static bool
json_string(struct base_span s, size_t *at, struct base_span *ret_inner)
{
	size_t i = *at + 1;

	for (; i < s.size && s.data[i] != '"'; i++) {
		if (s.data[i] < 0x20)
			return false;
		if (s.data[i] == '\\' && ++i == s.size)
			return false;
	}
	if (i >= s.size)
		return false;
	*ret_inner = (struct base_span){s.data + *at + 1, i - *at - 1};
	*at = i + 1;
	return true;
}

/* True when s is one JSON object whose own member `alg` is a string. Nesting is counted, not parsed: enough to tell a header
 * from base64 of something else. */
static bool
json_names_alg(struct base_span s)
{
	size_t depth = 0;
	bool is_alg = false, found = false, after_colon = false;

	s = base_span_trim(s);
	if (s.size < 2 || s.data[0] != '{')
		return false;
	for (size_t i = 0; i < s.size;) {
		uint8_t c = s.data[i];

		if (c == '"') {
			struct base_span inner;

			if (!json_string(s, &i, &inner))
				return false;
			if (depth == 1 && after_colon && is_alg)
				found = true;
			if (depth == 1 && !after_colon)
				is_alg = base_span_equals(inner, base_span_of("alg"));
			continue;
		}
		if (depth == 1 && (c == ':' || c == ','))
			after_colon = c == ':';
		if (c == '{' || c == '[')
			depth++;
		if ((c == '}' || c == ']') && --depth == 0)
			return found && i + 1 == s.size;
		if (c < 0x20 && !base_is_space(c))
			return false;
		i++;
	}
	return false;
}

/* rfc7515 3.1, 4.1.1: the first part of a compact JWS is base64url of a JSON object that names its algorithm. */
static bool
jwt_header(struct base_span value)
{
	enum { HEADER_MAX = 3072 }; /* room for a certificate chain's thumbprints; a header that carries whole certificates is longer and rare */
	uint8_t header[HEADER_MAX];
	size_t n;
	const uint8_t *dot = value.size > 0 ? memchr(value.data, '.', value.size) : NULL;

	if (!dot || !decode64((struct base_span){value.data, (size_t)(dot - value.data)}, header, sizeof header, &n))
		return false;
	return json_names_alg((struct base_span){header, n});
}

/* The armour of a private key holds a key when base64 follows its first line: 32 characters without a break, where a line of
 * the shortest key has 48 (rfc7468 10, rfc9580 6.2). Prose about keys, and an armour line in a program, have no such run. */
static bool
pem_body(struct base_span value)
{
	enum { RUN_MIN = 32 };
	static const char dashes[] = "-----";
	const uint8_t *at, *end;
	size_t run = 0;

	if (value.size < 2 * (sizeof dashes - 1))
		return false;
	end = value.data + value.size;
	at = memmem(value.data + sizeof dashes - 1, value.size - sizeof dashes + 1, dashes, sizeof dashes - 1);
	for (; at && at < end && run < RUN_MIN; at++)
		run = base_is_alnum(*at) || *at == '+' || *at == '/' ? run + 1 : 0;
	return run >= RUN_MIN;
}

/* CRC-32 of IEEE 802.3, reflected, bit by bit: thirty bytes at a time need no table. */
static uint32_t
crc32_of(struct base_span s)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < s.size; i++) {
		crc ^= s.data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return ~crc;
}

static bool
base62_digit(uint8_t c, uint64_t *ret)
{
	if (!base_is_alnum(c))
		return false;
	*ret = base_is_digit(c) ? c - (uint64_t)'0' : base_is_upper(c) ? c - (uint64_t)'A' + 10 : c - (uint64_t)'a' + 36;
	return true;
}

/* Four bytes of prefix, 30 random characters, then their CRC-32 in six digits of base 62 with the alphabet 0-9A-Za-z. */
static bool
prefixed_crc(struct base_span value)
{
	enum { PREFIX = 4, RANDOM = 30, CHECK = 6 };
	uint64_t stated = 0;

	if (value.size != PREFIX + RANDOM + CHECK)
		return false;
	for (size_t i = PREFIX; i < PREFIX + RANDOM + CHECK; i++) {
		uint64_t digit;

		if (!base62_digit(value.data[i], &digit))
			return false;
		if (i >= PREFIX + RANDOM)
			stated = stated * 62 + digit;
	}
	return stated == crc32_of((struct base_span){value.data + PREFIX, RANDOM});
}

/* A filter has no chance of its own: what passes it is judged by the rule's pattern. A tiny one keeps column verdicts from
 * taking a column of real tokens for coincidence. */
#define FILTER 1e-6

const struct rules_check rules_checks_secret[] = {
	{"aws-secret", aws_secret, FILTER, "AWS IAM User Guide, access key format"},
	{"base64-key", base64_key, 1.0 / 16, "RFC 4648, 3.5 and 4"},
	{"basic-auth", basic_auth, FILTER, "RFC 7617, 2"},
	{"entropy-3", entropy_3, FILTER, "Shannon 1948, 3 bits per character"},
	{"entropy-3.5", entropy_3_5, FILTER, "Shannon 1948, 3.5 bits per character"},
	{"entropy-4", entropy_4, FILTER, "Shannon 1948, 4 bits per character"},
	{"github-crc", prefixed_crc, 1.0 / 4294967296.0, "GitHub token format of April 2021"},
	{"jwt-header", jwt_header, FILTER, "RFC 7515, 3.1 and 4.1.1"},
	{"not-placeholder", not_placeholder, FILTER, "word lists and letter pairs of this file"},
	{"npm-crc", prefixed_crc, 1.0 / 4294967296.0, "npm token format of September 2021"},
	{"password-value", password_value, FILTER, "word lists of this file"},
	{"pem-body", pem_body, FILTER, "RFC 7468, RFC 1421, RFC 9580"},
};

const size_t rules_checks_secret_count = BASE_COUNT(rules_checks_secret);
