/* SPDX-License-Identifier: Apache-2.0 */
/* VnKobj to rtnetlink messages: one builder for each kind of object.
 *
 * A link takes several messages, since the kernel accepts some things only in this order: make it (address, MTU and
 * master can go along), turn IPv6 autoconfiguration off (IFLA_AF_SPEC is read for existing links only, and it must be
 * off before the link is up), set it up. All of them travel in the same batch. */
#include "sim/kernel/vn-nl-build.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "sim/kernel/vn-nl-attr.h"
#include "sim/kernel/vn-nl-link.h"
#include "sim/kernel/vn-nl-tc.h"

/* What the message of an object does, by verb. */
static const struct
{
  gboolean deletes;
  guint16 flags;
} verbs[] = {
  [VN_VERB_ADD] = { FALSE, NLM_F_CREATE | NLM_F_EXCL },
  [VN_VERB_SET] = { FALSE, NLM_F_CREATE | NLM_F_REPLACE },
  [VN_VERB_DEL] = { TRUE, 0 },
};

static struct nlmsghdr *
start (void *buffer, guint16 type, guint16 flags)
{
  struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
  msg->nlmsg_type = type;
  msg->nlmsg_flags = flags;
  return msg;
}

static struct nlmsghdr *
start_link (void *buffer, guint16 type, guint16 flags, guint ifindex, gboolean sets_up, gboolean up)
{
  struct nlmsghdr *msg = start (buffer, type, flags);
  struct ifinfomsg *info = mnl_nlmsg_put_extra_header (msg, sizeof *info);
  info->ifi_index = (int)ifindex;
  info->ifi_change = sets_up ? IFF_UP : 0;
  info->ifi_flags = sets_up && up ? IFF_UP : 0;
  return msg;
}

static void
put_common (struct nlmsghdr *msg, const VnLink *link)
{
  if (link->has_mac)
    mnl_attr_put (msg, IFLA_ADDRESS, sizeof link->mac.b, link->mac.b);
  if (link->mtu != 0)
    mnl_attr_put_u32 (msg, IFLA_MTU, link->mtu);
}

static void
queue_link_new (VnNl *nl, const VnLink *link, const VnNlRefs *refs, guint owner)
{
  char buffer[VN_NL_MSG_SIZE];
  struct nlmsghdr *msg = start_link (buffer, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, refs->ifindex, FALSE, FALSE);
  mnl_attr_put_strz (msg, IFLA_IFNAME, link->name);
  put_common (msg, link);
  if (refs->master != 0)
    mnl_attr_put_u32 (msg, IFLA_MASTER, refs->master);
  vn_nl_link_put (msg, link, refs);
  vn_nl_queue (nl, msg, owner, 0);
}

static void
queue_link_change (VnNl *nl, const VnLink *link, const VnNlRefs *refs, guint owner)
{
  char buffer[VN_NL_MSG_SIZE];
  struct nlmsghdr *msg = start_link (buffer, RTM_NEWLINK, 0, refs->ifindex, FALSE, FALSE);
  put_common (msg, link);
  mnl_attr_put_u32 (msg, IFLA_MASTER, refs->master);
  vn_nl_queue (nl, msg, owner, 0);
}

