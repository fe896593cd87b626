/* SPDX-License-Identifier: Apache-2.0 */
/* Draws: SHA-256 of seed, purpose, attempt and name. */
#include "sim/api/vn-draw.h"

#include <string.h>

void
vn_draw_bytes (guint64 seed, const char *purpose, const char *name, guint attempt, guint8 ret[16])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT "/%s/%u/%s", seed, purpose, attempt, name);
  guint8 digest[32];
  gsize size = sizeof digest;

  g_checksum_update (checksum, (const guchar *)text, (gssize)strlen (text));
  g_checksum_get_digest (checksum, digest, &size);
  memcpy (ret, digest, 16);
}

guint64
vn_draw_number (guint64 seed, const char *purpose, const char *name, guint attempt)
{
  guint8 bytes[16];
  guint64 number = 0;

  vn_draw_bytes (seed, purpose, name, attempt, bytes);
  for (guint i = 0; i < 8; i++)
    number = number << 8 | bytes[i];
  return number;
}

char *
vn_draw_uuid (guint64 seed, const char *purpose, const char *name, guint attempt)
{
  guint8 b[16];

  vn_draw_bytes (seed, purpose, name, attempt, b);
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
                          b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}
