/* SPDX-License-Identifier: Apache-2.0 */
/* Predictions as text: every tests/golden/predict/NAME.txt.
 *
 * A file says which of the labs below it asks ("lab: NAME"), and what ("ask: FROM TO WHAT", TO "-" = nobody in
 * particular); under each question stand the reasons. VN_REGENERATE=1 writes the files anew, but for those that say
 * "# By hand": what a person worked out is not made right by the program. At least half of them must say so. */
#include "sim/predict/vn-predict.h"
#include "tests/lib/vn-test-cloud.h"
#include "tests/lib/vn-test-values.h"

#include "sim/base/vn-text.h"

#include <netinet/in.h>
#include <string.h>

#define BY_HAND "# By hand"

/* ---- labs ---- */

/* Two networks with the same addresses over two hosts; lines are counted as the calls go. */
static VnTopology *
make_two_tier (void)
{
  VnTopology *t = vn_test_cloud_new (); /* 1 segment, 2 controller */
  guint compute1 = vn_test_cloud_host (t, "compute1");
  guint compute2 = vn_test_cloud_host (t, "compute2");
  guint front = vn_test_cloud_network (t, "front"); /* 5 */
  guint back = vn_test_cloud_network (t, "back");
  guint usual, web, db, open;

  vn_test_cloud_subnet (t, front, "172.16.1.0/24");
  vn_test_cloud_subnet (t, back, "172.16.1.0/24");
  usual = vn_test_cloud_default_group (t); /* 9 */
  web = vn_test_cloud_group (t, "web");
  db = vn_test_cloud_group (t, "db");
  vn_test_cloud_rule (t, web, VN_INGRESS, VN_FAMILY_IPV4, "tcp", 80, 90);                        /* 12 */
  vn_test_cloud_rule (t, db, VN_INGRESS, VN_FAMILY_IPV4, "tcp", 3306, 3306)->remote_group = web; /* 13 */
  vn_test_rule_prefix (vn_test_cloud_rule (t, db, VN_INGRESS, VN_FAMILY_IPV4, "udp", 53, 53), "172.16.1.128/25");
  vn_test_cloud_rule (t, db, VN_INGRESS, VN_FAMILY_IPV4, "icmp", 8, -1);      /* 15 */
  vn_test_cloud_server (t, "web1", compute1, front, "172.16.1.11", web);      /* 16 */
  vn_test_cloud_server (t, "db1", compute2, front, "172.16.1.21", db);        /* 17 */
  vn_test_cloud_server (t, "any1", compute2, front, "172.16.1.31", usual);    /* 18 */
  vn_test_cloud_server (t, "any2", compute1, front, "172.16.1.32", usual);    /* 19 */
  vn_test_cloud_server (t, "bare1", compute1, front, "172.16.1.41", VN_NONE); /* 20 */
  open = vn_test_cloud_server (t, "open1", compute2, front, "172.16.1.51", VN_NONE);
  vn_test_cloud_port (t, open)->port_security_enabled = FALSE;
  vn_test_cloud_server (t, "far1", compute1, back, "172.16.1.61", web);    /* 22 */
  vn_test_cloud_server (t, "twin1", compute2, back, "172.16.1.11", web);   /* 23: web1's address */
  vn_test_cloud_server (t, "twin2", compute2, back, "172.16.1.31", usual); /* 24: any1's */
  vn_test_cloud_seal (t);
  return t;
}

/* What agents do differently: a stateless group, an address group, ICMPv6; and a host without an agent. */
static VnTopology *
make_odd (void)
{
  VnTopology *t = vn_test_cloud_new ();
  guint compute1 = vn_test_cloud_host (t, "compute1");
  guint compute2 = vn_test_cloud_host (t, "compute2");
  guint net = vn_test_cloud_network (t, "net"); /* 5 */
  guint once, friends, closed, known;

  vn_test_cloud_subnet (t, net, "10.1.0.0/24");
  vn_test_cloud_subnet (t, net, "2001:db8:1::/64");
  once = vn_test_cloud_group (t, "once"); /* 8 */
  friends = vn_test_cloud_group (t, "friends");
  closed = vn_test_cloud_group (t, "closed");
  known = vn_test_cloud_address_group (t, "known", "10.1.0.128/25"); /* 11 */
  ((VnSecurityGroup *)g_ptr_array_index (t->security_groups, once))->stateful = FALSE;
  g_ptr_array_set_size (((VnSecurityGroup *)g_ptr_array_index (t->security_groups, closed))->rules, 0);
  vn_test_cloud_rule (t, once, VN_INGRESS, VN_FAMILY_IPV4, "tcp", 22, 22); /* 12 */
  vn_test_cloud_rule (t, friends, VN_INGRESS, VN_FAMILY_IPV4, "tcp", 80, 80)->remote_address_group = known;
  vn_test_cloud_rule (t, friends, VN_INGRESS, VN_FAMILY_IPV6, "ipv6-icmp", -1, -1);        /* 14 */
  vn_test_cloud_server (t, "once1", compute1, net, "10.1.0.11 2001:db8:1::11", once);      /* 15 */
  vn_test_cloud_server (t, "friend1", compute2, net, "10.1.0.21 2001:db8:1::21", friends); /* 16 */
  vn_test_cloud_server (t, "closed1", compute2, net, "10.1.0.31 2001:db8:1::31", closed);  /* 17 */
  vn_test_cloud_server (t, "lost1", 0, net, "10.1.0.41 2001:db8:1::41", friends);          /* 18 */
  vn_test_cloud_seal (t);
  return t;
}

