/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a packet finds its way: as the sender's kernel looks for it, over Ethernets that the API promises.
 *
 * An address is on link if one of the end's own prefixes holds it; else the packet goes to the gateway. Whoever has
 * that address on the sender's Ethernet gets the packet. With overlapping networks that may be somebody else than the
 * cell asks about, or the sender itself. */
#include "sim/predict/vn-predict-private.h"

#include "sim/model/vn-driver.h"
#include "sim/predict/vn-address-set.h"

typedef struct
{
  gsize place; /* domain, or address of the interned node name */
  VnIp ip;
} Key;

static guint
key_hash (gconstpointer data)
{
  const Key *key = data;

  return vn_ip_hash (&key->ip) ^ ((guint)key->place * 2654435761u);
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  const Key *x = a;
  const Key *y = b;

  return x->place == y->place && vn_ip_equal (x->ip, y->ip);
}

static void
index_address (GHashTable *table, gsize place, VnIp ip, guint end)
{
  Key key = { place, ip };

  if (!g_hash_table_contains (table, &key))
    g_hash_table_insert (table, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (end + 1));
}

void
vn_predict_index_ends (VnPredictor *predictor)
{
  predictor->by_ethernet = g_hash_table_new_full (key_hash, key_equal, g_free, NULL);
  predictor->by_node = g_hash_table_new_full (key_hash, key_equal, g_free, NULL);
  for (guint i = 0; i < predictor->topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (predictor->topology, i);

      for (guint j = 0; j < end->addresses->len; j++)
        {
          VnIp ip = g_array_index (end->addresses, VnPrefix, j).ip;

          index_address (predictor->by_ethernet, end->domain, ip, i);
          index_address (predictor->by_node, (gsize)end->node, ip, i);
        }
    }
}

static const VnEnd *
find_end (const VnQuestion *q, GHashTable *table, gsize place, VnIp ip)
{
  Key key = { place, ip };
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (table, &key));

  return found > 0 ? vn_topology_end (q->predictor->topology, found - 1) : NULL;
}

/* ---- ends and Ethernets ---- */

gboolean
vn_question_is_plugged (const VnQuestion *q, const VnEnd *end)
{
  const VnPredictPort *port = vn_question_port (q, end);

  return port == NULL || port->plugged;
}

static gboolean
check_plugged (const VnQuestion *q, const VnEnd *end)
{
  const VnPredictPort *port = vn_question_port (q, end);

  if (vn_question_is_plugged (q, end))
    return TRUE;
  vn_question_say (q, FALSE, port->why_not_origin, "%s is not plugged: %s", end->name, port->why_not);
  return FALSE;
}

gboolean
vn_question_are_plugged (const VnQuestion *q)
{
  return check_plugged (q, q->from) && (q->to == NULL || check_plugged (q, q->to));
}

/* The segment that carries the VLANs of a physical network at a host; VN_NONE if nothing does. */
static guint
vlan_segment (const VnTopology *t, const VnNetwork *network, guint host)
{
  const VnMachine *machine = vn_topology_machine (t, host);
  guint uplink = vn_machine_uplink (machine, network);

  return uplink != VN_NONE ? VN_AT (machine->interfaces, VnInterface, uplink)->segment : VN_NONE;
}

/* Whether a network of two hosts is one Ethernet: a local one is one on each host, a VLAN one is so where one segment
 * carries the VLAN to both (networking guide, "Provider networks"). A flat one has the segment as its domain. */
static gboolean
spans_hosts (const VnTopology *t, const VnNetwork *network, guint a, guint b)
{
  switch (network->type)
    {
    case VN_NET_LOCAL:
      return FALSE;
    case VN_NET_VLAN:
      return vlan_segment (t, network, a) != VN_NONE && vlan_segment (t, network, a) == vlan_segment (t, network, b);
    default:
      return TRUE;
    }
}

const VnNetwork *
vn_question_network (const VnQuestion *q, const VnEnd *end)
{
  const VnTopology *t = q->predictor->topology;

  return end->kind == VN_END_PORT ? vn_topology_network (t, vn_topology_port (t, end->port)->network) : NULL;
}

gboolean
vn_question_is_own_host (const VnQuestion *q, const VnEnd *a, const VnEnd *b)
{
  const VnNetwork *network = vn_question_network (q, a);
  char bridge[16];

  if (network == NULL || b->kind != VN_END_INTERFACE || a->machine != b->machine)
    return FALSE;
  vn_name_bridge (network->id, bridge);
  return g_str_equal (b->dev, bridge);
}

