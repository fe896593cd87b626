/* SPDX-License-Identifier: Apache-2.0 */
/* Next hops by real ARP and neighbour discovery; threads that work in namespaces; packet sockets. */
#include "tests/lib/vn-netns-test.h"
#include "tests/lib/vn-test-values.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim/base/vn-error.h"

#define DEADLINE_USEC (10 * G_USEC_PER_SEC)
#define PEER_MAC "fa:16:3e:00:00:02"

/* Two nodes on one wire. Neighbour discovery sends from the link-local address, which must not wait for its check. */
static VnKernel *
pair_new (void)
{
  g_autoptr (GError) error = NULL;
  VnKernel *kernel = vn_kernel_linux_new (&error);
  VnKobj first = vn_test_veth ("one", "eth0", "two", "eth0");
  VnKobj second = vn_test_veth ("two", "eth0", "one", "eth0");
  g_assert_no_error (error);
  first.u.link.up = second.u.link.up = second.u.link.has_mac = TRUE;
  second.u.link.u.veth.creates = FALSE;
  g_assert_true (vn_mac_parse (PEER_MAC, &second.u.link.mac));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_node ("one"));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_node ("two"));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_sysctl ("one", "net.ipv6.conf.default.accept_dad", "0"));
  vn_test_do (kernel, VN_VERB_ADD, first);
  vn_test_do (kernel, VN_VERB_ADD, second);
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_addr ("one", "eth0", vn_test_prefix ("10.0.0.1/24")));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_addr ("two", "eth0", vn_test_prefix ("10.0.0.2/24")));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_addr ("one", "eth0", vn_test_prefix ("2001:db8::1/64")));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_addr ("two", "eth0", vn_test_prefix ("2001:db8::2/64")));
  vn_test_do (kernel, VN_VERB_ADD,
              vn_kobj_route ("one", vn_test_prefix ("192.0.2.0/24"), vn_test_ip ("10.0.0.2"), "eth0"));
  return kernel;
}

static const struct
{
  const char *dst;
  VnResolveState state;
  const char *next_hop; /* NULL: none is known */
} cases[] = {
  { "10.0.0.2", VN_RESOLVE_DONE, "10.0.0.2" },       { "192.0.2.77", VN_RESOLVE_DONE, "10.0.0.2" },
  { "2001:db8::2", VN_RESOLVE_DONE, "2001:db8::2" }, { "10.0.0.1", VN_RESOLVE_LOCAL, NULL },
  { "2001:db8::1", VN_RESOLVE_LOCAL, NULL },         { "10.0.0.99", VN_RESOLVE_UNANSWERED, "10.0.0.99" },
  { "203.0.113.1", VN_RESOLVE_NO_ROUTE, NULL },      { "2001:db8:9::1", VN_RESOLVE_NO_ROUTE, NULL },
};

static guint
count_pending (VnResolver *resolver)
{
  guint n = 0;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    n += vn_resolver_state (resolver, vn_test_ip (cases[i].dst), NULL, NULL) == VN_RESOLVE_PENDING;
  return n;
}

static void
wait_and_dispatch (VnResolver *resolver, VnUsec deadline)
{
  g_autoptr (GError) error = NULL;
  struct pollfd fd = { .fd = vn_resolver_fd (resolver), .events = POLLIN };
  g_assert_cmpint (vn_clock_now (), <, deadline);
  poll (&fd, 1, 1000);
  vn_resolver_dispatch (resolver, &error);
  g_assert_no_error (error);
}

/* The kernel makes the local route of a new IPv6 address a moment later. */
static void
wait_until_local (VnResolver *resolver, VnIp own)
{
  VnUsec deadline = vn_clock_now () + DEADLINE_USEC;
  while (vn_resolver_state (resolver, own, NULL, NULL) != VN_RESOLVE_LOCAL)
    {
      g_assert_true (vn_resolver_ask (resolver, own, NULL));
      wait_and_dispatch (resolver, deadline);
    }
}

static void
resolve_all (VnResolver *resolver)
{
  g_autoptr (GError) error = NULL;
  VnUsec deadline = vn_clock_now () + DEADLINE_USEC;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      vn_resolver_ask (resolver, vn_test_ip (cases[i].dst), &error);
      g_assert_no_error (error);
    }
  while (count_pending (resolver) > 0)
    wait_and_dispatch (resolver, deadline);
}

