/* SPDX-License-Identifier: Apache-2.0 */
/* The scene as packets see it.
 *
 * A hypervisor's network may have addresses that are no end: the gateway and the resolver of VirtualBox's and VMware's
 * NAT are its programs'. They become stations without an end. What such a program sends comes from the PC itself, so
 * that it shares the PC's routes and addresses; but the PC's kernel has no route by such a station. */
#include "sim/predict/vn-predict-scene.h"

#include "sim/model/vn-nat.h"

struct _VnScene
{
  const VnTopology *topology;
  GArray *stations; /* VnStation */
};

/* What a mode lets through its PC. A network without a gateway has nobody to hand anything to. */
static const struct
{
  gboolean out, in;
} passes[] = {
  [VN_MODE_NONE] = { FALSE, FALSE },       [VN_MODE_HOST_ONLY] = { FALSE, FALSE }, [VN_MODE_NAT] = { TRUE, FALSE },
  [VN_MODE_NAT_NETWORK] = { TRUE, FALSE }, [VN_MODE_INTERNAL] = { FALSE, FALSE },  [VN_MODE_BRIDGED] = { FALSE, FALSE },
  [VN_MODE_ROUTED] = { TRUE, TRUE },       [VN_MODE_OPEN] = { TRUE, TRUE },
};
G_STATIC_ASSERT (G_N_ELEMENTS (passes) == VN_N_MODES);

/* ---- making it ---- */

static gboolean
anybody_forwards (const VnTopology *t)
{
  for (guint i = 0; i < t->machines->len; i++)
    if (vn_topology_machine (t, i)->role.is_router)
      return TRUE;
  for (guint i = 0; i < t->hv_networks->len; i++)
    if (passes[vn_topology_hv_network (t, i)->mode].out)
      return TRUE;
  return FALSE;
}

/* The server that has to serve an end says where its gateway is, whoever it was leased by. */
static VnIp
promised_gateway (const VnTopology *t, const VnEnd *end)
{
  const VnDhcpServer *server = end->by_dhcp ? vn_end_dhcp_server (t, end) : NULL;

  return server ? server->router : end->gateway[0];
}

static void
add_end (VnScene *scene, const VnEnd *end)
{
  const VnTopology *t = scene->topology;

  for (guint i = 0; end->kind == VN_END_INTERFACE && i < end->addresses->len; i++)
    {
      const VnStation station = {
        .machine = end->machine,
        .domain = end->domain,
        .address = g_array_index (end->addresses, VnPrefix, i),
        .gateway = promised_gateway (t, end),
        .network = vn_end_hv_network (t, end),
        .end = end,
      };

      if (station.address.ip.family == VN_FAMILY_IPV4)
        g_array_append_val (scene->stations, station);
    }
}

/* The domain of a hypervisor's network is that of any end on it. */
static guint
domain_of (const VnScene *scene, const VnHvNetwork *network)
{
  for (guint i = 0; i < scene->topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (scene->topology, i);

      if (vn_end_hv_network (scene->topology, end) == network)
        return end->domain;
    }
  return VN_NONE;
}

static void
add_program (VnScene *scene, const VnHvNetwork *network, VnIp ip)
{
  VnStation station = { .machine = network->machine, .network = network, .address = { ip, network->cidr.len } };

  station.domain = domain_of (scene, network);
  if (vn_ip_is_set (ip) && station.domain != VN_NONE && !vn_scene_owner (scene, station.domain, ip))
    g_array_append_val (scene->stations, station);
}

VnScene *
vn_scene_new (const VnTopology *topology)
{
  VnScene *scene;

  if (!anybody_forwards (topology))
    return NULL;
  scene = g_new0 (VnScene, 1);
  scene->topology = topology;
  scene->stations = g_array_new (FALSE, FALSE, sizeof (VnStation));
  for (guint i = 0; i < topology->ends->len; i++)
    add_end (scene, vn_topology_end (topology, i));
  for (guint i = 0; i < topology->hv_networks->len; i++)
    {
      const VnHvNetwork *network = vn_topology_hv_network (topology, i);

      add_program (scene, network, network->gateway);
      add_program (scene, network, network->dns);
    }
  return scene;
}

void
vn_scene_free (VnScene *scene)
{
  if (scene == NULL)
    return;
  g_array_unref (scene->stations);
  g_free (scene);
}

/* ---- asking it ---- */

static const VnStation *
station_at (const VnScene *scene, guint i)
{
  return &g_array_index (scene->stations, VnStation, i);
}

/* The next hop of the longest route that the file gives the machine, or @dst; @ret_len: of that route, -1 = none. */
static VnIp
static_hop (const VnScene *scene, guint machine, VnIp dst, gint *ret_len)
{
  const GPtrArray *routes = vn_topology_machine (scene->topology, machine)->routes;
  VnIp hop = dst;

  *ret_len = -1;
  for (guint i = 0; i < routes->len; i++)
    {
      const VnStaticRoute *route = VN_AT (routes, VnStaticRoute, i);

      if ((gint)route->dst.len <= *ret_len || !vn_prefix_contains (route->dst, dst))
        continue;
      *ret_len = (gint)route->dst.len;
      hop = route->via;
    }
  return hop;
}

