/* SPDX-License-Identifier: Apache-2.0 */
/* Apply on the fake kernel, with the n-th operation failing for every n: undo is clean. */
#include "tests/lib/vn-apply-cases.h"

static VnKernel *
fake_new (guint fail_at)
{
  return vn_kernel_fake_new (fail_at);
}

static const VnApplyBackend backend = { fake_new, FALSE };

static gboolean
apply (VnLab *lab, const VnTables *from, const VnTables *to, GError **error)
{
  g_autoptr (VnPlan) plan = vn_plan_delta (from, to);
  return vn_lab_apply (lab, plan, error);
}

static guint
plan_len (const VnTables *from, const VnTables *to)
{
  g_autoptr (VnPlan) plan = vn_plan_delta (from, to);
  return plan->ops->len;
}

/* Builds with the @n-th operation failing. */
static void
build_failing (const VnTables *tables, guint n)
{
  g_autoptr (VnKernel) kernel = vn_kernel_fake_new (n);
  g_autoptr (VnLab) lab = vn_lab_new (kernel);
  g_autoptr (GError) error = NULL;
  g_assert_false (apply (lab, NULL, tables, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (vn_kernel_fake_len (kernel), ==, 0);
  g_assert_cmpuint (vn_lab_undo_len (lab), ==, 0);
  g_clear_error (&error);
  apply (lab, NULL, tables, &error); /* and can be built then */
  g_assert_no_error (error);
}

static void
test_every_failure (void)
{
  g_autoptr (VnTables) tables = vn_apply_tables_first ();
  guint n_ops = plan_len (NULL, tables);
  g_assert_cmpuint (n_ops, >, 20);
  for (guint n = 1; n <= n_ops; n++)
    build_failing (tables, n);
}

/* Changes a standing lab with the @n-th operation of the change failing. */
static void
change_failing (const VnTables *first, const VnTables *later, guint n_built, guint n)
{
  g_autoptr (VnKernel) kernel = vn_kernel_fake_new (n_built + n);
  g_autoptr (VnLab) lab = vn_lab_new (kernel);
  g_autoptr (GError) error = NULL;
  apply (lab, NULL, first, &error);
  g_assert_no_error (error);
  g_autofree char *before = vn_apply_state (kernel);
  guint undo_len = vn_lab_undo_len (lab);
  g_assert_false (apply (lab, first, later, &error));
  g_assert_nonnull (error);
  g_autofree char *after = vn_apply_state (kernel);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (vn_lab_undo_len (lab), ==, undo_len);
}

static void
test_every_failure_of_a_change (void)
{
  g_autoptr (VnTables) first = vn_apply_tables_first (), later = vn_apply_tables_later ();
  guint n_built = plan_len (NULL, first), n_ops = plan_len (first, later);
  g_assert_cmpuint (n_ops, >, 10);
  for (guint n = 1; n <= n_ops; n++)
    change_failing (first, later, n_built, n);
}

/* Taking down goes on behind a failure, and reports it. */
static void
test_teardown_goes_on (void)
{
  g_autoptr (VnTables) tables = vn_apply_tables_first ();
  g_autoptr (VnKernel) kernel = vn_kernel_fake_new (plan_len (NULL, tables) + 1);
  g_autoptr (VnLab) lab = vn_lab_new (kernel);
  g_autoptr (GError) error = NULL;
  apply (lab, NULL, tables, &error);
  g_assert_no_error (error);
  g_assert_false (vn_lab_teardown (lab, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (vn_lab_undo_len (lab), ==, 0);
  guint left = 0;
  static const char *const nodes[] = { "compute1", "compute2", "switch", "vm1", "vm2" };
  for (gsize i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      g_autoptr (GPtrArray) dump = vn_kernel_dump (kernel, nodes[i], NULL);
      left += dump != NULL;
    }
  g_assert_cmpuint (left, ==, 1);
}

/* What the fake refuses as the real kernel does. */
static void
refuse (VnKernel *kernel, VnVerb verb, VnKobj obj, const char *words)
{
  g_autoptr (GError) error = NULL;
  guint failed = 0;
  vn_kernel_submit (kernel, verb, &obj, 5, NULL);
  g_assert_false (vn_kernel_flush (kernel, &failed, &error));
  g_assert_cmpuint (failed, ==, 5);
  g_assert_nonnull (g_strstr_len (error->message, -1, words));
  vn_kobj_clear (&obj);
}

static void
test_refusals (void)
{
  g_autoptr (VnTables) tables = vn_apply_tables_first ();
  g_autoptr (VnKernel) kernel = vn_kernel_fake_new (0);
  g_autoptr (VnLab) lab = vn_lab_new (kernel);
  g_autoptr (GError) error = NULL;
  VnKobj bridge = vn_kobj_link ("compute1", VN_LINK_BRIDGE, "brq1");
  VnKobj port = vn_kobj_link ("compute1", VN_LINK_VXLAN, "vxlan-7");
  VnPrefix prefix;
  apply (lab, NULL, tables, &error);
  g_assert_no_error (error);
  g_assert_true (vn_prefix_parse ("10.0.0.101/24", &prefix));
  g_strlcpy (port.u.link.master, "brq9", VN_DEV_SIZE);
  refuse (kernel, VN_VERB_ADD, vn_kobj_node ("compute1"), "File exists");
  refuse (kernel, VN_VERB_DEL, vn_kobj_node ("nowhere"), "No such file");
  refuse (kernel, VN_VERB_ADD, bridge, "File exists");
  refuse (kernel, VN_VERB_ADD, port, "No such device");
  g_strlcpy (port.u.link.master, "ens33", VN_DEV_SIZE);
  refuse (kernel, VN_VERB_ADD, port, "Operation not supported");
  refuse (kernel, VN_VERB_ADD, vn_kobj_addr ("compute1", "ens33", prefix), "File exists");
  refuse (kernel, VN_VERB_ADD, vn_kobj_addr ("compute1", "eth9", prefix), "No such device");
  refuse (kernel, VN_VERB_DEL, vn_kobj_addr ("compute2", "ens33", prefix), "No such file");
  refuse (kernel, VN_VERB_ADD, vn_kobj_rules ("nowhere", VN_TOOL_IPSET, ""), "No such file");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vn_apply_cases_add ("/apply/fake", &backend);
  g_test_add_func ("/apply/every-failure", test_every_failure);
  g_test_add_func ("/apply/every-failure-of-a-change", test_every_failure_of_a_change);
  g_test_add_func ("/apply/teardown-goes-on", test_teardown_goes_on);
  g_test_add_func ("/apply/refusals", test_refusals);
  return g_test_run ();
}
