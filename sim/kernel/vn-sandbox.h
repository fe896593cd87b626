/* SPDX-License-Identifier: Apache-2.0 */
/* The sandbox: user, mount, pid and net namespaces of our own, entered before any thread exists.
 *
 * vn_sandbox_enter() unshares and forks. The parent waits, forwards signals and exits with the program's exit status
 * (128
 * + n if signal n ended it): it never comes back from the function. Its child is pid 1 of the pid namespace: it has a
 * parent-death signal, its own /proc where that can be mounted, reaps what loses its parent, and starts the program as
 * its child, so that signals have their usual effect there. Over /run lies a tmpfs; all capabilities are ambient. An
 * ordinary user is mapped to itself; root maps the whole range. When any of the three dies, the kernel removes all. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: TRUE in the program's process; FALSE with VN_ERROR_UNSUPPORTED in the parent, whose message names the reason
 * (AppArmor, kernel.unprivileged_userns_clone, user.max_user_namespaces, seccomp of a container, a masked /proc) and
 * the cure. */
gboolean vn_sandbox_enter (GError **error);

/* What `vnetlab doctor` and a failing start print: what this machine can do, each found by trying in a child. */
typedef struct
{
  const char *name;   /* "user namespaces", "vxlan", "iptables-nft-restore" */
  const char *option; /* "CONFIG_VXLAN", or the package "iptables" */
  gboolean needed;    /* a lab can't run without it */
  gboolean found;
  char *detail; /* version, or the kernel's words; may be NULL */
  char *cure;   /* what to type; NULL if found, or not tried */
} VnCapability;
void vn_capability_free (VnCapability *capability);
/* Array of VnCapability. Does not need vn_sandbox_enter(): runs in a child of its own. */
GPtrArray *vn_capabilities_probe (GError **error);
/* Whether the one of that name is there: by trying, so ask once. */
gboolean vn_capability_found (const char *name);

G_END_DECLS
