/* SPDX-License-Identifier: Apache-2.0 */
/* --set: its syntax, where it applies, what it can get wrong. */
#include "sim/load/vn-load.h"

#include <string.h>

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    const char *expected; /* "host|section|key|value"; NULL = refused */
  } rows[] = {
    { "compute1:vxlan.l2_population=false", "compute1|vxlan|l2_population|false" },
    { "*:vxlan.ttl=", "*|vxlan|ttl|" },
    { "c:vxlan.vxlan_group=ff05::1", "c|vxlan|vxlan_group|ff05::1" },
    { "c:linux_bridge.physical_interface_mappings=a:b=c.d", "c|linux_bridge|physical_interface_mappings|a:b=c.d" },
    { "", NULL },
    { "c", NULL },
    { "c:vxlan", NULL },
    { "c:vxlan.ttl", NULL },
    { ":vxlan.ttl=5", NULL },
    { "c:.ttl=5", NULL },
    { "c:vxlan.=5", NULL },
    { "vxlan.ttl=a:b.c=d", NULL },
    { "c:ttl=5.0", NULL },
    { "c:ttl=5.0=1", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *got = NULL;
      VnSet set;

      g_test_message ("%s", rows[i].text);
      if (vn_set_parse (rows[i].text, &set, &error))
        {
          got = g_strjoin ("|", set.host, set.section, set.key, set.value, NULL);
          vn_set_clear (&set);
        }
      g_assert_cmpstr (got, ==, rows[i].expected);
      g_assert_true ((error != NULL) == (got == NULL));
    }
}

static VnMachine *
add_machine (GPtrArray *machines, const char *name, gboolean has_agent, gboolean has_server)
{
  VnMachine *machine = vn_machine_new ();

  machine->name = g_strdup (name);
  machine->agent = has_agent ? vn_config_new () : NULL;
  machine->server = has_server ? vn_config_new () : NULL;
  g_ptr_array_add (machines, machine);
  return machine;
}

static void
test_check (void)
{
  static const struct
  {
    VnSet set;
    const char *expected, *hint;
  } rows[] = {
    { { (char *)"compute", (char *)"vxlan", (char *)"ttl", (char *)"5" }, NULL, NULL },
    { { (char *)"*", (char *)"VXLAN", (char *)"ttl", (char *)"five" }, NULL, NULL },
    { { (char *)"*", (char *)"ml2", (char *)"segment_mtu", (char *)"9000" }, NULL, NULL },
    { { (char *)"compote", (char *)"vxlan", (char *)"ttl", (char *)"5" }, "CFG-SET-HOST", "did you mean \"compute\"?" },
    { { (char *)"compute", (char *)"ml2", (char *)"path_mtu", (char *)"5" }, "CFG-SET-HOST", NULL },
    { { (char *)"controller", (char *)"vxlan", (char *)"ttl", (char *)"5" }, "CFG-SET-HOST", NULL },
    { { (char *)"*", (char *)"vxlan", (char *)"l2_populaton", (char *)"true" },
      "CFG-SET-OPTION",
      "did you mean \"l2_population\"?" },
    { { (char *)"*", (char *)"DEFAULT", (char *)"local_ip", (char *)"10.0.0.1" },
      "CFG-SET-OPTION",
      "\"local_ip\" is an option of section [vxlan]" },
  };
  g_autoptr (VnTopology) topology = vn_topology_new ();

  add_machine (topology->machines, "controller", FALSE, TRUE);
  add_machine (topology->machines, "compute", TRUE, FALSE);
  add_machine (topology->machines, "router", FALSE, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();

      vn_set_check (&rows[i].set, 1, topology->machines, diags);
      g_assert_cmpuint (vn_diag_list_len (diags), ==, rows[i].expected != NULL ? 1 : 0);
      if (rows[i].expected == NULL)
        continue;
      g_assert_cmpstr (vn_diag_id (vn_diag_list_get (diags, 0)->code), ==, rows[i].expected);
      g_assert_cmpstr (vn_diag_list_get (diags, 0)->hint, ==, rows[i].hint);
      g_assert_cmpstr (vn_diag_list_get (diags, 0)->origin.file, ==, "--set");
    }
}

/* Wins over the files; only on its host; only for the program that reads it; the last one of several. */
static void
test_apply (void)
{
  static const char *const ini = "[vxlan]\nttl = 1\nl2_population = false\n[DEFAULT]\nhost = a\n";
  static const VnSet sets[] = {
    { (char *)"*", (char *)"vxlan", (char *)"l2_population", (char *)"true" },
    { (char *)"other", (char *)"vxlan", (char *)"ttl", (char *)"9" },
    { (char *)"compute", (char *)"vxlan", (char *)"tos", (char *)"3" },
    { (char *)"compute", (char *)"vxlan", (char *)"tos", (char *)"4" },
    { (char *)"compute", (char *)"ml2", (char *)"path_mtu", (char *)"5" },
    { (char *)"compute", (char *)"agent", (char *)"dscp", (char *)"64" },
    { (char *)"compute", (char *)"securitygroup", (char *)"firewall_driver", (char *)"$host" },
  };
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnConfig) config = vn_config_new ();

  vn_load_ini ("FILE", ini, strlen (ini), VN_PROGRAM_AGENT, config, diags);
  vn_set_apply (sets, G_N_ELEMENTS (sets), "compute", VN_PROGRAM_AGENT, config);
  vn_load_ini_finish (config, VN_PROGRAM_AGENT, diags);
  g_assert_true (vn_config_bool (config, VN_OPT_VXLAN_L2_POPULATION));
  g_assert_cmpstr (vn_config_origin (config, VN_OPT_VXLAN_L2_POPULATION).file, ==, "--set");
  g_assert_cmpint (vn_config_int (config, VN_OPT_VXLAN_TTL, 0), ==, 1);
  g_assert_cmpint (vn_config_int (config, VN_OPT_VXLAN_TOS, 0), ==, 4);
  g_assert_cmpint (vn_config_int (config, VN_OPT_ML2_PATH_MTU, 0), ==, 0);
  g_assert_cmpstr (vn_config_string (config, VN_OPT_FIREWALL_DRIVER), ==, "a");
  g_assert_cmpuint (vn_diag_list_len (diags), ==, 1);
  g_assert_cmpint (vn_diag_list_get (diags, 0)->code, ==, VN_DIAG_INI_VALUE);
  g_assert_cmpstr (vn_diag_list_get (diags, 0)->origin.file, ==, "--set");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/set/parse", test_parse);
  g_test_add_func ("/set/check", test_check);
  g_test_add_func ("/set/apply", test_apply);
  return g_test_run ();
}
