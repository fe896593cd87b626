/* SPDX-License-Identifier: Apache-2.0 */
/* Finding and reading files, and `extends`.
 *
 * Files are named relative to the file that names them. A path is shown as the user wrote it, with "x/.." taken out, so
 * that places in messages can be clicked on. */
#include "sim/load/vn-load-build.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/vn-fd.h"

#define LAB_SUFFIX ".vlab.yml"

static char *
normalise (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (gsize i = 0; parts[i] != NULL; i++)
    {
      const char *last = kept->len > 0 ? g_ptr_array_index (kept, kept->len - 1) : "";
      gboolean is_up = g_str_equal (parts[i], "..");

      if (g_str_equal (parts[i], ".") || (*parts[i] == '\0' && i > 0))
        continue;
      if (is_up && *last != '\0' && !g_str_equal (last, ".."))
        g_ptr_array_set_size (kept, (gint)kept->len - 1);
      else
        g_ptr_array_add (kept, parts[i]);
    }
  if (kept->len == 0)
    return g_strdup (".");
  g_ptr_array_add (kept, NULL);
  return g_strjoinv ("/", (char **)kept->pdata);
}

char *
vn_load_path (const char *from, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (from);
  g_autofree char *joined = g_path_is_absolute (path) ? g_strdup (path) : g_build_filename (folder, path, NULL);

  return normalise (joined);
}

static void
cannot_read (const char *path, VnOrigin origin, VnDiagList *diags, const char *why)
{
  vn_diag_add (diags, VN_DIAG_FILE_MISSING, vn_origin_is_set (origin) ? origin : vn_origin_new (path, 0, 0), NULL,
               "can't read \"%s\": %s", path, why);
}

/* The lab file that was saved as @path, or of the folder @path; NULL if none was. */
static const char *
find_saved (GHashTable *texts, const char *path)
{
  GHashTableIter iter;
  gpointer saved;

  if (g_hash_table_contains (texts, path))
    return path;
  g_hash_table_iter_init (&iter, texts);
  while (g_hash_table_iter_next (&iter, &saved, NULL))
    {
      g_autofree char *folder = g_path_get_dirname (saved);

      if (g_str_has_suffix (saved, LAB_SUFFIX) && g_str_equal (folder, path))
        return saved;
    }
  return NULL;
}

char *
vn_load_find_lab (const char *path, VnOrigin origin, GHashTable *texts, VnDiagList *diags)
{
  g_autofree char *found = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *entry;

  if (texts != NULL)
    {
      g_autofree char *wanted = normalise (path);
      const char *saved = find_saved (texts, wanted);

      return g_strdup (saved != NULL ? saved : wanted);
    }
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return normalise (path);
  dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      if (!g_str_has_suffix (entry, LAB_SUFFIX))
        continue;
      if (found != NULL)
        {
          cannot_read (path, origin, diags, "the folder holds more than one *" LAB_SUFFIX ", name one of them");
          return NULL;
        }
      found = g_build_filename (path, entry, NULL);
    }
  if (found == NULL)
    cannot_read (path, origin, diags, "the folder holds no *" LAB_SUFFIX);
  return found != NULL ? normalise (found) : NULL;
}

static gboolean
read_all (int fd, char *buffer, gsize size, gsize *ret_size)
{
  gsize done = 0;

  while (done < size)
    {
      ssize_t n = read (fd, buffer + done, size - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      if (n == 0)
        break;
      done += (gsize)n;
    }
  *ret_size = done;
  return TRUE;
}

static char *
read_saved (const char *path, VnOrigin origin, GHashTable *texts, VnDiagList *diags, gsize *ret_size)
{
  GBytes *text = g_hash_table_lookup (texts, path);
  gconstpointer bytes;

  if (text == NULL)
    {
      cannot_read (path, origin, diags, "it was not saved");
      return NULL;
    }
  bytes = g_bytes_get_data (text, ret_size);
  return g_strndup (bytes != NULL ? bytes : "", *ret_size);
}

char *
vn_load_read (const char *path, VnOrigin origin, GHashTable *texts, VnDiagList *diags, gsize *ret_size)
{
  VN_AUTO_FD fd = -1;
  g_autofree char *text = NULL;
  struct stat st;
  gsize size;

  if (texts != NULL)
    return read_saved (path, origin, texts, diags, ret_size);
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 || fstat (fd, &st) < 0)
    {
      cannot_read (path, origin, diags, g_strerror (errno));
      return NULL;
    }
  if (!S_ISREG (st.st_mode))
    {
      cannot_read (path, origin, diags, "it is not a regular file");
      return NULL;
    }
  if ((guint64)st.st_size > VN_YAML_MAX_BYTES)
    {
      vn_diag_add (diags, VN_DIAG_LIMIT, vn_origin_new (g_intern_string (path), 0, 0), NULL,
                   "the file is larger than %u bytes", VN_YAML_MAX_BYTES);
      return NULL;
    }
  text = g_malloc ((gsize)st.st_size + 1);
  if (!read_all (fd, text, (gsize)st.st_size, &size))
    {
      cannot_read (path, origin, diags, g_strerror (errno));
      return NULL;
    }
  text[size] = '\0';
  *ret_size = size;
  return g_steal_pointer (&text);
}

