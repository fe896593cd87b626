/* SPDX-License-Identifier: Apache-2.0 */
/* Each kind of object on the real kernel: added, read back equal, changed, deleted; refusals carry the kernel's words.
 */
#include "tests/lib/vn-netns-test.h"
#include "tests/lib/vn-test-values.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "sim/base/vn-error.h"

static VnKernel *
kernel_new (void)
{
  g_autoptr (GError) error = NULL;
  VnKernel *kernel = vn_kernel_linux_new (&error);
  g_assert_no_error (error);
  return kernel;
}

static VnKobj
bridge (const char *node, const char *name)
{
  VnKobj obj = vn_kobj_link (node, VN_LINK_BRIDGE, name);
  obj.u.link.up = TRUE;
  obj.u.link.no_autoconf = TRUE;
  obj.u.link.u.bridge.forward_delay_sec = 15;
  return obj;
}

static VnKobj
port (const char *node, const char *dev, const char *peer_node, const char *peer, const char *master)
{
  VnKobj obj = vn_test_veth (node, dev, peer_node, peer);
  obj.u.link.up = TRUE;
  obj.u.link.no_autoconf = TRUE;
  obj.u.link.no_offload = TRUE;
  obj.u.link.mtu = 1450;
  g_strlcpy (obj.u.link.master, master, VN_DEV_SIZE);
  return obj;
}

static VnKobj
instance_end (const char *node, const char *dev, const char *peer_node, const char *peer, const char *mac_text)
{
  VnKobj obj = port (node, dev, peer_node, peer, "");
  obj.u.link.u.veth.creates = FALSE;
  obj.u.link.has_mac = TRUE;
  obj.u.link.mac = vn_test_mac (mac_text);
  return obj;
}

/* A host with a bridge, a VXLAN device and a port to an instance. */
static VnKernel *
scene_new (void)
{
  VnKernel *kernel = kernel_new ();
  VnKobj tunnel = vn_kobj_link ("host", VN_LINK_VXLAN, "vxlan-42");
  VnKobj wire = port ("host", "ens33", "vm", "wire", "");
  wire.u.link.mtu = 1500;
  tunnel.u.link.up = TRUE;
  tunnel.u.link.mtu = 1450;
  tunnel.u.link.no_autoconf = TRUE;
  tunnel.u.link.u.vxlan
      = (VnVxlan){ .vni = { 42 }, .local = vn_test_ip ("10.0.0.101"), .dstport = 8472, .proxy = TRUE };
  g_strlcpy (tunnel.u.link.u.vxlan.lower, "ens33", VN_DEV_SIZE);
  g_strlcpy (tunnel.u.link.master, "brq1", VN_DEV_SIZE);
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_node ("host"));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_node ("vm"));
  vn_test_do (kernel, VN_VERB_ADD, bridge ("host", "brq1"));
  vn_test_do (kernel, VN_VERB_ADD, port ("host", "tap1", "vm", "eth0", "brq1"));
  vn_test_do (kernel, VN_VERB_ADD, instance_end ("vm", "eth0", "host", "tap1", "fa:16:3e:00:00:01"));
  vn_test_do (kernel, VN_VERB_ADD, wire);
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_addr ("host", "ens33", vn_test_prefix ("10.0.0.101/24")));
  vn_test_do (kernel, VN_VERB_ADD, tunnel);
  g_assert_true (vn_test_holds (kernel, tunnel));
  return kernel;
}

static void
test_links (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  g_assert_true (vn_test_holds (kernel, bridge ("host", "brq1")));
  g_assert_true (vn_test_holds (kernel, port ("host", "tap1", "vm", "eth0", "brq1")));
  g_assert_true (vn_test_holds (kernel, instance_end ("vm", "eth0", "host", "tap1", "fa:16:3e:00:00:01")));
  vn_test_refused (kernel, VN_VERB_ADD, bridge ("host", "brq1"), "File exists");
  vn_test_refused (kernel, VN_VERB_ADD, port ("host", "tap2", "nobody", "eth0", ""), "no such peer node");
  vn_test_refused (kernel, VN_VERB_ADD, port ("host", "tap2", "vm", "eth0", ""), "File exists");
  vn_test_refused (kernel, VN_VERB_ADD, port ("host", "tap2", "vm", "eth2", "brq9"), "no device brq9");
  vn_test_refused (kernel, VN_VERB_ADD, bridge ("nowhere", "brq1"), "no such node");
  vn_test_refused (kernel, VN_VERB_DEL, bridge ("host", "brq7"), "no device brq7");
}

