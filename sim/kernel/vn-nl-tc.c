/* SPDX-License-Identifier: Apache-2.0 */
/* Traffic control as rtnetlink carries it.
 *
 * The kernel counts a burst as the time that it takes at the rate, in ticks of 64 ns (/proc/net/psched), and a token
 * bucket's latency as bytes of queue: so both come back rounded, which vn_kobj_satisfies() knows.
 *
 * A policer comes with a table of the times that frames of 256 sizes take. Kernels compute that themselves since 3.13
 * and refuse a policer without the table all the same. */
#include "sim/kernel/vn-nl-tc.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "sim/kernel/vn-nl-attr.h"

#define INGRESS_HANDLE TC_H_MAKE (0xffffu << 16, 0)
#define ALL_FLOWS 1u /* the class that a filter names must not be 0; the ingress qdisc has none */
#define RATE_TABLE_LEN 256
#define NSEC_PER_SEC 1e9

static struct tcmsg *
start (struct nlmsghdr *msg, guint ifindex, guint32 parent)
{
  struct tcmsg *tc = mnl_nlmsg_put_extra_header (msg, sizeof *tc);
  tc->tcm_ifindex = (int)ifindex;
  tc->tcm_parent = parent;
  return tc;
}

static struct tc_ratespec
rate_spec (VnBucket bucket)
{
  return (struct tc_ratespec){ .rate = (guint32)bucket.rate_bytes_per_sec, .linklayer = TC_LINKLAYER_ETHERNET };
}

static guint32
burst_of_ticks (guint64 rate_bytes_per_sec, guint32 ticks)
{
  return (guint32)((double)ticks * VN_TICK_NSEC * (double)rate_bytes_per_sec / NSEC_PER_SEC + 0.5);
}

/* ---- queueing disciplines ---- */

static void
put_tbf (struct nlmsghdr *msg, const VnQdisc *qdisc)
{
  guint64 queue_bytes = qdisc->bucket.rate_bytes_per_sec * qdisc->latency_usec / G_USEC_PER_SEC;
  const struct tc_tbf_qopt params = { .rate = rate_spec (qdisc->bucket),
                                      .limit = (guint32)MIN (queue_bytes + qdisc->bucket.burst_bytes, G_MAXUINT32),
                                      .buffer = vn_bucket_ticks (qdisc->bucket) };
  struct nlattr *options = mnl_attr_nest_start (msg, TCA_OPTIONS);
  mnl_attr_put (msg, TCA_TBF_PARMS, sizeof params, &params);
  mnl_attr_nest_end (msg, options);
}

void
vn_nl_qdisc_put (struct nlmsghdr *msg, const VnQdisc *qdisc, guint ifindex, gboolean only_name)
{
  gboolean is_ingress = qdisc->kind == VN_QDISC_INGRESS;
  struct tcmsg *tc = start (msg, ifindex, is_ingress ? TC_H_INGRESS : TC_H_ROOT);
  if (is_ingress)
    tc->tcm_handle = INGRESS_HANDLE;
  if (only_name)
    return;
  mnl_attr_put_strz (msg, TCA_KIND, vn_qdisc_kind_name (qdisc->kind));
  if (qdisc->kind == VN_QDISC_TBF)
    put_tbf (msg, qdisc);
}

static gboolean
get_tbf (const struct nlattr *options, VnQdisc *ret)
{
  const struct nlattr *attrs[VN_NL_MAX_ATTRS] = { NULL };
  struct tc_tbf_qopt params;
  vn_nl_parse_nested (options, attrs);
  if (attrs[TCA_TBF_PARMS] == NULL || mnl_attr_get_payload_len (attrs[TCA_TBF_PARMS]) < sizeof params)
    return FALSE;
  memcpy (&params, mnl_attr_get_payload (attrs[TCA_TBF_PARMS]), sizeof params);
  ret->bucket.rate_bytes_per_sec = params.rate.rate;
  ret->bucket.burst_bytes = burst_of_ticks (params.rate.rate, params.buffer);
  if (params.rate.rate != 0 && params.limit > ret->bucket.burst_bytes)
    ret->latency_usec = (guint)((guint64)(params.limit - ret->bucket.burst_bytes) * G_USEC_PER_SEC / params.rate.rate);
  return TRUE;
}

gboolean
vn_nl_qdisc_get (const struct nlmsghdr *msg, VnQdisc *ret, guint *ret_ifindex)
{
  const struct nlattr *attrs[VN_NL_MAX_ATTRS] = { NULL };
  const struct tcmsg *tc = mnl_nlmsg_get_payload (msg);
  if (msg->nlmsg_type != RTM_NEWQDISC)
    return FALSE;
  vn_nl_parse (msg, sizeof *tc, attrs);
  if (attrs[TCA_KIND] == NULL)
    return FALSE;
  *ret_ifindex = (guint)tc->tcm_ifindex;
  for (VnQdiscKind kind = 0; kind < VN_N_QDISCS; kind++)
    if (strcmp (mnl_attr_get_str (attrs[TCA_KIND]), vn_qdisc_kind_name (kind)) == 0)
      {
        *ret = (VnQdisc){ .kind = kind };
        return kind != VN_QDISC_TBF || get_tbf (attrs[TCA_OPTIONS], ret);
      }
  return FALSE;
}

/* ---- policing ---- */

