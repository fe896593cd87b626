/* SPDX-License-Identifier: Apache-2.0 */
/* From a lab file to a sealed topology: read, build, seal, lint. No step is left out because of errors in one before,
 * but for lint, which needs a whole topology: so one run shows all problems. */
#include "sim/load/vn-load-build.h"

#include <string.h>

#define LAB_SUFFIX ".vlab.yml"
#define DEFAULT_SEED 1
#define DEFAULT_RELEASE "zed"

static const VnLoadOptions no_options = { 0 };

static void
load_init (VnLoad *load, VnTopology *t, const VnLoadOptions *options, VnDiagList *diags)
{
  *load = (VnLoad){ .t = t, .diags = diags, .options = options != NULL ? options : &no_options };
  load->port_notes = g_array_new (FALSE, TRUE, sizeof (VnPortNote));
  load->drawn = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  load->unnamed = g_hash_table_new (g_str_hash, g_str_equal);
  load->reported = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
load_clear (VnLoad *load)
{
  g_array_unref (load->port_notes);
  g_hash_table_unref (load->drawn);
  g_hash_table_unref (load->unnamed);
  g_hash_table_unref (load->reported);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VnLoad, load_clear)

/* What can't be part of a lab's name becomes a dash. */
static char *
name_of_file (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  char *name;

  if (g_str_has_suffix (base, LAB_SUFFIX))
    base[strlen (base) - strlen (LAB_SUFFIX)] = '\0';
  g_strcanon (base, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '-');
  name = g_strconcat (g_ascii_isalnum (*base) ? "" : "lab", base, NULL);
  name[MIN (strlen (name), VN_NAME_MAX)] = '\0';
  return name;
}

/* Runs are saved in folders of the lab's name. */
static char *
name_of_lab (const VnField *field, VnDiagList *diags)
{
  const char *name = vn_field_text (field, "");

  if (!vn_name_is_plain (name, VN_NAME_MAX))
    vn_diag_add (diags, VN_DIAG_BAD_NAME, field->origin, NULL,
                 "lab \"%s\": expected 1 to %u letters, digits, '.', '_' or '-', the first a letter or digit", name,
                 VN_NAME_MAX);
  return g_strdup (name);
}

static void
load_head (VnLoad *load, const VnLabFields *lab)
{
  VnNeutronFields neutron = { 0 };

  if (vn_field_has (&lab->extends))
    vn_diag_add (load->diags, VN_DIAG_FILE_MISSING, lab->extends.origin, NULL,
                 "a text that is no file can't extend \"%s\"", vn_field_text (&lab->extends, ""));
  if (vn_field_has (&lab->neutron))
    vn_keys_read (&VN_KEYS_NEUTRON, lab->neutron.node, lab->neutron.origin, &neutron, load->diags);
  load->t->release = g_strdup (vn_field_text (&neutron.release, DEFAULT_RELEASE));
  load->t->name = vn_field_has (&lab->name) ? name_of_lab (&lab->name, load->diags) : name_of_file (load->t->file);
  load->t->seed = load->options->has_seed ? load->options->seed : vn_field_number (&lab->seed, DEFAULT_SEED);
}

static void
build (VnLoad *load, const VnYaml *tree, VnLabFields *ret_lab)
{
  if (!vn_keys_read (&VN_KEYS_LAB, tree, vn_origin_new (load->t->file, 0, 0), ret_lab, load->diags))
    return;
  load_head (load, ret_lab);
  vn_load_scene (load, &ret_lab->scene);
  vn_load_cloud (load, &ret_lab->cloud);
  vn_load_user (load, ret_lab);
}

/* Events are told to a whole cloud only: where something is wrong with that, each would be wrong again. */
static VnTopology *
seal (VnLoad *load, const VnField *events)
{
  g_autoptr (VnTopology) topology = load->t;
  VnDiagList *diags = load->diags;
  gboolean is_sealed = vn_topology_seal (topology, diags);

  vn_load_events (load, events, vn_diag_list_count (diags, VN_SEVERITY_ERROR) == 0 ? topology : NULL);
  if (!is_sealed)
    return NULL;
  vn_lint_config (topology, diags);
  vn_lint_cloud (topology, diags);
  vn_lint_modes (topology, diags);
  return vn_diag_list_count (diags, VN_SEVERITY_ERROR) == 0 ? g_steal_pointer (&topology) : NULL;
}

static VnTopology *
load_tree (VnYaml *tree, VnTopology *t, const VnLoadOptions *options, gboolean follows_files, VnDiagList *diags)
{
  g_auto (VnLoad) load = { 0 };
  VnLabFields lab = { 0 };
  VnTopology *topology;

  load_init (&load, t, options, diags);
  load.follows_files = follows_files;
  build (&load, tree, &lab);
  topology = seal (&load, &lab.events);
  vn_diag_list_sort (diags);
  return topology;
}

VnTopology *
vn_load_lab (const char *path, const VnLoadOptions *options, VnDiagList *diags)
{
  g_autoptr (VnTopology) topology = vn_topology_new ();
  GHashTable *texts = options != NULL ? options->texts : NULL;
  g_autofree char *file = vn_load_find_lab (path, VN_ORIGIN_NONE, texts, diags);
  g_autoptr (VnYaml) tree = NULL;

  if (file == NULL)
    return NULL;
  topology->file = g_strdup (file);
  tree = vn_load_tree (file, topology->files, texts, diags);
  if (tree == NULL)
    return NULL;
  return load_tree (tree, g_steal_pointer (&topology), options, TRUE, diags);
}

VnTopology *
vn_load_lab_text (const char *name, const char *text, gsize size, const VnLoadOptions *options, VnDiagList *diags)
{
  g_autoptr (VnYaml) tree = vn_yaml_parse (name, text, size, diags);
  VnTopology *topology;

  if (tree == NULL)
    return NULL;
  topology = vn_topology_new ();
  topology->file = g_strdup (name);
  return load_tree (tree, topology, options, FALSE, diags);
}
