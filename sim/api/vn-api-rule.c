/* SPDX-License-Identifier: Apache-2.0 */
/* Security groups and their rules, as neutron.db.securitygroups_db judges and stores them (Neutron 21.0.0). */
#include "sim/api/vn-api.h"
#include "sim/base/vn-text.h"

#include <netinet/in.h>
#include <string.h>

#define PROTOCOL_DCCP 33
#define PROTOCOL_SCTP 132
#define PROTOCOL_UDPLITE 136

typedef struct
{
  const char *name;
  guint8 number;
  gboolean v6_only;
} Protocol;

static const Protocol protocols[] = {
  { "ah", 51, FALSE },
  { "dccp", PROTOCOL_DCCP, FALSE },
  { "egp", 8, FALSE },
  { "esp", 50, FALSE },
  { "gre", 47, FALSE },
  { "hopopt", 0, FALSE },
  { "icmp", IPPROTO_ICMP, FALSE },
  { "icmpv6", IPPROTO_ICMPV6, TRUE },
  { "igmp", 2, FALSE },
  { "ip", 0, FALSE },
  { "ipip", 4, FALSE },
  { "ipv6-encap", 41, TRUE },
  { "ipv6-frag", 44, TRUE },
  { "ipv6-icmp", IPPROTO_ICMPV6, TRUE },
  { "ipv6-nonxt", 59, TRUE },
  { "ipv6-opts", 60, TRUE },
  { "ipv6-route", 43, TRUE },
  { "ospf", 89, FALSE },
  { "pgm", 113, FALSE },
  { "rsvp", 46, FALSE },
  { "sctp", PROTOCOL_SCTP, FALSE },
  { "tcp", IPPROTO_TCP, FALSE },
  { "udp", IPPROTO_UDP, FALSE },
  { "udplite", PROTOCOL_UDPLITE, FALSE },
  { "vrrp", 112, FALSE },
};

static const guint8 port_protocols[] = { IPPROTO_TCP, IPPROTO_UDP, PROTOCOL_SCTP, PROTOCOL_DCCP, PROTOCOL_UDPLITE };

/* What these become with ethertype IPv6. */
static const struct
{
  const char *given;
  const char *stored;
} v6_conversions[] = {
  { "icmp", "ipv6-icmp" },
  { "icmpv6", "ipv6-icmp" },
  { "1", "58" },
};

static const VnWord directions[] = { { "ingress", VN_INGRESS }, { "egress", VN_EGRESS }, { NULL, 0 } };

