/* SPDX-License-Identifier: Apache-2.0 */
/* A packet and its answer at the two ends' security groups.
 *
 * A port that nothing filters (port security off, a service's port, a server without security groups, a machine) lets
 * all pass. The answer of a packet that passed comes back through connection tracking where groups are stateful; where
 * they are not, it needs rules of its own. */
#include "sim/predict/vn-predict-private.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

static const struct
{
  guint8 protocol;
  gint request, reply; /* ICMP types; -1 = the protocol has ports */
} protocols[] = {
  { IPPROTO_ICMP, ICMP_ECHO, ICMP_ECHOREPLY },
  { IPPROTO_ICMPV6, ICMP6_ECHO_REQUEST, ICMP6_ECHO_REPLY },
};

static const char *const direction_names[] = { [VN_INGRESS] = "ingress", [VN_EGRESS] = "egress" };

VnSgPacket
vn_predict_packet (const VnCell *cell, VnIp src, VnIp dst)
{
  guint8 echo = cell->family == VN_FAMILY_IPV6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
  VnSgPacket packet = { .family = cell->family, .port = cell->port, .icmp_type = -1, .icmp_code = 0 };

  packet.protocol = cell->protocol != 0 ? cell->protocol : echo;
  packet.src = src;
  packet.dst = dst;
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    if (protocols[i].protocol == packet.protocol)
      packet.icmp_type = protocols[i].request;
  return packet;
}

VnSgPacket
vn_predict_reply (const VnSgPacket *packet)
{
  VnSgPacket reply = *packet;

  reply.src = packet->dst;
  reply.dst = packet->src;
  reply.port = VN_SG_PORT_EPHEMERAL;
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    if (protocols[i].protocol == packet->protocol)
      reply.icmp_type = protocols[i].reply;
  return reply;
}

/* ---- ports that nothing filters ---- */

/* The reason why @end lets all pass; transfer full. */
static VnReason *
why_unfiltered (const VnQuestion *q, const VnEnd *end, VnDirection direction)
{
  const VnPredictPort *port = vn_question_port (q, end);
  const char *name = direction_names[direction];
  const VnConfig *server = vn_topology_server_config (q->predictor->topology);
  g_autofree char *option = NULL;

  if (port == NULL)
    return vn_reason_new (TRUE, VN_ORIGIN_NONE, "%s of %s: nothing filters a machine", name, end->name);
  if (!port->port->port_security_enabled)
    return vn_reason_new (TRUE, port->port->origin, "%s of %s: port security is off", name, end->name);
  if (!port->guarded)
    return vn_reason_new (TRUE, port->port->origin, "%s of %s: a service's port (%s) is trusted", name, end->name,
                          port->port->device_owner);
  option = vn_config_describe (server, VN_OPT_ENABLE_SECURITY_GROUP);
  return vn_reason_new (TRUE, vn_config_origin (server, VN_OPT_ENABLE_SECURITY_GROUP),
                        "%s of %s: the server has no security groups, %s", name, end->name, option);
}

static gboolean
is_filtered (const VnPredictPort *port)
{
  return port != NULL && port->filtered;
}

/* ---- the way there ---- */

/* SG-CHAIN-COLLISION: the rules of all ports that share the chains. */
static VnLeg
shared_chains_pass (const VnQuestion *q, const VnPredictPort *port, VnDirection direction, const VnSgPacket *packet)
{
  VnLeg any = VN_LEG_NO;

  for (guint i = 0; i < port->shares_chains->len; i++)
    {
      const VnPort *other
          = vn_topology_port (vn_sg_topology (port->book), g_array_index (port->shares_chains, guint, i));

      any = vn_leg_or (any, vn_sg_allows (port->book, other, direction, packet, q->quirks, NULL));
    }
  return any;
}

/* SG-OWN-HOST: what is delivered to the host, or comes from it, is not bridged. */
static gboolean
passes_by_rules (const VnQuestion *q)
{
  return q->to != NULL && vn_question_has (q, VN_QUIRK_OWN_HOST)
         && (vn_question_is_own_host (q, q->from, q->to) || vn_question_is_own_host (q, q->to, q->from));
}

static VnLeg
rules_pass (const VnQuestion *q, const VnPredictPort *port, VnDirection direction, const VnSgPacket *packet)
{
  if (passes_by_rules (q))
    return VN_LEG_YES;
  if (direction == VN_EGRESS && packet->protocol == IPPROTO_ICMPV6 && packet->family == VN_FAMILY_IPV6
      && vn_question_has (q, VN_QUIRK_V6_ICMP_EGRESS))
    return VN_LEG_YES;
  if (port->shares_chains != NULL && vn_question_has (q, VN_QUIRK_CHAIN_COLLISION))
    return shared_chains_pass (q, port, direction, packet);
  return vn_sg_allows (port->book, port->port, direction, packet, q->quirks, NULL);
}

VnLeg
vn_question_passes (const VnQuestion *q, const VnEnd *end, VnDirection direction, const VnSgPacket *packet)
{
  const VnPredictPort *port = vn_question_port (q, end);

  if (!is_filtered (port))
    {
      if (q->reasons != NULL)
        vn_reason_add (q->reasons, why_unfiltered (q, end, direction));
      return VN_LEG_YES;
    }
  if (q->reasons != NULL)
    vn_reason_add (q->reasons, vn_sg_why (port->book, port->port, end->name, direction, packet));
  return rules_pass (q, port, direction, packet);
}

/* ---- the way back ---- */

static gboolean
tracks (const VnQuestion *q, const VnPredictPort *port)
{
  return vn_question_has (q, VN_QUIRK_STATELESS_BRIDGE) ? port->bridge_stateful : port->stateful;
}

VnLeg
vn_question_reply_passes (const VnQuestion *q, const VnEnd *end, VnDirection direction, const VnSgPacket *reply)
{
  const VnPredictPort *port = vn_question_port (q, end);
  VnReason *reason;

  if (!is_filtered (port))
    return VN_LEG_YES;
  if (tracks (q, port))
    {
      vn_question_say (q, TRUE, port->port->security_groups_origin,
                       "answer: %s of %s: it belongs to a connection that was allowed", direction_names[direction],
                       end->name);
      return VN_LEG_YES;
    }
  if (q->reasons != NULL)
    {
      reason = vn_sg_why (port->book, port->port, end->name, direction, reply);
      vn_reason_add (q->reasons,
                     vn_reason_new (reason->holds, port->port->security_groups_origin,
                                    "answer: the groups of %s are stateless, so it needs a rule", end->name));
      vn_reason_add (g_ptr_array_index (q->reasons->children, q->reasons->children->len - 1), reason);
    }
  return rules_pass (q, port, direction, reply);
}
