/* SPDX-License-Identifier: Apache-2.0
 *
 * The clock functions: what they return makes sense; no value is printed.
 * flags: -D_GNU_SOURCE
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec t;
    return clock_gettime(id, &t) ? -1 : t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

int main(void)
{
    static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE};
    for (int i = 0; i < 4; i++) {
        int64_t first = read_clock(clocks[i]), last = first;
        int backward = 0;
        for (int k = 0; k < 1000; k++) {
            int64_t now = read_clock(clocks[i]);
            backward += now < last;
            last = now;
        }
        printf("clock %d: read %d, backward %d\n", i, first >= 0, backward);
    }
    struct timeval tv;
    printf("gettimeofday %d, after 2024 %d\n", gettimeofday(&tv, NULL), tv.tv_sec > 1704067200);
    int64_t difference = (int64_t)time(NULL) - read_clock(CLOCK_REALTIME) / 1000000000;
    printf("time agrees %d\n", llabs(difference) <= 1);
    time_t then = 1700000000;
    struct tm parts;
    char text[64];
    gmtime_r(&then, &parts);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ %a %j %U", &parts);
    printf("%s %ld\n", text, (long)timegm(&parts));
    parts.tm_mday += 400;
    printf("%ld\n", (long)timegm(&parts));
    return 0;
}
