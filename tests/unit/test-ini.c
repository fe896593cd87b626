/* SPDX-License-Identifier: Apache-2.0 */
/* Ini files: every recorded probe of oslo.config's own reading, and the diagnostics with their places. */
#include "sim/load/vn-ini-parse.h"
#include "sim/load/vn-load.h"
#include "tests/lib/vn-test-values.h"

#include <string.h>

#define FILES 2

/* ---- the recorded probes (tests/golden/config/parse_results.txt) ---- */

typedef struct
{
  const char *name; /* as recorded */
  const char *files[FILES];
  const char *option; /* in the place of one that the lab doesn't have; NULL = the recorded one */
} Probe;

static const Probe probes[] = {
  { "hash and semicolon comments at line start", { "# a\n; b\n[vxlan]\n# c\nl2_population = true\n; d\n" } },
  { "indented comment line", { "[vxlan]\nl2_population = true\n  # note\n" } },
  { "trailing # comment becomes part of a string", { "[vxlan]\nvxlan_group = 239.1.1.1 # mine\n" } },
  { "trailing # comment after a bool", { "[vxlan]\nl2_population = true # yes\n" } },
  { "trailing # after int", { "[vxlan]\nttl = 5 # five\n" } },
  { "colon as separator", { "[vxlan]\nttl: 7\n" } },
  { "no blanks around =", { "[vxlan]\nttl=7\n" } },
  { "key without value", { "[vxlan]\nttl\n" } },
  { "empty value int", { "[vxlan]\nttl =\n" } },
  { "empty value str", { "[vxlan]\nvxlan_group =\n" } },
  { "empty value list", { "[linux_bridge]\nphysical_interface_mappings =\n" } },
  { "empty value bool", { "[vxlan]\nl2_population =\n" } },
  { "empty value ip", { "[vxlan]\nlocal_ip =\n" } },
  { "continuation line (leading blank) joins with newline",
    { "[linux_bridge]\nphysical_interface_mappings = a:b,\n  c:d\n" } },
  { "continuation for a string", { "[vxlan]\nvxlan_group = 239.1\n  .1.1\n" } },
  { "option indented after section: first line", { "[vxlan]\n  ttl = 9\n" } },
  { "option indented after another option: swallowed as continuation",
    { "[vxlan]\nvxlan_group = 239.0.0.1\n  ttl = 9\n" } },
  { "duplicate key same file: last wins", { "[vxlan]\nttl = 1\nttl = 2\n" } },
  { "duplicate section: merged", { "[vxlan]\nttl = 3\n[agent]\n[vxlan]\nl2_population = true\n" } },
  { "two files: later wins", { "[vxlan]\nttl = 3\n", "[vxlan]\nttl = 4\n" } },
  { "option before any section header", { "state_path = /x\n" } },
  { "lower-case [default]", { "[default]\nstate_path = /x\n" } },
  { "section case [VXLAN]", { "[VXLAN]\nttl = 8\n" } },
  { "section case [Vxlan]", { "[Vxlan]\nttl = 8\n" } },
  { "option case TTL", { "[vxlan]\nTTL = 8\n" } },
  { "dash instead of underscore", { "[vxlan]\nlocal-ip = 10.0.0.1\n" } },
  { "unknown option", { "[vxlan]\nl2_pop = true\n" } },
  { "unknown section", { "[vxlans]\nl2_population = true\n" } },
  { "bool words", { "[vxlan]\nl2_population = yes\n" } },
  { "bool On", { "[vxlan]\nl2_population = On\n" } },
  { "bool 1", { "[vxlan]\nl2_population = 1\n" } },
  { "bool TRUE", { "[vxlan]\nl2_population = TRUE\n" } },
  { "bool t", { "[vxlan]\nl2_population = t\n" } },
  { "bool maybe", { "[vxlan]\nl2_population = maybe\n" } },
  { "bool quoted", { "[vxlan]\nl2_population = \"true\"\n" } },
  { "int hex", { "[vxlan]\nttl = 0x10\n" } },
  { "int float", { "[vxlan]\nttl = 5.0\n" } },
  { "port 70000", { "[vxlan]\nudp_dstport = 70000\n" } },
  { "port 0", { "[vxlan]\nudp_dstport = 0\n" } },
  { "ip bad", { "[vxlan]\nlocal_ip = 10.0.0.256\n" } },
  { "ip with mask", { "[vxlan]\nlocal_ip = 10.0.0.1/24\n" } },
  { "ip hostname", { "[vxlan]\nlocal_ip = node1\n" } },
  { "ip v6", { "[vxlan]\nlocal_ip = fd00::1\n" } },
  { "ip short form", { "[vxlan]\nlocal_ip = 10.1\n" } },
  { "ip quoted", { "[vxlan]\nlocal_ip = '10.0.0.1'\n" } },
  { "string in double quotes", { "[securitygroup]\nfirewall_driver = \"iptables\"\n" } },
  { "string in single quotes", { "[securitygroup]\nfirewall_driver = 'iptables'\n" } },
  { "list blanks", { "[ml2]\ntype_drivers = flat , vlan,  vxlan \n" } },
  { "list brackets", { "[ml2]\ntype_drivers = [flat,vlan]\n" } },
  { "list quoted item", { "[ml2]\ntype_drivers = \"flat,vlan\"\n" } },
  { "list with blank separated", { "[ml2]\ntype_drivers = flat vlan\n" } },
  { "interpolation $state_path", { "[DEFAULT]\nstate_path = /z\ndns_domain = $state_path/e\n" }, "dns_domain" },
  { "interpolation ${...}", { "[DEFAULT]\nstate_path = /z\ndns_domain = ${state_path}/e\n" }, "dns_domain" },
  { "interpolation $group.opt",
    { "[vxlan]\nlocal_ip = 10.0.0.1\n[DEFAULT]\ndns_domain = $vxlan.local_ip\n" },
    "dns_domain" },
  { "interpolation ${group.opt}",
    { "[vxlan]\nlocal_ip = 10.0.0.1\n[DEFAULT]\ndns_domain = ${vxlan.local_ip}\n" },
    "dns_domain" },
  { "interpolation $GROUP.opt as registered",
    { "[vxlan]\nlocal_ip = 10.0.0.1\n[DEFAULT]\ndns_domain = ${VXLAN.local_ip}\n" },
    "dns_domain" },
  { "interpolation unknown", { "[DEFAULT]\ndns_domain = $nothing\n" }, "dns_domain" },
  { "interpolation $$", { "[DEFAULT]\ndns_domain = a$$b\n" }, "dns_domain" },
  { "interpolation escaped", { "[DEFAULT]\ndns_domain = a\\$b\n" }, "dns_domain" },
  { "host with %", { "[DEFAULT]\nhost = a%b\n" } },
  { "host with underscore", { "[DEFAULT]\nhost = node_1\n" } },
  { "line that is no option", { "[vxlan]\nthis is junk\n" } },
  { "broken section header", { "[vxlan\nttl = 5\n" } },
  { "empty key", { "[vxlan]\n = 5\n" } },
  { "empty section name", { "[]\nttl = 5\n" } },
  { "section header with blanks", { "[ vxlan ]\nttl = 5\n" } },
  { "section header with trailing comment", { "[vxlan] # c\nttl = 5\n" } },
  { "leading blank before header", { "  [vxlan]\nttl = 5\n" } },
  { "CRLF", { "[vxlan]\r\nvxlan_group = 239.0.0.1\r\n" } },
  { "BOM", { "\xef\xbb\xbf[vxlan]\nttl = 5\n" } },
  { "empty line ends continuation", { "[vxlan]\nvxlan_group = 1\n\n  2\n" } },
  { "old deprecated name segment_mtu in [ml2]", { "[ml2]\nsegment_mtu = 9000\n" } },
  { "negative mtu", { "[DEFAULT]\nglobal_physnet_mtu = -5\n" } },
  { "dns name too", { "[ml2]\noverlay_ip_version = 5\n" } },
  { "flat_networks empty", { "[ml2_type_flat]\nflat_networks =\n" } },
};

