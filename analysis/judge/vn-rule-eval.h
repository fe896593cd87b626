/* SPDX-License-Identifier: Apache-2.0 */
/* What an agent's loaded rules do to a bridged packet, and which rule decides. */
#pragma once

#include "analysis/judge/vn-rule-match.h"

G_BEGIN_DECLS

/* The rules of all hosts, each parsed when it is first met. */
typedef struct _VnRuleBook VnRuleBook;

/* @tables: borrowed. */
VnRuleBook *vn_rule_book_new (const VnTables *tables);
void vn_rule_book_free (VnRuleBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnRuleBook, vn_rule_book_free)

typedef enum
{
  VN_RULE_ACCEPTED,
  VN_RULE_DROPPED,
  VN_RULE_UNDECIDED, /* a rule on the way can't be read here */
} VnRuleResult;

typedef struct
{
  VnRuleResult result;
  VnTool tool;
  const VnRule *rule;    /* that decided; NULL = a chain's policy */
  const VnChain *chain;  /* that holds it; NULL = there are no rules */
  const VnChain *caller; /* that jumped there; NULL = none */
  char *path;            /* "FORWARD > neutron-linuxbri-FORWARD > …"; never NULL */
} VnRuleVerdict;
void vn_rule_verdict_clear (VnRuleVerdict *verdict);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VnRuleVerdict, vn_rule_verdict_clear)

/* One chain of one tool. @packet's sets are looked up here. */
void vn_rule_eval (VnRuleBook *book, const char *node, VnTool tool, const char *table, const char *chain,
                   const VnRulePacket *packet, VnRuleVerdict *ret);
/* A packet on its way through a bridge of @node: ebtables nat PREROUTING, then, if it is IP and @bridge_nf, the FORWARD
 * chain of its family. */
void vn_rule_eval_bridge (VnRuleBook *book, const char *node, const VnRulePacket *packet, gboolean bridge_nf,
                          VnRuleVerdict *ret);

G_END_DECLS
