/* SPDX-License-Identifier: Apache-2.0 */
/* A lab on stage: built, captured and ready for probes. Shared by the phases of a run. */
#pragma once

#include "captures/live/vn-capture.h"
#include "sim/apply/vn-lab.h"
#include "sim/model/vn-event.h"
#include "sim/neutron/vn-world.h"
#include "sim/run/vn-faults.h"

G_BEGIN_DECLS

struct _VnHeldLab;

typedef struct
{
  const VnTopology *topology; /* as the files say; behind events the model that they made; once leased, `bound` */
  const VnTopology *first;    /* before any event */
  const VnFault *fault;       /* built into the tables; NULL = none */
  guint n_faults;             /* how much of the wanted state it changed so far */
  VnTopology *bound;          /* with the leased addresses; NULL = nobody leases */
  GArray *events;             /* VnEvent */
  VnCaps caps;                /* what the kernel lacks, as far as the lab depends on it */
  gboolean knows_caps;
  VnTables *tables; /* wanted */
  VnKernel *kernel;
  VnLab *lab;
  VnPlan *clients;   /* the part of the plan that asks for leases */
  GPtrArray *leases; /* VnKobjLease */
  GPtrArray *deltas; /* VnDelta of verify */
  GHashTable *dumps; /* node -> VnKobj array, after what was changed by hand */
  GPtrArray *points; /* VnCapturePoint */
  VnFrameStore *store;
  VnCapture *capture;
  gboolean is_kept; /* by a holder: whoever probes it brings descriptors of its own */
  gboolean is_held; /* built by another process: it stays */
} VnStage;

#define VN_STAGE_SNAPLEN 512                        /* probes are under 200 bytes, tunnelled 50 more */
#define VN_STAGE_RING_BYTES (512 * 1024)            /* of each capture point */
#define VN_STAGE_STORE_BYTES (512ull * 1024 * 1024) /* frames held for the judge and the pcapng */

void vn_stage_init (VnStage *stage, const VnTopology *topology);
void vn_stage_clear (VnStage *stage);
/* Tables, plan, namespaces, links, rules, servers: all but the DHCP clients. Rolls back on failure. */
gboolean vn_stage_build (VnStage *stage, GError **error);
/* What happens once all that vn_stage_build() plugged is there, one event after the other, each with the operations
 * that it takes. Before leases. @events: NULL = nothing. */
gboolean vn_stage_follow (VnStage *stage, const GArray *events, GError **error);
/* Whether the fault that was asked for, if any, changed anything, once all events have happened. */
gboolean vn_stage_has_fault (const VnStage *stage, GError **error);
/* Takes over, in place of building, what stands in the lab @held, which was joined. */
void vn_stage_adopt (VnStage *stage, struct _VnHeldLab *held);
gboolean vn_stage_capture (VnStage *stage, GError **error);
/* DHCP clients ask; what they were leased becomes part of topology and tables. */
gboolean vn_stage_lease (VnStage *stage, GError **error);
/* Dump against tables, then what the file says was changed by hand, then the dumps that the judge sees. */
gboolean vn_stage_verify (VnStage *stage, GError **error);
/* Until its bridges forward. */
gboolean vn_stage_wait (const VnStage *stage, GError **error);
/* Takes the lab down, unless it was adopted. */
gboolean vn_stage_remove (VnStage *stage, GError **error);

G_END_DECLS
