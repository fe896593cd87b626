/* SPDX-License-Identifier: Apache-2.0 */
/* What the processes around a program in a sandbox do. Private to sim/kernel. */
#pragma once

#include <glib.h>
#include <signal.h>

G_BEGIN_DECLS

/* Inheritable and ambient = permitted, so that a program we start has what we have although we are not root.
 * Returns: 0 or an errno. */
int vn_sandbox_raise_ambient (void);
/* Blocks what vn_sandbox_wait_and_forward() waits for; to be called before the fork. A parent may have set SIGCHLD to
 * be ignored; then the kernel would keep no exit status for us: so it gets its default back. */
void vn_sandbox_block_signals (sigset_t *ret_former);
/* Until @child ends, then exits as it did (128 + n if signal n ended it). Signals that were meant for the program are
 * passed on. */
G_GNUC_NORETURN void vn_sandbox_wait_and_forward (pid_t child);

G_END_DECLS
