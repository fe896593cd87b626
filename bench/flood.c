/* SPDX-License-Identifier: Apache-2.0 */
/* Broadcasts of 500 bytes at a steady rate: the load of bench/live-capture.py. Built by it.
 *
 * usage: flood DEVICE FRAMES-A-SECOND SECONDS; prints how many were sent. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define STEP_NS 1000000
#define STEPS_PER_SECOND 1000

int
main (int argc, char **argv)
{
  unsigned char frame[500] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5 };
  int fd = socket (AF_PACKET, SOCK_RAW, 0);
  struct sockaddr_ll to = { .sll_family = AF_PACKET };
  long rate = argc == 4 ? strtol (argv[2], NULL, 10) : 0, seconds = argc == 4 ? strtol (argv[3], NULL, 10) : 0;
  unsigned long sent = 0;
  struct timespec next;

  if (rate <= 0 || fd < 0 || (to.sll_ifindex = (int)if_nametoindex (argv[1])) == 0)
    return 1;
  clock_gettime (CLOCK_MONOTONIC, &next);
  for (long step = 1; step <= seconds * STEPS_PER_SECOND; step++)
    {
      for (; sent < (unsigned long)(rate * step / STEPS_PER_SECOND); sent++)
        if (sendto (fd, frame, sizeof frame, 0, (struct sockaddr *)&to, sizeof to) != sizeof frame)
          return 1;
      next.tv_nsec += STEP_NS;
      next.tv_sec += next.tv_nsec / 1000000000;
      next.tv_nsec %= 1000000000;
      clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
    }
  printf ("%lu\n", sent);
  return 0;
}