static VnYaml *load_chain (const char *path, VnOrigin origin, GPtrArray *files, GHashTable *texts, VnDiagList *diags);

/* Takes the key out of the map. */
static VnYamlPair *
steal_pair (VnYaml *yaml, const char *key)
{
  const VnYamlPair *pair = vn_yaml_find (yaml, key);
  guint index;

  if (pair == NULL || !g_ptr_array_find (yaml->pairs, pair, &index))
    return NULL;
  return g_ptr_array_steal_index (yaml->pairs, index);
}

static void
drop_pair (VnYaml *yaml, const char *key)
{
  VnYamlPair *pair = steal_pair (yaml, key);

  if (pair == NULL)
    return;
  vn_yaml_free (pair->value);
  g_free (pair->key);
  g_free (pair);
}

/* @yaml: transfer full. A variant has its own name: that of the lab below it is not inherited. */
static VnYaml *
extend (VnYaml *yaml, const char *path, GPtrArray *files, GHashTable *texts, VnDiagList *diags)
{
  const VnYamlPair *extends = vn_yaml_find (yaml, "extends");
  g_autofree char *base_path = NULL;
  g_autofree char *base_file = NULL;
  VnYaml *base;

  if (extends == NULL || extends->value->kind != VN_YAML_SCALAR)
    return yaml;
  base_path = vn_load_path (path, extends->value->text);
  base_file = vn_load_find_lab (base_path, extends->value->origin, texts, diags);
  base = base_file != NULL ? load_chain (base_file, extends->value->origin, files, texts, diags) : NULL;
  drop_pair (yaml, "extends");
  if (base == NULL)
    return yaml;
  drop_pair (base, "name");
  return vn_yaml_merge (base, yaml);
}

static gboolean
may_follow (const char *path, VnOrigin origin, const GPtrArray *files, VnDiagList *diags)
{
  g_autofree char *wanted = g_canonicalize_filename (path, NULL);

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *seen = g_canonicalize_filename (g_ptr_array_index (files, i), NULL);

      if (!g_str_equal (seen, wanted))
        continue;
      vn_diag_add (diags, VN_DIAG_EXTENDS_CYCLE, origin, NULL, "\"%s\" extends, over others, itself", path);
      return FALSE;
    }
  if (files->len < VN_LOAD_MAX_EXTENDS)
    return TRUE;
  vn_diag_add (diags, VN_DIAG_LIMIT, origin, NULL, "more than %u lab files extend each other in a row",
               VN_LOAD_MAX_EXTENDS);
  return FALSE;
}

static VnYaml *
load_chain (const char *path, VnOrigin origin, GPtrArray *files, GHashTable *texts, VnDiagList *diags)
{
  g_autofree char *text = NULL;
  VnYaml *yaml;
  gsize size;

  if (!may_follow (path, origin, files, diags))
    return NULL;
  text = vn_load_read (path, origin, texts, diags, &size);
  if (text == NULL)
    return NULL;
  g_ptr_array_add (files, g_strdup (path));
  yaml = vn_yaml_parse (path, text, size, diags);
  return yaml != NULL ? extend (yaml, path, files, texts, diags) : NULL;
}

VnYaml *
vn_load_tree (const char *path, GPtrArray *files, GHashTable *texts, VnDiagList *diags)
{
  return load_chain (path, VN_ORIGIN_NONE, files, texts, diags);
}
