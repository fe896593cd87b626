/* SPDX-License-Identifier: Apache-2.0 */
/* What the API and the events so far make of each port.
 *
 * A port is plugged if it could be bound (its host runs an agent that carries the network's type; the server has the
 * mechanism driver) and an event says that it went up. Binding is the server's part, so it belongs to the promise. */
#include "sim/predict/vn-predict-ports.h"

#include "sim/model/vn-port.h"

#include <string.h>

#define CHAIN_ID_LEN 10 /* characters of a port's id in the names of its iptables chains */

/* ---- binding ---- */

typedef struct
{
  const VnTopology *t;
  const VnPort *port;
  const VnNetwork *network;
  const VnMachine *machine; /* NULL = no host */
  const VnConfig *server;   /* NULL = not in the lab */
} Binding;

static gboolean
exists (const Binding *b)
{
  return !b->port->deleted;
}

static char *
say_deleted (const Binding *b G_GNUC_UNUSED, VnOrigin *ret_origin G_GNUC_UNUSED)
{
  return g_strdup ("it was deleted");
}

static gboolean
has_host (const Binding *b)
{
  return b->machine != NULL;
}

static char *
say_host (const Binding *b G_GNUC_UNUSED, VnOrigin *ret_origin G_GNUC_UNUSED)
{
  return g_strdup ("it is bound to no host");
}

static gboolean
has_agent (const Binding *b)
{
  return b->machine->agent != NULL;
}

static char *
say_agent (const Binding *b, VnOrigin *ret_origin)
{
  *ret_origin = b->machine->origin;
  return g_strdup_printf ("binding failed: no Linux bridge agent runs on %s", b->machine->name);
}

