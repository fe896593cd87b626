/* SPDX-License-Identifier: Apache-2.0 */
/* Options: the table, the types of oslo.config at their bounds, and what options come to. */
#include "sim/model/vn-driver.h"

#include "sim/base/vn-error.h"

#include <string.h>

static void
test_table (void)
{
  for (guint i = 0; i < VN_N_OPTIONS; i++)
    {
      const VnOptionInfo *info = vn_option_info ((VnOptionId)i);
      VnOptionId found;

      g_assert_true (vn_option_find (info->section, info->key, &found));
      g_assert_cmpint (found, ==, i);
      g_assert_cmpstr (info->effect, !=, "");
      g_assert_cmpint (info->programs, !=, 0);
    }
}

static void
test_find (void)
{
  VnOptionId id;

  g_assert_true (vn_option_find ("vXlan", "ttl", &id));
  g_assert_false (vn_option_find ("vxlan", "TTL", &id));
  g_assert_false (vn_option_find ("default", "host", &id));
  g_assert_false (vn_option_find ("ml2", "segment_mtu", &id));
  g_assert_true (vn_option_find_old_name ("ml2", "segment_mtu", &id));
  g_assert_cmpint (id, ==, VN_OPT_GLOBAL_PHYSNET_MTU);
  g_assert_cmpstr (vn_option_group (vn_option_info (VN_OPT_VXLAN_TTL)), ==, "VXLAN");
  g_assert_cmpstr (vn_option_group (vn_option_info (VN_OPT_ML2_PATH_MTU)), ==, "ml2");
}

