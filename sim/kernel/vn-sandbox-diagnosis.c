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

typedef gboolean (*FactTest) (const VnSandboxFacts *facts);

typedef struct
{
  guint steps;   /* bits of VnSandboxStep */
  int errnum[2]; /* 0 = any */
  FactTest test; /* NULL = always */
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

static gboolean has_threads (const VnSandboxFacts *f)
{
  return f->threads > 1;
}
static gboolean lacks_user_ns (const VnSandboxFacts *f)
{
  return !f->has_user_ns;
}
static gboolean is_chroot (const VnSandboxFacts *f)
{
  return f->is_chroot;
}
static gboolean clone_is_off (const VnSandboxFacts *f)
{
  return f->unprivileged_userns_clone == 0 && !f->is_root;
}
static gboolean apparmor_restricts (const VnSandboxFacts *f)
{
  return f->apparmor_restrict > 0 && !f->is_root;
}
static gboolean no_user_ns (const VnSandboxFacts *f)
{
  return f->max_user_namespaces == 0;
}
static gboolean no_net_ns (const VnSandboxFacts *f)
{
  return f->max_net_namespaces == 0;
}
static gboolean no_pid_ns (const VnSandboxFacts *f)
{
  return f->max_pid_namespaces == 0;
}
static gboolean no_mnt_ns (const VnSandboxFacts *f)
{
  return f->max_mnt_namespaces == 0;
}
static gboolean is_filtered (const VnSandboxFacts *f)
{
  return f->seccomp == 2;
}

#define STEP(name) (1u << VN_SANDBOX_##name)
#define ANY_STEP ((1u << VN_N_SANDBOX_STEPS) - 1)
#define ANY_NS (STEP (USER_NS) | STEP (MOUNT_NS) | STEP (NET_NS) | STEP (PID_NS))
#define CONTAINER_CURE                                                                                                 \
  "run it outside the container, or start the container with --security-opt seccomp=unconfined "                       \
  "--security-opt apparmor=unconfined --security-opt systempaths=unconfined"

static const Row rows[] = {
  { STEP (USER_NS),
    { EINVAL },
    has_threads,
    "the process has more than one thread",
    "report this as a bug: the sandbox must be entered before any thread starts" },
  { STEP (USER_NS),
    { EINVAL, ENOSYS },
    lacks_user_ns,
    "the kernel is built without user namespaces",
    "boot a kernel with CONFIG_USER_NS=y (Debian's and Ubuntu's have it)" },
  { STEP (USER_NS),
    { EPERM },
    is_chroot,
    "the process is in a chroot, where the kernel allows no user namespace",
    "run it outside the chroot" },
  { STEP (USER_NS),
    { EPERM },
    clone_is_off,
    "kernel.unprivileged_userns_clone is 0",
    "sudo sysctl -w kernel.unprivileged_userns_clone=1" },
  { ANY_STEP & ~STEP (PROC),
    { EPERM, EACCES },
    apparmor_restricts,
    "AppArmor restricts user namespaces (kernel.apparmor_restrict_unprivileged_userns is 1, Ubuntu's default since "
    "23.10)",
    "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0" },
  { ANY_NS,
    { ENOSPC, EUSERS },
    no_user_ns,
    "user.max_user_namespaces is 0",
    "sudo sysctl -w user.max_user_namespaces=10000" },
  { STEP (NET_NS),
    { ENOSPC },
    no_net_ns,
    "user.max_net_namespaces is 0",
    "sudo sysctl -w user.max_net_namespaces=10000" },
  { STEP (PID_NS),
    { ENOSPC },
    no_pid_ns,
    "user.max_pid_namespaces is 0",
    "sudo sysctl -w user.max_pid_namespaces=10000" },
  { STEP (MOUNT_NS),
    { ENOSPC },
    no_mnt_ns,
    "user.max_mnt_namespaces is 0",
    "sudo sysctl -w user.max_mnt_namespaces=10000" },
  { STEP (USER_NS),
    { EUSERS, ENOSPC },
    NULL,
    "too many user namespaces exist or are nested (the limits are user.max_user_namespaces and 32 levels)",
    "end what made them, or sudo sysctl -w user.max_user_namespaces=10000" },
  { STEP (NET_NS),
    { ENOSPC },
    NULL,
    "this user's network namespaces are used up (user.max_net_namespaces)",
    "sudo sysctl -w user.max_net_namespaces=10000" },
  { STEP (NET_NS),
    { EINVAL },
    NULL,
    "the kernel is built without network namespaces",
    "boot a kernel with CONFIG_NET_NS=y" },
  { STEP (PID_NS),
    { EINVAL },
    NULL,
    "the kernel is built without pid namespaces",
    "boot a kernel with CONFIG_PID_NS=y" },
  { STEP (PROC),
    { EPERM, EROFS },
    NULL,
    "/proc is masked and /proc/sys read-only, as containers have it",
    CONTAINER_CURE },
  { STEP (PROC), { EACCES, ENOENT }, NULL, "/proc is masked or not mounted, as in some containers", CONTAINER_CURE },
  { ANY_STEP,
    { EPERM, EACCES },
    is_filtered,
    "a seccomp filter, most likely a container's, forbids it",
    CONTAINER_CURE },
  { ANY_STEP, { EPERM, EACCES }, NULL, "a security module or the container's permissions forbid it", CONTAINER_CURE },
  { STEP (FORK),
    { EAGAIN, ENOMEM },
    NULL,
    "the limit of processes or of memory is reached",
    "end other processes, or raise ulimit -u" },
  { ANY_STEP, { 0 }, NULL, "the kernel refuses it", "look into the kernel's log (dmesg) for the reason" },
};

static gboolean row_fits (const Row *row, VnSandboxStep step, int errnum, const VnSandboxFacts *facts)
{
  gboolean errnum_fits = row->errnum[0] == 0 || errnum == row->errnum[0] || errnum == row->errnum[1];
  return (row->steps & (1u << step)) && errnum_fits && (row->test == NULL || row->test (facts));
}

VnSandboxDiagnosis vn_sandbox_diagnose (VnSandboxStep step, int errnum, const VnSandboxFacts *facts)
{
  gsize i = 0;
  while (i + 1 < G_N_ELEMENTS (rows) && !row_fits (&rows[i], step, errnum, facts))
    i++;
  return (VnSandboxDiagnosis){ rows[i].reason, rows[i].cure };
}

const char *vn_sandbox_step_name (VnSandboxStep step)
{
  g_return_val_if_fail (step < VN_N_SANDBOX_STEPS, NULL);
  return step_names[step];
}

static gint64 read_number (const char *path)
{
  g_autofree char *text = NULL;
  guint64 number;
  if (!g_file_get_contents (path, &text, NULL, NULL) || !vn_parse_uint (g_strstrip (text), 0, G_MAXINT64, &number))
    return -1;
  return (gint64)number;
}

/* The number behind "@key:" in /proc/self/status. */
static gint64 status_number (const char *status, const char *key)
{
  g_autofree char *start = g_strdup_printf ("\n%s:", key);
  const char *found = status ? strstr (status, start) : NULL;
  return found ? g_ascii_strtoll (found + strlen (start), NULL, 10) : -1;
}

/* A root that is not a mount point's root has another inode than the mount namespace's own "/"; pid 1's root is the
 * nearest that can be asked, and it often can't: then nothing is claimed. */
static gboolean root_differs (void)
{
  struct stat ours, init;
  if (stat ("/", &ours) != 0 || stat ("/proc/1/root/.", &init) != 0)
    return FALSE;
  return ours.st_ino != init.st_ino || ours.st_dev != init.st_dev;
}

VnSandboxFacts vn_sandbox_facts_read (void)
{
  g_autofree char *status = NULL;
  (void)g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  return (VnSandboxFacts){
    .is_root = geteuid () == 0,
    .is_chroot = root_differs (),
    .has_user_ns = access ("/proc/self/ns/user", F_OK) == 0,
    .apparmor_restrict = read_number ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
    .unprivileged_userns_clone = read_number ("/proc/sys/kernel/unprivileged_userns_clone"),
    .max_user_namespaces = read_number ("/proc/sys/user/max_user_namespaces"),
    .max_net_namespaces = read_number ("/proc/sys/user/max_net_namespaces"),
    .max_pid_namespaces = read_number ("/proc/sys/user/max_pid_namespaces"),
    .max_mnt_namespaces = read_number ("/proc/sys/user/max_mnt_namespaces"),
    .seccomp = status_number (status, "Seccomp"),
    .threads = status_number (status, "Threads"),
  };
}
