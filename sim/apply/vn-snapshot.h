/* SPDX-License-Identifier: Apache-2.0 */
/* What a kernel holds, as tables, and the way back to it. Private to sim/apply. */
#pragma once

#include "sim/kernel/vn-kernel.h"
#include "sim/plan/vn-plan.h"

G_BEGIN_DECLS

/* The state of @nodes (NULL-terminated) as tables, without what the kernel makes by itself. */
VnTables *vn_snapshot_take (VnKernel *kernel, const char *const *nodes, GError **error);
/* Brings @nodes, which hold whatever they hold now, back to @before. */
gboolean vn_snapshot_restore (VnKernel *kernel, const VnTables *before, const char *const *nodes, GError **error);

G_END_DECLS
