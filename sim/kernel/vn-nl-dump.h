/* SPDX-License-Identifier: Apache-2.0 */
/* rtnetlink dumps to VnKobj. Private to sim/kernel. */
#pragma once

#include "sim/base/vn-kobj.h"
#include "sim/kernel/vn-nl.h"

G_BEGIN_DECLS

/* Adds to @link what only its maker knows. @peer_ifindex: what a veth names its other end by, else 0. */
typedef void (*VnNlCompleteFunc) (VnLink *link, guint peer_ifindex, gpointer data);

/* Appends links, addresses, routes (main table), fdb, neighbours and traffic control of @nl's namespace to @objs
 * (VnKobj). */
gboolean vn_nl_dump (VnNl *nl, const char *node, VnNlCompleteFunc complete, gpointer data, GPtrArray *objs,
                     GError **error);
/* Whether the kernel's entry with the key of @obj (fdb, neigh) was made by the data path: it may go any time. */
gboolean vn_nl_is_dynamic (VnNl *nl, const VnKobj *obj, guint ifindex);
/* The index of the device @dev, 0 if there is none. */
gboolean vn_nl_find_link (VnNl *nl, const char *dev, guint *ret_ifindex, GError **error);

G_END_DECLS
