/* SPDX-License-Identifier: Apache-2.0 */
/* Where a thing was written: file, line, column. Every object of the model and every entry of the tables has one. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *file; /* interned; NULL = not written anywhere (a default, or drawn from the seed) */
  guint line;       /* from 1; 0 = the whole file */
  guint column;     /* from 1; 0 = the whole line */
} VnOrigin;

#define VN_ORIGIN_NONE ((VnOrigin){ NULL, 0, 0 })

VnOrigin vn_origin_new (const char *file, guint line, guint column);
gboolean vn_origin_is_set (VnOrigin origin);
int vn_origin_compare (VnOrigin a, VnOrigin b);
/* "file:line:column", shorter where parts are missing, "default" for none. Transfer full. */
char *vn_origin_to_string (VnOrigin origin);
/* The same without the column: what reports print. Transfer full. */
char *vn_origin_to_line (VnOrigin origin);

G_END_DECLS