/* What counts as a value; NULL = refused, "-" = none. */
static void
test_types (void)
{
  static const struct
  {
    VnOptionId id;
    const char *text, *expected;
  } rows[] = {
    { VN_OPT_VXLAN_L2_POPULATION, "YES", "1" },
    { VN_OPT_VXLAN_L2_POPULATION, "off", "0" },
    { VN_OPT_VXLAN_L2_POPULATION, " true", NULL },
    { VN_OPT_VXLAN_L2_POPULATION, "", NULL },
    { VN_OPT_VXLAN_L2_POPULATION, "2", NULL },
    { VN_OPT_VXLAN_TTL, " 7 ", "7" },
    { VN_OPT_VXLAN_TTL, "+007", "7" },
    { VN_OPT_VXLAN_TTL, "1_0", "10" },
    { VN_OPT_VXLAN_TTL, "1__0", NULL },
    { VN_OPT_VXLAN_TTL, "_1", NULL },
    { VN_OPT_VXLAN_TTL, "1_", NULL },
    { VN_OPT_VXLAN_TTL, "-", NULL },
    { VN_OPT_VXLAN_TTL, "- 1", NULL },
    { VN_OPT_VXLAN_TTL, "-5", "-5" },
    { VN_OPT_VXLAN_TTL, " ", "-" },
    { VN_OPT_VXLAN_TTL,
      "\xc2\xa0"
      "7",
      "7" },
    { VN_OPT_VXLAN_TTL, "9223372036854775807", "9223372036854775807" },
    { VN_OPT_VXLAN_TTL, "9223372036854775808", NULL },
    { VN_OPT_AGENT_DSCP, "0", "0" },
    { VN_OPT_AGENT_DSCP, "63", "63" },
    { VN_OPT_AGENT_DSCP, "64", NULL },
    { VN_OPT_AGENT_DSCP, "-1", NULL },
    { VN_OPT_NETWORK_LOG_BURST_LIMIT, "25", "25" },
    { VN_OPT_NETWORK_LOG_BURST_LIMIT, "24", NULL },
    { VN_OPT_VXLAN_UDP_DSTPORT, "65535", "65535" },
    { VN_OPT_VXLAN_UDP_DSTPORT, "65536", NULL },
    { VN_OPT_VXLAN_UDP_DSTPORT, "-1", NULL },
    { VN_OPT_VXLAN_UDP_DSTPORT, "", "-" },
    { VN_OPT_AGENT_REPORT_INTERVAL, "0.5", "0.5" },
    { VN_OPT_AGENT_REPORT_INTERVAL, "1e3", "1e3" },
    { VN_OPT_AGENT_REPORT_INTERVAL, "0x1", NULL },
    { VN_OPT_AGENT_REPORT_INTERVAL, "1s", NULL },
    { VN_OPT_VXLAN_LOCAL_IP, "10.0.0.1", "10.0.0.1" },
    { VN_OPT_VXLAN_LOCAL_IP, "fd00::1", "fd00::1" },
    { VN_OPT_VXLAN_LOCAL_IP, "fe80::1%eth0", NULL },
    { VN_OPT_VXLAN_LOCAL_IP, "10.0.0.01", NULL },
    { VN_OPT_VXLAN_LOCAL_IP, " 10.0.0.1", NULL },
    { VN_OPT_HOST, "node-1.example.org.", "node-1.example.org." },
    { VN_OPT_HOST, "10.0.0.1", "10.0.0.1" },
    { VN_OPT_HOST, "10.0.0.256", NULL },
    { VN_OPT_HOST, "1node", "1node" },
    { VN_OPT_HOST, "-node", NULL },
    { VN_OPT_HOST, "a..b", NULL },
    { VN_OPT_HOST, "", NULL },
    { VN_OPT_ML2_TYPE_DRIVERS, "a, b ,c,,", "a|b|c" },
    { VN_OPT_ML2_TYPE_DRIVERS, "a,,b", "a||b" },
    { VN_OPT_ML2_TYPE_DRIVERS, " ", "" },
    { VN_OPT_ML2_TYPE_DRIVERS, "a,\nb", "a|b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnConfig) config = vn_config_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *got = NULL;

      g_test_message ("%s = %s", vn_option_info (rows[i].id)->key, rows[i].text);
      if (!vn_config_set (config, rows[i].id, rows[i].text, VN_ORIGIN_NONE, &error))
        g_assert_error (error, VN_ERROR, VN_ERROR_INPUT);
      else if (!vn_config_has (config, rows[i].id))
        got = g_strdup ("-");
      else
        switch (vn_option_info (rows[i].id)->type)
          {
          case VN_OPT_TYPE_BOOL:
            got = g_strdup_printf ("%d", vn_config_bool (config, rows[i].id));
            break;
          case VN_OPT_TYPE_INT:
          case VN_OPT_TYPE_PORT:
            got = g_strdup_printf ("%" G_GINT64_FORMAT, vn_config_int (config, rows[i].id, 0));
            break;
          case VN_OPT_TYPE_IP:
            got = vn_ip_to_string (vn_config_ip (config, rows[i].id));
            break;
          case VN_OPT_TYPE_LIST:
            got = g_strjoinv ("|", (char **)vn_config_list (config, rows[i].id));
            break;
          default:
            got = g_strdup (config->values[rows[i].id].text);
          }
      g_assert_cmpstr (got, ==, rows[i].expected);
    }
}

static void
test_set (void)
{
  g_autoptr (VnConfig) config = vn_config_new ();
  g_autoptr (GError) error = NULL;
  VnOrigin origin = vn_origin_new ("lb.ini", 12, 3);
  g_autofree char *unset = vn_config_describe (config, VN_OPT_VXLAN_L2_POPULATION);
  g_autofree char *none = vn_config_describe (config, VN_OPT_VXLAN_LOCAL_IP);
  g_autofree char *set = NULL;

  g_assert_cmpstr (unset, ==, "l2_population = false (default)");
  g_assert_cmpstr (none, ==, "local_ip = none (default)");
  g_assert_true (vn_config_set (config, VN_OPT_VXLAN_L2_POPULATION, "true", origin, &error));
  set = vn_config_describe (config, VN_OPT_VXLAN_L2_POPULATION);
  g_assert_cmpstr (set, ==, "l2_population = true (lb.ini:12)");
  g_assert_false (vn_config_set (config, VN_OPT_VXLAN_L2_POPULATION, "maybe", VN_ORIGIN_NONE, &error));
  g_assert_true (vn_config_bool (config, VN_OPT_VXLAN_L2_POPULATION));
  g_assert_true (vn_config_bool (NULL, VN_OPT_VXLAN_ENABLE));
  g_assert_true (vn_config_list_has (NULL, VN_OPT_ML2_TYPE_DRIVERS, "vxlan"));
  g_assert_cmpstr (vn_config_string (NULL, VN_OPT_FIREWALL_DRIVER), ==, "");
}

static void
test_markdown (void)
{
  g_autofree char *text = vn_options_markdown ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, VN_N_OPTIONS + 3);
  g_assert_nonnull (
      strstr (text, "| `[vxlan] local_ip` | an IPv4 or IPv6 address, without prefix length | none | agent |"));
}

/* ---- what options come to ---- */

typedef struct
{
  VnOptionId id;
  const char *text;
} Setting;

static VnConfig *
make (const Setting *settings, guint n_settings)
{
  VnConfig *config = vn_config_new ();

  for (guint i = 0; i < n_settings && settings[i].text != NULL; i++)
    g_assert_true (vn_config_set (config, settings[i].id, settings[i].text, VN_ORIGIN_NONE, NULL));
  return config;
}

