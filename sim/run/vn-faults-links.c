/* SPDX-License-Identifier: Apache-2.0 */
/* Faults of a cloud's devices and bridges. */
#include "sim/run/vn-faults-private.h"

#include <string.h>

#define TAP_PREFIX "tap"
#define BRIDGE_PREFIX "brq"
#define LESS_MTU 100
#define OTHER_VID 50 /* further than the networks of a lab lie apart */

static gboolean
is_bridge_port (const VnKobj *obj)
{
  return obj->kind == VN_KOBJ_LINK && g_str_has_prefix (obj->u.link.master, BRIDGE_PREFIX);
}

static gboolean
is_tap (const VnKobj *obj)
{
  return is_bridge_port (obj) && g_str_has_prefix (obj->u.link.name, TAP_PREFIX);
}

/* A machine's interface that carries a flat network, or the VLAN device of one. */
static gboolean
is_uplink (const VnKobj *obj)
{
  return is_bridge_port (obj) && !is_tap (obj) && obj->u.link.kind != VN_LINK_VXLAN;
}

static VnFate
unplug_tap (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_tap (obj))
    return VN_FATE_SAME;
  obj->u.link.master[0] = '\0';
  return VN_FATE_CHANGED;
}

static VnFate
unplug_uplink (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (!is_uplink (obj))
    return VN_FATE_SAME;
  obj->u.link.master[0] = '\0';
  return VN_FATE_CHANGED;
}

/* That of the interface that a flat network took into its bridge. */
static VnFate
lose_address (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  gboolean is_bridges = obj->kind == VN_KOBJ_ADDR && g_str_has_prefix (obj->u.addr.dev, BRIDGE_PREFIX);

  return is_bridges ? VN_FATE_REMOVED : VN_FATE_SAME;
}

static VnFate
change_vid (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  if (obj->kind != VN_KOBJ_LINK || obj->u.link.kind != VN_LINK_VLAN)
    return VN_FATE_SAME;
  obj->u.link.u.vlan.vid += OTHER_VID;
  return VN_FATE_CHANGED;
}

/* ---- MTU ---- */

static VnFate
shrink (VnKobj *obj)
{
  if (obj->u.link.mtu <= LESS_MTU)
    return VN_FATE_SAME;
  obj->u.link.mtu -= LESS_MTU;
  return VN_FATE_CHANGED;
}

static VnFate
shrink_tap (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  return is_tap (obj) ? shrink (obj) : VN_FATE_SAME;
}

static VnFate
shrink_instance (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  gboolean is_instance = obj->kind == VN_KOBJ_LINK && obj->u.link.kind == VN_LINK_VETH
                         && g_str_has_prefix (obj->u.link.u.veth.peer, TAP_PREFIX);

  return is_instance ? shrink (obj) : VN_FATE_SAME;
}

static VnFate
shrink_vxlan (const VnTopology *topology G_GNUC_UNUSED, VnKobj *obj)
{
  return obj->kind == VN_KOBJ_LINK && obj->u.link.kind == VN_LINK_VXLAN ? shrink (obj) : VN_FATE_SAME;
}

/* ---- the table ---- */

static const VnFault faults[] = {
  { .name = "tap-unplugged",
    .breaks = "device tap",
    .title = "an instance's device is in no bridge",
    .once = TRUE,
    .change_entry = unplug_tap },
  { .name = "uplink-unplugged",
    .breaks = "option physical_interface_mappings",
    .title = "a network's interface is not in its bridge",
    .once = TRUE,
    .change_entry = unplug_uplink },
  { .name = "address-lost",
    .breaks = "option physical_interface_mappings",
    .title = "an interface lost its address when it came into a bridge",
    .change_entry = lose_address },
  { .name = "wrong-vid",
    .breaks = "option network_vlan_ranges",
    .title = "a host has another VLAN id than the others",
    .once = TRUE,
    .change_entry = change_vid },
  { .name = "tap-mtu",
    .breaks = "option global_physnet_mtu",
    .title = "a port's device takes smaller packets than its network",
    .once = TRUE,
    .change_entry = shrink_tap },
  { .name = "instance-mtu",
    .breaks = "option physical_network_mtus",
    .title = "an instance takes smaller packets than its network",
    .once = TRUE,
    .change_entry = shrink_instance },
  { .name = "vxlan-mtu",
    .breaks = "option path_mtu, overlay_ip_version",
    .title = "a tunnel takes smaller packets than its network",
    .once = TRUE,
    .change_entry = shrink_vxlan },
};

const VnFaultGroup vn_faults_links = { "Devices and bridges", faults, G_N_ELEMENTS (faults) };
