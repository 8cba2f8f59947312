/* The commands: each in its own cmd_NAME.c, called by the table in commands.c. Each returns the exit status. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/table.h"

int command_init(struct cli *cli);
int command_scan(struct cli *cli);
int command_audit(struct cli *cli);
int command_gate(struct cli *cli);
int command_explain(struct cli *cli);
int command_report(struct cli *cli);
int command_rules_list(struct cli *cli);
int command_rules_show(struct cli *cli);
int command_rules_test(struct cli *cli);
int command_rules_lint(struct cli *cli);
int command_rules_allow(struct cli *cli);
int command_policies_list(struct cli *cli);
int command_policies_show(struct cli *cli);
int command_policies_test(struct cli *cli);
int command_policies_lint(struct cli *cli);
int command_policies_query(struct cli *cli);
int command_access_check(struct cli *cli);
int command_access_explain(struct cli *cli);
int command_access_list(struct cli *cli);
int command_run(struct cli *cli);
int command_lineage_show(struct cli *cli);
int command_log_note(struct cli *cli);
int command_log_verify(struct cli *cli);
int command_log_show(struct cli *cli);
int command_log_prove(struct cli *cli);
int command_log_checkpoint(struct cli *cli);
int command_doctor(struct cli *cli);
int command_help(struct cli *cli);
int command_version(struct cli *cli);
int command_completion(struct cli *cli);

#endif
