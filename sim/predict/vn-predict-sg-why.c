/* SPDX-License-Identifier: Apache-2.0 */
/* Why security groups allow or refuse a packet, in words: the rule that allows it, or the nearest one that doesn't.
 *
 * Nearest is the rule with the most conditions met; of equals the first. */
#include "sim/predict/vn-predict-sg.h"

#include "sim/base/vn-text.h"

#include <netinet/in.h>

static const VnWord protocol_words[] = {
  { "icmp", IPPROTO_ICMP },
  { "tcp", IPPROTO_TCP },
  { "udp", IPPROTO_UDP },
  { "ipv6-icmp", IPPROTO_ICMPV6 },
  { NULL, 0 },
};

static const char *const direction_names[] = { [VN_INGRESS] = "ingress", [VN_EGRESS] = "egress" };
static const char *const remote_words[] = { [VN_INGRESS] = "from", [VN_EGRESS] = "to" };
static const char *const remote_nouns[] = { [VN_INGRESS] = "source", [VN_EGRESS] = "destination" };

static const char *
family_name (VnFamily family)
{
  return family == VN_FAMILY_IPV6 ? "IPv6" : "IPv4";
}

static VnIp
remote_of (const VnSgPacket *packet, VnDirection direction)
{
  return direction == VN_INGRESS ? packet->src : packet->dst;
}

/* ---- words for packets and rules ---- */

static void
append_packet_protocol (GString *out, const VnSgPacket *packet)
{
  const char *word = vn_word_name (protocol_words, packet->protocol);

  if (word != NULL)
    g_string_append (out, word);
  else
    g_string_append_printf (out, "protocol %u", packet->protocol);
}

/* "tcp/80 from 10.0.0.1", "icmp type 8 to 10.0.0.2". */
static char *
describe_packet (const VnSgPacket *packet, VnDirection direction)
{
  g_autofree char *remote = vn_ip_to_string (remote_of (packet, direction));
  GString *out = g_string_new (NULL);

  append_packet_protocol (out, packet);
  if (packet->icmp_type >= 0)
    g_string_append_printf (out, " type %d", packet->icmp_type);
  else if (packet->port == VN_SG_PORT_EPHEMERAL)
    g_string_append (out, " to an ephemeral port");
  else
    g_string_append_printf (out, "/%d", packet->port);
  g_string_append_printf (out, " %s %s", remote_words[direction],
                          vn_ip_is_set (remote_of (packet, direction)) ? remote : "a foreign address");
  return g_string_free (out, FALSE);
}

/* "80", "80–90". */
static void
append_range (GString *out, const VnSecurityGroupRule *rule)
{
  g_string_append_printf (out, "%d", rule->port_range_min);
  if (rule->port_range_max != rule->port_range_min)
    g_string_append_printf (out, "–%d", rule->port_range_max);
}

static void
append_rule_ports (GString *out, const VnSecurityGroupRule *rule)
{
  if (rule->port_range_min < 0)
    return;
  if (rule->protocol_number != IPPROTO_ICMP && rule->protocol_number != IPPROTO_ICMPV6)
    {
      g_string_append_c (out, ' ');
      append_range (out, rule);
    }
  else if (rule->port_range_max < 0)
    g_string_append_printf (out, " type %d", rule->port_range_min);
  else
    g_string_append_printf (out, " type %d code %d", rule->port_range_min, rule->port_range_max);
}

static void
append_rule_remote (GString *out, const VnTopology *t, const VnSecurityGroupRule *rule)
{
  g_string_append_printf (out, " %s ", remote_words[rule->direction]);
  if (rule->has_remote_ip_prefix)
    {
      g_autofree char *prefix = vn_prefix_to_string (rule->remote_ip_prefix);

      g_string_append (out, prefix);
    }
  else if (rule->remote_group != VN_NONE)
    g_string_append_printf (out, "group \"%s\"", vn_topology_group (t, rule->remote_group)->name);
  else if (rule->remote_address_group != VN_NONE)
    g_string_append_printf (out, "address group \"%s\"",
                            vn_topology_address_group (t, rule->remote_address_group)->name);
  else
    g_string_append (out, "anywhere");
}

