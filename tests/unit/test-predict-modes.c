/* SPDX-License-Identifier: Apache-2.0 */
/* What network modes, routers, NATs and resolvers promise: the ways there and back, by hand. */
#include "sim/load/vn-load.h"
#include "sim/model/vn-nat.h"
#include "sim/predict/vn-predict.h"
#include "tests/lib/vn-test-values.h"

#include <netinet/in.h>
#include <string.h>

/* A home router with NAT, a PC and a second one behind it, a host outside; every address is written out. */
#define HOME                                                                                                           \
  "vnetlab: 1\n"                                                                                                       \
  "scene:\n"                                                                                                           \
  "  segments: {lan: {cidr: 192.168.0.0/24}, uplink: {cidr: 203.0.113.0/24}, lab: {}}\n"                               \
  "  machines:\n"                                                                                                      \
  "    router:\n"                                                                                                      \
  "      interfaces:\n"                                                                                                \
  "        lan0: {segment: lan, address: 192.168.0.1/24}\n"                                                            \
  "        wan0: {segment: uplink, address: 203.0.113.2/24, gateway: 203.0.113.1, dns: 203.0.113.1}\n"                 \
  "      router: {nat: wan0}\n"                                                                                        \
  "      dns: true\n"                                                                                                  \
  "      dhcp: [{interface: lan0, start: 192.168.0.100, end: 192.168.0.199}]\n"                                        \
  "    internet:\n"                                                                                                    \
  "      interfaces: {eth0: {segment: uplink, address: 203.0.113.1/24}}\n"                                             \
  "      dns: true\n"                                                                                                  \
  "    pc2:\n"                                                                                                         \
  "      interfaces: {en0: {segment: lan, address: 192.168.0.20/24, gateway: 192.168.0.1, dns: 192.168.0.1}}\n"
#define PC                                                                                                             \
  "    pc:\n"                                                                                                          \
  "      interfaces: {en0: {segment: lan, address: 192.168.0.10/24, gateway: 192.168.0.1, dns: 192.168.0.1}}\n"

#define VIRTUALBOX_NAT                                                                                                 \
  PC "      hypervisor: {product: virtualbox}\n"                                                                       \
     "    vm1: {on: pc, interfaces: {eth0: {mode: nat, address: 10.0.2.15/24, gateway: 10.0.2.2, dns: 10.0.2.3}}}\n"   \
     "    vm2: {on: pc, interfaces: {eth0: {mode: nat, address: 10.0.2.15/24, gateway: 10.0.2.2, dns: 10.0.2.3}}}\n"
#define LIBVIRT_NAT                                                                                                    \
  PC "      hypervisor: {product: libvirt}\n"                                                                          \
     "    vm1: {on: pc, interfaces: {eth0: {mode: nat, address: 192.168.122.11/24, gateway: 192.168.122.1}}}\n"        \
     "    vm2: {on: pc, interfaces: {eth0: {mode: host-only, address: 192.168.152.12/24, gateway: 192.168.152.1}}}\n"
#define NO_ROUTER PC "    vm1: {interfaces: {eth0: {segment: lan, address: 192.168.0.30/24, gateway: 192.168.0.20}}}\n"
#define UNLEASED PC "    vm1: {interfaces: {eth0: {segment: lan, address: dhcp}}}\n"
#define FORWARDED                                                                                                      \
  PC "      hypervisor: {product: virtualbox}\n"                                                                       \
     "    vm1:\n"                                                                                                      \
     "      on: pc\n"                                                                                                  \
     "      interfaces:\n"                                                                                             \
     "        eth0: {mode: nat, address: 10.0.2.15/24, gateway: 10.0.2.2, forwards: [{protocol: tcp, host_port: "      \
     "8080, guest_port: 80}]}\n"

static VnTopology *
load (const char *more)
{
  g_autofree char *text = g_strconcat (HOME, more, NULL);
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  VnTopology *t = vn_load_lab_text ("modes", text, strlen (text), NULL, diags);

  if (t == NULL)
    {
      g_autofree char *why = vn_diag_to_string (vn_diag_list_get (diags, 0));

      g_error ("%s\n%s", text, why);
    }
  return t;
}

#define YES VN_LEG_YES
#define NO VN_LEG_NO
#define OPEN VN_LEG_OPEN
#define C(cause) VN_CAUSE_##cause

