/* SPDX-License-Identifier: Apache-2.0 */
/* The scenarios' probes: ping, TCP, UDP and arping from one instance to an address.
 *
 * All sockets live in this one process, each opened in its instance's namespace, and are served by one poll loop: an
 * instance needs no process. A TCP listener answers by its backlog alone, a UDP echo is served while probes wait. */
#include "tests/lib/vn-live-probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-kernel.h"

#define PING_BYTES 56
#define MAX_PING_BYTES 2000

typedef union
{
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
} Address;

static socklen_t
fill_address (Address *address, VnIp ip, guint16 port)
{
  memset (address, 0, sizeof *address);
  if (ip.family == VN_FAMILY_IPV6)
    {
      address->v6.sin6_family = AF_INET6;
      address->v6.sin6_port = htons (port);
      memcpy (&address->v6.sin6_addr, ip.b, 16);
      return sizeof address->v6;
    }
  address->v4.sin_family = AF_INET;
  address->v4.sin_port = htons (port);
  memcpy (&address->v4.sin_addr, ip.b, 4);
  return sizeof address->v4;
}

/* ---- services ---- */

struct _VnLiveServices
{
  const guint16 *tcp, *udp; /* while they are opened */
  GArray *listeners;        /* int */
  GArray *echoes;           /* int */
};

static int
open_service (int family, int type, guint16 port)
{
  int one = 1;
  VN_AUTO_FD fd = socket (family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  Address address = { 0 };
  socklen_t len = family == AF_INET6 ? sizeof address.v6 : sizeof address.v4;

  address.any.sa_family = (sa_family_t)family;
  if (family == AF_INET6)
    address.v6.sin6_port = htons (port);
  else
    address.v4.sin_port = htons (port);
  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0
      || (family == AF_INET6 && setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) < 0)
      || bind (fd, &address.any, len) < 0 || (type == SOCK_STREAM && listen (fd, SOMAXCONN) < 0))
    return -1;
  return vn_fd_steal (&fd);
}

/* An instance may have no IPv6: then it has no such service. */
static gboolean
open_both (int type, guint16 port, GArray *fds, GError **error)
{
  int v4 = open_service (AF_INET, type, port), v6;

  if (v4 < 0)
    return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot serve port %u", port);
  g_array_append_val (fds, v4);
  v6 = open_service (AF_INET6, type, port);
  if (v6 >= 0)
    g_array_append_val (fds, v6);
  return TRUE;
}

static gboolean
open_services (gpointer data, GError **error)
{
  VnLiveServices *services = data;

  for (const guint16 *port = services->tcp; *port != 0; port++)
    if (!open_both (SOCK_STREAM, *port, services->listeners, error))
      return FALSE;
  for (const guint16 *port = services->udp; *port != 0; port++)
    if (!open_both (SOCK_DGRAM, *port, services->echoes, error))
      return FALSE;
  return TRUE;
}

VnLiveServices *
vn_live_services_new (int netns_fd, const guint16 *tcp, const guint16 *udp, GError **error)
{
  VnLiveServices *services = g_new0 (VnLiveServices, 1);

  services->tcp = tcp;
  services->udp = udp;
  services->listeners = g_array_new (FALSE, FALSE, sizeof (int));
  services->echoes = g_array_new (FALSE, FALSE, sizeof (int));
  if (vn_netns_run (netns_fd, open_services, services, error))
    return services;
  vn_live_services_free (services);
  return NULL;
}

static void
close_all (GArray *fds)
{
  for (guint i = 0; i < fds->len; i++)
    close (g_array_index (fds, int, i));
  g_array_unref (fds);
}

void
vn_live_services_free (VnLiveServices *services)
{
  close_all (services->listeners);
  close_all (services->echoes);
  g_free (services);
}

static void
echo (int fd)
{
  char data[MAX_PING_BYTES];
  Address from;
  socklen_t len = sizeof from;
  ssize_t n = recvfrom (fd, data, sizeof data, 0, &from.any, &len);

  if (n >= 0)
    (void)!sendto (fd, data, (gsize)n, 0, &from.any, len);
}

/* ---- starting ---- */

