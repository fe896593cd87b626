/* SPDX-License-Identifier: Apache-2.0 */
/* What a lab that stays was built from, and what came of it.
 *
 * Key files, written whole. The wanted state is a fold over a topology and events, both of which follow from the texts
 * that were loaded, the leases and the changes since: so these are kept, and nothing that can be computed from them. */
#include "sim/run/vn-state-lab.h"

#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"
#include "sim/load/vn-load.h"

#define LAB_FILE "lab.ini"
#define LEASES_FILE "leases.ini"
#define FACTS_FILE "standing.ini"
#define LAB_GROUP "lab"

static gboolean
write_keys (const VnState *state, const char *part, const char *file, GKeyFile *keys, GError **error)
{
  gsize size;
  g_autofree char *name = g_strconcat (part, file, NULL);
  g_autofree char *text = g_key_file_to_data (keys, &size, NULL);
  return vn_state_write (state, name, text, (gssize)size, error);
}

static GKeyFile *
read_keys (const VnState *state, const char *part, const char *file, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  gsize size;
  g_autofree char *name = g_strconcat (part, file, NULL);
  g_autofree char *text = vn_state_read (state, name, &size, error);
  if (!text)
    return NULL;
  if (size > 0 && !g_key_file_load_from_data (keys, text, size, G_KEY_FILE_NONE, error))
    {
      g_prefix_error (error, "%s/%s: ", state->path, name);
      return NULL;
    }
  return g_steal_pointer (&keys);
}

/* ---- the lab's files ---- */

static char *
copy_name (const char *part, guint index)
{
  return g_strdup_printf ("%sfile-%u", part, index);
}

static gboolean
save_file (const VnState *state, const char *part, const char *path, guint index, GError **error)
{
  g_autofree char *name = copy_name (part, index);
  g_autofree char *text = NULL;
  gsize size;
  return g_file_get_contents (path, &text, &size, error) && vn_state_write (state, name, text, (gssize)size, error);
}

gboolean
vn_state_save_lab (const VnState *state, const char *part, const VnTopology *topology, const VnStateAsked *asked,
                   GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < topology->files->len; i++)
    {
      const char *path = g_ptr_array_index (topology->files, i);
      g_ptr_array_add (paths, g_canonicalize_filename (path, NULL));
      if (!save_file (state, part, path, i, error))
        return FALSE;
    }
  g_key_file_set_string_list (keys, LAB_GROUP, "files", (const char *const *)paths->pdata, paths->len);
  if (asked->sets)
    g_key_file_set_string_list (keys, LAB_GROUP, "sets", asked->sets, g_strv_length ((char **)asked->sets));
  if (asked->seed)
    g_key_file_set_string (keys, LAB_GROUP, "seed", asked->seed);
  return write_keys (state, part, LAB_FILE, keys, error);
}

/* Absolute path -> GBytes. */
static GHashTable *
load_texts (const VnState *state, const char *part, char **paths, GError **error)
{
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  for (guint i = 0; paths[i]; i++)
    {
      g_autofree char *name = copy_name (part, i);
      gsize size;
      char *text = vn_state_read (state, name, &size, error);
      if (!text)
        return NULL;
      g_hash_table_insert (texts, g_strdup (paths[i]), g_bytes_new_take (text, size));
    }
  return g_steal_pointer (&texts);
}

static void
clear_set (gpointer data)
{
  vn_set_clear (data);
}

static GArray *
parse_sets (char **sets, GError **error)
{
  g_autoptr (GArray) parsed = g_array_new (FALSE, FALSE, sizeof (VnSet));
  g_array_set_clear_func (parsed, clear_set);
  for (; sets && *sets; sets++)
    {
      VnSet set;
      if (!vn_set_parse (*sets, &set, error))
        return NULL;
      g_array_append_val (parsed, set);
    }
  return g_steal_pointer (&parsed);
}

static VnTopology *
load_saved (const VnState *state, const char *part, GKeyFile *keys, char **paths, const VnTopology *standing,
            GError **error)
{
  g_auto (GStrv) sets = g_key_file_get_string_list (keys, LAB_GROUP, "sets", NULL, NULL);
  g_autofree char *seed = g_key_file_get_string (keys, LAB_GROUP, "seed", NULL);
  g_autoptr (GHashTable) texts = load_texts (state, part, paths, error);
  g_autoptr (GArray) parsed = texts ? parse_sets (sets, error) : NULL;
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  if (!parsed)
    return NULL;
  VnLoadOptions options = {
    .sets = (const VnSet *)(gpointer)parsed->data,
    .n_sets = parsed->len,
    .texts = texts,
    .standing = standing,
  };
  options.has_seed = seed && vn_parse_uint (seed, 0, G_MAXINT64, &options.seed);
  VnTopology *topology = vn_load_lab (paths[0], &options, diags);
  if (!topology)
    vn_error_set (error, VN_ERROR_INTERNAL, "%s: the lab that was saved can't be loaded again", state->path);
  return topology;
}

