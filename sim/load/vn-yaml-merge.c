/* SPDX-License-Identifier: Apache-2.0 */
/* `extends`: one document laid over another.
 *
 * Keys keep the place of the base, new ones follow; every value keeps the place in the file that it comes from. A null
 * takes away a map or a list of the base (an object, or a list of checks). Over a single value it stays a null, since
 * that is a value of its own in the API (`gateway_ip: null`). Where the base has nothing, a null is marked, so that the
 * reader of names can tell a misspelt deletion. A map's place is where a value was last set directly in it: that is the
 * line to look at when the object misbehaves. */
#include "sim/load/vn-yaml.h"

static void
mark_nulls (VnYaml *yaml)
{
  if (yaml->kind == VN_YAML_NULL)
    yaml->deletes = TRUE;
  if (yaml->kind == VN_YAML_MAP)
    for (guint i = 0; i < yaml->pairs->len; i++)
      mark_nulls (((VnYamlPair *)g_ptr_array_index (yaml->pairs, i))->value);
}

static gboolean
sets_values (const VnYaml *map)
{
  for (guint i = 0; i < map->pairs->len; i++)
    if (((VnYamlPair *)g_ptr_array_index (map->pairs, i))->value->kind != VN_YAML_MAP)
      return TRUE;
  return FALSE;
}

static void
merge_pair (VnYaml *base, GHashTable *index, VnYamlPair *over)
{
  gpointer position;
  VnYamlPair *under;

  if (!g_hash_table_lookup_extended (index, over->key, NULL, &position))
    {
      mark_nulls (over->value);
      g_ptr_array_add (base->pairs, over);
      return;
    }
  under = g_ptr_array_index (base->pairs, GPOINTER_TO_UINT (position));
  if (over->value->kind == VN_YAML_MAP && under->value->kind == VN_YAML_MAP)
    {
      if (sets_values (over->value))
        under->origin = over->origin;
      under->value = vn_yaml_merge (under->value, g_steal_pointer (&over->value));
    }
  else
    {
      gboolean is_deleted = over->value->kind == VN_YAML_NULL && under->value->kind >= VN_YAML_LIST;

      vn_yaml_free (under->value);
      under->value = is_deleted ? NULL : g_steal_pointer (&over->value);
      under->origin = over->origin;
    }
  vn_yaml_free (over->value);
  g_free (over->key);
  g_free (over);
}

static void
remove_deleted (VnYaml *map)
{
  for (guint i = map->pairs->len; i-- > 0;)
    if (((VnYamlPair *)g_ptr_array_index (map->pairs, i))->value == NULL)
      g_ptr_array_remove_index (map->pairs, i);
}

VnYaml *
vn_yaml_merge (VnYaml *base, VnYaml *over)
{
  g_autoptr (GHashTable) index = NULL;

  if (base->kind != VN_YAML_MAP || over->kind != VN_YAML_MAP)
    {
      vn_yaml_free (base);
      return over;
    }
  index = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < base->pairs->len; i++)
    g_hash_table_insert (index, ((VnYamlPair *)g_ptr_array_index (base->pairs, i))->key, GUINT_TO_POINTER (i));
  if (sets_values (over))
    base->origin = over->origin;
  g_ptr_array_set_free_func (over->pairs, NULL);
  for (guint i = 0; i < over->pairs->len; i++)
    merge_pair (base, index, g_ptr_array_index (over->pairs, i));
  remove_deleted (base);
  vn_yaml_free (over);
  return base;
}
