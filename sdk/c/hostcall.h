/* SPDX-License-Identifier: Apache-2.0
 *
 * The one instruction that leaves the sandbox. Internal to the SDK.
 */
#ifndef MAYFLY_SDK_HOSTCALL_H
#define MAYFLY_SDK_HOSTCALL_H

#include "mayfly/abi.h"

/* A negative result is an errno. The host may read and write the caller's memory. */
static inline long hostcall(enum mayfly_hostcall number, long first, long second, long third)
{
    register long a0 __asm__("a0") = first;
    register long a1 __asm__("a1") = second;
    register long a2 __asm__("a2") = third;
    register long a7 __asm__("a7") = number;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return a0;
}

#endif
