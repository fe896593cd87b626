/* SPDX-License-Identifier: Apache-2.0 */
/* Making and naming network namespaces. Private to sim/kernel; running in one is in vn-kernel.h. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The namespace of the calling thread. Returns: an fd, or -1. */
int vn_netns_open_own (GError **error);
/* A new namespace; the thread stays where it is. @name: bound to /run/netns/@name, so that `ip netns` knows it; NULL =
 * nameless. */
int vn_netns_create (const char *name, GError **error);
/* The one that is bound to /run/netns/@name. Returns: an fd, or -1. */
int vn_netns_open (const char *name, GError **error);
/* Takes the name away. The namespace goes when its last fd, socket and process have gone. */
void vn_netns_unname (const char *name);
/* Whether it can be the name of a file below /run/netns. */
gboolean vn_netns_name_is_valid (const char *name);

G_END_DECLS
