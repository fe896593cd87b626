/* SPDX-License-Identifier: Apache-2.0 */
/* The timeline of a run.
 *
 * Captures are ready before the first DHCP client asks; what was leased is known before anything is compared or probed;
 * verdicts are made after the last frame is drained. Cells that are not as predicted are probed a second time, few at
 * once: a machine that was too slow to answer in the first round is not taken for a network that does not answer. Where
 * the two rounds contradict each other, the cell is INCONCLUSIVE. */
#include "sim/run/vn-timeline.h"

#include "analysis/judge/vn-record.h"
#include "captures/file/vn-sink.h"
#include "sim/base/vn-error.h"
#include "sim/probe/vn-burst.h"
#include "sim/probe/vn-probe.h"
#include "sim/run/vn-annotate.h"
#include "sim/run/vn-compose.h"
#include "sim/run/vn-event-watch.h"
#include "sim/run/vn-leases.h"
#include "sim/run/vn-stage.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#define SECOND_ROUND_WINDOW 8

typedef struct
{
  const VnRunSetup *setup;
  VnStage stage;
  GArray *cells;     /* VnCell */
  GArray *shots;     /* VnShot */
  GArray *bursts;    /* VnBurst */
  GArray *sightings; /* VnSighting */
  VnRun *run;
} Timeline;

static void
timeline_clear (Timeline *t)
{
  vn_stage_clear (&t->stage);
  g_clear_pointer (&t->cells, g_array_unref);
  g_clear_pointer (&t->shots, g_array_unref);
  g_clear_pointer (&t->bursts, g_array_unref);
  g_clear_pointer (&t->sightings, g_array_unref);
  g_clear_pointer (&t->run, vn_run_free);
}

static void
add_phase (VnRun *run, const char *name, VnUsec duration)
{
  const VnRunPhase phase = { name, duration };

  g_array_append_val (run->phases, phase);
}

static void
progress (guint done, guint total, gpointer data)
{
  const Timeline *t = data;

  if (t->setup->progress)
    t->setup->progress ("probe", done, total, t->setup->progress_data);
}

/* "compute1 172.16.1.11": where an instance is; of a machine only the address. */
static char *
place_of (const VnTopology *topology, const VnEnd *end)
{
  GString *text = g_string_new (end->kind == VN_END_PORT ? vn_topology_machine (topology, end->machine)->name : "");

  for (guint i = 0; i < end->addresses->len; i++)
    {
      g_autofree char *ip = vn_ip_to_string (g_array_index (end->addresses, VnPrefix, i).ip);

      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", ip);
    }
  return g_string_free (text, FALSE);
}

/* "network selfservice", "segment management", "host-only of pc": the Ethernet that an end is on. */
static char *
domain_of (const VnTopology *topology, const VnEnd *end)
{
  const VnMachine *machine = vn_topology_machine (topology, end->machine);
  const VnInterface *interface;

  if (end->kind == VN_END_PORT)
    return g_strdup_printf ("network %s",
                            vn_topology_network (topology, vn_topology_port (topology, end->port)->network)->name);
  interface = end->interface < machine->interfaces->len ? g_ptr_array_index (machine->interfaces, end->interface)
                                                        : NULL;
  if (interface && interface->segment != VN_NONE)
    return g_strdup_printf ("segment %s", vn_topology_segment (topology, interface->segment)->name);
  return g_strdup_printf (
      "network %s of %s", vn_topology_hv_network (topology, end->hv_network)->name,
      vn_topology_machine (topology, vn_topology_hv_network (topology, end->hv_network)->machine)->name);
}

static void
record_ends (VnRun *run, const VnTopology *topology)
{
  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);

      g_ptr_array_add (run->ends, g_strdup (end->name));
      g_ptr_array_add (run->end_places, place_of (topology, end));
      g_ptr_array_add (run->end_domains, domain_of (topology, end));
    }
}

