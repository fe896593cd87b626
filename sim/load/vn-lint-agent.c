/* SPDX-License-Identifier: Apache-2.0 */
/* What stops the Linux bridge agent at its start (Neutron 21.0.0, found by starting it), in the order of its checks. */
#include "sim/load/vn-lint.h"

#include "sim/base/vn-text.h"

#include <string.h>

typedef struct
{
  VnOptionId id;
  VnDiagCode missing; /* for a value that names no device */
  const char *what;
} MappingRule;

static const MappingRule mapping_rules[] = {
  { VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, VN_DIAG_AGENT_INTERFACE, "interface" },
  { VN_OPT_LB_BRIDGE_MAPPINGS, VN_DIAG_AGENT_BRIDGE, "bridge" },
};

static VnOrigin
place (const VnMachine *machine, VnOptionId id)
{
  return vn_lint_place (machine->agent, id, machine->agent_origin);
}

static char *
suggest_device (const VnMachine *machine, const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  char *hint;

  for (guint i = 0; i < machine->interfaces->len; i++)
    g_ptr_array_add (names, VN_AT (machine->interfaces, VnInterface, i)->name);
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (name, (const char *const *)names->pdata);
  if (hint == NULL && names->len > 1)
    {
      g_autofree char *all = g_strjoinv (", ", (char **)names->pdata);

      hint = g_strdup_printf ("it has %s", all);
    }
  return hint;
}

static void
check_mapped_device (const VnLint *lint, const VnMachine *machine, const MappingRule *rule, const char *key,
                     const char *value)
{
  g_autofree char *hint = NULL;

  if (vn_lint_has_device (machine, value))
    return;
  hint = suggest_device (machine, value);
  vn_diag_add (lint->diags, rule->missing, place (machine, rule->id), hint,
               "machine \"%s\" has no %s \"%s\", which physical network \"%s\" is mapped to", machine->name, rule->what,
               value, key);
}

/* Records @key and @value in @keys and @values. */
static void
check_unique (const VnLint *lint, const VnMachine *machine, const MappingRule *rule, const char *key, const char *value,
              GHashTable *keys, GHashTable *values)
{
  const char *key_name = vn_option_info (rule->id)->key;

  if (!g_hash_table_add (keys, g_strdup (key)))
    vn_diag_add (lint->diags, VN_DIAG_AGENT_MAPPING, place (machine, rule->id), NULL,
                 "%s: physical network \"%s\" is mapped twice", key_name, key);
  else if (!g_hash_table_add (values, g_strdup (value)))
    vn_diag_add (lint->diags, VN_DIAG_AGENT_MAPPING, place (machine, rule->id), NULL,
                 "%s: %s \"%s\" is used twice; each may carry one physical network", key_name, rule->what, value);
}

static void
check_mapping (const VnLint *lint, const VnMachine *machine, const MappingRule *rule)
{
  const char *const *items = vn_config_list (machine->agent, rule->id);
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_autofree char *key = NULL;
      g_autofree char *value = NULL;

      if (*items[i] == '\0')
        continue;
      if (!vn_mapping_split (items[i], &key, &value))
        {
          g_autofree char *shown = vn_text_printable (items[i]);

          vn_diag_add (lint->diags, VN_DIAG_AGENT_MAPPING, place (machine, rule->id), NULL,
                       "%s: \"%s\" is not physical network:%s", vn_option_info (rule->id)->key, shown, rule->what);
          continue;
        }
      check_unique (lint, machine, rule, key, value, keys, values);
      check_mapped_device (lint, machine, rule, key, value);
    }
}

static gboolean
is_loopback (VnIp ip)
{
  VnIp v4, v6;

  return vn_ip_parse ("127.0.0.1", &v4) && vn_ip_parse ("::1", &v6) && (vn_ip_equal (ip, v4) || vn_ip_equal (ip, v6));
}

