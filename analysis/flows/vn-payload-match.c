/* SPDX-License-Identifier: Apache-2.0 */
/* A regular expression over payloads, compiled to machine code where PCRE2 can.
 *
 * TCP is matched as the stream that it is: the segments of a direction in order, whatever the cuts between them. The
 * end of a stream that may be the beginning of a match (PCRE2 tells) is kept and put before the next segment, up to
 * TAIL_MAX bytes; a segment that comes early waits, up to EARLY_MAX of them. What was sent again is left out. Of other
 * protocols each packet is matched by itself. An expression that backtracks without end is stopped by PCRE2's match
 * limit. */
#include "analysis/flows/vn-analysis-private.h"

#include "sim/base/vn-error.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#define TAIL_MAX 65536
#define EARLY_MAX 64
#define STREAMS_MAX 100000
#define MATCH_LIMIT 1000000

typedef struct
{
  guint32 seq;
  GBytes *bytes;
} Early;

/* One direction of a connection. */
typedef struct
{
  gboolean has_next;
  guint32 next;
  GByteArray *tail; /* NULL = none */
  GArray *early;    /* NULL = none */
} Stream;

struct _VnPayloadMatch
{
  pcre2_code *code;
  pcre2_match_data *data;
  pcre2_match_context *context;
  GHashTable *streams; /* flow << 1 | side -> Stream */
};

static void
early_clear (gpointer data)
{
  g_bytes_unref (((Early *)data)->bytes);
}

static void
stream_free (gpointer data)
{
  Stream *stream = data;

  g_clear_pointer (&stream->tail, g_byte_array_unref);
  g_clear_pointer (&stream->early, g_array_unref);
  g_free (stream);
}

VnPayloadMatch *
vn_payload_match_new (const char *expression, GError **error)
{
  int number;
  PCRE2_SIZE at;
  pcre2_code *code
      = pcre2_compile ((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED, PCRE2_NEVER_BACKSLASH_C, &number, &at, NULL);
  VnPayloadMatch *match;

  if (!code)
    {
      PCRE2_UCHAR why[256] = "";

      pcre2_get_error_message (number, why, sizeof why);
      vn_error_set (error, VN_ERROR_INPUT, "--match: %s, at character %u", (const char *)why, (guint)at + 1);
      return NULL;
    }
  pcre2_jit_compile (code, PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_HARD);
  match = g_new (VnPayloadMatch, 1);
  match->code = code;
  match->data = pcre2_match_data_create (1, NULL);
  match->context = pcre2_match_context_create (NULL);
  pcre2_set_match_limit (match->context, MATCH_LIMIT);
  match->streams = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, stream_free);
  return match;
}

void
vn_payload_match_free (VnPayloadMatch *match)
{
  pcre2_code_free (match->code);
  pcre2_match_data_free (match->data);
  pcre2_match_context_free (match->context);
  g_hash_table_unref (match->streams);
  g_free (match);
}

/* Returns: PCRE2's result; with PCRE2_ERROR_PARTIAL *ret_from is where the beginning of a match stands. */
static int
run (VnPayloadMatch *match, const guint8 *bytes, gsize size, guint32 options, gsize *ret_from)
{
  int result = pcre2_match (match->code, bytes, size, 0, options, match->data, match->context);

  *ret_from = result == PCRE2_ERROR_PARTIAL ? pcre2_get_ovector_pointer (match->data)[0] : size;
  return result;
}

/* Matches @bytes behind the kept tail, and keeps the new tail. */
static gboolean
add_in_order (VnPayloadMatch *match, Stream *stream, const guint8 *bytes, gsize size)
{
  gsize from;
  int result;

  if (stream->tail)
    {
      g_byte_array_append (stream->tail, bytes, (guint)size);
      bytes = stream->tail->data;
      size = stream->tail->len;
    }
  result = run (match, bytes, size, PCRE2_PARTIAL_HARD, &from);
  if (result == PCRE2_ERROR_PARTIAL && size - from <= TAIL_MAX)
    {
      GByteArray *tail = g_byte_array_new ();

      g_byte_array_append (tail, bytes + from, (guint)(size - from));
      g_clear_pointer (&stream->tail, g_byte_array_unref);
      stream->tail = tail;
      return run (match, tail->data, tail->len, 0, &from) >= 0;
    }
  g_clear_pointer (&stream->tail, g_byte_array_unref);
  return result >= 0;
}

