/* SPDX-License-Identifier: Apache-2.0 */
/* What sequence numbers and flags of TCP tell (RFC 9293).
 *
 * Of each direction the next expected number is kept. Data below it was sent again; data above it means that a segment
 * is missing. Numbers wrap, so they are compared by their signed difference. */
#include "analysis/flows/vn-analysis-private.h"

static gint32
distance (guint32 from, guint32 to)
{
  return (gint32)(to - from);
}

/* A first segment with another initial number than before: the ports are used again. */
static gboolean
is_new_connection (const VnSeen *seen)
{
  const VnFlowSide *side = &seen->f->side[seen->from];
  gboolean is_first = (seen->h->tcp_flags & (VN_TCP_SYN | VN_TCP_ACK)) == VN_TCP_SYN;

  return is_first && side->has_isn && side->tcp_isn != seen->h->tcp_seq;
}

static void
note_trouble (const VnSeen *seen)
{
  if (seen->f->trouble == 0)
    seen->f->trouble = seen->ref;
}

static void
track_open (VnSeen *seen)
{
  VnFlowSide *side = &seen->f->side[seen->from];
  gboolean is_answer = (seen->h->tcp_flags & VN_TCP_ACK) != 0;

  seen->f->initiator = (guint8)(is_answer ? !seen->from : seen->from);
  if (side->has_isn && side->tcp_isn == seen->h->tcp_seq)
    {
      side->n_retransmissions++;
      note_trouble (seen);
    }
  side->has_isn = side->has_next = 1;
  side->tcp_isn = seen->h->tcp_seq;
  side->tcp_next = seen->h->tcp_seq + 1 + seen->h->payload_wire_size;
}

/* A keep-alive repeats the last byte, or none, on purpose (RFC 9293, 3.8.4). */
static gboolean
is_keep_alive (const VnSeen *seen, guint32 size)
{
  return size <= 1 && distance (seen->f->side[seen->from].tcp_next, seen->h->tcp_seq) == -1;
}

static void
track_data (VnSeen *seen)
{
  VnFlowSide *side = &seen->f->side[seen->from];
  guint32 size = seen->h->payload_wire_size + (seen->h->tcp_flags & VN_TCP_FIN ? 1 : 0);
  guint32 end = seen->h->tcp_seq + size;

  if (size == 0)
    return;
  if (side->has_next && distance (side->tcp_next, end) <= 0)
    {
      if (is_keep_alive (seen, size))
        return;
      side->n_retransmissions++;
      note_trouble (seen);
      return;
    }
  if (side->has_next && distance (side->tcp_next, seen->h->tcp_seq) > 0)
    seen->f->has_gap = 1;
  side->has_next = 1;
  side->tcp_next = end;
}

void
vn_tcp_track (VnAnalysis *a, VnSeen *seen)
{
  guint8 flags = seen->h->tcp_flags;
  VnFlowSide *side;

  if (is_new_connection (seen))
    {
      seen->flow = vn_flow_table_renew (a->flows, seen->flow);
      seen->f = vn_flow_table_get (a->flows, seen->flow);
      seen->f->first_ns = seen->packet->time_ns;
      seen->f->first = seen->ref;
      seen->f->level = (guint8)seen->level;
      seen->f->initiator = (guint8)seen->from;
    }
  side = &seen->f->side[seen->from];
  side->tcp_seen |= flags;
  if (seen->is_repeat)
    return;
  if (flags & VN_TCP_SYN)
    track_open (seen);
  else if (!(flags & VN_TCP_RST))
    track_data (seen);
  if (seen->h->tcp_window == 0 && !(flags & (VN_TCP_SYN | VN_TCP_RST | VN_TCP_FIN)))
    side->zero_window = 1;
  if (flags & VN_TCP_RST)
    note_trouble (seen);
}

/* ---- states ---- */

const char *
vn_flow_state (const VnFlow *flow)
{
  const VnFlowSide *client = &flow->side[flow->initiator], *server = &flow->side[!flow->initiator];
  gboolean has_reset = ((client->tcp_seen | server->tcp_seen) & VN_TCP_RST) != 0;
  gboolean has_fin = ((client->tcp_seen | server->tcp_seen) & VN_TCP_FIN) != 0;

  if (flow->key.protocol != 6 || flow->key.kind == VN_FLOW_MAC)
    return "";
  if (!(client->tcp_seen & VN_TCP_SYN))
    return has_reset && !has_fin ? "reset" : has_fin ? "closed" : "mid-stream";
  if (!(server->tcp_seen & VN_TCP_SYN))
    return server->tcp_seen & VN_TCP_RST                      ? "refused"
           : server->packets == 0 && flow->is_refused_by_icmp ? "rejected"
           : server->packets == 0                             ? "unanswered"
                                                              : "mid-stream";
  if (has_reset && !has_fin)
    return "reset";
  if (has_fin)
    return "closed";
  return client->tcp_seen & VN_TCP_ACK ? "established" : "half-open";
}
