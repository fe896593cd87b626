/* SPDX-License-Identifier: Apache-2.0 */
/* The events, gone through once by what is documented of server and agents.
 *
 * An agent that runs sees each tap come and go, follows each change of the model at once, and hears each message of the
 * server about networks that it has wired a port of (Networking guide, "ML2 plug-in: L2 population"). One that is
 * stopped does none of it: rules and forwarding entries stay as they were. When it starts it goes through the taps that
 * are there, by the model as it is; what it was told before it keeps, and of what passed it by it hears only this: a
 * host's first and second ACTIVE port of a network make the server tell it of all others.
 *
 * This is told apart from what the lab builds, and shares no code with it. */
#include "sim/predict/vn-predict-history.h"

#include <string.h>

#include <string.h>

#define FIRST_PORTS 2u /* ACTIVE ports of a network on a host, up to which the server tells it of all others */

typedef struct
{
  gboolean stopped, was_stopped;
  const VnTopology *known;
  GArray *taps;    /* guint: ports, as they were plugged */
  guint8 *states;  /* VnTapState, index = port */
  guint8 *uplinks; /* index = network */
  guint8 *listens; /* index = network: it has wired a port of it since it started */
  guint8 *floods;  /* index = network * machines + host */
  guint *places;   /* index = port */
} Host;

struct _VnHistory
{
  const VnTopology *topology; /* so far */
  guint n_machines, n_networks, n_ports;
  Host *hosts;
  guint *tap_hosts, *orders; /* index = port */
  guint8 *active;            /* index = port */
};

static const VnPort *
port_of (const VnHistory *h, guint port)
{
  return vn_topology_port (h->topology, port);
}

static guint8 *
flood (const VnHistory *h, guint network, guint from, guint to)
{
  return &h->hosts[from].floods[(gsize)network * h->n_machines + to];
}

/* ---- what the server tells ---- */

static guint
count_active (const VnHistory *h, guint network, guint host)
{
  guint n = 0;

  for (guint i = 0; i < h->topology->ports->len; i++)
    n += h->active[i] && port_of (h, i)->network == network && port_of (h, i)->host == host;
  return n;
}

static gboolean
hears (const VnHistory *h, guint host, guint network)
{
  return !h->hosts[host].stopped && h->hosts[host].listens[network];
}

/* A port without a fixed address is announced to nobody. */
static gboolean
is_announced (const VnPort *port)
{
  return port->fixed_ips->len > 0;
}

/* Tells @host of all others that have ACTIVE ports of the network. */
static void
tell_everything (VnHistory *h, guint host, guint network)
{
  if (!hears (h, host, network))
    return;
  for (guint i = 0; i < h->topology->ports->len; i++)
    {
      const VnPort *port = port_of (h, i);

      if (!h->active[i] || port->network != network || port->host == host)
        continue;
      *flood (h, network, host, port->host) = TRUE;
      if (is_announced (port))
        h->hosts[host].places[i] = port->host;
    }
}

static void
report_up (VnHistory *h, guint index)
{
  const VnPort *port = port_of (h, index);
  gboolean is_first;

  h->active[index] = TRUE;
  is_first = count_active (h, port->network, port->host) <= FIRST_PORTS;
  if (is_first)
    tell_everything (h, port->host, port->network);
  for (guint i = 0; i < h->n_machines; i++)
    {
      if (i == port->host || !hears (h, i, port->network))
        continue;
      if (is_first)
        *flood (h, port->network, i, port->host) = TRUE;
      if (is_announced (port))
        h->hosts[i].places[index] = port->host;
    }
}

/* ACTIVE no longer, by the model that was valid so far. */
static void
report_down (VnHistory *h, guint index)
{
  const VnPort *port = port_of (h, index);
  gboolean is_last;

  if (!h->active[index])
    return;
  h->active[index] = FALSE;
  is_last = count_active (h, port->network, port->host) == 0;
  for (guint i = 0; i < h->n_machines; i++)
    {
      if (i == port->host || !hears (h, i, port->network))
        continue;
      if (is_last)
        *flood (h, port->network, i, port->host) = FALSE;
      if (is_announced (port) && h->hosts[i].places[index] == port->host)
        h->hosts[i].places[index] = VN_NONE;
    }
}

/* ---- what agents do ---- */

static void
wire (VnHistory *h, guint host, guint index)
{
  const VnPort *port = port_of (h, index);

  if (h->hosts[host].stopped || port->deleted || port->host != host)
    return;
  h->hosts[host].uplinks[port->network] = TRUE;
  h->hosts[host].listens[port->network] = TRUE;
  if (port->admin_state_up)
    report_up (h, index);
  else
    report_down (h, index);
}

