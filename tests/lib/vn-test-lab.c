/* SPDX-License-Identifier: Apache-2.0 */
/* The evidence of a run made by code.
 *
 * Rules are written as Neutron 21.0.0 writes them, parsed for the tables and kept as text in the dumps. Frames come
 * from the crafter; answers are probes with their ends swapped, tunnel datagrams have an outer header put in front. */
#include "tests/lib/vn-test-lab.h"

#include <netinet/in.h>
#include <string.h>

#define PROBE_PORT 40000
#define TAG_BASE 0x00100000u
#define OUTER_SIZE 50 /* Ethernet, IPv4, UDP, VXLAN */
#define STORE_LIMIT_BYTES (1u << 20)

/* ---- rules ---- */

static const char iptables_raw_head[] = "*raw\n"
                                        ":PREROUTING ACCEPT [0:0]\n"
                                        ":OUTPUT ACCEPT [0:0]\n"
                                        ":N-PREROUTING - [0:0]\n"
                                        "-A PREROUTING -j N-PREROUTING\n";

static const char iptables_raw_rules[] = "-A N-PREROUTING -m physdev --physdev-in $TAP -j CT --zone 4097\n";

static const char iptables_head[] = "COMMIT\n"
                                    "*filter\n"
                                    ":INPUT ACCEPT [0:0]\n"
                                    ":FORWARD ACCEPT [0:0]\n"
                                    ":OUTPUT ACCEPT [0:0]\n"
                                    ":N-FORWARD - [0:0]\n"
                                    ":N-sg-chain - [0:0]\n"
                                    ":N-sg-fallback - [0:0]\n";

static const char iptables_chains[] = ":N-i$ID - [0:0]\n"
                                      ":N-o$ID - [0:0]\n"
                                      ":N-s$ID - [0:0]\n";

static const char iptables_rules[] = "-A N-FORWARD -m physdev --physdev-out $TAP --physdev-is-bridged -j N-sg-chain\n"
                                     "-A N-FORWARD -m physdev --physdev-in $TAP --physdev-is-bridged -j N-sg-chain\n"
                                     "-A N-i$ID -m state --state RELATED,ESTABLISHED -j RETURN\n"
                                     "-A N-i$ID $ALLOWED-j RETURN\n"
                                     "-A N-i$ID -m state --state INVALID -j DROP\n"
                                     "-A N-i$ID -j N-sg-fallback\n"
                                     "-A N-o$ID -j N-s$ID\n"
                                     "-A N-o$ID -p udp -m udp --sport 67 --dport 68 -j DROP\n"
                                     "-A N-o$ID -m state --state RELATED,ESTABLISHED -j RETURN\n"
                                     "-A N-o$ID -j RETURN\n"
                                     "-A N-s$ID -s $IP/32 -m mac --mac-source $MAC -j RETURN\n"
                                     "-A N-s$ID -j DROP\n"
                                     "-A N-sg-chain -m physdev --physdev-out $TAP --physdev-is-bridged -j N-i$ID\n"
                                     "-A N-sg-chain -m physdev --physdev-in $TAP --physdev-is-bridged -j N-o$ID\n";

static const char iptables_tail[] = "-A FORWARD -j N-FORWARD\n"
                                    "-A N-sg-chain -j ACCEPT\n"
                                    "-A N-sg-fallback -j DROP\n"
                                    "COMMIT\n";

static const char ebtables_head[] = "*nat\n"
                                    ":PREROUTING ACCEPT\n"
                                    ":OUTPUT ACCEPT\n"
                                    ":POSTROUTING ACCEPT\n";

static const char ebtables_chains[] = ":neutronARP-$TAP DROP\n"
                                      ":neutronMAC-$TAP DROP\n";

static const char ebtables_rules[] = "-A PREROUTING -i $TAP -j neutronMAC-$TAP\n"
                                     "-A PREROUTING -p ARP -i $TAP -j neutronARP-$TAP\n"
                                     "-A neutronARP-$TAP -p ARP --arp-ip-src $IP -j ACCEPT\n"
                                     "-A neutronARP-$TAP -j DROP\n"
                                     "-A neutronMAC-$TAP -i $TAP --among-src $MAC -j RETURN\n"
                                     "-A neutronMAC-$TAP -j DROP\n";

