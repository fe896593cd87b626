/* SPDX-License-Identifier: Apache-2.0 */
/* Which cells a lab has: classes of ports, pairs, attacks, L2 population, the user's checks. */
#include "sim/model/vn-cell.h"
#include "sim/packet/vn-packet.h"
#include "sim/probe/vn-port-classes.h"
#include "sim/probe/vn-probe-frames.h"
#include "sim/probe/vn-probe.h"
#include "tests/lib/vn-test-cloud.h"

#include <netinet/in.h>
#include <string.h>

/* ---- classes of ports ---- */

typedef struct
{
  VnDirection direction;
  VnFamily family;
  const char *protocol;
  gint min, max;
} Rule;

typedef struct
{
  const char *name;
  Rule of_sender[3], of_receiver[3]; /* protocol NULL ends them */
  const char *ports;                 /* of TCP over IPv4 */
} ClassRow;

#define IN VN_INGRESS
#define OUT VN_EGRESS
#define V4 VN_FAMILY_IPV4
#define V6 VN_FAMILY_IPV6

/* Written by hand: just before, first, last, just after, and a port that no rule names (7 if it is free). */
static const ClassRow class_rows[] = {
  { "no rules", { { 0 } }, { { 0 } }, "7" },
  { "one port", { { 0 } }, { { IN, V4, "tcp", 80, 80 } }, "7 79 80 81" },
  { "range", { { 0 } }, { { IN, V4, "tcp", 8000, 8080 } }, "7 7999 8000 8080 8081" },
  { "two ports wide", { { 0 } }, { { IN, V4, "tcp", 80, 81 } }, "7 79 80 81 82" },
  { "lowest port", { { 0 } }, { { IN, V4, "tcp", 1, 1 } }, "1 2 7" },
  { "highest port", { { 0 } }, { { IN, V4, "tcp", 65535, 65535 } }, "7 65534 65535" },
  { "all ports", { { 0 } }, { { IN, V4, "tcp", 1, 65535 } }, "1 65535" },
  { "unnamed port is named", { { 0 } }, { { IN, V4, "tcp", 7, 9 } }, "6 7 9 10" },
  { "ranges that touch", { { 0 } }, { { IN, V4, "tcp", 10, 20 }, { IN, V4, "tcp", 21, 30 } }, "7 9 10 20 21 30 31" },
  { "sender's egress", { { OUT, V4, "tcp", 443, 443 } }, { { 0 } }, "7 442 443 444" },
  { "both ends", { { OUT, V4, "tcp", 443, 443 } }, { { IN, V4, "tcp", 80, 80 } }, "7 79 80 81 442 443 444" },
  { "sender's ingress cuts, too", { { IN, V4, "tcp", 80, 80 } }, { { 0 } }, "7 79 80 81" },
  { "receiver's egress cuts, too", { { 0 } }, { { OUT, V4, "tcp", 80, 80 } }, "7 79 80 81" },
  { "other family does not cut", { { 0 } }, { { IN, V6, "tcp", 80, 80 } }, "7" },
  { "other protocol does not cut", { { 0 } }, { { IN, V4, "udp", 80, 80 } }, "7" },
  { "icmp type is no port", { { 0 } }, { { IN, V4, "icmp", 8, 0 } }, "7" },
  { "protocol without ports", { { 0 } }, { { IN, V4, "tcp", -1, -1 } }, "7" },
};

static void
add_rules (VnTopology *t, guint group, const Rule *rules)
{
  for (guint i = 0; i < 3 && rules[i].protocol; i++)
    vn_test_cloud_rule (t, group, rules[i].direction, rules[i].family, rules[i].protocol, rules[i].min, rules[i].max);
}

/* Two servers, on compute1 and compute2, each with a group of its own: ends 0 and 1. */
static VnTopology *
two_servers (const Rule *of_sender, const Rule *of_receiver)
{
  VnTopology *t = vn_test_cloud_new ();
  guint host1 = vn_test_cloud_host (t, "compute1"), host2 = vn_test_cloud_host (t, "compute2");
  guint network = vn_test_cloud_network (t, "net");
  guint sender, receiver;

  vn_test_cloud_subnet (t, network, "172.16.1.0/24");
  sender = vn_test_cloud_group (t, "sender");
  receiver = vn_test_cloud_group (t, "receiver");
  if (of_sender)
    add_rules (t, sender, of_sender);
  if (of_receiver)
    add_rules (t, receiver, of_receiver);
  vn_test_cloud_server (t, "a", host1, network, "172.16.1.10", sender);
  vn_test_cloud_server (t, "b", host2, network, "172.16.1.11", receiver);
  return t;
}

