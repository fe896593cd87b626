/* SPDX-License-Identifier: Apache-2.0 */
/* Tests with namespaces: entering and leaving. */
#include "tests/lib/vn-netns-test.h"

#include <dirent.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "sim/kernel/vn-sandbox.h"

#define EXIT_SKIPPED 77 /* what meson takes for a skip */

static gboolean
is_required (const char *capability)
{
  g_auto (GStrv) required = g_strsplit (g_getenv ("VN_TEST_REQUIRE") ? g_getenv ("VN_TEST_REQUIRE") : "", ",", -1);
  return g_strv_contains ((const char *const *)required, capability)
         || g_strv_contains ((const char *const *)required, "all");
}

void
vn_netns_test_init (int *argc, char ***argv)
{
  g_autoptr (GError) error = NULL;
  if (!vn_sandbox_enter (&error))
    {
      gboolean fails = is_required ("user namespaces");
      printf (fails ? "Bail out! user namespaces: %s\n" : "1..0 # SKIP user namespaces: %s\n", error->message);
      exit (fails ? EXIT_FAILURE : EXIT_SKIPPED);
    }
  g_test_init (argc, argv, NULL);
}

void
vn_netns_test_lacks (const char *capability, const char *words)
{
  g_autofree char *reason = g_strdup_printf ("%s: %s", capability, words);
  if (is_required (capability))
    g_test_fail_printf ("%s", reason);
  else
    g_test_skip (reason);
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;
  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
assert_no_child (void)
{
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
}

static void
assert_no_link (void)
{
  struct if_nameindex *links = if_nameindex ();
  for (struct if_nameindex *link = links; link != NULL && link->if_index != 0; link++)
    g_assert_cmpstr (link->if_name, ==, "lo");
  if_freenameindex (links);
}

int
vn_netns_test_run (void)
{
  guint n_fds = count_entries ("/proc/self/fd");
  int status = g_test_run ();
  if (status != 0)
    return status;
  assert_no_child ();
  assert_no_link ();
  g_assert_cmpuint (count_entries ("/run/netns"), ==, 0);
  g_assert_cmpuint (count_entries ("/proc/self/task"), ==, 1);
  g_assert_cmpuint (count_entries ("/proc/self/fd"), ==, n_fds);
  return 0;
}

void
vn_test_do (VnKernel *kernel, VnVerb verb, VnKobj obj)
{
  g_autoptr (GError) error = NULL;
  vn_kernel_submit (kernel, verb, &obj, 1, &error);
  g_assert_no_error (error);
  vn_kernel_flush (kernel, NULL, &error);
  g_assert_no_error (error);
  vn_kobj_clear (&obj);
}

void
vn_test_refused (VnKernel *kernel, VnVerb verb, VnKobj obj, const char *words)
{
  g_autoptr (GError) error = NULL;
  guint failed = 0;
  vn_kernel_submit (kernel, verb, &obj, 7, &error);
  g_assert_no_error (error);
  g_assert_false (vn_kernel_flush (kernel, &failed, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (failed, ==, 7);
  g_assert_false (vn_kernel_was_done (kernel, 7));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
  vn_kobj_clear (&obj);
}

gboolean
vn_test_holds (VnKernel *kernel, VnKobj obj)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) dump = vn_kernel_dump (kernel, obj.node, &error);
  g_autofree char *key = vn_kobj_key (&obj);
  gboolean held = FALSE;
  g_assert_no_error (error);
  for (guint i = 0; i < dump->len; i++)
    {
      g_autofree char *other = vn_kobj_key (dump->pdata[i]);
      g_autofree char *text = vn_kobj_to_string (dump->pdata[i]);
      if (strcmp (key, other) == 0)
        g_test_message ("%s", text);
      held |= strcmp (key, other) == 0 && vn_kobj_satisfies (dump->pdata[i], &obj);
    }
  vn_kobj_clear (&obj);
  return held;
}

VnKobj
vn_test_veth (const char *node, const char *dev, const char *peer_node, const char *peer)
{
  VnKobj obj = vn_kobj_link (node, VN_LINK_VETH, dev);
  obj.u.link.u.veth.peer_node = g_intern_string (peer_node);
  obj.u.link.u.veth.creates = TRUE;
  g_strlcpy (obj.u.link.u.veth.peer, peer, VN_DEV_SIZE);
  return obj;
}
