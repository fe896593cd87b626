/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about the evidence that causes and checks share. */
#include "analysis/judge/vn-case.h"

#include "sim/model/vn-driver.h"
#include "sim/model/vn-nat.h"

#include <string.h>

const VnCell *
vn_case_cell (const VnCase *c, guint cell)
{
  return &g_array_index (c->evidence->cells, VnCell, cell);
}

const VnShot *
vn_case_shot (const VnCase *c, guint cell)
{
  return &g_array_index (c->evidence->shots, VnShot, cell);
}

gboolean
vn_case_port_active (const VnCase *c, guint port)
{
  const VnPort *p = vn_topology_port (c->topology, port);
  const VnConfig *agent = p->host == VN_NONE ? NULL : vn_topology_machine (c->topology, p->host)->agent;

  if (!agent)
    return FALSE;
  if (vn_topology_network (c->topology, p->network)->type == VN_NET_VXLAN && vn_vxlan_mode (agent) == VN_VXLAN_OFF)
    return FALSE;
  return vn_predictor_port_is_active (c->predictor, port);
}

static const GPtrArray *
dump_of (const VnCase *c, const char *node)
{
  return c->evidence->dumps ? g_hash_table_lookup (c->evidence->dumps, node) : NULL;
}

GPtrArray *
vn_case_dumped (const VnCase *c, const char *node, VnKobjKind kind)
{
  const GPtrArray *dump = dump_of (c, node);
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; dump && i < dump->len; i++)
    if (VN_AT (dump, VnKobj, i)->kind == kind)
      g_ptr_array_add (found, g_ptr_array_index (dump, i));
  return found;
}

static void
vxlan_name (const VnCase *c, guint network, char ret[VN_DEV_SIZE])
{
  vn_name_vxlan ((VnVni){ vn_topology_network (c->topology, network)->segmentation_id }, ret);
}

gboolean
vn_case_has_device (const VnCase *c, guint machine, const char *dev)
{
  const GPtrArray *dump = dump_of (c, vn_topology_machine (c->topology, machine)->name);

  for (guint i = 0; dump && i < dump->len; i++)
    if (VN_AT (dump, VnKobj, i)->kind == VN_KOBJ_LINK && g_str_equal (VN_AT (dump, VnKobj, i)->u.link.name, dev))
      return TRUE;
  return FALSE;
}

const VnVxlan *
vn_case_vxlan (const VnCase *c, guint machine, guint network)
{
  const GPtrArray *dump = dump_of (c, vn_topology_machine (c->topology, machine)->name);
  guint32 vni = vn_topology_network (c->topology, network)->segmentation_id;

  for (guint i = 0; dump && i < dump->len; i++)
    {
      const VnKobj *obj = VN_AT (dump, VnKobj, i);

      if (obj->kind == VN_KOBJ_LINK && obj->u.link.kind == VN_LINK_VXLAN && obj->u.link.u.vxlan.vni.id == vni)
        return &obj->u.link.u.vxlan;
    }
  return NULL;
}

const VnFdb *
vn_case_fdb (const VnCase *c, guint machine, guint network, VnMac mac, VnIp dst)
{
  const GPtrArray *dump = dump_of (c, vn_topology_machine (c->topology, machine)->name);
  char dev[VN_DEV_SIZE];

  vxlan_name (c, network, dev);
  for (guint i = 0; dump && i < dump->len; i++)
    {
      const VnKobj *obj = VN_AT (dump, VnKobj, i);
      const VnFdb *fdb = &obj->u.fdb;

      if (obj->kind == VN_KOBJ_FDB && fdb->self && strcmp (fdb->dev, dev) == 0 && vn_mac_equal (fdb->mac, mac)
          && (!vn_ip_is_set (dst) || vn_ip_equal (fdb->dst, dst)))
        return fdb;
    }
  return NULL;
}

static const char *
dumped_sysctl (const VnCase *c, const char *node, const char *key)
{
  const GPtrArray *dump = dump_of (c, node);

  for (guint i = 0; dump && i < dump->len; i++)
    {
      const VnKobj *obj = VN_AT (dump, VnKobj, i);

      if (obj->kind == VN_KOBJ_SYSCTL && strcmp (obj->u.sysctl.key, key) == 0)
        return obj->u.sysctl.value;
    }
  return NULL;
}

