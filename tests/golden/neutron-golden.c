/* SPDX-License-Identifier: Apache-2.0 */
/* Every folder with a case.json as a lab, compared with what Neutron's own agent had behind each step: in the tables,
 * and read back from the kernel. A line a case, then "N passed, N failed".
 * usage: neutron-golden CASES_DIR */
#include <stdio.h>

#include "sim/kernel/vn-sandbox.h"
#include "tests/lib/vn-case-run.h"

enum
{
  EXIT_AS_EXPECTED,
  EXIT_DIFFERS,
  EXIT_BAD_USAGE,
  EXIT_SKIPPED = 77, /* what meson takes for a skip */
};

/* Returns: NULL if the case passes, else why not. Transfer full. */
static char *
check (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCase) c = vn_case_load (folder, &error);
  char *difference = c != NULL ? vn_case_check_tables (c) : NULL;

  if (c != NULL && difference == NULL)
    {
      g_autofree char *there = vn_case_check_kernel (c, &error);

      difference = there != NULL ? g_strdup_printf ("kernel: %s", there) : NULL;
    }
  return difference == NULL && error != NULL ? g_strdup (error->message) : difference;
}

static int
check_all (const GPtrArray *folders)
{
  guint n_failed = 0;

  for (guint i = 0; i < folders->len; i++)
    {
      const char *folder = g_ptr_array_index (folders, i);
      g_autofree char *name = g_path_get_basename (folder), *why_not = check (folder);

      n_failed += why_not != NULL;
      printf ("%s %s%s%s\n", why_not != NULL ? "FAIL" : "ok  ", name, why_not != NULL ? ": " : "",
              why_not != NULL ? why_not : "");
    }
  printf ("%u passed, %u failed\n", folders->len - n_failed, n_failed);
  return n_failed == 0 && folders->len > 0 ? EXIT_AS_EXPECTED : EXIT_DIFFERS;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) folders = argc == 2 ? vn_case_list (argv[1], &error) : NULL;

  if (folders == NULL)
    {
      fprintf (stderr, "%s\n", error != NULL ? error->message : "usage: neutron-golden CASES_DIR");
      return EXIT_BAD_USAGE;
    }
  if (!vn_sandbox_enter (&error))
    {
      fprintf (stderr, "%s\n", error->message);
      return EXIT_SKIPPED;
    }
  return check_all (folders);
}
