/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab capture: packets of a lab that is up, as pcapng, written while they pass. */
#include "sim/cli/vn-cli-capture.h"
#include "sim/cli/vn-cli-units.h"
#include "sim/cli/vn-cli.h"
#include "sim/run/vn-live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SECONDS_MAX (366 * 24 * 3600)
#define FILES_MAX 100000

typedef struct
{
  char *output, *split, *filter, *snaplen, *count, *duration, *rotate_size, *rotate_time, *ring;
} Options;

static gboolean fail (const char *format, ...) G_GNUC_PRINTF (1, 2);

static gboolean
fail (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  fprintf (stderr, "vnetlab capture: %s\n", text);
  return FALSE;
}

static gboolean
read_amounts (const Options *options, VnCliCapture *ret)
{
  guint64 seconds = 0, n_files = 0;
  const struct
  {
    const char *option, *text;
    VnAmount amount;
    guint64 max;
    guint64 *ret;
  } amounts[] = {
    { "snaplen", options->snaplen, VN_AMOUNT_BYTES, VN_LIVE_SNAPLEN, &ret->snaplen_bytes },
    { "count", options->count, VN_AMOUNT_NUMBER, G_MAXINT64, &ret->max_frames },
    { "duration", options->duration, VN_AMOUNT_SECONDS, SECONDS_MAX, &ret->duration_sec },
    { "rotate-size", options->rotate_size, VN_AMOUNT_BYTES, G_MAXINT64, &ret->rotation.max_bytes },
    { "rotate-time", options->rotate_time, VN_AMOUNT_SECONDS, SECONDS_MAX, &seconds },
    { "ring", options->ring, VN_AMOUNT_NUMBER, FILES_MAX, &n_files },
  };

  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    if (!vn_cli_read_amount ("capture", amounts[i].option, amounts[i].text, amounts[i].amount, amounts[i].max,
                             amounts[i].ret))
      return FALSE;
  ret->rotation.max_ns = seconds * 1000000000;
  ret->rotation.n_kept = (guint)n_files;
  return TRUE;
}

static gboolean
is_rotated (const Options *options)
{
  return options->rotate_size || options->rotate_time;
}

/* What contradicts itself is told before anything is opened. */
static gboolean
check (const Options *options)
{
  gboolean is_stdout = !options->output || strcmp (options->output, "-") == 0;

  if (options->ring && !is_rotated (options))
    return fail ("--ring %s: expected --rotate-size or --rotate-time with it, else there is one file only",
                 options->ring);
  if (is_rotated (options) && is_stdout)
    return fail ("--rotate-%s: expected -w FILE with it", options->rotate_size ? "size" : "time");
  if (is_stdout && !(options->split && !options->output) && isatty (STDOUT_FILENO))
    return fail ("expected -w FILE; a terminal can't show pcapng (-w - | wireshark -k -i -)");
  return TRUE;
}

static gboolean
open_folder (const char *path, int *ret)
{
  *ret = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return *ret >= 0 || fail ("cannot write to the folder \"%s\": %s", path, g_strerror (errno));
}

static gboolean
open_files (const char *path, VnCliCaptureOutput *output)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_str_has_suffix (path, "/"))
    return fail ("-w %s: expected the name of a file", path);
  output->name = g_path_get_basename (path);
  return open_folder (folder, &output->dir_fd);
}

static gboolean
open_stream (const char *path, VnCliCaptureOutput *output)
{
  if (!path || strcmp (path, "-") == 0)
    output->fd = dup (STDOUT_FILENO);
  else
    output->fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  return output->fd >= 0 || fail ("cannot write \"%s\": %s", path ? path : "-", g_strerror (errno));
}

static gboolean
open_split (const char *path, VnCliCaptureOutput *output)
{
  if (g_mkdir_with_parents (path, 0777) != 0)
    return fail ("cannot make the folder \"%s\": %s", path, g_strerror (errno));
  return open_folder (path, &output->split_fd);
}

static gboolean
open_output (gpointer data, VnCliCaptureOutput *output)
{
  const Options *options = data;

  output->shown = g_strdup (options->output ? options->output : options->split ? options->split : "-");
  if (options->split && !open_split (options->split, output))
    return FALSE;
  if (options->split && !options->output)
    return TRUE;
  return is_rotated (options) ? open_files (options->output, output) : open_stream (options->output, output);
}

static void
options_clear (Options *options)
{
  char **const texts[]
      = { &options->output,   &options->split,       &options->filter,      &options->snaplen, &options->count,
          &options->duration, &options->rotate_size, &options->rotate_time, &options->ring };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
}

static int
capture (char **words, Options *options)
{
  VnCliCapture what = { .lab = words[0], .filter = options->filter };

  if (!words[0])
    {
      fail ("expected NAME [NODE[:DEV]…]");
      return VN_EXIT_USAGE;
    }
  what.points = (const char *const *)words + 1;
  if (!read_amounts (options, &what) || !check (options))
    return VN_EXIT_USAGE;
  return vn_cli_capture_run (&what, open_output, options);
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
    { "duration", 0, 0, G_OPTION_ARG_STRING, &options.duration, "End after that time (60s, 5min)", "TIME" },
    { "rotate-size", 0, 0, G_OPTION_ARG_STRING, &options.rotate_size,
      "Begin another file after so much (10MB); FILE gets a number and the time into its name", "SIZE" },
    { "rotate-time", 0, 0, G_OPTION_ARG_STRING, &options.rotate_time, "Begin another file after that time", "TIME" },
    { "ring", 0, 0, G_OPTION_ARG_STRING, &options.ring, "Keep the newest N files, with --rotate-…", "N" },
    { "split-interfaces", 0, 0, G_OPTION_ARG_FILENAME, &options.split,
      "A plain pcap for each interface in FOLDER, instead of FILE or beside it", "FOLDER" },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;
  int code = VN_EXIT_USAGE;

  if (vn_cli_parse ("capture", "NAME [NODE[:DEV]…]",
                    "Packets of a lab that is up, at all its interfaces or at those that are named, until Ctrl-C.\n\n"
                    "  vnetlab capture nat vm1 | wireshark -k -i -\n"
                    "  vnetlab capture nat -w nat.pcapng --rotate-size 10MB --ring 5",
                    entries, argc, argv, &words))
    code = capture (words, &options);
  options_clear (&options);
  return code;
}
