/* SPDX-License-Identifier: Apache-2.0 */
/* Probes over a real bridge: what arrives, what is answered, and that silence is told from not knowing. */
#include "sim/packet/vn-tag.h"
#include "sim/probe/vn-probe-frames.h"
#include "sim/probe/vn-probe.h"
#include "tests/lib/vn-test-net.h"

#include <netinet/in.h>

#define V4 VN_FAMILY_IPV4
#define V6 VN_FAMILY_IPV6

static gint
drain (gpointer capture, VnUsec timeout_usec, GError **error)
{
  return vn_capture_drain (capture, timeout_usec, error);
}

static GArray *
probe (const VnTestNet *net, const VnCell *cells, guint n_cells, guint64 *ret_frames_sent)
{
  const VnProbeSetup setup = {
    .kernel = net->kernel,
    .drain = drain,
    .capture = net->capture,
    .capture_fds = vn_capture_fds (net->capture),
    .topology = net->topology,
    .points = net->points,
    .store = net->store,
    .ret_frames_sent = ret_frames_sent,
  };
  g_autoptr (GArray) array = g_array_new (FALSE, FALSE, sizeof (VnCell));
  g_autoptr (GError) error = NULL;
  GArray *shots;

  g_array_append_vals (array, cells, n_cells);
  shots = vn_probe_run (&setup, array, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (shots->len, ==, n_cells);
  return shots;
}

static guint
count_sightings (const VnTestNet *net, guint point, guint32 wanted, VnTagKind kind)
{
  guint n = 0;

  for (guint i = 0; i < vn_frame_store_len (net->store); i++)
    {
      const VnFrame *frame = vn_frame_store_get (net->store, i);
      VnPacket packet;
      VnTag tag;

      vn_packet_decode (vn_frame_store_bytes (net->store, i), frame->caplen, &VN_DECODE_DEFAULT, &packet);
      if (frame->point == point && vn_tag_read (&packet, &tag) && tag.tag == wanted && tag.kind == kind)
        n++;
    }
  return n;
}

static const VnShot *
get_shot (const GArray *shots, guint index)
{
  return &g_array_index (shots, VnShot, index);
}

static void
assert_closed (const VnShot *shot)
{
  g_assert_true (shot->forward_closed);
  g_assert_true (shot->backward_closed);
}

static VnCell
reach (guint from, guint to, VnFamily family, guint8 protocol, guint16 port)
{
  return (VnCell){ VN_CELL_REACH, from, to, family, protocol, port, VN_NONE };
}

/* Interfaces of machines are points 0, 2, 4 … */
static void
assert_answered (const VnTestNet *net, const VnCell *cells, const GArray *shots)
{
  for (guint i = 0; i < shots->len; i++)
    {
      const VnShot *shot = get_shot (shots, i);

      g_assert_cmpint (shot->state, ==, VN_SHOT_SENT);
      assert_closed (shot);
      g_assert_cmpuint (count_sightings (net, 2 * cells[i].to, shot->tag, VN_TAG_PROBE), ==, 1);
      g_assert_cmpuint (count_sightings (net, 2 * cells[i].from, shot->tag, VN_TAG_ANSWER), ==, 1);
    }
}

static void
test_answers (void)
{
  const VnCell cells[]
      = { reach (0, 1, V4, IPPROTO_ICMP, 0), reach (0, 1, V4, IPPROTO_TCP, 80), reach (0, 1, V4, IPPROTO_UDP, 53),
          reach (1, 0, V4, IPPROTO_ICMP, 0), reach (1, 0, V4, IPPROTO_TCP, 80), reach (1, 0, V4, IPPROTO_UDP, 65535) };
  g_autoptr (VnTestNet) net = vn_test_net_new (2, "10.9.0.0/24");
  guint64 n_sent = 0;
  g_autoptr (GArray) shots = probe (net, cells, G_N_ELEMENTS (cells), &n_sent);

  assert_answered (net, cells, shots);
  /* each probe, two sentinels a pair, two echoed datagrams */
  g_assert_cmpuint (n_sent, ==, G_N_ELEMENTS (cells) + 4 + 2);
  g_assert_true (vn_mac_equal (get_shot (shots, 0)->next_hop, vn_topology_end (net->topology, 1)->mac));
}

static void
test_answers_v6 (void)
{
  const VnCell cells[]
      = { reach (0, 1, V6, IPPROTO_ICMPV6, 0), reach (0, 1, V6, IPPROTO_TCP, 80), reach (0, 1, V6, IPPROTO_UDP, 53) };
  g_autoptr (VnTestNet) net = vn_test_net_new (2, "fd00:9::/64");
  g_autoptr (GArray) shots = probe (net, cells, G_N_ELEMENTS (cells), NULL);

  assert_answered (net, cells, shots);
}

/* The answer to a TCP probe comes from a socket that listens, not from a kernel that refuses. */
static void
test_tcp_is_accepted (void)
{
  const VnCell cell = reach (0, 1, V4, IPPROTO_TCP, 80);
  g_autoptr (VnTestNet) net = vn_test_net_new (2, "10.9.0.0/24");
  g_autoptr (GArray) shots = probe (net, &cell, 1, NULL);
  guint n_accepted = 0;

  for (guint i = 0; i < vn_frame_store_len (net->store); i++)
    {
      VnPacket packet;

      vn_packet_decode (vn_frame_store_bytes (net->store, i), vn_frame_store_get (net->store, i)->caplen,
                        &VN_DECODE_DEFAULT, &packet);
      n_accepted += packet.outer.tcp_flags == (VN_TCP_SYN | VN_TCP_ACK) ? 1 : 0;
    }
  g_assert_cmpuint (n_accepted, ==, 4); /* once at each hop: it is not sent again */
  g_assert_cmpuint (count_sightings (net, 2, get_shot (shots, 0)->tag, VN_TAG_RESET), ==, 1);
}

/* Nobody answers for the address; the others do not wait for that. */
static void
test_no_neighbour (void)
{
  const VnCell cells[] = { reach (0, 2, V4, IPPROTO_ICMP, 0), reach (0, 1, V4, IPPROTO_ICMP, 0) };
  g_autoptr (VnTestNet) net = vn_test_net_new (3, "10.9.0.0/24");
  g_autoptr (GArray) shots = NULL;
  VnUsec start;

  vn_test_net_unplug (net, 2);
  start = vn_clock_now ();
  shots = probe (net, cells, G_N_ELEMENTS (cells), NULL);
  g_assert_cmpint (get_shot (shots, 0)->state, ==, VN_SHOT_NO_NEIGHBOUR);
  assert_closed (get_shot (shots, 0));
  g_assert_cmpint (get_shot (shots, 1)->state, ==, VN_SHOT_SENT);
  assert_closed (get_shot (shots, 1));
  g_assert_cmpint (vn_clock_now () - start, <, 3 * G_USEC_PER_SEC); /* before the kernel itself gives up */
}

/* The first machine knows the second one's MAC address whatever happens to it. */
static void
know_for_good (VnTestNet *net)
{
  const VnEnd *from = vn_topology_end (net->topology, 0), *to = vn_topology_end (net->topology, 1);
  VnKobj neigh = vn_kobj_neigh (from->node, from->dev, vn_end_address (to, V4), to->mac);
  g_autoptr (GError) error = NULL;

  vn_kernel_submit (net->kernel, VN_VERB_ADD, &neigh, 0, &error);
  vn_kernel_flush (net->kernel, NULL, &error);
  g_assert_no_error (error);
  vn_kobj_clear (&neigh);
}

/* Known, then gone: the probe and its sentinel end at the same hop, so that its fate is known. */
static void
test_dead_path (void)
{
  const VnCell cell = reach (0, 1, V4, IPPROTO_UDP, 53);
  g_autoptr (VnTestNet) net = vn_test_net_new (2, "10.9.0.0/24");
  g_autoptr (GArray) before = probe (net, &cell, 1, NULL);
  g_autoptr (GArray) after = NULL;

  know_for_good (net);
  vn_test_net_unplug (net, 1);
  after = probe (net, &cell, 1, NULL);
  g_assert_cmpint (get_shot (after, 0)->state, ==, VN_SHOT_SENT);
  g_assert_cmpuint (get_shot (after, 0)->tag, !=, get_shot (before, 0)->tag);
  g_assert_cmpuint (count_sightings (net, 0, get_shot (after, 0)->tag, VN_TAG_PROBE), ==, 1);
  g_assert_cmpuint (count_sightings (net, 2, get_shot (after, 0)->tag, VN_TAG_PROBE), ==, 0);
  assert_closed (get_shot (after, 0));
}

/* Without a capture of the receiver's interface nobody can say that the probe arrived, nor that it did not. */
static void
test_unwatched (void)
{
  const VnCell cell = reach (0, 1, V4, IPPROTO_UDP, 53);
  g_autoptr (VnTestNet) net = vn_test_net_new (2, "10.9.0.0/24");
  const VnProbeSetup setup = {
    .kernel = net->kernel,
    .drain = drain,
    .capture = net->capture,
    .capture_fds = vn_capture_fds (net->capture),
    .topology = net->topology,
    .points = net->points,
    .store = net->store,
    .deadline = vn_clock_now () + G_USEC_PER_SEC / 100,
  };
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (VnCell));
  g_autoptr (GArray) shots = NULL;
  g_autoptr (GError) error = NULL;

  g_strlcpy (((VnCapturePoint *)g_ptr_array_index (net->points, 2))->dev, "other", 16);
  g_array_append_val (cells, cell);
  shots = vn_probe_run (&setup, cells, &error);
  g_assert_no_error (error);
  g_assert_false (get_shot (shots, 0)->state == VN_SHOT_SENT && get_shot (shots, 0)->forward_closed);
}

