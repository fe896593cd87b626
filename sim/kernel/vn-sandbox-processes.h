/* SPDX-License-Identifier: Apache-2.0 */
/* What runs in the nodes of a sandbox. */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

typedef struct
{
  char *node;
  pid_t pid;     /* as the sandbox counts */
  char *command; /* with its arguments, safe for one line of a terminal */
} VnNodeProcess;

/* In the sandbox. Array of VnNodeProcess, owned: by node, then by id; without the caller. */
GPtrArray *vn_sandbox_processes (void);

G_END_DECLS
