/* SPDX-License-Identifier: Apache-2.0 */
/* What every fuzz target defines: libFuzzer's entry point. A target must not keep anything between two calls. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Returns: 0. A finding is a crash, a sanitizer's report or a failed assertion. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
