/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab down: ends labs that stay, with every program in them. */
#include "sim/cli/vn-cli.h"
#include "sim/run/vn-holder.h"

#include <stdio.h>

static int
take_down (const char *name)
{
  g_auto (VnState) state = VN_STATE_NONE;
  g_autoptr (GError) error = NULL;

  if (!vn_state_open (name, &state, &error) || !vn_holder_stop (&state, &error))
    return vn_cli_fail (error);
  printf ("%s is down\n", name);
  return VN_EXIT_OK;
}

/* Goes on after a failure. Returns: the exit code of the first one. */
static int
take_all_down (const char *const *names)
{
  int first = VN_EXIT_OK;

  for (; *names; names++)
    {
      int code = take_down (*names);

      if (first == VN_EXIT_OK)
        first = code;
    }
  return first;
}

static int
take_every_lab_down (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = vn_state_list (NULL, &error);

  if (!names)
    return vn_cli_fail (error);
  g_ptr_array_add (names, NULL);
  return take_all_down ((const char *const *)names->pdata);
}

int
vn_verb_down (int argc, char **argv)
{
  gboolean all = FALSE;
  const GOptionEntry entries[] = {
    { "all", 'a', 0, G_OPTION_ARG_NONE, &all, "Every lab that is up", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;

  if (!vn_cli_parse ("down", "NAME…", "Ends labs that are up, with every program that runs in them.", entries, argc,
                     argv, &words))
    return VN_EXIT_USAGE;
  if (all == (words[0] != NULL))
    {
      fprintf (stderr, "vnetlab down: expected NAME…, or --all\n");
      return VN_EXIT_USAGE;
    }
  return all ? take_every_lab_down () : take_all_down ((const char *const *)words);
}
