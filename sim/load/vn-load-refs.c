/* SPDX-License-Identifier: Apache-2.0 */
/* Objects of maps and lists, and references between them by name or id. */
#include "sim/load/vn-load-build.h"

#define NONE G_MAXSIZE

static const struct
{
  const char *what;
  gsize array; /* in VnTopology */
  gsize name;  /* in the object */
  gsize id;
  gsize deleted;
} kinds[] = {
#define KIND(what, array, type, id, deleted)                                                                           \
  {                                                                                                                    \
    what, G_STRUCT_OFFSET (VnTopology, array), G_STRUCT_OFFSET (type, name), id, deleted                               \
  }
#define API_KIND(what, array, type)                                                                                    \
  KIND (what, array, type, G_STRUCT_OFFSET (type, id), G_STRUCT_OFFSET (type, deleted))
  [VN_REF_SEGMENT] = KIND ("segment", segments, VnSegment, NONE, G_STRUCT_OFFSET (VnSegment, deleted)),
  [VN_REF_MACHINE] = KIND ("machine", machines, VnMachine, NONE, G_STRUCT_OFFSET (VnMachine, deleted)),
  [VN_REF_NETWORK] = API_KIND ("network", networks, VnNetwork),
  [VN_REF_SUBNET] = API_KIND ("subnet", subnets, VnSubnet),
  [VN_REF_GROUP] = API_KIND ("security group", security_groups, VnSecurityGroup),
  [VN_REF_ADDRESS_GROUP] = API_KIND ("address group", address_groups, VnAddressGroup),
  [VN_REF_PORT] = API_KIND ("port", ports, VnPort),
  [VN_REF_QOS_POLICY] = API_KIND ("QoS policy", qos_policies, VnQosPolicy),
  [VN_REF_SERVER] = KIND ("server", servers, VnServer, G_STRUCT_OFFSET (VnServer, id), NONE),
#undef API_KIND
#undef KIND
};
G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == VN_N_REFS);

static const GPtrArray *
objects_of (const VnTopology *t, VnRefKind kind)
{
  return G_STRUCT_MEMBER (GPtrArray *, t, kinds[kind].array);
}

static const char *
name_of (VnRefKind kind, gconstpointer object)
{
  return G_STRUCT_MEMBER (char *, object, kinds[kind].name);
}

/* What an event took away is not there for the next one. */
static gboolean
is_deleted (VnRefKind kind, gconstpointer object)
{
  return kinds[kind].deleted != NONE && G_STRUCT_MEMBER (gboolean, object, kinds[kind].deleted);
}

static void
no_such_object (VnLoad *load, VnRefKind kind, const char *text, VnOrigin origin)
{
  const GPtrArray *objects = objects_of (load->t, kind);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *printable = vn_text_printable (text);
  g_autofree char *hint = NULL;

  for (guint i = 0; i < objects->len; i++)
    if (!is_deleted (kind, g_ptr_array_index (objects, i)))
      g_ptr_array_add (names, (gpointer)name_of (kind, g_ptr_array_index (objects, i)));
  g_ptr_array_add (names, NULL);
  hint = vn_suggest_hint (text, (const char *const *)names->pdata);
  vn_diag_add (load->diags, VN_DIAG_NO_SUCH_OBJECT, origin, hint, "the lab has no %s \"%s\"", kinds[kind].what,
               printable);
}

guint
vn_load_ref (VnLoad *load, VnRefKind kind, const char *text, VnOrigin origin)
{
  const GPtrArray *objects = objects_of (load->t, kind);
  guint found = VN_NONE;

  for (guint i = 0; i < objects->len; i++)
    {
      gconstpointer object = g_ptr_array_index (objects, i);

      if (is_deleted (kind, object))
        continue;
      if (kinds[kind].id != NONE && g_strcmp0 (G_STRUCT_MEMBER (char *, object, kinds[kind].id), text) == 0)
        return i;
      if (!g_str_equal (name_of (kind, object), text))
        continue;
      if (found != VN_NONE)
        {
          vn_diag_add (load->diags, VN_DIAG_DUPLICATE_NAME, origin, "say which by its id",
                       "more than one %s is named \"%s\"", kinds[kind].what, text);
          return found;
        }
      found = i;
    }
  if (found == VN_NONE)
    no_such_object (load, kind, text, origin);
  return found;
}

const char *
vn_load_ref_id (const VnLoad *load, VnRefKind kind, guint index)
{
  return G_STRUCT_MEMBER (char *, g_ptr_array_index (objects_of (load->t, kind), index), kinds[kind].id);
}

guint
vn_load_field_ref (VnLoad *load, VnRefKind kind, const VnField *field)
{
  return vn_field_has (field) ? vn_load_ref (load, kind, vn_field_text (field, ""), field->origin) : VN_NONE;
}

guint
vn_load_len (VnLoad *load, const VnField *field)
{
  guint len = vn_field_len (field);

  if (len <= VN_LOAD_MAX_OBJECTS)
    return len;
  vn_diag_add (load->diags, VN_DIAG_LIMIT, field->origin, NULL, "%u objects: expected at most %u", len,
               VN_LOAD_MAX_OBJECTS);
  return 0;
}

gboolean
vn_load_object (VnLoad *load, const VnKeyMap *map, const VnField *field, guint i, VnItem *ret_item, gpointer ret_fields)
{
  const VnField *name = ret_fields;

  if (!vn_field_item (field, i, ret_item, load->diags))
    return FALSE;
  if (ret_item->value == NULL)
    {
      vn_diag_add (load->diags, VN_DIAG_WRONG_TYPE, ret_item->origin, NULL, "a %s is a map of keys", map->name);
      return FALSE;
    }
  if (!vn_keys_read (map, ret_item->value, ret_item->origin, ret_fields, load->diags))
    return FALSE;
  if (!g_str_equal (vn_field_text (name, ret_item->name), ret_item->name))
    vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, name->origin, "leave it out",
                 "\"%s\" is not the name that the key gives, \"%s\"", vn_field_text (name, ""), ret_item->name);
  return TRUE;
}

gboolean
vn_load_named_object (VnLoad *load, const VnKeyMap *map, const VnField *field, guint i, VnItem *ret_item,
                      gpointer ret_fields)
{
  if (!vn_load_object (load, map, field, i, ret_item, ret_fields))
    return FALSE;
  if (*ret_item->name == '\0')
    vn_diag_add (load->diags, VN_DIAG_MISSING_KEY, ret_item->origin, NULL, "a %s needs a name", map->name);
  return *ret_item->name != '\0';
}

gboolean
vn_load_map (VnLoad *load, const VnKeyMap *map, const VnField *field, guint i, VnOrigin *ret_origin,
             gpointer ret_fields)
{
  const VnYaml *value = g_ptr_array_index (field->node->items, i);

  *ret_origin = value->origin;
  return vn_keys_read (map, value, value->origin, ret_fields, load->diags);
}

void
vn_load_refused (VnLoad *load, VnDiagCode code, VnOrigin origin, const char *what, const char *name,
                 const VnApiError *error)
{
  g_autofree char *printable = vn_text_printable (name);

  vn_diag_add (load->diags, code, origin, NULL, "%s \"%s\": %s; the server answers %u %s", what, printable,
               error->message, error->status, error->type);
}
