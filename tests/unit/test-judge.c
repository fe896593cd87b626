/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts and causes of cells, from frames that are seen here and there. */
#include "tests/lib/vn-test-lab.h"

#include <netinet/in.h>
#include <string.h>

#define THERE "web1 web1.tap compute1>compute2 compute2<compute1 web2.tap web2"
#define BACK "web2 web2.tap compute2>compute1 compute1<compute2 web1.tap web1"
#define TO_DB1 "web1 web1.tap compute1>compute2 compute2<compute1 db1.tap db1"
#define FROM_DB1 "db1 db1.tap compute2>compute1 compute1<compute2 web1.tap web1"

#define REACH(from, to, port)                                                                                          \
  {                                                                                                                    \
    VN_CELL_REACH, (from), (to), VN_FAMILY_IPV4, IPPROTO_TCP, (port), VN_NONE                                          \
  }
#define OPEN_CELL REACH (VN_TEST_WEB1, VN_TEST_WEB2, 22)
#define CELL(kind)                                                                                                     \
  {                                                                                                                    \
    VN_CELL_##kind, VN_TEST_WEB1, VN_TEST_WEB2, VN_FAMILY_IPV4, 0, 0, VN_NONE                                          \
  }
#define FLOOD(kind)                                                                                                    \
  {                                                                                                                    \
    VN_CELL_##kind, VN_TEST_WEB1, VN_NONE, VN_FAMILY_IPV4, 0, 0, VN_NONE                                               \
  }

/* ---- what is changed before judging ---- */

static void
no_flood_entry (VnTestLab *lab)
{
  vn_test_lab_drop_fdb (lab, VN_TEST_COMPUTE1, NULL);
}

static void
deleted_by_hand (VnTestLab *lab)
{
  VnByHand *line = vn_by_hand_new ();

  no_flood_entry (lab);
  line->kind = VN_BY_HAND_FDB_DELETE;
  line->origin = vn_origin_new (VN_TEST_CLOUD_FILE, 77, 1);
  line->host = VN_TEST_COMPUTE1;
  line->network = 0;
  line->mac = VN_MAC_ZERO;
  g_ptr_array_add (lab->topology->by_hand, line);
}

static void
server_without_driver (VnTestLab *lab)
{
  no_flood_entry (lab);
  vn_test_cloud_set_server (lab->topology, VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge");
}

static void
agent_multicast (VnTestLab *lab)
{
  no_flood_entry (lab);
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE1, VN_OPT_VXLAN_L2_POPULATION, "false");
}

static void
other_port (VnTestLab *lab)
{
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE2, VN_OPT_VXLAN_UDP_DSTPORT, "4789");
  vn_test_lab_find_vxlan (lab, VN_TEST_COMPUTE2)->u.link.u.vxlan.dstport = 4789;
}

static void
other_vni (VnTestLab *lab)
{
  lab->vni = 43;
}

static void
responder (VnTestLab *lab)
{
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE1, VN_OPT_VXLAN_ARP_RESPONDER, "true");
  vn_test_lab_find_vxlan (lab, VN_TEST_COMPUTE1)->u.link.u.vxlan.proxy = TRUE;
}

static void
only_there (VnTestLab *lab)
{
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE2, VN_OPT_VXLAN_ARP_RESPONDER, "true");
  vn_test_lab_find_vxlan (lab, VN_TEST_COMPUTE2)->u.link.u.vxlan.proxy = TRUE;
}

/* Of two hosts with different groups, that one is to blame which did not keep to the third's. */
static void
other_group (VnTestLab *lab)
{
  vn_test_lab_set_multicast (lab, VN_TEST_COMPUTE1, "224.0.0.1");
  vn_test_lab_set_multicast (lab, VN_TEST_COMPUTE2, "239.1.1.1");
}

static void
no_device (VnTestLab *lab)
{
  no_flood_entry (lab);
  vn_test_lab_drop_vxlan (lab, VN_TEST_COMPUTE1);
}

static void
no_device_there (VnTestLab *lab)
{
  no_flood_entry (lab);
  vn_test_lab_drop_vxlan (lab, VN_TEST_COMPUTE2);
}

