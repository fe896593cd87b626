/* SPDX-License-Identifier: Apache-2.0 */
/* Reports: each format from one record, JSON read back, the schema that is published. VN_REGENERATE=1 writes the
 * schema. */
#include "analysis/report/vn-fields.h"
#include "analysis/report/vn-html-index.h"
#include "analysis/report/vn-report.h"

#include "sim/base/vn-error.h"

#include <string.h>

static VnRunCell *
add_cell (VnRun *run, const char *from, const char *to, const char *what, VnVerdict verdict)
{
  VnRunCell *cell = vn_run_cell_new ();

  cell->key = g_strdup_printf ("%s>%s %s", from, to, what);
  cell->from = g_strdup (from);
  cell->to = g_strdup (to);
  cell->what = g_strdup (what);
  cell->check_id = g_strdup ("SG-REACH");
  cell->predicted = cell->observed = (VnOutcome){ VN_LEG_YES, VN_LEG_YES };
  cell->verdict = verdict;
  g_ptr_array_add (run->cells, cell);
  return cell;
}

static void
add_lease (VnRun *run, const char *machine, const char *address, const char *server, guint duration_sec)
{
  VnRunLease *lease = g_new0 (VnRunLease, 1);

  lease->machine = g_strdup (machine);
  lease->device = g_strdup ("eth0");
  lease->address = g_strdup (address);
  lease->server = g_strdup (server);
  lease->duration_sec = duration_sec;
  g_ptr_array_add (run->leases, lease);
}

/* The way of a packet that died, in a lab of one machine. */
static void
add_picture (VnRun *run, VnRunCell *cell)
{
  const VnRunTraffic slice = { 0, 3, 180 };
  VnRunPoint *point = g_new0 (VnRunPoint, 1);
  VnRunNode *node = g_new0 (VnRunNode, 1);
  VnRunDevice *device = g_new0 (VnRunDevice, 1);
  VnRunHop *hop = g_new0 (VnRunHop, 1);

  point->name = g_strdup ("h2:tap1");
  *node = (VnRunNode){ g_strdup ("b"), VN_RUN_GUEST, g_strdup ("h2") };
  *device = (VnRunDevice){ g_strdup ("h2:tap1"), g_strdup ("veth"), g_strdup ("b:eth0"), g_strdup ("h2:br"), NULL };
  *hop = (VnRunHop){ VN_HOP_BACK,
                     0,
                     7,
                     TRUE,
                     1500,
                     g_strdup ("Ethernet a → b\nIPv4 c → d TTL 63"),
                     g_strdup ("TTL 64 → 63"),
                     g_strdup ("h2 routed it") };
  g_ptr_array_add (run->points, point);
  g_ptr_array_add (run->nodes, node);
  g_ptr_array_add (run->devices, device);
  g_ptr_array_add (cell->hops, hop);
  g_array_append_val (run->traffic, slice);
}

/* Two ends, a cell of each verdict, a failing check, a hostile name, a lease and none. */
static VnRun *
make_run (void)
{
  VnRun *run = vn_run_new ();
  const VnRunPhase phase = { "build", 250000 };
  VnRunCheck *check = vn_run_check_new ();
  VnRunCell *cell;
  guint packet = 7;

  run->lab = g_strdup ("demo");
  run->file = g_strdup ("demo.vlab.yml");
  run->release = g_strdup ("zed");
  run->tool_version = g_strdup ("0");
  run->kernel = g_strdup ("6.1");
  run->folder = g_strdup ("/runs/demo");
  run->seed = 42;
  for (guint i = 0; i < 2; i++)
    {
      g_ptr_array_add (run->ends, g_strdup (i ? "b" : "a"));
      g_ptr_array_add (run->end_places, g_strdup (i ? "h2" : "h1"));
      g_ptr_array_add (run->end_domains, g_strdup ("network n"));
    }
  add_cell (run, "a", "b", "icmp", VN_VERDICT_PASS);
  cell = add_cell (run, "b", "a", "tcp/80", VN_VERDICT_FAIL);
  cell->observed = (VnOutcome){ VN_LEG_NO, VN_LEG_NO };
  cell->message = g_strdup ("predicted yes, observed no");
  cell->observed_cause = (VnCause){ VN_CAUSE_FDB, g_strdup ("no entry <b>"), g_strdup ("h2:tap1"), g_strdup ("h2"),
                                    vn_origin_new ("etc/a.ini", 3, 1) };
  g_array_append_val (cell->packets, packet);
  add_picture (run, cell);
  add_cell (run, "b", "a", "udp/53", VN_VERDICT_INCONCLUSIVE);
  add_cell (run, "a", "b", "tcp/81", VN_VERDICT_ERROR)->quirk = g_strdup ("SG-V6-NOSPOOF");
  check->id = g_strdup ("L2P-FDB-COMPLETE");
  check->host = g_strdup ("h2\033[31m");
  check->verdict = VN_VERDICT_FAIL;
  g_ptr_array_add (run->checks, check);
  g_array_append_val (run->phases, phase);
  add_lease (run, "a", "192.168.56.101/24", "192.168.56.100", 600);
  add_lease (run, "b", NULL, NULL, 0);
  return run;
}

