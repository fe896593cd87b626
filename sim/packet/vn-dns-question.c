/* SPDX-License-Identifier: Apache-2.0 */
/* DNS: asking for the IPv4 address of a name, and reading what was answered. */
#include "sim/packet/vn-dns-question.h"

#include "sim/packet/vn-span.h"

#define HEADER_SIZE 12
#define LABEL_MAX 63
#define POINTER 0xc0 /* both bits set: the rest of the name is elsewhere */
#define TYPE_A 1
#define CLASS_IN 1
#define RECURSION_DESIRED 0x0100
#define RECORD_SIZE 10 /* type, class, time to live, length */

static void
append_u16 (GByteArray *bytes, guint16 n)
{
  const guint8 field[2] = { (guint8)(n >> 8), (guint8)n };

  g_byte_array_append (bytes, field, sizeof field);
}

GBytes *
vn_dns_question (guint16 id, const char *name)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_auto (GStrv) labels = g_strsplit (name, ".", -1);
  const guint16 header[] = { id, RECURSION_DESIRED, 1, 0, 0, 0 };

  if (!labels[0])
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (header); i++)
    append_u16 (bytes, header[i]);
  for (char **label = labels; *label; label++)
    {
      gsize len = strlen (*label);
      guint8 size = (guint8)len;

      if (len == 0 || len > LABEL_MAX)
        return NULL;
      g_byte_array_append (bytes, &size, 1);
      g_byte_array_append (bytes, (const guint8 *)*label, size);
    }
  g_byte_array_append (bytes, (const guint8 *)"", 1);
  append_u16 (bytes, TYPE_A);
  append_u16 (bytes, CLASS_IN);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* Takes a name off the front, without following where it points to. */
static gboolean
skip_name (VnSpan *span)
{
  VnSpan label;

  while (vn_span_take (span, 1, &label))
    {
      guint8 size = vn_span_u8 (&label, 0);

      if (size == 0)
        return TRUE;
      if (size >= POINTER)
        return vn_span_take (span, 1, &label);
      if (!vn_span_take (span, size, &label))
        return FALSE;
    }
  return FALSE;
}

gboolean
vn_dns_answer_address (const guint8 *bytes, gsize size, VnIp *ret)
{
  VnSpan span = { bytes, size, FALSE, size }, header, field, data;
  guint n_questions, n_answers;

  if (!vn_span_take (&span, HEADER_SIZE, &header))
    return FALSE;
  n_questions = vn_span_u16 (&header, 4);
  n_answers = vn_span_u16 (&header, 6);
  for (guint i = 0; i < n_questions; i++)
    if (!skip_name (&span) || !vn_span_take (&span, 4, &field))
      return FALSE;
  for (guint i = 0; i < n_answers; i++)
    {
      if (!skip_name (&span) || !vn_span_take (&span, RECORD_SIZE, &field)
          || !vn_span_take (&span, vn_span_u16 (&field, 8), &data))
        return FALSE;
      if (vn_span_u16 (&field, 0) == TYPE_A && vn_span_u16 (&field, 2) == CLASS_IN && data.size == 4)
        {
          *ret = vn_ip_from_v4 (vn_span_u32 (&data, 0));
          return TRUE;
        }
    }
  return FALSE;
}