/* Floods and forgeries: sent once, seen by all others; a forged ARP is put right again. */
static void
test_attacks (void)
{
  const VnCell cells[] = {
    { VN_CELL_BROADCAST, 0, VN_NONE, VN_FAMILY_NONE, 0, 0, VN_NONE },
    { VN_CELL_UNKNOWN_UNICAST, 0, VN_NONE, VN_FAMILY_NONE, 0, 0, VN_NONE },
    { VN_CELL_DHCP_SERVER, 0, VN_NONE, V4, 0, 0, VN_NONE },
    { VN_CELL_ARP_UNKNOWN, 0, VN_NONE, V4, 0, 0, VN_NONE },
    { VN_CELL_ARP_KNOWN, 0, 1, V4, 0, 0, VN_NONE },
    { VN_CELL_SPOOF_ARP, 0, 1, V4, 0, 0, VN_NONE },
    { VN_CELL_SPOOF_MAC, 0, 1, V4, 0, 0, VN_NONE },
    { VN_CELL_SPOOF_IP, 0, 1, V4, 0, 0, VN_NONE },
    { VN_CELL_KNOWN_UNICAST, 0, 1, VN_FAMILY_NONE, 0, 0, VN_NONE },
  };
  const guint n_floods = 4;
  g_autoptr (VnTestNet) net = vn_test_net_new (3, "10.9.0.0/24");
  g_autoptr (GArray) shots = probe (net, cells, G_N_ELEMENTS (cells), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      const VnShot *shot = get_shot (shots, i);

      g_assert_cmpint (shot->state, ==, VN_SHOT_SENT);
      assert_closed (shot);
      g_assert_cmpuint (count_sightings (net, 2, shot->tag, VN_TAG_PROBE), ==, 1);
      if (i < n_floods)
        g_assert_cmpuint (count_sightings (net, 4, shot->tag, VN_TAG_PROBE), ==, 1);
    }
}

