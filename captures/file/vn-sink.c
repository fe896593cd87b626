/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of sinks seen alike, and the simplest one, a stream.
 *
 * A reader at the other end of a pipe shall see a packet when it passes, so a stream is written in whole blocks at each
 * flush. That its reader has gone away is no error. */
#include "captures/file/vn-sink-private.h"

#include "sim/base/vn-error.h"

#include <errno.h>
#include <unistd.h>

void
vn_sink_free (VnSink *sink)
{
  sink->kind->free (sink);
}

gboolean
vn_sink_begin (VnSink *sink, GError **error)
{
  return sink->kind->begin (sink, error);
}

gboolean
vn_sink_add (VnSink *sink, const VnFrame *frame, const guint8 *bytes, GError **error)
{
  return sink->kind->add (sink, frame, bytes, error);
}

gboolean
vn_sink_flush (VnSink *sink, GError **error)
{
  return sink->kind->flush (sink, error);
}

gboolean
vn_sink_finish (VnSink *sink, GError **error)
{
  return sink->kind->finish (sink, error);
}

gboolean
vn_sink_is_due (const VnSink *sink, guint64 unix_ns)
{
  return sink->kind->is_due != NULL && sink->kind->is_due (sink, unix_ns);
}

gboolean
vn_sink_next (VnSink *sink, GError **error)
{
  return sink->kind->next (sink, error);
}

guint64
vn_sink_due_ns (const VnSink *sink)
{
  return sink->kind->due_ns ? sink->kind->due_ns (sink) : G_MAXUINT64;
}

int
vn_sink_fd (const VnSink *sink)
{
  return sink->fd;
}

gboolean
vn_sink_is_unread (const VnSink *sink)
{
  return sink->is_unread;
}

/* ---- a stream ---- */

typedef struct
{
  VnSink base;
  GByteArray *out;
  guint64 last_ns;
} Stream;

static gboolean
flush_stream (VnSink *sink, GError **error)
{
  Stream *stream = (Stream *)sink;

  for (guint done = 0; done < stream->out->len && !sink->is_unread;)
    {
      gssize written = write (sink->fd, stream->out->data + done, stream->out->len - done);

      if (written < 0 && errno == EPIPE)
        sink->is_unread = TRUE;
      else if (written < 0 && errno != EINTR)
        return vn_error_errno (error, VN_ERROR_IO, errno, "writing the capture");
      done += written > 0 ? (guint)written : 0;
    }
  g_byte_array_set_size (stream->out, 0);
  return TRUE;
}

static gboolean
begin_stream (VnSink *sink, GError **error)
{
  const VnSinkContent *content = sink->content;

  vn_pcapng_append_head (((Stream *)sink)->out, &content->info, content->points, content->names);
  return flush_stream (sink, error);
}

static gboolean
add_to_stream (VnSink *sink, const VnFrame *frame, const guint8 *bytes, GError **error G_GNUC_UNUSED)
{
  Stream *stream = (Stream *)sink;

  vn_pcapng_append_frame (stream->out, frame, bytes, NULL);
  stream->last_ns = MAX (stream->last_ns, frame->time_ns);
  return TRUE;
}

static gboolean
finish_stream (VnSink *sink, GError **error)
{
  Stream *stream = (Stream *)sink;

  vn_pcapng_append_tail (stream->out, sink->content->points, stream->last_ns);
  return flush_stream (sink, error);
}

static void
free_stream (VnSink *sink)
{
  g_byte_array_unref (((Stream *)sink)->out);
  g_free (sink);
}

VnSink *
vn_sink_new_stream (int fd, const VnSinkContent *content)
{
  static const VnSinkKind KIND = {
    .begin = begin_stream,
    .add = add_to_stream,
    .flush = flush_stream,
    .finish = finish_stream,
    .free = free_stream,
  };
  Stream *stream = g_new0 (Stream, 1);

  stream->base = (VnSink){ .kind = &KIND, .content = content, .fd = fd };
  stream->out = g_byte_array_new ();
  return &stream->base;
}
