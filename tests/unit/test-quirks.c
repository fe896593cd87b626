/* SPDX-License-Identifier: Apache-2.0 */
/* Each row of the table of quirks: a cell where it is at work, and one beside it where it is not. */
#include "tests/lib/vn-test-predict.h"
#include "tests/lib/vn-test-values.h"

#include <netinet/in.h>
#include <string.h>

static void
allow (VnTestPair *lab, VnFamily family, const char *protocol, gint min, gint max)
{
  vn_test_cloud_rule (lab->t, lab->server, VN_INGRESS, family, protocol, min, max);
}

/* @id: NULL = no quirk applies. @delivered, @answered: what the agents do then. */
static void
expect (VnTestPair *lab, VnCell cell, const char *id, VnLeg delivered, VnLeg answered)
{
  VnPrediction prediction;

  vn_test_ask (lab->t, cell, &prediction);
  g_assert_cmpstr (prediction.quirk != NULL ? prediction.quirk->id : NULL, ==, id);
  g_assert_cmpstr (vn_leg_name (prediction.quirk_outcome.delivered), ==, vn_leg_name (delivered));
  g_assert_cmpstr (vn_leg_name (prediction.quirk_outcome.answered), ==, vn_leg_name (answered));
  vn_prediction_clear (&prediction);
}

static VnCell
cell_of (const VnTestPair *lab, VnCellKind kind, VnFamily family, guint8 protocol, guint16 port)
{
  return vn_test_cell (lab->t, kind, "a", "b", family, protocol, port);
}

/* Asks and frees. */
static void
finish (VnTestPair *lab, VnCell cell, const char *id, VnLeg delivered, VnLeg answered)
{
  expect (lab, cell, id, delivered, answered);
  vn_topology_unref (lab->t);
}

static VnCell
sealed_reach (VnTestPair *lab, VnFamily family, guint8 protocol, guint16 port)
{
  vn_test_cloud_seal (lab->t);
  return cell_of (lab, VN_CELL_REACH, family, protocol, port);
}

static VnCell
sealed_attack (VnTestPair *lab, VnCellKind kind, VnFamily family)
{
  vn_test_cloud_seal (lab->t);
  return cell_of (lab, kind, family, 0, 0);
}

/* ---- anti-spoofing ---- */

static void
test_nospoof (void)
{
  static const struct
  {
    const char *address_a;
    VnFamily family;
    const char *id;
    VnLeg delivered;
  } cases[] = {
    { "172.16.1.10", V6, "SG-V6-NOSPOOF", VN_LEG_YES },
    { "172.16.1.10", V4, NULL, VN_LEG_NO },
    { "2001:db8:1::10", V4, "SG-V4-NOSPOOF", VN_LEG_YES },
    { "2001:db8:1::10", V6, NULL, VN_LEG_NO },
    { "172.16.1.10 2001:db8:1::10", V6, NULL, VN_LEG_NO },
    { "", V4, "SG-NO-ADDRESS", VN_LEG_YES },
    { "", V6, "SG-NO-ADDRESS", VN_LEG_YES },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new (cases[i].address_a, "172.16.1.11 2001:db8:1::11");

      allow (&lab, V4, NULL, -1, -1);
      allow (&lab, V6, NULL, -1, -1);
      finish (&lab, sealed_attack (&lab, VN_CELL_SPOOF_IP, cases[i].family), cases[i].id, cases[i].delivered,
              VN_LEG_OPEN);
    }
}

/* ---- rules ---- */

static void
test_address_group (void)
{
  VnTestPair lab = vn_test_pair_new ("172.16.1.10", "172.16.1.11");

  vn_test_cloud_rule (lab.t, lab.server, VN_INGRESS, V4, "tcp", 80, 80)->remote_address_group
      = vn_test_cloud_address_group (lab.t, "friends", "172.16.1.11/32");
  expect (&lab, sealed_reach (&lab, V4, IPPROTO_TCP, 80), "SG-ADDRESS-GROUP-ANY", VN_LEG_YES, VN_LEG_YES);
  finish (&lab, cell_of (&lab, VN_CELL_REACH, V4, IPPROTO_TCP, 81), NULL, VN_LEG_NO, VN_LEG_NO);
}

