/* SPDX-License-Identifier: Apache-2.0 */
/* Services of a Linux kernel object: servers that run, DHCP clients that have ended. Private to sim/kernel. */
#pragma once

#include <sys/types.h>

#include "sim/kernel/vn-kernel-linux.h"

G_BEGIN_DECLS

/* One that was started, here or by another process in the same sandbox. */
typedef struct
{
  VnKobj obj;
  pid_t pid;          /* 0: a client, which has ended */
  int pidfd;          /* -1: none */
  VnKobjLease *lease; /* of a client; without an address if it got none */
} VnServiceRun;

/* Takes over a copy of @obj. */
VnServiceRun *vn_service_run_new (const VnKobj *obj);
void vn_service_run_free (VnServiceRun *run); /* leaves the process alone */
/* Takes the process over by its id. FALSE if there is none. */
gboolean vn_service_run_attach (VnServiceRun *run, pid_t pid);
/* Whether the process is there and has not ended; a client always is. */
gboolean vn_service_run_lives (const VnServiceRun *run);
/* Ends the process, waits for its end, and removes its files but the log. */
void vn_service_run_stop (VnServiceRun *run);

/* Starts the servers of @ops (VnKernelOp, borrowed) side by side and waits until each answers. */
void vn_servers_start (VnLinux *linux_kernel, GPtrArray *ops);
/* Runs the DHCP clients of @ops side by side, and sets up what they were leased. */
void vn_clients_run (VnLinux *linux_kernel, GPtrArray *ops);
/* The lease in what the client's script printed; without an address if it printed nothing. */
VnKobjLease *vn_lease_parse (const VnKobj *client, const char *text);

/* Whether @op is carried out by vn_linux_services_run(). */
gboolean vn_linux_is_service (const VnKernelOp *op);
/* Carries out operations on services, with all their batches settled. */
void vn_linux_services_run (VnLinux *linux_kernel, GPtrArray *ops);
/* Ends the servers of a node, or of all (NULL). */
void vn_linux_services_end (VnLinux *linux_kernel, const char *node);
/* Adds those that live to @objs. */
void vn_linux_services_dump (VnLinux *linux_kernel, const char *node, GPtrArray *objs);
/* Takes over what another process has started of @obj, from its files; nothing if it doesn't run. */
gboolean vn_linux_service_adopt (VnLinux *linux_kernel, const VnKobj *obj, GError **error);
GPtrArray *vn_linux_leases (VnKernel *kernel);

G_END_DECLS
