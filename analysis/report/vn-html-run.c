/* SPDX-License-Identifier: Apache-2.0 */
/* A run as an HTML page: what can be read without a script stands in it as HTML, in the order of importance. The script
 * (html/run.js) makes the fields of the matrix open their evidence and draws the pictures. */
#include "analysis/report/vn-html-run.h"

#include "analysis/report/vn-html.h"
#include "analysis/report/vn-report-summary.h"

#define MOST_GROUPS 40
#define MOST_NAMES 60        /* of cells with one message */
#define MATRIX_STATIC_MAX 64 /* ends; a larger table would weigh more than all its evidence */

static const char *const scripts[] = { "base.js", "picture.js", "ladder.js", "plot.js", "run.js", NULL };

/* What a verdict looks like: class of the style and sign. */
static const struct
{
  const char *class, *sign;
} looks[] = {
  [VN_VERDICT_PASS] = { "good", "✓" },
  [VN_VERDICT_FAIL] = { "bad", "✗" },
  [VN_VERDICT_INCONCLUSIVE] = { "unsure", "?" },
  [VN_VERDICT_ERROR] = { "bad", "!" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (looks) == VN_N_VERDICTS);

/* ---- head ---- */

static void
add_facts (GString *out, const VnRun *run)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (run->started_unix_usec / G_USEC_PER_SEC);
  g_autofree char *moment = time ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S UTC") : g_strdup ("");
  gint64 total_usec = 0;

  for (guint i = 0; i < run->phases->len; i++)
    total_usec += g_array_index (run->phases, VnRunPhase, i).duration;
  vn_html_add (out, "<p class=\"facts\"><span>%s</span><span>%s</span>", moment, run->file);
  if (run->release)
    vn_html_add (out, "<span>Neutron %s</span>", run->release);
  vn_html_add (out, "<span>seed %" G_GUINT64_FORMAT "</span><span>kernel %s</span><span>vnetlab %s</span>", run->seed,
               run->kernel, run->tool_version);
  vn_html_add (out,
               "<span>%" G_GUINT64_FORMAT " frames sent, %" G_GUINT64_FORMAT
               " in capture.pcapng</span><span>%.2f s</span></p>\n",
               run->n_frames_sent, run->n_frames_captured, (double)total_usec / G_USEC_PER_SEC);
}

static void
add_head (GString *out, const VnRun *run)
{
  VnReportSum sum = vn_report_sum_all (run);
  VnVerdict verdict = vn_report_sum_verdict (&sum);
  g_autofree char *line = vn_report_verdict_line (run);

  vn_html_add (out,
               "<header><h1>%s</h1><p class=\"verdict %s\" role=\"status\"><span class=\"sign\">%s</span> %s</p>\n",
               run->lab, looks[verdict].class, looks[verdict].sign, line);
  add_facts (out, run);
  g_string_append (out, "</header>\n");
}

/* ---- what is not as it should be ---- */

static void
add_part (GString *out, const VnReportPart *part)
{
  vn_html_add (out, "<dt class=\"%s\">%s <code>%s</code>%s%s", looks[part->verdict].class,
               vn_verdict_name (part->verdict), part->id, part->message ? ": " : "",
               part->message ? part->message : "");
  if (part->names->len > 1)
    g_string_append_printf (out, " (%u)", part->names->len);
  g_string_append (out, "</dt><dd>");
  for (guint i = 0; i < MIN (part->names->len, MOST_NAMES); i++)
    vn_html_add (out, "%s<span class=\"key\" data-key=\"%s\">%s</span>", i > 0 ? ", " : "",
                 (const char *)g_ptr_array_index (part->names, i), (const char *)g_ptr_array_index (part->names, i));
  if (part->names->len > MOST_NAMES)
    g_string_append_printf (out, " and %u more", part->names->len - MOST_NAMES);
  g_string_append (out, "</dd>");
}

static void
add_group (GString *out, const VnReportGroup *group)
{
  g_string_append (out, "<li class=\"card\">");
  if (group->text)
    vn_html_add (out, "<p class=\"cause\">%s</p>", group->text);
  if (group->place)
    vn_html_add (out, "<p>To blame: <code>%s</code></p>", group->place);
  if (group->seen)
    vn_html_add (out, "<p class=\"dim\">%s</p>", group->seen);
  g_string_append (out, "<dl>");
  for (guint i = 0; i < group->parts->len; i++)
    add_part (out, g_ptr_array_index (group->parts, i));
  g_string_append (out, "</dl></li>\n");
}

