/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets in the ends' namespaces.
 *
 * Probes are frames, sent on packet sockets of protocol 0, which queue nothing that arrives. Answers are left to the
 * kernels: ICMP by themselves, TCP by sockets that listen (the prober's kernel resets what its SYN opened), UDP by
 * sockets whose datagrams are sent back. Listeners are bound to the end's own address, so that an answer comes from
 * the address that the probe went to. */
#include "sim/probe/vn-outlet.h"

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/model/vn-nat.h"
#include "sim/probe/vn-cells.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DATAGRAM_MAX 2048
#define BACKLOG 128
#define FDS_PER_OUTLET 2 /* its packet socket, its namespace's resolver */

/* ---- which listeners ---- */

static gboolean
has_listener (const VnOutlet *outlet, VnFamily family, guint8 protocol, guint16 port)
{
  for (guint i = 0; i < outlet->listeners->len; i++)
    {
      const VnListener *listener = &g_array_index (outlet->listeners, VnListener, i);

      if (listener->family == family && listener->protocol == protocol && listener->port == port)
        return TRUE;
    }
  return FALSE;
}

/* The port that the asked end has to listen on; 0 = none. */
static guint16
listening_port (const VnTopology *topology, const VnCell *cell)
{
  const VnForward *forward;

  if ((cell->protocol != IPPROTO_TCP && cell->protocol != IPPROTO_UDP) || cell->closed)
    return 0;
  if (cell->kind == VN_CELL_REACH)
    return cell->port;
  if (cell->kind != VN_CELL_FORWARD)
    return 0;
  forward = vn_nat_forward (topology, vn_topology_end (topology, cell->to), cell->protocol, cell->port);
  return forward ? forward->guest_port : 0;
}

static void
want_listener (VnOutlets *outlets, const VnTopology *topology, const VnCell *cell)
{
  VnListener listener = { cell->family, cell->protocol, listening_port (topology, cell), -1 };
  VnOutlet *outlet;

  if (listener.port == 0)
    return;
  outlet = g_ptr_array_index (outlets->outlets, cell->to);
  if (vn_outlet_is_there (outlet) && !has_listener (outlet, cell->family, cell->protocol, listener.port))
    g_array_append_val (outlet->listeners, listener);
}

guint64
vn_outlets_count_fds (const VnTopology *topology, const GArray *cells)
{
  g_autoptr (GHashTable) listeners = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < cells->len; i++)
    {
      const VnCell *cell = &g_array_index (cells, VnCell, i);
      guint16 port = listening_port (topology, cell);
      guint64 key = ((guint64)cell->to << 32) | (cell->family == VN_FAMILY_IPV6 ? 1u << 24 : 0)
                    | (guint)cell->protocol << 16 | port;

      if (port != 0)
        g_hash_table_add (listeners, g_memdup2 (&key, sizeof key));
    }
  return (guint64)topology->ends->len * FDS_PER_OUTLET + g_hash_table_size (listeners);
}

/* ---- opening ---- */

static socklen_t
fill_address (VnIp ip, guint16 port, struct sockaddr_storage *ret)
{
  memset (ret, 0, sizeof *ret);
  if (ip.family == VN_FAMILY_IPV4)
    {
      struct sockaddr_in *v4 = (struct sockaddr_in *)ret;

      v4->sin_family = AF_INET;
      v4->sin_port = g_htons (port);
      memcpy (&v4->sin_addr, ip.b, sizeof v4->sin_addr);
      return sizeof *v4;
    }
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret;

  v6->sin6_family = AF_INET6;
  v6->sin6_port = g_htons (port);
  memcpy (&v6->sin6_addr, ip.b, sizeof v6->sin6_addr);
  return sizeof *v6;
}

/* A lab may be probed before, or without, the address being on the interface: bind() does not insist on it. */
static gboolean
bind_listener (int fd, const VnListener *listener, VnIp ip)
{
  const int one = 1;
  struct sockaddr_storage address;
  socklen_t size = fill_address (ip, listener->port, &address);

  if (listener->family == VN_FAMILY_IPV4)
    setsockopt (fd, IPPROTO_IP, IP_FREEBIND, &one, sizeof one);
  else
    setsockopt (fd, IPPROTO_IPV6, IPV6_FREEBIND, &one, sizeof one);
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  return bind (fd, (struct sockaddr *)&address, size) == 0
         && (listener->protocol == IPPROTO_UDP || listen (fd, BACKLOG) == 0);
}

static gboolean
open_listener (const VnOutlet *outlet, VnListener *listener, GError **error)
{
  int domain = listener->family == VN_FAMILY_IPV4 ? AF_INET : AF_INET6;
  int type = listener->protocol == IPPROTO_TCP ? SOCK_STREAM : SOCK_DGRAM;
  VN_AUTO_FD fd = socket (domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "opening a listener in %s", outlet->end->node);
  if (!bind_listener (fd, listener, vn_end_address (outlet->end, listener->family)))
    return errno == EADDRINUSE
           || vn_error_errno (error, VN_ERROR_KERNEL, errno, "listening on %s port %u in %s",
                              listener->protocol == IPPROTO_TCP ? "TCP" : "UDP", listener->port, outlet->end->node);
  listener->fd = vn_fd_steal (&fd);
  return TRUE;
}