static char *
ports_text (const GArray *ports)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ports->len; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? " " : "", g_array_index (ports, guint16, i));
  return g_string_free (text, FALSE);
}

static void
test_classes (gconstpointer data)
{
  const ClassRow *row = data;
  g_autoptr (VnTopology) t = two_servers (row->of_sender, row->of_receiver);
  g_autoptr (GArray) ports = NULL;
  g_autofree char *text = NULL;

  vn_test_cloud_seal (t);
  ports = vn_port_classes (t, vn_topology_end (t, 0), vn_topology_end (t, 1), V4, IPPROTO_TCP);
  text = ports_text (ports);
  g_assert_cmpstr (text, ==, row->ports);
}

static void
test_class_limit (void)
{
  g_autoptr (VnTopology) t = two_servers (NULL, NULL);
  g_autoptr (GArray) ports = NULL;

  for (gint i = 0; i < 100; i++)
    vn_test_cloud_rule (t, 1, IN, V4, "tcp", 1000 + 10 * i, 1005 + 10 * i);
  vn_test_cloud_seal (t);
  ports = vn_port_classes (t, vn_topology_end (t, 0), vn_topology_end (t, 1), V4, IPPROTO_TCP);
  g_assert_cmpuint (ports->len, ==, VN_PORT_CLASSES_MAX);
  g_assert_cmpuint (g_array_index (ports, guint16, 0), ==, 7);
  g_assert_cmpuint (g_array_index (ports, guint16, 1), ==, 999);
}

/* The rules of others on the network cut where the two ends' own leave room; those of other networks never. */
static void
test_others_cut (void)
{
  g_autoptr (VnTopology) t = two_servers (NULL, NULL);
  guint other = vn_test_cloud_network (t, "other"), same = vn_test_cloud_group (t, "same");
  guint apart = vn_test_cloud_group (t, "apart");
  g_autoptr (GArray) ports = NULL;
  g_autofree char *text = NULL;

  vn_test_cloud_subnet (t, other, "172.16.2.0/24");
  vn_test_cloud_rule (t, 1, IN, V4, "tcp", 80, 80);
  vn_test_cloud_rule (t, same, IN, V4, "tcp", 443, 443);
  vn_test_cloud_rule (t, apart, IN, V4, "tcp", 5432, 5432);
  vn_test_cloud_server (t, "c", 1, 0, "172.16.1.12", same);
  vn_test_cloud_server (t, "d", 1, other, "172.16.2.10", apart);
  vn_test_cloud_seal (t);
  ports = vn_port_classes (t, vn_topology_end (t, 0), vn_topology_end (t, 1), V4, IPPROTO_TCP);
  text = ports_text (ports);
  g_assert_cmpstr (text, ==, "7 79 80 81 442 443 444");
}

static void
test_no_port_security (void)
{
  static const Rule web[] = { { IN, V4, "tcp", 80, 80 }, { 0 }, { 0 } };
  g_autoptr (VnTopology) t = two_servers (NULL, web);
  g_autoptr (GArray) ports = NULL;

  vn_test_cloud_port (t, 1)->port_security_enabled = FALSE;
  g_array_set_size (vn_test_cloud_port (t, 1)->security_groups, 0);
  vn_test_cloud_seal (t);
  ports = vn_port_classes (t, vn_topology_end (t, 0), vn_topology_end (t, 1), V4, IPPROTO_TCP);
  g_assert_cmpuint (ports->len, ==, 1);
}

/* ---- cells ---- */

/* The keys of all cells that start with @prefix, one a line. */
static char *
keys_text (const VnTopology *t, const GArray *cells, const char *prefix)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < cells->len; i++)
    {
      g_autofree char *key = vn_cell_key (t, &g_array_index (cells, VnCell, i));

      if (g_str_has_prefix (key, prefix))
        g_string_append_printf (text, "%s\n", key);
    }
  return g_string_free (text, FALSE);
}

static void
assert_keys (const VnTopology *t, const GArray *cells, const char *prefix, const char *expected)
{
  g_autofree char *text = keys_text (t, cells, prefix);

  g_assert_cmpstr (text, ==, expected);
}

