/* SPDX-License-Identifier: Apache-2.0 */
/* What each kind of entry of `events:` does: to ports, to rules, to agents, and by any request. */
#include "sim/load/vn-load-events.h"

#include "sim/model/vn-driver.h"

const VnTopology *
vn_telling_model (const VnTelling *t)
{
  return vn_api_topology (t->api);
}

static gboolean G_GNUC_PRINTF (2, 3) refuse (const VnTelling *t, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  vn_diag_add (t->load->diags, VN_DIAG_EVENT, t->origin, NULL, "%s", text);
  return FALSE;
}

/* The references of what follows are to the model of now. */
static void
look_at_now (VnTelling *t)
{
  t->load->t = (VnTopology *)vn_telling_model (t);
}

/* @body: transfer full. */
static gboolean
ask (VnTelling *t, const char *method, const char *path, JsonNode *body)
{
  g_auto (VnApiRequest) request = { g_strdup (method), g_strdup (path), body, NULL };
  g_auto (VnApiAnswer) answer = { 0 };
  guint n_before = t->events->len;

  vn_api_request_do (t->api, &request, t->events, &answer);
  for (guint i = n_before; i < t->events->len; i++)
    g_array_index (t->events, VnEvent, i).origin = t->origin;
  look_at_now (t);
  if (answer.status >= 400)
    vn_diag_add (t->load->diags, VN_DIAG_API_EVENT, t->origin, NULL, "%s %s: %s; the server answers %u %s", method,
                 path, answer.message, answer.status, answer.error_type);
  return answer.status < 400;
}

/* ---- ports ---- */

static const char *
port_name (const VnTelling *t, guint port)
{
  for (guint i = 0; i < vn_telling_model (t)->ends->len; i++)
    if (vn_topology_end (vn_telling_model (t), i)->kind == VN_END_PORT
        && vn_topology_end (vn_telling_model (t), i)->port == port)
      return vn_topology_end (vn_telling_model (t), i)->name;
  return vn_topology_port (vn_telling_model (t), port)->name;
}

static const char *
machine_name (const VnTelling *t, guint machine)
{
  return vn_topology_machine (vn_telling_model (t), machine)->name;
}

static void
add_server_ports (const VnTelling *t, guint server, GArray *ret)
{
  const GArray *ports = vn_topology_server (vn_telling_model (t), server)->ports;

  for (guint i = 0; i < ports->len; i++)
    if (!vn_topology_port (vn_telling_model (t), g_array_index (ports, guint, i))->deleted)
      g_array_append_val (ret, g_array_index (ports, guint, i));
}

static guint
find_port (const VnTelling *t, const VnField *field)
{
  guint end = vn_topology_find_end (vn_telling_model (t), vn_field_text (field, ""));

  return end != VN_NONE && vn_topology_end (vn_telling_model (t), end)->kind == VN_END_PORT
             ? vn_topology_end (vn_telling_model (t), end)->port
             : vn_load_field_ref (t->load, VN_REF_PORT, field);
}

/* Those that the entry is about, guint; NULL after a diagnostic. Transfer full. */
static GArray *
find_ports (const VnTelling *t, const VnEventPortFields *fields)
{
  g_autoptr (GArray) ports = g_array_new (FALSE, FALSE, sizeof (guint));
  guint found;

  if (vn_field_has (&fields->server) == vn_field_has (&fields->port))
    {
      vn_diag_add (t->load->diags, vn_field_has (&fields->server) ? VN_DIAG_DUPLICATE_KEY : VN_DIAG_MISSING_KEY,
                   t->origin, NULL, "expected either \"server\" or \"port\"");
      return NULL;
    }
  if (vn_field_has (&fields->server))
    {
      found = vn_load_field_ref (t->load, VN_REF_SERVER, &fields->server);
      if (found != VN_NONE)
        add_server_ports (t, found, ports);
    }
  else
    {
      found = find_port (t, &fields->port);
      if (found != VN_NONE)
        g_array_append_val (ports, found);
    }
  if (found != VN_NONE && ports->len == 0)
    refuse (t, "the server has no port any more");
  return ports->len > 0 ? g_steal_pointer (&ports) : NULL;
}

guint
vn_telling_tap_host (const VnTelling *t, guint port)
{
  return vn_events_tap_host (t->events, t->first, port, NULL);
}

static gboolean
plug (VnTelling *t, guint port, const VnEventPortFields *fields G_GNUC_UNUSED)
{
  guint host = vn_telling_tap_host (t, port);

  if (host != VN_NONE)
    return refuse (t, "port %s is plugged in %s already", port_name (t, port), machine_name (t, host));
  if (vn_topology_port (vn_telling_model (t), port)->host == VN_NONE)
    return refuse (t, "port %s is bound to no host", port_name (t, port));
  vn_events_add_port_up (t->events, port, VN_NONE, t->origin);
  return TRUE;
}

