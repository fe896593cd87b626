/* SPDX-License-Identifier: Apache-2.0 */
/* The lint rules of agent and server configurations: the order of the checks, and what they share.
 *
 * "Start" rules are errors: the real program exits, so there is nothing to build. "Habits" are warnings: the program
 * starts and the data plane is not what its user wanted. Both were found by running Neutron 21.0.0. */
#include "sim/load/vn-lint.h"

#include "sim/base/vn-text.h"
#include "sim/load/vn-load.h"

#include <string.h>

#define MAX_BYTE 255

VnOrigin
vn_lint_place (const VnConfig *config, VnOptionId id, VnOrigin otherwise)
{
  VnOrigin origin = vn_config_origin (config, id);

  return vn_origin_is_set (origin) ? origin : otherwise;
}

gboolean
vn_lint_is_bad (const VnConfig *config, VnOptionId id)
{
  return config->values[id].is_bad;
}

gboolean
vn_lint_has_device (const VnMachine *machine, const char *name)
{
  for (guint i = 0; i < machine->interfaces->len; i++)
    if (strcmp (VN_AT (machine->interfaces, VnInterface, i)->name, name) == 0)
      return TRUE;
  return strcmp (name, "lo") == 0;
}

gboolean
vn_lint_parse_int (const char *text, gint64 *ret)
{
  g_autofree char *copy = g_strdup (text);

  return vn_parse_int (g_strstrip (copy), G_MININT64, G_MAXINT64, ret);
}

gboolean
vn_lint_parse_range (const char *item, VnMulticastRange *ret)
{
  g_auto (GStrv) fields = g_strsplit (item, ":", -1);

  return g_strv_length (fields) == 3 && vn_ip_parse (fields[0], &ret->group) && vn_lint_parse_int (fields[1], &ret->min)
         && vn_lint_parse_int (fields[2], &ret->max);
}

gboolean
vn_lint_device_refused (const VnConfig *agent, VnOptionId *ret_id, const char **ret_what)
{
  static const VnOptionId bytes[] = { VN_OPT_VXLAN_TTL, VN_OPT_VXLAN_TOS };

  for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
    {
      gint64 value = vn_config_int (agent, bytes[i], 0);

      if (value >= 0 && value <= MAX_BYTE)
        continue;
      *ret_id = bytes[i];
      *ret_what = "is not in 0 to 255";
      return TRUE;
    }
  *ret_id = VN_OPT_VXLAN_UDP_SRCPORT_MIN;
  *ret_what = "is greater than udp_srcport_max";
  return vn_config_int (agent, VN_OPT_VXLAN_UDP_SRCPORT_MIN, 0)
         > vn_config_int (agent, VN_OPT_VXLAN_UDP_SRCPORT_MAX, 0);
}

static void
lint_machine (const VnLint *lint, const VnMachine *machine)
{
  if (machine->server != NULL)
    {
      vn_lint_server_start (lint, machine);
      vn_lint_server_habits (lint, machine);
    }
  if (machine->agent != NULL)
    {
      vn_lint_agent_start (lint, machine);
      vn_lint_agent_habits (lint, machine);
    }
}

/* Many machines may read one file; what is wrong with it is said once. */
static void
add_distinct (const VnDiagList *found, VnDiagList *diags)
{
  g_autoptr (GHashTable) said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < vn_diag_list_len (found); i++)
    {
      const VnDiag *diag = vn_diag_list_get (found, i);

      if (g_hash_table_add (said, vn_diag_to_string (diag)))
        vn_diag_add (diags, diag->code, diag->origin, diag->hint, "%s", diag->message);
    }
}

void
vn_lint_config (const VnTopology *topology, VnDiagList *diags)
{
  g_autoptr (VnDiagList) found = vn_diag_list_new ();
  VnLint lint = { .topology = topology, .diags = found };

  for (guint i = 0; i < topology->machines->len && lint.server == NULL; i++)
    lint.server = VN_AT (topology->machines, VnMachine, i)->server;
  for (guint i = 0; i < topology->machines->len; i++)
    lint_machine (&lint, VN_AT (topology->machines, VnMachine, i));
  vn_lint_hosts (&lint);
  add_distinct (found, diags);
}
