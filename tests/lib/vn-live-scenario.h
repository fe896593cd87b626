/* SPDX-License-Identifier: Apache-2.0 */
/* A scenario that a real server and three real agents went through: its folder as data. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What was observed of one probe: a line of probes.txt. */
typedef struct
{
  char *result; /* "ok", "timeout", "refused", "toobig" */
  char *line;   /* as written */
} VnLiveObserved;

typedef struct
{
  char *folder, *name;
  JsonObject *knobs;   /* how the hosts were configured */
  JsonArray *steps;    /* what was done, in order */
  JsonObject *ids;     /* name -> what the server answered */
  GPtrArray *observed; /* VnLiveObserved, in the order of the probes */
} VnLiveScenario;

VnLiveScenario *vn_live_scenario_load (const char *folder, GError **error);
void vn_live_scenario_free (VnLiveScenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnLiveScenario, vn_live_scenario_free)

/* Whether routers, DHCP or metadata agents take part. */
gboolean vn_live_scenario_has_router (const VnLiveScenario *scenario);
/* Whether some probe of @proto to @port was answered. */
gboolean vn_live_scenario_answered (const VnLiveScenario *scenario, const char *proto, guint port);
/* A recorded file, NULL if there is none. Transfer full. */
char *vn_live_scenario_read (const VnLiveScenario *scenario, const char *snapshot, const char *host, const char *file);

/* @text with every "${NAME.MEMBER}" replaced by that member of the object @vars has by that name. NULL with @error if
 * there is none. Transfer full. */
char *vn_live_substitute (const char *text, JsonObject *vars, GError **error);

G_END_DECLS
