/* SPDX-License-Identifier: Apache-2.0 */
/* Several captures merged by time, through a filter.
 *
 * Of each file one packet is held, the next; the earliest of these is the next of all. Files whose own packets are out
 * of order stay so. A filter is compiled for each link type when its first packet comes. */
#include "captures/file/vn-captures.h"

#include "captures/file/vn-capture-file.h"
#include "sim/base/vn-error.h"

#include <pcap/pcap.h>
#include <string.h>

#define FILTER_SNAPLEN 262144

typedef struct
{
  VnCapturesFile public;
  VnCaptureFile *reader;
  VnCaptured next;
  gboolean has_next;
  gint64 ahead_ns;
  GArray *points; /* guint: index in captures->points of each interface */
} Source;

typedef struct
{
  guint32 linktype;
  struct bpf_program program;
} Filter;

struct _VnCaptures
{
  GPtrArray *sources;
  GPtrArray *points;
  GPtrArray *filters;
  char *expression;
};

static void
source_free (gpointer data)
{
  Source *source = data;

  g_clear_pointer (&source->reader, vn_capture_file_free);
  g_array_unref (source->points);
  g_free (source->public.path);
  g_free (source->public.problem);
  g_free (source);
}

static void
point_free (gpointer data)
{
  VnCapturesPoint *point = data;

  g_free (point->name);
  g_free (point);
}

static void
filter_free (gpointer data)
{
  Filter *filter = data;

  pcap_freecode (&filter->program);
  g_free (filter);
}

void
vn_captures_free (VnCaptures *captures)
{
  g_ptr_array_unref (captures->sources);
  g_ptr_array_unref (captures->points);
  g_ptr_array_unref (captures->filters);
  g_free (captures->expression);
  g_free (captures);
}

/* ---- filter ---- */

static int
dlt_of_linktype (guint32 linktype)
{
  return linktype == 101 ? DLT_RAW : (int)linktype;
}

char *
vn_captures_linktype_name (guint32 linktype)
{
  const char *name = pcap_datalink_val_to_name (dlt_of_linktype (linktype));

  return name ? g_strdup_printf ("%u (%s)", linktype, name) : g_strdup_printf ("%u", linktype);
}

static Filter *
compile (VnCaptures *captures, guint32 linktype, GError **error)
{
  pcap_t *pcap = pcap_open_dead (dlt_of_linktype (linktype), FILTER_SNAPLEN);
  Filter *filter = g_new0 (Filter, 1);

  filter->linktype = linktype;
  if (pcap_compile (pcap, &filter->program, captures->expression, 1, PCAP_NETMASK_UNKNOWN) != 0)
    {
      g_autofree char *name = vn_captures_linktype_name (linktype);

      vn_error_set (error, VN_ERROR_INPUT, "--filter \"%s\": %s (link type %s)", captures->expression,
                    pcap_geterr (pcap), name);
      g_clear_pointer (&filter, g_free);
    }
  else
    g_ptr_array_add (captures->filters, filter);
  pcap_close (pcap);
  return filter;
}

static const Filter *
filter_for (VnCaptures *captures, guint32 linktype, GError **error)
{
  for (guint i = 0; i < captures->filters->len; i++)
    {
      const Filter *filter = g_ptr_array_index (captures->filters, i);

      if (filter->linktype == linktype)
        return filter;
    }
  return compile (captures, linktype, error);
}

/* Returns: whether the packet passes; FALSE with @error if that can't be said. */
static gboolean
passes (VnCaptures *captures, const VnCaptured *packet, GError **error)
{
  const VnCapturesPoint *point = g_ptr_array_index (captures->points, packet->point);
  const struct pcap_pkthdr head = { .caplen = packet->caplen, .len = packet->len };
  const Filter *filter;

  if (!captures->expression)
    return TRUE;
  filter = filter_for (captures, point->linktype, error);
  return filter && pcap_offline_filter (&filter->program, &head, packet->bytes) != 0;
}

/* ---- merging ---- */

static void
add_points (VnCaptures *captures, Source *source, guint file)
{
  while (source->points->len < vn_capture_file_n_points (source->reader))
    {
      VnCapturesPoint *point = g_new0 (VnCapturesPoint, 1);
      guint interface = source->points->len, index = captures->points->len;

      point->name = g_strdup (vn_capture_file_point_name (source->reader, interface));
      point->file = file;
      point->linktype = vn_capture_file_linktype (source->reader, interface);
      g_ptr_array_add (captures->points, point);
      g_array_append_val (source->points, index);
    }
}

