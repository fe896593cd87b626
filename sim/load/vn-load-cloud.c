/* SPDX-License-Identifier: Apache-2.0 */
/* The cloud: networks and subnets. Groups, ports and servers have files of their own. */
#include "sim/load/vn-load-build.h"

#include <string.h>

/* Types that a real server may have and that no Linux bridge carries. */
static gboolean
is_foreign_type (const VnLoad *load, const char *type)
{
  return type != NULL && (g_str_equal (type, "gre") || g_str_equal (type, "geneve"))
         && vn_config_list_has (load->server, VN_OPT_ML2_TYPE_DRIVERS, type);
}

static void
check_supported (VnLoad *load, const VnNetwork *network, const VnNetworkFields *fields)
{
  if (network->type == VN_NET_VXLAN && network->segmentation_id > VN_VNI_MAX)
    vn_diag_add (
        load->diags, VN_DIAG_UNSUPPORTED, fields->segmentation_id.origin, NULL,
        "VNI %u of network \"%s\": the API takes it, but it has more than 24 bits, and its ports would stay DOWN",
        network->segmentation_id, network->name);
  if (!vn_field_bool (&fields->admin_state_up, TRUE))
    vn_diag_add (load->diags, VN_DIAG_UNSUPPORTED, fields->admin_state_up.origin, NULL,
                 "network \"%s\" is administratively down: not in this version", network->name);
}

static void
check_port_security_known (VnLoad *load, const VnField *field, VnDiagCode code, const char *what, const char *name)
{
  g_auto (VnApiError) error = { 0 };

  if (field->node == NULL || vn_api_has_port_security (load->server))
    return;
  vn_api_refuse (&error, 400, "HTTPBadRequest",
                 "port_security_enabled needs port_security in extension_drivers of the server's [ml2]");
  vn_load_refused (load, code, field->origin, what, name, &error);
}

static gboolean
ask_network (VnLoad *load, VnNetwork *network, const VnNetworkFields *fields, gboolean *ret_draw)
{
  g_auto (VnApiError) error = { 0 };
  VnApiNetwork request = {
    .type = vn_field_text (&fields->network_type, NULL),
    .physical_network = vn_field_text (&fields->physical_network, NULL),
    .has_segmentation_id = vn_field_has (&fields->segmentation_id),
    .segmentation_id = fields->segmentation_id.u.number,
    .mtu = vn_field_number (&fields->mtu, 0),
  };

  if (is_foreign_type (load, request.type))
    {
      vn_diag_add (load->diags, VN_DIAG_UNSUPPORTED, network->type_origin, NULL,
                   "network \"%s\" is of type %s, which no Linux bridge carries: flat, vlan, vxlan and local are built",
                   network->name, request.type);
      return FALSE;
    }
  if (vn_api_network (load->server, &request, network, ret_draw, &error)
      && (*ret_draw || vn_api_segment_free (load->t->networks, network, &error)))
    return TRUE;
  vn_load_refused (load, VN_DIAG_API_NETWORK, network->origin, "network", network->name, &error);
  return FALSE;
}

/* Returns: whether the server draws the segmentation id. */
static gboolean
load_network (VnLoad *load, const VnItem *item, const VnNetworkFields *fields)
{
  VnNetwork *network = vn_network_new ();
  gboolean draw = FALSE;

  network->name = g_strdup (item->name);
  network->origin = item->origin;
  network->id = vn_load_id (load, &fields->id, "network", item->name);
  network->type_origin = fields->network_type.node != NULL ? fields->network_type.origin : item->origin;
  network->port_security_enabled = vn_field_bool (&fields->port_security_enabled, TRUE);
  network->qos_policy = vn_load_qos_ref (load, &fields->qos_policy, vn_api_default_qos_policy (load->t));
  check_port_security_known (load, &fields->port_security_enabled, VN_DIAG_API_NETWORK, "network", item->name);
  if (!ask_network (load, network, fields, &draw))
    draw = FALSE;
  else
    check_supported (load, network, fields);
  g_ptr_array_add (load->t->networks, network);
  return draw;
}

/* The segment that the network has where it stands already, unless somebody else was given it. */
static gboolean
keep_segment (VnLoad *load, VnNetwork *network)
{
  const VnTopology *standing = load->options->standing;
  g_auto (VnApiError) taken = { 0 };

  for (guint i = 0; standing != NULL && i < standing->networks->len; i++)
    {
      const VnNetwork *old = vn_topology_network (standing, i);

      if (old->deleted || old->type != network->type || !g_str_equal (old->id, network->id)
          || g_strcmp0 (old->physical_network, network->physical_network) != 0)
        continue;
      network->segmentation_id = old->segmentation_id;
      return vn_api_segment_free (load->t->networks, network, &taken);
    }
  return FALSE;
}

