/* SPDX-License-Identifier: Apache-2.0 */
/* Predictions by the promise: each dimension of a rule just before, first, last and just after; ways, ports, attacks.
 */
#include "tests/lib/vn-test-predict.h"

#include <netinet/in.h>
#include <string.h>

/* ---- one rule ---- */

typedef struct
{
  VnFamily family; /* of the rule */
  const char *protocol;
  gint min, max;
  const char *prefix; /* NULL = any */
  VnFamily asked_family;
  guint8 asked_protocol;
  guint16 asked_port;
  gboolean allowed;
} RuleCase;

/* The only rule of the group; ingress sees the source 172.16.1.10 or 2001:db8:1::10, egress the destination …11. */
static const RuleCase rule_cases[] = {
  /* port range: just before, first, inside, last, just after */
  { V4, "tcp", 80, 90, NULL, V4, IPPROTO_TCP, 79, FALSE },
  { V4, "tcp", 80, 90, NULL, V4, IPPROTO_TCP, 80, TRUE },
  { V4, "tcp", 80, 90, NULL, V4, IPPROTO_TCP, 85, TRUE },
  { V4, "tcp", 80, 90, NULL, V4, IPPROTO_TCP, 90, TRUE },
  { V4, "tcp", 80, 90, NULL, V4, IPPROTO_TCP, 91, FALSE },
  { V4, "tcp", 443, 443, NULL, V4, IPPROTO_TCP, 442, FALSE },
  { V4, "tcp", 443, 443, NULL, V4, IPPROTO_TCP, 443, TRUE },
  { V4, "tcp", 443, 443, NULL, V4, IPPROTO_TCP, 444, FALSE },
  { V4, "udp", 1, 1, NULL, V4, IPPROTO_UDP, 0, FALSE },
  { V4, "udp", 1, 1, NULL, V4, IPPROTO_UDP, 1, TRUE },
  { V4, "udp", 65535, 65535, NULL, V4, IPPROTO_UDP, 65534, FALSE },
  { V4, "udp", 65535, 65535, NULL, V4, IPPROTO_UDP, 65535, TRUE },
  { V4, "tcp", -1, -1, NULL, V4, IPPROTO_TCP, 0, TRUE },
  /* protocol */
  { V4, NULL, -1, -1, NULL, V4, IPPROTO_TCP, 5, TRUE },
  { V4, NULL, -1, -1, NULL, V4, IPPROTO_ICMP, 0, TRUE },
  { V4, "udp", -1, -1, NULL, V4, IPPROTO_TCP, 5, FALSE },
  { V4, "tcp", 80, 90, NULL, V4, IPPROTO_UDP, 85, FALSE },
  { V4, "gre", -1, -1, NULL, V4, IPPROTO_TCP, 5, FALSE },
  { V4, "hopopt", -1, -1, NULL, V4, IPPROTO_TCP, 5, FALSE },
  /* ICMP type and code: an echo request is 8, 0 */
  { V4, "icmp", -1, -1, NULL, V4, IPPROTO_ICMP, 0, TRUE },
  { V4, "icmp", 7, -1, NULL, V4, IPPROTO_ICMP, 0, FALSE },
  { V4, "icmp", 8, -1, NULL, V4, IPPROTO_ICMP, 0, TRUE },
  { V4, "icmp", 9, -1, NULL, V4, IPPROTO_ICMP, 0, FALSE },
  { V4, "icmp", 8, 0, NULL, V4, IPPROTO_ICMP, 0, TRUE },
  { V4, "icmp", 8, 1, NULL, V4, IPPROTO_ICMP, 0, FALSE },
  { V4, "icmp", 0, -1, NULL, V4, IPPROTO_ICMP, 0, FALSE },
  { V4, "icmp", 255, -1, NULL, V4, IPPROTO_ICMP, 0, FALSE },
  { V4, "icmp", -1, -1, NULL, V4, IPPROTO_TCP, 8, FALSE },
  { V6, "ipv6-icmp", 127, -1, NULL, V6, IPPROTO_ICMPV6, 0, FALSE },
  { V6, "ipv6-icmp", 128, -1, NULL, V6, IPPROTO_ICMPV6, 0, TRUE },
  { V6, "ipv6-icmp", 129, -1, NULL, V6, IPPROTO_ICMPV6, 0, FALSE },
  /* ethertype */
  { V6, NULL, -1, -1, NULL, V4, IPPROTO_TCP, 5, FALSE },
  { V4, NULL, -1, -1, NULL, V6, IPPROTO_TCP, 5, FALSE },
  { V6, NULL, -1, -1, NULL, V6, IPPROTO_TCP, 5, TRUE },
  /* prefix; the addresses asked about are .10 and .11 */
  { V4, NULL, -1, -1, "0.0.0.0/0", V4, IPPROTO_TCP, 5, TRUE },
  { V4, NULL, -1, -1, "172.16.1.0/24", V4, IPPROTO_TCP, 5, TRUE },
  { V4, NULL, -1, -1, "172.16.0.0/24", V4, IPPROTO_TCP, 5, FALSE },
  { V4, NULL, -1, -1, "172.16.2.0/24", V4, IPPROTO_TCP, 5, FALSE },
  { V4, NULL, -1, -1, "172.16.1.10/31", V4, IPPROTO_TCP, 5, TRUE },
  { V4, NULL, -1, -1, "172.16.1.11/31", V4, IPPROTO_TCP, 5, TRUE },
  { V4, NULL, -1, -1, "172.16.1.9/31", V4, IPPROTO_TCP, 5, FALSE },
  { V4, NULL, -1, -1, "172.16.1.12/31", V4, IPPROTO_TCP, 5, FALSE },
  { V4, NULL, -1, -1, "172.16.1.9/32", V4, IPPROTO_TCP, 5, FALSE },
  { V6, NULL, -1, -1, "2001:db8:1::/64", V6, IPPROTO_TCP, 5, TRUE },
  { V6, NULL, -1, -1, "2001:db8:0:ffff::/64", V6, IPPROTO_TCP, 5, FALSE },
  { V6, NULL, -1, -1, "2001:db8:1::10/127", V6, IPPROTO_TCP, 5, TRUE },
  { V6, NULL, -1, -1, "2001:db8:1::12/127", V6, IPPROTO_TCP, 5, FALSE },
};

