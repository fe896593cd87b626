/* SPDX-License-Identifier: Apache-2.0 */
/* One capture file: pcap by libpcap, pcapng by vn-pcapng-read.c, told apart by the first byte. */
#include "captures/file/vn-capture-file.h"

#include "captures/file/vn-pcapng-read.h"
#include "captures/file/vn-stream.h"
#include "sim/base/vn-error.h"
#include "sim/base/vn-text.h"

#include <pcap/pcap.h>
#include <string.h>

#define PCAPNG_FIRST_BYTE 0x0a

struct _VnCaptureFile
{
  FILE *stream; /* libpcap's once it has it */
  const char *const *stream_problem;
  pcap_t *pcap; /* or: */
  VnPcapngReader *pcapng;
  guint32 linktype; /* pcap */
  const VnLinkType *link;
  guint64 n_packets;
  guint64 end; /* pcap: of the last packet that was read */
  char *problem;
};

void
vn_capture_file_free (VnCaptureFile *file)
{
  g_clear_pointer (&file->pcap, pcap_close);
  g_clear_pointer (&file->pcapng, vn_pcapng_reader_free);
  g_clear_pointer (&file->stream, fclose);
  g_free (file->problem);
  g_free (file);
}

/* libpcap has numbers of its own for a few link types. */
static guint32
linktype_of_dlt (int dlt)
{
  return dlt == DLT_RAW ? 101 : (guint32)dlt;
}

static gboolean
open_pcap (VnCaptureFile *file, GError **error)
{
  char message[PCAP_ERRBUF_SIZE] = "";

  file->pcap = pcap_fopen_offline_with_tstamp_precision (file->stream, PCAP_TSTAMP_PRECISION_NANO, message);
  if (!file->pcap)
    return vn_error_set (error, VN_ERROR_INPUT, "not a capture: %s", message);
  file->stream = NULL;
  file->linktype = linktype_of_dlt (pcap_datalink (file->pcap));
  file->link = vn_link_type_find (file->linktype);
  file->end = 24;
  return TRUE;
}

static gboolean
open_format (VnCaptureFile *file, GError **error)
{
  int first = getc (file->stream);

  if (first == EOF)
    return vn_error_set (error, VN_ERROR_INPUT, "not a capture: %s",
                         *file->stream_problem ? *file->stream_problem : "it is empty");
  ungetc (first, file->stream);
  if (first != PCAPNG_FIRST_BYTE)
    return open_pcap (file, error);
  file->pcapng = vn_pcapng_reader_new (file->stream, error);
  return file->pcapng != NULL;
}

VnCaptureFile *
vn_capture_file_open (const char *path, GError **error)
{
  VnCaptureFile *file = g_new0 (VnCaptureFile, 1);
  g_autofree char *shown = vn_text_printable (strcmp (path, "-") == 0 ? "standard input" : path);

  file->stream = vn_stream_open (path, &file->stream_problem, error);
  if (file->stream && open_format (file, error))
    return file;
  if (file->stream)
    g_prefix_error (error, "%s: ", shown);
  vn_capture_file_free (file);
  return NULL;
}

static gboolean
next_pcap (VnCaptureFile *file, VnCaptured *ret)
{
  struct pcap_pkthdr *head;
  const guchar *bytes;
  int result = pcap_next_ex (file->pcap, &head, &bytes);

  if (result < 0)
    {
      if (result != PCAP_ERROR_BREAK)
        file->problem
            = g_strdup_printf ("%s, in the packet at byte %" G_GUINT64_FORMAT, pcap_geterr (file->pcap), file->end);
      return FALSE;
    }
  file->end += 16 + head->caplen;
  *ret = (VnCaptured){ .bytes = bytes, .caplen = head->caplen, .len = MAX (head->len, head->caplen) };
  ret->time_ns = (gint64)head->ts.tv_sec * 1000000000 + head->ts.tv_usec;
  ret->link = file->link ? file->link->link : VN_LINK_NONE;
  return TRUE;
}

static gboolean
next_pcapng (VnCaptureFile *file, VnCaptured *ret)
{
  guint interface;
  const VnLinkType *link;

  if (!vn_pcapng_reader_next (file->pcapng, ret, &interface, &file->problem))
    return FALSE;
  link = vn_link_type_find (vn_capture_file_linktype (file, interface));
  ret->point = interface;
  ret->link = link ? link->link : VN_LINK_NONE;
  return TRUE;
}

gboolean
vn_capture_file_next (VnCaptureFile *file, VnCaptured *ret)
{
  if (!file->problem && (file->pcap ? next_pcap (file, ret) : next_pcapng (file, ret)))
    {
      ret->number = ++file->n_packets;
      return TRUE;
    }
  if (*file->stream_problem)
    {
      g_free (file->problem);
      file->problem = g_strdup (*file->stream_problem);
    }
  return FALSE;
}

const char *
vn_capture_file_problem (const VnCaptureFile *file)
{
  return file->problem;
}

guint
vn_capture_file_n_points (const VnCaptureFile *file)
{
  return file->pcap ? 1 : vn_pcapng_reader_interfaces (file->pcapng)->len;
}

static const VnPcapngInterface *
interface_of (const VnCaptureFile *file, guint point)
{
  return g_ptr_array_index (vn_pcapng_reader_interfaces (file->pcapng), point);
}

const char *
vn_capture_file_point_name (const VnCaptureFile *file, guint point)
{
  return file->pcap ? NULL : interface_of (file, point)->name;
}

guint32
vn_capture_file_linktype (const VnCaptureFile *file, guint point)
{
  return file->pcap ? file->linktype : interface_of (file, point)->linktype;
}

guint64
vn_capture_file_n_dropped (const VnCaptureFile *file, guint point)
{
  return file->pcap ? 0 : interface_of (file, point)->n_dropped;
}
