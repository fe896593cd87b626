/* SPDX-License-Identifier: Apache-2.0 */
/* What network modes, routers and resolvers promise: reachability, forwarded ports, unsolicited packets, names. */
#include "sim/predict/vn-predict-travel.h"

#include "sim/model/vn-nat.h"

#define RESOLVERS_MAX 4 /* that ask each other */

gboolean
vn_question_is_of_scene (const VnQuestion *q)
{
  return q->predictor->scene && q->cell->family == VN_FAMILY_IPV4 && q->from->kind == VN_END_INTERFACE && q->to
         && q->to->kind == VN_END_INTERFACE;
}

static const char *
machine_name (const VnQuestion *q, guint machine)
{
  return vn_topology_machine (q->predictor->topology, machine)->name;
}

/* A client that nobody leased an address to neither sends nor receives. */
static gboolean
has_address (const VnQuestion *q, const VnEnd *end)
{
  const VnInterface *interface = vn_end_interface (q->predictor->topology, end);

  if (vn_ip_is_set (vn_end_address (end, VN_FAMILY_IPV4)))
    return TRUE;
  vn_question_say (q, FALSE, interface ? interface->origin : VN_ORIGIN_NONE,
                   end->by_dhcp ? "%s has no address: no DHCP server leased it one" : "%s has no IPv4 address",
                   end->name);
  return FALSE;
}

/* The sender's own address that is on link with @dst, or that of the device by which it leaves. */
static VnIp
source_address (const VnQuestion *q, VnIp dst)
{
  const VnPrefix *own = vn_end_on_link (q->from, dst);

  return own ? own->ip : vn_end_address (q->from, VN_FAMILY_IPV4);
}

static VnCauseCode
say_other (const VnQuestion *q, guint machine, VnIp dst)
{
  g_autofree char *text = vn_ip_to_string (dst);

  if (machine == q->from->machine)
    vn_question_say (q, FALSE, q->from->addresses->len ? VN_ORIGIN_NONE : VN_ORIGIN_NONE,
                     "%s is %s's own address: nothing leaves it", text, q->from->name);
  else
    vn_question_say (q, FALSE, VN_ORIGIN_NONE, "%s takes it: %s is its own address there, not that of %s",
                     machine_name (q, machine), text, q->to->name);
  return VN_CAUSE_NO_PATH;
}

static VnLeg
answer_of (VnTravel *travel, guint machine, VnCauseCode *ret_cause)
{
  guint asker = VN_NONE;

  *ret_cause = vn_travel_back (travel, machine, &asker);
  if (*ret_cause != VN_CAUSE_NONE)
    return VN_LEG_NO;
  if (asker == travel->q->from->machine)
    return VN_LEG_YES;
  *ret_cause = VN_CAUSE_NO_PATH;
  vn_question_say (travel->q, FALSE, VN_ORIGIN_NONE, "answer: %s takes it, not %s", machine_name (travel->q, asker),
                   travel->q->from->name);
  return VN_LEG_NO;
}

/* From the sender to @dst, which has to be on @machine, and back. */
static VnPredictAnswer
there_and_back (const VnQuestion *q, VnIp dst, guint machine)
{
  g_auto (VnTravel) travel = { 0 };
  VnPredictAnswer answer = { .outcome = { VN_LEG_YES, VN_LEG_NO } };
  guint taker = VN_NONE;
  VnCauseCode cause;

  vn_travel_init (&travel, q, source_address (q, dst), dst);
  cause = vn_travel_there (&travel, q->from->machine, &taker);
  if (cause != VN_CAUSE_NONE)
    return vn_predict_no (cause);
  if (taker != machine)
    return vn_predict_no (say_other (q, taker, dst));
  vn_question_say (q, TRUE, VN_ORIGIN_NONE, "it arrives at %s", machine_name (q, taker));
  answer.seen_as = travel.seen_as;
  answer.translated = travel.translations->len > 0;
  answer.outcome.answered = answer_of (&travel, taker, &answer.cause);
  return answer;
}

VnPredictAnswer
vn_predict_scene_reach (const VnQuestion *q)
{
  if (!has_address (q, q->from) || !has_address (q, q->to))
    return vn_predict_no (VN_CAUSE_NO_LEASE);
  return there_and_back (q, vn_end_address (q->to, VN_FAMILY_IPV4), q->to->machine);
}

