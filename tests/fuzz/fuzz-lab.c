/* SPDX-License-Identifier: Apache-2.0 */
/* Lab files: a topology comes without an error and is whole, or none comes and an error says why; every place lies in
 * the file. The bytes are read twice: as they are, and as a variant of themselves. */
#include "tests/fuzz/vn-fuzz.h"

#include "sim/load/vn-load.h"
#include "sim/load/vn-yaml.h"

static void
check_places (const VnDiagList *diags, guint n_lines)
{
  for (guint i = 0; i < vn_diag_list_len (diags); i++)
    {
      const VnDiag *diag = vn_diag_list_get (diags, i);
      g_autofree char *text = vn_diag_to_string (diag);

      g_assert_cmpuint (diag->origin.line, <=, n_lines);
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
}

/* References lead into the arrays that they are for. */
static void
check_topology (const VnTopology *t)
{
  g_assert_true (t->sealed);
  for (guint i = 0; i < t->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (t, i);

      g_assert_cmpuint (end->domain, <, t->n_domains);
      g_assert_cmpuint (end->machine, <, t->machines->len);
      g_assert_cmpuint (vn_topology_find_end (t, end->name), ==, i);
    }
  for (guint i = 0; i < t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (t, i);

      g_assert_cmpuint (port->network, <, t->networks->len);
      g_assert_true (port->server == VN_NONE || port->server < t->servers->len);
      for (guint j = 0; j < port->fixed_ips->len; j++)
        g_assert_true (vn_ip_is_set (g_array_index (port->fixed_ips, VnFixedIp, j).ip_address));
      for (guint j = 0; j < port->security_groups->len; j++)
        g_assert_cmpuint (g_array_index (port->security_groups, guint, j), <, t->security_groups->len);
    }
}

static void
check_load (const char *text, size_t size, guint n_lines)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  g_autoptr (VnTopology) topology = vn_load_lab_text ("fuzz.vlab.yml", text, size, NULL, diags);

  if (topology != NULL)
    check_topology (topology);
  g_assert_cmpint (topology == NULL, ==, vn_diag_list_count (diags, VN_SEVERITY_ERROR) > 0);
  check_places (diags, n_lines);
}

static void
check_merge (const char *text, size_t size)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  VnYaml *base = vn_yaml_parse ("base.vlab.yml", text, size, diags);
  VnYaml *over = vn_yaml_parse ("over.vlab.yml", text, size, diags);

  if (base != NULL && over != NULL)
    vn_yaml_free (vn_yaml_merge (base, over));
  else
    {
      vn_yaml_free (base);
      vn_yaml_free (over);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  guint n_lines = 1;

  /* YAML 1.1 breaks lines at CR, LF, NEL, LS and PS; the last three end in these bytes of UTF-8. */
  for (size_t i = 0; i < size; i++)
    n_lines += data[i] == '\n' || data[i] == '\r' || data[i] == 0x85 || data[i] == 0xa8 || data[i] == 0xa9;
  check_load ((const char *)data, size, n_lines);
  check_merge ((const char *)data, size);
  return 0;
}
