/* SPDX-License-Identifier: Apache-2.0
 *
 * libFuzzer: the normal form of a path has no segment that could be left out, is made in place of as many bytes as the
 * path has, and is a path's own if nothing in it is encoded; a plain path is in it already.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/path.h"

static void check_segments(struct span path)
{
    const char *end = path.data + path.size, *at = path.data;

    CHECK(path.size > 0 && *at == '/' && !memchr(at, '\\', path.size));
    while (at < end) {
        at++;
        const char *slash = memchr(at, '/', (size_t)(end - at));
        struct span segment = {at, (size_t)((slash ? slash : end) - at)};
        CHECK(segment.size > 0 || !slash);
        CHECK(!span_equal(segment, SPAN(".")) && !span_equal(segment, SPAN("..")));
        at = slash ? slash : end;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *path = malloc(size + 1), *first = malloc(size + 1), *second = malloc(size + 1);
    struct span given = {path, size + 1}, normal = {first, 0};

    CHECK(path && first && second);
    path[0] = '/';
    if (size > 0)
        memcpy(path + 1, data, size);
    normal.size = http_path_normalise(given, first);
    CHECK(normal.size <= given.size);
    check_segments(normal);
    if (http_path_is_plain(given))
        CHECK(span_equal(given, normal));
    if (!memchr(path, '%', given.size))
        CHECK(http_path_normalise(normal, second) == normal.size && memcmp(first, second, normal.size) == 0);
    free(path);
    free(first);
    free(second);
    return 0;
}
