/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting until bridges forward.
 *
 * A port that is set up forwards only when the kernel's link watch has told the bridge of its carrier, which happens in
 * a work queue some time later; until then frames are dropped without a trace. A socket that is subscribed to link
 * changes is opened first, then the links are looked at: whatever changes behind that look is announced. */
#include "sim/kernel/vn-kernel.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-nl.h"

typedef struct
{
  char waiting[IF_NAMESIZE]; /* a port that does not forward yet; "" = none */
} Look;

static int
find_attr (const struct nlattr *attr, guint16 type, const struct nlattr **ret)
{
  if (mnl_attr_get_type (attr) == type)
    *ret = attr;
  return MNL_CB_OK;
}

static int
take_linkinfo (const struct nlattr *attr, void *data)
{
  return find_attr (attr, IFLA_LINKINFO, data);
}

static int
take_slave_data (const struct nlattr *attr, void *data)
{
  return find_attr (attr, IFLA_INFO_SLAVE_DATA, data);
}

static int
take_state (const struct nlattr *attr, void *data)
{
  return find_attr (attr, IFLA_BRPORT_STATE, data);
}

static int
take_name (const struct nlattr *attr, void *data)
{
  return find_attr (attr, IFLA_IFNAME, data);
}

static void
look_at_link (const struct nlmsghdr *msg, gpointer data)
{
  const struct ifinfomsg *info = mnl_nlmsg_get_payload (msg);
  const struct nlattr *linkinfo = NULL, *port = NULL, *state = NULL, *name = NULL;
  Look *look = data;

  mnl_attr_parse (msg, sizeof *info, take_linkinfo, &linkinfo);
  if (!(info->ifi_flags & IFF_UP) || !linkinfo)
    return;
  mnl_attr_parse_nested (linkinfo, take_slave_data, &port);
  if (!port)
    return;
  mnl_attr_parse_nested (port, take_state, &state);
  mnl_attr_parse (msg, sizeof *info, take_name, &name);
  if (state && name && mnl_attr_get_u8 (state) != BR_STATE_FORWARDING)
    g_strlcpy (look->waiting, mnl_attr_get_str (name), sizeof look->waiting);
}

static gboolean
look_at_links (VnNl *nl, Look *look, GError **error)
{
  char buffer[VN_NL_MSG_SIZE];
  struct nlmsghdr *msg = mnl_nlmsg_put_header (buffer);
  struct ifinfomsg *info;

  *look->waiting = '\0';
  msg->nlmsg_type = RTM_GETLINK;
  msg->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  info = mnl_nlmsg_put_extra_header (msg, sizeof *info);
  info->ifi_family = AF_UNSPEC;
  return vn_nl_request (nl, msg, look_at_link, look, NULL, error);
}

/* Waits for the next announcement and takes in all that are there. Returns: FALSE when the time is over. */
static gboolean
wait_for_change (const VnNl *events, VnUsec until)
{
  struct pollfd poll_fd = { .fd = vn_nl_fd (events), .events = POLLIN };
  VnUsec left = until - vn_clock_now ();
  char buffer[16384];

  if (left <= 0 || poll (&poll_fd, 1, (int)(left / 1000) + 1) == 0)
    return FALSE;
  while (recv (poll_fd.fd, buffer, sizeof buffer, MSG_DONTWAIT) > 0)
    continue;
  return TRUE;
}

static gboolean
wait_for_node (int netns_fd, const char *node, VnUsec until, GError **error)
{
  g_autoptr (VnNl) events = vn_nl_open (netns_fd, RTMGRP_LINK, error);
  g_autoptr (VnNl) questions = events ? vn_nl_open (netns_fd, 0, error) : NULL;
  Look look;

  if (!questions)
    return FALSE;
  do
    {
      if (!look_at_links (questions, &look, error))
        return FALSE;
      if (!*look.waiting)
        return TRUE;
    }
  while (wait_for_change (events, until));
  return vn_error_set (error, VN_ERROR_KERNEL, "%s: the bridge port %s does not begin to forward", node, look.waiting);
}

gboolean
vn_kernel_wait_forwarding (VnKernel *kernel, const char *const *nodes, VnUsec timeout, GError **error)
{
  VnUsec until = vn_clock_now () + timeout;

  for (; *nodes; nodes++)
    {
      int netns_fd = vn_kernel_node_fd (kernel, *nodes);

      if (netns_fd >= 0 && !wait_for_node (netns_fd, *nodes, until, error))
        return FALSE;
    }
  return TRUE;
}
