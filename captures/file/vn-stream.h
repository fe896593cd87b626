/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a file or of standard input, unpacked if they are packed by gzip or zstd. Private to captures/file. */
#pragma once

#include <glib.h>
#include <stdio.h>

G_BEGIN_DECLS

/* @path: "-" for standard input. @ret_problem: owned by the stream and valid as long; after its end NULL, or why the
 * packed data ended early. Returns: a stream for fclose(); NULL with VN_ERROR_INPUT. */
FILE *vn_stream_open (const char *path, const char *const **ret_problem, GError **error);

G_END_DECLS
