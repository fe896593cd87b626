/* SPDX-License-Identifier: Apache-2.0 */
/* The next hop of a destination, as the node's own kernel sees it.
 *
 * A question goes through three steps on one netlink socket: RTM_GETROUTE says device and next hop (or that there is no
 * route, or that the address is the node's own); RTM_GETNEIGH says whether that one is known already; if not, then
 * RTM_NEWNEIGH with NTF_USE makes the kernel resolve it by real ARP or neighbour discovery, as if it had a packet to
 * send. What becomes of it comes as a notification of RTNLGRP_NEIGH; a second RTM_GETNEIGH is sent behind, for what
 * became known in between. If notifications were lost (ENOBUFS), all that is pending is asked for again.
 *
 * The kernel's tables of neighbours are bounded for the whole machine, over all namespaces (gc_thresh3, 1,024 as a
 * rule): 33 instances that all know each other would fill them, and questions would be dropped in silence. Permanent
 * entries don't count. So what was learned is made permanent, with the address that the kernel itself has learned, and
 * forgotten with the resolver: a lab that stays is left as it was. (NTF_USE makes a permanent entry an unknown one
 * again, hence the look before.)
 *
 * A next hop that doesn't answer is given up after three tries, a second apart by default. The device is told to try
 * again sooner: RTM_SETNEIGHTBL does what the sysctl retrans_time_ms does, which user namespaces don't show. */
#include "sim/kernel/vn-kernel.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-nl-attr.h"
#include "sim/kernel/vn-nl.h"

#define RECEIVE_BYTES (32 * 1024)
#define NUD_ANSWERED (NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY)
#define RETRANSMIT_MSEC 100 /* as a lab's instances have it (sim/plan/vn-station.c) */

typedef enum
{
  STEP_ROUTE,
  STEP_LOOK,
  STEP_USE,
} Step;

typedef struct
{
  VnResolveState state;
  Step step;
  guint32 seq; /* of the step's message */
  VnIp dst;
  VnIp next_hop;
  guint ifindex; /* 0 = the route is not known yet */
  gboolean pinned;
  VnMac mac;
} Entry;

struct _VnResolver
{
  VnNl *nl;
  guint32 seq;
  GPtrArray *entries; /* Entry, owned */
  GHashTable *by_dst; /* text -> Entry, borrowed */
};

VnResolver *
vn_resolver_new (int netns_fd, GError **error)
{
  VnNl *nl = vn_nl_open (netns_fd, RTMGRP_NEIGH, error);
  if (nl == NULL)
    return NULL;
  VnResolver *resolver = g_new0 (VnResolver, 1);
  resolver->nl = nl;
  resolver->entries = g_ptr_array_new_with_free_func (g_free);
  resolver->by_dst = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return resolver;
}

int
vn_resolver_fd (VnResolver *resolver)
{
  return vn_nl_fd (resolver->nl);
}

static Entry *
find_entry (VnResolver *resolver, VnIp dst)
{
  g_autofree char *text = vn_ip_to_string (dst);
  return g_hash_table_lookup (resolver->by_dst, text);
}

static Entry *
add_entry (VnResolver *resolver, VnIp dst)
{
  Entry *entry = g_new0 (Entry, 1);
  entry->dst = dst;
  g_ptr_array_add (resolver->entries, entry);
  g_hash_table_insert (resolver->by_dst, vn_ip_to_string (dst), entry);
  return entry;
}

static gboolean
send_message (VnResolver *resolver, struct nlmsghdr *msg, GError **error)
{
  msg->nlmsg_flags |= NLM_F_REQUEST;
  msg->nlmsg_seq = ++resolver->seq;
  return send (vn_nl_fd (resolver->nl), msg, msg->nlmsg_len, 0) >= 0
         || vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot ask the kernel for a next hop");
}

