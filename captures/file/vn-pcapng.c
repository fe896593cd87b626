/* SPDX-License-Identifier: Apache-2.0 */
/* The lab's pcapng.
 *
 * Blocks in the order in which readers want them: section header, all interfaces, names, packets, statistics. libpcap
 * refuses a second section, and interfaces whose link type or snap length differ, so there is one of each; and since it
 * skips what it does not know, direction, packet id and comment cost it nothing. libpcap itself can write none of
 * these, hence this writer. */
#include "captures/file/vn-pcapng.h"

#include "captures/file/vn-output.h"
#include "captures/file/vn-pcapng-block.h"

#include <string.h>

#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define LINKTYPE_ETHERNET 1
#define NANOSECONDS 9 /* if_tsresol: 10^-9 */
#define DIRECTION_IN 1
#define DIRECTION_OUT 2
#define NAME_END 0
#define NAME_IPV4 1
#define NAME_IPV6 2

static void
append_section (GByteArray *out, const VnPcapngInfo *info)
{
  gsize start;

  vn_block_begin (out, VN_BLOCK_SECTION, &start);
  vn_block_u32 (out, BYTE_ORDER_MAGIC);
  vn_block_u16 (out, 1); /* version 1.0 */
  vn_block_u16 (out, 0);
  vn_block_u32 (out, G_MAXUINT32); /* section length: not given */
  vn_block_u32 (out, G_MAXUINT32);
  vn_block_option_text (out, VN_OPTION_COMMENT, info->comment);
  vn_block_option_text (out, VN_OPTION_SHB_USERAPPL, info->application);
  vn_block_options_end (out);
  vn_block_end (out, start);
}

static void
append_interface (GByteArray *out, const VnCapturePoint *point, guint snaplen)
{
  const guint8 resolution = NANOSECONDS;
  gsize start;

  vn_block_begin (out, VN_BLOCK_INTERFACE, &start);
  vn_block_u16 (out, LINKTYPE_ETHERNET);
  vn_block_u16 (out, 0);
  vn_block_u32 (out, snaplen);
  vn_block_option_text (out, VN_OPTION_IF_NAME, point->name);
  vn_block_option_text (out, VN_OPTION_IF_DESCRIPTION, point->description);
  vn_block_option (out, VN_OPTION_IF_TSRESOL, &resolution, sizeof resolution);
  vn_block_options_end (out);
  vn_block_end (out, start);
}

/* A record is an address and its names, each ended by a zero byte; the length of a record must fit 16 bits. */
static void
append_name (GByteArray *out, const VnPcapngName *entry)
{
  guint address_size = vn_ip_bytes (entry->ip.family);
  gsize name_size = strlen (entry->name) + 1;
  g_autofree guint8 *record = NULL;

  if (address_size == 0 || address_size + name_size > G_MAXUINT16)
    return;
  record = g_malloc (address_size + name_size);
  memcpy (record, entry->ip.b, address_size);
  memcpy (record + address_size, entry->name, name_size);
  vn_block_option (out, entry->ip.family == VN_FAMILY_IPV4 ? NAME_IPV4 : NAME_IPV6, record,
                   (guint16)(address_size + name_size));
}

static void
append_names (GByteArray *out, const GArray *names)
{
  gsize start;

  if (!names || names->len == 0)
    return;
  vn_block_begin (out, VN_BLOCK_NAMES, &start);
  for (guint i = 0; i < names->len; i++)
    append_name (out, &g_array_index (names, VnPcapngName, i));
  vn_block_option (out, NAME_END, NULL, 0);
  vn_block_end (out, start);
}

void
vn_pcapng_append_frame (GByteArray *out, const VnFrame *frame, const guint8 *bytes, const VnFrameNote *note)
{
  gsize start;

  vn_block_begin (out, VN_BLOCK_PACKET, &start);
  vn_block_u32 (out, frame->point);
  vn_block_time (out, frame->time_ns);
  vn_block_u32 (out, frame->caplen);
  vn_block_u32 (out, frame->len);
  vn_block_bytes (out, bytes, frame->caplen);
  if (note)
    vn_block_option_text (out, VN_OPTION_COMMENT, note->comment);
  vn_block_option_u32 (out, VN_OPTION_EPB_FLAGS, frame->outgoing ? DIRECTION_OUT : DIRECTION_IN);
  if (note && note->packet_id != 0)
    vn_block_option_u64 (out, VN_OPTION_EPB_PACKETID, note->packet_id);
  vn_block_options_end (out);
  vn_block_end (out, start);
}

/* The kernel's losses go to isb_ifdrop, where dumpcap puts them and Wireshark shows them. */
static void
append_statistics (GByteArray *out, guint index, const VnCapturePoint *point, guint64 time_ns)
{
  gsize start;

  vn_block_begin (out, VN_BLOCK_STATISTICS, &start);
  vn_block_u32 (out, index);
  vn_block_time (out, time_ns);
  vn_block_option_u64 (out, VN_OPTION_ISB_IFRECV, point->received);
  vn_block_option_u64 (out, VN_OPTION_ISB_IFDROP, point->dropped);
  vn_block_options_end (out);
  vn_block_end (out, start);
}

void
vn_pcapng_append_head (GByteArray *out, const VnPcapngInfo *info, const GPtrArray *points, const GArray *names)
{
  append_section (out, info);
  for (guint i = 0; i < points->len; i++)
    append_interface (out, g_ptr_array_index (points, i), info->snaplen);
  append_names (out, names);
}

void
vn_pcapng_append_tail (GByteArray *out, const GPtrArray *points, guint64 end_ns)
{
  for (guint i = 0; i < points->len; i++)
    append_statistics (out, i, g_ptr_array_index (points, i), end_ns);
}

static gboolean
write_packets (VnOutput *output, const VnFrameStore *store, const VnFrameNote *notes, GError **error)
{
  GByteArray *out = vn_output_buffer (output);

  for (guint i = 0; i < vn_frame_store_len (store); i++)
    {
      vn_pcapng_append_frame (out, vn_frame_store_get (store, i), vn_frame_store_bytes (store, i),
                              notes ? &notes[i] : NULL);
      if (!vn_output_flush_if_full (output, error))
        return FALSE;
    }
  return TRUE;
}

static guint64
last_time_ns (const VnFrameStore *store)
{
  guint64 last = 0;

  for (guint i = 0; i < vn_frame_store_len (store); i++)
    last = MAX (last, vn_frame_store_get (store, i)->time_ns);
  return last;
}

gboolean
vn_pcapng_write (int dir_fd, const char *path, const VnPcapngInfo *info, const GPtrArray *points,
                 const VnFrameStore *store, const VnFrameNote *notes, const GArray *names, GError **error)
{
  g_autoptr (VnOutput) output = vn_output_open (dir_fd, path, error);
  guint64 end_ns = last_time_ns (store);
  GByteArray *out;

  if (!output)
    return FALSE;
  out = vn_output_buffer (output);
  vn_pcapng_append_head (out, info, points, names);
  if (!write_packets (output, store, notes, error))
    return FALSE;
  vn_pcapng_append_tail (out, points, end_ns);
  return vn_output_finish (output, error);
}
