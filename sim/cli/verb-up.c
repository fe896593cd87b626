/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab up, down: a lab that stays until it is taken down. */
#include "sim/base/vn-fd.h"
#include "sim/cli/vn-cli.h"
#include "sim/model/vn-topology.h"
#include "sim/run/vn-holder.h"
#include "sim/run/vn-state-lab.h"

#include <stdio.h>
#include <string.h>

typedef struct
{
  VnCliLab lab;
  char *name;
} Options;

static gboolean
start (const VnTopology *topology, const Options *options, VnState *state, GError **error)
{
  const VnStateAsked asked = { (const char *const *)options->lab.sets, options->lab.seed };
  gboolean ok
      = vn_state_save_lab (state, VN_STATE_UP, topology, &asked, error) && vn_holder_start (state, topology, error);

  if (!ok)
    vn_state_remove (state);
  return ok;
}

static int
bring_up (const VnTopology *topology, const Options *options)
{
  const char *name = options->name ? options->name : topology->name;
  g_auto (VnState) state = VN_STATE_NONE;
  g_autoptr (GError) error = NULL;
  VnUsec begin = vn_clock_now ();

  if (!vn_state_make (name, &state, &error) || !start (topology, options, &state, &error))
    return vn_cli_fail (error);
  printf ("%s is up (%.2f s)\n", name, (double)(vn_clock_now () - begin) / G_USEC_PER_SEC);
  fflush (stdout);
  return VN_EXIT_OK;
}

/* All are loaded before the first is built. */
static int
bring_all_up (char **words, const Options *options)
{
  g_autoptr (GPtrArray) topologies = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_topology_unref);
  int code = VN_EXIT_OK;

  for (char **word = words; *word; word++)
    {
      VnTopology *topology = vn_cli_load (*word, &options->lab, NULL);

      if (!topology)
        code = VN_EXIT_USAGE;
      else
        g_ptr_array_add (topologies, topology);
    }
  for (guint i = 0; code == VN_EXIT_OK && i < topologies->len; i++)
    code = bring_up (g_ptr_array_index (topologies, i), options);
  return code;
}

static gboolean
check_words (char **words, const Options *options)
{
  guint n = g_strv_length (words);

  if (n == 0 || (options->name && n > 1))
    fprintf (stderr, "vnetlab up: expected %s\n", n == 0 ? "LAB…" : "one LAB with --name");
  else if (options->name && !vn_name_is_plain (options->name, VN_NAME_MAX))
    fprintf (stderr,
             "vnetlab up: --name %s: expected 1 to %u letters, digits, '.', '_' or '-', the first a letter or digit\n",
             options->name, VN_NAME_MAX);
  else
    return TRUE;
  return FALSE;
}

int
vn_verb_up (int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    VN_CLI_LAB_ENTRIES (options.lab),
    { "name", 0, 0, G_OPTION_ARG_STRING, &options.name, "What to call it (default: the lab's own name)", "NAME" },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;
  int code = VN_EXIT_USAGE;

  if (vn_cli_parse ("up", "LAB…", "Builds each lab and leaves it standing until \"vnetlab down\".", entries, argc, argv,
                    &words)
      && check_words (words, &options))
    code = bring_all_up (words, &options);
  vn_cli_lab_clear (&options.lab);
  g_free (options.name);
  return code;
}
