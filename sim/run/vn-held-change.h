/* SPDX-License-Identifier: Apache-2.0 */
/* Changing a lab that stays: as a whole or not at all. */
#pragma once

#include "sim/run/vn-file-change.h"
#include "sim/run/vn-state-lab.h"

G_BEGIN_DECLS

/* Carries @change out. Joined, and opened to be changed; @part: where its file has been saved. On failure everything is
 * as it was before, in the kernel and in the lab's folder. */
gboolean vn_held_lab_change (VnHeldLab *held, VnFileChange *change, const char *part, GError **error);
/* Waits until bridges forward, then compares what stands with what is wanted. Array of VnDelta, transfer full. */
GPtrArray *vn_held_lab_verify (VnHeldLab *held, GError **error);

G_END_DECLS
