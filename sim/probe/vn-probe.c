/* SPDX-License-Identifier: Apache-2.0 */
/* A round of probes, from the cells to what is known of their shots.
 *
 *     sockets in all namespaces ▶ next hops asked for ▶ a volley of what is known ▶ the slow next hops ▶ their volley
 *     ▶ the volley of forged ARP, and its repair ▶ what still moves
 *
 * Questions go out in portions, both directions of a pair in one: each is a broadcast to all, and an entry in a table
 * that the kernel bounds (vn-resolver.c).
 *
 * A neighbour that does not answer would take the kernel three seconds to give up, so that silence is taken for an
 * answer once the question is old and nothing in the lab moves; meanwhile the others are probed. Forged ARP comes last,
 * since where it gets through it turns other instances' traffic; the victim's own announcement turns it back.
 *
 * The thread stays on one CPU for the round: Linux delivers what a CPU sends in the order in which it was sent, but
 * orders nothing between two CPUs, and sentinels prove by order. */
#include "sim/probe/vn-probe.h"

#include "sim/base/vn-error.h"
#include "sim/model/vn-driver.h"
#include "sim/probe/vn-probe-frames.h"
#include "sim/probe/vn-volley.h"

#include <sched.h>

#define DEADLINE_USEC (60 * G_USEC_PER_SEC)
/* Long enough for neighbours that answer at all, on a machine that is not overloaded. */
#define FIRST_ANSWERS_USEC 30000
/* Labs let their kernels ask again after 100 to 200 ms: by then, a second question was not answered either. */
#define LAST_ANSWERS_USEC 250000
#define ANSWERS_QUIET_USEC 50000
#define FINAL_QUIET_USEC 5000
#define FDS_PER_ROUND 3 /* two epoll sets, the crafter's */
/* A quarter of what the kernel's table holds, since the asked ones take entries too and other labs may run. */
#define QUESTIONS_PER_PORTION 256

typedef enum
{
  PHASE_NEW,
  PHASE_ASKED, /* for the next hop */
  PHASE_READY,
  PHASE_ENDED,
} Phase;

typedef struct
{
  VnShooting shooting;
  VnNextHops *hops;
  Phase *phases; /* index = cell */
} Round;

static const VnCell *
get_cell (const Round *round, guint index)
{
  return &g_array_index (round->shooting.cells, VnCell, index);
}

static const VnOutlet *
get_sender (const Round *round, guint index)
{
  return vn_outlets_get (round->shooting.outlets, get_cell (round, index)->from);
}

static VnIp
get_target (const Round *round, guint index)
{
  return vn_probe_target (round->shooting.setup->topology, get_cell (round, index));
}

/* Nothing is on the way for the cell, so that both its legs are known. */
static void
end_unsent (Round *round, guint index, VnShotState state)
{
  VnShot *shot = &g_array_index (round->shooting.shots, VnShot, index);

  shot->state = state;
  shot->forward_closed = TRUE;
  shot->backward_closed = TRUE;
  round->phases[index] = PHASE_ENDED;
  round->shooting.n_ended++;
}

/* ---- next hops ---- */

/* The sender for the target, and the end that is asked about the other way round, as far as they are there. */
static gboolean
ask_both (Round *round, guint index, GError **error)
{
  const VnCell *cell = get_cell (round, index);
  const VnOutlet *from = get_sender (round, index);
  const VnOutlet *to = vn_outlets_get (round->shooting.outlets, cell->to);

  if (!vn_next_hops_ask (round->hops, from->end->node, get_target (round, index), error))
    return FALSE;
  return !vn_outlet_is_there (to) || !vn_ip_is_set (vn_end_address (from->end, cell->family))
         || vn_next_hops_ask (round->hops, to->end->node, vn_end_address (from->end, cell->family), error);
}

static gboolean
ask (Round *round, guint index, GError **error)
{
  const VnOutlet *sender = get_sender (round, index);

  if (!vn_outlet_is_there (sender))
    end_unsent (round, index, VN_SHOT_NO_SENDER);
  else if (!vn_probe_is_routed (get_cell (round, index)))
    round->phases[index] = PHASE_READY;
  else if (!vn_ip_is_set (get_target (round, index)))
    end_unsent (round, index, VN_SHOT_NO_RESOLVER);
  else
    {
      round->phases[index] = PHASE_ASKED;
      return ask_both (round, index, error);
    }
  return TRUE;
}

static gboolean
open_next_hops (Round *round, GError **error)
{
  const VnOutlets *outlets = round->shooting.outlets;

  for (guint i = 0; i < vn_outlets_len (outlets); i++)
    {
      const VnOutlet *outlet = vn_outlets_get (outlets, i);

      if (vn_outlet_is_there (outlet) && !vn_next_hops_open (round->hops, outlet->end->node, outlet->netns_fd, error))
        return FALSE;
    }
  return vn_pump_add_next_hops (round->shooting.pump, error);
}