static gboolean
has_key (const VnTopology *t, const GArray *cells, const char *wanted)
{
  for (guint i = 0; i < cells->len; i++)
    {
      g_autofree char *key = vn_cell_key (t, &g_array_index (cells, VnCell, i));

      if (strcmp (key, wanted) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
assert_no_duplicates (const VnTopology *t, const GArray *cells)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < cells->len; i++)
    g_assert_true (g_hash_table_add (seen, vn_cell_key (t, &g_array_index (cells, VnCell, i))));
}

static void
test_pairs (void)
{
  static const Rule web[] = { { IN, V4, "tcp", 80, 80 }, { 0 }, { 0 } };
  g_autoptr (VnTopology) t = two_servers (NULL, web);
  g_autoptr (GArray) cells = NULL;

  vn_test_cloud_seal (t);
  cells = vn_probe_cells (t);
  assert_no_duplicates (t, cells);
  assert_keys (t, cells, "a>b ",
               "a>b icmp\na>b tcp/7\na>b tcp/79\na>b tcp/80\na>b tcp/81\na>b udp/7\n"
               "a>b spoof-mac\na>b spoof-frame\na>b spoof-ip\na>b spoof-arp\na>b known-unicast\na>b arp-known\n");
  assert_keys (t, cells, "a ", "a dhcp-server\na broadcast\na unknown-unicast\na arp-unknown\n");
  /* machines: another Ethernet, and among each other one port of each protocol */
  assert_keys (t, cells, "a>controller", "a>controller icmp\n");
  assert_keys (t, cells, "controller>a", "controller>a icmp\n");
  assert_keys (t, cells, "controller>compute1",
               "controller>compute1 icmp\ncontroller>compute1 tcp/7\ncontroller>compute1 udp/7\n");
}

static void
test_families (void)
{
  g_autoptr (VnTopology) t = vn_test_cloud_new ();
  guint host = vn_test_cloud_host (t, "compute1");
  guint network = vn_test_cloud_network (t, "net");
  guint group;
  g_autoptr (GArray) cells = NULL;

  vn_test_cloud_subnet (t, network, "172.16.1.0/24");
  vn_test_cloud_subnet (t, network, "fd00:1::/64");
  group = vn_test_cloud_group (t, "group");
  vn_test_cloud_server (t, "four", host, network, "172.16.1.10", group);
  vn_test_cloud_server (t, "six", host, network, "fd00:1::10", group);
  vn_test_cloud_server (t, "both", host, network, "172.16.1.11 fd00:1::11", group);
  vn_test_cloud_seal (t);
  cells = vn_probe_cells (t);
  /* nothing in common but the Ethernet: a forged source needs no address of one's own */
  assert_keys (t, cells, "four>six", "four>six spoof-frame\nfour>six spoof-ip6\n");
  assert_keys (t, cells, "six>four", "six>four spoof-frame\nsix>four spoof-ip\n");
  assert_keys (t, cells, "six>both",
               "six>both icmp6\nsix>both tcp6/7\nsix>both udp6/7\nsix>both spoof-mac6\nsix>both "
               "serve-dhcp6\n"
               "six>both spoof-ip6\n");
  assert_keys (t, cells, "both>four ",
               "both>four icmp\nboth>four tcp/7\nboth>four udp/7\n"
               "both>four spoof-mac\nboth>four spoof-frame\nboth>four spoof-ip\nboth>four spoof-arp\n");
  g_assert_true (has_key (t, cells, "both ra6"));
  g_assert_true (has_key (t, cells, "both dhcp-server"));
  g_assert_false (has_key (t, cells, "four ra6"));
  g_assert_false (has_key (t, cells, "six dhcp-server"));
}

/* Attacks go to another host where there is one, though a nearer end comes first. */
static void
test_victims (void)
{
  g_autoptr (VnTopology) t = vn_test_cloud_new ();
  guint host1 = vn_test_cloud_host (t, "compute1"), host2 = vn_test_cloud_host (t, "compute2");
  guint network = vn_test_cloud_network (t, "net"), lonely = vn_test_cloud_network (t, "lonely");
  g_autoptr (GArray) cells = NULL;

  vn_test_cloud_subnet (t, network, "172.16.1.0/24");
  vn_test_cloud_subnet (t, lonely, "172.16.2.0/24");
  vn_test_cloud_server (t, "a", host1, network, "172.16.1.10", VN_NONE);
  vn_test_cloud_server (t, "near", host1, network, "172.16.1.11", VN_NONE);
  vn_test_cloud_server (t, "down", host2, network, "172.16.1.12", VN_NONE);
  vn_test_cloud_server (t, "far", host2, network, "172.16.1.13", VN_NONE);
  vn_test_cloud_server (t, "alone", host2, lonely, "172.16.2.10", VN_NONE);
  vn_test_cloud_port (t, 2)->admin_state_up = FALSE;
  vn_test_cloud_seal (t);
  cells = vn_probe_cells (t);
  g_assert_true (has_key (t, cells, "a>far spoof-mac"));
  g_assert_false (has_key (t, cells, "a>near spoof-mac"));
  g_assert_false (has_key (t, cells, "a>down spoof-mac"));
  g_assert_false (has_key (t, cells, "down>a spoof-mac")); /* it is not plugged */
  g_assert_true (has_key (t, cells, "far>a spoof-arp"));
  assert_keys (t, cells, "alone ", "alone broadcast\nalone unknown-unicast\nalone arp-unknown\n");
}

/* One sender a host and network; one receiver on each other host. */
static void
test_l2_population (void)
{
  g_autoptr (VnTopology) t = two_servers (NULL, NULL);
  guint host3 = vn_test_cloud_host (t, "compute3");
  g_autoptr (GArray) cells = NULL;

  vn_test_cloud_server (t, "a2", 1, 0, "172.16.1.20", 0);
  vn_test_cloud_server (t, "c", host3, 0, "172.16.1.30", 0);
  vn_test_cloud_seal (t);
  cells = vn_probe_cells (t);
  g_assert_true (has_key (t, cells, "a>b known-unicast"));
  g_assert_true (has_key (t, cells, "a>c known-unicast"));
  g_assert_true (has_key (t, cells, "a>b arp-known"));
  g_assert_false (has_key (t, cells, "a>c arp-known"));
  g_assert_true (has_key (t, cells, "c>a known-unicast"));
  g_assert_false (has_key (t, cells, "a2>b known-unicast"));
  g_assert_false (has_key (t, cells, "a2 broadcast"));
}

static void
test_no_l2_population (void)
{
  g_autoptr (VnTopology) t = two_servers (NULL, NULL);
  g_autoptr (GArray) one = NULL, none = NULL;

  vn_test_cloud_set_server (t, VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge");
  vn_test_cloud_set_agent (t, 1, VN_OPT_VXLAN_L2_POPULATION, "false");
  vn_test_cloud_seal (t);
  one = vn_probe_cells (t);
  g_assert_true (has_key (t, one, "a broadcast")); /* compute2's agent still has it */
  vn_test_cloud_set_agent (t, 2, VN_OPT_VXLAN_L2_POPULATION, "false");
  none = vn_probe_cells (t);
  g_assert_true (has_key (t, none, "a broadcast")); /* floods have to arrive without it, too */
  g_assert_false (has_key (t, none, "a unknown-unicast"));
  g_assert_false (has_key (t, none, "a>b known-unicast"));
}

/* A server on two networks: its kernel takes the interface that is in the receiver's. */
static void
test_two_ports (void)
{
  g_autoptr (VnTopology) t = two_servers (NULL, NULL);
  guint other = vn_test_cloud_network (t, "other");
  VnServer *server = g_ptr_array_index (t->servers, 0);
  guint index;
  g_autoptr (GArray) cells = NULL;

  vn_test_cloud_subnet (t, other, "172.16.2.0/24");
  vn_test_cloud_server (t, "d", 1, other, "172.16.2.11", 0);
  index = vn_test_cloud_server (t, "spare", 1, other, "172.16.2.10", 0);
  vn_test_cloud_port (t, index)->server = 0;
  g_array_append_val (server->ports, index);
  g_array_set_size (((VnServer *)g_ptr_array_index (t->servers, 3))->ports, 0);
  vn_test_cloud_seal (t);
  cells = vn_probe_cells (t);
  g_assert_true (has_key (t, cells, "a:eth1>d icmp"));
  g_assert_false (has_key (t, cells, "a>d icmp"));
  g_assert_true (has_key (t, cells, "d>a icmp"));
  g_assert_false (has_key (t, cells, "a>a:eth1 icmp"));
}

/* ---- checks ---- */

static void
add_check (VnTopology *t, guint from, guint to, VnFamily family, guint8 protocol, guint16 port)
{
  VnCheckLine *line = vn_check_line_new ();

  line->id = g_strdup_printf ("check%u", t->checks->len);
  line->from = from;
  line->to = to;
  line->family = family;
  line->protocol = protocol;
  line->port = port;
  g_ptr_array_add (t->checks, line);
}

/* The cells that a check asked for, "check: key". */
static char *
check_text (const VnTopology *t, const GArray *cells)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < cells->len; i++)
    {
      const VnCell *cell = &g_array_index (cells, VnCell, i);
      g_autofree char *key = vn_cell_key (t, cell);

      if (cell->check != VN_NONE)
        g_string_append_printf (text, "%u: %s\n", cell->check, key);
    }
  return g_string_free (text, FALSE);
}

