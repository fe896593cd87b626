/* SPDX-License-Identifier: Apache-2.0 */
/* Which object an id of a record stands for. */
#include "tests/api/vn-record-ids.h"
#include "sim/base/vn-addr.h"

#include <string.h>

#define NOBODY "00000000-" /* ids of nothing, by intent */

typedef struct
{
  guint call;
  const char *collection; /* interned */
  JsonObject *request, *object;
  gboolean is_taken;
} Made;

struct _VnRecordIds
{
  JsonArray *calls;
  GPtrArray *made; /* Made */
  GHashTable *map; /* recorded id -> id */
};

static void
made_free (gpointer data)
{
  Made *made = data;

  json_object_unref (made->request);
  json_object_unref (made->object);
  g_free (made);
}

VnRecordIds *
vn_record_ids_new (JsonArray *calls)
{
  VnRecordIds *ids = g_new0 (VnRecordIds, 1);

  ids->calls = calls;
  ids->made = g_ptr_array_new_with_free_func (made_free);
  ids->map = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return ids;
}

void
vn_record_ids_free (VnRecordIds *ids)
{
  g_ptr_array_unref (ids->made);
  g_hash_table_unref (ids->map);
  g_free (ids);
}

void
vn_record_ids_map (VnRecordIds *ids, const char *recorded, const char *id)
{
  g_hash_table_insert (ids->map, g_strdup (recorded), g_strdup (id));
  for (guint i = 0; i < ids->made->len; i++)
    {
      Made *made = ids->made->pdata[i];

      made->is_taken = made->is_taken || g_str_equal (json_object_get_string_member (made->object, "id"), id);
    }
}

void
vn_record_ids_made (VnRecordIds *ids, guint call, const char *collection, JsonObject *request, JsonObject *object)
{
  Made *made = g_new0 (Made, 1);

  made->call = call;
  made->collection = g_intern_string (collection);
  made->request = json_object_ref (request);
  made->object = json_object_ref (object);
  g_ptr_array_add (ids->made, made);
}

/* ---- where ids stand ---- */

static const struct
{
  const char *member, *collection;
} references[] = {
  { "network_id", "networks" },
  { "subnet_id", "subnets" },
  { "security_group_id", "security-groups" },
  { "security_groups", "security-groups" },
  { "remote_group_id", "security-groups" },
  { "remote_address_group_id", "address-groups" },
};

static const char *
collection_of (const char *member)
{
  for (gsize i = 0; i < G_N_ELEMENTS (references); i++)
    if (g_str_equal (references[i].member, member))
      return references[i].collection;
  return NULL;
}

/* Called for each id of a call; a text that it returns (transfer full) takes the id's place. */
typedef char *(*Visit) (const char *collection, const char *id, gpointer data);

static gboolean
is_id (const char *text)
{
  return text != NULL && g_uuid_string_is_valid (text) && !g_str_has_prefix (text, NOBODY);
}

static JsonNode *visit_node (JsonNode *node, const char *collection, Visit visit, gpointer data);

static JsonNode *
visit_object (JsonObject *object, Visit visit, gpointer data)
{
  JsonObject *copy = json_object_new ();
  JsonNode *node = json_node_init_object (json_node_alloc (), copy);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &value))
    json_object_set_member (copy, name, visit_node (value, collection_of (name), visit, data));
  json_object_unref (copy);
  return node;
}

/* A copy with the ids replaced. @collection: of what a text here names; may be NULL. */
static JsonNode *
visit_node (JsonNode *node, const char *collection, Visit visit, gpointer data)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    return visit_object (json_node_get_object (node), visit, data);
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *copy = json_array_new ();
      JsonNode *result = json_node_init_array (json_node_alloc (), copy);
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        json_array_add_element (copy, visit_node (json_array_get_element (array, i), collection, visit, data));
      json_array_unref (copy);
      return result;
    }
  if (collection != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
      && is_id (json_node_get_string (node)))
    {
      g_autofree char *id = visit (collection, json_node_get_string (node), data);

      if (id != NULL)
        return json_node_init_string (json_node_alloc (), id);
    }
  return json_node_copy (node);
}