static void
small_underlay (VnTestLab *lab)
{
  VnMachine *machine = g_ptr_array_index (lab->topology->machines, VN_TEST_COMPUTE1);
  VnInterface *interface = g_ptr_array_index (machine->interfaces, 0);

  no_device (lab);
  interface->mtu = 1400;
  interface->origin = vn_origin_new (VN_TEST_CLOUD_FILE, 55, 1);
  ((VnNetwork *)g_ptr_array_index (lab->topology->networks, 0))->mtu = 1450;
}

static void
aborted_message (VnTestLab *lab)
{
  VnPort *port = g_ptr_array_index (lab->topology->ports, VN_TEST_WEB2);
  VnFixedIp fixed = { .subnet = 0 };

  no_flood_entry (lab);
  g_assert_true (vn_ip_parse ("2001:db8::12", &fixed.ip_address));
  g_array_append_val (port->fixed_ips, fixed);
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE1, VN_OPT_VXLAN_ARP_RESPONDER, "true");
}

static void
no_driver (VnTestLab *lab)
{
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE2, VN_OPT_FIREWALL_DRIVER, "noop");
}

static void
groups_off (VnTestLab *lab)
{
  vn_test_cloud_set_agent (lab->topology, VN_TEST_COMPUTE2, VN_OPT_ENABLE_SECURITY_GROUP, "false");
}

static void
bridge_nf_off (VnTestLab *lab)
{
  vn_test_lab_set_sysctl (lab, VN_TEST_COMPUTE2, "net.bridge.bridge-nf-call-iptables", "0");
}

static void
source_bridge_nf_off (VnTestLab *lab)
{
  vn_test_lab_set_sysctl (lab, VN_TEST_COMPUTE1, "net.bridge.bridge-nf-call-iptables", "0");
}

static void
lossy_receiver (VnTestLab *lab)
{
  vn_test_lab_point (lab, "web2")->dropped = 3;
}

static void
lossy_uplink (VnTestLab *lab)
{
  vn_test_lab_point (lab, "compute1")->dropped = 3;
}

static void
lossy_sender (VnTestLab *lab)
{
  vn_test_lab_point (lab, "web1")->dropped = 3;
}

/* ---- one cell ---- */

typedef struct
{
  const char *name;
  VnCell cell;
  const char *there, *back; /* where probe and answer are seen; NULL = nowhere */
  void (*change) (VnTestLab *lab);
  VnShotState state;
  VnVerdict verdict;
  VnCauseCode cause;
  const char *where, *host; /* NULL = none */
  const char *line;         /* as vn_origin_to_line() prints it; NULL = don't care */
} Row;

#define PASS VN_VERDICT_PASS
#define FAIL VN_VERDICT_FAIL
#define DOUBT VN_VERDICT_INCONCLUSIVE
#define ERROR VN_VERDICT_ERROR
#define SENT VN_SHOT_SENT
#define C(name) VN_CAUSE_##name

