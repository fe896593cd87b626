/* SPDX-License-Identifier: Apache-2.0 */
/* A capture that is written while it goes on. */
#pragma once

#include "captures/file/vn-sink.h"
#include "sim/run/vn-held-lab.h"

G_BEGIN_DECLS

typedef struct
{
  const GPtrArray *points;       /* VnCapturePoint */
  const GPtrArray *sinks;        /* VnSink: each gets all frames */
  const char *filter;            /* pcap-filter(7); NULL = all */
  guint snaplen;                 /* 0 = VN_LIVE_SNAPLEN */
  guint64 max_frames;            /* 0 = no limit */
  VnUsec duration;               /* 0 = no limit */
  void (*ready) (gpointer data); /* all points are open; nullable */
  gpointer data;
} VnLiveSetup;

#define VN_LIVE_SNAPLEN 2048

/* Captures until SIGINT, SIGTERM or SIGHUP, a limit, or the end of a reader. Every frame is written as soon as it is
 * seen. @ret_frames: how many were. */
gboolean vn_live_run (VnKernel *kernel, const VnLiveSetup *setup, guint64 *ret_frames, GError **error);
/* The points that words name: NODE (its points of a run, else all its links) or NODE:DEV; no words = the points of a
 * run. NULL with VN_ERROR_INPUT and a suggestion if there is none such. Array of VnCapturePoint. */
GPtrArray *vn_live_points (const VnHeldLab *held, const char *const *words, GError **error);

G_END_DECLS
