/* SPDX-License-Identifier: Apache-2.0 */
/* The labs that ship: the good ones load, each bad one has the problem that its first line tells. */
#include "sim/load/vn-load.h"
#include "tests/lib/vn-test-values.h"

#include <stdio.h>

static char *
lab_path (const char *name)
{
  return g_build_filename (g_getenv ("VN_SRCDIR"), "topologies", name, NULL);
}

static const struct
{
  const char *name;
  guint ends, warnings;
} shipped[] = {
  { "home", 5, 0 },
  { "host-only", 8, 0 },
  { "nat", 7, 0 },
  { "nat-network", 7, 0 },
  { "internal", 7, 0 },
  { "bridged", 7, 0 },
  { "routed", 8, 0 },
  { "port-forward", 7, 0 },
  { "self-service", 15, 0 },
  { "migration", 15, 0 },
  { "rules-change", 15, 0 },
  { "self-service-l2population-off-on-compute2", 15, 1 },
  { "self-service-no-br-netfilter", 15, 1 },
  { "self-service-udp-port-differs", 15, 1 },
  { "self-service-no-firewall-driver", 15, 1 },
  { "self-service-server-without-l2population", 15, 3 },
  { "self-service-rule-removed", 15, 0 },
  { "self-service-flood-entries-deleted", 15, 0 },
};

static void
test_labs (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shipped); i++)
    {
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      g_autofree char *path = lab_path (shipped[i].name);
      g_autoptr (VnTopology) t = vn_load_lab (path, NULL, diags);

      g_assert_nonnull (t);
      g_assert_cmpstr (t->name, ==, shipped[i].name);
      g_assert_cmpuint (t->ends->len, ==, shipped[i].ends);
      g_assert_cmpuint (vn_diag_list_count (diags, VN_SEVERITY_WARNING), ==, shipped[i].warnings);
    }
}

/* "# expect: CODE line N" on the first line of each file; line is missing where no line is to blame. */
static void
check_bad_lab (const char *folder)
{
  static const char *const quirks[] = { "SG-V4-NOSPOOF", "SG-V6-NOSPOOF", NULL };
  const VnLoadOptions given = { .quirks = quirks };
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autofree char *path = g_build_filename (folder, "lab.vlab.yml", NULL);
  g_autofree char *text = vn_test_read_file (path);
  char code[64];
  guint line = 0;
  gboolean found = FALSE;

  vn_topology_unref (vn_load_lab (path, &given, diags));
  g_assert_cmpint (sscanf (text, "# expect: %63s line %u", code, &line), >=, 1);
  for (guint i = 0; i < vn_diag_list_len (diags) && !found; i++)
    {
      const VnDiag *diag = vn_diag_list_get (diags, i);

      found = g_str_equal (vn_diag_id (diag->code), code) && (line == 0 || diag->origin.line == line);
    }
  if (!found)
    g_error ("%s: no %s at line %u", path, code, line);
}

static void
test_bad_labs (void)
{
  g_autofree char *top = lab_path ("bad");
  g_autoptr (GDir) dir = g_dir_open (top, 0, NULL);
  const char *entry;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *folder = g_build_filename (top, entry, NULL);
      g_autofree char *lab = g_build_filename (folder, "lab.vlab.yml", NULL);

      if (!g_file_test (lab, G_FILE_TEST_EXISTS))
        continue;
      check_bad_lab (folder);
      n++;
    }
  g_assert_cmpuint (n, >=, 40);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shipped/labs", test_labs);
  g_test_add_func ("/shipped/bad-labs", test_bad_labs);
  return g_test_run ();
}
