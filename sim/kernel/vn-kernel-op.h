/* SPDX-License-Identifier: Apache-2.0 */
/* An operation on its way, as both kernels queue it. Private to sim/kernel. */
#pragma once

#include "sim/base/vn-kobj.h"

G_BEGIN_DECLS

typedef enum
{
  VN_OP_WAITING,
  VN_OP_UNDER_WAY, /* by a program that runs beside the others */
  VN_OP_DONE,
  VN_OP_FAILED,
} VnOpState;

typedef struct
{
  VnVerb verb;
  VnKobj obj;
  guint tag;
  VnOpState state;
  guint n_messages_done; /* of those that carry it out */
  int errnum;            /* if failed and the kernel gave one */
  GError *error;         /* if failed */
} VnKernelOp;

/* A queue of VnKernelOp, owned. */
GPtrArray *vn_kernel_ops_new (void);
void vn_kernel_ops_push (GPtrArray *ops, VnVerb verb, const VnKobj *obj, guint tag);
/* The first in the queue that failed, or NULL. */
VnKernelOp *vn_kernel_ops_failed (GPtrArray *ops);
gboolean vn_kernel_ops_was_done (GPtrArray *ops, guint tag);
/* "cannot add link compute1 tap0: <words>": sets op->error and the state. @words: what the kernel says beside
 * @errnum, or instead of it if that is 0; nullable. */
void vn_kernel_op_fail (VnKernelOp *op, int code, int errnum, const char *words);

/* The device that an object other than a link is on; "" for what is on none. */
const char *vn_kobj_device (const VnKobj *obj);

/* Arrays of VnKobj, owned: dumps. */
GPtrArray *vn_kobjs_new (void);
void vn_kobjs_add (GPtrArray *objs, VnKobj obj); /* takes @obj over */

G_END_DECLS
