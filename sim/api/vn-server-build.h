/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files that answer requests (vn-server*.c) only. */
#pragma once

#include "sim/api/vn-attr.h"
#include "sim/api/vn-server.h"

G_BEGIN_DECLS

/* What the model doesn't hold of an object, by its id. */
typedef struct
{
  JsonObject *given; /* attributes as given, later requests over earlier ones */
  guint revision;
} VnApiNote;

struct _VnApi
{
  VnTopology *topology;
  JsonObject *record; /* may be NULL */
  GHashTable *notes;  /* id -> VnApiNote */
  guint serial;       /* of what was drawn */
};

/* One object. */
typedef struct
{
  guint index; /* in its array; a rule's: of its group or policy */
  guint rule;  /* in that; VN_NONE for all else */
} VnApiRef;

/* A request under way. A handler changes `t` as it goes on: after a refusal it is thrown away. */
typedef struct
{
  VnApi *api;
  VnTopology *t;
  const VnConfig *server; /* may be NULL */
  const char *as;         /* may be NULL */
  JsonObject *attrs;      /* of the object at hand: read and converted */
  JsonObject *choice;     /* what a real server made of it; NULL = draw */
  GPtrArray *made;        /* borrowed: rules that this request has made */
  guint owner;            /* of a sub-resource: index of the object that the path names before it; else VN_NONE */
  VnApiError *error;
} VnApiCall;

typedef struct _VnApiResource VnApiResource;

struct _VnApiResource
{
  const char *prefix;           /* "qos", in front of the collection in paths; NULL = none */
  const char *collection;       /* "security-groups" */
  const char *member, *members; /* "security_group", "security_groups" */
  const char *what;             /* in messages: "Security group" */
  const char *not_found;        /* error type */
  const VnAttr *attrs;
  gboolean is_security; /* vanishes with enable_security_group = false */
  gboolean has_quota;
  VnOptionId quota;
  gint64 quota_default;
  goffset array;                            /* of the GPtrArray in VnTopology */
  goffset id, deleted;                      /* in the object; a rule's group */
  gboolean is_rule;                         /* the objects are the rules of those in `array` */
  goffset rules;                            /* of the GPtrArray in such an object */
  goffset rule_id;                          /* in a rule */
  gboolean (*is_mine) (gconstpointer rule); /* NULL: all rules there are of this resource */
  const VnApiResource *owner;               /* paths name one of these before the collection; NULL = none */
  gboolean is_qos;                          /* only with the qos plugin */
  gboolean (*create) (VnApiCall *call, VnApiRef *ret);
  gboolean (*update) (VnApiCall *call, VnApiRef ref);
  gboolean (*remove) (VnApiCall *call, VnApiRef ref);
  /* Adds what the model knows to @ret. */
  void (*show) (const VnApi *api, const VnTopology *t, VnApiRef ref, JsonObject *ret);
};

/* What a request's path names, and its body. */
typedef struct
{
  const VnApiResource *resource;
  const char *owner;       /* id of the object that a sub-resource belongs to; NULL = none */
  const char *id, *action; /* NULL = not in the path */
  const char *query;       /* NULL = none */
  JsonNode *body;          /* NULL = none */
} VnApiPath;

/* ---- methods (vn-server-methods.c) ---- */

gboolean vn_api_run (VnApiCall *call, const char *method, const VnApiPath *path, VnApiAnswer *ret);
/* {name: value}. @value: transfer full. */
void vn_api_answer_object (VnApiAnswer *ret, guint status, const char *name, JsonNode *value);

/* ---- objects (vn-server-find.c) ---- */

/* @prefix: NULL = none. @owner: what the path names before it; NULL = nothing. NULL if the server has none of that
 * name. */
const VnApiResource *vn_api_resource (const char *prefix, const VnApiResource *owner, const char *collection,
                                      const VnConfig *server);
extern const VnApiResource VN_API_NETWORKS, VN_API_SUBNETS, VN_API_PORTS, VN_API_GROUPS, VN_API_RULES,
    VN_API_ADDRESS_GROUPS, VN_API_QOS_POLICIES, VN_API_QOS_LIMITS, VN_API_QOS_MARKS, VN_API_QOS_LIMIT_ALIASES,
    VN_API_QOS_MARK_ALIASES;
