/* SPDX-License-Identifier: Apache-2.0 */
/* L2 population on the wire: where the datagrams of a host's tunnels go.
 *
 * Every host's uplink is captured, so each copy of a flooded frame is one datagram leaving the sender's uplink. Each
 * check looks at the cells that were sent to ask about it, and compares the destinations of their datagrams, with how
 * many there were, with the hosts that have ports on the network. A check about datagrams in general is absent where a
 * host sent none: it could not fail. */
#include "analysis/judge/vn-check-list.h"

#include "analysis/judge/vn-blame.h"

#define ECN_BITS 2 /* of the TOS byte, below the DSCP (RFC 3168, section 5) */

typedef struct
{
  const VnCase *c;
  VnRun *run;
  guint host, network, uplink;
  const GArray *hosts; /* of the network */
} Wire;

/* The check, unless the capture at the uplink lost frames: then it is only a doubt. */
static VnRunCheck *
begin (const Wire *w, const char *id)
{
  const VnCapturePoint *point = vn_places_point (w->c->places, w->uplink);
  VnRunCheck *check = vn_check_add (w->c, w->run, id, w->host, vn_l2p_subject (w->c, w->network));

  if (point->dropped > 0)
    vn_check_doubt (check, "the capture at %s lost %" G_GUINT64_FORMAT " frames", point->name, point->dropped);
  return check;
}

static gboolean
is_lossy (const Wire *w)
{
  return vn_places_point (w->c->places, w->uplink)->dropped > 0;
}

static gboolean
left_host (const Wire *w, const VnTunnelSeen *seen)
{
  return seen->hop.point == w->uplink && seen->hop.outgoing;
}

/* Datagrams of a cell's probe that left the host for @dst; any destination if unset. Their frames go to @check. */
static guint
count_datagrams (const Wire *w, guint cell, VnIp dst, VnRunCheck *check)
{
  guint n = 0;

  for (guint i = 0; i < w->c->seen->tunnels->len; i++)
    {
      const VnTunnelSeen *seen = &g_array_index (w->c->seen->tunnels, VnTunnelSeen, i);

      if (seen->cell != cell || !seen->is_probe || !left_host (w, seen)
          || (vn_ip_is_set (dst) && !vn_ip_equal (seen->dst, dst)))
        continue;
      if (check)
        vn_check_add_packet (check, seen->hop.frame);
      n++;
    }
  return n;
}

/* How many copies a host has to get. */
typedef gboolean (*IsWanted) (const Wire *w, guint cell, guint host);

static gboolean
is_flooded (const Wire *w, G_GNUC_UNUSED guint cell, guint host)
{
  for (guint i = 0; i < w->hosts->len; i++)
    if (g_array_index (w->hosts, guint, i) == host)
      return host != w->host;
  return FALSE;
}

static gboolean
is_receiver (const Wire *w, guint cell, guint host)
{
  return vn_topology_end (w->c->topology, vn_case_cell (w->c, cell)->to)->machine == host && host != w->host;
}

static gboolean
is_nobody (G_GNUC_UNUSED const Wire *w, G_GNUC_UNUSED guint cell, G_GNUC_UNUSED guint host)
{
  return FALSE;
}

/* By the host's first port on the network that a device on the way leads nowhere. */
static gboolean
is_wired_wrong (const Wire *w, VnCause *cause)
{
  for (guint i = 0; i < w->c->topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (w->c->topology, i);

      if (end->kind == VN_END_PORT && end->machine == w->host && end->domain == w->network
          && vn_case_port_active (w->c, end->port) && vn_blame_wiring (w->c, end, cause))
        return TRUE;
    }
  return FALSE;
}

