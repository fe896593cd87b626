/* SPDX-License-Identifier: Apache-2.0 */
/* Trees of reasons: why a prediction is what it is. */
#include "sim/model/vn-cell.h"

static void
reason_free_gpointer (gpointer reason)
{
  vn_reason_free (reason);
}

VnReason *
vn_reason_new (gboolean holds, VnOrigin origin, const char *format, ...)
{
  VnReason *reason = g_new0 (VnReason, 1);
  va_list args;

  va_start (args, format);
  reason->text = g_strdup_vprintf (format, args);
  va_end (args);
  reason->holds = holds;
  reason->origin = origin;
  reason->children = g_ptr_array_new_with_free_func (reason_free_gpointer);
  return reason;
}

VnReason *
vn_reason_add (VnReason *parent, VnReason *child)
{
  g_ptr_array_add (parent->children, child);
  return child;
}

void
vn_reason_free (VnReason *reason)
{
  if (reason == NULL)
    return;
  g_ptr_array_unref (reason->children);
  g_free (reason->text);
  g_free (reason);
}

static void
append_lines (GString *out, const VnReason *reason, guint depth)
{
  g_string_append_printf (out, "%*s%s %s", (int)depth * 2, "", reason->holds ? "✓" : "✗", reason->text);
  if (vn_origin_is_set (reason->origin))
    {
      g_autofree char *place = vn_origin_to_line (reason->origin);

      g_string_append_printf (out, " (%s)", place);
    }
  g_string_append_c (out, '\n');
  for (guint i = 0; i < reason->children->len; i++)
    append_lines (out, g_ptr_array_index (reason->children, i), depth + 1);
}

char *
vn_reason_to_string (const VnReason *reason)
{
  GString *out = g_string_new (NULL);

  append_lines (out, reason, 0);
  return g_string_free (out, FALSE);
}
