/* SPDX-License-Identifier: Apache-2.0 */
/* Security groups by the words of the Networking API v2.0 ("security group rules"): a packet passes if one rule of one
 * of the port's groups has its direction, ethertype, protocol, ports and remote; rules only allow.
 *
 * A remote group stands for its members: the fixed addresses and allowed address pairs of the ports that have the
 * group. Conditions are answered with yes, no or open: a spoofed source and an ephemeral port are known by what they
 * are not. */
#include "sim/predict/vn-predict-sg.h"

#include "sim/predict/vn-address-set.h"

#include <netinet/in.h>

#define N_DIRECTIONS 2

typedef struct
{
  GPtrArray *rules[N_DIRECTIONS]; /* VnSecurityGroupRule, not owned */
  VnAddressSet *members;
} Group;

struct _VnSgBook
{
  const VnTopology *topology;
  Group *groups;                 /* index = security group */
  VnAddressSet **address_groups; /* index = address group */
};

VnLeg
vn_leg_and (VnLeg a, VnLeg b)
{
  if (a == VN_LEG_NO || b == VN_LEG_NO)
    return VN_LEG_NO;
  return a == VN_LEG_OPEN || b == VN_LEG_OPEN ? VN_LEG_OPEN : VN_LEG_YES;
}

VnLeg
vn_leg_or (VnLeg a, VnLeg b)
{
  if (a == VN_LEG_YES || b == VN_LEG_YES)
    return VN_LEG_YES;
  return a == VN_LEG_OPEN || b == VN_LEG_OPEN ? VN_LEG_OPEN : VN_LEG_NO;
}

static VnLeg
leg (gboolean yes)
{
  return yes ? VN_LEG_YES : VN_LEG_NO;
}

/* ---- compiling ---- */

static void
compile_group (Group *group, const VnSecurityGroup *from)
{
  for (guint d = 0; d < N_DIRECTIONS; d++)
    group->rules[d] = g_ptr_array_new ();
  for (guint i = 0; i < from->rules->len; i++)
    {
      VnSecurityGroupRule *rule = g_ptr_array_index (from->rules, i);

      g_ptr_array_add (group->rules[rule->direction], rule);
    }
  group->members = vn_address_set_new ();
}

static void
add_member (VnAddressSet *members, const VnPort *port)
{
  for (guint i = 0; i < port->fixed_ips->len; i++)
    vn_address_set_add (members, vn_prefix_host (g_array_index (port->fixed_ips, VnFixedIp, i).ip_address));
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    vn_address_set_add (members, g_array_index (port->allowed_address_pairs, VnAddressPair, i).ip_address);
}

VnSgBook *
vn_sg_book_new (const VnTopology *topology)
{
  VnSgBook *book = g_new0 (VnSgBook, 1);

  book->topology = topology;
  book->groups = g_new0 (Group, topology->security_groups->len);
  book->address_groups = g_new0 (VnAddressSet *, topology->address_groups->len);
  for (guint i = 0; i < topology->security_groups->len; i++)
    compile_group (&book->groups[i], vn_topology_group (topology, i));
  for (guint i = 0; i < topology->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (topology, i);

      for (guint j = 0; !port->deleted && j < port->security_groups->len; j++)
        add_member (book->groups[g_array_index (port->security_groups, guint, j)].members, port);
    }
  for (guint i = 0; i < topology->address_groups->len; i++)
    {
      const VnAddressGroup *group = vn_topology_address_group (topology, i);

      book->address_groups[i] = vn_address_set_new ();
      for (guint j = 0; j < group->addresses->len; j++)
        vn_address_set_add (book->address_groups[i], g_array_index (group->addresses, VnPrefix, j));
    }
  return book;
}

void
vn_sg_book_free (VnSgBook *book)
{
  if (book == NULL)
    return;
  for (guint i = 0; i < book->topology->security_groups->len; i++)
    {
      for (guint d = 0; d < N_DIRECTIONS; d++)
        g_ptr_array_unref (book->groups[i].rules[d]);
      vn_address_set_free (book->groups[i].members);
    }
  for (guint i = 0; i < book->topology->address_groups->len; i++)
    vn_address_set_free (book->address_groups[i]);
  g_free (book->address_groups);
  g_free (book->groups);
  g_free (book);
}

const GPtrArray *
vn_sg_rules (const VnSgBook *book, guint group, VnDirection direction)
{
  return book->groups[group].rules[direction];
}

const VnTopology *
vn_sg_topology (const VnSgBook *book)
{
  return book->topology;
}

/* ---- the conditions of a rule ---- */

static VnLeg
holds_ethertype (const VnSgBook *book G_GNUC_UNUSED, const VnSecurityGroupRule *rule, const VnSgPacket *packet,
                 VnQuirkSet quirks G_GNUC_UNUSED)
{
  return leg (rule->ethertype == packet->family);
}

static VnLeg
holds_protocol (const VnSgBook *book G_GNUC_UNUSED, const VnSecurityGroupRule *rule, const VnSgPacket *packet,
                VnQuirkSet quirks)
{
  if (rule->protocol_number == 0 && (quirks & VN_QUIRK_BIT (VN_QUIRK_HOPOPT_ANY)) != 0)
    return VN_LEG_YES;
  return leg (rule->protocol_number < 0 || rule->protocol_number == packet->protocol);
}

