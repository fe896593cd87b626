/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a random cloud, as events. */
#include "tests/lib/vn-random-cloud.h"

#include "tests/lib/vn-test-cloud.h"

#define FIRST_NEW_BYTE 100u /* of addresses that ports change to; clear of those that were drawn */

static const char *const names[] = {
  [VN_RANDOM_ADDRESS] = "address",
  [VN_RANDOM_MEMBERSHIP] = "membership",
  [VN_RANDOM_RULE_DELETE] = "rule deleted",
  [VN_RANDOM_RULE_ADD] = "rule added",
  [VN_RANDOM_UNPLUG] = "unplug",
  [VN_RANDOM_REPLUG] = "replug",
  [VN_RANDOM_MIGRATE] = "migrate",
  [VN_RANDOM_ADMIN] = "admin state",
  [VN_RANDOM_DELETE] = "delete",
  [VN_RANDOM_FORGET] = "delete, tap stays",
  [VN_RANDOM_RESTART] = "restart",
  [VN_RANDOM_STOP] = "stop",
  [VN_RANDOM_START] = "start",
};
G_STATIC_ASSERT (G_N_ELEMENTS (names) == VN_N_RANDOM_EVENTS);

const char *
vn_random_event_name (VnRandomEventKind kind)
{
  return names[kind];
}

typedef struct
{
  const VnRandomCloud *cloud;
  const VnRandomEvent *plan;
  guint number;      /* of the event */
  guint port;        /* index in the topology */
  GArray *events;    /* so far */
  VnTopology *model; /* for calls: to be changed, not sealed yet */
} Making;

static VnPort *
port_of (const Making *m)
{
  return g_ptr_array_index (m->model->ports, m->port);
}

/* ---- calls of the API: each changes m->model ---- */

static void
change_address (Making *m)
{
  VnPort *port = port_of (m);

  for (guint i = 0; i < port->fixed_ips->len; i++)
    {
      VnFixedIp *fixed = &g_array_index (port->fixed_ips, VnFixedIp, i);

      if (fixed->ip_address.family == VN_FAMILY_IPV4)
        fixed->ip_address.b[3] = (guint8)(FIRST_NEW_BYTE + m->number);
    }
}

/* Without port security a port is in no group. */
static void
change_membership (Making *m)
{
  VnPort *port = port_of (m);

  g_array_set_size (port->security_groups, 0);
  if (port->port_security_enabled)
    vn_test_port_add_group (port, m->plan->value % m->cloud->n_groups);
}

static void
delete_rule (Making *m)
{
  VnSecurityGroup *group = g_ptr_array_index (m->model->security_groups, m->plan->value % m->cloud->n_groups);

  if (group->rules->len > 0)
    g_ptr_array_set_size (group->rules, (gint)group->rules->len - 1);
}

static void
add_rule (Making *m)
{
  vn_test_cloud_rule (m->model, m->plan->value % m->cloud->n_groups, VN_INGRESS, VN_FAMILY_IPV4, "tcp",
                      2000 + (gint)m->number, 2000 + (gint)m->number);
}

static void
change_host (Making *m)
{
  VnPort *port = port_of (m);

  port->host = 1 + m->plan->value % m->cloud->n_hosts; /* behind the controller */
  ((VnServer *)g_ptr_array_index (m->model->servers, port->server))->host = port->host;
}

static void
change_admin_state (Making *m)
{
  port_of (m)->admin_state_up = !port_of (m)->admin_state_up;
}

static void
delete_port (Making *m)
{
  port_of (m)->deleted = TRUE;
}

/* ---- what happens on hosts ---- */

static void
plug (Making *m)
{
  vn_events_add_port_up (m->events, m->port, VN_NONE, VN_ORIGIN_NONE);
}

static void
unplug (Making *m)
{
  vn_events_add_unplug (m->events, m->port, VN_NONE, VN_ORIGIN_NONE);
}

