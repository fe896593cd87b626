/* SPDX-License-Identifier: Apache-2.0 */
/* vnetlab inspect: what a lab that is up looks like now: links and addresses from the kernel, leases, programs. */
#include "sim/cli/vn-cli.h"
#include "sim/kernel/vn-sandbox-processes.h"
#include "sim/run/vn-held-lab.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

/* A table of text cells: printed with aligned columns, or as JSON objects. */
typedef struct
{
  const char *title;
  const char *const *columns; /* NULL-terminated */
  GPtrArray *rows;            /* char **, as many as columns */
} Section;

#define MAX_COLUMNS 8

static const char *const link_columns[] = { "node", "device", "mac", "state", "addresses", NULL };
static const char *const lease_columns[] = { "node", "device", "address", "router", "dns", "server", "seconds", NULL };
static const char *const program_columns[] = { "node", "pid", "command", NULL };
static const char *const capture_columns[] = { "pid", "file", "of", NULL };

static Section
section_new (const char *title, const char *const *columns)
{
  return (Section){ title, columns, g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev) };
}

/* The addresses of a device, each behind a space. */
static char *
addresses_of (const GPtrArray *dump, const char *dev)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (dump, i);

      if (obj->kind == VN_KOBJ_ADDR && strcmp (obj->u.addr.dev, dev) == 0)
        {
          g_autofree char *address = vn_prefix_to_string (obj->u.addr.prefix);

          g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", address);
        }
    }
  return g_string_free (text, FALSE);
}

static void
add_links (Section *section, const GPtrArray *dump)
{
  for (guint i = 0; i < dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (dump, i);
      const VnLink *link = &obj->u.link;
      char **row;

      if (obj->kind != VN_KOBJ_LINK || strcmp (link->name, "lo") == 0)
        continue;
      row = g_new0 (char *, G_N_ELEMENTS (link_columns));
      row[0] = g_strdup (obj->node);
      row[1] = g_strdup (link->name);
      row[2] = vn_mac_to_string (link->mac);
      row[3] = g_strdup (link->up ? "up" : "down");
      row[4] = addresses_of (dump, link->name);
      g_ptr_array_add (section->rows, row);
    }
}

static gboolean
read_links (const VnHeldLab *held, Section *section, GError **error)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  for (guint i = 0; i < held->tables->entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (held->tables->entries, VnEntry, i)->obj;

      if (obj->kind == VN_KOBJ_NODE)
        g_ptr_array_add (nodes, (gpointer)obj->node);
    }
  for (guint i = 0; i < nodes->len; i++)
    {
      g_autoptr (GPtrArray) dump = vn_kernel_dump (held->kernel, g_ptr_array_index (nodes, i), error);

      if (!dump)
        return FALSE;
      add_links (section, dump);
    }
  return TRUE;
}

static void
read_leases (const VnHeldLab *held, Section *section)
{
  for (guint i = 0; i < held->leases->len; i++)
    {
      const VnKobjLease *lease = g_ptr_array_index (held->leases, i);
      char **row = g_new0 (char *, G_N_ELEMENTS (lease_columns));

      row[0] = g_strdup (lease->node);
      row[1] = g_strdup (lease->dev);
      row[2] = vn_ip_is_set (lease->address.ip) ? vn_prefix_to_string (lease->address) : g_strdup ("none");
      row[3] = vn_ip_to_string (lease->router);
      row[4] = vn_ip_to_string (lease->dns);
      row[5] = vn_ip_to_string (lease->server);
      row[6] = g_strdup_printf ("%u", lease->lease_time_sec);
      g_ptr_array_add (section->rows, row);
    }
}

static void
read_programs (Section *section)
{
  g_autoptr (GPtrArray) processes = vn_sandbox_processes ();

  for (guint i = 0; i < processes->len; i++)
    {
      const VnNodeProcess *process = g_ptr_array_index (processes, i);
      char **row = g_new0 (char *, G_N_ELEMENTS (program_columns));

      row[0] = g_strdup (process->node);
      row[1] = g_strdup_printf ("%d", (int)process->pid);
      row[2] = g_strdup (process->command);
      g_ptr_array_add (section->rows, row);
    }
}

static void
read_captures (const GPtrArray *marks, Section *section)
{
  for (guint i = 0; i < marks->len; i++)
    {
      char **row = g_strsplit (g_ptr_array_index (marks, i), "\t", (int)G_N_ELEMENTS (capture_columns) - 1);

      g_ptr_array_add (section->rows, row);
    }
}

