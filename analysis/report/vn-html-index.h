/* SPDX-License-Identifier: Apache-2.0 */
/* Many runs on one page: lab, time, verdict, link. */
#pragma once

#include "analysis/report/vn-report.h"

G_BEGIN_DECLS

typedef struct _VnIndex VnIndex;
VnIndex *vn_index_new (const char *title);
void vn_index_free (VnIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnIndex, vn_index_free)
/* @run: read and left alone; @name: of its folder in that of the page; @page: its file in there that is linked to, or
 * NULL. */
void vn_index_add (VnIndex *index, const VnRun *run, const char *name, const char *page);
/* A folder whose report could not be read. */
void vn_index_add_problem (VnIndex *index, const char *name, const char *problem);
guint vn_index_len (const VnIndex *index);
/* Newest first. Transfer full. */
char *vn_index_write_html (VnIndex *index);

G_END_DECLS
