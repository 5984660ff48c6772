/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract between a guest program and Mayfly, shared word for word by both sides.
 *
 * A guest calls the host with `ecall`: the number in a7, arguments in a0..a5, the result in a0
 * (negative: an errno, as on Linux). Numbers below MAYFLY_HOSTCALL_BASE are Linux's own system
 * calls for RISC-V, of which Mayfly answers a small, harmless set. The calls from the base on are
 * Mayfly's; they are listed in hostcalls.def.
 *
 * Guest pointers are 64-bit values of which the low 32 bits are the address. On the host they are
 * plain integers (MAYFLY_POINTER), so a host that forgets to check one cannot compile.
 */
#ifndef MAYFLY_ABI_H
#define MAYFLY_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised when a guest built against the old contract would misbehave on the new one. */
#define MAYFLY_ABI_VERSION 1

#define MAYFLY_HOSTCALL_BASE 0x4d00

#if defined(__riscv)
#define MAYFLY_POINTER(type) type *
#else
#define MAYFLY_POINTER(type) uint64_t
#endif

enum mayfly_hostcall {
#define HOSTCALL(number, name, ...) MAYFLY_CALL_##name = MAYFLY_HOSTCALL_BASE + (number),
#include "hostcalls.def"
#undef HOSTCALL
};

/* Bytes with a length. Strings inside a request are followed by a NUL that `size` does not count. */
struct mayfly_string {
    MAYFLY_POINTER(const char) data;
    uint64_t size;
};

struct mayfly_header {
    struct mayfly_string name; /* as the client wrote it; compare without case (RFC 9110 §5.1) */
    struct mayfly_string value;
};

/* What accept() returns: the request, in memory that the guest may read but not write.
 * It lives as long as the instance, which is until respond(). */
struct mayfly_request {
    struct mayfly_string method;
    struct mayfly_string target; /* the request target as sent: "/a%20b?x=1" */
    struct mayfly_string path;   /* the target up to '?', still percent-encoded */
    struct mayfly_string query;  /* behind '?', empty if there is none */
    struct mayfly_string client; /* numeric address of the peer, or "unix" */
    struct mayfly_string body;   /* whole, chunks already joined */
    MAYFLY_POINTER(const struct mayfly_header) headers;
    uint32_t header_count;
    uint16_t version; /* 10 or 11: HTTP/1.0 or HTTP/1.1 */
    uint16_t reserved;
};

/* What respond() takes. The server owns framing: Content-Length, Transfer-Encoding, Connection,
 * Date and Server among `headers` make the response a bad one (502). */
struct mayfly_response {
    uint32_t status; /* 200..599 */
    uint32_t header_count;
    MAYFLY_POINTER(const struct mayfly_header) headers;
    MAYFLY_POINTER(const struct mayfly_string) pieces; /* the body is their concatenation */
    uint32_t piece_count;
    uint32_t reserved;
};

enum mayfly_log_level {
    MAYFLY_LOG_DEBUG = 0,
    MAYFLY_LOG_INFO = 1,
    MAYFLY_LOG_WARNING = 2,
    MAYFLY_LOG_ERROR = 3,
};

#ifdef __cplusplus
}
#endif

#endif
