/* SPDX-License-Identifier: Apache-2.0 */
/* The same packet seen again: at another capture point, twice at one, translated, or quoted by an ICMP error.
 *
 * Of each packet's innermost IP header and the bytes behind it two hashes are made of what stays the same on its way
 * (all but time to live and checksum), and kept in a table of fixed size in which a newer packet takes the place of an
 * older one. So the memory is bounded, and what is found is what was captured close together. The first hash covers no
 * more than an ICMP error quotes (the header and 8 bytes, RFC 792); the second the 12 bytes after them.
 *
 * Two sightings at one point are the capture's doing only if they are close and the packet has an IP id of its own, for
 * a segment that is sent again has a new one. The clocks of two files are compared by packets that both have: the delay
 * counts with opposite signs for the two directions, so the mean of the medians is the offset. */
#include "analysis/flows/vn-analysis-private.h"

#include <netinet/in.h>
#include <string.h>

#define SLOT_BITS 14
#define SLOTS (1u << SLOT_BITS)
#define TWICE_NS (5 * 1000 * 1000) /* at one point */
#define ELSEWHERE_NS G_GINT64_CONSTANT (1000000000)
#define QUOTED_BYTES 8
#define MORE_BYTES 12
#define NAT_PACKETS 8 /* of each direction that are compared */
#define SAMPLES 256
#define OFFSET_MIN_NS (1000 * 1000)

typedef struct
{
  guint64 key, more;
  gint64 time_ns;
  VnPacketRef ref;
  guint64 points; /* bit mask */
  guint32 flow;
  guint8 point, from;
} Slot;

typedef struct
{
  guint64 key;
  gint64 time_ns;
  guint32 flow;
  guint8 from;
} NatSlot;

/* Packets that were seen at two points. */
typedef struct
{
  guint64 n;
  VnPacketRef first;
  guint n_samples[2];
  gint64 samples[2][SAMPLES]; /* by the direction of the packet */
} Pair;

/* Between the clocks of two files. */
typedef struct
{
  guint low, high;
  gint64 ns; /* how far the second is ahead */
} Offset;

struct _VnSightings
{
  Slot *slots;
  NatSlot *nat_slots;
  GHashTable *pairs; /* point << 8 | point -> Pair */
  GArray *offsets;   /* Offset */
  guint64 n_twice[64];
  VnPacketRef first_twice[64];
};

VnSightings *
vn_sightings_new (void)
{
  VnSightings *s = g_new0 (VnSightings, 1);

  s->slots = g_new0 (Slot, SLOTS);
  s->nat_slots = g_new0 (NatSlot, SLOTS);
  s->offsets = g_array_new (FALSE, FALSE, sizeof (Offset));
  s->pairs = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return s;
}

void
vn_sightings_free (VnSightings *s)
{
  g_free (s->slots);
  g_free (s->nat_slots);
  g_hash_table_unref (s->pairs);
  g_array_unref (s->offsets);
  g_free (s);
}

/* ---- hashes ---- */

static guint64
mix (guint64 h, guint64 word)
{
  h = (h ^ word) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return h ^ h >> 29;
}

static guint64
mix_bytes (guint64 h, const guint8 *bytes, gsize size)
{
  guint64 word;

  for (; size >= sizeof word; bytes += sizeof word, size -= sizeof word)
    {
      memcpy (&word, bytes, sizeof word);
      h = mix (h, word);
    }
  if (size == 0)
    return h;
  word = 0;
  memcpy (&word, bytes, size);
  return mix (h, word | (guint64)size << 56);
}

/* Where the bytes behind the IP header begin; extension headers count as bytes behind it. */
static gsize
header_size (const VnPacketHeaders *h)
{
  return h->ip_src.family == VN_FAMILY_IPV6 ? 40 : (h->network[0] & 0xfu) * 4;
}

