/* SPDX-License-Identifier: Apache-2.0 */
/* The checks that are not about one cell: all green on a sound lab, and each turned red by its own fault, with host,
 * cause and line. */
#include "tests/lib/vn-test-lab.h"

#include <string.h>

#define ALL_GREEN ""

/* ---- what each host sends ---- */

static void
show (VnTestLab *lab, guint cell, const char *path)
{
  g_autoptr (GBytes) frame = vn_test_lab_probe (lab, cell);

  vn_test_lab_show (lab, frame, path);
}

static guint
ask (VnTestLab *lab, VnCellKind kind, guint from, guint to)
{
  return vn_test_lab_cell (lab, (VnCell){ kind, from, to, VN_FAMILY_IPV4, 0, 0, VN_NONE });
}

typedef struct
{
  const char *known, *broadcast, *unknown; /* paths of web1's probes */
} Paths;

static const Paths sound = {
  "web1 web1.tap compute1>compute2 compute2<compute1 web2.tap web2",
  "web1 web1.tap compute1>compute2 compute2<compute1 web2.tap web2 db1.tap db1",
  "web1 web1.tap compute1>compute2 compute2<compute1 web2.tap web2 db1.tap db1",
};

static void
send_all (VnTestLab *lab, const Paths *paths)
{
  show (lab, ask (lab, VN_CELL_KNOWN_UNICAST, VN_TEST_WEB1, VN_TEST_WEB2), paths->known);
  show (lab, ask (lab, VN_CELL_BROADCAST, VN_TEST_WEB1, VN_NONE), paths->broadcast);
  show (lab, ask (lab, VN_CELL_UNKNOWN_UNICAST, VN_TEST_WEB1, VN_NONE), paths->unknown);
}

/* ---- faults ---- */

static void
no_entry (VnTestLab *lab)
{
  vn_test_lab_drop_fdb (lab, VN_TEST_COMPUTE1, &vn_topology_port (lab->topology, VN_TEST_WEB2)->mac_address);
}

static void
stale_entry (VnTestLab *lab)
{
  vn_test_lab_add_fdb (lab, VN_TEST_COMPUTE1, (VnMac){ { 0xfa, 0x16, 0x3e, 9, 9, 9 } }, "10.0.0.102");
}

static void
entry_to_wrong_host (VnTestLab *lab)
{
  vn_test_lab_add_fdb (lab, VN_TEST_COMPUTE1, vn_topology_port (lab->topology, VN_TEST_WEB2)->mac_address, "10.0.0.11");
}

static void
extra_flood_entry (VnTestLab *lab)
{
  vn_test_lab_add_fdb (lab, VN_TEST_COMPUTE1, VN_MAC_ZERO, "10.0.0.11");
}

static void
flood_deleted_by_hand (VnTestLab *lab)
{
  static const guint hosts[] = { VN_TEST_COMPUTE1, VN_TEST_COMPUTE2 };

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      VnByHand *line = vn_by_hand_new ();

      vn_test_lab_drop_fdb (lab, hosts[i], &VN_MAC_ZERO);
      line->kind = VN_BY_HAND_FDB_DELETE;
      line->origin = vn_origin_new (VN_TEST_CLOUD_FILE, 70 + i, 1);
      line->host = hosts[i];
      line->network = 0;
      g_ptr_array_add (lab->topology->by_hand, line);
    }
}

static void
server_without_driver (VnTestLab *lab)
{
  vn_test_cloud_set_server (lab->topology, VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge");
  vn_test_lab_drop_fdb (lab, VN_TEST_COMPUTE1, NULL);
  vn_test_lab_drop_fdb (lab, VN_TEST_COMPUTE2, NULL);
}

static void
multicast_agent (VnTestLab *lab)
{
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE1, VN_OPT_VXLAN_L2_POPULATION, "false");
  vn_test_lab_drop_fdb (lab, VN_TEST_COMPUTE1, NULL);
  vn_test_lab_add_fdb (lab, VN_TEST_COMPUTE1, VN_MAC_ZERO, "224.0.0.1");
}

static void
fallen_back (VnTestLab *lab)
{
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE1, VN_OPT_VXLAN_LOCAL_IP, "fd00::101");
  vn_test_lab_drop_fdb (lab, VN_TEST_COMPUTE1, &VN_MAC_ZERO);
}

