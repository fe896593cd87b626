/* SPDX-License-Identifier: Apache-2.0 */
/* Why a frame came no farther than where it was seen last.
 *
 * Between two ports a frame passes up to six capture points in a known order:
 *
 *     instance's device > tap ─┬─(same host)──────────────────────────────────────┬─> tap > instance's device
 *                              └─(other host)─> uplink ~underlay~> uplink of host ─┘
 *
 * What lies between two neighbouring points is known too: behind the first tap ebtables and the FORWARD chain of the
 * sender's host (and of the receiver's, if it is the same), then the forwarding table of the VXLAN device; behind the
 * receiver's uplink its VXLAN device and FORWARD chain. So the last point that saw the frame names the suspects, and
 * rules, tables and options are asked in the order in which the frame meets them. */
#include "analysis/judge/vn-lost.h"

#include "analysis/judge/vn-blame.h"

#include "sim/model/vn-driver.h"

#include <string.h>

#define ARP_REQUEST 1
#define ICMP6_SOLICITATION 135
#define ICMP6_ADVERTISEMENT 136

typedef enum
{
  STEP_FROM_END,
  STEP_FROM_TAP,
  STEP_FROM_UPLINK,
  STEP_TO_UPLINK,
  STEP_TO_TAP,
  STEP_TO_END,
  N_STEPS,
  STEP_NOWHERE = N_STEPS
} Step;

typedef struct
{
  const VnCase *c;
  const VnLostFrame *lost;
  guint receiver;         /* end, or VN_NONE: nobody else is on the Ethernet */
  const VnEnd *from, *to; /* @to may be NULL */
  gboolean is_remote;     /* through a tunnel */
  const VnHop *seen[N_STEPS];
  Step last;
  VnPacket packet; /* as it was seen last */
  VnCause *cause;
} Search;

static const VnHop *
hop_at (const Search *s, guint point, gboolean tunnelled)
{
  return vn_hops_at (s->lost->hops, point, tunnelled);
}

static void
find_steps (Search *s)
{
  const VnPlaces *places = s->c->places;
  const VnLostFrame *lost = s->lost;

  s->seen[STEP_FROM_END] = hop_at (s, vn_places_end (places, lost->from), FALSE);
  s->seen[STEP_FROM_TAP] = hop_at (s, vn_places_tap (places, lost->from), FALSE);
  s->seen[STEP_TO_TAP] = hop_at (s, vn_places_tap (places, s->receiver), FALSE);
  s->seen[STEP_TO_END] = hop_at (s, vn_places_end (places, s->receiver), FALSE);
  if (s->is_remote)
    {
      s->seen[STEP_FROM_UPLINK] = hop_at (s, vn_places_uplink (places, s->from->machine), TRUE);
      s->seen[STEP_TO_UPLINK] = s->to ? hop_at (s, vn_places_uplink (places, s->to->machine), TRUE) : NULL;
    }
  s->last = STEP_NOWHERE;
  for (guint i = 0; i < N_STEPS; i++)
    if (s->seen[i])
      s->last = (Step)i;
}

/* For whom a frame to anyone stands: an end of the Ethernet on another host, if possible one whose host it reached. */
static guint
find_anyone (const Search *s)
{
  guint best = VN_NONE;

  for (guint i = 0; i < s->c->topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (s->c->topology, i);

      if (end == s->from || end->domain != s->from->domain || vn_places_end (s->c->places, i) == VN_NONE
          || end->machine == s->from->machine)
        continue;
      if (hop_at (s, vn_places_uplink (s->c->places, end->machine), TRUE))
        return i;
      if (best == VN_NONE)
        best = i;
    }
  return best;
}

static void
search_init (Search *s, const VnCase *c, const VnLostFrame *lost, VnCause *cause)
{
  *s = (Search){ .c = c, .lost = lost, .cause = cause };
  s->from = vn_topology_end (c->topology, lost->from);
  s->receiver = lost->to == VN_NONE ? find_anyone (s) : lost->to;
  s->to = s->receiver == VN_NONE ? NULL : vn_topology_end (c->topology, s->receiver);
  s->is_remote
      = s->from->kind == VN_END_PORT && (!s->to || (s->to->kind == VN_END_PORT && s->to->machine != s->from->machine));
  find_steps (s);
  if (s->last != STEP_NOWHERE)
    vn_observation_decode (c->seen, c->evidence->store, s->seen[s->last]->frame, &s->packet);
}

