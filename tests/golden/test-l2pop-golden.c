/* SPDX-License-Identifier: Apache-2.0 */
/* VXLAN devices and their forwarding entries against those that Neutron's own server and agents made (golden/l2pop).
 *
 * Each folder holds one network's ports and what happened to them (case.json) and, for each step and host, the lines
 * about VXLAN devices of `bridge fdb`, `ip neigh` and `ip -d link`. Learned entries are not compared, and the kernel
 * lists entries in no order. */
#include <string.h>

#include <json-glib/json-glib.h>

#include "sim/neutron/vn-world.h"
#include "tests/lib/vn-test-values.h"

static const struct
{
  const char *key;
  VnOptionId option;
} config_keys[] = {
  { "l2_population", VN_OPT_VXLAN_L2_POPULATION },
  { "arp_responder", VN_OPT_VXLAN_ARP_RESPONDER },
  { "vxlan_group", VN_OPT_VXLAN_GROUP },
  { "udp_dstport", VN_OPT_VXLAN_UDP_DSTPORT },
};

static void
set_option (VnConfig *config, VnOptionId option, const char *text)
{
  g_autoptr (GError) error = NULL;

  vn_config_set (config, option, text, VN_ORIGIN_NONE, &error);
  g_assert_no_error (error);
}

/* ---- building ---- */

static void
add_controller (VnTopology *t, JsonObject *root)
{
  gboolean l2population = json_object_get_boolean_member (root, "server_l2population");
  VnMachine *machine = vn_machine_new ();

  machine->name = g_strdup ("controller");
  machine->server = vn_config_new ();
  set_option (machine->server, VN_OPT_ML2_MECHANISM_DRIVERS, l2population ? "linuxbridge,l2population" : "linuxbridge");
  g_ptr_array_add (t->machines, machine);
}

static void
add_host (VnTopology *t, JsonObject *root, JsonObject *host)
{
  VnMachine *machine = vn_machine_new ();
  VnInterface *interface = vn_interface_new ();
  JsonObject *config = json_object_get_object_member (root, "config");

  machine->name = g_strdup (json_object_get_string_member (host, "name"));
  machine->agent = vn_config_new ();
  set_option (machine->agent, VN_OPT_VXLAN_LOCAL_IP, json_object_get_string_member (host, "local_ip"));
  for (guint i = 0; i < G_N_ELEMENTS (config_keys); i++)
    if (json_object_has_member (config, config_keys[i].key))
      set_option (machine->agent, config_keys[i].option, json_object_get_string_member (config, config_keys[i].key));
  interface->name = g_strdup (json_object_get_string_member (root, "tunnel_interface"));
  interface->segment = 0;
  interface->has_address = vn_prefix_parse (json_object_get_string_member (host, "local_ip"), &interface->address);
  interface->address.len = 24;
  interface->mac = (VnMac){ { 0x02, 0, 0, 0, 0, (guint8)t->machines->len } };
  g_ptr_array_add (machine->interfaces, interface);
  g_ptr_array_add (t->machines, machine);
}

static guint
find_machine (const VnTopology *t, const char *name)
{
  for (guint i = 0; i < t->machines->len; i++)
    if (g_str_equal (vn_topology_machine (t, i)->name, name))
      return i;
  return VN_NONE;
}

static void
set_addresses (VnPort *port, JsonArray *addresses)
{
  g_array_set_size (port->fixed_ips, 0);
  for (guint i = 0; i < json_array_get_length (addresses); i++)
    {
      VnFixedIp fixed = { .subnet = VN_NONE };

      g_assert_true (vn_ip_parse (json_array_get_string_element (addresses, i), &fixed.ip_address));
      g_array_append_val (port->fixed_ips, fixed);
    }
}

