/* SPDX-License-Identifier: Apache-2.0 */
/* VnKobj to rtnetlink messages. Private to sim/kernel. */
#pragma once

#include "sim/base/vn-kobj.h"
#include "sim/kernel/vn-nl.h"

G_BEGIN_DECLS

/* What an object's names come to in the kernel. */
typedef struct
{
  guint ifindex;     /* of the object's device; for a link to be made: the index it shall get */
  guint master;      /* 0 = none */
  guint lower;       /* 0 = none */
  int peer_netns_fd; /* veth that makes both ends */
  guint peer_ifindex;
} VnNlRefs;

/* Whether rtnetlink carries objects of this kind. */
gboolean vn_nl_carries (VnKobjKind kind);
/* Queues the messages, one or more, that carry out @verb. */
void vn_nl_queue_op (VnNl *nl, VnVerb verb, const VnKobj *obj, const VnNlRefs *refs, guint owner);
/* Queues the removal of a link. */
void vn_nl_queue_link_del (VnNl *nl, guint ifindex, guint owner, int tolerated);
void vn_nl_queue_link_up (VnNl *nl, guint ifindex, guint owner);
/* A veth's other end: its ADD and DEL only change what the first end's ADD has made. */
gboolean vn_link_is_other_end (const VnLink *link);

G_END_DECLS