static const VnPacketHeaders *
headers (const Search *s)
{
  return vn_packet_innermost (&s->packet);
}

static void
unexplained (const Search *s, guint host, const char *text)
{
  vn_cause_set (s->c, s->cause, VN_CAUSE_UNEXPLAINED, host, VN_ORIGIN_NONE, "%s", text);
}

/* ---- rules ---- */

/* Which protection a chain of the agent is, by the start of its name (Neutron 21.0.0, iptables firewall driver). */
static const struct
{
  const char *prefix;
  VnCauseCode code;
  gboolean of_receiver;
} chains[] = {
  { "neutronMAC-", VN_CAUSE_SPOOF_MAC, FALSE },
  { "neutronARP-", VN_CAUSE_SPOOF_ARP, FALSE },
  { "neutron-linuxbri-i", VN_CAUSE_SG_INGRESS, TRUE },
  { "neutron-linuxbri-o", VN_CAUSE_SG_EGRESS, FALSE },
};

/* The anti-spoofing chain and the fallback have names that start alike. */
static VnCauseCode
classify (const VnRuleVerdict *verdict, gboolean *ret_of_receiver)
{
  gboolean is_fallback = g_str_has_suffix (verdict->chain->name, "-sg-fallback");
  const VnChain *chain = is_fallback && verdict->caller ? verdict->caller : verdict->chain;

  *ret_of_receiver = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (chains); i++)
    if (g_str_has_prefix (chain->name, chains[i].prefix))
      {
        *ret_of_receiver = chains[i].of_receiver;
        return chains[i].code;
      }
  return g_str_has_prefix (chain->name, "neutron-linuxbri-s") ? VN_CAUSE_SPOOF_IP : VN_CAUSE_UNEXPLAINED;
}

/* An explicit DROP in an egress chain forbids a service, by its own conditions. */
static VnCauseCode
classify_service (const VnRuleVerdict *verdict, VnCauseCode code)
{
  static const struct
  {
    const char *condition;
    VnCauseCode code;
  } services[] = {
    { "--dport 68 ", VN_CAUSE_DHCP_SERVER },
    { "--dport 546 ", VN_CAUSE_DHCP_SERVER },
    { "--icmpv6-type 134 ", VN_CAUSE_RA },
  };

  if (code != VN_CAUSE_SG_EGRESS || !verdict->rule)
    return code;
  for (guint i = 0; i < G_N_ELEMENTS (services); i++)
    if (strstr (verdict->rule->spec, services[i].condition))
      return services[i].code;
  return code;
}

/* The line to blame: the rule's own object, or, for a drop by default, the port's `security_groups`. */
static VnOrigin
drop_origin (const Search *s, const VnRuleVerdict *verdict, const VnEnd *end, gboolean by_default)
{
  const VnPort *port = end->kind == VN_END_PORT ? vn_topology_port (s->c->topology, end->port) : NULL;

  if (by_default && port)
    return port->security_groups_origin;
  if (verdict->rule && vn_origin_is_set (verdict->rule->origin))
    return verdict->rule->origin;
  return port ? port->origin : VN_ORIGIN_NONE;
}

static void
blame_rule (const Search *s, const VnRuleVerdict *verdict, guint host)
{
  gboolean of_receiver, by_default = g_str_has_suffix (verdict->chain->name, "-sg-fallback");
  VnCauseCode code = classify_service (verdict, classify (verdict, &of_receiver));
  const VnEnd *end = of_receiver && s->to ? s->to : s->from;
  const char *note = verdict->rule && verdict->rule->note ? verdict->rule->note : NULL;
  g_autofree char *rule = verdict->rule ? g_strdup_printf ("\"%s\"", verdict->rule->spec) : g_strdup ("the policy");

  if (by_default)
    vn_cause_set (s->c, s->cause, code, host, drop_origin (s, verdict, end, TRUE),
                  "no rule of the security groups of %s allows it, dropped by default (%s: %s)", end->name,
                  vn_tool_name (verdict->tool), verdict->path);
  else
    vn_cause_set (s->c, s->cause, code, host, drop_origin (s, verdict, end, FALSE), "dropped by %s%s%s%s (%s: %s)",
                  rule, note ? " of " : "", note ? note : "",
                  code == VN_CAUSE_UNEXPLAINED ? ", a rule of unknown make" : "", vn_tool_name (verdict->tool),
                  verdict->path);
}

