/* SPDX-License-Identifier: Apache-2.0 */
/* Packet sockets: of one device, to send on; of a whole namespace, to send and to receive.
 *
 * A socket that is bound to a device is of no use once that is deleted, though another one has its name by then. One
 * that is bound to none belongs to its namespace: it receives from devices that are made later, and each frame that it
 * sends names the device anew. */
#include "sim/kernel/vn-kernel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"

#define PACKET_SOCKET (SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK)

typedef struct
{
  const char *dev;
  int fd;
} PacketOpen;

static gboolean
open_of_device (gpointer data, GError **error)
{
  PacketOpen *open_data = data;
  struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex (open_data->dev) };
  if (address.sll_ifindex == 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot find device %s", open_data->dev);
  VN_AUTO_FD fd = socket (AF_PACKET, PACKET_SOCKET, 0);
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
  vn_netns_run (netns_fd, open_of_device, &data, error);
  return data.fd;
}

static gboolean
open_of_namespace (gpointer data, GError **error)
{
  const int one = 1;
  VN_AUTO_FD fd = socket (AF_PACKET, PACKET_SOCKET, htons (ETH_P_ALL));
  if (fd < 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot open a packet socket");
  if (setsockopt (fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one) != 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot limit a packet socket to what arrives");
  *(int *)data = vn_fd_steal (&fd);
  return TRUE;
}

int
vn_packet_socket_open_all (int netns_fd, GError **error)
{
  int fd = -1;
  vn_netns_run (netns_fd, open_of_namespace, &fd, error);
  return fd;
}

int
vn_packet_socket_send (int fd, const char *dev, const guint8 *bytes, gsize size)
{
  struct ifreq request = { 0 };
  struct sockaddr_ll address = { .sll_family = AF_PACKET };
  gssize n;
  g_strlcpy (request.ifr_name, dev, sizeof request.ifr_name);
  if (ioctl (fd, SIOCGIFINDEX, &request) != 0)
    return errno;
  address.sll_ifindex = request.ifr_ifindex;
  do
    n = sendto (fd, bytes, size, 0, (const struct sockaddr *)&address, sizeof address);
  while (n < 0 && errno == EINTR);
  return n < 0 ? errno : 0;
}
