/* SPDX-License-Identifier: Apache-2.0 */
/* A pool of threads for what waits in the kernel, and packet sockets, which are the reason for it.
 *
 * Opening and closing a packet socket each wait for an RCU grace period: 1,000 one after the other take half a minute,
 * on many threads at once half a second, since one grace period serves all that wait for it. The threads do nothing
 * else, and none is left when vn_jobs_run() returns. */
#include "sim/kernel/vn-kernel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"

#define MAX_THREADS 64

typedef struct
{
  const VnJob *jobs;
  gsize n_jobs;
  gsize next;      /* taken with atomic operations */
  GError **errors; /* one for each job */
} Pool;

/* The thread ends with the pool, so it needs no way back to where it came from. */
static gpointer
work (gpointer data)
{
  Pool *pool = data;
  for (;;)
    {
      gsize i = __atomic_fetch_add (&pool->next, 1, __ATOMIC_RELAXED);
      if (i >= pool->n_jobs)
        return NULL;
      const VnJob *job = &pool->jobs[i];
      if (setns (job->netns_fd, CLONE_NEWNET) != 0)
        vn_error_errno (&pool->errors[i], VN_ERROR_KERNEL, errno, "cannot enter a network namespace");
      else
        job->func (job->data, &pool->errors[i]);
    }
}

/* Fewer threads than wanted do the same work; none at all is an error. */
static guint
start_threads (Pool *pool, GThread **threads, GError **error)
{
  guint n_wanted = (guint)MIN (pool->n_jobs, MAX_THREADS);
  for (guint i = 0; i < n_wanted; i++)
    {
      threads[i] = g_thread_try_new ("vn-job", work, pool, i == 0 ? error : NULL);
      if (threads[i] == NULL)
        return i;
    }
  return n_wanted;
}

static gboolean
first_error (Pool *pool, GError **error)
{
  gboolean ok = TRUE;
  for (gsize i = 0; i < pool->n_jobs; i++)
    {
      if (pool->errors[i] == NULL)
        continue;
      if (ok)
        g_propagate_error (error, g_steal_pointer (&pool->errors[i]));
      g_clear_error (&pool->errors[i]);
      ok = FALSE;
    }
  return ok;
}

gboolean
vn_jobs_run (const VnJob *jobs, gsize n_jobs, GError **error)
{
  g_autofree GError **errors = g_new0 (GError *, n_jobs);
  Pool pool = { jobs, n_jobs, 0, errors };
  GThread *threads[MAX_THREADS];
  if (n_jobs == 0)
    return TRUE;
  guint n_threads = start_threads (&pool, threads, error);
  if (n_threads == 0)
    return FALSE;
  for (guint i = 0; i < n_threads; i++)
    g_thread_join (threads[i]);
  return first_error (&pool, error);
}

typedef struct
{
  const char *dev;
  int fd;
} PacketOpen;

static gboolean
open_packet_here (gpointer data, GError **error)
{
  PacketOpen *open_data = data;
  struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex (open_data->dev) };
  if (address.sll_ifindex == 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot find device %s", open_data->dev);
  VN_AUTO_FD fd = socket (AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot open a packet socket for %s", open_data->dev);
  if (bind (fd, (const struct sockaddr *)&address, sizeof address) != 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot bind a packet socket to %s", open_data->dev);
  open_data->fd = vn_fd_steal (&fd);
  return TRUE;
}

int
vn_packet_socket_open (int netns_fd, const char *dev, GError **error)
{
  PacketOpen data = { dev, -1 };
  vn_netns_run (netns_fd, open_packet_here, &data, error);
  return data.fd;
}
