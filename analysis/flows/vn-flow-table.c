/* SPDX-License-Identifier: Apache-2.0 */
/* Conversations by their two ends.
 *
 * Flows lie in chunks that never move, so a reader may hold a pointer and growing costs no copy. The index is an open
 * addressing table of flow number and part of the hash; it is doubled when it is half full. What a million flows cost
 * is a million VnFlow and 16 MiB. */
#include "analysis/flows/vn-flow-table.h"

#include <string.h>

#define CHUNK_BITS 12
#define CHUNK_LEN (1u << CHUNK_BITS)
#define SLOTS_MIN 1024
#define KEY_WORDS (sizeof (VnFlowKey) / sizeof (guint64))

typedef struct
{
  guint32 flow; /* VN_NO_FLOW = free */
  guint32 hash;
} Slot;

struct _VnFlowTable
{
  GPtrArray *chunks; /* VnFlow[CHUNK_LEN] */
  guint len;
  Slot *slots;
  guint n_slots; /* a power of two */
  guint n_used;
  VnFlow *recent; /* found last: packets come in runs, and MAC addresses hardly change */
  guint recent_index;
  guint64 seeds[KEY_WORDS]; /* so that nobody can choose addresses that collide */
};

static Slot *
make_slots (guint n)
{
  Slot *slots = g_new (Slot, n);

  memset (slots, 0xff, n * sizeof *slots);
  return slots;
}

VnFlowTable *
vn_flow_table_new (void)
{
  VnFlowTable *table = g_new0 (VnFlowTable, 1);

  table->chunks = g_ptr_array_new_with_free_func (g_aligned_free);
  table->n_slots = SLOTS_MIN;
  table->slots = make_slots (table->n_slots);
  for (guint i = 0; i < KEY_WORDS; i++)
    table->seeds[i] = ((guint64)g_random_int () << 32 | g_random_int ()) | 1;
  return table;
}

void
vn_flow_table_free (VnFlowTable *table)
{
  g_ptr_array_unref (table->chunks);
  g_free (table->slots);
  g_free (table);
}

guint
vn_flow_table_len (const VnFlowTable *table)
{
  return table->len;
}

VnFlow *
vn_flow_table_get (const VnFlowTable *table, guint index)
{
  return (VnFlow *)g_ptr_array_index (table->chunks, index >> CHUNK_BITS) + (index & (CHUNK_LEN - 1));
}

/* A sum of products with odd numbers drawn for this table: the processor does them side by side. */
static inline guint32
hash_key (const VnFlowTable *table, const VnFlowKey *key)
{
  guint64 words[KEY_WORDS], h = 0;

  memcpy (words, key, sizeof words);
  for (guint i = 0; i < KEY_WORDS; i++)
    h += (words[i] ^ words[i] >> 32) * table->seeds[i];
  h ^= h >> 32;
  h *= table->seeds[0];
  return (guint32)(h >> 32);
}

static inline gboolean
is_key (const VnFlow *flow, const VnFlowKey *key)
{
  guint64 x[KEY_WORDS], y[KEY_WORDS], difference = 0;

  memcpy (x, &flow->key, sizeof x);
  memcpy (y, key, sizeof y);
  for (guint i = 0; i < KEY_WORDS; i++)
    difference |= x[i] ^ y[i];
  return difference == 0;
}

/* Counting touches all of a flow: its cache lines are fetched side by side while the key is compared. */
static inline VnFlow *
fetch (const VnFlowTable *table, guint index)
{
  VnFlow *flow = vn_flow_table_get (table, index);

  __builtin_prefetch ((const char *)flow + 64, 1);
  __builtin_prefetch ((const char *)flow + 128, 1);
  return flow;
}

/* The slot of the key, or the free one where it goes. */
static Slot *
find_slot (const VnFlowTable *table, const VnFlowKey *key, guint32 hash)
{
  guint mask = table->n_slots - 1;

  for (guint i = hash & mask;; i = (i + 1) & mask)
    {
      Slot *slot = &table->slots[i];

      if (slot->flow == VN_NO_FLOW || (slot->hash == hash && is_key (fetch (table, slot->flow), key)))
        return slot;
    }
}

