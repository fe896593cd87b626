/* SPDX-License-Identifier: Apache-2.0 */
/* From a cloud that stands to one that a changed file wants: what has to happen.
 *
 *     start agents that are stopped
 *     unplug what goes, moves or begins anew
 *     API: what can't be changed in its place is deleted     only if there is such
 *     API: the wanted model
 *     plug what came, moved or began anew
 *
 * An object is changed as far as the Networking API lets one change it. Beyond that (the type, the physical network or
 * the segment of a network, the network of a port) it is deleted and made anew in its place, with all that hangs on it.
 *
 * An agent whose configuration changed begins anew on an empty host, as after a restart of the machine: what the old
 * one left behind by other rules would be nobody's to know. So does every agent if the server's drivers changed. What
 * of the host's state comes out the same is not touched, since only the difference between the two states is carried
 * out. */
#include "sim/model/vn-change.h"

#include "sim/model/vn-align.h"

typedef struct
{
  const VnTopology *standing;
  VnTopology *wanted; /* in the places of `standing` */
  GArray *tap_hosts;  /* guint, index = port that stands: where its tap is */
  gboolean *networks; /* index = network that stands: is made anew */
  gboolean *hosts;    /* index = machine that stands: its agent begins anew */
} Change;

/* ---- what begins anew ---- */

static gboolean
same_segment (const VnNetwork *a, const VnNetwork *b)
{
  return a->type == b->type && g_strcmp0 (a->physical_network, b->physical_network) == 0
         && a->segmentation_id == b->segmentation_id;
}

static void
find_networks (Change *change)
{
  for (guint i = 0; i < change->standing->networks->len; i++)
    {
      const VnNetwork *old = vn_topology_network (change->standing, i), *now = vn_topology_network (change->wanted, i);

      change->networks[i] = !old->deleted && !now->deleted && !same_segment (old, now);
    }
}

static gboolean
has_same_drivers (const Change *change)
{
  const VnConfig *old = vn_topology_server_config (change->standing);
  const VnConfig *now = vn_topology_server_config (change->wanted);

  return g_strv_equal (vn_config_list (old, VN_OPT_ML2_MECHANISM_DRIVERS),
                       vn_config_list (now, VN_OPT_ML2_MECHANISM_DRIVERS));
}

static void
find_hosts (Change *change)
{
  gboolean all = !has_same_drivers (change);

  for (guint i = 0; i < change->standing->machines->len; i++)
    {
      const VnConfig *old = vn_topology_machine (change->standing, i)->agent;
      const VnConfig *now = vn_topology_machine (change->wanted, i)->agent;

      change->hosts[i] = old != NULL && now != NULL && (all || !vn_config_equal (old, now));
    }
}

static gboolean
any (const gboolean *flags, guint len)
{
  for (guint i = 0; i < len; i++)
    if (flags[i])
      return TRUE;
  return FALSE;
}

/* Whether the server has to delete the port before it makes the wanted one of the same id. */
static gboolean
is_made_anew (const Change *change, guint port)
{
  const VnPort *old = vn_topology_port (change->standing, port), *now = vn_topology_port (change->wanted, port);

  return !old->deleted && !now->deleted && (old->network != now->network || change->networks[old->network]);
}

/* What there is between the two models: without what is made anew, and without the agents that begin anew. Transfer
 * full; NULL if nothing is. */
static VnTopology *
model_between (const Change *change)
{
  VnTopology *t;

  if (!any (change->networks, change->standing->networks->len) && !any (change->hosts, change->standing->machines->len))
    return NULL;
  t = vn_topology_copy (change->standing);
  g_ptr_array_set_size (t->checks, 0); /* nobody asks anything meanwhile, and nothing else happens */
  g_clear_pointer (&t->events, g_array_unref);
  for (guint i = 0; i < t->networks->len; i++)
    ((VnNetwork *)g_ptr_array_index (t->networks, i))->deleted |= change->networks[i];
  for (guint i = 0; i < t->subnets->len; i++)
    ((VnSubnet *)g_ptr_array_index (t->subnets, i))->deleted |= change->networks[vn_topology_subnet (t, i)->network];
  for (guint i = 0; i < t->ports->len; i++)
    ((VnPort *)g_ptr_array_index (t->ports, i))->deleted |= is_made_anew (change, i);
  for (guint i = 0; i < t->machines->len; i++)
    if (change->hosts[i])
      g_clear_pointer (&((VnMachine *)g_ptr_array_index (t->machines, i))->agent, vn_config_free);
  return t;
}

/* Agents that events stopped run again: they notice what comes. */
static void
start_agents (const Change *change, const GArray *history, GArray *events)
{
  guint len = change->standing->machines->len;
  g_autofree gboolean *stopped = g_new0 (gboolean, len);

  for (guint i = 0; i < history->len; i++)
    {
      const VnEvent *event = &g_array_index (history, VnEvent, i);

      if (event->kind == VN_EVENT_AGENT_STOP || event->kind == VN_EVENT_AGENT_START)
        stopped[event->host] = event->kind == VN_EVENT_AGENT_STOP;
    }
  for (guint i = 0; i < len; i++)
    if (stopped[i])
      vn_events_add_agent_start (events, i, vn_topology_machine (change->wanted, i)->origin);
}