/* A record with everything that is known before the lab stands. */
static VnRun *
new_record (const VnRunSetup *setup)
{
  VnRun *run = vn_run_new ();
  struct utsname name;

  run->lab = g_strdup (setup->topology->name);
  run->file = g_strdup (setup->topology->file);
  run->release = setup->topology->networks->len > 0 ? g_strdup (setup->topology->release) : NULL;
  run->tool_version = g_strdup (VN_VERSION);
  run->kernel = g_strdup (uname (&name) == 0 ? name.release : "unknown");
  run->seed = setup->topology->seed;
  run->started_unix_usec = setup->now_unix_usec;
  run->folder = setup->folder ? g_strdup (setup->folder->path) : NULL;
  for (guint i = 0; setup->diags && i < vn_diag_list_len (setup->diags); i++)
    g_ptr_array_add (run->warnings, vn_diag_to_string (vn_diag_list_get (setup->diags, i)));
  if (setup->fault)
    g_ptr_array_add (run->warnings,
                     g_strdup_printf ("built with the fault \"%s\": %s", setup->fault->name, setup->fault->title));
  return run;
}

static VnProbeSetup
probe_setup (Timeline *t, guint window)
{
  return (VnProbeSetup){
    .kernel = t->stage.kernel,
    .drain = (gint (*) (gpointer, VnUsec, GError **))vn_capture_drain,
    .capture = t->stage.capture,
    .capture_fds = vn_capture_fds (t->stage.capture),
    .topology = t->stage.topology,
    .points = t->stage.points,
    .store = t->stage.store,
    .window = window,
    .progress = progress,
    .progress_data = t,
  };
}

static GArray *
probe (Timeline *t, const GArray *cells, guint window, GError **error)
{
  guint64 sent = 0;
  VnProbeSetup setup = probe_setup (t, window);

  setup.ret_frames_sent = &sent;
  GArray *shots = vn_probe_run (&setup, cells, error);

  t->run->n_frames_sent += sent;
  return shots;
}

static VnEvidence
evidence_of (const Timeline *t)
{
  return (VnEvidence){
    .topology = t->stage.topology,
    .first = t->stage.first,
    .events = t->stage.events,
    .tables = t->stage.tables,
    .cells = t->cells,
    .shots = t->shots,
    .bursts = t->bursts,
    .points = t->stage.points,
    .store = t->stage.store,
    .deltas = t->stage.deltas,
    .leases = t->run->leases,
    .dumps = t->stage.dumps,
  };
}

static void
judge (Timeline *t, VnRun *run, GArray **ret_sightings)
{
  const VnEvidence evidence = evidence_of (t);

  vn_judge (&evidence, run, ret_sightings);
}

/* Whether the first round was sure of what it saw: it saw the packet, or a sentinel behind it. */
static gboolean
was_decided (const VnShot *shot, const VnRunCell *cell)
{
  if (cell->verdict == VN_VERDICT_INCONCLUSIVE || shot->state != VN_SHOT_SENT)
    return FALSE;
  return cell->observed.delivered == VN_LEG_YES ? shot->backward_closed || cell->observed.answered == VN_LEG_YES
                                                : shot->forward_closed;
}

static gboolean
same_outcome (VnOutcome a, VnOutcome b)
{
  return a.delivered == b.delivered && a.answered == b.answered;
}

/* Cells whose two rounds contradict each other are not decided. */
static void
compare_rounds (const VnRun *first, VnRun *second, const GArray *first_shots)
{
  for (guint i = 0; i < second->cells->len; i++)
    {
      const VnRunCell *before = g_ptr_array_index (first->cells, i);
      VnRunCell *after = g_ptr_array_index (second->cells, i);

      if (same_outcome (before->observed, after->observed)
          || !was_decided (&g_array_index (first_shots, VnShot, i), before))
        continue;
      after->verdict = VN_VERDICT_INCONCLUSIVE;
      g_free (after->message);
      after->message = g_strdup ("two rounds of the same probe had different results");
    }
}

/* Probes again what was not as predicted. @again: indices of cells. */
static gboolean
second_round (Timeline *t, const GArray *again, GError **error)
{
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (VnCell));
  g_autoptr (GArray) shots = NULL;

  for (guint i = 0; i < again->len; i++)
    g_array_append_val (cells, g_array_index (t->cells, VnCell, g_array_index (again, guint, i)));
  shots = probe (t, cells, SECOND_ROUND_WINDOW, error);
  if (!shots)
    return FALSE;
  for (guint i = 0; i < again->len; i++)
    g_array_index (t->shots, VnShot, g_array_index (again, guint, i)) = g_array_index (shots, VnShot, i);
  return TRUE;
}

