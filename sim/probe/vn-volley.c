/* SPDX-License-Identifier: Apache-2.0 */
/* Sends the probes of many cells and waits until their fate is known.
 *
 * Probes go out path by path (vn-paths.h). Behind the probes of a path goes a sentinel, which nothing on the way
 * filters. What is sent on one path stays in order, so when the sentinel is seen at the other end, each probe has
 * arrived or will never:
 *
 *     WAITING --probes, sentinel--> OUT --seen at the witness--> BACK --seen at the sender--> DONE
 *
 * By then the witness's kernel has answered the probes, and its UDP listeners are served before the second sentinel
 * starts, so that it comes behind all answers.
 *
 * A router does not pass a sentinel on. But with no wait for anything, a packet that is forwarded moves from queue to
 * queue of one CPU (vn-probe.c), and each of these is served in turn: whatever was queued before a sentinel has gone
 * one queue further when that is seen. So where a path leads on behind its witness, sentinels go out one after the
 * other, each when the one before was seen, as many as the longest way has queues; then the listeners are served, and
 * as many follow for the way back. What still waits for an ARP answer in a router then is late by seconds, and nobody's
 * probe.
 *
 * Resolvers are programs of their own, which no queue speaks for: their answers are waited for.
 *
 * Only as many frames are under way as the rings of the captures hold with ease (the window). A path whose sentinel
 * does not come must not hold the others up: when nothing moved for STALL_USEC, all that is under way is released from
 * the window. After the last path, the volley waits until nothing moved for QUIET_USEC. What is not DONE then is dead
 * somewhere, and vn_trail tells where: if the sentinel was seen where its probe was seen last, both went the same way
 * and the probe's fate is known; else the leg stays open. */
#include "sim/probe/vn-volley.h"

#include "sim/base/vn-error.h"
#include "sim/probe/vn-paths.h"
#include "sim/probe/vn-probe-frames.h"
#include "sim/probe/vn-trail.h"

#include <errno.h>

#define WINDOW_DEFAULT 64
#define STALL_USEC 20000
#define QUIET_USEC 100000
#define RETRY_USEC 1000
#define RETRIES_MAX 50
/* A veth's on each side of an Ethernet's switch. */
#define QUEUES_PER_ETHERNET 2
#define QUEUES_MAX 32

typedef struct
{
  VnShooting *shooting;
  VnPaths *paths;
  GHashTable *by_tag; /* tag of a sentinel or a DNS query -> VnPath */
  guint next_path;    /* to be shot */
  guint n_done;
  guint weight;      /* under way */
  guint first_frame; /* of the store, that belongs to this volley */
  guint next_frame;  /* to be read */
  VnUsec last_shot;
  gboolean late; /* the deadline passed */
} Volley;

/* ---- sending ---- */

int
vn_shooting_send (VnShooting *shooting, guint from, GBytes *frame, GError **error)
{
  int errnum = 0;

  for (guint i = 0; i < RETRIES_MAX; i++)
    {
      errnum = vn_outlet_send (vn_outlets_get (shooting->outlets, from), frame);
      if (errnum == 0)
        shooting->n_sent++;
      if (errnum != ENOBUFS && errnum != EAGAIN)
        return errnum;
      if (!vn_pump_turn (shooting->pump, RETRY_USEC, error))
        return -1;
    }
  return errnum;
}

static gboolean
shoot_cell (Volley *volley, guint index, VnPath *path, GError **error)
{
  VnShooting *s = volley->shooting;
  const VnCell *cell = &g_array_index (s->cells, VnCell, index);
  VnShot *shot = &g_array_index (s->shots, VnShot, index);
  guint32 n = cell->kind == VN_CELL_DNS ? s->next_dns_number++ : s->next_number++;
  VnMac eth_dst = vn_probe_destination (s->setup->topology, cell, shot->next_hop);
  g_autoptr (GBytes) frame = vn_probe_frame (s->crafter, s->setup->topology, cell, eth_dst, n, error);
  int errnum;

  if (!frame)
    return FALSE;
  errnum = vn_shooting_send (s, cell->from, frame, error);
  if (errnum < 0)
    return FALSE;
  shot->state = errnum == 0 ? VN_SHOT_SENT : VN_SHOT_FAILED;
  shot->error = errnum;
  shot->tag = vn_probe_tag (n);
  if (cell->kind == VN_CELL_DNS)
    g_hash_table_insert (volley->by_tag, GUINT_TO_POINTER (shot->tag), path);
  return TRUE;
}

