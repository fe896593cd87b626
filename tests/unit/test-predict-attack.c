/* SPDX-License-Identifier: Apache-2.0 */
/* Predictions of attacks, with port security in all its forms, and of questions about the Ethernet itself. */
#include "tests/lib/vn-test-predict.h"

/* ---- attacks ---- */

static void
unprotected (VnTestPair *lab)
{
  VnPort *port = vn_test_cloud_port (lab->t, lab->a);

  g_array_set_size (port->security_groups, 0);
  port->port_security_enabled = FALSE;
  vn_test_cloud_rule (lab->t, lab->server, VN_INGRESS, V4, "icmp", -1, -1);
  vn_test_cloud_rule (lab->t, lab->server, VN_INGRESS, V6, "ipv6-icmp", -1, -1);
}

static void
unprotected_closed (VnTestPair *lab)
{
  VnPort *port = vn_test_cloud_port (lab->t, lab->a);

  g_array_set_size (port->security_groups, 0);
  port->port_security_enabled = FALSE;
}

static void
api_off (VnTestPair *lab)
{
  vn_test_cloud_set_server (lab->t, VN_OPT_ENABLE_SECURITY_GROUP, "false");
}

static void
pair_for_b (VnTestPair *lab)
{
  vn_test_port_add_pair (vn_test_cloud_port (lab->t, lab->a), "172.16.1.8/30", NULL);
}

static void
pair_beside_b (VnTestPair *lab)
{
  vn_test_port_add_pair (vn_test_cloud_port (lab->t, lab->a), "172.16.1.12/30", NULL);
}

static void
pair_for_all (VnTestPair *lab)
{
  vn_test_port_add_pair (vn_test_cloud_port (lab->t, lab->a), "0.0.0.0/0", NULL);
  vn_test_cloud_rule (lab->t, lab->server, VN_INGRESS, V4, "icmp", -1, -1);
}

static void
nothing (VnTestPair *lab G_GNUC_UNUSED)
{
}

