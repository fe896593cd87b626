/* SPDX-License-Identifier: Apache-2.0 */
/* A lab that somebody left in the middle of a change. Private to sim/run. */
#pragma once

#include "sim/run/vn-held-lab.h"

G_BEGIN_DECLS

/* Puts the lab back to what it was before a change whose maker was ended. Nothing to do if there is no such change. In
 * the sandbox, with the lab locked. */
gboolean vn_held_lab_repair (VnHeldLab *held, GError **error);

G_END_DECLS
