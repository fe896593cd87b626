/* SPDX-License-Identifier: Apache-2.0 */
/* Values out of texts that a test holds for right: what does not parse is a failed test. */
#pragma once

#include "sim/base/vn-addr.h"

G_BEGIN_DECLS

VnIp vn_test_ip (const char *text);
VnMac vn_test_mac (const char *text);
VnPrefix vn_test_prefix (const char *text);
/* The whole of a file. Transfer full. */
char *vn_test_read_file (const char *path);
/* The same for a path below the sources, as meson tells it by VN_SRCDIR. */
char *vn_test_read_source (const char *path);

G_END_DECLS
