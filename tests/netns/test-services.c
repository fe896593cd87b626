/* SPDX-License-Identifier: Apache-2.0 */
/* Real dnsmasq, DHCP clients and web servers: ready when the operation is done, their leases set up, their deaths seen,
 * gone with what held them. */
#include "tests/lib/vn-netns-test.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "tests/lib/vn-test-values.h"

#define DHCP                                                                                                           \
  "interface=br0\nport=53\ndhcp-authoritative\ndomain=lab\nlocal=/lab/\ndhcp-option=option:router,192.168.56.1\n"
#define POOL_OF_TWO DHCP "dhcp-range=192.168.56.101,192.168.56.102,255.255.255.0,10m\n"
#define POOL DHCP "dhcp-range=192.168.56.101,192.168.56.254,255.255.255.0,10m\n"
#define N_GUESTS 3

static const char *const guests[N_GUESTS] = { "vm1", "vm2", "vm3" };

/* A host with a bridge, 192.168.56.1 on it, and guests' eth0 on the bridge's ports. */
static VnKernel *
network_new (void)
{
  g_autoptr (GError) error = NULL;
  static const char *const nodes[] = { "pc", NULL };
  VnKernel *kernel = vn_kernel_linux_new (&error);
  g_assert_no_error (error);
  VnKobj bridge = vn_kobj_link ("pc", VN_LINK_BRIDGE, "br0");
  bridge.u.link.up = TRUE;
  bridge.u.link.u.bridge.no_multicast_snooping = TRUE;
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_node ("pc"));
  vn_test_do (kernel, VN_VERB_ADD, bridge);
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_addr ("pc", "br0", vn_test_prefix ("192.168.56.1/24")));
  for (guint i = 0; i < N_GUESTS; i++)
    {
      g_autofree char *port = g_strdup_printf ("port%u", i + 1);
      VnKobj veth = vn_test_veth ("pc", port, guests[i], "eth0");
      VnKobj guest = vn_kobj_link (guests[i], VN_LINK_VETH, "eth0");
      veth.u.link.up = guest.u.link.up = TRUE;
      g_strlcpy (veth.u.link.master, "br0", VN_DEV_SIZE);
      vn_test_do (kernel, VN_VERB_ADD, vn_kobj_node (guests[i]));
      vn_test_do (kernel, VN_VERB_ADD, veth);
      vn_test_do (kernel, VN_VERB_SET, guest);
    }
  g_assert_true (vn_kernel_wait_forwarding (kernel, nodes, 5 * G_USEC_PER_SEC, &error));
  return kernel;
}

/* All guests ask at once. */
static void
ask_all (VnKernel *kernel)
{
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i < N_GUESTS; i++)
    {
      VnKobj client = vn_kobj_dhcp_client (guests[i], "eth0", guests[i]);
      g_assert_true (vn_kernel_submit (kernel, VN_VERB_ADD, &client, i, &error));
      vn_kobj_clear (&client);
    }
  vn_kernel_flush (kernel, NULL, &error);
  g_assert_no_error (error);
}

static const VnKobjLease *
lease_at (const GPtrArray *leases, guint i)
{
  return g_ptr_array_index (leases, i);
}

static void
assert_is (VnIp ip, const char *text)
{
  g_autofree char *is = vn_ip_to_string (ip);
  g_assert_cmpstr (is, ==, text);
}

static void
test_leases (void)
{
  g_autoptr (VnKernel) kernel = network_new ();
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_dnsmasq ("pc", "br0", POOL));
  ask_all (kernel);
  g_autoptr (GPtrArray) leases = vn_kernel_leases (kernel);
  g_assert_cmpuint (leases->len, ==, N_GUESTS);
  for (guint i = 0; i < N_GUESTS; i++)
    {
      const VnKobjLease *lease = lease_at (leases, i);
      g_assert_cmpstr (lease->node, ==, guests[i]);
      g_assert_cmpstr (lease->dev, ==, "eth0");
      g_assert_cmpuint (lease->address.len, ==, 24);
      g_assert_cmpuint (lease->lease_time_sec, ==, 600);
      g_assert_cmpstr (lease->domain, ==, "lab");
      assert_is (lease->router, "192.168.56.1");
      assert_is (lease->dns, "192.168.56.1");
      assert_is (lease->server, "192.168.56.1");
      g_assert_true (vn_test_holds (kernel, vn_kobj_addr (guests[i], "eth0", lease->address)));
      g_assert_true (vn_test_holds (
          kernel, vn_kobj_route (guests[i], vn_test_prefix ("0.0.0.0/0"), vn_test_ip ("192.168.56.1"), "eth0")));
      g_assert_true (vn_test_holds (kernel, vn_kobj_dhcp_client (guests[i], "eth0", guests[i])));
    }
  g_assert_true (vn_test_holds (kernel, vn_kobj_dnsmasq ("pc", "br0", POOL)));
  g_assert_false (vn_test_holds (kernel, vn_kobj_dnsmasq ("pc", "br0", POOL_OF_TWO)));
}

