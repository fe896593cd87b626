/* SPDX-License-Identifier: Apache-2.0 */
/* A namespace as the Linux kernel object holds it: fd, netlink socket, what it knows of links. Private to sim/kernel.
 */
#pragma once

#include "sim/base/vn-kobj.h"
#include "sim/kernel/vn-nl.h"
#include "sim/kernel/vn-sysctl.h"

G_BEGIN_DECLS

/* A link that we made, or the loopback device. */
typedef struct
{
  guint ifindex;
  VnVeth veth; /* peer_node NULL: no veth */
  guint peer_ifindex;
  gboolean no_offload;
} VnNodeLink;

typedef struct
{
  const char *name; /* interned */
  int netns_fd;
  VnNl *nl;
  GHashTable *links;   /* name -> VnNodeLink, owned */
  guint *next_ifindex; /* shared by all nodes of a kernel object, borrowed */
  guint tools;         /* bits of VnTool that were used here */
  VnSysctls settings;
  GHashTable *sysctls; /* key -> value from before the first write, owned */
  gboolean is_kept;    /* its name stays when this object goes */
} VnNode;

/* Makes the namespace with its loopback device up. @next_ifindex: the counter that its links draw from. */
VnNode *vn_node_new (const char *name, guint *next_ifindex, GError **error);
/* The one of that name under /run/netns, made by another process. */
VnNode *vn_node_open (const char *name, guint *next_ifindex, GError **error);
/* Takes its name away, unless it is kept, and lets go of it. */
void vn_node_free (VnNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnNode, vn_node_free)

/* Chooses the index of a link to be made: messages behind it in the same batch can then name it. */
VnNodeLink *vn_node_reserve (VnNode *node, const char *dev);
VnNodeLink *vn_node_link (const VnNode *node, const char *dev); /* NULL: not ours */
void vn_node_forget (VnNode *node, const char *dev);

G_END_DECLS