static void
add_failures (GString *out, const VnRun *run)
{
  g_autoptr (GPtrArray) groups = vn_report_groups (run);

  if (groups->len == 0)
    return;
  g_string_append (out, "<section id=\"failures\" aria-labelledby=\"failures-title\">"
                        "<h2 id=\"failures-title\">Not as it should be</h2>\n<ol class=\"cards\">\n");
  for (guint i = 0; i < MIN (groups->len, MOST_GROUPS); i++)
    add_group (out, g_ptr_array_index (groups, i));
  g_string_append (out, "</ol>\n");
  if (groups->len > MOST_GROUPS)
    g_string_append_printf (out, "<p>and %u more causes in report.json</p>\n", groups->len - MOST_GROUPS);
  g_string_append (out, "</section>\n");
}

/* ---- the matrix ---- */

static const char *
class_of_pair (const VnReportPair *pair)
{
  if (pair->worst != VN_VERDICT_PASS)
    return looks[pair->worst].class;
  if (pair->n_asked == 0)
    return pair->n_cells > 0 ? "other" : "empty";
  return pair->n_answered == 0 ? "none" : pair->n_answered < pair->n_asked ? "part" : "all";
}

static void
add_field (GString *out, const VnReportPair *pair, guint from, guint to)
{
  g_string_append_printf (out, "<td class=\"%s\" data-f=\"%u\" data-t=\"%u\">", class_of_pair (pair), from, to);
  if (pair->worst != VN_VERDICT_PASS)
    g_string_append_printf (out, "<b>%s</b> ", looks[pair->worst].sign);
  if (pair->n_asked > 0)
    g_string_append_printf (out, "%u/%u", pair->n_answered, pair->n_asked);
  else if (pair->n_cells > 0)
    g_string_append (out, "∗");
  g_string_append (out, "</td>");
}

static void
add_matrix_row (GString *out, const VnRun *run, const GArray *pairs, guint from)
{
  guint n = run->ends->len;
  const char *domain = g_ptr_array_index (run->end_domains, from);
  gboolean is_first = from == 0 || g_strcmp0 (domain, g_ptr_array_index (run->end_domains, from - 1)) != 0;

  vn_html_add (out, "<tr%s><th scope=\"row\" title=\"%s, %s\">%s</th>", is_first ? " class=\"first\"" : "",
               (const char *)g_ptr_array_index (run->end_places, from), domain,
               (const char *)g_ptr_array_index (run->ends, from));
  for (guint to = 0; to < n; to++)
    add_field (out, &g_array_index (pairs, VnReportPair, from * n + to), from, to);
  g_string_append (out, "</tr>\n");
}

static void
add_matrix_table (GString *out, const VnRun *run)
{
  g_autoptr (GArray) pairs = vn_report_pairs (run);

  g_string_append (out, "<div class=\"wide\"><table id=\"matrix\" class=\"matrix\"><caption class=\"hidden\">Who is "
                        "answered by whom, senders down, receivers across</caption>\n<thead><tr><th scope=\"col\">"
                        "from \\ to</th>");
  for (guint i = 0; i < run->ends->len; i++)
    vn_html_add (out, "<th scope=\"col\"><span>%s</span></th>", (const char *)g_ptr_array_index (run->ends, i));
  g_string_append (out, "</tr></thead>\n<tbody>\n");
  for (guint i = 0; i < run->ends->len; i++)
    add_matrix_row (out, run, pairs, i);
  g_string_append (out, "</tbody></table></div>\n");
}

static void
add_matrix (GString *out, const VnRun *run)
{
  g_string_append (out, "<section aria-labelledby=\"matrix-title\"><h2 id=\"matrix-title\">Who reaches whom</h2>\n"
                        "<p class=\"dim\">Answered of asked, senders down, receivers across. Choose a field to see its "
                        "packets. ∗ is no ordinary packet: a forged one, a broadcast, a question about L2 "
                        "population.</p>\n<ul class=\"legend\"><li class=\"all\">all answered</li><li class=\"part\">"
                        "some</li><li class=\"none\">none</li><li class=\"bad\">✗ not as it should be</li>"
                        "<li class=\"unsure\">? undecided</li></ul>\n");
  if (run->ends->len <= MATRIX_STATIC_MAX)
    add_matrix_table (out, run);
  else
    g_string_append_printf (out, "<p>%u ends are too many for a table.</p>\n", run->ends->len);
  g_string_append (out, "<div id=\"evidence\" hidden></div>\n"
                        "<noscript><p>Packet by packet this page needs its script, which nothing is loaded for."
                        "</p></noscript></section>\n");
}