static void
test_firewall (void)
{
  for (guint i = 0; vn_firewall_names ()[i] != NULL; i++)
    {
      const Setting setting = { VN_OPT_FIREWALL_DRIVER, vn_firewall_names ()[i] };
      g_autoptr (VnConfig) config = make (&setting, 1);

      g_assert_cmpint (vn_firewall_of (config), !=, VN_FIREWALL_UNKNOWN);
      g_assert_true (vn_firewall_filters (config) == (vn_firewall_of (config) == VN_FIREWALL_IPTABLES));
      g_assert_nonnull (vn_firewall_name (vn_firewall_of (config)));
    }
  g_assert_cmpint (vn_firewall_of (NULL), ==, VN_FIREWALL_NOOP);
}

static void
test_vxlan_mode (void)
{
  static const struct
  {
    Setting settings[3];
    VnVxlanMode mode;
  } rows[] = {
    { { { 0 } }, VN_VXLAN_MULTICAST },
    { { { VN_OPT_VXLAN_ENABLE, "false" }, { VN_OPT_VXLAN_L2_POPULATION, "true" } }, VN_VXLAN_OFF },
    { { { VN_OPT_VXLAN_L2_POPULATION, "true" } }, VN_VXLAN_UNICAST },
    { { { VN_OPT_VXLAN_GROUP, "" } }, VN_VXLAN_IMPOSSIBLE },
    { { { VN_OPT_VXLAN_GROUP, "" }, { VN_OPT_VXLAN_L2_POPULATION, "true" } }, VN_VXLAN_UNICAST },
    { { { VN_OPT_VXLAN_LOCAL_IP, "fd00::1" }, { VN_OPT_VXLAN_L2_POPULATION, "true" } }, VN_VXLAN_MULTICAST },
    { { { VN_OPT_VXLAN_LOCAL_IP, "fd00::1" }, { VN_OPT_VXLAN_L2_POPULATION, "true" }, { VN_OPT_VXLAN_GROUP, "" } },
      VN_VXLAN_IMPOSSIBLE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnConfig) config = make (rows[i].settings, G_N_ELEMENTS (rows[i].settings));

      g_assert_cmpstr (vn_vxlan_mode_name (vn_vxlan_mode (config)), ==, vn_vxlan_mode_name (rows[i].mode));
    }
}

