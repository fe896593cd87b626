/* SPDX-License-Identifier: Apache-2.0 */
/* What a lab's agents react to and this kernel may lack. */
#include "sim/run/vn-lab-caps.h"

#include "sim/kernel/vn-sandbox.h"

static gboolean
needs_any (const VnTopology *topology)
{
  for (guint i = 0; i < topology->networks->len; i++)
    if (vn_topology_network (topology, i)->type == VN_NET_VLAN)
      return TRUE;
  return topology->qos_policies->len > 0;
}

gboolean
vn_lab_needs_caps (const VnTopology *topology, const GArray *events)
{
  if (needs_any (topology))
    return TRUE;
  for (guint i = 0; i < events->len; i++)
    {
      const VnEvent *event = &g_array_index (events, VnEvent, i);

      if (event->topology != NULL && needs_any (event->topology))
        return TRUE;
    }
  return FALSE;
}

static const struct
{
  const char *capability;
  gsize missing; /* in VnCaps */
} asked[] = {
  { "802.1Q", G_STRUCT_OFFSET (VnCaps, no_vlan) },
  { "tbf", G_STRUCT_OFFSET (VnCaps, no_tbf) },
  { "police", G_STRUCT_OFFSET (VnCaps, no_police) },
};

static void
take (const VnCapability *capability, VnCaps *caps)
{
  for (gsize i = 0; i < G_N_ELEMENTS (asked); i++)
    if (g_str_equal (asked[i].capability, capability->name))
      G_STRUCT_MEMBER (gboolean, caps, asked[i].missing) = !capability->found;
}

VnCaps
vn_lab_caps (const VnTopology *topology, const GArray *events)
{
  g_autoptr (GPtrArray) found = NULL;
  VnCaps caps = { FALSE };

  if (vn_lab_needs_caps (topology, events))
    found = vn_capabilities_probe (NULL);
  for (guint i = 0; found != NULL && i < found->len; i++)
    take (g_ptr_array_index (found, i), &caps);
  return caps;
}
