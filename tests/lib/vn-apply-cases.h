/* SPDX-License-Identifier: Apache-2.0 */
/* A lab of two hosts in two states, for the apply tests that run on the fake and on the real kernel. */
#pragma once

#include "sim/apply/vn-lab.h"

G_BEGIN_DECLS

/* Two hosts joined by a switch, a VXLAN network with a bridge on each, an instance on each, rules on the first. */
VnTables *vn_apply_tables_first (void);
/* Later: the second host's instance has gone, the first's has another MTU, a new instance stands on the first. */
VnTables *vn_apply_tables_later (void);

typedef struct
{
  VnKernel *(*kernel_new) (guint fail_at);
  gboolean reads_rules; /* whether its dumps hold rules as save programs print them */
} VnApplyBackend;

/* Registers the cases below @prefix. @backend: must outlive the tests. */
void vn_apply_cases_add (const char *prefix, const VnApplyBackend *backend);
/* What the nodes hold, as text, the nodes' names sorted; what the kernel makes by itself left out. Transfer full. */
char *vn_apply_state (VnKernel *kernel);

G_END_DECLS
