/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, times and sentences that an analysis's reports for people share. */
#include "analysis/report/vn-flows-report.h"

#include <string.h>

char *
vn_flows_number (guint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  GString *text = g_string_new (NULL);
  gsize n = strlen (digits);

  for (gsize i = 0; i < n; i++)
    {
      if (i > 0 && (n - i) % 3 == 0)
        g_string_append_c (text, ',');
      g_string_append_c (text, digits[i]);
    }
  return g_string_free (text, FALSE);
}

char *
vn_flows_bytes (guint64 bytes)
{
  static const char *const UNITS[] = { "kB", "MB", "GB", "TB", "PB", "EB" };
  double amount = (double)bytes / 1000;
  guint unit = 0;

  if (bytes < 1000)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " B", bytes);
  for (; amount >= 999.95 && unit + 1 < G_N_ELEMENTS (UNITS); unit++)
    amount /= 1000;
  return g_strdup_printf ("%.1f %s", amount, UNITS[unit]);
}

char *
vn_flows_duration (gint64 ns)
{
  double seconds = (double)ns / 1e9;
  guint64 whole = ns > 0 ? (guint64)ns / 1000000000 : 0;

  if (ns <= 0)
    return g_strdup ("0 s");
  if (ns < 1000000)
    return g_strdup_printf ("%.0f µs", (double)ns / 1e3);
  if (ns < 1000000000)
    return g_strdup_printf ("%.1f ms", (double)ns / 1e6);
  if (whole < 120)
    return g_strdup_printf ("%.1f s", seconds);
  if (whole < 7200)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " min %" G_GUINT64_FORMAT " s", whole / 60, whole % 60);
  return g_strdup_printf ("%" G_GUINT64_FORMAT " h %" G_GUINT64_FORMAT " min", whole / 3600, whole / 60 % 60);
}

char *
vn_flows_packets (const VnFlowReport *report, const GArray *packets)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < packets->len; i++)
    {
      const VnReportPacket *packet = &g_array_index (packets, VnReportPacket, i);
      const VnReportFile *file = g_ptr_array_index (report->files, packet->file);
      g_autofree char *base = g_path_get_basename (file->path);

      g_string_append (text, i == 0 ? (packets->len == 1 ? "packet " : "packets ") : ", ");
      if (report->files->len > 1)
        g_string_append_printf (text, "%s ", base);
      g_string_append_printf (text, "%" G_GUINT64_FORMAT, packet->number);
    }
  return g_string_free (text, FALSE);
}

char *
vn_flows_end (const char *address, guint port)
{
  if (port == 0)
    return g_strdup (address);
  return g_strdup_printf (strchr (address, ':') ? "[%s]:%u" : "%s:%u", address, port);
}

static char *
moment (gint64 ns)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (ns / 1000000000);

  return time ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S UTC") : g_strdup ("an unknown time");
}

char *
vn_flows_summary (const VnFlowReport *report)
{
  g_autofree char *packets = vn_flows_number (report->n_packets), *bytes = vn_flows_bytes (report->n_bytes);
  g_autofree char *flows = vn_flows_number (report->n_flows), *start = moment (report->first_ns);
  g_autofree char *duration = vn_flows_duration (report->last_ns - report->first_ns);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < report->files->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                            ((const VnReportFile *)g_ptr_array_index (report->files, i))->path);
  return g_strdup_printf ("%s: %s packet%s, %s, %s conversation%s in %s from %s", names->str, packets,
                          report->n_packets == 1 ? "" : "s", bytes, flows, report->n_flows == 1 ? "" : "s", duration,
                          start);
}

char *
vn_flows_verdict (const VnFlowReport *report)
{
  const struct
  {
    guint n;
    const char *word;
  } parts[] = { { report->n_errors, "error" }, { report->n_warnings, "warning" }, { report->n_notes, "note" } };
  GString *text = g_string_new (NULL);

  if (report->n_errors + report->n_warnings == 0)
    g_string_append (text, "Nothing wrong was found");
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i].n > 0)
      g_string_append_printf (text, "%s%u %s%s", text->len > 0 ? ", " : "", parts[i].n, parts[i].word,
                              parts[i].n == 1 ? "" : "s");
  return g_string_free (text, FALSE);
}