static void
other_port (VnTestLab *lab)
{
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE1, VN_OPT_VXLAN_UDP_DSTPORT, "4789");
  lab->udp_port = 4789;
}

static void
same_other_port (VnTestLab *lab)
{
  other_port (lab);
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE2, VN_OPT_VXLAN_UDP_DSTPORT, "4789");
}

static void
other_vni (VnTestLab *lab)
{
  lab->vni = 43;
}

static void
no_driver (VnTestLab *lab)
{
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE1, VN_OPT_FIREWALL_DRIVER, "");
}

static void
hybrid_driver (VnTestLab *lab)
{
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE1, VN_OPT_FIREWALL_DRIVER, "iptables_hybrid");
}

static void
server_without_groups (VnTestLab *lab)
{
  vn_test_cloud_set_server (lab->topology, VN_OPT_ENABLE_SECURITY_GROUP, "false");
}

static void
bridge_nf_off (VnTestLab *lab)
{
  vn_test_lab_set_sysctl (lab, VN_TEST_COMPUTE1, "net.bridge.bridge-nf-call-iptables", "0");
}

static void
bridge_nf6_off (VnTestLab *lab)
{
  vn_test_lab_set_sysctl (lab, VN_TEST_COMPUTE1, "net.bridge.bridge-nf-call-ip6tables", "0");
}

static void
no_rules (VnTestLab *lab)
{
  vn_test_lab_drop_rules (lab, VN_TEST_COMPUTE1);
}

static void
state_differs (VnTestLab *lab)
{
  VnDelta *delta = g_new0 (VnDelta, 1);

  delta->kind = VN_DELTA_MISSING;
  delta->node = "compute1";
  delta->text = g_strdup ("link brqe");
  delta->origin = vn_origin_new (VN_TEST_CLOUD_FILE, 5, 1);
  g_ptr_array_add (lab->deltas, delta);
}

static void
lossy_uplink (VnTestLab *lab)
{
  vn_test_lab_point (lab, "compute1")->dropped = 1;
}

/* What was dumped of compute1's rules, with the first @from replaced. */
static void
edit_rules (VnTestLab *lab, const char *from, const char *to)
{
  const GPtrArray *dump = g_hash_table_lookup (lab->dumps, "compute1");

  for (guint i = 0; i < dump->len; i++)
    {
      VnKobj *obj = g_ptr_array_index (dump, i);
      g_autoptr (GString) text = NULL;

      if (obj->kind != VN_KOBJ_RULES || obj->u.rules.tool != VN_TOOL_IPTABLES)
        continue;
      text = g_string_new (obj->u.rules.text);
      g_assert_cmpuint (g_string_replace (text, from, to, 1), ==, 1);
      g_free (obj->u.rules.text);
      obj->u.rules.text = g_strdup (text->str);
    }
}

static void
no_zone (VnTestLab *lab)
{
  edit_rules (lab, "-j CT --zone 4097\n", "-j ACCEPT\n");
}

static void
no_raw_jump (VnTestLab *lab)
{
  edit_rules (lab, "-A PREROUTING -j neutron-linuxbri-PREROUTING\n", "");
}

static void
untracked (VnTestLab *lab)
{
  edit_rules (lab, "-j CT --zone 4097\n", "-j CT --notrack\n");
}

static void
small_tap (VnTestLab *lab)
{
  GPtrArray *dump = g_hash_table_lookup (lab->dumps, "compute1");
  const VnPort *port = vn_topology_port (lab->topology, VN_TEST_WEB1);
  char tap[VN_DEV_SIZE];
  VnKobj obj;

  vn_name_tap (port->id, tap);
  obj = vn_kobj_link ("compute1", VN_LINK_VETH, tap);
  obj.u.link.mtu = vn_topology_network (lab->topology, port->network)->mtu - 1;
  g_ptr_array_add (dump, g_memdup2 (&obj, sizeof obj));
}

static void
tunnel_out_of_bridge (VnTestLab *lab)
{
  vn_test_lab_find_vxlan (lab, VN_TEST_COMPUTE1)->u.link.master[0] = '\0';
}