static void
test_rules (void)
{
  static const struct
  {
    VnFamily family;
    const char *protocol;
    gint min, max;
    guint8 asked_protocol;
    guint16 asked_port;
    const char *id;
    VnLeg leg;
  } cases[] = {
    { V4, "icmp", 255, -1, IPPROTO_ICMP, 0, "SG-ICMP-255-ANY", VN_LEG_YES },
    { V4, "icmp", 254, -1, IPPROTO_ICMP, 0, NULL, VN_LEG_NO },
    { V6, "ipv6-icmp", 255, -1, IPPROTO_ICMPV6, 0, NULL, VN_LEG_NO },
    { V4, "icmp", 255, -1, IPPROTO_TCP, 5, NULL, VN_LEG_NO },
    { V4, "hopopt", -1, -1, IPPROTO_TCP, 5, "SG-HOPOPT-ANY", VN_LEG_YES },
    { V4, "ip", -1, -1, IPPROTO_ICMP, 0, "SG-HOPOPT-ANY", VN_LEG_YES },
    { V4, "gre", -1, -1, IPPROTO_TCP, 5, NULL, VN_LEG_NO },
    { V4, "tcp", 1, 65535, IPPROTO_TCP, 0, "SG-RULE-1-65535", VN_LEG_YES },
    { V4, "tcp", 1, 65534, IPPROTO_TCP, 0, NULL, VN_LEG_NO },
    { V4, "tcp", 1, 65535, IPPROTO_TCP, 1, NULL, VN_LEG_YES },
    { V4, "tcp", 1, 65535, IPPROTO_UDP, 0, NULL, VN_LEG_NO },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new ("172.16.1.10 2001:db8:1::10", "172.16.1.11 2001:db8:1::11");

      allow (&lab, cases[i].family, cases[i].protocol, cases[i].min, cases[i].max);
      finish (&lab, sealed_reach (&lab, cases[i].family, cases[i].asked_protocol, cases[i].asked_port), cases[i].id,
              cases[i].leg, cases[i].leg);
    }
}

static void
test_icmpv6_egress (void)
{
  VnTestPair lab = vn_test_pair_new ("172.16.1.10 2001:db8:1::10", "172.16.1.11 2001:db8:1::11");
  VnSecurityGroup *client = g_ptr_array_index (lab.t->security_groups, lab.client);

  g_ptr_array_set_size (client->rules, 0);
  allow (&lab, V4, NULL, -1, -1);
  allow (&lab, V6, NULL, -1, -1);
  expect (&lab, sealed_reach (&lab, V6, IPPROTO_ICMPV6, 0), "SG-V6-ICMP-EGRESS", VN_LEG_YES, VN_LEG_YES);
  expect (&lab, cell_of (&lab, VN_CELL_REACH, V6, IPPROTO_TCP, 80), NULL, VN_LEG_NO, VN_LEG_NO);
  finish (&lab, cell_of (&lab, VN_CELL_REACH, V4, IPPROTO_ICMP, 0), NULL, VN_LEG_NO, VN_LEG_NO);
}

/* Two departures that only together let a packet through: the first row gives the name. */
static void
test_two_at_once (void)
{
  VnTestPair lab = vn_test_pair_new ("172.16.1.10 2001:db8:1::10", "172.16.1.11 2001:db8:1::11");
  VnSecurityGroup *client = g_ptr_array_index (lab.t->security_groups, lab.client);

  g_ptr_array_set_size (client->rules, 0);
  allow (&lab, V6, "hopopt", -1, -1);
  finish (&lab, sealed_reach (&lab, V6, IPPROTO_ICMPV6, 0), "SG-HOPOPT-ANY", VN_LEG_YES, VN_LEG_YES);
}

/* ---- what is shared on a host ---- */

/* "a" is joined on its host by a port of the other kind. @a_first: whose tap name sorts first. */
static void
stateless_bridge (gboolean a_stateless, gboolean a_first, const char *id, VnLeg answered)
{
  VnTestPair lab = vn_test_pair_new ("172.16.1.10", "172.16.1.11");
  guint other = vn_test_cloud_group (lab.t, "other");
  guint n = vn_test_cloud_server (lab.t, "n", lab.hosts[0], lab.network, "172.16.1.12", other);
  VnPort *neighbour = vn_test_cloud_port (lab.t, n);
  VnSecurityGroup *stateless = g_ptr_array_index (lab.t->security_groups, a_stateless ? lab.client : other);

  stateless->stateful = FALSE;
  allow (&lab, V4, "tcp", 80, 80);
  neighbour->id[0] = a_first ? 'b' : '9';
  finish (&lab, sealed_reach (&lab, V4, IPPROTO_TCP, 80), id, VN_LEG_YES, answered);
}

static void
test_stateless_bridge (void)
{
  stateless_bridge (FALSE, FALSE, "SG-STATELESS-BRIDGE", VN_LEG_NO); /* untracked, though stateful */
  stateless_bridge (FALSE, TRUE, NULL, VN_LEG_YES);
  stateless_bridge (TRUE, FALSE, "SG-STATELESS-BRIDGE", VN_LEG_YES); /* tracked, though stateless */
  stateless_bridge (TRUE, TRUE, NULL, VN_LEG_NO);
}

