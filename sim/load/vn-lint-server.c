/* SPDX-License-Identifier: Apache-2.0 */
/* What stops neutron-server with ML2 at its start, and what it accepts without a word (Neutron 21.0.0). */
#include "sim/load/vn-lint.h"

#include "sim/base/vn-text.h"

#include <string.h>

#define MAX_VID 4094

/* Entry points of Neutron 21.0.0; those of its tests are left out. */
static const char *const mechanism_drivers[]
    = { "linuxbridge", "l2population", "macvtap", "openvswitch", "ovn", "ovn-sync", "sriovnicswitch", NULL };
static const char *const type_drivers[] = { "flat", "geneve", "gre", "local", "vlan", "vxlan", NULL };
static const char *const extension_drivers[] = {
  "data_plane_status",
  "dns",
  "dns_domain_keywords",
  "dns_domain_ports",
  "port_device_profile",
  "port_numa_affinity_policy",
  "port_security",
  "qos",
  "subnet_dns_publish_fixed_ip",
  "tag_ports_during_bulk_creation",
  "uplink_status_propagation",
  NULL,
};

static VnOrigin
place (const VnMachine *machine, VnOptionId id)
{
  return vn_lint_place (machine->server, id, machine->server_origin);
}

static void
check_core_plugin (const VnLint *lint, const VnMachine *machine)
{
  static const char *const names[] = { "ml2", "neutron.plugins.ml2.plugin.Ml2Plugin", NULL };
  const char *plugin = vn_config_string (machine->server, VN_OPT_CORE_PLUGIN);
  g_autofree char *shown = vn_text_printable (plugin);

  if (*plugin == '\0')
    vn_diag_add (lint->diags, VN_DIAG_SERVER_PLUGIN, place (machine, VN_OPT_CORE_PLUGIN),
                 "set [DEFAULT] core_plugin = ml2", "the server on \"%s\" has no core_plugin", machine->name);
  else if (!g_strv_contains (names, plugin))
    vn_diag_add (lint->diags, VN_DIAG_SERVER_PLUGIN, place (machine, VN_OPT_CORE_PLUGIN), "set core_plugin = ml2",
                 "core_plugin \"%s\" is not ml2, the only one that knows Linux bridge agents", shown);
}

static void
check_mechanism_drivers (const VnLint *lint, const VnMachine *machine)
{
  const char *const *items = vn_config_list (machine->server, VN_OPT_ML2_MECHANISM_DRIVERS);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_autofree char *hint = vn_suggest_hint (items[i], mechanism_drivers);
      g_autofree char *shown = vn_text_printable (items[i]);

      if (!g_strv_contains (mechanism_drivers, items[i]))
        vn_diag_add (lint->diags, VN_DIAG_SERVER_DRIVER, place (machine, VN_OPT_ML2_MECHANISM_DRIVERS), hint,
                     "mechanism_drivers: Neutron has no mechanism driver \"%s\"", shown);
    }
  if (vn_config_list_has (machine->server, VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge")
      && !vn_config_bool (machine->server, VN_OPT_EXPERIMENTAL_LINUXBRIDGE)
      && !vn_lint_is_bad (machine->server, VN_OPT_EXPERIMENTAL_LINUXBRIDGE))
    vn_diag_add (
        lint->diags, VN_DIAG_SERVER_EXPERIMENTAL,
        vn_lint_place (machine->server, VN_OPT_EXPERIMENTAL_LINUXBRIDGE, place (machine, VN_OPT_ML2_MECHANISM_DRIVERS)),
        "set [experimental] linuxbridge = true",
        "mechanism driver \"linuxbridge\" is experimental in this release and not enabled");
}

/* The plugin asks for its driver at the start. */
static void
check_qos (const VnLint *lint, const VnMachine *machine)
{
  if (vn_config_list_has (machine->server, VN_OPT_SERVICE_PLUGINS, "qos")
      && !vn_config_list_has (machine->server, VN_OPT_ML2_EXTENSION_DRIVERS, "qos"))
    vn_diag_add (lint->diags, VN_DIAG_SERVER_QOS,
                 vn_lint_place (machine->server, VN_OPT_ML2_EXTENSION_DRIVERS, place (machine, VN_OPT_SERVICE_PLUGINS)),
                 "set [ml2] extension_drivers = port_security,qos",
                 "service plugin \"qos\" needs the extension driver \"qos\": the server on \"%s\" exits",
                 machine->name);
}

