/* SPDX-License-Identifier: Apache-2.0 */
/* What only shows when agents are compared with each other and with the server: nobody checks that in Neutron 21.0.0.
 */
#include "sim/load/vn-lint.h"

#include <string.h>

static VnOrigin
place (const VnMachine *machine, VnOptionId id)
{
  return vn_lint_place (machine->agent, id, machine->agent_origin);
}

/* Machines with an agent. Transfer container. */
static GPtrArray *
agents (const VnTopology *topology)
{
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < topology->machines->len; i++)
    if (VN_AT (topology->machines, VnMachine, i)->agent != NULL)
      g_ptr_array_add (found, g_ptr_array_index (topology->machines, i));
  return found;
}

static gboolean
has_vxlan (const VnMachine *machine)
{
  return vn_config_bool (machine->agent, VN_OPT_VXLAN_ENABLE);
}

static void
compare_local_ip (const VnLint *lint, const VnMachine *a, const VnMachine *b)
{
  VnIp ip = vn_config_ip (b->agent, VN_OPT_VXLAN_LOCAL_IP);
  g_autofree char *text = vn_ip_to_string (ip);

  if (has_vxlan (a) && has_vxlan (b) && vn_ip_is_set (ip)
      && vn_ip_equal (vn_config_ip (a->agent, VN_OPT_VXLAN_LOCAL_IP), ip))
    vn_diag_add (lint->diags, VN_DIAG_LINT_LOCAL_IP_TWICE, place (b, VN_OPT_VXLAN_LOCAL_IP), NULL,
                 "local_ip %s of \"%s\" is also that of \"%s\"", text, b->name, a->name);
}

static void
compare_host (const VnLint *lint, const VnMachine *a, const VnMachine *b)
{
  if (strcmp (vn_machine_host (a), vn_machine_host (b)) == 0)
    vn_diag_add (lint->diags, VN_DIAG_LINT_HOST_TWICE, place (b, VN_OPT_HOST), NULL,
                 "host \"%s\" of \"%s\" is also that of \"%s\": the server takes both for one agent",
                 vn_machine_host (b), b->name, a->name);
}

static void
compare_udp_port (const VnLint *lint, const VnMachine *a, const VnMachine *b)
{
  guint port_a = vn_vxlan_udp_port (a->agent);
  guint port_b = vn_vxlan_udp_port (b->agent);
  gboolean blame_b = vn_config_has (b->agent, VN_OPT_VXLAN_UDP_DSTPORT);

  if (port_a != port_b)
    vn_diag_add (lint->diags, VN_DIAG_LINT_UDP_PORT, place (blame_b ? b : a, VN_OPT_VXLAN_UDP_DSTPORT), NULL,
                 "VXLAN goes to UDP port %u on \"%s\" and %u on \"%s\": no traffic between the two", port_a, a->name,
                 port_b, b->name);
}

static gboolean
same_list (const VnConfig *a, const VnConfig *b, VnOptionId id)
{
  return g_strv_equal (vn_config_list (a, id), vn_config_list (b, id));
}

static void
compare_group (const VnLint *lint, const VnMachine *a, const VnMachine *b)
{
  gboolean same_group
      = strcmp (vn_config_string (a->agent, VN_OPT_VXLAN_GROUP), vn_config_string (b->agent, VN_OPT_VXLAN_GROUP)) == 0;
  VnOptionId id = same_group ? VN_OPT_VXLAN_MULTICAST_RANGES : VN_OPT_VXLAN_GROUP;
  gboolean blame_b = vn_origin_is_set (vn_config_origin (b->agent, id));

  if (same_group && same_list (a->agent, b->agent, id))
    return;
  vn_diag_add (lint->diags, VN_DIAG_LINT_GROUP, place (blame_b ? b : a, id), NULL,
               "\"%s\" and \"%s\" flood VXLAN to different groups (%s): no broadcast between the two", a->name, b->name,
               vn_option_info (id)->key);
}

