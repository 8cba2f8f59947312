/* Going through texts for context words: where tokens begin is read off 64 bytes at a time, and most of them are no word of any rule,
 * which one look at a table of bits tells. Only what is left is folded and looked up. */
#include "rules/context_index.h"

#include "assay/error.h"
#include "base/memory.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Is text[i] the inside of a character that classify takes as a whole? */
static bool
is_inside(struct base_span text, size_t i)
{
	const uint8_t *d = text.data + i;
	enum letter kind;
	char folded[4];
	size_t size;

	for (size_t back = 1; back <= 2 && back <= i; back++) {
		if (d[-(ptrdiff_t)back] < 0x80)
			return false;
		kind = context_classify(text, i - back, folded, &size);
		(void)kind;
		if (size > back)
			return true;
	}
	return false;
}

/* Start of the character that holds text[i]. */
static size_t
character_at(struct base_span text, size_t i)
{
	while (i > 0 && i < text.size && is_inside(text, i))
		i--;
	return i;
}

/* The token at text[i], folded. The common case, small letters and perhaps one capital before them, is read without looking closer. */
static size_t
read_token(struct base_span text, size_t i, struct context_token *ret)
{
	size_t at = i + 1, n = 1;

	ret->text[0] = (char)base_lower(text.data[i]);
	while (at < text.size && n < CONTEXT_TOKEN && base_is_lower(text.data[at]))
		ret->text[n++] = (char)text.data[at++];
	if (base_is_alpha(text.data[i]) && n < CONTEXT_TOKEN && (at == text.size || text.data[at] < 0x80)
		&& (n > 1 || base_is_lower(text.data[i]))) {
		ret->size = (uint8_t)n;
		return at;
	}
	if (context_tokens((struct base_span){text.data + i, text.size - i < 64 ? text.size - i : 64}, ret, 1) == 0)
		ret->size = 0;
	return i + ret->end;
}

static int
add_hit(struct context_hits *ret, size_t start, size_t end, uint32_t row)
{
	if (base_grow(&ret->items, &ret->capacity, ret->n + 1, sizeof *ret->items) < 0)
		return ASSAY_NOMEM;
	ret->items[ret->n++] = (struct context_hit){(uint32_t)start, (uint32_t)end, row};
	return ASSAY_OK;
}

/* Can one of these be what the token after text[end] begins with? */
static bool
goes_on(struct base_span text, size_t end, uint64_t next)
{
	while (end < text.size && text.data[end] < 0x80 && !base_is_alnum(text.data[end]))
		end++;
	return end < text.size && (text.data[end] >= 0x80 || (context_first(text.data[end]) & next));
}

/* Phrases of several tokens that begin at text[at]. */
static int
add_phrases(const struct context_index *x, struct base_span text, size_t at, struct context_hits *ret)
{
	enum { SPAN_MAX = CONTEXT_PHRASE * 64 };
	struct context_token tokens[CONTEXT_PHRASE + 1];
	struct base_span rest = {text.data + at, text.size - at < SPAN_MAX ? text.size - at : SPAN_MAX};
	size_t n = context_tokens(rest, tokens, CONTEXT_PHRASE + 1);

	/* the last token may be cut by the look ahead */
	if (n > 0 && rest.size == SPAN_MAX && tokens[n - 1].end == rest.size)
		n--;
	for (size_t k = 2; k <= n && k <= CONTEXT_PHRASE; k++) {
		const struct context_phrase *row = context_lookup(x, tokens, k);
		if (row && add_hit(ret, at, at + tokens[k - 1].end, (uint32_t)(row - x->rows)) < 0)
			return ASSAY_NOMEM;
	}
	return ASSAY_OK;
}

/* All phrases that begin with the token at text[at]. */
static int
add_hits(const struct context_index *x, struct base_span text, size_t at, struct context_hits *ret)
{
	struct context_token token;
	size_t end = read_token(text, at, &token), size = token.size;
	const struct context_word *word = context_slot(x, token.text, size), *single = word;

	if ((!word->text || word->row == CONTEXT_NO_ROW) && size > 3 && token.text[size - 1] == 's')
		single = context_slot(x, token.text, size - 1);
	if (single->text && single->row != CONTEXT_NO_ROW && add_hit(ret, at, end, single->row) < 0)
		return ASSAY_NOMEM;
	return word->text && goes_on(text, end, word->next) ? add_phrases(x, text, at, ret) : ASSAY_OK;
}

