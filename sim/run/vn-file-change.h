/* SPDX-License-Identifier: Apache-2.0 */
/* What a changed file makes of a lab that stays: worked out, not carried out. */
#pragma once

#include "sim/plan/vn-plan.h"
#include "sim/run/vn-held-lab.h"

G_BEGIN_DECLS

typedef struct
{
  VnTopology *file;  /* as loaded: without leases */
  GPtrArray *leases; /* VnKobjLease: those that clients keep */
  GArray *events;    /* VnEvent: all from the first on, those of the change at the end */
  VnTables *tables;  /* wanted, but for the addresses that are still to be leased */
  VnPlan *plan;      /* from what stands to `tables` */
  VnPlan *clients;   /* behind it: the DHCP clients that ask */
} VnFileChange;

/* NULL after an error for each reason why the lab that stands can't become what @file says. */
VnFileChange *vn_file_change_new (const VnHeldLab *held, const VnTopology *file, VnDiagList *diags);
/* The same change with what the clients were leased. FALSE with an error in @diags where the lab can't hold it. */
gboolean vn_file_change_bind (VnFileChange *change, const VnHeldLab *held, const GPtrArray *leases, VnDiagList *diags);
void vn_file_change_free (VnFileChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnFileChange, vn_file_change_free)

/* The events by which what @first and @events made becomes what @file says, with @leases in it; NULL after an error.
 * Array of VnEvent, transfer full. */
GArray *vn_file_change_events (const VnTopology *first, const GArray *events, const VnTopology *file,
                               const GPtrArray *leases, VnDiagList *diags);

G_END_DECLS