/* Transfer full. */
static char *
visit_path (const char *path, Visit visit, gpointer data)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", 3);

  if (parts[0] != NULL && is_id (parts[1]))
    {
      char *id = visit (parts[0], parts[1], data);

      if (id != NULL)
        {
          g_free (parts[1]);
          parts[1] = id;
        }
    }
  return g_strjoinv ("/", parts);
}

static JsonObject *
call_at (const VnRecordIds *ids, guint i)
{
  return json_array_get_object_element (ids->calls, i);
}

static const char *
text_of (JsonObject *object, const char *member)
{
  return json_object_get_string_member_with_default (object, member, "");
}

/* ---- what the record says of an id ---- */

typedef struct
{
  const char *id;
  gboolean found;
} Search;

static char *
look_for (const char *collection G_GNUC_UNUSED, const char *id, gpointer data)
{
  Search *search = data;

  search->found = search->found || g_str_equal (id, search->id);
  return NULL;
}

static gboolean
mentions (JsonObject *call, const char *id)
{
  Search search = { id, FALSE };

  g_free (visit_path (text_of (call, "path"), look_for, &search));
  if (json_object_has_member (call, "body"))
    json_node_unref (visit_node (json_object_get_member (call, "body"), NULL, look_for, &search));
  return search.found;
}

static JsonObject *
attributes (JsonObject *call, const char *member)
{
  JsonNode *body = json_object_get_member (call, "body");
  JsonNode *node = body != NULL && JSON_NODE_HOLDS_OBJECT (body)
                       ? json_object_get_member (json_node_get_object (body), member)
                       : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gboolean
succeeded (JsonObject *call)
{
  return json_object_get_int_member (call, "code") < 300;
}

/* A port asked for an address of the subnet @id. */
static gboolean
fits_fixed_ip (const VnRecordIds *ids, const Made *made, JsonObject *call, JsonObject *port, JsonObject *fixed)
{
  const char *network = g_hash_table_lookup (ids->map, text_of (port, "network_id"));
  gboolean is_same = g_strcmp0 (text_of (made->object, "network_id"), network) == 0;
  VnPrefix cidr;
  VnIp ip;

  if (network != NULL && is_same == g_str_equal (text_of (call, "type"), "InvalidInput"))
    return FALSE;
  return !vn_ip_parse (text_of (fixed, "ip_address"), &ip) || !vn_prefix_parse (text_of (made->object, "cidr"), &cidr)
         || g_str_equal (text_of (call, "type"), "InvalidIpForSubnet") || vn_prefix_contains (cidr, ip);
}

static gboolean
fits_subnet (const VnRecordIds *ids, const Made *made, JsonObject *call, const char *id)
{
  JsonObject *port = attributes (call, "port");
  JsonArray *array = port != NULL && json_object_has_member (port, "fixed_ips")
                         ? json_object_get_array_member (port, "fixed_ips")
                         : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonObject *fixed = json_array_get_object_element (array, i);

      if (g_str_equal (text_of (fixed, "subnet_id"), id) && !fits_fixed_ip (ids, made, call, port, fixed))
        return FALSE;
    }
  return TRUE;
}

/* The MAC address of a bound port can't be changed. */
static gboolean
fits_port (const VnRecordIds *ids G_GNUC_UNUSED, const Made *made, JsonObject *call, const char *id G_GNUC_UNUSED)
{
  JsonObject *port = attributes (call, "port");
  gboolean is_bound = g_str_equal (text_of (made->object, "binding:vif_type"), "bridge");

  if (port == NULL || !json_object_has_member (port, "mac_address"))
    return TRUE;
  return is_bound == g_str_equal (text_of (call, "type"), "PortBound");
}