static guint16
checksum (const guint8 *data, gsize n_bytes)
{
  guint32 sum = 0;

  for (gsize i = 0; i < n_bytes; i++)
    sum += (guint32)data[i] << (i % 2 == 0 ? 8 : 0);
  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return (guint16)~sum;
}

/* Returns: the error number, 0 = sent. */
static int
send_echo (VnLiveProbe *probe, const Address *to, socklen_t len)
{
  guint8 data[8 + MAX_PING_BYTES] = { 0 };
  gsize n_bytes = 8 + (probe->size_bytes > 0 ? MIN (probe->size_bytes, MAX_PING_BYTES) : PING_BYTES);
  guint16 id = (guint16)probe->fd, sum;

  data[0] = probe->to.family == VN_FAMILY_IPV6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
  data[4] = (guint8)(id >> 8);
  data[5] = (guint8)id;
  if (probe->to.family == VN_FAMILY_IPV4)
    {
      sum = checksum (data, n_bytes);
      data[2] = (guint8)(sum >> 8);
      data[3] = (guint8)sum;
    }
  return sendto (probe->fd, data, n_bytes, 0, &to->any, len) < 0 ? errno : 0;
}

static int
start_ping (VnLiveProbe *probe)
{
  gboolean v6 = probe->to.family == VN_FAMILY_IPV6;
  int discover = v6 ? IPV6_PMTUDISC_DO : IP_PMTUDISC_DO;
  Address to, src;
  socklen_t len = fill_address (&to, probe->to, 0);

  probe->fd
      = socket (v6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
  if (probe->fd < 0
      || setsockopt (probe->fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, &discover,
                     sizeof discover)
             < 0)
    return errno;
  if (vn_ip_is_set (probe->src) && bind (probe->fd, &src.any, fill_address (&src, probe->src, 0)) < 0)
    return errno;
  return send_echo (probe, &to, len);
}

static int
start_socket (VnLiveProbe *probe, int type)
{
  Address to, src;
  socklen_t len = fill_address (&to, probe->to, probe->port);

  probe->fd = socket (to.any.sa_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (probe->fd < 0)
    return errno;
  if (vn_ip_is_set (probe->src) && bind (probe->fd, &src.any, fill_address (&src, probe->src, 0)) < 0)
    return errno;
  if (connect (probe->fd, &to.any, len) < 0 && errno != EINPROGRESS)
    return errno;
  return type == SOCK_DGRAM && send (probe->fd, "?", 1, 0) < 0 ? errno : 0;
}

static int
start_tcp (VnLiveProbe *probe)
{
  return start_socket (probe, SOCK_STREAM);
}

static int
start_udp (VnLiveProbe *probe)
{
  return start_socket (probe, SOCK_DGRAM);
}

/* The instance's first device, its MAC and its address. */
static int
look_at_device (int fd, int *ret_index, guint8 ret_mac[6], guint8 ret_ip[4])
{
  struct ifreq request = { .ifr_name = "eth0" };
  Address address;

  if (ioctl (fd, SIOCGIFINDEX, &request) < 0)
    return errno;
  *ret_index = request.ifr_ifindex;
  if (ioctl (fd, SIOCGIFHWADDR, &request) < 0)
    return errno;
  memcpy (ret_mac, request.ifr_hwaddr.sa_data, 6);
  if (ioctl (fd, SIOCGIFADDR, &request) == 0)
    {
      memcpy (&address.any, &request.ifr_addr, sizeof address.any);
      memcpy (ret_ip, &address.v4.sin_addr, 4);
    }
  return 0;
}

/* Where the fields of an ARP packet for IPv4 over Ethernet begin (RFC 826). */
enum
{
  ARP_OPERATION = 7,
  ARP_SENDER_MAC = 8,
  ARP_SENDER_IP = 14,
  ARP_TARGET_IP = 24,
  ARP_BYTES = 28
};

static int
start_arping (VnLiveProbe *probe)
{
  guint8 packet[ARP_BYTES] = { 0, 1, 8, 0, 6, 4, 0, ARPOP_REQUEST };
  struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons (ETH_P_ARP), .sll_halen = 6 };
  int errnum;

  probe->fd = socket (AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, htons (ETH_P_ARP));
  if (probe->fd < 0)
    return errno;
  errnum = look_at_device (probe->fd, &to.sll_ifindex, packet + ARP_SENDER_MAC, packet + ARP_SENDER_IP);
  if (errnum != 0)
    return errnum;
  if (probe->is_dad || vn_ip_is_set (probe->src))
    memcpy (packet + ARP_SENDER_IP, probe->src.b, 4);
  memcpy (packet + ARP_TARGET_IP, probe->to.b, 4);
  memset (to.sll_addr, 0xff, 6);
  return sendto (probe->fd, packet, sizeof packet, 0, (struct sockaddr *)&to, sizeof to) < 0 ? errno : 0;
}

/* ---- ending ---- */

static const char *
result_of (int errnum)
{
  switch (errnum)
    {
    case ECONNREFUSED:
      return "refused";
    case EMSGSIZE:
      return "toobig";
    case ENETUNREACH:
    case EHOSTUNREACH:
      return "unreachable";
    default:
      return "timeout";
    }
}

/* A raw socket hears all ICMP of its namespace: ours is the echo reply with our number. */
static const char *
end_ping (VnLiveProbe *probe)
{
  guint8 data[MAX_PING_BYTES + 100];
  gboolean v6 = probe->to.family == VN_FAMILY_IPV6;
  ssize_t n = recv (probe->fd, data, sizeof data, 0);
  gsize at = v6 || n <= 0 ? 0 : (gsize)(data[0] & 0x0f) * 4;

  if (n < 0)
    return errno == EAGAIN ? NULL : result_of (errno);
  if ((gsize)n < at + 8 || data[at] != (v6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY)
      || (data[at + 4] << 8 | data[at + 5]) != (probe->fd & 0xffff))
    return NULL;
  return "ok";
}

static const char *
end_tcp (VnLiveProbe *probe)
{
  int errnum = 0;
  socklen_t len = sizeof errnum;

  getsockopt (probe->fd, SOL_SOCKET, SO_ERROR, &errnum, &len);
  return errnum == 0 ? "ok" : result_of (errnum);
}

static const char *
end_udp (VnLiveProbe *probe)
{
  char data[1];

  return recv (probe->fd, data, sizeof data, 0) >= 0 ? "ok" : result_of (errno);
}

static const char *
end_arping (VnLiveProbe *probe)
{
  guint8 packet[ARP_BYTES];

  if (recv (probe->fd, packet, sizeof packet, 0) < (ssize_t)sizeof packet || packet[ARP_OPERATION] != ARPOP_REPLY
      || memcmp (packet + ARP_SENDER_IP, probe->to.b, 4) != 0)
    return NULL;
  return "ok";
}

static const struct
{
  const char *proto;
  short events;
  int (*start) (VnLiveProbe *probe); /* returns the error number */
  const char *(*end) (VnLiveProbe *probe);
} kinds[] = {
  { "ping", POLLIN, start_ping, end_ping },
  { "tcp", POLLOUT, start_tcp, end_tcp },
  { "udp", POLLIN, start_udp, end_udp },
  { "arping", POLLIN, start_arping, end_arping },
};

static gssize
kind_of (const VnLiveProbe *probe)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].proto, probe->proto))
      return (gssize)i;
  return -1;
}