/* ---- from outside ---- */

VnPredictAnswer
vn_predict_outside (const VnQuestion *q)
{
  const VnTopology *t = q->predictor->topology;
  guint outside = vn_nat_outside (t, q->to);
  VnPredictAnswer answer;

  if (!vn_question_is_of_scene (q) || outside == VN_NONE)
    return vn_predict_no (VN_CAUSE_NO_PATH);
  if (!has_address (q, q->from) || !has_address (q, q->to))
    return vn_predict_no (VN_CAUSE_NO_LEASE);
  if (q->cell->kind == VN_CELL_FORWARD && vn_nat_forward (t, q->to, q->cell->protocol, q->cell->port))
    return there_and_back (q, vn_end_address (vn_topology_end (t, outside), VN_FAMILY_IPV4), q->to->machine);
  answer = there_and_back (q, vn_end_address (vn_topology_end (t, outside), VN_FAMILY_IPV4),
                           vn_topology_end (t, outside)->machine);
  if (answer.outcome.delivered != VN_LEG_YES)
    return answer;
  vn_question_say (q, FALSE, VN_ORIGIN_NONE, "%s keeps it: no port is forwarded and nobody behind it asked for it",
                   machine_name (q, vn_topology_end (t, outside)->machine));
  return vn_predict_no (VN_CAUSE_UNSOLICITED);
}

/* ---- names ---- */

/* Whether whoever answers at @ip of @machine knows the lab's names: it was given them, or asks a resolver that was. */
static gboolean
knows_names (const VnQuestion *q, guint machine)
{
  const VnTopology *t = q->predictor->topology;

  for (guint n = 0; n < RESOLVERS_MAX && machine != VN_NONE; n++)
    {
      guint next = VN_NONE;

      if (vn_topology_machine (t, machine)->role.serves_dns)
        return TRUE;
      for (guint i = 0; next == VN_NONE && i < t->ends->len; i++)
        {
          const VnEnd *end = vn_topology_end (t, i);
          VnIp dns = end->machine == machine ? vn_scene_resolver (q->predictor->scene, end) : (VnIp){ 0 };

          for (guint j = 0; vn_ip_is_set (dns) && j < t->ends->len; j++)
            if (vn_ip_equal (vn_end_address (vn_topology_end (t, j), VN_FAMILY_IPV4), dns))
              next = vn_topology_end (t, j)->machine;
        }
      machine = next;
    }
  return FALSE;
}

/* The machine that has the resolver's address, as the sender's Ethernets and routes find it. */
static guint
resolver_machine (const VnQuestion *q, VnIp dns)
{
  const VnStation *near = vn_scene_owner (q->predictor->scene, q->from->domain, dns);
  const VnTopology *t = q->predictor->topology;

  if (near)
    return near->machine;
  for (guint i = 0; i < t->ends->len; i++)
    if (vn_ip_equal (vn_end_address (vn_topology_end (t, i), VN_FAMILY_IPV4), dns))
      return vn_topology_end (t, i)->machine;
  return VN_NONE;
}

VnPredictAnswer
vn_predict_dns (const VnQuestion *q)
{
  g_autofree char *text = NULL;
  VnPredictAnswer answer;
  guint machine;
  VnIp dns;

  if (!vn_question_is_of_scene (q))
    return vn_predict_no (VN_CAUSE_NO_NAME);
  if (!has_address (q, q->from))
    return vn_predict_no (VN_CAUSE_NO_LEASE);
  dns = vn_scene_resolver (q->predictor->scene, q->from);
  text = vn_ip_to_string (dns);
  vn_question_say (q, vn_ip_is_set (dns), VN_ORIGIN_NONE, vn_ip_is_set (dns) ? "%s asks %s" : "%s was told no resolver",
                   q->from->name, text);
  if (!vn_ip_is_set (dns))
    return vn_predict_no (VN_CAUSE_NO_NAME);
  machine = resolver_machine (q, dns);
  answer = there_and_back (q, dns, machine);
  if (answer.outcome.answered != VN_LEG_YES || knows_names (q, machine))
    return answer;
  vn_question_say (q, FALSE, VN_ORIGIN_NONE, "the resolver of %s doesn't know the name %s", machine_name (q, machine),
                   q->to->node);
  answer.outcome.answered = VN_LEG_NO;
  answer.cause = VN_CAUSE_NO_NAME;
  return answer;
}
