/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding DNS. A name is a row of labels; one may end in a pointer to an earlier place. Pointers are followed only
 * backwards, so a loop of them ends. */
#include "sim/packet/vn-dns.h"

#include "sim/packet/vn-span.h"

#include <stdio.h>

#define HEADER_SIZE 12
#define LABEL_MAX 63
#define NAME_MAX_BYTES 255
#define POINTER 0xc0

static void
append_byte (char *name, gsize *len, guint8 byte)
{
  gsize room = VN_DNS_NAME_SIZE - *len;

  if (room < 5)
    return;
  if (g_ascii_isgraph (byte) && byte != '.' && byte != '\\')
    name[(*len)++] = (char)byte;
  else
    *len += (gsize)snprintf (name + *len, room, "\\%03u", byte);
}

static void
append_label (const VnSpan *span, gsize at, guint8 size, char *name, gsize *len)
{
  if (*len > 0 && *len + 1 < VN_DNS_NAME_SIZE)
    name[(*len)++] = '.';
  for (guint i = 0; i < size; i++)
    append_byte (name, len, vn_span_u8 (span, at + i));
}

/* Returns: the offset behind the name; 0 if there is none. */
static gsize
read_name (const VnSpan *span, gsize at, char *name)
{
  gsize end = 0, len = 0, total = 0, limit = at;

  for (;;)
    {
      guint8 size = vn_span_u8 (span, at);

      if (at >= span->size)
        return 0;
      if (size >= POINTER)
        {
          end = end ? end : at + 2;
          at = vn_span_u16 (span, at) & 0x3fff;
          if (at >= limit)
            return 0;
          limit = at;
          continue;
        }
      total += size + 1u;
      if (size > LABEL_MAX || at + 1 + size > span->size || total > NAME_MAX_BYTES)
        return 0;
      if (size == 0)
        break;
      append_label (span, at + 1, size, name, &len);
      at += 1u + size;
    }
  name[len] = '\0';
  return end ? end : at + 1;
}

gboolean
vn_dns_decode (const guint8 *bytes, gsize size, VnDns *ret)
{
  const VnSpan span = { bytes, size, FALSE, size };
  guint16 flags = vn_span_u16 (&span, 2);
  gsize end;

  ret->name[0] = '\0';
  ret->type = 0;
  if (size < HEADER_SIZE || (flags >> 11 & 0xf) != 0)
    return FALSE;
  ret->id = vn_span_u16 (&span, 0);
  ret->is_answer = flags >> 15;
  ret->code = flags & 0xf;
  ret->n_answers = vn_span_u16 (&span, 6);
  if (vn_span_u16 (&span, 4) == 0)
    return TRUE;
  end = read_name (&span, HEADER_SIZE, ret->name);
  if (end == 0 || end + 4 > size)
    return FALSE;
  ret->type = vn_span_u16 (&span, end);
  return TRUE;
}

const char *
vn_dns_code_words (guint8 code)
{
  static const char *const WORDS[]
      = { NULL, "format error", "server failure", "no such name", "not known to the server", "refused" };

  return code < G_N_ELEMENTS (WORDS) ? WORDS[code] : code == 9 ? "not authoritative" : NULL;
}
