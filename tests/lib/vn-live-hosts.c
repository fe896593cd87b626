/* SPDX-License-Identifier: Apache-2.0 */
/* The hosts of the scenarios, read off their snapshots: eth0 for management, eth1 with the tunnel's local_ip, eth2 into
 * physnet1 and without an address. */
#include "tests/lib/vn-live-hosts.h"

#include <string.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-kobj.h"
#include "tests/lib/vn-test-values.h"

static const char *const segment_names[] = { "management", "tunnel", "physnet1" };

static const struct
{
  const char *name;
  const char *addresses[G_N_ELEMENTS (segment_names)]; /* of eth0, eth1, eth2 */
} hosts[] = {
  { "h1", { "10.250.0.11/24", "192.168.77.11/24", NULL } },
  { "h2", { "10.250.0.12/24", "192.168.77.12/24", NULL } },
  { "h3", { "10.250.0.13/24", "192.168.77.13/24", NULL } },
};

typedef struct
{
  VnOptionId option;
  const char *value;
} Setting;

static const Setting server_settings[] = {
  { VN_OPT_EXPERIMENTAL_LINUXBRIDGE, "true" },
  { VN_OPT_CORE_PLUGIN, "ml2" },
  { VN_OPT_SERVICE_PLUGINS, "router,qos" },
  { VN_OPT_ML2_TYPE_DRIVERS, "local,flat,vlan,vxlan" },
  { VN_OPT_ML2_TENANT_NETWORK_TYPES, "vxlan" },
  { VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge,l2population" },
  { VN_OPT_ML2_EXTENSION_DRIVERS, "port_security,qos" },
  { VN_OPT_VLAN_RANGES, "physnet1:100:199" },
  { VN_OPT_VXLAN_VNI_RANGES, "1000:1999" },
};

static const Setting agent_settings[] = {
  { VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, "physnet1:eth2" },
  { VN_OPT_VXLAN_L2_POPULATION, "true" },
  { VN_OPT_FIREWALL_DRIVER, "iptables" },
};

/* ---- knobs ---- */

typedef struct
{
  VnConfig *server;
  VnConfig *agents[G_N_ELEMENTS (hosts)];
} Configs;

static gboolean
set_on (const Configs *configs, VnProgram side, VnOptionId option, const char *value, GError **error)
{
  if ((side & VN_PROGRAM_SERVER) != 0 && !vn_config_set (configs->server, option, value, VN_ORIGIN_NONE, error))
    return FALSE;
  for (guint i = 0; (side & VN_PROGRAM_AGENT) != 0 && i < G_N_ELEMENTS (hosts); i++)
    if (!vn_config_set (configs->agents[i], option, value, VN_ORIGIN_NONE, error))
      return FALSE;
  return TRUE;
}

/* The driver of the server, and of the agents where AGENT_L2POP says nothing else. */
static gboolean
set_l2pop (const Configs *configs, const char *value, GError **error)
{
  gboolean on = g_ascii_strcasecmp (value, "true") == 0;

  return set_on (configs, VN_PROGRAM_SERVER, VN_OPT_ML2_MECHANISM_DRIVERS,
                 on ? "linuxbridge,l2population" : "linuxbridge", error)
         && set_on (configs, VN_PROGRAM_AGENT, VN_OPT_VXLAN_L2_POPULATION, on ? "true" : "false", error);
}

/* Names that are none of an option's. */
static const struct
{
  const char *knob;
  VnProgram side;
  VnOptionId option;
} aliases[] = {
  { "AGENT_L2POP", VN_PROGRAM_AGENT, VN_OPT_VXLAN_L2_POPULATION },
  { "DSTPORT", VN_PROGRAM_AGENT, VN_OPT_VXLAN_UDP_DSTPORT },
  { "IPSET", VN_PROGRAM_AGENT, VN_OPT_ENABLE_IPSET },
  { "FIREWALL", VN_PROGRAM_AGENT, VN_OPT_FIREWALL_DRIVER },
  { "SG", VN_PROGRAM_BOTH, VN_OPT_ENABLE_SECURITY_GROUP },
  { "AGENT_SG", VN_PROGRAM_AGENT, VN_OPT_ENABLE_SECURITY_GROUP },
  { "MCAST_RANGES", VN_PROGRAM_AGENT, VN_OPT_VXLAN_MULTICAST_RANGES },
  { "COMMENTS", VN_PROGRAM_AGENT, VN_OPT_AGENT_COMMENT_IPTABLES_RULES },
  { "MTU", VN_PROGRAM_SERVER, VN_OPT_GLOBAL_PHYSNET_MTU },
};

static gboolean
set_knob (const Configs *configs, const char *knob, const char *value, GError **error)
{
  g_autofree char *name = g_ascii_strdown (knob, -1);

  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (g_str_equal (aliases[i].knob, knob))
      return set_on (configs, aliases[i].side, aliases[i].option, value, error);
  for (VnOptionId id = 0; id < VN_N_OPTIONS; id++)
    if (g_str_equal (vn_option_info (id)->key, name))
      return set_on (configs, vn_option_info (id)->programs, id, value, error);
  return vn_error_set (error, VN_ERROR_INPUT, "knob %s is no option of the server or the agents", knob);
}

static gboolean
set_knobs (const Configs *configs, JsonObject *knobs, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (knobs);

  if (json_object_has_member (knobs, "L2POP")
      && !set_l2pop (configs, json_object_get_string_member (knobs, "L2POP"), error))
    return FALSE;
  for (GList *item = names; item != NULL; item = item->next)
    if (!g_str_equal (item->data, "L2POP")
        && !set_knob (configs, item->data, json_object_get_string_member (knobs, item->data), error))
      return FALSE;
  return TRUE;
}

/* ---- machines ---- */

static void
add_interface (VnMachine *machine, guint host, guint index)
{
  VnInterface *interface = vn_interface_new ();
  const char *address = hosts[host].addresses[index];

  interface->name = g_strdup_printf ("eth%u", index);
  interface->segment = index;
  interface->mac = (VnMac){ { 0x02, 0x0a, 0, 0, (guint8)(host + 1), (guint8)index } };
  interface->has_address = address != NULL;
  if (address != NULL)
    interface->address = vn_test_prefix (address);
  g_ptr_array_add (machine->interfaces, interface);
}

static gboolean
add_host (VnTopology *t, guint host, Configs *configs, GError **error)
{
  VnMachine *machine = vn_machine_new ();
  g_autofree char *local_ip = vn_ip_to_string (vn_test_prefix (hosts[host].addresses[1]).ip);

  machine->name = g_strdup (hosts[host].name);
  machine->agent = vn_config_new ();
  configs->agents[host] = machine->agent;
  for (guint i = 0; i < G_N_ELEMENTS (segment_names); i++)
    add_interface (machine, host, i);
  g_ptr_array_add (t->machines, machine);
  for (guint i = 0; i < G_N_ELEMENTS (agent_settings); i++)
    if (!vn_config_set (machine->agent, agent_settings[i].option, agent_settings[i].value, VN_ORIGIN_NONE, error))
      return FALSE;
  return vn_config_set (machine->agent, VN_OPT_VXLAN_LOCAL_IP, local_ip, VN_ORIGIN_NONE, error);
}

static gboolean
add_controller (VnTopology *t, Configs *configs, GError **error)
{
  VnMachine *machine = vn_machine_new ();

  machine->name = g_strdup ("controller");
  machine->server = vn_config_new ();
  configs->server = machine->server;
  t->server_machine = t->machines->len;
  g_ptr_array_add (t->machines, machine);
  for (guint i = 0; i < G_N_ELEMENTS (server_settings); i++)
    if (!vn_config_set (machine->server, server_settings[i].option, server_settings[i].value, VN_ORIGIN_NONE, error))
      return FALSE;
  return TRUE;
}

/* @topology: taken over. */
static VnTopology *
seal (VnTopology *topology, GError **error)
{
  g_autoptr (VnTopology) t = topology;
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();

  if (vn_topology_seal (t, diags))
    return g_steal_pointer (&t);
  return vn_error_set (error, VN_ERROR_INPUT, "the topology is refused: %s", vn_diag_list_get (diags, 0)->message),
         NULL;
}

/* Positions of the hosts in each order. */
static const guint8 orders[VN_LIVE_HOST_ORDERS][G_N_ELEMENTS (hosts)]
    = { { 0, 1, 2 }, { 1, 0, 2 }, { 2, 0, 1 }, { 0, 2, 1 }, { 1, 2, 0 }, { 2, 1, 0 } };

VnTopology *
vn_live_hosts_new (JsonObject *knobs, guint order, GError **error)
{
  g_autoptr (VnTopology) t = vn_topology_new ();
  Configs configs = { NULL };

  t->name = g_strdup ("live");
  t->file = g_strdup ("scenario.json");
  for (guint i = 0; i < G_N_ELEMENTS (segment_names); i++)
    {
      VnSegment *segment = vn_segment_new ();

      segment->name = g_strdup (segment_names[i]);
      g_ptr_array_add (t->segments, segment);
    }
  if (!add_controller (t, &configs, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    if (!add_host (t, orders[order][i], &configs, error))
      return NULL;
  if (!set_knobs (&configs, knobs, error))
    return NULL;
  return seal (g_steal_pointer (&t), error);
}

guint
vn_live_find_machine (const VnTopology *topology, const char *name)
{
  for (guint i = 0; i < topology->machines->len; i++)
    if (g_str_equal (vn_topology_machine (topology, i)->name, name))
      return i;
  return VN_NONE;
}

/* ---- what the server's model does not know ---- */

void
vn_live_vm_free (gpointer data)
{
  VnLiveVm *vm = data;

  g_free (vm->name);
  g_free (vm);
}

static void
add_server (VnTopology *t, const VnLiveVm *vm)
{
  VnServer *server = vn_server_new ();
  VnPort *port = g_ptr_array_index (t->ports, vm->port);

  server->name = g_strdup (vm->name);
  server->id = g_strdup_printf ("instance of %s", port->id);
  server->host = vm->host;
  server->deleted = port->deleted;
  if (!port->deleted)
    {
      g_array_append_val (server->ports, vm->port);
      port->server = t->servers->len;
    }
  g_ptr_array_add (t->servers, server);
}

static void
copy_addresses (VnTopology *t, const VnTopology *scene)
{
  for (guint i = 0; i < t->machines->len; i++)
    {
      VnMachine *machine = g_ptr_array_index (t->machines, i);

      for (guint j = 0; j < machine->interfaces->len; j++)
        {
          VnInterface *to = g_ptr_array_index (machine->interfaces, j);
          const VnInterface *from = VN_AT (vn_topology_machine (scene, i)->interfaces, VnInterface, j);

          to->has_address = from->has_address;
          to->address = from->address;
          to->gateway = from->gateway;
        }
    }
}

VnTopology *
vn_live_overlay (const VnTopology *cloud, const GPtrArray *vms, const VnTopology *scene, GError **error)
{
  VnTopology *t = vn_topology_copy (cloud);

  copy_addresses (t, scene);
  for (guint i = 0; i < vms->len; i++)
    add_server (t, g_ptr_array_index (vms, i));
  return seal (t, error);
}

static void
read_interface (VnInterface *interface, const GPtrArray *dump)
{
  interface->has_address = FALSE;
  interface->gateway = (VnIp){ 0 };
  for (guint i = 0; i < dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (dump, i);

      if (obj->kind == VN_KOBJ_ADDR && g_str_equal (obj->u.addr.dev, interface->name)
          && obj->u.addr.prefix.ip.family == VN_FAMILY_IPV4)
        {
          interface->has_address = TRUE;
          interface->address = obj->u.addr.prefix;
        }
      if (obj->kind == VN_KOBJ_ROUTE && g_str_equal (obj->u.route.dev, interface->name) && obj->u.route.dst.len == 0
          && vn_ip_is_set (obj->u.route.via))
        interface->gateway = obj->u.route.via;
    }
}

void
vn_live_read_interfaces (VnMachine *machine, const GPtrArray *dump)
{
  for (guint i = 0; i < machine->interfaces->len; i++)
    read_interface (g_ptr_array_index (machine->interfaces, i), dump);
}