static void
run_rule_case (const RuleCase *c, VnDirection direction)
{
  VnTestPair lab = vn_test_pair_new_dual ();
  guint group = direction == VN_INGRESS ? lab.server : lab.client;
  VnSecurityGroup *closed = g_ptr_array_index (lab.t->security_groups, group);
  VnSecurityGroupRule *rule;
  VnCauseCode cause = direction == VN_INGRESS ? VN_CAUSE_SG_INGRESS : VN_CAUSE_SG_EGRESS;
  VnLeg leg = c->allowed ? VN_LEG_YES : VN_LEG_NO;

  if (direction == VN_EGRESS)
    {
      g_ptr_array_set_size (closed->rules, 0);
      vn_test_cloud_rule (lab.t, lab.server, VN_INGRESS, V4, NULL, -1, -1);
      vn_test_cloud_rule (lab.t, lab.server, VN_INGRESS, V6, NULL, -1, -1);
    }
  rule = vn_test_cloud_rule (lab.t, group, direction, c->family, c->protocol, c->min, c->max);
  if (c->prefix != NULL)
    vn_test_rule_prefix (rule, c->prefix);
  vn_test_cloud_seal (lab.t);
  vn_test_expect (lab.t, vn_test_reach (lab.t, "a", "b", c->asked_family, c->asked_protocol, c->asked_port), leg, leg,
                  c->allowed ? VN_CAUSE_NONE : cause);
  vn_topology_unref (lab.t);
}

static void
test_rules (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rule_cases); i++)
    {
      g_test_message ("case %" G_GSIZE_FORMAT, i);
      run_rule_case (&rule_cases[i], VN_INGRESS);
      run_rule_case (&rule_cases[i], VN_EGRESS);
    }
}

