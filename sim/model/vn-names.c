/* SPDX-License-Identifier: Apache-2.0 */
/* Device names as the agents and the hypervisor form them (Neutron 21.0.0, neutron_lib.constants and os-vif). */
#include "sim/model/vn-topology.h"

#include <string.h>

/* Characters of an id that go into a device name: 15 (IFNAMSIZ - 1) less the prefix of 3. */
#define ID_CHARS 11
/* Of a NIC with a long name in its sub-interfaces' names, and of the hash of that name. */
#define NIC_CHARS 4
#define HASH_CHARS 6

static void
name_from_id (const char *prefix, const char *id, char ret[16])
{
  g_snprintf (ret, 16, "%s%.*s", prefix, ID_CHARS, id);
}

void
vn_name_tap (const char *port_id, char ret[16])
{
  name_from_id ("tap", port_id, ret);
}

void
vn_name_bridge (const char *network_id, char ret[16])
{
  name_from_id ("brq", network_id, ret);
}

void
vn_name_vxlan (VnVni vni, char ret[16])
{
  g_snprintf (ret, 16, "vxlan-%u", vni.id);
}

/* Where NIC.VID is too long for a device, the NIC's name is cut and a piece of its SHA-1 put behind it
 * (neutron.plugins.common.utils, get_interface_name). */
void
vn_name_vlan (const char *nic, guint16 vid, char ret[16])
{
  g_autofree char *hash = NULL;

  if (g_snprintf (ret, 16, "%s.%u", nic, vid) < 16)
    return;
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA1, nic, -1);
  g_snprintf (ret, 16, "%.*s%.*s.%u", NIC_CHARS, nic, HASH_CHARS, hash, vid);
}

char *
vn_name_segment_node (const char *segment)
{
  return g_strconcat ("segment-", segment, NULL);
}

gboolean
vn_name_is_plain (const char *name, gsize max)
{
  gsize len = strlen (name);
  return len >= 1 && len <= max && g_ascii_isalnum (name[0])
         && strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-") == len;
}
