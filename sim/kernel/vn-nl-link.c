/* SPDX-License-Identifier: Apache-2.0 */
/* The link kinds' own attributes (IFLA_INFO_DATA), both ways: a row of the table for each kind. */
#include "sim/kernel/vn-nl-link.h"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <string.h>
#include <sys/socket.h>

#include "sim/kernel/vn-nl-attr.h"

/* USER_HZ: the kernel takes and gives a bridge's times in hundredths of a second. */
#define CLOCK_TICKS_PER_SEC 100

typedef struct
{
  const char *option;
  void (*put) (struct nlmsghdr *msg, const VnLink *link, const VnNlRefs *refs);
  void (*get) (struct nlattr *const *attrs, VnLink *link, VnNlIndices *indices);
} Kind;

static gboolean
get_flag (const struct nlattr *attr)
{
  return attr != NULL && mnl_attr_get_payload_len (attr) >= 1 && mnl_attr_get_u8 (attr) != 0;
}

/* The peer gets its name, namespace and index here; all else is set by the other end's own ADD (a peer that is set up
 * in this message fails with ENOTCONN). */
static void
veth_put (struct nlmsghdr *msg, const VnLink *link, const VnNlRefs *refs)
{
  struct nlattr *peer = mnl_attr_nest_start (msg, VETH_INFO_PEER);
  struct ifinfomsg *info = mnl_nlmsg_put_extra_header (msg, sizeof *info);
  info->ifi_index = (int)refs->peer_ifindex;
  mnl_attr_put_strz (msg, IFLA_IFNAME, link->u.veth.peer);
  mnl_attr_put_u32 (msg, IFLA_NET_NS_FD, (guint32)refs->peer_netns_fd);
  mnl_attr_nest_end (msg, peer);
}

static void
bridge_put (struct nlmsghdr *msg, const VnLink *link, const VnNlRefs *refs G_GNUC_UNUSED)
{
  const VnBridge *bridge = &link->u.bridge;
  mnl_attr_put_u32 (msg, IFLA_BR_FORWARD_DELAY, bridge->forward_delay_sec * CLOCK_TICKS_PER_SEC);
  mnl_attr_put_u32 (msg, IFLA_BR_STP_STATE, bridge->stp ? 1 : 0);
  if (bridge->no_multicast_snooping) /* else the default; a kernel without snooping refuses the attribute */
    mnl_attr_put_u8 (msg, IFLA_BR_MCAST_SNOOPING, 0);
}

static void
bridge_get (struct nlattr *const *attrs, VnLink *link, VnNlIndices *indices G_GNUC_UNUSED)
{
  link->u.bridge = (VnBridge){
    .stp = vn_nl_get_u32 (attrs[IFLA_BR_STP_STATE]) != 0,
    .forward_delay_sec = vn_nl_get_u32 (attrs[IFLA_BR_FORWARD_DELAY]) / CLOCK_TICKS_PER_SEC,
    .no_multicast_snooping = !get_flag (attrs[IFLA_BR_MCAST_SNOOPING]),
  };
}

/* The two families have attributes of their own. */
static void
put_either (struct nlmsghdr *msg, VnIp ip, guint16 type4, guint16 type6)
{
  if (vn_ip_is_set (ip))
    vn_nl_put_ip (msg, ip.family == VN_FAMILY_IPV4 ? type4 : type6, ip);
}

static VnIp
get_either (const struct nlattr *attr4, const struct nlattr *attr6)
{
  VnIp ip = { 0 };
  vn_nl_get_ip (attr4 ? attr4 : attr6, &ip);
  return ip;
}

static void
vxlan_put (struct nlmsghdr *msg, const VnLink *link, const VnNlRefs *refs)
{
  const VnVxlan *vxlan = &link->u.vxlan;
  struct ifla_vxlan_port_range range = { htons (vxlan->srcport_min), htons (vxlan->srcport_max) };
  mnl_attr_put_u32 (msg, IFLA_VXLAN_ID, vxlan->vni.id);
  put_either (msg, vxlan->group, IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6);
  put_either (msg, vxlan->local, IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6);
  if (refs->lower != 0)
    mnl_attr_put_u32 (msg, IFLA_VXLAN_LINK, refs->lower);
  mnl_attr_put_u16 (msg, IFLA_VXLAN_PORT, htons (vxlan->dstport));
  if (vxlan->srcport_min != 0 || vxlan->srcport_max != 0)
    mnl_attr_put (msg, IFLA_VXLAN_PORT_RANGE, sizeof range, &range);
  mnl_attr_put_u8 (msg, IFLA_VXLAN_TTL, vxlan->ttl);
  mnl_attr_put_u8 (msg, IFLA_VXLAN_TOS, vxlan->tos);
  mnl_attr_put_u8 (msg, IFLA_VXLAN_LEARNING, !vxlan->no_learning);
  mnl_attr_put_u8 (msg, IFLA_VXLAN_PROXY, vxlan->proxy != FALSE);
}