/* Of a port; NULL for a machine. */
static const VnNetwork *
network_of (const VnTopology *t, const VnEnd *end)
{
  return end && end->kind == VN_END_PORT ? vn_topology_network (t, vn_topology_port (t, end->port)->network) : NULL;
}

/* Whether the sender's frames cross hosts in tunnels. */
static gboolean
is_tunnelled (const Search *s)
{
  const VnNetwork *network = network_of (s->c->topology, s->from);

  return network && network->type == VN_NET_VXLAN;
}

/* The device by which @host sends the network's frames to other hosts, "" if there is none. */
static void
uplink_device (const VnTopology *t, const VnNetwork *network, guint host, char ret[VN_DEV_SIZE])
{
  const VnMachine *machine = vn_topology_machine (t, host);
  guint uplink = machine->agent ? vn_machine_uplink (machine, network) : VN_NONE;
  const char *nic = uplink != VN_NONE ? VN_AT (machine->interfaces, VnInterface, uplink)->name : "";

  if (network->type == VN_NET_VXLAN)
    vn_name_vxlan ((VnVni){ network->segmentation_id }, ret);
  else if (network->type == VN_NET_VLAN && uplink != VN_NONE)
    vn_name_vlan (nic, (guint16)network->segmentation_id, ret);
  else
    g_strlcpy (ret, nic, VN_DEV_SIZE);
}

/* The receiver's tap if it is on @host, else the network's uplink there. */
static void
bridge_port (const Search *s, const VnEnd *end, guint host, char ret[VN_DEV_SIZE])
{
  const VnNetwork *network = network_of (s->c->topology, s->from);

  *ret = '\0';
  if (!network)
    network = network_of (s->c->topology, s->to);
  if (end && end->kind == VN_END_PORT && end->machine == host)
    vn_name_tap (vn_topology_port (s->c->topology, end->port)->id, ret);
  else if (network)
    uplink_device (s->c->topology, network, host, ret);
}

/* Returns: whether the rules of @host drop the frame, which is then explained. */
static gboolean
ask_rules (const Search *s, guint host)
{
  const char *node = vn_topology_machine (s->c->topology, host)->name;
  char in[VN_DEV_SIZE], out[VN_DEV_SIZE];
  const VnRulePacket packet = { headers (s), in, out, s->lost->state, NULL };
  g_auto (VnRuleVerdict) verdict = { 0 };

  bridge_port (s, s->from, host, in);
  bridge_port (s, s->to, host, out);
  vn_rule_eval_bridge (s->c->rules, node, &packet, vn_case_bridge_nf (s->c, node, headers (s)->ip_src.family, NULL),
                       &verdict);
  if (verdict.result == VN_RULE_DROPPED)
    blame_rule (s, &verdict, host);
  return verdict.result == VN_RULE_DROPPED;
}

/* ---- tunnels ---- */

static gboolean
is_neighbour_packet (const VnPacketHeaders *h)
{
  return (h->layers & VN_HAS_ARP)
         || ((h->layers & VN_HAS_ICMP) && h->ip_src.family == VN_FAMILY_IPV6
             && (h->icmp_type == ICMP6_SOLICITATION || h->icmp_type == ICMP6_ADVERTISEMENT));
}

static gboolean
is_question (const VnPacketHeaders *h)
{
  return h->layers & VN_HAS_ARP ? h->arp_op == ARP_REQUEST : h->icmp_type == ICMP6_SOLICITATION;
}

static void
blame_proxy (const Search *s, const VnEnd *end)
{
  const VnConfig *agent = vn_topology_machine (s->c->topology, end->machine)->agent;

  vn_cause_set (s->c, s->cause, VN_CAUSE_ARP_RESPONDER, end->machine,
                vn_config_place (agent, VN_OPT_VXLAN_ARP_RESPONDER), "%s",
                is_question (headers (s))
                    ? "the VXLAN device answers questions itself and drops those that it has no neighbour entry for"
                    : "the VXLAN device of a host with arp_responder lets no ARP answer out: the others need it too");
}

