/* SPDX-License-Identifier: Apache-2.0 */
/* What `vnetlab apply` did, or would do, for people and for programs. */
#pragma once

#include "sim/run/vn-watch.h"

G_BEGIN_DECLS

typedef struct
{
  const char *lab;
  const VnTopology *standing; /* before the change: whose ends `promises` speak of */
  const VnFileChange *change;
  gboolean is_dry;
  VnUsec duration;
  const GPtrArray *deltas; /* VnDelta; NULL if it is dry */
  const GArray *promises;  /* VnPromise; NULL = nothing was watched */
  const GArray *results;   /* VnStreamResult, index = promise */
} VnApplyOutcome;

typedef struct
{
  const char *name;
  void (*print) (const VnApplyOutcome *outcome); /* to the standard output */
} VnApplyFormat;
/* @name: NULL = the first one. NULL (printed) if there is no such format. */
const VnApplyFormat *vn_apply_format_find (const char *name);
/* Whether the lab is as wanted, and all that was watched as promised. */
gboolean vn_apply_outcome_is_good (const VnApplyOutcome *outcome);

G_END_DECLS