gboolean
vn_question_shares_ethernet (const VnQuestion *q, const VnEnd *a, const VnEnd *b)
{
  const VnTopology *t = q->predictor->topology;
  const VnNetwork *network = vn_question_network (q, a);

  return a->domain == b->domain
         && (network == NULL || a->machine == b->machine || spans_hosts (t, network, a->machine, b->machine));
}

gboolean
vn_question_crosses_hosts (const VnQuestion *q)
{
  return q->to != NULL && q->from->kind == VN_END_PORT && q->to->kind == VN_END_PORT
         && q->from->machine != q->to->machine;
}

const VnEnd *
vn_question_anyone (const VnQuestion *q, gboolean (*wanted) (const VnQuestion *q, const VnEnd *end))
{
  for (guint i = 0; i < q->predictor->topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (q->predictor->topology, i);

      if (end != q->from && vn_question_shares_ethernet (q, q->from, end) && vn_question_is_plugged (q, end)
          && vn_question_floods (q, q->from, end) && (wanted == NULL || wanted (q, end)))
        return end;
    }
  return NULL;
}

static const char *
ethernet_name (const VnQuestion *q, const VnEnd *end)
{
  const VnTopology *t = q->predictor->topology;

  if (end->domain < t->networks->len)
    return vn_topology_network (t, end->domain)->name;
  if (end->domain < t->networks->len + t->segments->len)
    return vn_topology_segment (t, end->domain - t->networks->len)->name;
  return "the host-only network";
}

static VnOrigin
ethernet_origin (const VnQuestion *q, const VnEnd *end)
{
  const VnTopology *t = q->predictor->topology;

  if (end->domain < t->networks->len)
    return vn_topology_network (t, end->domain)->origin;
  if (end->domain < t->networks->len + t->segments->len)
    return vn_topology_segment (t, end->domain - t->networks->len)->origin;
  return vn_topology_machine (t, end->machine)->origin;
}

/* ---- routes ---- */

const VnPrefix *
vn_end_on_link (const VnEnd *end, VnIp ip)
{
  for (guint i = 0; i < end->addresses->len; i++)
    {
      const VnPrefix *own = &g_array_index (end->addresses, VnPrefix, i);

      if (vn_prefix_contains (*own, ip))
        return own;
    }
  return NULL;
}

VnIp
vn_end_gateway (const VnEnd *end, VnFamily family)
{
  return end->gateway[family == VN_FAMILY_IPV6];
}

VnIp
vn_predict_source (const VnEnd *end, VnIp dst)
{
  const VnPrefix *own = vn_end_on_link (end, dst);

  return own != NULL ? own->ip : vn_end_address (end, dst.family);
}

/* Who has @ip on the sender's Ethernet and answers for it; NULL = nobody. */
static const VnEnd *
owner_of (const VnQuestion *q, const VnEnd *from, VnIp ip)
{
  const VnEnd *owner = find_end (q, q->predictor->by_ethernet, from->domain, ip);

  return owner != NULL && vn_question_shares_ethernet (q, from, owner) && vn_question_is_plugged (q, owner) ? owner
                                                                                                            : NULL;
}

static void
say_no_route (const VnQuestion *q, VnIp dst)
{
  g_autofree char *text = NULL;

  if (q->reasons == NULL)
    return;
  text = vn_ip_to_string (dst);
  vn_question_say (q, FALSE, ethernet_origin (q, q->from),
                   "%s has no route to %s: it is not on link, and no gateway is there", q->from->name, text);
}

/* @by: an end of the sender's namespace. */
static void
say_nobody (const VnQuestion *q, const VnEnd *by, VnIp hop, gboolean is_gateway)
{
  g_autofree char *text = NULL;

  if (q->reasons == NULL)
    return;
  text = vn_ip_to_string (hop);
  vn_question_say (q, FALSE, ethernet_origin (q, by), "nobody on %s has %s%s%s%s", ethernet_name (q, by),
                   is_gateway ? "the gateway address " : "", text,
                   by != q->from ? ", and the sender's kernel looks for it there, by " : "",
                   by != q->from ? by->name : "");
}