static void
tunnel_from_nowhere (VnTestLab *lab)
{
  vn_ip_parse ("192.0.2.1", &vn_test_lab_find_vxlan (lab, VN_TEST_COMPUTE1)->u.link.u.vxlan.local);
}

/* ---- one fault ---- */

typedef struct
{
  const char *name;
  void (*change) (VnTestLab *lab);
  Paths paths;             /* NULL = sound */
  const char *red;         /* "ID@host ID@host", in any order */
  const char *host, *line; /* of the first red one's cause; NULL = don't care */
  VnCauseCode cause;
} Fault;

#define SILENT "web1 web1.tap"
#define GROUP "web1 web1.tap compute1>*"
#define TWICE "web1 web1.tap compute1>compute2 compute1>compute2"
#define BOTH "web1 web1.tap compute1>compute2 compute1>controller"
#define C(name) VN_CAUSE_##name

/* Frames to a port that nobody is told of are flooded, as they have to be. */
static void
unknown_port (VnTestLab *lab)
{
  g_array_set_size (vn_test_cloud_port (lab->topology, VN_TEST_WEB2)->fixed_ips, 0);
  vn_test_lab_drop_fdb (lab, VN_TEST_COMPUTE1, &vn_topology_port (lab->topology, VN_TEST_WEB2)->mac_address);
}

static void
unbound_port (VnTestLab *lab)
{
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE2, VN_OPT_VXLAN_ENABLE, "false");
  vn_test_lab_drop_fdb (lab, VN_TEST_COMPUTE1, NULL);
}

