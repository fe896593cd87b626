/* SPDX-License-Identifier: Apache-2.0 */
/* A plain pcap for each interface. A pcap tells neither direction nor losses; who needs them takes the pcapng. */
#include "captures/file/vn-sink-private.h"

#include "captures/file/vn-output.h"
#include "captures/file/vn-pcapng-block.h"

#define MAGIC_NANOSECONDS 0xa1b23c4d
#define VERSION_MAJOR 2
#define VERSION_MINOR 4
#define LINKTYPE_ETHERNET 1
#define NS_PER_SEC G_GUINT64_CONSTANT (1000000000)

typedef struct
{
  VnSink base;
  int dir_fd;         /* borrowed */
  GPtrArray *outputs; /* VnOutput, as the points */
} Split;

static void
append_head (GByteArray *out, guint32 snaplen)
{
  vn_block_u32 (out, MAGIC_NANOSECONDS);
  vn_block_u16 (out, VERSION_MAJOR);
  vn_block_u16 (out, VERSION_MINOR);
  vn_block_u32 (out, 0); /* time zone */
  vn_block_u32 (out, 0); /* accuracy */
  vn_block_u32 (out, snaplen);
  vn_block_u32 (out, LINKTYPE_ETHERNET);
}

static gboolean
begin (VnSink *sink, GError **error)
{
  Split *split = (Split *)sink;
  const VnSinkContent *content = sink->content;

  for (guint i = 0; i < content->points->len; i++)
    {
      const VnCapturePoint *point = g_ptr_array_index (content->points, i);
      g_autofree char *name = g_strconcat (point->name, ".pcap", NULL);
      VnOutput *output = vn_output_open (split->dir_fd, name, error);

      if (!output)
        return FALSE;
      append_head (vn_output_buffer (output), content->info.snaplen);
      g_ptr_array_add (split->outputs, output);
    }
  return TRUE;
}

static gboolean
add (VnSink *sink, const VnFrame *frame, const guint8 *bytes, GError **error)
{
  VnOutput *output = g_ptr_array_index (((Split *)sink)->outputs, frame->point);
  GByteArray *out = vn_output_buffer (output);

  vn_block_u32 (out, (guint32)(frame->time_ns / NS_PER_SEC));
  vn_block_u32 (out, (guint32)(frame->time_ns % NS_PER_SEC));
  vn_block_u32 (out, frame->caplen);
  vn_block_u32 (out, frame->len);
  g_byte_array_append (out, bytes, frame->caplen);
  return vn_output_flush_if_full (output, error);
}

static gboolean
for_each_output (VnSink *sink, gboolean (*func) (VnOutput *output, GError **error), GError **error)
{
  const GPtrArray *outputs = ((const Split *)sink)->outputs;

  for (guint i = 0; i < outputs->len; i++)
    if (!func (g_ptr_array_index (outputs, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
flush (VnSink *sink, GError **error)
{
  return for_each_output (sink, vn_output_flush, error);
}

static gboolean
finish (VnSink *sink, GError **error)
{
  return for_each_output (sink, vn_output_finish, error);
}

static void
free_split (VnSink *sink)
{
  g_ptr_array_unref (((Split *)sink)->outputs);
  g_free (sink);
}

VnSink *
vn_sink_new_split (int dir_fd, const VnSinkContent *content)
{
  static const VnSinkKind KIND = {
    .begin = begin,
    .add = add,
    .flush = flush,
    .finish = finish,
    .free = free_split,
  };
  Split *split = g_new0 (Split, 1);

  split->base = (VnSink){ .kind = &KIND, .content = content, .fd = -1 };
  split->dir_fd = dir_fd;
  split->outputs = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_output_free);
  return &split->base;
}