static void
check_all (VnResolver *resolver)
{
  VnMac peer_mac;
  g_assert_true (vn_mac_parse (PEER_MAC, &peer_mac));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnMac mac = VN_MAC_ZERO;
      VnIp next_hop = { 0 };
      g_test_message ("%s", cases[i].dst);
      g_assert_cmpint (vn_resolver_state (resolver, vn_test_ip (cases[i].dst), &mac, &next_hop), ==, cases[i].state);
      g_assert_cmpint (vn_mac_equal (mac, peer_mac), ==, cases[i].state == VN_RESOLVE_DONE);
      if (cases[i].next_hop != NULL)
        g_assert_true (vn_ip_equal (next_hop, vn_test_ip (cases[i].next_hop)));
    }
}

/* Twice: the second time the entries are there, and no notification comes for them. */
static void
test_resolver (void)
{
  g_autoptr (VnKernel) kernel = pair_new ();
  g_autoptr (GError) error = NULL;
  VnResolver *resolver = vn_resolver_new (vn_kernel_node_fd (kernel, "one"), &error);
  g_assert_no_error (error);
  wait_until_local (resolver, vn_test_ip ("2001:db8::1"));
  for (guint round = 0; round < 2; round++)
    {
      resolve_all (resolver);
      check_all (resolver);
    }
  vn_resolver_free (resolver);
}

typedef struct
{
  VnKernel *kernel;
  guint number;
  ino_t netns;
  int fd;
} JobData;

static ino_t
netns_inode (const char *path)
{
  g_autofree char *target = g_file_read_link (path, NULL);
  return (ino_t)g_ascii_strtoull (strchr (target, '[') + 1, NULL, 10);
}

static gboolean
run_job (gpointer data, GError **error)
{
  JobData *job = data;
  job->netns = netns_inode ("/proc/thread-self/ns/net");
  job->fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return job->number % 50 != 7 || vn_error_set (error, VN_ERROR_IO, "job %u", job->number);
}

static void
run_jobs (JobData *data, VnJob *jobs, gsize n, VnKernel *kernel, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      data[i] = (JobData){ .number = i, .fd = -1 };
      jobs[i] = (VnJob){ vn_kernel_node_fd (kernel, i % 2 ? "two" : "one"), run_job, &data[i] };
    }
  vn_jobs_run (jobs, n, error);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpint (data[i].fd, >=, 0);
      g_assert_cmpuint (data[i].netns, ==, data[i % 2].netns);
      vn_fd_clear (&data[i].fd);
    }
}

/* Every job runs in its namespace, whatever others return, and the error is that of the first in the list. */
static void
test_jobs (void)
{
  g_autoptr (VnKernel) kernel = pair_new ();
  g_autoptr (GError) error = NULL;
  JobData data[200];
  VnJob jobs[200];
  ino_t home = netns_inode ("/proc/thread-self/ns/net");
  run_jobs (data, jobs, G_N_ELEMENTS (jobs), kernel, &error);
  g_assert_error (error, VN_ERROR, VN_ERROR_IO);
  g_assert_cmpstr (error->message, ==, "job 7");
  g_assert_cmpuint (data[0].netns, !=, data[1].netns);
  g_assert_cmpuint (data[0].netns, !=, home);
  g_assert_cmpuint (netns_inode ("/proc/thread-self/ns/net"), ==, home);
  g_clear_error (&error);
  g_assert_true (vn_jobs_run (NULL, 0, &error));
}

static void
test_packet_socket (void)
{
  g_autoptr (VnKernel) kernel = pair_new ();
  g_autoptr (GError) error = NULL;
  guint8 frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5 };
  VN_AUTO_FD fd = vn_packet_socket_open (vn_kernel_node_fd (kernel, "one"), "eth0", &error);
  g_assert_no_error (error);
  g_assert_cmpint (send (fd, frame, sizeof frame, 0), ==, sizeof frame);
  g_assert_cmpint (recv (fd, frame, sizeof frame, MSG_DONTWAIT), ==, -1);
  g_assert_cmpint (vn_packet_socket_open (vn_kernel_node_fd (kernel, "one"), "eth7", &error), ==, -1);
  g_assert_nonnull (strstr (error->message, "eth7"));
}

int
main (int argc, char **argv)
{
  vn_netns_test_init (&argc, &argv);
  g_test_add_func ("/resolver/all-at-once", test_resolver);
  g_test_add_func ("/jobs/run", test_jobs);
  g_test_add_func ("/packet-socket", test_packet_socket);
  return vn_netns_test_run ();
}
