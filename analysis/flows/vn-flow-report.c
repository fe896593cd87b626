/* SPDX-License-Identifier: Apache-2.0 */
/* From an analysis to the record that reports are made from: sums, the largest of each list, words for addresses.
 *
 * Conversations between addresses and what each address sent are sums over flows, made in tables of the same kind as
 * the flows themselves: ports and protocol left out, or the other end too. */
#include "analysis/flows/vn-flow-report.h"

#include "analysis/flows/vn-analysis-private.h"

#include <string.h>

/* ---- life ---- */

VnReportFile *
vn_report_file_new (const char *path, guint64 n_packets, guint64 n_unknown, const char *problem)
{
  VnReportFile *file = g_new (VnReportFile, 1);

  *file = (VnReportFile){ g_strdup (path), g_strdup (problem), n_packets, n_unknown };
  return file;
}

void
vn_report_file_free (VnReportFile *file)
{
  g_free (file->path);
  g_free (file->problem);
  g_free (file);
}

static void
finding_free (gpointer data)
{
  VnReportFinding *finding = data;

  g_free (finding->subject);
  g_free (finding->detail);
  g_array_unref (finding->packets);
  g_free (finding);
}

void
vn_report_flow_clear (VnReportFlow *flow)
{
  g_free (flow->protocol);
  g_free (flow->from);
  g_free (flow->to);
  g_free (flow->scope);
  g_free (flow->nat);
}

static void
flow_free (gpointer data)
{
  vn_report_flow_clear (data);
  g_free (data);
}

static void
endpoint_free (gpointer data)
{
  VnReportEndpoint *endpoint = data;

  g_free (endpoint->address);
  g_free (endpoint->scope);
  g_free (endpoint);
}

static void
overlay_free (gpointer data)
{
  g_free (((VnReportOverlay *)data)->name);
  g_free (data);
}

void
vn_flow_report_free (VnFlowReport *report)
{
  GPtrArray *const lists[] = { report->files,     report->points,        report->findings,
                               report->flows,     report->conversations, report->mac_conversations,
                               report->endpoints, report->overlays,      report->matched };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    g_ptr_array_unref (lists[i]);
  g_free (report->tool_version);
  g_free (report);
}

/* ---- flows ---- */

gboolean
vn_analysis_is_wanted (const VnAnalysis *a, const VnFlow *flow)
{
  return a->match == NULL || flow->is_matched;
}

static VnReportPacket
packet_of (VnPacketRef ref)
{
  return (VnReportPacket){ VN_PACKET_REF_FILE (ref), VN_PACKET_REF_NUMBER (ref) };
}

void
vn_report_flow_set (VnAnalysis *a, const VnFlow *flow, VnReportFlow *ret)
{
  guint from = flow->initiator, to = !flow->initiator;

  *ret = (VnReportFlow){
    .protocol = vn_flow_protocol (flow),
    .from = vn_analysis_address (a, flow, from),
    .to = vn_analysis_address (a, flow, to),
    .scope = vn_analysis_scope (a, flow->key.scope),
    .from_port = flow->key.port[from],
    .to_port = flow->key.port[to],
    .state = vn_flow_state (flow),
    .level = flow->level,
    .packets_from = flow->side[from].packets,
    .packets_to = flow->side[to].packets,
    .bytes_from = flow->side[from].bytes,
    .bytes_to = flow->side[to].bytes,
    .payload_from = flow->side[from].payload,
    .payload_to = flow->side[to].payload,
    .first_ns = flow->first_ns,
    .last_ns = flow->last_ns,
    .retransmissions = (guint64)flow->side[0].n_retransmissions + flow->side[1].n_retransmissions,
    .first = packet_of (flow->first),
  };
  if (flow->nat != VN_NO_FLOW)
    ret->nat = vn_analysis_subject (a, vn_flow_table_get (a->flows, flow->nat));
}

/* ---- the largest ---- */

static guint64
bytes_of (const VnFlow *flow)
{
  return flow->side[0].bytes + flow->side[1].bytes;
}

static gint
compare_sizes (gconstpointer a, gconstpointer b)
{
  const VnFlow *x = *(const VnFlow *const *)a, *y = *(const VnFlow *const *)b;
  guint64 x_bytes = bytes_of (x), y_bytes = bytes_of (y);

  if (x_bytes != y_bytes)
    return x_bytes < y_bytes ? 1 : -1;
  return x->first != y->first ? (x->first < y->first ? -1 : 1) : memcmp (&x->key, &y->key, sizeof x->key);
}

