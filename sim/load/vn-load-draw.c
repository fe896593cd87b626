/* SPDX-License-Identifier: Apache-2.0 */
/* What the file doesn't give is drawn from the seed.
 *
 * A draw is the hash of seed, purpose and name, not the next number of a sequence: an object that is added or taken
 * away changes nothing of the others, so a variant of a lab differs from it in what its file says and in nothing else.
 */
#include "sim/load/vn-load-build.h"

#include <string.h>

/* SHA-256; @ret gets its first 16 bytes. */
static void
draw_bytes (const VnLoad *load, const char *purpose, const char *name, guint attempt, guint8 ret[16])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT "/%s/%u/%s", load->t->seed, purpose, attempt, name);
  guint8 digest[32];
  gsize size = sizeof digest;

  g_checksum_update (checksum, (const guchar *)text, (gssize)strlen (text));
  g_checksum_get_digest (checksum, digest, &size);
  memcpy (ret, digest, 16);
}

guint64
vn_load_draw (const VnLoad *load, const char *purpose, const char *name, guint attempt)
{
  guint8 bytes[16];
  guint64 number = 0;

  draw_bytes (load, purpose, name, attempt, bytes);
  for (guint i = 0; i < 8; i++)
    number = number << 8 | bytes[i];
  return number;
}

/* A version 4 UUID (RFC 4122, section 4.4). */
static char *
draw_uuid (const VnLoad *load, const char *kind, const char *name, guint attempt)
{
  guint8 b[16];

  draw_bytes (load, kind, name, attempt, b);
  b[6] = (b[6] & 0x0f) | 0x40;
  b[8] = (b[8] & 0x3f) | 0x80;
  return g_strdup_printf ("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2],
                          b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

/* Names of devices and chains are cut from ids: what is drawn differs in its first ten characters. */
static char *
id_key (const char *id)
{
  return g_strdup_printf ("id %.10s", id);
}

char *
vn_load_id (VnLoad *load, const VnField *field, const char *kind, const char *name, VnOrigin origin)
{
  g_autofree char *unnamed = g_strdup_printf ("%u:%u:%u", origin.line, origin.column, g_hash_table_size (load->drawn));

  if (vn_field_has (field))
    {
      g_hash_table_add (load->drawn, id_key (vn_field_text (field, "")));
      return g_strdup (vn_field_text (field, ""));
    }
  for (guint attempt = 0;; attempt++)
    {
      g_autofree char *id = draw_uuid (load, kind, *name != '\0' ? name : unnamed, attempt);

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

      draw_bytes (load, "mac", name, attempt, bytes);
      memcpy (mac.b, bytes, sizeof mac.b);
      memcpy (mac.b, prefix.b, prefix_len);
      if (g_hash_table_add (load->drawn, vn_mac_to_string (mac)))
        return mac;
    }
}
