/* SPDX-License-Identifier: Apache-2.0 */
/* Packet ids and comments for the pcapng: one text for each leg of a cell, shared by all its frames. */
#include "sim/run/vn-annotate.h"

static char *
leg_text (const VnRunCell *cell, gboolean answer)
{
  VnLeg observed = answer ? cell->observed.answered : cell->observed.delivered;
  GString *text = g_string_new (cell->key);

  g_string_append_printf (text, ", %s: %s, %s", answer ? "answer" : "probe",
                          observed == VN_LEG_YES ? "arrived" : "did not arrive", vn_verdict_name (cell->verdict));
  if (observed == VN_LEG_NO && cell->observed_cause.text)
    g_string_append_printf (text, "; %s", cell->observed_cause.text);
  if (observed == VN_LEG_NO && vn_origin_is_set (cell->observed_cause.origin))
    {
      g_autofree char *place = vn_origin_to_line (cell->observed_cause.origin);

      g_string_append_printf (text, " (%s)", place);
    }
  return g_string_free (text, FALSE);
}

/* The text of a leg, made when it is first asked for. @texts: two slots a cell. */
static const char *
leg_text_cached (const VnRun *run, GPtrArray *texts, guint cell, gboolean answer)
{
  guint slot = 2 * cell + (answer ? 1 : 0);

  if (!g_ptr_array_index (texts, slot))
    texts->pdata[slot] = leg_text (g_ptr_array_index (run->cells, cell), answer);
  return g_ptr_array_index (texts, slot);
}

VnFrameNote *
vn_annotate (const VnRun *run, const GArray *sightings, GPtrArray **ret_texts)
{
  VnFrameNote *notes = g_new0 (VnFrameNote, MAX (sightings->len, 1));
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_set_size (texts, 2 * (gint)run->cells->len);
  for (guint i = 0; i < sightings->len; i++)
    {
      const VnSighting *sighting = &g_array_index (sightings, VnSighting, i);

      if (sighting->cell >= run->cells->len)
        continue;
      notes[i].packet_id = (guint64)sighting->cell + 1;
      notes[i].comment = leg_text_cached (run, texts, sighting->cell, sighting->answer);
    }
  *ret_texts = texts;
  return notes;
}

static void
add_name (GArray *names, VnIp ip, const char *name)
{
  const VnPcapngName entry = { ip, name };

  for (guint i = 0; i < names->len; i++)
    if (vn_ip_equal (g_array_index (names, VnPcapngName, i).ip, ip))
      return;
  g_array_append_val (names, entry);
}

GArray *
vn_annotate_names (const VnTopology *topology)
{
  GArray *names = g_array_new (FALSE, FALSE, sizeof (VnPcapngName));

  for (guint i = 0; i < topology->ends->len; i++)
    {
      const VnEnd *end = vn_topology_end (topology, i);

      for (guint j = 0; j < end->addresses->len; j++)
        add_name (names, g_array_index (end->addresses, VnPrefix, j).ip, end->name);
    }
  return names;
}