/* Whoever comes too late is left without, and the others have theirs. */
static void
test_pool_too_small (void)
{
  g_autoptr (VnKernel) kernel = network_new ();
  guint n_without = 0;
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_dnsmasq ("pc", "br0", POOL_OF_TWO));
  ask_all (kernel);
  g_autoptr (GPtrArray) leases = vn_kernel_leases (kernel);
  g_assert_cmpuint (leases->len, ==, N_GUESTS);
  for (guint i = 0; i < N_GUESTS; i++)
    n_without += !vn_ip_is_set (lease_at (leases, i)->address.ip);
  g_assert_cmpuint (n_without, ==, 1);
}

/* Asking again gives the same address back; deleting the client takes it away. */
static void
test_client_again (void)
{
  g_autoptr (VnKernel) kernel = network_new ();
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_dnsmasq ("pc", "br0", POOL));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_dhcp_client ("vm1", "eth0", NULL));
  vn_test_refused (kernel, VN_VERB_ADD, vn_kobj_dhcp_client ("vm1", "eth0", NULL), "it runs already");
  g_autoptr (GPtrArray) first = vn_kernel_leases (kernel);
  vn_test_do (kernel, VN_VERB_SET, vn_kobj_dhcp_client ("vm1", "eth0", "vm1"));
  g_autoptr (GPtrArray) second = vn_kernel_leases (kernel);
  g_assert_cmpuint (second->len, ==, 1);
  g_assert_true (vn_prefix_equal (lease_at (first, 0)->address, lease_at (second, 0)->address));
  g_assert_true (vn_test_holds (kernel, vn_kobj_addr ("vm1", "eth0", lease_at (second, 0)->address)));
  vn_test_do (kernel, VN_VERB_DEL, vn_kobj_dhcp_client ("vm1", "eth0", "vm1"));
  g_assert_false (vn_test_holds (kernel, vn_kobj_addr ("vm1", "eth0", lease_at (second, 0)->address)));
  vn_test_refused (kernel, VN_VERB_DEL, vn_kobj_dhcp_client ("vm1", "eth0", "vm1"), "it does not run");
}

static pid_t
pid_of (const VnKobj *service)
{
  g_autofree char *path = vn_service_path (service, ".pid"), *text = NULL;
  return g_file_get_contents (path, &text, NULL, NULL) ? (pid_t)atoi (text) : -1;
}

static void
test_death_is_seen (void)
{
  g_autoptr (VnKernel) kernel = network_new ();
  VnKobj obj = vn_kobj_dnsmasq ("pc", "br0", POOL);
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_dnsmasq ("pc", "br0", POOL));
  pid_t pid = pid_of (&obj);
  g_assert_cmpint (pid, >, 1);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  siginfo_t info;
  g_assert_cmpint (waitid (P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), ==, 0);
  g_assert_false (vn_test_holds (kernel, vn_kobj_dnsmasq ("pc", "br0", POOL)));
  vn_test_do (kernel, VN_VERB_SET, vn_kobj_dnsmasq ("pc", "br0", POOL));
  g_assert_true (vn_test_holds (kernel, vn_kobj_dnsmasq ("pc", "br0", POOL)));
  vn_test_do (kernel, VN_VERB_DEL, vn_kobj_dnsmasq ("pc", "br0", POOL));
  g_assert_cmpint (pid_of (&obj), ==, -1);
  vn_kobj_clear (&obj);
}

/* The program's own words are the error. */
static void
test_refusals (void)
{
  g_autoptr (VnKernel) kernel = network_new ();
  vn_test_refused (kernel, VN_VERB_ADD, vn_kobj_dnsmasq ("pc", "x", "no-such-word\n"),
                   "dnsmasq: bad command line options");
  vn_test_refused (kernel, VN_VERB_ADD, vn_kobj_dnsmasq ("pc", "x", "interface=br7\n"), "unknown interface br7");
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_web ("pc", 80, "pc"));
  vn_test_refused (kernel, VN_VERB_ADD, vn_kobj_dhcp_client ("vm1", "eth7", NULL), "eth7");
  vn_test_refused (kernel, VN_VERB_ADD, vn_kobj_web ("nowhere", 80, "x"), "no such node");
  g_assert_true (vn_test_holds (kernel, vn_kobj_web ("pc", 80, "pc")));
}

