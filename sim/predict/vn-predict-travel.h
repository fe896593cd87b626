/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a packet through the scene, there and back. Private to sim/predict. */
#pragma once

#include "sim/predict/vn-predict-private.h"

G_BEGIN_DECLS

/* What a machine put in place of an address, and takes back when it is answered. */
typedef struct
{
  guint machine;
  VnIp inside, outside;
  const VnStation *by; /* where the inside is */
  gboolean of_target;  /* a forwarded port: the destination was replaced, not the source */
} VnTranslation;

typedef struct
{
  const VnQuestion *q;
  VnIp src, dst;
  GArray *passed;       /* guint: machines that forwarded the question */
  GArray *translations; /* VnTranslation */
  const VnStation *at;  /* the station that the question came to */
  VnIp seen_as;         /* source that the receiver sees; unset = not promised */
} VnTravel;

void vn_travel_init (VnTravel *travel, const VnQuestion *q, VnIp src, VnIp dst);
void vn_travel_clear (VnTravel *travel);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VnTravel, vn_travel_clear)

/* From a machine to whoever takes it. Returns: VN_CAUSE_NONE and the machine, or why it got lost; says so. */
VnCauseCode vn_travel_there (VnTravel *travel, guint machine, guint *ret_machine);
/* The answer of @machine, behind vn_travel_there(). */
VnCauseCode vn_travel_back (VnTravel *travel, guint machine, guint *ret_machine);

G_END_DECLS
