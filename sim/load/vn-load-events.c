/* SPDX-License-Identifier: Apache-2.0 */
/* What happens after all is plugged: entries of `events:` as events.
 *
 * Entries are told in their order to the lab as the ones before have left it: requests to a server of its own, which
 * answers as neutron-server does, so that what is refused is known before anything is built. An entry comes to several
 * events where several things happen: a server that moves is bound to another host, then plugged there. */
#include "sim/load/vn-load-build.h"

#include "sim/api/vn-journal.h"
#include "sim/model/vn-driver.h"
#include "sim/model/vn-event.h"

#define MAX_EVENTS 256u /* each request makes a model of the whole cloud */
#define TITLE_MAX 100u

typedef struct
{
  VnLoad *load;
  const VnTopology *first; /* before any event */
  VnApi *api;              /* NULL: the lab is not whole, and entries are only looked at */
  GArray *events;          /* VnEvent: ports plugged, and all that was told so far */
  VnOrigin origin;
} Telling;

static const VnTopology *
model (const Telling *t)
{
  return vn_api_topology (t->api);
}

static gboolean G_GNUC_PRINTF (2, 3) refuse (const Telling *t, const char *format, ...)
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
look_at_now (Telling *t)
{
  t->load->t = (VnTopology *)model (t);
}

/* @body: transfer full. */
static gboolean
ask (Telling *t, const char *method, const char *path, JsonNode *body)
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
port_name (const Telling *t, guint port)
{
  for (guint i = 0; i < model (t)->ends->len; i++)
    if (vn_topology_end (model (t), i)->kind == VN_END_PORT && vn_topology_end (model (t), i)->port == port)
      return vn_topology_end (model (t), i)->name;
  return vn_topology_port (model (t), port)->name;
}

static const char *
machine_name (const Telling *t, guint machine)
{
  return vn_topology_machine (model (t), machine)->name;
}

static void
add_server_ports (const Telling *t, guint server, GArray *ret)
{
  const GArray *ports = vn_topology_server (model (t), server)->ports;

  for (guint i = 0; i < ports->len; i++)
    if (!vn_topology_port (model (t), g_array_index (ports, guint, i))->deleted)
      g_array_append_val (ret, g_array_index (ports, guint, i));
}

static guint
find_port (const Telling *t, const VnField *field)
{
  guint end = vn_topology_find_end (model (t), vn_field_text (field, ""));

  return end != VN_NONE && vn_topology_end (model (t), end)->kind == VN_END_PORT
             ? vn_topology_end (model (t), end)->port
             : vn_load_field_ref (t->load, VN_REF_PORT, field);
}

/* Those that the entry is about, guint; NULL after a diagnostic. Transfer full. */
static GArray *
find_ports (const Telling *t, const VnEventPortFields *fields)
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

static guint
tap_host (const Telling *t, guint port)
{
  return vn_events_tap_host (t->events, t->first, port, NULL);
}

static gboolean
plug (Telling *t, guint port, const VnEventPortFields *fields G_GNUC_UNUSED)
{
  guint host = tap_host (t, port);

  if (host != VN_NONE)
    return refuse (t, "port %s is plugged in %s already", port_name (t, port), machine_name (t, host));
  if (vn_topology_port (model (t), port)->host == VN_NONE)
    return refuse (t, "port %s is bound to no host", port_name (t, port));
  vn_events_add_port_up (t->events, port, VN_NONE, t->origin);
  return TRUE;
}