/* "ingress IPv4 tcp 80 from 10.0.0.0/8". */
static char *
describe_rule (const VnTopology *t, const VnSecurityGroupRule *rule)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "%s %s %s", direction_names[rule->direction], family_name (rule->ethertype),
                          rule->protocol != NULL ? rule->protocol : "any protocol");
  append_rule_ports (out, rule);
  append_rule_remote (out, t, rule);
  if (rule->implied != NULL)
    g_string_append_printf (out, ", %s", rule->implied);
  return g_string_free (out, FALSE);
}

/* ---- what kept a rule from matching ---- */

static void
miss_ethertype (GString *out, const VnTopology *t G_GNUC_UNUSED, const VnSecurityGroupRule *rule,
                const VnSgPacket *packet)
{
  g_string_append_printf (out, "ethertype %s, not %s", family_name (packet->family), family_name (rule->ethertype));
}

static void
miss_protocol (GString *out, const VnTopology *t G_GNUC_UNUSED, const VnSecurityGroupRule *rule,
               const VnSgPacket *packet)
{
  g_string_append (out, "protocol ");
  append_packet_protocol (out, packet);
  g_string_append_printf (out, ", not %s", rule->protocol);
}

static void
miss_port (GString *out, const VnTopology *t G_GNUC_UNUSED, const VnSecurityGroupRule *rule, const VnSgPacket *packet)
{
  const char *joint = rule->port_range_min == rule->port_range_max ? ", not " : " not in ";

  if (packet->icmp_type < 0)
    {
      if (packet->port == VN_SG_PORT_EPHEMERAL)
        g_string_append_printf (out, "an ephemeral port%s", joint);
      else
        g_string_append_printf (out, "port %d%s", packet->port, joint);
      append_range (out, rule);
    }
  else if (packet->icmp_type != rule->port_range_min)
    g_string_append_printf (out, "type %d, not %d", packet->icmp_type, rule->port_range_min);
  else
    g_string_append_printf (out, "code %d, not %d", packet->icmp_code, rule->port_range_max);
}

static void
miss_remote (GString *out, const VnTopology *t, const VnSecurityGroupRule *rule, const VnSgPacket *packet)
{
  g_autofree char *remote = vn_ip_to_string (remote_of (packet, rule->direction));

  g_string_append_printf (out, "%s %s ", remote_nouns[rule->direction], remote);
  if (rule->has_remote_ip_prefix)
    {
      g_autofree char *prefix = vn_prefix_to_string (rule->remote_ip_prefix);

      g_string_append_printf (out, "not in %s", prefix);
    }
  else if (rule->remote_group != VN_NONE)
    g_string_append_printf (out, "not an address of a member of group \"%s\"",
                            vn_topology_group (t, rule->remote_group)->name);
  else
    g_string_append_printf (out, "not in address group \"%s\"",
                            vn_topology_address_group (t, rule->remote_address_group)->name);
}

static void (*const misses[]) (GString *, const VnTopology *, const VnSecurityGroupRule *, const VnSgPacket *) = {
  [VN_SG_ETHERTYPE] = miss_ethertype,
  [VN_SG_PROTOCOL] = miss_protocol,
  [VN_SG_PORT] = miss_port,
  [VN_SG_REMOTE] = miss_remote,
};
G_STATIC_ASSERT (G_N_ELEMENTS (misses) == VN_SG_N_CONDITIONS);

/* All of them, since curing one is not enough. Ports behind another protocol are left out: they were not looked at. */
static char *
describe_misses (const VnSgBook *book, const VnSecurityGroupRule *rule, const VnSgPacket *packet)
{
  GString *out = g_string_new (NULL);
  gboolean other_protocol = vn_sg_condition (book, rule, VN_SG_PROTOCOL, packet, VN_QUIRKS_NONE) == VN_LEG_NO;

  for (guint i = 0; i < VN_SG_N_CONDITIONS; i++)
    {
      if (vn_sg_condition (book, rule, i, packet, VN_QUIRKS_NONE) != VN_LEG_NO || (i == VN_SG_PORT && other_protocol))
        continue;
      if (out->len > 0)
        g_string_append (out, "; ");
      misses[i](out, vn_sg_topology (book), rule, packet);
    }
  return g_string_free (out, FALSE);
}

