/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's objects: making, naming and comparing them. What they look like as text is in vn-kobj-text.c, what
 * services are told in vn-kobj-service.c.
 *
 * A key holds what the kernel would refuse a second object for (EEXIST), nothing more. Two cases are not obvious. A
 * VXLAN device takes several remote endpoints for a MAC only if that is zero or multicast, so only then is the endpoint
 * part of the key; the same MAC can stand in the bridge's table and in the device's own at once. And an IPv6 route
 * without metric gets one from the kernel (1024), so both spellings must give one key. */
#include "sim/base/vn-kobj.h"

#include <string.h>

#define IPV6_DEFAULT_METRIC 1024u

typedef struct
{
  void (*key) (const VnKobj *obj, GString *out);                  /* behind kind and node; NULL = these are all */
  gboolean (*satisfies) (const VnKobj *have, const VnKobj *want); /* kind and node are equal already */
} KobjOps;

/* Too long a name is the caller's error (loaders check them): cut short, it would be another device. */
static void
set_device (char dst[VN_DEV_SIZE], const char *name)
{
  g_return_if_fail (name != NULL && strlen (name) < VN_DEV_SIZE);
  g_strlcpy (dst, name, VN_DEV_SIZE);
}

static VnKobj
kobj_new (VnKobjKind kind, const char *node)
{
  return (VnKobj){ .kind = kind, .node = g_intern_string (node) };
}

VnKobj
vn_kobj_node (const char *node)
{
  return kobj_new (VN_KOBJ_NODE, node);
}

VnKobj
vn_kobj_link (const char *node, VnLinkKind kind, const char *name)
{
  VnKobj obj = kobj_new (VN_KOBJ_LINK, node);
  obj.u.link.kind = kind;
  set_device (obj.u.link.name, name);
  return obj;
}

VnKobj
vn_kobj_addr (const char *node, const char *dev, VnPrefix prefix)
{
  VnKobj obj = kobj_new (VN_KOBJ_ADDR, node);
  set_device (obj.u.addr.dev, dev);
  obj.u.addr.prefix = prefix;
  return obj;
}

VnKobj
vn_kobj_route (const char *node, VnPrefix dst, VnIp via, const char *dev)
{
  VnKobj obj = kobj_new (VN_KOBJ_ROUTE, node);
  set_device (obj.u.route.dev, dev);
  obj.u.route.dst = vn_prefix_masked (dst);
  obj.u.route.via = via;
  return obj;
}

VnKobj
vn_kobj_fdb (const char *node, const char *dev, VnMac mac, VnIp dst)
{
  VnKobj obj = kobj_new (VN_KOBJ_FDB, node);
  set_device (obj.u.fdb.dev, dev);
  obj.u.fdb.mac = mac;
  obj.u.fdb.dst = dst;
  obj.u.fdb.self = TRUE;
  obj.u.fdb.permanent = TRUE;
  return obj;
}

VnKobj
vn_kobj_neigh (const char *node, const char *dev, VnIp ip, VnMac mac)
{
  VnKobj obj = kobj_new (VN_KOBJ_NEIGH, node);
  set_device (obj.u.neigh.dev, dev);
  obj.u.neigh.ip = ip;
  obj.u.neigh.mac = mac;
  obj.u.neigh.permanent = TRUE;
  return obj;
}

VnKobj
vn_kobj_sysctl (const char *node, const char *key, const char *value)
{
  VnKobj obj = kobj_new (VN_KOBJ_SYSCTL, node);
  obj.u.sysctl.key = g_strdup (key);
  obj.u.sysctl.value = g_strdup (value);
  return obj;
}

VnKobj
vn_kobj_rules (const char *node, VnTool tool, const char *text)
{
  VnKobj obj = kobj_new (VN_KOBJ_RULES, node);
  obj.u.rules.tool = tool;
  obj.u.rules.text = g_strdup (text);
  return obj;
}

