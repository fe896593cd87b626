/* SPDX-License-Identifier: Apache-2.0 */
/* Topologies made from case.json of tests/golden/neutron. */
#include "tests/lib/vn-case-private.h"
#include "tests/lib/vn-test-values.h"

#include <string.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"
#include "sim/plan/vn-protocol.h"

static const struct
{
  const char *key;
  VnOptionId option;
} config_keys[] = {
  { "firewall_driver", VN_OPT_FIREWALL_DRIVER },
  { "enable_ipset", VN_OPT_ENABLE_IPSET },
  { "enable_security_group", VN_OPT_ENABLE_SECURITY_GROUP },
  { "comment_iptables_rules", VN_OPT_AGENT_COMMENT_IPTABLES_RULES },
};

char *
vn_case_text (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "true" : "false");
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  return g_strdup (json_node_get_string (node));
}

gboolean
vn_case_flag (JsonObject *object, const char *key, gboolean if_absent)
{
  return json_object_has_member (object, key) ? json_object_get_boolean_member (object, key) : if_absent;
}

JsonArray *
vn_case_array (JsonObject *object, const char *key)
{
  return json_object_has_member (object, key) ? json_object_get_array_member (object, key) : NULL;
}

guint
vn_case_array_len (JsonArray *array)
{
  return array != NULL ? json_array_get_length (array) : 0;
}

/* ---- objects that are referred to by id ---- */

static guint
find_machine (VnTopology *t, const char *name)
{
  VnMachine *machine;

  for (guint i = 0; i < t->machines->len; i++)
    if (g_str_equal (vn_topology_machine (t, i)->name, name))
      return i;
  machine = vn_machine_new ();
  machine->name = g_strdup (name);
  machine->agent = vn_config_new ();
  g_ptr_array_add (t->machines, machine);
  return t->machines->len - 1;
}

static guint
find_network (VnTopology *t, const char *id)
{
  VnNetwork *network;

  for (guint i = 0; i < t->networks->len; i++)
    if (g_str_equal (vn_topology_network (t, i)->id, id))
      return i;
  network = vn_network_new ();
  network->name = g_strdup_printf ("net%u", t->networks->len + 1);
  network->id = g_strdup (id);
  network->type = VN_NET_LOCAL;
  network->mtu = 1450;
  network->port_security_enabled = TRUE;
  g_ptr_array_add (t->networks, network);
  return t->networks->len - 1;
}

guint
vn_case_find_group (const VnTopology *t, const char *id)
{
  for (guint i = 0; i < t->security_groups->len; i++)
    if (g_strcmp0 (vn_topology_group (t, i)->id, id) == 0)
      return i;
  return VN_NONE;
}

static guint
find_address_group (const VnTopology *t, const char *id)
{
  for (guint i = 0; i < t->address_groups->len; i++)
    if (g_strcmp0 (vn_topology_address_group (t, i)->id, id) == 0)
      return i;
  return VN_NONE;
}

/* ---- the parts of a case ---- */