static gboolean
unplug (Telling *t, guint port, const VnEventPortFields *fields G_GNUC_UNUSED)
{
  guint host = tap_host (t, port);

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
ask_port (Telling *t, const char *method, guint port, JsonNode *body)
{
  g_autofree char *path = g_strdup_printf ("ports/%s", vn_topology_port (model (t), port)->id);

  return ask (t, method, path, body);
}

static gboolean
migrate (Telling *t, guint port, const VnEventPortFields *fields)
{
  guint to = vn_load_field_ref (t->load, VN_REF_MACHINE, &fields->to), host = tap_host (t, port);
  JsonNode *node;

  if (to == VN_NONE)
    return FALSE;
  if (host == VN_NONE || host == to)
    return refuse (
        t, "port %s is %s%s", port_name (t, port),
        host == VN_NONE ? "not plugged" : "plugged there already: ", host == VN_NONE ? "" : machine_name (t, host));
  json_object_set_string_member (new_body ("port", &node), "binding:host_id",
                                 vn_machine_host (vn_topology_machine (model (t), to)));
  if (!ask_port (t, "PUT", port, node))
    return FALSE;
  if (vn_topology_port (model (t), port)->host != to)
    return refuse (t, "no agent on %s can carry port %s: its binding fails", machine_name (t, to), port_name (t, port));
  vn_events_add_port_up (t->events, port, to, t->origin);
  return TRUE;
}

static gboolean
remove_port (Telling *t, guint port, const VnEventPortFields *fields G_GNUC_UNUSED)
{
  guint host = tap_host (t, port);

  if (host != VN_NONE)
    vn_events_add_unplug (t->events, port, host, t->origin);
  return ask_port (t, "DELETE", port, NULL);
}

static gboolean
change_membership (Telling *t, guint port, const VnEventPortFields *fields, gboolean joins)
{
  const GArray *groups = vn_topology_port (model (t), port)->security_groups;
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
                   vn_topology_group (model (t), group)->name);
  wanted = json_array_new ();
  for (guint i = 0; i < groups->len; i++)
    if (g_array_index (groups, guint, i) != group)
      json_array_add_string_element (wanted, vn_topology_group (model (t), g_array_index (groups, guint, i))->id);
  if (joins)
    json_array_add_string_element (wanted, vn_topology_group (model (t), group)->id);
  json_object_set_array_member (new_body ("port", &node), "security_groups", wanted);
  return ask_port (t, "PUT", port, node);
}

static gboolean
add_group (Telling *t, guint port, const VnEventPortFields *fields)
{
  return change_membership (t, port, fields, TRUE);
}

static gboolean
remove_group (Telling *t, guint port, const VnEventPortFields *fields)
{
  return change_membership (t, port, fields, FALSE);
}

static gboolean
set_port (Telling *t, guint port, const VnEventPortFields *fields)
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

typedef gboolean (*PortFunc) (Telling *t, guint port, const VnEventPortFields *fields);

static gboolean
tell_ports (Telling *t, gconstpointer fields, PortFunc func)
{
  g_autoptr (GArray) ports = find_ports (t, fields);

  for (guint i = 0; ports != NULL && i < ports->len; i++)
    if (!func (t, g_array_index (ports, guint, i), fields))
      return FALSE;
  return ports != NULL;
}

/* ---- rules ---- */

static gboolean
add_rule (Telling *t, gconstpointer data)
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
remove_rule_of (Telling *t, const VnSecurityGroup *group, const VnRuleFields *fields, VnSecurityGroupRule *like)
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
remove_rule (Telling *t, gconstpointer data)
{
  const VnEventRuleFields *fields = data;
  guint group = vn_load_field_ref (t->load, VN_REF_GROUP, &fields->security_group);
  VnSecurityGroupRule *like;
  gboolean ok;

  if (group == VN_NONE)
    return FALSE;
  like = vn_security_group_rule_new ();
  ok = remove_rule_of (t, vn_topology_group (model (t), group), &fields->rule, like);
  vn_security_group_rule_free (like);
  return ok;
}

/* ---- agents ---- */

