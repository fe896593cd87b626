/* SPDX-License-Identifier: Apache-2.0 */
/* Provenance of tunnels: VXLAN devices that could not be made, UDP ports and multicast groups that differ.
 *
 * Where two hosts differ, the one is to blame that does it otherwise than most. */
#include "analysis/judge/vn-blame.h"

/* ---- UDP ports ---- */

static const VnConfig *
agent_of (const VnCase *c, guint machine)
{
  return vn_topology_machine (c->topology, machine)->agent;
}

/* How much speaks for a port: agents that use it, then those that do without having set it. */
static guint
weigh_port (const VnCase *c, guint16 port)
{
  guint weight = 0, n = c->topology->machines->len;

  for (guint i = 0; i < n; i++)
    if (agent_of (c, i) && vn_vxlan_udp_port (agent_of (c, i)) == port)
      {
        gboolean set = vn_origin_is_set (vn_config_origin (agent_of (c, i), VN_OPT_VXLAN_UDP_DSTPORT));

        weight += set ? n + 1 : n + 2;
      }
  return weight;
}

guint16
vn_blame_common_port (const VnCase *c)
{
  guint16 common = 0;
  guint best = 0;

  for (guint i = 0; i < c->topology->machines->len; i++)
    {
      guint16 port = agent_of (c, i) ? vn_vxlan_udp_port (agent_of (c, i)) : 0;
      guint weight = port ? weigh_port (c, port) : 0;

      if (weight > best)
        {
          best = weight;
          common = port;
        }
    }
  return common;
}

guint
vn_blame_odd_port (const VnCase *c, guint a, guint b)
{
  guint16 common = vn_blame_common_port (c);

  return vn_vxlan_udp_port (agent_of (c, a)) == common && vn_vxlan_udp_port (agent_of (c, b)) != common ? b : a;
}

/* ---- multicast groups ---- */

static VnVni
vni_of (const VnCase *c, guint network)
{
  return (VnVni){ vn_topology_network (c->topology, network)->segmentation_id };
}

static VnIp
group_of (const VnCase *c, guint machine, guint network)
{
  return vn_vxlan_group (agent_of (c, machine), vni_of (c, network));
}

static gboolean
is_multicast (const VnCase *c, guint machine)
{
  return agent_of (c, machine) && vn_vxlan_mode (agent_of (c, machine)) == VN_VXLAN_MULTICAST;
}

static guint
count_group (const VnCase *c, guint network, VnIp group)
{
  guint n = 0;

  for (guint i = 0; i < c->topology->machines->len; i++)
    if (is_multicast (c, i) && vn_ip_equal (group_of (c, i, network), group))
      n++;
  return n;
}

static gboolean
is_group_set (const VnCase *c, guint machine, guint network)
{
  VnOptionId id = vn_vxlan_group_option (agent_of (c, machine), vni_of (c, network));

  return vn_origin_is_set (vn_config_origin (agent_of (c, machine), id));
}

/* Of two hosts with different groups the one with the rarer one; of equals the one that set it. */
static guint
odd_group (const VnCase *c, guint a, guint b, guint network)
{
  guint n_a = count_group (c, network, group_of (c, a, network));
  guint n_b = count_group (c, network, group_of (c, b, network));

  if (n_a != n_b)
    return n_a < n_b ? a : b;
  return is_group_set (c, b, network) ? b : a;
}

void
vn_blame_group (const VnCase *c, guint from, guint to, guint network, VnCause *cause)
{
  guint odd = is_multicast (c, to) ? odd_group (c, from, to, network) : from;
  VnOptionId id = is_multicast (c, to) ? vn_vxlan_group_option (agent_of (c, odd), vni_of (c, network))
                                       : VN_OPT_VXLAN_L2_POPULATION;
  g_autofree char *option = vn_config_describe (agent_of (c, odd), id);

  vn_cause_set (c, cause, VN_CAUSE_TUNNEL, odd, vn_config_place (agent_of (c, odd), id),
                "%s floods otherwise than the other, %s", vn_topology_machine (c->topology, odd)->name, option);
}

/* ---- devices ---- */

gboolean
vn_blame_device (const VnCase *c, guint host, guint network, VnCause *cause)
{
  const VnMachine *machine = vn_topology_machine (c->topology, host);
  const VnNetwork *n = vn_topology_network (c->topology, network);
  guint index = machine->agent ? vn_machine_tunnel_interface (machine) : VN_NONE;
  const VnInterface *lower = index == VN_NONE ? NULL : VN_AT (machine->interfaces, VnInterface, index);

  if (!c->evidence->dumps || vn_case_vxlan (c, host, network))
    return FALSE;
  if (lower && n->mtu + vn_vxlan_overhead_bytes (machine->agent) > lower->mtu)
    vn_cause_set (c, cause, VN_CAUSE_UNBOUND, host, lower->origin,
                  "%s has no VXLAN device for network %s, whose MTU %u and VXLAN's headers (%u) don't fit %s (MTU %u)",
                  machine->name, n->name, n->mtu, vn_vxlan_overhead_bytes (machine->agent), lower->name, lower->mtu);
  else
    vn_cause_set (c, cause, VN_CAUSE_UNBOUND, host, n->origin, "%s has no VXLAN device for network %s", machine->name,
                  n->name);
  return TRUE;
}
