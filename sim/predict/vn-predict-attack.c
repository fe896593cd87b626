/* SPDX-License-Identifier: Apache-2.0 */
/* Instances that misbehave: foreign MAC, IP and ARP addresses, DHCP servers, router advertisements.
 *
 * Port security promises that none of it leaves the port (Networking API v2.0, "port_security_enabled",
 * "allowed_address_pairs"). Without it the packet is like any other, and the receiver's groups decide; DHCP answers,
 * and router advertisements for ports with IPv6 addresses, are let in by them always.
 *
 * A spoofed source is known only by what it is not: neither the sender's nor in one of its allowed address pairs,
 * unless a pair covers everything. */
#include "sim/predict/vn-predict-private.h"

#include "sim/model/vn-port.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>

static VnPredictAnswer
delivered (VnLeg leg, VnCauseCode cause_if_not)
{
  return (VnPredictAnswer){ { leg, VN_LEG_OPEN }, leg == VN_LEG_NO ? cause_if_not : VN_CAUSE_NONE };
}

static gboolean
is_guarded (const VnQuestion *q)
{
  const VnPredictPort *port = vn_question_port (q, q->from);

  return port != NULL && port->guarded;
}

static gboolean
is_filtered (const VnQuestion *q)
{
  const VnPredictPort *port = vn_question_port (q, q->from);

  return port != NULL && port->filtered;
}

static VnPredictAnswer
refuse (const VnQuestion *q, VnCauseCode cause, const char *what)
{
  vn_question_say (q, FALSE, vn_question_port (q, q->from)->port->origin, "port security of %s: %s", q->from->name,
                   what);
  return delivered (VN_LEG_NO, cause);
}

static void
say_unguarded (const VnQuestion *q, const char *what)
{
  const VnPredictPort *port = vn_question_port (q, q->from);

  vn_question_say (q, TRUE, port != NULL ? port->port->origin : VN_ORIGIN_NONE, "nothing stops %s at %s", what,
                   q->from->name);
}

/* ---- foreign source addresses ---- */

VnPredictAnswer
vn_predict_spoof_mac (const VnQuestion *q)
{
  VnIp dst = vn_end_address (q->to, q->cell->family);
  VnSgPacket packet;

  if (!vn_question_meets (q) || !vn_ip_is_set (dst))
    return vn_predict_no (VN_CAUSE_NO_PATH);
  if (is_guarded (q))
    return refuse (q, VN_CAUSE_SPOOF_MAC, "only its own MAC address may leave");
  say_unguarded (q, "a foreign MAC address");
  packet = vn_predict_packet (q->cell, vn_predict_source (q->from, dst), dst);
  return delivered (vn_question_passes (q, q->to, VN_INGRESS, &packet), VN_CAUSE_SG_INGRESS);
}

/* No group looks at what is not IP. */
VnPredictAnswer
vn_predict_spoof_frame (const VnQuestion *q)
{
  if (!vn_question_meets (q))
    return vn_predict_no (VN_CAUSE_NO_PATH);
  if (is_guarded (q))
    return refuse (q, VN_CAUSE_SPOOF_MAC, "only its own MAC address may leave");
  say_unguarded (q, "a foreign MAC address");
  return delivered (VN_LEG_YES, VN_CAUSE_NONE);
}

/* A pair belongs to a MAC address; the sender uses its own. */
static gboolean
has_pair_for_all (const VnPort *port, VnFamily family)
{
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    {
      const VnAddressPair *pair = &g_array_index (port->allowed_address_pairs, VnAddressPair, i);

      if (pair->ip_address.ip.family == family && pair->ip_address.len == 0
          && vn_mac_equal (pair->mac_address, port->mac_address))
        return TRUE;
    }
  return FALSE;
}

/* SG-V6-NOSPOOF, SG-V4-NOSPOOF, SG-NO-ADDRESS: no anti-spoofing chain, or one that looks at the MAC address only. */
static gboolean
lacks_anti_spoofing (const VnQuestion *q, const VnPredictPort *port)
{
  if (port->port->fixed_ips->len == 0)
    return vn_question_has (q, VN_QUIRK_NO_ADDRESS);
  if (q->cell->family == VN_FAMILY_IPV6)
    return !port->has_ipv6 && vn_question_has (q, VN_QUIRK_V6_NOSPOOF);
  return !port->has_ipv4 && vn_question_has (q, VN_QUIRK_V4_NOSPOOF);
}

gboolean
vn_question_may_send (const VnQuestion *q, const VnEnd *end, VnIp src)
{
  const VnPredictPort *state = vn_question_port (q, end);

  if (state == NULL || !state->filtered || lacks_anti_spoofing (q, state))
    return TRUE;
  for (guint i = 0; i < state->port->fixed_ips->len; i++)
    if (vn_ip_equal (g_array_index (state->port->fixed_ips, VnFixedIp, i).ip_address, src))
      return TRUE;
  for (guint i = 0; i < state->port->allowed_address_pairs->len; i++)
    {
      const VnAddressPair *pair = &g_array_index (state->port->allowed_address_pairs, VnAddressPair, i);

      if (vn_prefix_contains (pair->ip_address, src) && vn_mac_equal (pair->mac_address, state->port->mac_address))
        return TRUE;
    }
  return FALSE;
}

