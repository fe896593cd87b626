/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's objects as text: names of the enums, and one line for each object in the words of iproute2. */
#include "sim/base/vn-kobj.h"

#include <string.h>

static const char *const KIND_NAMES[] = {
  [VN_KOBJ_NODE] = "node",           [VN_KOBJ_LINK] = "link",   [VN_KOBJ_ADDR] = "addr",
  [VN_KOBJ_ROUTE] = "route",         [VN_KOBJ_FDB] = "fdb",     [VN_KOBJ_NEIGH] = "neigh",
  [VN_KOBJ_SYSCTL] = "sysctl",       [VN_KOBJ_RULES] = "rules", [VN_KOBJ_SERVICE] = "service",
  [VN_KOBJ_CONNTRACK] = "conntrack", [VN_KOBJ_QDISC] = "qdisc", [VN_KOBJ_FILTER] = "filter",
};
G_STATIC_ASSERT (G_N_ELEMENTS (KIND_NAMES) == VN_N_KOBJS);

static const char *const LINK_KIND_NAMES[] = {
  [VN_LINK_VETH] = "veth", [VN_LINK_BRIDGE] = "bridge", [VN_LINK_VXLAN] = "vxlan",
  [VN_LINK_VLAN] = "vlan", [VN_LINK_OTHER] = "other",
};
G_STATIC_ASSERT (G_N_ELEMENTS (LINK_KIND_NAMES) == VN_N_LINKS);

static const char *const TOOL_NAMES[] = {
  [VN_TOOL_IPSET] = "ipset",
  [VN_TOOL_IPTABLES] = "iptables",
  [VN_TOOL_IP6TABLES] = "ip6tables",
  [VN_TOOL_EBTABLES] = "ebtables",
};
G_STATIC_ASSERT (G_N_ELEMENTS (TOOL_NAMES) == VN_N_TOOLS);

static const char *const QDISC_NAMES[] = { [VN_QDISC_TBF] = "tbf", [VN_QDISC_INGRESS] = "ingress" };
G_STATIC_ASSERT (G_N_ELEMENTS (QDISC_NAMES) == VN_N_QDISCS);

static const char *const VERB_NAMES[] = { [VN_VERB_ADD] = "add", [VN_VERB_SET] = "set", [VN_VERB_DEL] = "del" };
G_STATIC_ASSERT (G_N_ELEMENTS (VERB_NAMES) == VN_VERB_DEL + 1);

const char *
vn_kobj_kind_name (VnKobjKind kind)
{
  return KIND_NAMES[kind];
}

const char *
vn_link_kind_name (VnLinkKind kind)
{
  return LINK_KIND_NAMES[kind];
}

const char *
vn_tool_name (VnTool tool)
{
  return TOOL_NAMES[tool];
}

const char *
vn_qdisc_kind_name (VnQdiscKind kind)
{
  return QDISC_NAMES[kind];
}

const char *
vn_verb_name (VnVerb verb)
{
  return VERB_NAMES[verb];
}

static void
append_mac (GString *out, const char *word, VnMac mac)
{
  g_autofree char *text = vn_mac_to_string (mac);
  g_string_append_printf (out, " %s %s", word, text);
}

/* Nothing for an unset address. */
static void
append_ip (GString *out, const char *word, VnIp ip)
{
  if (!vn_ip_is_set (ip))
    return;
  g_autofree char *text = vn_ip_to_string (ip);
  g_string_append_printf (out, " %s %s", word, text);
}

/* Nothing for an empty name. */
static void
append_device (GString *out, const char *word, const char *dev)
{
  if (dev[0] != '\0')
    g_string_append_printf (out, " %s %s", word, dev);
}

/* Nothing for 0. */
static void
append_number (GString *out, const char *word, guint n)
{
  if (n != 0)
    g_string_append_printf (out, " %s %u", word, n);
}

static void
append_flag (GString *out, const char *word, gboolean on)
{
  if (on)
    g_string_append_printf (out, " %s", word);
}

static void
veth_text (const VnLink *link, GString *out)
{
  append_device (out, "peer", link->u.veth.peer);
  if (link->u.veth.peer_node != NULL)
    g_string_append_printf (out, " netns %s", link->u.veth.peer_node);
}

static void
bridge_text (const VnLink *link, GString *out)
{
  const VnBridge *bridge = &link->u.bridge;
  g_string_append_printf (out, " forward_delay %u stp_state %d mcast_snooping %d", bridge->forward_delay_sec * 100,
                          bridge->stp ? 1 : 0, bridge->no_multicast_snooping ? 0 : 1);
}