/* A port's first group is looked at only, and an empty one counts as stateful. */
static void
test_stateless_empty_group (void)
{
  VnTestPair lab = vn_test_pair_new ("172.16.1.10", "172.16.1.11");
  guint second = vn_test_cloud_group (lab.t, "second");
  VnSecurityGroup *client = g_ptr_array_index (lab.t->security_groups, lab.client);
  VnSecurityGroup *other = g_ptr_array_index (lab.t->security_groups, second);

  g_ptr_array_set_size (client->rules, 0);
  client->stateful = FALSE;
  other->stateful = FALSE;
  vn_test_port_add_group (vn_test_cloud_port (lab.t, lab.a), second);
  allow (&lab, V4, "tcp", 80, 80);
  finish (&lab, sealed_reach (&lab, V4, IPPROTO_TCP, 80), "SG-STATELESS-BRIDGE", VN_LEG_YES, VN_LEG_YES);
}

static void
test_chain_collision (void)
{
  static const struct
  {
    const char *id_b, *id_c; /* "c" is on b's host and lets all in */
    const char *quirk;
    VnLeg leg;
  } cases[] = {
    { "a0000002-02aa-4000-8000-000000000002", "a0000002-03aa-4000-8000-000000000003", "SG-CHAIN-COLLISION",
      VN_LEG_YES },
    { "a0000002-12aa-4000-8000-000000000002", "a0000002-03aa-4000-8000-000000000003", NULL, VN_LEG_NO },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new ("172.16.1.10", "172.16.1.11");
      guint open = vn_test_cloud_group (lab.t, "open");
      guint c = vn_test_cloud_server (lab.t, "c", lab.hosts[1], lab.network, "172.16.1.12", open);

      vn_test_cloud_rule (lab.t, open, VN_INGRESS, V4, NULL, -1, -1);
      g_strlcpy (vn_test_cloud_port (lab.t, lab.b)->id, cases[i].id_b, strlen (cases[i].id_b) + 1);
      g_strlcpy (vn_test_cloud_port (lab.t, c)->id, cases[i].id_c, strlen (cases[i].id_c) + 1);
      finish (&lab, sealed_reach (&lab, V4, IPPROTO_TCP, 80), cases[i].quirk, cases[i].leg, cases[i].leg);
    }
}

/* ---- the underlay ---- */

static void
test_responder (void)
{
  static const struct
  {
    const char *address_a, *address_b;
    gboolean responder, same_host;
    VnFamily family;
    const char *id;
    VnLeg leg;
  } cases[] = {
    { "172.16.1.10 2001:db8:1::10", "172.16.1.11 2001:db8:1::11", TRUE, FALSE, V6, "ARP-RESPONDER-V6", VN_LEG_NO },
    { "172.16.1.10 2001:db8:1::10", "172.16.1.11 2001:db8:1::11", TRUE, FALSE, V4, "ARP-RESPONDER-DUAL", VN_LEG_OPEN },
    { "172.16.1.10 2001:db8:1::10", "172.16.1.11 2001:db8:1::11", FALSE, FALSE, V6, NULL, VN_LEG_YES },
    { "172.16.1.10 2001:db8:1::10", "172.16.1.11 2001:db8:1::11", TRUE, TRUE, V6, NULL, VN_LEG_YES },
    { "172.16.1.10", "172.16.1.11", TRUE, FALSE, V4, NULL, VN_LEG_YES },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new (cases[i].address_a, cases[i].address_b);

      allow (&lab, V4, NULL, -1, -1);
      allow (&lab, V6, NULL, -1, -1);
      if (cases[i].responder)
        vn_test_cloud_set_agent (lab.t, lab.hosts[0], VN_OPT_VXLAN_ARP_RESPONDER, "true");
      if (cases[i].same_host)
        vn_test_cloud_port (lab.t, lab.b)->host = lab.hosts[0];
      finish (&lab, sealed_reach (&lab, cases[i].family, IPPROTO_TCP, 80), cases[i].id, cases[i].leg, cases[i].leg);
    }
}

