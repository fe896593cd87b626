/* SPDX-License-Identifier: Apache-2.0 */
/* Why a machine refuses the sandbox, and the cure.
 *
 * The kernel answers nearly every refusal with EPERM or ENOSPC. Which lock it was follows from switches that anybody
 * can read: the table's rows name the step and the error that a lock shows itself by, and a test of the facts. */
#include "sim/kernel/vn-sandbox-diagnosis.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/vn-text.h"

typedef struct
{
  guint steps;        /* bits of VnSandboxStep */
  int errnum[2];      /* 0 = any */
  VnSandboxFact fact; /* VN_N_FACTS = whatever the facts */
  gint64 min, max;    /* of the fact, for the row to fit */
  const char *reason;
  const char *cure;
} Row;

static const char *const step_names[VN_N_SANDBOX_STEPS] = {
  [VN_SANDBOX_USER_NS] = "create a user namespace",
  [VN_SANDBOX_ID_MAP] = "map the user into its namespace",
  [VN_SANDBOX_MOUNT_NS] = "create a mount namespace",
  [VN_SANDBOX_NET_NS] = "create a network namespace",
  [VN_SANDBOX_PID_NS] = "create a pid namespace",
  [VN_SANDBOX_AMBIENT] = "keep the namespace's capabilities over exec",
  [VN_SANDBOX_MOUNT] = "mount a private /run",
  [VN_SANDBOX_PROC] = "get a writable /proc/sys/net",
  [VN_SANDBOX_FORK] = "start a process in the namespaces",
};

#define STEP(name) (1u << VN_SANDBOX_##name)
#define ANY_STEP ((1u << VN_N_SANDBOX_STEPS) - 1)
#define ANY_NS (STEP (USER_NS) | STEP (MOUNT_NS) | STEP (NET_NS) | STEP (PID_NS))
#define CONTAINER_CURE                                                                                                 \
  "run it outside the container, or start the container with --security-opt seccomp=unconfined "                       \
  "--security-opt apparmor=unconfined --security-opt systempaths=unconfined"

#define FACT(name, min, max) VN_FACT_##name, min, max
#define WHATEVER VN_N_FACTS, 0, 0

/* clang-format off */
static const Row rows[] = {
  { STEP (USER_NS), { EINVAL }, FACT (THREADS, 2, G_MAXINT64),
    "the process has more than one thread",
    "report this as a bug: the sandbox must be entered before any thread starts" },
  { STEP (USER_NS), { EINVAL, ENOSYS }, FACT (HAS_USER_NS, 0, 0),
    "the kernel is built without user namespaces",
    "boot a kernel with CONFIG_USER_NS=y (Debian's and Ubuntu's have it)" },
  { STEP (USER_NS), { EPERM }, FACT (IS_CHROOT, 1, 1),
    "the process is in a chroot, where the kernel allows no user namespace", "run it outside the chroot" },
  { STEP (USER_NS), { EPERM }, FACT (USERNS_CLONE, 0, 0),
    "kernel.unprivileged_userns_clone is 0", "sudo sysctl -w kernel.unprivileged_userns_clone=1" },
  { ANY_STEP & ~STEP (PROC), { EPERM, EACCES }, FACT (APPARMOR_RESTRICTS, 1, G_MAXINT64),
    "AppArmor restricts user namespaces "
    "(kernel.apparmor_restrict_unprivileged_userns is 1, Ubuntu's default since 23.10)",
    "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" },
  { ANY_NS, { ENOSPC, EUSERS }, FACT (MAX_USER_NS, 0, 0),
    "user.max_user_namespaces is 0", "sudo sysctl -w user.max_user_namespaces=10000" },
  { STEP (NET_NS), { ENOSPC }, FACT (MAX_NET_NS, 0, 0),
    "user.max_net_namespaces is 0", "sudo sysctl -w user.max_net_namespaces=10000" },
  { STEP (PID_NS), { ENOSPC }, FACT (MAX_PID_NS, 0, 0),
    "user.max_pid_namespaces is 0", "sudo sysctl -w user.max_pid_namespaces=10000" },
  { STEP (MOUNT_NS), { ENOSPC }, FACT (MAX_MNT_NS, 0, 0),
    "user.max_mnt_namespaces is 0", "sudo sysctl -w user.max_mnt_namespaces=10000" },
  { STEP (USER_NS), { EUSERS, ENOSPC }, WHATEVER,
    "too many user namespaces exist or are nested (the limits are user.max_user_namespaces and 32 levels)",
    "end what made them, or sudo sysctl -w user.max_user_namespaces=10000" },
  { STEP (NET_NS), { ENOSPC }, WHATEVER,
    "this user's network namespaces are used up (user.max_net_namespaces)",
    "sudo sysctl -w user.max_net_namespaces=10000" },
  { STEP (NET_NS), { EINVAL }, WHATEVER,
    "the kernel is built without network namespaces", "boot a kernel with CONFIG_NET_NS=y" },
  { STEP (PID_NS), { EINVAL }, WHATEVER,
    "the kernel is built without pid namespaces", "boot a kernel with CONFIG_PID_NS=y" },
  { STEP (ID_MAP), { ENOENT }, WHATEVER,
    "/proc is not mounted", "sudo mount -t proc proc /proc" },
  { STEP (PROC), { EPERM, EROFS }, WHATEVER,
    "/proc is masked and /proc/sys read-only, as containers have it", CONTAINER_CURE },
  { STEP (PROC), { EACCES, ENOENT }, WHATEVER,
    "/proc is masked or not mounted, as in some containers", CONTAINER_CURE },
  { ANY_STEP, { EPERM, EACCES }, FACT (SECCOMP, 2, 2),
    "a seccomp filter, most likely a container's, forbids it", CONTAINER_CURE },
  { ANY_STEP, { EPERM, EACCES }, WHATEVER,
    "a security module or the container's permissions forbid it", CONTAINER_CURE },
  { STEP (FORK), { EAGAIN, ENOMEM }, WHATEVER,
    "the limit of processes or of memory is reached", "end other processes, or raise ulimit -u" },
  { ANY_STEP, { 0 }, WHATEVER,
    "the kernel refuses it", "look into the kernel's log (dmesg) for the reason" },
};
/* clang-format on */

