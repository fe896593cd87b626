/* SPDX-License-Identifier: Apache-2.0 */
/* Network modes: which product has which, under what names, with what defaults. Each row's source is in docs/modes.md.
 */
#include "sim/model/vn-mode.h"

#include <string.h>

static const struct
{
  const char *name, *title;
} products[] = {
  [VN_PRODUCT_VIRTUALBOX] = { "virtualbox", "VirtualBox" },
  [VN_PRODUCT_VMWARE] = { "vmware", "VMware" },
  [VN_PRODUCT_LIBVIRT] = { "libvirt", "libvirt" },
};

static const char *const mode_names[] = {
  [VN_MODE_NONE] = "none",         [VN_MODE_HOST_ONLY] = "host-only",
  [VN_MODE_NAT] = "nat",           [VN_MODE_NAT_NETWORK] = "nat-network",
  [VN_MODE_INTERNAL] = "internal", [VN_MODE_BRIDGED] = "bridged",
  [VN_MODE_ROUTED] = "routed",     [VN_MODE_OPEN] = "open",
};
G_STATIC_ASSERT (G_N_ELEMENTS (mode_names) == VN_N_MODES);

/* Of addresses: from the start of the range, or, negative, from its broadcast address. */
static const VnModeDefaults defaults[] = {
  { VN_PRODUCT_VIRTUALBOX, VN_MODE_HOST_ONLY, "vboxnet0", "192.168.56.0/24", .host = 1, .dhcp = 100, .pool_first = 101,
    .pool_last = -1, .dev = "vboxnet0" },
  { VN_PRODUCT_VIRTUALBOX, VN_MODE_NAT, "nat", "10.0.2.0/24", .gateway = 2, .dns = 3, .dhcp = 2, .pool_first = 15,
    .pool_last = 15, .nat = TRUE, .engine = TRUE, .per_vm = TRUE },
  { VN_PRODUCT_VIRTUALBOX, VN_MODE_NAT_NETWORK, "NatNetwork", "10.0.2.0/24", .gateway = 1, .dns = 1, .dhcp = 3,
    .pool_first = 4, .pool_last = -1, .nat = TRUE, .engine = TRUE },
  { VN_PRODUCT_VIRTUALBOX, VN_MODE_INTERNAL, "intnet" },
  { VN_PRODUCT_VIRTUALBOX, VN_MODE_BRIDGED },
  { VN_PRODUCT_VMWARE, VN_MODE_HOST_ONLY, "VMnet1", "192.168.106.0/24", .host = 1, .dhcp = -1, .pool_first = 128,
    .pool_last = -2, .dev = "vmnet1", .lease_time_sec = 1800 },
  { VN_PRODUCT_VMWARE, VN_MODE_NAT, "VMnet8", "192.168.108.0/24", .host = 1, .gateway = 2, .dns = 2, .dhcp = -1,
    .pool_first = 128, .pool_last = -2, .dev = "vmnet8", .nat = TRUE, .engine = TRUE, .lease_time_sec = 1800 },
  { VN_PRODUCT_VMWARE, VN_MODE_INTERNAL, "LAN-segment" },
  { VN_PRODUCT_VMWARE, VN_MODE_BRIDGED },
  { VN_PRODUCT_LIBVIRT, VN_MODE_HOST_ONLY, "isolated", "192.168.152.0/24", .host = 1, .dns = 1, .dhcp = 1,
    .pool_first = 2, .pool_last = -1, .dev = "virbr" },
  { VN_PRODUCT_LIBVIRT, VN_MODE_NAT, "default", "192.168.122.0/24", .host = 1, .gateway = 1, .dns = 1, .dhcp = 1,
    .pool_first = 2, .pool_last = -1, .dev = "virbr", .nat = TRUE },
  { VN_PRODUCT_LIBVIRT, VN_MODE_INTERNAL, "internal" },
  { VN_PRODUCT_LIBVIRT, VN_MODE_BRIDGED },
  { VN_PRODUCT_LIBVIRT, VN_MODE_ROUTED, "routed", "192.168.100.0/24", .host = 1, .gateway = 1, .dns = 1, .dhcp = 1,
    .pool_first = 2, .pool_last = -1, .dev = "virbr" },
  { VN_PRODUCT_LIBVIRT, VN_MODE_OPEN, "open", "192.168.101.0/24", .host = 1, .gateway = 1, .dns = 1, .dhcp = 1,
    .pool_first = 2, .pool_last = -1, .dev = "virbr" },
};

const char *
vn_mode_name (VnMode mode)
{
  return mode_names[mode];
}

const char *
vn_product_name (VnProduct product)
{
  return products[product].name;
}

const char *
vn_product_title (VnProduct product)
{
  return products[product].title;
}

const VnModeDefaults *
vn_mode_defaults (VnProduct product, VnMode mode)
{
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    if (defaults[i].product == product && defaults[i].mode == mode)
      return &defaults[i];
  return NULL;
}

const VnModeDefaults *
vn_mode_defaults_nth (guint n)
{
  return n < G_N_ELEMENTS (defaults) ? &defaults[n] : NULL;
}

gboolean
vn_product_has_mode (VnProduct product, VnMode mode)
{
  return vn_mode_defaults (product, mode) != NULL;
}

VnIp
vn_mode_address (VnPrefix cidr, gint number)
{
  VnIp none = { VN_FAMILY_NONE, { 0 } };

  if (number == 0)
    return none;
  return number > 0 ? vn_ip_add (vn_prefix_first (cidr), (guint32)number)
                    : vn_ip_add (vn_prefix_last (cidr), (guint32)number);
}

VnPrefix
vn_engine_link_address (guint n, gboolean of_pc)
{
  return (VnPrefix){ vn_ip_from_v4 (0xa9fe0000u + n * 4 + (of_pc ? 1 : 2)), 30 };
}

void
vn_engine_link_dev (guint n, char ret[16])
{
  g_snprintf (ret, 16, "engine%u", n);
}
