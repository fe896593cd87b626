/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab: the table of verbs. */
#include "sim/base/vn-text.h"
#include "sim/cli/vn-cli.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static const VnVerbInfo verbs[] = {
  { "test", "LAB…", "build, probe, judge, report, remove", vn_verb_test },
  { "plan", "LAB", "what would be built, without building it", vn_verb_plan },
  { "predict", "LAB FROM TO PROTO[/PORT]", "what must happen to a packet and why, without a lab", vn_verb_predict },
  { "lint", "LAB|DIR…", "problems of the lab file and the ini files", vn_verb_lint },
  { "doctor", "", "what this machine can do, and the cure for what it can't", vn_verb_doctor },
};

static void
print_help (FILE *stream)
{
  fprintf (stream, "Usage: vnetlab VERB [OPTION…] …\n\n"
                   "Virtual networks without root, real packets, explained verdicts.\n\n");
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    fprintf (stream, "  %-8s %-26s %s\n", verbs[i].name, verbs[i].arguments, verbs[i].summary);
  fprintf (stream, "\nLAB is a path or the name of a lab that ships. \"vnetlab VERB --help\" lists the options; each\n"
                   "also works as VNETLAB_<VERB>_<OPTION>.\n\n"
                   "Exit codes: 0 as expected, 1 a check failed, 2 bad input or usage, 3 this machine can't,\n"
                   "4 internal error, 5 nothing was checked, 6 undecided.\n");
}

static int
unknown_verb (const char *word)
{
  const char *names[G_N_ELEMENTS (verbs) + 1] = { NULL };
  g_autofree char *hint = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    names[i] = verbs[i].name;
  hint = vn_suggest_hint (word, names);
  fprintf (stderr, "vnetlab: there is no verb \"%s\"%s%s\n", word, hint ? "; " : "", hint ? hint : "");
  return VN_EXIT_USAGE;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  if (argc < 2)
    {
      print_help (stderr);
      return VN_EXIT_USAGE;
    }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "help") == 0)
    {
      print_help (stdout);
      return VN_EXIT_OK;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      printf ("vnetlab %s\n", VN_VERSION);
      return VN_EXIT_OK;
    }
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (argv[1], verbs[i].name) == 0)
      return verbs[i].run (argc - 1, argv + 1);
  return unknown_verb (argv[1]);
}
