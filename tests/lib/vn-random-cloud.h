/* SPDX-License-Identifier: Apache-2.0 */
/* Random clouds that can be built: the same seed gives the same cloud, and a failing one can be made smaller.
 *
 * A cloud is drawn as a plan of plain values; a topology is made from the plan, leaving out what is marked as gone. So
 * making a cloud smaller is marking one more thing and looking whether the test still fails. */
#pragma once

#include "sim/model/vn-event.h"

G_BEGIN_DECLS

#define VN_RANDOM_HOSTS_MAX 4
#define VN_RANDOM_PORTS_MAX 12
#define VN_RANDOM_NETWORKS_MAX 3
#define VN_RANDOM_GROUPS_MAX 4
#define VN_RANDOM_RULES_MAX 6 /* of a group, besides the API's own */
#define VN_RANDOM_EVENTS_MAX 8

typedef enum
{
  VN_RANDOM_REMOTE_ANY,
  VN_RANDOM_REMOTE_PREFIX,
  VN_RANDOM_REMOTE_GROUP,
  VN_RANDOM_REMOTE_ADDRESS_GROUP,
} VnRandomRemote;

typedef struct
{
  gboolean gone;
  VnDirection direction;
  VnFamily family;
  const char *protocol; /* static; NULL = any */
  gint min, max;
  VnRandomRemote remote;
  guint remote_group;
  guint host_bits;  /* of a prefix: last byte of its address */
  guint prefix_len; /* IPv4; IPv6: 96 more */
} VnRandomRule;

typedef struct
{
  gboolean stateless;
  gboolean closed; /* without the API's egress rules */
  guint n_rules;
  VnRandomRule rules[VN_RANDOM_RULES_MAX];
} VnRandomGroup;

typedef struct
{
  gboolean gone;
  guint host, network;
  guint last_byte; /* of its addresses */
  guint groups;    /* bits; bit 0 = the default group */
  gboolean no_port_security;
  gboolean has_pair;
  guint pair_last_byte;
  guint pair_len;      /* prefix length of the pair; 0 = everything */
  gboolean dual_stack; /* also has an IPv6 address */
} VnRandomPort;

/* What happens to a cloud once all is plugged. */
typedef enum
{
  VN_RANDOM_ADDRESS,     /* a port has another IPv4 address */
  VN_RANDOM_MEMBERSHIP,  /* a port is in one group only */
  VN_RANDOM_RULE_DELETE, /* the last rule of a group */
  VN_RANDOM_RULE_ADD,    /* a group lets in TCP to one port */
  VN_RANDOM_UNPLUG,
  VN_RANDOM_REPLUG,
  VN_RANDOM_MIGRATE, /* bound to the next host, unplugged, plugged there */
  VN_RANDOM_ADMIN,   /* admin_state_up the other way round */
  VN_RANDOM_DELETE,  /* a port, and its tap with it */
  VN_RANDOM_FORGET,  /* a port; its tap stays */
  VN_RANDOM_RESTART, /* the agent of a host */
  VN_RANDOM_STOP,    /* likewise, and it stays so until it is started */
  VN_RANDOM_START,
  VN_N_RANDOM_EVENTS
} VnRandomEventKind;

typedef struct
{
  gboolean gone;
  VnRandomEventKind kind;
  guint port;  /* of the plan; nothing happens if it is gone */
  guint value; /* which group, which host, which last byte: as many as there are are counted round */
} VnRandomEvent;

typedef struct
{
  guint64 seed;
  guint n_hosts, n_networks, n_groups, n_ports;
  gboolean dual_stack;                        /* networks have an IPv6 subnet too */
  gboolean overlapping;                       /* all networks have the same prefix */
  VnRandomGroup groups[VN_RANDOM_GROUPS_MAX]; /* 0 is the default group, without rules of its own */
  VnRandomPort ports[VN_RANDOM_PORTS_MAX];
  guint n_events;
  VnRandomEvent events[VN_RANDOM_EVENTS_MAX];
} VnRandomCloud;

/* At least two hosts, four ports, a prefix, a remote group, a port range. */
void vn_random_cloud_draw (guint64 seed, VnRandomCloud *ret);
/* Sealed. Transfer full. */
VnTopology *vn_random_cloud_build (const VnRandomCloud *cloud);

/* @topology: built from the cloud. Array of VnEvent, transfer full. */
GArray *vn_random_cloud_events (const VnRandomCloud *cloud, const VnTopology *topology);
const char *vn_random_event_name (VnRandomEventKind kind);

/* Takes away events, ports, rules, pairs and what they refer to one by one, as long as @fails says that the rest still
 * fails. */
void vn_random_cloud_shrink (VnRandomCloud *cloud, gboolean (*fails) (const VnRandomCloud *cloud, gpointer data),
                             gpointer data);
/* What there is of it, one line each thing. Transfer full. */
char *vn_random_cloud_to_string (const VnRandomCloud *cloud);

/* What a set of clouds has seen of each feature. */
typedef enum
{
  VN_FEATURE_PREFIX,
  VN_FEATURE_REMOTE_GROUP,
  VN_FEATURE_PORT_RANGE,
  VN_FEATURE_SINGLE_PORT,
  VN_FEATURE_ICMP_TYPE,
  VN_FEATURE_EGRESS_RULE,
  VN_FEATURE_CLOSED_GROUP,
  VN_FEATURE_DEFAULT_GROUP,
  VN_FEATURE_NO_GROUP,
  VN_FEATURE_SEVERAL_GROUPS,
  VN_FEATURE_NO_PORT_SECURITY,
  VN_FEATURE_ADDRESS_PAIR,
  VN_FEATURE_OVERLAP,
  VN_FEATURE_SEVERAL_NETWORKS,
  VN_FEATURE_DUAL_STACK,
  VN_FEATURE_STATELESS,
  VN_FEATURE_ADDRESS_GROUP,
  VN_FEATURE_EVENTS,
  VN_FEATURE_STOPPED_AGENT,
  VN_N_FEATURES
} VnFeature;
const char *vn_feature_name (VnFeature feature);
/* Adds 1 for each feature that the cloud has. */
void vn_random_cloud_count (const VnRandomCloud *cloud, guint counts[VN_N_FEATURES]);

G_END_DECLS