/* After a forged ARP the others still find the victim. */
static void
test_forged_arp_is_repaired (void)
{
  const VnCell first = reach (2, 1, V4, IPPROTO_ICMP, 0);
  const VnCell forged = { VN_CELL_SPOOF_ARP, 0, 1, V4, 0, 0, VN_NONE };
  g_autoptr (VnTestNet) net = vn_test_net_new (3, "10.9.0.0/24");
  g_autoptr (GArray) before = probe (net, &first, 1, NULL);
  g_autoptr (GArray) attack = probe (net, &forged, 1, NULL);
  g_autoptr (GArray) after = probe (net, &first, 1, NULL);

  g_assert_cmpuint (count_sightings (net, 4, get_shot (attack, 0)->tag, VN_TAG_PROBE), ==, 1);
  g_assert_true (vn_mac_equal (get_shot (before, 0)->next_hop, vn_topology_end (net->topology, 1)->mac));
  g_assert_true (vn_mac_equal (get_shot (after, 0)->next_hop, vn_topology_end (net->topology, 1)->mac));
}

/* More than two thousand frames, with both ends and two hops captured; nothing may be lost. */
static void
test_many (void)
{
  const guint n_machines = 8, n_ports = 18;
  g_autoptr (VnTestNet) net = vn_test_net_new (n_machines, "10.9.0.0/24");
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (VnCell));
  g_autoptr (GArray) shots = NULL;
  g_autoptr (GError) error = NULL;
  guint64 n_sent;
  VnUsec start;

  for (guint from = 0; from < n_machines; from++)
    for (guint to = 0; to < n_machines; to++)
      for (guint16 port = 1; from != to && port <= n_ports; port++)
        {
          VnCell tcp = reach (from, to, V4, IPPROTO_TCP, port), udp = reach (from, to, V4, IPPROTO_UDP, port);

          g_array_append_val (cells, tcp);
          g_array_append_val (cells, udp);
        }
  start = vn_clock_now ();
  shots = probe (net, (const VnCell *)cells->data, cells->len, &n_sent);
  g_test_message ("%u probes, %" G_GUINT64_FORMAT " frames sent, %u captured, %" G_GINT64_FORMAT " us", cells->len,
                  n_sent, vn_frame_store_len (net->store), vn_clock_now () - start);
  assert_closed (get_shot (shots, 0));
  for (guint i = 0; i < shots->len; i++)
    assert_closed (get_shot (shots, i));
  g_assert_true (vn_capture_stats (net->capture, &error));
  for (guint i = 0; i < net->points->len; i++)
    g_assert_cmpuint (((const VnCapturePoint *)g_ptr_array_index (net->points, i))->dropped, ==, 0);
  g_assert_cmpuint (n_sent, >, 2000);
}

