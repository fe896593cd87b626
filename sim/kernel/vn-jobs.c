/* SPDX-License-Identifier: Apache-2.0 */
/* A pool of threads for what waits in the kernel: packet sockets are the reason for it.
 *
 * Opening and closing a packet socket each wait for an RCU grace period: 1,000 one after the other take half a minute,
 * on many threads at once half a second, since one grace period serves all that wait for it. The threads do nothing
 * else, and none is left when vn_jobs_run() returns. */
#include "sim/kernel/vn-kernel.h"

#include <errno.h>
#include <sched.h>

#include "sim/base/vn-error.h"

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