/* Why a copy is missing, or one too many: the tables and the agent's mode say it if they are to blame. */
static void
blame_copies (const Wire *w, guint cell, VnIp peer, gboolean is_missing, VnCause *cause)
{
  VnIp nowhere = { .family = VN_FAMILY_NONE };
  guint to = vn_case_cell (w->c, cell)->to;
  VnMac mac = to == VN_NONE ? VN_MAC_ZERO : vn_topology_end (w->c->topology, to)->mac;
  VnIp listed = to == VN_NONE ? peer : nowhere;

  if (vn_blame_mode (w->c, w->host, cause) || (is_missing && is_wired_wrong (w, cause)))
    return;
  if ((is_missing || to != VN_NONE) && !vn_case_fdb (w->c, w->host, w->network, mac, listed))
    vn_blame_fdb (w->c, w->host, w->network, mac, peer, cause);
  else
    vn_cause_set (w->c, cause, VN_CAUSE_UNEXPLAINED, w->host, VN_ORIGIN_NONE,
                  "the forwarding table does not explain it");
}

static void
check_peer (const Wire *w, guint cell, guint host, IsWanted is_wanted, VnRunCheck *check)
{
  VnIp peer = vn_case_tunnel_ip (w->c, host);
  guint want = is_wanted (w, cell, host) ? 1 : 0, n = count_datagrams (w, cell, peer, NULL);
  g_autofree char *key = vn_cell_key (w->c->topology, vn_case_cell (w->c, cell));
  g_autofree char *dst = vn_ip_to_string (peer);
  VnCause cause = { VN_CAUSE_NONE };

  if (n == want || host == w->host)
    return;
  blame_copies (w, cell, peer, n < want, &cause);
  vn_check_fail (check, &cause, "%s: %u datagrams to %s (%s) instead of %u", key, n, dst,
                 vn_topology_machine (w->c->topology, host)->name, want);
}

/* A cell's datagrams go to the wanted hosts, once, and nowhere else. */
static void
check_copies (const Wire *w, guint cell, IsWanted is_wanted, VnRunCheck *check)
{
  VnIp nowhere = { .family = VN_FAMILY_NONE };
  guint total = count_datagrams (w, cell, nowhere, check), to_agents = 0;
  g_autofree char *key = vn_cell_key (w->c->topology, vn_case_cell (w->c, cell));

  if (is_lossy (w))
    return;
  for (guint i = 0; i < w->c->topology->machines->len; i++)
    if (vn_topology_machine (w->c->topology, i)->agent)
      {
        guint n = count_datagrams (w, cell, vn_case_tunnel_ip (w->c, i), NULL);

        check_peer (w, cell, i, is_wanted, check);
        to_agents += n;
      }
  if (to_agents < total)
    {
      VnCause cause = { VN_CAUSE_NONE };

      blame_copies (w, cell, nowhere, FALSE, &cause);
      vn_check_fail (check, &cause, "%s: %u datagrams to addresses that are no host's", key, total - to_agents);
    }
}

/* ---- checks about cells ---- */

static gboolean
asks_responder (const Wire *w, const VnCell *cell)
{
  gboolean is_local = cell->to != VN_NONE && vn_topology_end (w->c->topology, cell->to)->machine == w->host;

  return vn_vxlan_proxy (vn_topology_machine (w->c->topology, w->host)->agent) && !is_local;
}

/* A port that is not there, or has no fixed address, is announced to nobody: frames to it are flooded. */
static gboolean
is_announced (const Wire *w, const VnCell *cell)
{
  guint port = vn_topology_end (w->c->topology, cell->to)->port;

  return vn_case_port_active (w->c, port) && vn_topology_port (w->c->topology, port)->fixed_ips->len > 0;
}

static const struct
{
  VnCellKind kind;
  const char *id;
  IsWanted is_wanted;
  gboolean (*applies) (const Wire *w, const VnCell *cell); /* NULL = always */
} cell_checks[] = {
  { VN_CELL_KNOWN_UNICAST, "L2P-KNOWN-UNICAST", is_receiver, is_announced },
  { VN_CELL_BROADCAST, "L2P-BROADCAST", is_flooded, NULL },
  { VN_CELL_UNKNOWN_UNICAST, "L2P-UNKNOWN-UNICAST", is_flooded, NULL },
  { VN_CELL_ARP_KNOWN, "L2P-ARP-RESPONDER", is_nobody, asks_responder },
  { VN_CELL_ARP_UNKNOWN, "L2P-ARP-UNKNOWN", is_nobody, asks_responder },
};

