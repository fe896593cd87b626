/* SPDX-License-Identifier: Apache-2.0 */
/* A capture of a lab that is up, for the verbs that make one. */
#pragma once

#include "captures/file/vn-sink.h"
#include "sim/base/vn-fd.h"

G_BEGIN_DECLS

/* What a capture writes to, opened before the sandbox is entered, where paths may lead elsewhere. */
typedef struct
{
  char *shown;  /* the place as people see it */
  int fd;       /* a stream; -1 = none */
  int dir_fd;   /* the folder of files that follow each other; -1 = none */
  char *name;   /* of these files */
  int split_fd; /* the folder of a file for each interface; -1 = none */
} VnCliCaptureOutput;
#define VN_CLI_CAPTURE_OUTPUT_NONE                                                                                     \
  ((VnCliCaptureOutput){                                                                                               \
      .fd = -1,                                                                                                        \
      .dir_fd = -1,                                                                                                    \
      .split_fd = -1,                                                                                                  \
  })
void vn_cli_capture_output_clear (VnCliCaptureOutput *output);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VnCliCaptureOutput, vn_cli_capture_output_clear)

typedef struct
{
  const char *lab;                                 /* name of a lab that is up */
  const char *const *points;                       /* NODE or NODE:DEV, NULL-terminated; none = all */
  const char *filter;                              /* NULL = all packets */
  guint64 snaplen_bytes, max_frames, duration_sec; /* 0 = not given */
  VnRotation rotation;
  gboolean is_quiet; /* tell errors only */
} VnCliCapture;

/* Captures until a signal, a limit, or the end of the stream's reader. @open: fills @output, which is empty, after the
 * lab and its interfaces were found and before anything else; returns FALSE after a message. Returns: the exit code. */
int vn_cli_capture_run (const VnCliCapture *capture, gboolean (*open) (gpointer data, VnCliCaptureOutput *output),
                        gpointer data);

G_END_DECLS
