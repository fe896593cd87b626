/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a packet through the scene, there and back.
 *
 *     (machine, destination) ─ its own? ─▶ taken
 *                             └ route ▶ next hop ▶ who has it there ▶ forwards it? translates it? ▶ (that machine, …)
 *
 * On its way a question leaves behind which machines forwarded it and what they replaced. The answer goes by the routes
 * again, but a NAT lets in what was asked for, and gives each address back where it was replaced. */
#include "sim/predict/vn-predict-travel.h"

#include "sim/model/vn-nat.h"

#define HOPS_MAX 16

void
vn_travel_init (VnTravel *travel, const VnQuestion *q, VnIp src, VnIp dst)
{
  *travel = (VnTravel){ .q = q, .src = src, .dst = dst };
  travel->passed = g_array_new (FALSE, FALSE, sizeof (guint));
  travel->translations = g_array_new (FALSE, FALSE, sizeof (VnTranslation));
}

void
vn_travel_clear (VnTravel *travel)
{
  g_clear_pointer (&travel->passed, g_array_unref);
  g_clear_pointer (&travel->translations, g_array_unref);
}

/* One direction. */
typedef struct
{
  VnTravel *t;
  const VnScene *scene;
  gboolean back;
  VnIp src, dst;
  guint machine;
  const VnStation *in;  /* by which it came to the machine; NULL = it began here */
  const VnStation *via; /* a translation says where the destination is; NULL = the routes do */
} Way;

static const VnMachine *
machine_at (const Way *w, guint machine)
{
  return vn_topology_machine (w->t->q->predictor->topology, machine);
}

/* "NAT of pc": who has a station, as people call it. */
static char *
station_name (const Way *w, const VnStation *station)
{
  const char *machine = machine_at (w, station->machine)->name;

  return station->end ? g_strdup (machine) : g_strdup_printf ("the hypervisor of %s", machine);
}

static void say (const Way *w, gboolean holds, VnOrigin origin, const char *format, ...) G_GNUC_PRINTF (4, 5);

static void
say (const Way *w, gboolean holds, VnOrigin origin, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (w->t->q->reasons == NULL)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  vn_question_say (w->t->q, holds, origin, "%s%s", w->back ? "answer: " : "", text);
}

/* ---- translation ---- */

/* An answer that comes to where an address was replaced gets it back. */
static void
undo (Way *w)
{
  for (guint i = w->t->translations->len; i-- > 0;)
    {
      const VnTranslation *done = &g_array_index (w->t->translations, VnTranslation, i);

      if (done->machine != w->machine)
        continue;
      if (done->of_target && vn_ip_equal (w->src, done->inside))
        w->src = done->outside;
      else if (!done->of_target && vn_ip_equal (w->dst, done->outside))
        {
          w->dst = done->inside;
          w->via = done->by->end ? NULL : done->by;
        }
    }
}

/* The guest's station on its network, for the PC or its engine to hand a forwarded packet to. */
static const VnStation *
near_station (const Way *w, const VnEnd *guest)
{
  const VnHvNetwork *network = vn_end_hv_network (w->t->q->predictor->topology, guest);

  return network ? vn_scene_owner (w->scene, guest->domain, network->gateway) : NULL;
}

/* A port of the NAT's outside that the file forwards to the asked guest. */
static void
forward_port (Way *w)
{
  const VnQuestion *q = w->t->q;
  const VnTopology *t = q->predictor->topology;
  guint outside = q->cell->kind == VN_CELL_FORWARD ? vn_nat_outside (t, q->to) : VN_NONE;
  const VnForward *forward;
  VnTranslation done = { .machine = w->machine, .outside = w->dst, .of_target = TRUE };

  if (outside == VN_NONE || vn_topology_end (t, outside)->machine != w->machine
      || !vn_ip_equal (vn_end_address (vn_topology_end (t, outside), VN_FAMILY_IPV4), w->dst))
    return;
  forward = vn_nat_forward (t, q->to, q->cell->protocol, q->cell->port);
  done.by = near_station (w, q->to);
  done.inside = vn_end_address (q->to, VN_FAMILY_IPV4);
  if (!forward || !done.by || !vn_ip_is_set (done.inside))
    return;
  say (w, TRUE, forward->origin, "%s forwards its port %u to port %u of %s", machine_at (w, w->machine)->name,
       forward->host_port, forward->guest_port, q->to->name);
  w->dst = done.inside;
  w->via = done.by->end ? NULL : done.by;
  g_array_append_val (w->t->translations, done);
}

/* @outside: what stands in place of the source from now on. */
static void
translate (Way *w, VnIp outside)
{
  const VnTranslation done = { w->machine, w->src, outside, w->in, FALSE };
  g_autofree char *inside_text = vn_ip_to_string (w->src), *outside_text = vn_ip_to_string (outside);
  g_autofree char *who = station_name (w, w->in);

  say (w, TRUE, w->in->network ? w->in->network->origin : machine_at (w, w->machine)->role.origin,
       "%s puts %s in place of the source %s", who, outside_text, inside_text);
  g_array_append_val (w->t->translations, done);
  w->src = outside;
}

/* ---- one hop ---- */

static gboolean
was_forwarded_by (const VnTravel *t, guint machine)
{
  for (guint i = 0; i < t->passed->len; i++)
    if (g_array_index (t->passed, guint, i) == machine)
      return TRUE;
  return FALSE;
}

