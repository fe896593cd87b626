/* SPDX-License-Identifier: Apache-2.0 */
/* A netlink socket inside a namespace: batches with acknowledgements, dumps, extack. Private to sim/kernel. */
#pragma once

#include <glib.h>
#include <libmnl/libmnl.h>

G_BEGIN_DECLS

/* No message of ours comes near it; builders need not check for room. */
#define VN_NL_MSG_SIZE 2048

typedef struct _VnNl VnNl;

/* Opens the socket in @netns_fd's namespace; it stays there. @groups: bits of RTMGRP_*, 0 = none. */
VnNl *vn_nl_open (int netns_fd, guint groups, GError **error);
/* Likewise for netfilter's subsystems. */
VnNl *vn_nl_open_netfilter (int netns_fd, GError **error);
void vn_nl_close (VnNl *nl);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnNl, vn_nl_close)
int vn_nl_fd (const VnNl *nl);

/* Puts a message into the batch. Sequence number and NLM_F_ACK are set here. @owner: the caller's number for it.
 * @tolerated: an errno that does not count as failure; 0 = none. */
void vn_nl_queue (VnNl *nl, struct nlmsghdr *msg, guint owner, int tolerated);

/* @errnum: 0 = done. @words: the kernel's own explanation; NULL if it gave none. */
typedef void (*VnNlResult) (guint owner, int errnum, const char *words, gpointer data);
/* For what may fail without anybody minding. */
void vn_nl_ignore_result (guint owner, int errnum, const char *words, gpointer data);
/* Sends what is queued, in pieces whose acknowledgements fit the receive buffer, and calls @result for every message in
 * order. The kernel goes on behind a message that failed. Returns: FALSE if the socket itself failed. */
gboolean vn_nl_flush (VnNl *nl, VnNlResult result, gpointer data, GError **error);

typedef void (*VnNlVisit) (const struct nlmsghdr *msg, gpointer data);
/* Sends one request and visits every message of its answer; with NLM_F_DUMP set, of the whole dump. Nothing may be
 * queued. @ret_errnum: nullable; set to the kernel's error, which is otherwise an error of ours too. */
gboolean vn_nl_request (VnNl *nl, struct nlmsghdr *msg, VnNlVisit visit, gpointer data, int *ret_errnum,
                        GError **error);

/* The extack text of an NLMSG_ERROR (or NLMSG_DONE) message, or NULL. Borrowed from the message. */
const char *vn_nl_words (const struct nlmsghdr *msg);

G_END_DECLS