/* One character after the other: for texts with more than ASCII. */
static int
scan_slowly(const struct context_index *x, struct base_span text, size_t from, size_t to, struct context_hits *ret)
{
	size_t i = character_at(text, from), end = character_at(text, to), size = 1, spare_size;
	enum letter last = LETTER_NONE;
	char folded[4], spare[4];

	if (i > 0)
		last = context_classify(text, character_at(text, i - 1), spare, &spare_size);
	for (; i < end; i += size) {
		enum letter kind = context_classify(text, i, folded, &size), next = LETTER_NONE;
		if (i + size < text.size)
			next = context_classify(text, i + size, spare, &spare_size);
		bool begins = kind != LETTER_NONE && (last == LETTER_NONE || context_splits(last, kind, next));
		last = kind;
		if (begins && (kind != LETTER_DIGIT || x->has_digits) && add_hits(x, text, i, ret) < 0)
			return ASSAY_NOMEM;
	}
	return ASSAY_OK;
}

/* ---- 64 bytes of ASCII at a time ---- */

/* A bit per byte. */
struct letters {
	uint64_t lower, upper, digit, beyond;
};

static struct letters
letters_of(const uint8_t *data)
{
	struct letters l = {0};

#ifdef __SSE2__
	for (unsigned i = 0; i < 64; i += 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(data + i));
		/* x in [a, a + n) as signed bytes: x - a - 128 < n - 128 */
		__m128i lower = _mm_cmplt_epi8(_mm_sub_epi8(bytes, _mm_set1_epi8((char)('a' + 128))), _mm_set1_epi8(-128 + 26));
		__m128i upper = _mm_cmplt_epi8(_mm_sub_epi8(bytes, _mm_set1_epi8((char)('A' + 128))), _mm_set1_epi8(-128 + 26));
		__m128i digit = _mm_cmplt_epi8(_mm_sub_epi8(bytes, _mm_set1_epi8((char)('0' + 128))), _mm_set1_epi8(-128 + 10));
		l.lower |= (uint64_t)(unsigned)_mm_movemask_epi8(lower) << i;
		l.upper |= (uint64_t)(unsigned)_mm_movemask_epi8(upper) << i;
		l.digit |= (uint64_t)(unsigned)_mm_movemask_epi8(digit) << i;
		l.beyond |= (uint64_t)(unsigned)_mm_movemask_epi8(bytes) << i;
	}
#else
	for (unsigned i = 0; i < 64; i++) {
		l.lower |= (uint64_t)base_is_lower(data[i]) << i;
		l.upper |= (uint64_t)base_is_upper(data[i]) << i;
		l.digit |= (uint64_t)base_is_digit(data[i]) << i;
		l.beyond |= (uint64_t)(data[i] >> 7) << i;
	}
#endif
	return l;
}

/* Where tokens begin among 64 bytes: the rule of context_splits for all at once. */
static uint64_t
begins_of(const struct letters *l, uint8_t before, uint8_t after)
{
	uint64_t any = l->lower | l->upper | l->digit;
	uint64_t lower = l->lower << 1 | base_is_lower(before), upper = l->upper << 1 | base_is_upper(before);
	uint64_t digit = l->digit << 1 | base_is_digit(before), next_lower = l->lower >> 1 | (uint64_t)base_is_lower(after) << 63;
	uint64_t inside = lower | upper | digit;

	return any & (~inside | (l->digit ^ digit) | (l->upper & lower) | (l->upper & upper & next_lower));
}

