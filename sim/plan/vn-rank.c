/* SPDX-License-Identifier: Apache-2.0 */
/* Where an object stands in the order of building. */
#include "sim/plan/vn-rank.h"

#include <string.h>

static VnRank
link_rank (const VnLink *link)
{
  switch (link->kind)
    {
    case VN_LINK_BRIDGE:
      return VN_RANK_BRIDGE;
    case VN_LINK_VETH:
      return link->u.veth.creates ? VN_RANK_VETH : VN_RANK_VETH_PEER;
    case VN_LINK_VXLAN:
    case VN_LINK_VLAN:
      return VN_RANK_OVERLAY_LINK;
    default:
      return VN_RANK_OTHER_LINK;
    }
}

/* The device in "net.ipv4.conf.DEV.KEY" and the like, with its length; NULL for settings of the whole namespace. */
static const char *
sysctl_device (const char *key, gsize *ret_size)
{
  static const char *const prefixes[]
      = { "net.ipv4.conf.", "net.ipv6.conf.", "net.ipv4.neigh.", "net.ipv6.neigh.", "net.mpls.conf." };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (key, prefixes[i]))
      {
        const char *dev = key + strlen (prefixes[i]);
        const char *end = strrchr (dev, '.');
        gsize size = end != NULL ? (gsize)(end - dev) : 0;

        if (size == 0 || strncmp (dev, "all.", 4) == 0 || strncmp (dev, "default.", 8) == 0)
          return NULL;
        *ret_size = size;
        return dev;
      }
  return NULL;
}

static VnRank
sysctl_rank (const VnSysctl *sysctl)
{
  gsize size;

  if (g_str_has_prefix (sysctl->key, "net.bridge."))
    return VN_RANK_BRIDGE_SYSCTL;
  return sysctl_device (sysctl->key, &size) != NULL ? VN_RANK_DEVICE_SYSCTL : VN_RANK_NODE_SYSCTL;
}

VnRank
vn_rank_of (const VnKobj *obj)
{
  static const VnRank by_kind[VN_N_KOBJS] = {
    [VN_KOBJ_NODE] = VN_RANK_NODE,     [VN_KOBJ_ADDR] = VN_RANK_ADDR, [VN_KOBJ_ROUTE] = VN_RANK_ROUTE,
    [VN_KOBJ_NEIGH] = VN_RANK_NEIGH,   [VN_KOBJ_FDB] = VN_RANK_FDB,   [VN_KOBJ_QDISC] = VN_RANK_QDISC,
    [VN_KOBJ_FILTER] = VN_RANK_FILTER,
  };

  if (obj->kind == VN_KOBJ_LINK)
    return link_rank (&obj->u.link);
  if (obj->kind == VN_KOBJ_SYSCTL)
    return sysctl_rank (&obj->u.sysctl);
  if (obj->kind == VN_KOBJ_SERVICE)
    return obj->u.service.kind == VN_SERVICE_DHCP_CLIENT ? VN_RANK_CLIENT : VN_RANK_SERVER;
  return by_kind[obj->kind];
}

char *
vn_device_of (const VnKobj *obj)
{
  gsize size;
  const char *dev;

  switch (obj->kind)
    {
    case VN_KOBJ_ADDR:
      return g_strdup (obj->u.addr.dev);
    case VN_KOBJ_ROUTE:
      return g_strdup (obj->u.route.dev);
    case VN_KOBJ_FDB:
      return g_strdup (obj->u.fdb.dev);
    case VN_KOBJ_NEIGH:
      return g_strdup (obj->u.neigh.dev);
    case VN_KOBJ_QDISC:
      return g_strdup (obj->u.qdisc.dev);
    case VN_KOBJ_FILTER:
      return g_strdup (obj->u.filter.dev);
    case VN_KOBJ_SYSCTL:
      dev = sysctl_device (obj->u.sysctl.key, &size);
      return dev != NULL && size < VN_DEV_SIZE ? g_strdelimit (g_strndup (dev, size), "/", '.') : NULL;
    default:
      return NULL;
    }
}
