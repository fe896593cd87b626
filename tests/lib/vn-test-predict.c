/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of predictions share. */
#include "tests/lib/vn-test-predict.h"

VnTestPair
vn_test_pair_new (const char *addresses_a, const char *addresses_b)
{
  VnTestPair lab = { .t = vn_test_cloud_new () };

  lab.hosts[0] = vn_test_cloud_host (lab.t, "compute1");
  lab.hosts[1] = vn_test_cloud_host (lab.t, "compute2");
  lab.network = vn_test_cloud_network (lab.t, "one");
  vn_test_cloud_subnet (lab.t, lab.network, "172.16.1.0/24");
  vn_test_cloud_subnet (lab.t, lab.network, "2001:db8:1::/64");
  lab.client = vn_test_cloud_group (lab.t, "client");
  lab.server = vn_test_cloud_group (lab.t, "server");
  lab.a = vn_test_cloud_server (lab.t, "a", lab.hosts[0], lab.network, addresses_a, lab.client);
  lab.b = vn_test_cloud_server (lab.t, "b", lab.hosts[1], lab.network, addresses_b, lab.server);
  return lab;
}

VnTestPair
vn_test_pair_new_dual (void)
{
  return vn_test_pair_new ("172.16.1.10 2001:db8:1::10", "172.16.1.11 2001:db8:1::11");
}

VnCell
vn_test_cell (const VnTopology *t, VnCellKind kind, const char *from, const char *to, VnFamily family, guint8 protocol,
              guint16 port)
{
  return (VnCell){ .kind = kind,
                   .from = vn_topology_find_end (t, from),
                   .to = to != NULL ? vn_topology_find_end (t, to) : VN_NONE,
                   .family = family,
                   .protocol = protocol,
                   .port = port,
                   .check = VN_NONE };
}

VnCell
vn_test_reach (const VnTopology *t, const char *from, const char *to, VnFamily family, guint8 protocol, guint16 port)
{
  return vn_test_cell (t, VN_CELL_REACH, from, to, family, protocol, port);
}

void
vn_test_ask (const VnTopology *t, VnCell cell, VnPrediction *ret)
{
  g_autoptr (GArray) events = vn_topology_default_events (t);
  g_autoptr (VnPredictor) predictor = vn_predict_compile (t, events);

  vn_predict_ask (predictor, &cell, ret);
  g_assert_nonnull (ret->reason);
}

void
vn_test_expect (const VnTopology *t, VnCell cell, VnLeg delivered, VnLeg answered, VnCauseCode cause)
{
  VnPrediction prediction;
  g_autofree char *reasons = NULL;

  vn_test_ask (t, cell, &prediction);
  reasons = vn_reason_to_string (prediction.reason);
  g_test_message ("%s", reasons);
  g_assert_cmpstr (vn_leg_name (prediction.outcome.delivered), ==, vn_leg_name (delivered));
  g_assert_cmpstr (vn_leg_name (prediction.outcome.answered), ==, vn_leg_name (answered));
  g_assert_cmpstr (vn_cause_name (prediction.cause), ==, vn_cause_name (cause));
  vn_prediction_clear (&prediction);
}