static VnKobj
service_new (const char *node, VnServiceKind kind, const char *name, const char *config)
{
  VnKobj obj = kobj_new (VN_KOBJ_SERVICE, node);
  obj.u.service.kind = kind;
  obj.u.service.name = g_strdup (name);
  obj.u.service.config = g_strdup (config ? config : "");
  return obj;
}

VnKobj
vn_kobj_dnsmasq (const char *node, const char *name, const char *config)
{
  return service_new (node, VN_SERVICE_DNSMASQ, name, config);
}

VnKobj
vn_kobj_web (const char *node, guint16 port, const char *page)
{
  g_autofree char *name = g_strdup_printf ("%u", port);
  VnKobj obj = service_new (node, VN_SERVICE_WEB, name, page);
  obj.u.service.port = port;
  return obj;
}

VnKobj
vn_kobj_dhcp_client (const char *node, const char *dev, const char *host_name)
{
  VnKobj obj = service_new (node, VN_SERVICE_DHCP_CLIENT, dev, host_name);
  set_device (obj.u.service.dev, dev);
  return obj;
}

VnKobj
vn_kobj_conntrack (const char *node, VnConntrack conntrack)
{
  VnKobj obj = kobj_new (VN_KOBJ_CONNTRACK, node);
  obj.u.conntrack = conntrack;
  return obj;
}

static VnKobj
qdisc_new (const char *node, const char *dev, VnQdiscKind kind)
{
  VnKobj obj = kobj_new (VN_KOBJ_QDISC, node);
  set_device (obj.u.qdisc.dev, dev);
  obj.u.qdisc.kind = kind;
  return obj;
}

VnKobj
vn_kobj_tbf (const char *node, const char *dev, VnBucket bucket, guint latency_usec)
{
  VnKobj obj = qdisc_new (node, dev, VN_QDISC_TBF);
  obj.u.qdisc.bucket = bucket;
  obj.u.qdisc.latency_usec = latency_usec;
  return obj;
}

VnKobj
vn_kobj_ingress (const char *node, const char *dev)
{
  return qdisc_new (node, dev, VN_QDISC_INGRESS);
}

VnKobj
vn_kobj_policer (const char *node, const char *dev, guint16 priority, VnBucket bucket, guint32 mtu_bytes)
{
  VnKobj obj = kobj_new (VN_KOBJ_FILTER, node);
  set_device (obj.u.filter.dev, dev);
  obj.u.filter.priority = priority;
  obj.u.filter.bucket = bucket;
  obj.u.filter.mtu_bytes = mtu_bytes;
  return obj;
}

void
vn_kobj_clear (VnKobj *obj)
{
  if (obj->kind == VN_KOBJ_SYSCTL)
    {
      g_clear_pointer (&obj->u.sysctl.key, g_free);
      g_clear_pointer (&obj->u.sysctl.value, g_free);
    }
  if (obj->kind == VN_KOBJ_RULES)
    g_clear_pointer (&obj->u.rules.text, g_free);
  if (obj->kind == VN_KOBJ_SERVICE)
    {
      g_clear_pointer (&obj->u.service.name, g_free);
      g_clear_pointer (&obj->u.service.config, g_free);
    }
}

VnKobj
vn_kobj_copy (const VnKobj *obj)
{
  if (obj->kind == VN_KOBJ_SYSCTL)
    return vn_kobj_sysctl (obj->node, obj->u.sysctl.key, obj->u.sysctl.value);
  if (obj->kind == VN_KOBJ_RULES)
    return vn_kobj_rules (obj->node, obj->u.rules.tool, obj->u.rules.text);
  VnKobj copy = *obj;
  if (obj->kind == VN_KOBJ_SERVICE)
    {
      copy.u.service.name = g_strdup (obj->u.service.name);
      copy.u.service.config = g_strdup (obj->u.service.config);
    }
  return copy;
}

static void
link_key (const VnKobj *obj, GString *out)
{
  g_string_append_printf (out, " %s", obj->u.link.name);
}

