/* SPDX-License-Identifier: Apache-2.0 */
/* Values that are lists, as neutron-lib 3.1.0 converts and validates them. */
#include "sim/api/vn-attr.h"

#include <string.h>

/* Why an element is none; NULL if it is one. Transfer full. */
typedef char *(*WhyNot) (JsonNode *element);

static JsonNode *
empty_list (void)
{
  return json_node_init_array (json_node_alloc (), json_array_new ());
}

/* The text of @element is in @seen already, else it is added. */
static gboolean
is_again (GHashTable *seen, JsonNode *element)
{
  return !g_hash_table_add (seen, vn_json_shown (element));
}

/* A list without duplicates, of which @why_not judges each element. @duplicate: format with one %s. */
static JsonNode *
judge_list (const VnAttr *attr, JsonNode *value, WhyNot why_not, const char *duplicate, VnApiError *error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *shown = vn_json_shown (value);
  JsonArray *array;

  if (vn_json_is_null (value))
    return empty_list ();
  if (!JSON_NODE_HOLDS_ARRAY (value))
    return vn_attr_refuse (attr, g_strdup_printf ("'%s' is not a list", shown), error);
  array = json_node_get_array (value);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      g_autofree char *element_shown = vn_json_shown (element);
      char *why = why_not (element);

      if (why != NULL)
        return vn_attr_refuse (attr, why, error);
      if (is_again (seen, element))
        return vn_attr_refuse (attr, g_strdup_printf ("%s '%s'", duplicate, element_shown), error);
    }
  return json_node_copy (value);
}

JsonNode *
vn_attr_uuids (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  return judge_list (attr, value, vn_attr_why_no_uuid, "Duplicate items in the list:", error);
}

JsonNode *
vn_attr_addresses (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  return judge_list (attr, value, vn_attr_why_no_subnet, "Duplicate items in the list:", error);
}

JsonNode *
vn_attr_nameservers (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  return judge_list (attr, value, vn_attr_why_no_ip, "Duplicate nameserver", error);
}

/* Member @name of the object @element. */
static JsonNode *
member (JsonNode *element, const char *name)
{
  return json_object_get_member (json_node_get_object (element), name);
}

/* Whether it is an object with exactly these two members. */
static gboolean
is_pair_of (JsonNode *element, const char *first, const char *second)
{
  return JSON_NODE_HOLDS_OBJECT (element) && json_object_get_size (json_node_get_object (element)) == 2
         && member (element, first) != NULL && member (element, second) != NULL;
}

static char *
why_no_route (JsonNode *element)
{
  g_autofree char *shown = vn_json_shown (element);
  char *why;

  if (!is_pair_of (element, "destination", "nexthop"))
    return g_strdup_printf ("Invalid data format for hostroute: '%s'", shown);
  why = vn_attr_why_no_subnet (member (element, "destination"));
  return why != NULL ? why : vn_attr_why_no_ip (member (element, "nexthop"));
}

JsonNode *
vn_attr_host_routes (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  return judge_list (attr, value, why_no_route, "Duplicate hostroute", error);
}

static char *
why_no_pool (JsonNode *element)
{
  g_autofree char *shown = vn_json_shown (element);
  char *why;

  if (!is_pair_of (element, "start", "end"))
    return g_strdup_printf ("Invalid data format for IP pool: '%s'", shown);
  why = vn_attr_why_no_ip (member (element, "start"));
  return why != NULL ? why : vn_attr_why_no_ip (member (element, "end"));
}

JsonNode *
vn_attr_pools (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (value))
    return vn_attr_refuse (attr, g_strdup ("Invalid data format for IP pool"), error);
  array = json_node_get_array (value);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      char *why = why_no_pool (json_array_get_element (array, i));

      if (why != NULL)
        return vn_attr_refuse (attr, why, error);
    }
  return json_node_copy (value);
}