static void
look_up (Round *round, guint index)
{
  static const VnShotState states[] = {
    [VN_RESOLVE_NO_ROUTE] = VN_SHOT_NO_ROUTE,
    [VN_RESOLVE_UNANSWERED] = VN_SHOT_NO_NEIGHBOUR,
    [VN_RESOLVE_LOCAL] = VN_SHOT_SELF,
  };
  VnShot *shot = &g_array_index (round->shooting.shots, VnShot, index);
  VnResolveState state = vn_next_hops_state (round->hops, get_sender (round, index)->end->node,
                                             get_target (round, index), &shot->next_hop);

  if (state == VN_RESOLVE_DONE)
    round->phases[index] = PHASE_READY;
  else if (state != VN_RESOLVE_PENDING)
    end_unsent (round, index, states[state]);
}

/* Returns: how many are still asked for. */
static guint
look_up_all (Round *round)
{
  guint n_asked = 0;

  for (guint i = 0; i < round->shooting.cells->len; i++)
    {
      if (round->phases[i] == PHASE_ASKED)
        look_up (round, i);
      if (round->phases[i] == PHASE_ASKED)
        n_asked++;
    }
  return n_asked;
}

/* Until all are known, or the questions are @patience_usec old and nothing moved for @quiet_usec. */
static gboolean
await_next_hops (Round *round, VnUsec asked, VnUsec patience_usec, VnUsec quiet_usec, GError **error)
{
  VnPump *pump = round->shooting.pump;

  while (look_up_all (round) > 0 && vn_clock_now () < round->shooting.deadline)
    {
      VnUsec left = MAX (asked + patience_usec - vn_clock_now (), quiet_usec - vn_pump_quiet_usec (pump));

      if (left <= 0)
        return TRUE;
      if (!vn_pump_turn (pump, left, error))
        return FALSE;
    }
  return TRUE;
}

static void
give_up_asking (Round *round)
{
  for (guint i = 0; i < round->shooting.cells->len; i++)
    if (round->phases[i] == PHASE_ASKED)
      end_unsent (round, i, VN_SHOT_NO_NEIGHBOUR);
}

/* ---- volleys ---- */

static GArray *
take_ready (Round *round, gboolean forged_arp)
{
  GArray *which = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < round->shooting.cells->len; i++)
    if (round->phases[i] == PHASE_READY && (get_cell (round, i)->kind == VN_CELL_SPOOF_ARP) == forged_arp)
      {
        round->phases[i] = PHASE_ENDED;
        g_array_append_val (which, i);
      }
  return which;
}

static gboolean
shoot_ready (Round *round, GError **error)
{
  g_autoptr (GArray) which = take_ready (round, FALSE);

  return which->len == 0 || vn_volley_run (&round->shooting, which, error);
}

static gboolean
repair_arp (Round *round, const VnCell *cell, GError **error)
{
  VnShooting *s = &round->shooting;
  g_autoptr (GBytes) frame = vn_probe_repair_frame (s->crafter, s->setup->topology, cell, s->next_number++, error);

  return frame && vn_shooting_send (s, cell->to, frame, error) >= 0;
}

static gboolean
shoot_forged_arp (Round *round, GError **error)
{
  g_autoptr (GArray) which = take_ready (round, TRUE);

  if (which->len == 0)
    return TRUE;
  if (!vn_volley_run (&round->shooting, which, error))
    return FALSE;
  for (guint i = 0; i < which->len; i++)
    if (!repair_arp (round, get_cell (round, g_array_index (which, guint, i)), error))
      return FALSE;
  return TRUE;
}

static gboolean
settle (Round *round, GError **error)
{
  const VnShooting *s = &round->shooting;

  do
    if (!vn_pump_turn (s->pump, FINAL_QUIET_USEC, error))
      return FALSE;
  while (vn_pump_quiet_usec (s->pump) < FINAL_QUIET_USEC && vn_clock_now () < s->deadline);
  return TRUE;
}

