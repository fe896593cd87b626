/* SPDX-License-Identifier: Apache-2.0 */
/* Names and ids: unique where the lab needs it, and fit for namespaces and devices. */
#include "sim/model/vn-seal.h"

#include <string.h>

#define DEV_NAME_MAX 15 /* IFNAMSIZ - 1 */

typedef struct
{
  VnDiagList *diags;
  VnDiagCode code;
  const char *what; /* "machine" */
  GHashTable *seen; /* text -> VnOrigin */
} Unique;

static void
unique_init (Unique *unique, VnDiagList *diags, VnDiagCode code, const char *what)
{
  unique->diags = diags;
  unique->code = code;
  unique->what = what;
  unique->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
unique_clear (Unique *unique)
{
  g_hash_table_unref (unique->seen);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Unique, unique_clear)

static void
unique_add (Unique *unique, const char *text, VnOrigin origin)
{
  const VnOrigin *first;

  if (text == NULL || *text == '\0')
    return;
  first = g_hash_table_lookup (unique->seen, text);
  if (first != NULL)
    {
      g_autofree char *place = vn_origin_to_line (*first);

      vn_diag_add (unique->diags, unique->code, origin, NULL, "%s \"%s\" is there already (%s)", unique->what, text,
                   place);
      return;
    }
  g_hash_table_insert (unique->seen, g_strdup (text), g_memdup2 (&origin, sizeof origin));
}

static void
check_name (VnDiagList *diags, const char *what, const char *name, gsize max, VnOrigin origin)
{
  if (!vn_name_is_plain (name, max))
    vn_diag_add (diags, VN_DIAG_BAD_NAME, origin, NULL,
                 "%s \"%s\": expected 1 to %" G_GSIZE_FORMAT
                 " letters, digits, '.', '_' or '-', the first a letter or digit",
                 what, name, max);
}

static void
check_switch_name (const VnTopology *t, const char *what, const char *name, VnOrigin origin, VnDiagList *diags)
{
  for (guint i = 0; i < t->segments->len; i++)
    {
      const VnSegment *segment = vn_topology_segment (t, i);
      g_autofree char *node = vn_name_segment_node (segment->name);

      if (!segment->deleted && g_str_equal (name, node))
        vn_diag_add (diags, VN_DIAG_NAME_COLLISION, origin, "give one of them another name",
                     "%s \"%s\" has the name of the network namespace of segment \"%s\"", what, name, segment->name);
    }
}

static void
check_nodes (const VnTopology *t, VnDiagList *diags)
{
  g_auto (Unique) machines = { 0 };
  g_auto (Unique) servers = { 0 };

  unique_init (&machines, diags, VN_DIAG_DUPLICATE_NAME, "machine");
  unique_init (&servers, diags, VN_DIAG_DUPLICATE_NAME, "server");
  for (guint i = 0; i < t->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (t, i);

      if (machine->deleted)
        continue;
      check_name (diags, "machine", machine->name, VN_NAME_MAX, machine->origin);
      unique_add (&machines, machine->name, machine->origin);
      check_switch_name (t, "machine", machine->name, machine->origin, diags);
    }
  for (guint i = 0; i < t->servers->len; i++)
    {
      const VnServer *server = vn_topology_server (t, i);

      if (server->deleted)
        continue;
      check_name (diags, "server", server->name, VN_NAME_MAX, server->origin);
      unique_add (&servers, server->name, server->origin);
      check_switch_name (t, "server", server->name, server->origin, diags);
      if (g_hash_table_contains (machines.seen, server->name))
        vn_diag_add (diags, VN_DIAG_NAME_COLLISION, server->origin, "give one of them another name",
                     "server \"%s\" has the name of a machine, and each of them is a network namespace of its name",
                     server->name);
    }
}

static void
check_reserved (VnDiagList *diags, const VnInterface *interface)
{
  static const struct
  {
    const char *name;
    const char *why;
  } reserved[] = {
    { "lo", "every machine has its loopback already" },
    { "all", "in the kernel's settings that means every interface" },
    { "default", "in the kernel's settings that means interfaces to come" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reserved); i++)
    if (g_str_equal (interface->name, reserved[i].name))
      vn_diag_add (diags, VN_DIAG_BAD_NAME, interface->origin, NULL, "interface \"%s\": %s", interface->name,
                   reserved[i].why);
}

/* Namespaces of the hypervisors' programs and switches, and devices that they make on the PC. */
static void
check_hv_names (const VnTopology *t, VnDiagList *diags)
{
  for (guint i = 0; i < t->hv_networks->len; i++)
    {
      const VnHvNetwork *network = vn_topology_hv_network (t, i);
      const char *const nodes[] = { network->switch_node, network->engine_node, network->service_node };

      for (guint j = 0; j < t->machines->len; j++)
        for (guint k = 0; k < G_N_ELEMENTS (nodes) && j != network->machine; k++)
          if (!vn_topology_machine (t, j)->deleted && g_strcmp0 (nodes[k], vn_topology_machine (t, j)->name) == 0)
            {
              vn_diag_add (diags, VN_DIAG_NAME_COLLISION, vn_topology_machine (t, j)->origin,
                           "give the machine another name",
                           "machine \"%s\" has the name of a network namespace that network \"%s\" takes", nodes[k],
                           network->name);
              break;
            }
    }
}

/* Two networks whose names differ in capitals only. */
static void
check_hv_twins (const VnTopology *t, guint index, VnDiagList *diags)
{
  const VnHvNetwork *network = vn_topology_hv_network (t, index);

  for (guint i = 0; i < index; i++)
    {
      const VnHvNetwork *other = vn_topology_hv_network (t, i);

      if (g_str_equal (network->switch_node, other->switch_node)
          && g_str_equal (network->switch_dev, other->switch_dev))
        vn_diag_add (diags, VN_DIAG_DEVICE_COLLISION, network->origin, "give one of them another name",
                     "network \"%s\" would have the same switch as network \"%s\"", network->name, other->name);
    }
}

/* Names that hypervisors' cables take on the PC: a word and a number. */
static gboolean
is_cable_name (const char *name)
{
  static const char *const words[] = { "tap", "vnet", "engine", "nat", "dhcp" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      const char *number = name + strlen (words[i]);

      if (g_str_has_prefix (name, words[i]) && *number != '\0' && strspn (number, "0123456789") == strlen (number))
        return TRUE;
    }
  return FALSE;
}

static void
check_cable_names (const VnTopology *t, VnDiagList *diags)
{
  for (guint i = 0; i < t->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (t, i);

      for (guint j = 0; j < machine->interfaces->len && machine->has_hypervisor; j++)
        if (is_cable_name (VN_AT (machine->interfaces, VnInterface, j)->name))
          vn_diag_add (diags, VN_DIAG_DEVICE_COLLISION, VN_AT (machine->interfaces, VnInterface, j)->origin, NULL,
                       "interface \"%s\": the hypervisor of \"%s\" names its cables so",
                       VN_AT (machine->interfaces, VnInterface, j)->name, machine->name);
    }
}

static void
check_hv_devices (const VnTopology *t, VnDiagList *diags)
{
  check_cable_names (t, diags);
  for (guint i = 0; i < t->hv_networks->len; i++)
    {
      const VnHvNetwork *network = vn_topology_hv_network (t, i);
      const VnMachine *pc = vn_topology_machine (t, network->machine);

      check_hv_twins (t, i, diags);
      for (guint j = 0; j < pc->interfaces->len; j++)
        if (g_str_equal (VN_AT (pc->interfaces, VnInterface, j)->name, network->host_dev))
          vn_diag_add (diags, VN_DIAG_DEVICE_COLLISION, VN_AT (pc->interfaces, VnInterface, j)->origin, NULL,
                       "interface \"%s\" has the name of the PC's side of network \"%s\"", network->host_dev,
                       network->name);
    }
}

static void
check_interfaces (const VnTopology *t, VnDiagList *diags)
{
  for (guint i = 0; i < t->machines->len; i++)
    {
      const VnMachine *machine = vn_topology_machine (t, i);
      g_auto (Unique) names = { 0 };

      unique_init (&names, diags, VN_DIAG_DUPLICATE_NAME, "interface");
      for (guint j = 0; j < machine->interfaces->len; j++)
        {
          const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, j);

          check_name (diags, "interface", interface->name, DEV_NAME_MAX, interface->origin);
          unique_add (&names, interface->name, interface->origin);
          check_reserved (diags, interface);
        }
    }
}

