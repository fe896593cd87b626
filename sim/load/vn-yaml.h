/* SPDX-License-Identifier: Apache-2.0 */
/* A YAML document as a tree of values with places, and one tree laid over another (`extends`). */
#pragma once

#include "sim/base/vn-diag.h"

G_BEGIN_DECLS

/* Documented limits of a lab file (docs/lab-format.md). */
#define VN_YAML_MAX_BYTES (4u * 1024 * 1024)
#define VN_YAML_MAX_DEPTH 32u
#define VN_YAML_MAX_NODES 500000u /* with aliases expanded */
#define VN_YAML_MAX_ANCHORS 1000u

typedef enum
{
  VN_YAML_NULL,
  VN_YAML_SCALAR,
  VN_YAML_LIST,
  VN_YAML_MAP,
} VnYamlKind;

typedef struct _VnYaml VnYaml;

typedef struct
{
  char *key;
  VnOrigin origin; /* of the key */
  VnYaml *value;
} VnYamlPair;

struct _VnYaml
{
  VnYamlKind kind;
  VnOrigin origin;
  char *text;       /* SCALAR */
  GPtrArray *items; /* LIST: VnYaml */
  GPtrArray *pairs; /* MAP: VnYamlPair, in the order of the file */
  gboolean deletes; /* NULL in a file that extends another, where the other one has nothing of that name */
};

/* Syntax errors, keys that stand twice and passed limits go to @diags. @file: for places.
 * Returns: the one document's tree, transfer full; NULL if it can't be read at all. */
VnYaml *vn_yaml_parse (const char *file, const char *text, gsize size, VnDiagList *diags);
void vn_yaml_free (VnYaml *yaml);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnYaml, vn_yaml_free)

/* NULL if @yaml is not a map or has no such key. */
const VnYamlPair *vn_yaml_find (const VnYaml *yaml, const char *key);
/* "a list", for messages. */
const char *vn_yaml_kind_name (VnYamlKind kind);

/* Lays @over over @base: maps are merged key by key, a null deletes a map or a list of the base, anything else
 * replaces what is below it. Both transfer full. Returns: transfer full. */
VnYaml *vn_yaml_merge (VnYaml *base, VnYaml *over);

G_END_DECLS
