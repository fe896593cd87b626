/* SPDX-License-Identifier: Apache-2.0 */
/* Deleting tracked connections (linux/netfilter/nfnetlink_conntrack.h).
 *
 * The kernel deletes by the whole tuple only, so the table is dumped, and each entry whose first packet matches is
 * deleted by the tuple and zone that it came with. An entry that ends meanwhile is none the less gone. */
#include "sim/kernel/vn-conntrack.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <sys/socket.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-nl-attr.h"
#include "sim/kernel/vn-nl.h"

typedef struct
{
  const VnConntrack *wanted;
  GPtrArray *messages; /* struct nlmsghdr: deletions, owned */
} Search;

static struct nlmsghdr *
start (char *buffer, guint16 type, guint16 flags, VnFamily family)
{
  struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
  struct nfgenmsg *head;
  msg->nlmsg_type = (guint16)(NFNL_SUBSYS_CTNETLINK << 8 | type);
  msg->nlmsg_flags = NLM_F_REQUEST | flags;
  head = mnl_nlmsg_put_extra_header (msg, sizeof *head);
  head->nfgen_family = family == VN_FAMILY_IPV6 ? AF_INET6 : AF_INET;
  head->version = NFNETLINK_V0;
  return msg;
}

static VnIp
address_of (const struct nlattr *const *ip, guint v4, guint v6)
{
  VnIp address = { 0 };
  if (!vn_nl_get_ip (ip[v4], &address))
    (void)vn_nl_get_ip (ip[v6], &address);
  return address;
}

static gboolean
is_among (VnIp address, VnPrefix wanted)
{
  return !vn_ip_is_set (wanted.ip) || vn_prefix_contains (wanted, address);
}

static gboolean
matches (const VnConntrack *wanted, const struct nlattr *const *connection)
{
  const struct nlattr *tuple[VN_NL_MAX_ATTRS] = { NULL }, *ip[VN_NL_MAX_ATTRS] = { NULL };
  const struct nlattr *proto[VN_NL_MAX_ATTRS] = { NULL };
  vn_nl_parse_nested (connection[CTA_TUPLE_ORIG], tuple);
  vn_nl_parse_nested (tuple[CTA_TUPLE_IP], ip);
  vn_nl_parse_nested (tuple[CTA_TUPLE_PROTO], proto);
  return g_ntohs (vn_nl_get_u16 (connection[CTA_ZONE])) == wanted->zone
         && (wanted->protocol < 0 || vn_nl_get_u8 (proto[CTA_PROTO_NUM]) == wanted->protocol)
         && is_among (address_of (ip, CTA_IP_V4_SRC, CTA_IP_V6_SRC), wanted->src)
         && is_among (address_of (ip, CTA_IP_V4_DST, CTA_IP_V6_DST), wanted->dst);
}

static void
visit (const struct nlmsghdr *msg, gpointer data)
{
  static const guint16 named_by[] = { CTA_TUPLE_ORIG, CTA_ZONE, CTA_ID };
  Search *search = data;
  const struct nlattr *connection[VN_NL_MAX_ATTRS] = { NULL };
  struct nlmsghdr *deletion;
  vn_nl_parse (msg, sizeof (struct nfgenmsg), connection);
  if (!matches (search->wanted, connection))
    return;
  deletion = start (g_malloc0 (VN_NL_MSG_SIZE), IPCTNL_MSG_CT_DELETE, NLM_F_ACK, search->wanted->family);
  for (gsize i = 0; i < G_N_ELEMENTS (named_by); i++)
    {
      const struct nlattr *attr = connection[named_by[i]];
      if (attr != NULL)
        mnl_attr_put (deletion, attr->nla_type, mnl_attr_get_payload_len (attr), mnl_attr_get_payload (attr));
    }
  g_ptr_array_add (search->messages, deletion);
}

static void
note_failure (guint owner G_GNUC_UNUSED, int errnum, const char *words G_GNUC_UNUSED, gpointer data)
{
  int *failure = data;
  if (errnum != 0)
    *failure = errnum;
}

gboolean
vn_conntrack_delete (int netns_fd, const VnConntrack *wanted, GError **error)
{
  g_autoptr (VnNl) nl = vn_nl_open_netfilter (netns_fd, error);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_free);
  Search search = { wanted, messages };
  char buffer[VN_NL_MSG_SIZE];
  int failure = 0;
  if (nl == NULL
      || !vn_nl_request (nl, start (buffer, IPCTNL_MSG_CT_GET, NLM_F_DUMP, wanted->family), visit, &search, NULL,
                         error))
    return FALSE;
  for (guint i = 0; i < messages->len; i++)
    vn_nl_queue (nl, messages->pdata[i], i, ENOENT);
  if (!vn_nl_flush (nl, note_failure, &failure, error))
    return FALSE;
  return failure == 0
         || vn_error_errno (error, VN_ERROR_KERNEL, failure, "the kernel did not delete a tracked connection");
}