static gboolean
start_in_netns (gpointer data, GError **error)
{
  VnLiveProbe *probe = data;
  gssize kind = kind_of (probe);
  int errnum;

  if (kind < 0)
    return vn_error_set (error, VN_ERROR_INPUT, "no such kind of probe: %s", probe->proto);
  errnum = kinds[kind].start (probe);
  if (errnum != 0)
    probe->result = result_of (errnum);
  return TRUE;
}

/* ---- running ---- */

static void
add_poll (GArray *polls, int fd, short events)
{
  struct pollfd entry = { .fd = fd, .events = events };

  g_array_append_val (polls, entry);
}

static VnLiveProbe *
open_probe (const GArray *probes, guint index)
{
  VnLiveProbe *probe = &g_array_index (probes, VnLiveProbe, index);

  return probe->result == NULL ? probe : NULL;
}

static guint
add_echoes (GArray *polls, const GPtrArray *services)
{
  for (guint i = 0; i < services->len; i++)
    {
      const VnLiveServices *service = g_ptr_array_index (services, i);

      for (guint j = 0; j < service->echoes->len; j++)
        add_poll (polls, g_array_index (service->echoes, int, j), POLLIN);
    }
  return polls->len;
}

/* Echoes first, then the probes that are open. */
static void
serve (GArray *probes, const GPtrArray *services, VnUsec timeout)
{
  g_autoptr (GArray) polls = g_array_new (FALSE, TRUE, sizeof (struct pollfd));
  guint n_echoes = add_echoes (polls, services), at = n_echoes;

  for (guint i = 0; i < probes->len; i++)
    if (open_probe (probes, i) != NULL)
      add_poll (polls, open_probe (probes, i)->fd, kinds[kind_of (open_probe (probes, i))].events);
  if (poll ((struct pollfd *)polls->data, polls->len, timeout > 0 ? (int)(timeout / 1000) + 1 : 0) <= 0)
    return;
  for (guint i = 0; i < n_echoes; i++)
    if (g_array_index (polls, struct pollfd, i).revents != 0)
      echo (g_array_index (polls, struct pollfd, i).fd);
  for (guint i = 0; i < probes->len; i++)
    {
      VnLiveProbe *probe = open_probe (probes, i);

      if (probe != NULL && g_array_index (polls, struct pollfd, at++).revents != 0)
        probe->result = kinds[kind_of (probe)].end (probe);
    }
}

