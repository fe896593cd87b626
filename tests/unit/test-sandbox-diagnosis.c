/* SPDX-License-Identifier: Apache-2.0 */
/* Every refusal of the sandbox by its facts: reason and cure. */
#include "sim/kernel/vn-sandbox-diagnosis.h"

#include <errno.h>
#include <string.h>

/* A machine that refuses nothing. */
static const VnSandboxFacts willing = { {
    [VN_FACT_HAS_USER_NS] = 1,
    [VN_FACT_IS_CHROOT] = 0,
    [VN_FACT_THREADS] = 1,
    [VN_FACT_SECCOMP] = 0,
    [VN_FACT_USERNS_CLONE] = 1,
    [VN_FACT_APPARMOR_RESTRICTS] = 0,
    [VN_FACT_MAX_USER_NS] = 7823,
    [VN_FACT_MAX_NET_NS] = 7823,
    [VN_FACT_MAX_PID_NS] = 7823,
    [VN_FACT_MAX_MNT_NS] = 7823,
} };

static const struct
{
  VnSandboxStep step;
  int errnum;
  VnSandboxFact fact; /* VN_N_FACTS: the willing machine */
  gint64 value;
  const char *reason, *cure; /* parts of them */
} cases[] = {
  { VN_SANDBOX_USER_NS, EPERM, VN_FACT_USERNS_CLONE, 0, "unprivileged_userns_clone is 0",
    "sudo sysctl -w kernel.unprivileged_userns_clone=1" },
  { VN_SANDBOX_USER_NS, EPERM, VN_FACT_USERNS_CLONE, -1, "security module", "outside the container" },
  { VN_SANDBOX_ID_MAP, EPERM, VN_FACT_APPARMOR_RESTRICTS, 1, "AppArmor",
    "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" },
  { VN_SANDBOX_USER_NS, EACCES, VN_FACT_APPARMOR_RESTRICTS, 1, "AppArmor", "apparmor_restrict_unprivileged_userns=0" },
  { VN_SANDBOX_MOUNT, EACCES, VN_FACT_APPARMOR_RESTRICTS, 2, "AppArmor", "apparmor_restrict_unprivileged_userns=0" },
  { VN_SANDBOX_ID_MAP, EPERM, VN_FACT_APPARMOR_RESTRICTS, 0, "security module", "apparmor=unconfined" },
  { VN_SANDBOX_USER_NS, ENOSPC, VN_FACT_MAX_USER_NS, 0, "user.max_user_namespaces is 0",
    "sudo sysctl -w user.max_user_namespaces=10000" },
  { VN_SANDBOX_USER_NS, ENOSPC, VN_FACT_MAX_USER_NS, 1, "too many user namespaces", "max_user_namespaces" },
  { VN_SANDBOX_USER_NS, EUSERS, VN_N_FACTS, 0, "nested", "max_user_namespaces" },
  { VN_SANDBOX_NET_NS, ENOSPC, VN_FACT_MAX_NET_NS, 0, "user.max_net_namespaces is 0",
    "sudo sysctl -w user.max_net_namespaces=10000" },
  { VN_SANDBOX_NET_NS, ENOSPC, VN_FACT_MAX_NET_NS, 1, "used up", "user.max_net_namespaces" },
  { VN_SANDBOX_PID_NS, ENOSPC, VN_FACT_MAX_PID_NS, 0, "user.max_pid_namespaces is 0", "user.max_pid_namespaces" },
  { VN_SANDBOX_MOUNT_NS, ENOSPC, VN_FACT_MAX_MNT_NS, 0, "user.max_mnt_namespaces is 0", "user.max_mnt_namespaces" },
  { VN_SANDBOX_USER_NS, EINVAL, VN_FACT_HAS_USER_NS, 0, "without user namespaces", "CONFIG_USER_NS" },
  { VN_SANDBOX_USER_NS, ENOSYS, VN_FACT_HAS_USER_NS, 0, "without user namespaces", "CONFIG_USER_NS" },
  { VN_SANDBOX_USER_NS, EINVAL, VN_FACT_THREADS, 2, "more than one thread", "bug" },
  { VN_SANDBOX_USER_NS, EINVAL, VN_FACT_THREADS, 1, "the kernel refuses it", "dmesg" },
  { VN_SANDBOX_NET_NS, EINVAL, VN_N_FACTS, 0, "without network namespaces", "CONFIG_NET_NS" },
  { VN_SANDBOX_PID_NS, EINVAL, VN_N_FACTS, 0, "without pid namespaces", "CONFIG_PID_NS" },
  { VN_SANDBOX_USER_NS, EPERM, VN_FACT_IS_CHROOT, 1, "chroot", "outside the chroot" },
  { VN_SANDBOX_USER_NS, EPERM, VN_FACT_SECCOMP, 2, "seccomp", "seccomp=unconfined" },
  { VN_SANDBOX_USER_NS, EPERM, VN_FACT_SECCOMP, 1, "security module", "seccomp=unconfined" },
  { VN_SANDBOX_PROC, EROFS, VN_N_FACTS, 0, "/proc is masked", "systempaths=unconfined" },
  { VN_SANDBOX_PROC, EPERM, VN_FACT_APPARMOR_RESTRICTS, 1, "/proc is masked", "systempaths=unconfined" },
  { VN_SANDBOX_PROC, ENOENT, VN_N_FACTS, 0, "not mounted", "systempaths=unconfined" },
  { VN_SANDBOX_ID_MAP, ENOENT, VN_N_FACTS, 0, "/proc is not mounted", "mount -t proc" },
  { VN_SANDBOX_FORK, EAGAIN, VN_N_FACTS, 0, "limit of processes", "ulimit -u" },
  { VN_SANDBOX_MOUNT, ENOENT, VN_N_FACTS, 0, "the kernel refuses it", "dmesg" },
};

static void
test_case (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  VnSandboxFacts facts = willing;
  if (cases[i].fact != VN_N_FACTS)
    facts.value[cases[i].fact] = cases[i].value;
  VnSandboxDiagnosis diagnosis = vn_sandbox_diagnose (cases[i].step, cases[i].errnum, &facts);
  g_test_message ("%s; cure: %s", diagnosis.reason, diagnosis.cure);
  g_assert_nonnull (strstr (diagnosis.reason, cases[i].reason));
  g_assert_nonnull (strstr (diagnosis.cure, cases[i].cure));
}

/* Whatever happens, there are a reason and a cure. */
static void
test_total (void)
{
  for (VnSandboxStep step = 0; step < VN_N_SANDBOX_STEPS; step++)
    {
      g_assert_nonnull (vn_sandbox_step_name (step));
      for (int errnum = 0; errnum < 134; errnum++)
        {
          VnSandboxDiagnosis diagnosis = vn_sandbox_diagnose (step, errnum, &willing);
          g_assert_nonnull (diagnosis.reason);
          g_assert_nonnull (diagnosis.cure);
        }
    }
}

static void
test_facts (void)
{
  VnSandboxFacts facts = vn_sandbox_facts_read ();
  g_assert_cmpint (facts.value[VN_FACT_THREADS], ==, 1);
  for (VnSandboxFact fact = 0; fact < VN_N_FACTS; fact++)
    g_assert_cmpint (facts.value[fact], >=, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sandbox-diagnosis/%02" G_GSIZE_FORMAT, i);
      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/sandbox-diagnosis/total", test_total);
  g_test_add_func ("/sandbox-diagnosis/facts", test_facts);
  return g_test_run ();
}
