/* SPDX-License-Identifier: Apache-2.0 */
/* A case run step by step, and what differs behind a step from what the agent had: in the tables, or read back from the
 * kernel. */
#pragma once

#include "sim/kernel/vn-kernel.h"
#include "sim/neutron/vn-world.h"
#include "sim/plan/vn-plan.h"
#include "tests/lib/vn-case.h"

G_BEGIN_DECLS

typedef struct
{
  const VnCase *c;
  VnWorld *world;
  VnTables *tables;       /* behind the last step; NULL before the first */
  GPtrArray *connections; /* char *: tracked ones, as far as the tables tell */
} VnCaseRun;

void vn_case_run_init (VnCaseRun *run, const VnCase *c);
void vn_case_run_clear (VnCaseRun *run);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VnCaseRun, vn_case_run_clear)
/* Returns: what turns the host of before the step into that behind it. Transfer full. */
VnPlan *vn_case_run_step (VnCaseRun *run, const VnCaseStep *step);
/* Returns: what differs in the tables, NULL = nothing. Transfer full. */
char *vn_case_run_compare (const VnCaseRun *run, const VnCaseStep *step);

/* The whole case in the tables. Returns: the first difference with its step, NULL = none. Transfer full. */
char *vn_case_check_tables (const VnCase *c);
/* The whole case as a lab in the kernel, which is removed again. Needs the programs `nsenter` and `conntrack`. Returns:
 * likewise; NULL with @error set if it could not be built. */
char *vn_case_check_kernel (const VnCase *c, GError **error);

/* What the tool's -save program prints on the node, in the form of the case's files; NULL if it was not used there.
 * Transfer full. */
char *vn_case_read_back (VnKernel *kernel, const char *node, VnTool tool, GError **error);

G_END_DECLS
