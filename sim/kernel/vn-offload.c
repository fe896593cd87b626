/* SPDX-License-Identifier: Apache-2.0 */
/* Offloads of a device, by SIOCETHTOOL: it works on any socket of the namespace, the netlink one included. */
#include "sim/kernel/vn-offload.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>

#include "sim/base/vn-error.h"

gboolean
vn_offload_disable (int socket_fd, const char *dev, GError **error)
{
  static const struct
  {
    guint32 command;
    const char *name;
  } switches[] = {
    { ETHTOOL_STSO, "tso" },   { ETHTOOL_SGSO, "gso" },   { ETHTOOL_SGRO, "gro" },
    { ETHTOOL_STXCSUM, "tx" }, { ETHTOOL_SRXCSUM, "rx" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++)
    {
      struct ethtool_value value = { switches[i].command, 0 };
      struct ifreq request = { .ifr_data = (char *)&value };
      g_strlcpy (request.ifr_name, dev, sizeof request.ifr_name);
      if (ioctl (socket_fd, SIOCETHTOOL, &request) != 0 && errno != EOPNOTSUPP)
        return vn_error_errno (error, VN_ERROR_KERNEL, errno, "cannot turn %s of %s off", switches[i].name, dev);
    }
  return TRUE;
}