/* More neighbours than a machine's table holds (1,024), and some that don't answer. */
static void
test_crowd (void)
{
  const guint n_machines = 40, n_unplugged = 3;
  g_autoptr (VnTestNet) net = vn_test_net_new (n_machines, "10.9.0.0/24");
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (VnCell));
  g_autoptr (GArray) shots = NULL;

  for (guint i = 0; i < n_unplugged; i++)
    vn_test_net_unplug (net, i);
  for (guint from = n_unplugged; from < n_machines; from++)
    for (guint to = 0; to < n_machines; to++)
      if (from != to)
        {
          VnCell cell = reach (from, to, V4, IPPROTO_ICMP, 0);

          g_array_append_val (cells, cell);
        }
  shots = probe (net, (const VnCell *)cells->data, cells->len, NULL);
  for (guint i = 0; i < shots->len; i++)
    g_assert_cmpint (get_shot (shots, i)->state, ==,
                     g_array_index (cells, VnCell, i).to < n_unplugged ? VN_SHOT_NO_NEIGHBOUR : VN_SHOT_SENT);
}

/* Tags are a bijection, and neighbouring ones differ in both halves. */
static void
test_tags (void)
{
  for (guint32 n = 1; n < 200000; n++)
    {
      guint32 tag = vn_probe_tag (n), next = vn_probe_tag (n + 1);

      g_assert_cmpuint (vn_probe_tag_number (tag), ==, n);
      g_assert_cmpuint (tag >> 16, !=, next >> 16);
      g_assert_cmpuint (tag & 0xffff, !=, next & 0xffff);
      g_assert_cmpuint (vn_probe_sport (n, 40000 + n % 21000), !=, 40000 + n % 21000);
    }
}

int
main (int argc, char **argv)
{
  int status = vn_test_sandbox ();

  if (status != 0)
    return status;
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/probe/answers", test_answers);
  g_test_add_func ("/probe/answers-v6", test_answers_v6);
  g_test_add_func ("/probe/tcp-is-accepted", test_tcp_is_accepted);
  g_test_add_func ("/probe/no-neighbour", test_no_neighbour);
  g_test_add_func ("/probe/dead-path", test_dead_path);
  g_test_add_func ("/probe/unwatched", test_unwatched);
  g_test_add_func ("/probe/attacks", test_attacks);
  g_test_add_func ("/probe/forged-arp-is-repaired", test_forged_arp_is_repaired);
  g_test_add_func ("/probe/many", test_many);
  g_test_add_func ("/probe/crowd", test_crowd);
  g_test_add_func ("/probe/tags", test_tags);
  return g_test_run ();
}
