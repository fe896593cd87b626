/* SPDX-License-Identifier: Apache-2.0 */
/* A netlink socket inside a namespace.
 *
 * Many messages travel in one sendmsg. The kernel works through all of them before it returns and queues one answer
 * each, so a piece is cut where the answers would overflow the receive buffer (about 270 of them in the 212,992 bytes
 * that an unprivileged socket gets). Each message asks for an acknowledgement; answers come in the order of the
 * requests and are known by their sequence number. NETLINK_CAP_ACK keeps the request out of the answer, NETLINK_EXT_ACK
 * adds the text. */
#include "sim/kernel/vn-nl.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "sim/base/vn-error.h"
#include "sim/kernel/vn-kernel.h"

#define BATCH_MSGS 64
#define BATCH_BYTES (32 * 1024)
#define RECEIVE_BYTES (64 * 1024)

typedef struct
{
  guint offset; /* in the batch */
  guint owner;
  int tolerated;
} Queued;

struct _VnNl
{
  struct mnl_socket *socket;
  guint32 seq; /* of the last message sent */
  GByteArray *batch;
  GArray *queued; /* Queued */
  char *buffer;   /* RECEIVE_BYTES */
};

typedef struct
{
  int protocol;
  guint groups;
  struct mnl_socket *socket;
} OpenData;

static gboolean
open_here (gpointer data, GError **error)
{
  OpenData *open_data = data;
  open_data->socket = mnl_socket_open2 (open_data->protocol, SOCK_CLOEXEC);
  if (open_data->socket == NULL)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot open a netlink socket");
  if (mnl_socket_bind (open_data->socket, open_data->groups, MNL_SOCKET_AUTOPID) == 0)
    return TRUE;
  vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot bind a netlink socket");
  mnl_socket_close (open_data->socket);
  return FALSE;
}

static VnNl *
open_socket (int netns_fd, int protocol, guint groups, GError **error)
{
  OpenData data = { protocol, groups, NULL };
  if (!vn_netns_run (netns_fd, open_here, &data, error))
    return NULL;
  int on = 1;
  /* Kernels before 4.12 have neither; errors then come without text. */
  (void)mnl_socket_setsockopt (data.socket, NETLINK_EXT_ACK, &on, sizeof on);
  (void)mnl_socket_setsockopt (data.socket, NETLINK_CAP_ACK, &on, sizeof on);
  (void)mnl_socket_setsockopt (data.socket, NETLINK_GET_STRICT_CHK, &on, sizeof on);
  VnNl *nl = g_new0 (VnNl, 1);
  nl->socket = data.socket;
  nl->batch = g_byte_array_new ();
  nl->queued = g_array_new (FALSE, FALSE, sizeof (Queued));
  nl->buffer = g_malloc (RECEIVE_BYTES);
  return nl;
}

VnNl *
vn_nl_open (int netns_fd, guint groups, GError **error)
{
  return open_socket (netns_fd, NETLINK_ROUTE, groups, error);
}

VnNl *
vn_nl_open_netfilter (int netns_fd, GError **error)
{
  return open_socket (netns_fd, NETLINK_NETFILTER, 0, error);
}

void
vn_nl_close (VnNl *nl)
{
  if (nl == NULL)
    return;
  mnl_socket_close (nl->socket);
  g_byte_array_unref (nl->batch);
  g_array_unref (nl->queued);
  g_free (nl->buffer);
  g_free (nl);
}

int
vn_nl_fd (const VnNl *nl)
{
  return mnl_socket_get_fd (nl->socket);
}

void
vn_nl_queue (VnNl *nl, struct nlmsghdr *msg, guint owner, int tolerated)
{
  Queued queued = { nl->batch->len, owner, tolerated };
  msg->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
  g_array_append_val (nl->queued, queued);
  g_byte_array_append (nl->batch, (const guint8 *)msg, MNL_ALIGN (msg->nlmsg_len));
}

static int
words_cb (const struct nlattr *attr, void *data)
{
  const char **words = data;
  if (mnl_attr_get_type (attr) == NLMSGERR_ATTR_MSG && mnl_attr_validate (attr, MNL_TYPE_NUL_STRING) >= 0)
    *words = mnl_attr_get_str (attr);
  return MNL_CB_OK;
}

const char *
vn_nl_words (const struct nlmsghdr *msg)
{
  const char *words = NULL;
  if (!(msg->nlmsg_flags & NLM_F_ACK_TLVS))
    return NULL;
  const struct nlmsgerr *err = mnl_nlmsg_get_payload (msg);
  gsize skip = sizeof (struct nlmsgerr);
  if (!(msg->nlmsg_flags & NLM_F_CAPPED))
    skip += MNL_ALIGN (err->msg.nlmsg_len) - sizeof (struct nlmsghdr);
  if (skip < mnl_nlmsg_get_payload_len (msg))
    mnl_attr_parse (msg, skip, words_cb, &words);
  return words;
}

/* The number of the error in an NLMSG_ERROR, positive; 0 = an acknowledgement. */
static int
error_number (const struct nlmsghdr *msg)
{
  const struct nlmsgerr *err = mnl_nlmsg_get_payload (msg);
  return mnl_nlmsg_get_payload_len (msg) < sizeof *err ? EBADMSG : -err->error;
}

static gssize
receive (VnNl *nl, GError **error)
{
  gssize got;
  do
    got = mnl_socket_recvfrom (nl->socket, nl->buffer, RECEIVE_BYTES);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot receive from the kernel's netlink");
  return got;
}

