/* SPDX-License-Identifier: Apache-2.0 */
/* A file that has its name only when it is whole: written as "<path>.partial", then renamed. Private to captures/file.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _VnOutput VnOutput;

/* @dir_fd: the folder of a relative path, AT_FDCWD for none. */
VnOutput *vn_output_open (int dir_fd, const char *path, GError **error);
/* What is appended to this buffer is written by the next vn_output_flush(). */
GByteArray *vn_output_buffer (VnOutput *output);
gboolean vn_output_flush (VnOutput *output, GError **error);
/* Writes the buffer once it is large enough to be worth a system call. */
gboolean vn_output_flush_if_full (VnOutput *output, GError **error);
/* Writes the rest and gives the file its name. */
gboolean vn_output_finish (VnOutput *output, GError **error);
/* A file that was not finished is removed. */
void vn_output_free (VnOutput *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnOutput, vn_output_free)

G_END_DECLS