/* An address that is the asked end's on its own Ethernet, and somebody else's on the sender's. */
static void
say_twin (const VnQuestion *q, const VnEnd *by, VnIp hop, const VnEnd *owner, gboolean is_gateway)
{
  g_autofree char *text = NULL;

  if (q->reasons == NULL)
    return;
  text = vn_ip_to_string (hop);
  if (is_gateway)
    vn_question_say (q, FALSE, ethernet_origin (q, by), "the gateway %s is %s, which routes nothing to %s", text,
                     owner->name, q->to->name);
  else
    vn_question_say (q, FALSE, ethernet_origin (q, by), "%s is %s on %s: it takes the packet, not %s on %s", text,
                     owner->name, ethernet_name (q, by), q->to->name, ethernet_name (q, q->to));
}

static void
say_way (const VnQuestion *q, VnIp dst)
{
  g_autofree char *text = NULL;

  if (q->reasons == NULL)
    return;
  text = vn_ip_to_string (dst);
  vn_question_say (q, TRUE, ethernet_origin (q, q->from), "%s is %s, on the same Ethernet: %s", text, q->to->name,
                   ethernet_name (q, q->from));
}

/* Resolving the next hop by @by and handing the packet to whoever has its address. */
static VnCauseCode
hand_over (const VnQuestion *q, const VnEnd *by, VnIp hop, gboolean is_gateway)
{
  const VnEnd *owner = owner_of (q, by, hop);

  if (owner == NULL)
    {
      say_nobody (q, by, hop, is_gateway);
      return VN_CAUSE_NEIGHBOUR;
    }
  if (owner != q->to || by->domain != q->from->domain)
    {
      say_twin (q, by, hop, owner, is_gateway);
      return VN_CAUSE_NO_PATH;
    }
  return VN_CAUSE_NONE;
}

static gboolean
is_own (const VnQuestion *q, VnIp dst)
{
  g_autofree char *text = NULL;

  if (find_end (q, q->predictor->by_node, (gsize)q->from->node, dst) == NULL)
    return FALSE;
  if (q->reasons != NULL)
    {
      text = vn_ip_to_string (dst);
      vn_question_say (q, FALSE, ethernet_origin (q, q->from), "%s is %s's own address: nothing leaves it", text,
                       q->from->node);
    }
  return TRUE;
}

/* Both need an address of the family that is asked about. */
static VnCauseCode
check_addresses (const VnQuestion *q)
{
  const char *family = q->cell->family == VN_FAMILY_IPV6 ? "IPv6" : "IPv4";
  gboolean from = vn_ip_is_set (vn_end_address (q->from, q->cell->family));
  gboolean to = vn_ip_is_set (vn_end_address (q->to, q->cell->family));

  if (from && to)
    return VN_CAUSE_NONE;
  vn_question_say (q, FALSE, ethernet_origin (q, from ? q->to : q->from), "%s has no %s address",
                   from ? q->to->name : q->from->name, family);
  return from ? VN_CAUSE_NO_PATH : VN_CAUSE_NO_ROUTE;
}

VnCauseCode
vn_question_route (const VnQuestion *q, VnIp *ret_src, VnIp *ret_dst)
{
  VnIp dst = vn_end_address (q->to, q->cell->family);
  VnCauseCode cause = check_addresses (q);
  const VnEnd *by;

  if (cause != VN_CAUSE_NONE)
    return cause;
  if (is_own (q, dst))
    return VN_CAUSE_NO_PATH;
  by = vn_question_sends_by (q, q->from, dst);
  if (by == NULL)
    {
      say_no_route (q, dst);
      return VN_CAUSE_NO_ROUTE;
    }
  cause = vn_end_on_link (by, dst) != NULL ? hand_over (q, by, dst, FALSE)
                                           : hand_over (q, by, vn_end_gateway (by, dst.family), TRUE);
  if (cause != VN_CAUSE_NONE)
    return cause;
  say_way (q, dst);
  *ret_src = vn_predict_source (q->from, dst);
  *ret_dst = dst;
  return VN_CAUSE_NONE;
}

const VnEnd *
vn_question_answers_by (const VnQuestion *q, VnIp src)
{
  const VnEnd *by = vn_question_sends_by (q, q->to, src);
  g_autofree char *text = NULL;

  if (by != NULL
      && owner_of (q, by, vn_end_on_link (by, src) != NULL ? src : vn_end_gateway (by, src.family)) == q->from)
    return by;
  if (q->reasons != NULL)
    {
      text = vn_ip_to_string (src);
      vn_question_say (q, FALSE, ethernet_origin (q, q->to), "answer: %s has no way back to %s%s%s", q->to->name, text,
                       by != NULL && by != q->to ? ", since it sends it by " : "",
                       by != NULL && by != q->to ? by->name : "");
    }
  return NULL;
}