static guint
agent_of (const Making *m)
{
  return 1 + m->plan->value % m->cloud->n_hosts; /* behind the controller */
}

static gboolean
is_stopped (const Making *m, guint host)
{
  gboolean stopped = FALSE;

  for (guint i = 0; i < m->events->len; i++)
    {
      const VnEvent *event = &g_array_index (m->events, VnEvent, i);

      if (event->host == host && (event->kind == VN_EVENT_AGENT_STOP || event->kind == VN_EVENT_AGENT_START))
        stopped = event->kind == VN_EVENT_AGENT_STOP;
    }
  return stopped;
}

static void
stop (Making *m)
{
  if (!is_stopped (m, agent_of (m)))
    vn_events_add_agent_stop (m->events, agent_of (m), VN_ORIGIN_NONE);
}

static void
start (Making *m)
{
  if (is_stopped (m, agent_of (m)))
    vn_events_add_agent_start (m->events, agent_of (m), VN_ORIGIN_NONE);
}

static void
restart (Making *m)
{
  stop (m);
  start (m);
}

static const struct
{
  void (*before) (Making *m); /* what happens on the host first */
  void (*call) (Making *m);
  void (*behind) (Making *m);
} kinds[] = {
  [VN_RANDOM_ADDRESS] = { NULL, change_address, NULL },
  [VN_RANDOM_MEMBERSHIP] = { NULL, change_membership, NULL },
  [VN_RANDOM_RULE_DELETE] = { NULL, delete_rule, NULL },
  [VN_RANDOM_RULE_ADD] = { NULL, add_rule, NULL },
  [VN_RANDOM_UNPLUG] = { unplug, NULL, NULL },
  [VN_RANDOM_REPLUG] = { unplug, NULL, plug },
  [VN_RANDOM_MIGRATE] = { unplug, change_host, plug },
  [VN_RANDOM_ADMIN] = { NULL, change_admin_state, NULL },
  [VN_RANDOM_DELETE] = { NULL, delete_port, unplug },
  [VN_RANDOM_FORGET] = { NULL, delete_port, NULL },
  [VN_RANDOM_RESTART] = { restart, NULL, NULL },
  [VN_RANDOM_STOP] = { stop, NULL, NULL },
  [VN_RANDOM_START] = { start, NULL, NULL },
};
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == VN_N_RANDOM_EVENTS);

/* Ports of the plan that are gone have no place in the topology. */
static guint
place_of (const VnRandomCloud *cloud, guint port)
{
  guint place = 0;

  for (guint i = 0; i < port; i++)
    place += !cloud->ports[i].gone;
  return place;
}

static void
add_event (Making *m, const VnTopology *before)
{
  const VnTopology *now = vn_events_final_topology (m->events, before);

  if (vn_topology_port (now, m->port)->deleted)
    return;
  if (kinds[m->plan->kind].before != NULL)
    kinds[m->plan->kind].before (m);
  if (kinds[m->plan->kind].call != NULL)
    {
      g_autoptr (VnTopology) changed = vn_topology_copy (now);

      m->model = changed;
      kinds[m->plan->kind].call (m);
      vn_test_cloud_seal (changed);
      vn_events_add_api (m->events, changed, VN_ORIGIN_NONE);
      m->model = NULL;
    }
  if (kinds[m->plan->kind].behind != NULL)
    kinds[m->plan->kind].behind (m);
}

GArray *
vn_random_cloud_events (const VnRandomCloud *cloud, const VnTopology *topology)
{
  GArray *events = vn_events_new ();

  for (guint i = 0; i < cloud->n_events; i++)
    {
      const VnRandomEvent *plan = &cloud->events[i];
      Making making = { cloud, plan, i, place_of (cloud, plan->port), events, NULL };

      if (!plan->gone && !cloud->ports[plan->port].gone)
        add_event (&making, topology);
    }
  return events;
}