/* A device with an MTU below 1280 has no IPv6 to be configured: EAFNOSUPPORT. */
static void
queue_no_autoconf (VnNl *nl, guint ifindex, guint owner)
{
  char buffer[VN_NL_MSG_SIZE];
  struct nlmsghdr *msg = start_link (buffer, RTM_NEWLINK, 0, ifindex, FALSE, FALSE);
  struct nlattr *spec = mnl_attr_nest_start (msg, IFLA_AF_SPEC);
  struct nlattr *inet6 = mnl_attr_nest_start (msg, AF_INET6);
  mnl_attr_put_u8 (msg, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
  mnl_attr_nest_end (msg, inet6);
  mnl_attr_nest_end (msg, spec);
  vn_nl_queue (nl, msg, owner, EAFNOSUPPORT);
}

static void
queue_link_state (VnNl *nl, guint ifindex, gboolean up, guint owner)
{
  char buffer[VN_NL_MSG_SIZE];
  vn_nl_queue (nl, start_link (buffer, RTM_NEWLINK, 0, ifindex, TRUE, up), owner, 0);
}

void
vn_nl_queue_link_up (VnNl *nl, guint ifindex, guint owner)
{
  queue_link_state (nl, ifindex, TRUE, owner);
}

void
vn_nl_queue_link_del (VnNl *nl, guint ifindex, guint owner, int tolerated)
{
  char buffer[VN_NL_MSG_SIZE];
  vn_nl_queue (nl, start_link (buffer, RTM_DELLINK, 0, ifindex, FALSE, FALSE), owner, tolerated);
}

gboolean
vn_link_is_other_end (const VnLink *link)
{
  return link->kind == VN_LINK_VETH && !link->u.veth.creates;
}

/* Deleting the first end takes this one along; here it is only put back to how its making left it. */
static void
queue_other_end_del (VnNl *nl, const VnNlRefs *refs, guint owner)
{
  const VnLink plain = { .up = FALSE };
  VnNlRefs unenslaved = { .ifindex = refs->ifindex };
  queue_link_state (nl, refs->ifindex, FALSE, owner);
  queue_link_change (nl, &plain, &unenslaved, owner);
}

static void
queue_link_want (VnNl *nl, const VnLink *link, const VnNlRefs *refs, gboolean makes, guint owner)
{
  if (makes)
    queue_link_new (nl, link, refs, owner);
  else
    queue_link_change (nl, link, refs, owner);
  if (link->no_autoconf)
    queue_no_autoconf (nl, refs->ifindex, owner);
  if (link->up || !makes)
    queue_link_state (nl, refs->ifindex, link->up, owner);
}

static void
queue_link (VnNl *nl, VnVerb verb, const VnKobj *obj, const VnNlRefs *refs, guint owner)
{
  const VnLink *link = &obj->u.link;
  gboolean is_other_end = vn_link_is_other_end (link);
  if (verb != VN_VERB_DEL)
    queue_link_want (nl, link, refs, verb == VN_VERB_ADD && !is_other_end, owner);
  else if (is_other_end)
    queue_other_end_del (nl, refs, owner);
  else
    vn_nl_queue_link_del (nl, refs->ifindex, owner, 0);
}

static void
queue_addr (VnNl *nl, VnVerb verb, const VnKobj *obj, const VnNlRefs *refs, guint owner)
{
  char buffer[VN_NL_MSG_SIZE];
  VnPrefix prefix = obj->u.addr.prefix;
  struct nlmsghdr *msg = start (buffer, verbs[verb].deletes ? RTM_DELADDR : RTM_NEWADDR, verbs[verb].flags);
  struct ifaddrmsg *addr = mnl_nlmsg_put_extra_header (msg, sizeof *addr);
  addr->ifa_family = vn_nl_family (prefix.ip);
  addr->ifa_prefixlen = prefix.len;
  addr->ifa_index = refs->ifindex;
  vn_nl_put_ip (msg, IFA_LOCAL, prefix.ip);
  vn_nl_put_ip (msg, IFA_ADDRESS, prefix.ip);
  if (prefix.ip.family == VN_FAMILY_IPV6 && !verbs[verb].deletes)
    mnl_attr_put_u32 (msg, IFA_FLAGS, IFA_F_NODAD);
  vn_nl_queue (nl, msg, owner, 0);
}

static void
queue_route (VnNl *nl, VnVerb verb, const VnKobj *obj, const VnNlRefs *refs, guint owner)
{
  char buffer[VN_NL_MSG_SIZE];
  const VnRoute *want = &obj->u.route;
  struct nlmsghdr *msg = start (buffer, verbs[verb].deletes ? RTM_DELROUTE : RTM_NEWROUTE, verbs[verb].flags);
  struct rtmsg *route = mnl_nlmsg_put_extra_header (msg, sizeof *route);
  route->rtm_family = vn_nl_family (want->dst.ip);
  route->rtm_dst_len = want->dst.len;
  route->rtm_table = RT_TABLE_MAIN;
  route->rtm_protocol = verbs[verb].deletes ? RTPROT_UNSPEC : RTPROT_STATIC;
  route->rtm_scope = vn_ip_is_set (want->via) ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  route->rtm_type = RTN_UNICAST;
  if (want->dst.len > 0)
    vn_nl_put_ip (msg, RTA_DST, want->dst.ip);
  if (vn_ip_is_set (want->via))
    vn_nl_put_ip (msg, RTA_GATEWAY, want->via);
  if (refs->ifindex != 0)
    mnl_attr_put_u32 (msg, RTA_OIF, refs->ifindex);
  if (want->metric != 0)
    mnl_attr_put_u32 (msg, RTA_PRIORITY, want->metric);
  vn_nl_queue (nl, msg, owner, 0);
}

static struct nlmsghdr *
start_neigh (void *buffer, VnVerb verb, guint16 flags, guint8 family, guint ifindex)
{
  struct nlmsghdr *msg = start (buffer, verbs[verb].deletes ? RTM_DELNEIGH : RTM_NEWNEIGH, flags);
  struct ndmsg *neigh = mnl_nlmsg_put_extra_header (msg, sizeof *neigh);
  neigh->ndm_family = family;
  neigh->ndm_ifindex = (int)ifindex;
  return msg;
}

/* A zero or multicast address stands for a list of endpoints in a VXLAN device's table, which is appended to. */
static guint16
fdb_flags (VnVerb verb, const VnFdb *fdb)
{
  gboolean is_list = fdb->self && (vn_mac_is_multicast (fdb->mac) || vn_mac_equal (fdb->mac, VN_MAC_ZERO));
  return verb == VN_VERB_ADD && is_list ? NLM_F_CREATE | NLM_F_APPEND : verbs[verb].flags;
}

static void
queue_fdb (VnNl *nl, VnVerb verb, const VnKobj *obj, const VnNlRefs *refs, guint owner)
{
  char buffer[VN_NL_MSG_SIZE];
  const VnFdb *fdb = &obj->u.fdb;
  struct nlmsghdr *msg = start_neigh (buffer, verb, fdb_flags (verb, fdb), AF_BRIDGE, refs->ifindex);
  struct ndmsg *neigh = mnl_nlmsg_get_payload (msg);
  neigh->ndm_flags = fdb->self ? NTF_SELF : NTF_MASTER;
  neigh->ndm_state = fdb->permanent ? NUD_NOARP | NUD_PERMANENT : NUD_NOARP | NUD_REACHABLE;
  mnl_attr_put (msg, NDA_LLADDR, sizeof fdb->mac.b, fdb->mac.b);
  if (vn_ip_is_set (fdb->dst))
    vn_nl_put_ip (msg, NDA_DST, fdb->dst);
  vn_nl_queue (nl, msg, owner, 0);
}

static void
queue_neigh (VnNl *nl, VnVerb verb, const VnKobj *obj, const VnNlRefs *refs, guint owner)
{
  char buffer[VN_NL_MSG_SIZE];
  const VnNeigh *want = &obj->u.neigh;
  struct nlmsghdr *msg = start_neigh (buffer, verb, verbs[verb].flags, vn_nl_family (want->ip), refs->ifindex);
  struct ndmsg *neigh = mnl_nlmsg_get_payload (msg);
  neigh->ndm_state = want->permanent ? NUD_PERMANENT : NUD_REACHABLE;
  vn_nl_put_ip (msg, NDA_DST, want->ip);
  if (!verbs[verb].deletes)
    mnl_attr_put (msg, NDA_LLADDR, sizeof want->mac.b, want->mac.b);
  vn_nl_queue (nl, msg, owner, 0);
}

static void
queue_qdisc (VnNl *nl, VnVerb verb, const VnKobj *obj, const VnNlRefs *refs, guint owner)
{
  char buffer[VN_NL_MSG_SIZE];
  struct nlmsghdr *msg = start (buffer, verbs[verb].deletes ? RTM_DELQDISC : RTM_NEWQDISC, verbs[verb].flags);
  vn_nl_qdisc_put (msg, &obj->u.qdisc, refs->ifindex, verbs[verb].deletes);
  vn_nl_queue (nl, msg, owner, 0);
}

/* The kernel would put a new filter beside the old one, whose handle we don't know: the old one goes first. */
static void
queue_filter (VnNl *nl, VnVerb verb, const VnKobj *obj, const VnNlRefs *refs, guint owner)
{
  char buffer[VN_NL_MSG_SIZE];
  if (verb != VN_VERB_ADD)
    {
      struct nlmsghdr *msg = start (buffer, RTM_DELTFILTER, 0);
      vn_nl_policer_put (msg, &obj->u.filter, refs->ifindex, TRUE);
      vn_nl_queue (nl, msg, owner, 0);
    }
  if (verb != VN_VERB_DEL)
    {
      struct nlmsghdr *msg = start (buffer, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL);
      vn_nl_policer_put (msg, &obj->u.filter, refs->ifindex, FALSE);
      vn_nl_queue (nl, msg, owner, 0);
    }
}

typedef void (*QueueFunc) (VnNl *nl, VnVerb verb, const VnKobj *obj, const VnNlRefs *refs, guint owner);

static const QueueFunc by_kind[VN_N_KOBJS] = {
  [VN_KOBJ_LINK] = queue_link,     [VN_KOBJ_ADDR] = queue_addr,   [VN_KOBJ_ROUTE] = queue_route,
  [VN_KOBJ_FDB] = queue_fdb,       [VN_KOBJ_NEIGH] = queue_neigh, [VN_KOBJ_QDISC] = queue_qdisc,
  [VN_KOBJ_FILTER] = queue_filter,
};

gboolean
vn_nl_carries (VnKobjKind kind)
{
  return by_kind[kind] != NULL;
}

void
vn_nl_queue_op (VnNl *nl, VnVerb verb, const VnKobj *obj, const VnNlRefs *refs, guint owner)
{
  by_kind[obj->kind](nl, verb, obj, refs, owner);
}