static const Row rows[] = {
  /* as predicted */
  { "delivered and answered", OPEN_CELL, THERE, BACK, NULL, SENT, PASS, C (NONE), NULL, NULL, NULL },
  { "allowed port", REACH (0, 2, 80), TO_DB1, FROM_DB1, NULL, SENT, PASS, C (NONE), NULL, NULL, NULL },
  { "port before", REACH (0, 2, 79), "web1 web1.tap compute1>compute2 compute2<compute1", NULL, NULL, SENT, PASS,
    C (SG_INGRESS), "compute2", "compute2", "cloud.vlab.yml:13" },
  { "port behind", REACH (0, 2, 81), "web1 web1.tap compute1>compute2 compute2<compute1", NULL, NULL, SENT, PASS,
    C (SG_INGRESS), "compute2", "compute2", "cloud.vlab.yml:13" },
  { "same host", REACH (1, 2, 81), "web2 web2.tap", NULL, NULL, SENT, PASS, C (SG_INGRESS), "web2.tap", "compute2",
    "cloud.vlab.yml:13" },
  { "foreign MAC", CELL (SPOOF_MAC), "web1 web1.tap", NULL, NULL, SENT, PASS, C (SPOOF_MAC), "web1.tap", "compute1",
    NULL },
  { "foreign address", CELL (SPOOF_IP), "web1 web1.tap", NULL, NULL, SENT, PASS, C (SPOOF_IP), "web1.tap", "compute1",
    NULL },
  { "foreign ARP", CELL (SPOOF_ARP), "web1 web1.tap", NULL, NULL, SENT, PASS, C (SPOOF_ARP), "web1.tap", "compute1",
    NULL },
  { "DHCP server", FLOOD (DHCP_SERVER), "web1 web1.tap", NULL, NULL, SENT, PASS, C (DHCP_SERVER), "web1.tap",
    "compute1", NULL },
  { "known unicast", CELL (KNOWN_UNICAST), THERE, NULL, NULL, SENT, PASS, C (NONE), NULL, NULL, NULL },
  { "broadcast", FLOOD (BROADCAST), THERE, NULL, NULL, SENT, PASS, C (NONE), NULL, NULL, NULL },

  /* lost on the way */
  { "nowhere", OPEN_CELL, NULL, NULL, NULL, SENT, FAIL, C (UNEXPLAINED), NULL, NULL, NULL },
  { "behind the instance", OPEN_CELL, "web1", NULL, NULL, SENT, FAIL, C (UNEXPLAINED), "web1", "compute1", NULL },
  { "no flood entry", OPEN_CELL, "web1 web1.tap", NULL, no_flood_entry, SENT, FAIL, C (FDB), "web1.tap", "compute1",
    NULL },
  { "by hand", OPEN_CELL, "web1 web1.tap", NULL, deleted_by_hand, SENT, FAIL, C (FDB), "web1.tap", "compute1",
    "cloud.vlab.yml:77" },
  { "server without l2population", OPEN_CELL, "web1 web1.tap", NULL, server_without_driver, SENT, FAIL, C (FDB),
    "web1.tap", "controller", "--set" },
  { "agent in multicast mode", OPEN_CELL, "web1 web1.tap", NULL, agent_multicast, SENT, FAIL, C (FDB), "web1.tap",
    "compute1", "--set" },
  { "underlay", OPEN_CELL, "web1 web1.tap compute1>compute2", NULL, NULL, SENT, FAIL, C (TUNNEL), "compute1",
    "compute1", NULL },
  { "wrong host", OPEN_CELL, "web1 web1.tap compute1>controller", NULL, NULL, SENT, FAIL, C (FDB), "compute1",
    "compute1", NULL },
  { "UDP port", OPEN_CELL, "web1 web1.tap compute1>compute2 compute2<compute1", NULL, other_port, SENT, FAIL,
    C (TUNNEL), "compute2", "compute2", "--set" },
  { "VNI", OPEN_CELL, "web1 web1.tap compute1>compute2 compute2<compute1", NULL, other_vni, SENT, FAIL, C (TUNNEL),
    "compute2", "compute2", NULL },
  { "multicast group", OPEN_CELL, "web1 web1.tap compute1>* compute2<*", NULL, NULL, SENT, FAIL, C (TUNNEL), "compute2",
    "compute1", "linuxbridge_agent.ini:3" },
  { "dropped though allowed", REACH (0, 2, 80), "web1 web1.tap compute1>compute2 compute2<compute1", NULL, NULL, SENT,
    FAIL, C (UNEXPLAINED), "compute2", "compute2", NULL },
  { "in front of the instance", OPEN_CELL, "web1 web1.tap compute1>compute2 compute2<compute1 web2.tap", NULL, NULL,
    SENT, FAIL, C (UNEXPLAINED), "web2.tap", "compute2", NULL },
  { "answer lost on the underlay", OPEN_CELL, THERE, "web2 web2.tap compute2>compute1", NULL, SENT, FAIL, C (TUNNEL),
    "compute2", "compute2", NULL },
  { "answer by a twin", OPEN_CELL, THERE, "db1 db1.tap web1.tap web1", NULL, SENT, FAIL, C (UNEXPLAINED), NULL, NULL,
    NULL },
  { "nothing reaches anyone", FLOOD (BROADCAST), "web1 web1.tap compute1>compute2 compute2<compute1", NULL, other_port,
    SENT, FAIL, C (TUNNEL), "compute2", "compute2", "--set" },
  { "nobody to flood to", FLOOD (UNKNOWN_UNICAST), "web1 web1.tap", NULL, deleted_by_hand, SENT, FAIL, C (FDB),
    "web1.tap", "compute1", "cloud.vlab.yml:77" },
  { "other multicast group", FLOOD (BROADCAST), "web1 web1.tap compute1>* compute2<*", NULL, other_group, SENT, FAIL,
    C (TUNNEL), "compute2", "compute2", "--set" },
  { "no VXLAN device", OPEN_CELL, "web1 web1.tap", NULL, no_device, SENT, FAIL, C (UNBOUND), "web1.tap", "compute1",
    NULL },
  { "no VXLAN device there", OPEN_CELL, "web1 web1.tap", NULL, no_device_there, SENT, FAIL, C (UNBOUND), "web1.tap",
    "compute2", NULL },
  { "underlay with a small MTU", OPEN_CELL, "web1 web1.tap", NULL, small_underlay, SENT, FAIL, C (UNBOUND), "web1.tap",
    "compute1", "cloud.vlab.yml:55" },
  { "agent failed at IPv6", OPEN_CELL, "web1 web1.tap", NULL, aborted_message, SENT, FAIL, C (FDB), "web1.tap",
    "compute1", "--set" },
  { "responder drops ARP", CELL (ARP_KNOWN), "web1 web1.tap", NULL, responder, SENT, FAIL, C (ARP_RESPONDER),
    "web1.tap", "compute1", "--set" },

  /* not sent */
  { "no route", OPEN_CELL, NULL, NULL, NULL, VN_SHOT_NO_ROUTE, FAIL, C (NO_ROUTE), NULL, "compute1", NULL },
  { "own address", OPEN_CELL, NULL, NULL, NULL, VN_SHOT_SELF, FAIL, C (NO_PATH), NULL, NULL, NULL },
  { "not plugged", OPEN_CELL, NULL, NULL, NULL, VN_SHOT_NO_SENDER, FAIL, C (UNBOUND), NULL, NULL, NULL },
  { "sending failed", OPEN_CELL, NULL, NULL, NULL, VN_SHOT_FAILED, ERROR, C (UNEXPLAINED), NULL, NULL, NULL },

  /* not filtered */
  { "no firewall driver", REACH (0, 2, 81), TO_DB1, FROM_DB1, no_driver, SENT, FAIL, C (FILTER_OFF), "db1", "compute2",
    "--set" },
  { "groups switched off", REACH (0, 2, 81), TO_DB1, FROM_DB1, groups_off, SENT, FAIL, C (FILTER_OFF), "db1",
    "compute2", "--set" },
  { "bridge-nf off", REACH (0, 2, 81), TO_DB1, FROM_DB1, bridge_nf_off, SENT, FAIL, C (FILTER_OFF), "db1", "compute2",
    "cloud.vlab.yml:99" },
  { "spoof passes", CELL (SPOOF_IP), THERE, NULL, source_bridge_nf_off, SENT, FAIL, C (FILTER_OFF), "web2", "compute1",
    "cloud.vlab.yml:99" },
  { "leak without reason", REACH (0, 2, 81), TO_DB1, FROM_DB1, NULL, SENT, FAIL, C (UNEXPLAINED), "db1", "compute2",
    NULL },

  /* frames missing from the capture */
  { "receiver's capture lost frames", OPEN_CELL, "web1 web1.tap", NULL, lossy_receiver, SENT, DOUBT, C (NONE), NULL,
    NULL, NULL },
  { "sender's capture lost frames", OPEN_CELL, THERE, "web2 web2.tap", lossy_sender, SENT, DOUBT, C (NONE), NULL, NULL,
    NULL },
  { "capture that is not needed", OPEN_CELL, THERE, BACK, lossy_uplink, SENT, PASS, C (NONE), NULL, NULL, NULL },
};

