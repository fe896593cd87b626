/* SPDX-License-Identifier: Apache-2.0 */
/* What the server chooses: from the record of a real one, else drawn from the lab's seed. */
#include "sim/api/vn-addresses.h"
#include "sim/api/vn-draw.h"
#include "sim/api/vn-server-build.h"

#include <string.h>

/* Names of devices and chains are cut from ids: what is drawn differs in these characters. */
#define ID_NAME_LEN 10

static gboolean
id_is_taken (const VnTopology *t, const char *id)
{
  static const VnApiResource *const with_devices[] = { &VN_API_NETWORKS, &VN_API_PORTS };

  for (gsize i = 0; i < G_N_ELEMENTS (with_devices); i++)
    {
      GPtrArray *array = G_STRUCT_MEMBER (GPtrArray *, t, with_devices[i]->array);

      for (guint j = 0; j < array->len; j++)
        if (strncmp (G_STRUCT_MEMBER (char *, array->pdata[j], with_devices[i]->id), id, ID_NAME_LEN) == 0)
          return TRUE;
    }
  return FALSE;
}

char *
vn_choose_id (VnApiCall *call, const char *kind, JsonObject *choice)
{
  const char *recorded = choice != NULL ? vn_json_text (json_object_get_member (choice, "id")) : NULL;
  g_autofree char *name = g_strdup_printf ("api %u", call->api->serial++);

  if (recorded != NULL)
    return g_strdup (recorded);
  for (guint attempt = 0;; attempt++)
    {
      g_autofree char *id = vn_draw_uuid (call->t->seed, kind, name, attempt);

      if (!id_is_taken (call->t, id))
        return g_steal_pointer (&id);
    }
}

static gboolean
mac_is_taken (const VnTopology *t, VnMac mac)
{
  for (guint i = 0; i < t->ports->len; i++)
    if (vn_mac_equal (vn_topology_port (t, i)->mac_address, mac))
      return TRUE;
  return FALSE;
}

/* [DEFAULT] base_mac: three bytes are kept, four if the fourth is not 00. */
VnMac
vn_choose_mac (VnApiCall *call, const char *port_id)
{
  const char *recorded = vn_json_text (vn_call_choice (call, "mac_address"));
  VnMac base, mac;

  if (recorded != NULL && vn_mac_parse (recorded, &mac))
    return mac;
  if (!vn_mac_parse (vn_config_string (call->server, VN_OPT_BASE_MAC), &base))
    base = (VnMac){ { 0xfa, 0x16, 0x3e } };
  for (guint attempt = 0;; attempt++)
    {
      guint8 bytes[16];

      vn_draw_bytes (call->t->seed, "mac", port_id, attempt, bytes);
      memcpy (mac.b, bytes, sizeof mac.b);
      memcpy (mac.b, base.b, base.b[3] == 0 ? 3 : 4);
      if (!mac_is_taken (call->t, mac))
        return mac;
    }
}

/* The record's address on @subnet. */
static gboolean
recorded_address (const VnApiCall *call, guint subnet, VnIp *ret)
{
  JsonNode *recorded = vn_call_choice (call, "fixed_ips");
  const char *id = vn_topology_subnet (call->t, subnet)->id;
  JsonArray *array;

  if (recorded == NULL || !JSON_NODE_HOLDS_ARRAY (recorded))
    return FALSE;
  array = json_node_get_array (recorded);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      JsonObject *fixed = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
      const char *ip = fixed != NULL ? vn_json_text (json_object_get_member (fixed, "ip_address")) : NULL;

      if (ip != NULL && g_strcmp0 (vn_json_text (json_object_get_member (fixed, "subnet_id")), id) == 0)
        return vn_ip_parse (ip, ret);
    }
  return FALSE;
}

static gboolean
refuse_address (VnApiCall *call, const VnPort *port)
{
  return vn_api_refuse (call->error, 409, "IpAddressGenerationFailure", "No more IP addresses available on network %s.",
                        vn_topology_network (call->t, port->network)->id);
}

static VnTaken *
taken_now (const VnApiCall *call, const VnPort *port)
{
  VnTaken *taken = vn_taken_new ();

  vn_taken_add_ports (taken, call->t);
  for (guint i = 0; i < port->fixed_ips->len; i++)
    vn_taken_add (taken, port->network, g_array_index (port->fixed_ips, VnFixedIp, i).ip_address);
  return taken;
}

gboolean
vn_choose_address (VnApiCall *call, const VnPort *port, guint subnet, VnIp *ret)
{
  g_autoptr (VnTaken) taken = taken_now (call, port);

  return recorded_address (call, subnet, ret)
         || vn_address_draw (taken, vn_topology_subnet (call->t, subnet), call->t->seed, port, ret)
         || refuse_address (call, port);
}

gboolean
vn_choose_addresses (VnApiCall *call, VnPort *port)
{
  g_autoptr (VnTaken) taken = taken_now (call, port);

  for (guint i = 0; i < call->t->subnets->len; i++)
    {
      VnFixedIp fixed = { .subnet = i };

      if (vn_topology_subnet (call->t, i)->network == port->network && recorded_address (call, i, &fixed.ip_address))
        g_array_append_val (port->fixed_ips, fixed);
    }
  return port->fixed_ips->len > 0 || vn_address_draw_all (taken, call->t, call->t->seed, port)
         || refuse_address (call, port);
}

gboolean
vn_choose_segment (VnApiCall *call, VnNetwork *network)
{
  JsonNode *recorded = vn_call_choice (call, "provider:segmentation_id");
  const char *physical_network = vn_json_text (vn_call_choice (call, "provider:physical_network"));
  guint64 start = vn_draw_number (call->t->seed, "vni", network->id, 0);

  if (recorded == NULL || vn_json_is_null (recorded) || !JSON_NODE_HOLDS_VALUE (recorded))
    return vn_api_draw_segment (call->server, call->t->networks, start, network, call->error);
  network->segmentation_id = (guint32)json_node_get_int (recorded);
  if (network->physical_network == NULL)
    network->physical_network = g_strdup (physical_network);
  return TRUE;
}
