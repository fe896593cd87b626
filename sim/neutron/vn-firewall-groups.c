/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a port's security groups, as rules of its chains.
 *
 * Each rule ends in RETURN, so their order never changes a verdict; they stand in the order of the groups and of the
 * rules in them, exact duplicates left out. A remote group is a set of addresses with ipset; without it there is a rule
 * for each member but the port's own addresses. A remote address group is ignored by this driver, as if no remote were
 * given, though its set is made. */
#include "sim/neutron/vn-firewall-private.h"
#include "sim/neutron/vn-sg-rule.h"
#include "sim/plan/vn-ruleset.h"

/* What one call is about. */
typedef struct
{
  VnFirewallBuild *build;
  const VnPort *port;
  VnChain *chain;
  const VnSecurityGroup *group;
  const VnSecurityGroupRule *rule;
  GHashTable *seen; /* specs */
} Rendering;

static void
add_rule (Rendering *r, const char *remote_before, const char *protocol, const char *remote_behind)
{
  g_autofree char *spec = g_strconcat (remote_before, protocol, remote_behind, "-j RETURN", NULL);
  VnOrigin origin = vn_origin_is_set (r->rule->origin) ? r->rule->origin : r->group->origin;
  g_autofree char *place = vn_origin_to_line (origin);
  g_autofree char *note
      = g_strdup_printf ("security group \"%s\"%s%s", r->group->name, r->rule->implied != NULL ? ": " : "",
                         r->rule->implied != NULL ? r->rule->implied : "");

  if (g_hash_table_add (r->seen, g_strdup (spec)))
    vn_chain_append (r->chain, origin, note, r->build->comments && vn_origin_is_set (origin) ? place : NULL, "%s",
                     spec);
}

/* "-s PREFIX " or "-d PREFIX "; nothing for a prefix that holds everything. Transfer full. */
static char *
prefix_match (VnDirection direction, VnPrefix prefix)
{
  g_autofree char *text = vn_prefix_to_string (vn_prefix_masked (prefix));

  return prefix.len == 0 ? g_strdup ("") : g_strdup_printf ("%s %s ", direction == VN_INGRESS ? "-s" : "-d", text);
}

typedef GArray *(*MembersFunc) (const VnTopology *topology, guint group, VnFamily family);

/* Makes the set of a group once for each family that refers to it. Returns: its name, transfer full. */
static char *
need_set (Rendering *r, const char *id, VnOrigin origin, MembersFunc members_of, guint group)
{
  char *name = vn_sg_set_name (id, r->build->family);

  if (vn_ruleset_find_set (r->build->sets, name) == NULL)
    {
      VnIpset *set = vn_ruleset_add_set (r->build->sets, name, r->build->family, origin);
      g_autoptr (GArray) members = members_of (r->build->agent->topology, group, r->build->family);

      g_ptr_array_unref (set->members);
      set->members = vn_sg_set_members (members);
    }
  return name;
}

static gboolean
is_own_address (const VnPort *port, VnPrefix prefix)
{
  for (guint i = 0; i < port->fixed_ips->len; i++)
    if (vn_prefix_equal (vn_prefix_host (g_array_index (port->fixed_ips, VnFixedIp, i).ip_address), prefix))
      return TRUE;
  return FALSE;
}

static void
add_set_rule (Rendering *r, const char *protocol)
{
  guint group = r->rule->remote_group;
  const VnSecurityGroup *remote = vn_topology_group (r->build->agent->topology, group);
  g_autofree char *set = need_set (r, remote->id, remote->origin, vn_sg_members, group);
  g_autofree char *match
      = g_strdup_printf ("-m set --match-set %s %s ", set, r->rule->direction == VN_INGRESS ? "src" : "dst");

  add_rule (r, "", protocol, match);
}

static void
add_member_rules (Rendering *r, const char *protocol)
{
  g_autoptr (GArray) members = vn_sg_members (r->build->agent->topology, r->rule->remote_group, r->build->family);

  for (guint i = 0; i < members->len; i++)
    {
      VnPrefix member = g_array_index (members, VnPrefix, i);
      g_autofree char *match = prefix_match (r->rule->direction, member);

      if (!is_own_address (r->port, member))
        add_rule (r, match, protocol, "");
    }
}

static void
need_address_group_set (Rendering *r)
{
  guint group = r->rule->remote_address_group;
  const VnAddressGroup *addresses = vn_topology_address_group (r->build->agent->topology, group);

  g_free (need_set (r, addresses->id, addresses->origin, vn_address_group_members, group));
}

static void
render_rule (Rendering *r)
{
  g_autofree char *protocol = vn_sg_rule_protocol (r->rule);
  g_autofree char *prefix = NULL;

  if (r->rule->remote_group != VN_NONE)
    {
      (r->build->ipset ? add_set_rule : add_member_rules) (r, protocol);
      return;
    }
  if (r->rule->remote_address_group != VN_NONE && r->build->ipset)
    need_address_group_set (r);
  if (r->rule->has_remote_ip_prefix)
    prefix = prefix_match (r->rule->direction, r->rule->remote_ip_prefix);
  add_rule (r, prefix != NULL ? prefix : "", protocol, "");
}

void
vn_firewall_add_group_rules (VnFirewallBuild *build, const VnFirewallPort *port, VnDirection direction, VnChain *chain)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Rendering r = { .build = build, .port = port->port, .chain = chain, .seen = seen };

  for (guint i = 0; i < port->port->security_groups->len; i++)
    {
      r.group = vn_topology_group (build->agent->topology, g_array_index (port->port->security_groups, guint, i));
      for (guint j = 0; j < r.group->rules->len; j++)
        {
          r.rule = VN_AT (r.group->rules, VnSecurityGroupRule, j);
          if (r.rule->direction == direction && r.rule->ethertype == build->family)
            render_rule (&r);
        }
    }
}