/* Returns: FALSE if less was captured than an ICMP error quotes. */
static gboolean
hash_packet (const VnPacketHeaders *h, VnPacketPrint *ret)
{
  gsize head = header_size (h), held = h->network_size > head ? h->network_size - head : 0;
  const guint8 *behind = h->network + head;
  guint64 key;

  if (held < QUOTED_BYTES)
    return FALSE;
  key = mix (h->ip_id, (guint64)h->ip_protocol << 16 | h->ip_offset);
  key = mix_bytes (key, h->ip_src.b, 16);
  key = mix_bytes (key, h->ip_dst.b, 16);
  ret->key = mix_bytes (key, behind, QUOTED_BYTES);
  ret->more = mix_bytes (0, behind + QUOTED_BYTES, MIN (MORE_BYTES, held - QUOTED_BYTES));
  return TRUE;
}

static Slot *
slot_of (const VnSightings *s, guint64 key)
{
  return &s->slots[key >> (64 - SLOT_BITS)];
}

VnPacketRef
vn_sightings_find (const VnSightings *s, const VnPacketHeaders *quoted)
{
  VnPacketPrint print;
  const Slot *slot;

  if (quoted->network == NULL || !hash_packet (quoted, &print))
    return 0;
  slot = slot_of (s, print.key);
  return slot->key == print.key ? slot->ref : 0;
}

/* ---- the same packet elsewhere ---- */

static void
add_sample (VnSightings *s, const Slot *slot, const VnSeen *seen)
{
  gboolean is_swapped = slot->point > seen->point;
  guint low = MIN (slot->point, seen->point), high = MAX (slot->point, seen->point);
  gpointer key = GUINT_TO_POINTER (low << 8 | high);
  Pair *pair = g_hash_table_lookup (s->pairs, key);
  gint64 delta = seen->packet->time_ns - slot->time_ns;

  if (!pair)
    {
      pair = g_new0 (Pair, 1);
      pair->first = seen->ref;
      g_hash_table_insert (s->pairs, key, pair);
    }
  pair->n++;
  if (pair->n_samples[seen->from] < SAMPLES)
    pair->samples[seen->from][pair->n_samples[seen->from]++] = is_swapped ? -delta : delta;
}

/* How much later than at point @from the first packet that both have was seen at point @to. */
static gint64
shift_between (const VnSightings *s, guint from, guint to)
{
  const Pair *pair = g_hash_table_lookup (s->pairs, GUINT_TO_POINTER (MIN (from, to) << 8 | MAX (from, to)));
  gint64 shift = !pair ? 0 : pair->n_samples[0] > 0 ? pair->samples[0][0] : pair->samples[1][0];

  return from < to ? shift : -shift;
}

/* What was not seen at all the points at which other packets of its conversation were. */
static void
check_left (VnAnalysis *a, const Slot *slot)
{
  const VnFlow *flow;
  guint64 missing;

  if (slot->ref == 0 || a->points->len < 2)
    return;
  flow = vn_flow_table_get (a->flows, slot->flow);
  missing = flow->side[slot->from].points & ~slot->points;
  for (guint i = 0; missing != 0 && i < a->points->len; i++)
    {
      const VnPoint *point = g_ptr_array_index (a->points, i);
      gint64 time_ns = slot->time_ns + shift_between (a->sightings, slot->point, i);

      if (missing >> i & 1 && time_ns >= point->first_ns && time_ns <= point->last_ns)
        {
          g_autofree char *subject = vn_analysis_subject (a, flow);

          vn_findings_add (a->findings, VN_FINDING_NEVER_LEFT, subject, slot->ref);
          return;
        }
    }
}

static gboolean
is_same_again (VnAnalysis *a, const Slot *slot, guint64 key, guint64 more, const VnSeen *seen)
{
  const VnPoint *before, *now;
  gint64 apart = ABS (seen->packet->time_ns - slot->time_ns);

  if (slot->ref == 0 || slot->key != key || slot->more != more)
    return FALSE;
  if (slot->points >> seen->point & 1)
    return apart <= TWICE_NS && seen->h->ip_id != 0;
  before = g_ptr_array_index (a->points, slot->point);
  now = g_ptr_array_index (a->points, seen->point);
  return before->file != now->file || apart <= ELSEWHERE_NS;
}

