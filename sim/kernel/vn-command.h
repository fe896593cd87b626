/* SPDX-License-Identifier: Apache-2.0 */
/* Programs run inside namespaces, several at once, with their input and output in memory. Private to sim/kernel. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  int netns_fd;
  const char *const *argv; /* borrowed, NULL-terminated; argv[0] is looked for in PATH and the sbin folders */
  const char *package;     /* what to install if it is missing */
  char *input;             /* owned; NULL = empty */
  gboolean only_waits;     /* needs no processor; one for all commands of a run */
  gint after;              /* the command that must have succeeded before, by its index, which is smaller; -1 = none */

  /* Set by vn_commands_run(). */
  gboolean started;
  char *output;
  GError *error; /* NULL = it exited with 0; else its standard error */
} VnCommand;

/* Programs that run beside other work. */
typedef struct _VnCommandRun VnCommandRun;
/* Starts as many as may run at a time: two for each processor, or many if they only wait. @commands: borrowed until
 * vn_command_run_finish(). */
VnCommandRun *vn_command_run_start (VnCommand *commands, gsize n_commands);
/* Collects what has ended and starts what comes next, without waiting. */
void vn_command_run_turn (VnCommandRun *run);
/* Waits for all and frees @run. Returns: FALSE if any failed or was left out; then the first error is in the first
 * command that has one. Each command's results are filled in. */
gboolean vn_command_run_finish (VnCommandRun *run);

/* Both at once. */
gboolean vn_commands_run (VnCommand *commands, gsize n_commands);
void vn_command_clear (VnCommand *command);

G_END_DECLS
