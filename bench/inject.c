/* SPDX-License-Identifier: Apache-2.0 */
/* How many frames a second leave by the way that probes leave: crafted with libnet, one send() each on a packet socket
 * of protocol 0. sendmmsg() past the queueing discipline was tried and is slower on a veth. Built by bench/inject.py.
 *
 * usage: inject DEVICE SECONDS; prints frames a second. */
#include "sim/packet/vn-craft.h"

#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#define FRAMES 256

static GBytes *frames[FRAMES];

static void
craft (void)
{
  g_autoptr (VnCrafter) crafter = vn_crafter_new (NULL);
  VnCraftEnds ends = { .eth_src = { { 2, 0, 0, 0, 0, 1 } }, .eth_dst = { { 2, 0, 0, 0, 0, 2 } } };

  ends.src = vn_ip_from_v4 (0x0a000001);
  ends.dst = vn_ip_from_v4 (0x0a000002);
  for (guint32 i = 0; i < FRAMES; i++)
    frames[i] = vn_craft_echo (crafter, &ends, i + 1, NULL);
}

static int
open_socket (const char *dev)
{
  const struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex (dev) };
  int fd = socket (AF_PACKET, SOCK_RAW, 0);

  if (fd < 0 || at.sll_ifindex == 0 || bind (fd, (const struct sockaddr *)&at, sizeof at) != 0)
    exit (1);
  return fd;
}

/* Returns: frames sent. */
static guint
send_round (int fd)
{
  guint n = 0;

  for (guint i = 0; i < FRAMES; i++)
    {
      gsize size;
      gconstpointer bytes = g_bytes_get_data (frames[i], &size);

      n += send (fd, bytes, size, 0) == (gssize)size;
    }
  return n;
}

int
main (int argc, char **argv)
{
  gint64 start, seconds = argc == 3 ? strtol (argv[2], NULL, 10) : 0;
  guint64 sent = 0;
  int fd;

  if (seconds <= 0)
    return 1;
  craft ();
  fd = open_socket (argv[1]);
  start = g_get_monotonic_time ();
  while (g_get_monotonic_time () - start < seconds * G_USEC_PER_SEC)
    sent += send_round (fd);
  printf ("%.0f\n", (double)sent * G_USEC_PER_SEC / (double)(g_get_monotonic_time () - start));
  return 0;
}