/* Takes answers until the @n messages from @first on have theirs. */
static gboolean
take_acks (VnNl *nl, guint first, guint n, guint32 first_seq, VnNlResult result, gpointer data, GError **error)
{
  for (guint taken = 0; taken < n;)
    {
      gssize got = receive (nl, error);
      if (got < 0)
        return FALSE;
      int left = (int)got;
      for (struct nlmsghdr *msg = (struct nlmsghdr *)nl->buffer; mnl_nlmsg_ok (msg, left);
           msg = mnl_nlmsg_next (msg, &left))
        {
          guint32 index = msg->nlmsg_seq - first_seq;
          if (msg->nlmsg_type != NLMSG_ERROR || index >= n)
            continue;
          const Queued *queued = &g_array_index (nl->queued, Queued, first + index);
          int errnum = error_number (msg);
          result (queued->owner, errnum == queued->tolerated ? 0 : errnum, vn_nl_words (msg), data);
          taken++;
        }
    }
  return TRUE;
}

/* How many messages from @first on go into one piece, and how many bytes they are. */
static guint
piece_size (const VnNl *nl, guint first, guint *ret_bytes)
{
  guint start = g_array_index (nl->queued, Queued, first).offset;
  for (guint n = 1;; n++)
    {
      gboolean is_last = first + n == nl->queued->len;
      guint end = is_last ? nl->batch->len : g_array_index (nl->queued, Queued, first + n).offset;
      *ret_bytes = end - start;
      if (is_last || n == BATCH_MSGS || *ret_bytes > BATCH_BYTES)
        return n;
    }
}

static void
number_messages (VnNl *nl, guint first, guint n)
{
  for (guint i = first; i < first + n; i++)
    {
      struct nlmsghdr *msg = (struct nlmsghdr *)(nl->batch->data + g_array_index (nl->queued, Queued, i).offset);
      msg->nlmsg_seq = ++nl->seq;
    }
}

static gboolean
send_piece (VnNl *nl, guint first, guint *ret_n, VnNlResult result, gpointer data, GError **error)
{
  guint bytes;
  guint n = piece_size (nl, first, &bytes);
  guint32 first_seq = nl->seq + 1;
  number_messages (nl, first, n);
  const guint8 *start = nl->batch->data + g_array_index (nl->queued, Queued, first).offset;
  if (mnl_socket_sendto (nl->socket, start, bytes) < 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot send to the kernel's netlink");
  *ret_n = n;
  return take_acks (nl, first, n, first_seq, result, data, error);
}

void
vn_nl_ignore_result (guint owner G_GNUC_UNUSED, int errnum G_GNUC_UNUSED, const char *words G_GNUC_UNUSED,
                     gpointer data G_GNUC_UNUSED)
{
}

gboolean
vn_nl_flush (VnNl *nl, VnNlResult result, gpointer data, GError **error)
{
  gboolean ok = TRUE;
  for (guint first = 0, n = 0; ok && first < nl->queued->len; first += n)
    ok = send_piece (nl, first, &n, result, data, error);
  g_array_set_size (nl->queued, 0);
  g_byte_array_set_size (nl->batch, 0);
  return ok;
}

/* What one message of an answer means for the request. */
typedef enum
{
  ANSWER_GOES_ON,
  ANSWER_ENDS,
  ANSWER_FAILED,
} Answer;

static Answer
take_answer (const struct nlmsghdr *msg, gboolean is_dump, VnNlVisit visit, gpointer data, int *ret_errnum)
{
  if (msg->nlmsg_type == NLMSG_DONE)
    return ANSWER_ENDS;
  if (msg->nlmsg_type == NLMSG_ERROR)
    {
      *ret_errnum = error_number (msg);
      return *ret_errnum == 0 ? ANSWER_ENDS : ANSWER_FAILED;
    }
  if (visit != NULL)
    visit (msg, data);
  return is_dump ? ANSWER_GOES_ON : ANSWER_ENDS;
}

gboolean
vn_nl_request (VnNl *nl, struct nlmsghdr *msg, VnNlVisit visit, gpointer data, int *ret_errnum, GError **error)
{
  gboolean is_dump = (msg->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
  int errnum = 0;
  g_return_val_if_fail (nl->queued->len == 0, FALSE);
  msg->nlmsg_flags |= NLM_F_REQUEST;
  msg->nlmsg_seq = ++nl->seq;
  if (mnl_socket_sendto (nl->socket, msg, msg->nlmsg_len) < 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot send to the kernel's netlink");
  for (Answer answer = ANSWER_GOES_ON; answer == ANSWER_GOES_ON;)
    {
      gssize got = receive (nl, error);
      if (got < 0)
        return FALSE;
      int left = (int)got;
      for (struct nlmsghdr *part = (struct nlmsghdr *)nl->buffer; answer == ANSWER_GOES_ON && mnl_nlmsg_ok (part, left);
           part = mnl_nlmsg_next (part, &left))
        if (part->nlmsg_seq == nl->seq)
          answer = take_answer (part, is_dump, visit, data, &errnum);
      if (answer == ANSWER_FAILED && ret_errnum == NULL)
        return vn_error_errno (error, VN_ERROR_KERNEL, errnum, "the kernel refused a netlink request");
    }
  if (ret_errnum != NULL)
    *ret_errnum = errnum;
  return TRUE;
}
