/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a program inside a namespace.
 *
 * A process starts in the network namespace of the thread that spawns it, so the thread enters the namespace, spawns
 * and comes back; nothing runs between fork and exec. */
#include "sim/kernel/vn-spawn.h"

#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-kernel.h"

extern char **environ;

typedef struct
{
  const VnSpawn *spawn;
  const char *path;
  pid_t pid;
} Start;

char *
vn_command_find (const char *program)
{
  static const char *const folders[] = { "/usr/sbin", "/sbin", "/usr/local/sbin" };
  char *path = g_find_program_in_path (program);
  for (gsize i = 0; path == NULL && i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *candidate = g_build_filename (folders[i], program, NULL);
      if (access (candidate, X_OK) == 0)
        path = g_steal_pointer (&candidate);
    }
  return path;
}

/* The child gets no signal mask of ours and the default for what a GLib program may ignore. */
static gboolean
spawn_here (gpointer data, GError **error)
{
  Start *start = data;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none, defaults;
  int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (start->spawn->is_lasting ? POSIX_SPAWN_SETSID : 0);
  sigemptyset (&none);
  sigemptyset (&defaults);
  sigaddset (&defaults, SIGPIPE);
  posix_spawn_file_actions_init (&actions);
  for (int i = 0; i < VN_N_STREAMS; i++)
    posix_spawn_file_actions_adddup2 (&actions, start->spawn->streams[i], i);
  posix_spawnattr_init (&attributes);
  posix_spawnattr_setsigmask (&attributes, &none);
  posix_spawnattr_setsigdefault (&attributes, &defaults);
  posix_spawnattr_setflags (&attributes, (short)flags);
  int errnum
      = posix_spawn (&start->pid, start->path, &actions, &attributes, (char *const *)start->spawn->argv, environ);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return errnum == 0 || vn_error_errno (error, VN_ERROR_KERNEL, errnum, "cannot start %s", start->path);
}

pid_t
vn_spawn (const VnSpawn *spawn, GError **error)
{
  g_autofree char *path = vn_command_find (spawn->program);
  Start start = { spawn, path, -1 };
  if (path == NULL)
    {
      vn_error_set (error, VN_ERROR_UNSUPPORTED, "%s is not installed; cure: sudo apt install %s", spawn->program,
                    spawn->package);
      return -1;
    }
  return vn_netns_run (spawn->netns_fd, spawn_here, &start, error) ? start.pid : -1;
}
