/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting: one epoll set over the captures, the UDP listeners and the resolvers.
 *
 * Every frame of the lab passes a capture, so that "nothing moves" is one number: the time since the last one. */
#include "sim/probe/vn-pump.h"

#include "sim/base/vn-error.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/epoll.h>

#define EVENTS_MAX 64
#define USEC_PER_MSEC 1000

typedef enum
{
  SOURCE_CAPTURE,
  SOURCE_LISTENER,
  SOURCE_NEXT_HOPS,
  N_SOURCES
} Source;

struct _VnPump
{
  const VnProbeSetup *setup;
  VnNextHops *hops;
  int epoll_fd;
  int echo_epoll_fd; /* the UDP listeners alone; itself a source of epoll_fd */
  VnUsec last_frame;
  guint64 n_echoes;
};

static gboolean
add_source (int epoll_fd, int fd, guint32 data, GError **error)
{
  struct epoll_event event = { .events = EPOLLIN, .data.u32 = data };

  return epoll_ctl (epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0
         || vn_error_errno (error, VN_ERROR_KERNEL, errno, "watching a file descriptor");
}

static gboolean
add_listeners (VnPump *pump, const VnOutlet *outlet, GError **error)
{
  for (guint i = 0; i < outlet->listeners->len; i++)
    {
      const VnListener *listener = &g_array_index (outlet->listeners, VnListener, i);

      if (listener->protocol == IPPROTO_UDP && listener->fd >= 0
          && !add_source (pump->echo_epoll_fd, listener->fd, (guint32)listener->fd, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_sources (VnPump *pump, const VnOutlets *outlets, GError **error)
{
  const GArray *captures = pump->setup->capture_fds;

  for (guint i = 0; i < captures->len; i++)
    if (!add_source (pump->epoll_fd, g_array_index (captures, int, i), SOURCE_CAPTURE, error))
      return FALSE;
  for (guint i = 0; i < outlets->outlets->len; i++)
    if (!add_listeners (pump, vn_outlets_get (outlets, i), error))
      return FALSE;
  return add_source (pump->epoll_fd, pump->echo_epoll_fd, SOURCE_LISTENER, error);
}

VnPump *
vn_pump_new (const VnProbeSetup *setup, const VnOutlets *outlets, VnNextHops *hops, GError **error)
{
  g_autoptr (VnPump) pump = g_new0 (VnPump, 1);

  pump->setup = setup;
  pump->hops = hops;
  pump->last_frame = vn_clock_now ();
  pump->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  pump->echo_epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (pump->epoll_fd < 0 || pump->echo_epoll_fd < 0)
    {
      vn_error_errno (error, VN_ERROR_KERNEL, errno, "opening an epoll descriptor");
      return NULL;
    }
  return add_sources (pump, outlets, error) ? g_steal_pointer (&pump) : NULL;
}

void
vn_pump_free (VnPump *pump)
{
  vn_fd_clear (&pump->echo_epoll_fd);
  vn_fd_clear (&pump->epoll_fd);
  g_free (pump);
}

gboolean
vn_pump_add_next_hops (VnPump *pump, GError **error)
{
  g_autoptr (GArray) fds = vn_next_hops_fds (pump->hops);

  for (guint i = 0; i < fds->len; i++)
    if (!add_source (pump->epoll_fd, g_array_index (fds, int, i), SOURCE_NEXT_HOPS, error))
      return FALSE;
  return TRUE;
}

void
vn_pump_echo (VnPump *pump)
{
  struct epoll_event events[EVENTS_MAX];
  int n;

  do
    {
      n = epoll_wait (pump->echo_epoll_fd, events, EVENTS_MAX, 0);
      for (int i = 0; i < n; i++)
        pump->n_echoes += vn_listener_echo ((int)events[i].data.u32);
    }
  while (n == EVENTS_MAX);
}

static gboolean
drain (VnPump *pump, GError **error)
{
  gint n_frames = pump->setup->drain (pump->setup->capture, 0, error);

  if (n_frames > 0)
    pump->last_frame = vn_clock_now ();
  return n_frames >= 0;
}

gboolean
vn_pump_turn (VnPump *pump, VnUsec timeout_usec, GError **error)
{
  struct epoll_event events[EVENTS_MAX];
  gboolean ready[N_SOURCES] = { FALSE };
  int n = epoll_wait (pump->epoll_fd, events, EVENTS_MAX, (int)((timeout_usec + USEC_PER_MSEC - 1) / USEC_PER_MSEC));

  if (n < 0 && errno != EINTR)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "waiting for the lab");
  for (int i = 0; i < n; i++)
    ready[events[i].data.u32] = TRUE;
  if (ready[SOURCE_LISTENER])
    vn_pump_echo (pump);
  if (ready[SOURCE_NEXT_HOPS] && !vn_next_hops_dispatch (pump->hops, error))
    return FALSE;
  return n <= 0 || drain (pump, error);
}

VnUsec
vn_pump_quiet_usec (const VnPump *pump)
{
  return vn_clock_now () - pump->last_frame;
}

guint64
vn_pump_echoes (const VnPump *pump)
{
  return pump->n_echoes;
}
