/* SPDX-License-Identifier: Apache-2.0 */
/* Checks about network modes, and ways hop by hop: frames shown at the devices that a row names. */
#include "analysis/judge/vn-hops.h"
#include "analysis/judge/vn-judge.h"
#include "sim/load/vn-load.h"
#include "sim/packet/vn-craft.h"
#include "tests/lib/vn-test-values.h"

#include <netinet/in.h>
#include <string.h>

#define TAG 0x00050005u
#define PROBE_PORT 40123

/* Two guests with one address, each behind its own NAT engine, on a PC behind a home router. */
#define LAB                                                                                                            \
  "vnetlab: 1\n"                                                                                                       \
  "scene:\n"                                                                                                           \
  "  segments: {lan: {cidr: 192.168.0.0/24}, uplink: {cidr: 203.0.113.0/24}}\n"                                        \
  "  machines:\n"                                                                                                      \
  "    router:\n"                                                                                                      \
  "      interfaces:\n"                                                                                                \
  "        lan0: {segment: lan, address: 192.168.0.1/24}\n"                                                            \
  "        wan0: {segment: uplink, address: 203.0.113.2/24, gateway: 203.0.113.1}\n"                                   \
  "      router: {nat: wan0}\n"                                                                                        \
  "      dhcp: [{interface: lan0, start: 192.168.0.100, end: 192.168.0.100}]\n"                                        \
  "    internet: {interfaces: {eth0: {segment: uplink, address: 203.0.113.1/24}}}\n"                                   \
  "    pc2: {interfaces: {en0: {segment: lan, address: dhcp}}}\n"                                                      \
  "    pc3: {interfaces: {en0: {segment: lan, address: dhcp}}}\n"                                                      \
  "    pc:\n"                                                                                                          \
  "      interfaces: {en0: {segment: lan, address: 192.168.0.10/24, gateway: 192.168.0.1}}\n"                          \
  "      hypervisor: {product: virtualbox}\n"                                                                          \
  "    vm1: {on: pc, interfaces: {eth0: {mode: nat, address: 10.0.2.15/24, gateway: 10.0.2.2}}}\n"                     \
  "    vm2: {on: pc, interfaces: {eth0: {mode: nat, address: 10.0.2.15/24, gateway: 10.0.2.2}}}\n"

static const char *const devices[]
    = { "vm1:eth0", "vm2:eth0", "pc:en0", "router:lan0", "router:wan0", "internet:eth0", "pc2:en0" };

typedef struct
{
  VnTopology *t;
  GArray *events, *cells, *shots;
  GPtrArray *points, *leases;
  VnTables *tables;
  VnFrameStore *store;
  VnCrafter *crafter;
} Evidence;

/* What pc2 and pc3 were leased; NULL = nothing. */
static VnTopology *
load (const char *pc2, const char *pc3, const char *router)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) t = vn_load_lab_text ("modes", LAB, strlen (LAB), NULL, diags);
  g_autoptr (GPtrArray) leases = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_lease_free);
  const char *const addresses[] = { pc2, pc3 };

  g_assert_nonnull (t);
  for (guint i = 0; i < 2; i++)
    {
      VnLease *lease = g_new0 (VnLease, 1);

      lease->machine = 2 + i;
      lease->address = vn_test_prefix (addresses[i] ? addresses[i] : "192.168.0.1/24");
      lease->router = vn_test_ip (router);
      if (addresses[i])
        g_ptr_array_add (leases, lease);
      else
        vn_lease_free (lease);
    }
  return vn_topology_with_leases (t, leases, diags);
}

static VnRunLease *
told_lease (const char *machine, const char *address, const char *router)
{
  VnRunLease *lease = g_new0 (VnRunLease, 1);

  lease->machine = (char *)machine;
  lease->device = (char *)"en0";
  lease->address = (char *)address;
  lease->server = (char *)"192.168.0.1";
  lease->router = (char *)router;
  return lease;
}