static void
note_again (VnAnalysis *a, Slot *slot, VnSeen *seen)
{
  VnSightings *s = a->sightings;
  guint64 bit = G_GUINT64_CONSTANT (1) << seen->point;

  seen->is_repeat = TRUE;
  if (slot->points & bit)
    {
      if (s->n_twice[seen->point]++ == 0)
        s->first_twice[seen->point] = seen->ref;
      return;
    }
  add_sample (s, slot, seen);
  slot->points |= bit;
  vn_flow_table_get (a->flows, slot->flow)->side[slot->from].points |= slot->points;
}

/* ---- translation ---- */

/* What translation leaves alone, and what is hardly ever the same twice. Returns: FALSE if there is too little of it.
 */
static gboolean
hash_untranslated (const VnPacketHeaders *h, guint64 *ret)
{
  guint64 key = mix (h->ip_id, (guint64)h->ip_protocol << 32 | h->payload_wire_size);

  if (h->ip_fragment || !(h->layers & (VN_HAS_TCP | VN_HAS_UDP | VN_HAS_ICMP)))
    return FALSE;
  if (h->layers & VN_HAS_TCP)
    key = mix (key, (guint64)h->tcp_seq << 32 | h->tcp_ack);
  else if (h->ip_id == 0 || h->payload_size == 0)
    return FALSE;
  if (h->layers & VN_HAS_ICMP)
    key = mix (key, (guint64)h->icmp_type << 16 | h->icmp_seq);
  *ret = mix_bytes (key, h->payload, MIN (h->payload_size, 32));
  return !(h->layers & VN_HAS_TCP) || h->tcp_seq != 0;
}

static gboolean
differs_by_address (const VnFlow *x, guint from_x, const VnFlow *y, guint from_y)
{
  gboolean has_src = memcmp (x->key.address[from_x], y->key.address[from_y], 16) == 0;
  gboolean has_dst = memcmp (x->key.address[!from_x], y->key.address[!from_y], 16) == 0;

  return x->key.kind == y->key.kind && has_src != has_dst;
}

static void
compare_translated (VnAnalysis *a, const VnSeen *seen)
{
  NatSlot *slot;
  VnFlow *other;
  guint64 key;

  if (seen->f->nat != VN_NO_FLOW || seen->f->side[seen->from].packets >= NAT_PACKETS
      || !hash_untranslated (seen->h, &key))
    return;
  slot = &a->sightings->nat_slots[key >> (64 - SLOT_BITS)];
  if (slot->key == key && slot->flow != seen->flow && ABS (seen->packet->time_ns - slot->time_ns) <= ELSEWHERE_NS)
    {
      other = vn_flow_table_get (a->flows, slot->flow);
      if (other->nat == VN_NO_FLOW && differs_by_address (other, slot->from, seen->f, seen->from))
        {
          other->nat = seen->flow;
          seen->f->nat = slot->flow;
        }
    }
  *slot = (NatSlot){ key, seen->packet->time_ns, seen->flow, (guint8)seen->from };
}

void
vn_sightings_expect (const VnSightings *s, const VnPacketHeaders *h, VnPacketPrint *ret)
{
  ret->is_set = hash_packet (h, ret);
  if (ret->is_set)
    __builtin_prefetch (slot_of (s, ret->key), 1);
}

void
vn_sightings_add (VnAnalysis *a, VnSeen *seen, const VnPacketPrint *print)
{
  Slot *slot;

  if (!print->is_set)
    return;
  slot = slot_of (a->sightings, print->key);
  if (is_same_again (a, slot, print->key, print->more, seen))
    {
      note_again (a, slot, seen);
      return;
    }
  check_left (a, slot);
  *slot = (Slot){
    .key = print->key,
    .more = print->more,
    .time_ns = seen->packet->time_ns,
    .ref = seen->ref,
    .points = G_GUINT64_CONSTANT (1) << seen->point,
    .flow = seen->flow,
    .point = (guint8)seen->point,
    .from = (guint8)seen->from,
  };
  compare_translated (a, seen);
}