static gboolean
is_sent_from (const Wire *w, guint index)
{
  const VnCell *cell = vn_case_cell (w->c, index);
  const VnEnd *from = vn_topology_end (w->c->topology, cell->from);

  return from->kind == VN_END_PORT && from->machine == w->host && from->domain == w->network
         && vn_case_shot (w->c, index)->state == VN_SHOT_SENT;
}

static void
check_cells (const Wire *w, guint which)
{
  VnRunCheck *check = NULL;

  for (guint i = 0; i < w->c->evidence->cells->len; i++)
    {
      const VnCell *cell = vn_case_cell (w->c, i);

      if (cell->kind != cell_checks[which].kind || !is_sent_from (w, i)
          || (cell_checks[which].applies && !cell_checks[which].applies (w, cell)))
        continue;
      if (!check)
        check = begin (w, cell_checks[which].id);
      check_copies (w, i, cell_checks[which].is_wanted, check);
    }
}

/* ---- checks about all datagrams ---- */

static gboolean
is_of_network (const Wire *w, const VnTunnelSeen *seen)
{
  return left_host (w, seen) && seen->cell != VN_NONE
         && vn_topology_end (w->c->topology, vn_case_cell (w->c, seen->cell)->from)->domain == w->network;
}

static void
check_multicast (const Wire *w, const VnTunnelSeen *seen, VnRunCheck *check)
{
  g_autofree char *dst = vn_ip_to_string (seen->dst);
  VnCause cause = { VN_CAUSE_NONE };

  if (!vn_ip_is_multicast (seen->dst))
    return;
  if (!vn_blame_mode (w->c, w->host, &cause))
    vn_cause_set (w->c, &cause, VN_CAUSE_UNEXPLAINED, w->host, VN_ORIGIN_NONE, "the agent uses unicast tunnels");
  vn_check_add_packet (check, seen->hop.frame);
  vn_check_fail (check, &cause, "a datagram was sent to the multicast address %s", dst);
}

/* What a header holds, and what it has to hold; ANY = nobody says so. */
#define ANY G_MININT

static gint
wanted_vni (const Wire *w, G_GNUC_UNUSED const VnTunnelSeen *seen)
{
  return (gint)vn_topology_network (w->c->topology, w->network)->segmentation_id;
}

static gint
seen_vni (const VnTunnelSeen *seen)
{
  return (gint)seen->vni.id;
}

static gint
wanted_port (const Wire *w, G_GNUC_UNUSED const VnTunnelSeen *seen)
{
  return vn_blame_common_port (w->c);
}

static gint
seen_port (const VnTunnelSeen *seen)
{
  return seen->dport;
}

static const VnConfig *
agent_of (const Wire *w)
{
  return vn_topology_machine (w->c->topology, w->host)->agent;
}

static gint
wanted_ttl (const Wire *w, G_GNUC_UNUSED const VnTunnelSeen *seen)
{
  gint ttl = (gint)vn_config_int (agent_of (w), VN_OPT_VXLAN_TTL, 0);

  return ttl > 0 ? ttl : ANY;
}

static gint
seen_ttl (const VnTunnelSeen *seen)
{
  return seen->ttl;
}

static gint
wanted_dscp (const Wire *w, const VnTunnelSeen *seen)
{
  gint tos = vn_vxlan_tos (agent_of (w));

  return tos == VN_TOS_INHERIT ? seen->inner_tos >> ECN_BITS : MAX (tos, 0) >> ECN_BITS;
}

static gint
seen_dscp (const VnTunnelSeen *seen)
{
  return seen->tos >> ECN_BITS;
}

static gint
wanted_source_port (const Wire *w, const VnTunnelSeen *seen)
{
  gint min = (gint)vn_config_int (agent_of (w), VN_OPT_VXLAN_UDP_SRCPORT_MIN, 0);
  gint max = (gint)vn_config_int (agent_of (w), VN_OPT_VXLAN_UDP_SRCPORT_MAX, 0);

  return max == 0 || (seen->sport >= min && seen->sport <= max) ? ANY : min;
}

