/* SPDX-License-Identifier: Apache-2.0 */
/* The attributes of the API's resources: who may give them, what values they take, what stands in their place if nobody
 * does (Neutron 21.0.0 and neutron-lib 3.1.0, API definitions).
 *
 * A body is judged here before anything is looked up: unknown and read-only attributes, missing ones, then each value,
 * first converted, then validated, in the order of the table. */
#pragma once

#include "sim/api/vn-api.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _VnAttr VnAttr;

/* Converts and judges one value. Returns: the value to go on with, transfer full; NULL after a refusal. */
typedef JsonNode *(*VnAttrFunc) (const VnAttr *attr, JsonNode *value, const VnConfig *server, VnApiError *error);

typedef enum
{
  VN_ATTR_POST = 1 << 0, /* may be given when the object is made */
  VN_ATTR_PUT = 1 << 1,  /* may be changed */
  VN_ATTR_REQUIRED = 1 << 2,
  VN_ATTR_HIDDEN = 1 << 3,        /* not in answers */
  VN_ATTR_SECURITY = 1 << 4,      /* not there with enable_security_group = false on the server */
  VN_ATTR_PORT_SECURITY = 1 << 5, /* only with port_security among extension_drivers */
  VN_ATTR_QOS = 1 << 6,           /* only with the qos plugin */
} VnAttrFlags;

struct _VnAttr
{
  const char *name;
  guint flags;          /* VnAttrFlags */
  VnAttrFunc judge;     /* NULL: anything */
  const char *fallback; /* JSON text of the answer's value if neither the model nor a request has one */
};

/* Tables; each ends with a row without a name. */
extern const VnAttr VN_ATTRS_NETWORK[], VN_ATTRS_SUBNET[], VN_ATTRS_PORT[], VN_ATTRS_GROUP[], VN_ATTRS_RULE[],
    VN_ATTRS_ADDRESS_GROUP[], VN_ATTRS_QOS_POLICY[], VN_ATTRS_QOS_LIMIT[], VN_ATTRS_QOS_DSCP[];

/* Whether the server of that configuration has the attribute at all. */
gboolean vn_attr_is_there (const VnAttr *attr, const VnConfig *server);
/* NULL if there is none of that name. */
const VnAttr *vn_attr_find (const VnAttr *table, const char *name, const VnConfig *server);

/* The request's attributes, converted; those that were not given are not in it.
 * @flag: VN_ATTR_POST or VN_ATTR_PUT. Transfer full; NULL after a refusal. */
JsonObject *vn_attrs_read (const VnAttr *table, guint flag, JsonObject *request, const VnConfig *server,
                           VnApiError *error);

/* ---- values (vn-attr-values.c, vn-attr-lists.c) ---- */

JsonNode *vn_attr_string (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *); /* up to 255 characters */
JsonNode *vn_attr_group_name (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_bool (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_int (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_non_negative (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_kbps (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_dscp (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_uuid (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_uuid_or_null (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_mac (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_ip_or_null (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_ip_version (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_v6_mode (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_direction (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_vnic_type (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_cidr (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_object (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_uuids (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *); /* null = none, likewise below */
JsonNode *vn_attr_nameservers (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_host_routes (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_pools (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *); /* null is refused */
JsonNode *vn_attr_fixed_ips (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_pairs (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);
JsonNode *vn_attr_addresses (const VnAttr *, JsonNode *, const VnConfig *, VnApiError *);

/* Why @value is no IP address or, with a mask, no network: transfer full; NULL if it is one. */
char *vn_attr_why_no_ip (JsonNode *value);
char *vn_attr_why_no_subnet (JsonNode *value);
char *vn_attr_why_no_mac (JsonNode *value);
char *vn_attr_why_no_uuid (JsonNode *value);
/* 400 HTTPBadRequest. @why: transfer full. Returns NULL. */
JsonNode *vn_attr_refuse (const VnAttr *attr, char *why, VnApiError *error);

/* ---- JSON ---- */

/* NULL if it is no text. */
const char *vn_json_text (JsonNode *node);
gboolean vn_json_is_null (JsonNode *node);
/* As a message shows it: a text as it is, all else as JSON. Transfer full. */
char *vn_json_shown (JsonNode *node);

G_END_DECLS
