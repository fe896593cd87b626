/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of the lab file as const tables: one reader, the JSON schema and the documentation are made from them. */
#pragma once

#include "sim/base/vn-addr.h"
#include "sim/base/vn-text.h"
#include "sim/load/vn-yaml.h"

G_BEGIN_DECLS

typedef enum
{
  VN_KEY_TEXT, /* any single value */
  VN_KEY_NAME, /* not empty: names an object, or refers to one by name or id */
  VN_KEY_BOOL,
  VN_KEY_NUMBER, /* min to max */
  VN_KEY_API,    /* number or text that sim/api/vn-api-* judges as the API does */
  VN_KEY_IP,
  VN_KEY_PREFIX, /* address/length */
  VN_KEY_ASSIGN, /* address/length, or "dhcp": then the prefix has no family */
  VN_KEY_MAC,
  VN_KEY_UUID,
  VN_KEY_WORD,     /* one of `words` */
  VN_KEY_TEXTS,    /* list of single values */
  VN_KEY_TEXT_MAP, /* any key to a single value */
  VN_KEY_MAP,      /* `child` */
  VN_KEY_MAPS,     /* list of `child` */
  VN_KEY_NAMED,    /* name to `child`, or list of `child` with `name` */
  VN_KEY_NAMES,    /* list of names, or of `child` where more is to be said */
  VN_KEY_TREE,     /* a map of whatever a request may hold, or its JSON text */
  VN_KEY_ANY,      /* taken and without effect in the lab: what an export of the API has besides */
  VN_N_KEY_TYPES
} VnKeyType;

typedef enum
{
  VN_KEY_REQUIRED = 1 << 0,
  VN_KEY_NULLABLE = 1 << 1, /* null is a value; else it means the same as leaving the key out */
} VnKeyFlags;

typedef struct _VnKeyMap VnKeyMap;

typedef struct
{
  const char *key;
  VnKeyType type;
  gsize offset;    /* of the VnField in the map's struct; two spellings of one key share it */
  const char *doc; /* "" = not documented: what exports have besides */
  VnKeyFlags flags;
  guint64 min, max;
  const VnWord *words;
  const VnKeyMap *child;
  const char *default_text; /* for the documentation; NULL = none */
} VnKey;

struct _VnKeyMap
{
  const char *name; /* "port"; also its place in the JSON schema */
  const char *doc;
  gsize size; /* of the struct that it is read into: VnFields only */
  const VnKey *keys;
  gsize n_keys;
};

/* What stands behind a key. Zeroed = not there, or wrong and reported. */
typedef struct
{
  const VnYaml *node; /* NULL = not given */
  VnOrigin origin;    /* of the value */
  gboolean is_null;
  union
  {
    guint64 number;
    gboolean boolean;
    int word;
    VnIp ip;
    VnPrefix prefix;
    VnMac mac;
  } u;
} VnField;

/* Reads the keys of @node into @ret, a struct of map->size bytes, which is zeroed first. Problems go to @diags: unknown
 * keys with a suggestion, missing ones, wrong types and ranges. Returns: whether @node is a map at all (null counts as
 * an empty one). */
gboolean vn_keys_read (const VnKeyMap *map, const VnYaml *node, VnOrigin origin, gpointer ret, VnDiagList *diags);

/* There and not null. */
gboolean vn_field_has (const VnField *field);
/* The text as written; @if_none if there is none. */
const char *vn_field_text (const VnField *field, const char *if_none);
gboolean vn_field_bool (const VnField *field, gboolean if_none);
guint64 vn_field_number (const VnField *field, guint64 if_none);

/* One object of a VN_KEY_NAMED value, or one item of a VN_KEY_NAMES or VN_KEY_MAPS list. */
typedef struct
{
  const char *name; /* from the key, or from `name`; "" = none */
  VnOrigin origin;
  const VnYaml *value; /* the map; for VN_KEY_NAMES NULL if there is only the name */
} VnItem;

/* How many objects. 0 for a field that isn't there. */
guint vn_field_len (const VnField *field);
/* Returns: FALSE after a diagnostic if the item is of no use. */
gboolean vn_field_item (const VnField *field, guint i, VnItem *ret, VnDiagList *diags);

const char *vn_key_type_name (VnKeyType type); /* for people: "a number" */

G_END_DECLS