const char *
vn_case_sysctl (const VnCase *c, const char *node, const char *key, VnOrigin *ret_origin)
{
  const GPtrArray *entries = c->evidence->tables->entries;
  const char *value = dumped_sysctl (c, node, key);

  for (guint i = 0; i < entries->len; i++)
    {
      const VnEntry *entry = VN_AT (entries, VnEntry, i);

      if (entry->obj.kind != VN_KOBJ_SYSCTL || strcmp (entry->obj.node, node) != 0
          || strcmp (entry->obj.u.sysctl.key, key) != 0)
        continue;
      if (ret_origin)
        *ret_origin = entry->origin;
      return value ? value : entry->obj.u.sysctl.value;
    }
  return value;
}

gboolean
vn_case_bridge_nf (const VnCase *c, const char *node, VnFamily family, VnOrigin *ret_origin)
{
  const char *key
      = family == VN_FAMILY_IPV6 ? "net.bridge.bridge-nf-call-ip6tables" : "net.bridge.bridge-nf-call-iptables";
  const char *value = vn_case_sysctl (c, node, key, ret_origin);

  /* br_netfilter, which the first physdev rule loads, starts with 1. */
  return value == NULL || strcmp (value, "0") != 0;
}

gboolean
vn_case_is_bridge_port (const VnCase *c, const char *node, const char *dev)
{
  const GPtrArray *entries = c->evidence->tables->entries;

  for (guint i = 0; i < entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (entries, VnEntry, i)->obj;

      if (obj->kind == VN_KOBJ_LINK && obj->node == node && strcmp (obj->u.link.name, dev) == 0)
        return obj->u.link.master[0] != '\0';
    }
  return FALSE;
}

gboolean
vn_case_is_program (const VnCase *c, const char *node)
{
  for (guint i = 0; i < c->topology->ends->len; i++)
    if (vn_topology_end (c->topology, i)->node == node)
      return FALSE;
  return TRUE;
}

gboolean
vn_case_is_routed (const VnCase *c, guint index)
{
  const VnCell *cell = vn_case_cell (c, index);

  if (cell->kind == VN_CELL_DNS || cell->kind == VN_CELL_FORWARD || cell->kind == VN_CELL_UNSOLICITED)
    return TRUE;
  return cell->kind == VN_CELL_REACH && vn_topology_is_joined (c->topology)
         && vn_topology_end (c->topology, cell->from)->domain != vn_topology_end (c->topology, cell->to)->domain;
}

/* A resolver is a station of the asker's hypervisor, or any machine. */
static const char *
resolver_node (const VnCase *c, const VnEnd *asker)
{
  const VnHvNetwork *network = vn_end_hv_network (c->topology, asker);
  VnIp resolver = vn_end_resolver (c->topology, asker);

  for (guint i = 0; vn_ip_is_set (resolver) && i < c->topology->ends->len; i++)
    if (vn_ip_equal (vn_end_address (vn_topology_end (c->topology, i), resolver.family), resolver))
      return vn_topology_end (c->topology, i)->node;
  if (!network || !vn_ip_is_set (resolver) || !vn_ip_equal (network->dns, resolver))
    return NULL;
  return network->service_node ? g_intern_string (network->service_node) : NULL;
}

const char *
vn_case_target_node (const VnCase *c, guint index)
{
  const VnCell *cell = vn_case_cell (c, index);

  if (cell->kind == VN_CELL_DNS)
    return resolver_node (c, vn_topology_end (c->topology, cell->from));
  return cell->to == VN_NONE ? NULL : vn_topology_end (c->topology, cell->to)->node;
}

VnIp
vn_case_tunnel_ip (const VnCase *c, guint machine)
{
  return vn_config_ip (vn_topology_machine (c->topology, machine)->agent, VN_OPT_VXLAN_LOCAL_IP);
}

guint
vn_case_machine_of_tunnel_ip (const VnCase *c, VnIp ip)
{
  for (guint i = 0; i < c->topology->machines->len; i++)
    if (vn_topology_machine (c->topology, i)->agent && vn_ip_equal (vn_case_tunnel_ip (c, i), ip))
      return i;
  return VN_NONE;
}
