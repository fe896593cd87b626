/* SPDX-License-Identifier: Apache-2.0 */
/* Why a packet that has to cross routers came no farther than where it was seen last.
 *
 * Every device of every node is captured, so the last sighting says who had the packet: a node that it came to had to
 * send it on, and a device that it left by had to be heard by the next one. In the first case the node's forwarding
 * switch and its filters are the suspects; in the second the cable or the bridge behind it. */
#include "analysis/judge/vn-lost-routed.h"

#include "analysis/judge/vn-blame.h"

#include <string.h>

#define IP_FORWARD "net.ipv4.ip_forward"

/* The hop behind which there is none: least TTL, then latest. */
static const VnHop *
last_hop (const VnCase *c, const GArray *hops)
{
  const VnHop *last = NULL;
  guint8 last_ttl = 0;

  for (guint i = 0; i < hops->len; i++)
    {
      const VnHop *hop = &g_array_index (hops, VnHop, i);
      VnPacket packet;
      guint8 ttl;

      vn_observation_decode (c->seen, c->evidence->store, hop->frame, &packet);
      ttl = vn_packet_innermost (&packet)->ip_ttl;
      if (!last || ttl < last_ttl || (ttl == last_ttl && hop->frame >= last->frame))
        {
          last = hop;
          last_ttl = ttl;
        }
    }
  return last;
}

static guint
find_machine (const VnTopology *topology, const char *node)
{
  for (guint i = 0; i < topology->machines->len; i++)
    if (strcmp (vn_topology_machine (topology, i)->name, node) == 0)
      return i;
  return VN_NONE;
}

/* It came to a node whose address it does not have. */
static void
blame_forwarder (const VnCase *c, const char *node, VnCause *cause)
{
  guint machine = find_machine (c->topology, node);
  VnOrigin origin = machine != VN_NONE ? vn_topology_machine (c->topology, machine)->origin : VN_ORIGIN_NONE;
  const char *forwards = vn_case_sysctl (c, node, IP_FORWARD, &origin);

  if (g_strcmp0 (forwards, "0") == 0 || forwards == NULL)
    vn_cause_set (c, cause, VN_CAUSE_NO_FORWARD, machine, origin, "%s forwards nothing: its " IP_FORWARD " is %s", node,
                  forwards ? forwards : "0, the kernel's default");
  else
    vn_cause_set (c, cause, VN_CAUSE_NO_FORWARD, machine, origin,
                  "%s had it and did not send it on: its routes or rules stop it", node);
}

static void
blame_cable (const VnCase *c, const VnCapturePoint *point, VnCause *cause)
{
  guint machine = find_machine (c->topology, point->node);
  gboolean is_port = vn_case_is_bridge_port (c, point->node, point->dev);

  vn_cause_set (c, cause, VN_CAUSE_UNEXPLAINED, machine, VN_ORIGIN_NONE,
                is_port ? "the bridge behind %s took it and passed it to nobody who is on the way"
                        : "it left %s and was not seen at the next device",
                point->name);
}

void
vn_lost_routed_explain (const VnCase *c, const VnEnd *from, const GArray *hops, VnCause *cause)
{
  const VnHop *last = last_hop (c, hops);
  const VnCapturePoint *point;

  if (!last)
    {
      vn_cause_set (c, cause, VN_CAUSE_UNEXPLAINED, from->machine, VN_ORIGIN_NONE, "it was not seen at %s's own device",
                    from->name);
      return;
    }
  point = vn_places_point (c->places, last->point);
  if (last->outgoing || (vn_case_is_bridge_port (c, point->node, point->dev) && !vn_case_is_program (c, point->node)))
    blame_cable (c, point, cause);
  else
    blame_forwarder (c, point->node, cause);
  g_free (cause->where);
  cause->where = g_strdup (point->name);
}
