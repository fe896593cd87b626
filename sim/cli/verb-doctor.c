/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab doctor: what this machine can do. */
#include "sim/cli/vn-cli.h"
#include "sim/kernel/vn-sandbox.h"

#include <stdio.h>

static gboolean
print_capability (const VnCapability *c)
{
  const char *mark = c->found ? "ok" : c->needed ? "NO" : "-";

  if (c->detail)
    printf ("%-4s %-26s %s\n", mark, c->name, c->detail);
  else
    printf ("%-4s %s\n", mark, c->name);
  if (!c->found && c->cure)
    printf ("     %-26s needs %s: %s\n", "", c->option, c->cure);
  return c->found || !c->needed;
}

int
vn_verb_doctor (int argc, char **argv)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (GPtrArray) capabilities = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  gboolean ok = TRUE;

  if (!vn_cli_parse ("doctor", "", "What this machine can do, each found by trying.", entries, argc, argv, &words))
    return VN_EXIT_USAGE;
  capabilities = vn_capabilities_probe (&error);
  if (!capabilities)
    return vn_cli_fail (error);
  for (guint i = 0; i < capabilities->len; i++)
    ok = print_capability (g_ptr_array_index (capabilities, i)) && ok;
  printf ("\n%s\n", ok ? "Labs run on this machine. No lab of this version needs what is marked with -."
                       : "Labs don't run on this machine yet: see the lines with NO.");
  return ok ? VN_EXIT_OK : VN_EXIT_MACHINE;
}