/* Of types that no option of the lab has. */
static const char *const not_expressed[] = { "MultiStr collects all", "dict", NULL };

static const Probe *
find_probe (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (probes); i++)
    if (strcmp (probes[i].name, name) == 0)
      return &probes[i];
  return NULL;
}

static VnConfig *
load (const char *const *files, guint n_files, VnProgram programs, VnDiagList *diags)
{
  g_autoptr (VnConfig) config = vn_config_new ();

  for (guint i = 0; i < n_files && files[i] != NULL; i++)
    vn_load_ini ("FILE", files[i], strlen (files[i]), programs, config, diags);
  vn_load_ini_finish (config, programs, diags);
  return g_steal_pointer (&config);
}

/* As Python's repr () shows the value. Transfer full. */
static char *
python_repr (const VnConfig *config, VnOptionId id)
{
  const VnOptionValue *value = &config->values[id];
  g_autofree char *escaped = NULL;
  g_autofree char *joined = NULL;

  if (!value->has_value)
    return g_strdup ("None");
  switch (vn_option_info (id)->type)
    {
    case VN_OPT_TYPE_BOOL:
      return g_strdup (value->u.boolean ? "True" : "False");
    case VN_OPT_TYPE_INT:
    case VN_OPT_TYPE_PORT:
      return g_strdup_printf ("%" G_GINT64_FORMAT, value->u.integer);
    case VN_OPT_TYPE_LIST:
      joined = g_strjoinv ("', '", value->u.list);
      return *joined == '\0' ? g_strdup ("[]") : g_strdup_printf ("['%s']", joined);
    default:
      escaped = g_strescape (value->text, NULL);
      return g_strdup_printf ("'%s'", escaped);
    }
}