static void
evidence_init (Evidence *e, const char *pc2, const char *pc3, const char *router)
{
  g_autoptr (GError) error = NULL;

  *e = (Evidence){ .t = load (pc2, pc3, router) };
  e->events = vn_topology_default_events (e->t);
  e->cells = g_array_new (FALSE, FALSE, sizeof (VnCell));
  e->shots = g_array_new (FALSE, TRUE, sizeof (VnShot));
  e->points = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_capture_point_free);
  e->leases = g_ptr_array_new_with_free_func (g_free);
  e->tables = vn_tables_new ();
  e->store = vn_frame_store_new (1 << 20);
  e->crafter = vn_crafter_new (&error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    {
      g_auto (GStrv) words = g_strsplit (devices[i], ":", 2);
      VnCapturePoint *point = g_new0 (VnCapturePoint, 1);

      point->node = g_intern_string (words[0]);
      g_strlcpy (point->dev, words[1], sizeof point->dev);
      point->name = g_strdup (devices[i]);
      g_ptr_array_add (e->points, point);
    }
  if (pc2)
    g_ptr_array_add (e->leases, told_lease ("pc2", pc2, router));
  if (pc3)
    g_ptr_array_add (e->leases, told_lease ("pc3", pc3, router));
}

static void
evidence_clear (Evidence *e)
{
  vn_crafter_free (e->crafter);
  vn_frame_store_free (e->store);
  vn_tables_free (e->tables);
  g_ptr_array_unref (e->leases);
  g_ptr_array_unref (e->points);
  g_array_unref (e->shots);
  g_array_unref (e->cells);
  g_array_unref (e->events);
  vn_topology_unref (e->t);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Evidence, evidence_clear)

/* A cell whose probe was sent, and whose ways are closed. */
static void
add_cell (Evidence *e, VnCellKind kind, const char *from, const char *to, guint8 protocol, guint16 port)
{
  const VnCell cell = { .kind = kind,
                        .from = vn_topology_find_end (e->t, from),
                        .to = vn_topology_find_end (e->t, to),
                        .family = VN_FAMILY_IPV4,
                        .protocol = protocol,
                        .port = port,
                        .check = VN_NONE };
  const VnShot shot = { .state = VN_SHOT_SENT, .tag = TAG, .forward_closed = TRUE, .backward_closed = TRUE };

  g_array_append_val (e->cells, cell);
  g_array_append_val (e->shots, shot);
}