static const struct
{
  const char *name;
  VnTopology *(*make) (void);
} golden_labs[] = { { "two-tier", make_two_tier }, { "odd", make_odd } };

/* ---- questions ---- */

static const VnWord protocols[] = {
  { "icmp", IPPROTO_ICMP },
  { "icmp6", IPPROTO_ICMPV6 },
  { "tcp", IPPROTO_TCP },
  { "tcp6", IPPROTO_TCP },
  { "udp", IPPROTO_UDP },
  { "udp6", IPPROTO_UDP },
  { NULL, 0 },
};

/* "tcp/80", "icmp6", "spoof-mac", "ra6". */
static void
parse_what (const char *what, VnCell *cell)
{
  g_auto (GStrv) parts = g_strsplit (what, "/", 2);
  int protocol;
  guint64 port;

  cell->family = g_str_has_suffix (parts[0], "6") ? VN_FAMILY_IPV6 : VN_FAMILY_IPV4;
  if (vn_word_parse (protocols, parts[0], &protocol))
    {
      cell->protocol = (guint8)protocol;
      if (parts[1] != NULL && vn_parse_uint (parts[1], 0, G_MAXUINT16, &port))
        cell->port = (guint16)port;
      return;
    }
  for (guint kind = 0; kind < VN_N_CELL_KINDS; kind++)
    if (g_str_has_prefix (parts[0], vn_cell_kind_name (kind)))
      cell->kind = (VnCellKind)kind;
}

static VnCell
parse_question (const VnTopology *t, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 3);
  VnCell cell = { .kind = VN_CELL_REACH, .to = VN_NONE, .check = VN_NONE };

  g_assert_cmpuint (g_strv_length (words), ==, 3);
  cell.from = vn_topology_find_end (t, words[0]);
  g_assert_cmpuint (cell.from, !=, VN_NONE);
  if (!g_str_equal (words[1], "-"))
    {
      cell.to = vn_topology_find_end (t, words[1]);
      g_assert_cmpuint (cell.to, !=, VN_NONE);
    }
  parse_what (words[2], &cell);
  return cell;
}

static void
append_answer (GString *out, const VnTopology *t, const char *question)
{
  g_autoptr (GArray) events = vn_topology_default_events (t);
  g_autoptr (VnPredictor) predictor = vn_predict_compile (t, events);
  VnCell cell = parse_question (t, question);
  VnPrediction prediction;
  g_autofree char *reasons = NULL;

  vn_predict_ask (predictor, &cell, &prediction);
  reasons = vn_reason_to_string (prediction.reason);
  g_string_append (out, reasons);
  if (prediction.quirk != NULL)
    g_string_append_printf (out, "but %s: delivered %s, answered %s\n", prediction.quirk->id,
                            vn_leg_name (prediction.quirk_outcome.delivered),
                            vn_leg_name (prediction.quirk_outcome.answered));
  vn_prediction_clear (&prediction);
}

static VnTopology *
make_lab (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (golden_labs); i++)
    if (g_str_equal (golden_labs[i].name, name))
      return golden_labs[i].make ();
  g_error ("there is no lab \"%s\"", name);
}

/* The file as it has to be: its comments, lab and questions kept, the answers made. */
static char *
render (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (VnTopology) t = NULL;
  GString *out = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], "#"))
        g_string_append_printf (out, "%s\n", lines[i]);
      else if (g_str_has_prefix (lines[i], "lab: "))
        {
          g_string_append_printf (out, "%s\n", lines[i]);
          t = make_lab (lines[i] + strlen ("lab: "));
        }
      else if (g_str_has_prefix (lines[i], "ask: "))
        {
          g_string_append_printf (out, "\n%s\n", lines[i]);
          append_answer (out, t, lines[i] + strlen ("ask: "));
        }
    }
  return g_string_free (out, FALSE);
}

/* ---- files ---- */

static char *
folder (void)
{
  const char *top = g_getenv ("VN_SRCDIR");

  return g_build_filename (top != NULL ? top : ".", "tests", "golden", "predict", NULL);
}

static void
test_file (gconstpointer data)
{
  const char *path = data;
  g_autofree char *text = vn_test_read_file (path);
  g_autofree char *rendered = render (text);
  g_autoptr (GError) error = NULL;

  if (g_str_equal (text, rendered))
    return;
  if (g_getenv ("VN_REGENERATE") != NULL && strstr (text, BY_HAND) == NULL)
    {
      g_file_set_contents (path, rendered, -1, &error);
      g_assert_no_error (error);
      return;
    }
  g_test_fail_printf ("%s differs; the prediction is:\n%s", path, rendered);
}

static void
test_half_by_hand (gconstpointer data)
{
  const GPtrArray *paths = data;
  guint by_hand = 0;

  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *text = vn_test_read_file (g_ptr_array_index (paths, i));

      by_hand += strstr (text, BY_HAND) != NULL;
    }
  g_assert_cmpuint (paths->len, >, 0);
  g_assert_cmpuint (by_hand * 2, >=, paths->len);
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
list_files (void)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *top = folder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (top, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".txt"))
      g_ptr_array_add (paths, g_build_filename (top, name, NULL));
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) paths = NULL;

  g_test_init (&argc, &argv, NULL);
  paths = list_files ();
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *base = g_path_get_basename (g_ptr_array_index (paths, i));
      g_autofree char *name = g_strdup_printf ("/golden/predict/%s", base);

      g_test_add_data_func (name, g_ptr_array_index (paths, i), test_file);
    }
  g_test_add_data_func ("/golden/predict/half-by-hand", paths, test_half_by_hand);
  return g_test_run ();
}