/* An error of @code, at the line that the recorded message names. */
static void
assert_refused (const VnDiagList *diags, const char *expected)
{
  const char *place = strstr (expected, "at FILE:");
  guint line = place != NULL ? (guint)g_ascii_strtoull (place + strlen ("at FILE:"), NULL, 10) : 0;

  g_assert_cmpuint (vn_diag_list_count (diags, VN_SEVERITY_ERROR), ==, 1);
  for (guint i = 0; i < vn_diag_list_len (diags); i++)
    {
      const VnDiag *diag = vn_diag_list_get (diags, i);

      if (vn_diag_severity (diag->code) != VN_SEVERITY_ERROR)
        continue;
      g_assert_cmpuint (diag->origin.line, >, 0);
      if (line != 0)
        g_assert_cmpuint (diag->origin.line, ==, line);
    }
}

static void
replay (const char *name, const char *recorded_option, const char *expected)
{
  const Probe *probe = find_probe (name);
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnConfig) config = NULL;
  g_autofree char *repr = NULL;
  g_auto (GStrv) path = NULL;
  VnOptionId id;

  g_test_message ("%s", name);
  if (probe == NULL)
    {
      g_assert_true (g_strv_contains (not_expressed, name));
      return;
    }
  path = g_strsplit (probe->option != NULL ? probe->option : recorded_option, ".", 2);
  g_assert_true (path[1] != NULL ? vn_option_find (path[0], path[1], &id) : vn_option_find ("DEFAULT", path[0], &id));
  config = load (probe->files, FILES, VN_PROGRAM_BOTH, diags);
  if (strstr (expected, "Error:") != NULL)
    {
      assert_refused (diags, expected);
      return;
    }
  repr = python_repr (config, id);
  g_assert_cmpstr (repr, ==, expected);
  g_assert_cmpuint (vn_diag_list_count (diags, VN_SEVERITY_ERROR), ==, 0);
}

static void
test_recorded (void)
{
  g_autofree char *text = vn_test_read_source ("tests/golden/config/parse_results.txt");
  g_auto (GStrv) lines = NULL;
  guint n_replayed = 0;

  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      char *arrow = strstr (*line, " -> ");
      char *option;

      if (arrow == NULL)
        continue;
      *arrow = '\0';
      g_strchomp (*line);
      option = strrchr (*line, ' ');
      *option = '\0';
      replay (g_strchomp (*line), option + 1, arrow + strlen (" -> "));
      n_replayed++;
    }
  g_assert_cmpuint (n_replayed, ==, G_N_ELEMENTS (probes) + g_strv_length ((char **)not_expressed));
}