static const struct
{
  const char *lab;
  VnCellKind kind;
  const char *from, *to;
  guint16 port;
  VnLeg delivered, answered;
  VnCauseCode cause;
  const char *seen_as; /* NULL = nothing is promised */
} rows[] = {
  /* Out through an engine and a home router: two translations, the last one is seen. */
  { VIRTUALBOX_NAT, VN_CELL_REACH, "vm1", "internet", 80, YES, YES, C (NONE), "203.0.113.2" },
  { VIRTUALBOX_NAT, VN_CELL_REACH, "vm1", "pc2", 80, YES, YES, C (NONE), "192.168.0.10" },
  { VIRTUALBOX_NAT, VN_CELL_REACH, "vm1", "pc", 80, YES, YES, C (NONE), NULL },
  { VIRTUALBOX_NAT, VN_CELL_REACH, "vm1", "vm2", 80, NO, NO, C (NO_PATH), NULL }, /* its own address */
  { VIRTUALBOX_NAT, VN_CELL_REACH, "pc2", "vm1", 80, NO, NO, C (NOT_ROUTED), NULL },
  { VIRTUALBOX_NAT, VN_CELL_REACH, "internet", "vm1", 80, NO, NO, C (NO_ROUTE), NULL },
  { VIRTUALBOX_NAT, VN_CELL_REACH, "internet", "pc", 80, NO, NO, C (NO_ROUTE), NULL },
  { VIRTUALBOX_NAT, VN_CELL_REACH, "pc", "internet", 80, YES, YES, C (NONE), "203.0.113.2" },
  { VIRTUALBOX_NAT, VN_CELL_REACH, "pc", "pc2", 80, YES, YES, C (NONE), "192.168.0.10" },
  { VIRTUALBOX_NAT, VN_CELL_UNSOLICITED, "pc2", "vm1", 2049, NO, OPEN, C (UNSOLICITED), NULL },
  { VIRTUALBOX_NAT, VN_CELL_UNSOLICITED, "internet", "pc", 2049, NO, OPEN, C (UNSOLICITED), NULL },
  { VIRTUALBOX_NAT, VN_CELL_DNS, "vm1", "internet", 0, YES, YES, C (NONE), NULL },
  { VIRTUALBOX_NAT, VN_CELL_DNS, "vm1", "pc2", 0, YES, YES, C (NONE), NULL },
  { VIRTUALBOX_NAT, VN_CELL_DNS, "vm1", "vm2", 0, YES, NO, C (NO_NAME), NULL }, /* on a network of its own */
  { VIRTUALBOX_NAT, VN_CELL_DNS, "router:wan0", "pc", 0, YES, NO, C (NO_NAME), NULL },
  { VIRTUALBOX_NAT, VN_CELL_DNS, "internet", "pc", 0, NO, NO, C (NO_NAME), NULL }, /* was told nobody to ask */
  { VIRTUALBOX_NAT, VN_CELL_FORWARD, "pc2", "vm1", 8080, NO, NO, C (UNSOLICITED), NULL },
  { FORWARDED, VN_CELL_FORWARD, "pc2", "vm1", 8080, YES, YES, C (NONE), NULL },
  { FORWARDED, VN_CELL_FORWARD, "pc2", "vm1", 8081, NO, NO, C (UNSOLICITED), NULL },
  /* The PC's own kernel forwards: not between its networks, and from outside not into the NAT. */
  { LIBVIRT_NAT, VN_CELL_REACH, "vm1", "internet", 80, YES, YES, C (NONE), "203.0.113.2" },
  { LIBVIRT_NAT, VN_CELL_REACH, "vm1", "pc", 80, YES, YES, C (NONE), "192.168.122.11" },
  { LIBVIRT_NAT, VN_CELL_REACH, "pc", "vm1", 80, YES, YES, C (NONE), "192.168.122.1" },
  { LIBVIRT_NAT, VN_CELL_REACH, "vm1", "vm2", 80, NO, NO, C (NO_FORWARD), NULL },
  { LIBVIRT_NAT, VN_CELL_REACH, "vm2", "vm1", 80, NO, NO, C (NO_FORWARD), NULL },
  { LIBVIRT_NAT, VN_CELL_REACH, "vm2", "internet", 80, NO, NO, C (NO_FORWARD), NULL },
  /* A gateway that is no router, and a client without a lease. */
  { NO_ROUTER, VN_CELL_REACH, "vm1", "internet", 80, NO, NO, C (NO_FORWARD), NULL },
  { NO_ROUTER, VN_CELL_REACH, "pc", "vm1", 80, YES, YES, C (NONE), "192.168.0.10" },
  { UNLEASED, VN_CELL_REACH, "vm1", "internet", 80, NO, NO, C (NO_LEASE), NULL },
  { UNLEASED, VN_CELL_REACH, "pc", "vm1", 80, NO, NO, C (NO_LEASE), NULL },
  { UNLEASED, VN_CELL_DNS, "vm1", "internet", 0, NO, NO, C (NO_LEASE), NULL },
};

static guint
find_end (const VnTopology *t, const char *name)
{
  guint end = vn_topology_find_end (t, name);

  if (end == VN_NONE)
    g_error ("there is no end \"%s\"", name);
  return end;
}