/* All that are not deleted. Array of VnApiRef, transfer full. */
GArray *vn_api_refs (const VnApiResource *resource, const VnTopology *t);
const char *vn_api_ref_id (const VnApiResource *resource, const VnTopology *t, VnApiRef ref);
/* By id; FALSE without an error if there is none. */
gboolean vn_api_lookup (const VnApiResource *resource, const VnTopology *t, const char *id, VnApiRef *ret);
/* Likewise, but refuses with 404. @id may be NULL. Returns the index, VN_NONE after a refusal. */
guint vn_api_find (VnApiCall *call, const VnApiResource *resource, const char *id);

/* ---- the request's attributes ---- */

gboolean vn_call_has (const VnApiCall *call, const char *name);
const char *vn_call_text (const VnApiCall *call, const char *name, const char *if_none); /* also for null */
gboolean vn_call_bool (const VnApiCall *call, const char *name, gboolean if_none);
gint64 vn_call_int (const VnApiCall *call, const char *name, gint64 if_none);
JsonArray *vn_call_array (const VnApiCall *call, const char *name); /* NULL if it isn't there */
/* The recorded object's member, or NULL. */
JsonNode *vn_call_choice (const VnApiCall *call, const char *name);

/* ---- what the server chooses (vn-server-choose.c) ---- */

/* The recorded id, or one that no device of the lab would share a name with. Transfer full. */
char *vn_choose_id (VnApiCall *call, const char *kind, JsonObject *choice);
VnMac vn_choose_mac (VnApiCall *call, const char *port_id);
gboolean vn_choose_segment (VnApiCall *call, VnNetwork *network);
/* All addresses that a port gets without fixed_ips, appended to its own. */
gboolean vn_choose_addresses (VnApiCall *call, VnPort *port);
/* An address on one subnet. */
gboolean vn_choose_address (VnApiCall *call, const VnPort *port, guint subnet, VnIp *ret);

/* ---- parts that several handlers need ---- */

/* Index of the project's default group, which is made where it is missing. */
guint vn_api_default_group (VnApiCall *call);
/* Index of the policy that the request's qos_policy_id names, VN_NONE for null: into @ret, if it was given. FALSE after
 * a refusal. */
gboolean vn_api_read_qos_policy (VnApiCall *call, guint *ret);
/* What a rule of a policy says, without its id. */
void vn_api_show_qos_rule (const VnQosRule *rule, JsonObject *ret);
/* Sets the member of that name to the policy's id, or to null. */
void vn_api_show_qos_policy (const VnTopology *t, guint policy, const char *name, JsonObject *ret);
/* Adds @addresses to an address group or takes them from it. */
gboolean vn_api_change_addresses (VnApiCall *call, guint group, JsonNode *addresses, gboolean adds);
/* Fills fixed_ips from the request (vn-server-address.c). */
gboolean vn_port_set_addresses (VnApiCall *call, VnPort *port);
/* Removes a subnet's addresses from all ports. */
void vn_ports_drop_subnet (VnTopology *t, guint subnet);
/* Ports get an address on a new subnet where addresses follow from MACs. */
void vn_ports_add_auto (VnTopology *t, guint subnet);

/* ---- answers (vn-server-show.c, vn-server-list.c) ---- */

/* Transfer full. */
JsonObject *vn_api_show (const VnApi *api, const VnTopology *t, const VnApiResource *resource, VnApiRef ref);
/* @query: "name=x&fields=id", may be NULL. @owner: only rules of this object; VN_NONE = any. Transfer full; NULL after
 * a refusal. */
JsonArray *vn_api_list (const VnApi *api, const VnApiResource *resource, guint owner, const char *query,
                        VnApiError *error);
/* The attributes that a query wants to see. */
JsonObject *vn_api_pick_fields (JsonObject *object, const char *query);
VnApiNote *vn_api_note (const VnApi *api, const char *id); /* NULL if there is none */
const char *vn_api_note_text (const VnApi *api, const char *id, const char *name, const char *if_none);
/* Keeps the request's attributes, one revision further. */
void vn_api_keep (VnApiCall *call, const char *id);

G_END_DECLS