/* ---- diagnostics, with their places ---- */

typedef struct
{
  const char *text;
  const char *expected; /* "ID line:column", one a line */
} Case;

static const Case cases[] = {
  { "", "" },
  { "\n\n# only comments\n", "" },
  { "[vxlan]\nttl = 5", "" },
  { "\xef\xbb\xbf[vxlan]\n", "CFG-INI-ENCODING 1:1\n" },
  { "[vxlan]\nvxlan_group = \xff\n", "CFG-INI-ENCODING 2:15\n" },
  { "[vxlan]\njunk\n  more junk\nttl = 5\nanother\n", "CFG-INI-ASSIGNMENT 2:1\nCFG-INI-ASSIGNMENT 5:1\n" },
  { "[vxlan]\n= 5\n", "CFG-INI-ASSIGNMENT 2:1\n" },
  { "[vxlan] # c\n", "CFG-INI-SECTION 1:8\n" },
  { "[vxlan\n", "CFG-INI-SECTION 1:7\n" },
  { "[]\n", "CFG-INI-SECTION 1:1\n" },
  { "[vxlan]\n  ttl = 5\n  tos = 5\n", "CFG-INI-CONTINUATION 2:3\n" },
  { "[vxlan]\nttl = 5\n\n\ttos = 5\n", "CFG-INI-CONTINUATION 4:2\n" },
  { "ttl = 5\n  6\n", "CFG-INI-NO-SECTION 1:1\n" },
  { "[vxlan]\nttl = five\nl2_population = maybe\n", "CFG-INI-VALUE 2:7\nCFG-INI-VALUE 3:17\n" },
  { "[agent]\ndscp = 63\n", "" },
  { "[agent]\ndscp = 64\n", "CFG-INI-VALUE 2:8\n" },
  { "[agent]\ndscp = -1\n", "CFG-INI-VALUE 2:8\n" },
  { "[network_log]\nrate_limit = 100\n", "" },
  { "[network_log]\nrate_limit = 99\n", "CFG-INI-VALUE 2:14\n" },
  { "[vxlan]\nudp_dstport = 65535\n", "" },
  { "[vxlan]\nudp_dstport = 65536\n", "CFG-INI-VALUE 2:15\n" },
  { "[DEFAULT]\nstate_path = $nothing\n", "CFG-INI-REFERENCE 2:14\n" },
  { "[DEFAULT]\nstate_path = $state_path\n", "CFG-INI-REFERENCE 2:14\n" },
  { "[DEFAULT]\nstate_path = $dns_domain\ndns_domain = $state_path\n", "CFG-INI-REFERENCE 2:14\n" },
  { "[DEFAULT]\nstate_path = ${DEFAULT.host}\n", "CFG-INI-REFERENCE 2:14\n" },
  { "[vxlan]\nlocal_ipp = 10.0.0.1\n", "CFG-LINT-TYPO 2:13\n" },
  { "[vxlan ]\nlocal_ip = 10.0.0.1\n", "CFG-LINT-TYPO 2:12\n" },
  { "[default]\nhost = a\n", "CFG-LINT-TYPO 2:8\n" },
  { "[DEFAULT]\nlocal_ip = 10.0.0.1\n", "CFG-LINT-TYPO 2:12\n" },
  { "[DEFAULT]\ntransport_url = rabbit://a\n[keystone_authtoken]\nusername = neutron\n", "" },
  { "[vxlan]\nvxlan_group = 239.1.1.1\n  # note\n", "CFG-LINT-SWALLOWED 3:3\n" },
  { "[vxlan]\nvxlan_group = 239.1.1.1\n  ttl = 5\n", "CFG-LINT-SWALLOWED 3:3\n" },
  { "[vxlan]\nvxlan_group = 239.1.1.1 # mine\n", "CFG-LINT-VALUE-COMMENT 2:15\n" },
  { "[vxlan]\nttl = 5\nttl = 5\n", "" },
  { "[vxlan]\nttl = 5\nttl = 6\n", "CFG-LINT-DUPLICATE 3:7\n" },
};

