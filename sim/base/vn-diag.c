/* SPDX-License-Identifier: Apache-2.0 */
/* The list of diagnostics of a document.
 *
 * A document from outside can be wrong in any number of places, so the list stops at MAX_DIAGS and adds one that says
 * so; that one stays last, has no place, and is an error, because what it hides may be errors. */
#include "sim/base/vn-diag.h"

#include "sim/base/vn-text.h"

#define MAX_DIAGS 1000

typedef struct
{
  const char *id;
  VnSeverity severity;
  const char *summary;
} DiagInfo;

static const DiagInfo DIAGS[] = {
#define VN_DIAG_CODE(name, id, severity, summary) { id, VN_SEVERITY_##severity, summary },
#include "sim/base/vn-diag-codes.inc"
#undef VN_DIAG_CODE
};
G_STATIC_ASSERT (G_N_ELEMENTS (DIAGS) == VN_N_DIAGS);

static const char *const SEVERITY_NAMES[] = { "error", "warning", "note" };
G_STATIC_ASSERT (G_N_ELEMENTS (SEVERITY_NAMES) == VN_SEVERITY_NOTE + 1);

struct _VnDiagList
{
  GArray *diags; /* of VnDiag */
};

static void
diag_clear (gpointer data)
{
  VnDiag *diag = data;
  g_free (diag->message);
  g_free (diag->hint);
}

VnDiagList *
vn_diag_list_new (void)
{
  VnDiagList *list = g_new0 (VnDiagList, 1);
  list->diags = g_array_new (FALSE, FALSE, sizeof (VnDiag));
  g_array_set_clear_func (list->diags, diag_clear);
  return list;
}

void
vn_diag_list_free (VnDiagList *list)
{
  g_array_unref (list->diags);
  g_free (list);
}

void
vn_diag_add (VnDiagList *list, VnDiagCode code, VnOrigin origin, const char *hint, const char *format, ...)
{
  if (list->diags->len > MAX_DIAGS)
    return;
  VnDiag diag = { code, origin, NULL, NULL };
  if (list->diags->len == MAX_DIAGS)
    {
      diag.code = VN_DIAG_TOO_MANY;
      diag.origin = VN_ORIGIN_NONE;
      diag.message = g_strdup_printf ("more than %d problems; the others are not listed", MAX_DIAGS);
    }
  else
    {
      va_list args;
      va_start (args, format);
      diag.message = g_strdup_vprintf (format, args);
      va_end (args);
      diag.hint = g_strdup (hint);
    }
  g_array_append_val (list->diags, diag);
}

guint
vn_diag_list_len (const VnDiagList *list)
{
  return list->diags->len;
}

const VnDiag *
vn_diag_list_get (const VnDiagList *list, guint index)
{
  g_return_val_if_fail (index < list->diags->len, NULL);
  return &g_array_index (list->diags, VnDiag, index);
}

guint
vn_diag_list_count (const VnDiagList *list, VnSeverity severity)
{
  guint n = 0;
  for (guint i = 0; i < list->diags->len; i++)
    if (vn_diag_severity (vn_diag_list_get (list, i)->code) == severity)
      n++;
  return n;
}

static int
diag_compare (gconstpointer a, gconstpointer b, gpointer data G_GNUC_UNUSED)
{
  const VnDiag *x = a, *y = b;
  gboolean x_last = x->code == VN_DIAG_TOO_MANY, y_last = y->code == VN_DIAG_TOO_MANY;
  return x_last || y_last ? x_last - y_last : vn_origin_compare (x->origin, y->origin);
}

void
vn_diag_list_sort (VnDiagList *list)
{
  /* Unlike g_array_sort this is documented to be stable. */
  g_qsort_with_data (list->diags->data, (int)list->diags->len, sizeof (VnDiag), diag_compare, NULL);
}

const char *
vn_diag_id (VnDiagCode code)
{
  return DIAGS[code].id;
}

VnSeverity
vn_diag_severity (VnDiagCode code)
{
  return DIAGS[code].severity;
}

const char *
vn_diag_summary (VnDiagCode code)
{
  return DIAGS[code].summary;
}

char *
vn_diag_to_string (const VnDiag *diag)
{
  g_autofree char *place = vn_origin_is_set (diag->origin) ? vn_origin_to_string (diag->origin) : NULL;
  g_autofree char *line = g_strdup_printf (
      "%s%s%s: %s%s%s [%s]", place ? place : "", place ? ": " : "", SEVERITY_NAMES[vn_diag_severity (diag->code)],
      diag->message, diag->hint ? "; " : "", diag->hint ? diag->hint : "", vn_diag_id (diag->code));
  /* Keys and values are quoted in messages as the document has them. */
  return vn_text_printable (line);
}
