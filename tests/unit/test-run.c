/* SPDX-License-Identifier: Apache-2.0 */
/* The record of a run, its exit code, and the table of checks against its documentation. */
#include "analysis/judge/vn-check-list.h"
#include "tests/lib/vn-test-values.h"

#include <string.h>

static void
add_cell (VnRun *run, VnVerdict verdict)
{
  VnRunCell *cell = vn_run_cell_new ();

  cell->verdict = verdict;
  g_ptr_array_add (run->cells, cell);
}

static void
add_check (VnRun *run, VnVerdict verdict)
{
  VnRunCheck *check = vn_run_check_new ();

  check->id = g_strdup ("LAB-STATE");
  check->verdict = verdict;
  g_ptr_array_add (run->checks, check);
}

#define P VN_VERDICT_PASS
#define F VN_VERDICT_FAIL
#define I VN_VERDICT_INCONCLUSIVE
#define E VN_VERDICT_ERROR
#define NONE VN_N_VERDICTS

static void
test_exit_code (void)
{
  static const struct
  {
    VnVerdict cells[3];
    VnVerdict checks[2];
    int code;
  } rows[] = {
    { { NONE, NONE, NONE }, { NONE, NONE }, 5 },
    { { P, P, P }, { P, P }, 0 },
    { { P, NONE, NONE }, { NONE, NONE }, 0 },
    { { NONE, NONE, NONE }, { P, NONE }, 0 },
    { { P, F, P }, { P, P }, 1 },
    { { P, P, P }, { F, P }, 1 },
    { { P, I, P }, { P, P }, 6 },
    { { P, I, F }, { P, P }, 1 },
    { { P, P, P }, { I, F }, 1 },
    { { E, F, I }, { P, P }, 4 },
    { { P, P, P }, { P, E }, 4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnRun) run = vn_run_new ();

      for (guint j = 0; j < G_N_ELEMENTS (rows[i].cells); j++)
        if (rows[i].cells[j] != NONE)
          add_cell (run, rows[i].cells[j]);
      for (guint j = 0; j < G_N_ELEMENTS (rows[i].checks); j++)
        if (rows[i].checks[j] != NONE)
          add_check (run, rows[i].checks[j]);
      g_assert_cmpint (vn_run_exit_code (run), ==, rows[i].code);
    }
}

static void
test_count (void)
{
  g_autoptr (VnRun) run = vn_run_new ();

  add_cell (run, P);
  add_cell (run, F);
  add_check (run, F);
  g_assert_cmpuint (vn_run_count (run, P), ==, 1);
  g_assert_cmpuint (vn_run_count (run, F), ==, 2);
  g_assert_cmpuint (vn_run_count (run, I), ==, 0);
}

static void
test_verdict_names (void)
{
  static const char *const names[] = { "pass", "fail", "inconclusive", "error" };

  for (guint i = 0; i < VN_N_VERDICTS; i++)
    g_assert_cmpstr (vn_verdict_name (i), ==, names[i]);
}

/* Every id with its title is a row of docs/checks.md, and every row there is one of them. */
static void
test_documentation (void)
{
  g_autofree char *text = vn_test_read_source ("docs/checks.md");
  guint n, n_rows = 0;
  const VnCheckInfo *checks = vn_checks (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *row = g_strdup_printf ("\n| `%s` | %s |\n", checks[i].id, checks[i].title);

      if (!strstr (text, row))
        g_test_fail_printf ("docs/checks.md has no row%s", row);
    }
  for (const char *p = text; (p = strstr (p, "\n| `")); p++)
    n_rows++;
  g_assert_cmpuint (n_rows, ==, n);
}

static void
test_accept (void)
{
  g_autoptr (VnRun) run = vn_run_new ();
  VnRunQuirk *quirk = g_new0 (VnRunQuirk, 1);

  quirk->id = g_strdup ("SG-V6-NOSPOOF");
  g_ptr_array_add (run->quirks, quirk);
  g_assert_false (vn_run_accept_quirk (run, "SG-V4-NOSPOOF"));
  g_assert_cmpuint (quirk->n_cells, ==, 0);
  g_assert_true (vn_run_accept_quirk (run, "SG-V6-NOSPOOF"));
  g_assert_true (vn_run_accept_quirk (run, "SG-V6-NOSPOOF"));
  g_assert_cmpuint (quirk->n_cells, ==, 2);
}

/* The first failure counts; but a departure that may be accepted must not hide another failure. */
static void
test_gravest_failure (void)
{
  static const struct
  {
    const char *quirks[3]; /* of three failures in a row; NULL = none */
    const char *message;
  } rows[] = {
    { { NULL, NULL, NULL }, "failure 0" }, { { "Q", "Q", "Q" }, "failure 0" },   { { NULL, "Q", "Q" }, "failure 0" },
    { { "Q", NULL, "Q" }, "failure 1" },   { { "Q", NULL, NULL }, "failure 1" }, { { "Q", "Q", NULL }, "failure 2" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnRun) run = vn_run_new ();
      VnRunCheck *check = vn_run_check_new ();

      g_ptr_array_add (run->checks, check);
      for (guint j = 0; j < G_N_ELEMENTS (rows[i].quirks); j++)
        {
          VnCause cause = { .code = VN_CAUSE_FDB, .text = g_strdup ("why"), .quirk = rows[i].quirks[j] };

          vn_check_fail (check, &cause, "failure %u", j);
        }
      g_assert_cmpint (check->verdict, ==, F);
      g_assert_cmpstr (check->message, ==, rows[i].message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run/exit-code", test_exit_code);
  g_test_add_func ("/run/count", test_count);
  g_test_add_func ("/run/accept", test_accept);
  g_test_add_func ("/run/gravest-failure", test_gravest_failure);
  g_test_add_func ("/run/verdict-names", test_verdict_names);
  g_test_add_func ("/run/documentation", test_documentation);
  return g_test_run ();
}