/* Appends @template for a port, its $WORDS filled in. */
static void
append_for_port (GString *text, const char *template, const VnPort *port, const char *allowed)
{
  g_autofree char *ip = vn_ip_to_string (g_array_index (port->fixed_ips, VnFixedIp, 0).ip_address);
  g_autofree char *mac = vn_mac_to_string (port->mac_address);
  g_autofree char *id = g_strndup (port->id, 10);
  g_autoptr (GString) filled = g_string_new (template);
  char tap[VN_DEV_SIZE];

  vn_name_tap (port->id, tap);
  g_string_replace (filled, "$TAP", tap, 0);
  g_string_replace (filled, "$ID", id, 0);
  g_string_replace (filled, "$IP", ip, 0);
  g_string_replace (filled, "$MAC", mac, 0);
  g_string_replace (filled, "$ALLOWED", allowed, 0);
  g_string_append (text, filled->str);
}

static void
append_for_ports (GString *text, const char *template, const VnTopology *t, guint host)
{
  for (guint i = 0; i < t->ports->len; i++)
    if (vn_topology_port (t, i)->host == host)
      append_for_port (text, template, vn_topology_port (t, i), i == VN_TEST_DB1 ? "-p tcp -m tcp --dport 80 " : "");
}

static char *
make_iptables (const VnTopology *t, guint host)
{
  GString *text = g_string_new (iptables_raw_head);

  append_for_ports (text, iptables_raw_rules, t, host);
  g_string_append (text, iptables_head);
  append_for_ports (text, iptables_chains, t, host);
  append_for_ports (text, iptables_rules, t, host);
  g_string_append (text, iptables_tail);
  g_string_replace (text, "N-", "neutron-linuxbri-", 0);
  return g_string_free (text, FALSE);
}

static char *
make_ebtables (const VnTopology *t, guint host)
{
  GString *text = g_string_new (ebtables_head);

  append_for_ports (text, ebtables_chains, t, host);
  append_for_ports (text, ebtables_rules, t, host);
  return g_string_free (text, FALSE);
}

/* ---- tables and dumps ---- */

static GPtrArray *
dump_of (VnTestLab *lab, guint machine)
{
  return g_hash_table_lookup (lab->dumps, vn_topology_machine (lab->topology, machine)->name);
}

static void
kobj_free (gpointer data)
{
  vn_kobj_clear (data);
  g_free (data);
}

static void
add_kobj (GPtrArray *dump, VnKobj obj)
{
  g_ptr_array_add (dump, g_memdup2 (&obj, sizeof obj));
}

static void
add_rules (VnTestLab *lab, guint host, VnTool tool, const char *text)
{
  const char *node = vn_topology_machine (lab->topology, host)->name;
  g_autoptr (GError) error = NULL;
  VnRuleset *ruleset = vn_ruleset_parse (node, tool, text, &error);

  g_assert_no_error (error);
  g_ptr_array_add (lab->tables->rulesets, ruleset);
  add_kobj (dump_of (lab, host), vn_kobj_rules (node, tool, text));
}

static VnIp
tunnel_ip (const VnTestLab *lab, guint machine)
{
  return VN_AT (vn_topology_machine (lab->topology, machine)->interfaces, VnInterface, 0)->address.ip;
}

void
vn_test_lab_add_fdb (VnTestLab *lab, guint machine, VnMac mac, const char *dst)
{
  VnKobj obj;
  VnIp ip;

  g_assert_true (vn_ip_parse (dst, &ip));
  obj = vn_kobj_fdb (vn_topology_machine (lab->topology, machine)->name, "vxlan-42", mac, ip);
  add_kobj (dump_of (lab, machine), obj);
}

