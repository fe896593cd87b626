/* SPDX-License-Identifier: Apache-2.0 */
/* The store of captured frames.
 *
 * Bytes lie in chunks of one size that are never moved, so pointers to them stay valid and growing copies nothing. No
 * frame crosses a chunk's end: an offset is chunk number * CHUNK_SIZE + place in it, and what is left of a chunk stays
 * unused. Sorting moves the records, not the bytes. */
#include "sim/packet/vn-frame.h"

#include <string.h>

/* The largest snap length that libpcap gives (MAXIMUM_SNAPLEN), so that every frame fits. */
#define CHUNK_SIZE ((gsize)262144)

struct _VnFrameStore
{
  GArray *frames;    /* of VnFrame */
  GPtrArray *chunks; /* of guint8[CHUNK_SIZE] */
  gsize chunk_used;  /* bytes of the last chunk */
  guint64 held_bytes, limit_bytes;
  guint64 lost;
};

void
vn_capture_point_free (VnCapturePoint *point)
{
  g_free (point->name);
  g_free (point->description);
  g_free (point);
}

VnFrameStore *
vn_frame_store_new (guint64 limit_bytes)
{
  VnFrameStore *store = g_new0 (VnFrameStore, 1);
  store->frames = g_array_new (FALSE, FALSE, sizeof (VnFrame));
  store->chunks = g_ptr_array_new_with_free_func (g_free);
  store->limit_bytes = limit_bytes;
  return store;
}

void
vn_frame_store_free (VnFrameStore *store)
{
  g_array_unref (store->frames);
  g_ptr_array_unref (store->chunks);
  g_free (store);
}

/* Returns: room for @size bytes, and its offset. */
static guint8 *
reserve (VnFrameStore *store, gsize size, guint64 *ret_offset)
{
  if (store->chunks->len == 0 || size > CHUNK_SIZE - store->chunk_used)
    {
      g_ptr_array_add (store->chunks, g_malloc (CHUNK_SIZE));
      store->chunk_used = 0;
    }
  guint last = store->chunks->len - 1;
  guint8 *room = (guint8 *)g_ptr_array_index (store->chunks, last) + store->chunk_used;
  *ret_offset = (guint64)last * CHUNK_SIZE + store->chunk_used;
  store->chunk_used += size;
  return room;
}

gboolean
vn_frame_store_add (VnFrameStore *store, VnFrame *frame, const guint8 *bytes)
{
  guint64 cost_bytes = (guint64)frame->caplen + sizeof (VnFrame);
  if (frame->caplen > CHUNK_SIZE || cost_bytes > store->limit_bytes - store->held_bytes)
    {
      store->lost++;
      return FALSE;
    }
  guint8 *room = reserve (store, frame->caplen, &frame->offset);
  if (frame->caplen > 0)
    memcpy (room, bytes, frame->caplen);
  store->held_bytes += cost_bytes;
  g_array_append_val (store->frames, *frame);
  return TRUE;
}

void
vn_frame_store_clear (VnFrameStore *store)
{
  g_array_set_size (store->frames, 0);
  g_ptr_array_set_size (store->chunks, 0);
  store->chunk_used = 0;
  store->held_bytes = 0;
}

guint
vn_frame_store_len (const VnFrameStore *store)
{
  return store->frames->len;
}

guint64
vn_frame_store_lost (const VnFrameStore *store)
{
  return store->lost;
}

const VnFrame *
vn_frame_store_get (const VnFrameStore *store, guint index)
{
  g_return_val_if_fail (index < store->frames->len, NULL);
  return &g_array_index (store->frames, VnFrame, index);
}

const guint8 *
vn_frame_store_bytes (const VnFrameStore *store, guint index)
{
  const VnFrame *frame = vn_frame_store_get (store, index);
  g_return_val_if_fail (frame != NULL, NULL);
  const guint8 *chunk = g_ptr_array_index (store->chunks, (guint)(frame->offset / CHUNK_SIZE));
  return chunk + frame->offset % CHUNK_SIZE;
}

static int
compare_time (gconstpointer a, gconstpointer b, gpointer data G_GNUC_UNUSED)
{
  const VnFrame *x = a, *y = b;
  return (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

void
vn_frame_store_sort (VnFrameStore *store)
{
  /* Unlike g_array_sort this is documented to be stable. */
  g_qsort_with_data (store->frames->data, (int)store->frames->len, sizeof (VnFrame), compare_time, NULL);
}