/* ---- text ---- */

static void
print_row (char *const *row, const gsize *widths, guint n)
{
  for (guint c = 0; c + 1 < n; c++)
    printf ("  %-*s", (int)widths[c], row[c]);
  printf ("  %s\n", row[n - 1]);
}

static void
print_section (const Section *section)
{
  gsize widths[MAX_COLUMNS];
  guint n = g_strv_length ((char **)section->columns);

  if (section->rows->len == 0)
    return;
  for (guint c = 0; c < n; c++)
    widths[c] = strlen (section->columns[c]);
  for (guint i = 0; i < section->rows->len; i++)
    for (guint c = 0; c < n; c++)
      widths[c] = MAX (widths[c], strlen (((char **)g_ptr_array_index (section->rows, i))[c]));
  printf ("\n%s\n", section->title);
  print_row ((char *const *)section->columns, widths, n);
  for (guint i = 0; i < section->rows->len; i++)
    print_row (g_ptr_array_index (section->rows, i), widths, n);
}

static void
print_text (const VnHeldLab *held, const Section *sections, gsize n_sections)
{
  printf ("%s: %s, seed %" G_GUINT64_FORMAT ", held by process %d, kept in %s\n", held->state.name,
          held->topology->file, held->topology->seed, (int)held->state.holder, held->state.path);
  for (gsize i = 0; i < n_sections; i++)
    print_section (&sections[i]);
}

/* ---- JSON ---- */

static void
add_section (JsonBuilder *builder, const Section *section)
{
  json_builder_set_member_name (builder, section->title);
  json_builder_begin_array (builder);
  for (guint i = 0; i < section->rows->len; i++)
    {
      char *const *row = g_ptr_array_index (section->rows, i);

      json_builder_begin_object (builder);
      for (guint c = 0; section->columns[c]; c++)
        {
          json_builder_set_member_name (builder, section->columns[c]);
          json_builder_add_string_value (builder, row[c]);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_json (const VnHeldLab *held, const Section *sections, gsize n_sections)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, held->state.name);
  json_builder_set_member_name (builder, "file");
  json_builder_add_string_value (builder, held->topology->file);
  for (gsize i = 0; i < n_sections; i++)
    add_section (builder, &sections[i]);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  printf ("%s\n", text);
}

/* In the lab. */
static gboolean
show (const VnHeldLab *held, const GPtrArray *marks, gboolean as_json, GError **error)
{
  Section sections[] = {
    section_new ("links", link_columns),
    section_new ("leases", lease_columns),
    section_new ("programs", program_columns),
    section_new ("captures", capture_columns),
  };
  gboolean ok = read_links (held, &sections[0], error);

  read_leases (held, &sections[1]);
  read_programs (&sections[2]);
  read_captures (marks, &sections[3]);
  if (ok)
    (as_json ? print_json : print_text) (held, sections, G_N_ELEMENTS (sections));
  for (gsize i = 0; i < G_N_ELEMENTS (sections); i++)
    g_ptr_array_unref (sections[i].rows);
  return ok;
}

static int
inspect (const char *name, gboolean as_json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnHeldLab) held = vn_held_lab_open (name, FALSE, &error);
  g_autoptr (GPtrArray) marks = held ? vn_state_marks (&held->state, "capture") : NULL;

  if (!held || !vn_held_lab_join (held, &error) || !show (held, marks, as_json, &error))
    return vn_cli_fail (error);
  return VN_EXIT_OK;
}

int
vn_verb_inspect (int argc, char **argv)
{
  g_autofree char *format = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "text (default) or json", "NAME" },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) words = NULL;
  gboolean as_json;

  if (!vn_cli_parse ("inspect", "NAME", "Links, addresses, leases, programs and captures of a lab that is up.", entries,
                     argc, argv, &words))
    return VN_EXIT_USAGE;
  as_json = g_strcmp0 (format, "json") == 0;
  if (g_strv_length (words) != 1 || (format && !as_json && strcmp (format, "text") != 0))
    {
      fprintf (stderr, "vnetlab inspect: expected NAME%s\n", format ? ", and text or json as --format" : "");
      return VN_EXIT_USAGE;
    }
  return inspect (words[0], as_json);
}