static void
fill_fdb (VnTestLab *lab, guint host, guint other)
{
  g_autofree char *dst = vn_ip_to_string (tunnel_ip (lab, other));

  vn_test_lab_add_fdb (lab, host, VN_MAC_ZERO, dst);
  for (guint i = 0; i < lab->topology->ports->len; i++)
    if (vn_topology_port (lab->topology, i)->host == other)
      vn_test_lab_add_fdb (lab, host, vn_topology_port (lab->topology, i)->mac_address, dst);
}

static void
fill_host (VnTestLab *lab, guint host, guint other)
{
  const char *node = vn_topology_machine (lab->topology, host)->name;
  GPtrArray *dump = g_ptr_array_new_with_free_func (kobj_free);
  VnKobj vxlan = vn_kobj_link (node, VN_LINK_VXLAN, "vxlan-42");
  g_autofree char *iptables = make_iptables (lab->topology, host);
  g_autofree char *ebtables = make_ebtables (lab->topology, host);

  g_hash_table_insert (lab->dumps, g_strdup (node), dump);
  vxlan.u.link.u.vxlan.vni.id = 42;
  vxlan.u.link.u.vxlan.dstport = 8472;
  vxlan.u.link.u.vxlan.local = tunnel_ip (lab, host);
  g_strlcpy (vxlan.u.link.master, "brq", sizeof vxlan.u.link.master);
  add_kobj (dump, vxlan);
  add_kobj (dump, vn_kobj_addr (node, "ens33", vn_prefix_host (tunnel_ip (lab, host))));
  fill_fdb (lab, host, other);
  add_rules (lab, host, VN_TOOL_EBTABLES, ebtables);
  add_rules (lab, host, VN_TOOL_IPTABLES, iptables);
  add_rules (lab, host, VN_TOOL_IP6TABLES, iptables);
}

/* ---- the topology and its points ---- */

static VnTopology *
make_topology (void)
{
  VnTopology *t = vn_test_cloud_new ();
  guint compute1 = vn_test_cloud_host (t, "compute1"), compute2 = vn_test_cloud_host (t, "compute2");
  guint network = vn_test_cloud_network (t, "blue");
  guint open, web;

  vn_test_cloud_subnet (t, network, "172.16.1.0/24");
  open = vn_test_cloud_group (t, "open");
  vn_test_cloud_rule (t, open, VN_INGRESS, VN_FAMILY_IPV4, NULL, -1, -1);
  web = vn_test_cloud_group (t, "web");
  vn_test_cloud_rule (t, web, VN_INGRESS, VN_FAMILY_IPV4, "tcp", 80, 80);
  vn_test_cloud_server (t, "web1", compute1, network, "172.16.1.11", open);
  vn_test_cloud_server (t, "web2", compute2, network, "172.16.1.12", open);
  vn_test_cloud_server (t, "db1", compute2, network, "172.16.1.13", web);
  vn_test_cloud_seal (t);
  return t;
}

static void
add_point (VnTestLab *lab, const char *node, const char *dev, const char *name)
{
  VnCapturePoint *point = g_new0 (VnCapturePoint, 1);

  point->node = g_intern_string (node);
  g_strlcpy (point->dev, dev, sizeof point->dev);
  point->name = g_strdup (name);
  g_ptr_array_add (lab->points, point);
}

/* Points are named as paths name them. */
static void
add_points (VnTestLab *lab)
{
  for (guint i = 0; i < lab->topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (lab->topology, i);
      g_autofree char *name = g_strdup_printf ("%s.tap", end->name);
      char tap[VN_DEV_SIZE];

      add_point (lab, end->node, end->dev, end->name);
      if (end->kind != VN_END_PORT)
        continue;
      vn_name_tap (vn_topology_port (lab->topology, end->port)->id, tap);
      add_point (lab, vn_topology_machine (lab->topology, end->machine)->name, tap, name);
    }
}