/* ---- the end ---- */

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

  return x < y ? -1 : x > y;
}

static gint64
median (gint64 *samples, guint n)
{
  qsort (samples, n, sizeof *samples, compare_times);
  return samples[n / 2];
}

static void
compare_clocks (VnAnalysis *a, Pair *pair, const VnPoint *low, const VnPoint *high)
{
  gint64 there = pair->n_samples[0] > 0 ? median (pair->samples[0], pair->n_samples[0]) : 0;
  gint64 back = pair->n_samples[1] > 0 ? median (pair->samples[1], pair->n_samples[1]) : 0;
  gboolean has_both = pair->n_samples[0] > 0 && pair->n_samples[1] > 0;
  gint64 offset = has_both ? (there + back) / 2 : there + back;
  g_autofree char *subject = NULL;
  Offset found;

  if (low->file == high->file || ABS (offset) < OFFSET_MIN_NS)
    return;
  found = (Offset){ low->file, high->file, offset };
  g_array_append_val (a->sightings->offsets, found);
  subject = g_strdup_printf ("%s and %s", (const char *)g_ptr_array_index (a->file_names, low->file),
                             (const char *)g_ptr_array_index (a->file_names, high->file));
  vn_finding_set_detail (vn_findings_add (a->findings, VN_FINDING_CLOCK_OFFSET, subject, pair->first),
                         "the second is %.6f s %s%s", (double)ABS (offset) / 1e9, offset > 0 ? "ahead" : "behind",
                         has_both ? "" : " (or the delay: only one direction was captured at both)");
}

static void
finish_pair (gpointer key, gpointer value, gpointer data)
{
  VnAnalysis *a = data;
  Pair *pair = value;
  guint low = GPOINTER_TO_UINT (key) >> 8, high = GPOINTER_TO_UINT (key) & 0xff;
  g_autofree char *low_name = vn_analysis_point (a, low), *high_name = vn_analysis_point (a, high);
  g_autofree char *subject = g_strdup_printf ("%s and %s", low_name, high_name);
  VnFinding *finding = vn_findings_count (a->findings, VN_FINDING_SAME_PACKET, subject, pair->n);

  if (finding)
    finding->packets[finding->n_packets++] = pair->first;
  compare_clocks (a, pair, g_ptr_array_index (a->points, low), g_ptr_array_index (a->points, high));
}

/* From the first file on, along the files that have packets in common. */
static void
set_clocks (VnAnalysis *a)
{
  const GArray *offsets = a->sightings->offsets;
  guint n_files = a->file_times->len;
  g_autofree gboolean *is_known = g_new0 (gboolean, n_files + 1);

  g_array_set_size (a->clocks, n_files);
  is_known[0] = TRUE;
  for (guint round = 0; round < n_files; round++)
    for (guint i = 0; i < offsets->len; i++)
      {
        const Offset *o = &g_array_index (offsets, Offset, i);
        guint known = is_known[o->low] ? o->low : o->high, other = known == o->low ? o->high : o->low;

        if (!is_known[known] || is_known[other])
          continue;
        g_array_index (a->clocks, gint64, other)
            = g_array_index (a->clocks, gint64, known) + (other == o->high ? o->ns : -o->ns);
        is_known[other] = TRUE;
      }
}

void
vn_sightings_finish (VnAnalysis *a)
{
  VnSightings *s = a->sightings;

  for (guint i = 0; i < SLOTS; i++)
    check_left (a, &s->slots[i]);
  g_hash_table_foreach (s->pairs, finish_pair, a);
  set_clocks (a);
  for (guint i = 0; i < a->points->len; i++)
    if (s->n_twice[i] > 0)
      {
        g_autofree char *name = vn_analysis_point (a, i);
        VnFinding *finding = vn_findings_count (a->findings, VN_FINDING_DUPLICATE, name, s->n_twice[i]);

        if (finding)
          finding->packets[finding->n_packets++] = s->first_twice[i];
      }
}