static void
add_port (VnTopology *t, JsonObject *object)
{
  VnPort *port = vn_port_new ();

  port->id = g_strdup (json_object_get_string_member (object, "id"));
  port->name = g_strdup_printf ("p%u", t->ports->len + 1);
  port->network = 0;
  port->device_owner = g_strdup ("compute:nova");
  port->admin_state_up = TRUE;
  port->port_security_enabled = TRUE;
  g_assert_true (vn_mac_parse (json_object_get_string_member (object, "mac_address"), &port->mac_address));
  port->host = find_machine (t, json_object_get_string_member (object, "binding:host_id"));
  set_addresses (port, json_object_get_array_member (object, "fixed_ips"));
  g_ptr_array_add (t->ports, port);
}

static void
add_network (VnTopology *t, JsonObject *root)
{
  VnSegment *segment = vn_segment_new ();
  VnNetwork *network = vn_network_new ();

  segment->name = g_strdup ("underlay");
  g_ptr_array_add (t->segments, segment);
  network->name = g_strdup ("n1");
  network->id = g_strdup (json_object_get_string_member (root, "network_id"));
  network->type = VN_NET_VXLAN;
  network->segmentation_id = (guint32)json_object_get_int_member (root, "vni");
  network->mtu = (guint)json_object_get_int_member (root, "mtu");
  g_ptr_array_add (t->networks, network);
}

static VnTopology *
build (JsonObject *root)
{
  g_autoptr (VnTopology) t = vn_topology_new ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  JsonArray *hosts = json_object_get_array_member (root, "hosts");
  JsonArray *ports = json_object_get_array_member (root, "ports");

  t->name = g_strdup (json_object_get_string_member (root, "name"));
  t->file = g_strdup ("case.json");
  add_controller (t, root);
  add_network (t, root);
  for (guint i = 0; i < json_array_get_length (hosts); i++)
    add_host (t, root, json_array_get_object_element (hosts, i));
  for (guint i = 0; i < json_array_get_length (ports); i++)
    add_port (t, json_array_get_object_element (ports, i));
  g_assert_true (vn_topology_seal (t, diags));
  return g_steal_pointer (&t);
}

/* ---- events ---- */

/* What @event says of the port is so from then on. Transfer full. */
static VnTopology *
changed_model (const VnTopology *model, guint index, JsonObject *event)
{
  VnTopology *t = vn_topology_copy (model);
  VnPort *port = g_ptr_array_index (t->ports, index);
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();

  port->deleted = g_str_equal (json_object_get_string_member (event, "op"), "delete");
  port->admin_state_up = json_object_get_boolean_member_with_default (event, "admin_state_up", port->admin_state_up);
  if (json_object_has_member (event, "fixed_ips"))
    set_addresses (port, json_object_get_array_member (event, "fixed_ips"));
  if (json_object_has_member (event, "host"))
    port->host = find_machine (t, json_object_get_string_member (event, "host"));
  g_assert_true (vn_topology_seal (t, diags));
  return t;
}

static void
add_event (GArray *events, const VnTopology *first, JsonObject *event)
{
  const VnTopology *model = vn_events_final_topology (events, first);
  const char *op = json_object_get_string_member (event, "op");
  guint port = (guint)json_object_get_int_member (event, "port");
  guint host = json_object_has_member (event, "host")
                   ? find_machine (model, json_object_get_string_member (event, "host"))
                   : VN_NONE;

  if (g_str_equal (op, "plug"))
    vn_events_add_port_up (events, port, host, VN_ORIGIN_NONE);
  else if (g_str_equal (op, "unplug"))
    vn_events_add_unplug (events, port, host, VN_ORIGIN_NONE);
  else
    {
      g_autoptr (VnTopology) changed = changed_model (model, port, event);

      vn_events_add_api (events, changed, VN_ORIGIN_NONE);
    }
}

/* ---- comparing ---- */

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* Lines that hold @word, without blanks at their ends, sorted; cut before @until where that is not NULL. */
static char *
pick_lines (const char *text, const char *word, const char *until)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) picked = g_ptr_array_new ();

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *cut = until != NULL ? strstr (lines[i], until) : NULL;

      if (cut != NULL)
        *cut = '\0';
      if (strstr (lines[i], word) != NULL)
        g_ptr_array_add (picked, g_strstrip (lines[i]));
    }
  g_ptr_array_sort (picked, compare_lines);
  g_ptr_array_add (picked, NULL);
  return g_strjoinv ("\n", (char **)picked->pdata);
}

