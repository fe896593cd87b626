/* SPDX-License-Identifier: Apache-2.0 */
/* Why a packet that has to cross routers came no farther than where it was seen last. */
#pragma once

#include "analysis/judge/vn-case.h"

G_BEGIN_DECLS

/* @hops: of the leg that got lost, from @from on. Sets all of @cause; with no hop at all, VN_CAUSE_UNEXPLAINED. */
void vn_lost_routed_explain (const VnCase *c, const VnEnd *from, const GArray *hops, VnCause *cause);

G_END_DECLS