static gint
seen_source_port (const VnTunnelSeen *seen)
{
  return seen->sport;
}

static const struct
{
  const char *what;
  gint (*wanted) (const Wire *w, const VnTunnelSeen *seen);
  gint (*seen) (const VnTunnelSeen *seen);
  gboolean is_of_network; /* its line is to blame, else the option's */
  VnOptionId option;
} header_fields[] = {
  { "carries VNI", wanted_vni, seen_vni, TRUE, 0 },
  { "was sent to UDP port", wanted_port, seen_port, FALSE, VN_OPT_VXLAN_UDP_DSTPORT },
  { "was sent from UDP port", wanted_source_port, seen_source_port, FALSE, VN_OPT_VXLAN_UDP_SRCPORT_MIN },
  { "has the TTL", wanted_ttl, seen_ttl, FALSE, VN_OPT_VXLAN_TTL },
  { "has the DSCP", wanted_dscp, seen_dscp, FALSE, VN_OPT_VXLAN_TOS },
};

static void
blame_field (const Wire *w, guint field, gint wanted, VnCause *cause)
{
  const VnNetwork *network = vn_topology_network (w->c->topology, w->network);
  g_autofree char *option = NULL;

  if (header_fields[field].is_of_network)
    {
      vn_cause_set (w->c, cause, VN_CAUSE_TUNNEL, w->host, network->origin, "the network has VNI %d", wanted);
      return;
    }
  option = vn_config_describe (agent_of (w), header_fields[field].option);
  vn_cause_set (w->c, cause, VN_CAUSE_TUNNEL, w->host, vn_config_place (agent_of (w), header_fields[field].option),
                "%s", option);
}

static void
check_header (const Wire *w, const VnTunnelSeen *seen, VnRunCheck *check)
{
  for (guint i = 0; i < G_N_ELEMENTS (header_fields); i++)
    {
      gint wanted = header_fields[i].wanted (w, seen), is = header_fields[i].seen (seen);
      VnCause cause = { VN_CAUSE_NONE };

      if (wanted == ANY || wanted == is)
        continue;
      blame_field (w, i, wanted, &cause);
      vn_check_fail (check, &cause, "a datagram %s %d instead of %d", header_fields[i].what, is, wanted);
      vn_check_add_packet (check, seen->hop.frame);
      return;
    }
}

static const struct
{
  const char *id;
  void (*check) (const Wire *w, const VnTunnelSeen *seen, VnRunCheck *check);
} datagram_checks[] = {
  { "L2P-NO-MULTICAST", check_multicast },
  { "L2P-WIRE", check_header },
};

static void
check_datagrams (const Wire *w, guint which)
{
  VnRunCheck *check = NULL;

  for (guint i = 0; i < w->c->seen->tunnels->len; i++)
    {
      const VnTunnelSeen *seen = &g_array_index (w->c->seen->tunnels, VnTunnelSeen, i);

      if (!is_of_network (w, seen))
        continue;
      if (!check)
        check = begin (w, datagram_checks[which].id);
      datagram_checks[which].check (w, seen, check);
    }
}

static void
check_network (const VnCase *c, VnRun *run, guint network)
{
  g_autoptr (GArray) hosts = vn_l2p_hosts (c, network);

  for (guint i = 0; i < hosts->len; i++)
    {
      guint host = g_array_index (hosts, guint, i);
      const Wire w = { c, run, host, network, vn_places_uplink (c->places, host), hosts };

      if (w.uplink == VN_NONE)
        continue;
      for (guint j = 0; j < G_N_ELEMENTS (cell_checks); j++)
        check_cells (&w, j);
      for (guint j = 0; j < G_N_ELEMENTS (datagram_checks); j++)
        check_datagrams (&w, j);
    }
}

void
vn_checks_l2p_wire (const VnCase *c, VnRun *run)
{
  if (!vn_topology_wants_l2_population (c->topology))
    return;
  for (guint i = 0; i < c->topology->networks->len; i++)
    check_network (c, run, i);
}
