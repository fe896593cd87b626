/* SPDX-License-Identifier: Apache-2.0 */
/* Places in files as values. */
#include "sim/base/vn-origin.h"

VnOrigin
vn_origin_new (const char *file, guint line, guint column)
{
  return (VnOrigin){ g_intern_string (file), line, column };
}

gboolean
vn_origin_is_set (VnOrigin origin)
{
  return origin.file != NULL;
}

int
vn_origin_compare (VnOrigin a, VnOrigin b)
{
  int order = g_strcmp0 (a.file, b.file);
  if (order != 0)
    return order;
  if (a.line != b.line)
    return a.line < b.line ? -1 : 1;
  if (a.column != b.column)
    return a.column < b.column ? -1 : 1;
  return 0;
}

char *
vn_origin_to_string (VnOrigin origin)
{
  if (origin.file == NULL || origin.line == 0 || origin.column == 0)
    return vn_origin_to_line (origin);
  return g_strdup_printf ("%s:%u:%u", origin.file, origin.line, origin.column);
}

char *
vn_origin_to_line (VnOrigin origin)
{
  if (origin.file == NULL)
    return g_strdup ("default");
  if (origin.line == 0)
    return g_strdup (origin.file);
  return g_strdup_printf ("%s:%u", origin.file, origin.line);
}