/* ---- checks and the rest ---- */

static void
add_sum (GString *out, const VnReportSum *sum)
{
  VnVerdict verdict = vn_report_sum_verdict (sum);

  vn_html_add (out,
               "<tr><td class=\"%s\">%s</td><th scope=\"row\"><code>%s</code></th><td>%u of %u</td><td>%s</td></tr>\n",
               looks[verdict].class, looks[verdict].sign, sum->id, sum->counts[VN_VERDICT_PASS],
               vn_report_sum_total (sum), sum->title ? sum->title : "a check of the lab file");
}

static void
add_checks (GString *out, const VnRun *run)
{
  g_autoptr (GArray) sums = vn_report_sums (run);

  g_string_append (out,
                   "<section aria-labelledby=\"checks-title\"><h2 id=\"checks-title\">Checks</h2>\n"
                   "<div class=\"wide\"><table class=\"plain\"><thead><tr><th scope=\"col\"><span "
                   "class=\"hidden\">verdict</span></th><th scope=\"col\">check</th><th scope=\"col\">as it should "
                   "be</th><th scope=\"col\">what it says</th></tr></thead><tbody>\n");
  for (guint i = 0; i < sums->len; i++)
    add_sum (out, &g_array_index (sums, VnReportSum, i));
  g_string_append (out, "</tbody></table></div></section>\n");
}

static void
add_quirks (GString *out, const VnRun *run)
{
  if (run->quirks->len > 0)
    g_string_append (out, "<section><h2>Accepted departures of the real agents</h2><ul>\n");
  for (guint i = 0; i < run->quirks->len; i++)
    {
      const VnRunQuirk *quirk = g_ptr_array_index (run->quirks, i);
      g_autofree char *place = vn_origin_to_line (quirk->origin);

      vn_html_add (out, "<li><code>%s</code> in %u cells and checks: %s (%s)</li>\n", quirk->id, quirk->n_cells,
                   quirk->why, place);
    }
  if (run->quirks->len > 0)
    g_string_append (out, "</ul></section>\n");
}

static void
add_leases (GString *out, const VnRun *run)
{
  if (run->leases->len > 0)
    g_string_append (out, "<section><h2>Leases</h2><div class=\"wide\"><table class=\"plain\"><thead><tr><th "
                          "scope=\"col\">machine</th><th scope=\"col\">device</th><th scope=\"col\">address</th><th "
                          "scope=\"col\">from</th><th scope=\"col\">router</th><th scope=\"col\">DNS</th></tr></thead>"
                          "<tbody>\n");
  for (guint i = 0; i < run->leases->len; i++)
    {
      const VnRunLease *lease = g_ptr_array_index (run->leases, i);
      const char *const texts[] = { lease->machine, lease->device, lease->address ? lease->address : "no lease",
                                    lease->server,  lease->router, lease->dns };

      g_string_append (out, "<tr>");
      for (guint j = 0; j < G_N_ELEMENTS (texts); j++)
        vn_html_add (out, "<td>%s</td>", texts[j] ? texts[j] : "–");
      g_string_append (out, "</tr>\n");
    }
  if (run->leases->len > 0)
    g_string_append (out, "</tbody></table></div></section>\n");
}

static void
add_warnings (GString *out, const VnRun *run)
{
  if (run->warnings->len > 0)
    g_string_append (out, "<section><h2>Warnings</h2><ul>\n");
  for (guint i = 0; i < run->warnings->len; i++)
    vn_html_add (out, "<li>%s</li>\n", (const char *)g_ptr_array_index (run->warnings, i));
  if (run->warnings->len > 0)
    g_string_append (out, "</ul></section>\n");
}

char *
vn_report_write_html (const VnRun *run, const VnReportOptions *options G_GNUC_UNUSED)
{
  g_autofree char *title = g_strdup_printf ("%s: run of vnetlab", run->lab);
  GString *out = vn_html_begin (title, scripts);
  g_autoptr (GString) data = vn_html_run_data (run);

  g_string_append (out, "<main>\n");
  add_head (out, run);
  add_failures (out, run);
  add_matrix (out, run);
  add_checks (out, run);
  add_quirks (out, run);
  add_leases (out, run);
  add_warnings (out, run);
  g_string_append (out, "<section id=\"traffic\" hidden><h2>Traffic over time</h2></section>\n</main>\n");
  vn_html_add_data (out, data);
  return vn_html_end (out, scripts);
}
