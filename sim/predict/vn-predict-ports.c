/* SPDX-License-Identifier: Apache-2.0 */
/* What the API and the events so far make of each port.
 *
 * A port is plugged if it could be bound (its host runs an agent that carries the network's type; the server has the
 * mechanism driver) and an event says that it went up. Binding is the server's part, so it belongs to the promise. */
#include "sim/predict/vn-predict-ports.h"

#include "sim/model/vn-port.h"

#include <string.h>

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
why_not_plugged (const VnHistory *history, const VnPort *port, guint index, guint tap_host)
{
  if (!port->admin_state_up)
    return "admin_state_up is false";
  if (tap_host == VN_NONE)
    return "it is not plugged";
  if (tap_host != port->host)
    return "it is plugged on another host than it is bound to";
  return vn_history_is_stopped (history, tap_host) && !vn_history_is_active (history, index)
             ? "its host's agent is stopped and has not reported it"
             : NULL;
}

static void
plug (const VnHistory *history, GArray *ports)
{
  for (guint i = 0; i < ports->len; i++)
    {
      VnPredictPort *state = &g_array_index (ports, VnPredictPort, i);
      guint tap_host = vn_history_tap_host (history, i, &state->plug_order);
      const char *why_not;

      if (!can_bind (vn_history_topology (history), state))
        continue;
      why_not = why_not_plugged (history, state->port, i, tap_host);
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

void
vn_predict_port_describe (const VnTopology *t, const VnPort *port, VnPredictPort *state)
{
  state->port = port;
  state->guarded = vn_port_is_guarded (port);
  state->filtered = state->guarded && vn_predict_has_groups (t);
  state->stateful = is_stateful (t, port);
  state->has_ipv4 = has_family (port, VN_FAMILY_IPV4);
  state->has_ipv6 = has_family (port, VN_FAMILY_IPV6);
}

static void
clear_port (gpointer data)
{
  VnPredictPort *state = data;

  g_free (state->why_not);
  g_clear_pointer (&state->shares_chains, g_array_unref);
}

GArray *
vn_predict_ports_empty (guint len)
{
  GArray *ports = g_array_sized_new (FALSE, TRUE, sizeof (VnPredictPort), len);

  g_array_set_size (ports, len);
  g_array_set_clear_func (ports, clear_port);
  return ports;
}

GArray *
vn_predict_ports_new (const VnHistory *history)
{
  const VnTopology *topology = vn_history_topology (history);
  GArray *ports = vn_predict_ports_empty (topology->ports->len);

  for (guint i = 0; i < ports->len; i++)
    vn_predict_port_describe (topology, vn_topology_port (topology, i), &g_array_index (ports, VnPredictPort, i));
  plug (history, ports);
  return ports;
}