static gboolean
ask_route (VnResolver *resolver, Entry *entry, GError **error)
{
  char buffer[VN_NL_MSG_SIZE];
  struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
  msg->nlmsg_type = RTM_GETROUTE;
  struct rtmsg *route = mnl_nlmsg_put_extra_header (msg, sizeof *route);
  route->rtm_family = vn_nl_family (entry->dst);
  route->rtm_dst_len = (guint8)vn_ip_bits (entry->dst.family);
  vn_nl_put_ip (msg, RTA_DST, entry->dst);
  entry->step = STEP_ROUTE;
  entry->seq = resolver->seq + 1;
  return send_message (resolver, msg, error);
}

static gboolean
send_neigh (VnResolver *resolver, const Entry *entry, guint16 type, guint16 flags, struct ndmsg head, GError **error)
{
  char buffer[VN_NL_MSG_SIZE];
  struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
  msg->nlmsg_type = type;
  msg->nlmsg_flags = flags;
  struct ndmsg *neigh = mnl_nlmsg_put_extra_header (msg, sizeof *neigh);
  *neigh = head;
  neigh->ndm_family = vn_nl_family (entry->next_hop);
  neigh->ndm_ifindex = (int)entry->ifindex;
  vn_nl_put_ip (msg, NDA_DST, entry->next_hop);
  return send_message (resolver, msg, error);
}

static gboolean
set_retransmission (VnResolver *resolver, const Entry *entry, GError **error)
{
  char buffer[VN_NL_MSG_SIZE];
  struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
  msg->nlmsg_type = RTM_SETNEIGHTBL;
  struct ndtmsg *table = mnl_nlmsg_put_extra_header (msg, sizeof *table);
  table->ndtm_family = vn_nl_family (entry->next_hop);
  mnl_attr_put_strz (msg, NDTA_NAME, entry->next_hop.family == VN_FAMILY_IPV4 ? "arp_cache" : "ndisc_cache");
  struct nlattr *parameters = mnl_attr_nest_start (msg, NDTA_PARMS);
  mnl_attr_put_u32 (msg, NDTPA_IFINDEX, entry->ifindex);
  mnl_attr_put_u64 (msg, NDTPA_RETRANS_TIME, RETRANSMIT_MSEC);
  mnl_attr_nest_end (msg, parameters);
  return send_message (resolver, msg, error);
}

static gboolean
look_at_neigh (VnResolver *resolver, Entry *entry, GError **error)
{
  entry->step = STEP_LOOK;
  entry->seq = resolver->seq + 1;
  return send_neigh (resolver, entry, RTM_GETNEIGH, 0, (struct ndmsg){ 0 }, error);
}

static gboolean
use_neigh (VnResolver *resolver, Entry *entry, GError **error)
{
  if (!set_retransmission (resolver, entry, error))
    return FALSE;
  entry->step = STEP_USE;
  entry->seq = resolver->seq + 1;
  return send_neigh (resolver, entry, RTM_NEWNEIGH, NLM_F_CREATE, (struct ndmsg){ .ndm_flags = NTF_USE }, error)
         && send_neigh (resolver, entry, RTM_GETNEIGH, 0, (struct ndmsg){ 0 }, error);
}

/* Without an address in the message, the entry keeps its own. */
static gboolean
pin_neigh (VnResolver *resolver, Entry *entry, GError **error)
{
  const struct ndmsg head = { .ndm_state = NUD_PERMANENT };
  entry->pinned = TRUE;
  return send_neigh (resolver, entry, RTM_NEWNEIGH, NLM_F_REPLACE, head, error);
}

/* What is gone with its device needs no deletion. */
static void
unpin_all (VnResolver *resolver)
{
  for (guint i = 0; i < resolver->entries->len; i++)
    {
      const Entry *entry = resolver->entries->pdata[i];
      if (entry->pinned && !send_neigh (resolver, entry, RTM_DELNEIGH, 0, (struct ndmsg){ 0 }, NULL))
        return;
    }
}

