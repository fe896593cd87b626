/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting until a namespace's own IPv6 addresses work.
 *
 * The kernel answers "added" before an address works, also without duplicate address detection: the route that makes it
 * the namespace's own is added by a worker, in its own time. A neighbour's answer that comes before is lost, and the
 * next question is asked a second later. So the list of addresses is compared with that of the local routes, again at
 * each notification of a route. */
#include "tests/lib/vn-live-addresses.h"

#include <errno.h>
#include <linux/ipv6_route.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-kernel.h"

#define IP_DIGITS 32
#define ROUTE_FLAGS 8 /* which word of a line of ipv6_route */

/* Of the calling thread's namespace. Transfer full. */
static GStrv
read_lines (const char *file, GError **error)
{
  g_autofree char *path = g_build_filename ("/proc/thread-self/net", file, NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, error) ? g_strsplit (text, "\n", -1) : NULL;
}

/* "ADDRESS 80 SOURCE 00 NEXT-HOP METRIC REFERENCES USE FLAGS DEVICE", all hexadecimal. */
static gboolean
is_local_route (const char *line, const char *address)
{
  g_auto (GStrv) words = NULL;

  if (strncmp (line, address, IP_DIGITS) != 0 || !g_str_has_prefix (line + IP_DIGITS, " 80 "))
    return FALSE;
  words = g_strsplit (line, " ", 0);
  return g_strv_length (words) > ROUTE_FLAGS && (g_ascii_strtoull (words[ROUTE_FLAGS], NULL, 16) & RTF_LOCAL) != 0;
}

static gboolean
works (const char *address, char *const *routes)
{
  for (; *routes != NULL; routes++)
    if (is_local_route (*routes, address))
      return TRUE;
  return FALSE;
}

typedef struct
{
  int news; /* notifications of routes */
  gboolean all_work;
} Look;

static gboolean
open_news (gpointer data, GError **error)
{
  Look *look = data;
  const struct sockaddr_nl groups = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV6_ROUTE };
  VN_AUTO_FD fd = socket (AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);

  if (fd < 0 || bind (fd, (const struct sockaddr *)&groups, sizeof groups) < 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot listen for routes");
  look->news = vn_fd_steal (&fd);
  return TRUE;
}

static gboolean
compare_lists (gpointer data, GError **error)
{
  Look *look = data;
  g_auto (GStrv) addresses = read_lines ("if_inet6", error);
  g_auto (GStrv) routes = addresses != NULL ? read_lines ("ipv6_route", error) : NULL;

  if (routes == NULL)
    return FALSE;
  look->all_work = TRUE;
  for (guint i = 0; addresses[i] != NULL; i++)
    look->all_work &= *addresses[i] == '\0' || works (addresses[i], routes);
  return TRUE;
}

static void
wait_for_news (int fd, VnUsec timeout)
{
  struct pollfd entry = { .fd = fd, .events = POLLIN };
  char data[4096];

  poll (&entry, 1, (int)(timeout / 1000) + 1);
  while (recv (fd, data, sizeof data, 0) > 0)
    continue;
}

gboolean
vn_live_wait_addresses (int netns_fd, VnUsec timeout, GError **error)
{
  VnUsec deadline = g_get_monotonic_time () + timeout, left = timeout;
  Look look = { -1, FALSE };
  gboolean ok
      = vn_netns_run (netns_fd, open_news, &look, error) && vn_netns_run (netns_fd, compare_lists, &look, error);

  while (ok && !look.all_work && left > 0)
    {
      wait_for_news (look.news, left);
      ok = vn_netns_run (netns_fd, compare_lists, &look, error);
      left = deadline - g_get_monotonic_time ();
    }
  vn_fd_clear (&look.news);
  return ok;
}