/* The probe, a UDP datagram, at a device. @now: its time; @ttl: as it is there. */
static void
show (Evidence *e, const char *device, gboolean outgoing, guint64 now, guint8 ttl, const char *src, const char *dst)
{
  const VnCraftEnds ends = { .src = vn_test_ip (src), .dst = vn_test_ip (dst), .sport = PROBE_PORT, .dport = 7 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = vn_craft_udp (e->crafter, &ends, TAG, &error);
  VnFrame record = { .time_ns = now, .outgoing = outgoing };
  gsize size;
  g_autofree guint8 *bytes = NULL;

  g_assert_no_error (error);
  bytes = g_memdup2 (g_bytes_get_data (frame, &size), g_bytes_get_size (frame));
  bytes[22] = ttl;
  record.len = record.caplen = (guint32)g_bytes_get_size (frame);
  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    if (g_str_equal (devices[i], device))
      record.point = i;
  g_assert_true (vn_frame_store_add (e->store, &record, bytes));
}

static VnEvidence
as_evidence (const Evidence *e)
{
  return (VnEvidence){ .topology = e->t,
                       .events = e->events,
                       .tables = e->tables,
                       .cells = e->cells,
                       .shots = e->shots,
                       .points = e->points,
                       .store = e->store,
                       .leases = e->leases };
}

static VnRun *
judge (const Evidence *e, GArray **ret_sightings)
{
  const VnEvidence evidence = as_evidence (e);
  VnRun *run = vn_run_new ();

  vn_frame_store_sort (e->store);
  vn_judge (&evidence, run, ret_sightings);
  return run;
}

static const VnRunCheck *
find_check (const VnRun *run, const char *id, const char *host)
{
  for (guint i = 0; i < run->checks->len; i++)
    {
      const VnRunCheck *check = g_ptr_array_index (run->checks, i);

      if (g_str_equal (check->id, id) && g_strcmp0 (check->host, host) == 0)
        return check;
    }
  g_error ("there is no check %s of %s", id, host);
}

/* ---- what packets show ---- */

/* A probe that goes farther than it may, and one that does not. */
static const struct
{
  const char *name;
  VnCellKind kind;
  const char *from, *to, *seen, *seen_src;
  const char *check;
  VnVerdict verdict;
  VnCauseCode cause;
} cell_rows[] = {
  { "outside", VN_CELL_REACH, "internet", "pc", "internet:eth0", "203.0.113.1", "NAT-INBOUND", VN_VERDICT_PASS,
    VN_CAUSE_NO_ROUTE },
  { "leak", VN_CELL_REACH, "internet", "pc", "pc:en0", "203.0.113.1", "NAT-INBOUND", VN_VERDICT_FAIL,
    VN_CAUSE_UNEXPLAINED },
  { "kept", VN_CELL_UNSOLICITED, "pc2", "vm1", "pc:en0", "192.168.0.100", "NAT-UNSOLICITED", VN_VERDICT_PASS,
    VN_CAUSE_UNSOLICITED },
  { "let in", VN_CELL_UNSOLICITED, "pc2", "vm1", "vm1:eth0", "192.168.0.100", "NAT-UNSOLICITED", VN_VERDICT_FAIL,
    VN_CAUSE_UNEXPLAINED },
  { "untranslated", VN_CELL_REACH, "vm1", "internet", "internet:eth0", "10.0.2.15", "NAT-OUTBOUND", VN_VERDICT_FAIL,
    VN_CAUSE_NAT },
  { "lost", VN_CELL_REACH, "vm1", "internet", "router:lan0", "192.168.0.10", "NAT-OUTBOUND", VN_VERDICT_FAIL,
    VN_CAUSE_NO_FORWARD },
};

static void
test_cells (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cell_rows); i++)
    {
      g_auto (Evidence) e = { 0 };
      g_autoptr (GArray) sightings = NULL;
      g_autoptr (VnRun) run = NULL;
      const VnRunCell *cell;

      evidence_init (&e, "192.168.0.100/24", NULL, "192.168.0.1");
      add_cell (&e, cell_rows[i].kind, cell_rows[i].from, cell_rows[i].to, IPPROTO_UDP, 7);
      show (&e, cell_rows[i].seen, FALSE, 1, 60, cell_rows[i].seen_src, "192.0.2.1");
      run = judge (&e, &sightings);
      cell = g_ptr_array_index (run->cells, 0);
      g_test_message ("%s: %s", cell_rows[i].name, cell->observed_cause.text);
      g_assert_cmpstr (cell->check_id, ==, cell_rows[i].check);
      g_assert_cmpstr (vn_verdict_name (cell->verdict), ==, vn_verdict_name (cell_rows[i].verdict));
      g_assert_cmpstr (vn_cause_name (cell->observed_cause.code), ==, vn_cause_name (cell_rows[i].cause));
    }
}

static void
test_twins (void)
{
  for (guint stray = 0; stray < 2; stray++)
    {
      g_auto (Evidence) e = { 0 };
      g_autoptr (GArray) sightings = NULL;
      g_autoptr (VnRun) run = NULL;

      evidence_init (&e, NULL, NULL, "192.168.0.1");
      add_cell (&e, VN_CELL_REACH, "vm1", "internet", IPPROTO_UDP, 7);
      show (&e, "vm1:eth0", TRUE, 1, 64, "10.0.2.15", "203.0.113.1");
      if (stray)
        show (&e, "vm2:eth0", FALSE, 2, 64, "10.0.2.15", "203.0.113.1");
      run = judge (&e, &sightings);
      g_assert_cmpint (find_check (run, "NAT-TWINS", NULL)->verdict, ==, stray ? VN_VERDICT_FAIL : VN_VERDICT_PASS);
    }
}

/* ---- what leases show ---- */

static const struct
{
  const char *pc2, *pc3, *router;
  VnVerdict lease2, lease3, pool2;
  const char *text; /* of the first of these that is red */
} lease_rows[] = {
  { "192.168.0.100/24", "192.168.0.101/24", "192.168.0.1", VN_VERDICT_PASS, VN_VERDICT_PASS, VN_VERDICT_PASS, NULL },
  { "192.168.0.100/24", NULL, "192.168.0.1", VN_VERDICT_PASS, VN_VERDICT_FAIL, VN_VERDICT_PASS,
    "the pool of 192.168.0.1 holds 1 addresses for 2 clients" },
  { "192.168.0.99/24", "192.168.0.101/24", "192.168.0.1", VN_VERDICT_PASS, VN_VERDICT_PASS, VN_VERDICT_FAIL,
    "no server of its Ethernet has it to give away" },
  { "192.168.0.100/24", "192.168.0.101/24", "192.168.0.250", VN_VERDICT_FAIL, VN_VERDICT_FAIL, VN_VERDICT_PASS,
    "the lab file has the server say 192.168.0.1" },
};

