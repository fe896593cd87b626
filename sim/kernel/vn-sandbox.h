/* SPDX-License-Identifier: Apache-2.0 */
/* The sandbox: user, mount, pid and net namespaces of our own, entered before any thread exists.
 *
 * vn_sandbox_enter() unshares and forks. The parent waits and returns the child's exit status to its caller's caller (it
 * never comes back from the function: it exits). The child is pid 1: it has a parent-death signal, reaps, has its own
 * /proc where that can be mounted, a tmpfs over /run, and all capabilities ambient. An ordinary user is mapped to itself;
 * root maps the whole range. When it dies, the kernel removes everything. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: TRUE in the child; FALSE with VN_ERROR_UNSUPPORTED in the parent, whose message names the reason (AppArmor,
 * kernel.unprivileged_userns_clone, user.max_user_namespaces, seccomp of a container, a masked /proc) and the cure. */
gboolean vn_sandbox_enter (GError **error);

/* What `vnetlab doctor` and a failing start print: what this machine can do, each found by trying in a child. */
typedef struct
{
  const char *name;    /* "user namespaces", "vxlan", "iptables-nft-restore" */
  const char *option;  /* "CONFIG_VXLAN", or the package "iptables" */
  gboolean needed;     /* a lab can't run without it */
  gboolean found;
  char *detail;        /* version, or the kernel's words; may be NULL */
  char *cure;          /* what to type; NULL if found */
} VnCapability;
void vn_capability_free (VnCapability *capability);
/* Array of VnCapability. Does not need vn_sandbox_enter(): runs in a child of its own. */
GPtrArray *vn_capabilities_probe (GError **error);

G_END_DECLS
