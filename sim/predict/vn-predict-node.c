/* SPDX-License-Identifier: Apache-2.0 */
/* By which of its devices a namespace sends: instances with several ports, machines with several interfaces.
 *
 * A kernel asks its routes about the destination alone, not about the source address or where a question came in. Of
 * two devices with the same prefix the first one wins that came up. So where an instance has two ports on a network, or
 * on two networks with the same addresses, the answer to a packet may leave by the other port, whose anti-spoofing does
 * not know its source address. */
#include "sim/predict/vn-predict-private.h"

/* Ports follow each other as they were plugged; a machine's interfaces are all there from the start. */
static guint
came_up (const VnPredictor *predictor, guint end)
{
  const VnEnd *e = vn_topology_end (predictor->topology, end);

  return e->kind == VN_END_PORT ? g_array_index (predictor->ports, VnPredictPort, e->port).plug_order : end;
}

static gint
compare_ends (gconstpointer a, gconstpointer b, gpointer data)
{
  guint x = came_up (data, *(const guint *)a), y = came_up (data, *(const guint *)b);

  return (x > y) - (x < y);
}

void
vn_predict_index_nodes (VnPredictor *predictor)
{
  GHashTableIter iter;
  gpointer value;

  predictor->ends_of_node = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
  for (guint i = 0; i < predictor->topology->ends->len; i++)
    {
      gpointer node = (gpointer)vn_topology_end (predictor->topology, i)->node;
      GArray *ends = g_hash_table_lookup (predictor->ends_of_node, node);

      if (ends == NULL)
        {
          ends = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (predictor->ends_of_node, node, ends);
        }
      g_array_append_val (ends, i);
    }
  g_hash_table_iter_init (&iter, predictor->ends_of_node);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_array_sort_with_data (value, compare_ends, predictor);
}

static gboolean
has_gateway (const VnEnd *end, VnFamily family)
{
  return vn_ip_is_set (vn_end_gateway (end, family));
}

const VnEnd *
vn_question_sends_by (const VnQuestion *q, const VnEnd *end, VnIp dst)
{
  const GArray *ends = g_hash_table_lookup (q->predictor->ends_of_node, end->node);
  const VnEnd *best = NULL;
  gint longest = -1;

  for (guint i = 0; i < ends->len; i++)
    {
      const VnEnd *other = vn_topology_end (q->predictor->topology, g_array_index (ends, guint, i));
      const VnPrefix *own = vn_end_on_link (other, dst);
      gint len = own != NULL ? (gint)own->len : 0; /* a gateway is for all addresses */

      if (len <= longest || !vn_question_is_plugged (q, other) || (own == NULL && !has_gateway (other, dst.family)))
        continue;
      longest = len;
      best = other;
    }
  return best;
}