/* Neither an entry for its address nor one to flood by: either would have sent it. */
static void
blame_entries (const Search *s, VnMac dst, VnIp peer)
{
  guint host = s->from->machine, network = s->from->domain;

  if (s->lost->to != VN_NONE && !vn_mac_is_multicast (dst))
    vn_blame_fdb (s->c, host, network, dst, peer, s->cause);
  if (!vn_origin_is_set (s->cause->origin))
    vn_blame_fdb (s->c, host, network, VN_MAC_ZERO, peer, s->cause);
}

/* The frame passed the sender's rules and did not come out of the tunnel device. */
static void
explain_no_tunnel (const Search *s)
{
  guint host = s->from->machine, network = s->from->domain;
  const VnVxlan *vxlan = vn_case_vxlan (s->c, host, network);
  VnIp nowhere = { .family = VN_FAMILY_NONE };
  VnIp peer = s->to ? vn_case_tunnel_ip (s->c, s->to->machine) : nowhere;
  VnMac dst = headers (s)->eth_dst;

  if (vxlan && vxlan->proxy && is_neighbour_packet (headers (s)))
    blame_proxy (s, s->from);
  else if (!vn_mac_is_multicast (dst) && vn_case_fdb (s->c, host, network, dst, nowhere))
    unexplained (s, host, "the forwarding table has an entry for it, but it did not leave the host");
  else if (vn_case_fdb (s->c, host, network, VN_MAC_ZERO, peer))
    unexplained (s, host, "the flood list has an entry for it, but it did not leave the host");
  else
    blame_entries (s, dst, peer);
}

static gboolean
is_port_refused (const Search *s)
{
  const VnVxlan *vxlan = vn_case_vxlan (s->c, s->to->machine, s->to->domain);
  const VnPacketHeaders *outer = &s->packet.outer;
  guint odd = vn_blame_odd_port (s->c, s->from->machine, s->to->machine);
  const char *name = vn_topology_machine (s->c->topology, s->to->machine)->name;

  if (!vxlan || vxlan->dstport == outer->dport)
    return FALSE;
  vn_cause_set (s->c, s->cause, VN_CAUSE_TUNNEL, odd,
                vn_config_place (vn_topology_machine (s->c->topology, odd)->agent, VN_OPT_VXLAN_UDP_DSTPORT),
                "sent to UDP port %u, but the VXLAN device of %s listens on %u", outer->dport, name, vxlan->dstport);
  return TRUE;
}

static gboolean
is_vni_refused (const Search *s)
{
  const char *name = vn_topology_machine (s->c->topology, s->to->machine)->name;

  if (vn_case_vxlan (s->c, s->to->machine, s->to->domain)
      && s->packet.outer.vni.id == vn_topology_network (s->c->topology, s->to->domain)->segmentation_id)
    return FALSE;
  vn_cause_set (s->c, s->cause, VN_CAUSE_TUNNEL, s->to->machine,
                vn_topology_network (s->c->topology, s->to->domain)->origin,
                "sent with VNI %u, for which %s has no VXLAN device on this network", s->packet.outer.vni.id, name);
  return TRUE;
}

static gboolean
is_group_refused (const Search *s)
{
  const VnVxlan *vxlan = vn_case_vxlan (s->c, s->to->machine, s->to->domain);
  VnIp dst = s->packet.outer.ip_dst;
  g_autofree char *text = vn_ip_to_string (dst);
  g_autofree char *why = NULL;

  if (!vn_ip_is_multicast (dst) || !vxlan || vn_ip_equal (vxlan->group, dst))
    return FALSE;
  vn_blame_group (s->c, s->from->machine, s->to->machine, s->from->domain, s->cause);
  why = g_steal_pointer (&s->cause->text);
  s->cause->text = g_strdup_printf ("sent to the multicast group %s, which %s does not take its frames from: %s", text,
                                    vn_topology_machine (s->c->topology, s->to->machine)->name, why);
  return TRUE;
}

/* ---- by the last point ---- */

static void
explain_nowhere (const Search *s)
{
  unexplained (s, VN_NONE, "it was not seen at the sender's own device");
}

static void
explain_from_end (const Search *s)
{
  unexplained (s, s->from->machine,
               s->from->kind == VN_END_PORT ? "it left the instance and was not seen at its port device"
                                            : "it left the sender and was not seen at the receiver");
}