static void
test_attacks (void)
{
  static const struct
  {
    VnCellKind kind;
    VnFamily family;
    void (*change) (VnTestPair *lab);
    VnLeg delivered;
    VnCauseCode cause;
  } cases[] = {
    { VN_CELL_SPOOF_MAC, V4, nothing, VN_LEG_NO, VN_CAUSE_SPOOF_MAC },
    { VN_CELL_SPOOF_MAC, V4, unprotected, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_SPOOF_MAC, V4, unprotected_closed, VN_LEG_NO, VN_CAUSE_SG_INGRESS },
    { VN_CELL_SPOOF_MAC, V4, api_off, VN_LEG_NO, VN_CAUSE_SPOOF_MAC },
    { VN_CELL_SPOOF_MAC, V4, pair_for_all, VN_LEG_NO, VN_CAUSE_SPOOF_MAC },
    { VN_CELL_SPOOF_IP, V4, nothing, VN_LEG_NO, VN_CAUSE_SPOOF_IP },
    { VN_CELL_SPOOF_IP, V6, nothing, VN_LEG_NO, VN_CAUSE_SPOOF_IP },
    { VN_CELL_SPOOF_IP, V4, unprotected, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_SPOOF_IP, V6, unprotected, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_SPOOF_IP, V4, unprotected_closed, VN_LEG_NO, VN_CAUSE_SG_INGRESS },
    { VN_CELL_SPOOF_IP, V4, api_off, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_SPOOF_IP, V4, pair_for_b, VN_LEG_NO, VN_CAUSE_SPOOF_IP },
    { VN_CELL_SPOOF_IP, V4, pair_for_all, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_SPOOF_ARP, V4, nothing, VN_LEG_NO, VN_CAUSE_SPOOF_ARP },
    { VN_CELL_SPOOF_ARP, V4, pair_beside_b, VN_LEG_NO, VN_CAUSE_SPOOF_ARP },
    { VN_CELL_SPOOF_ARP, V4, pair_for_b, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_SPOOF_ARP, V4, pair_for_all, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_SPOOF_ARP, V4, unprotected_closed, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_SPOOF_ARP, V4, api_off, VN_LEG_NO, VN_CAUSE_SPOOF_ARP },
    { VN_CELL_DHCP_SERVER, V4, nothing, VN_LEG_NO, VN_CAUSE_DHCP_SERVER },
    { VN_CELL_DHCP_SERVER, V4, unprotected_closed, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_DHCP_SERVER, V4, api_off, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_RA, V6, nothing, VN_LEG_NO, VN_CAUSE_RA },
    { VN_CELL_RA, V6, unprotected_closed, VN_LEG_YES, VN_CAUSE_NONE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new_dual ();
      gboolean to_all = cases[i].kind == VN_CELL_DHCP_SERVER || cases[i].kind == VN_CELL_RA;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      cases[i].change (&lab);
      vn_test_cloud_seal (lab.t);
      vn_test_expect (lab.t, vn_test_cell (lab.t, cases[i].kind, "a", to_all ? NULL : "b", cases[i].family, 0, 0),
                      cases[i].delivered, VN_LEG_OPEN, cases[i].cause);
      vn_topology_unref (lab.t);
    }
}

/* An advertisement is let in by ports with an IPv6 address, or by a rule for it. */
static void
test_advertisement_without_ipv6 (void)
{
  static const struct
  {
    gint type; /* of the rule, -2 = none */
    VnLeg delivered;
  } cases[] = { { -2, VN_LEG_NO }, { 133, VN_LEG_NO }, { 134, VN_LEG_YES }, { 135, VN_LEG_NO }, { -1, VN_LEG_YES } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new_dual ();

      unprotected_closed (&lab);
      g_array_set_size (vn_test_cloud_port (lab.t, lab.b)->fixed_ips, 1);
      if (cases[i].type != -2)
        vn_test_cloud_rule (lab.t, lab.server, VN_INGRESS, V6, "ipv6-icmp", cases[i].type, -1);
      vn_test_cloud_seal (lab.t);
      vn_test_expect (lab.t, vn_test_cell (lab.t, VN_CELL_RA, "a", NULL, V6, 0, 0), cases[i].delivered, VN_LEG_OPEN,
                      cases[i].delivered == VN_LEG_NO ? VN_CAUSE_SG_INGRESS : VN_CAUSE_NONE);
      vn_topology_unref (lab.t);
    }
}

/* ---- the Ethernet itself ---- */

static void
responder (VnTestPair *lab)
{
  vn_test_cloud_set_agent (lab->t, lab->hosts[0], VN_OPT_VXLAN_ARP_RESPONDER, "true");
}

static void
responder_without_l2pop (VnTestPair *lab)
{
  responder (lab);
  vn_test_cloud_set_agent (lab->t, lab->hosts[0], VN_OPT_VXLAN_L2_POPULATION, "false");
}

static void
responder_elsewhere (VnTestPair *lab)
{
  vn_test_cloud_set_agent (lab->t, lab->hosts[1], VN_OPT_VXLAN_ARP_RESPONDER, "true");
}

static void
responder_same_host (VnTestPair *lab)
{
  responder (lab);
  vn_test_cloud_port (lab->t, lab->b)->host = lab->hosts[0];
}

static void
alone (VnTestPair *lab)
{
  vn_test_cloud_port (lab->t, lab->b)->admin_state_up = FALSE;
}

static void
test_layer2 (void)
{
  static const struct
  {
    VnCellKind kind;
    gboolean to_all;
    void (*change) (VnTestPair *lab);
    VnLeg delivered, answered;
    VnCauseCode cause;
  } cases[] = {
    { VN_CELL_KNOWN_UNICAST, FALSE, nothing, VN_LEG_YES, VN_LEG_OPEN, VN_CAUSE_NONE },
    { VN_CELL_KNOWN_UNICAST, FALSE, alone, VN_LEG_NO, VN_LEG_OPEN, VN_CAUSE_UNBOUND },
    { VN_CELL_BROADCAST, TRUE, nothing, VN_LEG_YES, VN_LEG_OPEN, VN_CAUSE_NONE },
    { VN_CELL_BROADCAST, TRUE, alone, VN_LEG_NO, VN_LEG_OPEN, VN_CAUSE_NO_PATH },
    { VN_CELL_UNKNOWN_UNICAST, TRUE, nothing, VN_LEG_YES, VN_LEG_OPEN, VN_CAUSE_NONE },
    { VN_CELL_ARP_KNOWN, FALSE, nothing, VN_LEG_YES, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_ARP_KNOWN, FALSE, responder, VN_LEG_OPEN, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_ARP_KNOWN, FALSE, responder_without_l2pop, VN_LEG_YES, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_ARP_KNOWN, FALSE, responder_elsewhere, VN_LEG_YES, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_ARP_KNOWN, FALSE, responder_same_host, VN_LEG_YES, VN_LEG_YES, VN_CAUSE_NONE },
    { VN_CELL_ARP_KNOWN, FALSE, alone, VN_LEG_NO, VN_LEG_NO, VN_CAUSE_UNBOUND },
    { VN_CELL_ARP_UNKNOWN, TRUE, nothing, VN_LEG_YES, VN_LEG_NO, VN_CAUSE_NEIGHBOUR },
    { VN_CELL_ARP_UNKNOWN, TRUE, responder, VN_LEG_OPEN, VN_LEG_NO, VN_CAUSE_NEIGHBOUR },
    { VN_CELL_ARP_UNKNOWN, TRUE, alone, VN_LEG_NO, VN_LEG_NO, VN_CAUSE_NO_PATH },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VnTestPair lab = vn_test_pair_new_dual ();

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      cases[i].change (&lab);
      vn_test_cloud_seal (lab.t);
      vn_test_expect (lab.t, vn_test_cell (lab.t, cases[i].kind, "a", cases[i].to_all ? NULL : "b", V4, 0, 0),
                      cases[i].delivered, cases[i].answered, cases[i].cause);
      vn_topology_unref (lab.t);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/predict-attack/attacks", test_attacks);
  g_test_add_func ("/predict-attack/advertisement-without-ipv6", test_advertisement_without_ipv6);
  g_test_add_func ("/predict-attack/layer2", test_layer2);
  return g_test_run ();
}
