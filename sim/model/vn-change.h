/* SPDX-License-Identifier: Apache-2.0 */
/* From a cloud that stands to one that a changed file wants: what has to happen. */
#pragma once

#include "sim/model/vn-event.h"

G_BEGIN_DECLS

/* @first: before any event. @history: array of VnEvent that made what stands of it. @wanted: sealed, as loaded anew;
 * objects of the API are the same ones if their ids are, machines and segments if their names are. Returns: array of
 * VnEvent (transfer full), the wanted model among them: what stands keeps its indices, and what is no longer wanted its
 * place. NULL after an error for each reason why what stands can't become so. */
GArray *vn_change_events (const VnTopology *first, const GArray *history, const VnTopology *wanted, VnDiagList *diags);

G_END_DECLS
