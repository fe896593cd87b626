/* SPDX-License-Identifier: Apache-2.0 */
/* Where the folders of labs that stay lie. Private to sim/run. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Opens the user's own folder of labs, made if missing: in $XDG_RUNTIME_DIR, else in /run/user/UID, else beside /tmp's
 * other folders. One that others may write to or that is somebody else's is refused. @ret_path: transfer full.
 * Returns: an fd, or -1. */
int vn_state_base_open (char **ret_path, GError **error);
/* Removes folder @name of @fd with all in it. */
void vn_state_remove_folder (int fd, const char *name);

G_END_DECLS
