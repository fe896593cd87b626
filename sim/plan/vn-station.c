/* SPDX-License-Identifier: Apache-2.0 */
/* Parts that every lab is made of.
 *
 * A fresh network namespace takes several settings over from the machine that the lab runs on (net.ipv4.conf,
 * ip_forward), and has limits that make an instance's answers depend on what was asked before (ICMP rates). Both would
 * make a lab's verdicts those of one machine and one moment, so they are written out here. Settings of the lab file
 * come behind these and win. */
#include "sim/plan/vn-station.h"

#define KIND(kind) (1u << (kind))
#define STATIONS (KIND (VN_NODE_HOST) | KIND (VN_NODE_GUEST))
#define ALL_KINDS (KIND (VN_NODE_SWITCH) | STATIONS)

typedef enum
{
  ALWAYS,
  WITH_IPV6,
  WITHOUT_IPV6,
} When;

static const struct
{
  const char *key;
  const char *value;
  guint kinds;
  When when;
} node_sysctls[] = {
  { "net.ipv4.ip_forward", "0", ALL_KINDS, ALWAYS },
  { "net.ipv4.conf.all.rp_filter", "0", ALL_KINDS, ALWAYS },
  { "net.ipv4.conf.default.rp_filter", "0", ALL_KINDS, ALWAYS },
  { "net.ipv4.icmp_ratelimit", "0", STATIONS, ALWAYS },
  /* The types that net.ipv4.icmp_msgs_per_sec counts; that limit itself belongs to the whole machine before 6.13. */
  { "net.ipv4.icmp_ratemask", "0", STATIONS, ALWAYS },
  { "net.ipv6.conf.all.disable_ipv6", "1", KIND (VN_NODE_SWITCH) | KIND (VN_NODE_GUEST), WITHOUT_IPV6 },
  { "net.ipv6.conf.default.disable_ipv6", "1", KIND (VN_NODE_SWITCH) | KIND (VN_NODE_GUEST), WITHOUT_IPV6 },
  { "net.ipv6.icmp.ratelimit", "0", STATIONS, WITH_IPV6 },
  { "net.ipv6.icmp.ratemask", "0", STATIONS, WITH_IPV6 },
  { "net.ipv6.conf.default.accept_dad", "0", STATIONS, WITH_IPV6 },
  { "net.ipv6.conf.default.dad_transmits", "0", STATIONS, WITH_IPV6 },
  { "net.ipv6.conf.default.router_solicitations", "0", STATIONS, WITH_IPV6 },
  /* An attack probe's advertisement must not change how later probes are answered. */
  { "net.ipv6.conf.default.accept_ra", "0", STATIONS, WITH_IPV6 },
};

/* Three requests a second apart are the kernel's default; on a virtual wire an answer takes microseconds. */
static const struct
{
  const char *format;
  const char *value;
  gboolean ipv6;
} device_sysctls[] = {
  { "net.ipv4.neigh.%s.mcast_solicit", "3", FALSE },
  { "net.ipv4.neigh.%s.retrans_time_ms", "100", FALSE },
  { "net.ipv6.neigh.%s.mcast_solicit", "3", TRUE },
  { "net.ipv6.neigh.%s.retrans_time_ms", "100", TRUE },
};

static gboolean
applies (When when, gboolean ipv6)
{
  return when == ALWAYS || (when == WITH_IPV6) == !!ipv6;
}

void
vn_tables_add_node (VnTables *tables, const char *node, VnNodeKind kind, gboolean ipv6, VnOrigin origin)
{
  VnKobj lo = vn_kobj_link (node, VN_LINK_OTHER, "lo");

  lo.u.link.up = TRUE;
  vn_tables_add (tables, vn_kobj_node (node), origin);
  vn_tables_add (tables, lo, origin);
  for (guint i = 0; i < G_N_ELEMENTS (node_sysctls); i++)
    if ((node_sysctls[i].kinds & KIND (kind)) != 0 && applies (node_sysctls[i].when, ipv6))
      vn_tables_add (tables, vn_kobj_sysctl (node, node_sysctls[i].key, node_sysctls[i].value), origin);
}

static VnKobj
plug_link (const VnPlug *plug, const VnPlug *peer, guint mtu, gboolean creates)
{
  VnKobj obj = vn_kobj_link (plug->node, VN_LINK_VETH, plug->dev);
  VnLink *link = &obj.u.link;

  link->has_mac = plug->has_mac;
  link->mac = plug->mac;
  link->mtu = mtu;
  link->up = !plug->is_down;
  link->no_offload = plug->no_offload;
  link->no_autoconf = !plug->autoconf;
  if (plug->master != NULL)
    g_strlcpy (link->master, plug->master, sizeof link->master);
  link->u.veth.peer_node = g_intern_string (peer->node);
  g_strlcpy (link->u.veth.peer, peer->dev, sizeof link->u.veth.peer);
  link->u.veth.creates = creates;
  return obj;
}

void
vn_tables_add_cable (VnTables *tables, const VnPlug *maker, const VnPlug *other, guint mtu, VnOrigin origin)
{
  vn_tables_add (tables, plug_link (maker, other, mtu, TRUE), origin);
  vn_tables_add (tables, plug_link (other, maker, mtu, FALSE), origin);
}

void
vn_tables_add_bridge (VnTables *tables, const char *node, const char *dev, VnOrigin origin)
{
  VnKobj obj = vn_kobj_link (node, VN_LINK_BRIDGE, dev);

  obj.u.link.up = TRUE;
  obj.u.link.no_autoconf = TRUE;
  obj.u.link.u.bridge.forward_delay_sec = 15;
  vn_tables_add (tables, obj, origin);
}

void
vn_tables_add_device_sysctl (VnTables *tables, const char *node, const char *dev, const char *format, const char *value,
                             VnOrigin origin)
{
  g_auto (GStrv) parts = g_strsplit (format, "%s", 2);
  g_autofree char *slashed = g_strdelimit (g_strdup (dev), ".", '/'); /* as sysctl writes "ens34.101" in a key */
  g_autofree char *key = g_strconcat (parts[0], slashed, parts[1], NULL);

  vn_tables_add (tables, vn_kobj_sysctl (node, key, value), origin);
}

void
vn_tables_add_station_device (VnTables *tables, const char *node, const char *dev, gboolean ipv6, VnOrigin origin)
{
  for (guint i = 0; i < G_N_ELEMENTS (device_sysctls); i++)
    if (ipv6 || !device_sysctls[i].ipv6)
      vn_tables_add_device_sysctl (tables, node, dev, device_sysctls[i].format, device_sysctls[i].value, origin);
}