static gboolean
unplug (VnTelling *t, guint port, const VnEventPortFields *fields G_GNUC_UNUSED)
{
  guint host = vn_telling_tap_host (t, port);

  if (host == VN_NONE)
    return refuse (t, "port %s is not plugged", port_name (t, port));
  vn_events_add_unplug (t->events, port, host, t->origin);
  return TRUE;
}

static JsonObject *
new_body (const char *resource, JsonNode **ret_node)
{
  JsonObject *outer = json_object_new (), *inner = json_object_new ();

  json_object_set_object_member (outer, resource, inner);
  *ret_node = json_node_alloc ();
  json_node_init_object (*ret_node, outer);
  json_object_unref (outer);
  return inner;
}

static gboolean
ask_port (VnTelling *t, const char *method, guint port, JsonNode *body)
{
  g_autofree char *path = g_strdup_printf ("ports/%s", vn_topology_port (vn_telling_model (t), port)->id);

  return ask (t, method, path, body);
}

static gboolean
migrate (VnTelling *t, guint port, const VnEventPortFields *fields)
{
  guint to = vn_load_field_ref (t->load, VN_REF_MACHINE, &fields->to), host = vn_telling_tap_host (t, port);
  JsonNode *node;

  if (to == VN_NONE)
    return FALSE;
  if (host == VN_NONE || host == to)
    return refuse (
        t, "port %s is %s%s", port_name (t, port),
        host == VN_NONE ? "not plugged" : "plugged there already: ", host == VN_NONE ? "" : machine_name (t, host));
  json_object_set_string_member (new_body ("port", &node), "binding:host_id",
                                 vn_machine_host (vn_topology_machine (vn_telling_model (t), to)));
  if (!ask_port (t, "PUT", port, node))
    return FALSE;
  if (vn_topology_port (vn_telling_model (t), port)->host != to)
    return refuse (t, "no agent on %s can carry port %s: its binding fails", machine_name (t, to), port_name (t, port));
  vn_events_add_port_up (t->events, port, to, t->origin);
  return TRUE;
}

static gboolean
remove_port (VnTelling *t, guint port, const VnEventPortFields *fields G_GNUC_UNUSED)
{
  guint host = vn_telling_tap_host (t, port);

  if (host != VN_NONE)
    vn_events_add_unplug (t->events, port, host, t->origin);
  return ask_port (t, "DELETE", port, NULL);
}

static gboolean
change_membership (VnTelling *t, guint port, const VnEventPortFields *fields, gboolean joins)
{
  const GArray *groups = vn_topology_port (vn_telling_model (t), port)->security_groups;
  guint group = vn_load_field_ref (t->load, VN_REF_GROUP, &fields->security_group);
  gboolean is_member = FALSE;
  JsonArray *wanted;
  JsonNode *node;

  for (guint i = 0; i < groups->len; i++)
    is_member |= g_array_index (groups, guint, i) == group;
  if (group == VN_NONE)
    return FALSE;
  if (is_member == joins)
    return refuse (t, "port %s is %sin security group %s", port_name (t, port), joins ? "already " : "not ",
                   vn_topology_group (vn_telling_model (t), group)->name);
  wanted = json_array_new ();
  for (guint i = 0; i < groups->len; i++)
    if (g_array_index (groups, guint, i) != group)
      json_array_add_string_element (wanted,
                                     vn_topology_group (vn_telling_model (t), g_array_index (groups, guint, i))->id);
  if (joins)
    json_array_add_string_element (wanted, vn_topology_group (vn_telling_model (t), group)->id);
  json_object_set_array_member (new_body ("port", &node), "security_groups", wanted);
  return ask_port (t, "PUT", port, node);
}

static gboolean
add_group (VnTelling *t, guint port, const VnEventPortFields *fields)
{
  return change_membership (t, port, fields, TRUE);
}

static gboolean
remove_group (VnTelling *t, guint port, const VnEventPortFields *fields)
{
  return change_membership (t, port, fields, FALSE);
}