static const Fault faults[] = {
  { "none", NULL, { NULL }, ALL_GREEN, NULL, NULL, C (NONE) },
  { "no entry", no_entry, { NULL }, "L2P-FDB-COMPLETE@compute1", "compute1", NULL, C (FDB) },
  { "stale entry", stale_entry, { NULL }, "L2P-FDB-STALE@compute1", "compute1", NULL, C (FDB) },
  { "entry to the wrong host", entry_to_wrong_host, { NULL }, "L2P-FDB-STALE@compute1", "compute1", NULL, C (FDB) },
  { "extra flood entry",
    extra_flood_entry,
    { NULL, BOTH, BOTH },
    "L2P-FLOOD-LIST@compute1 L2P-BROADCAST@compute1 L2P-UNKNOWN-UNICAST@compute1",
    "compute1",
    NULL,
    C (FDB) },
  { "flood entries deleted by hand",
    flood_deleted_by_hand,
    { NULL, SILENT, SILENT },
    "L2P-FLOOD-LIST@compute1 L2P-FLOOD-LIST@compute2 L2P-BROADCAST@compute1 L2P-UNKNOWN-UNICAST@compute1",
    "compute1",
    "cloud.vlab.yml:70",
    C (FDB) },
  { "server without l2population",
    server_without_driver,
    { SILENT, SILENT, SILENT },
    "L2P-FDB-COMPLETE@compute1 L2P-FDB-COMPLETE@compute2 L2P-FLOOD-LIST@compute1 L2P-FLOOD-LIST@compute2 "
    "L2P-KNOWN-UNICAST@compute1 L2P-BROADCAST@compute1 L2P-UNKNOWN-UNICAST@compute1",
    "controller",
    "--set",
    C (FDB) },
  { "agent in multicast mode",
    multicast_agent,
    { GROUP, GROUP, GROUP },
    "L2P-FDB-COMPLETE@compute1 L2P-FLOOD-LIST@compute1 L2P-KNOWN-UNICAST@compute1 L2P-BROADCAST@compute1 "
    "L2P-UNKNOWN-UNICAST@compute1 L2P-NO-MULTICAST@compute1",
    "compute1",
    "--set",
    C (FDB) },
  { "port without an address", unknown_port, { BOTH }, ALL_GREEN, NULL, NULL, C (NONE) },
  { "port that could not be bound", unbound_port, { BOTH, SILENT, SILENT }, ALL_GREEN, NULL, NULL, C (NONE) },
  { "agent fell back to multicast",
    fallen_back,
    { NULL, SILENT, SILENT },
    "L2P-FLOOD-LIST@compute1 L2P-FDB-COMPLETE@compute2 L2P-FDB-STALE@compute2 L2P-FLOOD-LIST@compute2",
    "compute1",
    "--set",
    C (FDB) },
  { "known unicast to two", NULL, { BOTH }, "L2P-KNOWN-UNICAST@compute1", "compute1", NULL, C (UNEXPLAINED) },
  { "broadcast twice", NULL, { NULL, TWICE }, "L2P-BROADCAST@compute1", "compute1", NULL, C (UNEXPLAINED) },
  { "unknown unicast nowhere",
    NULL,
    { NULL, NULL, SILENT },
    "L2P-UNKNOWN-UNICAST@compute1",
    "compute1",
    NULL,
    C (UNEXPLAINED) },
  { "tunnel out of its bridge",
    tunnel_out_of_bridge,
    { SILENT, SILENT, SILENT },
    "L2P-KNOWN-UNICAST@compute1 L2P-BROADCAST@compute1 L2P-UNKNOWN-UNICAST@compute1",
    "compute1",
    NULL,
    C (TUNNEL) },
  { "tunnel from an address of nobody",
    tunnel_from_nowhere,
    { SILENT, SILENT, SILENT },
    "L2P-KNOWN-UNICAST@compute1 L2P-BROADCAST@compute1 L2P-UNKNOWN-UNICAST@compute1",
    "compute1",
    NULL,
    C (TUNNEL) },
  { "UDP port of one host", other_port, { NULL }, "L2P-WIRE@compute1", "compute1", "--set", C (TUNNEL) },
  { "UDP port of all hosts", same_other_port, { NULL }, ALL_GREEN, NULL, NULL, C (NONE) },
  { "VNI", other_vni, { NULL }, "L2P-WIRE@compute1", "compute1", NULL, C (TUNNEL) },
  { "no firewall driver", no_driver, { NULL }, "SG-ACTIVE@compute1", "compute1", "--set", C (FILTER_OFF) },
  { "iptables_hybrid", hybrid_driver, { NULL }, "SG-ACTIVE@compute1", "compute1", "--set", C (FILTER_OFF) },
  { "server without groups",
    server_without_groups,
    { NULL },
    "SG-ACTIVE@compute1 SG-ACTIVE@compute2",
    "controller",
    "--set",
    C (FILTER_OFF) },
  { "bridge-nf off", bridge_nf_off, { NULL }, "SG-ACTIVE@compute1", "compute1", "cloud.vlab.yml:99", C (FILTER_OFF) },
  { "bridge-nf off for IPv6",
    bridge_nf6_off,
    { NULL },
    "SG-ACTIVE@compute1",
    "compute1",
    "cloud.vlab.yml:99",
    C (FILTER_OFF) },
  { "rules not loaded", no_rules, { NULL }, "SG-ACTIVE@compute1", "compute1", NULL, C (FILTER_OFF) },
  { "no zone", no_zone, { NULL }, "SG-ZONE@compute1", "compute1", NULL, C (ZONE) },
  { "no way to the zones", no_raw_jump, { NULL }, "SG-ZONE@compute1", "compute1", NULL, C (ZONE) },
  { "no tracking", untracked, { NULL }, ALL_GREEN, NULL, NULL, C (NONE) },
  { "small tap", small_tap, { NULL }, "MTU-DEVICES@compute1", "compute1", NULL, C (MTU) },
  { "kernel state", state_differs, { NULL }, "LAB-STATE@compute1", "compute1", "cloud.vlab.yml:5", C (UNEXPLAINED) },
};

static char *
name_check (const VnRunCheck *check)
{
  return g_strdup_printf ("%s@%s", check->id, check->host);
}

static void
assert_cause (const Fault *fault, const VnRunCheck *check)
{
  g_autofree char *line = vn_origin_to_line (check->cause.origin);

  g_assert_cmpstr (vn_cause_name (check->cause.code), ==, vn_cause_name (fault->cause));
  if (fault->host)
    g_assert_cmpstr (check->cause.host, ==, fault->host);
  if (fault->line)
    g_assert_cmpstr (line, ==, fault->line);
}