static void
vxlan_text (const VnLink *link, GString *out)
{
  const VnVxlan *vxlan = &link->u.vxlan;
  g_string_append_printf (out, " id %u", vxlan->vni.id);
  append_ip (out, "group", vxlan->group);
  append_ip (out, "local", vxlan->local);
  append_device (out, "dev", vxlan->lower);
  g_string_append_printf (out, " srcport %u %u dstport %u", vxlan->srcport_min, vxlan->srcport_max, vxlan->dstport);
  append_flag (out, "nolearning", vxlan->no_learning);
  append_flag (out, "proxy", vxlan->proxy);
  if (vxlan->tos == 1)
    g_string_append (out, " tos inherit");
  else if (vxlan->tos != 0)
    g_string_append_printf (out, " tos 0x%x", vxlan->tos);
  append_number (out, "ttl", vxlan->ttl);
}

static void
vlan_text (const VnLink *link, GString *out)
{
  append_device (out, "dev", link->u.vlan.lower);
  g_string_append_printf (out, " id %u", link->u.vlan.vid);
}

static void
node_text (const VnKobj *obj, GString *out)
{
  g_string_append_printf (out, "netns %s", obj->node);
}

static void
link_text (const VnKobj *obj, GString *out)
{
  static void (*const BY_KIND[VN_N_LINKS]) (const VnLink *, GString *) = {
    [VN_LINK_VETH] = veth_text,
    [VN_LINK_BRIDGE] = bridge_text,
    [VN_LINK_VXLAN] = vxlan_text,
    [VN_LINK_VLAN] = vlan_text,
  };
  const VnLink *link = &obj->u.link;
  g_string_append_printf (out, "%s:", link->name);
  append_number (out, "mtu", link->mtu);
  append_device (out, "master", link->master);
  g_string_append_printf (out, " state %s", link->up ? "UP" : "DOWN");
  append_flag (out, "addrgenmode none", link->no_autoconf);
  if (link->has_mac)
    append_mac (out, "link/ether", link->mac);
  g_string_append_printf (out, " %s", vn_link_kind_name (link->kind));
  if (BY_KIND[link->kind] != NULL)
    BY_KIND[link->kind](link, out);
}

static void
addr_text (const VnKobj *obj, GString *out)
{
  const VnAddr *addr = &obj->u.addr;
  g_autofree char *prefix = vn_prefix_to_string (addr->prefix);
  g_string_append_printf (out, "%s %s dev %s", addr->prefix.ip.family == VN_FAMILY_IPV6 ? "inet6" : "inet", prefix,
                          addr->dev);
}

static void
route_text (const VnKobj *obj, GString *out)
{
  const VnRoute *route = &obj->u.route;
  g_autofree char *dst = vn_prefix_to_string (route->dst);
  g_string_append (out, route->dst.len == 0 ? "default" : dst);
  append_ip (out, "via", route->via);
  append_device (out, "dev", route->dev);
  append_number (out, "metric", route->metric);
}

static void
fdb_text (const VnKobj *obj, GString *out)
{
  const VnFdb *fdb = &obj->u.fdb;
  g_autofree char *mac = vn_mac_to_string (fdb->mac);
  g_string_append_printf (out, "%s dev %s", mac, fdb->dev);
  append_ip (out, "dst", fdb->dst);
  append_flag (out, fdb->self ? "self" : "master", TRUE);
  append_flag (out, "permanent", fdb->permanent);
}

static void
neigh_text (const VnKobj *obj, GString *out)
{
  const VnNeigh *neigh = &obj->u.neigh;
  g_autofree char *ip = vn_ip_to_string (neigh->ip);
  g_string_append_printf (out, "%s dev %s", ip, neigh->dev);
  append_mac (out, "lladdr", neigh->mac);
  append_flag (out, "PERMANENT", neigh->permanent);
}

static void
sysctl_text (const VnKobj *obj, GString *out)
{
  g_string_append_printf (out, "%s = %s", obj->u.sysctl.key, obj->u.sysctl.value);
}