static void
vxlan_get (struct nlattr *const *attrs, VnLink *link, VnNlIndices *indices)
{
  const struct nlattr *range_attr = attrs[IFLA_VXLAN_PORT_RANGE];
  struct ifla_vxlan_port_range range = { 0, 0 };
  if (range_attr != NULL && mnl_attr_get_payload_len (range_attr) >= sizeof range)
    memcpy (&range, mnl_attr_get_payload (range_attr), sizeof range);
  link->u.vxlan = (VnVxlan){
    .vni = { vn_nl_get_u32 (attrs[IFLA_VXLAN_ID]) },
    .local = get_either (attrs[IFLA_VXLAN_LOCAL], attrs[IFLA_VXLAN_LOCAL6]),
    .group = get_either (attrs[IFLA_VXLAN_GROUP], attrs[IFLA_VXLAN_GROUP6]),
    .dstport = ntohs (vn_nl_get_u16 (attrs[IFLA_VXLAN_PORT])),
    .srcport_min = ntohs (range.low),
    .srcport_max = ntohs (range.high),
    .ttl = vn_nl_get_u8 (attrs[IFLA_VXLAN_TTL]),
    .tos = vn_nl_get_u8 (attrs[IFLA_VXLAN_TOS]),
    .proxy = get_flag (attrs[IFLA_VXLAN_PROXY]),
    .no_learning = !get_flag (attrs[IFLA_VXLAN_LEARNING]),
  };
  indices->vxlan_lower = vn_nl_get_u32 (attrs[IFLA_VXLAN_LINK]);
}

static void
vlan_put (struct nlmsghdr *msg, const VnLink *link, const VnNlRefs *refs G_GNUC_UNUSED)
{
  mnl_attr_put_u16 (msg, IFLA_VLAN_ID, link->u.vlan.vid);
}

static void
vlan_get (struct nlattr *const *attrs, VnLink *link, VnNlIndices *indices G_GNUC_UNUSED)
{
  link->u.vlan = (VnVlan){ .vid = vn_nl_get_u16 (attrs[IFLA_VLAN_ID]) };
}

static const Kind kinds[VN_N_LINKS] = {
  [VN_LINK_VETH] = { "CONFIG_VETH", veth_put, NULL },
  [VN_LINK_BRIDGE] = { "CONFIG_BRIDGE", bridge_put, bridge_get },
  [VN_LINK_VXLAN] = { "CONFIG_VXLAN", vxlan_put, vxlan_get },
  [VN_LINK_VLAN] = { "CONFIG_VLAN_8021Q", vlan_put, vlan_get },
  [VN_LINK_OTHER] = { NULL, NULL, NULL },
};

const char *
vn_nl_link_option (VnLinkKind kind)
{
  return kinds[kind].option;
}

void
vn_nl_link_put (struct nlmsghdr *msg, const VnLink *link, const VnNlRefs *refs)
{
  if (link->kind == VN_LINK_VLAN)
    mnl_attr_put_u32 (msg, IFLA_LINK, refs->lower);
  struct nlattr *info = mnl_attr_nest_start (msg, IFLA_LINKINFO);
  mnl_attr_put_strz (msg, IFLA_INFO_KIND, vn_link_kind_name (link->kind));
  struct nlattr *data = mnl_attr_nest_start (msg, IFLA_INFO_DATA);
  if (kinds[link->kind].put != NULL)
    kinds[link->kind].put (msg, link, refs);
  mnl_attr_nest_end (msg, data);
  mnl_attr_nest_end (msg, info);
}

static VnLinkKind
kind_by_name (const struct nlattr *attr)
{
  int kind = VN_LINK_OTHER;
  if (attr != NULL && mnl_attr_validate (attr, MNL_TYPE_NUL_STRING) >= 0)
    for (kind = 0; kind < VN_LINK_OTHER; kind++)
      if (strcmp (vn_link_kind_name ((VnLinkKind)kind), mnl_attr_get_str (attr)) == 0)
        break;
  return (VnLinkKind)kind;
}

void
vn_nl_link_get (const struct nlattr *linkinfo, VnLink *link, VnNlIndices *indices)
{
  const struct nlattr *info[VN_NL_MAX_ATTRS] = { NULL };
  const struct nlattr *data[VN_NL_MAX_ATTRS] = { NULL };
  vn_nl_parse_nested (linkinfo, info);
  vn_nl_parse_nested (info[IFLA_INFO_DATA], data);
  link->kind = kind_by_name (info[IFLA_INFO_KIND]);
  if (kinds[link->kind].get != NULL)
    kinds[link->kind].get ((struct nlattr *const *)data, link, indices);
}