static void
test_diagnostics (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      g_autoptr (VnConfig) config = load (&cases[i].text, 1, VN_PROGRAM_AGENT, diags);
      g_autoptr (GString) got = g_string_new (NULL);

      g_assert_nonnull (config);
      vn_diag_list_sort (diags);
      for (guint j = 0; j < vn_diag_list_len (diags); j++)
        {
          const VnDiag *diag = vn_diag_list_get (diags, j);

          g_string_append_printf (got, "%s %u:%u\n", vn_diag_id (diag->code), diag->origin.line, diag->origin.column);
        }
      g_test_message ("case %u", i);
      g_assert_cmpstr (got->str, ==, cases[i].expected);
    }
}

static guint
count_diags (const char *text, gsize size, VnDiagCode code)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnConfig) config = vn_config_new ();
  guint n = 0;

  vn_load_ini ("FILE", text, size, VN_PROGRAM_AGENT, config, diags);
  for (guint i = 0; i < vn_diag_list_len (diags); i++)
    n += vn_diag_list_get (diags, i)->code == code;
  return n;
}

static char *
filled (const char *start, char with, gsize size)
{
  char *text = g_malloc (size + 1);

  memset (text, with, size);
  memcpy (text, start, strlen (start));
  text[size] = '\0';
  return text;
}

static void
test_limits (void)
{
  g_autofree char *longest_line = filled ("#", 'x', VN_INI_MAX_LINE_BYTES);
  g_autofree char *long_line = filled ("#", 'x', VN_INI_MAX_LINE_BYTES + 1);
  g_autofree char *most_lines = filled ("", '\n', VN_INI_MAX_LINES);
  g_autofree char *many_lines = filled ("", '\n', VN_INI_MAX_LINES + 1);
  g_autofree char *large = filled ("#", '\n', VN_INI_MAX_BYTES + 1);

  g_assert_cmpuint (count_diags (longest_line, strlen (longest_line), VN_DIAG_LIMIT), ==, 0);
  g_assert_cmpuint (count_diags (long_line, strlen (long_line), VN_DIAG_LIMIT), ==, 1);
  g_assert_cmpuint (count_diags (most_lines, strlen (most_lines), VN_DIAG_LIMIT), ==, 0);
  g_assert_cmpuint (count_diags (many_lines, strlen (many_lines), VN_DIAG_LIMIT), ==, 1);
  g_assert_cmpuint (count_diags (large, strlen (large), VN_DIAG_LIMIT), ==, 1);
  g_assert_cmpuint (count_diags ("[vxlan]\nttl = 5\0\n", 17, VN_DIAG_INI_ENCODING), ==, 1);
}

/* Each reference doubles the value: fifteen of them would be two megabytes. */
static void
test_growth (void)
{
  static const char *const keys[] = { "state_path", "dns_domain",         "ipam_driver", "core_plugin",
                                      "base_mac",   "l3_ha_network_type", "host",        "l3_ha_net_cidr" };
  g_autoptr (GString) text = g_string_new ("[DEFAULT]\nstate_path = 0123456789012345678901234567890123456789\n");
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnConfig) config = NULL;
  const char *files[1];

  for (guint i = 1; i < G_N_ELEMENTS (keys); i++)
    {
      g_string_append_printf (text, "%s = ", keys[i]);
      for (guint j = 0; j < 16; j++)
        g_string_append_printf (text, "$%s", keys[i - 1]);
      g_string_append_c (text, '\n');
    }
  files[0] = text->str;
  config = load (files, 1, VN_PROGRAM_BOTH, diags);
  g_assert_cmpuint (vn_diag_list_count (diags, VN_SEVERITY_ERROR), >=, 1);
  for (guint i = 0; i < VN_N_OPTIONS; i++)
    g_assert_true (config->values[i].text == NULL || strlen (config->values[i].text) <= 64 * 1024);
}

/* ---- what becomes of the rest ---- */

