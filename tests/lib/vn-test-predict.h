/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of predictions share: a cloud with two ports, and asking it one question. */
#pragma once

#include "sim/predict/vn-predict.h"
#include "tests/lib/vn-test-cloud.h"

G_BEGIN_DECLS

#define V4 VN_FAMILY_IPV4
#define V6 VN_FAMILY_IPV6

/* Network "one", 172.16.1.0/24 and 2001:db8:1::/64; on it "a" (compute1, group "client") and "b" (compute2, group
 * "server"). The groups have the API's own rules. Not sealed. */
typedef struct
{
  VnTopology *t;
  guint hosts[2];
  guint network, client, server;
  guint a, b;
} VnTestPair;

VnTestPair vn_test_pair_new (const char *addresses_a, const char *addresses_b);
/* .10 and .11, ::10 and ::11. */
VnTestPair vn_test_pair_new_dual (void);
/* @to: NULL = nobody in particular. */
VnCell vn_test_cell (const VnTopology *t, VnCellKind kind, const char *from, const char *to, VnFamily family,
                     guint8 protocol, guint16 port);
VnCell vn_test_reach (const VnTopology *t, const char *from, const char *to, VnFamily family, guint8 protocol,
                      guint16 port);
/* Asks with the default events. The caller clears @ret. */
void vn_test_ask (const VnTopology *t, VnCell cell, VnPrediction *ret);
/* Asks once and compares what is promised. */
void vn_test_expect (const VnTopology *t, VnCell cell, VnLeg delivered, VnLeg answered, VnCauseCode cause);

G_END_DECLS
