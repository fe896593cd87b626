/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics of documents: a code, a place, what was expected, a suggestion. A loader collects all of them. */
#pragma once

#include "sim/base/vn-origin.h"

G_BEGIN_DECLS

typedef enum
{
  VN_SEVERITY_ERROR,
  VN_SEVERITY_WARNING,
  VN_SEVERITY_NOTE,
} VnSeverity;

/* One row of sim/base/vn-diag-codes.inc each: VN_DIAG_<NAME>. */
typedef enum
{
#define VN_DIAG_CODE(name, id, severity, summary) VN_DIAG_##name,
#include "sim/base/vn-diag-codes.inc"
#undef VN_DIAG_CODE
  VN_N_DIAGS
} VnDiagCode;

typedef struct
{
  VnDiagCode code;
  VnOrigin origin;
  char *message; /* what is wrong and what was expected; one line, no full stop */
  char *hint;    /* "did you mean …", or how to cure it; may be NULL */
} VnDiag;

typedef struct _VnDiagList VnDiagList;

VnDiagList *vn_diag_list_new (void);
void vn_diag_list_free (VnDiagList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnDiagList, vn_diag_list_free)

/* @hint: may be NULL. The list stops at 1,000 diagnostics and then says so once. */
void vn_diag_add (VnDiagList *list, VnDiagCode code, VnOrigin origin, const char *hint, const char *format, ...)
    G_GNUC_PRINTF (5, 6);
guint vn_diag_list_len (const VnDiagList *list);
const VnDiag *vn_diag_list_get (const VnDiagList *list, guint index); /* in the order of places after _sort */
guint vn_diag_list_count (const VnDiagList *list, VnSeverity severity);
void vn_diag_list_sort (VnDiagList *list); /* by file, line, column; equal ones keep their order */

const char *vn_diag_id (VnDiagCode code); /* "CFG-UNKNOWN-KEY" */
VnSeverity vn_diag_severity (VnDiagCode code);
const char *vn_diag_summary (VnDiagCode code); /* one sentence, for the documentation */
/* "lab.vlab.yml:3:5: error: unknown key "hots" (expected one of …); did you mean "host"? [CFG-UNKNOWN-KEY]" */
char *vn_diag_to_string (const VnDiag *diag);

G_END_DECLS
