/* SPDX-License-Identifier: Apache-2.0 */
/* pcapng files that follow each other, of which the oldest may be removed.
 *
 * Each is a whole capture: section, interfaces, names, and at its end what each interface received and lost while this
 * file was the current one, so that the losses of all files add up. A file is named when it begins, as dumpcap names
 * them, and has its name when it is whole; what somebody else picks up is never half a file. It ends by the clock, too,
 * when no frame comes. */
#include "captures/file/vn-sink-private.h"

#include "captures/file/vn-output.h"

#include <string.h>
#include <unistd.h>

#define NS_PER_SEC G_GUINT64_CONSTANT (1000000000)

typedef struct
{
  guint64 received, dropped;
} Counters;

typedef struct
{
  VnSink base;
  int dir_fd; /* borrowed */
  char *stem, *suffix;
  VnRotation rotation;
  guint n_begun;
  GQueue names; /* char *: of the files that stand, the oldest first */

  VnOutput *output; /* the current file; NULL = the next frame begins one */
  guint64 n_bytes, first_ns, last_ns;
  Counters *before; /* of each point, when the last file ended */
} Files;

static char *
name_of (const Files *files, guint64 unix_ns)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local ((gint64)(unix_ns / NS_PER_SEC));
  g_autofree char *moment = time ? g_date_time_format (time, "%Y%m%d%H%M%S") : g_strdup ("0");

  return g_strdup_printf ("%s_%05u_%s%s", files->stem, files->n_begun, moment, files->suffix);
}

/* So that with the file that begins there are no more than wanted. */
static void
remove_oldest (Files *files)
{
  while (files->rotation.n_kept > 0 && g_queue_get_length (&files->names) >= files->rotation.n_kept)
    {
      g_autofree char *name = g_queue_pop_head (&files->names);

      unlinkat (files->dir_fd, name, 0);
    }
}

static gboolean
begin_file (Files *files, guint64 unix_ns, GError **error)
{
  const VnSinkContent *content = files->base.content;
  g_autofree char *name = NULL;

  files->n_begun++;
  name = name_of (files, unix_ns);
  remove_oldest (files);
  files->output = vn_output_open (files->dir_fd, name, error);
  if (!files->output)
    return FALSE;
  g_queue_push_tail (&files->names, g_steal_pointer (&name));
  vn_pcapng_append_head (vn_output_buffer (files->output), &content->info, content->points, content->names);
  files->n_bytes = vn_output_buffer (files->output)->len;
  files->first_ns = files->last_ns = unix_ns;
  return TRUE;
}

/* What the points counted since the last file's end. Element: VnCapturePoint without names. Transfer full. */
static GPtrArray *
count_since (Files *files)
{
  const GPtrArray *points = files->base.content->points;
  GPtrArray *counts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < points->len; i++)
    {
      const VnCapturePoint *point = g_ptr_array_index (points, i);
      VnCapturePoint *count = g_new0 (VnCapturePoint, 1);

      count->received = point->received - files->before[i].received;
      count->dropped = point->dropped - files->before[i].dropped;
      files->before[i] = (Counters){ point->received, point->dropped };
      g_ptr_array_add (counts, count);
    }
  return counts;
}

static gboolean
end_file (VnSink *sink, GError **error)
{
  Files *files = (Files *)sink;
  g_autoptr (VnOutput) output = g_steal_pointer (&files->output);
  g_autoptr (GPtrArray) counts = NULL;

  if (!output)
    return TRUE;
  counts = count_since (files);
  vn_pcapng_append_tail (vn_output_buffer (output), counts, files->last_ns);
  return vn_output_finish (output, error);
}

static gboolean
begin (VnSink *sink G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return TRUE;
}

static gboolean
add (VnSink *sink, const VnFrame *frame, const guint8 *bytes, GError **error)
{
  Files *files = (Files *)sink;
  GByteArray *out;
  guint before;

  if (!files->output && !begin_file (files, frame->time_ns, error))
    return FALSE;
  out = vn_output_buffer (files->output);
  before = out->len;
  vn_pcapng_append_frame (out, frame, bytes, NULL);
  files->n_bytes += out->len - before;
  files->last_ns = MAX (files->last_ns, frame->time_ns);
  return vn_output_flush_if_full (files->output, error);
}

static gboolean
flush (VnSink *sink, GError **error)
{
  Files *files = (Files *)sink;

  return files->output == NULL || vn_output_flush (files->output, error);
}

static gboolean
finish (VnSink *sink, GError **error)
{
  Files *files = (Files *)sink;

  if (files->n_begun == 0 && !begin_file (files, (guint64)g_get_real_time () * 1000, error))
    return FALSE;
  return end_file (sink, error);
}

static guint64
due_ns (const VnSink *sink)
{
  const Files *files = (const Files *)sink;

  return files->output && files->rotation.max_ns > 0 ? files->first_ns + files->rotation.max_ns : G_MAXUINT64;
}

static gboolean
is_due (const VnSink *sink, guint64 unix_ns)
{
  const Files *files = (const Files *)sink;
  gboolean is_full = files->rotation.max_bytes > 0 && files->n_bytes >= files->rotation.max_bytes;

  return files->output && (is_full || unix_ns >= due_ns (sink));
}

static void
free_files (VnSink *sink)
{
  Files *files = (Files *)sink;

  g_clear_pointer (&files->output, vn_output_free);
  g_queue_clear_full (&files->names, g_free);
  g_free (files->before);
  g_free (files->stem);
  g_free (files->suffix);
  g_free (files);
}

VnSink *
vn_sink_new_files (int dir_fd, const char *name, const VnRotation *rotation, const VnSinkContent *content)
{
  static const VnSinkKind KIND = {
    .begin = begin,
    .add = add,
    .flush = flush,
    .next = end_file,
    .finish = finish,
    .free = free_files,
    .is_due = is_due,
    .due_ns = due_ns,
  };
  const char *dot = strrchr (name, '.');
  Files *files = g_new0 (Files, 1);

  if (!dot || dot == name)
    dot = name + strlen (name);
  files->base = (VnSink){ .kind = &KIND, .content = content, .fd = -1 };
  files->dir_fd = dir_fd;
  files->stem = g_strndup (name, (gsize)(dot - name));
  files->suffix = g_strdup (dot);
  files->rotation = *rotation;
  g_queue_init (&files->names);
  files->before = g_new0 (Counters, content->points->len);
  return &files->base;
}
