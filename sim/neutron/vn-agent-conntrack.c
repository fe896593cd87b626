/* SPDX-License-Identifier: Apache-2.0 */
/* Which tracked connections the agent deletes (Neutron 21.0.0, ip_conntrack and iptables_firewall).
 *
 * Connections live on when a rule that let them in is gone, so the agent deletes entries of the ports' zone, after the
 * rules were replaced: for a deleted rule all of its family, protocol and direction, whatever its ports and prefix; for
 * an address that left a remote group, those with it; for a port that lost a group or is unplugged, all of its
 * addresses. What is added deletes nothing, nor does a port whose own addresses change or whose port security is
 * switched off. */
#include "sim/model/vn-port.h"
#include "sim/neutron/vn-agent.h"
#include "sim/neutron/vn-sg-rule.h"

/* What one call is about. */
typedef struct
{
  VnAgent *agent;
  const VnTopology *old, *now;
  GHashTable *left[2]; /* of IPv4, IPv6: group -> array of VnPrefix, its members that are no more */
} Change;

static gboolean
has_group (const VnPort *port, guint group)
{
  return vn_agent_has_number (port->security_groups, group);
}

/* @flush: lacks zone and the port's own address. @direction: ingress, the address is the destination. */
static void
flush_addresses (VnAgent *agent, const VnPort *port, VnDirection direction, VnAgentFlush flush)
{
  flush.zone = vn_agent_zone (agent, port->network);
  for (guint i = 0; flush.zone != 0 && i < port->fixed_ips->len; i++)
    {
      VnIp ip = g_array_index (port->fixed_ips, VnFixedIp, i).ip_address;

      if (ip.family != flush.family)
        continue;
      *(direction == VN_INGRESS ? &flush.dst : &flush.src) = vn_prefix_host (ip);
      g_array_append_val (agent->flushes, flush);
    }
}

/* Both directions. @remote: NULL = whoever. */
static void
flush_between (VnAgent *agent, const VnPort *port, VnFamily family, const VnPrefix *remote)
{
  VnAgentFlush ingress = { .family = family, .protocol = -1, .origin = port->origin };
  VnAgentFlush egress = ingress;

  if (remote != NULL)
    ingress.src = egress.dst = *remote;
  flush_addresses (agent, port, VN_INGRESS, ingress);
  flush_addresses (agent, port, VN_EGRESS, egress);
}

void
vn_agent_flush_port (VnAgent *agent, guint port)
{
  static const VnFamily families[] = { VN_FAMILY_IPV4, VN_FAMILY_IPV6 };

  if (!vn_agent_writes_rules (agent))
    return;
  for (guint i = 0; i < agent->ports->len; i++)
    {
      const VnAgentPort *p = &g_array_index (agent->ports, VnAgentPort, i);

      if (p->port != port || !vn_agent_guards (agent, p))
        continue;
      for (guint j = 0; j < G_N_ELEMENTS (families); j++)
        flush_between (agent, vn_topology_port (agent->topology, port), families[j], NULL);
    }
}

/* ---- rules ---- */

static gboolean
same_rule (const VnSecurityGroupRule *a, const VnSecurityGroupRule *b)
{
  return a->direction == b->direction && a->ethertype == b->ethertype && g_strcmp0 (a->protocol, b->protocol) == 0
         && a->port_range_min == b->port_range_min && a->port_range_max == b->port_range_max
         && a->has_remote_ip_prefix == b->has_remote_ip_prefix
         && (!a->has_remote_ip_prefix || vn_prefix_equal (a->remote_ip_prefix, b->remote_ip_prefix))
         && a->remote_group == b->remote_group && a->remote_address_group == b->remote_address_group;
}

static gboolean
group_has_rule (const VnSecurityGroup *group, const VnSecurityGroupRule *rule)
{
  for (guint i = 0; i < group->rules->len; i++)
    if (same_rule (VN_AT (group->rules, VnSecurityGroupRule, i), rule))
      return TRUE;
  return FALSE;
}

static void
flush_rule (const Change *change, const VnPort *port, const VnSecurityGroupRule *rule)
{
  VnAgentFlush flush = { .family = rule->ethertype, .protocol = rule->protocol_number, .origin = rule->origin };

  flush_addresses (change->agent, port, rule->direction, flush);
}

