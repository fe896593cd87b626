/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a case.json as events.
 *
 * The agent was started with all ports of its host plugged; it then followed one call or one change of the host after
 * the other. A call makes a new model of the one before. */
#include "tests/lib/vn-case-private.h"

#include "sim/base/vn-error.h"

/* What one step is made from. */
typedef struct
{
  VnCase *c;
  guint host;
  const VnTopology *model; /* before the step */
  VnTopology *changed;     /* a copy of it that is not sealed yet */
  VnCaseStep *step;
  JsonObject *object;
} Making;

static void
step_free (gpointer data)
{
  VnCaseStep *step = data;

  g_free (step->name);
  g_free (step->folder);
  g_array_unref (step->events);
  g_ptr_array_unref (step->seeds);
  g_free (step);
}

/* ---- calls of the API: each changes m->changed. Returns: NULL, or what is wrong (static). ---- */

static VnSecurityGroup *
group_of (const Making *m)
{
  g_autofree char *id = vn_case_text (m->object, "security_group_id");
  guint group = vn_case_find_group (m->changed, id);

  return group != VN_NONE ? g_ptr_array_index (m->changed->security_groups, group) : NULL;
}

static VnPort *
port_of (const Making *m)
{
  g_autofree char *id = vn_case_text (m->object, "id");
  guint port = vn_case_find_port (m->changed, id);

  return port != VN_NONE ? g_ptr_array_index (m->changed->ports, port) : NULL;
}

static const char *
create_rule (Making *m)
{
  VnSecurityGroup *group = group_of (m);

  if (group == NULL || !json_object_has_member (m->object, "rule"))
    return "no such group, or no rule";
  vn_case_add_rule (m->changed, group, json_object_get_object_member (m->object, "rule"));
  return NULL;
}

static const char *
delete_rule (Making *m)
{
  VnSecurityGroup *group = group_of (m);
  gint64 index = json_object_get_int_member_with_default (m->object, "index", -1);

  if (group == NULL || index < 0 || index >= group->rules->len)
    return "no such rule";
  g_ptr_array_remove_index (group->rules, (guint)index);
  return NULL;
}

static const char *
create_port (Making *m)
{
  JsonObject *port
      = json_object_has_member (m->object, "port") ? json_object_get_object_member (m->object, "port") : NULL;

  if (port == NULL)
    return "no port";
  vn_case_add_port (m->changed, port);
  return NULL;
}

static const char *
update_port (Making *m)
{
  VnPort *port = port_of (m);

  if (port == NULL || !json_object_has_member (m->object, "changes"))
    return "no such port, or no changes";
  vn_case_set_port (m->changed, port, json_object_get_object_member (m->object, "changes"));
  return NULL;
}

static const char *
delete_port (Making *m)
{
  VnPort *port = port_of (m);

  if (port == NULL)
    return "no such port";
  port->deleted = TRUE;
  return NULL;
}

/* ---- what happens on the host: each adds to m->step. Likewise. ---- */

static const char *
each_port (Making *m, void (*add) (GArray *, guint, guint, VnOrigin))
{
  JsonArray *ports = vn_case_array (m->object, "ports");

  for (guint i = 0; i < vn_case_array_len (ports); i++)
    {
      guint port = vn_case_find_port (m->model, json_array_get_string_element (ports, i));

      if (port == VN_NONE)
        return "no such port";
      add (m->step->events, port, m->host, VN_ORIGIN_NONE);
    }
  return NULL;
}

static const char *
plug (Making *m)
{
  return each_port (m, vn_events_add_port_up);
}

static const char *
unplug (Making *m)
{
  return each_port (m, vn_events_add_unplug);
}

static const char *
restart (Making *m)
{
  vn_events_add_agent_stop (m->step->events, m->host, VN_ORIGIN_NONE);
  vn_events_add_agent_start (m->step->events, m->host, VN_ORIGIN_NONE);
  return NULL;
}

static const char *
seed_conntrack (Making *m)
{
  JsonArray *entries = vn_case_array (m->object, "entries");

  for (guint i = 0; i < vn_case_array_len (entries); i++)
    g_ptr_array_add (m->step->seeds, g_strdup (json_array_get_string_element (entries, i)));
  return NULL;
}

