/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the lint rules. */
#pragma once

#include "sim/model/vn-driver.h"

G_BEGIN_DECLS

typedef struct
{
  const VnTopology *topology;
  const VnConfig *server; /* NULL = the lab has no server */
  VnDiagList *diags;
} VnLint;

/* What stops the agent of @machine at its start. */
void vn_lint_agent_start (const VnLint *lint, const VnMachine *machine);
/* What an agent accepts and its user will regret. */
void vn_lint_agent_habits (const VnLint *lint, const VnMachine *machine);
/* What stops the server at its start, and what it accepts. */
void vn_lint_server_start (const VnLint *lint, const VnMachine *machine);
void vn_lint_server_habits (const VnLint *lint, const VnMachine *machine);
/* What only shows when the machines are seen together. */
void vn_lint_hosts (const VnLint *lint);

/* Where an option was set; @otherwise where it has its default. */
VnOrigin vn_lint_place (const VnConfig *config, VnOptionId id, VnOrigin otherwise);
/* Whether the option was set to something that is no value of it: reported already. */
gboolean vn_lint_is_bad (const VnConfig *config, VnOptionId id);
/* Whether @name is a device of the machine. */
gboolean vn_lint_has_device (const VnMachine *machine, const char *name);
/* A whole decimal number with blanks around it, as Python's int () takes it. */
gboolean vn_lint_parse_int (const char *text, gint64 *ret);
/* "group:min:max" of multicast_ranges. */
typedef struct
{
  VnIp group;
  gint64 min, max;
} VnMulticastRange;
gboolean vn_lint_parse_range (const char *item, VnMulticastRange *ret);
/* Whether the kernel refuses to make the agent's VXLAN devices; @ret_id: the option to blame, @ret_what: a clause. */
gboolean vn_lint_device_refused (const VnConfig *agent, VnOptionId *ret_id, const char **ret_what);

G_END_DECLS