VnTopology *
vn_state_load_lab (const VnState *state, const char *part, const VnTopology *standing, GError **error)
{
  g_autoptr (GKeyFile) keys = read_keys (state, part, LAB_FILE, error);
  g_auto (GStrv) paths = keys ? g_key_file_get_string_list (keys, LAB_GROUP, "files", NULL, error) : NULL;
  return paths && paths[0] ? load_saved (state, part, keys, paths, standing, error) : NULL;
}

gboolean
vn_state_load_asked (const VnState *state, const char *part, char ***ret_sets, char **ret_seed, GError **error)
{
  g_autoptr (GKeyFile) keys = read_keys (state, part, LAB_FILE, error);
  if (!keys)
    return FALSE;
  *ret_sets = g_key_file_get_string_list (keys, LAB_GROUP, "sets", NULL, NULL);
  *ret_seed = g_key_file_get_string (keys, LAB_GROUP, "seed", NULL);
  return TRUE;
}

/* ---- leases ---- */

static void
set_ip (GKeyFile *keys, const char *group, const char *key, VnIp ip)
{
  g_autofree char *text = vn_ip_is_set (ip) ? vn_ip_to_string (ip) : NULL;
  if (text)
    g_key_file_set_string (keys, group, key, text);
}

gboolean
vn_state_save_leases (const VnState *state, const char *part, const GPtrArray *leases, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  for (guint i = 0; leases && i < leases->len; i++)
    {
      const VnKobjLease *lease = g_ptr_array_index (leases, i);
      g_autofree char *group = g_strdup_printf ("%s:%s", lease->node, lease->dev);
      g_autofree char *address
          = vn_ip_is_set (lease->address.ip) ? vn_prefix_to_string (lease->address) : g_strdup ("");
      g_key_file_set_string (keys, group, "address", address);
      set_ip (keys, group, "router", lease->router);
      set_ip (keys, group, "dns", lease->dns);
      set_ip (keys, group, "server", lease->server);
      g_key_file_set_uint64 (keys, group, "lease_time_sec", lease->lease_time_sec);
      if (lease->domain)
        g_key_file_set_string (keys, group, "domain", lease->domain);
    }
  return write_keys (state, part, LEASES_FILE, keys, error);
}

static void
get_ip (GKeyFile *keys, const char *group, const char *key, VnIp *ret)
{
  g_autofree char *text = g_key_file_get_string (keys, group, key, NULL);
  if (text)
    vn_ip_parse (text, ret);
}

static VnKobjLease *
read_lease (GKeyFile *keys, const char *group)
{
  g_auto (GStrv) names = g_strsplit (group, ":", 2);
  g_autofree char *address = g_key_file_get_string (keys, group, "address", NULL);
  VnKobjLease *lease = vn_kobj_lease_new (g_intern_string (names[0]), names[1] ? names[1] : "");
  if (address && *address)
    vn_prefix_parse (address, &lease->address);
  get_ip (keys, group, "router", &lease->router);
  get_ip (keys, group, "dns", &lease->dns);
  get_ip (keys, group, "server", &lease->server);
  lease->lease_time_sec = (guint)g_key_file_get_uint64 (keys, group, "lease_time_sec", NULL);
  lease->domain = g_key_file_get_string (keys, group, "domain", NULL);
  return lease;
}

GPtrArray *
vn_state_load_leases (const VnState *state, const char *part, GError **error)
{
  g_autoptr (GPtrArray) leases = vn_kobj_leases_new ();
  g_autoptr (GKeyFile) keys = read_keys (state, part, LEASES_FILE, error);
  g_auto (GStrv) groups = keys ? g_key_file_get_groups (keys, NULL) : NULL;
  for (char **group = groups; group && *group; group++)
    g_ptr_array_add (leases, read_lease (keys, *group));
  return keys ? g_steal_pointer (&leases) : NULL;
}

/* ---- facts ---- */

void
vn_state_facts_clear (VnStateFacts *facts)
{
  g_clear_pointer (&facts->file, g_free);
}

gboolean
vn_state_save_facts (const VnState *state, const VnStateFacts *facts, GError **error)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_key_file_set_string (keys, LAB_GROUP, "file", facts->file);
  g_key_file_set_int64 (keys, LAB_GROUP, "since_unix_usec", facts->since_unix_usec);
  g_key_file_set_uint64 (keys, LAB_GROUP, "nodes", facts->n_nodes);
  return write_keys (state, VN_STATE_UP, FACTS_FILE, keys, error);
}

gboolean
vn_state_load_facts (const VnState *state, VnStateFacts *ret, GError **error)
{
  g_autoptr (GKeyFile) keys = read_keys (state, VN_STATE_UP, FACTS_FILE, error);
  if (!keys)
    return FALSE;
  *ret = (VnStateFacts){
    .file = g_key_file_get_string (keys, LAB_GROUP, "file", NULL),
    .since_unix_usec = g_key_file_get_int64 (keys, LAB_GROUP, "since_unix_usec", NULL),
    .n_nodes = (guint)g_key_file_get_uint64 (keys, LAB_GROUP, "nodes", NULL),
  };
  return TRUE;
}
