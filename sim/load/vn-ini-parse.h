/* SPDX-License-Identifier: Apache-2.0 */
/* The syntax of ini files as oslo.config 9.0 reads it: text to headers and assignments. */
#pragma once

#include "sim/base/vn-diag.h"

G_BEGIN_DECLS

/* Limits; what passes one is a diagnostic of code CFG-LIMIT. */
#define VN_INI_MAX_BYTES (1024 * 1024)
#define VN_INI_MAX_LINE_BYTES (16 * 1024)
#define VN_INI_MAX_LINES 20000

typedef struct
{
  char *section, *key;
  char *value;     /* quotes removed; lines of a continued value joined by newlines */
  VnOrigin origin; /* of the value; of the key where the value is empty */
} VnIniAssignment;

typedef struct
{
  char *section;
  VnOrigin origin;
} VnIniHeader;

/* What a file says, both in its order. */
typedef struct
{
  GPtrArray *headers;     /* VnIniHeader */
  GPtrArray *assignments; /* VnIniAssignment */
} VnIni;

/* Every problem is added to @diags and the rest of the file read on: the program itself would stop at the first.
 * Transfer full. */
VnIni *vn_ini_parse (const char *path, const char *text, gsize size, VnDiagList *diags);
void vn_ini_free (VnIni *ini);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnIni, vn_ini_free)

G_END_DECLS
