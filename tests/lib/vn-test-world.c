/* SPDX-License-Identifier: Apache-2.0 */
/* Small clouds that have run. */
#include "tests/lib/vn-test-world.h"

VnTestWorld
vn_test_world_new (void)
{
  VnTestWorld cloud = { .t = vn_test_cloud_new () };

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("compute%u", i + 1);

      cloud.hosts[i] = vn_test_cloud_host (cloud.t, name);
    }
  cloud.network = vn_test_cloud_network (cloud.t, "net");
  vn_test_cloud_subnet (cloud.t, cloud.network, "172.16.1.0/24");
  vn_test_cloud_subnet (cloud.t, cloud.network, "2001:db8::/64");
  cloud.group = vn_test_cloud_group (cloud.t, "web");
  return cloud;
}

guint
vn_test_world_server (VnTestWorld *cloud, const char *name, guint host, const char *addresses)
{
  return vn_test_cloud_server (cloud->t, name, cloud->hosts[host], cloud->network, addresses, cloud->group);
}

VnTables *
vn_test_world_run (VnTestWorld *cloud, VnWorld **ret_world)
{
  g_autoptr (GArray) events = NULL;
  VnTables *tables = vn_tables_new ();
  VnWorld *world;

  vn_test_cloud_seal (cloud->t);
  events = vn_topology_default_events (cloud->t);
  world = vn_world_fold (vn_world_new (cloud->t, NULL), events);
  vn_world_render (world, tables);
  if (ret_world != NULL)
    *ret_world = world;
  else
    vn_world_free (world);
  vn_topology_unref (g_steal_pointer (&cloud->t));
  return tables;
}