static void
test_link_change (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  VnKobj changed = port ("host", "tap1", "vm", "eth0", "");
  changed.u.link.mtu = 1400;
  changed.u.link.up = FALSE;
  vn_test_do (kernel, VN_VERB_SET, changed);
  g_assert_true (vn_test_holds (kernel, changed));
  g_assert_false (vn_test_holds (kernel, port ("host", "tap1", "vm", "eth0", "brq1")));
  vn_test_do (kernel, VN_VERB_SET, port ("host", "tap1", "vm", "eth0", "brq1"));
  g_assert_true (vn_test_holds (kernel, port ("host", "tap1", "vm", "eth0", "brq1")));
  vn_test_do (kernel, VN_VERB_DEL, instance_end ("vm", "eth0", "host", "tap1", "fa:16:3e:00:00:01"));
  g_assert_false (vn_test_holds (kernel, instance_end ("vm", "eth0", "host", "tap1", "fa:16:3e:00:00:01")));
  vn_test_do (kernel, VN_VERB_DEL, port ("host", "tap1", "vm", "eth0", "brq1"));
  vn_test_refused (kernel, VN_VERB_DEL, instance_end ("vm", "eth0", "host", "tap1", "fa:16:3e:00:00:01"), "no device");
}

/* One row an object that goes through add, dump, refusal of a second one, delete. */
static void
check_object (VnKernel *kernel, VnKobj obj, const char *twice)
{
  vn_test_do (kernel, VN_VERB_ADD, obj);
  g_assert_true (vn_test_holds (kernel, obj));
  if (twice != NULL)
    vn_test_refused (kernel, VN_VERB_ADD, obj, twice);
  vn_test_do (kernel, VN_VERB_DEL, obj);
  g_assert_false (vn_test_holds (kernel, obj));
  vn_test_refused (kernel, VN_VERB_DEL, obj, "cannot del");
}

static gboolean
take_udp_port (gpointer data, GError **error G_GNUC_UNUSED)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (9999) };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (fd, (const struct sockaddr *)&address, sizeof address), ==, 0);
  *(int *)data = fd;
  return TRUE;
}

/* A link that is made but can't be finished goes again: a VXLAN device whose UDP port is taken can't be set up. */
static void
test_link_all_or_nothing (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  VN_AUTO_FD fd = -1;
  VnKobj tunnel = vn_kobj_link ("host", VN_LINK_VXLAN, "vxlan-7");
  tunnel.u.link.up = TRUE;
  tunnel.u.link.u.vxlan = (VnVxlan){ .vni = { 7 }, .local = vn_test_ip ("10.0.0.101"), .dstport = 9999 };
  g_assert_true (vn_netns_run (vn_kernel_node_fd (kernel, "host"), take_udp_port, &fd, NULL));
  vn_test_refused (kernel, VN_VERB_ADD, tunnel, "Address already in use");
  tunnel.u.link.up = FALSE;
  g_assert_false (vn_test_holds (kernel, tunnel));
  vn_fd_clear (&fd);
  check_object (kernel, tunnel, "File exists");
}

static void
test_addr_route (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  VnKobj metric = vn_kobj_route ("vm", vn_test_prefix ("0.0.0.0/0"), vn_test_ip ("172.16.1.1"), "eth0");
  metric.u.route.metric = 100;
  check_object (kernel, vn_kobj_addr ("vm", "eth0", vn_test_prefix ("192.168.7.1/30")), "File exists");
  check_object (kernel, vn_kobj_addr ("vm", "eth0", vn_test_prefix ("2001:db8::1/64")), "File exists");
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_addr ("vm", "eth0", vn_test_prefix ("172.16.1.10/24")));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_addr ("vm", "eth0", vn_test_prefix ("2001:db8:1::a/64")));
  check_object (kernel, vn_kobj_route ("vm", vn_test_prefix ("0.0.0.0/0"), vn_test_ip ("172.16.1.1"), "eth0"),
                "File exists");
  check_object (kernel, metric, "File exists");
  check_object (kernel, vn_kobj_route ("vm", vn_test_prefix ("::/0"), vn_test_ip ("2001:db8:1::1"), "eth0"),
                "File exists");
  check_object (kernel, vn_kobj_route ("vm", vn_test_prefix ("10.7.0.0/16"), (VnIp){ 0 }, "eth0"), "File exists");
  vn_test_refused (kernel, VN_VERB_ADD,
                   vn_kobj_route ("vm", vn_test_prefix ("10.8.0.0/16"), vn_test_ip ("10.99.0.1"), "eth0"),
                   "Nexthop has invalid gateway");
  vn_test_refused (kernel, VN_VERB_ADD, vn_kobj_addr ("vm", "eth9", vn_test_prefix ("10.8.0.1/16")), "no device eth9");
}

