/* SPDX-License-Identifier: Apache-2.0 */
/* The scene: segments, machines, VMs and what runs on them. */
#include "sim/load/vn-load-build.h"

#include <string.h>

/* Address blocks that the products take MAC addresses of VMs from. */
static const struct
{
  VnMac mac;
  guint len;
} vm_macs[] = {
  [VN_PRODUCT_VIRTUALBOX] = { { { 0x08, 0x00, 0x27 } }, 3 },
  [VN_PRODUCT_VMWARE] = { { { 0x00, 0x0c, 0x29 } }, 3 },
  [VN_PRODUCT_LIBVIRT] = { { { 0x52, 0x54, 0x00 } }, 3 },
};

/* Locally administered, for machines' own interfaces. */
static const VnMac machine_mac = { { 0x02, 0x00 } };

static void
load_segments (VnLoad *load, const VnField *segments)
{
  for (guint i = 0; i < vn_load_len (load, segments); i++)
    {
      VnSegmentFields fields;
      VnItem item;
      VnSegment *segment;

      if (!vn_load_named_object (load, &VN_KEYS_SEGMENT, segments, i, &item, &fields))
        continue;
      segment = vn_segment_new ();
      segment->name = g_strdup (item.name);
      segment->origin = item.origin;
      segment->has_cidr = vn_field_has (&fields.cidr);
      segment->cidr = fields.cidr.u.prefix;
      g_ptr_array_add (load->t->segments, segment);
    }
}

static void
load_sysctls (VnMachine *machine, const VnField *sysctl)
{
  if (!vn_field_has (sysctl))
    return;
  for (guint i = 0; i < sysctl->node->pairs->len; i++)
    {
      const VnYamlPair *pair = g_ptr_array_index (sysctl->node->pairs, i);
      VnSysctlLine *line = g_new0 (VnSysctlLine, 1);

      line->key = g_strdup (pair->key);
      line->value = g_strdup (pair->value->text);
      line->origin = pair->origin;
      g_ptr_array_add (machine->sysctls, line);
    }
}

static void
load_programs (VnLoad *load, VnMachine *machine, const VnMachineFields *fields)
{
  if (vn_field_has (&fields->agents))
    {
      machine->agent_origin = fields->agents.origin;
      machine->agent = vn_load_program (load, &fields->agents, machine->name, VN_PROGRAM_AGENT);
    }
  if (vn_field_has (&fields->server))
    {
      machine->server_origin = fields->server.origin;
      machine->server = vn_load_program (load, &fields->server, machine->name, VN_PROGRAM_SERVER);
      if (load->server == NULL)
        load->server = machine->server;
    }
}

static VnMachine *
load_machine (VnLoad *load, const VnItem *item, const VnMachineFields *fields)
{
  VnMachine *machine = vn_machine_new ();

  machine->name = g_strdup (item->name);
  machine->origin = item->origin;
  load_sysctls (machine, &fields->sysctl);
  vn_load_hypervisor (load, machine, &fields->hypervisor);
  load_programs (load, machine, fields);
  return machine;
}

static VnMac
interface_mac (VnLoad *load, const VnMachine *machine, const VnField *given, const char *name)
{
  g_autofree char *drawn_for = g_strdup_printf ("%s/%s", machine->name, name);

  if (vn_field_has (given))
    return given->u.mac;
  if (machine->on != VN_NONE)
    {
      VnProduct product = vn_topology_machine (load->t, machine->on)->product;

      return vn_load_draw_mac (load, vm_macs[product].mac, vm_macs[product].len, drawn_for);
    }
  return vn_load_draw_mac (load, machine_mac, 2, drawn_for);
}

static void
plug_vm (VnLoad *load, VnInterface *interface, const VnInterfaceFields *fields)
{
  if (vn_field_has (&fields->segment))
    vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, fields->segment.origin, NULL,
                 "a VM's interface is attached by its hypervisor: expected mode instead of segment");
  if (!vn_field_has (&fields->mode) && fields->mode.node == NULL && !vn_field_has (&fields->segment))
    vn_diag_add (load->diags, VN_DIAG_MISSING_KEY, interface->origin, NULL, "a VM's interface needs the key \"mode\"");
  vn_load_mode (load, interface, fields);
}