static const struct
{
  const char *name;
  gboolean is_call;
  const char *(*make) (Making *m);
} ops[] = {
  { "create_rule", TRUE, create_rule },
  { "delete_rule", TRUE, delete_rule },
  { "create_port", TRUE, create_port },
  { "update_port", TRUE, update_port },
  { "delete_port", TRUE, delete_port },
  { "plug", FALSE, plug },
  { "unplug", FALSE, unplug },
  { "restart", FALSE, restart },
  { "restart_agent", FALSE, restart },
  { "agent_restart", FALSE, restart },
  { "seed_conntrack", FALSE, seed_conntrack },
};

/* ---- the whole ---- */

/* @folder: relative; NULL = the case's own. */
static VnCaseStep *
add_step (VnCase *c, const char *name, const char *folder)
{
  VnCaseStep *step = g_new0 (VnCaseStep, 1);

  step->name = g_strdup (name);
  step->folder = folder != NULL ? g_build_filename (c->folder, folder, NULL) : g_strdup (c->folder);
  step->events = vn_events_new ();
  step->seeds = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (c->steps, step);
  return step;
}

/* Whether the first that the case does with the port's tap is to plug it: then it was not there at the start. */
static gboolean
is_plugged_later (JsonArray *steps, const char *id)
{
  for (guint i = 0; i < vn_case_array_len (steps); i++)
    {
      JsonObject *step = json_array_get_object_element (steps, i);
      JsonArray *ports = vn_case_array (step, "ports");
      g_autofree char *op = vn_case_text (step, "op");

      for (guint j = 0; j < vn_case_array_len (ports); j++)
        if (g_strcmp0 (json_array_get_string_element (ports, j), id) == 0)
          return g_strcmp0 (op, "plug") == 0;
    }
  return FALSE;
}

static void
start_agent (VnCase *c, guint host, JsonArray *steps)
{
  VnCaseStep *step = add_step (c, "start", vn_case_array_len (steps) == 0 ? NULL : "step-0");

  vn_events_add_agent_stop (step->events, host, VN_ORIGIN_NONE);
  for (guint i = 0; i < c->topology->ports->len; i++)
    if (vn_topology_port (c->topology, i)->host == host
        && !is_plugged_later (steps, vn_topology_port (c->topology, i)->id))
      vn_events_add_port_up (step->events, i, VN_NONE, VN_ORIGIN_NONE);
  vn_events_add_agent_start (step->events, host, VN_ORIGIN_NONE);
}

static gboolean
make_step (Making *m, guint op, GError **error)
{
  g_autoptr (VnTopology) changed = ops[op].is_call ? vn_topology_copy (m->model) : NULL;
  const char *wrong;

  m->changed = changed;
  wrong = ops[op].make (m);
  if (wrong != NULL)
    return vn_error_set (error, VN_ERROR_INPUT, "%s: %s: %s", m->step->folder, ops[op].name, wrong);
  if (changed == NULL)
    return TRUE;
  if (!vn_case_seal (changed, error))
    return FALSE;
  vn_events_add_api (m->step->events, changed, VN_ORIGIN_NONE);
  m->model = vn_events_final_topology (m->step->events, m->model);
  return TRUE;
}

static gboolean
load_step (Making *m, guint number, JsonObject *object, GError **error)
{
  g_autofree char *name = vn_case_text (object, "op"), *folder = g_strdup_printf ("step-%u", number);

  m->object = object;
  m->step = add_step (m->c, name, folder);
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    if (g_strcmp0 (ops[i].name, name) == 0)
      return make_step (m, i, error);
  return vn_error_set (error, VN_ERROR_INPUT, "%s: no such operation: %s", m->step->folder, name != NULL ? name : "");
}

gboolean
vn_case_load_steps (VnCase *c, JsonArray *steps, GError **error)
{
  Making making = { .c = c, .model = c->topology };

  c->steps = g_ptr_array_new_with_free_func (step_free);
  while (g_strcmp0 (vn_topology_machine (c->topology, making.host)->name, c->host) != 0)
    making.host++;
  start_agent (c, making.host, steps);
  for (guint i = 0; i < vn_case_array_len (steps); i++)
    if (!load_step (&making, i + 1, json_array_get_object_element (steps, i), error))
      return FALSE;
  return TRUE;
}
