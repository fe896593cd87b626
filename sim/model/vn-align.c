/* SPDX-License-Identifier: Apache-2.0 */
/* A topology in the places of another one.
 *
 * Objects refer to each other by index, and agents remember indices. So two topologies can be compared, and one can
 * follow the other in a world, only when an index means the same in both. Each kind of object has a row: by what text
 * it is known again, and which of its fields are indices. Objects go to their places first, then all indices are
 * translated; what is kept of the old topology refers to old places, which are the right ones already. */
#include "sim/model/vn-align.h"

typedef enum
{
  SEGMENTS,
  MACHINES,
  QOS_POLICIES,
  NETWORKS,
  SUBNETS,
  GROUPS,
  ADDRESS_GROUPS,
  PORTS,
  SERVERS,
  N_KINDS
} Kind;

typedef struct
{
  GArray *places[N_KINDS]; /* guint: index in the wanted topology -> place */
} Places;

static void
translate (const Places *places, Kind kind, guint *index)
{
  if (*index < places->places[kind]->len)
    *index = g_array_index (places->places[kind], guint, *index);
}

static void
translate_all (const Places *places, Kind kind, GArray *indices)
{
  for (guint i = 0; i < indices->len; i++)
    translate (places, kind, &g_array_index (indices, guint, i));
}

static void
translate_machine (gpointer object, const Places *places)
{
  VnMachine *machine = object;

  translate (places, MACHINES, &machine->on);
  for (guint i = 0; i < machine->interfaces->len; i++)
    translate (places, SEGMENTS, &((VnInterface *)g_ptr_array_index (machine->interfaces, i))->segment);
  for (guint i = 0; i < machine->role.dhcp->len; i++)
    translate (places, MACHINES, &((VnDhcpServer *)g_ptr_array_index (machine->role.dhcp, i))->machine);
  for (guint i = 0; i < machine->hv_overrides->len; i++)
    {
      VnHvNetwork *network = g_ptr_array_index (machine->hv_overrides, i);

      translate (places, MACHINES, &network->machine);
      translate (places, MACHINES, &network->dhcp.machine);
    }
}

static void
translate_network (gpointer object, const Places *places)
{
  translate (places, QOS_POLICIES, &((VnNetwork *)object)->qos_policy);
}

static void
translate_subnet (gpointer object, const Places *places)
{
  translate (places, NETWORKS, &((VnSubnet *)object)->network);
}

static void
translate_group (gpointer object, const Places *places)
{
  VnSecurityGroup *group = object;

  for (guint i = 0; i < group->rules->len; i++)
    {
      VnSecurityGroupRule *rule = g_ptr_array_index (group->rules, i);

      translate (places, GROUPS, &rule->remote_group);
      translate (places, ADDRESS_GROUPS, &rule->remote_address_group);
    }
}

static void
translate_port (gpointer object, const Places *places)
{
  VnPort *port = object;

  translate (places, NETWORKS, &port->network);
  translate (places, MACHINES, &port->host);
  translate (places, SERVERS, &port->server);
  translate (places, QOS_POLICIES, &port->qos_policy);
  translate_all (places, GROUPS, port->security_groups);
  for (guint i = 0; i < port->fixed_ips->len; i++)
    translate (places, SUBNETS, &g_array_index (port->fixed_ips, VnFixedIp, i).subnet);
}

static void
translate_server (gpointer object, const Places *places)
{
  VnServer *server = object;

  translate (places, MACHINES, &server->host);
  translate_all (places, PORTS, server->ports);
}

/* A place without a segment takes no addresses from others. */
static void
empty_segment (gpointer object)
{
  ((VnSegment *)object)->has_cidr = FALSE;
}

/* A place without a machine: it has no cable and runs nothing. */
static void
empty_machine (gpointer object)
{
  VnMachine *machine = object;

  g_ptr_array_set_size (machine->interfaces, 0);
  g_ptr_array_set_size (machine->sysctls, 0);
  g_ptr_array_set_size (machine->hv_overrides, 0);
  g_ptr_array_set_size (machine->routes, 0);
  g_ptr_array_set_size (machine->role.dhcp, 0);
  g_array_set_size (machine->role.web_ports, 0);
  machine->role.is_router = machine->role.serves_dns = machine->has_hypervisor = FALSE;
  machine->role.nat_interface = machine->on = VN_NONE;
  g_clear_pointer (&machine->agent, vn_config_free);
  g_clear_pointer (&machine->server, vn_config_free);
}

#define ARRAY(member) G_STRUCT_OFFSET (VnTopology, member)
#define KEYS(Type, key) G_STRUCT_OFFSET (Type, key), G_STRUCT_OFFSET (Type, deleted)