/* A VLAN network without its sub-interface is a bridge of its own on each host. */
static gboolean
lacks_vlan_device (const Search *s)
{
  const VnNetwork *network = network_of (s->c->topology, s->from);
  char dev[VN_DEV_SIZE];

  if (!network || network->type != VN_NET_VLAN)
    return FALSE;
  uplink_device (s->c->topology, network, s->from->machine, dev);
  if (vn_case_has_device (s->c, s->from->machine, dev))
    return FALSE;
  vn_cause_set (s->c, s->cause, VN_CAUSE_UNBOUND, s->from->machine, network->type_origin,
                "%s has no VLAN device %s, so the port stays DOWN in a bridge without an uplink: "
                "does this kernel have 802.1Q devices (CONFIG_VLAN_8021Q)?",
                vn_topology_machine (s->c->topology, s->from->machine)->name, dev);
  return TRUE;
}

static void
explain_from_tap (const Search *s)
{
  if (vn_blame_wiring (s->c, s->from, s->cause) || ask_rules (s, s->from->machine))
    return;
  if (s->is_remote && is_tunnelled (s))
    explain_no_tunnel (s);
  else if (s->is_remote && lacks_vlan_device (s))
    return;
  else
    unexplained (s, s->from->machine, "the rules of the host let it pass, but it did not leave the bridge");
}

/* Of several copies of a flooded frame, the one to the receiver's host. */
static gboolean
was_sent_to (const Search *s, VnIp peer)
{
  guint uplink = vn_places_uplink (s->c->places, s->from->machine);

  for (guint i = 0; i < s->lost->hops->len; i++)
    {
      const VnHop *hop = &g_array_index (s->lost->hops, VnHop, i);
      VnPacket packet;

      if (hop->point != uplink || !hop->tunnelled)
        continue;
      vn_observation_decode (s->c->seen, s->c->evidence->store, hop->frame, &packet);
      if (vn_ip_equal (packet.outer.ip_dst, peer) || vn_ip_is_multicast (packet.outer.ip_dst))
        return TRUE;
    }
  return FALSE;
}

static void
explain_from_uplink (const Search *s)
{
  VnIp peer = s->to ? vn_case_tunnel_ip (s->c, s->to->machine) : (VnIp){ .family = VN_FAMILY_NONE };

  if (!is_tunnelled (s))
    unexplained (s, s->from->machine, "it left the host and was not seen at the other host's uplink");
  else if (s->to && !was_sent_to (s, peer))
    vn_blame_fdb (s->c, s->from->machine, s->from->domain,
                  vn_mac_is_multicast (headers (s)->eth_dst) ? VN_MAC_ZERO : headers (s)->eth_dst, peer, s->cause);
  else
    vn_cause_set (s->c, s->cause, VN_CAUSE_TUNNEL, s->from->machine, VN_ORIGIN_NONE,
                  "it went into the underlay and was not seen at the other host's uplink");
}

static void
explain_to_uplink (const Search *s)
{
  gboolean tunnelled = is_tunnelled (s);

  if (!(tunnelled && (is_vni_refused (s) || is_port_refused (s))) && !vn_blame_wiring (s->c, s->to, s->cause)
      && !ask_rules (s, s->to->machine) && !(tunnelled && is_group_refused (s)))
    unexplained (s, s->to->machine, "it reached the receiver's host, whose rules let it pass, but not the port device");
}

static void
explain_to_tap (const Search *s)
{
  unexplained (s, s->to->machine, "it left the receiver's port device and was not seen in the instance");
}

static void
explain_arrived (const Search *s)
{
  unexplained (s, s->to->machine, "it arrived");
}

static void (*const explanations[]) (const Search *s) = {
  [STEP_FROM_END] = explain_from_end,   [STEP_FROM_TAP] = explain_from_tap, [STEP_FROM_UPLINK] = explain_from_uplink,
  [STEP_TO_UPLINK] = explain_to_uplink, [STEP_TO_TAP] = explain_to_tap,     [STEP_TO_END] = explain_arrived,
  [STEP_NOWHERE] = explain_nowhere,
};
G_STATIC_ASSERT (G_N_ELEMENTS (explanations) == N_STEPS + 1);

void
vn_lost_explain (const VnCase *c, const VnLostFrame *lost, VnCause *cause)
{
  Search s;

  search_init (&s, c, lost, cause);
  explanations[s.last](&s);
  g_free (cause->where);
  cause->where = s.last == STEP_NOWHERE ? NULL : g_strdup (vn_places_point (c->places, s.seen[s.last]->point)->name);
}