static void
test_checks (void)
{
  g_autoptr (VnTopology) t = two_servers (NULL, NULL);
  g_autoptr (GArray) without = NULL, cells = NULL;
  g_autofree char *text = NULL;

  vn_test_cloud_seal (t);
  without = vn_probe_cells (t);
  add_check (t, 0, 1, V4, IPPROTO_ICMP, 0);   /* a cell that is there */
  add_check (t, 0, 1, V4, IPPROTO_TCP, 5432); /* one that is not */
  add_check (t, 0, 1, V4, IPPROTO_ICMP, 0);   /* the first one again */
  cells = vn_probe_cells (t);
  text = check_text (t, cells);
  g_assert_cmpstr (text, ==, "0: a>b icmp\n1: a>b tcp/5432\n2: a>b icmp\n");
  g_assert_cmpuint (cells->len, ==, without->len + 2);
}

/* ---- frames ---- */

/* Transfer full. */
static char *
forged_source (const VnTopology *t, VnFamily family)
{
  const VnCell cell = { .kind = VN_CELL_SPOOF_IP, .from = 0, .to = 1, .family = family, .check = VN_NONE };
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCrafter) crafter = vn_crafter_new (&error);
  g_autoptr (GBytes) frame = NULL;
  VnPacket packet;

  g_assert_no_error (error);
  frame = vn_probe_frame (crafter, t, &cell, vn_probe_destination (t, &cell, VN_MAC_ZERO), 1, &error);
  g_assert_no_error (error);
  vn_packet_decode (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame), &VN_DECODE_DEFAULT, &packet);
  g_assert_true (vn_mac_equal (packet.outer.eth_src, vn_topology_end (t, 0)->mac));
  g_assert_true (vn_mac_equal (packet.outer.eth_dst, vn_topology_end (t, 1)->mac));
  g_assert_true (vn_ip_equal (packet.outer.ip_dst, vn_end_address (vn_topology_end (t, 1), family)));
  return vn_ip_to_string (packet.outer.ip_src);
}

