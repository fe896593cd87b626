/* SPDX-License-Identifier: Apache-2.0 */
/* Why a frame came no farther than where it was seen last. */
#pragma once

#include "analysis/judge/vn-case.h"

G_BEGIN_DECLS

/* One frame on its way from end to end. */
typedef struct
{
  guint from, to;     /* ends; @to may be VN_NONE: anyone on the same Ethernet */
  const GArray *hops; /* VnHop: where it was seen */
  VnCtState state;    /* what connection tracking takes it for */
} VnLostFrame;

/* Sets all of @cause: VN_CAUSE_UNEXPLAINED where nothing that is known explains it. */
void vn_lost_explain (const VnCase *c, const VnLostFrame *lost, VnCause *cause);

G_END_DECLS
