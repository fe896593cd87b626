/* SPDX-License-Identifier: Apache-2.0 */
/* The scenarios' probes: ping, TCP, UDP and arping from one instance to an address. */
#pragma once

#include "sim/base/vn-addr.h"
#include "sim/base/vn-fd.h"

G_BEGIN_DECLS

typedef struct
{
  int netns_fd; /* the sender's; borrowed */
  const char *proto;
  VnIp to, src; /* src: unset = the kernel's choice */
  guint16 port;
  guint size_bytes;   /* ping: payload; 0 = 56 */
  gboolean is_dad;    /* arping: sender 0.0.0.0 */
  VnUsec patience;    /* how long an answer is waited for */
  const char *result; /* set by vn_live_probe_run: "ok", "timeout", "refused", "toobig", "unreachable"; static */
  int fd;             /* while it runs, as is the next */
  VnUsec deadline;
} VnLiveProbe;

/* What answers in one instance: TCP listeners and UDP echoes, IPv4 and IPv6. */
typedef struct _VnLiveServices VnLiveServices;
/* @tcp, @udp: ports, ended by 0. */
VnLiveServices *vn_live_services_new (int netns_fd, const guint16 *tcp, const guint16 *udp, GError **error);
void vn_live_services_free (VnLiveServices *services);

/* All probes at once, until each has an answer or lost its patience. @services: VnLiveServices of every instance. */
gboolean vn_live_probe_run (GArray *probes, const GPtrArray *services, GError **error);
/* Runs a command in a namespace and waits for it. @env: nullable, "NAME=value". @ret_output: stdout and stderr.
 * Returns: its exit status, -1 with @error if it can't be started. */
int vn_live_command (int netns_fd, const char *const *argv, const char *env, char **ret_output, GError **error);

G_END_DECLS
