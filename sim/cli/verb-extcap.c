/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab extcap: labs that are up as interfaces of Wireshark.
 *
 * Wireshark starts each program in its extcap folders with questions (extcap(4)): which interfaces there are, of which
 * link type, with which options; and then to capture into a pipe. What stands on the standard error it shows as an
 * error, so a capture that goes well is silent. --install puts a program there that calls this one. */
#include "sim/base/vn-text.h"
#include "sim/cli/vn-cli-capture.h"
#include "sim/cli/vn-cli-units.h"
#include "sim/cli/vn-cli.h"
#include "sim/run/vn-live.h"

#include "captures/live/vn-capture.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define PREFIX "vnetlab-"

typedef struct
{
  gboolean interfaces, dlts, config, capture, install;
  char *version, *interface, *fifo, *filter;
  char *points, *snaplen; /* the options that --extcap-config tells of */
} Options;

static int
fail (const char *what, const char *why)
{
  fprintf (stderr, "vnetlab extcap: %s: %s\n", what, why);
  return VN_EXIT_USAGE;
}

/* ---- the questions ---- */

static int
list_interfaces (const Options *options G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = vn_state_list (NULL, &error);

  if (!names)
    return vn_cli_fail (error);
  printf ("extcap {version=" VN_VERSION "}{display=vnetlab}\n");
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      printf ("interface {value=" PREFIX "%s}{display=vnetlab: lab %s}\n", name, name);
    }
  return VN_EXIT_OK;
}

/* The lab that --extcap-interface names; NULL after a message. */
static const char *
lab_of (const Options *options)
{
  if (options->interface && g_str_has_prefix (options->interface, PREFIX))
    return options->interface + strlen (PREFIX);
  fail ("--extcap-interface", "expected " PREFIX "NAME, as --extcap-interfaces lists them");
  return NULL;
}

static int
list_dlts (const Options *options)
{
  if (!lab_of (options))
    return VN_EXIT_USAGE;
  printf ("dlt {number=1}{name=EN10MB}{display=Ethernet}\n");
  return VN_EXIT_OK;
}

static gboolean
is_first_of_node (const GPtrArray *points, guint index)
{
  const char *node = ((const VnCapturePoint *)g_ptr_array_index (points, index))->node;

  for (guint i = 0; i < index; i++)
    if (((const VnCapturePoint *)g_ptr_array_index (points, i))->node == node)
      return FALSE;
  return TRUE;
}

/* A node, and below it its interfaces. */
static void
list_points (const GPtrArray *points)
{
  for (guint i = 0; i < points->len; i++)
    {
      const VnCapturePoint *point = g_ptr_array_index (points, i);

      if (is_first_of_node (points, i))
        printf ("value {arg=0}{value=%s}{display=%s}{default=false}{enabled=true}\n", point->node, point->node);
      printf ("value {arg=0}{value=%s}{display=%s%s%s}{default=false}{enabled=true}{parent=%s}\n", point->name,
              point->dev, point->description ? ", " : "", point->description ? point->description : "", point->node);
    }
}

static int
list_config (const Options *options)
{
  static const char *const ALL[] = { NULL };
  const char *lab = lab_of (options);
  g_autoptr (GError) error = NULL;
  g_autoptr (VnHeldLab) held = lab ? vn_held_lab_open (lab, FALSE, &error) : NULL;
  g_autoptr (GPtrArray) points = held ? vn_live_points (held, ALL, &error) : NULL;

  if (!points)
    return lab ? vn_cli_fail (error) : VN_EXIT_USAGE;
  printf ("arg {number=0}{call=--points}{display=Interfaces}{type=multicheck}{tooltip=None: all of them}\n"
          "arg {number=1}{call=--snaplen}{display=Bytes kept of each packet}{type=unsigned}{range=1,%d}{default=%d}\n",
          VN_LIVE_SNAPLEN, VN_LIVE_SNAPLEN);
  list_points (points);
  return VN_EXIT_OK;
}

/* Wireshark asks while the filter is typed; what is printed is what is wrong with it. */
static int
check_filter (const Options *options)
{
  g_autoptr (GError) error = NULL;

  if (*options->filter && !vn_capture_check_filter (options->filter, &error))
    printf ("%s\n", error->message);
  return VN_EXIT_OK;
}

/* ---- capture ---- */

static gboolean
open_fifo (gpointer data, VnCliCaptureOutput *output)
{
  const char *path = data;

  output->shown = g_strdup ("Wireshark");
  output->fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (output->fd < 0)
    fail (path, g_strerror (errno));
  return output->fd >= 0;
}