VnPredictAnswer
vn_predict_spoof_ip (const VnQuestion *q)
{
  const VnPredictPort *port = vn_question_port (q, q->from);
  VnIp foreign = { VN_FAMILY_NONE, { 0 } };
  VnIp dst = vn_end_address (q->to, q->cell->family);
  VnSgPacket packet;
  VnLeg out, in;

  if (!vn_question_meets (q) || !vn_ip_is_set (dst))
    return vn_predict_no (VN_CAUSE_NO_PATH);
  if (is_filtered (q) && !has_pair_for_all (port->port, q->cell->family) && !lacks_anti_spoofing (q, port))
    return refuse (q, VN_CAUSE_SPOOF_IP, "only its own addresses and allowed address pairs may leave");
  say_unguarded (q, "a foreign IP address");
  packet = vn_predict_packet (q->cell, foreign, dst);
  out = vn_question_passes (q, q->from, VN_EGRESS, &packet);
  if (out == VN_LEG_NO)
    return delivered (VN_LEG_NO, VN_CAUSE_SG_EGRESS);
  in = vn_question_passes (q, q->to, VN_INGRESS, &packet);
  return delivered (vn_leg_and (out, in), VN_CAUSE_SG_INGRESS);
}

VnPredictAnswer
vn_predict_spoof_arp (const VnQuestion *q)
{
  VnIp announced = vn_end_address (q->to, VN_FAMILY_IPV4);

  if (!vn_question_meets (q) || !vn_ip_is_set (announced))
    return vn_predict_no (VN_CAUSE_NO_PATH);
  /* ARP protection looks at addresses only, whatever MAC address a pair has. */
  if (is_guarded (q) && !vn_port_has_address (vn_question_port (q, q->from)->port, announced))
    return refuse (q, VN_CAUSE_SPOOF_ARP, "it may announce its own addresses and allowed address pairs only");
  say_unguarded (q, "the announcement");
  if (vn_question_has (q, VN_QUIRK_RESPONDER_GARP) && vn_question_crosses_hosts (q)
      && vn_question_has_responder (q, q->from))
    return delivered (VN_LEG_NO, VN_CAUSE_ARP_RESPONDER);
  return delivered (VN_LEG_YES, VN_CAUSE_NONE);
}

/* ---- services that an instance must not offer ---- */

static gboolean
is_own_host (const VnQuestion *q, const VnEnd *end)
{
  return vn_question_is_own_host (q, q->from, end);
}

VnPredictAnswer
vn_predict_dhcp_server (const VnQuestion *q)
{
  if (!vn_question_meets (q))
    return vn_predict_no (VN_CAUSE_NO_PATH);
  if (vn_question_has (q, VN_QUIRK_OWN_HOST)
      && (q->to != NULL ? is_own_host (q, q->to) : vn_question_anyone (q, is_own_host) != NULL))
    return delivered (VN_LEG_YES, VN_CAUSE_NONE);
  if (is_filtered (q))
    return refuse (q, VN_CAUSE_DHCP_SERVER, "an instance may not serve DHCP");
  say_unguarded (q, "a DHCP offer");
  vn_question_say (q, TRUE, VN_ORIGIN_NONE, "DHCP answers are let in by every port");
  return delivered (VN_LEG_YES, VN_CAUSE_NONE);
}

static gboolean
takes_advertisement (const VnQuestion *q, const VnEnd *end)
{
  const VnPredictPort *port = vn_question_port (q, end);
  VnSgPacket packet = { .family = VN_FAMILY_IPV6, .protocol = IPPROTO_ICMPV6, .icmp_type = ND_ROUTER_ADVERT };
  VnPrefix link_local;

  if (port == NULL || !port->filtered || vn_port_has_family (port->port, VN_FAMILY_IPV6))
    return TRUE;
  vn_prefix_parse ("fe80::/64", &link_local);
  packet.src = vn_ip_eui64 (link_local, q->from->mac);
  vn_ip_parse ("ff02::1", &packet.dst);
  return vn_sg_allows (port->book, port->port, VN_INGRESS, &packet, q->quirks, NULL) != VN_LEG_NO;
}

VnPredictAnswer
vn_predict_ra (const VnQuestion *q)
{
  gboolean taken;

  if (!vn_question_meets (q))
    return vn_predict_no (VN_CAUSE_NO_PATH);
  if (is_filtered (q))
    return refuse (q, VN_CAUSE_RA, "an instance may not announce a router");
  say_unguarded (q, "a router advertisement");
  taken = q->to != NULL ? takes_advertisement (q, q->to) : vn_question_anyone (q, takes_advertisement) != NULL;
  vn_question_say (q, taken, VN_ORIGIN_NONE, "%s",
                   taken ? "ports with an IPv6 address let it in"
                         : "no port with an IPv6 address is there, and no rule lets it in");
  return delivered (taken ? VN_LEG_YES : VN_LEG_NO, VN_CAUSE_SG_INGRESS);
}
