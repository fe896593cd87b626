/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of labs that stay: who is alive, what was built, and what a node's files say. No lab is built: this process
 * plays the holder. */
#include "sim/load/vn-load.h"
#include "sim/run/vn-held-lab.h"
#include "sim/run/vn-node-files.h"
#include "sim/run/vn-state-changes.h"
#include "sim/run/vn-state-lab.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/vn-error.h"

/* Two guests that have the same address, as two NAT engines give it. */
static const char twins[] = "vnetlab: 1\n"
                            "name: twins\n"
                            "scene:\n"
                            "  segments: {a: {cidr: 10.0.2.0/24}, b: {cidr: 10.0.2.0/24}}\n"
                            "  machines:\n"
                            "    vm1: {interfaces: {eth0: {segment: a, address: 10.0.2.15/24, dns: 10.0.2.3}}}\n"
                            "    vm2: {interfaces: {eth0: {segment: b, address: 10.0.2.15/24}}}\n"
                            "    pc: {interfaces: {en0: {segment: a, address: 10.0.2.1/24}}}\n";

/* The folder of labs is a temporary one for the whole program. */
static VnState
make (const char *name)
{
  g_autoptr (GError) error = NULL;
  VnState state;

  g_assert_true (vn_state_make (name, &state, &error));
  g_assert_no_error (error);
  return state;
}

static void
finish (VnState *state)
{
  vn_state_remove (state);
  vn_state_clear (state);
}

static char *
lab_file (const char *text)
{
  g_autofree char *path = g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), "twins.vlab.yml", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return g_steal_pointer (&path);
}

static VnTopology *
load (const char *path)
{
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  VnTopology *topology = vn_load_lab (path, NULL, diags);

  g_assert_nonnull (topology);
  return topology;
}

static void
test_life (void)
{
  g_auto (VnState) first = make ("lab"), second = VN_STATE_NONE, opened = VN_STATE_NONE;
  g_autoptr (GError) taken = NULL, building = NULL, gone = NULL, error = NULL;
  g_autoptr (GPtrArray) left = NULL;

  g_assert_false (vn_state_make ("lab", &second, &taken));
  g_assert_error (taken, VN_ERROR, VN_ERROR_INPUT);
  g_assert_nonnull (strstr (taken->message, "--name lab-2"));
  g_assert_false (vn_state_open ("lab", &opened, &building));
  g_assert_nonnull (strstr (building->message, "only just being built"));
  g_assert_true (vn_state_set_holder (&first, &error));
  g_assert_true (vn_state_open ("lab", &opened, &error));
  g_assert_cmpint (opened.holder, ==, getpid ());
  g_assert_false (vn_state_wait_end (&opened, 1));
  vn_fd_clear (&first.life_fd); /* what the end of the holder does */
  g_assert_false (vn_state_is_alive (&opened));
  g_assert_false (vn_state_open ("lab", &second, &gone));
  g_assert_nonnull (strstr (gone->message, "not up any more"));
  g_autoptr (GPtrArray) names = vn_state_list (&left, &error);
  g_assert_cmpuint (names->len, ==, 0);
  g_assert_cmpuint (left->len, ==, 0); /* was cleaned up by the one who noticed */
}

/* Another process that has the lock through fork keeps the lab alive. */
static void
test_life_is_inherited (void)
{
  g_auto (VnState) state = make ("lab"), opened = VN_STATE_NONE;
  g_autoptr (GError) error = NULL;
  int hold[2];

  g_assert_true (vn_state_set_holder (&state, &error));
  g_assert_cmpint (pipe (hold), ==, 0);
  pid_t child = fork ();
  if (child == 0)
    {
      char byte;
      close (hold[1]);
      _exit (read (hold[0], &byte, 1) == 0 ? 0 : 1);
    }
  close (hold[0]);
  vn_fd_clear (&state.life_fd);
  g_assert_true (vn_state_open ("lab", &opened, &error));
  close (hold[1]);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_true (vn_state_wait_end (&opened, G_USEC_PER_SEC));
  vn_state_remove (&state);
}