/* ---- remotes ---- */

static void
test_remote_group (void)
{
  static const struct
  {
    gboolean to_client; /* remote group "client", else "server" */
    const char *pair;   /* of a third port, member of "server" */
    gboolean allowed;
  } cases[] = {
    { TRUE, NULL, TRUE },
    { FALSE, NULL, FALSE },
    { FALSE, "172.16.1.10/32", TRUE },
    { FALSE, "172.16.1.9/32", FALSE },
    { FALSE, "172.16.1.8/29", TRUE },
    { FALSE, "0.0.0.0/0", TRUE },
    { FALSE, "::/0", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new_dual ();
      guint third = vn_test_cloud_server (lab.t, "c", lab.hosts[0], lab.network, "172.16.1.12", lab.server);
      VnLeg leg = cases[i].allowed ? VN_LEG_YES : VN_LEG_NO;

      vn_test_cloud_rule (lab.t, lab.server, VN_INGRESS, V4, NULL, -1, -1)->remote_group
          = cases[i].to_client ? lab.client : lab.server;
      if (cases[i].pair != NULL)
        vn_test_port_add_pair (vn_test_cloud_port (lab.t, third), cases[i].pair, NULL);
      vn_test_cloud_seal (lab.t);
      vn_test_expect (lab.t, vn_test_reach (lab.t, "a", "b", V4, IPPROTO_TCP, 80), leg, leg,
                      cases[i].allowed ? VN_CAUSE_NONE : VN_CAUSE_SG_INGRESS);
      vn_topology_unref (lab.t);
    }
}

static void
test_address_group (void)
{
  static const struct
  {
    const char *prefix;
    gboolean allowed;
  } cases[] = { { "172.16.1.10/32", TRUE }, { "172.16.1.11/32", FALSE }, { "172.16.0.0/16", TRUE } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new_dual ();
      VnLeg leg = cases[i].allowed ? VN_LEG_YES : VN_LEG_NO;

      vn_test_cloud_rule (lab.t, lab.server, VN_INGRESS, V4, NULL, -1, -1)->remote_address_group
          = vn_test_cloud_address_group (lab.t, "friends", cases[i].prefix);
      vn_test_cloud_seal (lab.t);
      vn_test_expect (lab.t, vn_test_reach (lab.t, "a", "b", V4, IPPROTO_TCP, 80), leg, leg,
                      cases[i].allowed ? VN_CAUSE_NONE : VN_CAUSE_SG_INGRESS);
      vn_topology_unref (lab.t);
    }
}

/* ---- statelessness ---- */

static void
test_stateless (void)
{
  static const struct
  {
    gboolean receiver; /* which group is stateless */
    gint min, max;     /* of the rule for the answer; -2 = no rule */
    VnLeg answered;
    VnCauseCode cause;
  } cases[] = {
    { FALSE, -2, -2, VN_LEG_NO, VN_CAUSE_SG_INGRESS },
    { FALSE, -1, -1, VN_LEG_YES, VN_CAUSE_NONE },
    { FALSE, 32768, 60999, VN_LEG_YES, VN_CAUSE_NONE },
    { FALSE, 32769, 60999, VN_LEG_OPEN, VN_CAUSE_NONE },
    { FALSE, 32768, 60998, VN_LEG_OPEN, VN_CAUSE_NONE },
    { FALSE, 1, 32767, VN_LEG_NO, VN_CAUSE_SG_INGRESS },
    { FALSE, 61000, 65535, VN_LEG_NO, VN_CAUSE_SG_INGRESS },
    { TRUE, -2, -2, VN_LEG_NO, VN_CAUSE_SG_EGRESS },
    { TRUE, -1, -1, VN_LEG_YES, VN_CAUSE_NONE },
    { TRUE, 1, 1023, VN_LEG_NO, VN_CAUSE_SG_EGRESS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new_dual ();
      guint group = cases[i].receiver ? lab.server : lab.client;
      VnSecurityGroup *stateless = g_ptr_array_index (lab.t->security_groups, group);

      stateless->stateful = FALSE;
      if (cases[i].receiver)
        g_ptr_array_set_size (stateless->rules, 0);
      vn_test_cloud_rule (lab.t, lab.server, VN_INGRESS, V4, "tcp", 80, 80);
      if (cases[i].min != -2)
        vn_test_cloud_rule (lab.t, group, cases[i].receiver ? VN_EGRESS : VN_INGRESS, V4, "tcp", cases[i].min,
                            cases[i].max);
      vn_test_cloud_seal (lab.t);
      vn_test_expect (lab.t, vn_test_reach (lab.t, "a", "b", V4, IPPROTO_TCP, 80), VN_LEG_YES, cases[i].answered,
                      cases[i].cause);
      vn_topology_unref (lab.t);
    }
}

/* ---- ports ---- */

static void
no_groups (VnTestPair *lab)
{
  g_array_set_size (vn_test_cloud_port (lab->t, lab->b)->security_groups, 0);
}

static void
security_off (VnTestPair *lab)
{
  no_groups (lab);
  vn_test_cloud_port (lab->t, lab->b)->port_security_enabled = FALSE;
}

static void
trusted (VnTestPair *lab)
{
  VnPort *port = vn_test_cloud_port (lab->t, lab->b);

  g_free (port->device_owner);
  port->device_owner = g_strdup ("network:dhcp");
}

static void
no_groups_in_api (VnTestPair *lab)
{
  vn_test_cloud_set_server (lab->t, VN_OPT_ENABLE_SECURITY_GROUP, "false");
}

static void
no_groups_on_agent (VnTestPair *lab)
{
  vn_test_cloud_set_agent (lab->t, lab->hosts[1], VN_OPT_ENABLE_SECURITY_GROUP, "false");
}

static void
no_firewall_driver (VnTestPair *lab)
{
  vn_test_cloud_set_agent (lab->t, lab->hosts[1], VN_OPT_FIREWALL_DRIVER, "noop");
}

static void
unbound (VnTestPair *lab)
{
  vn_test_cloud_port (lab->t, lab->b)->host = VN_NONE;
}

static void
sender_down (VnTestPair *lab)
{
  vn_test_cloud_port (lab->t, lab->a)->admin_state_up = FALSE;
}

static void
on_controller (VnTestPair *lab)
{
  vn_test_cloud_port (lab->t, lab->b)->host = 0;
}

static void
no_vxlan (VnTestPair *lab)
{
  vn_test_cloud_set_agent (lab->t, lab->hosts[1], VN_OPT_VXLAN_ENABLE, "false");
}

static void
no_mechanism_driver (VnTestPair *lab)
{
  vn_test_cloud_set_server (lab->t, VN_OPT_ML2_MECHANISM_DRIVERS, "openvswitch,l2population");
}

static void
flat (VnTestPair *lab, const char *mappings)
{
  VnNetwork *network = g_ptr_array_index (lab->t->networks, lab->network);

  network->type = VN_NET_FLAT;
  network->physical_network = g_strdup ("provider");
  security_off (lab);
  for (gsize i = 0; i < G_N_ELEMENTS (lab->hosts); i++)
    vn_test_cloud_set_agent (lab->t, lab->hosts[i], VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, mappings);
}

static void
flat_mapped (VnTestPair *lab)
{
  flat (lab, "other:ens34,provider:ens33");
}

static void
flat_not_mapped (VnTestPair *lab)
{
  flat (lab, "provider2:ens33");
}

static void
local_network (VnTestPair *lab)
{
  VnNetwork *network = g_ptr_array_index (lab->t->networks, lab->network);

  network->type = VN_NET_LOCAL;
  security_off (lab);
}

static void
local_same_host (VnTestPair *lab)
{
  local_network (lab);
  vn_test_cloud_port (lab->t, lab->b)->host = lab->hosts[0];
}

static void
test_ports (void)
{
  static const struct
  {
    void (*change) (VnTestPair *lab);
    VnLeg leg;
    VnCauseCode cause;
  } cases[] = {
    { no_groups, VN_LEG_NO, VN_CAUSE_SG_INGRESS },
    { security_off, VN_LEG_YES, VN_CAUSE_NONE },
    { trusted, VN_LEG_YES, VN_CAUSE_NONE },
    { no_groups_in_api, VN_LEG_YES, VN_CAUSE_NONE },
    /* The promise stands, whatever an agent is told. */
    { no_groups_on_agent, VN_LEG_NO, VN_CAUSE_SG_INGRESS },
    { no_firewall_driver, VN_LEG_NO, VN_CAUSE_SG_INGRESS },
    { unbound, VN_LEG_NO, VN_CAUSE_UNBOUND },
    { sender_down, VN_LEG_NO, VN_CAUSE_UNBOUND },
    { on_controller, VN_LEG_NO, VN_CAUSE_UNBOUND },
    { no_vxlan, VN_LEG_NO, VN_CAUSE_UNBOUND },
    { no_mechanism_driver, VN_LEG_NO, VN_CAUSE_UNBOUND },
    { flat_mapped, VN_LEG_YES, VN_CAUSE_NONE },
    { flat_not_mapped, VN_LEG_NO, VN_CAUSE_UNBOUND },
    { local_network, VN_LEG_NO, VN_CAUSE_NEIGHBOUR },
    { local_same_host, VN_LEG_YES, VN_CAUSE_NONE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new_dual ();

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      cases[i].change (&lab);
      vn_test_cloud_seal (lab.t);
      vn_test_expect (lab.t, vn_test_reach (lab.t, "a", "b", V4, IPPROTO_ICMP, 0), cases[i].leg, cases[i].leg,
                      cases[i].cause);
      vn_topology_unref (lab.t);
    }
}

static void
test_without_events (void)
{
  VnTestPair lab = vn_test_pair_new_dual ();
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (VnEvent));
  g_autoptr (VnPredictor) predictor = NULL;
  VnPrediction prediction;
  VnCell cell;

  vn_test_cloud_seal (lab.t);
  predictor = vn_predict_compile (lab.t, none);
  cell = vn_test_reach (lab.t, "a", "b", V4, IPPROTO_ICMP, 0);
  vn_predict_ask (predictor, &cell, &prediction);
  g_assert_cmpint (prediction.cause, ==, VN_CAUSE_UNBOUND);
  vn_prediction_clear (&prediction);
  vn_topology_unref (lab.t);
}

/* ---- ways ---- */

/* Adds network "two" with @cidr and on it "c" with @address, and on "one" a port "d" with @twin (nullable). */
static void
test_ways (void)
{
  static const struct
  {
    const char *cidr, *address, *twin;
    gboolean unplugged_twin;
    VnCauseCode cause;
  } cases[] = {
    { "10.9.0.0/24", "10.9.0.5", NULL, FALSE, VN_CAUSE_NO_ROUTE },
    { "10.9.0.0/24", "10.9.0.5", "172.16.1.1", FALSE, VN_CAUSE_NO_PATH }, /* "d" has the gateway's address */
    { "172.16.1.0/24", "172.16.1.50", NULL, FALSE, VN_CAUSE_NEIGHBOUR },
    { "172.16.1.0/24", "172.16.1.50", "172.16.1.50", FALSE, VN_CAUSE_NO_PATH },
    { "172.16.1.0/24", "172.16.1.50", "172.16.1.50", TRUE, VN_CAUSE_NEIGHBOUR },
    { "172.16.1.0/24", "172.16.1.10", NULL, FALSE, VN_CAUSE_NO_PATH }, /* the sender's own */
    { "172.16.0.0/23", "172.16.1.50", NULL, FALSE, VN_CAUSE_NEIGHBOUR },
    { "172.16.0.0/23", "172.16.0.255", NULL, FALSE, VN_CAUSE_NO_ROUTE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new_dual ();
      guint two = vn_test_cloud_network (lab.t, "two");

      vn_test_cloud_subnet (lab.t, two, cases[i].cidr);
      vn_test_cloud_server (lab.t, "c", lab.hosts[1], two, cases[i].address, lab.server);
      if (cases[i].twin != NULL)
        {
          guint d = vn_test_cloud_server (lab.t, "d", lab.hosts[1], lab.network, cases[i].twin, lab.server);

          vn_test_cloud_port (lab.t, d)->admin_state_up = !cases[i].unplugged_twin;
        }
      vn_test_cloud_seal (lab.t);
      vn_test_expect (lab.t, vn_test_reach (lab.t, "a", "c", V4, IPPROTO_ICMP, 0), VN_LEG_NO, VN_LEG_NO,
                      cases[i].cause);
      vn_topology_unref (lab.t);
    }
}

static void
test_machines (void)
{
  VnTestPair lab = vn_test_pair_new_dual ();

  vn_test_cloud_seal (lab.t);
  vn_test_expect (lab.t, vn_test_reach (lab.t, "compute1", "controller", V4, IPPROTO_TCP, 22), VN_LEG_YES, VN_LEG_YES,
                  VN_CAUSE_NONE);
  vn_test_expect (lab.t, vn_test_reach (lab.t, "compute1", "compute1", V4, IPPROTO_ICMP, 0), VN_LEG_NO, VN_LEG_NO,
                  VN_CAUSE_NO_PATH);
  vn_test_expect (lab.t, vn_test_reach (lab.t, "compute1", "a", V4, IPPROTO_ICMP, 0), VN_LEG_NO, VN_LEG_NO,
                  VN_CAUSE_NO_ROUTE);
  vn_test_expect (lab.t, vn_test_reach (lab.t, "compute1", "a", V6, IPPROTO_ICMPV6, 0), VN_LEG_NO, VN_LEG_NO,
                  VN_CAUSE_NO_ROUTE);
  vn_test_expect (lab.t, vn_test_reach (lab.t, "a", "compute1", V6, IPPROTO_ICMPV6, 0), VN_LEG_NO, VN_LEG_NO,
                  VN_CAUSE_NO_PATH);
  vn_topology_unref (lab.t);
}

/* ---- reasons ---- */

/* A refusal leads to the port's groups, and below it to the nearest rule. */
static void
test_origin_of_refusal (void)
{
  VnTestPair lab = vn_test_pair_new_dual ();
  VnPrediction prediction;
  const VnReason *refusal, *nearest;

  vn_test_cloud_rule (lab.t, lab.server, VN_INGRESS, V4, "udp", 81, 81);
  vn_test_cloud_rule (lab.t, lab.server, VN_INGRESS, V4, "tcp", 80, 80);
  vn_test_cloud_seal (lab.t);
  vn_test_ask (lab.t, vn_test_reach (lab.t, "a", "b", V4, IPPROTO_TCP, 81), &prediction);
  refusal = VN_AT (prediction.reason->children, VnReason, prediction.reason->children->len - 1);
  g_assert_false (refusal->holds);
  g_assert_cmpint (vn_origin_compare (refusal->origin, vn_topology_port (lab.t, lab.b)->security_groups_origin), ==, 0);
  nearest = VN_AT (refusal->children, VnReason, 0);
  g_assert_nonnull (strstr (nearest->text, "port 81, not 80"));
  vn_prediction_clear (&prediction);
  vn_topology_unref (lab.t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/predict/rules", test_rules);
  g_test_add_func ("/predict/remote-group", test_remote_group);
  g_test_add_func ("/predict/address-group", test_address_group);
  g_test_add_func ("/predict/stateless", test_stateless);
  g_test_add_func ("/predict/ports", test_ports);
  g_test_add_func ("/predict/without-events", test_without_events);
  g_test_add_func ("/predict/ways", test_ways);
  g_test_add_func ("/predict/machines", test_machines);
  g_test_add_func ("/predict/origin-of-refusal", test_origin_of_refusal);
  return g_test_run ();
}
