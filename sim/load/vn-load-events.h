/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of `events:` being told to a lab. Shared by vn-load-events.c and vn-load-event-forms.c only. */
#pragma once

#include "sim/api/vn-journal.h"
#include "sim/load/vn-load-build.h"
#include "sim/model/vn-event.h"

G_BEGIN_DECLS

typedef struct
{
  VnLoad *load;
  const VnTopology *first; /* before any event */
  VnApi *api;              /* NULL: the lab is not whole, and entries are only looked at */
  GArray *events;          /* VnEvent: ports plugged, and all that was told so far */
  VnOrigin origin;
} VnTelling;

/* The model as the entries before have left it. */
const VnTopology *vn_telling_model (const VnTelling *t);
/* The machine that the port is plugged on by then; VN_NONE = none. */
guint vn_telling_tap_host (const VnTelling *t, guint port);

/* One kind of entry. */
typedef struct
{
  gsize field; /* in VnEventFields */
  const VnKeyMap *map;
  /* Each adds what happens to the events, or a diagnostic; @of_port is called for each port that the entry names. */
  gboolean (*of_port) (VnTelling *t, guint port, const VnEventPortFields *fields);
  gboolean (*tell) (VnTelling *t, gconstpointer fields);
} VnEventForm;
const VnEventForm *vn_load_event_forms (gsize *ret_len);
/* Returns: FALSE after a diagnostic. @fields: as form->map reads them. */
gboolean vn_load_event_tell (VnTelling *t, const VnEventForm *form, gconstpointer fields);

G_END_DECLS