/* The flows that are wanted, the largest first. Those beyond @top go into @rest. */
static GPtrArray *
largest (VnAnalysis *a, const VnFlowTable *table, guint top, gboolean is_chosen, VnReportRest *rest)
{
  GPtrArray *flows = g_ptr_array_sized_new (vn_flow_table_len (table));

  for (guint i = 0; i < vn_flow_table_len (table); i++)
    if (!is_chosen || vn_analysis_is_wanted (a, vn_flow_table_get (table, i)))
      g_ptr_array_add (flows, vn_flow_table_get (table, i));
  g_ptr_array_sort (flows, compare_sizes);
  for (guint i = top; top > 0 && i < flows->len; i++)
    {
      const VnFlow *flow = g_ptr_array_index (flows, i);

      rest->n++;
      rest->packets += flow->side[0].packets + flow->side[1].packets;
      rest->bytes += bytes_of (flow);
    }
  if (top > 0 && flows->len > top)
    g_ptr_array_set_size (flows, (gint)top);
  return flows;
}

static void
list_flows (VnAnalysis *a, const VnFlowTable *table, guint top, gboolean is_chosen, GPtrArray *list, VnReportRest *rest)
{
  g_autoptr (GPtrArray) flows = largest (a, table, top, is_chosen, rest);

  for (guint i = 0; i < flows->len; i++)
    {
      VnReportFlow *flow = g_new (VnReportFlow, 1);

      vn_report_flow_set (a, g_ptr_array_index (flows, i), flow);
      g_ptr_array_add (list, flow);
    }
}

/* ---- sums ---- */

static void
add_to (VnFlowTable *sums, const VnFlowKey *key, const VnFlow *flow, guint side, guint of_side)
{
  gboolean is_new;
  VnFlow *sum = vn_flow_table_get (sums, vn_flow_table_ensure (sums, key, &is_new));

  if (is_new)
    {
      sum->first_ns = flow->first_ns;
      sum->last_ns = flow->last_ns;
      sum->first = flow->first;
      sum->initiator = flow->initiator;
      sum->level = flow->level;
    }
  sum->first_ns = MIN (sum->first_ns, flow->first_ns);
  sum->last_ns = MAX (sum->last_ns, flow->last_ns);
  sum->side[side].packets += flow->side[of_side].packets;
  sum->side[side].bytes += flow->side[of_side].bytes;
  sum->side[side].payload += flow->side[of_side].payload;
}

static void
sum_conversation (VnFlowTable *sums, const VnFlow *flow)
{
  VnFlowKey key = flow->key;
  guint is_swapped;

  /* With equal addresses the ports had decided the order. */
  is_swapped = memcmp (key.address[0], key.address[1], sizeof key.address[0]) > 0;
  key.port[0] = key.port[1] = 0;
  key.protocol = 0;
  for (guint side = 0; side < 2; side++)
    add_to (sums, &key, flow, side ^ is_swapped, side);
}

/* Side 0 is what the address sent, side 1 what was sent to it. */
static void
sum_endpoints (VnFlowTable *sums, const VnFlow *flow)
{
  for (guint end = 0; end < 2; end++)
    {
      VnFlowKey key = { .kind = flow->key.kind, .scope = flow->key.scope };

      memcpy (key.address[0], flow->key.address[end], sizeof key.address[0]);
      add_to (sums, &key, flow, 0, end);
      add_to (sums, &key, flow, 1, !end);
    }
}

static void
list_endpoints (VnAnalysis *a, const VnFlowTable *sums, guint top, GPtrArray *list, VnReportRest *rest)
{
  g_autoptr (GPtrArray) flows = largest (a, sums, top, FALSE, rest);

  for (guint i = 0; i < flows->len; i++)
    {
      const VnFlow *sum = g_ptr_array_index (flows, i);
      VnReportEndpoint *endpoint = g_new (VnReportEndpoint, 1);

      *endpoint = (VnReportEndpoint){
        .address = vn_analysis_address (a, sum, 0),
        .scope = vn_analysis_scope (a, sum->key.scope),
        .packets_sent = sum->side[0].packets,
        .packets_received = sum->side[1].packets,
        .bytes_sent = sum->side[0].bytes,
        .bytes_received = sum->side[1].bytes,
      };
      g_ptr_array_add (list, endpoint);
    }
}

/* One table after the other: with a million conversations each is as large as theirs. */
static void
add_sums (VnAnalysis *a, guint top, VnFlowReport *report)
{
  static void (*const SUMS[]) (VnFlowTable * sums, const VnFlow *flow) = { sum_conversation, sum_endpoints };

  for (guint which = 0; which < G_N_ELEMENTS (SUMS); which++)
    {
      VnFlowTable *sums = vn_flow_table_new ();

      for (guint i = 0; i < vn_flow_table_len (a->flows); i++)
        if (vn_analysis_is_wanted (a, vn_flow_table_get (a->flows, i)))
          SUMS[which](sums, vn_flow_table_get (a->flows, i));
      if (which == 0)
        list_flows (a, sums, top, FALSE, report->conversations, &report->conversations_rest);
      else
        list_endpoints (a, sums, top, report->endpoints, &report->endpoints_rest);
      vn_flow_table_free (sums);
    }
}

/* ---- overlays ---- */

