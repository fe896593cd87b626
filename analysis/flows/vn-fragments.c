/* SPDX-License-Identifier: Apache-2.0 */
/* Fragments: which datagrams are whole, which lack a piece, which have pieces that lie over each other.
 *
 * Nothing is reassembled; of each datagram the places of its pieces are kept, in a table of fixed size in which a newer
 * datagram takes the place of an older one. Only the first piece has ports, so it is its conversation that a finding
 * names, whichever piece came first. Lengths are those of the headers, so a snap length hides nothing. */
#include "analysis/flows/vn-analysis-private.h"

#include <netinet/in.h>
#include <string.h>

#define SLOTS 512
#define PIECES_MAX 64 /* of 64 KiB in the smallest MTU there are more; such a datagram is not judged */

typedef struct
{
  guint32 from, to; /* bytes of the datagram */
} Piece;

typedef struct
{
  VnFlowKey key; /* without ports */
  guint32 id;
  VnPacketRef ref; /* 0 = free */
  guint flow;      /* of the first piece, once it was seen; else of any */
  guint32 total;   /* 0 = the last piece was not seen */
  guint n_pieces;
  gboolean is_judged; /* nothing more is to be said of it */
  Piece pieces[PIECES_MAX];
} Datagram;

struct _VnFragments
{
  Datagram *slots;
};

VnFragments *
vn_fragments_new (void)
{
  VnFragments *fragments = g_new (VnFragments, 1);

  fragments->slots = g_new0 (Datagram, SLOTS);
  return fragments;
}

void
vn_fragments_free (VnFragments *fragments)
{
  g_free (fragments->slots);
  g_free (fragments);
}

/* ---- lengths ---- */

static guint
get_u16 (const guint8 *bytes)
{
  return (guint)bytes[0] << 8 | bytes[1];
}

/* Bytes before what is cut into pieces: the headers up to the fragment header (RFC 8200, section 4.5). 0 = not held. */
static gsize
unfragmented_size (const VnPacketHeaders *h)
{
  gsize at = 40;
  guint8 next = h->network[6];

  while (next != IPPROTO_FRAGMENT)
    {
      gboolean is_extension = next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPPROTO_DSTOPTS;

      if (!is_extension || at + 8 > h->network_size)
        return 0;
      next = h->network[at];
      at += 8 + (gsize)h->network[at + 1] * 8;
    }
  return at + 8;
}

/* Bytes of the datagram that this piece holds; 0 if that can't be said. */
static guint32
piece_size (const VnPacketHeaders *h)
{
  gboolean is_v6 = h->ip_src.family == VN_FAMILY_IPV6;
  gsize head, all;

  if (h->network == NULL || h->network_size < (is_v6 ? 40 : 20))
    return 0;
  head = is_v6 ? unfragmented_size (h) : (h->network[0] & 0xfu) * 4;
  all = is_v6 ? 40 + get_u16 (h->network + 4) : get_u16 (h->network + 2);
  return head > 0 && all > head ? (guint32)(all - head) : 0;
}

/* ---- datagrams ---- */

static void
tell (VnAnalysis *a, const Datagram *d, VnFindingCode code, VnPacketRef ref)
{
  const VnFlow *flow = vn_flow_table_get (a->flows, d->flow);
  g_autofree char *subject = vn_analysis_subject (a, flow);

  vn_findings_add (a->findings, code, subject, ref);
}

static guint32
bytes_held (const Datagram *d)
{
  guint32 n = 0;

  for (guint i = 0; i < d->n_pieces; i++)
    n += d->pieces[i].to - d->pieces[i].from;
  return n;
}

static void
end_datagram (VnAnalysis *a, const Datagram *d)
{
  if (d->ref != 0 && !d->is_judged && (d->total == 0 || bytes_held (d) < d->total))
    tell (a, d, VN_FINDING_FRAGMENTS_MISSING, d->ref);
}

static Datagram *
datagram_of (VnAnalysis *a, const VnSeen *seen)
{
  VnFlowKey key;
  guint64 words[sizeof key / sizeof (guint64)], hash = seen->h->ip_id;
  Datagram *d;

  vn_seen_key (seen->h, seen->scope, &key);
  key.port[0] = key.port[1] = 0;
  memcpy (words, &key, sizeof words);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    hash = (hash ^ words[i]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  d = &a->fragments->slots[(hash >> 32) % SLOTS];
  if (d->ref != 0 && d->id == seen->h->ip_id && memcmp (&d->key, &key, sizeof key) == 0)
    return d;
  end_datagram (a, d);
  *d = (Datagram){ .key = key, .id = seen->h->ip_id, .ref = seen->ref, .flow = seen->flow };
  return d;
}

/* Returns: whether the piece is new. One that lies over others, but is none of them, is told. */
static gboolean
check_piece (VnAnalysis *a, Datagram *d, Piece piece, VnPacketRef ref)
{
  for (guint i = 0; i < d->n_pieces; i++)
    {
      const Piece *other = &d->pieces[i];

      if (other->from == piece.from && other->to == piece.to)
        return FALSE;
      if (other->from >= piece.to || piece.from >= other->to)
        continue;
      tell (a, d, VN_FINDING_FRAGMENTS_OVERLAP, ref);
      d->is_judged = TRUE;
      return FALSE;
    }
  return TRUE;
}

void
vn_fragments_watch (VnAnalysis *a, const VnSeen *seen)
{
  const VnPacketHeaders *h = seen->h;
  guint32 size = piece_size (h);
  const Piece piece = { h->ip_offset, h->ip_offset + size };
  Datagram *d;

  if (size == 0 || seen->flow == VN_NO_FLOW || seen->is_repeat)
    return;
  d = datagram_of (a, seen);
  if (h->ip_offset == 0)
    d->flow = seen->flow;
  if (!h->ip_more_fragments)
    d->total = piece.to;
  if (d->is_judged || !check_piece (a, d, piece, seen->ref))
    return;
  if (d->n_pieces == PIECES_MAX)
    d->is_judged = TRUE;
  else
    d->pieces[d->n_pieces++] = piece;
}

void
vn_fragments_finish (VnAnalysis *a)
{
  for (guint i = 0; i < SLOTS; i++)
    end_datagram (a, &a->fragments->slots[i]);
}
