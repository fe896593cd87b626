/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab ls: the labs that are up. */
#include "sim/cli/vn-cli.h"
#include "sim/run/vn-state-lab.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  char *name;
  VnStateFacts facts; /* since 0: it is only just being built */
  pid_t holder;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->name);
  vn_state_facts_clear (&row->facts);
  g_free (row);
}

/* One that ends meanwhile is left out. */
static GPtrArray *
read_rows (const GPtrArray *names)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (row_free);

  for (guint i = 0; i < names->len; i++)
    {
      g_auto (VnState) state = VN_STATE_NONE;
      Row *row = g_new0 (Row, 1);

      row->name = g_strdup (g_ptr_array_index (names, i));
      g_ptr_array_add (rows, row);
      if (!vn_state_open (row->name, &state, NULL))
        continue;
      row->holder = state.holder;
      (void)vn_state_load_facts (&state, &row->facts, NULL);
    }
  return rows;
}

static char *
time_text (gint64 unix_usec)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (unix_usec / G_USEC_PER_SEC);

  return unix_usec > 0 ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : g_strdup ("being built");
}

static void
print_table (const GPtrArray *rows)
{
  gsize width = strlen ("NAME");

  for (guint i = 0; i < rows->len; i++)
    width = MAX (width, strlen (((const Row *)g_ptr_array_index (rows, i))->name));
  if (rows->len > 0)
    printf ("%-*s  NODES  SINCE                HOLDER  FILE\n", (int)width, "NAME");
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = g_ptr_array_index (rows, i);
      g_autofree char *since = time_text (row->facts.since_unix_usec);

      printf ("%-*s  %5u  %-19s  %6d  %s\n", (int)width, row->name, row->facts.n_nodes, since, (int)row->holder,
              row->facts.file ? row->facts.file : "-");
    }
}

static void
print_json (const GPtrArray *rows)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = g_ptr_array_index (rows, i);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "name");
      json_builder_add_string_value (builder, row->name);
      json_builder_set_member_name (builder, "file");
      json_builder_add_string_value (builder, row->facts.file);
      json_builder_set_member_name (builder, "nodes");
      json_builder_add_int_value (builder, row->facts.n_nodes);
      json_builder_set_member_name (builder, "since_unix_usec");
      json_builder_add_int_value (builder, row->facts.since_unix_usec);
      json_builder_set_member_name (builder, "holder");
      json_builder_add_int_value (builder, (gint64)row->holder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  printf ("%s\n", text);
}

static int
list_labs (gboolean as_json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) gone = NULL;
  g_autoptr (GPtrArray) names = vn_state_list (&gone, &error);
  g_autoptr (GPtrArray) rows = NULL;

  if (!names)
    return vn_cli_fail (error);
  for (guint i = 0; i < gone->len; i++)
    fprintf (stderr, "vnetlab: lab \"%s\" is not up any more: its processes were ended; nothing of it is left\n",
             (const char *)g_ptr_array_index (gone, i));
  rows = read_rows (names);
  (as_json ? print_json : print_table) (rows);
  if (rows->len == 0 && !as_json)
    fprintf (stderr, "no lab is up\n");
  return VN_EXIT_OK;
}

int
vn_verb_ls (int argc, char **argv)
{
  g_autofree char *format = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "table (default) or json", "NAME" },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;

  if (!vn_cli_parse ("ls", "", "The labs that are up.", entries, argc, argv, &words))
    return VN_EXIT_USAGE;
  if (words[0] || (format && strcmp (format, "table") != 0 && strcmp (format, "json") != 0))
    {
      fprintf (stderr, "vnetlab ls: expected %s\n", words[0] ? "no further word" : "--format table or json");
      return VN_EXIT_USAGE;
    }
  return list_labs (format && strcmp (format, "json") == 0);
}