static void
test_responder_announcement (void)
{
  for (guint same_host = 0; same_host < 2; same_host++)
    {
      VnTestPair lab = vn_test_pair_new ("172.16.1.10", "172.16.1.11");

      vn_test_cloud_set_agent (lab.t, lab.hosts[0], VN_OPT_VXLAN_ARP_RESPONDER, "true");
      vn_test_port_add_pair (vn_test_cloud_port (lab.t, lab.a), "172.16.1.11/32", NULL);
      if (same_host)
        vn_test_cloud_port (lab.t, lab.b)->host = lab.hosts[0];
      finish (&lab, sealed_attack (&lab, VN_CELL_SPOOF_ARP, V4), same_host ? NULL : "ARP-RESPONDER-GARP",
              same_host ? VN_LEG_YES : VN_LEG_NO, VN_LEG_OPEN);
    }
}

static void
test_vni_range (void)
{
  static const struct
  {
    guint32 vni;
    gboolean same_host;
    const char *id;
    VnLeg leg;
  } cases[] = {
    { VN_VNI_MAX, FALSE, NULL, VN_LEG_YES },
    { VN_VNI_MAX + 1, FALSE, "VXLAN-VNI-RANGE", VN_LEG_NO },
    { VN_VNI_MAX + 1, TRUE, NULL, VN_LEG_YES },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new ("172.16.1.10", "172.16.1.11");
      VnNetwork *network = g_ptr_array_index (lab.t->networks, lab.network);

      network->segmentation_id = cases[i].vni;
      allow (&lab, V4, NULL, -1, -1);
      if (cases[i].same_host)
        vn_test_cloud_port (lab.t, lab.b)->host = lab.hosts[0];
      finish (&lab, sealed_reach (&lab, V4, IPPROTO_ICMP, 0), cases[i].id, cases[i].leg, cases[i].leg);
    }
}

/* ---- hosts ---- */

/* The network becomes flat, and the hosts have addresses on it. */
static void
make_flat (VnTestPair *lab)
{
  VnNetwork *network = g_ptr_array_index (lab->t->networks, lab->network);

  network->type = VN_NET_FLAT;
  network->physical_network = g_strdup ("outside");
  ((VnSegment *)g_ptr_array_index (lab->t->segments, 0))->has_cidr = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (lab->hosts); i++)
    {
      VnMachine *machine = g_ptr_array_index (lab->t->machines, lab->hosts[i]);
      VnInterface *interface = g_ptr_array_index (machine->interfaces, 0);

      interface->address = vn_test_prefix ("172.16.1.200/24");
      interface->address.ip = vn_ip_add (interface->address.ip, i);
      vn_config_set (machine->agent, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, "outside:ens33", VN_ORIGIN_NONE, NULL);
    }
}

static void
test_own_host (void)
{
  static const struct
  {
    const char *from, *id;
    VnLeg leg;
  } cases[] = {
    { "compute1", "SG-OWN-HOST", VN_LEG_YES }, /* the host that b runs on */
    { "compute2", NULL, VN_LEG_NO },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new ("172.16.1.10", "172.16.1.11");

      make_flat (&lab);
      vn_test_cloud_port (lab.t, lab.b)->host = lab.hosts[0];
      vn_test_cloud_seal (lab.t);
      finish (&lab, vn_test_cell (lab.t, VN_CELL_REACH, cases[i].from, "b", V4, IPPROTO_TCP, 81), cases[i].id,
              cases[i].leg, cases[i].leg);
    }
}

/* ---- the table ---- */

static void
test_documented (void)
{
  g_autofree char *text = vn_test_read_source ("docs/quirks.md");
  g_autoptr (GString) rows = g_string_new (NULL);
  guint n;
  const VnQuirk *quirks = vn_quirks (&n);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (rows, "| `%s` | %s | %s | %s |\n", quirks[i].id, quirks[i].section, quirks[i].when,
                            quirks[i].what);
  if (strstr (text, rows->str) == NULL)
    g_test_fail_printf ("docs/quirks.md differs from the table, which is:\n%s", rows->str);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quirks/nospoof", test_nospoof);
  g_test_add_func ("/quirks/address-group", test_address_group);
  g_test_add_func ("/quirks/rules", test_rules);
  g_test_add_func ("/quirks/icmpv6-egress", test_icmpv6_egress);
  g_test_add_func ("/quirks/two-at-once", test_two_at_once);
  g_test_add_func ("/quirks/stateless-bridge", test_stateless_bridge);
  g_test_add_func ("/quirks/stateless-empty-group", test_stateless_empty_group);
  g_test_add_func ("/quirks/chain-collision", test_chain_collision);
  g_test_add_func ("/quirks/responder", test_responder);
  g_test_add_func ("/quirks/responder-announcement", test_responder_announcement);
  g_test_add_func ("/quirks/vni-range", test_vni_range);
  g_test_add_func ("/quirks/own-host", test_own_host);
  g_test_add_func ("/quirks/documented", test_documented);
  return g_test_run ();
}