static void
put_rate_table (struct nlmsghdr *msg, const VnPolicer *policer, guint8 cell_log)
{
  guint32 table[RATE_TABLE_LEN];
  for (guint i = 0; i < RATE_TABLE_LEN; i++)
    table[i] = vn_bucket_ticks ((VnBucket){ policer->bucket.rate_bytes_per_sec, (i + 1) << cell_log });
  mnl_attr_put (msg, TCA_POLICE_RATE, sizeof table, table);
}

/* The sizes of the table's cells are powers of two; 256 of them hold the largest frame. */
static guint8
cell_log_of (guint32 mtu_bytes)
{
  guint8 cell_log = 1;
  while (mtu_bytes >> cell_log >= RATE_TABLE_LEN)
    cell_log++;
  return cell_log;
}

static void
put_police (struct nlmsghdr *msg, const VnPolicer *policer)
{
  struct tc_police params = { .action = TC_ACT_SHOT,
                              .burst = vn_bucket_ticks (policer->bucket),
                              .mtu = policer->mtu_bytes,
                              .rate = rate_spec (policer->bucket) };
  struct nlattr *police = mnl_attr_nest_start (msg, TCA_U32_POLICE);
  params.rate.cell_log = cell_log_of (policer->mtu_bytes);
  mnl_attr_put (msg, TCA_POLICE_TBF, sizeof params, &params);
  put_rate_table (msg, policer, params.rate.cell_log);
  mnl_attr_nest_end (msg, police);
}

/* One key that compares no bit, so that every frame matches. */
static void
put_match_all (struct nlmsghdr *msg)
{
  const struct tc_u32_sel selector = { .flags = TC_U32_TERMINAL, .nkeys = 1 };
  guint8 match[sizeof selector + sizeof (struct tc_u32_key)] = { 0 };
  memcpy (match, &selector, sizeof selector);
  mnl_attr_put_u32 (msg, TCA_U32_CLASSID, ALL_FLOWS);
  mnl_attr_put (msg, TCA_U32_SEL, sizeof match, match);
}

void
vn_nl_policer_put (struct nlmsghdr *msg, const VnPolicer *policer, guint ifindex, gboolean only_name)
{
  struct tcmsg *tc = start (msg, ifindex, INGRESS_HANDLE);
  tc->tcm_info = TC_H_MAKE ((guint32)policer->priority << 16, htons (ETH_P_ALL));
  mnl_attr_put_strz (msg, TCA_KIND, "u32");
  if (only_name)
    return;
  struct nlattr *options = mnl_attr_nest_start (msg, TCA_OPTIONS);
  put_match_all (msg);
  put_police (msg, policer);
  mnl_attr_nest_end (msg, options);
}

void
vn_nl_policer_ask (struct nlmsghdr *msg, guint ifindex)
{
  start (msg, ifindex, INGRESS_HANDLE);
}

static gboolean
get_police (const struct nlattr *police, VnPolicer *ret)
{
  const struct nlattr *attrs[VN_NL_MAX_ATTRS] = { NULL };
  struct tc_police params;
  vn_nl_parse_nested (police, attrs);
  if (attrs[TCA_POLICE_TBF] == NULL || mnl_attr_get_payload_len (attrs[TCA_POLICE_TBF]) < sizeof params)
    return FALSE;
  memcpy (&params, mnl_attr_get_payload (attrs[TCA_POLICE_TBF]), sizeof params);
  ret->bucket.rate_bytes_per_sec = params.rate.rate;
  ret->bucket.burst_bytes = burst_of_ticks (params.rate.rate, params.burst);
  ret->mtu_bytes = params.mtu;
  return TRUE;
}

/* The kernel shows the hash table beside the filters in it. */
gboolean
vn_nl_policer_get (const struct nlmsghdr *msg, VnPolicer *ret)
{
  const struct nlattr *attrs[VN_NL_MAX_ATTRS] = { NULL }, *options[VN_NL_MAX_ATTRS] = { NULL };
  const struct tcmsg *tc = mnl_nlmsg_get_payload (msg);
  if (msg->nlmsg_type != RTM_NEWTFILTER)
    return FALSE;
  vn_nl_parse (msg, sizeof *tc, attrs);
  if (attrs[TCA_KIND] == NULL || strcmp (mnl_attr_get_str (attrs[TCA_KIND]), "u32") != 0)
    return FALSE;
  vn_nl_parse_nested (attrs[TCA_OPTIONS], options);
  *ret = (VnPolicer){ .priority = (guint16)(tc->tcm_info >> 16) };
  return options[TCA_U32_POLICE] != NULL && get_police (options[TCA_U32_POLICE], ret);
}

/* ---- what the kernel may lack ---- */

const char *
vn_nl_tc_option (const VnKobj *obj)
{
  static const char *const qdiscs[]
      = { [VN_QDISC_TBF] = "CONFIG_NET_SCH_TBF", [VN_QDISC_INGRESS] = "CONFIG_NET_SCH_INGRESS" };
  G_STATIC_ASSERT (G_N_ELEMENTS (qdiscs) == VN_N_QDISCS);
  return obj->kind == VN_KOBJ_QDISC ? qdiscs[obj->u.qdisc.kind] : "CONFIG_NET_CLS_U32 and CONFIG_NET_ACT_POLICE";
}