static void
see (VnHistory *h, guint host, guint port)
{
  h->hosts[host].states[port] = port_of (h, port)->deleted ? VN_TAP_STRANGER : VN_TAP_KNOWN;
}

/* ---- events ---- */

static guint
host_of (const VnHistory *h, const VnEvent *event)
{
  return event->host != VN_NONE ? event->host : port_of (h, event->port)->host;
}

static gboolean
has_agent (const VnHistory *h, guint host)
{
  return host < h->topology->machines->len && vn_topology_machine (h->topology, host)->agent != NULL;
}

static void
remove_tap (VnHistory *h, guint port)
{
  guint machine = h->tap_hosts[port];
  Host *host = machine != VN_NONE ? &h->hosts[machine] : NULL;

  if (host == NULL)
    return;
  h->tap_hosts[port] = VN_NONE;
  for (guint i = host->taps->len; i-- > 0;)
    if (g_array_index (host->taps, guint, i) == port)
      g_array_remove_index (host->taps, i);
  if (host->stopped || host->states[port] == VN_TAP_UNSEEN)
    return;
  host->states[port] = VN_TAP_UNSEEN;
  if (port_of (h, port)->host == machine)
    report_down (h, port);
}

static void
port_up (VnHistory *h, const VnEvent *event, guint order)
{
  guint host = host_of (h, event);

  if (!has_agent (h, host) || h->tap_hosts[event->port] == host)
    return;
  remove_tap (h, event->port);
  h->tap_hosts[event->port] = host;
  h->orders[event->port] = order;
  g_array_append_val (h->hosts[host].taps, event->port);
  if (h->hosts[host].stopped)
    return;
  see (h, host, event->port);
  wire (h, host, event->port);
}

static void
unplug (VnHistory *h, const VnEvent *event, guint order G_GNUC_UNUSED)
{
  if (h->tap_hosts[event->port] == host_of (h, event))
    remove_tap (h, event->port);
}

static gboolean
same_numbers (const GArray *a, const GArray *b)
{
  for (guint i = 0; a->len == b->len && i < a->len; i++)
    if (g_array_index (a, guint, i) != g_array_index (b, guint, i))
      return FALSE;
  return a->len == b->len;
}

static gboolean
same_addresses (const GArray *a, const GArray *b)
{
  for (guint i = 0; a->len == b->len && i < a->len; i++)
    if (!vn_ip_equal (g_array_index (a, VnFixedIp, i).ip_address, g_array_index (b, VnFixedIp, i).ip_address))
      return FALSE;
  return a->len == b->len;
}

/* Whether the server tells the port's agent to look at it again. */
static gboolean
is_looked_at_again (const VnPort *old, const VnPort *now)
{
  return old->admin_state_up != now->admin_state_up || old->port_security_enabled != now->port_security_enabled
         || !same_addresses (old->fixed_ips, now->fixed_ips)
         || !same_numbers (old->security_groups, now->security_groups);
}

/* Each running agent takes a deleted network's bridge away, with all that stands in its tables. */
static void
drop_network (VnHistory *h, guint network)
{
  for (guint i = 0; i < h->n_machines; i++)
    {
      Host *host = &h->hosts[i];

      if (host->stopped)
        continue;
      host->uplinks[network] = host->listens[network] = FALSE;
      for (guint j = 0; j < h->n_machines; j++)
        *flood (h, network, i, j) = FALSE;
      for (guint j = 0; j < h->topology->ports->len; j++)
        if (port_of (h, j)->network == network)
          host->places[j] = VN_NONE;
    }
}

static void
follow_ports (VnHistory *h, const VnTopology *old)
{
  for (guint i = 0; i < old->ports->len; i++)
    {
      const VnPort *now = port_of (h, i);

      if (!now->deleted && now->host != VN_NONE && h->tap_hosts[i] == now->host
          && is_looked_at_again (vn_topology_port (old, i), now))
        wire (h, now->host, i);
    }
}

static void
change (VnHistory *h, const VnEvent *event, guint order G_GNUC_UNUSED)
{
  const VnTopology *old = h->topology, *now = event->topology;

  for (guint i = 0; i < old->ports->len; i++)
    if (vn_topology_port (now, i)->deleted || vn_topology_port (now, i)->host != vn_topology_port (old, i)->host)
      report_down (h, i);
  h->topology = now;
  for (guint i = 0; i < h->n_machines; i++)
    if (!h->hosts[i].stopped)
      h->hosts[i].known = now;
  for (guint i = 0; i < old->networks->len; i++)
    if (vn_topology_network (now, i)->deleted && !vn_topology_network (old, i)->deleted)
      drop_network (h, i);
  follow_ports (h, old);
}

static void
stop (VnHistory *h, const VnEvent *event, guint order G_GNUC_UNUSED)
{
  if (has_agent (h, event->host))
    h->hosts[event->host].stopped = h->hosts[event->host].was_stopped = TRUE;
}

