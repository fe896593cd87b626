/* SPDX-License-Identifier: Apache-2.0 */
/* What hosts make of ports: rules that ports of a host share, and ports whose agent works by another model than the
 * server's.
 *
 * An agent that is stopped leaves its rules as they are (SG-AGENT-DOWN): a port is filtered by the groups, members and
 * addresses of then, and one that was plugged since is not filtered at all. */
#include <string.h>

#include "sim/predict/vn-predict-private.h"

#include "sim/model/vn-port.h"

#define CHAIN_ID_LEN 10 /* characters of a port's id in the names of its iptables chains */

/* ---- what is shared on a host: connection tracking by bridge, chains by cut names ---- */

/* The port as the host's agent filters it; NULL = it does not. */
static const VnPort *
filtered_port (const VnHistory *history, guint host, guint port)
{
  const VnTopology *known = vn_history_known (history, host);
  const VnPort *p;

  if (vn_history_tap_state (history, host, port) != VN_TAP_KNOWN || !vn_predict_has_groups (known))
    return NULL;
  p = vn_topology_port (known, port);
  return vn_port_is_guarded (p) ? p : NULL;
}

/* Neutron 21.0.0, IptablesFirewallDriver._get_port_sg_rules: the first rule of the first group, and if there is none
 * the port counts as stateful. */
static gboolean
first_rule_is_stateful (const VnTopology *t, const VnPort *port)
{
  const VnSecurityGroup *first;

  if (port->security_groups->len == 0)
    return TRUE;
  first = vn_topology_group (t, g_array_index (port->security_groups, guint, 0));
  return first->rules->len == 0 || first->stateful;
}

/* Of the network's filtered ports on the host the one whose tap name sorts first; NULL = there is none. */
static const VnPort *
first_tap (const VnHistory *history, guint host, guint network)
{
  const VnPort *best = NULL;
  char tap[16], best_tap[16] = "";

  for (guint i = 0; i < vn_history_topology (history)->ports->len; i++)
    {
      const VnPort *port = filtered_port (history, host, i);

      if (port == NULL || port->network != network)
        continue;
      vn_name_tap (port->id, tap);
      if (best != NULL && strcmp (tap, best_tap) >= 0)
        continue;
      best = port;
      g_strlcpy (best_tap, tap, sizeof best_tap);
    }
  return best;
}

/* Index = host * networks + network. Transfer full. */
static gboolean *
decide_bridges (const VnHistory *history)
{
  const VnTopology *t = vn_history_topology (history);
  gboolean *stateful = g_new (gboolean, (gsize)t->machines->len * t->networks->len + 1);

  for (guint host = 0; host < t->machines->len; host++)
    for (guint network = 0; network < t->networks->len; network++)
      {
        const VnPort *decides = first_tap (history, host, network);

        stateful[(gsize)host * t->networks->len + network]
            = decides == NULL || first_rule_is_stateful (vn_history_known (history, host), decides);
      }
  return stateful;
}

static char *
chain_key (guint host, const char *id)
{
  return g_strdup_printf ("%u %.*s", host, CHAIN_ID_LEN, id);
}

/* Host and cut id -> GArray of guint: the ports. */
static GHashTable *
name_chains (const VnHistory *history)
{
  const VnTopology *t = vn_history_topology (history);
  GHashTable *by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);

  for (guint host = 0; host < t->machines->len; host++)
    for (guint i = 0; i < t->ports->len; i++)
      {
        const VnPort *port = filtered_port (history, host, i);
        g_autofree char *name = port != NULL ? chain_key (host, port->id) : NULL;
        GArray *sharers = name != NULL ? g_hash_table_lookup (by_name, name) : NULL;

        if (name == NULL)
          continue;
        if (sharers == NULL)
          g_hash_table_insert (by_name, g_steal_pointer (&name), sharers = g_array_new (FALSE, FALSE, sizeof (guint)));
        g_array_append_val (sharers, i);
      }
  return by_name;
}

