/* SPDX-License-Identifier: Apache-2.0 */
/* Captures, pcap and pcapng: every frame that is read lies in the store, sorted or not, and can be decoded. */
#include "tests/fuzz/vn-fuzz.h"

#include "captures/file/vn-pcap-read.h"
#include "sim/base/vn-fd.h"
#include "sim/packet/vn-packet.h"

#include <sys/mman.h>
#include <unistd.h>

#define STORE_BYTES (1 << 20)

/* A file in memory, since libpcap reads files by their path only. */
static int
make_file (const uint8_t *data, size_t size)
{
  int fd = memfd_create ("fuzz", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, size);
  return fd;
}

static void
check_frames (const VnFrameStore *store)
{
  for (guint i = 0; i < vn_frame_store_len (store); i++)
    {
      const VnFrame *frame = vn_frame_store_get (store, i);
      const guint8 *bytes = vn_frame_store_bytes (store, i);
      g_autofree guint8 *exact = g_memdup2 (bytes, frame->caplen); /* so that a sanitizer sees a read behind its end */
      VnPacket packet;

      g_assert_cmpuint (frame->point, ==, 0);
      vn_packet_decode (exact, frame->caplen, &VN_DECODE_DEFAULT, &packet);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  VN_AUTO_FD fd = make_file (data, size);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autoptr (VnFrameStore) store = vn_frame_store_new (STORE_BYTES);
  g_autoptr (GError) error = NULL;

  g_assert_true (vn_pcap_read (path, store, &error) == (error == NULL));
  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
  check_frames (store);
  vn_frame_store_sort (store);
  check_frames (store);
  return 0;
}