VnTestLab *
vn_test_lab_new (void)
{
  VnTestLab *lab = g_new0 (VnTestLab, 1);
  g_autoptr (GError) error = NULL;

  lab->topology = make_topology ();
  lab->events = vn_topology_default_events (lab->topology);
  lab->tables = vn_tables_new ();
  lab->cells = g_array_new (FALSE, FALSE, sizeof (VnCell));
  lab->shots = g_array_new (FALSE, FALSE, sizeof (VnShot));
  lab->points = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_capture_point_free);
  lab->store = vn_frame_store_new (STORE_LIMIT_BYTES);
  lab->deltas = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_delta_free);
  lab->dumps = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  lab->crafter = vn_crafter_new (&error);
  g_assert_no_error (error);
  lab->udp_port = 8472;
  lab->vni = 42;
  add_points (lab);
  fill_host (lab, VN_TEST_COMPUTE1, VN_TEST_COMPUTE2);
  fill_host (lab, VN_TEST_COMPUTE2, VN_TEST_COMPUTE1);
  return lab;
}

void
vn_test_lab_free (VnTestLab *lab)
{
  vn_topology_unref (lab->topology);
  g_array_unref (lab->events);
  vn_tables_free (lab->tables);
  g_array_unref (lab->cells);
  g_array_unref (lab->shots);
  g_ptr_array_unref (lab->points);
  vn_frame_store_free (lab->store);
  g_ptr_array_unref (lab->deltas);
  g_hash_table_unref (lab->dumps);
  vn_crafter_free (lab->crafter);
  g_free (lab);
}

/* ---- changes to the dumps ---- */

VnKobj *
vn_test_lab_find_vxlan (VnTestLab *lab, guint machine)
{
  GPtrArray *dump = dump_of (lab, machine);

  for (guint i = 0; i < dump->len; i++)
    if (VN_AT (dump, VnKobj, i)->kind == VN_KOBJ_LINK)
      return g_ptr_array_index (dump, i);
  g_assert_not_reached ();
}

void
vn_test_lab_set_multicast (VnTestLab *lab, guint machine, const char *group)
{
  VnVxlan *vxlan = &vn_test_lab_find_vxlan (lab, machine)->u.link.u.vxlan;

  vn_test_cloud_set_agent (lab->topology, machine, VN_OPT_VXLAN_L2_POPULATION, "false");
  vn_test_cloud_set_agent (lab->topology, machine, VN_OPT_VXLAN_GROUP, group);
  g_assert_true (vn_ip_parse (group, &vxlan->group));
}

void
vn_test_lab_drop_vxlan (VnTestLab *lab, guint machine)
{
  g_ptr_array_remove (dump_of (lab, machine), vn_test_lab_find_vxlan (lab, machine));
}

void
vn_test_lab_drop_fdb (VnTestLab *lab, guint machine, const VnMac *mac)
{
  GPtrArray *dump = dump_of (lab, machine);

  for (guint i = dump->len; i-- > 0;)
    {
      const VnKobj *obj = g_ptr_array_index (dump, i);

      if (obj->kind == VN_KOBJ_FDB && (!mac || vn_mac_equal (obj->u.fdb.mac, *mac)))
        g_ptr_array_remove_index (dump, i);
    }
}

void
vn_test_lab_set_sysctl (VnTestLab *lab, guint machine, const char *key, const char *value)
{
  const char *node = vn_topology_machine (lab->topology, machine)->name;

  add_kobj (dump_of (lab, machine), vn_kobj_sysctl (node, key, value));
  vn_tables_add (lab->tables, vn_kobj_sysctl (node, key, value), vn_origin_new (VN_TEST_CLOUD_FILE, 99, 1));
}

void
vn_test_lab_drop_rules (VnTestLab *lab, guint machine)
{
  GPtrArray *dump = dump_of (lab, machine);

  for (guint i = dump->len; i-- > 0;)
    if (VN_AT (dump, VnKobj, i)->kind == VN_KOBJ_RULES)
      g_ptr_array_remove_index (dump, i);
}

static guint
find_point (const VnTestLab *lab, const char *name)
{
  for (guint i = 0; i < lab->points->len; i++)
    if (strcmp (VN_AT (lab->points, VnCapturePoint, i)->name, name) == 0)
      return i;
  g_error ("no capture point %s", name);
}

