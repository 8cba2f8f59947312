/* Pieces of SQL that several statements share: what counts as a blocker is written once. */
#ifndef REPORT_SQL_H
#define REPORT_SQL_H

#define SQL_PROPERTY(name) "(SELECT value FROM property WHERE name='" name "')"
#define SQL_RANK(word) "CASE " word " WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 9 END"
/* The same rule as the exit code (src/app/judge.c): an open failure from --fail-on up, or missing evidence, of a control that blocks. */
#define SQL_IS_BLOCKER                                                                                                                                              \
	"(v.disposition='open' AND ((v.blocks AND (v.status IN('noteval','error') OR (v.status='fail' AND " SQL_RANK(                                               \
		"v.severity") "<=iif(" SQL_PROPERTY("fail_on") " IS NULL, 1, " SQL_RANK(SQL_PROPERTY("fail_on")) ")))) OR (" SQL_PROPERTY("strict") "='1' IS TRUE " \
																		    "AND v.status IN('fail','review','noteval','error'))))"
/* A question that the profile asks: a blocker, or a review of a control that would block. */
#define SQL_IN_PROFILE "(" SQL_IS_BLOCKER " OR (v.blocks AND v.status='review'))"

#endif