static void
addr_key (const VnKobj *obj, GString *out)
{
  g_autofree char *prefix = vn_prefix_to_string (obj->u.addr.prefix);
  g_string_append_printf (out, " %s %s", obj->u.addr.dev, prefix);
}

static guint
route_metric (const VnRoute *route)
{
  return route->metric == 0 && route->dst.ip.family == VN_FAMILY_IPV6 ? IPV6_DEFAULT_METRIC : route->metric;
}

static void
route_key (const VnKobj *obj, GString *out)
{
  g_autofree char *dst = vn_prefix_to_string (vn_prefix_masked (obj->u.route.dst));
  g_string_append_printf (out, " %s metric %u", dst, route_metric (&obj->u.route));
}

static gboolean
fdb_takes_many_endpoints (const VnFdb *fdb)
{
  return fdb->self && vn_ip_is_set (fdb->dst)
         && (vn_mac_is_multicast (fdb->mac) || vn_mac_equal (fdb->mac, VN_MAC_ZERO));
}

static void
fdb_key (const VnKobj *obj, GString *out)
{
  const VnFdb *fdb = &obj->u.fdb;
  g_autofree char *mac = vn_mac_to_string (fdb->mac);
  g_string_append_printf (out, " %s %s", fdb->dev, mac);
  if (fdb_takes_many_endpoints (fdb))
    {
      g_autofree char *dst = vn_ip_to_string (fdb->dst);
      g_string_append_printf (out, " %s", dst);
    }
  if (!fdb->self)
    g_string_append (out, " master");
}

static void
neigh_key (const VnKobj *obj, GString *out)
{
  g_autofree char *ip = vn_ip_to_string (obj->u.neigh.ip);
  g_string_append_printf (out, " %s %s", obj->u.neigh.dev, ip);
}

static void
sysctl_key (const VnKobj *obj, GString *out)
{
  g_string_append_printf (out, " %s", obj->u.sysctl.key);
}

static void
rules_key (const VnKobj *obj, GString *out)
{
  g_string_append_printf (out, " %s", vn_tool_name (obj->u.rules.tool));
}

static void
service_key (const VnKobj *obj, GString *out)
{
  g_string_append_printf (out, " %s %s", vn_service_kind_name (obj->u.service.kind), obj->u.service.name);
}

static gboolean
node_satisfies (const VnKobj *have G_GNUC_UNUSED, const VnKobj *want G_GNUC_UNUSED)
{
  return TRUE;
}

/* A dump that can't see into the peer's namespace has no peer_node. */
static gboolean
veth_satisfies (const VnLink *have, const VnLink *want)
{
  const VnVeth *h = &have->u.veth, *w = &want->u.veth;
  return h->peer_node == NULL || (g_strcmp0 (h->peer_node, w->peer_node) == 0 && strcmp (h->peer, w->peer) == 0);
}

static gboolean
bridge_satisfies (const VnLink *have, const VnLink *want)
{
  const VnBridge *h = &have->u.bridge, *w = &want->u.bridge;
  return !h->stp == !w->stp && h->forward_delay_sec == w->forward_delay_sec
         && !h->no_multicast_snooping == !w->no_multicast_snooping;
}

static gboolean
vxlan_satisfies (const VnLink *have, const VnLink *want)
{
  const VnVxlan *h = &have->u.vxlan, *w = &want->u.vxlan;
  return h->vni.id == w->vni.id && vn_ip_equal (h->local, w->local) && vn_ip_equal (h->group, w->group)
         && strcmp (h->lower, w->lower) == 0 && h->dstport == w->dstport && h->srcport_min == w->srcport_min
         && h->srcport_max == w->srcport_max && h->ttl == w->ttl && h->tos == w->tos && !h->proxy == !w->proxy
         && !h->no_learning == !w->no_learning;
}

static gboolean
vlan_satisfies (const VnLink *have, const VnLink *want)
{
  return strcmp (have->u.vlan.lower, want->u.vlan.lower) == 0 && have->u.vlan.vid == want->u.vlan.vid;
}