static GArray *
cells_to_repeat (const VnRun *run)
{
  GArray *again = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < run->cells->len; i++)
    {
      const VnRunCell *cell = g_ptr_array_index (run->cells, i);

      if (cell->verdict != VN_VERDICT_PASS)
        g_array_append_val (again, i);
    }
  return again;
}

static gboolean
finish_capture (Timeline *t, GError **error)
{
  if (vn_capture_drain (t->stage.capture, 0, error) < 0 || !vn_capture_stats (t->stage.capture, error))
    return FALSE;
  vn_frame_store_sort (t->stage.store);
  return TRUE;
}

static gboolean
is_plugged (const Timeline *t, guint end)
{
  const VnEnd *e = end != VN_NONE ? vn_topology_end (t->stage.topology, end) : NULL;

  return e == NULL || e->kind != VN_END_PORT
         || vn_events_tap_host (t->stage.events, t->stage.first, e->port, NULL) == e->machine;
}

/* All but those of instances that events left unplugged: they are not there to send or to receive. */
static GArray *
cells_of (const Timeline *t)
{
  GArray *cells = vn_probe_cells (t->stage.topology);

  for (guint i = cells->len; (t->setup->events || t->setup->held) && i-- > 0;)
    {
      const VnCell *cell = &g_array_index (cells, VnCell, i);

      if (!is_plugged (t, cell->from) || !is_plugged (t, cell->to))
        g_array_remove_index (cells, i);
    }
  return cells;
}

static gboolean
has_arrived (guint cell, gpointer data)
{
  const VnRun *run = data;

  return ((const VnRunCell *)g_ptr_array_index (run->cells, cell))->observed.delivered == VN_LEG_YES;
}

/* Limits, between ends of which the first round has shown that they hear each other. */
static gboolean
measure (Timeline *t, VnRun *first, GError **error)
{
  const VnProbeSetup setup = probe_setup (t, 0);

  t->bursts = vn_bursts_plan (t->stage.topology, t->cells, has_arrived, first);
  return vn_bursts_send (&setup, t->cells, t->shots, t->bursts, error) && finish_capture (t, error);
}

/* Both rounds and their judgements. */
static gboolean
probe_and_judge (Timeline *t, GError **error)
{
  g_autoptr (VnRun) first = vn_run_new ();
  g_autoptr (GArray) again = NULL, first_shots = NULL, sightings = NULL;

  t->cells = t->setup->cells ? g_array_copy ((GArray *)t->setup->cells) : cells_of (t);
  t->shots = probe (t, t->cells, 0, error);
  if (!t->shots || !finish_capture (t, error))
    return FALSE;
  judge (t, first, &sightings);
  if (!measure (t, first, error))
    return FALSE;
  again = cells_to_repeat (first);
  if (again->len == 0)
    {
      judge (t, t->run, &t->sightings);
      return TRUE;
    }
  first_shots = g_array_copy (t->shots);
  if (!second_round (t, again, error) || !finish_capture (t, error))
    return FALSE;
  judge (t, t->run, &t->sightings);
  compare_rounds (first, t->run, first_shots);
  return TRUE;
}

