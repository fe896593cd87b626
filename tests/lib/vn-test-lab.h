/* SPDX-License-Identifier: Apache-2.0 */
/* The evidence of a run made by code: a cloud of two hosts, its rules and dumps as they should be, and frames that are
 * seen wherever a test says so. */
#pragma once

#include "analysis/judge/vn-judge.h"
#include "sim/packet/vn-craft.h"
#include "tests/lib/vn-test-cloud.h"

G_BEGIN_DECLS

/* Machines, in the order of the topology. */
enum
{
  VN_TEST_CONTROLLER,
  VN_TEST_COMPUTE1,
  VN_TEST_COMPUTE2,
};

/* Ends: web1 on compute1; web2 and db1 on compute2; db1's group lets in TCP 80 only, the others' let in everything. */
enum
{
  VN_TEST_WEB1,
  VN_TEST_WEB2,
  VN_TEST_DB1,
};

typedef struct
{
  VnTopology *topology;
  GArray *events;
  VnTables *tables;
  GArray *cells, *shots;
  GPtrArray *points;
  VnFrameStore *store;
  GPtrArray *deltas;
  GHashTable *dumps;
  VnCrafter *crafter;
  guint64 now_ns;
  guint16 udp_port; /* of the tunnel datagrams that are made; 8472 */
  guint32 vni;      /* likewise; 42 */
} VnTestLab;

VnTestLab *vn_test_lab_new (void);
void vn_test_lab_free (VnTestLab *lab);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnTestLab, vn_test_lab_free)

/* A cell whose ways are closed and whose probe was sent. Returns: its index. */
guint vn_test_lab_cell (VnTestLab *lab, VnCell cell);
VnShot *vn_test_lab_shot (VnTestLab *lab, guint cell);
/* The probe of a cell and the answer to it: TCP SYN and SYN+ACK for REACH. Transfer full. */
GBytes *vn_test_lab_probe (VnTestLab *lab, guint cell);
GBytes *vn_test_lab_answer (VnTestLab *lab, guint cell);
GBytes *vn_test_lab_sentinel (VnTestLab *lab, guint cell, VnTagKind kind);
/* An ARP request of @from about @to, or @to's reply. */
GBytes *vn_test_lab_arp (VnTestLab *lab, guint from, guint to, gboolean reply);

/* Shows a frame at points, in order, words of: "web1" an instance's device, "web1.tap" its tap, "compute1>compute2" the
 * datagram leaving the uplink of compute1, "compute2<compute1" arriving; "*" instead of a receiver is 224.0.0.1. */
void vn_test_lab_show (VnTestLab *lab, GBytes *frame, const char *path);

/* What the dumps hold. */
VnKobj *vn_test_lab_find_vxlan (VnTestLab *lab, guint machine);
void vn_test_lab_set_multicast (VnTestLab *lab, guint machine, const char *group);
void vn_test_lab_drop_vxlan (VnTestLab *lab, guint machine);
void vn_test_lab_drop_fdb (VnTestLab *lab, guint machine, const VnMac *mac); /* all with @mac; NULL = all */
void vn_test_lab_add_fdb (VnTestLab *lab, guint machine, VnMac mac, const char *dst);
void vn_test_lab_set_sysctl (VnTestLab *lab, guint machine, const char *key, const char *value);
void vn_test_lab_drop_rules (VnTestLab *lab, guint machine);
VnCapturePoint *vn_test_lab_point (VnTestLab *lab, const char *name);

VnRun *vn_test_lab_judge (VnTestLab *lab);
/* The check of a host (NULL: of none), or NULL. */
const VnRunCheck *vn_test_run_check (const VnRun *run, const char *id, const char *host);

G_END_DECLS
