/* SPDX-License-Identifier: Apache-2.0 */
/* What a program of a machine reads at its start: its ini files, then --set. */
#include "sim/load/vn-load-build.h"

/* One file may be read by many programs; what is wrong with it is said once. */
static void
report_once (VnLoad *load, const VnDiagList *found)
{
  for (guint i = 0; i < vn_diag_list_len (found); i++)
    {
      const VnDiag *diag = vn_diag_list_get (found, i);

      if (g_hash_table_add (load->reported, vn_diag_to_string (diag)))
        vn_diag_add (load->diags, diag->code, diag->origin, diag->hint, "%s", diag->message);
    }
}

static void
add_file (GPtrArray *files, const char *path)
{
  if (!g_ptr_array_find_with_equal_func (files, path, g_str_equal, NULL))
    g_ptr_array_add (files, g_strdup (path));
}

static void
read_file (VnLoad *load, const VnYaml *item, VnProgram kind, VnConfig *config, VnDiagList *found)
{
  g_autofree char *path = vn_load_path (item->origin.file, item->text);
  g_autofree char *text = NULL;
  gsize size;

  text = vn_load_read (path, item->origin, load->options->texts, load->diags, &size);
  if (text == NULL)
    return;
  add_file (load->t->files, path);
  vn_load_ini (path, text, size, kind, config, found);
}

VnConfig *
vn_load_program (VnLoad *load, const VnField *program, const char *machine, VnProgram kind)
{
  VnConfig *config = vn_config_new ();
  g_autoptr (VnDiagList) found = vn_diag_list_new ();
  VnProgramFields fields;

  if (vn_keys_read (&VN_KEYS_PROGRAM, program->node, program->origin, &fields, load->diags) && load->follows_files)
    for (guint i = 0; i < vn_load_len (load, &fields.config); i++)
      read_file (load, g_ptr_array_index (fields.config.node->items, i), kind, config, found);
  vn_set_apply (load->options->sets, load->options->n_sets, machine, kind, config);
  vn_load_ini_finish (config, kind, found);
  report_once (load, found);
  return config;
}
