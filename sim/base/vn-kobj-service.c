/* SPDX-License-Identifier: Apache-2.0 */
/* Services: which program each kind is, what it is told, and the small programs that it calls.
 *
 * All that a service is told stands in its arguments, so that one line shows it, starts it by hand and is compared.
 * What it writes lies below VN_SERVICE_FOLDER under a name of its own. Servers stay in the foreground: whoever started
 * them knows their process ids. dnsmasq takes its lines as options, keeps its user (in a user namespace that maps one
 * id there is no other), doesn't try by ping for three seconds whether an address is free, and binds to its interfaces
 * alone, since several may run in one node. */
#include "sim/base/vn-kobj.h"

#include <string.h>

typedef struct
{
  const char *name;
  const char *package;
  void (*add_arguments) (const VnKobj *obj, GPtrArray *argv);
} Kind;

static void
add (GPtrArray *argv, const char *argument)
{
  g_ptr_array_add (argv, g_strdup (argument));
}

static void
add_all (GPtrArray *argv, const char *const *arguments)
{
  for (gsize i = 0; arguments[i] != NULL; i++)
    add (argv, arguments[i]);
}

static void
add_dnsmasq (const VnKobj *obj, GPtrArray *argv)
{
  static const char *const common[] = {
    "dnsmasq",     "--conf-file=/dev/null", "--keep-in-foreground",  "--user=", "--group=", "--no-ping", "--no-hosts",
    "--no-resolv", "--bind-interfaces",     "--except-interface=lo", NULL
  };
  g_autofree char *leases = vn_service_path (obj, ".leases"), *pid = vn_service_path (obj, ".ready");
  g_auto (GStrv) lines = g_strsplit (obj->u.service.config ? obj->u.service.config : "", "\n", -1);
  add_all (argv, common);
  for (gsize i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_ptr_array_add (argv, g_strconcat ("--", lines[i], NULL));
  g_ptr_array_add (argv, g_strconcat ("--dhcp-leasefile=", leases, NULL));
  g_ptr_array_add (argv, g_strconcat ("--pid-file=", pid, NULL));
  add (argv, "--log-facility=-");
}

static void
add_web (const VnKobj *obj, GPtrArray *argv)
{
  static const char *const common[] = { "busybox", "httpd", "-f", "-p", NULL };
  add_all (argv, common);
  g_ptr_array_add (argv, g_strdup_printf ("%u", obj->u.service.port));
  add (argv, "-h");
  g_ptr_array_add (argv, vn_service_path (obj, ".www"));
  add (argv, "-c");
  g_ptr_array_add (argv, vn_service_path (obj, ".ready"));
}

/* Three questions, a second apart: a server of the lab answers the first one within milliseconds. */
static void
add_dhcp_client (const VnKobj *obj, GPtrArray *argv)
{
  static const char *const common[]
      = { "busybox", "udhcpc", "-f", "-n", "-q", "-t", "3", "-T", "1", "-s", VN_SERVICE_LEASE_SCRIPT, "-i", NULL };
  add_all (argv, common);
  add (argv, obj->u.service.dev);
  if (obj->u.service.config == NULL || *obj->u.service.config == '\0')
    return;
  add (argv, "-x");
  g_ptr_array_add (argv, g_strconcat ("hostname:", obj->u.service.config, NULL));
}

static const Kind KINDS[] = {
  [VN_SERVICE_DNSMASQ] = { "dnsmasq", "dnsmasq-base", add_dnsmasq },
  [VN_SERVICE_WEB] = { "web", "busybox", add_web },
  [VN_SERVICE_DHCP_CLIENT] = { "dhcp-client", "busybox", add_dhcp_client },
};
G_STATIC_ASSERT (G_N_ELEMENTS (KINDS) == VN_N_SERVICES);

const char *
vn_service_kind_name (VnServiceKind kind)
{
  return KINDS[kind].name;
}

const char *
vn_service_package (VnServiceKind kind)
{
  return KINDS[kind].package;
}

char *
vn_service_path (const VnKobj *obj, const char *suffix)
{
  return g_strdup_printf (VN_SERVICE_FOLDER "/%s@%s@%s%s", obj->node, vn_service_kind_name (obj->u.service.kind),
                          obj->u.service.name, suffix);
}

char **
vn_service_argv (const VnKobj *obj)
{
  GPtrArray *argv = g_ptr_array_new ();
  KINDS[obj->u.service.kind].add_arguments (obj, argv);
  g_ptr_array_add (argv, NULL);
  return (char **)g_ptr_array_free (argv, FALSE);
}

const char *
vn_service_lease_script (void)
{
  return "#!/bin/sh\n"
         "[ \"$1\" = bound ] || exit 0\n"
         "printf '%s\\n' \"address=$ip/${mask:-32}\" \"router=${router%% *}\" \"dns=${dns%% *}\" "
         "\"server=$serverid\" \"lease=$lease\" \"domain=$domain\"\n";
}

/* An IPv4 client of a dual-stack socket is written as ::ffff:192.0.2.1, in brackets. */
char *
vn_service_web_script (const VnKobj *obj)
{
  g_autofree char *page = g_shell_quote (obj->u.service.config ? obj->u.service.config : "");
  return g_strdup_printf ("#!/bin/sh\n"
                          "client=${REMOTE_ADDR#\\[::ffff:}\n"
                          "printf 'Content-Type: text/plain\\r\\n\\r\\n'\n"
                          "printf '%%s\\n' %s\n"
                          "echo \"You are ${client%%]}, port $REMOTE_PORT.\"\n",
                          page);
}