static guint
conditions_met (const VnSgBook *book, const VnSecurityGroupRule *rule, const VnSgPacket *packet)
{
  guint n = 0;

  for (guint i = 0; i < VN_SG_N_CONDITIONS; i++)
    if (vn_sg_condition (book, rule, i, packet, VN_QUIRKS_NONE) != VN_LEG_NO)
      n++;
  return n;
}

static VnSgMatch
nearest_rule (const VnSgBook *book, const VnPort *port, VnDirection direction, const VnSgPacket *packet)
{
  VnSgMatch nearest = { VN_NONE, NULL };
  guint most = 0;

  for (guint i = 0; i < port->security_groups->len; i++)
    {
      guint group = g_array_index (port->security_groups, guint, i);
      const GPtrArray *rules = vn_sg_rules (book, group, direction);

      for (guint j = 0; j < rules->len; j++)
        {
          const VnSecurityGroupRule *rule = g_ptr_array_index (rules, j);
          guint met = conditions_met (book, rule, packet);

          if (nearest.rule != NULL && met <= most)
            continue;
          most = met;
          nearest = (VnSgMatch){ group, rule };
        }
    }
  return nearest;
}

/* ---- the reasons ---- */

/* The API's own rules are written nowhere: the group's line stands for them. */
static VnOrigin
place_of (const VnTopology *t, const VnSgMatch *match)
{
  return vn_origin_is_set (match->rule->origin) ? match->rule->origin : vn_topology_group (t, match->group)->origin;
}

static VnReason *
why_allowed (const VnTopology *t, const char *who, VnLeg leg, const VnSgMatch *match)
{
  g_autofree char *rule = describe_rule (t, match->rule);

  return vn_reason_new (TRUE, place_of (t, match), "%s of %s: security group \"%s\" %s %s",
                        direction_names[match->rule->direction], who, vn_topology_group (t, match->group)->name,
                        leg == VN_LEG_YES ? "allows" : "may allow", rule);
}

/* "group "a"", "groups "a", "b"". */
static char *
list_groups (const VnTopology *t, const VnPort *port)
{
  GString *out = g_string_new (port->security_groups->len == 1 ? "group" : "groups");

  for (guint i = 0; i < port->security_groups->len; i++)
    g_string_append_printf (out, "%s \"%s\"", i > 0 ? "," : "",
                            vn_topology_group (t, g_array_index (port->security_groups, guint, i))->name);
  return g_string_free (out, FALSE);
}

static VnReason *
why_refused (const VnSgBook *book, const VnPort *port, const char *who, VnDirection direction, const VnSgPacket *packet)
{
  const VnTopology *t = vn_sg_topology (book);
  VnSgMatch nearest = nearest_rule (book, port, direction, packet);
  g_autofree char *what = describe_packet (packet, direction);
  g_autofree char *groups = list_groups (t, port);
  g_autofree char *rule = NULL;
  g_autofree char *missed = NULL;
  VnReason *reason;

  if (port->security_groups->len == 0)
    return vn_reason_new (FALSE, port->security_groups_origin,
                          "%s of %s: the port has no security group, so nothing allows %s", direction_names[direction],
                          who, what);
  reason = vn_reason_new (FALSE, port->security_groups_origin, "%s of %s: no rule of its %s allows %s",
                          direction_names[direction], who, groups, what);
  if (nearest.rule == NULL)
    return reason;
  rule = describe_rule (t, nearest.rule);
  missed = describe_misses (book, nearest.rule, packet);
  vn_reason_add (reason, vn_reason_new (FALSE, place_of (t, &nearest), "nearest, of \"%s\", is %s: %s",
                                        vn_topology_group (t, nearest.group)->name, rule, missed));
  return reason;
}

VnReason *
vn_sg_why (const VnSgBook *book, const VnPort *port, const char *who, VnDirection direction, const VnSgPacket *packet)
{
  VnSgMatch match;
  VnLeg leg = vn_sg_allows (book, port, direction, packet, VN_QUIRKS_NONE, &match);

  if (leg == VN_LEG_NO)
    return why_refused (book, port, who, direction, packet);
  return why_allowed (vn_sg_topology (book), who, leg, &match);
}
