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

const char *
vn_api_type_name (VnNetType type)
{
  return types[type].word;
}

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

/* ---- pools that segments are drawn from ---- */

/* One stretch of a pool. */
typedef struct
{
  const char *physical_network; /* VLAN; borrowed */
  guint64 min, max;
} Range;

/* @parts: fields of an entry of vni_ranges or network_vlan_ranges. A physical network alone stands for all VLANs. */
static gboolean
parse_range (VnNetType type, char **parts, Range *ret)
{
  guint len = g_strv_length (parts);
  gsize first = type == VN_NET_VLAN ? 1 : 0;
  guint64 limit = type == VN_NET_VLAN ? VLAN_VID_MAX : VN_VNI_MAX;

  *ret = (Range){ first == 1 ? parts[0] : NULL, 1, limit };
  if (first == 1 && len == 1)
    return TRUE;
  return len == first + 2 && vn_parse_uint (g_strstrip (parts[first]), 1, limit, &ret->min)
         && vn_parse_uint (g_strstrip (parts[first + 1]), ret->min, limit, &ret->max);
}

static const char *const *
pool_entries (const VnConfig *server, VnNetType type)
{
  return vn_config_list (server, type == VN_NET_VLAN ? VN_OPT_VLAN_RANGES : VN_OPT_VXLAN_VNI_RANGES);
}

/* @physical_network: only its VLANs; NULL = all. */
static guint64
pool_len (const VnConfig *server, VnNetType type, const char *physical_network)
{
  const char *const *entries = pool_entries (server, type);
  guint64 len = 0;

  for (gsize i = 0; entries[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (entries[i], ":", 4);
      Range range;

      if (parse_range (type, parts, &range)
          && (physical_network == NULL || g_strcmp0 (range.physical_network, physical_network) == 0))
        len += range.max - range.min + 1;
    }
  return len;
}

/* Gives @network the pool's segment of that number; of its own physical network if it has one. */
static void
pool_get (const VnConfig *server, guint64 index, VnNetwork *network)
{
  const char *const *entries = pool_entries (server, network->type);

  for (gsize i = 0; entries[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (entries[i], ":", 4);
      Range range;

      if (!parse_range (network->type, parts, &range)
          || (network->physical_network != NULL && g_strcmp0 (range.physical_network, network->physical_network) != 0))
        continue;
      if (index <= range.max - range.min)
        {
          network->segmentation_id = (guint32)(range.min + index);
          if (network->physical_network == NULL)
            network->physical_network = g_strdup (range.physical_network);
          return;
        }
      index -= range.max - range.min + 1;
    }
}

gboolean
vn_api_draw_segment (const VnConfig *server, const GPtrArray *networks, guint64 start, VnNetwork *network,
                     VnApiError *error)
{
  g_autofree char *given = g_strdup (network->physical_network);
  guint64 len = pool_len (server, network->type, given);
  g_auto (VnApiError) taken = { 0 };

  /* A network takes one segment, so one more try than there are networks is enough. */
  for (guint64 i = 0; i < MIN (len, (guint64)networks->len + 1); i++)
    {
      pool_get (server, (start + i) % len, network);
      if (vn_api_segment_free (networks, network, &taken))
        return TRUE;
      g_free (network->physical_network);
      network->physical_network = g_strdup (given);
    }
  network->segmentation_id = 0;
  return vn_api_refuse (error, 503, "NoNetworkAvailable", "no segment of type %s is free in the pools",
                        types[network->type].word);
}

static gboolean
has_room (const VnConfig *server, const GPtrArray *networks, VnNetType type)
{
  VnNetwork trial = { .type = type };
  g_auto (VnApiError) none_left = { 0 };
  gboolean found;

  if (type == VN_NET_LOCAL)
    return TRUE;
  if (!types[type].draws)
    return FALSE;
  if (networks == NULL)
    return pool_len (server, type, NULL) > 0;
  found = vn_api_draw_segment (server, networks, 0, &trial, &none_left);
  g_free (trial.physical_network);
  return found;
}

static gboolean
tenant_type (const VnConfig *server, const GPtrArray *networks, VnNetType *ret, VnApiError *error)
{
  const char *const *words = vn_config_list (server, VN_OPT_ML2_TENANT_NETWORK_TYPES);

  for (gsize i = 0; words[i] != NULL; i++)
    if (vn_config_list_has (server, VN_OPT_ML2_TYPE_DRIVERS, words[i]) && find_type (words[i], ret)
        && has_room (server, networks, *ret))
      return TRUE;
  return vn_api_refuse (error, 503, "NoNetworkAvailable", "no type of tenant_network_types has a network left to give");
}

gboolean
vn_api_network_mtu (const VnConfig *server, guint64 wanted, VnNetwork *network, VnApiError *error)
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
  if (request->type == NULL ? !tenant_type (server, request->networks, &network->type, error)
                            : !given_type (server, request->type, &network->type, error))
    return FALSE;
  if (!types[network->type].check (server, request, error))
    return FALSE;
  network->physical_network = g_strdup (request->physical_network);
  network->segmentation_id = request->has_segmentation_id ? (guint32)request->segmentation_id : 0;
  *ret_draw = types[network->type].draws && !request->has_segmentation_id;
  return vn_api_network_mtu (server, request->mtu, network, error);
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

      if (other != network && !other->deleted && same_segment (other, network))
        return vn_api_refuse (error, 409, types[network->type].in_use, "network \"%s\" is %s %u already", other->name,
                              types[network->type].word, network->segmentation_id);
    }
  return TRUE;
}
