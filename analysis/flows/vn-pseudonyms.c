/* SPDX-License-Identifier: Apache-2.0 */
/* Pseudonyms in the order in which the originals appear: nothing of an original is in them, and one capture always gets
 * the same. */
#include "analysis/flows/vn-analysis-private.h"

struct _VnPseudonyms
{
  GHashTable *names;    /* "kind text" -> pseudonym */
  GHashTable *counters; /* kind -> how many */
};

VnPseudonyms *
vn_pseudonyms_new (void)
{
  VnPseudonyms *p = g_new (VnPseudonyms, 1);

  p->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  p->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return p;
}

void
vn_pseudonyms_free (VnPseudonyms *p)
{
  g_hash_table_unref (p->names);
  g_hash_table_unref (p->counters);
  g_free (p);
}

const char *
vn_pseudonyms_get (VnPseudonyms *p, const char *kind, const char *text)
{
  char *key = g_strconcat (kind, " ", text, NULL);
  const char *known = g_hash_table_lookup (p->names, key);
  guint n;
  char *name;

  if (known)
    {
      g_free (key);
      return known;
    }
  n = GPOINTER_TO_UINT (g_hash_table_lookup (p->counters, kind)) + 1;
  g_hash_table_insert (p->counters, g_strdup (kind), GUINT_TO_POINTER (n));
  name = g_strdup_printf ("%s-%u", kind, n);
  g_hash_table_insert (p->names, key, name);
  return name;
}