static gboolean
has_driver (const Binding *b)
{
  return b->server == NULL || vn_config_list_has (b->server, VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge");
}

static char *
say_driver (const Binding *b, VnOrigin *ret_origin)
{
  g_autofree char *option = vn_config_describe (b->server, VN_OPT_ML2_MECHANISM_DRIVERS);

  *ret_origin = vn_config_origin (b->server, VN_OPT_ML2_MECHANISM_DRIVERS);
  return g_strdup_printf ("binding failed: the server lacks the linuxbridge driver, %s", option);
}

static gboolean
has_vxlan (const Binding *b)
{
  return b->network->type != VN_NET_VXLAN || vn_config_bool (b->machine->agent, VN_OPT_VXLAN_ENABLE);
}

static char *
say_vxlan (const Binding *b, VnOrigin *ret_origin)
{
  g_autofree char *option = vn_config_describe (b->machine->agent, VN_OPT_VXLAN_ENABLE);

  *ret_origin = vn_config_origin (b->machine->agent, VN_OPT_VXLAN_ENABLE);
  return g_strdup_printf ("binding failed: %s has no VXLAN, %s", b->machine->name, option);
}

static gboolean
maps (const VnConfig *agent, VnOptionId id, const char *physical_network)
{
  const char *const *items = vn_config_list (agent, id);
  gsize len = strlen (physical_network);

  for (; *items != NULL; items++)
    if (strncmp (*items, physical_network, len) == 0 && (*items)[len] == ':')
      return TRUE;
  return FALSE;
}

static gboolean
has_physnet (const Binding *b)
{
  const char *physical_network = b->network->physical_network;

  if (physical_network == NULL || (b->network->type != VN_NET_FLAT && b->network->type != VN_NET_VLAN))
    return TRUE;
  return maps (b->machine->agent, VN_OPT_LB_BRIDGE_MAPPINGS, physical_network)
         || maps (b->machine->agent, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, physical_network);
}

static char *
say_physnet (const Binding *b, VnOrigin *ret_origin)
{
  *ret_origin = vn_config_origin (b->machine->agent, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS);
  return g_strdup_printf ("binding failed: the agent on %s maps no interface to physical network \"%s\"",
                          b->machine->name, b->network->physical_network);
}

/* Each may rely on those before it. */
static const struct
{
  gboolean (*holds) (const Binding *b);
  char *(*say) (const Binding *b, VnOrigin *ret_origin); /* leaves @ret_origin at the port's if it knows no better */
} conditions[] = {
  { exists, say_deleted },    { has_host, say_host },   { has_agent, say_agent },
  { has_driver, say_driver }, { has_vxlan, say_vxlan }, { has_physnet, say_physnet },
};

static gboolean
can_bind (const VnTopology *t, VnPredictPort *state)
{
  const VnPort *port = state->port;
  Binding binding = {
    .t = t,
    .port = port,
    .network = vn_topology_network (t, port->network),
    .machine = port->host != VN_NONE ? vn_topology_machine (t, port->host) : NULL,
    .server = vn_topology_server_config (t),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (conditions); i++)
    if (!conditions[i].holds (&binding))
      {
        state->why_not_origin = port->origin;
        state->why_not = conditions[i].say (&binding, &state->why_not_origin);
        return FALSE;
      }
  return TRUE;
}

/* Why a port that could be bound is not plugged, given the machine that has its tap. NULL = it is. */
static const char *
why_not_plugged (const VnPort *port, guint tap_host)
{
  if (!port->admin_state_up)
    return "admin_state_up is false";
  if (tap_host == VN_NONE)
    return "it is not plugged";
  return tap_host != port->host ? "it is plugged on another host than it is bound to" : NULL;
}

static void
plug (const VnTopology *first, const VnTopology *t, GArray *ports, const GArray *events)
{
  for (guint i = 0; i < ports->len; i++)
    {
      VnPredictPort *state = &g_array_index (ports, VnPredictPort, i);
      guint tap_host = vn_events_tap_host (events, first, i, &state->plug_order);
      const char *why_not;

      if (!can_bind (t, state))
        continue;
      why_not = why_not_plugged (state->port, tap_host);
      state->has_tap = tap_host == state->port->host;
      state->plugged = why_not == NULL;
      state->why_not_origin = state->port->origin;
      state->why_not = g_strdup (why_not);
    }
}

/* ---- what its groups and port security make of it ---- */

gboolean
vn_predict_has_groups (const VnTopology *topology)
{
  return vn_config_bool (vn_topology_server_config (topology), VN_OPT_ENABLE_SECURITY_GROUP);
}

/* Among fixed addresses and address pairs. */
static gboolean
has_family (const VnPort *port, VnFamily family)
{
  if (vn_port_has_family (port, family))
    return TRUE;
  for (guint i = 0; i < port->allowed_address_pairs->len; i++)
    if (g_array_index (port->allowed_address_pairs, VnAddressPair, i).ip_address.ip.family == family)
      return TRUE;
  return FALSE;
}

/* Stateful and stateless groups on one port are refused by the API, so any of them tells. */
static gboolean
is_stateful (const VnTopology *t, const VnPort *port)
{
  for (guint i = 0; i < port->security_groups->len; i++)
    if (!vn_topology_group (t, g_array_index (port->security_groups, guint, i))->stateful)
      return FALSE;
  return TRUE;
}

static void
describe_port (const VnTopology *t, VnPredictPort *state)
{
  const VnPort *port = state->port;

  state->guarded = vn_port_is_guarded (port);
  state->filtered = state->guarded && vn_predict_has_groups (t);
  state->stateful = is_stateful (t, port);
  state->has_ipv4 = has_family (port, VN_FAMILY_IPV4);
  state->has_ipv6 = has_family (port, VN_FAMILY_IPV6);
}

/* ---- what is shared on a host: connection tracking by bridge, chains by cut names ---- */

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

static gboolean
has_rules_on_host (const VnPredictPort *state)
{
  return state->has_tap && state->filtered;
}

/* For each host and network the filtered port whose tap name sorts first. Index = host * networks + network. */
static guint *
find_first_taps (const VnTopology *t, const GArray *ports)
{
  gsize n = (gsize)t->machines->len * t->networks->len;
  guint *first = g_new (guint, n + 1);

  for (gsize i = 0; i < n; i++)
    first[i] = VN_NONE;
  for (guint i = 0; i < ports->len; i++)
    {
      const VnPredictPort *state = &g_array_index (ports, VnPredictPort, i);
      guint *best;
      char tap[16], best_tap[16];

      if (!has_rules_on_host (state))
        continue;
      best = &first[(gsize)state->port->host * t->networks->len + state->port->network];
      vn_name_tap (state->port->id, tap);
      if (*best != VN_NONE)
        vn_name_tap (vn_topology_port (t, *best)->id, best_tap);
      if (*best == VN_NONE || strcmp (tap, best_tap) < 0)
        *best = i;
    }
  return first;
}

static void
share_bridges (const VnTopology *t, GArray *ports)
{
  g_autofree guint *first = find_first_taps (t, ports);

  for (guint i = 0; i < ports->len; i++)
    {
      VnPredictPort *state = &g_array_index (ports, VnPredictPort, i);
      guint decides;

      if (!state->plugged)
        continue;
      decides = first[(gsize)state->port->host * t->networks->len + state->port->network];
      state->bridge_stateful = decides == VN_NONE || first_rule_is_stateful (t, vn_topology_port (t, decides));
    }
}

static void
share_chains (GArray *ports)
{
  g_autoptr (GHashTable) by_name
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);

  for (guint i = 0; i < ports->len; i++)
    {
      VnPredictPort *state = &g_array_index (ports, VnPredictPort, i);
      g_autofree char *name = NULL;
      GArray *sharers;

      if (!has_rules_on_host (state))
        continue;
      name = g_strdup_printf ("%u %.*s", state->port->host, CHAIN_ID_LEN, state->port->id);
      sharers = g_hash_table_lookup (by_name, name);
      if (sharers == NULL)
        {
          sharers = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (by_name, g_steal_pointer (&name), sharers);
        }
      g_array_append_val (sharers, i);
      state->shares_chains = g_array_ref (sharers);
    }
}

static void
clear_port (gpointer data)
{
  VnPredictPort *state = data;

  g_free (state->why_not);
  g_clear_pointer (&state->shares_chains, g_array_unref);
}

GArray *
vn_predict_ports_new (const VnTopology *first, const GArray *events)
{
  const VnTopology *topology = vn_events_final_topology (events, first);
  GArray *ports = g_array_sized_new (FALSE, TRUE, sizeof (VnPredictPort), topology->ports->len);

  g_array_set_size (ports, topology->ports->len);
  g_array_set_clear_func (ports, clear_port);
  for (guint i = 0; i < ports->len; i++)
    {
      VnPredictPort *state = &g_array_index (ports, VnPredictPort, i);

      state->port = vn_topology_port (topology, i);
      describe_port (topology, state);
    }
  plug (first, topology, ports, events);
  share_bridges (topology, ports);
  share_chains (ports);
  return ports;
}
