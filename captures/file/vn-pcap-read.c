/* SPDX-License-Identifier: Apache-2.0 */
/* Captures from files, pcap or pcapng, through libpcap. */
#include "captures/file/vn-pcap-read.h"

#include "sim/base/vn-error.h"

#include <pcap/pcap.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (pcap_t, pcap_close)

#define NS_PER_SEC G_GUINT64_CONSTANT (1000000000)

static gboolean
add_frame (VnFrameStore *store, const struct pcap_pkthdr *header, const guint8 *bytes)
{
  VnFrame frame = {
    /* tv_usec holds nanoseconds: the handle was opened with that precision */
    .time_ns = (guint64)header->ts.tv_sec * NS_PER_SEC + (guint64)header->ts.tv_usec,
    .len = header->len,
    .caplen = header->caplen,
  };

  return vn_frame_store_add (store, &frame, bytes);
}

gboolean
vn_pcap_read (const char *path, VnFrameStore *store, GError **error)
{
  char problem[PCAP_ERRBUF_SIZE] = "";
  g_autoptr (pcap_t) pcap = pcap_open_offline_with_tstamp_precision (path, PCAP_TSTAMP_PRECISION_NANO, problem);
  struct pcap_pkthdr *header;
  const guint8 *bytes;
  int status;

  if (!pcap)
    return vn_error_set (error, VN_ERROR_INPUT, "opening capture %s: %s", path, problem);
  if (pcap_datalink (pcap) != DLT_EN10MB)
    return vn_error_set (error, VN_ERROR_INPUT, "reading capture %s: its link type is %s, only Ethernet is read", path,
                         pcap_datalink_val_to_description_or_dlt (pcap_datalink (pcap)));
  while ((status = pcap_next_ex (pcap, &header, &bytes)) == 1)
    if (!add_frame (store, header, bytes))
      return vn_error_set (error, VN_ERROR_INPUT, "reading capture %s: more frames than the memory set aside holds",
                           path);
  if (status != PCAP_ERROR_BREAK)
    return vn_error_set (error, VN_ERROR_INPUT, "reading capture %s: %s", path, pcap_geterr (pcap));
  return TRUE;
}
