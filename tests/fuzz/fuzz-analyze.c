/* SPDX-License-Identifier: Apache-2.0 */
/* Captures of others: whatever a file holds is read, analysed and reported in all formats. The first byte chooses what
 * is asked. */
#include "tests/fuzz/vn-fuzz.h"

#include "analysis/report/vn-flows-report.h"
#include "captures/file/vn-captures.h"
#include "sim/base/vn-fd.h"

#include <sys/mman.h>
#include <unistd.h>

static int
make_file (const uint8_t *data, size_t size)
{
  int fd = memfd_create ("fuzz", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, size);
  return fd;
}

static void
check_report (const VnFlowReport *report, VnAnalysis *analysis)
{
  static const VnFlowsOptions OPTIONS = { TRUE, TRUE, 80 };
  guint n;
  const VnFlowsFormat *formats = vn_flows_formats (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = NULL;
      size_t size;
      FILE *out = open_memstream (&text, &size);

      formats[i].write (report, analysis, &OPTIONS, out);
      fclose (out);
      g_assert_true (g_utf8_validate (text, (gssize)size, NULL));
    }
}

static void
check_captures (VnCaptures *captures, const VnAnalysisOptions *options)
{
  g_autoptr (VnAnalysis) analysis = vn_analysis_new (options, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new (), points = g_ptr_array_new ();
  g_autoptr (VnFlowReport) report = NULL;
  VnCaptured packet;
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify)vn_report_file_free);

  while (vn_captures_next (captures, &packet, NULL))
    {
      g_autofree guint8 *exact = g_memdup2 (packet.bytes, packet.caplen); /* a sanitizer sees a read behind its end */

      packet.bytes = exact;
      vn_analysis_packet (analysis, &packet);
    }
  g_ptr_array_add (names, (char *)"fuzz");
  vn_analysis_finish (analysis, points, names);
  g_ptr_array_add (files, vn_report_file_new ("fuzz", vn_captures_file (captures, 0)->n_packets, 0, NULL));
  report = vn_flow_report_new (analysis, files, &(VnFlowReportOptions){ 3 });
  g_assert_cmpuint (report->n_packets, ==, vn_captures_file (captures, 0)->n_packets);
  check_report (report, analysis);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  uint8_t choice = size > 0 ? data[0] : 0;
  VN_AUTO_FD fd = make_file (data + (size > 0), size > 0 ? size - 1 : 0);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  const char *paths[] = { path, NULL };
  const VnAnalysisOptions options
      = { { { 4789, 8472 }, { 6081 } }, choice & 1 ? "(GET|PUT) [^ ]+ HTTP" : NULL, (choice & 2) != 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCaptures) captures = vn_captures_open (paths, NULL, &error);

  g_assert_true ((captures == NULL) == (error != NULL));
  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
  if (captures)
    check_captures (captures, &options);
  return 0;
}
