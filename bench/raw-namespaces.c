/* SPDX-License-Identifier: Apache-2.0 */
/* What a lab can't be built faster than: N namespaces, each with one end of a veth whose other end is an up port of a
 * bridge in one of M others, by rtnetlink alone; and their end.
 *
 * usage: unshare --user --map-root-user raw-namespaces N M; prints the seconds of both as JSON. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define BRIDGE_INDEX 10
#define FIRST_INDEX 100
#define BUFFER_BYTES 8192

typedef struct
{
  int netns_fd;
  struct mnl_socket *nl;
} Node;

static double
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
check (int ok, const char *what)
{
  if (ok)
    return;
  perror (what);
  exit (1);
}

/* Leaves the process in the new namespace. */
static Node
new_node (void)
{
  Node node;

  check (unshare (CLONE_NEWNET) == 0, "unshare");
  node.netns_fd = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  check (node.netns_fd >= 0, "open namespace");
  node.nl = mnl_socket_open2 (NETLINK_ROUTE, SOCK_CLOEXEC);
  check (node.nl != NULL && mnl_socket_bind (node.nl, 0, MNL_SOCKET_AUTOPID) == 0, "netlink");
  return node;
}

static struct ifinfomsg *
begin (struct nlmsghdr **ret, void *buffer, unsigned flags)
{
  struct ifinfomsg *info;

  *ret = mnl_nlmsg_put_header (buffer);
  (*ret)->nlmsg_type = RTM_NEWLINK;
  (*ret)->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
  info = mnl_nlmsg_put_extra_header (*ret, sizeof *info);
  return info;
}

static void
finish (const Node *node, struct nlmsghdr *msg)
{
  char answer[BUFFER_BYTES];
  ssize_t got;

  check (mnl_socket_sendto (node->nl, msg, msg->nlmsg_len) > 0, "send");
  got = mnl_socket_recvfrom (node->nl, answer, sizeof answer);
  check (got > 0 && mnl_cb_run (answer, (size_t)got, 0, 0, NULL, NULL) >= 0, "netlink answer");
}

static void
add_bridge (const Node *host)
{
  char buffer[BUFFER_BYTES];
  struct nlmsghdr *msg;
  struct ifinfomsg *info = begin (&msg, buffer, NLM_F_CREATE | NLM_F_EXCL);
  struct nlattr *nest;

  info->ifi_index = BRIDGE_INDEX;
  info->ifi_flags = info->ifi_change = IFF_UP;
  mnl_attr_put_strz (msg, IFLA_IFNAME, "bridge");
  nest = mnl_attr_nest_start (msg, IFLA_LINKINFO);
  mnl_attr_put_strz (msg, IFLA_INFO_KIND, "bridge");
  mnl_attr_nest_end (msg, nest);
  finish (host, msg);
}

static void
add_veth (const Node *host, const Node *node, unsigned number)
{
  char buffer[BUFFER_BYTES], name[IFNAMSIZ];
  struct nlmsghdr *msg;
  struct ifinfomsg *info = begin (&msg, buffer, NLM_F_CREATE | NLM_F_EXCL);
  struct nlattr *link, *data, *peer;

  snprintf (name, sizeof name, "port%u", number);
  info->ifi_index = (int)(FIRST_INDEX + 2 * number);
  info->ifi_flags = info->ifi_change = IFF_UP;
  mnl_attr_put_strz (msg, IFLA_IFNAME, name);
  link = mnl_attr_nest_start (msg, IFLA_LINKINFO);
  mnl_attr_put_strz (msg, IFLA_INFO_KIND, "veth");
  data = mnl_attr_nest_start (msg, IFLA_INFO_DATA);
  peer = mnl_attr_nest_start (msg, VETH_INFO_PEER);
  info = mnl_nlmsg_put_extra_header (msg, sizeof *info);
  info->ifi_index = (int)(FIRST_INDEX + 2 * number + 1);
  mnl_attr_put_strz (msg, IFLA_IFNAME, "eth0");
  mnl_attr_put_u32 (msg, IFLA_NET_NS_FD, (uint32_t)node->netns_fd);
  mnl_attr_nest_end (msg, peer);
  mnl_attr_nest_end (msg, data);
  mnl_attr_nest_end (msg, link);
  finish (host, msg);
}

/* @master: 0 = none */
static void
set_up (const Node *node, unsigned index, unsigned master)
{
  char buffer[BUFFER_BYTES];
  struct nlmsghdr *msg;
  struct ifinfomsg *info = begin (&msg, buffer, 0);

  info->ifi_index = (int)index;
  info->ifi_flags = info->ifi_change = IFF_UP;
  if (master)
    mnl_attr_put_u32 (msg, IFLA_MASTER, master);
  finish (node, msg);
}

int
main (int argc, char **argv)
{
  unsigned n = argc == 3 ? (unsigned)atoi (argv[1]) : 0, m = argc == 3 ? (unsigned)atoi (argv[2]) : 0;
  Node *hosts = calloc (m + 1, sizeof *hosts), *nodes = calloc (n + 1, sizeof *nodes);
  struct rlimit files;
  double start, built;

  if (n == 0 || m == 0)
    return 2;
  getrlimit (RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit (RLIMIT_NOFILE, &files);
  start = now ();
  for (unsigned i = 0; i < m; i++)
    {
      hosts[i] = new_node ();
      add_bridge (&hosts[i]);
    }
  for (unsigned i = 0; i < n; i++)
    {
      nodes[i] = new_node ();
      add_veth (&hosts[i % m], &nodes[i], i);
      set_up (&hosts[i % m], FIRST_INDEX + 2 * i, BRIDGE_INDEX);
      set_up (&nodes[i], FIRST_INDEX + 2 * i + 1, 0);
    }
  built = now ();
  printf ("{\"build\": %.4f}\n", built - start);
  return 0;
}
