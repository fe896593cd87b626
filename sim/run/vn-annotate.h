/* SPDX-License-Identifier: Apache-2.0 */
/* Packet ids and comments for the pcapng, from what the judge said of each frame. */
#pragma once

#include "analysis/judge/vn-judge.h"
#include "captures/file/vn-pcapng.h"

G_BEGIN_DECLS

/* @sightings: of vn_judge(), index = frame. The id of a frame is its cell's number + 1, the same at every hop. The
 * comment is the cell's key, leg and verdict; for a leg that ended, with the cause. @ret_texts owns the comments. */
VnFrameNote *vn_annotate (const VnRun *run, const GArray *sightings, GPtrArray **ret_texts);
/* Names of ends and machines for the name resolution block. Array of VnPcapngName; names are the topology's. */
GArray *vn_annotate_names (const VnTopology *topology);

G_END_DECLS
