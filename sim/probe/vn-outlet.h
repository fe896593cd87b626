/* SPDX-License-Identifier: Apache-2.0 */
/* What the probes hold in each end's namespace: a socket to send whole frames, and listeners. Private to sim/probe. */
#pragma once

#include "sim/kernel/vn-kernel.h"
#include "sim/model/vn-cell.h"
#include "sim/packet/vn-frame.h"

G_BEGIN_DECLS

typedef struct
{
  const VnEnd *end;
  int netns_fd; /* the kernel object's; -1 = the end does not exist in the kernel */
  guint point;  /* index of its capture point, or VN_NONE */
  int packet_fd;
  GArray *listeners; /* VnListener */
} VnOutlet;

typedef struct
{
  VnFamily family;
  guint8 protocol; /* IPPROTO_TCP, _UDP */
  guint16 port;
  int fd; /* -1: something in the namespace listens there already */
} VnListener;

typedef struct
{
  GPtrArray *outlets; /* VnOutlet, index = end */
} VnOutlets;

/* Opens the packet sockets of all plugged ends and the listeners that @cells need, side by side. @points: array of
 * VnCapturePoint. */
VnOutlets *vn_outlets_open (VnKernel *kernel, const VnTopology *topology, const GPtrArray *points, const GArray *cells,
                            GError **error);
void vn_outlets_close (VnOutlets *outlets);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnOutlets, vn_outlets_close)

/* How many descriptors the outlets of all ends take, resolvers included. */
guint64 vn_outlets_count_fds (const VnTopology *topology, const GArray *cells);

const VnOutlet *vn_outlets_get (const VnOutlets *outlets, guint end);
guint vn_outlets_len (const VnOutlets *outlets);
gboolean vn_outlet_is_there (const VnOutlet *outlet);

/* Returns: 0 or an errno. */
int vn_outlet_send (const VnOutlet *outlet, GBytes *frame);
/* Sends every datagram that waits on a UDP listener back to where it came from. Returns: how many. */
guint vn_listener_echo (int fd);

G_END_DECLS