void
vn_resolver_free (VnResolver *resolver)
{
  if (resolver == NULL)
    return;
  unpin_all (resolver);
  vn_nl_close (resolver->nl);
  g_ptr_array_unref (resolver->entries);
  g_hash_table_unref (resolver->by_dst);
  g_free (resolver);
}

gboolean
vn_resolver_ask (VnResolver *resolver, VnIp dst, GError **error)
{
  Entry *entry = find_entry (resolver, dst);
  if (entry == NULL)
    entry = add_entry (resolver, dst);
  entry->state = VN_RESOLVE_PENDING;
  entry->ifindex = 0;
  return ask_route (resolver, entry, error);
}

VnResolveState
vn_resolver_state (VnResolver *resolver, VnIp dst, VnMac *ret_mac, VnIp *ret_next_hop)
{
  const Entry *entry = find_entry (resolver, dst);
  if (entry == NULL)
    return VN_RESOLVE_PENDING;
  if (entry->state == VN_RESOLVE_DONE && ret_mac != NULL)
    *ret_mac = entry->mac;
  if (entry->ifindex != 0 && ret_next_hop != NULL)
    *ret_next_hop = entry->next_hop;
  return entry->state;
}

static Entry *
entry_by_seq (VnResolver *resolver, guint32 seq)
{
  for (guint i = 0; i < resolver->entries->len; i++)
    {
      Entry *entry = resolver->entries->pdata[i];
      if (entry->state == VN_RESOLVE_PENDING && entry->seq == seq)
        return entry;
    }
  return NULL;
}

/* The answer to a route question. */
static gboolean
take_route (VnResolver *resolver, const struct nlmsghdr *msg, GError **error)
{
  const struct nlattr *attrs[VN_NL_MAX_ATTRS] = { NULL };
  const struct rtmsg *route = mnl_nlmsg_get_payload (msg);
  Entry *entry = entry_by_seq (resolver, msg->nlmsg_seq);
  if (entry == NULL)
    return TRUE;
  vn_nl_parse (msg, sizeof *route, attrs);
  if (route->rtm_type != RTN_UNICAST || attrs[RTA_OIF] == NULL)
    {
      entry->state = route->rtm_type == RTN_LOCAL ? VN_RESOLVE_LOCAL : VN_RESOLVE_NO_ROUTE;
      return TRUE;
    }
  entry->ifindex = mnl_attr_get_u32 (attrs[RTA_OIF]);
  entry->next_hop = entry->dst;
  vn_nl_get_ip (attrs[RTA_GATEWAY], &entry->next_hop);
  return look_at_neigh (resolver, entry, error);
}

/* @mac: NULL = none was learned. @pin: it is not permanent by somebody else's will. */
static gboolean
settle_neigh (VnResolver *resolver, guint ifindex, VnIp ip, const guint8 *mac, gboolean pin, GError **error)
{
  VnResolveState state = mac != NULL ? VN_RESOLVE_DONE : VN_RESOLVE_UNANSWERED;
  for (guint i = 0; i < resolver->entries->len; i++)
    {
      Entry *entry = resolver->entries->pdata[i];
      if (entry->ifindex != ifindex || !vn_ip_equal (entry->next_hop, ip))
        continue;
      gboolean is_news = entry->state != state;
      entry->state = state;
      if (mac != NULL)
        memcpy (entry->mac.b, mac, sizeof entry->mac.b);
      if (is_news && pin && !pin_neigh (resolver, entry, error))
        return FALSE;
    }
  return TRUE;
}

