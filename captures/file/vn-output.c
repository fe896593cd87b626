/* SPDX-License-Identifier: Apache-2.0 */
/* A file that has its name only when it is whole. */
#include "captures/file/vn-output.h"

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define FLUSH_BYTES (256 * 1024)

struct _VnOutput
{
  int dir_fd; /* borrowed */
  int fd;
  char *path;
  char *partial;
  gboolean partial_exists;
  GByteArray *buffer;
};

VnOutput *
vn_output_open (int dir_fd, const char *path, GError **error)
{
  g_autoptr (VnOutput) output = g_new0 (VnOutput, 1);

  output->dir_fd = dir_fd;
  output->path = g_strdup (path);
  output->partial = g_strconcat (path, ".partial", NULL);
  output->buffer = g_byte_array_new ();
  output->fd = openat (dir_fd, output->partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (output->fd < 0)
    {
      vn_error_errno (error, VN_ERROR_IO, errno, "creating %s", output->partial);
      return NULL;
    }
  output->partial_exists = TRUE;
  return g_steal_pointer (&output);
}

GByteArray *
vn_output_buffer (VnOutput *output)
{
  return output->buffer;
}

gboolean
vn_output_flush (VnOutput *output, GError **error)
{
  const guint8 *bytes = output->buffer->data;
  gsize left = output->buffer->len;

  while (left > 0)
    {
      gssize n = write (output->fd, bytes, left);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return vn_error_errno (error, VN_ERROR_IO, errno, "writing %s", output->partial);
      bytes += n;
      left -= (gsize)n;
    }
  g_byte_array_set_size (output->buffer, 0);
  return TRUE;
}

gboolean
vn_output_flush_if_full (VnOutput *output, GError **error)
{
  return output->buffer->len < FLUSH_BYTES || vn_output_flush (output, error);
}

gboolean
vn_output_finish (VnOutput *output, GError **error)
{
  if (!vn_output_flush (output, error))
    return FALSE;
  if (close (vn_fd_steal (&output->fd)) != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "closing %s", output->partial);
  if (renameat (output->dir_fd, output->partial, output->dir_fd, output->path) != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "renaming %s to %s", output->partial, output->path);
  output->partial_exists = FALSE;
  return TRUE;
}

void
vn_output_free (VnOutput *output)
{
  vn_fd_clear (&output->fd);
  if (output->partial_exists)
    unlinkat (output->dir_fd, output->partial, 0);
  g_byte_array_unref (output->buffer);
  g_free (output->partial);
  g_free (output->path);
  g_free (output);
}