static gboolean
set_protocol (VnSecurityGroupRule *rule, const char *text, VnApiError *error)
{
  guint64 number;

  if (vn_parse_uint (text, 0, 255, &number))
    {
      rule->protocol = g_strdup_printf ("%u", (guint)number);
      rule->protocol_number = (gint)number;
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    if (g_ascii_strcasecmp (protocols[i].name, text) == 0)
      {
        rule->protocol = g_strdup (protocols[i].name);
        rule->protocol_number = protocols[i].number;
        return TRUE;
      }
  return vn_api_refuse (error, 400, "SecurityGroupRuleInvalidProtocol",
                        "protocol \"%s\" is neither 0 to 255 nor a name that the API knows", text);
}

static gboolean
is_v6_only (gint number)
{
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    if (protocols[i].number == number && protocols[i].v6_only)
      return TRUE;
  return FALSE;
}

static gboolean
fit_protocol (VnSecurityGroupRule *rule, VnApiError *error)
{
  if (rule->protocol == NULL)
    return TRUE;
  if (rule->ethertype == VN_FAMILY_IPV4 && is_v6_only (rule->protocol_number))
    return vn_api_refuse (error, 400, "SecurityGroupEthertypeConflictWithProtocol",
                          "protocol %s needs ethertype IPv6, and IPv4 is the default", rule->protocol);
  for (gsize i = 0; i < G_N_ELEMENTS (v6_conversions) && rule->ethertype == VN_FAMILY_IPV6; i++)
    if (g_str_equal (rule->protocol, v6_conversions[i].given))
      {
        g_free (rule->protocol);
        rule->protocol = g_strdup (v6_conversions[i].stored);
        rule->protocol_number = IPPROTO_ICMPV6;
        break;
      }
  return TRUE;
}

static gboolean
set_direction (VnSecurityGroupRule *rule, const char *text, VnApiError *error)
{
  int direction;

  if (text == NULL || !vn_word_parse (directions, text, &direction))
    return vn_api_refuse (error, 400, "HTTPBadRequest", "direction must be ingress or egress, in lower case");
  rule->direction = direction;
  return TRUE;
}

static gboolean
set_ethertype (VnSecurityGroupRule *rule, const VnApiRule *request, VnApiError *error)
{
  rule->ethertype = VN_FAMILY_IPV4;
  if (request->ethertype == NULL && !request->ethertype_is_null)
    return TRUE;
  if (request->ethertype != NULL && g_ascii_strcasecmp (request->ethertype, "IPv4") == 0)
    return TRUE;
  rule->ethertype = VN_FAMILY_IPV6;
  if (request->ethertype != NULL && g_ascii_strcasecmp (request->ethertype, "IPv6") == 0)
    return TRUE;
  return vn_api_refuse (error, 400, "SecurityGroupRuleInvalidEtherType", "ethertype must be IPv4 or IPv6");
}

static gboolean
set_port (const char *text, gint *ret, VnApiError *error)
{
  guint64 port;

  if (text == NULL)
    return TRUE;
  if (!vn_parse_uint (text, 0, 65535, &port))
    return vn_api_refuse (error, 400, "SecurityGroupInvalidPortValue", "port \"%s\" is not a number of 0 to 65535",
                          text);
  *ret = (gint)port;
  return TRUE;
}

static gboolean
check_ports (const VnSecurityGroupRule *rule, VnApiError *error)
{
  if (rule->port_range_min == 0 || rule->port_range_max == 0)
    return vn_api_refuse (error, 400, "SecurityGroupInvalidPortValue", "port 0 can't be in a range");
  if (rule->port_range_min == -1 || rule->port_range_max == -1)
    return vn_api_refuse (error, 400, "SecurityGroupInvalidPortRange",
                          "%s needs both port_range_min and port_range_max, or neither", rule->protocol);
  if (rule->port_range_min > rule->port_range_max)
    return vn_api_refuse (error, 400, "SecurityGroupInvalidPortRange", "port_range_min %d is above port_range_max %d",
                          rule->port_range_min, rule->port_range_max);
  return TRUE;
}

static gboolean
check_icmp (const VnSecurityGroupRule *rule, VnApiError *error)
{
  if (rule->port_range_min > 255 || rule->port_range_max > 255)
    return vn_api_refuse (error, 400, "SecurityGroupInvalidIcmpValue",
                          "port_range_min and port_range_max are ICMP's type and code, 0 to 255");
  if (rule->port_range_min == -1)
    return vn_api_refuse (error, 400, "SecurityGroupMissingIcmpType",
                          "an ICMP code (port_range_max) without a type (port_range_min)");
  return TRUE;
}

static gboolean
check_port_range (VnSecurityGroupRule *rule, VnApiError *error)
{
  /* The server stores "all ports" as no ports, before it looks at the protocol. */
  if (rule->port_range_min == 1 && rule->port_range_max == 65535)
    rule->port_range_min = rule->port_range_max = -1;
  if (rule->port_range_min == -1 && rule->port_range_max == -1)
    return TRUE;
  if (rule->protocol == NULL)
    return vn_api_refuse (error, 400, "SecurityGroupProtocolRequiredWithPorts", "ports without a protocol");
  if (memchr (port_protocols, rule->protocol_number, sizeof port_protocols) != NULL)
    return check_ports (rule, error);
  if (rule->protocol_number == IPPROTO_ICMP || rule->protocol_number == IPPROTO_ICMPV6)
    return check_icmp (rule, error);
  return vn_api_refuse (error, 400, "SecurityGroupInvalidProtocolForPort", "protocol %s has no ports", rule->protocol);
}

static gboolean
set_prefix (VnSecurityGroupRule *rule, const char *text, VnApiError *error)
{
  if (text == NULL || *text == '\0')
    return TRUE;
  if (!vn_api_parse_prefix (text, &rule->remote_ip_prefix))
    return vn_api_refuse (error, 400, "InvalidCIDR", "\"%s\" is not an address or a network", text);
  if (rule->remote_ip_prefix.ip.family != rule->ethertype)
    return vn_api_refuse (error, 400, "SecurityGroupRuleParameterConflict", "prefix \"%s\" is not of ethertype IPv%d",
                          text, rule->ethertype);
  rule->has_remote_ip_prefix = TRUE;
  return TRUE;
}

gboolean
vn_api_rule (const VnApiRule *request, VnSecurityGroupRule *rule, VnApiError *error)
{
  if (!set_direction (rule, request->direction, error) || !set_ethertype (rule, request, error))
    return FALSE;
  if (request->protocol != NULL && !set_protocol (rule, request->protocol, error))
    return FALSE;
  if (!set_port (request->port_range_min, &rule->port_range_min, error)
      || !set_port (request->port_range_max, &rule->port_range_max, error))
    return FALSE;
  if (!check_port_range (rule, error) || !set_prefix (rule, request->remote_ip_prefix, error))
    return FALSE;
  if (request->n_remote_groups + (rule->has_remote_ip_prefix ? 1 : 0) > 1)
    return vn_api_refuse (error, 400, "SecurityGroupMultipleRemoteEntites",
                          "only one of remote_ip_prefix, remote_group_id and remote_address_group_id");
  return fit_protocol (rule, error);
}

/* A prefix that the server takes for the same as none: written 0.0.0.0/0 or ::/0, without host bits. */
static gboolean
is_anywhere (const VnSecurityGroupRule *rule)
{
  return !rule->has_remote_ip_prefix
         || (rule->remote_ip_prefix.len == 0
             && vn_ip_equal (rule->remote_ip_prefix.ip, vn_prefix_first (rule->remote_ip_prefix)));
}

static gboolean
same_protocol (const VnSecurityGroupRule *a, const VnSecurityGroupRule *b)
{
  if (a->protocol_number != b->protocol_number)
    return FALSE;
  return g_strcmp0 (a->protocol, "hopopt") == 0 ? g_strcmp0 (b->protocol, "hopopt") == 0
                                                : g_strcmp0 (b->protocol, "hopopt") != 0;
}

gboolean
vn_api_rule_same (const VnSecurityGroupRule *a, const VnSecurityGroupRule *b)
{
  if (a->direction != b->direction || a->ethertype != b->ethertype || !same_protocol (a, b)
      || a->port_range_min != b->port_range_min || a->port_range_max != b->port_range_max
      || a->remote_group != b->remote_group || a->remote_address_group != b->remote_address_group)
    return FALSE;
  if (is_anywhere (a) || is_anywhere (b))
    return is_anywhere (a) && is_anywhere (b);
  return vn_prefix_equal (a->remote_ip_prefix, b->remote_ip_prefix);
}

static void
add_default_rule (VnSecurityGroup *group, VnDirection direction, VnFamily ethertype, guint remote_group)
{
  VnSecurityGroupRule *rule = vn_security_group_rule_new ();

  rule->implied = "the API's default rule";
  rule->direction = direction;
  rule->ethertype = ethertype;
  rule->remote_group = remote_group;
  g_ptr_array_add (group->rules, rule);
}

void
vn_api_default_rules (VnSecurityGroup *group, guint self, gboolean is_default_group)
{
  add_default_rule (group, VN_EGRESS, VN_FAMILY_IPV4, VN_NONE);
  add_default_rule (group, VN_EGRESS, VN_FAMILY_IPV6, VN_NONE);
  if (!is_default_group)
    return;
  add_default_rule (group, VN_INGRESS, VN_FAMILY_IPV4, self);
  add_default_rule (group, VN_INGRESS, VN_FAMILY_IPV6, self);
}

gboolean
vn_api_group_name (const char *name, VnApiError *error)
{
  if (g_ascii_strcasecmp (name, "default") == 0)
    return vn_api_refuse (error, 409, "SecurityGroupDefaultAlreadyExists",
                          "\"%s\" is the project's default group in another spelling", name);
  return TRUE;
}