static void
test_fdb_neigh (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  VnKobj bridged = vn_kobj_fdb ("host", "tap1", vn_test_mac ("fa:16:3e:00:00:77"), (VnIp){ 0 });
  bridged.u.fdb.self = FALSE;
  check_object (kernel, vn_kobj_fdb ("host", "vxlan-42", vn_test_mac ("fa:16:3e:00:00:09"), vn_test_ip ("10.0.0.102")),
                "File exists");
  check_object (kernel, bridged, "File exists");
  check_object (kernel,
                vn_kobj_neigh ("host", "vxlan-42", vn_test_ip ("172.16.1.9"), vn_test_mac ("fa:16:3e:00:00:09")),
                "File exists");
  check_object (kernel, vn_kobj_neigh ("vm", "eth0", vn_test_ip ("fe80::9"), vn_test_mac ("fa:16:3e:00:00:09")),
                "File exists");
  for (guint host = 102; host < 105; host++)
    vn_test_do (kernel, VN_VERB_ADD, vn_kobj_fdb ("host", "vxlan-42", VN_MAC_ZERO, vn_ip_from_v4 (0x0a000000 + host)));
  for (guint host = 102; host < 105; host++)
    g_assert_true (
        vn_test_holds (kernel, vn_kobj_fdb ("host", "vxlan-42", VN_MAC_ZERO, vn_ip_from_v4 (0x0a000000 + host))));
  vn_test_do (kernel, VN_VERB_DEL, vn_kobj_fdb ("host", "vxlan-42", VN_MAC_ZERO, vn_test_ip ("10.0.0.103")));
  g_assert_false (vn_test_holds (kernel, vn_kobj_fdb ("host", "vxlan-42", VN_MAC_ZERO, vn_test_ip ("10.0.0.103"))));
  g_assert_true (vn_test_holds (kernel, vn_kobj_fdb ("host", "vxlan-42", VN_MAC_ZERO, vn_test_ip ("10.0.0.104"))));
}

/* What the data path has learned gives way to what is wanted; what was set does not. */
static void
test_over_learned (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  static const struct
  {
    const char *dev;
    const char *dst; /* NULL: the bridge's table */
  } cases[] = { { "vxlan-42", "10.0.0.102" }, { "tap1", NULL } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnKobj wanted = vn_kobj_fdb ("host", cases[i].dev, vn_test_mac ("fa:16:3e:00:00:09"),
                                   cases[i].dst ? vn_test_ip (cases[i].dst) : (VnIp){ 0 });
      wanted.u.fdb.self = cases[i].dst != NULL;
      g_autofree char *learn
          = g_strdup_printf ("bridge -n host fdb add fa:16:3e:00:00:09 dev %s %s dynamic %s", cases[i].dev,
                             wanted.u.fdb.self ? "self" : "master", wanted.u.fdb.self ? "dst 10.0.0.103" : "");
      g_assert_cmpint (system (learn), ==, 0);
      g_assert_false (vn_test_holds (kernel, wanted));
      check_object (kernel, wanted, "File exists");
    }
  g_assert_cmpint (system ("ip -n vm neigh add 172.16.1.9 dev eth0 lladdr fa:16:3e:00:00:08 nud stale"), ==, 0);
  vn_test_do (kernel, VN_VERB_ADD,
              vn_kobj_neigh ("vm", "eth0", vn_test_ip ("172.16.1.9"), vn_test_mac ("fa:16:3e:00:00:09")));
  g_assert_true (vn_test_holds (
      kernel, vn_kobj_neigh ("vm", "eth0", vn_test_ip ("172.16.1.9"), vn_test_mac ("fa:16:3e:00:00:09"))));
}