static void
show (VnTestLab *lab, GBytes *frame, const char *path)
{
  g_autoptr (GBytes) owned = frame;

  vn_test_lab_show (lab, owned, path);
}

static guint
prepare (VnTestLab *lab, const Row *row)
{
  guint cell = vn_test_lab_cell (lab, row->cell);

  vn_test_lab_shot (lab, cell)->state = row->state;
  if (row->change)
    row->change (lab);
  if (row->there)
    show (lab, vn_test_lab_probe (lab, cell), row->there);
  if (row->back)
    show (lab, vn_test_lab_answer (lab, cell), row->back);
  return cell;
}

static void
test_cell (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (VnTestLab) lab = vn_test_lab_new ();
  g_autoptr (VnRun) run = NULL;
  const VnRunCell *cell;
  g_autofree char *line = NULL;

  prepare (lab, row);
  run = vn_test_lab_judge (lab);
  cell = g_ptr_array_index (run->cells, 0);
  line = vn_origin_to_line (cell->observed_cause.origin);
  g_test_message ("%s: %s | %s (%s)", vn_verdict_name (cell->verdict), cell->message, cell->observed_cause.text, line);
  g_assert_cmpstr (vn_verdict_name (cell->verdict), ==, vn_verdict_name (row->verdict));
  if (row->verdict != DOUBT)
    g_assert_cmpstr (vn_cause_name (cell->observed_cause.code), ==, vn_cause_name (row->cause));
  if (row->verdict != DOUBT)
    g_assert_cmpstr (cell->observed_cause.where, ==, row->where);
  if (row->host)
    g_assert_cmpstr (cell->observed_cause.host, ==, row->host);
  if (row->line)
    g_assert_cmpstr (line, ==, row->line);
  g_assert_true ((cell->verdict == PASS) == (cell->message == NULL));
}