static void
start (VnHistory *h, const VnEvent *event, guint order G_GNUC_UNUSED)
{
  Host *host = &h->hosts[event->host];

  if (!has_agent (h, event->host))
    return;
  host->stopped = FALSE;
  host->known = h->topology;
  memset (host->states, VN_TAP_UNSEEN, h->n_ports);
  memset (host->listens, FALSE, h->n_networks);
  for (guint i = 0; i < host->taps->len; i++)
    see (h, event->host, g_array_index (host->taps, guint, i));
  for (guint i = 0; i < host->taps->len; i++)
    wire (h, event->host, g_array_index (host->taps, guint, i));
}

/* ---- the whole ---- */

static void
host_init (const VnHistory *h, Host *host)
{
  host->known = h->topology;
  host->taps = g_array_new (FALSE, FALSE, sizeof (guint));
  host->states = g_new0 (guint8, h->n_ports + 1);
  host->uplinks = g_new0 (guint8, h->n_networks + 1);
  host->listens = g_new0 (guint8, h->n_networks + 1);
  host->floods = g_new0 (guint8, (gsize)h->n_networks * h->n_machines + 1);
  host->places = g_new (guint, h->n_ports + 1);
  for (guint i = 0; i < h->n_ports; i++)
    host->places[i] = VN_NONE;
}

static void
host_clear (Host *host)
{
  g_array_unref (host->taps);
  g_free (host->states);
  g_free (host->uplinks);
  g_free (host->listens);
  g_free (host->floods);
  g_free (host->places);
}

VnHistory *
vn_history_new (const VnTopology *first, const GArray *events)
{
  static void (*const steps[]) (VnHistory *, const VnEvent *, guint) = {
    [VN_EVENT_PORT_UP] = port_up, [VN_EVENT_UNPLUG] = unplug,     [VN_EVENT_API] = change,
    [VN_EVENT_AGENT_STOP] = stop, [VN_EVENT_AGENT_START] = start,
  };
  const VnTopology *last = vn_events_final_topology (events, first);
  VnHistory *h = g_new0 (VnHistory, 1);

  G_STATIC_ASSERT (G_N_ELEMENTS (steps) == VN_N_EVENTS);
  h->topology = first;
  h->n_machines = last->machines->len;
  h->n_networks = last->networks->len;
  h->n_ports = last->ports->len;
  h->hosts = g_new0 (Host, h->n_machines + 1);
  for (guint i = 0; i < h->n_machines; i++)
    host_init (h, &h->hosts[i]);
  h->tap_hosts = g_new (guint, h->n_ports + 1);
  h->orders = g_new0 (guint, h->n_ports + 1);
  h->active = g_new0 (guint8, h->n_ports + 1);
  for (guint i = 0; i < h->n_ports; i++)
    h->tap_hosts[i] = VN_NONE;
  for (guint i = 0; i < events->len; i++)
    steps[g_array_index (events, VnEvent, i).kind](h, &g_array_index (events, VnEvent, i), i);
  return h;
}

void
vn_history_free (VnHistory *h)
{
  if (h == NULL)
    return;
  for (guint i = 0; i < h->n_machines; i++)
    host_clear (&h->hosts[i]);
  g_free (h->hosts);
  g_free (h->tap_hosts);
  g_free (h->orders);
  g_free (h->active);
  g_free (h);
}

const VnTopology *
vn_history_topology (const VnHistory *h)
{
  return h->topology;
}

guint
vn_history_tap_host (const VnHistory *h, guint port, guint *ret_order)
{
  if (ret_order != NULL)
    *ret_order = h->orders[port];
  return h->tap_hosts[port];
}

gboolean
vn_history_is_active (const VnHistory *h, guint port)
{
  return h->active[port];
}

const VnTopology *
vn_history_known (const VnHistory *h, guint host)
{
  return h->hosts[host].known;
}

gboolean
vn_history_is_stopped (const VnHistory *h, guint host)
{
  return h->hosts[host].stopped;
}

gboolean
vn_history_was_stopped (const VnHistory *h, guint host)
{
  return h->hosts[host].was_stopped;
}

VnTapState
vn_history_tap_state (const VnHistory *h, guint host, guint port)
{
  return (VnTapState)h->hosts[host].states[port];
}

gboolean
vn_history_has_uplink (const VnHistory *h, guint host, guint network)
{
  return h->hosts[host].uplinks[network];
}

gboolean
vn_history_floods (const VnHistory *h, guint network, guint from, guint to)
{
  return *flood (h, network, from, to);
}

guint
vn_history_place (const VnHistory *h, guint host, guint port)
{
  return h->hosts[host].places[port];
}