/* All but the last portion are waited for. @ret_asked: when the last portion began. */
static gboolean
ask_all (Round *round, VnUsec *ret_asked, GError **error)
{
  guint n_before = vn_next_hops_len (round->hops);

  *ret_asked = vn_clock_now ();
  for (guint i = 0; i < round->shooting.cells->len; i++)
    {
      if (vn_next_hops_len (round->hops) >= n_before + QUESTIONS_PER_PORTION)
        {
          if (!await_next_hops (round, *ret_asked, LAST_ANSWERS_USEC, ANSWERS_QUIET_USEC, error))
            return FALSE;
          n_before = vn_next_hops_len (round->hops);
          *ret_asked = vn_clock_now ();
        }
      if (!ask (round, i, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_round (Round *round, GError **error)
{
  VnUsec asked;

  if (!open_next_hops (round, error) || !ask_all (round, &asked, error)
      || !await_next_hops (round, asked, FIRST_ANSWERS_USEC, FIRST_ANSWERS_USEC, error) || !shoot_ready (round, error)
      || !await_next_hops (round, asked, LAST_ANSWERS_USEC, ANSWERS_QUIET_USEC, error))
    return FALSE;
  give_up_asking (round);
  return shoot_ready (round, error) && shoot_forged_arp (round, error) && settle (round, error);
}

/* ---- setting up ---- */

guint64
vn_probe_count_fds (const VnTopology *topology, const GArray *cells)
{
  return vn_outlets_count_fds (topology, cells) + FDS_PER_ROUND;
}

/* Behind the highest numbers that the store's frames have; those of DNS queries are counted apart. */
static void
find_first_numbers (VnShooting *s)
{
  const VnFrameStore *store = s->setup->store;
  guint32 highest = 0, highest_dns = VN_PROBE_DNS_FIRST;

  for (guint i = 0; i < vn_frame_store_len (store); i++)
    {
      VnPacket packet;
      VnTag tag;

      vn_packet_decode (vn_frame_store_bytes (store, i), vn_frame_store_get (store, i)->caplen, &s->decode, &packet);
      if (vn_tag_read (&packet, &tag) && tag.kind != VN_TAG_ANSWER && tag.kind != VN_TAG_RESET)
        {
          guint32 n = vn_probe_tag_number (tag.tag);
          guint32 *best = n >= VN_PROBE_DNS_FIRST ? &highest_dns : &highest;

          *best = MAX (*best, n);
        }
    }
  s->next_number = highest + 1;
  s->next_dns_number = MAX (highest_dns + 1, VN_PROBE_DNS_FIRST + 1);
}

/* The ports that the lab's own tunnels use, as many as the decoder takes. */
static VnDecodeOptions
decode_options (const VnTopology *topology)
{
  VnDecodeOptions options = VN_DECODE_DEFAULT;

  for (guint i = 0; i < topology->machines->len; i++)
    vn_decode_options_add (&options, vn_vxlan_udp_port (vn_topology_machine (topology, i)->agent));
  return options;
}

/* A machine that does not let us stay on a CPU may be slower to prove things, not wrong: order is then lost rarely, and
 * what follows from it is probed a second time. */
static void
stay_on_cpu (cpu_set_t *ret_before)
{
  cpu_set_t here;
  int cpu = sched_getcpu ();

  sched_getaffinity (0, sizeof *ret_before, ret_before);
  CPU_ZERO (&here);
  CPU_SET (MAX (cpu, 0), &here);
  sched_setaffinity (0, sizeof here, &here);
}

static gboolean
shoot (const VnProbeSetup *setup, const GArray *cells, GArray *shots, GError **error)
{
  g_autoptr (VnOutlets) outlets = vn_outlets_open (setup->kernel, setup->topology, setup->points, cells, error);
  g_autoptr (VnNextHops) hops = vn_next_hops_new ();
  g_autoptr (VnPump) pump = outlets ? vn_pump_new (setup, outlets, hops, error) : NULL;
  g_autoptr (VnCrafter) crafter = pump ? vn_crafter_new (error) : NULL;
  g_autofree Phase *phases = g_new0 (Phase, cells->len);
  Round round = {
    .shooting = {
      .setup = setup,
      .cells = cells,
      .shots = shots,
      .outlets = outlets,
      .pump = pump,
      .crafter = crafter,
      .decode = decode_options (setup->topology),
      .deadline = setup->deadline != 0 ? setup->deadline : vn_clock_now () + DEADLINE_USEC,
    },
    .hops = hops,
    .phases = phases,
  };
  cpu_set_t before;
  gboolean ok;

  if (!crafter)
    return FALSE;
  find_first_numbers (&round.shooting);
  stay_on_cpu (&before);
  ok = run_round (&round, error);
  sched_setaffinity (0, sizeof before, &before);
  if (ok && setup->ret_frames_sent)
    *setup->ret_frames_sent = round.shooting.n_sent + vn_pump_echoes (pump);
  return ok;
}

GArray *
vn_probe_run (const VnProbeSetup *setup, const GArray *cells, GError **error)
{
  g_autoptr (GArray) shots = g_array_new (FALSE, TRUE, sizeof (VnShot));

  g_array_set_size (shots, cells->len);
  if (!shoot (setup, cells, shots, error))
    {
      g_prefix_error (error, "probing: ");
      return NULL;
    }
  return g_steal_pointer (&shots);
}