static const struct
{
  gsize array, key, deleted; /* offsets */
  void (*translate) (gpointer object, const Places *places);
  void (*empty) (gpointer object); /* what a deleted one can't keep */
} kinds[] = {
  [SEGMENTS] = { ARRAY (segments), KEYS (VnSegment, name), NULL, empty_segment },
  [MACHINES] = { ARRAY (machines), KEYS (VnMachine, name), translate_machine, empty_machine },
  [QOS_POLICIES] = { ARRAY (qos_policies), KEYS (VnQosPolicy, id), NULL, NULL },
  [NETWORKS] = { ARRAY (networks), KEYS (VnNetwork, id), translate_network, NULL },
  [SUBNETS] = { ARRAY (subnets), KEYS (VnSubnet, id), translate_subnet, NULL },
  [GROUPS] = { ARRAY (security_groups), KEYS (VnSecurityGroup, id), translate_group, NULL },
  [ADDRESS_GROUPS] = { ARRAY (address_groups), KEYS (VnAddressGroup, id), NULL, NULL },
  [PORTS] = { ARRAY (ports), KEYS (VnPort, id), translate_port, NULL },
  [SERVERS] = { ARRAY (servers), KEYS (VnServer, id), translate_server, NULL },
};
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == N_KINDS);

static GPtrArray *
objects_of (const VnTopology *t, Kind kind)
{
  return G_STRUCT_MEMBER (GPtrArray *, t, kinds[kind].array);
}

static const char *
key_of (gpointer object, Kind kind)
{
  return G_STRUCT_MEMBER (const char *, object, kinds[kind].key);
}

/* Key -> place, of what stands or stood. */
static GHashTable *
places_of (const VnTopology *standing, Kind kind)
{
  GHashTable *places = g_hash_table_new (g_str_hash, g_str_equal);
  const GPtrArray *objects = objects_of (standing, kind);

  for (guint i = 0; i < objects->len; i++)
    g_hash_table_insert (places, (gpointer)key_of (g_ptr_array_index (objects, i), kind), GUINT_TO_POINTER (i));
  return places;
}

/* Where each object of @t goes. */
static GArray *
choose_places (const VnTopology *standing, const VnTopology *t, Kind kind)
{
  g_autoptr (GHashTable) old = places_of (standing, kind);
  const GPtrArray *objects = objects_of (t, kind);
  GArray *places = g_array_new (FALSE, FALSE, sizeof (guint));
  guint next = objects_of (standing, kind)->len;

  for (guint i = 0; i < objects->len; i++)
    {
      gpointer found;
      gboolean stands = g_hash_table_lookup_extended (old, key_of (g_ptr_array_index (objects, i), kind), NULL, &found);
      guint place = stands ? GPOINTER_TO_UINT (found) : next++;

      g_array_append_val (places, place);
    }
  return places;
}

/* Puts the objects of @t where they belong; the rest is taken out of @old, a copy of what stands. */
static void
move (VnTopology *t, VnTopology *old, Kind kind, const Places *places)
{
  GPtrArray *objects = objects_of (t, kind), *rest = objects_of (old, kind);
  const GArray *chosen = places->places[kind];
  gsize n_objects;
  g_autofree gpointer *moving = g_ptr_array_steal (objects, &n_objects);
  guint len = rest->len;

  for (guint i = 0; i < chosen->len; i++)
    len = MAX (len, g_array_index (chosen, guint, i) + 1);
  g_ptr_array_set_size (objects, (gint)len);
  for (gsize i = 0; i < n_objects; i++)
    {
      if (kinds[kind].translate != NULL)
        kinds[kind].translate (moving[i], places);
      objects->pdata[g_array_index (chosen, guint, i)] = moving[i];
    }
  for (guint i = rest->len; i-- > 0;)
    if (objects->pdata[i] == NULL)
      {
        gpointer object = g_ptr_array_steal_index_fast (rest, i);

        G_STRUCT_MEMBER (gboolean, object, kinds[kind].deleted) = TRUE;
        if (kinds[kind].empty != NULL)
          kinds[kind].empty (object);
        objects->pdata[i] = object;
      }
}

/* What the topology keeps beside its objects. */
static void
translate_lines (VnTopology *t, const Places *places)
{
  for (guint i = 0; i < t->by_hand->len; i++)
    {
      VnByHand *hand = g_ptr_array_index (t->by_hand, i);

      translate (places, MACHINES, &hand->host);
      translate (places, NETWORKS, &hand->network);
    }
}

VnTopology *
vn_topology_align (const VnTopology *standing, const VnTopology *wanted)
{
  VnTopology *t = vn_topology_copy (wanted);
  g_autoptr (VnTopology) old = vn_topology_copy (standing);
  Places places;

  g_clear_pointer (&t->events, g_array_unref);
  for (Kind kind = 0; kind < N_KINDS; kind++)
    places.places[kind] = choose_places (standing, t, kind);
  for (Kind kind = 0; kind < N_KINDS; kind++)
    move (t, old, kind, &places);
  translate_lines (t, &places);
  for (Kind kind = 0; kind < N_KINDS; kind++)
    g_array_unref (places.places[kind]);
  return t;
}
