/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of VXLAN devices and of what L2 population puts into their tables. */
#include "sim/run/vn-faults-private.h"

#include "sim/model/vn-config.h"

#define WRONG_PORT 4789
#define WRONG_TTL 7
#define WRONG_TOS 0x28
#define WRONG_SOURCE_PORT 20000

/* Nobody's: of the range for documentation (RFC 5737; RFC 7042, section 2.1.2). */
static const VnIp nobody = { VN_FAMILY_IPV4, { 192, 0, 2, 1 } };
static const VnIp other_group = { VN_FAMILY_IPV4, { 239, 9, 9, 9 } };
static const VnMac nobodys_mac = { { 0x02, 0x00, 0x5e, 0x10, 0x00, 0x01 } };

static gboolean
is_vxlan (const VnKobj *obj)
{
  return obj->kind == VN_KOBJ_LINK && obj->u.link.kind == VN_LINK_VXLAN;
}

static gboolean
is_flood (const VnKobj *obj)
{
  return obj->kind == VN_KOBJ_FDB && obj->u.fdb.self && vn_mac_equal (obj->u.fdb.mac, VN_MAC_ZERO);
}

static gboolean
is_unicast (const VnKobj *obj)
{
  return obj->kind == VN_KOBJ_FDB && obj->u.fdb.self && !vn_mac_equal (obj->u.fdb.mac, VN_MAC_ZERO);
}

/* ---- devices ---- */

static VnFate
unplug_vxlan (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_vxlan (obj))
    return VN_FATE_SAME;
  obj->u.link.master[0] = '\0';
  return VN_FATE_CHANGED;
}

/* The number of no network of the lab. */
static VnFate
change_vni (const VnTopology *topology, VnKobj *obj)
{
  gboolean is_taken = TRUE;

  if (!is_vxlan (obj))
    return VN_FATE_SAME;
  while (is_taken)
    {
      obj->u.link.u.vxlan.vni.id++;
      is_taken = FALSE;
      for (guint i = 0; i < topology->networks->len; i++)
        is_taken |= vn_topology_network (topology, i)->segmentation_id == obj->u.link.u.vxlan.vni.id;
    }
  return VN_FATE_CHANGED;
}

static VnFate
change_port (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_vxlan (obj))
    return VN_FATE_SAME;
  obj->u.link.u.vxlan.dstport = WRONG_PORT;
  return VN_FATE_CHANGED;
}

static VnFate
change_local_ip (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_vxlan (obj) || !vn_ip_is_set (obj->u.link.u.vxlan.local))
    return VN_FATE_SAME;
  obj->u.link.u.vxlan.local = nobody;
  return VN_FATE_CHANGED;
}

static VnFate
change_group (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_vxlan (obj) || !vn_ip_is_set (obj->u.link.u.vxlan.group))
    return VN_FATE_SAME;
  obj->u.link.u.vxlan.group = other_group;
  return VN_FATE_CHANGED;
}

static VnFate
change_ttl (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_vxlan (obj))
    return VN_FATE_SAME;
  obj->u.link.u.vxlan.ttl = WRONG_TTL;
  return VN_FATE_CHANGED;
}

static VnFate
change_tos (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_vxlan (obj))
    return VN_FATE_SAME;
  obj->u.link.u.vxlan.tos = WRONG_TOS;
  return VN_FATE_CHANGED;
}

static VnFate
change_source_ports (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_vxlan (obj))
    return VN_FATE_SAME;
  obj->u.link.u.vxlan.srcport_min = WRONG_SOURCE_PORT;
  obj->u.link.u.vxlan.srcport_max = WRONG_SOURCE_PORT + 1;
  return VN_FATE_CHANGED;
}

static VnFate
turn_proxy_off (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_vxlan (obj) || !obj->u.link.u.vxlan.proxy)
    return VN_FATE_SAME;
  obj->u.link.u.vxlan.proxy = FALSE;
  return VN_FATE_CHANGED;
}

static VnFate
turn_proxy_on (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_vxlan (obj) || obj->u.link.u.vxlan.proxy)
    return VN_FATE_SAME;
  obj->u.link.u.vxlan.proxy = TRUE;
  return VN_FATE_CHANGED;
}

/* ---- forwarding entries ---- */

static VnFate
remove_unicast (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  return is_unicast (obj) ? VN_FATE_REMOVED : VN_FATE_SAME;
}

/* To another host that has agents; to nobody where there is none. */
static VnFate
misdirect (const VnTopology *topology, VnKobj *obj)
{
  VnIp wrong = nobody;

  if (!is_unicast (obj))
    return VN_FATE_SAME;
  for (guint i = 0; i < topology->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (topology, i);
      VnIp ip = machine->agent ? vn_config_ip (machine->agent, VN_OPT_VXLAN_LOCAL_IP) : nobody;

      if (machine->agent && machine->name != NULL && !vn_ip_equal (ip, obj->u.fdb.dst)
          && g_strcmp0 (machine->name, obj->node) != 0)
        wrong = ip;
    }
  obj->u.fdb.dst = wrong;
  return VN_FATE_CHANGED;
}