static void
draw_segment (VnLoad *load, VnNetwork *network)
{
  guint64 start = vn_load_draw (load, "vni", network->id, 0);
  g_auto (VnApiError) error = { 0 };

  if (!vn_api_draw_segment (load->server, load->t->networks, start, network, &error))
    vn_load_refused (load, VN_DIAG_API_NETWORK, network->origin, "network", network->name, &error);
}

static void
load_networks (VnLoad *load, const VnField *networks)
{
  g_autoptr (GPtrArray) drawing = g_ptr_array_new ();

  for (guint i = 0; i < vn_load_len (load, networks); i++)
    {
      VnNetworkFields fields;
      VnItem item;

      if (vn_load_object (load, &VN_KEYS_NETWORK, networks, i, &item, &fields) && load_network (load, &item, &fields))
        g_ptr_array_add (drawing, g_ptr_array_index (load->t->networks, load->t->networks->len - 1));
    }
  for (guint i = drawing->len; i-- > 0;)
    if (keep_segment (load, g_ptr_array_index (drawing, i)))
      g_ptr_array_remove_index (drawing, i);
  for (guint i = 0; i < drawing->len; i++)
    draw_segment (load, g_ptr_array_index (drawing, i));
}

static GArray *
load_pools (VnLoad *load, const VnField *pools)
{
  GArray *array = g_array_new (FALSE, TRUE, sizeof (VnPool));

  for (guint i = 0; i < vn_load_len (load, pools); i++)
    {
      VnPoolFields fields;
      VnOrigin origin;
      VnPool pool;

      if (!vn_load_map (load, &VN_KEYS_POOL, pools, i, &origin, &fields) || !vn_field_has (&fields.start)
          || !vn_field_has (&fields.end))
        continue;
      pool = (VnPool){ fields.start.u.ip, fields.end.u.ip };
      g_array_append_val (array, pool);
    }
  return array;
}

static void
ask_subnet (VnLoad *load, VnSubnet *subnet, const VnSubnetFields *fields)
{
  g_autoptr (GArray) pools
      = vn_field_has (&fields->allocation_pools) ? load_pools (load, &fields->allocation_pools) : NULL;
  g_auto (VnApiError) error = { 0 };
  VnApiSubnet request = {
    .cidr = vn_field_text (&fields->cidr, ""),
    .ip_version = (guint)vn_field_number (&fields->ip_version, 0),
    .has_gateway = fields->gateway_ip.node != NULL,
    .gateway = fields->gateway_ip.u.ip,
    .enable_dhcp = vn_field_bool (&fields->enable_dhcp, TRUE),
    .address_mode = vn_field_has (&fields->ipv6_address_mode) ? (VnV6Mode)fields->ipv6_address_mode.u.word : 0,
    .ra_mode = vn_field_has (&fields->ipv6_ra_mode) ? (VnV6Mode)fields->ipv6_ra_mode.u.word : 0,
    .pools = pools,
  };

  if (!vn_field_has (&fields->cidr))
    return;
  if (!vn_api_subnet (&request, subnet, &error) || !vn_api_subnet_free (load->t->subnets, subnet, &error))
    vn_load_refused (load, VN_DIAG_API_SUBNET, subnet->origin, "subnet", subnet->name, &error);
}

static void
load_subnets (VnLoad *load, const VnField *subnets)
{
  for (guint i = 0; i < vn_load_len (load, subnets); i++)
    {
      VnSubnetFields fields;
      VnItem item;
      VnSubnet *subnet;

      if (!vn_load_object (load, &VN_KEYS_SUBNET, subnets, i, &item, &fields))
        continue;
      subnet = vn_subnet_new ();
      subnet->name = g_strdup (item.name);
      subnet->origin = item.origin;
      subnet->id = vn_load_id (load, &fields.id, "subnet", item.name);
      subnet->network = vn_load_field_ref (load, VN_REF_NETWORK, &fields.network);
      ask_subnet (load, subnet, &fields);
      g_ptr_array_add (load->t->subnets, subnet);
    }
}

void
vn_load_port_security (VnLoad *load, VnPort *port, const VnField *enabled)
{
  check_port_security_known (load, enabled, VN_DIAG_API_PORT, "port", port->name);
  port->port_security_enabled = TRUE;
  if (!vn_api_has_port_security (load->server))
    return;
  if (port->network != VN_NONE)
    port->port_security_enabled = vn_topology_network (load->t, port->network)->port_security_enabled;
  port->port_security_enabled = vn_field_bool (enabled, port->port_security_enabled);
}

void
vn_load_cloud (VnLoad *load, const VnField *cloud)
{
  VnCloudFields fields;

  if (!vn_field_has (cloud) || !vn_keys_read (&VN_KEYS_CLOUD, cloud->node, cloud->origin, &fields, load->diags))
    return;
  vn_load_qos_policies (load, &fields.qos_policies);
  load_networks (load, &fields.networks);
  load_subnets (load, &fields.subnets);
  vn_load_groups (load, &fields);
  vn_load_ports (load, &fields.ports);
  vn_load_servers (load, &fields.servers);
  vn_load_finish_ports (load);
}
