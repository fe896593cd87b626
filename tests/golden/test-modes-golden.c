/* SPDX-License-Identifier: Apache-2.0 */
/* What is built for each product and mode: every tests/golden/modes/NAME.vlab.yml, as text in NAME.txt.
 *
 * The text has the hypervisors' networks, then node by node what is on it: bridges and cables, addresses, routes,
 * forwarding, rules, services. Of what topologies/home has by itself only "home" shows it. VN_REGENERATE=1 writes the
 * texts anew; tests/unit/test-modes.c holds the products' numbers by hand. */
#include "sim/load/vn-load.h"
#include "sim/modes/vn-modes.h"
#include "sim/modes/vn-scene.h"
#include "tests/lib/vn-test-values.h"

#include <string.h>

#define LAB_SUFFIX ".vlab.yml"

static char *
ip_text (VnIp ip)
{
  return vn_ip_to_string (ip);
}

static void
print_dhcp (GString *out, const VnDhcpServer *dhcp)
{
  g_autofree char *address = ip_text (dhcp->address), *start = ip_text (dhcp->pool.start);
  g_autofree char *end = ip_text (dhcp->pool.end), *router = ip_text (dhcp->router), *dns = ip_text (dhcp->dns);

  if (dhcp->enabled)
    g_string_append_printf (out, "  DHCP %s: pool %s to %s, router %s, DNS %s, lease %u\n", address, start, end, router,
                            dns, dhcp->lease_time_sec);
}

static void
print_network (GString *out, const VnTopology *t, const VnHvNetwork *network)
{
  g_autofree char *cidr = network->has_cidr ? vn_prefix_to_string (network->cidr) : g_strdup ("-");
  g_autofree char *host = ip_text (network->host_address), *gateway = ip_text (network->gateway);
  g_autofree char *dns = ip_text (network->dns);

  g_string_append_printf (out, "network %s of %s: %s %s\n", network->name,
                          vn_topology_machine (t, network->machine)->name, vn_mode_name (network->mode), cidr);
  g_string_append_printf (out, "  PC %s %s, gateway %s, DNS %s%s\n", host, network->host_dev, gateway, dns,
                          network->has_nat ? ", NAT" : "");
  g_string_append_printf (out, "  switch %s:%s, engine %s, services %s\n", network->switch_node, network->switch_dev,
                          network->engine_node != NULL ? network->engine_node : "-",
                          network->service_node != NULL ? network->service_node : "-");
  print_dhcp (out, &network->dhcp);
}

static gboolean
is_shown (const VnKobj *obj)
{
  static const VnKobjKind kinds[] = { VN_KOBJ_ADDR, VN_KOBJ_ROUTE, VN_KOBJ_SERVICE };

  if (obj->kind == VN_KOBJ_LINK)
    return obj->u.link.kind == VN_LINK_BRIDGE || obj->u.link.kind == VN_LINK_VETH;
  if (obj->kind == VN_KOBJ_SYSCTL)
    return strcmp (obj->u.sysctl.key, "net.ipv4.ip_forward") == 0 && strcmp (obj->u.sysctl.value, "1") == 0;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (obj->kind == kinds[i])
      return TRUE;
  return FALSE;
}

static void
print_node (GString *out, const VnTables *tables, const char *node)
{
  const VnRuleset *ruleset = vn_tables_ruleset (tables, node, VN_TOOL_IPTABLES);

  g_string_append_printf (out, "\nnode %s\n", node);
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (tables->entries, VnEntry, i)->obj;
      g_autofree char *text = NULL;

      if (!g_str_equal (obj->node, node) || !is_shown (obj))
        continue;
      text = vn_kobj_to_string (obj);
      g_string_append_printf (out, "  %s\n", text);
    }
  if (ruleset != NULL)
    {
      g_autofree char *save = vn_ruleset_to_save (ruleset, FALSE);

      g_string_append (out, save);
    }
}

/* Nodes of topologies/home that no mode changes. */
static gboolean
belongs_to_home (const char *node)
{
  static const char *const home[] = { "segment-lan", "segment-uplink", "router", "pc2", "internet", NULL };

  return g_strv_contains (home, node);
}

static char *
print_lab (const VnTopology *t)
{
  GString *out = g_string_new (NULL);
  g_autoptr (VnTables) tables = vn_tables_new ();

  vn_scene_render (t, tables);
  vn_modes_render (t, tables);
  for (guint i = 0; i < t->hv_networks->len; i++)
    print_network (out, t, vn_topology_hv_network (t, i));
  for (guint i = 0; i < tables->entries->len; i++)
    {
      const VnKobj *obj = &VN_AT (tables->entries, VnEntry, i)->obj;

      if (obj->kind == VN_KOBJ_NODE && (strcmp (t->name, "home") == 0 || !belongs_to_home (obj->node)))
        print_node (out, tables, obj->node);
    }
  return g_string_free (out, FALSE);
}

static void
test_lab (gconstpointer data)
{
  const char *path = data;
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) t = vn_load_lab (path, NULL, diags);
  g_autofree char *stem = g_strndup (path, strlen (path) - strlen (LAB_SUFFIX));
  g_autofree char *golden = g_strconcat (stem, ".txt", NULL);
  g_autofree char *text = NULL, *wanted = NULL;

  g_assert_nonnull (t);
  text = print_lab (t);
  if (g_getenv ("VN_REGENERATE") != NULL)
    g_assert_true (g_file_set_contents (golden, text, -1, NULL));
  wanted = vn_test_read_file (golden);
  g_assert_cmpstr (text, ==, wanted);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_test_init (&argc, &argv, NULL);
  folder = g_build_filename (g_getenv ("VN_SRCDIR"), "tests", "golden", "modes", NULL);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, LAB_SUFFIX))
      {
        g_autofree char *test = g_strconcat ("/golden/modes/", name, NULL);

        g_test_add_data_func_full (test, g_build_filename (folder, name, NULL), test_lab, g_free);
      }
  return g_test_run ();
}
