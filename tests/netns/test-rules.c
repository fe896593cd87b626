/* SPDX-License-Identifier: Apache-2.0 */
/* Rule texts on the real kernel: loaded, saved, cleared, side by side in several nodes; refusals quote the line. */
#include "tests/lib/vn-netns-test.h"

#include <string.h>

#include "sim/base/vn-error.h"

static const struct
{
  VnTool tool;
  const char *text;     /* for the restore program */
  const char *saved;    /* a line of what the save program then prints */
  const char *bad_text; /* what is refused */
  const char *words;    /* in the message */
} cases[] = {
  { VN_TOOL_IPSET, "create s hash:net family inet\nadd s 10.0.0.0/8\n", "add s 10.0.0.0/8",
    "create t hash:net family inet\nadd nowhere 10.0.0.1\n", "(line 2 is: add nowhere 10.0.0.1)" },
  { VN_TOOL_IPTABLES, "*filter\n:chain - [0:0]\n-A FORWARD -m physdev --physdev-in tap1 -j chain\nCOMMIT\n",
    "-A FORWARD -m physdev --physdev-in tap1 -j chain",
    "*filter\n-A FORWARD -m set --match-set no src -j DROP\nCOMMIT\n",
    "(line 2 is: -A FORWARD -m set --match-set no src -j DROP)" },
  { VN_TOOL_IPTABLES,
    "*nat\n-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.0.2.15:80\n"
    "-A POSTROUTING -s 10.0.2.0/24 ! -d 10.0.2.0/24 -j MASQUERADE\nCOMMIT\n",
    "-A POSTROUTING -s 10.0.2.0/24 ! -d 10.0.2.0/24 -j MASQUERADE", "*nat\n-A FORWARD -j MASQUERADE\nCOMMIT\n",
    "(line 2 is: -A FORWARD -j MASQUERADE)" },
  { VN_TOOL_IPTABLES, "*mangle\n-A POSTROUTING -p tcp -m tcp --dport 1 -j TTL --ttl-set 9\nCOMMIT\n",
    "-A POSTROUTING -p tcp -m tcp --dport 1 -j TTL --ttl-set 9", "*mangle\n-A FORWARD -j MASQUERADE\nCOMMIT\n",
    "iptables" },
  { VN_TOOL_IP6TABLES, "*raw\n-A PREROUTING -s 2001:db8::/32 -j DROP\nCOMMIT\n",
    "-A PREROUTING -s 2001:db8::/32 -j DROP", "*raw\n-A PREROUTING -s 300.1.1.1 -j DROP\nCOMMIT\n",
    "(line 2 is: -A PREROUTING -s 300.1.1.1 -j DROP)" },
  { VN_TOOL_EBTABLES, "*nat\n:PREROUTING ACCEPT\n:c DROP\n-A PREROUTING -i tap1 -j c\n", "-A PREROUTING -i tap1 -j c",
    "*nat\n-A NOWHERE -j DROP\n", "ebtables-restore" },
};

static VnKernel *
kernel_new (const char *const *nodes)
{
  g_autoptr (GError) error = NULL;
  VnKernel *kernel = vn_kernel_linux_new (&error);
  g_assert_no_error (error);
  for (gsize i = 0; nodes[i] != NULL; i++)
    vn_test_do (kernel, VN_VERB_ADD, vn_kobj_node (nodes[i]));
  return kernel;
}

/* What the save program of @tool printed on @node; NULL if it was not run. Transfer full. */
static char *
saved_text (VnKernel *kernel, const char *node, VnTool tool)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) dump = vn_kernel_dump (kernel, node, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < dump->len; i++)
    {
      const VnKobj *obj = dump->pdata[i];
      if (obj->kind == VN_KOBJ_RULES && obj->u.rules.tool == tool)
        return g_strdup (obj->u.rules.text);
    }
  return NULL;
}

static void
test_tool (gconstpointer data)
{
  const char *const nodes[] = { "a", "b", NULL };
  g_autoptr (VnKernel) kernel = kernel_new (nodes);
  gsize i = GPOINTER_TO_SIZE (data);
  g_assert_null (saved_text (kernel, "a", cases[i].tool));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_rules ("a", cases[i].tool, cases[i].text));
  g_autofree char *saved = saved_text (kernel, "a", cases[i].tool);
  g_assert_nonnull (strstr (saved, cases[i].saved));
  g_assert_null (saved_text (kernel, "b", cases[i].tool));
  vn_test_refused (kernel, VN_VERB_SET, vn_kobj_rules ("a", cases[i].tool, cases[i].bad_text), cases[i].words);
  vn_test_do (kernel, VN_VERB_DEL, vn_kobj_rules ("a", cases[i].tool, ""));
  g_assert_null (saved_text (kernel, "a", cases[i].tool));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_rules ("a", cases[i].tool, ""));
  g_autofree char *cleared = saved_text (kernel, "a", cases[i].tool);
  g_test_message ("%s", cleared);
  g_assert_null (strstr (cleared, cases[i].saved));
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_rules ("a", cases[i].tool, cases[i].text));
  g_autofree char *again = saved_text (kernel, "a", cases[i].tool);
  g_assert_nonnull (strstr (again, cases[i].saved));
}