static char *
write_as (const char *format, const VnRun *run)
{
  const VnReportOptions options = { FALSE, 80, FALSE };

  return vn_report_format_find (format)->write (run, &options);
}

static void
test_json_round_trip (void)
{
  g_autoptr (VnRun) run = make_run ();
  g_autofree char *json = write_as ("json", run);
  g_autoptr (GError) error = NULL;
  g_autoptr (VnRun) again = vn_report_parse_json (json, -1, &error);
  g_autofree char *json_again = NULL;

  g_assert_no_error (error);
  json_again = write_as ("json", again);
  g_assert_cmpstr (json, ==, json_again);
}

static void
test_json_refused (void)
{
  static const char *const bad[] = {
    "", "[]", "{}", "{\"vnetlab_report\": 2}", "{\"vnetlab_report\": 1}", "{\"vnetlab_report\": 1, \"seed\": \"x\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (vn_report_parse_json (bad[i], -1, &error));
      g_assert_nonnull (error);
    }
}

static void
test_json_wrong_word (void)
{
  g_autoptr (VnRun) run = make_run ();
  g_autofree char *json = write_as ("json", run);
  g_autoptr (GError) error = NULL;
  char *word = strstr (json, "\"pass\"");

  memcpy (word, "\"pats\"", 6);
  g_assert_null (vn_report_parse_json (json, -1, &error));
  g_assert_error (error, VN_ERROR, VN_ERROR_INPUT);
}

/* What a fuzzer found that readers or writers could not bear. */
static const struct
{
  const char *find, *instead; /* in a report that is good */
  const char *words;          /* of the refusal */
} damages[] = {
  { "\"id\" :", "\"di\" :", "has no \"id\"" },
  { "\"lab\" : \"demo\"", "\"lab\" : \"\\ud800\"", "report: " },
  { "\"end_places\" : [", "\"end_places\" : [ \"one more\",", "differ in length" },
  { "\"point\" : 0", "\"point\" : 1", "at point 1 of 1" },
  { "\"warnings\" : [", "\"warnings\" : [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "nested deeper" },
};

static void
test_json_damaged (void)
{
  g_autoptr (VnRun) run = make_run ();

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *json = write_as ("json", run);
      g_autoptr (GString) damaged = g_string_new (json);
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (g_string_replace (damaged, damages[i].find, damages[i].instead, 1), ==, 1);
      g_assert_null (vn_report_parse_json (damaged->str, -1, &error));
      g_assert_error (error, VN_ERROR, VN_ERROR_INPUT);
      g_assert_nonnull (strstr (error->message, damages[i].words));
    }
}

static void
test_schema_is_published (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("VN_SRCDIR"), "docs", "report.schema.json", NULL);
  g_autofree char *schema = vn_report_schema ();
  g_autofree char *text = g_strconcat (schema, "\n", NULL);
  g_autofree char *published = NULL;

  if (g_getenv ("VN_REGENERATE"))
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (g_file_get_contents (path, &published, NULL, NULL));
  g_assert_cmpstr (published, ==, text);
}

static void
test_texts (void)
{
  static const struct
  {
    const char *format, *has, *has_not;
  } rows[] = {
    { "terminal", "last seen at h2:tap1", "\033" },
    { "terminal", "\n  etc/a.ini:3\n  no entry <b>\n", NULL },
    { "terminal", ". no answer, - not tried, ! not as it should be, ", NULL },
    { "terminal", "1 as they should be, 2 not, 1 undecided, 1 with errors", NULL },
    { "junit", "tests=\"5\" failures=\"2\" errors=\"1\" skipped=\"1\"", "<b>" },
    { "junit", "no entry &lt;b&gt;", "\033" },
    { "tap", "1..5", "\033" },
    { "tap", "ok 1 - SG-REACH a>b icmp", NULL },
    { "tap", "not ok 2 - SG-REACH b>a tcp/80", NULL },
  };
  g_autoptr (VnRun) run = make_run ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = write_as (rows[i].format, run);

      g_assert_nonnull (strstr (text, rows[i].has));
      if (rows[i].has_not)
        g_assert_null (strstr (text, rows[i].has_not));
    }
}

static guint
longest_line (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint longest = 0;

  for (char **line = lines; *line; line++)
    {
      g_assert_false (g_str_has_suffix (*line, " "));
      longest = MAX (longest, (guint)g_utf8_strlen (*line, -1));
    }
  return longest;
}

/* Causes, messages, names and titles are wrapped, and no line ends with a blank. */
static void
test_terminal_width (void)
{
  static const guint widths[] = { 72, 80, 120 };
  g_autoptr (VnRun) run = make_run ();
  VnRunCell *failed = g_ptr_array_index (run->cells, 1);

  g_free (failed->observed_cause.text);
  failed->observed_cause.text = g_strdup ("no rule of its groups “web”, “ops” allows it; nearest is ingress IPv4 tcp "
                                          "443 from anywhere, of “web”, which the port 80 is not in");
  for (guint i = 0; i < 30; i++)
    add_cell (run, "b", "a", "tcp/81", VN_VERDICT_FAIL);
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      const VnReportOptions options = { FALSE, widths[i], FALSE };
      g_autofree char *text = vn_report_format_find ("terminal")->write (run, &options);

      g_assert_cmpuint (longest_line (text), <=, widths[i]);
      g_assert_cmpuint (longest_line (text), >, widths[i] / 2);
      g_assert_nonnull (strstr (text, "and 18 more"));
    }
}