/* From "vxlan id" to the attributes that the kernel chose. */
static char *
vxlan_attributes (const char *links)
{
  const char *start = strstr (links, "vxlan id");
  g_autofree char *rest = g_strdup (start != NULL ? start : "");

  return pick_lines (rest, "vxlan id", " ttl auto");
}

static char *
read_text (const char *folder, const char *host, const char *file)
{
  g_autofree char *path = g_build_filename (folder, host, file, NULL);

  return vn_test_read_file (path);
}

/* Entries that the agent made, as printed there and as wanted here. */
static void
compare_entries (const char *folder, const char *host, const char *file, const char *word, const char *wanted_here)
{
  g_autofree char *text = read_text (folder, host, file);
  g_autofree char *there = pick_lines (text, word, NULL);
  g_autofree char *here = pick_lines (wanted_here, "dev", NULL);

  g_assert_cmpstr (here, ==, there);
}

static void
compare_host (const char *folder, const char *host, const VnTables *tables)
{
  g_autofree char *fdb = vn_tables_print_fdb (tables, host), *neigh = vn_tables_print_neigh (tables, host);
  g_autofree char *links = vn_tables_print_links (tables, host);
  g_autofree char *links_there = read_text (folder, host, "ip-d-link.txt");
  g_autofree char *device_there = vxlan_attributes (links_there), *device = vxlan_attributes (links);

  compare_entries (folder, host, "bridge-fdb.txt", "self permanent", fdb);
  compare_entries (folder, host, "ip-neigh.txt", "PERMANENT", neigh);
  g_assert_cmpstr (device, ==, device_there);
}

static void
compare_step (JsonObject *root, const char *folder, const VnWorld *world)
{
  JsonArray *hosts = json_object_get_array_member (root, "hosts");
  g_autoptr (VnTables) tables = vn_tables_new ();

  vn_world_render (world, tables);
  for (guint i = 0; i < json_array_get_length (hosts); i++)
    {
      const char *host = json_object_get_string_member (json_array_get_object_element (hosts, i), "name");

      g_test_message ("%s, %s", folder, host);
      compare_host (folder, host, tables);
    }
}

static void
test_case (gconstpointer data)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (data, "case.json", NULL);
  g_autoptr (VnTopology) t = NULL;
  g_autoptr (GArray) all = vn_events_new ();
  JsonObject *root;
  JsonArray *steps;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  root = json_node_get_object (json_parser_get_root (parser));
  t = build (root);
  steps = json_object_get_array_member (root, "steps");
  for (guint i = 0; i < json_array_get_length (steps); i++)
    {
      JsonObject *step = json_array_get_object_element (steps, i);
      JsonArray *events = json_object_get_array_member (step, "events");
      g_autofree char *folder = g_build_filename (data, json_object_get_string_member (step, "folder"), NULL);
      g_autoptr (VnWorld) world = NULL;

      for (guint j = 0; j < json_array_get_length (events); j++)
        add_event (all, t, json_array_get_object_element (events, j));
      world = vn_world_fold (vn_world_new (t, NULL), all);
      compare_step (root, folder, world);
    }
}

int
main (int argc, char **argv)
{
  const char *source = g_getenv ("VN_SRCDIR");
  g_autofree char *root = g_build_filename (source != NULL ? source : ".", "tests/golden/l2pop", NULL);
  g_autoptr (GDir) dir = g_dir_open (root, 0, NULL);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_test_init (&argc, &argv, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (folders, g_build_filename (root, name, NULL));
  g_ptr_array_sort (folders, compare_lines);
  g_assert_cmpuint (folders->len, >=, 3);
  for (guint i = 0; i < folders->len; i++)
    {
      g_autofree char *base = g_path_get_basename (g_ptr_array_index (folders, i));
      g_autofree char *test = g_strdup_printf ("/neutron/l2pop/%s", base);

      g_test_add_data_func (test, g_ptr_array_index (folders, i), test_case);
    }
  return g_test_run ();
}
