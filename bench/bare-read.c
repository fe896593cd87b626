/* SPDX-License-Identifier: Apache-2.0 */
/* What it costs to read a capture by libpcap and do nothing: the measure of bench/analyze.py. Built by it. */
#include <pcap/pcap.h>
#include <stdio.h>

int
main (int argc, char **argv)
{
  char message[PCAP_ERRBUF_SIZE];
  pcap_t *pcap = argc == 2 ? pcap_open_offline (argv[1], message) : NULL;
  struct pcap_pkthdr *head;
  const u_char *bytes;
  unsigned long packets = 0, sum = 0;

  if (!pcap)
    return 1;
  while (pcap_next_ex (pcap, &head, &bytes) == 1)
    {
      packets++;
      sum += head->len + bytes[0];
    }
  pcap_close (pcap);
  printf ("%lu %lu\n", packets, sum);
  return 0;
}
