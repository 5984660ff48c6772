/* SPDX-License-Identifier: Apache-2.0
 *
 * Socket addresses as the configuration writes them and as logs and guests read them. Literals only: no names are
 * looked up.
 */
#ifndef MAYFLY_NET_ADDRESS_H
#define MAYFLY_NET_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/check.h"

#define ADDRESS_TEXT_MAX 128 /* of address_format, NUL included */

struct address {
    socklen_t size; /* of the one in use */
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_un local;
    };
};

/* "127.0.0.1:8080", "[::1]:80", ":8080" (all addresses, both families), "unix:/path". Port 0: the kernel chooses.
 * NULL, or a static text that says what is wrong: "[::ffff:127.0.0.1]:80", too, which no socket of IPv6 alone has. */
MUST_USE const char *address_parse(struct address *address, const char *text);

/* The way address_parse reads it. Returns `out`. */
const char *address_format(const struct address *address, char out[ADDRESS_TEXT_MAX]);

/* Whether a socket that listens on the one keeps another from listening on the other: they are the same, or one is all
 * addresses and the ports are the same. Port 0 is another one each time. */
bool address_overlaps(const struct address *one, const struct address *other);

/* The peer without its port, as logs and guests see it: "192.0.2.1" (an IPv4-mapped IPv6 address too), "2001:db8::1",
 * "unix". The length; a NUL follows. */
size_t address_format_peer(const struct address *address, char out[INET6_ADDRSTRLEN]);

#endif
