/* SPDX-License-Identifier: Apache-2.0 */
/* Security group rules and group members as iptables and ipset write them (Neutron 21.0.0, iptables firewall driver).
 *
 * The agent hands the API's protocol names to iptables, which knows some of them by another name; numbers come back
 * from iptables-save as names. Protocol 0 means "any" to iptables, whatever the API's user meant by it. ICMP type 255
 * means "any type" to iptables too, but only that of IPv4. */
#include "sim/neutron/vn-sg-rule.h"

#include <string.h>

#include "sim/base/vn-text.h"
#include "sim/plan/vn-protocol.h"

#define SET_NAME_MAX 29 /* ipset takes 31, the agent appends "-n" for a moment */
#define ICMP_TYPE_ANY 255

/* API names for which iptables has another; NULL: no match at all. */
static const struct
{
  const char *api, *iptables;
} renamed[] = {
  { "0", NULL },    { "ip", NULL }, { "hopopt", NULL }, { "icmpv6", "ipv6-icmp" }, { "ipv6-encap", "ipv6" },
  { "pgm", "113" },
};

typedef enum
{
  PORTS_NONE,      /* the protocol has no ports */
  PORTS_PLAIN,     /* --dport N, ranges by multiport */
  PORTS_MULTIPORT, /* multiport only */
  PORTS_ICMP,      /* type and code */
} PortStyle;

static const struct
{
  const char *protocol;
  PortStyle style;
  const char *match; /* the extension that iptables loads by itself once a port is given */
} port_styles[] = {
  { "tcp", PORTS_PLAIN, "tcp" },        { "udp", PORTS_PLAIN, "udp" },        { "sctp", PORTS_PLAIN, "sctp" },
  { "dccp", PORTS_PLAIN, "dccp" },      { "udplite", PORTS_MULTIPORT, NULL }, { "icmp", PORTS_ICMP, "icmp" },
  { "ipv6-icmp", PORTS_ICMP, "icmp6" },
};

static const char *
protocol_name (const VnSecurityGroupRule *rule)
{
  const char *protocol = rule->protocol;
  guint64 number;

  if (protocol == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (renamed); i++)
    if (g_str_equal (protocol, renamed[i].api))
      return renamed[i].iptables;
  if (rule->ethertype == VN_FAMILY_IPV6 && (g_str_equal (protocol, "icmp") || g_str_equal (protocol, "1")))
    return "ipv6-icmp";
  if (vn_parse_uint (protocol, 0, G_MAXUINT8, &number) && vn_protocol_name ((guint8)number) != NULL)
    return vn_protocol_name ((guint8)number);
  return protocol;
}

static void
append_icmp (GString *out, const char *protocol, const VnSecurityGroupRule *rule)
{
  gboolean is_v6 = g_str_equal (protocol, "ipv6-icmp");

  g_string_append_printf (out, is_v6 ? "--icmpv6-type " : "--icmp-type ");
  if (!is_v6 && rule->port_range_min == ICMP_TYPE_ANY)
    g_string_append (out, "any ");
  else if (rule->port_range_max >= 0)
    g_string_append_printf (out, "%d/%d ", rule->port_range_min, rule->port_range_max);
  else
    g_string_append_printf (out, "%d ", rule->port_range_min);
}

static void
append_ports (GString *out, PortStyle style, const VnSecurityGroupRule *rule)
{
  if (rule->port_range_min != rule->port_range_max)
    g_string_append_printf (out, "-m multiport --dports %d:%d ", rule->port_range_min, rule->port_range_max);
  else if (style == PORTS_MULTIPORT)
    g_string_append_printf (out, "-m multiport --dports %d ", rule->port_range_min);
  else
    g_string_append_printf (out, "--dport %d ", rule->port_range_min);
}

char *
vn_sg_rule_protocol (const VnSecurityGroupRule *rule)
{
  const char *protocol = protocol_name (rule);
  GString *out = g_string_new (NULL);
  guint i = 0;

  if (protocol != NULL)
    g_string_append_printf (out, "-p %s ", protocol);
  while (protocol != NULL && i < G_N_ELEMENTS (port_styles) && !g_str_equal (port_styles[i].protocol, protocol))
    i++;
  if (protocol == NULL || i == G_N_ELEMENTS (port_styles) || rule->port_range_min < 0)
    return g_string_free (out, FALSE);
  if (port_styles[i].match != NULL)
    g_string_append_printf (out, "-m %s ", port_styles[i].match);
  if (port_styles[i].style == PORTS_ICMP)
    append_icmp (out, protocol, rule);
  else
    append_ports (out, port_styles[i].style, rule);
  return g_string_free (out, FALSE);
}

/* ---- members ---- */

static void
add_member (GArray *members, VnPrefix prefix, VnFamily family)
{
  VnPrefix masked = vn_prefix_masked (prefix);

  if (prefix.ip.family != family)
    return;
  for (guint i = 0; i < members->len; i++)
    if (vn_prefix_equal (g_array_index (members, VnPrefix, i), masked))
      return;
  g_array_append_val (members, masked);
}

static gboolean
is_in_group (const VnPort *port, guint group)
{
  for (guint i = 0; i < port->security_groups->len; i++)
    if (g_array_index (port->security_groups, guint, i) == group)
      return TRUE;
  return FALSE;
}

GArray *
vn_sg_members (const VnTopology *topology, guint group, VnFamily family)
{
  GArray *members = g_array_new (FALSE, TRUE, sizeof (VnPrefix));

  for (guint i = 0; i < topology->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (topology, i);

      if (port->deleted || !is_in_group (port, group))
        continue;
      for (guint j = 0; j < port->fixed_ips->len; j++)
        add_member (members, vn_prefix_host (g_array_index (port->fixed_ips, VnFixedIp, j).ip_address), family);
      for (guint j = 0; j < port->allowed_address_pairs->len; j++)
        add_member (members, g_array_index (port->allowed_address_pairs, VnAddressPair, j).ip_address, family);
    }
  return members;
}

GArray *
vn_address_group_members (const VnTopology *topology, guint group, VnFamily family)
{
  const VnAddressGroup *addresses = vn_topology_address_group (topology, group);
  GArray *members = g_array_new (FALSE, TRUE, sizeof (VnPrefix));

  for (guint i = 0; i < addresses->addresses->len; i++)
    add_member (members, g_array_index (addresses->addresses, VnPrefix, i), family);
  return members;
}

char *
vn_sg_set_name (const char *id, VnFamily family)
{
  return g_strdup_printf ("NIPv%d%.*s", family, SET_NAME_MAX - 5, id);
}

static void
add_set_member (GPtrArray *texts, VnPrefix prefix)
{
  if (prefix.len == vn_ip_bits (prefix.ip.family))
    g_ptr_array_add (texts, vn_ip_to_string (prefix.ip));
  else if (prefix.len > 0)
    g_ptr_array_add (texts, vn_prefix_to_string (prefix));
  else
    {
      /* hash:net knows no length 0. */
      VnPrefix half = { .ip = prefix.ip, .len = 1 };

      g_ptr_array_add (texts, vn_prefix_to_string (half));
      half.ip.b[0] = 0x80;
      g_ptr_array_add (texts, vn_prefix_to_string (half));
    }
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
vn_sg_set_members (const GArray *prefixes)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < prefixes->len; i++)
    add_set_member (texts, g_array_index (prefixes, VnPrefix, i));
  g_ptr_array_sort (texts, compare_strings);
  return texts;
}
