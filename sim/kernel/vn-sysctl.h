/* SPDX-License-Identifier: Apache-2.0 */
/* /proc/sys inside a namespace, and loading br_netfilter, on which net.bridge depends. Private to sim/kernel. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VN_N_SYSCTL_FOLDERS 2

/* A namespace's settings. */
typedef struct
{
  int netns_fd;                        /* borrowed */
  int folder_fds[VN_N_SYSCTL_FOLDERS]; /* those that hold many, once they were needed; else -1 */
} VnSysctls;
void vn_sysctls_init (VnSysctls *sysctls, int netns_fd);
void vn_sysctls_clear (VnSysctls *sysctls);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VnSysctls, vn_sysctls_clear)

/* @key: "net.ipv4.ip_forward", or with slashes, "net/ipv4/conf/eth0.7/forwarding"; a dotted key may hold a device with
 * a dot as "eth0/7", as sysctl(8) has it. */
gboolean vn_sysctl_write (VnSysctls *sysctls, const char *key, const char *value, GError **error);
/* The same, and what it was before. @ret_former: transfer full. */
gboolean vn_sysctl_swap (VnSysctls *sysctls, const char *key, const char *value, char **ret_former, GError **error);
/* Runs of blanks become one space. Transfer full; NULL on error. */
char *vn_sysctl_read (VnSysctls *sysctls, const char *key, GError **error);
/* The path below /proc/sys, or NULL if it would lead elsewhere. Transfer full. */
char *vn_sysctl_path (const char *key);

/* net.bridge appears with the module br_netfilter, which loads with the first physdev rule that anybody makes: so one
 * is made in a namespace that goes away again. */
gboolean vn_br_netfilter_load (GError **error);

G_END_DECLS
