/* SPDX-License-Identifier: Apache-2.0 */
/* L2 population in the kernels' tables: what each host must know, against what was dumped.
 *
 * The intent comes from the topology alone (Neutron 21.0.0, l2pop mechanism driver): a host with an active port on a
 * VXLAN network has a flood entry for every other host with one, and an entry for every active port there that has a
 * fixed address. Entries that the data path learned are nobody's intent and are left aside. */
#include "analysis/judge/vn-check-list.h"

#include "analysis/judge/vn-blame.h"

#include <string.h>

static gboolean
is_active_on (const VnCase *c, guint port, guint network, guint host)
{
  const VnPort *p = vn_topology_port (c->topology, port);

  return p->network == network && p->host == host && vn_case_port_active (c, port);
}

static gboolean
has_active_port (const VnCase *c, guint network, guint host)
{
  for (guint i = 0; i < c->topology->ports->len; i++)
    if (is_active_on (c, i, network, host))
      return TRUE;
  return FALSE;
}

GArray *
vn_l2p_hosts (const VnCase *c, guint network)
{
  GArray *hosts = g_array_new (FALSE, FALSE, sizeof (guint));

  if (vn_topology_network (c->topology, network)->type != VN_NET_VXLAN)
    return hosts;
  for (guint i = 0; i < c->topology->machines->len; i++)
    if (has_active_port (c, network, i))
      g_array_append_val (hosts, i);
  return hosts;
}

char *
vn_l2p_subject (const VnCase *c, guint network)
{
  return g_strdup_printf ("network %s", vn_topology_network (c->topology, network)->name);
}

/* ---- what one host must know about one network ---- */

typedef struct
{
  const VnCase *c;
  VnRun *run;
  guint host, network;
  const GArray *hosts; /* of the network */
} Table;

static gboolean
is_announced (const Table *t, guint port, VnMac mac, VnIp dst)
{
  const VnPort *p = vn_topology_port (t->c->topology, port);

  return p->network == t->network && p->host != VN_NONE && p->host != t->host && vn_case_port_active (t->c, port)
         && p->fixed_ips->len > 0 && vn_mac_equal (p->mac_address, mac)
         && vn_ip_equal (vn_case_tunnel_ip (t->c, p->host), dst);
}

static void
check_complete (const Table *t)
{
  VnRunCheck *check = vn_check_add (t->c, t->run, "L2P-FDB-COMPLETE", t->host, vn_l2p_subject (t->c, t->network));

  for (guint i = 0; i < t->c->topology->ports->len; i++)
    {
      const VnPort *port = vn_topology_port (t->c->topology, i);
      VnCause cause = { VN_CAUSE_NONE };
      const VnFdb *fdb;
      VnIp peer;

      if (port->host == VN_NONE)
        continue;
      peer = vn_case_tunnel_ip (t->c, port->host);
      if (!is_announced (t, i, port->mac_address, peer))
        continue;
      fdb = vn_case_fdb (t->c, t->host, t->network, port->mac_address, peer);
      if (fdb && fdb->permanent)
        continue;
      vn_blame_fdb (t->c, t->host, t->network, port->mac_address, peer, &cause);
      vn_check_fail (check, &cause, "the port %s on %s is not in the forwarding table", port->name,
                     vn_topology_machine (t->c->topology, port->host)->name);
    }
}

static gboolean
is_entry_wanted (const Table *t, const VnFdb *fdb)
{
  for (guint i = 0; i < t->c->topology->ports->len; i++)
    if (is_announced (t, i, fdb->mac, fdb->dst))
      return TRUE;
  return FALSE;
}

static gboolean
is_flood_entry (const VnFdb *fdb)
{
  return vn_mac_equal (fdb->mac, VN_MAC_ZERO);
}

/* Entries of the network's device that somebody made. Transfer container; elements are VnFdb, borrowed. */
static GPtrArray *
made_entries (const Table *t)
{
  const VnNetwork *network = vn_topology_network (t->c->topology, t->network);
  g_autoptr (GPtrArray) dumped
      = vn_case_dumped (t->c, vn_topology_machine (t->c->topology, t->host)->name, VN_KOBJ_FDB);
  GPtrArray *made = g_ptr_array_new ();
  char dev[VN_DEV_SIZE];

  vn_name_vxlan ((VnVni){ network->segmentation_id }, dev);
  for (guint i = 0; i < dumped->len; i++)
    {
      const VnFdb *fdb = &VN_AT (dumped, VnKobj, i)->u.fdb;

      if (fdb->self && fdb->permanent && !fdb->learned && vn_ip_is_set (fdb->dst) && strcmp (fdb->dev, dev) == 0)
        g_ptr_array_add (made, (gpointer)fdb);
    }
  return made;
}

