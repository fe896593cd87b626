/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of an analysis share. Internal to analysis/flows.
 *
 * Each watcher gets every packet that concerns it, keeps its own memory, bounded or growing with hosts, not packets,
 * and adds its findings at once or at the end. */
#pragma once

#include "analysis/flows/vn-analysis.h"

G_BEGIN_DECLS

typedef struct _VnSightings VnSightings;
typedef struct _VnNeighbours VnNeighbours;
typedef struct _VnDhcpWatch VnDhcpWatch;
typedef struct _VnDnsWatch VnDnsWatch;
typedef struct _VnFragments VnFragments;
typedef struct _VnOverlay VnOverlay;
typedef struct _VnPseudonyms VnPseudonyms;
typedef struct _VnPayloadMatch VnPayloadMatch;

/* Where packets were captured: an interface of a file, and the interface that a cooked header names. */
typedef struct
{
  guint captured_point, file;
  guint32 ifindex;
  gint64 first_ns, last_ns;
  guint64 n_packets;
  char *name;
} VnPoint;

struct _VnAnalysis
{
  VnAnalysisOptions options;
  VnTotals totals;
  VnTraffic traffic;
  VnFlowTable *flows, *mac_flows;
  VnFindings *findings;
  GArray *scopes; /* VnScope; scope n is element n - 1 */
  GHashTable *scope_numbers;
  GPtrArray *points; /* VnPoint */
  GPtrArray *file_names;
  GArray *file_times; /* gint64: of each file's last packet */
  VnPacketLevels levels;
  VnSightings *sightings;
  VnNeighbours *neighbours;
  VnDhcpWatch *dhcp;
  VnDnsWatch *dns;
  VnFragments *fragments;
  VnOverlay *overlay;
  GArray *clocks;           /* gint64: by file, how far its clock is ahead of the first one's */
  VnPseudonyms *pseudonyms; /* NULL = none */
  VnPayloadMatch *match;    /* NULL = none */
};

/* One level of a packet. */
typedef struct
{
  const VnCaptured *packet;
  VnPacketRef ref;
  guint point;
  guint level;
  const VnPacketHeaders *h;
  guint16 scope;
  guint flow; /* of its IP ends, or VN_NO_FLOW */
  VnFlow *f;
  guint from;         /* side of the sender */
  gboolean is_repeat; /* the same packet was captured before, here or elsewhere */
} VnSeen;

/* The key of a packet's IP ends. Returns: the sender's side. */
guint vn_seen_key (const VnPacketHeaders *h, guint16 scope, VnFlowKey *ret);

/* Sequence numbers and flags; a port used again begins a new conversation, which @seen then has. */
void vn_tcp_track (VnAnalysis *a, VnSeen *seen);
void vn_icmp_watch (VnAnalysis *a, const VnSeen *seen);

VnSightings *vn_sightings_new (void);
void vn_sightings_free (VnSightings *sightings);
/* By what a packet is known again. */
typedef struct
{
  guint64 key, more;
  gboolean is_set;
} VnPacketPrint;
/* To be called some work before _add, so that the memory it needs is there by then. */
void vn_sightings_expect (const VnSightings *sightings, const VnPacketHeaders *h, VnPacketPrint *ret);
/* Sets seen->is_repeat. */
void vn_sightings_add (VnAnalysis *a, VnSeen *seen, const VnPacketPrint *print);
/* The packet that @quoted is the beginning of; 0 if it is not remembered. */
VnPacketRef vn_sightings_find (const VnSightings *sightings, const VnPacketHeaders *quoted);
void vn_sightings_finish (VnAnalysis *a);

VnNeighbours *vn_neighbours_new (void);
void vn_neighbours_free (VnNeighbours *neighbours);
void vn_neighbours_watch (VnAnalysis *a, const VnSeen *seen);
void vn_neighbours_finish (VnAnalysis *a);
const GPtrArray *vn_neighbours_claims (const VnNeighbours *neighbours);

VnDhcpWatch *vn_dhcp_watch_new (void);
void vn_dhcp_watch_free (VnDhcpWatch *watch);
void vn_dhcp_watch (VnAnalysis *a, const VnSeen *seen);
void vn_dhcp_watch_finish (VnAnalysis *a);

VnDnsWatch *vn_dns_watch_new (void);
void vn_dns_watch_free (VnDnsWatch *watch);
void vn_dns_watch (VnAnalysis *a, const VnSeen *seen);
void vn_dns_watch_finish (VnAnalysis *a);

VnFragments *vn_fragments_new (void);
void vn_fragments_free (VnFragments *fragments);
void vn_fragments_watch (VnAnalysis *a, const VnSeen *seen); /* a packet that is a fragment */
void vn_fragments_finish (VnAnalysis *a);

VnOverlay *vn_overlay_new (void);
void vn_overlay_free (VnOverlay *overlay);
/* @outer carries @inner. */
void vn_overlay_watch (VnAnalysis *a, const VnSeen *outer, const VnSeen *inner);
void vn_overlay_finish (VnAnalysis *a);
const GPtrArray *vn_overlay_macs (const VnOverlay *overlay);
const GPtrArray *vn_overlay_floods (const VnOverlay *overlay);

/* What flows tell when all is known. */
void vn_flow_findings (VnAnalysis *a);

VnPseudonyms *vn_pseudonyms_new (void);
void vn_pseudonyms_free (VnPseudonyms *pseudonyms);
/* "ip4-3" for the third text of kind "ip4", always the same for the same text. Borrowed. */
const char *vn_pseudonyms_get (VnPseudonyms *pseudonyms, const char *kind, const char *text);

VnPayloadMatch *vn_payload_match_new (const char *expression, GError **error);
void vn_payload_match_free (VnPayloadMatch *match);
/* Returns: whether a match ends in this packet. */
gboolean vn_payload_match_add (VnPayloadMatch *match, const VnSeen *seen);

G_END_DECLS