static void
add_controller (VnTopology *t)
{
  VnMachine *machine = vn_machine_new ();

  machine->name = g_strdup ("controller");
  machine->server = vn_config_new ();
  vn_config_set (machine->server, VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge", VN_ORIGIN_NONE, NULL);
  vn_config_set (machine->server, VN_OPT_ML2_EXTENSION_DRIVERS, "port_security", VN_ORIGIN_NONE, NULL);
  g_ptr_array_add (t->machines, machine);
}

static gboolean
add_host (VnTopology *t, const char *name, JsonObject *config, GError **error)
{
  VnMachine *machine = g_ptr_array_index (t->machines, find_machine (t, name));

  for (guint i = 0; i < G_N_ELEMENTS (config_keys); i++)
    {
      g_autofree char *value = vn_case_text (config, config_keys[i].key);

      if (value != NULL && !vn_config_set (machine->agent, config_keys[i].option, value, VN_ORIGIN_NONE, error))
        return FALSE;
    }
  return TRUE;
}

static void
add_address_groups (VnTopology *t, JsonArray *groups)
{
  for (guint i = 0; i < vn_case_array_len (groups); i++)
    {
      JsonObject *object = json_array_get_object_element (groups, i);
      JsonArray *addresses = vn_case_array (object, "addresses");
      VnAddressGroup *group = vn_address_group_new ();

      group->id = vn_case_text (object, "id");
      group->name = g_strdup_printf ("addresses%u", i + 1);
      for (guint j = 0; j < vn_case_array_len (addresses); j++)
        {
          VnPrefix prefix = vn_test_prefix (json_array_get_string_element (addresses, j));

          g_array_append_val (group->addresses, prefix);
        }
      g_ptr_array_add (t->address_groups, group);
    }
}

/* As the API knows it; 0 for a name that means "any" to the agent's programs. */
static gint
protocol_number (const char *protocol)
{
  guint64 number;

  if (protocol == NULL)
    return -1;
  if (vn_parse_uint (protocol, 0, G_MAXUINT8, &number))
    return (gint)number;
  for (guint i = 1; i <= G_MAXUINT8; i++)
    if (g_strcmp0 (vn_protocol_name ((guint8)i), protocol) == 0)
      return (gint)i;
  return 0;
}

void
vn_case_add_rule (VnTopology *t, VnSecurityGroup *group, JsonObject *object)
{
  VnSecurityGroupRule *rule = vn_security_group_rule_new ();
  g_autofree char *ethertype = vn_case_text (object, "ethertype");
  g_autofree char *remote_group = vn_case_text (object, "remote_group_id");
  g_autofree char *address_group = vn_case_text (object, "remote_address_group_id");
  g_autofree char *prefix = vn_case_text (object, "remote_ip_prefix");
  g_autofree char *protocol = vn_case_text (object, "protocol");

  rule->direction
      = g_str_equal (json_object_get_string_member (object, "direction"), "egress") ? VN_EGRESS : VN_INGRESS;
  rule->ethertype = g_strcmp0 (ethertype, "IPv6") == 0 ? VN_FAMILY_IPV6 : VN_FAMILY_IPV4;
  if (protocol != NULL)
    rule->protocol = g_ascii_strdown (protocol, -1); /* as the server stores it */
  rule->protocol_number = protocol_number (rule->protocol);
  rule->port_range_min = (gint)json_object_get_int_member_with_default (object, "port_range_min", -1);
  rule->port_range_max = (gint)json_object_get_int_member_with_default (object, "port_range_max", -1);
  rule->has_remote_ip_prefix = prefix != NULL;
  if (prefix != NULL)
    rule->remote_ip_prefix = vn_test_prefix (prefix);
  if (remote_group != NULL)
    rule->remote_group = vn_case_find_group (t, remote_group);
  if (address_group != NULL)
    rule->remote_address_group = find_address_group (t, address_group);
  g_ptr_array_add (group->rules, rule);
}

/* Groups first: their rules refer to each other. */
static void
add_groups (VnTopology *t, JsonArray *groups)
{
  for (guint i = 0; i < vn_case_array_len (groups); i++)
    {
      JsonObject *object = json_array_get_object_element (groups, i);
      VnSecurityGroup *group = vn_security_group_new ();

      group->id = vn_case_text (object, "id");
      group->name = vn_case_text (object, "name");
      group->stateful = vn_case_flag (object, "stateful", TRUE);
      g_ptr_array_add (t->security_groups, group);
    }
  for (guint i = 0; i < vn_case_array_len (groups); i++)
    {
      JsonArray *rules = vn_case_array (json_array_get_object_element (groups, i), "security_group_rules");

      for (guint j = 0; j < vn_case_array_len (rules); j++)
        vn_case_add_rule (t, g_ptr_array_index (t->security_groups, i), json_array_get_object_element (rules, j));
    }
}

static void
set_fixed_ips (VnPort *port, JsonArray *fixed_ips)
{
  g_array_set_size (port->fixed_ips, 0);
  for (guint i = 0; i < vn_case_array_len (fixed_ips); i++)
    {
      JsonObject *item = json_array_get_object_element (fixed_ips, i);
      VnFixedIp fixed = { .subnet = VN_NONE };

      fixed.ip_address = vn_test_prefix (json_object_get_string_member (item, "ip_address")).ip;
      g_array_append_val (port->fixed_ips, fixed);
    }
}

static void
set_address_pairs (VnPort *port, JsonArray *pairs)
{
  g_array_set_size (port->allowed_address_pairs, 0);
  for (guint i = 0; i < vn_case_array_len (pairs); i++)
    {
      JsonObject *item = json_array_get_object_element (pairs, i);
      g_autofree char *mac = vn_case_text (item, "mac_address");
      VnAddressPair pair = { .mac_address = port->mac_address };

      pair.ip_address = vn_test_prefix (json_object_get_string_member (item, "ip_address"));
      if (mac != NULL)
        vn_mac_parse (mac, &pair.mac_address);
      g_array_append_val (port->allowed_address_pairs, pair);
    }
}

static void
set_groups (const VnTopology *t, VnPort *port, JsonArray *groups)
{
  g_array_set_size (port->security_groups, 0);
  for (guint i = 0; i < vn_case_array_len (groups); i++)
    {
      guint group = vn_case_find_group (t, json_array_get_string_element (groups, i));

      g_array_append_val (port->security_groups, group);
    }
}

void
vn_case_set_port (const VnTopology *t, VnPort *port, JsonObject *object)
{
  g_autofree char *mac = vn_case_text (object, "mac_address");

  if (mac != NULL)
    vn_mac_parse (mac, &port->mac_address);
  port->port_security_enabled = vn_case_flag (object, "port_security_enabled", port->port_security_enabled);
  port->admin_state_up = vn_case_flag (object, "admin_state_up", port->admin_state_up);
  if (json_object_has_member (object, "fixed_ips"))
    set_fixed_ips (port, vn_case_array (object, "fixed_ips"));
  if (json_object_has_member (object, "allowed_address_pairs"))
    set_address_pairs (port, vn_case_array (object, "allowed_address_pairs"));
  if (json_object_has_member (object, "security_groups"))
    set_groups (t, port, vn_case_array (object, "security_groups"));
}

/* Every instance's port has a server of its own. */
static void
add_server (VnTopology *t, VnPort *port)
{
  VnServer *server;
  guint index = t->ports->len;

  if (!g_str_has_prefix (port->device_owner, "compute:"))
    return;
  server = vn_server_new ();
  server->name = g_strdup_printf ("vm%u", index + 1);
  server->host = port->host;
  g_array_append_val (server->ports, index);
  port->server = t->servers->len;
  g_ptr_array_add (t->servers, server);
}

void
vn_case_add_port (VnTopology *t, JsonObject *object)
{
  VnPort *port = vn_port_new ();

  port->id = vn_case_text (object, "id");
  port->name = g_strdup_printf ("port%u", t->ports->len + 1);
  port->network = find_network (t, json_object_get_string_member (object, "network_id"));
  port->host = find_machine (t, json_object_get_string_member (object, "binding:host_id"));
  port->device_owner = vn_case_text (object, "device_owner");
  port->port_security_enabled = TRUE;
  port->admin_state_up = TRUE;
  vn_case_set_port (t, port, object);
  add_server (t, port);
  g_ptr_array_add (t->ports, port);
}

guint
vn_case_find_port (const VnTopology *t, const char *id)
{
  for (guint i = 0; i < t->ports->len; i++)
    if (g_strcmp0 (vn_topology_port (t, i)->id, id) == 0)
      return i;
  return VN_NONE;
}

gboolean
vn_case_seal (VnTopology *t, GError **error)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autofree char *first = NULL;

  if (vn_topology_seal (t, diags))
    return TRUE;
  first = vn_diag_to_string (vn_diag_list_get (diags, 0));
  return vn_error_set (error, VN_ERROR_INPUT, "%s", first);
}

