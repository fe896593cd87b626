/* SPDX-License-Identifier: Apache-2.0 */
/* Tests with namespaces: each test program enters a sandbox of its own, and leaves nothing behind. */
#pragma once

#include "sim/base/vn-fd.h"
#include "sim/kernel/vn-kernel.h"

G_BEGIN_DECLS

/* Enters the sandbox and calls g_test_init(). Where the machine refuses, prints a TAP skip that names the capability
 * and exits; a failure instead if VN_TEST_REQUIRE holds "user namespaces". Warnings of the libraries are fatal. */
void vn_netns_test_init (int *argc, char ***argv);
/* g_test_run(), then asserts that no child, fd, namespace or link is left. Returns: the exit status. */
int vn_netns_test_run (void);

/* Skips the current test for want of @capability ("802.1Q"), or fails it if VN_TEST_REQUIRE holds that or "all". */
void vn_netns_test_lacks (const char *capability, const char *words);

/* Each fails the test on error. @obj is cleared. */
void vn_test_do (VnKernel *kernel, VnVerb verb, VnKobj obj);
/* The operation must be refused with a message that holds @words. */
void vn_test_refused (VnKernel *kernel, VnVerb verb, VnKobj obj, const char *words);
/* Whether the node's dump holds an object with the key of @obj that satisfies it. @obj is cleared. */
gboolean vn_test_holds (VnKernel *kernel, VnKobj obj);
/* A veth between two nodes; the end in @node makes both. */
VnKobj vn_test_veth (const char *node, const char *dev, const char *peer_node, const char *peer);

G_END_DECLS
