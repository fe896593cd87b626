/* SPDX-License-Identifier: Apache-2.0 */
/* What an analysis found. */
#include "analysis/flows/vn-findings.h"

#include <string.h>

static const VnFindingInfo INFOS[] = {
#define VN_FINDING(name, id, severity, title, meaning)                                                                 \
  [VN_FINDING_##name] = { id, VN_SEVERITY_##severity, title, meaning },
#include "analysis/flows/vn-findings.inc"
#undef VN_FINDING
};

struct _VnFindings
{
  GPtrArray *all;
  GHashTable *by_subject[VN_N_FINDINGS]; /* made with the first of a code */
  guint64 left_out[VN_N_FINDINGS];
};

const VnFindingInfo *
vn_finding_info (VnFindingCode code)
{
  return &INFOS[code];
}

const char *
vn_severity_name (VnSeverity severity)
{
  static const char *const NAMES[] = { "error", "warning", "note" };

  return NAMES[severity];
}

static void
finding_free (gpointer data)
{
  VnFinding *finding = data;

  g_free (finding->subject);
  g_free (finding->detail);
  g_free (finding);
}

VnFindings *
vn_findings_new (void)
{
  VnFindings *findings = g_new0 (VnFindings, 1);

  findings->all = g_ptr_array_new_with_free_func (finding_free);
  return findings;
}

void
vn_findings_free (VnFindings *findings)
{
  for (guint i = 0; i < VN_N_FINDINGS; i++)
    g_clear_pointer (&findings->by_subject[i], g_hash_table_unref);
  g_ptr_array_unref (findings->all);
  g_free (findings);
}

static VnFinding *
find_or_make (VnFindings *findings, VnFindingCode code, const char *subject, guint64 count)
{
  GHashTable **table = &findings->by_subject[code];
  VnFinding *finding;

  if (!*table)
    *table = g_hash_table_new (g_str_hash, g_str_equal);
  finding = g_hash_table_lookup (*table, subject);
  if (finding)
    return finding;
  if (g_hash_table_size (*table) >= VN_FINDING_SUBJECTS_MAX)
    {
      findings->left_out[code] += count;
      return NULL;
    }
  finding = g_new0 (VnFinding, 1);
  finding->code = code;
  finding->subject = g_strdup (subject);
  g_ptr_array_add (findings->all, finding);
  g_hash_table_insert (*table, finding->subject, finding);
  return finding;
}

VnFinding *
vn_findings_count (VnFindings *findings, VnFindingCode code, const char *subject, guint64 count)
{
  VnFinding *finding = find_or_make (findings, code, subject, count);

  if (finding)
    finding->count += count;
  return finding;
}

VnFinding *
vn_findings_add (VnFindings *findings, VnFindingCode code, const char *subject, VnPacketRef packet)
{
  VnFinding *finding = vn_findings_count (findings, code, subject, 1);

  if (finding && packet != 0 && finding->n_packets < VN_FINDING_PACKETS_MAX)
    finding->packets[finding->n_packets++] = packet;
  return finding;
}

void
vn_finding_set_detail (VnFinding *finding, const char *format, ...)
{
  va_list args;

  if (!finding)
    return;
  va_start (args, format);
  g_free (finding->detail);
  finding->detail = g_strdup_vprintf (format, args);
  va_end (args);
}

static gint
compare_findings (gconstpointer a, gconstpointer b)
{
  const VnFinding *x = *(const VnFinding *const *)a, *y = *(const VnFinding *const *)b;

  if (INFOS[x->code].severity != INFOS[y->code].severity)
    return (gint)INFOS[x->code].severity - (gint)INFOS[y->code].severity;
  if (x->code != y->code)
    return (gint)x->code - (gint)y->code;
  return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp (x->subject, y->subject);
}

const GPtrArray *
vn_findings_sort (VnFindings *findings)
{
  g_ptr_array_sort (findings->all, compare_findings);
  return findings->all;
}

guint64
vn_findings_left_out (const VnFindings *findings, VnFindingCode code)
{
  return findings->left_out[code];
}