static gboolean
fill_topology (VnTopology *t, const char *host, JsonObject *root, GError **error)
{
  JsonArray *ports = vn_case_array (root, "ports");

  t->name = vn_case_text (root, "name");
  t->file = g_strdup ("case.json");
  t->release = g_strdup ("zed");
  add_controller (t);
  if (!add_host (t, host, json_object_get_object_member (root, "config"), error))
    return FALSE;
  add_address_groups (t, vn_case_array (root, "address_groups"));
  add_groups (t, vn_case_array (root, "security_groups"));
  for (guint i = 0; i < vn_case_array_len (ports); i++)
    vn_case_add_port (t, json_array_get_object_element (ports, i));
  return vn_case_seal (t, error);
}

VnCase *
vn_case_load (const char *folder, GError **error)
{
  g_autoptr (VnCase) c = g_new0 (VnCase, 1);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = g_build_filename (folder, "case.json", NULL);
  JsonObject *root;

  if (!json_parser_load_from_file (parser, path, error))
    return NULL;
  root = json_node_get_object (json_parser_get_root (parser));
  c->folder = g_strdup (folder);
  c->host = vn_case_text (root, "host");
  c->topology = vn_topology_new ();
  if (!fill_topology (c->topology, c->host, root, error)
      || !vn_case_load_steps (c, vn_case_array (root, "steps"), error))
    return NULL;
  return g_steal_pointer (&c);
}

void
vn_case_free (VnCase *c)
{
  if (c == NULL)
    return;
  g_clear_pointer (&c->topology, vn_topology_unref);
  g_clear_pointer (&c->steps, g_ptr_array_unref);
  g_free (c->folder);
  g_free (c->host);
  g_free (c);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
vn_case_list (const char *root, GError **error)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (root, 0, error);
  const char *name;

  if (dir == NULL)
    return NULL;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (root, name, "case.json", NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (folders, g_build_filename (root, name, NULL));
    }
  g_ptr_array_sort (folders, compare_names);
  return g_steal_pointer (&folders);
}

char *
vn_case_read (const VnCaseStep *step, const char *file)
{
  g_autofree char *path = g_build_filename (step->folder, file, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup ("");
  g_strchomp (text);
  return g_strconcat (text, text[0] != '\0' ? "\n" : "", NULL);
}
