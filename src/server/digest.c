/* SPDX-License-Identifier: Apache-2.0 */
#include "server/digest.h"

void digest_begin(struct digest_maker *maker)
{
    SHA256_Init(&maker->state);
}

void digest_add(struct digest_maker *maker, const void *bytes, size_t size)
{
    SHA256_Update(&maker->state, bytes, size);
}

struct digest digest_end(struct digest_maker *maker)
{
    struct digest digest;
    SHA256_Final(digest.bytes, &maker->state);
    return digest;
}

void digest_print(const struct digest *digest, char *out, size_t size)
{
    size_t most = 2 * sizeof digest->bytes, count = size - 1 < most ? size - 1 : most;
    for (size_t i = 0; i < count; i++)
        out[i] = "0123456789abcdef"[i % 2 ? digest->bytes[i / 2] & 15 : digest->bytes[i / 2] >> 4];
    out[count] = '\0';
}
