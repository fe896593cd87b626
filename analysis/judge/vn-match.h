/* SPDX-License-Identifier: Apache-2.0 */
/* From the frames of a cell to what happened to it. */
#pragma once

#include "analysis/judge/vn-case.h"

G_BEGIN_DECLS

typedef struct
{
  VnOutcome observed; /* OPEN: not asked, or not decided, and then `doubt` says why */
  char *doubt;        /* nullable */
} VnMatch;
void vn_match_clear (VnMatch *match);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VnMatch, vn_match_clear)

/* Delivered: the probe was seen at the destination's own device (with no destination: at any other end's of the
 * domain). Answered: the answer was seen at the source's and had been seen leaving the destination's. A leg is NO only
 * if a sentinel sent behind the packet shows that it is not merely late. */
void vn_match_cell (const VnCase *c, guint cell, VnMatch *ret);

/* The end by which the asked instance answered, or VN_NONE: with several ports, it need not be the one that was asked.
 */
guint vn_match_answerer (const VnCase *c, guint cell);

/* The hop that delivered the probe of a cell, or NULL. */
const VnHop *vn_match_delivery (const VnCase *c, guint cell);

G_END_DECLS