static gboolean
add_early (Stream *stream, guint32 seq, const guint8 *bytes, gsize size)
{
  const Early early = { seq, NULL };

  if (!stream->early)
    {
      stream->early = g_array_new (FALSE, FALSE, sizeof (Early));
      g_array_set_clear_func (stream->early, early_clear);
    }
  if (stream->early->len >= EARLY_MAX)
    return FALSE;
  g_array_append_val (stream->early, early);
  g_array_index (stream->early, Early, stream->early->len - 1).bytes = g_bytes_new (bytes, size);
  return TRUE;
}

/* A segment, less what was there before. @wire: its size on the wire. Returns: whether a match ends in it. */
static gboolean
add_segment (VnPayloadMatch *match, Stream *stream, guint32 seq, const guint8 *bytes, gsize size, guint32 wire)
{
  gint32 ahead = stream->has_next ? (gint32)(seq - stream->next) : 0;
  gsize old = ahead < 0 ? (gsize) - (gint64)ahead : 0;

  if (old >= wire && old > 0)
    return FALSE;
  if (ahead > 0 && add_early (stream, seq, bytes, size))
    return FALSE;
  if (ahead > 0 || size < wire) /* a hole that will not be filled */
    g_clear_pointer (&stream->tail, g_byte_array_unref);
  stream->has_next = TRUE;
  stream->next = seq + wire;
  return old < size && add_in_order (match, stream, bytes + old, size - old);
}

/* Early segments whose time has come. */
static gboolean
drain_early (VnPayloadMatch *match, Stream *stream)
{
  gboolean is_found = FALSE;

  for (guint i = 0; stream->early && i < stream->early->len;)
    {
      Early early = g_array_index (stream->early, Early, i);
      gsize size;
      const guint8 *bytes = g_bytes_get_data (early.bytes, &size);

      if ((gint32)(early.seq - stream->next) > 0)
        {
          i++;
          continue;
        }
      is_found |= add_segment (match, stream, early.seq, bytes, size, (guint32)size);
      g_array_remove_index (stream->early, i);
      i = 0;
    }
  return is_found;
}

static gboolean
add_tcp (VnPayloadMatch *match, const VnSeen *seen)
{
  gint64 key = (gint64)((guint64)seen->flow << 1 | seen->from);
  Stream *stream = g_hash_table_lookup (match->streams, &key);
  const VnPacketHeaders *h = seen->h;
  gboolean is_found;

  if (!stream && g_hash_table_size (match->streams) >= STREAMS_MAX)
    return FALSE;
  if (!stream)
    {
      stream = g_new0 (Stream, 1);
      g_hash_table_insert (match->streams, g_memdup2 (&key, sizeof key), stream);
    }
  if (h->tcp_flags & VN_TCP_SYN)
    {
      stream->has_next = TRUE;
      stream->next = h->tcp_seq + 1;
    }
  if (h->payload_wire_size == 0)
    return FALSE;
  is_found = add_segment (match, stream, h->tcp_seq + (h->tcp_flags & VN_TCP_SYN ? 1 : 0), h->payload, h->payload_size,
                          h->payload_wire_size);
  return drain_early (match, stream) || is_found;
}

gboolean
vn_payload_match_add (VnPayloadMatch *match, const VnSeen *seen)
{
  gsize from;

  if (seen->is_repeat)
    return FALSE;
  if (seen->h->layers & VN_HAS_TCP)
    return add_tcp (match, seen);
  return run (match, seen->h->payload, seen->h->payload_size, 0, &from) >= 0;
}