static void
test_suggestion (void)
{
  VnState state = make ("host-only");
  g_auto (VnState) opened = VN_STATE_NONE;
  g_autoptr (GError) error = NULL;

  g_assert_false (vn_state_open ("host-onli", &opened, &error));
  g_assert_error (error, VN_ERROR, VN_ERROR_INPUT);
  g_assert_nonnull (strstr (error->message, "did you mean \"host-only\"?"));
  finish (&state);
}

/* What is in the folder of labs and no lab's is left alone. */
static void
test_strangers (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), "vnetlab", "stranger", NULL);
  g_autoptr (GPtrArray) gone = NULL;

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_autoptr (GPtrArray) names = vn_state_list (&gone, NULL);
  g_assert_cmpuint (names->len + gone->len, ==, 0);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR));
  g_assert_cmpint (g_rmdir (path), ==, 0);
}

static void
test_lab_is_kept (void)
{
  const char *const sets[] = { NULL };
  const VnStateAsked asked = { sets, "7" };
  VnState state = make ("lab");
  g_autofree char *path = lab_file (twins);
  g_autoptr (VnTopology) before = load (path);
  g_autoptr (GError) error = NULL;

  g_assert_true (vn_state_save_lab (&state, VN_STATE_UP, before, &asked, &error));
  g_free (lab_file ("vnetlab: 1\nname: another\n"));
  g_autoptr (VnTopology) after = vn_state_load_lab (&state, VN_STATE_UP, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (after->name, ==, "twins");
  g_assert_cmpstr (after->file, ==, path);
  g_assert_cmpuint (after->machines->len, ==, before->machines->len);
  g_assert_cmpuint (after->seed, ==, 7);
  finish (&state);
}

static void
test_leases (void)
{
  g_autoptr (GPtrArray) leases = vn_kobj_leases_new ();
  VnKobjLease *given = vn_kobj_lease_new (g_intern_string ("vm1"), "eth0");
  VnState state = make ("lab");
  g_autoptr (GError) error = NULL;

  g_assert_true (vn_prefix_parse ("192.168.56.101/24", &given->address)
                 && vn_ip_parse ("192.168.56.100", &given->server));
  given->lease_time_sec = 1200;
  given->domain = g_strdup ("lan");
  g_ptr_array_add (leases, given);
  g_ptr_array_add (leases, vn_kobj_lease_new (g_intern_string ("vm2"), "eth0")); /* got none */
  g_assert_true (vn_state_save_leases (&state, VN_STATE_UP, leases, &error));
  g_autoptr (GPtrArray) read = vn_state_load_leases (&state, VN_STATE_UP, &error);
  g_assert_cmpuint (read->len, ==, 2);
  const VnKobjLease *first = read->pdata[0], *second = read->pdata[1];
  g_assert_true (first->node == given->node && vn_prefix_equal (first->address, given->address));
  g_assert_true (vn_ip_equal (first->server, given->server) && !vn_ip_is_set (first->dns));
  g_assert_cmpuint (first->lease_time_sec, ==, 1200);
  g_assert_cmpstr (first->domain, ==, "lan");
  g_assert_false (vn_ip_is_set (second->address.ip));
  finish (&state);
}

static void
test_changes (void)
{
  VnState state = make ("lab");
  g_autoptr (GError) error = NULL, busy = NULL;

  g_assert_null (vn_state_pending_change (&state));
  g_assert_true (vn_state_begin_change (&state, "first\nof two lines", &error));
  g_assert_true (vn_state_finish_change (&state, 0, &error));
  g_assert_true (vn_state_begin_change (&state, "undone", &error));
  vn_state_drop_change (&state);
  g_assert_true (vn_state_begin_change (&state, "second", &error));
  g_autofree char *pending = vn_state_pending_change (&state);
  g_assert_cmpstr (pending, ==, "second");
  g_assert_true (vn_state_finish_change (&state, 1, &error));
  g_assert_null (vn_state_pending_change (&state));
  g_autoptr (GPtrArray) changes = vn_state_changes (&state);
  g_assert_cmpuint (changes->len, ==, 2);
  g_assert_cmpstr (changes->pdata[0], ==, "first\nof two lines");
  g_assert_cmpstr (changes->pdata[1], ==, "second");
  VN_AUTO_FD lock = vn_state_lock_changes (&state, &error);
  g_assert_cmpint (lock, >=, 0);
  g_assert_cmpint (vn_state_lock_changes (&state, &busy), ==, -1);
  g_assert_error (busy, VN_ERROR, VN_ERROR_INPUT);
  finish (&state);
}

static void
test_marks (void)
{
  VnState state = make ("lab");
  g_autoptr (GError) error = NULL;
  VN_AUTO_FD mark = vn_state_mark (&state, "capture", "a.pcapng\tall", &error);
  g_autofree char *wanted = g_strdup_printf ("%d\ta.pcapng\tall", (int)getpid ());

  g_assert_cmpint (mark, >=, 0);
  g_autoptr (GPtrArray) marks = vn_state_marks (&state, "capture");
  g_assert_cmpuint (marks->len, ==, 1);
  g_assert_cmpstr (marks->pdata[0], ==, wanted);
  vn_fd_clear (&mark);
  g_autoptr (GPtrArray) none = vn_state_marks (&state, "capture");
  g_assert_cmpuint (none->len, ==, 0);
  finish (&state);
}

static void
test_node_files (void)
{
  g_autofree char *path = lab_file (twins);
  g_autoptr (VnTopology) topology = load (path);
  g_autofree char *vm1 = vn_node_hosts (topology, "vm1");
  g_autofree char *pc = vn_node_hosts (topology, "pc");
  g_autofree char *stranger = vn_node_hosts (topology, "switch");
  g_autofree char *with_resolver = vn_node_resolv_conf (topology, "vm1");
  g_autofree char *without = vn_node_resolv_conf (topology, "pc");

  g_assert_nonnull (strstr (vm1, "\n10.0.2.15 vm1\n"));
  g_assert_null (strstr (vm1, "vm2")); /* its address is vm1's own */
  g_assert_nonnull (strstr (vm1, "\n10.0.2.1 pc\n"));
  g_assert_null (strstr (pc, "10.0.2.15")); /* whose is it? */
  g_assert_nonnull (strstr (stranger, "\n127.0.1.1 switch\n"));
  g_assert_cmpstr (with_resolver, ==, "nameserver 10.0.2.3\n");
  g_assert_null (strstr (without, "nameserver"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autofree char *runtime = g_dir_make_tmp ("vn-state-XXXXXX", NULL);
  g_setenv ("XDG_RUNTIME_DIR", runtime, TRUE);
  g_test_add_func ("/state/life", test_life);
  g_test_add_func ("/state/life-is-inherited", test_life_is_inherited);
  g_test_add_func ("/state/suggestion", test_suggestion);
  g_test_add_func ("/state/strangers", test_strangers);
  g_test_add_func ("/state/lab-is-kept", test_lab_is_kept);
  g_test_add_func ("/state/leases", test_leases);
  g_test_add_func ("/state/changes", test_changes);
  g_test_add_func ("/state/marks", test_marks);
  g_test_add_func ("/state/node-files", test_node_files);
  int status = g_test_run ();
  g_autofree char *labs = g_build_filename (runtime, "vnetlab", NULL),
                  *lab = g_build_filename (runtime, "twins.vlab.yml", NULL);
  g_unlink (lab);
  g_rmdir (labs);
  return g_rmdir (runtime) == 0 ? status : 1;
}