static gboolean
open_outlet (gpointer data, GError **error)
{
  VnOutlet *outlet = data;

  outlet->packet_fd = vn_packet_socket_open (outlet->netns_fd, outlet->end->dev, error);
  if (outlet->packet_fd < 0)
    return FALSE;
  for (guint i = 0; i < outlet->listeners->len; i++)
    if (!open_listener (outlet, &g_array_index (outlet->listeners, VnListener, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
close_outlet (gpointer data, GError **error G_GNUC_UNUSED)
{
  VnOutlet *outlet = data;

  vn_fd_clear (&outlet->packet_fd);
  for (guint i = 0; i < outlet->listeners->len; i++)
    vn_fd_clear (&g_array_index (outlet->listeners, VnListener, i).fd);
  return TRUE;
}

static void
free_outlet (gpointer data)
{
  VnOutlet *outlet = data;

  close_outlet (outlet, NULL);
  g_array_unref (outlet->listeners);
  g_free (outlet);
}

static gboolean
for_each_outlet (VnOutlets *outlets, VnNetnsFunc func, GError **error)
{
  g_autofree VnJob *jobs = g_new (VnJob, outlets->outlets->len);
  gsize n_jobs = 0;

  for (guint i = 0; i < outlets->outlets->len; i++)
    {
      VnOutlet *outlet = g_ptr_array_index (outlets->outlets, i);

      if (vn_outlet_is_there (outlet))
        jobs[n_jobs++] = (VnJob){ outlet->netns_fd, func, outlet };
    }
  return vn_jobs_run (jobs, n_jobs, error);
}

static guint
find_point (const GPtrArray *points, const VnEnd *end)
{
  for (guint i = 0; i < points->len; i++)
    {
      const VnCapturePoint *point = g_ptr_array_index (points, i);

      if (strcmp (point->node, end->node) == 0 && strcmp (point->dev, end->dev) == 0)
        return i;
    }
  return VN_NONE;
}

static VnOutlet *
new_outlet (VnKernel *kernel, const VnTopology *topology, const GPtrArray *points, const VnEnd *end)
{
  VnOutlet *outlet = g_new0 (VnOutlet, 1);

  outlet->end = end;
  outlet->netns_fd = vn_probe_is_plugged (topology, end) ? vn_kernel_node_fd (kernel, end->node) : -1;
  outlet->point = find_point (points, end);
  outlet->packet_fd = -1;
  outlet->listeners = g_array_new (FALSE, FALSE, sizeof (VnListener));
  return outlet;
}

VnOutlets *
vn_outlets_open (VnKernel *kernel, const VnTopology *topology, const GPtrArray *points, const GArray *cells,
                 GError **error)
{
  g_autoptr (VnOutlets) outlets = g_new0 (VnOutlets, 1);

  outlets->outlets = g_ptr_array_new_with_free_func (free_outlet);
  for (guint i = 0; i < topology->ends->len; i++)
    g_ptr_array_add (outlets->outlets, new_outlet (kernel, topology, points, vn_topology_end (topology, i)));
  for (guint i = 0; i < cells->len; i++)
    want_listener (outlets, topology, &g_array_index (cells, VnCell, i));
  if (!for_each_outlet (outlets, open_outlet, error))
    return NULL;
  return g_steal_pointer (&outlets);
}

void
vn_outlets_close (VnOutlets *outlets)
{
  for_each_outlet (outlets, close_outlet, NULL);
  g_ptr_array_unref (outlets->outlets);
  g_free (outlets);
}

/* ---- using ---- */

const VnOutlet *
vn_outlets_get (const VnOutlets *outlets, guint end)
{
  return g_ptr_array_index (outlets->outlets, end);
}

guint
vn_outlets_len (const VnOutlets *outlets)
{
  return outlets->outlets->len;
}

gboolean
vn_outlet_is_there (const VnOutlet *outlet)
{
  return outlet->netns_fd >= 0;
}

int
vn_outlet_send (const VnOutlet *outlet, GBytes *frame)
{
  gsize size;
  gconstpointer bytes = g_bytes_get_data (frame, &size);
  gssize n;

  do
    n = send (outlet->packet_fd, bytes, size, 0);
  while (n < 0 && errno == EINTR);
  return n < 0 ? errno : 0;
}

guint
vn_listener_echo (int fd)
{
  guint8 bytes[DATAGRAM_MAX];
  guint n_echoes = 0;

  for (;;)
    {
      struct sockaddr_storage from;
      socklen_t from_size = sizeof from;
      gssize size = recvfrom (fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);

      if (size < 0 && errno == EINTR)
        continue;
      if (size < 0)
        return n_echoes;
      if (sendto (fd, bytes, (gsize)size, 0, (struct sockaddr *)&from, from_size) == size)
        n_echoes++;
    }
}