/* A notification, or the answer to RTM_GETNEIGH. */
static gboolean
take_neigh (VnResolver *resolver, const struct nlmsghdr *msg, GError **error)
{
  const struct nlattr *attrs[VN_NL_MAX_ATTRS] = { NULL };
  const struct ndmsg *neigh = mnl_nlmsg_get_payload (msg);
  VnIp ip;
  if (neigh->ndm_family == AF_BRIDGE)
    return TRUE;
  vn_nl_parse (msg, sizeof *neigh, attrs);
  if (!vn_nl_get_ip (attrs[NDA_DST], &ip))
    return TRUE;
  const struct nlattr *mac = attrs[NDA_LLADDR];
  Entry *looked = entry_by_seq (resolver, msg->nlmsg_seq);
  if ((neigh->ndm_state & NUD_ANSWERED) && mac != NULL && mnl_attr_get_payload_len (mac) == sizeof (VnMac))
    return settle_neigh (resolver, (guint)neigh->ndm_ifindex, ip, mnl_attr_get_payload (mac),
                         (neigh->ndm_state & NUD_PERMANENT) == 0, error);
  if (looked != NULL && looked->step == STEP_LOOK)
    return use_neigh (resolver, looked, error);
  if (neigh->ndm_state & NUD_FAILED)
    return settle_neigh (resolver, (guint)neigh->ndm_ifindex, ip, NULL, FALSE, error);
  return TRUE;
}

/* No route, an unknown neighbour, or no room for another one. The look behind a use finds the entry missing (ENOENT) if
 * it has failed and been removed in between; then the notification has said so. */
static gboolean
take_error (VnResolver *resolver, const struct nlmsghdr *msg, GError **error)
{
  Entry *entry = entry_by_seq (resolver, msg->nlmsg_seq);
  const struct nlmsgerr *err = mnl_nlmsg_get_payload (msg);
  if (entry == NULL || mnl_nlmsg_get_payload_len (msg) < sizeof *err || err->error == 0)
    return TRUE;
  if (entry->step == STEP_LOOK)
    return use_neigh (resolver, entry, error);
  if (entry->step == STEP_ROUTE)
    entry->state = VN_RESOLVE_NO_ROUTE;
  else if (err->error == -ENOBUFS)
    return vn_error_set (error, VN_ERROR_UNSUPPORTED,
                         "the machine's table of neighbours is full; cure: sudo sysctl -w "
                         "net.ipv4.neigh.default.gc_thresh3=16384 net.ipv6.neigh.default.gc_thresh3=16384");
  return TRUE;
}

static gboolean
take_message (VnResolver *resolver, const struct nlmsghdr *msg, GError **error)
{
  switch (msg->nlmsg_type)
    {
    case RTM_NEWROUTE:
      return take_route (resolver, msg, error);
    case RTM_NEWNEIGH:
      return take_neigh (resolver, msg, error);
    case NLMSG_ERROR:
      return take_error (resolver, msg, error);
    default:
      return TRUE;
    }
}

static gboolean
ask_pending_again (VnResolver *resolver, GError **error)
{
  for (guint i = 0; i < resolver->entries->len; i++)
    {
      Entry *entry = resolver->entries->pdata[i];
      if (entry->state != VN_RESOLVE_PENDING)
        continue;
      if (!(entry->ifindex == 0 ? ask_route (resolver, entry, error) : look_at_neigh (resolver, entry, error)))
        return FALSE;
    }
  return TRUE;
}

gboolean
vn_resolver_dispatch (VnResolver *resolver, GError **error)
{
  g_autofree char *buffer = g_malloc (RECEIVE_BYTES);
  for (;;)
    {
      gssize got = recv (vn_nl_fd (resolver->nl), buffer, RECEIVE_BYTES, MSG_DONTWAIT);
      if (got < 0 && errno == EAGAIN)
        return TRUE;
      if (got < 0 && errno == ENOBUFS)
        return ask_pending_again (resolver, error);
      if (got < 0 && errno != EINTR)
        return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot receive the kernel's next hops");
      int left = (int)MAX (got, 0);
      for (const struct nlmsghdr *msg = (const struct nlmsghdr *)buffer; mnl_nlmsg_ok (msg, left);
           msg = mnl_nlmsg_next (msg, &left))
        if (!take_message (resolver, msg, error))
          return FALSE;
    }
}
