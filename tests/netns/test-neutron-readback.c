/* SPDX-License-Identifier: Apache-2.0 */
/* Rules and sets read back from the kernel against those that Neutron's own agent loaded for the same ports
 * (tests/golden/neutron).
 *
 * Each case is built as a lab, and the -save programs print what its host then holds. Nothing of the program's own
 * reading of rules is in the comparison of texts; verifying, which does read them, must find no difference either. Both
 * must notice what was altered by hand. */
#include "sim/apply/vn-lab.h"
#include "tests/lib/vn-case-rules.h"
#include "tests/lib/vn-case-run.h"
#include "tests/lib/vn-netns-test.h"

#include <stdlib.h>
#include <string.h>

#define ALTERED_CASE "21-remote-group-ipset"

static char *
case_root (void)
{
  const char *source = g_getenv ("VN_SRCDIR");

  return g_build_filename (source != NULL ? source : ".", "tests", "golden", "neutron", NULL);
}

/* The case behind its first step. */
static void
build_case (const VnCase *c, VnCaseRun *run, VnLab **ret_lab)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnPlan) plan = NULL;

  vn_case_run_init (run, c);
  *ret_lab = vn_lab_new (vn_kernel_linux_new (&error));
  g_assert_no_error (error);
  plan = vn_case_run_step (run, g_ptr_array_index (c->steps, 0));
  vn_lab_apply (*ret_lab, plan, &error);
  g_assert_no_error (error);
}

static void
remove_case (VnCaseRun *run, VnLab *lab)
{
  g_autoptr (GError) error = NULL;
  VnKernel *kernel = vn_lab_kernel (lab);

  vn_lab_teardown (lab, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vn_lab_undo_len (lab), ==, 0);
  vn_lab_free (lab);
  vn_kernel_free (kernel);
  vn_case_run_clear (run);
}

static guint
count_deltas (VnLab *lab, const VnTables *tables)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) deltas = vn_lab_verify (lab, tables, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < deltas->len; i++)
    {
      const VnDelta *delta = g_ptr_array_index (deltas, i);

      g_test_message ("%s: %s", delta->node, delta->text);
    }
  return deltas->len;
}

static void
test_case (gconstpointer folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VnCase) c = vn_case_load (folder, &error);
  g_autofree char *difference = NULL;

  g_assert_no_error (error);
  difference = vn_case_check_kernel (c, &error);
  g_assert_no_error (error);
  if (difference != NULL)
    g_test_fail_printf ("%s", difference);
}

/* One thing altered on the host of ALTERED_CASE, as a person would with the tool itself. */
typedef struct
{
  const char *name;
  VnTool tool;
  const char *text;
} Alteration;

static const Alteration alterations[] = {
  { "iptables-rule-appended", VN_TOOL_IPTABLES,
    "*filter\n-A neutron-linuxbri-ia1000000-1 -p tcp -m tcp --dport 81 -j RETURN\nCOMMIT\n" },
  { "iptables-rule-replaced", VN_TOOL_IPTABLES, "*filter\n-R neutron-linuxbri-ia1000000-1 1 -j RETURN\nCOMMIT\n" },
  { "iptables-rule-deleted", VN_TOOL_IPTABLES, "*filter\n-D neutron-linuxbri-FORWARD 1\nCOMMIT\n" },
  { "iptables-policy-changed", VN_TOOL_IPTABLES, "*filter\n:FORWARD DROP\nCOMMIT\n" },
  { "iptables-zone-changed", VN_TOOL_IPTABLES,
    "*raw\n-R neutron-linuxbri-PREROUTING 1 -m physdev --physdev-in brqe1000000-aa -j CT --zone 4098\nCOMMIT\n" },
  { "ip6tables-chain-flushed", VN_TOOL_IP6TABLES, "*filter\n-F neutron-linuxbri-ia1000000-1\nCOMMIT\n" },
  { "ipset-member-added", VN_TOOL_IPSET, "add NIPv45b0b0000-0000-4000-8000- 10.0.0.99\n" },
  { "ipset-member-deleted", VN_TOOL_IPSET, "del NIPv45b0b0000-0000-4000-8000- 10.0.0.12\n" },
  { "ebtables-rule-appended", VN_TOOL_EBTABLES, "*nat\n-A PREROUTING -p ARP -i tapa1000000-11 -j ACCEPT\n" },
};

/* The case fails at the altered tool and at no other. */
static void
test_alteration (gconstpointer data)
{
  const Alteration *alteration = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *root = case_root ();
  g_autofree char *folder = g_build_filename (root, ALTERED_CASE, NULL);
  g_autoptr (VnCase) c = vn_case_load (folder, &error);
  VnCaseRun run;
  VnLab *lab;

  g_assert_no_error (error);
  build_case (c, &run, &lab);
  vn_test_do (vn_lab_kernel (lab), VN_VERB_SET, vn_kobj_rules (c->host, alteration->tool, alteration->text));
  for (VnTool tool = 0; tool < VN_N_TOOLS; tool++)
    {
      g_autofree char *save = vn_case_read_back (vn_lab_kernel (lab), c->host, tool, &error);
      g_autofree char *difference = vn_case_rules_compare (g_ptr_array_index (c->steps, 0), tool, save);

      g_assert_no_error (error);
      g_test_message ("%s: %s", vn_tool_name (tool), difference != NULL ? difference : "as the agent has it");
      g_assert_true ((difference != NULL) == (tool == alteration->tool));
    }
  g_assert_cmpuint (count_deltas (lab, run.tables), >, 0);
  remove_case (&run, lab);
}

static void
add_cases (const GPtrArray *folders)
{
  for (guint i = 0; i < folders->len; i++)
    {
      const char *folder = g_ptr_array_index (folders, i);
      g_autofree char *name = g_path_get_basename (folder);
      g_autofree char *path = g_strdup_printf ("/neutron/read-back/%s", name);

      g_test_add_data_func (path, folder, test_case);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) folders = NULL;
  g_autofree char *root = case_root ();

  vn_netns_test_init (&argc, &argv);
  folders = vn_case_list (root, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (folders->len, >=, 10);
  add_cases (folders);
  for (guint i = 0; i < G_N_ELEMENTS (alterations); i++)
    {
      g_autofree char *path = g_strdup_printf ("/neutron/altered/%s", alterations[i].name);

      g_test_add_data_func (path, &alterations[i], test_alteration);
    }
  return vn_netns_test_run ();
}
