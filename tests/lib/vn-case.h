/* SPDX-License-Identifier: Apache-2.0 */
/* Topologies made from case.json of tests/golden/neutron: what a Neutron agent was given when its rules were recorded.
 */
#pragma once

#include "sim/model/vn-event.h"

G_BEGIN_DECLS

/* What happened, and the folder with what was there afterwards. */
typedef struct
{
  char *name;       /* the operation: "start", "create_rule" */
  char *folder;     /* rules, sets and tracked connections behind the step */
  GArray *events;   /* VnEvent */
  GPtrArray *seeds; /* char *: arguments of `conntrack -I`: entries that are made in this step */
} VnCaseStep;

typedef struct
{
  char *folder;
  char *host;           /* the machine whose rules were recorded */
  VnTopology *topology; /* sealed; networks are local, so that a host needs no other */
  GPtrArray *steps;     /* VnCaseStep: the agent's start, then those of the case */
} VnCase;

VnCase *vn_case_load (const char *folder, GError **error);
void vn_case_free (VnCase *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnCase, vn_case_free)

/* Folders below @root that hold a case, by name. Transfer full. */
GPtrArray *vn_case_list (const char *root, GError **error);
/* A file of the step without blank lines at its end; "" if there is none. Transfer full. */
char *vn_case_read (const VnCaseStep *step, const char *file);

G_END_DECLS