static gboolean
shoot_cells (Volley *volley, const GArray *cells, VnPath *path, GError **error)
{
  for (guint i = 0; i < cells->len; i++)
    if (!shoot_cell (volley, g_array_index (cells, guint, i), path, error))
      return FALSE;
  return TRUE;
}

/* A sentinel that can't be sent does not arrive, which is judged as any other. */
static gboolean
send_sentinel (Volley *volley, VnPath *path, guint from, VnMac dst, VnTagKind kind, guint32 *ret_tag, GError **error)
{
  VnShooting *s = volley->shooting;
  VnMac src = vn_outlets_get (s->outlets, from)->end->mac;
  guint32 tag = vn_probe_tag (s->next_number++);
  g_autoptr (GBytes) frame = vn_craft_sentinel (s->crafter, src, dst, kind, tag, error);

  if (!frame || vn_shooting_send (s, from, frame, error) < 0)
    return FALSE;
  g_hash_table_insert (volley->by_tag, GUINT_TO_POINTER (tag), path);
  *ret_tag = tag;
  path->round_tag = tag;
  return TRUE;
}

/* How many sentinels have to follow the first one. */
static guint
count_rounds (const Volley *volley, const VnPath *path)
{
  const VnTopology *topology = volley->shooting->setup->topology;

  return path->is_routed ? MIN (QUEUES_PER_ETHERNET * (topology->n_domains + 1), QUEUES_MAX) : 0;
}

static gboolean
shoot_path (Volley *volley, VnPath *path, GError **error)
{
  VnFlood *flood = vn_paths_flood (volley->paths, path->from);

  volley->weight += path->weight;
  volley->last_shot = vn_clock_now ();
  path->state = VN_PATH_OUT;
  path->n_rounds = count_rounds (volley, path);
  if (flood && !flood->sent)
    {
      flood->sent = TRUE;
      if (!shoot_cells (volley, flood->cells, path, error))
        return FALSE;
    }
  return shoot_cells (volley, path->cells, path, error)
         && send_sentinel (volley, path, path->from, path->dst, VN_TAG_SENTINEL, &path->out_tag, error);
}