VnCapturePoint *
vn_test_lab_point (VnTestLab *lab, const char *name)
{
  return g_ptr_array_index (lab->points, find_point (lab, name));
}

/* ---- cells and frames ---- */

guint
vn_test_lab_cell (VnTestLab *lab, VnCell cell)
{
  const VnShot shot = {
    .state = VN_SHOT_SENT,
    .tag = TAG_BASE + lab->cells->len,
    .forward_closed = TRUE,
    .backward_closed = TRUE,
  };

  g_array_append_val (lab->cells, cell);
  g_array_append_val (lab->shots, shot);
  return lab->cells->len - 1;
}

VnShot *
vn_test_lab_shot (VnTestLab *lab, guint cell)
{
  return &g_array_index (lab->shots, VnShot, cell);
}

static const VnEnd *
end_at (const VnTestLab *lab, guint end)
{
  return vn_topology_end (lab->topology, end);
}

static VnCraftEnds
ends_of (const VnTestLab *lab, const VnCell *cell)
{
  const VnEnd *from = end_at (lab, cell->from), *to = end_at (lab, cell->to);

  return (
      VnCraftEnds){ from->mac,  to->mac,   vn_end_address (from, VN_FAMILY_IPV4), vn_end_address (to, VN_FAMILY_IPV4),
                    PROBE_PORT, cell->port };
}

/* What each kind changes about an ordinary probe. */
static GBytes *
craft_attack (VnTestLab *lab, const VnCell *cell, guint32 tag, GError **error)
{
  VnCraftEnds ends = ends_of (lab, cell);
  VnMac asker = ends.eth_src;

  switch (cell->kind)
    {
    case VN_CELL_SPOOF_MAC:
      ends.eth_src.b[5] ^= 0x80;
      return vn_craft_echo (lab->crafter, &ends, tag, error);
    case VN_CELL_SPOOF_IP:
      ends.src = vn_ip_add (ends.src, 100);
      return vn_craft_echo (lab->crafter, &ends, tag, error);
    case VN_CELL_SPOOF_ARP:
      return vn_craft_arp (lab->crafter, asker, VN_MAC_BROADCAST, 1, asker, ends.dst, VN_MAC_ZERO, ends.dst, tag,
                           error);
    case VN_CELL_ARP_KNOWN:
      return vn_craft_arp (lab->crafter, asker, VN_MAC_BROADCAST, 1, asker, ends.src, VN_MAC_ZERO, ends.dst, tag,
                           error);
    case VN_CELL_KNOWN_UNICAST:
      return vn_craft_sentinel (lab->crafter, asker, ends.eth_dst, VN_TAG_PROBE, tag, error);
    default:
      return vn_craft_syn (lab->crafter, &ends, tag, error);
    }
}

static GBytes *
craft_flood (VnTestLab *lab, const VnCell *cell, guint32 tag, GError **error)
{
  const VnEnd *from = end_at (lab, cell->from);
  VnIp own = vn_end_address (from, VN_FAMILY_IPV4), nobody = vn_ip_add (own, 200);
  VnMac unknown = { { 0xfa, 0x16, 0x3e, 0xff, 0xff, 0xff } };
  VnCraftEnds offer = { from->mac, VN_MAC_BROADCAST, own, vn_ip_from_v4 (G_MAXUINT32), 67, 68 };

  switch (cell->kind)
    {
    case VN_CELL_DHCP_SERVER:
      return vn_craft_dhcp_offer (lab->crafter, &offer, tag, error);
    case VN_CELL_ARP_UNKNOWN:
      return vn_craft_arp (lab->crafter, from->mac, VN_MAC_BROADCAST, 1, from->mac, own, VN_MAC_ZERO, nobody, tag,
                           error);
    case VN_CELL_UNKNOWN_UNICAST:
      return vn_craft_sentinel (lab->crafter, from->mac, unknown, VN_TAG_PROBE, tag, error);
    default:
      return vn_craft_sentinel (lab->crafter, from->mac, VN_MAC_BROADCAST, VN_TAG_PROBE, tag, error);
    }
}

