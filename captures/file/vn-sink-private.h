/* SPDX-License-Identifier: Apache-2.0 */
/* What the kinds of sinks share. Private to captures/file. */
#pragma once

#include "captures/file/vn-sink.h"

G_BEGIN_DECLS

typedef struct
{
  gboolean (*begin) (VnSink *sink, GError **error);
  gboolean (*add) (VnSink *sink, const VnFrame *frame, const guint8 *bytes, GError **error);
  gboolean (*flush) (VnSink *sink, GError **error);
  gboolean (*finish) (VnSink *sink, GError **error);
  void (*free) (VnSink *sink);
  /* Of sinks that change their file; else NULL. */
  gboolean (*next) (VnSink *sink, GError **error);
  gboolean (*is_due) (const VnSink *sink, guint64 unix_ns);
  guint64 (*due_ns) (const VnSink *sink);
} VnSinkKind;

/* The first member of each kind's own struct. */
struct _VnSink
{
  const VnSinkKind *kind;
  const VnSinkContent *content;
  int fd;             /* -1 = no stream */
  gboolean is_unread; /* its reader is gone */
};

G_END_DECLS
