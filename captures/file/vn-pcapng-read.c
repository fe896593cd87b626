/* SPDX-License-Identifier: Apache-2.0 */
/* pcapng, block by block (draft-ietf-opsawg-pcapng).
 *
 * A block is read whole into one buffer, which grows up to BLOCK_MAX; a length beyond that is a lie. Each section has
 * its own byte order and its own interfaces. What is behind a block that contradicts itself can't be found, so reading
 * ends there and says where. Blocks of unknown types are skipped, as the format wants it. */
#include "captures/file/vn-pcapng-read.h"

#include "captures/file/vn-pcapng-block.h"
#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"

#include <string.h>

#define BLOCK_MAX (16 * 1024 * 1024)
#define BLOCK_MIN 12
#define BLOCK_OLD_PACKET 2
#define BLOCK_SIMPLE_PACKET 3
#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define OPTION_IF_TSOFFSET 14
#define INTERFACES_MAX 65536

typedef struct
{
  VnPcapngInterface public;
  guint32 snaplen;
  guint64 units_per_second;
  gint64 offset_seconds;
} Interface;

struct _VnPcapngReader
{
  FILE *stream;
  GByteArray *block; /* body of the current one */
  gboolean is_swapped;
  GPtrArray *interfaces; /* of all sections */
  guint first;           /* of this section */
  guint64 offset;        /* of the current block */
  guint64 end;
};

static void
interface_free (gpointer data)
{
  Interface *interface = data;

  g_free (interface->public.name);
  g_free (interface);
}

void
vn_pcapng_reader_free (VnPcapngReader *r)
{
  g_byte_array_unref (r->block);
  g_ptr_array_unref (r->interfaces);
  g_free (r);
}

const GPtrArray *
vn_pcapng_reader_interfaces (const VnPcapngReader *r)
{
  return r->interfaces;
}

guint64
vn_pcapng_reader_offset (const VnPcapngReader *r)
{
  return r->offset;
}

/* ---- fields; those beyond the block are 0 ---- */

static guint32
get_u32 (const VnPcapngReader *r, gsize at)
{
  guint32 field = 0;

  if (at + sizeof field <= r->block->len)
    memcpy (&field, r->block->data + at, sizeof field);
  return r->is_swapped ? GUINT32_SWAP_LE_BE (field) : field;
}

static guint16
get_u16 (const VnPcapngReader *r, gsize at)
{
  guint16 field = 0;

  if (at + sizeof field <= r->block->len)
    memcpy (&field, r->block->data + at, sizeof field);
  return r->is_swapped ? GUINT16_SWAP_LE_BE (field) : field;
}

/* 64 bits of an option, in the section's byte order. */
static guint64
get_u64 (const VnPcapngReader *r, gsize at)
{
  guint64 field = 0;

  if (at + sizeof field <= r->block->len)
    memcpy (&field, r->block->data + at, sizeof field);
  return r->is_swapped ? GUINT64_SWAP_LE_BE (field) : field;
}

/* Returns: whether there is an option at *@at; *@at is then moved behind it. */
static gboolean
next_option (const VnPcapngReader *r, gsize *at, guint16 *ret_code, gsize *ret_value, guint16 *ret_size)
{
  guint16 code = get_u16 (r, *at), size = get_u16 (r, *at + 2);

  if (*at + 4 > r->block->len || code == 0 || *at + 4 + size > r->block->len)
    return FALSE;
  *ret_code = code;
  *ret_value = *at + 4;
  *ret_size = size;
  *at += 4 + ((gsize)size + 3) / 4 * 4;
  return TRUE;
}

/* ---- blocks ---- */

