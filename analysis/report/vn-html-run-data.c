/* SPDX-License-Identifier: Apache-2.0 */
/* A run as the data of its page's script.
 *
 * Texts repeat a lot (a rule's sentence at every cell that it decides, headers at every hop), so each stands once in a
 * list and is called by its number; 0 is none. Cells and hops are arrays, whose places html/run.js names. */
#include "analysis/report/vn-html-run.h"

#include "analysis/report/vn-html.h"
#include "analysis/report/vn-report-text.h"

#include <string.h>

typedef struct
{
  GString *json;
  GHashTable *numbers; /* text -> number */
  GString *texts;      /* JSON of the list, without brackets */
  char *folder;        /* of the lab file, with a slash: left out of places */
} Writer;

/* ---- texts ---- */

static guint
number_of (Writer *w, const char *text)
{
  guint number;

  if (!text)
    return 0;
  number = GPOINTER_TO_UINT (g_hash_table_lookup (w->numbers, text));
  if (number > 0)
    return number;
  number = g_hash_table_size (w->numbers) + 1;
  g_hash_table_insert (w->numbers, g_strdup (text), GUINT_TO_POINTER (number));
  g_string_append_c (w->texts, ',');
  vn_html_json_string (w->texts, text);
  return number;
}

static void
add_text (Writer *w, const char *text)
{
  g_string_append_printf (w->json, "%u", number_of (w, text));
}

/* A path of the lab's own folder is shown from there. */
static void
add_place_text (Writer *w, const char *text)
{
  g_autoptr (GString) shorter = text ? g_string_new (text) : NULL;

  if (shorter && w->folder)
    g_string_replace (shorter, w->folder, "", 0);
  add_text (w, shorter ? shorter->str : NULL);
}

/* "[3,4]": numbers of @text's lines; "0" for none. */
static void
add_lines (Writer *w, const char *text)
{
  g_auto (GStrv) lines = text ? g_strsplit (text, "\n", -1) : NULL;

  if (!text)
    g_string_append_c (w->json, '0');
  for (guint i = 0; lines && lines[i]; i++)
    {
      if (i > 0 && !*lines[i])
        continue;
      g_string_append_c (w->json, i == 0 ? '[' : ',');
      add_place_text (w, lines[i]);
    }
  if (text)
    g_string_append_c (w->json, ']');
}

/* ---- cells ---- */

static void
add_cause (Writer *w, const VnCause *cause)
{
  g_autofree char *text = vn_report_cause (cause);

  add_place_text (w, text);
}

static void
add_hop (Writer *w, const VnRunHop *hop)
{
  g_string_append_printf (w->json, "[%u,%u,%u,%d,%" G_GINT64_FORMAT ",", hop->leg, hop->point, hop->packet,
                          hop->outgoing ? 1 : 0, hop->after_ns / 1000);
  add_lines (w, hop->headers);
  g_string_append_c (w->json, ',');
  add_text (w, hop->change);
  g_string_append_c (w->json, ',');
  add_text (w, hop->why);
  g_string_append_c (w->json, ']');
}

static void
add_packets (Writer *w, const GArray *packets)
{
  g_string_append_c (w->json, '[');
  for (guint i = 0; i < packets->len; i++)
    g_string_append_printf (w->json, "%s%u", i > 0 ? "," : "", g_array_index (packets, guint, i));
  g_string_append_c (w->json, ']');
}

static void
add_expectation (Writer *w, const VnRunCell *cell)
{
  g_autofree char *place = cell->has_expectation ? vn_origin_to_line (cell->expectation_origin) : NULL;
  g_autofree char *text
      = place ? g_strdup_printf ("%s (%s)", cell->expectation == VN_EXPECT_ALLOWED ? "allowed" : "denied", place)
              : NULL;

  add_place_text (w, text);
}

/* Texts of a cell that are its own members, in the order of html/run.js. */
static void
add_cell_texts (Writer *w, const VnRunCell *cell)
{
  const char *const texts[] = { cell->from,     cell->to,      cell->what,    vn_cell_kind_name (cell->kind),
                                cell->check_id, cell->message, cell->seen_as, cell->quirk };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      add_text (w, texts[i]);
      g_string_append_c (w->json, ',');
    }
}