static gboolean
shoot_what_fits (Volley *volley, GError **error)
{
  const GPtrArray *paths = volley->paths->paths;
  guint window = volley->shooting->setup->window;

  if (window == 0)
    window = WINDOW_DEFAULT;
  while (volley->next_path < paths->len)
    {
      VnPath *path = g_ptr_array_index (paths, volley->next_path);

      if (volley->weight > 0 && volley->weight + path->weight > window)
        return TRUE;
      volley->next_path++;
      if (!shoot_path (volley, path, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- watching ---- */

static void
report_progress (VnShooting *s, guint n_cells)
{
  s->n_ended += n_cells;
  if (s->setup->progress)
    s->setup->progress (s->n_ended, s->cells->len, s->setup->progress_data);
}

static void
end_path (Volley *volley, VnPath *path)
{
  path->state = VN_PATH_DONE;
  volley->n_done++;
  if (!path->released)
    volley->weight -= path->weight;
  report_progress (volley->shooting, path->cells->len);
}

/* Whether @point is where a sentinel of the path proves something. A program of the hypervisor's is no end: there it is
 * any device behind the sender's own. */
static gboolean
is_witnessed (const VnShooting *s, const VnPath *path, guint point)
{
  guint own = vn_outlets_get (s->outlets, path->from)->point;

  if (path->witness != VN_NONE)
    return point == vn_outlets_get (s->outlets, path->witness)->point;
  return path->is_routed && point != own;
}

/* A sentinel of a routed path was seen. @arrived: see below. */
static void
next_round (Volley *volley, VnPath *path, GPtrArray *arrived)
{
  path->round_tag = 0;
  if (path->n_rounds > 0)
    path->n_rounds--;
  else if (path->state == VN_PATH_OUT)
    {
      path->state = VN_PATH_BACK;
      path->n_rounds = count_rounds (volley, path);
    }
  else
    {
      path->rounds_over = TRUE;
      if (path->n_awaited == 0)
        end_path (volley, path);
      return;
    }
  g_ptr_array_add (arrived, path);
}

static void
watch_answer (Volley *volley, guint32 tag, guint point)
{
  VnPath *path = g_hash_table_lookup (volley->by_tag, GUINT_TO_POINTER (tag));

  if (!path || point != vn_outlets_get (volley->shooting->outlets, path->from)->point)
    return;
  g_hash_table_remove (volley->by_tag, GUINT_TO_POINTER (tag));
  if (--path->n_awaited == 0 && path->rounds_over && path->state == VN_PATH_BACK)
    end_path (volley, path);
}

/* @arrived: array of VnPath whose sentinel was seen at its witness: another one has to follow. */
static void
watch_frame (Volley *volley, guint index, GPtrArray *arrived)
{
  const VnShooting *s = volley->shooting;
  const VnFrame *frame = vn_frame_store_get (s->setup->store, index);
  VnPacket packet;
  VnTag tag;
  VnPath *path;

  vn_packet_decode (vn_frame_store_bytes (s->setup->store, index), frame->caplen, &s->decode, &packet);
  if (!vn_tag_read (&packet, &tag))
    return;
  if (tag.kind == VN_TAG_ANSWER)
    watch_answer (volley, tag.tag, frame->point);
  if (tag.kind != VN_TAG_SENTINEL && tag.kind != VN_TAG_SENTINEL_BACK)
    return;
  path = g_hash_table_lookup (volley->by_tag, GUINT_TO_POINTER (tag.tag));
  if (!path)
    return;
  if (path->is_routed)
    {
      if (tag.tag == path->round_tag && is_witnessed (s, path, frame->point))
        next_round (volley, path, arrived);
      return;
    }
  if (path->witness == VN_NONE)
    return;
  if (tag.tag == path->out_tag && path->state == VN_PATH_OUT
      && frame->point == vn_outlets_get (s->outlets, path->witness)->point)
    {
      path->state = VN_PATH_BACK;
      g_ptr_array_add (arrived, path);
    }
  else if (tag.tag == path->back_tag && path->state == VN_PATH_BACK
           && frame->point == vn_outlets_get (s->outlets, path->from)->point)
    end_path (volley, path);
}

static gboolean
follow_up (Volley *volley, VnPath *path, GError **error)
{
  VnMac sender = vn_outlets_get (volley->shooting->outlets, path->from)->end->mac;

  if (path->is_routed)
    return send_sentinel (volley, path, path->from, path->dst, VN_TAG_SENTINEL, &path->round_tag, error);
  return send_sentinel (volley, path, path->witness, sender, VN_TAG_SENTINEL_BACK, &path->back_tag, error);
}

/* Reads the new frames; where a sentinel arrived, the listeners answer and the second sentinel follows. */
static gboolean
watch (Volley *volley, GError **error)
{
  const VnShooting *s = volley->shooting;
  g_autoptr (GPtrArray) arrived = g_ptr_array_new ();

  while (volley->next_frame < vn_frame_store_len (s->setup->store))
    watch_frame (volley, volley->next_frame++, arrived);
  if (arrived->len > 0)
    vn_pump_echo (s->pump);
  for (guint i = 0; i < arrived->len; i++)
    {
      VnPath *path = g_ptr_array_index (arrived, i);

      if (!follow_up (volley, path, error))
        return FALSE;
    }
  return TRUE;
}

static void
release_all (Volley *volley)
{
  for (guint i = 0; i < volley->next_path; i++)
    ((VnPath *)g_ptr_array_index (volley->paths->paths, i))->released = TRUE;
  volley->weight = 0;
}

/* How long nothing was sent and nothing moved. */
static VnUsec
quiet_usec (const Volley *volley)
{
  return MIN (vn_pump_quiet_usec (volley->shooting->pump), vn_clock_now () - volley->last_shot);
}

static gboolean
fly (Volley *volley, GError **error)
{
  const VnShooting *s = volley->shooting;
  const guint n_paths = volley->paths->paths->len;

  while (volley->n_done < n_paths)
    {
      gboolean all_shot;
      VnUsec patience;

      if (!shoot_what_fits (volley, error))
        return FALSE;
      all_shot = volley->next_path == n_paths;
      patience = all_shot ? QUIET_USEC : STALL_USEC;
      if (!vn_pump_turn (s->pump, MAX (patience - quiet_usec (volley), 0), error) || !watch (volley, error))
        return FALSE;
      volley->late = vn_clock_now () > s->deadline;
      if (volley->late)
        break;
      if (quiet_usec (volley) < patience)
        continue;
      if (all_shot)
        break;
      release_all (volley);
    }
  return TRUE;
}

/* ---- closing ---- */

/* The sentinel was seen where the frame in question was seen last. */
static gboolean
is_same_way (const VnTrail *trail, guint last_point, guint32 sentinel)
{
  return last_point != VN_NONE && vn_trail_passed (trail, sentinel, last_point);
}

/* Where a probe has to have been seen last for the sentinel to speak for it. A flooded one ends at many places: there
 * it is enough that the sentinel has left the sender and nothing moves. */
static guint
decisive_point (const VnShooting *s, const VnTrail *trail, guint cell)
{
  const VnCell *asked = &g_array_index (s->cells, VnCell, cell);

  return vn_probe_is_flooded (asked) ? vn_outlets_get (s->outlets, asked->from)->point
                                     : vn_trail_last (trail, g_array_index (s->shots, VnShot, cell).tag, FALSE);
}

/* @trail: NULL if every path is done, or if nothing may be concluded from silence. */
static void
close_cell (const Volley *volley, const VnPath *path, const VnTrail *trail, guint cell)
{
  const VnShooting *s = volley->shooting;
  VnShot *shot = &g_array_index (s->shots, VnShot, cell);
  guint last;

  shot->forward_closed = path->state >= VN_PATH_BACK;
  shot->backward_closed = path->state == VN_PATH_DONE;
  if (!trail || shot->backward_closed)
    return;
  if (!shot->forward_closed)
    {
      shot->forward_closed = is_same_way (trail, decisive_point (s, trail, cell), path->out_tag);
      shot->backward_closed = shot->forward_closed;
      return;
    }
  if (path->is_routed)
    {
      shot->backward_closed = path->rounds_over; /* all but a program's answer is there */
      return;
    }
  last = vn_trail_last (trail, shot->tag, TRUE);
  if (last == VN_NONE)
    last = vn_outlets_get (s->outlets, path->witness)->point;
  shot->backward_closed = is_same_way (trail, last, path->back_tag);
}

/* A flooded frame's fate is known when it is on all paths of its sender; on a dead one, when the sentinel has left the
 * sender and nothing moves. */
static void
close_flood (const Volley *volley, const VnFlood *flood, const VnTrail *trail)
{
  const VnShooting *s = volley->shooting;
  guint own_point = vn_outlets_get (s->outlets, flood->from)->point;
  gboolean forward = TRUE, backward = TRUE;

  for (guint i = 0; i < volley->paths->paths->len; i++)
    {
      const VnPath *path = g_ptr_array_index (volley->paths->paths, i);
      gboolean is_dead;

      if (path->from != flood->from)
        continue;
      is_dead = trail && own_point != VN_NONE && vn_trail_passed (trail, path->out_tag, own_point);
      forward = forward && (path->state >= VN_PATH_BACK || is_dead);
      backward = backward && (path->state == VN_PATH_DONE || is_dead);
    }
  for (guint i = 0; i < flood->cells->len; i++)
    {
      VnShot *shot = &g_array_index (s->shots, VnShot, g_array_index (flood->cells, guint, i));

      shot->forward_closed = forward;
      shot->backward_closed = backward;
    }
}

static void
close_all (const Volley *volley)
{
  VnShooting *s = volley->shooting;
  gboolean needs_trail = volley->n_done < volley->paths->paths->len && !volley->late;
  g_autoptr (VnTrail) trail = needs_trail ? vn_trail_new (s->setup->store, volley->first_frame, &s->decode) : NULL;
  GHashTableIter iter;
  gpointer flood;

  for (guint i = 0; i < volley->paths->paths->len; i++)
    {
      const VnPath *path = g_ptr_array_index (volley->paths->paths, i);

      for (guint j = 0; j < path->cells->len; j++)
        close_cell (volley, path, trail, g_array_index (path->cells, guint, j));
      if (path->state != VN_PATH_DONE)
        report_progress (s, path->cells->len);
    }
  g_hash_table_iter_init (&iter, volley->paths->floods);
  while (g_hash_table_iter_next (&iter, NULL, &flood))
    {
      close_flood (volley, flood, trail);
      report_progress (s, ((const VnFlood *)flood)->cells->len);
    }
}

gboolean
vn_volley_run (VnShooting *shooting, const GArray *which, GError **error)
{
  g_autoptr (VnPaths) paths
      = vn_paths_new (shooting->setup->topology, shooting->outlets, shooting->cells, shooting->shots, which);
  g_autoptr (GHashTable) by_tag = g_hash_table_new (g_direct_hash, g_direct_equal);
  guint n_frames = vn_frame_store_len (shooting->setup->store);
  Volley volley = {
    .shooting = shooting,
    .paths = paths,
    .by_tag = by_tag,
    .first_frame = n_frames,
    .next_frame = n_frames,
  };

  if (!fly (&volley, error))
    return FALSE;
  close_all (&volley);
  return TRUE;
}
