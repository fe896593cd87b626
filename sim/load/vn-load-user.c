/* SPDX-License-Identifier: Apache-2.0 */
/* What the user says about the lab: checks, accepted quirks, changes by hand. */
#include "sim/load/vn-load-build.h"

#include "sim/base/vn-text.h"

#include <netinet/in.h>

static void
check_port (VnLoad *load, const VnCheckFields *fields, VnOrigin origin)
{
  gboolean is_icmp = vn_field_has (&fields->protocol) && fields->protocol.u.word == IPPROTO_ICMP;

  if (!vn_field_has (&fields->protocol))
    return;
  if (is_icmp && vn_field_has (&fields->port))
    vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, fields->port.origin, NULL, "icmp has no port");
  if (!is_icmp && fields->port.node == NULL)
    vn_diag_add (load->diags, VN_DIAG_MISSING_KEY, origin, NULL, "a check of %s needs the key \"port\"",
                 vn_field_text (&fields->protocol, ""));
}

static void
load_check (VnLoad *load, const VnField *checks, guint i)
{
  VnCheckFields fields;
  VnCheckLine *check;
  VnOrigin origin;

  if (!vn_load_map (load, &VN_KEYS_CHECK, checks, i, &origin, &fields))
    return;
  check_port (load, &fields, origin);
  check = vn_check_line_new ();
  check->id = g_strdup (vn_field_text (&fields.id, NULL));
  check->origin = origin;
  check->from_name = g_strdup (vn_field_text (&fields.from, NULL));
  check->to_name = g_strdup (vn_field_text (&fields.to, NULL));
  check->family = vn_field_has (&fields.family) ? (VnFamily)fields.family.u.word : VN_FAMILY_IPV4;
  check->protocol = (guint8)fields.protocol.u.word;
  if (check->protocol == IPPROTO_ICMP && check->family == VN_FAMILY_IPV6)
    check->protocol = IPPROTO_ICMPV6;
  check->port = (guint16)vn_field_number (&fields.port, 0);
  check->expect = (VnExpect)fields.expect.u.word;
  g_ptr_array_add (load->t->checks, check);
}

/* Which departures are known is another folder's to say: the caller brings the ids. */
static void
check_quirk (VnLoad *load, const VnField *quirk)
{
  const char *const *known = load->options->quirks;
  const char *id = vn_field_text (quirk, "");
  g_autofree char *shown = NULL;
  g_autofree char *hint = NULL;

  if (!vn_field_has (quirk) || known == NULL || g_strv_contains (known, id))
    return;
  shown = vn_text_printable (id);
  hint = vn_suggest_hint (id, known);
  vn_diag_add (load->diags, VN_DIAG_BAD_VALUE, quirk->origin, hint,
               "quirk: no departure of the agents is known as \"%s\"", shown);
}

static void
load_accept (VnLoad *load, const VnField *accepts, guint i)
{
  VnAcceptFields fields;
  VnAccept *accept;
  VnOrigin origin;

  if (!vn_load_map (load, &VN_KEYS_ACCEPT, accepts, i, &origin, &fields))
    return;
  check_quirk (load, &fields.quirk);
  accept = vn_accept_new ();
  accept->quirk = g_strdup (vn_field_text (&fields.quirk, ""));
  accept->why = g_strdup (vn_field_text (&fields.why, ""));
  accept->origin = origin;
  g_ptr_array_add (load->t->accepts, accept);
}

static void
load_by_hand (VnLoad *load, const VnField *list, guint i)
{
  VnFdbDeleteFields entry;
  VnByHandFields fields;
  VnByHand *by_hand;
  VnOrigin origin;

  if (!vn_load_map (load, &VN_KEYS_BY_HAND, list, i, &origin, &fields) || !vn_field_has (&fields.fdb_delete)
      || !vn_keys_read (&VN_KEYS_FDB_DELETE, fields.fdb_delete.node, fields.fdb_delete.origin, &entry, load->diags))
    return;
  by_hand = vn_by_hand_new ();
  by_hand->kind = VN_BY_HAND_FDB_DELETE;
  by_hand->origin = origin;
  by_hand->host = vn_load_field_ref (load, VN_REF_MACHINE, &fields.host);
  by_hand->network = vn_load_field_ref (load, VN_REF_NETWORK, &entry.network);
  by_hand->mac = entry.mac.u.mac;
  g_ptr_array_add (load->t->by_hand, by_hand);
}

void
vn_load_user (VnLoad *load, const VnLabFields *lab)
{
  for (guint i = 0; i < vn_load_len (load, &lab->checks); i++)
    load_check (load, &lab->checks, i);
  for (guint i = 0; i < vn_load_len (load, &lab->accept); i++)
    load_accept (load, &lab->accept, i);
  for (guint i = 0; i < vn_load_len (load, &lab->by_hand); i++)
    load_by_hand (load, &lab->by_hand, i);
}