GBytes *
vn_test_lab_probe (VnTestLab *lab, guint index)
{
  const VnCell *cell = &g_array_index (lab->cells, VnCell, index);
  guint32 tag = vn_test_lab_shot (lab, index)->tag;
  g_autoptr (GError) error = NULL;
  GBytes *frame = cell->to == VN_NONE ? craft_flood (lab, cell, tag, &error) : craft_attack (lab, cell, tag, &error);

  g_assert_no_error (error);
  return frame;
}

static void
swap (guint8 *a, guint8 *b, gsize size)
{
  for (gsize i = 0; i < size; i++)
    {
      guint8 byte = a[i];

      a[i] = b[i];
      b[i] = byte;
    }
}

static void
put_u32 (guint8 *bytes, guint32 n)
{
  for (guint i = 0; i < 4; i++)
    bytes[i] = (guint8)(n >> (24 - 8 * i));
}

/* The SYN with its ends swapped, acknowledged. Offsets: Ethernet 14, IPv4 20 bytes. */
GBytes *
vn_test_lab_answer (VnTestLab *lab, guint cell)
{
  g_autoptr (GBytes) probe = vn_test_lab_probe (lab, cell);
  gsize size;
  guint8 *bytes = g_bytes_unref_to_data (g_bytes_ref (probe), &size);

  g_assert_cmpuint (g_array_index (lab->cells, VnCell, cell).kind, ==, VN_CELL_REACH);
  swap (bytes, bytes + 6, 6);
  swap (bytes + 26, bytes + 30, 4);
  swap (bytes + 34, bytes + 36, 2);
  put_u32 (bytes + 38, 1);
  put_u32 (bytes + 42, vn_test_lab_shot (lab, cell)->tag + 1);
  bytes[47] = VN_TCP_SYN | VN_TCP_ACK;
  return g_bytes_new_take (bytes, size);
}

GBytes *
vn_test_lab_sentinel (VnTestLab *lab, guint cell, VnTagKind kind)
{
  g_autoptr (GBytes) probe = vn_test_lab_probe (lab, cell);
  const guint8 *bytes = g_bytes_get_data (probe, NULL);
  g_autoptr (GError) error = NULL;
  VnMac src, dst;
  GBytes *frame;

  memcpy (dst.b, bytes, 6);
  memcpy (src.b, bytes + 6, 6);
  frame = vn_craft_sentinel (lab->crafter, src, dst, kind, vn_test_lab_shot (lab, cell)->tag, &error);
  g_assert_no_error (error);
  return frame;
}

/* A kernel's: without the trailer that carries a tag. */
GBytes *
vn_test_lab_arp (VnTestLab *lab, guint from, guint to, gboolean reply)
{
  const VnEnd *asker = end_at (lab, from), *owner = end_at (lab, to);
  VnIp asker_ip = vn_end_address (asker, VN_FAMILY_IPV4), owner_ip = vn_end_address (owner, VN_FAMILY_IPV4);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = reply ? vn_craft_arp (lab->crafter, owner->mac, asker->mac, 2, owner->mac, owner_ip,
                                                   asker->mac, asker_ip, 1, &error)
                                   : vn_craft_arp (lab->crafter, asker->mac, VN_MAC_BROADCAST, 1, asker->mac, asker_ip,
                                                   VN_MAC_ZERO, owner_ip, 1, &error);

  g_assert_no_error (error);
  return g_bytes_new_from_bytes (frame, 0, 42);
}

/* ---- showing frames ---- */

static void
store_frame (VnTestLab *lab, guint point, gboolean outgoing, const guint8 *bytes, gsize size)
{
  VnFrame frame = {
    .time_ns = ++lab->now_ns,
    .point = point,
    .outgoing = outgoing,
    .len = (guint32)size,
    .caplen = (guint32)size,
  };

  g_assert_true (vn_frame_store_add (lab->store, &frame, bytes));
}

