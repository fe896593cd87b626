/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks and options of pcapng. */
#include "captures/file/vn-pcapng-block.h"

#include <string.h>

#define OPTION_END 0

void
vn_block_u16 (GByteArray *out, guint16 value)
{
  guint16 wire = GUINT16_TO_LE (value);

  g_byte_array_append (out, (const guint8 *)&wire, sizeof wire);
}

void
vn_block_u32 (GByteArray *out, guint32 value)
{
  guint32 wire = GUINT32_TO_LE (value);

  g_byte_array_append (out, (const guint8 *)&wire, sizeof wire);
}

void
vn_block_time (GByteArray *out, guint64 time_ns)
{
  vn_block_u32 (out, (guint32)(time_ns >> 32));
  vn_block_u32 (out, (guint32)time_ns);
}

void
vn_block_bytes (GByteArray *out, gconstpointer bytes, gsize size)
{
  static const guint8 zeros[3] = { 0 };

  g_byte_array_append (out, bytes, (guint)size);
  g_byte_array_append (out, zeros, (guint)(-size & 3));
}

void
vn_block_begin (GByteArray *out, guint32 type, gsize *ret_start)
{
  *ret_start = out->len;
  vn_block_u32 (out, type);
  vn_block_u32 (out, 0);
}

void
vn_block_end (GByteArray *out, gsize start)
{
  guint32 size = (guint32)(out->len - start + sizeof size);
  guint32 wire = GUINT32_TO_LE (size);

  memcpy (out->data + start + sizeof size, &wire, sizeof wire);
  vn_block_u32 (out, size);
}

void
vn_block_option (GByteArray *out, guint16 code, gconstpointer value, guint16 size)
{
  vn_block_u16 (out, code);
  vn_block_u16 (out, size);
  vn_block_bytes (out, value, size);
}

void
vn_block_option_text (GByteArray *out, guint16 code, const char *text)
{
  gsize size;

  if (!text)
    return;
  size = strlen (text);
  if (size > G_MAXUINT16)
    for (size = G_MAXUINT16; size > 0 && ((guint8)text[size] & 0xc0) == 0x80;)
      size--;
  vn_block_option (out, code, text, (guint16)size);
}

void
vn_block_option_u32 (GByteArray *out, guint16 code, guint32 value)
{
  guint32 wire = GUINT32_TO_LE (value);

  vn_block_option (out, code, &wire, sizeof wire);
}

void
vn_block_option_u64 (GByteArray *out, guint16 code, guint64 value)
{
  guint64 wire = GUINT64_TO_LE (value);

  vn_block_option (out, code, &wire, sizeof wire);
}

void
vn_block_options_end (GByteArray *out)
{
  vn_block_option (out, OPTION_END, NULL, 0);
}
