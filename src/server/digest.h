/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 of what strangers send: whatever names something that tenants share must not collide on purpose.
 */
#ifndef MAYFLY_SERVER_DIGEST_H
#define MAYFLY_SERVER_DIGEST_H

/* Those functions of OpenSSL that need no memory and cannot fail. */
#define OPENSSL_API_COMPAT 10101
#include <openssl/sha.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct digest {
    uint8_t bytes[SHA256_DIGEST_LENGTH]; /* all zero: of nothing */
};

struct digest_maker {
    SHA256_CTX state;
};

void digest_begin(struct digest_maker *maker);
void digest_add(struct digest_maker *maker, const void *bytes, size_t size);
struct digest digest_end(struct digest_maker *maker);

static inline bool digest_equal(const struct digest *a, const struct digest *b)
{
    return !memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static inline bool digest_is_none(const struct digest *digest)
{
    static const struct digest none;
    return digest_equal(digest, &none);
}

/* The first `size` - 1 hexadecimal digits. */
void digest_print(const struct digest *digest, char *out, size_t size);

#endif
