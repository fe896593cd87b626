/* SPDX-License-Identifier: Apache-2.0 */
/* A lab that stands in a kernel: run a plan, roll it back, read it back, take it down. */
#pragma once

#include "sim/kernel/vn-kernel.h"
#include "sim/plan/vn-plan.h"

G_BEGIN_DECLS

typedef struct _VnLab VnLab;

/* @kernel: borrowed, must outlive the lab. */
VnLab *vn_lab_new (VnKernel *kernel);
/* What another process has built, as @objs of its plan: to be changed or taken down. @kernel: of
 * vn_kernel_linux_adopt(). Freeing the lab leaves all standing. */
VnLab *vn_lab_adopt (VnKernel *kernel, const GPtrArray *objs);
/* Undoes whatever still stands, unless the lab was adopted. */
void vn_lab_free (VnLab *lab);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnLab, vn_lab_free)
VnKernel *vn_lab_kernel (VnLab *lab);
/* Runs the plan. If an operation fails, all before it are undone, and the error names the operation, the line of the
 * lab file and the kernel's words. */
gboolean vn_lab_apply (VnLab *lab, const VnPlan *plan, GError **error);
/* Brings the nodes of the lab, whatever stands in them now, to @tables, and ends in them what is not there. */
gboolean vn_lab_restore (VnLab *lab, const VnTables *tables, GError **error);
/* @tables: what is wanted. Returns: array of VnDelta over all nodes (empty = as wanted), NULL on error.
 * @ret_dumps: nullable; the dumps, node name -> GPtrArray of VnKobj. */
GPtrArray *vn_lab_verify (VnLab *lab, const VnTables *tables, GHashTable **ret_dumps, GError **error);
/* In reverse order of creation; goes on after a failure and reports the first. */
gboolean vn_lab_teardown (VnLab *lab, GError **error);
/* Operations done so far that still stand: 0 after a rollback or teardown. */
guint vn_lab_undo_len (const VnLab *lab);

G_END_DECLS