static gboolean
set_port (VnTelling *t, guint port, const VnEventPortFields *fields)
{
  const struct
  {
    const char *name;
    const VnField *field;
  } attributes[] = {
    { "fixed_ips", &fields->fixed_ips },
    { "security_groups", &fields->security_groups },
    { "allowed_address_pairs", &fields->allowed_address_pairs },
    { "port_security_enabled", &fields->port_security_enabled },
    { "admin_state_up", &fields->admin_state_up },
  };
  JsonNode *node;
  JsonObject *body = new_body ("port", &node);

  for (gsize i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (vn_field_has (attributes[i].field))
      {
        VnYamlPair pair
            = { (char *)attributes[i].name, attributes[i].field->origin, (VnYaml *)attributes[i].field->node };
        g_autoptr (GPtrArray) pairs = g_ptr_array_new ();
        const VnYaml alone = { .kind = VN_YAML_MAP, .pairs = pairs };
        g_autoptr (JsonNode) converted = NULL;

        g_ptr_array_add (pairs, &pair);
        converted = vn_load_json (t->load, &alone);
        json_object_set_member (body, attributes[i].name,
                                json_object_dup_member (json_node_get_object (converted), attributes[i].name));
      }
  return ask_port (t, "PUT", port, node);
}

/* ---- rules ---- */

static gboolean
add_rule (VnTelling *t, gconstpointer data)
{
  const VnEventRuleFields *fields = data;
  guint group = vn_load_field_ref (t->load, VN_REF_GROUP, &fields->security_group);
  const struct
  {
    const char *name;
    const VnField *field;
    VnRefKind kind;
  } attributes[] = {
    { "direction", &fields->rule.direction, VN_N_REFS },
    { "ethertype", &fields->rule.ethertype, VN_N_REFS },
    { "protocol", &fields->rule.protocol, VN_N_REFS },
    { "port_range_min", &fields->rule.port_range_min, VN_N_REFS },
    { "port_range_max", &fields->rule.port_range_max, VN_N_REFS },
    { "remote_ip_prefix", &fields->rule.remote_ip_prefix, VN_N_REFS },
    { "remote_group_id", &fields->rule.remote_group, VN_REF_GROUP },
    { "remote_address_group_id", &fields->rule.remote_address_group, VN_REF_ADDRESS_GROUP },
  };
  g_autoptr (JsonNode) node = NULL;
  JsonObject *body = new_body ("security_group_rule", &node);

  if (group == VN_NONE)
    return FALSE;
  json_object_set_string_member (body, "security_group_id", vn_load_ref_id (t->load, VN_REF_GROUP, group));
  for (gsize i = 0; i < G_N_ELEMENTS (attributes); i++)
    {
      const char *text = vn_field_text (attributes[i].field, NULL);
      guint index = text != NULL && attributes[i].kind != VN_N_REFS
                        ? vn_load_field_ref (t->load, attributes[i].kind, attributes[i].field)
                        : VN_NONE;

      if (text == NULL)
        continue;
      if (attributes[i].kind != VN_N_REFS && index == VN_NONE)
        return FALSE;
      json_object_set_string_member (
          body, attributes[i].name,
          attributes[i].kind != VN_N_REFS ? vn_load_ref_id (t->load, attributes[i].kind, index) : text);
    }
  return ask (t, "POST", "security-group-rules", g_steal_pointer (&node));
}

static const VnSecurityGroupRule *
find_rule (const VnSecurityGroup *group, const VnSecurityGroupRule *like)
{
  for (guint i = 0; i < group->rules->len; i++)
    if (vn_api_rule_same (VN_AT (group->rules, VnSecurityGroupRule, i), like))
      return VN_AT (group->rules, VnSecurityGroupRule, i);
  return NULL;
}

static gboolean
remove_rule_of (VnTelling *t, const VnSecurityGroup *group, const VnRuleFields *fields, VnSecurityGroupRule *like)
{
  g_auto (VnApiError) error = { 0 };
  g_autofree char *path = NULL;
  const VnSecurityGroupRule *rule;

  if (!vn_load_ask_rule (t->load, fields, like, &error))
    {
      vn_load_refused (t->load, VN_DIAG_API_EVENT, t->origin, "rule of group", group->name, &error);
      return FALSE;
    }
  rule = find_rule (group, like);
  if (rule == NULL)
    return refuse (t, "security group %s has no such rule", group->name);
  path = g_strdup_printf ("security-group-rules/%s", rule->id);
  return ask (t, "DELETE", path, NULL);
}

static gboolean
remove_rule (VnTelling *t, gconstpointer data)
{
  const VnEventRuleFields *fields = data;
  guint group = vn_load_field_ref (t->load, VN_REF_GROUP, &fields->security_group);
  VnSecurityGroupRule *like;
  gboolean ok;

  if (group == VN_NONE)
    return FALSE;
  like = vn_security_group_rule_new ();
  ok = remove_rule_of (t, vn_topology_group (vn_telling_model (t), group), &fields->rule, like);
  vn_security_group_rule_free (like);
  return ok;
}

/* ---- agents ---- */

static gboolean
is_stopped (const VnTelling *t, guint host)
{
  gboolean stopped = FALSE;

  for (guint i = 0; i < t->events->len; i++)
    {
      const VnEvent *event = &g_array_index (t->events, VnEvent, i);

      if (event->host == host && (event->kind == VN_EVENT_AGENT_STOP || event->kind == VN_EVENT_AGENT_START))
        stopped = event->kind == VN_EVENT_AGENT_STOP;
    }
  return stopped;
}

static gboolean
change_agent (VnTelling *t, gconstpointer fields, gboolean stops, gboolean starts)
{
  guint host = vn_load_field_ref (t->load, VN_REF_MACHINE, &((const VnEventHostFields *)fields)->host);

  if (host == VN_NONE)
    return FALSE;
  if (vn_topology_machine (vn_telling_model (t), host)->agent == NULL)
    return refuse (t, "%s runs no agent", machine_name (t, host));
  if (is_stopped (t, host) == stops)
    return refuse (t, "the agent on %s %s", machine_name (t, host), stops ? "is stopped already" : "runs already");
  if (stops)
    vn_events_add_agent_stop (t->events, host, t->origin);
  if (starts)
    vn_events_add_agent_start (t->events, host, t->origin);
  return TRUE;
}

static gboolean
stop_agent (VnTelling *t, gconstpointer fields)
{
  return change_agent (t, fields, TRUE, FALSE);
}

static gboolean
start_agent (VnTelling *t, gconstpointer fields)
{
  return change_agent (t, fields, FALSE, TRUE);
}

static gboolean
restart_agent (VnTelling *t, gconstpointer fields)
{
  return change_agent (t, fields, TRUE, TRUE);
}

/* ---- requests ---- */

static gboolean
request (VnTelling *t, gconstpointer data)
{
  const VnEventApiFields *fields = data;
  guint n_errors = vn_diag_list_count (t->load->diags, VN_SEVERITY_ERROR);
  g_autofree char *path = vn_load_json_path (t->load, &fields->path);
  g_autoptr (JsonNode) body = vn_field_has (&fields->body) ? vn_load_json (t->load, fields->body.node) : NULL;

  if (vn_diag_list_count (t->load->diags, VN_SEVERITY_ERROR) > n_errors)
    return FALSE;
  return ask (t, vn_field_text (&fields->method, ""), path, g_steal_pointer (&body));
}

/* ---- the table ---- */

static const VnEventForm forms[] = {
#define FORM(field, map, of_port, tell)                                                                                \
  {                                                                                                                    \
    G_STRUCT_OFFSET (VnEventFields, field), &map, of_port, tell                                                        \
  }
  FORM (plug, VN_KEYS_EVENT_PORT, plug, NULL),
  FORM (unplug, VN_KEYS_EVENT_PORT, unplug, NULL),
  FORM (migrate, VN_KEYS_EVENT_MIGRATE, migrate, NULL),
  FORM (remove, VN_KEYS_EVENT_PORT, remove_port, NULL),
  FORM (add_security_group, VN_KEYS_EVENT_MEMBERSHIP, add_group, NULL),
  FORM (remove_security_group, VN_KEYS_EVENT_MEMBERSHIP, remove_group, NULL),
  FORM (set_port, VN_KEYS_EVENT_SET_PORT, set_port, NULL),
  FORM (add_rule, VN_KEYS_EVENT_RULE, NULL, add_rule),
  FORM (remove_rule, VN_KEYS_EVENT_RULE, NULL, remove_rule),
  FORM (agent_stop, VN_KEYS_EVENT_HOST, NULL, stop_agent),
  FORM (agent_start, VN_KEYS_EVENT_HOST, NULL, start_agent),
  FORM (agent_restart, VN_KEYS_EVENT_HOST, NULL, restart_agent),
  FORM (api, VN_KEYS_EVENT_API, NULL, request),
#undef FORM
};
G_STATIC_ASSERT (G_N_ELEMENTS (forms) == sizeof (VnEventFields) / sizeof (VnField));

const VnEventForm *
vn_load_event_forms (gsize *ret_len)
{
  *ret_len = G_N_ELEMENTS (forms);
  return forms;
}

static gboolean
tell_ports (VnTelling *t, const VnEventForm *form, gconstpointer fields)
{
  g_autoptr (GArray) ports = find_ports (t, fields);

  for (guint i = 0; ports != NULL && i < ports->len; i++)
    if (!form->of_port (t, g_array_index (ports, guint, i), fields))
      return FALSE;
  return ports != NULL;
}

gboolean
vn_load_event_tell (VnTelling *t, const VnEventForm *form, gconstpointer fields)
{
  return form->of_port != NULL ? tell_ports (t, form, fields) : form->tell (t, fields);
}
