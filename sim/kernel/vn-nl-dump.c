/* SPDX-License-Identifier: Apache-2.0 */
/* rtnetlink dumps to VnKobj.
 *
 * Links come first: everything else names its device by an index. A link names its master by an index too, which may
 * stand later in the dump, so names are put in when the dump of links is complete. */
#include "sim/kernel/vn-nl-dump.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "sim/kernel/vn-kernel-op.h"
#include "sim/kernel/vn-nl-attr.h"
#include "sim/kernel/vn-nl-link.h"
#include "sim/kernel/vn-nl-tc.h"

typedef struct
{
  const char *node;
  GPtrArray *objs;
  GHashTable *names; /* index -> name, borrowed from the objects */
  GArray *indices;   /* VnNlIndices of objs, from first_link on */
  guint first_link;
  GArray *policed; /* guint: indices of links with an ingress qdisc */
  guint filtered;  /* the one whose filters are being read */
} Dump;

static VnFamily
family_from_kernel (guint8 family)
{
  return family == AF_INET ? VN_FAMILY_IPV4 : family == AF_INET6 ? VN_FAMILY_IPV6 : VN_FAMILY_NONE;
}

static void
add (Dump *dump, VnKobj obj)
{
  vn_kobjs_add (dump->objs, obj);
}

static const char *
name_of (const Dump *dump, guint ifindex)
{
  const char *name = g_hash_table_lookup (dump->names, GUINT_TO_POINTER (ifindex));
  return name ? name : "";
}

/* IFLA_AF_SPEC { AF_INET6 { IFLA_INET6_ADDR_GEN_MODE } } */
static gboolean
is_without_autoconf (const struct nlattr *af_spec)
{
  const struct nlattr *family, *attr;
  if (af_spec == NULL)
    return FALSE;
  mnl_attr_for_each_nested (family, af_spec)
  {
    if (mnl_attr_get_type (family) != AF_INET6)
      continue;
    mnl_attr_for_each_nested (attr, family) if (mnl_attr_get_type (attr)
                                                == IFLA_INET6_ADDR_GEN_MODE) return mnl_attr_get_u8 (attr)
        == IN6_ADDR_GEN_MODE_NONE;
  }
  return FALSE;
}

static void
visit_link (const struct nlmsghdr *msg, gpointer data)
{
  Dump *dump = data;
  const struct nlattr *attrs[VN_NL_MAX_ATTRS] = { NULL };
  const struct ifinfomsg *info = mnl_nlmsg_get_payload (msg);
  if (msg->nlmsg_type != RTM_NEWLINK)
    return;
  vn_nl_parse (msg, sizeof *info, attrs);
  if (attrs[IFLA_IFNAME] == NULL)
    return;
  VnKobj obj = vn_kobj_link (dump->node, VN_LINK_OTHER, mnl_attr_get_str (attrs[IFLA_IFNAME]));
  VnLink *link = &obj.u.link;
  VnNlIndices indices = { .master = vn_nl_get_u32 (attrs[IFLA_MASTER]), .link = vn_nl_get_u32 (attrs[IFLA_LINK]) };
  link->has_mac = vn_nl_get_mac (attrs[IFLA_ADDRESS], &link->mac);
  link->mtu = vn_nl_get_u32 (attrs[IFLA_MTU]);
  link->up = (info->ifi_flags & IFF_UP) != 0;
  link->no_autoconf = is_without_autoconf (attrs[IFLA_AF_SPEC]);
  vn_nl_link_get (attrs[IFLA_LINKINFO], link, &indices);
  add (dump, obj);
  VnKobj *added = dump->objs->pdata[dump->objs->len - 1];
  g_hash_table_insert (dump->names, GINT_TO_POINTER (info->ifi_index), added->u.link.name);
  g_array_append_val (dump->indices, indices);
}

static void
name_indices (Dump *dump, VnNlCompleteFunc complete, gpointer data)
{
  for (guint i = 0; i < dump->indices->len; i++)
    {
      const VnNlIndices *indices = &g_array_index (dump->indices, VnNlIndices, i);
      VnLink *link = &((VnKobj *)dump->objs->pdata[dump->first_link + i])->u.link;
      g_strlcpy (link->master, name_of (dump, indices->master), VN_DEV_SIZE);
      if (link->kind == VN_LINK_VXLAN)
        g_strlcpy (link->u.vxlan.lower, name_of (dump, indices->vxlan_lower), VN_DEV_SIZE);
      if (link->kind == VN_LINK_VLAN)
        g_strlcpy (link->u.vlan.lower, name_of (dump, indices->link), VN_DEV_SIZE);
      complete (link, link->kind == VN_LINK_VETH ? indices->link : 0, data);
    }
}