static void
plug_machine (VnLoad *load, VnInterface *interface, const VnInterfaceFields *fields)
{
  if (vn_field_has (&fields->mode))
    vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, fields->mode.origin, NULL,
                 "mode is for VMs (machines with the key on): expected segment");
  else if (!vn_field_has (&fields->segment))
    vn_diag_add (load->diags, VN_DIAG_MISSING_KEY, interface->origin, NULL, "an interface needs the key \"segment\"");
  interface->segment = vn_load_field_ref (load, VN_REF_SEGMENT, &fields->segment);
}

static void
load_interfaces (VnLoad *load, VnMachine *machine, gboolean is_vm, const VnField *interfaces)
{
  for (guint i = 0; i < vn_load_len (load, interfaces); i++)
    {
      VnInterfaceFields fields;
      VnItem item;
      VnInterface *interface;

      if (!vn_load_named_object (load, &VN_KEYS_INTERFACE, interfaces, i, &item, &fields))
        continue;
      interface = vn_interface_new ();
      interface->name = g_strdup (item.name);
      interface->origin = item.origin;
      vn_load_address (load, interface, &fields);
      interface->mtu = (guint)vn_field_number (&fields.mtu, 1500);
      interface->mac = interface_mac (load, machine, &fields.mac, item.name);
      g_ptr_array_add (machine->interfaces, interface);
      if (machine->on != VN_NONE)
        plug_vm (load, interface, &fields);
      else if (!is_vm)
        plug_machine (load, interface, &fields);
    }
}

static void
resolve_host (VnLoad *load, VnMachine *machine, const VnField *on)
{
  const VnMachine *host;

  machine->on = vn_load_field_ref (load, VN_REF_MACHINE, on);
  if (machine->on == VN_NONE)
    return;
  host = vn_topology_machine (load->t, machine->on);
  if (machine->has_hypervisor || host == machine)
    vn_diag_add (load->diags, VN_DIAG_UNSUPPORTED, on->origin, NULL,
                 "\"%s\" is a VM and runs VMs itself: not in this version", machine->name);
  if (!host->has_hypervisor)
    {
      vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, on->origin, NULL, "\"%s\" has no hypervisor to run \"%s\"",
                   host->name, machine->name);
      machine->on = VN_NONE;
    }
}

/* Machines first, then what refers to them: a VM may stand before its host. */
static void
load_machines (VnLoad *load, const VnField *machines)
{
  g_autoptr (GArray) all = g_array_new (FALSE, TRUE, sizeof (VnMachineFields));

  for (guint i = 0; i < vn_load_len (load, machines); i++)
    {
      VnMachineFields fields;
      VnItem item;

      if (!vn_load_named_object (load, &VN_KEYS_MACHINE, machines, i, &item, &fields))
        continue;
      g_ptr_array_add (load->t->machines, load_machine (load, &item, &fields));
      g_array_append_val (all, fields);
    }
  for (guint i = 0; i < all->len; i++)
    {
      const VnMachineFields *fields = &g_array_index (all, VnMachineFields, i);
      VnMachine *machine = g_ptr_array_index (load->t->machines, i);

      resolve_host (load, machine, &fields->on);
      load_interfaces (load, machine, vn_field_has (&fields->on), &fields->interfaces);
      vn_load_role (load, i, fields);
    }
}

void
vn_load_scene (VnLoad *load, const VnField *scene)
{
  VnSceneFields fields;

  if (vn_field_has (scene) && vn_keys_read (&VN_KEYS_SCENE, scene->node, scene->origin, &fields, load->diags))
    {
      load_segments (load, &fields.segments);
      load_machines (load, &fields.machines);
    }
  vn_set_check (load->options->sets, load->options->n_sets, load->t->machines, load->diags);
}
