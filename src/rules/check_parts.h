/* Checks whose code is spread over several files and whose rows stand in one table (check_global.c, check_us.c). */
#ifndef RULES_CHECK_PARTS_H
#define RULES_CHECK_PARTS_H

#include "base/span.h"

#include <string.h>

/* check_tld.c: the last label of a host name, any case. */
bool check_is_public_tld(struct base_span label);
bool check_is_private_tld(struct base_span label);

/* check_global.c: two capitals, ISO 3166-1 alpha-2 and XK. */
bool check_is_country(const char *text);

/* check_net.c */
bool check_email(struct base_span match);
bool check_domain(struct base_span match);
bool check_ip(struct base_span match);
bool check_mac(struct base_span match);

/* check_suffix.c: true for `co.uk` and the like, any case. */
bool check_is_public_suffix(struct base_span host);

/* check_wallet.c */
bool check_bitcoin(struct base_span match);
bool check_ethereum(struct base_span match);

/* check_finance.c: numbers of securities and of legal entities, magnetic stripes, SIM cards */
bool check_card_track(struct base_span match);
bool check_cusip(struct base_span match);
bool check_iccid(struct base_span match);
bool check_isin(struct base_span match);
bool check_lei(struct base_span match);

/* check_when.c */
bool check_date(struct base_span match);

/* check_phone.c */
bool check_phone_international(struct base_span match);
/* North American Numbering Plan, with or without 1 before it. */
bool check_phone_nanp(struct base_span match);

#endif