/* By the ranges on link and the default routes alone. @ret_len: of the range. */
static const VnStation *
route_by_range (const VnScene *scene, guint machine, VnIp dst, VnIp *ret_hop, gint *ret_len)
{
  const VnStation *best = NULL;
  gint longest = -1;

  for (guint i = 0; i < scene->stations->len; i++)
    {
      const VnStation *station = station_at (scene, i);
      gboolean on_link = vn_prefix_contains (station->address, dst);
      gint len = on_link ? (gint)station->address.len : 0;

      if (station->machine != machine || station->end == NULL || len <= longest
          || (!on_link && !vn_ip_is_set (station->gateway)))
        continue;
      longest = len;
      best = station;
      *ret_hop = on_link ? dst : station->gateway;
    }
  *ret_len = longest;
  return best;
}

const VnStation *
vn_scene_route (const VnScene *scene, guint machine, VnIp dst, VnIp *ret_hop)
{
  gint static_len, len;
  VnIp hop = static_hop (scene, machine, dst, &static_len), nearer = hop;
  const VnStation *station = route_by_range (scene, machine, dst, &nearer, &len);

  if (static_len > len)
    station = route_by_range (scene, machine, hop, &nearer, &len);
  *ret_hop = nearer;
  return station;
}

const VnStation *
vn_scene_owner (const VnScene *scene, guint domain, VnIp ip)
{
  for (guint i = 0; i < scene->stations->len; i++)
    if (station_at (scene, i)->domain == domain && vn_ip_equal (station_at (scene, i)->address.ip, ip))
      return station_at (scene, i);
  return NULL;
}

const VnStation *
vn_scene_local (const VnScene *scene, guint machine, VnIp ip)
{
  for (guint i = 0; i < scene->stations->len; i++)
    if (station_at (scene, i)->machine == machine && vn_ip_equal (station_at (scene, i)->address.ip, ip))
      return station_at (scene, i);
  return NULL;
}

VnIp
vn_scene_resolver (const VnScene *scene, guint machine)
{
  for (guint i = 0; i < scene->topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (scene->topology, i);
      const VnInterface *interface = end->machine == machine ? vn_end_interface (scene->topology, end) : NULL;
      const VnDhcpServer *server = interface && end->by_dhcp ? vn_end_dhcp_server (scene->topology, end) : NULL;
      VnIp ip = server ? server->dns : interface ? interface->dns : (VnIp){ .family = VN_FAMILY_NONE };

      if (vn_ip_is_set (ip))
        return ip;
    }
  return (VnIp){ .family = VN_FAMILY_NONE };
}

/* ---- forwarding ---- */

static gboolean
is_nat_outside (const VnScene *scene, const VnStation *station)
{
  const VnRole *role = &vn_topology_machine (scene->topology, station->machine)->role;

  return role->is_router && role->nat_interface != VN_NONE && station->end
         && station->end->interface == role->nat_interface;
}

VnCauseCode
vn_scene_forwards (const VnScene *scene, const VnStation *in, const VnStation *out, gboolean asked)
{
  gboolean between_segments = in->network == NULL && out->network == NULL;

  if (between_segments && !vn_topology_machine (scene->topology, in->machine)->role.is_router)
    return VN_CAUSE_NO_FORWARD;
  if (asked || in->end == NULL) /* a program of the hypervisor's sends as any other of the PC does */
    return VN_CAUSE_NONE;
  if (in->network && !passes[in->network->mode].out)
    return VN_CAUSE_NO_FORWARD;
  if (out->network && !passes[out->network->mode].in)
    return out->network->has_nat ? VN_CAUSE_UNSOLICITED : VN_CAUSE_NO_FORWARD;
  return is_nat_outside (scene, in) ? VN_CAUSE_UNSOLICITED : VN_CAUSE_NONE;
}

gboolean
vn_scene_translates (const VnScene *scene, const VnStation *in, const VnStation *out)
{
  return (in->network && in->network != out->network && in->network->has_nat) || is_nat_outside (scene, out);
}

char *
vn_scene_ethernet (const VnScene *scene, guint domain)
{
  const VnTopology *t = scene->topology;

  for (guint i = 0; i < scene->stations->len; i++)
    {
      const VnStation *station = station_at (scene, i);

      if (station->domain == domain && station->network)
        return g_strdup_printf ("the network %s of %s", station->network->name,
                                vn_topology_machine (t, station->network->machine)->name);
    }
  return g_strdup (vn_topology_segment (t, domain - t->networks->len)->name);
}