/* Seen on real agents, the IPv6 rows excepted. */
static void
test_vxlan_group (void)
{
  static const struct
  {
    const char *group, *ranges;
    guint32 vni;
    const char *expected;
  } rows[] = {
    { "239.1.0.0/16", "", 1484, "239.1.5.204" },
    { "239.1.0.0/16", "", 65536, "239.1.0.0" },
    { "224.0.0.1", "", 1484, "224.0.0.1" },
    { "224.0.0.0/4", "", VN_VNI_MAX, "224.255.255.255" },
    { "", "", 1484, "-" },
    { "224.0.0.1", "239.9.9.9:1000:1499,239.8.0.0:1500:1999", 1621, "239.8.0.0" },
    { "224.0.0.1", "239.9.9.9:1000:1499,239.8.0.0:1500:1999", 1000, "239.9.9.9" },
    { "224.0.0.1", "239.9.9.9:1000:1499,239.8.0.0:1500:1999", 999, "224.0.0.1" },
    { "224.0.0.1", "239.9.9.9:1000:1499,239.8.0.0:1499:1999", 1499, "239.9.9.9" },
    { "224.0.0.1", "239.9.9.9:1000:1499,239.8.0.0:1500:1999", 2000, "224.0.0.1" },
    { "ff05::/64", "", 256, "ff05::100" },
    { "ff05::1", "", 256, "ff05::1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const Setting settings[]
          = { { VN_OPT_VXLAN_GROUP, rows[i].group }, { VN_OPT_VXLAN_MULTICAST_RANGES, rows[i].ranges } };
      g_autoptr (VnConfig) config = make (settings, G_N_ELEMENTS (settings));
      g_autofree char *got = vn_ip_to_string (vn_vxlan_group (config, (VnVni){ rows[i].vni }));

      g_assert_cmpstr (got, ==, rows[i].expected);
    }
}

static void
test_vxlan_header (void)
{
  static const Setting tos[] = { { VN_OPT_VXLAN_TOS, "4" }, { VN_OPT_AGENT_DSCP_INHERIT, "true" } };
  static const Setting inherit[] = { { VN_OPT_AGENT_DSCP, "8" }, { VN_OPT_AGENT_DSCP_INHERIT, "true" } };
  static const Setting dscp[] = { { VN_OPT_AGENT_DSCP, "8" }, { VN_OPT_VXLAN_UDP_DSTPORT, "4789" } };
  static const Setting zero[] = { { VN_OPT_VXLAN_UDP_DSTPORT, "0" }, { VN_OPT_VXLAN_ARP_RESPONDER, "true" } };
  static const Setting proxy[] = { { VN_OPT_VXLAN_L2_POPULATION, "true" }, { VN_OPT_VXLAN_ARP_RESPONDER, "true" } };
  g_autoptr (VnConfig) with_tos = make (tos, 2);
  g_autoptr (VnConfig) with_inherit = make (inherit, 2);
  g_autoptr (VnConfig) with_dscp = make (dscp, 2);
  g_autoptr (VnConfig) with_zero = make (zero, 2);
  g_autoptr (VnConfig) with_proxy = make (proxy, 2);

  g_assert_cmpint (vn_vxlan_tos (with_tos), ==, 4);
  g_assert_cmpint (vn_vxlan_tos (with_inherit), ==, VN_TOS_INHERIT);
  g_assert_cmpint (vn_vxlan_tos (with_dscp), ==, 32);
  g_assert_cmpint (vn_vxlan_tos (NULL), ==, VN_TOS_DEFAULT);
  g_assert_cmpuint (vn_vxlan_udp_port (with_dscp), ==, 4789);
  g_assert_cmpuint (vn_vxlan_udp_port (with_zero), ==, 8472);
  g_assert_cmpuint (vn_vxlan_udp_port (NULL), ==, 8472);
  g_assert_false (vn_vxlan_proxy (with_zero));
  g_assert_true (vn_vxlan_proxy (with_proxy));
}

/* By the sums of Neutron's type drivers. */
static void
test_mtu (void)
{
  static const struct
  {
    Setting settings[3];
    VnNetType type;
    gint64 mtu;
  } rows[] = {
    { { { 0 } }, VN_NET_VXLAN, 1450 },
    { { { 0 } }, VN_NET_FLAT, 1500 },
    { { { 0 } }, VN_NET_LOCAL, 1500 },
    { { { VN_OPT_ML2_OVERLAY_IP_VERSION, "6" } }, VN_NET_VXLAN, 1430 },
    { { { VN_OPT_GLOBAL_PHYSNET_MTU, "9000" }, { VN_OPT_ML2_PATH_MTU, "4000" } }, VN_NET_VXLAN, 3950 },
    { { { VN_OPT_GLOBAL_PHYSNET_MTU, "9000" }, { VN_OPT_ML2_PATH_MTU, "4000" } }, VN_NET_VLAN, 9000 },
    { { { VN_OPT_GLOBAL_PHYSNET_MTU, "9000" }, { VN_OPT_ML2_PHYSICAL_NETWORK_MTUS, "a:1,p:4000" } },
      VN_NET_VLAN,
      4000 },
    { { { VN_OPT_ML2_PHYSICAL_NETWORK_MTUS, "p:4000" } }, VN_NET_VLAN, 1500 },
    { { { VN_OPT_ML2_PHYSICAL_NETWORK_MTUS, "p:four" } }, VN_NET_VLAN, 1500 },
    { { { VN_OPT_GLOBAL_PHYSNET_MTU, "-5" } }, VN_NET_VXLAN, 0 },
    { { { VN_OPT_GLOBAL_PHYSNET_MTU, "40" } }, VN_NET_VXLAN, -10 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnConfig) config = make (rows[i].settings, G_N_ELEMENTS (rows[i].settings));

      g_assert_cmpint (vn_mtu_limit (config, rows[i].type, "p"), ==, rows[i].mtu);
    }
}

static void
test_mapping (void)
{
  static const Setting settings[] = { { VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, "a : eth1, b:eth2,c" } };
  g_autoptr (VnConfig) config = make (settings, 1);
  g_autofree char *a = vn_mapping_find (config, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, "a");
  g_autofree char *b = vn_mapping_find (config, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, "b");
  g_autofree char *c = vn_mapping_find (config, VN_OPT_LB_PHYSICAL_INTERFACE_MAPPINGS, "c");

  g_assert_cmpstr (a, ==, "eth1");
  g_assert_cmpstr (b, ==, "eth2");
  g_assert_null (c);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/table", test_table);
  g_test_add_func ("/config/find", test_find);
  g_test_add_func ("/config/types", test_types);
  g_test_add_func ("/config/set", test_set);
  g_test_add_func ("/config/markdown", test_markdown);
  g_test_add_func ("/driver/firewall", test_firewall);
  g_test_add_func ("/driver/vxlan-mode", test_vxlan_mode);
  g_test_add_func ("/driver/vxlan-group", test_vxlan_group);
  g_test_add_func ("/driver/vxlan-header", test_vxlan_header);
  g_test_add_func ("/driver/mtu", test_mtu);
  g_test_add_func ("/driver/mapping", test_mapping);
  return g_test_run ();
}