static gboolean
is_icmp (guint8 protocol)
{
  return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

static VnLeg
holds_icmp (const VnSecurityGroupRule *rule, const VnSgPacket *packet, VnQuirkSet quirks)
{
  if (rule->port_range_min == 255 && rule->ethertype == VN_FAMILY_IPV4
      && (quirks & VN_QUIRK_BIT (VN_QUIRK_ICMP_255_ANY)) != 0)
    return VN_LEG_YES;
  return leg (rule->port_range_min == packet->icmp_type
              && (rule->port_range_max < 0 || rule->port_range_max == packet->icmp_code));
}

static VnLeg
holds_range (gint min, gint max, gint port)
{
  if (port != VN_SG_PORT_EPHEMERAL)
    return leg (min <= port && port <= max);
  if (max < VN_SG_EPHEMERAL_MIN || min > VN_SG_EPHEMERAL_MAX)
    return VN_LEG_NO;
  return min <= VN_SG_EPHEMERAL_MIN && max >= VN_SG_EPHEMERAL_MAX ? VN_LEG_YES : VN_LEG_OPEN;
}

/* Ports of another protocol than the packet's say nothing about it. */
static VnLeg
holds_port (const VnSgBook *book, const VnSecurityGroupRule *rule, const VnSgPacket *packet, VnQuirkSet quirks)
{
  if (rule->port_range_min < 0)
    return VN_LEG_YES;
  if (holds_protocol (book, rule, packet, quirks) == VN_LEG_NO)
    return VN_LEG_NO;
  if (rule->port_range_min == 1 && rule->port_range_max == G_MAXUINT16
      && (quirks & VN_QUIRK_BIT (VN_QUIRK_FULL_RANGE)) != 0)
    return VN_LEG_YES;
  if (is_icmp (packet->protocol))
    return holds_icmp (rule, packet, quirks);
  return holds_range (rule->port_range_min, rule->port_range_max, packet->port);
}

static VnLeg
holds_set (const VnAddressSet *set, VnFamily family, VnIp remote)
{
  if (vn_ip_is_set (remote))
    return leg (vn_address_set_contains (set, remote));
  if (vn_address_set_is_all (set, family))
    return VN_LEG_YES;
  return vn_address_set_is_empty (set, family) ? VN_LEG_NO : VN_LEG_OPEN;
}

static VnLeg
holds_remote (const VnSgBook *book, const VnSecurityGroupRule *rule, const VnSgPacket *packet, VnQuirkSet quirks)
{
  VnIp remote = rule->direction == VN_INGRESS ? packet->src : packet->dst;

  if (rule->has_remote_ip_prefix && rule->remote_ip_prefix.len > 0)
    return vn_ip_is_set (remote) ? leg (vn_prefix_contains (rule->remote_ip_prefix, remote)) : VN_LEG_OPEN;
  if (rule->remote_group != VN_NONE)
    return holds_set (book->groups[rule->remote_group].members, packet->family, remote);
  if (rule->remote_address_group != VN_NONE && (quirks & VN_QUIRK_BIT (VN_QUIRK_ADDRESS_GROUP_ANY)) == 0)
    return holds_set (book->address_groups[rule->remote_address_group], packet->family, remote);
  return VN_LEG_YES;
}

static VnLeg (*const conditions[]) (const VnSgBook *, const VnSecurityGroupRule *, const VnSgPacket *, VnQuirkSet) = {
  [VN_SG_ETHERTYPE] = holds_ethertype,
  [VN_SG_PROTOCOL] = holds_protocol,
  [VN_SG_PORT] = holds_port,
  [VN_SG_REMOTE] = holds_remote,
};
G_STATIC_ASSERT (G_N_ELEMENTS (conditions) == VN_SG_N_CONDITIONS);

VnLeg
vn_sg_condition (const VnSgBook *book, const VnSecurityGroupRule *rule, VnSgCondition condition,
                 const VnSgPacket *packet, VnQuirkSet quirks)
{
  return conditions[condition](book, rule, packet, quirks);
}

static VnLeg
matches (const VnSgBook *book, const VnSecurityGroupRule *rule, const VnSgPacket *packet, VnQuirkSet quirks)
{
  VnLeg all = VN_LEG_YES;

  for (guint i = 0; i < VN_SG_N_CONDITIONS && all != VN_LEG_NO; i++)
    all = vn_leg_and (all, conditions[i](book, rule, packet, quirks));
  return all;
}

VnLeg
vn_sg_allows (const VnSgBook *book, const VnPort *port, VnDirection direction, const VnSgPacket *packet,
              VnQuirkSet quirks, VnSgMatch *ret_match)
{
  VnSgMatch match = { VN_NONE, NULL };
  VnLeg any = VN_LEG_NO;

  for (guint i = 0; i < port->security_groups->len && any != VN_LEG_YES; i++)
    {
      guint group = g_array_index (port->security_groups, guint, i);
      const GPtrArray *rules = book->groups[group].rules[direction];

      for (guint j = 0; j < rules->len && any != VN_LEG_YES; j++)
        {
          const VnSecurityGroupRule *rule = g_ptr_array_index (rules, j);
          VnLeg one = matches (book, rule, packet, quirks);

          if (one == VN_LEG_NO || vn_leg_or (any, one) == any)
            continue;
          any = one;
          match = (VnSgMatch){ group, rule };
        }
    }
  if (ret_match != NULL)
    *ret_match = match;
  return any;
}
