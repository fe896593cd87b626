/* SPDX-License-Identifier: Apache-2.0 */
/* Machines and cables of the scene as tables.
 *
 * A segment is an Ethernet switch: a bridge in a namespace of its own, without any IP, so that nothing of a machine's
 * filtering or forwarding can be mistaken for the wire's. A machine's interface is one end of a veth whose other end is
 * the switch's port. */
#include "sim/modes/vn-scene.h"

#include <string.h>

#include "sim/plan/vn-station.h"

#define PORT_NAME_MAX 15u /* IFNAMSIZ - 1 */

const char *
vn_scene_segment_node (const VnTopology *topology, guint segment)
{
  g_autofree char *name = vn_name_segment_node (vn_topology_segment (topology, segment)->name);

  return g_intern_string (name);
}

/* The machine's name, cut; where that is taken, cut more and with a number behind it. @taken: names of this switch. */
static void
choose_port_name (GHashTable *taken, const char *machine, char ret[16])
{
  g_snprintf (ret, 16, "%.*s", PORT_NAME_MAX, machine);
  for (guint n = 2; g_hash_table_contains (taken, ret); n++)
    {
      g_autofree char *suffix = g_strdup_printf ("-%u", n);

      g_snprintf (ret, 16, "%.*s%s", (int)(PORT_NAME_MAX - strlen (suffix)), machine, suffix);
    }
  g_hash_table_add (taken, g_strdup (ret));
}

gboolean
vn_scene_segment_port (const VnTopology *topology, guint machine, guint interface, char ret[16])
{
  /* The last two mean every device and those to come, in the kernel's settings. */
  static const char *const reserved[] = { VN_SEGMENT_BRIDGE, "lo", "all", "default" };
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint segment = VN_AT (vn_topology_machine (topology, machine)->interfaces, VnInterface, interface)->segment;

  if (segment == VN_NONE)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (reserved); i++)
    g_hash_table_add (taken, g_strdup (reserved[i]));
  for (guint i = 0; i <= machine; i++)
    {
      const VnMachine *m = vn_topology_machine (topology, i);
      guint end = i == machine ? interface + 1 : m->interfaces->len;

      for (guint j = 0; j < end; j++)
        if (VN_AT (m->interfaces, VnInterface, j)->segment == segment)
          choose_port_name (taken, m->name, ret);
    }
  return TRUE;
}

static gboolean
is_ipv6 (const VnInterface *interface)
{
  return interface->has_address && interface->address.ip.family == VN_FAMILY_IPV6;
}

static gboolean
machine_has_ipv6 (const VnMachine *machine)
{
  for (guint i = 0; i < machine->interfaces->len; i++)
    if (is_ipv6 (VN_AT (machine->interfaces, VnInterface, i)))
      return TRUE;
  return FALSE;
}

static void
add_segment (const VnTopology *t, guint index, VnTables *tables)
{
  const char *node = vn_scene_segment_node (t, index);
  VnOrigin origin = vn_topology_segment (t, index)->origin;

  vn_tables_add_node (tables, node, VN_NODE_SWITCH, FALSE, origin);
  vn_tables_add_bridge (tables, node, VN_SEGMENT_BRIDGE, origin);
}

static void
add_cable (const VnTopology *t, guint machine, guint index, VnTables *tables)
{
  const VnMachine *m = vn_topology_machine (t, machine);
  const VnInterface *interface = VN_AT (m->interfaces, VnInterface, index);
  gboolean ipv6 = is_ipv6 (interface);
  char port[16];
  VnPlug wire = { .dev = port, .master = VN_SEGMENT_BRIDGE, .no_offload = TRUE };
  VnPlug plug = { .node = m->name,
                  .dev = interface->name,
                  .has_mac = TRUE,
                  .mac = interface->mac,
                  .autoconf = ipv6,
                  .no_offload = TRUE };

  if (!vn_scene_segment_port (t, machine, index, port))
    return;
  wire.node = vn_scene_segment_node (t, interface->segment);
  vn_tables_add_cable (tables, &plug, &wire, interface->mtu, interface->origin);
  vn_tables_add_station_device (tables, m->name, interface->name, ipv6, interface->origin);
  if (interface->has_address)
    vn_tables_add (tables, vn_kobj_addr (m->name, interface->name, interface->address), interface->address_origin);
}

/* Redirects would make a packet's way depend on those before it. */
static const struct
{
  const char *key, *value;
} forwarding[] = {
  { "net.ipv4.ip_forward", "1" },
  { "net.ipv4.conf.all.send_redirects", "0" },
  { "net.ipv4.conf.default.send_redirects", "0" },
};

static void
add_machine (const VnTopology *t, guint index, VnTables *tables)
{
  const VnMachine *machine = vn_topology_machine (t, index);
  VnNodeKind kind = machine->agent != NULL ? VN_NODE_HOST : VN_NODE_GUEST;

  vn_tables_add_node (tables, machine->name, kind, machine_has_ipv6 (machine), machine->origin);
  for (guint i = 0; i < machine->interfaces->len; i++)
    add_cable (t, index, i, tables);
  if (vn_machine_forwards (t, index))
    for (guint i = 0; i < G_N_ELEMENTS (forwarding); i++)
      vn_tables_add (tables, vn_kobj_sysctl (machine->name, forwarding[i].key, forwarding[i].value), machine->origin);
  for (guint i = 0; i < machine->sysctls->len; i++)
    {
      const VnSysctlLine *line = VN_AT (machine->sysctls, VnSysctlLine, i);

      vn_tables_add (tables, vn_kobj_sysctl (machine->name, line->key, line->value), line->origin);
    }
}

void
vn_scene_render (const VnTopology *topology, VnTables *tables)
{
  for (guint i = 0; i < topology->segments->len; i++)
    if (!vn_topology_segment (topology, i)->deleted)
      add_segment (topology, i, tables);
  for (guint i = 0; i < topology->machines->len; i++)
    if (!vn_topology_machine (topology, i)->deleted)
      add_machine (topology, i, tables);
}