/* Sets before the rules that use them, in each of several nodes, in one flush. */
static void
test_side_by_side (void)
{
  const char *const nodes[] = { "h1", "h2", "h3", "h4", "h5", "h6", NULL };
  g_autoptr (VnKernel) kernel = kernel_new (nodes);
  g_autoptr (GError) error = NULL;
  for (gsize i = 0; nodes[i] != NULL; i++)
    {
      VnKobj set = vn_kobj_rules (nodes[i], VN_TOOL_IPSET, "create s hash:net family inet\n");
      VnKobj rules = vn_kobj_rules (nodes[i], VN_TOOL_IPTABLES,
                                    "*filter\n-A FORWARD -m set --match-set s src -j ACCEPT\nCOMMIT\n");
      VnKobj sysctl = vn_kobj_sysctl (nodes[i], "net.bridge.bridge-nf-call-iptables", "0");
      vn_kernel_submit (kernel, VN_VERB_ADD, &set, i, NULL);
      vn_kernel_submit (kernel, VN_VERB_ADD, &rules, i, NULL);
      vn_kernel_submit (kernel, VN_VERB_ADD, &sysctl, i, NULL);
      vn_kobj_clear (&set);
      vn_kobj_clear (&rules);
      vn_kobj_clear (&sysctl);
    }
  vn_kernel_flush (kernel, NULL, &error);
  g_assert_no_error (error);
  for (gsize i = 0; nodes[i] != NULL; i++)
    {
      g_autofree char *saved = saved_text (kernel, nodes[i], VN_TOOL_IPTABLES);
      g_assert_nonnull (strstr (saved, "--match-set s src -j ACCEPT"));
      g_assert_true (vn_test_holds (kernel, vn_kobj_sysctl (nodes[i], "net.bridge.bridge-nf-call-iptables", "0")));
    }
}

/* Behind a failure in a node its other programs are left out, and that is known. */
static void
test_left_out (void)
{
  const char *const nodes[] = { "h1", "h2", NULL };
  g_autoptr (VnKernel) kernel = kernel_new (nodes);
  g_autoptr (GError) error = NULL;
  guint failed = 0;
  VnKobj ops[] = { vn_kobj_rules ("h1", VN_TOOL_IPSET, "nonsense\n"),
                   vn_kobj_rules ("h1", VN_TOOL_IPTABLES, "*filter\n-A INPUT -j DROP\nCOMMIT\n"),
                   vn_kobj_rules ("h2", VN_TOOL_IPTABLES, "*filter\n-A INPUT -j DROP\nCOMMIT\n") };
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    vn_kernel_submit (kernel, VN_VERB_ADD, &ops[i], i, NULL);
  g_assert_false (vn_kernel_flush (kernel, &failed, &error));
  g_assert_cmpuint (failed, ==, 0);
  g_assert_error (error, VN_ERROR, VN_ERROR_KERNEL);
  g_assert_false (vn_kernel_was_done (kernel, 0));
  g_assert_false (vn_kernel_was_done (kernel, 1));
  g_assert_true (vn_kernel_was_done (kernel, 2));
  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    vn_kobj_clear (&ops[i]);
}

/* A text that no pipe would hold. */
static void
test_large (void)
{
  const char *const nodes[] = { "h1", NULL };
  g_autoptr (VnKernel) kernel = kernel_new (nodes);
  GString *text = g_string_new ("create s hash:net family inet maxelem 100000\n");
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (text, "add s 10.%u.%u.0/24\n", i / 250, i % 250);
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_rules ("h1", VN_TOOL_IPSET, text->str));
  g_autofree char *saved = saved_text (kernel, "h1", VN_TOOL_IPSET);
  g_assert_nonnull (strstr (saved, "add s 10.79.249.0/24"));
  g_string_free (text, TRUE);
}

/* More rules in one table than fit into one netlink message; all are there, in their order. */
static void
test_long_table (gconstpointer data)
{
  static const char *const heads[] = { [VN_TOOL_IPTABLES] = "*filter\n:c - [0:0]\n",
                                       [VN_TOOL_IP6TABLES] = "*filter\n:c - [0:0]\n",
                                       [VN_TOOL_EBTABLES] = "*filter\n:INPUT ACCEPT\n:c ACCEPT\n" };
  const char *const nodes[] = { "h1", NULL };
  const guint n_rules = 1000;
  VnTool tool = (VnTool)GPOINTER_TO_UINT (data);
  g_autoptr (VnKernel) kernel = kernel_new (nodes);
  g_autoptr (GString) text = g_string_new (heads[tool]);
  for (guint i = 0; i < n_rules; i++)
    g_string_append_printf (text,
                            tool == VN_TOOL_EBTABLES ? "-A c -i tap%u -j RETURN\n"
                                                     : "-A c -m physdev --physdev-in tap%u -m comment --comment "
                                                       "\"as long as those of the agents are\" -j RETURN\n",
                            i);
  if (tool != VN_TOOL_EBTABLES)
    g_string_append (text, "COMMIT\n");
  vn_test_do (kernel, VN_VERB_ADD, vn_kobj_rules ("h1", tool, text->str));
  g_autofree char *saved = saved_text (kernel, "h1", tool);
  const char *place = saved;
  for (guint i = 0; i < n_rules; i++)
    {
      g_autofree char *device = g_strdup_printf (" tap%u ", i);
      place = strstr (place, device);
      g_assert_nonnull (place);
    }
}

int
main (int argc, char **argv)
{
  vn_netns_test_init (&argc, &argv);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/rules/%s-%" G_GSIZE_FORMAT, vn_tool_name (cases[i].tool), i);
      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_tool);
    }
  g_test_add_func ("/rules/side-by-side", test_side_by_side);
  g_test_add_func ("/rules/left-out", test_left_out);
  g_test_add_func ("/rules/large", test_large);
  g_test_add_data_func ("/rules/long-table/iptables", GUINT_TO_POINTER (VN_TOOL_IPTABLES), test_long_table);
  g_test_add_data_func ("/rules/long-table/ip6tables", GUINT_TO_POINTER (VN_TOOL_IP6TABLES), test_long_table);
  g_test_add_data_func ("/rules/long-table/ebtables", GUINT_TO_POINTER (VN_TOOL_EBTABLES), test_long_table);
  return vn_netns_test_run ();
}
