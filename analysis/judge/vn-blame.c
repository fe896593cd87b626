/* SPDX-License-Identifier: Apache-2.0 */
/* Provenance of configuration.
 *
 * Each function asks the reasons that are known, the most specific first, and takes the first that holds. An option
 * that nobody set has no line; then the header of its section stands for it, since that is where it belongs. */
#include "analysis/judge/vn-blame.h"

#include "sim/model/vn-port.h"
#include "sim/predict/vn-quirks.h"

static void
set_cause (const VnCase *c, VnCause *cause, VnCauseCode code, guint host, VnOrigin origin, char *text)
{
  g_free (cause->text);
  g_free (cause->host);
  cause->code = code;
  cause->text = text;
  cause->host = host == VN_NONE ? NULL : g_strdup (vn_topology_machine (c->topology, host)->name);
  cause->origin = origin;
}

void
vn_cause_set (const VnCase *c, VnCause *cause, VnCauseCode code, guint host, VnOrigin origin, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  set_cause (c, cause, code, host, origin, g_strdup_vprintf (format, args));
  va_end (args);
}

void
vn_cause_clear (VnCause *cause)
{
  g_clear_pointer (&cause->text, g_free);
  g_clear_pointer (&cause->where, g_free);
  g_clear_pointer (&cause->host, g_free);
}

gboolean
vn_blame_has_driver (const VnCase *c)
{
  return vn_config_list_has (vn_topology_server_config (c->topology), VN_OPT_ML2_MECHANISM_DRIVERS, "l2population");
}

/* Agents that want unicast tunnels fall back to multicast where their local_ip is an IPv6 address. */
gboolean
vn_blame_mode (const VnCase *c, guint host, VnCause *cause)
{
  const VnConfig *agent = vn_topology_machine (c->topology, host)->agent;
  gboolean fell_back = vn_config_bool (agent, VN_OPT_VXLAN_L2_POPULATION);
  VnOptionId id = fell_back ? VN_OPT_VXLAN_LOCAL_IP : VN_OPT_VXLAN_L2_POPULATION;
  g_autofree char *option = vn_config_describe (agent, id);

  if (vn_vxlan_mode (agent) == VN_VXLAN_UNICAST)
    return FALSE;
  vn_cause_set (c, cause, VN_CAUSE_FDB, host, vn_config_place (agent, id), "%s: %s",
                fell_back ? "with an IPv6 local_ip the agent falls back to multicast tunnels"
                          : "the agent does not take part in L2 population",
                option);
  return TRUE;
}

/* ---- forwarding entries ---- */

typedef struct
{
  const VnCase *c;
  guint host, network;
  VnMac mac;
  VnIp dst;
  const char *missing;
  VnCause *cause;
} FdbQuestion;

static gboolean
is_deleted_by_hand (const FdbQuestion *q)
{
  for (guint i = 0; i < q->c->topology->by_hand->len; i++)
    {
      const VnByHand *line = VN_AT (q->c->topology->by_hand, VnByHand, i);

      if (line->kind != VN_BY_HAND_FDB_DELETE || line->host != q->host || line->network != q->network
          || !vn_mac_equal (line->mac, q->mac))
        continue;
      vn_cause_set (q->c, q->cause, VN_CAUSE_FDB, q->host, line->origin, "%s: it was deleted by hand", q->missing);
      return TRUE;
    }
  return FALSE;
}

static gboolean
is_agent_multicast (const FdbQuestion *q)
{
  g_autofree char *why = NULL;

  if (!vn_blame_mode (q->c, q->host, q->cause))
    return FALSE;
  why = g_steal_pointer (&q->cause->text);
  q->cause->text = g_strdup_printf ("%s: %s", q->missing, why);
  return TRUE;
}

static gboolean
is_driver_missing (const FdbQuestion *q)
{
  const VnConfig *server = vn_topology_server_config (q->c->topology);
  g_autofree char *option = NULL;

  if (!server || vn_blame_has_driver (q->c))
    return FALSE;
  option = vn_config_describe (server, VN_OPT_ML2_MECHANISM_DRIVERS);
  vn_cause_set (q->c, q->cause, VN_CAUSE_FDB, q->c->topology->server_machine,
                vn_config_place (server, VN_OPT_ML2_MECHANISM_DRIVERS),
                "%s: the server does not load the l2population driver, %s", q->missing, option);
  return TRUE;
}

/* Without a VXLAN device a host's ports stay DOWN, so that it learns of nobody and nobody learns of it. */
static gboolean
is_device_missing (const FdbQuestion *q)
{
  guint peer = vn_case_machine_of_tunnel_ip (q->c, q->dst);
  g_autofree char *why = NULL;

  if (!vn_blame_device (q->c, q->host, q->network, q->cause)
      && (peer == VN_NONE || !vn_blame_device (q->c, peer, q->network, q->cause)))
    return FALSE;
  why = g_steal_pointer (&q->cause->text);
  q->cause->text = g_strdup_printf ("%s: %s", q->missing, why);
  return TRUE;
}

static gboolean
has_ipv6_port (const VnTopology *t, guint network)
{
  for (guint i = 0; i < t->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (t, i);

      if (port->network == network && !port->deleted && vn_port_has_family (port, VN_FAMILY_IPV6))
        return TRUE;
    }
  return FALSE;
}