/* Rule texts have as many lines as the host has rules; the number tells two of them apart well enough in one line. */
static void
rules_text (const VnKobj *obj, GString *out)
{
  guint n_lines = 0;
  for (const char *p = obj->u.rules.text; p != NULL && *p != '\0'; n_lines++)
    {
      const char *end = strchr (p, '\n');
      p = end != NULL ? end + 1 : NULL;
    }
  g_string_append_printf (out, "%s: %u lines", vn_tool_name (obj->u.rules.tool), n_lines);
}

/* Quoted only where a shell needs it, so that people can read it. */
static gboolean
is_plain (const char *argument)
{
  return *argument != '\0' && argument[strspn (argument, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "%+,-./:=@_")] == '\0';
}

static void
service_text (const VnKobj *obj, GString *out)
{
  g_auto (GStrv) argv = vn_service_argv (obj);
  for (gsize i = 0; argv[i] != NULL; i++)
    {
      g_autofree char *quoted = is_plain (argv[i]) ? g_strdup (argv[i]) : g_shell_quote (argv[i]);
      g_string_append_printf (out, "%s%s", i > 0 ? " " : "", quoted);
    }
}

static void
append_side (GString *out, char option, VnPrefix side)
{
  g_autofree char *text = NULL;
  if (!vn_ip_is_set (side.ip))
    return;
  text = side.len == vn_ip_bits (side.ip.family) ? vn_ip_to_string (side.ip) : vn_prefix_to_string (side);
  g_string_append_printf (out, " -%c %s", option, text);
}

/* As `conntrack -D` takes it. */
static void
conntrack_text (const VnKobj *obj, GString *out)
{
  const VnConntrack *tracked = &obj->u.conntrack;
  g_string_append_printf (out, "-f ipv%d", tracked->family);
  if (tracked->protocol >= 0)
    g_string_append_printf (out, " -p %d", tracked->protocol);
  append_side (out, 's', tracked->src);
  append_side (out, 'd', tracked->dst);
  g_string_append_printf (out, " -w %u", tracked->zone);
}

static void
append_bucket (GString *out, VnBucket bucket)
{
  g_string_append_printf (out, " rate %" G_GUINT64_FORMAT "bps burst %ub", bucket.rate_bytes_per_sec,
                          bucket.burst_bytes);
}

/* As `tc qdisc add` takes it. */
static void
qdisc_text (const VnKobj *obj, GString *out)
{
  const VnQdisc *qdisc = &obj->u.qdisc;
  g_string_append_printf (out, "dev %s%s %s", qdisc->dev, qdisc->kind == VN_QDISC_INGRESS ? "" : " root",
                          vn_qdisc_kind_name (qdisc->kind));
  if (qdisc->kind == VN_QDISC_INGRESS)
    return;
  append_bucket (out, qdisc->bucket);
  g_string_append_printf (out, " latency %uus", qdisc->latency_usec);
}

/* As `tc filter add` takes it. */
static void
filter_text (const VnKobj *obj, GString *out)
{
  const VnPolicer *policer = &obj->u.filter;
  g_string_append_printf (out, "dev %s parent ffff: protocol all prio %u u32 match u32 0 0 flowid :1 police",
                          policer->dev, policer->priority);
  append_bucket (out, policer->bucket);
  g_string_append_printf (out, " mtu %u drop", policer->mtu_bytes);
}

char *
vn_kobj_to_string (const VnKobj *obj)
{
  static void (*const BY_KIND[]) (const VnKobj *, GString *) = {
    [VN_KOBJ_NODE] = node_text,           [VN_KOBJ_LINK] = link_text,   [VN_KOBJ_ADDR] = addr_text,
    [VN_KOBJ_ROUTE] = route_text,         [VN_KOBJ_FDB] = fdb_text,     [VN_KOBJ_NEIGH] = neigh_text,
    [VN_KOBJ_SYSCTL] = sysctl_text,       [VN_KOBJ_RULES] = rules_text, [VN_KOBJ_SERVICE] = service_text,
    [VN_KOBJ_CONNTRACK] = conntrack_text, [VN_KOBJ_QDISC] = qdisc_text, [VN_KOBJ_FILTER] = filter_text,
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (BY_KIND) == VN_N_KOBJS);
  GString *out = g_string_new (NULL);
  BY_KIND[obj->kind](obj, out);
  return g_string_free (out, FALSE);
}

char *
vn_kobj_brief (const VnKobj *obj)
{
  return obj->kind == VN_KOBJ_SERVICE
             ? g_strdup_printf ("%s %s", vn_service_kind_name (obj->u.service.kind), obj->u.service.name)
             : vn_kobj_to_string (obj);
}