static gboolean stop (const VnPcapngReader *r, char **ret_problem, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
stop (const VnPcapngReader *r, char **ret_problem, const char *format, ...)
{
  g_autofree char *why = NULL;
  va_list args;

  va_start (args, format);
  why = g_strdup_vprintf (format, args);
  va_end (args);
  *ret_problem = g_strdup_printf ("%s, in the block at byte %" G_GUINT64_FORMAT, why, r->offset);
  return FALSE;
}

/* The byte order of a section stands behind its length, which can be read only then. */
static gboolean
read_byte_order (VnPcapngReader *r, char **ret_problem)
{
  guint32 magic;

  if (fread (&magic, 1, sizeof magic, r->stream) != sizeof magic)
    return stop (r, ret_problem, "the file ends");
  if (magic != BYTE_ORDER_MAGIC && magic != GUINT32_SWAP_LE_BE (BYTE_ORDER_MAGIC))
    return stop (r, ret_problem, "the byte-order magic is 0x%08x", magic);
  r->is_swapped = magic != BYTE_ORDER_MAGIC;
  return TRUE;
}

/* Reads @size bytes in steps, so that a length that lies costs no more memory than the file has bytes. */
static gboolean
read_body (VnPcapngReader *r, gsize size)
{
  const gsize step = 256 * 1024;
  gsize held = 0;

  while (held < size)
    {
      gsize want = MIN (step, size - held);

      g_byte_array_set_size (r->block, (guint)(held + want));
      if (fread (r->block->data + held, 1, want, r->stream) != want)
        return FALSE;
      held += want;
    }
  g_byte_array_set_size (r->block, (guint)size);
  return TRUE;
}

/* Returns: FALSE at the end of the file, well or badly. */
static gboolean
read_block (VnPcapngReader *r, guint32 *ret_type, char **ret_problem)
{
  guint32 head[2], trailer, size;
  gsize n, rest;

  r->offset = r->end;
  n = fread (head, 1, sizeof head, r->stream);
  if (n == 0)
    return FALSE;
  if (n < sizeof head)
    return stop (r, ret_problem, "the file ends");
  if (head[0] == VN_BLOCK_SECTION && !read_byte_order (r, ret_problem))
    return FALSE;
  *ret_type = r->is_swapped ? GUINT32_SWAP_LE_BE (head[0]) : head[0];
  size = r->is_swapped ? GUINT32_SWAP_LE_BE (head[1]) : head[1];
  rest = head[0] == VN_BLOCK_SECTION ? BLOCK_MIN + 4 : BLOCK_MIN;
  if (size < rest || size > BLOCK_MAX || size % 4 != 0)
    return stop (r, ret_problem, "a length of %u bytes cannot be", size);
  if (!read_body (r, size - rest) || fread (&trailer, 1, sizeof trailer, r->stream) != sizeof trailer)
    return stop (r, ret_problem, "the file ends");
  if (trailer != head[1])
    return stop (r, ret_problem, "the lengths at its two ends differ");
  r->end = r->offset + size;
  return TRUE;
}

static guint64
units_of (guint8 resolution)
{
  guint64 units = 1;

  if (resolution & 0x80)
    return (resolution & 0x7f) < 64 ? G_GUINT64_CONSTANT (1) << (resolution & 0x7f) : 0;
  if (resolution > 19)
    return 0;
  for (guint i = 0; i < resolution; i++)
    units *= 10;
  return units;
}

static void
read_interface_option (const VnPcapngReader *r, Interface *interface, guint16 code, gsize value, guint16 size)
{
  if (code == VN_OPTION_IF_NAME && !interface->public.name)
    {
      g_autofree char *text = g_strndup ((const char *)r->block->data + value, size);

      interface->public.name = vn_text_printable (text);
    }
  else if (code == VN_OPTION_IF_TSRESOL && size >= 1)
    interface->units_per_second = units_of (r->block->data[value]);
  else if (code == OPTION_IF_TSOFFSET && size >= 8)
    interface->offset_seconds = (gint64)get_u64 (r, value);
}

static gboolean
read_interface (VnPcapngReader *r, char **ret_problem)
{
  Interface *interface;
  gsize at = 8, value;
  guint16 code, size;

  if (r->block->len < 8)
    return stop (r, ret_problem, "an interface of %u bytes", r->block->len);
  if (r->interfaces->len >= INTERFACES_MAX)
    return stop (r, ret_problem, "more than %d interfaces", INTERFACES_MAX);
  interface = g_new0 (Interface, 1);
  g_ptr_array_add (r->interfaces, interface);
  interface->public.linktype = get_u16 (r, 0);
  interface->snaplen = get_u32 (r, 4);
  interface->units_per_second = 1000000;
  while (next_option (r, &at, &code, &value, &size))
    read_interface_option (r, interface, code, value, size);
  if (interface->units_per_second == 0)
    return stop (r, ret_problem, "a time resolution that cannot be");
  return TRUE;
}

static void
read_statistics (VnPcapngReader *r)
{
  guint32 index = get_u32 (r, 0);
  gsize at = 12, value;
  guint16 code, size;

  if (index >= r->interfaces->len - r->first)
    return;
  while (next_option (r, &at, &code, &value, &size))
    if (code == VN_OPTION_ISB_IFDROP && size >= 8)
      ((Interface *)g_ptr_array_index (r->interfaces, r->first + index))->public.n_dropped = get_u64 (r, value);
}

/* ---- packets ---- */

__extension__ typedef unsigned __int128 Wide; /* units times 10⁹ */

static gint64
to_ns (const Interface *interface, guint64 stamp)
{
  guint64 seconds = stamp / interface->units_per_second, rest = stamp % interface->units_per_second;
  guint64 ns = (guint64)((Wide)rest * 1000000000u / interface->units_per_second);

  return (gint64)((seconds + (guint64)interface->offset_seconds) * 1000000000u + ns);
}

/* Where a kind of packet block has its fields. */
typedef struct
{
  guint32 type;
  gsize data;      /* offset of the packet's bytes */
  gboolean simple; /* no interface, time or captured length */
  gboolean old;    /* an interface of 16 bits */
} PacketForm;

static const PacketForm FORMS[] = {
  { VN_BLOCK_PACKET, 20, FALSE, FALSE },
  { BLOCK_OLD_PACKET, 20, FALSE, TRUE },
  { BLOCK_SIMPLE_PACKET, 4, TRUE, FALSE },
};

static const PacketForm *
find_form (guint32 type)
{
  for (guint i = 0; i < G_N_ELEMENTS (FORMS); i++)
    if (FORMS[i].type == type)
      return &FORMS[i];
  return NULL;
}

static VnPacketDirection
read_direction (const VnPcapngReader *r, gsize at)
{
  gsize value;
  guint16 code, size;

  while (next_option (r, &at, &code, &value, &size))
    if (code == VN_OPTION_EPB_FLAGS && size >= 4)
      switch (get_u32 (r, value) & 3)
        {
        case 1:
          return VN_PACKET_DIRECTION_IN;
        case 2:
          return VN_PACKET_DIRECTION_OUT;
        default:
          return VN_PACKET_DIRECTION_UNKNOWN;
        }
  return VN_PACKET_DIRECTION_UNKNOWN;
}

static guint32
simple_caplen (const VnPcapngReader *r, const Interface *interface)
{
  guint32 caplen = MIN (get_u32 (r, 0), r->block->len - 4);

  return interface->snaplen > 0 ? MIN (caplen, interface->snaplen) : caplen;
}

static gboolean
read_packet (VnPcapngReader *r, const PacketForm *form, VnCaptured *ret, guint *ret_interface, char **ret_problem)
{
  guint32 index = form->simple ? 0 : form->old ? get_u16 (r, 0) : get_u32 (r, 0);
  const Interface *interface;

  if (r->block->len < form->data)
    return stop (r, ret_problem, "a packet of %u bytes", r->block->len);
  if (index >= r->interfaces->len - r->first)
    return stop (r, ret_problem, "a packet of interface %u, which is not described", index);
  *ret_interface = r->first + index;
  interface = g_ptr_array_index (r->interfaces, *ret_interface);
  *ret = (VnCaptured){ .bytes = r->block->data + form->data };
  ret->caplen = form->simple ? simple_caplen (r, interface) : get_u32 (r, 12);
  ret->len = get_u32 (r, form->simple ? 0 : 16);
  if (ret->caplen > r->block->len - form->data)
    return stop (r, ret_problem, "a packet of %u bytes does not fit", ret->caplen);
  ret->len = MAX (ret->len, ret->caplen);
  if (form->simple)
    return TRUE;
  ret->time_ns = to_ns (interface, (guint64)get_u32 (r, 4) << 32 | get_u32 (r, 8));
  ret->direction = read_direction (r, form->data + ((gsize)ret->caplen + 3) / 4 * 4);
  return TRUE;
}

gboolean
vn_pcapng_reader_next (VnPcapngReader *r, VnCaptured *ret, guint *ret_interface, char **ret_problem)
{
  guint32 type;

  *ret_problem = NULL;
  while (read_block (r, &type, ret_problem))
    {
      const PacketForm *form = find_form (type);

      if (form)
        return read_packet (r, form, ret, ret_interface, ret_problem);
      if (type == VN_BLOCK_SECTION)
        r->first = r->interfaces->len;
      else if (type == VN_BLOCK_STATISTICS)
        read_statistics (r);
      else if (type == VN_BLOCK_INTERFACE && !read_interface (r, ret_problem))
        return FALSE;
    }
  return FALSE;
}

VnPcapngReader *
vn_pcapng_reader_new (FILE *stream, GError **error)
{
  VnPcapngReader *r = g_new0 (VnPcapngReader, 1);
  g_autofree char *problem = NULL;
  guint32 type = 0;

  r->stream = stream;
  r->block = g_byte_array_new ();
  r->interfaces = g_ptr_array_new_with_free_func (interface_free);
  if (read_block (r, &type, &problem) && type == VN_BLOCK_SECTION)
    return r;
  vn_error_set (error, VN_ERROR_INPUT, "not a capture: %s", problem ? problem : "no section header");
  vn_pcapng_reader_free (r);
  return NULL;
}