static guint
count_ends (const VnAnalysis *a, guint16 scope, guint *ret_macs, guint64 *ret_packets)
{
  const GPtrArray *macs = vn_analysis_inner_macs (a);
  g_autoptr (GHashTable) ends
      = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);

  *ret_macs = 0;
  *ret_packets = 0;
  for (guint i = 0; i < macs->len; i++)
    {
      const VnInnerMac *mac = g_ptr_array_index (macs, i);

      if (mac->scope != scope)
        continue;
      g_hash_table_add (ends, g_bytes_new (mac->end.b, sizeof mac->end.b));
      *ret_macs += 1;
      *ret_packets += mac->n_packets;
    }
  return g_hash_table_size (ends);
}

static void
add_overlays (const VnAnalysis *a, guint top, VnFlowReport *report)
{
  guint n = vn_analysis_n_scopes (a);

  for (guint16 scope = 1; scope <= n && (top == 0 || scope <= top); scope++)
    {
      VnReportOverlay *overlay = g_new0 (VnReportOverlay, 1);

      overlay->name = vn_analysis_scope (a, scope);
      overlay->n_ends = count_ends (a, scope, &overlay->n_macs, &overlay->n_packets);
      g_ptr_array_add (report->overlays, overlay);
    }
}

/* ---- findings ---- */

static void
add_finding (VnFlowReport *report, const VnFinding *finding)
{
  const VnFindingInfo *info = vn_finding_info (finding->code);
  guint *const counters[] = { &report->n_errors, &report->n_warnings, &report->n_notes };
  VnReportFinding *kept = g_new0 (VnReportFinding, 1);

  kept->id = info->id;
  kept->title = info->title;
  kept->meaning = info->meaning;
  kept->severity = vn_severity_name (info->severity);
  kept->subject = g_strdup (finding->subject);
  kept->detail = g_strdup (finding->detail);
  kept->count = finding->count;
  kept->packets = g_array_new (FALSE, FALSE, sizeof (VnReportPacket));
  for (guint i = 0; i < finding->n_packets; i++)
    {
      VnReportPacket packet = packet_of (finding->packets[i]);

      if (finding->packets[i] != 0)
        g_array_append_val (kept->packets, packet);
    }
  g_ptr_array_add (report->findings, kept);
  ++*counters[info->severity];
}

static void
add_findings (VnAnalysis *a, VnFlowReport *report)
{
  const GPtrArray *findings;

  findings = vn_findings_sort (a->findings);
  for (guint i = 0; i < findings->len; i++)
    add_finding (report, g_ptr_array_index (findings, i));
  for (VnFindingCode code = 0; code < VN_N_FINDINGS; code++)
    if (vn_findings_left_out (a->findings, code) > 0)
      {
        g_autofree char *subject = g_strdup_printf ("others, beyond the first %d", VN_FINDING_SUBJECTS_MAX);

        add_finding (report, &(VnFinding){ code, subject, NULL, vn_findings_left_out (a->findings, code), 0, { 0 } });
      }
}

VnFlowReport *
vn_flow_report_new (VnAnalysis *a, GPtrArray *files, const VnFlowReportOptions *options)
{
  VnFlowReport *r = g_new0 (VnFlowReport, 1);
  const VnTotals *totals = vn_analysis_totals (a);

  r->tool_version = g_strdup (VN_VERSION);
  r->files = files;
  r->points = g_ptr_array_new_with_free_func (g_free);
  r->findings = g_ptr_array_new_with_free_func (finding_free);
  r->flows = g_ptr_array_new_with_free_func (flow_free);
  r->conversations = g_ptr_array_new_with_free_func (flow_free);
  r->mac_conversations = g_ptr_array_new_with_free_func (flow_free);
  r->endpoints = g_ptr_array_new_with_free_func (endpoint_free);
  r->overlays = g_ptr_array_new_with_free_func (overlay_free);
  r->matched = g_ptr_array_new_with_free_func (g_free);
  r->n_packets = totals->n_packets;
  r->n_bytes = totals->n_bytes;
  r->n_malformed = totals->n_malformed;
  r->n_truncated = totals->n_truncated;
  r->n_undecoded = totals->n_undecoded;
  r->first_ns = totals->first_ns;
  r->last_ns = totals->last_ns;
  for (guint i = 0; i < a->points->len; i++)
    g_ptr_array_add (r->points, vn_analysis_point (a, i));
  if (a->options.match)
    g_ptr_array_add (r->matched, g_strdup (a->options.match));
  add_findings (a, r);
  list_flows (a, a->flows, options->top, TRUE, r->flows, &r->flows_rest);
  r->n_flows = r->flows->len + r->flows_rest.n;
  add_sums (a, options->top, r);
  if (a->match == NULL)
    list_flows (a, a->mac_flows, options->top, FALSE, r->mac_conversations, &r->mac_conversations_rest);
  add_overlays (a, options->top, r);
  return r;
}