static gboolean
link_satisfies (const VnKobj *have_obj, const VnKobj *want_obj)
{
  static gboolean (*const BY_KIND[VN_N_LINKS]) (const VnLink *, const VnLink *) = {
    [VN_LINK_VETH] = veth_satisfies,
    [VN_LINK_BRIDGE] = bridge_satisfies,
    [VN_LINK_VXLAN] = vxlan_satisfies,
    [VN_LINK_VLAN] = vlan_satisfies,
  };
  const VnLink *have = &have_obj->u.link, *want = &want_obj->u.link;
  return strcmp (have->name, want->name) == 0 && have->kind == want->kind && !have->up == !want->up
         && (!want->has_mac || (have->has_mac && vn_mac_equal (have->mac, want->mac)))
         && (want->mtu == 0 || have->mtu == want->mtu) && strcmp (have->master, want->master) == 0
         && (BY_KIND[want->kind] == NULL || BY_KIND[want->kind](have, want));
}

static gboolean
addr_satisfies (const VnKobj *have, const VnKobj *want)
{
  return strcmp (have->u.addr.dev, want->u.addr.dev) == 0 && vn_prefix_equal (have->u.addr.prefix, want->u.addr.prefix);
}

static gboolean
route_satisfies (const VnKobj *have, const VnKobj *want)
{
  const VnRoute *h = &have->u.route, *w = &want->u.route;
  return vn_prefix_compare (h->dst, w->dst) == 0 && vn_ip_equal (h->via, w->via) && strcmp (h->dev, w->dev) == 0
         && route_metric (h) == route_metric (w);
}

/* An entry that the data path learned may have the same content, but it ages. */
static gboolean
fdb_satisfies (const VnKobj *have, const VnKobj *want)
{
  const VnFdb *h = &have->u.fdb, *w = &want->u.fdb;
  return strcmp (h->dev, w->dev) == 0 && vn_mac_equal (h->mac, w->mac) && vn_ip_equal (h->dst, w->dst)
         && !h->self == !w->self && !h->permanent == !w->permanent && (!h->learned || w->learned);
}

static gboolean
neigh_satisfies (const VnKobj *have, const VnKobj *want)
{
  const VnNeigh *h = &have->u.neigh, *w = &want->u.neigh;
  return strcmp (h->dev, w->dev) == 0 && vn_ip_equal (h->ip, w->ip) && vn_mac_equal (h->mac, w->mac)
         && !h->permanent == !w->permanent;
}

static gboolean
sysctl_satisfies (const VnKobj *have, const VnKobj *want)
{
  return g_strcmp0 (have->u.sysctl.key, want->u.sysctl.key) == 0
         && g_strcmp0 (have->u.sysctl.value, want->u.sysctl.value) == 0;
}

static gboolean
rules_satisfies (const VnKobj *have, const VnKobj *want)
{
  return have->u.rules.tool == want->u.rules.tool && g_strcmp0 (have->u.rules.text, want->u.rules.text) == 0;
}

static gboolean
service_satisfies (const VnKobj *have, const VnKobj *want)
{
  const VnService *h = &have->u.service, *w = &want->u.service;
  return h->kind == w->kind && g_strcmp0 (h->name, w->name) == 0 && strcmp (h->dev, w->dev) == 0 && h->port == w->port
         && g_strcmp0 (h->config, w->config) == 0;
}

static void
conntrack_key (const VnKobj *obj, GString *out)
{
  g_autofree char *text = vn_kobj_to_string (obj);
  g_string_append_printf (out, " %s", text);
}

static gboolean
conntrack_satisfies (const VnKobj *have, const VnKobj *want)
{
  const VnConntrack *h = &have->u.conntrack, *w = &want->u.conntrack;
  return h->family == w->family && h->protocol == w->protocol && h->zone == w->zone
         && vn_prefix_compare (h->src, w->src) == 0 && vn_prefix_compare (h->dst, w->dst) == 0;
}

