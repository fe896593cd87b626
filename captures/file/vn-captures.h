/* SPDX-License-Identifier: Apache-2.0 */
/* Captures that somebody else made, several merged by time: pcap and pcapng of all byte orders and time resolutions,
 * packed by gzip or zstd or not, from files or standard input; through a capture filter. */
#pragma once

#include "sim/packet/vn-captured.h"

G_BEGIN_DECLS

typedef struct
{
  char *name; /* of the interface, as the file says, or NULL */
  guint file;
  guint32 linktype;
  guint64 n_dropped; /* known after the end */
} VnCapturesPoint;

typedef struct
{
  char *path;
  guint64 n_packets; /* read, whether the filter let them through or not */
  guint64 n_unknown; /* of a link type that is not decoded */
  char *problem;     /* why reading stopped before the file did, and where; or NULL */
} VnCapturesFile;

typedef struct _VnCaptures VnCaptures;

/* @paths: NULL-terminated; "-" is standard input. @filter: libpcap's expression, or NULL. Returns: NULL with
 * VN_ERROR_INPUT if one can't be opened or is no capture, or if the filter is wrong. */
VnCaptures *vn_captures_open (const char *const *paths, const char *filter, GError **error);
void vn_captures_free (VnCaptures *captures);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnCaptures, vn_captures_free)

/* Takes @ahead_ns from every time stamp of a file from now on. */
void vn_captures_set_clock (VnCaptures *captures, guint file, gint64 ahead_ns);
/* The earliest of the files' next packets, those of one file in its own order. Returns: FALSE at the end, or with
 * @error if the filter makes no sense for the link type of a packet. */
gboolean vn_captures_next (VnCaptures *captures, VnCaptured *ret, GError **error);
guint vn_captures_n_files (const VnCaptures *captures);
const VnCapturesFile *vn_captures_file (const VnCaptures *captures, guint index);
/* Grows while reading. Element: VnCapturesPoint. */
const GPtrArray *vn_captures_points (const VnCaptures *captures);
/* "127 (IEEE802_11_RADIO)". Transfer full. */
char *vn_captures_linktype_name (guint32 linktype);

G_END_DECLS
