/* SPDX-License-Identifier: Apache-2.0 */
/* A second opinion on who may talk to whom: slow, and as near to the API's words as loops can be. */
#include "tests/lib/vn-naive-filter.h"

#include <string.h>

#define ANSWER_PORT 50000 /* any ephemeral one: the clouds of the tests have no range that ends among them */

typedef struct
{
  VnIp from, to;
  gint protocol;
  gint port; /* destination */
  gint type; /* of ICMP */
} Packet;

/* ---- addresses, bit by bit ---- */

static gboolean
bit (VnIp ip, guint n)
{
  return (ip.b[n / 8] >> (7 - n % 8) & 1) != 0;
}

static gboolean
is_in (VnIp ip, VnPrefix prefix)
{
  if (ip.family != prefix.ip.family)
    return FALSE;
  for (guint n = 0; n < prefix.len; n++)
    if (bit (ip, n) != bit (prefix.ip, n))
      return FALSE;
  return TRUE;
}

static gboolean
same (VnIp a, VnIp b)
{
  return a.family == b.family && memcmp (a.b, b.b, sizeof a.b) == 0;
}

/* ---- "remote_group_id": the ports that have the group ---- */

static gboolean
has_group (const VnPort *port, guint group)
{
  for (guint i = 0; i < port->security_groups->len; i++)
    if (g_array_index (port->security_groups, guint, i) == group)
      return TRUE;
  return FALSE;
}

static gboolean
has_address (const VnPort *port, VnIp ip)
{
  for (guint i = 0; i < port->fixed_ips->len; i++)
    if (same (g_array_index (port->fixed_ips, VnFixedIp, i).ip_address, ip))
      return TRUE;
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    if (is_in (ip, g_array_index (port->allowed_address_pairs, VnAddressPair, i).ip_address))
      return TRUE;
  return FALSE;
}

static gboolean
some_member_has (const VnTopology *t, guint group, VnIp ip)
{
  for (guint i = 0; i < t->ports->len; i++)
    if (has_group (vn_topology_port (t, i), group) && has_address (vn_topology_port (t, i), ip))
      return TRUE;
  return FALSE;
}

static gboolean
some_prefix_has (const VnAddressGroup *group, VnIp ip)
{
  for (guint i = 0; i < group->addresses->len; i++)
    if (is_in (ip, g_array_index (group->addresses, VnPrefix, i)))
      return TRUE;
  return FALSE;
}

/* ---- rules ---- */

static gboolean
rule_allows (const VnTopology *t, const VnSecurityGroupRule *rule, const Packet *packet)
{
  VnIp remote = rule->direction == VN_INGRESS ? packet->from : packet->to;

  if (rule->ethertype != packet->from.family)
    return FALSE;
  if (rule->protocol != NULL && rule->protocol_number != packet->protocol)
    return FALSE;
  if (rule->has_remote_ip_prefix && !is_in (remote, rule->remote_ip_prefix))
    return FALSE;
  if (rule->remote_group != VN_NONE && !some_member_has (t, rule->remote_group, remote))
    return FALSE;
  if (rule->remote_address_group != VN_NONE
      && !some_prefix_has (vn_topology_address_group (t, rule->remote_address_group), remote))
    return FALSE;
  if (rule->port_range_min == -1)
    return TRUE;
  if (packet->type != -1) /* min is the type, max the code; echoes have code 0 */
    return rule->port_range_min == packet->type && (rule->port_range_max == -1 || rule->port_range_max == 0);
  return packet->port >= rule->port_range_min && packet->port <= rule->port_range_max;
}

static gboolean
is_filtered (const VnPort *port)
{
  return port->port_security_enabled && strncmp (port->device_owner, "network:", 8) != 0;
}

static gboolean
port_allows (const VnTopology *t, const VnPort *port, VnDirection direction, const Packet *packet)
{
  if (!is_filtered (port))
    return TRUE;
  for (guint g = 0; g < t->security_groups->len; g++)
    {
      const VnSecurityGroup *group = vn_topology_group (t, g);

      if (!has_group (port, g))
        continue;
      for (guint r = 0; r < group->rules->len; r++)
        {
          const VnSecurityGroupRule *rule = VN_AT (group->rules, VnSecurityGroupRule, r);

          if (rule->direction == direction && rule_allows (t, rule, packet))
            return TRUE;
        }
    }
  return FALSE;
}

static gboolean
remembers_connections (const VnTopology *t, const VnPort *port)
{
  for (guint g = 0; g < t->security_groups->len; g++)
    if (has_group (port, g) && !vn_topology_group (t, g)->stateful)
      return FALSE;
  return TRUE;
}

static gboolean
answer_allowed (const VnTopology *t, const VnPort *port, VnDirection direction, const Packet *answer)
{
  return remembers_connections (t, port) || port_allows (t, port, direction, answer);
}

/* ---- the question ---- */

static Packet
request_of (const VnCell *cell, VnIp from, VnIp to)
{
  gboolean six = cell->family == VN_FAMILY_IPV6;
  gboolean echo = cell->protocol == 1 || cell->protocol == 58;

  return (Packet){ from, to, cell->protocol, cell->port, echo ? (six ? 128 : 8) : -1 };
}

static Packet
answer_of (const Packet *request)
{
  Packet answer = { request->to, request->from, request->protocol, ANSWER_PORT, request->type };

  if (request->type != -1)
    answer.type = request->type == 8 ? 0 : 129;
  return answer;
}

VnOutcome
vn_naive_reach (const VnTopology *t, const VnCell *cell)
{
  const VnEnd *from = vn_topology_end (t, cell->from), *to = vn_topology_end (t, cell->to);
  const VnPort *source = vn_topology_port (t, from->port), *target = vn_topology_port (t, to->port);
  VnOutcome outcome = { VN_LEG_NO, VN_LEG_NO };
  Packet request, answer;

  if (source->network != target->network || !vn_ip_is_set (vn_end_address (from, cell->family))
      || !vn_ip_is_set (vn_end_address (to, cell->family)))
    return outcome;
  request = request_of (cell, vn_end_address (from, cell->family), vn_end_address (to, cell->family));
  answer = answer_of (&request);
  if (!port_allows (t, source, VN_EGRESS, &request) || !port_allows (t, target, VN_INGRESS, &request))
    return outcome;
  outcome.delivered = VN_LEG_YES;
  if (answer_allowed (t, target, VN_EGRESS, &answer) && answer_allowed (t, source, VN_INGRESS, &answer))
    outcome.answered = VN_LEG_YES;
  return outcome;
}
