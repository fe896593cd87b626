/* SPDX-License-Identifier: Apache-2.0 */
/* A small real network. */
#include "tests/lib/vn-test-net.h"

#include "sim/kernel/vn-sandbox.h"

#include <stdlib.h>

#define SWITCH "switch"
#define BRIDGE "br0"
#define EXIT_SKIPPED 77 /* what meson takes for a skip */

static void
submit (VnTestNet *net, VnVerb verb, VnKobj obj)
{
  g_autoptr (GError) error = NULL;

  vn_kernel_submit (net->kernel, verb, &obj, 0, &error);
  g_assert_no_error (error);
  vn_kobj_clear (&obj);
}

static void
flush (VnTestNet *net)
{
  g_autoptr (GError) error = NULL;

  vn_kernel_flush (net->kernel, NULL, &error);
  g_assert_no_error (error);
}

static void
add_link (VnTestNet *net, VnKobj link, gboolean has_link_local)
{
  link.u.link.up = TRUE;
  link.u.link.no_autoconf = !has_link_local;
  submit (net, VN_VERB_ADD, link);
}

static VnKobj
make_veth (const char *node, const char *dev, const char *peer_node, const char *peer)
{
  VnKobj link = vn_kobj_link (node, VN_LINK_VETH, dev);

  link.u.link.u.veth.peer_node = g_intern_string (peer_node);
  g_strlcpy (link.u.link.u.veth.peer, peer, VN_DEV_SIZE);
  return link;
}

static void
get_tap (guint machine, char ret[VN_DEV_SIZE])
{
  g_snprintf (ret, VN_DEV_SIZE, "tap%u", machine + 1);
}

/* An address that is still being checked for duplicates answers nobody. */
static void
add_node (VnTestNet *net, const char *node)
{
  submit (net, VN_VERB_ADD, vn_kobj_node (node));
  submit (net, VN_VERB_ADD, vn_kobj_sysctl (node, "net.ipv6.conf.default.accept_dad", "0"));
  submit (net, VN_VERB_ADD, vn_kobj_sysctl (node, "net.ipv6.conf.default.dad_transmits", "0"));
  flush (net);
}

static void
plug_machine (VnTestNet *net, guint index)
{
  const VnEnd *end = vn_topology_end (net->topology, index);
  char tap[VN_DEV_SIZE];
  VnKobj here, there;

  get_tap (index, tap);
  here = make_veth (end->node, end->dev, SWITCH, tap);
  here.u.link.u.veth.creates = TRUE;
  here.u.link.has_mac = TRUE;
  here.u.link.mac = end->mac;
  here.u.link.no_offload = TRUE;
  there = make_veth (SWITCH, tap, end->node, end->dev);
  g_strlcpy (there.u.link.master, BRIDGE, VN_DEV_SIZE);
  add_node (net, end->node);
  add_link (net, here, g_array_index (end->addresses, VnPrefix, 0).ip.family == VN_FAMILY_IPV6);
  flush (net);
  add_link (net, there, FALSE);
  submit (net, VN_VERB_ADD, vn_kobj_addr (end->node, end->dev, g_array_index (end->addresses, VnPrefix, 0)));
  flush (net);
}

static void
add_point (VnTestNet *net, const char *node, const char *dev)
{
  VnCapturePoint *point = g_new0 (VnCapturePoint, 1);

  point->node = g_intern_string (node);
  g_strlcpy (point->dev, dev, sizeof point->dev);
  point->name = g_strdup_printf ("%s:%s", node, dev);
  g_ptr_array_add (net->points, point);
}

static void
add_machine (VnTopology *t, guint index, VnPrefix network)
{
  VnMachine *machine = vn_machine_new ();
  VnInterface *interface = vn_interface_new ();

  machine->name = g_strdup_printf ("m%u", index + 1);
  interface->name = g_strdup ("eth0");
  interface->segment = 0;
  interface->has_address = TRUE;
  interface->address = (VnPrefix){ vn_ip_add (network.ip, index + 1), network.len };
  interface->mac = (VnMac){ { 0x52, 0x54, 0x00, 0x00, 0x00, (guint8)(index + 1) } };
  interface->mtu = 1500;
  g_ptr_array_add (machine->interfaces, interface);
  g_ptr_array_add (t->machines, machine);
}

static VnTopology *
make_topology (guint n_machines, const char *network)
{
  VnTopology *t = vn_topology_new ();
  VnSegment *segment = vn_segment_new ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  VnPrefix prefix;

  g_assert_true (vn_prefix_parse (network, &prefix));
  t->name = g_strdup ("net");
  segment->name = g_strdup ("lan");
  g_ptr_array_add (t->segments, segment);
  for (guint i = 0; i < n_machines; i++)
    add_machine (t, i, prefix);
  g_assert_true (vn_topology_seal (t, diags));
  return t;
}

static void
open_capture (VnTestNet *net)
{
  g_autoptr (GError) error = NULL;

  net->capture
      = vn_capture_open (net->kernel, net->points, VN_TEST_NET_SNAPLEN, VN_TEST_NET_BUFFER_BYTES, net->store, &error);
  g_assert_no_error (error);
}

VnTestNet *
vn_test_net_new (guint n_machines, const char *network)
{
  VnTestNet *net = g_new0 (VnTestNet, 1);
  g_autoptr (GError) error = NULL;

  net->kernel = vn_kernel_linux_new (&error);
  g_assert_no_error (error);
  net->topology = make_topology (n_machines, network);
  net->points = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_capture_point_free);
  net->store = vn_frame_store_new (G_MAXUINT64);
  submit (net, VN_VERB_ADD, vn_kobj_node (SWITCH));
  flush (net);
  add_link (net, vn_kobj_link (SWITCH, VN_LINK_BRIDGE, BRIDGE), FALSE);
  flush (net);
  for (guint i = 0; i < n_machines; i++)
    {
      char tap[VN_DEV_SIZE];

      get_tap (i, tap);
      plug_machine (net, i);
      add_point (net, vn_topology_end (net->topology, i)->node, vn_topology_end (net->topology, i)->dev);
      add_point (net, SWITCH, tap);
    }
  open_capture (net);
  return net;
}

void
vn_test_net_free (VnTestNet *net)
{
  vn_capture_close (net->capture);
  vn_frame_store_free (net->store);
  g_ptr_array_unref (net->points);
  for (guint i = 0; i < net->topology->ends->len; i++)
    submit (net, VN_VERB_DEL, vn_kobj_node (vn_topology_end (net->topology, i)->node));
  submit (net, VN_VERB_DEL, vn_kobj_node (SWITCH));
  flush (net);
  vn_kernel_free (net->kernel);
  vn_topology_unref (net->topology);
  g_free (net);
}

void
vn_test_net_unplug (VnTestNet *net, guint machine)
{
  char tap[VN_DEV_SIZE];
  VnKobj link;

  get_tap (machine, tap);
  link = make_veth (SWITCH, tap, vn_topology_end (net->topology, machine)->node, "eth0");
  link.u.link.up = TRUE;
  submit (net, VN_VERB_SET, link);
  flush (net);
}

int
vn_test_sandbox (void)
{
  g_autoptr (GError) error = NULL;

  if (vn_sandbox_enter (&error))
    return EXIT_SUCCESS;
  g_print ("1..0 # SKIP %s\n", error->message);
  return EXIT_SKIPPED;
}