/* Colours take no columns: without them the coloured report is the plain one. */
static void
test_terminal_colour (void)
{
  g_autoptr (VnRun) run = make_run ();
  const VnReportOptions plain_options = { FALSE, 60, FALSE }, colour_options = { TRUE, 60, FALSE };
  const VnReportFormat *format = vn_report_format_find ("terminal");
  g_autofree char *plain = format->write (run, &plain_options), *colour = format->write (run, &colour_options);
  g_autoptr (GRegex) escapes = g_regex_new ("\033\\[[0-9;]*m", 0, 0, NULL);
  g_autofree char *stripped = g_regex_replace_literal (escapes, colour, -1, 0, "", 0, NULL);

  g_assert_nonnull (strchr (colour, '\033'));
  g_assert_cmpstr (stripped, ==, plain);
}

/* Who has which address, from whom, for how long; and who has none. */
static void
test_terminal_leases (void)
{
  g_autoptr (VnRun) run = make_run ();
  g_autofree char *all = NULL, *none = NULL;

  add_lease (run, "c", "10.0.2.15/24", "10.0.2.2", 86400);
  add_lease (run, "d", "10.0.2.16/24", "10.0.2.2", 90);
  all = write_as ("terminal", run);
  g_assert_nonnull (strstr (all, "Leases\n"
                                 "  a eth0  192.168.56.101/24 from 192.168.56.100, 10 min\n"
                                 "  b eth0  no lease\n"
                                 "  c eth0  10.0.2.15/24 from 10.0.2.2, 1 d\n"
                                 "  d eth0  10.0.2.16/24 from 10.0.2.2, 90 s\n"));
  g_ptr_array_set_size (run->leases, 0);
  none = write_as ("terminal", run);
  g_assert_null (strstr (none, "Leases"));
}

/* Names and texts of a run may come from anybody. */
static void
test_hostile (void)
{
  static const char hostile[] = "</script><img src=x onerror=alert(1)>[a](javascript:b)";
  static const struct
  {
    const char *format, *markup;
  } pages[] = { { "html", "<img" }, { "markdown", "<img" }, { "markdown", "](javascript" } };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autoptr (VnRun) run = make_run ();
      VnRunCell *cell = g_ptr_array_index (run->cells, 1);
      g_autofree char *page = NULL;

      g_free (run->lab);
      run->lab = g_strdup (hostile);
      g_free (cell->message);
      cell->message = g_strdup (hostile);
      page = write_as (pages[i].format, run);
      g_assert_null (strstr (page, pages[i].markup));
      g_assert_nonnull (strstr (page, "&lt;img"));
    }
}

static void
test_index (void)
{
  g_autoptr (VnRun) run = make_run ();
  g_autoptr (VnIndex) index = vn_index_new ("runs & more");
  g_autofree char *page = NULL;
  const char *early, *late;

  run->started_unix_usec = 1000 * G_USEC_PER_SEC;
  vn_index_add (index, run, "early", "report.html");
  run->started_unix_usec = 2000 * G_USEC_PER_SEC;
  vn_index_add (index, run, "late \"x\"<y>", "report.html");
  vn_index_add_problem (index, "broken", "report: not <JSON>");
  g_assert_cmpuint (vn_index_len (index), ==, 3);
  page = vn_index_write_html (index);
  early = strstr (page, "href=\"early/report.html\"");
  late = strstr (page, "href=\"late%20%22x%22%3Cy%3E/report.html\"");
  g_assert_nonnull (early);
  g_assert_true (late != NULL && late < early);
  g_assert_nonnull (strstr (page, "runs &amp; more"));
  g_assert_nonnull (strstr (page, "not &lt;JSON&gt;"));
  g_assert_nonnull (strstr (page, "5 checks: 1 as they should be, 2 not, 1 undecided, 1 with errors"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/json-round-trip", test_json_round_trip);
  g_test_add_func ("/report/json-refused", test_json_refused);
  g_test_add_func ("/report/json-wrong-word", test_json_wrong_word);
  g_test_add_func ("/report/json-damaged", test_json_damaged);
  g_test_add_func ("/report/schema-is-published", test_schema_is_published);
  g_test_add_func ("/report/texts", test_texts);
  g_test_add_func ("/report/terminal-width", test_terminal_width);
  g_test_add_func ("/report/terminal-colour", test_terminal_colour);
  g_test_add_func ("/report/terminal-leases", test_terminal_leases);
  g_test_add_func ("/report/hostile", test_hostile);
  g_test_add_func ("/report/index", test_index);
  return g_test_run ();
}