/* "its addresses are 10.0.0.1 (ens33), …", or NULL. Transfer full. */
static char *
addresses_hint (const VnMachine *machine)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < machine->interfaces->len; i++)
    {
      const VnInterface *interface = VN_AT (machine->interfaces, VnInterface, i);
      g_autofree char *ip = NULL;

      if (!interface->has_address)
        continue;
      ip = vn_ip_to_string (interface->address.ip);
      g_string_append_printf (text, "%s%s (%s)", text->len == 0 ? "its addresses are " : ", ", ip, interface->name);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* Returns: whether the agent gets past it. */
static gboolean
check_local_ip (const VnLint *lint, const VnMachine *machine)
{
  VnIp ip = vn_config_ip (machine->agent, VN_OPT_VXLAN_LOCAL_IP);
  g_autofree char *hint = addresses_hint (machine);
  g_autofree char *text = NULL;

  if (vn_lint_is_bad (machine->agent, VN_OPT_VXLAN_LOCAL_IP))
    return FALSE;
  if (!vn_ip_is_set (ip))
    {
      vn_diag_add (lint->diags, VN_DIAG_AGENT_LOCAL_IP, machine->agent_origin, hint,
                   "the agent of \"%s\" has VXLAN enabled but no [vxlan] local_ip", machine->name);
      return FALSE;
    }
  if (is_loopback (ip) || vn_machine_tunnel_interface (machine) != VN_NONE)
    return TRUE;
  text = vn_ip_to_string (ip);
  vn_diag_add (lint->diags, VN_DIAG_AGENT_LOCAL_IP, place (machine, VN_OPT_VXLAN_LOCAL_IP), hint,
               "local_ip %s is on no interface of \"%s\"", text, machine->name);
  return FALSE;
}

static gboolean
is_multicast_prefix (VnPrefix prefix)
{
  return vn_ip_is_multicast (vn_prefix_first (prefix)) && vn_ip_is_multicast (vn_prefix_last (prefix));
}

static void
check_group (const VnLint *lint, const VnMachine *machine)
{
  const char *group = vn_config_string (machine->agent, VN_OPT_VXLAN_GROUP);
  VnIp local_ip = vn_config_ip (machine->agent, VN_OPT_VXLAN_LOCAL_IP);
  VnPrefix prefix;
  g_autofree char *shown = NULL;

  if (*group == '\0'
      || (vn_prefix_parse (group, &prefix) && is_multicast_prefix (prefix) && prefix.ip.family == local_ip.family))
    return;
  shown = vn_text_printable (group);
  vn_diag_add (lint->diags, VN_DIAG_AGENT_GROUP,
               vn_lint_place (machine->agent, VN_OPT_VXLAN_GROUP, place (machine, VN_OPT_VXLAN_LOCAL_IP)),
               machine->agent->values[VN_OPT_VXLAN_GROUP].is_set ? NULL : "it is the default: set vxlan_group too",
               "vxlan_group \"%s\" is no multicast address or prefix of IPv%d, which local_ip belongs to", shown,
               (int)local_ip.family);
}

static void
check_ranges (const VnLint *lint, const VnMachine *machine)
{
  const char *const *items = vn_config_list (machine->agent, VN_OPT_VXLAN_MULTICAST_RANGES);
  VnFamily family = vn_config_ip (machine->agent, VN_OPT_VXLAN_LOCAL_IP).family;

  for (guint i = 0; items[i] != NULL; i++)
    {
      g_autofree char *shown = vn_text_printable (items[i]);
      VnMulticastRange range;

      if (!vn_lint_parse_range (items[i], &range) || range.min > range.max || !vn_ip_is_multicast (range.group)
          || range.group.family != family)
        vn_diag_add (lint->diags, VN_DIAG_AGENT_RANGES, place (machine, VN_OPT_VXLAN_MULTICAST_RANGES),
                     family == VN_FAMILY_IPV6 ? "no IPv6 group can be written here: its colons end the field" : NULL,
                     "multicast_ranges: \"%s\" is not multicast address:first VNI:last VNI of local_ip's family",
                     shown);
    }
}

static void
check_mode (const VnLint *lint, const VnMachine *machine)
{
  gboolean is_v6 = vn_config_ip (machine->agent, VN_OPT_VXLAN_LOCAL_IP).family == VN_FAMILY_IPV6;

  if (vn_vxlan_mode (machine->agent) == VN_VXLAN_IMPOSSIBLE)
    vn_diag_add (lint->diags, VN_DIAG_AGENT_NO_MODE, place (machine, VN_OPT_VXLAN_GROUP),
                 is_v6 ? "unicast mode is impossible with an IPv6 local_ip: set vxlan_group"
                       : "set l2_population = true or a vxlan_group",
                 "VXLAN is enabled, but the agent can work neither by unicast nor by multicast");
}

static void
check_device (const VnLint *lint, const VnMachine *machine)
{
  VnOptionId id;
  const char *what;

  if (vn_config_bool (machine->agent, VN_OPT_VXLAN_L2_POPULATION)
      && vn_lint_device_refused (machine->agent, &id, &what))
    vn_diag_add (lint->diags, VN_DIAG_AGENT_DEVICE, place (machine, id), NULL,
                 "%s %s: the agent can't make the VXLAN device by which it tests unicast mode",
                 vn_option_info (id)->key, what);
}

static void
check_vxlan (const VnLint *lint, const VnMachine *machine)
{
  if (!vn_config_bool (machine->agent, VN_OPT_VXLAN_ENABLE) || vn_lint_is_bad (machine->agent, VN_OPT_VXLAN_ENABLE))
    return;
  if (check_local_ip (lint, machine))
    {
      check_ranges (lint, machine);
      check_group (lint, machine);
      check_mode (lint, machine);
    }
  check_device (lint, machine);
}

static void
check_firewall (const VnLint *lint, const VnMachine *machine)
{
  const char *driver = vn_config_string (machine->agent, VN_OPT_FIREWALL_DRIVER);
  VnFirewall firewall = vn_firewall_of (machine->agent);
  g_autofree char *shown = vn_text_printable (driver);
  g_autofree char *hint = NULL;

  if (firewall == VN_FIREWALL_OPENVSWITCH)
    vn_diag_add (lint->diags, VN_DIAG_AGENT_FIREWALL, place (machine, VN_OPT_FIREWALL_DRIVER), "use \"iptables\"",
                 "firewall_driver \"%s\" needs Open vSwitch: the Linux bridge agent crashes", shown);
  if (firewall != VN_FIREWALL_UNKNOWN)
    return;
  hint = vn_suggest_hint (driver, vn_firewall_names ());
  vn_diag_add (lint->diags, VN_DIAG_AGENT_FIREWALL, place (machine, VN_OPT_FIREWALL_DRIVER), hint,
               "unknown firewall_driver \"%s\" (expected iptables, noop or the class path of one)", shown);
}

void
vn_lint_agent_start (const VnLint *lint, const VnMachine *machine)
{
  for (guint i = 0; i < G_N_ELEMENTS (mapping_rules); i++)
    check_mapping (lint, machine, &mapping_rules[i]);
  check_vxlan (lint, machine);
  check_firewall (lint, machine);
}