/* Exactly the named checks are red. */
static void
assert_red (const Fault *fault, const VnRun *run)
{
  g_auto (GStrv) red = g_strsplit (fault->red, " ", -1);
  guint n_red = 0;

  for (guint i = 0; i < run->checks->len; i++)
    {
      const VnRunCheck *check = g_ptr_array_index (run->checks, i);
      g_autofree char *name = name_check (check);

      if (check->verdict == VN_VERDICT_PASS)
        continue;
      g_test_message ("%s: %s | %s", name, check->message, check->cause.text);
      g_assert_cmpint (check->verdict, ==, VN_VERDICT_FAIL);
      g_assert_true (g_strv_contains ((const char *const *)red, name));
      if (g_strcmp0 (name, red[0]) == 0)
        assert_cause (fault, check);
      n_red++;
    }
  g_assert_cmpuint (n_red, ==, g_strv_length (red));
}

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  const Paths paths = {
    fault->paths.known ? fault->paths.known : sound.known,
    fault->paths.broadcast ? fault->paths.broadcast : sound.broadcast,
    fault->paths.unknown ? fault->paths.unknown : sound.unknown,
  };
  g_autoptr (VnTestLab) lab = vn_test_lab_new ();
  g_autoptr (VnRun) run = NULL;

  if (fault->change)
    fault->change (lab);
  send_all (lab, &paths);
  run = vn_test_lab_judge (lab);
  assert_red (fault, run);
}

/* ---- which checks there are ---- */

static void
test_present (void)
{
  static const char *const on_compute1[] = {
    "SG-ACTIVE",     "L2P-FDB-COMPLETE",    "L2P-FDB-STALE",    "L2P-FLOOD-LIST", "L2P-KNOWN-UNICAST",
    "L2P-BROADCAST", "L2P-UNKNOWN-UNICAST", "L2P-NO-MULTICAST", "L2P-WIRE",       "LAB-STATE",
  };
  g_autoptr (VnTestLab) lab = vn_test_lab_new ();
  g_autoptr (VnRun) run = NULL;

  send_all (lab, &sound);
  run = vn_test_lab_judge (lab);
  for (guint i = 0; i < G_N_ELEMENTS (on_compute1); i++)
    g_assert_nonnull (vn_test_run_check (run, on_compute1[i], "compute1"));
  g_assert_null (vn_test_run_check (run, "L2P-WIRE", "compute2")); /* sent nothing */
  g_assert_null (vn_test_run_check (run, "SG-ACTIVE", "controller"));
  g_assert_nonnull (vn_test_run_check (run, "LAB-STATE", "controller"));
}

static void
test_absent (void)
{
  g_autoptr (VnTestLab) lab = vn_test_lab_new ();
  g_autoptr (VnRun) run = NULL;

  vn_test_cloud_set_server (lab->topology, VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge");
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE1, VN_OPT_VXLAN_L2_POPULATION, "false");
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE2, VN_OPT_VXLAN_L2_POPULATION, "false");
  send_all (lab, &sound);
  run = vn_test_lab_judge (lab);
  for (guint i = 0; i < run->checks->len; i++)
    g_assert_false (g_str_has_prefix (VN_AT (run->checks, VnRunCheck, i)->id, "L2P-"));
}

static void
test_lossy (void)
{
  g_autoptr (VnTestLab) lab = vn_test_lab_new ();
  const Paths paths = { SILENT, SILENT, SILENT };
  g_autoptr (VnRun) run = NULL;

  lossy_uplink (lab);
  send_all (lab, &paths);
  run = vn_test_lab_judge (lab);
  g_assert_cmpint (vn_test_run_check (run, "L2P-BROADCAST", "compute1")->verdict, ==, VN_VERDICT_INCONCLUSIVE);
  g_assert_cmpint (vn_test_run_check (run, "L2P-FLOOD-LIST", "compute1")->verdict, ==, VN_VERDICT_PASS);
}

/* ---- without L2 population ---- */