static gboolean
has_type (const VnConfig *server, const char *type)
{
  return g_strv_contains (type_drivers, type) && vn_config_list_has (server, VN_OPT_ML2_TYPE_DRIVERS, type);
}

static void
check_network_type (const VnLint *lint, const VnMachine *machine, VnOptionId id, const char *type)
{
  g_autofree char *shown = vn_text_printable (type);
  g_autofree char *hint = NULL;

  if (has_type (machine->server, type))
    return;
  hint = vn_suggest_hint (type, vn_config_list (machine->server, VN_OPT_ML2_TYPE_DRIVERS));
  vn_diag_add (lint->diags, VN_DIAG_SERVER_NETWORK_TYPE,
               vn_lint_place (machine->server, id, place (machine, VN_OPT_ML2_TYPE_DRIVERS)), hint,
               "%s: there is no type driver for \"%s\"", vn_option_info (id)->key, shown);
}

static void
check_network_types (const VnLint *lint, const VnMachine *machine)
{
  const char *const *items = vn_config_list (machine->server, VN_OPT_ML2_TENANT_NETWORK_TYPES);
  const char *external = vn_config_string (machine->server, VN_OPT_ML2_EXTERNAL_NETWORK_TYPE);

  for (guint i = 0; items[i] != NULL; i++)
    check_network_type (lint, machine, VN_OPT_ML2_TENANT_NETWORK_TYPES, items[i]);
  if (*external != '\0')
    check_network_type (lint, machine, VN_OPT_ML2_EXTERNAL_NETWORK_TYPE, external);
}

/* "min:max" within [1, @top]. */
static gboolean
is_range (const char *min_text, const char *max_text, gint64 top)
{
  gint64 min, max;

  return vn_lint_parse_int (min_text, &min) && vn_lint_parse_int (max_text, &max) && min >= 1 && max <= top
         && min <= max;
}

