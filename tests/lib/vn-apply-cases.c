/* SPDX-License-Identifier: Apache-2.0 */
/* Apply, verify, change, roll back, tear down: the same cases for every kernel. */
#include "tests/lib/vn-apply-cases.h"
#include "tests/lib/vn-test-values.h"

#include <string.h>

#include "sim/base/vn-error.h"

static const char *const node_names[] = { "compute1", "compute2", "switch", "vm1", "vm2", "vm3" };

static VnMac
mac (guint number)
{
  return (VnMac){ { 0xfa, 0x16, 0x3e, 0, 0, (guint8)number } };
}

static VnOrigin
line (guint number)
{
  return vn_origin_new ("two-hosts.vlab.yml", number, 1);
}

static void
add_link (VnTables *tables, VnKobj obj, const char *master, guint mtu, guint number)
{
  obj.u.link.up = TRUE;
  obj.u.link.no_autoconf = TRUE;
  obj.u.link.mtu = mtu;
  g_strlcpy (obj.u.link.master, master, VN_DEV_SIZE);
  vn_tables_add (tables, obj, line (number));
}

static void
add_bridge (VnTables *tables, const char *node, const char *name, guint number)
{
  VnKobj obj = vn_kobj_link (node, VN_LINK_BRIDGE, name);
  obj.u.link.u.bridge.forward_delay_sec = 15;
  add_link (tables, obj, "", 0, number);
}

/* A cable from the port @dev of @node's bridge @master to eth0 or the like in @peer_node. */
static void
add_cable (VnTables *tables, const char *node, const char *dev, const char *master, const char *peer_node,
           const char *peer, guint mtu, guint number)
{
  VnKobj near_end = vn_kobj_link (node, VN_LINK_VETH, dev), far_end = vn_kobj_link (peer_node, VN_LINK_VETH, peer);
  near_end.u.link.u.veth = (VnVeth){ .peer_node = g_intern_string (peer_node), .creates = TRUE };
  far_end.u.link.u.veth = (VnVeth){ .peer_node = g_intern_string (node) };
  g_strlcpy (near_end.u.link.u.veth.peer, peer, VN_DEV_SIZE);
  g_strlcpy (far_end.u.link.u.veth.peer, dev, VN_DEV_SIZE);
  far_end.u.link.has_mac = TRUE;
  far_end.u.link.mac = mac (number);
  add_link (tables, near_end, master, mtu, number);
  add_link (tables, far_end, "", mtu, number);
}

static void
add_host (VnTables *tables, const char *node, const char *port, guint last_byte, guint number)
{
  g_autofree char *address = g_strdup_printf ("10.0.0.%u/24", last_byte);
  VnKobj tunnel = vn_kobj_link (node, VN_LINK_VXLAN, "vxlan-42");
  VnPrefix parsed = vn_test_prefix (address);
  tunnel.u.link.u.vxlan = (VnVxlan){ .vni = { 42 }, .local = parsed.ip, .lower = "ens33", .dstport = 8472 };
  vn_tables_add (tables, vn_kobj_node (node), line (number));
  add_cable (tables, "switch", port, "br0", node, "ens33", 1500, number);
  vn_tables_add (tables, vn_kobj_addr (node, "ens33", parsed), line (number));
  add_bridge (tables, node, "brq1", number + 1);
  add_link (tables, tunnel, "brq1", 1450, number + 1);
  vn_tables_add (tables, vn_kobj_sysctl (node, "net.ipv4.ip_forward", "1"), line (number + 2));
}

static void
add_vm (VnTables *tables, const char *host, const char *node, guint last_byte, guint mtu, guint number)
{
  g_autofree char *tap = g_strdup_printf ("tap-%s", node), *address = g_strdup_printf ("172.16.1.%u/24", last_byte);
  vn_tables_add (tables, vn_kobj_node (node), line (number));
  add_cable (tables, host, tap, "brq1", node, "eth0", mtu, number);
  vn_tables_add (tables, vn_kobj_addr (node, "eth0", vn_test_prefix (address)), line (number));
  vn_tables_add (tables, vn_kobj_route (node, vn_test_prefix ("0.0.0.0/0"), vn_test_ip ("172.16.1.1"), "eth0"),
                 line (number));
}