static gboolean
is_stopped (const Telling *t, guint host)
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
change_agent (Telling *t, gconstpointer fields, gboolean stops, gboolean starts)
{
  guint host = vn_load_field_ref (t->load, VN_REF_MACHINE, &((const VnEventHostFields *)fields)->host);

  if (host == VN_NONE)
    return FALSE;
  if (vn_topology_machine (model (t), host)->agent == NULL)
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
stop_agent (Telling *t, gconstpointer fields)
{
  return change_agent (t, fields, TRUE, FALSE);
}

static gboolean
start_agent (Telling *t, gconstpointer fields)
{
  return change_agent (t, fields, FALSE, TRUE);
}

static gboolean
restart_agent (Telling *t, gconstpointer fields)
{
  return change_agent (t, fields, TRUE, TRUE);
}

/* ---- requests ---- */

static gboolean
request (Telling *t, gconstpointer data)
{
  const VnEventApiFields *fields = data;
  guint n_errors = vn_diag_list_count (t->load->diags, VN_SEVERITY_ERROR);
  g_autofree char *path = vn_load_json_path (t->load, &fields->path);
  g_autoptr (JsonNode) body = vn_field_has (&fields->body) ? vn_load_json (t->load, fields->body.node) : NULL;

  if (vn_diag_list_count (t->load->diags, VN_SEVERITY_ERROR) > n_errors)
    return FALSE;
  return ask (t, vn_field_text (&fields->method, ""), path, g_steal_pointer (&body));
}

/* ---- entries ---- */

static const struct
{
  gsize field; /* in VnEventFields */
  const VnKeyMap *map;
  PortFunc of_port; /* for each port that the entry names; or */
  gboolean (*tell) (Telling *t, gconstpointer fields);
} forms[] = {
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

typedef union
{
  VnEventPortFields port;
  VnEventRuleFields rule;
  VnEventHostFields host;
  VnEventApiFields api;
} FormFields;

/* "migrate web1 compute2": the words of the entry as the file has them, without its keys. */
static void
append_words (GString *text, const VnYaml *yaml)
{
  if (yaml->kind == VN_YAML_SCALAR && text->len < TITLE_MAX)
    g_string_append_printf (text, " %s", yaml->text);
  for (guint i = 0; yaml->kind == VN_YAML_LIST && i < yaml->items->len; i++)
    append_words (text, g_ptr_array_index (yaml->items, i));
  for (guint i = 0; yaml->kind == VN_YAML_MAP && i < yaml->pairs->len; i++)
    append_words (text, ((const VnYamlPair *)g_ptr_array_index (yaml->pairs, i))->value);
}

static const char *
title_of (const VnYaml *entry)
{
  const VnYamlPair *pair = g_ptr_array_index (entry->pairs, 0);
  g_autoptr (GString) text = g_string_new (pair->key);
  g_autofree char *printable = NULL;

  g_strdelimit (text->str, "_", ' ');
  append_words (text, pair->value);
  if (text->len > TITLE_MAX)
    g_string_append (g_string_truncate (text, TITLE_MAX), "…");
  printable = vn_text_printable (text->str);
  return g_intern_string (printable);
}

/* Which form the entry has; the number of forms after a diagnostic. */
static gsize
find_form (const Telling *t, const VnEventFields *fields)
{
  gsize found = G_N_ELEMENTS (forms);
  guint n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    if (vn_field_has (&G_STRUCT_MEMBER (VnField, fields, forms[i].field)))
      {
        found = i;
        n++;
      }
  if (n == 1)
    return found;
  vn_diag_add (t->load->diags, n == 0 ? VN_DIAG_MISSING_KEY : VN_DIAG_DUPLICATE_KEY, t->origin, NULL,
               "an event is one thing that happens: expected exactly one key");
  return G_N_ELEMENTS (forms);
}

static gboolean
tell_form (Telling *t, gsize form, const VnField *field)
{
  guint n_errors = vn_diag_list_count (t->load->diags, VN_SEVERITY_ERROR);
  FormFields fields;

  if (!vn_keys_read (forms[form].map, field->node, field->origin, &fields, t->load->diags)
      || vn_diag_list_count (t->load->diags, VN_SEVERITY_ERROR) > n_errors)
    return FALSE;
  if (t->api == NULL)
    return FALSE;
  return forms[form].of_port != NULL ? tell_ports (t, &fields, forms[form].of_port) : forms[form].tell (t, &fields);
}

static void
tell_entry (Telling *t, const VnField *entries, guint i)
{
  const VnYaml *entry = g_ptr_array_index (entries->node->items, i);
  guint n_errors = vn_diag_list_count (t->load->diags, VN_SEVERITY_ERROR), n_events = t->events->len;
  VnEventFields fields;
  gsize form;

  if (!vn_load_map (t->load, &VN_KEYS_EVENT, entries, i, &t->origin, &fields)
      || vn_diag_list_count (t->load->diags, VN_SEVERITY_ERROR) > n_errors)
    return;
  form = find_form (t, &fields);
  if (form == G_N_ELEMENTS (forms) || !tell_form (t, form, &G_STRUCT_MEMBER (VnField, &fields, forms[form].field)))
    return;
  for (guint j = n_events; j < t->events->len; j++)
    g_array_index (t->events, VnEvent, j).title = title_of (entry);
}

/* What is leased becomes known only while the lab stands, and is not in the models that requests have made before. */
static void
check_leases (VnLoad *load, const VnField *events, const GArray *told, const VnTopology *topology)
{
  if (vn_events_final_topology (told, topology) == topology)
    return;
  for (guint i = 0; i < topology->ends->len; i++)
    if (vn_topology_end (topology, i)->by_dhcp)
      {
        vn_diag_add (load->diags, VN_DIAG_UNSUPPORTED, events->origin, NULL,
                     "events that change the cloud in a lab with a DHCP client (%s)",
                     vn_topology_end (topology, i)->name);
        return;
      }
}

/* What a check asks must still be there. */
static void
check_checks (const Telling *t)
{
  for (guint i = 0; i < t->first->checks->len; i++)
    {
      const VnCheckLine *check = VN_AT (t->first->checks, VnCheckLine, i);
      const char *names[] = { check->from_name, check->to_name };

      for (gsize j = 0; j < G_N_ELEMENTS (names); j++)
        {
          guint index = vn_topology_find_end (model (t), names[j]);
          const VnEnd *end = index != VN_NONE ? vn_topology_end (model (t), index) : NULL;

          if (end == NULL || (end->kind == VN_END_PORT && tap_host (t, end->port) == VN_NONE))
            vn_diag_add (t->load->diags, VN_DIAG_EVENT, check->origin, NULL,
                         "check %s: %s is not there any more behind the events", check->id, names[j]);
        }
    }
}

/* Those of a lab that is not whole: whether they are entries at all. */
static void
look_at_entries (VnLoad *load, const VnField *events)
{
  g_autoptr (GArray) none = vn_events_new ();
  Telling t = { .load = load, .events = none };

  for (guint i = 0; i < vn_load_len (load, events); i++)
    tell_entry (&t, events, i);
}

static void
tell_entries (VnLoad *load, const VnField *events, VnTopology *topology)
{
  g_autoptr (VnApi) api = vn_api_new (topology, NULL);
  g_autoptr (GArray) told = vn_topology_plug_events (topology);
  Telling t = { .load = load, .first = topology, .api = api, .events = told };
  guint n_plugged = told->len, n = vn_load_len (load, events);

  if (n > MAX_EVENTS)
    vn_diag_add (load->diags, VN_DIAG_LIMIT, events->origin, NULL, "%u events: expected at most %u", n, MAX_EVENTS);
  for (guint i = 0; n <= MAX_EVENTS && i < n; i++)
    {
      look_at_now (&t);
      tell_entry (&t, events, i);
    }
  load->t = topology;
  if (n == 0)
    return;
  check_leases (load, events, told, topology);
  check_checks (&t);
  g_array_remove_range (told, 0, n_plugged);
  topology->events = g_steal_pointer (&told);
}

void
vn_load_events (VnLoad *load, const VnField *events, VnTopology *topology)
{
  if (topology == NULL)
    look_at_entries (load, events);
  else
    tell_entries (load, events, topology);
}