static gboolean
fetch (gpointer data, GError **error G_GNUC_UNUSED)
{
  static const char request[] = "GET / HTTP/1.0\r\n\r\n";
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons (80), .sin_addr = { htonl (0xc0a83801) } };
  VN_AUTO_FD fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  char buffer[256];
  GString *answer = data;
  g_assert_cmpint (connect (fd, (struct sockaddr *)&to, sizeof to), ==, 0);
  g_assert_cmpint (send (fd, request, strlen (request), MSG_NOSIGNAL), ==, (gssize)strlen (request));
  for (gssize got; (got = recv (fd, buffer, sizeof buffer, 0)) > 0;)
    g_string_append_len (answer, buffer, got);
  return TRUE;
}

/* It listens as soon as the operation is done: the first attempt succeeds. */
static void
test_web (void)
{
  g_autoptr (VnKernel) kernel = network_new ();
  g_autoptr (GString) answer = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_addr ("vm1", "eth0", vn_test_prefix ("192.168.56.7/24")));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_web ("pc", 80, "This is pc's page; it's \"quoted\" %s."));
  g_assert_true (vn_netns_run (vn_kernel_node_fd (kernel, "vm1"), fetch, answer, &error));
  g_test_message ("%s", answer->str);
  g_assert_nonnull (strstr (answer->str, "\nThis is pc's page; it's \"quoted\" %s.\nYou are 192.168.56.7, port "));
}

/* What another process started is found by its files, and survives whoever only adopted it. */
static void
test_adopt (void)
{
  g_autoptr (VnKernel) kernel = network_new ();
  g_autoptr (GPtrArray) objs = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  VnKobj all[] = { vn_kobj_node ("pc"), vn_kobj_node ("vm1"), vn_kobj_dnsmasq ("pc", "br0", POOL),
                   vn_kobj_dhcp_client ("vm1", "eth0", NULL), vn_kobj_web ("pc", 80, "never started") };
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_dnsmasq ("pc", "br0", POOL));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_dhcp_client ("vm1", "eth0", NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    g_ptr_array_add (objs, &all[i]);
  VnKernel *joined = vn_kernel_linux_adopt (objs, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) leases = vn_kernel_leases (joined), known = vn_kernel_leases (kernel);
  g_assert_cmpuint (leases->len, ==, 1);
  g_assert_true (vn_prefix_equal (lease_at (leases, 0)->address, lease_at (known, 0)->address));
  g_assert_true (vn_test_holds (joined, vn_kobj_dnsmasq ("pc", "br0", POOL)));
  g_assert_false (vn_test_holds (joined, vn_kobj_web ("pc", 80, "never started")));
  vn_kernel_free (joined);
  g_assert_true (vn_test_holds (kernel, vn_kobj_dnsmasq ("pc", "br0", POOL)));
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    vn_kobj_clear (&all[i]);
}

/* A program that is not installed: what to install, and that it is this machine that can't. */
static void
test_missing_program (void)
{
  g_autoptr (VnKernel) kernel = network_new ();
  g_autofree char *path = g_strdup (g_getenv ("PATH"));
  VnKobj client = vn_kobj_dhcp_client ("vm1", "eth0", NULL);
  g_autoptr (GError) error = NULL;
  g_setenv ("PATH", "/nonexistent", TRUE);
  g_assert_true (vn_kernel_submit (kernel, VN_VERB_ADD, &client, 0, NULL));
  g_assert_false (vn_kernel_flush (kernel, NULL, &error));
  g_setenv ("PATH", path, TRUE);
  g_assert_error (error, VN_ERROR, VN_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "busybox is not installed; cure: sudo apt install busybox"));
  vn_kobj_clear (&client);
}

int
main (int argc, char **argv)
{
  vn_netns_test_init (&argc, &argv);
  g_test_add_func ("/services/leases", test_leases);
  g_test_add_func ("/services/pool-too-small", test_pool_too_small);
  g_test_add_func ("/services/client-again", test_client_again);
  g_test_add_func ("/services/death-is-seen", test_death_is_seen);
  g_test_add_func ("/services/refusals", test_refusals);
  g_test_add_func ("/services/web", test_web);
  g_test_add_func ("/services/adopt", test_adopt);
  g_test_add_func ("/services/missing-program", test_missing_program);
  return vn_netns_test_run ();
}
