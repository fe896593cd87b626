/* SPDX-License-Identifier: Apache-2.0 */
/* Reports: whatever is read as a record is written and read back to the same, and every writer copes with it. */
#include "tests/fuzz/vn-fuzz.h"

#include "analysis/report/vn-report.h"

static void
check_round_trip (const VnRun *run)
{
  const VnReportFormat *json = vn_report_format_find ("json");
  g_autoptr (GError) error = NULL;
  g_autofree char *first = json->write (run, &(VnReportOptions){ 0 }), *second = NULL;
  g_autoptr (VnRun) again = vn_report_parse_json (first, -1, &error);

  g_assert_no_error (error);
  second = json->write (again, &(VnReportOptions){ 0 });
  g_assert_cmpstr (first, ==, second);
}

static void
check_writers (const VnRun *run)
{
  static const VnReportOptions options[] = { { FALSE, 100, TRUE }, { TRUE, 40, FALSE } };
  guint n_formats;
  const VnReportFormat *formats = vn_report_formats (&n_formats);

  for (guint i = 0; i < n_formats; i++)
    for (gsize j = 0; j < G_N_ELEMENTS (options); j++)
      {
        g_autofree char *text = formats[i].write (run, &options[j]);

        g_assert_true (g_utf8_validate (text, -1, NULL));
      }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnRun) run = vn_report_parse_json ((const char *)data, (gssize)size, &error);

  g_assert_true ((run == NULL) == (error != NULL));
  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
  if (run == NULL)
    return 0;
  check_round_trip (run);
  check_writers (run);
  g_assert_cmpint (vn_run_exit_code (run), >=, 0);
  return 0;
}
