/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings about objects of the cloud: what the server accepts and what then hurts (Neutron 21.0.0). */
#include "sim/load/vn-load-build.h"

#include <netinet/in.h>
#include <string.h>

#define CHAIN_ID_CHARS 10

static void
lint_rule (const VnTopology *t, const VnSecurityGroup *group, const VnSecurityGroupRule *rule, VnDiagList *diags)
{
  if (rule->protocol_number == IPPROTO_ICMP && rule->port_range_min == 255)
    vn_diag_add (diags, VN_DIAG_LINT_ICMP_255, rule->origin, "leave the type out to say so",
                 "group \"%s\": iptables takes ICMP type 255 for \"any\", so the rule allows all ICMP", group->name);
  if (rule->remote_address_group != VN_NONE)
    vn_diag_add (diags, VN_DIAG_LINT_ADDRESS_GROUP, rule->origin, "use rules with remote_ip_prefix",
                 "group \"%s\": Linux bridge agents ignore address group \"%s\", so the rule allows anybody",
                 group->name, vn_topology_address_group (t, rule->remote_address_group)->name);
  if (rule->protocol_number == 0)
    vn_diag_add (diags, VN_DIAG_LINT_ANY_PROTOCOL, rule->origin, NULL,
                 "group \"%s\": protocol %s becomes a rule without protocol, so it allows any", group->name,
                 rule->protocol);
}

/* Members of groups, by index of the group. */
static gboolean *
used_groups (const VnTopology *t)
{
  gboolean *used = g_new0 (gboolean, t->security_groups->len + 1);

  for (guint i = 0; i < t->ports->len; i++)
    {
      const GArray *groups = vn_topology_port (t, i)->security_groups;

      for (guint j = 0; j < groups->len; j++)
        used[g_array_index (groups, guint, j)] = TRUE;
    }
  return used;
}

static void
lint_groups (const VnTopology *t, VnDiagList *diags)
{
  g_autofree gboolean *used = used_groups (t);

  for (guint i = 0; i < t->security_groups->len; i++)
    {
      const VnSecurityGroup *group = vn_topology_group (t, i);

      for (guint j = 0; j < group->rules->len; j++)
        {
          const VnSecurityGroupRule *rule = VN_AT (group->rules, VnSecurityGroupRule, j);

          lint_rule (t, group, rule, diags);
          if (rule->implied == NULL && rule->remote_group != VN_NONE && !used[rule->remote_group])
            vn_diag_add (diags, VN_DIAG_LINT_EMPTY_GROUP, rule->origin, NULL,
                         "group \"%s\": no port has remote group \"%s\", so the rule allows nothing", group->name,
                         vn_topology_group (t, rule->remote_group)->name);
        }
    }
}

static void
lint_pairs (const VnPort *port, VnDiagList *diags)
{
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    {
      const VnAddressPair *pair = &g_array_index (port->allowed_address_pairs, VnAddressPair, i);

      if (pair->ip_address.len == 0)
        vn_diag_add (diags, VN_DIAG_LINT_PAIR_ANY, pair->origin, NULL,
                     "port \"%s\": a pair of length 0 lets it send from any address, and answer any ARP", port->name);
    }
}

static gboolean
is_gateway (const VnTopology *t, const VnFixedIp *fixed)
{
  return fixed->subnet != VN_NONE && vn_ip_equal (vn_topology_subnet (t, fixed->subnet)->gateway_ip, fixed->ip_address);
}

static void
lint_port (const VnTopology *t, const VnPort *port, VnDiagList *diags)
{
  if (vn_mac_is_multicast (port->mac_address))
    vn_diag_add (diags, VN_DIAG_LINT_MULTICAST_MAC, port->origin, NULL,
                 "port \"%s\" has a multicast MAC address: no bridge takes it for a station", port->name);
  if (port->port_security_enabled && port->fixed_ips->len + port->allowed_address_pairs->len == 0)
    vn_diag_add (diags, VN_DIAG_LINT_NO_ADDRESS, port->origin, NULL,
                 "port \"%s\" has no address: every ARP packet that it sends is dropped", port->name);
  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      const VnFixedIp *fixed = &g_array_index (port->fixed_ips, VnFixedIp, i);

      if (is_gateway (t, fixed))
        vn_diag_add (diags, VN_DIAG_LINT_GATEWAY, fixed->origin, NULL,
                     "port \"%s\" has the subnet's gateway address: a router can't be attached any more", port->name);
    }
  lint_pairs (port, diags);
}

static void
lint_subnets (const VnTopology *t, VnDiagList *diags)
{
  for (guint i = 0; i < t->subnets->len; i++)
    {
      const VnSubnet *subnet = vn_topology_subnet (t, i);
      VnPrefix link_local;

      vn_prefix_parse ("fe80::/10", &link_local);
      if (subnet->cidr.len < vn_ip_bits (subnet->cidr.ip.family) && vn_ip_is_set (subnet->gateway_ip)
          && !vn_prefix_contains (subnet->cidr, subnet->gateway_ip)
          && !vn_prefix_contains (link_local, subnet->gateway_ip))
        vn_diag_add (diags, VN_DIAG_LINT_GATEWAY, subnet->origin, NULL,
                     "subnet \"%s\": gateway_ip lies outside, where no instance can reach it", subnet->name);
    }
}

static gboolean
is_stateless (const VnTopology *t, const VnPort *port)
{
  return port->security_groups->len > 0
         && !vn_topology_group (t, g_array_index (port->security_groups, guint, 0))->stateful;
}

/* Chains, and the rules that mark a bridge's packets stateless, are shared by ports that look alike. */
static void
lint_neighbours (const VnTopology *t, VnDiagList *diags)
{
  g_autoptr (GHashTable) chains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (t, i);
      const VnPort *other;
      char *chain, *bridge;

      if (port->host == VN_NONE || !port->port_security_enabled)
        continue;
      chain = g_strdup_printf ("%u %.*s", port->host, CHAIN_ID_CHARS, port->id);
      bridge = g_strdup_printf ("%u %u", port->host, port->network);
      other = g_hash_table_lookup (chains, chain);
      if (other != NULL)
        vn_diag_add (diags, VN_DIAG_LINT_CHAIN_COLLISION, port->origin, NULL,
                     "ports \"%s\" and \"%s\" share their iptables chains, so each gets the other's rules", other->name,
                     port->name);
      other = g_hash_table_lookup (states, bridge);
      if (other != NULL && is_stateless (t, other) != is_stateless (t, port))
        vn_diag_add (
            diags, VN_DIAG_LINT_MIXED_STATE, port->origin, NULL,
            "ports \"%s\" and \"%s\" share a bridge, one is stateless: the one that sorts first decides for both",
            other->name, port->name);
      g_hash_table_insert (chains, chain, (gpointer)port);
      g_hash_table_insert (states, bridge, (gpointer)port);
    }
}

void
vn_lint_cloud (const VnTopology *t, VnDiagList *diags)
{
  lint_groups (t, diags);
  lint_subnets (t, diags);
  for (guint i = 0; i < t->ports->len; i++)
    lint_port (t, vn_topology_port (t, i), diags);
  lint_neighbours (t, diags);
  vn_lint_qos (t, diags);
}