static void
test_broadcast (void)
{
  static const struct
  {
    const char *path;
    const char *group; /* of compute2 */
    gboolean closed;
    VnVerdict verdict;
    VnCauseCode cause;
    const char *host;
  } rows[] = {
    { "web1 web1.tap compute1>* compute2<* web2.tap web2 db1.tap db1", "224.0.0.1", TRUE, VN_VERDICT_PASS, C (NONE),
      NULL },
    { "web1 web1.tap compute1>* compute2<*", "239.1.1.1", TRUE, VN_VERDICT_FAIL, C (TUNNEL), "compute2" },
    { "web1 web1.tap compute1>* compute2<* web2.tap web2", "224.0.0.1", TRUE, VN_VERDICT_FAIL, C (UNEXPLAINED),
      "compute2" },
    { "web1 web1.tap compute1>* compute2<* web2.tap web2", "224.0.0.1", FALSE, VN_VERDICT_INCONCLUSIVE, C (NONE),
      NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnTestLab) lab = vn_test_lab_new ();
      guint cell = ask (lab, VN_CELL_BROADCAST, VN_TEST_WEB1, VN_NONE);
      g_autoptr (VnRun) run = NULL;
      const VnRunCheck *check;

      vn_test_cloud_set_server (lab->topology, VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge");
      vn_test_lab_set_multicast (lab, VN_TEST_COMPUTE1, "224.0.0.1");
      vn_test_lab_set_multicast (lab, VN_TEST_COMPUTE2, rows[i].group);
      vn_test_lab_shot (lab, cell)->forward_closed = rows[i].closed;
      show (lab, cell, rows[i].path);
      run = vn_test_lab_judge (lab);
      check = vn_test_run_check (run, "NET-BROADCAST", "compute1");
      g_test_message ("row %u: %s | %s", i, check->message, check->cause.text);
      g_assert_cmpint (check->verdict, ==, rows[i].verdict);
      g_assert_cmpstr (vn_cause_name (check->cause.code), ==, vn_cause_name (rows[i].cause));
      g_assert_cmpstr (check->cause.host, ==, rows[i].host);
      g_assert_cmpstr (VN_AT (run->cells, VnRunCell, 0)->check_id, ==, "NET-BROADCAST");
    }
}

/* ---- arp_responder ---- */

static void
test_responder (void)
{
  static const struct
  {
    gboolean responder;
    VnCellKind kind;
    guint to;
    const char *path, *id;
    VnVerdict verdict; /* VN_N_VERDICTS = the check is absent */
  } rows[] = {
    { FALSE, VN_CELL_ARP_KNOWN, VN_TEST_WEB2, "web1 web1.tap compute1>compute2", "L2P-ARP-RESPONDER", VN_N_VERDICTS },
    { TRUE, VN_CELL_ARP_KNOWN, VN_TEST_WEB2, "web1 web1.tap", "L2P-ARP-RESPONDER", VN_VERDICT_PASS },
    { TRUE, VN_CELL_ARP_KNOWN, VN_TEST_WEB2, "web1 web1.tap compute1>compute2", "L2P-ARP-RESPONDER", VN_VERDICT_FAIL },
    { TRUE, VN_CELL_ARP_UNKNOWN, VN_NONE, "web1 web1.tap", "L2P-ARP-UNKNOWN", VN_VERDICT_PASS },
    { TRUE, VN_CELL_ARP_UNKNOWN, VN_NONE, "web1 web1.tap compute1>compute2", "L2P-ARP-UNKNOWN", VN_VERDICT_FAIL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnTestLab) lab = vn_test_lab_new ();
      g_autoptr (VnRun) run = NULL;
      const VnRunCheck *check;

      if (rows[i].responder)
        vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE1, VN_OPT_VXLAN_ARP_RESPONDER, "true");
      show (lab, ask (lab, rows[i].kind, VN_TEST_WEB1, rows[i].to), rows[i].path);
      run = vn_test_lab_judge (lab);
      check = vn_test_run_check (run, rows[i].id, "compute1");
      g_assert_cmpint (check ? check->verdict : VN_N_VERDICTS, ==, rows[i].verdict);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strdup_printf ("/checks/fault/%s", faults[i].name);

      g_test_add_data_func (path, &faults[i], test_fault);
    }
  g_test_add_func ("/checks/present", test_present);
  g_test_add_func ("/checks/absent", test_absent);
  g_test_add_func ("/checks/lossy", test_lossy);
  g_test_add_func ("/checks/broadcast", test_broadcast);
  g_test_add_func ("/checks/responder", test_responder);
  return g_test_run ();
}