/* The kernel refuses the IPv6 neighbour entry, and the agent leaves the rest of the server's message undone. */
static gboolean
is_message_aborted (const FdbQuestion *q)
{
  const VnConfig *agent = vn_topology_machine (q->c->topology, q->host)->agent;
  g_autofree char *option = NULL;
  guint n;

  if (!vn_vxlan_proxy (agent) || !has_ipv6_port (q->c->topology, q->network))
    return FALSE;
  option = vn_config_describe (agent, VN_OPT_VXLAN_ARP_RESPONDER);
  vn_cause_set (q->c, q->cause, VN_CAUSE_FDB, q->host, vn_config_place (agent, VN_OPT_VXLAN_ARP_RESPONDER),
                "%s: with arp_responder the agent fails at IPv6 addresses and drops the rest of a message, %s",
                q->missing, option);
  q->cause->quirk = vn_quirks (&n)[VN_QUIRK_RESPONDER_DUAL].id;
  return TRUE;
}

static gboolean (*const fdb_reasons[]) (const FdbQuestion *q) = {
  is_deleted_by_hand, is_agent_multicast, is_driver_missing, is_device_missing, is_message_aborted,
};

void
vn_blame_fdb (const VnCase *c, guint host, guint network, VnMac mac, VnIp dst, VnCause *cause)
{
  char dev[VN_DEV_SIZE];
  g_autofree char *mac_text = vn_mac_to_string (mac);
  g_autofree char *dst_text = vn_ip_to_string (dst);
  g_autofree char *missing = NULL;

  vn_name_vxlan ((VnVni){ vn_topology_network (c->topology, network)->segmentation_id }, dev);
  missing = g_strdup_printf ("no entry \"%s dev %s dst %s\" in the forwarding table", mac_text, dev, dst_text);

  const FdbQuestion question = { c, host, network, mac, dst, missing, cause };

  for (guint i = 0; i < G_N_ELEMENTS (fdb_reasons); i++)
    if (fdb_reasons[i](&question))
      return;
  vn_cause_set (c, cause, VN_CAUSE_FDB, host, VN_ORIGIN_NONE, "%s", missing);
}

static const VnConfig *
agent_of (const VnCase *c, guint machine)
{
  return vn_topology_machine (c->topology, machine)->agent;
}

/* ---- filters ---- */

typedef struct
{
  const VnCase *c;
  guint host;
  VnFamily family;
  VnCause *cause;
} FilterQuestion;

static gboolean
is_driver_noop (const FilterQuestion *q)
{
  const VnConfig *agent = agent_of (q->c, q->host);
  g_autofree char *option = vn_config_describe (agent, VN_OPT_FIREWALL_DRIVER);

  if (vn_firewall_of (agent) == VN_FIREWALL_IPTABLES)
    return FALSE;
  vn_cause_set (q->c, q->cause, VN_CAUSE_FILTER_OFF, q->host, vn_config_place (agent, VN_OPT_FIREWALL_DRIVER),
                "the agent's firewall driver filters nothing on a Linux bridge: %s", option);
  return TRUE;
}

static gboolean
is_group_disabled (const FilterQuestion *q)
{
  const struct
  {
    const VnConfig *config;
    guint machine;
    const char *program;
  } readers[] = {
    { agent_of (q->c, q->host), q->host, "agent" },
    { vn_topology_server_config (q->c->topology), q->c->topology->server_machine, "server" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      g_autofree char *option = NULL;

      if (vn_config_bool (readers[i].config, VN_OPT_ENABLE_SECURITY_GROUP))
        continue;
      option = vn_config_describe (readers[i].config, VN_OPT_ENABLE_SECURITY_GROUP);
      vn_cause_set (q->c, q->cause, VN_CAUSE_FILTER_OFF, readers[i].machine,
                    vn_config_place (readers[i].config, VN_OPT_ENABLE_SECURITY_GROUP),
                    "security groups are switched off for the %s: %s", readers[i].program, option);
      return TRUE;
    }
  return FALSE;
}

static gboolean
is_bridge_nf_off (const FilterQuestion *q)
{
  const VnMachine *machine = vn_topology_machine (q->c->topology, q->host);
  VnOrigin origin = machine->origin;

  if (vn_case_bridge_nf (q->c, machine->name, q->family, &origin))
    return FALSE;
  vn_cause_set (q->c, q->cause, VN_CAUSE_FILTER_OFF, q->host, origin,
                "bridged packets are not passed to the rules: net.bridge.bridge-nf-call-%s = 0",
                q->family == VN_FAMILY_IPV6 ? "ip6tables" : "iptables");
  return TRUE;
}

static gboolean (*const filter_reasons[]) (const FilterQuestion *q) = {
  is_driver_noop,
  is_group_disabled,
  is_bridge_nf_off,
};

gboolean
vn_blame_filter (const VnCase *c, guint host, VnFamily family, VnCause *cause)
{
  const FilterQuestion question = { c, host, family, cause };

  for (guint i = 0; i < G_N_ELEMENTS (filter_reasons); i++)
    if (filter_reasons[i](&question))
      return TRUE;
  return FALSE;
}