static VnCauseCode
no_route (const Way *w)
{
  g_autofree char *dst = vn_ip_to_string (w->dst);

  say (w, FALSE, machine_at (w, w->machine)->origin, "%s has no route to %s", machine_at (w, w->machine)->name, dst);
  return w->in == NULL && !w->back ? VN_CAUSE_NO_ROUTE : VN_CAUSE_NOT_ROUTED;
}

static VnCauseCode
refuse (const Way *w, const VnStation *out, VnCauseCode cause)
{
  g_autofree char *dst = vn_ip_to_string (w->dst), *who = station_name (w, w->in);
  g_autofree char *ethernet = vn_scene_ethernet (w->scene, out->domain);
  VnOrigin origin = out->network ? out->network->origin : machine_at (w, w->machine)->origin;

  if (cause == VN_CAUSE_UNSOLICITED)
    say (w, FALSE, origin, "%s is a NAT: nobody behind it asked for this, so it does not pass it to %s", who, dst);
  else
    say (w, FALSE, origin, "%s forwards nothing to %s", who, ethernet);
  return cause;
}

/* Answers to what it forwarded, and what it forwards a port for. */
static gboolean
is_let_in (const Way *w)
{
  if (w->back)
    return was_forwarded_by (w->t, w->machine);
  for (guint i = 0; i < w->t->translations->len; i++)
    {
      const VnTranslation *done = &g_array_index (w->t->translations, VnTranslation, i);

      if (done->of_target && done->machine == w->machine)
        return TRUE;
    }
  return FALSE;
}

/* What the machine does before it sends on what is not its own. */
static VnCauseCode
forward (Way *w, const VnStation *out)
{
  gboolean asked = is_let_in (w);
  VnCauseCode cause;

  if (w->in == NULL)
    return VN_CAUSE_NONE;
  cause = vn_scene_forwards (w->scene, w->in, out, asked);
  if (cause != VN_CAUSE_NONE)
    return refuse (w, out, cause);
  if (!w->back)
    g_array_append_val (w->t->passed, w->machine);
  if (!asked && vn_scene_translates (w->scene, w->in, out))
    translate (w, out->address.ip);
  return VN_CAUSE_NONE;
}

static VnCauseCode
hand_over (Way *w, const VnStation *out, VnIp hop)
{
  const VnStation *next = vn_scene_owner (w->scene, out->domain, hop);
  g_autofree char *text = vn_ip_to_string (hop), *ethernet = vn_scene_ethernet (w->scene, out->domain);
  g_autofree char *who = next ? station_name (w, next) : NULL;
  gboolean is_gateway = !vn_ip_equal (hop, w->dst);

  if (!next)
    {
      say (w, FALSE, machine_at (w, w->machine)->origin, "nobody on %s has %s%s", ethernet,
           is_gateway ? "the gateway address " : "", text);
      return w->in == NULL ? VN_CAUSE_NEIGHBOUR : VN_CAUSE_NOT_ROUTED;
    }
  say (w, TRUE, VN_ORIGIN_NONE, "%s sends it over %s to %s%s (%s)", machine_at (w, w->machine)->name, ethernet,
       is_gateway ? "its gateway " : "", who, text);
  w->in = next;
  w->machine = next->machine;
  w->via = NULL;
  return VN_CAUSE_NONE;
}

/* A program without a kernel of its own asks as the PC itself, even for what is on the PC. */
static void
speak_for_guest (Way *w)
{
  const VnStation *own = vn_scene_local (w->scene, w->machine, w->dst);

  if (w->in && !w->in->end && !w->back && own && own->end)
    translate (w, own->address.ip);
}

static VnCauseCode
run (Way *w, guint *ret_machine)
{
  for (guint hop = 0; hop < HOPS_MAX; hop++)
    {
      const VnStation *out;
      VnCauseCode cause;
      VnIp next = { 0 };

      if (w->back)
        undo (w);
      else
        forward_port (w);
      if (!w->via && vn_scene_local (w->scene, w->machine, w->dst))
        {
          speak_for_guest (w);
          *ret_machine = w->machine;
          return VN_CAUSE_NONE;
        }
      next = w->dst;
      out = w->via ? w->via : vn_scene_route (w->scene, w->machine, w->dst, &next);
      if (!out)
        return no_route (w);
      cause = forward (w, out);
      if (cause == VN_CAUSE_NONE)
        cause = hand_over (w, out, next);
      if (cause != VN_CAUSE_NONE)
        return cause;
    }
  say (w, FALSE, VN_ORIGIN_NONE, "it goes round in circles");
  return VN_CAUSE_NOT_ROUTED;
}

VnCauseCode
vn_travel_there (VnTravel *travel, guint machine, guint *ret_machine)
{
  Way w = {
    .t = travel, .scene = travel->q->predictor->scene, .src = travel->src, .dst = travel->dst, .machine = machine
  };
  VnCauseCode cause = run (&w, ret_machine);

  travel->src = w.src;
  travel->dst = w.dst;
  travel->at = w.in;
  if (cause == VN_CAUSE_NONE && !(w.in && !w.in->end))
    travel->seen_as = w.src;
  return cause;
}

VnCauseCode
vn_travel_back (VnTravel *travel, guint machine, guint *ret_machine)
{
  Way w = { .t = travel,
            .scene = travel->q->predictor->scene,
            .back = TRUE,
            .src = travel->dst,
            .dst = travel->src,
            .machine = machine };

  /* A hypervisor's program answers by itself; the PC's routes know nothing of its network. */
  w.via = travel->at && !travel->at->end ? travel->at : NULL;
  return run (&w, ret_machine);
}
