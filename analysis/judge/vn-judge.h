/* SPDX-License-Identifier: Apache-2.0 */
/* From frames, dumps and shots to verdicts: sightings, match, cause, provenance, built-in checks. Pure. */
#pragma once

#include "analysis/judge/vn-run.h"
#include "sim/model/vn-event.h"
#include "sim/packet/vn-frame.h"
#include "sim/plan/vn-plan.h"
#include "sim/predict/vn-predict.h"

G_BEGIN_DECLS

typedef struct
{
  const VnTopology *topology;
  const VnTopology *first; /* before any of @events; NULL = they did not change it */
  const GArray *events;
  const VnTables *tables;    /* wanted */
  const GArray *cells;       /* VnCell */
  const GArray *shots;       /* VnShot, same index */
  const GArray *bursts;      /* VnBurst: what limits were measured with; NULL = none */
  const GPtrArray *points;   /* VnCapturePoint */
  const VnFrameStore *store; /* sorted */
  const GPtrArray *deltas;   /* VnDelta of verify */
  const GPtrArray *leases;   /* VnRunLease; NULL = nobody asked for one */
  GHashTable *dumps;         /* node -> GPtrArray of VnKobj, read after what was changed by hand */
} VnEvidence;

/* What a frame of the store is to the lab. */
typedef struct
{
  guint cell; /* VN_NONE = none of ours */
  gboolean answer;
} VnSighting;

/* Fills cells, checks, quirks, points and frame counts of @run.
 * @ret_sightings: array of VnSighting, index = frame: what the pcapng's packet ids and comments are made from. */
void vn_judge (const VnEvidence *evidence, VnRun *run, GArray **ret_sightings);

G_END_DECLS