static gboolean
row_fits (const Row *row, VnSandboxStep step, int errnum, const VnSandboxFacts *facts)
{
  gboolean errnum_fits = row->errnum[0] == 0 || errnum == row->errnum[0] || errnum == row->errnum[1];
  gboolean fact_fits
      = row->fact == VN_N_FACTS || (facts->value[row->fact] >= row->min && facts->value[row->fact] <= row->max);
  return (row->steps & (1u << step)) && errnum_fits && fact_fits;
}

VnSandboxDiagnosis
vn_sandbox_diagnose (VnSandboxStep step, int errnum, const VnSandboxFacts *facts)
{
  gsize i = 0;
  while (i + 1 < G_N_ELEMENTS (rows) && !row_fits (&rows[i], step, errnum, facts))
    i++;
  return (VnSandboxDiagnosis){ rows[i].reason, rows[i].cure };
}

const char *
vn_sandbox_step_name (VnSandboxStep step)
{
  g_return_val_if_fail (step < VN_N_SANDBOX_STEPS, NULL);
  return step_names[step];
}

static gint64
read_number (const char *path)
{
  g_autofree char *text = NULL;
  guint64 number;
  if (!g_file_get_contents (path, &text, NULL, NULL) || !vn_parse_uint (g_strstrip (text), 0, G_MAXINT64, &number))
    return -1;
  return (gint64)number;
}

/* The number behind "@key:" in /proc/self/status. */
static gint64
status_number (const char *status, const char *key)
{
  g_autofree char *start = g_strdup_printf ("\n%s:", key);
  const char *found = status ? strstr (status, start) : NULL;
  return found ? g_ascii_strtoll (found + strlen (start), NULL, 10) : -1;
}

/* A root that is not a mount point's root has another inode than the mount namespace's own "/"; pid 1's root is the
 * nearest that can be asked, and it often can't: then nothing is claimed. */
static gboolean
root_differs (void)
{
  struct stat ours, init;
  if (stat ("/", &ours) != 0 || stat ("/proc/1/root/.", &init) != 0)
    return FALSE;
  return ours.st_ino != init.st_ino || ours.st_dev != init.st_dev;
}

VnSandboxFacts
vn_sandbox_facts_read (void)
{
  g_autofree char *status = NULL;
  gboolean is_root = geteuid () == 0;
  (void)g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  return (VnSandboxFacts){ {
      [VN_FACT_HAS_USER_NS] = access ("/proc/self/ns/user", F_OK) == 0,
      [VN_FACT_IS_CHROOT] = root_differs (),
      [VN_FACT_THREADS] = status_number (status, "Threads"),
      [VN_FACT_SECCOMP] = status_number (status, "Seccomp"),
      [VN_FACT_USERNS_CLONE] = is_root ? -1 : read_number ("/proc/sys/kernel/unprivileged_userns_clone"),
      [VN_FACT_APPARMOR_RESTRICTS]
      = is_root ? -1 : read_number ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
      [VN_FACT_MAX_USER_NS] = read_number ("/proc/sys/user/max_user_namespaces"),
      [VN_FACT_MAX_NET_NS] = read_number ("/proc/sys/user/max_net_namespaces"),
      [VN_FACT_MAX_PID_NS] = read_number ("/proc/sys/user/max_pid_namespaces"),
      [VN_FACT_MAX_MNT_NS] = read_number ("/proc/sys/user/max_mnt_namespaces"),
  } };
}
