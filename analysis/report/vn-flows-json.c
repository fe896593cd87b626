/* SPDX-License-Identifier: Apache-2.0 */
/* An analysis as JSON and as CSV, written as they go: a capture can have a million conversations. */
#include "analysis/report/vn-flows-report.h"

#include <string.h>

/* ---- JSON ---- */

static void
write_string (const char *text, FILE *out)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  putc ('"', out);
  for (const char *c = valid; *c; c++)
    if (*c == '"' || *c == '\\')
      fprintf (out, "\\%c", *c);
    else if ((guchar)*c < 0x20 || *c == 0x7f)
      fprintf (out, "\\u%04x", (guint)*c);
    else
      putc (*c, out);
  putc ('"', out);
}

static void write_object (const VnObject *object, gconstpointer base, FILE *out);

static void
write_strings (const GPtrArray *strings, FILE *out)
{
  putc ('[', out);
  for (guint i = 0; i < strings->len; i++)
    {
      fputs (i > 0 ? ", " : "", out);
      write_string (g_ptr_array_index (strings, i), out);
    }
  putc (']', out);
}

static void
write_list (const VnField *field, gconstpointer at, FILE *out)
{
  const GArray *values = field->type == VN_FIELD_VALUES ? *(const GArray *const *)at : NULL;
  const GPtrArray *objects = values ? NULL : *(const GPtrArray *const *)at;
  guint n = values ? values->len : objects->len;

  putc ('[', out);
  for (guint i = 0; i < n; i++)
    {
      fputs (values ? (i > 0 ? ", " : "") : (i > 0 ? ",\n  " : "\n  "), out);
      write_object (field->object, values ? values->data + i * field->object->size : g_ptr_array_index (objects, i),
                    out);
    }
  putc (']', out);
}

static void
write_value (const VnField *field, gconstpointer at, FILE *out)
{
  switch (field->type)
    {
    case VN_FIELD_STRING:
    case VN_FIELD_NAME:
      write_string (*(const char *const *)at, out);
      break;
    case VN_FIELD_UINT:
      fprintf (out, "%u", *(const guint *)at);
      break;
    case VN_FIELD_UINT64:
      fprintf (out, "%" G_GUINT64_FORMAT, *(const guint64 *)at);
      break;
    case VN_FIELD_INT64:
      fprintf (out, "%" G_GINT64_FORMAT, *(const gint64 *)at);
      break;
    case VN_FIELD_STRUCT:
      write_object (field->object, at, out);
      break;
    case VN_FIELD_STRINGS:
      write_strings (*(const GPtrArray *const *)at, out);
      break;
    case VN_FIELD_OBJECTS:
    case VN_FIELD_VALUES:
      write_list (field, at, out);
      break;
    case VN_FIELD_BOOL:
    case VN_FIELD_ENUM:
    case VN_FIELD_UINTS:
      g_assert_not_reached (); /* the record has none */
    }
}

static void
write_members (const VnObject *object, gconstpointer base, const char *between, FILE *out)
{
  gboolean is_first = TRUE;

  for (const VnField *field = object->fields; field->name; field++)
    {
      gconstpointer at = (const char *)base + field->offset;
      gboolean is_text = field->type == VN_FIELD_STRING || field->type == VN_FIELD_NAME;

      if (is_text && *(const char *const *)at == NULL)
        continue;
      fprintf (out, "%s\"%s\": ", is_first ? "" : between, field->name);
      write_value (field, at, out);
      is_first = FALSE;
    }
}

static void
write_object (const VnObject *object, gconstpointer base, FILE *out)
{
  putc ('{', out);
  write_members (object, base, ", ", out);
  putc ('}', out);
}

void
vn_flows_write_json (const VnFlowReport *report, G_GNUC_UNUSED VnAnalysis *analysis,
                     G_GNUC_UNUSED const VnFlowsOptions *options, FILE *out)
{
  fprintf (out, "{\"%s\": %d,\n", VN_FLOWS_REPORT.version_name, VN_FLOWS_REPORT.version);
  write_members (VN_FLOWS_REPORT.root, report, ",\n", out);
  fputs ("}\n", out);
}

/* ---- CSV (RFC 4180) ---- */

/* Spreadsheets take a field that begins with these for a formula. */
static gboolean
is_formula (const char *text)
{
  return *text != '\0' && strchr ("=+-@\t\r", *text) != NULL;
}

static void
write_cell (const char *text, FILE *out)
{
  gboolean is_quoted = strpbrk (text, "\",\r\n") != NULL;

  if (is_quoted)
    putc ('"', out);
  if (is_formula (text))
    putc ('\'', out);
  for (const char *c = text; *c; c++)
    {
      if (*c == '"')
        putc ('"', out);
      putc (*c, out);
    }
  if (is_quoted)
    putc ('"', out);
}

static void
write_csv_struct (const VnObject *object, const char *prefix, gconstpointer base, FILE *out)
{
  for (const VnField *field = object->fields; field->name; field++)
    {
      gconstpointer at = base ? (const char *)base + field->offset : NULL;
      gboolean is_text = field->type == VN_FIELD_STRING || field->type == VN_FIELD_NAME;

      if (field != object->fields)
        putc (',', out);
      if (field->type == VN_FIELD_STRUCT)
        write_csv_struct (field->object, field->name, at, out);
      else if (!at)
        fprintf (out, "%s%s%s", prefix, *prefix ? "_" : "", field->name);
      else if (!is_text)
        write_value (field, at, out);
      else if (*(const char *const *)at)
        write_cell (*(const char *const *)at, out);
    }
}

/* All conversations that are wanted, in the order of their first packets. */
void
vn_flows_write_csv (const VnFlowReport *report, VnAnalysis *analysis, G_GNUC_UNUSED const VnFlowsOptions *options,
                    FILE *out)
{
  const VnFlowTable *flows = vn_analysis_flows (analysis);
  const VnObject *object = NULL;

  for (const VnField *field = VN_FLOWS_REPORT.root->fields; field->name; field++)
    if (field->offset == G_STRUCT_OFFSET (VnFlowReport, flows))
      object = field->object;
  g_assert (object != NULL && report != NULL);
  write_csv_struct (object, "", NULL, out);
  fputs ("\r\n", out);
  for (guint i = 0; i < vn_flow_table_len (flows); i++)
    {
      const VnFlow *flow = vn_flow_table_get (flows, i);
      VnReportFlow row;

      if (!vn_analysis_is_wanted (analysis, flow))
        continue;
      vn_report_flow_set (analysis, flow, &row);
      write_csv_struct (object, "", &row, out);
      fputs ("\r\n", out);
      vn_report_flow_clear (&row);
    }
}