static VnIp
ip_of_machine (const VnTestLab *lab, const char *name)
{
  for (guint i = 0; i < lab->topology->machines->len; i++)
    if (strcmp (vn_topology_machine (lab->topology, i)->name, name) == 0)
      return tunnel_ip (lab, i);
  return vn_ip_from_v4 (0xe0000001);
}

/* Puts Ethernet, IPv4, UDP and VXLAN (RFC 7348, section 5) in front. */
static GBytes *
encapsulate (const VnTestLab *lab, GBytes *inner, VnIp src, VnIp dst)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (inner, &size);
  guint8 *outer = g_malloc0 (OUTER_SIZE + size);
  guint ip_size = OUTER_SIZE - 14 + (guint)size, udp_size = ip_size - 20;

  outer[12] = 0x08;
  outer[14] = 0x45;
  outer[16] = (guint8)(ip_size >> 8);
  outer[17] = (guint8)ip_size;
  outer[22] = 64;
  outer[23] = IPPROTO_UDP;
  memcpy (outer + 26, src.b, 4);
  memcpy (outer + 30, dst.b, 4);
  outer[34] = 0xc0;
  outer[36] = (guint8)(lab->udp_port >> 8);
  outer[37] = (guint8)lab->udp_port;
  outer[38] = (guint8)(udp_size >> 8);
  outer[39] = (guint8)udp_size;
  outer[42] = 0x08;
  put_u32 (outer + 46, lab->vni << 8);
  memcpy (outer + OUTER_SIZE, bytes, size);
  return g_bytes_new_take (outer, OUTER_SIZE + size);
}

static void
show_datagram (VnTestLab *lab, GBytes *frame, const char *word, char arrow)
{
  const char *separator = strchr (word, arrow);
  g_autofree char *here = g_strndup (word, (gsize)(separator - word));
  gboolean outgoing = arrow == '>';
  VnIp near = ip_of_machine (lab, here), far = ip_of_machine (lab, separator + 1);
  gboolean to_far = outgoing || vn_ip_is_multicast (far);
  g_autoptr (GBytes) datagram = encapsulate (lab, frame, to_far ? near : far, to_far ? far : near);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (datagram, &size);

  store_frame (lab, find_point (lab, here), outgoing, bytes, size);
}

void
vn_test_lab_show (VnTestLab *lab, GBytes *frame, const char *path)
{
  g_auto (GStrv) words = g_strsplit (path, " ", -1);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (frame, &size);

  for (guint i = 0; words[i]; i++)
    {
      if (strchr (words[i], '>'))
        show_datagram (lab, frame, words[i], '>');
      else if (strchr (words[i], '<'))
        show_datagram (lab, frame, words[i], '<');
      else if (words[i][0] != '\0')
        store_frame (lab, find_point (lab, words[i]), i == 0, bytes, size);
    }
}

/* ---- judging ---- */

VnRun *
vn_test_lab_judge (VnTestLab *lab)
{
  VnRun *run = vn_run_new ();
  g_autoptr (GArray) sightings = NULL;
  const VnEvidence evidence = {
    .topology = lab->topology,
    .events = lab->events,
    .tables = lab->tables,
    .cells = lab->cells,
    .shots = lab->shots,
    .points = lab->points,
    .store = lab->store,
    .deltas = lab->deltas,
    .dumps = lab->dumps,
  };

  vn_frame_store_sort (lab->store);
  vn_judge (&evidence, run, &sightings);
  g_assert_cmpuint (sightings->len, ==, vn_frame_store_len (lab->store));
  return run;
}

const VnRunCheck *
vn_test_run_check (const VnRun *run, const char *id, const char *host)
{
  for (guint i = 0; i < run->checks->len; i++)
    {
      const VnRunCheck *check = g_ptr_array_index (run->checks, i);

      if (strcmp (check->id, id) == 0 && g_strcmp0 (check->host, host) == 0)
        return check;
    }
  return NULL;
}
