/* SPDX-License-Identifier: Apache-2.0 */
/* What the file doesn't give is drawn from the seed (sim/api/vn-draw.h). */
#include "sim/load/vn-load-build.h"
#include "sim/api/vn-draw.h"

#include <string.h>

guint64
vn_load_draw (const VnLoad *load, const char *purpose, const char *name, guint attempt)
{
  return vn_draw_number (load->t->seed, purpose, name, attempt);
}

/* Names of devices and chains are cut from ids: what is drawn differs in its first ten characters. */
static char *
id_key (const char *id)
{
  return g_strdup_printf ("id %.10s", id);
}

/* "#3" of the fourth object of its kind without a name. Transfer full. */
static char *
name_unnamed (VnLoad *load, const char *kind)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (load->unnamed, kind));

  g_hash_table_insert (load->unnamed, (gpointer)kind, GUINT_TO_POINTER (n + 1));
  return g_strdup_printf ("#%u", n);
}

char *
vn_load_id (VnLoad *load, const VnField *field, const char *kind, const char *name)
{
  g_autofree char *unnamed = NULL;

  if (vn_field_has (field))
    {
      g_hash_table_add (load->drawn, id_key (vn_field_text (field, "")));
      return g_strdup (vn_field_text (field, ""));
    }
  unnamed = *name == '\0' ? name_unnamed (load, kind) : NULL;
  for (guint attempt = 0;; attempt++)
    {
      g_autofree char *id = vn_draw_uuid (load->t->seed, kind, unnamed != NULL ? unnamed : name, attempt);

      if (g_hash_table_add (load->drawn, id_key (id)))
        return g_steal_pointer (&id);
    }
}

VnMac
vn_load_draw_mac (VnLoad *load, VnMac prefix, guint prefix_len, const char *name)
{
  for (guint attempt = 0;; attempt++)
    {
      guint8 bytes[16];
      VnMac mac;

      vn_draw_bytes (load->t->seed, "mac", name, attempt, bytes);
      memcpy (mac.b, bytes, sizeof mac.b);
      memcpy (mac.b, prefix.b, prefix_len);
      if (g_hash_table_add (load->drawn, vn_mac_to_string (mac)))
        return mac;
    }
}
