/* SPDX-License-Identifier: Apache-2.0 */
/* Networks, as the ML2 type drivers judge them (Neutron 21.0.0). */
#include "sim/api/vn-api.h"
#include "sim/base/vn-text.h"
#include "sim/model/vn-driver.h"

#define VLAN_VID_MAX 4094
#define MTU_IF_UNLIMITED 1500

typedef gboolean (*CheckFunc) (const VnConfig *server, const VnApiNetwork *request, VnApiError *error);

static gboolean
check_local (const VnConfig *server G_GNUC_UNUSED, const VnApiNetwork *request, VnApiError *error)
{
  if (request->physical_network != NULL || request->has_segmentation_id)
    return vn_api_refuse (error, 400, "InvalidInput", "a local network has no physical_network and no segmentation_id");
  return TRUE;
}

static gboolean
check_flat (const VnConfig *server, const VnApiNetwork *request, VnApiError *error)
{
  if (request->physical_network == NULL)
    return vn_api_refuse (error, 400, "InvalidInput", "a flat network needs a physical_network");
  if (!vn_config_list_has (server, VN_OPT_FLAT_NETWORKS, "*")
      && !vn_config_list_has (server, VN_OPT_FLAT_NETWORKS, request->physical_network))
    return vn_api_refuse (error, 400, "InvalidInput", "physical_network \"%s\" is not in flat_networks",
                          request->physical_network);
  if (request->has_segmentation_id)
    return vn_api_refuse (error, 400, "InvalidInput", "a flat network has no segmentation_id");
  return TRUE;
}