/* "interfaces/<node>:<device>.pcap" for each. */
static gboolean
write_split (const Timeline *t, const VnPcapngInfo *info, GError **error)
{
  const VnSinkContent content = { *info, t->stage.points, NULL };
  int folder = t->setup->folder->fd;
  VN_AUTO_FD fd = mkdirat (folder, "interfaces", 0777) == 0 || errno == EEXIST
                      ? openat (folder, "interfaces", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                      : -1;
  g_autoptr (VnSink) sink = NULL;

  if (fd < 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "making the folder %s/interfaces", t->setup->folder->path);
  sink = vn_sink_new_split (fd, &content);
  if (!vn_sink_begin (sink, error))
    return FALSE;
  for (guint i = 0; i < vn_frame_store_len (t->stage.store); i++)
    if (!vn_sink_add (sink, vn_frame_store_get (t->stage.store, i), vn_frame_store_bytes (t->stage.store, i), error))
      return FALSE;
  return vn_sink_finish (sink, error);
}

static gboolean
write_pcapng (Timeline *t, GError **error)
{
  g_autoptr (GPtrArray) texts = NULL;
  g_autofree VnFrameNote *notes = vn_annotate (t->run, t->sightings, &texts);
  g_autoptr (GArray) names = vn_annotate_names (t->stage.topology);
  g_autofree char *comment
      = g_strdup_printf ("lab %s (%s), seed %" G_GUINT64_FORMAT, t->run->lab, t->run->file, t->run->seed);
  const VnPcapngInfo info = { "vnetlab " VN_VERSION, comment, VN_STAGE_SNAPLEN };

  return vn_pcapng_write (t->setup->folder->fd, "capture.pcapng", &info, t->stage.points, t->stage.store, notes, names,
                          error)
         && (!t->setup->split_interfaces || write_split (t, &info, error));
}

static gboolean
write_reports (const Timeline *t, GError **error)
{
  const VnReportOptions options = { .width = 120, .verbose = TRUE };

  for (guint i = 0; t->setup->folder && t->setup->formats && t->setup->formats[i]; i++)
    {
      const VnReportFormat *format = vn_report_format_find (t->setup->formats[i]);
      g_autofree char *text = format->write (t->run, &options);

      if (format->file_name && !vn_folder_write (t->setup->folder, format->file_name, text, strlen (text), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
phase_write (Timeline *t, GError **error)
{
  const VnEvidence evidence = evidence_of (t);

  if (t->setup->folder || t->setup->with_hops)
    vn_record_hops (&evidence, t->run);
  vn_record_lab (&evidence, t->run);
  return !t->setup->folder || write_pcapng (t, error);
}

static gboolean
phase_build (Timeline *t, GError **error)
{
  if (!t->setup->held)
    return vn_stage_build (&t->stage, error)
           && (t->setup->cells ? vn_stage_follow (&t->stage, t->setup->topology->events, error)
                               : vn_event_watch_follow (&t->stage, t->run, error))
           && vn_stage_follow (&t->stage, t->setup->events, error) && vn_stage_has_fault (&t->stage, error);
  vn_stage_adopt (&t->stage, t->setup->held);
  return TRUE;
}

static gboolean
phase_verify (Timeline *t, GError **error)
{
  return vn_stage_verify (&t->stage, error);
}

static gboolean
phase_capture (Timeline *t, GError **error)
{
  return vn_stage_capture (&t->stage, error);
}

/* Only now are the ends' addresses known. */
static gboolean
phase_lease (Timeline *t, GError **error)
{
  if (!vn_stage_lease (&t->stage, error))
    return FALSE;
  record_ends (t->run, t->stage.topology);
  if (t->stage.leases)
    vn_leases_record (t->stage.leases, t->run);
  return TRUE;
}

static gboolean
phase_remove (Timeline *t, GError **error)
{
  return vn_stage_remove (&t->stage, error);
}

static const struct
{
  const char *name;
  gboolean (*run) (Timeline *t, GError **error);
} phases[] = {
  { "build", phase_build },     { "capture", phase_capture }, { "lease", phase_lease }, { "verify", phase_verify },
  { "probe", probe_and_judge }, { "remove", phase_remove },   { "write", phase_write },
};

VnRun *
vn_run_lab (const VnRunSetup *setup, GError **error)
{
  Timeline t = { .setup = setup, .run = new_record (setup) };
  gboolean ok = TRUE;

  vn_stage_init (&t.stage, setup->topology);
  t.stage.fault = setup->fault;
  add_phase (t.run, "load", setup->load_time);
  for (guint i = 0; ok && i < G_N_ELEMENTS (phases); i++)
    {
      VnUsec start = vn_clock_now ();

      if (setup->progress)
        setup->progress (phases[i].name, i, G_N_ELEMENTS (phases), setup->progress_data);
      ok = phases[i].run (&t, error);
      add_phase (t.run, phases[i].name, vn_clock_now () - start);
    }
  ok = ok && write_reports (&t, error);
  if (!ok)
    g_clear_pointer (&t.run, vn_run_free);
  VnRun *run = g_steal_pointer (&t.run);
  timeline_clear (&t);
  return run;
}
