/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a program inside a namespace. Private to sim/kernel. */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* Standard input, output, error. */
#define VN_N_STREAMS 3

typedef struct
{
  int netns_fd;
  const char *program; /* looked for in PATH and the sbin folders */
  const char *package; /* what to install if it is missing */
  const char *const *argv;
  int streams[VN_N_STREAMS];
  gboolean is_lasting; /* in a session of its own: keys of the terminal are not for it */
} VnSpawn;

/* Returns: the process id, a child of ours; -1 with VN_ERROR_UNSUPPORTED that names the package if there is no such
 * program. */
pid_t vn_spawn (const VnSpawn *spawn, GError **error);

/* The path of @program, or NULL. An ordinary user's PATH often lacks the sbin folders. Transfer full. */
char *vn_command_find (const char *program);

G_END_DECLS
