/* SPDX-License-Identifier: Apache-2.0 */
/* VnRun: the record of a run that reports are made from. Names, numbers and texts only: no fd, frame or plan in it. */
#pragma once

#include "sim/base/vn-fd.h"
#include "sim/model/vn-cell.h"

G_BEGIN_DECLS

typedef enum
{
  VN_VERDICT_PASS,
  VN_VERDICT_FAIL,
  VN_VERDICT_INCONCLUSIVE,
  VN_VERDICT_ERROR,
  VN_N_VERDICTS
} VnVerdict;
const char *vn_verdict_name (VnVerdict verdict); /* "pass", "fail", "inconclusive", "error" */

/* Why it is so, and where to look. */
typedef struct
{
  VnCauseCode code;
  char *text;        /* a sentence for people: the rule, what kept the nearest one from matching */
  char *where;       /* "compute2:ens33": the hop where the packet was last seen; NULL if it was never seen */
  char *host;        /* the machine to look at; may be NULL */
  VnOrigin origin;   /* the line to blame */
  const char *quirk; /* id of the departure of the real agents that it comes from, or NULL; static, not saved */
} VnCause;

/* Which way a packet of a cell goes. */
typedef enum
{
  VN_HOP_FORWARD, /* the probe */
  VN_HOP_BACK,    /* its answer */
  VN_N_HOP_LEGS
} VnHopLeg;
const char *vn_hop_leg_name (VnHopLeg leg); /* "forward", "back" */

/* A cell's packet at one device. */
typedef struct
{
  VnHopLeg leg;
  guint point;       /* index in the run's points */
  guint packet;      /* number in the pcapng, from 1 */
  gboolean outgoing; /* sent by the device's own host, else it arrived there */
  gint64 after_ns;   /* since the first hop of the leg */
  char *headers;     /* a line each, from the outside in; NULL = as at the hop before */
  char *change;      /* what differs from the hop before; NULL = nothing */
  char *why;         /* who changed it, and what for; NULL likewise */
} VnRunHop;

typedef struct
{
  char *key; /* "web1>db1 tcp/3306" */
  VnCellKind kind;
  char *from, *to; /* end names; to may be NULL */
  char *what;      /* "icmp", "tcp/80" */
  char *check_id;  /* "SG-REACH", or the user's check */
  gboolean has_expectation;
  VnExpect expectation; /* the user's */
  VnOrigin expectation_origin;
  VnOutcome predicted, observed;
  VnCause predicted_cause, observed_cause;
  char *seen_as; /* source address and port that the other side saw, if a NAT put them there; or NULL */
  char *reasons; /* vn_reason_to_string() */
  char *quirk;   /* id of the quirk that happened, or NULL */
  gboolean quirk_accepted;
  VnVerdict verdict;
  char *message;   /* for verdicts other than PASS: one sentence */
  GArray *packets; /* guint: packet numbers in the pcapng, in time order */
  GPtrArray *hops; /* VnRunHop: the way of the probe, then of its answer; empty where nobody asked for it */
} VnRunCell;

/* A check that is not about one cell, or that sums cells up. */
typedef struct
{
  char *id;      /* "L2P-FDB-COMPLETE" */
  char *host;    /* may be NULL */
  char *subject; /* "network selfservice", "web1>db1"; may be NULL */
  char *quirk;   /* id of the quirk that happened, or NULL */
  gboolean quirk_accepted;
  VnVerdict verdict;
  char *message;
  VnCause cause;
  GArray *packets; /* guint */
} VnRunCheck;

typedef struct
{
  char *name; /* "compute1:ens33" */
  char *description;
  guint64 received, dropped;
} VnRunPoint;

typedef struct
{
  char *id, *why;
  VnOrigin origin;
  guint n_cells; /* and checks; 0: it did not occur, which is itself a finding */
} VnRunQuirk;

/* What a node of the lab is to a reader. */
typedef enum
{
  VN_RUN_MACHINE,
  VN_RUN_GUEST,   /* an instance or a VM, on its machine */
  VN_RUN_SERVICE, /* a hypervisor's program with a network stack of its own, on its machine */
  VN_RUN_SEGMENT, /* the switch of an Ethernet between machines */
  VN_N_RUN_ROLES
} VnRunRole;
const char *vn_run_role_name (VnRunRole role); /* "machine" … */

typedef struct
{
  char *name;
  VnRunRole role;
  char *on; /* the machine that it runs on; NULL = itself */
} VnRunNode;

/* An interface of a node, and what it is connected with. */
typedef struct
{
  char *name;    /* "compute1:ens33" */
  char *kind;    /* "veth", "bridge", "vxlan", "vlan" */
  char *peer;    /* veth: the other end, as "node:device"; or NULL */
  char *lower;   /* the device that it sends by: its bridge, or what a tunnel or VLAN is on; or NULL */
  char *network; /* the cloud's network or the tunnel that it belongs to; or NULL */
} VnRunDevice;

/* What the capture saw in one slice of the run. */
typedef struct
{
  gint64 after_ns; /* from the first frame to the slice's begin */
  guint frames;
  guint64 bytes;
} VnRunTraffic;

/* What a DHCP client was given. */
typedef struct
{
  char *machine, *device;
  char *address;               /* with its prefix length; NULL = it got no lease, and all below is NULL too */
  char *server;                /* which one it was that gave it */
  char *router, *dns, *domain; /* NULL = not given */
  guint duration_sec;
} VnRunLease;

typedef struct
{
  const char *name; /* "load", "build", "verify", "probe", "judge", "write", "remove" */
  VnUsec duration;
} VnRunPhase;

typedef struct
{
  char *lab, *file, *release, *tool_version, *kernel;
  guint64 seed;
  gint64 started_unix_usec;
  GPtrArray *ends;        /* char *: names in the order of the matrix */
  GPtrArray *end_places;  /* char *: "compute1, 172.16.1.11", same order */
  GPtrArray *end_domains; /* char *: "selfservice", same order */
  GPtrArray *cells;       /* VnRunCell */
  GPtrArray *checks;      /* VnRunCheck */
  GPtrArray *quirks;      /* VnRunQuirk: accepted ones */
  GPtrArray *points;      /* VnRunPoint */
  GPtrArray *warnings;    /* char *: lint warnings, one line each */
  GPtrArray *leases;      /* VnRunLease: one for each DHCP client */
  GPtrArray *nodes;       /* VnRunNode */
  GPtrArray *devices;     /* VnRunDevice */
  GArray *traffic;        /* VnRunTraffic: slices of one length, without gaps */
  GArray *phases;         /* VnRunPhase */
  guint64 n_frames_sent, n_frames_captured, n_frames_lost;
  char *folder; /* where the files lie */
} VnRun;

VnRun *vn_run_new (void);
void vn_run_free (VnRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnRun, vn_run_free)
VnRunCell *vn_run_cell_new (void);
VnRunCheck *vn_run_check_new (void);
guint vn_run_count (const VnRun *run, VnVerdict verdict); /* cells and checks */
/* 0 pass, 1 a check failed, 4 an ERROR, 5 nothing checked, 6 INCONCLUSIVE and none failed. */
int vn_run_exit_code (const VnRun *run);
/* Counts a quirk that happened. Returns: whether the lab file accepts it. */
gboolean vn_run_accept_quirk (VnRun *run, const char *id);

/* The built-in checks. */
typedef struct
{
  const char *id;
  const char *title; /* one line, for --list and the documentation */
} VnCheckInfo;
const VnCheckInfo *vn_checks (guint *ret_len);

G_END_DECLS