static void
visit_addr (const struct nlmsghdr *msg, gpointer data)
{
  Dump *dump = data;
  const struct nlattr *attrs[VN_NL_MAX_ATTRS] = { NULL };
  const struct ifaddrmsg *addr = mnl_nlmsg_get_payload (msg);
  VnPrefix prefix = { .len = addr->ifa_prefixlen };
  vn_nl_parse (msg, sizeof *addr, attrs);
  if (vn_nl_get_ip (attrs[IFA_LOCAL] ? attrs[IFA_LOCAL] : attrs[IFA_ADDRESS], &prefix.ip))
    add (dump, vn_kobj_addr (dump->node, name_of (dump, addr->ifa_index), prefix));
}

static void
visit_route (const struct nlmsghdr *msg, gpointer data)
{
  Dump *dump = data;
  const struct nlattr *attrs[VN_NL_MAX_ATTRS] = { NULL };
  const struct rtmsg *route = mnl_nlmsg_get_payload (msg);
  VnPrefix dst = { .ip = { .family = family_from_kernel (route->rtm_family) }, .len = route->rtm_dst_len };
  VnIp via = { 0 };
  if (dst.ip.family == VN_FAMILY_NONE || route->rtm_table != RT_TABLE_MAIN || route->rtm_type != RTN_UNICAST
      || (route->rtm_flags & RTM_F_CLONED))
    return;
  vn_nl_parse (msg, sizeof *route, attrs);
  vn_nl_get_ip (attrs[RTA_DST], &dst.ip);
  vn_nl_get_ip (attrs[RTA_GATEWAY], &via);
  VnKobj obj = vn_kobj_route (dump->node, dst, via, name_of (dump, vn_nl_get_u32 (attrs[RTA_OIF])));
  obj.u.route.metric = vn_nl_get_u32 (attrs[RTA_PRIORITY]);
  add (dump, obj);
}

static void
visit_fdb (const struct nlmsghdr *msg, gpointer data)
{
  Dump *dump = data;
  const struct nlattr *attrs[VN_NL_MAX_ATTRS] = { NULL };
  const struct ndmsg *neigh = mnl_nlmsg_get_payload (msg);
  VnMac mac;
  VnIp dst = { 0 };
  vn_nl_parse (msg, sizeof *neigh, attrs);
  if (neigh->ndm_family != AF_BRIDGE || !vn_nl_get_mac (attrs[NDA_LLADDR], &mac))
    return;
  vn_nl_get_ip (attrs[NDA_DST], &dst);
  VnKobj obj = vn_kobj_fdb (dump->node, name_of (dump, (guint)neigh->ndm_ifindex), mac, dst);
  obj.u.fdb.self = (neigh->ndm_flags & NTF_SELF) != 0;
  obj.u.fdb.permanent = (neigh->ndm_state & NUD_PERMANENT) != 0;
  obj.u.fdb.learned = (neigh->ndm_state & (NUD_PERMANENT | NUD_NOARP)) == 0;
  add (dump, obj);
}

/* Entries without an address have not been answered, or are multicast mappings. */
static void
visit_neigh (const struct nlmsghdr *msg, gpointer data)
{
  Dump *dump = data;
  const struct nlattr *attrs[VN_NL_MAX_ATTRS] = { NULL };
  const struct ndmsg *neigh = mnl_nlmsg_get_payload (msg);
  VnMac mac;
  VnIp ip;
  if (family_from_kernel (neigh->ndm_family) == VN_FAMILY_NONE
      || (neigh->ndm_state & (NUD_NOARP | NUD_FAILED | NUD_INCOMPLETE)))
    return;
  vn_nl_parse (msg, sizeof *neigh, attrs);
  if (!vn_nl_get_mac (attrs[NDA_LLADDR], &mac) || !vn_nl_get_ip (attrs[NDA_DST], &ip))
    return;
  VnKobj obj = vn_kobj_neigh (dump->node, name_of (dump, (guint)neigh->ndm_ifindex), ip, mac);
  obj.u.neigh.permanent = (neigh->ndm_state & NUD_PERMANENT) != 0;
  add (dump, obj);
}

static void
visit_qdisc (const struct nlmsghdr *msg, gpointer data)
{
  Dump *dump = data;
  VnQdisc qdisc = { 0 };
  guint ifindex;
  if (!vn_nl_qdisc_get (msg, &qdisc, &ifindex))
    return;
  VnKobj obj = vn_kobj_ingress (dump->node, name_of (dump, ifindex));
  g_strlcpy (qdisc.dev, obj.u.qdisc.dev, VN_DEV_SIZE);
  obj.u.qdisc = qdisc;
  add (dump, obj);
  if (qdisc.kind == VN_QDISC_INGRESS)
    g_array_append_val (dump->policed, ifindex);
}

static void
visit_filter (const struct nlmsghdr *msg, gpointer data)
{
  Dump *dump = data;
  VnPolicer policer;
  if (vn_nl_policer_get (msg, &policer))
    add (dump, vn_kobj_policer (dump->node, name_of (dump, dump->filtered), policer.priority, policer.bucket,
                                policer.mtu_bytes));
}