/* A device has one root, whatever kind it is of. */
static void
qdisc_key (const VnKobj *obj, GString *out)
{
  g_string_append_printf (out, " %s %s", obj->u.qdisc.dev, obj->u.qdisc.kind == VN_QDISC_INGRESS ? "ingress" : "root");
}

static void
filter_key (const VnKobj *obj, GString *out)
{
  g_string_append_printf (out, " %s prio %u", obj->u.filter.dev, obj->u.filter.priority);
}

guint32
vn_bucket_ticks (VnBucket bucket)
{
  guint64 ticks = bucket.rate_bytes_per_sec == 0
                      ? 0
                      : (guint64)((double)bucket.burst_bytes * 1e9 / (double)bucket.rate_bytes_per_sec / VN_TICK_NSEC);
  return (guint32)MIN (ticks, G_MAXUINT32);
}

/* The kernel keeps the burst as time. */
static gboolean
same_bucket (VnBucket a, VnBucket b)
{
  guint32 x = vn_bucket_ticks (a), y = vn_bucket_ticks (b);
  return a.rate_bytes_per_sec == b.rate_bytes_per_sec && MAX (x, y) - MIN (x, y) <= 1;
}

/* And the latency as whole bytes of queue beside the burst. */
static gboolean
same_latency (const VnQdisc *a, const VnQdisc *b)
{
  guint spread_usec = MAX (a->latency_usec, b->latency_usec) - MIN (a->latency_usec, b->latency_usec);
  return (double)spread_usec * (double)b->bucket.rate_bytes_per_sec / G_USEC_PER_SEC <= 2;
}

static gboolean
qdisc_satisfies (const VnKobj *have, const VnKobj *want)
{
  const VnQdisc *h = &have->u.qdisc, *w = &want->u.qdisc;
  return h->kind == w->kind && strcmp (h->dev, w->dev) == 0
         && (w->kind != VN_QDISC_TBF || (same_bucket (h->bucket, w->bucket) && same_latency (h, w)));
}

static gboolean
filter_satisfies (const VnKobj *have, const VnKobj *want)
{
  const VnPolicer *h = &have->u.filter, *w = &want->u.filter;
  return strcmp (h->dev, w->dev) == 0 && h->priority == w->priority && same_bucket (h->bucket, w->bucket)
         && h->mtu_bytes == w->mtu_bytes;
}

static const KobjOps OPS[] = {
  [VN_KOBJ_NODE] = { NULL, node_satisfies },
  [VN_KOBJ_LINK] = { link_key, link_satisfies },
  [VN_KOBJ_ADDR] = { addr_key, addr_satisfies },
  [VN_KOBJ_ROUTE] = { route_key, route_satisfies },
  [VN_KOBJ_FDB] = { fdb_key, fdb_satisfies },
  [VN_KOBJ_NEIGH] = { neigh_key, neigh_satisfies },
  [VN_KOBJ_SYSCTL] = { sysctl_key, sysctl_satisfies },
  [VN_KOBJ_RULES] = { rules_key, rules_satisfies },
  [VN_KOBJ_SERVICE] = { service_key, service_satisfies },
  [VN_KOBJ_CONNTRACK] = { conntrack_key, conntrack_satisfies },
  [VN_KOBJ_QDISC] = { qdisc_key, qdisc_satisfies },
  [VN_KOBJ_FILTER] = { filter_key, filter_satisfies },
};
G_STATIC_ASSERT (G_N_ELEMENTS (OPS) == VN_N_KOBJS);

char *
vn_kobj_key (const VnKobj *obj)
{
  GString *out = g_string_new (vn_kobj_kind_name (obj->kind));
  g_string_append_printf (out, " %s", obj->node);
  if (OPS[obj->kind].key != NULL)
    OPS[obj->kind].key (obj, out);
  return g_string_free (out, FALSE);
}

gboolean
vn_kobj_satisfies (const VnKobj *have, const VnKobj *want)
{
  return have->kind == want->kind && g_strcmp0 (have->node, want->node) == 0 && OPS[want->kind].satisfies (have, want);
}