static void
check_stale (const Table *t)
{
  VnRunCheck *check = vn_check_add (t->c, t->run, "L2P-FDB-STALE", t->host, vn_l2p_subject (t->c, t->network));
  g_autoptr (GPtrArray) made = made_entries (t);

  for (guint i = 0; i < made->len; i++)
    {
      const VnFdb *fdb = g_ptr_array_index (made, i);
      g_autofree char *mac = vn_mac_to_string (fdb->mac);
      g_autofree char *dst = vn_ip_to_string (fdb->dst);
      VnCause cause = { VN_CAUSE_NONE };

      if (is_flood_entry (fdb) || is_entry_wanted (t, fdb))
        continue;
      vn_cause_set (t->c, &cause, VN_CAUSE_FDB, t->host, VN_ORIGIN_NONE, "entry \"%s dev %s dst %s\" leads to no port",
                    mac, fdb->dev, dst);
      vn_check_fail (check, &cause, "%s has no port with MAC address %s on this network", dst, mac);
    }
}

static gboolean
is_peer (const Table *t, VnIp ip)
{
  for (guint i = 0; i < t->hosts->len; i++)
    {
      guint host = g_array_index (t->hosts, guint, i);

      if (host != t->host && vn_ip_equal (vn_case_tunnel_ip (t->c, host), ip))
        return TRUE;
    }
  return FALSE;
}

static void
check_flood_missing (const Table *t, VnRunCheck *check)
{
  for (guint i = 0; i < t->hosts->len; i++)
    {
      guint host = g_array_index (t->hosts, guint, i);
      VnIp peer = vn_case_tunnel_ip (t->c, host);
      g_autofree char *dst = vn_ip_to_string (peer);
      VnCause cause = { VN_CAUSE_NONE };

      if (host == t->host || vn_case_fdb (t->c, t->host, t->network, VN_MAC_ZERO, peer))
        continue;
      vn_blame_fdb (t->c, t->host, t->network, VN_MAC_ZERO, peer, &cause);
      vn_check_fail (check, &cause, "%s (%s) is missing in the flood list", dst,
                     vn_topology_machine (t->c->topology, host)->name);
    }
}

static void
check_flood_list (const Table *t)
{
  VnRunCheck *check = vn_check_add (t->c, t->run, "L2P-FLOOD-LIST", t->host, vn_l2p_subject (t->c, t->network));
  g_autoptr (GPtrArray) made = made_entries (t);

  check_flood_missing (t, check);
  for (guint i = 0; i < made->len; i++)
    {
      const VnFdb *fdb = g_ptr_array_index (made, i);
      g_autofree char *dst = vn_ip_to_string (fdb->dst);
      VnCause cause = { VN_CAUSE_NONE };

      if (!is_flood_entry (fdb) || is_peer (t, fdb->dst))
        continue;
      if (!vn_blame_mode (t->c, t->host, &cause))
        vn_cause_set (t->c, &cause, VN_CAUSE_FDB, t->host, VN_ORIGIN_NONE, "no host with ports on it has this address");
      vn_check_fail (check, &cause, "%s is in the flood list, but has no port on this network", dst);
    }
}

static void
check_network (const VnCase *c, VnRun *run, guint network)
{
  g_autoptr (GArray) hosts = vn_l2p_hosts (c, network);

  for (guint i = 0; i < hosts->len; i++)
    {
      const Table t = { c, run, g_array_index (hosts, guint, i), network, hosts };

      check_complete (&t);
      check_stale (&t);
      check_flood_list (&t);
    }
}

void
vn_checks_l2p_tables (const VnCase *c, VnRun *run)
{
  if (!vn_topology_wants_l2_population (c->topology) || !c->evidence->dumps)
    return;
  for (guint i = 0; i < c->topology->networks->len; i++)
    check_network (c, run, i);
}
