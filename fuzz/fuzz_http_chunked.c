/* SPDX-License-Identifier: Apache-2.0
 *
 * libFuzzer: chunked bodies. The same result, body and end for the whole, in place, and for any split. The first two
 * bytes choose the split and the limit.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/chunked.h"

struct result {
    int status;
    size_t used, made;
    char *body;
    const char *reason;
};

static struct result decode(const uint8_t *data, size_t size, size_t step, uint64_t limit, int in_place)
{
    struct result result = {.body = malloc(size + 1)};
    struct http_chunked chunked;

    CHECK(result.body);
    http_chunked_init(&chunked, limit);
    while (result.status == 0 && result.used < size) {
        size_t part = size - result.used < step ? size - result.used : step, consumed, produced;
        char *piece = malloc(part);
        CHECK(piece);
        memcpy(piece, data + result.used, part);
        char *out = in_place ? piece : result.body + result.made;
        result.status = http_chunked_decode(&chunked, out, piece, part, &consumed, &produced);
        CHECK(consumed <= part && produced <= consumed);
        CHECK(result.status != 0 || consumed == part);
        if (in_place)
            memcpy(result.body + result.made, piece, produced);
        free(piece);
        result.used += consumed;
        result.made += produced;
        CHECK(result.made <= limit);
    }
    result.reason = chunked.reason;
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t step = 1 + data[0] % 32;
    uint64_t limit = data[1] < 255 ? data[1] : UINT64_MAX;
    data += 2;
    size -= 2;
    struct result whole = decode(data, size, size + 1, limit, 0);
    struct result split = decode(data, size, step, limit, 1);
    CHECK(whole.status == split.status && whole.used == split.used && whole.made == split.made);
    CHECK(memcmp(whole.body, split.body, whole.made) == 0 && whole.reason == split.reason);
    CHECK(whole.status >= 0 ? !whole.reason : whole.reason && (whole.status == -400 || whole.status == -413));
    if (whole.status == 1)
        CHECK(whole.used >= 5 && memcmp(data + whole.used - 2, "\r\n", 2) == 0);
    free(whole.body);
    free(split.body);
    return 0;
}
