/* SPDX-License-Identifier: Apache-2.0 */
/* Provenance of devices that are there and lead nowhere: out of their bridge, or with an address that is not theirs. */
#include "analysis/judge/vn-blame.h"

#include <string.h>

typedef struct
{
  const VnCase *c;
  const VnEnd *end; /* a port */
  const VnMachine *host;
  const VnPort *port;
  const VnNetwork *network;
  VnCause *cause;
} Wiring;

/* The dumped device of the host, or NULL. */
static const VnLink *
find_link (const Wiring *w, const char *dev)
{
  g_autoptr (GPtrArray) links = vn_case_dumped (w->c, w->host->name, VN_KOBJ_LINK);

  for (guint i = 0; i < links->len; i++)
    if (strcmp (VN_AT (links, VnKobj, i)->u.link.name, dev) == 0)
      return &VN_AT (links, VnKobj, i)->u.link;
  return NULL;
}

static gboolean
is_out_of_bridge (const Wiring *w, const char *dev, VnCauseCode code, VnOrigin origin)
{
  const VnLink *link = find_link (w, dev);

  if (link == NULL || link->master[0] != '\0')
    return FALSE;
  vn_cause_set (w->c, w->cause, code, w->end->machine, origin, "%s of %s is in no bridge", dev, w->host->name);
  return TRUE;
}

static gboolean
is_tap_out (const Wiring *w)
{
  char tap[VN_DEV_SIZE];

  vn_name_tap (w->port->id, tap);
  return is_out_of_bridge (w, tap, VN_CAUSE_UNBOUND, w->port->origin);
}

static gboolean
is_tunnel_out (const Wiring *w)
{
  char dev[VN_DEV_SIZE];

  if (w->network->type != VN_NET_VXLAN)
    return FALSE;
  vn_name_vxlan ((VnVni){ w->network->segmentation_id }, dev);
  return is_out_of_bridge (w, dev, VN_CAUSE_TUNNEL, w->network->origin);
}

static gboolean
is_interface_out (const Wiring *w)
{
  guint index = vn_machine_uplink (w->host, w->network);

  if (w->network->type != VN_NET_FLAT || index == VN_NONE)
    return FALSE;
  return is_out_of_bridge (w, VN_AT (w->host->interfaces, VnInterface, index)->name, VN_CAUSE_UNBOUND,
                           w->network->origin);
}

static gboolean
has_address (const Wiring *w, VnIp ip)
{
  g_autoptr (GPtrArray) addresses = vn_case_dumped (w->c, w->host->name, VN_KOBJ_ADDR);

  for (guint i = 0; i < addresses->len; i++)
    if (vn_ip_equal (VN_AT (addresses, VnKobj, i)->u.addr.prefix.ip, ip))
      return TRUE;
  return FALSE;
}

static gboolean
is_tunnel_address_foreign (const Wiring *w)
{
  const VnVxlan *vxlan
      = w->network->type == VN_NET_VXLAN ? vn_case_vxlan (w->c, w->end->machine, w->end->domain) : NULL;
  g_autofree char *ip = NULL;

  if (vxlan == NULL || !vn_ip_is_set (vxlan->local) || has_address (w, vxlan->local))
    return FALSE;
  ip = vn_ip_to_string (vxlan->local);
  vn_cause_set (w->c, w->cause, VN_CAUSE_TUNNEL, w->end->machine,
                vn_config_place (w->host->agent, VN_OPT_VXLAN_LOCAL_IP),
                "the VXLAN device of %s sends from %s, which is no address of the host", w->host->name, ip);
  return TRUE;
}

static gboolean (*const questions[]) (const Wiring *w) = {
  is_tap_out,
  is_tunnel_out,
  is_interface_out,
  is_tunnel_address_foreign,
};

gboolean
vn_blame_wiring (const VnCase *c, const VnEnd *end, VnCause *cause)
{
  Wiring w = { .c = c, .end = end, .cause = cause };

  if (end->kind != VN_END_PORT || end->machine == VN_NONE || !c->evidence->dumps)
    return FALSE;
  w.host = vn_topology_machine (c->topology, end->machine);
  w.port = vn_topology_port (c->topology, end->port);
  w.network = vn_topology_network (c->topology, w.port->network);
  for (guint i = 0; w.host->agent && i < G_N_ELEMENTS (questions); i++)
    if (questions[i](&w))
      return TRUE;
  return FALSE;
}
