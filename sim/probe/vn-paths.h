/* SPDX-License-Identifier: Apache-2.0 */
/* Probes in the groups that one sentinel can speak for. Private to sim/probe. */
#pragma once

#include "sim/model/vn-cell.h"
#include "sim/probe/vn-outlet.h"

G_BEGIN_DECLS

typedef enum
{
  VN_PATH_WAITING, /* nothing was sent yet */
  VN_PATH_OUT,     /* probes and the sentinel behind them are under way */
  VN_PATH_BACK,    /* the sentinel arrived; another one follows the answers */
  VN_PATH_DONE,    /* that one arrived, too */
} VnPathState;

/* From one end to one MAC: whatever is sent so passes the same devices in the same order, up to the device that has the
 * MAC. Behind that, if it forwards, the ways part. */
typedef struct
{
  VnPathState state;
  guint from;
  VnMac dst;
  guint witness;             /* the end that has that MAC, or VN_NONE */
  GArray *cells;             /* guint */
  guint weight;              /* frames that it puts on the way, about */
  gboolean released;         /* no longer counted as under way, though it did not end */
  guint32 out_tag, back_tag; /* of its first sentinel, and of the one behind the answers */
  guint32 round_tag;         /* of the last one, until it was seen; else 0 */
  gboolean is_routed;        /* some of its probes go beyond the witness */
  guint n_rounds;            /* of sentinels still to be sent in this state (vn-volley.c) */
  gboolean rounds_over;
  guint n_awaited; /* answers of other programs that are still to come */
} VnPath;

/* Frames of one end to everybody; they go before the sentinels of all of its paths. */
typedef struct
{
  guint from;
  GArray *cells; /* guint */
  gboolean sent;
} VnFlood;

typedef struct
{
  GPtrArray *paths;   /* VnPath */
  GHashTable *by_key; /* sender and MAC -> VnPath */
  GHashTable *floods; /* sender -> VnFlood */
} VnPaths;

/* @which: numbers of @cells (guint). The next hops of REACH cells are taken from @shots. A sender of floods has a path
 * to each neighbour that is there; without a neighbour, one to the broadcast address. */
VnPaths *vn_paths_new (const VnTopology *topology, const VnOutlets *outlets, const GArray *cells, const GArray *shots,
                       const GArray *which);
void vn_paths_free (VnPaths *paths);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnPaths, vn_paths_free)

VnFlood *vn_paths_flood (const VnPaths *paths, guint from); /* NULL if the end sends none */

G_END_DECLS