/* ---- absence ---- */

static void
test_sentinels (void)
{
  static const struct
  {
    const char *there, *sentinel; /* where they are seen */
    VnVerdict verdict;
  } absences[] = {
    { "web1 web1.tap", "web1 web1.tap", FAIL },
    { "web1 web1.tap", "web1 web1.tap compute1>compute2 compute2<compute1", FAIL },
    { "web1 web1.tap", "web1", DOUBT },
    { "web1 web1.tap compute1>compute2", "web1 web1.tap", DOUBT },
    { "web1 web1.tap", "", DOUBT },
    { "", "", DOUBT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (absences); i++)
    {
      g_autoptr (VnTestLab) lab = vn_test_lab_new ();
      guint cell = vn_test_lab_cell (lab, (VnCell)OPEN_CELL);
      g_autoptr (VnRun) run = NULL;

      vn_test_lab_shot (lab, cell)->forward_closed = FALSE;
      show (lab, vn_test_lab_probe (lab, cell), absences[i].there);
      show (lab, vn_test_lab_sentinel (lab, cell, VN_TAG_SENTINEL), absences[i].sentinel);
      run = vn_test_lab_judge (lab);
      g_test_message ("row %u: %s", i, VN_AT (run->cells, VnRunCell, 0)->message);
      g_assert_cmpint (VN_AT (run->cells, VnRunCell, 0)->verdict, ==, absences[i].verdict);
    }
}

/* ---- ARP before anything could be sent ---- */

static void
test_neighbours (void)
{
  static const struct
  {
    const char *asked, *told;
    void (*change) (VnTestLab *lab);
    VnCauseCode cause;
    const char *where, *host;
  } questions[] = {
    { "web1 web1.tap", "", no_flood_entry, C (FDB), "web1.tap", "compute1" },
    { "web1 web1.tap", "", responder, C (ARP_RESPONDER), "web1.tap", "compute1" },
    { "web1 web1.tap compute1>compute2 compute2<compute1", "", other_port, C (TUNNEL), "compute2", "compute2" },
    { THERE, "web2 web2.tap compute2>compute1", NULL, C (TUNNEL), "compute2", "compute2" },
    { THERE, "", NULL, C (NEIGHBOUR), NULL, NULL },
    { THERE, "web2 web2.tap", only_there, C (ARP_RESPONDER), "web2.tap", "compute2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_autoptr (VnTestLab) lab = vn_test_lab_new ();
      guint cell = vn_test_lab_cell (lab, (VnCell)OPEN_CELL);
      g_autoptr (VnRun) run = NULL;
      const VnCause *cause;

      vn_test_lab_shot (lab, cell)->state = VN_SHOT_NO_NEIGHBOUR;
      if (questions[i].change)
        questions[i].change (lab);
      show (lab, vn_test_lab_arp (lab, VN_TEST_WEB1, VN_TEST_WEB2, FALSE), questions[i].asked);
      show (lab, vn_test_lab_arp (lab, VN_TEST_WEB1, VN_TEST_WEB2, TRUE), questions[i].told);
      run = vn_test_lab_judge (lab);
      cause = &VN_AT (run->cells, VnRunCell, 0)->observed_cause;
      g_test_message ("row %u: %s", i, cause->text);
      g_assert_cmpstr (vn_cause_name (cause->code), ==, vn_cause_name (questions[i].cause));
      g_assert_cmpstr (cause->where, ==, questions[i].where);
      if (questions[i].host)
        g_assert_cmpstr (cause->host, ==, questions[i].host);
    }
}

/* ---- expectations ---- */

static void
add_line (VnTestLab *lab, VnCell *cell, VnExpect expect)
{
  VnCheckLine *line = vn_check_line_new ();

  line->id = g_strdup ("my-check");
  line->origin = vn_origin_new (VN_TEST_CLOUD_FILE, 88, 1);
  line->from = cell->from;
  line->to = cell->to;
  line->expect = expect;
  g_ptr_array_add (lab->topology->checks, line);
  cell->check = 0;
}

static void
test_expectations (void)
{
  static const struct
  {
    guint16 port;
    VnExpect expect;
    gboolean arrives;
    VnVerdict verdict;
    const char *says; /* part of the message */
  } expectations[] = {
    { 80, VN_EXPECT_ALLOWED, TRUE, PASS, NULL },
    { 81, VN_EXPECT_DENIED, FALSE, PASS, NULL },
    { 80, VN_EXPECT_DENIED, TRUE, FAIL, "cloud.vlab.yml:88 expects denied; prediction and observation say" },
    { 81, VN_EXPECT_ALLOWED, FALSE, FAIL, "cloud.vlab.yml:88 expects allowed; prediction and observation say" },
    { 80, VN_EXPECT_ALLOWED, FALSE, FAIL, "cloud.vlab.yml:88 expects allowed, as predicted; observed" },
    { 81, VN_EXPECT_ALLOWED, TRUE, FAIL, "cloud.vlab.yml:88 expects allowed, as observed; predicted" },
    { 81, VN_EXPECT_DENIED, TRUE, FAIL, "cloud.vlab.yml:88 expects denied, as predicted; observed" },
    { 80, VN_EXPECT_DENIED, FALSE, FAIL, "cloud.vlab.yml:88 expects denied, as observed; predicted" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expectations); i++)
    {
      g_autoptr (VnTestLab) lab = vn_test_lab_new ();
      VnCell asked = REACH (VN_TEST_WEB1, VN_TEST_DB1, expectations[i].port);
      g_autoptr (VnRun) run = NULL;
      const VnRunCell *cell;
      guint index;

      add_line (lab, &asked, expectations[i].expect);
      index = vn_test_lab_cell (lab, asked);
      show (lab, vn_test_lab_probe (lab, index), expectations[i].arrives ? TO_DB1 : "web1 web1.tap");
      if (expectations[i].arrives)
        show (lab, vn_test_lab_answer (lab, index), FROM_DB1);
      run = vn_test_lab_judge (lab);
      cell = g_ptr_array_index (run->cells, 0);
      g_test_message ("row %u: %s", i, cell->message);
      g_assert_cmpint (cell->verdict, ==, expectations[i].verdict);
      g_assert_cmpstr (cell->check_id, ==, "my-check");
      if (expectations[i].says)
        g_assert_nonnull (strstr (cell->message, expectations[i].says));
    }
}

/* ---- quirks ---- */

static void
accept_quirk (VnTestLab *lab, const char *id)
{
  VnAccept *accept = vn_accept_new ();

  accept->quirk = g_strdup (id);
  accept->why = g_strdup ("class lab");
  accept->origin = vn_origin_new (VN_TEST_CLOUD_FILE, 66, 1);
  g_ptr_array_add (lab->topology->accepts, accept);
}

/* A rule with an address group lets everybody in, which the API does not promise. */
static void
test_quirks (void)
{
  static const struct
  {
    gboolean arrives, accepted;
    VnVerdict verdict;
    gboolean happened;
    VnVerdict unused; /* of CFG-QUIRK-UNUSED */
  } quirks[] = {
    { FALSE, FALSE, PASS, FALSE, VN_N_VERDICTS },
    { TRUE, FALSE, FAIL, TRUE, VN_N_VERDICTS },
    { TRUE, TRUE, PASS, TRUE, PASS },
    { FALSE, TRUE, PASS, FALSE, FAIL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (quirks); i++)
    {
      g_autoptr (VnTestLab) lab = vn_test_lab_new ();
      guint group = vn_test_cloud_address_group (lab->topology, "office", "192.0.2.0/24");
      g_autoptr (VnRun) run = NULL;
      const VnRunCheck *unused;
      const VnRunCell *cell;
      guint index;

      vn_test_cloud_rule (lab->topology, 1, VN_INGRESS, VN_FAMILY_IPV4, "tcp", 443, 443)->remote_address_group = group;
      if (quirks[i].accepted)
        accept_quirk (lab, "SG-ADDRESS-GROUP-ANY");
      index = vn_test_lab_cell (lab, (VnCell)REACH (VN_TEST_WEB1, VN_TEST_DB1, 443));
      show (lab, vn_test_lab_probe (lab, index), quirks[i].arrives ? TO_DB1 : "web1 web1.tap");
      if (quirks[i].arrives)
        show (lab, vn_test_lab_answer (lab, index), FROM_DB1);
      run = vn_test_lab_judge (lab);
      cell = g_ptr_array_index (run->cells, 0);
      g_test_message ("row %u: %s", i, cell->message);
      g_assert_cmpint (cell->verdict, ==, quirks[i].verdict);
      g_assert_cmpstr (cell->quirk, ==, quirks[i].happened ? "SG-ADDRESS-GROUP-ANY" : NULL);
      g_assert_cmpint (cell->quirk_accepted, ==, quirks[i].happened && quirks[i].accepted);
      unused = vn_test_run_check (run, "CFG-QUIRK-UNUSED", NULL);
      g_assert_cmpint (unused ? unused->verdict : VN_N_VERDICTS, ==, quirks[i].unused);
    }
}

/* ---- which check a cell belongs to, and its packets ---- */

static void
test_names (void)
{
  static const struct
  {
    VnCell cell;
    const char *key, *what, *check;
  } names[] = {
    { OPEN_CELL, "web1>web2 tcp/22", "tcp/22", "SG-REACH" },
    { REACH (3, 4, 22), "controller>compute1 tcp/22", "tcp/22", "NET-REACH" },
    { REACH (0, 4, 22), "web1>compute1 tcp/22", "tcp/22", "NET-ISOLATION" },
    { CELL (SPOOF_MAC), "web1>web2 spoof-mac", "spoof-mac", "SG-SPOOF-MAC" },
    { CELL (SPOOF_IP), "web1>web2 spoof-ip", "spoof-ip", "SG-SPOOF-IP" },
    { CELL (SPOOF_ARP), "web1>web2 spoof-arp", "spoof-arp", "SG-SPOOF-ARP" },
    { FLOOD (DHCP_SERVER), "web1 dhcp-server", "dhcp-server", "SG-DHCP-SERVER" },
    { FLOOD (RA), "web1 ra", "ra", "SG-RA" },
    { CELL (KNOWN_UNICAST), "web1>web2 known-unicast", "known-unicast", "L2P-KNOWN-UNICAST" },
    { FLOOD (BROADCAST), "web1 broadcast", "broadcast", "L2P-BROADCAST" },
    { FLOOD (UNKNOWN_UNICAST), "web1 unknown-unicast", "unknown-unicast", "L2P-UNKNOWN-UNICAST" },
    { CELL (ARP_KNOWN), "web1>web2 arp-known", "arp-known", "L2P-ARP-RESPONDER" },
    { FLOOD (ARP_UNKNOWN), "web1 arp-unknown", "arp-unknown", "L2P-ARP-UNKNOWN" },
  };
  g_autoptr (VnTestLab) lab = vn_test_lab_new ();
  g_autoptr (VnRun) run = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    vn_test_lab_cell (lab, names[i].cell);
  run = vn_test_lab_judge (lab);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const VnRunCell *cell = g_ptr_array_index (run->cells, i);

      g_assert_cmpstr (cell->key, ==, names[i].key);
      g_assert_cmpstr (cell->what, ==, names[i].what);
      g_assert_cmpstr (cell->check_id, ==, names[i].check);
    }
}

static void
test_packets (void)
{
  g_autoptr (VnTestLab) lab = vn_test_lab_new ();
  guint cell = vn_test_lab_cell (lab, (VnCell)OPEN_CELL);
  g_autoptr (VnRun) run = NULL;
  const GArray *packets;

  show (lab, vn_test_lab_arp (lab, VN_TEST_WEB1, VN_TEST_WEB2, FALSE), THERE);
  show (lab, vn_test_lab_probe (lab, cell), THERE);
  show (lab, vn_test_lab_answer (lab, cell), BACK);
  run = vn_test_lab_judge (lab);
  packets = VN_AT (run->cells, VnRunCell, 0)->packets;
  g_assert_cmpuint (packets->len, ==, 12);
  for (guint i = 0; i < packets->len; i++)
    g_assert_cmpuint (g_array_index (packets, guint, i), ==, 7 + i);
  g_assert_cmpuint (run->n_frames_captured, ==, 18);
  g_assert_cmpuint (run->points->len, ==, lab->points->len);
}

/* An earlier round's frames have tags that no shot has any more. */
static void
test_old_round (void)
{
  g_autoptr (VnTestLab) lab = vn_test_lab_new ();
  guint cell = vn_test_lab_cell (lab, (VnCell)OPEN_CELL);
  g_autoptr (VnRun) run = NULL;

  show (lab, vn_test_lab_probe (lab, cell), THERE);
  show (lab, vn_test_lab_answer (lab, cell), BACK);
  vn_test_lab_shot (lab, cell)->tag += 1000;
  run = vn_test_lab_judge (lab);
  g_assert_cmpint (VN_AT (run->cells, VnRunCell, 0)->observed.delivered, ==, VN_LEG_NO);
}

/* ---- ARP cells ---- */

static void
test_arp_reply (void)
{
  static const struct
  {
    const char *reply;
    gboolean before; /* seen before the question: of an earlier resolution */
    VnLeg answered;
  } replies[] = {
    { BACK, FALSE, VN_LEG_YES },
    { "web1.tap web1", FALSE, VN_LEG_YES },
    { "web2 web2.tap", FALSE, VN_LEG_NO },
    { BACK, TRUE, VN_LEG_NO },
    { "", FALSE, VN_LEG_NO },
  };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autoptr (VnTestLab) lab = vn_test_lab_new ();
      guint cell = vn_test_lab_cell (lab, (VnCell)CELL (ARP_KNOWN));
      g_autoptr (VnRun) run = NULL;

      if (replies[i].before)
        show (lab, vn_test_lab_arp (lab, VN_TEST_WEB1, VN_TEST_WEB2, TRUE), replies[i].reply);
      show (lab, vn_test_lab_probe (lab, cell), THERE);
      if (!replies[i].before)
        show (lab, vn_test_lab_arp (lab, VN_TEST_WEB1, VN_TEST_WEB2, TRUE), replies[i].reply);
      run = vn_test_lab_judge (lab);
      g_assert_cmpint (VN_AT (run->cells, VnRunCell, 0)->observed.answered, ==, replies[i].answered);
    }
}

/* The reply to an ARP cell got lost: not the question of somebody else. */
static void
test_lost_reply (void)
{
  g_autoptr (VnTestLab) lab = vn_test_lab_new ();
  guint cell = vn_test_lab_cell (lab, (VnCell)CELL (ARP_KNOWN));
  g_autoptr (VnRun) run = NULL;
  const VnCause *cause;

  only_there (lab);
  show (lab, vn_test_lab_probe (lab, cell), THERE);
  show (lab, vn_test_lab_arp (lab, VN_TEST_WEB1, VN_TEST_WEB2, TRUE), "web2 web2.tap");
  run = vn_test_lab_judge (lab);
  cause = &VN_AT (run->cells, VnRunCell, 0)->observed_cause;
  g_assert_cmpstr (vn_cause_name (cause->code), ==, "arp-responder");
  g_assert_cmpstr (cause->host, ==, "compute2");
  g_assert_true (
      g_str_has_prefix (cause->text, "the VXLAN device of a host with arp_responder lets no ARP answer out"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/judge/cell/%s", rows[i].name);

      g_test_add_data_func (path, &rows[i], test_cell);
    }
  g_test_add_func ("/judge/sentinels", test_sentinels);
  g_test_add_func ("/judge/neighbours", test_neighbours);
  g_test_add_func ("/judge/expectations", test_expectations);
  g_test_add_func ("/judge/quirks", test_quirks);
  g_test_add_func ("/judge/names", test_names);
  g_test_add_func ("/judge/packets", test_packets);
  g_test_add_func ("/judge/old-round", test_old_round);
  g_test_add_func ("/judge/arp-reply", test_arp_reply);
  g_test_add_func ("/judge/lost-reply", test_lost_reply);
  return g_test_run ();
}