static VnFate
add_stale (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_unicast (obj))
    return VN_FATE_SAME;
  obj->u.fdb.mac = nobodys_mac;
  return VN_FATE_DOUBLED;
}

static VnFate
remove_flood (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  return is_flood (obj) ? VN_FATE_REMOVED : VN_FATE_SAME;
}

static VnFate
add_flood (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_flood (obj))
    return VN_FATE_SAME;
  obj->u.fdb.dst = nobody;
  return VN_FATE_DOUBLED;
}

/* ---- neighbours of the ARP responder ---- */

static VnFate
remove_neighbour (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  return obj->kind == VN_KOBJ_NEIGH && obj->u.neigh.permanent ? VN_FATE_REMOVED : VN_FATE_SAME;
}

static VnFate
change_neighbour (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (obj->kind != VN_KOBJ_NEIGH || !obj->u.neigh.permanent)
    return VN_FATE_SAME;
  obj->u.neigh.mac = nobodys_mac;
  return VN_FATE_CHANGED;
}

/* ---- the table ---- */

static const VnFault faults[] = {
  { .name = "vxlan-unplugged",
    .breaks = "option enable_vxlan, type_drivers",
    .title = "a host's tunnel is not in its network's bridge",
    .once = TRUE,
    .change_entry = unplug_vxlan },
  { .name = "wrong-vni",
    .breaks = "option vni_ranges",
    .title = "a host sends with another VNI than the others",
    .once = TRUE,
    .change_entry = change_vni },
  { .name = "wrong-udp-port",
    .breaks = "option udp_dstport",
    .title = "a host's tunnels use another UDP port than the others",
    .once = TRUE,
    .change_entry = change_port },
  { .name = "wrong-source-ports",
    .breaks = "option udp_srcport_min, udp_srcport_max",
    .title = "tunnels use other source ports than configured",
    .once = TRUE,
    .change_entry = change_source_ports },
  { .name = "wrong-local-ip",
    .breaks = "option local_ip",
    .title = "a host's tunnels have an address that it doesn't have",
    .once = TRUE,
    .change_entry = change_local_ip },
  { .name = "wrong-ttl",
    .breaks = "option ttl",
    .title = "datagrams have another TTL than configured",
    .once = TRUE,
    .change_entry = change_ttl },
  { .name = "wrong-tos",
    .breaks = "option tos, dscp, dscp_inherit",
    .title = "datagrams have another TOS than configured",
    .once = TRUE,
    .change_entry = change_tos },
  { .name = "wrong-group",
    .breaks = "option vxlan_group, multicast_ranges",
    .title = "a host floods to another multicast group than the others",
    .once = TRUE,
    .change_entry = change_group },
  { .name = "fdb-missing",
    .breaks = "option l2_population",
    .title = "a forwarding entry is missing",
    .once = TRUE,
    .change_entry = remove_unicast },
  { .name = "fdb-wrong-host",
    .breaks = "option l2_population",
    .title = "a forwarding entry leads to another host",
    .once = TRUE,
    .change_entry = misdirect },
  { .name = "fdb-stale",
    .breaks = "option l2_population",
    .title = "a forwarding entry leads to a port that is not there",
    .once = TRUE,
    .change_entry = add_stale },
  { .name = "flood-missing",
    .breaks = "option l2_population",
    .title = "a host is missing in a flood list",
    .once = TRUE,
    .change_entry = remove_flood },
  { .name = "flood-too-many",
    .breaks = "option l2_population",
    .title = "a flood list has an address that no host has",
    .once = TRUE,
    .change_entry = add_flood },
  { .name = "no-arp-responder",
    .breaks = "option arp_responder",
    .title = "a tunnel answers no ARP",
    .once = TRUE,
    .change_entry = turn_proxy_off },
  { .name = "arp-responder-on",
    .breaks = "option arp_responder",
    .title = "a tunnel answers ARP in place of the others, and knows nothing",
    .once = TRUE,
    .change_entry = turn_proxy_on },
  { .name = "neighbour-missing",
    .breaks = "option arp_responder",
    .title = "a tunnel that answers ARP lacks a neighbour",
    .once = TRUE,
    .change_entry = remove_neighbour },
  { .name = "neighbour-wrong",
    .breaks = "option arp_responder",
    .title = "a tunnel answers ARP with a MAC address that nobody has",
    .once = TRUE,
    .change_entry = change_neighbour },
};

const VnFaultGroup vn_faults_tunnels = { "Tunnels and forwarding tables", faults, G_N_ELEMENTS (faults) };
