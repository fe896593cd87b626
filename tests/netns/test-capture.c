/* SPDX-License-Identifier: Apache-2.0 */
/* Capture in namespaces: every frame at every point, both directions told apart, losses counted, nothing left open. */
#include "sim/base/vn-error.h"
#include "sim/packet/vn-craft.h"
#include "tests/lib/vn-test-net.h"

#include <dirent.h>
#include <string.h>
#include <sys/socket.h>

#define DEADLINE_USEC (5 * G_USEC_PER_SEC)

static GBytes *
craft_frame (const VnTestNet *net, guint from, guint to, guint32 tag)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCrafter) crafter = vn_crafter_new (&error);
  GBytes *frame = vn_craft_sentinel (crafter, vn_topology_end (net->topology, from)->mac,
                                     vn_topology_end (net->topology, to)->mac, VN_TAG_PROBE, tag, &error);

  g_assert_no_error (error);
  return frame;
}

static void
send_frames (const VnTestNet *net, guint from, guint to, guint n_frames)
{
  const VnEnd *end = vn_topology_end (net->topology, from);
  g_autoptr (GError) error = NULL;
  VN_AUTO_FD fd = vn_packet_socket_open (vn_kernel_node_fd (net->kernel, end->node), end->dev, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < n_frames; i++)
    {
      g_autoptr (GBytes) frame = craft_frame (net, from, to, i + 1);
      gsize size;
      gconstpointer bytes = g_bytes_get_data (frame, &size);

      g_assert_cmpint (send (fd, bytes, size, 0), ==, size);
    }
}

/* How many tagged frames were seen at a point in a direction. */
static guint
count_frames (const VnTestNet *net, guint point, gboolean outgoing)
{
  guint n = 0;

  for (guint i = 0; i < vn_frame_store_len (net->store); i++)
    {
      const VnFrame *frame = vn_frame_store_get (net->store, i);
      VnPacket packet;
      VnTag tag;

      vn_packet_decode (vn_frame_store_bytes (net->store, i), frame->caplen, &VN_DECODE_DEFAULT, &packet);
      if (frame->point == point && frame->outgoing == outgoing && vn_tag_read (&packet, &tag))
        n++;
    }
  return n;
}

