/* SPDX-License-Identifier: Apache-2.0 */
/* Instances with several ports: which of them their kernel sends by. */
#include "tests/lib/vn-test-predict.h"

#include <netinet/in.h>

#define YES VN_LEG_YES
#define NO VN_LEG_NO
#define OPEN VN_LEG_OPEN

/* "b" has a second port on the network of "a", "m" one on each of two networks with the same addresses, "x" lives on
 * the second one. All let everything in. */
static VnTestPair
make_cloud (void)
{
  VnTestPair lab = vn_test_pair_new_dual ();
  guint two = vn_test_cloud_network (lab.t, "two"), m;

  vn_test_cloud_subnet (lab.t, two, "172.16.1.0/24");
  vn_test_cloud_rule (lab.t, lab.client, VN_INGRESS, V4, NULL, -1, -1);
  vn_test_cloud_rule (lab.t, lab.client, VN_INGRESS, V6, NULL, -1, -1);
  vn_test_cloud_rule (lab.t, lab.server, VN_INGRESS, V4, NULL, -1, -1);
  vn_test_cloud_rule (lab.t, lab.server, VN_INGRESS, V6, NULL, -1, -1);
  vn_test_cloud_more_port (lab.t, lab.b, lab.network, "172.16.1.21 2001:db8:1::21", lab.server);
  m = vn_test_cloud_server (lab.t, "m", lab.hosts[1], lab.network, "172.16.1.30", lab.server);
  vn_test_cloud_more_port (lab.t, m, two, "172.16.1.31", lab.server);
  vn_test_cloud_server (lab.t, "x", lab.hosts[0], two, "172.16.1.40", lab.client);
  return lab;
}

static void
allow_spoofed_answer (VnTestPair *lab)
{
  vn_test_port_add_pair (vn_test_cloud_port (lab->t, lab->b), "172.16.1.21/32", NULL);
}

static void
allow_with_other_mac (VnTestPair *lab)
{
  const VnMac mac = { { 0xfa, 0x16, 0x3e, 9, 9, 9 } };

  vn_test_port_add_pair (vn_test_cloud_port (lab->t, lab->b), "172.16.1.0/24", &mac);
}

static void
open_port (VnTestPair *lab)
{
  vn_test_cloud_port (lab->t, lab->b)->port_security_enabled = FALSE;
}

static const struct
{
  const char *from, *to;
  VnFamily family;
  void (*change) (VnTestPair *lab);
  VnLeg delivered, answered;
  VnCauseCode cause;
} rows[] = {
  { "a", "b", V4, NULL, YES, YES, VN_CAUSE_NONE },
  { "b:eth1", "a", V4, NULL, YES, YES, VN_CAUSE_NONE },
  { "a", "b:eth1", V4, NULL, YES, NO, VN_CAUSE_SPOOF_IP },
  { "a", "b:eth1", V4, allow_spoofed_answer, YES, YES, VN_CAUSE_NONE },
  { "a", "b:eth1", V4, allow_with_other_mac, YES, NO, VN_CAUSE_SPOOF_IP },
  { "a", "b:eth1", V4, open_port, YES, YES, VN_CAUSE_NONE },
  { "a", "b", V6, NULL, YES, YES, VN_CAUSE_NONE },
  { "a", "b:eth1", V6, NULL, YES, OPEN, VN_CAUSE_NONE },
  { "a", "m", V4, NULL, YES, YES, VN_CAUSE_NONE },
  { "x", "m:eth1", V4, NULL, YES, NO, VN_CAUSE_NO_PATH },
  { "m:eth1", "x", V4, NULL, NO, NO, VN_CAUSE_NEIGHBOUR },
  { "m:eth1", "a", V4, NULL, NO, NO, VN_CAUSE_NO_PATH },
};

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      VnTestPair lab = make_cloud ();

      if (rows[i].change != NULL)
        rows[i].change (&lab);
      vn_test_cloud_seal (lab.t);
      g_test_message ("row %" G_GSIZE_FORMAT ": %s to %s", i, rows[i].from, rows[i].to);
      vn_test_expect (lab.t, vn_test_reach (lab.t, rows[i].from, rows[i].to, rows[i].family, IPPROTO_TCP, 80),
                      rows[i].delivered, rows[i].answered, rows[i].cause);
      vn_topology_unref (lab.t);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/predict/node", test_rows);
  return g_test_run ();
}
