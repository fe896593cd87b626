/* SPDX-License-Identifier: Apache-2.0 */
/* Rules and sets read back from the kernel against those that Neutron's own agent loaded for the same ports
 * (tests/golden/neutron).
 *
 * Each case is built as a lab, and the -save programs print what its host then holds. Nothing of the program's own
 * reading of rules is in the comparison of texts; verifying, which does read them, must find no difference either. Both
 * must notice what was altered by hand. */
#include "sim/run/vn-stage.h"
#include "tests/lib/vn-case-rules.h"
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

static void
build_case (const VnCase *c, VnStage *stage)
{
  g_autoptr (GError) error = NULL;

  vn_stage_init (stage, c->topology);
  vn_stage_build (stage, &error);
  g_assert_no_error (error);
}

static void
remove_case (VnStage *stage)
{
  g_autoptr (GError) error = NULL;

  vn_stage_remove (stage, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vn_lab_undo_len (stage->lab), ==, 0);
  vn_stage_clear (stage);
}

/* What the tool's -save program prints on the node, in the form of the case's files; NULL if it was not used there. */
static char *
read_back (VnKernel *kernel, const char *node, VnTool tool)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) dump = vn_kernel_dump (kernel, node, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < dump->len; i++)
    {
      const VnKobj *obj = g_ptr_array_index (dump, i);

      if (obj->kind == VN_KOBJ_RULES && obj->u.rules.tool == tool)
        return vn_case_rules_bare (obj->u.rules.text);
    }
  return NULL;
}

static guint
count_deltas (VnStage *stage)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) deltas = vn_lab_verify (stage->lab, stage->tables, NULL, &error);

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
  VnStage stage;

  g_assert_no_error (error);
  build_case (c, &stage);
  for (VnTool tool = 0; tool < VN_N_TOOLS; tool++)
    {
      g_autofree char *save = read_back (stage.kernel, c->host, tool);
      g_autofree char *difference = vn_case_rules_compare (c, tool, save);

      if (difference != NULL)
        g_test_fail_printf ("%s", difference);
    }
  if (count_deltas (&stage) > 0)
    g_test_fail_printf ("verifying finds a difference that was not made");
  remove_case (&stage);
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
  VnStage stage;

  g_assert_no_error (error);
  build_case (c, &stage);
  vn_test_do (stage.kernel, VN_VERB_SET, vn_kobj_rules (c->host, alteration->tool, alteration->text));
  for (VnTool tool = 0; tool < VN_N_TOOLS; tool++)
    {
      g_autofree char *save = read_back (stage.kernel, c->host, tool);
      g_autofree char *difference = vn_case_rules_compare (c, tool, save);

      g_test_message ("%s: %s", vn_tool_name (tool), difference != NULL ? difference : "as the agent has it");
      g_assert_true ((difference != NULL) == (tool == alteration->tool));
    }
  g_assert_cmpuint (count_deltas (&stage), >, 0);
  remove_case (&stage);
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