static void
check_segments_and_checks (const VnTopology *t, VnDiagList *diags)
{
  g_auto (Unique) segments = { 0 };
  g_auto (Unique) checks = { 0 };
  g_auto (Unique) accepts = { 0 };

  unique_init (&segments, diags, VN_DIAG_DUPLICATE_NAME, "segment");
  unique_init (&checks, diags, VN_DIAG_DUPLICATE_NAME, "check");
  unique_init (&accepts, diags, VN_DIAG_DUPLICATE_NAME, "accepted quirk");
  for (guint i = 0; i < t->segments->len; i++)
    {
      const VnSegment *segment = vn_topology_segment (t, i);

      check_name (diags, "segment", segment->name, VN_NAME_MAX, segment->origin);
      unique_add (&segments, segment->name, segment->origin);
    }
  for (guint i = 0; i < t->checks->len; i++)
    unique_add (&checks, VN_AT (t->checks, VnCheckLine, i)->id, VN_AT (t->checks, VnCheckLine, i)->origin);
  for (guint i = 0; i < t->accepts->len; i++)
    unique_add (&accepts, VN_AT (t->accepts, VnAccept, i)->quirk, VN_AT (t->accepts, VnAccept, i)->origin);
}

static void
check_ids (const VnTopology *t, VnDiagList *diags)
{
  g_auto (Unique) ids = { 0 };

  unique_init (&ids, diags, VN_DIAG_DUPLICATE_ID, "id");
#define ADD_IDS(array, type)                                                                                           \
  for (guint i = 0; i < (array)->len; i++)                                                                             \
  unique_add (&ids, VN_AT (array, type, i)->id, VN_AT (array, type, i)->origin)
  ADD_IDS (t->networks, VnNetwork);
  ADD_IDS (t->subnets, VnSubnet);
  ADD_IDS (t->security_groups, VnSecurityGroup);
  ADD_IDS (t->address_groups, VnAddressGroup);
  ADD_IDS (t->qos_policies, VnQosPolicy);
  ADD_IDS (t->ports, VnPort);
  ADD_IDS (t->servers, VnServer);
#undef ADD_IDS
}

/* The real agents cut ids without looking; two taps of one name can't exist on a host, and bridges would be shared. */
static void
check_devices (const VnTopology *t, VnDiagList *diags)
{
  g_auto (Unique) devices = { 0 };
  char name[16];

  unique_init (&devices, diags, VN_DIAG_DEVICE_COLLISION, "device");
  for (guint i = 0; i < t->networks->len; i++)
    {
      vn_name_bridge (vn_topology_network (t, i)->id, name);
      unique_add (&devices, name, vn_topology_network (t, i)->origin);
    }
  for (guint i = 0; i < t->ports->len; i++)
    {
      vn_name_tap (vn_topology_port (t, i)->id, name);
      unique_add (&devices, name, vn_topology_port (t, i)->origin);
    }
}

void
vn_seal_check_names (const VnTopology *t, VnDiagList *diags)
{
  check_nodes (t, diags);
  check_hv_names (t, diags);
  check_hv_devices (t, diags);
  check_interfaces (t, diags);
  check_segments_and_checks (t, diags);
  check_ids (t, diags);
  check_devices (t, diags);
}