static void
flush_deleted_rules (const Change *change, const VnPort *port)
{
  for (guint i = 0; i < port->security_groups->len; i++)
    {
      guint index = g_array_index (port->security_groups, guint, i);
      const VnSecurityGroup *now = vn_topology_group (change->now, index);
      const VnSecurityGroup *old
          = index < change->old->security_groups->len ? vn_topology_group (change->old, index) : now;

      for (guint j = 0; j < old->rules->len; j++)
        if (!group_has_rule (now, VN_AT (old->rules, VnSecurityGroupRule, j)))
          flush_rule (change, port, VN_AT (old->rules, VnSecurityGroupRule, j));
    }
}

/* ---- members ---- */

/* Remote groups of the rules of the port's groups, each once. Array of guint. */
static GArray *
remote_groups_of (const VnTopology *t, const VnPort *port)
{
  GArray *remotes = g_array_new (FALSE, TRUE, sizeof (guint));

  for (guint i = 0; i < port->security_groups->len; i++)
    {
      const VnSecurityGroup *group = vn_topology_group (t, g_array_index (port->security_groups, guint, i));

      for (guint j = 0; j < group->rules->len; j++)
        {
          guint remote = VN_AT (group->rules, VnSecurityGroupRule, j)->remote_group;

          if (remote != VN_NONE && !vn_agent_has_number (remotes, remote))
            g_array_append_val (remotes, remote);
        }
    }
  return remotes;
}

static gboolean
has_member (const GArray *members, VnPrefix member)
{
  for (guint i = 0; i < members->len; i++)
    if (vn_prefix_equal (g_array_index (members, VnPrefix, i), member))
      return TRUE;
  return FALSE;
}

/* Looked up once for all ports whose rules name the group. Borrowed. */
static const GArray *
left_members (const Change *change, guint group, VnFamily family)
{
  GHashTable *known = change->left[family == VN_FAMILY_IPV6];
  GArray *left = g_hash_table_lookup (known, GUINT_TO_POINTER (group));
  g_autoptr (GArray) old = NULL, now = NULL;

  if (left != NULL)
    return left;
  left = g_array_new (FALSE, TRUE, sizeof (VnPrefix));
  old = vn_sg_members (change->old, group, family);
  now = vn_sg_members (change->now, group, family);
  for (guint i = 0; i < old->len; i++)
    if (!has_member (now, g_array_index (old, VnPrefix, i)))
      g_array_append_val (left, g_array_index (old, VnPrefix, i));
  g_hash_table_insert (known, GUINT_TO_POINTER (group), left);
  return left;
}

static void
flush_members (const Change *change, const VnPort *port, guint group, VnFamily family)
{
  const GArray *left = left_members (change, group, family);

  for (guint i = 0; i < left->len; i++)
    flush_between (change->agent, port, family, &g_array_index (left, VnPrefix, i));
}

static void
flush_left_members (const Change *change, const VnPort *port)
{
  g_autoptr (GArray) remotes = remote_groups_of (change->now, port);

  for (guint i = 0; i < remotes->len; i++)
    {
      guint group = g_array_index (remotes, guint, i);

      if (group >= change->old->security_groups->len)
        continue;
      flush_members (change, port, group, VN_FAMILY_IPV4);
      flush_members (change, port, group, VN_FAMILY_IPV6);
    }
}

/* ---- a port's own groups ---- */

static gboolean
lost_a_group (const VnPort *old, const VnPort *now)
{
  for (guint i = 0; i < old->security_groups->len; i++)
    if (!has_group (now, g_array_index (old->security_groups, guint, i)))
      return TRUE;
  return FALSE;
}

void
vn_agent_flush_change (VnAgent *agent, const VnTopology *topology)
{
  Change change = { .agent = agent, .old = agent->topology, .now = topology };

  for (gsize i = 0; i < G_N_ELEMENTS (change.left); i++)
    change.left[i] = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  for (guint i = 0; vn_agent_writes_rules (agent) && i < agent->ports->len; i++)
    {
      const VnAgentPort *port = &g_array_index (agent->ports, VnAgentPort, i);
      const VnPort *now = vn_topology_port (topology, port->port);

      if (!vn_agent_guards (agent, port) || !vn_port_is_guarded (now) || now->deleted)
        continue;
      if (lost_a_group (vn_topology_port (agent->topology, port->port), now))
        vn_agent_flush_port (agent, port->port);
      flush_deleted_rules (&change, now);
      flush_left_members (&change, now);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (change.left); i++)
    g_hash_table_unref (change.left[i]);
}
