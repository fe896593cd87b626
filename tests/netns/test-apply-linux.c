/* SPDX-License-Identifier: Apache-2.0 */
/* The apply cases on the real kernel. */
#include "tests/lib/vn-apply-cases.h"
#include "tests/lib/vn-netns-test.h"

static VnKernel *
linux_new (guint fail_at G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  VnKernel *kernel = vn_kernel_linux_new (&error);
  g_assert_no_error (error);
  return kernel;
}

static const VnApplyBackend backend = { linux_new, TRUE };

int
main (int argc, char **argv)
{
  vn_netns_test_init (&argc, &argv);
  vn_apply_cases_add ("/apply/linux", &backend);
  return vn_netns_test_run ();
}