static void
add_remote (VnTables *tables, const char *host, guint vm_number, const char *vtep, guint number)
{
  vn_tables_add (tables, vn_kobj_fdb (host, "vxlan-42", VN_MAC_ZERO, vn_test_ip (vtep)), line (number));
  vn_tables_add (tables, vn_kobj_fdb (host, "vxlan-42", mac (vm_number), vn_test_ip (vtep)), line (number));
}

static void
add_rules (VnTables *tables, const char *node, const char *port)
{
  VnRuleset *ruleset = vn_ruleset_new (node, VN_TOOL_IPTABLES);
  VnChain *forward = vn_ruleset_chain (ruleset, "filter", "FORWARD", "ACCEPT");
  VnChain *own = vn_ruleset_chain (ruleset, "filter", "sg-chain", "-");
  vn_ruleset_chain (ruleset, "filter", "INPUT", "ACCEPT");
  vn_ruleset_chain (ruleset, "filter", "OUTPUT", "ACCEPT");
  vn_chain_append (forward, line (90), NULL, NULL, "-j sg-chain");
  vn_chain_append (own, line (91), NULL, NULL, "-p tcp -m tcp --dport %s -j ACCEPT", port);
  vn_chain_append (own, line (92), NULL, NULL, "-j RETURN");
  vn_ruleset_sort (ruleset);
  g_ptr_array_add (tables->rulesets, ruleset);
}

static void
add_underlay (VnTables *tables)
{
  vn_tables_add (tables, vn_kobj_node ("switch"), line (1));
  add_bridge (tables, "switch", "br0", 1);
  add_host (tables, "compute1", "port1", 101, 10);
  add_host (tables, "compute2", "port2", 102, 20);
}

VnTables *
vn_apply_tables_first (void)
{
  VnTables *tables = vn_tables_new ();
  add_underlay (tables);
  add_vm (tables, "compute1", "vm1", 11, 1450, 31);
  add_vm (tables, "compute2", "vm2", 12, 1450, 32);
  add_remote (tables, "compute1", 32, "10.0.0.102", 32);
  add_remote (tables, "compute2", 31, "10.0.0.101", 31);
  add_rules (tables, "compute1", "80");
  vn_tables_add (tables, vn_kobj_web ("compute1", 80, "first"), line (50));
  vn_tables_add (tables, vn_kobj_web ("compute2", 80, "goes"), line (51));
  vn_tables_add (tables, vn_kobj_web ("vm2", 80, "goes with its node"), line (52));
  return tables;
}

VnTables *
vn_apply_tables_later (void)
{
  VnTables *tables = vn_tables_new ();
  add_underlay (tables);
  add_vm (tables, "compute1", "vm1", 11, 1400, 31);
  add_vm (tables, "compute1", "vm3", 13, 1450, 33);
  add_remote (tables, "compute2", 31, "10.0.0.101", 31);
  vn_tables_add (tables, vn_kobj_sysctl ("compute2", "net.ipv4.conf.all.log_martians", "1"), line (40));
  add_rules (tables, "compute1", "443");
  vn_tables_add (tables, vn_kobj_web ("compute1", 80, "later"), line (50));
  vn_tables_add (tables, vn_kobj_web ("vm3", 8080, "comes"), line (53));
  return tables;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

/* Settings are left out: which ones a dump holds depends on what was ever set. */
static void
append_node (GPtrArray *lines, const char *node, const GPtrArray *dump)
{
  for (guint i = 0; i < dump->len; i++)
    {
      const VnKobj *obj = dump->pdata[i];
      VnKobj shown = *obj;
      if (obj->kind == VN_KOBJ_SYSCTL || (obj->kind != VN_KOBJ_RULES && vn_verify_reason (dump, obj) != NULL))
        continue;
      if (obj->kind == VN_KOBJ_LINK && (obj->u.link.kind == VN_LINK_BRIDGE || *obj->u.link.master != '\0'))
        shown.u.link.has_mac = FALSE; /* drawn by the kernel */
      g_autofree char *text = vn_kobj_to_string (&shown);
      g_ptr_array_add (lines, g_strdup_printf ("%s %s %s", node, vn_kobj_kind_name (obj->kind), text));
    }
}

char *
vn_apply_state (VnKernel *kernel)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; i < G_N_ELEMENTS (node_names); i++)
    {
      g_autoptr (GPtrArray) dump = vn_kernel_dump (kernel, node_names[i], NULL);
      if (dump != NULL)
        append_node (lines, node_names[i], dump);
      if (dump != NULL)
        g_ptr_array_add (lines, g_strdup (node_names[i]));
    }
  g_ptr_array_sort (lines, compare_texts);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **)lines->pdata);
}

