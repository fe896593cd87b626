/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab: the table of verbs, and what holds for all of them at the start and at the end. */
#include "sim/base/vn-text.h"
#include "sim/cli/vn-cli.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const VnVerbInfo verbs[] = {
  { "test", "LAB…", "build, probe, judge, report, remove", vn_verb_test },
  { "plan", "LAB", "what would be built, without building it", vn_verb_plan },
  { "predict", "LAB FROM TO PROTO[/PORT]", "what must happen to a packet and why, without a lab", vn_verb_predict },
  { "lint", "LAB|DIR…", "problems of the lab file and the ini files", vn_verb_lint },
  { "trace", "LAB FROM TO PROTO[/PORT]", "one packet, hop by hop: what changed where, and why", vn_verb_trace },
  { "compare", "LAB…", "who reaches whom in several labs, side by side", vn_verb_compare },
  { "api", "LAB METHOD PATH [BODY]", "a request of the Networking API, answered as the server would", vn_verb_api },
  { "analyze", "PCAP…", "flows and findings of captures that somebody else made", vn_verb_analyze },
  { "report", "[RUN|DIR|latest]", "a report again from a saved run, or an index of many", vn_verb_report },
  { "up", "LAB…", "build a lab that stays", vn_verb_up },
  { "apply", "[LAB]", "bring a lab that is up to what its file says now", vn_verb_apply },
  { "down", "NAME…", "end a lab that stays", vn_verb_down },
  { "ls", "", "the labs that are up", vn_verb_ls },
  { "exec", "NAME NODE [--] CMD…", "run a command in a node of a lab that is up", vn_verb_exec },
  { "shell", "NAME NODE", "a shell in a node of a lab that is up", vn_verb_shell },
  { "inspect", "NAME", "links, addresses, leases and programs of a lab that is up", vn_verb_inspect },
  { "capture", "NAME [NODE[:DEV]…]", "packets of a lab that is up, as pcapng", vn_verb_capture },
  { "extcap", "--install", "show labs that are up in Wireshark's list of interfaces", vn_verb_extcap },
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

/* A caller may have closed some of the three standard streams. The first file that a run opens would then take the
 * number, and a report would go into it. What is put in their place is opened the wrong way round, so that its use
 * fails as that of a closed one does. Returns: FALSE if there is no /dev/null. */
static gboolean
occupy_standard_streams (void)
{
  static const int wrong_way[] = { O_WRONLY, O_RDONLY, O_RDONLY };

  for (int fd = 0; fd < (int)G_N_ELEMENTS (wrong_way); fd++)
    if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", wrong_way[fd]) != fd)
      return FALSE;
  return TRUE;
}

/* Results that could not be written whole (a full disk) are no results. Returns: the exit code. */
static int
finish_output (int code)
{
  errno = 0;
  if (fflush (stdout) == 0 && !ferror (stdout))
    return code;
  fprintf (stderr, "vnetlab: cannot write to the standard output: %s\n",
           errno ? g_strerror (errno) : "not all was written");
  return VN_EXIT_INTERNAL;
}

static int
run_verb (int argc, char **argv)
{
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

int
main (int argc, char **argv)
{
  if (!occupy_standard_streams ())
    return VN_EXIT_MACHINE;
  setlocale (LC_ALL, "");
  if (argc < 2)
    {
      print_help (stderr);
      return VN_EXIT_USAGE;
    }
  return finish_output (run_verb (argc, argv));
}
