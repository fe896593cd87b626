/* SPDX-License-Identifier: Apache-2.0 */
/* The syntax of ini files as oslo.config 9.0 reads it: text to assignments. */
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

/* Every problem is added to @diags and the rest of the file read on: the program itself would stop at the first.
 * Returns: array of VnIniAssignment, in the order of the file, transfer full. */
GPtrArray *vn_ini_parse (const char *path, const char *text, gsize size, VnDiagList *diags);

G_END_DECLS