static gboolean
apply (VnLab *lab, const VnTables *from, const VnTables *to, GError **error)
{
  g_autoptr (VnPlan) plan = vn_plan_delta (from, to);
  return vn_lab_apply (lab, plan, error);
}

static void
must_apply (VnLab *lab, const VnTables *from, const VnTables *to)
{
  g_autoptr (GError) error = NULL;
  apply (lab, from, to, &error);
  g_assert_no_error (error);
}

/* @has_rules: else differences of rules don't count. */
static void
assert_verified (VnLab *lab, const VnTables *tables, gboolean has_rules)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) dumps = NULL;
  g_autoptr (GPtrArray) deltas = vn_lab_verify (lab, tables, &dumps, &error);
  g_assert_no_error (error);
  guint n = 0;
  for (guint i = 0; i < deltas->len; i++)
    {
      const VnDelta *delta = deltas->pdata[i];
      if (!has_rules && g_str_has_prefix (delta->text, "iptables"))
        continue;
      g_test_message ("%s: %s", delta->node, delta->text);
      n++;
    }
  g_assert_cmpuint (n, ==, 0);
  g_assert_nonnull (g_hash_table_lookup (dumps, "compute1"));
}

static void
test_build (gconstpointer data)
{
  const VnApplyBackend *backend = data;
  g_autoptr (VnKernel) kernel = backend->kernel_new (0);
  g_autoptr (VnLab) lab = vn_lab_new (kernel);
  g_autoptr (VnTables) tables = vn_apply_tables_first ();
  g_autoptr (GError) error = NULL;
  must_apply (lab, NULL, tables);
  g_assert_cmpuint (vn_lab_undo_len (lab), >, 0);
  assert_verified (lab, tables, backend->reads_rules);
  vn_lab_teardown (lab, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (vn_lab_undo_len (lab), ==, 0);
  g_autofree char *state = vn_apply_state (kernel);
  g_assert_cmpstr (state, ==, "");
}

static void
test_verify_sees (gconstpointer data)
{
  const VnApplyBackend *backend = data;
  g_autoptr (VnKernel) kernel = backend->kernel_new (0);
  g_autoptr (VnLab) lab = vn_lab_new (kernel);
  g_autoptr (VnTables) tables = vn_apply_tables_first ();
  g_autoptr (GError) error = NULL;
  const VnKobj stale = vn_kobj_fdb ("compute1", "vxlan-42", mac (99), vn_test_ip ("10.0.0.102"));
  const VnKobj missing = vn_kobj_fdb ("compute1", "vxlan-42", VN_MAC_ZERO, vn_test_ip ("10.0.0.102"));
  must_apply (lab, NULL, tables);
  vn_kernel_submit (kernel, VN_VERB_ADD, &stale, 0, NULL);
  vn_kernel_submit (kernel, VN_VERB_DEL, &missing, 0, NULL);
  vn_kernel_flush (kernel, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) deltas = vn_lab_verify (lab, tables, NULL, &error);
  gboolean sees_stale = FALSE, sees_missing = FALSE;
  for (guint i = 0; i < deltas->len; i++)
    {
      const VnDelta *delta = deltas->pdata[i];
      sees_stale |= delta->kind == VN_DELTA_UNEXPECTED && strstr (delta->text, "fa:16:3e:00:00:63") != NULL;
      sees_missing |= delta->kind == VN_DELTA_MISSING && strstr (delta->text, "00:00:00:00:00:00") != NULL
                      && delta->origin.line == 32;
    }
  g_assert_true (sees_stale);
  g_assert_true (sees_missing);
}

static void
test_change (gconstpointer data)
{
  const VnApplyBackend *backend = data;
  g_autoptr (VnKernel) kernel = backend->kernel_new (0);
  g_autoptr (VnLab) lab = vn_lab_new (kernel);
  g_autoptr (VnTables) first = vn_apply_tables_first (), later = vn_apply_tables_later ();
  must_apply (lab, NULL, first);
  must_apply (lab, first, later);
  assert_verified (lab, later, backend->reads_rules);
  must_apply (lab, later, first);
  assert_verified (lab, first, backend->reads_rules);
}

/* An operation that the kernel refuses: nothing is left, and the message has operation, line and the kernel's words. */
static void
test_refused (gconstpointer data)
{
  const VnApplyBackend *backend = data;
  g_autoptr (VnKernel) kernel = backend->kernel_new (0);
  g_autoptr (VnLab) lab = vn_lab_new (kernel);
  g_autoptr (VnTables) tables = vn_apply_tables_first ();
  g_autoptr (GError) error = NULL;
  vn_tables_add (tables, vn_kobj_addr ("vm2", "eth7", vn_test_prefix ("10.1.1.1/24")), line (77));
  g_assert_false (apply (lab, NULL, tables, &error));
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, "two-hosts.vlab.yml:77: cannot add addr on vm2, inet 10.1.1.1/24"));
  g_assert_nonnull (strstr (error->message, "No such device"));
  g_assert_cmpuint (vn_lab_undo_len (lab), ==, 0);
  g_autofree char *state = vn_apply_state (kernel);
  g_assert_cmpstr (state, ==, "");
}