static void
compare_mode (const VnLint *lint, const VnMachine *a, const VnMachine *b)
{
  VnVxlanMode mode_a = vn_vxlan_mode (a->agent);
  VnVxlanMode mode_b = vn_vxlan_mode (b->agent);
  const VnMachine *odd = mode_a == VN_VXLAN_MULTICAST ? a : b;

  if (MIN (mode_a, mode_b) == VN_VXLAN_UNICAST && MAX (mode_a, mode_b) == VN_VXLAN_MULTICAST)
    vn_diag_add (
        lint->diags, VN_DIAG_LINT_AGENT_NO_L2POP, place (odd, VN_OPT_VXLAN_L2_POPULATION),
        "set l2_population alike on all hosts",
        "\"%s\" floods VXLAN by multicast, \"%s\" by unicast and joins no group: what the former floods is lost, "
        "unless it is to 224.0.0.1, which every host takes in",
        odd->name, odd == a ? b->name : a->name);
}

static void
check_server_l2pop (const VnLint *lint, const VnMachine *machine)
{
  if (lint->server != NULL && vn_vxlan_mode (machine->agent) == VN_VXLAN_UNICAST
      && !vn_config_list_has (lint->server, VN_OPT_ML2_MECHANISM_DRIVERS, "l2population"))
    vn_diag_add (lint->diags, VN_DIAG_LINT_SERVER_NO_L2POP, place (machine, VN_OPT_VXLAN_L2_POPULATION),
                 "add l2population to [ml2] mechanism_drivers",
                 "\"%s\" waits for forwarding entries that the server does not send: no VXLAN traffic to other hosts",
                 machine->name);
}

static gboolean
is_mapped (const GPtrArray *machines, const char *physical_network)
{
  static const VnOptionId ids[] = { VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, VN_OPT_LB_BRIDGE_MAPPINGS };

  for (guint i = 0; i < machines->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (ids); j++)
      {
        g_autofree char *device = vn_mapping_find (VN_AT (machines, VnMachine, i)->agent, ids[j], physical_network);

        if (device != NULL)
          return TRUE;
      }
  return FALSE;
}

static void
check_physical_networks (const VnLint *lint, const GPtrArray *machines, VnOptionId id)
{
  const char *const *items = vn_config_list (lint->server, id);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_autofree char *name = g_strndup (items[i], strcspn (items[i], ":"));

      if (*name != '\0' && strcmp (name, "*") != 0 && !is_mapped (machines, name))
        vn_diag_add (lint->diags, VN_DIAG_LINT_PHYSNET, vn_config_origin (lint->server, id), NULL,
                     "%s: no agent maps physical network \"%s\": ports of its networks can't be bound",
                     vn_option_info (id)->key, name);
    }
}

typedef void (*Compare) (const VnLint *lint, const VnMachine *a, const VnMachine *b);

static gboolean
is_multicast (const VnMachine *machine)
{
  return vn_vxlan_mode (machine->agent) == VN_VXLAN_MULTICAST;
}

/* Each machine that @counts with the first one that does: a value that must be the same everywhere. */
static void
compare_with_first (const VnLint *lint, const GPtrArray *machines, gboolean (*counts) (const VnMachine *machine),
                    Compare compare)
{
  const VnMachine *first = NULL;

  for (guint i = 0; i < machines->len; i++)
    {
      const VnMachine *machine = VN_AT (machines, VnMachine, i);

      if (!counts (machine))
        continue;
      if (first != NULL)
        compare (lint, first, machine);
      else
        first = machine;
    }
}

/* A value that must be another one everywhere. */
static void
compare_pairs (const VnLint *lint, const GPtrArray *machines, Compare compare)
{
  for (guint b = 1; b < machines->len; b++)
    for (guint a = 0; a < b; a++)
      compare (lint, VN_AT (machines, VnMachine, a), VN_AT (machines, VnMachine, b));
}

void
vn_lint_hosts (const VnLint *lint)
{
  g_autoptr (GPtrArray) machines = agents (lint->topology);

  for (guint i = 0; i < machines->len; i++)
    check_server_l2pop (lint, VN_AT (machines, VnMachine, i));
  compare_pairs (lint, machines, compare_local_ip);
  compare_pairs (lint, machines, compare_host);
  compare_with_first (lint, machines, has_vxlan, compare_udp_port);
  compare_with_first (lint, machines, has_vxlan, compare_mode);
  compare_with_first (lint, machines, is_multicast, compare_group);
  if (lint->server == NULL || machines->len == 0)
    return;
  check_physical_networks (lint, machines, VN_OPT_FLAT_NETWORKS);
  check_physical_networks (lint, machines, VN_OPT_VLAN_RANGES);
}