/* Filters are read device by device. */
static gboolean
dump_filters (VnNl *nl, Dump *dump, GError **error)
{
  for (guint i = 0; i < dump->policed->len; i++)
    {
      char buffer[VN_NL_MSG_SIZE];
      struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
      dump->filtered = g_array_index (dump->policed, guint, i);
      msg->nlmsg_type = RTM_GETTFILTER;
      msg->nlmsg_flags = NLM_F_DUMP;
      vn_nl_policer_ask (msg, dump->filtered);
      if (!vn_nl_request (nl, msg, visit_filter, dump, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* One dump each. The headers are all zero but for the family. */
static const struct
{
  guint16 type;
  gsize header_size;
  guint8 family;
  VnNlVisit visit;
} dumps[] = {
  { RTM_GETLINK, sizeof (struct ifinfomsg), AF_UNSPEC, visit_link },
  { RTM_GETADDR, sizeof (struct ifaddrmsg), AF_UNSPEC, visit_addr },
  { RTM_GETROUTE, sizeof (struct rtmsg), AF_UNSPEC, visit_route },
  { RTM_GETNEIGH, sizeof (struct ndmsg), AF_BRIDGE, visit_fdb },
  { RTM_GETNEIGH, sizeof (struct ndmsg), AF_UNSPEC, visit_neigh },
  { RTM_GETQDISC, sizeof (struct tcmsg), AF_UNSPEC, visit_qdisc },
};

static gboolean
dump_one (VnNl *nl, gsize which, Dump *dump, GError **error)
{
  char buffer[VN_NL_MSG_SIZE];
  struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
  msg->nlmsg_type = dumps[which].type;
  msg->nlmsg_flags = NLM_F_DUMP;
  guint8 *family = mnl_nlmsg_put_extra_header (msg, dumps[which].header_size);
  *family = dumps[which].family;
  return vn_nl_request (nl, msg, dumps[which].visit, dump, NULL, error);
}

gboolean
vn_nl_dump (VnNl *nl, const char *node, VnNlCompleteFunc complete, gpointer data, GPtrArray *objs, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) indices = g_array_new (FALSE, FALSE, sizeof (VnNlIndices));
  g_autoptr (GArray) policed = g_array_new (FALSE, FALSE, sizeof (guint));
  Dump dump = { node, objs, names, indices, objs->len, policed, 0 };
  for (gsize i = 0; i < G_N_ELEMENTS (dumps); i++)
    {
      if (!dump_one (nl, i, &dump, error))
        return FALSE;
      if (dumps[i].type == RTM_GETLINK)
        name_indices (&dump, complete, data);
    }
  return dump_filters (nl, &dump, error);
}

static void
visit_index (const struct nlmsghdr *msg, gpointer data)
{
  const struct ifinfomsg *info = mnl_nlmsg_get_payload (msg);
  *(guint *)data = (guint)info->ifi_index;
}

gboolean
vn_nl_find_link (VnNl *nl, const char *dev, guint *ret_ifindex, GError **error)
{
  char buffer[VN_NL_MSG_SIZE];
  int errnum = 0;
  struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
  msg->nlmsg_type = RTM_GETLINK;
  mnl_nlmsg_put_extra_header (msg, sizeof (struct ifinfomsg));
  mnl_attr_put_strz (msg, IFLA_IFNAME, dev);
  *ret_ifindex = 0;
  return vn_nl_request (nl, msg, visit_index, ret_ifindex, &errnum, error);
}

static void
visit_state (const struct nlmsghdr *msg, gpointer data)
{
  const struct ndmsg *neigh = mnl_nlmsg_get_payload (msg);
  *(guint16 *)data = neigh->ndm_state;
}

gboolean
vn_nl_is_dynamic (VnNl *nl, const VnKobj *obj, guint ifindex)
{
  char buffer[VN_NL_MSG_SIZE];
  guint16 state = NUD_PERMANENT;
  int errnum = 0;
  struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
  msg->nlmsg_type = RTM_GETNEIGH;
  struct ndmsg *neigh = mnl_nlmsg_put_extra_header (msg, sizeof *neigh);
  neigh->ndm_ifindex = (int)ifindex;
  if (obj->kind == VN_KOBJ_FDB)
    {
      neigh->ndm_family = AF_BRIDGE;
      neigh->ndm_flags = obj->u.fdb.self ? NTF_SELF : NTF_MASTER;
      mnl_attr_put (msg, NDA_LLADDR, sizeof obj->u.fdb.mac.b, obj->u.fdb.mac.b);
    }
  else
    {
      neigh->ndm_family = vn_nl_family (obj->u.neigh.ip);
      vn_nl_put_ip (msg, NDA_DST, obj->u.neigh.ip);
    }
  return vn_nl_request (nl, msg, visit_state, &state, &errnum, NULL) && errnum == 0
         && (state & (NUD_PERMANENT | NUD_NOARP)) == 0;
}
