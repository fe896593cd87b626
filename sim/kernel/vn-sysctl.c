/* SPDX-License-Identifier: Apache-2.0 */
/* /proc/sys inside a namespace.
 *
 * /proc/sys/net shows the namespace of the task that opens a file there, whatever /proc was mounted from; so entering
 * the namespace, opening and coming back is enough.
 *
 * The kernel keeps the names "ipv4" and "ipv6" of all namespaces in one hash chain each, and a look-up goes through the
 * others' before it finds its own: with a thousand namespaces that was a third of the time that building them took. So
 * each namespace's folder is looked up once and kept open; what lies below it has chains of its own. */
#include "sim/kernel/vn-sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-kernel.h"
#include "sim/kernel/vn-netns.h"
#include "sim/kernel/vn-rules.h"

#define MAX_VALUE_BYTES 4096

static const char *const kept_folders[VN_N_SYSCTL_FOLDERS] = { "/proc/sys/net/ipv4/", "/proc/sys/net/ipv6/" };

typedef struct
{
  VnSysctls *sysctls;
  const char *key;
  const char *path;
  const char *value; /* to write */
  char *text;        /* read */
} Access;

void
vn_sysctls_init (VnSysctls *sysctls, int netns_fd)
{
  sysctls->netns_fd = netns_fd;
  for (guint i = 0; i < VN_N_SYSCTL_FOLDERS; i++)
    sysctls->folder_fds[i] = -1;
}

void
vn_sysctls_clear (VnSysctls *sysctls)
{
  for (guint i = 0; i < VN_N_SYSCTL_FOLDERS; i++)
    vn_fd_clear (&sysctls->folder_fds[i]);
}

/* Inside the namespace. */
static int
open_here (const Access *a, int flags)
{
  for (guint i = 0; i < VN_N_SYSCTL_FOLDERS; i++)
    if (g_str_has_prefix (a->path, kept_folders[i]))
      {
        int *folder_fd = &a->sysctls->folder_fds[i];
        if (*folder_fd < 0)
          *folder_fd = open (kept_folders[i], O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (*folder_fd >= 0)
          return openat (*folder_fd, a->path + strlen (kept_folders[i]), flags | O_CLOEXEC);
      }
  return open (a->path, flags | O_CLOEXEC);
}

/* In a key whose first separator is a dot, dots part folders and slashes stand for dots; else the key is a path. */
char *
vn_sysctl_path (const char *key)
{
  g_autofree char *path = g_strdup (key);
  if (path[strcspn (path, "./")] == '.')
    for (char *c = path; *c != '\0'; c++)
      *c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  for (gsize i = 0; parts[i] != NULL; i++)
    if (*parts[i] == '\0' || strcmp (parts[i], ".") == 0 || strcmp (parts[i], "..") == 0)
      return NULL;
  return g_build_filename ("/proc/sys", path, NULL);
}

static VnError
code_of (int errnum)
{
  return errnum == EROFS || errnum == ENOENT ? VN_ERROR_UNSUPPORTED : VN_ERROR_KERNEL;
}

static gboolean
write_here (gpointer data, GError **error)
{
  const Access *a = data;
  VN_AUTO_FD fd = open_here (a, O_WRONLY);
  if (fd >= 0 && write (fd, a->value, strlen (a->value)) >= 0)
    return TRUE;
  int errnum = errno;
  return vn_error_errno (error, code_of (errnum), errnum, "cannot set %s to %s", a->key, a->value);
}

static gboolean
read_here (gpointer data, GError **error)
{
  Access *a = data;
  char text[MAX_VALUE_BYTES];
  VN_AUTO_FD fd = open_here (a, O_RDONLY);
  gssize got = fd < 0 ? -1 : read (fd, text, sizeof text - 1);
  int errnum = errno;
  if (got < 0)
    return vn_error_errno (error, code_of (errnum), errnum, "cannot read %s", a->key);
  text[got] = '\0';
  a->text = g_strdup (text);
  return TRUE;
}

static char *
squeeze (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\n", -1);
  GString *out = g_string_new (NULL);
  for (gsize i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_string_append_printf (out, "%s%s", out->len ? " " : "", words[i]);
  return g_string_free (out, FALSE);
}

/* Opened once for both: looking a path up is most of the cost. */
static gboolean
swap_here (gpointer data, GError **error)
{
  Access *a = data;
  char text[MAX_VALUE_BYTES];
  VN_AUTO_FD fd = open_here (a, O_RDWR);
  gssize got = fd < 0 ? -1 : pread (fd, text, sizeof text - 1, 0);
  if (got >= 0)
    {
      text[got] = '\0';
      g_autofree char *former = squeeze (text);
      if (strcmp (former, a->value) == 0 || pwrite (fd, a->value, strlen (a->value), 0) >= 0)
        {
          a->text = g_steal_pointer (&former);
          return TRUE;
        }
    }
  int errnum = errno;
  return vn_error_errno (error, code_of (errnum), errnum, "cannot set %s to %s", a->key, a->value);
}

/* Runs @func; where a net.bridge switch is missing, once more with br_netfilter loaded. */
static gboolean
access_key (VnNetnsFunc func, Access *a, GError **error)
{
  g_autofree char *path = vn_sysctl_path (a->key);
  if (path == NULL)
    return vn_error_set (error, VN_ERROR_INPUT, "\"%s\" is no sysctl key", a->key);
  a->path = path;
  if (g_str_has_prefix (path, "/proc/sys/net/bridge/") && access ("/proc/sys/net/bridge", F_OK) != 0
      && !vn_br_netfilter_load (error))
    return FALSE;
  return vn_netns_run (a->sysctls->netns_fd, func, a, error);
}

gboolean
vn_sysctl_write (VnSysctls *sysctls, const char *key, const char *value, GError **error)
{
  Access a = { .sysctls = sysctls, .key = key, .value = value };
  return access_key (write_here, &a, error);
}

gboolean
vn_sysctl_swap (VnSysctls *sysctls, const char *key, const char *value, char **ret_former, GError **error)
{
  Access a = { .sysctls = sysctls, .key = key, .value = value };
  if (!access_key (swap_here, &a, error))
    return FALSE;
  *ret_former = a.text;
  return TRUE;
}

char *
vn_sysctl_read (VnSysctls *sysctls, const char *key, GError **error)
{
  Access a = { .sysctls = sysctls, .key = key };
  if (!access_key (read_here, &a, error))
    return NULL;
  char *value = squeeze (a.text);
  g_free (a.text);
  return value;
}

gboolean
vn_br_netfilter_load (GError **error)
{
  static const char rule[] = "*filter\n-A FORWARD -m physdev --physdev-in none -j ACCEPT\nCOMMIT\n";
  VnRulesText text = { VN_TOOL_IPTABLES, (char *)rule };
  VN_AUTO_FD netns_fd = vn_netns_create (NULL, error);
  if (netns_fd < 0)
    return FALSE;
  VnCommand command = vn_rules_command (netns_fd, VN_VERB_ADD, &text);
  gboolean loaded = vn_commands_run (&command, 1) && access ("/proc/sys/net/bridge", F_OK) == 0;
  if (!loaded)
    vn_error_set (error, VN_ERROR_UNSUPPORTED,
                  "net.bridge is missing and does not come with a physdev rule%s%s; "
                  "cure: sudo modprobe br_netfilter (CONFIG_BRIDGE_NETFILTER)",
                  command.error ? ": " : "", command.error ? command.error->message : "");
  vn_command_clear (&command);
  return loaded;
}
