/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a file or of standard input, unpacked if they are packed.
 *
 * What a file is packed with is told by its first bytes, so a pipe works as a file does. Unpacking goes on from member
 * to member (gzip) and frame to frame (zstd), as the tools' own does, and holds one buffer of each side: a small file
 * that unpacks to a huge one costs time, not memory. */
#include "captures/file/vn-stream.h"

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define IN_BYTES (128 * 1024)
#define OUT_BYTES (32 * 1024)
#define MAGIC_BYTES 4

typedef struct _Stream Stream;

typedef struct
{
  const char *name;
  guint8 magic[MAGIC_BYTES];
  guint magic_size;
  gboolean (*start) (Stream *s);
  /* Unpacks what is in the input into @out. Returns: bytes made, 0 if more input is needed, -1 if the data is broken.
   */
  gssize (*unpack) (Stream *s, guint8 *out, gsize size);
  void (*stop) (Stream *s);
} Packer;

struct _Stream
{
  int fd;
  const Packer *packer; /* NULL = as it is */
  guint8 in[IN_BYTES];
  gsize in_at, in_size;
  gboolean in_ended;
  gboolean is_between; /* at the end of a member or frame: here the data may end */
  const char *problem;
  z_stream gzip;
  ZSTD_DStream *zstd;
};

/* ---- gzip ---- */

static gboolean
start_gzip (Stream *s)
{
  return inflateInit2 (&s->gzip, 15 + 16) == Z_OK;
}

static gssize
unpack_gzip (Stream *s, guint8 *out, gsize size)
{
  int result;

  s->gzip.next_in = s->in + s->in_at;
  s->gzip.avail_in = (uInt)(s->in_size - s->in_at);
  s->gzip.next_out = out;
  s->gzip.avail_out = (uInt)size;
  if (s->is_between && inflateReset (&s->gzip) != Z_OK)
    return -1;
  result = inflate (&s->gzip, Z_NO_FLUSH);
  s->in_at = s->in_size - s->gzip.avail_in;
  s->is_between = result == Z_STREAM_END;
  return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR ? (gssize)(size - s->gzip.avail_out) : -1;
}

static void
stop_gzip (Stream *s)
{
  inflateEnd (&s->gzip);
}

/* ---- zstd ---- */

static gboolean
start_zstd (Stream *s)
{
  s->zstd = ZSTD_createDStream ();
  return s->zstd != NULL;
}

static gssize
unpack_zstd (Stream *s, guint8 *out, gsize size)
{
  ZSTD_inBuffer in = { s->in, s->in_size, s->in_at };
  ZSTD_outBuffer to = { out, size, 0 };
  gsize result = ZSTD_decompressStream (s->zstd, &to, &in);

  s->in_at = in.pos;
  s->is_between = result == 0;
  return ZSTD_isError (result) ? -1 : (gssize)to.pos;
}

static void
stop_zstd (Stream *s)
{
  ZSTD_freeDStream (s->zstd);
}

static const Packer PACKERS[] = {
  { "gzip", { 0x1f, 0x8b }, 2, start_gzip, unpack_gzip, stop_gzip },
  { "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, 4, start_zstd, unpack_zstd, stop_zstd },
};

/* ---- reading ---- */

/* Returns: FALSE at the end of the input, or with errno. */
static gboolean
fill (Stream *s)
{
  gssize n;

  do
    n = read (s->fd, s->in, IN_BYTES);
  while (n < 0 && errno == EINTR);
  s->in_at = 0;
  s->in_size = n > 0 ? (gsize)n : 0;
  s->in_ended = n <= 0;
  if (n < 0)
    s->problem = g_intern_string (g_strerror (errno));
  return n > 0;
}

static ssize_t
read_plain (Stream *s, char *out, size_t size)
{
  gsize held = s->in_size - s->in_at;
  gssize n;

  if (held == 0)
    {
      do
        n = read (s->fd, out, size);
      while (n < 0 && errno == EINTR);
      return n;
    }
  held = MIN (held, size);
  memcpy (out, s->in + s->in_at, held);
  s->in_at += held;
  return (ssize_t)held;
}

static ssize_t
read_packed (Stream *s, guint8 *out, gsize size)
{
  for (;;)
    {
      gssize n;

      if (s->in_at == s->in_size && !s->in_ended)
        fill (s);
      if (s->in_at == s->in_size && s->in_ended && s->is_between)
        return 0;
      n = s->packer->unpack (s, out, size);
      if (n > 0)
        return n;
      if (n == 0 && !(s->in_at == s->in_size && s->in_ended))
        continue;
      if (!s->is_between && !s->problem)
        s->problem = n < 0 ? "the packed data is damaged" : "the packed data is cut off";
      return 0;
    }
}

static ssize_t
read_stream (void *cookie, char *out, size_t size)
{
  Stream *s = cookie;

  if (s->problem)
    return 0;
  return s->packer ? read_packed (s, (guint8 *)out, size) : read_plain (s, out, size);
}

static int
close_stream (void *cookie)
{
  Stream *s = cookie;

  if (s->packer)
    s->packer->stop (s);
  vn_fd_clear (&s->fd);
  g_free (s);
  return 0;
}

/* The first bytes; a pipe may give them one by one. */
static void
fill_magic (Stream *s)
{
  while (s->in_size < MAGIC_BYTES)
    {
      gssize n = read (s->fd, s->in + s->in_size, MAGIC_BYTES - s->in_size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return;
      s->in_size += (gsize)n;
    }
}

static const Packer *
find_packer (const Stream *s)
{
  for (guint i = 0; i < G_N_ELEMENTS (PACKERS); i++)
    if (s->in_size >= PACKERS[i].magic_size && memcmp (s->in, PACKERS[i].magic, PACKERS[i].magic_size) == 0)
      return &PACKERS[i];
  return NULL;
}

FILE *
vn_stream_open (const char *path, const char *const **ret_problem, GError **error)
{
  static const cookie_io_functions_t FUNCTIONS = { .read = read_stream, .close = close_stream };
  VN_AUTO_FD fd
      = strcmp (path, "-") == 0 ? fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open (path, O_RDONLY | O_CLOEXEC);
  Stream *s;
  FILE *stream;

  if (fd < 0)
    {
      vn_error_errno (error, VN_ERROR_INPUT, errno, "cannot open %s",
                      strcmp (path, "-") == 0 ? "standard input" : path);
      return NULL;
    }
  s = g_new0 (Stream, 1);
  s->fd = vn_fd_steal (&fd);
  fill_magic (s);
  s->packer = find_packer (s);
  if (s->packer && !s->packer->start (s))
    s->packer = NULL;
  stream = fopencookie (s, "r", FUNCTIONS);
  if (!stream)
    {
      close_stream (s);
      vn_error_set (error, VN_ERROR_INTERNAL, "cannot make a stream of %s", path);
      return NULL;
    }
  setvbuf (stream, NULL, _IOFBF, OUT_BYTES);
  __fsetlocking (stream, FSETLOCKING_BYCALLER); /* libpcap reads twice a packet, and nobody else does */
  *ret_problem = &s->problem;
  return stream;
}
