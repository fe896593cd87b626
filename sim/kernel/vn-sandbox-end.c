/* SPDX-License-Identifier: Apache-2.0 */
/* Ending what runs in a sandbox, from inside.
 *
 * SIGTERM is what most programs end on; an interactive shell does on SIGHUP only; one that was stopped gets neither
 * before SIGCONT. A process that others started from outside (vn_sandbox_join) is nobody's child here, so a pidfd is
 * what tells that one has ended. */
#include "sim/kernel/vn-sandbox-join.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "sim/base/vn-fd.h"
#include "sim/base/vn-text.h"

/* Array of int: a pidfd of each process but pid 1 and this one. */
static GArray *
open_others (void)
{
  GArray *fds = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint64 pid;
  g_array_set_clear_func (fds, (GDestroyNotify)vn_fd_clear);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (!vn_parse_uint (name, 2, G_MAXINT, &pid) || (pid_t)pid == getpid ())
        continue;
      int fd = pidfd_open ((pid_t)pid, 0);
      if (fd >= 0)
        g_array_append_val (fds, fd);
    }
  return fds;
}

/* Takes out those that have ended. Returns: FALSE when the time is over. */
static gboolean
wait_for_some (GArray *fds, VnUsec until)
{
  g_autofree struct pollfd *polls = g_new0 (struct pollfd, fds->len);
  VnUsec left = until - vn_clock_now ();
  for (guint i = 0; i < fds->len; i++)
    polls[i] = (struct pollfd){ .fd = g_array_index (fds, int, i), .events = POLLIN };
  if (left <= 0 || poll (polls, fds->len, (int)(left / 1000) + 1) == 0)
    return FALSE;
  for (guint i = fds->len; i-- > 0;)
    if (polls[i].revents != 0)
      g_array_remove_index_fast (fds, i);
  return TRUE;
}

guint
vn_sandbox_end_others (gint64 grace_usec)
{
  static const int signals[] = { SIGTERM, SIGHUP, SIGCONT };
  VnUsec until = vn_clock_now () + grace_usec;
  g_autoptr (GArray) fds = open_others ();
  for (guint i = 0; i < fds->len; i++)
    for (gsize s = 0; s < G_N_ELEMENTS (signals); s++)
      (void)pidfd_send_signal (g_array_index (fds, int, i), signals[s], NULL, 0);
  while (fds->len > 0 && wait_for_some (fds, until))
    ;
  return fds->len;
}
