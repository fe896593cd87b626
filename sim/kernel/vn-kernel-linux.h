/* SPDX-License-Identifier: Apache-2.0 */
/* The Linux kernel object's parts: what its files share. Private to sim/kernel. */
#pragma once

#include "sim/kernel/vn-command.h"
#include "sim/kernel/vn-kernel-op.h"
#include "sim/kernel/vn-kernel.h"
#include "sim/kernel/vn-node.h"

G_BEGIN_DECLS

typedef struct
{
  VnKernel base;
  GHashTable *nodes;    /* interned name -> VnNode, owned */
  guint next_ifindex;   /* of the next link, in whatever node */
  GPtrArray *services;  /* VnServiceRun, owned, in the order of starting */
  GPtrArray *ops;       /* VnKernelOp: submitted */
  GPtrArray *flushed;   /* VnKernelOp: of the last flush */
  gboolean is_adopted;  /* the lab stays when this object goes */
  GHashTable *doomed;   /* names of nodes that the flush deletes */
  VnCommandRun *beside; /* loads rules in the meantime; NULL = none does */
  VnNode *batch_node;   /* whose netlink socket has messages queued; NULL = none */
  GPtrArray *batch_ops; /* VnKernelOp, borrowed: theirs */
} VnLinux;

VnNode *vn_linux_node (VnLinux *linux_kernel, const char *name); /* NULL if there is none */
/* Carries out an operation that needs no program, or puts it into the batch. The outcome is in op->state. */
void vn_linux_apply (VnLinux *linux_kernel, VnKernelOp *op);
/* Whether the operation is to bring a link into being, not only to change one. */
gboolean vn_linux_makes_link (const VnKernelOp *op);
/* Sends the batch and settles the state of its operations. */
void vn_linux_settle (VnLinux *linux_kernel);
GPtrArray *vn_linux_dump_all (VnKernel *kernel, const char *const *names, GError **error);

G_END_DECLS