static void
check_vni_ranges (const VnLint *lint, const VnMachine *machine)
{
  const char *const *items = vn_config_list (machine->server, VN_OPT_VXLAN_VNI_RANGES);

  if (!has_type (machine->server, "vxlan"))
    return;
  for (guint i = 0; items[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (items[i], ":", -1);
      g_autofree char *shown = vn_text_printable (items[i]);

      if (g_strv_length (fields) != 2 || !is_range (fields[0], fields[1], VN_VNI_MAX))
        vn_diag_add (lint->diags, VN_DIAG_SERVER_VNI_RANGES, place (machine, VN_OPT_VXLAN_VNI_RANGES), NULL,
                     "vni_ranges: \"%s\" is not first:last with 1 <= first <= last <= %u", shown, VN_VNI_MAX);
    }
}

static void
check_vlan_ranges (const VnLint *lint, const VnMachine *machine)
{
  const char *const *items = vn_config_list (machine->server, VN_OPT_VLAN_RANGES);

  if (!has_type (machine->server, "vlan"))
    return;
  for (guint i = 0; items[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (items[i], ":", -1);
      guint n_fields = g_strv_length (fields);
      g_autofree char *shown = vn_text_printable (items[i]);

      if (n_fields > 1 && (n_fields != 3 || *fields[0] == '\0' || !is_range (fields[1], fields[2], MAX_VID)))
        vn_diag_add (lint->diags, VN_DIAG_SERVER_VLAN_RANGES, place (machine, VN_OPT_VLAN_RANGES), NULL,
                     "network_vlan_ranges: \"%s\" is not physical network[:first:last] with 1 <= first <= last <= %d",
                     shown, MAX_VID);
    }
}

void
vn_lint_server_start (const VnLint *lint, const VnMachine *machine)
{
  check_core_plugin (lint, machine);
  check_mechanism_drivers (lint, machine);
  check_qos (lint, machine);
  check_network_types (lint, machine);
  check_vni_ranges (lint, machine);
  check_vlan_ranges (lint, machine);
}

static void
warn_unknown_drivers (const VnLint *lint, const VnMachine *machine, VnOptionId id, const char *const *known)
{
  const char *const *items = vn_config_list (machine->server, id);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_autofree char *hint = vn_suggest_hint (items[i], known);
      g_autofree char *shown = vn_text_printable (items[i]);

      if (!g_strv_contains (known, items[i]))
        vn_diag_add (lint->diags, VN_DIAG_LINT_DRIVER, place (machine, id), hint,
                     "%s: Neutron has no driver \"%s\"; the server leaves it out", vn_option_info (id)->key, shown);
    }
}

static void
warn_no_linuxbridge (const VnLint *lint, const VnMachine *machine)
{
  if (!vn_config_list_has (machine->server, VN_OPT_ML2_MECHANISM_DRIVERS, "linuxbridge"))
    vn_diag_add (lint->diags, VN_DIAG_LINT_NO_LINUXBRIDGE, place (machine, VN_OPT_ML2_MECHANISM_DRIVERS), NULL,
                 "mechanism_drivers lacks linuxbridge: the server binds no port to a Linux bridge agent");
}

static void
warn_no_vni (const VnLint *lint, const VnMachine *machine)
{
  if (has_type (machine->server, "vxlan")
      && vn_config_list_has (machine->server, VN_OPT_ML2_TENANT_NETWORK_TYPES, "vxlan")
      && *vn_config_list (machine->server, VN_OPT_VXLAN_VNI_RANGES) == NULL)
    vn_diag_add (lint->diags, VN_DIAG_LINT_NO_VNI, place (machine, VN_OPT_ML2_TENANT_NETWORK_TYPES),
                 "set [ml2_type_vxlan] vni_ranges",
                 "tenant_network_types has vxlan, but vni_ranges is empty: such networks can't be created");
}

/* The server logs the error and drops the whole option. */
static void
warn_physical_mtus (const VnLint *lint, const VnMachine *machine)
{
  const char *const *items = vn_config_list (machine->server, VN_OPT_ML2_PHYSICAL_NETWORK_MTUS);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_autofree char *shown = vn_text_printable (items[i]);
      g_autofree char *key = NULL;
      g_autofree char *value = NULL;
      gint64 mtu;

      if (*items[i] != '\0' && (!vn_mapping_split (items[i], &key, &value) || !vn_lint_parse_int (value, &mtu)))
        vn_diag_add (lint->diags, VN_DIAG_LINT_PHYSICAL_MTUS, place (machine, VN_OPT_ML2_PHYSICAL_NETWORK_MTUS), NULL,
                     "physical_network_mtus: \"%s\" is not physical network:MTU", shown);
    }
}

static void
warn_mtu (const VnLint *lint, const VnMachine *machine)
{
  gint64 version = vn_config_int (machine->server, VN_OPT_ML2_OVERLAY_IP_VERSION, 4);

  if (vn_config_int (machine->server, VN_OPT_GLOBAL_PHYSNET_MTU, 0) <= 0
      || vn_mtu_limit (machine->server, VN_NET_VXLAN, NULL) <= 0)
    vn_diag_add (lint->diags, VN_DIAG_LINT_MTU,
                 vn_lint_place (machine->server, VN_OPT_GLOBAL_PHYSNET_MTU, place (machine, VN_OPT_ML2_PATH_MTU)), NULL,
                 "global_physnet_mtu and path_mtu leave VXLAN networks no byte");
  if (version != 4 && version != 6)
    vn_diag_add (lint->diags, VN_DIAG_LINT_MTU, place (machine, VN_OPT_ML2_OVERLAY_IP_VERSION), "use 4 or 6",
                 "overlay_ip_version %" G_GINT64_FORMAT ": no VXLAN network can be created", version);
}

void
vn_lint_server_habits (const VnLint *lint, const VnMachine *machine)
{
  warn_unknown_drivers (lint, machine, VN_OPT_ML2_TYPE_DRIVERS, type_drivers);
  warn_unknown_drivers (lint, machine, VN_OPT_ML2_EXTENSION_DRIVERS, extension_drivers);
  warn_no_linuxbridge (lint, machine);
  warn_no_vni (lint, machine);
  warn_physical_mtus (lint, machine);
  warn_mtu (lint, machine);
}
