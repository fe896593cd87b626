/* SPDX-License-Identifier: Apache-2.0 */
/* A plan as the commands that a person would type. */
#pragma once

#include "sim/plan/vn-plan.h"

G_BEGIN_DECLS

/* A script for sh that builds what @plan builds, by ip, bridge, sysctl and the restore programs; to be run as it says
 * in its head, by a user without any rights. @lab: its name. Only additions and settings: the plan of a first build.
 * Transfer full. */
char *vn_plan_to_sh (const VnPlan *plan, const char *lab);

G_END_DECLS
