/* SPDX-License-Identifier: Apache-2.0 */
/* Where a run is saved: a folder of its own, files written as *.partial and renamed, `latest`, the last ten kept. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *path;          /* as people see it */
  int fd;              /* -1 = none */
  int parent_fd;       /* of the folder that it is in; -1 = none */
  gboolean is_unnamed; /* not an explicit one: the parent is the folder of runs */
  gboolean is_new;     /* was made for this run */
} VnFolder;

#define VN_FOLDER_NONE ((VnFolder){ .fd = -1, .parent_fd = -1 })
#define VN_FOLDER_KEEP 10

/* The folder that runs are saved in if no other is wanted; made if missing. NULL with @error if none can be written.
 * Transfer full. */
char *vn_folder_base (GError **error);
/* @wanted: `-o DIR`, made if missing; NULL = "$XDG_STATE_HOME/vnetlab/LAB-<time>", or below the temporary folder where
 * the home can't be written. Must be called before the sandbox is entered. VN_ERROR_INPUT if @wanted is no folder that
 * can be written. */
gboolean vn_folder_open (const char *wanted, const char *lab, gint64 now_unix_usec, VnFolder *ret, GError **error);
/* Removes the folder again if it was made for this run and nothing was written. */
void vn_folder_clear (VnFolder *folder);
/* "NAME.partial", synced by rename to "NAME". */
gboolean vn_folder_write (const VnFolder *folder, const char *name, const char *text, gsize size, GError **error);
/* Points `latest` to this run and removes what is older than the last VN_FOLDER_KEEP finished ones. Nothing for an
 * explicit folder. */
gboolean vn_folder_finish (const VnFolder *folder, GError **error);

G_END_DECLS