static void
test_vxlan_attributes (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  static const struct
  {
    const char *local, *group;
    guint16 dstport, min, max;
    guint8 ttl, tos;
    gboolean proxy, no_learning;
  } cases[] = {
    { "10.0.0.101", NULL, 8472, 0, 0, 0, 0, FALSE, FALSE },
    { NULL, "239.1.5.204", 8472, 0, 0, 0, 0, FALSE, FALSE },
    { "10.0.0.101", "224.0.0.1", 4789, 0, 0, 5, 1, TRUE, FALSE },
    { "10.0.0.101", NULL, 8473, 32768, 61000, 64, 0x10, FALSE, TRUE },
    { "2001:db8::101", NULL, 8474, 0, 0, 0, 0, FALSE, FALSE },
    { "2001:db8::101", "ff05::7", 8475, 0, 0, 0, 0, FALSE, FALSE },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("vxlan-%u", 100 + i);
      VnKobj obj = vn_kobj_link ("host", VN_LINK_VXLAN, name);
      obj.u.link.u.vxlan = (VnVxlan){
        .vni = { 100 + i },
        .local = cases[i].local ? vn_test_ip (cases[i].local) : (VnIp){ 0 },
        .group = cases[i].group ? vn_test_ip (cases[i].group) : (VnIp){ 0 },
        .lower = "ens33",
        .dstport = cases[i].dstport,
        .srcport_min = cases[i].min,
        .srcport_max = cases[i].max,
        .ttl = cases[i].ttl,
        .tos = cases[i].tos,
        .proxy = cases[i].proxy,
        .no_learning = cases[i].no_learning,
      };
      check_object (kernel, obj, "File exists");
    }
}

static void
test_vlan (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  g_autoptr (GError) error = NULL;
  VnKobj obj = vn_kobj_link ("host", VN_LINK_VLAN, "ens33.7");
  obj.u.link.u.vlan = (VnVlan){ .lower = "ens33", .vid = 7 };
  vn_kernel_submit (kernel, VN_VERB_ADD, &obj, 1, NULL);
  if (vn_kernel_flush (kernel, NULL, &error))
    {
      g_assert_true (vn_test_holds (kernel, obj));
      vn_test_do (kernel, VN_VERB_DEL, obj);
      check_object (kernel, obj, "File exists");
      return;
    }
  g_assert_error (error, VN_ERROR, VN_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "CONFIG_VLAN_8021Q"));
  vn_netns_test_lacks ("802.1Q", error->message);
}

/* Limits of a tap: a token bucket, and a policer of what comes in. */
static void
test_traffic_control (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  g_autoptr (GError) error = NULL;
  VnKobj bucket = vn_kobj_tbf ("host", "tap1", (VnBucket){ 250000, 25000 }, 50000);
  VnKobj ingress = vn_kobj_ingress ("host", "tap1");
  VnKobj policer = vn_kobj_policer ("host", "tap1", 49, (VnBucket){ 125000, 100000 }, 65535);

  check_object (kernel, bucket, "File exists");
  vn_test_do (kernel, VN_VERB_ADD, ingress);
  g_assert_true (vn_test_holds (kernel, ingress));
  vn_kernel_submit (kernel, VN_VERB_ADD, &policer, 1, NULL);
  if (vn_kernel_flush (kernel, NULL, &error))
    {
      g_assert_true (vn_test_holds (kernel, policer));
      vn_test_do (kernel, VN_VERB_DEL, policer);
      g_assert_false (vn_test_holds (kernel, policer));
      return;
    }
  g_assert_error (error, VN_ERROR, VN_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "CONFIG_NET_ACT_POLICE"));
  vn_netns_test_lacks ("police", error->message);
}

static void
test_sysctl (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  VnKobj forward = vn_kobj_sysctl ("vm", "net.ipv4.ip_forward", "1");
  g_assert_false (vn_test_holds (kernel, forward));
  forward = vn_kobj_sysctl ("vm", "net.ipv4.ip_forward", "1");
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_sysctl ("vm", "net.ipv4.ip_forward", "1"));
  g_assert_true (vn_test_holds (kernel, forward));
  vn_test_do (kernel, VN_VERB_SET, vn_kobj_sysctl ("host", "net.bridge.bridge-nf-call-iptables", "0"));
  g_assert_true (vn_test_holds (kernel, vn_kobj_sysctl ("host", "net.bridge.bridge-nf-call-iptables", "0")));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_sysctl ("vm", "net.ipv4.conf.eth0.arp_ignore", "1"));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_sysctl ("vm", "net/ipv4/ip_local_port_range", "20000 30000"));
  g_assert_true (vn_test_holds (kernel, vn_kobj_sysctl ("vm", "net/ipv4/ip_local_port_range", "20000 30000")));
  vn_test_do (kernel, VN_VERB_DEL, vn_kobj_sysctl ("vm", "net.ipv4.ip_forward", "1"));
  vn_test_refused (kernel, VN_VERB_ADD, vn_kobj_sysctl ("vm", "net.ipv4.no_such", "1"), "No such file");
  vn_test_refused (kernel, VN_VERB_ADD, vn_kobj_sysctl ("vm", "../../etc/passwd", "1"), "no sysctl key");
  vn_test_refused (kernel, VN_VERB_ADD, vn_kobj_sysctl ("vm", "net.ipv4.ip_forward", "x"), "Invalid argument");
}