static void
finish (VnCaptures *captures, Source *source)
{
  source->public.problem = g_strdup (vn_capture_file_problem (source->reader));
  for (guint i = 0; i < source->points->len; i++)
    ((VnCapturesPoint *)g_ptr_array_index (captures->points, g_array_index (source->points, guint, i)))->n_dropped
        = vn_capture_file_n_dropped (source->reader, i);
  g_clear_pointer (&source->reader, vn_capture_file_free);
}

/* A damaged or lying file may have any time; none before 1970 is taken, so that the difference of two always fits. */
static gint64
sane_time (gint64 time_ns, gint64 ahead_ns)
{
  gint64 corrected;

  if (time_ns < 0 || __builtin_sub_overflow (time_ns, ahead_ns, &corrected))
    return MAX (time_ns, 0);
  return MAX (corrected, 0);
}

static void
advance (VnCaptures *captures, guint file)
{
  Source *source = g_ptr_array_index (captures->sources, file);

  source->has_next = vn_capture_file_next (source->reader, &source->next);
  add_points (captures, source, file);
  if (!source->has_next)
    {
      finish (captures, source);
      return;
    }
  source->next.file = file;
  source->next.time_ns = sane_time (source->next.time_ns, source->ahead_ns);
  source->next.point = g_array_index (source->points, guint, source->next.point);
  source->public.n_packets++;
  source->public.n_unknown += source->next.link == VN_LINK_NONE;
}

/* The packet that was given out last stays valid until now. */
static Source *
earliest (VnCaptures *captures)
{
  Source *first = NULL;

  for (guint i = 0; i < captures->sources->len; i++)
    {
      Source *source = g_ptr_array_index (captures->sources, i);

      if (!source->has_next && source->reader)
        advance (captures, i);
      if (source->has_next && (!first || source->next.time_ns < first->next.time_ns))
        first = source;
    }
  return first;
}

gboolean
vn_captures_next (VnCaptures *captures, VnCaptured *ret, GError **error)
{
  Source *source;

  while ((source = earliest (captures)) != NULL)
    {
      g_autoptr (GError) problem = NULL;
      gboolean is_wanted = passes (captures, &source->next, &problem);

      if (problem)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      *ret = source->next;
      source->has_next = FALSE;
      if (is_wanted)
        return TRUE;
    }
  return FALSE;
}

/* A misspelt filter is an error at once. One that makes sense only for other links is found out later. */
static gboolean
check_filter (VnCaptures *captures, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!captures->expression || compile (captures, 1, &problem) || compile (captures, 101, NULL)
      || compile (captures, 276, NULL))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

VnCaptures *
vn_captures_open (const char *const *paths, const char *filter, GError **error)
{
  g_autoptr (VnCaptures) captures = g_new0 (VnCaptures, 1);

  captures->sources = g_ptr_array_new_with_free_func (source_free);
  captures->points = g_ptr_array_new_with_free_func (point_free);
  captures->filters = g_ptr_array_new_with_free_func (filter_free);
  captures->expression = g_strdup (filter);
  if (!check_filter (captures, error))
    return NULL;
  for (; *paths; paths++)
    {
      Source *source = g_new0 (Source, 1);

      source->points = g_array_new (FALSE, FALSE, sizeof (guint));
      source->public.path = g_strdup (*paths);
      g_ptr_array_add (captures->sources, source);
      source->reader = vn_capture_file_open (*paths, error);
      if (!source->reader)
        return NULL;
    }
  return g_steal_pointer (&captures);
}

void
vn_captures_set_clock (VnCaptures *captures, guint file, gint64 ahead_ns)
{
  ((Source *)g_ptr_array_index (captures->sources, file))->ahead_ns = ahead_ns;
}

guint
vn_captures_n_files (const VnCaptures *captures)
{
  return captures->sources->len;
}

const VnCapturesFile *
vn_captures_file (const VnCaptures *captures, guint index)
{
  return &((const Source *)g_ptr_array_index (captures->sources, index))->public;
}

const GPtrArray *
vn_captures_points (const VnCaptures *captures)
{
  return captures->points;
}