static gboolean
is_vlan_physnet (const VnConfig *server, const char *physical_network)
{
  const char *const *ranges = vn_config_list (server, VN_OPT_VLAN_RANGES);

  for (gsize i = 0; ranges[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (ranges[i], ":", 2);

      if (g_strcmp0 (parts[0], physical_network) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_vlan (const VnConfig *server, const VnApiNetwork *request, VnApiError *error)
{
  if (request->physical_network == NULL && request->has_segmentation_id)
    return vn_api_refuse (error, 400, "InvalidInput", "a VLAN with segmentation_id needs a physical_network");
  if (request->physical_network != NULL && !is_vlan_physnet (server, request->physical_network))
    return vn_api_refuse (error, 400, "InvalidInput", "physical_network \"%s\" is not in network_vlan_ranges",
                          request->physical_network);
  if (request->has_segmentation_id && (request->segmentation_id < 1 || request->segmentation_id > VLAN_VID_MAX))
    return vn_api_refuse (error, 400, "InvalidInput", "a VLAN id is 1 to %d", VLAN_VID_MAX);
  return TRUE;
}

/* The VNI is not checked: the API takes any number. */
static gboolean
check_vxlan (const VnConfig *server G_GNUC_UNUSED, const VnApiNetwork *request, VnApiError *error)
{
  if (request->physical_network != NULL)
    return vn_api_refuse (error, 400, "InvalidInput", "a VXLAN network has no physical_network");
  return TRUE;
}

static const struct
{
  const char *word;
  CheckFunc check;
  gboolean draws;     /* a segmentation id that is not given is drawn from a pool */
  const char *in_use; /* error type for a segment that is taken */
} types[] = {
  [VN_NET_LOCAL] = { "local", check_local, FALSE, NULL },
  [VN_NET_FLAT] = { "flat", check_flat, FALSE, "FlatNetworkInUse" },
  [VN_NET_VLAN] = { "vlan", check_vlan, TRUE, "VlanIdInUse" },
  [VN_NET_VXLAN] = { "vxlan", check_vxlan, TRUE, "TunnelIdInUse" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (types) == VN_N_NET_TYPES);

static gboolean
find_type (const char *word, VnNetType *ret)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i].word, word))
      {
        *ret = (VnNetType)i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
given_type (const VnConfig *server, const char *word, VnNetType *ret, VnApiError *error)
{
  if (!vn_config_list_has (server, VN_OPT_ML2_TYPE_DRIVERS, word))
    return vn_api_refuse (error, 400, "InvalidInput", "network type \"%s\" is not in type_drivers", word);
  if (!find_type (word, ret))
    return vn_api_refuse (error, 400, "InvalidInput", "network type \"%s\" has no Linux bridge agent", word);
  return TRUE;
}

static gboolean
has_room (const VnConfig *server, VnNetType type)
{
  switch (type)
    {
    case VN_NET_LOCAL:
      return TRUE;
    case VN_NET_VXLAN:
      return vn_api_vni_pool_len (server) > 0;
    case VN_NET_VLAN:
      return vn_config_list (server, VN_OPT_VLAN_RANGES)[0] != NULL;
    case VN_NET_FLAT:
    case VN_N_NET_TYPES:
      break;
    }
  return FALSE;
}

static gboolean
tenant_type (const VnConfig *server, VnNetType *ret, VnApiError *error)
{
  const char *const *words = vn_config_list (server, VN_OPT_ML2_TENANT_NETWORK_TYPES);

  for (gsize i = 0; words[i] != NULL; i++)
    if (vn_config_list_has (server, VN_OPT_ML2_TYPE_DRIVERS, words[i]) && find_type (words[i], ret)
        && has_room (server, *ret))
      return TRUE;
  return vn_api_refuse (error, 503, "NoNetworkAvailable", "no type of tenant_network_types has a network left to give");
}

static gboolean
set_mtu (const VnConfig *server, guint64 wanted, VnNetwork *network, VnApiError *error)
{
  gint64 limit = vn_mtu_limit (server, network->type, network->physical_network);

  if (limit <= 0)
    limit = MTU_IF_UNLIMITED;
  if (wanted > (guint64)limit)
    return vn_api_refuse (error, 400, "InvalidInput",
                          "MTU %" G_GUINT64_FORMAT " is above %" G_GINT64_FORMAT
                          ", which the options leave to this network",
                          wanted, limit);
  network->mtu = wanted == 0 ? (guint)limit : (guint)wanted;
  return TRUE;
}

gboolean
vn_api_network (const VnConfig *server, const VnApiNetwork *request, VnNetwork *network, gboolean *ret_draw,
                VnApiError *error)
{
  if (request->type == NULL && (request->has_segmentation_id || request->physical_network != NULL))
    return vn_api_refuse (error, 400, "InvalidInput",
                          "segmentation_id and physical_network need provider:network_type");
  if (request->type == NULL ? !tenant_type (server, &network->type, error)
                            : !given_type (server, request->type, &network->type, error))
    return FALSE;
  if (!types[network->type].check (server, request, error))
    return FALSE;
  network->physical_network = g_strdup (request->physical_network);
  network->segmentation_id = request->has_segmentation_id ? (guint32)request->segmentation_id : 0;
  *ret_draw = types[network->type].draws && !request->has_segmentation_id;
  return set_mtu (server, request->mtu, network, error);
}

static gboolean
same_segment (const VnNetwork *a, const VnNetwork *b)
{
  return a->type == b->type && a->segmentation_id == b->segmentation_id
         && g_strcmp0 (a->physical_network, b->physical_network) == 0;
}

gboolean
vn_api_segment_free (const GPtrArray *networks, const VnNetwork *network, VnApiError *error)
{
  if (types[network->type].in_use == NULL)
    return TRUE;
  for (guint i = 0; i < networks->len; i++)
    {
      const VnNetwork *other = VN_AT (networks, VnNetwork, i);

      if (other != network && same_segment (other, network))
        return vn_api_refuse (error, 409, types[network->type].in_use, "network \"%s\" is %s %u already", other->name,
                              types[network->type].word, network->segmentation_id);
    }
  return TRUE;
}

static gboolean
parse_range (const char *text, guint64 *ret_min, guint64 *ret_max)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 3);

  return g_strv_length (parts) == 2 && vn_parse_uint (g_strstrip (parts[0]), 1, VN_VNI_MAX, ret_min)
         && vn_parse_uint (g_strstrip (parts[1]), *ret_min, VN_VNI_MAX, ret_max);
}

guint64
vn_api_vni_pool_len (const VnConfig *server)
{
  const char *const *ranges = vn_config_list (server, VN_OPT_VXLAN_VNI_RANGES);
  guint64 min, max, len = 0;

  for (gsize i = 0; ranges[i] != NULL; i++)
    if (parse_range (ranges[i], &min, &max))
      len += max - min + 1;
  return len;
}

guint32
vn_api_vni_pool_get (const VnConfig *server, guint64 index)
{
  const char *const *ranges = vn_config_list (server, VN_OPT_VXLAN_VNI_RANGES);
  guint64 min, max;

  for (gsize i = 0; ranges[i] != NULL; i++)
    {
      if (!parse_range (ranges[i], &min, &max))
        continue;
      if (index <= max - min)
        return (guint32)(min + index);
      index -= max - min + 1;
    }
  return 0;
}
