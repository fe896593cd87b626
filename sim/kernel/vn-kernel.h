/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel behind an interface: Linux (netlink, restore programs, /proc/sys) or a fake that keeps VnKobj in a table.
 *
 * Operations are submitted and flushed: rtnetlink messages of one node travel together, restore programs of different
 * nodes run side by side. Order is kept within a node; across nodes only over a flush. */
#pragma once

#include "sim/base/vn-fd.h"
#include "sim/base/vn-kobj.h"

G_BEGIN_DECLS

typedef struct _VnKernel VnKernel;

/* What a DHCP client was given, and its device set up with. */
typedef struct
{
  const char *node; /* interned */
  char dev[VN_DEV_SIZE];
  VnPrefix address;         /* unset: it got no lease, and all below is unset too */
  VnIp router, dns, server; /* unset = not given */
  guint lease_time_sec;
  char *domain; /* NULL = not given */
} VnKobjLease;

VnKobjLease *vn_kobj_lease_new (const char *node, const char *dev);
VnKobjLease *vn_kobj_lease_copy (const VnKobjLease *lease);
void vn_kobj_lease_free (VnKobjLease *lease);
GPtrArray *vn_kobj_leases_new (void); /* array of VnKobjLease, owned */

typedef struct
{
  gboolean (*submit) (VnKernel *kernel, VnVerb verb, const VnKobj *obj, guint tag, GError **error);
  gboolean (*flush) (VnKernel *kernel, guint *ret_failed_tag, GError **error);
  GPtrArray *(*dump_all) (VnKernel *kernel, const char *const *nodes, GError **error);
  gboolean (*was_done) (VnKernel *kernel, guint tag);
  int (*node_fd) (VnKernel *kernel, const char *node);
  GPtrArray *(*leases) (VnKernel *kernel);
  void (*free) (VnKernel *kernel);
} VnKernelClass;

struct _VnKernel
{
  const VnKernelClass *klass;
};

/* Inside the sandbox. Raises RLIMIT_NOFILE to its hard limit. */
VnKernel *vn_kernel_linux_new (GError **error);
/* Inside a sandbox in which another process has built what is in @objs (VnKobj, nodes first). Freeing the kernel object
 * leaves all of it standing, and what was added through it. */
VnKernel *vn_kernel_linux_adopt (const GPtrArray *objs, GError **error);
/* @fail_at: the n-th submit or flushed object fails (from 1); 0 = none. */
VnKernel *vn_kernel_fake_new (guint fail_at);
/* How many objects the fake holds, for "nothing is left" assertions. */
guint vn_kernel_fake_len (const VnKernel *kernel);
void vn_kernel_free (VnKernel *kernel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnKernel, vn_kernel_free)

/* @tag: the caller's number for the operation, reported when it fails.
 * SET of a LINK sets mac, mtu, master, up. A veth is made by the end that `creates`; ADD and DEL of the other end only
 * change what is there. ADD of a NODE sets its loopback device up; DEL of a NODE takes all in it along, and the veths
 * that lead out of it. ADD of a SERVICE is done when the server answers, or the client has ended, with a lease or
 * without; a program that is not installed is VN_ERROR_UNSUPPORTED with the name of its package. DEL of a SYSCTL puts
 * back the value from before the first ADD; DEL of RULES clears the tool. */
gboolean vn_kernel_submit (VnKernel *kernel, VnVerb verb, const VnKobj *obj, guint tag, GError **error);
/* Everything submitted is done, or the first failure is reported (the others of the batch may have been done). The
 * error names the operation and the object and has the kernel's own words (extack) or the tool's standard error. */
gboolean vn_kernel_flush (VnKernel *kernel, guint *ret_failed_tag, GError **error);
/* Whether the operation @tag of the last flush was carried out: what an undo needs to know after a failed one. */
gboolean vn_kernel_was_done (VnKernel *kernel, guint tag);
/* All objects of a node, without the node itself: its links, addresses, routes of the main table, fdb, neighbours, the
 * sysctls that were set through @kernel and, as -save text, the rules of each tool that was used there. Dumps of
 * several nodes: vn_kernel_dump_all. */
GPtrArray *vn_kernel_dump (VnKernel *kernel, const char *node, GError **error);
/* @nodes: NULL-terminated. The save programs of all nodes run side by side. Returns: one GPtrArray of VnKobj a node. */
GPtrArray *vn_kernel_dump_all (VnKernel *kernel, const char *const *nodes, GError **error);
/* The namespace's fd, owned by the kernel object; -1 if there is no such node or it is a fake. */
int vn_kernel_node_fd (VnKernel *kernel, const char *node);
/* What the DHCP clients that stand were given, in the order of asking: array of VnKobjLease, transfer full. A fake's
 * clients get nothing. */
GPtrArray *vn_kernel_leases (VnKernel *kernel);

/* Waits until every bridge port of the nodes that is up forwards. @nodes: NULL-terminated. Nothing to wait for in a
 * fake. Returns: FALSE with the name of a port that does not, after @timeout. */
gboolean vn_kernel_wait_forwarding (VnKernel *kernel, const char *const *nodes, VnUsec timeout, GError **error);

/* Runs @func with the thread in the namespace @netns_fd, and comes back. Aborts if it can't come back. */
typedef gboolean (*VnNetnsFunc) (gpointer data, GError **error);
gboolean vn_netns_run (int netns_fd, VnNetnsFunc func, gpointer data, GError **error);

/* Jobs that each wait for an RCU grace period (opening and closing packet sockets), on many threads at once.
 * Each job: enters its namespace, runs. Returns the first error, after all have ended. */
typedef struct
{
  int netns_fd;
  VnNetnsFunc func;
  gpointer data;
} VnJob;
gboolean vn_jobs_run (const VnJob *jobs, gsize n_jobs, GError **error);

/* A packet socket of protocol 0 on @dev for sending whole frames (no receive queue). -1 with @error. */
int vn_packet_socket_open (int netns_fd, const char *dev, GError **error);
/* One of a whole namespace: receives what arrives at any of its devices, those to come included. -1 with @error. */
int vn_packet_socket_open_all (int netns_fd, GError **error);
/* Sends a frame on the device that has the name @dev now. Returns: 0 or an errno, ENODEV without such a device. */
int vn_packet_socket_send (int fd, const char *dev, const guint8 *bytes, gsize size);

/* Next hop of @dst as the node's own kernel sees it: route lookup, then resolution with NTF_USE, by the kernel's real
 * ARP or neighbour discovery. Asynchronous: several are under way at once on one netlink socket a node. */
typedef enum
{
  VN_RESOLVE_PENDING,
  VN_RESOLVE_DONE,
  VN_RESOLVE_NO_ROUTE,
  VN_RESOLVE_UNANSWERED,
  VN_RESOLVE_LOCAL, /* the address is the node's own */
} VnResolveState;
typedef struct _VnResolver VnResolver;
VnResolver *vn_resolver_new (int netns_fd, GError **error);
void vn_resolver_free (VnResolver *resolver);
/* Starts (or restarts) the resolution of the next hop towards @dst. */
gboolean vn_resolver_ask (VnResolver *resolver, VnIp dst, GError **error);
/* @ret_mac: set when DONE. */
VnResolveState vn_resolver_state (VnResolver *resolver, VnIp dst, VnMac *ret_mac, VnIp *ret_next_hop);
int vn_resolver_fd (VnResolver *resolver); /* readable when vn_resolver_dispatch() has something to do */
gboolean vn_resolver_dispatch (VnResolver *resolver, GError **error);

G_END_DECLS