void
vn_predict_share (const VnHistory *history, GArray *ports)
{
  const VnTopology *t = vn_history_topology (history);
  g_autofree gboolean *stateful = decide_bridges (history);
  g_autoptr (GHashTable) chains = name_chains (history);

  for (guint i = 0; i < ports->len; i++)
    {
      VnPredictPort *state = &g_array_index (ports, VnPredictPort, i);
      guint host = vn_history_tap_host (history, i, NULL);
      g_autofree char *name = host != VN_NONE ? chain_key (host, vn_topology_port (t, i)->id) : NULL;
      GArray *sharers = name != NULL ? g_hash_table_lookup (chains, name) : NULL;

      if (host == VN_NONE)
        continue;
      state->bridge_stateful = stateful[(gsize)host * t->networks->len + vn_topology_port (t, i)->network];
      state->shares_chains = sharers != NULL ? g_array_ref (sharers) : NULL;
    }
}

/* ---- ports as their agents know them ---- */

/* Whether the port's agent is stopped, and so may know it otherwise than the server. */
static gboolean
is_out_of_sight (const VnHistory *history, guint port)
{
  guint host = vn_history_tap_host (history, port, NULL);

  return host != VN_NONE && vn_topology_port (vn_history_topology (history), port)->host == host
         && vn_history_is_stopped (history, host);
}

static const VnSgBook *
book_of (VnPredictor *predictor, const VnTopology *topology)
{
  VnSgBook *book = g_hash_table_lookup (predictor->books, topology);

  if (book == NULL)
    g_hash_table_insert (predictor->books, (gpointer)topology, book = vn_sg_book_new (topology));
  return book;
}

static void
describe (VnPredictor *predictor, guint index, VnPredictPort *state)
{
  const VnHistory *history = predictor->history;
  guint host = vn_history_tap_host (history, index, &state->plug_order);
  gboolean has_rules = vn_history_tap_state (history, host, index) == VN_TAP_KNOWN;
  const VnTopology *t = has_rules ? vn_history_known (history, host) : vn_history_topology (history);

  vn_predict_port_describe (t, vn_topology_port (t, index), state);
  state->plugged = !has_rules || state->port->admin_state_up;
  state->guarded = state->guarded && has_rules;
  state->filtered = state->filtered && has_rules;
  state->book = book_of (predictor, t);
}

void
vn_predict_index_agents (VnPredictor *predictor)
{
  guint len = predictor->ports->len;

  predictor->books = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)vn_sg_book_free);
  predictor->real_ports = vn_predict_ports_empty (len);
  for (guint i = 0; i < len; i++)
    {
      g_array_index (predictor->ports, VnPredictPort, i).book = book_of (predictor, predictor->topology);
      if (is_out_of_sight (predictor->history, i))
        describe (predictor, i, &g_array_index (predictor->real_ports, VnPredictPort, i));
    }
  vn_predict_share (predictor->history, predictor->ports);
  vn_predict_share (predictor->history, predictor->real_ports);
}

gboolean
vn_predict_port_departs (const VnQuestion *q, const VnEnd *end)
{
  return end->kind == VN_END_PORT && vn_question_has (q, VN_QUIRK_AGENT_DOWN)
         && g_array_index (q->predictor->real_ports, VnPredictPort, end->port).port != NULL;
}

const VnPredictPort *
vn_question_port (const VnQuestion *q, const VnEnd *end)
{
  const GArray *ports = vn_predict_port_departs (q, end) ? q->predictor->real_ports : q->predictor->ports;

  return end->kind == VN_END_PORT ? &g_array_index (ports, VnPredictPort, end->port) : NULL;
}

/* An address that the port has got behind a stopped agent's back is a foreign one to its protection. */
gboolean
vn_question_may_speak (const VnQuestion *q, const VnEnd *end, VnIp ip)
{
  const VnPredictPort *port = vn_question_port (q, end);

  if (port == NULL || !port->guarded || !vn_predict_port_departs (q, end))
    return TRUE;
  return ip.family == VN_FAMILY_IPV4 ? vn_port_has_address (port->port, ip) : vn_question_may_send (q, end, ip);
}