/* Returns: FALSE if none is open. */
static gboolean
first_deadline (const GArray *probes, VnUsec *ret)
{
  gboolean found = FALSE;

  for (guint i = 0; i < probes->len; i++)
    if (open_probe (probes, i) != NULL)
      {
        VnUsec deadline = open_probe (probes, i)->deadline;

        *ret = found ? MIN (*ret, deadline) : deadline;
        found = TRUE;
      }
  return found;
}

static void
give_up (GArray *probes, VnUsec now)
{
  for (guint i = 0; i < probes->len; i++)
    if (open_probe (probes, i) != NULL && open_probe (probes, i)->deadline <= now)
      open_probe (probes, i)->result = "timeout";
}

/* However late it is, what came in time is looked at before anything is given up. */
static void
wait_for_answers (GArray *probes, const GPtrArray *services)
{
  VnUsec deadline;

  while (first_deadline (probes, &deadline))
    {
      VnUsec now = g_get_monotonic_time ();

      serve (probes, services, deadline - now);
      give_up (probes, now);
    }
}

gboolean
vn_live_probe_run (GArray *probes, const GPtrArray *services, GError **error)
{
  gboolean ok = TRUE;

  for (guint i = 0; i < probes->len && ok; i++)
    {
      VnLiveProbe *probe = &g_array_index (probes, VnLiveProbe, i);

      probe->fd = -1;
      ok = vn_netns_run (probe->netns_fd, start_in_netns, probe, error);
      probe->deadline = g_get_monotonic_time () + probe->patience;
    }
  if (ok)
    wait_for_answers (probes, services);
  for (guint i = 0; i < probes->len; i++)
    vn_fd_clear (&g_array_index (probes, VnLiveProbe, i).fd);
  return ok;
}

/* ---- commands ---- */

static void
enter_netns (gpointer data)
{
  if (setns (GPOINTER_TO_INT (data), CLONE_NEWNET) != 0)
    _exit (127);
  setpgid (0, 0);
}

int
vn_live_command (int netns_fd, const char *const *argv, const char *env, char **ret_output, GError **error)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_auto (GStrv) pair = env != NULL ? g_strsplit (env, "=", 2) : NULL;
  g_autofree char *out = NULL, *err = NULL;
  int status;

  if (pair != NULL)
    environment = g_environ_setenv (g_steal_pointer (&environment), pair[0], pair[1], TRUE);
  if (!g_spawn_sync (NULL, (char **)argv, environment, G_SPAWN_SEARCH_PATH, enter_netns, GINT_TO_POINTER (netns_fd),
                     &out, &err, &status, error))
    return -1;
  if (ret_output != NULL)
    *ret_output = g_strconcat (out, err, NULL);
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}
