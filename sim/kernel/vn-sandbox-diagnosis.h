/* SPDX-License-Identifier: Apache-2.0 */
/* Why a machine refuses the sandbox, and the cure: a pure function of what failed and of facts read from /proc. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In the order in which vn_sandbox_enter() takes them. */
typedef enum
{
  VN_SANDBOX_USER_NS, /* unshare (CLONE_NEWUSER) */
  VN_SANDBOX_ID_MAP,  /* setgroups, uid_map, gid_map */
  VN_SANDBOX_MOUNT_NS,
  VN_SANDBOX_NET_NS,
  VN_SANDBOX_PID_NS,
  VN_SANDBOX_AMBIENT, /* capabilities into the ambient set */
  VN_SANDBOX_MOUNT,   /* private propagation, tmpfs over /run */
  VN_SANDBOX_PROC,    /* an own /proc, or at least a writable /proc/sys/net */
  VN_SANDBOX_FORK,
  VN_N_SANDBOX_STEPS
} VnSandboxStep;

/* What can be read without privilege. Those that a machine doesn't have, or that don't bind root, are -1. */
typedef enum
{
  VN_FACT_HAS_USER_NS,        /* /proc/self/ns/user is there */
  VN_FACT_IS_CHROOT,          /* the root folder is not that of the mount namespace */
  VN_FACT_THREADS,            /* of this process */
  VN_FACT_SECCOMP,            /* 2: a filter is installed (containers, some services) */
  VN_FACT_USERNS_CLONE,       /* kernel.unprivileged_userns_clone (Debian); not for root */
  VN_FACT_APPARMOR_RESTRICTS, /* kernel.apparmor_restrict_unprivileged_userns; not for root */
  VN_FACT_MAX_USER_NS,        /* user.max_…_namespaces */
  VN_FACT_MAX_NET_NS,
  VN_FACT_MAX_PID_NS,
  VN_FACT_MAX_MNT_NS,
  VN_N_FACTS
} VnSandboxFact;

typedef struct
{
  gint64 value[VN_N_FACTS];
} VnSandboxFacts;

typedef struct
{
  const char *reason; /* static text; never NULL */
  const char *cure;   /* static text: what to type or change; never NULL */
} VnSandboxDiagnosis;

/* Pure. Rows are tried from the most to the least specific; the last one fits everything. */
VnSandboxDiagnosis vn_sandbox_diagnose (VnSandboxStep step, int errnum, const VnSandboxFacts *facts);
const char *vn_sandbox_step_name (VnSandboxStep step); /* "create a user namespace" */
VnSandboxFacts vn_sandbox_facts_read (void);

/* vn_sandbox_enter() with the failure as numbers. @ret: set on failure. */
typedef struct
{
  VnSandboxStep step;
  int errnum;
} VnSandboxFailure;
gboolean vn_sandbox_try (VnSandboxFailure *ret);

G_END_DECLS