/* A neighbour's by the sender's subnet, by the victim's where the sender has none of the family; never a taken one. */
static void
test_forged_source (void)
{
  static const struct
  {
    const char *sender;
    VnFamily family;
    const char *source;
  } rows[] = {
    { "172.16.1.10", V4, "172.16.1.12" }, { "172.16.1.20", V4, "172.16.1.21" }, { "172.16.1.10", V6, "fd00:1::13" },
    { "fd00:1::10", V4, "172.16.1.12" },  { "fd00:1::10", V6, "fd00:1::13" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnTopology) t = vn_test_cloud_new ();
      guint host = vn_test_cloud_host (t, "compute1"), network = vn_test_cloud_network (t, "net");
      g_autofree char *source = NULL;

      vn_test_cloud_subnet (t, network, "172.16.1.0/24");
      vn_test_cloud_subnet (t, network, "fd00:1::/64");
      vn_test_cloud_server (t, "a", host, network, rows[i].sender, VN_NONE);
      vn_test_cloud_server (t, "b", host, network, "172.16.1.11 fd00:1::11", VN_NONE);
      vn_test_cloud_server (t, "c", host, network, "fd00:1::12", VN_NONE);
      vn_test_cloud_seal (t);
      source = forged_source (t, rows[i].family);
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (source, ==, rows[i].source);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (class_rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cells/classes/%s", class_rows[i].name);

      g_test_add_data_func (path, &class_rows[i], test_classes);
    }
  g_test_add_func ("/cells/classes/limit", test_class_limit);
  g_test_add_func ("/cells/classes/others", test_others_cut);
  g_test_add_func ("/cells/classes/no port security", test_no_port_security);
  g_test_add_func ("/cells/pairs", test_pairs);
  g_test_add_func ("/cells/families", test_families);
  g_test_add_func ("/cells/victims", test_victims);
  g_test_add_func ("/cells/l2-population", test_l2_population);
  g_test_add_func ("/cells/no-l2-population", test_no_l2_population);
  g_test_add_func ("/cells/two-ports", test_two_ports);
  g_test_add_func ("/cells/checks", test_checks);
  g_test_add_func ("/cells/forged-source", test_forged_source);
  return g_test_run ();
}
