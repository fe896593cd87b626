/* SPDX-License-Identifier: Apache-2.0 */
/* A capture of a lab that is up. */
#include "sim/cli/vn-cli-capture.h"

#include "sim/cli/vn-cli.h"
#include "sim/run/vn-annotate.h"
#include "sim/run/vn-live.h"

#include <stdio.h>

void
vn_cli_capture_output_clear (VnCliCaptureOutput *output)
{
  vn_fd_clear (&output->fd);
  vn_fd_clear (&output->dir_fd);
  vn_fd_clear (&output->split_fd);
  g_clear_pointer (&output->shown, g_free);
  g_clear_pointer (&output->name, g_free);
}

static GPtrArray *
make_sinks (const VnCliCapture *capture, const VnCliCaptureOutput *output, const VnSinkContent *content)
{
  GPtrArray *sinks = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_sink_free);

  if (output->fd >= 0)
    g_ptr_array_add (sinks, vn_sink_new_stream (output->fd, content));
  if (output->dir_fd >= 0)
    g_ptr_array_add (sinks, vn_sink_new_files (output->dir_fd, output->name, &capture->rotation, content));
  if (output->split_fd >= 0)
    g_ptr_array_add (sinks, vn_sink_new_split (output->split_fd, content));
  return sinks;
}

static void
say_ready (gpointer data)
{
  const GPtrArray *points = data;

  fprintf (stderr, "capturing at %u interface%s\n", points->len, points->len == 1 ? "" : "s");
}

/* Packets that were not captured are told, since nobody would miss them. */
static void
say_end (const GPtrArray *points, guint64 n_frames)
{
  guint64 n_dropped = 0;

  for (guint i = 0; i < points->len; i++)
    n_dropped += ((const VnCapturePoint *)g_ptr_array_index (points, i))->dropped;
  fprintf (stderr, "%" G_GUINT64_FORMAT " packet%s captured", n_frames, n_frames == 1 ? "" : "s");
  if (n_dropped > 0)
    fprintf (stderr, ", %" G_GUINT64_FORMAT " lost: they came faster than they could be written", n_dropped);
  fputc ('\n', stderr);
}

static gboolean
capture_joined (VnHeldLab *held, const VnCliCapture *capture, const VnCliCaptureOutput *output, GPtrArray *points,
                GError **error)
{
  guint snaplen = capture->snaplen_bytes ? (guint)capture->snaplen_bytes : VN_LIVE_SNAPLEN;
  g_autoptr (GArray) names = vn_annotate_names (held->topology);
  g_autofree char *comment = g_strdup_printf ("lab %s (%s), seed %" G_GUINT64_FORMAT, held->state.name,
                                              held->topology->file, held->topology->seed);
  const VnSinkContent content = { { "vnetlab " VN_VERSION, comment, snaplen }, points, names };
  g_autoptr (GPtrArray) sinks = make_sinks (capture, output, &content);
  const VnLiveSetup setup = {
    .points = points,
    .sinks = sinks,
    .filter = capture->filter,
    .snaplen = snaplen,
    .max_frames = capture->max_frames,
    .duration = (VnUsec)capture->duration_sec * G_USEC_PER_SEC,
    .ready = capture->is_quiet ? NULL : say_ready,
    .data = points,
  };
  guint64 n_frames;

  if (!vn_held_lab_join (held, error) || !vn_live_run (held->kernel, &setup, &n_frames, error))
    return FALSE;
  if (!capture->is_quiet)
    say_end (points, n_frames);
  return TRUE;
}

int
vn_cli_capture_run (const VnCliCapture *capture, gboolean (*open) (gpointer data, VnCliCaptureOutput *output),
                    gpointer data)
{
  g_auto (VnCliCaptureOutput) output = VN_CLI_CAPTURE_OUTPUT_NONE;
  g_autofree char *places = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (VnHeldLab) held = vn_held_lab_open (capture->lab, FALSE, &error);
  g_autoptr (GPtrArray) points = held ? vn_live_points (held, capture->points, &error) : NULL;
  VN_AUTO_FD mark = -1;

  if (!points)
    return vn_cli_fail (error);
  if (!open (data, &output))
    return VN_EXIT_USAGE;
  places = g_strdup_printf ("%s\t%u interface%s", output.shown, points->len, points->len == 1 ? "" : "s");
  mark = vn_state_mark (&held->state, "capture", places, &error);
  if (mark < 0 || !capture_joined (held, capture, &output, points, &error))
    return vn_cli_fail (error);
  return VN_EXIT_OK;
}
