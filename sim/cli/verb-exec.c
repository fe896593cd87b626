/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab exec, shell: work in a node of a lab that is up. */
#include "sim/cli/vn-cli.h"
#include "sim/kernel/vn-sandbox-join.h"
#include "sim/run/vn-node-files.h"
#include "sim/run/vn-state.h"

#include <stdio.h>
#include <string.h>

/* Joins the lab and becomes the command. Comes back only with the exit code of a failure; but the process that waits
 * outside exits as the command does. */
static int
run_in_node (const char *lab, const char *node, char **command)
{
  g_auto (VnState) state = VN_STATE_NONE;
  g_autoptr (GError) error = NULL;
  g_autofree char *lab_variable = g_strconcat ("VNETLAB_LAB=", lab, NULL);
  g_autofree char *node_variable = g_strconcat ("VNETLAB_NODE=", node, NULL);
  g_autofree char *prompt = g_strdup_printf ("PS1=%s@%s$ ", node, lab); /* of a shell that reads no file */
  const char *const env[] = { lab_variable, node_variable, prompt, NULL };

  if (vn_state_open (lab, &state, &error) && vn_sandbox_join (state.holder, &error))
    vn_sandbox_exec (node, command, env, &error);
  return vn_cli_fail (error);
}

/* How many of @argv are options: those in front of the first word. */
static int
count_options (int argc, char **argv)
{
  int n = 1;

  while (n < argc && argv[n][0] == '-' && strcmp (argv[n], "--") != 0)
    n++;
  return n;
}

int
vn_verb_exec (int argc, char **argv)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_auto (GStrv) none = NULL;
  int n = count_options (argc, argv);
  char **words = argv + n;
  int command;

  if (!vn_cli_parse ("exec", "NAME NODE [--] CMD…",
                     "Runs a command in a node of a lab that is up. The exit status is the command's.", entries, n,
                     argv, &none))
    return VN_EXIT_USAGE;
  command = argc - n > 2 && strcmp (words[2], "--") == 0 ? 3 : 2;
  if (argc - n <= command)
    {
      fprintf (stderr, "vnetlab exec: expected NAME NODE [--] CMD…\n");
      return VN_EXIT_USAGE;
    }
  return run_in_node (words[0], words[1], words + command);
}

int
vn_verb_shell (int argc, char **argv)
{
  static const char *const bash[] = { "bash", "--rcfile", VN_SHELL_FILE, "-i", NULL };
  static const char *const plain[] = { "sh", "-i", NULL };
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_auto (GStrv) words = NULL;
  g_autofree char *path = g_find_program_in_path ("bash");

  if (!vn_cli_parse ("shell", "NAME NODE", "A shell in a node of a lab that is up.", entries, argc, argv, &words))
    return VN_EXIT_USAGE;
  if (g_strv_length (words) != 2)
    {
      fprintf (stderr, "vnetlab shell: expected NAME NODE\n");
      return VN_EXIT_USAGE;
    }
  return run_in_node (words[0], words[1], (char **)(path ? bash : plain));
}
