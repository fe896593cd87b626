/* SPDX-License-Identifier: Apache-2.0 */
/* Captured frames: an append-only store that the capture fills and the judge and the pcapng writer read. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A capture point. */
typedef struct
{
  const char *node; /* interned */
  char dev[16];
  char *name;        /* "compute1:tap01234567-89" */
  char *description; /* "port web1 (172.16.1.10)", "uplink", "instance interface"; may be NULL */
  guint64 received;  /* by the kernel's filter */
  guint64 dropped;   /* by the kernel for want of buffer: a verdict that needs this point is INCONCLUSIVE */
} VnCapturePoint;
void vn_capture_point_free (VnCapturePoint *point);

typedef struct
{
  guint64 time_ns;   /* CLOCK_REALTIME */
  guint point;       /* index of the capture point */
  gboolean outgoing; /* sent by the interface's own host stack, as libpcap/AF_PACKET says */
  guint32 len;       /* on the wire */
  guint32 caplen;    /* bytes held */
  guint64 offset;    /* in the store's arena */
} VnFrame;

typedef struct _VnFrameStore VnFrameStore;

/* @limit_bytes: of captured bytes and their records together. */
VnFrameStore *vn_frame_store_new (guint64 limit_bytes);
void vn_frame_store_free (VnFrameStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnFrameStore, vn_frame_store_free)
/* @frame's offset is set by the store. Returns: FALSE if the limit is reached; the frame is then counted as lost. */
gboolean vn_frame_store_add (VnFrameStore *store, VnFrame *frame, const guint8 *bytes);
/* Drops all frames, those lost aside. */
void vn_frame_store_clear (VnFrameStore *store);
guint vn_frame_store_len (const VnFrameStore *store);
guint64 vn_frame_store_lost (const VnFrameStore *store);
/* Valid until the next _add or _sort. */
const VnFrame *vn_frame_store_get (const VnFrameStore *store, guint index);
/* caplen bytes, valid as long as the store. */
const guint8 *vn_frame_store_bytes (const VnFrameStore *store, guint index);
/* By time, then by the order of arrival; the packet numbers of the pcapng are the new indices + 1. */
void vn_frame_store_sort (VnFrameStore *store);

G_END_DECLS
