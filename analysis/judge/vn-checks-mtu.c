/* SPDX-License-Identifier: Apache-2.0 */
/* MTU-DEVICES: whether all that a packet of a network passes on a host takes the largest one that its ports may send.
 *
 * The server tells instances the network's MTU; the hypervisor gives it to the tap and to the instance's end of it, the
 * agent to the VXLAN device (Neutron 21.0.0, Linux bridge agent and os-vif). A bridge has the smallest of its ports. A
 * smaller device drops what is larger without a word: a bridge sends no ICMP. */
#include "analysis/judge/vn-check-list.h"

#include "analysis/judge/vn-blame.h"

#include <string.h>

typedef struct
{
  const VnCase *c;
  VnRunCheck *check;
  guint host, network;
} Devices;

/* The dumped device, or NULL. */
static const VnLink *
find_link (const VnCase *c, const char *node, const char *dev)
{
  g_autoptr (GPtrArray) links = vn_case_dumped (c, node, VN_KOBJ_LINK);

  for (guint i = 0; i < links->len; i++)
    if (strcmp (VN_AT (links, VnKobj, i)->u.link.name, dev) == 0)
      return &VN_AT (links, VnKobj, i)->u.link;
  return NULL;
}

static void
check_device (const Devices *d, const char *node, const char *dev, VnOrigin origin)
{
  guint wanted = vn_topology_network (d->c->topology, d->network)->mtu;
  const VnLink *link = find_link (d->c, node, dev);
  VnCause cause = { VN_CAUSE_NONE };

  if (link == NULL || link->mtu == 0 || link->mtu >= wanted)
    return;
  vn_cause_set (d->c, &cause, VN_CAUSE_MTU, d->host, origin, "%s of %s has an MTU of %u", dev, node, link->mtu);
  vn_check_fail (d->check, &cause, "%s of %s takes packets of %u bytes, the network's have up to %u", dev, node,
                 link->mtu, wanted);
}

static const VnEnd *
end_of_port (const VnTopology *topology, guint port)
{
  for (guint i = 0; i < topology->ends->len; i++)
    if (vn_topology_end (topology, i)->kind == VN_END_PORT && vn_topology_end (topology, i)->port == port)
      return vn_topology_end (topology, i);
  return NULL;
}

static void
check_port (const Devices *d, guint index)
{
  const VnPort *port = vn_topology_port (d->c->topology, index);
  const VnEnd *end = end_of_port (d->c->topology, index);
  char tap[VN_DEV_SIZE];

  vn_name_tap (port->id, tap);
  check_device (d, vn_topology_machine (d->c->topology, d->host)->name, tap, port->origin);
  if (end != NULL)
    check_device (d, end->node, end->dev, port->origin);
}

static void
check_tunnel (const Devices *d)
{
  const VnNetwork *network = vn_topology_network (d->c->topology, d->network);
  char dev[VN_DEV_SIZE];

  if (network->type != VN_NET_VXLAN)
    return;
  vn_name_vxlan ((VnVni){ network->segmentation_id }, dev);
  check_device (d, vn_topology_machine (d->c->topology, d->host)->name, dev, network->origin);
}

static void
check_host (const VnCase *c, VnRun *run, guint host, guint network)
{
  Devices d = { c, NULL, host, network };

  for (guint i = 0; i < c->topology->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (c->topology, i);

      if (port->network != network || port->host != host || !vn_case_port_active (c, i))
        continue;
      if (d.check == NULL)
        d.check = vn_check_add (c, run, "MTU-DEVICES", host, vn_l2p_subject (c, network));
      check_port (&d, i);
    }
  if (d.check != NULL)
    check_tunnel (&d);
}

void
vn_checks_mtu (const VnCase *c, VnRun *run)
{
  for (guint network = 0; c->evidence->dumps && network < c->topology->networks->len; network++)
    for (guint host = 0; host < c->topology->machines->len; host++)
      check_host (c, run, host, network);
}