/* The phrases that begin with the token text[at, end) of letters or digits of ASCII. */
static int
add_quickly(const struct context_index *x, struct base_span text, size_t at, size_t end, struct context_hits *ret)
{
	const uint64_t small = UINT64_C(0x2020202020202020); /* folds letters, leaves digits, and makes blanks of nothing */
	/* [i]: the first i - 8 of eight bytes, none or all at least */
	static const uint64_t first[25] = {[9] = 0xff,
		0xffff,
		0xffffff,
		UINT32_MAX,
		0xffffffffff,
		0xffffffffffff,
		0xffffffffffffff,
		UINT64_MAX,
		UINT64_MAX,
		UINT64_MAX,
		UINT64_MAX,
		UINT64_MAX,
		UINT64_MAX,
		UINT64_MAX,
		UINT64_MAX,
		UINT64_MAX};
	uint8_t copy[CONTEXT_QUICK_SIZE];
	uint64_t low, high;
	size_t size = end - at;
	unsigned hash;

	if (size > CONTEXT_QUICK_SIZE || (end < text.size && text.data[end] >= 0x80))
		return add_hits(x, text, at, ret);
	if (text.size - at < CONTEXT_QUICK_SIZE) {
		memset(copy, 0, sizeof copy);
		memcpy(copy, text.data + at, size);
		memcpy(&low, copy, 8);
		memcpy(&high, copy + 8, 8);
	} else {
		memcpy(&low, text.data + at, 8);
		memcpy(&high, text.data + at + 8, 8);
		low &= first[size + 8];
		high &= first[size];
	}
	low |= small;
	high |= small;
	hash = context_quick_hash(low, high);
	if (!(x->quick[hash / 64] >> (hash % 64) & 1))
		return ASSAY_OK;
	const struct context_known *known = context_known_slot(x, low, high, hash);
	if (!known->is_used)
		return ASSAY_OK;
	if (known->row != CONTEXT_NO_ROW && add_hit(ret, at, end, known->row) < 0)
		return ASSAY_NOMEM;
	return known->next && goes_on(text, end, known->next) ? add_phrases(x, text, at, ret) : ASSAY_OK;
}

/* Where the token that begins before text[i] and reaches it ends. */
static size_t
end_of(struct base_span text, size_t i)
{
	for (; i < text.size && base_is_alnum(text.data[i]); i++) {
		uint8_t last = text.data[i - 1], c = text.data[i];
		if (base_is_digit(last) != base_is_digit(c) || (base_is_upper(c) && base_is_lower(last)))
			return i;
		if (base_is_upper(c) && base_is_upper(last) && i + 1 < text.size && base_is_lower(text.data[i + 1]))
			return i;
	}
	return i;
}

/* Tokens that begin in a block, n of its 64 bytes counted. */
static int
scan_block(const struct context_index *x, struct base_span text, size_t block, size_t n, const struct letters *l, struct context_hits *ret)
{
	uint8_t before = block > 0 ? text.data[block - 1] : 0, after = block + 64 < text.size ? text.data[block + 64] : 0;
	uint64_t begins = begins_of(l, before, after), ends = begins | ~(l->lower | l->upper | l->digit);
	uint64_t left = (x->has_digits ? begins : begins & ~l->digit) & (n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX);

	for (; left; left &= left - 1) {
		unsigned at = (unsigned)__builtin_ctzll(left);
		uint64_t stop = at < 63 ? ends >> (at + 1) : 0;
		size_t start = block + at, end = stop ? start + 1 + (unsigned)__builtin_ctzll(stop) : end_of(text, block + 64);
		if (add_quickly(x, text, start, end, ret) < 0)
			return ASSAY_NOMEM;
	}
	return ASSAY_OK;
}

int
context_scan(const struct context_index *x, struct base_span text, uint32_t from, uint32_t to, struct context_hits *ret)
{
	int r = ASSAY_OK;

	for (size_t block = from; block < to && r == ASSAY_OK; block += 64) {
		size_t n = to - block < 64 ? to - block : 64, there = text.size - block < 64 ? text.size - block : 64;
		uint8_t copy[64] = {0};
		struct letters l;
		if (there < 64)
			memcpy(copy, text.data + block, there);
		l = letters_of(there < 64 ? copy : text.data + block);
		/* what lies around decides too where tokens begin */
		if (l.beyond || (block > 0 && text.data[block - 1] >= 0x80) || (block + 64 < text.size && text.data[block + 64] >= 0x80))
			r = scan_slowly(x, text, block, block + n, ret);
		else
			r = scan_block(x, text, block, n, &l, ret);
	}
	return r;
}
