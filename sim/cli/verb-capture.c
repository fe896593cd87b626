/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab capture: packets of a lab that is up, as pcapng, written while they pass. */
#include "sim/base/vn-text.h"
#include "sim/cli/vn-cli.h"
#include "sim/run/vn-annotate.h"
#include "sim/run/vn-live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_SECONDS (366 * 24 * 3600)

typedef struct
{
  char *output, *filter, *snaplen, *count, *duration;
  guint64 snaplen_bytes, max_frames, duration_sec; /* 0 = not given */
} Options;

/* An option's number; 0 if it was not given. */
static gboolean
read_number (const char *name, const char *text, guint64 max, guint64 *ret)
{
  if (!text || vn_parse_uint (text, 1, max, ret))
    return TRUE;
  fprintf (stderr, "vnetlab capture: --%s %s: expected a whole number from 1 to %" G_GUINT64_FORMAT "\n", name, text,
           max);
  return FALSE;
}

static gboolean
read_numbers (Options *options)
{
  return read_number ("snaplen", options->snaplen, VN_LIVE_SNAPLEN, &options->snaplen_bytes)
         && read_number ("count", options->count, G_MAXINT64, &options->max_frames)
         && read_number ("duration", options->duration, MAX_SECONDS, &options->duration_sec);
}

/* Opened before the sandbox is entered, where the path may lead elsewhere. -1 after a message. */
static int
open_output (const char *path)
{
  int fd;

  if (!path || strcmp (path, "-") == 0)
    {
      if (!isatty (STDOUT_FILENO))
        return dup (STDOUT_FILENO);
      fprintf (stderr, "vnetlab capture: expected -w FILE; a terminal can't show pcapng (-w - | wireshark -k -i -)\n");
      return -1;
    }
  fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0)
    fprintf (stderr, "vnetlab capture: cannot write \"%s\": %s\n", path, g_strerror (errno));
  return fd;
}

static void
say_ready (gpointer data)
{
  const GPtrArray *points = data;

  fprintf (stderr, "capturing at %u interface%s\n", points->len, points->len == 1 ? "" : "s");
}

static gboolean
capture (VnHeldLab *held, const Options *options, GPtrArray *points, int fd, GError **error)
{
  g_autoptr (GArray) names = vn_annotate_names (held->topology);
  g_autofree char *comment = g_strdup_printf ("lab %s (%s), seed %" G_GUINT64_FORMAT, held->state.name,
                                              held->topology->file, held->topology->seed);
  g_autofree char *places = g_strdup_printf ("%s\t%u interfaces", options->output ? options->output : "-", points->len);
  VN_AUTO_FD mark = vn_state_mark (&held->state, "capture", places, error);
  const VnLiveSetup setup = {
    .fd = fd,
    .points = points,
    .names = names,
    .comment = comment,
    .filter = options->filter,
    .snaplen = (guint)options->snaplen_bytes,
    .max_frames = options->max_frames,
    .duration = (VnUsec)options->duration_sec * G_USEC_PER_SEC,
    .ready = say_ready,
    .data = points,
  };
  guint64 n_frames;

  if (mark < 0 || !vn_held_lab_join (held, error) || !vn_live_run (held->kernel, &setup, &n_frames, error))
    return FALSE;
  fprintf (stderr, "%" G_GUINT64_FORMAT " packet%s captured\n", n_frames, n_frames == 1 ? "" : "s");
  return TRUE;
}

static int
capture_lab (char **words, Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnHeldLab) held = vn_held_lab_open (words[0], FALSE, &error);
  g_autoptr (GPtrArray) points = held ? vn_live_points (held, (const char *const *)words + 1, &error) : NULL;
  VN_AUTO_FD fd = -1;

  if (!points)
    return vn_cli_fail (error);
  fd = open_output (options->output);
  if (fd < 0)
    return VN_EXIT_USAGE;
  return capture (held, options, points, fd, &error) ? VN_EXIT_OK : vn_cli_fail (error);
}

static void
options_clear (Options *options)
{
  char **const texts[] = { &options->output, &options->filter, &options->snaplen, &options->count, &options->duration };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
}

int
vn_verb_capture (int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "write", 'w', 0, G_OPTION_ARG_FILENAME, &options.output, "Where to; - or nothing: the standard output", "FILE" },
    { "filter", 'f', 0, G_OPTION_ARG_STRING, &options.filter, "Only packets that fit, as for tcpdump", "EXPRESSION" },
    { "snaplen", 's', 0, G_OPTION_ARG_STRING, &options.snaplen, "Bytes kept of each packet (default 2048)", "BYTES" },
    { "count", 'c', 0, G_OPTION_ARG_STRING, &options.count, "End after N packets", "N" },
    { "duration", 0, 0, G_OPTION_ARG_STRING, &options.duration, "End after so many seconds", "SECONDS" },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;
  int code = VN_EXIT_USAGE;

  if (!vn_cli_parse ("capture", "NAME [NODE[:DEV]…]",
                     "Packets of a lab that is up, at all its interfaces or at those that are named, until Ctrl-C.\n\n"
                     "  vnetlab capture nat vm1 | wireshark -k -i -",
                     entries, argc, argv, &words))
    return code;
  if (!words[0])
    fprintf (stderr, "vnetlab capture: expected NAME [NODE[:DEV]…]\n");
  else if (read_numbers (&options))
    code = capture_lab (words, &options);
  options_clear (&options);
  return code;
}
