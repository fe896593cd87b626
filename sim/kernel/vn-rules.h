/* SPDX-License-Identifier: Apache-2.0 */
/* The rule tools: what loads, saves and clears what each holds. Private to sim/kernel. */
#pragma once

#include "sim/base/vn-kobj.h"
#include "sim/kernel/vn-command.h"

G_BEGIN_DECLS

/* The command that carries out @verb with @rules (borrowed). */
VnCommand vn_rules_command (int netns_fd, VnVerb verb, const VnRulesText *rules);
VnCommand vn_rules_save_command (int netns_fd, VnTool tool);
/* @complaint: a restore program's standard error about @text: the line that it means is put behind it. Transfer full.
 */
char *vn_rules_explain (const char *complaint, const char *text);

G_END_DECLS