static void
drain_until (VnTestNet *net, guint point, gboolean outgoing, guint n_frames)
{
  VnUsec deadline = vn_clock_now () + DEADLINE_USEC;
  g_autoptr (GError) error = NULL;

  while (count_frames (net, point, outgoing) < n_frames && vn_clock_now () < deadline)
    {
      vn_capture_drain (net->capture, DEADLINE_USEC, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (count_frames (net, point, outgoing), ==, n_frames);
}

/* Points 0 and 1 are m1's interface and its port of the bridge, 2 and 3 those of m2. */
static void
test_every_hop (void)
{
  g_autoptr (VnTestNet) net = vn_test_net_new (2, "10.9.0.0/24");
  static const gboolean outgoing[] = { TRUE, FALSE, FALSE, TRUE };

  send_frames (net, 0, 1, 50);
  drain_until (net, 2, FALSE, 50);
  for (guint point = 0; point < 4; point++)
    {
      g_assert_cmpuint (count_frames (net, point, outgoing[point]), ==, 50);
      g_assert_cmpuint (count_frames (net, point, !outgoing[point]), ==, 0);
    }
}

static void
test_time_order (void)
{
  static const guint path[] = { 0, 1, 3, 2 };
  g_autoptr (VnTestNet) net = vn_test_net_new (2, "10.9.0.0/24");

  send_frames (net, 0, 1, 1);
  drain_until (net, 2, FALSE, 1);
  vn_frame_store_sort (net->store);
  for (guint i = 0, hop = 0; i < vn_frame_store_len (net->store); i++)
    {
      const VnFrame *frame = vn_frame_store_get (net->store, i);
      VnPacket packet;

      vn_packet_decode (vn_frame_store_bytes (net->store, i), frame->caplen, &VN_DECODE_DEFAULT, &packet);
      if (packet.outer.ethertype == VN_ETHERTYPE_SENTINEL)
        g_assert_cmpuint (frame->point, ==, path[hop++]);
    }
}

static void
test_stats (void)
{
  g_autoptr (VnTestNet) net = vn_test_net_new (2, "10.9.0.0/24");
  const VnCapturePoint *point = g_ptr_array_index (net->points, 0);
  g_autoptr (GError) error = NULL;

  send_frames (net, 0, 1, 20);
  drain_until (net, 2, FALSE, 20);
  g_assert_true (vn_capture_stats (net->capture, &error));
  g_assert_cmpuint (point->received, >=, 20);
  g_assert_cmpuint (point->dropped, ==, 0);
  g_assert_true (vn_capture_stats (net->capture, &error)); /* a total, not what was added */
  g_assert_cmpuint (point->received, >=, 20);
}

/* More than a ring holds, unread: what is lost is counted. */
static void
test_drops (void)
{
  const guint n_frames = 2000;
  g_autoptr (VnTestNet) net = vn_test_net_new (2, "10.9.0.0/24");
  const VnCapturePoint *point = g_ptr_array_index (net->points, 2);
  g_autoptr (GError) error = NULL;

  send_frames (net, 0, 1, n_frames);
  g_assert_cmpint (vn_capture_drain (net->capture, 0, &error), >, 0);
  g_assert_true (vn_capture_stats (net->capture, &error));
  g_assert_cmpuint (point->dropped, >, 0);
  g_assert_cmpuint (count_frames (net, 2, FALSE), <, n_frames);
}

static void
test_timeout (void)
{
  g_autoptr (VnTestNet) net = vn_test_net_new (1, "10.9.0.0/24");
  g_autoptr (GError) error = NULL;
  VnUsec start;

  while (vn_capture_drain (net->capture, 0, &error) > 0)
    ;
  g_assert_no_error (error);
  start = vn_clock_now ();
  g_assert_cmpint (vn_capture_drain (net->capture, 0, &error), ==, 0);
  g_assert_cmpint (vn_clock_now () - start, <, DEADLINE_USEC);
}

static void
test_no_device (void)
{
  g_autoptr (VnTestNet) net = vn_test_net_new (1, "10.9.0.0/24");
  g_autoptr (GPtrArray) points = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  VnCapturePoint good = { .node = g_intern_string ("m1"), .dev = "eth0" };
  VnCapturePoint bad = { .node = g_intern_string ("m1"), .dev = "eth7" };

  g_ptr_array_add (points, &good);
  g_ptr_array_add (points, &bad);
  g_assert_null (vn_capture_open (net->kernel, points, 256, 65536, net->store, &error));
  g_assert_error (error, VN_ERROR, VN_ERROR_KERNEL);
  g_assert_nonnull (strstr (error->message, "m1:eth7"));
}

static guint
count_fds (void)
{
  DIR *folder = opendir ("/proc/self/fd");
  guint n = 0;

  g_assert_nonnull (folder);
  while (readdir (folder))
    n++;
  closedir (folder);
  return n;
}

static void
test_nothing_left (void)
{
  guint before = count_fds ();

  for (guint i = 0; i < 3; i++)
    vn_test_net_free (vn_test_net_new (3, "10.9.0.0/24"));
  g_assert_cmpuint (count_fds (), ==, before);
}

int
main (int argc, char **argv)
{
  int status = vn_test_sandbox ();

  if (status != 0)
    return status;
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/capture/every-hop", test_every_hop);
  g_test_add_func ("/capture/time-order", test_time_order);
  g_test_add_func ("/capture/stats", test_stats);
  g_test_add_func ("/capture/drops", test_drops);
  g_test_add_func ("/capture/timeout", test_timeout);
  g_test_add_func ("/capture/no-device", test_no_device);
  g_test_add_func ("/capture/nothing-left", test_nothing_left);
  return g_test_run ();
}
