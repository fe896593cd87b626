/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of cells, words of causes and legs, trees of reasons. */
#include "sim/model/vn-cell.h"

#include <netinet/in.h>

static VnTopology *
two_machines (void)
{
  VnTopology *t = vn_topology_new ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  static const char *const names[] = { "web1", "db1" };

  g_ptr_array_add (t->segments, vn_segment_new ());
  ((VnSegment *)g_ptr_array_index (t->segments, 0))->name = g_strdup ("lan");
  for (guint i = 0; i < 2; i++)
    {
      VnMachine *machine = vn_machine_new ();
      VnInterface *interface = vn_interface_new ();

      machine->name = g_strdup (names[i]);
      interface->name = g_strdup ("eth0");
      interface->segment = 0;
      interface->has_address = TRUE;
      interface->mac.b[5] = (guint8)(i + 1);
      interface->address = (VnPrefix){ vn_ip_from_v4 (0x0a000001 + i), 24 };
      g_ptr_array_add (machine->interfaces, interface);
      g_ptr_array_add (t->machines, machine);
    }
  g_assert_true (vn_topology_seal (t, diags));
  return t;
}

static const struct
{
  VnCell cell;
  const char *key;
} keys[] = {
  { { VN_CELL_REACH, 0, 1, VN_FAMILY_IPV4, IPPROTO_ICMP, 0, VN_NONE }, "web1>db1 icmp" },
  { { VN_CELL_REACH, 1, 0, VN_FAMILY_IPV6, IPPROTO_ICMPV6, 0, VN_NONE }, "db1>web1 icmp6" },
  { { VN_CELL_REACH, 0, 1, VN_FAMILY_IPV4, IPPROTO_TCP, 3306, VN_NONE }, "web1>db1 tcp/3306" },
  { { VN_CELL_REACH, 0, 1, VN_FAMILY_IPV6, IPPROTO_UDP, 53, 0 }, "web1>db1 udp6/53" },
  { { VN_CELL_SPOOF_MAC, 0, 1, VN_FAMILY_IPV4, 0, 0, VN_NONE }, "web1>db1 spoof-mac" },
  { { VN_CELL_SPOOF_FRAME, 0, 1, VN_FAMILY_NONE, 0, 0, VN_NONE }, "web1>db1 spoof-frame" },
  { { VN_CELL_SPOOF_IP, 0, 1, VN_FAMILY_IPV6, 0, 0, VN_NONE }, "web1>db1 spoof-ip6" },
  { { VN_CELL_SPOOF_ARP, 0, 1, VN_FAMILY_IPV4, 0, 0, VN_NONE }, "web1>db1 spoof-arp" },
  { { VN_CELL_DHCP_SERVER, 0, VN_NONE, VN_FAMILY_IPV4, 0, 0, VN_NONE }, "web1 dhcp-server" },
  { { VN_CELL_DHCP6_SERVER, 0, 1, VN_FAMILY_IPV6, 0, 0, VN_NONE }, "web1>db1 serve-dhcp6" },
  { { VN_CELL_LEASE, 0, 1, VN_FAMILY_IPV4, 0, 0, VN_NONE }, "web1>db1 lease" },
  { { VN_CELL_RENEW, 0, 1, VN_FAMILY_IPV4, 0, 0, VN_NONE }, "web1>db1 renew" },
  { { VN_CELL_LEASED, 1, 0, VN_FAMILY_IPV6, 0, 0, VN_NONE }, "db1>web1 leased6" },
  { { VN_CELL_DAD, 0, 1, VN_FAMILY_IPV6, 0, 0, VN_NONE }, "web1>db1 dad6" },
  { { VN_CELL_PAIR, 0, 1, VN_FAMILY_IPV4, 0, 0, VN_NONE }, "web1>db1 pair" },
  { { VN_CELL_RA, 0, VN_NONE, VN_FAMILY_IPV6, 0, 0, VN_NONE }, "web1 ra6" },
  { { VN_CELL_KNOWN_UNICAST, 0, 1, VN_FAMILY_IPV4, 0, 0, VN_NONE }, "web1>db1 known-unicast" },
  { { VN_CELL_BROADCAST, 0, VN_NONE, VN_FAMILY_IPV4, 0, 0, VN_NONE }, "web1 broadcast" },
  { { VN_CELL_UNKNOWN_UNICAST, 0, VN_NONE, VN_FAMILY_IPV4, 0, 0, VN_NONE }, "web1 unknown-unicast" },
  { { VN_CELL_ARP_KNOWN, 0, 1, VN_FAMILY_IPV4, 0, 0, VN_NONE }, "web1>db1 arp-known" },
  { { VN_CELL_ARP_UNKNOWN, 0, VN_NONE, VN_FAMILY_IPV4, 0, 0, VN_NONE }, "web1 arp-unknown" },
  { { VN_CELL_DNS, 0, 1, VN_FAMILY_IPV4, IPPROTO_UDP, 53, VN_NONE }, "web1>db1 dns" },
  { { VN_CELL_FORWARD, 0, 1, VN_FAMILY_IPV4, IPPROTO_TCP, 8080, VN_NONE }, "web1>db1 forward-tcp/8080" },
  { { VN_CELL_UNSOLICITED, 0, 1, VN_FAMILY_IPV4, IPPROTO_UDP, 0, VN_NONE }, "web1>db1 unsolicited-udp/0" },
};

static void
test_keys (void)
{
  g_autoptr (VnTopology) t = two_machines ();
  guint kinds = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *key = vn_cell_key (t, &keys[i].cell);

      g_assert_cmpstr (key, ==, keys[i].key);
      kinds |= 1u << keys[i].cell.kind;
    }
  g_assert_cmpuint (kinds, ==, (1u << VN_N_CELL_KINDS) - 1);
}

static void
test_words (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < VN_N_CAUSES; i++)
    {
      g_assert_true (g_hash_table_add (seen, (gpointer)vn_cause_name (i)));
      g_assert_cmpstr (vn_cause_text (i), !=, "");
    }
  for (guint i = 0; i < VN_N_CELL_KINDS; i++)
    g_assert_cmpstr (vn_cell_kind_name (i), !=, "");
  g_assert_cmpstr (vn_leg_name (VN_LEG_OPEN), ==, "open");
}

static void
test_reason (void)
{
  g_autoptr (VnReason) root = vn_reason_new (TRUE, VN_ORIGIN_NONE, "%s", "delivered");
  VnReason *rule = vn_reason_add (root, vn_reason_new (TRUE, vn_origin_new ("lab.vlab.yml", 7, 3), "group \"web\""));
  g_autofree char *text = NULL;

  vn_reason_add (rule, vn_reason_new (FALSE, VN_ORIGIN_NONE, "port %d not in 80–80", 81));
  text = vn_reason_to_string (root);
  g_assert_cmpstr (text, ==, "✓ delivered\n  ✓ group \"web\" (lab.vlab.yml:7)\n    ✗ port 81 not in 80–80\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cell/keys", test_keys);
  g_test_add_func ("/cell/words", test_words);
  g_test_add_func ("/cell/reason", test_reason);
  return g_test_run ();
}
