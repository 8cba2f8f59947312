/* The role hierarchy, closed once so that a decision only looks up (INCITS 359: a partial order, so cycles are refused), and static
 * separation of duty over authorised roles: those granted and all that they inherit. */
#include "access/internal.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/time.h"

#include <string.h>

uint64_t *
access_set_new(const struct access *a)
{
	return base_arena_alloc(a->arena, (a->n_words + 1) * sizeof(uint64_t));
}

/* The first role that this one inherits and that never got ready; there is one for each role that did not. */
static uint32_t
next_open(const struct access *a, uint32_t role, const bool *ready)
{
	const struct access_role *r = &a->roles[role];
	size_t k = 0;

	while (ready[r->inherits[k]])
		k++;
	return r->inherits[k];
}

static int
refuse_cycle(const struct access *a, const bool *ready, struct assay_error *err)
{
	struct base_buffer text;
	const struct base_yaml_node *node;
	uint32_t at = 0, turn;

	while (ready[at])
		at++;
	/* after as many steps as there are roles the walk is on a cycle */
	for (size_t step = 0; step < a->n_roles; step++)
		at = next_open(a, at, ready);
	turn = at;
	base_buffer_init(&text, ASSAY_ERROR_MESSAGE_MAX);
	do {
		base_buffer_format(&text, "'%s' inherits ", a->roles[at].name);
		at = next_open(a, at, ready);
	} while (at != turn);
	base_buffer_format(&text, "'%s'", a->roles[turn].name);
	node = a->roles[turn].node;
	base_error_at(err, ASSAY_CONFIG, a->yaml->name, node->key_line, node->key_column, "roles inherit each other: %s",
		text.data ? text.data : "");
	base_buffer_dispose(&text);
	return ASSAY_CONFIG;
}

/* Takes a role whose inherited roles are all closed. */
static bool
close_role(struct access *a, struct access_role *role, const bool *ready)
{
	for (size_t k = 0; k < role->n_inherits; k++)
		if (!ready[role->inherits[k]])
			return false;
	for (size_t k = 0; k < role->n_inherits; k++)
		access_set_join(role->closure, a->roles[role->inherits[k]].closure, a->n_words);
	return true;
}

static int
close_roles(struct access *a, struct assay_error *err)
{
	_cleanup_free_ bool *ready = base_calloc(a->n_roles + 1, sizeof *ready);
	size_t done = 0, before;

	if (!ready)
		return base_error_nomem(err);
	for (size_t i = 0; i < a->n_roles; i++) {
		a->roles[i].closure = access_set_new(a);
		if (!a->roles[i].closure)
			return base_error_nomem(err);
		access_set_add(a->roles[i].closure, (uint32_t)i);
	}
	do {
		before = done;
		for (size_t i = 0; i < a->n_roles; i++)
			if (!ready[i] && close_role(a, &a->roles[i], ready)) {
				ready[i] = true;
				done++;
			}
	} while (done > before);
	return done < a->n_roles ? refuse_cycle(a, ready, err) : ASSAY_OK;
}

int
access_close(struct access *a, struct assay_error *err)
{
	bool failed = !(a->has_any = access_set_new(a));
	int r = close_roles(a, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ACCESS_ACTIONS; i++)
		failed = !(a->has_action[i] = access_set_new(a)) || !(a->denied_action[i] = access_set_new(a)) || failed;
	for (size_t i = 0; i < a->n_purposes; i++)
		failed = !(a->has_purpose[i] = access_set_new(a)) || failed;
	if (failed)
		return base_error_nomem(err);
	for (uint32_t i = 0; i < a->n_roles; i++) {
		const struct access_scope *scope = &a->roles[i].scope;
		for (uint32_t k = 0; k < ACCESS_ACTIONS; k++)
			if (scope->actions >> k & 1)
				access_set_add(a->has_action[k], i);
		for (size_t k = 0; k < scope->n_purposes; k++)
			access_set_add(a->has_purpose[scope->purposes[k]], i);
		if (scope->n_purposes == 0)
			access_set_add(a->has_any, i);
	}
	for (size_t i = 0; i < a->n_purposes; i++)
		access_set_join(a->has_purpose[i], a->has_any, a->n_words);
	for (size_t i = 0; i < a->n_denies; i++)
		for (uint32_t k = 0; k < ACCESS_ACTIONS; k++)
			if (a->denies[i].scope.actions >> k & 1)
				access_set_add(a->denied_action[k], a->denies[i].role);
	return ASSAY_OK;
}

/* The first two roles of a separation that the union of two closures holds; false when it holds fewer. */
static bool
holds_two(const struct access *a, const uint64_t *separation, const uint64_t *one, const uint64_t *other, uint32_t ret[static 2])
{
	unsigned n = 0;

	for (uint32_t w = 0; w < a->n_words; w++)
		for (uint64_t bits = separation[w] & (one[w] | other[w]); bits; bits &= bits - 1) {
			ret[n++] = w * 64 + (uint32_t)__builtin_ctzll(bits);
			if (n == 2)
				return true;
		}
	return false;
}

static bool
overlap(const struct access_grant *one, const struct access_grant *other)
{
	return one->from_ms < other->end_ms && other->from_ms < one->end_ms;
}

static int
separate_principal(const struct access *a, const struct access_separation *s, const struct access_principal *p, struct assay_error *err)
{
	uint32_t two[2];

	for (uint32_t i = p->first; i != ACCESS_NONE; i = a->grants[i].next)
		for (uint32_t k = a->grants[i].next; k != ACCESS_NONE; k = a->grants[k].next) {
			const struct access_grant *one = &a->grants[i], *other = &a->grants[k];
			if (!overlap(one, other)
				|| !holds_two(a, s->roles, a->roles[one->role].closure, a->roles[other->role].closure, two))
				continue;
			base_yaml_error(a->yaml, other->node, err, ASSAY_CONFIG,
				"'%s' would hold the roles '%s' and '%s', which '%s' keeps apart (other grant: line %u)", p->name,
				a->roles[two[0]].name, a->roles[two[1]].name, s->id, one->line);
			base_error_hint(err, "grant one of them to somebody else, or let one end before the other begins");
			return ASSAY_CONFIG;
		}
	return ASSAY_OK;
}

int
access_separate(const struct access *a, struct assay_error *err)
{
	int r = ASSAY_OK;

	for (size_t i = 0; i < a->n_separations; i++) {
		const struct access_separation *s = &a->separations[i];
		uint32_t two[2];
		for (size_t k = 0; k < a->n_roles; k++)
			if (holds_two(a, s->roles, a->roles[k].closure, a->roles[k].closure, two))
				return base_error_at(err, ASSAY_CONFIG, a->yaml->name, a->roles[k].node->key_line,
					a->roles[k].node->key_column, "the role '%s' joins '%s' and '%s', which '%s' keeps apart",
					a->roles[k].name, a->roles[two[0]].name, a->roles[two[1]].name, s->id);
		for (size_t k = 0; k < a->n_principals && r == ASSAY_OK; k++)
			r = separate_principal(a, s, &a->principals[k], err);
	}
	return r;
}
