/* SPDX-License-Identifier: Apache-2.0 */
/* What the -save programs printed on the host of a case of tests/golden/neutron, and what differs from it. */
#pragma once

#include "sim/base/vn-kobj.h"
#include "tests/lib/vn-case.h"

G_BEGIN_DECLS

/* The file that holds the tool's output: "iptables-save.txt". Static. */
const char *vn_case_rules_file (VnTool tool);
/* A -save program's output as the case's files have it: without its own remarks, rule comments, counters and blank
 * lines. Transfer full. */
char *vn_case_rules_bare (const char *save);
/* @save: in the form of the files; NULL = nothing. Lines are compared as they stand, members of sets without regard to
 * order. Returns: the first line that differs, with its number, as the agent had it and as it is here; NULL = equal.
 * Transfer full. */
char *vn_case_rules_compare (const VnCaseStep *step, VnTool tool, const char *save);

G_END_DECLS