static char *
why_no_fixed_ip (JsonNode *element, GHashTable *seen)
{
  g_autofree char *shown = vn_json_shown (element);
  char *why = NULL;
  JsonNode *ip, *subnet;

  if (!JSON_NODE_HOLDS_OBJECT (element))
    return g_strdup_printf ("Invalid data format for fixed IP: '%s'", shown);
  ip = member (element, "ip_address");
  subnet = member (element, "subnet_id");
  if (ip != NULL)
    {
      g_autofree char *ip_shown = vn_json_shown (ip);

      why = is_again (seen, ip) ? g_strdup_printf ("Duplicate IP address '%s'", ip_shown) : vn_attr_why_no_ip (ip);
    }
  return why != NULL || subnet == NULL ? why : vn_attr_why_no_uuid (subnet);
}

JsonNode *
vn_attr_fixed_ips (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *shown = vn_json_shown (value);
  JsonArray *array;

  if (vn_json_is_null (value))
    return empty_list ();
  if (!JSON_NODE_HOLDS_ARRAY (value))
    return vn_attr_refuse (attr, g_strdup_printf ("Invalid data format for fixed IP: '%s'", shown), error);
  array = json_node_get_array (value);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      char *why = why_no_fixed_ip (json_array_get_element (array, i), seen);

      if (why != NULL)
        return vn_attr_refuse (attr, why, error);
    }
  return json_node_copy (value);
}

/* A refusal of a pair speaks for itself, without the attribute's name. */
static gboolean
refuse_pair (char *why, VnApiError *error)
{
  if (why == NULL)
    return TRUE;
  vn_api_refuse (error, 400, "HTTPBadRequest", "%s", why);
  g_free (why);
  return FALSE;
}

static gboolean
judge_pair (JsonNode *pair, GHashTable *seen, VnApiError *error)
{
  JsonNode *mac, *ip;
  g_autofree char *ip_shown = NULL, *mac_shown = NULL, *key = NULL;

  if (!JSON_NODE_HOLDS_OBJECT (pair))
    return refuse_pair (g_strdup ("an allowed address pair is not a dictionary"), error);
  mac = member (pair, "mac_address");
  ip = member (pair, "ip_address");
  if (mac != NULL && !refuse_pair (vn_attr_why_no_mac (mac), error))
    return FALSE;
  if (ip == NULL)
    return vn_api_refuse (error, 400, "AllowedAddressPairsMissingIP", "AllowedAddressPair must contain ip_address");
  ip_shown = vn_json_shown (ip);
  mac_shown = vn_json_shown (mac);
  key = g_strdup_printf ("%s %s", mac_shown, ip_shown);
  if (!g_hash_table_add (seen, g_steal_pointer (&key)))
    return vn_api_refuse (error, 400, "DuplicateAddressPairInRequest",
                          "Request contains duplicate address pair: mac_address %s ip_address %s.", mac_shown,
                          ip_shown);
  if (json_object_get_size (json_node_get_object (pair)) != (mac != NULL ? 2 : 1))
    return refuse_pair (g_strdup ("Unrecognized attribute(s) in an allowed address pair"), error);
  return refuse_pair (strchr (ip_shown, '/') != NULL ? vn_attr_why_no_subnet (ip) : vn_attr_why_no_ip (ip), error);
}

JsonNode *
vn_attr_pairs (const VnAttr *attr G_GNUC_UNUSED, JsonNode *value, const VnConfig *server, VnApiError *error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gint64 max = vn_config_int (server, VN_OPT_MAX_ALLOWED_ADDRESS_PAIR, 10);
  JsonArray *array;

  if (vn_json_is_null (value))
    return empty_list ();
  if (!JSON_NODE_HOLDS_ARRAY (value))
    {
      refuse_pair (g_strdup ("Allowed address pairs must be a list."), error);
      return NULL;
    }
  array = json_node_get_array (value);
  if (json_array_get_length (array) > max)
    {
      vn_api_refuse (error, 400, "AllowedAddressPairExhausted",
                     "The number of allowed address pair exceeds the maximum %" G_GINT64_FORMAT ".", max);
      return NULL;
    }
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!judge_pair (json_array_get_element (array, i), seen, error))
      return NULL;
  return json_node_copy (value);
}