static void
test_ignored (void)
{
  static const char *const text[] = { "[keystone_authtoken]\nusername = a\n[vxlan]\nno_such = b\n[ml2]\npath_mtu = c\n"
                                      "[agent]\npolling_interval = 3\n[DEFAULT]\nbind_port = d\n" };
  static const struct
  {
    const char *key;
    VnIgnoredWhy why;
  } expected[] = {
    { "username", VN_IGNORED_SECTION },       { "no_such", VN_IGNORED_OPTION },  { "path_mtu", VN_IGNORED_PROGRAM },
    { "polling_interval", VN_IGNORED_NOTED }, { "bind_port", VN_IGNORED_NOTED },
  };
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnConfig) config = load (text, 1, VN_PROGRAM_AGENT, diags);

  g_assert_cmpuint (vn_diag_list_count (diags, VN_SEVERITY_ERROR), ==, 0);
  g_assert_cmpuint (config->ignored->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const VnIgnoredOption *ignored = g_ptr_array_index (config->ignored, i);

      g_assert_cmpstr (ignored->key, ==, expected[i].key);
      g_assert_cmpint (ignored->why, ==, expected[i].why);
    }
  g_assert_cmpint (vn_config_int (config, VN_OPT_AGENT_POLLING_INTERVAL, 0), ==, 3);
}

static void
test_old_name (void)
{
  static const struct
  {
    const char *files[FILES];
    gint64 mtu;
  } rows[] = {
    { { "[ml2]\nsegment_mtu = 9000\n[DEFAULT]\nglobal_physnet_mtu = 1400\n" }, 1400 },
    { { "[DEFAULT]\nglobal_physnet_mtu = 1400\n[ml2]\nsegment_mtu = 9000\n" }, 1400 },
    { { "[DEFAULT]\nglobal_physnet_mtu = 1400\n", "[ml2]\nsegment_mtu = 9000\n" }, 9000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      g_autoptr (VnConfig) config = load (rows[i].files, FILES, VN_PROGRAM_SERVER, diags);

      g_assert_cmpint (vn_config_int (config, VN_OPT_GLOBAL_PHYSNET_MTU, 0), ==, rows[i].mtu);
    }
}

/* ---- where to look for an option ---- */

static const struct
{
  const char *files[FILES];
  const char *place; /* of [securitygroup] firewall_driver */
} places[] = {
  { { NULL }, "default" },
  { { "[securitygroup]\nfirewall_driver = iptables\n" }, "FILE:2:19" },
  { { "[agent]\n\n[securitygroup]\n# firewall_driver = <None>\n" }, "FILE:3:1" },
  { { "[SecurityGroup]\n[securitygroup]\nenable_ipset = true\n[vxlan]\n" }, "FILE:2:1" },
  { { "[securitygroup\n" }, "FILE:1:1" },
  { { "[securitygroup]\nfirewall_driver = noop\n", "\n[securitygroup]\n" }, "FILE:2:19" },
  { { "\n[securitygroup]\n", "[vxlan]\n" }, "FILE:2:1" },
  { { "[securitygroups]\n" }, "FILE" },
  { { "" }, "FILE" },
};

static void
test_places (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      g_autoptr (VnConfig) config = load (places[i].files, FILES, VN_PROGRAM_AGENT, diags);
      g_autofree char *place = vn_origin_to_string (vn_config_place (config, VN_OPT_FIREWALL_DRIVER));

      g_test_message ("case %u", i);
      g_assert_cmpstr (place, ==, places[i].place);
    }
  g_assert_false (vn_origin_is_set (vn_config_place (NULL, VN_OPT_FIREWALL_DRIVER)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ini/recorded", test_recorded);
  g_test_add_func ("/ini/diagnostics", test_diagnostics);
  g_test_add_func ("/ini/limits", test_limits);
  g_test_add_func ("/ini/growth", test_growth);
  g_test_add_func ("/ini/ignored", test_ignored);
  g_test_add_func ("/ini/old-name", test_old_name);
  g_test_add_func ("/ini/places", test_places);
  return g_test_run ();
}
