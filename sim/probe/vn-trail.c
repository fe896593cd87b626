/* SPDX-License-Identifier: Apache-2.0 */
/* Where frames went. Only made when a sentinel did not arrive, which a lab without faults never needs. */
#include "sim/probe/vn-trail.h"

#include "sim/packet/vn-tag.h"

typedef struct
{
  guint64 time_ns;
  guint point;
} Hop;

struct _VnTrail
{
  GHashTable *last;   /* tag and whether it is an answer -> Hop */
  GHashTable *passed; /* set of sentinel and point */
};

static guint64
leg_key (guint32 tag, gboolean answer)
{
  return (guint64)tag << 1 | (answer ? 1 : 0);
}

static guint64
hop_key (guint32 sentinel, guint point)
{
  return (guint64)sentinel << 32 | point;
}

static void
note_hop (VnTrail *trail, guint64 key, const VnFrame *frame)
{
  Hop *hop = g_hash_table_lookup (trail->last, &key);

  if (!hop)
    {
      hop = g_new0 (Hop, 1);
      g_hash_table_insert (trail->last, g_memdup2 (&key, sizeof key), hop);
    }
  if (frame->time_ns >= hop->time_ns)
    *hop = (Hop){ frame->time_ns, frame->point };
}

static void
note_frame (VnTrail *trail, const VnFrame *frame, const VnTag *tag)
{
  guint64 key;

  switch (tag->kind)
    {
    case VN_TAG_PROBE:
    case VN_TAG_ANSWER:
      note_hop (trail, leg_key (tag->tag, tag->kind == VN_TAG_ANSWER), frame);
      break;
    case VN_TAG_SENTINEL:
    case VN_TAG_SENTINEL_BACK:
      key = hop_key (tag->tag, frame->point);
      g_hash_table_add (trail->passed, g_memdup2 (&key, sizeof key));
      break;
    default:
      break;
    }
}

VnTrail *
vn_trail_new (const VnFrameStore *store, guint first, const VnDecodeOptions *decode)
{
  VnTrail *trail = g_new0 (VnTrail, 1);

  trail->last = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  trail->passed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = first; i < vn_frame_store_len (store); i++)
    {
      const VnFrame *frame = vn_frame_store_get (store, i);
      VnPacket packet;
      VnTag tag;

      vn_packet_decode (vn_frame_store_bytes (store, i), frame->caplen, decode, &packet);
      if (vn_tag_read (&packet, &tag))
        note_frame (trail, frame, &tag);
    }
  return trail;
}

void
vn_trail_free (VnTrail *trail)
{
  g_hash_table_unref (trail->last);
  g_hash_table_unref (trail->passed);
  g_free (trail);
}

guint
vn_trail_last (const VnTrail *trail, guint32 tag, gboolean answer)
{
  guint64 key = leg_key (tag, answer);
  const Hop *hop = g_hash_table_lookup (trail->last, &key);

  return hop ? hop->point : G_MAXUINT;
}

gboolean
vn_trail_passed (const VnTrail *trail, guint32 sentinel, guint point)
{
  guint64 key = hop_key (sentinel, point);

  return g_hash_table_contains (trail->passed, &key);
}
