/* SPDX-License-Identifier: Apache-2.0 */
/* A small real network: machines m1, m2 … on one bridge, captured on every interface. */
#pragma once

#include "captures/live/vn-capture.h"
#include "sim/model/vn-topology.h"

G_BEGIN_DECLS

#define VN_TEST_NET_SNAPLEN 512
#define VN_TEST_NET_BUFFER_BYTES (256 * 1024)

typedef struct
{
  VnKernel *kernel;
  VnTopology *topology; /* sealed; end i is eth0 of machine i */
  GPtrArray *points;    /* VnCapturePoint: 2 i = machine's eth0, 2 i + 1 = its port of the bridge */
  VnFrameStore *store;
  VnCapture *capture;
} VnTestNet;

/* @network: of the machines' addresses, .1 for m1 and so on. What fails is a failed test. */
VnTestNet *vn_test_net_new (guint n_machines, const char *network);
void vn_test_net_free (VnTestNet *net);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnTestNet, vn_test_net_free)

/* Takes the machine's port off the bridge: nothing reaches it any more. */
void vn_test_net_unplug (VnTestNet *net, guint machine);

/* Enters the sandbox. Returns: 0, or the exit status to leave with, after a skip was printed as TAP. */
int vn_test_sandbox (void);

G_END_DECLS
