/* SPDX-License-Identifier: Apache-2.0 */
/* Single values, as neutron-lib 3.1.0 converts and validates them. */
#include "sim/api/vn-attr.h"
#include "sim/base/vn-text.h"
#include "sim/model/vn-qos.h"

#include <math.h>
#include <string.h>

#define STRING_MAX 255

const char *
vn_json_text (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

gboolean
vn_json_is_null (JsonNode *node)
{
  return node == NULL || JSON_NODE_HOLDS_NULL (node);
}

char *
vn_json_shown (JsonNode *node)
{
  const char *text = vn_json_text (node);

  return text != NULL ? g_strdup (text) : vn_json_is_null (node) ? g_strdup ("None") : json_to_string (node, FALSE);
}

JsonNode *
vn_attr_refuse (const VnAttr *attr, char *why, VnApiError *error)
{
  vn_api_refuse (error, 400, "HTTPBadRequest", "Invalid input for %s. Reason: %s.", attr->name, why);
  g_free (why);
  return NULL;
}

static JsonNode *
take_if (const VnAttr *attr, JsonNode *value, char *why_not, VnApiError *error)
{
  return why_not == NULL ? json_node_copy (value) : vn_attr_refuse (attr, why_not, error);
}

static JsonNode *
refuse_conversion (JsonNode *value, const char *to, VnApiError *error)
{
  g_autofree char *shown = vn_json_shown (value);

  vn_api_refuse (error, 400, "InvalidInput", "Invalid input for operation: '%s' %s.", shown, to);
  return NULL;
}

JsonNode *
vn_attr_string (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  const char *text = vn_json_text (value);
  g_autofree char *shown = NULL;

  if (text != NULL && g_utf8_strlen (text, -1) <= STRING_MAX)
    return json_node_copy (value);
  shown = vn_json_shown (value);
  return vn_attr_refuse (attr,
                         text == NULL ? g_strdup_printf ("'%s' is not a valid string", shown)
                                      : g_strdup_printf ("'%s' exceeds maximum length of %d", shown, STRING_MAX),
                         error);
}

JsonNode *
vn_attr_group_name (const VnAttr *attr, JsonNode *value, const VnConfig *server, VnApiError *error)
{
  const char *text = vn_json_text (value);

  if (text != NULL && !vn_api_group_name (text, error))
    return NULL;
  return vn_attr_string (attr, value, server, error);
}

/* The words of oslo.utils, and the numbers 0 and 1. */
JsonNode *
vn_attr_bool (const VnAttr *attr G_GNUC_UNUSED, JsonNode *value, const VnConfig *server G_GNUC_UNUSED,
              VnApiError *error)
{
  static const VnWord words[]
      = { { "true", 1 },  { "t", 1 }, { "yes", 1 }, { "y", 1 }, { "on", 1 },  { "1", 1 }, { "1.0", 1 },
          { "false", 0 }, { "f", 0 }, { "no", 0 },  { "n", 0 }, { "off", 0 }, { "0", 0 }, { NULL, 0 } };
  g_autofree char *shown = vn_json_shown (value);
  g_autofree char *folded = g_ascii_strdown (g_strstrip (shown), -1);
  JsonNode *node;
  int is_true;

  if (!vn_word_parse (words, folded, &is_true))
    return refuse_conversion (value, "cannot be converted to boolean", error);
  node = json_node_new (JSON_NODE_VALUE);
  json_node_set_boolean (node, is_true != 0);
  return node;
}

static gboolean
int_of (JsonNode *value, gint64 *ret)
{
  const char *text = vn_json_text (value);

  if (text != NULL)
    {
      g_autofree char *stripped = g_strstrip (g_strdup (text));

      return vn_parse_int (stripped, G_MININT64, G_MAXINT64, ret);
    }
  if (!JSON_NODE_HOLDS_VALUE (value))
    return FALSE;
  if (json_node_get_value_type (value) == G_TYPE_DOUBLE)
    {
      double number = json_node_get_double (value);

      if (!isfinite (number) || fabs (number) >= 9e18)
        return FALSE;
      *ret = (gint64)number;
      return TRUE;
    }
  *ret = json_node_get_value_type (value) == G_TYPE_BOOLEAN ? json_node_get_boolean (value) : json_node_get_int (value);
  return TRUE;
}

JsonNode *
vn_attr_int (const VnAttr *attr G_GNUC_UNUSED, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  JsonNode *node;
  gint64 number;

  if (!int_of (value, &number))
    return refuse_conversion (value, "is not an integer", error);
  node = json_node_new (JSON_NODE_VALUE);
  json_node_set_int (node, number);
  return node;
}

JsonNode *
vn_attr_non_negative (const VnAttr *attr, JsonNode *value, const VnConfig *server, VnApiError *error)
{
  g_autoptr (JsonNode) number = vn_attr_int (attr, value, server, error);

  if (number == NULL || json_node_get_int (number) >= 0)
    return g_steal_pointer (&number);
  return vn_attr_refuse (
      attr, g_strdup_printf ("'%" G_GINT64_FORMAT "' should be non-negative", json_node_get_int (number)), error);
}

JsonNode *
vn_attr_kbps (const VnAttr *attr, JsonNode *value, const VnConfig *server, VnApiError *error)
{
  g_autoptr (JsonNode) number = vn_attr_int (attr, value, server, error);
  gint64 kbps = number != NULL ? json_node_get_int (number) : 0;

  if (kbps >= 0 && kbps <= VN_QOS_KBPS_MAX)
    return g_steal_pointer (&number);
  return vn_attr_refuse (attr,
                         kbps < 0
                             ? g_strdup_printf ("'%" G_GINT64_FORMAT "' is too small - must be at least '0'", kbps)
                             : g_strdup_printf ("'%" G_GINT64_FORMAT "' is too large - must be no larger than '%d'",
                                                kbps, VN_QOS_KBPS_MAX),
                         error);
}

JsonNode *
vn_attr_dscp (const VnAttr *attr, JsonNode *value, const VnConfig *server, VnApiError *error)
{
  g_autoptr (JsonNode) number = vn_attr_int (attr, value, server, error);
  gint64 mark = number != NULL ? json_node_get_int (number) : 0;

  if (mark >= 0 && vn_qos_is_mark ((guint64)mark))
    return g_steal_pointer (&number);
  return vn_attr_refuse (attr, g_strdup_printf ("%" G_GINT64_FORMAT " is not in valid_values", mark), error);
}

JsonNode *
vn_attr_ip_version (const VnAttr *attr, JsonNode *value, const VnConfig *server, VnApiError *error)
{
  g_autoptr (JsonNode) number = vn_attr_int (attr, value, server, error);

  if (number == NULL || json_node_get_int (number) == 4 || json_node_get_int (number) == 6)
    return g_steal_pointer (&number);
  return vn_attr_refuse (
      attr, g_strdup_printf ("%" G_GINT64_FORMAT " is not in valid_values", json_node_get_int (number)), error);
}

/* @words: ends with NULL. */
static JsonNode *
one_of (const VnAttr *attr, JsonNode *value, const char *const *words, VnApiError *error)
{
  const char *text = vn_json_text (value);
  g_autofree char *shown = vn_json_shown (value);

  if (text != NULL && g_strv_contains (words, text))
    return json_node_copy (value);
  return vn_attr_refuse (attr, g_strdup_printf ("%s is not in valid_values", shown), error);
}

JsonNode *
vn_attr_v6_mode (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  static const char *const words[] = { "dhcpv6-stateful", "dhcpv6-stateless", "slaac", NULL };

  return one_of (attr, value, words, error);
}

JsonNode *
vn_attr_direction (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  static const char *const words[] = { "ingress", "egress", NULL };

  return one_of (attr, value, words, error);
}

JsonNode *
vn_attr_vnic_type (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  static const char *const words[] = { "normal",
                                       "direct",
                                       "macvtap",
                                       "baremetal",
                                       "direct-physical",
                                       "virtio-forwarder",
                                       "smart-nic",
                                       "accelerator-direct",
                                       "vdpa",
                                       "accelerator-direct-physical",
                                       "remote-managed",
                                       NULL };

  return one_of (attr, value, words, error);
}

char *
vn_attr_why_no_uuid (JsonNode *value)
{
  const char *text = vn_json_text (value);
  g_autofree char *shown = vn_json_shown (value);
  guint len = 0;

  for (; text != NULL && text[len] != '\0' && g_ascii_isxdigit (text[len]); len++)
    ;
  if (text != NULL && (g_uuid_string_is_valid (text) || (len == 32 && text[len] == '\0')))
    return NULL;
  return g_strdup_printf ("'%s' is not a valid UUID", shown);
}

JsonNode *
vn_attr_uuid (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  return take_if (attr, value, vn_attr_why_no_uuid (value), error);
}

JsonNode *
vn_attr_uuid_or_null (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  return take_if (attr, value, vn_json_is_null (value) ? NULL : vn_attr_why_no_uuid (value), error);
}

char *
vn_attr_why_no_mac (JsonNode *value)
{
  const char *text = vn_json_text (value);
  g_autofree char *shown = vn_json_shown (value);
  VnMac mac;

  if (text != NULL && vn_mac_parse (text, &mac) && !vn_mac_equal (mac, VN_MAC_ZERO)
      && !vn_mac_equal (mac, VN_MAC_BROADCAST))
    return NULL;
  return g_strdup_printf ("'%s' is not a valid MAC address", shown);
}

JsonNode *
vn_attr_mac (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  return take_if (attr, value, vn_attr_why_no_mac (value), error);
}

char *
vn_attr_why_no_ip (JsonNode *value)
{
  const char *text = vn_json_text (value);
  g_autofree char *shown = vn_json_shown (value);
  VnIp ip;

  return text != NULL && vn_ip_parse (text, &ip) ? NULL : g_strdup_printf ("'%s' is not a valid IP address", shown);
}

JsonNode *
vn_attr_ip_or_null (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  return take_if (attr, value, vn_json_is_null (value) ? NULL : vn_attr_why_no_ip (value), error);
}

/* IPv4 has to be written as it is shown: "10/8" is none. */
char *
vn_attr_why_no_subnet (JsonNode *value)
{
  const char *text = vn_json_text (value);
  g_autofree char *shown = vn_json_shown (value);
  g_autofree char *plain = NULL;
  VnPrefix prefix;

  if (text == NULL || !vn_api_parse_prefix (text, &prefix))
    return g_strdup_printf ("'%s' is not a valid IP subnet", shown);
  plain = vn_prefix_to_string (prefix);
  if (strchr (text, '/') == NULL || (prefix.ip.family == VN_FAMILY_IPV4 && !g_str_equal (plain, text)))
    return g_strdup_printf ("'%s' isn't a recognized IP subnet cidr, '%s' is recommended", text, plain);
  return NULL;
}

JsonNode *
vn_attr_cidr (const VnAttr *attr G_GNUC_UNUSED, JsonNode *value, const VnConfig *server G_GNUC_UNUSED,
              VnApiError *error)
{
  const char *text = vn_json_text (value);
  VnPrefix prefix;
  g_autofree char *plain = NULL;

  if (vn_json_is_null (value))
    return json_node_copy (value);
  if (text == NULL || !vn_api_parse_prefix (text, &prefix))
    return refuse_conversion (value, "is not in a CIDR format", error);
  plain = vn_prefix_to_string (vn_prefix_masked (prefix));
  return json_node_init_string (json_node_alloc (), plain);
}

JsonNode *
vn_attr_object (const VnAttr *attr, JsonNode *value, const VnConfig *server G_GNUC_UNUSED, VnApiError *error)
{
  g_autofree char *shown = vn_json_shown (value);

  if (vn_json_is_null (value) || JSON_NODE_HOLDS_OBJECT (value))
    return json_node_copy (value);
  return vn_attr_refuse (attr, g_strdup_printf ("'%s' is not a dictionary", shown), error);
}
