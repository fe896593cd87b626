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

/* The address of the device by which the sender's kernel sends to @dst; without a route, the end's own. */
static VnIp
source_address (const VnQuestion *q, VnIp dst)
{
  VnIp hop;
  const VnStation *out = vn_scene_route (q->predictor->scene, q->from->machine, dst, &hop);

  return out ? out->address.ip : vn_end_address (q->from, VN_FAMILY_IPV4);
}

static VnCauseCode
say_other (const VnQuestion *q, guint machine, VnIp dst)
{
  g_autofree char *text = vn_ip_to_string (dst);

  if (machine == q->from->machine)
    vn_question_say (q, FALSE, VN_ORIGIN_NONE, "%s is %s's own address: nothing leaves it", text, q->from->name);
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

/* Who answers names on an Ethernet: a machine, or a hypervisor for its network. */
typedef struct
{
  guint machine, domain;
  const VnHvNetwork *network; /* NULL = a segment */
} Resolver;

/* @near: the Ethernet to look at for a hypervisor's own resolver; VN_NONE = none. */
static gboolean
find_resolver (const VnQuestion *q, guint near, VnIp ip, Resolver *ret)
{
  const VnTopology *t = q->predictor->topology;
  const VnStation *station = near != VN_NONE ? vn_scene_owner (q->predictor->scene, near, ip) : NULL;

  if (station && station->network && vn_ip_equal (station->network->dns, ip))
    {
      *ret = (Resolver){ station->machine, near, station->network };
      return TRUE;
    }
  for (guint i = 0; i < t->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (t, i);
      const VnRole *role = end->kind == VN_END_INTERFACE ? &vn_topology_machine (t, end->machine)->role : NULL;

      if (!role || !vn_ip_equal (vn_end_address (end, VN_FAMILY_IPV4), ip))
        continue;
      *ret = (Resolver){ end->machine, end->domain, NULL };
      return role->serves_dns && end->interface != role->nat_interface;
    }
  return FALSE;
}

/* A resolver knows whom the file gave an address on its Ethernet, and whom it leased one to: with two DHCP servers
 * there, that may have been either. */
static VnLeg
knows_itself (const VnQuestion *q, const Resolver *resolver)
{
  const VnTopology *t = q->predictor->topology;

  for (guint i = 0; i < t->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (t, i);
      const VnDhcpServer *server;

      if (end->node != q->to->node || end->domain != resolver->domain || !vn_end_interface (t, end)
          || !vn_ip_is_set (vn_end_address (end, VN_FAMILY_IPV4)))
        continue;
      server = end->by_dhcp ? vn_end_dhcp_server (t, end) : NULL;
      if (end->by_dhcp && !server)
        return VN_LEG_OPEN;
      if (!end->by_dhcp
          || (resolver->network ? server == &resolver->network->dhcp : server->machine == resolver->machine))
        return VN_LEG_YES;
    }
  return VN_LEG_NO;
}

/* Whom it asks what it does not know: the resolver of the machine that it runs on, if that forwards at all. */
static gboolean
ask_further (const VnQuestion *q, Resolver *resolver)
{
  VnIp ip = { .family = VN_FAMILY_NONE };

  if (!resolver->network || vn_ip_is_set (resolver->network->gateway))
    ip = vn_scene_resolver (q->predictor->scene, resolver->machine);
  if (!vn_ip_is_set (ip) || vn_scene_local (q->predictor->scene, resolver->machine, ip))
    return FALSE;
  vn_question_say (q, TRUE, VN_ORIGIN_NONE, "the resolver of %s asks its own", machine_name (q, resolver->machine));
  return find_resolver (q, VN_NONE, ip, resolver);
}

static VnLeg
knows_name (const VnQuestion *q, Resolver resolver)
{
  for (guint n = 0; n < RESOLVERS_MAX; n++)
    {
      VnLeg knows = knows_itself (q, &resolver);

      if (knows != VN_LEG_NO)
        return knows;
      if (!ask_further (q, &resolver))
        return VN_LEG_NO;
    }
  return VN_LEG_NO;
}

/* Without a program behind the address, the query still reaches the machine that has it. */
static VnPredictAnswer
ask_resolver (const VnQuestion *q, VnIp ip)
{
  Resolver resolver = { VN_NONE, VN_NONE, NULL };
  gboolean answers = find_resolver (q, q->from->domain, ip, &resolver);
  VnPredictAnswer answer = there_and_back (q, ip, resolver.machine);

  if (answer.outcome.answered != VN_LEG_YES)
    return answer;
  answer.outcome.answered = answers ? knows_name (q, resolver) : VN_LEG_NO;
  if (answer.outcome.answered != VN_LEG_NO)
    return answer;
  vn_question_say (q, FALSE, VN_ORIGIN_NONE,
                   answers ? "nobody who is asked there knows the name %s" : "nobody answers names there, and not %s",
                   q->to->node);
  answer.cause = VN_CAUSE_NO_NAME;
  return answer;
}

VnPredictAnswer
vn_predict_dns (const VnQuestion *q)
{
  g_autofree char *text = NULL;
  VnIp ip;

  if (!vn_question_is_of_scene (q))
    return vn_predict_no (VN_CAUSE_NO_NAME);
  if (!has_address (q, q->from))
    return vn_predict_no (VN_CAUSE_NO_LEASE);
  ip = vn_scene_resolver (q->predictor->scene, q->from->machine);
  if (!vn_ip_is_set (ip))
    {
      vn_question_say (q, FALSE, VN_ORIGIN_NONE, "%s was told no resolver", q->from->name);
      return vn_predict_no (VN_CAUSE_NO_NAME);
    }
  text = vn_ip_to_string (ip);
  vn_question_say (q, TRUE, VN_ORIGIN_NONE, "%s asks its resolver %s for the address of %s", q->from->name, text,
                   q->to->node);
  return ask_resolver (q, ip);
}