static gboolean
fits_group (const VnRecordIds *ids G_GNUC_UNUSED, const Made *made, JsonObject *call, const char *id G_GNUC_UNUSED)
{
  return !g_str_equal (text_of (call, "type"), "SecurityGroupCannotUpdateDefault")
         || g_str_equal (text_of (made->object, "name"), "default");
}

static const struct
{
  const char *collection;
  gboolean (*fits) (const VnRecordIds *ids, const Made *made, JsonObject *call, const char *id);
} evidence[] = { { "subnets", fits_subnet }, { "ports", fits_port }, { "security-groups", fits_group } };

static gboolean
fits (const VnRecordIds *ids, const Made *made, const char *id)
{
  for (guint i = 0; i < json_array_get_length (ids->calls); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (evidence); j++)
      if (g_str_equal (evidence[j].collection, made->collection) && mentions (call_at (ids, i), id)
          && !evidence[j].fits (ids, made, call_at (ids, i), id))
        return FALSE;
  return TRUE;
}

/* ---- which of those that fit ---- */

typedef struct
{
  const VnRecordIds *ids;
  const char *collection;
  const Made *latest;
  GHashTable *waiting; /* ids without an object that the latest one would fit */
} Wait;

static char *
wait_for (const char *collection, const char *id, gpointer data)
{
  Wait *wait = data;

  if (g_str_equal (collection, wait->collection) && !g_hash_table_contains (wait->ids->map, id)
      && fits (wait->ids, wait->latest, id))
    g_hash_table_add (wait->waiting, g_strdup (id));
  return NULL;
}

/* How many ids wait for an object from this call on until the next object of the kind is made. */
static guint
count_waiting (const VnRecordIds *ids, guint call, const Made *latest)
{
  g_autoptr (GHashTable) waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Wait wait = { ids, latest->collection, latest, waiting };

  for (guint i = call; i < json_array_get_length (ids->calls); i++)
    {
      JsonObject *now = call_at (ids, i);
      g_autofree char *path = NULL;

      if (i > call && succeeded (now) && g_str_equal (text_of (now, "path"), latest->collection))
        break;
      path = visit_path (text_of (now, "path"), wait_for, &wait);
      if (json_object_has_member (now, "body"))
        json_node_unref (visit_node (json_object_get_member (now, "body"), NULL, wait_for, &wait));
    }
  return g_hash_table_size (waiting);
}

typedef struct
{
  VnRecordIds *ids;
  guint call;
} Replace;

static char *
replace (const char *collection, const char *id, gpointer data)
{
  Replace *r = data;
  const char *known = g_hash_table_lookup (r->ids->map, id);
  g_autoptr (GPtrArray) fitting = g_ptr_array_new ();
  const Made *chosen;
  guint waiting;

  if (known != NULL)
    return g_strdup (known);
  for (guint i = 0; i < r->ids->made->len; i++)
    {
      Made *made = r->ids->made->pdata[i];

      if (!made->is_taken && g_str_equal (made->collection, collection) && fits (r->ids, made, id))
        g_ptr_array_add (fitting, made);
    }
  if (fitting->len == 0)
    return NULL;
  waiting = MAX (count_waiting (r->ids, r->call, fitting->pdata[fitting->len - 1]), 1);
  chosen = fitting->pdata[fitting->len - MIN (waiting, fitting->len)];
  vn_record_ids_map (r->ids, id, text_of (chosen->object, "id"));
  return g_strdup (text_of (chosen->object, "id"));
}

char *
vn_record_ids_path (VnRecordIds *ids, guint call)
{
  Replace r = { ids, call };

  return visit_path (text_of (call_at (ids, call), "path"), replace, &r);
}

JsonNode *
vn_record_ids_body (VnRecordIds *ids, guint call)
{
  JsonObject *object = call_at (ids, call);
  Replace r = { ids, call };

  return json_object_has_member (object, "body")
             ? visit_node (json_object_get_member (object, "body"), NULL, replace, &r)
             : NULL;
}
