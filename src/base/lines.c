/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lines.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#include <string.h>

#if defined(__x86_64__) && !defined(MAYFLY_SANITIZE)
LINES_WIDE static void copy_wide(void *to, const void *from, size_t count)
{
    lines_copy_wide(to, from, count);
}

LINES_WIDE static void clear_wide(void *to, size_t count)
{
    lines_clear_wide(to, count);
}

void lines_copy(void *to, const void *from, size_t count)
{
    if (lines_are_wide())
        copy_wide(to, from, count);
    else
        memcpy(to, from, count * LINE_SIZE);
}

void lines_clear(void *to, size_t count)
{
    if (lines_are_wide())
        clear_wide(to, count);
    else
        memset(to, 0, count * LINE_SIZE);
}

/* Enhanced REP MOVSB (Intel's manual, volume 2, CPUID: leaf 7, EBX bit 9), on the kind of processor that was measured.
 * Asked once, as a virtual machine takes microseconds to answer. */
bool lines_have_strings(void)
{
    static int there = -1;
    unsigned a, b, c, d;
    if (there < 0)
        there = lines_are_wide() && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 9 & 1);
    return there;
}
#else
void lines_copy(void *to, const void *from, size_t count)
{
    memcpy(to, from, count * LINE_SIZE);
}

void lines_clear(void *to, size_t count)
{
    memset(to, 0, count * LINE_SIZE);
}

bool lines_have_strings(void)
{
    return false;
}
#endif
