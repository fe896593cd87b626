/* SPDX-License-Identifier: Apache-2.0 */
/* A lab that stays, as another command knows it: from its folder what it was built from, from the kernel what stands.
 */
#pragma once

#include "sim/api/vn-journal.h"
#include "sim/apply/vn-lab.h"
#include "sim/model/vn-event.h"
#include "sim/plan/vn-tables.h"
#include "sim/run/vn-state.h"

G_BEGIN_DECLS

typedef struct _VnHeldLab
{
  VnState state;
  int lock_fd;          /* held by who changes the lab, or has to put it right; else -1 */
  VnTopology *topology; /* before any event: as loaded at `up`, with the leases of then in it */
  VnTopology *scene;    /* that stands: of the file that was applied last, with the leases of now */
  GPtrArray *leases;    /* VnKobjLease; one without an address was not given any */
  GPtrArray *changes;   /* char *: made since, as vn_state_begin_change() was given them */
  char *part;           /* where the file that was applied last is kept (sim/run/vn-state-lab.h) */
  VnApi *api;           /* its server, which has been told the changes */
  GArray *events;       /* VnEvent: of the build and of the changes */
  VnTables *tables;     /* wanted, after @events */

  /* After vn_held_lab_join(). */
  VnKernel *kernel; /* adopted */
  VnLab *lab;       /* adopted: freeing it leaves all standing */
} VnHeldLab;

/* @to_change: nobody else may change it as long as this is open. VN_ERROR_INPUT, with a suggestion, if it is not up. */
VnHeldLab *vn_held_lab_open (const char *name, gboolean to_change, GError **error);
/* Enters the lab's sandbox: forks, and comes back TRUE in the child only (vn_sandbox_join()). What somebody who was
 * ended in the middle of a change has left is put back first. */
gboolean vn_held_lab_join (VnHeldLab *held, GError **error);
void vn_held_lab_free (VnHeldLab *held);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnHeldLab, vn_held_lab_free)

/* The model behind all changes. Borrowed. */
const VnTopology *vn_held_lab_model (const VnHeldLab *held);

/* Asks the lab's server. What follows of a request that changed something is brought to the kernel and kept, as a whole
 * or not at all. Joined, and opened to be changed. */
gboolean vn_held_lab_ask (VnHeldLab *held, const VnApiRequest *request, VnApiAnswer *ret, GError **error);

/* A change that is a file which was applied, and where that is kept; NULL if it is a request. Borrowed from @text. */
const char *vn_held_lab_part (const char *text);
/* The text of such a change. Transfer full. */
char *vn_held_lab_part_text (const char *part);

G_END_DECLS