/* ---- taps ---- */

/* Which of the instance's devices a port is. */
static guint
position_of (const VnTopology *t, guint port)
{
  const VnPort *p = vn_topology_port (t, port);
  const VnServer *server = p->server != VN_NONE ? vn_topology_server (t, p->server) : NULL;

  for (guint i = 0; server != NULL && i < server->ports->len; i++)
    if (g_array_index (server->ports, guint, i) == port)
      return i;
  return 0;
}

/* Whether the tap of a port that stands may stay as it is. A bound port's MAC address can't be changed. */
static gboolean
stays_plugged (const Change *change, guint port)
{
  const VnPort *old = vn_topology_port (change->standing, port), *now = vn_topology_port (change->wanted, port);
  guint tap_host = g_array_index (change->tap_hosts, guint, port);

  return !now->deleted && now->host == tap_host && !change->hosts[tap_host] && !is_made_anew (change, port)
         && vn_mac_equal (old->mac_address, now->mac_address) && old->server == now->server
         && position_of (change->standing, port) == position_of (change->wanted, port);
}

static gboolean
is_plugged (const Change *change, guint port)
{
  return port < change->tap_hosts->len && g_array_index (change->tap_hosts, guint, port) != VN_NONE;
}

static void
unplug (const Change *change, GArray *events)
{
  for (guint i = 0; i < change->tap_hosts->len; i++)
    if (is_plugged (change, i) && !stays_plugged (change, i))
      vn_events_add_unplug (events, i, g_array_index (change->tap_hosts, guint, i),
                            vn_topology_port (change->wanted, i)->origin);
}

static void
plug (const Change *change, GArray *events)
{
  for (guint i = 0; i < change->wanted->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (change->wanted, i);

      if (!port->deleted && port->host != VN_NONE && !(is_plugged (change, i) && stays_plugged (change, i)))
        vn_events_add_port_up (events, i, port->host, port->origin);
    }
}

/* ---- what can't be ---- */

static gboolean
same_by_hand (const VnByHand *a, const VnByHand *b)
{
  return a->kind == b->kind && a->host == b->host && a->network == b->network && vn_mac_equal (a->mac, b->mac);
}

/* What a person did to a host was done once, when the lab was built. */
static void
refuse_by_hand (const Change *change, VnDiagList *diags)
{
  const GPtrArray *old = change->standing->by_hand, *now = change->wanted->by_hand;

  for (guint i = 0; i < MAX (old->len, now->len); i++)
    {
      const VnByHand *was = i < old->len ? g_ptr_array_index (old, i) : NULL;
      const VnByHand *is = i < now->len ? g_ptr_array_index (now, i) : NULL;

      if (was == NULL || is == NULL || !same_by_hand (was, is))
        vn_diag_add (diags, VN_DIAG_UNSUPPORTED, is != NULL ? is->origin : was->origin,
                     "take the lab down and up again",
                     "by_hand: it is done when a lab is built, and can't be %s while the lab is up",
                     was == NULL  ? "added"
                     : is == NULL ? "taken back"
                                  : "changed");
    }
}

/* What the file says happens has happened, if it stood there when the lab came up. */
static void
refuse_events (const VnTopology *wanted, VnDiagList *diags)
{
  if (wanted->events != NULL && wanted->events->len > 0)
    vn_diag_add (diags, VN_DIAG_UNSUPPORTED, g_array_index (wanted->events, VnEvent, 0).origin,
                 "take them out, and say in the file what is to be",
                 "events: they happen when a lab is built, and can't while it is up");
}

/* ---- all of it ---- */

static void
change_init (Change *change, const VnTopology *first, const GArray *history, const VnTopology *wanted)
{
  change->standing = vn_events_final_topology (history, first);
  change->wanted = vn_topology_align (change->standing, wanted);
  change->tap_hosts = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < change->standing->ports->len; i++)
    {
      guint host = vn_events_tap_host (history, first, i, NULL);

      g_array_append_val (change->tap_hosts, host);
    }
  change->networks = g_new0 (gboolean, change->standing->networks->len);
  change->hosts = g_new0 (gboolean, change->standing->machines->len);
}

static void
change_clear (Change *change)
{
  vn_topology_unref (change->wanted);
  g_array_unref (change->tap_hosts);
  g_free (change->networks);
  g_free (change->hosts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Change, change_clear)

GArray *
vn_change_events (const VnTopology *first, const GArray *history, const VnTopology *wanted, VnDiagList *diags)
{
  g_auto (Change) change = { 0 };
  g_autoptr (VnTopology) between = NULL;
  g_autoptr (GArray) events = vn_events_new ();

  change_init (&change, first, history, wanted);
  refuse_by_hand (&change, diags);
  refuse_events (wanted, diags);
  if (!vn_topology_seal (change.wanted, diags))
    return NULL;
  find_networks (&change);
  find_hosts (&change);
  between = model_between (&change);
  if (between != NULL && !vn_topology_seal (between, diags))
    return NULL;
  start_agents (&change, history, events);
  unplug (&change, events);
  if (between != NULL)
    vn_events_add_api (events, between, VN_ORIGIN_NONE);
  vn_events_add_api (events, change.wanted, VN_ORIGIN_NONE);
  plug (&change, events);
  return g_steal_pointer (&events);
}