/* The same in a change of a standing lab: it stands as before. */
static void
test_change_refused (gconstpointer data)
{
  const VnApplyBackend *backend = data;
  g_autoptr (VnKernel) kernel = backend->kernel_new (0);
  g_autoptr (VnLab) lab = vn_lab_new (kernel);
  g_autoptr (VnTables) first = vn_apply_tables_first (), later = vn_apply_tables_later ();
  g_autoptr (GError) error = NULL;
  must_apply (lab, NULL, first);
  guint undo_len = vn_lab_undo_len (lab);
  g_autofree char *before = vn_apply_state (kernel);
  vn_tables_add (later, vn_kobj_addr ("vm3", "eth7", vn_test_prefix ("10.1.1.1/24")), line (78));
  g_assert_false (apply (lab, first, later, &error));
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, "two-hosts.vlab.yml:78: "));
  g_assert_null (strstr (error->message, "undoing"));
  g_autofree char *after = vn_apply_state (kernel);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (vn_lab_undo_len (lab), ==, undo_len);
  assert_verified (lab, first, backend->reads_rules);
}

/* Somebody was ended in the middle of a change: whatever was done of it is undone. */
static void
test_restore (gconstpointer data)
{
  const VnApplyBackend *backend = data;
  g_autoptr (VnTables) first = vn_apply_tables_first (), later = vn_apply_tables_later ();
  g_autoptr (VnPlan) whole = vn_plan_delta (first, later);
  for (guint n_done = 0; n_done <= whole->ops->len; n_done += 5)
    {
      g_autoptr (VnKernel) kernel = backend->kernel_new (0);
      g_autoptr (VnLab) lab = vn_lab_new (kernel);
      g_autoptr (VnPlan) plan = vn_plan_delta (first, later);
      g_autoptr (GError) error = NULL;
      must_apply (lab, NULL, first);
      guint undo_len = vn_lab_undo_len (lab);
      g_ptr_array_set_size (plan->ops, (gint)n_done);
      vn_lab_apply (lab, plan, &error);
      g_assert_no_error (error);
      vn_lab_restore (lab, first, &error);
      g_assert_no_error (error);
      assert_verified (lab, first, backend->reads_rules);
      g_assert_cmpuint (vn_lab_undo_len (lab), ==, undo_len);
    }
}

void
vn_apply_cases_add (const char *prefix_path, const VnApplyBackend *backend)
{
  static const struct
  {
    const char *name;
    GTestDataFunc func;
  } cases[] = {
    { "build", test_build },     { "verify-sees", test_verify_sees },       { "change", test_change },
    { "refused", test_refused }, { "change-refused", test_change_refused }, { "restore", test_restore },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%s", prefix_path, cases[i].name);
      g_test_add_data_func (path, backend, cases[i].func);
    }
}