static int
capture (const Options *options)
{
  VnCliCapture what = { .lab = lab_of (options), .is_quiet = TRUE };
  g_auto (GStrv) points = g_strsplit (options->points ? options->points : "", ",", 0);

  if (!what.lab)
    return VN_EXIT_USAGE;
  if (!options->fifo)
    return fail ("--capture", "expected --fifo FILE with it");
  if (!vn_cli_read_amount ("extcap", "snaplen", options->snaplen, VN_AMOUNT_BYTES, VN_LIVE_SNAPLEN,
                           &what.snaplen_bytes))
    return VN_EXIT_USAGE;
  what.points = (const char *const *)points;
  what.filter = options->filter && *options->filter ? options->filter : NULL;
  return vn_cli_capture_run (&what, open_fifo, options->fifo);
}

/* ---- install ---- */

static gboolean
write_program (const char *folder, const char *text)
{
  g_autofree char *path = g_build_filename (folder, "vnetlab", NULL);
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (folder, 0755) != 0)
    fail (folder, g_strerror (errno));
  else if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0755, &error))
    fail (path, error->message);
  else
    return printf ("%s\n", path) > 0;
  return FALSE;
}

/* Wireshark up to 4.0 looks in the first folder, later ones in the second. */
static int
install (const Options *options G_GNUC_UNUSED)
{
  g_autofree char *exe = g_file_read_link ("/proc/self/exe", NULL), *quoted = NULL, *text = NULL;
  g_autofree char *old = g_build_filename (g_get_user_config_dir (), "wireshark", "extcap", NULL);
  g_autofree char *new = g_build_filename (g_get_home_dir (), ".local", "lib", "wireshark", "extcap", NULL);

  if (!exe)
    return fail ("/proc/self/exe", g_strerror (errno));
  quoted = g_shell_quote (exe);
  text = g_strdup_printf ("#!/bin/sh\nexec %s extcap \"$@\"\n", quoted);
  return write_program (old, text) && write_program (new, text) ? VN_EXIT_OK : VN_EXIT_USAGE;
}

/* ---- the verb ---- */

static int
answer (const Options *options)
{
  const struct
  {
    gboolean is_asked;
    int (*answer) (const Options *options);
  } questions[] = {
    { options->install, install }, { options->interfaces, list_interfaces },
    { options->dlts, list_dlts },  { options->config, list_config },
    { options->capture, capture }, { options->filter != NULL, check_filter },
  };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    if (questions[i].is_asked)
      return questions[i].answer (options);
  return fail ("expected one of --install, --extcap-interfaces, --extcap-dlts, --extcap-config, --capture",
               "Wireshark calls this verb; people call --install");
}

static void
options_clear (Options *options)
{
  char **const texts[] = { &options->version, &options->interface, &options->fifo,
                           &options->filter,  &options->points,    &options->snaplen };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
}

int
vn_verb_extcap (int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "install", 0, 0, G_OPTION_ARG_NONE, &options.install, "Make labs appear in your Wireshark", NULL },
    { "extcap-interfaces", 0, 0, G_OPTION_ARG_NONE, &options.interfaces, "List the labs that are up", NULL },
    { "extcap-version", 0, 0, G_OPTION_ARG_STRING, &options.version, "Of Wireshark; any will do", "VERSION" },
    { "extcap-interface", 0, 0, G_OPTION_ARG_STRING, &options.interface, "Which lab", PREFIX "NAME" },
    { "extcap-dlts", 0, 0, G_OPTION_ARG_NONE, &options.dlts, "List the link types", NULL },
    { "extcap-config", 0, 0, G_OPTION_ARG_NONE, &options.config, "List the options below", NULL },
    { "capture", 0, 0, G_OPTION_ARG_NONE, &options.capture, "Capture", NULL },
    { "fifo", 0, 0, G_OPTION_ARG_FILENAME, &options.fifo, "Where to", "FILE" },
    { "extcap-capture-filter", 0, 0, G_OPTION_ARG_STRING, &options.filter,
      "Only packets that fit; without --capture: say what is wrong with it", "EXPRESSION" },
    { "points", 0, 0, G_OPTION_ARG_STRING, &options.points, "Only these nodes and interfaces", "NODE[:DEV],…" },
    { "snaplen", 0, 0, G_OPTION_ARG_STRING, &options.snaplen, "Bytes kept of each packet (default 2048)", "BYTES" },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;
  int code = VN_EXIT_USAGE;

  if (vn_cli_parse (
          "extcap", "",
          "Labs that are up as interfaces of Wireshark: after \"vnetlab extcap --install\" they stand in its\n"
          "list. The other options are Wireshark's own questions.",
          entries, argc, argv, &words))
    code = words[0] ? fail (words[0], "expected no further word") : answer (&options);
  options_clear (&options);
  return code;
}
