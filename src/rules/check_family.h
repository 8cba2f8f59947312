/* The families of checks, one check_*.c file each; check.c joins them. A new family is one line here and one in its table. */
#ifndef RULES_CHECK_FAMILY_H
#define RULES_CHECK_FAMILY_H

#include "rules/check.h"

#include <stddef.h>

/* clang-format off */
#define RULES_CHECK_FAMILIES(X) \
	X(secret) X(global) X(us) X(uk) \
	X(at) X(be) X(bg) X(ch) X(cy) X(cz) X(de) X(dk) X(ee) X(es) X(fi) X(fr) X(gr) X(hr) X(hu) X(ie) X(it) \
	X(lt) X(lu) X(lv) X(mt) X(nl) X(no) X(pl) X(pt) X(ro) X(se) X(si) X(sk) X(tr) \
	X(ae) X(ar) X(au) X(br) X(ca) X(cl) X(cn) X(co) X(hk) X(id) X(il) X(in) X(is) X(jp) \
	X(eg) X(ke) X(kr) X(mx) X(my) X(ng) X(nz) X(ph) X(pk) X(rs) X(sa) X(sg) X(th) X(tw) X(ua) X(vn) X(za)

#define RULES_DECLARE_FAMILY(name) \
	extern const struct rules_check rules_checks_##name[]; \
	extern const size_t rules_checks_##name##_count;
/* clang-format on */
RULES_CHECK_FAMILIES(RULES_DECLARE_FAMILY)
#undef RULES_DECLARE_FAMILY

#endif