static void
test_nodes (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  vn_test_refused (kernel, VN_VERB_ADD, vn_kobj_node ("vm"), "File exists");
  vn_test_refused (kernel, VN_VERB_DEL, vn_kobj_node ("nowhere"), "no such node");
  vn_test_refused (kernel, VN_VERB_ADD, vn_kobj_node ("a/b"), "can't be the name");
  g_assert_cmpint (vn_kernel_node_fd (kernel, "vm"), >=, 0);
  g_assert_true (g_file_test ("/run/netns/vm", G_FILE_TEST_EXISTS));
  vn_test_do (kernel, VN_VERB_DEL, vn_kobj_node ("vm"));
  g_assert_cmpint (vn_kernel_node_fd (kernel, "vm"), ==, -1);
  g_assert_false (g_file_test ("/run/netns/vm", G_FILE_TEST_EXISTS));
  g_assert_false (vn_test_holds (kernel, port ("host", "tap1", "vm", "eth0", "brq1")));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_node ("vm"));
  vn_test_do (kernel, VN_VERB_ADD, port ("host", "tap1", "vm", "eth0", "brq1"));
}

/* Several nodes and kinds in one flush, in which the n-th is refused: what is behind may be done, and is known. */
static void
test_batch_failure (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  g_autoptr (GError) error = NULL;
  guint failed = 0;
  const char *addresses[] = { "10.1.0.1/24", "10.2.0.1/24", "10.1.0.1/24", "10.3.0.1/24" };
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      VnKobj obj = vn_kobj_addr ("vm", "eth0", vn_test_prefix (addresses[i]));
      vn_kernel_submit (kernel, VN_VERB_ADD, &obj, 10 + i, NULL);
    }
  g_assert_false (vn_kernel_flush (kernel, &failed, &error));
  g_assert_cmpuint (failed, ==, 12);
  g_assert_true (vn_kernel_was_done (kernel, 10));
  g_assert_true (vn_kernel_was_done (kernel, 11));
  g_assert_false (vn_kernel_was_done (kernel, 12));
  g_assert_cmpint (vn_kernel_was_done (kernel, 13), ==,
                   vn_test_holds (kernel, vn_kobj_addr ("vm", "eth0", vn_test_prefix ("10.3.0.1/24"))));
}

/* Index, answer and lookup of many links at once. */
static void
test_many (void)
{
  g_autoptr (VnKernel) kernel = scene_new ();
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *node = g_strdup_printf ("n%u", i), *tap = g_strdup_printf ("tap-%u", i);
      g_autofree char *address = g_strdup_printf ("10.9.%u.%u/16", i / 250, i % 250 + 1);
      const VnKobj ops[] = { vn_kobj_node (node), port ("host", tap, node, "eth0", "brq1"),
                             instance_end (node, "eth0", "host", tap, "fa:16:3e:00:00:02"),
                             vn_kobj_addr (node, "eth0", vn_test_prefix (address)) };
      for (guint j = 0; j < G_N_ELEMENTS (ops); j++)
        vn_kernel_submit (kernel, VN_VERB_ADD, &ops[j], i, NULL);
    }
  vn_kernel_flush (kernel, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (vn_test_holds (kernel, vn_kobj_addr ("n299", "eth0", vn_test_prefix ("10.9.1.50/16"))));
}

int
main (int argc, char **argv)
{
  vn_netns_test_init (&argc, &argv);
  g_test_add_func ("/objects/links", test_links);
  g_test_add_func ("/objects/link-change", test_link_change);
  g_test_add_func ("/objects/link-all-or-nothing", test_link_all_or_nothing);
  g_test_add_func ("/objects/addr-route", test_addr_route);
  g_test_add_func ("/objects/fdb-neigh", test_fdb_neigh);
  g_test_add_func ("/objects/over-learned", test_over_learned);
  g_test_add_func ("/objects/vxlan-attributes", test_vxlan_attributes);
  g_test_add_func ("/objects/vlan", test_vlan);
  g_test_add_func ("/objects/sysctl", test_sysctl);
  g_test_add_func ("/objects/nodes", test_nodes);
  g_test_add_func ("/objects/batch-failure", test_batch_failure);
  g_test_add_func ("/objects/many", test_many);
  g_test_add_func ("/objects/traffic-control", test_traffic_control);
  return vn_netns_test_run ();
}