static void
test_leases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lease_rows); i++)
    {
      g_auto (Evidence) e = { 0 };
      g_autoptr (GArray) sightings = NULL;
      g_autoptr (VnRun) run = NULL;
      const VnRunCheck *checks[3];
      const char *text = NULL;

      evidence_init (&e, lease_rows[i].pc2, lease_rows[i].pc3, lease_rows[i].router);
      run = judge (&e, &sightings);
      checks[0] = find_check (run, "DHCP-LEASE", "pc2");
      checks[1] = find_check (run, "DHCP-LEASE", "pc3");
      checks[2] = find_check (run, "DHCP-POOL", "pc2");
      for (guint j = 0; j < 3 && !text; j++)
        text = checks[j]->cause.text;
      g_assert_cmpint (checks[0]->verdict, ==, lease_rows[i].lease2);
      g_assert_cmpint (checks[1]->verdict, ==, lease_rows[i].lease3);
      g_assert_cmpint (checks[2]->verdict, ==, lease_rows[i].pool2);
      g_assert_cmpstr (text, ==, lease_rows[i].text);
    }
}

/* ---- hops ---- */

/* One time stamp at all devices, in the order of the points: TTL and sender tell the way. */
static void
test_hops (void)
{
  static const struct
  {
    const char *device, *described;
  } way[] = {
    { "vm1:eth0", NULL },      { "pc:en0", "source 10.0.2.15:40123 → 192.168.0.10:40123, TTL 64 → 62" },
    { "router:lan0", NULL },   { "router:wan0", "source 192.168.0.10:40123 → 203.0.113.2:40123, TTL 62 → 61" },
    { "internet:eth0", NULL },
  };
  g_auto (Evidence) e = { 0 };
  g_autoptr (GArray) sightings = NULL, hops = NULL, back = NULL;
  g_autoptr (VnRun) run = NULL;
  const VnRunCell *cell;
  VnEvidence evidence;

  evidence_init (&e, NULL, NULL, "192.168.0.1");
  add_cell (&e, VN_CELL_REACH, "vm1", "internet", IPPROTO_UDP, 7);
  show (&e, "internet:eth0", FALSE, 1, 61, "203.0.113.2", "203.0.113.1");
  show (&e, "router:wan0", TRUE, 1, 61, "203.0.113.2", "203.0.113.1");
  show (&e, "pc:en0", TRUE, 1, 62, "192.168.0.10", "203.0.113.1");
  show (&e, "router:lan0", FALSE, 1, 62, "192.168.0.10", "203.0.113.1");
  show (&e, "vm1:eth0", TRUE, 1, 64, "10.0.2.15", "203.0.113.1");
  run = judge (&e, &sightings);
  evidence = as_evidence (&e);
  cell = g_ptr_array_index (run->cells, 0);
  hops = vn_hops (&evidence, cell->packets, 0, VN_HOP_FORWARD);
  back = vn_hops (&evidence, cell->packets, 0, VN_HOP_BACK);
  g_assert_cmpuint (hops->len, ==, G_N_ELEMENTS (way));
  g_assert_cmpuint (back->len, ==, 0);
  for (guint i = 0; i < hops->len; i++)
    {
      const VnHopSeen *hop = &g_array_index (hops, VnHopSeen, i);
      g_autofree char *text = vn_hop_describe (i > 0 ? hop - 1 : NULL, hop);

      g_assert_cmpstr (devices[hop->point], ==, way[i].device);
      g_assert_cmpstr (text, ==, way[i].described);
    }
  g_assert_cmpstr (cell->seen_as, ==, "203.0.113.2:40123");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checks/modes/cells", test_cells);
  g_test_add_func ("/checks/modes/twins", test_twins);
  g_test_add_func ("/checks/modes/leases", test_leases);
  g_test_add_func ("/hops/order", test_hops);
  return g_test_run ();
}