static void
assert_seen_as (VnIp seen, const char *wanted)
{
  g_autofree char *text = vn_ip_is_set (seen) ? vn_ip_to_string (seen) : NULL;

  g_assert_cmpstr (text, ==, wanted);
}

static void
test_ways (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnTopology) t = load (rows[i].lab);
      g_autoptr (GArray) events = vn_topology_default_events (t);
      g_autoptr (VnPredictor) predictor = vn_predict_compile (t, events);
      const VnCell cell = { .kind = rows[i].kind,
                            .from = find_end (t, rows[i].from),
                            .to = find_end (t, rows[i].to),
                            .family = VN_FAMILY_IPV4,
                            .protocol = rows[i].kind == VN_CELL_DNS ? IPPROTO_UDP : IPPROTO_TCP,
                            .port = rows[i].port,
                            .check = VN_NONE };
      g_autofree char *reasons = NULL;
      VnPrediction prediction;

      vn_predict_ask (predictor, &cell, &prediction);
      reasons = vn_reason_to_string (prediction.reason);
      g_test_message ("row %u: %s", i, reasons);
      g_assert_cmpstr (vn_leg_name (prediction.outcome.delivered), ==, vn_leg_name (rows[i].delivered));
      g_assert_cmpstr (vn_leg_name (prediction.outcome.answered), ==, vn_leg_name (rows[i].answered));
      g_assert_cmpstr (vn_cause_name (prediction.cause), ==, vn_cause_name (rows[i].cause));
      if (rows[i].kind == VN_CELL_REACH)
        assert_seen_as (prediction.seen_as, rows[i].seen_as);
      vn_prediction_clear (&prediction);
    }
}

/* The last "no" of a tree, and its line, are what a report shows. */
static void
test_reasons (void)
{
  g_autoptr (VnTopology) t = load (VIRTUALBOX_NAT);
  g_autoptr (GArray) events = vn_topology_default_events (t);
  g_autoptr (VnPredictor) predictor = vn_predict_compile (t, events);
  const VnCell cell = { .kind = VN_CELL_REACH,
                        .from = find_end (t, "pc2"),
                        .to = find_end (t, "vm1"),
                        .family = VN_FAMILY_IPV4,
                        .protocol = IPPROTO_ICMP,
                        .check = VN_NONE };
  VnPrediction prediction;
  const VnReason *last;

  vn_predict_ask (predictor, &cell, &prediction);
  last = g_ptr_array_index (prediction.reason->children, prediction.reason->children->len - 1);
  g_assert_cmpstr (last->text, ==, "internet has no route to 10.0.2.15");
  g_assert_false (last->holds);
  g_assert_true (vn_origin_is_set (last->origin));
  vn_prediction_clear (&prediction);
}

/* ---- questions about the topology ---- */

static void
test_outside (void)
{
  static const struct
  {
    const char *lab, *end, *outside;
  } outsides[] = {
    { VIRTUALBOX_NAT, "vm1", "pc" },
    { VIRTUALBOX_NAT, "pc", "router:wan0" },
    { VIRTUALBOX_NAT, "internet", NULL },
    { LIBVIRT_NAT, "vm1", "pc" },
    { LIBVIRT_NAT, "vm2", NULL },
    { LIBVIRT_NAT, "pc:virbr0", NULL },
    { VIRTUALBOX_NAT, "router:wan0", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (outsides); i++)
    {
      g_autoptr (VnTopology) t = load (outsides[i].lab);
      guint outside = vn_nat_outside (t, vn_topology_end (t, find_end (t, outsides[i].end)));

      g_assert_cmpstr (outside == VN_NONE ? NULL : vn_topology_end (t, outside)->name, ==, outsides[i].outside);
    }
}

static void
test_leaves_by (void)
{
  static const struct
  {
    const char *machine, *dst, *by;
  } ways[] = {
    { "pc", "192.168.0.20", "pc" },          { "pc", "203.0.113.1", "pc" },
    { "pc", "192.168.122.11", "pc:virbr0" }, { "router", "192.168.0.20", "router" },
    { "router", "8.8.8.8", "router:wan0" },  { "internet", "192.168.0.20", NULL },
  };
  g_autoptr (VnTopology) t = load (LIBVIRT_NAT);

  g_assert_true (vn_topology_is_joined (t));
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      guint machine = vn_topology_end (t, find_end (t, ways[i].machine))->machine;
      guint by = vn_machine_leaves_by (t, machine, vn_test_ip (ways[i].dst));

      g_assert_cmpstr (by == VN_NONE ? NULL : vn_topology_end (t, by)->name, ==, ways[i].by);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/predict/modes/ways", test_ways);
  g_test_add_func ("/predict/modes/reasons", test_reasons);
  g_test_add_func ("/predict/modes/outside", test_outside);
  g_test_add_func ("/predict/modes/leaves-by", test_leaves_by);
  return g_test_run ();
}