static void
grow (VnFlowTable *table)
{
  Slot *old = table->slots;
  guint n = table->n_slots;

  table->n_slots *= 2;
  table->slots = make_slots (table->n_slots);
  for (guint i = 0; i < n; i++)
    if (old[i].flow != VN_NO_FLOW)
      {
        guint at = old[i].hash & (table->n_slots - 1);

        while (table->slots[at].flow != VN_NO_FLOW)
          at = (at + 1) & (table->n_slots - 1);
        table->slots[at] = old[i];
      }
  g_free (old);
}

static guint
append (VnFlowTable *table, const VnFlowKey *key)
{
  VnFlow *flow;

  if ((table->len & (CHUNK_LEN - 1)) == 0)
    g_ptr_array_add (table->chunks, g_aligned_alloc0 (CHUNK_LEN, sizeof (VnFlow), G_ALIGNOF (VnFlow)));
  flow = vn_flow_table_get (table, table->len);
  flow->key = *key;
  flow->older = flow->nat = VN_NO_FLOW;
  return table->len++;
}

guint
vn_flow_key_set (VnFlowKey *key, VnFlowKind kind, const guint8 *src, const guint8 *dst, gsize size, guint16 sport,
                 guint16 dport, guint8 protocol, guint16 scope)
{
  int order = memcmp (src, dst, size);
  guint from = order > 0 || (order == 0 && sport > dport) ? 1 : 0;

  memset (key, 0, sizeof *key);
  memcpy (key->address[from], src, size);
  memcpy (key->address[!from], dst, size);
  key->port[from] = sport;
  key->port[!from] = dport;
  key->scope = scope;
  key->protocol = protocol;
  key->kind = (guint8)kind;
  return from;
}

guint
vn_flow_table_find (const VnFlowTable *table, const VnFlowKey *key)
{
  return find_slot (table, key, hash_key (table, key))->flow;
}

static guint
remember (VnFlowTable *table, guint index)
{
  table->recent = vn_flow_table_get (table, index);
  table->recent_index = index;
  return index;
}

static guint
add (VnFlowTable *table, const VnFlowKey *key, guint32 hash)
{
  Slot *slot;

  if (table->n_used >= table->n_slots / 2)
    grow (table);
  slot = find_slot (table, key, hash);
  table->n_used++;
  slot->hash = hash;
  slot->flow = append (table, key);
  return slot->flow;
}

guint32
vn_flow_table_expect (const VnFlowTable *table, const VnFlowKey *key)
{
  guint32 hash = hash_key (table, key);
  const Slot *slot = &table->slots[hash & (table->n_slots - 1)];

  if (slot->flow != VN_NO_FLOW)
    __builtin_prefetch (fetch (table, slot->flow), 1);
  return hash;
}

guint
vn_flow_table_ensure_expected (VnFlowTable *table, const VnFlowKey *key, guint32 hash, gboolean *ret_is_new)
{
  guint found = find_slot (table, key, hash)->flow;

  *ret_is_new = found == VN_NO_FLOW;
  return remember (table, found == VN_NO_FLOW ? add (table, key, hash) : found);
}

guint
vn_flow_table_ensure (VnFlowTable *table, const VnFlowKey *key, gboolean *ret_is_new)
{
  *ret_is_new = FALSE;
  if (table->recent && is_key (table->recent, key))
    return table->recent_index;
  return vn_flow_table_ensure_expected (table, key, hash_key (table, key), ret_is_new);
}

guint
vn_flow_table_renew (VnFlowTable *table, guint index)
{
  const VnFlowKey *key = &vn_flow_table_get (table, index)->key;
  Slot *slot = find_slot (table, key, hash_key (table, key));

  slot->flow = append (table, key);
  vn_flow_table_get (table, slot->flow)->older = index;
  return remember (table, slot->flow);
}

VnIp
vn_flow_ip (const VnFlow *flow, guint side)
{
  VnIp ip = { flow->key.kind == VN_FLOW_IPV6 ? VN_FAMILY_IPV6 : VN_FAMILY_IPV4, { 0 } };

  memcpy (ip.b, flow->key.address[side], vn_ip_bytes (ip.family));
  return ip;
}

VnMac
vn_flow_mac (const VnFlow *flow, guint side)
{
  VnMac mac;

  memcpy (mac.b, flow->key.address[side], sizeof mac.b);
  return mac;
}