static void
add_cell (Writer *w, const VnRunCell *cell)
{
  const char *where = cell->observed.answered == VN_LEG_YES ? NULL : cell->observed_cause.where;

  g_string_append_c (w->json, '[');
  add_cell_texts (w, cell);
  g_string_append_printf (w->json, "%d,%d,%u,%u,%u,%u,", cell->verdict, cell->quirk_accepted ? 1 : 0,
                          cell->predicted.delivered, cell->predicted.answered, cell->observed.delivered,
                          cell->observed.answered);
  add_cause (w, &cell->predicted_cause);
  g_string_append_c (w->json, ',');
  add_cause (w, &cell->observed_cause);
  g_string_append_c (w->json, ',');
  add_text (w, where);
  g_string_append_c (w->json, ',');
  add_expectation (w, cell);
  g_string_append_c (w->json, ',');
  add_lines (w, cell->reasons);
  g_string_append_c (w->json, ',');
  add_packets (w, cell->packets);
  g_string_append (w->json, ",[");
  for (guint i = 0; i < cell->hops->len; i++)
    {
      g_string_append (w->json, i > 0 ? "," : "");
      add_hop (w, g_ptr_array_index (cell->hops, i));
    }
  g_string_append (w->json, "]]");
}

/* ---- the lab ---- */

/* "[a,b,c]" of texts. */
static void
add_row (Writer *w, const char *const *texts, guint n)
{
  g_string_append_c (w->json, '[');
  for (guint i = 0; i < n; i++)
    {
      g_string_append (w->json, i > 0 ? "," : "");
      add_text (w, texts[i]);
    }
  g_string_append_c (w->json, ']');
}

static void
add_end (Writer *w, const VnRun *run, guint i)
{
  add_row (w,
           (const char *[]){ g_ptr_array_index (run->ends, i), g_ptr_array_index (run->end_places, i),
                             g_ptr_array_index (run->end_domains, i) },
           3);
}

static void
add_point (Writer *w, const VnRun *run, guint i)
{
  const VnRunPoint *point = g_ptr_array_index (run->points, i);

  add_row (w, (const char *[]){ point->name, point->description }, 2);
}

static void
add_node (Writer *w, const VnRun *run, guint i)
{
  const VnRunNode *node = g_ptr_array_index (run->nodes, i);

  add_row (w, (const char *[]){ node->name, vn_run_role_name (node->role), node->on }, 3);
}

static void
add_device (Writer *w, const VnRun *run, guint i)
{
  const VnRunDevice *device = g_ptr_array_index (run->devices, i);

  add_row (w, (const char *[]){ device->name, device->kind, device->peer, device->lower, device->network }, 5);
}

static void
add_slice (Writer *w, const VnRun *run, guint i)
{
  const VnRunTraffic *slice = &g_array_index (run->traffic, VnRunTraffic, i);

  g_string_append_printf (w->json, "[%" G_GINT64_FORMAT ",%u,%" G_GUINT64_FORMAT "]", slice->after_ns / 1000,
                          slice->frames, slice->bytes);
}

static void
add_run_cell (Writer *w, const VnRun *run, guint i)
{
  add_cell (w, g_ptr_array_index (run->cells, i));
}

/* Appends ,"name":[…]. */
static void
add_list (Writer *w, const VnRun *run, const char *name, guint n, void (*add) (Writer *w, const VnRun *run, guint i))
{
  g_string_append_printf (w->json, ",\"%s\":[", name);
  for (guint i = 0; i < n; i++)
    {
      g_string_append (w->json, i > 0 ? ",\n" : "");
      add (w, run, i);
    }
  g_string_append_c (w->json, ']');
}

GString *
vn_html_run_data (const VnRun *run)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) texts = g_string_new ("null");
  g_autofree char *folder = g_path_get_dirname (run->file), *prefix = g_strconcat (folder, "/", NULL);
  Writer w = { g_string_new ("{\"version\":1"), numbers, texts, strcmp (folder, ".") == 0 ? NULL : prefix };

  add_list (&w, run, "ends", run->ends->len, add_end);
  add_list (&w, run, "points", run->points->len, add_point);
  add_list (&w, run, "nodes", run->nodes->len, add_node);
  add_list (&w, run, "devices", run->devices->len, add_device);
  add_list (&w, run, "traffic", run->traffic->len, add_slice);
  add_list (&w, run, "cells", run->cells->len, add_run_cell);
  g_string_append_printf (w.json, ",\"texts\":[%s]}", texts->str);
  return w.json;
}
