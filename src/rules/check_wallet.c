/* Checks of wallets. Bitcoin: Base58Check (double SHA-256) and bech32/bech32m (BIP 173, BIP 350). Ethereum: mixed-case checksum over
 * Keccak-256 (ERC-55); Keccak as in the Keccak reference, version 3.0, which pads with 0x01 where SHA-3 pads with 0x06. */
#include "rules/check_parts.h"

#include "base/memory.h"
#include "crypto/digest.h"

enum { BASE58_BYTES = 25, BECH32_MIN = 14, BECH32_MAX = 90, BECH32_SUM = 6, KECCAK_LANES = 25, KECCAK_RATE = 136 };

/* ---- Bitcoin, Base58Check ---- */

static int
base58_digit(uint8_t c)
{
	static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

/* Exactly 25 bytes: version, 20 bytes of hash, 4 of check sum. Each leading '1' stands for one leading zero byte. */
static bool
base58_decode(struct base_span text, uint8_t ret[static BASE58_BYTES])
{
	size_t ones = 0, zeros = 0;

	memset(ret, 0, BASE58_BYTES);
	for (size_t i = 0; i < text.size; i++) {
		int digit = base58_digit(text.data[i]);
		uint32_t carry;

		if (digit < 0)
			return false;
		carry = (uint32_t)digit;
		for (size_t k = BASE58_BYTES; k-- > 0;) {
			carry += ret[k] * 58u;
			ret[k] = (uint8_t)carry;
			carry >>= 8;
		}
		if (carry)
			return false;
	}
	while (ones < text.size && text.data[ones] == '1')
		ones++;
	while (zeros < BASE58_BYTES && ret[zeros] == 0)
		zeros++;
	return ones == zeros;
}

static bool
is_base58_address(struct base_span text)
{
	uint8_t bytes[BASE58_BYTES], hash[CRYPTO_SHA256_SIZE];

	if (text.size < 26 || text.size > 35 || !base58_decode(text, bytes))
		return false;
	/* main network, to a key and to a script */
	if (bytes[0] != 0x00 && bytes[0] != 0x05)
		return false;
	return crypto_sha256(bytes, BASE58_BYTES - 4, hash) == 0 && crypto_sha256(hash, sizeof hash, hash) == 0
	       && memcmp(hash, bytes + BASE58_BYTES - 4, 4) == 0;
}

/* ---- Bitcoin, bech32 ---- */

static uint32_t
bech32_step(uint32_t sum, unsigned value)
{
	static const uint32_t generator[5] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (size_t i = 0; i < BASE_COUNT(generator); i++)
		sum ^= top >> i & 1 ? generator[i] : 0;
	return sum;
}

/* Regroups 5-bit values into bytes; returns how many, 0 when the padding is not zero or a whole group too long. */
static size_t
bech32_bytes(const uint8_t *values, size_t n)
{
	size_t bits = n * 5, rest = bits % 8;

	if (rest >= 5 || (values[n - 1] & ((1u << rest) - 1)) != 0)
		return 0;
	return bits / 8;
}

static bool
is_bech32_address(struct base_span text)
{
	static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	uint8_t values[BECH32_MAX];
	bool lower = false, upper = false;
	uint32_t sum = 1;
	size_t n = 0, program;

	if (text.size < BECH32_MIN || text.size > BECH32_MAX || base_lower(text.data[0]) != 'b' || base_lower(text.data[1]) != 'c'
		|| text.data[2] != '1')
		return false;
	for (size_t i = 0; i < 2; i++)
		sum = bech32_step(sum, base_lower(text.data[i]) >> 5);
	sum = bech32_step(sum, 0);
	for (size_t i = 0; i < 2; i++)
		sum = bech32_step(sum, base_lower(text.data[i]) & 31);
	for (size_t i = 0; i < text.size; i++) {
		const char *at = strchr(alphabet, base_lower(text.data[i]));

		lower = lower || base_is_lower(text.data[i]);
		upper = upper || base_is_upper(text.data[i]);
		if (i < 3)
			continue;
		if (!at || text.data[i] == '\0')
			return false;
		values[n++] = (uint8_t)(at - alphabet);
		sum = bech32_step(sum, values[n - 1]);
	}
	if ((lower && upper) || values[0] > 16)
		return false;
	program = bech32_bytes(values + 1, n - 1 - BECH32_SUM);
	/* bip350: version 0 has the constant of bech32, later ones that of bech32m */
	if (values[0] == 0)
		return sum == 1 && (program == 20 || program == 32);
	return sum == 0x2bc830a3 && program >= 2 && program <= 40;
}

bool
check_bitcoin(struct base_span match)
{
	return is_base58_address(match) || is_bech32_address(match);
}

/* ---- Ethereum ---- */

static uint64_t
rotate(uint64_t x, unsigned n)
{
	return n == 0 ? x : x << n | x >> (64 - n);
}

static void
keccak_round(uint64_t a[static KECCAK_LANES], uint64_t constant)
{
	/* rotations along the path that pi walks */
	static const uint8_t offset[24] = {1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44};
	static const uint8_t path[24] = {10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1};
	uint64_t column[5], moved;

	for (size_t x = 0; x < 5; x++)
		column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
	for (size_t i = 0; i < KECCAK_LANES; i++)
		a[i] ^= column[(i + 4) % 5] ^ rotate(column[(i + 1) % 5], 1);
	moved = a[1];
	for (size_t i = 0; i < BASE_COUNT(path); i++) {
		uint64_t next = a[path[i]];

		a[path[i]] = rotate(moved, offset[i]);
		moved = next;
	}
	for (size_t y = 0; y < KECCAK_LANES; y += 5) {
		uint64_t row[5];

		memcpy(row, a + y, sizeof row);
		for (size_t x = 0; x < 5; x++)
			a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
	}
	a[0] ^= constant;
}

/* Keccak-256 of n < 136 bytes: one block. */
static void
keccak256(const uint8_t *data, size_t n, uint8_t ret[static 32])
{
	static const uint64_t constants[24] = {0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
		0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
		0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
		0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080,
		0x0000000080000001, 0x8000000080008008};
	uint8_t block[KECCAK_RATE] = {0};
	uint64_t a[KECCAK_LANES] = {0};

	memcpy(block, data, n);
	block[n] = 0x01;
	block[KECCAK_RATE - 1] |= 0x80;
	for (size_t i = 0; i < KECCAK_RATE; i++)
		a[i / 8] |= (uint64_t)block[i] << i % 8 * 8;
	for (size_t i = 0; i < BASE_COUNT(constants); i++)
		keccak_round(a, constants[i]);
	for (size_t i = 0; i < 32; i++)
		ret[i] = (uint8_t)(a[i / 8] >> i % 8 * 8);
}

/* Letters are capitals where the digest of the lower-case digits has a nibble of 8 or more; one case throughout says nothing. */
bool
check_ethereum(struct base_span match)
{
	enum { DIGITS = 40 };
	uint8_t folded[DIGITS], hash[32];
	bool lower = false, upper = false, varies = false;

	if (match.size != DIGITS + 2 || match.data[0] != '0' || base_lower(match.data[1]) != 'x')
		return false;
	for (size_t i = 0; i < DIGITS; i++) {
		uint8_t c = match.data[i + 2];

		folded[i] = base_lower(c);
		if (!base_is_digit(c) && (folded[i] < 'a' || folded[i] > 'f'))
			return false;
		lower = lower || base_is_lower(c);
		upper = upper || base_is_upper(c);
		varies = varies || folded[i] != folded[0];
	}
	if (!varies)
		return false;
	if (!lower || !upper)
		return true;
	keccak256(folded, DIGITS, hash);
	for (size_t i = 0; i < DIGITS; i++) {
		unsigned nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15;

		if (!base_is_digit(folded[i]) && base_is_upper(match.data[i + 2]) != (nibble >= 8))
			return false;
	}
	return true;
}
