/* SPDX-License-Identifier: Apache-2.0 */
/* What happens after all is plugged: entries of `events:` as events.
 *
 * Entries are told in their order to the lab as the ones before have left it: requests to a server of its own, which
 * answers as neutron-server does, so that what is refused is known before anything is built. An entry comes to several
 * events where several things happen: a server that moves is bound to another host, then plugged there. */
#include "sim/load/vn-load-events.h"

#define MAX_EVENTS 256u /* each request makes a model of the whole cloud */
#define TITLE_MAX 100u

typedef union
{
  VnEventPortFields port;
  VnEventRuleFields rule;
  VnEventHostFields host;
  VnEventApiFields api;
} FormFields;

/* "migrate web1 compute2": the words of the entry as the file has them, without its keys. */
static void
append_words (GString *text, const VnYaml *yaml)
{
  if (yaml->kind == VN_YAML_SCALAR && text->len < TITLE_MAX)
    g_string_append_printf (text, " %s", yaml->text);
  for (guint i = 0; yaml->kind == VN_YAML_LIST && i < yaml->items->len; i++)
    append_words (text, g_ptr_array_index (yaml->items, i));
  for (guint i = 0; yaml->kind == VN_YAML_MAP && i < yaml->pairs->len; i++)
    append_words (text, ((const VnYamlPair *)g_ptr_array_index (yaml->pairs, i))->value);
}

static const char *
title_of (const VnYaml *entry)
{
  const VnYamlPair *pair = g_ptr_array_index (entry->pairs, 0);
  g_autoptr (GString) text = g_string_new (pair->key);
  g_autofree char *printable = NULL;

  g_strdelimit (text->str, "_", ' ');
  append_words (text, pair->value);
  if (text->len > TITLE_MAX)
    g_string_append (g_string_truncate (text, TITLE_MAX), "…");
  printable = vn_text_printable (text->str);
  return g_intern_string (printable);
}

/* Which form the entry has; NULL after a diagnostic. */
static const VnEventForm *
find_form (const VnTelling *t, const VnEventFields *fields)
{
  const VnEventForm *found = NULL;
  gsize n_forms, n = 0;
  const VnEventForm *forms = vn_load_event_forms (&n_forms);

  for (gsize i = 0; i < n_forms; i++)
    if (vn_field_has (&G_STRUCT_MEMBER (VnField, fields, forms[i].field)))
      {
        found = &forms[i];
        n++;
      }
  if (n == 1)
    return found;
  vn_diag_add (t->load->diags, n == 0 ? VN_DIAG_MISSING_KEY : VN_DIAG_DUPLICATE_KEY, t->origin, NULL,
               "an event is one thing that happens: expected exactly one key");
  return NULL;
}

static gboolean
tell_form (VnTelling *t, const VnEventForm *form, const VnField *field)
{
  guint n_errors = vn_diag_list_count (t->load->diags, VN_SEVERITY_ERROR);
  FormFields fields;

  if (!vn_keys_read (form->map, field->node, field->origin, &fields, t->load->diags)
      || vn_diag_list_count (t->load->diags, VN_SEVERITY_ERROR) > n_errors || t->api == NULL)
    return FALSE;
  return vn_load_event_tell (t, form, &fields);
}

static void
tell_entry (VnTelling *t, const VnField *entries, guint i)
{
  const VnYaml *entry = g_ptr_array_index (entries->node->items, i);
  guint n_errors = vn_diag_list_count (t->load->diags, VN_SEVERITY_ERROR), n_events = t->events->len;
  const VnEventForm *form;
  VnEventFields fields;

  if (!vn_load_map (t->load, &VN_KEYS_EVENT, entries, i, &t->origin, &fields)
      || vn_diag_list_count (t->load->diags, VN_SEVERITY_ERROR) > n_errors)
    return;
  form = find_form (t, &fields);
  if (form == NULL || !tell_form (t, form, &G_STRUCT_MEMBER (VnField, &fields, form->field)))
    return;
  for (guint j = n_events; j < t->events->len; j++)
    g_array_index (t->events, VnEvent, j).title = title_of (entry);
}

/* What is leased becomes known only while the lab stands, and is not in the models that requests have made before. */
static void
check_leases (VnLoad *load, const VnField *events, const GArray *told, const VnTopology *topology)
{
  if (vn_events_final_topology (told, topology) == topology)
    return;
  for (guint i = 0; i < topology->ends->len; i++)
    if (vn_topology_end (topology, i)->by_dhcp)
      {
        vn_diag_add (load->diags, VN_DIAG_UNSUPPORTED, events->origin, NULL,
                     "events that change the cloud in a lab with a DHCP client (%s)",
                     vn_topology_end (topology, i)->name);
        return;
      }
}

/* What a check asks must still be there. */
static void
check_checks (const VnTelling *t)
{
  for (guint i = 0; i < t->first->checks->len; i++)
    {
      const VnCheckLine *check = VN_AT (t->first->checks, VnCheckLine, i);
      const char *names[] = { check->from_name, check->to_name };

      for (gsize j = 0; j < G_N_ELEMENTS (names); j++)
        {
          guint index = vn_topology_find_end (vn_telling_model (t), names[j]);
          const VnEnd *end = index != VN_NONE ? vn_topology_end (vn_telling_model (t), index) : NULL;

          if (end == NULL || (end->kind == VN_END_PORT && vn_telling_tap_host (t, end->port) == VN_NONE))
            vn_diag_add (t->load->diags, VN_DIAG_EVENT, check->origin, NULL,
                         "check %s: %s is not there any more behind the events", check->id, names[j]);
        }
    }
}

/* Those of a lab that is not whole: whether they are entries at all. */
static void
look_at_entries (VnLoad *load, const VnField *events)
{
  g_autoptr (GArray) none = vn_events_new ();
  VnTelling t = { .load = load, .events = none };

  for (guint i = 0; i < vn_load_len (load, events); i++)
    tell_entry (&t, events, i);
}

static void
tell_entries (VnLoad *load, const VnField *events, VnTopology *topology)
{
  g_autoptr (VnApi) api = vn_api_new (topology, NULL);
  g_autoptr (GArray) told = vn_topology_plug_events (topology);
  VnTelling t = { .load = load, .first = topology, .api = api, .events = told };
  guint n_plugged = told->len, n = vn_load_len (load, events);

  if (n > MAX_EVENTS)
    vn_diag_add (load->diags, VN_DIAG_LIMIT, events->origin, NULL, "%u events: expected at most %u", n, MAX_EVENTS);
  for (guint i = 0; n <= MAX_EVENTS && i < n; i++)
    {
      load->t = (VnTopology *)vn_telling_model (&t);
      tell_entry (&t, events, i);
    }
  load->t = topology;
  if (n == 0)
    return;
  check_leases (load, events, told, topology);
  check_checks (&t);
  g_array_remove_range (told, 0, n_plugged);
  topology->events = g_steal_pointer (&told);
}

void
vn_load_events (VnLoad *load, const VnField *events, VnTopology *topology)
{
  if (topology == NULL)
    look_at_entries (load, events);
  else
    tell_entries (load, events, topology);
}
