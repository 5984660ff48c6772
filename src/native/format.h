/* SPDX-License-Identifier: Apache-2.0
 *
 * What makers and users of native artifacts agree upon beside the structures of artifact.h.
 */
#ifndef MAYFLY_NATIVE_FORMAT_H
#define MAYFLY_NATIVE_FORMAT_H

#include <stdint.h>

#define NATIVE_MAGIC   UINT64_C(0x3130564e59414d00) /* "\0MAYNV01" */
#define NATIVE_VERSION 39 /* of the translator: grows with every change of the code that it makes */
#define NATIVE_PAGE    4096u

/* What the host can do: 3 is x86-64-v3 (AVX2, BMI2, FMA), 1 any x86-64, 0 a host without native code. */
unsigned native_host_level(void);

#endif
